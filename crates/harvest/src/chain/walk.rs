//! What was met on the way through a chain, and whether that was all of it. Pure.

use std::collections::HashSet;

use cairn_fetch::Url;
use sha2::{Digest, Sha256};

use super::{ChainPage, ChainedRecord, OfList};
use crate::met_ids::{Met, key_of};

/// Pages without a new record before a chain is taken for a loop (F19, A17).
pub(super) const PAGES_WITHOUT_NEWS: u32 = 2;

/// What was met on the way.
#[derive(Default)]
pub(super) struct Walk {
    /// Addresses of the pages that were read.
    pub(super) pages: HashSet<[u8; 32]>,
    /// Records with different ids.
    distinct: u64,
    /// Records met before the checkpoint that the run went on from.
    pub(super) before: u64,
    nameless: u64,
    twice: u64,
    /// Those of them that stood on an earlier page.
    apart: Several,
    /// The same of the walk before this one.
    apart_before: Option<Several>,
    /// The records with ids, the first time that each was met.
    named: Several,
    /// The same of the walk before this one, where that came to an end.
    named_before: Option<Several>,
    /// What the source last counted.
    pub(super) count: Option<u64>,
    /// It counted otherwise on another page.
    recounted: bool,
    /// The part of the list at hand that was read.
    list: Option<OfList>,
    /// Its last page is the end only where the source counts.
    pub(super) ends_in_doubt: bool,
    /// A page led to several: then pages without records are none of a loop.
    pub(super) visits: bool,
    pages_without_news: u32,
}

/// Records, whatever their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Several {
    records: u64,
    /// Sum of their keys.
    keys: u128,
}

impl Several {
    fn add(&mut self, id: &str) {
        self.records += 1;
        self.keys = self.keys.wrapping_add(u128::from_be_bytes(key_of(id)));
    }
}

/// What a record of a page is.
pub(super) enum Standing {
    /// Not met before in this walk.
    New,
    /// Met before.
    Twice,
}

impl Walk {
    /// Another walk through the same listing.
    pub(super) fn again(&self) -> Self {
        Self { apart_before: Some(self.apart), named_before: Some(self.named), ..Self::default() }
    }

    /// Forgets what the walk before this one met, as that came to no end.
    pub(super) fn forget_named_before(&mut self) {
        self.named_before = None;
    }

    /// Takes a page in, with what is known of the id of each of its records.
    pub(super) fn take(
        &mut self,
        url: &Url,
        records: &[ChainedRecord],
        met: &[Met],
        count: Option<u64>,
    ) -> Vec<Standing> {
        self.pages.insert(page_key(url));
        self.recounted |= self.count.is_some() && count.is_some() && self.count != count;
        self.count = count.or(self.count);
        let mut news = 0;
        let mut standings = Vec::with_capacity(records.len());
        let mut of_page = HashSet::new();
        for (record, met) in records.iter().zip(met) {
            let stands_first = record.id.as_deref().is_none_or(|id| of_page.insert(id));
            if *met == Met::Now {
                self.twice += 1;
                if let Some(id) = record.id.as_deref().filter(|_| stands_first) {
                    self.apart.add(id);
                }
                standings.push(Standing::Twice);
                continue;
            }
            news += 1;
            self.nameless += u64::from(record.id.is_none());
            self.distinct += u64::from(record.id.is_some());
            if let Some(id) = &record.id {
                self.named.add(id);
            }
            standings.push(Standing::New);
        }
        self.pages_without_news = if news == 0 { self.pages_without_news + 1 } else { 0 };
        standings
    }

    /// Adds a page to the list at hand. Answers why that list is not known to be whole, once it shows.
    pub(super) fn add_to_list(&mut self, page: &ChainPage) -> Option<String> {
        let mut is_recounted = false;
        if let Some(part) = page.of_list {
            let list = self.list.get_or_insert(OfList { entries: 0, ..part });
            list.entries += part.entries;
            is_recounted = part.counted.is_some() && part.counted != list.counted;
        }
        let list = self.list.take_if(|_| page.next.is_none());
        if is_recounted {
            return Some("entries came or went while a list of the source was read".to_owned());
        }
        let OfList { counted, entries } = list?;
        let counted = counted.filter(|counted| *counted != entries)?;
        Some(format!("a list of the source counts {counted} entries, and has {entries}"))
    }

    /// Forgets the list at hand, of which not every page is read.
    pub(super) fn leave_list(&mut self) {
        self.list = None;
    }

    /// Notes records of pages that are left out, as they were read before.
    pub(super) fn leave_out(&mut self, met: &[Met]) {
        self.distinct += met.iter().filter(|met| **met != Met::Now).count() as u64;
    }

    /// Records that are passed over are no sign of a loop.
    pub(super) fn pass_over(&mut self, records: u64) {
        if records > 0 {
            self.pages_without_news = 0;
        }
    }

    pub(super) fn has_read(&self) -> bool {
        !self.pages.is_empty()
    }

    pub(super) fn has_read_page(&self, url: &Url) -> bool {
        self.pages.contains(&page_key(url))
    }

    pub(super) fn is_looping(&self) -> bool {
        !self.visits && self.pages_without_news >= PAGES_WITHOUT_NEWS
    }

    /// Records met so far, those that stood twice included.
    pub(super) fn met(&self) -> u64 {
        self.before + self.distinct + self.nameless + self.twice
    }

    /// Whether the walk before this one met the same records, all of which have ids, and both came to an end.
    fn is_repeated(&self) -> bool {
        self.named_before == Some(self.named) && self.nameless == 0 && !self.ends_in_doubt
    }

    /// Whether all of the listing was met; if not, why not. Where records moved towards its end, one comes once more on the
    /// next page, and another that moved before it is on none: the count agrees all the same. Only a listing that repeats the
    /// same records in two walks has them twice. Where the protocol has no more than an estimate for a count and it was revised,
    /// it counts for nothing once two walks that came to an end met the same records.
    pub(super) fn proof(&self, count_is_estimate: bool) -> Result<(), String> {
        let is_estimate = count_is_estimate && self.recounted && self.is_repeated();
        match self.count {
            Some(_) if self.recounted && !is_estimate => Err("records came or went while they were listed".to_owned()),
            None if self.ends_in_doubt => {
                Err("nothing is where its last link leads, and the source does not count its records".to_owned())
            }
            Some(count) if count != self.met() && !is_estimate => {
                Err(format!("the source counts {count} records, and lists {}", self.met()))
            }
            Some(_) if self.apart.records > 0 && self.apart_before != Some(self.apart) => Err(format!(
                "{} records came once more on a later page, so that others may be on none",
                self.apart.records
            )),
            _ => Ok(()),
        }
    }
}

pub(super) fn page_key(url: &Url) -> [u8; 32] {
    Sha256::digest(url.as_str()).into()
}
