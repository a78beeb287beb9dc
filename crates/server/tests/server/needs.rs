//! Needs: who states, changes and ends them, what answers them, and what nobody else is told.

use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_model::registry::NeedStatement;
use cairn_policy::{Role, Viewer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const NEEDS: &str = "/api/v1/needs";

async fn with_people<const N: usize>(sources: &[&str], people: [(&str, Role); N]) -> (House, [String; N]) {
    let house = House::open(sources).await;
    let mut tokens = Vec::new();
    for (organisation, role) in people {
        tokens.push(house.token(&Asker::member(organisation, &[], role)).await.unwrap());
    }
    (house, tokens.try_into().unwrap())
}

async fn post(house: &House, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&Method::POST, door, Some(token), &body.to_string()).await
}

async fn put(house: &House, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&Method::PUT, door, Some(token), &body.to_string()).await
}

/// A need that says no more than most.
fn need(title: &str) -> Value {
    json!({
        "title": {"en": title}, "purposes": ["clearance-planning"],
        "topics": ["minefields"], "clusters": ["PRO-MIN"], "countries": ["YEM"],
    })
}

/// The door of a need just stated.
async fn stated(house: &House, token: &str, need: &Value) -> String {
    let made = post(house, NEEDS, token, need).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.headers["location"].clone()
}

