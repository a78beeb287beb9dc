//! Titles that hold the words of a beginning: the first in alphabetical order.

use std::collections::BTreeMap;
use std::sync::Arc;

use tantivy::columnar::StrColumn;

use crate::matching::{Conjunction, Documents, Matcher};
use crate::schema::Fields;
use crate::segment::Segment;
use crate::view::View;
use crate::{SearchError, Suggestion};

/// One document in so many of a segment has to match for its first titles to be looked for among the first of all.
const BROAD: u32 = 64;

/// Titles that hold the words, the last of which may be a beginning.
pub(super) fn completing(
    view: &View,
    fields: &Fields,
    words: &[String],
    limit: usize,
) -> Result<Vec<Suggestion>, SearchError> {
    let mut counts: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    for segment in &view.public.segments {
        let Some(column) = &segment.columns.title else { continue };
        for (ordinal, count) in of_segment(segment, column, fields, words, limit)? {
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

/// The first titles of a segment that match, by their ordinals, and how many live documents each has.
fn of_segment(
    segment: &Segment,
    column: &StrColumn,
    fields: &Fields,
    words: &[String],
    limit: usize,
) -> Result<BTreeMap<u64, u64>, SearchError> {
    let Some((last, words)) = words.split_last() else { return Ok(BTreeMap::new()) };
    let with_last = Documents::with_prefix(segment, fields.title, std::slice::from_ref(last))?;
    let Some(with_last) = with_last.map(Arc::new) else { return Ok(BTreeMap::new()) };
    let mut matchers = vec![Matcher::of(Arc::clone(&with_last))];
    for word in words {
        matchers.push(Matcher::term(segment, fields.title, word)?);
    }
    let mut conditions = Conjunction::new(matchers, Vec::new(), segment.reader.max_doc());
    if conditions.cost() < segment.reader.max_doc() / BROAD {
        return Ok(of_matching(segment, column, &mut conditions, limit));
    }
    let mut with_all = vec![with_last];
    for word in words {
        with_all.push(Arc::new(Documents::with_any(segment, fields.title, std::slice::from_ref(word))?));
    }
    Ok(of_first(segment, column, &with_all, limit))
}

/// The first titles whose documents are in all of some sets, by walking over the titles in their order.
fn of_first(segment: &Segment, column: &StrColumn, with_all: &[Arc<Documents>], limit: usize) -> BTreeMap<u64, u64> {
    let mut first: BTreeMap<u64, u64> = BTreeMap::new();
    for doc in segment.completing.by_title(column) {
        if !with_all.iter().all(|documents| documents.contains(*doc)) || !segment.is_live(*doc) {
            continue;
        }
        let Some(ordinal) = column.ords().first(*doc) else { continue };
        if first.len() == limit && !first.contains_key(&ordinal) {
            break;
        }
        *first.entry(ordinal).or_default() += 1;
    }
    first
}

/// The first titles that match, by walking over every document that does.
fn of_matching(
    segment: &Segment,
    column: &StrColumn,
    conditions: &mut Conjunction,
    limit: usize,
) -> BTreeMap<u64, u64> {
    // One that was passed over once can never come back among the first.
    let mut first: BTreeMap<u64, u64> = BTreeMap::new();
    for doc in conditions.documents() {
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
    first
}
