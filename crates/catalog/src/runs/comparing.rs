//! What of a page is new, what changed, and what may not be loosened.

use std::collections::HashMap;

use cairn_harvest::{Payload, RawFormat, RawRecord};
use cairn_model::{Dataset, DatasetId, Problem};
use cairn_policy::{Loosening, broken_rules, rendition_count, tighten, tighten_unknown};
use cairn_store::{HeldKind, KnownRecord, NewestRevision, PayloadWrite, RecordState, RecordWrite, RunProblem};

use super::Run;
use super::reading::{ReadRecord, content_hash as hash_of_content};
use super::seen::Meeting;
use crate::CatalogError;
use crate::error::blocking;

/// Code of the problem that lists a record whose source asks for looser terms.
const LOOSENING_HELD: &str = "loosening-held";

/// What a page brings.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) writes: Vec<RecordWrite>,
    /// Problems of the records that are to be written.
    pub(super) problems: Vec<RunProblem>,
    /// Problems of what could not be taken.
    pub(super) listing_problems: Vec<RunProblem>,
    /// Records that the page lists.
    pub(super) listed: Vec<DatasetId>,
}

impl Run<'_> {
    /// Compares the records of a page with what the store holds and counts them.
    pub(super) async fn compare(&mut self, records: Vec<RawRecord>) -> Result<Compared, CatalogError> {
        let mut compared = Compared::default();
        let records = self.meet_deleted(records).await?;
        let records = self.complete(records).await?;
        let hashed = self.hash_payloads(records).await?;
        let named: Vec<String> = hashed.iter().filter_map(|(raw, _)| raw.source_record_id.clone()).collect();
        let mut known = self.known(&named).await?;

        let mut to_read = Vec::new();
        for (raw, payload_hash) in hashed {
            let same = raw.source_record_id.as_ref().and_then(|id| known.get(id)).filter(|known| {
                !self.full
                    && known.payload_hash == payload_hash
                    && is_active(known)
                    && !self.loosening_confirmed.contains_key(&known.source_record_id)
                    && !self.coverage.is_confirmed(&known.source_record_id)
            });
            match same {
                Some(same) => self.meet_unchanged(same, &mut compared),
                None => to_read.push((raw, payload_hash)),
            }
        }
        let mut read = self.read(to_read).await?;
        read.splice(0..0, self.coverage.take_aside().into_iter().map(Ok));
        let unnamed: Vec<String> = read
            .iter()
            .filter_map(|record| record.as_ref().ok())
            .map(|record| record.dataset.source_record_id.clone())
            .filter(|id| !known.contains_key(id))
            .collect();
        known.extend(self.known(&unnamed).await?);
        let stored = self.stored(&read, &known).await?;
        self.keep_look_alikes_back(&mut read, &stored);
        let twins = self.twins(&read, &known).await?;
        let ids = read.iter().filter_map(|record| record.as_ref().ok()).map(|record| *record.dataset.id.as_bytes());
        self.seen.look_up(ids).await?;
        let (read, vanishing) = self.judge_fields(read, &known, &stored).await?;
        for record in read {
            match record {
                Ok(record) => self.meet(record, &known, &stored, &twins, &vanishing, &mut compared),
                Err(row) => {
                    self.counts.listed += 1;
                    match &row.source_record_id {
                        // The source lists it, so it is not missing, whatever is wrong with it now.
                        Some(id) => self.list(id, &mut compared),
                        None => self.unnamed += 1,
                    }
                    compared.listing_problems.push(row);
                }
            }
        }
        Ok(compared)
    }

    /// Counts records that the source lists as they were, without giving them. One that is not in the catalogue could not be
    /// taken when it was given, which was told then.
    pub(super) async fn meet_left_out(&mut self, ids: &[String], compared: &mut Compared) -> Result<(), CatalogError> {
        let known = self.known(ids).await?;
        for id in ids {
            match known.get(id).filter(|known| is_active(known)) {
                Some(known) => self.meet_unchanged(known, compared),
                None => self.list(id, compared),
            }
        }
        Ok(())
    }

    /// Notes the records that the source names as deleted; answers the others.
    async fn meet_deleted(&mut self, records: Vec<RawRecord>) -> Result<Vec<RawRecord>, CatalogError> {
        let (deleted, others): (Vec<_>, Vec<_>) =
            records.into_iter().partition(|record| record.payload == Payload::Deleted);
        let named: Vec<String> = deleted.into_iter().filter_map(|record| record.source_record_id).collect();
        let known = self.known(&named).await?;
        for known in known.values().filter(|known| is_active(known)) {
            self.seen.delete(known.id);
        }
        Ok(others)
    }

    /// Notes that the source lists a record that could not be taken.
    fn list(&mut self, source_record_id: &str, compared: &mut Compared) {
        let id = DatasetId::new(&self.rules.source.id, source_record_id);
        if self.seen.list(id) {
            compared.listed.push(id);
        }
    }

    async fn hash_payloads(&self, records: Vec<RawRecord>) -> Result<Vec<(RawRecord, [u8; 32])>, CatalogError> {
        let rules = self.rules.clone();
        blocking(move || {
            Ok(records
                .into_iter()
                .map(|raw| {
                    let hash = rules.payload_hash(&raw.payload);
                    (raw, hash)
                })
                .collect())
        })
        .await
    }

    /// Reads records, with what organisations say otherwise of them laid over it.
    async fn read(
        &mut self,
        records: Vec<(RawRecord, [u8; 32])>,
    ) -> Result<Vec<Result<ReadRecord, RunProblem>>, CatalogError> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let edits = self.catalog.edits_of(&self.rules.source.id).await?;
        self.learn_originals(&edits).await?;
        let rules = self.rules.clone();
        let read = blocking(move || {
            Ok(records
                .into_iter()
                .map(|(raw, payload_hash)| {
                    let id = raw.source_record_id.clone();
                    let offset = raw.offset;
                    rules.read(raw, payload_hash).map_err(|mut problem| {
                        problem.position.record.get_or_insert(offset);
                        RunProblem { source_record_id: id, problem }
                    })
                })
                .collect())
        });
        self.lay_edits(edits, read.await?).await
    }

    async fn known(&self, ids: &[String]) -> Result<HashMap<String, KnownRecord>, CatalogError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = self.catalog.store().known(&self.rules.source.id, ids).await?;
        Ok(rows.into_iter().map(|row| (row.source_record_id.clone(), row)).collect())
    }

    /// What the store holds of the records that were read, in one query for all.
    async fn stored(
        &self,
        read: &[Result<ReadRecord, RunProblem>],
        known: &HashMap<String, KnownRecord>,
    ) -> Result<HashMap<DatasetId, NewestRevision>, CatalogError> {
        let read = read.iter().filter_map(|record| record.as_ref().ok());
        let ids: Vec<DatasetId> =
            read.filter_map(|record| known.get(&record.dataset.source_record_id)).map(|known| known.id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let newest = self.catalog.store().newest_revisions(&ids).await?;
        Ok(newest.into_iter().map(|revision| (revision.id, revision)).collect())
    }

    fn meet_unchanged(&mut self, known: &KnownRecord, compared: &mut Compared) {
        self.seen.keep(known.id);
        let Some(counts) = self.first_meeting(known.id, &known.source_record_id, compared) else { return };
        self.counts.unchanged += counts;
        self.seen.note_unchanged(known.id);
    }

    fn meet(
        &mut self,
        record: ReadRecord,
        known: &HashMap<String, KnownRecord>,
        stored: &HashMap<DatasetId, NewestRevision>,
        twins: &HashMap<DatasetId, Dataset>,
        vanishing: &[usize],
        compared: &mut Compared,
    ) {
        let ReadRecord { mut dataset, mut content_hash, mut payload_hash, raw, edit, deleted } = record;
        let source_record_id = dataset.source_record_id.clone();
        let Some(counts) = self.first_meeting(dataset.id, &source_record_id, compared) else { return };
        let before = known.get(&source_record_id);
        if deleted {
            if before.is_some_and(is_active) {
                self.seen.delete(dataset.id);
            }
            return;
        }
        // Whatever the listing said before: what it says last holds.
        self.seen.keep(dataset.id);
        let stored = stored.get(&dataset.id);
        let is_damaged = stored.is_some_and(|stored| stored.dataset.is_none());
        let repair = stored.is_some_and(|stored| stored.dataset.is_none() || stored.payload_is_damaged);
        let (former, twin) = (before.zip(stored), twins.get(&dataset.id));
        if former.is_some() || twin.is_some() {
            let is_settled =
                former.is_none_or(|(before, stored)| self.keep_vanishing(&mut dataset, vanishing, before, stored));
            if !self.hold_loosening(&mut dataset, content_hash, former, twin) || !is_settled {
                // There was no room to list it, or not enough to judge it by, so it is read again until there is.
                payload_hash = [0; 32];
            }
            content_hash = hash_of_content(&mut dataset);
        }
        let written = |dataset| {
            let payload = raw.map(payload_write);
            RecordWrite { dataset, content_hash, payload_hash, payload, repair, edit }
        };
        match before {
            Some(before) if before.content_hash == content_hash && is_active(before) && !is_damaged => {
                self.counts.unchanged += counts;
                if before.payload_hash == payload_hash && !repair {
                    return;
                }
                // The payload differs in what is volatile (page views, order) or is read otherwise by now. That is no
                // change, but the next run is to know it.
                compared.writes.push(written(dataset));
                return;
            }
            Some(_) => self.counts.changed += counts,
            None => self.counts.new += 1,
        }
        if let Some(noting) = &mut self.noting {
            match before {
                Some(_) => noting.note_changed(stored.and_then(|stored| stored.dataset.as_ref()), &dataset),
                None => noting.note_new(&dataset),
            }
        }
        for problem in &dataset.provenance.problems {
            compared
                .problems
                .push(RunProblem { source_record_id: Some(source_record_id.clone()), problem: problem.clone() });
        }
        self.counts.writes += rendition_count(&dataset) as u64;
        compared.writes.push(written(dataset));
    }

    /// Counts a record that is met for the first time in this run; the second is an item error, and the first is kept. Answers
    /// how often it counts, if this is the first: not at all where the interrupted run counted it.
    fn first_meeting(&mut self, id: DatasetId, source_record_id: &str, compared: &mut Compared) -> Option<u64> {
        match self.seen.meet(id) {
            Meeting::First => {
                self.counts.listed += 1;
                compared.listed.push(id);
                return Some(1);
            }
            Meeting::Again => return Some(0),
            Meeting::Twice => {}
        }
        compared.listing_problems.push(RunProblem {
            source_record_id: Some(source_record_id.to_owned()),
            problem: Problem::error(
                "duplicate-identifier",
                "",
                "the source lists this identifier twice in one run: the first is kept",
            ),
        });
        None
    }

    /// Keeps the closer terms of a record whose source now asks for looser ones, or gave them to its twin, unless a person
    /// confirmed it. Answers whether all that is held could be listed for confirmation.
    fn hold_loosening(
        &mut self,
        dataset: &mut Dataset,
        content_hash: [u8; 32],
        former: Option<(&KnownRecord, &NewestRevision)>,
        twin: Option<&Dataset>,
    ) -> bool {
        let granted = self.loosening_confirmed.get(&dataset.source_record_id).map_or(&[][..], Vec::as_slice);
        let asked = dataset.clone();
        let (mut held_record, held) = match former {
            None => (asked, Vec::new()),
            Some((_, NewestRevision { dataset: Some(stored), .. })) => tighten(stored, asked, granted),
            // It is damaged, but its hash says that it held this very record.
            Some((before, _)) if before.content_hash == content_hash => (asked, Vec::new()),
            // An earlier revision may have been more open than the one that cannot be read.
            Some(_) => tighten_unknown(asked, self.rules.organisation().as_ref()),
        };
        let mut held: Vec<Problem> = held.into_iter().map(|one| loosening_held(one, None)).collect();
        if let Some(twin) = twin {
            let (closer, as_twin) = tighten(twin, held_record, granted);
            held_record = closer;
            held.extend(as_twin.into_iter().map(|one| loosening_held(one, Some(&twin.source_record_id))));
        }
        *dataset = held_record;
        // The terms that hold are a mixture of two statements, so the rules are asked again.
        for reason in broken_rules(&dataset.terms) {
            if !dataset.quarantine.contains(&reason) {
                dataset.quarantine.push(reason);
            }
        }
        self.holding.set(HeldKind::Loosening, &dataset.source_record_id, held)
    }
}

pub(super) fn is_active(known: &KnownRecord) -> bool {
    known.state == RecordState::Active
}

fn payload_write((format, bytes): (RawFormat, bytes::Bytes)) -> PayloadWrite {
    PayloadWrite { format: format.code().to_owned(), bytes: bytes.to_vec() }
}

/// What is listed of a loosening, of what the source said before or of a twin with this id: its value is whole, because it is
/// what a person confirms.
fn loosening_held(loosening: Loosening, twin: Option<&str>) -> Problem {
    let Loosening { axis, from, to } = loosening;
    let message = match twin {
        None => format!("the source now says {to} instead of {from}: the closer one holds until somebody confirms it"),
        Some(twin) => format!(
            "the source says {to}, and {from} holds of {twin}, which has the same identifier, or title, organisation and files: the \
             closer one holds until somebody confirms it"
        ),
    };
    Problem { value: Some(to), ..Problem::warning(LOOSENING_HELD, axis, message) }
}
