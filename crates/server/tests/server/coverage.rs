//! Coverage: a matrix of what a viewer can find, and of the needs that none of it meets, and of nothing else.

use crate::house::{Asker, House, day};
use cairn_catalog::HarvestOptions;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
"#;

const HEADINGS: &str =
    "id,title,owner,country,admin1,cluster,modified,frequency,sensitivity,sharing,listing,access method,audience\n";

/// What is held. `m2` is shown to others as a stub, `m3` not at all.
const HOLDINGS: [(&str, &str); 5] = [
    ("m1", "Minefields,Relief,YEM,Sa'dah,PRO-MIN,1990-01-01,every month,low,public,full,download,"),
    ("m2", "Register,Relief,YEM,,PRO-MIN,,,moderate,restricted,stub,on-request,group:cluster:PRO-MIN"),
    ("m3", "Roads,Secret Service,YEM,Sa'dah,PRO-MIN,,,moderate,restricted,hidden,download,group:cluster:PRO-MIN"),
    ("c1", "Cholera,Ministry,YEM;SYR,,HEA,,,low,public,full,download,"),
    ("n1", "Nothing said,Ministry,,,,,,low,public,full,download,"),
];

async fn settled(told: impl Fn(&str, &str) -> Option<String>, own_need: bool) -> House {
    let house = House::open(&[DESK]).await;
    let rows = HOLDINGS.iter().filter_map(|(id, row)| Some(format!("{id},{}\n", told(id, row)?)));
    house.write("holdings.csv", &format!("{HEADINGS}{}", rows.collect::<String>()));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house.token(&Asker::member("Seeker", &[], Role::Reader)).await;
    let need = |topic: &str, cluster: &str, countries: &[&str]| {
        json!({
            "title": {"en": topic}, "purposes": ["response-planning"], "topics": [topic], "clusters": [cluster],
            "countries": countries, "audience": {"sharing": "public"},
        })
    };
    let mut needs = vec![need("minefields", "PRO-MIN", &["YEM"]), need("schools", "EDU", &["SYR"])];
    if own_need {
        let mut own = need("wells", "WSH", &["IRQ"]);
        own["audience"] = json!({"sharing": "organisation"});
        needs.push(own);
    }
    for sent in needs {
        let statement = serde_json::from_value(sent).unwrap();
        house.catalog.create_need(&Viewer::operator(), Some("seeker"), statement, Timestamp::now()).await.unwrap();
    }
    house
}

async fn all() -> House {
    settled(|_, row| Some(row.to_owned()), true).await
}

