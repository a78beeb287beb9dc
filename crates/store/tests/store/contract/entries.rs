//! Entries: versions, terms, and decisions in the transaction that writes.

use std::collections::BTreeSet;
use std::sync::Arc;

use cairn_policy::{Label, Role, Viewer};
use cairn_store::{Amendment, Entry, EntryKind, EntryWrite, Loaded, NewAct, Store, Wanted};

use super::Fixture;
use super::sample::minute;

fn write(id: &str, body: &str, terms: &[&str], at: i64) -> EntryWrite {
    EntryWrite {
        kind: EntryKind::Group,
        id: id.to_owned(),
        at: minute(at),
        actor: "operator".to_owned(),
        seen_by: BTreeSet::from([Label::public()]),
        body: body.to_owned(),
        terms: terms.iter().map(|term| (*term).to_owned()).collect(),
    }
}

async fn put(store: &impl Store, entries: Vec<EntryWrite>) {
    let mut decide = |_: &Loaded| Amendment { entries: entries.clone(), ..Amendment::default() };
    store.amend(&Wanted::default(), &mut decide).await.unwrap();
}

fn told(entries: &[Entry]) -> Vec<(&str, u32, &str)> {
    entries.iter().map(|entry| (&*entry.id, entry.version, &*entry.body)).collect()
}

pub(crate) async fn an_entry_keeps_every_version_and_when_it_first_came(fixture: &impl Fixture) {
    let (store, anyone) = (fixture.store(), Viewer::anonymous());
    put(store, vec![write("a", "1", &[], 1)]).await;
    put(store, vec![write("a", "2", &[], 2)]).await;
    let newest = fixture.another().await.entry(EntryKind::Group, "a", &anyone).await.unwrap().unwrap();
    assert_eq!(
        newest,
        Entry {
            kind: EntryKind::Group,
            id: "a".to_owned(),
            version: 2,
            created: minute(1),
            changed: minute(2),
            changed_by: "operator".to_owned(),
            seen_by: BTreeSet::from([Label::public()]),
            body: "2".to_owned()
        }
    );
    let versions = store.entry_versions(EntryKind::Group, "a", &anyone).await.unwrap();
    assert_eq!(told(&versions), [("a", 2, "2"), ("a", 1, "1")]);
    assert_eq!(versions[1].changed, minute(1));
    // The same id of another kind is another entry.
    assert_eq!(store.entry(EntryKind::Organisation, "a", &anyone).await.unwrap(), None);
    assert_eq!(store.entry_versions(EntryKind::Organisation, "a", &anyone).await.unwrap(), []);
}

pub(crate) async fn the_same_entry_again_is_no_new_version(fixture: &impl Fixture) {
    let (store, anyone) = (fixture.store(), Viewer::anonymous());
    put(store, vec![write("a", "1", &["x", "y"], 1)]).await;
    put(store, vec![write("a", "1", &["y", "x", "x"], 2)]).await;
    assert_eq!(store.entry(EntryKind::Group, "a", &anyone).await.unwrap().unwrap().version, 1);
    put(store, vec![write("a", "1", &["y"], 3)]).await;
    assert_eq!(store.entry(EntryKind::Group, "a", &anyone).await.unwrap().unwrap().version, 2);
}

pub(crate) async fn an_entry_is_forgotten_with_its_versions_by_who_may_know_of_it_and_by_nobody_else(
    fixture: &impl Fixture,
) {
    let store = fixture.store();
    let owner = Viewer::member("owner", &[], Role::Reader);
    let own = |body: &str| EntryWrite {
        seen_by: BTreeSet::from([Label::organisation("owner")]),
        ..write("a", body, &["t"], 1)
    };
    put(store, vec![own("1"), write("b", "1", &["t"], 1)]).await;
    put(store, vec![own("2")]).await;
    let forget = async |id: &str, viewer: &Viewer| {
        let act = NewAct::new(minute(2), "owner", "group.forget", id);
        store.forget_entry(EntryKind::Group, id, viewer, act).await.unwrap()
    };
    assert!(!forget("a", &Viewer::anonymous()).await && !forget("none", &owner).await);
    assert_eq!(
        (store.entry_versions(EntryKind::Group, "a", &owner).await.unwrap().len(), store.acts(9).await.unwrap()),
        (2, vec![])
    );
    assert!(forget("a", &owner).await);
    assert_eq!(store.entry_versions(EntryKind::Group, "a", &owner).await.unwrap(), []);
    let left = store.entries(EntryKind::Group, Some("t"), &owner, "", 9).await.unwrap();
    assert_eq!(told(&left), [("b", 1, "1")]);
    assert_eq!(store.acts(9).await.unwrap().into_iter().map(|act| act.subject).collect::<Vec<_>>(), ["a"]);
    // Its id is free again.
    put(store, vec![own("3")]).await;
    assert_eq!(told(&store.entry_versions(EntryKind::Group, "a", &owner).await.unwrap()), [("a", 1, "3")]);
}

