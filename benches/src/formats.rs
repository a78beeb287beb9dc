//! `formats`: records a second and peak memory of each reader, from bytes in memory to the normalised record.
//!
//! Each format is read by a process of its own, so that its memory is its own: all real payloads of the format, or invented
//! ones where there are none, again and again for some time.

mod invented;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use cairn_formats::imsma::{ImsmaSettings, read_export};
use cairn_formats::inventory::{InventoryMapping, read_row, read_table};
use cairn_formats::listing::Listing;
use cairn_formats::{
    Reading, aardvark, arcgis, ckan, csw, datapackage, dataverse, dcat, dcat_us, dkan, dtm, geonode, hapi, json_stream,
    nada, oai_pmh, ogc_records, opendatasoft, reliefweb, schema_org, socrata, stac, xml_record,
};
use cairn_model::{Problem, Vocabularies, normalise};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::cairn::run;
use crate::corpus::shared;
use crate::meter;
use crate::report::{Report, mebibytes};

/// CPU seconds for which a format is read.
const FOR: f64 = 2.0;

/// Reads every record of a payload and hands its reading on.
type Read = fn(&[u8], &mut dyn FnMut(Result<Reading, Problem>));

/// Where the payloads of a format come from.
#[derive(Clone, Copy)]
enum Payloads {
    /// A file, or all files of a folder, below `records/` of the corpus.
    Real(&'static str),
    /// Made up here.
    Invented(fn() -> anyhow::Result<Vec<Vec<u8>>>),
}

use Payloads::{Invented, Real};

/// Formats: name, payloads, reader.
const FORMATS: &[(&str, Payloads, Read)] = &[
    ("CKAN", Real("ckan"), |bytes, each| {
        json_stream::read_records(bytes, 64 << 20, &mut |_, record| {
            each(ckan::read_package(record, None));
            std::ops::ControlFlow::Continue(())
        });
    }),
    ("inventory", Real("csv-inventory"), |bytes, each| {
        let mapping = InventoryMapping::default();
        read_table(bytes, "inventory.csv", &mapping).rows.iter().for_each(|row| each(read_row(row, &mapping)));
    }),
    ("DCAT-US", Real("dcat-us"), |bytes, each| of(dcat_us::list_datasets(bytes), dcat_us::read_dataset, each)),
    ("DCAT, RDF/XML", Real("dcat-rdfxml"), |bytes, each| {
        of(dcat::list_datasets(bytes, None), dcat::read_dataset, each);
    }),
    ("DCAT, Turtle", Real("dcat-ttl"), |bytes, each| of(dcat::list_datasets(bytes, None), dcat::read_dataset, each)),
    ("DCAT, JSON-LD", Real("dcat-jsonld"), |bytes, each| {
        of(dcat::list_datasets(bytes, None), dcat::read_dataset, each);
    }),
    ("schema.org", Real("schema-org"), |bytes, each| {
        of(schema_org::list_datasets(bytes), schema_org::read_dataset, each);
    }),
    ("Croissant", Real("croissant"), |bytes, each| {
        of(schema_org::list_datasets(bytes), schema_org::read_dataset, each);
    }),
    ("CSW", Real("csw"), |bytes, each| {
        let listing = csw::list_records(bytes).map(|page| page.listing);
        of(listing.map_err(|_| refused()), xml_record::read_xml_record, each);
    }),
    ("OAI-PMH", Real("oai-pmh"), |bytes, each| {
        let listing = oai_pmh::list_records(bytes).map(|page| page.listing);
        of(listing.map_err(|_| refused()), xml_record::read_xml_record, each);
    }),
    ("ISO 19139", Real("iso19139"), |bytes, each| each(xml_record::read_xml_record(bytes))),
    ("ISO 19115-3", Real("iso19115-3"), |bytes, each| each(xml_record::read_xml_record(bytes))),
    ("FGDC", Real("fgdc"), |bytes, each| each(xml_record::read_xml_record(bytes))),
    ("DataCite", Real("datacite"), |bytes, each| each(xml_record::read_xml_record(bytes))),
    ("DDI and NADA", Real("ddi-nada"), |bytes, each| {
        if bytes.trim_ascii_start().starts_with(b"<") {
            each(xml_record::read_xml_record(bytes));
        } else {
            of(nada::list_catalog(bytes), nada::read_study, each);
        }
    }),
    ("OGC records", Real("ogc-records"), |bytes, each| {
        of(ogc_records::list_records(bytes), ogc_records::read_record, each);
    }),
    ("STAC", Real("stac"), |bytes, each| of(stac::list_records(bytes), stac::read_collection, each)),
    ("ArcGIS Hub", Real("arcgis-hub"), |bytes, each| {
        of(arcgis::list_hub_datasets(bytes).map_err(|_| refused()), arcgis::read_hub_dataset, each);
    }),
    ("ArcGIS layer", Real("arcgis-rest"), |bytes, each| each(arcgis::read_layer(bytes, None))),
    ("Socrata", Real("socrata"), |bytes, each| of(socrata::list_catalog(bytes), socrata::read_entry, each)),
    ("Opendatasoft", Real("ods"), |bytes, each| {
        of(opendatasoft::list_datasets(bytes), |record| opendatasoft::read_dataset(record, None), each);
    }),
    ("Dataverse", Real("dataverse"), |bytes, each| each(dataverse::read_dataset(bytes, None))),
    ("data package", Real("frictionless"), |bytes, each| each(datapackage::read_package(bytes, None))),
    ("GeoBlacklight", Real("gbl-aardvark"), |bytes, each| {
        of(aardvark::list_records(bytes).map(|page| page.listing), aardvark::read_geoblacklight_record, each);
    }),
    ("DIF", Invented(|| Ok(invented::dif())), |bytes, each| each(xml_record::read_xml_record(bytes))),
    ("ReliefWeb", Invented(|| Ok(invented::reliefweb())), |bytes, each| {
        of(reliefweb::list_items(bytes), reliefweb::read_item, each);
    }),
    ("DTM", Real("domain/iom-dtm/common-getalloperationlist.json"), |bytes, each| {
        of(dtm::list_operations(bytes), dtm::read_operation, each);
    }),
    ("HAPI", Invented(|| Ok(invented::hapi())), |bytes, each| {
        of(hapi::list_datasets(&[bytes]), hapi::read_dataset, each);
    }),
    ("DKAN", Invented(|| Ok(invented::dkan())), |bytes, each| of(dkan::list_datasets(bytes), dkan::read_dataset, each)),
    ("GeoNode", Invented(|| Ok(invented::geonode())), |bytes, each| {
        of(geonode::list_resources(bytes), geonode::read_resource, each);
    }),
    // Its records are item types: as many as there are, however long the export is.
    ("IMSMA maXML", Invented(invented::maxml), |bytes, each| {
        let settings = ImsmaSettings { country: "Yemen".to_owned(), ..ImsmaSettings::default() };
        let export = read_export(bytes, "export.xml", "Authority", &settings, Vocabularies::bundled());
        export.drafts.into_iter().for_each(|draft| each(Ok(Reading { draft, problems: Vec::new(), deleted: false })));
    }),
];

/// A payload that is no listing counts for nothing here.
fn refused() -> Problem {
    Problem::error("refused", "", "the payload is no listing")
}

fn of(
    listing: Result<Listing, Problem>,
    read: fn(&[u8]) -> Result<Reading, Problem>,
    each: &mut dyn FnMut(Result<Reading, Problem>),
) {
    for record in listing.map(|listing| listing.records).unwrap_or_default() {
        each(read(&record.bytes));
    }
}

/// What one process measured of one format.
#[derive(Debug, Serialize, Deserialize)]
struct Measured {
    files: usize,
    bytes: u64,
    records: u64,
    rounds: u64,
    cpu: f64,
}

/// Measures every format, each in a process of its own.
pub(crate) fn measure() -> anyhow::Result<Report> {
    let mut report =
        Report::begin("formats", &["format", "files", "records in them", "records/s", "MiB/s", "peak memory"]);
    let mut figures = Vec::new();
    for (name, payloads, _) in FORMATS {
        let (told, cost) = run(Command::new(std::env::current_exe()?).args(["one-format", name]))?;
        let one: Measured = serde_json::from_str(&told)?;
        let rate = |amount: f64| amount * one.rounds as f64 / one.cpu;
        let mark = if matches!(payloads, Invented(_)) { " (invented)" } else { "" };
        report.row([
            format!("{name}{mark}"),
            one.files.to_string(),
            one.records.to_string(),
            format!("{:.0}", rate(one.records as f64)),
            format!("{:.1}", rate(one.bytes as f64 / f64::from(1 << 20))),
            mebibytes(cost.peak_rss),
        ]);
        figures.push(json!({"format": name, "measured": one, "peak_rss": cost.peak_rss}));
    }
    report.remark(format!(
        "real payloads (invented ones where marked), each read again and again for {FOR} CPU seconds on one thread, in a \
         process of its own"
    ));
    Ok(report.end(json!({ "formats": figures })))
}

/// Reads one format for some time and says on stdout what that took.
pub(crate) fn measure_one(name: &str) -> anyhow::Result<()> {
    let (_, payloads, read) = FORMATS.iter().find(|(known, ..)| *known == name).context("no such format")?;
    let payloads = match payloads {
        Real(place) => real(&shared().join("records").join(place))?,
        Invented(make) => make()?,
    };
    let (vocabularies, now) = (Vocabularies::bundled(), Timestamp::now());
    let round = || {
        let mut records = 0_u64;
        for payload in &payloads {
            read(payload, &mut |reading| {
                if let Ok(reading) = reading {
                    std::hint::black_box(normalise("bench", reading.draft, vocabularies, now));
                    records += 1;
                }
            });
        }
        records
    };
    let records = round();
    ensure!(records > 0, "no record could be read");
    let (begun, mut rounds) = (meter::thread_cpu(), 0);
    while meter::thread_cpu() - begun < FOR {
        round();
        rounds += 1;
    }
    let measured = Measured {
        files: payloads.len(),
        bytes: payloads.iter().map(|payload| payload.len() as u64).sum(),
        records,
        rounds,
        cpu: meter::thread_cpu() - begun,
    };
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

fn real(place: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let refused = || format!("{} cannot be read", place.display());
    if place.is_file() {
        return Ok(vec![std::fs::read(place).with_context(refused)?]);
    }
    let entries = std::fs::read_dir(place).with_context(refused)?;
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    files.iter().map(|file| Ok(std::fs::read(file)?)).collect()
}
