//! A table on a page: told row by row, columns named, taken in part, mended, and undone, without a script.

use crate::browser::{Browser, form_token, is_sound};
use crate::house::{Answer, House};
use axum::http::Method;
use cairn_policy::Role;
use serde_json::Value;

const PAGE: &str = "/register/table";

/// Three good rows, one that cannot be taken, and one whose title is hostile.
pub(crate) const TABLE: &str = "\
title,country,cluster,sensitivity,sharing,access method,listing
Wells,YEM,PRO-MIN,low,public,download,full
<script>alert(1)</script>,YEM,HEA,low,public,download,full
Roads,,LOG,low,public,download,full
Camps,YEM,CCM,low,public,download,full
";

/// A form with a file, as a browser sends it.
fn multipart(fields: &[(&str, &str)], file: Option<(&str, &str)>) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = fields.iter().map(part).collect::<Vec<String>>().concat();
    let (name, text) = file.unwrap_or_default();
    let kind = "Content-Type: application/octet-stream";
    let disposition = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
    format!("{body}--edge\r\n{disposition}\r\n{kind}\r\n\r\n{text}\r\n--edge--\r\n")
}

async fn sent(browser: &Browser<'_>, origin: &str, body: &str) -> Answer {
    let cookie = format!("cairn={}", browser.session);
    let kind = "multipart/form-data; boundary=edge";
    let headers = [("origin", origin), ("content-type", kind), ("cookie", cookie.as_str())];
    let answer = browser.house.send_with(&Method::POST, PAGE, &headers, body).await;
    browser.house.follow().await;
    answer
}

const HERE: &str = "http://cairn.example";

pub(crate) async fn chosen(browser: &Browser<'_>, table: &str, fields: &[(&str, &str)]) -> Answer {
    let token = form_token(&browser.open("/account").await);
    let fields: Vec<(&str, &str)> =
        [("form_token", &*token), ("do", "look")].into_iter().chain(fields.iter().copied()).collect();
    sent(browser, HERE, &multipart(&fields, Some(("holdings.csv", table)))).await
}

/// Sends the form of a page on, with another button and what is chosen in its selects.
pub(crate) async fn sent_on(browser: &Browser<'_>, page: &Answer, button: &str, chosen: &[(&str, &str)]) -> Answer {
    let text = page.text();
    let form = text.split("<form").find(|form| form.contains("multipart/form-data")).unwrap();
    let of = |tag: &str, name: &str| {
        tag.split_once(&format!(" {name}=\""))
            .and_then(|(_, rest)| rest.split('"').next())
            .unwrap_or_default()
            .to_owned()
    };
    let hidden: Vec<(String, String)> = form
        .split("<input")
        .filter(|tag| tag.contains("type=\"hidden\""))
        .map(|tag| (of(tag, "name"), of(tag, "value")))
        .collect();
    let fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(chosen.iter().copied())
        .chain([("do", button)])
        .collect();
    sent(browser, HERE, &multipart(&fields, None)).await
}

async fn titles(browser: &Browser<'_>) -> Vec<String> {
    let list = browser.open("/api/v1/holdings").await.json();
    let title = |one: &Value| one["title"]["und"].as_str().unwrap().to_owned();
    let shown = list["items"].as_array().unwrap().iter().filter(|one| one["state"] != "withdrawn");
    let mut titles: Vec<String> = shown.map(title).collect();
    titles.sort();
    titles
}

#[tokio::test]
async fn row_34_a_table_is_told_row_by_row_then_taken_in_part_and_undone() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    is_sound(&nur.open(PAGE).await);
    for address in ["/register", "/holdings"] {
        assert!(nur.open(address).await.text().contains("href=\"/register/table\""), "{address} leads to it");
    }
    let told = chosen(&nur, TABLE, &[]).await;
    assert_eq!(told.status, 200, "{}", told.text());
    is_sound(&told);
    let text = told.text();
    for part in [
        "<strong>Nothing was written yet.</strong> 3 new, 0 changed, 0 unchanged, 1 left out.",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "<tr><td>4</td><td><span dir=\"auto\">Roads</span></td><td>Left out</td><td><ul><li>Column B, <bdi>country</bdi>: ",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(titles(&nur).await, [""; 0]);

    let rows = sent_on(&nur, &told, "wrong", &[]).await;
    assert_eq!(rows.headers["content-disposition"], "attachment; filename=\"left-out.csv\"");
    assert!(rows.text().contains("Roads") && !rows.text().contains("Camps"), "{}", rows.text());
    assert_eq!(titles(&nur).await, [""; 0]);

    let taken = sent_on(&nur, &told, "take", &[]).await;
    is_sound(&taken);
    assert!(
        taken.text().contains("What became of the table") && taken.text().contains("3 new, 0 changed"),
        "{}",
        taken.text()
    );
    assert_eq!(titles(&nur).await, ["<script>alert(1)</script>", "Camps", "Wells"]);
    let (_, rest) =
        taken.text().split_once("<a href=\"/register/table/").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let undo = format!("{PAGE}/{}", rest.split('"').next().unwrap());

    // What was left out is mended and sent again; the same again is nothing new.
    let mended = chosen(&nur, &rows.text().replace("Roads,,", "Roads,YEM,"), &[]).await;
    assert!(mended.text().contains("1 new, 0 changed, 0 unchanged, 0 left out"), "{}", mended.text());
    assert!(taken.text().contains("name=\"table\""), "what was left out can be had still");
    let shown = nur.open(&undo).await;
    is_sound(&shown);
    assert!(shown.text().contains("<strong>Nothing was undone yet.</strong> 3 withdrawn"), "{}", shown.text());
    assert_eq!(titles(&nur).await.len(), 3);
    let stale = nur.send_as_it_is(&undo, &[]).await;
    assert!(stale.status == 403 && stale.text().contains("another session"), "{}", stale.text());
    let undone = nur.send(&undo, &[]).await;
    is_sound(&undone);
    assert!(undone.text().contains("What was undone"), "{}", undone.text());
    assert_eq!(titles(&nur).await, [""; 0]);
    let again = nur.send(&undo, &[]).await;
    assert!(again.status == 409 && again.text().contains("was undone before"), "{}", again.text());
}

