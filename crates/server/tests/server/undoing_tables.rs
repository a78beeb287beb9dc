//! Tables of holdings undone: what they made and changed is taken back, and nothing that somebody wrote since is lost.

use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_policy::Role;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const BULK: &str = "/api/v1/datasets/bulk";
const HOLDINGS: &str = "/api/v1/holdings";
const TABLES: &str = "/api/v1/holdings/tables";

const TABLE: &str = "\
title,country,cluster,sensitivity,sharing,access method,listing,id
Cleared wells,YEM,PRO-MIN,low,public,download,full,HR-1
Clinics,YEM,HEA,low,public,download,full,HR-2
Camps,YEM,CCM,low,public,download,full,HR-3
";

struct Desk {
    house: House,
    manager: String,
    steward: String,
}

async fn desk() -> Desk {
    let house = House::open(&[]).await;
    let token = async |role| house.token(&Asker::member("Desk", &[], role)).await.unwrap();
    let (manager, steward) = (token(Role::Manager).await, token(Role::Steward).await);
    Desk { house, manager, steward }
}

impl Desk {
    async fn post(&self, door: &str, token: &str, body: &str) -> Answer {
        let answer = self.house.send_body(&Method::POST, door, Some(token), body).await;
        self.house.follow().await;
        answer
    }

    async fn taken(&self, table: &str) -> Value {
        let answer = self.post(BULK, &self.manager, table).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    async fn undone(&self, table: &Value, token: &str) -> Answer {
        self.post(&undo(table), token, "").await
    }

    /// State and title of every holding, by its own id.
    async fn holdings(&self) -> Vec<(String, String, String)> {
        let list = self.house.get(HOLDINGS, Some(&self.manager)).await.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut all: Vec<(String, String, String)> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (text(&one["identifiers"][0]["value"]), text(&one["state"]), text(&one["title"]["und"])))
            .collect();
        all.sort();
        all
    }

    async fn found(&self, words: &str) -> Value {
        self.house.get(&format!("/api/v1/search?q={words}"), None).await.json()["total"].clone()
    }

    /// Acts on a thing, newest first, each with why and whether it was refused.
    async fn acts(&self, subject: &str) -> Vec<(String, String, bool)> {
        let token = self.house.token(&Asker::member("Desk", &[], Role::Administrator)).await;
        let acts = self.house.get("/api/v1/audit?limit=100", token.as_deref()).await.json();
        let acts = acts["items"].as_array().unwrap().iter().filter(|act| act["subject"] == subject);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        acts.map(|act| (text(&act["act"]), text(&act["reason"]), act["refused"] == json!(true))).collect()
    }
}

fn undo(table: &Value) -> String {
    format!("{TABLES}/{}/undo", table["table"].as_str().unwrap())
}

fn id_of(report: &Value, row: usize) -> String {
    report["rows"][row]["id"].as_str().unwrap().to_owned()
}

fn kept(own: &str, state: &str, title: &str) -> (String, String, String) {
    (own.to_owned(), state.to_owned(), title.to_owned())
}

fn counts(answer: &Value) -> [&Value; 4] {
    ["withdrawn", "restored", "left", "not_allowed"].map(|name| &answer[name])
}

