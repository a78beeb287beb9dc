//! What is kept for how long, and forgotten at the end of a harvest.

use std::sync::{Mutex, PoisonError};

use cairn_store::{EntryKind, Store};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::registry::tables_kept_since;
use crate::{Catalog, CatalogError};

/// Days for which things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The history of runs.
    pub runs: u32,
    /// The history of records, of which the newest revision is always kept.
    pub history: u32,
    /// Records that were retired, and tombstones of those that were purged.
    pub retired: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { runs: 365, history: 730, retired: 90 }
    }
}

/// Days for which messages are kept that ended: so long the link in a mail ends such mails.
const MESSAGES: u32 = 90;

/// Days for which tokens are listed that were revoked or expired.
const ENDED_TOKENS: u32 = 366;

/// When this process last forgot what is old.
#[derive(Debug, Default)]
pub(crate) struct LastForgotten(Mutex<Option<Timestamp>>);

impl LastForgotten {
    /// Whether a day has passed since, or the clock was put back; if so, it is now.
    fn is_due(&self, now: Timestamp) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |last: Timestamp| last <= now && now.duration_since(last) < SignedDuration::from_hours(24);
        if last.is_some_and(is_recent) {
            return false;
        }
        *last = Some(now);
        true
    }
}

/// So many days before an instant; `None` where that is longer than time is counted back, so that nothing is as old.
fn days_before(now: Timestamp, days: u32) -> Option<Timestamp> {
    now.checked_sub(SignedDuration::from_hours(i64::from(days) * 24)).ok()
}

impl Catalog {
    /// Forgets what is older than it is kept, at most once a day in this process, until it is told to stop. What fails is
    /// logged, and tried again another day: no harvest fails for it.
    pub(crate) async fn forget_what_is_old(&self, now: Timestamp, stop: &CancellationToken) {
        if !self.inner.last_forgotten.is_due(now) {
            return;
        }
        if let Err(failure) = self.forget(now, stop).await {
            warn!(%failure, "what is old could not be forgotten");
        }
    }

    async fn forget(&self, now: Timestamp, stop: &CancellationToken) -> Result<(), CatalogError> {
        let Retention { runs, history, retired } = self.inner.retention;
        let store: &dyn Store = self.store();
        if let Some(before) = days_before(now, runs) {
            store.forget_runs_before(before).await?;
        }
        if let Some(before) = days_before(now, MESSAGES) {
            store.forget_messages_before(before).await?;
        }
        if let Some(before) = days_before(now, ENDED_TOKENS) {
            store.forget_tokens_before(before).await?;
        }
        store.forget_entries_before(EntryKind::Table, tables_kept_since(now)).await?;
        let (mut records, mut revisions) = (0, 0);
        if let Some(before) = days_before(now, retired) {
            while !stop.is_cancelled() {
                let forgotten = store.forget_retired_before(before).await?;
                records += forgotten;
                if forgotten == 0 && store.forget_removals_before(before).await? == 0 {
                    break;
                }
            }
        }
        if let Some(before) = days_before(now, history) {
            while !stop.is_cancelled() {
                let cut = store.cut_history_before(before).await?;
                revisions += cut.revisions;
                if cut.looked_to.is_none() {
                    break;
                }
            }
        }
        if records > 0 || revisions > 0 {
            info!(records, revisions, "forgot what is older than it is kept");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_is_forgotten_once_a_day_and_when_the_clock_was_put_back() {
        let last = LastForgotten::default();
        let hour = |hour: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
        let due = [100, 101, 123, 124, 147, 50, 51, 74].map(|now| last.is_due(hour(now)));
        assert_eq!(due, [true, false, false, true, false, true, false, true]);
    }

    #[test]
    fn nothing_is_as_old_as_more_days_than_time_is_counted_back() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(days_before(now, 2), Some(now - SignedDuration::from_hours(48)));
        assert_eq!(days_before(now, u32::MAX), None);
    }
}
