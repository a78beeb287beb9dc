//! Interfaces whose pages lead to the next one.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::geonode::mark_with_credential;
use cairn_formats::listing::{ListedRecord, Listing};
use cairn_model::Problem;

use super::{ACCEPT, listing_address, not_a_page, payload, take_rows, with_parameter};
use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord};
use crate::kinds::ConnectContext;
use crate::server::NotAPage;
use crate::{Connector, HarvestError, RawFormat, SourceConfig};

/// How a page leads to the next. Pages are as long as they come: no step relies on what was asked for, because servers and
/// `[parameters]` make pages shorter.
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
    /// By its number, in this parameter: pages are counted from 1 until one is empty.
    ByNumber(&'static str),
    /// By the number of rows before it, in this parameter, until a page is empty.
    ByOffset(&'static str),
    /// By the last id of the page, which it names, for this parameter, until a page is empty.
    ByScroll(&'static str),
    /// By the last id of the page, for this parameter, until a page is empty. The function words it, beside what the source's
    /// own address says in that parameter.
    ByLastId(&'static str, fn(Option<&str>, &str) -> String),
}

impl Leads {
    /// Whether the next page begins behind an id of this one.
    fn is_by_id(self) -> bool {
        matches!(self, Self::ByScroll(_) | Self::ByLastId(..))
    }
}

/// How many records a page is asked to have.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    /// Parameter of their number.
    pub(super) parameter: &'static str,
    /// As many as the interface gives, which is what is asked for unless `page_size` says fewer.
    pub(super) most: u32,
}

/// How such an interface is asked and read.
#[derive(Clone, Copy)]
pub(crate) struct ChainDialect {
    /// Path of the listing below the root; empty where the address itself names the listing.
    pub(super) path: &'static str,
    /// What every request says, the order included.
    pub(super) fixed: &'static [(&'static str, &'static str)],
    /// How many records a page is asked to have, where it can be said.
    pub(super) rows: Option<Rows>,
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
        chain::connect(
            config,
            context,
            Interface { home: self.home(config)?, dialect: self, with_credential: config.has_credential() },
        )
    }

    /// The address of the first page.
    pub(crate) fn home(&self, config: &SourceConfig) -> Result<Url, HarvestError> {
        let rows = self.rows.map(|Rows { parameter, most }| {
            let rows = config.limits.page_size.map_or(most, |size| size.min(most));
            (parameter, rows.to_string())
        });
        let rows = rows.as_ref().map(|(parameter, rows)| (*parameter, rows.as_str()));
        let said: Vec<(&str, &str)> = rows.into_iter().chain(self.fixed.iter().copied()).collect();
        listing_address(config, self.path, &said)
    }
}

#[derive(Clone)]
struct Interface {
    home: Url,
    dialect: &'static ChainDialect,
    /// Whether its answers are for the holder of a credential, and not for everyone.
    with_credential: bool,
}

impl Interface {
    /// The value of a number in the address that was asked for.
    fn number(asked: &Url, parameter: &str, first: u64) -> u64 {
        value_of(asked, parameter).and_then(|value| value.parse().ok()).unwrap_or(first)
    }

    fn has(asked: &Url, parameter: &str) -> bool {
        asked.query_pairs().any(|(name, _)| name == parameter)
    }

    /// The page after one with these rows, which names what leads on, and that by no link.
    fn next(&self, asked: &Url, rows: &[ListedRecord], named: Option<String>) -> Option<Url> {
        let put = |parameter: &str, value: String| Some(with_parameter(asked, parameter, &value));
        match self.dialect.leads {
            Leads::ByParameter(parameter) | Leads::ByScroll(parameter) => put(parameter, named?),
            // The last of the pages that links led to has no number.
            Leads::ByLinkOrNumber(parameter) if *asked != self.home && !Self::has(asked, parameter) => None,
            Leads::ByNumber(parameter) | Leads::ByLinkOrNumber(parameter) if !rows.is_empty() => {
                put(parameter, (Self::number(asked, parameter, 1) + 1).to_string())
            }
            Leads::ByOffset(parameter) if !rows.is_empty() => {
                put(parameter, (Self::number(asked, parameter, 0) + rows.len() as u64).to_string())
            }
            Leads::ByLastId(parameter, words) => {
                let last = rows.iter().rev().find_map(|row| row.id.as_deref())?;
                put(parameter, words(value_of(&self.home, parameter).as_deref(), last))
            }
            Leads::Nowhere | Leads::ByLink | Leads::ByLinkOrNumber(..) | Leads::ByNumber(_) | Leads::ByOffset(_) => {
                None
            }
        }
    }
}

fn value_of(url: &Url, parameter: &str) -> Option<String> {
    url.query_pairs().find(|(name, _)| name == parameter).map(|(_, value)| value.into_owned())
}

#[async_trait]
impl ChainProtocol for Interface {
    const ACCEPT: &'static str = ACCEPT;

    fn first(&self) -> Url {
        self.home.clone()
    }

    fn read(&self, asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        let mut listing = (self.dialect.list)(body).map_err(|problem| not_a_page(body, &problem))?;
        let cut_short = listing.cut_short().map(str::to_owned);
        let mut rows = take_rows(&mut listing);
        let leads = self.dialect.leads;
        let link = listing.next.take_if(|_| matches!(leads, Leads::ByLink | Leads::ByLinkOrNumber(_)));
        let next = if link.is_some() { None } else { self.next(asked, &rows, listing.next) };
        if leads.is_by_id() && next.is_some() {
            // Rows behind the last id come again on the next page.
            rows.truncate(rows.iter().rposition(|row| row.id.is_some()).map_or(0, |last| last + 1));
        }
        // What remains behind an id may be counted anew on every page: only the first counts all.
        let counts_all = !leads.is_by_id() || *asked == self.home;
        let records = rows.into_iter().map(|mut row| {
            if self.with_credential && self.dialect.raw_format == RawFormat::GeoNodeResource {
                row.bytes = mark_with_credential(row.bytes);
            }
            let (id, payload) = payload(self.dialect.raw_format, row);
            ChainedRecord { id, payload }
        });
        let page = ChainPage {
            cut_short,
            records: records.collect(),
            problems: listing.problems,
            count: listing.count.filter(|_| counts_all),
            next,
            ..ChainPage::default()
        };
        Ok(if link.is_some() { page.leading_to(from, link.as_deref()) } else { page })
    }

    fn explain(&self, body: &[u8]) -> String {
        (self.dialect.list)(body).err().map(|problem| not_a_page(body, &problem).reason()).unwrap_or_default()
    }
}
