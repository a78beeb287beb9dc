//! Exports of a search: all that its viewer finds, in three forms, as readers of these forms read them.

use std::collections::BTreeSet;
use std::io::Cursor;

use axum::http::Method;
use cairn_catalog::{ExportQuestion, HarvestOptions, SearchRequest, Silent, Sort, SortKey};
use cairn_policy::{Role, Viewer};
use calamine::{Data, Reader, Xlsx};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::house::{Answer, Asker, House, day};

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
"#;

const HEADINGS: &str =
    "id,title,owner,country,cluster,modified,sensitivity,sharing,listing,access method,formats,coverage\n";

/// What is held: `w2` is shown to others as a stub, `w3` not at all.
const HOLDINGS: [&str; 5] = [
    "w1,\"Wells, deep and \"\"dry\"\"\",Relief,YEM;SYR,WSH,2024-03-05,low,public,full,download,CSV;XLSX,2020/2021",
    "w2,Wells of the camps,Relief,YEM,WSH,2024-03-04,moderate,organisation,stub,on-request,,",
    "w3,Wells of the ridge,Relief,YEM,WSH,2024-03-03,moderate,organisation,hidden,on-request,,",
    "c1,\"=cmd|'/c calc'!A1\",@Ministry,SYR,HEA,2024-03-02,low,public,full,download,,",
    "r1,\"\u{202e}\u{1}+1\tRations\",-Relief,SYR,FSC,2024-03-01,low,public,full,download,,",
];

async fn house_with<'a>(rows: impl IntoIterator<Item = &'a str>) -> House {
    let house = House::open(&[DESK]).await;
    write(&house, rows);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house
}

fn write<'a>(house: &House, rows: impl IntoIterator<Item = &'a str>) {
    let rows: Vec<&str> = rows.into_iter().collect();
    house.write("holdings.csv", &format!("{HEADINGS}{}\n", rows.join("\n")));
}

