//! Real payloads of JSON interfaces, kept outside the project: `CAIRN_TEST_CORPUS` names the folder that holds `records/`.
//!
//! What a payload says of title, identifier, publisher, dates, licence, extent and access is looked up in it by name, and
//! must stand in the draft.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cairn_formats::listing::Listing;
use cairn_formats::{
    Reading, aardvark, arcgis, datapackage, dataverse, dtm, nada, ogc_records, opendatasoft, socrata, stac, worldbank,
};
use cairn_model::{Draft, Problem};
use serde_json::Value;

use crate::real_payloads::records;

/// Pages that hold something other than records of their folder, and what makes them so.
const OTHER_SORTS: &[(&str, &str)] = &[
    // Expected to have a record, and have none.
    ("ogc-records/ogcapi-records__sortables.json", "a JSON Schema of sortable properties, counted as one object"),
    ("socrata/sodapy__get_songs.txt", "rows of a data set, counted as an array of records"),
];

/// Files of a folder, with the number of records where they were counted.
fn expected(folder: &Path, kind: &str) -> BTreeMap<String, Option<usize>> {
    let table = fs::read_to_string(folder.join("EXPECTED.tsv")).unwrap();
    let rows = table.lines().filter(|line| line.starts_with(kind)).map(|line| {
        let mut cells = line.split('\t');
        let file = cells.next().unwrap_or_default().to_owned();
        (file, cells.next().and_then(|count| count.parse().ok()))
    });
    let rows: BTreeMap<String, Option<usize>> = rows.collect();
    assert!(!rows.is_empty(), "{kind}");
    rows
}

/// Lists and reads each counted file of a folder, and looks each record up in its payload.
fn check(
    kind: &str,
    list: impl Fn(&[u8]) -> Result<Listing, Problem>,
    read: impl Fn(&[u8]) -> Result<Reading, Problem>,
    look: impl Fn(&Value, &Draft, &str),
) -> usize {
    let Some(folder) = records() else { return 0 };
    let mut total = 0;
    for (file, count) in expected(&folder, kind) {
        let bytes = fs::read(folder.join(&file)).unwrap();
        let other_sort = OTHER_SORTS.iter().any(|(name, _)| *name == file);
        let count = if other_sort { 0 } else { count.unwrap_or(1) };
        let listing = match list(&bytes) {
            Ok(listing) => listing,
            Err(problem) => {
                assert_eq!(count, 0, "{file}: {problem:?}");
                assert!(!problem.message.is_empty() && problem.severity == cairn_model::Severity::Error, "{file}");
                continue;
            }
        };
        assert_eq!((listing.records.len(), listing.problems.as_slice()), (count, &[][..]), "{file}");
        total += count;
        for record in listing.records {
            let reading = read(&record.bytes).unwrap_or_else(|problem| panic!("{file}: {problem:?}"));
            let payload: Value = serde_json::from_slice(&record.bytes).unwrap();
            assert!(!reading.draft.title.is_empty() && !reading.draft.source_record_id.is_empty(), "{file}");
            if let Some(id) = record.id {
                assert_eq!(id, reading.draft.source_record_id, "{file}");
            }
            look(&payload, &reading.draft, &file);
        }
    }
    total
}

