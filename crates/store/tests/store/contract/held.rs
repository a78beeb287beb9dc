//! What waits until a person confirms it.

use cairn_model::Problem;
use cairn_store::{Held, HeldKind, PageWrite, Store, StoreError};

use super::Fixture;
use super::sample::{SOURCE, begin, complete, harvest, minute, new_run};

const A_MINUTE: std::time::Duration = std::time::Duration::from_mins(1);

fn held(kind: HeldKind, source_record_id: &str, text: &str) -> Held {
    Held { kind, source_record_id: source_record_id.to_owned(), problem: Problem::warning("held", "", text) }
}

fn loosening(source_record_id: &str, text: &str) -> Held {
    held(HeldKind::Loosening, source_record_id, text)
}

fn of(kind: HeldKind, source_record_id: &str) -> (HeldKind, String) {
    (kind, source_record_id.to_owned())
}

/// A whole run that changes what is held.
async fn run(store: &impl Store, run: &str, held: Vec<Held>, released: Vec<(HeldKind, String)>) {
    let lease = begin(store, run).await;
    store.write_page(&lease, PageWrite { held, released, ..PageWrite::default() }).await.unwrap();
    store.finish_run(&lease, complete(minute(1))).await.unwrap();
}

/// What is held, as `record: text`.
fn told(held: Vec<Held>) -> Vec<String> {
    held.into_iter().map(|one| format!("{}: {}", one.source_record_id, one.problem.message)).collect()
}

pub(crate) async fn every_run_lists_what_is_held_until_a_run_releases_it(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![], minute(1)).await;
    let both = vec![loosening("a", "sharing"), loosening("a", "listing"), held(HeldKind::Removal, "a", "gone")];
    run(store, "2", both.clone(), vec![]).await;
    harvest(store, "3", vec![], minute(1)).await;
    run(store, "4", vec![loosening("a", "sharing again")], vec![of(HeldKind::Removal, "a")]).await;
    run(store, "5", vec![loosening("b", "sharing")], vec![of(HeldKind::Loosening, "a"), of(HeldKind::Removal, "b")])
        .await;

    assert_eq!(store.held_by("1").await.unwrap(), []);
    assert_eq!(store.held_by("2").await.unwrap(), both);
    assert_eq!(store.held_by("3").await.unwrap(), both, "a run that wrote nothing of it lists it, too");
    assert_eq!(told(store.held_by("4").await.unwrap()), ["a: sharing again"]);
    assert_eq!(told(store.held_by("5").await.unwrap()), ["b: sharing"]);
    assert_eq!(store.held_now(SOURCE).await.unwrap(), store.held_by("5").await.unwrap());

    // Other sources have lists of their own.
    let other = store.begin_run(new_run("other", "other")).await.unwrap();
    let page = PageWrite { released: vec![of(HeldKind::Loosening, "b")], ..PageWrite::default() };
    store.write_page(&other, page).await.unwrap();
    assert_eq!(store.held_by("other").await.unwrap(), []);
    assert_eq!(store.held_now("other").await.unwrap(), []);
    assert_eq!(told(store.held_now(SOURCE).await.unwrap()), ["b: sharing"]);
    assert_eq!(store.held_by("no such run").await.unwrap(), []);
}

pub(crate) async fn a_page_that_is_written_twice_holds_the_same(fixture: &impl Fixture) {
    let store = fixture.store();
    run(store, "1", vec![loosening("a", "before")], vec![]).await;
    let lease = begin(store, "2").await;
    let page = || {
        let held = vec![loosening("a", "after"), loosening("b", "after")];
        PageWrite { held, released: vec![of(HeldKind::Loosening, "a")], ..PageWrite::default() }
    };
    for _ in 0..3 {
        store.write_page(&lease, page()).await.unwrap();
        assert_eq!(told(store.held_by("2").await.unwrap()), ["a: after", "b: after"]);
        assert_eq!(told(store.held_by("1").await.unwrap()), ["a: before"]);
    }
}