#[tokio::test]
async fn columns_are_named_on_the_page_and_nothing_is_taken_of_which_nobody_was_told() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    let table = "Bezeichnung;Land;<i>Was</i>\nBrunnen;YEM;WSH\n";
    let told = chosen(&nur, table, &[]).await;
    is_sound(&told);
    assert!(told.status == 422 && told.text().contains("no column holds titles"), "{}", told.text());
    for header in ["Bezeichnung", "Land", "&#60;i&#62;Was&#60;/i&#62;"] {
        assert!(told.text().contains(&format!("<bdi>{header}</bdi></label>")), "{header}: {}", told.text());
    }
    let columns = [("column", "title=Bezeichnung"), ("column", "country=Land"), ("column", "")];
    let drafts = [&columns[..], &[("draft", "true")]].concat();
    // Whoever takes it at once is told first.
    let told = sent_on(&nur, &told, "take", &drafts).await;
    is_sound(&told);
    assert!(told.text().contains("Nothing was written yet.</strong> 1 new"), "{}", told.text());
    assert!(told.text().contains("<option value=\"title=Bezeichnung\" selected>title</option>"), "{}", told.text());
    let hurried = sent_on(&nur, &told, "take", &columns).await;
    assert!(
        hurried.text().contains("Nothing was written yet."),
        "as drafts or not is another table: {}",
        hurried.text()
    );
    assert_eq!(titles(&nur).await, [""; 0]);
    let taken = sent_on(&nur, &told, "take", &drafts).await;
    assert!(taken.text().contains("What became of the table"), "{}", taken.text());
    assert_eq!(titles(&nur).await, ["Brunnen"]);
}

#[tokio::test]
async fn a_form_with_a_table_is_refused_from_elsewhere_and_from_who_registers_nothing() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    let rim = Browser::of(&house, "Rim", "Desk", Role::Reader).await;
    let token = form_token(&nur.open("/account").await);
    let fields = [("form_token", token.as_str()), ("do", "take")];
    let body = multipart(&fields, Some(("holdings.csv", TABLE)));
    assert_eq!(sent(&nur, "https://evil.example", &body).await.status, 403);
    let stale = sent(&nur, HERE, &multipart(&fields[1..], Some(("holdings.csv", TABLE)))).await;
    assert!(stale.status == 403 && stale.text().contains("another session"), "{}", stale.text());
    assert_eq!([rim.open(PAGE).await.status, chosen(&rim, TABLE, &[]).await.status], [403, 403]);
    let nobody = house.send_as_page(&Method::POST, PAGE, None, "").await;
    assert!(nobody.headers["location"].starts_with("/sign-in?"), "{nobody:?}");
    assert_eq!(nur.send_as_it_is(PAGE, &fields).await.status, 415);
    assert_eq!(titles(&nur).await, [""; 0]);

    let none = sent(&nur, HERE, &multipart(&fields, None)).await;
    assert!(none.status == 422 && none.text().contains("Choose a file."), "{}", none.text());
    let large = format!("{TABLE}{}", "x".repeat(1024 * 1024));
    let large = chosen(&nur, &large, &[]).await;
    assert!(large.status == 413 && large.text().contains("POST /api/v1/datasets/bulk"), "{}", large.text());
    is_sound(&large);
    let absent = nur.open(&format!("{PAGE}/none")).await;
    assert_eq!(absent.status, 404);
    assert!(nur.open(PAGE).await.text().contains("<input id=\"file\""));
}

#[tokio::test]
async fn a_table_that_was_taken_whole_is_not_sent_back_once_more() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    let told = chosen(&nur, &TABLE.replace("Roads,,", "Roads,YEM,"), &[]).await;
    assert!(told.text().contains("name=\"table\""), "{}", told.text());
    let taken = sent_on(&nur, &told, "take", &[]).await;
    is_sound(&taken);
    assert!(taken.text().contains("4 new, 0 changed, 0 unchanged, 0 left out"), "{}", taken.text());
    assert!(!taken.text().contains("name=\"table\""), "{}", taken.text());
}

/// UX 64: what is only read out is laid to no side, as the side depends on the script of the words around it.
#[tokio::test]
async fn what_is_only_read_out_makes_no_page_wider_whatever_script_it_stands_in() {
    let house = House::open(&[]).await;
    let style = house.get("/assets/cairn.css", None).await.text();
    let unseen = style.lines().find(|line| line.starts_with(".unseen ")).unwrap();
    assert!(unseen.contains("clip-path") && !unseen.contains("inset-inline"), "{unseen}");
}
