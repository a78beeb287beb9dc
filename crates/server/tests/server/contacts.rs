//! Whom to ask about a record, and how many of them a stranger is told.

use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::json;

use crate::browser::{Browser, is_sound};
use crate::holdings::PORTAL;
use crate::house::{Asker, House, day};

const MAIL: &str = "wells@board.example";

async fn portal() -> (House, DatasetId) {
    let house = House::open(&[PORTAL]).await;
    let package = json!([{"id": "wells", "title": "Wells", "maintainer": "Desk", "maintainer_email": MAIL}]);
    house.write("dump.json", &package.to_string());
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    (house, DatasetId::new("portal", "wells"))
}

/// A61.
#[tokio::test]
async fn contacts_stand_behind_a_link_of_the_page_for_who_is_not_signed_in() {
    let (house, id) = portal().await;
    let door = format!("/dataset/{id}");
    let shown = house.get(&door, None).await;
    is_sound(&shown);
    assert!(!shown.text().contains(MAIL), "{}", shown.text());
    let link = format!("{door}?lang=en&contacts=shown");
    assert!(shown.text().contains(&format!("href=\"{}#whom-to-ask\"", link.replace('&', "&#38;"))), "{}", shown.text());
    let told = house.get(&link, None).await;
    is_sound(&told);
    assert!(told.text().contains(MAIL) && told.text().contains("id=\"whom-to-ask\""), "{}", told.text());
    let amal = Browser::of(&house, "Amal", "Desk", Role::Reader).await;
    assert!(amal.open(&door).await.text().contains(MAIL), "who is known is told at once");
}

/// A61.
#[tokio::test]
async fn a_stranger_is_told_the_contacts_of_so_many_records_and_reads_on_without_them() {
    let (house, id) = portal().await;
    let house = house.limited(10_000);
    let token = house.token(&Asker::member("Desk", &[], Role::Reader)).await;
    let (api, door) = (format!("/api/v1/datasets/{id}/contacts"), format!("/dataset/{id}"));
    for _ in 0..60 {
        assert_eq!(house.get(&api, None).await.json()["items"][0]["email"], MAIL);
    }
    let refused = house.get(&api, None).await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str()), (429, Some("too-many-requests")));
    assert!(refused.headers["retry-after"].parse::<u64>().unwrap() <= 21, "{:?}", refused.headers);
    assert_eq!(house.get(&format!("{door}?contacts=shown"), None).await.status, 429, "pages tell no more");
    assert_eq!(house.get(&door, None).await.status, 200);
    for _ in 0..70 {
        assert_eq!(house.get(&api, token.as_deref()).await.status, 200, "who is known is not counted");
    }
}
