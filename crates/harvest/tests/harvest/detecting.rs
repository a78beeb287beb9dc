//! Addresses of every sort, and the kinds that they are found to be.

use crate::portal::fetcher;
use crate::site::{Reply, Site, html, json, xml};
use cairn_fetch::Url;
use cairn_harvest::detect::detect;

/// The kinds of an address whose one answer this is, whatever is asked.
async fn kinds(answer: fn() -> Reply) -> Vec<&'static str> {
    let site = Site::start(
        move |target, _| if target == "/here" { answer() } else { Reply(404, "text/plain", String::new()) },
    )
    .await;
    let url = Url::parse(&format!("http://127.0.0.1:{}/here", site.port)).unwrap();
    detect(&fetcher(), &url, true).await.unwrap().into_iter().map(|one| one.kind).collect()
}

/// What is found at an address: each kind with its address.
async fn found_at(address: &str) -> Vec<(&'static str, String)> {
    let found = detect(&fetcher(), &Url::parse(address).unwrap(), true).await.unwrap();
    found.into_iter().map(|one| (one.kind, one.url)).collect()
}

#[tokio::test]
async fn an_answer_that_speaks_for_itself_is_of_its_kind() {
    assert_eq!(kinds(|| json(r#"{"success":true,"result":{"count":0,"results":[]}}"#)).await, ["ckan"]);
    assert_eq!(kinds(|| json(r#"{"type":"Catalog","stac_version":"1.0.0","id":"a","links":[]}"#)).await, ["stac"]);
    assert_eq!(
        kinds(|| json(r#"{"links":[{"rel":"data","href":"c"},{"rel":"conformance","href":"d"}]}"#)).await,
        ["ogc-records"]
    );
    assert_eq!(kinds(|| json(r#"{"name":"wells","resources":[{"path":"wells.csv"}]}"#)).await, ["datapackage"]);
    assert_eq!(
        kinds(|| json(r#"{"conformsTo":"https://project-open-data.cio.gov/v1.1/schema","dataset":[{"identifier":"a","title":"b"}]}"#)).await,
        ["dcat"]
    );
    let turtle = || {
        Reply(
            200,
            "text/plain",
            "<http://a.example/d> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> \"Wells\" ."
                .into(),
        )
    };
    assert_eq!(kinds(turtle).await, ["dcat"]);
    let identify = || {
        xml(
            "<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><Identify><repositoryName>a</repositoryName></Identify></OAI-PMH>",
        )
    };
    assert_eq!(kinds(identify).await, ["oai-pmh"]);
    let missing_verb =
        || xml("<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><error code=\"badVerb\"/></OAI-PMH>");
    assert_eq!(kinds(missing_verb).await, ["oai-pmh"]);
    let capabilities =
        || xml("<csw:Capabilities xmlns:csw=\"http://www.opengis.net/cat/csw/2.0.2\" version=\"2.0.2\"/>");
    assert_eq!(kinds(capabilities).await, ["csw"]);
    let folder = || {
        html(
            "<html><head><title>Index of /here</title></head><body><h1>Index of /here</h1><pre><a href=\"../\">Parent Directory</a>\n<a href=\"a.xml\">a.xml</a>  2026-01-02 03:04  1K\n</pre></body></html>",
        )
    };
    assert_eq!(kinds(folder).await, ["waf"]);
    let sitemap = || xml("<urlset><url><loc>https://a.example/d/1</loc></url></urlset>");
    assert_eq!(kinds(sitemap).await, ["web"]);
    assert_eq!(kinds(|| Reply(200, "text/plain", "https://a.example/d/1\n".into())).await, ["web"]);
    let dataset = || {
        html(
            "<!DOCTYPE html><script type=\"application/ld+json\">{\"@type\": \"Dataset\", \"name\": \"Wells\"}</script>",
        )
    };
    assert_eq!(kinds(dataset).await, ["web"]);
    let hub = || json(r#"{"data":[{"id":"a_0","attributes":{}}],"meta":{"stats":{"count":1,"totalCount":1}}}"#);
    assert_eq!(kinds(hub).await, ["arcgis"]);
    let collections =
        || json(r#"{"collections":[{"id":"wells","links":[{"rel":"items","href":"/wells/items"}]}],"links":[]}"#);
    assert_eq!(kinds(collections).await, ["ogc-records"]);
    let of_stac = || json(r#"{"collections":[{"id":"wells","stac_version":"1.0.0","links":[]}],"links":[]}"#);
    assert_eq!(kinds(of_stac).await, Vec::<&str>::new());
    assert_eq!(kinds(|| json(r#"{"data":[{"dataset_hdx_id":"a","dataset_hdx_title":"Wells"}]}"#)).await, ["hapi"]);
}

#[tokio::test]
async fn an_interface_that_asks_who_we_are_and_pages_beside_an_interface_are_known() {
    let site = Site::start(|target, _| match target {
        "/api/v2/metadata/dataset?limit=1" => {
            Reply(403, "application/json", r#"{"error":"Invalid app_identifier"}"#.to_owned())
        }
        "/" => html("<!DOCTYPE html><title>An interface</title>"),
        _ => Reply(404, "text/plain", String::new()),
    })
    .await;
    let root = Url::parse(&format!("http://127.0.0.1:{}/", site.port)).unwrap();
    let found = detect(&fetcher(), &root, true).await.unwrap();
    assert_eq!((found.len(), found[0].kind, found[0].url.as_str()), (1, "hapi", root.as_str()));

    let site = Site::start(|target, _| match target {
        "/" => html(
            "<!DOCTYPE html><script type=\"application/ld+json\">{\"@type\": \"Dataset\", \"name\": \"Wells\"}</script>",
        ),
        "/api/3/action/package_search?rows=0" => json(r#"{"success":true,"result":{"count":7,"results":[]}}"#),
        _ => Reply(404, "text/plain", String::new()),
    })
    .await;
    let root = Url::parse(&format!("http://127.0.0.1:{}/", site.port)).unwrap();
    let found: Vec<&str> = detect(&fetcher(), &root, true).await.unwrap().iter().map(|one| one.kind).collect();
    assert_eq!(found, ["ckan"], "the interface says more than the pages that are made from it");
}

#[tokio::test]
async fn a_page_for_people_is_asked_where_its_portal_answers_programs() {
    let site = Site::start(|target, _| match target {
        "/portal" => html("<!DOCTYPE html><title>Our data</title><p>Welcome.</p>"),
        "/portal/api/3/action/package_search?rows=0" => json(r#"{"success":true,"result":{"count":7,"results":[]}}"#),
        "/portal/csw?service=CSW&request=GetCapabilities" => {
            xml("<csw:Capabilities xmlns:csw=\"http://www.opengis.net/cat/csw/2.0.2\" version=\"2.0.2\"/>")
        }
        _ => html("<!DOCTYPE html><title>Our data</title><p>Not here.</p>"),
    })
    .await;
    let root = format!("http://127.0.0.1:{}/portal", site.port);
    let found = found_at(&root).await;
    assert_eq!(found, [("ckan", root.clone()), ("csw", format!("{root}/csw"))]);
}

#[tokio::test]
async fn a_hub_is_known_by_both_of_its_interfaces() {
    let site = Site::start(|target, _| match target {
        "/api/v3/datasets?page[size]=1" => {
            json(r#"{"data":[{"id":"a_0","attributes":{"name":"Wells"}}],"meta":{"stats":{"count":1,"totalCount":7}}}"#)
        }
        "/api/search/v1/collections/dataset" => json(r#"{"id":"dataset","itemType":"record","links":[]}"#),
        _ => html("<!DOCTYPE html><title>Our hub</title>"),
    })
    .await;
    let root = format!("http://127.0.0.1:{}", site.port);
    let found = found_at(&root).await;
    let expected = [("arcgis", "/api/v3/datasets"), ("ogc-records", "/api/search/v1/collections/dataset")];
    assert_eq!(found, expected.map(|(kind, path)| (kind, format!("{root}{path}"))));
}

#[tokio::test]
async fn a_repository_is_known_by_the_name_of_its_list_and_a_site_by_its_search() {
    let site = Site::start(|target, _| match target {
        "/main/layers.json" => json(r#"{"a":"ab/a"}"#),
        "/catalog.json?per_page=1" => json(
            r#"{"data":[{"id":"a","attributes":{"dct_creator_sm":{"attributes":{"value":"Office"}}},"links":{"self":"/catalog/a"}}]}"#,
        ),
        _ => html("<!DOCTYPE html><title>A library</title>"),
    })
    .await;
    let root = format!("http://127.0.0.1:{}", site.port);
    for (asked, found) in [("/main/layers.json", "/main/layers.json"), ("/", "/catalog.json")] {
        assert_eq!(found_at(&format!("{root}{asked}")).await, [("geoblacklight", format!("{root}{found}"))]);
    }
}

#[tokio::test]
async fn what_answers_as_no_kind_is_none_and_what_may_not_be_asked_is_refused() {
    assert_eq!(kinds(|| html("<!DOCTYPE html><title>For sale</title>")).await, Vec::<&str>::new());
    assert_eq!(kinds(|| json(r#"{"hello":"world"}"#)).await, Vec::<&str>::new());
    let url = Url::parse("http://127.0.0.1/").unwrap();
    assert_eq!(detect(&fetcher(), &url, false).await.unwrap_err().code(), "blocked_address");
}

#[tokio::test]
async fn interfaces_of_one_organisation_are_known_from_their_documented_addresses() {
    let site = Site::start(|target, _| match target {
        "/dtm/api/Common/GetAllOperationList" => json(r#"{"isSuccess":true,"result":[{"operation":"Floods"}]}"#),
        "/bank/ddhxext/DatasetList?$top=1" => json(r#"{"data":[{"dataset_unique_id":"D1","name":"Wells"}]}"#),
        "/v2/indicator?format=json&per_page=1" | "/v2/sources?format=json&per_page=1" => {
            json(r#"[{"page":1,"pages":7,"per_page":"1","total":7},[{"id":"I1","name":"Wells"}]]"#)
        }
        "/v2/indicator" | "/v2/sources" => xml("<wb:indicators xmlns:wb=\"http://www.worldbank.org\" page=\"1\"/>"),
        "/scroll/api/catalog/v1?limit=1" => json(r#"{"results":[],"resultSetSize":0,"timings":{}}"#),
        "/v2/disasters" | "/relief/v2/reports?limit=0" => Reply(
            403,
            "application/json",
            r#"{"status":403,"error":{"message":"You are not using an approved appname."}}"#.to_owned(),
        ),
        "/dtm" | "/bank" | "/scroll" | "/relief" => html("<!DOCTYPE html><title>An interface</title>"),
        _ => Reply(404, "text/plain", String::new()),
    })
    .await;
    let root = format!("http://127.0.0.1:{}", site.port);
    for (asked, kind, found) in [
        ("/dtm", "dtm", "/dtm"),
        ("/bank", "worldbank", "/bank"),
        ("/v2/indicator", "worldbank", "/v2/indicator"),
        ("/v2/sources", "worldbank", "/v2/sources"),
        ("/scroll", "socrata", "/scroll"),
        ("/v2/disasters", "reliefweb", "/v2/disasters"),
        ("/relief", "reliefweb", "/relief/v2/reports"),
    ] {
        assert_eq!(found_at(&format!("{root}{asked}")).await, [(kind, format!("{root}{found}"))], "{asked}");
    }
}

#[tokio::test]
async fn a_repository_is_handed_out_without_the_request_that_was_pasted_with_it() {
    let site = Site::start(|target, _| match target {
        _ if target.starts_with("/here?") => xml("<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><Identify><repositoryName>a</repositoryName></Identify></OAI-PMH>"),
        _ => Reply(404, "text/plain", String::new()),
    })
    .await;
    let root = format!("http://127.0.0.1:{}/here", site.port);
    for (pasted, home) in
        [("?verb=Identify", ""), ("?verb=ListRecords&set=wells&metadataPrefix=a&mode=b", "?set=wells&mode=b")]
    {
        assert_eq!(found_at(&format!("{root}{pasted}")).await[0], ("oai-pmh", format!("{root}{home}")));
    }
}

#[tokio::test]
async fn repositories_and_catalogues_are_known_at_the_places_that_their_software_gives_them() {
    let repository = || {
        xml(
            "<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><Identify><repositoryName>a</repositoryName></Identify></OAI-PMH>",
        )
    };
    let stac = || json(r#"{"type":"Catalog","stac_version":"1.0.0","id":"a","links":[]}"#);
    let site = Site::start(move |target, _| match target {
        "/dspace/server/oai/request?verb=Identify"
        | "/invenio/oai2d?verb=Identify"
        | "/eprints/cgi/oai2?verb=Identify"
        | "/geonetwork/srv/eng/oaipmh?verb=Identify" => repository(),
        "/static/catalog.json?per_page=1" | "/other/data.json" => stac(),
        _ => html("<!DOCTYPE html><title>A site</title>"),
    })
    .await;
    let root = format!("http://127.0.0.1:{}", site.port);
    for (asked, kind, place) in [
        ("/dspace", "oai-pmh", "/dspace/server/oai/request"),
        ("/invenio", "oai-pmh", "/invenio/oai2d"),
        ("/eprints", "oai-pmh", "/eprints/cgi/oai2"),
        ("/geonetwork/", "oai-pmh", "/geonetwork/srv/eng/oaipmh"),
        ("/static", "stac", "/static/catalog.json"),
        ("/other", "stac", "/other/data.json"),
    ] {
        assert_eq!(found_at(&format!("{root}{asked}")).await, [(kind, format!("{root}{place}"))], "{asked}");
    }
}
