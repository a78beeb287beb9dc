//! Socrata: entries of the Discovery API (`/api/catalog/v1`), and views (`/api/views/{id}.json`).

mod domain_metadata;

use cairn_model::{AccessMethod, Contact, Draft, DraftDistribution, DraftOrganisation, Field, Problem, Sharing};

use crate::Reading;
use crate::access::{close, close_listing};
use crate::contacts::{add_contact, mail};
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, look_into, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;

/// Cuts a page into entries: an answer of the Discovery API, an array, one entry, or a dump of one entry a line. `next`
/// is the `scroll_id` of the next page, which is the id of the last entry; past the last page comes an empty one.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no entries (rows of data, say).
pub fn list_catalog(bytes: &[u8]) -> Result<Listing, Problem> {
    let mut broken = None;
    let page = match Page::cut(bytes, &[&["results"], &[]]) {
        Ok(page) if page.has_list => page,
        Ok(page) if is_entry(&page.envelope) => {
            return Ok(crate::ogc_records::single(page, bytes));
        }
        Ok(page) => return Err(page.refusal("a page of the catalogue")),
        // A dump of lines is no JSON text as a whole.
        Err(problem) => {
            let page = Page::cut_lines(bytes);
            if page.records.len() < 2 {
                return Err(problem);
            }
            broken = Some(problem);
            page
        }
    };
    let is_answer = page.envelope.get("resultSetSize").is_some();
    let count = number(&page.envelope, "resultSetSize");
    let odd = page.records.iter().filter(|(_, bytes)| !look_into(bytes, is_evidence).is_some_and(|row| is_entry(&row)));
    if !is_answer && odd.count() == page.records.len() && !page.records.is_empty() {
        let rows = Problem::error("rows-of-data", "", "entries of a catalogue were due, and these are rows of data");
        return Err(broken.unwrap_or(rows));
    }
    let listing = page.into_listing(
        |key| matches!(key, "resource" | "id"),
        |entry| match entry.get("resource") {
            Some(Value::Object(resource)) => resource.text("id").map(std::borrow::Cow::into_owned),
            _ => entry.text("id").map(std::borrow::Cow::into_owned),
        },
    );
    let next = listing.records.iter().rev().find_map(|record| record.id.clone()).filter(|_| is_answer);
    Ok(Listing { count, next, ..listing })
}

fn is_evidence(key: &str) -> bool {
    matches!(key, "resource" | "id" | "viewType" | "displayType" | "publicationStage" | "viewLastModified")
}

/// Whether an object is an entry or a view, and no row of data.
fn is_entry(fields: &Fields<'_>) -> bool {
    matches!(fields.get("resource"), Some(Value::Object(_)))
        || ["viewType", "displayType", "publicationStage", "viewLastModified"]
            .iter()
            .any(|key| fields.get(key).is_some())
}

const RESOURCE: &[TextRow] = &[
    (&["type", "displayType", "viewType"], |draft| &mut draft.kind),
    (&["publication_date", "createdAt", "publicationDate"], |draft| &mut draft.issued),
    (&["data_updated_at", "updatedAt", "rowsUpdatedAt", "viewLastModified"], |draft| &mut draft.modified),
];

/// Reads one entry or view.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id nor name.
pub fn read_entry(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "an entry of the catalogue", |entry| {
        let resource = entry.object("resource").unwrap_or_else(|| entry.clone());
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        draft.title = resource.localized("name");
        draft.description = resource.localized("description");
        fill_texts(&resource, RESOURCE, &mut draft);
        draft.kind = draft.kind.take().map(kind);
        words(entry, &mut draft);
        // Flags come before parties: whether a contact is published openly follows from them.
        access(entry, &resource, &mut draft);
        parties(entry, &resource, &mut draft);
        fields(&resource, &mut draft);
        let id = resource.text("id");
        files(entry, &resource, id.as_deref(), &mut draft);
        domain_metadata::fill(entry, &mut draft);
        resource.identify(id, "id", &mut draft)?;
        Ok(draft)
    })
}

/// Views of a table are tables too.
fn kind(view: String) -> String {
    match view.as_str() {
        "filter" | "table" | "tabular" | "file" | "href" | "federated_href" | "calendar" | "form" | "blob"
        | "blobby" => "dataset".to_owned(),
        "chart" | "story" | "measure" | "visualization" => "document".to_owned(),
        _ => view,
    }
}

fn words(entry: &Object<'_, '_>, draft: &mut Draft) {
    let mut words = entry.texts("tags", &[]);
    if let Some(classification) = entry.object("classification") {
        words.extend(classification.texts("domain_tags", &[]));
        words.extend(classification.texts("tags", &[]));
        draft.topics.extend(classification.text("domain_category"));
        draft.topics.extend(classification.texts("categories", &[]));
    }
    draft.topics.extend(entry.text("category"));
    if !words.is_empty() {
        draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
    }
    if let Some(metadata) = entry.object("metadata") {
        draft.licence_title = metadata.text("license");
    }
    draft.licence_id = entry.text("licenseId");
    if let Some(licence) = entry.object("license") {
        draft.licence_title = draft.licence_title.take().or_else(|| licence.text("name"));
        draft.licence_url = licence.text("termsLink");
    }
}

