//! World Bank: data sets of the Data Catalog (DDH and its open API), indicators and sources of the Indicators API.

use cairn_model::{
    AccessMethod, Classification, Contact, Draft, DraftDistribution, DraftOrganisation, Problem, Sharing,
};
use serde_json::value::RawValue;

use crate::Reading;
use crate::access::{close, close_listing, closer_of, levels, state_sharing};
use crate::contacts::{add_contact, mail};
use crate::identifiers::{add, doi};
use crate::json_document::{broken, without_mark};
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, look_into, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;
use crate::once::add_paragraph;

/// Who publishes what names no other.
const WORLD_BANK: &str = "World Bank";

/// Cuts a page of `DatasetList` or of the open API into data sets. An empty page is the end: no page says where the
/// next is.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no data sets.
pub fn list_datasets(bytes: &[u8]) -> Result<Listing, Problem> {
    let page = Page::cut(bytes, &[&["data"], &["value"], &[]])?.with_list("a list of data sets")?;
    let count = number(&page.envelope, "count").or_else(|| number(&page.envelope, "@odata.count"));
    let id = |fields: &Fields<'_>| fields.first_text(&["dataset_unique_id", "dataset_id"]).map(Into::into);
    Ok(Listing { count, ..page.into_listing(|key| matches!(key, "dataset_unique_id" | "dataset_id"), id) })
}

/// Cuts a page of indicators or sources, an array of two: where the page stands, and its rows. `next` is the number of
/// the next page.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or is no such array.
pub fn list_indicators(bytes: &[u8]) -> Result<Listing, Problem> {
    let bytes = without_mark(bytes);
    let parts: Vec<&RawValue> = serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() {
            let page = Page::cut(bytes, &[]).unwrap_or_default();
            page.refusal("a page of the Indicators API")
        } else {
            broken(bytes, &error, "the page", "a page")
        }
    })?;
    let head = parts.first().and_then(|part| look_into(part.get().as_bytes(), |_| true));
    let Some(head) = head else {
        return Err(Problem::error("not-a-listing", "", "the array does not begin with where the page stands"));
    };
    if let Some(Value::List(messages)) = head.get("message") {
        let message = messages.iter().find_map(|message| match message {
            Value::Object(fields) => fields.first_text(&["value", "key", "id"]).map(std::borrow::Cow::into_owned),
            _ => None,
        });
        let problem = Problem::error("error-answer", "message", "the answer reports an error");
        return Err(problem.with_value(&message.unwrap_or_default()));
    }
    let (page, pages) = (number(&head, "page"), number(&head, "pages"));
    let next = page.zip(pages).filter(|(page, pages)| page < pages).map(|(page, _)| (page + 1).to_string());
    let rows = match parts.get(1) {
        Some(rows) => Page::cut(rows.get().as_bytes(), &[&[]])?,
        None => Page::default(),
    };
    let id = |fields: &Fields<'_>| fields.text("id").map(std::borrow::Cow::into_owned);
    Ok(Listing { count: number(&head, "total"), next, ..rows.into_listing(|key| key == "id", id) })
}

const DATASET: &[TextRow] = &[
    (&["first_published", "first_published_date", "release_date"], |draft| &mut draft.issued),
    (&["modified_on", "last_updated_date", "last_modified_date"], |draft| &mut draft.modified),
    (&["type", "data_type"], |draft| &mut draft.kind),
    (&["update_frequency", "periodicity"], |draft| &mut draft.update_frequency),
    (&["url", "website_url", "landing_page"], |draft| &mut draft.landing_page),
];

const IDENTIFICATION: &[TextRow] = &[
    (&["release_date", "first_published"], |draft| &mut draft.issued),
    (&["update_frequency", "periodicity", "update_schedule"], |draft| &mut draft.update_frequency),
    (&["methodology", "statistical_concept", "sampling_procedure"], |draft| &mut draft.methodology),
    (&["limitations", "known_issues", "data_notes"], |draft| &mut draft.caveats),
    (&["granularity"], |draft| &mut draft.geographic_precision),
];

