//! Licences, from ids, titles, addresses and whole texts.

use std::collections::HashMap;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::concepts::Concepts;
use super::fold;
use super::table::Row;
use crate::Problem;

/// Code of a text that forbids commercial use and is no licence with a name.
const NON_COMMERCIAL: &str = "non-commercial";

/// Longest text that is read, in characters: the licence is named long before.
const LONGEST_TEXT: usize = 20_000;

/// The licences: their terms, their addresses, and the phrases by which a text is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Licences {
    pub(super) concepts: Concepts,
    /// Address without scheme and ending, to the licence's place.
    by_address: HashMap<String, usize>,
    /// Own address of each licence.
    addresses: Vec<Option<String>>,
    /// Folded phrases between spaces, longest first.
    phrases: Vec<(String, usize)>,
    /// Finds all phrases in one pass; made when a text is first read. None if they are too many for it.
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Licences {
    /// Adds or amends the licence of a row.
    pub(super) fn take(&mut self, row: Row<'_>, problems: &mut Vec<Problem>) {
        let Some(term) = self.concepts.take(row, problems) else { return };
        if term == self.addresses.len() {
            self.addresses.push(None);
        }
        for address in row.list("urls") {
            self.by_address.insert(address_key(address), term);
            if self.addresses[term].is_none() {
                self.addresses[term] = Some(address.to_owned());
            }
        }
        for phrase in row.list("phrases") {
            self.phrases.push((format!(" {} ", fold(phrase)), term));
        }
        self.phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        self.finder = OnceLock::new();
    }

    /// The code of the licence that an id, a title, an address or a text names.
    pub(super) fn find(&self, text: &str) -> Option<&str> {
        let text = text.trim();
        let term = self.by_address(text).or_else(|| self.concepts.find(text)).or_else(|| self.in_text(text))?;
        Some(self.concepts.code_at(term))
    }

    /// The address of a licence's text.
    pub(super) fn address(&self, code: &str) -> Option<&str> {
        let term = self.concepts.place_of(code)?;
        self.addresses[term].as_deref()
    }

    fn by_address(&self, text: &str) -> Option<usize> {
        if !text.starts_with("http://") && !text.starts_with("https://") {
            return None;
        }
        let mut key = address_key(text);
        loop {
            if let Some(term) = self.by_address.get(&key) {
                return Some(*term);
            }
            // `…/licenses/by/4.0/deed.fr` and `…/legalcode` are pages below the licence's own.
            let end = key.rfind(['/', '#', '?'])?;
            key.truncate(end);
        }
    }

    /// The licence that a text names: by an address in it, else by the longest phrase in it. Words that forbid
    /// commercial use outweigh a named licence that does not.
    fn in_text(&self, text: &str) -> Option<usize> {
        let text: String = text.chars().take(LONGEST_TEXT).collect();
        let in_address = text
            .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '(' | ')' | '[' | ']' | ','))
            .find_map(|word| self.by_address(word.trim_end_matches(['.', ';', ':'])));
        let folded = format!(" {} ", fold(&text));
        let found = self.phrases_in(&folded);
        let named = in_address.or_else(|| found.first().copied())?;
        let forbids = found.into_iter().find(|term| self.concepts.code_at(*term) == NON_COMMERCIAL);
        match forbids {
            Some(forbids) if !self.concepts.code_at(named).contains("-NC-") => Some(forbids),
            _ => Some(named),
        }
    }

    /// The licences whose phrases a folded text holds, that of the longest first.
    fn phrases_in(&self, folded: &str) -> Vec<usize> {
        let make = || AhoCorasick::new(self.phrases.iter().map(|(phrase, _)| phrase)).ok();
        let mut places: Vec<usize> = match self.finder.get_or_init(make) {
            Some(finder) => finder.find_overlapping_iter(folded).map(|found| found.pattern().as_usize()).collect(),
            None => (0..self.phrases.len()).filter(|place| folded.contains(&self.phrases[*place].0)).collect(),
        };
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| self.phrases[place].1).collect()
    }
}

