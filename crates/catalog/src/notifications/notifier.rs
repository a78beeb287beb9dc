//! The notifier: looks for what is new, and sends what is due.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_model::Vocabularies;
use cairn_model::registry::{ConcernState, NotifyChannel};
use cairn_policy::Viewer;
use cairn_search::SearchRequest;
use cairn_store::{EntryKind, MOST_RECORDS_OF_A_MESSAGE, MessageEnd, MessageRow, NewAct, SubscriptionRow};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::letter::{Letter, News};
use super::mail::{Envelope, Mailer};
use super::notices::{ends_soon, look_is_due_soon};
use super::webhook::Delivery;
use super::{About, Owner};
use crate::registry::{AccessRequest, Concern};
use crate::secrets::{hash, new_secret};
use crate::{Catalog, CatalogError};

/// Who does what nobody asked for, in the log of acts.
pub(super) const ACTOR: &str = "notifier";

/// Messages that a process takes at a time, and sends side by side.
const AT_A_TIME: u32 = 10;

/// No try takes longer, whatever its receiver does: the patience that a host asked for counts, too.
const LONGEST_TRY: Duration = Duration::from_mins(5);

/// For so long a process has what it took: much longer than a try, so that no other sends it meanwhile.
const TAKEN_FOR: SignedDuration = SignedDuration::from_mins(20);

/// The pause after the first try; each further one is twice the one before.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// No pause between two tries is longer.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// A message that could not be sent for so long is given up.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(5 * 24);

/// How often is looked whether there is something to do.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long the notifier waits after a failure of the store or the index.
const PAUSE: Duration = Duration::from_secs(10);

/// Messages that are listed when nothing is to be sent.
const LISTED: u32 = 1000;

/// How long messages may go on being sent when it is time to stop.
const LAST_MESSAGES: Duration = Duration::from_secs(4);

/// Reads a query as `GET /api/v1/search` does.
pub type ReadSearch = fn(&str, &Vocabularies, Timestamp) -> Result<SearchRequest, String>;

/// Sends what is due. Any number of processes may: each message is taken by one.
#[derive(Clone)]
pub struct Notifier {
    pub(super) catalog: Catalog,
    pub(super) read_search: ReadSearch,
    /// Where people reach the server, without a slash at its end.
    pub(super) public_url: String,
    mailer: Option<Arc<Mailer>>,
}

/// What was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SendReport {
    /// Messages that were sent.
    pub sent: u32,
    /// Those about which there was nothing to tell any more, or nobody to be told.
    pub dropped: u32,
    /// Those that are tried again later.
    pub postponed: u32,
    /// Those that are not tried any more.
    pub given_up: u32,
}

impl SendReport {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.dropped += other.dropped;
        self.postponed += other.postponed;
        self.given_up += other.given_up;
    }
}

/// A message that would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMessage {
    /// What it is about.
    pub about: About,
    /// Id of what it is about.
    pub subject: String,
    /// For whom, by id.
    pub recipient: String,
    /// How many records it tells of.
    pub records: usize,
}

/// What a message comes to for who gets it.
enum Content {
    Letter { to: String, letter: Letter },
    Webhook { row: SubscriptionRow, records: Vec<cairn_model::DatasetId> },
}

/// What came of a try.
enum Attempt {
    /// It need not be tried again.
    Ended(MessageEnd),
    /// It is to be tried again: why.
    Failed(String),
    /// Its receiver says that there is nothing any more.
    Gone,
}

/// A while after the stop, in which most messages that are being sent are sent: none of these is sent twice.
async fn soon_after(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(LAST_MESSAGES).await;
}

impl Notifier {
    /// A notifier of a catalogue. Every address that it tells begins with `public_url`.
    ///
    /// # Errors
    /// `Configuration` for settings of mail that cannot be used.
    pub fn new(catalog: Catalog, public_url: &str, read_search: ReadSearch) -> Result<Self, CatalogError> {
        let mailer = catalog.notification_settings().mail.as_ref().map(Mailer::new).transpose()?.map(Arc::new);
        Ok(Self { catalog, read_search, public_url: public_url.trim_end_matches('/').to_owned(), mailer })
    }

