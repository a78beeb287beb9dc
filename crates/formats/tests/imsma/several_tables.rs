//! Tables of several layers one below the other in one file: nothing of one is read with the columns of another.

use super::*;

const HAZARDS: &str = "hazard_guid,status,date_of_discovery,province\n";
const VICTIMS: &str = "victim_guid,vi_name,vi_birth,governorate\n";

/// Rows of victims, whose month of birth stands where hazards have their day.
fn victims(count: usize) -> String {
    numbered("V", ",Zqcanary,1951-03-02,Marib\n", count)
}

fn hazards(count: usize) -> String {
    numbered("H", ",Open,2020-01-05,Taizz\n", count)
}

fn numbered(key: &str, rest: &str, count: usize) -> String {
    let mut rows = String::new();
    for number in 0..count {
        rows += &format!("{key}{number}{rest}");
    }
    rows
}

fn read_csv(parts: &[&str]) -> ImsmaReading {
    read("export.csv", parts.concat().as_bytes())
}

/// Whether a reading has nothing of the birth of anybody.
fn tells_no_birth(reading: &ImsmaReading) -> bool {
    let written = everything_written(reading);
    !written.contains("1951") && !written.contains("zqcanary")
}

#[test]
fn each_table_below_another_is_read_by_its_own_header() {
    for between in ["", "\n", "\nVictims\n", ",,,\nVictims,,,\n", "\n\nVíctimas;\n"] {
        let reading = read_csv(&[HAZARDS, &hazards(7), between, VICTIMS, &victims(7)]);
        assert_eq!(ids(&reading), ["hazards", "victims"], "{between:?}");
        assert!(reading.complete && tells_no_birth(&reading), "{between:?}: {reading:?}");
        let hazards = draft(&reading, "hazards");
        assert_eq!(hazards.coverage_start.as_deref(), Some("2020-01"));
        assert_eq!(hazards.coverage_end.as_deref(), Some("2020-01"));
        assert!(description(hazards, "en").contains("about 5 records"), "{between:?}");
        assert!(!hazards.fields.iter().any(|field| field.name.starts_with("vi_")), "{between:?}");
        assert!(description(draft(&reading, "victims"), "en").contains("about 5 records"), "{between:?}");
    }
}

#[test]
fn a_wider_table_below_hides_none_above_it() {
    let wider =
        "victim_guid,vi_name,vi_gender,vi_birth,vi_age_accident,governorate\nV1,Zqcanary,F,1951-03-02,30,Marib\n";
    let reading = read_csv(&[HAZARDS, &hazards(2), wider]);
    assert_eq!(ids(&reading), ["hazards", "victims"]);
    assert!(tells_no_birth(&reading));
    let sessions = "mre_guid,re_method,re_category,province\nR1,direct,session,Marib\n";
    let reading = read_csv(&[HAZARDS, &hazards(7), sessions]);
    assert_eq!(ids(&reading), ["hazards", "risk-education"]);
    assert!(description(draft(&reading, "risk-education"), "en").contains("fewer than 5"));
}

#[test]
fn the_order_of_days_of_a_table_is_that_of_its_own_rows() {
    let accidents = "accident_guid,accident_date,province\nA1,03/04/2021,Taizz\nA2,25/12/2021,Taizz\n";
    let hazards = "hazard_guid,date_of_discovery,province\nH1,04/25/2020,Taizz\nH2,03/04/2020,Taizz\n";
    let reading = read_csv(&[accidents, hazards]);
    let period = |id: &str| {
        let draft = draft(&reading, id);
        (draft.coverage_start.clone().unwrap(), draft.coverage_end.clone().unwrap())
    };
    assert_eq!(period("accidents"), ("2021-04".to_owned(), "2021-12".to_owned()));
    assert_eq!(period("hazards"), ("2020-03".to_owned(), "2020-04".to_owned()));
}

#[test]
fn rows_below_a_header_or_title_of_no_known_table_are_left_out_and_told() {
    let plain = "Province,Latitude,Longitude,Comments\n";
    let cut = "victim_gui,name,birth,province\n";
    for between in [plain, cut, "Victims\n", "Victims,,,\n\n"] {
        let reading = read_csv(&[HAZARDS, &hazards(7), between, &victims(7)]);
        assert!(!reading.complete && tells_no_birth(&reading), "{between:?}");
        assert!(codes(&reading.problems).contains(&"unknown-table"), "{between:?}");
        assert_eq!(ids(&reading), ["hazards"], "{between:?}");
        let first = reading.problems.iter().find(|problem| problem.code == "unknown-table").unwrap();
        assert_eq!(first.severity, Severity::Error);
    }
}

#[test]
fn a_header_on_every_page_is_no_record_and_no_other_table() {
    let reading = read_csv(&[HAZARDS, &hazards(4), HAZARDS, "H9,Open,2020-02-05,Taizz\n", HAZARDS]);
    assert_eq!((ids(&reading), reading.complete, reading.problems.len()), (vec!["hazards"], true, 0));
    assert!(description(draft(&reading, "hazards"), "en").contains("about 5 records"));
}

#[test]
fn a_value_that_is_the_name_of_a_column_begins_no_table() {
    let rows = "RE-1,RE activity,Taizz,Open\nRE-2,RE activity,Taizz,\nRE-3,Status,,Country\n";
    let reading = read_csv(&["mre_localid,kind,province,status\n", rows, "#code,#activity,#adm1,#status\n"]);
    assert_eq!((ids(&reading), reading.complete), (vec!["risk-education"], true));
    assert!(!codes(&reading.problems).contains(&"another-table"));
}
