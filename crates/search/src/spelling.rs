//! What was probably meant: words of a query that no public record has, or hardly any, in the spelling of one that is near and
//! there.
//!
//! Only live documents of the public tier are looked at, so everyone gets the same, whatever else is in the catalogue.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use cairn_model::vocabulary::{ARTICLE, Lexicon, Word};
use tantivy::Term;
use tantivy::query::FuzzyTermQuery;

use crate::concepts::named;
use crate::language::stems_of;
use crate::names::Known;
use crate::query::{is_quotation_mark, pieces};
use crate::schema::{ALL, Fields};
use crate::tokens::folded_words;
use crate::view::View;
use crate::{SearchError, stopwords};

/// Letters of a word from which on a slip is forgiven.
const ONE_SLIP: usize = 4;
/// Letters of an Arabic word from which on one is: of four, which most roots with a vowel have, any other letter makes another word.
const ONE_SLIP_IN_ARABIC: usize = 5;
/// Letters from which on two are.
const TWO_SLIPS: usize = 8;
/// Bytes of a letter at the most.
const MOST_BYTES: usize = 4;
/// Letters of the longest word that is looked at.
const LONGEST: usize = 30;
/// Words of a query that are looked up.
const MOST_WORDS: usize = 4;
/// Letters of a word that records have, from which on it can be a slip all the same.
const KNOWN_SLIP: usize = 5;
/// How many times as many records have the word that was meant then.
const MORE_COMMON: u64 = 20;

/// Which words are taken for slips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slips {
    /// Those that no public record has.
    Unknown,
    /// Those too that few have, where one letter makes them a word that many have.
    Rare,
}

/// The text of a query as it was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meant {
    pub(crate) text: String,
    /// Whether no word of it was known, and none became one that names something. Words of another language, or of another
    /// subject, are so too: it was meant only where there are records with all of what it became.
    pub(crate) all_unknown: bool,
}

/// The text of a query with its misspelled words as they were probably meant; `None` where there is nothing to mend. Words in
/// quotation marks, values of fields, exclusions, beginnings of words and names of concepts stay as they are.
pub(crate) fn mended(
    view: &View,
    fields: &Fields,
    known: &Known,
    text: &str,
    slips: Slips,
) -> Result<Option<Meant>, SearchError> {
    let vocabularies = &*known.vocabularies;
    let lexicon = vocabularies.lexicon();
    let names = named(&Word::all_in(text), vocabularies);
    let is_named = |at: usize| names.iter().any(|name| (name.first..name.first + name.words).contains(&at));
    let mut words_before = 0;
    let mut mended = String::with_capacity(text.len());
    // Words that tell something, those of them that no record has, and those that are written otherwise.
    let (mut telling, mut unknown, mut changed) = (0, 0, 0);
    let mut names_something = false;
    let mut is_quoted = false;
    let mut is_left_out = false;
    let mut looked_up = 0;
    for chunk in text.split_inclusive(char::is_whitespace) {
        let marks = chunk.chars().filter(|letter| is_quotation_mark(*letter)).count();
        let stands_for_itself =
            !is_quoted && marks == 0 && !is_left_out && !chunk.starts_with('-') && !chunk.contains([':', '*']);
        is_left_out = !is_quoted && chunk.trim_end() == "NOT";
        is_quoted ^= marks % 2 == 1;
        for (gap, word) in parts_of(chunk) {
            mended.push_str(gap);
            let stands_for_itself = stands_for_itself && !is_named(words_before);
            words_before += Word::all_in(word).len();
            let nearest = match single_word(word).filter(|_| stands_for_itself && looked_up < MOST_WORDS) {
                Some(folded) => {
                    let stems = stems_of(&folded, word);
                    let records = records_with(view, fields, &stems)?;
                    telling += 1;
                    unknown += usize::from(records == 0);
                    let is_looked_up = records == 0 || slips == Slips::Rare && folded.chars().count() >= KNOWN_SLIP;
                    looked_up += usize::from(is_looked_up);
                    match (is_looked_up, records) {
                        (false, _) => None,
                        // A word of the vocabularies is one, whether records have it or not.
                        (true, 0) if lexicon.words().contains(folded.as_str()) => None,
                        (true, 0) if known.equivalents().have(&folded) => None,
                        (true, 0) if !vocabularies.formats_asked_for(&folded).is_empty() => None,
                        (true, 0) => nearest(view, fields, lexicon, &folded)?,
                        (true, records) => far_more_common(view, fields, &folded, &stems, records)?,
                    }
                }
                None => None,
            };
            if let Some(nearest) = &nearest {
                changed += 1;
                names_something = names_something || !named(&Word::all_in(nearest), vocabularies).is_empty();
            }
            mended.push_str(nearest.as_deref().unwrap_or(word));
        }
    }
    let all_unknown = unknown > 1 && unknown == telling && !names_something;
    let is_meant = changed > 0 && (!all_unknown || changed == unknown);
    Ok(is_meant.then_some(Meant { text: mended, all_unknown }))
}

