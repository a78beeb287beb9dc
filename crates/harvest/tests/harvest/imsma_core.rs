//! Services of a server that hold IMSMA: item types come out of it, and no word of the server's, whatever goes wrong.

use crate::site;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::portal::{Run, fetcher, first_run, run};
use crate::site::{Reply, Site, Whole, json};
use cairn_fetch::{Allowance, NotAllowed};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, Payload, RawFormat, SourceConfig, kinds, payload};

fn configured(port: u16, path: &str, lines: &str) -> SourceConfig {
    let text = format!(
        "id = \"here\"\nkind = \"imsma-core\"\nurl = \"http://127.0.0.1:{port}{path}\"\nallow_private = true\n\
         organisation = \"Invented Authority\"\n{lines}\n[limits]\nrequests_per_second = 0\n"
    );
    SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap()
}

fn source(site: &Site) -> SourceConfig {
    configured(site.port, "/rest/services", "")
}

fn layer(name: &str, fields: &[&str]) -> Reply {
    let fields: Vec<String> =
        fields.iter().map(|field| format!(r#"{{"name":"{field}","alias":"canary","type":"canary"}}"#)).collect();
    json(format!(
        r#"{{"id":0,"name":"{name}","type":"canary","description":"canary","extent":{{"xmin":45.1234567}},"fields":[{}]}}"#,
        fields.join(",")
    ))
}

fn error(code: u32) -> Reply {
    json(format!(r#"{{"error":{{"code":{code},"message":"canary","details":["canary"]}}}}"#))
}

/// A server of one service with hazards in two layers, accidents and roads.
fn whole(target: &str) -> Reply {
    match target {
        "/rest/services?f=json" => json(r#"{"folders":["canary"],"services":[]}"#),
        "/rest/services/canary?f=json" => {
            json(r#"{"folders":[],"services":[{"name":"canary/canary","type":"FeatureServer"}]}"#)
        }
        "/rest/services/canary/canary/FeatureServer?f=json" => {
            json(r#"{"layers":[{"id":0,"name":"canary"},{"id":1},{"id":2},{"id":3}],"tables":[]}"#)
        }
        "/rest/services/canary/canary/FeatureServer/0?f=json" => layer("canary", &["hazard_guid", "canary"]),
        "/rest/services/canary/canary/FeatureServer/1?f=json" => layer("Hazard points", &["status"]),
        "/rest/services/canary/canary/FeatureServer/2?f=json" => layer("Accident", &[]),
        "/rest/services/canary/canary/FeatureServer/3?f=json" => layer("canary", &["canary"]),
        _ => error(404),
    }
}

fn everything(run: &Run) -> String {
    format!("{run:?} {}", run.lack())
}

#[tokio::test]
async fn the_layers_of_a_server_are_one_derived_record_for_each_item_type() {
    let site = Site::start(|target, _| whole(target)).await;
    let run = run(&source(&site), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["hazards", "accidents"]);
    let records: Vec<_> = run.pages.iter().flat_map(|page| &page.records).collect();
    assert!(records.iter().all(|record| matches!(record.payload, Payload::Derived { .. })));
    let Payload::Derived { draft, .. } = &records[0].payload else { panic!("a draft") };
    let fields: Vec<&str> = draft.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["hazard_guid", "status"]);
    assert_eq!(run.problems(), [("unknown-layers".to_owned(), None)]);
    assert_eq!((run.requests, run.state.as_ref()), (7, None));
    assert!(run.pages.iter().all(|page| page.checkpoint.is_none()));
    assert!(!everything(&run).contains("canary") && !everything(&run).contains("45.12"), "{run:?}");
}

#[tokio::test]
async fn what_cannot_be_read_is_only_counted() {
    let site = Site::start(|target, _| match target {
        "/rest/services/canary?f=json" => json(
            r#"{"folders":["../canary"],"services":[{"name":"canary/canary","type":"FeatureServer"},
                {"name":"canary/canary2","type":"MapServer"},{"name":"canary","type":"FeatureServer"}]}"#,
        ),
        "/rest/services/canary/canary2/MapServer?f=json" => Reply(500, "text/plain", "canary".to_owned()),
        "/rest/services/canary/canary/FeatureServer/1?f=json" => {
            json(r#"{"id":1,"name":"canary","fields":[{"name":"can"#)
        }
        "/rest/services/canary/canary/FeatureServer/2?f=json" => error(500),
        target => whole(target),
    })
    .await;
    let run = run(&source(&site), first_run()).await;
    // A service that may answer another time may have layers of every item type.
    assert_eq!(run.lack(), "the services were not all read, for a limit or for what they answer");
    assert_eq!(run.ids(), ["hazards"]);
    let told: Vec<&str> = run.pages.iter().flat_map(|page| &page.problems).map(|one| one.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "fewer than 5 layers are of no item type that is known by their name or fields: nothing is told of them",
            "5 folders, services or layers could not be read"
        ]
    );
    assert_eq!(run.pages.iter().map(|page| page.unnamed).sum::<u64>(), 5, "nothing is called missing");
    assert!(!everything(&run).contains("canary"), "{run:?}");
}

#[tokio::test]
async fn a_server_that_answers_with_something_else_is_told_of_in_words_of_our_own() {
    let words = |status: u16| Reply(status, "text/plain", "canary".to_owned());
    let table = [
        (error(499), "not_a_catalogue", "the portal asks for a token"),
        (error(498), "not_a_catalogue", "the portal refuses the token as invalid or expired"),
        (error(777), "not_a_catalogue", "it answers with an error, or with no description of services"),
        (json("{\"canary\""), "not_a_catalogue", "it answers with an error, or with no description of services"),
        (words(403), "not_allowed", "it wants a credential"),
        (words(400), "not_a_catalogue", "with no description of services"),
        (words(503), "unreachable", "it, or a part of it, does not answer"),
    ];
    for (Reply(status, media_type, body), code, words) in table {
        let site = Site::start(move |_, _| Reply(status, media_type, body.clone())).await;
        let run = run(&source(&site), first_run()).await;
        let error = run.end.as_ref().unwrap_err();
        assert!(error.code() == code && error.to_string().contains(words), "{error}");
        assert!(!everything(&run).contains("canary"), "{run:?}");
    }
    let site = Site::start(|_, _| Reply(200, "text/html", "<html>canary".to_owned())).await;
    assert!(!everything(&run(&source(&site), first_run()).await).contains("canary"));
}

#[tokio::test]
async fn why_a_run_failed_is_told_without_what_the_address_asks_for() {
    let of_kind = |kind: &str, port: u16, path: &str| {
        let text = format!(
            "id = \"here\"\nkind = \"{kind}\"\nurl = \"http://127.0.0.1:{port}{path}?code=canary#canary\"\nallow_private = true\n\
             organisation = \"Invented Authority\"\n[limits]\nrequests_per_second = 0\n"
        );
        SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap()
    };
    for (kind, path) in [("imsma", "/export.xml"), ("imsma-core", "/rest/services")] {
        for status in [200, 302, 403, 404, 503] {
            let site = Site::start_whole(move |asked| {
                let status = if asked.target.starts_with("/login") { 200 } else { status };
                let fields = vec!["Content-Type: text/html".to_owned(), "Location: /login?code=canary".to_owned()];
                Whole { status, fields, body: b"<html>".to_vec() }
            })
            .await;
            let run = run(&of_kind(kind, site.port, path), first_run()).await;
            let told = run.end.as_ref().unwrap_err().to_string();
            assert!(told.contains(&format!("http://127.0.0.1:{}{path}", site.port)), "{kind} {status}: {told}");
            assert!(!told.contains("canary"), "{kind} {status}: {told}");
        }
    }
}

#[tokio::test]
async fn a_run_that_breaks_off_gives_what_it_learned_and_proves_nothing() {
    let site = Site::start(|target, _| whole(target)).await;
    let mut own = source(&site);
    own.limits.max_pages = 5;
    let part = run(&own, first_run()).await;
    assert!(matches!(&part.end, Ok(EndProof::Missing(why)) if why.contains("a limit")), "{}", part.lack());
    assert_eq!(part.ids(), ["hazards"]);
}

/// Five requests, and no more.
#[derive(Default)]
struct Five(AtomicU64);

#[async_trait::async_trait]
impl Allowance for Five {
    async fn take(&self) -> Result<(), NotAllowed> {
        let sent = self.0.fetch_add(1, Ordering::Relaxed);
        if sent < 5 { Ok(()) } else { Err(NotAllowed("canary".to_owned())) }
    }
}

#[tokio::test]
async fn a_run_whose_requests_are_spent_gives_what_it_learned_before_it_says_so() {
    let site = Site::start(|target, _| whole(target)).await;
    let fetcher = fetcher().with_allowance(Arc::new(Five::default()));
    let part = run(&source(&site), ConnectContext { fetcher, ..first_run() }).await;
    assert_eq!(part.end.as_ref().unwrap_err().code(), "budget_spent");
    assert_eq!((part.ids(), part.pages.iter().map(|page| page.unnamed).sum()), (vec!["hazards".to_owned()], 1_u64));
    assert!(!everything(&part).contains("canary"), "{part:?}");
}

#[tokio::test]
async fn a_server_without_any_item_type_is_no_source_of_imsma() {
    let site = Site::start(|target, _| match target {
        "/rest/services/A/FeatureServer/0?f=json" => layer("canary", &["width"]),
        _ => json(r#"{"layers":[{"id":0}],"tables":[]}"#),
    })
    .await;
    let run = run(&configured(site.port, "/rest/services/A/FeatureServer", ""), first_run()).await;
    let error = run.end.unwrap_err().to_string();
    assert!(error.ends_with("none of its layers is of an item type of a mine action information system"), "{error}");
}

#[tokio::test]
async fn a_single_layer_leaves_no_validators_behind() {
    let site = Site::start_whole(|_| {
        let mut answer: site::Whole = layer("Hazard", &[]).into();
        answer.fields.push("ETag: \"canary\"".to_owned());
        answer
    })
    .await;
    let run = run(&configured(site.port, "/rest/services/A/FeatureServer/0", ""), first_run()).await;
    assert_eq!((run.ids(), run.state.as_ref()), (vec!["hazards".to_owned()], None));
    assert!(run.is_proven() && !everything(&run).contains("canary"));
}

#[tokio::test]
async fn portals_and_operations_are_refused_before_anything_is_asked() {
    let site = Site::start(|target, _| whole(target)).await;
    for (path, reason) in
        [("", "portals are not read as IMSMA"), ("/rest/services/A/FeatureServer/0/query", "must end in")]
    {
        let refused = kinds::connect(&configured(site.port, path, ""), first_run()).await.err().unwrap();
        assert!(refused.code() == "configuration" && refused.to_string().contains(reason), "{refused}");
    }
    assert!(site.asked().is_empty());
    let nameless = "id = \"a\"\nkind = \"imsma-core\"\nurl = \"https://gis.example/rest/services\"";
    let refused = SourceConfig::from_toml(nameless, std::path::Path::new(".")).unwrap_err().to_string();
    assert!(refused.contains("`organisation` must name the national authority"), "{refused}");
}

#[tokio::test]
async fn a_token_is_sent_in_the_field_that_arcgis_reads() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "secret\n").unwrap();
    let site = Site::start_whole(|asked| {
        let sent = asked.fields.get("x-esri-authorization").is_some_and(|token| token == "Bearer secret");
        if sent { whole(&asked.target).into() } else { error(499).into() }
    })
    .await;
    let text = format!(
        "id = \"here\"\nkind = \"imsma-core\"\nurl = \"http://127.0.0.1:{}/rest/services\"\nallow_private = true\n\
         organisation = \"Invented Authority\"\n[credentials]\ntoken_file = \"token\"\n",
        site.port
    );
    let run = run(&SourceConfig::from_toml(&text, folder.path()).unwrap(), first_run()).await;
    assert!(run.is_proven() && run.ids() == ["hazards", "accidents"], "{}", run.lack());
}

#[tokio::test]
async fn a_payload_from_before_the_source_was_marked_is_a_record_to_be_taken_away() {
    let marked = configured(1, "/rest/services", "");
    let kept = b"https://server.example/rest/services/A/MapServer/0\n{\"id\": 0, \"name\": \"canary\"}";
    let reading = payload::read(RawFormat::ArcgisLayer, kept, &marked).unwrap();
    assert!(reading.deleted && !format!("{reading:?}").contains("canary"));
}
