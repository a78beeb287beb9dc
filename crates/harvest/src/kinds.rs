//! The kinds of sources: a new one is one file beside this one, and one line in [`KINDS`].

use std::sync::Arc;

use cairn_fetch::Fetcher;
use cairn_formats::datapackage;
use cairn_model::Vocabularies;
use cairn_policy::Openness;

use crate::config::{Location, is_dump};
use crate::document::{self, DocumentFormat};
use crate::same_question::SameQuestion;
use crate::{
    Connector, HarvestError, IdKeeper, RawFormat, SourceConfig, arcgis, cairn, ckan, csw, dataverse, dcat,
    geoblacklight, hapi, imsma, imsma_core, inventory, json_api, nada, oai_pmh, ogc_records, stac, stream, waf, web,
};

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
    /// Keeps the ids that the listing names.
    pub ids: Arc<dyn IdKeeper>,
}

/// Opens a source of a kind. Blocking, as far as a token may have to be read.
type Connect = fn(&SourceConfig, &ConnectContext) -> Result<Box<dyn Connector>, HarvestError>;

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
    SourceKind {
        id: "imsma-core",
        title: "IMSMA Core",
        openness: Openness::Imsma,
        description: "services of an ArcGIS server that hold a mine action information system, of which only the sorts of items and their fields are kept",
        connect: imsma_core::connect,
    },
    SourceKind {
        id: "dcat",
        title: "DCAT catalogue",
        openness: Openness::Portal,
        description: "a DCAT catalogue in RDF/XML, Turtle or JSON-LD, paged or not, or `data.json` of DCAT-US",
        connect: dcat::connect,
    },
    SourceKind {
        id: "csw",
        title: "Catalogue service",
        openness: Openness::Portal,
        description: "an OGC catalogue service (CSW 2.0.2 or 3.0) of ISO 19115 or Dublin Core records",
        connect: csw::connect,
    },
    SourceKind {
        id: "oai-pmh",
        title: "OAI-PMH repository",
        openness: Openness::Portal,
        description: "an OAI-PMH 2.0 repository of Dublin Core, DDI, DataCite or ISO 19115 records",
        connect: oai_pmh::connect,
    },
    SourceKind {
        id: "ogc-records",
        title: "OGC API – Records",
        openness: Openness::Portal,
        description: "an OGC API – Records, ArcGIS Hub's search, or an OGC API of data, whose collections are records",
        connect: ogc_records::connect,
    },
    SourceKind {
        id: "stac",
        title: "STAC catalogue",
        openness: Openness::Portal,
        description: "a STAC catalogue, static or behind an API, of which each collection is a record",
        connect: stac::connect,
    },
    SourceKind {
        id: "waf",
        title: "Web-accessible folder",
        openness: Openness::Portal,
        description: "a folder of metadata in XML as a web server lists it, with the folders inside it",
        connect: waf::connect,
    },
    SourceKind {
        id: "geoblacklight",
        title: "GeoBlacklight",
        openness: Openness::Portal,
        description: "records of GeoBlacklight (Aardvark, 1.0) in a folder, a repository of OpenGeoMetadata, a list in JSON, or the search of a site",
        connect: geoblacklight::connect,
    },
    SourceKind {
        id: "arcgis",
        title: "ArcGIS",
        openness: Openness::Portal,
        description: "an ArcGIS portal, whose feature and map services are records, a Hub with its datasets, or services of an ArcGIS server, whose layers are records",
        connect: arcgis::connect,
    },
    SourceKind {
        id: "nada",
        title: "NADA microdata library",
        openness: Openness::Portal,
        description: "a microdata library (UNHCR, World Bank, FAO, IHSN) over the NADA API",
        connect: nada::connect,
    },
    SourceKind {
        id: "worldbank",
        title: "World Bank Data Catalog",
        openness: Openness::Portal,
        description: "the World Bank's Data Catalog, or the indicators or databases of its Indicators API",
        connect: connect_worldbank,
    },
    SourceKind {
        id: "reliefweb",
        title: "ReliefWeb",
        openness: Openness::Portal,
        description: "reports or disasters of ReliefWeb's API, version 2",
        connect: |config, context| json_api::RELIEFWEB.connect(config, context),
    },
    SourceKind {
        id: "dtm",
        title: "Displacement Tracking Matrix",
        openness: Openness::Portal,
        description: "operations of IOM's Displacement Tracking Matrix, whose data is had as aggregates",
        connect: |config, context| json_api::DTM.connect(config, context),
    },
    SourceKind {
        id: "socrata",
        title: "Socrata",
        openness: Openness::Portal,
        description: "a Socrata portal over its Discovery API",
        connect: |config, context| json_api::SOCRATA.connect(config, context),
    },
    SourceKind {
        id: "opendatasoft",
        title: "Opendatasoft",
        openness: Openness::Portal,
        description: "an Opendatasoft portal over its Explore API",
        connect: |config, context| json_api::OPENDATASOFT.connect(config, context),
    },
    SourceKind {
        id: "dkan",
        title: "DKAN",
        openness: Openness::Portal,
        description: "a DKAN 2 portal over its search",
        connect: |config, context| json_api::DKAN.connect(config, context),
    },
    SourceKind {
        id: "dataverse",
        title: "Dataverse",
        openness: Openness::Portal,
        description: "a Dataverse over its Search API, or with the whole of each dataset",
        connect: dataverse::connect,
    },
    SourceKind {
        id: "geonode",
        title: "GeoNode",
        openness: Openness::Portal,
        description: "a GeoNode 4 over its API, version 2",
        connect: |config, context| json_api::GEONODE.connect(config, context),
    },
    SourceKind {
        id: "datapackage",
        title: "Data package",
        openness: Openness::Portal,
        description: "a Frictionless data package",
        connect: connect_datapackage,
    },
    SourceKind {
        id: "cairn",
        title: "Cairn",
        openness: Openness::Portal,
        description: "another Cairn, followed by its change feed: what it shows to the holder of a token, or to everyone",
        connect: cairn::connect,
    },
    SourceKind {
        id: "web",
        title: "Web pages",
        openness: Openness::Portal,
        description: "pages that describe datasets in JSON-LD (schema.org, Croissant), found from the sitemap of their site",
        connect: web::connect,
    },
    SourceKind {
        id: "hapi",
        title: "HDX Humanitarian API",
        openness: Openness::Portal,
        description: "the metadata of the HDX Humanitarian API: the data sets it is made of, and which data it has of which places",
        connect: hapi::connect,
    },
];

