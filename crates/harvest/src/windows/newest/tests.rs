//! Listings that are read from their newest record back, while they change and when they lie.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::met_ids::in_memory::Ids;
use crate::met_ids::key_of;

/// Seconds that the next run asks for once more.
const OVERLAP: i64 = 5;

/// A portal: its records, and when each changed.
#[derive(Debug, Clone, Default)]
struct Portal {
    records: BTreeMap<u32, i64>,
    now: i64,
}

/// A change of a portal.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// A record comes, or changes if it is there.
    Write(u32),
    /// One comes whose date is old.
    WriteBackDated(u32),
    /// The record at this place goes.
    Delete(usize),
    /// Time passes.
    Wait,
}

impl Portal {
    fn change(&mut self, change: Change) {
        match change {
            Change::Write(id) => _ = self.records.insert(id, self.now),
            Change::WriteBackDated(id) => _ = self.records.entry(id).or_insert(-1000),
            Change::Delete(place) => {
                let gone = self.records.keys().nth(place % self.records.len().max(1)).copied();
                gone.map(|id| self.records.remove(&id));
            }
            Change::Wait => self.now += 1,
        }
    }

    /// The ids and dates of a window, newest first.
    fn page(&self, window: Window) -> Vec<(u32, i64)> {
        let mut records: Vec<(u32, i64)> = self.records.iter().map(|(id, changed)| (*id, *changed)).collect();
        records.sort_by_key(|(id, changed)| (-changed, *id));
        let start = usize::try_from(window.start).unwrap();
        records.into_iter().skip(start).take(usize::try_from(window.rows).unwrap()).collect()
    }

    fn count(&self) -> u64 {
        self.records.len() as u64
    }
}

fn entry((id, changed): (u32, i64)) -> (Option<IdKey>, Option<Moment>) {
    (Some(key_of(&id.to_string())), Some(moment(changed)))
}

fn moment(second: i64) -> Moment {
    Moment { at: Timestamp::from_second(second).unwrap(), by_day: false }
}

/// Takes a page in.
fn take(
    newest: &mut NewestFirst,
    met: &mut Ids,
    window: Window,
    count: u64,
    records: &[(Option<IdKey>, Option<Moment>)],
) -> Result<Vec<Standing>, Doubt> {
    let ids: Vec<Option<IdKey>> = records.iter().map(|(id, _)| *id).collect();
    let standings = newest.take(window, count, records, &met.look_up(&ids))?;
    met.keep(&ids);
    Ok(standings)
}

/// What a catalogue has of a portal, and what its last run left.
#[derive(Default)]
struct Catalogue {
    records: BTreeMap<u32, i64>,
    state: Option<(i64, KnownRecords)>,
    /// Requests and whole listings so far.
    asked: usize,
    swept: usize,
}

impl Catalogue {
    /// A run; the portal changes before each request.
    fn run(&mut self, portal: &mut Portal, page_size: u64, changes: &[Vec<Change>]) {
        let begun = portal.now;
        let mut changes = changes.iter();
        let mut given = Ids::default();
        if let Some((since, known)) = self.state.take() {
            let mut newest = NewestFirst::new(page_size, moment(since), known);
            let mut newest_date = since;
            let is_believed = loop {
                let Some(window) = newest.next_window() else { break newest.has_all() };
                for change in changes.next().into_iter().flatten() {
                    portal.change(*change);
                }
                self.asked += 1;
                let page = portal.page(window);
                let entries: Vec<_> = page.iter().copied().map(entry).collect();
                let Ok(standings) = take(&mut newest, &mut given, window, portal.count(), &entries) else {
                    break false;
                };
                for ((id, changed), standing) in page.into_iter().zip(standings) {
                    newest_date = newest_date.max(changed);
                    if standing == Standing::New {
                        self.records.insert(id, changed);
                    }
                }
            };
            if is_believed {
                let overlap = OVERLAP + portal.now - begun;
                self.state = Some(((newest_date - overlap).max(since), newest.known_now().unwrap()));
                return;
            }
        }
        // Everything is listed, in one answer and by ids. What was given before it was given.
        self.swept += 1;
        let met: HashSet<IdKey> = portal.records.keys().map(|id| key_of(&id.to_string())).collect();
        self.records.retain(|id, _| given.contains(&key_of(&id.to_string())));
        self.records.extend(&portal.records);
        let newest = portal.records.values().max().copied().unwrap_or_default();
        let ids = met.iter().chain(given.all()).map(short).collect();
        let others = portal.count() - met.len() as u64;
        self.state = Some((newest - OVERLAP - (portal.now - begun), KnownRecords { ids, others }));
    }
}

