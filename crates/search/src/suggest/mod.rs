//! Completions, from live documents of the public tier alone, so that every viewer gets the same.
//!
//! Places and concepts are completed by the names that the vocabularies have for them, where a record carries them. A beginning
//! that meets nothing is completed as it was probably meant.
//!
//! Tags and organisations are terms of their own, entered once for each of their first words. Titles are looked up by their
//! words; of those that match, the first in alphabetical order are offered. The words of titles are terms, too, so that the
//! last word of a beginning is completed where no name is meant.

mod entries;
mod first;
mod titles;
mod words;

pub(crate) use first::First;
pub(crate) use words::terms as word_terms;

use cairn_model::vocabulary::ARTICLE;

use crate::names::{Known, Names};
use crate::query::MIN_PREFIX;
use crate::schema::Fields;
use crate::tokens::{folded_words, visit_words};
use crate::view::View;
use crate::{SearchError, Suggestion, spelling};

/// Words of a tag or an organisation's name at which a completion can begin.
pub(crate) const ENTRIES: usize = 4;
/// Letters of an entry that a prefix can meet.
const ENTRY: usize = 80;
/// Letters of what is shown.
const SHOWN: usize = 200;
/// Letters that a prefix has at least to complete titles.
const MIN_TITLE_PREFIX: usize = 3;
/// Bytes of a prefix; nothing completes what is longer.
const MAX_PREFIX: usize = 300;
/// Completions that are given at most.
const MAX_LIMIT: usize = 50;

const TAG: &str = "tag";
const WORD: &str = "word";
const ORGANISATION: &str = "organisation";
/// Kind of a place or a country.
pub(crate) const PLACE: &str = "place";
/// Kind of any other concept of the vocabularies.
pub(crate) const CONCEPT: &str = "concept";

/// The terms by which a document's tags, as they are spelled, and its organisation are completed.
///
/// A term is the entry, a letter for the kind, and what stands before the entry in what is shown, parted by NUL; where
/// what is shown does not end with the entry, a capital letter and the whole of it. Dictionaries of terms cost by the
/// letter, and most tags are their own entry.
pub(crate) fn suggest_terms<'a>(tags: impl Iterator<Item = &'a str>, organisation: Option<&str>) -> Vec<String> {
    let mut terms = Vec::new();
    for tag in tags {
        enter(&mut terms, 't', tag);
    }
    if let Some(name) = organisation {
        enter(&mut terms, 'o', name.trim());
    }
    terms
}

fn enter(terms: &mut Vec<String>, kind: char, text: &str) {
    let shown: String = text.chars().filter(|letter| *letter != '\0').take(SHOWN).collect();
    let mut folded = String::with_capacity(shown.len());
    let mut begins = [0; ENTRIES];
    let mut words = 0;
    visit_words(&shown, |word, _| {
        if words > 0 {
            folded.push(' ');
        }
        if words < ENTRIES {
            begins[words] = folded.len();
        }
        folded.push_str(word);
        words += 1;
    });
    for begin in begins.into_iter().take(words) {
        let entry = &folded[begin..];
        let entry = entry.char_indices().nth(ENTRY).map_or(entry, |(end, _)| &entry[..end]);
        terms.push(term_of("", entry, kind, &shown));
    }
}

/// The term of an entry behind the mark of its dictionary, for what is shown.
fn term_of(mark: &str, entry: &str, kind: char, shown: &str) -> String {
    let (kind, rest) = match shown.strip_suffix(entry) {
        Some(before) => (kind, before),
        None => (kind.to_ascii_uppercase(), shown),
    };
    let mut term = String::with_capacity(mark.len() + entry.len() + 3 + rest.len());
    term.push_str(mark);
    term.push_str(entry);
    term.extend(['\0', kind, '\0']);
    term.push_str(rest);
    term
}

