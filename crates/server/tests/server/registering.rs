//! Holdings that organisations register themselves: who registers, changes, publishes and withdraws them, and who finds them.

use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_policy::Role;
use serde_json::{Value, json};

const DATASETS: &str = "/api/v1/datasets";
const HOLDINGS: &str = "/api/v1/holdings";

struct Desk {
    house: House,
    manager: String,
    steward: String,
    reader: String,
    clinic: String,
}

/// An organisation with people, and another one.
async fn desk() -> Desk {
    let house = House::open(&[]).await;
    let token = async |organisation: &str, role| house.token(&Asker::member(organisation, &[], role)).await.unwrap();
    let (manager, steward) = (token("Desk", Role::Manager).await, token("Desk", Role::Steward).await);
    let (reader, clinic) = (token("Desk", Role::Reader).await, token("Clinic", Role::Steward).await);
    Desk { house, manager, steward, reader, clinic }
}

impl Desk {
    async fn send(&self, method: Method, door: &str, token: &str, body: &Value) -> Answer {
        let answer = self.house.send_body(&method, door, Some(token), &body.to_string()).await;
        self.house.follow().await;
        answer
    }

    async fn register(&self, statement: &Value) -> String {
        let made = self.send(Method::POST, DATASETS, &self.manager, statement).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    async fn found(&self, query: &str, token: Option<&str>) -> u64 {
        self.house.get(&format!("/api/v1/search?q={query}"), token).await.json()["total"].as_u64().unwrap()
    }

    async fn status(&self, door: &str, token: Option<&str>) -> u16 {
        self.house.get(door, token).await.status.as_u16()
    }
}

/// The six things that must be said, and nothing else.
fn statement(title: &str) -> Value {
    json!({
        "title": {"en": title}, "countries": ["YEM"], "clusters": ["PRO-MIN"],
        "terms": {"sensitivity": "moderate", "sharing": "community", "access_method": "on-request", "listing": "stub"},
    })
}

fn problems(answer: &Answer) -> Vec<(String, String)> {
    let problems = answer.json()["problems"].as_array().unwrap().clone();
    let part = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    problems.iter().map(|one| (part(one, "field"), part(one, "rule"))).collect()
}

fn named(problems: &[(&str, &str)]) -> Vec<(String, String)> {
    problems.iter().map(|(field, rule)| ((*field).to_owned(), (*rule).to_owned())).collect()
}

#[tokio::test]
async fn row_01_a_holding_that_nobody_published_is_found_on_the_terms_that_its_organisation_states() {
    let desk = desk().await;
    let id = desk.register(&statement("Cleared wells")).await;
    let record = desk.house.get(&format!("{DATASETS}/{id}"), Some(&desk.clinic)).await.json();
    assert_eq!(
        (
            &record["title"],
            &record["owner"]["id"],
            &record["source"],
            &record["terms"]["sharing"],
            &record["rendition"]
        ),
        (&json!("Cleared wells"), &json!("desk"), &json!("registered"), &json!("community"), &json!("full"))
    );
    assert_eq!(record["provenance"]["problems"], json!([]));
    let stub = desk.house.get(&format!("{DATASETS}/{id}"), None).await.json();
    assert_eq!((&stub["rendition"], &stub["title"]), (&json!("stub"), &json!("Dataset: Mine Action, Yemen")));
    assert_eq!((desk.found("wells", Some(&desk.clinic)).await, desk.found("wells", None).await), (1, 0));
    assert_eq!(desk.found("&country=YEM&cluster=PRO", None).await, 1);
}

#[tokio::test]
async fn row_13_row_34_six_things_are_enough_and_what_is_missing_or_wrong_is_named_by_field_rule_and_what_is_allowed() {
    let desk = desk().await;
    let refused = desk.send(Method::POST, DATASETS, &desk.manager, &json!({})).await;
    assert_eq!(
        (refused.status.as_u16(), problems(&refused)),
        (
            422,
            named(&[
                ("title", "not-stated"),
                ("countries", "not-stated"),
                ("clusters", "not-stated"),
                ("terms.sensitivity", "not-stated"),
                ("terms.sharing", "not-stated"),
                ("terms.access_method", "not-stated"),
            ])
        )
    );
    let wrong = |part: Value| {
        let mut sent = statement("Wells");
        for (name, value) in part.as_object().unwrap() {
            sent[name] = value.clone();
        }
        sent
    };
    let table = [
        (json!({"countries": ["Yemen"]}), "countries[0]", "unknown-code"),
        (json!({"clusters": ["MINES"]}), "clusters[0]", "unknown-code"),
        (json!({"places": ["Nowhere at all"]}), "places[0]", "unknown-place"),
        (json!({"bbox": [1, 60, 2, 50]}), "bbox", "not-a-box"),
        (json!({"coverage": {"start": "2024", "end": "2020"}}), "coverage.end", "reversed-period"),
        (json!({"landing_page": "javascript:alert(1)"}), "landing_page", "not-an-address"),
        (json!({"update_frequency": "often"}), "update_frequency", "unknown-code"),
        (json!({"worldwide": true}), "worldwide", "worldwide-or-countries"),
        (json!({"owner": "clinic"}), "owner", "not-readable"),
        (json!({"id": "mine"}), "id", "not-readable"),
        (json!({"fields": [{"name": "a", "secret": true}]}), "fields[0].secret", "not-readable"),
        (
            json!({"terms": {"sensitivity": "moderate", "sharing": "restricted", "access_method": "on-request"}}),
            "terms.sharing",
            "audience-of-whom",
        ),
        (
            json!({"terms": {"sensitivity": "low", "sharing": "public", "access_method": "none", "classification": "confidential"}}),
            "terms",
            "classified-is-never-public",
        ),
    ];
    for (part, field, rule) in table {
        let refused = desk.send(Method::POST, DATASETS, &desk.manager, &wrong(part.clone())).await;
        assert_eq!((refused.status.as_u16(), problems(&refused)), (422, named(&[(field, rule)])), "{part}");
    }
    assert_eq!(desk.house.get(HOLDINGS, Some(&desk.manager)).await.json()["items"], json!([]));
}

#[tokio::test]
async fn a_draft_is_for_its_organisation_alone_until_it_is_published() {
    let desk = desk().await;
    let title = json!({"title": {"fr": "Puits"}});
    let draft = desk.send(Method::POST, &format!("{DATASETS}?draft=true"), &desk.manager, &title).await;
    assert_eq!((draft.status.as_u16(), &draft.json()["state"]), (201, &json!("draft")), "{}", draft.text());
    let id = draft.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(draft.headers["location"], format!("{HOLDINGS}/{id}"), "where it is");
    let absent = format!("{DATASETS}/{}", "00000000-0000-5000-8000-000000000000");
    for token in [None, Some(&*desk.clinic), Some(&*desk.manager)] {
        assert_eq!(
            desk.house.get(&format!("{DATASETS}/{id}"), token).await,
            desk.house.get(&absent, token).await,
            "no draft is a record"
        );
    }
    assert_eq!(desk.status(&format!("{HOLDINGS}/{id}"), Some(&desk.reader)).await, 200);
    assert_eq!(desk.status(&format!("{HOLDINGS}/{id}"), Some(&desk.clinic)).await, 404);

    let publish = format!("{DATASETS}/{id}/publish?version=");
    let refused = desk.send(Method::POST, &format!("{publish}1"), &desk.manager, &json!({})).await;
    assert_eq!(problems(&refused).len(), 5, "{}", refused.text());
    let change =
        desk.send(Method::PUT, &format!("{DATASETS}/{id}?version=1"), &desk.manager, &statement("Wells")).await;
    assert_eq!((change.status.as_u16(), &change.json()["state"]), (200, &json!("draft")));
    assert_eq!(desk.found("wells", Some(&desk.manager)).await, 0);
    let published = desk.send(Method::POST, &format!("{publish}2"), &desk.manager, &json!({})).await;
    assert_eq!((published.status.as_u16(), &published.json()["state"]), (200, &json!("published")));
    assert_eq!(desk.found("wells", Some(&desk.clinic)).await, 1);
}

#[tokio::test]
async fn versions_do_not_overwrite_each_other_and_the_history_tells_what_changed() {
    let desk = desk().await;
    let id = desk.register(&statement("Wells")).await;
    let door = |version: u32| format!("{DATASETS}/{id}?version={version}");
    let mut second = statement("Deep wells");
    second["countries"] = json!(["YEM", "SYR"]);
    assert_eq!(desk.send(Method::PUT, &door(1), &desk.manager, &second).await.status, 200);
    let late = desk.send(Method::PUT, &door(1), &desk.manager, &statement("Wells of old")).await;
    assert_eq!((late.status.as_u16(), &late.json()["version"]), (409, &json!(2)), "{}", late.text());
    // The same again is no new version, and writes nothing.
    assert_eq!(desk.send(Method::PUT, &door(2), &desk.manager, &second).await.json()["version"], json!(2));

    let history = desk.house.get(&format!("{HOLDINGS}/{id}/history"), Some(&desk.reader)).await.json();
    let told: Vec<(Value, Value)> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["version"].clone(), one["changes"].clone()))
        .collect();
    let changes = json!([
        {"field": "/countries", "before": "[\"YEM\"]", "after": "[\"YEM\",\"SYR\"]"},
        {"field": "/title/en", "before": "Wells", "after": "Deep wells"},
    ]);
    assert_eq!(told, [(json!(2), changes), (json!(1), json!([]))]);
    let steps = desk.house.get(&format!("{DATASETS}/{id}/history"), Some(&desk.clinic)).await.json();
    assert_eq!(steps["items"][0]["fields"], json!(["countries", "title"]), "{steps}");
}

