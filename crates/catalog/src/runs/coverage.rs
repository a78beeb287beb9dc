//! Fields that a source loses all at once: a name changed there, and nothing was said of its records.
//!
//! A field that more than 30 % of the records lose in one run counts as vanished, and none of them loses its value until a
//! person confirms it. That is judged page by page, before a page is written, over what the run met so far. Until the run
//! met ten records that had a field, those that lost it are put aside, to be compared with a later page or at the end. What
//! was judged is not judged anew: where a listing begins with many records that keep a field, those behind them lose it until
//! they are 30 %.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cairn_model::{Dataset, DatasetId, LocalizedText, Problem, Quality};
use cairn_policy::Openness;
use cairn_store::{HeldKind, KnownRecord, NewestRevision, RecordState, RunProblem};

use super::Run;
use super::holding::Holding;
use super::reading::ReadRecord;
use crate::CatalogError;

/// Code of the problem that lists a record whose former value is kept.
const FIELD_VANISHED: &str = "field-vanished";

/// Records that must have had a field before a share of them is judged.
const ENOUGH: u64 = 10;
/// Of fewer records all must have lost it, and there must be so many.
const ENOUGH_OF_ALL: u64 = 3;
/// Percent of the records that had a field which may lose it in one run.
const MAY_LOSE: u64 = 30;

/// A part of a record that sources lose by renaming it.
struct Watched {
    /// As in the JSON of a record.
    name: &'static str,
    has: fn(&Dataset) -> bool,
    /// Puts the value of the first record into the second.
    keep: fn(&Dataset, &mut Dataset),
}

/// The place of a field in [`WATCHED`].
type Place = usize;

/// A watched field by its name, and whether it has a value.
macro_rules! watched {
    ($field:ident, $has:expr) => {
        Watched {
            name: stringify!($field),
            has: |record| $has(&record.$field),
            keep: |former, record| record.$field.clone_from(&former.$field),
        }
    };
}

/// Every field that is watched. Terms are not: only what loosens them waits, and that is held by its own guard.
const WATCHED: [Watched; 16] = [
    watched!(description, |texts: &LocalizedText| !texts.is_empty()),
    watched!(keywords, |keywords: &BTreeMap<String, Vec<String>>| keywords.values().any(|words| !words.is_empty())),
    watched!(languages, is_filled),
    watched!(publisher, Option::is_some),
    watched!(owner, Option::is_some),
    watched!(methodology, Option::is_some),
    watched!(fields, is_filled),
    watched!(countries, is_filled),
    watched!(bbox, Option::is_some),
    watched!(coverage, Option::is_some),
    watched!(issued, Option::is_some),
    watched!(modified, Option::is_some),
    watched!(update_frequency, Option::is_some),
    watched!(distributions, is_filled),
    watched!(landing_page, Option::is_some),
    watched!(licence, Option::is_some),
];

fn is_filled<T>(values: &[T]) -> bool {
    !values.is_empty()
}

/// Of the records that a run knows of, those that had a field and those of them that lost it.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    had: u64,
    lost: u64,
}

impl Tally {
    fn is_enough(self) -> bool {
        self.had >= ENOUGH
    }

    /// Whether the field has vanished, as far as the tally goes.
    fn has_vanished(self) -> bool {
        if self.is_enough() {
            return self.lost * 100 > self.had * MAY_LOSE;
        }
        self.lost == self.had && self.lost >= ENOUGH_OF_ALL
    }
}

/// How far a listing is.
#[derive(Default, PartialEq, Eq)]
enum Listing {
    #[default]
    GoesOn,
    /// What was met must be enough to judge by.
    Whole,
    /// Nothing can be said of what there is not enough of: the next run that reads it judges it.
    BrokenOff,
}

/// Which fields a source still fills in, as far as a run has come.
#[derive(Default)]
pub(super) struct Coverage {
    tallies: [Tally; WATCHED.len()],
    /// Records and fields of which runs before keep a former value: as many as can be listed for confirmation, at most.
    kept: HashSet<(DatasetId, Place)>,
    /// Of how many others this run keeps the former value of a field.
    kept_now: [u64; WATCHED.len()],
    /// Records that lost a field of which there is not enough yet to judge by. They are counted.
    aside: Vec<ReadRecord>,
    /// Those that were put aside before the page at hand.
    counted: HashSet<DatasetId>,
    /// Where a killed run would go on, if it were not for what is put aside.
    checkpoint: Option<String>,
    listing: Listing,
    /// Fields that a person confirmed to be gone, by the id of the record at its source.
    confirmed: HashMap<String, Vec<String>>,
}

impl Coverage {
    /// What is known before the first page: a record of which a former value is kept lost the field, whether or not this
    /// run lists it.
    pub(super) fn new(source: &str, holding: &Holding, confirmed: HashMap<String, Vec<String>>) -> Self {
        let mut coverage = Self { confirmed, ..Self::default() };
        for (source_record_id, problem) in holding.of_kind(HeldKind::Vanished) {
            let place = WATCHED.iter().position(|watched| watched.name == problem.field);
            let Some(place) = place.filter(|place| !coverage.may_go(source_record_id, *place)) else { continue };
            if coverage.kept.insert((DatasetId::new(source, source_record_id), place)) {
                coverage.tallies[place].had += 1;
                coverage.tallies[place].lost += 1;
            }
        }
        coverage
    }

