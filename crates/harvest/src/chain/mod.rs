//! Listings in which pages lead to further ones, by a link, a token or a page number, each a [`ChainProtocol`].
//!
//! A page may also lead to several (folders to their files, catalogues to their children): they are visited one by one, each
//! once, and one that cannot be had costs itself and no other. Where such a page is the next one of a list, what comes behind
//! it is not known: the others are visited, and the end is not proven.
//!
//! Nothing joins two pages of such a listing but the link itself, so its end is proven by three things together: the
//! last page leads nowhere, no page was met twice, and the records met are as many as the source counts, where it counts.
//! A listing that was seen to move, or whose link was refused on the way (a token that ran out), is walked once more, and
//! only what was not met before is given again. A page that cannot be had ends the run in part: there is no way around a
//! link. A run that was killed goes on from where it was, as `resuming` says; where that leads to no whole listing any more,
//! the listing is read from its beginning.

mod ending;
mod memory;
mod protocol;
mod resuming;
mod tour;
mod walk;

use std::collections::{HashMap, VecDeque};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::{FetchError, Fetched, SafeUrl, Url, Validators};
use cairn_model::{Position, Problem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tracing::warn;

use self::ending::Lack;
use self::memory::{PageMemory, ids_to_remember};
pub(crate) use self::protocol::{ChainPage, ChainProtocol, ChainedRecord, OfList, UNREADABLE_NEXT};
use self::resuming::{Begun, Checkpoint};
use self::tour::Tour;
use self::walk::{PAGES_WITHOUT_NEWS, Standing, Walk, page_key};
use crate::config::Limits;
use crate::connector::lost;
use crate::kinds::ConnectContext;
use crate::met_ids::{IdKey, Met, MetIds, key_of};
use crate::server::{Server, Setback, came_from, read_answer};
use crate::{Connector, EndProof, HarvestError, Page, RawRecord, SourceConfig};

/// Opens a listing.
pub(crate) fn connect<P: ChainProtocol>(
    config: &SourceConfig,
    context: &ConnectContext,
    protocol: P,
) -> Result<Box<dyn Connector>, HarvestError> {
    Ok(Box::new(open(config, context, protocol, None)?))
}

/// A first page that somebody else fetched.
pub(crate) struct FirstPage {
    pub(crate) body: Bytes,
    /// Where it came from, after redirects.
    pub(crate) from: Url,
    /// Each field `Link` of its answer.
    pub(crate) links: Vec<String>,
}

/// Opens a listing whose first page is here already.
pub(crate) fn connect_with<P: ChainProtocol>(
    config: &SourceConfig,
    context: &ConnectContext,
    protocol: P,
    first_page: FirstPage,
) -> Result<Box<dyn Connector>, HarvestError> {
    Ok(Box::new(open(config, context, protocol, Some(first_page))?))
}

fn open<P: ChainProtocol>(
    config: &SourceConfig,
    context: &ConnectContext,
    protocol: P,
    first_page: Option<FirstPage>,
) -> Result<ChainConnector<P>, HarvestError> {
    let kept = |text: &Option<String>| text.clone().filter(|_| !context.full);
    let resume = kept(&context.resume).and_then(|text| serde_json::from_str::<Checkpoint>(&text).ok());
    let previous = kept(&context.previous_state).and_then(|text| serde_json::from_str(&text).ok());
    // A full sweep reads all of it, whatever a folder says.
    let remembered = kept(&context.previous_state).filter(|_| context.changes_only);
    let remembered = remembered.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let first = protocol.first();
    Ok(ChainConnector {
        server: Server::new(config, context, &first)?,
        first_page,
        beginning: Beginning::Ahead,
        next: None,
        to_visit: VecDeque::new(),
        failures_in_a_row: 0,
        refusals_in_a_row: 0,
        protocol,
        limits: config.limits.clone(),
        walk: Walk::default(),
        tour: Tour::default(),
        ids: MetIds::new(&context.ids),
        is_second: false,
        resume,
        previous,
        latest: None,
        remembered,
        memory: PageMemory::default(),
        versions: HashMap::new(),
        lack: None,
        behind: 0,
        read_on: 0,
        relied: false,
        pages: 0,
        given: 0,
        end: None,
    })
}

/// What is remembered of a listing that fits into one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OnePage {
    url: String,
    #[serde(flatten)]
    validators: Validators,
}

/// Why a list has no end.
const LEADS_BACK: &str = "paging_loop: a page leads back to one before";

/// How a page was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// As the next page of a list, or as the first: what comes behind it is known from it alone.
    AsNext,
    /// As one of many that a page leads to.
    AsOneOfMany,
}