/// What stands at a path in a payload, as text: nothing for null, blank text and empty lists.
fn at(payload: &Value, path: &str) -> Option<String> {
    let text = match payload.pointer(path)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn has(payload: &Value, path: &str) -> bool {
    match payload.pointer(path) {
        None | Some(Value::Null) => false,
        Some(Value::Array(values)) => !values.is_empty(),
        Some(Value::Object(fields)) => !fields.is_empty(),
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(_) => true,
    }
}

fn title(draft: &Draft) -> Option<String> {
    draft.title.texts().next().map(str::to_owned)
}

fn length(payload: &Value, path: &str) -> usize {
    payload.pointer(path).and_then(Value::as_array).map_or(0, Vec::len)
}

#[test]
fn ogc_records_lose_nothing() {
    let look = |payload: &Value, draft: &Draft, file: &str| {
        assert_eq!(at(payload, "/properties/title"), title(draft), "{file}");
        assert_eq!(at(payload, "/properties/created"), draft.issued, "{file}");
        assert_eq!(at(payload, "/properties/updated"), draft.modified, "{file}");
        assert_eq!(at(payload, "/properties/license"), draft.licence_id, "{file}");
        assert_eq!(at(payload, "/time/interval/0"), draft.coverage_start, "{file}");
        assert_eq!(has(payload, "/geometry"), !draft.extents.is_empty(), "{file}");
        assert_eq!(has(payload, "/properties/contacts"), !draft.contacts.is_empty(), "{file}");
        assert_eq!(has(payload, "/properties/themes"), !draft.topics.is_empty(), "{file}");
        let policy = at(payload, "/properties/wmo:dataPolicy").map(|policy| format!("WMO data policy: {policy}"));
        assert_eq!(policy, draft.licence_title, "{file}");
        assert!(draft.publisher.is_some() || !file.contains("record.json"), "{file}");
    };
    let read = |bytes: &[u8]| ogc_records::read_record(bytes);
    let looked = |payload: &Value, draft: &Draft, file: &str| {
        if payload.get("properties").is_some() {
            look(payload, draft, file);
        }
    };
    let total = check("ogc-records/", ogc_records::list_records, read, looked);
    assert!(total == 9 || records().is_none(), "{total}");
}

#[test]
fn collections_that_hold_records_are_told_from_others() {
    let Some(folder) = records() else { return };
    let page = fs::read(folder.join("ogc-records/geonetwork-ui__ogcapi_collections.json")).unwrap();
    let payload: Value = serde_json::from_slice(&page).unwrap();
    let of_records = |one: &&Value| one.pointer("/itemType").and_then(Value::as_str) == Some("record");
    let due = payload["collections"].as_array().unwrap().iter().filter(of_records).count();
    let found = ogc_records::list_collections(&page).unwrap().collections;
    assert_eq!((found.len(), found.iter().filter(|one| one.holds_records).count()), (3, due));
    let landing = fs::read(folder.join("ogc-records/geonetwork-ui__ogcapi.json")).unwrap();
    assert!(ogc_records::read_landing_page(&landing).unwrap().collections.is_some());
}

#[test]
fn stac_collections_lose_nothing() {
    let look = |payload: &Value, draft: &Draft, file: &str| {
        let stated = at(payload, "/title").or_else(|| at(payload, "/properties/title")).or_else(|| at(payload, "/id"));
        assert_eq!(stated, title(draft), "{file}");
        let licence = at(payload, "/license").or_else(|| at(payload, "/properties/license"));
        assert_eq!(licence, draft.licence_id, "{file}");
        let extent = has(payload, "/extent/spatial/bbox") || has(payload, "/geometry") || has(payload, "/bbox");
        assert_eq!(extent, !draft.extents.is_empty(), "{file}");
        let start = at(payload, "/extent/temporal/interval/0/0").or_else(|| at(payload, "/properties/start_datetime"));
        assert_eq!(start, draft.coverage_start, "{file}");
        assert!(at(payload, "/properties/datetime").is_none() || draft.coverage.is_some(), "{file}");
        assert_eq!(at(payload, "/properties/created"), draft.issued, "{file}");
        let providers = has(payload, "/providers") || has(payload, "/properties/providers");
        assert_eq!(providers, draft.publisher.is_some() || draft.custodian.is_some(), "{file}");
        assert!(!has(payload, "/item_assets") || !draft.distributions.is_empty(), "{file}");
    };
    let total = check("stac/", stac::list_records, stac::read_collection, look);
    assert!(total == 32 || records().is_none(), "{total}");
}

#[test]
fn catalogues_of_stac_lead_on() {
    let Some(folder) = records() else { return };
    for file in ["pystac__catalog.json", "stac-server__catalog.json", "stac-spec__catalog.json"] {
        let bytes = fs::read(folder.join("stac").join(file)).unwrap();
        let payload: Value = serde_json::from_slice(&bytes).unwrap();
        let child = |link: &&Value| link["rel"] == "child";
        let due = payload["links"].as_array().unwrap().iter().filter(child).count();
        let catalogue = stac::read_catalogue(&bytes).unwrap();
        assert_eq!((catalogue.children.len(), catalogue.is_collection), (due, false), "{file}");
    }
}

#[test]
fn items_of_hub_lose_nothing() {
    let look = |payload: &Value, draft: &Draft, file: &str| {
        let inside = if payload.get("attributes").is_some() { "/attributes" } else { "/properties" };
        let key = |name: &str| at(payload, &format!("{inside}/{name}"));
        assert_eq!(key("title").or_else(|| key("name")), title(draft), "{file}");
        assert_eq!((key("created"), key("modified")), (draft.issued.clone(), draft.modified.clone()), "{file}");
        assert_eq!(key("access"), draft.terms.sharing, "{file}");
        assert_eq!(key("licenseInfo").is_some(), draft.licence_text.is_some(), "{file}");
        let organisation = key("organization").or_else(|| key("source"));
        assert_eq!(organisation, draft.publisher.as_ref().map(|publisher| publisher.name.clone()), "{file}");
        assert_eq!(length(payload, &format!("{inside}/fields")), draft.fields.len(), "{file}");
        let extent = has(payload, &format!("{inside}/extent/coordinates")) || has(payload, "/geometry");
        assert_eq!(extent, !draft.extents.is_empty(), "{file}");
        assert!(!format!("{draft:?}").contains("uniqueCount"), "{file}: statistics of values are data");
    };
    let list = |bytes: &[u8]| {
        let features = ogc_records::list_records(bytes);
        features.or_else(|problem| arcgis::list_hub_datasets(bytes).map_err(|_| problem))
    };
    let read = |bytes: &[u8]| {
        let is_hub = bytes.windows(12).any(|part| part == b"\"attributes\"");
        if is_hub { arcgis::read_hub_dataset(bytes) } else { ogc_records::read_record(bytes) }
    };
    let total = check("arcgis-hub/", list, read, look);
    assert!(total == 12 || records().is_none(), "{total}");
}

#[test]
fn layers_give_every_field_and_no_row() {
    let Some(folder) = records() else { return };
    let (mut layers, mut pages_of_rows) = (0, 0);
    for (file, _) in expected(&folder, "arcgis-rest/") {
        let bytes = fs::read(folder.join(&file)).unwrap();
        let payload: Value = serde_json::from_slice(&bytes).unwrap();
        let reading = arcgis::read_layer(&bytes, Some("https://server.example/0"));
        if payload.get("features").is_some() {
            assert_eq!(reading.unwrap_err().code, "rows-of-data", "{file}");
            pages_of_rows += 1;
            continue;
        }
        let reading = reading.unwrap();
        assert_eq!(at(&payload, "/name"), title(&reading.draft), "{file}");
        assert_eq!(length(&payload, "/fields"), reading.draft.fields.len(), "{file}");
        assert_eq!(at(&payload, "/copyrightText"), reading.draft.licence_text, "{file}");
        let is_known = |code: Option<String>| code.is_some_and(|code| matches!(code.as_str(), "4326" | "102100"));
        let in_degrees = is_known(at(&payload, "/extent/spatialReference/wkid"));
        let left_out = reading.problems.iter().any(|problem| problem.code == "unknown-spatial-reference");
        assert_eq!((!reading.draft.extents.is_empty(), left_out), (in_degrees, !in_degrees), "{file}");
        layers += 1;
    }
    assert_eq!((layers, pages_of_rows), (5, 2));
}

#[test]
fn entries_of_socrata_lose_nothing() {
    let look = |payload: &Value, draft: &Draft, file: &str| {
        let inside = if payload.get("resource").is_some() { "/resource" } else { "" };
        let key = |name: &str| at(payload, &format!("{inside}/{name}"));
        assert_eq!(key("name").or_else(|| key("id")), title(draft), "{file}");
        assert_eq!(key("publication_date").or_else(|| key("createdAt")), draft.issued, "{file}");
        assert!(draft.modified.is_some(), "{file}");
        assert_eq!(at(payload, "/metadata/license"), draft.licence_title, "{file}");
        assert_eq!(at(payload, "/licenseId"), draft.licence_id, "{file}");
        assert_eq!(at(payload, "/permalink"), draft.landing_page, "{file}");
        assert_eq!(length(payload, &format!("{inside}/columns_name")), draft.fields.len(), "{file}");
        assert!(key("attribution").is_none() || draft.publisher.is_some(), "{file}");
        let pairs = payload.pointer("/classification/domain_metadata").and_then(Value::as_array);
        let of = |name: &str| {
            pairs?.iter().find(|pair| pair["key"].as_str().is_some_and(|key| key.ends_with(name)))?["value"].as_str()
        };
        match of("_Proposed-Access-Level") {
            Some("Public") => assert_eq!(draft.terms.sharing.as_deref(), Some("public"), "{file}"),
            Some(other) => assert!(draft.terms.sharing_at_least.is_some(), "{file}: {other}"),
            None => {}
        }
        let comment = of("_Access-Level-Comment").is_some_and(|comment| !comment.trim().is_empty());
        assert!(!comment || !draft.terms.reasons.is_empty(), "{file}");
        let embargo = of("_Embargo-Requested?") == Some("yes");
        assert_eq!(embargo, !draft.terms.listed_openly, "{file}");
    };
    let total = check("socrata/", socrata::list_catalog, socrata::read_entry, look);
    assert!(total == 99 || records().is_none(), "{total}");
}

#[test]
fn data_sets_of_opendatasoft_lose_nothing() {
    let look = |payload: &Value, draft: &Draft, file: &str| {
        assert_eq!(at(payload, "/metas/title"), title(draft), "{file}");
        assert_eq!(at(payload, "/metas/modified"), draft.modified, "{file}");
        assert_eq!(at(payload, "/metas/license"), draft.licence_title, "{file}");
        assert_eq!(at(payload, "/metas/publisher"), draft.publisher.as_ref().map(|one| one.name.clone()), "{file}");
        assert_eq!(length(payload, "/fields"), draft.fields.len(), "{file}");
        assert_eq!(has(payload, "/interop_metas/inspire"), !draft.extents.is_empty(), "{file}");
        let files = length(payload, "/attachments") + length(payload, "/alternative_exports");
        assert_eq!(files, draft.distributions.len(), "{file}");
        assert!(draft.terms.listed_openly, "{file}");
    };
    let total = check("ods/", opendatasoft::list_datasets, |bytes| opendatasoft::read_dataset(bytes, None), look);
    assert!(total == 6 || records().is_none(), "{total}");
}

/// The payloads have no ids of their own: they were made to be imported.
#[test]
fn data_sets_of_dataverse_lose_nothing() {
    let Some(folder) = records() else { return };
    for (file, _) in expected(&folder, "dataverse/") {
        let bytes = fs::read(folder.join(&file)).unwrap();
        let payload: Value = serde_json::from_slice(&bytes).unwrap();
        let version = payload.get("datasetVersion").unwrap_or(&payload);
        let draft = dataverse::read_dataset(&bytes, None).unwrap().draft;
        let fields: Vec<&Value> = version["metadataBlocks"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|block| block["fields"].as_array().unwrap())
            .collect();
        let named = |name: &str| fields.iter().find(|field| field["typeName"] == name).map(|field| &field["value"]);
        assert_eq!(named("title").and_then(Value::as_str), title(&draft).as_deref(), "{file}");
        assert_eq!(named("dsDescription").is_some(), !draft.description.is_empty(), "{file}");
        assert_eq!(named("keyword").is_some(), !draft.keywords.is_empty(), "{file}");
        assert_eq!(named("geographicCoverage").is_some(), !draft.countries.is_empty(), "{file}");
        assert_eq!(named("geographicBoundingBox").is_some(), !draft.extents.is_empty(), "{file}");
        assert_eq!(named("timePeriodCovered").is_some(), draft.coverage_start.is_some(), "{file}");
        let identifiers = named("otherId").and_then(Value::as_array).map_or(0, Vec::len);
        assert_eq!(identifiers, draft.identifiers.len(), "{file}");
        assert!(draft.contacts.iter().any(|contact| contact.email.is_some()), "{file}");
        assert_eq!(at(version, "/license/name"), draft.licence_id, "{file}");
        assert_eq!(length(version, "/files"), draft.distributions.len(), "{file}");
        assert_eq!(at(version, "/versionState").as_deref() == Some("DRAFT"), !draft.terms.listed_openly, "{file}");
    }
}

#[test]
fn data_packages_lose_nothing() {
    let Some(folder) = records() else { return };
    for (file, _) in expected(&folder, "frictionless/") {
        let bytes = fs::read(folder.join(&file)).unwrap();
        let payload: Value = serde_json::from_slice(&bytes).unwrap();
        let draft = datapackage::read_package(&bytes, Some("file")).unwrap().draft;
        let stated = at(&payload, "/title").or_else(|| at(&payload, "/name")).unwrap_or_else(|| "file".to_owned());
        assert_eq!(Some(stated), title(&draft), "{file}");
        assert_eq!(at(&payload, "/name").unwrap_or_else(|| "file".to_owned()), draft.source_record_id, "{file}");
        let paths = payload["resources"].as_array().map_or(0, Vec::len);
        assert!(draft.distributions.len() >= paths, "{file}");
        let names = |schema: &Value| {
            let fields = schema["fields"].as_array().cloned().unwrap_or_default();
            fields.iter().filter_map(|field| field["name"].as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        let mut due: Vec<String> = names(&payload);
        for resource in payload["resources"].as_array().cloned().unwrap_or_default() {
            due.extend(names(&resource["schema"]));
        }
        assert!(due.iter().all(|name| draft.fields.iter().any(|field| field.name == *name)), "{file}");
    }
}

#[test]
fn records_of_geoblacklight_lose_nothing() {
    let look = |payload: &Value, draft: &Draft, file: &str| {
        assert_eq!(at(payload, "/dct_title_s"), title(draft), "{file}");
        assert_eq!(at(payload, "/dct_issued_s"), draft.issued, "{file}");
        assert_eq!(at(payload, "/gbl_mdModified_dt"), draft.modified, "{file}");
        assert_eq!(at(payload, "/dct_publisher_sm/0"), draft.publisher.as_ref().map(|one| one.name.clone()), "{file}");
        assert_eq!(at(payload, "/dct_license_sm/0"), draft.licence_url, "{file}");
        assert_eq!(at(payload, "/locn_geometry"), draft.extents.first().cloned(), "{file}");
        assert!(draft.identifiers.len() >= length(payload, "/dct_identifier_sm"), "{file}");
        let is_public = at(payload, "/dct_accessRights_s").as_deref() == Some("Public");
        assert_eq!(is_public, draft.terms.sharing.as_deref() == Some("public"), "{file}");
        assert_eq!(!is_public, draft.terms.sharing_at_least.is_some(), "{file}");
        assert!(draft.landing_page.is_some() && !draft.distributions.is_empty(), "{file}");
    };
    let total = check(
        "gbl-aardvark/",
        |bytes| Ok(aardvark::list_records(bytes)?.listing),
        aardvark::read_geoblacklight_record,
        look,
    );
    assert!(total == 4 || records().is_none(), "{total}");
}

#[test]
fn samples_of_the_domain_folder_are_read() {
    let Some(folder) = records() else { return };
    let sample = |name: &str| fs::read(folder.join("domain").join(name)).unwrap();

    let study = nada::read_study(&sample("nada/study-example.json")).unwrap().draft;
    assert_eq!((study.source_record_id.as_str(), study.countries.len()), ("unique-user-defined-id", 3));
    assert_eq!(study.terms.access_at_least, Some(cairn_model::AccessMethod::Licensed));
    assert_eq!((study.coverage_start.as_deref(), study.coverage_end.as_deref()), (Some("2000"), Some("2017")));

    let dataset = worldbank::read_dataset(&sample("worldbank-ddh/datasetview_shape.json")).unwrap().draft;
    assert_eq!((dataset.source_record_id.as_str(), dataset.distributions.len()), ("0067097", 2));
    assert!(dataset.licence_id.is_some() && dataset.issued.is_some() && dataset.modified.is_some());

    let page = sample("iom-dtm/common-getalloperationlist.json");
    let payload: Value = serde_json::from_slice(&page).unwrap();
    let rows = payload["result"].as_array().unwrap();
    let names: std::collections::BTreeSet<&str> = rows.iter().filter_map(|row| row["operation"].as_str()).collect();
    let operations = dtm::list_operations(&page).unwrap();
    assert_eq!((operations.records.len(), operations.problems.len()), (names.len(), 0));
    let read = |record: &cairn_formats::listing::ListedRecord| dtm::read_operation(&record.bytes).unwrap().draft;
    let countries: usize = operations.records.iter().map(|record| read(record).countries.len()).sum();
    let pairs: std::collections::BTreeSet<_> =
        rows.iter().map(|row| (row["operation"].as_str(), row["admin0Pcode"].as_str())).collect();
    assert_eq!(countries, pairs.len());
}

#[test]
fn texts_that_are_no_records_of_any_interface_are_refused() {
    let Some(folder) = records() else { return };
    for name in ["nada__PR-19-FIX.json", "nada__formatted-crlf.json", "ogcapi-records__associations.json"] {
        let bytes = fs::read(folder.join("nasty-json").join(name)).unwrap();
        assert!(nada::list_catalog(&bytes).is_err() && ogc_records::list_records(&bytes).is_err(), "{name}");
        assert!(stac::list_records(&bytes).is_err() && aardvark::list_records(&bytes).is_err(), "{name}");
    }
}
