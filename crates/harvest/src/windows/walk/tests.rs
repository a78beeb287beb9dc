//! Walks through portals that hold still, change and break.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::met_ids::in_memory::Ids;
use crate::met_ids::key_of;

/// A portal that holds ids in their order, gives so many at a time, and breaks on some.
#[derive(Clone)]
struct Portal {
    ids: Vec<u32>,
    cap: usize,
    poisoned: Vec<u32>,
    /// Whether it names those, too.
    names_poisoned: bool,
}

impl Portal {
    fn page(&self, window: Window) -> Option<Vec<Option<IdKey>>> {
        let page = self.window(window);
        let breaks = page.iter().any(|id| self.poisoned.contains(id));
        (!breaks).then(|| page.iter().map(|id| Some(key(*id))).collect())
    }

    /// The ids of a window.
    fn names(&self, window: Window) -> Option<Vec<Option<IdKey>>> {
        if !self.names_poisoned {
            return self.page(window);
        }
        Some(self.window(window).iter().map(|id| Some(key(*id))).collect())
    }

    fn window(&self, window: Window) -> &[u32] {
        let start = usize::try_from(window.start).unwrap().min(self.ids.len());
        let rows = usize::try_from(window.rows).unwrap().min(self.cap);
        &self.ids[start..(start + rows).min(self.ids.len())]
    }

    fn count(&self) -> u64 {
        self.ids.len() as u64
    }
}

fn key(id: u32) -> IdKey {
    key_of(&id.to_string())
}

/// Walks a portal that changes before each request, as `change` says. Gives the windows asked for, and the walk.
fn walk(portal: &mut Portal, page_size: u64, change: impl FnMut(&mut Portal, usize)) -> (Vec<Window>, Walk) {
    let (asked, walk, _) = walk_through(portal, page_size, change);
    (asked, walk)
}

/// Takes a page in, whether or not it is joined to the one before.
fn take(walk: &mut Walk, met: &mut Ids, window: Window, count: u64, ids: &[Option<IdKey>]) -> Vec<Standing> {
    let known = met.look_up(ids);
    met.keep(ids);
    walk.take(window, count, ids, &known).unwrap_or_else(|| walk.go_on(window, count, ids, &known, false))
}

/// The same as [`walk`], with the ids that were met.
fn walk_through(
    portal: &mut Portal,
    page_size: u64,
    mut change: impl FnMut(&mut Portal, usize),
) -> (Vec<Window>, Walk, Ids) {
    let mut walk = Walk::new(page_size);
    let mut met = Ids::default();
    let mut asked = Vec::new();
    while let Some(window) = walk.next_window() {
        assert!(asked.len() < 10_000, "endless");
        change(portal, asked.len());
        asked.push(window);
        let Some(ids) = portal.page(window) else {
            match walk.fail(window) {
                Failure::GiveUp => break,
                Failure::Narrow | Failure::SkipWindow(..) => {}
                Failure::SkipRecord(_) => {
                    change(portal, asked.len());
                    let around = walk.around_start();
                    asked.push(around);
                    let names = portal.names(around);
                    walk.skip(names.as_ref().map(|ids| (portal.count(), ids.as_slice())));
                }
            }
            continue;
        };
        take(&mut walk, &mut met, window, portal.count(), &ids);
    }
    (asked, walk, met)
}

fn portal(records: u32, cap: usize) -> Portal {
    Portal { ids: (0..records).collect(), cap, poisoned: Vec::new(), names_poisoned: true }
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
    assert_eq!(walk.distinct, 299);
}

#[test]
fn one_poisoned_record_is_closed_in_on_and_it_alone_is_skipped() {
    // F05.
    let mut portal = Portal { poisoned: vec![537], ..portal(2000, 1000) };
    let (asked, walk) = walk(&mut portal, 1000, |_, _| {});
    assert_eq!(walk.proof(), Ok(()));
    assert_eq!((walk.distinct, walk.skipped), (1999, 1));
    assert!(asked.len() < 30, "{} requests", asked.len());
}

#[test]
fn a_poisoned_record_is_skipped_wherever_it_stands() {
    for poisoned in [vec![0], vec![99], vec![100], vec![249], vec![99, 100], vec![0, 1, 248, 249]] {
        let mut portal = Portal { poisoned: poisoned.clone(), ..portal(250, 100) };
        let (_, walk) = walk(&mut portal, 100, |_, _| {});
        assert_eq!(walk.proof(), Ok(()), "{poisoned:?}");
        assert_eq!((walk.distinct, walk.skipped), (250 - poisoned.len() as u64, poisoned.len() as u64), "{poisoned:?}");
    }
}

#[test]
fn a_record_that_is_not_even_named_leaves_no_proof_of_what_stands_beside_it() {
    let mut portal = Portal { poisoned: vec![5], names_poisoned: false, ..portal(20, 100) };
    let (_, walk) = walk(&mut portal, 100, |_, _| {});
    assert_eq!((walk.distinct, walk.skipped), (19, 1));
    let unseen = "nothing shows that no record slipped through between two pages of the source";
    assert_eq!(walk.proof(), Err(unseen.to_owned()));
    assert!(!walk.may_do_better_again());
}

#[test]
fn a_portal_that_gives_one_record_at_a_time_is_listed_without_proof() {
    let (_, walk) = walk(&mut portal(20, 1), 100, |_, _| {});
    assert_eq!(walk.distinct, 20);
    assert!(walk.proof().is_err() && !walk.may_do_better_again());
}