    /// Looks and sends until it is told to stop. What fails is logged, and tried again.
    pub async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.send_due(Timestamp::now(), &stop).await {
                Ok(_) => LOOK_EVERY,
                // The index is being made anew.
                Err(CatalogError::IndexUnavailable) => PAUSE,
                Err(error) => {
                    warn!(%error, "nobody can be notified at this moment; trying again");
                    PAUSE
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Looks for what is new, and sends everything that is due.
    ///
    /// # Errors
    /// Store and index errors; what was not sent is sent later.
    pub async fn send_due(&self, now: Timestamp, stop: &CancellationToken) -> Result<SendReport, CatalogError> {
        let mut report = SendReport::default();
        // What is queued does not wait for an index that cannot be searched.
        let looked = self.look(now).await;
        // Many messages may take longer than they are taken for, so each claim counts from its own instant.
        let began = Instant::now();
        while !stop.is_cancelled() && !self.catalog.store().messages_due(now, 1).await?.is_empty() {
            let by_now = now.saturating_add(began.elapsed()).unwrap_or(Timestamp::MAX);
            let until = by_now.saturating_add(TAKEN_FOR).unwrap_or(Timestamp::MAX);
            let messages = self.catalog.store().claim_messages(now, until, AT_A_TIME).await?;
            let mut tries = JoinSet::new();
            for message in messages {
                let notifier = self.clone();
                tries.spawn(async move { notifier.send(&message, now).await });
            }
            let sending = async {
                let mut sent = Ok(());
                while let Some(ended) = tries.join_next().await {
                    match ended.unwrap_or_else(|died| Err(CatalogError::Internal(died.to_string()))) {
                        Ok(one) => report.add(one),
                        // The others are sent all the same.
                        Err(error) => sent = Err(error),
                    }
                }
                sent
            };
            tokio::select! {
                sent = sending => sent?,
                // They are tried again by whoever has them next.
                () = soon_after(stop) => break,
            }
        }
        looked?;
        Ok(report)
    }

    /// What would be sent now, without writing anything: what is queued, and what a look would queue.
    ///
    /// # Errors
    /// Store and index errors.
    pub async fn due(&self, now: Timestamp) -> Result<Vec<DueMessage>, CatalogError> {
        let store = self.catalog.store();
        let mut due = Vec::new();
        for message in store.messages_due(now, LISTED).await? {
            match self.catalog.split(&message, now).await? {
                Some(parts) => {
                    for part in parts {
                        let part = MessageRow { recipient: part.recipient, ..message.clone() };
                        due.extend(self.due_message(&part, now).await?);
                    }
                }
                None => due.extend(self.due_message(&message, now).await?),
            }
        }
        let newest = self.catalog.refreshed_position().await?;
        for row in store.subscriptions_due(now, newest, LISTED).await? {
            if let Some(message) = self.look_for(&row, newest, now).await?.and_then(|look| look.message) {
                let (subject, records) = (message.subject, message.records.len());
                due.push(DueMessage { about: About::Records, subject, recipient: message.recipient, records });
            }
        }
        Ok(due)
    }

    async fn due_message(&self, message: &MessageRow, now: Timestamp) -> Result<Option<DueMessage>, CatalogError> {
        let Some(content) = self.content(message, now).await? else { return Ok(None) };
        let records = match &content {
            Content::Letter { .. } => message.records.len(),
            Content::Webhook { records, .. } => records.len(),
        };
        let (subject, recipient) = (message.subject.clone(), message.recipient.clone());
        Ok(About::from_code(&message.about).map(|about| DueMessage { about, subject, recipient, records }))
    }

    /// Sends a message that this process has, and keeps what became of it. One that cannot be made keeps no other from being
    /// sent.
    async fn send(&self, message: &MessageRow, now: Timestamp) -> Result<SendReport, CatalogError> {
        let attempt = tokio::time::timeout(LONGEST_TRY, self.attempt(message, now)).await;
        let end = match attempt.unwrap_or_else(|_| Ok(Attempt::Failed("it took too long".to_owned()))) {
            Ok(Attempt::Ended(end)) => end,
            Ok(Attempt::Gone) => return self.give_up(message, "its receiver is gone", now).await,
            Ok(Attempt::Failed(reason)) => return self.postpone(message, &reason, now).await,
            Err(error) => return self.postpone(message, &error.to_string(), now).await,
        };
        let mut report = SendReport::default();
        match end {
            MessageEnd::Sent => {
                report.sent = 1;
                metrics::counter!("cairn_messages_sent_total", "about" => message.about.clone()).increment(1);
            }
            MessageEnd::Dropped => report.dropped = 1,
            MessageEnd::Split(_) | MessageEnd::Again(_) | MessageEnd::GivenUp => {}
        }
        self.catalog.store().end_message(&message.id, message.attempts, end, now).await?;
        Ok(report)
    }

    /// Lets a message that could not be sent be tried again later, unless that was tried for too long.
    async fn postpone(&self, message: &MessageRow, reason: &str, now: Timestamp) -> Result<SendReport, CatalogError> {
        if now.duration_since(message.due) >= GIVEN_UP_AFTER {
            return self.give_up(message, reason, now).await;
        }
        info!(message = message.id, attempts = message.attempts, reason, "a message could not be sent; trying again");
        let again = MessageEnd::Again(next_try(message.attempts, now));
        self.catalog.store().end_message(&message.id, message.attempts, again, now).await?;
        Ok(SendReport { postponed: 1, ..SendReport::default() })
    }

    /// Tries to send a message.
    async fn attempt(&self, message: &MessageRow, now: Timestamp) -> Result<Attempt, CatalogError> {
        if let Some(parts) = self.catalog.split(message, now).await? {
            let end = if parts.is_empty() { MessageEnd::Dropped } else { MessageEnd::Split(parts) };
            return Ok(Attempt::Ended(end));
        }
        Ok(match self.content(message, now).await? {
            None => Attempt::Ended(MessageEnd::Dropped),
            Some(Content::Letter { to, letter }) => match self.send_letter(message, &to, letter).await? {
                None => Attempt::Ended(MessageEnd::Sent),
                Some(reason) => Attempt::Failed(reason),
            },
            Some(Content::Webhook { row, records }) => match self.deliver(&row, message, &records, now).await {
                Delivery::Taken => Attempt::Ended(MessageEnd::Sent),
                Delivery::Failed(reason) => Attempt::Failed(reason),
                Delivery::Gone => Attempt::Gone,
            },
        })
    }

    /// Gives a message up, and its webhook with it.
    async fn give_up(&self, message: &MessageRow, reason: &str, now: Timestamp) -> Result<SendReport, CatalogError> {
        let store = self.catalog.store();
        warn!(message = message.id, about = message.about, reason, "a message is given up");
        metrics::counter!("cairn_messages_given_up_total", "about" => message.about.clone()).increment(1);
        store.end_message(&message.id, message.attempts, MessageEnd::GivenUp, now).await?;
        let subscription = store.subscription_by_id(&message.subject).await?;
        if let Some(row) = subscription.filter(|row| row.statement.channel == NotifyChannel::Webhook) {
            let act = NewAct::new(now, ACTOR, "notify.stop", &*row.subject);
            store.stop_subscription(&row.id, now, act).await?;
        }
        Ok(SendReport { given_up: 1, ..SendReport::default() })
    }

    /// Sends a mail; why it could not be sent, if so.
    async fn send_letter(
        &self,
        message: &MessageRow,
        to: &str,
        letter: Letter,
    ) -> Result<Option<String>, CatalogError> {
        let Some(mailer) = &self.mailer else { return Ok(Some("no mail server is configured".to_owned())) };
        // What stands for many kinds is ended by ending those.
        let unsubscribe = if message.about == About::More.code() {
            None
        } else {
            let secret = new_secret("")?;
            self.catalog.store().note_unsubscribe(&message.id, &hash(&secret)).await?;
            Some(format!("{}/unsubscribe/{secret}", self.public_url))
        };
        let envelope = Envelope { to, id: &message.id, unsubscribe: unsubscribe.as_deref() };
        let letter = letter.ended_at(unsubscribe.as_deref());
        Ok(mailer.send(&envelope, letter).await.err())
    }

    /// What a message comes to at this moment; `None` when there is nothing to tell any more, or nobody to be told.
    async fn content(&self, message: &MessageRow, now: Timestamp) -> Result<Option<Content>, CatalogError> {
        let (Some(about), Some(owner)) = (About::from_code(&message.about), Owner::read(&message.recipient)) else {
            return Ok(None);
        };
        let Some(viewer) = self.catalog.viewer_of(owner).await? else { return Ok(None) };
        if about == About::Records {
            return self.news(message, &viewer, owner, now).await;
        }
        let Owner::Person(person) = owner else { return Ok(None) };
        let settings = self.catalog.settings_of(person).await?;
        let is_wanted = about.topic().is_none_or(|topic| topic.is_wanted(settings));
        if !is_wanted || !self.catalog.is_still_so(about, &message.subject, &viewer, now).await? {
            return Ok(None);
        }
        let letter = Letter::of(about, &message.subject, &self.public_url);
        Ok(self.address_of(person).await?.map(|to| Content::Letter { to, letter }))
    }

    /// What there is to tell of records at this moment.
    async fn news(
        &self,
        message: &MessageRow,
        viewer: &Viewer,
        owner: Owner<'_>,
        now: Timestamp,
    ) -> Result<Option<Content>, CatalogError> {
        let row = self.catalog.store().subscription_by_id(&message.subject).await?;
        let Some(row) = row.filter(|row| row.stopped.is_none()) else { return Ok(None) };
        let found = self.found_now(viewer, &row, now).await?.unwrap_or_default();
        let mut records = Vec::new();
        for id in message.records.iter().filter(|id| found.contains(id)) {
            // The index may lag behind the store: what counts is what the store says they may know of.
            if self.catalog.visible_now(viewer, *id).await?.is_some() {
                records.push(*id);
            }
        }
        if records.is_empty() {
            return Ok(None);
        }
        let Owner::Person(person) = owner else { return Ok(Some(Content::Webhook { row, records })) };
        if row.statement.channel == NotifyChannel::Webhook {
            return Ok(Some(Content::Webhook { row, records }));
        }
        let mut public = Vec::new();
        for id in &records {
            // By what everyone sees of it, title and all.
            if let Some(seen) = self.catalog.visible_now(&Viewer::anonymous(), *id).await? {
                let title = seen.dataset.title.best("en").unwrap_or_default().to_owned();
                public.push((*id, title));
            }
        }
        let path = match row.kind {
            EntryKind::Need => format!("/needs/{}", row.subject),
            _ => format!("/saved-searches/{}", row.subject),
        };
        let is_more = message.records.len() >= MOST_RECORDS_OF_A_MESSAGE;
        let news = News { is_more, count: records.len(), public, path };
        let letter = Letter::of_news(&news, &self.public_url);
        Ok(self.address_of(person).await?.map(|to| Content::Letter { to, letter }))
    }

    /// The address of an account that is open, where mails are sent.
    async fn address_of(&self, person: &str) -> Result<Option<String>, CatalogError> {
        let person = self.catalog.store().person(person).await?;
        Ok(person.filter(|person| self.mailer.is_some() && person.closed.is_none()).map(|person| person.email))
    }
}

impl Catalog {
    /// Whether what a message is about still stands as it says, and the viewer is one of those who are to know.
    async fn is_still_so(
        &self,
        about: About,
        subject: &str,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<bool, CatalogError> {
        let still = match about {
            About::RequestSent
            | About::RequestForwarded
            | About::RequestWaits
            | About::RequestAsked
            | About::RequestGranted
            | About::RequestRefused
            | About::GrantEnds => self.is_still_so_of_request(about, subject, viewer, now).await,
            About::ConcernRaised | About::ConcernWaits | About::ConcernOverdue => {
                let concern = self.concern(viewer, subject, None).await;
                concern.map(|concern| is_still_so_of_concern(about, &concern.body, viewer, now))
            }
            About::More => Ok(true),
            About::Records => Ok(false),
        };
        match still {
            Err(CatalogError::NotFound(_)) => Ok(false),
            still => still,
        }
    }

    async fn is_still_so_of_request(
        &self,
        about: About,
        id: &str,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<bool, CatalogError> {
        use cairn_model::registry::RequestState::{Asked, Granted, Refused};
        let request = self.entry::<AccessRequest>(viewer, id).await?.body;
        let state = request.state_at(now);
        let decides = request.to.as_deref().is_some_and(|to| viewer.manages(to));
        let asks = viewer.organisation() == Some(&*request.organisation);
        let until = request.grant.as_ref().and_then(|grant| grant.until);
        Ok(match about {
            About::RequestSent => decides && request.due().is_some(),
            About::RequestForwarded => decides && state.is_pending(),
            About::RequestWaits => decides && request.due().is_some_and(|due| due <= now),
            About::RequestAsked => asks && state == Asked,
            About::RequestGranted => asks && state == Granted,
            About::RequestRefused => asks && state == Refused,
            About::GrantEnds => asks && state == Granted && until.and_then(ends_soon).is_some_and(|soon| soon <= now),
            About::ConcernRaised | About::ConcernWaits | About::ConcernOverdue | About::Records | About::More => false,
        })
    }
}

fn is_still_so_of_concern(about: About, concern: &Concern, viewer: &Viewer, now: Timestamp) -> bool {
    let waits = concern.state == ConcernState::Raised;
    concern.handled_by(viewer)
        && match about {
            About::ConcernWaits => waits && look_is_due_soon(concern) <= now && !concern.is_overdue(now),
            About::ConcernOverdue => concern.is_overdue(now),
            _ => concern.state.is_open(),
        }
}

/// When a message is tried again after so many tries: a time that is not the same for all of them.
fn next_try(attempts: u32, now: Timestamp) -> Timestamp {
    let doublings = attempts.saturating_sub(1).min(16);
    let pause = FIRST_PAUSE.saturating_mul(2_i32.pow(doublings)).min(LONGEST_PAUSE);
    let mut byte = [0_u8; 1];
    // Without random numbers all wait for as long.
    let _ = getrandom::fill(&mut byte);
    // From four fifths of the pause to six.
    let pause = pause.as_secs().saturating_mul(1024 + 512 * i64::from(byte[0]) / 255) / 1280;
    now.saturating_add(SignedDuration::from_secs(pause)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_about_twice_the_one_before_and_none_is_longer_than_a_quarter_of_a_day() {
        for (attempts, seconds) in [(1, 60), (2, 120), (3, 240), (9, 15_360), (10, 21_600), (u32::MAX, 21_600)] {
            let pause = next_try(attempts, Timestamp::UNIX_EPOCH).as_second();
            assert!((seconds * 4 / 5..=seconds * 6 / 5).contains(&pause), "{attempts}: {pause}");
        }
    }
}
