//! What is proposed for records, the profiles that propose it, and the queue of reviews: over HTTP, and to whom.

use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const DESK: &str = "id = \"desk\"\nkind = \"inventory\"\nurl = \"file:holdings.csv\"\ntitle = \"Desk inventory\"\n";

const HEAD: &str = "id,title,owner,country,cluster,sensitivity,sharing,listing,access method,fields,review by\n";

/// A list of people that everyone may know of, and a secret one.
const PEOPLE: &str = "\
people,List of beneficiaries,Mine Authority,YEM,Protection,moderate,organisation,stub,on-request,\"first name; district\",\n";
const SECRET: &str = "\
secret,Safe houses,Mine Authority,YEM,Protection,severe,organisation,hidden,on-request,village,\n";
const WELLS: &str = "wells,Wells,Clinic,YEM,WSH,low,public,full,download,district,\n";

async fn house(rows: &[&str]) -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", &format!("{HEAD}{}", rows.concat()));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house
}

async fn token(house: &House, organisation: &str, role: Role) -> String {
    house.token(&Asker::member(organisation, &[], role)).await.unwrap()
}

fn classification(record: &str) -> String {
    format!("/api/v1/datasets/{}/classification", DatasetId::new("desk", record))
}

#[tokio::test]
async fn a_proposal_is_told_to_those_who_manage_the_holdings_of_the_owner_and_to_nobody_else() {
    let house = house(&[PEOPLE, SECRET]).await;
    for (organisation, role, stub, hidden) in [
        ("Mine Authority", Role::Manager, 200, 200),
        ("Mine Authority", Role::Steward, 200, 200),
        ("Mine Authority", Role::Administrator, 200, 200),
        ("Mine Authority", Role::Reader, 403, 403),
        ("Mine Authority", Role::Operator, 403, 403),
        ("Stranger", Role::Manager, 403, 404),
        // Who administers is told of what they see in whole, and these are stubs or nothing to them.
        ("Stranger", Role::Administrator, 403, 404),
    ] {
        let token = token(&house, organisation, role).await;
        for (record, expected) in [("people", stub), ("secret", hidden)] {
            let status = house.get(&classification(record), Some(&token)).await.status;
            assert_eq!(status, expected, "{record} as {role:?} of {organisation}");
        }
    }
    assert_eq!(house.get(&classification("people"), None).await.status, 401);
    assert_eq!(house.get(&classification("secret"), None).await, house.get(&classification("absent"), None).await);
}

#[tokio::test]
async fn an_administrator_is_told_what_is_proposed_for_what_everyone_sees_in_whole() {
    let house = house(&[WELLS]).await;
    let administrator = token(&house, "Stranger", Role::Administrator).await;
    assert_eq!(house.get(&classification("wells"), Some(&administrator)).await.status, 200);
}

#[tokio::test]
async fn a_proposal_says_what_stands_what_is_proposed_by_which_rule_and_what_is_lacking() {
    let house = house(&[PEOPLE, SECRET]).await;
    let manager = token(&house, "Mine Authority", Role::Manager).await;
    let answer = house.get(&classification("people"), Some(&manager)).await.json();
    let proposal = &answer["proposal"];
    assert_eq!(answer["stands"], json!({"sensitivity": "moderate", "sharing": "organisation"}));
    assert_eq!(
        (&proposal["sensitivity"], &proposal["sharing"], &proposal["opens"], &proposal["closes"]),
        (&json!("severe"), &json!("closed"), &json!(false), &json!(true))
    );
    let reasons: Vec<(&str, &str, &str)> = proposal["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| ["rule", "profile", "version"].map(|name| one[name].as_str().unwrap()).into())
        .collect();
    let default = |rule| (rule, "default", "2026.1");
    assert_eq!(reasons, [default("lists-of-people"), default("personal-data")]);
    assert_eq!(
        proposal["fields"],
        json!([
            {"name": "first name", "class": "identity", "sensitivity": "severe", "sharing": "closed",
             "shareable_form": "never; counts only", "because": "It tells who a person is or how to reach them.",
             "opens": false, "closes": true},
            {"name": "district", "class": "descriptive", "sensitivity": "low", "sharing": null,
             "shareable_form": "as it is", "because": "It describes the work, not people or exact places.",
             "opens": false, "closes": false},
        ])
    );
    assert_eq!(answer["missing"], json!([]));

    let missing = house.get(&classification("secret"), Some(&manager)).await.json()["missing"].clone();
    let fields: Vec<&str> = missing.as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["impact.summary", "impact.affected_groups", "impact.mitigations", "terms.review_by"]);
}

