//! Pages of records of `GeoBlacklight`: lists, answers of Solr and of a site's search, and where a repository has its records.

use std::borrow::Cow;

use cairn_model::Problem;

use crate::json_page::{Page, error_message, link, look_into, number};
use crate::json_value::{Fields, Value};
use crate::listing::{ListedRecord, Listing};

/// What a page holds.
#[derive(Debug, Default)]
pub struct GeoBlacklightPage {
    /// Its records, how many there are in all, and the next page.
    pub listing: Listing,
    /// Addresses of documents that it names and says little of: newer versions of a site's search write of each what they
    /// show to people. Then there are no records.
    pub documents: Vec<String>,
}

/// Reads a page: an array, a Solr answer (`response.docs`), `GeoBlacklight`'s own search (`data`), or one record.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds neither records nor documents.
pub fn list_records(bytes: &[u8]) -> Result<GeoBlacklightPage, Problem> {
    let page = Page::cut(bytes, &[&["response", "docs"], &["data"], &[]])?;
    if !page.has_list {
        let is_record = ["dct_title_s", "dc_title_s", "gbl_mdVersion_s", "geoblacklight_version"];
        if is_record.iter().any(|key| page.envelope.get(key).is_some()) {
            let record = ListedRecord { id: id(&page.envelope), bytes: bytes.to_vec(), deleted: false };
            let listing =
                Listing { records: vec![record], problems: page.problems, count: Some(1), ..Listing::default() };
            return Ok(GeoBlacklightPage { listing, documents: Vec::new() });
        }
        return Err(page.refusal("a list of records"));
    }
    let mut page = page.with_list("a list of records")?;
    let inner = |holder: &str, key: &str| match page.envelope.get(holder) {
        Some(Value::Object(inner)) => number(inner, key).or_else(|| match inner.get("pages") {
            Some(Value::Object(pages)) => number(pages, "total_count"),
            _ => None,
        }),
        _ => None,
    };
    let count = inner("response", "numFound").or_else(|| inner("meta", "total_count"));
    let next = link(&page.envelope, "next");
    let documents: Vec<String> = page.records.iter().filter_map(|(_, bytes)| document(bytes)).collect();
    if !documents.is_empty() {
        page.records.clear();
    }
    let listing = page.into_listing(|key| matches!(key, "id" | "layer_slug_s"), id);
    Ok(GeoBlacklightPage { listing: Listing { count, next, ..listing }, documents })
}

/// The address of a document, where an entry of a search is no record itself: each of its `attributes` has a label.
fn document(entry: &[u8]) -> Option<String> {
    let entry = look_into(entry, |_| true)?;
    let is_record = match entry.get("attributes") {
        Some(Value::Object(fields)) => fields.first_text(&["dct_title_s", "dc_title_s"]).is_some(),
        _ => true,
    };
    link(&entry, "self").filter(|_| !is_record)
}

fn id(record: &Fields<'_>) -> Option<String> {
    record.first_text(&["id", "layer_slug_s"]).map(Cow::into_owned)
}

/// Reads `layers.json` of a repository of `OpenGeoMetadata`: where each of its records is, from the folder that the file
/// stands in. It names a folder, which holds `geoblacklight.json`, or the file itself.
///
/// # Errors
/// A problem with `Severity::Error` when it is broken, reports an error, or is no object of paths.
pub fn list_layers(bytes: &[u8]) -> Result<Vec<String>, Problem> {
    let page = Page::cut(bytes, &[])?;
    let entries = &page.envelope.0;
    let are_paths = entries.iter().all(|(_, value)| matches!(value, Value::Text(_)));
    if entries.is_empty() || !are_paths || error_message(&page.envelope).is_some() {
        return Err(page.refusal("the paths of records"));
    }
    let file = |path: Cow<'_, str>| {
        let is_file = path.to_ascii_lowercase().ends_with(".json");
        if is_file { path.into_owned() } else { format!("{}/geoblacklight.json", path.trim_end_matches('/')) }
    };
    Ok(entries.iter().filter_map(|(_, value)| value.text()).map(file).collect())
}