pub(crate) async fn entries_are_listed_by_id_and_found_by_the_terms_of_their_newest_version(fixture: &impl Fixture) {
    let (store, anyone) = (fixture.store(), Viewer::anonymous());
    let all = ["c", "a", "b"].map(|id| write(id, "{}", &["member=x", &format!("name={id}")], 1));
    put(store, all.to_vec()).await;
    put(store, vec![write("b", "{}", &["name=b"], 2)]).await;
    let list = async |term: Option<&str>, after: &str, limit: u32| {
        let entries = store.entries(EntryKind::Group, term, &anyone, after, limit).await.unwrap();
        entries.into_iter().map(|entry| entry.id).collect::<Vec<String>>()
    };
    assert_eq!(list(None, "", 10).await, ["a", "b", "c"]);
    assert_eq!(list(None, "", 2).await, ["a", "b"]);
    assert_eq!(list(None, "b", 10).await, ["c"]);
    assert_eq!(list(Some("member=x"), "", 10).await, ["a", "c"]);
    let back = async |term: Option<&str>, before: Option<&str>, limit: u32| {
        let entries = store.entries_backwards(EntryKind::Group, term, &anyone, before, limit).await.unwrap();
        entries.into_iter().map(|entry| entry.id).collect::<Vec<String>>()
    };
    assert_eq!(back(None, None, 2).await, ["c", "b"]);
    assert_eq!(back(None, Some("c"), 10).await, ["b", "a"]);
    assert_eq!(back(Some("member=x"), None, 10).await, ["c", "a"]);
    assert_eq!(list(Some("member=x"), "a", 10).await, ["c"]);
    assert_eq!(list(Some("name=b"), "", 10).await, ["b"]);
    assert_eq!(list(Some("name=b' OR 1=1 --"), "", 10).await, [""; 0]);
    assert_eq!(store.entries(EntryKind::Organisation, Some("member=x"), &anyone, "", 10).await.unwrap(), []);
}

