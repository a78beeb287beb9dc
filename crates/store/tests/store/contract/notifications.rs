//! Subscriptions and messages: queued once, taken by one, and ended by who has them.

use std::sync::Arc;

use cairn_model::registry::{NotifyChannel, NotifyFrequency, NotifyStatement};
use cairn_store::{
    Amendment, EntryKind, Loaded, Look, MORE, MOST_MESSAGES_A_DAY, MessageEnd, MessageRow, NEW_RECORDS, NewAct,
    NewMessage, Notifications, Store, SubscriptionRow, Wanted,
};
use jiff::Timestamp;

use super::Fixture;
use super::sample::{id, minute};

fn message(name: &str, recipient: &str, at: i64) -> NewMessage {
    NewMessage {
        id: name.to_owned(),
        dedup: format!("about {name}"),
        about: "request.sent".to_owned(),
        subject: "r1".to_owned(),
        records: Vec::new(),
        recipient: recipient.to_owned(),
        created: minute(at),
        due: minute(at),
    }
}

async fn queue(store: &impl Store, messages: Vec<NewMessage>) {
    let mut decide = |_: &Loaded| Amendment { messages: messages.clone(), ..Amendment::default() };
    store.amend(&Wanted::default(), &mut decide).await.unwrap();
}

fn subscription(name: &str, looked_to: i64) -> SubscriptionRow {
    let statement = NotifyStatement { channel: NotifyChannel::Email, frequency: NotifyFrequency::AtOnce, url: None };
    SubscriptionRow {
        id: name.to_owned(),
        kind: EntryKind::SavedSearch,
        subject: format!("search of {name}"),
        owner: "person:p1".to_owned(),
        statement,
        secret: Some("secret".to_owned()),
        looked_to,
        next_look: minute(5),
        created: minute(0),
        stopped: None,
    }
}

async fn follow(store: &impl Store, row: SubscriptionRow) {
    let act = NewAct::new(row.created, "person:p1", "notify.set", &*row.subject);
    store.put_subscription(row, act).await.unwrap();
}

fn look(subscription: &str, from: i64, to: i64, records: &[&str], at: i64) -> Look {
    let message = NewMessage {
        about: NEW_RECORDS.to_owned(),
        subject: subscription.to_owned(),
        records: records.iter().map(|record| id(record)).collect(),
        ..message(&format!("{subscription} to {to}"), "person:p1", at)
    };
    let message = (!records.is_empty()).then_some(message);
    Look { subscription: subscription.to_owned(), from, to, next: minute(at), message }
}

fn ids(rows: &[MessageRow]) -> Vec<&str> {
    rows.iter().map(|row| row.id.as_str()).collect()
}

async fn due(store: &impl Store, at: i64) -> Vec<MessageRow> {
    store.messages_due(minute(at), 100).await.unwrap()
}

pub(crate) async fn a_message_is_queued_once_and_waits_until_it_is_due(fixture: &impl Fixture) {
    let store = fixture.store();
    let later = NewMessage { due: minute(9), ..message("b", "person:p1", 1) };
    queue(store, vec![message("a", "person:p1", 1), later]).await;
    let again = NewMessage { id: "c".to_owned(), ..message("a", "person:p2", 2) };
    queue(store, vec![again]).await;
    assert_eq!(ids(&due(store, 0).await), [""; 0]);
    assert_eq!(ids(&due(store, 1).await), ["a"]);
    assert_eq!(ids(&due(&fixture.another().await, 9).await), ["a", "b"]);
}

