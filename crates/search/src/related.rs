//! Related records: those that say what a record says, lie where it lies, or cover its time.
//!
//! What is compared is what the viewer sees of either record, and how telling a word is follows from public records alone,
//! so nothing that is hidden relates records or parts them.
//!
//! The score is `content + 0.4 · place + 0.1 · period`, each from 0 to 1. Content is what another record has of the telling
//! words and concepts ([`crate::telling`]), scored as a search for them would, by what they come to together. Place is the
//! deepest area that both are about: 1/3 for a country, 2/3 for a first-level area, 1 below that. Period is the time that
//! both cover by the time that either does. A record is related by enough content, by half as much in the
//! same country, or by an area within one; the same country or time alone relates nothing.

use std::collections::{BTreeSet, HashSet};
use std::time::Instant;

use cairn_model::{DatasetId, Vocabularies};
use cairn_policy::{Rendition, Viewer};
use tantivy::DocId;
use tantivy::postings::SegmentPostings;

use crate::audience::Audience;
use crate::concepts::NAMED_COUNTRIES;
use crate::deadline::Deadline;
use crate::document::number_of;
use crate::matching::{Conjunction, Matcher, cursors_of};
use crate::rank::{Best, Candidate};
use crate::schema::{ALL, Fields, NAMED, STEM_FIELDS};
use crate::scorer::frequency_at;
use crate::search::BETWEEN_LOOKS;
use crate::segment::Segment;
use crate::series;
use crate::snippet::Snippets;
use crate::statistics::Statistics;
use crate::telling::{DEEPEST, SAID_OF_AREA, Telling, Weighed, covered_days};
use crate::view::View;
use crate::{FacetField, Hit, SearchError};

/// The least share of what a record tells that relates another by content.
const LEAST_CONTENT: f32 = 0.12;
/// The least share that does among records of one country.
const LEAST_IN_COUNTRY: f32 = LEAST_CONTENT / 2.0;
/// What sharing the deepest place counts.
const PLACE: f32 = 0.4;
/// What covering the same time counts.
const PERIOD: f32 = 0.1;
/// The least share of the time that makes it the same.
const SAME_PERIOD: f32 = 0.5;
/// Candidates that are kept for each related record that is wanted, as a series gives one alone.
const SPARE: usize = 8;

/// What others are related to, and how many of them are wanted.
#[derive(Debug, Clone)]
pub struct RelatedRequest {
    /// The record, as the viewer sees it.
    pub of: Rendition,
    /// Records that are not told, besides itself: those that surely are the same data.
    pub left_out: BTreeSet<DatasetId>,
    /// Records at most, up to [`RelatedRequest::MAX_LIMIT`].
    pub limit: usize,
    /// Language in which the beginnings of descriptions are preferred.
    pub language: String,
    /// Today, days since 1970-01-01: what has no end is covered until then.
    pub today: i64,
    /// When looking for them is given up, if it is.
    pub give_up_at: Option<Instant>,
}

impl RelatedRequest {
    /// Most related records that are told.
    pub const MAX_LIMIT: usize = 50;
}

/// A record that is related to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// What a list shows of it.
    pub hit: Hit,
    /// By what, at least one.
    pub grounds: Vec<Ground>,
}

/// By what two records are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// They say the same.
    Content,
    /// They are about the same area.
    Place,
    /// They cover the same time.
    Period,
}

impl Ground {
    /// Every ground, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Content, Self::Place, Self::Period];

    /// content, place or period.
    pub fn code(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Place => "place",
            Self::Period => "period",
        }
    }
}

/// The records that are related to one, the nearest first.
pub(crate) fn related(
    view: &View,
    fields: &Fields,
    vocabularies: &Vocabularies,
    viewer: &Viewer,
    request: &RelatedRequest,
) -> Result<Vec<Related>, SearchError> {
    let deadline = Deadline(request.give_up_at);
    let audience = Audience::of(viewer, view);
    let telling = Telling::of(&request.of, view, fields, vocabularies, &audience, request.today)?;
    let limit = request.limit.min(RelatedRequest::MAX_LIMIT);
    let mut search = Search {
        telling: &telling,
        total: telling.total(),
        statistics: &view.statistics,
        fields,
        today: request.today,
        left_out: request.left_out.iter().chain([&request.of.dataset.id]).map(|id| number_of(*id)).collect(),
        best: Best::new(limit * SPARE),
        deadline,
    };
    let mut segments: Vec<&Segment> = Vec::new();
    audience.visit(view, fields, |segment, visible, superseded| {
        segments.push(segment);
        search.over(segments.len() - 1, segment, visible, superseded)
    })?;
    told(search.best.into_sorted(), &segments, limit, &request.language)
}

