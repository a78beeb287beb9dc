//! The operator's hand on a source over HTTP, and what everyone is told of a source that is not reached.

use std::time::Duration;

use crate::holdings::PORTAL;
use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::{Role, Viewer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A portal with one record that everyone may see.
async fn portal(more: &str) -> (House, String) {
    let house = House::open(&[&format!("{more}{PORTAL}")]).await;
    house.write("dump.json", r#"[{"id": "p", "title": "Wells", "private": false}]"#);
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    let operator = house.token(&Asker::member("Portal Keepers", &[], Role::Operator)).await.unwrap();
    (house, operator)
}

async fn post(house: &House, door: &str, token: &str, body: &str) -> Answer {
    house.send_body(&Method::POST, &format!("/api/v1/sources/portal/{door}"), Some(token), body).await
}

/// The run at an address, once it has ended.
async fn ended(house: &House, token: &str, address: &str) -> Value {
    for _ in 0..1000 {
        let run = house.get(address, Some(token)).await.json()["run"].clone();
        if !run["ended"].is_null() {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{address} does not end");
}

#[tokio::test]
async fn a_run_now_is_accepted_with_the_address_of_its_run_whether_or_not_the_source_is_enabled() {
    let (house, operator) = portal("enabled = false\n").await;
    for (body, unchanged) in [("", 1), ("{}", 1), ("{\"full\": true}", 1)] {
        let answer = post(&house, "harvest", &operator, body).await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        let run = answer.json()["run"].as_str().unwrap().to_owned();
        assert_eq!(answer.headers["location"], format!("/api/v1/sources/portal/runs/{run}"));
        let run = ended(&house, &operator, &answer.headers["location"]).await;
        assert_eq!((&run["verdict"], &run["unchanged"]), (&json!("complete"), &json!(unchanged)), "{body}");
    }
    for body in ["[]", "{\"ful\": true}", "{\"full\": 1}", "full"] {
        let answer = post(&house, "harvest", &operator, body).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (400, Some("bad-request")), "{body}");
    }
    let long = format!("{{\"full\": true}}{}", " ".repeat(20_000));
    let answer = post(&house, "harvest", &operator, &long).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (413, Some("too-large")));
}

#[tokio::test]
async fn a_source_that_is_being_harvested_is_not_begun_again_and_can_be_stopped() {
    // It takes a connection, and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let source = format!(
        "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://{address}\"\nallow_private = true\norganisation = \"Portal Keepers\"\n"
    );
    let house = House::open(&[&source]).await;
    let operator = house.token(&Asker::member("Portal Keepers", &[], Role::Operator)).await.unwrap();
    let answer = post(&house, "stop", &operator, "").await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (409, Some("not-running")));

    let begun = post(&house, "harvest", &operator, "").await;
    assert_eq!(begun.status, 202, "{}", begun.text());
    let again = post(&house, "harvest", &operator, "").await;
    assert_eq!((again.status.as_u16(), again.json()["code"].as_str()), (409, Some("already-running")));
    assert_eq!(again.json()["run"], begun.json()["run"]);
    assert_eq!(again.headers["content-type"], "application/problem+json");

    let stopped = post(&house, "stop", &operator, "").await;
    assert_eq!(stopped.status, 202, "{}", stopped.text());
    assert_eq!(stopped.headers["location"], begun.headers["location"]);
    for act in ["source.harvest", "source.stop"] {
        let line = house.catalog.newest_acts(20).await.unwrap().into_iter().find(|line| line.act == act).unwrap();
        assert!(line.actor.starts_with("token:"), "{line:?}");
    }
    let run = ended(&house, &operator, &begun.headers["location"]).await;
    assert_eq!((&run["verdict"], &run["reason"]), (&json!("cancelled"), &json!("stopped on request")));
    assert_eq!(run["reached"], Value::Null);
}

#[tokio::test]
async fn a_pause_says_who_paused_since_when_and_why_to_operators_alone() {
    let (house, operator) = portal("").await;
    let paused = post(&house, "pause", &operator, "{\"reason\": \" it moves house \"}").await;
    assert_eq!(paused.status, 200, "{}", paused.text());
    let said = paused.json()["paused"].clone();
    assert_eq!((&said["by"], &said["reason"]), (&json!("operator of portal-keepers"), &json!("it moves house")));
    // The log of acts names who it was, and not of whom.
    let paused =
        house.catalog.newest_acts(20).await.unwrap().into_iter().find(|line| line.act == "source.pause").unwrap();
    assert!(paused.actor.starts_with("token:"), "{paused:?}");
    let again = post(&house, "pause", &operator, "{\"reason\": \"another\"}").await;
    assert_eq!(again.json()["paused"], said, "it stays as it was");

    let source = house.get("/api/v1/sources", Some(&operator)).await.json()["items"][0].clone();
    assert_eq!((&source["paused"], source.get("next_run")), (&said, None));
    let anonymous = house.get("/api/v1/sources", None).await;
    assert!(!anonymous.text().contains("paused"), "{}", anonymous.text());

    let resumed = post(&house, "resume", &operator, "").await;
    assert_eq!((resumed.status.as_u16(), &resumed.json()["paused"]), (200, &Value::Null));
    let source = house.get("/api/v1/sources", Some(&operator)).await.json()["items"][0].clone();
    assert!(source.get("paused").is_none() && source["next_run"].is_string(), "{source}");
}

