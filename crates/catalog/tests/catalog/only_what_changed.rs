//! Portals that can be asked for what changed last: what that costs, what it finds, and when it is not believed.

use std::sync::{Arc, Mutex};

use crate::house::House;
use crate::portal::{Instead, Portal, http};
use cairn_catalog::{RunReport, Verdict};
use cairn_fetch::Url;
use cairn_policy::Viewer;
use serde_json::{Value, json};

/// Packages of a page at most.
const CAP: usize = 10;

/// The order in which what changed last comes first.
const NEWEST_FIRST: &str = "metadata_modified desc, id asc";

/// A portal that gives what changed last first, as far as it is told to.
struct Shelf {
    /// Ids, when they changed, and their titles, in the order of their ids.
    packages: Vec<(String, String, String)>,
    /// `Date` of its answers.
    date: Option<&'static str>,
    ignores_the_order: bool,
    refuses_the_order: bool,
    tells_no_dates: bool,
    /// Ids of packages that it answers as deleted.
    deleted: Vec<String>,
    /// Packages that it has given.
    given: usize,
}

type Shared = Arc<Mutex<Shelf>>;

impl Shelf {
    fn answer(&mut self, target: &str) -> Vec<u8> {
        let url = Url::parse(&format!("http://portal{target}")).unwrap();
        let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let number = |name: &str| value(name).and_then(|value| value.parse::<usize>().ok()).unwrap_or(0);
        let newest_first = value("sort").is_some_and(|sort| sort == NEWEST_FIRST);
        if newest_first && self.refuses_the_order {
            let told = r#"{"success": false, "error": {"__type": "Search Query Error", "message": "no such field"}}"#;
            return http("409 Conflict", &[], told);
        }
        let mut packages: Vec<_> = self.packages.iter().collect();
        if newest_first && !self.ignores_the_order {
            packages.sort_by(|(_, one, _), (_, other, _)| other.cmp(one));
        }
        let page: Vec<Value> = packages
            .iter()
            .skip(number("start"))
            .take(number("rows").min(CAP))
            .map(|(id, modified, title)| {
                let state = if self.deleted.contains(id) { "deleted" } else { "active" };
                let modified = (!self.tells_no_dates).then_some(modified);
                json!({"id": id, "name": id, "title": title, "metadata_modified": modified, "state": state, "private": false})
            })
            .collect();
        self.given += page.len();
        let date = self.date.map(|date| format!("Date: {date}"));
        let body = json!({"success": true, "result": {"count": packages.len(), "results": page}}).to_string();
        http("200 OK", &date.as_deref().into_iter().collect::<Vec<_>>(), &body)
    }

    fn edit(&mut self, number: usize, modified: &str) {
        let package = &mut self.packages[number];
        modified.clone_into(&mut package.1);
        package.2 = format!("{} of {modified}", package.2);
    }
}

/// A portal of so many packages, edited an hour apart on the first days of May.
async fn shelf(packages: usize) -> (Portal, Shared) {
    let packages = (0..packages)
        .map(|number| {
            let modified = format!("2090-05-{:02}T{:02}:00:00.123456", 1 + number / 24, number % 24);
            (format!("p{number:03}"), modified, format!("Wells {number:03}"))
        })
        .collect();
    let shelf = Arc::new(Mutex::new(Shelf {
        packages,
        date: Some("Wed, 31 May 2090 00:00:00 GMT"),
        ignores_the_order: false,
        refuses_the_order: false,
        tells_no_dates: false,
        deleted: Vec::new(),
        given: 0,
    }));
    let held = Arc::clone(&shelf);
    let portal = Portal::start(0, move |_, search, _| Some(Instead(held.lock().unwrap().answer(&search.target)))).await;
    (portal, shelf)
}

fn source(portal: &Portal, limits: &str) -> String {
    format!(
        "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\norganisation = \"Keepers\"\nfull_sweep = \"52w\"\n[limits]\nrequests_per_second = 0\n{limits}\n",
        portal.port
    )
}

/// The same, with a full sweep that is always due.
fn swept(portal: &Portal) -> String {
    source(portal, "").replace("52w", "30m")
}

fn numbers(report: &RunReport) -> (Verdict, [u64; 6]) {
    let RunReport { verdict, listed, new, changed, unchanged, missing, retired, .. } = report;
    (*verdict, [*listed, *new, *changed, *unchanged, *missing, *retired])
}

/// Whether the last thing that a portal was asked for was everything.
fn was_swept(portal: &Portal) -> bool {
    portal.searches().last().unwrap().sort == "id asc"
}

/// How often a portal was asked for what changed last.
fn asked_for_changes(portal: &Portal) -> usize {
    portal.searches().iter().filter(|search| search.sort == NEWEST_FIRST).count()
}

