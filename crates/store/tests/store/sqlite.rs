//! The contract, kept by the store in a `SQLite` file.

use cairn_store::{Clock, NewAct, OpenMode, SqliteStore, Store};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::contract::model::{any_runs, holds_what_the_model_holds};
use crate::contract::sample::minute;
use crate::contract::{Fixture, contract};

/// A store in a new folder.
pub(crate) struct SqliteFixture {
    store: SqliteStore,
    clock: Clock,
    _folder: TempDir,
}

pub(crate) async fn new_store() -> SqliteFixture {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::by_hand(minute(0));
    let path = folder.path().join("data").join("cairn.db");
    let store = SqliteStore::open_with_clock(path, OpenMode::Create, clock.clone()).await.unwrap();
    SqliteFixture { store, clock, _folder: folder }
}

impl Fixture for SqliteFixture {
    type Store = SqliteStore;

    fn store(&self) -> &SqliteStore {
        &self.store
    }

    async fn another(&self) -> SqliteStore {
        SqliteStore::open_with_clock(self.store.path(), OpenMode::Existing, self.clock.clone()).await.unwrap()
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }

    async fn fill_disk(&self) {
        // SQLite takes no limit below the pages that are there: this leaves none.
        self.store.limit_pages(Some(1)).await.unwrap();
    }

    async fn free_disk(&self) {
        self.store.limit_pages(None).await.unwrap();
    }

    fn fill_folder_of_marks(&self, full: bool) {
        self.store.limit_marks(full.then_some(4));
    }
}

contract!(crate::sqlite::new_store);

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_runs_leaves_what_the_model_says(runs in any_runs()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { holds_what_the_model_holds(&new_store().await, runs).await });
    }
}

#[tokio::test]
async fn a_store_opened_for_reading_refuses_to_write() {
    let fixture = new_store().await;
    let reader = SqliteStore::open(fixture.store().path(), OpenMode::ReadOnly).await.unwrap();
    let refused = reader.log_act(NewAct::new(minute(0), "reader", "write", "anything")).await.unwrap_err();
    assert_eq!(refused.to_string(), "storage failed while writing: the store was opened for reading only");
    assert_eq!(reader.latest_seq().await.unwrap(), 0);
}
