//! What is remembered of sources.

use cairn_store::{SourceRow, Store};

use super::Fixture;
use super::sample::{SOURCE, harvest, minute, write};

fn portal() -> SourceRow {
    SourceRow {
        id: SOURCE.to_owned(),
        kind: "ckan".to_owned(),
        title: "An invented portal".to_owned(),
        url: "https://portal.example".to_owned(),
        organisation: Some("relief-desk".to_owned()),
        configured: true,
        enabled: false,
    }
}

pub(crate) async fn an_equal_source_writes_nothing(fixture: &impl Fixture) {
    let store = fixture.store();
    store.put_source(portal()).await.unwrap();
    fixture.fill_disk().await;
    for _ in 0..100 {
        store.put_source(portal()).await.unwrap();
    }
    fixture.free_disk().await;
    let renamed = SourceRow { title: "Renamed".to_owned(), enabled: true, organisation: None, ..portal() };
    store.put_source(renamed.clone()).await.unwrap();
    assert_eq!(store.sources().await.unwrap(), [renamed]);
}

pub(crate) async fn a_source_that_is_configured_no_more_stays_while_it_has_records(fixture: &impl Fixture) {
    let store = fixture.store();
    let gone = |id: &str| SourceRow { id: id.to_owned(), configured: false, ..portal() };
    harvest(store, "1", vec![write("a", "A")], minute(1)).await;
    for source in [gone(SOURCE), gone("empty"), SourceRow { id: "new".to_owned(), ..portal() }] {
        store.put_source(source).await.unwrap();
    }
    let ids: Vec<String> = store.sources().await.unwrap().into_iter().map(|source| source.id).collect();
    assert_eq!(ids, ["new", SOURCE]);
}
