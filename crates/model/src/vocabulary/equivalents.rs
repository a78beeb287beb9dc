//! Words of every day that say the same in several languages, and name no concept.

use super::fold;
use super::table::{Column, Row};
use crate::Problem;

/// A column for each language.
const LANGUAGES: [&str; 7] = ["en", "fr", "es", "ar", "pt", "ru", "uk"];
pub(super) const COLUMNS: &[Column] =
    &[("en", &[]), ("fr", &[]), ("es", &[]), ("ar", &[]), ("pt", &[]), ("ru", &[]), ("uk", &[])];

/// Rows of words that say the same, each with its language.
#[derive(Debug, Clone, Default)]
pub(super) struct Equivalents(Vec<Vec<(&'static str, String)>>);

impl Equivalents {
    pub(super) fn take(&mut self, row: Row<'_>, problems: &mut Vec<Problem>) {
        let mut words = Vec::new();
        for language in LANGUAGES {
            for word in row.list(language) {
                if fold(word).split(' ').count() == 1 {
                    words.push((language, word.to_owned()));
                } else {
                    problems.push(row.problem(language, "vocabulary-row", "what stands here must be one word"));
                }
            }
        }
        if words.len() > 1 {
            self.0.push(words);
        } else {
            problems.push(row.problem("en", "vocabulary-row", "the row has no two words that say the same"));
        }
    }

    /// The rows, in the order of their tables.
    pub(super) fn rows(&self) -> &[Vec<(&'static str, String)>] {
        &self.0
    }
}
