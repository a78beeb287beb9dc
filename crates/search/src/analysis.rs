//! What this engine holds of a record, and how it takes texts and queries apart, for programs that put the same into another
//! one and compare the two.

use std::collections::BTreeMap;
use std::ops::Range;

use cairn_model::{BoundingBox, Dataset, Vocabularies};
use cairn_policy::Rendition;

use crate::language::stems_of;
use crate::languages::{Languages, TextLanguage};
use crate::names::Known;
use crate::tokens::{self, folded_words};
use crate::wording::{QueryWord, names_in, says_nothing, words_of};
use crate::{Card, document, places, query, schema, texts, years};

/// Place of the field that holds every text of a record.
pub const ALL: usize = schema::ALL;
/// Place of the titles.
pub const TITLE: usize = schema::TITLE;
/// Place of keywords and topics.
pub const KEYWORDS: usize = schema::KEYWORDS;

/// The language by whose rules a text is brought to its stems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spoken(TextLanguage);

impl Spoken {
    /// A letter for the language.
    pub fn mark(self) -> char {
        self.0.mark()
    }

    /// The language of a letter.
    pub fn of_mark(mark: char) -> Option<Self> {
        TextLanguage::of_mark(mark).map(Self)
    }

    /// The stem of a folded word, which stands in the text as `written`.
    pub fn stem(self, word: &str, written: &str) -> String {
        self.0.stem(word, written)
    }

    /// The stems of a text, in its order.
    pub fn stems(self, text: &str) -> Vec<String> {
        let mut stems = Vec::new();
        visit_words(text, |word, at| stems.push(self.stem(word, &text[at])));
        stems
    }
}

/// Visits the folded words of a text, each with the bytes where it stands.
pub fn visit_words(text: &str, mut visit: impl FnMut(&str, Range<usize>)) {
    tokens::visit_words(text, |word, span| visit(word, span.from..span.to));
}

/// Visits the texts of a record that are indexed, each with the place of its field and its language.
pub fn each_text(dataset: &Dataset, vocabularies: &Vocabularies, mut visit: impl FnMut(usize, Spoken, &str)) {
    texts::each_text(dataset, Languages::of(dataset), vocabularies, |field, language, text| {
        visit(field, Spoken(language), text);
    });
}

/// Where a record lies: what it states, else the boxes of its places or countries.
pub fn extents(dataset: &Dataset, vocabularies: &Vocabularies) -> Vec<BoundingBox> {
    places::extents_of(dataset, vocabularies)
}

/// What a list shows of a rendition.
pub fn card(rendition: &Rendition) -> Card {
    document::card(rendition)
}

/// The texts that snippets are made of, by language.
pub fn snippet_texts(dataset: &Dataset) -> BTreeMap<String, String> {
    document::snippet_texts(dataset)
}

/// The folded words of a text, in its order.
pub fn words(text: &str) -> Vec<String> {
    folded_words(text)
}

/// The stems that a folded word of a query can have: a record that has any of them has the word.
pub fn stems(word: &str) -> Vec<String> {
    stems_of(word, word)
}

/// Whether a search for this text looks for its words and nothing else: by the bundled vocabularies none of them names a concept
/// or says the same as another, none is a year, and none is passed over.
pub fn is_plain(text: &str) -> bool {
    let known = Known::bundled();
    let means_more = |word: &QueryWord| known.equivalents().of_word(word).next().is_some();
    query::parse(text).is_ok_and(|query| {
        let nodes = &query.nodes;
        names_in(nodes, &known.vocabularies).is_empty()
            && !(0..nodes.len()).any(|at| says_nothing(nodes, at))
            && !words_of(text).iter().any(|word| means_more(word) || years::named_by(&word.folded).is_some())
    })
}

/// Whether words of a text name a concept of the bundled vocabularies.
pub fn names_concept(text: &str) -> bool {
    query::parse(text).is_ok_and(|query| !names_in(&query.nodes, Vocabularies::bundled()).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn the_stems_of_a_text_are_those_that_its_words_can_have_in_a_query() {
        let of_text = Spoken(Language::English.into()).stems("Repaired wells, near the villages");
        let found =
            words("well repair village").into_iter().all(|word| of_text.iter().any(|stem| stems(&word).contains(stem)));
        assert!(found, "{of_text:?}");
    }

    #[test]
    fn a_text_that_names_a_concept_or_has_words_that_say_nothing_is_not_plain() {
        assert!(is_plain("rusty kettles"));
        for text in ["kettles yemen", "how many kettles", "prices"] {
            assert!(!is_plain(text), "{text}");
        }
        assert!(names_concept("pumps yemen") && !names_concept("how many pumps"));
    }
}
