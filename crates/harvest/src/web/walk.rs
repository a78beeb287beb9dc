//! The way through the pages of a site, in the order of their addresses, and what becomes of their datasets.
//!
//! A dataset is taken from the first page that describes it, unless it says that another page is its own, which is still to
//! come: then it is left to that one. If it does not stand there, the page that described it is visited once more.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use bytes::Bytes;
use cairn_fetch::{Url, Validators};
use cairn_formats::schema_org::{PageDataset, PageListing};
use cairn_model::Problem;

use super::memory::{Checkpoint, Key, KnownPage, KnownPages, Met, Trail, key};
use super::plan::Plan;
use super::scope::Scope;
use crate::days::{day_alone, is_over};
use crate::{EndProof, Page, Payload, RawFormat, RawRecord};

/// A page to visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) address: String,
    /// What the page said of its version when it was last read.
    pub(super) validators: Validators,
    /// On a second visit, the records that were left to other pages and did not stand there.
    wanted: Option<Vec<Key>>,
}

/// The way through the pages of a site.
pub(super) struct Walk {
    pub(super) scope: Scope,
    pub(super) plan: Plan,
    /// Whether a page is passed over whose sitemap says that it did not change.
    trusts_dates: bool,
    /// The last page that was visited.
    cursor: Option<String>,
    trail: Trail,
    /// Both as they were before the visit at hand.
    before: (Option<String>, Trail),
    met: Met,
    /// What is known of pages from runs before this one.
    known: KnownPages,
    /// What this run knows of pages.
    known_now: KnownPages,
    passed_over: bool,
    left: BTreeMap<String, Vec<Key>>,
    /// Ids of records that pages describe which could not be read anew, and of such as were left to other pages.
    described: BTreeSet<String>,
    /// Why a page that was visited may hold more, if one may.
    lack: Option<String>,
    listed: u64,
    most_records: u64,
}

impl Walk {
    pub(super) fn new(scope: Scope, plan: Plan, known: KnownPages, trusts_dates: bool, most_records: u64) -> Self {
        let mut walk = Self {
            scope,
            plan,
            trusts_dates,
            cursor: None,
            trail: Trail::default(),
            before: (None, Trail::default()),
            met: Met::default(),
            known,
            known_now: KnownPages::new(),
            passed_over: false,
            left: BTreeMap::new(),
            described: BTreeSet::new(),
            lack: None,
            listed: 0,
            most_records,
        };
        // Records of pages that are not read again stay theirs, whatever the pages before them describe.
        for (address, modified) in &walk.plan.pages {
            if walk.is_passed_over(address, modified.as_deref())
                && let Some(page) = walk.known.get(&key(address))
            {
                page.given.iter().for_each(|id| walk.met.add(id, page.names.iter().copied()));
            }
        }
        walk
    }

    fn is_passed_over(&self, address: &str, modified: Option<&str>) -> bool {
        let known = self.known.get(&key(address));
        self.trusts_dates && modified.is_some() && known.is_some_and(|known| known.modified.as_deref() == modified)
    }

    /// Goes on behind a checkpoint. Answers whether it does: the pages before it must be the same.
    pub(super) fn go_on_from(&mut self, checkpoint: Checkpoint) -> bool {
        let mut trail = Trail::default();
        for (address, modified) in self.plan.pages.range(..=checkpoint.after.clone()) {
            trail.pass(address, modified.as_deref());
        }
        if trail.digest() != checkpoint.pages {
            return false;
        }
        for (address, _) in self.plan.pages.range(..=checkpoint.after.clone()) {
            if let Some((key, page)) = self.known.remove_entry(&key(address)) {
                self.known_now.insert(key, page);
            }
        }
        self.trail = trail;
        self.passed_over = checkpoint.passed_over;
        self.left = checkpoint.left;
        self.described = checkpoint.described;
        self.lack = checkpoint.lack;
        self.cursor = Some(checkpoint.after);
        true
    }

