//! Requests that are handed on: to whom, what each side is told of it, and who learns of nothing.

use crate::browser::{Browser, is_sound};
use crate::house::{Answer, Asker, DESK, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

/// One that names its custodian to everyone, and one of which its publisher may know nothing.
const HOLDINGS: &str = "\
id,title,owner,custodian,publisher,country,cluster,sensitivity,sharing,listing,access method
hazards,Hazards,Mine Authority,Survey,Portal,YEM,Mine Action,moderate,community,full,on-request
";

const NOTE: &str = "Huda knows the survey of 2019.";

struct Town {
    house: House,
    request: String,
}

/// A request of the clinic that waits for the authority.
async fn town() -> Town {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let asker = house.viewer(&Asker::member("Clinic", &[], Role::Manager)).await;
    let statement = json!({"record": DatasetId::new("desk", "hazards"), "intended_use": "Where ambulances drive.",
        "question": {"access": "download", "purposes": ["public-health"]}});
    let statement = serde_json::from_value(statement).unwrap();
    let request = house.catalog.request_access(&asker, statement, Timestamp::now()).await.unwrap().id;
    Town { house, request }
}

impl Town {
    async fn token(&self, organisation: &str, role: Role) -> String {
        self.house.token(&Asker::member(organisation, &[], role)).await.unwrap()
    }

    fn door(&self) -> String {
        format!("/api/v1/requests/{}", self.request)
    }

    async fn forward(&self, token: &str, statement: &Value) -> Answer {
        let door = format!("{}/forward", self.door());
        self.house.send_body(&Method::POST, &door, Some(token), &statement.to_string()).await
    }
}

#[tokio::test]
async fn ux_38_a_request_is_handed_to_the_custodian_who_decides_and_the_owner_still_can() {
    let town = town().await;
    let (owner, survey) =
        (town.token("Mine Authority", Role::Steward).await, town.token("Survey", Role::Steward).await);
    let clinic = town.token("Clinic", Role::Reader).await;
    assert_eq!(town.house.get(&town.door(), Some(&survey)).await.status, 404, "it is not theirs yet");
    let due = town.house.get(&town.door(), Some(&clinic)).await.json()["due"].clone();

    let forwarded = town.forward(&owner, &json!({"organisation": "survey", "note": NOTE})).await;
    assert_eq!(forwarded.status, 200, "{}", forwarded.text());
    let step = &forwarded.json()["steps"][1];
    assert_eq!((&step["forwarded"], &step["words"]), (&json!({"organisation": "survey"}), &json!(NOTE)));
    // Who asks sees to which organisation, not why; and goes on to wait since when they asked.
    let asked = town.house.get(&town.door(), Some(&clinic)).await;
    assert_eq!(asked.json()["steps"][1]["forwarded"], json!({"organisation": "survey"}));
    assert!(!asked.text().contains("Huda"), "{}", asked.text());
    assert_eq!((&asked.json()["due"], &asked.json()["state"]), (&due, &json!("seen")));
    let listed = town.house.get("/api/v1/requests", Some(&clinic)).await;
    assert!(listed.text().contains("\"survey\"") && !listed.text().contains("Huda"), "{}", listed.text());

    let inbox = town.house.get("/api/v1/requests?box=inbox", Some(&survey)).await.json();
    assert_eq!(inbox["items"][0]["steps"][1]["words"], json!(NOTE));
    let grant = format!("{}/grant", town.door());
    assert_eq!(town.house.send_body(&Method::POST, &grant, Some(&survey), "{}").await.status, 200);
    let refuse = (format!("{}/refuse", town.door()), json!({"reason": "It was a mistake."}).to_string());
    let taken_back = town.house.send_body(&Method::POST, &refuse.0, Some(&owner), &refuse.1).await;
    assert_eq!(taken_back.json()["state"], "refused", "{}", taken_back.text());
    let over = town.forward(&owner, &json!({"organisation": "portal", "note": NOTE})).await;
    assert_eq!(over.status, 409, "{}", over.text());
}

#[tokio::test]
async fn a_request_is_handed_to_nobody_whom_the_record_does_not_name() {
    let town = town().await;
    let owner = town.token("Mine Authority", Role::Steward).await;
    for (statement, field, rule) in [
        (json!({"organisation": "stranger", "note": NOTE}), "organisation", "not-named"),
        (json!({"organisation": "nobody", "note": NOTE}), "organisation", "not-named"),
        (json!({"organisation": "mine-authority", "note": NOTE}), "organisation", "not-named"),
        (json!({"organisation": "clinic", "note": NOTE}), "organisation", "not-named"),
        (json!({"person": "nobody", "note": NOTE}), "person", "may-not-decide"),
        (json!({"note": NOTE}), "", "forward-to-one"),
        (json!({"organisation": "survey", "person": "x", "note": NOTE}), "", "forward-to-one"),
        (json!({"organisation": "survey", "note": " "}), "note", "not-a-text"),
    ] {
        let refused = town.forward(&owner, &statement).await;
        let problem = &refused.json()["problems"][0];
        assert_eq!((refused.status.as_u16(), &problem["rule"], &problem["field"]), (422, &json!(rule), &json!(field)));
    }
    let unknown = town.forward(&owner, &json!({"organisation": "survey", "note": NOTE, "why": "x"})).await;
    assert_eq!(unknown.status, 422);
    // Who asks cannot hand it on, and learns nothing of whom it could be handed to; nor does who may not know of it.
    let statements =
        [json!({"organisation": "survey", "note": NOTE}), json!({"organisation": "stranger", "note": NOTE})];
    for (organisation, status) in [("Clinic", 403), ("Survey", 404), ("Stranger", 404)] {
        let token = town.token(organisation, Role::Steward).await;
        let answers = [town.forward(&token, &statements[0]).await, town.forward(&token, &statements[1]).await];
        assert_eq!((answers[0].status.as_u16(), &answers[0]), (status, &answers[1]), "{organisation}");
    }
    let reader = town.token("Mine Authority", Role::Manager).await;
    assert_eq!(town.forward(&reader, &statements[0]).await.status, 403);
    let acts = format!("{:?}", town.house.catalog.newest_acts(50).await.unwrap());
    assert!(acts.contains("request.forward") && !acts.contains("Huda"), "{acts}");
}

#[tokio::test]
async fn who_may_not_know_of_the_record_is_not_handed_a_request_for_it() {
    let town = town().await;
    let owner = town.token("Mine Authority", Role::Steward).await;
    let harvest = async |listing: &str, on: usize| {
        town.house.write("holdings.csv", &HOLDINGS.replace("community,full", listing));
        town.house.harvest("desk", &HarvestOptions::default(), day(on)).await;
    };
    harvest("restricted,hidden", 1).await;
    // The custodian sees what it keeps; the publisher is named and does not.
    let refused = town.forward(&owner, &json!({"organisation": "portal", "note": NOTE})).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("survey") && !refused.text().contains("portal,"), "{}", refused.text());
    assert_eq!(town.forward(&owner, &json!({"organisation": "survey", "note": NOTE})).await.status, 200);
    // To who asks, who may not know of the record any more, it does not name its custodian either.
    let clinic = town.token("Clinic", Role::Reader).await;
    let asked = town.house.get(&town.door(), Some(&clinic)).await;
    assert_eq!(asked.json()["steps"][1]["forwarded"], json!({}));
    assert!(!asked.text().contains("survey"), "{}", asked.text());
}

