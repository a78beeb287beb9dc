//! Data collaboratives: who writes the canvas, what is missing of it, who does what, and what nobody else is told.

use crate::desk::{record, with_people};
use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_model::registry::CollaborativeStatement;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const DOOR: &str = "/api/v1/collaboratives";

const HOLDINGS: &str = "id,title,owner,country,cluster,sensitivity,sharing,listing,access method
open,Routes,Relief,MLI,PRO,low,public,full,download
own,Transit camps,Relief,MLI,PRO,moderate,organisation,hidden,on-request
";

/// A canvas of which most is stated, changed in one place.
fn canvas(field: &str, value: Value) -> Value {
    let mut sent = json!({
        "lead": "relief", "title": {"en": "Where people rest"}, "question": {"en": "Where do people on the move rest?"},
        "purposes": ["clearance-planning"], "records": [record("open")], "countries": ["MLI"], "clusters": ["PRO"],
        "parties": [
            {"organisation": "relief", "roles": ["facilitator", "steward"], "responsibilities": {"en": "Calls the meetings"}},
            {"organisation": "ministry", "roles": ["provider"], "responsibilities": {"en": "Gives counts"},
             "relations": [{"to": "=Example Telecom", "how": "licenses it"}]},
            {"name": "=Example Telecom", "roles": ["provider", "funder"]},
        ],
        "incentives": [{"text": {"en": "Credit in every report"}, "party": "=Example Telecom"}],
        "challenges": [{"text": {"en": "Two data protection acts"}}],
        "enablers": [{"text": {"en": "A law on open data"}}],
        "business_model": {"cost": "pro-bono", "funding": {"en": "The telecom gives the aggregates"}},
        "stewardship": {"steward": "relief", "successor": "ministry", "retention": {"en": "One year"}},
        "jurisdictions": ["MLI"], "audience": {"sharing": "community"},
    });
    sent[field] = value;
    sent
}

async fn post(house: &House, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&Method::POST, door, Some(token), &body.to_string()).await
}

async fn put(house: &House, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&Method::PUT, door, Some(token), &body.to_string()).await
}

async fn registered(house: &House, token: &str, canvas: &Value) -> String {
    let made = post(house, DOOR, token, canvas).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.headers["location"].clone()
}

fn parts(answer: &Value) -> Vec<&str> {
    answer["missing"].as_array().unwrap().iter().map(|one| one["part"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn row_23_the_roles_of_a_collaborative_are_registered_and_come_out_as_a_matrix() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Reader), ("Clinic", Role::Reader)];
    let (house, [relief, ministry, clinic]) = with_people(HOLDINGS, people).await;
    let door = registered(&house, &relief, &canvas("audience", json!({"sharing": "organisation"}))).await;
    let roles = house.get(&format!("{door}/roles.csv"), Some(&ministry)).await;
    assert_eq!(roles.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<String> = roles.text().trim_start_matches('\u{feff}').lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "party,provider,user,intermediary,steward,funder,facilitator,community-representative,responsibilities,relations",
            "relief,,,,x,,x,,Calls the meetings,",
            "ministry,x,,,,,,,Gives counts,'=Example Telecom: licenses it",
            "'=Example Telecom,x,,,,x,,,,",
        ]
    );
    // A party may know of it; nobody else does.
    for part in ["", "/roles.csv", "/history"] {
        assert_eq!(house.get(&format!("{door}{part}"), Some(&ministry)).await.status, 200, "{part}");
        assert_eq!(house.get(&format!("{door}{part}"), Some(&clinic)).await.status, 404, "{part}");
    }
}