#[tokio::test]
async fn what_is_withdrawn_is_gone_at_once_for_everyone_and_can_be_restored() {
    let desk = desk().await;
    let id = desk.register(&statement("Wells")).await;
    let record = format!("{DATASETS}/{id}");
    let withdraw = format!("{record}?version=1&reason=Counted%20twice");
    let gone = desk.send(Method::DELETE, &withdraw, &desk.manager, &json!({})).await;
    assert_eq!((gone.status.as_u16(), &gone.json()["state"]), (200, &json!("withdrawn")), "{}", gone.text());
    assert_eq!(
        (desk.status(&record, Some(&desk.clinic)).await, desk.found("wells", Some(&desk.clinic)).await),
        (410, 0)
    );
    let change = desk.send(Method::PUT, &format!("{record}?version=2"), &desk.manager, &statement("Wells")).await;
    assert_eq!(change.status, 409, "{}", change.text());
    let restored = desk.send(Method::POST, &format!("{record}/publish?version=2"), &desk.manager, &json!({})).await;
    assert_eq!((restored.status.as_u16(), &restored.json()["version"]), (200, &json!(3)));
    assert_eq!(
        (desk.status(&record, Some(&desk.clinic)).await, desk.found("wells", Some(&desk.clinic)).await),
        (200, 1)
    );
}

