//! People: invitations, accounts, sessions, identities, and tries in vain.

use std::sync::Arc;

use cairn_store::{
    Acceptance, AttemptLimit, EndedSessions, Identity, Invited, NewAct, NewInvitation, NewPerson, NewSession, NewToken,
    People, PersonAmendment, PersonChange, PersonLoaded, PersonRow, SignInRow, Store,
};
use jiff::SignedDuration;

use super::Fixture;
use super::sample::minute;

fn invitation(number: u8, email: &str) -> NewInvitation {
    NewInvitation {
        hash: [number; 32],
        id: format!("i{number}"),
        email: email.to_owned(),
        organisation: "relief-desk".to_owned(),
        role: "manager".to_owned(),
        person: None,
        invited_by: "operator".to_owned(),
        created: minute(0),
        expires: minute(100),
    }
}

async fn invite(store: &impl Store, invitation: NewInvitation) {
    let act = NewAct::new(invitation.created, "operator", "invitation.create", &*invitation.id);
    store.put_invitation(invitation, act).await.unwrap();
}

fn acceptance(id: &str, at: i64) -> Acceptance {
    Acceptance {
        id: id.to_owned(),
        name: "Amal".to_owned(),
        password: Some(format!("hash of {id}")),
        identity: None,
        at: minute(at),
    }
}

/// An open account of the relief desk.
pub(super) async fn account(store: &impl Store, id: &str) -> PersonRow {
    let number = u8::try_from(id.len()).unwrap();
    invite(store, invitation(number, &format!("{id}@relief.example"))).await;
    store.accept_invitation(Invited::BySecret(&[number; 32]), acceptance(id, 1)).await.unwrap().unwrap()
}

fn session(number: u8, person: &str, at: i64) -> NewSession {
    NewSession { hash: [number; 32], person: person.to_owned(), created: minute(at), expires: minute(at + 50) }
}

fn as_it_is(person: &PersonRow) -> PersonChange {
    PersonChange {
        name: person.name.clone(),
        role: person.role.clone(),
        password: person.password.clone(),
        closed: person.closed,
        ends: EndedSessions::None,
    }
}

async fn change(store: &impl Store, id: &str, change: impl Fn(&PersonRow) -> PersonChange + Send + Sync) {
    let mut decide =
        |loaded: &PersonLoaded| PersonAmendment { change: loaded.person.as_ref().map(&change), acts: Vec::new() };
    store.amend_person(id, &mut decide).await.unwrap();
}

/// Whether a session goes on, whenever it was used.
async fn goes_on(store: &impl Store, number: u8, at: i64) -> bool {
    store.session(&[number; 32], minute(at), minute(-1000)).await.unwrap().is_some()
}

pub(crate) async fn an_invitation_makes_one_account_and_is_gone(fixture: &impl Fixture) {
    let store = fixture.store();
    invite(store, invitation(1, "amal@relief.example")).await;
    let pending = fixture.another().await.invitation_by_hash(&[1; 32], minute(1)).await.unwrap().unwrap();
    assert_eq!((&*pending.id, &*pending.email, &*pending.invited_by), ("i1", "amal@relief.example", "operator"));
    let made = store.accept_invitation(Invited::BySecret(&[1; 32]), acceptance("p", 2)).await.unwrap();
    let expected = PersonRow {
        id: "p".to_owned(),
        email: "amal@relief.example".to_owned(),
        name: "Amal".to_owned(),
        organisation: "relief-desk".to_owned(),
        role: "manager".to_owned(),
        password: Some("hash of p".to_owned()),
        created: minute(2),
        closed: None,
        signed_in: None,
    };
    assert_eq!(made, Some(expected.clone()));
    assert_eq!(fixture.another().await.person("p").await.unwrap(), Some(expected.clone()));
    assert_eq!(store.person_by_email("amal@relief.example").await.unwrap(), Some(expected));
    assert!(store.accept_invitation(Invited::BySecret(&[1; 32]), acceptance("q", 3)).await.unwrap().is_none());
    assert!(store.invitations(None, minute(3)).await.unwrap().is_empty());
    let lines: Vec<_> =
        store.acts(10).await.unwrap().into_iter().map(|line| (line.actor, line.act, line.subject)).collect();
    let line = |actor: &str, act: &str| (actor.to_owned(), act.to_owned(), "i1".to_owned());
    assert_eq!(lines, [line("person:p", "invitation.accept"), line("operator", "invitation.create")]);
}