/// A portal of so many records that changed a minute apart, and a catalogue that has them all.
fn harvested(records: u32) -> (Portal, Catalogue) {
    let dates = (0..records).map(|id| (id, i64::from(id) * 60));
    let mut portal = Portal { records: dates.collect(), now: 10_000_000 };
    let mut catalogue = Catalogue::default();
    catalogue.run(&mut portal, 1000, &[]);
    (portal, catalogue)
}

#[test]
fn an_unchanged_listing_of_any_length_is_one_small_page() {
    let (mut portal, mut catalogue) = harvested(3000);
    catalogue.run(&mut portal, 1000, &[]);
    assert_eq!((catalogue.asked, catalogue.swept), (1, 1));
}

#[test]
fn what_came_and_changed_is_found_in_as_many_pages_as_it_fills() {
    let (mut portal, mut catalogue) = harvested(3000);
    (2500..3400).for_each(|id| portal.change(Change::Write(id)));
    catalogue.run(&mut portal, 500, &[]);
    assert_eq!((catalogue.asked, catalogue.swept), (3, 1));
    assert_eq!(catalogue.records, portal.records);
}

#[test]
fn a_deletion_is_found_although_another_record_came_in_its_place() {
    let (mut portal, mut catalogue) = harvested(300);
    portal.change(Change::Delete(17));
    portal.change(Change::Write(900));
    catalogue.run(&mut portal, 100, &[]);
    assert_eq!(catalogue.records, portal.records);
    assert_eq!(catalogue.swept, 2);
}

#[test]
fn a_deletion_while_pages_are_read_is_found_by_the_next_run() {
    let (mut portal, mut catalogue) = harvested(300);
    (0..150).for_each(|id| portal.change(Change::Write(id)));
    let meanwhile = [vec![], vec![Change::Wait, Change::Delete(290), Change::Write(900)]];
    catalogue.run(&mut portal, 100, &meanwhile);
    assert_eq!(catalogue.swept, 1);
    catalogue.run(&mut portal, 100, &[]);
    assert_eq!(catalogue.records, portal.records);
}

#[test]
fn a_record_that_slips_through_between_two_pages_is_noticed() {
    let (mut portal, mut catalogue) = harvested(300);
    (0..150).for_each(|id| portal.change(Change::Write(id)));
    catalogue.run(&mut portal, 100, &[vec![], vec![Change::Delete(3), Change::WriteBackDated(900)]]);
    assert_eq!(catalogue.swept, 2, "as many records as before, and one of them stood on no page");
}

