//! Related records and folded series: from what is registered to the door and the page, as different viewers.

use crate::house::{Asker, House};
use axum::http::Method;
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::{Value, json};

/// Registers a holding, which is found from then on; gives the id of its record.
async fn published(house: &House, token: &str, title: &str, places: &[&str], listing: &str) -> String {
    let sharing = if listing == "full" { "public" } else { "organisation" };
    let holding = json!({
        "title": {"en": title}, "countries": ["YEM"], "clusters": ["WSH"], "places": places,
        "terms": {"sensitivity": "low", "sharing": sharing, "access_method": "download", "listing": listing},
    });
    let made = house.send_body(&Method::POST, "/api/v1/datasets", Some(token), &holding.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    house.follow().await;
    made.json()["id"].as_str().unwrap().to_owned()
}

fn told(answer: &Value) -> Vec<(&str, Vec<&str>)> {
    answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let grounds = item["because"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
            (item["title"].as_str().unwrap(), grounds)
        })
        .collect()
}

#[tokio::test]
async fn a_record_leads_to_those_that_are_related_and_says_by_what() {
    let house = House::open(&[]).await;
    let relief = house.token(&Asker::member("Relief", &[], Role::Manager)).await.unwrap();
    let asked = published(&house, &relief, "Cholera in wells", &["YE1501"], "full").await;
    published(&house, &relief, "Wells with cholera", &["YE1501"], "full").await;
    published(&house, &relief, "Markets", &["YE1501"], "full").await;
    published(&house, &relief, "Schools", &[], "full").await;
    published(&house, &relief, "Cholera: own counts of wells", &["YE1501"], "hidden").await;

    let door = format!("/api/v1/datasets/{asked}/related");
    let answer = house.get(&door, None).await.json();
    assert_eq!(
        told(&answer),
        [("Wells with cholera", vec!["content", "place"]), ("Markets", vec!["place"])],
        "{answer:#}"
    );
    assert_eq!(answer["items"][0]["countries"], json!(["YEM"]), "an item is that of a search");
    let own = house.get(&door, Some(&relief)).await.json();
    assert!(told(&own).iter().any(|(title, _)| *title == "Cholera: own counts of wells"), "{own:#}");
    let one = house.get(&format!("{door}?limit=1"), None).await.json();
    assert_eq!(told(&one).len(), 1);
    for wrong in ["limit=51", "limit=x", "lang=xx", "limits=1"] {
        assert_eq!(house.get(&format!("{door}?{wrong}"), None).await.status, 400, "{wrong}");
    }
    let page = house.get(&format!("/dataset/{asked}"), None).await;
    let text = page.text();
    assert!(text.contains("Related records") && text.contains("(same subject, same place)"), "{text}");
    assert!(!text.contains("own counts"), "{text}");
    let never = DatasetId::new("registered", "never");
    assert_eq!(house.get(&format!("/api/v1/datasets/{never}/related"), None).await.status, 404);
}

#[tokio::test]
async fn a_series_is_one_result_with_the_way_to_the_others() {
    let house = House::open(&[]).await;
    let relief = house.token(&Asker::member("Relief", &[], Role::Manager)).await.unwrap();
    for year in 2019..2023 {
        published(&house, &relief, &format!("Census of wells {year}"), &[], "full").await;
    }
    published(&house, &relief, "Census of wells 2024", &[], "hidden").await;
    let plain = house.get("/api/v1/search?q=census", None).await.json();
    assert_eq!(plain["total"], 4);
    let folded = house.get("/api/v1/search?q=census+2020&fold=series&match=some", None).await.json();
    assert_eq!((&folded["total"], &folded["items"][0]["series"]["more"]), (&json!(1), &json!(3)), "{folded:#}");
    assert_eq!(folded["items"][0]["title"], "Census of wells 2020");
    let key = folded["items"][0]["series"]["key"].as_str().unwrap();
    assert_eq!(house.get(&format!("/api/v1/search?series={key}"), None).await.json()["total"], 4);
    assert_eq!(house.get(&format!("/api/v1/search?series={key}"), Some(&relief)).await.json()["total"], 5);
    for wrong in ["series=x", "series=00000000000000GG", "fold=yes"] {
        assert_eq!(house.get(&format!("/api/v1/search?{wrong}"), None).await.status, 400, "{wrong}");
    }
    // On the page by itself where the best match comes first, and nowhere else.
    let link = format!("<a href=\"/search?q=census&#38;series={key}\">and 3 more of this series</a>");
    let page = house.get("/search?q=census", None).await.text();
    assert!(page.contains(&link) && page.contains("1 holding<"), "{page}");
    let api = "/api/v1/search?q=census&#38;fold=series\"";
    assert!(page.contains(api), "the page as JSON is the same search: {page}");
    for unfolded in
        [format!("series={key}&q=census"), "q=census&fold=false".to_owned(), "q=census&sort=title".to_owned()]
    {
        let page = house.get(&format!("/search?{unfolded}"), None).await.text();
        assert!(page.contains("4 holdings") && !page.contains("of this series"), "{unfolded}: {page}");
    }
}
