//! Writing pages.

use cairn_model::{BoundingBox, DatasetId};
use cairn_store::{NewAct, PageWrite, PayloadWrite, RecordWrite, RunCounts, Store, StoreError, Written};

use super::Fixture;
use super::sample::{SOURCE, begin, dataset, harvest, id, minute, new_run, page, stored, titles, write, write_of};

pub(crate) async fn a_page_of_the_same_records_writes_nothing(fixture: &impl Fixture) {
    let store = fixture.store();
    let records = vec![write("a", "A"), write("b", "B")];
    let first = harvest(store, "1", records.clone(), minute(1)).await;
    assert_eq!(first, Written { seq: 2, rows: 6, left: 0 });
    let before = store.records_after(0, 10).await.unwrap();

    let again = harvest(store, "2", records, minute(2)).await;
    assert_eq!(again, Written { seq: 2, rows: 0, left: 0 });
    assert_eq!(store.records_after(0, 10).await.unwrap(), before);
    assert_eq!(store.history(id("a")).await.unwrap().len(), 1);
}

pub(crate) async fn a_page_without_records_writes_nothing(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    assert_eq!(store.write_page(&lease, PageWrite::default()).await.unwrap(), Written { seq: 0, rows: 0, left: 0 });
    assert_eq!(store.latest_seq().await.unwrap(), 0);
}

pub(crate) async fn a_change_is_one_revision_and_keeps_when_the_record_first_came(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    let written = harvest(store, "2", vec![write("a", "A two")], minute(2)).await;
    // The record, its revision and its payload.
    assert_eq!(written, Written { seq: 2, rows: 3, left: 0 });
    let record = stored(store, "a").await;
    assert_eq!(record.dataset.title.best("en"), Some("A two"));
    assert_eq!((record.revision, record.first_seen, record.changed_at), (2, minute(1), minute(2)));
    assert_eq!(record.run, "2");
}

pub(crate) async fn a_payload_is_kept_replaced_and_forgotten_with_its_record(fixture: &impl Fixture) {
    let store = fixture.store();
    let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    let with = |title: &str, payload: Option<PayloadWrite>| RecordWrite { payload, ..write("a", title) };
    let payload = |format: &str, bytes: &[u8]| PayloadWrite { format: format.to_owned(), bytes: bytes.to_vec() };

    harvest(store, "1", vec![with("A", Some(payload("ckan-package", &bytes)))], minute(1)).await;
    assert_eq!(store.payload(id("a")).await.unwrap(), Some(("ckan-package".to_owned(), bytes)));

    harvest(store, "2", vec![with("A two", Some(payload("inventory-row", b"")))], minute(2)).await;
    assert_eq!(store.payload(id("a")).await.unwrap(), Some(("inventory-row".to_owned(), Vec::new())));

    harvest(store, "3", vec![with("A three", None)], minute(3)).await;
    assert_eq!(store.payload(id("a")).await.unwrap(), None);
    assert_eq!(store.payload(id("b")).await.unwrap(), None);
}

pub(crate) async fn the_same_content_in_another_payload_is_no_change(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    let before = stored(store, "a").await;
    let payload = PayloadWrite { format: "ckan-package".to_owned(), bytes: b"page views: 7".to_vec() };
    let viewed = RecordWrite { payload_hash: [7; 32], payload: Some(payload), ..write("a", "A") };

    // The payload and its hash.
    assert_eq!(harvest(store, "2", vec![viewed], minute(2)).await, Written { seq: 1, rows: 2, left: 0 });
    assert_eq!(stored(store, "a").await, before);
    let known = store.known(SOURCE, &["a".to_owned()]).await.unwrap();
    assert_eq!(known[0].payload_hash, [7; 32]);
    assert_eq!(store.payload(id("a")).await.unwrap().unwrap().1, b"page views: 7");
}

pub(crate) async fn a_record_that_stands_twice_in_a_page_is_taken_as_it_stands_first(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "first"), write("b", "B"), write("a", "second")], minute(1)).await;
    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["first", "B"]);
    assert_eq!(store.history(id("a")).await.unwrap().len(), 1);
}

pub(crate) async fn a_record_of_another_source_is_refused_and_nothing_of_its_page_is_written(fixture: &impl Fixture) {
    let store = fixture.store();
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    let lease = store.begin_run(new_run("2", "stranger")).await.unwrap();
    let own = || write_of(dataset("stranger", "x", "X"));

    let foreign = store.write_page(&lease, page(vec![own(), write("a", "taken over")], minute(2))).await;
    assert!(matches!(foreign, Err(StoreError::Invalid(_))), "{foreign:?}");

    // The same id under the own name.
    let mut disguised = dataset("stranger", "y", "taken over");
    disguised.id = id("a");
    let foreign = store.write_page(&lease, page(vec![own(), write_of(disguised)], minute(2))).await;
    assert!(matches!(foreign, Err(StoreError::Invalid(_))), "{foreign:?}");

    assert_eq!(titles(&store.records_after(0, 10).await.unwrap()), ["A"]);
}

