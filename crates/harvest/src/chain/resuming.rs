//! Where a run that was killed goes on: behind a link, or on its way through pages that lead to several others.
//!
//! Behind a link nothing of what came before is asked again. Of the way through many pages, those that lead to others are
//! asked once more, to find what was still to be visited; if the way is not the same any more, the run begins anew.

use cairn_fetch::{Url, without_secrets};
use serde::{Deserialize, Serialize};
use tracing::warn;

use super::tour::Tour;
use super::walk::{Walk, page_key};
use super::{Beginning, ChainConnector, ChainProtocol};
use crate::server::Setback;
use crate::{HarvestError, Page};

/// Where a chain can be taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    #[serde(flatten)]
    place: Place,
    /// Records before it.
    listed: u64,
    /// What is asked for.
    way: String,
    /// What the source counted.
    #[serde(default)]
    count: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// The page that comes next.
    Next(String),
    /// The pages that were visited.
    Tour(Tour),
}

/// How a run begins.
pub(super) enum Begun {
    /// With the first page of the listing, or it has begun already.
    AtFirst,
    /// With the page that a link leads to, on which an interrupted run stopped.
    AtLink,
    /// Behind the pages that an interrupted run visited; what came of those that were asked again is here.
    Behind(Page),
}

impl<P: ChainProtocol> ChainConnector<P> {
    /// Finds the first page: that behind the checkpoint of an interrupted run, if there is one.
    pub(super) async fn begin(&mut self) -> Result<Begun, HarvestError> {
        if self.beginning != Beginning::Ahead {
            return Ok(Begun::AtFirst);
        }
        self.beginning = Beginning::Made;
        match self.resume.take() {
            Some(Checkpoint { place: Place::Next(next), listed, way, count }) => {
                if let Ok(next) = Url::parse(&next) {
                    self.protocol.take_way(&way);
                    self.walk.before = listed;
                    self.walk.count = count;
                    self.given = listed;
                    self.next = Some(next);
                    return Ok(Begun::AtLink);
                }
            }
            Some(Checkpoint { place: Place::Tour(tour), listed, way, .. }) => {
                self.protocol.take_way(&way);
                if let Some(page) = self.follow(&tour, listed).await? {
                    return Ok(Begun::Behind(page));
                }
                warn!(server = self.server.name(), "what leads to its pages has changed: starting again");
                self.start_over();
            }
            None => {}
        }
        self.protocol.prepare(&self.server).await.map_err(Setback::into_error)?;
        self.next = Some(self.protocol.first());
        Ok(Begun::AtFirst)
    }

    /// Goes the way of an interrupted run, which listed so many records on it, to its end; `None` when it is another by now.
    async fn follow(&mut self, tour: &Tour, listed: u64) -> Result<Option<Page>, HarvestError> {
        self.protocol.prepare(&self.server).await.map_err(Setback::into_error)?;
        // The interrupted run left nothing out because it was read before.
        self.remembered = super::PageMemory::default();
        self.next = Some(self.protocol.first());
        self.behind = tour.pages();
        let mut behind = Page { goes_on: true, unnamed_anew: tour.unnamed(), ..Page::default() };
        while !self.tour.is_as_long_as(tour) {
            let Some((url, found)) = self.next_address() else { return Ok(None) };
            if !tour.asks_again_after(&self.tour) {
                // The interrupted run had it: those around it do not fail one after the other.
                (self.failures_in_a_row, self.refusals_in_a_row) = (0, 0);
                self.walk.pages.insert(page_key(&url));
                self.tour.pass(&url, 0, false);
                self.walk.leave_list();
                continue;
            }
            self.pages += 1;
            let page = match self.ask(url.clone()).await {
                Ok(Some((asked, answer))) => Some(self.take(&url, &asked, answer).await?),
                // A later run goes on from here.
                Err(setback) if setback.is_pause() => return Err(setback.into_error()),
                Err(setback) if self.walk.visits => self.pass_over(&url, found, setback)?,
                Ok(None) | Err(_) => None,
            };
            let Some(page) = page.filter(|_| self.end.is_none()) else { return Ok(None) };
            behind.records.extend(page.records);
            behind.problems.extend(page.problems);
            behind.unnamed += page.unnamed;
        }
        if !self.tour.is_same_way(tour) {
            return Ok(None);
        }
        self.walk.before = listed.saturating_sub(self.walk.met());
        self.given = listed;
        self.read_on = 0;
        behind.expected = self.walk.count;
        behind.checkpoint = self.checkpoint();
        Ok(Some(behind))
    }

    /// Begins with the first page, as if nothing had been asked before.
    pub(super) fn start_over(&mut self) {
        self.end = None;
        self.lack = None;
        self.behind = 0;
        (self.failures_in_a_row, self.refusals_in_a_row) = (0, 0);
        self.given = 0;
        self.walk = Walk::default();
        self.ids.forget();
        self.tour = Tour::default();
        self.memory = super::PageMemory::default();
        self.to_visit.clear();
        self.versions.clear();
        self.next = Some(self.protocol.first());
    }

    /// Where a run that is killed now goes on. One that was led in a circle or to a limit begins anew, as does one that left
    /// out what it knew from the run before: the pages that it wrote made the store forget that.
    pub(super) fn checkpoint(&self) -> Option<String> {
        if self.end.is_some() || self.is_second {
            return None;
        }
        // A key that stands in an address stays out of the store and its copies.
        let addresses = [Some(self.protocol.first()), self.next.clone()];
        if addresses.into_iter().flatten().any(|address| without_secrets(&address) != address) {
            return None;
        }
        let place = if self.walk.visits {
            Place::Tour(self.tour.kept().filter(|_| !self.relied)?)
        } else {
            Place::Next(self.next.as_ref()?.to_string())
        };
        let checkpoint =
            Checkpoint { place, listed: self.walk.met(), way: self.protocol.way(), count: self.walk.count };
        serde_json::to_string(&checkpoint).ok()
    }
}
