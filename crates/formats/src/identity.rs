//! The id of a record in XML: the one that it states, else one made from its words.

use cairn_model::{Draft, Problem};

use crate::notes::Notes;
use crate::stable_id;

/// What is said of a record without an identifier.
pub(crate) struct WithoutId {
    /// Where the identifier would stand.
    pub(crate) field: &'static str,
    /// That one was made, and from what.
    pub(crate) made: &'static str,
    /// That none can be made.
    pub(crate) neither: &'static str,
}

/// Gives a record the id that it states, or one made from its title and description.
///
/// # Errors
/// A problem for a record that states none and has no title.
#[allow(clippy::result_large_err, reason = "a problem is stored as it is, and single records fail seldom")]
pub(crate) fn settle(
    draft: &mut Draft,
    stated: Option<String>,
    without: &WithoutId,
    notes: &mut Notes,
) -> Result<(), Problem> {
    if let Some(id) = stated {
        draft.source_record_id = id;
        return Ok(());
    }
    if draft.title.is_empty() {
        return Err(Problem::error("no-identity", "", without.neither));
    }
    let words: Vec<&str> = draft.title.texts().chain(draft.description.texts()).collect();
    draft.source_record_id = stable_id(&words);
    notes.report(Problem::warning("no-id", without.field, without.made));
    Ok(())
}
