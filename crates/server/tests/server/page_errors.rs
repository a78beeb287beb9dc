//! Errors as pages for who is signed in: they say the same as to anybody else, where to go on included.

use crate::browser::{Browser, form_token, is_sound};
use crate::holdings;
use crate::house::{Answer, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::json;

/// A portal that lists its records under other ids now, and where one of them was and is.
async fn renamed() -> (House, DatasetId, DatasetId) {
    let house = House::open(&[holdings::PORTAL]).await;
    let dump = |prefix: &str| {
        let names = ["a", "b", "c", "d", "e"].map(|name| format!("{prefix}{name}"));
        let packages = names.iter().map(|id| json!({"id": id, "title": format!("Wells {}", &id[id.len() - 1..])}));
        packages.collect::<serde_json::Value>().to_string()
    };
    house.write("dump.json", &dump(""));
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    house.write("dump.json", &dump("new-"));
    let tripped = house.harvest("portal", &HarvestOptions::default(), day(1)).await;
    let confirm = HarvestOptions { confirm_removals: Some(tripped.run), ..HarvestOptions::default() };
    house.harvest("portal", &confirm, day(2)).await;
    (house, DatasetId::new("portal", "a"), DatasetId::new("portal", "new-a"))
}

#[tokio::test]
async fn who_is_signed_in_is_led_on_to_a_moved_record_and_what_they_send_goes_there() {
    let (house, old, new) = renamed().await;
    let amal = Browser::of(&house, "Amal", "Elsewhere", Role::Reader).await;
    let told = |answer: &Answer| (answer.status.as_u16(), answer.headers.get("location").cloned());
    for door in ["", "/linkages", "/concern"] {
        let led = amal.open(&format!("/dataset/{old}{door}")).await;
        assert_eq!(told(&led), (301, Some(format!("/dataset/{new}{door}"))), "{door}: {}", led.text());
        assert!(led.text().contains("<bdi>Amal</bdi>"), "the page is theirs: {}", led.text());
        assert_eq!(led.headers.get("content-length").map(String::as_str), Some(&*led.body.len().to_string()));
    }
    let said = [("kind", "harm"), ("words", "They lead to us.")];
    let sent = amal.send(&format!("/dataset/{old}/concern"), &said).await;
    assert_eq!(told(&sent), (308, Some(format!("/dataset/{new}/concern"))), "{}", sent.text());
    assert_eq!(amal.send(&sent.headers["location"], &said).await.status, 201);
}

#[tokio::test]
async fn what_an_error_says_beside_its_page_is_said_to_who_is_signed_in_too() {
    let house = House::open(&[]).await;
    let amal = Browser::of(&house, "Amal", "Elsewhere", Role::Reader).await;
    let cookie = format!("cairn={}", amal.session);
    let fields = [("cookie", cookie.as_str()), ("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    let refused = house.send_with(&Method::POST, "/search", &fields, "").await;
    assert_eq!((refused.status.as_u16(), refused.headers["allow"].as_str()), (405, "GET,HEAD"));
    assert!(refused.text().contains("<bdi>Amal</bdi>"), "{}", refused.text());
    // A sign-in at a provider that ended badly is forgotten.
    let ended = amal.open("/sign-in/nowhere/callback?state=x&code=y").await;
    assert_eq!(ended.status, 400, "{}", ended.text());
    assert!(ended.headers["set-cookie"].starts_with("cairn-sign-in=; "), "{:?}", ended.headers);
    assert!(!form_token(&ended).is_empty(), "they are signed in as before");
}

#[tokio::test]
async fn a_file_that_is_refused_tells_a_browser_so_by_a_page_and_a_program_by_a_problem() {
    let house = House::open(&[]).await;
    let refused = [
        ("/api/v1/audit.jsonl", 401, "Sign in first"),
        ("/api/v1/export.csv?colour=red", 400, "This cannot be done"),
        ("/feed.atom?colour=red", 400, "This cannot be done"),
    ];
    for (address, status, heading) in refused {
        let page = house.send_with(&Method::GET, address, &[("accept", "text/html,*/*;q=0.8")], "").await;
        assert_eq!((page.status.as_u16(), &*page.headers["cache-control"]), (status, "no-store"), "{address}");
        is_sound(&page);
        assert!(page.text().contains(&format!("<h1>{heading}</h1>")), "{address}: {}", page.text());
        let problem = house.send_with(&Method::GET, address, &[("accept", "*/*")], "").await;
        assert_eq!((problem.status.as_u16(), &*problem.headers["content-type"]), (status, "application/problem+json"));
    }
    // What is there for programs alone answers them, whatever they say that they take.
    let entry = house.send_with(&Method::GET, "/api/v1/needs/none", &[("accept", "text/html,*/*")], "").await;
    assert_eq!((entry.status.as_u16(), &*entry.headers["content-type"]), (404, "application/problem+json"));
    let amal = Browser::of(&house, "Amal", "Elsewhere", Role::Reader).await;
    let fields = [("cookie", format!("cairn={}", amal.session)), ("accept", "text/html".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let theirs = house.send_with(&Method::GET, "/api/v1/export.csv?colour=red", &fields, "").await;
    assert!(theirs.text().contains("<bdi>Amal</bdi>"), "{}", theirs.text());
}
