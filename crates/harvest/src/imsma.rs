//! IMSMA exports, in a file or at an address: read once as a stream, and only what they hold of which sort is kept.
//!
//! An export names victims and places. Its bytes are never handed on: what leaves this connector are drafts, one for each
//! item type, and problems without values.

use std::io::BufReader;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use cairn_formats::imsma::{ImsmaReading, ImsmaSettings, read_export};
use cairn_model::{Problem, Severity, Vocabularies};

use crate::connector::lost;
use crate::kinds::ConnectContext;
use crate::source_file::{Content, FileState, FreshContent, HashingReader, obtain};
use crate::{Connector, EndProof, HarvestError, Page, Payload, RawRecord, SourceConfig};

/// Largest export, unless the configuration says otherwise.
const MAX_EXPORT_BYTES: u64 = 1 << 30;

/// Opens an export.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    config.location()?;
    Ok(Box::new(ImsmaConnector {
        config: config.clone(),
        context: context.clone(),
        begun: false,
        end: EndProof::Missing("the export was not read".to_owned()),
        state: None,
        sent: Arc::default(),
    }))
}

struct ImsmaConnector {
    config: SourceConfig,
    context: ConnectContext,
    begun: bool,
    end: EndProof,
    state: Option<FileState>,
    sent: Arc<AtomicU64>,
}

#[async_trait]
impl Connector for ImsmaConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        if self.begun {
            return Ok(None);
        }
        self.begun = true;
        let content = match obtain(&self.config, &self.context, MAX_EXPORT_BYTES, &self.sent).await? {
            Content::Unchanged(state) => {
                self.end = EndProof::Unchanged;
                self.state = Some(state);
                return Ok(None);
            }
            Content::Fresh(content) => content,
        };
        let state = content.state.clone();
        let owner = self.config.organisation.clone().unwrap_or_default();
        let (settings, vocabularies) = (self.config.imsma.clone(), Arc::clone(&self.context.vocabularies));
        let shown = self.config.told_address();
        let task = tokio::task::spawn_blocking(move || read(content, &owner, &settings, &vocabularies));
        let (reading, still) = task.await.unwrap_or_else(|_| Err(HarvestError::task(&shown)))?;
        let first_error = reading.problems.iter().find(|problem| problem.severity == Severity::Error);
        let told = first_error.map(|problem| problem.message.clone());
        if reading.drafts.is_empty() && (told.is_some() || !reading.complete) {
            let reason = told.unwrap_or_else(|| "it holds no item of a mine action information system".to_owned());
            return Err(HarvestError::NotACatalogue { what: shown, reason });
        }
        self.end = if !reading.complete {
            EndProof::Missing(told.unwrap_or_else(|| "the export ends early".to_owned()))
        } else if still {
            self.state = Some(state);
            EndProof::Proven
        } else {
            EndProof::Missing("the file changed while it was read".to_owned())
        };
        Ok(Some(page(reading)))
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

/// Reads an export; says whether the file is still what it was when it was hashed. Blocking.
fn read(
    content: FreshContent,
    owner: &str,
    settings: &ImsmaSettings,
    vocabularies: &Vocabularies,
) -> Result<(ImsmaReading, bool), HarvestError> {
    let FreshContent { file, name, shown, state, .. } = content;
    let mut reader = BufReader::new(HashingReader::new(file));
    let reading = read_export(&mut reader, &name, owner, settings, vocabularies);
    let still = reader.into_inner().ends_as(&state);
    Ok((reading, still.map_err(|source| HarvestError::File { path: shown, source })?))
}

/// The drafts of an export as records, and its problems without values.
fn page(reading: ImsmaReading) -> Page {
    let expected = Some(reading.drafts.len() as u64);
    let records = reading
        .drafts
        .into_iter()
        .enumerate()
        .map(|(offset, draft)| RawRecord {
            source_record_id: Some(draft.source_record_id.clone()).filter(|id| !id.is_empty()),
            offset: offset as u64,
            payload: Payload::Derived { draft: Box::new(draft), problems: Vec::new() },
        })
        .collect();
    let unnamed = lost(&reading.problems);
    let problems = reading.problems.into_iter().map(|problem| Problem { value: None, ..problem }).collect();
    Page { records, problems, unnamed, expected, ..Page::default() }
}
