//! Saved searches and feeds: whose they are, what they find, and that nobody else is told.

use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_policy::{Role, Viewer};
use serde_json::{Value, json};

const SEARCHES: &str = "/api/v1/saved-searches";

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
organisation = "Owner"
"#;
const OPEN: &str = "Dataset ID,Dataset title,Data owner,Last updated,Sharing level,Listing\n\
                    old,Wells & roads,Owner,2020-01-02,public,full\n\
                    new,Wells <north>,Owner,2024-05,public,full\n";
const HIDDEN: &str = "own,Wells of the camp,Owner,2025-01-01,organisation,hidden\n";

async fn harvested(rows: &str) -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", rows);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house
}

async fn token(house: &House, organisation: &str, role: Role) -> String {
    house.token(&Asker::member(organisation, &[], role)).await.unwrap()
}

async fn send(house: &House, method: Method, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&method, door, Some(token), &body.to_string()).await
}

async fn saved(house: &House, token: &str, name: &str, query: &str) -> String {
    let made = send(house, Method::POST, SEARCHES, token, &json!({"name": name, "query": query})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.headers["location"].clone()
}

/// Where the next part of a feed is, on its server.
fn next_of(feed: &Answer) -> Option<String> {
    let text = feed.text();
    let (_, rest) = text.split_once("<link rel=\"next\" href=\"http://cairn.example")?;
    Some(rest.split('"').next().unwrap().replace("&amp;", "&"))
}

/// The texts of all elements of a name in a feed, as they are written.
fn texts(feed: &Answer, name: &str) -> Vec<String> {
    let (text, tag) = (feed.text(), format!("<{name}>"));
    let parts = text.split(&tag).skip(1);
    parts.map(|part| part.split("</").next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_search_is_saved_listed_changed_and_removed_and_its_words_are_in_no_log() {
    let house = House::open(&[]).await;
    let manager = token(&house, "Desk", Role::Manager).await;
    let door = saved(&house, &manager, "Wells", "q=secretword&country=YEM").await;
    let shown = house.get(&door, Some(&manager)).await.json();
    assert_eq!(
        (&shown["name"], &shown["query"], &shown["organisation"], &shown["version"]),
        (&json!("Wells"), &json!("q=secretword&country=YEM"), &json!("desk"), &json!(1))
    );
    let other = json!({"name": "Roads", "query": "q=otherword"});
    assert_eq!(send(&house, Method::PUT, &door, &manager, &other).await.status, 428);
    let changed = send(&house, Method::PUT, &format!("{door}?version=1"), &manager, &other).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["name"]), (200, &json!("Roads")));
    let third = json!({"name": "Third", "query": "q=x"});
    assert_eq!(send(&house, Method::PUT, &format!("{door}?version=1"), &manager, &third).await.status, 409);
    let list = house.get(SEARCHES, Some(&manager)).await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(house.send(&Method::DELETE, &door, Some(&manager)).await.status, 204);
    assert_eq!(house.get(&door, Some(&manager)).await.status, 404);
    assert_eq!(house.send(&Method::DELETE, &door, Some(&manager)).await.status, 404);

    let lines = house.catalog.newest_acts(100).await.unwrap();
    let acts: Vec<&str> = lines.iter().map(|line| line.act.as_str()).take(3).collect();
    assert_eq!(acts, ["saved-search.remove", "saved-search.change", "saved-search.create"]);
    let told = format!("{lines:?}");
    assert!(!told.contains("word") && !told.contains("Roads"), "{told}");
    assert!(house.catalog.verify_acts(None).await.unwrap().fault.is_none());
}

#[tokio::test]
async fn a_search_that_cannot_be_asked_is_not_saved() {
    let house = House::open(&[]).await;
    let manager = token(&house, "Desk", Role::Manager).await;
    for (query, field) in [
        ("colour=red", "query"),
        ("country=Atlantis", "query"),
        ("q=a&q=b", "query"),
        ("q=wells&limit=5", "query"),
        ("q=wells&facets=country", "query"),
        ("", "query"),
    ] {
        let answer = send(&house, Method::POST, SEARCHES, &manager, &json!({"name": "x", "query": query})).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text());
        assert_eq!(answer.json()["problems"][0]["field"], field, "{query}");
    }
    let owner = json!({"name": "x", "query": "q=a", "organisation": "other"});
    assert_eq!(send(&house, Method::POST, SEARCHES, &manager, &owner).await.status, 422);
    assert_eq!(house.get(SEARCHES, Some(&manager)).await.json()["items"], json!([]));
}