    /// Where a run that is killed now goes on. What could not be read before it is not looked at again, so what is known of
    /// that goes with it.
    pub(super) fn checkpoint(&mut self) -> Option<String> {
        let after = self.cursor.clone()?;
        self.leave_what_was_met();
        let unmet = |keys: &Vec<Key>| keys.iter().copied().filter(|key| !self.met.has_name(*key)).collect();
        let left = self.left.iter().map(|(page, keys)| (page.clone(), unmet(keys)));
        let left = left.filter(|(_, keys): &(_, Vec<Key>)| !keys.is_empty()).collect();
        let (described, lack) = (self.described.clone(), self.lack.clone());
        Checkpoint { after, pages: self.trail.digest(), passed_over: self.passed_over, left, described, lack }.to_text()
    }

    /// The next page to visit.
    pub(super) fn next(&mut self) -> Option<Visit> {
        self.before = (self.cursor.clone(), self.trail.clone());
        loop {
            let from = self.cursor.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
            let Some((address, modified)) = self.plan.pages.range::<String, _>((from, Bound::Unbounded)).next() else {
                break;
            };
            let (address, modified) = (address.clone(), modified.clone());
            self.trail.pass(&address, modified.as_deref());
            self.cursor = Some(address.clone());
            if !self.is_passed_over(&address, modified.as_deref()) {
                let validators = self.known.get(&key(&address)).map(|page| page.validators.clone());
                return Some(Visit { address, validators: validators.unwrap_or_default(), wanted: None });
            }
            self.passed_over = true;
            if let Some((key, page)) = self.known.remove_entry(&key(&address)) {
                self.described.extend(page.also.iter().cloned());
                self.known_now.insert(key, page);
            }
        }
        while let Some((address, mut wanted)) = self.left.pop_first() {
            wanted.retain(|key| !self.met.has_name(*key));
            if !wanted.is_empty() {
                return Some(Visit { address, validators: Validators::default(), wanted: Some(wanted) });
            }
        }
        None
    }

    /// Takes a visit back that may not be made for now: another run goes on with it.
    pub(super) fn pause_before(&mut self, visit: &Visit) {
        if let Some(wanted) = &visit.wanted {
            self.left.insert(visit.address.clone(), wanted.clone());
        } else {
            (self.cursor, self.trail) = self.before.clone();
        }
    }

    /// Leaves of what is described what was not met.
    fn leave_what_was_met(&mut self) {
        self.described.retain(|id| !self.met.has_id(key(id)));
    }

    /// A page is as it was when it was last read.
    pub(super) fn keep(&mut self, visit: &Visit, page: &mut Page) {
        let Some((place, mut known)) = self.known.remove_entry(&key(&visit.address)) else { return };
        known.modified = self.modified(visit);
        // Another page that was read before may describe one of them by now.
        let kept: Vec<String> = known.given.iter().filter(|id| !self.met.has_id(key(id))).cloned().collect();
        known.given.iter().for_each(|id| self.met.add(id, known.names.iter().copied()));
        self.listed += kept.len() as u64;
        page.unchanged.extend(kept);
        self.described.extend(known.also.iter().cloned());
        self.known_now.insert(place, known);
    }

