//! The change feed where much of it is history by now.

use std::collections::BTreeSet;

use crate::house::{House, PORTAL, dump, packages};
use cairn_catalog::{ChangesPage, RecordChange};
use cairn_policy::Viewer;
use serde_json::{Value, json};

/// More than an answer passes over.
const MANY: u32 = 1_005;

fn entitled(title: &str, is_private: bool) -> Vec<Value> {
    let mut packages = packages(1, MANY);
    for package in &mut packages {
        package["title"] = json!(format!("{title} {}", package["id"]));
        package["private"] = json!(is_private);
    }
    packages
}

/// Packages that all changed once since they came.
async fn changed(is_private: bool) -> House {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&entitled("Old wells", is_private)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&entitled("New wells", is_private)));
    house.harvest("portal", 1).await;
    house
}

fn titles(page: &ChangesPage) -> Vec<String> {
    let title = |change: &RecordChange| match change {
        RecordChange::Shown(view) => view.dataset.title.best("en").unwrap().to_owned(),
        RecordChange::Retired(id) => panic!("{id} was retired"),
    };
    page.changes.iter().map(title).collect()
}

#[tokio::test]
async fn an_answer_passes_over_so_much_history_and_the_next_ones_go_on_behind_it() {
    let house = changed(false).await;
    let anyone = Viewer::anonymous();
    let mut page = house.catalog.changes(&anyone, None, 500).await.unwrap();
    assert_eq!((titles(&page).len(), page.complete), (0, false));
    let mut told = Vec::new();
    while !page.complete {
        page = house.catalog.changes(&anyone, page.next.as_deref(), 500).await.unwrap();
        told.extend(titles(&page));
    }
    assert!(told.iter().all(|title| title.starts_with("New wells")));
    let each: BTreeSet<&String> = told.iter().collect();
    assert_eq!((told.len(), each.len()), (MANY as usize, MANY as usize), "each once");
}

#[tokio::test]
async fn what_is_hidden_ends_no_page() {
    let house = changed(true).await;
    let page = house.catalog.changes(&Viewer::anonymous(), None, 500).await.unwrap();
    assert_eq!(page, ChangesPage { complete: true, ..ChangesPage::default() });
}