#[tokio::test]
async fn profiles_are_for_everyone_to_read() {
    let house = House::open(&[]).await;
    let list = house.get("/api/v1/profiles", None).await.json();
    let default = &list["items"][0];
    assert_eq!(
        (&default["id"], &default["country"], &default["version"], &default["in_force"], &default["rules"]),
        (&json!("default"), &Value::Null, &json!("2026.1"), &json!(true), &json!(25))
    );
    let profile = house.get("/api/v1/profiles/default", None).await.json();
    let version = &profile["versions"][0];
    assert_eq!((&version["in_force"], &version["valid_from"]), (&json!(true), &json!("2026-01-01")));
    let rules = version["rules"].as_array().unwrap();
    assert_eq!((rules.len(), &rules[0]["id"]), (25, &json!("personal-data")));
    assert_eq!(house.get("/api/v1/profiles/atlantis", None).await.status, 404);
}

/// A row of the authority with this sensitivity and date of review.
fn row(id: &str, sensitivity: &str, review_by: &str) -> String {
    format!("{id},{id},Mine Authority,YEM,Protection,{sensitivity},organisation,hidden,on-request,,{review_by}\n")
}

fn in_days(days: i64) -> String {
    (Timestamp::now() + SignedDuration::from_hours(24 * days)).strftime("%Y-%m-%d").to_string()
}

