//! What answers needs, which needs records answer, and the gaps: as a viewer sees holdings and needs, and by nothing else.

use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::{Role, Viewer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
"#;

const HEADINGS: &str = "id,title,country,cluster,keywords,sensitivity,sharing,listing,access method,audience\n";

/// What is held. `m2` is shown to others as a stub, `m3` not at all.
const HOLDINGS: [(&str, &str); 6] = [
    ("m1", "Minefields of the north,YEM,PRO-MIN,hazards,low,public,full,download,"),
    ("m2", "Minefield register,YEM,PRO-MIN,hazards,moderate,restricted,stub,on-request,group:cluster:PRO-MIN"),
    ("m3", "Minefields by the road,YEM,PRO-MIN,hazards,moderate,restricted,hidden,download,group:cluster:PRO-MIN"),
    ("c1", "Cholera cases,YEM,HEA,outbreak,low,public,full,download,"),
    ("s1", "Minefields,SYR,PRO-MIN,hazards,low,public,full,download,"),
    ("w1", "Wells,YEM,WSH,boreholes,moderate,organisation,stub,on-request,"),
];

fn need(title: &str, topics: &[&str], clusters: &[&str], countries: &[&str]) -> Value {
    json!({
        "title": {"en": title}, "purposes": ["response-planning"],
        "topics": topics, "clusters": clusters, "countries": countries,
    })
}

/// What is needed; the last is told to its organisation alone.
fn needs() -> Vec<Value> {
    let mut own = need("Own", &["minefields"], &["PRO-MIN"], &["YEM"]);
    own["audience"] = json!({"sharing": "organisation"});
    vec![
        need("Minefields", &["minefields"], &["PRO-MIN"], &["YEM"]),
        need("Malnutrition", &["malnutrition"], &["HEA"], &["YEM"]),
        need("Water", &["boreholes"], &["WSH"], &["YEM"]),
        need("Two countries", &["minefields"], &["PRO-MIN"], &["SYR", "YEM"]),
        need("Schools", &[], &["EDU"], &[]),
        own,
    ]
}

/// A house that holds some of the holdings, each as `told` tells it, and knows of some of the needs, with the ids of these.
async fn settled(told: impl Fn(&str, &str) -> Option<String>, known: &[usize]) -> (House, Vec<String>) {
    let house = House::open(&[DESK]).await;
    let rows = HOLDINGS.iter().filter_map(|(id, row)| Some(format!("{id},{}\n", told(id, row)?)));
    house.write("holdings.csv", &format!("{HEADINGS}{}", rows.collect::<String>()));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house.token(&Asker::member("Seeker", &[], Role::Reader)).await;
    let mut ids = Vec::new();
    for (number, sent) in needs().into_iter().enumerate() {
        if !known.contains(&number) {
            ids.push("none".to_owned());
            continue;
        }
        let at = "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap()
            + SignedDuration::from_hours(number.try_into().unwrap());
        let statement = serde_json::from_value(sent).unwrap();
        let made = house.catalog.create_need(&Viewer::operator(), Some("seeker"), statement, at).await.unwrap();
        ids.push(made.id);
    }
    (house, ids)
}

async fn all() -> (House, Vec<String>) {
    settled(|_, row| Some(row.to_owned()), &[0, 1, 2, 3, 4, 5]).await
}

fn dataset(id: &str) -> String {
    DatasetId::new("desk", id).to_string()
}

/// Which holding, with score and access, in the order of the answer.
fn found(answer: &Answer) -> Vec<(String, f64, String)> {
    let names: Vec<(String, &str)> = HOLDINGS.iter().map(|(id, _)| (dataset(id), *id)).collect();
    let items = answer.json()["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|one| {
            let name = names.iter().find(|(id, _)| *id == one["dataset"]).unwrap().1;
            (name.to_owned(), one["score"].as_f64().unwrap(), one["access"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn expected(found: &[(&str, f64, &str)]) -> Vec<(String, f64, String)> {
    found.iter().map(|(id, score, access)| ((*id).to_owned(), *score, (*access).to_owned())).collect()
}

#[tokio::test]
async fn row_03_a_need_is_matched_with_scores_and_what_is_restricted_is_offered_as_exists_ask() {
    let (house, ids) = all().await;
    let stranger = house.token(&Asker::member("Elsewhere", &[], Role::Reader)).await;
    let member = house.token(&Asker::member("Elsewhere", &["cluster:PRO-MIN"], Role::Reader)).await;
    let matches = format!("/api/v1/needs/{}/matches", ids[0]);
    let seen = house.get(&matches, stranger.as_deref()).await;
    assert_eq!(found(&seen), expected(&[("m1", 0.95, "open"), ("m2", 0.67, "exists-ask")]));
    let reasons: Vec<(Value, Value)> = seen.json()["items"][1]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["code"].clone(), one["fit"].clone()))
        .collect();
    assert_eq!(
        reasons,
        [
            (json!("country"), json!(1.0)),
            (json!("cluster"), json!(1.0)),
            (json!("topic"), Value::Null),
            (json!("freshness"), Value::Null)
        ]
    );
    // Who is told more gets more, at once.
    let seen = house.get(&matches, member.as_deref()).await;
    let mut told = found(&seen);
    told.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(told, expected(&[("m1", 0.95, "open"), ("m2", 0.95, "exists-ask"), ("m3", 0.95, "open")]));
    assert_eq!(found(&seen).last().map(|one| one.0.as_str()), Some("m2"), "what can be had at once comes first");
}

#[tokio::test]
async fn row_42_what_people_opted_out_of_answers_nobody_but_its_owner_until_the_opt_out_is_taken_back() {
    let (house, ids) = all().await;
    let stranger = house.token(&Asker::member("Elsewhere", &[], Role::Reader)).await;
    let owner = house.token(&Asker::member("Desk Keepers", &[], Role::Steward)).await;
    let answers = async |token: &Option<String>| {
        let seen = house.get(&format!("/api/v1/needs/{}/matches", ids[0]), token.as_deref()).await;
        let mut names: Vec<String> = found(&seen).into_iter().map(|one| one.0).collect();
        names.sort();
        let of_record = house.get(&format!("/api/v1/datasets/{}/needs", dataset("m1")), token.as_deref()).await;
        let needs = of_record.json()["items"].as_array().unwrap().len();
        (names, needs > 0)
    };
    assert_eq!(answers(&stranger).await, (vec!["m1".to_owned(), "m2".to_owned()], true));
    let opt_out = json!({"kind": "opt-out", "covers": {"owners": ["desk-keepers"], "records": [dataset("m1")]},
        "period": {"from": "2020-01-01T00:00:00Z"}, "reason": "The villages asked for it."});
    let refused = house.send_body(&Method::POST, "/api/v1/refusals", owner.as_deref(), &opt_out.to_string()).await;
    assert_eq!(refused.status, 201, "{}", refused.text());
    assert_eq!(answers(&stranger).await, (vec!["m2".to_owned()], false));
    let (names, has_needs) = answers(&owner).await;
    assert!(names.contains(&"m1".to_owned()) && has_needs, "{names:?}");
    let lift = format!("/api/v1/refusals/{}/lift", refused.json()["id"].as_str().unwrap());
    let lifted = house.send_body(&Method::POST, &lift, owner.as_deref(), r#"{"reason": "They agreed again."}"#).await;
    assert_eq!(lifted.status, 200, "{}", lifted.text());
    assert_eq!(answers(&stranger).await, (vec!["m1".to_owned(), "m2".to_owned()], true));
}

#[tokio::test]
async fn matches_follow_when_either_side_changes() {
    let (house, ids) = all().await;
    let seeker = house.token(&Asker::member("Seeker", &[], Role::Manager)).await;
    let needs_of = async |id: &str| {
        let answer = house.get(&format!("/api/v1/datasets/{}/needs", dataset(id)), seeker.as_deref()).await.json();
        let items = answer["items"].as_array().unwrap().clone();
        let mut titles: Vec<String> =
            items.iter().map(|one| one["need"]["title"]["en"].as_str().unwrap().to_owned()).collect();
        titles.sort();
        titles
    };
    assert_eq!(needs_of("m1").await, ["Minefields", "Own", "Two countries"]);
    assert_eq!(needs_of("c1").await, Vec::<String>::new());
    let holdings: Vec<String> = HOLDINGS.iter().map(|(id, row)| format!("{id},{row}\n")).collect();
    house.write("holdings.csv", &format!("{HEADINGS}{}", holdings.concat().replace("outbreak", "malnutrition")));
    house.harvest("desk", &HarvestOptions::default(), day(1)).await;
    assert_eq!(needs_of("c1").await, ["Malnutrition"]);
    let malnutrition = format!("/api/v1/needs/{}", ids[1]);
    let matches = house.get(&format!("{malnutrition}/matches"), seeker.as_deref()).await;
    assert_eq!(found(&matches)[0].0, "c1");
    let statement = serde_json::from_value(need("Malnutrition", &["malnutrition"], &["HEA"], &["SYR"])).unwrap();
    let viewer = house.viewer(&Asker::member("Seeker", &[], Role::Manager)).await;
    house.catalog.change_need(&viewer, &ids[1], 1, statement, day(2)).await.unwrap();
    assert_eq!(needs_of("c1").await, Vec::<String>::new());
    assert_eq!(found(&house.get(&format!("{malnutrition}/matches"), seeker.as_deref()).await), []);
}

#[tokio::test]
async fn the_board_of_unmet_needs_holds_what_no_holding_answers_that_the_viewer_may_know_of() {
    let (house, ids) = all().await;
    let stranger = house.token(&Asker::member("Elsewhere", &[], Role::Reader)).await;
    let unmet = async |query: &str, token: Option<&str>| {
        let list = house.get(&format!("/api/v1/needs?unmet=true{query}"), token).await.json();
        let items = list["items"].as_array().unwrap().clone();
        let titles: Vec<String> = items.iter().map(|one| one["title"]["en"].as_str().unwrap().to_owned()).collect();
        (titles, list["next"].clone())
    };
    let both = vec!["Schools".to_owned(), "Malnutrition".to_owned()];
    assert_eq!(unmet("", stranger.as_deref()).await, (both, Value::Null));
    let (first, next) = unmet("&limit=1", stranger.as_deref()).await;
    assert_eq!((first, next), (vec!["Schools".to_owned()], json!(ids[4])));
    let (second, next) = unmet(&format!("&limit=1&after={}", ids[4]), stranger.as_deref()).await;
    assert_eq!((second, next), (vec!["Malnutrition".to_owned()], json!(ids[1])));
    assert_eq!(unmet(&format!("&after={}", ids[1]), stranger.as_deref()).await, (Vec::new(), Value::Null));
}

/// Row, column, needs, those without a holding, those with a closed one, holdings.
fn cells(answer: &Value) -> Vec<(Value, Value, Value, Value, Value, Value)> {
    let cell = |one: &Value| {
        let count = |name: &str| one[name].clone();
        let code = |name: &str| one[name]["value"].clone();
        (code("row"), code("column"), count("needs"), count("without_holding"), count("closed"), count("holdings"))
    };
    answer["cells"].as_array().unwrap().iter().map(cell).collect()
}

#[tokio::test]
async fn row_04_the_gap_report_is_what_a_hand_counts() {
    let (house, _) = all().await;
    let stranger = house.token(&Asker::member("Elsewhere", &[], Role::Reader)).await;
    let report = house.get("/api/v1/gaps?rows=cluster&columns=country", stranger.as_deref()).await.json();
    let cell = |row: &str, column: Option<&str>, [needs, without, closed, holdings]: [u64; 4]| {
        (json!(row), json!(column), json!(needs), json!(without), json!(closed), json!(holdings))
    };
    assert_eq!(
        cells(&report),
        [
            cell("EDU", None, [1, 1, 0, 0]),
            cell("HEA", Some("YEM"), [1, 1, 0, 1]),
            cell("PRO", Some("SYR"), [1, 0, 0, 1]),
            cell("PRO", Some("YEM"), [2, 0, 0, 2]),
            cell("PRO-MIN", Some("SYR"), [1, 0, 0, 1]),
            cell("PRO-MIN", Some("YEM"), [2, 0, 0, 2]),
            cell("WSH", Some("YEM"), [1, 0, 1, 1]),
        ]
    );
    let total = json!({"needs": 5, "without_holding": 2, "closed": 1});
    assert_eq!((&report["total"], &report["needs_left_out"], &report["rows"]), (&total, &json!(0), &json!("cluster")));

    let narrowed = house.get("/api/v1/gaps?rows=country&country=Syria", stranger.as_deref()).await.json();
    let of_syria: Vec<(Value, Value)> = cells(&narrowed).into_iter().map(|one| (one.0, one.1)).collect();
    assert_eq!(of_syria, [(json!("SYR"), json!("PRO")), (json!("SYR"), json!("PRO-MIN"))]);

    let file = house.get("/api/v1/gaps.csv", stranger.as_deref()).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<String> = file.text().lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "\u{feff}cluster,cluster_label,country,country_label,needs,without_holding,closed,holdings");
    assert_eq!(lines[1], "EDU,Education,,no country named,1,1,0,0");
    assert_eq!(lines[7], "WSH,\"Water, Sanitation and Hygiene\",YEM,Yemen,1,0,1,1");
    assert_eq!(lines.len(), 8);
    for wrong in ["rows=cluster&columns=cluster", "rows=source", "country=Atlantis", "color=red"] {
        assert_eq!(house.get(&format!("/api/v1/gaps?{wrong}"), None).await.status, 400, "{wrong}");
    }
}

/// An answer with the ids of needs, which chance makes, replaced by their numbers.
fn numbered(answer: &Answer, ids: &[String]) -> (u16, String) {
    let mut text = answer.text();
    for (number, id) in ids.iter().enumerate().filter(|(_, id)| *id != "none") {
        text = text.replace(id.as_str(), &format!("need-{number}"));
    }
    (answer.status.as_u16(), text)
}

#[tokio::test]
async fn matches_unmet_needs_and_gaps_tell_nobody_of_holdings_and_needs_that_they_may_not_know_of() {
    let (full, ids) = all().await;
    // What a stranger may know: no m3, no word of m2 and w1 but what a stub says, no need of the organisation's own.
    let veiled = |id: &str, row: &str| match id {
        "m3" => None,
        "m2" | "w1" => {
            let (_, rest) = row.split_once(',').unwrap();
            Some(format!("Veiled,{rest}").replace("hazards", "veiled").replace("boreholes", "veiled"))
        }
        _ => Some(row.to_owned()),
    };
    let (alone, known) = settled(veiled, &[0, 1, 2, 3, 4]).await;
    for asker in [Asker::anonymous(), Asker::member("Elsewhere", &["another"], Role::Administrator)] {
        let (token, same) = (full.token(&asker).await, alone.token(&asker).await);
        let mut doors: Vec<(String, String)> = Vec::new();
        for door in ["gaps", "gaps.csv", "gaps?rows=country", "needs?unmet=true", "needs?unmet=true&limit=1"] {
            doors.push((format!("/api/v1/{door}"), format!("/api/v1/{door}")));
        }
        for (id, known) in ids.iter().zip(&known) {
            for door in ["/api/v1/needs/{}/matches", "/needs/{}"] {
                doors.push((door.replace("{}", id), door.replace("{}", known)));
            }
        }
        doors.push(("/needs".to_owned(), "/needs".to_owned()));
        doors.push(("/needs?unmet=true".to_owned(), "/needs?unmet=true".to_owned()));
        for (id, _) in HOLDINGS {
            let door = format!("/api/v1/datasets/{}/needs", dataset(id));
            doors.push((door.clone(), door));
        }
        for (door, same_door) in doors {
            let (is, would_be) =
                (full.get(&door, token.as_deref()).await, alone.get(&same_door, same.as_deref()).await);
            assert_eq!(numbered(&is, &ids), numbered(&would_be, &known), "{door} as {asker:?}");
        }
    }
}

#[tokio::test]
async fn the_record_that_met_a_need_is_named_to_those_alone_who_may_know_of_it() {
    let (house, ids) = all().await;
    let viewer = house.viewer(&Asker::member("Seeker", &["cluster:PRO-MIN"], Role::Manager)).await;
    let stranger = house.token(&Asker::member("Elsewhere", &[], Role::Reader)).await;
    let member = house.token(&Asker::member("Elsewhere", &["cluster:PRO-MIN"], Role::Reader)).await;
    let met = |id: &str| serde_json::from_value(json!({"record": dataset(id)})).unwrap();
    // Whoever may not know of a record cannot learn of it so.
    let outsider = house.viewer(&Asker::member("Seeker", &[], Role::Manager)).await;
    let refused = house.catalog.meet_need(&outsider, &ids[0], 1, met("m3"), day(1)).await.unwrap_err().to_string();
    let absent = house.catalog.meet_need(&outsider, &ids[0], 1, met("none"), day(1)).await.unwrap_err().to_string();
    assert_eq!(refused, absent);
    house.catalog.meet_need(&viewer, &ids[0], 1, met("m3"), day(1)).await.unwrap();
    let door = format!("/api/v1/needs/{}", ids[0]);
    let shown = house.get(&door, member.as_deref()).await.json();
    assert_eq!((&shown["state"], &shown["met"]), (&json!("met"), &json!({"record": dataset("m3")})));
    for door in
        [door.clone(), format!("{door}/history"), "/api/v1/needs?state=met".to_owned(), format!("/needs/{}", ids[0])]
    {
        let told = house.get(&door, stranger.as_deref()).await;
        assert!(told.status == 200 && !told.text().contains(&dataset("m3")), "{door}");
    }
    assert_eq!(house.get(&door, stranger.as_deref()).await.json()["met"], json!({}));
}

#[tokio::test]
async fn what_people_write_of_needs_is_harmless_on_pages() {
    const SCRIPT: &str = "<script>alert(1)</script>";
    let (house, _) =
        settled(|_, row| Some(row.replace("Minefields of", "Minefields <img src=x onerror=alert(2)> of")), &[]).await;
    let mut sent =
        need(&format!("Planted {SCRIPT}"), &["minefields", "\"><svg onload=alert(3)>"], &["PRO-MIN"], &["YEM"]);
    sent["description"] = json!({"en": format!("[a](javascript:alert(4)) {SCRIPT}")});
    sent["ask"] = json!("question");
    sent["question"] = json!({"en": SCRIPT});
    sent["for_whom"] = json!({"organisations": [SCRIPT], "groups": ["\"onmouseover=\"alert(5)"]});
    sent["audience"] = json!({"sharing": "public"});
    let statement = serde_json::from_value(sent).unwrap();
    let made = house.catalog.create_need(&Viewer::operator(), Some("seeker"), statement, day(0)).await.unwrap();
    let door = format!("/needs/{}", made.id);
    for door in ["/needs".to_owned(), "/needs?country=YEM&utm_source=mail".to_owned(), door] {
        let page = house.get(&door, None).await;
        assert_eq!((page.status.as_u16(), page.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
        let text = page.text();
        assert!(text.contains("Planted"), "{door}");
        for planted in ["<script", "<img", "<svg", "\"onmouseover", "href=\"javascript"] {
            assert!(!text.contains(planted), "{door}: {planted}");
        }
    }
    assert_eq!(house.get("/needs/none", None).await.status, 404);
    assert_eq!(house.get("/needs?country=%3Cscript%3E", None).await.status, 400);
}
