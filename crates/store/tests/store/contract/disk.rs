//! A full disk, and the check of the whole store.

use cairn_store::{NewAct, PageWrite, RecordWrite, RunOutcome, Store, StoreError};

use super::Fixture;
use super::sample::{begin, complete, harvest, id, minute, page, titles, write};

pub(crate) async fn a_full_disk_undoes_the_page_and_the_store_works_again_after_it(fixture: &impl Fixture) {
    let store = fixture.store();
    let lease = begin(store, "1").await;
    let first = PageWrite { checkpoint: Some("page 2".to_owned()), ..page(vec![write("a", "A")], minute(1)) };
    store.write_page(&lease, first).await.unwrap();
    fixture.fill_disk().await;

    let large = || -> Vec<RecordWrite> {
        (0..500).map(|number| write(&format!("r{number}"), &format!("{number} {}", "w".repeat(200)))).collect()
    };
    for _ in 0..3 {
        let full = store.write_page(&lease, page(large(), minute(2))).await;
        assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
        // Nothing of the page is there, and reads go on.
        assert_eq!(titles(&store.records_after(0, 1000).await.unwrap()), ["A"]);
        assert_eq!(store.latest_seq().await.unwrap(), 1);
    }
    fixture.free_disk().await;
    assert_eq!(store.write_page(&lease, page(large(), minute(3))).await.unwrap().rows, 1500);
    store.finish_run(&lease, complete(minute(4))).await.unwrap();
    assert_eq!(store.active_records(super::sample::SOURCE, "", 10_000).await.unwrap().len(), 501);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

pub(crate) async fn a_full_disk_undoes_a_single_line_and_the_store_works_again_after_it(fixture: &impl Fixture) {
    let store = fixture.store();
    fixture.fill_disk().await;
    // An insertion of one row ends differently inside SQLite than one of many.
    for _ in 0..3 {
        let full = store.log_act(NewAct::new(minute(1), "operator", "note", "w".repeat(1_000_000))).await;
        assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
    }
    assert_eq!(store.acts(10).await.unwrap(), []);
    fixture.free_disk().await;
    store.log_act(NewAct::new(minute(2), "operator", "note", "w".repeat(1_000_000))).await.unwrap();
    assert_eq!(store.acts(10).await.unwrap().len(), 1);
}

pub(crate) async fn a_sound_store_has_no_faults(fixture: &impl Fixture) {
    let store = fixture.store();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    harvest(store, "1", (0..450).map(|number| write(&number.to_string(), "T")).collect(), minute(1)).await;
    harvest(store, "2", vec![write("7", "changed")], minute(2)).await;
    let lease = begin(store, "3").await;
    store.finish_run(&lease, RunOutcome { retire: vec![id("8")], ..complete(minute(3)) }).await.unwrap();
    begin(store, "4").await;
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
