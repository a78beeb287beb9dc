//! The records that a run lacks: counted for the guard, then marked, retired or held.
//!
//! They are walked through a page at a time, once to count them, and once more when the verdict says what becomes of them: what
//! is collected is only what is written.

use std::collections::{HashMap, HashSet};

use cairn_harvest::guard::is_due_for_retirement;
use cairn_harvest::verdict::RunFacts;
use cairn_harvest::{EndProof, Verdict};
use cairn_model::{DatasetId, Problem};
use cairn_store::{HeldKind, Marked, MarkedRecord, RecordState, Succession};

use super::Run;
use super::seen::{FOUND_AGAIN, LACKING, RecordWalk, SAID_TO_BE_DELETED, STILL_MISSING, is_said_to_be_deleted};
use crate::CatalogError;

/// Code of the problem that lists a record which a tripped guard kept.
const REMOVAL_HELD: &str = "removal-held";

/// Records that are looked up together.
const AT_A_TIME: usize = 500;

/// How many records a run lacks.
#[derive(Default)]
pub(super) struct Lacking {
    /// Those of which nobody confirmed the removal.
    pub(super) unconfirmed: u64,
    /// Those that would be retired.
    to_retire: u64,
    /// Those that stay.
    missing: u64,
}

impl Lacking {
    pub(super) fn count(&self) -> u64 {
        self.to_retire + self.missing
    }

    pub(super) fn is_any(&self) -> bool {
        self.count() > 0
    }

    /// Whether any of them would be retired by a run that saw this.
    pub(super) fn goes(&self, facts: &RunFacts) -> bool {
        let waiting = if facts.unnamed > 0 { facts.retiring } else { 0 };
        self.to_retire > waiting
    }
}

/// What is to be done with the records that a run lacks.
#[derive(Default)]
pub(super) struct Removals {
    /// Lacking, and not to be retired yet.
    pub(super) missing: Vec<DatasetId>,
    /// To be retired.
    pub(super) retire: Vec<DatasetId>,
}

impl Removals {
    pub(super) fn count(&self) -> u64 {
        (self.missing.len() + self.retire.len()) as u64
    }
}

/// What becomes of a record that a run lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// A person confirmed that it goes.
    Confirmed,
    /// The source says that it deleted it.
    Deleted,
    /// It was missing for long enough.
    Due,
    /// It is missing.
    Missing,
}

/// Whether a listing that ended with this proof leaves out what is as it was.
pub(super) fn leaves_out_what_stays(proof: &EndProof) -> bool {
    match proof {
        EndProof::Unchanged | EndProof::Changes => true,
        EndProof::Proven | EndProof::Missing(_) => false,
    }
}

/// The records that a listing lacks which ended with this proof.
fn lacked(proof: &EndProof) -> &'static [Marked] {
    match proof {
        EndProof::Proven => &[LACKING],
        EndProof::Unchanged => &[SAID_TO_BE_DELETED, STILL_MISSING],
        // What is missing since before was not looked for: it is neither here nor gone.
        EndProof::Changes => &[SAID_TO_BE_DELETED],
        // It may stand in the part that was not read.
        EndProof::Missing(_) => &[],
    }
}

