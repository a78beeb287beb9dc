//! Which number of a day is its month: what the export itself shows, and never a guess that it contradicts.

use super::*;

fn period<'r>(reading: &'r ImsmaReading, id: &str) -> (Option<&'r str>, Option<&'r str>) {
    let draft = draft(reading, id);
    (draft.coverage_start.as_deref(), draft.coverage_end.as_deref())
}

/// Reports of one hazard each, surveyed on these days.
fn surveyed(days: &[&str]) -> ImsmaReading {
    let report = |day: &&str| {
        let fields =
            element("Hazard_Name", "zqcanary") + &element("Survey_Date", day) + &element("Latitude", "45.1234567");
        (element("ReportingPerson", "zqcanary"), element("Hazard", &fields))
    };
    let reading = read("a.xml", maxml(&days.iter().map(report).collect::<Vec<_>>()).as_bytes());
    let written = everything_written(&reading);
    assert!(!written.contains("zqcanary") && !written.contains("45.1234567"));
    assert!(days.iter().all(|day| !written.contains(day)));
    reading
}

#[test]
fn a_clock_of_twelve_hours_says_nothing_where_a_number_shows_that_days_come_first() {
    let table = "hazard_guid,survey_date,reporting_person\nh1,05/03/2021 10:00:00 AM,zqcanary\n\
                 h2,25/03/2021 09:30:00 AM,zqcanary\nh3,02/03/2021 11:30:00 PM,zqcanary\n";
    let reading = read("a.csv", table.as_bytes());
    assert_eq!(period(&reading, "hazards"), (Some("2021-03"), Some("2021-03")));
    assert!(!everything_written(&reading).contains("zqcanary"));
}

#[test]
fn a_column_in_both_orders_leaves_out_the_days_that_can_be_read_in_both() {
    let table = "hazard_guid,survey_date\nh1,05/03/2021\nh2,25/08/2021\nh3,08/25/2021\n";
    let reading = read("a.csv", table.as_bytes());
    assert_eq!(period(&reading, "hazards"), (Some("2021-08"), Some("2021-08")));
    assert_eq!(codes(&reading.problems), ["ambiguous-date"]);
    assert_eq!((reading.problems[0].position.row, reading.problems[0].field.as_str()), (Some(2), "survey_date"));
}

#[test]
fn days_of_maxml_are_read_in_the_order_that_the_document_shows_wherever_it_does() {
    for days in
        [["04/12/2020", "12/25/2020"], ["12/25/2020", "04/12/2020"], ["04/12/2020 9:00 AM", "12/01/2020 1:00 PM"]]
    {
        let reading = surveyed(&days);
        assert_eq!(period(&reading, "hazards"), (Some("2020-04"), Some("2020-12")), "{days:?}");
        assert_eq!(codes(&reading.problems), Vec::<&str>::new());
    }
    let reading = surveyed(&["04/12/2020", "25/12/2020 9:00 AM"]);
    assert_eq!(period(&reading, "hazards"), (Some("2020-12"), Some("2020-12")));
    assert_eq!(period(&surveyed(&["04/12/2020"]), "hazards"), (Some("2020-12"), Some("2020-12")));
}

#[test]
fn days_of_maxml_in_both_orders_state_no_month_that_may_be_wrong() {
    let reading = surveyed(&["04/12/2020", "25/08/2021", "08/25/2021", "2021-09-01"]);
    assert_eq!(period(&reading, "hazards"), (Some("2021-08"), Some("2021-09")));
    assert_eq!(codes(&reading.problems), ["ambiguous-date"]);
    // Nothing was left out here.
    assert_eq!(codes(&surveyed(&["25/08/2021", "08/25/2021", "04/04/2021"]).problems), Vec::<&str>::new());
}

#[test]
fn one_victim_with_several_days_counts_once_in_a_month_in_whatever_order_they_are_read() {
    let victim = |number: u8| {
        let days = ["03/04/2021", "2021-03-09", "2021-04-09"].map(|day| element("Accident_Date", day));
        element("Victim", &(element("Victim_GUID", &format!("v{number}")) + &days.concat()))
    };
    let document = |order: &str| {
        let mut reports: Vec<(String, String)> = (0..4).map(|number| (String::new(), victim(number))).collect();
        reports.push((String::new(), element("Hazard", &element("Survey_Date", order))));
        maxml(&reports)
    };
    for order in ["25/08/2020", "08/25/2020", "2020-08-25"] {
        assert_eq!(period(&read("a.xml", document(order).as_bytes()), "victims"), (None, None), "{order}");
    }
}
