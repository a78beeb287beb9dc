//! The index as searches of this process have it: opened when it is first needed, replaced when a whole one is there, and
//! suspected when a search met damage.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use cairn_search::{Index, SearchIndex};
use cairn_store::Seq;
use tokio::sync::Mutex;
use tracing::{error, info};

use crate::error::blocking;
use crate::follower::LOOK_EVERY;
use crate::writer_lock::WriterLock;
use crate::{Catalog, CatalogError};

/// What this process knows of the index.
#[derive(Default)]
pub(crate) struct IndexAtHand {
    shown: ArcSwapOption<Index>,
    /// Held while it is opened, so that many searches open it once.
    opening: Mutex<()>,
    /// Whether somebody met damage in it that nobody looked into yet.
    suspected: AtomicBool,
}

impl Catalog {
    /// Whether the index holds everything that the store has.
    ///
    /// # Errors
    /// Store errors, and those of an index that is there and cannot be opened.
    pub async fn index_is_current(&self) -> Result<bool, CatalogError> {
        let latest = self.store().latest_seq().await?;
        match self.index().await {
            Ok(index) => Ok(index.position() >= latest),
            Err(CatalogError::IndexUnavailable | CatalogError::IndexDamaged { .. }) => Ok(latest == 0),
            Err(error) => Err(error),
        }
    }

    /// Whether the index holds everything that the store has now, or comes to hold it within `patience` where another process
    /// writes it, which follows what is written.
    ///
    /// # Errors
    /// As [`Catalog::index_is_current`].
    pub async fn index_follows(&self, patience: Duration) -> Result<bool, CatalogError> {
        let (latest, begun) = (self.store().latest_seq().await?, Instant::now());
        loop {
            // Asked first: who lets go of it meanwhile has written all of it before.
            let is_held = WriterLock::holder(self.data_folder()).is_some();
            let holds = match self.refreshed_position().await {
                Ok(position) => position >= latest,
                Err(CatalogError::IndexUnavailable) => latest == 0,
                Err(error) => return Err(error),
            };
            if holds || begun.elapsed() >= patience || !is_held {
                return Ok(holds);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether the index holds changes that the store does not have: one of the two was put back from a copy.
    ///
    /// # Errors
    /// As [`Catalog::index_is_current`].
    pub async fn index_is_ahead(&self) -> Result<bool, CatalogError> {
        match self.index().await {
            // The store is read last: what is written meanwhile does not look like it.
            Ok(index) => Ok(index.position() > self.store().latest_seq().await?),
            Err(CatalogError::IndexUnavailable | CatalogError::IndexDamaged { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the index is being made anew, so that nothing can be searched for now.
    pub fn is_making_index_anew(&self) -> bool {
        self.index_at_hand().shown.load_full().is_some_and(|index| !index.is_whole())
    }

    /// What is wrong with the files of the index, each of which is read for that, if anything is.
    ///
    /// # Errors
    /// As [`Catalog::index_is_current`].
    pub async fn damage_of_index(&self) -> Result<Option<String>, CatalogError> {
        let checked = match self.index().await {
            Ok(index) => blocking(move || Ok(index.check()?)).await,
            Err(CatalogError::IndexUnavailable) => Ok(()),
            Err(error) => Err(error),
        };
        match checked {
            Ok(()) => Ok(None),
            Err(CatalogError::IndexDamaged { reason }) => Ok(Some(reason)),
            Err(error) => Err(error),
        }
    }

    /// The index for a search. It is opened when it is first asked for: what needs no index does not fail for it.
    pub(crate) async fn index(&self) -> Result<Arc<Index>, CatalogError> {
        let index = match self.index_at_hand().shown.load_full() {
            Some(index) => index,
            None => self.open_index_for_reading().await?,
        };
        // What one that is being made anew lacks would be taken for absent.
        if index.is_whole() { Ok(index) } else { Err(CatalogError::IndexUnavailable) }
    }

    async fn open_index_for_reading(&self) -> Result<Arc<Index>, CatalogError> {
        let at_hand = self.index_at_hand();
        let _alone = at_hand.opening.lock().await;
        if let Some(index) = at_hand.shown.load_full() {
            return Ok(index);
        }
        let folder = self.index_folder();
        let store = self.store_identity().to_owned();
        let opened = Arc::new(blocking(move || Ok(Index::open_reader(&folder, &store)?)).await?);
        opened.know(self.shared_vocabularies());
        // A follower of this process may have shown its own meanwhile.
        at_hand.shown.rcu(|shown| Some(Arc::clone(shown.as_ref().unwrap_or(&opened))));
        Ok(at_hand.shown.load_full().unwrap_or(opened))
    }

    /// The position of the index after a fresh look at what other processes committed; -1 where there is none that can be
    /// read.
    pub(crate) async fn refreshed_position(&self) -> Result<Seq, CatalogError> {
        let at_hand = self.index_at_hand();
        let index = match at_hand.shown.load_full() {
            Some(index) => index,
            None => match self.open_index_for_reading().await {
                Ok(index) => index,
                Err(CatalogError::IndexDamaged { .. }) => return Ok(-1),
                Err(error) => return Err(error),
            },
        };
        let looked_at = Arc::clone(&index);
        let position = blocking(move || {
            looked_at.reload()?;
            Ok(looked_at.position())
        });
        match position.await {
            Err(CatalogError::IndexDamaged { reason }) => {
                // Whoever writes it made it anew, or does so next: what is there then is opened.
                info!(reason, "the index that was open is not used any more");
                at_hand.shown.compare_and_swap(&Some(index), None);
                Ok(-1)
            }
            position => position,
        }
    }

    /// Lets searches have the index of this process's writer: at once where they have none, else when it is whole.
    pub(crate) fn show_index(&self, index: &Arc<Index>) {
        let shown = &self.index_at_hand().shown;
        let is_shown = shown.load().as_ref().map(|shown| Arc::ptr_eq(shown, index));
        if is_shown.is_none() || (is_shown == Some(false) && index.is_whole()) {
            shown.store(Some(Arc::clone(index)));
        }
    }

    /// Lets searches have no other index than this one, whole or not.
    pub(crate) fn show_only_index(&self, index: &Arc<Index>) {
        self.index_at_hand().shown.store(Some(Arc::clone(index)));
    }

    /// Logs damage that an answer met, and has the follower look into it.
    pub(crate) fn noticing_damage<T>(&self, answer: Result<T, CatalogError>) -> Result<T, CatalogError> {
        if let Err(CatalogError::IndexDamaged { reason }) = &answer {
            let is_known = self.index_at_hand().suspected.swap(true, Ordering::Relaxed);
            if !is_known {
                error!(reason, "the index seems to be damaged; the process that writes it looks into it");
            }
        }
        answer
    }

    /// Whether damage was met that nobody looked into yet.
    pub(crate) fn index_is_suspected(&self) -> bool {
        self.index_at_hand().suspected.load(Ordering::Relaxed)
    }

    /// Says that the suspicion was looked into.
    pub(crate) fn clear_index_of_suspicion(&self) {
        self.index_at_hand().suspected.store(false, Ordering::Relaxed);
    }
}