#[tokio::test]
async fn row_34_a_table_is_undone_but_for_what_somebody_changed_since() {
    let desk = desk().await;
    let first = desk
        .taken(
            "id,title,country,cluster,sensitivity,sharing,access method,listing\n\
                            HR-1,Wells,YEM,PRO-MIN,low,public,download,full\n\
                            HR-2,Clinics of old,YEM,HEA,low,public,download,full\n",
        )
        .await;
    let table = desk.taken(&format!("{TABLE}Schools,YEM,EDU,low,public,download,full,HR-4\n")).await;
    assert_eq!((&table["new"], &table["changed"]), (&json!(2), &json!(2)), "{table}");
    // Somebody goes on with one that it changed, and with one that it made.
    let later = desk.taken("id,title\nHR-2,Clinics and posts\nHR-4,Schools and tents\n").await;
    assert_eq!(later["changed"], 2, "{later}");

    let before = desk.holdings().await;
    let told = desk.post(&format!("{}?dry_run=true", undo(&table)), &desk.manager, "").await.json();
    assert_eq!((counts(&told), &told["written"]), ([&json!(1), &json!(1), &json!(2), &json!(0)], &json!(false)));
    assert_eq!(desk.holdings().await, before, "it was only told");

    let undone = desk.undone(&table, &desk.manager).await.json();
    assert_eq!((counts(&undone), &undone["written"]), ([&json!(1), &json!(1), &json!(2), &json!(0)], &json!(true)));
    assert_eq!(undone["rows"].as_array().unwrap().len(), 4);
    assert_eq!(
        (&undone["rows"][1]["row"], &undone["rows"][1]["id"], &undone["rows"][1]["problems"][0]["rule"]),
        (&json!(3), &json!(id_of(&first, 1)), &json!("changed-since"))
    );
    assert_eq!(
        desk.holdings().await,
        [
            kept("HR-1", "published", "Wells"),
            kept("HR-2", "published", "Clinics and posts"),
            kept("HR-3", "withdrawn", "Camps"),
            kept("HR-4", "published", "Schools and tents"),
        ]
    );
    assert_eq!([desk.found("cleared").await, desk.found("camps").await, desk.found("wells").await], [0, 0, 1]);
    // It is a version as any other, and the log says whence it came.
    let history = desk.house.get(&format!("{HOLDINGS}/{}/history", id_of(&first, 0)), Some(&desk.manager)).await.json();
    assert_eq!(
        (&history["items"][0]["version"], &history["items"][0]["changes"][0]["after"]),
        (&json!(3), &json!("Wells"))
    );
    let why = format!("undoes table {}", table["table"].as_str().unwrap());
    assert_eq!(desk.acts(&id_of(&first, 0)).await[0], ("holding.change".to_owned(), why.clone(), false));
    assert_eq!(desk.acts(&id_of(&table, 2)).await[0], ("holding.withdraw".to_owned(), why, false));

    let again = desk.undone(&table, &desk.manager).await;
    assert_eq!((again.status.as_u16(), again.json()["code"].clone()), (409, json!("conflict")), "{}", again.text());
    let of_table: Vec<String> =
        desk.acts(table["table"].as_str().unwrap()).await.into_iter().map(|act| act.0).collect();
    assert_eq!(of_table, ["table.undo", "table.register"]);
}

#[tokio::test]
async fn drafts_are_taken_back_and_one_that_was_published_since_stays() {
    let desk = desk().await;
    let table = desk.post(&format!("{BULK}?draft=true"), &desk.manager, TABLE).await.json();
    let publish = format!("/api/v1/datasets/{}/publish?version=1", id_of(&table, 1));
    assert_eq!(desk.post(&publish, &desk.manager, "").await.status, 200);
    let undone = desk.undone(&table, &desk.manager).await.json();
    assert_eq!(counts(&undone), [&json!(2), &json!(0), &json!(1), &json!(0)], "{undone}");
    let states: Vec<String> = desk.holdings().await.into_iter().map(|holding| holding.1).collect();
    assert_eq!(states, ["withdrawn", "published", "withdrawn"]);
    assert_eq!(desk.found("clinics").await, 1);
}

#[tokio::test]
async fn tables_are_undone_one_after_the_other_the_last_one_first() {
    let desk = desk().await;
    let first = desk.taken(TABLE).await;
    let second = desk.taken("id,title\nHR-1,Deep wells\n").await;
    let too_early = desk.post(&format!("{}?dry_run=true", undo(&first)), &desk.manager, "").await.json();
    assert_eq!(counts(&too_early), [&json!(2), &json!(0), &json!(1), &json!(0)], "{too_early}");
    assert_eq!(desk.undone(&second, &desk.manager).await.json()["restored"], 1);
    assert_eq!(desk.undone(&first, &desk.manager).await.json()["withdrawn"], 3);
    assert!(desk.holdings().await.iter().all(|holding| holding.1 == "withdrawn"));
    // Where everything is left as it is nothing is written, and the table is not used up.
    let third = desk
        .taken("title,id,country,cluster,sensitivity,sharing,access method\nRoads,HR-9,YEM,LOG,low,public,download\n")
        .await;
    let fourth = desk.taken("id,title\nHR-9,Bridges\n").await;
    let left = desk.undone(&third, &desk.manager).await.json();
    assert_eq!((&left["written"], &left["left"]), (&json!(false), &json!(1)));
    assert_eq!(desk.undone(&fourth, &desk.manager).await.status, 200);
    assert_eq!(desk.undone(&third, &desk.manager).await.json()["withdrawn"], 1);
}

