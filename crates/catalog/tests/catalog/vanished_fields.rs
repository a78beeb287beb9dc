//! A field that a source loses all at once: a name changed there, and nothing was said of its records.

use std::fmt::Write as _;
use std::time::Duration;

use crate::house::portal::Portal;
use crate::house::{DESK, House, PORTAL, day, desk_id, dump, packages, portal_id};
use cairn_catalog::{
    CancellationToken, CatalogError, HarvestOptions, PreviewOptions, ProblemFilter, RunReport, SearchRequest, Silent,
    Verdict,
};
use cairn_model::DatasetId;
use cairn_policy::Viewer;
use serde_json::{Value, json};

const KEPT: &str = "the former values are kept";

/// Packages under a licence, which is told in a field of this name.
fn licensed(first: u32, last: u32, field: &str) -> Vec<Value> {
    let mut licensed = packages(first, last);
    for package in &mut licensed {
        package[field] = json!("cc-by");
    }
    licensed
}

async fn licence(house: &House, id: &str) -> Option<String> {
    let view = house.catalog.dataset(&Viewer::operator(), portal_id(id)).await.unwrap();
    view.dataset.licence.map(|licence| licence.code)
}

/// How many of the packages `1..=last` have a licence.
async fn with_licence(house: &House, last: u32) -> usize {
    let mut count = 0;
    for number in 1..=last {
        count += usize::from(licence(house, &format!("p{number}")).await.is_some());
    }
    count
}

async fn description(house: &House, id: DatasetId) -> Option<String> {
    let view = house.catalog.dataset(&Viewer::operator(), id).await.unwrap();
    view.dataset.description.best("en").map(str::to_owned)
}

/// Verdict, changed records and reason of a run.
fn outcome(report: &RunReport) -> (Verdict, u64, &str) {
    (report.verdict, report.changed, report.reason.as_deref().unwrap_or_default())
}

async fn vanished(house: &House, report: &RunReport) -> usize {
    house.problem_codes(report, "field-vanished").await.len()
}

fn confirming(report: &RunReport) -> HarvestOptions {
    HarvestOptions { confirm_vanished: Some(report.run.clone()), ..HarvestOptions::default() }
}

/// A portal that was harvested with the licence of 40 packages, and renamed the field since.
async fn house_of_renamed() -> (House, RunReport) {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&licensed(1, 40, "license_id")));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&licensed(1, 40, "license_code")));
    let report = house.harvest("portal", 1).await;
    (house, report)
}

#[tokio::test]
async fn a_renamed_field_blanks_no_record_and_the_verdict_says_so_until_it_comes_back() {
    let (house, renamed) = house_of_renamed().await;
    let reason = format!("licence: 40 records that had it have none now; {KEPT}");
    assert_eq!(outcome(&renamed), (Verdict::CompleteWithErrors, 0, reason.as_str()));
    assert_eq!((with_licence(&house, 40).await, renamed.vanished_held), (40, 40));
    let problems = house.problems(&renamed).await;
    assert_eq!(problems.len(), 40);
    let told = problems.iter().map(|row| (row.problem.code.as_str(), row.problem.field.as_str(), &row.problem.value));
    assert!(told.into_iter().all(|told| told == ("field-vanished", "licence", &None)), "{problems:?}");

    // The unchanged source writes nothing, and still says what is the matter with it.
    let unchanged = house.harvest("portal", 2).await;
    assert_eq!(outcome(&unchanged), (Verdict::CompleteWithErrors, 0, reason.as_str()));
    assert_eq!((unchanged.writes, unchanged.unchanged), (0, 40));
    assert_eq!(house.problems(&unchanged).await, problems);
    let operator = Viewer::operator();
    let page = house.catalog.problems_of(&operator, "portal", ProblemFilter::default(), None, 100).await.unwrap();
    assert_eq!(page.items.len(), 40);

    house.write("dump.json", &dump(&licensed(1, 40, "license_id")));
    let healed = house.harvest("portal", 3).await;
    assert_eq!(outcome(&healed), (Verdict::Complete, 0, ""));
    assert_eq!((healed.problems, healed.vanished_held, with_licence(&house, 40).await), (0, 0, 40));
}

