//! What a search finds, counted by year and by place.

use crate::browser::is_sound;
use crate::house::{Asker, House};
use axum::http::Method;
use cairn_policy::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn what_is_found_is_counted_by_year_and_by_cell_for_who_may_see_it() {
    let house = House::open(&[]).await;
    let relief = house.token(&Asker::member("Relief", &[], Role::Manager)).await.unwrap();
    let holdings = [
        ("Wells of the north", [43.0, 12.0, 55.0, 19.0], json!({"start": "2019", "end": "2021"}), "full"),
        ("Wells of the south", [44.0, 12.0, 46.0, 14.0], json!({"start": null, "end": "2021-05"}), "full"),
        ("Wells everywhere", [-180.0, -90.0, 180.0, 90.0], Value::Null, "full"),
        ("Wells of our own", [43.0, 12.0, 55.0, 19.0], json!({"start": "2019", "end": "2019"}), "hidden"),
    ];
    for (title, [west, south, east, north], coverage, listing) in holdings {
        let sharing = if listing == "full" { "public" } else { "organisation" };
        let holding = json!({
            "title": {"en": title}, "countries": ["YEM"], "clusters": ["WSH"], "coverage": coverage,
            "bbox": [west, south, east, north],
            "terms": {"sensitivity": "low", "sharing": sharing, "access_method": "download", "listing": listing},
        });
        let made = house.send_body(&Method::POST, "/api/v1/datasets", Some(&relief), &holding.to_string()).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    house.follow().await;

    let asked = "/api/v1/search?q=wells&limit=0&histogram=coverage,modified&grid=4";
    let counted = house.get(asked, None).await.json();
    assert_eq!(
        counted["histograms"]["coverage"],
        json!([{"year": 2019, "count": 1}, {"year": 2020, "count": 1}, {"year": 2021, "count": 2}]),
        "{counted:#}"
    );
    let cell = |count: u64| json!([{"west": 0.0, "south": 0.0, "east": 90.0, "north": 90.0, "count": count}]);
    assert_eq!(counted["grid"], json!({"cells": cell(2), "beyond": 1}), "{counted:#}");
    let own = house.get(asked, Some(&relief)).await.json();
    assert_eq!(own["histograms"]["coverage"][0], json!({"year": 2019, "count": 2}), "{own:#}");
    assert_eq!(own["grid"]["cells"], cell(3));
    // The grid lies over the box that is asked for.
    let near = house.get("/api/v1/search?bbox=40,10,60,20&grid=2&limit=0", None).await.json();
    assert_eq!(near["grid"]["cells"][0]["west"], 40.0, "{near:#}");
    assert_eq!(near["grid"]["cells"][0]["count"], 2);
    let plain = house.get("/api/v1/search?q=wells", None).await.json();
    assert!(plain.get("grid").is_none() && plain.get("histograms").is_none(), "{plain:#}");
    for wrong in ["grid=65", "grid=x", "histogram=issued"] {
        assert_eq!(house.get(&format!("/api/v1/search?{wrong}"), None).await.status, 400, "{wrong}");
    }
}

/// A house in which an organisation registers wells that cover so many years, each one year from 2000 on.
async fn wells(years: i16) -> House {
    let house = House::open(&[]).await;
    let relief = house.token(&Asker::member("Relief", &[], Role::Manager)).await.unwrap();
    let terms = |listing: &str, sharing: &str| json!({"sensitivity": "low", "sharing": sharing, "access_method": "download", "listing": listing});
    let open = (2000..2000 + years).map(|year| (year, terms("full", "public")));
    for (year, terms) in open.chain([(2000, terms("hidden", "organisation"))]) {
        let covered = json!({"start": year.to_string(), "end": year.to_string()});
        let holding = json!({"title": {"en": format!("Wells of {year}")}, "countries": ["YEM"], "clusters": ["WSH"],
            "coverage": covered, "terms": terms});
        let made = house.send_body(&Method::POST, "/api/v1/datasets", Some(&relief), &holding.to_string()).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    house.follow().await;
    house
}

/// The address of the link in a list of years that says this.
fn leads_to(page: &str, label: &str) -> String {
    let (_, years) = page.split_once("id=\"years\"").unwrap_or_else(|| panic!("no years: {page}"));
    let (before, _) = years.split_once(&format!("\">{label}<")).unwrap_or_else(|| panic!("no {label}: {page}"));
    let address = before.rsplit("href=\"").next().unwrap();
    let address = address.replace("&#38;", "&");
    address.split(['#', '"']).next().unwrap().to_owned()
}

#[tokio::test]
async fn the_page_of_a_search_shows_years_when_it_is_asked_and_each_narrows_the_search_to_it() {
    let house = wells(17).await;
    let plain = house.get("/search?q=wells", None).await.text();
    assert!(!plain.contains("<meter"), "{plain}");
    assert!(plain.contains("<a href=\"/search?q=wells&#38;years=coverage#years\">covered</a>"), "{plain}");

    let shown = house.get("/search?q=wells&years=coverage&country=YEM", None).await;
    is_sound(&shown);
    let text = shown.text();
    assert_eq!(text.matches("<meter max=\"1\" value=\"1\"").count(), 15, "{text}");
    assert!(text.contains(">2016</a>") && text.contains(">2002</a>") && !text.contains(">2001</a>"), "{text}");
    assert!(!text.contains("years: coverage"), "it is no filter: {text}");
    assert!(text.contains("histogram=coverage\">JSON</a>"), "the API answers the same: {text}");

    let year = leads_to(&text, "2010");
    assert_eq!(year, "/search?q=wells&years=coverage&country=YEM&covers_after=2010&covers_before=2010");
    let narrowed = house.get(&year, None).await.text();
    assert!(narrowed.contains(">1 holding<") && narrowed.contains("Wells of 2010"), "{narrowed}");
    // It is taken away by itself, and so is every bound.
    let again = leads_to(&narrowed, "2010");
    assert_eq!(again, "/search?q=wells&years=coverage&country=YEM");
    assert_eq!(leads_to(&narrowed, "Any year"), "/search?q=wells&years=coverage&country=YEM");
    assert_eq!(leads_to(&narrowed, "Without years").matches("years=").count(), 0);
    // What is hidden counts in no year, and is not found in one.
    let earlier = house.get(&leads_to(&text, "Earlier"), None).await.text();
    assert!(earlier.contains(">2 holdings<") && earlier.contains("value=\"1\""), "{earlier}");
    assert!(!earlier.contains("value=\"2\""), "{earlier}");

    let arabic = house.get("/search?q=wells&years=modified&lang=ar", None).await;
    is_sound(&arabic);
    assert!(arabic.text().contains("<html lang=\"en\">") && arabic.text().contains("Year of the last change"));
    let unknown = house.get("/search?q=wells&years=issued", None).await;
    assert!(unknown.status == 200 && !unknown.text().contains("<meter"), "a word of nobody's asks for nothing");
}
