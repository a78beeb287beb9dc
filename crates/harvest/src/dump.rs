//! Dumps of CKAN packages: a `package_search` answer, a JSON array or JSON Lines, in a file or at an address, gzip or not.
//!
//! A dump is read as a stream on a blocking thread, one record at a time, and handed over in pages.

use std::collections::HashSet;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_formats::decode::{ExpansionError, ExpansionLimits, open_stream};
use cairn_formats::json_stream::{JsonListing, read_records};
use cairn_model::{Position, Problem, Severity};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::ckan::page::package_id;
use crate::kinds::ConnectContext;
use crate::source_file::{Content, FileState, FreshContent, HashingReader, obtain};
use crate::{Connector, EndProof, HarvestError, Page, Payload, RawFormat, RawRecord, SourceConfig};

/// Largest dump, packed or not, unless the configuration says otherwise.
const MAX_DUMP_BYTES: u64 = 8 << 30;

/// Largest record; a longer one is one problem.
const MAX_RECORD_BYTES: usize = 16 << 20;

/// Unpacked bytes for each packed one, at most.
const MAX_RATIO: u64 = 200;

/// Records of a page.
const PAGE: usize = 500;

/// Opens a dump.
pub(crate) fn connect(config: &SourceConfig, context: ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    config.location()?;
    Ok(Box::new(DumpConnector {
        config: config.clone(),
        context,
        reading: Reading::NotBegun,
        end: EndProof::Missing("the dump was not read to its end".to_owned()),
        state: None,
        sent: Arc::default(),
    }))
}

struct DumpConnector {
    config: SourceConfig,
    context: ConnectContext,
    reading: Reading,
    end: EndProof,
    state: Option<FileState>,
    sent: Arc<AtomicU64>,
}

enum Reading {
    NotBegun,
    UnderWay { pages: mpsc::Receiver<Page>, thread: JoinHandle<Result<HowItEnded, HarvestError>>, state: FileState },
    Ended,
}

/// How reading ended.
struct HowItEnded {
    listing: JsonListing,
    limit_reached: bool,
    /// Whether the file is still what it was when it was hashed.
    still: bool,
}

#[async_trait]
impl Connector for DumpConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        if matches!(self.reading, Reading::NotBegun) {
            self.begin().await?;
        }
        let Reading::UnderWay { pages, .. } = &mut self.reading else { return Ok(None) };
        if let Some(page) = pages.recv().await {
            return Ok(Some(page));
        }
        let Reading::UnderWay { thread, state, .. } = std::mem::replace(&mut self.reading, Reading::Ended) else {
            return Ok(None);
        };
        let shown = self.config.display_url();
        let read = thread.await.unwrap_or_else(|error| Err(HarvestError::task(&shown, &error)))?;
        self.end = proof(&read, &self.config)?;
        if self.end == EndProof::Proven {
            self.state = Some(state);
        }
        let problems = read.listing.problems;
        Ok((!problems.is_empty()).then(|| Page { problems, ..Page::default() }))
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

impl DumpConnector {
    async fn begin(&mut self) -> Result<(), HarvestError> {
        match obtain(&self.config, &self.context, MAX_DUMP_BYTES, &self.sent).await? {
            Content::Unchanged(state) => {
                self.end = EndProof::Unchanged;
                self.state = Some(state);
                self.reading = Reading::Ended;
            }
            Content::Fresh(content) => {
                // One page waits while the one before is written.
                let (sender, pages) = mpsc::channel(1);
                let limits = Limits {
                    max_records: self.config.limits.max_records,
                    max_bytes: self.config.limits.max_bytes.unwrap_or(MAX_DUMP_BYTES),
                };
                let state = content.state.clone();
                let thread = tokio::task::spawn_blocking(move || read(content, limits, &sender));
                self.reading = Reading::UnderWay { pages, thread, state };
            }
        }
        Ok(())
    }
}

