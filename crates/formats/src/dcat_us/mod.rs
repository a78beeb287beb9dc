//! Datasets of DCAT-US catalogues (`data.json`): Project Open Data 1.0 and 1.1, and the plain JSON of DCAT-US 3.0.
//!
//! Portals of many makes write such a catalogue (ArcGIS Hub, DKAN, Socrata, `OpenDataSoft`), and none keeps to the schema:
//! any field may hold any type, and an odd value costs that field, never the record.

mod coverage;
mod distributions;
mod recognise;
mod terms;
mod text;
mod who;

use std::io::Read;
use std::ops::ControlFlow;

use cairn_model::{Draft, Identifier, Problem, Severity};

use crate::identifiers::{add_identifier, of_form};
use crate::json_document::read_object;
use crate::json_stream::{DCAT_US, JsonListing, read_records_of};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};
use crate::listing::{ListedRecord, Listing};
use crate::{Reading, stable_id};

pub use self::recognise::is_catalogue;

/// Longest dataset that is kept.
const LONGEST_RECORD: usize = 64 << 20;

/// Reads the datasets of a catalogue from `reader` and hands each to `each` with its offset from 0; stops early when `each`
/// breaks. Catalogues may hold catalogues (DCAT-US 3.0); an array of datasets, JSON Lines or one dataset is read too.
///
/// Memory is bounded by the largest record (`max_record_bytes`), not by the payload.
pub fn read_catalogue(
    reader: impl Read,
    max_record_bytes: usize,
    each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> JsonListing {
    read_records_of(&DCAT_US, reader, max_record_bytes, each)
}

/// Cuts a catalogue that is in memory into its datasets. It has no further pages.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes hold no catalogue and not one dataset.
pub fn list_datasets(bytes: &[u8]) -> Result<Listing, Problem> {
    let mut listing = Listing::default();
    let found = read_catalogue(bytes, LONGEST_RECORD, &mut |_, record| {
        listing.records.push(ListedRecord { id: id_of(record), bytes: record.to_vec(), deleted: false });
        ControlFlow::Continue(())
    });
    listing.problems = found.problems;
    if found.complete || !listing.records.is_empty() {
        return Ok(listing);
    }
    let reason = listing.problems.into_iter().find(|problem| problem.severity == Severity::Error);
    Err(reason.unwrap_or_else(|| Problem::error("not-a-dcat-us-catalogue", "", "the payload holds no dataset")))
}

/// The id that a dataset states: its identifier, or its address where it has none.
pub fn id_of(record: &[u8]) -> Option<String> {
    read_object(record, "a DCAT-US dataset", |fields, _| Ok(stated_id(&fields))).ok()?
}

/// `identifier`, which is text in every version; `@id` where there is none.
fn stated_id(fields: &Fields<'_>) -> Option<String> {
    let identifier = fields.get("identifier").and_then(|value| match value {
        // DCAT-US 3.0 allows an object of type Identifier.
        Value::Object(parts) => parts.first_text(&["notation", "@id"]),
        value => value.text(),
    });
    Some(identifier.or_else(|| fields.text("@id"))?.into_owned())
}

/// Reads one dataset of a catalogue.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither identifier, title nor description.
pub fn read_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    read_object(bytes, "a DCAT-US dataset", |fields, problems| read_fields(&fields, problems))
}

/// Reads the fields of one dataset; `problems` are those of its text.
pub(crate) fn read_fields(fields: &Fields<'_>, mut problems: Vec<Problem>) -> Result<Reading, Problem> {
    let title = text::title(fields);
    let description = text::description(fields);
    let stated_id = stated_id(fields);
    if stated_id.is_none() && title.is_empty() && description.is_empty() {
        return Err(Problem::error("no-identity", "", "the dataset has neither identifier, title nor description"));
    }
    let source_record_id = stated_id.unwrap_or_else(|| {
        problems.push(Problem::warning("no-id", "identifier", "the identifier is missing; one is made of the content"));
        content_id(fields, title.texts().next().or_else(|| description.texts().next()))
    });
    let mut draft = Draft {
        identifiers: identifiers(fields, &source_record_id),
        source_record_id,
        title,
        description,
        kind: kind(fields),
        landing_page: fields.first_text(&["landingPage", "homepage"]).map(std::borrow::Cow::into_owned),
        ..Draft::default()
    };
    text::fill(fields, &mut draft);
    // Terms come before parties: whether a contact is published openly follows from them.
    draft.terms = terms::stated(fields);
    who::fill(fields, &mut draft);
    coverage::fill(fields, &mut draft);
    distributions::fill(fields, &mut draft, &mut problems);
    Ok(Reading { draft, problems, deleted: false })
}

/// An id for a dataset without one: titles repeat ("Annual report"), so that addresses count too.
fn content_id(fields: &Fields<'_>, title: Option<&str>) -> String {
    let landing_page = fields.first_text(&["landingPage", "homepage"]);
    let publisher = fields.get("publisher").and_then(who::name_of);
    let mut addresses: Vec<String> = Vec::new();
    for distribution in fields.list("distribution") {
        let Value::Object(parts) = distribution else { continue };
        addresses.extend(parts.first_text(&["downloadURL", "accessURL"]).map(std::borrow::Cow::into_owned));
    }
    let first_address = addresses.into_iter().min();
    stable_id(&[
        title.unwrap_or_default(),
        publisher.as_deref().unwrap_or_default(),
        landing_page.as_deref().or(first_address.as_deref()).unwrap_or_default(),
    ])
}

/// The type of the dataset, without its prefix; nothing where it is just a dataset.
fn kind(fields: &Fields<'_>) -> Option<String> {
    let types = fields.list("@type").iter().filter_map(Value::text);
    let names = types.map(|name| name.rsplit([':', '/', '#']).next().unwrap_or_default().to_owned());
    let special =
        names.into_iter().find(|name| !matches!(name.as_str(), "" | "Dataset" | "DatasetSeries" | "Resource"));
    special.or_else(|| fields.get("type").and_then(any_text))
}

fn identifiers(fields: &Fields<'_>, own: &str) -> Vec<Identifier> {
    let mut identifiers = Vec::new();
    add_identifier(&mut identifiers, of_form(own));
    for key in ["@id", "doi", "otherIdentifier", "sameAs"] {
        for value in fields.list(key) {
            let text = match value {
                Value::Object(parts) => parts.first_text(&["notation", "@id", "identifier"]),
                value => value.text(),
            };
            if let Some(text) = text {
                add_identifier(&mut identifiers, of_form(&text));
            }
        }
    }
    identifiers
}

#[cfg(test)]
mod tests;