/// Comes and goes between a page and the next one that can be read: its counts are the same.
#[test]
fn what_comes_and_goes_beside_a_record_that_cannot_be_read_is_noticed() {
    for at in 1..12 {
        let mut portal = Portal { poisoned: vec![6], ..portal(40, 7) };
        let mut changes = vec![Vec::new(); at];
        changes.push(vec![(true, 0, 300), (false, 1, 0), (false, 1, 0), (true, 39, 301)]);
        let outcome = missed_with_proof(&mut portal, 7, &changes);
        assert!(outcome.is_none_or(|(missed, skipped)| missed <= skipped), "before request {at}: {outcome:?}");
    }
}

#[test]
fn a_window_of_poisoned_records_is_given_up_and_the_walk_has_no_proof() {
    // F04.
    let mut portal = Portal { poisoned: (100..125).collect(), ..portal(1000, 1000) };
    let (_, walk) = walk(&mut portal, 1000, |_, _| {});
    assert_eq!(walk.proof(), Err("records 104 to 124 could not be read".to_owned()));
    assert_eq!(walk.distinct, 975);
}

#[test]
fn a_portal_that_fails_from_the_first_record_on_is_given_up() {
    let mut portal = Portal { poisoned: (0..1000).collect(), ..portal(1000, 1000) };
    let (asked, walk) = walk(&mut portal, 1000, |_, _| {});
    assert_eq!(walk.proof(), Err("the source counts 1000 records, and lists 4".to_owned()));
    assert!(!walk.has_read());
    assert!(asked.len() < 16, "{} requests", asked.len());
}

#[test]
fn a_portal_that_always_gives_its_first_page_is_a_loop() {
    // F19 and A17.
    let mut walk = Walk::new(10);
    let first: Vec<Option<IdKey>> = (0..10).map(|id: u32| Some(key_of(&id.to_string()))).collect();
    let mut pages = 0;
    let mut met = Ids::default();
    while let Some(window) = walk.next_window() {
        take(&mut walk, &mut met, window, 1_000_000, &first);
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
    let standings = take(&mut walk, &mut Ids::default(), window, 4, &ids);
    assert_eq!(standings, [Standing::New, Standing::New, Standing::Twice, Standing::New]);
    assert_eq!(walk.proof(), Ok(()));
}

#[test]
fn a_portal_that_ends_before_its_count_has_no_proof() {
    let mut walk = Walk::new(10);
    let window = walk.next_window().unwrap();
    let mut met = Ids::default();
    take(&mut walk, &mut met, window, 7, &[Some(key_of("a"))]);
    let window = walk.next_window().unwrap();
    take(&mut walk, &mut met, window, 7, &[]);
    assert_eq!(walk.next_window(), None);
    assert_eq!(walk.proof(), Err("the source counts 7 records, and lists 1".to_owned()));
}

/// A change of a portal: a record comes at this place, or the one that stands there goes.
type Step = (bool, usize, u32);

/// Walks a portal that changes before each request. Gives how many records that stood all the time were missed, where
/// the walk is proven all the same, and how many it says that it skipped.
fn missed_with_proof(portal: &mut Portal, page_size: u64, changes: &[Vec<Step>]) -> Option<(u64, u64)> {
    let always: HashSet<u32> = portal.ids.iter().copied().collect();
    let mut removed = HashSet::new();
    let (_, walk, met) = walk_through(portal, page_size, |portal, request| {
        for (insert, place, id) in changes.get(request).into_iter().flatten() {
            if !*insert && !portal.ids.is_empty() {
                removed.insert(portal.ids.remove(place % portal.ids.len()));
            } else if *insert && !portal.ids.contains(id) {
                portal.ids.insert(place % (portal.ids.len() + 1), *id);
            }
        }
    });
    walk.proof().ok()?;
    let standing = always.difference(&removed);
    let missed = standing.filter(|id| !met.contains(&key_of(&id.to_string()))).count();
    Some((missed as u64, walk.skipped))
}

#[test]
fn three_that_come_and_two_that_go_while_pages_fail_are_noticed() {
    // Found by the property below.
    let mut portal = Portal { poisoned: vec![6], ..portal(68, 7) };
    let come = [(true, 0, 68), (true, 8, 69), (true, 8, 70)];
    let go = [(false, 8, 0), (false, 0, 0)];
    let changes: Vec<Vec<Step>> = come.into_iter().chain(go).map(|step| vec![step]).collect();
    let outcome = missed_with_proof(&mut portal, 26, &changes);
    assert!(outcome.is_none_or(|(missed, skipped)| missed <= skipped), "{outcome:?}");
}

proptest! {
    #[test]
    fn whatever_the_portal_does_a_proof_means_that_no_standing_record_was_missed(
        records in 0_u32..120,
        cap in 1_usize..40,
        page_size in 1_u64..40,
        poisoned in proptest::collection::vec(0_u32..120, 0..3),
        names_poisoned: bool,
        changes in proptest::collection::vec(
            proptest::collection::vec((any::<bool>(), 0_usize..120, 0_u32..400), 0..5),
            0..12,
        ),
    ) {
        let mut portal = Portal { poisoned, names_poisoned, ..portal(records, cap) };
        if let Some((missed, skipped)) = missed_with_proof(&mut portal, page_size, &changes) {
            prop_assert!(missed <= skipped, "{missed} missed, {skipped} skipped");
        }
    }
}
