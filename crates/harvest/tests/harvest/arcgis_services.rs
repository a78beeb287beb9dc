//! Services of an `ArcGIS` server: which pages are asked for, what becomes of each, and what a server may not lead to.

use std::sync::{Arc, Mutex};

use crate::portal::{Run, fetcher, first_run, run, run_pages};
use crate::site::{Reply, Site, html, json};
use cairn_fetch::Url;
use cairn_harvest::detect::{Detected, detect};
use cairn_harvest::kinds::{self, ConnectContext};
use cairn_harvest::{EndProof, Payload, RawFormat, SourceConfig, payload};
use cairn_model::{Listing, Sharing};

fn directory(folders: &str, services: &[(&str, &str)]) -> Reply {
    let services: Vec<String> =
        services.iter().map(|(name, kind)| format!(r#"{{"name":"{name}","type":"{kind}"}}"#)).collect();
    json(format!(r#"{{"currentVersion":11.1,"folders":[{folders}],"services":[{}]}}"#, services.join(",")))
}

fn service(layers: &str, tables: &str) -> Reply {
    json(format!(r#"{{"currentVersion":11.1,"serviceDescription":"","layers":[{layers}],"tables":[{tables}]}}"#))
}

fn layer(name: &str) -> Reply {
    json(format!(r#"{{"currentVersion":11.1,"id":0,"name":"{name}","type":"Feature Layer","fields":[]}}"#))
}

fn refused(code: u32, message: &str) -> Reply {
    json(format!(r#"{{"error":{{"code":{code},"message":"{message}","details":[]}}}}"#))
}

/// The ends of the ids, which are addresses.
fn ends(run: &Run) -> Vec<String> {
    let ids = run.ids();
    ids.iter().map(|id| id.split_once("/rest/services/").unwrap().1.to_owned()).collect()
}

fn codes(run: &Run) -> Vec<String> {
    run.problems().into_iter().map(|(code, _)| code).collect()
}

fn unnamed(run: &Run) -> u64 {
    run.pages.iter().map(|page| page.unnamed).sum()
}

const WELLS: &str = r#"{"currentVersion":11.1,"id":0,"name":"Wells","type":"Feature Layer","description":"Where wells are",
    "geometryType":"esriGeometryPoint","copyrightText":"Ask the water office","editingInfo":{"lastEditDate":1600000000000},
    "extent":{"xmin":10,"ymin":20,"xmax":30,"ymax":40,"spatialReference":{"wkid":4326}},
    "fields":[{"name":"q","alias":"Quality","type":"esriFieldTypeInteger",
        "domain":{"type":"codedValue","name":"Grades","codedValues":[{"code":1,"name":"good"}]}}]}"#;

/// A server with two levels of folders, a group of layers, a table and services that have no schema.
async fn server() -> Site {
    Site::start(|target, _| match target {
        "/arcgis/rest/services?f=json" => directory(
            "\"Water\",\"Empty\"",
            &[("Roads", "MapServer"), ("Geometry", "GeometryServer"), ("Find", "GPServer")],
        ),
        "/arcgis/rest/services/Empty?f=json" => directory("", &[]),
        "/arcgis/rest/services/Water?f=json" => directory("\"Deep\"", &[("Water/Wells", "FeatureServer")]),
        "/arcgis/rest/services/Water/Deep?f=json" => directory("", &[("Water/Deep/Springs", "FeatureServer")]),
        "/arcgis/rest/services/Roads/MapServer?f=json" => service(
            r#"{"id":0,"name":"All","type":"Group Layer","subLayerIds":[1]},{"id":1,"name":"Roads","type":"Feature Layer","subLayerIds":null}"#,
            "",
        ),
        "/arcgis/rest/services/Roads/MapServer/1?f=json" => layer("Roads"),
        "/arcgis/rest/services/Water/Wells/FeatureServer?f=json" => {
            service(r#"{"id":0,"name":"Wells"}"#, r#"{"id":3,"name":"Visits"}"#)
        }
        "/arcgis/rest/services/Water/Wells/FeatureServer/0?f=json" => json(WELLS),
        "/arcgis/rest/services/Water/Wells/FeatureServer/3?f=json" => {
            json(r#"{"currentVersion":11.1,"id":3,"serviceItemId":"abc","name":"Visits","type":"Table","fields":[]}"#)
        }
        "/arcgis/rest/services/Water/Deep/Springs/FeatureServer?f=json" => service(r#"{"id":0}"#, ""),
        "/arcgis/rest/services/Water/Deep/Springs/FeatureServer/0?f=json" => layer("Springs"),
        "/arcgis/rest/services" => html("<html><title>Folder: /</title><a href=\"/arcgis/rest/services/Water\">Water</a></html>"),
        _ => refused(404, "Not found"),
    })
    .await
}

#[tokio::test]
async fn every_layer_and_table_of_nested_folders_is_a_record_and_only_descriptions_are_asked_for() {
    let site = server().await;
    let whole = run(&site.source("arcgis", "/arcgis/rest/services/?f=html&token=canary", ""), first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    let root = format!("http://127.0.0.1:{}/arcgis/rest/services", site.port);
    let mut ids = whole.ids();
    ids.sort();
    assert_eq!(
        ids,
        [
            "abc_3".to_owned(),
            format!("{root}/Roads/MapServer/1"),
            format!("{root}/Water/Deep/Springs/FeatureServer/0"),
            format!("{root}/Water/Wells/FeatureServer/0"),
        ]
    );
    let mut asked = site.asked();
    asked.sort();
    let paths = [
        "",
        "/Empty",
        "/Roads/MapServer",
        "/Roads/MapServer/1",
        "/Water",
        "/Water/Deep",
        "/Water/Deep/Springs/FeatureServer",
        "/Water/Deep/Springs/FeatureServer/0",
        "/Water/Wells/FeatureServer",
        "/Water/Wells/FeatureServer/0",
        "/Water/Wells/FeatureServer/3",
    ];
    let mut expected = paths.map(|path| format!("/arcgis/rest/services{path}?f=json"));
    expected.sort();
    assert_eq!(asked, expected, "no operation, no format but JSON, no token, nothing twice");
}

#[tokio::test]
async fn what_is_kept_of_a_layer_is_read_again_without_asking() {
    let site = server().await;
    let own = site.source("arcgis", "/arcgis/rest/services/Water/Wells/FeatureServer/0", "");
    let one = run(&own, first_run()).await;
    assert!(one.is_proven(), "{}", one.lack());
    let Payload::Raw { format, bytes } = &one.pages[0].records[0].payload else { panic!("a payload is kept") };
    assert_eq!((*format, RawFormat::from_code(format.code())), (RawFormat::ArcgisLayer, Some(RawFormat::ArcgisLayer)));
    let draft = payload::read(*format, bytes, &own).unwrap().draft;
    let address = format!("http://127.0.0.1:{}/arcgis/rest/services/Water/Wells/FeatureServer/0", site.port);
    assert_eq!(one.ids(), [draft.source_record_id.as_str()]);
    assert_eq!((draft.landing_page.as_deref(), draft.source_record_id), (Some(address.as_str()), address.clone()));
    assert_eq!(
        (draft.licence_text.as_deref(), draft.modified.as_deref()),
        (Some("Ask the water office"), Some("1600000000000"))
    );
    assert_eq!((draft.extents, draft.kind.as_deref()), (vec!["10,20,30,40".to_owned()], Some("Feature Layer")));
    assert_eq!(draft.fields[0].description.as_deref(), Some("Quality. Codes of Grades: 1 = good"));
    assert_eq!(site.asked().len(), 1);
}

#[tokio::test]
async fn a_source_may_be_a_folder_or_a_service() {
    let site = server().await;
    let folder = run(&site.source("arcgis", "/arcgis/rest/services/Water/Deep", ""), first_run()).await;
    assert!(folder.is_proven() && ends(&folder) == ["Water/Deep/Springs/FeatureServer/0"], "{}", folder.lack());
    let service = run(&site.source("arcgis", "/arcgis/rest/services/Roads/MapServer", ""), first_run()).await;
    assert!(service.is_proven() && ends(&service) == ["Roads/MapServer/1"], "{}", service.lack());
}

#[tokio::test]
async fn an_address_of_an_operation_is_refused_before_anything_is_asked() {
    let site = server().await;
    for path in ["Wells/FeatureServer/0/query", "Wells/FeatureServer/query?where=1=1", "Wells/MapServer/export"] {
        let own = site.source("arcgis", &format!("/arcgis/rest/services/{path}"), "");
        let refused = kinds::connect(&own, first_run()).await.err().unwrap();
        assert_eq!(refused.code(), "configuration", "{path}");
    }
    assert!(site.asked().is_empty());
}

#[tokio::test]
async fn a_server_that_refuses_inside_a_good_answer_is_no_empty_server() {
    for (code, message, told) in [
        (499, "Token Required", "asks for a token"),
        (498, "Invalid token.", "refuses the token"),
        (403, "You do not have permissions", "forbids the access"),
    ] {
        let site = Site::start(move |_, _| refused(code, message)).await;
        for path in ["/rest/services", "/rest/services/A/FeatureServer", "/rest/services/A/FeatureServer/0"] {
            let run = run(&site.source("arcgis", path, ""), first_run()).await;
            assert!(run.lack().contains(told) && run.ids().is_empty(), "{path}: {}", run.lack());
        }
    }
}

#[tokio::test]
async fn services_that_fail_cost_themselves_however_many_stand_together() {
    let site = Site::start(|target, _| {
        let names: Vec<String> = (0..12).map(|number| format!("S{number:02}")).collect();
        let services: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "FeatureServer")).collect();
        match target {
            "/rest/services?f=json" => directory("", &services),
            "/rest/services/S11/FeatureServer?f=json" => service(r#"{"id":0},{"id":1},{"id":2}"#, ""),
            "/rest/services/S11/FeatureServer/0?f=json" => layer("Wells"),
            "/rest/services/S11/FeatureServer/1?f=json" => {
                json(r#"{"fields":[],"features":[{"attributes":{"name":"canary"}}]}"#)
            }
            "/rest/services/S11/FeatureServer/2?f=json" => json(r#"{"id":2,"name":"Bro"#),
            _ => refused(500, "Service not started"),
        }
    })
    .await;
    let run = run(&site.source("arcgis", "/rest/services", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(ends(&run), ["S11/FeatureServer/0"]);
    assert_eq!(codes(&run), vec!["unreadable-page"; 13]);
    assert_eq!(unnamed(&run), 13, "none of what stood in them is missing");
    assert!(!format!("{:?}", run.pages).contains("canary"), "rows are kept nowhere");
}

#[tokio::test]
async fn a_service_whose_listing_breaks_off_gives_what_it_named_and_calls_nothing_missing() {
    let site = Site::start(|target, _| match target {
        "/rest/services/A/FeatureServer?f=json" => json(r#"{"layers":[{"id":0},{"id":1"#),
        "/rest/services/A/FeatureServer/0?f=json" => layer("Wells"),
        _ => refused(404, "Not found"),
    })
    .await;
    let run = run(&site.source("arcgis", "/rest/services/A/FeatureServer", ""), first_run()).await;
    assert_eq!(
        (ends(&run), codes(&run), unnamed(&run)),
        (vec!["A/FeatureServer/0".to_owned()], vec!["broken-json".to_owned()], 1)
    );
}

#[tokio::test]
async fn folders_that_lead_in_a_circle_come_to_an_end() {
    // Each folder says that it holds both.
    let site = Site::start(|target, _| match target {
        "/rest/services/A/Wells/FeatureServer?f=json" => service(r#"{"id":0}"#, ""),
        "/rest/services/A/Wells/FeatureServer/0?f=json" => layer("Wells"),
        "/rest/services/A?f=json" => {
            directory(r#""A","B","../..","X/FeatureServer/0/query""#, &[("A/Wells", "FeatureServer")])
        }
        target if target.ends_with("?f=json") => directory(r#""A","B""#, &[]),
        _ => refused(404, "Not found"),
    })
    .await;
    let run = run(&site.source("arcgis", "/rest/services", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(ends(&run), ["A/Wells/FeatureServer/0"]);
    assert!(codes(&run).iter().all(|code| code == "unusable-name") && unnamed(&run) > 0);
    let asked = site.asked();
    let distinct: std::collections::HashSet<&String> = asked.iter().collect();
    assert!(asked.len() == distinct.len() && asked.len() < 40, "{}", asked.len());
    assert!(asked.iter().all(|target| !target.contains("query") && !target.contains("..")), "{asked:?}");
}

#[tokio::test]
async fn a_run_that_was_killed_goes_on_behind_its_last_layer() {
    let site = server().await;
    let own = site.source("arcgis", "/arcgis/rest/services", "");
    let whole = run(&own, first_run()).await;
    for wanted in 2..whole.pages.len() {
        let killed = run_pages(&own, first_run(), wanted).await;
        let resume = killed.pages[wanted - 1].checkpoint.clone();
        let rest = run(&own, ConnectContext { resume, ..first_run() }).await;
        assert!(rest.is_proven() && rest.pages[0].goes_on, "killed behind {wanted} pages: {}", rest.lack());
        assert_eq!([killed.ids(), rest.ids()].concat(), whole.ids());
    }
}

#[tokio::test]
async fn a_longer_walk_than_the_limit_allows_is_partial() {
    let site = server().await;
    let mut own = site.source("arcgis", "/arcgis/rest/services", "");
    own.limits.max_pages = 5;
    let part = run(&own, first_run()).await;
    assert!(matches!(&part.end, Ok(EndProof::Missing(why)) if why.contains("5 pages")), "{}", part.lack());
}

#[tokio::test]
async fn addresses_of_services_are_known_whatever_they_show_to_people() {
    let site = server().await;
    let root = format!("http://127.0.0.1:{}", site.port);
    let services = format!("{root}/arcgis/rest/services");
    let wells = format!("{services}/Water/Wells/FeatureServer");
    for (asked, url) in [
        (services.clone(), services.clone()),
        (format!("{services}?f=html&token=canary"), services.clone()),
        (wells.clone(), wells.clone()),
        (format!("{wells}/0"), format!("{wells}/0")),
    ] {
        let found = detect(&fetcher(), &Url::parse(&asked).unwrap(), true).await.unwrap();
        assert_eq!(found, [Detected { kind: "arcgis", url }], "{asked}");
    }
    assert!(site.asked().iter().all(|target| target.ends_with("?f=json")));
    let secured = Site::start(|_, _| refused(499, "Token Required")).await;
    let url = Url::parse(&format!("http://127.0.0.1:{}/rest/services", secured.port)).unwrap();
    assert_eq!(detect(&fetcher(), &url, true).await.unwrap()[0].kind, "arcgis");
}

#[tokio::test]
async fn a_token_is_sent_in_its_own_field_and_stands_in_no_address_and_no_payload() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "canary\n").unwrap();
    let seen: Arc<Mutex<Vec<[Option<String>; 2]>>> = Arc::default();
    let log = Arc::clone(&seen);
    let site = Site::start_whole(move |asked| {
        let sent = ["x-esri-authorization", "authorization"].map(|name| asked.fields.get(name).cloned());
        let may_see = sent[0].as_deref() == Some("Bearer canary");
        log.lock().unwrap().push(sent);
        let reply = match asked.target.as_str() {
            _ if !may_see => refused(499, "Token Required"),
            "/rest/services?f=json" => directory("", &[("Wells", "FeatureServer")]),
            "/rest/services/Wells/FeatureServer?f=json" => service(r#"{"id":0}"#, ""),
            "/rest/services/Wells/FeatureServer/0?f=json" => layer("Wells"),
            _ => json(r#"{"total":1,"start":1,"num":100,"nextStart":-1,"results":[{"id":"a","title":"Wells"}]}"#),
        };
        reply.into()
    })
    .await;
    for (path, records) in [("/rest/services", 1), ("", 1)] {
        let text = format!(
            "id = \"here\"\nkind = \"arcgis\"\nurl = \"http://127.0.0.1:{}{path}\"\nallow_private = true\n[credentials]\ntoken_file = \"token\"\n",
            site.port
        );
        let own = SourceConfig::from_toml(&text, folder.path()).unwrap();
        let read = run(&own, first_run()).await;
        assert!(read.is_proven() && read.ids().len() == records, "{path}: {}", read.lack());
        assert!(!format!("{read:?} {own:?}").contains("canary"));
        for record in read.pages.iter().flat_map(|page| &page.records) {
            let Payload::Raw { bytes, .. } = &record.payload else { panic!("a payload is kept") };
            assert!(!String::from_utf8_lossy(bytes).contains("canary"));
        }
    }
    let seen = seen.lock().unwrap();
    assert!(seen.len() >= 4 && seen.iter().all(|sent| *sent == [Some("Bearer canary".to_owned()), None]), "{seen:?}");
    assert!(site.asked().iter().all(|target| !target.contains("canary")));
}

#[tokio::test]
async fn a_token_in_an_address_is_refused_before_anything_is_asked() {
    let site = server().await;
    let parameter = "[parameters]\nToken = \"canary\"";
    for (path, lines) in [("/arcgis/rest/services", parameter), ("", parameter), ("/?token=canary", "")] {
        let refused = kinds::connect(&site.source("arcgis", path, lines), first_run()).await.err().unwrap();
        assert!(refused.code() == "configuration" && !refused.to_string().contains("canary"), "{path}: {refused}");
    }
    assert!(site.asked().is_empty());
}

#[tokio::test]
async fn what_only_a_credential_shows_is_opened_by_nothing_but_the_terms_of_its_source() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "canary\n").unwrap();
    let site = server().await;
    let configured = |address: &str, lines: &str| {
        let text = format!(
            "id = \"here\"\nkind = \"arcgis\"\nurl = \"http://{address}:{}/arcgis/rest/services/Roads/MapServer/1\"\nallow_private = true\n{lines}\n",
            site.port
        );
        SourceConfig::from_toml(&text, folder.path()).unwrap()
    };
    let settled = async |asked_by: &SourceConfig, read_by: &SourceConfig| {
        let read = run(asked_by, first_run()).await;
        let Payload::Raw { format, bytes } = &read.pages[0].records[0].payload else { panic!("a payload is kept") };
        let draft = payload::read(*format, bytes, read_by).unwrap().draft;
        let vocabularies = &first_run().vocabularies;
        let dataset = cairn_model::normalise("here", draft, vocabularies, jiff::Timestamp::UNIX_EPOCH);
        let openness = kinds::find("arcgis").unwrap().openness;
        let terms = cairn_policy::settle(&dataset.stated, &read_by.terms, openness).terms;
        (terms.sharing, terms.listing)
    };
    let token = "[credentials]\ntoken_file = \"token\"";
    let (open, closed) = ((Sharing::Public, Listing::Full), (Sharing::Organisation, Listing::Hidden));
    let plain = configured("127.0.0.1", "");
    let with_token = configured("127.0.0.1", token);
    let decided = configured("127.0.0.1", &format!("{token}\n[terms]\nsharing = \"public\""));
    assert_eq!(settled(&plain, &plain).await, open);
    assert_eq!(settled(&with_token, &with_token).await, closed);
    assert_eq!(settled(&with_token, &plain).await, closed, "the token is gone when it is read again");
    assert_eq!(settled(&decided, &decided).await, open);
}
