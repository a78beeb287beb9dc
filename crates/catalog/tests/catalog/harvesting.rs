//! What a run writes, keeps, marks and refuses.

use crate::house::{DESK, House, PORTAL, day, desk_id, dump, inventory, member, package, packages, portal_id};
use cairn_catalog::{CancellationToken, Catalog, CatalogError, HarvestOptions, RunReport, Silent, Verdict};
use cairn_policy::Viewer;
use serde_json::json;

fn numbers(report: &RunReport) -> (Verdict, u64, u64, u64, u64, u64, u64) {
    let RunReport { verdict, listed, new, changed, unchanged, missing, retired, .. } = report;
    (*verdict, *listed, *new, *changed, *unchanged, *missing, *retired)
}

async fn is_there(house: &House, id: &str) -> bool {
    house.catalog.dataset(&Viewer::anonymous(), portal_id(id)).await.is_ok()
}

#[tokio::test]
async fn an_unchanged_source_writes_nothing() {
    let house = House::open(&[PORTAL, DESK]).await;
    let listing = packages(1, 3);
    house.write("dump.json", &dump(&listing));
    house.write("desk.csv", &inventory(&[["h1", "Clinics", "public", "full", ""]]));
    assert_eq!(numbers(&house.harvest("portal", 0).await), (Verdict::Complete, 3, 3, 0, 0, 0, 0));
    assert_eq!(numbers(&house.harvest("desk", 0).await), (Verdict::Complete, 1, 1, 0, 0, 0, 0));
    let history = house.catalog.history(&Viewer::operator(), portal_id("p1"), None, 100).await.unwrap().entries;

    // The very same file, and the same records in a file that is not the same.
    let reversed: Vec<_> = listing.iter().rev().cloned().collect();
    for (number, text) in [(1, dump(&listing)), (2, dump(&reversed)), (3, format!("\n{}\n", dump(&reversed)))] {
        house.write("dump.json", &text);
        let report = house.harvest("portal", number).await;
        assert_eq!((numbers(&report), report.writes), ((Verdict::Complete, 3, 0, 0, 3, 0, 0), 0));
    }
    let full = HarvestOptions { full: true, ..HarvestOptions::default() };
    for source in ["portal", "desk"] {
        assert_eq!(house.harvest_with(source, 4, &full).await.writes, 0);
    }
    assert_eq!(house.catalog.history(&Viewer::operator(), portal_id("p1"), None, 100).await.unwrap().entries, history);
    let mut follower = house.catalog.take_index_writer("test", day(5)).await.unwrap();
    assert_eq!(follower.catch_up().await.unwrap(), 0, "no document is written");
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_writes_nothing() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 2)));
    let dry = HarvestOptions { dry_run: true, ..HarvestOptions::default() };
    assert_eq!(house.harvest_with("portal", 0, &dry).await.new, 2);
    assert!(!is_there(&house, "p1").await);
    assert_eq!(house.catalog.runs_of(&Viewer::operator(), "portal", 10).await.unwrap(), []);
    assert_eq!(house.harvest("portal", 0).await.new, 2);
}

#[tokio::test]
async fn what_a_source_lacks_is_missing_first_and_retired_after_a_second_run_and_seven_days() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 4)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    assert_eq!(numbers(&house.harvest("portal", 1).await), (Verdict::Complete, 3, 0, 0, 3, 1, 0));
    assert!(is_there(&house, "p4").await, "one silent run takes nothing away");
    // Another listing before the seven days are over.
    house.write("dump.json", &format!("{}\n", dump(&packages(1, 3))));
    assert_eq!(numbers(&house.harvest("portal", 7).await), (Verdict::Complete, 3, 0, 0, 3, 1, 0));
    assert!(is_there(&house, "p4").await);
    house.write("dump.json", &format!("\n{}", dump(&packages(1, 3))));
    assert_eq!(numbers(&house.harvest("portal", 8).await), (Verdict::Complete, 3, 0, 0, 3, 0, 1));
    assert!(!is_there(&house, "p4").await);
    assert_eq!(house.found(&Viewer::operator(), "wells").await, ["Wells 1", "Wells 2", "Wells 3"]);
}

