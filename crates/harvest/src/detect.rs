//! Which kind of source an address is, found out by asking it.
//!
//! What the address itself answers tells most. Where it is only a page for people, the places at which each kind of portal
//! answers programs are asked one after the other, a handful of requests in all.

use bytes::Bytes;
use cairn_fetch::{FetchError, FetchPolicy, Fetched, Fetcher, Request, Url};
use cairn_formats::arcgis::{ArcgisError, error_of};
use cairn_formats::{aardvark, csw, dcat_us, oai_pmh, schema_org, sitemap, waf, web_page, xml_record};
use serde::Serialize;
use serde_json::Value;

use crate::{HarvestError, arcgis, geoblacklight, hapi};

/// Largest answer that is looked at.
const MAX_BYTES: u64 = 32 << 20;

/// A kind that an address answers as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// Id of the kind.
    pub kind: &'static str,
    /// The address to configure.
    pub url: String,
}

/// A path below the root, parameters, and a kind.
type Place = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// Where kinds of portals answer: path below the root, parameters, and the kind whose answer it would be.
const PLACES: &[Place] = &[
    ("/api/3/action/package_search", &[("rows", "0")], "ckan"),
    ("/api/v1/changes", &[("limit", "1")], "cairn"),
    ("/data.json", &[], "dcat"),
    ("/api/explore/v2.1/catalog/datasets", &[("limit", "0")], "opendatasoft"),
    ("/index.php/api/catalog/search", &[("ps", "1"), ("format", "json")], "nada"),
    ("/api/v2/resources", &[("page_size", "1")], "geonode"),
    ("/api/1/search", &[("page-size", "1")], "dkan"),
    ("/api/info/version", &[], "dataverse"),
    ("/sharing/rest", &[("f", "json")], "arcgis"),
    ("/rest/services", &[("f", "json")], "arcgis"),
    ("/arcgis/rest/services", &[("f", "json")], "arcgis"),
    ("/api/v3/datasets", &[("page[size]", "1")], "arcgis"),
    ("/csw", &[("service", "CSW"), ("request", "GetCapabilities")], "csw"),
    ("/srv/eng/csw", &[("service", "CSW"), ("request", "GetCapabilities")], "csw"),
    ("/oai", &[("verb", "Identify")], "oai-pmh"),
    ("/oai/request", &[("verb", "Identify")], "oai-pmh"),
    ("/server/oai/request", &[("verb", "Identify")], "oai-pmh"),
    ("/oai2d", &[("verb", "Identify")], "oai-pmh"),
    ("/cgi/oai2", &[("verb", "Identify")], "oai-pmh"),
    ("/srv/eng/oaipmh", &[("verb", "Identify")], "oai-pmh"),
    ("/ogc", &[("f", "json")], "ogc-records"),
    ("/api/search/v1/collections/dataset", &[], "ogc-records"),
    ("/stac", &[], "stac"),
    ("/catalog.ttl", &[], "dcat"),
    ("/catalog.rdf", &[], "dcat"),
    // A site's search, or a static catalogue of STAC, which heeds no parameter.
    ("/catalog.json", &[("per_page", "1")], "geoblacklight"),
    ("/api/v2/metadata/dataset", &[("limit", "1")], "hapi"),
    ("/api/catalog/v1", &[("limit", "1")], "socrata"),
    ("/api/Common/GetAllOperationList", &[], "dtm"),
    ("/v2/reports", &[("limit", "0")], "reliefweb"),
    ("/ddhxext/DatasetList", &[("$top", "1")], "worldbank"),
    // The Indicators API answers programs that do not ask for JSON with XML.
    ("", &[("format", "json"), ("per_page", "1")], "worldbank"),
    ("/v2/indicator", &[("format", "json"), ("per_page", "1")], "worldbank"),
];

/// Kinds whose sources are configured by the place that answers, not by the root of the site: whichever of them a place
/// answers as, it is one.
const AT_THEIR_PLACE: &[&str] = &["dcat", "csw", "oai-pmh", "ogc-records", "stac", "geoblacklight"];

/// Fields of which a record of `GeoBlacklight` has some, and no other record.
const GEOBLACKLIGHT: &[&str] = &[
    "gbl_mdVersion_s",
    "geoblacklight_version",
    "dct_title_s",
    "dct_creator_sm",
    "gbl_resourceClass_sm",
    "gbl_indexYear_im",
];

