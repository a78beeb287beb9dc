//! DCAT catalogues: RDF in any syntax, paged by Hydra or LDP, and `data.json` of DCAT-US, of any length.
//!
//! What an address or file holds is told by its content. `data.json` is read as a stream; RDF is held as a whole, a page at
//! a time.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::{Url, without_secrets};
use cairn_formats::{dcat, dcat_us};

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord, FirstPage};
use crate::config::Location;
use crate::document;
use crate::json_api::payload;
use crate::kinds::ConnectContext;
use crate::server::NotAPage;
use crate::source_file::{Content, FileState, FreshContent, obtain};
use crate::stream::{Stream, StreamedFormat};
use crate::{Connector, EndProof, HarvestError, Page, RawFormat, SourceConfig};

/// Largest document, unless the configuration says otherwise.
const MAX_CATALOGUE_BYTES: u64 = 2 << 30;

/// Bytes at the beginning of a document that tell what it is.
const HEAD: usize = 64 * 1024;

/// Data sets of `data.json`.
const DATA_JSON: StreamedFormat = StreamedFormat {
    raw_format: RawFormat::DcatUsDataset,
    read: |reader, max_record_bytes, each| dcat_us::read_catalogue(reader, max_record_bytes, each),
    id: |record| dcat_us::id_of(record.as_bytes()),
};

/// Opens a catalogue.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    config.location()?;
    Ok(Box::new(DcatConnector {
        config: config.clone(),
        context: context.clone(),
        reading: Reading::NotBegun,
        sent: Arc::default(),
    }))
}

struct DcatConnector {
    config: SourceConfig,
    context: ConnectContext,
    reading: Reading,
    sent: Arc<AtomicU64>,
}

enum Reading {
    NotBegun,
    Unchanged(FileState),
    /// `data.json`.
    Stream(Box<Stream>),
    /// RDF, whose first page is here already; its state counts for as long as it is known to be the only one.
    Pages {
        pages: Box<dyn Connector>,
        state: Option<FileState>,
        read: u64,
    },
}

#[async_trait]
impl Connector for DcatConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        if matches!(self.reading, Reading::NotBegun) {
            self.reading = self.begin().await?;
        }
        match &mut self.reading {
            Reading::Stream(stream) => stream.next_page().await,
            Reading::Pages { pages, state, read } => {
                let page = pages.next_page().await?;
                *read += u64::from(page.is_some());
                // A run that goes on reads the pages behind those of another, and nothing says that these are as they were.
                if *read > 1 || page.as_ref().is_some_and(|page| page.goes_on) {
                    *state = None;
                }
                Ok(page)
            }
            Reading::NotBegun | Reading::Unchanged(_) => Ok(None),
        }
    }

    fn end_proof(&self) -> EndProof {
        match &self.reading {
            Reading::NotBegun => EndProof::Missing("the catalogue was not read".to_owned()),
            Reading::Unchanged(_) => EndProof::Unchanged,
            Reading::Stream(stream) => stream.end_proof(),
            Reading::Pages { pages, .. } => pages.end_proof(),
        }
    }

    fn requests(&self) -> u64 {
        let further = match &self.reading {
            Reading::Pages { pages, .. } => pages.requests(),
            _ => 0,
        };
        self.sent.load(Ordering::Relaxed) + further
    }

    fn state(&self) -> Option<String> {
        match &self.reading {
            Reading::NotBegun => None,
            Reading::Unchanged(state) => state.to_text(),
            Reading::Stream(stream) => stream.state().and_then(FileState::to_text),
            Reading::Pages { pages, state, .. } => {
                state.as_ref().filter(|_| pages.end_proof() == EndProof::Proven).and_then(FileState::to_text)
            }
        }
    }
}