/// A file that lost a row and then stays as it is lacks the row for as long.
#[tokio::test]
async fn what_an_unchanged_listing_lacks_is_retired_when_it_is_due() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 4)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 1).await;
    let early = house.harvest("portal", 5).await;
    assert_eq!((numbers(&early), early.writes), ((Verdict::Complete, 3, 0, 0, 3, 1, 0), 0));
    assert!(is_there(&house, "p4").await);
    assert_eq!(numbers(&house.harvest("portal", 8).await), (Verdict::Complete, 3, 0, 0, 3, 0, 1));
    assert!(!is_there(&house, "p4").await);
    let later = house.harvest("portal", 20).await;
    assert_eq!((numbers(&later), later.writes), ((Verdict::Complete, 3, 0, 0, 3, 0, 0), 0));
}

/// The record that was missing may be the one that cannot be named.
#[tokio::test]
async fn an_unchanged_listing_with_a_record_that_nobody_can_name_retires_nothing() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 4)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    assert_eq!(house.harvest("portal", 1).await.missing, 1);
    let lines: Vec<String> = packages(1, 3).iter().map(ToString::to_string).collect();
    let lines = lines.join("\n") + "\n";
    house.write("dump.json", &format!("{lines}{{\"maintainer\": \"Nobody\"}}\n"));
    assert_eq!(house.harvest("portal", 2).await.verdict, Verdict::CompleteWithErrors);
    for day in [10, 20] {
        let unchanged = house.harvest("portal", day).await;
        assert!(unchanged.verdict.is_complete(), "{:?}: {:?}", unchanged.verdict, unchanged.reason);
        assert_eq!((unchanged.retired, unchanged.writes), (0, 0));
        assert!(is_there(&house, "p4").await);
    }
    // Once every record can be named, what is missing is.
    house.write("dump.json", &lines);
    assert_eq!(house.harvest("portal", 21).await.retired, 1);
}

#[tokio::test]
async fn a_record_that_comes_back_is_the_same_record() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 2)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(1, 1)));
    house.harvest("portal", 1).await;
    // Back before it was retired: nothing happened.
    house.write("dump.json", &dump(&packages(1, 2)));
    assert_eq!(house.harvest("portal", 2).await.unchanged, 2);
    house.write("dump.json", &dump(&packages(1, 1)));
    house.harvest("portal", 8).await;
    assert_eq!(house.harvest("portal", 9).await.retired, 0, "the days are counted anew");
    assert_eq!(house.harvest("portal", 16).await.retired, 1);
    house.write("dump.json", &dump(&packages(1, 2)));
    house.harvest("portal", 17).await;
    let steps = house.catalog.history(&Viewer::anonymous(), portal_id("p2"), None, 100).await.unwrap().entries;
    let steps: Vec<String> = steps.iter().map(|step| format!("{} {:?}", step.at, step.change)).collect();
    assert_eq!(
        steps,
        ["2090-01-18T00:00:00Z Restored", "2090-01-17T00:00:00Z Retired", "2090-01-01T00:00:00Z Created"]
    );
}

#[tokio::test]
async fn more_than_the_guard_allows_waits_for_a_list_that_somebody_confirms() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 60)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&packages(1, 39)));
    let tripped = house.harvest("portal", 1).await;
    assert_eq!((tripped.verdict, tripped.missing, tripped.retired), (Verdict::GuardTripped, 0, 0));
    let held = house.problem_codes(&tripped, "removal-held").await;
    assert_eq!(held.len(), 21);
    assert_eq!(house.harvest("portal", 30).await.verdict, Verdict::GuardTripped, "waiting does not help");
    assert!(is_there(&house, "p60").await);

    // One more goes in between: it is not on the list, and stays.
    house.write("dump.json", &dump(&packages(1, 38)));
    let confirm = HarvestOptions { confirm_removals: Some(tripped.run.clone()), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("portal", 31, &confirm).await;
    assert_eq!((confirmed.verdict, confirmed.missing, confirmed.retired), (Verdict::Complete, 1, 21));
    assert!(!is_there(&house, "p60").await && is_there(&house, "p39").await);
}

#[tokio::test]
async fn an_empty_listing_removes_nothing() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    house.write("dump.json", "[]");
    let refused = house.harvest("portal", 1).await;
    assert_eq!((refused.verdict, refused.missing, refused.retired), (Verdict::EmptyRefused, 0, 0));
    assert!(is_there(&house, "p1").await);
}