/// Flags of visibility stand at any level of an entry, by its version.
fn access(entry: &Object<'_, '_>, resource: &Object<'_, '_>, draft: &mut Draft) {
    let metadata = entry.object("metadata");
    let holders = [Some(entry), Some(resource), metadata.as_ref()];
    for holder in holders.into_iter().flatten() {
        for (keys, closing) in [
            (["private", "is_hidden", "hide_from_catalog", "hideFromCatalog", "locked_down"], true),
            (["published", "is_published", "is_public", "visible_to_anonymous", "is_approved"], false),
        ] {
            if keys.iter().any(|key| holder.closes(key, closing)) {
                close_listing(&mut draft.terms);
            }
        }
        for key in ["audience", "visibility", "publicationStage", "scope"] {
            for word in holder.every_text(key) {
                if matches!(word.as_str(), "private" | "site" | "internal" | "unpublished" | "draft") {
                    close_listing(&mut draft.terms);
                }
            }
        }
        if ["hide_from_data_json", "hideFromDataJson"].iter().any(|key| holder.closes(key, true)) {
            draft.terms.reasons.push("Kept out of the portal's data.json".to_owned());
        }
    }
    if entry.every_text("state").iter().any(|state| state == "private") {
        close(&mut draft.terms, Sharing::Organisation, Some(AccessMethod::None));
    }
}

/// The attribution names who made the data; owner and creator are accounts, as a rule of persons.
fn parties(entry: &Object<'_, '_>, resource: &Object<'_, '_>, draft: &mut Draft) {
    let attribution = resource.text("attribution");
    draft.publisher = attribution.map(|name| DraftOrganisation { id: None, name, kind: None });
    let published_openly = draft.terms.listed_openly;
    let desk = Contact {
        email: resource.text("contact_email").as_deref().and_then(mail),
        role: Some("pointOfContact".to_owned()),
        published_openly,
        ..Contact::default()
    };
    add_contact(&mut draft.contacts, desk);
    if let Some(owner) = entry.object("owner") {
        let name = owner.first_text(&["display_name", "displayName"]);
        let role = Some("owner".to_owned());
        add_contact(&mut draft.contacts, Contact { name, role, published_openly, ..Contact::default() });
    }
}

/// Columns stand in parallel lists, or as objects in a view.
fn fields(resource: &Object<'_, '_>, draft: &mut Draft) {
    let column = |key: &str| -> Vec<Option<String>> {
        match resource.value(key) {
            Some(Value::List(values)) => {
                values.iter().map(|value| value.text().map(std::borrow::Cow::into_owned)).collect()
            }
            _ => Vec::new(),
        }
    };
    let (titles, names) = (column("columns_name"), column("columns_field_name"));
    let (types, descriptions) = (column("columns_datatype"), column("columns_description"));
    for index in 0..titles.len().max(names.len()) {
        let at = |list: &[Option<String>]| list.get(index).cloned().flatten();
        add_field(at(&names), at(&titles), at(&descriptions), at(&types), draft);
    }
    for column in resource.objects("columns") {
        let (name, title) = (column.text("fieldName"), column.text("name"));
        add_field(name, title, column.text("description"), column.text("dataTypeName"), draft);
    }
}

fn add_field(
    name: Option<String>,
    title: Option<String>,
    description: Option<String>,
    data_type: Option<String>,
    draft: &mut Draft,
) {
    let title_says_more = title.clone().filter(|title| Some(title) != name.as_ref());
    let Some(name) = name.or(title) else { return };
    let parts: Vec<String> = [title_says_more, description].into_iter().flatten().collect();
    let description = (!parts.is_empty()).then(|| parts.join(". "));
    draft.fields.push(Field { name, description, data_type, ..Field::default() });
}

fn files(entry: &Object<'_, '_>, resource: &Object<'_, '_>, id: Option<&str>, draft: &mut Draft) {
    draft.landing_page = entry.first_text(&["permalink", "link", "webUri"]);
    let domain = entry.object("metadata").and_then(|metadata| metadata.text("domain"));
    let is_table = draft.kind.as_deref() == Some("dataset");
    if let (Some(domain), Some(id), true) = (domain, id, is_table) {
        let media_type = resource.text("blob_mime_type");
        let (path, media_type) = match media_type {
            Some(media_type) => (format!("https://{domain}/download/{id}"), media_type),
            None => (format!("https://{domain}/api/views/{id}/rows.csv?accessType=DOWNLOAD"), "text/csv".to_owned()),
        };
        draft.distributions.push(DraftDistribution {
            url: Some(path),
            media_type: Some(media_type),
            ..DraftDistribution::default()
        });
    }
    if let Some(url) = resource.first_text(&["attribution_link", "attributionLink"]) {
        draft.distributions.push(DraftDistribution {
            title: Some("Where the data comes from".to_owned()),
            url: Some(url),
            format: Some("HTML".to_owned()),
            ..DraftDistribution::default()
        });
    }
}

#[cfg(test)]
mod tests;