#[tokio::test]
async fn a_dry_run_and_a_preview_show_what_would_be_kept() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&licensed(1, 40, "license_id")));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(&licensed(1, 40, "license_code")));

    let dry = HarvestOptions { dry_run: true, ..HarvestOptions::default() };
    let report = house.harvest_with("portal", 1, &dry).await;
    assert_eq!((report.verdict, report.changed, report.problems), (Verdict::CompleteWithErrors, 0, 40));
    assert!(report.problem_list.iter().all(|row| row.problem.code == "field-vanished"));

    let options = PreviewOptions { pages: 10, time: Duration::from_mins(1), cancel: CancellationToken::new() };
    let preview = house.catalog.preview(&Viewer::operator(), "portal", &options, day(1)).await.unwrap();
    assert_eq!((preview.changed, preview.unchanged, preview.problems), (0, 40, 40));
    assert_eq!(preview.problem_list, report.problem_list);
}

#[tokio::test]
async fn a_few_records_that_lose_a_field_do_lose_it() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&licensed(1, 40, "license_id")));
    house.harvest("portal", 0).await;
    let mut few = packages(1, 12);
    few.extend(licensed(13, 40, "license_id"));
    house.write("dump.json", &dump(&few));
    assert_eq!(outcome(&house.harvest("portal", 1).await), (Verdict::Complete, 12, ""));
    assert_eq!((licence(&house, "p12").await, with_licence(&house, 40).await), (None, 28));

    // One more of these 28 than may lose it at once.
    let mut many = packages(1, 21);
    many.extend(licensed(22, 40, "license_id"));
    house.write("dump.json", &dump(&many));
    let report = house.harvest("portal", 2).await;
    let reason = format!("licence: 9 records that had it have none now; {KEPT}");
    assert_eq!(outcome(&report), (Verdict::CompleteWithErrors, 0, reason.as_str()));
    assert_eq!(with_licence(&house, 40).await, 28);
}

#[tokio::test]
async fn of_fewer_than_ten_records_all_of_at_least_three_must_lose_a_field() {
    for (count, kept) in [(2, 0), (3, 3)] {
        let house = House::open(&[PORTAL]).await;
        house.write("dump.json", &dump(&licensed(1, count, "license_id")));
        house.harvest("portal", 0).await;
        house.write("dump.json", &dump(&packages(1, count)));
        let report = house.harvest("portal", 1).await;
        assert_eq!((with_licence(&house, count).await, vanished(&house, &report).await), (kept, kept));
    }
}

#[tokio::test]
async fn records_that_change_one_after_the_other_keep_the_field_that_vanished() {
    let (house, _) = house_of_renamed().await;
    for number in 1..=5 {
        let mut edited = licensed(1, 40, "license_code");
        for package in &mut edited[..number] {
            package["notes"] = json!("Depths in metres");
        }
        house.write("dump.json", &dump(&edited));
        let report = house.harvest("portal", 1 + i64::try_from(number).unwrap()).await;
        assert_eq!((report.verdict, report.changed), (Verdict::CompleteWithErrors, 1));
        assert_eq!((with_licence(&house, 40).await, vanished(&house, &report).await), (40, 40));
    }
}

#[tokio::test]
async fn a_field_that_vanishes_over_many_pages_is_kept_from_the_first_page_on() {
    let portal = Portal::start().await;
    let house = House::open(&[&portal.source()]).await;
    portal.set(licensed(1, 95, "license_id"), None);
    house.harvest("portal", 0).await;
    portal.set(licensed(1, 95, "license_code"), None);
    let report = house.harvest("portal", 1).await;
    assert_eq!((report.verdict, report.changed), (Verdict::CompleteWithErrors, 0));
    assert_eq!((with_licence(&house, 95).await, vanished(&house, &report).await), (95, 95));
}

#[tokio::test]
async fn records_that_lose_a_field_before_there_is_enough_to_judge_by_wait_for_it() {
    // The portal gives ten records a page, and the first page has three that had a licence.
    let portal = Portal::start().await;
    let house = House::open(&[&portal.source()]).await;
    let listed = |field: &str| [licensed(1, 3, field), packages(4, 10), licensed(11, 40, field)].concat();
    portal.set(listed("license_id"), None);
    house.harvest("portal", 0).await;
    portal.set(listed("license_code"), None);
    let report = house.harvest("portal", 1).await;
    assert_eq!((report.listed, report.changed, vanished(&house, &report).await), (40, 0, 33));

    // These three go, because those behind them keep theirs.
    portal.set(listed("license_id"), None);
    house.harvest("portal", 2).await;
    portal.set([packages(1, 10), licensed(11, 40, "license_id")].concat(), None);
    let report = house.harvest("portal", 3).await;
    assert_eq!(outcome(&report), (Verdict::Complete, 3, ""));
    assert_eq!((report.listed, with_licence(&house, 40).await), (40, 30));
}

