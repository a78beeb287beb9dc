//! The kinds of sources: a new one is one file beside this one, and one line in [`KINDS`].

use std::sync::Arc;

use cairn_fetch::Fetcher;
use cairn_formats::Reading;
use cairn_model::{Problem, Vocabularies};
use cairn_policy::Openness;

use crate::config::{Location, is_dump};
use crate::{Connector, HarvestError, RawFormat, SourceConfig, ckan, imsma, inventory, stream};

/// What a connector works with.
#[derive(Clone)]
pub struct ConnectContext {
    /// The HTTP client of the process.
    pub fetcher: Fetcher,
    /// Vocabularies.
    pub vocabularies: Arc<Vocabularies>,
    /// [`Connector::state`] of the last complete run.
    pub previous_state: Option<String>,
    /// Whether only what changed since then is to be asked for, where the source tells it; else everything.
    pub changes_only: bool,
    /// Checkpoint of an interrupted run.
    pub resume: Option<String>,
    /// Everything is to be read, whatever has not changed.
    pub full: bool,
}

/// Opens a source of a kind. Blocking, as far as a token may have to be read.
type Connect = fn(&SourceConfig, ConnectContext) -> Result<Box<dyn Connector>, HarvestError>;

/// A kind of source.
pub struct SourceKind {
    /// Id, as `kind` in a configuration.
    pub id: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// What silence about terms means at such a source.
    pub openness: Openness,
    /// What it is, in one line.
    pub description: &'static str,
    connect: Connect,
}

/// Every kind that there is.
pub const KINDS: &[SourceKind] = &[
    SourceKind {
        id: "ckan",
        title: "CKAN portal",
        openness: Openness::Portal,
        description: "a CKAN portal (2.9 to 2.11, HDX included) over its Action API, or a dump of its packages in JSON",
        connect: connect_ckan,
    },
    SourceKind {
        id: "inventory",
        title: "Inventory",
        openness: Openness::Inventory,
        description: "a CSV, TSV or XLSX file in which an organisation lists its holdings, one row each",
        connect: inventory::connect,
    },
    SourceKind {
        id: "imsma",
        title: "IMSMA export",
        openness: Openness::Imsma,
        description: "an export of a mine action information system (maXML, NG tables, Core), of which only what it holds is kept",
        connect: imsma::connect,
    },
];

/// The kind of an id.
pub fn find(id: &str) -> Option<&'static SourceKind> {
    KINDS.iter().find(|kind| kind.id == id)
}

/// Opens a source for reading. Nothing is asked of it before the first page.
///
/// # Errors
/// When its configuration cannot be used.
pub async fn connect(config: &SourceConfig, context: ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let kind = find(&config.kind).ok_or_else(|| HarvestError::Configuration {
        source_id: config.id.clone(),
        reason: format!("unknown kind `{}`", config.kind),
    })?;
    // A token may have to be read from a file.
    let (opened, own) = (kind.connect, config.clone());
    tokio::task::spawn_blocking(move || opened(&own, context))
        .await
        .unwrap_or_else(|error| Err(HarvestError::task(&config.display_url(), &error)))
}

/// A portal and a dump of one are the same kind of source: the records and their terms are the same.
fn connect_ckan(config: &SourceConfig, context: ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    match config.location()? {
        Location::Web(url) if !is_dump(&url) => ckan::connect(config, context),
        _ => stream::connect(config, context),
    }
}

/// Reads a raw payload, when it comes and again when it is replayed. Blocking, pure.
///
/// # Errors
/// The problem that keeps the record out.
#[allow(clippy::result_large_err, reason = "a problem is stored as it is, and single records fail seldom")]
pub fn read(format: RawFormat, bytes: &[u8], config: &SourceConfig) -> Result<Reading, Problem> {
    match format {
        RawFormat::CkanPackage => cairn_formats::ckan::read_package(bytes, config.portal_root().as_deref()),
        RawFormat::InventoryRow => {
            let row = serde_json::from_slice(bytes).map_err(|error| {
                Problem::error("unreadable-payload", "", format!("the kept row cannot be read: {error}"))
            })?;
            cairn_formats::inventory::read_row(&row, &config.mapping)
        }
    }
}