fn titles(list: &Answer) -> Vec<String> {
    let items = list.json()["items"].as_array().unwrap().clone();
    items.iter().map(|one| one["title"]["en"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn row_02_a_need_that_was_stated_is_shown_and_listed_with_the_facets_of_holdings() {
    let (house, [manager, reader]) = with_people(&[], [("Desk", Role::Manager), ("Clinic", Role::Reader)]).await;
    let sent = json!({
        "title": {"en": "Where people return to", "fr": "Lieux de retour"},
        "description": {"en": "For the convoys of the winter"},
        "topics": ["contamination"], "clusters": ["PRO-MIN"], "countries": ["YEM", "SYR"], "places": ["YE11"],
        "period": {"start": "2024"}, "disaggregation": ["sex", "age"], "purposes": ["safe-access"],
        "for_whom": {"population_groups": ["IDP"], "organisations": ["clinic"]}, "needed_by": "2999-06",
        "ask": "question", "question": {"en": "Is the road mined?"}, "audience": {"sharing": "community"},
    });
    let door = stated(&house, &manager, &sent).await;
    let shown = house.get(&door, Some(&reader)).await.json();
    for (field, value) in sent.as_object().unwrap() {
        assert_eq!(&shown[field], value, "{field}");
    }
    assert_eq!(
        (&shown["state"], &shown["organisation"], &shown["version"]),
        (&json!("open"), &json!("desk"), &json!(1))
    );
    stated(&house, &manager, &need("Minefields")).await;

    let list = house.get(NEEDS, Some(&reader)).await;
    assert_eq!(titles(&list), ["Minefields", "Where people return to"], "newest first");
    let facets = json!({
        "country": [{"value": "YEM", "label": "Yemen", "count": 2}, {"value": "SYR", "label": "Syrian Arab Republic", "count": 1}],
        "cluster": [{"value": "PRO", "label": "Protection", "count": 2}, {"value": "PRO-MIN", "label": "Mine Action", "count": 2}],
    });
    assert_eq!((&list.json()["facets"], &list.json()["total"]), (&facets, &json!(2)));
    assert_eq!(list.json()["complete"], true);
    for (query, found) in [
        ("country=Syria", 1),
        ("country=YEM&cluster=PRO", 2),
        ("cluster=HEA", 0),
        ("purpose=humanitarian-response", 1),
        ("purpose=safe-access,clearance-planning", 2),
        ("organisation=desk", 2),
        ("organisation=clinic", 0),
        ("state=open", 2),
        ("state=met", 0),
    ] {
        let list = house.get(&format!("{NEEDS}?{query}"), Some(&reader)).await.json();
        assert_eq!((&list["total"], list["items"].as_array().unwrap().len()), (&json!(found), found), "{query}");
    }
    let first = house.get(&format!("{NEEDS}?limit=1"), Some(&reader)).await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let second = house.get(&format!("{NEEDS}?limit=1&after={next}"), Some(&reader)).await;
    assert_eq!(
        (titles(&first), titles(&second)),
        (vec!["Minefields".to_owned()], vec!["Where people return to".to_owned()])
    );
    assert_eq!((&second.json()["next"], &second.json()["total"]), (&Value::Null, &json!(2)));
    for wrong in ["country=Atlantis", "cluster=x", "purpose=profit", "state=lost", "color=red", "limit=201"] {
        assert_eq!(house.get(&format!("{NEEDS}?{wrong}"), Some(&reader)).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn needs_are_stated_changed_and_ended_by_who_speaks_for_the_organisation_alone() {
    let people = [
        ("Desk", Role::Reader),
        ("Desk", Role::Operator),
        ("Desk", Role::Manager),
        ("Desk", Role::Steward),
        ("Desk", Role::Administrator),
        ("Clinic", Role::Administrator),
    ];
    let (house, tokens) = with_people(&[], people).await;
    let may = [403, 403, 200, 200, 200, 403];
    let door = stated(&house, &tokens[2], &need("Minefields")).await;
    let mut version = 1;
    for (number, (token, status)) in tokens.iter().zip(may).enumerate() {
        let made = post(&house, NEEDS, token, &need("Another")).await.status.as_u16();
        // Every administrator has an organisation of their own, and states its needs.
        assert_eq!(made, if status == 200 || number == 5 { 201 } else { 403 }, "{number}");
        let changed =
            put(&house, &format!("{door}?version={version}"), token, &need(&format!("Version {number}"))).await;
        assert_eq!(changed.status, status, "{number}: {}", changed.text());
        version += u32::from(status == 200);
    }
    for (token, status) in [&tokens[0], &tokens[1], &tokens[5]].into_iter().zip([403, 403, 403]) {
        for verb in ["met", "withdraw"] {
            assert_eq!(
                post(&house, &format!("{door}/{verb}?version={version}"), token, &json!({})).await.status,
                status
            );
        }
    }
    let anonymous = house.send_body(&Method::POST, NEEDS, None, &need("Mine").to_string()).await;
    assert_eq!((anonymous.status.as_u16(), &anonymous.json()["code"]), (401, &json!("sign-in-required")));
    let acts = house.catalog.newest_acts(100).await.unwrap();
    assert_eq!(acts.iter().filter(|act| act.refused && act.act.starts_with("need.")).count(), 2 + 3 + 6);
}

#[tokio::test]
async fn a_need_ends_once_met_or_withdrawn_and_every_step_is_an_act() {
    let (house, [manager]) = with_people(&[], [("Desk", Role::Manager)]).await;
    let met = stated(&house, &manager, &need("Met")).await;
    let withdrawn = stated(&house, &manager, &need("Withdrawn")).await;
    let version = |door: &str, verb: &str, version: u32| format!("{door}{verb}?version={version}");
    // Who had another version is told so, and whoever says none.
    assert_eq!(post(&house, &version(&met, "/met", 2), &manager, &json!({})).await.status, 409);
    assert_eq!(post(&house, &format!("{met}/met"), &manager, &json!({})).await.status, 428);
    let answer = post(&house, &version(&met, "/met", 1), &manager, &json!({"note": "By phone"})).await.json();
    assert_eq!((&answer["state"], &answer["met"]), (&json!("met"), &json!({"note": "By phone"})));
    let answer =
        post(&house, &version(&withdrawn, "/withdraw", 1), &manager, &json!({"reason": "No convoy"})).await.json();
    assert_eq!((&answer["state"], &answer["version"]), (&json!("withdrawn"), &json!(2)));
    for door in [&met, &withdrawn] {
        for verb in ["/met", "/withdraw"] {
            let again = post(&house, &version(door, verb, 2), &manager, &json!({})).await;
            assert_eq!((again.status.as_u16(), &again.json()["code"]), (409, &json!("conflict")), "{door}{verb}");
        }
        assert_eq!(put(&house, &version(door, "", 2), &manager, &need("Again")).await.status, 409);
    }
    let history = house.get(&format!("{met}/history"), Some(&manager)).await.json();
    let states: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["met", "open"]);
    let acts = house.catalog.newest_acts(4).await.unwrap();
    let acts: Vec<(&str, Option<&str>)> = acts.iter().map(|act| (act.act.as_str(), act.reason.as_deref())).collect();
    assert_eq!(acts[..2], [("need.withdraw", Some("No convoy")), ("need.met", None)]);
}

#[tokio::test]
async fn a_need_expires_by_the_day_of_the_question_and_opens_again_when_it_is_needed_later() {
    let (house, [manager]) = with_people(&[], [("Desk", Role::Manager)]).await;
    let mut sent = need("Winter");
    sent["needed_by"] = json!("2020-01-01");
    let door = stated(&house, &manager, &sent).await;
    assert_eq!(house.get(&door, Some(&manager)).await.json()["state"], "expired");
    let list = house.get(&format!("{NEEDS}?state=expired"), Some(&manager)).await;
    assert_eq!((titles(&list), &list.json()["items"][0]["version"]), (vec!["Winter".to_owned()], &json!(1)));
    sent["needed_by"] = json!("2999-01-01");
    assert_eq!(put(&house, &format!("{door}?version=1"), &manager, &sent).await.json()["state"], "open");
    assert_eq!(house.get(&format!("{NEEDS}?state=expired"), Some(&manager)).await.json()["total"], 0);
}

#[tokio::test]
async fn what_is_wrong_with_a_need_is_told_by_field_and_nothing_of_it_is_kept() {
    let (house, [manager]) = with_people(&[], [("Desk", Role::Manager)]).await;
    for (field, value, told, rule) in [
        ("purposes", json!([]), "purposes", "not-stated"),
        ("purposes", json!(["profit"]), "purposes[0]", "unknown-code"),
        ("state", json!("met"), "state", "not-readable"),
        ("organisation", json!("clinic"), "organisation", "not-readable"),
        ("disaggregation", json!(["colour"]), "disaggregation[0]", "not-readable"),
        ("needed_by", json!("soon"), "needed_by", "not-readable"),
        ("audience", json!({"sharing": "restricted"}), "audience.sharing", "audience-of-whom"),
        ("topics", json!(vec!["x"; 11]), "topics", "too-many"),
    ] {
        let mut wrong = need("Minefields");
        wrong[field] = value;
        let answer = post(&house, NEEDS, &manager, &wrong).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        let problem = &answer.json()["problems"][0];
        assert_eq!((&problem["field"], &problem["rule"]), (&json!(told), &json!(rule)));
    }
    let door = stated(&house, &manager, &need("Minefields")).await;
    for (body, status) in [
        (json!({"note": ""}), 422),
        (json!({"record": "00000000-0000-5000-8000-000000000000"}), 422),
        (json!({"record": "none"}), 400),
        (json!({"by": "me"}), 400),
    ] {
        assert_eq!(post(&house, &format!("{door}/met?version=1"), &manager, &body).await.status, status, "{body}");
    }
    assert_eq!(house.get(&door, Some(&manager)).await.json()["version"], 1);
}

#[tokio::test]
async fn an_organisation_has_no_more_open_needs_than_people_read() {
    let (house, [manager]) = with_people(&[], [("Desk", Role::Manager)]).await;
    let viewer = house.viewer(&Asker::member("Desk", &[], Role::Manager)).await;
    let statement: NeedStatement = serde_json::from_value(need("Minefields")).unwrap();
    for _ in 0..199 {
        house.catalog.create_need(&viewer, None, statement.clone(), Timestamp::now()).await.unwrap();
    }
    let last = stated(&house, &manager, &need("The last")).await;
    let refused = post(&house, NEEDS, &manager, &need("One too many")).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (409, &json!("conflict")), "{}", refused.text());
    assert_eq!(post(&house, &format!("{last}/withdraw?version=1"), &manager, &json!({})).await.status, 200);
    assert_eq!(post(&house, NEEDS, &manager, &need("Another")).await.status, 201);
}

/// Needs of several audiences, all stated by the operator at given times.
const AUDIENCES: [(&str, &str); 5] = [
    ("Of everyone", r#"{"sharing": "public"}"#),
    ("Of who is signed in", r#"{"sharing": "community"}"#),
    ("Of one organisation", r#"{"sharing": "organisation"}"#),
    ("Of two", r#"{"sharing": "restricted", "organisations": ["clinic"]}"#),
    ("Of a group", r#"{"sharing": "restricted", "groups": ["cluster:PRO-MIN"]}"#),
];

async fn state_all(house: &House, kept: impl Fn(&str) -> bool) -> Vec<String> {
    let mut ids = Vec::new();
    for (number, (title, audience)) in AUDIENCES.into_iter().enumerate() {
        if !kept(title) {
            ids.push("none".to_owned());
            continue;
        }
        let mut sent = need(title);
        sent["audience"] = serde_json::from_str(audience).unwrap();
        let at = "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap()
            + SignedDuration::from_hours(number.try_into().unwrap());
        let statement = serde_json::from_value(sent).unwrap();
        let made = house.catalog.create_need(&Viewer::operator(), Some("desk"), statement, at).await.unwrap();
        ids.push(made.id);
    }
    ids
}

/// An answer with the ids of needs, which chance makes, replaced by their numbers.
fn numbered(answer: &Answer, ids: &[String]) -> (u16, String) {
    let mut text = answer.text();
    for (number, id) in ids.iter().enumerate() {
        text = text.replace(id.as_str(), &format!("need-{number}"));
    }
    (answer.status.as_u16(), text)
}

#[tokio::test]
async fn nobody_is_told_of_needs_that_are_not_theirs_to_know() {
    let member = |name: &str, groups: &[&str]| Asker::member(name, groups, Role::Administrator);
    let seen: [(Asker, &[usize]); 5] = [
        (Asker::anonymous(), &[0]),
        (member("Elsewhere", &[]), &[0, 1]),
        (member("Clinic", &[]), &[0, 1, 3]),
        (member("Elsewhere", &["cluster:PRO-MIN"]), &[0, 1, 4]),
        (Asker::member("Desk", &[], Role::Reader), &[0, 1, 2, 3, 4]),
    ];
    let (full, [_]) = with_people(&[], [("Desk", Role::Manager)]).await;
    let ids = state_all(&full, |_| true).await;
    for (asker, seen) in seen {
        let (alone, [_]) = with_people(&[], [("Desk", Role::Manager)]).await;
        let known = state_all(&alone, |title| seen.iter().any(|number| AUDIENCES[*number].0 == title)).await;
        let (token, same) = (full.token(&asker).await, alone.token(&asker).await);
        for query in ["", "?limit=1", "?state=open", "?organisation=desk", "?country=YEM", "?cluster=PRO&limit=2"] {
            let door = format!("{NEEDS}{query}");
            let (is, would_be) = (full.get(&door, token.as_deref()).await, alone.get(&door, same.as_deref()).await);
            assert_eq!(numbered(&is, &ids), numbered(&would_be, &known), "{door} as {asker:?}");
        }
        for (id, known) in ids.iter().zip(&known) {
            for part in ["", "/history"] {
                let is = full.get(&format!("{NEEDS}/{id}{part}"), token.as_deref()).await;
                let would_be = alone.get(&format!("{NEEDS}/{known}{part}"), same.as_deref()).await;
                assert_eq!(numbered(&is, std::slice::from_ref(id)), numbered(&would_be, std::slice::from_ref(known)));
            }
            let Some(token) = token.as_deref().filter(|_| known == "none") else { continue };
            // What is hidden is refused as what is not there, whatever is done to it.
            let absent = put(&full, &format!("{NEEDS}/none?version=1"), token, &need("Mine")).await;
            assert_eq!(absent.status, 404);
            assert_eq!(put(&full, &format!("{NEEDS}/{id}?version=1"), token, &need("Mine")).await, absent);
            for verb in ["met", "withdraw"] {
                let door = format!("{NEEDS}/{id}/{verb}?version=1");
                assert_eq!(post(&full, &door, token, &json!({})).await.text(), absent.text(), "{door}");
            }
        }
    }
}
