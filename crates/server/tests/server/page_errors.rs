//! Errors as pages for who is signed in: they say the same as to anybody else, where to go on included.

use crate::browser::{Browser, form_token};
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
