//! The way through a paged listing: which window comes next, what a page adds, and whether the listing ended. Pure.
//!
//! A listing may change while it is walked. Two things show that no record slipped through between two pages: the walk
//! goes in the order of a key, and each window begins with the last record of the one before ("overlap"). If that record
//! stands where it stood, as many records come before it as came before, so nothing that is still ahead was moved behind.
//! At the end the records are counted against the portal's own count.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

/// Windows that a page which fails is cut into, one after the other.
const LADDER: [u64; 4] = [100, 25, 5, 1];

/// Single records that fail one after the other before the rest of their window is given up.
const FAILURES_IN_A_ROW: u32 = 5;

/// Windows given up before the walk is.
const WINDOWS_GIVEN_UP: usize = 3;

/// Pages without a new record before a walk is taken for a loop (F19, A17).
const PAGES_WITHOUT_NEWS: u32 = 2;

/// A record id, shortened: the ids of a million records stay in memory.
pub(crate) type IdKey = [u8; 16];

/// The key of an id.
pub(crate) fn key_of(id: &str) -> IdKey {
    let digest = Sha256::digest(id.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

/// What to ask for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Offset of the first record asked for.
    pub(super) start: u64,
    /// Records asked for.
    pub(super) rows: u64,
    /// Whether the first is the last of the window before.
    pub(super) overlap: bool,
    /// Whether a larger window failed here.
    pub(super) narrowed: bool,
}

/// What a record of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
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
pub(super) enum Failure {
    /// Ask for a smaller one.
    Narrow,
    /// The record at this offset is left out.
    SkipRecord(u64),
    /// The records from the first offset to before the second are left out.
    SkipWindow(u64, u64),
    /// Nothing more can be had.
    GiveUp,
}

/// A walk through a listing.
#[derive(Clone, Default)]
pub(super) struct Walk {
    page_size: u64,
    start: u64,
    /// End and size of the windows that failed windows are cut into, the innermost last.
    narrowed: Vec<(u64, u64)>,
    /// The record before `start`.
    last: Option<IdKey>,
    /// Records of the last page that was not narrowed: the portal's own cap, when it is below `page_size`.
    last_page: u64,
    ids: HashSet<IdKey>,
    digest: Sha256,
    nameless: u64,
    twice: u64,
    skipped: u64,
    skipped_windows: Vec<(u64, u64)>,
    count: Option<u64>,
    count_changed: bool,
    /// A step was taken without overlap.
    unchained: bool,
    /// An overlap did not hold.
    moved: bool,
    /// Where the portal had nothing more, whatever it counts.
    ended_at: Option<u64>,
    pages_without_news: u32,
    failures_in_a_row: u32,
}

impl Walk {
    pub(super) fn new(page_size: u64) -> Self {
        Self { page_size: page_size.max(1), ..Self::default() }
    }

    /// Asks for so many records at a time from here on.
    pub(super) fn set_page_size(&mut self, page_size: u64) {
        self.page_size = page_size.max(1);
    }

    /// Offset of the first record that was not asked for yet.
    pub(super) fn position(&self) -> u64 {
        self.start
    }

    /// What the portal last counted.
    pub(super) fn count(&self) -> Option<u64> {
        self.count
    }

    /// Whether every record so far was read and stands where it stood, so that a later run can go on from here.
    pub(super) fn is_seamless(&self) -> bool {
        self.skipped == 0 && !self.moved && self.narrowed.is_empty()
    }

    /// A hash of the ids so far, in their order.
    pub(super) fn digest(&self) -> String {
        hex::encode(self.digest.clone().finalize())
    }

    /// The ids met in this walk.
    pub(super) fn into_ids(self) -> HashSet<IdKey> {
        self.ids
    }

    /// The next window, or `None` at the end.
    pub(super) fn next_window(&mut self) -> Option<Window> {
        let at_end = self.count.is_some_and(|count| self.start >= count);
        if at_end || self.ended_at.is_some() || self.is_looping() {
            return None;
        }
        while self.narrowed.last().is_some_and(|(end, _)| *end <= self.start) {
            self.narrowed.pop();
        }
        if let Some((end, size)) = self.narrowed.last() {
            self.unchained = true;
            let rows = (*size).min(end - self.start);
            return Some(Window { start: self.start, rows, overlap: false, narrowed: true });
        }
        // A portal that gives one record at a time would never get past the overlap.
        if self.start > 0 && self.last.is_some() && self.last_page > 1 {
            let rows = (self.page_size + 1).min(self.page_size.max(1000));
            return Some(Window { start: self.start - 1, rows, overlap: true, narrowed: false });
        }
        self.unchained |= self.start > 0;
        Some(Window { start: self.start, rows: self.page_size, overlap: false, narrowed: false })
    }

    /// Takes a page in: what each of its records is, or `None` when the overlap does not hold for the first time. Then
    /// nothing was taken; [`Walk::go_on`] takes it all the same.
    pub(super) fn take(&mut self, window: Window, count: u64, ids: &[Option<IdKey>]) -> Option<Vec<Standing>> {
        let holds = !window.overlap || ids.first().is_some_and(|first| first.is_some() && *first == self.last);
        if !holds && !self.moved {
            self.moved = true;
            return None;
        }
        Some(self.go_on(window, count, ids, holds))
    }

    /// Takes a page in whether or not its overlap holds.
    pub(super) fn go_on(&mut self, window: Window, count: u64, ids: &[Option<IdKey>], holds: bool) -> Vec<Standing> {
        self.count_changed |= self.count.is_some_and(|before| before != count);
        self.count = Some(count);
        self.failures_in_a_row = 0;
        let mut news = 0;
        let mut standings = Vec::with_capacity(ids.len());
        for (place, id) in ids.iter().enumerate() {
            let standing = match id {
                _ if place == 0 && window.overlap && holds => Standing::Overlap,
                Some(id) if !self.ids.insert(*id) => {
                    if self.moved {
                        Standing::Moved
                    } else {
                        Standing::Twice
                    }
                }
                Some(_) | None => Standing::New,
            };
            match standing {
                Standing::New => {
                    news += 1;
                    self.nameless += u64::from(id.is_none());
                    self.digest.update(id.unwrap_or_default());
                }
                Standing::Twice => self.twice += 1,
                Standing::Overlap | Standing::Moved => {}
            }
            standings.push(standing);
        }
        let listed = ids.len() as u64;
        self.start = (window.start + listed).max(self.start);
        if !window.narrowed {
            self.last_page = listed;
        }
        self.last = ids.last().copied().flatten().or(self.last.filter(|_| listed == 0));
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
    pub(super) fn fail(&mut self, window: Window) -> Failure {
        let size = if window.narrowed { window.rows } else { self.page_size };
        if let Some(smaller) = LADDER.into_iter().find(|smaller| *smaller < size) {
            self.narrowed.push((self.start + size, smaller));
            return Failure::Narrow;
        }
        self.failures_in_a_row += 1;
        self.last = None;
        if self.failures_in_a_row < FAILURES_IN_A_ROW {
            self.skipped += 1;
            self.start += 1;
            return Failure::SkipRecord(self.start - 1);
        }
        let Some(count) = self.count else { return Failure::GiveUp };
        // The rest of the window that was cut into fives is given up, or of the largest there is.
        let around = self.narrowed.iter().rev().find(|(_, size)| *size >= 5).or(self.narrowed.first());
        let end = around.map_or(self.start + 1, |(end, _)| *end).clamp(self.start + 1, count.max(self.start + 1));
        let given_up = (self.start, end);
        self.skipped_windows.push(given_up);
        self.skipped += end - self.start;
        self.start = end;
        self.failures_in_a_row = 0;
        if self.skipped_windows.len() >= WINDOWS_GIVEN_UP {
            return Failure::GiveUp;
        }
        Failure::SkipWindow(given_up.0, given_up.1)
    }

    fn is_looping(&self) -> bool {
        self.pages_without_news >= PAGES_WITHOUT_NEWS
    }

    /// Whether the listing ended and all of it was met; if not, why not.
    pub(super) fn proof(&self) -> Result<(), String> {
        if self.is_looping() {
            return Err(format!("paging_loop: {PAGES_WITHOUT_NEWS} pages brought no new record"));
        }
        if let Some((from, end)) = self.skipped_windows.first() {
            return Err(format!("records {from} to {} could not be read", end - 1));
        }
        if self.moved {
            return Err("records moved while they were listed".to_owned());
        }
        let met = self.ids.len() as u64 + self.nameless + self.twice + self.skipped;
        match self.count {
            None => Err("nothing was listed".to_owned()),
            Some(count) if count != met => Err(format!("the portal counts {count} records, and lists {met}")),
            Some(_) if self.unchained && self.count_changed => {
                Err("records came or went while they were listed".to_owned())
            }
            Some(_) => Ok(()),
        }
    }

    /// Whether another walk may give what this one could not.
    pub(super) fn may_do_better_again(&self) -> bool {
        self.skipped_windows.is_empty() && (self.moved || !self.is_looping())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A portal that holds ids in their order, gives so many at a time, and breaks on some.
    struct Portal {
        ids: Vec<u32>,
        cap: usize,
        poisoned: Vec<u32>,
    }

    impl Portal {
        fn page(&self, window: Window) -> Option<Vec<Option<IdKey>>> {
            let start = usize::try_from(window.start).unwrap().min(self.ids.len());
            let rows = usize::try_from(window.rows).unwrap().min(self.cap);
            let page = &self.ids[start..(start + rows).min(self.ids.len())];
            if page.iter().any(|id| self.poisoned.contains(id)) {
                return None;
            }
            Some(page.iter().map(|id| Some(key_of(&id.to_string()))).collect())
        }
    }

    /// Walks a portal that changes before each request, as `change` says. Gives the windows asked for, and the walk.
    fn walk(portal: &mut Portal, page_size: u64, mut change: impl FnMut(&mut Portal, usize)) -> (Vec<Window>, Walk) {
        let mut walk = Walk::new(page_size);
        let mut asked = Vec::new();
        while let Some(window) = walk.next_window() {
            assert!(asked.len() < 10_000, "endless");
            change(portal, asked.len());
            asked.push(window);
            let Some(ids) = portal.page(window) else {
                if walk.fail(window) == Failure::GiveUp {
                    break;
                }
                continue;
            };
            let count = portal.ids.len() as u64;
            if walk.take(window, count, &ids).is_none() {
                walk.go_on(window, count, &ids, false);
            }
        }
        (asked, walk)
    }

    fn portal(records: u32, cap: usize) -> Portal {
        Portal { ids: (0..records).collect(), cap, poisoned: Vec::new() }
    }

    #[test]
    fn a_short_page_is_not_the_end() {
        let (asked, walk) = walk(&mut portal(250, 100), 1000, |_, _| {});
        assert_eq!(walk.proof(), Ok(()));
        let windows: Vec<(u64, u64, bool)> =
            asked.iter().map(|window| (window.start, window.rows, window.overlap)).collect();
        assert_eq!(windows, [(0, 1000, false), (99, 1000, true), (198, 1000, true)]);
    }

    #[test]
    fn a_record_deleted_behind_the_walk_is_noticed_even_when_another_comes_in_its_place() {
        let swapped = |portal: &mut Portal, request: usize| {
            if request == 1 {
                portal.ids.remove(3);
                portal.ids.push(9999);
            }
        };
        let (_, walk) = walk(&mut portal(300, 100), 100, swapped);
        assert_eq!(walk.proof(), Err("records moved while they were listed".to_owned()));
        assert!(walk.may_do_better_again());
    }

    #[test]
    fn records_that_come_or_go_ahead_of_the_walk_do_no_harm() {
        let ahead = |portal: &mut Portal, request: usize| {
            if request == 1 {
                portal.ids.push(9999);
                portal.ids.retain(|id| *id != 250);
                portal.ids.retain(|id| *id != 251);
            }
        };
        let mut portal = portal(300, 100);
        let (_, walk) = walk(&mut portal, 100, ahead);
        assert_eq!(walk.proof(), Ok(()));
        assert_eq!(walk.ids.len(), 299);
    }

    #[test]
    fn one_poisoned_record_is_closed_in_on_and_it_alone_is_skipped() {
        // F05.
        let mut portal = Portal { poisoned: vec![537], ..portal(2000, 1000) };
        let (asked, walk) = walk(&mut portal, 1000, |_, _| {});
        assert_eq!(walk.proof(), Ok(()));
        assert_eq!((walk.ids.len(), walk.skipped), (1999, 1));
        assert!(asked.len() < 30, "{} requests", asked.len());
    }

    #[test]
    fn a_window_of_poisoned_records_is_given_up_and_the_walk_has_no_proof() {
        // F04.
        let mut portal = Portal { poisoned: (100..125).collect(), ..portal(1000, 1000) };
        let (_, walk) = walk(&mut portal, 1000, |_, _| {});
        assert_eq!(walk.proof(), Err("records 104 to 124 could not be read".to_owned()));
        assert_eq!(walk.ids.len(), 975);
    }

    #[test]
    fn a_portal_that_fails_from_the_first_record_on_is_given_up() {
        let mut portal = Portal { poisoned: (0..1000).collect(), ..portal(1000, 1000) };
        let (asked, walk) = walk(&mut portal, 1000, |_, _| {});
        assert_eq!(walk.proof(), Err("nothing was listed".to_owned()));
        assert!(asked.len() < 12, "{} requests", asked.len());
    }

    #[test]
    fn a_portal_that_always_gives_its_first_page_is_a_loop() {
        // F19 and A17.
        let mut walk = Walk::new(10);
        let first: Vec<Option<IdKey>> = (0..10).map(|id: u32| Some(key_of(&id.to_string()))).collect();
        let mut pages = 0;
        while let Some(window) = walk.next_window() {
            if walk.take(window, 1_000_000, &first).is_none() {
                walk.go_on(window, 1_000_000, &first, false);
            }
            pages += 1;
        }
        assert_eq!(pages, 3, "at most two pages too many");
        assert!(walk.proof().unwrap_err().starts_with("paging_loop"));
    }

    #[test]
    fn an_id_that_is_listed_twice_is_told_and_counted() {
        // F14.
        let mut walk = Walk::new(10);
        let window = walk.next_window().unwrap();
        let ids = ["a", "b", "b", "c"].map(|id| Some(key_of(id)));
        let standings = walk.take(window, 4, &ids).unwrap();
        assert_eq!(standings, [Standing::New, Standing::New, Standing::Twice, Standing::New]);
        assert_eq!(walk.proof(), Ok(()));
    }

    #[test]
    fn a_portal_that_ends_before_its_count_has_no_proof() {
        let mut walk = Walk::new(10);
        let window = walk.next_window().unwrap();
        walk.take(window, 7, &[Some(key_of("a"))]).unwrap();
        let window = walk.next_window().unwrap();
        walk.take(window, 7, &[]).unwrap();
        assert_eq!(walk.next_window(), None);
        assert_eq!(walk.proof(), Err("the portal counts 7 records, and lists 1".to_owned()));
    }

    proptest! {
        #[test]
        fn whatever_the_portal_does_a_proof_means_that_no_standing_record_was_missed(
            records in 0_u32..120,
            cap in 1_usize..40,
            page_size in 1_u64..40,
            poisoned in proptest::collection::vec(0_u32..120, 0..3),
            changes in proptest::collection::vec((any::<bool>(), any::<prop::sample::Index>(), 0_u32..400), 0..12),
        ) {
            let mut portal = Portal { poisoned, ..portal(records, cap) };
            let always: HashSet<u32> = portal.ids.iter().copied().collect();
            let mut removed = HashSet::new();
            let (_, walk) = walk(&mut portal, page_size, |portal, request| {
                let Some((insert, place, id)) = changes.get(request) else { return };
                if *insert {
                    let place = place.index(portal.ids.len() + 1);
                    if !portal.ids.contains(id) {
                        portal.ids.insert(place, *id);
                    }
                } else if !portal.ids.is_empty() {
                    removed.insert(portal.ids.remove(place.index(portal.ids.len())));
                }
            });
            if walk.proof().is_ok() {
                let missed = always
                    .difference(&removed)
                    .filter(|id| !walk.ids.contains(&key_of(&id.to_string())))
                    .count() as u64;
                prop_assert!(missed <= walk.skipped, "{missed} missed, {} skipped", walk.skipped);
            }
        }
    }
}