/// How a run came to its first page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    /// It did not yet.
    Ahead,
    /// It knows what it is.
    Made,
    /// The page on which an interrupted run stopped failed once more in a way that may pass: it begins with the first of all.
    InVain,
}

struct ChainConnector<P> {
    server: Server,
    protocol: P,
    limits: Limits,
    /// The first page, where somebody else fetched it.
    first_page: Option<FirstPage>,
    beginning: Beginning,
    next: Option<Url>,
    /// Pages that others led to and that were not visited yet.
    to_visit: VecDeque<Url>,
    /// Pages of these that could not be had and may be had later, one after the other.
    failures_in_a_row: u32,
    /// Pages of these that were refused, one after the other.
    refusals_in_a_row: u32,
    walk: Walk,
    /// The pages that were visited, in their order.
    tour: Tour,
    /// The ids that were met: those of the first walk were given.
    ids: MetIds,
    /// Whether this is the second walk.
    is_second: bool,
    resume: Option<Checkpoint>,
    previous: Option<OnePage>,
    latest: Option<OnePage>,
    /// What the last complete run read.
    remembered: PageMemory,
    /// What this one read, or may rely on.
    memory: PageMemory,
    /// Versions of pages that are still to be visited.
    versions: HashMap<Url, String>,
    /// Pages that an interrupted run visited.
    behind: u64,
    /// Why this walk will not prove its end, whatever else it visits.
    lack: Option<Lack>,
    /// Pages read since an interrupted run was taken up.
    read_on: u64,
    /// Whether a page was left out because its version was read before.
    relied: bool,
    pages: u64,
    given: u64,
    end: Option<EndProof>,
}

#[async_trait]
impl<P: ChainProtocol> Connector for ChainConnector<P> {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        let mut goes_on = match self.begin().await? {
            Begun::Behind(page) => return Ok(Some(page)),
            Begun::AtLink => true,
            Begun::AtFirst => false,
        };
        while self.end.is_none() {
            let Some((url, found)) = self.next_address() else {
                self.end_walk();
                continue;
            };
            if self.pages >= self.limits.max_pages {
                self.end = Some(EndProof::Missing(format!("the limit of {} pages was reached", self.limits.max_pages)));
                self.next = Some(url);
                break;
            }
            self.pages += 1;
            match self.ask(url.clone()).await {
                Ok(Some((asked, page))) => return Ok(Some(Page { goes_on, ..self.take(&url, &asked, page).await? })),
                Ok(None) => self.end = Some(EndProof::Unchanged),
                // A later run goes on from here.
                Err(setback) if setback.is_pause() => return Err(setback.into_error()),
                // A token that ran out since the run was interrupted, or a page that ended it: nothing of this run depends
                // on it yet, and to begin with it each time would be to look at nothing else ever again.
                Err(setback) if goes_on => {
                    let error = setback.into_error();
                    warn!(server = self.server.name(), %error, "the listing cannot be taken up: starting again");
                    goes_on = false;
                    if error.is_temporary() {
                        self.beginning = Beginning::InVain;
                    }
                    self.start_over();
                }
                Err(setback) if self.walk.visits && self.walk.has_read() => {
                    if let Some(page) = self.pass_over(&url, found, setback)? {
                        return Ok(Some(page));
                    }
                }
                Err(Setback::Request(error)) if self.walk.has_read() => self.break_off(&error),
                // It is down for now, and is asked again soon: from here on.
                Err(Setback::Window(error) | Setback::Fatal(error)) if self.is_down_for_now(&error) => {
                    return Err(error);
                }
                Err(Setback::Window(error) | Setback::Fatal(error)) if self.walk.has_read() => {
                    self.end = Some(EndProof::Missing(error.to_string()));
                }
                Err(setback) => return Err(setback.into_error()),
            }
        }
        Ok(self.forgets_its_place().then(Page::default))
    }

    fn end_proof(&self) -> EndProof {
        self.end.clone().unwrap_or_else(|| EndProof::Missing("the listing was not read to its end".to_owned()))
    }

    fn requests(&self) -> u64 {
        self.server.requests()
    }

    fn state(&self) -> Option<String> {
        if let Some(state) = self.protocol.state() {
            return Some(state);
        }
        if self.end == Some(EndProof::Proven) && !self.memory.is_empty() {
            return serde_json::to_string(&self.memory).ok();
        }
        let is_whole = match self.end {
            Some(EndProof::Proven) => self.pages == 1 && !self.walk.visits,
            Some(EndProof::Unchanged) => true,
            _ => false,
        };
        self.latest.as_ref().filter(|_| is_whole).and_then(|page| serde_json::to_string(page).ok())
    }

    fn is_sweep(&self) -> bool {
        !self.relied
    }
}

