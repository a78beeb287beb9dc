//! What is wrong with a source: all of it, for as long as it is wrong, and for those who operate it.

use crate::house;
use crate::house::portal::Portal;
use crate::house::{DESK, House, PORTAL, dump, inventory, package, packages, portal_id};
use cairn_catalog::{CatalogError, HarvestOptions, ProblemFilter, ProblemRow, SourceProblem, Verdict};
use cairn_model::Severity;
use cairn_policy::{Role, Viewer};
use serde_json::{Value, json};

/// A package whose date cannot be read.
fn with_bad_date(id: &str, date: &str) -> Value {
    let mut package = package(id, &format!("Wells {id}"));
    package["dataset_date"] = json!(date);
    package["url"] = json!(format!("https://portal.example/{id}"));
    package
}

async fn all_of(house: &House, viewer: &Viewer, source: &str) -> Vec<SourceProblem> {
    let mut walk = house.catalog.walk_problems(viewer, source, ProblemFilter::default()).await.unwrap();
    let mut all = Vec::new();
    while let Some(batch) = walk.next_batch().await.unwrap() {
        all.extend(batch);
    }
    all
}

async fn listed(house: &House, source: &str) -> Vec<String> {
    let line =
        |row: SourceProblem| format!("{} {}", row.source_record_id.unwrap_or_else(|| "?".to_owned()), row.problem.code);
    all_of(house, &Viewer::operator(), source).await.into_iter().map(line).collect()
}

async fn counted(house: &House, source: &str) -> Vec<(String, u64)> {
    let kinds = house.catalog.problem_kinds_of(&Viewer::operator(), source).await.unwrap();
    kinds.into_iter().map(|kind| (kind.code, kind.count)).collect()
}

#[tokio::test]
async fn the_problems_of_records_that_do_not_change_stay_listed() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&[with_bad_date("a", "soon"), package("b", "Wells")]));
    let first = house.harvest("portal", 0).await;
    assert_eq!(first.problems, 1);
    let second = house.harvest("portal", 1).await;
    assert_eq!((second.problems, second.writes), (0, 0), "the unchanged run meets nothing new");
    assert_eq!(listed(&house, "portal").await, ["a unreadable-date"]);
    let kinds = house.catalog.problem_kinds_of_run(&Viewer::operator(), "portal", &first.run).await.unwrap();
    assert_eq!(kinds.len(), 1);
    assert_eq!((kinds[0].count, kinds[0].example.problem.value.as_deref()), (1, Some("soon")));

    house.write("dump.json", &dump(&[with_bad_date("a", "2024-01-01"), package("b", "Wells")]));
    house.harvest("portal", 2).await;
    assert_eq!(listed(&house, "portal").await, [""; 0], "what the publisher mended is listed no more");
}

#[tokio::test]
async fn what_could_not_be_taken_is_listed_until_the_source_has_mended_it() {
    let house = House::open(&[PORTAL]).await;
    let twice = ["? duplicate-identifier"];
    house.write("dump.json", &dump(&[package("a", "Wells"), package("b", "Roads"), package("b", "Roads")]));
    let first = house.harvest("portal", 0).await;
    assert_eq!(first.verdict, Verdict::CompleteWithErrors);
    assert_eq!(listed(&house, "portal").await, twice);
    // The same file, and the same fault elsewhere in another file.
    house.harvest("portal", 1).await;
    assert_eq!(listed(&house, "portal").await, twice);
    house.write("dump.json", &dump(&[package("b", "Roads"), package("b", "Roads"), package("a", "Deeper wells")]));
    house.harvest("portal", 2).await;
    assert_eq!(listed(&house, "portal").await, twice);
    // A run that did not read the listing to its end does not know what became of the rest.
    house.write("dump.json", &dump(&[package("a", "Deeper wells"), package("b", "Roads")]));
    let stopped = HarvestOptions::default();
    stopped.cancel.cancel();
    assert_eq!(house.harvest_with("portal", 3, &stopped).await.verdict, Verdict::Cancelled);
    assert_eq!(listed(&house, "portal").await, twice);
    assert_eq!(house.harvest("portal", 4).await.verdict, Verdict::Complete);
    assert_eq!(listed(&house, "portal").await, [""; 0]);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_listed_beside_what_is_kept_of_it() {
    let portal = Portal::start().await;
    let house = House::open(&[&portal.source()]).await;
    portal.set(packages(1, 12), None);
    house.harvest("portal", 0).await;
    assert_eq!(listed(&house, "portal").await, [""; 0]);
    let mut holdings = packages(1, 12);
    holdings[0]["notes"] = json!("changed");
    portal.set(holdings.clone(), Some("p11"));
    assert_eq!(house.harvest("portal", 1).await.verdict, Verdict::CompleteWithErrors);
    assert_eq!(listed(&house, "portal").await.len(), 1);
    portal.set(holdings, None);
    house.harvest("portal", 2).await;
    assert_eq!(listed(&house, "portal").await, [""; 0]);
}

#[tokio::test]
async fn none_of_many_problems_is_cut_off_and_pages_join_without_a_gap() {
    let house = House::open(&[PORTAL]).await;
    let many: Vec<Value> = (0..1300).map(|number| with_bad_date(&format!("p{number:04}"), "soon")).collect();
    house.write("dump.json", &dump(&many));
    assert_eq!(house.harvest("portal", 0).await.problems, 1300);
    assert_eq!(counted(&house, "portal").await, [("unreadable-date".to_owned(), 1300)]);
    let all = listed(&house, "portal").await;
    assert_eq!(all.len(), 1300);

    let mut paged = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let filter = ProblemFilter { severity: Some(Severity::Warning), ..ProblemFilter::default() };
        let page =
            house.catalog.problems_of(&Viewer::operator(), "portal", filter, after.as_deref(), 333).await.unwrap();
        paged.extend(
            page.items.into_iter().map(|row| format!("{} {}", row.source_record_id.unwrap(), row.problem.code)),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, all);
    let operator = Viewer::operator();
    let made_up = house.catalog.problems_of(&operator, "portal", ProblemFilter::default(), Some("7b"), 10).await;
    assert!(matches!(made_up, Err(CatalogError::BadRequest(_))));
}

#[tokio::test]
async fn a_filter_takes_what_it_names() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&[with_bad_date("a", "soon"), package("b", "Roads"), package("b", "Roads")]));
    house.harvest("portal", 0).await;
    let found = async |filter: ProblemFilter| {
        let page = house.catalog.problems_of(&Viewer::operator(), "portal", filter, None, 10).await.unwrap();
        assert_eq!(page.next, None);
        page.items.into_iter().map(|row| row.problem.code).collect::<Vec<_>>()
    };
    let none = ProblemFilter::default;
    assert_eq!(
        found(ProblemFilter { code: Some("duplicate-identifier".to_owned()), ..none() }).await,
        ["duplicate-identifier"]
    );
    assert_eq!(found(ProblemFilter { severity: Some(Severity::Warning), ..none() }).await, ["unreadable-date"]);
    assert_eq!(found(ProblemFilter { field: Some("coverage".to_owned()), ..none() }).await, ["unreadable-date"]);
    assert_eq!(found(ProblemFilter { field: Some("title".to_owned()), ..none() }).await, [""; 0]);
}

