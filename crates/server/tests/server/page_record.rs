//! The page of a record.

use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;

use crate::browser::{Browser, is_sound};
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
