//! Catalogues of OGC and STAC, folders and JSON interfaces, and what becomes of a run of each.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::portal::{first_run, formats, owned, run};
use crate::site::{Reply, Site, html, json, xml};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{Payload, RawFormat, SourceConfig};

fn number(target: &str, parameter: &str) -> Option<usize> {
    let (_, rest) = target.split_once(&format!("{parameter}="))?;
    rest.split('&').next()?.parse().ok()
}

/// `GetRecords` over so many records, of which some break every page that they stand in.
fn get_records(target: &str, records: usize, poisoned: &[usize]) -> Reply {
    let start = number(target, "startPosition").unwrap();
    let rows = number(target, "maxRecords").unwrap().min(100);
    let last = (start + rows - 1).min(records);
    if (start..=last).any(|place| poisoned.contains(&place)) && !target.contains("elementSetName=brief") {
        return Reply(500, "text/plain", "broken".to_owned());
    }
    let mut body = String::new();
    for place in start..=last {
        let _ = write!(
            body,
            "<csw:Record><dc:identifier>r{place:03}</dc:identifier><dc:title>Title {place}</dc:title></csw:Record>"
        );
    }
    let next = if last < records { last + 1 } else { 0 };
    xml(format!(
        "<csw:GetRecordsResponse xmlns:csw=\"http://www.opengis.net/cat/csw/2.0.2\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <csw:SearchResults numberOfRecordsMatched=\"{records}\" numberOfRecordsReturned=\"{}\" nextRecord=\"{next}\">{body}\
         </csw:SearchResults></csw:GetRecordsResponse>",
        (last + 1).saturating_sub(start)
    ))
}

