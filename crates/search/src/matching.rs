//! Matching in one segment: documents that meet every condition, walked in ascending order.
//!
//! Each condition becomes a [`Matcher`] that can only move forward; a conjunction lets the rarest lead and the others
//! follow. Nothing is scored here, but word frequencies can be read off the matchers where they stand.

use std::sync::Arc;

use cairn_model::DatasetId;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, TERMINATED};

use crate::SearchError;
use crate::segment::Segment;

/// Unions of more postings than this are gathered into a bit set first.
const FEW: usize = 8;

/// One condition on the documents of a segment.
pub(crate) enum Matcher {
    /// Documents with a term.
    Term(Box<SegmentPostings>),
    /// Documents with words next to each other.
    Phrase(Box<Phrase>),
    /// Documents with any of a few terms.
    Any(Vec<SegmentPostings>),
    /// Documents of a set.
    Set(DocumentSet),
    /// Documents that meet several conditions.
    Both(Box<Conjunction>),
    /// Documents that meet any of several conditions.
    Either(Vec<Matcher>),
    /// No document.
    Nothing,
}

impl Matcher {
    /// Documents with a term of a field.
    pub(crate) fn term(segment: &Segment, field: Field, term: &str) -> Result<Self, SearchError> {
        Ok(match postings(segment, field, term, IndexRecordOption::Basic)? {
            Some(postings) => Self::Term(Box::new(postings)),
            None => Self::Nothing,
        })
    }

    /// The document of a record.
    pub(crate) fn record(segment: &Segment, field: Field, id: DatasetId) -> Result<Self, SearchError> {
        Ok(match postings(segment, field, id.as_bytes(), IndexRecordOption::Basic)? {
            Some(postings) => Self::Term(Box::new(postings)),
            None => Self::Nothing,
        })
    }

    /// Documents with any of the stems of a word, in a field with frequencies.
    pub(crate) fn word(segment: &Segment, field: Field, stems: &[String]) -> Result<Self, SearchError> {
        let mut cursors = cursors_of(segment, field, stems)?;
        Ok(match cursors.len() {
            0 => Self::Nothing,
            1 => cursors.pop().map_or(Self::Nothing, |cursor| Self::Term(Box::new(cursor))),
            _ => Self::Any(cursors),
        })
    }

    /// Documents with all of `words` next to each other, in a field with positions.
    pub(crate) fn phrase(segment: &Segment, field: Field, words: &[String]) -> Result<Self, SearchError> {
        if let [word] = words {
            return Self::term(segment, field, word);
        }
        let mut cursors = Vec::with_capacity(words.len());
        for word in words {
            match postings(segment, field, word, IndexRecordOption::WithFreqsAndPositions)? {
                Some(postings) => cursors.push(postings),
                None => return Ok(Self::Nothing),
            }
        }
        Ok(Self::Phrase(Box::new(Phrase { cursors, at: None, places: Vec::new(), others: Vec::new() })))
    }

    /// Documents with any of some raw terms.
    pub(crate) fn any(segment: &Segment, field: Field, terms: &[String]) -> Result<Self, SearchError> {
        let mut cursors = Vec::new();
        for term in terms {
            cursors.extend(postings(segment, field, term, IndexRecordOption::Basic)?);
        }
        Ok(Self::union(segment, cursors))
    }

    /// Documents with any term that begins with any of `prefixes`: all of them, however many there are, because a selection
    /// would have to ask how frequent they are, deleted documents included.
    pub(crate) fn prefix(segment: &Segment, field: Field, prefixes: &[String]) -> Result<Self, SearchError> {
        let documents = Documents::with_prefix(segment, field, prefixes)?;
        Ok(documents.map_or(Self::Nothing, |documents| Self::of(Arc::new(documents))))
    }

    /// The documents of a set.
    pub(crate) fn of(documents: Arc<Documents>) -> Self {
        if documents.size == 0 { Self::Nothing } else { Self::Set(DocumentSet::over(documents)) }
    }

    fn union(segment: &Segment, mut cursors: Vec<SegmentPostings>) -> Self {
        match cursors.len() {
            0 => Self::Nothing,
            1 => cursors.pop().map_or(Self::Nothing, |cursor| Self::Term(Box::new(cursor))),
            2..=FEW => Self::Any(cursors),
            _ => {
                let mut documents = Documents::none(segment.reader.max_doc());
                for cursor in cursors {
                    documents.add(cursor);
                }
                Self::of(Arc::new(documents))
            }
        }
    }

    /// The first matching document at or after `target`, [`TERMINATED`] if there is none. Never goes back.
    #[inline]
    pub(crate) fn seek(&mut self, target: DocId) -> DocId {
        match self {
            Self::Term(cursor) => seek(cursor, target),
            Self::Phrase(phrase) => phrase.seek(target),
            Self::Any(cursors) => cursors.iter_mut().map(|cursor| seek(cursor, target)).min().unwrap_or(TERMINATED),
            Self::Set(set) => set.seek(target),
            Self::Both(conjunction) => conjunction.seek(target).unwrap_or(TERMINATED),
            Self::Either(matchers) => {
                matchers.iter_mut().map(|matcher| matcher.seek(target)).min().unwrap_or(TERMINATED)
            }
            Self::Nothing => TERMINATED,
        }
    }

