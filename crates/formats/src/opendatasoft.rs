//! Opendatasoft: data sets of the Explore API, version 2.1 (`metas` by template) and version 1 (`metas` flat).

use cairn_model::{AccessMethod, Contact, Draft, DraftDistribution, DraftOrganisation, Field, Problem, Sharing};

use crate::Reading;
use crate::access::{close, close_listing};
use crate::contacts::{add_contact, mail};
use crate::extents::add_value;
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, link, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;
use crate::places::add_place;

/// Cuts a page into data sets: `results` of version 2.1, `datasets` of versions 1 and 2.0, an export (an array), or
/// one. Version 2.1 is paged by offset up to `count`; 2.0 links to the next page.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no data sets.
pub fn list_datasets(bytes: &[u8]) -> Result<Listing, Problem> {
    let page = Page::cut(bytes, &[&["results"], &["datasets"], &[]])?;
    let id = |fields: &Fields<'_>| {
        let inner = match fields.get("dataset") {
            Some(Value::Object(inner)) => inner,
            _ => fields,
        };
        inner.first_text(&["dataset_id", "datasetid"]).map(std::borrow::Cow::into_owned)
    };
    if !page.has_list {
        if page.envelope.first_text(&["dataset_id", "datasetid"]).is_some() {
            let mut listing = crate::ogc_records::single(page, bytes);
            listing.records[0].id = crate::json_page::look_into(bytes, |_| true).and_then(|fields| id(&fields));
            return Ok(listing);
        }
        return Err(page.refusal("a list of data sets"));
    }
    let page = page.with_list("a list of data sets")?;
    let count = number(&page.envelope, "total_count").or_else(|| number(&page.envelope, "nhits"));
    let next = link(&page.envelope, "next");
    let keep = |key: &str| matches!(key, "dataset" | "dataset_id" | "datasetid");
    Ok(Listing { count, next, ..page.into_listing(keep, id) })
}

const METAS: &[TextRow] = &[
    (&["license"], |draft| &mut draft.licence_title),
    (&["license_url"], |draft| &mut draft.licence_url),
    (&["issued", "created", "metadata_created"], |draft| &mut draft.issued),
    (&["modified", "data_processed", "metadata_processed"], |draft| &mut draft.modified),
    (&["accrualperiodicity", "frequency", "update_frequency"], |draft| &mut draft.update_frequency),
    (&["temporal"], |draft| &mut draft.coverage),
    (&["temporal_coverage_start", "temporal_coverage_start_date"], |draft| &mut draft.coverage_start),
    (&["temporal_coverage_end", "temporal_coverage_end_date"], |draft| &mut draft.coverage_end),
    (&["granularity", "geographic_granularity"], |draft| &mut draft.geographic_precision),
    (&["dataquality", "lineage"], |draft| &mut draft.methodology),
    (&["hierarchy_level", "type"], |draft| &mut draft.kind),
];

/// Reads one data set. `portal` is the root of the portal, for landing pages and exports.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id nor title.
pub fn read_dataset(bytes: &[u8], portal: Option<&str>) -> Result<Reading, Problem> {
    read_record(bytes, "a data set", |record| {
        let dataset = record.object("dataset").unwrap_or_else(|| record.clone());
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        let id = dataset.first_text(&["dataset_id", "datasetid"]);
        let metas = dataset.object("metas");
        access(&dataset, metas.as_ref(), &mut draft);
        for template in templates(&dataset, metas) {
            fill(&template, &mut draft);
        }
        fields(&dataset, &mut draft);
        files(&dataset, portal, id.as_deref(), &mut draft);
        dataset.identify(id, "dataset_id", &mut draft)?;
        Ok(draft)
    })
}

/// Each group of metadata, the default one first: version 1 has it flat, beside groups of other standards.
fn templates<'r, 'a>(dataset: &Object<'r, 'a>, metas: Option<Object<'r, 'a>>) -> Vec<Object<'r, 'a>> {
    let mut templates = Vec::new();
    if let Some(metas) = metas {
        templates.extend(metas.object("default"));
        for (name, template) in dataset.members("metas") {
            if name != "default" {
                templates.push(template);
            }
        }
        templates.push(metas);
    }
    templates.extend(dataset.members("interop_metas").into_iter().map(|(_, template)| template));
    templates
}