/// The best candidates with what a list shows of them, one of each series.
fn told(
    candidates: Vec<Candidate>,
    segments: &[&Segment],
    limit: usize,
    language: &str,
) -> Result<Vec<Related>, SearchError> {
    let beginnings = Snippets::new(std::iter::empty(), &[]);
    let mut known: HashSet<u64> = HashSet::new();
    let mut told = Vec::with_capacity(limit);
    for candidate in candidates {
        let Some(segment) = segments.get(candidate.segment) else { continue };
        if told.len() == limit {
            break;
        }
        if series::of(segment, candidate.doc).is_some_and(|key| !known.insert(key)) {
            continue;
        }
        let stored = segment.stored(candidate.doc)?;
        let snippet = beginnings.of(&stored.text, stored.languages, language);
        let hit = Hit { card: stored.card, snippet, also_at: Vec::new(), series: None, reasons: None };
        told.push(Related { hit, grounds: grounds_of(candidate.rank) });
    }
    Ok(told)
}

/// How near a document is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Nearness {
    content: f32,
    /// How deep the deepest area is that both are about, 0 for none.
    depth: usize,
    period: f32,
}

impl Nearness {
    fn is_related(self) -> bool {
        self.has_content() || self.depth > 1
    }

    fn has_content(self) -> bool {
        self.content >= if self.depth > 0 { LEAST_IN_COUNTRY } else { LEAST_CONTENT }
    }

    /// Its rank, the higher the nearer, with the grounds in the lowest bits.
    fn rank(self) -> u64 {
        let score = self.content + PLACE * self.depth as f32 / DEEPEST as f32 + PERIOD * self.period;
        let holds = [self.has_content(), self.depth > 0, self.period >= SAME_PERIOD];
        let grounds = holds.iter().rev().fold(0, |bits, holds| bits << 1 | u64::from(*holds));
        u64::from(score.max(0.0).to_bits()) << holds.len() | grounds
    }
}

fn grounds_of(rank: u64) -> Vec<Ground> {
    Ground::ALL.into_iter().enumerate().filter(|(at, _)| rank >> at & 1 == 1).map(|(_, ground)| ground).collect()
}

/// A search for related records on its way over the segments.
struct Search<'a> {
    telling: &'a Telling,
    /// What all words and concepts come to at the most.
    total: f32,
    statistics: &'a Statistics,
    fields: &'a Fields,
    today: i64,
    left_out: HashSet<u128>,
    best: Best,
    deadline: Deadline,
}

