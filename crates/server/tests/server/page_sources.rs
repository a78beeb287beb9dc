//! The pages of a source: what everyone may know of it, and what its operators are told: problems, quality, and what a harvest would do.

use crate::browser::{Browser, is_sound};
use crate::holdings::PORTAL;
use crate::house::{Asker, House, day};
use cairn_catalog::HarvestOptions;
use cairn_policy::Role;
use serde_json::{Value, json};

/// A portal with so many records, each with a date that cannot be read, and one that only its keepers may know of.
async fn portal(records: usize) -> House {
    let house = House::open(&[PORTAL]).await;
    write(&house, records, "");
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    house
}

fn write(house: &House, records: usize, notes: &str) {
    let package = |number| {
        json!({"id": format!("p{number:04}"), "title": format!("Wells <b>{number}</b>"), "private": false,
               "url": "vbscript:alert", "dataset_date": "<i>soon</i>", "notes": notes})
    };
    let own = json!({"id": "own", "title": "Our patients", "private": true});
    let dump: Vec<Value> = (0..records).map(package).chain([own]).collect();
    house.write("dump.json", &Value::from(dump).to_string());
}

async fn keeper(house: &House) -> Browser<'_> {
    Browser::of(house, "Kim", "Portal Keepers", Role::Operator).await
}

