//! What people register beside records: as whom a command acts, and documents that go out and come back edited.

pub(crate) mod agreements;
pub(crate) mod collaboratives;
mod commitments;
pub(crate) mod concerns;
pub(crate) mod crises;
pub(crate) mod decide;
pub(crate) mod exchanges;
pub(crate) mod frameworks;
pub(crate) mod groups;
pub(crate) mod holdings;
pub(crate) mod needs;
pub(crate) mod organisations;
pub(crate) mod practices;
pub(crate) mod refusals;
pub(crate) mod requests;
pub(crate) mod saved_searches;
mod tables;

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use cairn_catalog::{Catalog, CatalogError, EntryPage, Paging, Registered};
use cairn_policy::Viewer;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::arguments::Global;
use crate::arguments::registry::Acting;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, acting_viewer, open};
use crate::output;

/// Entries that are read at a time.
const AT_A_TIME: u32 = 200;

/// What the catalogue says of an entry, and no client may: it is taken out of a document that comes back.
const SET_BY_CATALOGUE: [&str; 3] = ["created", "changed", "schema"];

/// Fields that are shown before all others.
const FIRST: [&str; 5] = ["id", "name", "title", "state", "kind"];

/// For how long the holder of the index is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Opens the catalogue, and tells as whom a command acts: with a token as its holder, else as the operator.
pub(super) async fn open_acting(global: &Global, acting: Acting) -> Result<(Catalog, Viewer), Failure> {
    let (_, catalog) = open(global, DataFolder::Create).await?;
    let viewer = acting_viewer(&catalog, &acting).await?;
    Ok((catalog, viewer))
}

/// Waits until searches find what was written. Where they do not yet, what was done is done all the same.
async fn index(catalog: &Catalog, command: &str) {
    if let Err(error) = catalog.index_what_is_written(PATIENCE, command).await {
        eprintln!("warning: it is written, and searches do not find it yet: {error}");
    }
}

/// Says in the log of acts that the operator read what is not for everyone.
pub(super) async fn log_reading(catalog: &Catalog, viewer: &Viewer, what: &str, now: Timestamp) -> Result<(), Failure> {
    if viewer.is_operator() {
        catalog.log_operator_read(what, now).await?;
    }
    Ok(())
}

/// All entries of a list, of which `ask` answers a part.
async fn all<T>(
    ask: impl AsyncFn(&Paging) -> Result<EntryPage<T>, CatalogError>,
) -> Result<Vec<Registered<T>>, CatalogError> {
    let mut items = Vec::new();
    let mut paging = Paging { after: String::new(), limit: AT_A_TIME };
    loop {
        let page = ask(&paging).await?;
        items.extend(page.items);
        match page.next {
            Some(next) => paging.after = next,
            None => return Ok(items),
        }
    }
}

/// What an edited document changes.
struct Edited<T> {
    id: String,
    version: u32,
    body: T,
}

/// A document that may be one that a command drafted with `--json`, which says its `schema` first.
fn completed<T: DeserializeOwned>(file: &Path) -> Result<T, Failure> {
    let mut document: Map<String, Value> = document(file)?;
    document.remove("schema");
    serde_json::from_value(Value::Object(document))
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))
}

/// A document as `show --json` gave it: its id and version say what is changed, and from where.
fn edited<T: DeserializeOwned>(file: &Path) -> Result<Edited<T>, Failure> {
    edited_without(file, &[])
}

/// The same of a kind of which the catalogue sets more than of others.
fn edited_without<T: DeserializeOwned>(file: &Path, set_by_catalogue: &[&str]) -> Result<Edited<T>, Failure> {
    let mut document: Map<String, Value> = document(file)?;
    for name in SET_BY_CATALOGUE.iter().chain(set_by_catalogue) {
        document.remove(*name);
    }
    let lacks =
        |name: &str| Failure::usage(format!("{}: `{name}` is missing, as `show --json` gives it", file.display()));
    let id = document.remove("id").and_then(|id| id.as_str().map(str::to_owned)).ok_or_else(|| lacks("id"))?;
    let version = document.remove("version").and_then(|version| version.as_u64()).ok_or_else(|| lacks("version"))?;
    let version = u32::try_from(version).map_err(|_| lacks("version"))?;
    let body = serde_json::from_value(Value::Object(document))
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    Ok(Edited { id, version, body })
}

/// A document of what is said once of something: as the API takes it, which was version 0, or as it was answered before. What the
/// catalogue sets of it is taken out.
fn said_anew<T: DeserializeOwned>(file: &Path, set_by_catalogue: &[&str]) -> Result<(u32, T), Failure> {
    let mut document: Map<String, Value> = document(file)?;
    for name in SET_BY_CATALOGUE.iter().chain(set_by_catalogue).chain(&["id"]) {
        document.remove(*name);
    }
    let version = document.remove("version").and_then(|version| version.as_u64()).unwrap_or(0);
    let body = serde_json::from_value(Value::Object(document))
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    Ok((u32::try_from(version).unwrap_or(u32::MAX), body))
}

/// A document as the API takes it.
fn document<T: DeserializeOwned>(file: &Path) -> Result<T, Failure> {
    document_in(file, &bytes_of(file)?)
}

/// The same, where the file was read already.
fn document_in<T: DeserializeOwned>(file: &Path, bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))
}

/// Prints a list: as the API answers it, or as a table of some of the fields.
fn list(global: &Global, name: &str, entries: Vec<Value>, fields: &[&str]) -> Result<Exit, Failure> {
    if global.json {
        output::json(&Map::from_iter([("schema".to_owned(), json!(1)), (name.to_owned(), Value::Array(entries))]))?;
        return Ok(Exit::Done);
    }
    let cell = |entry: &Value, field: &str| in_words(entry.pointer(field).unwrap_or(&Value::Null));
    let rows: Vec<Vec<String>> =
        entries.iter().map(|entry| fields.iter().map(|field| cell(entry, field)).collect()).collect();
    let headings: Vec<&str> = fields.iter().filter_map(|field| field.rsplit('/').next()).collect();
    output::table(&headings, &rows)?;
    Ok(Exit::Done)
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(file).map(|read| bytes = read)
    };
    read.map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
    Ok(bytes)
}

/// Prints an entry as the API answers it, with `schema` before it.
pub(super) fn show(global: &Global, entry: Value) -> Result<Exit, Failure> {
    let Value::Object(fields) = entry else { return Ok(Exit::Failed) };
    if global.json {
        let mut document = Map::from_iter([("schema".to_owned(), json!(1))]);
        document.extend(fields);
        output::json(&document)?;
        return Ok(Exit::Done);
    }
    let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
    fields.sort_by_key(|(name, _)| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    let rows: Vec<Vec<String>> = fields.into_iter().map(|(name, value)| vec![name, in_words(&value)]).collect();
    output::table(&["field", "value"], &rows)?;
    Ok(Exit::Done)
}

/// A value for people: words, lists in one line, and texts by language.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name}: {}", in_words(value))).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}