#[tokio::test]
async fn managers_register_and_tighten_and_only_stewards_loosen_what_is_published() {
    let desk = desk().await;
    let refused = desk.send(Method::POST, DATASETS, &desk.reader, &statement("Wells")).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(desk.house.send_body(&Method::POST, DATASETS, None, &statement("Wells").to_string()).await.status, 401);
    let id = desk.register(&statement("Wells")).await;
    let door = |version: u32| format!("{DATASETS}/{id}?version={version}");
    // Who knows of the record is told who may change it; who does not is told nothing.
    let stranger = desk.send(Method::PUT, &door(1), &desk.clinic, &statement("Mine")).await;
    assert_eq!(stranger.status, 403, "{}", stranger.text());

    let mut closer = statement("Wells");
    closer["terms"]["sharing"] = json!("organisation");
    closer["terms"]["listing"] = json!("hidden");
    assert_eq!(desk.send(Method::PUT, &door(1), &desk.manager, &closer).await.status, 200);
    let absent = desk.send(Method::PUT, &door(2), &desk.clinic, &statement("Mine")).await;
    assert_eq!(absent.status, 404, "{}", absent.text());
    let looser = desk.send(Method::PUT, &door(2), &desk.manager, &statement("Wells")).await;
    assert_eq!((looser.status.as_u16(), &looser.json()["code"]), (403, &json!("forbidden")), "{}", looser.text());
    assert_eq!(desk.status(&format!("{DATASETS}/{id}"), Some(&desk.clinic)).await, 404);
    assert_eq!(desk.send(Method::PUT, &door(2), &desk.steward, &statement("Wells")).await.status, 200);
    assert_eq!(desk.status(&format!("{DATASETS}/{id}"), Some(&desk.clinic)).await, 200);

    let mut acts = desk.house.catalog.newest_acts(20).await.unwrap();
    acts.retain(|act| act.act.starts_with("holding"));
    let told: Vec<(&str, Option<u32>, Option<&str>, bool)> =
        acts.iter().map(|act| (act.act.as_str(), act.version, act.reason.as_deref(), act.refused)).collect();
    let loosened = "loosens sharing from organisation to community, listing from hidden to stub";
    assert_eq!(
        told,
        [
            ("holding.change", Some(3), Some(loosened), false),
            ("holding.change", None, None, true),
            ("holding.change", Some(2), None, false),
            ("holding.change", None, None, true),
            ("holding.create", Some(1), None, false),
            ("holding.create", None, None, true),
        ]
    );
}