    /// Whether a person confirmed something of a record, so that it must be read.
    pub(super) fn is_confirmed(&self, source_record_id: &str) -> bool {
        self.confirmed.contains_key(source_record_id)
    }

    /// Takes what was put aside, for the next page.
    pub(super) fn take_aside(&mut self) -> Vec<ReadRecord> {
        self.counted = self.aside.iter().map(|record| record.dataset.id).collect();
        std::mem::take(&mut self.aside)
    }

    /// The checkpoint of a page, as it may be written: none while something is put aside, so that a run that is killed
    /// then reads it again.
    pub(super) fn put_off(&mut self, checkpoint: Option<String>) -> Option<String> {
        if self.aside.is_empty() {
            return checkpoint;
        }
        self.checkpoint = checkpoint;
        None
    }

    /// The checkpoint of the last page, where it was put off.
    pub(super) fn take_checkpoint(&mut self) -> Option<String> {
        self.checkpoint.take()
    }

    /// Notes that the listing has ended. Answers whether something is put aside.
    pub(super) fn ends(&mut self, is_whole: bool) -> bool {
        self.listing = if is_whole { Listing::Whole } else { Listing::BrokenOff };
        !self.aside.is_empty()
    }

    /// Whether it shows only with later pages if a field vanishes.
    fn is_open(&self, place: Place) -> bool {
        self.listing == Listing::GoesOn && !self.tallies[place].is_enough()
    }

    /// Whether records that lost a field are to keep the former value.
    fn is_vanishing(&self, place: Place) -> bool {
        self.tallies[place].has_vanished() || self.is_unjudged(place)
    }

    /// Whether nobody will know if a field vanishes before another run.
    fn is_unjudged(&self, place: Place) -> bool {
        self.listing == Listing::BrokenOff && !self.tallies[place].is_enough()
    }

    /// Whether former values are kept of anything.
    pub(super) fn keeps(&self) -> bool {
        !self.kept.is_empty() || self.kept_now.iter().any(|count| *count > 0)
    }

    /// What is kept, for people: a clause for each field.
    pub(super) fn told(&self) -> Option<String> {
        let mut clauses = Vec::new();
        for (place, watched) in WATCHED.iter().enumerate() {
            let kept = self.kept.iter().filter(|(_, one)| *one == place).count() as u64;
            match kept + self.kept_now[place] {
                0 => {}
                1 => clauses.push(format!("{}: 1 record that had it has none now", watched.name)),
                count => clauses.push(format!("{}: {count} records that had it have none now", watched.name)),
            }
        }
        (!clauses.is_empty()).then(|| format!("{}; the former values are kept", clauses.join(", ")))
    }

    fn may_go(&self, source_record_id: &str, place: Place) -> bool {
        let confirmed = self.confirmed.get(source_record_id);
        confirmed.is_some_and(|fields| fields.iter().any(|field| field == WATCHED[place].name))
    }

    /// Counts a record that was read. Answers which fields it lost.
    fn count(&mut self, former: &Dataset, record: &Dataset) -> Vec<Place> {
        let mut lost = Vec::new();
        let is_counted = self.counted.contains(&record.id);
        for (place, watched) in WATCHED.iter().enumerate() {
            if !(watched.has)(former) || self.may_go(&record.source_record_id, place) {
                continue;
            }
            let is_lost = !(watched.has)(record);
            let tally = &mut self.tallies[place];
            if is_counted {
                // It was put aside.
            } else if self.kept.contains(&(record.id, place)) {
                // It was counted as lost before the run began.
                tally.lost = tally.lost.saturating_sub(u64::from(!is_lost));
            } else {
                tally.had += 1;
                tally.lost += u64::from(is_lost);
            }
            if is_lost {
                lost.push(place);
            }
        }
        lost
    }

    /// Counts what a record has that is as it was.
    fn count_unchanged(&mut self, record: &Dataset) {
        for (place, watched) in WATCHED.iter().enumerate() {
            if (watched.has)(record) && !self.kept.contains(&(record.id, place)) {
                self.tallies[place].had += 1;
            }
        }
    }
}