#[tokio::test]
async fn an_owner_has_a_hundred_at_most() {
    let house = House::open(&[]).await;
    let manager = token(&house, "Desk", Role::Manager).await;
    for number in 0..100 {
        saved(&house, &manager, &number.to_string(), "q=wells").await;
    }
    let more = json!({"name": "more", "query": "q=wells"});
    assert_eq!(send(&house, Method::POST, SEARCHES, &manager, &more).await.status, 409);
    saved(&house, &token(&house, "Other", Role::Manager).await, "more", "q=wells").await;
}

#[tokio::test]
async fn those_of_an_organisation_are_read_by_its_members_and_changed_by_its_managers_and_stewards() {
    let house = House::open(&[]).await;
    let manager = token(&house, "Desk", Role::Manager).await;
    let door = saved(&house, &manager, "Wells", "q=wells").await;
    let body = json!({"name": "Roads", "query": "q=roads"});
    for role in [Role::Reader, Role::Operator] {
        let reader = token(&house, "Desk", role).await;
        assert_eq!(house.get(&door, Some(&reader)).await.status, 200);
        assert_eq!(send(&house, Method::POST, SEARCHES, &reader, &body).await.status, 403);
        assert_eq!(send(&house, Method::PUT, &format!("{door}?version=1"), &reader, &body).await.status, 403);
        assert_eq!(house.send(&Method::DELETE, &door, Some(&reader)).await.status, 403);
    }
    assert_eq!(house.send_body(&Method::POST, SEARCHES, None, &body.to_string()).await.status, 401);
    let steward = token(&house, "Desk", Role::Steward).await;
    assert_eq!(send(&house, Method::PUT, &format!("{door}?version=1"), &steward, &body).await.status, 200);
    assert_eq!(house.send(&Method::DELETE, &door, Some(&steward)).await.status, 204);
}

#[tokio::test]
async fn those_of_a_person_are_theirs_alone_and_not_of_their_organisation() {
    let house = House::open(&[]).await;
    let person = |id: &str| Viewer::member("desk", &[], Role::Reader).as_person(id);
    let statement = serde_json::from_value(json!({"name": "Wells", "query": "q=wells"})).unwrap();
    let (own, now) = (person("p"), jiff::Timestamp::now());
    let made = house.catalog.create_saved_search(&own, statement, now).await.unwrap();
    for other in [person("q"), Viewer::member("desk", &[], Role::Administrator), Viewer::operator()] {
        assert!(house.catalog.saved_search(&other, &made.id).await.is_err());
        assert!(house.catalog.remove_saved_search(&other, &made.id, now).await.is_err());
    }
    // A token of theirs acts for them.
    let by_token = own.clone().acting_as("token:t");
    house.catalog.remove_saved_search(&by_token, &made.id, now).await.unwrap();
    assert!(house.catalog.saved_search(&own, &made.id).await.is_err());
}

/// Byte for byte: the same answers as where nobody else ever saved a search.
#[tokio::test]
async fn nobody_is_told_of_the_saved_searches_of_others() {
    let (with, without) = (House::open(&[]).await, House::open(&[]).await);
    let door = saved(&with, &token(&with, "Desk", Role::Manager).await, "Wells", "q=wells").await;
    let body = json!({"name": "Roads", "query": "q=roads"});
    for asker in [None, Some(Role::Reader), Some(Role::Manager), Some(Role::Administrator)] {
        let mut answers = Vec::new();
        for house in [&with, &without] {
            let token = match asker {
                Some(role) => Some(token(house, "Other", role).await),
                None => None,
            };
            let token = token.as_deref();
            let change = format!("{door}?version=1");
            answers.push([
                house.get(SEARCHES, token).await,
                house.get(&door, token).await,
                house.get(&format!("{door}/feed.atom"), token).await,
                house.send_body(&Method::PUT, &change, token, &body.to_string()).await,
                house.send(&Method::DELETE, &door, token).await,
            ]);
        }
        assert_eq!(answers[0], answers[1], "{asker:?}");
    }
}