pub(crate) async fn of_many_that_claim_at_once_each_message_is_taken_by_one(fixture: &impl Fixture) {
    let messages = (0..20).map(|number| message(&format!("m{number:02}"), "stewards:o", 1)).collect();
    queue(fixture.store(), messages).await;
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = Arc::new(fixture.another().await);
        tasks.push(tokio::spawn(async move {
            let mut taken = Vec::new();
            loop {
                let some = store.claim_messages(minute(1), minute(2), 3).await.unwrap();
                if some.is_empty() {
                    return taken;
                }
                taken.extend(some.into_iter().map(|row| row.id));
            }
        }));
    }
    let mut taken = Vec::new();
    for task in tasks {
        taken.extend(task.await.unwrap());
    }
    taken.sort();
    assert_eq!(taken, (0..20).map(|number| format!("m{number:02}")).collect::<Vec<_>>());
}

pub(crate) async fn who_slept_over_what_they_took_cannot_end_it(fixture: &impl Fixture) {
    let store = fixture.store();
    queue(store, vec![message("a", "person:p1", 1)]).await;
    let first = store.claim_messages(minute(1), minute(2), 1).await.unwrap().remove(0);
    assert_eq!(ids(&due(store, 1).await), [""; 0], "somebody has it");
    let second = store.claim_messages(minute(2), minute(3), 1).await.unwrap().remove(0);
    assert_eq!((first.attempts, second.attempts), (1, 2));
    assert!(!store.end_message("a", 1, MessageEnd::Sent, minute(2)).await.unwrap());
    assert!(store.end_message("a", 2, MessageEnd::Again(minute(7)), minute(2)).await.unwrap());
    assert_eq!(ids(&due(store, 6).await), [""; 0]);
    store.claim_messages(minute(7), minute(8), 1).await.unwrap();
    assert!(store.end_message("a", 3, MessageEnd::Sent, minute(7)).await.unwrap());
    assert!(!store.end_message("a", 3, MessageEnd::Sent, minute(7)).await.unwrap(), "it ended");
    let told = store.messages_to("person:p1", 10).await.unwrap().remove(0);
    assert_eq!((told.state.code(), told.ended), ("sent", Some(minute(7))));
    assert_eq!(store.forget_messages_before(minute(7)).await.unwrap(), 0);
    assert_eq!(store.forget_messages_before(minute(8)).await.unwrap(), 1);
}

pub(crate) async fn a_message_for_several_becomes_one_for_each_in_one_step(fixture: &impl Fixture) {
    let store = fixture.store();
    queue(store, vec![message("a", "stewards:o", 1)]).await;
    store.claim_messages(minute(1), minute(2), 1).await.unwrap();
    let parts = vec![message("b", "person:p1", 1), message("c", "person:p2", 1)];
    assert!(store.end_message("a", 1, MessageEnd::Split(parts.clone()), minute(1)).await.unwrap());
    assert!(!store.end_message("a", 1, MessageEnd::Split(parts), minute(1)).await.unwrap());
    assert_eq!(ids(&due(store, 1).await), ["b", "c"]);
}

pub(crate) async fn of_two_looks_from_one_change_the_first_counts_and_what_waits_is_joined(fixture: &impl Fixture) {
    let store = fixture.store();
    follow(store, subscription("s", 10)).await;
    let due_at = async |at: i64, newest: i64| store.subscriptions_due(minute(at), newest, 9).await.unwrap().len();
    assert_eq!((due_at(4, 11).await, due_at(5, 10).await, due_at(5, 11).await), (0, 0, 1));
    assert!(store.note_look(look("s", 10, 12, &["a", "b"], 6)).await.unwrap());
    let another = fixture.another().await;
    assert!(!another.note_look(look("s", 10, 13, &["c"], 6)).await.unwrap());
    assert!(another.note_look(look("s", 12, 14, &["b", "c"], 7)).await.unwrap());
    let waiting = due(store, 9).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].records, ["a", "b", "c"].map(id));
    // What somebody is sending is not changed under their hands.
    store.claim_messages(minute(9), minute(20), 9).await.unwrap();
    assert!(store.note_look(look("s", 14, 15, &["d"], 10)).await.unwrap());
    assert_eq!(due(store, 10).await[0].records, [id("d")]);
}

