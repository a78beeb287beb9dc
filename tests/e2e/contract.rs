//! The HTTP contract: shapes, errors, caching, compression, limits.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use cairn_model::party::organisation_id;
use serde_json::Value;

use crate::http::{Answer, request};
use crate::place::Place;

const OPERATOR_ORGANISATION: &str = "Horizon Relief Consortium (HRC)";

fn names(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap_or_else(|| panic!("no object: {object:#}")).keys().map(String::as_str).collect()
}

fn is_text_or_null(value: &Value) -> bool {
    value.is_string() || value.is_null()
}

fn is_list_of_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(Value::is_string))
}

/// An RFC 9457 problem with this status and code.
#[track_caller]
fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let body = answer.json();
    assert_eq!(names(&body), BTreeSet::from(["type", "title", "status", "code", "detail"]));
    assert_eq!((&body["status"], &body["code"]), (&status.into(), &code.into()), "{body:#}");
    assert!(!body["detail"].as_str().unwrap().is_empty());
}

#[test]
fn a_search_answers_with_the_fields_and_types_of_the_design() {
    let place = Place::samples();
    let server = place.serve();
    let answer = server.get("/api/v1/search?q=mine&limit=100&facets=cluster,country");
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let body = answer.json();
    assert_eq!(names(&body), BTreeSet::from(["total", "next", "suggestion", "items", "facets"]));
    assert!(body["total"].as_u64().unwrap() > 10);
    assert!(is_text_or_null(&body["next"]) && is_text_or_null(&body["suggestion"]));
    let mut with_mark = 0;
    for item in body["items"].as_array().unwrap() {
        assert_eq!(
            names(item),
            BTreeSet::from([
                "id",
                "title",
                "snippet",
                "kind",
                "organisation",
                "countries",
                "clusters",
                "modified",
                "coverage",
                "formats",
                "sharing",
                "sensitivity",
                "access",
                "rendition",
                "source",
                "quality",
            ])
        );
        for field in ["id", "title", "snippet", "kind", "sharing", "sensitivity", "access", "rendition"] {
            assert!(item[field].is_string(), "{field}: {item:#}");
        }
        for field in ["countries", "clusters", "formats"] {
            assert!(is_list_of_texts(&item[field]), "{field}: {item:#}");
        }
        assert!(item["quality"].as_f64().is_some_and(|quality| (0.0..=1.0).contains(&quality)), "{item:#}");
        assert!(is_text_or_null(&item["source"]) && is_text_or_null(&item["modified"]));
        if !item["organisation"].is_null() {
            assert_eq!(names(&item["organisation"]), BTreeSet::from(["id", "name"]));
        }
        if !item["coverage"].is_null() {
            assert_eq!(names(&item["coverage"]), BTreeSet::from(["start", "end"]));
        }
        with_mark += u32::from(item["snippet"].as_str().unwrap().contains("<mark>"));
    }
    assert!(with_mark > 0, "no snippet marks the word");
    assert_eq!(names(&body["facets"]), BTreeSet::from(["cluster", "country"]));
    for values in body["facets"].as_object().unwrap().values() {
        let values = values.as_array().unwrap();
        for value in values {
            assert_eq!(names(value), BTreeSet::from(["value", "label", "count"]));
        }
        let order: Vec<(i64, &str)> =
            values.iter().map(|one| (-one["count"].as_i64().unwrap(), one["value"].as_str().unwrap())).collect();
        assert!(order.is_sorted(), "facet values sort by count, then code: {order:?}");
    }
}