#[tokio::test]
async fn a_broken_listing_marks_nothing_as_missing() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 3)));
    house.harvest("portal", 0).await;
    let whole = serde_json::Value::Array(packages(1, 3)).to_string();
    house.write("dump.json", &whole[..whole.len() - 40]);
    let broken = house.harvest("portal", 1).await;
    assert_eq!((broken.verdict, broken.missing), (Verdict::Partial, 0));
    std::fs::remove_file(house.folder.path().join("dump.json")).unwrap();
    let gone = house.harvest("portal", 30).await;
    assert_eq!((gone.verdict, gone.missing), (Verdict::Failed, 0));
    assert!(is_there(&house, "p3").await);
}

#[tokio::test]
async fn what_the_source_says_is_deleted_goes_at_once() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 2)));
    house.harvest("portal", 0).await;
    let mut listing = packages(1, 2);
    listing[1]["state"] = json!("deleted");
    house.write("dump.json", &dump(&listing));
    let report = house.harvest("portal", 1).await;
    assert_eq!((report.verdict, report.listed, report.retired), (Verdict::Complete, 2, 1));
    assert!(!is_there(&house, "p2").await);
    assert_eq!(house.found(&Viewer::operator(), "wells").await, ["Wells 1"]);
    let again = house.harvest_with("portal", 2, &HarvestOptions { full: true, ..HarvestOptions::default() }).await;
    assert_eq!((again.retired, again.writes), (0, 0));
}

#[tokio::test]
async fn of_two_records_with_one_id_the_first_is_kept_and_the_second_is_named() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&[package("a", "First"), package("b", "Other"), package("a", "Second")]));
    let report = house.harvest("portal", 0).await;
    assert_eq!((report.verdict, report.listed, report.new), (Verdict::CompleteWithErrors, 2, 2));
    assert_eq!(house.problem_codes(&report, "duplicate-identifier").await, ["a"]);
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["First", "Other"]);
}

#[tokio::test]
async fn terms_of_the_configuration_hold_for_records_that_did_not_change() {
    let open = format!("{DESK}sharing = \"public\"\nlisting = \"full\"\n");
    let house = House::open(&[&open]).await;
    house.write("desk.csv", &inventory(&[["h1", "Clinics", "", "", ""], ["h2", "Wells", "public", "full", ""]]));
    house.harvest("desk", 0).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Clinics", "Wells"]);
    let house = house.reopened(&[DESK]).await;
    assert_eq!(house.harvest("desk", 1).await.changed, 1);
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Wells"], "what states nothing is closed now");
    // Opening them again by the configuration is a loosening, too.
    let house = house.reopened(&[&open]).await;
    let report = house.harvest("desk", 2).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Wells"]);
    let confirm = HarvestOptions { confirm_loosening: Some(report.run), ..HarvestOptions::default() };
    house.harvest_with("desk", 3, &confirm).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Clinics", "Wells"]);
}

