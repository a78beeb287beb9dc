//! Which reader takes which file, and where things stand in such payloads.

use std::ops::ControlFlow;

use cairn_formats::csw::CswError;
use cairn_formats::inventory::read_table;
use cairn_formats::json_stream::read_records;
use cairn_formats::listing::{ListedRecord, Listing};
use cairn_formats::oai_pmh::OaiError;
use cairn_formats::xml_record::list_xml_records;
use cairn_formats::{
    Reading, aardvark, arcgis, csw, dcat, dcat_us, dtm, nada, oai_pmh, ogc_records, opendatasoft, schema_org, socrata,
    stac, waf,
};
use cairn_harvest::{RawFormat, SourceConfig, payload};
use cairn_model::Problem;

use crate::look::Look;

type List = fn(&[u8], &str, &SourceConfig) -> Result<Listing, Problem>;

/// How files of a sort are cut into records, how each is read, and what is looked for in it.
pub(crate) struct Reader {
    /// Kind of a source that has such payloads.
    pub(crate) kind: &'static str,
    /// Lines of the configuration of a source whose table names no column of titles.
    pub(crate) mapping: Option<&'static str>,
    list: List,
    /// Reads a record, as it is read when it comes and when it is replayed.
    pub(crate) read: fn(&[u8], &SourceConfig) -> Result<Reading, Problem>,
    /// What is looked for.
    pub(crate) look: Look,
}

/// Cuts a file into records.
pub(crate) fn cut(reader: &Reader, file: &str, bytes: &[u8], source: &SourceConfig) -> Result<Listing, Problem> {
    (reader.list)(bytes, file, source)
}

/// The reader of a file: the first whose beginning of a path is that of the file.
pub(crate) fn reader_of(file: &str) -> Option<&'static Reader> {
    READERS.iter().find(|(begin, _)| file.starts_with(begin)).map(|(_, reader)| reader)
}

/// A reader that takes kept payloads of a format, as harvests and replays do.
macro_rules! kept {
    ($kind:literal, $format:ident, $list:expr, $look:expr) => {
        Reader {
            kind: $kind,
            mapping: None,
            list: $list,
            read: |bytes, source| payload::read(RawFormat::$format, bytes, source),
            look: $look,
        }
    };
}

static READERS: &[(&str, Reader)] = &[
    ("arcgis-hub/the_od_bods__hub_search", kept!("arcgis", ArcgisHubDataset, hub, HUB)),
    ("arcgis-hub/the_od_bods__south", kept!("arcgis", ArcgisHubDataset, hub, HUB)),
    ("arcgis-hub/the_od_bods", kept!("dcat", DcatDataset, rdf, DCAT)),
    ("arcgis-hub/", kept!("ogc-records", OgcRecord, ogc, HUB_FEATURE)),
    ("arcgis-rest/", kept!("arcgis", ArcgisLayer, layer, Look::Nothing)),
    ("ckan/", kept!("ckan", CkanPackage, ckan, CKAN)),
    ("croissant/", kept!("web", SchemaOrg, embedded, SCHEMA_ORG)),
    ("csv-inventory/", inventory()),
    ("csw/", kept!("csw", XmlRecord, catalogue_service, XML)),
    ("datacite/", kept!("waf", XmlRecord, xml, DATACITE)),
    ("dataverse/", kept!("dataverse", DataverseDataset, one, DATAVERSE)),
    ("dcat-jsonld/", kept!("dcat", DcatDataset, rdf, DCAT)),
    ("dcat-rdfxml/", kept!("dcat", DcatDataset, rdf, DCAT)),
    ("dcat-ttl/", kept!("dcat", DcatDataset, rdf, DCAT)),
    ("dcat-us/", kept!("dcat", DcatUsDataset, data_json, DCAT_US)),
    ("ddi-nada/", kept!("waf", XmlRecord, xml, DDI)),
    ("fgdc/", kept!("waf", XmlRecord, xml, FGDC)),
    ("frictionless/", kept!("datapackage", DataPackage, one, PACKAGE)),
    ("gbl-aardvark/", kept!("geoblacklight", GeoBlacklightRecord, geoblacklight, AARDVARK)),
    ("iso19115-3/", kept!("waf", XmlRecord, xml, ISO)),
    ("iso19139/", kept!("waf", XmlRecord, xml, ISO)),
    ("nasty-csv/", inventory()),
    ("nasty-json/datagov", kept!("dcat", DcatUsDataset, data_json, DCAT_US)),
    ("nasty-json/ckanext-dcat", kept!("web", SchemaOrg, embedded, SCHEMA_ORG)),
    ("nasty-json/magda", kept!("ckan", CkanPackage, ckan, CKAN)),
    ("nasty-json/nada", kept!("nada", NadaStudy, |bytes, _, _| nada::list_catalog(bytes), Look::Nothing)),
    ("nasty-json/ogcapi", kept!("ogc-records", OgcRecord, ogc, OGC)),
    ("nasty-xml/", kept!("waf", XmlRecord, xml, Look::Nothing)),
    // Records that somebody kept without the answer around them.
    ("oai-pmh/metadata-crawlers", kept!("waf", XmlRecord, xml, XML)),
    ("oai-pmh/", kept!("oai-pmh", XmlRecord, repository, XML)),
    ("ods/", kept!("opendatasoft", OpendatasoftDataset, |bytes, _, _| opendatasoft::list_datasets(bytes), ODS)),
    ("ogc-records/", kept!("ogc-records", OgcRecord, ogc, OGC)),
    ("schema-org/", kept!("web", SchemaOrg, embedded, SCHEMA_ORG)),
    ("socrata/", kept!("socrata", SocrataEntry, |bytes, _, _| socrata::list_catalog(bytes), SOCRATA)),
    ("stac/", kept!("stac", StacCollection, |bytes, _, _| stac::list_records(bytes), STAC)),
    ("waf-html/", kept!("waf", XmlRecord, folder, Look::Nothing)),
    ("domain/hdx-ckan/", kept!("ckan", CkanPackage, ckan, CKAN)),
    ("domain/dcat/catalog_pod.jsonld", kept!("dcat", DcatDataset, rdf, DCAT)),
    ("domain/dcat/", kept!("ckan", CkanPackage, ckan, CKAN)),
    ("domain/iom-dtm/", kept!("dtm", DtmOperation, |bytes, _, _| dtm::list_operations(bytes), Look::Nothing)),
    ("domain/isp/", inventory_as_it_is()),
    ("domain/nada/", kept!("nada", NadaStudy, one, NADA)),
    ("domain/worldbank-ddh/", kept!("worldbank", WorldBankDataset, one, Look::Nothing)),
    ("domain/arcgis-hub/", kept!("ogc-records", OgcRecord, ogc, HUB_FEATURE)),
];

