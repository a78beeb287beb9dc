//! A view: both tiers as they stood at one moment, pinned together, with what searches need in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Searcher;
use tantivy::index::SegmentId;
use tantivy::schema::Field;

use crate::answers::Answers;
use crate::duplicates::Duplicates;
use crate::facet::{FacetNames, FacetValues};
use crate::schema::Fields;
use crate::segment::Segment;
use crate::statistics::Statistics;
use crate::{FacetField, SearchError};

/// One tier.
#[derive(Default)]
pub(crate) struct Tier {
    pub(crate) segments: Vec<Arc<Segment>>,
}

impl Tier {
    /// How many live documents have a term of a field.
    pub(crate) fn live_documents_with(&self, field: Field, term: &str) -> Result<u64, SearchError> {
        let mut live = 0;
        for segment in &self.segments {
            live += u64::from(segment.live_documents_with(field, term)?);
        }
        Ok(live)
    }

    /// How many documents carry a concept, deleted ones included.
    pub(crate) fn documents_at_most(&self, concepts: Field, term: &str) -> Result<u64, SearchError> {
        let mut documents = 0;
        for segment in &self.segments {
            documents += u64::from(segment.completing.concept(&*segment.postings_of(concepts)?, term)?);
        }
        Ok(documents)
    }
}

/// Both tiers at one moment.
pub(crate) struct View {
    pub(crate) public: Tier,
    /// Empty while the two tiers on disk hold different changes: see [`View::pair_agrees`].
    pub(crate) restricted: Tier,
    pub(crate) statistics: Statistics,
    /// Names of facet values by number.
    pub(crate) facet_names: HashMap<FacetField, FacetNames>,
    /// The last sequence number that both tiers hold.
    pub(crate) position: i64,
    /// Whether both tiers hold the same changes. Between the two commits of a writer that was killed they do not, and then
    /// everyone is answered from the public tier alone, as an anonymous viewer is: it holds nothing that is not public,
    /// while a record could otherwise be found twice, or by an audience that it was taken from.
    pub(crate) pair_agrees: bool,
    /// Answers to broad searches of this view.
    pub(crate) answers: Answers,
    /// Links between duplicates, once somebody asked for them.
    duplicates: Mutex<Option<Arc<Duplicates>>>,
}

impl View {
    /// What is seen before any tier was opened.
    pub(crate) fn of_nothing() -> Self {
        Self {
            public: Tier::default(),
            restricted: Tier::default(),
            statistics: Statistics::of(&Tier::default()),
            facet_names: HashMap::new(),
            position: 0,
            pair_agrees: false,
            answers: Answers::default(),
            duplicates: Mutex::default(),
        }
    }

    /// The links between duplicates of the public tier. The first who asks finds them, and others wait for that.
    pub(crate) fn duplicates(&self, fields: &Fields) -> Result<Arc<Duplicates>, SearchError> {
        let mut found = self.duplicates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = found.as_ref() {
            return Ok(Arc::clone(found));
        }
        let duplicates = Arc::new(Duplicates::find(self, fields)?);
        *found = Some(Arc::clone(&duplicates));
        Ok(duplicates)
    }

    /// Whether a search of this view and of another answer alike because they pin the same documents.
    pub(crate) fn holds_the_same(&self, other: &Self) -> bool {
        let same = |left: &Tier, right: &Tier| {
            left.segments.len() == right.segments.len()
                && left.segments.iter().zip(&right.segments).all(|(left, right)| Arc::ptr_eq(left, right))
        };
        self.position == other.position
            && self.pair_agrees == other.pair_agrees
            && same(&self.public, &other.public)
            && same(&self.restricted, &other.restricted)
    }
}

/// Makes views, and keeps what one can take over from the one before.
#[derive(Default)]
pub(crate) struct ViewBuilder {
    values: FacetValues,
    known: HashMap<SegmentId, Arc<Segment>>,
}

impl ViewBuilder {
    /// The view of a pair of searchers of which the public tier holds changes up to `public_position`, and the restricted
    /// tier up to `restricted_position`.
    pub(crate) fn build(
        &mut self,
        fields: &Fields,
        public: (&Searcher, i64),
        restricted: (&Searcher, i64),
    ) -> Result<View, SearchError> {
        let in_use = self.facets_in_use();
        self.forget_unused_values();
        let mut known = HashMap::new();
        let public_tier = self.tier(fields, public.0, &mut known)?;
        let pair_agrees = public.1 == restricted.1;
        let restricted_tier = self.tier(fields, restricted.0, &mut known)?;
        self.known = known;
        // Before anyone searches, so that nobody waits for it.
        self.known.values().for_each(|segment| segment.bring_into_memory(&in_use));
        Ok(View {
            statistics: Statistics::of(&public_tier),
            public: public_tier,
            restricted: if pair_agrees { restricted_tier } else { Tier::default() },
            facet_names: self.values.names(),
            position: public.1.min(restricted.1),
            pair_agrees,
            answers: Answers::default(),
            duplicates: Mutex::default(),
        })
    }

    fn tier(
        &mut self,
        fields: &Fields,
        searcher: &Searcher,
        known: &mut HashMap<SegmentId, Arc<Segment>>,
    ) -> Result<Tier, SearchError> {
        let mut segments = Vec::with_capacity(searcher.segment_readers().len());
        for reader in searcher.segment_readers() {
            let before = self.known.get(&reader.segment_id());
            let segment = match before {
                Some(segment) if segment.key() == (reader.segment_id(), reader.delete_opstamp()) => Arc::clone(segment),
                before => Arc::new(Segment::open(reader, fields, before.map(AsRef::as_ref), &mut self.values)?),
            };
            known.insert(reader.segment_id(), Arc::clone(&segment));
            segments.push(segment);
        }
        Ok(Tier { segments })
    }

    /// The facets that somebody counted, by their places in [`FacetField::ALL`].
    fn facets_in_use(&self) -> Vec<bool> {
        let in_use = |place: usize| self.known.values().any(|segment| segment.has_in_memory(place));
        (0..FacetField::ALL.len()).map(in_use).collect()
    }

    /// Numbers the facet values anew when most of them may belong to segments that are gone.
    fn forget_unused_values(&mut self) {
        let used: usize =
            self.known.values().flat_map(|segment| segment.facets.iter().flatten()).map(|column| column.len()).sum();
        if self.values.len() > 1000 + 2 * used {
            *self = Self::default();
        }
    }
}
