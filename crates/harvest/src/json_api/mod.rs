//! JSON interfaces that differ in little but names: what each calls its parameters, and how it leads to the next page.
//!
//! A kind is a row of `dialects`; how its answers are read is for [`cairn_formats`] to know.

mod chained;
mod changes;
mod dialects;
mod windowed;

use cairn_fetch::Url;
use cairn_formats::listing::ListedRecord;
use cairn_model::Problem;

pub(crate) use self::dialects::*;
use crate::config::Location;
use crate::server::NotAPage;
use crate::{HarvestError, Payload, SourceConfig};

/// `Accept` of every request.
pub(crate) const ACCEPT: &str = "application/json, application/geo+json;q=0.9";

/// The address of the listing: what the source's own address names if it names the listing, else `path` below its root;
/// with what every request says, and what `[parameters]` of the source say.
pub(crate) fn listing_address(config: &SourceConfig, path: &str, fixed: &[(&str, &str)]) -> Result<Url, HarvestError> {
    let Location::Web(mut url) = config.location()? else {
        let reason = format!("`url` of a source of kind {} is an http or https address", config.kind);
        return Err(HarvestError::Configuration { source_id: config.id.clone(), reason });
    };
    let own = url.path().trim_end_matches('/').to_owned();
    if !path.is_empty() && !own.ends_with(path) {
        url.set_path(&format!("{own}{path}"));
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
