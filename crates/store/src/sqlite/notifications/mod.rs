//! Subscriptions and messages, in `SQLite`.

mod messages;
mod subscriptions;

use async_trait::async_trait;
use jiff::Timestamp;

use super::SqliteStore;
use crate::{EntryKind, Look, MessageEnd, MessageRow, NewAct, Notifications, Result, Seq, SubscriptionRow};

pub(super) use messages::queue;
pub(super) use subscriptions::forget_followers;

#[async_trait]
impl Notifications for SqliteStore {
    async fn subscription(&self, kind: EntryKind, subject: &str, owner: &str) -> Result<Option<SubscriptionRow>> {
        subscriptions::of_owner(self, kind, subject, owner).await
    }

    async fn subscription_by_id(&self, id: &str) -> Result<Option<SubscriptionRow>> {
        subscriptions::by_id(self, id).await
    }

    async fn subscription_count(&self, owner: &str) -> Result<u32> {
        subscriptions::count(self, owner).await
    }

    async fn put_subscription(&self, row: SubscriptionRow, act: NewAct) -> Result<()> {
        subscriptions::put(self, row, act).await
    }

    async fn remove_subscription(&self, id: &str, act: NewAct) -> Result<bool> {
        subscriptions::remove(self, id, act).await
    }

    async fn stop_subscription(&self, id: &str, at: Timestamp, act: NewAct) -> Result<()> {
        subscriptions::stop(self, id, at, act).await
    }

    async fn subscriptions_due(&self, now: Timestamp, newest: Seq, limit: u32) -> Result<Vec<SubscriptionRow>> {
        subscriptions::due(self, now, newest, limit).await
    }

    async fn note_look(&self, look: Look) -> Result<bool> {
        subscriptions::note_look(self, look).await
    }

    async fn messages_due(&self, now: Timestamp, limit: u32) -> Result<Vec<MessageRow>> {
        messages::due(self, now, limit).await
    }

    async fn claim_messages(&self, now: Timestamp, until: Timestamp, limit: u32) -> Result<Vec<MessageRow>> {
        messages::claim(self, now, until, limit).await
    }

    async fn end_message(&self, id: &str, attempt: u32, end: MessageEnd, now: Timestamp) -> Result<bool> {
        messages::end(self, id, attempt, end, now).await
    }

    async fn note_unsubscribe(&self, id: &str, hash: &[u8; 32]) -> Result<()> {
        messages::note_unsubscribe(self, id, hash).await
    }

    async fn message_by_unsubscribe(&self, hash: &[u8; 32]) -> Result<Option<MessageRow>> {
        messages::by_unsubscribe(self, hash).await
    }

    async fn messages_to(&self, recipient: &str, limit: u32) -> Result<Vec<MessageRow>> {
        messages::to(self, recipient, limit).await
    }

    async fn notice_settings(&self, person: &str) -> Result<Option<String>> {
        messages::settings(self, person).await
    }

    async fn put_notice_settings(&self, person: &str, body: &str, act: NewAct) -> Result<()> {
        messages::put_settings(self, person, body, act).await
    }

    async fn forget_messages_before(&self, instant: Timestamp) -> Result<u64> {
        messages::forget_before(self, instant).await
    }
}
