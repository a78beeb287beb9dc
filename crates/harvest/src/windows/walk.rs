//! The way through a listing by offsets: which window comes next, what a page adds, and whether the listing ended. Pure.
//!
//! A listing may change while it is walked. Two things show that no record slipped through between two pages: the walk
//! goes in the order of a key, and each window begins with the last record of the one before ("overlap"). If that record
//! stands where it stood, as many records come before it as came before, so nothing that is still ahead was moved behind.
//! A record that cannot be read cannot be begun with; there one answer that names it with its neighbours joins the page
//! before it to the page after it. Counts alone show nothing: what comes and what goes between two answers cancels out.
//! At the end the records are counted against the portal's own count.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::met_ids::{IdKey, Met};

/// Windows that a page which fails is cut into, one after the other.
const LADDER: [u64; 4] = [100, 25, 5, 1];

/// Single records that fail one after the other before the rest of their window is given up.
const FAILURES_IN_A_ROW: u32 = 5;

/// Windows given up before the walk is.
const WINDOWS_GIVEN_UP: usize = 3;

/// Pages without a new record before a walk is taken for a loop (F19, A17).
const PAGES_WITHOUT_NEWS: u32 = 2;

/// An overlap and a record.
const SMALLEST_PAGE: u64 = 2;

/// What to ask for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// Offset of the first record asked for.
    pub(crate) start: u64,
    /// Records asked for.
    pub(crate) rows: u64,
    /// Whether the first is the last of the window before.
    pub(crate) overlap: bool,
    /// Whether a larger window failed here.
    pub(crate) narrowed: bool,
}

/// What a record of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The last record of the window before.
    Overlap,
    /// Not met before in this walk.
    New,
    /// Met before, in a listing that did not move: the portal lists it twice (F14).
    Twice,
    /// Met before, because the listing moved.
    Moved,
}

/// What to do about a window that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Ask for a smaller one.
    Narrow,
    /// The record at this offset is to be left out: ask for the ids of [`Walk::around_start`], then [`Walk::skip`] it.
    SkipRecord(u64),
    /// The records from the first offset to before the second are left out.
    SkipWindow(u64, u64),
    /// Nothing more can be had.
    GiveUp,
}

/// What the next page is joined to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Link {
    /// Nothing: it is the first.
    #[default]
    Start,
    /// The record before it, which can be read.
    Read(IdKey),
    /// The record before it, which cannot be read, and the one that followed it when it was named.
    Named { skipped: IdKey, next: Option<IdKey> },
    /// Nobody knows what stands before it.
    Lost,
}

/// What a portal counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Counts {
    /// All its records.
    #[default]
    All,
    /// Perhaps no more than those of its page: the first was as long as asked, and the count is no larger.
    PageAtMost,
}

/// What keeps the end of a walk from being proven, whatever else it lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gaps {
    /// Windows of which nothing could be had: the first record of each, and that behind it.
    windows: Vec<(u64, u64)>,
    /// A page was not joined to the one before: what moved between them was not seen.
    unchained: bool,
    /// Why the pages of the source may not hold all its records.
    #[serde(default)]
    lack: Option<String>,
}

/// A walk through a listing.
#[derive(Clone, Default)]
pub(crate) struct Walk {
    page_size: u64,
    start: u64,
    /// End and size of the windows that failed windows are cut into, the innermost last.
    narrowed: Vec<(u64, u64)>,
    /// What `start` is joined to.
    link: Link,
    /// Whether the portal gives one record where more were asked for: it would never get past an overlap.
    one_at_a_time: bool,
    /// Records with different ids.
    distinct: u64,
    /// Records before the checkpoint behind which the walk went on.
    before: u64,
    /// Hash of the ids so far, each with the hash of those before it.
    digest: [u8; 32],
    nameless: u64,
    twice: u64,
    skipped: u64,
    gaps: Gaps,
    count: Option<u64>,
    /// Pages that could be read.
    pages_read: u64,
    /// A link did not hold.
    moved: bool,
    /// What it counts, as far as it is known.
    counts: Counts,
    /// Where the portal had nothing more, whatever it counts.
    ended_at: Option<u64>,
    pages_without_news: u32,
    failures_in_a_row: u32,
}

impl Walk {
    pub(crate) fn new(page_size: u64) -> Self {
        Self { page_size: page_size.max(SMALLEST_PAGE), ..Self::default() }
    }

    /// A walk that goes on behind `start` records, the last of which was `last`; `digest` is [`Walk::digest`] of them, and
    /// `gaps` are [`Walk::gaps`] in them.
    pub(crate) fn behind(page_size: u64, start: u64, last: IdKey, digest: &str, gaps: Gaps) -> Self {
        let digest = hex::decode(digest).ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
        Self { start, before: start, link: Link::Read(last), digest, gaps, ..Self::new(page_size) }
    }

    /// Asks for so many records at a time from here on.
    pub(crate) fn set_page_size(&mut self, page_size: u64) {
        self.page_size = page_size.max(SMALLEST_PAGE);
    }