impl<P: ChainProtocol> ChainConnector<P> {
    /// The page that comes next; several pages may lead to one.
    fn next_address(&mut self) -> Option<(Url, Found)> {
        if let Some(url) = self.next.take() {
            if !self.walk.has_read_page(&url) {
                return Some((url, Found::AsNext));
            }
            self.note_lack(Lack::lasting(LEADS_BACK));
        }
        while let Some(url) = self.to_visit.pop_front() {
            if !self.walk.has_read_page(&url) {
                return Some((url, Found::AsOneOfMany));
            }
        }
        None
    }

    /// Asks for a page, in another way where the protocol knows one; `None` when the server says that it has not changed.
    async fn ask(&mut self, mut url: Url) -> Result<Option<(Url, ChainPage)>, Setback> {
        let mut other_ways = 0;
        loop {
            match self.ask_once(&url).await {
                Err(Setback::Request(error)) if other_ways < 3 => {
                    let Some(other) = self.protocol.ask_otherwise(&url, &error.to_string()) else {
                        return Err(Setback::Request(error));
                    };
                    other_ways += 1;
                    url = other;
                }
                Ok(page) => return Ok(page.map(|page| (url, page))),
                Err(setback) => return Err(setback),
            }
        }
    }

    async fn ask_once(&mut self, url: &Url) -> Result<Option<ChainPage>, Setback> {
        if let Some(first) = self.first_page.take_if(|_| *url == self.protocol.first()) {
            let FirstPage { body, from, links } = first;
            let (protocol, asked) = (self.protocol.clone(), url.clone());
            let read = move || Ok(protocol.read(&asked, &from, &body)?.leading_by_header::<P>(&from, &links));
            let read = tokio::task::spawn_blocking(read).await;
            let what = SafeUrl::new(url).to_string();
            return match read {
                Ok(Ok(mut page)) => {
                    page.lead_to_home(|url| self.server.at_home(url));
                    Ok(Some(page))
                }
                Ok(Err(not_a_page)) => Err(Setback::of_answer(&not_a_page, what, 0)),
                Err(_) => Err(Setback::Fatal(HarvestError::task(&what))),
            };
        }
        let is_first = !self.walk.has_read() && self.walk.before == 0;
        let validators = match &self.previous {
            Some(previous) if is_first && previous.url == SafeUrl::new(url).to_string() => previous.validators.clone(),
            _ => Validators::default(),
        };
        let mut answer = match self.server.get(url.clone(), P::ACCEPT, validators, None).await {
            Ok(Fetched::Fresh(answer)) => answer,
            Ok(Fetched::NotModified) => {
                self.latest.clone_from(&self.previous);
                return Ok(None);
            }
            Err(FetchError::Status { status: 400..=499, ref body, .. })
                if let Some(page) = self.protocol.read_refusal(url, body) =>
            {
                return Ok(Some(page));
            }
            Err(error) => return Err(Setback::of_fetch(error, |body| self.protocol.explain(body))),
        };
        let (validators, date) = (answer.validators.clone(), answer.answered);
        let from = came_from(&answer, url);
        if *url == self.protocol.first() {
            self.protocol.came_from(&from);
        }
        let (protocol, asked, links) = (self.protocol.clone(), url.clone(), std::mem::take(&mut answer.links));
        let read = move |body: &Bytes| Ok(protocol.read(&asked, &from, body)?.leading_by_header::<P>(&from, &links));
        let mut page = read_answer(answer, read).await?;
        page.lead_to_home(|url| self.server.at_home(url));
        page.answered = page.answered.or_else(|| Timestamp::try_from(date?).ok());
        if is_first {
            self.latest = (!validators.is_empty()).then(|| OnePage { url: SafeUrl::new(url).to_string(), validators });
        }
        Ok(Some(page))
    }