async fn refused(catalog: &Catalog, source: &str, options: HarvestOptions) -> String {
    let source = catalog.source(source).unwrap();
    match catalog.harvest(source, &options, &Silent, day(50)).await {
        Err(CatalogError::BadRequest(message)) => message,
        other => panic!("it is refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_source_tightens_by_itself_and_loosens_only_as_listed_and_confirmed() {
    let house = House::open(&[DESK, PORTAL]).await;
    let say = |first: &'static str, second: &'static str| {
        inventory(&[["h1", "Clinics", first, "hidden", ""], ["h2", "Wells", second, "hidden", ""]])
    };
    house.write("desk.csv", &say("public", "public"));
    house.harvest("desk", 0).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Clinics", "Wells"]);
    house.write("desk.csv", &say("organisation", "organisation"));
    assert_eq!(house.harvest("desk", 1).await.changed, 2);
    assert_eq!(house.found(&Viewer::anonymous(), "").await, Vec::<String>::new(), "tightened at once");

    house.write("desk.csv", &say("community", "community"));
    let held = house.harvest("desk", 2).await;
    assert_eq!(house.problem_codes(&held, "loosening-held").await, ["h1", "h2"]);
    assert_eq!(house.found(&member("stranger"), "").await, Vec::<String>::new());
    assert_eq!(house.found(&member("desk"), "").await, ["Clinics", "Wells"]);

    // The source asks for more before somebody confirms what was listed.
    house.write("desk.csv", &say("community", "public"));
    let confirm = HarvestOptions { confirm_loosening: Some(held.run.clone()), ..HarvestOptions::default() };
    house.harvest_with("desk", 3, &confirm).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, Vec::<String>::new(), "nobody confirmed public");
    assert_eq!(house.found(&member("stranger"), "").await, ["Clinics"]);

    // A list of another source, or of no run, confirms nothing.
    house.write("dump.json", &dump(&[package("h1", "Portal")]));
    house.harvest("portal", 4).await;
    refused(&house.catalog, "portal", confirm).await;
    let unknown = HarvestOptions { confirm_loosening: Some("unknown".to_owned()), ..HarvestOptions::default() };
    refused(&house.catalog, "desk", unknown).await;
    let nothing_held = HarvestOptions { confirm_removals: Some(held.run), ..HarvestOptions::default() };
    refused(&house.catalog, "desk", nothing_held).await;
}

#[tokio::test]
async fn a_record_that_was_retired_does_not_come_back_looser() {
    let house = House::open(&[PORTAL]).await;
    let closed = |state: &str| {
        let mut record = package("a", "Convoys");
        record["private"] = json!(true);
        record["listing"] = json!("hidden");
        record["state"] = json!(state);
        dump(&[package("b", "Wells"), record])
    };
    house.write("dump.json", &closed("active"));
    house.harvest("portal", 0).await;
    house.write("dump.json", &closed("deleted"));
    assert_eq!(house.harvest("portal", 1).await.retired, 1);
    house.write("dump.json", &dump(&[package("b", "Wells"), package("a", "Convoys")]));
    let report = house.harvest("portal", 2).await;
    assert!(!house.problem_codes(&report, "loosening-held").await.is_empty());
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Wells"]);
    assert_eq!(house.found(&member("relief"), "").await, ["Convoys", "Wells"]);
}

#[tokio::test]
async fn terms_that_are_a_mixture_of_two_statements_are_asked_the_rules_again() {
    let house = House::open(&[DESK]).await;
    let say = |sharing: &str, sensitivity: &str| {
        format!(
            "Dataset ID,Dataset title,Sharing level,Listing,Sensitivity\nh1,Convoys,{sharing},hidden,{sensitivity}\n"
        )
    };
    house.write("desk.csv", &say("restricted", "severe"));
    house.harvest("desk", 0).await;
    // Not sensitive any more, and for everyone: with the sensitivity that holds, public would break a rule.
    house.write("desk.csv", &say("public", "low"));
    let held = house.harvest("desk", 1).await;
    assert_eq!(house.found(&member("stranger"), "").await, Vec::<String>::new());
    let view = house.catalog.dataset(&member("desk"), desk_id("h1")).await.unwrap();
    assert_eq!((view.dataset.terms.sensitivity.code(), view.dataset.terms.sharing.code()), ("severe", "restricted"));
    // Confirming both lets both pass.
    let confirm = HarvestOptions { confirm_loosening: Some(held.run), ..HarvestOptions::default() };
    house.harvest_with("desk", 2, &confirm).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Convoys"]);
}

#[tokio::test]
async fn a_run_that_was_stopped_marks_nothing_and_the_next_one_finishes_it() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 1200)));
    let stopped = house.harvest_a_page("portal", 0).await;
    assert_eq!((stopped.verdict, stopped.new, stopped.missing), (Verdict::Cancelled, 500, 0));
    let finished = house.harvest("portal", 1).await;
    assert_eq!((finished.verdict, finished.new, finished.unchanged), (Verdict::Complete, 700, 500));

    // Stopped when all is known: what was not reached is not missing.
    house.write("dump.json", &format!("{}\n", dump(&packages(1, 1200))));
    let stopped = house.harvest_a_page("portal", 2).await;
    assert_eq!((stopped.verdict, stopped.missing, stopped.retired), (Verdict::Cancelled, 0, 0));
    // Stopped before anything was asked for.
    let cancel = CancellationToken::new();
    cancel.cancel();
    let stopped = house.harvest_with("portal", 3, &HarvestOptions { cancel, ..HarvestOptions::default() }).await;
    assert_eq!((stopped.verdict, stopped.listed, stopped.missing), (Verdict::Cancelled, 0, 0));
    let finished = house.harvest("portal", 30).await;
    assert_eq!(numbers(&finished), (Verdict::Complete, 1200, 0, 0, 1200, 0, 0));
}

