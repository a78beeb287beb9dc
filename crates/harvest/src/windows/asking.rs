//! Asking a server for windows: addresses, the way to ask that it accepts, and what its troubles mean for the walk.

use cairn_fetch::{Fetched, Validators};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Kept, Moment, SourceClock};
use super::walk::Window;
use super::{Asked, WindowPage, WindowProtocol};
use crate::server::{Server, Setback, read_answer};
use crate::{HarvestError, Payload};

/// Tries of a window that was narrowed: the larger ones around it failed many times already.
const NARROWED_TRIES: u32 = 2;

/// Why a window cannot be had.
pub(super) enum Trouble {
    /// A smaller window may be had.
    Window(HarvestError),
    /// What changed cannot be asked for, or not be believed: everything has to be.
    Changes,
    /// No other window is better.
    Fatal(HarvestError),
}

/// What is remembered of a listing that fits into one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OnePage {
    query: String,
    #[serde(flatten)]
    validators: Validators,
}

/// A server that is asked for windows of its listing.
pub(super) struct Asking<P> {
    server: Server,
    protocol: P,
    /// Whether a page was read, so that it is known to speak the protocol and to accept the way in which it is asked.
    known: bool,
    previous: Kept,
    latest: Option<OnePage>,
    /// What changed at this time or later is asked for, and nothing else.
    since: Option<Moment>,
    /// What was asked for when there came nothing at all.
    answered_nothing: Option<Moment>,
    /// The server was seen not to keep to the question of what changed.
    distrusted: bool,
    clock: SourceClock,
}

impl<P: WindowProtocol> Asking<P> {
    /// `previous` is what [`Asking::state`] gave after the last complete run.
    pub(super) fn new(server: Server, protocol: P, previous: Option<&str>, changes_only: bool) -> Self {
        let previous = previous.and_then(Kept::read).unwrap_or_default();
        // A listing of one page is asked for as a whole: that it has not changed says more than that nothing changed in it.
        let since = previous.since.filter(|_| changes_only && previous.one_page.is_none() && !previous.distrusted);
        let mut asking = Self {
            server,
            protocol,
            known: false,
            latest: None,
            since: None,
            answered_nothing: None,
            distrusted: previous.distrusted,
            clock: SourceClock::new(),
            previous,
        };
        if since.is_some() {
            asking.protocol.take_way(&asking.previous.way.clone());
            asking.ask_since(since);
        }
        asking
    }

    pub(super) fn name(&self) -> &str {
        self.server.name()
    }

    pub(super) fn requests(&self) -> u64 {
        self.server.requests()
    }

    pub(super) fn way(&self) -> String {
        self.protocol.way()
    }

    /// Asks as the run did that left a checkpoint, which had seen everything until a time.
    pub(super) fn take_up(&mut self, way: &str, since: Option<Moment>, seen_until: Option<Moment>) {
        self.protocol.take_way(way);
        self.ask_since(since);
        self.clock.go_on(seen_until);
    }

    /// Asks for everything from here on, and as if nothing had been asked before.
    pub(super) fn begin_anew(&mut self) {
        self.ask_since(None);
        self.clock = SourceClock::new();
    }

    fn ask_since(&mut self, since: Option<Moment>) {
        self.since = since.filter(|since| self.protocol.ask_since(Some(*since)));
        if self.since.is_none() {
            self.protocol.ask_since(None);
        }
    }

    /// Since when changes are asked for; `None` when everything is.
    pub(super) fn since(&self) -> Option<Moment> {
        self.since
    }

    /// Until when everything was seen that changed, if the walk comes to its end.
    pub(super) fn seen_until(&self) -> Option<Moment> {
        self.clock.seen_until()
    }

    /// What to hand to the next run after one that was complete; `is_one_page` when its only page was the whole listing.
    pub(super) fn state(&self, is_one_page: bool) -> Option<String> {
        // Where the newest record is older than what was asked for without an answer, the answer was right.
        let newest = self.clock.newest();
        let hid = self.answered_nothing.is_some_and(|asked| newest.is_some_and(|newest| newest >= asked.at));
        let distrusted = self.distrusted || hid;
        let seen_until = self.clock.seen_until().max(self.since);
        Kept {
            one_page: self.latest.clone().filter(|_| is_one_page && self.since.is_none()),
            since: seen_until.filter(|_| !distrusted),
            way: self.protocol.way(),
            distrusted,
        }
        .to_text()
    }

