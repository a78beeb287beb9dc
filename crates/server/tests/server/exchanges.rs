//! Exchanges: who registers, changes and ends them, who is told of what they name, and what nobody else is told.

use crate::desk::{record, with_people};
use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_model::registry::ExchangeStatement;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const EXCHANGES: &str = "/api/v1/exchanges";

const HOLDINGS: &str = "id,title,owner,country,cluster,sensitivity,sharing,listing,access method
open,Clinics,Relief,YEM,HEA,low,public,full,download
own,Patients,Relief,YEM,HEA,moderate,organisation,hidden,on-request
";

fn exchange(from: &str, to: &str, title: &str) -> Value {
    json!({"from": from, "to": to, "title": {"en": title}, "channel": "file-transfer"})
}

async fn post(house: &House, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&Method::POST, door, Some(token), &body.to_string()).await
}

async fn put(house: &House, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&Method::PUT, door, Some(token), &body.to_string()).await
}

/// The door of an exchange just registered.
async fn registered(house: &House, token: &str, exchange: &Value) -> String {
    let made = post(house, EXCHANGES, token, exchange).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.headers["location"].clone()
}

fn titles(list: &Answer) -> Vec<String> {
    let items = list.json()["items"].as_array().unwrap().clone();
    items.iter().map(|one| one["title"]["en"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn row_05_what_is_exchanged_now_is_recorded_listed_by_organisation_and_drawn_as_a_graph() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Steward), ("Clinic", Role::Reader)];
    let (house, [relief, ministry, reader]) = with_people(HOLDINGS, people).await;
    let sent = json!({
        "from": "relief", "to": "ministry", "title": {"en": "Clinics that work"}, "records": [record("open")],
        "description": {"en": "Every first Monday"}, "clusters": ["HEA"], "countries": ["YEM"],
        "channel": "shared-drive", "frequency": "monthly", "limitations": {"en": "No codes of places"},
        "since": "2024-05", "audience": {"sharing": "community"},
    });
    let door = registered(&house, &relief, &sent).await;
    let shown = house.get(&door, Some(&reader)).await.json();
    for (field, value) in sent.as_object().unwrap() {
        assert_eq!(&shown[field], value, "{field}");
    }
    assert_eq!((&shown["state"], &shown["version"]), (&json!("current"), &json!(1)));
    registered(&house, &ministry, &exchange("ministry", "clinic", "Cases")).await;

    for (query, found) in [
        ("", vec!["Clinics that work", "Cases"]),
        ("organisation=ministry", vec!["Clinics that work", "Cases"]),
        ("organisation=relief", vec!["Clinics that work"]),
        ("from=ministry", vec!["Cases"]),
        ("to=ministry", vec!["Clinics that work"]),
        ("country=Yemen", vec!["Clinics that work"]),
        ("cluster=HEA&channel=shared-drive", vec!["Clinics that work"]),
        ("cluster=WSH", vec![]),
        ("state=ended", vec![]),
    ] {
        assert_eq!(titles(&house.get(&format!("{EXCHANGES}?{query}"), Some(&reader)).await), found, "{query}");
    }
    let first = house.get(&format!("{EXCHANGES}?limit=1"), Some(&reader)).await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let second = house.get(&format!("{EXCHANGES}?limit=1&after={next}"), Some(&reader)).await;
    assert_eq!((titles(&first), titles(&second)), (vec!["Clinics that work".to_owned()], vec!["Cases".to_owned()]));
    assert_eq!(second.json()["next"], Value::Null);
    for wrong in ["country=Atlantis", "channel=pigeon", "state=lost", "color=red"] {
        assert_eq!(house.get(&format!("{EXCHANGES}?{wrong}"), Some(&reader)).await.status, 400, "{wrong}");
    }

    let graph = house.get(&format!("{EXCHANGES}/graph"), Some(&reader)).await.json();
    assert_eq!(
        graph["nodes"],
        json!([
            {"id": "clinic", "label": "Clinic"},
            {"id": "ministry", "label": "Ministry"},
            {"id": "relief", "label": "Relief"},
        ])
    );
    let edges: Vec<String> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| format!("{} {} {}", edge["source"], edge["target"], edge["channel"]).replace('"', ""))
        .collect();
    assert_eq!(edges, ["relief ministry shared-drive", "ministry clinic file-transfer"]);
    assert_eq!(
        (&graph["directed"], &graph["multigraph"], &graph["complete"]),
        (&json!(true), &json!(true), &json!(true))
    );
}