#[tokio::test]
async fn row_28_access_is_denied_from_the_moment_that_the_social_licence_is_withdrawn() {
    let desk = desk().await;
    let mut sent = statement("Wells");
    sent["terms"]["sharing"] = json!("public");
    sent["terms"]["access_method"] = json!("download");
    let id = desk.register(&sent).await;
    let ask = json!({"record": id, "question": {"access": "download", "purposes": ["safe-access"]}});
    let outcome = async || {
        let answer = desk.send(Method::POST, "/api/v1/access/decide", &desk.clinic, &ask).await;
        answer.json()["outcome"].as_str().map(str::to_owned)
    };
    assert_eq!(outcome().await.as_deref(), Some("granted"));
    sent["social_licence"] = json!({
        "status": "withdrawn",
        "engagements": [{"method": "community-meeting", "date": "2026-05", "participants": 40, "outcome": "They take it back."}],
    });
    assert_eq!(desk.send(Method::PUT, &format!("{DATASETS}/{id}?version=1"), &desk.manager, &sent).await.status, 200);
    assert_eq!(outcome().await.as_deref(), Some("denied"));
}

#[tokio::test]
async fn row_29_what_people_said_when_they_were_asked_stands_in_the_record() {
    let desk = desk().await;
    let mut sent = statement("Wells");
    let engagement = json!({
        "method": "citizen-assembly", "date": "2026-05", "place": "Upper valley", "participants": 40,
        "outcome": "Granted for a year", "conditions": ["No names of villages"],
    });
    sent["social_licence"] = json!({
        "status": "conditional", "conditions": ["No names of villages"], "expires": "2027-05", "engagements": [engagement],
    });
    let id = desk.register(&sent).await;
    let record = desk.house.get(&format!("{DATASETS}/{id}"), Some(&desk.clinic)).await.json();
    assert_eq!(record["social_licence"]["engagements"], json!([engagement]));
    assert_eq!(record["social_licence"]["conditions"], json!(["No names of villages"]));
    let page = desk.house.get(&format!("/dataset/{id}"), Some(&desk.clinic)).await.text();
    assert!(page.contains("They agree to its use on conditions.") && page.contains("No names of villages"), "{page}");
}

#[tokio::test]
async fn row_41_a_private_partner_without_a_word_on_onward_use_is_an_error() {
    let desk = desk().await;
    let mut sent = statement("Wells");
    sent["partnerships"] = json!([{"partner": "Invented Maps", "partner_kind": "private_sector"}]);
    let refused = desk.send(Method::POST, DATASETS, &desk.manager, &sent).await;
    assert_eq!(
        problems(&refused),
        named(&[
            ("partnerships[0].onward_use", "not-disclosed"),
            ("partnerships[0].commercial_interest", "not-disclosed"),
            ("partnerships[0].exit_terms", "not-disclosed"),
        ])
    );
    sent["partnerships"] = json!([{
        "partner": "Invented Maps", "partner_kind": "private_sector", "services": ["Tiles"], "data_categories": ["Wells"],
        "onward_use": "None", "commercial_interest": "None", "exit_terms": "Deletes its copy",
    }]);
    let id = desk.register(&sent).await;
    let record = desk.house.get(&format!("{DATASETS}/{id}"), Some(&desk.clinic)).await.json();
    assert_eq!(record["partnerships"][0]["services"], json!(["Tiles"]));
}

