//! Duplicates across two portals, over HTTP: what each viewer is told of them, and what a person's word changes.

use crate::house::{Asker, House, day};
use cairn_catalog::{DuplicateDecision, HarvestOptions};
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::{Value, json};

const NORTH: &str = r#"
id = "north"
kind = "ckan"
url = "file:north.json"
title = "Portal of the North"
organisation = "Example Relief"
"#;
const SOUTH: &str = r#"
id = "south"
kind = "ckan"
url = "file:south.json"
title = "Portal of the South"
organisation = "Example Relief"
"#;

fn package(id: &str, title: &str, file: &str) -> Value {
    json!({
        "id": id, "name": id, "title": title, "state": "active", "private": false,
        "organization": {"name": "example-relief", "title": "Example Relief"},
        "resources": [{"id": "r", "name": "File", "url": file, "format": "CSV"}],
    })
}

/// Two portals that list one dataset, and each another one of nearly the same name.
async fn two_portals(private_copy: bool) -> House {
    let house = House::open(&[NORTH, SOUTH]).await;
    let north = [
        package("wells", "Wells and water points", "https://www.files.example/wells.csv"),
        package("report-12", "Situation report 12", "https://files.example/reports"),
    ];
    let mut copy = package("copy", "Wells and Water Points", "http://files.example/wells.csv?utm_source=south");
    copy["private"] = json!(private_copy);
    let south = [copy, package("report-13", "Situation report 13", "https://files.example/reports")];
    house.write("north.json", &json!(north).to_string());
    house.write("south.json", &json!(south).to_string());
    for source in ["north", "south"] {
        house.harvest(source, &HarvestOptions::default(), day(0)).await;
    }
    house
}

fn wells() -> DatasetId {
    DatasetId::new("north", "wells")
}

fn copy() -> DatasetId {
    DatasetId::new("south", "copy")
}

async fn duplicates(house: &House, id: DatasetId, token: Option<&str>) -> Vec<Value> {
    let answer = house.get(&format!("/api/v1/datasets/{id}/duplicates"), token).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["items"].as_array().unwrap().clone()
}

async fn total(house: &House, fold: &str, token: Option<&str>) -> u64 {
    house.get(&format!("/api/v1/search?fold={fold}"), token).await.json()["total"].as_u64().unwrap()
}

#[tokio::test]
async fn a_dataset_that_two_portals_list_is_linked_both_ways_with_its_evidence() {
    let house = two_portals(false).await;
    let items = duplicates(&house, wells(), None).await;
    assert_eq!(
        items,
        [json!({
            "id": copy().to_string(),
            "title": "Wells and Water Points",
            "source": "south",
            "confidence": 0.97,
            "kind": "exact",
            "evidence": [
                {"code": "same-files", "words": "Both lead to the same file: files.example/wells.csv"},
                {"code": "same-title", "words": "The titles have the same words."},
                {"code": "same-publisher", "words": "Both have the same publisher."},
            ],
        })]
    );
    assert_eq!(duplicates(&house, copy(), None).await[0]["id"], wells().to_string());
    assert!(duplicates(&house, DatasetId::new("north", "report-12"), None).await.is_empty());
    let page = house.get(&format!("/dataset/{}", wells()), None).await.text();
    assert!(page.contains("Also at:") && page.contains("Portal of the South"), "{page}");
    for id in [DatasetId::new("north", "nothing").to_string(), "no-id".to_owned()] {
        assert_eq!(house.get(&format!("/api/v1/datasets/{id}/duplicates"), None).await.status, 404);
    }
}

#[tokio::test]
async fn a_search_folds_only_when_it_is_asked_to() {
    let house = two_portals(false).await;
    assert_eq!((total(&house, "", None).await, total(&house, "false", None).await), (4, 4));
    let folded = house.get("/api/v1/search?q=wells&fold=true&facets=source", None).await.json();
    assert_eq!((folded["total"].as_u64(), folded["items"].as_array().unwrap().len()), (Some(1), 1));
    let also = folded["items"][0]["also_at"].as_array().unwrap();
    assert_eq!(also.len(), 1);
    let shown: Vec<&str> = [&folded["items"][0], &also[0]].iter().map(|one| one["source"].as_str().unwrap()).collect();
    assert!(shown.contains(&"north") && shown.contains(&"south"));
    let counted: u64 =
        folded["facets"]["source"].as_array().unwrap().iter().map(|one| one["count"].as_u64().unwrap()).sum();
    assert_eq!(counted, 2, "facets count records");
    assert_eq!(house.get("/api/v1/search?fold=yes", None).await.status, 400);
    assert!(house.get("/search?q=wells&fold=true", None).await.text().contains("Also at:"));
}

#[tokio::test]
async fn a_copy_that_is_not_public_is_linked_for_nobody() {
    let house = two_portals(true).await;
    assert!(duplicates(&house, wells(), None).await.is_empty());
    assert_eq!(house.get(&format!("/api/v1/datasets/{}/duplicates", copy()), None).await.status, 404);
    let token = house.token(&Asker::member("Example Relief", &[], Role::Reader)).await;
    let token = token.as_deref();
    assert_eq!(house.get(&format!("/api/v1/datasets/{}", copy()), token).await.status, 200);
    assert!(duplicates(&house, wells(), token).await.is_empty() && duplicates(&house, copy(), token).await.is_empty());
    assert_eq!((total(&house, "false", token).await, total(&house, "true", token).await), (4, 4));

    // Not even when a person says that they are the same.
    let confirmed = Some(DuplicateDecision::Confirmed);
    house.catalog.decide_duplicates(wells(), copy(), confirmed, day(1)).await.unwrap();
    assert!(duplicates(&house, wells(), None).await.is_empty());
    assert_eq!(total(&house, "true", None).await, 3);
}

#[tokio::test]
async fn what_a_person_says_decides_and_survives_another_harvest_and_a_new_index() {
    let house = two_portals(false).await;
    let rejected = Some(DuplicateDecision::Rejected);
    assert!(house.catalog.decide_duplicates(copy(), wells(), rejected, day(1)).await.unwrap());
    let check = async |links: usize, folded: u64| {
        assert_eq!(duplicates(&house, wells(), None).await.len(), links);
        assert_eq!(total(&house, "true", None).await, folded);
        assert_eq!(house.catalog.duplicate_pairs(None).await.unwrap().len(), links);
    };
    check(0, 4).await;
    house.write(
        "south.json",
        &json!([package("copy", "Wells & water points", "https://files.example/wells.csv")]).to_string(),
    );
    house.harvest("south", &HarvestOptions::default(), day(1)).await;
    house.catalog.take_index_writer("test", day(1)).await.unwrap().reindex().await.unwrap();
    check(0, 4).await;
    assert!(house.catalog.decide_duplicates(wells(), copy(), None, day(2)).await.unwrap(), "and can be taken back");
    check(1, 3).await;
    let other = DatasetId::new("north", "report-12");
    assert!(house.catalog.decide_duplicates(wells(), other, Some(DuplicateDecision::Confirmed), day(2)).await.unwrap());
    let items = duplicates(&house, other, None).await;
    assert_eq!((&items[0]["confidence"], &items[0]["evidence"][0]["code"]), (&json!(1.0), &json!("confirmed")));
    let nothing = DatasetId::new("north", "nothing");
    assert!(house.catalog.decide_duplicates(wells(), nothing, rejected, day(2)).await.is_err());
}