    /// Offset of the first record that was not asked for yet.
    pub(crate) fn position(&self) -> u64 {
        self.start
    }

    /// What the portal last counted.
    pub(crate) fn count(&self) -> Option<u64> {
        self.count
    }

    /// The last record so far, if it can be begun with.
    pub(crate) fn last(&self) -> Option<IdKey> {
        match self.link {
            Link::Read(last) if !self.one_at_a_time => Some(last),
            _ => None,
        }
    }

    /// Pages that could be read.
    pub(crate) fn pages_read(&self) -> u64 {
        self.pages_read
    }

    /// Whether nothing is left to be asked for.
    pub(crate) fn is_at_end(&self) -> bool {
        self.ended_at.is_some() || (self.counts == Counts::All && self.count.is_some_and(|count| self.start >= count))
    }

    /// Whether any page could be read.
    pub(crate) fn has_read(&self) -> bool {
        self.pages_read > 0
    }

    /// Whether every record so far stands where it stood, so that a later run can go on from here.
    pub(crate) fn is_seamless(&self) -> bool {
        !self.moved
    }

    /// Notes why the pages of the source may not hold all its records, if they may not.
    pub(crate) fn note_lack(&mut self, lack: Option<&str>) {
        if self.gaps.lack.is_none() {
            self.gaps.lack = lack.map(str::to_owned);
        }
    }

    /// What of the records so far is not known.
    pub(crate) fn gaps(&self) -> &Gaps {
        &self.gaps
    }

    /// A hash of the ids so far, in their order.
    pub(crate) fn digest(&self) -> String {
        hex::encode(self.digest)
    }

    /// How many different ids the records so far told; `None` where the walk went on behind some that it did not meet.
    pub(crate) fn distinct(&self) -> Option<u64> {
        (self.before == 0).then_some(self.distinct)
    }

    /// The next window, or `None` at the end.
    pub(crate) fn next_window(&mut self) -> Option<Window> {
        if self.is_at_end() || self.is_looping() {
            return None;
        }
        while self.narrowed.last().is_some_and(|(end, _)| *end <= self.start) {
            self.narrowed.pop();
        }
        let overlap = matches!(self.link, Link::Read(_)) && !self.one_at_a_time;
        let joined = overlap || matches!(self.link, Link::Start | Link::Named { next: Some(_), .. });
        self.gaps.unchained |= !joined;
        let start = self.start - u64::from(overlap);
        if let Some((end, size)) = self.narrowed.last() {
            let rows = (*size).min(end - self.start) + u64::from(overlap);
            return Some(Window { start, rows, overlap, narrowed: true });
        }
        let rows = if overlap { (self.page_size + 1).min(self.page_size.max(1000)) } else { self.page_size };
        Some(Window { start, rows, overlap, narrowed: false })
    }

    /// Takes a page in, with what is known of each of its ids: what each of its records is, or `None` when it is not joined to
    /// the one before for the first time. Then nothing was taken; [`Walk::go_on`] takes it all the same.
    pub(crate) fn take(
        &mut self,
        window: Window,
        count: u64,
        ids: &[Option<IdKey>],
        met: &[Met],
    ) -> Option<Vec<Standing>> {
        let first = ids.first().copied().flatten();
        let holds = match self.link {
            Link::Read(last) => !window.overlap || first == Some(last),
            Link::Named { next, .. } => next.is_none() || first == next,
            Link::Start | Link::Lost => true,
        };
        if !holds && !self.moved {
            self.moved = true;
            return None;
        }
        Some(self.go_on(window, count, ids, met, holds))
    }

    /// Takes a page in whether or not it is joined to the one before.
    pub(crate) fn go_on(
        &mut self,
        window: Window,
        count: u64,
        ids: &[Option<IdKey>],
        met: &[Met],
        holds: bool,
    ) -> Vec<Standing> {
        self.count = Some(count);
        self.pages_read += 1;
        self.failures_in_a_row = 0;
        let mut news = 0;
        let mut standings = Vec::with_capacity(ids.len());
        for (place, (id, met)) in ids.iter().zip(met).enumerate() {
            let standing = match met {
                _ if place == 0 && window.overlap && holds => Standing::Overlap,
                Met::Now if self.moved => Standing::Moved,
                Met::Now => Standing::Twice,
                Met::Earlier | Met::Never => Standing::New,
            };
            match standing {
                Standing::New => {
                    news += 1;
                    self.nameless += u64::from(id.is_none());
                    self.distinct += u64::from(id.is_some());
                    self.digest =
                        Sha256::new().chain_update(self.digest).chain_update(id.unwrap_or_default()).finalize().into();
                }
                Standing::Twice => self.twice += 1,
                Standing::Overlap | Standing::Moved => {}
            }
            standings.push(standing);
        }
        let listed = ids.len() as u64;
        // Only what the next window can begin with may be asked again behind the count.
        let ends_named = ids.last().is_some_and(Option::is_some);
        let is_first = window.start == 0 && !window.narrowed && self.pages_read == 1;
        let may_count_page = if is_first {
            listed > 1 && listed == window.rows && listed == count && ends_named
        } else {
            self.counts == Counts::PageAtMost && ends_named && count <= window.start + listed
        };
        self.counts = if may_count_page { Counts::PageAtMost } else { Counts::All };
        self.start = (window.start + listed).max(self.start);
        self.one_at_a_time |= listed == 1 && window.rows > 1 && self.start < count;
        if let Some(last) = ids.last() {
            self.link = last.map_or(Link::Lost, Link::Read);
        }
        // Nothing but the overlap means that nothing stands behind it.
        if listed == 0 || (window.overlap && holds && listed == 1) {
            self.ended_at = Some(self.start);
        }
        if news == 0 {
            self.pages_without_news += 1;
        } else {
            self.pages_without_news = 0;
        }
        standings
    }

