//! Views of what not everyone is shown, on their way into the log of acts: no read waits for whoever writes.
//!
//! A view waits in memory for a fraction of a second and is then written with those that came meanwhile. One of the same
//! record in the same revision by the same viewer is written once an hour. A process that is killed loses what waited;
//! one that ends writes it first ([`Catalog::write_views`]).

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cairn_policy::Viewer;
use cairn_store::{NewAct, StoredRecord};
use jiff::Timestamp;

use crate::{Catalog, CatalogError};

/// For how long views are gathered before they are written.
const GATHERING: Duration = Duration::from_millis(200);
/// How long it takes until writing is tried again that failed.
const AGAIN: Duration = Duration::from_secs(1);
/// Views that wait at most, and that are remembered as told: a few megabytes.
const MOST: usize = 10_000;
/// Views that are written in one transaction.
const AT_A_TIME: usize = 500;

/// A view, as far as one within the hour is told from another.
type Told = (String, &'static str, String, Option<u32>);

/// What was viewed and is not yet in the log of acts.
#[derive(Debug, Default)]
pub(crate) struct Views {
    waiting: Mutex<Waiting>,
    /// Held by whoever writes.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Waiting {
    acts: Vec<NewAct>,
    /// What was told in `hour`.
    told: HashSet<Told>,
    /// Hours since 1970.
    hour: i64,
    /// Whether somebody was begun who writes what waits.
    has_writer: bool,
}

/// What became of a view.
#[derive(Debug, PartialEq, Eq)]
enum Noted {
    /// It is in the log or waits for that.
    Waits,
    /// It waits, and somebody has to be begun who writes it.
    WantsWriter,
    /// Too much waits: it will not be in the log.
    Lost,
}

impl Views {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, actor: &str, act: &'static str, subject: String, version: Option<u32>, now: Timestamp) -> Noted {
        let mut waiting = self.waiting();
        let hour = now.as_second().div_euclid(3600);
        if waiting.hour != hour || waiting.told.len() >= MOST {
            waiting.told.clear();
            waiting.hour = hour;
        }
        let told = (actor.to_owned(), act, subject, version);
        if waiting.told.contains(&told) {
            return Noted::Waits;
        }
        if waiting.acts.len() >= MOST {
            return Noted::Lost;
        }
        waiting.acts.push(NewAct { version, ..NewAct::new(now, actor, act, &*told.2) });
        waiting.told.insert(told);
        if std::mem::replace(&mut waiting.has_writer, true) { Noted::Waits } else { Noted::WantsWriter }
    }

    fn next(&self) -> Vec<NewAct> {
        self.waiting().acts.iter().take(AT_A_TIME).cloned().collect()
    }

    fn written(&self, number: usize) {
        self.waiting().acts.drain(..number);
    }

    /// Whether nothing waits; then whoever writes is not needed any more.
    fn dismisses_writer(&self) -> bool {
        let mut waiting = self.waiting();
        waiting.has_writer = !waiting.acts.is_empty();
        !waiting.has_writer
    }
}

impl Catalog {
    /// Says in the log of acts that somebody was shown a record, or what belongs to it, as not everyone is. What the operator
    /// reads is logged by the command that they gave.
    pub(crate) fn note_view(&self, viewer: &Viewer, record: &StoredRecord) {
        if !viewer.is_operator() {
            self.note_reading(viewer, "record.view", record.dataset.id.to_string(), Some(record.revision));
        }
    }

    /// Says in the log of acts what somebody read, within a second.
    pub(crate) fn note_reading(&self, viewer: &Viewer, act: &'static str, subject: String, version: Option<u32>) {
        match self.views().note(viewer.actor(), act, subject, version, Timestamp::now()) {
            Noted::Waits => {}
            Noted::WantsWriter => {
                let catalog = self.clone();
                tokio::spawn(async move { catalog.keep_writing_views().await });
            }
            Noted::Lost => {
                metrics::counter!("cairn_views_not_logged_total").increment(1);
                tracing::error!(actor = viewer.actor(), act, "a view is not in the log of acts: too many wait");
            }
        }
    }

    async fn keep_writing_views(&self) {
        let mut pause = GATHERING;
        loop {
            tokio::time::sleep(pause).await;
            pause = match self.write_views().await {
                Ok(()) => GATHERING,
                Err(error) => {
                    tracing::warn!(%error, "views cannot be written to the log of acts: trying again");
                    AGAIN
                }
            };
            if self.views().dismisses_writer() {
                return;
            }
        }
    }

    /// Writes the views that wait to the log of acts, for whoever is about to end.
    ///
    /// # Errors
    /// Store errors; what could not be written waits on.
    pub async fn write_views(&self) -> Result<(), CatalogError> {
        let views = self.views();
        let _alone = views.writing.lock().await;
        loop {
            let acts = views.next();
            if acts.is_empty() {
                return Ok(());
            }
            self.store().log_acts(&acts).await?;
            views.written(acts.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minute)
    }

    #[test]
    fn a_view_of_the_same_record_and_revision_by_the_same_viewer_is_told_once_an_hour() {
        let views = Views::default();
        for (actor, record, revision, minute) in [
            ("person:p", "a", 1, 0),
            ("person:p", "a", 1, 59),
            ("person:p", "a", 2, 59),
            ("token:t", "a", 1, 59),
            ("person:p", "b", 1, 59),
            ("person:p", "a", 1, 60),
        ] {
            views.note(actor, "record.view", record.to_owned(), Some(revision), at(minute));
        }
        let told: Vec<_> = views.next().into_iter().map(|act| (act.actor, act.subject, act.version, act.at)).collect();
        let line = |actor: &str, record: &str, revision, minute| {
            (actor.to_owned(), record.to_owned(), Some(revision), at(minute))
        };
        assert_eq!(
            told,
            [
                line("person:p", "a", 1, 0),
                line("person:p", "a", 2, 59),
                line("token:t", "a", 1, 59),
                line("person:p", "b", 1, 59),
                line("person:p", "a", 1, 60),
            ]
        );
    }

    #[test]
    fn one_writer_is_begun_at_a_time_and_what_was_not_written_waits() {
        let views = Views::default();
        let note = |record: &str| views.note("person:p", "record.view", record.to_owned(), Some(1), at(0));
        assert_eq!([note("a"), note("b")], [Noted::WantsWriter, Noted::Waits]);
        views.written(1);
        assert!(!views.dismisses_writer(), "b waits");
        views.written(1);
        assert!(views.dismisses_writer());
        assert_eq!(note("c"), Noted::WantsWriter);
    }

    #[test]
    fn where_too_many_wait_a_view_is_said_to_be_lost_and_can_be_noted_later() {
        let views = Views::default();
        let note = |record: usize| views.note("person:p", "record.view", record.to_string(), Some(1), at(0));
        for record in 0..MOST {
            note(record);
        }
        assert_eq!(note(MOST), Noted::Lost);
        views.written(1);
        assert_eq!((note(MOST), views.waiting().acts.len()), (Noted::Waits, MOST));
    }
}
