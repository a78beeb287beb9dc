//! Asking a server for windows: addresses, the way to ask that it accepts, and what its troubles mean for the walk.

use cairn_fetch::{Fetched, Validators};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Kept, Moment, SourceClock};
use super::newest::{KnownRecords, NewestFirst};
use super::walk::Window;
use super::{Asked, WindowPage, WindowProtocol};
use crate::server::{Server, Setback, read_answer};
use crate::{HarvestError, Payload};

/// Tries of a window that was narrowed: the larger ones around it failed many times already.
const NARROWED_TRIES: u32 = 2;

/// Single records that are asked for where a server refuses the first page: more than one, as it may be the first that it
/// cannot give.
const FIRST_RECORDS: u64 = 2;

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

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Everything,
    /// What changed at this time or later, and nothing else.
    Since(Moment),
    /// The records that changed last, before all others, until those that changed before this time.
    NewestFirst(Moment),
}

/// A server that is asked for windows of its listing.
pub(super) struct Asking<P> {
    server: Server,
    protocol: P,
    /// Whether a page was read, so that it is known to speak the protocol and to accept the way in which it is asked.
    known: bool,
    previous: Kept,
    latest: Option<OnePage>,
    question: Question,
    /// Since when changes can be asked for.
    changes_since: Option<Moment>,
    /// What was asked for when there came nothing at all.
    answered_nothing: Option<Moment>,
    /// The server was seen not to keep to the question of what changed.
    distrusted: bool,
    /// Whether a record could not be had: nobody knows when it changed.
    lacks: bool,
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
            question: Question::Everything,
            changes_since: since,
            answered_nothing: None,
            distrusted: previous.distrusted,
            lacks: false,
            clock: SourceClock::new(),
            previous,
        };
        if !P::GIVES_NEWEST_FIRST && since.is_some() {
            asking.protocol.take_way(&asking.previous.way.clone());
            asking.ask_since(since);
        }
        asking
    }

    /// Asks for the records that changed last before all others, if the protocol can and enough is known of the listing.
    pub(super) fn ask_newest_first(&mut self, page_size: u64) -> Option<NewestFirst> {
        let since = self.changes_since.filter(|_| P::GIVES_NEWEST_FIRST)?;
        let known = self.previous.known.take()?;
        self.protocol.take_way(&self.previous.way.clone());
        self.protocol.ask_newest_first(true);
        self.question = Question::NewestFirst(since);
        Some(NewestFirst::new(page_size, since, known))
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
        self.protocol.ask_newest_first(false);
        self.ask_since(None);
        self.lacks = false;
        self.clock = SourceClock::new();
    }

    /// Notes that the server does not keep to the question of what changed.
    pub(super) fn distrust(&mut self) {
        self.distrusted = true;
    }

    /// Notes that a record could not be had.
    pub(super) fn note_lack(&mut self) {
        self.lacks = true;
    }

    fn ask_since(&mut self, since: Option<Moment>) {
        self.question = match since.filter(|since| self.protocol.ask_since(Some(*since))) {
            Some(since) => Question::Since(since),
            None => Question::Everything,
        };
        if self.question == Question::Everything {
            self.protocol.ask_since(None);
        }
    }

    /// Since when changes are asked for, and nothing else is; `None` otherwise.
    pub(super) fn since(&self) -> Option<Moment> {
        match self.question {
            Question::Since(since) => Some(since),
            Question::Everything | Question::NewestFirst(_) => None,
        }
    }

    /// Until when everything was seen that changed, if the walk comes to its end; `None` where a record could not be had.
    pub(super) fn seen_until(&self) -> Option<Moment> {
        self.clock.seen_until().filter(|_| !self.lacks)
    }

    /// What to hand to the next run after one that was complete; `is_one_page` when its only page was the whole listing, and
    /// `known` are the records that it listed.
    pub(super) fn state(&self, is_one_page: bool, known: Option<KnownRecords>) -> Option<String> {
        // Where the newest record is older than what was asked for without an answer, the answer was right.
        let newest = self.clock.newest();
        let hid = self.answered_nothing.is_some_and(|asked| newest.is_some_and(|newest| newest >= asked.at));
        let distrusted = self.distrusted || hid;
        let seen_before = match self.question {
            Question::Everything => None,
            Question::Since(since) | Question::NewestFirst(since) => Some(since),
        };
        // What could not be had may have changed since the last complete run, and would not be asked for after that: it is once
        // more. What cannot be had then either waits for the next full sweep, or each run would read everything.
        let waits = self.lacks && !self.previous.lacks;
        let seen_now = if waits { self.previous.since } else { self.clock.seen_until() };
        let lacks = self.lacks || (self.previous.lacks && seen_before.is_some());
        let since = seen_now.max(seen_before).filter(|_| !distrusted);
        let one_page = self.latest.clone().filter(|_| is_one_page && seen_before.is_none());
        Kept {
            known: known.filter(|_| one_page.is_none() && since.is_some()),
            one_page,
            since,
            way: self.protocol.way(),
            distrusted,
            lacks,
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
                Err(Setback::Request(error)) if !self.known && self.question != Question::Everything => {
                    // Where ids are asked for, it may be these that the server does not give by themselves; and where a page is
                    // refused for one record in it, that record and not the question.
                    match (asked, P::REFUSES_FOR_A_RECORD) {
                        (Asked::Records, true) if window.rows > 1 && self.gives_single_records().await? => {
                            self.known = true;
                            return Err(Trouble::Window(error));
                        }
                        (Asked::Records, false) => self.distrust(),
                        (Asked::Records, true) | (Asked::Ids, _) => {}
                    }
                    return Err(Trouble::Changes);
                }
                // It may be the question that is too much, or the moment.
                Err(Setback::Window(_)) if !self.known && self.question != Question::Everything => {
                    return Err(Trouble::Changes);
                }
                Err(Setback::Request(error))
                    if P::REFUSES_FOR_A_RECORD && !self.known && asked == Asked::Records && window.rows > 1 =>
                {
                    if self.gives_single_records().await? {
                        self.known = true;
                        return Err(Trouble::Window(error));
                    }
                    if !self.protocol.ask_otherwise() {
                        return Err(Trouble::Fatal(error));
                    }
                }
                // A server that does not accept how it is asked says so at the first page.
                Err(Setback::Request(_)) if !self.known && asked == Asked::Records && self.protocol.ask_otherwise() => {
                }
                Err(Setback::Request(error)) if self.known => return Err(Trouble::Window(error)),
                Err(Setback::Request(error) | Setback::Fatal(error) | Setback::Later(error)) => {
                    return Err(Trouble::Fatal(error));
                }
                Err(Setback::Window(error)) => return Err(Trouble::Window(error)),
                Ok(None) => return Ok(None),
                Ok(Some(page)) => {
                    self.known = true;
                    if asked == Asked::Records {
                        self.believe(window, &page)?;
                    }
                    return Ok(Some(page));
                }
            }
        }
    }

    /// Whether the server gives one of its first records by itself in the way in which it refused a page: then it accepts the
    /// way, and the page holds a record that it cannot give. In another way all of them might say less.
    async fn gives_single_records(&mut self) -> Result<bool, Trouble> {
        for start in 0..FIRST_RECORDS {
            let single = Window { start, rows: 1, overlap: false, narrowed: true };
            match self.ask_this_way(single, Asked::Records).await {
                Ok(Some(page)) if !page.records.is_empty() => return Ok(true),
                Err(Setback::Fatal(error) | Setback::Later(error)) => return Err(Trouble::Fatal(error)),
                Ok(_) | Err(Setback::Request(_) | Setback::Window(_)) => {}
            }
        }
        Ok(false)
    }

    /// Checks that a page keeps to the question of what changed, and notes when its records did.
    fn believe(&mut self, window: Window, page: &WindowPage) -> Result<(), Trouble> {
        if let Some(since) = self.since() {
            if page.records.is_empty() && window.start == 0 {
                self.answered_nothing = Some(since);
                return Err(Trouble::Changes);
            }
            if !page.changed.iter().all(|changed| changed.is_some_and(|changed| changed.at >= since.at)) {
                self.distrust();
                return Err(Trouble::Changes);
            }
        }
        for changed in page.changed.iter().flatten() {
            self.clock.note_record(*changed);
        }
        Ok(())
    }

    async fn ask_this_way(&mut self, window: Window, asked: Asked) -> Result<Option<WindowPage>, Setback> {
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
            let mut page = protocol.read(body)?;
            page.changed = page.records.iter().map(|record| changed(&protocol, &record.payload)).collect();
            Ok(page)
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