/// Completes a prefix: the most frequent first, then in alphabetical order.
pub(crate) fn suggest(
    view: &View,
    fields: &Fields,
    known: &Known,
    prefix: &str,
    limit: usize,
) -> Result<Vec<Suggestion>, SearchError> {
    let (names, lexicon) = (known.names(), known.vocabularies.lexicon());
    let found = completions(view, fields, names, prefix, limit)?;
    if !found.is_empty() {
        return Ok(found);
    }
    for meant in spelling::mended_beginnings(view, fields, lexicon, prefix)? {
        let found = completions(view, fields, names, &meant, limit)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(found)
}

fn completions(
    view: &View,
    fields: &Fields,
    names: &Names,
    prefix: &str,
    limit: usize,
) -> Result<Vec<Suggestion>, SearchError> {
    let limit = limit.min(MAX_LIMIT);
    if prefix.len() > MAX_PREFIX || limit == 0 {
        return Ok(Vec::new());
    }
    let (mut entered, mut titles, mut of_words) = (Vec::new(), Vec::new(), Vec::new());
    let mut beginnings = Vec::new();
    for prefix in std::iter::once(prefix.to_owned()).chain(with_article(prefix)) {
        let words = folded_words(&prefix);
        let folded = words.join(" ");
        let letters = folded.chars().count();
        if letters < MIN_PREFIX {
            return Ok(Vec::new());
        }
        add_new(&mut entered, entries::completing(view, fields, &folded, limit)?);
        if letters >= MIN_TITLE_PREFIX {
            add_new(&mut titles, titles::completing(view, fields, &words, limit)?);
        }
        add_new(&mut of_words, words::completing(view, fields, &prefix, &words, limit)?);
        beginnings.push(folded);
    }
    // What a tag or an organisation says already needs no saying twice.
    let concepts = names.completing(view, fields, &beginnings, &entered, limit)?;
    let said: Vec<String> = entered.iter().chain(&concepts).chain(&titles).map(|one| one.text.to_lowercase()).collect();
    of_words.retain(|one| !said.contains(&one.text.to_lowercase()));
    Ok(shared_out([entered, concepts, titles, of_words], limit))
}

/// A beginning whose last word is Arabic, with the article before that word: titles say المياه, and people type مياه.
fn with_article(prefix: &str) -> Option<String> {
    let word = prefix.rsplit(char::is_whitespace).next().unwrap_or_default();
    let before = prefix.strip_suffix(word).unwrap_or_default();
    let has_none = word.starts_with(spelling::is_arabic) && !word.starts_with(ARTICLE);
    has_none.then(|| format!("{before}{ARTICLE}{word}"))
}

fn add_new(suggestions: &mut Vec<Suggestion>, others: Vec<Suggestion>) {
    for other in others {
        if suggestions.iter().all(|one| (&one.kind, &one.text) != (&other.kind, &other.text)) {
            suggestions.push(other);
        }
    }
}

/// The first of several kinds of completions together: of each kind some, so that none hides another that is rarer by nature,
/// and then the most frequent of all.
fn shared_out<const KINDS: usize>(kinds: [Vec<Suggestion>; KINDS], limit: usize) -> Vec<Suggestion> {
    let share = limit / KINDS;
    let (mut chosen, mut others) = (Vec::with_capacity(limit), Vec::new());
    for mut kind in kinds {
        kind.sort_unstable_by(in_order);
        others.extend(kind.split_off(share.min(kind.len())));
        chosen.extend(kind);
    }
    others.sort_unstable_by(in_order);
    others.truncate(limit - chosen.len());
    chosen.extend(others);
    chosen.sort_unstable_by(in_order);
    chosen
}

pub(crate) fn in_order(left: &Suggestion, right: &Suggestion) -> std::cmp::Ordering {
    let by_count = right.count.cmp(&left.count);
    by_count.then_with(|| left.text.cmp(&right.text)).then_with(|| left.kind.cmp(&right.kind))
}

/// What a term of [`suggest_terms`] stands for.
fn kind_and_text(term: &[u8]) -> Option<(&'static str, String)> {
    let mut parts = std::str::from_utf8(term).ok()?.splitn(3, '\0');
    let (entry, kind, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (kind, ends_with_entry) = match kind {
        "t" => (TAG, true),
        "T" => (TAG, false),
        "o" => (ORGANISATION, true),
        "O" => (ORGANISATION, false),
        "w" => (WORD, true),
        "W" => (WORD, false),
        _ => return None,
    };
    let entry = entry.strip_prefix(words::MARK).unwrap_or(entry);
    Some((kind, if ends_with_entry { format!("{rest}{entry}") } else { rest.to_owned() }))
}
