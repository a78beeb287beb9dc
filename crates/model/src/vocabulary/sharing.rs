//! Sharing levels: words, and labels of the Traffic Light Protocol.

use super::concepts::Concepts;
use super::fold;

/// The code of the sharing level that a text names. A TLP label may carry the Chatham House extension
/// (`TLP:AMBER, TLP:EX:CHR`), which says nothing of the audience. `unclear`, which taxonomies list in jest, is refused.
pub(super) fn find<'c>(levels: &'c Concepts, text: &str) -> Option<&'c str> {
    if let Some(code) = levels.find_code(text) {
        return Some(code);
    }
    let folded = fold(text);
    let label = folded.strip_suffix("ex chr")?.trim_end();
    let label = label.strip_suffix(" tlp").unwrap_or(label);
    levels.find_key(label).map(|term| levels.code_at(term))
}
