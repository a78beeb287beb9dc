//! Records of `GeoBlacklight` (Aardvark and schema 1.0): folders of them, repositories of `OpenGeoMetadata` by their
//! `layers.json`, lists in JSON, and the search of a site.
//!
//! A site's search names documents and says little of them; each is asked for by itself, as Blacklight gives it in `raw`.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::aardvark::{list_layers, list_records};
use cairn_model::Problem;
use jiff::Timestamp;

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord, OfList};
use crate::json_api::{listing_address, not_a_page, payload};
use crate::kinds::ConnectContext;
use crate::server::NotAPage;
use crate::waf::{below, has_ending, is_settled, read_folder};
use crate::{Connector, HarvestError, RawFormat, SourceConfig};

/// Where a repository says where its records are.
pub(crate) const LAYERS: &str = "/layers.json";

/// Where a site searches.
const SEARCH: &str = "/catalog.json";

/// Opens a folder, a repository, a list or a site.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let named = listing_address(config, "", &[])?;
    // Most that a site gives in one answer.
    let rows: &[(&str, &str)] = if named.path().ends_with(SEARCH) { &[("per_page", "100")] } else { &[] };
    let home = listing_address(config, "", rows)?;
    chain::connect(config, context, Repository { root: home.clone(), home })
}

#[derive(Clone)]
struct Repository {
    home: Url,
    /// Where the home is, after redirects: of folders and layers only what lies below is followed.
    root: Url,
}

impl Repository {
    fn read_list(&self, asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        let is_home = *asked == self.home;
        let page = match list_records(body) {
            Ok(page) => page,
            // Beside its records a folder has a schema, a list of packages.
            Err(problem) if problem.code == "not-a-listing" && !is_home => {
                let told = Problem::warning("not-a-record", "", "a file in JSON is no record").with_value(asked.path());
                return Ok(ChainPage { problems: vec![told], ..ChainPage::default() });
            }
            Err(problem) => return Err(not_a_page(body, &problem)),
        };
        let (listing, documents) = (page.listing, page.documents);
        let cut_short = listing.cut_short().map(str::to_owned);
        let of_list = OfList { counted: listing.count, entries: documents.len() as u64 };
        let leads_to = documents.iter().filter_map(|link| raw(from, link)).collect();
        let records = listing.records.into_iter().map(|record| {
            let (id, payload) = payload(RawFormat::GeoBlacklightRecord, record);
            ChainedRecord { id, payload }
        });
        Ok(ChainPage {
            records: records.collect(),
            problems: listing.problems,
            // One of many files counts itself, and a search what others hold.
            count: listing.count.filter(|_| is_home && documents.is_empty()),
            of_list: (!documents.is_empty()).then_some(of_list),
            leads_to,
            cut_short,
            ..ChainPage::default()
        }
        .leading_to(from, listing.next.as_deref()))
    }
}

#[async_trait]
impl ChainProtocol for Repository {
    const ACCEPT: &'static str = "application/json, text/html;q=0.9";

    fn first(&self) -> Url {
        self.home.clone()
    }

    fn came_from(&mut self, first: &Url) {
        self.root = first.clone();
    }

    fn read(&self, asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        if asked.path().ends_with(LAYERS) {
            let layers = list_layers(body).map_err(|problem| not_a_page(body, &problem))?;
            let leads_to = layers.iter().filter_map(|path| below(&self.root, from, path)).collect();
            return Ok(ChainPage { leads_to, ..ChainPage::default() });
        }
        let is_markup = body.trim_ascii_start().first() == Some(&b'<');
        if is_markup && !is_record(asked.path()) {
            return read_folder(&self.root, from, body, is_record);
        }
        self.read_list(asked, from, body)
    }

    fn leads_to_more(&self, url: &Url, _error: &HarvestError) -> bool {
        url.path().ends_with('/')
    }

    fn is_settled(&self, version: &str, answered: Timestamp) -> bool {
        is_settled(version, answered)
    }
}

/// Whether a path may be that of a record; a folder that is read tells more than its `layers.json`.
fn is_record(path: &str) -> bool {
    has_ending(path, ".json") && path.rsplit('/').next() != Some("layers.json")
}

/// The whole of a document, beside its page.
fn raw(from: &Url, page: &str) -> Option<Url> {
    let mut url = from.join(page).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut().ok()?.pop_if_empty().push("raw");
    Some(url)
}
