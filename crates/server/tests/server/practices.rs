//! Good practices, use cases and lessons: attached to holdings, searched, and told to nobody for whom they are not.

use crate::desk::{record, with_people};
use crate::house::{Answer, House};
use axum::http::Method;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const PRACTICES: &str = "/api/v1/practices";

const HOLDINGS: &str = "id,title,owner,country,cluster,sensitivity,sharing,listing,access method
open,Clinics,Relief,YEM,HEA,low,public,full,download
own,Patients,Relief,YEM,HEA,moderate,organisation,hidden,on-request
";

fn practice(kind: &str, title: &str, records: &[&str]) -> Value {
    let records: Vec<String> = records.iter().map(|id| record(id)).collect();
    json!({"kind": kind, "title": {"en": title}, "description": {"en": "Two lists were joined by P-codes."},
        "records": records, "clusters": ["HEA"], "countries": ["YEM"]})
}

async fn send(house: &House, method: Method, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&method, door, Some(token), &body.to_string()).await
}

/// The door of a practice just told.
async fn told(house: &House, token: &str, practice: &Value) -> String {
    let made = send(house, Method::POST, PRACTICES, token, practice).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.headers["location"].clone()
}

fn titles(list: &Answer) -> Vec<String> {
    let items = list.json()["items"].as_array().unwrap().clone();
    items.iter().map(|one| one["title"]["en"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn row_12_practices_and_use_cases_are_attached_to_holdings_searched_and_listed() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Steward), ("Clinic", Role::Reader)];
    let (house, [relief, ministry, reader]) = with_people(HOLDINGS, people).await;
    let door = told(&house, &relief, &practice("use-case", "Convoys by the *Éclair* road", &["open"])).await;
    told(&house, &ministry, &practice("lesson", "Names change, codes stay", &[])).await;
    let shown = house.get(&door, Some(&reader)).await.json();
    assert_eq!((&shown["organisation"], &shown["records"]), (&json!("relief"), &json!([record("open")])));

    let page = house.get(&format!("/dataset/{}", record("open")), Some(&reader)).await.text();
    assert!(page.contains("Convoys by the *Éclair* road") && page.contains("Two lists were joined"), "{page}");
    let unread = house.get(&format!("/dataset/{}", record("open")), None).await.text();
    assert!(!unread.contains("Convoys"), "who is anonymous reads what is told to everyone");
    let (open, own) = (record("open"), record("own"));
    let both = vec!["Convoys by the *Éclair* road", "Names change, codes stay"];
    for (query, found) in [
        (String::new(), both.clone()),
        ("q=ECLAIR+conv".to_owned(), vec![both[0]]),
        ("q=joined+lists".to_owned(), both.clone()),
        ("q=oined".to_owned(), vec![]),
        ("kind=lesson".to_owned(), vec![both[1]]),
        ("organisation=ministry".to_owned(), vec![both[1]]),
        (format!("record={open}"), vec![both[0]]),
        (format!("record={own}"), vec![]),
        ("cluster=Health&country=Yemen".to_owned(), both.clone()),
        ("cluster=WSH".to_owned(), vec![]),
    ] {
        assert_eq!(titles(&house.get(&format!("{PRACTICES}?{query}"), Some(&reader)).await), found, "{query}");
    }
    let first = house.get(&format!("{PRACTICES}?limit=1"), Some(&reader)).await;
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let second = house.get(&format!("{PRACTICES}?limit=1&after={next}"), Some(&reader)).await;
    assert_eq!((titles(&second), &second.json()["next"]), (vec![both[1].to_owned()], &Value::Null));
    for wrong in ["kind=miracle", "record=none", "color=red", "country=Atlantis"] {
        assert_eq!(house.get(&format!("{PRACTICES}?{wrong}"), Some(&reader)).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_practice_is_changed_and_withdrawn_by_its_organisation_alone() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Steward), ("Relief", Role::Reader)];
    let (house, [relief, ministry, reader]) = with_people(HOLDINGS, people).await;
    let statement = practice("use-case", "Convoys", &["open"]);
    let door = told(&house, &relief, &statement).await;
    let better = practice("good-practice", "Convoys by road", &["open"]);
    for token in [&ministry, &reader] {
        assert_eq!(send(&house, Method::PUT, &format!("{door}?version=1"), token, &better).await.status, 403);
        assert_eq!(send(&house, Method::DELETE, &format!("{door}?version=1"), token, &json!("")).await.status, 403);
        assert_eq!(house.get(PRACTICES, Some(token)).await.json()["items"].as_array().unwrap().len(), 1);
    }
    assert_eq!(send(&house, Method::POST, PRACTICES, &reader, &statement).await.status, 403);
    let changed = send(&house, Method::PUT, &format!("{door}?version=1"), &relief, &better).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["version"]), (200, &json!(2)), "{}", changed.text());
    assert_eq!(send(&house, Method::PUT, &format!("{door}?version=1"), &relief, &statement).await.status, 409);
    let history = house.get(&format!("{door}/history"), Some(&ministry)).await.json();
    assert_eq!(history["items"].as_array().unwrap().len(), 2);

    let withdrawn = house.send(&Method::DELETE, &format!("{door}?version=2"), Some(&relief)).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.text());
    assert_eq!(house.get(&door, Some(&ministry)).await.status, 404);
    assert_eq!(house.get(&door, Some(&reader)).await.status, 200);
    let of_record = format!("{PRACTICES}?record={}", record("open"));
    assert_eq!(titles(&house.get(&of_record, Some(&relief)).await), Vec::<String>::new());
    assert_eq!(house.send(&Method::DELETE, &format!("{door}?version=3"), Some(&relief)).await.status, 409);
}

