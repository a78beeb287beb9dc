//! What a search finds, counted by year and by place.

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
