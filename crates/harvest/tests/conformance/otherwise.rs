//! Where a file yields something other than was counted, and why.

/// A file that yields another number of records than was counted.
pub(crate) struct Otherwise {
    /// The file, or what the paths of several begin with.
    pub(crate) begin: &'static str,
    /// Records that it yields.
    pub(crate) records: usize,
    /// Why.
    pub(crate) reason: &'static str,
}

/// Something that stands in payloads of a file and not in the records.
pub(crate) struct Lost {
    /// The file.
    pub(crate) file: &'static str,
    /// What.
    pub(crate) property: &'static str,
    /// In how many records.
    pub(crate) records: usize,
    /// Why it is no loss.
    pub(crate) reason: &'static str,
}

const fn otherwise(begin: &'static str, records: usize, reason: &'static str) -> Otherwise {
    Otherwise { begin, records, reason }
}

const BLANK: &str = "rows whose first cell is blank have no title";
const NO_PUBLIC_PAYLOAD: &str = "JSON of another sort, or none";
const NO_METADATA: &str = "hostile or foreign XML, no metadata";
const A_FOLDER: &str = "a listing of a folder, which leads to files";

/// Files that yield another number than was counted, or than the one record of a file that nobody counted.
pub(crate) const OTHERWISE: &[Otherwise] = &[
    otherwise("arcgis-hub/the_od_bods__edinburgh.json", 44, "a catalogue in JSON-LD, counted as one value"),
    otherwise("arcgis-hub/the_od_bods__north_ayrshire.json", 126, "a catalogue in JSON-LD, counted as one value"),
    otherwise("arcgis-rest/pyesridump__page-partial.json", 0, "rows of a layer, which are data"),
    otherwise("arcgis-rest/pyesridump__us-fl-polk-0.json", 0, "rows of a layer, which are data"),
    otherwise("csv-inventory/digital-land-python__source.csv", 3, BLANK),
    otherwise("csv-inventory/hdx-data-freshness__Dataset.csv", 179, BLANK),
    otherwise("csw/pycsw__post_GetRecords-filter-bbox~3.xml", 0, "records in GM03, which no reader takes"),
    otherwise("dcat-ttl/piveau-hub-registry__example_catalog.ttl", 0, "broken Turtle about a catalogue alone"),
    otherwise("dcat-ttl/piveau-hub-registry__example_distribution.ttl", 0, "broken Turtle about a distribution alone"),
    otherwise(
        "ddi-nada/cessda.cdc.osmh-indexer.cmm__ddi_record_ukds_example_extracted.json",
        0,
        "an index entry, no DDI",
    ),
    otherwise("ddi-nada/cessda.cdc.osmh-indexer.cmm__record_ukds_998.json", 0, "an index entry, no DDI"),
    otherwise("frictionless/datapackage-py__cars.schema.json", 0, "the schema of a table, no package"),
    otherwise("iso19139/owslib__iso_che.xml", 1, "a profile that specialises MD_Metadata under another name"),
    otherwise("nasty-csv/ckanext-canada__sample", 5, BLANK),
    otherwise("nasty-json/ckanext-dcat__full_croissant_dataset.jsonld", 0, "no JSON text"),
    otherwise("nasty-json/magda", 0, NO_PUBLIC_PAYLOAD),
    otherwise("nasty-json/nada", 0, NO_PUBLIC_PAYLOAD),
    otherwise("nasty-json/ogcapi", 0, NO_PUBLIC_PAYLOAD),
    otherwise("nasty-xml/", 0, NO_METADATA),
    otherwise(
        "oai-pmh/cessda.cdc.osmh-indexer.cmm__synthetic_list_records_response.xml",
        2,
        "two of its records are in a format that is called unsupported",
    ),
    otherwise("oai-pmh/metis-framework__oaiListIdentifiersIncorrectMetadataPrefix.xml", 0, "an error of the protocol"),
    otherwise("oai-pmh/sickle__ListRecordsBroken.xml", 0, "no XML"),
    otherwise("ogc-records/ogcapi-records__sortables.json", 0, "a JSON Schema of properties, counted as an object"),
    otherwise("schema-org/bolognese__schema_org_type_as_array.json", 0, "a blog posting"),
    otherwise("socrata/sodapy__get_songs.txt", 0, "rows of a data set, counted as an array of records"),
    otherwise("waf-html/", 0, A_FOLDER),
];

/// The row of a file.
pub(crate) fn otherwise_of(file: &str) -> Option<&'static Otherwise> {
    OTHERWISE.iter().find(|row| file.starts_with(row.begin))
}

/// What is left out of records, for a reason.
pub(crate) const LOST: &[Lost] = &[
    Lost {
        file: "ddi-nada/cessda.cdc.osmh-indexer.cmm__compliant_fragments_cmm_ddi_3_3.xml",
        property: "bbox",
        records: 1,
        reason: "four zeros are no extent",
    },
    Lost {
        file: "ogc-records/pywcmp__wcmp2-failing-created-none.json",
        property: "issued",
        records: 1,
        reason: "the word None is no date",
    },
];
