//! A server of IMSMA of which every word and number is planted: none of them is in any file, answer or line of the log.
#![expect(clippy::unwrap_used, reason = "tests")]

mod house;

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use cairn_catalog::{HarvestOptions, Verdict};
use cairn_policy::Role;
use house::{Asker, House, day};
use tracing_subscriber::util::SubscriberInitExt;

/// What is planted: a word, the coordinates of a place, and a day.
const SECRETS: [&str; 4] = ["zqcanary", "45.1234", "15.9876", "1612345678"];

/// A layer whose fields have these names, and which tells secrets in all else.
fn layer(id: usize, name: &str, fields: &[&str]) -> String {
    let domain = r#"{"type":"codedValue","name":"zqcanary","codedValues":[{"code":"zqcanary","name":"zqcanary"}]}"#;
    let fields: Vec<String> = fields
        .iter()
        .map(|field| format!(r#"{{"name":"{field}","alias":"zqcanary","type":"zqcanary","domain":{domain}}}"#))
        .collect();
    format!(
        r#"{{"currentVersion":45.1234567,"id":{id},"name":"{name}","type":"zqcanary layer","description":"zqcanary",
            "copyrightText":"zqcanary","serviceItemId":"zqcanary","displayField":"zqcanary","geometryType":"zqcanary",
            "editingInfo":{{"lastEditDate":1612345678901}},"minScale":15.9876543,
            "extent":{{"xmin":45.1234567,"ymin":15.9876543,"xmax":45.1234568,"ymax":15.9876544,"spatialReference":{{"wkid":4326}}}},
            "fields":[{}]}}"#,
        fields.join(",")
    )
}