/// The beginnings that were probably meant by one that completes nothing: with its last word mended, with those before it, and
/// with both.
pub(crate) fn mended_beginnings(
    view: &View,
    fields: &Fields,
    lexicon: &Lexicon,
    text: &str,
) -> Result<Vec<String>, SearchError> {
    let trimmed = text.trim_end();
    let last = trimmed.rfind(char::is_whitespace).map_or(trimmed, |at| trimmed[at..].trim_start());
    let before = &trimmed[..trimmed.len() - last.len()];
    let last_meant = match single_word(last) {
        Some(word) => {
            let query = FuzzyTermQuery::new_prefix(Term::from_field_text(fields.all, &word), 1, true);
            most_common(view, fields, &query, &word, |_| false)?.map(|(nearest, _)| nearest)
        }
        None => None,
    };
    let mut before_meant = String::with_capacity(before.len());
    for (at, chunk) in before.split_inclusive(char::is_whitespace).enumerate() {
        let word = chunk.trim_end();
        let nearest = match single_word(word).filter(|_| at < MOST_WORDS) {
            Some(folded) if records_with(view, fields, &stems_of(&folded, word))? == 0 => {
                nearest(view, fields, lexicon, &folded)?
            }
            _ => None,
        };
        before_meant.push_str(nearest.as_deref().unwrap_or(word));
        before_meant.push_str(&chunk[word.len()..]);
    }
    let is_other = before_meant != before;
    let mut beginnings: Vec<String> = last_meant.iter().map(|last| format!("{before}{last}")).collect();
    beginnings.extend(is_other.then(|| format!("{before_meant}{last}")));
    beginnings.extend(last_meant.filter(|_| is_other).map(|last| format!("{before_meant}{last}")));
    Ok(beginnings)
}

/// The words of what stands between two spaces, each with what stands before it: those that a query takes apart, and those
/// that hyphens join. The last may be none, and end what stands behind the others.
fn parts_of(chunk: &str) -> Vec<(&str, &str)> {
    let mut parts = Vec::new();
    let mut end = 0;
    for part in pieces(chunk.trim_end()).into_iter().flat_map(|piece| piece.split('-')) {
        let Some(begin) = chunk[end..].find(part).map(|at| end + at) else { continue };
        parts.push((&chunk[end..begin], part));
        end = begin + part.len();
    }
    parts.push((&chunk[end..], ""));
    parts
}

/// The word that a text is, folded, if it is one of letters alone and of a length that can be mended.
fn single_word(text: &str) -> Option<String> {
    let words = folded_words(text);
    let [word] = words.as_slice() else { return None };
    let least = if word.starts_with(is_arabic) { ONE_SLIP_IN_ARABIC } else { ONE_SLIP };
    ((least..=LONGEST).contains(&letters_of(word)) && stopwords::says_something(word)).then(|| word.clone())
}

/// Letters of a word; the article of Arabic is none.
fn letters_of(word: &str) -> usize {
    word.strip_prefix(ARTICLE).unwrap_or(word).chars().count()
}

pub(crate) fn is_arabic(letter: char) -> bool {
    matches!(letter, '\u{600}'..='\u{6ff}')
}

