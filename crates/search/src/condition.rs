//! Conditions that records must meet, as the postings of a segment answer them.

use cairn_model::DatasetId;

use crate::SearchError;
use crate::matching::{Conjunction, Matcher};
use crate::places::Places;
use crate::query::TextScope;
use crate::schema::{ALL, Fields, TITLE, Words};
use crate::segment::Segment;
use crate::wording::{QueryWord, words_of};

/// A condition that the postings of a segment answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Any of the stems that a word can have, in a field of [`Fields::stems`].
    Word { field: usize, stems: Vec<String> },
    /// Words next to each other, as they are written.
    Phrase { of: Words, words: Vec<String> },
    /// Words that begin so.
    Prefix { of: Words, prefix: String },
    /// Any of some concepts.
    AnyConcept(Vec<String>),
    /// Any of some facet values.
    AnyValue(Vec<String>),
    /// The record with this id.
    Record(DatasetId),
    /// Any of some places, or a place below one.
    AnyPlace(Places),
    /// All of several.
    Both(Vec<Condition>),
    /// Any of several.
    Either(Vec<Condition>),
}

/// The conditions that say something that no other does, by whether one `covers` another; of equal ones the first stays.
pub(crate) fn needed(conditions: Vec<Condition>, covers: impl Fn(&Condition, &Condition) -> bool) -> Vec<Condition> {
    let is_covered = |(at, one): (usize, &Condition)| {
        conditions
            .iter()
            .enumerate()
            .any(|(other_at, other)| other_at != at && covers(other, one) && (other_at < at || !covers(one, other)))
    };
    let needed: Vec<bool> = conditions.iter().enumerate().map(|place| !is_covered(place)).collect();
    conditions.into_iter().zip(needed).filter_map(|(condition, needed)| needed.then_some(condition)).collect()
}

impl Condition {
    /// Whether every document that meets this condition meets the other, as far as the conditions themselves tell.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (one, other) if one == other => true,
            (Self::Prefix { of, prefix }, Self::Prefix { of: other, prefix: shorter }) => {
                of == other && prefix.starts_with(shorter.as_str())
            }
            (Self::Phrase { of, words }, Self::Prefix { of: other, prefix }) => {
                of == other && words.iter().any(|word| word.starts_with(prefix.as_str()))
            }
            (Self::AnyValue(values), Self::AnyValue(others)) => values.iter().all(|value| others.contains(value)),
            (Self::AnyPlace(places), Self::AnyPlace(others)) => places.lie_within(others),
            _ => false,
        }
    }

    /// The place at which [`Matcher::frequency`] tells how often a word with these stems occurs, if the condition reads it.
    pub(crate) fn place_of(&self, of_word: &[String]) -> Option<usize> {
        let reads = |one: &Self| matches!(one, Self::Word { field: ALL, stems } if stems == of_word);
        match self {
            Self::Either(conditions) => conditions.iter().position(reads),
            condition => reads(condition).then_some(0),
        }
    }

    pub(crate) fn matcher(&self, segment: &Segment, fields: &Fields) -> Result<Matcher, SearchError> {
        match self {
            Self::Word { field, stems } => Matcher::word(segment, fields.stems[*field], stems),
            Self::Phrase { of, words } => Matcher::phrase(segment, fields.words(*of), words),
            Self::Prefix { of, prefix } => Matcher::prefix(segment, fields.words(*of), std::slice::from_ref(prefix)),
            Self::AnyConcept(terms) => Matcher::any(segment, fields.concepts, terms),
            Self::AnyValue(terms) => Matcher::any(segment, fields.filter, terms),
            Self::Record(id) => Matcher::record(segment, fields.id, *id),
            Self::AnyPlace(places) => places.matcher(segment, fields),
            Self::Both(conditions) => {
                let matchers = matchers(conditions, segment, fields)?;
                Ok(Matcher::Both(Box::new(Conjunction::new(matchers, Vec::new(), segment.reader.max_doc()))))
            }
            Self::Either(conditions) => Ok(Matcher::Either(matchers(conditions, segment, fields)?)),
        }
    }
}

fn matchers(conditions: &[Condition], segment: &Segment, fields: &Fields) -> Result<Vec<Matcher>, SearchError> {
    conditions.iter().map(|condition| condition.matcher(segment, fields)).collect()
}