pub(crate) async fn a_version_is_loaded_as_it_was_and_what_is_old_of_a_kind_is_forgotten(fixture: &impl Fixture) {
    let (store, anyone) = (fixture.store(), Viewer::anonymous());
    put(store, vec![write("a", "1", &["t"], 1), write("b", "1", &["t"], 5)]).await;
    put(store, vec![write("a", "2", &["t"], 9)]).await;
    let wanted = |id: &str, version| (EntryKind::Group, id.to_owned(), version);
    let versions = vec![wanted("a", 1), wanted("a", 2), wanted("a", 3), wanted("none", 1)];
    let loaded = store.load(&Wanted { versions, ..Wanted::default() }).await.unwrap().versions;
    let bodies: Vec<Option<&str>> = loaded.iter().map(|entry| entry.as_ref().map(|one| one.body.as_str())).collect();
    assert_eq!(bodies, [Some("1"), Some("2"), None, None]);

    assert_eq!(store.forget_entries_before(EntryKind::Organisation, minute(9)).await.unwrap(), 0);
    assert_eq!(store.forget_entries_before(EntryKind::Group, minute(1)).await.unwrap(), 0);
    assert_eq!(store.forget_entries_before(EntryKind::Group, minute(5)).await.unwrap(), 1);
    let left = store.entries(EntryKind::Group, Some("t"), &anyone, "", 10).await.unwrap();
    assert_eq!(left.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(store.entry_versions(EntryKind::Group, "a", &anyone).await.unwrap(), []);
}

pub(crate) async fn nobody_is_told_of_an_entry_that_is_not_theirs_to_know(fixture: &impl Fixture) {
    let store = fixture.store();
    let seen_by = |labels: &[Label], body: &str| EntryWrite {
        seen_by: labels.iter().cloned().collect(),
        ..write("b", body, &["t"], 1)
    };
    let of_a = Label::organisation("a");
    put(
        store,
        vec![write("a", "1", &["t"], 1), seen_by(std::slice::from_ref(&of_a), "hidden"), write("c", "3", &["t"], 1)],
    )
    .await;
    let (member, stranger) = (Viewer::member("a", &[], Role::Reader), Viewer::member("z", &[], Role::Administrator));
    let list = async |viewer: &Viewer, term: Option<&str>, limit: u32| {
        let entries = store.entries(EntryKind::Group, term, viewer, "", limit).await.unwrap();
        entries.into_iter().map(|entry| entry.id).collect::<Vec<String>>()
    };
    assert_eq!(store.entry(EntryKind::Group, "b", &stranger).await.unwrap(), None);
    assert_eq!(store.entry(EntryKind::Group, "b", &member).await.unwrap().unwrap().body, "hidden");
    for term in [None, Some("t")] {
        assert_eq!(list(&member, term, 10).await, ["a", "b", "c"]);
        // A page is full of what may be known: it does not tell by its length that something was left out.
        assert_eq!(list(&stranger, term, 2).await, ["a", "c"]);
    }
    // What it was while it was hidden stays so once it is opened, and what it becomes when it is hidden anew is.
    put(store, vec![seen_by(&[of_a.clone(), Label::public()], "open")]).await;
    let versions = async |viewer: &Viewer| {
        let versions = store.entry_versions(EntryKind::Group, "b", viewer).await.unwrap();
        versions.into_iter().map(|entry| entry.body).collect::<Vec<String>>()
    };
    assert_eq!((versions(&stranger).await, versions(&member).await.len()), (vec!["open".to_owned()], 2));
    put(store, vec![seen_by(&[of_a], "hidden anew")]).await;
    assert_eq!((versions(&stranger).await, versions(&member).await.len()), (Vec::new(), 3));
}

pub(crate) async fn a_decision_sees_what_it_writes_over_and_its_lines_are_written_with_it(fixture: &impl Fixture) {
    let (store, anyone) = (fixture.store(), Viewer::anonymous());
    put(store, vec![write("a", "1", &["t"], 1), write("b", "2", &["t"], 1)]).await;
    let wanted = Wanted {
        entries: [
            (EntryKind::Group, "b"),
            (EntryKind::Group, "none"),
            (EntryKind::Group, "a"),
            (EntryKind::Need, "a"),
            (EntryKind::Group, "b"),
        ]
        .map(|(kind, id)| (kind, id.to_owned()))
        .to_vec(),
        with_terms: vec![(EntryKind::Group, "t".to_owned()), (EntryKind::Group, "none".to_owned())],
        ..Wanted::default()
    };
    let mut seen = None;
    let mut decide = |loaded: &Loaded| {
        seen = Some(loaded.clone());
        let acts = vec![NewAct { version: Some(2), ..NewAct::new(minute(2), "person:1", "group.change", "b") }];
        Amendment { entries: vec![write("b", "3", &[], 2)], acts, ..Amendment::default() }
    };
    let loaded = store.load(&wanted).await.unwrap();
    store.amend(&wanted, &mut decide).await.unwrap();
    let seen = seen.unwrap();
    assert_eq!(loaded, seen, "a decision that writes nothing stands on the same");
    let bodies: Vec<Option<&str>> = seen.entries.iter().map(|entry| entry.as_ref().map(|one| &*one.body)).collect();
    assert_eq!(bodies, [Some("2"), None, Some("1"), None, Some("2")], "in the order in which they are wanted");
    assert_eq!(told(&seen.with_terms[0]), [("a", 1, "1"), ("b", 1, "2")]);
    assert_eq!(seen.with_terms[1], []);
    let lines = store.acts(10).await.unwrap();
    assert_eq!((lines.len(), lines[0].act.as_str(), lines[0].version), (1, "group.change", Some(2)));
    assert_eq!(store.entry(EntryKind::Group, "b", &anyone).await.unwrap().unwrap().body, "3");
}

pub(crate) async fn of_many_that_decide_on_one_version_at_once_none_overlooks_another(fixture: &impl Fixture) {
    let store = Arc::new(fixture.another().await);
    let other = Arc::new(fixture.another().await);
    put(&*store, vec![write("counter", "0", &[], 0)]).await;
    let mut tasks = Vec::new();
    for number in 0..20 {
        let store = Arc::clone(if number % 2 == 0 { &store } else { &other });
        tasks.push(tokio::spawn(async move {
            let wanted = Wanted { entries: vec![(EntryKind::Group, "counter".to_owned())], ..Wanted::default() };
            let mut decide = |loaded: &Loaded| {
                let count: u32 = loaded.entries[0].as_ref().unwrap().body.parse().unwrap();
                Amendment { entries: vec![write("counter", &(count + 1).to_string(), &[], 1)], ..Amendment::default() }
            };
            store.amend(&wanted, &mut decide).await.unwrap();
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let counter = store.entry(EntryKind::Group, "counter", &Viewer::anonymous()).await.unwrap().unwrap();
    assert_eq!((counter.body.as_str(), counter.version), ("20", 21));
}
