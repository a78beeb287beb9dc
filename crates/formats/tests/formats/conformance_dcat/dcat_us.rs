//! Catalogues of DCAT-US as agencies, DKAN, Hubs and others wrote them.

use cairn_formats::Reading;
use cairn_formats::dcat_us::{list_datasets, read_dataset};
use serde_json::Value;

use super::{Counts, bytes_of, corpus, files_of};

/// The datasets of a payload by a plain look at it.
fn datasets(payload: &Value) -> Vec<&Value> {
    payload.get("dataset").unwrap_or(payload).as_array().unwrap().iter().collect()
}

fn says(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(values)) => values.iter().any(|value| says(Some(value))),
        Some(Value::Object(fields)) => fields.values().any(|value| says(Some(value))),
        Some(_) => true,
    }
}

fn counts_of_payload(datasets: &[&Value]) -> Counts {
    let mut counts = Counts::default();
    for dataset in datasets {
        for key in ["identifier", "title", "description", "modified", "issued", "publisher", "temporal"] {
            counts.add_if(key, says(dataset.get(key)));
        }
        counts.add_if("spatial", says(dataset.get("spatial")) || says(dataset.get("coverageArea")));
        counts.add_if("licence", says(dataset.get("license")) || says(dataset.get("licence")));
        counts.add_if("accessLevel", says(dataset.get("accessLevel")));
        counts.add_if("keyword", says(dataset.get("keyword")));
        counts.add_if("contactPoint", says(dataset.get("contactPoint")));
        counts.add_if("accrualPeriodicity", says(dataset.get("accrualPeriodicity")));
        counts.add_if("landingPage", says(dataset.get("landingPage")));
        // Project Open Data 1.0 names files in the dataset itself.
        for key in ["webService", "accessURL"] {
            counts.add_if("addresses", says(dataset.get(key)));
        }
        for file in dataset.get("distribution").and_then(Value::as_array).into_iter().flatten() {
            counts.add_if("addresses", says(file.get("downloadURL")) || says(file.get("accessURL")));
        }
    }
    counts
}

fn counts_of_readings(readings: &[Reading]) -> Counts {
    let mut counts = Counts::default();
    for Reading { draft, problems, .. } in readings {
        let has_id = problems.iter().all(|problem| problem.code != "no-id");
        counts.add_if("identifier", has_id && !draft.source_record_id.is_empty());
        counts.add_if("title", !draft.title.is_empty());
        counts.add_if("description", !draft.description.is_empty());
        counts.add_if("modified", draft.modified.is_some());
        counts.add_if("issued", draft.issued.is_some());
        counts.add_if("publisher", draft.publisher.is_some());
        let has_place = !draft.extents.is_empty() || !draft.countries.is_empty() || !draft.places.is_empty();
        counts.add_if("spatial", has_place);
        counts.add_if("temporal", draft.coverage.is_some() || draft.coverage_start.is_some());
        let words = [&draft.licence_title, &draft.licence_url, &draft.licence_text];
        counts.add_if("licence", words.iter().any(|words| words.is_some()));
        counts.add_if("accessLevel", draft.terms.sharing.is_some() || draft.terms.sharing_at_least.is_some());
        counts.add_if("keyword", !draft.keywords.is_empty());
        counts.add_if("contactPoint", !draft.contacts.is_empty());
        counts.add_if("accrualPeriodicity", draft.update_frequency.is_some());
        counts.add_if("landingPage", draft.landing_page.is_some());
        counts.add("addresses", draft.distributions.iter().filter(|file| file.url.is_some()).count());
    }
    counts
}

#[test]
fn every_dcat_us_catalogue_is_cut_and_nothing_of_it_is_lost() {
    let Some(folder) = corpus() else { return };
    let counted = files_of(&folder, "dcat-us");
    let nasty = ["bad_license_uri", "long_description", "missing_title"]
        .map(|name| (format!("nasty-json/datagov-harvester__{}.json", name_in_corpus(name)), None));
    for (file, count) in counted.into_iter().chain(nasty) {
        let bytes = bytes_of(&folder, &file);
        let payload: Value = serde_json::from_slice(&bytes).unwrap();
        let datasets = datasets(&payload);
        let listing = list_datasets(&bytes).unwrap_or_else(|problem| panic!("{file}: {problem:?}"));
        assert_eq!(listing.problems, [], "{file}");
        assert_eq!(listing.records.len(), count.unwrap_or(datasets.len()), "{file}");
        let readings: Vec<Reading> =
            listing.records.iter().map(|record| read_dataset(&record.bytes).unwrap()).collect();
        assert_eq!(counts_of_readings(&readings), counts_of_payload(&datasets), "{file}");
        assert!(readings.iter().all(|reading| reading.draft.terms.listed_openly), "{file}");
        let ids: std::collections::HashSet<&str> =
            readings.iter().map(|reading| reading.draft.source_record_id.as_str()).collect();
        assert_eq!(ids.len(), readings.len(), "{file}");
    }
}

fn name_in_corpus(name: &str) -> String {
    if name == "missing_title" { name.to_owned() } else { format!("dcatus_{name}") }
}

#[test]
fn what_lies_in_the_folders_of_other_kinds_is_no_dcat_us_catalogue() {
    let Some(folder) = corpus() else { return };
    for file in [
        "arcgis-hub/ceres__arcgis_items.json",
        "arcgis-hub/the_od_bods__hub_search_moray.json",
        "arcgis-hub/the_od_bods__edinburgh.json",
        "nasty-json/magda__1.json",
        "nasty-json/nada__formatted-cr.json",
        "nasty-json/ogcapi-records__keywords-themes.json",
    ] {
        let problem = list_datasets(&bytes_of(&folder, file)).unwrap_err();
        assert!(["not-a-dcat-us-catalogue", "broken-json"].contains(&problem.code.as_str()), "{file}: {problem:?}");
    }
}