/// The kind of an id.
pub fn find(id: &str) -> Option<&'static SourceKind> {
    KINDS.iter().find(|kind| kind.id == id)
}

/// Requests a day that sources of a kind allow, where they say so: `ReliefWeb` allows 1,000.
pub(crate) fn usual_requests_per_day(kind: &str) -> Option<u64> {
    (kind == "reliefweb").then_some(1000)
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
    tokio::task::spawn_blocking(move || SameQuestion::open(&own, context, opened))
        .await
        .unwrap_or_else(|_| Err(HarvestError::task(&config.display_url())))
}

/// A portal and a dump of one are the same kind of source: the records and their terms are the same.
fn connect_ckan(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    match config.location()? {
        Location::Web(url) if !is_dump(&url) => ckan::connect(config, context),
        _ => stream::connect(config, context),
    }
}

/// Data sets, indicators and their databases come from two interfaces of the World Bank.
fn connect_worldbank(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let dialect = match config.location()? {
        Location::Web(url) => json_api::worldbank_interface_of(&url).map_err(|reason| HarvestError::Configuration {
            source_id: config.id.clone(),
            reason: reason.to_owned(),
        })?,
        Location::File(_) => &json_api::WORLDBANK,
    };
    dialect.connect(config, context)
}

fn connect_datapackage(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    document::connect(config, context, DATA_PACKAGE)
}

/// A package is a listing of one.
const DATA_PACKAGE: DocumentFormat =
    DocumentFormat { list: |bytes, _| datapackage::list_package(bytes), raw_format: RawFormat::DataPackage };
