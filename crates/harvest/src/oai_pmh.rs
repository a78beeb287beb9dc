//! OAI-PMH 2.0 repositories: `ListRecords`, followed by resumption tokens.
//!
//! The first run asks what the repository is and which formats it has, and takes the one that says most of a record. Later
//! runs ask for what changed since the newest datestamp that was seen, by the repository's own clock and with an overlap;
//! the full sweep, and every repository that does not tell of deletions for ever, decides what is gone.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::{Fetched, SafeUrl, Url, Validators};
use cairn_formats::oai_pmh::{
    Granularity, OaiError, OaiPage, OaiRequest, Selection, best_format, list_records, read_metadata_formats,
    read_repository,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord};
use crate::config::Location;
use crate::kinds::ConnectContext;
use crate::plain_address::without_parameters;
use crate::server::{NotAPage, Server, Setback, read_answer};
use crate::{Connector, HarvestError, Payload, RawFormat, SourceConfig};

/// The format that every repository must give (OAI-PMH 2.0 §3.4).
const LEAST_FORMAT: &str = "oai_dc";

/// What `[oai_pmh]` of a source says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OaiSettings {
    /// Prefix of the metadata format; the richest that can be read when nothing is said.
    pub metadata_prefix: Option<String>,
    /// The one set that is read; that which the address names, else everything, when nothing is said.
    pub set: Option<String>,
}

/// Opens a repository.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let Location::Web(base) = config.location()? else {
        let reason = "`url` is not the address of a repository".to_owned();
        return Err(HarvestError::Configuration { source_id: config.id.clone(), reason });
    };
    let known = context.previous_state.as_deref().filter(|_| !context.full);
    let known: Option<Known> = known.and_then(|text| serde_json::from_str(text).ok());
    let settings = OaiSettings { set: config.oai_pmh.set.clone().or_else(|| set_of(&base)), ..config.oai_pmh.clone() };
    let known = known.filter(|known| {
        let wanted = settings.metadata_prefix.as_ref();
        known.set == settings.set && wanted.is_none_or(|prefix| *prefix == known.prefix)
    });
    let since = known.as_ref().and_then(|known| known.since).filter(|_| context.changes_only);
    let protocol = ListRecords {
        base: without_parameters(without_request(base), &["set"]),
        settings,
        known: known.map(|known| Known { since, ..known }),
        clock: Clock::default(),
    };
    chain::connect(config, context, protocol)
}

/// The address of a repository without the request that somebody pasted with it; a set is no part of one, it says what is
/// wanted.
pub(crate) fn without_request(address: Url) -> Url {
    without_parameters(address, &["verb", "metadataprefix", "from", "until", "resumptiontoken", "identifier"])
}

/// The set that an address names.
fn set_of(address: &Url) -> Option<String> {
    let set = address.query_pairs().find(|(name, _)| name.eq_ignore_ascii_case("set"));
    set.map(|(_, set)| set.into_owned()).filter(|set| !set.is_empty())
}

/// What is known of a repository: the question that a run asks, and what the next run need not ask again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    prefix: String,
    set: Option<String>,
    /// Whether datestamps are days.
    by_day: bool,
    /// Whether it wants the prefix beside a token, against the protocol (pycsw does).
    prefix_beside_token: bool,
    /// Only what changed at this time or later is asked for.
    since: Option<Timestamp>,
    /// In a checkpoint: when the repository answered the first page. What changed after that may stand before the checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<Timestamp>,
}

/// The repository's clock, as far as its answers tell it.
#[derive(Debug, Clone, Copy, Default)]
struct Clock {
    /// When it answered the first page.
    first_answer: Option<Timestamp>,
    /// The newest datestamp.
    newest: Option<Timestamp>,
}

#[derive(Clone)]
struct ListRecords {
    base: Url,
    settings: OaiSettings,
    known: Option<Known>,
    clock: Clock,
}

