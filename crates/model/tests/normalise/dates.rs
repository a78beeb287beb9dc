//! Dates of a record, in the order of their day and month, and the time that it covers.

use cairn_model::date::DateOrder;
use cairn_model::{Dataset, DateStamp, Draft, DraftDistribution, StatedText};

use crate::{draft, list, read, some};

#[test]
fn every_date_of_a_draft_is_read_in_its_order() {
    let dates = |date_order: Option<DateOrder>, date_order_is_assumed: bool| {
        let dataset = read(Draft {
            issued: some("01/02/2020"),
            modified: some("03/04/2020"),
            coverage_start: some("05/06/2019"),
            coverage_end: some("07/08/2019"),
            distributions: vec![DraftDistribution { modified: some("09/10/2019"), ..DraftDistribution::default() }],
            terms: StatedText { review_by: some("11/12/2027"), ..StatedText::default() },
            date_order,
            date_order_is_assumed,
            ..draft()
        });
        let (record, review_by) = (read_dates(&dataset.dataset), dataset.stated.review_by);
        let codes: Vec<String> =
            dataset.dataset.provenance.problems.iter().map(|problem| problem.code.clone()).collect();
        (format!("{record} {}", review_by.unwrap()), codes)
    };
    let day_first = "2020-02-01 2020-04-03 2019-06-05/2019-08-07 2019-10-09 2027-12-11".to_owned();
    let month_first = "2020-01-02 2020-03-04 2019-05-06/2019-07-08 2019-09-10 2027-11-12".to_owned();
    let ambiguous = list(&["ambiguous-date"; 5]);
    assert_eq!(dates(Some(DateOrder::DayFirst), false), (day_first.clone(), vec![]));
    assert_eq!(dates(Some(DateOrder::MonthFirst), false), (month_first.clone(), vec![]));
    assert_eq!(dates(Some(DateOrder::DayFirst), true), (day_first, ambiguous.clone()));
    assert_eq!(dates(None, false), (month_first, ambiguous));
}

fn read_dates(dataset: &Dataset) -> String {
    let stamp = |stamp: &Option<DateStamp>| stamp.as_ref().unwrap().to_string();
    let coverage = dataset.coverage.as_ref().unwrap();
    let distribution = stamp(&dataset.distributions[0].modified);
    format!("{} {} {coverage} {distribution}", stamp(&dataset.issued), stamp(&dataset.modified))
}

#[test]
fn coverage_may_end_in_the_future_and_is_turned_round_when_it_runs_backwards() {
    let coverage = |start: &str, end: &str| {
        let dataset = read(Draft { coverage_start: some(start), coverage_end: some(end), ..draft() }).dataset;
        let codes: Vec<String> = dataset.provenance.problems.into_iter().map(|problem| problem.code).collect();
        (dataset.coverage.map(|interval| interval.to_string()).unwrap_or_default(), codes)
    };
    assert_eq!(coverage("2020", "2040"), ("2020/2040".to_owned(), vec![]));
    assert_eq!(coverage("2020", "Present"), ("2020/..".to_owned(), vec![]));
    assert_eq!(coverage("2022", "2020"), ("2020/2022".to_owned(), list(&["reversed-interval"])));
    assert_eq!(coverage("2022", "sometime"), ("2022/..".to_owned(), list(&["unreadable-date"])));
    assert_eq!(coverage("", "unknown"), (String::new(), vec![]));
}
