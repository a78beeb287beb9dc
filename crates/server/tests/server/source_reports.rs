//! What those who operate a source are told of it: what is wrong, what a harvest would do, how well its records are described.

use std::time::Duration;

use crate::browser::{Browser, is_sound};
use crate::holdings::PORTAL;
use crate::house::{Asker, House, day};
use crate::page_table;
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_policy::Role;
use serde_json::{Value, json};

/// A portal with so many records, each with a date that cannot be read and a title that a spreadsheet would run.
async fn portal(records: usize) -> (House, String) {
    let house = House::open(&[PORTAL]).await;
    write(&house, records, "");
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    let operator = house.token(&Asker::member("Portal Keepers", &[], Role::Operator)).await.unwrap();
    (house, operator)
}

fn write(house: &House, records: usize, notes: &str) {
    let package = |number| {
        json!({"id": format!("p{number:04}"), "title": format!("=Wells, \"{number}\""), "private": false,
               "dataset_date": "soon", "notes": notes})
    };
    let dump: Vec<Value> = (0..records).map(package).collect();
    house.write("dump.json", &Value::from(dump).to_string());
}

#[tokio::test]
async fn every_problem_is_in_the_files_and_none_is_cut_off() {
    let (house, operator) = portal(1203).await;
    let of = |name: &str| format!("/api/v1/sources/portal/problems{name}");
    let json = house.get(&of(".json"), Some(&operator)).await;
    let listed = json.json().as_array().unwrap().clone();
    let kinds = house.get(&of("/kinds"), Some(&operator)).await.json();
    assert_eq!((listed.len() as u64, kinds["items"][0]["count"].as_u64()), (1203, Some(1203)), "{kinds:#}");
    assert_eq!(kinds["total"], 1203);
    let first = &listed[0];
    assert_eq!(
        (&first["code"], &first["source_record_id"], &first["value"]),
        (&json!("unreadable-date"), &json!("p0000"), &json!("soon"))
    );

    let lines = house.get(&of(".jsonl"), Some(&operator)).await.text();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, listed, "one form tells what the other does");

    let csv = house.get(&of(".csv"), Some(&operator)).await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(csv.headers["content-disposition"], "attachment; filename=\"portal-problems.csv\"");
    let text = csv.text();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let titles: Vec<String> = reader.records().map(|row| row.unwrap()[6].to_owned()).collect();
    assert_eq!((titles.len(), titles[7].as_str()), (1203, "'=Wells, \"7\""));

    // Page by page it is the same.
    let (mut walked, mut after) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("{}?limit=100{after}", of("")), Some(&operator)).await.json();
        walked.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(walked, listed);
    let none = house.get(&of(".csv?code=unknown-country"), Some(&operator)).await.text();
    assert_eq!(none.lines().count(), 1, "{none}");
}

#[tokio::test]
async fn a_preview_over_http_says_what_a_harvest_would_do_and_does_not_do_it() {
    let (house, operator) = portal(3).await;
    write(&house, 4, "How deep they are");
    let address = "/api/v1/sources/portal/preview";
    for body in ["", "{}", "{\"pages\": 2}"] {
        let answer = house.send_body(&Method::POST, address, Some(&operator), body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let preview = answer.json();
        assert_eq!((&preview["new"], &preview["changed"]), (&json!(1), &json!(3)), "{preview:#}");
        let changes = preview["changed_records"][0]["fields"].as_array().unwrap();
        assert_eq!(changes.len(), 1, "{preview:#}");
        assert_eq!((&changes[0]["before"], &changes[0]["after"]), (&Value::Null, &json!("How deep they are")));
    }
    for body in ["{\"pages\": 0}", "{\"pages\": 51}", "{\"page\": 1}", "[]"] {
        let answer = house.send_body(&Method::POST, address, Some(&operator), body).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (400, Some("bad-request")), "{body}");
    }
    let run = house.harvest("portal", &HarvestOptions::default(), day(1)).await;
    assert_eq!((run.new, run.changed), (1, 3));
}

