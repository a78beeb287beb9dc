//! Completions, from live documents of the public tier alone, so that every viewer gets the same.
//!
//! Places and concepts are completed by the names that the vocabularies have for them, where a record carries them. A beginning
//! that meets nothing is completed as it was probably meant.
//!
//! Tags and organisations are terms of their own, entered once for each of their first words. Titles are looked up by their
//! words; of those that match, the first in alphabetical order are offered.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use tantivy::postings::TermInfo;

use crate::matching::{Conjunction, Matcher, end_of_range};
use crate::names::Names;
use crate::query::MIN_PREFIX;
use crate::schema::Fields;
use crate::segment::Segment;
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
        let (kind, rest) = match shown.strip_suffix(entry) {
            Some(before) => (kind, before),
            None => (kind.to_ascii_uppercase(), shown.as_str()),
        };
        let mut term = String::with_capacity(entry.len() + 3 + rest.len());
        term.push_str(entry);
        term.extend(['\0', kind, '\0']);
        term.push_str(rest);
        terms.push(term);
    }
}

/// Completes a prefix: the most frequent first, then in alphabetical order.
pub(crate) fn suggest(
    view: &View,
    fields: &Fields,
    names: &Names,
    prefix: &str,
    limit: usize,
) -> Result<Vec<Suggestion>, SearchError> {
    let found = completions(view, fields, names, prefix, limit)?;
    if !found.is_empty() {
        return Ok(found);
    }
    match spelling::mended_beginning(view, fields, prefix)? {
        Some(meant) => completions(view, fields, names, &meant, limit),
        None => Ok(found),
    }
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
    let words = folded_words(prefix);
    let folded = words.join(" ");
    let letters = folded.chars().count();
    if letters < MIN_PREFIX {
        return Ok(Vec::new());
    }
    let mut suggestions = entries(view, fields, &folded, limit)?;
    if letters >= MIN_TITLE_PREFIX {
        suggestions.extend(titles(view, fields, &words, limit)?);
    }
    for named in names.completing(view, fields, &folded)? {
        // What a tag or an organisation says already needs no saying twice.
        if suggestions.iter().all(|one| one.text.to_lowercase() != named.text.to_lowercase()) {
            suggestions.push(named);
        }
    }
    suggestions.sort_unstable_by(in_order);
    suggestions.truncate(limit);
    Ok(suggestions)
}

fn in_order(left: &Suggestion, right: &Suggestion) -> std::cmp::Ordering {
    let by_count = right.count.cmp(&left.count);
    by_count.then_with(|| left.text.cmp(&right.text)).then_with(|| left.kind.cmp(&right.kind))
}

/// The terms of a tag or an organisation that a prefix meets, by segment.
#[derive(Default)]
struct Entry<'a> {
    terms: Vec<(&'a Segment, TermInfo)>,
    /// Documents, deleted ones included: no fewer than it has.
    at_most: u64,
}

impl Entry<'_> {
    fn live_documents(&self, fields: &Fields) -> Result<u64, SearchError> {
        let mut count = 0;
        for (segment, info) in &self.terms {
            let postings = segment.postings_of(fields.suggest)?;
            count += u64::from(segment.live_documents(&postings, info)?);
        }
        Ok(count)
    }
}

