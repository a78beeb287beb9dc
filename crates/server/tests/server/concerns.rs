//! Concerns: anyone raises one, somebody independent handles it, and a serious one closes the data until then.

use crate::house::{Answer, Asker, DESK, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_model::registry::ConcernState;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const HOLDINGS: &str = "\
id,title,owner,sharing,listing,access method,sensitivity\n\
wells,Wells of the valley,Water Board,public,full,download,low\n\
hidden,Nothing that is told,Water Board,organisation,hidden,download,low\n";

async fn settled() -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), Timestamp::now()).await;
    house
}

async fn post(house: &House, door: &str, token: Option<&str>, body: &Value) -> Answer {
    house.send_body(&Method::POST, &format!("/api/v1/{door}"), token, &body.to_string()).await
}

fn about(record: &str, serious: bool) -> Value {
    json!({"record": DatasetId::new("desk", record), "kind": "harm", "serious": serious, "words": "They lead to us."})
}

async fn decides(house: &House) -> String {
    let asked = json!({"record": DatasetId::new("desk", "wells"), "question": {"access": "download"}});
    let decided = post(house, "access/decide", None, &asked).await.json();
    format!("{} {}", decided["outcome"].as_str().unwrap(), decided["rule"].as_str().unwrap())
}

#[tokio::test]
async fn row_25_anyone_raises_a_serious_concern_and_the_data_is_denied_until_somebody_independent_looked_at_it() {
    let house = settled().await;
    let token = async |organisation: &str, role| house.token(&Asker::member(organisation, &[], role)).await.unwrap();
    let independent = token("Desk", Role::Administrator).await;
    let own = token("Water Board", Role::Administrator).await;
    let stranger = token("Stranger", Role::Steward).await;
    assert_eq!(decides(&house).await, "granted shared-with-everyone");
    let raised = post(&house, "concerns", None, &about("wells", true)).await;
    assert_eq!(raised.status, 201, "{}", raised.text());
    assert_eq!(raised.headers["cache-control"], "private, no-store");
    let (id, receipt) = (raised.json()["id"].clone(), raised.json()["receipt"].as_str().unwrap().to_owned());
    let door = format!("concerns/{}", id.as_str().unwrap());
    assert_eq!(decides(&house).await, "denied concern-raised");

    // The owner's own people do not judge what is said of them, nor do they read it; a stranger learns nothing of it.
    let handle = |state: &str| json!({"state": state, "words": "The road was taken out."});
    for token in [&own, &stranger] {
        assert_eq!(post(&house, &format!("{door}/handle"), Some(token), &handle("dismissed")).await.status, 404);
        assert_eq!(house.get(&format!("/api/v1/{door}"), Some(token)).await.status, 404);
        assert_eq!(house.get("/api/v1/concerns", Some(token)).await.json()["items"], json!([]));
    }
    let listed = house.get("/api/v1/concerns", Some(&independent)).await.json();
    assert_eq!((&listed["items"][0]["words"], &listed["items"][0]["id"]), (&json!("They lead to us."), &id));
    assert_eq!(post(&house, &format!("{door}/handle"), Some(&independent), &handle("examined")).await.status, 200);
    assert_eq!(decides(&house).await, "granted shared-with-everyone");
    let upheld = post(&house, &format!("{door}/handle"), Some(&independent), &handle("upheld")).await;
    assert_eq!(upheld.json()["state"], "upheld");
    assert_eq!(post(&house, &format!("{door}/handle"), Some(&independent), &handle("dismissed")).await.status, 409);

    // Who raised it follows it by the receipt; all who know of the record are told the outcome, and not the words.
    assert_eq!(house.get(&format!("/api/v1/{door}"), None).await.status, 404);
    assert!(receipt.len() > 60);
    let with_receipt = [("cairn-receipt", receipt.as_str())];
    let followed = house.send_with(&Method::GET, &format!("/api/v1/{door}"), &with_receipt, "").await;
    assert_eq!((followed.status.as_u16(), &*followed.headers["cache-control"]), (200, "private, no-store"));
    let outcome = house.get(&format!("/api/v1/datasets/{}/concerns", DatasetId::new("desk", "wells")), None).await;
    assert_eq!(outcome.json()["items"][0]["steps"][1]["words"], "The road was taken out.");
    assert!(!outcome.text().contains("They lead to us."), "{}", outcome.text());
    let view = house.catalog.concern(&cairn_policy::Viewer::anonymous(), id.as_str().unwrap(), Some(&receipt)).await;
    assert_eq!(view.unwrap().body.state.code(), "upheld");

    // The log, which the owner's administrators read, tells of nobody who raised one.
    assert_eq!(post(&house, "concerns", Some(&stranger), &about("wells", false)).await.status, 201);
    let told = house.get("/api/v1/audit?act=concern.raise", Some(&own)).await.json();
    let actors: Vec<_> = told["items"].as_array().unwrap().iter().map(|act| act["actor"].clone()).collect();
    assert_eq!(actors, ["raiser", "raiser"]);
}

