//! Vocabularies over HTTP: what they say of a term, which version they are, and what no vocabulary knows.

use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_policy::Role;
use serde_json::{Value, json};

const UNMAPPED: &str = "/api/v1/vocabularies/unmapped";
const HEADINGS: &str = "id,title,owner,country,cluster,sensitivity,sharing,listing,access method\n";

fn inventory(id: &str, keeper: &str) -> String {
    format!("id = \"{id}\"\nkind = \"inventory\"\nurl = \"file:{id}.csv\"\norganisation = \"{keeper}\"\n")
}

/// A desk with three records and a shelf with one, which another organisation operates.
async fn two_sources() -> House {
    let house = House::open(&[&inventory("desk", "Desk Keepers"), &inventory("shelf", "Shelf Keepers")]).await;
    let rows = "a,Clinics,Relief,YEM,Gardening,low,public,full,download\n\
                b,Wells,Relief,Atlantis,GARDENING,low,public,full,download\n\
                c,Graves,Relief,YEM,=Knitting,high,closed,hidden,none\n";
    house.write("desk.csv", &format!("{HEADINGS}{rows}"));
    house.write("shelf.csv", &format!("{HEADINGS}z,Beds,Relief,YEM,gardening,low,public,full,download\n"));
    for source in ["desk", "shelf"] {
        house.harvest(source, &HarvestOptions::default(), day(0)).await;
    }
    house
}

async fn keeper(house: &House, organisation: &str) -> Option<String> {
    house.token(&Asker::member(organisation, &[], Role::Operator)).await
}

/// Vocabulary, word, records, sources and the record of the example.
fn terms(answer: &Answer) -> Vec<(String, String, u64, Value, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = answer.json()["items"].as_array().unwrap().clone();
    let term = |one: &Value| {
        let example = text(&one["example"]["source_record_id"]);
        let records = one["records"].as_u64().unwrap();
        (text(&one["vocabulary"]), text(&one["value"]), records, one["sources"].clone(), example)
    };
    items.iter().map(term).collect()
}

fn row(
    vocabulary: &str,
    value: &str,
    records: u64,
    sources: &[&str],
    example: &str,
) -> (String, String, u64, Value, String) {
    (vocabulary.to_owned(), value.to_owned(), records, json!(sources), example.to_owned())
}

