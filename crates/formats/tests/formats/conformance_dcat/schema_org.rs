//! Datasets of schema.org as repositories embed them, and Croissant.

use cairn_formats::Reading;
use cairn_formats::schema_org::{list_datasets, read_dataset};
use serde_json::Value;

use super::{Counts, bytes_of, corpus, files_of};

/// A blog posting among the datasets.
const NO_DATASET: &str = "schema-org/bolognese__schema_org_type_as_array.json";

/// A value under its plain name or with the prefix of schema.org.
fn get<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let found = value.get(key).or_else(|| value.get(format!("sc:{key}")))?;
    let is_empty =
        found.is_null() || found.as_array().is_some_and(Vec::is_empty) || found.as_str().is_some_and(str::is_empty);
    (!is_empty).then_some(found)
}

fn count(value: Option<&Value>) -> usize {
    match value {
        None | Some(Value::Null) => 0,
        Some(Value::Array(values)) => values.len(),
        Some(_) => 1,
    }
}

fn elements(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => values.iter().collect(),
        Some(single) => vec![single],
    }
}

fn fields_in(fields: Vec<&Value>) -> usize {
    fields.into_iter().map(|field| 1 + fields_in(elements(get(field, "subField")))).sum()
}

fn counts_of_payload(dataset: &Value) -> Counts {
    let mut counts = Counts::default();
    for key in ["name", "description", "dateModified", "license", "keywords", "spatialCoverage", "temporalCoverage"] {
        counts.add_if(key, get(dataset, key).is_some());
    }
    counts.add_if("issued", get(dataset, "datePublished").is_some() || get(dataset, "dateCreated").is_some());
    counts.add_if("publisher", get(dataset, "publisher").is_some());
    counts.add("distributions", count(get(dataset, "distribution")));
    let sets = elements(get(dataset, "recordSet")).into_iter().flat_map(|set| elements(get(set, "field"))).collect();
    counts.add("fields", fields_in(sets) + count(get(dataset, "variableMeasured")));
    counts
}

fn counts_of_reading(reading: &Reading) -> Counts {
    let draft = &reading.draft;
    let mut counts = Counts::default();
    counts.add_if("name", !draft.title.is_empty());
    counts.add_if("description", !draft.description.is_empty());
    counts.add_if("dateModified", draft.modified.is_some());
    counts.add_if("issued", draft.issued.is_some());
    let words = [&draft.licence_title, &draft.licence_url, &draft.licence_text];
    counts.add_if("license", words.iter().any(|words| words.is_some()));
    counts.add_if("keywords", !draft.keywords.is_empty());
    let has_place = !draft.extents.is_empty() || !draft.countries.is_empty() || !draft.places.is_empty();
    counts.add_if("spatialCoverage", has_place);
    counts.add_if("temporalCoverage", draft.coverage.is_some() || draft.coverage_start.is_some());
    counts.add_if("publisher", draft.publisher.is_some());
    counts.add("distributions", draft.distributions.len());
    counts.add("fields", draft.fields.len());
    counts
}

#[test]
fn every_dataset_of_schema_org_is_read_and_nothing_of_it_is_lost() {
    let Some(folder) = corpus() else { return };
    let mut lost = Vec::new();
    for (file, _) in ["schema-org", "croissant"].iter().flat_map(|kind| files_of(&folder, kind)) {
        let bytes = bytes_of(&folder, &file);
        if file == NO_DATASET {
            assert_eq!(list_datasets(&bytes).unwrap_err().code, "not-a-dataset", "{file}");
            continue;
        }
        let listing = list_datasets(&bytes).unwrap_or_else(|problem| panic!("{file}: {problem:?}"));
        assert_eq!((listing.records.len(), listing.problems), (1, vec![]), "{file}");
        let reading = read_dataset(&listing.records[0].bytes).unwrap();
        assert_eq!(listing.records[0].id.as_deref(), Some(reading.draft.source_record_id.as_str()), "{file}");
        let found = counts_of_reading(&reading);
        for (what, due) in counts_of_payload(&serde_json::from_slice(&bytes).unwrap()).0 {
            let read = found.0.get(what).copied().unwrap_or(0);
            if read < due {
                lost.push(format!("{file}: {what} {read} of {due}"));
            }
        }
        assert!(reading.draft.terms.listed_openly, "{file}");
    }
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn broken_croissant_and_other_json_are_answered() {
    let Some(folder) = corpus() else { return };
    for (file, code) in [
        ("nasty-json/ckanext-dcat__full_croissant_dataset.jsonld", "broken-json"),
        ("nasty-json/magda__1.json", "not-a-dataset"),
        ("dcat-us/dkan__data2.json", "not-a-dataset"),
    ] {
        assert_eq!(list_datasets(&bytes_of(&folder, file)).unwrap_err().code, code, "{file}");
    }
}