#[tokio::test]
async fn a_concern_about_what_is_hidden_is_refused_like_one_about_what_is_not_there() {
    let house = settled().await;
    for serious in [false, true] {
        let hidden = post(&house, "concerns", None, &about("hidden", serious)).await;
        assert_eq!(hidden, post(&house, "concerns", None, &about("none", serious)).await);
        assert_eq!(hidden.status, 404);
    }
    let doors = ["hidden", "none"].map(|id| format!("/api/v1/datasets/{}/concerns", DatasetId::new("desk", id)));
    assert_eq!(house.get(&doors[0], None).await, house.get(&doors[1], None).await);
    for (field, value, rule) in [
        ("agreement", json!("x"), "about-one"),
        ("words", json!(" "), "not-a-text"),
        ("kind", json!("spite"), "not-readable"),
        ("author", json!("me"), "not-readable"),
    ] {
        let mut wrong = about("wells", false);
        wrong[field] = value;
        let told = post(&house, "concerns", None, &wrong).await;
        assert_eq!((told.status.as_u16(), &told.json()["problems"][0]["rule"]), (422, &json!(rule)), "{}", told.text());
    }
}

#[tokio::test]
async fn who_is_anonymous_cannot_fill_the_desk_of_who_looks_into_concerns() {
    let house = settled().await;
    for _ in 0..20 {
        assert_eq!(post(&house, "concerns", None, &about("wells", false)).await.status, 201);
    }
    assert_eq!(post(&house, "concerns", None, &about("wells", false)).await.status, 409);
    let member = house.token(&Asker::member("Clinic", &[], Role::Reader)).await.unwrap();
    assert_eq!(post(&house, "concerns", Some(&member), &about("wells", false)).await.status, 201);
    let own = house.get("/api/v1/concerns", Some(&member)).await.json();
    assert_eq!(own["items"].as_array().unwrap().len(), 1, "its own, and none of others");
    // Pages of who handles them are full, however many of others lie between.
    let administrator = house.token(&Asker::member("Desk", &[], Role::Administrator)).await.unwrap();
    let mut after = String::new();
    let mut seen = 0;
    loop {
        let page = house.get(&format!("/api/v1/concerns?limit=8{after}"), Some(&administrator)).await.json();
        seen += page["items"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 21);
}

#[tokio::test]
async fn who_is_anonymous_cannot_close_the_data_of_a_whole_catalogue() {
    let house = House::open(&[DESK]).await;
    let records = 52;
    let rows = (0..records).map(|number| format!("r{number},Wells {number},Water Board,public,full,download,low\n"));
    let heading = HOLDINGS.lines().next().unwrap();
    house.write("holdings.csv", &format!("{heading}\n{}", rows.collect::<String>()));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let decides = async |record: usize| {
        let asked =
            json!({"record": DatasetId::new("desk", &format!("r{record}")), "question": {"access": "download"}});
        post(&house, "access/decide", None, &asked).await.json()["rule"].as_str().unwrap().to_owned()
    };
    let (nobody, now) = (cairn_policy::Viewer::anonymous(), jiff::Timestamp::now());
    for number in 0..50 {
        let statement = serde_json::from_value(about(&format!("r{number}"), true)).unwrap();
        house.catalog.raise_concern(&nobody, statement, now).await.unwrap();
    }
    assert_eq!(decides(49).await, "concern-raised");
    // One more is taken, looked into and told, and closes nothing.
    let raised = post(&house, "concerns", None, &about("r50", true)).await;
    assert_eq!((raised.status.as_u16(), &raised.json()["suspends"]), (201, &json!(false)), "{}", raised.text());
    assert_eq!(decides(50).await, "shared-with-everyone");
    // Who says who they are is not held up by them.
    let member = house.token(&Asker::member("Clinic", &[], Role::Reader)).await.unwrap();
    let raised = post(&house, "concerns", Some(&member), &about("r51", true)).await;
    assert_eq!((raised.status.as_u16(), &raised.json()["suspends"]), (201, &json!(true)), "{}", raised.text());
    assert_eq!(decides(51).await, "concern-raised");
    // Once one was looked at, the next one counts.
    let administrator = house.token(&Asker::member("Desk", &[], Role::Administrator)).await.unwrap();
    let waiting = house.get("/api/v1/concerns?limit=200", Some(&administrator)).await.json();
    let first = waiting["items"].as_array().unwrap().iter().find(|one| one["suspends"] == true).unwrap();
    let handle = json!({"state": "examined", "words": "We look into it."});
    let door = format!("concerns/{}/handle", first["id"].as_str().unwrap());
    assert_eq!(post(&house, &door, Some(&administrator), &handle).await.status, 200);
    assert_eq!(post(&house, "concerns", None, &about("r50", true)).await.json()["suspends"], true);
    assert_eq!(decides(50).await, "concern-raised");
}

#[tokio::test]
async fn one_address_raises_so_many_concerns_without_signing_in_and_then_has_to_wait() {
    let house = House::open(&[DESK]).await;
    let row = |id: &str| format!("{id},Wells,Water Board,public,full,download,low\n");
    let heading = HOLDINGS.lines().next().unwrap();
    house.write("holdings.csv", &format!("{heading}\n{}{}", row("one"), row("two")));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    for number in 0..30 {
        let record = if number % 2 == 0 { "one" } else { "two" };
        assert_eq!(post(&house, "concerns", None, &about(record, false)).await.status, 201, "{number}");
    }
    let waits = post(&house, "concerns", None, &about("one", false)).await;
    let seconds: u64 = waits.headers["retry-after"].parse().unwrap();
    assert!(waits.status == 429 && (100..=121).contains(&seconds), "{waits:?}");
    // On the page what was typed is not lost.
    let typed = crate::browser::form(&[("kind", "harm"), ("words", "They lead to us.")]);
    let page = format!("/dataset/{}/concern", DatasetId::new("desk", "one"));
    let shown = house.send_as_page(&Method::POST, &page, None, &typed).await;
    assert!(shown.status == 429 && shown.text().contains("They lead to us."), "{}", shown.text());
    assert!(shown.headers.contains_key("retry-after"));
    let member = house.token(&Asker::member("Clinic", &[], Role::Reader)).await.unwrap();
    assert_eq!(post(&house, "concerns", Some(&member), &about("one", false)).await.status, 201);
}

/// Raises a concern as somebody of the owner, and has it handled in these words, all at one moment.
async fn handled(house: &House, record: &str, words: &str, at: Timestamp) {
    let member = house.viewer(&Asker::member("Water Board", &[], Role::Reader)).await;
    let statement = serde_json::from_value(about(record, false)).unwrap();
    let raised = house.catalog.raise_concern(&member, statement, at).await.unwrap();
    let handled =
        house.catalog.handle_concern(&Viewer::operator(), &raised.concern.id, ConcernState::Upheld, words, at).await;
    handled.unwrap();
}

/// What somebody is told of the outcomes of concerns about a record.
async fn outcomes(house: &House, record: &str, asker: &Asker) -> Vec<Value> {
    let door = format!("/api/v1/datasets/{}/concerns", DatasetId::new("desk", record));
    let told = house.get(&door, house.token(asker).await.as_deref()).await.json();
    told["items"].as_array().unwrap().iter().map(|one| one["steps"][0]["words"].clone()).collect()
}

#[tokio::test]
async fn concerns_about_a_record_that_is_opened_do_not_tell_of_the_time_when_it_was_hidden() {
    let house = settled().await;
    handled(&house, "hidden", "The bridge was taken out.", day(1)).await;
    house.write("holdings.csv", &HOLDINGS.replace("organisation,hidden", "public,full"));
    let held = house.harvest("desk", &HarvestOptions::default(), day(2)).await.run;
    let confirmed = HarvestOptions { confirm_loosening: Some(held), ..HarvestOptions::default() };
    house.harvest("desk", &confirmed, day(3)).await;
    handled(&house, "hidden", "The ford was taken out.", day(4)).await;

    let [before, since] = [json!("The bridge was taken out."), json!("The ford was taken out.")];
    let clinic = Asker::member("Clinic", &[], Role::Administrator);
    for asker in [Asker::anonymous(), Asker::member("Clinic", &[], Role::Steward)] {
        assert_eq!(outcomes(&house, "hidden", &asker).await, std::slice::from_ref(&since));
    }
    let page = house.get(&format!("/dataset/{}/concern", DatasetId::new("desk", "hidden")), None).await.text();
    let raised = [day(1), day(4)].map(|at| page.contains(&at.strftime("%-d %b %Y").to_string()));
    assert_eq!(raised, [false, true], "{page}");
    // Who raised them, and who handles them, goes on being told of all.
    for asker in [Asker::member("Water Board", &[], Role::Reader), clinic] {
        assert_eq!(outcomes(&house, "hidden", &asker).await, [before.clone(), since.clone()]);
    }
}

#[tokio::test]
async fn what_was_said_of_a_concern_is_not_for_who_may_not_be_told_what_the_record_is() {
    let house = House::open(&[DESK]).await;
    let rows = "shelter,The shelter,Water Board,community,stub,download,moderate\n\
                nameless,Stories,Water Board,community TLP:EX:CHR,full,download,moderate\n";
    house.write("holdings.csv", &format!("{HOLDINGS}{rows}"));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let [owner, clinic] = ["Water Board", "Clinic"].map(|name| Asker::member(name, &[], Role::Reader));
    for (record, asker, is_told) in [
        ("shelter", &Asker::anonymous(), false),
        ("shelter", &clinic, true),
        ("nameless", &clinic, false),
        ("nameless", &owner, true),
    ] {
        if outcomes(&house, record, &owner).await.is_empty() {
            handled(&house, record, "The Water Board took it down.", day(1)).await;
        }
        let words = if is_told { json!("The Water Board took it down.") } else { Value::Null };
        assert_eq!(outcomes(&house, record, asker).await, [words], "{record} as {asker:?}");
    }
}