/// Packages of which each has so many problems that a few of them fill what a run keeps.
fn troubled(first: u32, last: u32, notes: &str) -> Vec<serde_json::Value> {
    let mut listing = packages(first, last);
    for package in &mut listing {
        let resource = json!({"url": "https://data.example.org/wells.csv", "last_modified": "some day"});
        package["resources"] = json!(vec![resource; 50]);
        package["notes"] = json!(notes);
    }
    listing
}

#[tokio::test]
async fn a_list_of_removals_is_confirmed_whole_however_many_problems_the_run_has() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 60)));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&troubled(1, 35, "after")));
    let tripped = house.harvest("portal", 1).await;
    assert_eq!(tripped.verdict, Verdict::GuardTripped);
    assert_eq!(house.problem_codes(&tripped, "removal-held").await.len(), 25);
    assert!(tripped.problems > 1025, "{}", tripped.problems);
    assert_eq!(house.problems(&tripped).await.len(), 1025, "of the others a thousand are kept");

    let confirm = HarvestOptions { confirm_removals: Some(tripped.run.clone()), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("portal", 2, &confirm).await;
    assert_eq!((confirmed.verdict, confirmed.missing, confirmed.retired), (Verdict::Complete, 0, 25));
    assert_eq!(house.problem_codes(&confirmed, "removal-held").await, Vec::<String>::new());
    assert_eq!(house.problem_codes(&tripped, "removal-held").await.len(), 25, "what a run listed stays its list");
}

#[tokio::test]
async fn a_list_of_loosenings_is_confirmed_whole_and_told_by_every_run_until_then() {
    let house = House::open(&[PORTAL]).await;
    let listing = |private: bool, notes: &str| {
        let mut listing = troubled(1, 30, notes);
        for package in &mut listing {
            package["private"] = json!(private);
        }
        dump(&listing)
    };
    house.write("dump.json", &listing(true, "before"));
    house.harvest("portal", 0).await;
    // The records change otherwise, too: they are written, and their payloads are known from then on.
    house.write("dump.json", &listing(false, "after"));
    let held = house.harvest("portal", 1).await;
    assert_eq!((held.verdict, held.changed), (Verdict::Complete, 30));
    let listed = house.problem_codes(&held, "loosening-held").await;
    assert!(listed.contains(&"p30".to_owned()) && held.loosenings_held == listed.len() as u64, "{listed:?}");
    assert_eq!(house.found(&Viewer::anonymous(), "").await, Vec::<String>::new());

    // Unchanged as a file, and unchanged record by record.
    let same_file = house.harvest("portal", 2).await;
    house.write("dump.json", &format!("\n{}", listing(false, "after")));
    let same_records = house.harvest("portal", 3).await;
    for report in [&same_file, &same_records] {
        assert_eq!((numbers(report), report.writes), ((Verdict::Complete, 30, 0, 0, 30, 0, 0), 0));
        assert_eq!(house.problem_codes(report, "loosening-held").await, listed);
    }
    // A run that could not read the source does not lose what is held.
    std::fs::rename(house.folder.path().join("dump.json"), house.folder.path().join("away.json")).unwrap();
    let failed = house.harvest("portal", 4).await;
    assert_eq!((failed.verdict, house.problem_codes(&failed, "loosening-held").await), (Verdict::Failed, listed));
    std::fs::rename(house.folder.path().join("away.json"), house.folder.path().join("dump.json")).unwrap();

    let confirm = HarvestOptions { confirm_loosening: Some(same_records.run.clone()), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("portal", 5, &confirm).await;
    assert_eq!((confirmed.changed, confirmed.loosenings_held), (30, 0));
    assert_eq!(house.problem_codes(&confirmed, "loosening-held").await, Vec::<String>::new());
    assert!(house.catalog.dataset(&Viewer::anonymous(), portal_id("p30")).await.is_ok());
}

#[tokio::test]
async fn what_a_source_takes_back_or_deletes_waits_no_more() {
    let house = House::open(&[DESK]).await;
    let say = |first: &'static str, rows: usize| {
        let all = [
            ["h1", "Clinics", first, "hidden", ""],
            ["h2", "Wells", first, "hidden", ""],
            ["h3", "Roads", "public", "full", ""],
        ];
        inventory(&all[3 - rows..])
    };
    house.write("desk.csv", &say("organisation", 3));
    house.harvest("desk", 0).await;
    house.write("desk.csv", &say("community", 3));
    let held = house.harvest("desk", 1).await;
    assert_eq!(house.problem_codes(&held, "loosening-held").await, ["h1", "h2"]);
    house.write("desk.csv", &say("community", 2));
    house.harvest("desk", 2).await;
    let retired = house.harvest("desk", 20).await;
    assert_eq!((retired.retired, house.problem_codes(&retired, "loosening-held").await), (1, vec!["h2".to_owned()]));
    house.write("desk.csv", &say("organisation", 2));
    let taken_back = house.harvest("desk", 21).await;
    assert_eq!((taken_back.changed, house.problem_codes(&taken_back, "loosening-held").await), (0, Vec::new()));
    assert_eq!(house.problem_codes(&held, "loosening-held").await, ["h1", "h2"]);
}

