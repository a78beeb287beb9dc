//! Services of an `ArcGIS` server, walked from folders to services to layers, of which each layer and table is a record.
//!
//! An address of a portal or of a Hub is that of a listing, which [`json_api`] reads.
//!
//! Only descriptions are asked for: an address is a directory, a service or a layer with its number, and never an operation
//! of one (`/query`), whatever a server calls its folders and services.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::Reading;
use cairn_formats::arcgis::{ArcgisError, list_layers, list_services, read_layer};
use cairn_model::Problem;

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord};
use crate::config::Location;
use crate::json_api::{self, listing_address, not_a_page, with_parameter};
use crate::kinds::ConnectContext;
use crate::payload::close_to_others;
use crate::plain_address::of_document;
use crate::server::NotAPage;
use crate::{Connector, HarvestError, Payload, RawFormat, SourceConfig};

/// Services whose layers have a schema; a geocoder, a geometry service or a cache of tiles has none.
const SERVICES: &[&str] = &["FeatureServer", "MapServer"];

/// Folders inside one another. Servers have one level; more is mostly a folder that leads back to itself.
const MOST_LEVELS: usize = 4;

/// Folders, services or layers that one page leads to.
const MOST_ENTRIES: usize = 10_000;

/// What stands behind the address of a kept layer that was asked for with a credential.
const WITH_CREDENTIAL: &str = " with-credential";

/// Opens a portal, the data sets of a Hub, or what an address of a server names.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    match (services(config)?, config.location()?) {
        (Some(services), _) => chain::connect(config, context, services),
        (None, Location::Web(url)) if is_hub(&url) => json_api::ARCGIS_HUB.connect(config, context),
        (None, _) => json_api::ARCGIS_ITEMS.connect(config, context),
    }
}

/// Whether an address is that of the data sets of a Hub.
pub(crate) fn is_hub(url: &Url) -> bool {
    url.path().trim_end_matches('/').ends_with(json_api::HUB_DATASETS)
}

/// The services that the address of a source names; `None` where it is that of a portal.
pub(crate) fn services(config: &SourceConfig) -> Result<Option<Services>, HarvestError> {
    let refuse = |reason: &str| HarvestError::Configuration { source_id: config.id.clone(), reason: reason.to_owned() };
    let mut home = listing_address(config, "", &[])?;
    let is_token = |name: &str| name.eq_ignore_ascii_case("token");
    let sends_token = config.parameters.keys().any(|name| is_token(name));
    // The address of a server is rid of it below.
    if sends_token || !is_of_server(&home) && home.query_pairs().any(|(name, _)| is_token(&name)) {
        return Err(refuse("a token is sent in no address: it belongs into [credentials]"));
    }
    if !is_of_server(&home) {
        return Ok(None);
    }
    if !is_place(&home) {
        let reason = "`url` must end in /rest/services or a folder of it, in /FeatureServer or /MapServer, or in the \
                      number of a layer behind that";
        return Err(refuse(reason));
    }
    // What stands behind `?` in an address that was pasted is a format, a question or a token: none of it is sent.
    home.set_query(None);
    if let Ok(mut parts) = home.path_segments_mut() {
        parts.pop_if_empty();
    }
    config.add_parameters(&mut home);
    Ok(Some(Services { home: with_parameter(&home, "f", "json"), with_credential: config.has_credential() }))
}

/// Whether an address is one of a server's services, and not of a portal.
pub(crate) fn is_of_server(url: &Url) -> bool {
    let parts = parts_of(url);
    parts.iter().any(|part| is_service(part)) || root_of(&parts).is_some()
}

/// Whether a source can begin at an address of a server.
pub(crate) fn is_place(url: &Url) -> bool {
    Place::of(url).is_some()
}

/// What an address of a server names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// All services, or a folder of them.
    Directory,
    Service,
    Layer,
}

