//! Data Documentation Initiative: studies as DDI Codebook (1.2.2 to 2.5) and DDI Lifecycle (3.x) describe them.

mod access;
mod codebook;
mod lifecycle;
mod study;

use cairn_model::Problem;

use crate::Reading;
use crate::xml::{Element, Vocabulary};

/// Whether an element is a codebook; older ones have no namespace.
pub(crate) fn is_codebook(element: &Element<'_>) -> bool {
    let is_vocabulary = matches!(element.vocabulary(), Vocabulary::DdiCodebook | Vocabulary::None | Vocabulary::Other);
    is_vocabulary && element.name() == "codeBook"
}

/// Whether an element is an instance, a set of fragments or a study of DDI Lifecycle.
pub(crate) fn is_lifecycle(element: &Element<'_>) -> bool {
    element.vocabulary() == Vocabulary::DdiLifecycle
        && matches!(element.name(), "DDIInstance" | "FragmentInstance" | "StudyUnit")
}

/// The id of a study, where it states one.
pub(crate) fn id_of(root: &Element<'_>) -> Option<String> {
    if is_codebook(root) { study::id_of(root) } else { lifecycle::id_of(root) }
}

/// Reads a codebook.
pub(crate) fn read_codebook(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    codebook::read(root, problems)
}

/// Reads an instance, fragments or a study of DDI Lifecycle.
pub(crate) fn read_lifecycle(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    lifecycle::read(root, problems)
}

#[cfg(test)]
mod tests;