/// Asks an address what it is. Every kind that it answers as, the plainest first; none when it answers as no kind.
///
/// # Errors
/// When the address itself cannot be reached, or may not be asked.
pub async fn detect(fetcher: &Fetcher, url: &Url, allow_private: bool) -> Result<Vec<Detected>, HarvestError> {
    let policy = FetchPolicy { allow_private, max_bytes: MAX_BYTES, max_tries: 1, ..FetchPolicy::default() };
    if arcgis::is_of_server(url)
        && let Some(detected) = detect_services(fetcher, url, &policy).await?
    {
        return Ok(vec![detected]);
    }
    let body = match ask(fetcher, url, &policy).await {
        Ok(body) => body,
        Err(FetchError::Status { status: 403, body, .. }) if asks_who_we_are(&body) => body,
        // A root that shows nothing may still have its places.
        Err(FetchError::Status { status: 400..=499, .. }) => Bytes::new(),
        Err(error) => return Err(error.into()),
    };
    let kind = match kind_of(body.clone()).await {
        // Only its name says what paths these are.
        None if url.path().ends_with(geoblacklight::LAYERS) && aardvark::list_layers(&body).is_ok() => {
            Some("geoblacklight")
        }
        kind => kind,
    };
    if let Some(kind) = kind.filter(|kind| *kind != "web") {
        let home = if kind == "oai-pmh" { crate::oai_pmh::without_request(url.clone()) } else { url.clone() };
        return Ok(vec![Detected { kind, url: home.to_string() }]);
    }
    let mut found: Vec<Detected> = Vec::new();
    for (path, parameters, kind) in PLACES {
        if found.iter().any(|known| known.kind == *kind) {
            continue;
        }
        let mut place = url.clone();
        place.set_query(None);
        place.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
        let is_home =
            *kind == "reliefweb" || *path == "/v2/indicator" || arcgis::is_of_server(&place) || arcgis::is_hub(&place);
        let own = place.to_string();
        let home = if is_home { own.clone() } else { url.to_string() };
        if !parameters.is_empty() {
            place.query_pairs_mut().extend_pairs(*parameters);
        }
        let body = match ask(fetcher, &place, &policy).await {
            Ok(body) => body,
            // Its answer to those who do not say who they are tells what it is.
            Err(FetchError::Status { status: 403, body, .. }) if asks_who_we_are(&body) => body,
            Err(_) => continue,
        };
        let answers_as = kind_of(body).await;
        if let Some(kind) = answers_as.filter(|kind| AT_THEIR_PLACE.contains(kind)) {
            if found.iter().all(|known| known.kind != kind) {
                found.push(Detected { kind, url: own });
            }
        } else if answers_as == Some(kind) {
            found.push(Detected { kind, url: home });
        }
    }
    // An interface says more, and says it with less asking, than the pages that are made from it.
    if found.is_empty()
        && let Some(kind) = kind
    {
        found.push(Detected { kind, url: url.to_string() });
    }
    Ok(found)
}

