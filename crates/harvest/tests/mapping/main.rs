//! What each source kind maps to: an invented sample of each, and the record that becomes of it, in a file beside it.
//!
//! A mapping that changed shows as a difference of these files. `CAIRN_TEST_UPDATE_SNAPSHOTS=1` writes them anew, to be read by
//! eye and committed with the change.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cairn_formats::imsma::{ImsmaLayers, ImsmaSettings, read_export_on};
use cairn_formats::inventory::{InventoryMapping, read_table};
use cairn_formats::{Reading, dcat, hapi};
use cairn_harvest::{KINDS, RawFormat, SourceConfig, kinds, payload};
use cairn_model::{Vocabularies, normalise};
use cairn_policy::{settle, settle_fields};
use serde_json::{Value, json};

/// Cuts a sample into records as they are kept.
type Cut = fn(&[u8]) -> Vec<Vec<u8>>;

/// File of a sample, kind of its source, format of what is kept of it, and how it is cut.
type Sample = (&'static str, &'static str, RawFormat, Cut);

const SAMPLES: &[Sample] = &[
    ("arcgis-hub-dataset.json", "arcgis", RawFormat::ArcgisHubDataset, whole),
    ("arcgis-item.json", "arcgis", RawFormat::ArcgisItem, whole),
    ("arcgis-layer.txt", "arcgis", RawFormat::ArcgisLayer, whole),
    ("cairn-dataset.json", "cairn", RawFormat::CairnDataset, whole),
    ("ckan-package.json", "ckan", RawFormat::CkanPackage, whole),
    ("ckan-restricted.json", "ckan", RawFormat::CkanPackage, whole),
    ("datacite.xml", "oai-pmh", RawFormat::XmlRecord, whole),
    ("datapackage.json", "datapackage", RawFormat::DataPackage, whole),
    ("dataverse-dataset.json", "dataverse", RawFormat::DataverseDataset, whole),
    ("dataverse-item.json", "dataverse", RawFormat::DataverseItem, whole),
    ("dcat-us.json", "dcat", RawFormat::DcatUsDataset, whole),
    ("dcat.ttl", "dcat", RawFormat::DcatDataset, triples),
    ("ddi-codebook.xml", "oai-pmh", RawFormat::XmlRecord, whole),
    ("dif.xml", "csw", RawFormat::XmlRecord, whole),
    ("dkan-dataset.json", "dkan", RawFormat::DkanDataset, whole),
    ("dtm-operation.json", "dtm", RawFormat::DtmOperation, whole),
    ("fgdc.xml", "waf", RawFormat::XmlRecord, whole),
    ("geoblacklight-record.json", "geoblacklight", RawFormat::GeoBlacklightRecord, whole),
    ("geonode-resource.json", "geonode", RawFormat::GeoNodeResource, whole),
    ("hapi.json", "hapi", RawFormat::Hapi, rows_together),
    ("inventory.csv", "inventory", RawFormat::InventoryRow, rows),
    ("iso19139.xml", "csw", RawFormat::XmlRecord, whole),
    ("nada-study.json", "nada", RawFormat::NadaStudy, whole),
    ("nada-study-with-variables.json", "nada", RawFormat::NadaStudyWithVariables, whole),
    ("oai-dublin-core.xml", "oai-pmh", RawFormat::XmlRecord, whole),
    ("ogc-record.json", "ogc-records", RawFormat::OgcRecord, whole),
    ("opendatasoft-dataset.json", "opendatasoft", RawFormat::OpendatasoftDataset, whole),
    ("reliefweb-item.json", "reliefweb", RawFormat::ReliefWebItem, whole),
    ("schema-org.json", "web", RawFormat::SchemaOrg, whole),
    ("socrata-entry.json", "socrata", RawFormat::SocrataEntry, whole),
    ("stac-collection.json", "stac", RawFormat::StacCollection, whole),
    ("world-bank-dataset.json", "worldbank", RawFormat::WorldBankDataset, whole),
    ("world-bank-indicator.json", "worldbank", RawFormat::WorldBankIndicator, whole),
    ("world-bank-source.json", "worldbank", RawFormat::WorldBankSource, whole),
];

/// An export of which nothing but drafts is kept.
const IMSMA: &str = "imsma.xml";
/// Descriptions of the layers of a server, of which nothing but drafts is kept either.
const IMSMA_CORE: &str = "imsma-core.json";

fn whole(bytes: &[u8]) -> Vec<Vec<u8>> {
    vec![bytes.to_vec()]
}

fn triples(bytes: &[u8]) -> Vec<Vec<u8>> {
    let listing = dcat::list_datasets(bytes, Some("https://portal.example/catalog.ttl")).unwrap();
    listing.records.into_iter().map(|record| record.bytes).collect()
}

fn rows_together(bytes: &[u8]) -> Vec<Vec<u8>> {
    hapi::list_datasets(&[bytes]).unwrap().records.into_iter().map(|record| record.bytes).collect()
}

fn rows(bytes: &[u8]) -> Vec<Vec<u8>> {
    let table = read_table(bytes, "inventory.csv", &InventoryMapping::default());
    assert_eq!(table.problems, []);
    table.rows.iter().map(|row| serde_json::to_vec(row).unwrap()).collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mapping").join(name)
}

