//! What the requirement lists by number and no other test looks at by itself: each over HTTP, as those whom it is for.

use crate::house::{Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::{Value, json};

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
limitations = "Nothing from before 2020; names of places without codes."
"#;

const HEADINGS: &str =
    "id,title,owner,country,cluster,sensitivity,sharing,listing,access method,audience,reasons,fields\n";

async fn harvested(rows: &str) -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", &format!("{HEADINGS}{rows}"));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house
}

fn address(id: &str) -> String {
    format!("/api/v1/datasets/{}", DatasetId::new("desk", id))
}

#[tokio::test]
async fn row_06_a_source_says_what_it_holds_when_it_was_read_what_was_wrong_and_what_it_is_not_good_for() {
    let house = harvested("a,Clinics,Relief,YEM,Gardening,low,public,full,download,,,\n").await;
    let keeper = house.token(&Asker::member("Desk Keepers", &[], Role::Operator)).await;
    let of = async |token: &Option<String>| {
        let sources = house.get("/api/v1/sources", token.as_deref()).await.json();
        sources["items"].as_array().unwrap().iter().find(|one| one["id"] == "desk").unwrap().clone()
    };
    let own = of(&keeper).await;
    assert_eq!((&own["records"], &own["kind"]), (&json!(1), &json!("inventory")));
    assert_eq!((&own["last_run"]["verdict"], &own["last_run"]["problems"]), (&json!("complete"), &json!(1)), "{own}");
    assert!(own["last_run"]["ended"].is_string() && own["unreachable_since"].is_null(), "{own}");
    let others = of(&None).await;
    assert_eq!(others["limitations"], "Nothing from before 2020; names of places without codes.");
    assert_eq!(others["last_run"], Value::Null, "runs are for those who operate the source");
}

#[tokio::test]
async fn row_08_what_an_imsma_export_says_nothing_of_is_high_at_least_owned_by_the_authority_and_hidden() {
    let source = "id = \"imsma\"\nkind = \"imsma\"\nurl = \"file:export.xml\"\n\
                  organisation = \"Invented National Mine Action Authority\"\n[imsma]\ncountry = \"Yemen\"\n";
    let house = House::open(&[source]).await;
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/samples/imsma/yemen-maxml.xml");
    house.write("export.xml", &std::fs::read_to_string(sample).unwrap());
    house.harvest("imsma", &HarvestOptions::default(), day(0)).await;
    let search = "/api/v1/search?q=&limit=100&source=imsma";
    assert_eq!(house.get(search, None).await.json()["total"], 0);
    let owner = Asker::member("Invented National Mine Action Authority", &[], Role::Reader);
    let owner = house.token(&owner).await;
    let found = house.get(search, owner.as_deref()).await.json();
    let items = found["items"].as_array().unwrap();
    assert!(!items.is_empty());
    for item in items {
        let record = house.get(&format!("/api/v1/datasets/{}", item["id"].as_str().unwrap()), owner.as_deref()).await;
        let (record, terms) = (record.json(), record.json()["terms"].clone());
        assert!(["high", "severe"].contains(&terms["sensitivity"].as_str().unwrap()), "{terms}");
        assert_eq!((&terms["sharing"], &terms["listing"]), (&json!("closed"), &json!("hidden")));
        assert_eq!(record["owner"]["id"], "invented-national-mine-action-authority", "{record}");
    }
}

#[tokio::test]
async fn row_10_why_data_is_withheld_is_told_to_those_who_may_know_of_it_and_to_nobody_else() {
    let house = harvested(
        "s,Safe houses,Relief,YEM,PRO,severe,restricted,hidden,none,org:clinic,Attacks on those who live there,address\n",
    )
    .await;
    let clinic = house.token(&Asker::member("Clinic", &[], Role::Reader)).await;
    let stranger = house.token(&Asker::member("Stranger", &[], Role::Administrator)).await;
    let seen = house.get(&address("s"), clinic.as_deref()).await;
    assert_eq!(seen.json()["terms"]["reasons"], json!(["Attacks on those who live there"]), "{}", seen.text());
    let absent = house.get(&address("none"), stranger.as_deref()).await;
    for token in [None, stranger.as_deref()] {
        let answer = house.get(&address("s"), token).await;
        assert_eq!((answer.status.as_u16(), answer.text().contains("Attacks")), (404, false));
        let search = house.get("/api/v1/search?q=safe+houses+attacks+address", token).await;
        assert_eq!((&search.json()["total"], search.text().contains("Safe")), (&json!(0), false));
    }
    assert_eq!(house.get(&address("s"), stranger.as_deref()).await.text(), absent.text());
}

