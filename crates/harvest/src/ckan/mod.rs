//! CKAN portals over the Action API v3 (`package_search`), plain and in the HDX dialect.
//!
//! The listing is walked in the order of `id`, and its end is proven as `walk` says. A page that fails is cut into
//! smaller ones until the record that breaks it stands alone. If the records moved while they were listed, the listing is
//! walked once more, and only what was not met before is given again. A run that was killed goes on from its checkpoint:
//! the ids before it are listed once more without their payloads, and if they are the same in the same order, the walk
//! goes on behind them; else it begins anew.

pub(crate) mod page;
mod portal;
mod walk;

use std::collections::HashSet;

use async_trait::async_trait;
use cairn_model::{Position, Problem};
use serde::{Deserialize, Serialize};
use tracing::warn;

use self::page::{RawPackage, SearchPage};
use self::portal::{Asked, Portal, Sort, Trouble};
pub(crate) use self::walk::key_of;
use self::walk::{Failure, IdKey, Standing, Walk, Window};
use crate::config::Limits;
use crate::kinds::ConnectContext;
use crate::{Connector, EndProof, HarvestError, Page, Payload, RawFormat, RawRecord, SourceConfig};

/// Records that a CKAN portal gives at most, unless its operator says otherwise.
const USUAL_CAP: u64 = 1000;

/// Opens a portal.
pub(crate) fn connect(config: &SourceConfig, context: ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let resume = context.resume.as_deref().filter(|_| !context.full).and_then(|text| {
        serde_json::from_str::<Checkpoint>(text)
            .inspect_err(|error| warn!(source = config.id, %error, "checkpoint of another version: starting again"))
            .ok()
    });
    let page_size = u64::from(config.limits.page_size);
    Ok(Box::new(CkanConnector {
        portal: Portal::new(config, context)?,
        limits: config.limits.clone(),
        page_size,
        walk: Walk::new(page_size),
        given_before: None,
        resume,
        pages: 0,
        given: 0,
        pending: Page::default(),
        end: None,
    }))
}

/// Where a walk can be taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Checkpoint {
    /// Records before it.
    start: u64,
    /// Hash of their ids in their order.
    ids: String,
    /// The order.
    sort: Sort,
}

struct CkanConnector {
    portal: Portal,
    limits: Limits,
    page_size: u64,
    walk: Walk,
    /// In the second walk: the records that were given in the first.
    given_before: Option<HashSet<IdKey>>,
    resume: Option<Checkpoint>,
    pages: u64,
    given: u64,
    /// What goes out with the next page.
    pending: Page,
    end: Option<EndProof>,
}

#[async_trait]
impl Connector for CkanConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        if let Some(checkpoint) = self.resume.take()
            && let Some(page) = self.go_on_from(&checkpoint).await?
        {
            return Ok(Some(page));
        }
        while self.end.is_none() {
            let Some(window) = self.walk.next_window() else {
                self.end_walk();
                continue;
            };
            if self.pages >= self.limits.max_pages {
                self.end = Some(EndProof::Missing(format!("the limit of {} pages was reached", self.limits.max_pages)));
                break;
            }
            self.pages += 1;
            match self.portal.ask(window, Asked::Packages).await {
                Ok(Some(page)) => {
                    if let Some(page) = self.take(window, page) {
                        return Ok(Some(page));
                    }
                }
                Ok(None) => self.end = Some(EndProof::Unchanged),
                Err(Trouble::Fatal(error)) => return Err(error),
                Err(Trouble::Window(error)) => self.narrow(window, error).await?,
            }
        }
        // What was skipped at the very end still has to be told.
        let rest = std::mem::take(&mut self.pending);
        Ok((rest != Page::default()).then_some(rest))
    }

    fn end_proof(&self) -> EndProof {
        self.end.clone().unwrap_or_else(|| EndProof::Missing("the listing was not read to its end".to_owned()))
    }

    fn requests(&self) -> u64 {
        self.portal.requests()
    }

    fn state(&self) -> Option<String> {
        match self.end {
            Some(EndProof::Proven) if self.pages == 1 => self.portal.state(),
            Some(EndProof::Unchanged) => self.portal.state(),
            _ => None,
        }
    }
}

impl CkanConnector {
    /// Makes a page of an answer; `None` when the listing moved and is walked anew.
    fn take(&mut self, window: Window, answer: SearchPage) -> Option<Page> {
        let ids = keys_of(&answer);
        let standings = match self.walk.take(window, answer.count, &ids) {
            Some(standings) => standings,
            None if self.given_before.is_none() => {
                self.walk_again();
                return None;
            }
            None => self.walk.go_on(window, answer.count, &ids, false),
        };
        let mut page = std::mem::take(&mut self.pending);
        for (place, (package, standing)) in answer.packages.into_iter().zip(standings).enumerate() {
            let offset = window.start + place as u64;
            match standing {
                Standing::New if self.is_given_before(ids[place]) => {}
                Standing::New if self.given >= self.limits.max_records => {
                    let limit = self.limits.max_records;
                    self.end = Some(EndProof::Missing(format!("the limit of {limit} records was reached")));
                    break;
                }
                Standing::New => {
                    self.given += 1;
                    page.problems.extend(package.problem(offset));
                    page.records.push(raw_record(package, offset));
                }
                Standing::Twice => page.problems.push(
                    Problem::error("duplicate-identifier", "id", "the portal lists this id twice: the first is kept")
                        .with_value(package.id.as_deref().unwrap_or_default())
                        .at(at(offset)),
                ),
                Standing::Overlap | Standing::Moved => {}
            }
        }
        page.expected = self.walk.count();
        page.checkpoint = self.checkpoint();
        Some(page)
    }