/// Tags and organisations. All that the prefix meets are looked at, because a cap on them would let deleted ones decide
/// what is left out; but live documents are counted only until no other can be among the first.
fn entries(view: &View, fields: &Fields, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
    let mut found: FxHashMap<(&'static str, String), Entry<'_>> = FxHashMap::default();
    for segment in &view.public.segments {
        let postings = segment.postings_of(fields.suggest)?;
        let range = postings.terms().range().ge(prefix.as_bytes());
        let mut terms = match end_of_range(prefix.as_bytes()) {
            Some(end) => range.lt(end).into_stream(),
            None => range.into_stream(),
        }
        .map_err(SearchError::from_read)?;
        while terms.advance() {
            let Some(kind_and_text) = kind_and_text(terms.key()) else { continue };
            let entry = found.entry(kind_and_text).or_default();
            // A prefix can meet several words of one name: these terms have the same documents.
            if entry.terms.last().is_none_or(|(last, _)| !std::ptr::eq(*last, segment.as_ref())) {
                entry.at_most += u64::from(terms.value().doc_freq);
                entry.terms.push((segment, terms.value().clone()));
            }
        }
    }
    let mut entries: Vec<_> = found.into_iter().collect();
    entries.sort_unstable_by(|((kind, text), entry), ((other_kind, other_text), other)| {
        let by_count = other.at_most.cmp(&entry.at_most);
        by_count.then_with(|| text.cmp(other_text)).then_with(|| kind.cmp(other_kind))
    });
    let mut best: Vec<Suggestion> = Vec::new();
    for ((kind, text), entry) in entries {
        let mut suggestion = Suggestion { text, kind: kind.to_owned(), count: entry.at_most };
        if best.len() == limit && best.last().is_some_and(|last| in_order(last, &suggestion).is_lt()) {
            break;
        }
        suggestion.count = entry.live_documents(fields)?;
        if suggestion.count == 0 {
            continue;
        }
        let at = best.partition_point(|better| in_order(better, &suggestion).is_lt());
        best.insert(at, suggestion);
        best.truncate(limit);
    }
    Ok(best)
}

/// What a term of [`suggest_terms`] stands for.
fn kind_and_text(term: &[u8]) -> Option<(&'static str, String)> {
    let mut parts = std::str::from_utf8(term).ok()?.splitn(3, '\0');
    let (entry, kind, rest) = (parts.next()?, parts.next()?, parts.next()?);
    Some(match kind {
        "t" => (TAG, format!("{rest}{entry}")),
        "T" => (TAG, rest.to_owned()),
        "o" => (ORGANISATION, format!("{rest}{entry}")),
        "O" => (ORGANISATION, rest.to_owned()),
        _ => return None,
    })
}

/// Titles that hold the words, the last of which may be a beginning.
fn titles(view: &View, fields: &Fields, words: &[String], limit: usize) -> Result<Vec<Suggestion>, SearchError> {
    let Some((last, whole)) = words.split_last() else { return Ok(Vec::new()) };
    let field = fields.title;
    let mut counts: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    for segment in &view.public.segments {
        let Some(column) = &segment.columns.title else { continue };
        let mut matchers = Vec::with_capacity(words.len());
        for word in whole {
            matchers.push(Matcher::term(segment, field, word)?);
        }
        matchers.push(Matcher::prefix(segment, field, std::slice::from_ref(last))?);
        let mut conditions = Conjunction::new(matchers, Vec::new(), segment.reader.max_doc());
        // The first titles of the segment; one that was passed over once can never come back among them.
        let mut first: BTreeMap<u64, u64> = BTreeMap::new();
        let mut from = 0;
        while let Some(doc) = conditions.seek(from) {
            from = doc + 1;
            let Some(ordinal) = column.ords().first(doc) else { continue };
            let is_behind = first.len() == limit && first.last_key_value().is_some_and(|(last, _)| ordinal > *last);
            if is_behind || !segment.is_live(doc) {
                continue;
            }
            *first.entry(ordinal).or_default() += 1;
            if first.len() > limit {
                first.pop_last();
            }
        }
        for (ordinal, count) in first {
            let mut title = Vec::new();
            column.dictionary().ord_to_term(ordinal, &mut title).map_err(SearchError::from_read)?;
            *counts.entry(title).or_default() += count;
        }
    }
    let mut suggestions = Vec::new();
    for (title, count) in counts.into_iter().take(limit) {
        let title = String::from_utf8_lossy(&title);
        let text = title.split_once('\0').map_or(title.as_ref(), |(_, written)| written).to_owned();
        suggestions.push(Suggestion { text, kind: "title".to_owned(), count });
    }
    Ok(suggestions)
}