#[tokio::test]
async fn a_feed_has_the_titles_and_links_of_what_is_found_newest_first() {
    let house = harvested(OPEN).await;
    let feed = house.get("/feed.atom?q=wells", None).await;
    assert_eq!(
        (feed.status.as_u16(), feed.headers["content-type"].as_str()),
        (200, "application/atom+xml; charset=utf-8")
    );
    let ids =
        ["new", "old"].map(|id| format!("http://cairn.example/dataset/{}", cairn_model::DatasetId::new("desk", id)));
    assert_eq!(texts(&feed, "title"), ["Holdings", "Wells &lt;north&gt;", "Wells &amp; roads"]);
    assert_eq!(texts(&feed, "id"), ["http://cairn.example/feed.atom?q=wells", &ids[0], &ids[1]]);
    let days = ["2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z", "2020-01-02T00:00:00Z"];
    assert_eq!(texts(&feed, "updated"), days);
    assert!(
        feed.text()
            .starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">")
    );
    assert_eq!(texts(&house.get("/feed.atom?q=wells&sort=-modified", None).await, "id")[1], ids[1]);
    let first = house.get("/feed.atom?q=wells&limit=1", None).await;
    assert_eq!(texts(&first, "id"), ["http://cairn.example/feed.atom?q=wells&amp;limit=1", &ids[0]]);
    // RFC 5005: what does not come into it is a link away, and all parts are one feed.
    let second = house.get(&next_of(&first).unwrap(), None).await;
    assert_eq!(texts(&second, "id"), ["http://cairn.example/feed.atom?q=wells&amp;limit=1", &ids[1]]);
    assert_eq!(next_of(&second), None);
    assert_eq!(house.get("/feed.atom?colour=red", None).await.status, 400);

    let manager = token(&house, "Desk", Role::Manager).await;
    let door = saved(&house, &manager, "Our wells", "q=north").await;
    let feed = house.get(&format!("{door}/feed.atom"), Some(&manager)).await;
    assert_eq!(texts(&feed, "title"), ["Our wells", "Wells &lt;north&gt;"]);
    assert_eq!(texts(&feed, "id")[0], format!("http://cairn.example{door}/feed.atom"));
}

#[tokio::test]
async fn a_feed_has_a_hundred_entries_and_leads_on_to_what_else_is_found() {
    let wells = (0..150).map(|number| format!("w{number},Well {number},Owner,2024-05-01,public,full"));
    let rows: Vec<String> = OPEN.lines().take(1).map(str::to_owned).chain(wells).collect();
    let house = harvested(&rows.join("\n")).await;
    let manager = token(&house, "Desk", Role::Manager).await;
    let door = format!("{}/feed.atom", saved(&house, &manager, "Wells", "q=well").await);
    for address in ["/feed.atom?q=well", &door] {
        let first = house.get(address, Some(&manager)).await;
        let second = house.get(&next_of(&first).unwrap(), Some(&manager)).await;
        let mut ids = [texts(&first, "id"), texts(&second, "id")];
        assert_eq!(ids[0].remove(0), ids[1].remove(0), "{address}");
        assert_eq!((ids[0].len(), ids[1].len(), next_of(&second)), (100, 50, None), "{address}");
        let mut every = ids.concat();
        every.sort_unstable();
        every.dedup();
        assert_eq!(every.len(), 150, "{address}: nothing is told twice");
    }
}

/// Byte for byte: a feed is the same where what is hidden from its reader never existed, and its owner finds that in theirs.
#[tokio::test]
async fn a_feed_holds_what_its_reader_may_see_and_tells_of_nothing_else() {
    let (with, without) = (harvested(&format!("{OPEN}{HIDDEN}")).await, harvested(OPEN).await);
    for asker in [Asker::anonymous(), Asker::member("Other", &[], Role::Administrator)] {
        let mut feeds = Vec::new();
        for house in [&with, &without] {
            let token = house.token(&asker).await;
            feeds.push(house.get("/feed.atom?q=wells&limit=1", token.as_deref()).await);
            feeds.push(house.get("/feed.atom", token.as_deref()).await);
        }
        assert_eq!(feeds[..2], feeds[2..], "{asker:?}");
    }
    let owner = token(&with, "Owner", Role::Reader).await;
    assert_eq!(texts(&with.get("/feed.atom?q=camp", Some(&owner)).await, "title"), ["Holdings", "Wells of the camp"]);
}
