//! Documents that are read as a whole: one file or one answer, with all of its records in it.
//!
//! Every dialect can also be read from a file that somebody kept of it.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_formats::decode::{ExpansionLimits, open_stream};
use cairn_formats::listing::Listing;
use cairn_model::{Position, Problem};

use crate::connector::lost;
use crate::kinds::ConnectContext;
use crate::server::MAX_PAGE_BYTES;
use crate::source_file::{Content, FileState, FreshContent, obtain};
use crate::{Connector, EndProof, HarvestError, Page, Payload, RawFormat, RawRecord, SourceConfig};

/// Records of a page.
const PAGE: usize = 500;

/// Unpacked bytes for each packed one, at most.
const MAX_RATIO: u64 = 200;

/// How a document is read.
#[derive(Clone, Copy)]
pub(crate) struct DocumentFormat {
    /// Cuts it into records. The second is the address that it is from, if any.
    pub(crate) list: fn(&[u8], Option<&str>) -> Result<Listing, Problem>,
    /// Format of the records.
    pub(crate) raw_format: RawFormat,
}

/// Opens a document.
pub(crate) fn connect(
    config: &SourceConfig,
    context: &ConnectContext,
    format: DocumentFormat,
) -> Result<Box<dyn Connector>, HarvestError> {
    config.location()?;
    Ok(Box::new(DocumentConnector {
        config: config.clone(),
        context: context.clone(),
        format,
        pages: None,
        end: EndProof::Missing("the document was not read".to_owned()),
        state: None,
        sent: Arc::default(),
    }))
}

struct DocumentConnector {
    config: SourceConfig,
    context: ConnectContext,
    format: DocumentFormat,
    /// What is left of it; none before it was read.
    pages: Option<VecDeque<Page>>,
    end: EndProof,
    state: Option<FileState>,
    sent: Arc<AtomicU64>,
}

#[async_trait]
impl Connector for DocumentConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        let mut pages = match self.pages.take() {
            Some(pages) => pages,
            None => self.load().await?,
        };
        let page = pages.pop_front();
        self.pages = Some(pages);
        Ok(page)
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

impl DocumentConnector {
    async fn load(&mut self) -> Result<VecDeque<Page>, HarvestError> {
        let content = match obtain(&self.config, &self.context, MAX_PAGE_BYTES, &self.sent).await? {
            Content::Unchanged(state) => {
                self.end = EndProof::Unchanged;
                self.state = Some(state);
                return Ok(VecDeque::new());
            }
            Content::Fresh(content) => content,
        };
        let (state, shown) = (content.state.clone(), content.shown.clone());
        let (format, max_bytes) = (self.format, self.config.limits.max_bytes.unwrap_or(MAX_PAGE_BYTES));
        let address = self.config.web_address();
        let read = tokio::task::spawn_blocking(move || {
            let shown = content.shown.clone();
            let bytes = read_whole(content, max_bytes)?;
            let listing = (format.list)(&bytes, address.as_deref());
            listing.map_err(|problem| HarvestError::NotACatalogue { what: shown, reason: reason(&problem) })
        });
        let listing = read.await.unwrap_or_else(|_| Err(HarvestError::task(&shown)))?;
        self.end = proof(&listing, self.config.limits.max_records);
        if self.end == EndProof::Proven {
            self.state = Some(state);
        }
        Ok(pages_of(listing, self.format.raw_format, self.config.limits.max_records))
    }
}

/// A document, unpacked. Blocking.
pub(crate) fn read_whole(content: FreshContent, max_bytes: u64) -> Result<Vec<u8>, HarvestError> {
    let FreshContent { file, shown, .. } = content;
    let refuse = |source: std::io::Error| HarvestError::File { path: shown.clone(), source };
    let expansion = ExpansionLimits { decoded_bytes: max_bytes, ratio: MAX_RATIO };
    let mut bytes = Vec::new();
    open_stream(file, expansion).and_then(|mut stream| stream.read_to_end(&mut bytes)).map_err(refuse)?;
    Ok(bytes)
}

/// What keeps a document from being a listing, with its place.
pub(crate) fn reason(problem: &Problem) -> String {
    let value = problem.value.as_deref().map_or(String::new(), |value| format!(" ({value})"));
    match problem.position.byte {
        Some(byte) => format!("{}{value} (byte {byte})", problem.message),
        None => format!("{}{value}", problem.message),
    }
}

/// Whether a document is the whole listing.
pub(crate) fn proof(listing: &Listing, max_records: u64) -> EndProof {
    let listed = listing.records.len() as u64;
    if listed > max_records {
        return EndProof::Missing(format!("the limit of {max_records} records was reached"));
    }
    if let Some(reason) = listing.cut_short() {
        return EndProof::Missing(format!("the document is not whole: {reason}"));
    }
    match listing.count {
        _ if listing.next.is_some() => {
            EndProof::Missing("it is one page of a listing that goes on elsewhere".to_owned())
        }
        Some(count) if count > listed => {
            EndProof::Missing(format!("the document counts {count} records, and holds {listed}"))
        }
        _ => EndProof::Proven,
    }
}

/// The records of a listing in pages.
pub(crate) fn pages_of(listing: Listing, raw_format: RawFormat, max_records: u64) -> VecDeque<Page> {
    let expected = Some(listing.records.len() as u64);
    let unnamed = lost(&listing.problems);
    let mut pages = VecDeque::from([Page { problems: listing.problems, unnamed, expected, ..Page::default() }]);
    let limit = usize::try_from(max_records).unwrap_or(usize::MAX);
    for (offset, record) in listing.records.into_iter().take(limit).enumerate() {
        if pages.back().is_none_or(|page| page.records.len() >= PAGE) {
            pages.push_back(Page { expected, ..Page::default() });
        }
        let Some(page) = pages.back_mut() else { break };
        let offset = offset as u64;
        let payload = if record.deleted {
            Payload::Deleted
        } else {
            Payload::Raw { format: raw_format, bytes: Bytes::from(record.bytes) }
        };
        if record.deleted && record.id.is_none() {
            let problem = Problem::error("no-identifier", "", "a record is said to be deleted, and not which");
            page.problems.push(problem.at(Position { record: Some(offset), ..Position::default() }));
            page.unnamed += 1;
            continue;
        }
        page.records.push(RawRecord { source_record_id: record.id, offset, payload });
    }
    pages
}