impl Search<'_> {
    fn over(
        &mut self,
        at: usize,
        segment: &Segment,
        visible: Option<Matcher>,
        superseded: Option<Matcher>,
    ) -> Result<(), SearchError> {
        self.deadline.check()?;
        let wanted = std::iter::once(self.leads(segment)?).chain(visible).collect();
        let unwanted = superseded.into_iter().collect();
        let mut conditions = Conjunction::new(wanted, unwanted, segment.reader.max_doc());
        let mut cursors = Cursors::new(self.telling, segment, self.fields)?;
        let mut walked: u32 = 0;
        for doc in conditions.documents() {
            walked += 1;
            if walked.is_multiple_of(BETWEEN_LOOKS) {
                self.deadline.check()?;
            }
            if !segment.is_live(doc) || self.left_out.contains(&segment.id(doc)) {
                continue;
            }
            let nearness = Nearness {
                content: self.content(&mut cursors, segment, doc),
                depth: cursors.depth(self.telling, segment, doc),
                period: self.period(segment, doc),
            };
            if nearness.is_related() {
                self.best.consider(nearness.rank(), at, doc, || segment.id(doc));
            }
        }
        Ok(())
    }

    /// Documents that can be related: those with an area within a country, or with a word or concept that not all weaker ones
    /// together make up for. The weakest, which most documents have, are only scored.
    fn leads(&self, segment: &Segment) -> Result<Matcher, SearchError> {
        let least = LEAST_IN_COUNTRY * self.total;
        let mut leads = Vec::new();
        let mut shares: Vec<(f32, bool, &Weighed)> = Vec::new();
        shares.extend(self.telling.words.iter().map(|one| (one.share, true, one)));
        shares.extend(self.telling.concepts.iter().map(|one| (one.share, false, one)));
        shares.sort_by(|left, right| left.0.total_cmp(&right.0));
        let mut weaker = 0.0;
        for (share, is_word, one) in shares {
            weaker += share;
            if weaker >= least {
                let field = if is_word { self.fields.stems[ALL] } else { self.fields.concepts };
                leads.push(Matcher::term(segment, field, &one.term)?);
            }
        }
        for (area, depth) in &self.telling.areas {
            if *depth > 1 {
                leads.push(Matcher::term(segment, self.fields.concepts, area)?);
            }
        }
        Ok(Matcher::Either(leads))
    }

    /// What a document has of the telling words and concepts, by what they come to.
    fn content(&self, cursors: &mut Cursors, segment: &Segment, doc: DocId) -> f32 {
        if self.total <= 0.0 {
            return 0.0;
        }
        let mut content = 0.0;
        for (word, cursors) in self.telling.words.iter().zip(&mut cursors.words) {
            let mut times = [0; STEM_FIELDS];
            times[ALL] = frequency_at(&mut cursors[ALL], doc);
            if times[ALL] > 0 {
                for field in NAMED {
                    times[field] = frequency_at(&mut cursors[field], doc);
                }
                content += self.statistics.part(word.share, times, |field| segment.length(field, doc));
            }
        }
        for (concept, cursors) in self.telling.concepts.iter().zip(&mut cursors.concepts) {
            content += Statistics::concept_part(concept.share, frequency_at(cursors, doc), 0);
        }
        content / self.total
    }

    /// The time that both cover by the time that either does.
    fn period(&self, segment: &Segment, doc: DocId) -> f32 {
        let day = |column: &Option<tantivy::columnar::Column<i64>>| column.as_ref().and_then(|days| days.first(doc));
        let columns = &segment.columns;
        let other = day(&columns.covers_from).zip(day(&columns.covers_to));
        let other = other.and_then(|(from, to)| covered_days(from, to, self.today));
        let Some(((from, to), (other_from, other_to))) = self.telling.covered.zip(other) else { return 0.0 };
        let both = to.min(other_to) - from.max(other_from) + 1;
        let either = to.max(other_to) - from.min(other_from) + 1;
        if both > 0 { both as f32 / either as f32 } else { 0.0 }
    }
}

/// Where the telling words, concepts and areas stand in a segment.
struct Cursors {
    words: Vec<[Vec<SegmentPostings>; STEM_FIELDS]>,
    concepts: Vec<Vec<SegmentPostings>>,
    areas: Vec<Vec<SegmentPostings>>,
    // Reused from document to document.
    countries: Vec<u32>,
}

impl Cursors {
    fn new(telling: &Telling, segment: &Segment, fields: &Fields) -> Result<Self, SearchError> {
        let mut words = Vec::with_capacity(telling.words.len());
        for word in &telling.words {
            let mut cursors = [const { Vec::new() }; STEM_FIELDS];
            for (cursors, field) in cursors.iter_mut().zip(fields.stems) {
                *cursors = cursors_of(segment, field, std::slice::from_ref(&word.term))?;
            }
            words.push(cursors);
        }
        let concept = |term: &String| cursors_of(segment, fields.concepts, std::slice::from_ref(term));
        Ok(Self {
            words,
            concepts: telling.concepts.iter().map(|one| concept(&one.term)).collect::<Result<_, _>>()?,
            areas: telling.areas.iter().map(|(area, _)| concept(area)).collect::<Result<_, _>>()?,
            countries: Vec::new(),
        })
    }

    /// How deep the deepest area is that a document is about, too; the areas stand with the deepest first.
    fn depth(&mut self, telling: &Telling, segment: &Segment, doc: DocId) -> usize {
        let mut areas = telling.areas.iter().zip(&mut self.areas);
        let shared =
            areas.find_map(|((_, depth), cursors)| (frequency_at(cursors, doc) >= SAID_OF_AREA).then_some(*depth));
        let Some(depth) = shared else { return 0 };
        self.countries.clear();
        if let Some(column) = segment.facets.get(FacetField::Country.place()).and_then(Option::as_ref) {
            column.numbers_of(doc, &mut self.countries);
        }
        if depth == 1 && self.countries.len() > NAMED_COUNTRIES { 0 } else { depth }
    }
}