#[tokio::test]
async fn practices_tell_nobody_of_records_and_practices_that_they_may_not_know_of() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Steward)];
    let (house, [relief, ministry]) = with_people(HOLDINGS, people).await;
    // What names a record that is hidden is refused like what names none.
    let refused = send(&house, Method::POST, PRACTICES, &ministry, &practice("lesson", "Ours", &["own"])).await;
    let absent = send(&house, Method::POST, PRACTICES, &ministry, &practice("lesson", "Ours", &["none"])).await;
    assert_eq!((refused.status.as_u16(), absent.status.as_u16()), (422, 422));
    assert_eq!(refused.text().replace(&record("own"), ""), absent.text().replace(&record("none"), ""));

    let door = told(&house, &relief, &practice("lesson", "Both", &["open", "own"])).await;
    let mut own = practice("lesson", "For us", &[]);
    own["audience"] = json!({"sharing": "organisation"});
    let hidden = told(&house, &relief, &own).await;
    assert_eq!(house.get(&door, Some(&ministry)).await.json()["records"], json!([record("open")]));
    assert_eq!(house.get(&door, Some(&relief)).await.json()["records"], json!([record("open"), record("own")]));
    assert_eq!(titles(&house.get(PRACTICES, Some(&ministry)).await), ["Both"]);
    for door in [hidden.clone(), format!("{hidden}/history")] {
        let absent = door.replace(hidden.rsplit('/').next().unwrap(), "none");
        assert_eq!(house.get(&door, Some(&ministry)).await, house.get(&absent, Some(&ministry)).await);
    }
    // Whoever is anonymous reads what is told to everyone, and that names organisations that are listed alone.
    let mut public = practice("lesson", "For all", &["own"]);
    public["audience"] = json!({"sharing": "public"});
    let refused = send(&house, Method::POST, PRACTICES, &relief, &public).await;
    assert_eq!(refused.json()["problems"][0]["rule"], "organisation-not-listed", "{}", refused.text());
    assert_eq!(house.get(PRACTICES, None).await.json()["items"], json!([]));

    // A manager of another token of the same organisation who sees less keeps what they do not see.
    let operator = Viewer::operator();
    let id = door.rsplit('/').next().unwrap();
    let known = house.catalog.practice(&operator, id).await.unwrap();
    assert_eq!(known.body.statement.records.len(), 2);
    let changed = house
        .catalog
        .change_practice(&operator, id, known.version, known.body.statement.clone(), Timestamp::now())
        .await
        .unwrap();
    assert_eq!(changed.version, known.version, "nothing changed");
}

#[tokio::test]
async fn a_practice_about_a_record_does_not_tell_whose_that_is_where_the_record_does_not() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Steward)];
    let holdings = format!("{HOLDINGS}nameless,Stories,Relief,YEM,HEA,moderate,community TLP:EX:CHR,full,on-request\n");
    let (house, [relief, ministry]) = with_people(&holdings, people).await;
    told(&house, &relief, &practice("lesson", "How we ask for stories", &["nameless"])).await;
    let (of_record, page) =
        (format!("{PRACTICES}?record={}", record("nameless")), format!("/dataset/{}", record("nameless")));
    assert_eq!(titles(&house.get(&of_record, Some(&relief)).await), ["How we ask for stories"]);
    assert_eq!(titles(&house.get(&of_record, Some(&ministry)).await), Vec::<String>::new());
    let shown = house.get(&page, Some(&ministry)).await.text();
    assert!(shown.contains("Stories") && !shown.contains("How we ask for stories"), "{shown}");
}

#[tokio::test]
async fn a_record_of_which_its_teller_sees_a_stub_is_named_once_however_often_they_name_it() {
    let people = [("Relief", Role::Manager), ("Ministry", Role::Steward)];
    let holdings = format!("{HOLDINGS}stub,Shelters,Relief,YEM,HEA,moderate,organisation,stub,on-request\n");
    let (house, [_, ministry]) = with_people(&holdings, people).await;
    let statement = practice("lesson", "Doors that lock", &["stub"]);
    let door = told(&house, &ministry, &statement).await;
    let mut again = statement.clone();
    again["title"] = json!({"en": "Doors that lock from inside"});
    let changed = send(&house, Method::PUT, &format!("{door}?version=1"), &ministry, &again).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let id = door.rsplit('/').next().unwrap();
    let kept = house.catalog.practice(&Viewer::operator(), id).await.unwrap().body.statement.records;
    assert_eq!(kept.iter().map(ToString::to_string).collect::<Vec<_>>(), [record("stub")]);
}
