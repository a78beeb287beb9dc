//! The log of what people did, over HTTP: who may read it, what is found in it, and which views stand in it.

use crate::house::{Asker, House, day};
use axum::http::StatusCode;
use cairn_catalog::{ActFilter, HarvestOptions};
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::{Value, json};

const AUDIT: &str = "/api/v1/audit";
const EXPORT: &str = "/api/v1/audit.jsonl";

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
organisation = "Owner"
"#;
const HOLDINGS: &str = "Dataset ID,Dataset title,Data owner,Sharing level,Listing\n\
                        open,Wells,Owner,public,full\n\
                        own,Minefields,Owner,organisation,stub\n";

async fn harvested() -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house
}

async fn token(house: &House, organisation: &str, role: Role) -> String {
    house.token(&Asker::member(organisation, &[], role)).await.unwrap()
}

/// Views in the log, oldest first: who, of what, in which revision.
async fn views(house: &House) -> Vec<(String, String, Option<u32>)> {
    house.catalog.write_views().await.unwrap();
    let filter = ActFilter { act: Some("record.view".to_owned()), ..ActFilter::default() };
    let lines = house.catalog.newest_acts_that(&filter, 100).await.unwrap().into_iter().rev();
    lines.map(|line| (line.actor, line.subject, line.version)).collect()
}

async fn actor(house: &House, token: &str) -> String {
    house.catalog.viewer_for_token(token, jiff::Timestamp::now()).await.unwrap().actor().to_owned()
}

#[tokio::test]
async fn row_26_who_saw_what_not_everyone_is_shown_stands_in_the_audit_once_an_hour() {
    let house = harvested().await;
    let [open, own] = ["open", "own"].map(|id| DatasetId::new("desk", id).to_string());
    let doors = |id: &str| {
        [format!("/api/v1/datasets/{id}"), format!("/api/v1/datasets/{id}/history"), format!("/dataset/{id}")]
    };
    let (owner, stranger) = (token(&house, "Owner", Role::Reader).await, token(&house, "Other", Role::Steward).await);
    for (door, token) in doors(&open).iter().map(|door| (door, Some(&owner))).chain(
        // What everyone sees of it: that it is there, and whom to ask.
        doors(&own).iter().flat_map(|door| [(door, Some(&stranger)), (door, None)]),
    ) {
        assert_eq!(house.get(door, token.map(String::as_str)).await.status, 200, "{door}");
    }
    let hits = house.get("/api/v1/search?q=Minefields", Some(&owner)).await.json();
    assert_eq!((&hits["total"], views(&house).await), (&json!(1), vec![]), "a list of hits is no view");

    for door in doors(&own).iter().chain(&doors(&own)) {
        house.get(door, Some(&owner)).await;
    }
    let seen = (actor(&house, &owner).await, own.clone(), Some(1));
    assert_eq!(views(&house).await, std::slice::from_ref(&seen));

    // Whoever follows the change feed is given whole records.
    let mirror = token(&house, "Owner", Role::Reader).await;
    house.get("/api/v1/changes", Some(&mirror)).await;
    assert_eq!(views(&house).await, [seen, (actor(&house, &mirror).await, own, Some(1))]);
    assert!(house.catalog.verify_acts(None).await.unwrap().fault.is_none());
}