/// Several conditions that must all hold as one.
pub(crate) fn both(mut conditions: Vec<Condition>) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => Condition::Both(conditions.into_iter().chain(last).collect()),
    }
}

/// The conditions of which any is enough where some of the words are.
pub(crate) fn parts(condition: Condition) -> Vec<Condition> {
    match condition {
        // What hyphens join is one word, of which a part says little.
        Condition::Either(alternatives) if matches!(alternatives.first(), Some(Condition::Phrase { .. })) => {
            vec![Condition::Either(alternatives)]
        }
        Condition::Either(alternatives) => alternatives.into_iter().flat_map(parts).collect(),
        Condition::Both(conditions) => conditions,
        other => vec![other],
    }
}

/// The condition of a text: a word by its stems, or words next to each other as they are written. What hyphens join is also
/// found in one word (`sub-district`, `subdistrict`).
pub(crate) fn text_condition(scope: TextScope, quoted: bool, text: &str, words: &[QueryWord]) -> Condition {
    if let ([word], false) = (words, quoted) {
        return Condition::Word { field: stems_in(scope), stems: word.stems.clone() };
    }
    let phrase = phrase(scope, words);
    match joined_stems(quoted, text, words) {
        Some(stems) => Condition::Either(vec![phrase, Condition::Word { field: stems_in(scope), stems }]),
        None => phrase,
    }
}

/// As [`text_condition`], of what is wanted: what hyphens join is also found where each of its words stands in any form
/// (`sub-districts`, `sub-district`).
pub(crate) fn wanted_condition(scope: TextScope, quoted: bool, text: &str, words: &[QueryWord]) -> Condition {
    let as_written = text_condition(scope, quoted, text, words);
    if !is_hyphenated(quoted, text, words) || !words.iter().all(is_of_letters) {
        return as_written;
    }
    let stems = |word: &QueryWord| Condition::Word { field: stems_in(scope), stems: word.stems.clone() };
    let in_any_form = Condition::Both(words.iter().map(stems).collect());
    match as_written {
        Condition::Either(alternatives) => Condition::Either(alternatives.into_iter().chain([in_any_form]).collect()),
        phrase => Condition::Either(vec![phrase, in_any_form]),
    }
}

/// Whether a text is words that hyphens join.
fn is_hyphenated(quoted: bool, text: &str, words: &[QueryWord]) -> bool {
    words.len() > 1 && !quoted && text.split('-').count() == words.len() && !text.contains(char::is_whitespace)
}

/// Whether a word has letters alone: numbers say something only beside what they number (`covid-19`).
fn is_of_letters(word: &QueryWord) -> bool {
    word.folded.chars().all(char::is_alphabetic)
}

/// The stems of what hyphens join, written in one word.
fn joined_stems(quoted: bool, text: &str, words: &[QueryWord]) -> Option<Vec<String>> {
    if !is_hyphenated(quoted, text, words) {
        return None;
    }
    let written: String = words.iter().map(|word| word.written.as_str()).collect();
    match words_of(&written).as_slice() {
        [joined] => Some(joined.stems.clone()),
        _ => None,
    }
}

/// The words of a text as they score: a record that has what hyphens join in one word has each of them.
pub(crate) fn scored_words(quoted: bool, text: &str, words: &[QueryWord]) -> Vec<QueryWord> {
    let joined = joined_stems(quoted, text, words).unwrap_or_default();
    let scored = |word: &QueryWord| {
        let others = joined.iter().filter(|stem| !word.stems.contains(stem)).cloned();
        QueryWord { stems: word.stems.iter().cloned().chain(others).collect(), ..word.clone() }
    };
    words.iter().map(scored).collect()
}

/// Words as they are written, next to each other.
pub(crate) fn phrase(scope: TextScope, words: &[QueryWord]) -> Condition {
    let words = words.iter().map(|word| word.folded.clone()).collect();
    Condition::Phrase { of: words_in(scope), words }
}

fn stems_in(scope: TextScope) -> usize {
    match scope {
        TextScope::All => ALL,
        TextScope::Title => TITLE,
    }
}

pub(crate) fn words_in(scope: TextScope) -> Words {
    match scope {
        TextScope::All => Words::All,
        TextScope::Title => Words::Title,
    }
}