pub(crate) async fn a_number_that_is_none_is_refused_before_it_can_poison_the_store(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    let mut endless = dataset(SOURCE, "a", "A");
    endless.bbox = Some(BoundingBox { west: f64::NAN, south: 0.0, east: f64::INFINITY, north: 1.0 });
    let refused = store.write_page(&lease, page(vec![write_of(endless), write("b", "B")], minute(1))).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    assert_eq!(store.records_after(0, 10).await.unwrap(), []);
}

const HOSTILE: [&str; 8] = [
    "'; DROP TABLE records; --",
    "\" OR \"\"=\"",
    "$1); DELETE FROM revisions; --",
    "%_\\",
    "a\0b",
    "",
    "\u{202e}txt.exe",
    "?1 :name @name {fn}",
];

pub(crate) async fn text_that_looks_like_sql_is_stored_as_text(fixture: &impl Fixture) {
    let store = fixture.store();
    for (number, text) in HOSTILE.into_iter().enumerate() {
        let run = format!("{number}{text}");
        let lease = store.begin_run(new_run(&run, text)).await.unwrap();
        let records = vec![write_of(dataset(text, text, text))];
        let checkpoint = Some(text.to_owned());
        let problems = vec![cairn_store::RunProblem {
            source_record_id: Some(text.to_owned()),
            problem: cairn_model::Problem::warning(text, text, text).with_value(text),
        }];
        let written = PageWrite { records, problems: problems.clone(), checkpoint, ..PageWrite::default() };
        store.write_page(&lease, written).await.unwrap();
        store.log_act(NewAct::new(minute(1), text, text, text)).await.unwrap();

        let known = store.known(text, &[text.to_owned()]).await.unwrap();
        assert_eq!(known.len(), 1, "{text:?}");
        assert_eq!(known[0].source_record_id, text);
        assert_eq!(store.record(DatasetId::new(text, text)).await.unwrap().unwrap().dataset, dataset(text, text, text));
        assert_eq!(store.run_problems(&run, 10).await.unwrap(), problems);
        assert_eq!(store.runs(Some(text), 10).await.unwrap()[0].run, run);
        assert_eq!(store.acts(1).await.unwrap()[0].subject, text);
        assert!(!store.revoke_token(text, "operator", minute(1)).await.unwrap());
    }
    assert_eq!(store.records_after(0, 100).await.unwrap().len(), HOSTILE.len());
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

pub(crate) async fn known_finds_any_number_of_records_by_any_text(fixture: &impl Fixture) {
    let store = fixture.store();
    let records = (0..300).map(|number| write(&format!("n{number}"), "a title")).collect();
    harvest(store, "1", records, minute(1)).await;
    assert_eq!(store.known(SOURCE, &[]).await.unwrap(), []);
    assert_eq!(store.known("elsewhere", &["n1".to_owned()]).await.unwrap(), []);
    for asked in [1_usize, 127, 128, 129, 300, 1000] {
        let ids: Vec<String> = (0..asked).map(|number| format!("n{number}")).collect();
        let mut found: Vec<String> =
            store.known(SOURCE, &ids).await.unwrap().into_iter().map(|known| known.source_record_id).collect();
        found.sort();
        let mut expected = ids;
        expected.truncate(300);
        expected.sort();
        assert_eq!(found, expected, "{asked} asked for");
    }
}

pub(crate) async fn a_page_of_every_size_comes_back_whole(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    let mut total = 0_u64;
    for size in [1_u64, 2, 3, 63, 64, 65, 127, 500] {
        let records = (total..total + size).map(|number| write(&number.to_string(), &format!("T{number}"))).collect();
        let counts = RunCounts { listed: total + size, ..RunCounts::default() };
        let written = store.write_page(&lease, PageWrite { counts, ..page(records, minute(1)) }).await.unwrap();
        total += size;
        assert_eq!(written, Written { seq: i64::try_from(total).unwrap(), rows: 3 * size, left: 0 });
    }
    let records = store.records_after(0, 10_000).await.unwrap();
    let expected: Vec<String> = (0..total).map(|number| format!("T{number}")).collect();
    assert_eq!(titles(&records), expected);
    assert_eq!(store.active_records(SOURCE, "", 10_000).await.unwrap().len(), expected.len());
    assert_eq!(store.runs(None, 1).await.unwrap()[0].counts.listed, total);
}

pub(crate) async fn a_write_that_is_given_up_halfway_leaves_nothing_of_it_and_no_lock(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    let other = fixture.another().await;
    for tenths in 0..40 {
        let records = (0..30).map(|number| write(&format!("{tenths}.{number}"), "a title")).collect();
        let patience = std::time::Duration::from_micros(tenths * 250);
        let _ = tokio::time::timeout(patience, store.write_page(&lease, page(records, minute(1)))).await;
        other.log_act(NewAct::new(minute(1), "somebody", "write", "beside it")).await.unwrap();
        // The whole page or nothing of it, whenever the writer lost patience.
        assert_eq!(store.latest_seq().await.unwrap() % 30, 0);
    }
    let written = i64::try_from(store.records_after(0, 10_000).await.unwrap().len()).unwrap();
    assert_eq!(written, store.latest_seq().await.unwrap());
    store.write_page(&lease, page(vec![write("last", "L")], minute(2))).await.unwrap();
}