#[tokio::test]
async fn a_problem_leads_to_the_record_at_its_source_and_here() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&[with_bad_date("a", "soon")]));
    house.harvest("portal", 0).await;
    let found = all_of(&house, &Viewer::operator(), "portal").await.remove(0);
    let row = ProblemRow::new(found, "https://cairn.example/");
    assert_eq!(row.title.as_deref(), Some("Wells a"));
    assert_eq!(row.source_page.as_deref(), Some("https://portal.example/a"));
    assert_eq!(row.page, Some(format!("https://cairn.example/dataset/{}", portal_id("a"))));
    assert_eq!((row.field.as_str(), row.value.as_deref()), ("coverage", Some("soon")));
}

#[tokio::test]
async fn problems_are_for_the_operators_of_the_source_and_records_for_those_whom_their_terms_allow() {
    let house = House::open(&[PORTAL, DESK]).await;
    house.write("dump.json", &dump(&[package("a", "Wells")]));
    house.write("desk.csv", &inventory(&[["h1", "Clinics", "closed", "hidden", "no mail"]]));
    house.harvest("desk", 0).await;
    let keeper = Viewer::member("desk", &[], Role::Operator);
    let administrator = Viewer::member("elsewhere", &[], Role::Administrator);
    let listed_for_keeper = all_of(&house, &keeper, "desk").await;
    assert!(!listed_for_keeper.is_empty());
    assert!(listed_for_keeper.iter().all(|row| row.record.is_some()), "the desk sees its own records");
    // An administrator runs every source, and sees of its records what their terms allow: nothing of a hidden one.
    let listed_elsewhere = all_of(&house, &administrator, "desk").await;
    assert_eq!(listed_elsewhere.len(), listed_for_keeper.len());
    assert!(listed_elsewhere.iter().all(|row| row.record.is_none() && row.title.is_none()), "{listed_elsewhere:?}");
    for viewer in [Viewer::anonymous(), house::member("desk"), Viewer::member("other", &[], Role::Operator)] {
        let refused = house.catalog.walk_problems(&viewer, "desk", ProblemFilter::default()).await;
        assert!(matches!(refused.err().unwrap(), CatalogError::NotFound("source")));
        let refused = house.catalog.problem_kinds_of(&viewer, "desk").await;
        assert!(matches!(refused.err().unwrap(), CatalogError::NotFound("source")));
    }
}

#[tokio::test]
async fn what_waits_for_confirmation_is_listed_first() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &inventory(&[["h1", "Clinics", "closed", "full", ""]]));
    house.harvest("desk", 0).await;
    house.write("desk.csv", &inventory(&[["h1", "Clinics", "public", "full", ""]]));
    house.harvest("desk", 1).await;
    assert_eq!(listed(&house, "desk").await[0], "h1 loosening-held");
    let full = HarvestOptions { full: true, ..HarvestOptions::default() };
    house.harvest_with("desk", 2, &full).await;
    assert_eq!(listed(&house, "desk").await[0], "h1 loosening-held");
}