#[tokio::test]
async fn the_quality_of_a_source_names_what_its_records_lack() {
    let (house, operator) = portal(2).await;
    let quality = house.get("/api/v1/sources/portal/quality", Some(&operator)).await.json();
    assert_eq!(quality["records"], 2);
    let lacks: Vec<&str> =
        quality["missing"].as_array().unwrap().iter().map(|one| one["part"].as_str().unwrap()).collect();
    assert!(lacks.contains(&"description") && !lacks.contains(&"title"), "{lacks:?}");
    let dimensions: Vec<&str> =
        quality["dimensions"].as_array().unwrap().iter().map(|one| one["dimension"].as_str().unwrap()).collect();
    assert_eq!(dimensions, ["findable", "accessible", "interoperable", "reusable", "freshness", "sharing-terms"]);
    assert_eq!(quality["freshness"]["unknown"], 2);

    // A record says the same of itself.
    let lowest = &quality["lowest"][0];
    let id = lowest["dataset"].as_str().unwrap();
    let record = house.get(&format!("/api/v1/datasets/{id}"), Some(&operator)).await.json();
    assert_eq!(record["provenance"]["quality"], lowest["score"]);
    assert_eq!(record["provenance"]["quality_missing"], lowest["missing"]);
    let findable = record["provenance"]["quality_dimensions"]["findable"].as_f64().unwrap();
    assert!(findable > 0.0 && findable < 1.0, "{findable}");

    // A longer description mends it.
    write(&house, 2, "How deep they are, when they were dug, and who looks after each of them.");
    house.harvest("portal", &HarvestOptions::default(), day(1)).await;
    let mended = house.get("/api/v1/sources/portal/quality", Some(&operator)).await.json();
    assert!(mended["score"].as_f64() > quality["score"].as_f64(), "{mended:#}");
}

#[tokio::test]
async fn a_fifth_reader_of_a_whole_source_is_asked_to_come_again() {
    let (house, operator) = portal(1203).await;
    let operator = Some(operator.as_str());
    let mut downloads = Vec::new();
    for _ in 0..4 {
        let unread = house.begin(&Method::GET, "/api/v1/sources/portal/problems.jsonl", operator, "").await;
        assert_eq!(unread.status(), 200);
        downloads.push(unread);
    }
    for door in ["problems/kinds", "problems.csv", "problems.json", "problems.jsonl", "quality"] {
        let busy = house.get(&format!("/api/v1/sources/portal/{door}"), operator).await;
        assert_eq!((busy.status.as_u16(), busy.json()["code"].as_str()), (503, Some("busy")), "{door}");
        assert_eq!(busy.headers["retry-after"], "10", "{door}");
    }
    let page = house.get("/api/v1/sources/portal/problems", operator).await;
    assert_eq!(page.status, 200, "a page is no whole source");
    // Who is not known has places of their own.
    for door in ["/coverage", "/api/v1/coverage.csv"] {
        assert_eq!(house.get(door, None).await.status, 200, "{door}");
    }
    // A table that was sent while there was no place is not to be sent once more.
    let nur = Browser::of(&house, "Nur", "Elsewhere", Role::Manager).await;
    let busy = page_table::chosen(&nur, page_table::TABLE, &[]).await;
    is_sound(&busy);
    assert_eq!((busy.status.as_u16(), busy.headers["retry-after"].as_str()), (503, "10"));
    assert!(busy.text().contains("name=\"table\" value=\"dGl0bGUs"), "{}", busy.text());

    // Those who go away give their places back, as soon as it is noticed.
    drop(downloads);
    let kinds = async || house.get("/api/v1/sources/portal/problems/kinds", operator).await;
    let mut answer = kinds().await;
    for _ in 0..500 {
        if answer.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        answer = kinds().await;
    }
    assert_eq!((answer.status.as_u16(), answer.json()["total"].as_u64()), (200, Some(1203)));
    let told = page_table::sent_on(&nur, &busy, "look", &[]).await;
    assert!(told.status == 200 && told.text().contains("3 new"), "{}", told.text());
}

#[tokio::test]
async fn none_of_it_is_for_anybody_else() {
    let (house, _) = portal(2).await;
    let stranger = house.token(&Asker::member("Other", &[], Role::Operator)).await;
    let steward = house.token(&Asker::member("Portal Keepers", &[], Role::Steward)).await;
    for door in ["problems", "problems/kinds", "problems.csv", "problems.json", "problems.jsonl", "quality"] {
        for token in [&None, &stranger, &steward] {
            let never = house.get(&format!("/api/v1/sources/nowhere/{door}"), token.as_deref()).await;
            assert_eq!(never.status, 404, "{door}");
            let refused = house.get(&format!("/api/v1/sources/portal/{door}"), token.as_deref()).await;
            assert_eq!(refused, never, "{door}");
        }
    }
}
