//! What an organisation says otherwise of its records, while their source goes on closing and opening them.

use cairn_catalog::{Edit, HarvestOptions, Registered};
use cairn_model::{Sharing, Terms};
use cairn_policy::{Role, Viewer};
use serde_json::{Value, json};

use crate::house::{DESK, House, day, desk_id};

async fn house(row: &str) -> House {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &inventory(row));
    house.harvest("desk", 0).await;
    house
}

fn inventory(row: &str) -> String {
    format!("id,title,sharing,listing,access method,audience\na,Wells,{row}\n")
}

async fn says(house: &House, row: &str, on: i64) {
    house.write("desk.csv", &inventory(row));
    house.harvest("desk", on).await;
}

async fn edits(house: &House, role: Role, version: u32, parts: Value) -> Registered<Edit> {
    let Value::Object(parts) = parts else { unreachable!() };
    let editor = Viewer::member("desk", &[], role);
    house.catalog.edit_record(&editor, desk_id("a"), version, parts, day(1)).await.unwrap()
}

async fn terms(house: &House) -> Terms {
    house.catalog.dataset(&Viewer::operator(), desk_id("a")).await.unwrap().dataset.terms
}

#[tokio::test]
async fn what_a_source_closed_holds_when_something_else_is_edited_later() {
    let house = house("community,full,on-request,").await;
    let first =
        edits(&house, Role::Steward, 0, json!({"terms": {"sharing": "restricted", "audience_groups": ["a"]}})).await;
    says(&house, "closed,full,on-request,", 2).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Closed);
    // A manager, who may loosen nothing, gives the record another title and says of its terms what is said already.
    let parts =
        json!({"title": {"en": "Wells of the valley"}, "terms": {"sharing": "restricted", "audience_groups": ["a"]}});
    let second = edits(&house, Role::Manager, first.version, parts).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Closed);
    house.harvest("desk", 3).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Closed);
    // Said anew, it is the word of the steward again, until the source closes it further.
    edits(&house, Role::Steward, second.version, json!({"terms": {"sharing": "organisation"}})).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Organisation);
    house.harvest("desk", 4).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Organisation);
}

#[tokio::test]
async fn an_edit_stands_where_the_source_opens_the_record_less_far() {
    let house = house("closed,full,on-request,").await;
    edits(&house, Role::Steward, 0, json!({"terms": {"sharing": "community"}})).await;
    says(&house, "organisation,full,on-request,", 2).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Community);
}

#[tokio::test]
async fn whom_the_source_takes_out_of_the_audience_is_out_of_an_edited_one() {
    let house = house("restricted,full,on-request,group:a;group:b").await;
    edits(&house, Role::Steward, 0, json!({"terms": {"sharing": "restricted", "audience_groups": ["a", "b", "c"]}}))
        .await;
    assert_eq!(terms(&house).await.audience_groups, ["a", "b", "c"]);
    says(&house, "restricted,full,on-request,group:a", 2).await;
    assert_eq!(terms(&house).await.audience_groups, ["a", "c"]);
}

#[tokio::test]
async fn an_edit_that_is_dropped_leaves_a_record_no_more_open_than_its_source_says_it_now() {
    let house = house("public,full,open,").await;
    let first = edits(&house, Role::Steward, 0, json!({"terms": {"sharing": "closed"}})).await;
    says(&house, "closed,full,open,", 2).await;
    let dropped = edits(&house, Role::Steward, first.version, json!({})).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Closed);
    // What the source opened beyond what it said when it was edited waits for somebody to confirm it, as ever.
    says(&house, "organisation,full,open,", 3).await;
    house.harvest("desk", 4).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Closed);
    let again = edits(&house, Role::Steward, dropped.version, json!({"terms": {"sharing": "organisation"}})).await;
    says(&house, "public,full,open,", 5).await;
    edits(&house, Role::Steward, again.version, json!({})).await;
    assert_ne!(terms(&house).await.sharing, Sharing::Public);
}