pub(crate) async fn an_invitation_that_ran_out_or_was_withdrawn_is_as_if_it_had_never_been(fixture: &impl Fixture) {
    let store = fixture.store();
    invite(store, invitation(1, "a@relief.example")).await;
    invite(store, invitation(2, "b@relief.example")).await;
    let act = |id: &str, at| NewAct::new(minute(at), "operator", "invitation.withdraw", id);
    assert!(store.withdraw_invitation("i2", act("i2", 5)).await.unwrap());
    assert!(!store.withdraw_invitation("i2", act("i2", 6)).await.unwrap());
    for (number, at) in [(1, 100), (2, 5), (3, 5)] {
        assert!(store.invitation_by_hash(&[number; 32], minute(at)).await.unwrap().is_none());
        assert!(store.invitation(&format!("i{number}"), minute(at)).await.unwrap().is_none());
        let accepted = store.accept_invitation(Invited::BySecret(&[number; 32]), acceptance("p", at)).await.unwrap();
        assert!(accepted.is_none(), "{number}");
    }
    assert!(!store.withdraw_invitation("i1", act("i1", 100)).await.unwrap());
    assert_eq!(store.invitations(Some("relief-desk"), minute(99)).await.unwrap().len(), 1);
    assert!(store.invitations(Some("relief-desk"), minute(100)).await.unwrap().is_empty());
    assert!(store.invitations(Some("another"), minute(1)).await.unwrap().is_empty());
    assert_eq!(store.acts(10).await.unwrap().len(), 3, "what is refused leaves no line");
}

pub(crate) async fn one_address_has_one_account_and_the_invitation_to_another_stays(fixture: &impl Fixture) {
    let store = fixture.store();
    invite(store, invitation(1, "a@relief.example")).await;
    invite(store, invitation(2, "a@relief.example")).await;
    assert!(store.accept_invitation(Invited::BySecret(&[1; 32]), acceptance("p", 1)).await.unwrap().is_some());
    assert!(store.accept_invitation(Invited::BySecret(&[2; 32]), acceptance("q", 2)).await.unwrap().is_none());
    assert!(store.invitation_by_hash(&[2; 32], minute(3)).await.unwrap().is_some());
    assert_eq!(store.person("q").await.unwrap(), None);
}

pub(crate) async fn of_many_that_accept_one_invitation_at_once_one_gets_the_account(fixture: &impl Fixture) {
    let (store, other) = (Arc::new(fixture.another().await), Arc::new(fixture.another().await));
    invite(&*store, invitation(1, "a@relief.example")).await;
    let mut tasks = Vec::new();
    for number in 0..10 {
        let store = Arc::clone(if number % 2 == 0 { &store } else { &other });
        tasks.push(tokio::spawn(async move {
            store.accept_invitation(Invited::BySecret(&[1; 32]), acceptance(&format!("p{number}"), 1)).await.unwrap()
        }));
    }
    let mut accepted = 0;
    for task in tasks {
        accepted += u32::from(task.await.unwrap().is_some());
    }
    assert_eq!((accepted, store.people(None, "", 20).await.unwrap().len()), (1, 1));
}

pub(crate) async fn a_new_password_ends_every_session_and_closed_accounts_get_none(fixture: &impl Fixture) {
    let store = fixture.store();
    let person = account(store, "p").await;
    assert!(store.begin_session(session(7, "p", 2)).await.unwrap());
    let reset = |number| NewInvitation { person: Some("p".to_owned()), ..invitation(number, &person.email) };
    invite(store, reset(8)).await;
    // A second link for the same person takes the place of the first.
    invite(store, reset(9)).await;
    assert!(store.accept_invitation(Invited::BySecret(&[8; 32]), acceptance("x", 3)).await.unwrap().is_none());
    // A verified address alone sets no password.
    assert!(store.accept_invitation(Invited::ByEmail(&person.email), acceptance("x", 3)).await.unwrap().is_none());
    assert!(goes_on(store, 7, 3).await);
    let renewed = store.accept_invitation(Invited::BySecret(&[9; 32]), acceptance("x", 3)).await.unwrap().unwrap();
    assert_eq!(
        renewed,
        PersonRow { password: Some("hash of x".to_owned()), signed_in: renewed.signed_in, ..person.clone() }
    );
    assert!(!goes_on(store, 7, 3).await);

    invite(store, reset(10)).await;
    change(store, "p", |person| PersonChange { closed: Some(minute(4)), ..as_it_is(person) }).await;
    assert!(store.invitation_by_hash(&[10; 32], minute(5)).await.unwrap().is_none(), "closing withdraws it");
    invite(store, reset(11)).await;
    assert!(store.accept_invitation(Invited::BySecret(&[11; 32]), acceptance("y", 5)).await.unwrap().is_none());
    assert_eq!(store.person("p").await.unwrap().unwrap().password.as_deref(), Some("hash of x"));
}