#[test]
fn wrong_parameters_are_refused_by_name_and_empty_ones_are_absent() {
    let place = Place::samples();
    let server = place.serve();
    let wrong = [
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("offset=10001", "offset"),
        ("sort=colour", "sort"),
        ("facets=cluster,colour", "colour"),
        ("sharing=publc", "sharing"),
        ("sensitivity=x", "sensitivity"),
        ("access=x", "access"),
        ("classification=x", "classification"),
        ("cost=x", "cost"),
        ("kind=x", "kind"),
        ("freshness=x", "freshness"),
        ("rendition=x", "rendition"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=0,50,10,40", "bbox"),
        ("bbox=0,0,nan,10", "bbox"),
        ("bbox=0,0,200,10", "bbox"),
        ("modified_after=yesterday", "modified_after"),
        ("covers_before=2024-13", "covers_before"),
        ("lang=xx", "lang"),
        ("fold=x", "fold"),
        ("series=x", "series"),
        ("explain=x", "explain"),
        ("histogram=issued", "histogram"),
        ("grid=65", "grid"),
        ("limit=1&limit=2", "limit"),
    ];
    for (query, name) in wrong {
        let answer = server.get(&format!("/api/v1/search?{query}"));
        is_problem(&answer, 400, "bad-request");
        assert!(answer.json()["detail"].as_str().unwrap().contains(name), "{query}: {}", answer.text());
    }
    is_problem(&server.get("/api/v1/search?contry=SYR"), 400, "unknown-parameter");

    let plain = server.json("/api/v1/search");
    let empty = "q=&country=&cluster=&organisation=&sharing=&bbox=&sort=&limit=&offset=&cursor=&facets=&lang=&pcode=&modified_after=";
    assert_eq!(server.json(&format!("/api/v1/search?{empty}")), plain);
    assert_eq!(plain["items"].as_array().unwrap().len(), 20);
    assert_eq!(server.json("/api/v1/search?limit=0")["items"], serde_json::json!([]));
    assert_eq!(server.json("/api/v1/search?limit=100")["items"].as_array().unwrap().len(), 100);
}

#[test]
fn errors_are_problem_details_with_the_headers_that_belong_to_them() {
    let place = Place::samples();
    let server = place.serve();
    is_problem(&server.get("/api/v1/nothing"), 404, "not-found");
    is_problem(&server.get("/api/v1/datasets/no-id"), 404, "not-found");
    is_problem(&server.get("/api/v1/vocabularies/none"), 404, "not-found");
    is_problem(&server.get("/api/v1/sources/sample-portal/runs"), 404, "not-found");

    let wrong_token = server.get_as("cairn_0000", "/api/v1/search");
    is_problem(&wrong_token, 401, "invalid-token");
    assert_eq!(wrong_token.header("www-authenticate"), Some("Bearer"));
    is_problem(&server.get("/api/v1/search?token=cairn_0000"), 400, "token-in-address");

    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let answer = request(server.address, method, "/api/v1/search", &[("Content-Length", "0")]);
        is_problem(&answer, 405, "method-not-allowed");
        assert!(answer.list("allow").contains(&"get".to_owned()), "{answer:?}");
    }
    let head = request(server.address, "HEAD", "/api/v1/search", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn a_client_over_its_rate_gets_429_with_whole_seconds() {
    let place = Place::samples().variable("CAIRN_SERVER__REQUESTS_PER_MINUTE", "3");
    let server = crate::server::Server::start(place.start(&["serve", "--listen", "127.0.0.1:0"]));
    let answers: Vec<Answer> = (0..6).map(|_| server.get("/api/v1/vocabularies")).collect();
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429, 429]);
    is_problem(&answers[5], 429, "too-many-requests");
    let wait: u64 = answers[5].header("retry-after").unwrap().parse().expect("whole seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    let page = server.get_with("/", &[("Accept", "text/html")]);
    assert_eq!((page.status, page.header("content-type")), (429, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("<h1>Not at this moment</h1>"), "{}", page.text());
    // Who watches over the server is not a client over its rate.
    assert_eq!(server.get("/health/live").status, 200, "health answers whatever the rate");
}

#[test]
fn an_etag_is_held_until_the_answer_changes() {
    let place = Place::samples();
    let server = place.serve();
    for target in
        ["/api/v1/search?q=health", "/", "/search?q=health", "/api/openapi.json", "/api/v1/vocabularies/cluster"]
    {
        let first = server.get(target);
        let tag = first.header("etag").unwrap_or_else(|| panic!("{target} has no ETag")).to_owned();
        assert_eq!(server.get(target).header("etag"), Some(tag.as_str()), "{target}");
        let again = server.get_with(target, &[("If-None-Match", &tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{target}");
        assert_eq!(again.header("etag"), Some(tag.as_str()), "{target}");
        assert_eq!(again.header("cache-control"), first.header("cache-control"), "{target}");
        assert_eq!(again.list("vary"), first.list("vary"), "RFC 9110 §15.4.5: {target}");
        assert_eq!(server.get_with(target, &[("If-None-Match", "\"other\"")]).status, 200, "{target}");
    }
    let ids: Vec<String> = crate::paging::every_id(&server, "", 100);
    let tags: BTreeSet<String> = ids
        .iter()
        .take(20)
        .map(|id| server.get(&format!("/api/v1/datasets/{id}")).header("etag").unwrap().to_owned())
        .collect();
    assert_eq!(tags.len(), 20);
}

#[test]
fn answers_are_compressed_as_the_client_likes_and_say_what_they_depend_on() {
    let place = Place::samples();
    let server = place.serve();
    let target = "/api/v1/search?limit=100";
    let plain = server.get(target);
    assert_eq!(plain.header("content-encoding"), None);
    for coding in ["gzip", "br", "zstd"] {
        let answer = server.get_with(target, &[("Accept-Encoding", coding)]);
        assert_eq!(answer.header("content-encoding"), Some(coding));
        assert!(answer.body.len() * 2 < plain.body.len(), "{coding}: {} of {}", answer.body.len(), plain.body.len());
        let mut unpacked = Vec::new();
        match coding {
            "gzip" => flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut unpacked),
            "br" => brotli_decompressor::Decompressor::new(&answer.body[..], 4096).read_to_end(&mut unpacked),
            _ => zstd::stream::read::Decoder::new(&answer.body[..]).unwrap().read_to_end(&mut unpacked),
        }
        .unwrap();
        assert!(unpacked == plain.body, "{coding} is the same answer");
    }
    for answer in [&plain, &server.get_with(target, &[("Accept-Encoding", "gzip")])] {
        let vary = answer.list("vary");
        for header in ["authorization", "accept-encoding"] {
            assert!(vary.contains(&header.to_owned()), "{vary:?}");
        }
    }
}

#[test]
fn what_a_token_saw_is_kept_by_no_cache() {
    let place = Place::samples();
    let token = place.token(OPERATOR_ORGANISATION, "reader", &[]);
    let server = place.serve();
    for target in ["/api/v1/search", "/", "/search?q=health"] {
        let answer = server.get_as(&token, target);
        let control = answer.list("cache-control");
        assert!(
            control.contains(&"private".to_owned()) || control.contains(&"no-store".to_owned()),
            "{target}: {control:?}"
        );
        assert!(!control.contains(&"public".to_owned()), "{target}: {control:?}");
        assert!(!server.get(target).list("cache-control").contains(&"private".to_owned()), "{target}");
    }
    // An error about somebody's rights is kept by nobody either.
    let refused = server.get_as("cairn_0000", "/api/v1/search");
    assert!(refused.list("cache-control").contains(&"no-store".to_owned()));
}

#[test]
fn a_box_over_the_antimeridian_finds_both_sides_of_it() {
    let place = Place::new();
    place.file(
        "desk.csv",
        "id,title,sharing,sensitivity,listing,bbox\n\
         a,Fiji wells,public,low,full,\"177,-19,-179,-16\"\n\
         b,Samoa wells,public,low,full,\"-173,-14,-171,-13\"\n\
         c,Tuvalu wells,public,low,full,\"176,-10,179.9,-5\"\n\
         d,Mali wells,public,low,full,\"-12,10,4,25\"\n",
    );
    place.source("desk", "inventory", "file:../../files/desk.csv", "organisation = \"Example Desk\"");
    place.harvest(&[], 0);
    let server = place.serve();
    let titles = |bbox: &str| -> BTreeSet<String> {
        let found = server.json(&format!("/api/v1/search?bbox={bbox}"));
        found["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
    };
    let set = |titles: &[&str]| titles.iter().map(|title| format!("{title} wells")).collect::<BTreeSet<_>>();
    assert_eq!(titles("170,-30,-170,0"), set(&["Fiji", "Samoa", "Tuvalu"]));
    assert_eq!(titles("-180,-30,-178,0"), set(&["Fiji"]));
    assert_eq!(titles("-180,-90,180,90"), set(&["Fiji", "Samoa", "Tuvalu", "Mali"]));
    assert_eq!(titles("-20,0,10,30"), set(&["Mali"]));
}

#[test]
fn every_filter_finds_what_its_facet_counts() {
    let place = Place::samples();
    let server = place.serve();
    let facets = "country,cluster,organisation,source,sharing,sensitivity,access,classification,format,licence,language,tag,kind,frequency,freshness,rendition,cost";
    let all = server.json(&format!("/api/v1/search?limit=0&facets={facets}"));
    for (facet, values) in all["facets"].as_object().unwrap() {
        for value in values.as_array().unwrap().iter().take(5) {
            let code = crate::http::escaped(value["value"].as_str().unwrap());
            let found = server.json(&format!("/api/v1/search?limit=0&{facet}={code}"));
            assert_eq!(found["total"], value["count"], "{facet}={code}");
        }
    }
    for query in
        ["modified_after=2024", "modified_before=2024-06-30", "covers_after=2023", "covers_before=2020", "pcode=SY02"]
    {
        let found = server.json(&format!("/api/v1/search?limit=0&{query}"))["total"].as_u64().unwrap();
        assert!(found > 0 && found < all["total"].as_u64().unwrap(), "{query}: {found}");
    }
}

/// Lists of what people register.
const LISTS: &[&str] = &[
    "/api/v1/agreements",
    "/api/v1/audit",
    "/api/v1/audit.jsonl",
    "/api/v1/collaboratives",
    "/api/v1/concerns",
    "/api/v1/coverage",
    "/api/v1/coverage.csv",
    "/api/v1/crises",
    "/api/v1/datasets/template.csv",
    "/api/v1/datasets/template.xlsx",
    "/api/v1/exchanges",
    "/api/v1/exchanges/graph",
    "/api/v1/export.csv",
    "/api/v1/export.jsonl",
    "/api/v1/export.xlsx",
    "/api/v1/frameworks",
    "/api/v1/gaps",
    "/api/v1/gaps.csv",
    "/api/v1/groups",
    "/api/v1/holdings",
    "/api/v1/holdings.csv",
    "/api/v1/holdings.xlsx",
    "/api/v1/holdings/tables",
    "/api/v1/invitations",
    "/api/v1/me",
    "/api/v1/me/notifications",
    "/api/v1/needs",
    "/api/v1/organisations",
    "/api/v1/people",
    "/api/v1/practices",
    "/api/v1/profiles",
    "/api/v1/refusals",
    "/api/v1/requests",
    "/api/v1/reviews",
    "/api/v1/saved-searches",
    "/api/v1/stewardship",
    "/api/v1/tokens",
    "/api/v1/vocabularies/unmapped",
    "/api/v1/vocabularies/unmapped.csv",
    "/feed.atom",
];

/// The address of an entry that is not there.
fn of_none(path: &str) -> String {
    ["{id}", "{framework}", "{derived}"]
        .iter()
        .fold(path.replace("{year}", "2026"), |path, name| path.replace(name, "none"))
}

/// Doors of single entries.
const ABSENT: &[&str] = &[
    "/api/v1/agreements/{id}",
    "/api/v1/agreements/{id}/history",
    "/api/v1/agreements/{id}/odrl",
    "/api/v1/collaboratives/{id}",
    "/api/v1/collaboratives/{id}/history",
    "/api/v1/collaboratives/{id}/roles.csv",
    "/api/v1/concerns/{id}",
    "/api/v1/crises/{id}",
    "/api/v1/datasets/{id}/edit",
    "/api/v1/datasets/{id}/releases/{derived}",
    "/api/v1/exchanges/{id}",
    "/api/v1/exchanges/{id}/history",
    "/api/v1/frameworks/{id}",
    "/api/v1/groups/{id}",
    "/api/v1/groups/{id}/history",
    "/api/v1/holdings/{id}",
    "/api/v1/holdings/{id}/history",
    "/api/v1/needs/{id}",
    "/api/v1/needs/{id}/history",
    "/api/v1/needs/{id}/matches",
    "/api/v1/needs/{id}/notify",
    "/api/v1/organisations/{id}/commitments/{year}/{framework}",
    "/api/v1/people/{id}",
    "/api/v1/practices/{id}",
    "/api/v1/practices/{id}/history",
    "/api/v1/refusals/{id}",
    "/api/v1/requests/{id}",
    "/api/v1/saved-searches/{id}",
    "/api/v1/saved-searches/{id}/feed.atom",
    "/api/v1/saved-searches/{id}/notify",
];

#[test]
fn openapi_lists_every_route_and_every_status_that_occurs() {
    let place = Place::samples();
    let token = place.token(OPERATOR_ORGANISATION, "administrator", &[]);
    let server = place.serve();
    let api = server.json("/api/openapi.json");
    assert!(api["openapi"].as_str().unwrap().starts_with("3."), "{}", api["openapi"]);
    let statuses: BTreeMap<String, BTreeSet<String>> = api["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, item)| !item["get"].is_null())
        .map(|(path, item)| (path.clone(), names(&item["get"]["responses"]).into_iter().map(str::to_owned).collect()))
        .collect();
    let id = server.json("/api/v1/search?limit=1")["items"][0]["id"].as_str().unwrap().to_owned();
    let run = place.run(&["runs", "sample-consortium", "--json"]).json()["runs"][0]["run"].as_str().unwrap().to_owned();
    let mut doors: Vec<(&str, String)> = vec![
        ("/api/v1/search", "/api/v1/search".to_owned()),
        ("/api/v1/suggest", "/api/v1/suggest?q=he".to_owned()),
        ("/api/v1/datasets/{id}", format!("/api/v1/datasets/{id}")),
        ("/api/v1/datasets/{id}/history", format!("/api/v1/datasets/{id}/history")),
        ("/api/v1/datasets/{id}/contacts", format!("/api/v1/datasets/{id}/contacts")),
        ("/api/v1/datasets/{id}/duplicates", format!("/api/v1/datasets/{id}/duplicates")),
        ("/api/v1/datasets/{id}/linkages", format!("/api/v1/datasets/{id}/linkages")),
        ("/api/v1/datasets/{id}/related", format!("/api/v1/datasets/{id}/related")),
        ("/api/v1/changes", "/api/v1/changes?limit=2".to_owned()),
        ("/api/v1/sources", "/api/v1/sources".to_owned()),
        ("/api/v1/sources/{id}/runs", "/api/v1/sources/sample-consortium/runs".to_owned()),
        ("/api/v1/sources/{id}/runs/{run}", format!("/api/v1/sources/sample-consortium/runs/{run}")),
        ("/api/v1/sources/{id}/problems", "/api/v1/sources/sample-consortium/problems".to_owned()),
        ("/api/v1/sources/{id}/problems/kinds", "/api/v1/sources/sample-consortium/problems/kinds".to_owned()),
        ("/api/v1/sources/{id}/problems.csv", "/api/v1/sources/sample-consortium/problems.csv".to_owned()),
        ("/api/v1/sources/{id}/problems.json", "/api/v1/sources/sample-consortium/problems.json".to_owned()),
        ("/api/v1/sources/{id}/problems.jsonl", "/api/v1/sources/sample-consortium/problems.jsonl".to_owned()),
        ("/api/v1/sources/{id}/quality", "/api/v1/sources/sample-consortium/quality".to_owned()),
        ("/api/v1/vocabularies", "/api/v1/vocabularies".to_owned()),
        ("/api/v1/vocabularies/{name}", "/api/v1/vocabularies/cluster".to_owned()),
        ("/health/live", "/health/live".to_owned()),
        ("/health/ready", "/health/ready".to_owned()),
        ("/api/v1/datasets/{id}/concerns", format!("/api/v1/datasets/{id}/concerns")),
        ("/api/v1/datasets/{id}/derivations", format!("/api/v1/datasets/{id}/derivations")),
        ("/api/v1/datasets/{id}/needs", format!("/api/v1/datasets/{id}/needs")),
        ("/api/v1/datasets/{id}/classification", format!("/api/v1/datasets/{id}/classification")),
        ("/api/v1/profiles/{id}", "/api/v1/profiles/default".to_owned()),
        ("/api/v1/requests/draft", format!("/api/v1/requests/draft?record={id}")),
    ];
    doors.extend(LISTS.iter().map(|path| (*path, (*path).to_owned())));
    let organisation = format!("/api/v1/organisations/{}", organisation_id(OPERATOR_ORGANISATION));
    doors.push(("/api/v1/organisations/{id}", organisation.clone()));
    doors.push(("/api/v1/organisations/{id}/history", format!("{organisation}/history")));
    doors.push(("/api/v1/organisations/{id}/commitments", format!("{organisation}/commitments")));
    doors.push(("/api/v1/organisations/{id}/commitments.csv", format!("{organisation}/commitments.csv")));
    // Entries of which there is none here answer like those that are hidden.
    let absent: Vec<(&str, String)> = ABSENT.iter().map(|path| (*path, of_none(path))).collect();
    assert_eq!(
        statuses.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        doors.iter().chain(&absent).map(|(path, _)| *path).collect(),
        "what is described is what is tried here"
    );
    for (path, target) in doors.iter().chain(&absent) {
        let expected = if absent.iter().any(|(one, _)| one == path) { 404 } else { 200 };
        let joint = if target.contains('?') { '&' } else { '?' };
        let broken = target.replace(&id, "%FF").replace("sample-consortium", "%FF").replace("ies/cluster", "ies/%FF");
        let absent = target
            .replace(&id, "00000000-0000-5000-8000-000000000000")
            .replace("sample-consortium", "none")
            .replace("ies/cluster", "ies/none");
        let tag = server.get(target).header("etag").map(str::to_owned).unwrap_or_default();
        let answers = [
            server.get_as(&token, target),
            server.get(target),
            server.get_as("cairn_0000", target),
            server.get(&format!("{target}{joint}colour=red")),
            server.get(&format!("{target}{joint}token=x")),
            server.get(&broken),
            server.get(&absent),
            server.get_with(target, &[("If-None-Match", &tag)]),
        ];
        assert_eq!(answers[0].status, expected, "{target}: {}", answers[0].text());
        for answer in answers {
            let status = answer.status.to_string();
            assert!(
                statuses[*path].contains(&status),
                "{path} answers {status}, which is not described: {}",
                answer.text()
            );
        }
    }
    assert_eq!(server.get("/api/docs").status, 200);
}

#[test]
fn every_answer_carries_the_headers_that_keep_browsers_safe() {
    let place = Place::samples();
    let server = place.serve();
    for target in [
        "/",
        "/search?q=health",
        "/dataset/none",
        "/api/v1/search",
        "/api/v1/nothing",
        "/api/docs",
        "/assets/cairn.css",
    ] {
        let answer = server.get(target);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{target}");
        let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{target}"));
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{target}: {policy}");
        }
        assert!(!policy.contains("unsafe-"), "{target}: {policy}");
    }
}

#[test]
fn readiness_waits_for_the_first_verdict_of_every_source() {
    // A source that keeps its first answer to itself for as long as the test likes.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::new();
    place.dump(&crate::packages::dump(3));
    place.source("slow", "ckan", &format!("http://{}", silent.local_addr().unwrap()), "allow_private = true");
    let server = place.up();
    let (held, _) = silent.accept().unwrap();
    let answer = server.get("/health/ready");
    assert_eq!((answer.status, answer.json()["status"].as_str()), (503, Some("starting")));
    assert_eq!(server.get("/health/live").status, 200);
    assert_eq!(server.get("/api/v1/search").status, 200, "what is there can be searched");
    drop(held);
    drop(silent);
    server.wait_until_ready();
}
