//! Requests of a day, counted before they are sent.

use cairn_store::Store;
use jiff::Timestamp;

use super::Fixture;

const BUDGET: u64 = 3;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

async fn spend(store: &impl Store, source: &str, when: &str) -> bool {
    store.spend_request(source, at(when), BUDGET).await.unwrap()
}

pub(crate) async fn a_day_has_so_many_requests_whoever_sends_them(fixture: &impl Fixture) {
    let (store, other) = (fixture.store(), fixture.another().await);
    assert!(spend(store, "a", "2026-11-01T00:00:00Z").await);
    assert!(spend(&other, "a", "2026-11-01T12:00:00Z").await);
    assert!(spend(store, "a", "2026-11-01T23:59:58Z").await);
    assert!(!spend(&other, "a", "2026-11-01T23:59:59Z").await, "the fourth");
    assert!(!spend(store, "a", "2026-11-01T23:59:59Z").await);
    assert!(spend(store, "b", "2026-11-01T23:59:59Z").await, "another source has its own");
    let renews = async |source| store.budget_renews(source, BUDGET).await.unwrap();
    assert_eq!(renews("a").await, Some(at("2026-11-02T00:00:00Z")));
    assert_eq!((renews("b").await, renews("nobody").await), (None, None), "something is left");
    assert!(spend(store, "a", "2026-11-02T00:00:00Z").await, "the next day of UTC");
    assert!(!store.spend_request("c", at("2026-11-01T00:00:00Z"), 0).await.unwrap(), "none at all");
}

pub(crate) async fn a_clock_that_goes_back_gains_nothing_and_one_that_jumped_ahead_loses_no_day(
    fixture: &impl Fixture,
) {
    let store = fixture.store();
    for _ in 0..BUDGET {
        assert!(spend(store, "a", "2099-11-01T12:00:00Z").await);
    }
    assert!(!spend(store, "a", "2026-11-01T12:00:00Z").await, "back from 2099: all of it counts as sent today");
    assert!(spend(store, "a", "2026-11-02T12:00:00Z").await, "tomorrow is another day");
}
