//! Records that a source lists anew and that look like one of its own whose terms its organisation says otherwise: under
//! another id, the source's word would open what was closed by hand.
//!
//! Such a record is kept back from the page that brings it. It is released by a steward of its owner, who says its terms (or that
//! the source's hold, with an edit that is empty). Where so many records came under other ids that their removal waits to be
//! confirmed, an operator who confirms it releases them, too: what was said of the old one is said of the new one from then on.
//!
//! Closer terms that the source itself said hold under another id as well: what is looser of the record that comes waits as any
//! loosening does.

use std::collections::{HashMap, HashSet};

use cairn_model::duplicate::{Features, contradict};
use cairn_model::{Dataset, DatasetId, Listing, Problem, QuarantineReason, Sharing};
use cairn_policy::rendition_count;
use cairn_store::{KnownRecord, NewestRevision, RunProblem};

use super::Run;
use super::comparing::is_active;
use super::reading::{ReadRecord, content_hash};
use super::renamed::{Mark, have_other_dois, marks, said};
use crate::CatalogError;
use crate::registry::edits::Edits;

/// Rule by which such a record is kept back.
const RESEMBLES_EDITED: &str = "resembles-edited";

const MESSAGE: &str = "it has the identifier, or the title, organisation and files, of a record of this source whose terms its \
                       organisation says otherwise: it waits until a steward of its owner says what holds for this one, or, where \
                       the removal of the other one is held, until that is confirmed";

/// Records of a source that are read together.
const AT_A_TIME: u32 = 500;

/// A record whose terms its organisation says otherwise, as its source says it.
struct Original {
    source_record_id: String,
    features: Features,
    dois: HashSet<String>,
}

/// The records of a source whose terms are said otherwise.
#[derive(Default)]
pub(super) struct LookAlikes {
    /// Their edits, and the versions of these, as far as the rest is made of them.
    edits: Vec<(DatasetId, u32)>,
    originals: HashMap<DatasetId, Original>,
    by_mark: HashMap<Mark, Vec<DatasetId>>,
    /// What was found: the ids at the source before, and now.
    found: HashMap<String, String>,
    /// The records of the source that not everyone has all of, and those that look like them, from the first page that brings one
    /// which is not in the catalogue.
    closer: Option<HashMap<Mark, Vec<DatasetId>>>,
}

impl LookAlikes {
    /// The original of a record, if it has one.
    fn original_of(&self, dataset: &Dataset) -> Option<&Original> {
        let (features, dois) = said(dataset);
        let originals = marks(dataset, &()).into_iter().filter_map(|mark| self.by_mark.get(&mark)).flatten();
        let mut others = originals.filter(|id| **id != dataset.id).filter_map(|id| self.originals.get(id));
        others.find(|other| !contradict(&other.features, &features) && !have_other_dois(&other.dois, &dois))
    }
}

impl Run<'_> {
    /// The ids at the source of the records that look like those with other ids, by the ids of these.
    pub(super) fn found_look_alikes(&self) -> &HashMap<String, String> {
        &self.look_alikes.found
    }

    /// Learns which records have their terms said otherwise, where that changed.
    pub(super) async fn learn_originals(&mut self, edits: &Edits) -> Result<(), CatalogError> {
        let of_terms = edits.of_terms();
        if of_terms == self.look_alikes.edits {
            return Ok(());
        }
        let LookAlikes { found, closer, .. } = std::mem::take(&mut self.look_alikes);
        let ids: Vec<DatasetId> = of_terms.iter().map(|(id, _)| *id).collect();
        let mut learned = LookAlikes { edits: of_terms, found, closer, ..LookAlikes::default() };
        for revision in self.catalog.store().newest_revisions(&ids).await? {
            let Some(edited) = revision.dataset else { continue };
            let original = edits.as_said_before(edited, &self.rules.vocabularies, self.rules.now);
            for mark in marks(&original, &()) {
                learned.by_mark.entry(mark).or_default().push(original.id);
            }
            let (features, dois) = said(&original);
            let source_record_id = original.source_record_id;
            learned.originals.insert(original.id, Original { source_record_id, features, dois });
        }
        self.look_alikes = learned;
        Ok(())
    }

    /// Keeps back what looks like a record whose terms are said otherwise and came after it, unless something was said of it
    /// too.
    pub(super) fn keep_look_alikes_back(
        &mut self,
        read: &mut [Result<ReadRecord, RunProblem>],
        stored: &HashMap<DatasetId, NewestRevision>,
    ) {
        if self.look_alikes.originals.is_empty() {
            return;
        }
        for record in read.iter_mut().flatten().filter(|record| record.edit == 0 && !record.deleted) {
            let is_told_apart = match stored.get(&record.dataset.id) {
                Some(NewestRevision { dataset: Some(stored), .. }) => !is_kept_back(stored),
                Some(_) | None => false,
            };
            if is_told_apart {
                continue;
            }
            // One that was put aside was marked when it was read.
            if is_kept_back(&record.dataset) {
                continue;
            }
            let Some(original) = self.look_alikes.original_of(&record.dataset) else { continue };
            let (before, now) = (original.source_record_id.clone(), record.dataset.source_record_id.clone());
            self.look_alikes.found.insert(before, now);
            let reason = QuarantineReason { rule: RESEMBLES_EDITED.to_owned(), message: MESSAGE.to_owned() };
            record.dataset.quarantine.push(reason);
            let problem = Problem::error(&format!("quarantined-{RESEMBLES_EDITED}"), "terms", MESSAGE);
            record.dataset.provenance.problems.push(problem);
            record.content_hash = content_hash(&mut record.dataset);
            // Read again until something is said of either.
            record.payload_hash = [0; 32];
        }
    }
}

