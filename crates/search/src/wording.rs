//! The words of a query: which of them say nothing, and which name a concept.

use cairn_model::vocabulary::Word;
use cairn_model::{DatasetId, Vocabularies};

use crate::FacetField;
use crate::concepts::{Named, named};
use crate::condition::Condition;
use crate::equivalents::Equivalents;
use crate::language::stems_of;
use crate::query::QueryNode;
use crate::stopwords::{self, Here};
use crate::tokens::{folded_words, visit_words, words};

/// Letters of a record id as it is written.
const ID_LETTERS: usize = 36;

/// A word of the query's text.
#[derive(Clone)]
pub(crate) struct QueryWord {
    pub(crate) folded: String,
    /// As the query has it.
    pub(crate) written: String,
    pub(crate) stems: Vec<String>,
}

/// The text of words that are wanted and stand for themselves.
fn wanted_text(node: &QueryNode) -> Option<&str> {
    node.term.loose_text().filter(|_| !node.excluded)
}

/// Whether the condition at a place is a word that stands for itself and says nothing of what is looked for.
pub(crate) fn says_nothing(nodes: &[QueryNode], at: usize) -> bool {
    let Some(text) = nodes.get(at).and_then(wanted_text) else { return false };
    let words = words_of(text);
    let [word] = words.as_slice() else { return false };
    if !stopwords::says_nothing(&word.folded) {
        return false;
    }
    let before = at.checked_sub(1).and_then(|before| wanted_text(&nodes[before])).map(folded_words);
    let here = Here {
        written: &word.written,
        before: before.as_ref().and_then(|words| words.last()).map(String::as_str),
        in_capitals: !nodes.iter().filter_map(wanted_text).any(|text| text.contains(char::is_lowercase)),
    };
    !stopwords::is_telling(&word.folded, &here)
}

/// The names of concepts among words that stand for themselves, next to each other: each with its first node, and how many
/// nodes it takes.
pub(crate) fn names_in(nodes: &[QueryNode], vocabularies: &Vocabularies) -> Vec<(usize, Named)> {
    let mut names = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    for at in 0..=nodes.len() {
        if let Some(text) = nodes.get(at).and_then(wanted_text) {
            words.extend(asked_for(text, vocabularies));
            owners.resize(words.len(), at);
            continue;
        }
        for name in named(&words, vocabularies) {
            let last = name.first + name.words - 1;
            // A name must not begin or end within what was written as one word.
            let begins = name.first == 0 || owners[name.first - 1] != owners[name.first];
            let ends = last + 1 == owners.len() || owners[last + 1] != owners[last];
            if begins && ends {
                let first = owners[name.first];
                names.push((first, Named { first, words: owners[last] + 1 - first, ..name }));
            }
        }
        words.clear();
        owners.clear();
    }
    names
}

/// The words of a text of the query, in which codes of countries count in any case: `irq health`.
fn asked_for(text: &str, vocabularies: &Vocabularies) -> Vec<Word> {
    let mut words = Word::all_in(text);
    for word in &mut words {
        word.is_capitals = word.is_capitals || vocabularies.is_country_code(&word.text);
    }
    words
}

/// The words that stand for themselves; none where that is one alone.
pub(crate) fn whole_of(nodes: &[QueryNode]) -> Vec<String> {
    let words: Vec<String> = nodes.iter().filter_map(wanted_text).flat_map(folded_words).collect();
    if words.len() < 2 { Vec::new() } else { words }
}

/// The terms of the concepts that the whole of a text names.
pub(crate) fn concepts_named_by(text: &str, vocabularies: &Vocabularies) -> Option<Vec<String>> {
    let words = asked_for(text, vocabularies);
    let names = named(&words, vocabularies);
    names.into_iter().find(|name| name.words == words.len() && !name.terms.is_empty()).map(|name| name.terms)
}

/// The words of a text of the query.
pub(crate) fn words_of(text: &str) -> Vec<QueryWord> {
    let mut words = Vec::new();
    visit_words(text, |folded, span| {
        let written = &text[span.from..span.to];
        let stems = stems_of(folded, written);
        words.push(QueryWord { folded: folded.to_owned(), written: written.to_owned(), stems });
    });
    words
}

/// What has files of a format for which people ask by a word that stands alone.
pub(crate) fn format_asked_for(words: &[QueryWord], vocabularies: &Vocabularies) -> Option<Condition> {
    let [word] = words else { return None };
    let formats = vocabularies.formats_asked_for(&word.folded);
    let terms = formats.iter().flat_map(|format| FacetField::Format.terms(format, vocabularies)).collect();
    (!formats.is_empty()).then_some(Condition::AnyValue(terms))
}

/// The words of a text that is wanted and stands for itself: each is also found where another says the same.
pub(crate) fn meanings_of(text: &str, equivalents: &Equivalents) -> Vec<QueryWord> {
    let mut words = words_of(text);
    for word in &mut words {
        let others: Vec<&String> = equivalents.of_word(word).collect();
        for stem in others {
            if !word.stems.contains(stem) {
                word.stems.push(stem.clone());
            }
        }
    }
    words
}

/// The name of a dataset at the end of an address, as portals make one of it; `None` for other text.
pub(crate) fn dataset_name_in(text: &str) -> Option<&str> {
    let (_, address) = text.trim().split_once("://")?;
    let path = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (_, name) = path.rsplit_once('/')?;
    (!words(name).is_empty()).then_some(name)
}

/// The record that a text names: by its id, or by the address of its page.
pub(crate) fn record_named_by(text: &str) -> Option<DatasetId> {
    let text = text.trim();
    let id = text.split_once("/dataset/").map_or(text, |(_, behind)| behind.get(..ID_LETTERS).unwrap_or(behind));
    (id.len() == ID_LETTERS).then(|| id.parse().ok()).flatten()
}