pub(crate) async fn a_session_goes_on_until_it_ends_is_idle_or_is_ended(fixture: &impl Fixture) {
    let store = fixture.store();
    account(store, "p").await;
    assert!(!store.begin_session(session(1, "nobody", 2)).await.unwrap());
    assert!(store.begin_session(session(1, "p", 10)).await.unwrap());
    let found = fixture.another().await.session(&[1; 32], minute(11), minute(0)).await.unwrap().unwrap();
    assert_eq!((&*found.person.id, found.seen), ("p", minute(10)));
    let day = found.person.signed_in.unwrap();
    assert!(day.to_string().ends_with("T00:00:00Z") && day <= minute(10), "{day}: no more than the day is kept");
    assert!(store.session(&[1; 32], minute(11), minute(10)).await.unwrap().is_none(), "idle since then");
    store.touch_session(&[1; 32], minute(20)).await.unwrap();
    store.touch_session(&[1; 32], minute(15)).await.unwrap();
    assert_eq!(store.session(&[1; 32], minute(21), minute(19)).await.unwrap().unwrap().seen, minute(20));
    assert!(goes_on(store, 1, 59).await && !goes_on(store, 1, 60).await);
    assert!(!goes_on(store, 2, 11).await);
    assert!(store.end_session(&[1; 32], minute(30)).await.unwrap());
    assert!(!store.end_session(&[1; 32], minute(31)).await.unwrap());
    assert!(!goes_on(store, 1, 31).await);
    let lines: Vec<String> = store.acts(2).await.unwrap().into_iter().map(|line| line.act).collect();
    assert_eq!(lines, ["person.sign-out", "person.sign-in"]);
}

pub(crate) async fn who_is_closed_has_no_session_no_token_and_no_way_back(fixture: &impl Fixture) {
    let store = fixture.store();
    account(store, "p").await;
    account(store, "qq").await;
    let token = |hash: u8, person: Option<&str>| NewToken {
        hash: [hash; 32],
        prefix: "cairn_".to_owned(),
        organisation: "relief-desk".to_owned(),
        groups: Vec::new(),
        role: "reader".to_owned(),
        person: person.map(str::to_owned),
        created: minute(0),
        expires: None,
    };
    store.put_token(token(1, Some("p")), "person:p").await.unwrap();
    store.put_token(token(2, None), "operator").await.unwrap();
    assert_eq!(store.token_by_hash(&[1; 32], minute(1)).await.unwrap().unwrap().person.as_deref(), Some("p"));
    for (number, person) in [(1, "p"), (2, "p"), (3, "qq")] {
        assert!(store.begin_session(session(number, person, 2)).await.unwrap());
    }
    change(store, "p", |person| PersonChange { closed: Some(minute(3)), ..as_it_is(person) }).await;
    assert_eq!(
        [goes_on(store, 1, 3).await, goes_on(store, 2, 3).await, goes_on(store, 3, 3).await],
        [false, false, true]
    );
    assert!(!store.begin_session(session(4, "p", 4)).await.unwrap());
    assert!(store.token_by_hash(&[1; 32], minute(4)).await.unwrap().is_none());
    assert!(store.token_by_hash(&[2; 32], minute(4)).await.unwrap().is_some());
    // Opening the account again brings none of it back.
    change(store, "p", |person| PersonChange { closed: None, ..as_it_is(person) }).await;
    assert!(!goes_on(store, 1, 5).await && store.token_by_hash(&[1; 32], minute(5)).await.unwrap().is_none());
    assert!(store.begin_session(session(4, "p", 5)).await.unwrap());
}

