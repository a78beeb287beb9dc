//! Inventories of holdings in CSV, TSV or XLSX, in a file or at an address.
//!
//! Each row is kept as its raw payload, so that a better mapping of columns can be replayed. The ids of its records are
//! read from the rows later, where two rows with one id are noticed.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_formats::inventory::{InventoryMapping, UNREAD_SHEET, read_table};
use cairn_model::Severity;

use crate::connector::lost;
use crate::kinds::ConnectContext;
use crate::source_file::{Content, FileState, FreshContent, obtain};
use crate::{Connector, EndProof, HarvestError, Page, Payload, RawFormat, RawRecord, SourceConfig};

/// Largest inventory, unless the configuration says otherwise: a table is read as a whole.
const MAX_INVENTORY_BYTES: u64 = 64 << 20;

/// Rows of a page.
const PAGE: usize = 500;

/// Opens an inventory.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    config.location()?;
    Ok(Box::new(InventoryConnector {
        config: config.clone(),
        context: context.clone(),
        pages: None,
        end: EndProof::Missing("the inventory was not read".to_owned()),
        state: None,
        sent: Arc::default(),
    }))
}

struct InventoryConnector {
    config: SourceConfig,
    context: ConnectContext,
    /// `None` before the table was read.
    pages: Option<VecDeque<Page>>,
    end: EndProof,
    state: Option<FileState>,
    sent: Arc<AtomicU64>,
}

#[async_trait]
impl Connector for InventoryConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        if self.pages.is_none() {
            self.pages = Some(self.load().await?);
        }
        Ok(self.pages.as_mut().and_then(VecDeque::pop_front))
    }

    fn end_proof(&self) -> EndProof {
        self.end.clone()
    }

    fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    fn state(&self) -> Option<String> {
        self.state.as_ref().and_then(FileState::to_text)
    }
}

impl InventoryConnector {
    async fn load(&mut self) -> Result<VecDeque<Page>, HarvestError> {
        let content = match obtain(&self.config, &self.context, MAX_INVENTORY_BYTES, &self.sent).await? {
            Content::Unchanged(state) => {
                self.end = EndProof::Unchanged;
                self.state = Some(state);
                return Ok(VecDeque::new());
            }
            Content::Fresh(content) => content,
        };
        let (state, mapping) = (content.state.clone(), self.config.mapping.clone());
        let max_records = usize::try_from(self.config.limits.max_records).unwrap_or(usize::MAX);
        let shown = self.config.display_url();
        let table = tokio::task::spawn_blocking(move || read(content, &mapping, max_records));
        let (pages, end) = table.await.unwrap_or_else(|_| Err(HarvestError::task(&shown)))?;
        self.state = (end == EndProof::Proven).then_some(state);
        self.end = end;
        Ok(pages)
    }
}

/// Splits a table into pages, with the proof that all rows are in them. Blocking.
fn read(
    content: FreshContent,
    mapping: &InventoryMapping,
    max_records: usize,
) -> Result<(VecDeque<Page>, EndProof), HarvestError> {
    let FreshContent { mut file, name, shown, state, .. } = content;
    let refuse = |source| HarvestError::File { path: shown.clone(), source };
    let mut bytes = Vec::with_capacity(usize::try_from(state.size).unwrap_or(0));
    file.read_to_end(&mut bytes).map_err(refuse)?;
    let table = read_table(&bytes, &name, mapping);
    if !table.has_titles {
        let errors = table.problems.iter().find(|problem| problem.severity == Severity::Error);
        let told = errors.or(table.problems.first()).map(|problem| problem.message.clone());
        let reason = told.unwrap_or_else(|| "it has no column of titles".to_owned());
        return Err(HarvestError::NotACatalogue { what: shown, reason });
    }
    let listed = table.rows.len();
    let unread = table.problems.iter().find(|problem| problem.code == UNREAD_SHEET);
    let end = match unread {
        _ if listed > max_records => EndProof::Missing(format!("the limit of {max_records} records was reached")),
        Some(problem) => EndProof::Missing(format!("a sheet was {}", problem.message)),
        None => EndProof::Proven,
    };
    let mut pages =
        VecDeque::from([Page { unnamed: lost(&table.problems), problems: table.problems, ..Page::default() }]);
    for (offset, row) in table.rows.into_iter().take(max_records).enumerate() {
        if pages.back().is_some_and(|page| page.records.len() >= PAGE) {
            pages.push_back(Page::default());
        }
        let bytes = serde_json::to_vec(&row).map_err(|error| refuse(error.into()))?;
        let payload = Payload::Raw { format: RawFormat::InventoryRow, bytes: Bytes::from(bytes) };
        let record = RawRecord { source_record_id: None, offset: offset as u64, payload };
        if let Some(page) = pages.back_mut() {
            page.records.push(record);
            page.expected = Some(listed as u64);
        }
    }
    Ok((pages, end))
}
