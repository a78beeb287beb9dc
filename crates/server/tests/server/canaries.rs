//! A word of its own stands in every field that somebody may not see: none of them comes out of any door.

use std::collections::BTreeSet;

use crate::house::{Answer, Asker, House, day};
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::{Role, Viewer};
use serde_json::json;

/// An inventory of which every cell that can hold words holds a canary.
fn row(id: &str, sensitivity: &str, sharing: &str, listing: &str) -> String {
    let word = |field: &str| format!("canary{id}{field}");
    [
        id.to_owned(),
        word("title"),
        format!("{} and more words", word("description")),
        word("publisher"),
        "Owner Organisation".to_owned(),
        word("custodian"),
        format!("{}@example.org", word("mail")),
        word("person"),
        word("phone"),
        "Yemen".to_owned(),
        "PRO-MIN".to_owned(),
        word("keyword"),
        word("field"),
        word("topic"),
        word("methodology"),
        word("caveats"),
        word("question"),
        format!("https://{}.example/file.csv", word("link")),
        format!("https://{}.example/about", word("page")),
        word("licence"),
        sensitivity.to_owned(),
        sharing.to_owned(),
        listing.to_owned(),
        format!("group:{}", word("group")),
        word("reason"),
        word("legal"),
        word("partner"),
        word("place"),
    ]
    .join(",")
}

const HEADERS: &str = "Dataset ID,Dataset title,Description,Organisation,Data owner,Custodian,Contact email,Contact name,\
                       Contact phone,Country,Cluster,Keywords,Fields,Topics,Methodology,Caveats,Questions,Download URL,\
                       Landing page,Licence,Sensitivity,Sharing level,Listing,Audience,Reason for restriction,Legal basis,\
                       Partners,Places";

/// Records that somebody who belongs to nobody sees as a stub or not at all, by id.
fn inventory() -> String {
    let rows = [
        row("h1", "low", "closed", "hidden"),
        row("h2", "low", "organisation", "hidden"),
        row("h3", "high", "restricted", "hidden"),
        row("h4", "severe", "restricted", "stub"),
        // In quarantine: severe and public contradict each other.
        row("q1", "severe", "public", "full"),
        row("s1", "low", "organisation", "stub"),
        row("s2", "moderate", "restricted", "stub"),
        row("s3", "high", "closed", "stub"),
    ];
    format!("{HEADERS}\n{}\n", rows.join("\n"))
}

fn dump() -> String {
    let package = |id: &str| {
        json!({
            "id": id,
            "name": format!("canary{id}slug"),
            "title": format!("canary{id}title"),
            "notes": format!("canary{id}description"),
            "tags": [{"name": format!("canary{id}tag")}],
            "organization": {"name": "owner-organisation", "title": "Owner Organisation"},
            "maintainer": format!("canary{id}person"),
            "maintainer_email": format!("canary{id}@example.org"),
            "resources": [{"id": "r", "name": format!("canary{id}file"), "url": format!("https://canary{id}.example/f")}],
            "methodology": format!("canary{id}methodology"),
            "field_names": format!("canary{id}field"),
            "license_title": format!("canary{id}licence"),
            "private": true,
            "listing": "hidden",
        })
    };
    let open = json!({
        "id": "open", "title": "Open wells", "notes": "Wells that everyone may know of", "private": false,
        "organization": {"name": "owner-organisation", "title": "Owner Organisation"},
    });
    // What everyone may read, but not whom it comes from.
    let nameless = json!({
        "id": "c1", "name": "canaryc1slug", "title": "Nameless convoys", "notes": "Convoys", "private": false,
        "classification": "TLP:EX:CHR", "doi": "10.1234/canaryc1doi", "url": "https://canaryc1.example/about",
        "organization": {"name": "canaryc1org", "title": "canaryc1 organisation"},
        "maintainer": "canaryc1person", "maintainer_email": "canaryc1@example.org", "custodian": "canaryc1custodian",
        "resources": [{"id": "r", "name": "canaryc1file", "url": "https://canaryc1.example/f", "format": "CSV"}],
        "license_title": "canaryc1licence",
    });
    json!([package("p1"), package("p2"), open, nameless]).to_string()
}

const PORTAL: &str =
    "id = \"portal\"\nkind = \"ckan\"\nurl = \"file:dump.json\"\ntitle = \"Portal\"\norganisation = \"Keepers\"";
const DESK: &str =
    "id = \"desk\"\nkind = \"inventory\"\nurl = \"file:holdings.csv\"\ntitle = \"Desk\"\norganisation = \"Keepers\"";
/// A source of which nobody outside may even know that it exists.
const SECRET: &str = "id = \"canarysource\"\nkind = \"inventory\"\nurl = \"file:canarysource.csv\"\n\
                      title = \"canarysource title\"\norganisation = \"canarysource organisation\"";

