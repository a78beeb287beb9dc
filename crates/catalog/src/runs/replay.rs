//! Replay: the payloads that the store keeps of a source are read anew, by a better mapping, without a request.
//!
//! It goes through a run like any other, so that what changed gets a revision, what the mapping would loosen waits for a
//! person, and nothing that the payloads do not hold is taken for gone. What is missing is read, too, as it is still shown, and
//! is not found again by that.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_harvest::{Connector, EndProof, HarvestError, Page, Payload, RawFormat, RawRecord};
use cairn_model::{Dataset, DatasetId, Problem};
use cairn_store::StoreError;
use jiff::Timestamp;

use crate::error::blocking;
use crate::{Catalog, CatalogError};

/// Payloads of a page.
const PAGE: u32 = 500;

/// Reads what is kept of a source.
pub(super) struct Replay {
    catalog: Catalog,
    source: String,
    /// What the connector of the source left after its last complete run.
    state: Option<String>,
    /// Id at the source of the last record that was read.
    after: String,
    /// Records that are read; none before the first page.
    count: Option<u64>,
    offset: u64,
    /// Records that nothing was kept of, or nothing that can be read.
    lacking: u64,
}

impl Replay {
    /// A replay of a source. `state` is what its connector left.
    pub(super) fn new(catalog: Catalog, source: &str, state: Option<String>) -> Self {
        Self { catalog, source: source.to_owned(), state, after: String::new(), count: None, offset: 0, lacking: 0 }
    }
}

impl Catalog {
    /// One record as it came, or why it cannot be had.
    async fn kept_payload(&self, id: DatasetId) -> Result<Result<Payload, Problem>, StoreError> {
        let missing = |message: String| Problem::warning("no-payload", "", message);
        match self.store().payload(id).await {
            Ok(Some((code, bytes))) => Ok(match RawFormat::from_code(&code) {
                Some(format) => Ok(Payload::Raw { format, bytes: Bytes::from(bytes) }),
                None => Err(missing(format!("its payload is of the format {code}, which this version does not read"))),
            }),
            Ok(None) => Ok(Err(missing("no payload of it is kept: it stays as it is".to_owned()))),
            Err(StoreError::DamagedRecord { reason, .. }) => {
                Ok(Err(Problem::error("damaged-payload", "", format!("{reason}: `harvest --full` mends it"))))
            }
            Err(error) => Err(error),
        }
    }

    /// A record as its source says it, by what is kept of it; `None` where nothing is, or nothing that can be read.
    pub(crate) async fn as_its_source_says(
        &self,
        record: &Dataset,
        now: Timestamp,
    ) -> Result<Option<Dataset>, CatalogError> {
        let Some(source) = self.source(&record.source) else { return Ok(None) };
        let Ok(payload) = self.kept_payload(record.id).await? else { return Ok(None) };
        let rules = self.rules_for(source, now)?;
        let raw = RawRecord { source_record_id: Some(record.source_record_id.clone()), offset: 0, payload };
        let id = record.id;
        blocking(move || {
            let read = rules.read(raw, [0; 32]).ok().map(|read| read.dataset);
            Ok(read.filter(|dataset| dataset.id == id))
        })
        .await
    }
}

#[async_trait]
impl Connector for Replay {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        let store = self.catalog.store();
        if self.count.is_none() {
            let active = store.active_count(&self.source).await.map_err(unreadable)?;
            self.count = Some(active.records);
        }
        let mut page = Page { expected: self.count, ..Page::default() };
        while page.records.is_empty() && page.problems.is_empty() {
            let some = store.active_records(&self.source, &self.after, PAGE).await.map_err(unreadable)?;
            let Some(last) = some.last() else { return Ok(None) };
            self.after.clone_from(&last.source_record_id);
            for known in some {
                let offset = self.offset;
                self.offset += 1;
                match self.catalog.kept_payload(known.id).await.map_err(unreadable)? {
                    Ok(payload) => {
                        let source_record_id = Some(known.source_record_id);
                        page.records.push(RawRecord { source_record_id, offset, payload });
                    }
                    Err(mut problem) => {
                        self.lacking += 1;
                        problem.position.record = Some(offset);
                        page.problems.push(problem.with_value(&known.source_record_id));
                    }
                }
            }
        }
        Ok(Some(page))
    }

    fn end_proof(&self) -> EndProof {
        EndProof::Changes
    }

    fn requests(&self) -> u64 {
        0
    }

    fn state(&self) -> Option<String> {
        // Where something was not read anew, the next harvest has to.
        self.state.clone().filter(|_| self.lacking == 0)
    }
}

pub(super) fn unreadable(error: StoreError) -> HarvestError {
    HarvestError::File { path: "what is kept of the source".to_owned(), source: std::io::Error::other(error) }
}