    /// How often the word of a condition ([`Matcher::word`]) occurs in a document to which the matcher was moved; of several
    /// such conditions the one at `place`.
    #[inline]
    pub(crate) fn frequency(&self, place: usize, doc: DocId) -> u32 {
        match self {
            Self::Term(cursor) => frequency_where(cursor, doc),
            Self::Any(cursors) => cursors.iter().map(|cursor| frequency_where(cursor, doc)).sum(),
            Self::Either(matchers) => matchers.get(place).map_or(0, |matcher| matcher.frequency(0, doc)),
            Self::Phrase(_) | Self::Set(_) | Self::Both(_) | Self::Nothing => 0,
        }
    }

    /// About how many documents match, for the order in which conditions are looked at.
    fn cost(&self) -> u32 {
        match self {
            Self::Term(cursor) => cursor.doc_freq(),
            Self::Phrase(phrase) => phrase.cursors.iter().map(SegmentPostings::doc_freq).min().unwrap_or(0),
            Self::Any(cursors) => cursors.iter().map(SegmentPostings::doc_freq).sum(),
            Self::Set(set) => set.documents.size,
            Self::Both(conjunction) => conjunction.cost(),
            Self::Either(matchers) => matchers.iter().fold(0, |sum, matcher| sum.saturating_add(matcher.cost())),
            Self::Nothing => 0,
        }
    }
}

#[inline]
fn frequency_where(cursor: &SegmentPostings, doc: DocId) -> u32 {
    if cursor.doc() == doc { cursor.term_freq() } else { 0 }
}

/// Postings with frequencies of the stems that the segment has.
pub(crate) fn cursors_of(
    segment: &Segment,
    field: Field,
    stems: &[String],
) -> Result<Vec<SegmentPostings>, SearchError> {
    let mut cursors = Vec::new();
    for stem in stems {
        cursors.extend(postings(segment, field, stem, IndexRecordOption::WithFreqs)?);
    }
    Ok(cursors)
}

/// Postings of a term, if the segment has it.
pub(crate) fn postings(
    segment: &Segment,
    field: Field,
    term: impl AsRef<[u8]>,
    option: IndexRecordOption,
) -> Result<Option<SegmentPostings>, SearchError> {
    let index = segment.postings_of(field)?;
    let Some(info) = index.terms().get(term).map_err(SearchError::from_read)? else { return Ok(None) };
    index.read_postings_from_terminfo(&info, option).map(Some).map_err(SearchError::from_read)
}

/// Moves postings to the first document at or after `target`.
#[inline]
pub(crate) fn seek(cursor: &mut SegmentPostings, target: DocId) -> DocId {
    if cursor.doc() >= target { cursor.doc() } else { cursor.seek(target) }
}

/// The least byte string that is greater than every one that begins with `prefix`; `None` if there is none.
pub(crate) fn end_of_range(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

/// Words next to each other.
pub(crate) struct Phrase {
    cursors: Vec<SegmentPostings>,
    /// Where the phrase was last found, so that a document is looked into once.
    at: Option<DocId>,
    // Places at which the phrase can still end, and those of the word at hand; reused from document to document.
    places: Vec<u32>,
    others: Vec<u32>,
}

impl Phrase {
    fn seek(&mut self, target: DocId) -> DocId {
        match self.at {
            Some(at) if at >= target => at,
            _ => {
                let found = self.find(target);
                self.at = Some(found);
                found
            }
        }
    }

    fn find(&mut self, target: DocId) -> DocId {
        let mut doc = target;
        'documents: loop {
            for cursor in &mut self.cursors {
                let found = seek(cursor, doc);
                if found == TERMINATED {
                    return TERMINATED;
                }
                if found != doc {
                    doc = found;
                    continue 'documents;
                }
            }
            if self.stands_together() {
                return doc;
            }
            doc += 1;
        }
    }

    /// Whether the words follow each other somewhere in the document where all cursors stand.
    fn stands_together(&mut self) -> bool {
        let mut remaining = u32::try_from(self.cursors.len()).unwrap_or(u32::MAX);
        self.places.clear();
        for (place, cursor) in self.cursors.iter_mut().enumerate() {
            // Every word is moved to the place where the phrase would end, so that all agree on it.
            remaining -= 1;
            if place == 0 {
                cursor.positions_with_offset(remaining, &mut self.places);
                continue;
            }
            cursor.positions_with_offset(remaining, &mut self.others);
            keep_common(&mut self.places, &self.others);
            if self.places.is_empty() {
                return false;
            }
        }
        true
    }
}

/// Keeps of `kept` what also stands in `others`; both ascend.
fn keep_common(kept: &mut Vec<u32>, others: &[u32]) {
    let mut others = others.iter().peekable();
    kept.retain(|place| {
        while others.next_if(|other| *other < place).is_some() {}
        others.peek() == Some(&place)
    });
}

/// Documents of a segment, a bit for each.
pub(crate) struct Documents {
    bits: Vec<u64>,
    size: u32,
}