async fn furnished() -> House {
    let house = House::open(&[PORTAL, DESK, SECRET]).await;
    house.write("dump.json", &dump());
    house.write("holdings.csv", &inventory());
    house.write("canarysource.csv", &format!("{HEADERS}\n{}\n", row("x1", "low", "closed", "hidden")));
    for source in ["portal", "desk", "canarysource"] {
        let report = house.harvest(source, &HarvestOptions::default(), day(0)).await;
        assert!(report.verdict.is_complete() && report.new > 0, "{report:?}");
    }
    house
}

fn ids() -> Vec<DatasetId> {
    let desk = ["h1", "h2", "h3", "h4", "q1", "s1", "s2", "s3"].map(|id| DatasetId::new("desk", id));
    let portal = ["p1", "p2", "open", "c1"].map(|id| DatasetId::new("portal", id));
    [&desk[..], &portal[..], &[DatasetId::new("canarysource", "x1")]].concat()
}

/// Every address of the description and every page, with everything that can stand in its path, and searches for whatever
/// a stranger could try.
async fn addresses(house: &House) -> Vec<String> {
    let description = house.get("/api/openapi.json", None).await.json();
    let mut paths: Vec<String> = description["paths"].as_object().unwrap().keys().cloned().collect();
    paths.extend(
        [
            "/",
            "/search",
            "/dataset/{id}",
            "/groups",
            "/group/{id}",
            "/exchanges",
            "/api/docs",
            "/assets/cairn.css",
            "/favicon.ico",
        ]
        .map(str::to_owned),
    );
    let operator = Viewer::operator();
    let mut runs = Vec::new();
    for source in ["portal", "desk", "canarysource"] {
        runs.push((source, house.catalog.runs_of(&operator, source, 10).await.unwrap()[0].run.clone()));
    }
    let mut addresses = BTreeSet::new();
    for path in paths {
        if path.contains("/sources/{id}") {
            addresses.extend(runs.iter().map(|(id, run)| path.replace("{id}", id).replace("{run}", run)));
        } else if path.contains("{id}") {
            addresses.extend(ids().iter().map(|id| path.replace("{id}", &id.to_string())));
        } else if path.contains("{name}") {
            addresses.extend(["country", "cluster", "sharing", "source"].map(|name| path.replace("{name}", name)));
        } else {
            addresses.insert(path);
        }
    }
    let facets = "facets=country,cluster,organisation,sharing,sensitivity,access,kind,format,freshness,licence,language,\
                  frequency,classification,rendition,source,tag";
    for query in ["", "can*", "canaryh1title", "yemen", "-rendition:full", "wells", "convoys"] {
        addresses.insert(format!("/api/v1/search?q={query}&limit=100&{facets}"));
        addresses.insert(format!("/search?q={query}"));
        addresses.insert(format!("/api/v1/suggest?q={query}"));
    }
    for filter in
        ["source=canarysource", "source=desk", "sharing=closed", "organisation=owner-organisation", "country=YEM"]
    {
        addresses.insert(format!("/search?{filter}&q=zzz"));
        addresses.insert(format!("/api/v1/search?{filter}&{facets}"));
    }
    for prefix in ["ca", "can", "canary", "canaryh1", "ow", "keepers"] {
        addresses.insert(format!("/api/v1/suggest?q={prefix}"));
    }
    addresses.into_iter().collect()
}

/// An answer but for the words that the request itself brought.
fn told(address: &str, answer: &Answer) -> String {
    let mut text = format!("{:?} {}", answer.headers, answer.text()).to_lowercase();
    if address == "/api/v1/me" {
        // Who asks who they are is told their own groups.
        text = text.replace("canaryh9group", "");
    }
    for word in ["canaryh1title", "canarysource", "canaryh1"] {
        if address.contains(&format!("={word}")) || address.contains(&format!("/{word}")) {
            // A form and a link repeat what was asked; what follows the word would be new.
            text = text
                .replace(&format!("value=\"{word}\""), "")
                .replace(&format!("={word}&"), "&")
                .replace(&format!("={word}\""), "\"")
                .replace(&format!("={word}<"), "<")
                .replace(&format!("\"value\":\"{word}\",\"label\":\"{word}\",\"count\":0"), "")
                .replace(&format!("\"values\":[\"{word}\"]"), "")
                .replace(&format!("<bdi>{word}</bdi>"), "")
                .replace(&format!("source: {word}<"), "<")
                .replace(&format!("source: {word}\""), "\"")
                .replace(&format!("<title>{word}"), "<title>")
                .replace(&format!("={word}"), "");
        }
    }
    text
}