impl Run<'_> {
    fn fate(&self, record: &MarkedRecord) -> Fate {
        let is_due = |since| is_due_for_retirement(since, record.missing_runs + 1, self.rules.now);
        if self.removals_confirmed.contains_key(&record.source_record_id) {
            Fate::Confirmed
        } else if is_said_to_be_deleted(record) {
            Fate::Deleted
        } else if record.missing_since.is_some_and(is_due) {
            Fate::Due
        } else {
            Fate::Missing
        }
    }

    /// Counts the records that this run lacks, for the guard and for what comes after.
    pub(super) async fn weigh_what_is_lacking(
        &mut self,
        proof: &EndProof,
        facts: &mut RunFacts,
    ) -> Result<Lacking, CatalogError> {
        let mut lacking = Lacking::default();
        let mut walk = RecordWalk::new(lacked(proof));
        while let Some(page) = walk.next(&mut self.seen).await? {
            for record in &page {
                match self.fate(record) {
                    Fate::Confirmed => facts.confirmed += 1,
                    Fate::Deleted => facts.deleted += 1,
                    Fate::Due => facts.retiring += 1,
                    Fate::Missing => {
                        facts.newly_missing += u64::from(record.missing_since.is_none());
                        lacking.missing += 1;
                    }
                }
            }
        }
        lacking.to_retire = facts.confirmed + facts.deleted + facts.retiring;
        lacking.unconfirmed = facts.deleted + facts.retiring + lacking.missing;
        Ok(lacking)
    }

    /// What a run that read the whole listing does with what it lacks: the guard saw to it that this is little of the source.
    /// What nobody confirmed and the source did not say to be deleted stays as it is, unless it may be called missing.
    pub(super) async fn removals(&mut self, proof: &EndProof, marks_missing: bool) -> Result<Removals, CatalogError> {
        let mut removals = Removals::default();
        let mut walk = RecordWalk::new(lacked(proof));
        while let Some(page) = walk.next(&mut self.seen).await? {
            for record in page {
                match self.fate(&record) {
                    Fate::Due | Fate::Missing if !marks_missing => {}
                    Fate::Confirmed | Fate::Deleted | Fate::Due => removals.retire.push(record.id),
                    Fate::Missing => removals.missing.push(record.id),
                }
            }
        }
        Ok(removals)
    }

    /// Records that were missing and that the source lists again, whether or not they could be read.
    pub(super) async fn found_again(&mut self) -> Result<Vec<DatasetId>, CatalogError> {
        let mut found = Vec::new();
        let mut walk = RecordWalk::new(&[FOUND_AGAIN]);
        while let Some(page) = walk.next(&mut self.seen).await? {
            found.extend(page.into_iter().map(|record| record.id));
        }
        Ok(found)
    }

    /// What a run that judged the whole listing knows better than the runs before: which removals wait, and that nothing
    /// is to be loosened of what is not in the catalogue any more.
    pub(super) async fn settle_what_is_held(
        &mut self,
        verdict: Verdict,
        proof: &EndProof,
        retire: &[DatasetId],
        renamed: &HashMap<String, String>,
    ) -> Result<(), CatalogError> {
        if matches!(verdict, Verdict::GuardTripped | Verdict::EmptyRefused) {
            self.hold_removals(proof, renamed).await?;
        } else if verdict.is_complete() {
            self.holding.keep_only(HeldKind::Removal, |_| false);
        } else {
            return Ok(());
        }
        for kind in [HeldKind::Loosening, HeldKind::Vanished] {
            let stay = self.staying(kind, retire).await?;
            self.holding.keep_only(kind, |id| stay.contains(id));
        }
        Ok(())
    }

    /// Holds the removal of everything that the run lacks, as far as there is room for it, and of nothing else. What was
    /// confirmed for this run is on the list again: it removed none of it.
    async fn hold_removals(&mut self, proof: &EndProof, renamed: &HashMap<String, String>) -> Result<(), CatalogError> {
        // What is not lacking any more makes room first.
        let held: HashSet<String> = self.holding.of_kind(HeldKind::Removal).map(|(id, _)| id.to_owned()).collect();
        let mut still = HashSet::new();
        let mut walk = RecordWalk::new(lacked(proof));
        while let Some(page) = walk.next(&mut self.seen).await? {
            still.extend(page.into_iter().map(|record| record.source_record_id).filter(|id| held.contains(id)));
        }
        self.holding.keep_only(HeldKind::Removal, |id| still.contains(id));
        let mut walk = RecordWalk::new(lacked(proof));
        while let Some(page) = walk.next(&mut self.seen).await? {
            for record in page {
                let id = &record.source_record_id;
                let confirmed = self.removals_confirmed.get(id).and_then(Option::as_ref);
                self.holding.set(HeldKind::Removal, id, vec![removal_held(renamed.get(id).or(confirmed))]);
            }
        }
        Ok(())
    }

    /// Ids at the source of the records of which something of a kind is held and that stay in the catalogue.
    async fn staying(&self, kind: HeldKind, retire: &[DatasetId]) -> Result<HashSet<String>, CatalogError> {
        let retire: HashSet<&DatasetId> = retire.iter().collect();
        let held: HashSet<String> = self.holding.of_kind(kind).map(|(id, _)| id.to_owned()).collect();
        let held: Vec<String> = held.into_iter().collect();
        let mut staying = HashSet::new();
        for some in held.chunks(AT_A_TIME) {
            let known = self.catalog.store().known(&self.rules.source.id, some).await?.into_iter();
            let stay = known.filter(|known| known.state == RecordState::Active && !retire.contains(&known.id));
            staying.extend(stay.map(|known| known.source_record_id));
        }
        Ok(staying)
    }

    /// Where the retired records go on that a person confirmed to be listed under other ids, if the source still lists those.
    pub(super) async fn successions(
        &mut self,
        proof: &EndProof,
        retired: &[DatasetId],
    ) -> Result<Vec<Succession>, CatalogError> {
        let source = self.rules.source.id.clone();
        let retired: HashSet<&DatasetId> = retired.iter().collect();
        let confirmed: Vec<(DatasetId, &String)> = self
            .removals_confirmed
            .iter()
            .filter_map(|(before, now)| Some((DatasetId::new(&source, before), now.as_ref()?)))
            .filter(|(before, _)| retired.contains(before))
            .collect();
        let mut successions = Vec::new();
        for some in confirmed.chunks(AT_A_TIME) {
            let names: Vec<String> = some.iter().map(|(_, now)| (*now).clone()).collect();
            let known = self.catalog.store().known(&source, &names).await?;
            // What a listing of changes does not mention is as the last complete one had it.
            let stays: HashSet<DatasetId> = known
                .into_iter()
                .filter(|known| {
                    leaves_out_what_stays(proof) && known.state == RecordState::Active && known.missing_since.is_none()
                })
                .map(|known| known.id)
                .collect();
            let ids: Vec<DatasetId> = names.iter().map(|now| DatasetId::new(&source, now)).collect();
            self.seen.look_up(ids.iter().map(|id| *id.as_bytes())).await?;
            for ((record, _), successor) in some.iter().zip(ids) {
                let is_listed = self.seen.is_still_listed(successor);
                if is_listed || (stays.contains(&successor) && !self.seen.is_deleted(successor)) {
                    successions.push(Succession { record: *record, successor });
                }
            }
            self.seen.put_away().await?;
        }
        Ok(successions)
    }
}

/// What is listed of a removal; with the id under which the source lists the record now, if there is one.
fn removal_held(renamed: Option<&String>) -> Problem {
    let message = match renamed {
        None => "the source no longer lists this record; it stays until its removal is confirmed",
        Some(_) => "the source lists this record under another id; the old one stays until its removal is confirmed",
    };
    Problem { value: renamed.cloned(), ..Problem::warning(REMOVAL_HELD, "", message) }
}