#[tokio::test]
async fn row_27_what_is_severe_or_high_is_not_published_without_impact_note_affected_groups_mitigations_and_review_date()
 {
    let desk = desk().await;
    let mut sent = statement("Casualties");
    sent["terms"]["sensitivity"] = json!("high");
    let refused = desk.send(Method::POST, DATASETS, &desk.manager, &sent).await;
    let lacking = ["impact.summary", "impact.affected_groups", "impact.mitigations", "terms.review_by"];
    assert_eq!(problems(&refused), named(&lacking.map(|field| (field, "needed-to-publish"))));
    let draft = desk.send(Method::POST, &format!("{DATASETS}?draft=true"), &desk.manager, &sent).await;
    assert_eq!(draft.status, 201, "a draft may lack them: {}", draft.text());
    let publish = format!("{DATASETS}/{}/publish?version=1", draft.json()["id"].as_str().unwrap());
    assert_eq!(problems(&desk.send(Method::POST, &publish, &desk.manager, &json!({})).await).len(), 4);

    sent["impact"] = json!({"summary": "Revenge", "affected_groups": ["Survivors"], "mitigations": ["Counts alone"]});
    sent["terms"]["review_by"] = json!("2027-06");
    let id = desk.register(&sent).await;
    // What could be done with it is no business of who sees a stub.
    let stub = desk.house.get(&format!("{DATASETS}/{id}"), None).await.text();
    assert!(!stub.contains("Revenge"), "{stub}");
    sent["impact"] = Value::Null;
    let door = format!("{DATASETS}/{id}?version=1");
    assert_eq!(desk.send(Method::PUT, &door, &desk.manager, &sent).await.status, 422, "nor is it taken back");
}

#[tokio::test]
async fn row_40_data_by_which_groups_can_be_told_is_moderate_at_least() {
    let desk = desk().await;
    let mut sent = statement("Households");
    sent["group_privacy"] = json!(true);
    sent["terms"]["sensitivity"] = json!("low");
    let refused = desk.send(Method::POST, DATASETS, &desk.manager, &sent).await;
    assert_eq!(problems(&refused), named(&[("terms.sensitivity", "group-privacy-is-moderate-at-least")]));
    sent["terms"]["sensitivity"] = json!("moderate");
    desk.register(&sent).await;
}

#[tokio::test]
async fn no_id_tells_when_a_holding_was_made_in_secret() {
    let desk = desk().await;
    let mut open = statement("Cleared wells");
    open["terms"]["sharing"] = json!("public");
    open["terms"]["listing"] = json!("full");
    let draft = desk.send(Method::POST, &format!("{DATASETS}?draft=true"), &desk.steward, &open).await;
    let publish = format!("{DATASETS}/{}/publish?version=1", draft.json()["id"].as_str().unwrap());
    assert_eq!(desk.send(Method::POST, &publish, &desk.steward, &json!({})).await.status, 200);
    let table = "title,country,cluster,sensitivity,sharing,access method,listing\n\
                 Schools,YEM,Education,low,public,download,full\n";
    let door = format!("{DATASETS}/bulk");
    let taken = desk.house.send_body(&Method::POST, &door, Some(&desk.steward), table).await;
    desk.house.follow().await;
    assert_eq!((taken.status.as_u16(), &taken.json()["new"]), (200, &json!(1)), "{}", taken.text());
    let found = desk.house.get("/api/v1/search", None).await.json();
    let mut made = Vec::new();
    for item in found["items"].as_array().unwrap() {
        let record = desk.house.get(&format!("{DATASETS}/{}", item["id"].as_str().unwrap()), None).await.json();
        let id: uuid::Uuid = record["source_record_id"].as_str().unwrap().parse().unwrap();
        made.push(id.get_timestamp());
    }
    assert_eq!(made, [None, None]);
}