/// An address without scheme, `www.`, a slash at its end, and case.
fn address_key(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(&address);
    let address = address.strip_prefix("www.").unwrap_or(address);
    address.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Vocabularies;

    fn code(text: &str) -> Option<&str> {
        Vocabularies::bundled().licence(text)
    }

    #[test]
    fn every_label_alias_and_address_finds_its_own_licence() {
        let vocabularies = Vocabularies::bundled();
        for term in vocabularies.terms("licence").unwrap_or_default() {
            let expected = Some(term.code.as_str());
            assert_eq!(code(&term.code), expected);
            assert_eq!(code(&term.code.to_lowercase()), expected);
            for name in vocabularies.names_of("licence", &term.code) {
                assert_eq!(code(name), expected, "{name}");
            }
            if let Some(address) = vocabularies.licence_url(&term.code) {
                assert_eq!(code(&format!("{address}/")), expected, "{address}");
            }
        }
    }

    #[test]
    fn ids_of_portals_are_read() {
        let cases = [
            ("cc-by", "CC-BY-4.0"),
            ("cc-by-igo", "CC-BY-3.0-IGO"),
            ("cc-by-sa", "CC-BY-SA-4.0"),
            ("hdx-odc-odbl", "ODbL-1.0"),
            ("ODbL", "ODbL-1.0"),
            ("hdx-odc-by", "ODC-By-1.0"),
            ("hdx-pddl", "PDDL-1.0"),
            ("other-pd-nr", "public-domain"),
            ("hdx-multi", "multiple"),
            ("hdx-other", "other"),
            ("other-license-specified", "other"),
            ("notspecified", "not-specified"),
            ("cc-zero", "CC0-1.0"),
            ("us-pd", "us-government-work"),
            ("uk-ogl", "OGL-UK-3.0"),
            ("ogl3", "OGL-UK-3.0"),
            ("Creative Commons Attribution for Intergovernmental Organisations", "CC-BY-3.0-IGO"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn terms_that_are_no_licences_have_codes_in_four_languages() {
        let cases = [
            ("Humanitarian use only", "humanitarian-use-only"),
            ("Usage humanitaire uniquement", "humanitarian-use-only"),
            ("Solo uso humanitario", "humanitarian-use-only"),
            ("للاستخدام الإنساني فقط", "humanitarian-use-only"),
            ("These tables are for humanitarian purposes only.", "humanitarian-use-only"),
            ("Data sharing agreement", "data-sharing-agreement"),
            ("Accord de partage de données", "data-sharing-agreement"),
            ("Acuerdo de intercambio de datos", "data-sharing-agreement"),
            ("اتفاقية مشاركة بيانات", "data-sharing-agreement"),
            ("نسبة المصنف 4.0", "CC-BY-4.0"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn addresses_are_read_whatever_their_ending() {
        let cases = [
            ("http://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
            ("https://www.creativecommons.org/licenses/by/4.0/deed.fr", "CC-BY-4.0"),
            ("https://creativecommons.org/licenses/by/3.0/igo/legalcode", "CC-BY-3.0-IGO"),
            ("https://creativecommons.org/licenses/by/3.0/", "CC-BY-3.0"),
            ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
            ("http://opendatacommons.org/licenses/odbl/1.0/", "ODbL-1.0"),
            ("http://www.opendefinition.org/licenses/cc-zero", "CC0-1.0"),
            ("http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "CC-BY-4.0"),
            ("https://spdx.org/licenses/ODbL-1.0", "ODbL-1.0"),
            ("http://www.usa.gov/publicdomain/label/1.0/", "us-government-work"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        assert_eq!(code("https://example.org/terms"), None);
        assert_eq!(code("http://"), None);
    }

    #[test]
    fn whole_texts_are_read_by_what_they_name_and_forbid() {
        let cases = [
            ("This work is licensed under a Creative Commons Attribution 4.0 International License.", "CC-BY-4.0"),
            ("Released under CC BY-NC-SA 3.0 IGO, see the annex for details.", "CC-BY-NC-SA-3.0-IGO"),
            ("See <https://creativecommons.org/licenses/by-sa/4.0/> for what you may do.", "CC-BY-SA-4.0"),
            ("Data from OpenStreetMap, made available under the Open Database License.", "ODbL-1.0"),
            (
                "Invented terms: the tables may be viewed and printed for non-commercial use only, without any right to resell them.",
                "non-commercial",
            ),
            ("Creative Commons Attribution 4.0, but not for commercial use.", "non-commercial"),
            ("Creative Commons Attribution-NonCommercial 4.0: no commercial use.", "CC-BY-NC-4.0"),
            ("Les données sont destinées à un usage non commercial.", "non-commercial"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        for text in ["", "Please cite us.", "The authors accept no liability for any use of these data."] {
            assert_eq!(code(text), None, "{text}");
        }
    }
}