/// F07.
#[tokio::test]
async fn a_source_that_is_down_keeps_its_records_with_the_day_and_after_two_weeks_with_a_badge() {
    let id = DatasetId::new("portal", "p");
    for (days, has_badge) in [(13, false), (15, true)] {
        let (house, _) = portal("").await;
        let since = Timestamp::now() - SignedDuration::from_hours(24 * days);
        house.harvest_in_vain("portal", since).await;
        house.harvest_in_vain("portal", Timestamp::now()).await;

        let source = house.get("/api/v1/sources", None).await.json()["items"][0].clone();
        let told: Timestamp = source["unreachable_since"].as_str().unwrap().parse().unwrap();
        assert_eq!(told.as_millisecond(), since.as_millisecond());
        let record = house.get(&format!("/api/v1/datasets/{id}"), None).await.json();
        assert_eq!(record["source_unreachable_since"], source["unreachable_since"]);
        let page = house.get(&format!("/dataset/{id}"), None).await.text();
        let found = house.get("/search?q=wells", None).await.text();
        assert!(page.contains("source unreachable since "), "{page}");
        assert!(found.contains("1 holding"), "never hidden: {found}");
        assert_eq!((page.contains("badge unreachable"), found.contains("badge unreachable")), (has_badge, has_badge));

        house.harvest("portal", &HarvestOptions::default(), day(1)).await;
        let record = house.get(&format!("/api/v1/datasets/{id}"), None).await.json();
        assert!(record.get("source_unreachable_since").is_none(), "{record}");
        let source = house.get("/api/v1/sources", None).await.json()["items"][0].clone();
        assert_eq!(source["unreachable_since"], Value::Null);
    }
}

/// Under the Chatham House Rule the source is not named, so that its state is not told either.
#[tokio::test]
async fn a_record_whose_source_is_not_named_says_nothing_of_the_state_of_its_source() {
    let desk = "id = \"desk\"\nkind = \"inventory\"\nurl = \"file:desk.csv\"\norganisation = \"Desk\"\n";
    let house = House::open(&[desk]).await;
    let text =
        "Dataset ID,Dataset title,Sharing level,Sensitivity,Listing\nd,Convoys,\"community, TLP:EX:CHR\",low,full\n";
    house.write("desk.csv", text);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let id = DatasetId::new("desk", "d");
    let record = house.catalog.dataset(&Viewer::operator(), id).await.unwrap().dataset;
    assert!(record.terms.attribution_hidden, "{:?}", record.terms);
    let before = shown(&house, id).await;
    house.harvest_in_vain("desk", Timestamp::now() - SignedDuration::from_hours(24 * 30)).await;
    let after = shown(&house, id).await;
    assert_eq!(before, after);
    assert!(!before[0].text().contains("desk"), "{}", before[0].text());
    let own = house.token(&Asker::member("Desk", &[], Role::Reader)).await;
    let own = house.get(&format!("/api/v1/datasets/{id}"), own.as_deref()).await;
    assert!(own.json()["source_unreachable_since"].is_string(), "{}", own.text());
}

/// What somebody of another organisation is shown of a record.
async fn shown(house: &House, id: DatasetId) -> Vec<Answer> {
    let stranger = house.token(&Asker::member("Stranger", &[], Role::Reader)).await;
    let mut answers = Vec::new();
    for address in [format!("/api/v1/datasets/{id}"), format!("/dataset/{id}"), "/search?q=convoys".to_owned()] {
        let answer = house.get(&address, stranger.as_deref()).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text());
        answers.push(answer);
    }
    answers
}

#[tokio::test]
async fn what_waits_is_confirmed_over_http_by_the_run_that_listed_it_and_logged_as_theirs() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", r#"[{"id": "p", "title": "Wells", "private": true}]"#);
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    house.write("dump.json", r#"[{"id": "p", "title": "Wells", "private": false}]"#);
    let held = house.harvest("portal", &HarvestOptions::default(), day(1)).await;
    assert!(held.loosenings_held > 0, "{held:?}");
    let record = format!("/api/v1/datasets/{}", DatasetId::new("portal", "p"));
    assert_eq!(house.get(&record, None).await.status, 404);

    let operator = house.token(&Asker::member("Portal Keepers", &[], Role::Operator)).await.unwrap();
    let confirm = |field: &str, run: &str| json!({field: run}).to_string();
    for (body, said) in [
        (confirm("confirm_loosening", "none"), "has no run none"),
        (confirm("confirm_removals", &held.run), "held no removal back"),
        (confirm("confirm_vanished", &held.run), "kept no field"),
    ] {
        let refused = post(&house, "harvest", &operator, &body).await;
        assert_eq!(refused.status, 400, "{}", refused.text());
        assert!(refused.json()["detail"].as_str().unwrap().contains(said), "{}", refused.text());
    }
    let body = confirm("confirm_loosening", &held.run);
    for asker in [Asker::member("Portal Keepers", &[], Role::Steward), Asker::member("Other", &[], Role::Operator)] {
        let token = house.token(&asker).await.unwrap();
        assert_eq!(post(&house, "harvest", &token, &body).await.status, 404, "{asker:?}");
    }
    assert_eq!(house.get(&record, None).await.status, 404, "nothing was confirmed");

    let begun = post(&house, "harvest", &operator, &body).await;
    assert_eq!(begun.status, 202, "{}", begun.text());
    ended(&house, &operator, &begun.headers["location"]).await;
    assert_eq!(house.get(&record, None).await.status, 200);
    let acts = house.catalog.newest_acts(20).await.unwrap();
    let act = acts.into_iter().find(|line| line.act == "terms.loosen").unwrap();
    assert!(act.actor.starts_with("token:") && act.subject.contains(&held.run), "{act:?}");
}