#[tokio::test]
async fn everyone_sees_where_the_records_come_from_and_its_operators_see_how_it_went() {
    let house = portal(2).await;
    let list = house.get("/sources", None).await;
    is_sound(&list);
    let text = list.text();
    assert!(text.contains("<a href=\"/source/portal\"><bdi>Open Portal</bdi></a>"), "{text}");
    assert!(text.contains("<a href=\"/search?source=portal\">2</a>"), "{text}");
    assert!(house.get("/", None).await.text().contains("<a href=\"/sources\">"), "every page leads there");
    let open = house.get("/source/portal", None).await;
    is_sound(&open);
    for hidden in ["Runs", "problems", "Preview", "Problems met"] {
        assert!(!open.text().contains(hidden), "{hidden}: {}", open.text());
    }
    let kim = keeper(&house).await;
    let shown = kim.open("/source/portal").await;
    is_sound(&shown);
    let text = shown.text();
    for part in [
        "3 records</a>",
        "href=\"/source/portal/problems\"",
        "href=\"/source/portal/quality\"",
        "<td>complete</td><td>3</td><td>3</td>",
        "action=\"/source/portal/preview\" method=\"post\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // By a token there is no session, and so no form.
    let token = house.token(&Asker::member("Portal Keepers", &[], Role::Operator)).await;
    assert!(!house.get("/source/portal", token.as_deref()).await.text().contains("Preview"));
}

#[tokio::test]
async fn problems_are_told_by_kind_with_the_first_of_each_and_all_of_them_are_a_link_away() {
    let house = portal(130).await;
    let kim = keeper(&house).await;
    let shown = kim.open("/source/portal/problems").await;
    is_sound(&shown);
    let text = shown.text();
    let kinds = house.catalog.problem_kinds_of(&cairn_policy::Viewer::operator(), "portal").await.unwrap();
    for kind in &kinds {
        assert!(text.contains(&format!("<code>{}</code>", kind.code)), "{}: {text}", kind.code);
    }
    assert!(text.contains("130 times. <span class=\"badge\">warning</span> <code>unreadable-date</code>"), "{text}");
    assert!(text.contains("<bdi>Wells &#60;b&#62;2&#60;/b&#62;</bdi>") && !text.contains("Wells &#60;b&#62;3&#60;"));
    assert!(text.contains("“<bdi>&#60;i&#62;soon&#60;/i&#62;</bdi>”"), "{text}");
    assert!(!text.contains("href=\"vbscript"), "{text}");
    for ending in ["csv", "json", "jsonl"] {
        assert!(text.contains(&format!("href=\"/api/v1/sources/portal/problems.{ending}\"")), "{text}");
    }

    // All of a kind, page by page.
    let (mut lines, mut pages) = (0, 0);
    let mut address = "/source/portal/problems?code=unreadable-date&severity=warning".to_owned();
    assert!(text.contains(&address.replace('&', "&#38;")), "{text}");
    loop {
        let page = kim.open(&address).await;
        is_sound(&page);
        let text = page.text();
        assert!(text.contains("problems.csv?code=unreadable-date&#38;severity=warning\""), "{text}");
        (lines, pages) = (lines + text.matches("“<bdi>").count(), pages + 1);
        let Some((_, next)) = text.split_once("rel=\"next\" href=\"") else { break };
        address = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    assert_eq!((lines, pages), (130, 2));
}

#[tokio::test]
async fn the_quality_of_a_source_is_told_in_words_and_bars_with_what_its_records_lack() {
    let house = portal(2).await;
    let kim = keeper(&house).await;
    let shown = kim.open("/source/portal/quality").await;
    is_sound(&shown);
    let token = house.token(&Asker::member("Portal Keepers", &[], Role::Operator)).await;
    let quality = house.get("/api/v1/sources/portal/quality", token.as_deref()).await.json();
    let percent = |score: &Value| (score.as_f64().unwrap() * 100.0).round();
    let text = shown.text();
    assert!(text.contains(&format!("<p>{} % on average of 3 records.", percent(&quality["score"]))), "{text}");
    let findable = percent(&quality["dimensions"][0]["score"]);
    let bar =
        format!("<span>Can be found</span> <meter max=\"100\" value=\"{findable}\" aria-hidden=\"true\"></meter>");
    assert!(text.contains(&bar), "{bar}: {text}");
    for one in quality["missing"].as_array().unwrap() {
        let part = one["part"].as_str().unwrap().replace(['_', '-'], " ");
        let bar = format!("<meter max=\"3\" value=\"{}\"", one["records"]);
        assert!(text.contains(&format!("<span>{part} ")) && text.contains(&bar), "{part}: {text}");
    }
    assert!(text.contains("Our patients"), "its keepers may know of it: {text}");
}

#[tokio::test]
async fn a_preview_on_the_page_shows_what_would_change_and_changes_nothing() {
    let house = portal(2).await;
    let kim = keeper(&house).await;
    write(&house, 3, "How <s>deep</s> they are");
    let shown = kim.send("/source/portal/preview", &[("pages", "3")]).await;
    is_sound(&shown);
    let text = shown.text();
    for part in [
        "1 new, 2 changed, 1 unchanged",
        "Nothing was written.",
        "<bdi>Wells &#60;b&#62;2&#60;/b&#62;</bdi> <code><bdi>p0002</bdi></code>",
        "<td><span class=\"count\">nothing</span></td><td><bdi>How &#60;s&#62;deep&#60;/s&#62; they are</bdi></td>",
        "<code>unreadable-date</code>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let wrong = kim.send("/source/portal/preview", &[("pages", "51")]).await;
    assert_eq!(wrong.status, 400, "{}", wrong.text());
    let foreign = kim.send_as_it_is("/source/portal/preview", &[("pages", "1"), ("form_token", "made up")]).await;
    assert_eq!(foreign.status, 403, "{}", foreign.text());
    let run = house.harvest("portal", &HarvestOptions::default(), day(1)).await;
    assert_eq!((run.new, run.changed), (1, 2), "nothing was written before");
}

#[tokio::test]
async fn what_only_operators_see_of_a_source_is_absent_to_everyone_else() {
    let house = portal(1).await;
    let zed = Browser::of(&house, "Zed", "Stranger", Role::Operator).await;
    let steward = Browser::of(&house, "Sam", "Portal Keepers", Role::Steward).await;
    for (page, asks) in
        [("problems", true), ("problems?code=unreadable-date", true), ("quality", true), ("preview", false)]
    {
        for browser in [&zed, &steward] {
            let ask = async |id: &str| {
                let address = format!("/source/{id}/{page}");
                if asks { browser.open(&address).await } else { browser.send(&address, &[("pages", "1")]).await }
            };
            let (present, absent) = (ask("portal").await, ask("nowhere").await);
            assert_eq!((present.status.as_u16(), present.text()), (404, absent.text()), "{page}");
        }
    }
    for page in ["problems", "quality"] {
        let of = async |id: &str| house.get(&format!("/source/{id}/{page}"), None).await;
        let (present, absent) = (of("portal").await, of("nowhere").await);
        assert_eq!((present.status.as_u16(), present), (404, absent), "{page}");
    }
    assert_eq!(house.get("/source/nowhere", None).await.status, 404);
    // A source that has nothing for this viewer is one that is not there.
    let closed = House::open(&[PORTAL]).await;
    write(&closed, 0, "");
    closed.harvest("portal", &HarvestOptions::default(), day(0)).await;
    let (present, absent) = (closed.get("/source/portal", None).await, closed.get("/source/nowhere", None).await);
    assert_eq!((present.status.as_u16(), present), (404, absent));
    assert!(!closed.get("/sources", None).await.text().contains("Open Portal"));
}

#[tokio::test]
async fn operators_find_their_sources_while_nothing_can_be_searched_and_no_count_is_made_up() {
    let house = portal(2).await.reopened_without_index(&[PORTAL]).await;
    let token = house.token(&Asker::member("Portal Keepers", &[], Role::Operator)).await;
    let sources = house.get("/api/v1/sources", token.as_deref()).await;
    assert_eq!(sources.status, 200, "{}", sources.text());
    let sources = sources.json();
    assert_eq!((&sources["counted"], &sources["items"][0]["records"]), (&json!(false), &Value::Null), "{sources:#}");
    assert_eq!(sources["items"][0]["last_run"]["verdict"], "complete");
    let page = house.get("/sources", token.as_deref()).await;
    assert!(page.text().contains("not counted") && page.text().contains("/source/portal"), "{}", page.text());
    let page = house.get("/source/portal", token.as_deref()).await;
    assert!(page.text().contains("records are not counted") && page.text().contains("Runs"), "{}", page.text());
    // Who operates none of them is not told that there are none, nor that there is one.
    for address in ["/api/v1/sources", "/sources", "/source/portal", "/source/nowhere"] {
        assert_eq!(house.get(address, None).await.status, 503, "{address}");
    }
    assert_eq!(house.get("/source/nowhere", token.as_deref()).await.status, 503);
}