#[tokio::test]
async fn a_run_that_is_stopped_before_it_can_judge_keeps_what_it_met_and_the_next_one_judges_it() {
    let portal = Portal::start().await;
    let house = House::open(&[&portal.source()]).await;
    let first = || [licensed(1, 3, "license_id"), packages(4, 10)].concat();
    portal.set([first(), licensed(11, 40, "license_id")].concat(), None);
    house.harvest("portal", 0).await;
    let mut edited = packages(1, 10);
    edited[0]["private"] = json!(true);
    portal.set([edited, licensed(11, 40, "license_id")].concat(), None);

    let stopped = house.harvest_a_page("portal", 10).await;
    assert_eq!((stopped.verdict, stopped.listed, stopped.changed), (Verdict::Cancelled, 10, 1));
    assert_eq!((vanished(&house, &stopped).await, with_licence(&house, 40).await), (3, 33));
    let sharing = house.catalog.dataset(&Viewer::operator(), portal_id("p1")).await.unwrap().dataset.terms.sharing;
    assert_ne!(sharing.code(), "public", "tightened at once");

    // The next run goes on behind them, and the one after that meets them again.
    let rest = house.harvest("portal", 11).await;
    assert_eq!((rest.verdict, rest.listed, with_licence(&house, 40).await), (Verdict::CompleteWithErrors, 40, 33));
    let report = house.harvest("portal", 20).await;
    assert_eq!((outcome(&report), vanished(&house, &report).await), ((Verdict::Complete, 3, ""), 0));
    assert_eq!(with_licence(&house, 40).await, 30);
}

#[tokio::test]
async fn tightened_terms_hold_at_once_where_a_field_is_kept() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&licensed(1, 40, "license_id")));
    house.harvest("portal", 0).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await.len(), 40);
    let mut closed = licensed(1, 40, "license_code");
    closed[6]["private"] = json!(true);
    closed[6]["listing"] = json!("hidden");
    house.write("dump.json", &dump(&closed));
    assert_eq!(house.harvest("portal", 1).await.changed, 1);
    let found = house.found(&Viewer::anonymous(), "").await;
    assert!(found.len() == 39 && !found.contains(&"Wells 7".to_owned()), "{found:?}");
    assert_eq!(with_licence(&house, 40).await, 40);
}

#[tokio::test]
async fn a_field_goes_where_a_person_confirmed_the_run_that_kept_it_and_nowhere_else() {
    let (house, renamed) = house_of_renamed().await;
    // This one came by its licence after the list was made.
    house.write("dump.json", &dump(&[licensed(1, 40, "license_code"), licensed(41, 44, "license_id")].concat()));
    house.harvest("portal", 2).await;
    house.write("dump.json", &dump(&licensed(1, 44, "license_code")));
    let later = house.harvest("portal", 3).await;
    assert_eq!(vanished(&house, &later).await, 44);

    let confirmed = house.harvest_with("portal", 4, &confirming(&renamed)).await;
    let reason = format!("licence: 4 records that had it have none now; {KEPT}");
    assert_eq!(outcome(&confirmed), (Verdict::CompleteWithErrors, 40, reason.as_str()));
    assert_eq!((licence(&house, "p1").await, with_licence(&house, 44).await), (None, 4));

    let rest = house.harvest_with("portal", 5, &confirming(&confirmed)).await;
    assert_eq!((outcome(&rest), with_licence(&house, 44).await), ((Verdict::Complete, 4, ""), 0));
    assert_eq!(house.harvest("portal", 6).await.writes, 0);
    // That run kept nothing.
    let source = house.catalog.source("portal").unwrap();
    let refused = house.catalog.harvest(source, &confirming(&rest), &Silent, day(7)).await;
    assert!(matches!(refused, Err(CatalogError::BadRequest(_))), "{refused:?}");
}

/// Who did what, oldest first.
async fn acts(house: &House) -> Vec<(String, String, String)> {
    let acts = house.catalog.newest_acts(100).await.unwrap().into_iter().rev();
    acts.map(|act| (act.actor, act.act, act.subject)).collect()
}

#[tokio::test]
async fn that_somebody_let_fields_go_stands_in_the_log_of_acts() {
    let (house, renamed) = house_of_renamed().await;
    house.harvest_with("portal", 2, &HarvestOptions { dry_run: true, ..confirming(&renamed) }).await;
    assert_eq!(acts(&house).await, [], "a dry run lets nothing go");
    house.harvest_with("portal", 3, &confirming(&renamed)).await;
    let subject = format!("portal as listed by run {}", renamed.run);
    assert_eq!(acts(&house).await, [("operator".to_owned(), "fields.remove".to_owned(), subject)]);
    // A mistake is no act.
    let unknown = HarvestOptions { confirm_vanished: Some("no such run".to_owned()), ..HarvestOptions::default() };
    let source = house.catalog.source("portal").unwrap();
    assert!(house.catalog.harvest(source, &unknown, &Silent, day(4)).await.is_err());
    assert_eq!(acts(&house).await.len(), 1);
}