/// Reads one data set, as `DatasetView`, `DatasetList` or the open API gives it.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an error answer, or hold neither id nor title.
pub fn read_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a data set of the catalogue", |record| {
        record.refuse_error(&["dataset_unique_id", "dataset_id", "identification"])?;
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        let identification = record.object("identification");
        if let Some(identification) = &identification {
            draft.title = identification.localized("title");
            draft.description = identification.first_localized(&["description", "subtitle"]);
            draft.languages = identification.names("language_supported", &["code", "name"]);
            draft.topics = identification.names("topics", &["name"]);
            draft.countries = identification.names("countries", &["iso3", "code", "name"]);
            fill_texts(identification, IDENTIFICATION, &mut draft);
        }
        if draft.title.is_empty() {
            draft.title = record.first_localized(&["title", "name"]);
        }
        if draft.description.is_empty() {
            draft.description = record.localized("description");
        }
        fill_texts(record, DATASET, &mut draft);
        let words = record.names("keywords", &["name"]);
        if !words.is_empty() {
            draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
        }
        coverage(record, &mut draft);
        // Terms come before parties: whether a contact is published openly follows from them.
        constraints(record, identification.as_ref(), &mut draft);
        parties(record, identification.as_ref(), &mut draft);
        // Both spellings occur, and never in one record.
        for key in ["resources", "Resources"] {
            resources(record, key, &mut draft);
        }
        if let Some(name) = record.text("doi") {
            add(&mut draft.identifiers, "doi", doi(&name).unwrap_or(&name));
        }
        let unique = record.text("dataset_unique_id");
        let page = unique
            .as_deref()
            .filter(|id| is_id(id))
            .map(|id| format!("https://datacatalog.worldbank.org/search/dataset/{id}"));
        draft.landing_page = draft.landing_page.take().or(page);
        if unique.is_some()
            && let Some(other) = record.text("dataset_id")
        {
            add(&mut draft.identifiers, "other", &other);
        }
        record.identify(unique.or_else(|| record.text("dataset_id")), "dataset_unique_id", &mut draft)?;
        Ok(draft)
    })
}

fn coverage(record: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(places) = record.object("geographical_extent") {
        draft.countries.extend(places.names("coverage", &["code", "iso3", "name"]));
    }
    if let Some(times) = record.object("temporal_extent").or_else(|| record.object("temporal_coverage")) {
        draft.coverage_start = times.first_text(&["start_date", "start"]);
        draft.coverage_end = times.first_text(&["end_date", "end"]);
    }
}

fn parties(record: &Object<'_, '_>, identification: Option<&Object<'_, '_>>, draft: &mut Draft) {
    let organisation = |name: String| DraftOrganisation { id: None, name, kind: None };
    draft.publisher = Some(organisation(record.text("publisher").unwrap_or_else(|| WORLD_BANK.to_owned())));
    // In capitals it is the code of a collection (`FINANCE`), and no name.
    match record.text("source") {
        Some(code) if !code.contains(char::is_lowercase) => {
            add_paragraph(draft.methodology.get_or_insert_default(), &format!("Source: {code}"));
        }
        name => draft.custodian = name.map(organisation),
    }
    let holders = [Some(record), identification].into_iter().flatten();
    for point in holders.flat_map(|holder| holder.objects("point_of_contact")) {
        let contact = Contact {
            name: point.text("name"),
            email: point.text("email").as_deref().and_then(mail),
            role: Some("pointOfContact".to_owned()),
            published_openly: draft.terms.listed_openly,
            ..Contact::default()
        };
        add_contact(&mut draft.contacts, contact);
    }
}

/// Licence and classification; the latter stands at any of several places.
fn constraints(record: &Object<'_, '_>, identification: Option<&Object<'_, '_>>, draft: &mut Draft) {
    let constraints = record.object("constraints");
    if let Some(licence) = constraints.as_ref().and_then(|constraints| constraints.object("license")) {
        draft.licence_id = licence.text("license_id");
        draft.licence_url = licence.text("license_reference");
        draft.licence_text = licence.first_text(&["custom_licence", "custom_license", "license_text"]);
    }
    let security = constraints.as_ref().and_then(|constraints| constraints.object("security"));
    let holders = [Some(record), identification, constraints.as_ref(), security.as_ref()];
    for holder in holders.into_iter().flatten() {
        for key in ["data_classification", "classification", "security_classification", "access_level"] {
            for class in holder.every_text(key) {
                classify(&class, draft);
            }
        }
        if holder.closes("is_private", true) {
            close_listing(&mut draft.terms);
        }
    }
}