    /// Notes that a window cannot be had.
    pub(crate) fn fail(&mut self, window: Window) -> Failure {
        let size = if window.narrowed { window.rows - u64::from(window.overlap) } else { self.page_size };
        if let Some(smaller) = LADDER.into_iter().find(|smaller| *smaller < size) {
            self.narrowed.push((self.start + size, smaller));
            return Failure::Narrow;
        }
        self.failures_in_a_row += 1;
        if self.failures_in_a_row < FAILURES_IN_A_ROW {
            return Failure::SkipRecord(self.start);
        }
        self.link = Link::Lost;
        let Some(count) = self.count.filter(|_| self.has_read()) else { return Failure::GiveUp };
        // The rest of the window that was cut into fives is given up, or of the largest there is.
        let around = self.narrowed.iter().rev().find(|(_, size)| *size >= 5).or(self.narrowed.first());
        let end = around.map_or(self.start + 1, |(end, _)| *end).clamp(self.start + 1, count.max(self.start + 1));
        let given_up = (self.start, end);
        self.gaps.windows.push(given_up);
        self.skipped += end - self.start;
        self.start = end;
        self.failures_in_a_row = 0;
        if self.gaps.windows.len() >= WINDOWS_GIVEN_UP {
            return Failure::GiveUp;
        }
        Failure::SkipWindow(given_up.0, given_up.1)
    }

    /// The window that names the record at `start`, with its neighbours.
    pub(crate) fn around_start(&self) -> Window {
        let overlap = matches!(self.link, Link::Read(_) | Link::Named { .. });
        let rows = 2 + u64::from(overlap);
        Window { start: self.start - u64::from(overlap), rows, overlap, narrowed: true }
    }

    /// Leaves out the record at `start`; `named` is the count and the ids of [`Walk::around_start`], if they could be had.
    /// Answers which of the ids is that of the record.
    pub(crate) fn skip(&mut self, named: Option<(u64, &[Option<IdKey>])>) -> Option<usize> {
        let link = std::mem::replace(&mut self.link, Link::Lost);
        self.skipped += 1;
        self.start += 1;
        // Until it is joined again below.
        let was_unchained = std::mem::replace(&mut self.gaps.unchained, true);
        let (count, ids) = named?;
        self.count = Some(count);
        let place = match link {
            Link::Read(last) | Link::Named { skipped: last, .. } => {
                if ids.first().copied().flatten() != Some(last) {
                    self.moved = true;
                    return None;
                }
                1
            }
            Link::Start | Link::Lost => 0,
        };
        let skipped = ids.get(place).copied().flatten()?;
        self.digest = Sha256::new().chain_update(self.digest).chain_update(skipped).finalize().into();
        let next = ids.get(place + 1).copied().flatten();
        self.link = Link::Named { skipped, next };
        self.gaps.unchained = was_unchained || link == Link::Lost;
        Some(place)
    }

    fn is_looping(&self) -> bool {
        self.pages_without_news >= PAGES_WITHOUT_NEWS
    }

    /// Whether the listing ended and all of it was met; if not, why not.
    pub(crate) fn proof(&self) -> Result<(), String> {
        if self.is_looping() {
            return Err(format!("paging_loop: {PAGES_WITHOUT_NEWS} pages brought no new record"));
        }
        if let Some((from, end)) = self.gaps.windows.first() {
            return Err(format!("records {from} to {} could not be read", end - 1));
        }
        if self.moved {
            return Err("records moved while they were listed".to_owned());
        }
        if let Some(lack) = &self.gaps.lack {
            return Err(lack.clone());
        }
        let met = self.before + self.distinct + self.nameless + self.twice + self.skipped;
        match self.count {
            None => Err("nothing was listed".to_owned()),
            Some(count) if count != met => Err(format!("the source counts {count} records, and lists {met}")),
            Some(_) if self.gaps.unchained => {
                Err("nothing shows that no record slipped through between two pages of the source".to_owned())
            }
            Some(_) => Ok(()),
        }
    }

    /// Whether another walk may give what this one could not.
    pub(crate) fn may_do_better_again(&self) -> bool {
        self.gaps.windows.is_empty()
            && self.gaps.lack.is_none()
            && (self.moved || !(self.gaps.unchained || self.is_looping()))
    }
}

#[cfg(test)]
mod tests;