#[tokio::test]
async fn an_exchange_is_registered_changed_and_ended_by_either_of_its_organisations_and_nobody_else() {
    let people = [
        ("Relief", Role::Reader),
        ("Relief", Role::Operator),
        ("Relief", Role::Manager),
        ("Ministry", Role::Steward),
        ("Clinic", Role::Administrator),
    ];
    let (house, tokens) = with_people(HOLDINGS, people).await;
    let sent = exchange("relief", "ministry", "Clinics");
    for (token, may) in tokens.iter().zip([false, false, true, true, false]) {
        let made = post(&house, EXCHANGES, token, &sent).await;
        assert_eq!(made.status, if may { 201 } else { 403 }, "{}", made.text());
    }
    assert_eq!(house.send_body(&Method::POST, EXCHANGES, None, &sent.to_string()).await.status, 401);
    let door = registered(&house, &tokens[2], &sent).await;
    let version = async || house.get(&door, Some(&tokens[2])).await.json()["version"].clone();
    for (number, (token, may)) in tokens.iter().zip([false, false, true, true, false]).enumerate() {
        let mut other = sent.clone();
        other["since"] = json!(format!("202{number}"));
        let changed = put(&house, &format!("{door}?version={}", version().await), token, &other).await;
        assert_eq!(changed.status, if may { 200 } else { 403 }, "{}", changed.text());
        if !may {
            let ended = post(&house, &format!("{door}/end?version={}", version().await), token, &json!({})).await;
            assert_eq!(ended.status, 403, "{}", ended.text());
        }
    }
    let other = exchange("relief", "clinic", "Clinics");
    let moved = put(&house, &format!("{door}?version={}", version().await), &tokens[2], &other).await;
    assert_eq!((moved.status.as_u16(), &moved.json()["problems"][0]["rule"]), (422, &json!("other-organisations")));
    let unknown = post(&house, EXCHANGES, &tokens[2], &exchange("relief", "nowhere", "Clinics")).await;
    assert_eq!(
        (unknown.status.as_u16(), &unknown.json()["problems"][0]["rule"]),
        (422, &json!("unknown-organisation"))
    );
    let mut public = sent.clone();
    public["audience"] = json!({"sharing": "public"});
    let unlisted = post(&house, EXCHANGES, &tokens[2], &public).await;
    assert_eq!(unlisted.json()["problems"][0]["rule"], "organisation-not-listed");

    let end = format!("{door}/end?version={}", version().await);
    let ended = post(&house, &end, &tokens[3], &json!({"reason": "The office closed"})).await.json();
    assert_eq!(ended["state"], "ended");
    let again = put(&house, &format!("{door}?version={}", ended["version"]), &tokens[2], &sent).await;
    assert_eq!(again.status, 409);
    let history = house.get(&format!("{door}/history"), Some(&tokens[3])).await.json();
    let states: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states.first(), Some(&&json!("ended")));
    let graph = house.get(&format!("{EXCHANGES}/graph"), Some(&tokens[2])).await.json();
    assert_eq!(graph["edges"].as_array().unwrap().len(), 2, "what has ended flows no more");
}

