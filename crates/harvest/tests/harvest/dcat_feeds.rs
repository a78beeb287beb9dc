//! Catalogues and feeds of DCAT: paged, broken, and as `data.json`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::portal::{first_run, formats, run};
use crate::site::{Reply, Site, Whole, json};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, RawFormat};

const PREFIXES: &str = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . \
    @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n";

#[tokio::test]
async fn a_paged_catalogue_of_dcat_is_followed() {
    let dataset =
        |name: &str| format!("<http://data.example/{name}> a dcat:Dataset ; dct:title \"Title {name}\"@en .\n");
    let site = Site::start(move |target, _| {
        let (name, next) =
            if target.contains("page=2") { ("b", "") } else { ("a", "hydra:next <catalog.ttl?page=2> ;") };
        let page = format!("<> a hydra:PartialCollectionView ; {next} hydra:first <catalog.ttl> .\n");
        let all = "<http://data.example/all> a hydra:Collection ; hydra:totalItems 2 .\n";
        Reply(200, "text/turtle", format!("{PREFIXES}{page}{all}{}", dataset(name)))
    })
    .await;
    let run = run(&site.source("dcat", "/catalog.ttl", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["http://data.example/a", "http://data.example/b"]);
    assert_eq!(formats(&run), [RawFormat::DcatDataset; 2]);
    assert_eq!(run.state, None, "one page tells nothing of the others");
}

#[tokio::test]
async fn a_run_that_read_the_last_page_alone_knows_nothing_of_the_first() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let site = Site::start(move |target, _| {
        let is_second = target.contains("page=2");
        if is_second && down.load(Ordering::Relaxed) {
            return Reply(500, "text/plain", "down".to_owned());
        }
        let (name, next) = if is_second { ("b", "") } else { ("a", "hydra:next <catalog.ttl?page=2> ;") };
        let page = format!("<> a hydra:PartialCollectionView ; {next} hydra:first <catalog.ttl> .\n");
        let dataset = format!("<http://data.example/{name}> a dcat:Dataset ; dct:title \"Title {name}\"@en .\n");
        Reply(200, "text/turtle", format!("{PREFIXES}{page}{dataset}"))
    })
    .await;
    let source = site.source("dcat", "/catalog.ttl", "");
    let part = run(&source, first_run()).await;
    assert!(!part.is_proven() && part.ids() == ["http://data.example/a"], "{}", part.lack());
    is_down.store(false, Ordering::Relaxed);
    let resume = part.pages.last().unwrap().checkpoint.clone();
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven() && rest.pages[0].goes_on, "{}", rest.lack());
    assert_eq!(rest.ids(), ["http://data.example/b"]);
    assert_eq!(rest.state, None, "or later runs would take all pages for unchanged as long as the first one is");
}

