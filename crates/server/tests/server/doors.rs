//! Every door of the server is described, takes what it says, and says the same of what is hidden and what is absent.

use crate::browser::form;
use crate::holdings;
use std::collections::BTreeSet;

use crate::house::{Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::{Role, Viewer};
use serde_json::json;

/// Pages and assets, and the methods that they take: what is no part of the API, and therefore not in its description.
const PAGES: &[(&str, &[&str])] = &[
    ("/", &["GET"]),
    ("/search", &["GET"]),
    ("/dataset/{id}", &["GET"]),
    ("/dataset/{id}/request", &["GET", "POST"]),
    ("/dataset/{id}/concern", &["GET", "POST"]),
    ("/agreement/{id}/concern", &["GET", "POST"]),
    ("/request/{id}/concern", &["GET", "POST"]),
    ("/concerns", &["GET"]),
    ("/concern", &["GET", "POST"]),
    ("/concern/{id}", &["GET", "POST"]),
    ("/agreements", &["GET"]),
    ("/agreement/{id}", &["GET"]),
    ("/frameworks", &["GET"]),
    ("/framework/{id}", &["GET"]),
    ("/crises", &["GET"]),
    ("/vocabularies", &["GET"]),
    ("/vocabularies/unmapped", &["GET"]),
    ("/vocabularies/{name}", &["GET"]),
    ("/sources", &["GET"]),
    ("/source/{id}", &["GET"]),
    ("/source/{id}/problems", &["GET"]),
    ("/source/{id}/quality", &["GET"]),
    ("/source/{id}/preview", &["POST"]),
    ("/requests", &["GET"]),
    ("/request/{id}", &["GET", "POST"]),
    ("/dataset/{id}/linkages", &["GET"]),
    ("/collaboratives", &["GET"]),
    ("/collaborative/{id}", &["GET"]),
    ("/coverage", &["GET"]),
    ("/register", &["GET", "POST"]),
    ("/register/table", &["GET", "POST"]),
    ("/register/table/{id}", &["GET", "POST"]),
    ("/holdings", &["GET"]),
    ("/holding/{id}", &["GET", "POST"]),
    ("/groups", &["GET"]),
    ("/group/{id}", &["GET"]),
    ("/exchanges", &["GET"]),
    ("/needs", &["GET"]),
    ("/needs/{id}", &["GET"]),
    ("/saved-searches/{id}", &["GET"]),
    ("/unsubscribe/{secret}", &["GET", "POST"]),
    ("/sign-in", &["GET", "POST"]),
    ("/sign-in/{provider}", &["GET"]),
    ("/sign-in/{provider}/callback", &["GET"]),
    ("/sign-out", &["POST"]),
    ("/invitation/{secret}", &["GET"]),
    ("/invitation", &["POST"]),
    ("/account", &["GET"]),
    ("/account/password", &["POST"]),
    ("/account/tokens", &["POST"]),
    ("/account/tokens/revoke", &["POST"]),
    ("/api/docs", &["GET"]),
    ("/api/openapi.json", &["GET"]),
    ("/assets/cairn.css", &["GET"]),
    ("/assets/cairn.js", &["GET"]),
    ("/favicon.ico", &["GET"]),
];

async fn described(house: &House) -> BTreeSet<String> {
    let description = house.get("/api/openapi.json", None).await.json();
    description["paths"].as_object().unwrap().keys().cloned().collect()
}

/// Whether a path of the description leads somewhere: `{…}` replaced by a part that nothing has.
fn concrete(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "nothing" } else { part }).collect::<Vec<_>>().join("/")
}

/// The router has no list of its routes, so its table is read: what is not made from a described handler is a page.
#[test]
fn what_is_not_described_is_a_listed_page_or_asset() {
    let table = include_str!("../../src/routes.rs");
    let plain: BTreeSet<&str> = table.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(plain, PAGES.iter().map(|(path, _)| *path).collect::<BTreeSet<_>>());
    for other in [".nest(", ".nest_service(", ".route_service(", ".merge(", ".fallback_service("] {
        assert!(!table.contains(other), "{other} would hide doors from this test");
    }
}

