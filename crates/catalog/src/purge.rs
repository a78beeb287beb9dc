//! Purging a source: everything that is kept of it goes for good, from the store, the index and their files.

use std::time::{Duration, Instant};

use cairn_model::DatasetId;
use cairn_model::registry::REGISTERED;
use cairn_store::{NewRun, Purge, Seq, SourceHoldings, StoreError};
use jiff::Timestamp;
use serde::Serialize;
use tracing::info;
use uuid::Uuid;

use crate::{Catalog, CatalogError, OPERATOR};

/// How long the process that writes the index may take to forget what was purged.
const PATIENCE: Duration = Duration::from_mins(10);
/// How often it is looked at meanwhile; the lease is renewed with it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Ids of removed records read at a time.
const REMOVALS: u32 = 10_000;

/// What a purge removed, or would remove.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PurgeReport {
    /// The source.
    pub source: String,
    /// Whether it stands in the configuration, so that it is harvested again.
    pub configured: bool,
    /// What was removed, by all parts of a purge that was interrupted; or what there is to remove.
    #[serde(flatten)]
    pub removed: SourceHoldings,
    /// Seconds that it took.
    pub seconds: f64,
}

impl Catalog {
    /// Says what a purge of a source would remove, by a store that is open for reading only.
    ///
    /// # Errors
    /// `NotFound` for a source of which nothing is known.
    pub async fn purge_preview(&self, source: &str) -> Result<PurgeReport, CatalogError> {
        let reading = self.for_reading_only().await?;
        let removed = reading.holdings_of(source).await?;
        let configured = self.source(source).is_some();
        Ok(PurgeReport { source: source.to_owned(), configured, removed, seconds: 0.0 })
    }

    /// Removes everything that is kept of a source: what it holds cannot be brought back but from a copy of the data folder.
    ///
    /// It can be killed at any moment: what was removed stays so, the index follows, and a purge of the same source goes on
    /// from there. It ends when neither the files of the store nor those of the index hold any of it.
    ///
    /// # Errors
    /// `NotFound` for a source of which nothing is known; `AlreadyRuns` while it is harvested; `BadRequest` for one that is
    /// configured, unless that is `confirmed`; `PurgeUnfinished` when the process that writes the index does not follow.
    pub async fn purge_source(
        &self,
        source: &str,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<PurgeReport, CatalogError> {
        let begun = Instant::now();
        self.holdings_of(source).await?;
        if source == REGISTERED {
            return Err(CatalogError::BadRequest(
                "what organisations registered is no source that could be purged: each withdraws its own".to_owned(),
            ));
        }
        let configured = self.source(source).is_some();
        if configured && !confirmed {
            return Err(CatalogError::BadRequest(format!(
                "source {source} is still configured, and would be harvested again: take it out of the configuration first, \
                 or say that it is to be purged all the same"
            )));
        }
        let purge = self.begin_purge(source, now).await?;
        while self.store().purge_some(&purge, now).await? {}
        self.store().erase_deleted().await?;
        self.forget_in_index(&purge).await?;
        let at = Timestamp::now().max(now);
        let removed = self.store().finish_purge(&purge, OPERATOR, at).await?;
        info!(source, records = removed.records, "purged");
        let seconds = (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        Ok(PurgeReport { source: source.to_owned(), configured, removed, seconds })
    }

    async fn holdings_of(&self, source: &str) -> Result<SourceHoldings, CatalogError> {
        let known = self.store().source_holdings(source).await?;
        match known {
            Some(holdings) => Ok(holdings),
            None if self.source(source).is_some() => Ok(SourceHoldings::default()),
            None => Err(CatalogError::NotFound("source")),
        }
    }

    async fn begin_purge(&self, source: &str, now: Timestamp) -> Result<Purge, CatalogError> {
        let request = NewRun {
            // The name of what holds the lease, for whoever is refused by it.
            run: format!("purge-{}", Uuid::now_v7()),
            source: source.to_owned(),
            holder: cairn_store::process::this_process(),
            at: now,
        };
        match self.store().begin_purge(request, OPERATOR).await {
            Ok(purge) => Ok(purge),
            Err(StoreError::LeaseHeld { holder, run, .. }) => {
                Err(CatalogError::AlreadyRuns { source_id: source.to_owned(), run, holder })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the index holds the purge and none of its files a word of what was purged, for as long as some process
    /// writes it; where none does, this one writes it.
    async fn forget_in_index(&self, purge: &Purge) -> Result<(), CatalogError> {
        let begun = Instant::now();
        let (removed, seq) = self.removed_since(purge.since).await?;
        loop {
            self.store().renew(&purge.lease).await?;
            match self.take_index_writer("purge", Timestamp::now()).await {
                Ok(mut follower) => {
                    follower.catch_up().await?;
                    return follower.forget_withdrawn().await;
                }
                Err(CatalogError::Held { .. }) => {}
                Err(error) => return Err(error),
            }
            if self.index_has_forgotten(&removed, seq).await? {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                return Err(CatalogError::PurgeUnfinished(purge.lease.source.clone()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether the index, as another process wrote it, holds a change and nothing of records that were removed.
    async fn index_has_forgotten(&self, removed: &[DatasetId], seq: Seq) -> Result<bool, CatalogError> {
        if self.refreshed_position().await? < seq {
            return Ok(false);
        }
        let index = match self.index().await {
            Ok(index) => index,
            Err(CatalogError::IndexUnavailable | CatalogError::IndexDamaged { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let removed = removed.to_vec();
        crate::error::blocking(move || Ok(!index.remembers(&removed)?)).await
    }

    /// The records that were removed after a change, and the last change of that.
    async fn removed_since(&self, since: Seq) -> Result<(Vec<DatasetId>, Seq), CatalogError> {
        let (mut removed, mut seq) = (Vec::new(), since);
        loop {
            let some = self.store().removed_after(seq, REMOVALS).await?;
            let Some(last) = some.last() else { return Ok((removed, seq)) };
            seq = last.seq;
            removed.extend(some.iter().map(|removal| removal.id));
        }
    }
}