/// A matrix in lines: `row column: holdings; sharing; freshness; needs/unmet`.
fn lines(answer: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let counts = |value: &Value| {
        let counts = value.as_object().unwrap().iter().map(|(code, count)| format!("{code}={count}"));
        counts.collect::<Vec<_>>().join(" ")
    };
    let line = |cell: &Value| {
        format!(
            "{} {}: {}; {}; {}; {}/{}",
            word(&cell["row"]),
            word(&cell["column"]),
            cell["holdings"],
            counts(&cell["sharing"]),
            counts(&cell["freshness"]),
            cell["needs"],
            cell["unmet_needs"],
        )
    };
    answer["cells"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn coverage_is_a_matrix_of_cluster_by_country_with_sharing_levels_freshness_and_unmet_needs() {
    let house = all().await;
    let answer = house.get("/api/v1/coverage", None).await.json();
    assert_eq!(
        lines(&answer),
        [
            "PRO YEM: 2; public=1 restricted=1; delinquent=1; 1/0",
            "PRO-MIN YEM: 2; public=1 restricted=1; delinquent=1; 1/0",
            "HEA YEM: 1; public=1; ; 0/0",
            "HEA SYR: 1; public=1; ; 0/0",
            "EDU SYR: 0; ; ; 1/1",
            "- -: 1; public=1; ; 0/0",
        ]
    );
    assert_eq!(answer["total"], json!({"holdings": 4, "needs": 2, "unmet_needs": 1}));
    assert_eq!((&answer["rows"], &answer["columns"]), (&json!("cluster"), &json!("country")));
    assert_eq!(
        answer["column_values"],
        json!([
            {"value": "YEM", "label": "Yemen", "holdings": 3},
            {"value": "SYR", "label": "Syrian Arab Republic", "holdings": 1},
            {"value": null, "label": "no country named", "holdings": 1},
        ])
    );
    let member = house.token(&Asker::member("Elsewhere", &["cluster:PRO-MIN"], Role::Reader)).await;
    let answer = house.get("/api/v1/coverage?cluster=PRO-MIN", member.as_deref()).await.json();
    assert_eq!(lines(&answer), ["PRO-MIN YEM: 3; public=1 restricted=2; delinquent=1; 1/0"]);
    let narrowed = house.get("/api/v1/coverage?rows=country&columns=cluster&country=SYR&sharing=public", None).await;
    assert_eq!(lines(&narrowed.json()), ["SYR HEA: 1; public=1; ; 0/0", "SYR EDU: 0; ; ; 1/1"]);
    let owners = house.get("/api/v1/coverage?rows=organisation&columns=kind", None).await.json();
    assert_eq!(
        lines(&owners),
        [
            "ministry dataset: 2; public=2; ; null/null",
            "relief dataset: 2; public=1 restricted=1; delinquent=1; null/null"
        ]
    );
    assert_eq!(owners["row_values"][0]["label"], "Ministry");
    // An organisation is asked for by its name as by its id.
    for one in ["Ministry", "ministry"] {
        let door = format!("/api/v1/coverage?rows=organisation&columns=kind&organisation={one}");
        let asked = house.get(&door, None).await.json();
        assert_eq!(lines(&asked), ["ministry dataset: 2; public=2; ; null/null"], "{one}");
    }
}

#[tokio::test]
async fn places_of_level_1_are_columns_of_one_country_and_empty_ones_are_told_too() {
    let house = all().await;
    let answer = house.get("/api/v1/coverage?columns=admin1&country=YEM", None).await.json();
    assert_eq!(
        lines(&answer),
        ["PRO YE22: 1; public=1; delinquent=1; null/null", "PRO-MIN YE22: 1; public=1; delinquent=1; null/null",]
    );
    let places = answer["column_values"].as_array().unwrap();
    assert_eq!(places.len(), 22);
    assert_eq!(places[0], json!({"value": "YE11", "label": "Ibb", "holdings": 0}));
    let turned = house.get("/api/v1/coverage?rows=admin1&columns=cluster&country=YEM", None).await.json();
    assert_eq!(lines(&turned)[0], "YE22 PRO: 1; public=1; delinquent=1; null/null");
    for wrong in [
        "match=some",
        "columns=admin1",
        "columns=admin1&country=YEM&country=SYR",
        "columns=admin1&country=YEM&pcode=YE22",
        "rows=country",
        "rows=tag",
        "limit=3",
    ] {
        assert_eq!(house.get(&format!("/api/v1/coverage?{wrong}"), None).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn every_number_of_the_page_leads_to_the_search_that_finds_as_many() {
    let house = all().await;
    for layout in ["", "?rows=organisation&columns=cluster", "?columns=admin1&country=YEM&sharing=public"] {
        let page = house.get(&format!("/coverage{layout}"), None).await.text();
        let mut followed = 0;
        for part in page.split("<td><a href=\"/search").skip(1) {
            let (query, rest) = part.split_once('"').unwrap();
            let count = rest.split_once('>').unwrap().1.split_once('<').unwrap().0;
            let query = query.replace("&#38;", "&").replace("&amp;", "&");
            let found = house.get(&format!("/api/v1/search{query}"), None).await.json();
            assert_eq!(found["total"].to_string(), count, "{query}");
            followed += 1;
        }
        assert!(followed > 1, "{page}");
    }
    // Who may have the data and how fresh it is stands in the cell for everyone, also on paper and without a mouse.
    let page = house.get("/coverage", None).await.text();
    assert!(page.contains("<span class=\"details\">public: 1, restricted: 1, delinquent: 1</span>"), "{page}");
    assert!(!page.contains(" title="), "{page}");
    // What a mail program adds to an address is no filter, and what is mistyped in one still is told.
    let shared = house.get("/coverage?utm_source=mail&country=YEM", None).await;
    assert_eq!((shared.status.as_u16(), shared.text().contains("utm_source")), (200, false), "{}", shared.text());
    assert_eq!(house.get("/coverage?country=Atlantis", None).await.status, 400);
    assert_eq!(house.get("/api/v1/coverage?utm_source=mail", None).await.status, 400);
    let file = house.get("/api/v1/coverage.csv?cluster=EDU&cluster=HEA", None).await;
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"coverage.csv\"");
    let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
    assert_eq!(
        lines[0],
        "\u{feff}cluster,cluster_label,country,country_label,holdings,sharing_public,sharing_community,sharing_restricted,\
         sharing_organisation,sharing_closed,freshness_fresh,freshness_due,freshness_overdue,freshness_delinquent,needs,\
         unmet_needs"
    );
    assert_eq!(
        lines[1..],
        [
            "HEA,Health,SYR,Syrian Arab Republic,1,1,0,0,0,0,0,0,0,0,0,0",
            "HEA,Health,YEM,Yemen,1,1,0,0,0,0,0,0,0,0,0,0",
            "EDU,Education,SYR,Syrian Arab Republic,0,0,0,0,0,0,0,0,0,0,1,1"
        ]
    );
}

#[tokio::test]
async fn coverage_tells_nobody_of_holdings_and_needs_that_they_may_not_know_of() {
    let full = all().await;
    let veiled = |id: &str, row: &str| match id {
        "m3" => None,
        "m2" => Some(row.replace("Register", "Veiled")),
        _ => Some(row.to_owned()),
    };
    let alone = settled(veiled, false).await;
    for asker in [Asker::anonymous(), Asker::member("Elsewhere", &["another"], Role::Administrator)] {
        let (token, same) = (full.token(&asker).await, alone.token(&asker).await);
        for door in [
            "/api/v1/coverage",
            "/api/v1/coverage.csv",
            "/api/v1/coverage?rows=organisation&columns=country",
            "/api/v1/coverage?columns=admin1&country=YEM",
            "/api/v1/coverage?rows=kind&q=roads",
            "/coverage",
            "/coverage?rows=organisation&columns=cluster",
        ] {
            let (is, would_be) = (full.get(door, token.as_deref()).await, alone.get(door, same.as_deref()).await);
            assert_eq!(is, would_be, "{door} as {asker:?}");
        }
    }
}
