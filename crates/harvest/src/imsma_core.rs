//! Services of an `ArcGIS` server that hold a mine action information system: only item types and their fields are kept.
//!
//! The services are walked as those of any server (`arcgis.rs`), but not a word of the server comes through: names of folders,
//! services and layers may be those of villages and victims. Each page of the walk is turned into [`ImsmaLayers`] and numbers,
//! which have no place for a text, and is dropped; the reasons why something could not be read are said in words of our own,
//! from lists of constants. What the connector hands on is made of these alone.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_formats::arcgis::ArcgisError;
use cairn_formats::imsma::ImsmaLayers;
use cairn_model::{Problem, Vocabularies};

use crate::kinds::ConnectContext;
use crate::{Connector, EndProof, HarvestError, Page, Payload, RawRecord, SourceConfig, arcgis, chain};

/// Why an address may not be fetched: the classes of [`HarvestError::Refused`], each with what it means.
const REFUSALS: &[&str] = &[
    "blocked_address: it leads to an address that may not be fetched",
    "redirect_refused: it sends elsewhere, or to a page for people",
    "scheme: it is neither http nor https",
    "port: its port may not be fetched",
    "tls: its certificate is not trusted",
    "not_allowed: it wants a credential, or refuses the one that it was sent",
];

/// What a server says inside an answer of status 200, as far as there are words of our own for it.
const ERRORS: &[ArcgisError] = &[
    ArcgisError::TokenRequired,
    ArcgisError::TokenInvalid,
    ArcgisError::Forbidden,
    ArcgisError::NotFound,
    ArcgisError::RateLimited,
];

/// Opens a server. A portal is refused: what it tells of a service is a title, an extent and a person.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let Some(services) = arcgis::services(config)? else {
        let reason = "`url` must be the address of services of an ArcGIS server (…/rest/services); portals are not read as \
                      IMSMA";
        return Err(HarvestError::Configuration { source_id: config.id.clone(), reason: reason.to_owned() });
    };
    // What an earlier run left, as a source of another kind, says nothing to this one.
    let context = ConnectContext { previous_state: None, resume: None, ..context.clone() };
    Ok(Box::new(ImsmaCoreConnector {
        config: config.clone(),
        vocabularies: Arc::clone(&context.vocabularies),
        services: chain::connect(config, &context, services)?,
        layers: ImsmaLayers::new(&config.imsma),
        met: 0,
        lost: 0,
        end: None,
    }))
}

struct ImsmaCoreConnector {
    config: SourceConfig,
    vocabularies: Arc<Vocabularies>,
    services: Box<dyn Connector>,
    layers: ImsmaLayers,
    /// Layers that were read.
    met: u64,
    /// Folders, services and layers that could not be read.
    lost: u64,
    /// How the walk ended, once it did.
    end: Option<Result<EndProof, HarvestError>>,
}

#[async_trait]
impl Connector for ImsmaCoreConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        match self.end.take() {
            Some(Err(error)) => return Err(error),
            Some(Ok(proof)) => {
                self.end = Some(Ok(proof));
                return Ok(None);
            }
            None => {}
        }
        match self.services.next_page().await {
            Ok(Some(page)) => {
                self.lost += page.unnamed;
                self.take(page.records).await?;
                // Nothing can be told before the last layer; the run sees that it goes on.
                Ok(Some(Page::default()))
            }
            Ok(None) => {
                let proof = match self.services.end_proof() {
                    EndProof::Proven => EndProof::Proven,
                    EndProof::Missing(_) | EndProof::Unchanged | EndProof::Changes => EndProof::Missing(
                        "the services were not all read, for a limit or for what they answer".to_owned(),
                    ),
                };
                self.finish(Ok(proof)).map(Some)
            }
            Err(error) => {
                let error = in_own_words(&error, &self.config);
                if self.met == 0 {
                    return Err(error);
                }
                self.lost += 1;
                self.finish(Err(error)).map(Some)
            }
        }
    }

    fn end_proof(&self) -> EndProof {
        match &self.end {
            Some(Ok(proof)) => proof.clone(),
            _ => EndProof::Missing("the services were not read to their end".to_owned()),
        }
    }

    fn requests(&self) -> u64 {
        self.services.requests()
    }
}

