//! What changed in a listing, read from its newest record back, and whether anything is gone from it. Pure.
//!
//! The first answer counts the whole listing and gives the records that changed last. They are read back to the first
//! one that changed before everything was last seen. The ids of the listing are known, so it is known how many records
//! there must be: these, and those that are met for the first time. A source that counts otherwise lost a record, or has
//! one whose date tells nothing of it: everything is listed then. What is gone stays among the known ids until a whole
//! listing lacks it, so that no record which comes later can stand in for it.
//!
//! A record that changes while pages are read moves to the beginning, and what stands before a page moves towards the
//! end and is given again, which does no harm. One that goes draws records from behind a page to before it. So each page
//! begins where the one before ended: if its first record was met before, nothing that did not change slipped through.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::changes::Moment;
use super::walk::{Standing, Walk, Window};
use crate::met_ids::{IdKey, Met};

/// Records that are asked for first: of most sources fewer change from run to run.
const FIRST_ROWS: u64 = 100;

/// Ids that are remembered of a listing; a longer one is read as a whole.
const MOST_RECORDS: usize = 500_000;

/// An id, shortened once more: half a million of them are kept with the source.
type ShortKey = [u8; 6];

fn short(id: &IdKey) -> ShortKey {
    let mut key = [0; 6];
    key.copy_from_slice(&id[..6]);
    key
}

/// The records of a listing, as the last complete run knew them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "KeptRecords", from = "KeptRecords")]
pub(super) struct KnownRecords {
    ids: HashSet<ShortKey>,
    /// Records that the source counts besides: listed twice, without an id, or not delivered.
    others: u64,
}

/// The same, as it is kept.
#[derive(Serialize, Deserialize)]
struct KeptRecords {
    /// Keys in hexadecimal, in their order, one behind the other.
    ids: String,
    others: u64,
}

impl From<KnownRecords> for KeptRecords {
    fn from(known: KnownRecords) -> Self {
        let mut ids: Vec<ShortKey> = known.ids.into_iter().collect();
        ids.sort_unstable();
        Self { ids: hex::encode(ids.concat()), others: known.others }
    }
}

impl From<KeptRecords> for KnownRecords {
    fn from(kept: KeptRecords) -> Self {
        // What is damaged is fewer ids than the source counts, so that everything is listed.
        let bytes = hex::decode(&kept.ids).unwrap_or_default();
        Self { ids: bytes.as_chunks().0.iter().copied().collect(), others: kept.others }
    }
}

impl KnownRecords {
    /// Those of a walk to the end of a listing, and those that the run gave before it: some of these may be gone by now,
    /// which the next run is to see. `None` where there are too many, or where not all of them were met.
    pub(super) fn of_walk(walk: &Walk, met: &ShortIds) -> Option<Self> {
        let others = walk.count()?.checked_sub(walk.distinct()?)?;
        Some(Self { ids: met.0.clone(), others }).filter(Self::has_room)
    }

    fn has_room(&self) -> bool {
        self.ids.len() <= MOST_RECORDS
    }
}

/// The ids that a run met, as they are remembered: no more than one too many.
#[derive(Default)]
pub(super) struct ShortIds(HashSet<ShortKey>);

impl ShortIds {
    pub(super) fn add(&mut self, ids: &[Option<IdKey>]) {
        for id in ids.iter().flatten() {
            if self.0.len() <= MOST_RECORDS {
                self.0.insert(short(id));
            }
        }
    }
}

/// Why what changed cannot be known from such answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The source does not give the records that changed last first, or does not say when they changed.
    Unkept,
    /// Records moved between two pages, so that one may have slipped through, a record does not tell which it is, or the source
    /// knows nothing any more of what changed last: it was put back from a copy.
    Unclear,
}

/// The way from the newest record back.
pub(super) struct NewestFirst {
    page_size: u64,
    /// What changed before this was seen.
    since: Moment,
    /// With those that were met, as far as there is room for them.
    known: KnownRecords,
    /// Records that must be there: what was known, and what was met for the first time.
    must_be: u64,
    /// Offset behind the last record.
    position: u64,
    /// What the source counted when the first page was read.
    count: u64,
    is_at_end: bool,
}

impl NewestFirst {
    /// `known` is what the last complete run left, which had seen everything that changed before `since`.
    pub(super) fn new(page_size: u64, since: Moment, known: KnownRecords) -> Self {
        let must_be = known.ids.len() as u64 + known.others;
        Self { page_size: page_size.max(2), since, known, must_be, position: 0, count: 0, is_at_end: false }
    }

    /// The next window, or `None` when all that changed was met.
    pub(super) fn next_window(&self) -> Option<Window> {
        if self.is_at_end {
            return None;
        }
        let overlap = self.position > 0;
        let rows = if overlap { self.page_size } else { FIRST_ROWS.min(self.page_size) };
        Some(Window { start: self.position - u64::from(overlap), rows, overlap, narrowed: false })
    }

    /// Takes a page in, with the id of each record, when it changed and what is known of the id: what each of them is, or why it
    /// is not believed.
    pub(super) fn take(
        &mut self,
        window: Window,
        count: u64,
        records: &[(Option<IdKey>, Option<Moment>)],
        met: &[Met],
    ) -> Result<Vec<Standing>, Doubt> {
        let mut dated = Vec::with_capacity(records.len());
        for record in records {
            let Some(id) = record.0 else { return Err(Doubt::Unclear) };
            let Some(changed) = record.1 else { return Err(Doubt::Unkept) };
            // Indexes cut times to milliseconds or seconds and sort by these.
            dated.push((id, changed.at.as_second()));
        }
        if !dated.is_sorted_by(|(_, newer), (_, older)| newer >= older) || (dated.is_empty() && count > 0) {
            return Err(Doubt::Unkept);
        }
        let is_after = |(_, changed): &(IdKey, i64)| *changed >= self.since.at.as_second();
        if !window.overlap && dated.first().is_some_and(|newest| !is_after(newest)) {
            return Err(Doubt::Unclear);
        }
        if !window.overlap {
            self.count = count;
        } else if met.first() != Some(&Met::Now) {
            return Err(Doubt::Unclear);
        }
        let mut standings = Vec::with_capacity(dated.len());
        for ((id, _), met) in dated.iter().zip(met) {
            if *met == Met::Now {
                standings.push(Standing::Moved);
                continue;
            }
            standings.push(Standing::New);
            let is_known = self.known.ids.contains(&short(id));
            self.must_be += u64::from(!is_known);
            if !is_known && self.known.has_room() {
                self.known.ids.insert(short(id));
            }
        }
        self.position = window.start + records.len() as u64;
        let reaches_back = dated.last().is_some_and(|oldest| !is_after(oldest));
        self.is_at_end = reaches_back || self.position >= count;
        if !self.is_at_end && !standings.contains(&Standing::New) {
            // It gives one record at a time, or the same page again and again.
            return Err(Doubt::Unkept);
        }
        Ok(standings)
    }

    /// Whether nothing is gone: the source counts as many records as are known by now.
    pub(super) fn has_all(&self) -> bool {
        self.count == self.must_be
    }

    /// What is known by now; `None` where it is too much.
    pub(super) fn known_now(&self) -> Option<KnownRecords> {
        Some(self.known.clone()).filter(KnownRecords::has_room)
    }
}

#[cfg(test)]
mod tests;
