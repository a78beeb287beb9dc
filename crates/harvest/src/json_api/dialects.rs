//! The interfaces, one row each.

use cairn_formats::{arcgis, dataverse, dkan, dtm, geonode, nada, opendatasoft, reliefweb, socrata, worldbank};
use cairn_model::Problem;

use super::chained::{ChainDialect, Leads, Rows};
use super::changes::{ARCGIS_CHANGES, RELIEFWEB_CHANGES};
use super::windowed::WindowDialect;
use crate::RawFormat;

/// NADA microdata libraries (UNHCR, World Bank, FAO, IHSN): the catalogue search, which gives at most 300 studies a page.
pub(crate) static NADA: ChainDialect = ChainDialect {
    path: "/index.php/api/catalog/search",
    fixed: &[("sort_by", "title"), ("sort_order", "asc"), ("inc_iso", "1"), ("format", "json")],
    rows: Some(Rows { parameter: "ps", most: 300 }),
    leads: Leads::ByParameter("page"),
    list: nada::list_catalog,
    raw_format: RawFormat::NadaStudy,
};

/// The World Bank's Data Catalog: no page says how many there are, so that an empty one ends the listing.
pub(crate) static WORLDBANK: ChainDialect = ChainDialect {
    path: "/ddhxext/DatasetList",
    fixed: &[],
    rows: Some(Rows { parameter: "$top", most: 100 }),
    leads: Leads::ByOffset("$skip"),
    list: worldbank::list_datasets,
    raw_format: RawFormat::WorldBankDataset,
};

/// Indicators of the World Bank's Indicators API.
pub(crate) static WORLDBANK_INDICATORS: ChainDialect = ChainDialect {
    path: "/indicator",
    fixed: &[("format", "json")],
    rows: Some(Rows { parameter: "per_page", most: 1000 }),
    leads: Leads::ByParameter("page"),
    list: worldbank::list_indicators,
    raw_format: RawFormat::WorldBankIndicator,
};

/// Databases that these indicators come from, at whichever address names them.
pub(crate) static WORLDBANK_SOURCES: ChainDialect =
    ChainDialect { path: "", raw_format: RawFormat::WorldBankSource, ..WORLDBANK_INDICATORS };

/// `ReliefWeb` reports or disasters, whichever the address names.
pub(crate) static RELIEFWEB: WindowDialect = WindowDialect {
    path: "",
    fixed: &[("profile", "full"), ("sort[]", "id:asc")],
    start: "offset",
    first: 0,
    rows: "limit",
    usual_cap: 1000,
    list: reliefweb::list_items,
    raw_format: RawFormat::ReliefWebItem,
    changes: Some(RELIEFWEB_CHANGES),
    most: None,
};

/// Operations of the Displacement Tracking Matrix.
pub(crate) static DTM: ChainDialect = ChainDialect {
    path: "/api/Common/GetAllOperationList",
    fixed: &[],
    rows: None,
    leads: Leads::Nowhere,
    list: dtm::list_operations,
    raw_format: RawFormat::DtmOperation,
};

/// Socrata's Discovery API, which scrolls by the last id of a page.
pub(crate) static SOCRATA: ChainDialect = ChainDialect {
    path: "/api/catalog/v1",
    fixed: &[("scroll_id", "0")],
    rows: Some(Rows { parameter: "limit", most: 100 }),
    leads: Leads::ByScroll("scroll_id"),
    list: socrata::list_catalog,
    raw_format: RawFormat::SocrataEntry,
};

/// Opendatasoft's Explore API. Its offsets end at 10,000, so that each page asks for what comes after the last id.
pub(crate) static OPENDATASOFT: ChainDialect = ChainDialect {
    path: "/api/explore/v2.1/catalog/datasets",
    fixed: &[("order_by", "dataset_id")],
    rows: Some(Rows { parameter: "limit", most: 100 }),
    leads: Leads::ByLastId("where", |own, id| {
        let behind = format!("dataset_id > \"{}\"", id.replace(['\\', '"'], ""));
        own.map_or_else(|| behind.clone(), |own| format!("({own}) and {behind}"))
    }),
    list: opendatasoft::list_datasets,
    raw_format: RawFormat::OpendatasoftDataset,
};

/// DKAN 2: its search, whose pages are numbered.
pub(crate) static DKAN: ChainDialect = ChainDialect {
    path: "/api/1/search",
    fixed: &[("sort", "identifier"), ("sort-order", "asc")],
    rows: Some(Rows { parameter: "page-size", most: 100 }),
    leads: Leads::ByNumber("page"),
    list: dkan::list_datasets,
    raw_format: RawFormat::DkanDataset,
};

/// Dataverse: its search for data sets.
pub(crate) static DATAVERSE: WindowDialect = WindowDialect {
    path: "/api/search",
    fixed: &[("q", "*"), ("type", "dataset"), ("sort", "date"), ("order", "asc")],
    start: "start",
    first: 0,
    rows: "per_page",
    usual_cap: 1000,
    list: dataverse::search_items,
    raw_format: RawFormat::DataverseItem,
    // Its search tells the date of the last major version, which edits of a description do not move.
    changes: None,
    most: None,
};

/// `GeoNode` 4: its resources.
pub(crate) static GEONODE: ChainDialect = ChainDialect {
    path: "/api/v2/resources",
    fixed: &[("sort[]", "pk")],
    rows: Some(Rows { parameter: "page_size", most: 100 }),
    leads: Leads::ByLink,
    list: geonode::list_resources,
    raw_format: RawFormat::GeoNodeResource,
};

/// Items of an `ArcGIS` portal that are data or services.
pub(crate) static ARCGIS_ITEMS: WindowDialect = WindowDialect {
    path: "/sharing/rest/search",
    fixed: &[
        ("f", "json"),
        ("q", "type:\"Feature Service\" OR type:\"Map Service\""),
        ("sortField", "created"),
        ("sortOrder", "asc"),
    ],
    start: "start",
    first: 1,
    rows: "num",
    usual_cap: 100,
    list: |body| arcgis::list_items(body).map_err(of_arcgis),
    raw_format: RawFormat::ArcgisItem,
    changes: Some(ARCGIS_CHANGES),
    most: Some(10_000),
};

/// Path of the data sets of a Hub below its root.
pub(crate) const HUB_DATASETS: &str = "/api/v3/datasets";

/// Data sets of an `ArcGIS` Hub, in its own words: items of its groups, with the schemas of their layers.
pub(crate) static ARCGIS_HUB: ChainDialect = ChainDialect {
    path: HUB_DATASETS,
    fixed: &[],
    rows: Some(Rows { parameter: "page[size]", most: 100 }),
    leads: Leads::ByLinkOrNumber("page[number]"),
    list: |body| arcgis::list_hub_datasets(body).map_err(of_arcgis),
    raw_format: RawFormat::ArcgisHubDataset,
};

/// The portal's own errors, which come with status 200, as problems.
fn of_arcgis(error: arcgis::ArcgisError) -> Problem {
    match error {
        arcgis::ArcgisError::Unreadable(problem) => problem,
        told => Problem::error("error-answer", "", told.to_string()),
    }
}
