//! Listings that are read by offset and number: CKAN, CSW, `OpenDataSoft` and others, each a [`WindowProtocol`].
//!
//! The listing is walked in a fixed order, and its end is proven as `walk` says. A page that fails is cut into smaller
//! ones until the record that breaks it stands alone. If the records moved while they were listed, the listing is walked
//! once more, and only what was not met before is given again. A run that was killed goes on from its checkpoint: the ids
//! before it are listed once more, and if they are the same in the same order, the walk goes on behind them; else it
//! begins anew.

mod asking;
mod changes;
mod newest;
mod protocol;
pub(crate) mod walk;

use async_trait::async_trait;
use cairn_fetch::Url;
use cairn_model::{Position, Problem};
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

use self::asking::{Asking, Trouble};
pub(crate) use self::changes::Moment;
use self::newest::{Doubt, KnownRecords, NewestFirst, ShortIds};
pub(crate) use self::protocol::{Asked, Listed, WindowPage, WindowProtocol};
pub(crate) use self::walk::Window;
use self::walk::{Failure, Gaps, Standing, Walk};
use crate::config::Limits;
use crate::connector::lost;
use crate::kinds::ConnectContext;
use crate::met_ids::{IdKey, Met, MetIds, key_of};
use crate::server::Server;
use crate::{Connector, EndProof, HarvestError, Page, RawRecord, SourceConfig};

