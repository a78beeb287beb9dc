//! The pages of the vocabularies: what a term is called and maps to, and what no vocabulary knows, for who operates the source.

use crate::browser::{Browser, is_sound};
use crate::house::{House, day};
use cairn_catalog::HarvestOptions;
use cairn_policy::Role;

const DESK: &str = "id = \"desk\"\nkind = \"inventory\"\nurl = \"file:desk.csv\"\norganisation = \"Desk Keepers\"\n";
const ROWS: &str = "id,title,owner,country,cluster,sensitivity,sharing,listing,access method\n\
    a,Clinics <i>of</i> the valley,Relief,YEM,<b>Gardening</b>,low,public,full,download\n\
    b,Wells,Relief,Atlantis,<b>Gardening</b>,low,public,full,download\n";

#[tokio::test]
async fn the_vocabularies_are_listed_by_their_names_in_the_language_of_the_reader() {
    let house = House::open(&[]).await;
    let list = house.get("/vocabularies", None).await;
    is_sound(&list);
    let summaries = house.get("/api/v1/vocabularies", None).await.json();
    let text = list.text();
    for one in summaries["items"].as_array().unwrap() {
        let (name, version) = (one["name"].as_str().unwrap(), one["version"].as_str().unwrap());
        let cells = format!("<td>{}</td><td><code>{name}</code></td><td><code>{version}</code></td>", one["terms"]);
        assert!(text.contains(&cells), "{name}: {text}");
        let shown = house.get(&format!("/vocabularies/{name}?lang=es"), None).await;
        is_sound(&shown);
    }
    assert!(text.contains("<a href=\"/vocabularies/theme\"><bdi>Themes</bdi></a>"), "{text}");
    assert!(!text.contains("/vocabularies/unmapped"), "nobody is told of who operates nothing: {text}");
    let arabic = house.get("/vocabularies?lang=ar", None).await.text();
    assert!(arabic.contains("<html lang=\"en\">"), "the words of the page are English: {arabic}");
    let named = "<th scope=\"row\" lang=\"ar\"><a href=\"/vocabularies/theme?lang=ar\"><bdi>المواضيع</bdi></a>";
    assert!(arabic.contains(named), "{arabic}");
    assert!(arabic.contains("<a href=\"/vocabularies/theme?lang=ar\"><bdi>المواضيع</bdi></a>"), "{arabic}");
    assert!(house.get("/", None).await.text().contains("<a href=\"/vocabularies\">"), "every page leads there");
    assert_eq!(house.get("/vocabularies?lang=xx", None).await.status, 400);
    assert_eq!(house.get("/vocabularies/nothing", None).await.status, 404);
}

#[tokio::test]
async fn a_term_is_shown_with_its_names_and_leads_to_what_it_belongs_to() {
    let house = House::open(&[]).await;
    let shown = house.get("/vocabularies/theme?q=LANDMINES&lang=fr", None).await;
    is_sound(&shown);
    let text = shown.text();
    let themes = house.get("/api/v1/vocabularies/theme", None).await.json();
    let term = themes["items"].as_array().unwrap().iter().find(|one| one["code"] == "landmines").unwrap().clone();
    let french = term["labels"]["fr"].as_str().unwrap();
    for part in [
        "<code>landmines</code>",
        &format!("<bdi lang=\"fr\">{french}</bdi>"),
        &format!("<bdi lang=\"ar\">{}</bdi> (ar)", term["labels"]["ar"].as_str().unwrap()),
        "Within <a href=\"/vocabularies/theme?q=explosive-ordnance&#38;lang=fr\">",
        "Maps to <a href=\"/vocabularies/cluster?q=PRO-MIN&#38;lang=fr\">",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("<code>cholera</code>"), "what has not the word is not there: {text}");
    // A synonym and another script find it, too, and hostile text stays text.
    let found = house.get("/vocabularies/cluster?q=%D8%A7%D9%84%D9%85%D9%8A%D8%A7%D9%87", None).await.text();
    assert!(found.contains("<code>WSH</code>") && !found.contains("<code>EDU</code>"), "{found}");
    let hostile = house.get("/vocabularies/cluster?q=%22%3E%3Cscript%3E", None).await;
    is_sound(&hostile);
    assert!(hostile.text().contains("No term of this vocabulary has that."), "{}", hostile.text());
    let long = house.get(&format!("/vocabularies/cluster?q={}", "a".repeat(101)), None).await;
    assert_eq!(long.status, 400);
}

#[tokio::test]
async fn a_long_vocabulary_comes_page_by_page_and_every_term_stands_on_one() {
    let house = House::open(&[]).await;
    let whole = house.get("/api/v1/vocabularies/language", None).await.json();
    let codes: Vec<String> =
        whole["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect();
    assert!(codes.len() > 200);
    let (mut shown, mut address) = (Vec::new(), "/vocabularies/language?lang=fr".to_owned());
    loop {
        let text = house.get(&address, None).await.text();
        let rows = text.split("<th scope=\"row\"><code>").skip(1).filter_map(|rest| rest.split('<').next());
        shown.extend(rows.map(str::to_owned));
        let Some((_, next)) = text.split_once("rel=\"next\" href=\"") else { break };
        address = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    assert_eq!(shown, codes);
}

#[tokio::test]
async fn what_no_vocabulary_knows_is_shown_to_who_operates_the_source_and_to_nobody_else() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", ROWS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let keeper = Browser::of(&house, "Kim", "Desk Keepers", Role::Operator).await;
    assert!(keeper.open("/vocabularies").await.text().contains("href=\"/vocabularies/unmapped\""));
    let shown = keeper.open("/vocabularies/unmapped").await;
    is_sound(&shown);
    let text = shown.text();
    for part in [
        "<bdi>&#60;b&#62;Gardening&#60;/b&#62;</bdi></th>",
        "<bdi>Clusters and areas of responsibility</bdi></a></td><td>2</td><td><bdi>desk</bdi></td>",
        "<bdi>Clinics &#60;i&#62;of&#60;/i&#62; the valley</bdi></a>",
        "<bdi>Atlantis</bdi>",
        "href=\"/api/v1/vocabularies/unmapped.csv\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let narrowed = keeper.open("/vocabularies/unmapped?vocabulary=country").await.text();
    assert!(narrowed.contains("Atlantis") && !narrowed.contains("Gardening"), "{narrowed}");
    let stranger = Browser::of(&house, "Zed", "Relief", Role::Operator).await;
    for answer in [stranger.open("/vocabularies/unmapped").await, house.get("/vocabularies/unmapped", None).await] {
        is_sound(&answer);
        let text = answer.text();
        assert!(text.contains("None in the sources that you operate") && !text.contains("Atlantis"), "{text}");
    }
    // A source of others is answered like none.
    let of = async |source: &str| stranger.open(&format!("/vocabularies/unmapped?source={source}")).await;
    let (present, absent) = (of("desk").await, of("nowhere").await);
    assert_eq!((present.status.as_u16(), present.text()), (404, absent.text()));
}