#[tokio::test]
async fn an_unchanged_portal_costs_one_request_and_no_write() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    assert_eq!(numbers(&house.harvest("portal", 0).await), (Verdict::Complete, [45, 45, 0, 0, 0, 0]));
    for day in 1..4 {
        shelf.lock().unwrap().given = 0;
        let quiet = house.harvest("portal", day).await;
        assert_eq!(numbers(&quiet), (Verdict::Complete, [45, 0, 0, 45, 0, 0]), "{:?}", quiet.reason);
        assert_eq!((quiet.requests, quiet.writes), (1, 0));
        assert_eq!(shelf.lock().unwrap().given, CAP, "one page");
    }
}

#[tokio::test]
async fn only_what_changed_is_fetched_and_the_rest_stays() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    {
        let mut shelf = shelf.lock().unwrap();
        shelf.edit(3, "2090-05-20T00:00:00");
        shelf.packages.push(("p900".to_owned(), "2090-05-20T12:00:00".to_owned(), "Wells new".to_owned()));
        shelf.given = 0;
    }
    let report = house.harvest("portal", 1).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [46, 1, 1, 44, 0, 0]));
    assert_eq!((report.requests, shelf.lock().unwrap().given), (1, CAP));
    let found = house.found(&Viewer::anonymous(), "\"wells 003\"").await;
    assert_eq!(found, ["Wells 003 of 2090-05-20T00:00:00"]);
}

#[tokio::test]
async fn changes_are_read_back_page_by_page_to_where_the_last_run_ended() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    (0..16).for_each(|number| shelf.lock().unwrap().edit(number, "2090-05-20T00:00:00"));
    let report = house.harvest("portal", 1).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [45, 0, 16, 29, 0, 0]), "{:?}", report.reason);
    assert_eq!((report.requests, was_swept(&portal)), (2, false));
    let quiet = house.harvest("portal", 2).await;
    assert_eq!((quiet.requests, quiet.writes), (2, 0), "all of them changed within the overlap of an hour");
}

#[tokio::test]
async fn what_vanished_is_seen_at_once_although_as_much_came_in_its_place() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    {
        let mut shelf = shelf.lock().unwrap();
        shelf.packages.remove(0);
        shelf.packages.push(("p900".to_owned(), "2090-05-20T12:00:00".to_owned(), "Wells new".to_owned()));
    }
    let report = house.harvest("portal", 1).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [45, 1, 0, 44, 1, 0]), "{:?}", report.reason);
    assert!(was_swept(&portal));
    let quiet = house.harvest("portal", 2).await;
    assert_eq!((quiet.verdict, quiet.requests, quiet.writes), (Verdict::Complete, 1, 0));
}

#[tokio::test]
async fn what_came_without_a_date_that_tells_it_is_seen_by_the_count() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    shelf.lock().unwrap().packages.push((
        "p900".to_owned(),
        "2080-05-20T10:00:00.5".to_owned(),
        "Wells old".to_owned(),
    ));
    let report = house.harvest("portal", 1).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [46, 1, 0, 45, 0, 0]), "{:?}", report.reason);
    assert_eq!(house.harvest("portal", 2).await.requests, 1);
}

#[tokio::test]
async fn what_is_said_to_be_deleted_goes_and_a_full_sweep_asks_for_everything() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    {
        let mut shelf = shelf.lock().unwrap();
        shelf.edit(5, "2090-05-20T00:00:00");
        shelf.deleted.push("p005".to_owned());
    }
    assert_eq!(numbers(&house.harvest("portal", 1).await), (Verdict::Complete, [45, 0, 0, 44, 0, 1]));
    assert!(!was_swept(&portal));
    let house = house.reopened(&[&swept(&portal)]).await;
    let sweep = house.harvest("portal", 8).await;
    assert_eq!((sweep.verdict, was_swept(&portal)), (Verdict::Complete, true), "{:?}", sweep.reason);
    let house = house.reopened(&[&source(&portal, "")]).await;
    assert_eq!(house.harvest("portal", 9).await.requests, 1, "and what changed is asked for again");
}

#[tokio::test]
async fn a_clock_of_the_source_that_is_days_away_hides_nothing() {
    // F20: the records' dates and `Date` of one source, each two days before or behind the other.
    for date in ["Mon, 29 May 2090 10:00:00 GMT", "Fri, 02 Jun 2090 10:00:00 GMT"] {
        let (portal, shelf) = shelf(45).await;
        shelf.lock().unwrap().date = Some(date);
        shelf.lock().unwrap().edit(7, "2090-05-31T10:00:00");
        let house = House::open(&[&source(&portal, "")]).await;
        house.harvest("portal", 0).await;
        // It changes right after, by the clock that stamps the records.
        shelf.lock().unwrap().edit(9, "2090-05-31T10:00:01");
        let report = house.harvest("portal", 1).await;
        assert_eq!(numbers(&report), (Verdict::Complete, [45, 0, 1, 44, 0, 0]), "{date}");
        assert_eq!(report.requests, 1);
    }
}

#[tokio::test]
async fn a_date_in_the_far_future_hides_no_change() {
    // F21.
    let (portal, shelf) = shelf(45).await;
    shelf.lock().unwrap().edit(7, "2099-01-01T00:00:00");
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    (8..20).for_each(|number| shelf.lock().unwrap().edit(number, "2090-05-31T00:30:00"));
    let report = house.harvest("portal", 1).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [45, 0, 12, 33, 0, 0]));
    assert_eq!((report.requests, was_swept(&portal)), (2, false));
}

