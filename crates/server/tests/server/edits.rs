//! What an organisation says otherwise than the source of its records: kept over harvests, and never looser by the source's doing.

use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::{Value, json};

const SOURCE: &str = "id = \"ledger\"\nkind = \"inventory\"\nurl = \"file:ledger.csv\"\norganisation = \"Desk\"\n";

struct Desk {
    house: House,
    manager: String,
    steward: String,
    clinic: String,
    door: String,
    harvests: usize,
}

/// A record of an inventory with this title, sharing level and description.
async fn desk(title: &str, sharing: &str, description: &str) -> Desk {
    let house = House::open(&[SOURCE]).await;
    let token = async |organisation: &str, role| house.token(&Asker::member(organisation, &[], role)).await.unwrap();
    let (manager, steward) = (token("Desk", Role::Manager).await, token("Desk", Role::Steward).await);
    let clinic = token("Clinic", Role::Steward).await;
    let door = format!("/api/v1/datasets/{}", DatasetId::new("ledger", "a"));
    let mut desk = Desk { house, manager, steward, clinic, door, harvests: 0 };
    desk.harvest(title, sharing, description).await;
    desk
}

impl Desk {
    async fn harvest(&mut self, title: &str, sharing: &str, description: &str) -> cairn_catalog::RunReport {
        let rows = format!(
            "id,title,country,sensitivity,sharing,listing,access method,description\na,{title},YEM,low,{sharing},full,download,{description}\n"
        );
        self.house.write("ledger.csv", &rows);
        self.harvests += 1;
        self.house.harvest("ledger", &HarvestOptions::default(), day(self.harvests)).await
    }

    async fn edit(&self, version: u32, token: &str, parts: &Value) -> Answer {
        let door = format!("{}/edit?version={version}", self.door);
        let answer = self.house.send_body(&Method::PUT, &door, Some(token), &parts.to_string()).await;
        self.house.follow().await;
        answer
    }

    /// Title, description and sharing level as the organisation sees them.
    async fn record(&self) -> [Value; 3] {
        let record = self.house.get(&self.door, Some(&self.manager)).await.json();
        [record["title"].clone(), record["description"].clone(), record["terms"]["sharing"].clone()]
    }

    async fn found(&self, query: &str) -> Value {
        self.house.get(&format!("/api/v1/search?q={query}"), Some(&self.manager)).await.json()["total"].clone()
    }
}

#[tokio::test]
async fn local_edits_survive_the_next_harvest_field_by_field() {
    let mut desk = desk("Wells", "public", "Of the valley").await;
    let edited = desk.edit(0, &desk.manager, &json!({"title": {"en": "Deep wells"}, "caveats": "Not all"})).await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    assert_eq!(edited.json()["replaced"], json!({"title": {"und": "Wells"}, "caveats": null}));
    assert_eq!(desk.record().await, [json!("Deep wells"), json!("Of the valley"), json!("public")]);
    assert_eq!((desk.found("deep").await, desk.found("wells").await), (json!(1), json!(1)));

    // The same again writes no revision, what the source changed of other fields comes, and what it changed of these does not.
    let same = desk.harvest("Wells", "public", "Of the valley").await;
    assert_eq!((same.changed, same.unchanged), (0, 1), "{same:?}");
    let other = desk.harvest("Wells", "public", "Of two valleys").await;
    assert_eq!(other.changed, 1, "{other:?}");
    assert_eq!(desk.record().await, [json!("Deep wells"), json!("Of two valleys"), json!("public")]);
    let own = desk.harvest("Shallow wells", "public", "Of two valleys").await;
    assert_eq!((own.changed, own.unchanged), (0, 1), "{own:?}");

    // Without the edit the source speaks again: at once as it was, then as it is.
    assert_eq!(desk.edit(1, &desk.manager, &json!({"caveats": "Not all"})).await.status, 200);
    assert_eq!(desk.record().await[0], json!("Wells"));
    desk.harvest("Shallow wells", "public", "Of two valleys").await;
    assert_eq!(desk.record().await[0], json!("Shallow wells"));
}

#[tokio::test]
async fn terms_that_were_edited_are_only_tightened_by_the_source() {
    let mut desk = desk("Wells", "community", "x").await;
    let closer = json!({"terms": {"sharing": "organisation", "listing": "hidden"}});
    assert_eq!(desk.edit(0, &desk.manager, &closer).await.status, 200);
    assert_eq!(desk.house.get(&desk.door, Some(&desk.clinic)).await.status, 404);
    desk.harvest("Wells", "public", "x").await;
    assert_eq!(desk.record().await[2], json!("organisation"), "the source opens nothing");

    // Opening is a steward's act, and holds while the source says what it said.
    let open = json!({"terms": {"sharing": "public"}});
    let refused = desk.edit(1, &desk.manager, &open).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (403, &json!("forbidden")), "{}", refused.text());
    let opened = desk.edit(1, &desk.steward, &open).await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    assert_eq!(desk.record().await[2], json!("public"));
    desk.harvest("Wells", "public", "y").await;
    assert_eq!(desk.record().await[2], json!("public"));
    desk.harvest("Wells", "closed", "y").await;
    assert_eq!(desk.record().await[2], json!("closed"), "the source closed it since");
}

