//! One run of a source at a time.

use std::time::Duration;

use cairn_store::{PageWrite, RunOutcome, Store, StoreError};

use super::Fixture;
use super::sample::{SOURCE, begin, complete, harvest, minute, new_run, page, titles, write};

const A_MINUTE: Duration = Duration::from_mins(1);

/// F37.
pub(crate) async fn of_a_hundred_that_begin_at_once_exactly_one_gets_the_lease(fixture: &impl Fixture) {
    let mut tries = tokio::task::JoinSet::new();
    for process in 0..4 {
        let store = std::sync::Arc::new(fixture.another().await);
        for task in 0..25 {
            let store = std::sync::Arc::clone(&store);
            tries.spawn(async move { store.begin_run(new_run(&format!("{process}.{task}"), SOURCE)).await });
        }
    }
    let mut taken = 0;
    for result in tries.join_all().await {
        match result {
            Ok(_) => taken += 1,
            Err(StoreError::LeaseHeld { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(taken, 1);
    assert_eq!(fixture.store().runs(None, 200).await.unwrap().len(), 1);
}

/// F37.
pub(crate) async fn in_a_thousand_tries_of_two_processes_no_two_hold_the_lease_at_once(fixture: &impl Fixture) {
    let held = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let mut processes = tokio::task::JoinSet::new();
    for process in 0..2 {
        let (store, held) = (fixture.another().await, std::sync::Arc::clone(&held));
        processes.spawn(async move {
            for number in 0..500 {
                match store.begin_run(new_run(&format!("{process}.{number}"), SOURCE)).await {
                    Ok(lease) => {
                        assert_eq!(held.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0, "somebody else holds it");
                        tokio::task::yield_now().await;
                        held.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        store.finish_run(&lease, complete(minute(1))).await.unwrap();
                    }
                    Err(StoreError::LeaseHeld { .. }) => tokio::task::yield_now().await,
                    Err(other) => panic!("{other}"),
                }
            }
        });
    }
    processes.join_all().await;
}

pub(crate) async fn the_second_is_told_who_runs_and_since_when(fixture: &impl Fixture) {
    begin(fixture.store(), "first").await;
    let refused = fixture.another().await.begin_run(new_run("second", SOURCE)).await.unwrap_err();
    let StoreError::LeaseHeld { holder, run, since } = refused else { panic!("{refused}") };
    assert_eq!((holder.as_str(), run.as_str(), since), ("a night shift", "first", minute(0)));
}

pub(crate) async fn sources_do_not_wait_for_each_other(fixture: &impl Fixture) {
    begin(fixture.store(), "first").await;
    fixture.store().begin_run(new_run("second", "another")).await.unwrap();
}

/// F38.
pub(crate) async fn an_old_fence_cannot_write(fixture: &impl Fixture) {
    let store = fixture.store();
    let sleeper = begin(store, "sleeper").await;
    store.write_page(&sleeper, page(vec![write("a", "A")], minute(1))).await.unwrap();
    fixture.clock().advance(A_MINUTE);
    let next = fixture.another().await.begin_run(new_run("next", SOURCE)).await.unwrap();

    let late = store.write_page(&sleeper, page(vec![write("b", "too late")], minute(2))).await;
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    assert!(matches!(store.renew(&sleeper).await, Err(StoreError::LeaseLost)));
    assert!(matches!(store.finish_run(&sleeper, complete(minute(2))).await, Err(StoreError::LeaseLost)));

    store.write_page(&next, page(vec![write("c", "C")], minute(3))).await.unwrap();
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["A", "C"]);
    let runs = store.runs(None, 10).await.unwrap();
    assert_eq!((runs[1].run.as_str(), runs[1].verdict.as_str()), ("sleeper", "failed"));
    assert_eq!((runs[0].run.as_str(), runs[0].verdict.as_str()), ("next", "running"));
}

pub(crate) async fn a_lease_that_is_renewed_is_not_taken_over(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "first").await;
    for _ in 0..5 {
        fixture.clock().advance(Duration::from_secs(59));
        store.renew(&lease).await.unwrap();
    }
    fixture.clock().advance(Duration::from_secs(59));
    let second = store.begin_run(new_run("second", SOURCE)).await;
    assert!(matches!(second, Err(StoreError::LeaseHeld { .. })), "{second:?}");
}

pub(crate) async fn a_page_renews_the_lease(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "first").await;
    fixture.clock().advance(Duration::from_secs(59));
    store.write_page(&lease, PageWrite::default()).await.unwrap();
    fixture.clock().advance(Duration::from_secs(59));
    let second = store.begin_run(new_run("second", SOURCE)).await;
    assert!(matches!(second, Err(StoreError::LeaseHeld { .. })), "{second:?}");
}

pub(crate) async fn a_lease_that_ran_out_can_still_write_until_somebody_takes_it_over(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "first").await;
    fixture.clock().advance(10 * A_MINUTE);
    store.write_page(&lease, page(vec![write("a", "A")], minute(1))).await.unwrap();
    store.finish_run(&lease, complete(minute(2))).await.unwrap();
    assert_eq!(store.runs(None, 1).await.unwrap()[0].verdict, "complete");
}

pub(crate) async fn a_clock_that_was_put_back_does_not_keep_a_dead_lease_alive(fixture: &impl Fixture) {
    let store = fixture.store();
    begin(store, "first").await;
    fixture.clock().put_back(Duration::from_hours(8760));
    let second = store.begin_run(new_run("second", SOURCE)).await;
    assert!(matches!(second, Err(StoreError::LeaseHeld { .. })), "{second:?}");
    fixture.clock().advance(A_MINUTE);
    begin(store, "third").await;
}

pub(crate) async fn fencing_numbers_only_rise(fixture: &impl Fixture) {
    let store = fixture.store();
    let mut before = 0;
    for number in 0..5 {
        let lease = begin(store, &number.to_string()).await;
        assert!(lease.fence > before);
        before = lease.fence;
        let outcome = RunOutcome { verdict: "failed".to_owned(), ..complete(minute(number)) };
        store.finish_run(&lease, outcome).await.unwrap();
        assert!(matches!(store.renew(&lease).await, Err(StoreError::LeaseLost)), "a lease that was given back is gone");
    }
    harvest(store, "last", vec![], minute(9)).await;
}