fn proof(read: &HowItEnded, config: &SourceConfig) -> Result<EndProof, HarvestError> {
    let listing = &read.listing;
    let first_error = listing.problems.iter().find(|problem| problem.severity == Severity::Error);
    if listing.records == 0 && (first_error.is_some() || !listing.complete) {
        let reason =
            first_error.map_or_else(|| "it holds no listing of records".to_owned(), |problem| problem.message.clone());
        return Err(HarvestError::NotACatalogue { what: config.display_url(), reason });
    }
    Ok(if read.limit_reached {
        EndProof::Missing(format!("the limit of {} records was reached", config.limits.max_records))
    } else if !listing.complete {
        EndProof::Missing(
            first_error.map_or_else(|| "the dump ends early".to_owned(), |problem| problem.message.clone()),
        )
    } else if !read.still {
        EndProof::Missing("the file changed while it was read".to_owned())
    } else if let Some(count) = listing.count.filter(|count| *count != listing.records) {
        EndProof::Missing(format!("the dump counts {count} records, and holds {}", listing.records))
    } else {
        EndProof::Proven
    })
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    max_records: u64,
    max_bytes: u64,
}

/// Reads a dump and sends its pages. Blocking; ends early when nobody takes them any more.
fn read(content: FreshContent, limits: Limits, pages: &mpsc::Sender<Page>) -> Result<HowItEnded, HarvestError> {
    let FreshContent { file, shown, state, .. } = content;
    let refuse = |source| HarvestError::File { path: shown.clone(), source };
    let mut hashing = HashingReader::new(BufReader::with_capacity(64 * 1024, file));
    let expansion = ExpansionLimits { decoded_bytes: limits.max_bytes, ratio: MAX_RATIO };
    let unpacked = open_stream(&mut hashing, expansion).map_err(refuse)?;
    let mut dump = LimitNoting { inner: unpacked, reached: None };
    let mut page = Page::default();
    let mut seen = HashSet::new();
    let mut limit_reached = false;
    let listing = read_records(&mut dump, MAX_RECORD_BYTES, &mut |offset, bytes| {
        if offset >= limits.max_records {
            limit_reached = true;
            return ControlFlow::Break(());
        }
        let source_record_id = std::str::from_utf8(bytes).ok().and_then(package_id);
        if let Some(id) = &source_record_id
            && !seen.insert(crate::windows::walk::key_of(id))
        {
            page.problems.push(duplicate(id, offset));
            return ControlFlow::Continue(());
        }
        let payload = Payload::Raw { format: RawFormat::CkanPackage, bytes: Bytes::copy_from_slice(bytes) };
        page.records.push(RawRecord { source_record_id, offset, payload });
        if page.records.len() < PAGE {
            return ControlFlow::Continue(());
        }
        match pages.blocking_send(std::mem::take(&mut page)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    if let Some(limit) = dump.reached.take() {
        return Err(HarvestError::TooLarge { what: shown, reason: limit });
    }
    if page != Page::default() {
        // Nobody to take it means that the run was stopped.
        let _ = pages.blocking_send(page);
    }
    drop(dump);
    let still = hashing.ends_as(&state).map_err(refuse)?;
    Ok(HowItEnded { listing, limit_reached, still })
}

fn duplicate(id: &str, offset: u64) -> Problem {
    Problem::error("duplicate-identifier", "id", "the dump lists this id twice: the first is kept")
        .with_value(id)
        .at(Position { record: Some(offset), ..Position::default() })
}

/// Notes the limit that a stream ran into, because the reader of records only hears of an error.
struct LimitNoting<R> {
    inner: R,
    reached: Option<String>,
}

impl<R: Read> Read for LimitNoting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).inspect_err(|error| {
            let limit = error.get_ref().and_then(|inner| inner.downcast_ref::<ExpansionError>());
            self.reached = limit.map(ToString::to_string);
        })
    }
}