#[tokio::test]
async fn a_catalogue_service_is_read_by_position_in_whatever_schema_it_has() {
    let site = Site::start(|target, _| {
        if target.contains("sortBy") || !target.contains("csw:Record") {
            return xml(
                "<ows:ExceptionReport xmlns:ows=\"http://www.opengis.net/ows\"><ows:Exception exceptionCode=\"InvalidParameterValue\"\
                 locator=\"outputSchema\"/></ows:ExceptionReport>",
            );
        }
        get_records(target, 250, &[])
    })
    .await;
    let run = run(&site.source("csw", "/csw?service=CSW&request=GetCapabilities&map=wells", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids().len(), 250);
    assert_eq!(formats(&run)[0], RawFormat::XmlRecord);
    assert!(
        site.asked().iter().all(|target| target.starts_with("/csw?map=wells&service=CSW")),
        "{:?}",
        site.asked()[0]
    );
}

#[tokio::test]
async fn a_record_that_breaks_its_page_costs_itself_alone() {
    // F05.
    let site = Site::start(|target, _| get_records(target, 120, &[57])).await;
    let run = run(&site.source("csw", "/csw", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids().len(), 119);
    assert_eq!(run.also_listed(), ["r057"], "its id is known, so it is not missing");
    assert_eq!(run.problems(), [("unreadable-record".to_owned(), Some(56))]);
}

#[tokio::test]
async fn collections_of_records_are_found_from_the_landing_page() {
    let feature =
        |id: &str| format!(r#"{{"type":"Feature","id":"{id}","properties":{{"title":"Title {id}"}},"geometry":null}}"#);
    let site = Site::start(move |target, _| match target {
        "/ogc/" => json(r#"{"title":"Here","links":[{"rel":"data","href":"/ogc/collections"}]}"#),
        "/ogc/collections" => json(
            r#"{"collections":[{"id":"lakes","itemType":"feature"},{"id":"one","itemType":"record"},{"id":"two","itemType":"record"}],"links":[]}"#,
        ),
        "/ogc/collections/one/items?limit=100" => json(format!(
            r#"{{"type":"FeatureCollection","numberMatched":2,"features":[{}],"links":[{{"rel":"next","href":"items?offset=1&limit=100"}}]}}"#,
            feature("a")
        )),
        "/ogc/collections/one/items?offset=1&limit=100" => {
            json(format!(r#"{{"type":"FeatureCollection","numberMatched":2,"features":[{}],"links":[]}}"#, feature("b")))
        }
        "/ogc/collections/two/items?limit=100" => {
            json(format!(r#"{{"type":"FeatureCollection","numberMatched":1,"features":[{}],"links":[]}}"#, feature("c")))
        }
        _ => Reply(404, "text/plain", "?".to_owned()),
    })
    .await;
    let whole = run(&site.source("ogc-records", "/ogc/", ""), first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    assert_eq!(whole.ids(), ["a", "b", "c"]);
    let one = run(&site.source("ogc-records", "/ogc/collections/one", ""), first_run()).await;
    assert!(one.is_proven() && one.ids() == ["a", "b"], "{}", one.lack());
}

#[tokio::test]
async fn an_interface_whose_collections_hold_data_is_a_catalogue_of_them() {
    let collection = |id: &str| {
        format!(
            r#"{{"id":"{id}","title":"Title {id}","itemType":"feature","links":[{{"rel":"items","href":"/ogc/collections/{id}/items"}}]}}"#
        )
    };
    let site = Site::start(move |target, _| match target {
        "/ogc/" => json(r#"{"title":"Here","links":[{"rel":"data","href":"/ogc/collections?f=json"}]}"#),
        "/ogc/collections?f=json" => json(format!(
            r#"{{"collections":[{},{}],"links":[{{"rel":"next","href":"collections?f=json&offset=2"}}]}}"#,
            collection("lakes"),
            collection("wells")
        )),
        "/ogc/collections?f=json&offset=2" => {
            json(format!(r#"{{"collections":[{}],"links":[]}}"#, collection("roads")))
        }
        "/ogc/collections" => json(format!(r#"{{"collections":[{}],"links":[]}}"#, collection("lakes"))),
        "/none/collections" => json(r#"{"collections":[],"links":[]}"#),
        _ => Reply(404, "text/plain", "?".to_owned()),
    })
    .await;
    let whole = run(&site.source("ogc-records", "/ogc/", ""), first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    assert_eq!((whole.ids(), formats(&whole)[0]), (owned(&["lakes", "wells", "roads"]), RawFormat::OgcRecord));
    assert!(site.asked().iter().all(|target| !target.contains("/items")), "no feature is asked for");
    let named = run(&site.source("ogc-records", "/ogc/collections", ""), first_run()).await;
    assert!(named.is_proven() && named.ids() == ["lakes"], "{}", named.lack());
    let empty = run(&site.source("ogc-records", "/none/collections", ""), first_run()).await;
    assert!(empty.lack().contains("it has no collections"), "an empty list retires nothing: {}", empty.lack());
}

#[tokio::test]
async fn collections_of_records_are_found_on_whatever_page_they_stand() {
    let site = Site::start(|target, _| match target {
        "/ogc/collections" => {
            json(r#"{"collections":[{"id":"lakes"}],"links":[{"rel":"next","href":"collections?offset=1"}]}"#)
        }
        "/ogc/collections?offset=1" => json(r#"{"collections":[{"id":"all","itemType":"record"}],"links":[]}"#),
        "/ogc/collections/all/items?limit=100" => {
            json(r#"{"type":"FeatureCollection","features":[{"id":"a","properties":{"title":"Wells"}}],"links":[]}"#)
        }
        _ => Reply(404, "text/plain", "?".to_owned()),
    })
    .await;
    let run = run(&site.source("ogc-records", "/ogc/collections", ""), first_run()).await;
    assert!(run.is_proven() && run.ids() == ["a"], "{}", run.lack());
}

#[tokio::test]
async fn collections_of_a_static_catalogue_are_visited_and_one_that_is_lost_costs_itself() {
    let collection = |id: &str| {
        json(format!(
            r#"{{"type":"Collection","stac_version":"1.0.0","id":"{id}","description":"Scenes","license":"CC-BY-4.0",
                "extent":{{"spatial":{{"bbox":[[0,0,1,1]]}},"temporal":{{"interval":[[null,null]]}}}},"links":[]}}"#
        ))
    };
    let site = Site::start(move |target, _| match target {
        "/catalog.json" => json(
            r#"{"type":"Catalog","stac_version":"1.0.0","id":"root","description":"All","links":[
                {"rel":"child","href":"./a/collection.json"},{"rel":"child","href":"./lost/collection.json"},
                {"rel":"child","href":"./b/collection.json"},{"rel":"child","href":"./a/collection.json"}]}"#,
        ),
        "/a/collection.json" => collection("a"),
        "/b/collection.json" => collection("b"),
        _ => Reply(404, "text/plain", "?".to_owned()),
    })
    .await;
    let run = run(&site.source("stac", "/catalog.json", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["a", "b"]);
    assert_eq!(run.pages.iter().map(|page| page.unnamed).sum::<u64>(), 1, "nothing may be called missing");
    assert_eq!(run.problems()[0].0, "unreadable-page");
}

#[tokio::test]
async fn a_folder_is_read_with_the_folders_below_it_and_nothing_else() {
    let site = Site::start(|target, _| match target {
        "/meta/" => html(
            "<html><head><title>Index of /meta</title></head><body><h1>Index of /meta</h1><pre><a href=\"../\">Parent Directory</a>\n\
             <a href=\"a.xml\">a.xml</a>  2026-01-02 03:04  1K\n<a href=\"sub/\">sub/</a>  2026-01-02 03:04  -\n\
             <a href=\"/other/c.xml\">c.xml</a>  2026-01-02 03:04  1K\n<a href=\"notes.txt\">notes.txt</a>  2026-01-02 03:04  1K\n</pre></body></html>",
        ),
        "/meta/sub/" => html(
            "<html><head><title>Index of /meta/sub</title></head><body><h1>Index of /meta/sub</h1><pre><a href=\"../\">Parent Directory</a>\n\
             <a href=\"b.xml\">b.xml</a>  2026-01-02 03:04  1K\n</pre></body></html>",
        ),
        "/meta/a.xml" | "/meta/sub/b.xml" => {
            let id = if target.ends_with("a.xml") { "a" } else { "b" };
            xml(format!(
                "<metadata><idinfo><citation><citeinfo><title>Title {id}</title></citeinfo></citation></idinfo></metadata>"
            ))
        }
        _ => Reply(404, "text/plain", "?".to_owned()),
    })
    .await;
    let run = run(&site.source("waf", "/meta/", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids().len(), 2, "{:?}", run.problems());
    let mut asked = site.asked();
    asked.sort();
    assert_eq!(asked, ["/meta/", "/meta/a.xml", "/meta/sub/", "/meta/sub/b.xml"]);
}

#[tokio::test]
async fn a_microdata_library_is_paged_by_number() {
    let row =
        |id: usize| format!(r#"{{"id":"{id}","idno":"STUDY-{id}","title":"Study {id}","form_model":"licensed"}}"#);
    let site = Site::start(move |target, _| {
        let page = number(target, "page").unwrap_or(1);
        json(format!(
            r#"{{"result":{{"found":3,"total":3,"limit":2,"offset":{},"page":{page},"rows":[{}]}}}}"#,
            (page - 1) * 2,
            if page == 1 { format!("{},{}", row(1), row(2)) } else { row(3) }
        ))
    })
    .await;
    let run = run(&site.source("nada", "", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids().len(), 3);
    assert!(site.asked()[0].starts_with("/index.php/api/catalog/search?ps=300"), "{:?}", site.asked());
}

#[tokio::test]
async fn a_portal_whose_offsets_end_is_followed_by_the_last_id() {
    let site = Site::start(|target, _| {
        let ids: &[&str] = if target.contains("where=dataset_id > \"b\"") {
            &["c"]
        } else if target.contains("where=") {
            &[]
        } else {
            &["a", "b"]
        };
        let rows: Vec<String> = ids
            .iter()
            .map(|id| format!(r#"{{"dataset_id":"{id}","metas":{{"default":{{"title":"Title {id}"}}}}}}"#))
            .collect();
        let count = if target.contains("where=") { ids.len() } else { 3 };
        json(format!(r#"{{"total_count":{count},"results":[{}]}}"#, rows.join(",")))
    })
    .await;
    let run = run(&site.source("opendatasoft", "", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["a", "b", "c"]);
}

#[tokio::test]
async fn data_sets_of_a_hub_are_followed_by_link_or_else_by_number() {
    let page = |ids: &[&str], next: &str| {
        let rows: Vec<String> = ids
            .iter()
            .map(|id| {
                format!(r#"{{"id":"{id}","type":"dataset","attributes":{{"name":"Title {id}","access":"public"}}}}"#)
            })
            .collect();
        json(format!(r#"{{"data":[{}],"meta":{{"stats":{{"count":9,"totalCount":3}}{next}}}}}"#, rows.join(",")))
    };
    let site = Site::start(move |target, _| match target {
        "/numbers/api/v3/datasets?page[size]=100" => page(&["a_0", "a_1"], ""),
        "/numbers/api/v3/datasets?page[size]=100&page[number]=2" | "/links/api/v3/datasets?page[key]=x" => {
            page(&["b_0"], "")
        }
        "/numbers/api/v3/datasets?page[size]=100&page[number]=3" => page(&[], ""),
        "/links/api/v3/datasets?page[size]=100" => page(&["a_0", "a_1"], r#","next":"datasets?page[key]=x""#),
        _ => json(r#"{"error":{"code":404,"message":"no such page"}}"#),
    })
    .await;
    for path in ["/numbers/api/v3/datasets", "/links/api/v3/datasets"] {
        let run = run(&site.source("arcgis", path, ""), first_run()).await;
        assert!(run.is_proven(), "{path}: {}", run.lack());
        assert_eq!(run.ids(), ["a_0", "a_1", "b_0"], "{path}");
        assert_eq!(formats(&run), [RawFormat::ArcgisHubDataset; 3]);
    }
    let lack = run(&site.source("arcgis", "/other/api/v3/datasets", ""), first_run()).await.lack();
    assert!(lack.contains("the portal has nothing there"), "{lack}");
}

#[tokio::test]
async fn a_dataverse_gives_each_dataset_as_a_whole_where_its_source_asks_for_it() {
    let item = |id: &str, edited: usize| {
        format!(
            r#"{{"type":"dataset","name":"Title {id}","global_id":"doi:10.1234/{id}","updatedAt":"2026-01-0{edited}"}}"#
        )
    };
    let page = |items: &[String], start: usize| {
        json(format!(r#"{{"status":"OK","data":{{"total_count":4,"start":{start},"items":[{}]}}}}"#, items.join(",")))
    };
    let whole = |id: &str| {
        json(format!(
            r#"{{"status":"OK","data":{{"id":1,"protocol":"doi","authority":"10.1234","identifier":"{id}","latestVersion":{{
            "termsOfAccess":"Ask the desk","fileAccessRequest":true,"files":[{{"label":"f","restricted":true,"dataFile":{{"id":5}}}}],
            "metadataBlocks":{{"citation":{{"fields":[{{"typeName":"title","value":"Title {id}"}}]}}}}}}}}}}"#
        ))
    };
    let day = Arc::new(AtomicUsize::new(1));
    let edited = Arc::clone(&day);
    let site = Site::start(move |target, _| match target {
        "/api/search?q=*&type=dataset&sort=date&order=asc&per_page=2" => {
            page(&[item("A", edited.load(Ordering::Relaxed)), item("B", 1)], 0)
        }
        "/api/search?q=*&type=dataset&sort=date&order=asc&per_page=2&start=2" => page(&[item("C", 1), item("D", 1)], 2),
        "/api/datasets/:persistentId/?persistentId=doi:10.1234/C" => {
            Reply(404, "application/json", r#"{"status":"ERROR","message":"no such dataset"}"#.to_owned())
        }
        target => match target.split_once("/api/datasets/:persistentId/?persistentId=doi:10.1234/") {
            Some(("", id)) => whole(id),
            _ => Reply(404, "text/plain", "?".to_owned()),
        },
    })
    .await;
    let source = |lines: &str| {
        let text = format!(
            "id = \"here\"\nkind = \"dataverse\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\n[limits]\nrequests_per_second = 0\npage_size = 2\n{lines}",
            site.port
        );
        SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap()
    };
    let own = source("[dataverse]\nwhole_datasets = true\n");
    let first = run(&own, first_run()).await;
    assert!(first.is_proven(), "{}", first.lack());
    assert_eq!(first.ids(), ["doi:10.1234/A", "doi:10.1234/B", "doi:10.1234/D"]);
    assert_eq!(formats(&first), [RawFormat::DataverseDataset; 3]);
    assert_eq!(first.pages.iter().map(|page| page.unnamed).sum::<u64>(), 1, "nothing may be called missing");
    let Some(Payload::Raw { format, bytes }) =
        first.pages.iter().flat_map(|page| &page.records).map(|record| &record.payload).next()
    else {
        panic!("a payload is kept")
    };
    let draft = cairn_harvest::payload::read(*format, bytes, &own).unwrap().draft;
    assert_eq!((draft.terms.reasons.len(), draft.terms.sharing_at_least), (2, Some(cairn_model::Sharing::Restricted)));

    day.store(2, Ordering::Relaxed);
    let context = ConnectContext { previous_state: first.state, changes_only: true, ..first_run() };
    let again = run(&own, context).await;
    assert!(again.is_proven(), "{}", again.lack());
    assert_eq!(again.ids(), ["doi:10.1234/A"], "the one that was edited since");
    let unchanged: Vec<&String> = again.pages.iter().flat_map(|page| &page.unchanged).collect();
    assert_eq!(unchanged, ["doi:10.1234/B", "doi:10.1234/D"]);
}

#[tokio::test]
async fn what_an_operator_asks_for_beside_is_said_with_every_request() {
    let site = Site::start(|_, _| json(r#"{"totalCount":0,"count":0,"data":[]}"#)).await;
    let text = format!(
        "id = \"rw\"\nkind = \"reliefweb\"\nurl = \"http://127.0.0.1:{}/v2/reports\"\nallow_private = true\n[parameters]\nappname = \"example-desk\"\n",
        site.port
    );
    let source = SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap();
    let run = run(&source, first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(site.asked(), ["/v2/reports?profile=full&sort[]=id:asc&appname=example-desk&offset=0&limit=1000"]);
}

#[tokio::test]
async fn an_error_that_comes_with_status_200_is_no_empty_listing() {
    let site = Site::start(|_, _| json(r#"{"error":{"code":499,"message":"Token Required","details":[]}}"#)).await;
    let lack = run(&site.source("arcgis", "", ""), first_run()).await.lack();
    assert!(lack.contains("the portal asks for a token"), "{lack}");
}

#[tokio::test]
async fn a_login_wall_before_a_document_or_a_folder_is_a_refusal() {
    // F09. The server has no redirects of its own to give, so the wall is written out.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 4096];
            let length = tokio::io::AsyncReadExt::read(&mut stream, &mut head).await.unwrap();
            let answer: &[u8] = if head[..length].starts_with(b"GET /login ") {
                b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<!DOCTYPE html><title>Sign in</title>"
            } else {
                b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            };
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await;
        }
    });
    for (kind, path) in
        [("dcat", "/catalog.ttl"), ("inventory", "/holdings.csv"), ("ckan", "/dump.jsonl"), ("waf", "/meta/")]
    {
        let text = format!(
            "id = \"here\"\nkind = \"{kind}\"\nurl = \"http://127.0.0.1:{port}{path}\"\nallow_private = true\n"
        );
        let source = SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap();
        let lack = run(&source, first_run()).await.lack();
        assert!(lack.contains("redirect_refused"), "{kind}: {lack}");
    }
}

#[tokio::test]
async fn a_catalogue_is_asked_for_dublin_core_in_the_schema_of_its_version() {
    for (version, schema) in [("2.0.2", "cat/csw/2.0.2"), ("3.0", "cat/csw/3.0")] {
        let site = Site::start(move |target, _| {
            if !target.contains(&format!("outputSchema=http://www.opengis.net/{schema}")) {
                return xml(
                    "<ows:ExceptionReport xmlns:ows=\"http://www.opengis.net/ows\"><ows:Exception exceptionCode=\"InvalidParameterValue\"\
                     locator=\"outputSchema\"/></ows:ExceptionReport>",
                );
            }
            get_records(target, 3, &[])
        })
        .await;
        let run = run(&site.source("csw", "/csw", &format!("[csw]\nversion = \"{version}\"")), first_run()).await;
        assert!(run.is_proven() && run.ids().len() == 3, "{version}: {}", run.lack());
    }
}

/// As `GeoNetwork` does with some versions of its search engine.
#[tokio::test]
async fn a_catalogue_that_counts_its_own_page_only_is_read_on_and_not_called_complete() {
    let site = Site::start(|target, _| {
        let Reply(status, media_type, body) = get_records(target, 250, &[]);
        let returned = body.split("numberOfRecordsReturned=\"").nth(1).unwrap().split('"').next().unwrap();
        let matched = format!("Matched=\"{returned}\"");
        Reply(status, media_type, body.replace("Matched=\"250\"", &matched))
    })
    .await;
    let run = run(&site.source("csw", "/csw", ""), first_run()).await;
    assert!(!run.is_proven(), "who counts so proves nothing");
    assert_eq!(run.ids().len(), 250, "{}", run.lack());
}

#[tokio::test]
async fn a_catalogue_as_large_as_a_page_is_complete_once_nothing_stands_behind_it() {
    for (records, requests) in [(100, 2), (99, 1), (101, 2)] {
        let site = Site::start(move |target, _| get_records(target, records, &[])).await;
        let run = run(&site.source("csw", "/csw", ""), first_run()).await;
        assert!(run.is_proven() && run.ids().len() == records, "{records}: {}", run.lack());
        assert_eq!(run.requests, requests, "{records}");
    }
}

/// `GeoNetwork` refuses the page for one record that it cannot convert into ISO 19139.
#[tokio::test]
async fn a_record_that_a_catalogue_cannot_convert_does_not_make_all_of_it_dublin_core() {
    for bad in [1, 5, 117] {
        let site = Site::start(move |target, _| {
            let start = number(target, "startPosition").unwrap();
            let holds_bad = (start..start + number(target, "maxRecords").unwrap()).contains(&bad);
            if !target.contains("typeNames=csw:Record") && holds_bad {
                return xml(
                    "<ows:ExceptionReport xmlns:ows=\"http://www.opengis.net/ows\"><ows:Exception exceptionCode=\"NoApplicableCode\">\
                     <ows:ExceptionText>OutputSchema 'gmd' not supported for metadata with '102' (iso19110).</ows:ExceptionText>\
                     </ows:Exception></ows:ExceptionReport>",
                );
            }
            get_records(target, 120, &[])
        })
        .await;
        let run = run(&site.source("csw", "/csw", ""), first_run()).await;
        assert_eq!(run.ids().len(), 119, "{bad}: {}", run.lack());
        let asked = site.asked();
        assert!(asked.iter().all(|target| target.contains("typeNames=gmd:MD_Metadata")), "{bad}: {asked:?}");
        assert_eq!(run.pages.iter().map(|page| page.unnamed).sum::<u64>(), 1, "{bad}: nothing is lost silently");
        assert!(!run.is_proven(), "{bad}");
    }
}