#[tokio::test]
async fn every_described_handler_is_served_and_nothing_else_is() {
    let house = House::open(&[]).await;
    let described = described(&house).await;
    let table = include_str!("../../src/routes.rs");
    assert_eq!(described.len(), table.matches("routes!(").count());
    for path in &described {
        let answer = house.get(&concrete(path), None).await;
        let is_fallback = answer.status == 404 && !path.contains('{');
        assert!(!is_fallback && answer.status.as_u16() < 500, "{path}: {}", answer.status);
    }
    for path in ["/nowhere", "/api", "/api/v1", "/api/v1/", "/api/v2/search", "/metrics", "/dataset", "/dataset/", "//"]
    {
        assert_eq!(house.get(path, None).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn every_parameter_of_every_operation_says_what_it_means() {
    let house = House::open(&[]).await;
    let description = house.get("/api/openapi.json", None).await.json();
    let mut silent = Vec::new();
    let mut parameters = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                parameters += 1;
                if parameter["description"].as_str().is_none_or(|text| text.len() < 5) {
                    silent.push(format!("{method} {path}: {}", parameter["name"]));
                }
            }
        }
    }
    assert!(parameters > 30, "{parameters}");
    assert_eq!(silent, Vec::<String>::new());
}

#[tokio::test]
async fn every_door_refuses_what_it_is_not_described_for() {
    let house = House::open(&[]).await;
    let description = house.get("/api/openapi.json", None).await.json();
    let mut doors: Vec<(String, BTreeSet<String>)> = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        doors.push((path.clone(), methods.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect()));
    }
    doors.extend(
        PAGES
            .iter()
            .map(|(path, methods)| ((*path).to_owned(), methods.iter().map(|method| (*method).to_owned()).collect())),
    );
    for (path, mut takes) in doors {
        // What is read can be asked for its headers alone.
        if takes.contains("GET") {
            takes.insert("HEAD".to_owned());
        }
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if takes.contains(method.as_str()) {
                continue;
            }
            // As a page of the server would send it, and as a program does.
            let answer = house.send_as_page(&method, &concrete(&path), None, "").await;
            assert_eq!(answer.status, 405, "{method} {path}");
            if method != Method::HEAD {
                assert_eq!(answer.json()["code"], "method-not-allowed", "{method} {path}");
            }
            let allowed: BTreeSet<String> =
                answer.headers["allow"].split(',').map(|one| one.trim().to_owned()).collect();
            assert_eq!(allowed, takes, "{method} {path}");
        }
    }
}

