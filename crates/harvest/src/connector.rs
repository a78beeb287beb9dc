//! What a connector yields: pages of raw records, and a proof that the catalogue ended.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_model::{Draft, Problem, Severity};

use crate::HarvestError;

/// Format of a raw payload, by which a kept payload is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RawFormat {
    /// A CKAN package in JSON.
    CkanPackage,
    /// A row of an inventory ([`cairn_formats::inventory::InventoryRow`] in JSON).
    InventoryRow,
    /// A record of metadata in XML of any standard that is read ([`cairn_formats::xml_record`]).
    XmlRecord,
    /// What a DCAT catalogue says of one dataset, in N-Triples.
    DcatDataset,
    /// A dataset of DCAT-US (`data.json`).
    DcatUsDataset,
    /// A record of OGC API – Records in `GeoJSON`.
    OgcRecord,
    /// A STAC collection.
    StacCollection,
    /// An item of an `ArcGIS` portal.
    ArcgisItem,
    /// A dataset of an `ArcGIS` Hub.
    ArcgisHubDataset,
    /// A layer or table of an `ArcGIS` service, behind a line with its address and whether a credential was sent there.
    ArcgisLayer,
    /// A row of the search of a NADA library.
    NadaStudy,
    /// A row of the search of a NADA library, with the variables of its study ([`cairn_formats::nada::StudyWithVariables`]).
    NadaStudyWithVariables,
    /// A dataset of the World Bank's Data Catalog.
    WorldBankDataset,
    /// An indicator of the World Bank.
    WorldBankIndicator,
    /// A database that indicators of the World Bank come from.
    WorldBankSource,
    /// A report or disaster of `ReliefWeb`.
    ReliefWebItem,
    /// An operation of the Displacement Tracking Matrix.
    DtmOperation,
    /// An entry of Socrata's Discovery API.
    SocrataEntry,
    /// A dataset of Opendatasoft's Explore API.
    OpendatasoftDataset,
    /// A dataset of DKAN.
    DkanDataset,
    /// A dataset of Dataverse's search.
    DataverseItem,
    /// A dataset of Dataverse's native API.
    DataverseDataset,
    /// A resource of `GeoNode`.
    GeoNodeResource,
    /// A record of `GeoBlacklight`: Aardvark, or schema 1.0.
    GeoBlacklightRecord,
    /// A Frictionless data package.
    DataPackage,
    /// A record of another Cairn.
    CairnDataset,
    /// A dataset of schema.org in JSON-LD.
    SchemaOrg,
    /// Rows of the HDX Humanitarian API that belong together.
    Hapi,
}

impl RawFormat {
    /// Every format and the code that stands beside a kept payload.
    const CODES: &'static [(Self, &'static str)] = &[
        (Self::CkanPackage, "ckan-package"),
        (Self::InventoryRow, "inventory-row"),
        (Self::XmlRecord, "xml-record"),
        (Self::DcatDataset, "dcat-dataset"),
        (Self::DcatUsDataset, "dcat-us-dataset"),
        (Self::OgcRecord, "ogc-record"),
        (Self::StacCollection, "stac-collection"),
        (Self::ArcgisItem, "arcgis-item"),
        (Self::ArcgisHubDataset, "arcgis-hub-dataset"),
        (Self::ArcgisLayer, "arcgis-layer"),
        (Self::NadaStudy, "nada-study"),
        (Self::NadaStudyWithVariables, "nada-study-with-variables"),
        (Self::WorldBankDataset, "world-bank-dataset"),
        (Self::WorldBankIndicator, "world-bank-indicator"),
        (Self::WorldBankSource, "world-bank-source"),
        (Self::ReliefWebItem, "reliefweb-item"),
        (Self::DtmOperation, "dtm-operation"),
        (Self::SocrataEntry, "socrata-entry"),
        (Self::OpendatasoftDataset, "opendatasoft-dataset"),
        (Self::DkanDataset, "dkan-dataset"),
        (Self::DataverseItem, "dataverse-item"),
        (Self::DataverseDataset, "dataverse-dataset"),
        (Self::GeoNodeResource, "geonode-resource"),
        (Self::GeoBlacklightRecord, "geoblacklight-record"),
        (Self::DataPackage, "data-package"),
        (Self::CairnDataset, "cairn-dataset"),
        (Self::SchemaOrg, "schema-org"),
        (Self::Hapi, "hapi"),
    ];

    /// Every format.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::CODES.iter().map(|(format, _)| *format)
    }

    /// The code that stands beside a kept payload.
    pub fn code(self) -> &'static str {
        Self::CODES.iter().find(|(format, _)| *format == self).map_or("", |(_, code)| code)
    }

    /// The format of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::CODES.iter().find(|(_, own)| *own == code).map(|(format, _)| *format)
    }
}