fn fill(metas: &Object<'_, '_>, draft: &mut Draft) {
    let language = metas.names("language", &["code"]);
    if draft.title.is_empty() {
        draft.title = metas.localized("title");
    }
    if draft.description.is_empty() {
        draft.description = metas.localized("description");
    }
    draft.languages.extend(language.into_iter().filter(|code| !draft.languages.contains(code)).collect::<Vec<_>>());
    for key in ["keyword", "keywords"] {
        let words = metas.texts(key, &[',', ';']);
        if !words.is_empty() {
            draft.keywords.entry(cairn_model::text::UNDETERMINED.to_owned()).or_default().extend(words);
        }
    }
    // Names of themes have commas in them.
    draft.topics.extend(metas.texts("theme", &[]));
    fill_texts(metas, METAS, draft);
    if draft.publisher.is_none() {
        let name = metas.first_text(&["publisher", "creator"]);
        let kind = metas.text("publisher_type");
        draft.publisher = name.map(|name| DraftOrganisation { id: None, name, kind });
    }
    let contact = Contact {
        name: metas.first_text(&["contact_name", "contact_individual_name", "contact_point"]),
        email: metas.text("contact_email").as_deref().and_then(mail),
        role: Some("pointOfContact".to_owned()),
        published_openly: draft.terms.listed_openly,
        ..Contact::default()
    };
    add_contact(&mut draft.contacts, contact);
    place(metas, draft);
    for identifier in metas.texts("file_identifier", &[]) {
        crate::identifiers::add_by_form(&mut draft.identifiers, &identifier);
    }
    for key in ["access_rights_comment", "access_constraints"] {
        for words in metas.every_text(key) {
            crate::access::close_by_words(&words, &mut draft.terms);
        }
    }
    if draft.terms.reasons.is_empty() {
        draft.terms.reasons.extend(metas.first_text(&["access_rights_comment", "access_constraints"]));
    }
    for level in metas.every_text("access_rights") {
        crate::access::by_code_or_words(level, &mut draft.terms);
    }
    draft.landing_page = draft
        .landing_page
        .take()
        .or_else(|| metas.text("references").filter(|address| crate::identifiers::is_web_address(address)));
}

fn place(metas: &Object<'_, '_>, draft: &mut Draft) {
    for key in ["territory", "spatial"] {
        for place in metas.texts(key, &[]) {
            add_place(&place, draft);
        }
    }
    if let Some(extent) = metas.value("bbox").or_else(|| metas.value("geographic_area")) {
        add_value(extent, draft);
    }
    let edge = |name: &str| metas.text(&format!("extend_bounding_box_{name}"));
    let edges = ["westbound_longitude", "southbound_latitude", "eastbound_longitude", "northbound_latitude"];
    let edges: Vec<String> = edges.iter().filter_map(|name| edge(name)).collect();
    if edges.len() == 4 {
        draft.extents.push(edges.join(","));
    }
}

/// `visibility: restricted` shows a data set to those who were chosen; `data_visible: false` shows only its metadata.
fn access(dataset: &Object<'_, '_>, metas: Option<&Object<'_, '_>>, draft: &mut Draft) {
    for holder in [Some(dataset), metas].into_iter().flatten() {
        for visibility in holder.every_text("visibility") {
            match visibility.as_str() {
                // As the portal as a whole, which showed it.
                "domain" | "public" => {}
                "restricted" => {
                    close(&mut draft.terms, Sharing::Restricted, None);
                    draft.terms.listed_openly = false;
                }
                _ => {
                    holder.warn("unknown-access", "visibility", "no known visibility: shown to its organisation only");
                    close_listing(&mut draft.terms);
                }
            }
        }
    }
    if dataset.closes("data_visible", false) {
        close(&mut draft.terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
    }
    if dataset.closes("is_restricted", true) || dataset.closes("is_published", false) {
        close_listing(&mut draft.terms);
    }
}

fn fields(dataset: &Object<'_, '_>, draft: &mut Draft) {
    for field in dataset.objects("fields") {
        let Some(name) = field.text("name") else { continue };
        let label = field.text("label").filter(|label| *label != name);
        let parts: Vec<String> = [label, field.text("description")].into_iter().flatten().collect();
        let description = (!parts.is_empty()).then(|| parts.join(". "));
        draft.fields.push(Field { name, description, data_type: field.text("type"), ..Field::default() });
    }
}

fn files(dataset: &Object<'_, '_>, portal: Option<&str>, id: Option<&str>, draft: &mut Draft) {
    let portal = portal.map(|root| root.trim().trim_end_matches('/')).filter(|root| !root.is_empty());
    if let (Some(portal), Some(id)) = (portal, id) {
        draft.landing_page = Some(format!("{portal}/explore/dataset/{id}/"));
        if !dataset.closes("has_records", false) {
            draft.distributions.push(DraftDistribution {
                url: Some(format!("{portal}/api/explore/v2.1/catalog/datasets/{id}/exports/csv")),
                format: Some("CSV".to_owned()),
                ..DraftDistribution::default()
            });
        }
    }
    for key in ["attachments", "alternative_exports"] {
        for file in dataset.objects(key) {
            let url = file.first_text(&["url", "href"]);
            draft.distributions.push(DraftDistribution {
                id: file.text("id"),
                title: file.text("title"),
                description: file.text("description"),
                // `odsfile://` leads nowhere outside of the portal.
                url: url.filter(|url| !url.starts_with("odsfile:")),
                media_type: file.first_text(&["mimetype", "mime-type"]),
                ..DraftDistribution::default()
            });
        }
    }
}

#[cfg(test)]
mod tests;
