//! STAC catalogues, static and behind an API: each collection is a record; items are granules of one and are not read.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::listing::Listing;
use cairn_formats::stac::{list_records, read_catalogue, with_address};

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord};
use crate::json_api::{listing_address, not_a_page, payload};
use crate::kinds::ConnectContext;
use crate::plain_address::of_document;
use crate::server::NotAPage;
use crate::{Connector, HarvestError, RawFormat, SourceConfig};

/// Opens a catalogue.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    chain::connect(config, context, Catalogue { home: listing_address(config, "", &[])? })
}

#[derive(Clone)]
struct Catalogue {
    home: Url,
}

#[async_trait]
impl ChainProtocol for Catalogue {
    const ACCEPT: &'static str = "application/json, application/geo+json;q=0.9";

    fn first(&self) -> Url {
        self.home.clone()
    }

    // A child may be a collection, or a catalogue of many: its name is all there is to tell them apart.
    fn leads_to_more(&self, url: &Url, _error: &HarvestError) -> bool {
        let name = url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        matches!(name, "catalog.json" | "collections")
    }

    fn read(&self, asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        let join = |link: &str| from.join(link).ok();
        let mut leads_to = Vec::new();
        let mut listing = Listing::default();
        match read_catalogue(body) {
            Ok(catalogue) => {
                // An API names its collections once more as children.
                if let Some(collections) = catalogue.collections.as_deref() {
                    leads_to.extend(join(collections));
                } else {
                    leads_to.extend(catalogue.children.iter().chain(&catalogue.items).filter_map(|link| join(link)));
                }
                if catalogue.is_collection {
                    listing = list_records(body).map_err(|problem| not_a_page(body, &problem))?;
                }
                listing.next = catalogue.next;
                // One of many documents counts itself.
                listing.count = None;
            }
            Err(_) => listing = list_records(body).map_err(|problem| not_a_page(body, &problem))?,
        }
        let cut_short = listing.cut_short().map(str::to_owned);
        let address = of_document(asked);
        let records = listing.records.into_iter().map(|mut record| {
            record.bytes = with_address(record.bytes, address.as_str());
            let (id, payload) = payload(RawFormat::StacCollection, record);
            ChainedRecord { id, payload }
        });
        Ok(ChainPage {
            cut_short,
            records: records.collect(),
            problems: listing.problems,
            count: listing.count,
            leads_to,
            ..ChainPage::default()
        }
        .leading_to(from, listing.next.as_deref()))
    }
}