#[tokio::test]
async fn what_a_table_closed_is_opened_again_by_stewards_alone() {
    let desk = desk().await;
    desk.taken(TABLE).await;
    let closing = desk.taken("id,title,sharing\nHR-1,Cleared wells,organisation\nHR-2,Clinics of the north,\n").await;
    assert_eq!(closing["changed"], 2, "{closing}");
    let told = desk.post(&format!("{}?dry_run=true", undo(&closing)), &desk.manager, "").await.json();
    assert_eq!(counts(&told), [&json!(0), &json!(1), &json!(0), &json!(1)], "{told}");
    assert_eq!(told["rows"][0]["problems"][0]["rule"], "only-stewards-loosen");
    let before = desk.holdings().await;
    assert_eq!(desk.undone(&closing, &desk.manager).await.status, 403);
    assert_eq!(desk.holdings().await, before, "nothing of it was done");
    let table = closing["table"].as_str().unwrap();
    assert_eq!(desk.acts(table).await[0], ("table.undo".to_owned(), String::new(), true));

    let undone = desk.undone(&closing, &desk.steward).await;
    assert_eq!(counts(&undone.json()), [&json!(0), &json!(2), &json!(0), &json!(0)], "{}", undone.text());
    let why = &desk.acts(&id_of(&closing, 0)).await[0].1;
    assert_eq!(*why, format!("undoes table {table}; loosens sharing from organisation to public"));
}

#[tokio::test]
async fn tables_are_told_to_the_people_of_the_organisation_alone_for_as_long_as_they_are_kept() {
    let desk = desk().await;
    let first = desk.taken(TABLE).await;
    assert_eq!(desk.taken(TABLE).await["table"], Value::Null, "what wrote nothing cannot be undone");
    let second = desk.post(BULK, &desk.steward, "id,title\nHR-1,Deep wells\nHR-2,Clinics\n,Roads\n").await.json();
    desk.undone(&second, &desk.steward).await;

    let list = desk.house.get(TABLES, Some(&desk.manager)).await.json();
    let ids: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|table| &table["id"]).collect();
    assert_eq!(ids, [&second["table"], &first["table"]], "newest first");
    let newest = &list["items"][0];
    assert_eq!(
        (&newest["role"], &newest["rows"], &newest["undone"]["restored"], &list["items"][1]["undone"]),
        (&json!("steward"), &json!({"new": 0, "changed": 1, "unchanged": 1, "wrong": 1}), &json!(1), &Value::Null)
    );
    let part = desk.house.get(&format!("{TABLES}?limit=1"), Some(&desk.manager)).await.json();
    let rest = desk.house.get(&format!("{TABLES}?after={}", part["next"].as_str().unwrap()), Some(&desk.manager)).await;
    assert_eq!((&rest.json()["items"][0]["id"], &rest.json()["next"]), (&first["table"], &Value::Null));

    let reader = desk.house.token(&Asker::member("Desk", &[], Role::Reader)).await.unwrap();
    assert_eq!(desk.house.get(TABLES, Some(&reader)).await.json(), list);
    assert_eq!(desk.undone(&first, &reader).await.status, 403);
    let stranger = desk.house.token(&Asker::member("Clinic", &[], Role::Steward)).await.unwrap();
    for address in [TABLES.to_owned(), format!("{TABLES}?organisation=desk")] {
        for token in [None, Some(stranger.as_str())] {
            assert_eq!(desk.house.get(&address, token).await.json()["items"], json!([]), "{address}");
        }
    }
    let none = json!({"table": "0190f5d0-0000-7000-8000-000000000000"});
    for token in [None, Some(stranger.as_str())] {
        let (hidden, absent) = (undo(&first), undo(&none));
        let [hidden, absent] = [
            desk.house.send_body(&Method::POST, &hidden, token, "").await,
            desk.house.send_body(&Method::POST, &absent, token, "").await,
        ];
        assert_eq!((hidden.status.as_u16(), hidden.text()), (404, absent.text()));
    }

    let viewer = desk.house.viewer(&Asker::member("Desk", &[], Role::Steward)).await;
    let id = first["table"].as_str().unwrap();
    let in_days = |days: i64| Timestamp::now() + SignedDuration::from_hours(days * 24);
    let kept =
        async |days| desk.house.catalog.tables(&viewer, None, None, 10, in_days(days)).await.unwrap().items.len();
    assert_eq!([kept(89).await, kept(91).await], [2, 0]);
    assert!(desk.house.catalog.undo_table(&viewer, id, true, in_days(89)).await.is_ok());
    let late = desk.house.catalog.undo_table(&viewer, id, true, in_days(91)).await;
    assert!(matches!(late, Err(cairn_catalog::CatalogError::NotFound("table"))), "{late:?}");
}
