//! What every reader does with any bytes: it gives an answer, and what it answers holds together. The fuzz targets run
//! these too.

use std::collections::HashSet;
use std::ops::ControlFlow;

use cairn_formats::imsma::{ImsmaLayers, ImsmaSettings, read_export_on};
use cairn_formats::inventory::{InventoryMapping, read_row, read_table};
use cairn_formats::listing::Listing;
use cairn_formats::{
    Reading, aardvark, arcgis, cairn, ckan, csw, datapackage, dataverse, dcat, dcat_us, decode, dkan, dtm, geonode,
    hapi, json_stream, nada, oai_pmh, ogc_records, opendatasoft, reliefweb, schema_org, sitemap, socrata, stac, waf,
    web_page, worldbank, xml_record,
};
use cairn_model::{Problem, Severity, Vocabularies};

/// Reads bytes as one format.
pub(crate) type Reader = fn(&[u8]);

/// Every format and its reader.
pub(crate) const READERS: &[(&str, Reader)] = &[
    ("aardvark", aardvark),
    ("arcgis", arcgis),
    ("cairn", cairn),
    ("ckan", ckan),
    ("csw", csw),
    ("datapackage", datapackage),
    ("dataverse", dataverse),
    ("dcat", dcat),
    ("dcat_us", dcat_us),
    ("decode", decode),
    ("dkan", dkan),
    ("dtm", dtm),
    ("geonode", geonode),
    ("hapi", hapi),
    ("imsma", imsma),
    ("inventory", inventory),
    ("json_stream", json_stream),
    ("nada", nada),
    ("oai_pmh", oai_pmh),
    ("ogc_records", ogc_records),
    ("opendatasoft", opendatasoft),
    ("reliefweb", reliefweb),
    ("schema_org", schema_org),
    ("sitemap", sitemap),
    ("socrata", socrata),
    ("stac", stac),
    ("waf", waf),
    ("web_page", web_page),
    ("worldbank", worldbank),
    ("xml_record", xml_record),
];

/// An address of a portal, for readers that make links of it.
const PORTAL: Option<&str> = Some("https://portal.example");

/// Problems of one record that are named one by one, and some of the record itself.
const MOST_PROBLEMS: usize = 60;

/// The readers of these formats, all of them.
pub(crate) fn read_as(names: &[&str], bytes: &[u8]) {
    for (name, reader) in READERS {
        if names.contains(name) {
            reader(bytes);
        }
    }
}

/// What a listing cut out is read; a listing that fails says so by an error.
fn records_of(listing: Result<Listing, Problem>, read: impl Fn(&[u8])) {
    match listing {
        Ok(listing) => {
            for record in listing.records {
                assert_eq!(record.bytes.is_empty(), record.deleted, "what is not deleted has bytes");
                if !record.deleted {
                    read(&record.bytes);
                }
            }
        }
        Err(problem) => assert_eq!(problem.severity, Severity::Error),
    }
}

/// A record of a JSON interface always has an id and a title.
fn named(reading: Result<Reading, Problem>) {
    match reading {
        Ok(reading) => {
            assert!(!reading.draft.source_record_id.is_empty() && !reading.draft.title.is_empty());
            assert!(reading.problems.len() <= MOST_PROBLEMS);
        }
        Err(problem) => assert_eq!(problem.severity, Severity::Error),
    }
}

fn aardvark(bytes: &[u8]) {
    let read = |bytes: &[u8]| named(aardvark::read_geoblacklight_record(bytes));
    records_of(aardvark::list_records(bytes).map(|page| page.listing), read);
    read(bytes);
    let _ = aardvark::list_layers(bytes);
}

fn arcgis(bytes: &[u8]) {
    let read = |bytes: &[u8]| {
        named(arcgis::read_item(bytes, PORTAL));
        named(arcgis::read_layer(bytes, PORTAL));
        named(arcgis::read_hub_dataset(bytes));
    };
    for listing in [arcgis::list_items(bytes), arcgis::list_hub_datasets(bytes)].into_iter().flatten() {
        records_of(Ok(listing), read);
    }
    read(bytes);
    let _ = (arcgis::list_layers(bytes), arcgis::list_services(bytes), arcgis::error_of(bytes));
}

