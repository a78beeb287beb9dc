//! Datasets in schema.org's vocabulary, as pages and APIs embed them in JSON-LD, and Croissant (1.0 and 1.1) on top of it.
//!
//! The JSON is walked and not turned into RDF: pages name contexts that are nowhere to be fetched, and write the same terms
//! with and without prefixes, with `http` and with `https`. Names are made plain first (`names`), so that the rest of the
//! reader knows only one spelling.

mod coverage;
mod distributions;
mod names;
mod page;
mod terms;
mod text;
mod walk;
mod who;

use cairn_model::{Draft, Identifier, Problem, Vocabularies};

use self::names::Names;
pub use self::page::{PageDataset, PageListing, list_page};
use crate::decode::decode_text;
use crate::identifiers::{add_identifier, of_form};
use crate::json_document::{broken, read_object, repair};
use crate::json_text::texts_by_language;
use crate::json_value::{Fields, Value};
use crate::listing::{ListedRecord, Listing};
use crate::{Reading, stable_id};

/// Cuts a JSON-LD document into its datasets: the document itself, members of arrays and of `@graph`, and what stands below a
/// web page, a catalogue or a list. It has no further pages.
///
/// A document that is one dataset is kept as it is written; any other record is written anew, with plain names, and with what
/// it refers to by `@id` put in its place.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON or hold no dataset.
pub fn list_datasets(bytes: &[u8]) -> Result<Listing, Problem> {
    let decoded = decode_text(bytes, None);
    let text = decoded.text.trim();
    if text.is_empty() {
        return Err(Problem::error("empty-payload", "", "the payload is empty"));
    }
    if text.starts_with('<') {
        return Err(Problem::error("html-instead-of-json", "", "a web page stands where JSON-LD was due"));
    }
    let mut listing = Listing { problems: decoded.problems, ..Listing::default() };
    match serde_json::from_str::<Value<'_>>(text) {
        Ok(document) => cut(&document, text, &mut listing)?,
        Err(error) => {
            let broken = || broken(text.as_bytes(), &error, "the document", "a JSON-LD document");
            let repaired = repair(text.as_bytes()).ok_or_else(broken)?;
            let text = String::from_utf8(repaired.bytes).map_err(|_| broken())?;
            let document = serde_json::from_str::<Value<'_>>(&text).map_err(|_| broken())?;
            listing.problems.extend(repaired.problems);
            cut(&document, &text, &mut listing)?;
        }
    }
    Ok(listing)
}

fn cut(document: &Value<'_>, text: &str, listing: &mut Listing) -> Result<(), Problem> {
    let names = Names::of(document);
    let found = walk::datasets_of(document, &names);
    listing.problems.extend(found.problems);
    if found.datasets.is_empty() {
        let message = "the document holds no dataset of schema.org";
        return Err(Problem::error("not-a-dataset", "", message).with_value(&found.types.join(", ")));
    }
    let is_whole = found.is_whole;
    let mut ids = std::collections::HashSet::new();
    for dataset in found.datasets {
        let Value::Object(fields) = &dataset else { continue };
        let id = record_id(fields);
        if !ids.insert(id.clone()) {
            let problem = Problem::error("same-id", "", "another dataset of the document has the same id");
            listing.problems.push(problem.with_value(&id));
            continue;
        }
        let bytes = if is_whole { text.to_owned() } else { dataset.to_json().unwrap_or_default() };
        listing.records.push(ListedRecord { id: Some(id), bytes: bytes.into_bytes(), deleted: false });
    }
    Ok(())
}

/// Reads one dataset, as [`list_datasets`] cuts it out.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, or hold neither name, description nor identifier.
pub fn read_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    read_object(bytes, "a dataset of schema.org", |fields, problems| {
        let document = Value::Object(fields);
        let names = Names::of(&document);
        match walk::plain(&document, &names) {
            Value::Object(fields) => read_fields(&fields, problems),
            _ => Err(Problem::error("not-an-object", "", "a dataset of schema.org is a JSON object")),
        }
    })
}

fn read_fields(fields: &Fields<'_>, mut problems: Vec<Problem>) -> Result<Reading, Problem> {
    let title = fields.get("name").or_else(|| fields.get("headline")).map(texts_by_language).unwrap_or_default();
    let description = fields.get("description").map(texts_by_language).unwrap_or_default();
    if title.is_empty() && description.is_empty() && stated_id(fields).is_none() {
        return Err(Problem::error("no-identity", "", "the dataset has neither name, description nor identifier"));
    }
    if title.is_empty() {
        problems.push(Problem::warning("no-title", "name", "the dataset has no name"));
    }
    let url = fields.list("url").first().and_then(text::address_of);
    let mut draft = Draft {
        source_record_id: record_id(fields),
        identifiers: identifiers(fields),
        title,
        description,
        landing_page: url.or_else(|| own_address(fields)),
        ..Draft::default()
    };
    kind(fields, &mut draft);
    text::fill(fields, &mut draft);
    // Terms come before parties: whether a contact is published openly follows from them.
    draft.terms = terms::stated(fields);
    who::fill(fields, &mut draft);
    coverage::fill(fields, &mut draft);
    distributions::fill(fields, &mut draft, &mut problems);
    Ok(Reading { draft, problems, deleted: false })
}

/// The id of a dataset: its own address, an identifier, the address of its page, else one made of its content.
fn record_id(fields: &Fields<'_>) -> String {
    stated_id(fields).unwrap_or_else(|| {
        let text = |key: &str| fields.list(key).first().and_then(text::words_of).unwrap_or_default();
        let mut addresses: Vec<String> = Vec::new();
        for file in fields.list("distribution").iter().filter_map(Value::object) {
            addresses.extend(file.text("contentUrl").map(std::borrow::Cow::into_owned));
        }
        addresses.sort();
        stable_id(&[&text("name"), &text("publisher"), &addresses.join(" "), &text("description")])
    })
}

fn stated_id(fields: &Fields<'_>) -> Option<String> {
    own_address(fields)
        .or_else(|| fields.list("identifier").iter().find_map(text::identifier_in))
        .or_else(|| fields.list("url").first().and_then(text::address_of))
}

/// `@id`, unless it is only the name of a node of the page (`#dataset`, `_:b0`).
fn own_address(fields: &Fields<'_>) -> Option<String> {
    let id = fields.text("@id")?;
    (id.contains(':') && !id.starts_with("_:")).then(|| id.into_owned())
}

fn identifiers(fields: &Fields<'_>) -> Vec<Identifier> {
    let mut identifiers = Vec::new();
    let own = own_address(fields).into_iter();
    let stated = ["identifier", "sameAs"].iter().flat_map(|key| fields.list(key)).filter_map(text::identifier_in);
    for text in own.chain(stated) {
        add_identifier(&mut identifiers, of_form(&text));
    }
    identifiers
}

/// What the record is, where it is said in words that are known; other types are topics.
fn kind(fields: &Fields<'_>, draft: &mut Draft) {
    for value in ["additionalType", "genre"].iter().flat_map(|key| fields.list(key)) {
        let Some(name) = text::words_of(value) else { continue };
        match Vocabularies::bundled().kind(&name) {
            Some(_) if draft.kind.is_none() => draft.kind = Some(name),
            Some(_) => {}
            None => draft.topics.push(name),
        }
    }
}

#[cfg(test)]
mod tests;