#[tokio::test]
async fn a_record_that_an_exchange_names_is_told_to_those_who_may_know_of_it_and_kept_by_the_others() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Manager)];
    let (house, [relief, ministry]) = with_people(HOLDINGS, people).await;
    let mut sent = exchange("relief", "ministry", "Clinics");
    sent["records"] = json!([record("own"), record("open")]);
    let refused = post(&house, EXCHANGES, &ministry, &sent).await;
    let problems = &refused.json()["problems"];
    assert_eq!((&problems[0]["rule"], &problems[0]["field"]), (&json!("unknown-record"), &json!("records[0]")));
    let door = registered(&house, &relief, &sent).await;
    let records = async |token: &str| house.get(&door, Some(token)).await.json()["records"].clone();
    assert_eq!(records(&relief).await, json!([record("own"), record("open")]));
    assert_eq!(records(&ministry).await, json!([record("open")]));
    let history = house.get(&format!("{door}/history"), Some(&ministry)).await.text();
    assert!(!history.contains(&record("own")), "{history}");
    // The other side changes what it sees, and the rest stays.
    sent["records"] = json!([]);
    let changed = put(&house, &format!("{door}?version=1"), &ministry, &sent).await.json();
    assert_eq!((&changed["records"], &changed["version"]), (&Value::Null, &json!(2)));
    assert_eq!(records(&relief).await, json!([record("own")]));
}

#[tokio::test]
async fn exchanges_tell_nobody_of_flows_records_and_agreements_that_they_may_not_know_of() {
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
        let mut told = exchange("relief", "ministry", "Clinics");
        told["records"] = if is_full { json!([record("own"), record("open")]) } else { json!([record("open")]) };
        let mut hidden = exchange("relief", "clinic", "Patients");
        hidden["audience"] = json!({"sharing": "organisation"});
        let statements = if is_full { vec![hidden, told] } else { vec![told] };
        let mut last = String::new();
        for statement in statements {
            let statement: ExchangeStatement = serde_json::from_value(statement).unwrap();
            last = house.catalog.create_exchange(&Viewer::operator(), statement, at).await.unwrap().id;
        }
        ids.push(last);
    }
    let [full, alone] = &houses;
    for asker in [Asker::anonymous(), Asker::member("Elsewhere", &[], Role::Administrator)] {
        let (token, same) = (full.token(&asker).await, alone.token(&asker).await);
        for door in [
            "",
            "?limit=1",
            "?organisation=relief",
            "?to=clinic",
            "/graph",
            "/graph?from=relief",
            "/{id}",
            "/{id}/history",
        ] {
            let address = |id: &str| format!("{EXCHANGES}{}", door.replace("{id}", id));
            let is = full.get(&address(&ids[0]), token.as_deref()).await;
            let would_be = alone.get(&address(&ids[1]), same.as_deref()).await;
            let numbered = |answer: &Answer, id: &str| (answer.status, answer.text().replace(id, "the exchange"));
            assert_eq!(numbered(&is, &ids[0]), numbered(&would_be, &ids[1]), "{door} as {asker:?}");
        }
    }
}

#[tokio::test]
async fn a_record_of_which_who_states_an_exchange_sees_a_stub_is_named_once_however_often_they_name_it() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Manager)];
    let holdings = format!("{HOLDINGS}stub,Shelters,Relief,YEM,HEA,moderate,organisation,stub,on-request\n");
    let (house, [_, ministry]) = with_people(&holdings, people).await;
    let mut sent = exchange("relief", "ministry", "Shelters");
    sent["records"] = json!([record("stub")]);
    let door = registered(&house, &ministry, &sent).await;
    sent["title"] = json!({"en": "Shelters that stand"});
    let changed = put(&house, &format!("{door}?version=1"), &ministry, &sent).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let id = door.rsplit('/').next().unwrap();
    let kept = house.catalog.exchange(&Viewer::operator(), id).await.unwrap().body.statement.records;
    assert_eq!(kept.iter().map(ToString::to_string).collect::<Vec<_>>(), [record("stub")]);
}