fn source(kind: &str) -> SourceConfig {
    let organisation =
        if kind.starts_with("imsma") { "organisation = \"Example Mine Action Authority\"\n" } else { "" };
    let text = format!("id = \"sample\"\nkind = \"{kind}\"\nurl = \"https://portal.example/\"\n{organisation}");
    SourceConfig::from_toml(&text, Path::new(".")).unwrap()
}

/// The record that a reading becomes, with its terms settled as those of its kind are.
fn record(reading: Reading, kind: &str) -> Value {
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    let normalised = normalise("sample", reading.draft, Vocabularies::bundled(), now);
    let mut dataset = normalised.dataset;
    let settlement = settle(&normalised.stated, &source(kind).terms, kinds::find(kind).unwrap().openness);
    dataset.provenance.problems.splice(0..0, reading.problems);
    dataset.provenance.problems.extend(settlement.problems);
    dataset.provenance.problems.extend(settle_fields(&mut dataset.fields));
    dataset.terms = settlement.terms;
    dataset.quarantine = settlement.quarantine;
    // Which mapping it was and how complete the record is are no part of what it maps to.
    let problems = std::mem::take(&mut dataset.provenance.problems);
    let mut value = serde_json::to_value(&dataset).unwrap();
    value.as_object_mut().unwrap().remove("provenance");
    json!({"record": value, "problems": problems})
}

fn records_of(sample: &Sample) -> Value {
    let (file, kind, format, cut) = *sample;
    let bytes = fs::read(folder("samples").join(file)).unwrap();
    let source = source(kind);
    let read = |bytes: &Vec<u8>| record(payload::read(format, bytes, &source).unwrap(), kind);
    cut(&bytes).iter().map(read).collect()
}

fn records_of_imsma() -> Value {
    let bytes = fs::read(folder("samples").join(IMSMA)).unwrap();
    let today = "2026-11-01".parse().unwrap();
    let (settings, vocabularies) = (ImsmaSettings::default(), Vocabularies::bundled());
    let reading =
        read_export_on(today, bytes.as_slice(), IMSMA, "Example Mine Action Authority", &settings, vocabularies);
    let drafts = reading.drafts.into_iter();
    drafts.map(|draft| record(Reading { draft, problems: Vec::new(), deleted: false }, "imsma")).collect()
}

fn records_of_imsma_core() -> Value {
    let bytes = fs::read(folder("samples").join(IMSMA_CORE)).unwrap();
    let described: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    let settings = ImsmaSettings::default();
    let mut layers = ImsmaLayers::new(&settings);
    assert!(described.iter().all(|layer| layers.add(layer.to_string().as_bytes())));
    let reading = layers.finish(true, "Example Mine Action Authority", &settings, Vocabularies::bundled());
    let drafts = reading.drafts.into_iter();
    drafts.map(|draft| record(Reading { draft, problems: Vec::new(), deleted: false }, "imsma-core")).collect()
}

/// Compares a record with the file that holds it, or writes the file.
fn differs(file: &str, records: &Value) -> Option<String> {
    let path = folder("snapshots").join(format!("{}.json", file.split('.').next().unwrap()));
    let written = serde_json::to_string_pretty(records).unwrap() + "\n";
    if std::env::var_os("CAIRN_TEST_UPDATE_SNAPSHOTS").is_some() {
        fs::create_dir_all(folder("snapshots")).unwrap();
        fs::write(&path, &written).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let first = written.lines().zip(kept.lines()).position(|(new, old)| new != old);
    (kept != written).then(|| {
        let line = first.unwrap_or_else(|| kept.lines().count());
        let [new, old] = [&written, &kept].map(|text| text.lines().nth(line).unwrap_or("nothing").trim());
        format!("{}, line {}: {new}, where it was {old}", path.display(), line + 1)
    })
}

#[test]
fn row_07_the_sample_of_every_kind_becomes_the_record_that_was_read_by_eye() {
    let mut differences: Vec<String> =
        SAMPLES.iter().filter_map(|sample| differs(sample.0, &records_of(sample))).collect();
    differences.extend(differs(IMSMA, &records_of_imsma()));
    differences.extend(differs(IMSMA_CORE, &records_of_imsma_core()));
    assert!(differences.is_empty(), "CAIRN_TEST_UPDATE_SNAPSHOTS=1 writes them:\n{}", differences.join("\n"));
}

#[test]
fn every_format_and_every_kind_has_a_sample_and_every_file_belongs_to_one() {
    let formats: BTreeSet<&str> = RawFormat::all().map(RawFormat::code).collect();
    assert_eq!(SAMPLES.iter().map(|sample| sample.2.code()).collect::<BTreeSet<_>>(), formats);
    let kinds: BTreeSet<&str> = KINDS.iter().map(|kind| kind.id).collect();
    assert_eq!(SAMPLES.iter().map(|sample| sample.1).chain(["imsma", "imsma-core"]).collect::<BTreeSet<_>>(), kinds);
    let files = |name: &str| -> BTreeSet<String> {
        let names = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect()
    };
    let samples: BTreeSet<String> =
        SAMPLES.iter().map(|sample| sample.0.to_owned()).chain([IMSMA, IMSMA_CORE].map(str::to_owned)).collect();
    assert_eq!(files("samples"), samples);
    let snapshots = samples.iter().map(|sample| format!("{}.json", sample.split('.').next().unwrap()));
    assert_eq!(files("snapshots"), snapshots.collect());
}
