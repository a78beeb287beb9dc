//! What people said of pairs of records.

use cairn_store::{DuplicateDecision, Store, StoreError};

use super::Fixture;
use super::sample::{id, minute};

pub(crate) async fn what_was_said_of_a_pair_is_kept_once_whichever_record_is_named_first(fixture: &impl Fixture) {
    let store = fixture.store();
    let (one, other) = (id("one"), id("other"));
    let rejected = Some(DuplicateDecision::Rejected);
    assert!(store.decide_duplicates((one, other), rejected, "operator", minute(1)).await.unwrap());
    assert!(!store.decide_duplicates((other, one), rejected, "operator", minute(2)).await.unwrap(), "said already");
    let confirmed = Some(DuplicateDecision::Confirmed);
    assert!(store.decide_duplicates((other, one), confirmed, "operator", minute(3)).await.unwrap());
    let told = fixture.another().await.duplicate_decisions().await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].low, told[0].high), (one.min(other), one.max(other)));
    assert_eq!((told[0].decision, told[0].at), (DuplicateDecision::Confirmed, minute(3)));

    assert!(store.decide_duplicates((one, other), None, "operator", minute(4)).await.unwrap());
    assert!(!store.decide_duplicates((one, other), None, "operator", minute(5)).await.unwrap());
    assert_eq!(store.duplicate_decisions().await.unwrap(), []);
    let acts: Vec<String> = store.acts(10).await.unwrap().into_iter().map(|act| act.act).collect();
    assert_eq!(acts, ["duplicate.forget", "duplicate.confirm", "duplicate.reject"]);
}

pub(crate) async fn a_record_is_no_duplicate_of_itself(fixture: &impl Fixture) {
    let one = id("one");
    let confirmed = Some(DuplicateDecision::Confirmed);
    let refused = fixture.store().decide_duplicates((one, one), confirmed, "operator", minute(1)).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    assert_eq!(fixture.store().acts(10).await.unwrap(), []);
}