#[tokio::test]
async fn a_term_is_served_with_its_names_in_four_languages_its_mappings_and_what_is_above_it() {
    let house = House::open(&[]).await;
    let list = house.get("/api/v1/vocabularies", None).await.json();
    let theme = list["items"].as_array().unwrap().iter().find(|one| one["name"] == "theme").unwrap().clone();
    let themes = house.get("/api/v1/vocabularies/theme", None).await.json();
    assert_eq!(theme["terms"], themes["items"].as_array().unwrap().len());
    assert_eq!(theme["version"], themes["version"]);
    let term = |answer: &Value, code: &str| {
        answer["items"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap().clone()
    };
    let landmines = term(&themes, "landmines");
    assert_eq!(
        (&landmines["broader"], &landmines["concepts"]),
        (&json!("explosive-ordnance"), &json!(["cluster:PRO-MIN"]))
    );
    let ordnance = term(&themes, "explosive-ordnance");
    assert!(ordnance["aliases"]["en"].as_array().unwrap().contains(&json!("UXO")), "{ordnance}");
    for language in ["en", "fr", "es", "ar"] {
        assert!(ordnance["labels"][language].is_string() && ordnance["aliases"][language].is_array(), "{ordnance}");
    }
    let hazards = house.get("/api/v1/vocabularies/hazard", None).await.json();
    assert_eq!(term(&hazards, "flood")["codes"], json!(["FL"]), "GLIDE");
    let countries = house.get("/api/v1/vocabularies/country", None).await.json();
    assert_eq!(term(&countries, "YEM")["codes"], json!(["YE", "887"]));
    let tags = house.get("/api/v1/vocabularies/hxl", None).await.json();
    assert_eq!(term(&tags, "#affected+idps")["concepts"], json!(["population-group:IDP"]));
    assert_eq!(house.get("/api/v1/vocabularies/recipes", None).await.status, 404);
}

#[tokio::test]
async fn a_version_is_another_one_when_a_table_is_and_stays_where_none_is() {
    let house = House::open(&[]).await;
    let before = house.get("/api/v1/vocabularies", None).await.json();
    let house = house.reopened_with_table("themes", "code,aliases_en\nroads,Tracks\n").await;
    let after = house.get("/api/v1/vocabularies", None).await.json();
    assert_ne!(before["version"], after["version"]);
    let differs: Vec<&Value> = before["items"]
        .as_array()
        .unwrap()
        .iter()
        .zip(after["items"].as_array().unwrap())
        .filter(|(before, after)| before["version"] != after["version"])
        .map(|(before, _)| &before["name"])
        .collect();
    assert_eq!(differs, ["theme"]);
}

#[tokio::test]
async fn a_client_that_holds_a_vocabulary_is_told_so() {
    let house = House::open(&[]).await;
    for address in ["/api/v1/vocabularies", "/api/v1/vocabularies/theme"] {
        let tag = house.get(address, None).await.headers["etag"].clone();
        let again = house.send_with(&Method::GET, address, &[("if-none-match", &tag)], "").await;
        assert_eq!(again.status, 304, "{address}");
    }
}

#[tokio::test]
async fn what_no_vocabulary_knows_is_counted_for_those_who_operate_the_sources() {
    let house = two_sources().await;
    let desk = keeper(&house, "Desk Keepers").await;
    let own = [
        row("cluster", "Gardening", 2, &["desk"], "a"),
        row("cluster", "=Knitting", 1, &["desk"], "c"),
        row("country", "Atlantis", 1, &["desk"], "b"),
    ];
    assert_eq!(terms(&house.get(UNMAPPED, desk.as_deref()).await), own);
    let administrator = house.token(&Asker::member("Anyone", &[], Role::Administrator)).await;
    let all = house.get(UNMAPPED, administrator.as_deref()).await;
    assert_eq!(terms(&all)[0], row("cluster", "Gardening", 3, &["desk", "shelf"], "a"));
    let shelf = house.get(&format!("{UNMAPPED}?source=shelf"), administrator.as_deref()).await;
    assert_eq!(terms(&shelf), [row("cluster", "gardening", 1, &["shelf"], "z")]);
    let countries = house.get(&format!("{UNMAPPED}?vocabulary=country"), administrator.as_deref()).await;
    assert_eq!(terms(&countries), [row("country", "Atlantis", 1, &["desk"], "b")]);
}

#[tokio::test]
async fn who_operates_no_source_is_told_of_none_and_of_anothers_as_of_an_absent_one() {
    let house = two_sources().await;
    let manager = house.token(&Asker::member("Desk Keepers", &[], Role::Manager)).await;
    for token in [None, manager.as_deref()] {
        assert_eq!(terms(&house.get(UNMAPPED, token).await), []);
    }
    let desk = keeper(&house, "Desk Keepers").await;
    for token in [None, desk.as_deref()] {
        let other = house.get(&format!("{UNMAPPED}?source=shelf"), token).await;
        let absent = house.get(&format!("{UNMAPPED}?source=nowhere"), token).await;
        assert_eq!((other.status, other.text()), (404.try_into().unwrap(), absent.text()));
    }
    // Whoever operates a source is not told the title of what its owner hides.
    let knitting = house.get(&format!("{UNMAPPED}?vocabulary=cluster"), desk.as_deref()).await.json();
    let example = knitting["items"][1]["example"].clone();
    assert_eq!(
        (&example["source_record_id"], &example["title"], &example["dataset"]),
        (&json!("c"), &Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn the_list_goes_on_by_pages_and_comes_as_a_file_for_spreadsheets() {
    let house = two_sources().await;
    let desk = keeper(&house, "Desk Keepers").await;
    let (mut found, mut address) = (Vec::new(), format!("{UNMAPPED}?limit=1"));
    loop {
        let page = house.get(&address, desk.as_deref()).await;
        found.extend(terms(&page).into_iter().map(|term| term.1));
        match page.json()["next"].as_str() {
            Some(next) => address = format!("{UNMAPPED}?limit=1&after={next}"),
            None => break,
        }
    }
    assert_eq!(found, ["Gardening", "=Knitting", "Atlantis"]);
    let file = house.get(&format!("{UNMAPPED}.csv"), desk.as_deref()).await;
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"unmapped.csv\"");
    let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
    assert!(lines[0].starts_with("\u{feff}vocabulary,value,records,sources,"), "{lines:?}");
    assert!(lines[2].starts_with("cluster,'=Knitting,1,desk,desk,c,"), "no cell is a formula: {lines:?}");
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named_with_what_may_be_said() {
    let house = two_sources().await;
    let desk = keeper(&house, "Desk Keepers").await;
    for (query, says) in [
        ("vocabulary=soup", "population-group"),
        ("after=zz", "`after`"),
        ("limit=many", "`limit`"),
        ("colour=red", "`colour`"),
    ] {
        let answer = house.get(&format!("{UNMAPPED}?{query}"), desk.as_deref()).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.text().contains(says), "{query}: {}", answer.text());
    }
}
