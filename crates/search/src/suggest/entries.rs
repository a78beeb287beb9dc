//! Tags and organisations that a beginning meets: those with the most live documents.
//!
//! All that the beginning meets decides, because a cap would let deleted documents say what is left out. Where it meets few
//! terms all of them are read. Where it meets many, each segment's are put in order by how many documents they have, which
//! reads no term, and the segments are walked from their most frequent terms on until what is left cannot be among the first.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

use crate::matching::end_of_range;
use crate::schema::Fields;
use crate::segment::Segment;
use crate::suggest::{First, kind_and_text};
use crate::view::View;
use crate::{SearchError, Suggestion};

/// Terms of all segments up to which all are read.
const FEW: usize = 1_000;
/// Terms of a segment that are put in order, and names that are counted in that order before all are read after all.
const MOST_RANKED: usize = 300;

/// The terms of a segment that a beginning meets: their ordinals.
struct Met<'a> {
    segment: &'a Segment,
    postings: Arc<InvertedIndexReader>,
    from: u64,
    to: u64,
}

pub(super) fn completing(
    view: &View,
    fields: &Fields,
    beginning: &str,
    limit: usize,
) -> Result<Vec<Suggestion>, SearchError> {
    let mut met = Vec::with_capacity(view.public.segments.len());
    for segment in &view.public.segments {
        met.extend(Met::of(segment, fields, beginning.as_bytes())?);
    }
    let terms: usize = met.iter().map(Met::len).sum();
    if terms > FEW
        && let Some(first) = by_frequency(&met, limit)?
    {
        return Ok(first);
    }
    all(&met, beginning.as_bytes(), limit)
}

impl<'a> Met<'a> {
    /// `None` where the segment has no such term.
    fn of(segment: &'a Segment, fields: &Fields, beginning: &[u8]) -> Result<Option<Self>, SearchError> {
        let postings = segment.postings_of(fields.suggest)?;
        let from = first_from(postings.terms(), beginning)?;
        let to = match end_of_range(beginning) {
            Some(end) => first_from(postings.terms(), &end)?,
            None => postings.terms().num_terms() as u64,
        };
        Ok((from < to).then_some(Self { segment, postings, from, to }))
    }

    fn len(&self) -> usize {
        usize::try_from(self.to - self.from).unwrap_or(usize::MAX)
    }

    fn live_documents(&self, term: &[u8]) -> Result<u64, SearchError> {
        match self.postings.terms().get(term).map_err(SearchError::from_read)? {
            Some(info) => Ok(u64::from(self.segment.live_documents(&self.postings, &info)?)),
            None => Ok(0),
        }
    }
}

/// The ordinal of the first term that is not before `key`.
fn first_from(terms: &TermDictionary, key: &[u8]) -> Result<u64, SearchError> {
    let mut stream = terms.range().ge(key).without_keys().into_stream().map_err(SearchError::from_read)?;
    Ok(if stream.advance() { stream.term_ord() } else { terms.num_terms() as u64 })
}

/// The most frequent terms of a segment, the most frequent last.
struct Ranked<'a> {
    met: &'a Met<'a>,
    terms: Vec<(u32, u64)>,
    /// Documents that any other term has at most.
    others: u32,
}

impl<'a> Ranked<'a> {
    fn of(met: &'a Met<'a>) -> Result<Self, SearchError> {
        let frequencies = met.segment.completing.suggest(&met.postings)?;
        let ordinals = frequencies.iter().copied().zip(0..).skip(met.from.try_into().unwrap_or(usize::MAX));
        let mut terms: Vec<(u32, u64)> = ordinals.take(met.len()).collect();
        let mut others = 0;
        if terms.len() > MOST_RANKED {
            let (_, next, _) = terms.select_nth_unstable_by(MOST_RANKED, |left, right| right.cmp(left));
            others = next.0;
            terms.truncate(MOST_RANKED);
        }
        terms.sort_unstable();
        Ok(Self { met, terms, others })
    }

    /// Documents, deleted ones included, that the most frequent term has which was not taken yet.
    fn at_most(&self) -> u32 {
        self.terms.last().map_or(self.others, |(documents, _)| *documents)
    }
}

/// The first completions, found from the most frequent terms on; `None` if that took too many of them.
fn by_frequency(met: &[Met<'_>], limit: usize) -> Result<Option<Vec<Suggestion>>, SearchError> {
    let mut ranked: Vec<Ranked<'_>> = met.iter().map(Ranked::of).collect::<Result<_, _>>()?;
    let mut seen = FxHashSet::default();
    let mut first = First::of(limit);
    let mut term = Vec::new();
    loop {
        // What was not seen yet has in each segment no more documents than the next term there.
        let unseen: u64 = ranked.iter().map(|segment| u64::from(segment.at_most())).sum();
        if unseen == 0 || first.is_past_count(unseen) {
            return Ok(Some(first.into_suggestions()));
        }
        let Some(segment) = ranked.iter_mut().max_by_key(|segment| segment.at_most()) else { return Ok(None) };
        let Some((_, ordinal)) = segment.terms.pop() else { return Ok(None) };
        segment.met.postings.terms().ord_to_term(ordinal, &mut term).map_err(SearchError::from_read)?;
        let Some((kind, text)) = kind_and_text(&term) else { continue };
        if !seen.insert((kind, text.clone())) {
            continue;
        }
        if seen.len() > MOST_RANKED {
            return Ok(None);
        }
        let mut count = 0;
        for segment in met {
            count += segment.live_documents(&term)?;
        }
        if count > 0 {
            first.offer(Suggestion { text, kind: kind.to_owned(), count });
        }
    }
}

/// The terms of a tag or an organisation, by segment.
#[derive(Default)]
struct Entry<'a> {
    terms: Vec<(&'a Met<'a>, TermInfo)>,
    /// Documents, deleted ones included: no fewer than it has.
    at_most: u64,
}

impl Entry<'_> {
    fn live_documents(&self) -> Result<u64, SearchError> {
        let mut count = 0;
        for (met, info) in &self.terms {
            count += u64::from(met.segment.live_documents(&met.postings, info)?);
        }
        Ok(count)
    }
}

/// The first completions, of all terms; live documents are counted only until no other can be among the first.
fn all(met: &[Met<'_>], beginning: &[u8], limit: usize) -> Result<Vec<Suggestion>, SearchError> {
    let mut found: FxHashMap<(&'static str, String), Entry<'_>> = FxHashMap::default();
    for segment in met {
        let range = segment.postings.terms().range().ge(beginning);
        let mut terms = match end_of_range(beginning) {
            Some(end) => range.lt(end).into_stream(),
            None => range.into_stream(),
        }
        .map_err(SearchError::from_read)?;
        while terms.advance() {
            let Some(kind_and_text) = kind_and_text(terms.key()) else { continue };
            let entry = found.entry(kind_and_text).or_default();
            // A beginning can meet several words of one name: these terms have the same documents.
            if entry.terms.last().is_none_or(|(last, _)| !std::ptr::eq(*last, segment)) {
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
    let mut first = First::of(limit);
    for ((kind, text), entry) in entries {
        let mut suggestion = Suggestion { text, kind: kind.to_owned(), count: entry.at_most };
        if first.is_past(&suggestion) {
            break;
        }
        suggestion.count = entry.live_documents()?;
        if suggestion.count > 0 {
            first.offer(suggestion);
        }
    }
    Ok(first.into_suggestions())
}