/// What came of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// Bytes that may be kept and read again.
    Raw {
        /// How to read them.
        format: RawFormat,
        /// The bytes.
        bytes: Bytes,
    },
    /// The source says that it deleted the record (OAI-PMH 2.0 §2.5.1): its id is all there is.
    Deleted,
    /// A draft from a payload of which nothing else may be kept.
    Derived {
        /// The draft.
        draft: Box<Draft>,
        /// Problems of this record.
        problems: Vec<Problem>,
    },
}

/// One record as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRecord {
    /// Id at the source, where the listing tells it before the payload is read.
    pub source_record_id: Option<String>,
    /// Offset in the listing, from 0.
    pub offset: u64,
    /// The payload.
    pub payload: Payload,
}

/// A page of a listing. Pages are applied in one transaction each, together with the checkpoint.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// Records.
    pub records: Vec<RawRecord>,
    /// Problems that belong to no record of the page. One of severity error stands for a record that could not be taken.
    pub problems: Vec<Problem>,
    /// Ids that the source lists and whose payload is not given, because it cannot deliver them. They were seen, so they are
    /// not missing.
    pub also_listed: Vec<String>,
    /// Ids of records that the source shows to be as the last complete run read them, without giving them.
    pub unchanged: Vec<String>,
    /// Records that the source lists, cannot deliver, and does not even name. While there are any, nothing that lacks
    /// can be called missing ([`crate::RunFacts::unnamed`]).
    pub unnamed: u64,
    /// In the first page of a run: whether it goes on from the checkpoint that it was given, so that what the interrupted
    /// run listed still counts. A run that was given one and does not say so begins anew.
    pub goes_on: bool,
    /// In the first page of a run that goes on: so many of the records that the interrupted run counted as unnamed are looked
    /// at again, and stand in `unnamed` if they are so still.
    pub unnamed_anew: u64,
    /// Where a run that is killed after this page goes on; `None` when it must start again.
    pub checkpoint: Option<String>,
    /// How many records the source says it has, for progress.
    pub expected: Option<u64>,
}

/// Records that the reader of a listing could not cut out of it, by its problems: nobody knows which they are, so they are
/// among [`Page::unnamed`].
pub(crate) fn lost(problems: &[Problem]) -> u64 {
    problems.iter().filter(|problem| problem.severity == Severity::Error).count() as u64
}

/// Whether the listing is known to have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndProof {
    /// Count, token or end of file agree with what was listed.
    Proven,
    /// The reason why it is not known.
    Missing(String),
    /// The source says that nothing changed since the last complete run (304, same file hash): no page was given.
    Unchanged,
    /// All that the source changed since the last complete run was listed, and nothing else: what stands in no page is as
    /// it was, and only what the source says it deleted is gone.
    Changes,
}

/// Reads a source, page by page.
#[async_trait]
pub trait Connector: Send {
    /// The next page, or `None` at the end of the listing.
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError>;

    /// Whether the listing ended; asked after `next_page` gave `None`.
    fn end_proof(&self) -> EndProof;

    /// Requests sent so far (0 for files).
    fn requests(&self) -> u64;

    /// Whether everything that was listed was read; `false` where a part was left out because the source shows it to be as
    /// the last complete run read it.
    fn is_sweep(&self) -> bool {
        true
    }

    /// What to hand to the next run of this source as `previous` (validators, file hash), if anything.
    fn state(&self) -> Option<String> {
        None
    }
}