impl Place {
    fn of(url: &Url) -> Option<Self> {
        let parts = parts_of(url);
        let Some(service) = parts.iter().position(|part| is_service(part)) else {
            return root_of(&parts).map(|_| Self::Directory);
        };
        match &parts[service + 1..] {
            [] => Some(Self::Service),
            [layer] if is_number(layer) => Some(Self::Layer),
            _ => None,
        }
    }
}

fn parts_of(url: &Url) -> Vec<&str> {
    url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default()
}

fn is_service(part: &str) -> bool {
    SERVICES.iter().any(|kind| part.eq_ignore_ascii_case(kind))
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.len() <= 10 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Parts of a path up to the root of all services.
fn root_of(parts: &[&str]) -> Option<usize> {
    let is_root = |pair: &[&str]| pair[0].eq_ignore_ascii_case("rest") && pair[1].eq_ignore_ascii_case("services");
    parts.windows(2).position(is_root).map(|place| place + 2)
}

/// A walk through services, from an address of a server.
#[derive(Clone)]
pub(crate) struct Services {
    home: Url,
    /// Whether its answers are for the holder of a credential, and not for everyone.
    with_credential: bool,
}

#[async_trait]
impl ChainProtocol for Services {
    const ACCEPT: &'static str = json_api::ACCEPT;

    fn first(&self) -> Url {
        self.home.clone()
    }

    fn read(&self, asked: &Url, _from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        match Place::of(asked) {
            Some(Place::Directory) => read_directory(asked, body),
            Some(Place::Service) => read_service(asked, body),
            Some(Place::Layer) => read_layer_page(asked, body, self.with_credential),
            None => Err(NotAPage::Other("it is no address of a service".to_owned())),
        }
    }

    // A directory lists services that are stopped, which it says when they are asked for.
    fn leads_to_more(&self, url: &Url, error: &HarvestError) -> bool {
        error.is_temporary() && Place::of(url) != Some(Place::Layer)
    }

    fn explain(&self, body: &[u8]) -> String {
        cairn_formats::arcgis::error_of(body).map(|error| error.to_string()).unwrap_or_default()
    }
}

fn read_directory(asked: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
    let directory = list_services(body).map_err(|error| refusal(body, error))?;
    let mut entries = Entries::new(directory.problems);
    let services = directory.services.iter().filter_map(|service| {
        let kind = SERVICES.iter().find(|kind| service.kind.eq_ignore_ascii_case(kind))?;
        Some(named(asked, &format!("{}/{kind}", service.name), Place::Service).ok_or(service.name.as_str()))
    });
    entries.lead_to(services);
    let folders = directory.folders.iter().map(|name| named(asked, name, Place::Directory).ok_or(name.as_str()));
    entries.lead_to(folders);
    Ok(entries.page)
}

fn read_service(asked: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
    let listed = list_layers(body).map_err(|error| refusal(body, error))?;
    let mut entries = Entries::new(listed.problems);
    let layers = listed.layers.iter().filter(|layer| !layer.is_group);
    entries.lead_to(layers.map(|layer| below(asked, &layer.id, Place::Layer).ok_or(layer.id.as_str())));
    Ok(entries.page)
}

fn read_layer_page(asked: &Url, body: &Bytes, with_credential: bool) -> Result<ChainPage, NotAPage> {
    let address = of_document(asked);
    let reading = read_layer(body, Some(address.as_str())).map_err(|problem| not_a_page(body, &problem))?;
    if reading.draft.kind.as_deref() == Some("Group Layer") {
        let reason = "it is a layer that only holds others: the address of its service leads to them";
        return Err(NotAPage::Other(reason.to_owned()));
    }
    let mark = if with_credential { WITH_CREDENTIAL } else { "" };
    let bytes = [address.as_str().as_bytes(), mark.as_bytes(), b"\n", body].concat();
    let payload = Payload::Raw { format: RawFormat::ArcgisLayer, bytes: bytes.into() };
    let record = ChainedRecord { id: Some(reading.draft.source_record_id), payload };
    Ok(ChainPage { records: vec![record], ..ChainPage::default() })
}

/// Reads a layer as it is kept: in a line of its own what it does not tell of itself, and what came from its address.
///
/// A layer has no flag that says who sees it: one that was asked for with a credential is closed to others.
#[allow(clippy::result_large_err, reason = "a problem is stored as it is, and single records fail seldom")]
pub(crate) fn read_kept_layer(bytes: &[u8], config: &SourceConfig) -> Result<Reading, Problem> {
    let Some((head, layer)) = parts_of_kept(bytes) else {
        return Err(Problem::error("unreadable-payload", "", "the kept layer has no address before it"));
    };
    let Some(address) = head.strip_suffix(WITH_CREDENTIAL) else {
        return read_layer(layer, Some(head));
    };
    let mut reading = read_layer(layer, Some(address))?;
    close_to_others(&mut reading.draft, config);
    Ok(reading)
}

/// The description of a layer as the server gave it, from a layer as it is kept.
pub(crate) fn description_of_kept(bytes: &[u8]) -> &[u8] {
    parts_of_kept(bytes).map_or(&[], |(_, layer)| layer)
}

fn parts_of_kept(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

/// The address of what a directory names: from the root of all services where the name begins with the directory's own
/// (`Health/Clinics` in the folder `Health`), else from the directory itself.
fn named(directory: &Url, name: &str, place: Place) -> Option<Url> {
    let parts = parts_of(directory);
    let root = root_of(&parts)?;
    let mut from_root = directory.clone();
    if let Ok(mut own) = from_root.path_segments_mut() {
        for _ in root..parts.len() {
            own.pop();
        }
    }
    let from_root = below(&from_root, name, place);
    let folder = format!("{}/", directory.path());
    let is_below = |url: &Url| format!("{}/", url.path()).starts_with(&folder);
    let url = from_root.filter(is_below).or_else(|| below(directory, name, place))?;
    let levels = parts_of(&url).len() - root;
    (place != Place::Directory || levels <= MOST_LEVELS).then_some(url)
}

/// The address of a name below another, if that is a place of this sort: names are the server's to choose.
fn below(parent: &Url, name: &str, place: Place) -> Option<Url> {
    let mut url = parent.clone();
    {
        let mut parts = url.path_segments_mut().ok()?;
        for part in name.split('/') {
            if matches!(part, "" | "." | "..") {
                return None;
            }
            parts.push(part);
        }
    }
    (Place::of(&url) == Some(place)).then_some(url)
}

/// Where a page leads.
struct Entries {
    page: ChainPage,
}

impl Entries {
    fn new(problems: Vec<Problem>) -> Self {
        Self { page: ChainPage { problems, ..ChainPage::default() } }
    }

    /// Takes addresses in, and notes names that are none; what is not asked for may not be called missing.
    fn lead_to<'a>(&mut self, entries: impl Iterator<Item = Result<Url, &'a str>>) {
        let mut is_noted = false;
        let begin = self.page.leads_to.len();
        for entry in entries {
            match entry {
                Ok(_) if self.page.leads_to.len() - begin >= MOST_ENTRIES => {
                    let message = format!("more than {MOST_ENTRIES} entries in one page: the rest is not asked for");
                    self.page.problems.push(Problem::error("too-many", "", message));
                    return;
                }
                Ok(url) => self.page.leads_to.push(url),
                Err(name) => {
                    if !std::mem::replace(&mut is_noted, true) {
                        let message =
                            "a name that leads to no folder, service or layer, or folders too far inside one another";
                        self.page.problems.push(Problem::error("unusable-name", "", message).with_value(name));
                    }
                }
            }
        }
    }
}

/// What came instead of a listing.
fn refusal(body: &[u8], error: ArcgisError) -> NotAPage {
    match error {
        ArcgisError::Unreadable(problem) => not_a_page(body, &problem),
        told => NotAPage::Refused(format!("it answers with an error: {told}")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::connector::lost;

    fn url(path: &str) -> Url {
        Url::parse(&format!("https://server.example{path}")).unwrap()
    }

    #[test]
    fn an_address_names_a_directory_a_service_a_layer_or_nothing() {
        let table = [
            ("/arcgis/rest/services", Some(Place::Directory)),
            ("/arcgis/rest/services/", Some(Place::Directory)),
            ("/arcgis/REST/Services/Health", Some(Place::Directory)),
            ("/x/rest/services/Health/Clinics/FeatureServer", Some(Place::Service)),
            ("/x/rest/services/Health/Clinics/mapserver/", Some(Place::Service)),
            ("/x/rest/services/Clinics/FeatureServer/12", Some(Place::Layer)),
            ("/x/rest/services/Clinics/FeatureServer/layers", None),
            ("/x/rest/services/Clinics/FeatureServer/0/query", None),
            ("/x/rest/services/Clinics/FeatureServer/query", None),
            ("/portal", None),
        ];
        for (path, expected) in table {
            assert_eq!(Place::of(&url(path)), expected, "{path}");
        }
        assert!(is_of_server(&url("/x/rest/services/Clinics/FeatureServer/0/query")) && !is_of_server(&url("/portal")));
    }

    #[test]
    fn names_are_found_from_the_root_or_from_their_folder_and_lead_to_no_operation() {
        let folder = url("/rest/services/Health?f=json");
        let path = |name: &str, place| named(&folder, name, place).map(|url| url.path().to_owned());
        let service = |name: &str| path(name, Place::Service);
        let clinics = Some("/rest/services/Health/Clinics/FeatureServer".to_owned());
        assert_eq!(service("Health/Clinics/FeatureServer"), clinics);
        assert_eq!(service("Clinics/FeatureServer"), clinics);
        assert_eq!(path("Sub", Place::Directory).as_deref(), Some("/rest/services/Health/Sub"));
        assert_eq!(path("Healthy", Place::Directory).as_deref(), Some("/rest/services/Health/Healthy"));
        assert_eq!(path("a?b#c", Place::Directory).as_deref(), Some("/rest/services/Health/a%3Fb%23c"));
        for name in ["", "..", "a/../b", "/a", "A/FeatureServer/0/query", "A/FeatureServer", "a/b/c/d"] {
            assert_eq!(path(name, Place::Directory), None, "{name}");
        }
        assert_eq!(service("A/FeatureServer/0/query/FeatureServer"), None);
        let layer = |id: &str| below(&url("/rest/services/A/FeatureServer"), id, Place::Layer).is_some();
        assert_eq!(
            ["0", "17", "query", "0/query", "-1", "", "0?x", "99999999999"].map(layer),
            [true, true, false, false, false, false, false, false]
        );
    }

    #[test]
    fn a_service_with_more_layers_than_anybody_has_is_read_in_part_and_says_so() {
        let layers: Vec<String> = (0..MOST_ENTRIES + 5).map(|id| format!(r#"{{"id":{id}}}"#)).collect();
        let body = Bytes::from(format!(r#"{{"layers":[{}],"tables":[]}}"#, layers.join(",")));
        let page = read_service(&url("/rest/services/A/FeatureServer?f=json"), &body).unwrap();
        assert_eq!(
            (page.leads_to.len(), lost(&page.problems), page.problems[0].code.as_str()),
            (MOST_ENTRIES, 1, "too-many")
        );
    }

    #[test]
    fn a_kept_layer_without_its_address_is_a_problem() {
        let text = "id = \"here\"\nkind = \"arcgis\"\nurl = \"https://server.example/rest/services\"\n";
        let config = SourceConfig::from_toml(text, std::path::Path::new(".")).unwrap();
        assert_eq!(read_kept_layer(br#"{"id": 0}"#, &config).unwrap_err().code, "unreadable-payload");
        let kept = b"https://server.example/rest/services/A/MapServer/0\n{\"id\": 0, \"name\": \"Wells\"}";
        assert_eq!(
            read_kept_layer(kept, &config).unwrap().draft.source_record_id,
            "https://server.example/rest/services/A/MapServer/0"
        );
    }
}
