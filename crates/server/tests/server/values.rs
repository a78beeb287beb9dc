//! Values of facets, at every door: each that is shown can be chosen, and what stands for nothing is told.

use cairn_catalog::HarvestOptions;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use crate::house::{House, day};

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
"#;

/// Formats part at semicolons where there are any, so that some have commas; four titles are a series.
const HOLDINGS: &str = "id,title,owner,country,cluster,modified,keywords,formats,language,sensitivity,sharing,listing,access method
a,Wells of the north,\"Relief, Inc. (RI)\",YEM,WSH,2024-03-05,\"deep, wells\",\"Via FTP: SAO, EDP GI;CSV\",fr,low,public,full,download
b,Clinics,Ministry,SYR,HEA,2023-01-01,,\"CSV, scroll;PDF\",en,low,public,full,download
c,Household survey report 2020,Ministry,SYR,HEA,2023-01-01,,CSV,en,low,public,full,download
d,Household survey report 2021,Ministry,SYR,HEA,2023-01-01,,CSV,en,low,public,full,download
e,Household survey report 2022,Ministry,SYR,HEA,2023-01-01,,CSV,en,low,public,full,download
f,Household survey report 2023,Ministry,SYR,HEA,2023-01-01,,CSV,en,low,public,full,download
";

async fn house() -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

async fn total(house: &House, query: &str) -> Value {
    house.get(&format!("/api/v1/search?{query}"), None).await.json()["total"].clone()
}

#[tokio::test]
async fn every_value_that_a_facet_shows_can_be_chosen_by_its_link() {
    let house = house().await;
    let page = house.get("/search?show=format", None).await.text();
    let facets = page.split_once("<nav class=\"facets\"").unwrap().1;
    let mut followed = Vec::new();
    for entry in facets.split("<li").skip(1) {
        let Some((_, count)) = entry.split_once("<span class=\"count\">") else { continue };
        let count = count.split('<').next().unwrap();
        let address = entry.split('"').nth(1).unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let found = house.get(&address, None).await.text();
        let heading = if count == "1" { "1 holding<".to_owned() } else { format!("{count} holdings<") };
        assert!(found.contains(&heading), "{address}: {count}");
        assert!(found.contains("chosen: take it away"), "{address}");
        followed.push(address);
    }
    assert!(followed.iter().any(|one| one.contains("SAO")), "{followed:?}");
    assert!(followed.iter().any(|one| one.contains("SCROLL")), "{followed:?}");
}

#[tokio::test]
async fn every_value_that_the_api_counts_can_be_chosen_and_several_at_once() {
    let house = house().await;
    let fields =
        "country,cluster,organisation,sharing,sensitivity,access,kind,format,licence,language,rendition,source,tag";
    let answer = house.get(&format!("/api/v1/search?facets={fields}&limit=0"), None).await.json();
    for (field, values) in answer["facets"].as_object().unwrap() {
        for value in values.as_array().unwrap() {
            let written = value["value"].as_str().unwrap();
            let is_whole = matches!(field.as_str(), "organisation" | "tag");
            let quoted = if is_whole { written.to_owned() } else { format!("\"{written}\"") };
            assert_eq!(
                total(&house, &format!("{field}={}", encoded(&quoted))).await,
                value["count"],
                "{field} {quoted}"
            );
        }
    }
    assert_eq!(total(&house, &format!("format={}", encoded("VIA FTP: SAO, EDP GI"))).await, 1);
    assert_eq!(total(&house, "format=pdf,csv").await, 6);
    assert_eq!(total(&house, "country=YEM,SYR").await, 6);
    assert_eq!(total(&house, &format!("organisation={}", encoded("Relief, Inc. (RI)"))).await, 1);
}

#[tokio::test]
async fn a_value_in_the_text_that_stands_for_nothing_is_told_and_is_no_error() {
    let house = house().await;
    let answer = house.get("/api/v1/search?q=country:Atlantis", None).await.json();
    assert_eq!((&answer["total"], &answer["unknown"][0]["field"]), (&0.into(), &"country".into()));
    assert_eq!(answer["unknown"][0]["value"], "Atlantis");
    let page = house.get("/search?q=country:%3Cb%3EAtlantis", None).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("</bdi>” is no value of “Country”"), "{}", page.text());
    assert!(!page.text().contains("<b>Atlantis"));
    assert_eq!(house.get("/search?q=note:foo", None).await.status, 200);
    assert!(house.get("/api/v1/search?q=country:YEM", None).await.json().get("unknown").is_none());
}

#[tokio::test]
async fn a_page_behind_a_cursor_goes_on_with_its_numbers() {
    let house = house().await;
    let next = house.get("/api/v1/search?limit=2", None).await.json()["next"].as_str().unwrap().to_owned();
    let page = house.get(&format!("/search?from=10021&cursor={next}"), None).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<ol start=\"10021\">") && page.text().contains("First page</a>"));
    assert!(!page.text().contains("Next page"));
}

#[tokio::test]
async fn a_file_has_what_the_page_folds_and_what_it_says_of_itself_adds_up() {
    let house = house().await;
    let page = house.get("/search?q=survey", None).await.text();
    assert!(page.contains("1 holding<") && page.contains("All of them, each of a series in a row of its own"));
    let link = page.split('"').find(|one| one.starts_with("/api/v1/export.csv")).unwrap().replace("&#38;", "&");
    let link = link.replace("&amp;", "&");
    let file = house.get(&link, None).await;
    assert_eq!(file.headers["cairn-export"], "total=4, records=4, cut=?0, full=4, partial=0, stub=0, relaxed=?0");
    assert_eq!(file.text().lines().count(), 5);
    let folded = house.get(&format!("{link}&fold=series"), None).await;
    assert_eq!(folded.headers["cairn-export"], "total=1, records=1, cut=?0, full=1, partial=0, stub=0, relaxed=?0");
    assert_eq!(folded.text().lines().count(), 2);
}
