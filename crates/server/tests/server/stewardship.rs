//! What data costs, who looks after it, and what is told in its place: from the registered holding to the doors.

use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_policy::Role;
use serde_json::{Value, json};

/// A holding as it is sent, with these parts changed.
fn holding(title: &str, changes: &Value) -> Value {
    let mut sent = json!({
        "title": {"en": title}, "clusters": ["HEA"], "countries": ["YEM"], "steward": "Relief",
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

async fn sent(house: &House, token: &str, holding: &Value) -> Answer {
    let answer = house.send_body(&Method::POST, "/api/v1/datasets", Some(token), &holding.to_string()).await;
    house.follow().await;
    answer
}

/// Registers a holding, which is found from then on; gives the id of its record.
async fn published(house: &House, token: &str, holding: &Value) -> String {
    let made = sent(house, token, holding).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["id"].as_str().unwrap().to_owned()
}

async fn with_steward() -> (House, String) {
    let house = House::open(&[]).await;
    let relief = house.token(&Asker::member("Relief", &[], Role::Steward)).await.unwrap();
    (house, relief)
}

#[tokio::test]
async fn row_38_what_data_costs_is_stated_shown_counted_and_filtered_by() {
    let (house, relief) = with_steward().await;
    let costs = ["free", "pro-bono", "cost-recovery", "licensed-aggregate"];
    for cost in costs {
        let id = published(&house, &relief, &holding(cost, &json!({"upkeep": {"cost": cost}}))).await;
        let shown = house.get(&format!("/api/v1/datasets/{id}"), None).await.json();
        assert_eq!(shown["upkeep"]["cost"], cost);
    }
    published(&house, &relief, &holding("Not said", &json!({}))).await;
    let hidden = json!({"upkeep": {"cost": "free"}, "terms": {"sharing": "organisation", "listing": "hidden"}});
    published(&house, &relief, &holding("Hidden", &hidden)).await;
    let counts = async |token: Option<&str>| -> Vec<(String, u64)> {
        let found = house.get("/api/v1/search?limit=0&facets=cost", token).await.json();
        let values = found["facets"]["cost"].as_array().unwrap().clone();
        values.iter().map(|one| (one["value"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap())).collect()
    };
    assert_eq!(
        counts(None).await,
        ["cost-recovery", "free", "licensed-aggregate", "pro-bono"].map(|cost| (cost.to_owned(), 1))
    );
    assert_eq!(counts(Some(&relief)).await[0], ("free".to_owned(), 2));
    for cost in costs {
        let found = house.get(&format!("/api/v1/search?cost={cost}"), None).await.json();
        assert_eq!((&found["total"], &found["items"][0]["title"]), (&json!(1), &json!(cost)));
    }
    assert_eq!(house.get("/api/v1/search?cost=dear", None).await.status, 400);
    let wrong = sent(&house, &relief, &holding("Wrong", &json!({"upkeep": {"cost": "dear"}}))).await;
    assert!(wrong.status.is_client_error(), "{}", wrong.text());
    let terms = house.get("/api/v1/vocabularies/cost", None).await.text();
    assert!(terms.contains("Licensed aggregates"), "{terms}");
}

#[tokio::test]
async fn row_39_what_nobody_looks_after_is_reported_with_the_reasons() {
    let (house, relief) = with_steward().await;
    published(&house, &relief, &holding("A looked after", &json!({"upkeep": {"kept_until": "2999"}}))).await;
    published(&house, &relief, &holding("B no steward", &json!({"steward": null}))).await;
    let left = json!({"steward": "Gone Away", "upkeep": {"successor": "Ministry", "kept_until": "2020-05"}});
    published(&house, &relief, &holding("C left", &left)).await;
    let late = json!({"modified": "2015", "update_frequency": "monthly"});
    published(&house, &relief, &holding("D late", &late)).await;
    let hidden = json!({"steward": null, "terms": {"sharing": "organisation", "listing": "hidden"}});
    published(&house, &relief, &holding("E hidden", &hidden)).await;
    let stub =
        json!({"steward": null, "terms": {"sharing": "organisation", "listing": "stub", "listing_title": "F stub"}});
    published(&house, &relief, &holding("F", &stub)).await;
    let reported = async |address: &str, token: Option<&str>| -> Vec<(String, Vec<String>)> {
        let answer = house.get(address, token).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let causes = |one: &Value| one["causes"].as_array().unwrap().iter().map(|cause| text(&cause["code"])).collect();
        answer.json()["items"].as_array().unwrap().iter().map(|one| (text(&one["title"]), causes(one))).collect()
    };
    let told = |titles: &[(&str, &[&str])]| -> Vec<(String, Vec<String>)> {
        let causes = |causes: &[&str]| causes.iter().map(|one| (*one).to_owned()).collect();
        titles.iter().map(|(title, codes)| ((*title).to_owned(), causes(codes))).collect()
    };
    let open: [(&str, &[&str]); 3] =
        [("B no steward", &["no-steward"]), ("C left", &["steward-unknown", "past-its-end"]), ("D late", &["overdue"])];
    let reader = house.token(&Asker::member("Clinic", &[], Role::Reader)).await;
    assert_eq!(reported("/api/v1/stewardship?organisation=relief", reader.as_deref()).await, told(&open));
    let own: [(&str, &[&str]); 2] = [("E hidden", &["no-steward"]), ("F", &["no-steward"])];
    assert_eq!(
        reported("/api/v1/stewardship", Some(&relief)).await,
        told(&[&open[..], &own].concat()),
        "the organisation itself sees its own"
    );
    assert_eq!(reported("/api/v1/stewardship?organisation=clinic", reader.as_deref()).await, []);
    // In parts, the same.
    let (mut all, mut address) = (Vec::new(), "/api/v1/stewardship?limit=2".to_owned());
    loop {
        all.extend(reported(&address, reader.as_deref()).await);
        match house.get(&address, reader.as_deref()).await.json()["next"].as_str() {
            Some(next) => address = format!("/api/v1/stewardship?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(all, told(&open));
    let left = house.get("/api/v1/stewardship", reader.as_deref()).await.json()["items"][1].clone();
    assert_eq!((&left["successor"], &left["steward"]["name"]), (&json!("Ministry"), &json!("Gone Away")));
}

#[tokio::test]
async fn row_20_what_cannot_be_shared_says_how_it_is_had_and_a_download_is_denied_with_an_alternative() {
    let (house, relief) = with_steward().await;
    let decide = async |id: &str, question: Value| {
        let body = json!({"record": id, "question": question}).to_string();
        let answer = house.send_body(&Method::POST, "/api/v1/access/decide", Some(&relief), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    let ministry = house.token(&Asker::member("Ministry", &[], Role::Manager)).await.unwrap();
    let counted = json!({
        "steward": null, "terms": {"access_method": "aggregate-only"},
        "aggregates": {"limits": {"finest_admin_level": 2, "minimum_cell_size": 11}, "epsilon": 0.5},
    });
    let counted = published(&house, &ministry, &holding("Patients", &counted)).await;
    let shown = house.get(&format!("/api/v1/datasets/{counted}"), None).await.json();
    assert_eq!(shown["terms"]["access_method"], "aggregate-only");
    assert_eq!(
        shown["aggregates"],
        json!({"limits": {"finest_admin_level": 2, "minimum_cell_size": 11}, "epsilon": 0.5})
    );
    let page = house.get(&format!("/dataset/{counted}"), None).await.text();
    assert!(page.contains("no count below 11; differentially private with epsilon 0.5 at most"), "{page}");

    let denied = decide(&counted, json!({"access": "download"})).await;
    assert_eq!((&denied["outcome"], &denied["rule"]), (&json!("alternative"), &json!("other-form-only")));
    assert_eq!(
        denied["alternatives"],
        json!([
            {"access": "aggregate", "finest_admin_level": 2, "minimum_cell_size": 11},
            {"access": "private-aggregate", "finest_admin_level": 2, "minimum_cell_size": 11, "epsilon": 0.5},
        ])
    );
    // What the record declares binds who takes the alternative.
    let fine = decide(&counted, json!({"access": "aggregate", "admin_level": 3})).await;
    assert_eq!((&fine["outcome"], &fine["rule"]), (&json!("alternative"), &json!("aggregate-too-fine")));
    let noisy = decide(&counted, json!({"access": "private-aggregate", "admin_level": 2, "epsilon": 2.0})).await;
    assert_eq!(noisy["rule"], "epsilon-too-large");
    let taken = decide(&counted, json!({"access": "private-aggregate", "admin_level": 2, "epsilon": 0.25})).await;
    assert_eq!(
        (&taken["outcome"], &taken["conditions"][0]["code"], &taken["conditions"][0]["values"]),
        (&json!("granted-with-conditions"), &json!("small-cells"), &json!(["11"]))
    );

    let federated = json!({"terms": {"access_method": "federated-query"}, "steward": null});
    let federated = published(&house, &ministry, &holding("Registry", &federated)).await;
    let denied = decide(&federated, json!({"access": "download"})).await;
    assert_eq!(denied["alternatives"], json!([{"access": "federated-query"}]));
    for bounds in
        [json!({}), json!({"epsilon": 0.0}), json!({"limits": {"finest_admin_level": 2, "minimum_cell_size": 0}})]
    {
        let wrong = sent(&house, &ministry, &holding("Wrong", &json!({"aggregates": bounds}))).await;
        assert_eq!(wrong.status, 422, "{bounds}: {}", wrong.text());
    }
}