    /// Takes the datasets of a page.
    pub(super) fn take(&mut self, visit: &Visit, listing: PageListing, validators: Validators, page: &mut Page) {
        let before = self.known.remove(&key(&visit.address));
        let mut known = match &visit.wanted {
            Some(_) => self.known_now.remove(&key(&visit.address)).unwrap_or_default(),
            None => KnownPage { modified: self.modified(visit), validators, ..KnownPage::default() },
        };
        for dataset in listing.datasets {
            let id = key(&dataset.id);
            if visit.wanted.as_ref().is_some_and(|wanted| !wanted.contains(&id)) {
                continue;
            }
            if self.met.has(&dataset) {
                if self.met.has_id(id) {
                    known.also.push(dataset.id);
                }
                continue;
            }
            if visit.wanted.is_none() && self.has_a_page_to_come(&dataset) {
                self.left.entry(visit.address.clone()).or_default().push(id);
                known.also.push(dataset.id.clone());
                self.described.insert(dataset.id);
                continue;
            }
            if self.listed >= self.most_records {
                self.lack(format!("the limit of {} records was reached", self.most_records));
                break;
            }
            let names: Vec<Key> = dataset.other_names.iter().map(|name| key(name)).collect();
            self.met.add(&dataset.id, names.iter().copied());
            known.also.retain(|also| *also != dataset.id);
            known.given.push(dataset.id.clone());
            known.names.extend(names);
            page.records.push(RawRecord {
                source_record_id: Some(dataset.id),
                offset: self.listed,
                payload: Payload::Raw { format: RawFormat::SchemaOrg, bytes: Bytes::from(dataset.bytes) },
            });
            self.listed += 1;
        }
        page.problems.extend(listing.problems.into_iter().map(|problem| problem.with_value(&visit.address)));
        if listing.is_broken && visit.wanted.is_none() {
            known.also.extend(self.mourn(before.as_ref(), page));
            known = known.unsettled();
        }
        self.known_now.insert(key(&visit.address), known);
    }

    /// A page is gone, and what it described with it.
    pub(super) fn forget(&mut self, visit: &Visit) {
        self.known.remove(&key(&visit.address));
    }

    /// A page cannot be had. What it described before still counts as described.
    pub(super) fn lose(&mut self, visit: &Visit, reason: String, page: &mut Page) {
        page.problems.push(Problem::error("unreadable-page", "", reason));
        let before = self.known.remove(&key(&visit.address));
        self.mourn(before.as_ref(), page);
        if let Some(before) = before {
            self.known_now.insert(key(&visit.address), before.unsettled());
        }
    }

    /// Notes that nobody knows what stands on a page; answers the ids of what stood there before.
    fn mourn(&mut self, before: Option<&KnownPage>, page: &mut Page) -> Vec<String> {
        let Some(before) = before else {
            page.unnamed += 1;
            return Vec::new();
        };
        self.described.extend(before.ids().cloned());
        before.ids().cloned().collect()
    }

    /// Notes why it will not be known whether all was read.
    pub(super) fn lack(&mut self, reason: String) {
        self.lack.get_or_insert(reason);
    }

    fn lacks(&self) -> Option<&String> {
        self.plan.lack.as_ref().or(self.lack.as_ref())
    }

    /// Whether a page was passed over because its sitemap says that it did not change.
    pub(super) fn has_passed_over(&self) -> bool {
        self.passed_over
    }

    /// Whether so many records were read that no further page is worth a visit.
    pub(super) fn is_full(&self) -> bool {
        self.listed >= self.most_records && self.lacks().is_some()
    }

    /// Ends the walk: what is described and was not met goes out with the last page.
    pub(super) fn end(&mut self, page: &mut Page) -> EndProof {
        self.leave_what_was_met();
        page.also_listed.extend(std::mem::take(&mut self.described));
        match self.lacks() {
            Some(reason) => EndProof::Missing(reason.clone()),
            None if self.passed_over => EndProof::Changes,
            None => EndProof::Proven,
        }
    }

    /// What the next run is to know.
    pub(super) fn known_now(&self) -> &KnownPages {
        &self.known_now
    }

    /// When a page changed, if that tells this change from the next: on a day that is not over a page may change once more.
    fn modified(&self, visit: &Visit) -> Option<String> {
        let modified = self.plan.pages.get(&visit.address)?.clone()?;
        let is_over = |day| self.plan.answered.is_some_and(|answered| is_over(day, answered));
        day_alone(&modified).is_none_or(is_over).then_some(modified)
    }

    /// Whether a dataset has a page of its own that was not visited yet and will be.
    fn has_a_page_to_come(&self, dataset: &PageDataset) -> bool {
        let Some(mut home) = dataset.home.as_deref().and_then(|home| Url::parse(home).ok()) else { return false };
        home.set_fragment(None);
        let Some((home, modified)) = self.plan.pages.get_key_value(home.as_str()) else { return false };
        self.cursor.as_ref() < Some(home) && !self.is_passed_over(home, modified.as_deref())
    }
}