/// Opens a listing at `home`.
pub(crate) fn connect<P: WindowProtocol>(
    config: &SourceConfig,
    context: &ConnectContext,
    home: &Url,
    protocol: P,
) -> Result<Box<dyn Connector>, HarvestError> {
    let resume = context.resume.as_deref().filter(|_| !context.full).and_then(|text| {
        serde_json::from_str::<Checkpoint>(text)
            .inspect_err(|error| warn!(source = config.id, %error, "checkpoint of another version: starting again"))
            .ok()
    });
    let usual_cap = protocol.usual_cap();
    let page_size = config.limits.page_size.map_or(usual_cap, u64::from);
    let server = Server::new(config, context, home)?;
    let previous = context.previous_state.as_deref().filter(|_| !context.full);
    let mut asking = Asking::new(server, protocol, previous, context.changes_only);
    let newest = if resume.is_none() { asking.ask_newest_first(page_size) } else { None };
    Ok(Box::new(WindowConnector {
        asking,
        newest,
        limits: config.limits.clone(),
        page_size,
        usual_cap,
        has_budget: config.requests_per_day().is_some(),
        walk: Walk::new(page_size),
        ids: MetIds::new(&context.ids),
        short_ids: ShortIds::default(),
        is_second: false,
        resume,
        pages: 0,
        given: 0,
        pending: Page::default(),
        gives_up_place: false,
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
    /// The way in which they were asked for.
    way: String,
    /// Since when changes are asked for; everything is when there is none.
    #[serde(default)]
    since: Option<Moment>,
    /// Until when everything was seen that changed, if the walk comes to its end.
    #[serde(default)]
    seen_until: Option<Moment>,
    /// The last record before it, where the walk may go on behind it without listing what stands before.
    #[serde(default)]
    last: Option<String>,
    /// What keeps the end of the walk from being proven.
    #[serde(default)]
    gaps: Gaps,
}

struct WindowConnector<P> {
    asking: Asking<P>,
    /// The way from the newest record back, until everything has to be listed.
    newest: Option<NewestFirst>,
    limits: Limits,
    page_size: u64,
    usual_cap: u64,
    /// Whether the source may be asked so many times a day and no more.
    has_budget: bool,
    walk: Walk,
    /// The ids that were met: those of an earlier walk were given.
    ids: MetIds,
    /// The same for the next run, where it asks for the newest first.
    short_ids: ShortIds,
    /// Whether records were given before this walk.
    is_second: bool,
    resume: Option<Checkpoint>,
    pages: u64,
    given: u64,
    /// What goes out with the next page.
    pending: Page,
    /// Whether the next run begins anew, and that is still to be told: what this one lacks does not lie behind its place.
    gives_up_place: bool,
    end: Option<EndProof>,
}

#[async_trait]
impl<P: WindowProtocol> Connector for WindowConnector<P> {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        if let Some(checkpoint) = self.resume.take()
            && let Some(page) = self.go_on_from(&checkpoint).await?
        {
            return Ok(Some(page));
        }
        while self.end.is_none() {
            let next = self.newest.as_ref().map_or_else(|| self.walk.next_window(), NewestFirst::next_window);
            let Some(window) = next else {
                self.end_walk();
                continue;
            };
            if self.pages >= self.limits.max_pages {
                self.end = Some(EndProof::Missing(format!("the limit of {} pages was reached", self.limits.max_pages)));
                break;
            }
            self.pages += 1;
            match self.asking.ask(window, Asked::Records).await {
                Ok(Some(page)) => {
                    if let Some(page) = self.take(window, page).await? {
                        return Ok(Some(page));
                    }
                }
                Ok(None) => self.end = Some(EndProof::Unchanged),
                Err(Trouble::Fatal(error)) => return Err(error),
                Err(Trouble::Changes) => self.list_everything(),
                Err(Trouble::Window(_)) if self.newest.is_some() => self.list_everything(),
                Err(Trouble::Window(error)) => self.narrow(window, error).await?,
            }
        }
        // What was skipped at the very end still has to be told.
        let rest = std::mem::take(&mut self.pending);
        let is_over = rest == Page::default() && !std::mem::take(&mut self.gives_up_place);
        Ok((!is_over).then_some(rest))
    }

    fn end_proof(&self) -> EndProof {
        self.end.clone().unwrap_or_else(|| EndProof::Missing("the listing was not read to its end".to_owned()))
    }

    fn requests(&self) -> u64 {
        self.asking.requests()
    }

    fn state(&self) -> Option<String> {
        match self.end {
            Some(EndProof::Proven | EndProof::Changes) => {
                self.asking.state(self.walk.pages_read() == 1, self.known_records())
            }
            Some(EndProof::Unchanged) => self.asking.unchanged_state(),
            Some(EndProof::Missing(_)) | None => None,
        }
    }
}

impl<P: WindowProtocol> WindowConnector<P> {
    /// Makes a page of an answer; `None` when the listing moved and is walked anew.
    async fn take(&mut self, window: Window, answer: WindowPage) -> Result<Option<Page>, HarvestError> {
        let ids = keys_of(&answer);
        let met = self.ids.look_up(&ids).await?;
        if let Some(newest) = &mut self.newest {
            let records: Vec<_> = ids.iter().copied().zip(answer.changed.iter().copied()).collect();
            match newest.take(window, answer.count, &records, &met) {
                Ok(standings) => {
                    self.keep(&ids, &met).await?;
                    return Ok(Some(self.give(window, answer, standings, &met)));
                }
                Err(doubt) => {
                    if doubt == Doubt::Unkept {
                        self.asking.distrust();
                    }
                    self.list_everything();
                    return Ok(None);
                }
            }
        }
        self.walk.note_lack(answer.lack.as_deref());
        let standings = match self.walk.take(window, answer.count, &ids, &met) {
            Some(standings) => standings,
            None if !self.is_second => {
                self.walk_again();
                return Ok(None);
            }
            None => self.walk.go_on(window, answer.count, &ids, &met, false),
        };
        self.keep(&ids, &met).await?;
        let mut page = self.give(window, answer, standings, &met);
        page.expected = self.walk.count();
        page.checkpoint = self.checkpoint();
        Ok(Some(page))
    }

    /// Notes the ids of a page that was taken.
    async fn keep(&mut self, ids: &[Option<IdKey>], met: &[Met]) -> Result<(), HarvestError> {
        if P::GIVES_NEWEST_FIRST {
            self.short_ids.add(ids);
        }
        self.ids.keep(ids, met).await
    }

    /// The records of an answer that were not given before.
    fn give(&mut self, window: Window, answer: WindowPage, standings: Vec<Standing>, met: &[Met]) -> Page {
        let mut page = std::mem::take(&mut self.pending);
        page.unnamed += lost(&answer.problems);
        page.problems.extend(answer.problems);
        for (place, (record, standing)) in answer.records.into_iter().zip(standings).enumerate() {
            let offset = window.start + place as u64;
            match standing {
                Standing::New if met[place] == Met::Earlier => {}
                Standing::New if self.given >= self.limits.max_records => {
                    let limit = self.limits.max_records;
                    self.end = Some(EndProof::Missing(format!("the limit of {limit} records was reached")));
                    break;
                }
                Standing::New => {
                    self.given += 1;
                    let Listed { id, payload, problem } = record;
                    page.problems.extend(problem.map(|problem| problem.at(at(offset))));
                    page.records.push(RawRecord { source_record_id: id, offset, payload });
                }
                Standing::Twice => page.problems.push(
                    Problem::error("duplicate-identifier", "id", "the source lists this id twice: the first is kept")
                        .with_value(record.id.as_deref().unwrap_or_default())
                        .at(at(offset)),
                ),
                Standing::Overlap | Standing::Moved => {}
            }
        }
        page
    }

    fn checkpoint(&self) -> Option<String> {
        let is_all = self.pages == 1 && self.walk.is_at_end();
        if self.end.is_some() || self.is_second || !self.walk.is_seamless() || is_all {
            return None;
        }
        let checkpoint = Checkpoint {
            start: self.walk.position(),
            ids: self.walk.digest(),
            way: self.asking.way(),
            since: self.asking.since(),
            seen_until: self.asking.seen_until(),
            last: self.walk.last().map(hex::encode),
            gaps: self.walk.gaps().clone(),
        };
        serde_json::to_string(&checkpoint).ok()
    }

    fn end_walk(&mut self) {
        if let Some(newest) = &self.newest {
            if newest.has_all() {
                self.end = Some(EndProof::Changes);
            } else {
                self.list_everything();
            }
            return;
        }
        match self.walk.proof() {
            Ok(()) if self.asking.since().is_some() => self.end = Some(EndProof::Changes),
            Ok(()) => self.end = Some(EndProof::Proven),
            Err(_) if !self.is_second && self.walk.may_do_better_again() => self.walk_again(),
            Err(reason) => self.give_up(reason),
        }
    }

    fn give_up(&mut self, reason: String) {
        self.gives_up_place = true;
        self.end = Some(EndProof::Missing(reason));
    }

    fn walk_again(&mut self) {
        warn!(server = self.asking.name(), "records moved while they were listed: listing them once more");
        self.walk = Walk::new(self.page_size);
        self.ids.begin_walk();
        self.is_second = true;
    }

    /// Lists everything, after what changed could not be asked for, or something is gone.
    fn list_everything(&mut self) {
        info!(server = self.asking.name(), "what changed does not tell everything: listing everything");
        self.walk = Walk::new(self.page_size);
        self.newest = None;
        self.ids.begin_walk();
        self.is_second = !self.ids.is_empty();
        self.asking.begin_anew();
    }

    /// The records of the listing, for the next run.
    fn known_records(&self) -> Option<KnownRecords> {
        match &self.newest {
            Some(newest) => newest.known_now(),
            None if P::GIVES_NEWEST_FIRST => KnownRecords::of_walk(&self.walk, &self.short_ids),
            None => None,
        }
    }

    /// Closes in on what breaks a window.
    async fn narrow(&mut self, window: Window, error: HarvestError) -> Result<(), HarvestError> {
        match self.walk.fail(window) {
            Failure::Narrow => {}
            Failure::SkipRecord(offset) => {
                self.asking.note_lack();
                self.pending.problems.push(
                    Problem::error("unreadable-record", "", format!("the source cannot deliver this record: {error}"))
                        .at(at(offset)),
                );
                self.skip().await?;
            }
            Failure::SkipWindow(from, end) => {
                self.asking.note_lack();
                let told = format!("the source cannot deliver the records {from} to {}: {error}", end - 1);
                self.pending.problems.push(Problem::error("unreadable-window", "", told).at(at(from)));
            }
            Failure::GiveUp if !self.walk.has_read() && self.given == 0 => return Err(error),
            Failure::GiveUp => {
                let reason = self.walk.proof().err().unwrap_or_else(|| error.to_string());
                self.give_up(reason);
            }
        }
        Ok(())
    }

    /// Leaves out a record that cannot be delivered. Its mere id is asked for, so that it is not taken for missing, and
    /// those of its neighbours, so that nothing slips through beside it.
    async fn skip(&mut self) -> Result<(), HarvestError> {
        let answer = match self.asking.ask(self.walk.around_start(), Asked::Ids).await {
            Ok(answer) => answer,
            Err(Trouble::Window(_) | Trouble::Changes) => None,
            Err(Trouble::Fatal(error)) => return Err(error),
        };
        let named = answer.as_ref().map(|page| (page.count, keys_of(page)));
        let place = self.walk.skip(named.as_ref().map(|(count, ids)| (*count, ids.as_slice())));
        let record = answer.zip(place).and_then(|(page, place)| page.records.into_iter().nth(place));
        match record.and_then(|record| record.id) {
            Some(id) => self.pending.also_listed.push(id),
            None => self.pending.unnamed += 1,
        }
        Ok(())
    }

    /// Takes a walk up behind a checkpoint; gives the first page when that can be done, else the walk begins anew.
    async fn go_on_from(&mut self, checkpoint: &Checkpoint) -> Result<Option<Page>, HarvestError> {
        self.asking.take_up(&checkpoint.way, checkpoint.since, checkpoint.seen_until);
        // The ids before a gap cannot be listed as the walk met them.
        let goes_behind = self.has_budget || checkpoint.gaps != Gaps::default();
        let page = match checkpoint.last.as_deref().and_then(id_key).filter(|_| goes_behind) {
            Some(last) => Some(self.go_on_behind(last, checkpoint)),
            None => self.list_ids_before(checkpoint).await?,
        };
        if page.is_none() {
            self.asking.begin_anew();
            self.ids.forget();
            self.given = 0;
            self.short_ids = ShortIds::default();
        }
        Ok(page)
    }

    /// Goes on behind the last record before a checkpoint. Where requests are few, listing the ids before it once more
    /// would cost those of the day: the next window shows whether that record stands where it stood, as any window does.
    fn go_on_behind(&mut self, last: IdKey, checkpoint: &Checkpoint) -> Page {
        self.walk = Walk::behind(self.page_size, checkpoint.start, last, &checkpoint.ids, checkpoint.gaps.clone());
        self.given = checkpoint.start;
        Page { goes_on: true, checkpoint: self.checkpoint(), ..Page::default() }
    }

    /// Lists the ids before a checkpoint, and sees whether they are the same in the same order. A server may refuse mere ids.
    async fn list_ids_before(&mut self, checkpoint: &Checkpoint) -> Result<Option<Page>, HarvestError> {
        let mut walk = Walk::new(self.page_size.max(self.usual_cap));
        while walk.position() < checkpoint.start
            && let Some(mut window) = walk.next_window()
        {
            window.rows = window.rows.min(checkpoint.start - window.start);
            let page = match self.asking.ask(window, Asked::Ids).await {
                Ok(Some(page)) => page,
                Ok(None) | Err(Trouble::Window(_) | Trouble::Changes) => return Ok(None),
                Err(Trouble::Fatal(error @ (HarvestError::Unreachable { .. } | HarvestError::BudgetSpent { .. }))) => {
                    return Err(error);
                }
                Err(Trouble::Fatal(error)) => {
                    warn!(server = self.asking.name(), %error, "ids are refused: starting again");
                    return Ok(None);
                }
            };
            let ids = keys_of(&page);
            let met = self.ids.look_up(&ids).await?;
            let Some(standings) = walk.take(window, page.count, &ids, &met) else { return Ok(None) };
            self.keep(&ids, &met).await?;
            self.given += standings.iter().filter(|standing| **standing == Standing::New).count() as u64;
        }
        if walk.position() != checkpoint.start || walk.digest() != checkpoint.ids {
            warn!(server = self.asking.name(), "the listing changed since the run was interrupted: starting again");
            return Ok(None);
        }
        walk.set_page_size(self.page_size);
        let expected = walk.count();
        self.walk = walk;
        let checkpoint = self.checkpoint();
        Ok(Some(Page { goes_on: true, expected, checkpoint, ..Page::default() }))
    }
}

fn keys_of(page: &WindowPage) -> Vec<Option<IdKey>> {
    page.records.iter().map(|record| record.id.as_deref().map(key_of)).collect()
}

fn id_key(text: &str) -> Option<IdKey> {
    hex::decode(text).ok()?.try_into().ok()
}

fn at(offset: u64) -> Position {
    Position { record: Some(offset), ..Position::default() }
}