/// The server, with so many layers. Each way in which one can fail has a word of it in its answer.
fn answer(uri: &Uri, layers: usize) -> (StatusCode, String) {
    let services = r#"{"name":"zqcanary/zqcanary","type":"FeatureServer"},{"name":"zqcanary/zqcanary_down","type":"MapServer"},
        {"name":"zqcanary/zqcanary_locked","type":"MapServer"},{"name":"../zqcanary","type":"MapServer"}"#;
    let error =
        |code: u16| format!(r#"{{"error":{{"code":{code},"message":"zqcanary 45.1234567","details":["zqcanary"]}}}}"#);
    let fine = match uri.path().trim_start_matches("/rest/services") {
        "" => r#"{"currentVersion":11,"folders":["zqcanary"],"services":[]}"#.to_owned(),
        "/zqcanary" => format!(r#"{{"folders":["zq?canary"],"services":[{services}]}}"#),
        "/zqcanary/zqcanary/FeatureServer" => {
            let layers: Vec<String> = (0..layers).map(|id| format!(r#"{{"id":{id},"name":"zqcanary"}}"#)).collect();
            format!(
                r#"{{"serviceDescription":"zqcanary","layers":[{}],"tables":[{{"id":"zqcanary"}}]}}"#,
                layers.join(",")
            )
        }
        "/zqcanary/zqcanary/FeatureServer/0" => layer(0, "zqcanary", &["hazard_guid", "zqcanary", "latitude"]),
        "/zqcanary/zqcanary/FeatureServer/1" => layer(1, "Victim", &["zqcanary", "zqcanary_name"]),
        "/zqcanary/zqcanary/FeatureServer/3" => error(500),
        "/zqcanary/zqcanary/FeatureServer/4" => r#"{"id":4,"name":"zqcanary","fields":[{"name":"zqcan"#.to_owned(),
        "/zqcanary/zqcanary/FeatureServer/5" => r#"{"features":[{"attributes":{"name":"zqcanary"}}]}"#.to_owned(),
        path if let Some(Ok(id)) = path.strip_prefix("/zqcanary/zqcanary/FeatureServer/").map(str::parse) => {
            layer(id, "zqcanary", &["zqcanary"])
        }
        "/zqcanary/zqcanary_locked/MapServer" => return (StatusCode::FORBIDDEN, "zqcanary".to_owned()),
        _ => return (StatusCode::SERVICE_UNAVAILABLE, "zqcanary".to_owned()),
    };
    (StatusCode::OK, fine)
}

/// The port of a running server of so many layers, with another word in the place of the planted one, and what it was asked.
async fn start(word: &'static str, layers: usize) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&asked);
    let app = Router::new().fallback(async move |uri: Uri| {
        log.lock().unwrap().push(uri.to_string());
        let (status, body) = answer(&uri.to_string().replace(word, "zqcanary").parse().unwrap(), layers);
        let body = body.replace("zqcanary", word);
        let fields = [("etag", "\"zqcanary\""), ("server", "zqcanary"), ("content-type", "application/json")];
        (status, fields, body).into_response()
    });
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (port, asked)
}

fn source(kind: &str, port: u16) -> String {
    format!(
        "id = \"mines\"\nkind = \"{kind}\"\nurl = \"http://127.0.0.1:{port}/rest/services\"\nallow_private = true\n\
         organisation = \"Mine Centre\"\n[limits]\nrequests_per_second = 0\n"
    )
}

/// Every line that the process logs, at the finest level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that the files of a folder hold, and their names.
fn files_below(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend_from_slice(path.as_os_str().as_encoded_bytes());
        if path.is_dir() {
            bytes.extend(files_below(&path));
        } else {
            bytes.extend(std::fs::read(&path).unwrap());
        }
    }
    bytes
}

fn assert_clean(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for secret in SECRETS {
        let around = text.find(secret).map(|place| text[place..].chars().take(80).collect::<String>());
        assert_eq!(around, None, "{what}");
    }
}

#[tokio::test]
async fn no_word_and_no_number_of_a_server_of_imsma_is_kept_answered_or_logged() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).init();
    let (port, asked) = start("zqcanary", 6).await;
    let house = House::open(&[&source("imsma-core", port)]).await;
    let owner = house.token(&Asker::member("Mine Centre", &["zq group"], Role::Operator)).await;
    let options = [HarvestOptions::default(), HarvestOptions { full: true, ..HarvestOptions::default() }];
    for (number, options) in options.iter().enumerate() {
        let report = house.harvest("mines", options, day(number)).await;
        // One of its services is down, and may have what nobody saw.
        assert_eq!((report.verdict, report.listed), (Verdict::Partial, 2), "{report:?}");
        assert_clean("the report", format!("{report:?}").as_bytes());
    }
    assert!(
        asked.lock().unwrap().iter().any(|target| target.contains("zqcanary_down")),
        "it was asked by its own names"
    );
    let replayed = HarvestOptions { replay: true, ..HarvestOptions::default() };
    let report = house.harvest("mines", &replayed, day(2)).await;
    assert_eq!((report.requests, report.problems), (0, 2), "nothing is kept that could be read again");

    let mut shown = String::new();
    let runs = house.get("/api/v1/sources/mines/runs", owner.as_deref()).await;
    let mut addresses = vec![
        "/api/v1/search?limit=100".to_owned(),
        "/api/v1/search?q=hazards&facets=country,organisation,kind,format,source".to_owned(),
        "/search?q=victims".to_owned(),
        "/api/v1/suggest?q=zq".to_owned(),
        "/api/v1/changes".to_owned(),
        "/api/v1/sources".to_owned(),
        "/api/v1/sources/mines".to_owned(),
        "/api/v1/sources/mines/runs".to_owned(),
        "/sources/mines".to_owned(),
    ];
    let listed = house.get("/api/v1/search?limit=100", owner.as_deref()).await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    for item in items {
        let id = item["id"].as_str().unwrap();
        addresses.extend([
            format!("/api/v1/datasets/{id}"),
            format!("/datasets/{id}"),
            format!("/api/v1/datasets/{id}/history"),
        ]);
    }
    for run in runs.json()["items"].as_array().unwrap() {
        addresses.push(format!("/api/v1/sources/mines/runs/{}", run["id"].as_str().or(run["run"].as_str()).unwrap()));
    }
    for address in &addresses {
        for token in [owner.as_deref(), None] {
            let answer = house.get(address, token).await;
            assert_clean(address, format!("{:?}", answer.headers).as_bytes());
            assert_clean(address, &answer.body);
            if token.is_some() {
                shown.push_str(&answer.text());
            }
        }
    }
    for known in ["Hazards recorded in IMSMA", "hazard_guid", "folders, services or layers could not be read", "severe"]
    {
        assert!(shown.contains(known), "the owner sees {known}");
    }
    let anyone = house.get("/api/v1/search?limit=100", None).await.json();
    assert_eq!(anyone["items"].as_array().unwrap().len(), 0, "closed and hidden");

    assert_clean("the files", &files_below(&house.data()));
    let logged = log.0.lock().unwrap().clone();
    assert!(String::from_utf8_lossy(&logged).contains("request given up"), "what failed is logged");
    assert_clean("the log", &logged);
}

#[tokio::test]
async fn of_an_export_that_cannot_be_had_the_log_tells_the_host_alone() {
    let log = Log::default();
    let writer = log.clone();
    let told = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let _until_the_end = told.with_writer(move || writer.clone()).set_default();
    let (port, asked) = start("zqcanary", 0).await;
    let address = format!("http://127.0.0.1:{port}/exports/zqcanary.xml?village=zqcanary");
    let export = source("imsma", port).replace(&format!("http://127.0.0.1:{port}/rest/services"), &address);
    let house = House::open(&[&export]).await;
    let report = house.harvest("mines", &HarvestOptions::default(), day(0)).await;
    assert_eq!(
        (report.verdict, asked.lock().unwrap()[0].as_str()),
        (Verdict::Failed, "/exports/zqcanary.xml?village=zqcanary")
    );
    let logged = log.0.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&logged);
    assert!(text.contains(r#"request given up host="127.0.0.1" tries=6"#), "{text}");
    assert_clean("the log", &logged);
}

#[tokio::test]
async fn what_was_read_in_the_open_is_taken_away_once_the_source_is_marked() {
    // The log of the other test is the log of this one, too.
    let (port, _) = start("zqopen", 30).await;
    let house = House::open(&[&source("arcgis", port)]).await;
    house.harvest("mines", &HarvestOptions::default(), day(0)).await;
    let open = house.get("/api/v1/search?q=zqopen", None).await.json();
    assert!(open["total"].as_u64().unwrap() > 0, "{open}");
    let house = house.reopened(&[&source("imsma-core", port)]).await;
    let replay = HarvestOptions { replay: true, ..HarvestOptions::default() };
    let report = house.harvest("mines", &replay, day(1)).await;
    assert_eq!((report.verdict, report.retired), (Verdict::GuardTripped, 0), "so many do not go unasked");
    let confirmed = HarvestOptions { confirm_removals: Some(report.run), ..replay };
    let report = house.harvest("mines", &confirmed, day(1)).await;
    assert!(report.retired > 0 && report.requests == 0, "{report:?}");
    for token in [None, house.token(&Asker::member("Mine Centre", &[], Role::Operator)).await] {
        let found = house.get("/api/v1/search?limit=100", token.as_deref()).await;
        assert_eq!(found.json()["total"], 0);
        assert!(!found.text().contains("zqopen"), "{}", found.text());
    }
}