/// Public, Official Use Only, Confidential, Strictly Confidential (the Bank's own scale), in any notation. Of several the closest
/// holds; one of another scale closes unless it is known to be open.
fn classify(class: &str, draft: &mut Draft) {
    let terms = &mut draft.terms;
    match class.trim().to_ascii_lowercase().replace(['_', '-'], " ").as_str() {
        "public" => return state_sharing(terms, "public"),
        "official use only" | "official" | "ouo" => {
            close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest));
        }
        "confidential" => close(terms, Sharing::Organisation, Some(AccessMethod::None)),
        "strictly confidential" => close(terms, Sharing::Closed, Some(AccessMethod::None)),
        _ if levels::classification(class) > Classification::Unclassified => {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        }
        _ => {}
    }
    terms.classification = closer_of(terms.classification.take(), Some(class.to_owned()), levels::classification);
}

fn resources(record: &Object<'_, '_>, key: &str, draft: &mut Draft) {
    for resource in record.objects(key) {
        let file = resource.object("distribution");
        let of_file = |key: &str| file.as_ref().and_then(|file| file.text(key));
        for class in resource.every_text("data_classification") {
            classify(&class, draft);
        }
        draft.distributions.push(DraftDistribution {
            id: resource.text("resource_unique_id"),
            title: resource.text("name").or_else(|| of_file("file_name")),
            description: resource.text("description"),
            url: of_file("url").or_else(|| of_file("website_url")).or_else(|| resource.text("url")),
            format: resource.text("format").or_else(|| of_file("distribution_format")),
            size: of_file("distribution_size"),
            modified: resource.first_text(&["last_updated_date", "modified_on"]),
            ..DraftDistribution::default()
        });
    }
}

/// Reads one indicator.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id nor name.
pub fn read_indicator(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "an indicator", |row| {
        let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
        draft.terms.listed_openly = true;
        draft.title = row.localized("name");
        draft.description = row.localized("sourceNote");
        draft.topics = row.names("topics", &["value", "name"]);
        draft.methodology = row.text("sourceOrganization").map(|source| format!("Source: {source}"));
        draft.caveats = row.text("unit").map(|unit| format!("Unit: {unit}"));
        let source = row.names("source", &["value", "name"]).into_iter().next();
        draft.publisher = Some(bank());
        draft.topics.extend(source);
        let id = row.text("id");
        draft.landing_page =
            id.as_deref().filter(|id| is_id(id)).map(|id| format!("https://data.worldbank.org/indicator/{id}"));
        row.identify(id, "id", &mut draft)?;
        Ok(draft)
    })
}

/// Reads one source (a database of indicators).
///
/// # Errors
/// As [`read_indicator`].
pub fn read_source(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a source", |row| {
        let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
        draft.terms.listed_openly = true;
        draft.title = row.localized("name");
        draft.description = row.localized("description");
        draft.modified = row.text("lastupdated");
        draft.landing_page = row.text("url");
        draft.publisher = Some(bank());
        // Sources whose data nobody gives out are listed with an N.
        if row.closes("dataavailability", false) {
            close(&mut draft.terms, Sharing::Restricted, Some(AccessMethod::None));
        }
        if let Some(code) = row.text("code") {
            add(&mut draft.identifiers, "other", &code);
        }
        row.identify(row.text("id"), "id", &mut draft)?;
        Ok(draft)
    })
}

/// Whether a text may stand in an address as it is.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

fn bank() -> DraftOrganisation {
    DraftOrganisation { id: None, name: WORLD_BANK.to_owned(), kind: None }
}

#[cfg(test)]
mod tests;
