//! Dataverse: the items of its search, or, where the configuration asks for it, the whole of each data set.
//!
//! The search says little of who may have the files, and nothing of terms, embargoes, contacts and the files themselves. For
//! these each data set is asked for by itself; one whose version the last complete run read is not asked for again before
//! the next full sweep.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::dataverse::{read_dataset, search_items, version_of_item};
use serde::Deserialize;

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord, OfList};
use crate::connector::lost;
use crate::json_api::{self, listing_address, not_a_page, with_parameter};
use crate::kinds::ConnectContext;
use crate::server::NotAPage;
use crate::{Connector, HarvestError, Payload, RawFormat, SourceConfig};

/// Path of the search.
const SEARCH: &str = "/api/search";

/// Items of a page of the search that are asked for.
const ROWS: &str = "100";

/// What `[dataverse]` of a source says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataverseSettings {
    /// Whether each data set is asked for by itself, with its terms, contacts and files: a request for each that is new or
    /// changed.
    pub whole_datasets: bool,
}

/// Opens an installation.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    if !config.dataverse.whole_datasets {
        return json_api::DATAVERSE.connect(config, context);
    }
    let rows = config.limits.page_size.map_or(ROWS.to_owned(), |size| size.to_string());
    let fixed = [("q", "*"), ("type", "dataset"), ("sort", "date"), ("order", "asc"), ("per_page", rows.as_str())];
    chain::connect(config, context, Installation { home: listing_address(config, SEARCH, &fixed)? })
}

#[derive(Clone)]
struct Installation {
    home: Url,
}

#[async_trait]
impl ChainProtocol for Installation {
    const ACCEPT: &'static str = json_api::ACCEPT;

    fn first(&self) -> Url {
        self.home.clone()
    }

    fn read(&self, asked: &Url, _from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        if asked.path() == self.home.path() { read_search(asked, body) } else { read_whole(body) }
    }

    fn explain(&self, body: &[u8]) -> String {
        search_items(body).err().map(|problem| not_a_page(body, &problem).reason()).unwrap_or_default()
    }
}

/// A page of the search leads to the data sets that it names, and to the next page.
fn read_search(asked: &Url, body: &[u8]) -> Result<ChainPage, NotAPage> {
    let listing = search_items(body).map_err(|problem| not_a_page(body, &problem))?;
    let entries = listing.records.len() as u64 + lost(&listing.problems);
    let mut page = ChainPage {
        of_list: Some(OfList { counted: listing.count, entries }),
        cut_short: listing.cut_short().map(str::to_owned),
        next: listing.next.as_deref().map(|start| with_parameter(asked, "start", start)),
        ..ChainPage::default()
    };
    for item in &listing.records {
        let Some(url) = item.id.as_deref().and_then(|id| address_of(asked, id)) else { continue };
        if let Some(version) = version_of_item(&item.bytes) {
            page.versions.insert(url.clone(), version);
        }
        page.leads_to.push(url);
    }
    page.problems = listing.problems;
    Ok(page)
}

/// The address of a data set in the native API, by its persistent id.
fn address_of(search: &Url, id: &str) -> Option<Url> {
    let api = search.path().trim_end_matches('/').strip_suffix("/search")?;
    let mut url = search.clone();
    url.set_path(&format!("{api}/datasets/:persistentId/"));
    url.set_query(None);
    url.query_pairs_mut().append_pair("persistentId", id);
    Some(url)
}

fn read_whole(body: &Bytes) -> Result<ChainPage, NotAPage> {
    let reading = read_dataset(body, None).map_err(|problem| not_a_page(body, &problem))?;
    let payload = Payload::Raw { format: RawFormat::DataverseDataset, bytes: body.clone() };
    let record = ChainedRecord { id: Some(reading.draft.source_record_id), payload };
    Ok(ChainPage { records: vec![record], ..ChainPage::default() })
}