#[tokio::test]
async fn a_source_that_mends_a_problem_is_not_blamed_for_it_any_longer() {
    let house = House::open(&[PORTAL]).await;
    let listing = |first_modified: Option<&str>, views: u32, before: u32| {
        let mut listing = packages(10, 9 + before);
        let mut record = package("a", "Wells");
        record["tracking_summary"] = json!({"total": views});
        if let Some(text) = first_modified {
            record["metadata_modified"] = json!(text);
        }
        listing.push(record);
        dump(&listing)
    };
    let codes = async || -> Vec<String> {
        let view = house.catalog.dataset(&Viewer::anonymous(), portal_id("a")).await.unwrap();
        view.dataset.provenance.problems.into_iter().map(|problem| problem.code).collect()
    };
    house.write("dump.json", &listing(None, 1, 0));
    house.harvest("portal", 0).await;
    let sound = codes().await;
    // Broken, then broken otherwise and elsewhere in the listing, then mended.
    house.write("dump.json", &listing(Some("some day"), 2, 0));
    let broken = house.harvest("portal", 1).await;
    assert_eq!((broken.changed, codes().await.len()), (1, sound.len() + 1));
    house.write("dump.json", &listing(Some("another day"), 3, 2));
    let same = house.harvest("portal", 2).await;
    assert_eq!((same.new, same.changed, same.unchanged), (2, 0, 1));
    house.write("dump.json", &listing(None, 4, 2));
    assert_eq!(house.harvest("portal", 3).await.changed, 1);
    assert_eq!(codes().await, sound);
    // What somebody reads of its history is what they see of it, and that did not change.
    let history = house.catalog.history(&Viewer::anonymous(), portal_id("a"), None, 100).await.unwrap().entries;
    assert_eq!(history.len(), 1, "{history:?}");
}

/// One that lost id, name and title looks like anything else.
#[tokio::test]
async fn a_record_that_cannot_be_taken_is_an_error_of_its_run_and_nothing_is_missing_beside_it() {
    let two = packages(1, 2);
    let (one, other) = (&two[0], &two[1]);
    let lost = r#"{"maintainer": "Nobody"}"#;
    for listing in [
        format!("[{one},{other},{lost}]"),
        format!("{one}\n{other}\n{lost}\n"),
        format!("{one}\n{other}\n{{\"id\": \"p3\", \"no\n"),
        format!("[{one},{other}]\n17"),
        format!(r#"[{one},{other},{{"notes": "", "resources": [], "id": null}}]"#),
        format!(r#"[{one},{other},{{"notes": "", "resources": [], "id": ""}}]"#),
    ] {
        let house = House::open(&[PORTAL]).await;
        house.write("dump.json", &dump(&packages(1, 3)));
        house.harvest("portal", 0).await;
        house.write("dump.json", &listing);
        let report = house.harvest("portal", 1).await;
        assert_eq!(
            (report.verdict, report.unchanged, report.missing),
            (Verdict::CompleteWithErrors, 2, 0),
            "{listing}"
        );
    }
}
