//! Scores: what the words and concepts of a query count in a document of a segment.

use tantivy::DocId;
use tantivy::columnar::Column;
use tantivy::postings::{Postings, SegmentPostings};

use crate::SearchError;
use crate::document::number_of;
use crate::matching::{Conjunction, Matcher, cursors_of, seek};
use crate::plan::Plan;
use crate::schema::{ALL, Fields, NAMED, STEM_FIELDS};
use crate::segment::Segment;
use crate::standing::Standing;
use crate::statistics::{MOST_RAISED, Statistics, WHOLE, raised_by};

/// Scores documents of a segment.
pub(crate) struct Scorer<'a> {
    statistics: &'a Statistics,
    words: Vec<ScorerWord>,
    concepts: Vec<ScorerConcept<'a>>,
    /// What each word gave to the score of the document at hand.
    parts: Vec<f32>,
    /// Numbers of the records that the query names.
    records: Vec<u128>,
    /// Titles with all the words next to each other.
    whole: Matcher,
    today: i64,
}

/// What a record counts that the query names: more than any words do.
const NAMED_RECORD: f32 = 1e6;

struct ScorerConcept<'a> {
    weight: f32,
    words: &'a [usize],
    carried: Vec<SegmentPostings>,
    around: Vec<SegmentPostings>,
}

struct ScorerWord {
    weight: f32,
    all: Source,
    /// In the fields of [`NAMED`].
    named: [Vec<SegmentPostings>; NAMED.len()],
}

/// Where the occurrences of a word in the whole record are read.
enum Source {
    /// Off a condition that stands on the document anyway: its place, and the word's place in it.
    Condition(usize, usize),
    /// From postings of its own.
    Own(Vec<SegmentPostings>),
}

impl<'a> Scorer<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        statistics: &'a Statistics,
        weights: &Standing,
        segment: &Segment,
        fields: &Fields,
    ) -> Result<Self, SearchError> {
        let mut words = Vec::with_capacity(weights.words.len());
        // Without weights the order is not by score, and nothing is scored.
        for (scored, weight) in plan.words.iter().zip(&weights.words) {
            let read = |field: usize| cursors_of(segment, fields.stems[field], &scored.stems);
            let all = match scored.read_by {
                Some((condition, place)) => Source::Condition(condition, place),
                None => Source::Own(read(ALL)?),
            };
            let mut named = [const { Vec::new() }; NAMED.len()];
            for (cursors, field) in named.iter_mut().zip(NAMED) {
                *cursors = read(field)?;
            }
            words.push(ScorerWord { weight: *weight, all, named });
        }
        let mut concepts = Vec::with_capacity(weights.concepts.len());
        for (scored, weight) in plan.concepts.iter().zip(&weights.concepts) {
            let read = |terms: &[String]| cursors_of(segment, fields.concepts, terms);
            let (carried, around) = (read(&scored.carried)?, read(&scored.around)?);
            concepts.push(ScorerConcept { weight: *weight, words: &scored.words, carried, around });
        }
        let whole = match plan.whole.as_slice() {
            words @ [_, _, ..] if !weights.words.is_empty() => Matcher::phrase(segment, fields.title, words)?,
            _ => Matcher::Nothing,
        };
        let records = if weights.words.is_empty() { &[][..] } else { &plan.records };
        let records = records.iter().map(|record| number_of(record.id)).collect();
        let parts = vec![0.0; words.len()];
        Ok(Self { statistics, parts, words, concepts, records, whole, today: weights.day })
    }

    /// The score of the document on which the conditions stand.
    #[inline]
    pub(crate) fn score(&mut self, doc: DocId, segment: &Segment, conditions: &Conjunction) -> f32 {
        let score = self.of_words(doc, segment, conditions);
        self.raised(score, doc, segment)
    }

    /// As [`Scorer::score`], unless what the words give cannot come to more than `bar`, however much else raises it.
    #[inline]
    pub(crate) fn score_above(
        &mut self,
        bar: f32,
        doc: DocId,
        segment: &Segment,
        conditions: &Conjunction,
    ) -> Option<f32> {
        let score = self.of_words(doc, segment, conditions);
        (score * MOST_RAISED >= bar).then(|| self.raised(score, doc, segment))
    }

    /// What words and concepts give.
    #[inline]
    fn of_words(&mut self, doc: DocId, segment: &Segment, conditions: &Conjunction) -> f32 {
        let is_named = !self.records.is_empty() && self.records.contains(&segment.id(doc));
        let mut score = if is_named { NAMED_RECORD } else { 0.0 };
        for (word, part) in self.words.iter_mut().zip(&mut self.parts) {
            *part = 0.0;
            let all = match &mut word.all {
                Source::Condition(condition, place) => {
                    conditions.matchers().get(*condition).map_or(0, |matcher| matcher.frequency(*place, doc))
                }
                Source::Own(cursors) => frequency_at(cursors, doc),
            };
            if all == 0 {
                continue;
            }
            let mut times = [0; STEM_FIELDS];
            times[ALL] = all;
            for (cursors, field) in word.named.iter_mut().zip(NAMED) {
                times[field] = frequency_at(cursors, doc);
            }
            *part = self.statistics.part(word.weight, times, |field| segment.length(field, doc));
            score += *part;
        }
        for concept in &mut self.concepts {
            let times = [&mut concept.carried, &mut concept.around].map(|cursors| frequency_at(cursors, doc));
            if times != [0, 0] {
                // A concept counts where its words count for less.
                let named: f32 = concept.words.iter().map(|at| self.parts[*at]).sum();
                score += (Statistics::concept_part(concept.weight, times[0], times[1]) - named).max(0.0);
            }
        }
        score
    }

    /// A score with what titles that have the words together, completeness and freshness add to it.
    #[inline]
    fn raised(&mut self, mut score: f32, doc: DocId, segment: &Segment) -> f32 {
        if self.whole.seek(doc) == doc {
            score *= WHOLE;
        }
        let number = |column: &Option<Column<i64>>| column.as_ref().and_then(|values| values.first(doc));
        let age = number(&segment.columns.modified).map(|changed| self.today.saturating_sub(changed));
        score * raised_by(number(&segment.columns.quality), age)
    }
}

/// How often the words of cursors occur in a document.
#[inline]
pub(crate) fn frequency_at(cursors: &mut [SegmentPostings], doc: DocId) -> u32 {
    let mut times = 0;
    for cursor in cursors {
        if seek(cursor, doc) == doc {
            times += cursor.term_freq();
        }
    }
    times
}
