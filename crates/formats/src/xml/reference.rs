//! What references in XML stand for.

use quick_xml::events::BytesRef;

/// What a reference stands for: one of the five entities of XML 1.0 §4.6, or a character; none for any other entity.
pub(crate) fn replacement(reference: &BytesRef<'_>) -> Option<char> {
    match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}