impl Run<'_> {
    /// Answers the fields that vanish with a page, whose records are to keep the former values, and the records of the page
    /// without those that it puts aside.
    ///
    /// What the unchanged records have is looked up only while it could decide.
    pub(super) async fn judge_fields(
        &mut self,
        read: Vec<Result<ReadRecord, RunProblem>>,
        known: &HashMap<String, KnownRecord>,
        stored: &HashMap<DatasetId, NewestRevision>,
    ) -> Result<(Vec<Result<ReadRecord, RunProblem>>, Vec<Place>), CatalogError> {
        let mut lost: HashMap<DatasetId, Vec<Place>> = HashMap::new();
        for record in read.iter().filter_map(|record| record.as_ref().ok()).filter(|record| !record.deleted) {
            let dataset = &record.dataset;
            let before = known.get(&dataset.source_record_id).zip(stored.get(&dataset.id));
            if let Some(former) = before.and_then(|(before, stored)| self.former(before, stored))
                && !self.seen.was_met(dataset.id)
                && !lost.contains_key(&dataset.id)
            {
                lost.insert(dataset.id, self.coverage.count(former, dataset));
            }
        }
        let losing: BTreeSet<Place> = lost.values().flatten().copied().collect();
        self.look_up_unchanged(&losing).await?;
        let coverage = &mut self.coverage;
        coverage.counted.clear();
        let is_open = |record: &ReadRecord| {
            let lost = lost.get(&record.dataset.id);
            lost.is_some_and(|lost| lost.iter().any(|place| coverage.is_open(*place)))
        };
        let (aside, rest): (Vec<_>, Vec<_>) = read.into_iter().partition(|record| record.as_ref().is_ok_and(is_open));
        coverage.aside = aside.into_iter().flatten().collect();
        let vanishing = losing.into_iter().filter(|place| coverage.is_vanishing(*place));
        Ok((rest, vanishing.collect()))
    }

    /// Counts what the unchanged records have, until that decides nothing more about these fields.
    async fn look_up_unchanged(&mut self, losing: &BTreeSet<Place>) -> Result<(), CatalogError> {
        let could_decide =
            |coverage: &Coverage| losing.iter().any(|place| coverage.is_open(*place) || coverage.is_vanishing(*place));
        while could_decide(&self.coverage) {
            let some = self.seen.next_unchanged().await?;
            if some.is_empty() {
                break;
            }
            for revision in self.catalog.store().newest_revisions(&some).await? {
                if let Some(record) = &revision.dataset {
                    self.coverage.count_unchanged(record);
                }
            }
        }
        Ok(())
    }

    /// Keeps the former values of the fields that vanish with the page of a record. Answers whether that is settled: all of
    /// it was judged, and could be listed for confirmation. Else the record is to be read again.
    pub(super) fn keep_vanishing(
        &mut self,
        dataset: &mut Dataset,
        vanishing: &[Place],
        before: &KnownRecord,
        stored: &NewestRevision,
    ) -> bool {
        let former = self.former(before, stored);
        let mut problems = Vec::new();
        let mut is_judged = true;
        for (place, watched) in WATCHED.iter().enumerate() {
            let keeps = |former: &&Dataset| {
                vanishing.contains(&place)
                    && (watched.has)(former)
                    && !(watched.has)(dataset)
                    && !self.coverage.may_go(&before.source_record_id, place)
            };
            let Some(former) = former.filter(keeps) else {
                self.coverage.kept.remove(&(dataset.id, place));
                continue;
            };
            (watched.keep)(former, dataset);
            if !self.coverage.kept.contains(&(dataset.id, place)) {
                self.coverage.kept_now[place] += 1;
            }
            is_judged &= !self.coverage.is_unjudged(place);
            problems.push(field_vanished(watched));
        }
        if !problems.is_empty() {
            dataset.provenance.quality = Quality::of(dataset);
        }
        self.holding.set(HeldKind::Vanished, &before.source_record_id, problems) && is_judged
    }

    /// What a record said before, where it may be said again. Of a source of IMSMA nothing may: what its record says no more
    /// is withheld, because too few share it by now, or because a list does not name it any longer.
    fn former<'s>(&self, before: &KnownRecord, stored: &'s NewestRevision) -> Option<&'s Dataset> {
        let may_be_told = match self.rules.openness {
            Openness::Portal | Openness::Inventory => before.state == RecordState::Active,
            Openness::Imsma => false,
        };
        stored.dataset.as_ref().filter(|_| may_be_told)
    }
}

/// What is listed of a former value: never the value.
fn field_vanished(watched: &Watched) -> Problem {
    let message = "many records of this source lost this field at once: the former value is kept until somebody confirms \
                   that it goes";
    Problem::warning(FIELD_VANISHED, watched.name, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_vanishes_where_more_than_three_tenths_of_ten_records_or_all_of_three_lose_it() {
        let vanishes = |lost, had| Tally { had, lost }.has_vanished();
        assert_eq!(
            [(3, 10), (4, 10), (30, 100), (31, 100)].map(|(lost, had)| vanishes(lost, had)),
            [false, true, false, true]
        );
        assert_eq!(
            [(0, 0), (2, 2), (3, 3), (8, 9), (9, 9)].map(|(lost, had)| vanishes(lost, had)),
            [false, false, true, false, true]
        );
    }

    #[test]
    fn no_field_is_watched_twice_and_each_is_called_as_in_a_record() {
        let names: BTreeSet<&str> = WATCHED.iter().map(|watched| watched.name).collect();
        assert_eq!(names.len(), WATCHED.len());
    }
}
