//! Records that come under another id than one that was closed by hand.

use cairn_catalog::{CatalogError, Edit, HarvestOptions, Registered, Retention, RunReport, Verdict};
use cairn_model::{DatasetId, Sharing};
use cairn_policy::{Role, Viewer};
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

use crate::house::{DESK, House, day, desk_id};

/// An inventory of five wells, whose ids begin so.
fn inventory(prefix: &str) -> String {
    let rows = (1..=5).map(|number| format!("{prefix}{number},Wells {number},public,full,open\n"));
    format!("id,title,sharing,listing,access method\n{}", rows.collect::<String>())
}

/// An inventory whose first record was closed by hand.
async fn closed_by_hand() -> House {
    let house = House::open_keeping(&[DESK], Retention { retired: 20, ..Retention::default() }).await;
    house.write("desk.csv", &inventory("a"));
    house.harvest("desk", 0).await;
    edits(&house, desk_id("a1"), json!({"terms": {"sharing": "organisation", "listing": "hidden"}})).await;
    house
}

async fn edits(house: &House, id: DatasetId, parts: Value) -> Registered<Edit> {
    let Value::Object(parts) = parts else { unreachable!() };
    let steward = Viewer::member("desk", &[], Role::Steward);
    house.catalog.edit_record(&steward, id, 0, parts, day(0)).await.unwrap()
}

async fn is_seen(house: &House, viewer: &Viewer, id: &str) -> bool {
    house.catalog.dataset(viewer, desk_id(id)).await.is_ok()
}

async fn lists(house: &House, text: &str, on: i64) -> RunReport {
    house.write("desk.csv", text);
    house.harvest("desk", on).await
}

#[tokio::test]
async fn what_was_closed_by_hand_stays_closed_under_another_id_and_what_was_said_goes_on_there() {
    let house = closed_by_hand().await;
    let (anonymous, operator) = (Viewer::anonymous(), Viewer::operator());
    let tripped = lists(&house, &inventory("b"), 1).await;
    assert_eq!(tripped.verdict, Verdict::GuardTripped);
    assert!(!is_seen(&house, &anonymous, "b1").await && is_seen(&house, &anonymous, "b2").await);
    let again = house.harvest("desk", 2).await;
    assert!(!is_seen(&house, &anonymous, "b1").await);
    assert_eq!(again.writes, 0, "it is read again, and nothing is written");

    let confirming = HarvestOptions { confirm_removals: Some(again.run), ..HarvestOptions::default() };
    assert_eq!(house.harvest_with("desk", 3, &confirming).await.retired, 5);
    let led = house.catalog.dataset(&operator, desk_id("a1")).await;
    assert!(matches!(led, Err(CatalogError::Moved(id)) if id == desk_id("b1")), "{led:?}");
    for on in [4, 5] {
        let view = house.catalog.dataset(&operator, desk_id("b1")).await.unwrap().dataset;
        assert_eq!((view.terms.sharing, view.quarantine), (Sharing::Organisation, Vec::new()));
        assert!(!is_seen(&house, &anonymous, "b1").await);
        house.harvest("desk", on).await;
    }
}

/// Runs a statement on the store, beside whoever uses it.
async fn in_store(house: &House, statement: &'static str) {
    let address = format!("sqlite:{}", house.data().join("cairn.db").display());
    let mut store = SqliteConnection::connect(&address).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut store).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn what_was_said_goes_on_with_the_next_run_where_the_one_that_led_the_address_on_was_killed_before_it() {
    let house = closed_by_hand().await;
    let operator = Viewer::operator();
    let tripped = lists(&house, &inventory("b"), 1).await;
    // As a kill between the two leaves the store: the addresses lead on, and nothing is said yet of where they lead.
    in_store(
        &house,
        "CREATE TRIGGER killed BEFORE INSERT ON entries WHEN NEW.kind = 'edit' BEGIN SELECT RAISE(ABORT, 'killed'); END",
    )
    .await;
    let confirming = HarvestOptions { confirm_removals: Some(tripped.run), ..HarvestOptions::default() };
    assert_eq!(house.harvest_with("desk", 2, &confirming).await.retired, 5);
    in_store(&house, "DROP TRIGGER killed").await;
    let led = house.catalog.dataset(&operator, desk_id("a1")).await;
    assert!(matches!(led, Err(CatalogError::Moved(id)) if id == desk_id("b1")), "{led:?}");
    let unsaid = house.catalog.edit_of(&operator, desk_id("b1")).await;
    assert!(matches!(unsaid, Err(CatalogError::NotFound(_))), "{unsaid:?}");
    assert!(!is_seen(&house, &Viewer::anonymous(), "b1").await);

    house.harvest("desk", 3).await;
    let carried = house.catalog.edit_of(&operator, desk_id("b1")).await.unwrap().body.parts;
    assert_eq!(Value::Object(carried), json!({"terms": {"sharing": "organisation", "listing": "hidden"}}));
    let view = house.catalog.dataset(&operator, desk_id("b1")).await.unwrap().dataset;
    assert_eq!((view.terms.sharing, view.quarantine), (Sharing::Organisation, Vec::new()));
    assert!(!is_seen(&house, &Viewer::anonymous(), "b1").await);
}