pub(crate) async fn each_kind_is_held_and_released_by_itself(fixture: &impl Fixture) {
    let store = fixture.store();
    let loosened = loosening("a", "sharing");
    let removed = held(HeldKind::Removal, "a", "gone");
    // A record may lose several fields.
    let vanished = ["licence", "description"].map(|field| Held {
        kind: HeldKind::Vanished,
        source_record_id: "a".to_owned(),
        problem: Problem::warning("held", field, "the former value is kept"),
    });
    let of_all = [&[loosened.clone(), removed.clone()], &vanished[..]].concat();
    run(store, "1", of_all.clone(), vec![]).await;
    assert_eq!(store.held_by("1").await.unwrap(), of_all);

    // One of the two came back, and nothing is said of the other kinds.
    run(store, "2", vanished[..1].to_vec(), vec![]).await;
    assert_eq!(store.held_now(SOURCE).await.unwrap(), [loosened.clone(), removed.clone(), vanished[0].clone()]);
    run(store, "3", vec![], vec![of(HeldKind::Vanished, "a"), of(HeldKind::Vanished, "b")]).await;
    assert_eq!(store.held_now(SOURCE).await.unwrap(), [loosened.clone(), removed.clone()]);
    run(store, "4", vanished.to_vec(), vec![of(HeldKind::Loosening, "a"), of(HeldKind::Removal, "a")]).await;
    assert_eq!(store.held_now(SOURCE).await.unwrap(), vanished);
    assert_eq!(store.held_by("1").await.unwrap(), of_all, "and each run lists what it listed");
}

pub(crate) async fn what_is_held_is_kept_however_much_it_is(fixture: &impl Fixture) {
    let store = fixture.store();
    let many: Vec<Held> = (0..5000).map(|number| loosening(&number.to_string(), "sharing")).collect();
    run(store, "1", many.clone(), vec![]).await;
    assert_eq!(store.held_by("1").await.unwrap(), many);
    assert_eq!(store.run_problems("1", u32::MAX).await.unwrap(), [], "they are no problems of the run");
    let released = many.iter().skip(1).map(|one| (one.kind, one.source_record_id.clone())).collect();
    run(store, "2", vec![], released).await;
    assert_eq!(store.held_now(SOURCE).await.unwrap(), many[..1]);
    assert_eq!(store.held_by("1").await.unwrap().len(), 5000);
}

pub(crate) async fn what_a_killed_run_held_is_still_held(fixture: &impl Fixture) {
    let store = fixture.store();
    let killed = begin(store, "killed").await;
    let page = || PageWrite { held: vec![loosening("a", "sharing")], ..PageWrite::default() };
    store.write_page(&killed, page()).await.unwrap();
    fixture.clock().advance(A_MINUTE);
    begin(store, "next").await;
    assert_eq!(told(store.held_by("next").await.unwrap()), ["a: sharing"]);
    assert!(matches!(store.write_page(&killed, page()).await, Err(StoreError::LeaseLost)));
}

pub(crate) async fn what_no_run_lists_is_forgotten_and_what_is_held_stays(fixture: &impl Fixture) {
    let store = fixture.store();
    run(store, "1", vec![loosening("a", "sharing"), loosening("b", "sharing")], vec![]).await;
    run(store, "2", vec![], vec![of(HeldKind::Loosening, "a")]).await;
    run(store, "3", vec![], vec![]).await;
    assert_eq!(store.forget_runs_before(minute(60)).await.unwrap(), 2);
    assert_eq!(store.held_by("1").await.unwrap(), []);
    assert_eq!(told(store.held_by("3").await.unwrap()), ["b: sharing"]);
    run(store, "4", vec![], vec![]).await;
    assert_eq!(told(store.held_by("4").await.unwrap()), ["b: sharing"]);
}