const fn inventory() -> Reader {
    Reader { mapping: Some("[mapping.columns]\ntitle = \"A\"\n"), ..inventory_as_it_is() }
}

const fn inventory_as_it_is() -> Reader {
    Reader {
        kind: "inventory",
        mapping: None,
        list: rows,
        read: |bytes, source| payload::read(RawFormat::InventoryRow, bytes, source),
        look: INVENTORY,
    }
}

fn ckan(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    let mut listing = Listing::default();
    let read = read_records(bytes, 16 << 20, &mut |_, record| {
        listing.records.push(ListedRecord { bytes: record.to_vec(), ..ListedRecord::default() });
        ControlFlow::Continue(())
    });
    match read.problems.first() {
        Some(problem) if listing.records.is_empty() => Err(problem.clone()),
        _ => Ok(Listing { problems: read.problems, ..listing }),
    }
}

fn rows(bytes: &[u8], file: &str, source: &SourceConfig) -> Result<Listing, Problem> {
    let table = read_table(bytes, file, &source.mapping);
    if !table.has_titles {
        let told = table.problems.iter().find(|problem| problem.code == "no-title-column").or(table.problems.first());
        return Err(told.unwrap().clone());
    }
    let records = table.rows.iter().map(|row| serde_json::to_vec(row).unwrap());
    let records = records.map(|bytes| ListedRecord { bytes, ..ListedRecord::default() });
    Ok(Listing { records: records.collect(), problems: table.problems, ..Listing::default() })
}

#[expect(clippy::unnecessary_wraps, reason = "it stands in a table of those that may fail")]
fn one(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    let record = ListedRecord { bytes: bytes.to_vec(), ..ListedRecord::default() };
    Ok(Listing { records: vec![record], ..Listing::default() })
}

/// A layer as it is kept: behind a line with its address.
fn layer(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    let address = "https://server.example/rest/services/A/FeatureServer/0";
    arcgis::read_layer(bytes, Some(address))?;
    let bytes = [address.as_bytes(), b"\n", bytes].concat();
    Ok(Listing { records: vec![ListedRecord { bytes, ..ListedRecord::default() }], ..Listing::default() })
}

fn hub(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    arcgis::list_hub_datasets(bytes).map_err(|error| match error {
        arcgis::ArcgisError::Unreadable(problem) => problem,
        told => Problem::error("error-answer", "", told.to_string()),
    })
}

fn ogc(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    ogc_records::list_records(bytes)
}

fn geoblacklight(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    aardvark::list_records(bytes).map(|page| page.listing)
}

fn embedded(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    schema_org::list_datasets(bytes)
}

fn data_json(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    dcat_us::list_datasets(bytes)
}

fn rdf(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    dcat::list_datasets(bytes, Some("https://portal.example/catalog"))
}