pub(crate) async fn what_is_followed_no_more_is_told_no_more(fixture: &impl Fixture) {
    let store = fixture.store();
    for name in ["s", "t"] {
        follow(store, subscription(name, 1)).await;
        store.note_look(look(name, 1, 2, &["a"], 6)).await.unwrap();
    }
    let act = |act: &'static str| NewAct::new(minute(7), "person:p1", act, "x");
    assert_eq!(store.subscription_count("person:p1").await.unwrap(), 2);
    assert!(store.remove_subscription("s", act("notify.remove")).await.unwrap());
    assert!(!store.remove_subscription("s", act("notify.remove")).await.unwrap());
    store.stop_subscription("t", minute(7), act("notify.stop")).await.unwrap();
    assert_eq!(due(store, 9).await, []);
    assert!(!store.note_look(look("t", 2, 3, &["a"], 8)).await.unwrap());
    assert_eq!(store.subscriptions_due(minute(9), 9, 9).await.unwrap(), []);
    let stopped = store.subscription(EntryKind::SavedSearch, "search of t", "person:p1").await.unwrap().unwrap();
    assert_eq!(stopped.stopped, Some(minute(7)));
    // Followed anew, it is another subscription in the place of the first.
    follow(store, SubscriptionRow { id: "u".to_owned(), ..subscription("t", 3) }).await;
    assert_eq!(store.subscription_by_id("t").await.unwrap(), None);
    assert_eq!(store.subscription_by_id("u").await.unwrap().unwrap().stopped, None);
    let acts: Vec<String> = store.acts(3).await.unwrap().into_iter().map(|line| line.act).collect();
    assert_eq!(acts, ["notify.set", "notify.stop", "notify.remove"]);
}

pub(crate) async fn what_is_too_much_for_a_person_is_one_message_a_day(fixture: &impl Fixture) {
    let store = fixture.store();
    let most = i64::from(MOST_MESSAGES_A_DAY);
    let messages = |from: i64, to: i64| {
        (from..to).map(|number| message(&format!("m{number}"), "person:p1", number)).collect::<Vec<_>>()
    };
    queue(store, messages(0, most + 5)).await;
    queue(store, vec![message("other", "person:p2", most)]).await;
    let told: Vec<(String, String)> =
        due(store, 1000).await.into_iter().map(|row| (row.about, row.recipient)).collect();
    let count = |about: &str, recipient: &str| told.iter().filter(|(one, to)| one == about && to == recipient).count();
    assert_eq!(count("request.sent", "person:p1"), usize::try_from(most).unwrap());
    assert_eq!((count(MORE, "person:p1"), count("request.sent", "person:p2")), (1, 1));
    // A day later there is room again.
    let next = NewMessage { due: minute(0), ..message("next", "person:p1", 24 * 60 + most) };
    queue(store, vec![next]).await;
    assert!(ids(&due(store, 1000).await).contains(&"next"));
}

pub(crate) async fn a_message_is_found_by_the_hash_of_each_of_its_links(fixture: &impl Fixture) {
    let store = fixture.store();
    queue(store, vec![message("a", "person:p1", 1)]).await;
    store.note_unsubscribe("a", &[1; 32]).await.unwrap();
    store.note_unsubscribe("a", &[2; 32]).await.unwrap();
    for hash in [[1; 32], [2; 32]] {
        assert_eq!(store.message_by_unsubscribe(&hash).await.unwrap().unwrap().id, "a");
    }
    assert_eq!(store.message_by_unsubscribe(&[3; 32]).await.unwrap(), None);
    let never: Timestamp = minute(0);
    assert_eq!(store.forget_messages_before(never).await.unwrap(), 0);
    assert!(store.end_message("a", 0, MessageEnd::Sent, minute(2)).await.unwrap());
    assert_eq!(store.forget_messages_before(minute(3)).await.unwrap(), 1);
    assert_eq!(store.message_by_unsubscribe(&[1; 32]).await.unwrap(), None);
}
