//! Tokens, and the log of acts.

use cairn_store::{Act, ActChain, ActFilter, NewAct, NewToken, Store, StoreError};

use super::Fixture;
use super::people::account;
use super::sample::minute;

fn token(hash: u8) -> NewToken {
    NewToken {
        hash: [hash; 32],
        prefix: format!("cairn_{hash:02}"),
        organisation: "relief-desk".to_owned(),
        groups: vec!["cluster:PRO-MIN".to_owned(), "a \"named\" group".to_owned()],
        role: "reader".to_owned(),
        person: None,
        created: minute(0),
        expires: None,
    }
}

pub(crate) async fn revoked_and_expired_tokens_are_not_found(fixture: &impl Fixture) {
    let store = fixture.store();
    let lasting = store.put_token(token(1), "operator").await.unwrap();
    let ending = store.put_token(NewToken { expires: Some(minute(10)), ..token(2) }, "operator").await.unwrap();
    let revoked = store.put_token(token(3), "operator").await.unwrap();

    assert!(store.revoke_token(&revoked.id, "operator", minute(5)).await.unwrap());
    assert!(!store.revoke_token(&revoked.id, "operator", minute(6)).await.unwrap(), "a token is revoked once");
    assert!(!store.revoke_token("no such token", "operator", minute(6)).await.unwrap());

    assert_eq!(store.token_by_hash(&[1; 32], minute(1_000_000)).await.unwrap(), Some(lasting));
    assert_eq!(store.token_by_hash(&[2; 32], minute(9)).await.unwrap(), Some(ending.clone()));
    assert_eq!(store.token_by_hash(&[2; 32], minute(10)).await.unwrap(), None);
    assert_eq!(store.token_by_hash(&[3; 32], minute(5)).await.unwrap(), None);
    assert_eq!(store.token_by_hash(&[4; 32], minute(5)).await.unwrap(), None);
    assert!(!store.revoke_token(&ending.id, "operator", minute(10)).await.unwrap(), "a token that ended is not live");

    let all = store.tokens().await.unwrap();
    let told: Vec<_> = all.iter().map(|row| (row.prefix.as_str(), row.revoked)).collect();
    assert_eq!(told, [("cairn_03", Some(minute(5))), ("cairn_02", None), ("cairn_01", None)]);
}

pub(crate) async fn a_token_is_found_by_any_process_as_soon_as_it_is_made(fixture: &impl Fixture) {
    let row = fixture.another().await.put_token(token(1), "operator").await.unwrap();
    assert_eq!((row.groups.clone(), row.role.as_str()), (token(1).groups, "reader"));
    assert_eq!(fixture.store().token_by_hash(&[1; 32], minute(1)).await.unwrap(), Some(row.clone()));
    fixture.another().await.revoke_token(&row.id, "operator", minute(1)).await.unwrap();
    assert_eq!(fixture.store().token_by_hash(&[1; 32], minute(1)).await.unwrap(), None);
}

pub(crate) async fn no_list_of_tokens_holds_a_hash(fixture: &impl Fixture) {
    let store = fixture.store();
    store.put_token(token(0xab), "operator").await.unwrap();
    let told = serde_json::to_string(&store.tokens().await.unwrap()).unwrap();
    assert!(told.contains("cairn_171"), "{told}");
    assert!(!told.contains("abab") && !told.contains("171,171"), "{told}");
}

pub(crate) async fn the_same_secret_is_kept_once(fixture: &impl Fixture) {
    let store = fixture.store();
    store.put_token(token(1), "operator").await.unwrap();
    let refused = store.put_token(token(1), "operator").await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    assert_eq!(store.tokens().await.unwrap().len(), 1);
}

pub(crate) async fn what_becomes_of_a_token_stands_in_the_log_of_acts(fixture: &impl Fixture) {
    let store = fixture.store();
    let made = store.put_token(token(1), "somebody").await.unwrap();
    assert!(store.put_token(token(1), "somebody").await.is_err(), "the same secret again");
    assert!(store.revoke_token(&made.id, "somebody else", minute(3)).await.unwrap());
    assert!(!store.revoke_token(&made.id, "somebody else", minute(4)).await.unwrap());
    let told: Vec<_> =
        store.acts(10).await.unwrap().into_iter().map(|act| (act.at, act.actor, act.act, act.subject)).collect();
    let line = |at, actor: &str, act: &str| (at, actor.to_owned(), act.to_owned(), made.id.clone());
    assert_eq!(told, [line(minute(3), "somebody else", "token.revoke"), line(minute(0), "somebody", "token.create")]);
}

