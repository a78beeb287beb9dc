//! NADA libraries: variables cost a request for each study that is new or changed, and one that fails takes nothing away.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::house::House;
use crate::site::{Reply, Site};
use cairn_catalog::{HarvestOptions, RunReport, Verdict};
use cairn_model::{Dataset, DatasetId};
use cairn_policy::Viewer;
use serde_json::{Value, json};

/// A study: its row, and the answer for its metadata.
struct Study {
    row: Value,
    metadata: (u16, Value),
}

type Studies = Arc<Mutex<BTreeMap<String, Study>>>;

const JSON: &str = "/index.php/api/catalog/json/";

fn survey(id: &str) -> Study {
    let row = json!({
        "id": id, "type": "survey", "idno": id, "title": format!("Survey {id}"), "nation": "Mali", "form_model": "open",
        "changed": "2026-01-01", "varcount": "2", "total_views": "10"
    });
    let variables = json!([
        {"name": "hhid", "labl": "Household", "var_format": {"type": "numeric"}, "var_catgry": [{"value": "1", "stats": [{"value": "77"}]}]},
        {"name": "age", "labl": "Age in years"}
    ]);
    Study { row, metadata: (200, json!({"study_desc": {}, "variables": variables})) }
}

fn three() -> Studies {
    let studies = ["a", "b", "c"].map(|id| (id.to_owned(), survey(id)));
    Arc::new(Mutex::new(studies.into()))
}

fn change(studies: &Studies, id: &str, change: impl FnOnce(&mut Study)) {
    change(studies.lock().unwrap().get_mut(id).unwrap());
}

async fn library(studies: &Studies) -> Site {
    paged_library(studies, 300).await
}

/// A library that gives so many studies a page.
async fn paged_library(studies: &Studies, rows_a_page: usize) -> Site {
    let held = Arc::clone(studies);
    Site::start(move |target, _| {
        let studies = held.lock().unwrap();
        if let Some(idno) = target.strip_prefix(JSON) {
            let (status, body) = &studies.get(idno).unwrap().metadata;
            return Reply(*status, "application/json", body.to_string());
        }
        let page: usize = target.split("page=").nth(1).map_or(1, |number| number.parse().unwrap());
        let rows = studies.values().map(|study| &study.row).skip((page - 1) * rows_a_page).take(rows_a_page);
        let rows: Vec<&Value> = rows.collect();
        let count = studies.len();
        let result =
            json!({"result": {"found": count, "total": count, "limit": rows_a_page, "page": page, "rows": rows}});
        Reply(200, "application/json", result.to_string())
    })
    .await
}

fn source(site: &Site, full_sweep: &str) -> String {
    limited_source(site, full_sweep, "")
}

fn limited_source(site: &Site, full_sweep: &str, limits: &str) -> String {
    format!(
        "id = \"library\"\nkind = \"nada\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\norganisation = \"Keepers\"\nfull_sweep = \"{full_sweep}\"\n[limits]\nrequests_per_second = 0\n{limits}\n[nada]\nvariables = true\n",
        site.port
    )
}

fn numbers(report: &RunReport) -> (Verdict, [u64; 5]) {
    let RunReport { verdict, listed, new, changed, unchanged, requests, .. } = report;
    (*verdict, [*listed, *new, *changed, *unchanged, *requests])
}

async fn record(house: &House, id: &str) -> Dataset {
    let id = DatasetId::new("library", id);
    house.catalog.dataset(&Viewer::operator(), id).await.unwrap().dataset
}

/// Name, label and type of each field.
async fn fields(house: &House, id: &str) -> Vec<String> {
    let fields = record(house, id).await.fields.into_iter();
    let texts = fields.map(|field| {
        [field.name, field.description.unwrap_or_default(), field.data_type.unwrap_or_default()].join("|")
    });
    texts.collect()
}

const HAD: [&str; 2] = ["hhid|Household|numeric", "age|Age in years|"];