impl DcatConnector {
    async fn begin(&mut self) -> Result<Reading, HarvestError> {
        let content = match obtain(&self.config, &self.context, MAX_CATALOGUE_BYTES, &self.sent).await? {
            Content::Unchanged(state) => return Ok(Reading::Unchanged(state)),
            Content::Fresh(content) => content,
        };
        let shown = content.shown.clone();
        let looked = tokio::task::spawn_blocking(move || look(content)).await;
        let (content, is_data_json) = looked.unwrap_or_else(|_| Err(HarvestError::task(&shown)))?;
        if is_data_json {
            return Ok(Reading::Stream(Box::new(Stream::begin(&self.config, &self.context.ids, DATA_JSON, content))));
        }
        let (state, came) = (Some(content.state.clone()), content.came.clone());
        let max_bytes = self.config.limits.max_bytes.unwrap_or(crate::server::MAX_PAGE_BYTES);
        let read = tokio::task::spawn_blocking(move || document::read_whole(content, max_bytes)).await;
        let first = read.unwrap_or_else(|_| Err(HarvestError::task(&shown)))?;
        // A file has no address; what its links lead to is then not known.
        let home = match self.config.location()? {
            Location::Web(url) => url,
            Location::File(path) => std::path::absolute(&path)
                .map_err(|source| HarvestError::File { path: shown.clone(), source })
                .and_then(|path| {
                    Url::from_file_path(path).map_err(|()| HarvestError::NotACatalogue {
                        what: shown,
                        reason: "its path is no address".to_owned(),
                    })
                })?,
        };
        let afresh = ConnectContext { previous_state: None, ..self.context.clone() };
        let (from, links) = came.unwrap_or_else(|| (home.clone(), Vec::new()));
        let first = FirstPage { body: Bytes::from(first), from, links };
        let pages = chain::connect_with(&self.config, &afresh, Pages { home }, first)?;
        Ok(Reading::Pages { pages, state, read: 0 })
    }
}

/// Whether a document is `data.json` and no JSON-LD. Blocking.
fn look(mut content: FreshContent) -> Result<(FreshContent, bool), HarvestError> {
    let refuse = |source| HarvestError::File { path: content.shown.clone(), source };
    let mut head = Vec::new();
    let packed = content.file.try_clone().map_err(refuse)?;
    let limits = cairn_formats::decode::ExpansionLimits { decoded_bytes: u64::MAX, ratio: u64::MAX };
    let unpacked = cairn_formats::decode::open_stream(packed, limits).map_err(refuse)?;
    unpacked.take(HEAD as u64).read_to_end(&mut head).map_err(refuse)?;
    content.file.seek(SeekFrom::Start(0)).map_err(refuse)?;
    let is_data_json = dcat_us::is_catalogue(&head);
    Ok((content, is_data_json))
}

/// Pages of RDF.
#[derive(Clone)]
struct Pages {
    home: Url,
}

#[async_trait]
impl ChainProtocol for Pages {
    const ACCEPT: &'static str = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, */*;q=0.1";

    const LEADS_BY_HEADER: bool = true;

    fn first(&self) -> Url {
        self.home.clone()
    }

    fn read(&self, asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        // What is relative in the answer becomes the address and the id of a record, which anyone may see.
        let listing = dcat::list_datasets(body, Some(without_secrets(asked).as_str())).map_err(|problem| {
            let told = document::reason(&problem);
            match problem.position.byte {
                Some(_) => NotAPage::Broken(format!("its answer cannot be read: {told}")),
                None => NotAPage::Other(format!("its answer is of another sort: {told}")),
            }
        })?;
        let in_doubt = listing.in_doubt;
        let cut_short = listing.cut_short().map(str::to_owned);
        let records = listing.records.into_iter().map(|record| {
            let (id, payload) = payload(RawFormat::DcatDataset, record);
            ChainedRecord { id, payload }
        });
        Ok(ChainPage {
            cut_short,
            in_doubt,
            records: records.collect(),
            problems: listing.problems,
            count: listing.count,
            ..ChainPage::default()
        }
        .leading_to(from, listing.next.as_deref()))
    }
}
