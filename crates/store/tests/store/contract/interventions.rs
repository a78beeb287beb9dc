//! What people decide about the schedule of a source.

use cairn_store::{Intervention, Pause, Store};

use super::Fixture;
use super::sample::{SOURCE, begin, complete, minute};

fn pause(at: i64, by: &str) -> Pause {
    Pause { since: minute(at), by: by.to_owned(), reason: Some("the portal moves house".to_owned()) }
}

/// The log of acts, oldest first: who did what on what.
async fn acts(store: &impl Store) -> Vec<(String, String, String)> {
    let acts = store.acts(10).await.unwrap();
    acts.into_iter().rev().map(|act| (act.actor, act.act, act.subject)).collect()
}

fn act(actor: &str, act: &str, subject: &str) -> (String, String, String) {
    (actor.to_owned(), act.to_owned(), subject.to_owned())
}

pub(crate) async fn a_pause_holds_in_every_process_until_it_is_ended_and_stands_in_the_log_of_acts(
    fixture: &impl Fixture,
) {
    let (store, other) = (fixture.store(), fixture.another().await);
    assert_eq!(store.intervention(SOURCE).await.unwrap(), Intervention::default());
    assert!(!store.resume_source(SOURCE, "nobody", minute(0)).await.unwrap());

    assert!(other.pause_source(SOURCE, pause(1, "the day shift"), "the day shift").await.unwrap());
    assert!(
        !store.pause_source(SOURCE, pause(2, "the night shift"), "the night shift").await.unwrap(),
        "it is paused already"
    );
    let paused = Some(pause(1, "the day shift"));
    assert_eq!(store.intervention(SOURCE).await.unwrap(), Intervention { paused, stopped_run: None });
    assert_eq!(store.intervention("another").await.unwrap(), Intervention::default());

    assert!(store.resume_source(SOURCE, "the night shift", minute(3)).await.unwrap());
    assert_eq!(other.intervention(SOURCE).await.unwrap(), Intervention::default());
    assert!(other.pause_source(SOURCE, pause(4, "the day shift"), "the day shift").await.unwrap());
    assert_eq!(
        acts(store).await,
        [
            act("the day shift", "source.pause", SOURCE),
            act("the night shift", "source.resume", SOURCE),
            act("the day shift", "source.pause", SOURCE),
        ]
    );
}

pub(crate) async fn a_stop_is_asked_of_the_run_that_goes_on_and_of_no_other(fixture: &impl Fixture) {
    let (store, other) = (fixture.store(), fixture.another().await);
    assert_eq!(store.ask_to_stop(SOURCE, "the day shift", minute(0)).await.unwrap(), None);
    let first = begin(store, "first").await;
    assert_eq!(other.ask_to_stop(SOURCE, "the day shift", minute(1)).await.unwrap().as_deref(), Some("first"));
    assert_eq!(other.ask_to_stop("another", "the day shift", minute(1)).await.unwrap(), None);
    assert_eq!(store.intervention(SOURCE).await.unwrap().stopped_run.as_deref(), Some("first"));
    // A pause and a stop leave each other alone.
    store.pause_source(SOURCE, pause(2, "the day shift"), "the day shift").await.unwrap();
    store.resume_source(SOURCE, "the day shift", minute(2)).await.unwrap();
    assert_eq!(store.intervention(SOURCE).await.unwrap().stopped_run.as_deref(), Some("first"));

    store.finish_run(&first, complete(minute(3))).await.unwrap();
    assert_eq!(other.ask_to_stop(SOURCE, "the day shift", minute(4)).await.unwrap(), None);
    begin(store, "second").await;
    assert_eq!(store.intervention(SOURCE).await.unwrap().stopped_run.as_deref(), Some("first"), "not the second");
    assert_eq!(acts(store).await[0], act("the day shift", "source.stop", "portal: run first"));
}