/// A table as a reader of CSV reads it, the headings first.
fn csv_rows(answer: &Answer) -> Vec<Vec<String>> {
    let body = answer.body.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(body);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn lines(answer: &Answer) -> Vec<Value> {
    answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A sheet as a reader of workbooks reads it.
fn sheet(answer: &Answer, name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["Records", "About"]);
    assert!(book.worksheet_formula(name).unwrap().is_empty(), "no cell is a formula");
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// What the sheet `About` says.
fn about(answer: &Answer) -> Vec<(String, String)> {
    sheet(answer, "About").iter().map(|row| (row[0].to_string(), row[1].to_string())).collect()
}

fn said(about: &[(String, String)], name: &str) -> String {
    about.iter().filter(|(one, _)| one == name).map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("|")
}

#[tokio::test]
async fn a_table_holds_what_its_viewer_finds_and_what_it_is_stands_beside_it() {
    let house = house_with(HOLDINGS).await;
    let answer = house.get("/api/v1/export.csv?q=wells&cluster=WSH&sort=-title", None).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"holdings.csv\"");
    assert_eq!(answer.headers["cairn-export"], "total=1, records=1, cut=?0, full=1, partial=0, stub=0, relaxed=?0");
    assert_eq!(
        answer.headers["link"],
        "<http://cairn.example/search?q=wells&cluster=WSH&sort=-title>; rel=\"alternate\"; type=\"text/html\""
    );
    let rows = csv_rows(&answer);
    let searched = house.get("/api/v1/search?q=wells", None).await.json();
    let found = &searched["items"][0];
    assert_eq!(
        rows,
        [
            "id,title,organisation,kind,countries,clusters,from,to,modified,formats,sharing,sensitivity,access,\
             access_in_words,rendition,source,quality,page"
                .split(',')
                .map(str::to_owned)
                .collect::<Vec<_>>(),
            [
                found["id"].as_str().unwrap(),
                "Wells, deep and \"dry\"",
                "Relief",
                "dataset",
                "SYR; YEM",
                "WSH",
                "2020",
                "2021",
                "2024-03-05",
                "CSV; XLSX",
                "public",
                "low",
                "download",
                "Download",
                "full",
                "desk",
                &found["quality"].to_string(),
                &format!("http://cairn.example/dataset/{}", found["id"].as_str().unwrap()),
            ]
            .map(str::to_owned)
            .to_vec(),
        ]
    );
}

#[tokio::test]
async fn a_file_says_for_which_words_it_was_found() {
    let house = house_with(HOLDINGS).await;
    let header = |answer: &Answer| answer.headers["cairn-export"].clone();
    let meant = house.get("/api/v1/export.csv?q=wellls", None).await;
    assert_eq!(csv_rows(&meant).len(), 2);
    assert!(header(&meant).ends_with("relaxed=?0, suggestion=%\"wells\""), "{}", header(&meant));
    let meant = about(&house.get("/api/v1/export.xlsx?q=wellls", None).await);
    assert_eq!(said(&meant, "Words searched for"), "wellls");
    assert!(said(&meant, "Words taken for").starts_with("wells"), "{meant:?}");
    let any = about(&house.get("/api/v1/export.xlsx?q=wells+dry&match=some", None).await);
    assert!(said(&any, "Words").starts_with("Some of the words were enough"), "{any:?}");
    let relaxed = about(&house.get("/api/v1/export.xlsx?q=wells+nowhere", None).await);
    assert!(said(&relaxed, "Words").starts_with("No record has all"), "{relaxed:?}");
}

#[tokio::test]
async fn every_form_holds_the_same_records_in_the_order_of_the_search() {
    let house = house_with(HOLDINGS).await;
    let token = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    for asked in ["", "q=wells", "sort=-title", "country=YEM&sort=title&lang=fr", "q=wells nowhere", "fold=true"] {
        let asked = asked.replace(' ', "+");
        let page = house.get(&format!("/api/v1/search?{asked}&limit=100"), token.as_deref()).await.json();
        let ids = |values: Vec<String>| values.join(" ");
        let expected = ids(page["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()).collect());
        assert!(!expected.is_empty(), "{asked}");
        let get = async |ending: &str| {
            let answer = house.get(&format!("/api/v1/export.{ending}?{asked}"), token.as_deref()).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer
        };
        let table = csv_rows(&get("csv").await);
        assert_eq!(ids(table[1..].iter().map(|row| format!("\"{}\"", row[0])).collect()), expected, "{asked}");
        let records = lines(&get("jsonl").await);
        assert_eq!(ids(records.iter().map(|record| record["id"].to_string()).collect()), expected, "{asked}");
        let book = get("xlsx").await;
        let sheet = sheet(&book, "Records");
        assert_eq!(ids(sheet[1..].iter().map(|row| format!("\"{}\"", row[0])).collect()), expected, "{asked}");
        assert_eq!(sheet[0].iter().map(ToString::to_string).collect::<Vec<_>>(), table[0], "{asked}");
    }
}

#[tokio::test]
async fn nothing_that_somebody_wrote_runs_in_a_spreadsheet() {
    let long = format!("l1,{} end,Relief,SYR,HEA,,low,public,full,download,,", "=long".repeat(8000));
    let house = house_with(HOLDINGS.into_iter().chain([long.as_str()])).await;
    let rows = csv_rows(&house.get("/api/v1/export.csv?country=SYR&sort=title", None).await);
    let titles: Vec<&str> = rows[1..].iter().map(|row| row[1].as_str()).collect();
    assert!(titles.contains(&"'=cmd|'/c calc'!A1") && titles.contains(&"'+1 Rations"), "{titles:?}");
    let owners: BTreeSet<&str> = rows[1..].iter().map(|row| row[2].as_str()).collect();
    assert!(owners.contains("'@Ministry") && owners.contains("'-Relief"), "{owners:?}");
    assert!(rows[1..].iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{rows:?}");

    let book = house.get("/api/v1/export.xlsx?country=SYR&sort=title", None).await;
    let sheet = sheet(&book, "Records");
    let titles: Vec<String> = sheet[1..].iter().map(|row| row[1].to_string()).collect();
    assert!(titles.contains(&"=cmd|'/c calc'!A1".to_owned()), "text needs no apostrophe: {titles:?}");
    assert!(titles.contains(&"+1 Rations".to_owned()), "{titles:?}");
    assert!(titles.iter().all(|title| title.encode_utf16().count() <= 32_767));
    assert!(sheet[1..].iter().flatten().all(|cell| matches!(cell, Data::String(_) | Data::Float(_) | Data::Empty)));
    assert_eq!(sheet.len(), 5);

    // JSON is what was written, and each record one line whatever its letters.
    let records = lines(&house.get("/api/v1/export.jsonl?country=SYR", None).await);
    assert!(records.iter().any(|record| record["title"] == "=cmd|'/c calc'!A1"));
}

#[tokio::test]
async fn a_workbook_says_what_was_asked_when_for_whom_and_what_is_left_out() {
    let house = house_with(HOLDINGS).await;
    let before = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    let address = "/api/v1/export.xlsx?q=wells+camps+ridge&country=YEM&country=SYR&sort=relevance";
    let stranger = about(&house.get("/api/v1/export.xlsx?country=YEM", None).await);
    assert_eq!(said(&stranger, "Words searched for"), "none");
    assert_eq!(said(&stranger, "Filter: country"), "YEM");
    assert_eq!(said(&stranger, "Made for"), "anyone (nobody was signed in)");
    assert_eq!(said(&stranger, "Records that match"), "2");
    assert_eq!(said(&stranger, "Records in this file"), "2");
    assert_eq!(said(&stranger, "Records shown as: full"), "1");
    assert_eq!(said(&stranger, "Records shown as: stub"), "1");
    assert!(said(&stranger, "Left out").contains("whether there are any is not said"));
    let made: Timestamp = said(&stranger, "Made at").parse().unwrap();
    assert!(made >= before && made <= Timestamp::now());

    let token = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    let member = about(&house.get(address, token.as_deref()).await);
    assert_eq!(said(&member, "Words searched for"), "wells camps ridge");
    assert_eq!(said(&member, "Filter: country"), "YEM|SYR");
    assert_eq!(said(&member, "Made for"), "Relief");
    assert_eq!(said(&member, "Records that match"), "3");
    assert_eq!(said(&member, "Words"), "No record has all of the words: these have some of them.");
    assert_eq!(
        said(&member, "Same search as a page"),
        "http://cairn.example/search?q=wells+camps+ridge&country=YEM&country=SYR&sort=relevance"
    );
}

#[tokio::test]
async fn hidden_records_leave_no_trace_in_a_file() {
    let house = house_with(HOLDINGS).await;
    let alone = house_with(HOLDINGS.into_iter().filter(|row| !row.starts_with("w3"))).await;
    for asker in [Asker::anonymous(), Asker::member("Stranger", &["Water"], Role::Operator)] {
        let tokens = [house.token(&asker).await, alone.token(&asker).await];
        for asked in ["", "q=wells", "q=ridge", "country=YEM&sort=title", "q=wells+ridge", "fold=true"] {
            for ending in ["csv", "jsonl"] {
                let address = format!("/api/v1/export.{ending}?{asked}");
                let with = house.get(&address, tokens[0].as_deref()).await;
                assert_eq!(with, alone.get(&address, tokens[1].as_deref()).await, "{address}");
                assert_eq!(with.status, 200);
                assert!(!with.text().contains("of the ridge"));
            }
            let address = format!("/api/v1/export.xlsx?{asked}");
            let with = house.get(&address, tokens[0].as_deref()).await;
            let without = alone.get(&address, tokens[1].as_deref()).await;
            assert_eq!(with.headers, without.headers, "{address}");
            assert_eq!(sheet(&with, "Records"), sheet(&without, "Records"), "{address}");
            let timeless = |answer: &Answer| about(answer).into_iter().filter(|(name, _)| name != "Made at");
            assert!(timeless(&with).eq(timeless(&without)), "{address}");
        }
    }
    let owner = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    assert!(house.get("/api/v1/export.csv", owner.as_deref()).await.text().contains("of the ridge"));
}

fn many(prefix: &str) -> Vec<String> {
    (0..250)
        .map(|number| format!("n{number:03},{prefix} {number:03},Relief,YEM,WSH,,low,public,full,download,,"))
        .collect()
}

#[tokio::test]
async fn a_file_holds_each_record_once_as_it_was_when_the_export_began() {
    let rows = many("Wells");
    let house = house_with(rows.iter().map(String::as_str)).await;
    // One index for as long as it lasts, as in a running server.
    let mut follower = house.catalog.take_index_writer("test", day(0)).await.unwrap();
    let mut harvest = async |rows: &[String], now| {
        write(&house, rows.iter().map(String::as_str));
        let source = house.catalog.source("desk").unwrap();
        house.catalog.harvest(source, &HarvestOptions::default(), &Silent, now).await.unwrap();
        follower.catch_up().await.unwrap();
    };
    for sort in [Sort::default(), Sort { by: SortKey::Title, reversed: true }] {
        harvest(&rows, day(1)).await;
        let request = SearchRequest { text: "wells".to_owned(), sort, language: "en".to_owned(), ..Default::default() };
        let question =
            ExportQuestion { parameters: Vec::new(), public_url: "http://cairn.example".to_owned(), at: day(0) };
        let mut export = house.catalog.export(&Viewer::anonymous(), request, question).await.unwrap();
        assert_eq!(export.about().written, 250);
        let mut titles: Vec<String> = Vec::new();
        titles.extend(export.next_rows().await.unwrap().unwrap().into_iter().map(|row| row.title));
        assert_eq!(titles.len(), 100);
        // Meanwhile everything is called otherwise, and the word is common to more.
        harvest(&many("Wells wells of old and"), day(2)).await;
        let now = house.get("/api/v1/search?q=wells&limit=1", None).await.json();
        assert!(now["items"][0]["title"].as_str().unwrap().contains("of old"), "{now}");
        while let Some(rows) = export.next_rows().await.unwrap() {
            titles.extend(rows.into_iter().map(|row| row.title));
        }
        assert_eq!(titles.len(), 250);
        let expected: BTreeSet<String> = (0..250).map(|number| format!("Wells {number:03}")).collect();
        assert_eq!(titles.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}

#[tokio::test]
async fn what_an_export_cannot_take_is_refused_by_name() {
    let house = house_with(HOLDINGS).await;
    for ending in ["csv", "xlsx", "jsonl"] {
        for (asked, name) in [
            ("limit=5", "limit"),
            ("offset=5", "offset"),
            ("cursor=00", "cursor"),
            ("facets=country", "facets"),
            ("colour=red", "colour"),
            ("country=Atlantis", "country"),
            ("sort=size", "sort"),
        ] {
            let answer = house.get(&format!("/api/v1/export.{ending}?{asked}"), None).await;
            assert_eq!(answer.status, 400, "{asked}");
            assert_eq!(answer.headers["content-type"], "application/problem+json");
            assert!(answer.text().contains(name), "{asked}: {}", answer.text());
        }
        let head = house.send(&Method::HEAD, &format!("/api/v1/export.{ending}?q=wells"), None).await;
        assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
        assert!(head.headers["cairn-export"].starts_with("total=1, "), "{head:?}");
    }
    let nothing = house.get("/api/v1/export.csv?q=nowhere", None).await;
    assert_eq!((nothing.status.as_u16(), csv_rows(&nothing).len()), (200, 1));
    let nothing = house.get("/api/v1/export.xlsx?q=nowhere", None).await;
    assert_eq!(sheet(&nothing, "Records").len(), 1);
    assert_eq!(house.get("/api/v1/export.jsonl?q=nowhere", None).await.text(), "");
}

#[tokio::test]
async fn that_a_member_took_a_file_away_stands_in_the_log_without_what_they_looked_for() {
    let house = house_with(HOLDINGS).await;
    let token = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    house.get("/api/v1/export.csv?q=ridge", token.as_deref()).await;
    house.get("/api/v1/export.csv?q=wells", None).await;
    house.catalog.write_views().await.unwrap();
    let acts = house.catalog.newest_acts(100).await.unwrap();
    let exports: Vec<Value> = acts
        .iter()
        .filter(|act| act.act == "search.export")
        .map(|act| json!([act.actor.split(':').next(), act.subject, act.reason, act.refused]))
        .collect();
    assert_eq!(exports, [json!(["token", "", null, false])]);
}

#[tokio::test]
async fn a_page_of_results_leads_to_its_files() {
    let house = house_with(HOLDINGS).await;
    let page = house.get("/search?q=wells&country=YEM&offset=0&show=country&sort=title", None).await.text();
    for (name, ending) in [("CSV", "csv"), ("Excel workbook", "xlsx"), ("JSON Lines", "jsonl")] {
        let address = format!("/api/v1/export.{ending}?q=wells&#38;country=YEM&#38;sort=title");
        assert!(page.contains(&format!("<a href=\"{address}\">{name}</a>")), "{page}");
        assert_eq!(house.get(&address.replace("&#38;", "&"), None).await.status, 200);
    }
    assert!(!house.get("/search?q=nowhere", None).await.text().contains("/api/v1/export"));
}

#[tokio::test]
async fn a_page_of_results_leads_to_the_feed_of_what_it_finds() {
    let house = house_with(HOLDINGS).await;
    let page = house.get("/search?q=wells&country=YEM&offset=20&show=country&lang=fr", None).await.text();
    let address = "/feed.atom?q=wells&#38;country=YEM&#38;lang=fr";
    let link = format!(
        "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Holdings that this search finds\" href=\"{address}\">"
    );
    assert!(page.contains(&link) && page.contains(&format!("<a href=\"{address}\"")), "{page}");
    let feed = house.get(&address.replace("&#38;", "&"), None).await;
    assert!(feed.status == 200 && feed.text().contains("<entry>"), "{}", feed.text());
    assert!(!house.get("/", None).await.text().contains("atom"));
}

#[tokio::test]
async fn the_scripts_of_other_sites_can_read_what_a_file_says_of_itself() {
    let house = house_with(HOLDINGS).await;
    let file = house.get("/api/v1/export.csv?q=wells", None).await;
    let exposed: BTreeSet<String> =
        file.headers["access-control-expose-headers"].split(", ").map(str::to_lowercase).collect();
    for name in ["cairn-export", "link"] {
        assert!(exposed.contains(name) && file.headers.contains_key(name), "{name}: {:?}", file.headers);
    }
    assert!(exposed.contains("etag") && exposed.contains("retry-after"));
    let token = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    let own = house.get("/api/v1/export.csv?q=wells", token.as_deref()).await;
    assert!(!own.headers.contains_key("access-control-expose-headers"));
}

#[tokio::test]
async fn who_takes_no_file_to_its_end_keeps_none_from_others() {
    let rows: Vec<String> = (0..3000).map(|number| HOLDINGS[0].replace("w1", &format!("w1-{number}"))).collect();
    let house = house_with(rows.iter().map(String::as_str)).await;
    let ask = async |token: Option<&str>| house.begin(&Method::GET, "/api/v1/export.csv", token, "").await;
    let code = async |response: axum::response::Response| {
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice::<Value>(&body).unwrap()["code"].as_str().unwrap().to_owned())
    };
    let mut unread = vec![ask(None).await];
    assert_eq!(unread[0].status(), 200);
    let another = ask(None).await;
    assert_eq!(another.headers()["retry-after"], "10");
    assert_eq!(code(another).await, (429, "too-many-requests".to_owned()));

    // Who is known has places of their own, two of them.
    let amal = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    let basil = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    for _ in 0..2 {
        let begun = ask(amal.as_deref()).await;
        assert_eq!(begun.status(), 200);
        unread.push(begun);
    }
    assert_eq!(code(ask(amal.as_deref()).await).await.0, 429);
    let begun = ask(basil.as_deref()).await;
    assert_eq!(begun.status(), 200);
    unread.push(begun);
    assert_eq!(code(ask(basil.as_deref()).await).await, (503, "busy".to_owned()), "four for everyone");

    drop(unread);
    for _ in 0..500 {
        if ask(None).await.status() == 200 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("a place is not given back");
}