impl ListRecords {
    fn address(&self, request: &OaiRequest<'_>) -> Url {
        let mut url = self.base.clone();
        url.query_pairs_mut().extend_pairs(request.parameters());
        url
    }

    async fn ask<T: Send + 'static>(
        &self,
        server: &Server,
        request: OaiRequest<'_>,
        read: fn(&[u8]) -> Result<T, OaiError>,
    ) -> Result<T, Setback> {
        let answer = server.get(self.address(&request), Self::ACCEPT, Validators::default(), None).await;
        match answer.map_err(|error| Setback::of_fetch(error, explain))? {
            Fetched::Fresh(answer) => {
                read_answer(answer, move |body| read(body).map_err(|error| refusal(body, &error))).await
            }
            // Nothing was sent that it could be compared with.
            Fetched::NotModified => Err(Setback::Fatal(HarvestError::NotACatalogue {
                what: SafeUrl::new(&self.base).to_string(),
                reason: "it answers 304 to a question without conditions".to_owned(),
            })),
        }
    }

    fn granularity(&self) -> Granularity {
        match &self.known {
            Some(known) if !known.by_day => Granularity::Second,
            _ => Granularity::Day,
        }
    }
}

#[async_trait]
impl ChainProtocol for ListRecords {
    const ACCEPT: &'static str = "text/xml, application/xml";

    // `completeListSize` (§3.5).
    const COUNT_IS_ESTIMATE: bool = true;

    /// Finds granularity and format of a repository that is met for the first time.
    async fn prepare(&mut self, server: &Server) -> Result<(), Setback> {
        if self.known.is_some() {
            return Ok(());
        }
        let repository = self.ask(server, OaiRequest::Identify, read_repository).await?;
        let prefix = match &self.settings.metadata_prefix {
            Some(prefix) => prefix.clone(),
            None => match self.ask(server, OaiRequest::ListMetadataFormats, read_metadata_formats).await {
                Ok(formats) => best_format(&formats).map_or(LEAST_FORMAT, |format| &format.prefix).to_owned(),
                Err(Setback::Request(_)) => LEAST_FORMAT.to_owned(),
                Err(setback) => return Err(setback),
            },
        };
        let by_day = repository.granularity == Granularity::Day;
        self.known = Some(Known { prefix, set: self.settings.set.clone(), by_day, ..Known::default() });
        Ok(())
    }

    fn first(&self) -> Url {
        let known = self.known.clone().unwrap_or_default();
        self.address(&OaiRequest::ListRecords(Selection {
            metadata_prefix: &known.prefix,
            from: known.since,
            set: known.set.as_deref(),
            granularity: self.granularity(),
        }))
    }

    fn read(&self, asked: &Url, _from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        let page = match list_records(body) {
            Ok(page) => page,
            Err(error) if error.means_nothing_found() => OaiPage::default(),
            Err(error) => return Err(refusal(body, &error)),
        };
        // A token asks no question that nothing may match: either there is no more, or the repository forgot the rest.
        let ends_in_doubt = page == OaiPage::default() && has(asked, "resumptionToken");
        let known = self.known.clone().unwrap_or_default();
        // pycsw ends its list with the token 0, as CSW does with the position 0. The size of the list shows whether it did.
        let is_end = |token: &str| token == "0" && page.listing.count.is_some();
        let token = page.listing.next.as_deref().map(str::trim).filter(|token| !token.is_empty() && !is_end(token));
        let next = token.map(|token| {
            let metadata_prefix = known.prefix_beside_token.then_some(known.prefix.as_str());
            self.address(&OaiRequest::ResumeRecords { token, metadata_prefix })
        });
        let newest = page.headers.iter().filter_map(|header| time(header.datestamp.as_deref())).max();
        Ok(ChainPage {
            records: page.listing.records.into_iter().map(record).collect(),
            problems: page.listing.problems,
            // A size that the repository only estimates proves nothing; one that is right proves the end.
            count: page.listing.count,
            next,
            ends_in_doubt,
            answered: time(page.response_date.as_deref()),
            newest,
            ..ChainPage::default()
        })
    }

