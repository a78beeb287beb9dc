//! DKAN 2: data sets of its metastore and its search, in the schema of DCAT-US 1.1.

use cairn_model::{Contact, Draft, DraftDistribution, DraftOrganisation, Field, Problem};

use crate::Reading;
use crate::access::{access_level, close_listing};
use crate::contacts::{add_contact, mail};
use crate::extents::add_value;
use crate::identifiers::add_by_form;
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;

/// Cuts the items of the metastore (an array), or a page of the search, whose `results` are an object by key.
/// The search is paged by number up to `count`.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no data sets.
pub fn list_datasets(bytes: &[u8]) -> Result<Listing, Problem> {
    let search = Page::cut_keyed(bytes, &[&["results"]])?;
    let is_search = search.has_list || !search.envelope.0.is_empty();
    let page = if is_search { search } else { Page::cut(bytes, &[&[]])? };
    let mut page = page.with_list("a list of data sets")?;
    let count = number(&page.envelope, "total");
    for (key, _) in &mut page.records {
        *key = key.take().map(|key| key.strip_prefix("dkan_dataset/").map_or_else(|| key.clone(), str::to_owned));
    }
    let id = |fields: &Fields<'_>| {
        let data = match fields.get("data") {
            Some(Value::Object(data)) => data,
            _ => fields,
        };
        data.text("identifier").map(std::borrow::Cow::into_owned)
    };
    Ok(Listing { count, ..page.into_listing(|key| matches!(key, "identifier" | "data"), id) })
}

const TEXTS: &[TextRow] = &[
    (&["issued", "%issued"], |draft| &mut draft.issued),
    (&["modified", "%modified"], |draft| &mut draft.modified),
    (&["temporal"], |draft| &mut draft.coverage),
    (&["accrualPeriodicity"], |draft| &mut draft.update_frequency),
    (&["landingPage"], |draft| &mut draft.landing_page),
    (&["dataQuality"], |draft| &mut draft.caveats),
];

/// Reads one data set.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither identifier nor title.
pub fn read_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a data set", |record| {
        // With `show-reference-ids` every value that is stored apart comes wrapped.
        let dataset = record.object("data").unwrap_or_else(|| record.clone());
        let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
        draft.terms.listed_openly = true;
        draft.title = dataset.localized("title");
        draft.description = dataset.localized("description");
        let words = dataset.names("keyword", &["data"]);
        if !words.is_empty() {
            draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
        }
        draft.topics = dataset.names("theme", &["data", "title", "name"]);
        draft.languages = dataset.texts("language", &[',']);
        fill_texts(&dataset, TEXTS, &mut draft);
        access(&dataset, &mut draft);
        parties(&dataset, &mut draft);
        if let Some(extent) = dataset.value("spatial") {
            add_value(extent, &mut draft);
        }
        if let Some(licence) = dataset.text("license") {
            if crate::identifiers::is_web_address(&licence) {
                draft.licence_url = Some(licence);
            } else {
                draft.licence_title = Some(licence);
            }
        }
        for key in ["distribution", "%Ref:distribution"] {
            for file in dataset.objects(key) {
                distribution(&file.object("data").unwrap_or(file), &mut draft);
            }
        }
        let identifier = dataset.text("identifier");
        if let Some(identifier) = identifier.as_deref().filter(|text| crate::identifiers::doi(text).is_some()) {
            add_by_form(&mut draft.identifiers, identifier);
        }
        dataset.identify(identifier, "identifier", &mut draft)?;
        Ok(draft)
    })
}

/// The access level, why it is closed (`rights`), and the states of a portal that an editor sees.
fn access(dataset: &Object<'_, '_>, draft: &mut Draft) {
    for level in dataset.every_text("accessLevel") {
        access_level(&level, &mut draft.terms);
    }
    let is_open = draft.terms.sharing.as_deref() == Some("public") && draft.terms.sharing_at_least.is_none();
    if let Some(rights) = dataset.text("rights") {
        if is_open {
            draft.licence_text = Some(rights);
        } else {
            draft.terms.reasons.push(rights);
        }
    }
    draft.terms.reasons.extend(dataset.text("accessLevelComment"));
    let states = dataset.every_text("moderation_state");
    let is_hidden = states.iter().any(|state| state != "published");
    if is_hidden || dataset.closes("private", true) {
        close_listing(&mut draft.terms);
    }
}

fn parties(dataset: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(Value::Object(_)) = dataset.value("publisher") {
        let publisher = dataset.object("publisher").map(|publisher| publisher.object("data").unwrap_or(publisher));
        let name = publisher.as_ref().and_then(|publisher| publisher.text("name"));
        draft.publisher = name.map(|name| DraftOrganisation { id: None, name, kind: None });
    } else {
        draft.publisher = dataset.text("publisher").map(|name| DraftOrganisation { id: None, name, kind: None });
    }
    for point in dataset.objects("contactPoint") {
        let written = point.text("hasEmail");
        let email = written.as_deref().and_then(mail);
        if written.is_some() && email.is_none() {
            point.warn("not-a-mail-address", "hasEmail", "the contact's address is no mail address");
        }
        let contact = Contact {
            name: point.text("fn"),
            email,
            role: Some("pointOfContact".to_owned()),
            published_openly: draft.terms.listed_openly,
            ..Contact::default()
        };
        add_contact(&mut draft.contacts, contact);
    }
}

fn distribution(file: &Object<'_, '_>, draft: &mut Draft) {
    draft.distributions.push(DraftDistribution {
        id: file.text("identifier"),
        title: file.text("title"),
        description: file.text("description"),
        url: file.first_text(&["downloadURL", "accessURL"]),
        format: file.text("format"),
        media_type: file.text("mediaType"),
        size: file.text("byteSize"),
        modified: file.text("modified"),
    });
    // The dictionary that DKAN keeps of a table (Frictionless Table Schema).
    for field in file.object("schema").map(|schema| schema.objects("fields")).unwrap_or_default() {
        if let Some(name) = field.text("name") {
            let description = field.first_text(&["description", "title"]);
            draft.fields.push(Field { name, description, data_type: field.text("type"), ..Field::default() });
        }
    }
}

#[cfg(test)]
mod tests;