#[tokio::test]
async fn only_the_owner_edits_and_what_is_wrong_is_named() {
    let desk = desk("Wells", "public", "x").await;
    let refused = desk.edit(0, &desk.clinic, &json!({"title": {"en": "Mine"}})).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    for (parts, field) in [
        (json!({"clusters": ["MINES"]}), "clusters[0]"),
        (json!({"terms": {"jurisdictions": ["Yemen"]}}), "terms.jurisdictions[0]"),
        (json!({"owner": "clinic"}), ""),
        (json!({"places": ["Nowhere at all"]}), "places[0]"),
    ] {
        let refused = desk.edit(0, &desk.manager, &parts).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["problems"][0]["field"]), (422, &json!(field)), "{parts}");
    }
    assert_eq!(desk.edit(0, &desk.manager, &json!({"caveats": "x"})).await.status, 200);
    assert_eq!(desk.edit(0, &desk.manager, &json!({"caveats": "y"})).await.status, 409);
    let edit = format!("{}/edit", desk.door);
    for (token, status) in [(None, 404), (Some(&*desk.clinic), 404), (Some(&*desk.manager), 200)] {
        assert_eq!(desk.house.get(&edit, token).await.status, status);
    }
}

const LEDGER: &str = "id,title,owner,country,sensitivity,sharing,listing,access method,description\n";

#[tokio::test]
async fn what_a_former_owner_said_of_a_record_holds_no_more_and_the_new_one_begins_anew() {
    let desk = desk("Wells", "public", "x").await;
    let owned_by = async |owner: &str, number: usize| {
        let row = format!("a,Wells,{owner},YEM,low,public,full,download,{number}\n");
        desk.house.write("ledger.csv", &format!("{LEDGER}{row}"));
        desk.house.harvest("ledger", &HarvestOptions::default(), day(number)).await
    };
    let steward = desk.house.token(&Asker::member("Survey", &[], Role::Steward)).await.unwrap();
    owned_by("Survey", 2).await;
    assert_eq!(desk.edit(0, &steward, &json!({"title": {"en": "Survey of wells"}})).await.status, 200);
    let again = desk.edit(1, &steward, &json!({"title": {"en": "Deep wells"}})).await;
    assert_eq!(again.status, 200, "{}", again.text());

    owned_by("Clinic", 3).await;
    assert_eq!(desk.record().await[0], json!("Wells"), "as its source says");
    let edit = format!("{}/edit", desk.door);
    assert_eq!(desk.house.get(&edit, Some(&desk.clinic)).await.status, 404);
    owned_by("Survey", 4).await;
    assert_eq!(desk.record().await[0], json!("Deep wells"), "it came back, and nobody said anything else");

    owned_by("Clinic", 5).await;
    let edited = desk.edit(0, &desk.clinic, &json!({"title": {"en": "Wells of clinics"}})).await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    assert_eq!(edited.json()["replaced"], json!({"title": {"und": "Wells"}}));
    owned_by("Clinic", 6).await;
    assert_eq!(desk.record().await[0], json!("Wells of clinics"));
    assert_eq!(desk.house.get(&edit, Some(&desk.clinic)).await.status, 200);
    assert_eq!(desk.house.get(&edit, Some(&steward)).await.status, 404);
    owned_by("Survey", 7).await;
    assert_eq!(desk.record().await[0], json!("Wells"));
}

#[tokio::test]
async fn what_an_owner_said_holds_while_a_change_of_owner_waits_to_be_confirmed() {
    let desk = desk("Wells", "organisation", "x").await;
    assert_eq!(desk.edit(0, &desk.steward, &json!({"title": {"en": "Deep wells"}})).await.status, 200);
    let row = "a,Wells,Clinic,YEM,low,organisation,hidden,download,y\n";
    desk.house.write("ledger.csv", &format!("{LEDGER}{row}"));
    let report = desk.house.harvest("ledger", &HarvestOptions::default(), day(2)).await;
    assert_eq!(desk.record().await[..2], [json!("Deep wells"), json!("y")]);
    let confirm = HarvestOptions { confirm_loosening: Some(report.run), ..HarvestOptions::default() };
    desk.house.harvest("ledger", &confirm, day(3)).await;
    let record = desk.house.get(&desk.door, Some(&desk.clinic)).await.json();
    assert_eq!((&record["title"], &record["owner"]["id"]), (&json!("Wells"), &json!("clinic")));
}
