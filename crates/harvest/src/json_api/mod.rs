//! JSON interfaces that differ in little but names: what each calls its parameters, and how it leads to the next page.
//!
//! A kind is a row of `dialects`; how its answers are read is for [`cairn_formats`] to know.

mod chained;
mod changes;
mod dialects;
mod windowed;
mod worldbank;

use cairn_fetch::Url;
use cairn_formats::listing::{ListedRecord, Listing};
use cairn_model::Problem;

pub(crate) use self::dialects::*;
pub(crate) use self::worldbank::interface_of as worldbank_interface_of;
use crate::config::Location;
use crate::server::NotAPage;
use crate::{HarvestError, Payload, SourceConfig};

/// `Accept` of every request.
pub(crate) const ACCEPT: &str = "application/json, application/geo+json;q=0.9";

/// Code of the problem for a row of a page that is no record.
const NO_RECORD: &str = "not-an-object";

/// The address of the listing: `path` below the root that the source's own address names, as far as it does not name that
/// already; with what every request says, and what `[parameters]` of the source say.
pub(crate) fn listing_address(config: &SourceConfig, path: &str, fixed: &[(&str, &str)]) -> Result<Url, HarvestError> {
    let Location::Web(mut url) = config.location()? else {
        let reason = format!("`url` of a source of kind {} is an http or https address", config.kind);
        return Err(HarvestError::Configuration { source_id: config.id.clone(), reason });
    };
    if !path.is_empty() {
        url.set_path(&below(url.path(), path));
    }
    url.set_fragment(None);
    for (name, value) in fixed {
        let is_given = config.parameters.contains_key(*name) || url.query_pairs().any(|(own, _)| own == *name);
        if !is_given {
            url.query_pairs_mut().append_pair(name, value);
        }
    }
    config.add_parameters(&mut url);
    Ok(url)
}

/// A path below another, which may name the first steps of it already: `/api/1/search` below `/api` is `/api/1/search`.
fn below(own: &str, path: &str) -> String {
    let own = own.trim_end_matches('/');
    let steps = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]);
    let named = steps.filter(|end| own.ends_with(&path[..*end])).last().unwrap_or(0);
    format!("{own}{}", &path[named..])
}

/// An address with a parameter put in the place of whatever value it had.
pub(crate) fn with_parameter(url: &Url, name: &str, value: &str) -> Url {
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(own, _)| own != name).map(|(n, v)| (n.into(), v.into())).collect();
    let mut changed = url.clone();
    changed.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
    changed
}

/// The record of a listing, as it is kept.
pub(crate) fn payload(format: crate::RawFormat, record: ListedRecord) -> (Option<String>, Payload) {
    let ListedRecord { id, bytes, deleted } = record;
    let payload = if deleted { Payload::Deleted } else { Payload::Raw { format, bytes: bytes.into() } };
    (id, payload)
}

/// Takes the rows out of a page, those included that are no record: each where it stood, so that there are as many rows as
/// the source counts. Their reader says what is wrong with them.
pub(crate) fn take_rows(listing: &mut Listing) -> Vec<ListedRecord> {
    let records = std::mem::take(&mut listing.records);
    let mut no_records = Vec::new();
    for problem in std::mem::take(&mut listing.problems) {
        match problem.position.record.filter(|_| problem.code == NO_RECORD) {
            Some(before) => no_records.push((before, problem.value.unwrap_or_default())),
            None => listing.problems.push(problem),
        }
    }
    let mut no_records = no_records.into_iter().peekable();
    let mut rows = Vec::with_capacity(records.len() + no_records.len());
    for (place, record) in records.into_iter().enumerate() {
        while let Some((_, text)) = no_records.next_if(|(before, _)| *before <= place as u64) {
            rows.push(ListedRecord { bytes: text.into_bytes(), ..ListedRecord::default() });
        }
        rows.push(record);
    }
    rows.extend(no_records.map(|(_, text)| ListedRecord { bytes: text.into_bytes(), ..ListedRecord::default() }));
    rows
}

/// What a body is that holds no listing.
pub(crate) fn not_a_page(body: &[u8], problem: &Problem) -> NotAPage {
    let begin = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if !matches!(begin.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return NotAPage::NO_JSON;
    }
    let byte = problem.position.byte.map_or(String::new(), |byte| format!(" (byte {byte})"));
    match problem.code.as_str() {
        "broken-json" => NotAPage::Broken(format!("its answer is broken JSON: {}{byte}", problem.message)),
        "error-answer" => NotAPage::Refused(format!("it answers with an error: {}", told(problem))),
        _ => NotAPage::Other(format!("its answer is JSON of another sort: {}", told(problem))),
    }
}

fn told(problem: &Problem) -> String {
    match &problem.value {
        Some(value) => format!("{} ({value})", problem.message),
        None => problem.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_name_the_listing_its_root_or_anything_between() {
        let table = [
            ("", "/api/1/search", "/api/1/search"),
            ("/", "/api/1/search", "/api/1/search"),
            ("/api", "/api/1/search", "/api/1/search"),
            ("/open/api/1/", "/api/1/search", "/open/api/1/search"),
            ("/api/1/search", "/api/1/search", "/api/1/search"),
            ("/myapi", "/api/1/search", "/myapi/api/1/search"),
            ("/portal", "/sharing/rest/search", "/portal/sharing/rest/search"),
            ("/portal/sharing/rest", "/sharing/rest/search", "/portal/sharing/rest/search"),
        ];
        for (own, path, expected) in table {
            assert_eq!(below(own, path), expected, "{own}");
        }
    }
}
