//! NADA microdata libraries: their search, and where the configuration asks for it the variables of each study.
//!
//! The search tells nothing of variables: each study costs a request of its own. So a study whose row stands as it stood when
//! its variables were had is not asked for again, until everything is read. A study whose variables cannot be had is handed
//! over by its row all the same, because the terms in it may have become closer, and marked, so that variables of an earlier
//! run stand; it is not remembered, so that the next run asks again.

mod memory;

use async_trait::async_trait;
use cairn_fetch::{FetchError, Fetched, Url, Validators};
use cairn_formats::nada::{StudyVariables, StudyWithVariables, read_variables};
use serde::{Deserialize, Serialize};
use tracing::warn;

use self::memory::{Row, StudyMemory};
use crate::config::SourceConfig;
use crate::json_api::{ACCEPT, NADA, not_a_page};
use crate::kinds::ConnectContext;
use crate::server::{FAILURES_IN_A_ROW, Server, Setback, read_answer};
use crate::{Connector, EndProof, HarvestError, Page, Payload, RawFormat, RawRecord};

/// Why the variables of a study were not asked for. It names no other study, which may be nobody's to know of.
const NO_MORE: &str = "requests before it failed or had to wait, so that no more were sent in that run";

/// What `[nada]` of a source says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NadaSettings {
    /// Whether the variables of each study are asked for, by a request each.
    pub variables: bool,
}

/// Opens a library.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    if !config.nada.variables {
        return NADA.connect(config, context);
    }
    let kept = |text: &Option<String>| text.clone().filter(|_| !context.full);
    let resume: Option<Checkpoint> = kept(&context.resume).and_then(|text| serde_json::from_str(&text).ok());
    // A full sweep asks for everything, so that what no row tells is noticed, too.
    let previous = kept(&context.previous_state).filter(|_| context.changes_only);
    let previous: State = previous.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let listing = ConnectContext {
        previous_state: previous.listing,
        resume: resume.as_ref().map(|resume| resume.listing.clone()),
        ..context.clone()
    };
    let home = NADA.home(config)?;
    let (read, relied) = resume.map(|resume| (resume.read, resume.relied)).unwrap_or_default();
    Ok(Box::new(Library {
        listing: NADA.connect(config, &listing)?,
        server: Server::new(config, context, &home)?,
        config: config.clone(),
        home,
        remembered: previous.studies,
        read,
        relied,
        lacking: false,
        failures_in_a_row: 0,
        stopped: false,
    }))
}

/// What a complete run leaves to the next.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// What the listing left; nothing where a study has to be asked for again, whether its listing changes or not.
    listing: Option<String>,
    /// Studies whose variables were had.
    studies: StudyMemory,
}

/// Where a run that was killed goes on.
///
/// It is written whole with each page of the search, of which each study cost a request: some 70 bytes for each that was read,
/// 3.5 MB at most ([`StudyMemory`]).
#[derive(Debug, Serialize, Deserialize)]
struct Checkpoint {
    /// In the listing.
    listing: String,
    /// Studies before it whose variables were had.
    read: StudyMemory,
    /// Whether one of them was left out because its row stands as it stood.
    relied: bool,
}

/// A library whose studies are read with their variables.
struct Library {
    listing: Box<dyn Connector>,
    server: Server,
    config: SourceConfig,
    /// The address of the search.
    home: Url,
    /// Studies whose variables the last complete run had.
    remembered: StudyMemory,
    /// Those that this one had, or left out.
    read: StudyMemory,
    /// Whether a study was left out.
    relied: bool,
    /// Whether the variables of a study could not be had.
    lacking: bool,
    failures_in_a_row: u32,
    /// Whether no more variables are asked for in this run.
    stopped: bool,
}