#[tokio::test]
async fn row_11_the_public_the_affected_the_cluster_and_a_named_organisation_each_see_their_own_version() {
    let house = harvested(
        "v,Cases by district,Relief,YEM,HEA,moderate,restricted,stub,on-request,group:community:valley,Not yet checked,\
         district; count\n",
    )
    .await;
    let community = house.token(&Asker::member("Valley Council", &["community:valley"], Role::Reader)).await;
    let owner = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    let cluster = house.token(&Asker::member("Clinic", &["cluster:HEA"], Role::Reader)).await;
    let view = async |token: &Option<String>| {
        let record = house.get(&address("v"), token.as_deref()).await.json();
        let told = |name: &str| record.get(name).is_some_and(|part| !part.is_null() && *part != json!([]));
        (record["rendition"].as_str().unwrap().to_owned(), told("fields"), record["title"].to_string())
    };
    let nobody = view(&None).await;
    assert_eq!((nobody.0.as_str(), nobody.1), ("stub", false));
    assert!(!nobody.2.contains("Cases by district"), "{nobody:?}");
    assert_eq!(view(&cluster).await, nobody, "the cluster is not in the audience");
    for token in [&community, &owner] {
        let seen = view(token).await;
        assert_eq!((seen.0.as_str(), seen.1, seen.2.contains("Cases by district")), ("full", true, true), "{seen:?}");
    }
}

#[tokio::test]
async fn row_32_words_are_looked_up_in_the_vocabularies_and_those_that_no_vocabulary_knows_are_listed() {
    let house = harvested(
        "a,Clinics,Relief,YEM,Gardening,low,public,full,download,,,\n\
         b,Wells,Relief,Atlantis,EHA,low,public,full,download,,,\n",
    )
    .await;
    let clusters = house.get("/api/v1/vocabularies/cluster", None).await.json();
    let term = clusters["items"].as_array().unwrap().iter().find(|one| one["code"] == "WSH").unwrap();
    assert!(term["labels"]["ar"].is_string() && term["labels"]["fr"].is_string(), "{term}");
    assert_eq!(house.get("/api/v1/search?q=&cluster=WSH", None).await.json()["total"], 1, "it was read in French");
    let keeper = house.token(&Asker::member("Desk Keepers", &[], Role::Operator)).await;
    let unknown = house.get("/api/v1/sources/desk/problems", keeper.as_deref()).await.json();
    let values: Vec<(Value, Value)> =
        unknown["items"].as_array().unwrap().iter().map(|one| (one["field"].clone(), one["value"].clone())).collect();
    assert_eq!(values, [(json!("clusters[0]"), json!("Gardening")), (json!("countries[0]"), json!("Atlantis"))]);
}

#[tokio::test]
async fn row_30_data_that_tells_sexes_and_ages_apart_is_found_by_that_and_who_does_not_say_is_asked() {
    let house = House::open(&[]).await;
    let manager = house.token(&Asker::member("Relief", &[], Role::Manager)).await;
    let statement = |title: &str, by_sex: Option<bool>| {
        let mut said = json!({
            "title": {"en": title}, "countries": ["YEM"], "clusters": ["HEA"], "population_groups": ["IDP"],
            "disaggregated_by_age": true,
            "terms": {"sensitivity": "low", "sharing": "public", "access_method": "download", "listing": "full"},
        });
        if let Some(by_sex) = by_sex {
            said["disaggregated_by_sex"] = json!(by_sex);
        }
        said
    };
    for (title, by_sex) in [("Both", Some(true)), ("Age", Some(false)), ("Silent", None)] {
        let body = statement(title, by_sex).to_string();
        let made = house.send_body(&Method::POST, "/api/v1/datasets", manager.as_deref(), &body).await;
        assert_eq!(made.status, 201, "{}", made.text());
    }
    house.follow().await;
    let counted = house.get("/api/v1/search?q=&facets=disaggregation", None).await.json();
    let values: Vec<(&str, u64)> = counted["facets"]["disaggregation"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["value"].as_str().unwrap(), one["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(values, [("age", 3), ("sex", 1)]);
    let found = house.get("/api/v1/search?q=&disaggregation=sex", None).await.json();
    assert_eq!((&found["total"], &found["items"][0]["title"]), (&json!(1), &json!("Both")));
    assert_eq!(house.get("/api/v1/search?q=disaggregation:age", None).await.json()["total"], 3);
    assert_eq!(house.get("/api/v1/search?q=&disaggregation=height", None).await.status, 400);

    let viewer = house.viewer(&Asker::member("Relief", &[], Role::Manager)).await;
    let advised = async |by_sex| {
        let statement = serde_json::from_value(statement("New", by_sex)).unwrap();
        let preview = house.catalog.preview_holding(&viewer, statement, day(0)).await.unwrap();
        preview.advice.iter().any(|one| one.code == "disaggregation-not-stated")
    };
    assert!(advised(None).await && !advised(Some(false)).await);
}
