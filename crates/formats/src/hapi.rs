//! HDX Humanitarian API: rows of its metadata put together into a record a data set.
//!
//! `metadata/dataset` and `metadata/resource` name the data sets of HDX that the interface was made from, and
//! `metadata/data-availability` tells of which places it has each category. Answers are paged by offset and name no
//! next page: a page of fewer rows than were asked for is the last, and rows of all pages are put together at once.

use std::collections::HashSet;

use cairn_model::{Draft, DraftDistribution, DraftOrganisation, DraftPlace, LocalizedText, Problem};

use crate::Reading;
use crate::identifiers::add;
use crate::json_groups::group;
use crate::json_object::{Object, read_record};
use crate::json_page::Page;
use crate::json_value::Fields;
use crate::listing::Listing;

/// Rows of a record that are looked at: more than there are places.
const MOST_ROWS: usize = 1_000_000;

/// How many rows an answer has, to be compared with how many were asked for.
///
/// # Errors
/// A problem with `Severity::Error` when the answer is broken, holds no rows, or reports an error. Its code is
/// `app-identifier-required` where the interface asks for an application identifier (status 403).
pub fn count_rows(bytes: &[u8]) -> Result<usize, Problem> {
    rows(bytes).map(|page| page.records.len())
}

fn rows(bytes: &[u8]) -> Result<Page, Problem> {
    let page = Page::cut(bytes, &[&["data"]])?;
    let words = page.envelope.first_text(&["error", "detail", "message"]).unwrap_or_default().to_ascii_lowercase();
    let names = ["app_identifier", "app identifier", "application identifier"];
    let asks_for_identifier = names.iter().any(|name| words.contains(name));
    page.with_list("rows of metadata").map_err(|problem| {
        if asks_for_identifier { Problem { code: "app-identifier-required".to_owned(), ..problem } } else { problem }
    })
}

/// Puts the rows of all pages of `metadata/dataset`, `metadata/resource` and `metadata/data-availability` together:
/// those of one data set of HDX, or of one category.
///
/// # Errors
/// As [`count_rows`], of the first page that cannot be read: a listing without one of its pages is none.
pub fn list_datasets<B: AsRef<[u8]>>(pages: &[B]) -> Result<Listing, Problem> {
    let mut problems = Vec::new();
    let mut all = Vec::new();
    for page in pages {
        let page = rows(page.as_ref())?;
        problems.extend(page.problems);
        all.extend(page.records.into_iter().map(|(_, row)| row));
    }
    let keep = |key: &str| matches!(key, "dataset_hdx_id" | "hdx_id" | "dataset_hdx_stub" | "category" | "subcategory");
    let (listing, nameless) = group(all.into_iter(), keep, name_of_row);
    if nameless > 0 {
        let message = format!("{nameless} rows name neither a data set nor a category");
        problems.push(Problem::error("no-identity", "dataset_hdx_id", message));
    }
    Ok(Listing { problems, count: Some(listing.records.len() as u64), ..listing })
}

fn name_of_row(row: &Fields<'_>) -> Option<String> {
    let dataset = row.first_text(&["dataset_hdx_id", "hdx_id", "dataset_hdx_stub"]);
    dataset.map(std::borrow::Cow::into_owned).or_else(|| {
        let (category, subcategory) = (row.text("category"), row.text("subcategory")?);
        Some(category.map_or_else(|| subcategory.to_string(), |category| format!("{category}/{subcategory}")))
    })
}

/// Reads one record, as [`list_datasets`] puts it together.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither name nor title.
pub fn read_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a data set", |record| {
        let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
        draft.terms.listed_openly = true;
        // A category has a row for each place that it is had of.
        let rows = record.objects_up_to(MOST_ROWS, "rows");
        let rows = if rows.is_empty() { vec![record.clone()] } else { rows };
        let mut seen = HashSet::new();
        for row in &rows {
            if row.has("subcategory") {
                availability(row, &mut seen, &mut draft);
            } else {
                dataset(row, &mut draft);
            }
        }
        record.identify(record.text("name"), "name", &mut draft)?;
        Ok(draft)
    })
}

fn dataset(row: &Object<'_, '_>, draft: &mut Draft) {
    if draft.title.is_empty() {
        draft.title = row.first_localized(&["dataset_hdx_title", "hdx_title", "title"]);
    }
    if let Some(slug) = row.first_text(&["dataset_hdx_stub", "hdx_stub"]) {
        add(&mut draft.identifiers, "slug", &slug);
    }
    if draft.publisher.is_none() {
        let name = row.first_text(&["dataset_hdx_provider_name", "hdx_provider_name", "provider_name"]);
        let id = row.first_text(&["dataset_hdx_provider_stub", "hdx_provider_stub", "provider_code"]);
        draft.publisher = name.map(|name| DraftOrganisation { id, name, kind: None });
    }
    let page = || row.first_text(&["dataset_hdx_link", "hdx_link"]);
    if row.has("resource_hdx_id") {
        resource(row, draft);
    } else {
        draft.landing_page = draft.landing_page.take().or_else(page);
    }
}

fn resource(row: &Object<'_, '_>, draft: &mut Draft) {
    let updated = row.first_text(&["update_date", "hapi_updated_date"]);
    // ISO 8601 dates sort as text.
    draft.modified = draft.modified.take().max(updated.clone());
    draft.distributions.push(DraftDistribution {
        id: row.text("resource_hdx_id"),
        title: row.text("name"),
        url: row.first_text(&["download_url", "hdx_link"]),
        format: row.text("format"),
        modified: updated,
        ..DraftDistribution::default()
    });
}

/// A category at a place, at the finest level that the row names.
fn availability(row: &Object<'_, '_>, seen: &mut HashSet<(Option<String>, String)>, draft: &mut Draft) {
    if draft.title.is_empty() {
        draft.title = row.text("subcategory").map(LocalizedText::undetermined).unwrap_or_default();
        draft.topics.extend(row.text("category"));
    }
    let country = row.first_text(&["location_code", "location_name"]);
    if let Some(country) = country.clone().filter(|country| !draft.countries.contains(country)) {
        draft.countries.push(country);
    }
    draft.modified = draft.modified.take().max(row.text("hapi_updated_date"));
    for (level, keys) in [(2, ["admin2_code", "admin2_name"]), (1, ["admin1_code", "admin1_name"])] {
        if let Some(text) = row.first_text(&keys) {
            if seen.insert((country.clone(), text.clone())) {
                draft.places.push(DraftPlace { text, country, admin_level: Some(level) });
            }
            return;
        }
    }
}

#[cfg(test)]
mod tests;