fn told(page: &Answer) -> Vec<(String, Vec<String>)> {
    assert_eq!(page.status, 200, "{}", page.text());
    let items = page.json()["items"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap_or("now").to_owned();
    let reason = |one: &Value| format!("{} {}", text(&one["code"]), text(&one["due"]));
    items
        .iter()
        .map(|one| (text(&one["title"]), one["reasons"].as_array().unwrap().iter().map(reason).collect()))
        .collect()
}

#[tokio::test]
async fn the_queue_holds_what_is_due_within_thirty_days_or_was_and_what_waits_for_a_word_first_due_first() {
    let (past, soon, later) = (in_days(-10), in_days(29), in_days(40));
    let rows = [
        row("later", "low", &later),
        row("soon", "low", &soon),
        row("past", "high", &past),
        row("undated", "severe", ""),
        row("unsaid", "", ""),
        row("quiet", "low", ""),
        // Severe and shared with everyone contradict each other.
        "torn,torn,Mine Authority,YEM,Protection,severe,public,hidden,on-request,,2090\n".to_owned(),
    ];
    let house = house(&rows.each_ref().map(String::as_str)).await;
    let manager = token(&house, "Mine Authority", Role::Manager).await;
    let whole = house.get("/api/v1/reviews", Some(&manager)).await;
    let mut at_once = told(&whole);
    let dated = at_once.split_off(3);
    at_once.sort();
    assert_eq!(
        at_once,
        [("torn", "quarantined now"), ("undated", "no-review-date now"), ("unsaid", "sensitivity-unknown now"),]
            .map(|(title, reason)| (title.to_owned(), vec![reason.to_owned()]))
    );
    assert_eq!(
        dated,
        [("past", format!("terms-due {past}")), ("soon", format!("terms-due {soon}"))]
            .map(|(title, reason)| (title.to_owned(), vec![reason]))
    );
    assert_eq!((&whole.json()["total"], &whole.json()["next"]), (&json!(5), &Value::Null));

    // The same in parts.
    let (mut parts, mut after) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("/api/v1/reviews?limit=2&after={after}"), Some(&manager)).await;
        parts.extend(told(&page));
        assert_eq!(page.json()["total"], 5);
        match page.json()["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    assert_eq!(parts, told(&whole));
    for wrong in ["after=x", "after=1.x", "limit=101", "colour=red"] {
        let status = house.get(&format!("/api/v1/reviews?{wrong}"), Some(&manager)).await.status;
        assert_eq!(status, 400, "{wrong}");
    }
}

/// The authority agrees with itself as the only one who grants, so that the agreement is in force at once.
async fn agreed(house: &House, steward: &str, covers: &Value, until: &str) -> String {
    let terms = json!({
        "title": {"en": "Hazards for clinics"},
        "parties": [{"organisation": "mine-authority", "role": "provider"}, {"group": "cluster:HEA", "role": "user"}],
        "covers": covers, "purposes": ["public-health"],
        "access": {"at_most": "aggregate", "aggregate": {"finest_admin_level": 2, "minimum_cell_size": 10}},
        "transfer": "none", "safeguards": [],
        "validity": {"from": "2026-01-01T00:00:00Z", "until": format!("{until}T12:00:00Z")},
        "trigger": {"when": "always"}
    });
    let made = house.send_body(&Method::POST, "/api/v1/agreements", Some(steward), &terms.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let door = format!("/api/v1/agreements/{id}/agree?version=1");
    let agreed = house.send(&Method::POST, &door, Some(steward)).await;
    assert_eq!(agreed.json()["status"], "active", "{}", agreed.text());
    id
}

#[tokio::test]
async fn records_that_an_agreement_is_about_are_due_when_it_ends() {
    let (soon, sooner, later) = (in_days(20), in_days(10), in_days(60));
    let rows = [row("due", "low", &soon), row("calm", "low", ""), row("undated", "high", "")];
    let house = house(&rows.each_ref().map(String::as_str)).await;
    let group = serde_json::from_value(json!({"name": {"en": "Health"}, "kind": "cluster"})).unwrap();
    let (operator, now) = (cairn_policy::Viewer::operator(), Timestamp::now());
    house.catalog.create_group(&operator, Some("cluster:HEA"), group, now).await.unwrap();
    let steward = token(&house, "Mine Authority", Role::Steward).await;
    let reviews = async || {
        let answer = house.get("/api/v1/reviews", Some(&steward)).await;
        assert_eq!(answer.json()["complete"], true);
        (told(&answer), answer.json()["total"].as_u64().unwrap())
    };
    let undated = ("undated".to_owned(), vec!["no-review-date now".to_owned()]);
    let due = |reasons: Vec<String>| ("due".to_owned(), reasons);
    let expected = vec![undated.clone(), due(vec![format!("terms-due {soon}")])];
    assert_eq!(reviews().await, (expected.clone(), 2));

    agreed(&house, &steward, &json!({"owners": ["mine-authority"]}), &later).await;
    assert_eq!(reviews().await, (expected, 2), "it ends later than in thirty days");

    let ends = agreed(&house, &steward, &json!({"owners": ["mine-authority"], "countries": ["YEM"]}), &sooner).await;
    let end = format!("agreement-ends {sooner}");
    let (mut found, total) = reviews().await;
    found[1..].sort();
    assert_eq!(
        (found, total),
        (
            vec![
                ("undated".to_owned(), vec!["no-review-date now".to_owned(), end.clone()]),
                ("calm".to_owned(), vec![end.clone()]),
                due(vec![end, format!("terms-due {soon}")]),
            ],
            3
        )
    );
    let first = house.get("/api/v1/reviews?limit=1", Some(&steward)).await.json();
    assert_eq!(first["items"][0]["reasons"][1]["agreement"], json!(ends));
    let mut titles = vec!["undated".to_owned()];
    let mut after = first["next"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let next = house.get(&format!("/api/v1/reviews?limit=1&after={after}"), Some(&steward)).await;
        titles.extend(told(&next).into_iter().map(|(title, _)| title));
        after = next.json()["next"].as_str().unwrap_or_default().to_owned();
    }
    titles[1..].sort();
    assert_eq!((titles, after.as_str()), (["undated", "calm", "due"].map(str::to_owned).to_vec(), ""));
}

#[tokio::test]
async fn the_queue_of_an_organisation_is_for_those_who_manage_its_holdings() {
    let house = house(&[PEOPLE, SECRET, WELLS]).await;
    let status = async |organisation: &str, role: Role, query: &str| {
        let token = token(&house, organisation, role).await;
        house.get(&format!("/api/v1/reviews{query}"), Some(&token)).await.status.as_u16()
    };
    for (role, expected) in [
        (Role::Reader, 403),
        (Role::Operator, 403),
        (Role::Manager, 200),
        (Role::Steward, 200),
        (Role::Administrator, 200),
    ] {
        assert_eq!(status("Mine Authority", role, "").await, expected, "{role:?}");
        assert_eq!(status("Stranger", role, "?organisation=mine-authority").await, 403, "{role:?}");
    }
    assert_eq!(house.get("/api/v1/reviews", None).await.status, 401);
}

#[tokio::test]
async fn nobody_is_told_of_records_by_what_is_proposed_or_to_be_reviewed_that_are_not_theirs_to_know() {
    let with = house(&[PEOPLE, SECRET, WELLS]).await;
    let without = house(&[PEOPLE, WELLS]).await;
    let doors = [
        classification("people"),
        classification("secret"),
        classification("wells"),
        classification("absent"),
        "/api/v1/reviews".to_owned(),
        "/api/v1/reviews?organisation=mine-authority".to_owned(),
        "/api/v1/profiles".to_owned(),
        "/api/v1/profiles/default".to_owned(),
    ];
    let askers = [
        Asker::anonymous(),
        Asker::member("Clinic", &[], Role::Manager),
        Asker::member("Clinic", &[], Role::Administrator),
        Asker::member("Stranger", &["cluster:PRO"], Role::Reader),
        Asker::member("Stranger", &[], Role::Steward),
    ];
    for asker in askers {
        let tokens = [with.token(&asker).await, without.token(&asker).await];
        for door in &doors {
            let told = with.get(door, tokens[0].as_deref()).await;
            assert_eq!(told, without.get(door, tokens[1].as_deref()).await, "{door} as {asker:?}");
        }
    }
    let manager = Asker::member("Mine Authority", &[], Role::Manager);
    let (of_with, of_without) = (with.token(&manager).await, without.token(&manager).await);
    assert_ne!(
        with.get("/api/v1/reviews", of_with.as_deref()).await.text(),
        without.get("/api/v1/reviews", of_without.as_deref()).await.text(),
        "the owner is told"
    );
}
