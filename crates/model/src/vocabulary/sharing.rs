//! Sharing levels: words, and labels of the Traffic Light Protocol.

use super::concepts::{Concepts, LONGEST_NAME};
use super::fold;

/// The code of the sharing level that a text names. A TLP label may carry the Chatham House extension
/// (`TLP:AMBER, TLP:EX:CHR`), which says nothing of the audience. `unclear`, which taxonomies list in jest, is refused.
pub(super) fn find<'c>(levels: &'c Concepts, text: &str) -> Option<&'c str> {
    if let Some(code) = levels.find_code(text) {
        return Some(code);
    }
    if text.len() > LONGEST_NAME {
        return None;
    }
    let folded = fold(text);
    let label = folded.strip_suffix("ex chr")?.trim_end();
    let label = label.strip_suffix(" tlp").unwrap_or(label);
    levels.find_key(label).map(|term| levels.code_at(term))
}

#[cfg(test)]
mod tests {
    use super::super::Vocabularies;
    use crate::Sharing::{Closed, Community, Organisation, Public, Restricted};

    #[test]
    fn traffic_light_labels_of_both_versions_are_sharing_levels() {
        let cases = [
            ("CLEAR", Public),
            ("WHITE", Public),
            ("GREEN", Community),
            ("AMBER", Restricted),
            ("AMBER+STRICT", Organisation),
            ("RED", Closed),
        ];
        let vocabularies = Vocabularies::bundled();
        for (label, level) in cases {
            for text in [
                label.to_owned(),
                label.to_lowercase(),
                format!("TLP:{label}"),
                format!("tlp: {}", label.to_lowercase()),
                format!("TLP-{label}"),
                format!("[TLP:{label}]"),
                format!("TLP:{label} TLP:EX:CHR"),
                format!("TLP:{label}, EX:CHR"),
            ] {
                assert_eq!(vocabularies.sharing(&text), Some(level), "{text}");
            }
            assert_eq!(vocabularies.sharing(&format!("TLP:{}", level.tlp())), Some(level));
        }
        for text in ["unclear", "TLP:UNCLEAR", "tlp:ex:chr", "TLP", "", "BLUE"] {
            assert_eq!(vocabularies.sharing(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_sharing_levels() {
        let cases = [
            ("public", Public),
            ("Open data", Public),
            ("للجميع", Public),
            ("Partenaires humanitaires", Community),
            ("restreint", Restricted),
            ("membres du cluster", Restricted),
            ("restricted public", Restricted),
            ("Confidencial", Restricted),
            ("http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC", Closed),
            ("http://publications.europa.eu/resource/authority/access-right/PUBLIC", Public),
            ("internal", Organisation),
            ("usage interne", Organisation),
            ("ne pas partager", Closed),
            ("TLP:ROUGE", Closed),
            ("TLP: rojo", Closed),
            ("أحمر", Closed),
            ("TLP:ÁMBAR", Restricted),
            ("TLP:Vert", Community),
            ("non-public", Closed),
        ];
        for (text, level) in cases {
            assert_eq!(Vocabularies::bundled().sharing(text), Some(level), "{text}");
        }
    }
}