impl Run<'_> {
    /// The records of the source that those look like which come into the catalogue, by the ids of these: of several the
    /// most open, so that a hidden one closes nothing that has another like it. Those that were kept back wait already.
    pub(super) async fn twins(
        &mut self,
        read: &[Result<ReadRecord, RunProblem>],
        known: &HashMap<String, KnownRecord>,
    ) -> Result<HashMap<DatasetId, Dataset>, CatalogError> {
        let comes =
            |dataset: &&Dataset| !known.get(&dataset.source_record_id).is_some_and(is_active) && !is_kept_back(dataset);
        let coming: Vec<&Dataset> = read.iter().flatten().map(|record| &record.dataset).filter(comes).collect();
        if coming.is_empty() {
            return Ok(HashMap::new());
        }
        self.learn_closer().await?;
        let LookAlikes { closer: Some(closer), originals, .. } = &self.look_alikes else { return Ok(HashMap::new()) };
        let mut met: HashMap<DatasetId, Vec<&Dataset>> = HashMap::new();
        for dataset in coming {
            let alike: HashSet<_> = marks(dataset, &()).iter().filter_map(|mark| closer.get(mark)).flatten().collect();
            for id in alike.into_iter().filter(|id| **id != dataset.id && !originals.contains_key(id)) {
                met.entry(*id).or_default().push(dataset);
            }
        }
        let ids: Vec<DatasetId> = met.keys().copied().collect();
        let mut twins: HashMap<DatasetId, Dataset> = HashMap::new();
        for twin in self.catalog.store().newest_revisions(&ids).await?.into_iter().filter_map(|one| one.dataset) {
            let (features, dois) = said(&twin);
            for dataset in &met[&twin.id] {
                if twins.get(&dataset.id).is_some_and(|other| closeness(other) <= closeness(&twin)) {
                    continue;
                }
                let (others, other_dois) = said(dataset);
                if !contradict(&features, &others) && !have_other_dois(&dois, &other_dois) {
                    twins.insert(dataset.id, twin.clone());
                }
            }
        }
        Ok(twins)
    }

    /// Learns which records of the source not everyone has all of, and which look like them, once.
    async fn learn_closer(&mut self) -> Result<(), CatalogError> {
        if self.look_alikes.closer.is_some() {
            return Ok(());
        }
        let mut of_closer: HashSet<Mark> = HashSet::new();
        self.visit_source(|dataset| {
            if closeness(dataset) > (Listing::Full, Sharing::Public) || rendition_count(dataset) > 1 {
                of_closer.extend(marks(dataset, &()));
            }
        })
        .await?;
        let mut closer: HashMap<Mark, Vec<DatasetId>> = HashMap::new();
        if !of_closer.is_empty() {
            self.visit_source(|dataset| {
                for mark in marks(dataset, &()).into_iter().filter(|mark| of_closer.contains(mark)) {
                    closer.entry(mark).or_default().push(dataset.id);
                }
            })
            .await?;
        }
        self.look_alikes.closer = Some(closer);
        Ok(())
    }

    /// Goes through the records of the source that are in the catalogue.
    async fn visit_source(&self, mut visit: impl FnMut(&Dataset)) -> Result<(), CatalogError> {
        let mut after = String::new();
        loop {
            let records = self.catalog.store().records_of_source(&self.rules.source.id, &after, AT_A_TIME).await?;
            let Some(last) = records.last() else { return Ok(()) };
            after.clone_from(&last.source_record_id);
            records.iter().filter_map(|record| record.dataset.as_ref()).for_each(&mut visit);
        }
    }
}

fn closeness(dataset: &Dataset) -> (Listing, Sharing) {
    (dataset.terms.listing, dataset.terms.sharing)
}

/// Whether a record is kept back for looking like one whose terms are said otherwise.
pub(crate) fn is_kept_back(dataset: &Dataset) -> bool {
    dataset.quarantine.iter().any(|reason| reason.rule == RESEMBLES_EDITED)
}