/// An address of a server's services, which shows a page to people unless it is asked for JSON. A server that wants a token
/// says so in words that no other has.
async fn detect_services(fetcher: &Fetcher, url: &Url, policy: &FetchPolicy) -> Result<Option<Detected>, HarvestError> {
    let mut home = url.clone();
    home.set_query(None);
    home.set_fragment(None);
    if !arcgis::is_place(&home) {
        return Ok(None);
    }
    let mut place = home.clone();
    place.set_query(Some("f=json"));
    let body = match ask(fetcher, &place, policy).await {
        Ok(body) => body,
        Err(FetchError::Status { status: 400..=499, .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let wants_token = matches!(
        error_of(&body),
        Some(ArcgisError::TokenRequired | ArcgisError::TokenInvalid | ArcgisError::Forbidden)
    );
    let is_known = wants_token || kind_of(body).await == Some("arcgis");
    Ok(is_known.then(|| Detected { kind: "arcgis", url: home.to_string() }))
}

/// Whether an interface refuses those who do not say who they are, in words that tell which it is.
fn asks_who_we_are(body: &[u8]) -> bool {
    hapi::asks_for_identifier(body) || asks_for_appname(body)
}

/// Whether `ReliefWeb` refuses a caller whose name it does not know.
fn asks_for_appname(body: &[u8]) -> bool {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    let told = answer.as_ref().and_then(|answer| answer.pointer("/error/message")?.as_str());
    told.is_some_and(|told| told.to_ascii_lowercase().contains("appname"))
}

async fn ask(fetcher: &Fetcher, url: &Url, policy: &FetchPolicy) -> Result<Bytes, FetchError> {
    let request = Request {
        accept: "application/json, application/xml;q=0.9, text/turtle;q=0.9, */*;q=0.5",
        ..Request::new(url.clone())
    };
    match fetcher.fetch(&request, policy).await? {
        Fetched::Fresh(answer) => Ok(answer.body),
        Fetched::NotModified => Ok(Bytes::new()),
    }
}

async fn kind_of(body: Bytes) -> Option<&'static str> {
    tokio::task::spawn_blocking(move || kind_of_body(&body)).await.ok().flatten()
}

/// The kind that an answer is of.
fn kind_of_body(body: &[u8]) -> Option<&'static str> {
    let begin = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    match begin.first()? {
        b'{' | b'[' => kind_of_json(body),
        b'<' => kind_of_markup(body),
        // A sitemap may be packed, or a plain list of addresses.
        _ if sitemap::list(body).is_ok() => Some("web"),
        _ => cairn_formats::dcat::list_datasets(body, None).is_ok().then_some("dcat"),
    }
}

fn kind_of_json(body: &[u8]) -> Option<&'static str> {
    if dcat_us::is_catalogue(&body[..body.len().min(64 * 1024)]) {
        return Some("dcat");
    }
    let value: Value = serde_json::from_slice(body).ok()?;
    let has = |path: &[&str]| path.iter().try_fold(&value, |value, key| value.get(key)).is_some();
    let relations = value.get("links").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let has_relation =
        |name: &str| relations.iter().any(|link| link["rel"].as_str().is_some_and(|rel| rel.ends_with(name)));
    let is_record = |item: &Value| item["itemType"] == "record";
    // A STAC API says its version in each of its collections.
    let has_links = |item: &Value| item["links"].is_array() && item.get("stac_version").is_none();
    let holds_geoblacklight =
        [value.pointer("/response/docs/0"), value.pointer("/data/0/attributes"), value.get(0), Some(&value)]
            .into_iter()
            .flatten()
            .any(|record| GEOBLACKLIGHT.iter().any(|key| record.get(key).is_some()));
    // Each sign belongs to one kind; the first that is there decides.
    let signs: &[(bool, &'static str)] = &[
        (has(&["success"]) && has(&["result", "results"]), "ckan"),
        (has(&["stac_version"]), "stac"),
        (has(&["changes"]) && has(&["complete"]), "cairn"),
        (has(&["result", "rows"]) && has(&["result", "found"]) || has(&["rows"]) && has(&["found"]), "nada"),
        (
            has(&["currentVersion"]) && has(&["enterpriseVersion"])
                || has(&["currentVersion"]) && has(&["fullVersion"])
                || has(&["currentVersion"])
                    && ["services", "folders", "layers", "tables", "fields"].iter().any(|key| has(&[key])),
            "arcgis",
        ),
        (has(&["total_count"]) && has(&["results"]), "opendatasoft"),
        (has(&["resources"]) && has(&["page_size"]), "geonode"),
        (has(&["resources"]) && (has(&["name"]) || has(&["profile"])), "datapackage"),
        (has(&["facets"]) && has(&["results"]) && has(&["total"]), "dkan"),
        (value["status"] == "OK" && has(&["data", "version"]), "dataverse"),
        (value["href"].as_str().is_some_and(|href| href.contains("reliefweb")) && has(&["totalCount"]), "reliefweb"),
        (has(&["resultSetSize"]) && has(&["results"]), "socrata"),
        (has_relation("conformance") && has_relation("data"), "ogc-records"),
        (
            value["collections"]
                .as_array()
                .is_some_and(|all| all.iter().any(is_record) || !all.is_empty() && all.iter().all(has_links)),
            "ogc-records",
        ),
        (value["itemType"] == "record", "ogc-records"),
        (has(&["isSuccess"]) && value["result"].is_array(), "dtm"),
        (value["data"][0]["dataset_unique_id"].is_string(), "worldbank"),
        (value[0]["pages"].is_number() && !value[0]["per_page"].is_null() && value[1].is_array(), "worldbank"),
        (asks_for_appname(body), "reliefweb"),
        (holds_geoblacklight, "geoblacklight"),
        // ArcGIS Hub counts what it has in a place of its own.
        (has(&["data"]) && has(&["meta", "stats", "totalCount"]), "arcgis"),
        (value["data"][0]["dataset_hdx_id"].is_string() || hapi::asks_for_identifier(body), "hapi"),
    ];
    if let Some((_, kind)) = signs.iter().find(|(sign, _)| *sign) {
        return Some(kind);
    }
    cairn_formats::dcat::list_datasets(body, None).is_ok().then_some("dcat")
}

/// Whether a page describes a dataset of schema.org.
fn has_dataset(body: &[u8]) -> bool {
    web_page::read_page(body, None).json_ld.iter().any(|block| schema_org::list_datasets(block.as_bytes()).is_ok())
}

fn kind_of_markup(body: &[u8]) -> Option<&'static str> {
    if csw::read_capabilities(body).is_ok() {
        return Some("csw");
    }
    if !matches!(oai_pmh::read_repository(body), Err(oai_pmh::OaiError::Unreadable(_))) {
        return Some("oai-pmh");
    }
    if cairn_formats::dcat::list_datasets(body, None).is_ok() {
        return Some("dcat");
    }
    if sitemap::list(body).is_ok() || has_dataset(body) {
        return Some("web");
    }
    // A single record is a folder of one.
    (xml_record::recognise(body).is_ok() || waf::list_folder(body, None).is_ok()).then_some("waf")
}