#[tokio::test]
async fn each_study_is_asked_for_its_variables_once_and_an_unchanged_library_costs_its_listing_and_no_write() {
    let studies = three();
    let site = library(&studies).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    let first = house.harvest("library", 0).await;
    assert_eq!(numbers(&first), (Verdict::Complete, [3, 3, 0, 0, 4]), "{:?}", first.reason);
    assert_eq!(site.asked()[1..], ["a", "b", "c"].map(|id| format!("{JSON}{id}")));
    assert_eq!(fields(&house, "a").await, HAD);
    // A visit of the page of a study is no change of it.
    change(&studies, "a", |study| study.row["total_views"] = json!("11"));
    let quiet = house.harvest("library", 1).await;
    assert_eq!((numbers(&quiet), quiet.writes), ((Verdict::Complete, [3, 0, 0, 3, 1]), 0));
}

#[tokio::test]
async fn a_study_that_is_new_or_changed_is_asked_for_and_no_other() {
    let studies = three();
    let site = library(&studies).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    house.harvest("library", 0).await;
    change(&studies, "b", |study| {
        study.row["changed"] = json!("2026-02-01");
        study.metadata.1["variables"] = json!([{"name": "weight", "labl": "Weight"}]);
    });
    studies.lock().unwrap().insert("d".to_owned(), survey("d"));
    let report = house.harvest("library", 1).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [4, 1, 1, 2, 3]));
    assert_eq!(fields(&house, "b").await, ["weight|Weight|"]);
    assert_eq!(fields(&house, "d").await, HAD);
}

#[tokio::test]
async fn what_no_row_tells_is_noticed_by_the_full_sweep() {
    let studies = three();
    let site = library(&studies).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    house.harvest("library", 0).await;
    change(&studies, "a", |study| {
        study.metadata.1["variables"] = json!([{"name": "hhid", "labl": "Household number"}]);
    });
    assert_eq!(numbers(&house.harvest("library", 1).await), (Verdict::Complete, [3, 0, 0, 3, 1]));
    let house = house.reopened(&[&source(&site, "30m")]).await;
    assert_eq!(numbers(&house.harvest("library", 2).await), (Verdict::Complete, [3, 0, 1, 2, 4]));
    assert_eq!(fields(&house, "a").await, ["hhid|Household number|"]);
}

#[tokio::test]
async fn a_failed_request_keeps_the_variables_of_before_takes_closer_terms_and_is_tried_again() {
    let studies = three();
    let site = library(&studies).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    house.harvest("library", 0).await;
    assert_eq!(record(&house, "a").await.terms.sharing.code(), "public");
    change(&studies, "a", |study| {
        study.row["form_model"] = json!("licensed");
        study.metadata.0 = 404;
    });
    let failed = house.harvest("library", 1).await;
    assert_eq!(numbers(&failed), (Verdict::Complete, [3, 0, 1, 2, 2]), "{:?}", failed.reason);
    assert_eq!(record(&house, "a").await.terms.sharing.code(), "restricted");
    assert_eq!(fields(&house, "a").await, HAD);
    assert_eq!(house.problem_codes(&failed, "variables-lacking").await, ["a"]);

    // It is asked for again each time, and what is kept of it meanwhile is no other record.
    let again = house.harvest("library", 2).await;
    assert_eq!((numbers(&again), again.writes), ((Verdict::Complete, [3, 0, 0, 3, 2]), 0));

    change(&studies, "a", |study| study.metadata.0 = 200);
    let mended = house.harvest("library", 3).await;
    assert_eq!(numbers(&mended), (Verdict::Complete, [3, 0, 1, 2, 2]));
    assert_eq!(house.problem_codes(&mended, "variables-lacking").await, [""; 0]);
    assert_eq!(fields(&house, "a").await, HAD);
    assert_eq!(house.harvest("library", 4).await.requests, 1);
}

