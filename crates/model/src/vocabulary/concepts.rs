//! A vocabulary of terms with labels and aliases in four languages, found by hash of the folded text.

use std::collections::{BTreeMap, HashMap};

use super::table::{Column, Row};
use super::{Term, fold};
use crate::Problem;

/// Most bytes of a text that can be a name; a longer one is a description, and not folded in vain.
pub(super) const LONGEST_NAME: usize = 512;

/// Languages in which terms have labels and aliases.
pub(super) const LANGUAGES: [&str; 4] = ["en", "fr", "es", "ar"];

/// Columns that every table of terms has.
pub(super) const CONCEPT_COLUMNS: &[Column] = &[
    ("code", &[]),
    ("broader", &["parent"]),
    ("en", &["label", "label_en"]),
    ("fr", &["label_fr"]),
    ("es", &["label_es"]),
    ("ar", &["label_ar"]),
    ("codes", &["other_codes"]),
    ("concepts", &["concept"]),
    ("aliases_en", &["aliases"]),
    ("aliases_fr", &[]),
    ("aliases_es", &[]),
    ("aliases_ar", &[]),
];

/// How a text becomes the key under which it is looked up.
pub(super) type Key = fn(&str) -> String;

/// A vocabulary of terms.
#[derive(Debug, Clone)]
pub(super) struct Concepts {
    terms: Vec<Concept>,
    by_code: HashMap<String, usize>,
    /// Codes of other schemes, lower case. Codes without a letter are found only here, because folding would take their sign.
    by_other_code: HashMap<String, usize>,
    by_name: HashMap<String, Name>,
    key: Key,
    /// How many tables have been read, so that a later one may take a name over from an earlier one.
    tables: usize,
}

#[derive(Debug, Clone)]
struct Concept {
    code: String,
    broader: Option<String>,
    labels: BTreeMap<String, String>,
    /// Other names, by language.
    aliases: BTreeMap<String, Vec<String>>,
    /// Codes of other schemes, as their tables write them.
    other_codes: Vec<String>,
    /// Terms of other vocabularies that mean the same or more, as `vocabulary:code`.
    concepts: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Name {
    term: usize,
    table: usize,
    is_code: bool,
}

impl Default for Concepts {
    fn default() -> Self {
        Self::keyed(fold)
    }
}

impl Concepts {
    /// An empty vocabulary whose names are compared by `key`.
    pub(super) fn keyed(key: Key) -> Self {
        Self {
            terms: Vec::new(),
            by_code: HashMap::new(),
            by_other_code: HashMap::new(),
            by_name: HashMap::new(),
            key,
            tables: 0,
        }
    }

    /// Starts another table: its rows may take names over from earlier tables, but not from each other.
    pub(super) fn start_table(&mut self) {
        self.tables += 1;
    }

    /// Adds the term of a row, or amends the one that has its code: labels that the row states replace the earlier ones,
    /// aliases are added. Gives the term's place in the order of the vocabulary.
    pub(super) fn take(&mut self, row: Row<'_>, problems: &mut Vec<Problem>) -> Option<usize> {
        let Some(code) = row.stated("code") else {
            problems.push(row.problem("code", "vocabulary-row", "the row has no code"));
            return None;
        };
        let term = *self.by_code.entry(code.to_owned()).or_insert_with(|| {
            self.terms.push(Concept {
                code: code.to_owned(),
                broader: None,
                labels: BTreeMap::new(),
                aliases: BTreeMap::new(),
                other_codes: Vec::new(),
                concepts: Vec::new(),
            });
            self.terms.len() - 1
        });
        if let Some(broader) = row.stated("broader") {
            self.terms[term].broader = Some(broader.to_owned());
        }
        self.name(term, code, true, "code", row, problems);
        for other in row.list("codes") {
            self.by_other_code.insert(other.to_lowercase(), term);
            push_new(&mut self.terms[term].other_codes, other);
            if other.chars().any(char::is_alphabetic) {
                self.name(term, other, true, "codes", row, problems);
            }
        }
        for language in LANGUAGES {
            if let Some(label) = row.stated(language) {
                self.name(term, label, false, language, row, problems);
                self.terms[term].labels.insert(language.to_owned(), label.to_owned());
            }
            let column = format!("aliases_{language}");
            for alias in row.list(&column) {
                self.name(term, alias, false, &column, row, problems);
                push_new(self.terms[term].aliases.entry(language.to_owned()).or_default(), alias);
            }
        }
        for concept in row.list("concepts") {
            push_new(&mut self.terms[term].concepts, concept);
        }
        Some(term)
    }