#[async_trait]
impl Connector for Library {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        let Some(mut page) = self.listing.next_page().await? else { return Ok(None) };
        for record in std::mem::take(&mut page.records) {
            let row = match &record.payload {
                Payload::Raw { bytes, .. } => Row::read(bytes),
                _ => None,
            };
            match (row, record.source_record_id.clone()) {
                (Some(row), Some(id)) if self.stands(&id, &row) => page.unchanged.push(id),
                (Some(row), _) => page.records.push(self.with_variables(record, &row).await),
                (None, _) => page.records.push(record),
            }
        }
        page.checkpoint = page.checkpoint.and_then(|listing| {
            let checkpoint = Checkpoint { listing, read: self.read.clone(), relied: self.relied };
            serde_json::to_string(&checkpoint).ok()
        });
        Ok(Some(page))
    }

    fn end_proof(&self) -> EndProof {
        self.listing.end_proof()
    }

    fn requests(&self) -> u64 {
        self.listing.requests() + self.server.requests()
    }

    fn is_sweep(&self) -> bool {
        self.listing.is_sweep() && !self.relied
    }

    fn state(&self) -> Option<String> {
        let studies = match self.end_proof() {
            EndProof::Unchanged => &self.remembered,
            EndProof::Proven => &self.read,
            EndProof::Missing(_) | EndProof::Changes => return None,
        };
        let listing = self.listing.state().filter(|_| !self.lacking);
        serde_json::to_string(&State { listing, studies: studies.clone() }).ok()
    }
}

impl Library {
    /// Whether a study stands as it stood when its variables were had; then it is noted for the next run.
    fn stands(&mut self, id: &str, row: &Row) -> bool {
        let is_read = self.read.has(id, row);
        if !is_read && self.remembered.has(id, row) {
            self.read.remember(id, row);
            self.relied = true;
            return true;
        }
        is_read
    }

    /// The record of a study with its variables, or with the mark that they could not be had.
    async fn with_variables(&mut self, record: RawRecord, row: &Row) -> RawRecord {
        let Payload::Raw { bytes, .. } = &record.payload else { return record };
        let variables = self.variables(row).await;
        match &variables {
            Ok(_) => {
                if let Some(id) = &record.source_record_id {
                    self.read.remember(id, row);
                }
            }
            Err(_) => self.lacking = true,
        }
        let Some(study) = StudyWithVariables::new(bytes, variables) else { return record };
        let format = RawFormat::NadaStudyWithVariables;
        RawRecord { payload: Payload::Raw { format, bytes: study.to_kept().into() }, ..record }
    }

    /// The variables of a study, or why they cannot be had.
    async fn variables(&mut self, row: &Row) -> Result<StudyVariables, String> {
        if !row.may_have_variables() {
            return Ok(StudyVariables::default());
        }
        if self.stopped {
            return Err(NO_MORE.to_owned());
        }
        let Some(url) = row.metadata_address(&self.home, &self.config) else {
            return Err("its identifier makes no address".to_owned());
        };
        match self.ask(url).await {
            Ok(None) if row.counts_variables() => Err("the metadata of the study list none".to_owned()),
            Ok(variables) => Ok(variables.unwrap_or_default()),
            Err(reason) => Err(reason),
        }
    }

    async fn ask(&mut self, url: Url) -> Result<Option<StudyVariables>, String> {
        let (setback, is_refusal) = match self.server.get(url, ACCEPT, Validators::default(), None).await {
            Ok(Fetched::Fresh(answer)) => {
                let read =
                    read_answer(answer, |body| read_variables(body).map_err(|problem| not_a_page(body, &problem)));
                match read.await {
                    Ok(variables) => {
                        self.failures_in_a_row = 0;
                        return Ok(variables);
                    }
                    Err(setback) => {
                        let is_refusal = matches!(setback, Setback::Request(_));
                        (setback, is_refusal)
                    }
                }
            }
            Ok(Fetched::NotModified) => return Err("the library answers that nothing changed, unasked".to_owned()),
            Err(error) => {
                let is_refusal = is_of_one_study(&error);
                let explain =
                    |body: &[u8]| read_variables(body).err().map(|problem| problem.message).unwrap_or_default();
                (Setback::of_fetch(error, explain), is_refusal)
            }
        };
        let waits = setback.is_pause();
        let reason = setback.into_error().to_string();
        self.failures_in_a_row = if is_refusal { 0 } else { self.failures_in_a_row + 1 };
        if waits || self.failures_in_a_row >= FAILURES_IN_A_ROW {
            warn!(server = self.server.name(), reason, "no more variables are asked for in this run");
            self.stopped = true;
        }
        Err(reason)
    }
}

/// Whether the library refuses one study, and not everyone.
fn is_of_one_study(error: &FetchError) -> bool {
    matches!(error, FetchError::Status { status, .. } if (400..500).contains(status) && !matches!(status, 401 | 403 | 429))
}