    fn is_given_before(&self, id: Option<IdKey>) -> bool {
        match (&self.given_before, id) {
            (Some(given), Some(id)) => given.contains(&id),
            _ => false,
        }
    }

    fn checkpoint(&self) -> Option<String> {
        if self.given_before.is_some() || !self.walk.is_seamless() {
            return None;
        }
        let sort = self.portal.sort();
        let checkpoint = Checkpoint { start: self.walk.position(), ids: self.walk.digest(), sort };
        serde_json::to_string(&checkpoint).ok()
    }

    fn end_walk(&mut self) {
        match self.walk.proof() {
            Ok(()) => self.end = Some(EndProof::Proven),
            Err(_) if self.given_before.is_none() && self.walk.may_do_better_again() => self.walk_again(),
            Err(reason) => self.end = Some(EndProof::Missing(reason)),
        }
    }

    fn walk_again(&mut self) {
        warn!(portal = self.portal.name(), "records moved while they were listed: listing them once more");
        let first = std::mem::replace(&mut self.walk, Walk::new(self.page_size));
        self.given_before = Some(first.into_ids());
    }

    /// Closes in on what breaks a window.
    async fn narrow(&mut self, window: Window, error: HarvestError) -> Result<(), HarvestError> {
        match self.walk.fail(window) {
            Failure::Narrow => {}
            Failure::SkipRecord(offset) => {
                self.pending.problems.push(
                    Problem::error("unreadable-record", "", format!("the portal cannot deliver this record: {error}"))
                        .at(at(offset)),
                );
                self.skip().await?;
            }
            Failure::SkipWindow(from, end) => self.pending.problems.push(
                Problem::error(
                    "unreadable-window",
                    "",
                    format!("the portal cannot deliver the records {from} to {}: {error}", end - 1),
                )
                .at(at(from)),
            ),
            Failure::GiveUp if !self.walk.has_read() => return Err(error),
            Failure::GiveUp => {
                let reason = self.walk.proof().err().unwrap_or_else(|| error.to_string());
                self.end = Some(EndProof::Missing(reason));
            }
        }
        Ok(())
    }

    /// Leaves out a record that cannot be delivered. Its mere id is asked for, so that it is not taken for missing, and
    /// those of its neighbours, so that nothing slips through beside it.
    async fn skip(&mut self) -> Result<(), HarvestError> {
        let answer = match self.portal.ask(self.walk.around_start(), Asked::Ids).await {
            Ok(answer) => answer,
            Err(Trouble::Window(_)) => None,
            Err(Trouble::Fatal(error)) => return Err(error),
        };
        let named = answer.as_ref().map(|page| (page.count, keys_of(page)));
        let place = self.walk.skip(named.as_ref().map(|(count, ids)| (*count, ids.as_slice())));
        let package = answer.zip(place).and_then(|(page, place)| page.packages.into_iter().nth(place));
        match package.and_then(|package| package.id) {
            Some(id) => self.pending.also_listed.push(id),
            None => self.pending.unnamed += 1,
        }
        Ok(())
    }

    /// Lists the ids before a checkpoint; gives them when the walk can go on behind them, else the walk begins anew.
    async fn go_on_from(&mut self, checkpoint: &Checkpoint) -> Result<Option<Page>, HarvestError> {
        self.portal.set_sort(checkpoint.sort);
        let mut walk = Walk::new(self.page_size.max(USUAL_CAP));
        let mut listed = Vec::new();
        while walk.position() < checkpoint.start
            && let Some(mut window) = walk.next_window()
        {
            window.rows = window.rows.min(checkpoint.start - window.start);
            let page = match self.portal.ask(window, Asked::Ids).await {
                Ok(Some(page)) => page,
                Ok(None) | Err(Trouble::Window(_)) => return Ok(None),
                Err(Trouble::Fatal(error)) => return Err(error),
            };
            let Some(standings) = walk.take(window, page.count, &keys_of(&page)) else { return Ok(None) };
            let new = page.packages.into_iter().zip(standings).filter(|(_, standing)| *standing == Standing::New);
            listed.extend(new.filter_map(|(package, _)| package.id));
        }
        if walk.position() != checkpoint.start || walk.digest() != checkpoint.ids {
            warn!(portal = self.portal.name(), "the listing changed since the run was interrupted: starting again");
            return Ok(None);
        }
        walk.set_page_size(self.page_size);
        self.given = listed.len() as u64;
        let expected = walk.count();
        self.walk = walk;
        let checkpoint = self.checkpoint();
        Ok(Some(Page { also_listed: listed, goes_on: true, expected, checkpoint, ..Page::default() }))
    }
}

fn keys_of(page: &SearchPage) -> Vec<Option<IdKey>> {
    page.packages.iter().map(|package| package.id.as_deref().map(key_of)).collect()
}

fn raw_record(package: RawPackage, offset: u64) -> RawRecord {
    RawRecord {
        source_record_id: package.id,
        offset,
        payload: Payload::Raw { format: RawFormat::CkanPackage, bytes: package.bytes },
    }
}

fn at(offset: u64) -> Position {
    Position { record: Some(offset), ..Position::default() }
}