#[tokio::test]
async fn ux_38_the_page_of_a_request_hands_it_to_a_colleague_who_is_told_and_no_other_side_learns_who() {
    let town = town().await;
    let amal = Browser::of(&town.house, "Amal", "Mine Authority", Role::Steward).await;
    let huda = Browser::of(&town.house, "Huda", "Mine Authority", Role::Steward).await;
    Browser::of(&town.house, "Rami", "Mine Authority", Role::Reader).await;
    let badr = Browser::of(&town.house, "Badr", "Clinic", Role::Manager).await;
    let page = format!("/request/{}", town.request);
    let shown = amal.open(&page).await;
    is_sound(&shown);
    let text = shown.text();
    assert!(text.contains("<summary>Hand it on</summary>") && text.contains("Huda (of your organisation)"), "{text}");
    assert!(text.contains("value=\"organisation:survey\"") && !text.contains("Rami"), "{text}");
    assert!(!text.contains("Amal (of your"), "not to oneself: {text}");
    assert!(!badr.open(&page).await.text().contains("Hand it on"));

    let unsaid = amal.send(&page, &[("act", "forward"), ("note", "She knows.")]).await;
    assert!(unsaid.status == 422 && unsaid.text().contains("<a href=\"#to\">To whom?</a>"), "{}", unsaid.text());
    assert!(unsaid.text().contains("She knows.</textarea>"), "{}", unsaid.text());
    let (operator, paging) = (Viewer::operator(), cairn_catalog::Paging { after: String::new(), limit: 50 });
    let people = town.house.catalog.people(&operator, None, &paging);
    let person = people.await.unwrap().items.into_iter().find(|one| one.name == "Huda").unwrap().id;
    let fields = [("act", "forward"), ("to", &*format!("person:{person}")), ("note", "She knows.")];
    assert_eq!(amal.send(&page, &fields).await.status, 303);
    let handed = huda.open(&page).await.text();
    assert!(handed.contains("It was handed on to <bdi>Huda of ") && handed.contains("She knows."), "{handed}");
    let asked = badr.open(&page).await.text();
    assert!(asked.contains("It was handed on to <bdi>"), "{asked}");
    assert!(!asked.contains("Huda") && !asked.contains("She knows") && !asked.contains(&person), "{asked}");
    let api = badr.open(&town.door()).await.text();
    assert!(!api.contains(&person) && !api.contains("She knows"), "{api}");
    // Nor does the organisation to which it goes next.
    let fields = [("act", "forward"), ("to", "organisation:survey"), ("note", "You made it.")];
    assert_eq!(huda.send(&page, &fields).await.status, 303);
    let survey = Browser::of(&town.house, "Sami", "Survey", Role::Steward).await;
    let shown = survey.open(&page).await;
    is_sound(&shown);
    assert!(shown.text().contains("You made it.") && !shown.text().contains(&person), "{}", shown.text());
    assert!(survey.open("/requests").await.text().contains(&page));
}
