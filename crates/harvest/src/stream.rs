//! Files that list records in JSON, of any length: dumps of CKAN packages (a `package_search` answer, a JSON array or JSON
//! Lines) and `data.json`, in a file or at an address, gzip or not.
//!
//! A file is read as a stream on a blocking thread, one record at a time, and handed over in pages.

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
use crate::met_ids::{IdKeeper, Met, MetIds, key_of};
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

/// Takes each record, with its offset; says whether to go on.
type Each<'a> = &'a mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>;

/// A format of files that list their records in JSON.
#[derive(Clone, Copy)]
pub(crate) struct StreamedFormat {
    /// Format of each record.
    pub(crate) raw_format: RawFormat,
    /// Cuts the records out of a file.
    pub(crate) read: fn(&mut dyn Read, usize, Each<'_>) -> JsonListing,
    /// The id of a record, where it has one.
    pub(crate) id: fn(&str) -> Option<String>,
}

/// Packages of CKAN.
pub(crate) const CKAN_DUMP: StreamedFormat = StreamedFormat {
    raw_format: RawFormat::CkanPackage,
    read: |reader, max_record_bytes, each| read_records(reader, max_record_bytes, each),
    id: package_id,
};

/// Opens a dump of CKAN packages.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    config.location()?;
    Ok(Box::new(DumpConnector {
        config: config.clone(),
        context: context.clone(),
        reading: Reading::NotBegun,
        unchanged: None,
        sent: Arc::default(),
    }))
}

struct DumpConnector {
    config: SourceConfig,
    context: ConnectContext,
    reading: Reading,
    /// The state of a file that is what it was.
    unchanged: Option<FileState>,
    sent: Arc<AtomicU64>,
}

enum Reading {
    NotBegun,
    Begun(Box<Stream>),
    Unchanged,
}

#[async_trait]
impl Connector for DumpConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        if matches!(self.reading, Reading::NotBegun) {
            self.reading = match obtain(&self.config, &self.context, MAX_DUMP_BYTES, &self.sent).await? {
                Content::Unchanged(state) => {
                    self.unchanged = Some(state);
                    Reading::Unchanged
                }
                Content::Fresh(content) => {
                    Reading::Begun(Box::new(Stream::begin(&self.config, &self.context.ids, CKAN_DUMP, content)))
                }
            };
        }
        match &mut self.reading {
            Reading::Begun(stream) => stream.next_page().await,
            Reading::NotBegun | Reading::Unchanged => Ok(None),
        }
    }

    fn end_proof(&self) -> EndProof {
        match &self.reading {
            Reading::Begun(stream) => stream.end_proof(),
            Reading::Unchanged => EndProof::Unchanged,
            Reading::NotBegun => EndProof::Missing("the dump was not read".to_owned()),
        }
    }

    fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    fn state(&self) -> Option<String> {
        let state = match &self.reading {
            Reading::Begun(stream) => stream.state(),
            _ => self.unchanged.as_ref(),
        };
        state.and_then(FileState::to_text)
    }
}

/// A file that is read on a blocking thread, one record at a time, and handed over in pages.
pub(crate) struct Stream {
    under_way: Option<UnderWay>,
    end: EndProof,
    state: Option<FileState>,
    shown: String,
    max_records: u64,
    ids: MetIds,
}

struct UnderWay {
    pages: mpsc::Receiver<Page>,
    thread: JoinHandle<Result<HowItEnded, HarvestError>>,
    state: FileState,
}

/// How reading ended.
struct HowItEnded {
    listing: JsonListing,
    limit_reached: bool,
    /// Whether the file is still what it was when it was hashed.
    still: bool,
}

impl Stream {
    /// Begins to read a file.
    pub(crate) fn begin(
        config: &SourceConfig,
        ids: &Arc<dyn IdKeeper>,
        format: StreamedFormat,
        content: FreshContent,
    ) -> Self {
        // One page waits while the one before is written.
        let (sender, pages) = mpsc::channel(1);
        let max_records = config.limits.max_records;
        let limits = Limits { max_records, max_bytes: config.limits.max_bytes.unwrap_or(MAX_DUMP_BYTES) };
        let state = content.state.clone();
        let thread = tokio::task::spawn_blocking(move || read(content, format, limits, &sender));
        Self {
            under_way: Some(UnderWay { pages, thread, state }),
            end: EndProof::Missing("the file was not read to its end".to_owned()),
            state: None,
            shown: config.display_url(),
            max_records,
            ids: MetIds::new(ids),
        }
    }