#[tokio::test]
async fn it_stays_closed_when_the_old_record_is_long_gone() {
    let house = closed_by_hand().await;
    // Of many records one changes its id: no guard trips, and nobody is asked.
    let text = inventory("a").replace("a1,", "b1,");
    lists(&house, &text, 1).await;
    assert_eq!(house.harvest("desk", 20).await.retired, 1);
    // After forty days what was retired is forgotten, but for what an organisation speaks of.
    for on in [21, 22, 45, 46] {
        lists(&house, &format!("{text}c{on},Roads {on},public,full,open\n"), on).await;
        assert!(!is_seen(&house, &Viewer::anonymous(), "b1").await);
    }
    // What opens it is for stewards, whatever else is said.
    let manager = Viewer::member("desk", &[], Role::Manager);
    let nothing = house.catalog.edit_record(&manager, desk_id("b1"), 0, serde_json::Map::new(), day(46)).await;
    assert!(matches!(nothing, Err(CatalogError::Forbidden(_))), "{nothing:?}");
    assert!(!is_seen(&house, &Viewer::anonymous(), "b1").await);
    // Its owner says that what the source says holds.
    edits(&house, desk_id("b1"), json!({"keywords": {"en": ["wells"]}})).await;
    assert!(is_seen(&house, &Viewer::anonymous(), "b1").await);
    house.harvest("desk", 47).await;
    assert!(is_seen(&house, &Viewer::anonymous(), "b1").await);
}

#[tokio::test]
async fn what_stood_beside_it_or_is_another_record_stays_open() {
    let house = House::open(&[DESK]).await;
    let twins = inventory("a").replace("Wells 2", "Wells 1");
    lists(&house, &twins, 0).await;
    edits(&house, desk_id("a1"), json!({"terms": {"sharing": "organisation", "listing": "hidden"}})).await;
    lists(&house, &format!("{twins}a6,Wells 6,public,full,open\n"), 1).await;
    for id in ["a2", "a6"] {
        assert!(is_seen(&house, &Viewer::anonymous(), id).await, "{id}");
    }
    // Another title alone is said otherwise: no term depends on it.
    edits(&house, desk_id("a3"), json!({"title": {"en": "Wells of the valley"}})).await;
    lists(&house, &format!("{twins}b3,Wells 3,public,full,open\n"), 2).await;
    assert!(is_seen(&house, &Viewer::anonymous(), "b3").await);
}

/// An inventory whose records are public where they say nothing else.
const OPEN_DESK: &str = "id = \"desk\"\nkind = \"inventory\"\nurl = \"file:desk.csv\"\norganisation = \"Desk\"\n[terms]\nsharing = \"public\"\nsensitivity = \"low\"\nlisting = \"full\"\n";

#[tokio::test]
async fn closer_terms_that_a_source_said_hold_under_another_id_until_what_is_looser_is_confirmed() {
    let house = House::open(&[OPEN_DESK]).await;
    let operator = Viewer::operator();
    lists(&house, "title,sharing\nWells,organisation\nRoads,organisation\nSprings,public\n", 0).await;
    let closed = ["Roads: organisation", "Springs: public", "Wells: organisation"];
    assert_eq!(house.sharing(&operator).await, closed);
    // The column goes, and then a column of ids comes: nobody ever said that the wells are public.
    lists(&house, "title\nWells\nRoads\nSprings\n", 1).await;
    assert_eq!(house.sharing(&operator).await, closed);
    let by_id = "id,title\nd1,Wells\nd2,Roads\nd3,Springs\nd4,Maps\n";
    let run = lists(&house, by_id, 2).await;
    let mut held = house.problem_codes(&run, "loosening-held").await;
    held.retain(|id| ["d1", "d2", "d3", "d4"].contains(&id.as_str()));
    held.dedup();
    assert_eq!(held, ["d1", "d2"]);
    for (id, sharing) in
        [("d1", Sharing::Organisation), ("d2", Sharing::Organisation), ("d3", Sharing::Public), ("d4", Sharing::Public)]
    {
        let held = house.catalog.dataset(&operator, desk_id(id)).await.unwrap().dataset.terms.sharing;
        assert_eq!(held, sharing, "{id}");
    }
    let again = house.harvest("desk", 3).await;
    assert_eq!(again.writes, 0);

    let confirming = HarvestOptions { confirm_loosening: Some(again.run), ..HarvestOptions::default() };
    house.harvest_with("desk", 4, &confirming).await;
    let opened = house.catalog.dataset(&operator, desk_id("d1")).await.unwrap().dataset.terms.sharing;
    assert_eq!(opened, Sharing::Public);
}