/// A table whose ids are running numbers, of a title and a country each.
fn numbered(rows: &[(&str, &str)]) -> String {
    let rows = rows.iter().zip(["a", "b", "c"]);
    let rows = rows.map(|((title, country), id)| format!("{id},{title},{country},restricted,full,on-request\n"));
    format!("id,title,country,sharing,listing,access method\n{}", rows.collect::<String>())
}

/// A house with such a table, of whose first row a steward says something otherwise.
async fn edited(rows: &[(&str, &str)], parts: Value) -> (House, Registered<Edit>) {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &numbered(rows));
    house.harvest("desk", 0).await;
    let edit = edits(&house, Role::Steward, 0, parts).await;
    (house, edit)
}

async fn lists_anew(house: &House, rows: &[(&str, &str)]) {
    house.write("desk.csv", &numbered(rows));
    house.harvest("desk", 2).await;
}

#[tokio::test]
async fn what_was_opened_stays_closed_where_other_data_stands_under_its_id() {
    let lists = [
        [("Wells", "Mali"), ("Schools", "Mali")],
        [("Safe houses", "Mali"), ("Wells", "Mali")],
        [("Wells", "Yemen"), ("Wells", "Mali")],
    ];
    for list in &lists[1..] {
        let opened = json!({"title": {"en": "Wells of the valley"}, "terms": {"sharing": "public"}});
        let (house, edit) = edited(&lists[0], opened).await;
        assert_eq!(terms(&house).await.sharing, Sharing::Public);
        lists_anew(&house, list).await;
        let record = house.catalog.dataset(&Viewer::operator(), desk_id("a")).await.unwrap().dataset;
        assert_eq!((record.terms.sharing, record.title.best("en")), (Sharing::Restricted, Some(list[0].0)));
        assert!(record.provenance.problems.iter().any(|problem| problem.code == "edit-of-another"));
        // Said anew of this one, it holds.
        edits(&house, Role::Steward, edit.version, json!({"terms": {"sharing": "public"}})).await;
        house.harvest("desk", 3).await;
        assert_eq!(terms(&house).await.sharing, Sharing::Public);
    }
}

#[tokio::test]
async fn what_was_closed_stays_so_whatever_stands_under_its_id() {
    let (house, _) = edited(&[("Wells", "Mali")], json!({"terms": {"sharing": "closed"}})).await;
    lists_anew(&house, &[("Safe houses", "Yemen")]).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Closed);
}

#[tokio::test]
async fn what_was_opened_stays_open_under_another_title_of_the_same() {
    let (house, _) = edited(&[("Wells 2025", "Mali")], json!({"terms": {"sharing": "public"}})).await;
    lists_anew(&house, &[("Wells and springs 2026", "Mali; Niger")]).await;
    assert_eq!(terms(&house).await.sharing, Sharing::Public);
}

#[tokio::test]
async fn the_log_names_nobody_for_an_edit_that_goes_on_with_its_record_under_another_id() {
    let rows = |prefix: &str| {
        let others = (1..=19).map(|one| format!("{prefix}{one},Roads {one},public,full,download,\n"));
        inventory("public,full,download,").replace("\na,", &format!("\n{prefix}a,")) + &others.collect::<String>()
    };
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &rows(""));
    house.harvest("desk", 0).await;
    edits(&house, Role::Steward, 0, json!({"terms": {"sharing": "community"}})).await;
    house.write("desk.csv", &rows("n-"));
    let tripped = house.harvest("desk", 2).await;
    let confirmed = HarvestOptions { confirm_removals: Some(tripped.run), ..HarvestOptions::default() };
    house.harvest_with("desk", 3, &confirmed).await;
    let acts = house.catalog.newest_acts(20).await.unwrap();
    let edits = acts.iter().filter(|act| act.act == "record.edit");
    let told: Vec<(&str, &str)> = edits.map(|act| (act.subject.as_str(), act.actor.as_str())).collect();
    let [before, after] = [desk_id("a"), desk_id("n-a")].map(|id| id.to_string());
    assert_eq!(told, [(after.as_str(), "keeper"), (before.as_str(), "organisation:desk")]);
}