    fn name(
        &mut self,
        term: usize,
        name: &str,
        is_code: bool,
        column: &str,
        row: Row<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let key = (self.key)(name);
        if key.is_empty() {
            return;
        }
        let new = Name { term, table: self.tables, is_code };
        let Some(old) = self.by_name.get(&key).copied() else {
            self.by_name.insert(key, new);
            return;
        };
        if old.term == term {
            return;
        }
        if old.table == self.tables || (old.is_code && !is_code) {
            let taken_by = &self.terms[old.term].code;
            let message = format!("{name:?} already stands for {taken_by}, and is left there");
            problems.push(row.problem(column, "vocabulary-name", &message));
        } else {
            self.by_name.insert(key, new);
        }
    }

    /// Adds a code of another scheme to a term.
    pub(super) fn add_code(&mut self, term: usize, code: &str) {
        self.by_other_code.insert(code.to_lowercase(), term);
    }

    /// The place of the term that a text names: by code, by a code of another scheme (a web address counts by its last part),
    /// by label or by alias.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST_NAME {
            return None;
        }
        if let Some(term) = self.by_any_code(text) {
            return Some(term);
        }
        if let Some(term) = self.find_key(&(self.key)(text)) {
            return Some(term);
        }
        local_name(text).and_then(|name| self.find(name))
    }

    /// The place of the term that has a code, of this scheme to the letter or of another one.
    pub(super) fn by_any_code(&self, text: &str) -> Option<usize> {
        let other = || self.by_other_code.get(&text.to_lowercase());
        self.by_code.get(text).or_else(other).copied()
    }

    /// The place of the term that a key names.
    pub(super) fn find_key(&self, key: &str) -> Option<usize> {
        self.by_name.get(key).map(|name| name.term)
    }

    /// The code of the term that a text names.
    pub(super) fn find_code(&self, text: &str) -> Option<&str> {
        self.find(text).map(|term| self.code_at(term))
    }

    /// The code of the term at a place.
    pub(super) fn code_at(&self, term: usize) -> &str {
        &self.terms[term].code
    }

    /// Whether there is no term.
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The codes, in the order of the tables.
    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(|term| term.code.as_str())
    }

    /// The place of a code.
    pub(super) fn place_of(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// The code of the broader term of a code.
    pub(super) fn broader(&self, code: &str) -> Option<&str> {
        self.by_code.get(code).and_then(|term| self.terms[*term].broader.as_deref())
    }

    /// The label of a code in a language, else in English.
    pub(super) fn label(&self, code: &str, language: &str) -> Option<&str> {
        let labels = &self.terms[*self.by_code.get(code)?].labels;
        labels.get(language).or_else(|| labels.get("en")).map(String::as_str)
    }

    /// Labels and aliases of a code, in every language.
    pub(super) fn names_of(&self, code: &str) -> Vec<&str> {
        let Some(term) = self.by_code.get(code) else { return Vec::new() };
        let term = &self.terms[*term];
        term.labels.values().chain(term.aliases.values().flatten()).map(String::as_str).collect()
    }

    /// The terms, in the order of their tables.
    pub(super) fn terms(&self) -> Vec<Term> {
        let term = |concept: &Concept| Term {
            code: concept.code.clone(),
            labels: concept.labels.clone(),
            broader: concept.broader.clone(),
            aliases: concept.aliases.clone(),
            codes: concept.other_codes.clone(),
            concepts: concept.concepts.clone(),
        };
        self.terms.iter().map(term).collect()
    }
}

/// Adds a text to a list that does not have it yet.
pub(super) fn push_new(list: &mut Vec<String>, text: &str) {
    if !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

/// The last part of a web address, after `/`, `#` or `=`; authority tables and linked data name their codes so.
pub(super) fn local_name(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
    let (_, name) = rest.trim_end_matches('/').rsplit_once(['/', '#', '='])?;
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::local_name;

    #[test]
    fn the_last_part_of_an_address_is_its_local_name() {
        assert_eq!(local_name("http://publications.europa.eu/resource/authority/frequency/DAILY"), Some("DAILY"));
        assert_eq!(local_name("https://example.org/scheme#term/"), Some("term"));
        assert_eq!(local_name("https://example.org/codes?code=AB"), Some("AB"));
        assert_eq!(local_name("https://example.org"), None);
        assert_eq!(local_name("daily"), None);
    }
}