/// What changes something is for who operates the source, and tells everyone else what is told of a source that is not.
#[tokio::test]
async fn every_door_that_changes_a_source_is_shut_to_who_does_not_operate_the_source() {
    let house = House::open(&[holdings::PORTAL]).await;
    house.write("dump.json", r#"[{"id": "p", "title": "Wells", "private": false}]"#);
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    let description = house.get("/api/openapi.json", None).await.json();
    let doors: Vec<&String> = description["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, methods)| path.starts_with("/api/v1/sources/") && methods.get("post").is_some())
        .map(|(path, _)| path)
        .collect();
    assert_eq!(doors.len(), 5);
    let askers = [
        Asker::anonymous(),
        Asker::member("Portal Keepers", &[], Role::Reader),
        Asker::member("Portal Keepers", &[], Role::Steward),
        Asker::member("Stranger", &[], Role::Operator),
    ];
    for path in doors {
        for asker in &askers {
            let token = house.token(asker).await;
            for body in ["", "{}", "no json"] {
                let ask = async |id: &str| {
                    let address = path.replace("{id}", id);
                    house.send_body(&Method::POST, &address, token.as_deref(), body).await
                };
                let (present, absent) = (ask("portal").await, ask("nowhere").await);
                assert_eq!(present, absent, "{path} as {asker:?} with {body:?}");
                let expected: &[u16] = if body == "no json" { &[400, 404] } else { &[404] };
                assert!(expected.contains(&present.status.as_u16()), "{path} as {asker:?}: {present:?}");
            }
        }
    }
    let operator = Viewer::operator();
    assert_eq!(house.catalog.runs_of(&operator, "portal", 10).await.unwrap().len(), 1, "nothing was begun");
    assert_eq!(house.catalog.pause_now("portal").await.unwrap(), None);
}

#[tokio::test]
async fn what_was_withdrawn_answers_410_to_who_saw_it_then_and_404_to_everyone_else() {
    let house = House::open(&[holdings::PORTAL]).await;
    let dump = |state: &str| {
        let package = |id: &str, private: bool| {
            format!(r#"{{"id": "{id}", "title": "Wells {id}", "private": {private}, "state": "{state}"}}"#)
        };
        format!("[{}, {}, {}]", package("open", false), package("own", true), r#"{"id": "stays", "title": "Roads"}"#)
    };
    for (number, state) in ["active", "deleted"].into_iter().enumerate() {
        house.write("dump.json", &dump(state));
        house.harvest("portal", &HarvestOptions::default(), day(number)).await;
    }
    let [open, own, never] = ["open", "own", "never"].map(|id| cairn_model::DatasetId::new("portal", id).to_string());
    let doors = |id: &str| {
        let api = ["", "/history", "/contacts", "/duplicates", "/linkages", "/related"]
            .map(|door| format!("/api/v1/datasets/{id}{door}"));
        api.into_iter().chain([format!("/dataset/{id}"), format!("/dataset/{id}/linkages")])
    };
    for (gone, absent) in doors(&open).zip(doors(&own).zip(doors(&never))) {
        let answer = house.get(&gone, None).await;
        assert_eq!(answer.status, 410, "{gone}: {}", answer.text());
        if gone.starts_with("/api") {
            let kind = answer.headers["content-type"].as_str();
            assert_eq!((answer.json()["code"].as_str(), kind), (Some("gone"), "application/problem+json"));
        } else {
            assert!(answer.text().contains("Withdrawn by its source"), "{}", answer.text());
        }
        let (hidden, never) = (house.get(&absent.0, None).await, house.get(&absent.1, None).await);
        assert_eq!((hidden.status.as_u16(), &hidden), (404, &never), "{}", absent.0);
    }
}

/// The doors of a record.
fn doors_of(id: DatasetId) -> Vec<String> {
    let api = ["", "/history", "/contacts", "/duplicates", "/linkages", "/related"]
        .map(|door| format!("/api/v1/datasets/{id}{door}"));
    api.into_iter().chain([format!("/dataset/{id}"), format!("/dataset/{id}/linkages")]).collect()
}

#[tokio::test]
async fn what_its_source_lists_under_another_id_leads_there_on_every_door_for_who_may_see_it() {
    let house = House::open(&[holdings::PORTAL]).await;
    let dump = |prefix: &str, names: &[(&str, bool)]| {
        let packages = names.iter().map(|(name, private)| {
            json!({"id": format!("{prefix}{name}"), "title": format!("Wells {name}"), "private": private})
        });
        packages.collect::<serde_json::Value>().to_string()
    };
    let kept = [("open", false), ("closing", false), ("own", true), ("a", false), ("b", false), ("c", false)];
    let lost = [("goes", false)];
    house.write("dump.json", &dump("", &[&kept[..], &lost].concat()));
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    house.write("dump.json", &dump("new-", &kept));
    let tripped = house.harvest("portal", &HarvestOptions::default(), day(1)).await;
    let confirm = HarvestOptions { confirm_removals: Some(tripped.run), ..HarvestOptions::default() };
    assert_eq!(house.harvest("portal", &confirm, day(2)).await.retired, 7);
    let closed = kept.map(|(name, private)| (name, private || name == "closing"));
    house.write("dump.json", &dump("new-", &closed));
    house.harvest("portal", &HarvestOptions::default(), day(3)).await;

    let id = |name: &str| DatasetId::new("portal", name);
    for (old, new) in doors_of(id("open")).into_iter().zip(doors_of(id("new-open"))) {
        let moved = house.get(&old, None).await;
        assert_eq!(
            (moved.headers["location"].as_str(), moved.headers["cache-control"].as_str()),
            (new.as_str(), "no-store")
        );
        if old.starts_with("/api") {
            let body = moved.json();
            assert_eq!((&body["code"], &body["dataset"]), (&"moved".into(), &id("new-open").to_string().into()));
        } else {
            assert!(moved.text().contains("Listed under another id now"), "{}", moved.text());
        }
        assert_eq!(house.get(&new, None).await.status, 200, "{new}");
    }
    // However the id is written, and with what was asked of it.
    let shouted = id("open").to_string().to_uppercase();
    let moved = house.get(&format!("/api/v1/datasets/{shouted}?lang=fr"), None).await;
    assert_eq!(moved.headers["location"], format!("/api/v1/datasets/{}?lang=fr", id("new-open")));

    // What is sent is not lost on the way: it is repeated there as it is, or it is a conflict that names the record.
    let (old, new) = (id("open"), id("new-open"));
    let form = form(&[("kind", "harm"), ("words", "They lead to us."), ("serious", "")]);
    let sent = house.send_as_page(&Method::POST, &format!("/dataset/{old}/concern"), None, &form).await;
    assert_eq!((sent.status.as_u16(), &sent.headers["location"]), (308, &format!("/dataset/{new}/concern")));
    for (door, body) in [
        ("access/decide", json!({"record": old, "question": {"access": "download"}})),
        ("concerns", json!({"record": old, "kind": "harm", "words": "They lead to us."})),
    ] {
        let sent = house.send_body(&Method::POST, &format!("/api/v1/{door}"), None, &body.to_string()).await;
        let told = sent.json();
        assert_eq!(
            (sent.status.as_u16(), &told["status"], &told["code"]),
            (409, &json!(409), &json!("moved")),
            "{door}"
        );
        assert_eq!((told["dataset"].as_str(), sent.headers.get("location")), (Some(&*new.to_string()), None), "{door}");
    }

    // As if there had never been a new one, or none at all.
    let same = async |one: &str, other: &str, status: u16| {
        for (one, other) in doors_of(id(one)).into_iter().zip(doors_of(id(other))) {
            let (one, other) = (house.get(&one, None).await, house.get(&other, None).await);
            assert_eq!((one.status.as_u16(), &one), (status, &other));
        }
    };
    same("closing", "goes", 410).await;
    same("own", "never", 404).await;
    same("new-closing", "never", 404).await;
    let own = house.token(&Asker::member("Portal Keepers", &[], Role::Reader)).await;
    for name in ["closing", "own"] {
        let moved = house.get(&format!("/dataset/{}", id(name)), own.as_deref()).await;
        assert_eq!(moved.headers["location"], format!("/dataset/{}", id(&format!("new-{name}"))));
    }
}

/// A HEAD answers the headers of the GET, and its tag is that of the GET.
#[tokio::test]
async fn head_answers_as_get_does_without_the_body() {
    let house = House::open(&[holdings::PORTAL]).await;
    house.write("dump.json", r#"[{"id": "p", "title": "Wells", "private": false}]"#);
    house.harvest("portal", &HarvestOptions::default(), day(0)).await;
    let id = cairn_model::DatasetId::new("portal", "p");
    for address in [
        "/".to_owned(),
        "/search?q=wells".to_owned(),
        "/api/v1/search?q=wells".to_owned(),
        format!("/api/v1/datasets/{id}"),
        format!("/dataset/{id}"),
        "/api/v1/datasets/00000000-0000-5000-8000-000000000000".to_owned(),
    ] {
        let (get, head) = (house.get(&address, None).await, house.send(&Method::HEAD, &address, None).await);
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{address}");
        for name in ["etag", "content-type", "cache-control"] {
            assert_eq!(head.headers.get(name), get.headers.get(name), "{name} of {address}");
        }
        let length = get.body.len().to_string();
        assert_eq!(head.headers.get("content-length"), Some(&length), "{address}");
    }
}

#[tokio::test]
async fn the_description_says_how_a_token_is_sent_and_what_needs_one() {
    let house = House::open(&[]).await;
    let api = house.get("/api/openapi.json", None).await.json();
    let scheme = &api["components"]["securitySchemes"]["token"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&"http".into(), &"bearer".into()), "{scheme}");
    let optional = serde_json::json!([{}, {"token": []}]);
    assert_eq!(api["security"], optional);
    let security = |path: &str, method: &str| api["paths"][path][method]["security"].clone();
    for (path, method) in [("/api/v1/datasets/bulk", "post"), ("/api/v1/people", "get"), ("/api/v1/audit.jsonl", "get")]
    {
        assert_eq!(security(path, method), serde_json::json!([{"token": []}]), "{method} {path}");
    }
    for (path, method) in [("/api/v1/concerns", "post"), ("/api/v1/access/decide", "post")] {
        assert_eq!(security(path, method), optional, "{method} {path}");
    }
    assert!(security("/api/v1/search", "get").is_null(), "as all of it");
    // Nobody who sends no token gets further where one is needed.
    for (path, item) in api["paths"].as_object().unwrap() {
        let needs = |method: &str| item[method]["security"] == serde_json::json!([{"token": []}]);
        if needs("get") {
            let target = path.replace("{id}", "00000000-0000-5000-8000-000000000000");
            let status = house.get(&target, None).await.status.as_u16();
            assert!([400, 401, 403, 404].contains(&status), "{target}: {status}");
        }
    }
}

#[tokio::test]
async fn the_description_names_what_becomes_of_records_and_what_keeps_a_write_from_being_made() {
    let house = House::open(&[]).await;
    let api = house.get("/api/openapi.json", None).await.json();
    let of_record = "/api/v1/datasets/{id}";
    for (method, path, statuses) in [
        ("get", format!("{of_record}/edit"), ["301", "410"]),
        ("get", format!("{of_record}/derivations"), ["301", "410"]),
        ("get", format!("{of_record}/concerns"), ["301", "410"]),
        ("put", format!("{of_record}/edit"), ["308", "410"]),
        ("put", format!("{of_record}/releases/{{derived}}"), ["308", "410"]),
        ("post", "/api/v1/concerns".to_owned(), ["409", "410"]),
        ("post", "/api/v1/requests".to_owned(), ["409", "410"]),
        ("post", "/api/v1/access/decide".to_owned(), ["409", "410"]),
        ("post", "/api/v1/datasets/bulk".to_owned(), ["503", "507"]),
        ("post", "/api/v1/holdings/tables/{id}/undo".to_owned(), ["503", "507"]),
        ("post", "/api/v1/datasets".to_owned(), ["415", "507"]),
    ] {
        let described = &api["paths"][&path][method]["responses"];
        for status in statuses {
            assert!(described[status].is_object(), "{method} {path}: {status} in {described:#}");
        }
    }
    // What stands before every door can answer in its place.
    let (mut reads, mut writes) = (0, 0);
    for (path, item) in api["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/api/")) {
        for (method, operation) in item.as_object().unwrap() {
            let described = &operation["responses"];
            let mut statuses = vec!["400", "429", "503"];
            if method != "get" {
                writes += 1;
                statuses.extend(["403", "413", "415", "507"]);
            } else if described["200"]["content"]["application/json"].is_object() {
                reads += 1;
                statuses.push("304");
            }
            for status in statuses {
                assert!(described[status].is_object(), "{method} {path}: {status} in {described:#}");
            }
        }
    }
    assert!(reads > 30 && writes > 30, "{reads} {writes}");
    assert_eq!(house.get("/api/v1/me?token=x", None).await.status, 400);
    // What is described to begin at 1 takes no 0.
    let mut asked = 0;
    for (path, item) in api["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|one| one["schema"]["minimum"] == 1) {
            let name = parameter["name"].as_str().unwrap();
            let answer = house.get(&format!("{}?{name}=0", concrete(path)), None).await;
            assert!([400, 401, 403, 404].contains(&answer.status.as_u16()), "{path}?{name}=0: {}", answer.text());
            asked += 1;
        }
    }
    assert!(asked > 5, "{asked}");
    for door in ["/api/v1/changes?limit=0", "/api/v1/needs?limit=0"] {
        assert_eq!(house.get(door, None).await.status, 400, "{door}");
    }
}