fn cairn(bytes: &[u8]) {
    records_of(cairn::list_changes(bytes).map(|page| page.listing), |bytes| named(cairn::read_dataset(bytes)));
    named(cairn::read_dataset(bytes));
}

fn ckan(bytes: &[u8]) {
    let _ = ckan::read_package(bytes, PORTAL);
    let _ = ckan::read_package(bytes, None);
}

fn csw(bytes: &[u8]) {
    let _ = csw::read_capabilities(bytes);
    if let Ok(page) = csw::list_records(bytes) {
        records_of(Ok(page.listing), xml_record);
    }
}

fn datapackage(bytes: &[u8]) {
    named(datapackage::read_package(bytes, Some("name")));
}

fn dataverse(bytes: &[u8]) {
    let read = |bytes: &[u8]| {
        named(dataverse::read_search_item(bytes));
        named(dataverse::read_dataset(bytes, PORTAL));
    };
    records_of(dataverse::search_items(bytes), read);
    let _ = dataverse::version_of_item(bytes);
    read(bytes);
}

fn dcat(bytes: &[u8]) {
    let _ = dcat::read_dataset(bytes);
    for address in [None, Some("https://portal.example/catalog"), Some("no address")] {
        match dcat::list_datasets(bytes, address) {
            Ok(listing) => {
                for record in listing.records {
                    // What it writes anew, it can read again, under the same id.
                    match dcat::read_dataset(&record.bytes) {
                        Ok(reading) => assert_eq!(record.id, Some(reading.draft.source_record_id)),
                        Err(problem) => panic!("{problem:?}"),
                    }
                }
            }
            Err(problem) => assert_eq!(problem.severity, Severity::Error),
        }
    }
}

fn dcat_us(bytes: &[u8]) {
    let _ = (dcat_us::read_dataset(bytes), dcat_us::is_catalogue(bytes), dcat_us::id_of(bytes));
    records_of(dcat_us::list_datasets(bytes), |bytes| {
        let _ = dcat_us::read_dataset(bytes);
    });
}

fn decode(bytes: &[u8]) {
    for declared in [None, Some("utf-8"), Some("utf-16le"), Some("windows-1256"), Some("shift_jis")] {
        let whole = decode::decode_text(bytes, declared);
        let mut streamed = String::new();
        let read = std::io::Read::read_to_string(&mut decode::decode_stream(bytes, declared), &mut streamed);
        assert!(read.is_ok() && whole.text == streamed, "whole and in pieces it is the same text");
    }
}

fn dkan(bytes: &[u8]) {
    records_of(dkan::list_datasets(bytes), |bytes| named(dkan::read_dataset(bytes)));
    named(dkan::read_dataset(bytes));
}

fn dtm(bytes: &[u8]) {
    records_of(dtm::list_operations(bytes), |bytes| named(dtm::read_operation(bytes)));
    named(dtm::read_operation(bytes));
}

fn geonode(bytes: &[u8]) {
    records_of(geonode::list_resources(bytes), |bytes| named(geonode::read_resource(bytes)));
    named(geonode::read_resource(bytes));
}

fn hapi(bytes: &[u8]) {
    let _ = hapi::count_rows(bytes);
    records_of(hapi::list_datasets(&[bytes, bytes]), |bytes| named(hapi::read_dataset(bytes)));
    named(hapi::read_dataset(bytes));
}

fn imsma(bytes: &[u8]) {
    let settings = ImsmaSettings { country: "YEM".to_owned(), ..ImsmaSettings::default() };
    for name in ["export.xml", "export.csv"] {
        let today = jiff::civil::date(2026, 1, 1);
        let _ = read_export_on(today, bytes, name, "National Authority", &settings, Vocabularies::bundled());
    }
    let mut layers = ImsmaLayers::new(&settings);
    let _ = layers.add(bytes);
    let _ = layers.finish(true, "National Authority", &settings, Vocabularies::bundled());
}

fn inventory(bytes: &[u8]) {
    let mapping = InventoryMapping::default();
    let rows = read_table(bytes, "inventory.csv", &mapping).rows;
    let ids: HashSet<&str> = rows.iter().map(|row| row.record_id.as_str()).collect();
    assert_eq!(ids.len(), rows.len(), "each row has an id of its own");
    for row in &rows {
        let _ = read_row(row, &mapping);
    }
}

