//! Why records matched: in the API in every language, and on the page where somebody asks.

use crate::house::{Asker, House};
use axum::http::Method;
use cairn_policy::Role;
use serde_json::json;

#[tokio::test]
async fn a_search_says_why_each_record_matched_in_the_language_that_is_asked_for() {
    let house = House::open(&[]).await;
    let relief = house.token(&Asker::member("Relief", &[], Role::Manager)).await.unwrap();
    let holding = json!({
        "title": {"en": "Displaced families in Marib"}, "countries": ["YEM"], "clusters": ["WSH"],
        "terms": {"sensitivity": "low", "sharing": "public", "access_method": "download", "listing": "full"},
    });
    let made = house.send_body(&Method::POST, "/api/v1/datasets", Some(&relief), &holding.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    house.follow().await;

    let because = async |query: &str| {
        let answer = house.get(&format!("/api/v1/search?explain=1&{query}"), None).await.json();
        answer["items"][0]["because"].clone()
    };
    assert_eq!(
        because("q=family").await,
        json!([{
            "as": "word", "word": "family", "form": "families", "in": ["title"],
            "text": "“families”, for “family”, stands in the title.",
        }])
    );
    let concept = &because("q=WASH").await[0];
    assert_eq!((&concept["as"], &concept["concept"]), (&json!("concept"), &json!("cluster:WSH")), "{concept:#}");
    assert_eq!(concept["in"], json!(["names"]), "{concept:#}");
    for (language, sentence) in [("fr", "figure dans le titre"), ("es", "aparece en el título"), ("ar", "في العنوان")]
    {
        let told = because(&format!("q=displaced&lang={language}")).await;
        assert!(told[0]["text"].as_str().unwrap().contains(sentence), "{told:#}");
    }
    let lacks = because("q=displaced+zebra").await;
    assert_eq!(lacks[1]["missing"], json!(["zebra"]), "{lacks:#}");
    assert_eq!(because("q=").await, json!([]));
    let plain = house.get("/api/v1/search?q=family", None).await.json();
    assert_eq!(plain["items"][0].get("because"), None);
    assert_eq!(house.get("/api/v1/search?q=family&explain=why", None).await.status, 400);

    let page = house.get("/search?q=family", None).await.text();
    assert!(page.contains("<a href=\"/search?q=family&#38;explain=1\">Why these holdings?</a>"), "{page}");
    assert!(!page.contains("Why this record"), "{page}");
    let page = house.get("/search?q=family&explain=1", None).await.text();
    // What is said of each hit goes into no file.
    assert!(page.contains("<a href=\"/api/v1/export.csv?q=family\">CSV</a>"), "{page}");
    assert!(page.contains("Why this record") && page.contains("for “family”"), "{page}");
}
