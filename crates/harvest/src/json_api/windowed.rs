//! Interfaces that are read by offset and number.

use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::listing::Listing;
use cairn_model::Problem;

use super::changes::AskChanges;
use super::{ACCEPT, listing_address, not_a_page, payload, take_rows, with_parameter};
use crate::kinds::ConnectContext;
use crate::server::NotAPage;
use crate::windows::{self, Asked, Listed, Moment, Window, WindowPage, WindowProtocol};
use crate::{Connector, HarvestError, RawFormat, SourceConfig};

/// How such an interface is asked and read.
#[derive(Clone, Copy)]
pub(crate) struct WindowDialect {
    /// Path of the listing below the root.
    pub(super) path: &'static str,
    /// What every request says, the order included: it must be one that does not change.
    pub(super) fixed: &'static [(&'static str, &'static str)],
    /// Parameter of the offset.
    pub(super) start: &'static str,
    /// Offset of the first record.
    pub(super) first: u64,
    /// Parameter of the number of records.
    pub(super) rows: &'static str,
    /// Records that a page has at most.
    pub(super) usual_cap: u64,
    /// Cuts an answer into records, and tells how many there are in all.
    pub(super) list: fn(&[u8]) -> Result<Listing, Problem>,
    /// Format of the records.
    pub(super) raw_format: RawFormat,
    /// How it is asked for what changed, where it can be.
    pub(super) changes: Option<AskChanges>,
    /// Records behind which nothing is given, however many there are.
    pub(super) most: Option<u64>,
}

impl WindowDialect {
    /// Opens a source of this dialect.
    pub(crate) fn connect(
        &'static self,
        config: &SourceConfig,
        context: &ConnectContext,
    ) -> Result<Box<dyn Connector>, HarvestError> {
        let home = listing_address(config, self.path, self.fixed)?;
        windows::connect(config, context, &home.clone(), Interface { everything: home.clone(), home, dialect: self })
    }
}

#[derive(Clone)]
struct Interface {
    /// The address of the whole listing.
    everything: Url,
    /// The address of what is asked for.
    home: Url,
    dialect: &'static WindowDialect,
}

impl WindowProtocol for Interface {
    const ACCEPT: &'static str = ACCEPT;

    fn usual_cap(&self) -> u64 {
        self.dialect.usual_cap
    }

    fn address(&self, window: Window, _asked: Asked) -> Url {
        let start = (window.start + self.dialect.first).to_string();
        let url = with_parameter(&self.home, self.dialect.start, &start);
        let rest = self.dialect.most.map_or(u64::MAX, |most| most.saturating_sub(window.start));
        with_parameter(&url, self.dialect.rows, &window.rows.min(rest).to_string())
    }

    fn read(&self, body: &Bytes) -> Result<WindowPage, NotAPage> {
        let mut listing = (self.dialect.list)(body).map_err(|problem| not_a_page(body, &problem))?;
        let Some(count) = listing.count else {
            return Err(NotAPage::Other("its answer does not say how many records there are".to_owned()));
        };
        let records = take_rows(&mut listing).into_iter().map(|row| {
            let (id, payload) = payload(self.dialect.raw_format, row);
            Listed { id, payload, problem: None }
        });
        // It may count no further than it gives.
        let lack = self.dialect.most.filter(|most| count >= *most).map(|most| {
            format!("it counts {count} records and gives no more than {most}: divide the source by its [parameters]")
        });
        let count = self.dialect.most.map_or(count, |most| count.min(most));
        let records = records.collect();
        Ok(WindowPage { count, records, problems: listing.problems, lack, ..WindowPage::default() })
    }

    fn ask_since(&mut self, since: Option<Moment>) -> bool {
        let Some(since) = since else {
            self.home.clone_from(&self.everything);
            return true;
        };
        let narrowed = self.dialect.changes.and_then(|changes| (changes.narrow)(&self.everything, since));
        let can = narrowed.is_some();
        self.home = narrowed.unwrap_or_else(|| self.everything.clone());
        can
    }

    fn changed(&self, record: &Bytes) -> Option<Moment> {
        (self.dialect.changes?.changed)(record)
    }

    fn explain(&self, body: &[u8]) -> String {
        (self.dialect.list)(body).err().map(|problem| not_a_page(body, &problem).reason()).unwrap_or_default()
    }
}