pub(crate) async fn the_log_of_acts_is_told_newest_first(fixture: &impl Fixture) {
    let store = fixture.store();
    for subject in ["one", "two", "three"] {
        store.log_act(NewAct::new(minute(1), "operator", "token.create", subject)).await.unwrap();
    }
    let told = |acts: Vec<Act>| acts.into_iter().map(|act| (act.number, act.subject)).collect::<Vec<_>>();
    assert_eq!(told(store.acts(2).await.unwrap()), [(3, "three".to_owned()), (2, "two".to_owned())]);
    assert_eq!(told(store.acts_after(1, 1).await.unwrap()), [(2, "two".to_owned())]);
}

pub(crate) async fn lines_of_the_log_of_acts_are_found_by_who_what_on_what_since_when_and_before_which(
    fixture: &impl Fixture,
) {
    let store = fixture.store();
    let line = |at, actor: &str, act: &str, subject: &str| NewAct::new(minute(at), actor, act, subject);
    let lines = [line(1, "operator", "a", "x"), line(2, "person:p", "a", "y"), line(3, "person:p", "b", "x")];
    store.log_acts(&lines).await.unwrap();
    let text = |text: &str| Some(text.to_owned());
    for (filter, found) in [
        (ActFilter::default(), vec![3, 2, 1]),
        (ActFilter { actor: text("person:p"), ..ActFilter::default() }, vec![3, 2]),
        (ActFilter { act: text("a"), ..ActFilter::default() }, vec![2, 1]),
        (ActFilter { subject: text("x"), ..ActFilter::default() }, vec![3, 1]),
        (ActFilter { since: Some(minute(2)), ..ActFilter::default() }, vec![3, 2]),
        (ActFilter { before: Some(3), ..ActFilter::default() }, vec![2, 1]),
        (ActFilter { act: text("a"), subject: text("x"), before: Some(3), ..ActFilter::default() }, vec![1]),
        (ActFilter { actor: text("person"), ..ActFilter::default() }, vec![]),
    ] {
        let acts = store.acts_that(&filter, 10).await.unwrap();
        assert_eq!(acts.iter().map(|act| act.number).collect::<Vec<_>>(), found, "{filter:?}");
    }
}

pub(crate) async fn the_log_of_acts_is_one_chain_whoever_writes_it(fixture: &impl Fixture) {
    let (store, other) = (fixture.store(), fixture.another().await);
    for number in 0..3 {
        let reason = (number > 0).then(|| "because \"so\"\nit is".to_owned());
        let act = NewAct { reason, refused: number == 2, version: Some(7), ..NewAct::new(minute(9), "a", "b", "c") };
        store.log_act(act).await.unwrap();
        other.put_token(token(number), "operator").await.unwrap();
    }
    let acts = store.acts_after(0, 100).await.unwrap();
    let mut chain = ActChain::default();
    for act in &acts {
        chain.follow(act).unwrap();
    }
    assert_eq!((chain.lines(), chain.head()), (6, &*acts[5].hash));
    assert_eq!((acts[4].refused, acts[4].reason.as_deref()), (true, Some("because \"so\"\nit is")));
}

pub(crate) async fn a_person_has_so_many_live_tokens_and_what_ended_is_forgotten(fixture: &impl Fixture) {
    let (store, other) = (fixture.store(), fixture.another().await);
    account(store, "p").await;
    let of = |hash: u8| NewToken { person: Some("p".to_owned()), expires: Some(minute(10)), ..token(hash) };
    // Of several at once, no more are kept than can be.
    let made = tokio::join!(
        store.put_personal_token(of(1), 2, "person:p"),
        other.put_personal_token(of(2), 2, "person:p"),
        store.put_personal_token(of(3), 2, "person:p"),
    );
    let made = [made.0, made.1, made.2].map(Result::unwrap);
    assert_eq!(made.iter().flatten().count(), 2, "{made:?}");
    store.put_token(token(4), "operator").await.unwrap();
    let own = store.tokens_of(Some("p"), None).await.unwrap();
    assert!(own.len() == 2 && own.iter().all(|row| row.person.as_deref() == Some("p")), "{own:?}");
    let organisation = token(4).organisation;
    assert_eq!(store.tokens_of(None, Some(&organisation)).await.unwrap().len(), 3);
    assert!(store.tokens_of(None, None).await.unwrap().is_empty());
    // One that was revoked makes room, and goes when it is old.
    assert!(store.revoke_token(&own[0].id, "person:p", minute(1)).await.unwrap());
    assert!(store.put_personal_token(of(5), 2, "person:p").await.unwrap().is_some());
    assert_eq!(store.forget_tokens_before(minute(1)).await.unwrap(), 0);
    assert_eq!(store.forget_tokens_before(minute(2)).await.unwrap(), 1);
    assert_eq!(store.forget_tokens_before(minute(11)).await.unwrap(), 2);
    assert_eq!(store.tokens().await.unwrap().len(), 1, "what does not end stays");
}