#[tokio::test]
async fn a_portal_that_ignores_the_order_is_read_as_a_whole_and_not_asked_again() {
    let (portal, shelf) = shelf(45).await;
    shelf.lock().unwrap().ignores_the_order = true;
    let house = House::open(&[&source(&portal, "")]).await;
    let first = house.harvest("portal", 0).await;
    shelf.lock().unwrap().packages.remove(44);
    let found_out = house.harvest("portal", 1).await;
    assert_eq!(numbers(&found_out), (Verdict::Complete, [44, 0, 0, 44, 1, 0]), "{:?}", found_out.reason);
    assert_eq!(found_out.requests, first.requests + 1, "the question, and then everything");
    let later = house.harvest("portal", 2).await;
    assert_eq!((later.verdict, later.requests, later.writes), (Verdict::Complete, first.requests, 1));
    assert_eq!(asked_for_changes(&portal), 1);
}

#[tokio::test]
async fn a_portal_that_refuses_the_order_is_read_as_a_whole_and_not_asked_again() {
    let (portal, shelf) = shelf(45).await;
    shelf.lock().unwrap().refuses_the_order = true;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    for day in 1..3 {
        let report = house.harvest("portal", day).await;
        assert_eq!(numbers(&report), (Verdict::Complete, [45, 0, 0, 45, 0, 0]), "{:?}", report.reason);
    }
    assert_eq!(asked_for_changes(&portal), 1);
}

#[tokio::test]
async fn records_without_dates_are_not_believed_to_be_the_newest() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    shelf.lock().unwrap().edit(40, "2090-05-20T00:00:00");
    shelf.lock().unwrap().tells_no_dates = true;
    for day in 1..3 {
        // Its dates are gone from all of them at once, so the former ones are kept.
        let report = house.harvest("portal", day).await;
        assert_eq!((report.verdict, report.listed), (Verdict::CompleteWithErrors, 45), "{:?}", report.reason);
        assert!(was_swept(&portal));
    }
    assert_eq!(asked_for_changes(&portal), 1);
}

#[tokio::test]
async fn a_portal_whose_newest_records_went_is_read_as_a_whole_and_asked_again() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    shelf.lock().unwrap().packages.truncate(40);
    let report = house.harvest("portal", 1).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [40, 0, 0, 40, 5, 0]));
    let quiet = house.harvest("portal", 2).await;
    assert_eq!((quiet.verdict, quiet.requests, quiet.writes), (Verdict::Complete, 1, 0));
}

#[tokio::test]
async fn a_run_that_comes_to_no_end_is_followed_by_one_that_reads_everything() {
    let (portal, shelf) = shelf(45).await;
    let house = House::open(&[&source(&portal, "")]).await;
    house.harvest("portal", 0).await;
    for number in 0..30 {
        shelf.lock().unwrap().edit(number, &format!("2090-05-20T{:02}:{:02}:00", number / 10, number % 10));
    }
    let house = house.reopened(&[&source(&portal, "max_pages = 2")]).await;
    let cut = house.harvest("portal", 1).await;
    assert_eq!((cut.verdict, cut.changed), (Verdict::Partial, 19), "{:?}", cut.reason);
    shelf.lock().unwrap().edit(1, "2090-05-20T01:30:00");
    let house = house.reopened(&[&source(&portal, "")]).await;
    let rest = house.harvest("portal", 2).await;
    assert_eq!(numbers(&rest), (Verdict::Complete, [45, 0, 11, 34, 0, 0]), "{:?}", rest.reason);
    assert!(was_swept(&portal));
    let quiet = house.harvest("portal", 3).await;
    assert_eq!((quiet.verdict, quiet.writes, was_swept(&portal)), (Verdict::Complete, 0, false));
}

#[tokio::test]
async fn a_run_that_was_cut_short_is_not_taken_up_where_records_are_read_otherwise_by_now() {
    let (portal, _) = shelf(45).await;
    let cut_short = source(&portal, "requests_per_day = 2");
    let house = House::open(&[&cut_short]).await;
    assert_eq!(house.harvest("portal", 0).await.verdict, Verdict::Partial);
    let renamed = source(&portal, "").replace("Keepers", "Other Keepers");
    let house = house.reopened(&[&renamed]).await;
    let report = house.harvest("portal", 1).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [45, 26, 19, 0, 0, 0]), "{:?}", report.reason);
    assert_eq!(portal.searches()[2].start, 0, "it begins anew");
}

#[tokio::test]
async fn a_sweep_that_was_made_while_our_clock_was_years_ahead_puts_off_no_other() {
    // F22.
    let (portal, _) = shelf(45).await;
    let house = House::open(&[&swept(&portal)]).await;
    house.harvest("portal", 3000).await;
    assert_eq!(house.harvest("portal", 1).await.verdict, Verdict::Complete);
    assert!(was_swept(&portal), "a sweep that lies ahead is none");
}
