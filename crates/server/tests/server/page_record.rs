//! The page of a record.

use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::json;

use crate::browser::{Browser, is_sound};
use crate::holdings::PORTAL;
use crate::house::{DESK, House, day};

const HOLDINGS: &str = "\
id,Title (EN),Titre (FR),العنوان (عربي),Description_fr,owner,sharing,listing,access method,sensitivity\n\
wells,Wells of the valley,Puits de la vallée,آبار الوادي,Tous les puits.,Water Board,public,full,download,low\n";

#[tokio::test]
async fn a_record_is_shown_in_the_language_that_was_asked_for_and_then_in_all_that_it_has() {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let door = format!("/dataset/{}", DatasetId::new("desk", "wells"));
    let page = |query: &str| {
        let address = format!("{door}{query}");
        let house = &house;
        async move {
            let page = house.get(&address, None).await;
            is_sound(&page);
            page.text()
        }
    };
    let english = page("").await;
    assert!(english.contains("<h1 lang=\"en\" dir=\"auto\">Wells of the valley</h1>"), "{english}");
    assert!(english.contains("<summary>French: <bdi lang=\"fr\">Puits de la vallée</bdi></summary>"), "{english}");
    assert!(english.contains("<summary>Arabic: <bdi lang=\"ar\">آبار الوادي</bdi></summary>"), "{english}");
    let french = page("?lang=fr").await;
    assert!(french.contains("<h1 lang=\"fr\" dir=\"auto\">Puits de la vallée</h1>"), "{french}");
    assert!(french.contains("<summary>English: <bdi lang=\"en\">Wells of the valley</bdi></summary>"), "{french}");
    assert!(page("?lang=xx").await.contains("<h1 lang=\"en\""), "a mistyped address leads to the record");
    let found = house.get("/search?q=puits&lang=fr", None).await.text();
    assert!(found.contains(&format!("<h2 lang=\"fr\"><a href=\"{door}?lang=fr\" dir=\"auto\">")), "{found}");

    // The words of pages are English, whatever is shown of records; each text says in which language it is.
    let arabic = page("?lang=ar").await;
    assert!(arabic.contains("<html lang=\"en\">") && arabic.contains("<h1 lang=\"ar\" dir=\"auto\">"), "{arabic}");
    assert!(arabic.contains("<p lang=\"fr\" dir=\"auto\" class=\"text\">Tous les puits.</p>"), "{arabic}");
    let found = house.get("/search?q=wells&lang=ar", None).await;
    is_sound(&found);
    let text = found.text();
    assert!(text.contains("<html lang=\"en\">") && text.contains("<h2 lang=\"ar\"><a href="), "{text}");
    assert!(text.contains("<p class=\"snippet\" lang=\"\" dir=\"auto\">"), "nobody says which it is in: {text}");
    // Every language is offered where is searched, and kept when another text is.
    let offered = house.get("/search?q=wells&country=YEM", None).await.text();
    assert!(offered.contains("<option value=\"ar\" lang=\"ar\">العربية</option>"), "{offered}");
    assert!(
        text.contains("<option value=\"ar\" lang=\"ar\" selected>") && !text.contains("type=\"hidden\" name=\"lang\"")
    );
}

#[tokio::test]
async fn a_form_that_led_to_a_record_was_taken_and_the_page_of_it_forgets_what_was_typed() {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let door = format!("/dataset/{}", DatasetId::new("desk", "wells"));
    let amal = Browser::of(&house, "Amal", "Water Board", Role::Manager).await;
    let shown = amal.open(&door).await;
    is_sound(&shown);
    assert!(shown.text().contains("<script src=\"/assets/cairn.js\" defer>"), "{}", shown.text());
    // Of who is not signed in nothing was kept.
    assert!(!house.get(&door, None).await.text().contains("<script"));
}

/// A50.
#[tokio::test]
async fn each_link_that_leads_out_says_to_which_host_whatever_its_text_says() {
    let house = House::open(&[PORTAL]).await;
    let package = json!([{"id": "wells", "title": "Wells", "resources": [
        {"id": "a", "name": "OCHA official file", "url": "https://ocha-data.evil.example/x"},
        {"id": "b", "name": "ocha.example", "url": "https://оcha.example/y"},
        {"id": "c", "name": "By FTP", "url": "ftp://old.example/z"},
    ]}]);
    house.write("dump.json", &package.to_string());
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    let shown = house.get(&format!("/dataset/{}", DatasetId::new("portal", "wells")), None).await;
    is_sound(&shown);
    let text = shown.text();
    for part in [
        "<bdi>OCHA official file</bdi></a> <span class=\"hint\">at ocha-data.evil.example</span>",
        "<bdi>ocha.example</bdi></a> <span class=\"hint\">at xn--cha-red.example</span>",
        "<bdi>By FTP</bdi> <code>ftp://old.example/z</code>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