#[tokio::test]
async fn a_study_whose_variables_were_never_had_is_in_the_catalogue_all_the_same() {
    let studies = three();
    change(&studies, "b", |study| study.metadata = (200, json!({"status": "failed", "message": "no such study"})));
    let site = library(&studies).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    let report = house.harvest("library", 0).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [3, 3, 0, 0, 4]), "{:?}", report.reason);
    assert_eq!(house.problem_codes(&report, "variables-lacking").await, ["b"]);
    assert_eq!(house.found(&Viewer::anonymous(), "Survey").await, ["Survey a", "Survey b", "Survey c"]);
}

#[tokio::test]
async fn a_replay_reads_the_variables_that_are_kept_without_a_request() {
    let studies = three();
    let site = library(&studies).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    house.harvest("library", 0).await;
    let replay = HarvestOptions { replay: true, full: true, ..HarvestOptions::default() };
    let report = house.harvest_with("library", 1, &replay).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [3, 0, 0, 3, 0]));
    assert_eq!((fields(&house, "a").await, site.asked().len()), (HAD.map(str::to_owned).to_vec(), 4));
    assert_eq!(house.harvest("library", 2).await.requests, 1, "what was read before is still known");
}

#[tokio::test]
async fn studies_without_variables_are_not_asked_for_them() {
    let studies = three();
    change(&studies, "a", |study| study.row["varcount"] = json!("0"));
    change(&studies, "b", |study| {
        study.row["varcount"] = json!(null);
        study.row["type"] = json!("document");
    });
    let site = library(&studies).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    let report = house.harvest("library", 0).await;
    assert_eq!(
        (numbers(&report), site.asked()[1..].to_vec()),
        ((Verdict::Complete, [3, 3, 0, 0, 2]), vec![format!("{JSON}c")])
    );
}

#[tokio::test]
async fn a_run_that_was_stopped_goes_on_behind_its_last_page_and_asks_for_no_study_of_it_again() {
    let studies = three();
    let site = paged_library(&studies, 2).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    let stopped = house.harvest_a_page("library", 0).await;
    assert_eq!(stopped.verdict, Verdict::Cancelled);
    let asked = site.asked().len();
    let report = house.harvest("library", 0).await;
    assert_eq!((report.verdict, report.listed), (Verdict::Complete, 3), "{:?}", report.reason);
    let asked = site.asked().split_off(asked);
    let asked_for: Vec<_> = asked.iter().filter_map(|target| target.strip_prefix(JSON)).collect();
    assert_eq!(asked_for, ["c"]);
    let quiet = house.harvest("library", 1).await;
    assert_eq!(
        (numbers(&quiet), quiet.writes),
        ((Verdict::Complete, [3, 0, 0, 3, 2]), 0),
        "what was read before the stop is known"
    );
}

#[tokio::test]
async fn a_budget_that_is_spent_among_the_variables_leaves_the_rest_to_the_next_days() {
    let studies = three();
    let site = paged_library(&studies, 2).await;
    let house = House::open(&[&limited_source(&site, "52w", "requests_per_day = 2")]).await;
    // The first page and the variables of `a`; those of `b`, and the second page, are for another day.
    let first = house.harvest("library", 0).await;
    assert_eq!(numbers(&first), (Verdict::Partial, [2, 2, 0, 0, 2]), "{:?}", first.reason);
    assert_eq!((fields(&house, "a").await, fields(&house, "b").await), (HAD.map(str::to_owned).to_vec(), Vec::new()));
    assert_eq!(house.problem_codes(&first, "variables-lacking").await, ["b"]);
    // The second page and the variables of `c` end the listing.
    let second = house.harvest("library", 1).await;
    assert_eq!((second.verdict, second.requests), (Verdict::Complete, 2), "{:?}", second.reason);
    assert_eq!(fields(&house, "c").await, HAD);
    // `b` is what remains, and has its place between the two pages.
    let house = house.reopened(&[&limited_source(&site, "52w", "requests_per_day = 3")]).await;
    assert_eq!(numbers(&house.harvest("library", 2).await), (Verdict::Complete, [3, 0, 1, 2, 3]));
    assert_eq!(fields(&house, "b").await, HAD);
}