fn xml(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    list_xml_records(bytes)
}

fn catalogue_service(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    csw::list_records(bytes).map(|page| page.listing).map_err(|error| match error {
        CswError::Unreadable(problem) => problem,
        CswError::Exception(exception) => Problem::error("error-answer", "", exception.to_string()),
    })
}

fn repository(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    oai_pmh::list_records(bytes).map(|page| page.listing).map_err(|error| match error {
        OaiError::Unreadable(problem) => problem,
        refused @ OaiError::Refused(_) => Problem::error("error-answer", "", refused.to_string()),
    })
}

/// A folder leads to files, and holds no record itself.
fn folder(bytes: &[u8], _: &str, _: &SourceConfig) -> Result<Listing, Problem> {
    let listing = waf::list_folder(bytes, None)?;
    assert!(!listing.files.is_empty());
    Ok(Listing { problems: listing.problems, ..Listing::default() })
}

const CKAN: Look = Look::Json(&[
    ("title", &["/title"]),
    ("identifier", &["/id", "/name"]),
    ("publisher", &["/organization/title", "/organization/name", "/publisher/0/name", "key=publisher_name"]),
    ("issued", &["/metadata_created"]),
    ("modified", &["/metadata_modified", "/last_modified"]),
    ("licence", &["/license_id", "/license_title", "/license_url"]),
    ("bbox", &["/spatial", "key=spatial"]),
    ("access", &["/private", "/access_rights", "key=access_rights", "key=accessLevel"]),
    ("privacy", &["/private"]),
]);
const DCAT_US: Look = Look::Json(&[
    ("title", &["/title"]),
    ("identifier", &["/identifier"]),
    ("publisher", &["/publisher"]),
    ("issued", &["/issued"]),
    ("modified", &["/modified"]),
    ("licence", &["/license", "/licence"]),
    ("access", &["/accessLevel"]),
]);
const HUB: Look = Look::Json(&[
    ("title", &["/attributes/title", "/attributes/name"]),
    ("identifier", &["/id"]),
    ("publisher", &["/attributes/organization", "/attributes/source"]),
    ("issued", &["/attributes/created"]),
    ("modified", &["/attributes/modified"]),
    ("licence", &["/attributes/licenseInfo"]),
    ("bbox", &["/attributes/extent/coordinates"]),
    ("access", &["/attributes/access"]),
]);
const HUB_FEATURE: Look = Look::Json(&[
    ("title", &["/properties/title", "/properties/name"]),
    ("identifier", &["/id"]),
    ("publisher", &["/properties/source"]),
    ("issued", &["/properties/created"]),
    ("modified", &["/properties/modified"]),
    ("licence", &["/properties/licenseInfo"]),
    ("bbox", &["/geometry/coordinates"]),
    ("access", &["/properties/access"]),
]);
const OGC: Look = Look::Json(&[
    ("title", &["/properties/title"]),
    ("identifier", &["/id"]),
    ("publisher", &["/properties/contacts/0/organization", "/properties/contacts/0/name"]),
    ("issued", &["/properties/created"]),
    ("modified", &["/properties/updated"]),
    ("licence", &["/properties/license", "/properties/wmo:dataPolicy"]),
    ("bbox", &["/geometry/coordinates"]),
]);
const STAC: Look = Look::Json(&[
    ("title", &["/title", "/properties/title"]),
    ("identifier", &["/id"]),
    ("publisher", &["/providers", "/properties/providers"]),
    ("issued", &["/created", "/properties/created"]),
    ("modified", &["/updated", "/properties/updated"]),
    ("licence", &["/license", "/properties/license"]),
    ("bbox", &["/extent/spatial/bbox", "/bbox"]),
]);
const SOCRATA: Look = Look::Json(&[
    ("title", &["/resource/name", "/name"]),
    ("identifier", &["/resource/id", "/id"]),
    ("publisher", &["/resource/attribution", "/attribution"]),
    ("issued", &["/resource/publication_date", "/resource/createdAt", "/createdAt"]),
    ("modified", &["/resource/data_updated_at", "/resource/updatedAt", "/rowsUpdatedAt"]),
    ("licence", &["/metadata/license", "/licenseId"]),
    ("access", &["key=Proposed-Access-Level_Proposed-Access-Level"]),
]);
const ODS: Look = Look::Json(&[
    ("title", &["/metas/title"]),
    ("identifier", &["/datasetid"]),
    ("publisher", &["/metas/publisher"]),
    ("modified", &["/metas/modified"]),
    ("licence", &["/metas/license"]),
    ("bbox", &["/interop_metas/inspire/extend_bounding_box_westbound_longitude"]),
]);
const PACKAGE: Look = Look::Json(&[("identifier", &["/name"])]);
const AARDVARK: Look = Look::Json(&[
    ("title", &["/dct_title_s"]),
    ("identifier", &["/id"]),
    ("publisher", &["/dct_publisher_sm"]),
    ("issued", &["/dct_issued_s"]),
    ("modified", &["/gbl_mdModified_dt"]),
    ("licence", &["/dct_license_sm", "/dct_rights_sm"]),
    ("bbox", &["/dcat_bbox", "/locn_geometry"]),
    ("access", &["/dct_accessRights_s"]),
]);
/// Its other fields stand in lists of blocks, at no path that two files share.
const DATAVERSE: Look = Look::Json(&[
    ("licence", &["/datasetVersion/license/name", "/license/name"]),
    ("modified", &["/datasetVersion/lastUpdateTime", "/lastUpdateTime"]),
]);
const SCHEMA_ORG: Look = Look::Json(&[
    ("title", &["/name", "/sc:name"]),
    ("identifier", &["/@id", "/identifier"]),
    ("publisher", &["/publisher/name", "/publisher/0/name", "/provider/name"]),
    ("issued", &["/datePublished", "/dateCreated"]),
    ("modified", &["/dateModified"]),
    ("licence", &["/license", "/sc:license"]),
    ("bbox", &["/spatialCoverage/geo/box", "/spatialCoverage/geo/latitude"]),
]);
const NADA: Look = Look::Json(&[
    ("title", &["/study_desc/title_statement/title", "/title"]),
    ("identifier", &["/study_desc/title_statement/idno", "/idno"]),
    ("publisher", &["/study_desc/production_statement/producers", "/study_desc/distribution_statement/distributors"]),
]);
const DCAT: Look = Look::Triples(&[
    ("title", &["/dc/terms/title"]),
    ("publisher", &["/dc/terms/publisher"]),
    ("issued", &["/dc/terms/issued"]),
    ("modified", &["/dc/terms/modified"]),
    ("licence", &["/dc/terms/license"]),
    ("bbox", &["dcat#bbox", "locn#geometry"]),
    ("access", &["/dc/terms/accessRights"]),
]);
const ISO: Look = Look::Xml(&[
    ("title", &["CI_Citation/title"]),
    ("identifier", &["fileIdentifier", "metadataIdentifier"]),
    ("publisher", &["identificationInfo/organisationName", "identificationInfo/CI_Organisation"]),
    ("modified", &["dateStamp", "dateInfo"]),
    ("licence", &["MD_LegalConstraints/useLimitation"]),
    ("bbox", &["westBoundLongitude"]),
    ("access", &["classification=restricted", "accessConstraints=restricted"]),
]);
const XML: Look = Look::Xml(&[
    ("title", &["dc/title", "Record/title", "SummaryRecord/title", "CI_Citation/title", "titl"]),
    ("identifier", &["fileIdentifier", "header/identifier", "Record/identifier", "SummaryRecord/identifier"]),
    ("publisher", &["dc/publisher", "Record/publisher", "identificationInfo/organisationName", "distrbtr"]),
    ("modified", &["dateStamp", "Record/modified", "SummaryRecord/modified"]),
    ("licence", &["Record/license", "MD_LegalConstraints/useLimitation"]),
    ("bbox", &["westBoundLongitude", "LowerCorner", "westBL"]),
]);
const DATACITE: Look = Look::Xml(&[
    ("title", &["title"]),
    ("identifier", &["identifier"]),
    ("publisher", &["publisher"]),
    ("issued", &["publicationYear"]),
    ("licence", &["rights"]),
    ("bbox", &["geoLocationBox", "geoLocationPolygon"]),
]);
const DDI: Look = Look::Xml(&[
    ("title", &["titlStmt/titl", "Citation/Title"]),
    ("publisher", &["distrbtr", "Publisher"]),
    ("bbox", &["westBL", "WestLongitude"]),
    ("access", &["restrctn", "specPerm"]),
]);
const FGDC: Look = Look::Xml(&[
    ("title", &["citeinfo/title"]),
    ("publisher", &["citeinfo/origin", "publish"]),
    ("issued", &["citeinfo/pubdate"]),
    ("modified", &["metd"]),
    ("licence", &["useconst"]),
    ("bbox", &["westbc"]),
]);
const INVENTORY: Look = Look::Row(&[
    ("title", &["DATASET_NAME", "title", "dataset_title"]),
    ("identifier", &["RECORD_ID", "id", "dataset_id"]),
    ("publisher", &["AGENCY_NAME", "organization", "dataset_publisher_name"]),
    ("issued", &["PUBLISHED_DATE"]),
    ("modified", &["DATE_LAST_MODIFIED"]),
    ("licence", &["license_title"]),
    ("access", &["DATASET_CLASSIFICATION_NAME"]),
]);