    /// Makes a page of an answer, and finds where it leads. `found` is the address that led to it, `url` the one asked for.
    async fn take(&mut self, found: &Url, url: &Url, answer: ChainPage) -> Result<Page, HarvestError> {
        let ids: Vec<Option<IdKey>> = answer.records.iter().map(|record| record.id.as_deref().map(key_of)).collect();
        let met = self.ids.look_up(&ids).await?;
        self.protocol.note(&answer, met.iter().any(|met| *met != Met::Never));
        if let Some(version) = self.versions.remove(url)
            && answer.cut_short.is_none()
            && answer.problems.is_empty()
            && let Some(ids) = ids_to_remember(&answer.records)
        {
            self.memory.remember(url, &version, ids);
        }
        let unnamed = lost(&answer.problems);
        let leads_on = answer.next.is_some() || !answer.leads_to.is_empty();
        let lack = self.walk.add_to_list(&answer);
        let lack = answer.lack.or(lack);
        self.tour.pass(found, unnamed, leads_on || lack.is_some());
        let mut page = Page { problems: answer.problems, unnamed, ..Page::default() };
        let begin = self.walk.met();
        let fresh = self.walk.take(url, &answer.records, &met, answer.count);
        self.ids.keep(&ids, &met).await?;
        self.walk.pass_over(answer.passed_over);
        self.given += answer.passed_over;
        for (place, (record, standing)) in answer.records.into_iter().zip(fresh).enumerate() {
            let offset = begin + place as u64;
            let ChainedRecord { id, payload } = record;
            match standing {
                Standing::New if met[place] == Met::Earlier => {}
                Standing::New if self.given >= self.limits.max_records => {
                    let limit = self.limits.max_records;
                    self.end = Some(EndProof::Missing(format!("the limit of {limit} records was reached")));
                    break;
                }
                Standing::New => {
                    self.given += 1;
                    if answer.in_doubt {
                        page.also_listed.extend(id);
                        continue;
                    }
                    page.records.push(RawRecord { source_record_id: id, offset, payload });
                }
                Standing::Twice if self.is_second || self.protocol.has_lists_that_overlap() => {}
                Standing::Twice => page.problems.push(
                    Problem::error("duplicate-identifier", "id", "the source lists this id twice: the first is kept")
                        .with_value(id.as_deref().unwrap_or_default())
                        .at(Position { record: Some(offset), ..Position::default() }),
                ),
            }
        }
        self.next = answer.next;
        self.read_on += 1;
        if let Some(reason) = lack {
            self.note_lack(Lack::lasting(reason));
        }
        self.walk.ends_in_doubt = answer.ends_in_doubt;
        if let Some(reason) = answer.cut_short {
            self.end = Some(EndProof::Missing(format!("a page of the listing is not whole: {reason}")));
        }
        (self.failures_in_a_row, self.refusals_in_a_row) = (0, 0);
        self.walk.visits |= !answer.leads_to.is_empty();
        let answered = answer.answered.unwrap_or_else(Timestamp::now);
        self.visit(answer.leads_to, answer.versions, answered, &mut page).await?;
        if let Some(next) = &self.next
            && self.end.is_none()
            && !self.walk.visits
            && (self.walk.has_read_page(next) || self.walk.is_looping())
        {
            let what = format!("paging_loop: {PAGES_WITHOUT_NEWS} pages brought no new record");
            let loops = if self.walk.is_looping() { what } else { LEADS_BACK.to_owned() };
            self.end = Some(EndProof::Missing(loops));
        }
        page.expected = self.walk.count;
        page.checkpoint = self.checkpoint();
        Ok(page)
    }

    /// Notes pages to visit. Those that were read before in the version that they have now are not: their records stand.
    async fn visit(
        &mut self,
        leads_to: Vec<Url>,
        mut versions: HashMap<Url, String>,
        answered: Timestamp,
        page: &mut Page,
    ) -> Result<(), HarvestError> {
        let mut left_out = Vec::new();
        for url in leads_to {
            let version = versions.remove(&url);
            if let Some(version) = &version
                && let Some(ids) = self.remembered.ids_of(&url, version)
            {
                self.relied = true;
                if self.walk.pages.insert(page_key(&url)) {
                    self.memory.remember(&url, version, ids.to_vec());
                    left_out.extend_from_slice(ids);
                }
                continue;
            }
            if self.walk.has_read_page(&url) {
                continue;
            }
            let limit = self.limits.max_pages;
            if self.pages + self.to_visit.len() as u64 >= limit.saturating_add(self.behind) {
                self.note_lack(Lack::passing(format!("the limit of {limit} pages was reached")));
                continue;
            }
            if let Some(version) = version.filter(|version| self.protocol.is_settled(version, answered)) {
                self.versions.insert(url.clone(), version);
            }
            self.to_visit.push_back(url);
        }
        let ids: Vec<Option<IdKey>> = left_out.iter().map(|id| Some(key_of(id))).collect();
        let met = self.ids.look_up(&ids).await?;
        self.walk.leave_out(&met);
        self.ids.keep(&ids, &met).await?;
        let unchanged = left_out.into_iter().zip(met).filter(|(_, met)| *met == Met::Never);
        page.unchanged.extend(unchanged.map(|(id, _)| id));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