    /// What to hand to the next run after one that found nothing changed.
    pub(super) fn unchanged_state(&self) -> Option<String> {
        self.previous.to_text()
    }

    /// Asks for a window; `None` when the server says that it has not changed.
    pub(super) async fn ask(&mut self, window: Window, asked: Asked) -> Result<Option<WindowPage>, Trouble> {
        loop {
            match self.ask_this_way(window, asked).await {
                Err(Setback::Request(_)) if !self.known && self.since.is_some() => {
                    self.distrusted = true;
                    return Err(Trouble::Changes);
                }
                // It may be the question that is too much, or the moment.
                Err(Setback::Window(_)) if !self.known && self.since.is_some() => return Err(Trouble::Changes),
                // A server that does not accept how it is asked says so at the first page.
                Err(Setback::Request(_)) if !self.known && self.protocol.ask_otherwise() => {}
                Err(Setback::Request(error)) if self.known => return Err(Trouble::Window(error)),
                Err(Setback::Request(error) | Setback::Fatal(error) | Setback::Later(error)) => {
                    return Err(Trouble::Fatal(error));
                }
                Err(Setback::Window(error)) => return Err(Trouble::Window(error)),
                Ok(None) => return Ok(None),
                Ok(Some((page, changed))) => {
                    self.known = true;
                    if asked == Asked::Records {
                        self.believe(window, &page, &changed)?;
                    }
                    return Ok(Some(page));
                }
            }
        }
    }

    /// Checks that a page keeps to the question of what changed, and notes when its records did.
    fn believe(&mut self, window: Window, page: &WindowPage, changed: &[Option<Moment>]) -> Result<(), Trouble> {
        if let Some(since) = self.since {
            if page.records.is_empty() && window.start == 0 {
                self.answered_nothing = Some(since);
                return Err(Trouble::Changes);
            }
            if !changed.iter().all(|changed| changed.is_some_and(|changed| changed.at >= since.at)) {
                self.distrusted = true;
                return Err(Trouble::Changes);
            }
        }
        for changed in changed.iter().flatten() {
            self.clock.note_record(*changed);
        }
        Ok(())
    }

    async fn ask_this_way(
        &mut self,
        window: Window,
        asked: Asked,
    ) -> Result<Option<(WindowPage, Vec<Option<Moment>>)>, Setback> {
        let url = self.protocol.address(window, asked);
        let query = url.query().unwrap_or_default().to_owned();
        let is_first = window.start == 0 && asked == Asked::Records && !window.narrowed;
        let validators = match &self.previous.one_page {
            Some(previous) if is_first && previous.query == query => previous.validators.clone(),
            _ => Validators::default(),
        };
        let tries = window.narrowed.then_some(NARROWED_TRIES);
        let answer = match self.server.get(url, P::ACCEPT, validators, tries).await {
            Ok(Fetched::Fresh(answer)) => answer,
            Ok(Fetched::NotModified) => return Ok(None),
            Err(error) => return Err(Setback::of_fetch(error, |body| self.protocol.explain(body))),
        };
        let validators = answer.validators.clone();
        self.clock.note_answer(answer.answered.and_then(|date| Timestamp::try_from(date).ok()));
        let protocol = self.protocol.clone();
        let page = read_answer(answer, move |body| {
            let page = protocol.read(body)?;
            let changed = page.records.iter().map(|record| changed(&protocol, &record.payload)).collect();
            Ok((page, changed))
        })
        .await?;
        if is_first {
            self.latest = (!validators.is_empty()).then_some(OnePage { query, validators });
        }
        Ok(Some(page))
    }
}

fn changed<P: WindowProtocol>(protocol: &P, payload: &Payload) -> Option<Moment> {
    match payload {
        Payload::Raw { bytes, .. } => protocol.changed(bytes),
        Payload::Deleted | Payload::Derived { .. } => None,
    }
}