    fn explain(&self, body: &[u8]) -> String {
        explain(body)
    }

    fn read_refusal(&self, asked: &Url, body: &Bytes) -> Option<ChainPage> {
        let finds_nothing = list_records(body).is_err_and(|error| error.means_nothing_found());
        finds_nothing.then(|| self.read(asked, asked, body).ok()).flatten()
    }

    fn ask_otherwise(&mut self, refused: &Url, told: &str) -> Option<Url> {
        let is_first = *refused == self.first();
        let known = self.known.as_mut()?;
        if is_first && known.since.is_some() && told.contains("badArgument") {
            // It does not list what changed, or not since then: everything is listed.
            known.since = None;
            return Some(self.first());
        }
        if !told.contains("badArgument") || !has(refused, "resumptionToken") || has(refused, "metadataPrefix") {
            return None;
        }
        known.prefix_beside_token = true;
        let mut url = refused.clone();
        url.query_pairs_mut().append_pair("metadataPrefix", &known.prefix);
        Some(url)
    }

    fn way(&self) -> String {
        let begun = self.clock.first_answer;
        let known = self.known.clone().map(|known| Known { begun, ..known });
        serde_json::to_string(&known).unwrap_or_default()
    }

    fn take_way(&mut self, way: &str) {
        let known: Option<Known> = serde_json::from_str(way).unwrap_or_default();
        self.clock.first_answer = known.as_ref().and_then(|known| known.begun);
        self.known = known.map(|known| Known { begun: None, ..known });
    }

    fn lists_changes(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.since.is_some())
    }

    fn note(&mut self, page: &ChainPage, _repeats: bool) {
        self.clock.first_answer = self.clock.first_answer.or(page.answered);
        self.clock.newest = self.clock.newest.max(page.newest);
    }

    fn state(&self) -> Option<String> {
        let known = self.known.as_ref()?;
        let overlap = SignedDuration::from_hours(if known.by_day { 24 } else { 1 });
        // A datestamp that lies ahead of the repository's own clock would hide what comes until then.
        let seen = match (self.clock.newest, self.clock.first_answer) {
            (Some(newest), Some(answered)) => Some(newest.min(answered)),
            (newest, _) => newest,
        };
        let seen = seen.and_then(|seen| seen.checked_sub(overlap).ok());
        serde_json::to_string(&Known { since: seen.max(known.since), ..known.clone() }).ok()
    }
}

/// Whether a request has an argument.
fn has(request: &Url, name: &str) -> bool {
    request.query_pairs().any(|(key, _)| key == name)
}

fn record(listed: cairn_formats::listing::ListedRecord) -> ChainedRecord {
    let payload = if listed.deleted {
        Payload::Deleted
    } else {
        Payload::Raw { format: RawFormat::XmlRecord, bytes: Bytes::from(listed.bytes) }
    };
    ChainedRecord { id: listed.id, payload }
}

/// A datestamp in days or seconds (§3.3).
fn time(text: Option<&str>) -> Option<Timestamp> {
    let text = text?.trim();
    text.parse().ok().or_else(|| format!("{text}T00:00:00Z").parse().ok())
}

/// What an answer without a page says.
fn refusal(body: &[u8], error: &OaiError) -> NotAPage {
    match error {
        OaiError::Refused(refusals) => {
            let told: Vec<String> = refusals
                .iter()
                .map(|one| match &one.message {
                    Some(message) => format!("{} ({message})", one.code.as_str()),
                    None => one.code.as_str().to_owned(),
                })
                .collect();
            NotAPage::Refused(format!("it answers with {}", told.join(", ")))
        }
        OaiError::Unreadable(problem) => NotAPage::of_xml(body, problem),
    }
}

/// The words of a refusal that came with a status of its own.
fn explain(body: &[u8]) -> String {
    match list_records(body) {
        Err(error @ OaiError::Refused(_)) => refusal(body, &error).reason(),
        _ => String::new(),
    }
}