impl Documents {
    fn none(max_doc: DocId) -> Self {
        Self { bits: vec![0; (max_doc as usize).div_ceil(64)], size: 0 }
    }

    /// Documents with any of some raw terms.
    pub(crate) fn with_any(segment: &Segment, field: Field, terms: &[String]) -> Result<Self, SearchError> {
        let mut documents = Self::none(segment.reader.max_doc());
        for term in terms {
            if let Some(cursor) = postings(segment, field, term, IndexRecordOption::Basic)? {
                documents.add(cursor);
            }
        }
        Ok(documents)
    }

    /// Documents with any term that begins with any of `prefixes`; `None` where there is no such term.
    pub(crate) fn with_prefix(
        segment: &Segment,
        field: Field,
        prefixes: &[String],
    ) -> Result<Option<Self>, SearchError> {
        let index = segment.postings_of(field)?;
        let mut documents = None;
        for prefix in prefixes {
            let range = index.terms().range().ge(prefix.as_bytes());
            let mut terms = match end_of_range(prefix.as_bytes()) {
                Some(end) => range.lt(end).into_stream(),
                None => range.into_stream(),
            }
            .map_err(SearchError::from_read)?;
            while terms.advance() {
                let cursor = index
                    .read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)
                    .map_err(SearchError::from_read)?;
                documents.get_or_insert_with(|| Self::none(segment.reader.max_doc())).add(cursor);
            }
        }
        Ok(documents)
    }

    fn add(&mut self, mut cursor: SegmentPostings) {
        while cursor.doc() != TERMINATED {
            let doc = cursor.doc();
            if let Some(word) = self.bits.get_mut(doc as usize / 64) {
                let bit = 1_u64 << (doc % 64);
                self.size += u32::from(*word & bit == 0);
                *word |= bit;
            }
            cursor.advance();
        }
    }

    pub(crate) fn contains(&self, doc: DocId) -> bool {
        self.bits.get(doc as usize / 64).is_some_and(|word| *word & (1 << (doc % 64)) != 0)
    }

    /// The first one at or after a document.
    fn next_from(&self, doc: DocId) -> DocId {
        let mut index = doc as usize / 64;
        let Some(first) = self.bits.get(index) else { return TERMINATED };
        let mut word = first & (u64::MAX << (doc % 64));
        while word == 0 {
            index += 1;
            let Some(next) = self.bits.get(index) else { return TERMINATED };
            word = *next;
        }
        u32::try_from(index * 64).map_or(TERMINATED, |start| start + word.trailing_zeros())
    }
}

/// A walk over a set of documents.
pub(crate) struct DocumentSet {
    documents: Arc<Documents>,
    at: DocId,
}

impl DocumentSet {
    fn over(documents: Arc<Documents>) -> Self {
        let at = documents.next_from(0);
        Self { documents, at }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.at < target {
            self.at = self.documents.next_from(target);
        }
        self.at
    }
}

/// All conditions of a query on one segment.
pub(crate) struct Conjunction {
    matchers: Vec<Matcher>,
    /// Places of the matchers, rarest first.
    order: Vec<usize>,
    excluded: Vec<Matcher>,
    max_doc: DocId,
}

impl Conjunction {
    /// Documents that every one of `matchers` matches and none of `excluded`; without matchers, all but the excluded.
    pub(crate) fn new(matchers: Vec<Matcher>, excluded: Vec<Matcher>, max_doc: DocId) -> Self {
        let mut order: Vec<usize> = (0..matchers.len()).collect();
        order.sort_by_key(|place| matchers[*place].cost());
        Self { matchers, order, excluded, max_doc }
    }

    /// About how many documents match.
    pub(crate) fn cost(&self) -> u32 {
        self.order.first().map_or(self.max_doc, |rarest| self.matchers[*rarest].cost())
    }

    /// The matchers, in the order in which they were given.
    pub(crate) fn matchers(&self) -> &[Matcher] {
        &self.matchers
    }

    /// The first document at or after `target` that meets the conditions. Never goes back.
    pub(crate) fn seek(&mut self, target: DocId) -> Option<DocId> {
        let mut doc = target;
        loop {
            doc = self.common_from(doc)?;
            if self.excluded.iter_mut().all(|matcher| matcher.seek(doc) != doc) {
                return Some(doc);
            }
            doc += 1;
        }
    }

    /// The documents that meet the conditions.
    pub(crate) fn documents(&mut self) -> impl Iterator<Item = DocId> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let doc = self.seek(from)?;
            from = doc + 1;
            Some(doc)
        })
    }

    #[inline]
    fn common_from(&mut self, target: DocId) -> Option<DocId> {
        let Some((lead, followers)) = self.order.split_first() else {
            return (target < self.max_doc).then_some(target);
        };
        let mut doc = self.matchers[*lead].seek(target);
        'documents: while doc < self.max_doc {
            for place in followers {
                let found = self.matchers[*place].seek(doc);
                if found >= self.max_doc {
                    return None;
                }
                if found != doc {
                    doc = self.matchers[*lead].seek(found);
                    continue 'documents;
                }
            }
            return Some(doc);
        }
        None
    }
}