/// How many public records have a word, in the one of its forms that most have.
fn records_with(view: &View, fields: &Fields, stems: &[String]) -> Result<u64, SearchError> {
    let mut most = 0;
    for stem in stems {
        most = most.max(view.public.live_documents_with(fields.stems[ALL], stem)?);
    }
    Ok(most)
}

/// The word nearest to one that no record has: of several one that names something, and else the one that most public records have.
/// One that names something comes before those that differ in two letters.
fn nearest(view: &View, fields: &Fields, lexicon: &Lexicon, word: &str) -> Result<Option<String>, SearchError> {
    let slips = if letters_of(word) < TWO_SLIPS { 1 } else { 2 };
    for distance in 1..=slips {
        let query = FuzzyTermQuery::new(Term::from_field_text(fields.all, word), distance, true);
        if let Some((found, _)) = most_common(view, fields, &query, word, |near| names_something(lexicon, near))? {
            return Ok(Some(found));
        }
        if distance == 1
            && let Some(name) = nearest_of_names(lexicon, word)
        {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// The first word of the vocabularies' names from which one differs in a letter; none where it is another form of one.
fn nearest_of_names(lexicon: &Lexicon, word: &str) -> Option<String> {
    let stems = stems_of(word, word);
    let is_form = |name: &str| stems_of(name, name).iter().any(|stem| stems.contains(stem));
    let is_near = |name: &str| {
        name.len().abs_diff(word.len()) <= MOST_BYTES
            && begin_alike(name, word)
            && strsim::osa_distance(name, word) == 1
    };
    let nearest = lexicon.words().iter().map(AsRef::as_ref).filter(|name| is_near(name)).min();
    nearest.filter(|name| !is_form(name)).map(str::to_owned)
}

/// The word that one with these stems, which so many `records` have, is a slip of.
fn far_more_common(
    view: &View,
    fields: &Fields,
    word: &str,
    stems: &[String],
    records: u64,
) -> Result<Option<String>, SearchError> {
    let query = FuzzyTermQuery::new(Term::from_field_text(fields.all, word), 1, true);
    let found = most_common(view, fields, &query, word, |_| false)?;
    // Another form of the same word is found as it is.
    let is_other = |near: &str| !stems_of(near, near).iter().any(|stem| stems.contains(stem));
    Ok(found.filter(|(near, count)| *count >= MORE_COMMON * records && is_other(near)).map(|(near, _)| near))
}

/// Whether two words have the same first letter, or the same first two in either order. A slip in the first letter is rare, and
/// most words that differ in it are others.
fn begin_alike(left: &str, right: &str) -> bool {
    let first_two = |word: &str| (word.chars().next(), word.chars().nth(1));
    let (left, right) = (first_two(left), first_two(right));
    left.0 == right.0 || left.1.is_some() && (left.1, left.0) == right
}

/// Whether a word alone is the name of something.
fn names_something(lexicon: &Lexicon, word: &str) -> bool {
    lexicon.words().contains(word) && !lexicon.mentions(&Word::all_in(word)).is_empty()
}

/// Of the words near to one that which most public records have, and how many have it; those that are preferred come first.
fn most_common(
    view: &View,
    fields: &Fields,
    query: &FuzzyTermQuery,
    word: &str,
    is_preferred: impl Fn(&str) -> bool,
) -> Result<Option<(String, u64)>, SearchError> {
    let automaton = query.automaton().map_err(|error| SearchError::from_tantivy("read", error))?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for segment in &view.public.segments {
        let postings = segment.postings_of(fields.all)?;
        let mut terms = postings.terms().search(&automaton).into_stream().map_err(SearchError::from_read)?;
        while terms.advance() {
            let Some(near) = std::str::from_utf8(terms.key()).ok().filter(|near| begin_alike(near, word)) else {
                continue;
            };
            let live = u64::from(segment.live_documents(&postings, terms.value())?);
            if live > 0 && stopwords::says_something(near) {
                *counts.entry(near.to_owned()).or_default() += live;
            }
        }
    }
    let ranked = counts.into_iter().map(|(word, count)| (is_preferred(&word), count, Reverse(word)));
    Ok(ranked.max().map(|(_, count, Reverse(word))| (word, count)))
}
