//! Who wants to be told of what, and the messages that are on their way.

use async_trait::async_trait;
use cairn_model::DatasetId;
use cairn_model::registry::NotifyStatement;
use jiff::Timestamp;

use crate::{EntryKind, NewAct, Result, Seq};

/// The most messages that are queued for a person in a day. What is above it becomes one message about [`MORE`].
pub const MOST_MESSAGES_A_DAY: u32 = 50;

/// The code of a message that stands for those above [`MOST_MESSAGES_A_DAY`].
pub const MORE: &str = "more";

/// The code of a message about records that are new for who follows something; its subject is the subscription.
pub const NEW_RECORDS: &str = "records";

/// The most records that one message tells of. Those above it are not counted.
pub const MOST_RECORDS_OF_A_MESSAGE: usize = 1000;

/// What somebody follows, and how they want to be told of what is new.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriptionRow {
    /// Id.
    pub id: String,
    /// Of which kind what is followed is.
    pub kind: EntryKind,
    /// Its id.
    pub subject: String,
    /// Who follows it: `person:ID` or `organisation:ID`.
    pub owner: String,
    /// How they want to be told.
    pub statement: NotifyStatement,
    /// What signs the requests of a webhook.
    pub secret: Option<String>,
    /// The change up to which was looked for what is new.
    pub looked_to: Seq,
    /// When is looked next.
    pub next_look: Timestamp,
    /// Since when it is followed.
    pub created: Timestamp,
    /// Since when nothing is sent any more, because its webhook failed for too long.
    pub stopped: Option<Timestamp>,
}

/// Neither a secret nor the address of a webhook, which may hold one, gets into a log.
impl std::fmt::Debug for SubscriptionRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubscriptionRow")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("subject", &self.subject)
            .field("owner", &self.owner)
            .field("channel", &self.statement.channel)
            .field("looked_to", &self.looked_to)
            .field("stopped", &self.stopped)
            .finish_non_exhaustive()
    }
}

/// A message to queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Id, which the message carries.
    pub id: String,
    /// What makes it another message than any other: the same again is not queued.
    pub dedup: String,
    /// What it is about, as a code of the catalogue.
    pub about: String,
    /// Id of what it is about.
    pub subject: String,
    /// The records that it tells of.
    pub records: Vec<DatasetId>,
    /// For whom: `person:ID`, `organisation:ID`, or who does something when it is due, as `stewards:ID`.
    pub recipient: String,
    /// When.
    pub created: Timestamp,
    /// When it is sent.
    pub due: Timestamp,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// It is to be sent.
    Waiting,
    /// It was sent.
    Sent,
    /// When it was due there was nothing to tell any more, or nobody to be told.
    Dropped,
    /// It became a message for each of several people.
    Split,
    /// It could not be sent for too long.
    GivenUp,
}

impl MessageState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Sent, Self::Dropped, Self::Split, Self::GivenUp];

    /// The code in the store and in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Split => "split",
            Self::GivenUp => "given-up",
        }
    }
}

/// A message in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Id, which the message carries.
    pub id: String,
    /// What it is about, as a code of the catalogue.
    pub about: String,
    /// Id of what it is about.
    pub subject: String,
    /// The records that it tells of.
    pub records: Vec<DatasetId>,
    /// For whom.
    pub recipient: String,
    /// When it was queued.
    pub created: Timestamp,
    /// When it was to be sent first.
    pub due: Timestamp,
    /// How often it was tried, a try that goes on included: the fence of who has it.
    pub attempts: u32,
    /// Where it stands.
    pub state: MessageState,
    /// When it came there, if it does not wait.
    pub ended: Option<Timestamp>,
}

/// What became of a try to send a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageEnd {
    /// It was sent.
    Sent,
    /// There was nothing to tell any more, or nobody to be told.
    Dropped,
    /// It is for several people, who get one each.
    Split(Vec<NewMessage>),
    /// It is tried again at an instant.
    Again(Timestamp),
    /// It is not tried any more.
    GivenUp,
}

/// A look at what is new for who follows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Id of the subscription.
    pub subscription: String,
    /// From which change on was looked: of two looks from the same one the first counts.
    pub from: Seq,
    /// Up to which.
    pub to: Seq,
    /// When is looked next.
    pub next: Timestamp,
    /// What there is to tell. While an earlier message of the subscription waits, its records are told with that.
    pub message: Option<NewMessage>,
}

/// Subscriptions and messages in the system of record. The catalogue decides who may know of them.
#[async_trait]
pub trait Notifications: Send + Sync {
    /// What somebody follows, by its kind and id.
    async fn subscription(&self, kind: EntryKind, subject: &str, owner: &str) -> Result<Option<SubscriptionRow>>;

    /// A subscription by its id.
    async fn subscription_by_id(&self, id: &str) -> Result<Option<SubscriptionRow>>;

    /// How much somebody follows.
    async fn subscription_count(&self, owner: &str) -> Result<u32>;

    /// Puts a subscription in the place of the one of the same owner for the same thing, with its line in the log of acts.
    async fn put_subscription(&self, row: SubscriptionRow, act: NewAct) -> Result<()>;

    /// Deletes a subscription and what waits to be sent of it, with a line in the log of acts; `false` when there is none.
    async fn remove_subscription(&self, id: &str, act: NewAct) -> Result<bool>;

    /// Says that nothing of a subscription is sent any more, and deletes what waits, with a line in the log of acts.
    async fn stop_subscription(&self, id: &str, at: Timestamp, act: NewAct) -> Result<()>;

    /// Subscriptions that are to be looked at by `now`, and were not yet looked at up to a change.
    async fn subscriptions_due(&self, now: Timestamp, newest: Seq, limit: u32) -> Result<Vec<SubscriptionRow>>;

    /// Keeps up to where was looked and queues what there is to tell, in one transaction; `false`, and nothing is changed, when
    /// another process looked before.
    async fn note_look(&self, look: Look) -> Result<bool>;

    /// Messages that can be sent by `now` and that no process has, in the order in which they were queued.
    async fn messages_due(&self, now: Timestamp, limit: u32) -> Result<Vec<MessageRow>>;

    /// Takes such messages until an instant, and counts a try for each. No other process gets them until then.
    async fn claim_messages(&self, now: Timestamp, until: Timestamp, limit: u32) -> Result<Vec<MessageRow>>;

    /// Keeps what became of a try; `false`, and nothing is changed, when it is not the newest of the message.
    async fn end_message(&self, id: &str, attempt: u32, end: MessageEnd, now: Timestamp) -> Result<bool>;

    /// Keeps the hash of what ends such messages by its address, beside those of earlier tries.
    async fn note_unsubscribe(&self, id: &str, hash: &[u8; 32]) -> Result<()>;

    /// The message with an address to end such messages that has this hash.
    async fn message_by_unsubscribe(&self, hash: &[u8; 32]) -> Result<Option<MessageRow>>;

    /// The messages for a recipient, newest first.
    async fn messages_to(&self, recipient: &str, limit: u32) -> Result<Vec<MessageRow>>;

    /// Of what a person wants to be told, as the catalogue wrote it.
    async fn notice_settings(&self, person: &str) -> Result<Option<String>>;

    /// Keeps of what a person wants to be told, with its line in the log of acts.
    async fn put_notice_settings(&self, person: &str, body: &str, act: NewAct) -> Result<()>;

    /// Forgets messages that ended before an instant. Answers how many.
    async fn forget_messages_before(&self, instant: Timestamp) -> Result<u64>;
}