#[tokio::test]
async fn a_view_is_in_the_audit_within_a_second_without_being_asked_for() {
    let house = harvested().await;
    let owner = token(&house, "Owner", Role::Reader).await;
    house.get(&format!("/api/v1/datasets/{}", DatasetId::new("desk", "own")), Some(&owner)).await;
    let begun = std::time::Instant::now();
    while house.catalog.newest_acts(1).await.unwrap()[0].act != "record.view" {
        assert!(begun.elapsed().as_secs() < 10, "nobody writes it");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_audit_is_for_administrators_and_tells_nobody_else_that_anything_was_viewed() {
    let house = harvested().await;
    let owner = token(&house, "Owner", Role::Reader).await;
    let mut askers = vec![None];
    for role in [Role::Reader, Role::Manager, Role::Steward, Role::Operator] {
        askers.push(Some(token(&house, "Owner", role).await));
    }
    let id = DatasetId::new("desk", "own");
    let doors = [AUDIT.to_owned(), EXPORT.to_owned(), format!("{AUDIT}?subject={id}&act=record.view")];
    let mut before = Vec::new();
    for door in &doors {
        for asker in &askers {
            before.push(house.get(door, asker.as_deref()).await);
        }
    }
    house.get(&format!("/api/v1/datasets/{id}"), Some(&owner)).await;
    assert_eq!(views(&house).await.len(), 1);
    let mut after = Vec::new();
    for door in &doors {
        for asker in &askers {
            after.push(house.get(door, asker.as_deref()).await);
        }
    }
    assert_eq!(before, after);
    let statuses: Vec<u16> = after[..5].iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [401, 403, 403, 403, 403]);
    let refused = house.catalog.newest_acts(1).await.unwrap().remove(0);
    assert_eq!((refused.act.as_str(), refused.refused), ("audit.read", true));

    let administrator = token(&house, "Desk", Role::Administrator).await;
    let told = house.get(&doors[2], Some(&administrator)).await.json();
    assert_eq!((told["items"].as_array().unwrap().len(), &told["items"][0]["subject"]), (1, &json!(id)));
    house.catalog.write_views().await.unwrap();
    let read = house.get(&format!("{AUDIT}?act=audit.read&limit=1"), Some(&administrator)).await.json();
    assert_eq!(read["items"][0]["actor"], json!(actor(&house, &administrator).await), "and that it was read");
}

#[tokio::test]
async fn lines_are_found_by_who_what_on_what_and_since_when_and_pages_follow_each_other() {
    let house = House::open(&[]).await;
    let administrator = token(&house, "Desk", Role::Administrator).await;
    let ask = async |query: &str| house.get(&format!("{AUDIT}?{query}"), Some(&administrator)).await;
    ask("").await;
    house.catalog.write_views().await.unwrap();
    for organisation in ["A", "B", "C"] {
        token(&house, organisation, Role::Reader).await;
    }
    let numbers = |answer: &Value| -> Vec<i64> {
        answer["items"].as_array().unwrap().iter().map(|line| line["number"].as_i64().unwrap()).collect()
    };
    let all = ask("").await.json();
    assert_eq!((all["items"].as_array().unwrap().len(), &all["next"]), (9, &Value::Null));
    let tokens = ask("act=token.create").await.json();
    let organisations = ask("act=organisation.create").await.json();
    assert_eq!((numbers(&tokens).len(), numbers(&organisations).len()), (4, 4));
    assert_eq!(numbers(&ask("act=organisation.create&subject=b").await.json()), numbers(&organisations)[1..2]);
    assert_eq!(numbers(&ask("actor=operator").await.json()).len(), 8);
    let newest = all["items"][0]["at"].as_str().unwrap();
    assert_eq!(numbers(&ask(&format!("since={newest}")).await.json())[0], 9);
    assert!(numbers(&ask("since=2999-01-01T00:00:00Z").await.json()).is_empty());

    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = ask(&format!("limit=2{after}")).await.json();
        paged.extend(numbers(&page));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, numbers(&all));
    for wrong in ["since=yesterday", "after=x", "limit=1001", "colour=red", "act=a&act=b"] {
        assert_eq!(ask(wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn the_export_is_the_whole_log_oldest_line_first() {
    let house = House::open(&[]).await;
    let administrator = token(&house, "Desk", Role::Administrator).await;
    house.get(AUDIT, Some(&administrator)).await;
    house.catalog.write_views().await.unwrap();
    let mut listed = house.get(AUDIT, Some(&administrator)).await.json()["items"].as_array().unwrap().clone();
    listed.reverse();
    let file = house.get(EXPORT, Some(&administrator)).await;
    assert_eq!((file.status, file.headers["content-type"].as_str()), (StatusCode::OK, "application/jsonl"));
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"audit.jsonl\"");
    let lines: Vec<Value> = file.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, listed);
    assert_eq!(house.get(&format!("{EXPORT}?act=x"), Some(&administrator)).await.status, 400);
}