/// A catalogue at `/catalog`, which sends to its first page; of so many pages, each of which names the next one in the header
/// of its answer alone.
async fn catalogue_paged_by_header(pages: Arc<AtomicUsize>) -> Site {
    Site::start_whole(move |asked| {
        let number = match asked.target.as_str() {
            "/catalog" => {
                return Whole { status: 303, fields: vec!["Location: /pages/1".to_owned()], body: Vec::new() };
            }
            target => target.trim_start_matches("/pages/").parse::<usize>().unwrap(),
        };
        let mut fields = vec!["Content-Type: text/turtle".to_owned()];
        fields.push("Link: </style.css>; rel=preload; as=style; nopush".to_owned());
        if number < pages.load(Ordering::Relaxed) {
            let next = number + 1;
            fields.push(format!(r#"Link: </x?box=1,2;3>; rel="canonical", <{next}>; rel="describedby next""#));
        }
        let dataset = format!("<http://data.example/{number}> a dcat:Dataset ; dct:title \"Wells\" .\n");
        Whole { status: 200, fields, body: format!("{PREFIXES}{dataset}").into_bytes() }
    })
    .await
}

#[tokio::test]
async fn a_catalogue_whose_pages_lead_on_in_the_header_is_followed() {
    let pages = Arc::new(AtomicUsize::new(1));
    let site = catalogue_paged_by_header(Arc::clone(&pages)).await;
    let source = site.source("dcat", "/catalog", "");
    let ids = |last: usize| (1..=last).map(|number| format!("http://data.example/{number}")).collect::<Vec<_>>();
    let one = run(&source, first_run()).await;
    assert!(one.is_proven() && one.ids() == ids(1) && one.state.is_some(), "{}", one.lack());
    pages.store(3, Ordering::Relaxed);
    let all = run(&source, ConnectContext { previous_state: one.state, ..first_run() }).await;
    assert!(all.is_proven(), "{}", all.lack());
    assert_eq!((all.ids(), all.state), (ids(3), None), "though the first page is as it was");
}

#[tokio::test]
async fn a_header_that_leads_back_or_cannot_be_read_proves_no_end() {
    for (link, reason) in [
        (r#"</catalog.ttl>; rel="next""#.to_owned(), "paging_loop"),
        ("</catalog.ttl?page=2; rel=next".to_owned(), "cannot be read"),
        (format!(r#"</catalog.ttl?page={}>; rel="next""#, "2".repeat(5000)), "cannot be read"),
        (r#"<http://[>; rel="next""#.to_owned(), "cannot be read"),
        (r#"<file:///etc/passwd>; rel="next""#.to_owned(), "scheme"),
    ] {
        let field = format!("Link: {link}");
        let site = Site::start_whole(move |_| {
            let body = format!("{PREFIXES}<http://data.example/a> a dcat:Dataset ; dct:title \"Wells\" .\n");
            Whole { status: 200, fields: vec![field.clone()], body: body.into_bytes() }
        })
        .await;
        let run = run(&site.source("dcat", "/catalog.ttl", ""), first_run()).await;
        assert_eq!(run.ids(), ["http://data.example/a"], "{link}");
        assert!(!run.is_proven() && run.lack().contains(reason), "{link}: {}", run.lack());
    }
}

#[tokio::test]
async fn a_header_leads_on_only_from_its_own_page_and_only_where_the_page_does_not() {
    let site = Site::start_whole(|asked| {
        let (body, link) = match asked.target.as_str() {
            "/ogc/items?limit=100" => ("a", r#"<items?page=2>; rel="NEXT""#),
            "/ogc/items?page=2" => (r#"b"}],"links":[{"rel":"next","href":"items?page=3"#, "<items?page=9>; rel=next"),
            _ => ("c", r#"<items?page=4>; rel="next"; anchor="/elsewhere""#),
        };
        let features = match body.split_once(r#""}],"#) {
            Some((id, links)) => {
                format!(r#"[{{"type":"Feature","id":"{id}","properties":{{"title":"T"}}}}],{links}"}}]"#)
            }
            None => format!(r#"[{{"type":"Feature","id":"{body}","properties":{{"title":"T"}}}}]"#),
        };
        let body = format!(r#"{{"type":"FeatureCollection","features":{features}}}"#);
        Whole { status: 200, fields: vec![format!("Link: {link}")], body: body.into_bytes() }
    })
    .await;
    let run = run(&site.source("ogc-records", "/ogc/items", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["a", "b", "c"]);
}

#[tokio::test]
async fn a_catalogue_that_is_broken_lists_its_datasets_and_gives_none() {
    const RIGHTS: &str = "dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED>";
    const OPENING: &str = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
        xmlns:dcat=\"http://www.w3.org/ns/dcat#\" xmlns:dct=\"http://purl.org/dc/terms/\">";
    let turtle = |name: &str, rights: &str| {
        format!("<http://data.example/{name}> a dcat:Dataset ; dct:title \"Title {name}\" ; {rights} .\n")
    };
    let xml = |name: &str| {
        format!("<dcat:Dataset rdf:about=\"http://data.example/{name}\"><dct:title>{name}</dct:title></dcat:Dataset>")
    };
    let broken = format!("{PREFIXES}{}{}{}", turtle("a", RIGHTS), turtle("b", "unknown:term 1"), turtle("c", RIGHTS));
    let whole = format!("{PREFIXES}{}{}", turtle("a", RIGHTS), turtle("b", RIGHTS));
    // What closes a dataset may stand far from it.
    let apart = format!("{PREFIXES}{}<http://data.example/a> {RIGHTS} .\n", turtle("a", ""));
    for (media_type, document, listed) in [
        ("text/turtle", broken, vec!["a", "b", "c"]),
        ("text/turtle", whole[..whole.len() - 20].to_owned(), vec!["a", "b"]),
        ("text/turtle", apart[..apart.len() - 20].to_owned(), vec!["a"]),
        ("application/rdf+xml", format!("{OPENING}{}<dcat:Dataset", xml("a")), vec!["a"]),
        (
            "application/rdf+xml",
            format!(
                "{OPENING}{}<dcat:Dataset rdf:about=\"http://data.example/b\">text</dcat:Dataset></rdf:RDF>",
                xml("a")
            ),
            vec!["a"],
        ),
    ] {
        let site = Site::start(move |_, _| Reply(200, media_type, document.clone())).await;
        let run = run(&site.source("dcat", "/catalog", ""), first_run()).await;
        assert_eq!(run.ids(), Vec::<String>::new(), "none of them is sure to say all that closes it");
        let listed: Vec<String> = listed.iter().map(|name| format!("http://data.example/{name}")).collect();
        assert_eq!(run.also_listed(), listed, "each is there, so it is not missing");
        assert!(run.lack().contains("sure to be whole"), "{}", run.lack());
        assert_eq!(run.state, None, "the next run is to read it again");
    }
}

#[tokio::test]
async fn a_catalogue_that_names_what_it_does_not_describe_is_told_so() {
    let site = Site::start(|_, _| {
        let catalogue = "<http://data.example/all> a dcat:Catalog ; dcat:dataset <http://data.example/a>, <http://data.example/b> .";
        let dataset = "<http://data.example/a> a dcat:Dataset ; dct:title \"Wells\" .";
        Reply(200, "text/turtle", format!("{PREFIXES}{catalogue}\n{dataset}\n"))
    })
    .await;
    let run = run(&site.source("dcat", "/catalog.ttl", ""), first_run()).await;
    assert_eq!(run.ids(), ["http://data.example/a"]);
    assert!(
        run.lack().ends_with("the catalogue names 1 datasets that the document does not describe"),
        "{}",
        run.lack()
    );
}

#[tokio::test]
async fn a_key_in_the_address_of_a_catalogue_is_in_no_id_checkpoint_or_message() {
    let site = Site::start(move |target, _| {
        if !target.contains("token=canary") {
            return Reply(403, "text/plain", "no".to_owned());
        }
        let next = if target.contains("page=2") { "" } else { "hydra:next <catalog.ttl?page=2&token=canary> ;" };
        let page = format!("<> a hydra:PartialCollectionView ; {next} hydra:first <catalog.ttl> .\n");
        let name = if next.is_empty() { "b" } else { "a" };
        let records = format!(
            "<dataset/{name}> a dcat:Dataset ; dct:title \"Wells\" . <#{name}> a dcat:Dataset ; dct:title \"Roads\" .\n"
        );
        Reply(200, "text/turtle", format!("{PREFIXES}{page}{records}"))
    })
    .await;
    let run = run(&site.source("dcat", "/catalog.ttl?format=ttl&token=canary", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    let home = format!("http://127.0.0.1:{}", site.port);
    let dataset = |name: &str| format!("{home}/dataset/{name}");
    assert_eq!(run.ids()[..2], [dataset("a"), format!("{home}/catalog.ttl?format=ttl#a")]);
    assert_eq!(run.ids().len(), 4);
    assert!(!format!("{run:?}").contains("canary"));
}

#[tokio::test]
async fn a_feed_of_data_json_is_told_from_json_ld_and_known_again() {
    let feed = r#"{"conformsTo":"https://project-open-data.cio.gov/v1.1/schema","dataset":[
        {"identifier":"a","title":"Wells","accessLevel":"public"},{"identifier":"b","title":"Roads","accessLevel":"non-public"}]}"#;
    let site = Site::start(move |_, _| json(feed)).await;
    let first = run(&site.source("dcat", "/data.json", ""), first_run()).await;
    assert!(first.is_proven(), "{}", first.lack());
    assert_eq!(
        (first.ids(), formats(&first)),
        (vec!["a".to_owned(), "b".to_owned()], vec![RawFormat::DcatUsDataset; 2])
    );
    let context = ConnectContext { previous_state: first.state, ..first_run() };
    let again = run(&site.source("dcat", "/data.json", ""), context).await;
    assert!(matches!(again.end, Ok(EndProof::Unchanged)), "{}", again.lack());

    let linked = r#"{"@context":{"dcat":"http://www.w3.org/ns/dcat#","dct":"http://purl.org/dc/terms/"},
        "@graph":[{"@id":"http://data.example/a","@type":"dcat:Dataset","dct:title":"Wells"}]}"#;
    let site = Site::start(move |_, _| json(linked)).await;
    let run = run(&site.source("dcat", "/catalog.jsonld", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(formats(&run), [RawFormat::DcatDataset]);
}