#[test]
fn answers_that_do_not_keep_to_the_question_are_not_believed() {
    let known = KnownRecords::default();
    let first = |count: u64, records: &[(Option<IdKey>, Option<Moment>)]| {
        let mut newest = NewestFirst::new(10, moment(100), known.clone());
        let window = newest.next_window().unwrap();
        take(&mut newest, &mut Ids::default(), window, count, records).err()
    };
    assert_eq!(first(2, &[entry((1, 300)), entry((2, 200))]), None);
    assert_eq!(first(2, &[entry((1, 200)), entry((2, 300))]), Some(Doubt::Unkept), "oldest first");
    assert_eq!(first(2, &[entry((1, 300)), (entry((2, 200)).0, None)]), Some(Doubt::Unkept), "a date is missing");
    assert_eq!(first(2, &[entry((1, 300)), (None, entry((2, 200)).1)]), Some(Doubt::Unclear), "an id is missing");
    assert_eq!(first(2, &[entry((1, 99)), entry((2, 50))]), Some(Doubt::Unclear), "older than what was seen");
    assert_eq!(first(2, &[]), Some(Doubt::Unkept), "a count and no records");
    assert_eq!(first(0, &[]), None);

    let mut newest = NewestFirst::new(10, moment(100), known);
    let page = [entry((1, 300)), entry((2, 200))];
    let mut met = Ids::default();
    let window = newest.next_window().unwrap();
    take(&mut newest, &mut met, window, 9, &page).unwrap();
    let window = newest.next_window().unwrap();
    assert_eq!(take(&mut newest, &mut met, window, 9, &page), Err(Doubt::Unkept), "always the first page");
}

#[test]
fn times_of_one_second_may_stand_in_any_order() {
    let at = |text: &str| Some(Moment::parse(text).unwrap());
    let mut newest = NewestFirst::new(10, moment(0), KnownRecords::default());
    let window = newest.next_window().unwrap();
    let records =
        [(Some(key_of("a")), at("2026-05-01T10:00:00.000100")), (Some(key_of("b")), at("2026-05-01T10:00:00.000900"))];
    assert!(take(&mut newest, &mut Ids::default(), window, 2, &records).is_ok());
}

#[test]
fn what_is_known_is_kept_as_text_and_of_damaged_text_nothing_is_known() {
    let known = KnownRecords { ids: ["b", "a"].map(|id| short(&key_of(id))).into(), others: 1 };
    let text = serde_json::to_string(&known).unwrap();
    assert_eq!(text, r#"{"ids":"3e23e8160039ca978112ca1b","others":1}"#);
    assert_eq!(serde_json::from_str::<KnownRecords>(&text).unwrap(), known);
    let damaged: KnownRecords = serde_json::from_str(&text.replace("3e", "xx")).unwrap();
    assert_eq!(damaged, KnownRecords { ids: HashSet::new(), others: 1 });
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0_u32..60).prop_map(Change::Write),
        1 => (60_u32..70).prop_map(Change::WriteBackDated),
        2 => (0_usize..60).prop_map(Change::Delete),
        2 => Just(Change::Wait),
    ]
}

proptest! {
    #[test]
    fn whatever_comes_changes_and_goes_a_run_that_nothing_disturbs_has_it_as_it_is(
        records in 0_u32..50,
        page_size in 2_u64..20,
        history in proptest::collection::vec(
            (
                proptest::collection::vec(change(), 0..12),
                proptest::collection::vec(proptest::collection::vec(change(), 0..4), 0..5),
            ),
            1..8,
        ),
    ) {
        let (mut portal, mut catalogue) = harvested(records);
        for (between, meanwhile) in history {
            for change in between {
                portal.change(change);
            }
            catalogue.run(&mut portal, page_size, &meanwhile);
            portal.now += 1;
            catalogue.run(&mut portal, page_size, &[]);
            prop_assert_eq!(catalogue.records.len(), portal.records.len(), "as many as there are");
            let unseen = portal.records.keys().filter(|id| !catalogue.records.contains_key(id));
            for id in unseen {
                prop_assert!(*id >= 60, "{} is lost", id);
            }
            // One that goes is hidden only by one that comes with an old date.
            let hides = portal.records.keys().any(|id| !catalogue.records.contains_key(id));
            for (id, changed) in &catalogue.records {
                match portal.records.get(id) {
                    // What went and came again with an old date looks as if it had never gone.
                    Some(now) => prop_assert!(now == changed || *id >= 60, "{} is as it was", id),
                    None => prop_assert!(hides, "{} is not there any more", id),
                }
            }
        }
    }
}
