//! What records can be joined with, and by which way: from the inventory to the door, as different viewers.

use crate::house::{Asker, House};
use axum::http::Method;
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::{Value, json};

/// A holding of an organisation as it is sent, with these parts changed.
fn holding(title: &str, changes: &Value) -> Value {
    let mut sent = json!({
        "title": {"en": title}, "clusters": ["HEA"], "countries": ["YEM"], "places": ["YE11", "YE12"],
        "coverage": {"start": "2024-01-01", "end": "2024-12-31"},
        "fields": [{"name": "adm1_pcode"}, {"name": "beds"}],
        "terms": {"sensitivity": "low", "sharing": "public", "access_method": "download", "listing": "full"},
    });
    for (field, value) in changes.as_object().unwrap() {
        match (sent.get_mut(field).and_then(Value::as_object_mut), value) {
            (Some(known), Value::Object(more)) => known.extend(more.clone()),
            _ => sent[field] = value.clone(),
        }
    }
    sent
}

/// Registers a holding, which is found from then on; gives the id of its record.
async fn published(house: &House, token: &str, holding: &Value) -> String {
    let made = house.send_body(&Method::POST, "/api/v1/datasets", Some(token), &holding.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    house.follow().await;
    made.json()["id"].as_str().unwrap().to_owned()
}

async fn linkages(house: &House, id: &str, token: Option<&str>) -> Vec<Value> {
    let answer = house.get(&format!("/api/v1/datasets/{id}/linkages"), token).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["items"].as_array().unwrap().clone()
}

fn titles(linked: &[Value]) -> Vec<&str> {
    linked.iter().map(|one| one["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_record_tells_what_it_can_be_joined_with_how_and_by_which_way() {
    let house = House::open(&[]).await;
    let relief = house.token(&Asker::member("Relief", &[], Role::Manager)).await.unwrap();
    let reader = house.token(&Asker::member("Clinic", &["cluster:HEA"], Role::Reader)).await.unwrap();
    let clinics = published(&house, &relief, &holding("Clinics", &json!({}))).await;
    let cases = json!({
        "places": ["YE11"], "fields": [{"name": "Governorate", "description": "#adm1+pcode"}, {"name": "cases"}],
        "coverage": {"start": "2024-07-02", "end": "2025-07-02"}, "clusters": ["WSH"],
        "terms": {"sharing": "restricted", "audience_groups": ["cluster:HEA"]},
    });
    published(&house, &relief, &holding("Cases", &cases)).await;
    let roads = json!({
        "places": [], "fields": [{"name": "adm1_pcode"}], "clusters": ["LOG"], "terms": {"access_method": "on-request"},
    });
    published(&house, &relief, &holding("Roads", &roads)).await;
    // That it is about the same country joins no rows.
    published(&house, &relief, &holding("Ports", &json!({"places": [], "fields": [], "clusters": ["LOG"]}))).await;
    published(&house, &relief, &holding("Elsewhere", &json!({"countries": ["SYR"], "places": []}))).await;
    let own = json!({"terms": {"sharing": "organisation", "listing": "hidden"}});
    published(&house, &relief, &holding("Own", &own)).await;

    let linked = linkages(&house, &clinics, Some(&reader)).await;
    assert_eq!(titles(&linked), ["Cases", "Roads"], "{linked:#?}");
    let (cases, roads) = (&linked[0], &linked[1]);
    assert_eq!(
        cases["technical"]["fields"],
        json!([{"this": "adm1_pcode", "other": "Governorate", "meaning": "#adm1+code", "use": "key"}])
    );
    assert_eq!(
        (&cases["technical"]["pcodes"], &cases["technical"]["admin_level"], &cases["technical"]["overlap_days"]),
        (&json!(["YE11"]), &json!(1), &json!(183))
    );
    assert_eq!(
        (&cases["institutional"]["this"]["path"], &cases["institutional"]["other"]["path"]),
        (&json!("open"), &json!("group"))
    );
    assert_eq!(roads["institutional"]["path"], "request");
    let missing: Vec<(&str, &str)> = roads["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| (gap["of"].as_str().unwrap(), gap["code"].as_str().unwrap()))
        .collect();
    assert_eq!(missing, [("other", "p-codes")]);
    // Who is in no such group must ask, and the order follows.
    let outside = linkages(&house, &clinics, None).await;
    assert_eq!(outside[0]["institutional"]["other"]["path"], "request");
    assert!(outside[0]["score"].as_f64() < cases["score"].as_f64());
    // The organisation itself finds its own.
    assert!(titles(&linkages(&house, &clinics, Some(&relief)).await).contains(&"Own"));

    let limited = house.get(&format!("/api/v1/datasets/{clinics}/linkages?limit=1"), None).await.json();
    assert_eq!(limited["items"].as_array().unwrap().len(), 1);
    assert_eq!(house.get(&format!("/api/v1/datasets/{clinics}/linkages?limit=51"), None).await.status, 400);
    let page = house.get(&format!("/dataset/{clinics}/linkages"), None).await;
    assert!(page.text().contains("Both name 1 of 1 places by P-code: YE11."), "{}", page.text());
    let never = DatasetId::new("registered", "never");
    assert_eq!(house.get(&format!("/api/v1/datasets/{never}/linkages"), None).await.status, 404);
}

#[tokio::test]
async fn an_agreement_in_force_is_a_way_for_its_parties_and_for_nobody_else() {
    let house = House::open(&[]).await;
    let relief = house.token(&Asker::member("Relief", &[], Role::Steward)).await.unwrap();
    let clinic = house.token(&Asker::member("Clinic", &[], Role::Steward)).await.unwrap();
    let other = house.token(&Asker::member("Other", &[], Role::Steward)).await.unwrap();
    let open = published(&house, &relief, &holding("Clinics", &json!({}))).await;
    let asked = json!({"terms": {"sharing": "organisation", "access_method": "on-request"}});
    let asked = published(&house, &relief, &holding("Cases by clinic", &asked)).await;
    let terms = json!({
        "title": {"en": "Cases for planning"},
        "parties": [{"organisation": "relief", "role": "provider"}, {"organisation": "clinic", "role": "user"}],
        "covers": {"records": [asked]}, "purposes": ["public-health"],
        "access": {"at_most": "download"}, "transfer": "allowed",
        "validity": {"from": "2020-01-01T00:00:00Z"}, "trigger": {"when": "always"},
    });
    let made = house.send_body(&Method::POST, "/api/v1/agreements", Some(&relief), &terms.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let door = made.headers["location"].clone();
    let way = async |token: &str| linkages(&house, &open, Some(token)).await[0]["institutional"]["other"].clone();
    assert_eq!(way(&clinic).await["path"], "request", "a draft is no way");
    for token in [&relief, &clinic] {
        let version = house.get(&door, Some(token)).await.json()["version"].clone();
        let agreed =
            house.send_body(&Method::POST, &format!("{door}/agree?version={version}"), Some(token), "{}").await;
        assert!(agreed.status.is_success() || agreed.status == 409, "{}", agreed.text());
    }
    let found = way(&clinic).await;
    let id = door.rsplit('/').next().unwrap();
    assert_eq!((&found["path"], &found["agreement"]), (&json!("agreement"), &json!(id)), "{found:#}");
    assert!(found["words"].as_str().unwrap().contains("State for what the data is wanted."), "{found:#}");
    let stranger = way(&other).await;
    assert_eq!((&stranger["path"], &stranger["agreement"]), (&json!("request"), &Value::Null));
}