    /// The next page, or `None` at the end.
    pub(crate) async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        let Some(under_way) = &mut self.under_way else { return Ok(None) };
        if let Some(page) = under_way.pages.recv().await {
            return Ok(Some(self.without_duplicates(page).await?));
        }
        let Some(UnderWay { thread, state, .. }) = self.under_way.take() else { return Ok(None) };
        let read = thread.await.unwrap_or_else(|_| Err(HarvestError::task(&self.shown)))?;
        self.end = proof(&read, &self.shown, self.max_records)?;
        if self.end == EndProof::Proven {
            self.state = Some(state);
        }
        let JsonListing { problems, unnamed, .. } = read.listing;
        Ok((!problems.is_empty()).then(|| Page { problems, unnamed, ..Page::default() }))
    }

    /// A page without the records whose ids stood in the file before.
    async fn without_duplicates(&mut self, mut page: Page) -> Result<Page, HarvestError> {
        let ids: Vec<_> = page.records.iter().map(|record| record.source_record_id.as_deref().map(key_of)).collect();
        let met = self.ids.look_up(&ids).await?;
        self.ids.keep(&ids, &met).await?;
        let mut met = met.into_iter();
        let (again, fresh) = page.records.into_iter().partition(|_| met.next() == Some(Met::Now));
        page.records = fresh;
        page.problems.extend(Vec::into_iter(again).map(|record| duplicate(&record)));
        Ok(page)
    }

    /// Whether the file is known to be read to its end.
    pub(crate) fn end_proof(&self) -> EndProof {
        self.end.clone()
    }

    /// What the next run is to compare the file with.
    pub(crate) fn state(&self) -> Option<&FileState> {
        self.state.as_ref()
    }
}

fn proof(read: &HowItEnded, shown: &str, max_records: u64) -> Result<EndProof, HarvestError> {
    let listing = &read.listing;
    let first_error = listing.problems.iter().find(|problem| problem.severity == Severity::Error);
    if listing.records == 0 && (first_error.is_some() || !listing.complete) {
        let reason =
            first_error.map_or_else(|| "it holds no listing of records".to_owned(), |problem| problem.message.clone());
        return Err(HarvestError::NotACatalogue { what: shown.to_owned(), reason });
    }
    Ok(if read.limit_reached {
        EndProof::Missing(format!("the limit of {max_records} records was reached"))
    } else if !listing.complete {
        EndProof::Missing(
            first_error.map_or_else(|| "the file ends early".to_owned(), |problem| problem.message.clone()),
        )
    } else if !read.still {
        EndProof::Missing("the file changed while it was read".to_owned())
    } else if let Some(count) = listing.count.filter(|count| *count != listing.records) {
        EndProof::Missing(format!("the file counts {count} records, and holds {}", listing.records))
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
fn read(
    content: FreshContent,
    format: StreamedFormat,
    limits: Limits,
    pages: &mpsc::Sender<Page>,
) -> Result<HowItEnded, HarvestError> {
    let FreshContent { file, shown, state, .. } = content;
    let refuse = |source| HarvestError::File { path: shown.clone(), source };
    let mut hashing = HashingReader::new(BufReader::with_capacity(64 * 1024, file));
    let expansion = ExpansionLimits { decoded_bytes: limits.max_bytes, ratio: MAX_RATIO };
    let unpacked = open_stream(&mut hashing, expansion).map_err(refuse)?;
    let mut dump = LimitNoting { inner: unpacked, reached: None };
    let mut page = Page::default();
    let mut limit_reached = false;
    let listing = (format.read)(&mut dump, MAX_RECORD_BYTES, &mut |offset, bytes| {
        if offset >= limits.max_records {
            limit_reached = true;
            return ControlFlow::Break(());
        }
        let source_record_id = std::str::from_utf8(bytes).ok().and_then(format.id);
        let payload = Payload::Raw { format: format.raw_format, bytes: Bytes::copy_from_slice(bytes) };
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

fn duplicate(record: &RawRecord) -> Problem {
    Problem::error("duplicate-identifier", "id", "the file lists this id twice: the first is kept")
        .with_value(record.source_record_id.as_deref().unwrap_or_default())
        .at(Position { record: Some(record.offset), ..Position::default() })
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
