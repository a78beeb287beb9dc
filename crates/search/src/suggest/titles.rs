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
/// Titles that are looked at first, for each that should match by how many documents do.
const AHEAD: u64 = 2;
/// How much further is looked where these were too few.
const FURTHER: u64 = 8;

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

/// The documents of a segment whose titles hold the words, and a word of some documents.
fn conditions(
    segment: &Segment,
    fields: &Fields,
    words: &[String],
    with_last: &Arc<Documents>,
) -> Result<Conjunction, SearchError> {
    let mut matchers = Vec::with_capacity(words.len() + 1);
    for word in words {
        matchers.push(Matcher::term(segment, fields.title, word)?);
    }
    matchers.push(Matcher::of(Arc::clone(with_last)));
    Ok(Conjunction::new(matchers, Vec::new(), segment.reader.max_doc()))
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
    // They are put together once, however often the documents are walked.
    let with_last = Documents::with_prefix(segment, fields.title, std::slice::from_ref(last))?;
    let Some(with_last) = with_last.map(Arc::new) else { return Ok(BTreeMap::new()) };
    let mut conditions = conditions(segment, fields, words, &with_last)?;
    let max_doc = segment.reader.max_doc();
    let matching = conditions.cost().max(1);
    if matching < max_doc / BROAD {
        return Ok(of_matching(segment, column, &mut conditions, limit));
    }
    // Among the first titles of all there are enough that match, and few documents have these.
    let titles = column.num_terms() as u64;
    let mut up_to = (limit as u64 * AHEAD).saturating_mul(u64::from(max_doc)) / u64::from(matching);
    loop {
        if up_to >= titles / FURTHER {
            return Ok(of_matching(segment, column, &mut conditions, limit));
        }
        let mut documents = Vec::new();
        column.ords().get_docids_for_value_range(0..=up_to, 0..max_doc, &mut documents);
        let mut first: BTreeMap<u64, u64> = BTreeMap::new();
        for doc in documents {
            if segment.is_live(doc)
                && conditions.seek(doc) == Some(doc)
                && let Some(ordinal) = column.ords().first(doc)
            {
                *first.entry(ordinal).or_default() += 1;
            }
        }
        if first.len() >= limit {
            while first.len() > limit {
                first.pop_last();
            }
            return Ok(first);
        }
        up_to = up_to.saturating_mul(FURTHER);
        conditions = self::conditions(segment, fields, words, &with_last)?;
    }
}

/// The same, by walking every document that matches.
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
