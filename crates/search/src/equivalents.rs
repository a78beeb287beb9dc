//! Words that say the same in another language, or in other words of the same: a query for one also finds the others.
//!
//! They are words of every day that name no concept (*prices*, *prix*, *precios*, *أسعار*), a table of the vocabularies. A record is
//! indexed by its own words alone: it is the query that is made to mean all of them.

use cairn_model::Vocabularies;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::language::Language;
use crate::tokens::folded_words;
use crate::wording::QueryWord;

/// The words of the table by their stems.
pub(crate) struct Equivalents {
    /// The stems of each row.
    rows: Vec<Vec<String>>,
    /// The rows in which a stem stands, each with the letters of the word that has it.
    by_stem: FxHashMap<String, Vec<(usize, usize)>>,
    /// The words as they are in the table, folded.
    words: FxHashSet<String>,
}

impl Equivalents {
    /// Those of some vocabularies.
    pub(crate) fn of(vocabularies: &Vocabularies) -> Self {
        let mut all = Self { rows: Vec::new(), by_stem: FxHashMap::default(), words: FxHashSet::default() };
        for row in vocabularies.equivalents() {
            let place = all.rows.len();
            let mut stems = Vec::new();
            for (language, written) in row {
                let Ok([folded]) = <[String; 1]>::try_from(folded_words(written)) else { continue };
                all.words.insert(folded.clone());
                // Texts of which nobody knows the language have no rules for stems.
                for language in [Language::of(language, ""), Language::Other] {
                    let stem = language.stem(&folded, written);
                    if language != Language::Other {
                        all.by_stem.entry(stem.clone()).or_default().push((place, folded.chars().count()));
                    }
                    if !stems.contains(&stem) {
                        stems.push(stem);
                    }
                }
            }
            all.rows.push(stems);
        }
        all
    }

    /// The stems of what says the same as a word. Forms of a word are longer than it: *March* has the French stem of *marché*,
    /// and is no market.
    pub(crate) fn of_word<'a>(&'a self, word: &QueryWord) -> impl Iterator<Item = &'a String> {
        let letters = word.folded.chars().count();
        let places = word.stems.iter().filter_map(|stem| self.by_stem.get(stem)).flatten();
        let rows: Vec<usize> = places.filter(|(_, least)| *least <= letters).map(|(row, _)| *row).collect();
        rows.into_iter().flat_map(|row| &self.rows[row])
    }

    /// Whether a folded word stands in the table.
    pub(crate) fn have(&self, folded: &str) -> bool {
        self.words.contains(folded)
    }
}