fn json_stream(bytes: &[u8]) {
    let mut handed_over = 0_u64;
    let listing = json_stream::read_records(bytes, 256, &mut |_, record| {
        handed_over += 1;
        ckan(record);
        ControlFlow::Continue(())
    });
    assert_eq!(listing.records, handed_over);
    assert!(listing.complete || !listing.problems.is_empty(), "what is not complete says why");
}

fn nada(bytes: &[u8]) {
    records_of(nada::list_catalog(bytes), |bytes| named(nada::read_study(bytes)));
    named(nada::read_study(bytes));
    named(nada::read_study_with_variables(bytes));
    if let Ok(Some(variables)) = nada::read_variables(bytes)
        && let Some(study) = nada::StudyWithVariables::new(br#"{"idno": "a", "title": "T"}"#, Ok(variables))
    {
        named(nada::read_study_with_variables(&study.to_kept()));
    }
}

fn oai_pmh(bytes: &[u8]) {
    let _ = (oai_pmh::read_repository(bytes), oai_pmh::read_metadata_formats(bytes));
    if let Ok(page) = oai_pmh::list_records(bytes) {
        records_of(Ok(page.listing), xml_record);
    }
}

fn ogc_records(bytes: &[u8]) {
    records_of(ogc_records::list_records(bytes), |bytes| named(ogc_records::read_record(bytes)));
    named(ogc_records::read_record(bytes));
    let _ = (ogc_records::list_collections(bytes), ogc_records::read_landing_page(bytes));
}

fn opendatasoft(bytes: &[u8]) {
    records_of(opendatasoft::list_datasets(bytes), |bytes| named(opendatasoft::read_dataset(bytes, PORTAL)));
    named(opendatasoft::read_dataset(bytes, PORTAL));
}

fn reliefweb(bytes: &[u8]) {
    records_of(reliefweb::list_items(bytes), |bytes| named(reliefweb::read_item(bytes)));
    named(reliefweb::read_item(bytes));
    let _ = reliefweb::read_source(bytes);
}

fn schema_org(bytes: &[u8]) {
    let _ = schema_org::read_dataset(bytes);
    match schema_org::list_datasets(bytes) {
        Ok(listing) => {
            for record in listing.records {
                match schema_org::read_dataset(&record.bytes) {
                    Ok(reading) => assert_eq!(record.id, Some(reading.draft.source_record_id)),
                    // A dataset that says neither what it is called nor what it is: it costs itself.
                    Err(problem) => assert_eq!(problem.code, "no-identity"),
                }
            }
        }
        Err(problem) => assert_eq!(problem.severity, Severity::Error),
    }
}

fn sitemap(bytes: &[u8]) {
    let _ = sitemap::list(bytes);
}

fn socrata(bytes: &[u8]) {
    records_of(socrata::list_catalog(bytes), |bytes| named(socrata::read_entry(bytes)));
    named(socrata::read_entry(bytes));
}

fn stac(bytes: &[u8]) {
    records_of(stac::list_records(bytes), |bytes| named(stac::read_collection(bytes)));
    named(stac::read_collection(bytes));
    let _ = stac::read_catalogue(bytes);
}

fn waf(bytes: &[u8]) {
    let _ = waf::list_folder(bytes, None);
}

fn web_page(bytes: &[u8]) {
    let _ = web_page::read_page(bytes, Some("utf-8"));
    let _ = web_page::read_page(bytes, None);
}

fn worldbank(bytes: &[u8]) {
    let read = |bytes: &[u8]| {
        named(worldbank::read_dataset(bytes));
        named(worldbank::read_indicator(bytes));
        named(worldbank::read_source(bytes));
    };
    records_of(worldbank::list_datasets(bytes), read);
    records_of(worldbank::list_indicators(bytes), read);
    read(bytes);
}

fn xml_record(bytes: &[u8]) {
    let _ = xml_record::recognise(bytes);
    let _ = xml_record::read_xml_record(bytes);
    if let Ok(listing) = xml_record::list_xml_records(bytes) {
        for record in listing.records {
            let _ = xml_record::read_xml_record(&record.bytes);
        }
    }
}
