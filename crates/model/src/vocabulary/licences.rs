//! Licences, from ids, titles, addresses and whole texts.

use std::collections::HashMap;

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
        let found = self.phrases.iter().filter(|(phrase, _)| folded.contains(phrase.as_str()));
        let in_words = found.clone().map(|(_, term)| *term).next();
        let named = in_address.or(in_words)?;
        let forbids = found.map(|(_, term)| *term).find(|term| self.concepts.code_at(*term) == NON_COMMERCIAL);
        match forbids {
            Some(forbids) if !self.concepts.code_at(named).contains("-NC-") => Some(forbids),
            _ => Some(named),
        }
    }
}

/// An address without scheme, `www.`, a slash at its end, and case.
fn address_key(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(&address);
    let address = address.strip_prefix("www.").unwrap_or(address);
    address.trim_end_matches('/').to_owned()
}