impl ImsmaCoreConnector {
    /// Takes layers in, and drops what the server said of them.
    async fn take(&mut self, records: Vec<RawRecord>) -> Result<(), HarvestError> {
        let mut layers = std::mem::take(&mut self.layers);
        let task = tokio::task::spawn_blocking(move || {
            let (mut met, mut lost) = (0, 0);
            for record in records {
                let is_layer = match &record.payload {
                    Payload::Raw { bytes, .. } => layers.add(arcgis::description_of_kept(bytes)),
                    Payload::Deleted | Payload::Derived { .. } => false,
                };
                if is_layer { met += 1 } else { lost += 1 }
            }
            (layers, met, lost)
        });
        let (layers, met, lost) = task.await.map_err(|_| HarvestError::task(&self.config.told_address()))?;
        self.layers = layers;
        self.met += met;
        self.lost += lost;
        Ok(())
    }

    /// The one page with records: what all layers together tell.
    fn finish(&mut self, end: Result<EndProof, HarvestError>) -> Result<Page, HarvestError> {
        let is_complete = self.lost == 0 && matches!(end, Ok(EndProof::Proven));
        let owner = self.config.organisation.clone().unwrap_or_default();
        let layers = std::mem::take(&mut self.layers);
        let reading = layers.finish(is_complete, &owner, &self.config.imsma, &self.vocabularies);
        if reading.drafts.is_empty() && is_complete {
            let reason = "none of its layers is of an item type of a mine action information system".to_owned();
            return Err(HarvestError::NotACatalogue { what: self.config.told_address(), reason });
        }
        self.end = Some(end);
        let mut problems = reading.problems;
        if self.lost > 0 {
            let message = format!("{} folders, services or layers could not be read", self.lost);
            problems.push(Problem::error("unreadable-page", "", message));
        }
        let expected = Some(reading.drafts.len() as u64);
        let records = (0..).zip(reading.drafts).map(|(offset, draft)| RawRecord {
            source_record_id: Some(draft.source_record_id.clone()),
            offset,
            payload: Payload::Derived { draft: Box::new(draft), problems: Vec::new() },
        });
        Ok(Page { records: records.collect(), problems, unnamed: self.lost, expected, ..Page::default() })
    }
}

/// The same error without anything that the server said: neither its words nor an address that it named.
fn in_own_words(error: &HarvestError, config: &SourceConfig) -> HarvestError {
    let url = config.told_address();
    match error {
        HarvestError::Unreachable { wait, .. } => {
            let reason = "it, or a part of it, does not answer".to_owned();
            HarvestError::Unreachable { url, reason, wait: *wait }
        }
        HarvestError::Refused { .. } => {
            let class = |refusal: &&&str| refusal.split(':').next() == Some(error.code());
            let reason =
                REFUSALS.iter().find(class).copied().unwrap_or("refused: it, or a part of it, may not be fetched");
            HarvestError::Refused { url, reason: reason.to_owned() }
        }
        HarvestError::NotACatalogue { reason, .. } => {
            let told = ERRORS.iter().map(ArcgisError::to_string).find(|told| reason.ends_with(told.as_str()));
            let reason =
                told.unwrap_or_else(|| "it answers with an error, or with no description of services".to_owned());
            HarvestError::NotACatalogue { what: url, reason }
        }
        HarvestError::TooLarge { .. } => {
            HarvestError::TooLarge { what: url, reason: "one of its answers is longer than allowed".to_owned() }
        }
        HarvestError::BudgetSpent { .. } => {
            HarvestError::BudgetSpent { url, reason: "the requests that it may be sent for now are spent".to_owned() }
        }
        HarvestError::File { .. } => {
            HarvestError::File { path: url, source: std::io::Error::other("one of its answers could not be read") }
        }
        HarvestError::Configuration { source_id, .. } => HarvestError::Configuration {
            source_id: source_id.clone(),
            reason: "the server cannot be asked as the source is configured".to_owned(),
        },
    }
}
