//! Interfaces whose pages lead to the next one.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::listing::Listing;
use cairn_model::Problem;

use super::{ACCEPT, listing_address, not_a_page, payload, with_parameter};
use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord};
use crate::kinds::ConnectContext;
use crate::server::NotAPage;
use crate::{Connector, HarvestError, RawFormat, SourceConfig};

/// How a page leads to the next.
#[derive(Clone, Copy)]
pub(crate) enum Leads {
    /// Nowhere: there is one page.
    Nowhere,
    /// By an address that it names.
    ByLink,
    /// By an address that it names; pages that no such address led to by their numbers, in this parameter.
    ByLinkOrNumber(&'static str),
    /// By a value that it names, for this parameter.
    ByParameter(&'static str),
    /// By its number, in this parameter: pages are counted from 1 until one is empty or all are met.
    ByNumber(&'static str),
    /// By the number of records before it, in this parameter, as many a page as the other says, until a page is empty.
    ByOffset(&'static str, u64),
    /// By the last id of the page, for this parameter, in the words of the function, until a page is empty.
    ByLastId(&'static str, fn(&str) -> String),
}

/// How such an interface is asked and read.
#[derive(Clone, Copy)]
pub(crate) struct ChainDialect {
    /// Path of the listing below the root.
    pub(super) path: &'static str,
    /// What every request says, the order included.
    pub(super) fixed: &'static [(&'static str, &'static str)],
    /// How a page leads to the next.
    pub(super) leads: Leads,
    /// Cuts an answer into records.
    pub(super) list: fn(&[u8]) -> Result<Listing, Problem>,
    /// Format of the records.
    pub(super) raw_format: RawFormat,
}

impl ChainDialect {
    /// Opens a source of this dialect.
    pub(crate) fn connect(
        &'static self,
        config: &SourceConfig,
        context: &ConnectContext,
    ) -> Result<Box<dyn Connector>, HarvestError> {
        chain::connect(config, context, Interface { home: self.home(config)?, dialect: self })
    }

    /// The address of the first page.
    pub(crate) fn home(&self, config: &SourceConfig) -> Result<Url, HarvestError> {
        listing_address(config, self.path, self.fixed)
    }
}

#[derive(Clone)]
struct Interface {
    home: Url,
    dialect: &'static ChainDialect,
}

impl Interface {
    /// The value of a number in the address that was asked for.
    fn number(asked: &Url, parameter: &str, first: u64) -> u64 {
        let value = asked.query_pairs().find(|(name, _)| name == parameter);
        value.and_then(|(_, value)| value.parse().ok()).unwrap_or(first)
    }

    fn has(asked: &Url, parameter: &str) -> bool {
        asked.query_pairs().any(|(name, _)| name == parameter)
    }

    fn next(&self, asked: &Url, listing: &Listing) -> Option<Url> {
        let goes_on = !listing.records.is_empty();
        let put = |parameter: &str, value: String| Some(with_parameter(asked, parameter, &value));
        match self.dialect.leads {
            Leads::ByLink => asked.join(listing.next.as_deref()?).ok(),
            Leads::ByLinkOrNumber(..) if listing.next.is_some() => asked.join(listing.next.as_deref()?).ok(),
            Leads::ByParameter(parameter) => put(parameter, listing.next.clone()?),
            // The last of the pages that links led to has no number.
            Leads::ByLinkOrNumber(parameter) if *asked != self.home && !Self::has(asked, parameter) => None,
            Leads::ByNumber(parameter) | Leads::ByLinkOrNumber(parameter) if goes_on => {
                put(parameter, (Self::number(asked, parameter, 1) + 1).to_string())
            }
            Leads::ByOffset(parameter, step) if goes_on => {
                put(parameter, (Self::number(asked, parameter, 0) + step).to_string())
            }
            Leads::ByLastId(parameter, words) => {
                let last = listing.records.iter().rev().find_map(|record| record.id.as_deref())?;
                put(parameter, words(last))
            }
            Leads::Nowhere | Leads::ByLinkOrNumber(..) | Leads::ByNumber(_) | Leads::ByOffset(..) => None,
        }
    }
}

#[async_trait]
impl ChainProtocol for Interface {
    const ACCEPT: &'static str = ACCEPT;

    fn first(&self) -> Url {
        self.home.clone()
    }

    fn read(&self, asked: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        let listing = (self.dialect.list)(body).map_err(|problem| not_a_page(body, &problem))?;
        let next = self.next(asked, &listing);
        // What remains behind a last id is counted anew on every page: only the first counts all.
        let counts_all = !matches!(self.dialect.leads, Leads::ByLastId(..)) || *asked == self.home;
        let cut_short = listing.is_cut_short();
        let records = listing.records.into_iter().map(|record| {
            let (id, payload) = payload(self.dialect.raw_format, record);
            ChainedRecord { id, payload }
        });
        Ok(ChainPage {
            cut_short,
            records: records.collect(),
            problems: listing.problems,
            count: listing.count.filter(|_| counts_all),
            next,
            ..ChainPage::default()
        })
    }

    fn explain(&self, body: &[u8]) -> String {
        (self.dialect.list)(body).err().map(|problem| not_a_page(body, &problem).reason()).unwrap_or_default()
    }
}
