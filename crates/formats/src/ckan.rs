//! CKAN packages (Action API v3, CKAN 2.9 to 2.11), plain and in the HDX dialect.

use cairn_model::Problem;

use crate::Reading;

/// Reads one package, as `package_show` or `package_search` gives it.
///
/// `portal` is the root of the portal, for landing pages (`{portal}/dataset/{name}`).
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id, name nor title.
pub fn read_package(_bytes: &[u8], _portal: Option<&str>) -> Result<Reading, Problem> {
    Err(Problem::error("not-written", "", "not written"))
}