#[tokio::test]
async fn row_10_row_43_no_canary_comes_out_of_any_door_for_strangers() {
    let house = furnished().await;
    let addresses = addresses(&house).await;
    let everyone_else =
        [Asker::anonymous(), Asker::member("Stranger", &["Protection", "canaryh9group"], Role::Operator)];
    for asker in everyone_else {
        let token = house.token(&asker).await;
        for address in &addresses {
            for answer in [
                house.get(address, token.as_deref()).await,
                house.send(&axum::http::Method::HEAD, address, token.as_deref()).await,
            ] {
                assert!(answer.status.as_u16() < 500, "{address}: {}", answer.text());
                let text = told(address, &answer);
                for (place, _) in text.match_indices("canary") {
                    // Whom to ask about a stub is for those who are signed in.
                    let is_contact = asker.0.is_some() && is_a_contact(&text[place..]);
                    let around: String = text[place..].chars().take(60).collect();
                    assert!(is_contact, "{asker:?} {address}: {around}");
                }
            }
        }
    }
}

/// Whether a canary is one of a contact of a stub; that of the severe record, too, is for the community.
fn is_a_contact(text: &str) -> bool {
    ["s1", "s2", "s3", "h4"]
        .iter()
        .any(|id| ["mail", "person", "phone"].iter().any(|part| text.starts_with(&format!("canary{id}{part}"))))
}

/// The crawl can find canaries: the organisation that owns the records reads them.
#[tokio::test]
async fn the_owner_finds_what_strangers_do_not() {
    let house = furnished().await;
    let token = house.token(&Asker::member("Owner Organisation", &[], Role::Reader)).await;
    let mut found = BTreeSet::new();
    for address in addresses(&house).await {
        let text = house.get(&address, token.as_deref()).await.text();
        for id in ["h1", "h2", "h3", "h4", "q1", "s1", "s2", "s3", "p1", "p2"] {
            if text.contains(&format!("canary{id}description")) {
                found.insert(id);
            }
        }
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>().join(" "), "h1 h2 h3 h4 p1 p2 q1 s1 s2 s3");
}

#[tokio::test]
async fn the_problems_of_a_run_are_for_those_who_operate_its_source() {
    let house = furnished().await;
    let run = house.catalog.runs_of(&Viewer::operator(), "desk", 1).await.unwrap()[0].run.clone();
    let keeper = house.token(&Asker::member("Keepers", &[], Role::Operator)).await;
    let reader = house.token(&Asker::member("Keepers", &[], Role::Reader)).await;
    let stranger = house.token(&Asker::member("Owner Organisation", &[], Role::Operator)).await;
    for address in ["/api/v1/sources/desk/runs".to_owned(), format!("/api/v1/sources/desk/runs/{run}")] {
        assert_eq!(house.get(&address, keeper.as_deref()).await.status, 200);
        for token in [&None, &reader, &stranger] {
            let never = house.get("/api/v1/sources/nowhere/runs", token.as_deref()).await;
            assert_eq!(house.get(&address, token.as_deref()).await, never, "{address}");
        }
    }
    // A run of another source is no run of this one.
    let other = house.catalog.runs_of(&Viewer::operator(), "portal", 1).await.unwrap()[0].run.clone();
    assert_eq!(house.get(&format!("/api/v1/sources/desk/runs/{other}"), keeper.as_deref()).await.status, 404);
}

/// The fields of an IMSMA export have terms of their own: who may not have them does not learn that they are there.
#[tokio::test]
async fn row_09_fields_of_an_export_are_shown_to_those_who_may_have_them() {
    let export = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/samples/imsma/syria-survey123.csv");
    let source = format!(
        "id = \"survey\"\nkind = \"imsma\"\nurl = \"file:{export}\"\norganisation = \"Mine Centre\"\n\
         [terms]\nsharing = \"community\"\nlisting = \"full\"\nlisting_agreed = true\nsensitivity = \"moderate\"\n\
         [imsma]\ncountry = \"Syria\""
    );
    let house = House::open(&[&source]).await;
    let report = house.harvest("survey", &HarvestOptions::default(), day(0)).await;
    assert!(report.new > 0, "{report:?}");
    let owner = house.token(&Asker::member("Mine Centre", &[], Role::Reader)).await;
    let mut hidden_anywhere = false;
    let all = house.get("/api/v1/search?limit=100", owner.as_deref()).await.json();
    for item in all["items"].as_array().unwrap() {
        let address = format!("/api/v1/datasets/{}", item["id"].as_str().unwrap());
        let whole = house.get(&address, owner.as_deref()).await.json();
        let part = house.get(&address, None).await;
        for field in whole["fields"].as_array().unwrap() {
            let is_open = field["sharing"].is_null() || field["sharing"] == "public";
            if is_open {
                continue;
            }
            hidden_anywhere = true;
            assert_eq!(part.json()["rendition"], "partial");
            let shown = part.json()["fields"].as_array().unwrap().contains(field);
            assert!(!shown, "{field}");
        }
    }
    assert!(hidden_anywhere, "the sample has fields that are not for everyone");
}