pub(crate) async fn a_change_of_an_account_is_decided_in_the_transaction_that_writes_it(fixture: &impl Fixture) {
    let (store, other) = (Arc::new(fixture.another().await), Arc::new(fixture.another().await));
    for id in ["p", "qq"] {
        account(&*store, id).await;
        change(&*store, id, |person| PersonChange { role: "administrator".to_owned(), ..as_it_is(person) }).await;
    }
    // Each closes themselves as long as another administers: one of them stays.
    let mut tasks = Vec::new();
    for (id, store) in [("p", store.clone()), ("qq", other)] {
        tasks.push(tokio::spawn(async move {
            let mut decide = |loaded: &PersonLoaded| PersonAmendment {
                change: loaded
                    .person
                    .as_ref()
                    .filter(|_| loaded.other_administrators > 0)
                    .map(|person| PersonChange { closed: Some(minute(3)), ..as_it_is(person) }),
                acts: vec![NewAct::new(minute(3), format!("person:{id}"), "person.close", id)],
            };
            store.amend_person(id, &mut decide).await.unwrap();
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let open = store.people(None, "", 9).await.unwrap().into_iter().filter(|person| person.closed.is_none()).count();
    let lines = store.acts(2).await.unwrap();
    assert_eq!((open, lines.iter().filter(|line| line.act == "person.close").count()), (1, 2));
    let mut seen = None;
    store
        .amend_person("nobody", &mut |loaded| {
            seen = Some(loaded.clone());
            PersonAmendment::default()
        })
        .await
        .unwrap();
    assert_eq!(seen, Some(PersonLoaded { person: None, other_administrators: 1 }));
    // Other sessions end, and the one at hand stays.
    let id = store.people(None, "", 9).await.unwrap().into_iter().find(|one| one.closed.is_none()).unwrap().id;
    for number in [1, 2] {
        assert!(store.begin_session(session(number, &id, 2)).await.unwrap());
    }
    change(&*store, &id, |person| PersonChange { ends: EndedSessions::Others([2; 32]), ..as_it_is(person) }).await;
    assert_eq!([goes_on(&*store, 1, 3).await, goes_on(&*store, 2, 3).await], [false, true]);
}

pub(crate) async fn an_identity_belongs_to_one_open_account(fixture: &impl Fixture) {
    let store = fixture.store();
    account(store, "p").await;
    let identity = |subject: &str| Identity { issuer: "https://id.example".to_owned(), subject: subject.to_owned() };
    assert!(store.person_by_identity(&identity("1")).await.unwrap().is_none());
    assert!(store.link_identity("p", identity("1"), minute(2)).await.unwrap());
    assert_eq!(store.person_by_identity(&identity("1")).await.unwrap().unwrap().id, "p");
    let new = |id: &str, email: &str, subject: &str| NewPerson {
        id: id.to_owned(),
        email: email.to_owned(),
        name: "Badr".to_owned(),
        organisation: "relief-desk".to_owned(),
        role: "reader".to_owned(),
        identity: identity(subject),
        created: minute(3),
    };
    // Neither an identity nor an address is taken from somebody.
    assert!(store.put_person(new("q", "q@relief.example", "1")).await.unwrap().is_none());
    assert!(store.put_person(new("q", "p@relief.example", "2")).await.unwrap().is_none());
    assert!(
        store.person("q").await.unwrap().is_none() && store.person_by_identity(&identity("2")).await.unwrap().is_none()
    );
    assert!(store.put_person(new("q", "q@relief.example", "2")).await.unwrap().is_some());
    assert!(!store.link_identity("p", identity("2"), minute(4)).await.unwrap());
    // Who is invited and comes by a provider gets the account without a password.
    invite(store, invitation(50, "r@relief.example")).await;
    let coming = Acceptance { password: None, identity: Some(identity("3")), ..acceptance("r", 5) };
    let taken = Acceptance { identity: Some(identity("2")), ..coming.clone() };
    assert!(store.accept_invitation(Invited::ByEmail("r@relief.example"), taken).await.unwrap().is_none());
    let came = store.accept_invitation(Invited::ByEmail("r@relief.example"), coming).await.unwrap().unwrap();
    assert_eq!((&*came.role, came.password), ("manager", None));
    assert_eq!(store.person_by_identity(&identity("3")).await.unwrap().unwrap().id, "r");
    change(store, "r", |person| PersonChange { closed: Some(minute(6)), ..as_it_is(person) }).await;
    assert!(store.person_by_identity(&identity("3")).await.unwrap().is_none());
    assert!(!store.link_identity("r", identity("4"), minute(7)).await.unwrap());
}

pub(crate) async fn a_sign_in_comes_back_once_and_in_time(fixture: &impl Fixture) {
    let store = fixture.store();
    let sign_in = |number: u8| SignInRow {
        hash: [number; 32],
        provider: "ministry".to_owned(),
        nonce: "nonce".to_owned(),
        verifier: "verifier".to_owned(),
        return_to: "/search?q=wells".to_owned(),
        expires: minute(10),
    };
    store.put_sign_in(sign_in(1), minute(0)).await.unwrap();
    store.put_sign_in(sign_in(2), minute(0)).await.unwrap();
    assert!(fixture.another().await.take_sign_in(&[1; 32], minute(9)).await.unwrap() == Some(sign_in(1)));
    for (number, at) in [(1, 9), (2, 10), (3, 1)] {
        assert!(store.take_sign_in(&[number; 32], minute(at)).await.unwrap().is_none(), "{number}");
    }
}

pub(crate) async fn tries_in_vain_wait_longer_and_longer_in_every_process(fixture: &impl Fixture) {
    let store = fixture.store();
    let (first_wait, longest_wait) = (SignedDuration::from_mins(1), SignedDuration::from_mins(3));
    let limit = |key: u8, free: u32| AttemptLimit { key: [key; 32], free, first_wait, longest_wait };
    let both = [limit(1, 1), limit(2, 20)];
    let tried = async |at| fixture.another().await.count_attempt(&both, minute(at)).await.unwrap();
    assert_eq!([tried(0).await, tried(0).await], [None; 2]);
    // What waits is not counted, on nothing of it.
    assert_eq!([tried(0).await, tried(0).await], [Some(minute(1)); 2]);
    assert_eq!([tried(1).await, tried(1).await], [None, Some(minute(3))]);
    assert_eq!(
        [tried(3).await, tried(3).await, tried(6).await, tried(6).await].map(|until| until.is_some()),
        [false, true, false, true]
    );
    assert_eq!(store.count_attempt(&[limit(3, 2)], minute(6)).await.unwrap(), None, "others do not wait");
    store.forget_attempts(&[[1; 32]]).await.unwrap();
    assert_eq!(tried(6).await, None);
    // What lies long back is forgotten.
    let alone = [limit(4, 0)];
    assert_eq!(store.count_attempt(&alone, minute(10)).await.unwrap(), None);
    assert_eq!(store.count_attempt(&alone, minute(10)).await.unwrap(), Some(minute(11)));
    assert_eq!(store.count_attempt(&alone, minute(20)).await.unwrap(), None);
    assert_eq!(store.count_attempt(&alone, minute(20)).await.unwrap(), Some(minute(21)));
}

pub(crate) async fn people_are_listed_by_organisation_in_the_order_of_their_ids(fixture: &impl Fixture) {
    let store = fixture.store();
    for id in ["p", "aa", "ccc"] {
        account(store, id).await;
    }
    let list = async |organisation: Option<&str>, after: &str, limit| {
        let people = store.people(organisation, after, limit).await.unwrap();
        people.into_iter().map(|person| person.id).collect::<Vec<String>>()
    };
    assert_eq!(list(None, "", 10).await, ["aa", "ccc", "p"]);
    assert_eq!(list(Some("relief-desk"), "aa", 1).await, ["ccc"]);
    assert_eq!(list(Some("' OR 1=1 --"), "", 10).await, [""; 0]);
}

pub(crate) async fn no_line_of_the_log_holds_an_address(fixture: &impl Fixture) {
    let store = fixture.store();
    account(store, "p").await;
    store.begin_session(session(1, "p", 2)).await.unwrap();
    let told = format!("{:?} {:?}", store.acts(10).await.unwrap(), store.person("p").await.unwrap());
    assert!(!told.contains('@') && !told.contains("hash of"), "{told}");
}