#[tokio::test]
async fn a_canvas_says_what_is_missing_before_it_could_start_and_is_one_page() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Manager), ("Clinic", Role::Reader)];
    let (house, [relief, ministry, reader]) = with_people(HOLDINGS, people).await;
    let need = json!({"title": {"en": "Resting places"}, "purposes": ["clearance-planning"], "countries": ["MLI"]});
    let need = post(&house, "/api/v1/needs", &ministry, &need).await.json()["id"].clone();
    let door = registered(&house, &relief, &canvas("needs", json!([need]))).await;
    let shown = house.get(&door, Some(&reader)).await.json();
    for (field, value) in canvas("needs", json!([need])).as_object().unwrap() {
        assert_eq!(&shown[field], value, "{field}");
    }
    // Users, who speaks for the people, what the telecom is responsible for, ethics and the agreement.
    assert_eq!(parts(&shown), ["parties", "parties", "parties[2].responsibilities", "ethics", "agreement"]);
    let ethics =
        json!({"risks": {"en": "Raids"}, "safeguards": ["encryption-at-rest"], "engagement": {"en": "Meetings"}});
    let mut better = canvas("ethics", ethics);
    better["needs"] = json!([need]);
    let changed = put(&house, &format!("{door}?version=1"), &relief, &better).await.json();
    assert_eq!(parts(&changed), ["parties", "parties", "parties[2].responsibilities", "agreement"]);

    let id = door.rsplit('/').next().unwrap();
    let page = house.get(&format!("/collaborative/{id}"), None).await;
    assert_eq!(page.status, 404, "it is told to who is signed in");
    house.token(&Asker::member("Clinic", &[], Role::Reader)).await;
    for (query, found) in [
        ("", 1),
        ("organisation=ministry", 1),
        ("organisation=clinic", 0),
        ("country=Mali", 1),
        ("cluster=HEA", 0),
        ("state=ended", 0),
    ] {
        let list = house.get(&format!("{DOOR}?{query}"), Some(&reader)).await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
    }
    for wrong in ["country=Atlantis", "state=lost", "color=red"] {
        assert_eq!(house.get(&format!("{DOOR}?{wrong}"), Some(&reader)).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_collaborative_that_everyone_may_know_of_is_a_page_for_everyone() {
    let (house, [relief]) = with_people(HOLDINGS, [("Relief", Role::Manager)]).await;
    let mut public = canvas("audience", json!({"sharing": "public"}));
    public["parties"] = json!([{"name": "People of the north", "roles": ["community-representative"]}]);
    public["incentives"] = json!([]);
    public["stewardship"] = Value::Null;
    let unlisted = post(&house, DOOR, &relief, &public).await;
    assert_eq!(unlisted.json()["problems"][0]["rule"], "organisation-not-listed");
    let listed = json!({"name": {"en": "Relief"}, "listed": true});
    let organisation = house.get("/api/v1/organisations/relief", Some(&relief)).await.json();
    let address = format!("/api/v1/organisations/relief?version={}", organisation["version"]);
    let done = put(&house, &address, &relief, &listed).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let door = registered(&house, &relief, &public).await;
    let id = door.rsplit('/').next().unwrap();
    let page = house.get(&format!("/collaborative/{id}"), None).await.text();
    for said in ["Where do people on the move rest?", "People of the north", "Pro bono", "Nobody gives data.", "Routes"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(house.get("/collaboratives", None).await.text().contains("Where people rest"));
}

#[tokio::test]
async fn a_canvas_is_written_by_its_lead_and_nobody_else_and_keeps_it() {
    let people = [("Relief", Role::Reader), ("Relief", Role::Manager), ("Ministry", Role::Administrator)];
    let (house, tokens) = with_people(HOLDINGS, people).await;
    for (token, may) in tokens.iter().zip([false, true, false]) {
        let made = post(&house, DOOR, token, &canvas("laws", json!(["Act 1"]))).await;
        assert_eq!(made.status, if may { 201 } else { 403 }, "{}", made.text());
    }
    let door = registered(&house, &tokens[1], &canvas("laws", json!(["Act 1"]))).await;
    let changed = canvas("laws", json!(["Act 2"]));
    for (token, status) in tokens.iter().zip([403, 200, 403]) {
        assert_eq!(put(&house, &format!("{door}?version=1"), token, &changed).await.status, status);
    }
    assert_eq!(put(&house, &format!("{door}?version=1"), &tokens[1], &canvas("laws", json!([]))).await.status, 409);
    let other = put(&house, &format!("{door}?version=2"), &tokens[1], &canvas("lead", json!("ministry"))).await;
    assert_eq!((other.status.as_u16(), &other.json()["problems"][0]["rule"]), (422, &json!("other-lead")));
    let unknown = canvas("parties", json!([{"organisation": "nowhere", "roles": ["user"]}]));
    let refused = post(&house, DOOR, &tokens[1], &unknown).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let end = format!("{door}/end?version=2");
    assert_eq!(post(&house, &end, &tokens[2], &json!({})).await.status, 403);
    assert_eq!(post(&house, &end, &tokens[1], &json!({"reason": "Answered"})).await.json()["state"], "ended");
    assert_eq!(put(&house, &format!("{door}?version=3"), &tokens[1], &changed).await.status, 409);
}

#[tokio::test]
async fn collaboratives_tell_nobody_of_what_they_name_and_others_may_not_know_of() {
    let houses = [
        with_people(HOLDINGS, [("Relief", Role::Manager)]).await.0,
        with_people(HOLDINGS, [("Relief", Role::Manager)]).await.0,
    ];
    let at = "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
    let mut ids = Vec::new();
    for (house, is_full) in houses.iter().zip([true, false]) {
        for name in ["Ministry", "Clinic"] {
            house.token(&Asker::member(name, &[], Role::Reader)).await;
        }
        let records = if is_full { json!([record("own")]) } else { json!([]) };
        let told = canvas("records", records);
        let hidden = canvas("audience", json!({"sharing": "organisation"}));
        let mut last = String::new();
        for statement in if is_full { vec![hidden, told] } else { vec![told] } {
            let statement: CollaborativeStatement = serde_json::from_value(statement).unwrap();
            last = house.catalog.create_collaborative(&Viewer::operator(), statement, at).await.unwrap().id;
        }
        ids.push(last);
    }
    let [full, alone] = &houses;
    for asker in [Asker::anonymous(), Asker::member("Elsewhere", &[], Role::Administrator)] {
        let (token, same) = (full.token(&asker).await, alone.token(&asker).await);
        for door in ["", "?limit=1", "?organisation=relief", "/{id}", "/{id}/history", "/{id}/roles.csv"] {
            let address = |id: &str| format!("{DOOR}{}", door.replace("{id}", id));
            let is = full.get(&address(&ids[0]), token.as_deref()).await;
            let would_be = alone.get(&address(&ids[1]), same.as_deref()).await;
            let numbered = |answer: &Answer, id: &str| (answer.status, answer.text().replace(id, "the collaborative"));
            assert_eq!(numbered(&is, &ids[0]), numbered(&would_be, &ids[1]), "{door} as {asker:?}");
        }
        // What is missing is told of what is shown: the record that is named and hidden is missing for them.
        if token.is_some() {
            let shown = full.get(&format!("{DOOR}/{}", ids[0]), token.as_deref()).await.json();
            assert!(parts(&shown).contains(&"records"), "{shown:#}");
        }
    }
    let relief = full.token(&Asker::member("Relief", &[], Role::Manager)).await;
    let own = full.get(&format!("{DOOR}/{}", ids[0]), relief.as_deref()).await.json();
    assert!(!parts(&own).contains(&"records"), "{own:#}");
}