const MINES: &str = "id = \"mines\"\nkind = \"imsma\"\nurl = \"file:mines.xml\"\norganisation = \"Mine Centre\"\n";

/// An export with so many victims, as many who were assisted, and five accidents, each with its day where `are_dated`.
fn export(persons: usize, are_dated: bool) -> String {
    let mut text = "<MineActionFieldReport>".to_owned();
    for number in 0..5 {
        let day =
            if are_dated { format!("<Accident_Date>2022-03-{:02}</Accident_Date>", number + 1) } else { String::new() };
        let _ = write!(
            text,
            "<FieldReport><Accident><Accident_GUID>a{number}</Accident_GUID>{day}</Accident></FieldReport>"
        );
    }
    for number in 0..persons {
        let day = format!("2022-04-{:02}", number + 1);
        let _ = write!(
            text,
            "<FieldReport><Victim><Victim_GUID>v{number}</Victim_GUID><Gender>Female</Gender>\
             <Accident_Date>{day}</Accident_Date></Victim></FieldReport>\
             <FieldReport><VictimAssistance><Victim_Assistance_GUID>s{number}</Victim_Assistance_GUID>\
             <Assistance_Date>{day}</Assistance_Date></VictimAssistance></FieldReport>"
        );
    }
    text + "</MineActionFieldReport>"
}

#[tokio::test]
async fn of_an_imsma_export_no_value_comes_back_that_is_withheld_now() {
    let house = House::open(&[MINES]).await;
    house.write("mines.xml", &export(9, true));
    let first = house.harvest("mines", 0).await;
    let operator = Viewer::operator();
    let months = async || {
        let found = house.catalog.search(&operator, SearchRequest { limit: 100, ..SearchRequest::default() }).await;
        let mut months = Vec::new();
        for hit in found.unwrap().hits {
            let coverage = house.catalog.dataset(&operator, hit.card.id).await.unwrap().dataset.coverage;
            months.extend(coverage.and_then(|interval| interval.start).map(|start| start.to_string()));
        }
        months.sort();
        months
    };
    assert_eq!(
        (first.new, Box::pin(months()).await),
        (3, ["2022-03", "2022-04", "2022-04"].map(str::to_owned).to_vec())
    );

    // Four victims are too few to say when, and the accidents lost their days with them: all of three records say no time.
    house.write("mines.xml", &export(4, false));
    let report = house.harvest("mines", 1).await;
    assert_eq!((report.verdict, report.changed, report.vanished_held), (Verdict::Complete, 3, 0));
    assert_eq!((Box::pin(months()).await, vanished(&house, &report).await), (vec![], 0));
}

/// An inventory of twelve described datasets, in which the descriptions stand under this header.
fn described(header: &str) -> String {
    let mut text = format!("Dataset ID,Dataset title,{header},Sharing level,Listing\n");
    for number in 1..=12 {
        let _ = writeln!(text, "d{number},Wells {number},Depths of {number},public,full");
    }
    text
}

#[tokio::test]
async fn a_column_of_an_inventory_that_gets_another_header_blanks_no_record() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &described("Description"));
    house.harvest("desk", 0).await;
    house.write("desk.csv", &described("Blurb of ours"));
    let report = house.harvest("desk", 1).await;
    let reason = format!("description: 12 records that had it have none now; {KEPT}");
    assert_eq!((report.verdict, report.reason), (Verdict::CompleteWithErrors, Some(reason)));
    assert_eq!(description(&house, desk_id("d7")).await.unwrap(), "Depths of 7");
}

#[tokio::test]
async fn a_replay_by_a_mapping_that_loses_a_field_blanks_no_record() {
    let mapped = format!("{DESK}[mapping.columns]\ndescription = \"Blurb of ours\"\n");
    let house = House::open(&[&mapped]).await;
    house.write("desk.csv", &described("Blurb of ours"));
    house.harvest("desk", 0).await;
    let house = house.reopened(&[DESK]).await;
    let replay = HarvestOptions { replay: true, ..HarvestOptions::default() };
    let report = house.harvest_with("desk", 1, &replay).await;
    assert_eq!((report.verdict, vanished(&house, &report).await), (Verdict::CompleteWithErrors, 12));
    assert_eq!(description(&house, desk_id("d7")).await.unwrap(), "Depths of 7");
}
