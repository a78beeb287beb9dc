//! Planted secrets: in every field that is not kept, and beside known values in those of which something is.

use super::*;

/// What is planted: a word, and values in the shapes of coordinates, telephone numbers and days of birth.
const WORD: &str = "zqcanary";
const SHAPES: [&str; 4] = ["15.9876543", "45.1234567", "+967777000111", "1991-07"];

fn assert_clean(reading: &ImsmaReading) {
    let written = everything_written(reading);
    for secret in SHAPES.iter().chain(&[WORD]) {
        assert!(!written.contains(secret), "{secret} was written");
    }
    assert!(reading.problems.iter().all(|problem| problem.value.is_none()));
}

/// Every field of every bundled dictionary.
fn all_fields() -> Vec<String> {
    let table = include_str!("../../../../config/vocabularies/imsma_fields.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let names: BTreeSet<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
    names.into_iter().collect()
}

/// A value for the field of this number: a word of its own, in one of the shapes of secrets.
fn planted(number: usize) -> String {
    match number % 6 {
        0 => format!("{} {WORD}{number}", SHAPES[0]),
        1 => SHAPES[1].to_owned(),
        2 => SHAPES[2].to_owned(),
        3 => format!("{}-23", SHAPES[3]),
        4 => format!("UNMAS {WORD}{number}"),
        _ => format!("{WORD}{number}"),
    }
}

fn is_kept_day(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("date") || name.contains("report") || name.contains("fecha") || name.contains("birth")
}

const ITEMS: [&str; 8] =
    ["Accident", "Victim", "Hazard", "HazardReduction", "Location", "MREActivity", "QAActivity", "VictimAssistance"];

fn planted_maxml(items: &[&str]) -> String {
    let mut reports = Vec::new();
    for item in items {
        let mut body = String::new();
        for (number, name) in all_fields().iter().enumerate() {
            let name: String = name.chars().filter(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            // A day that is kept as a month is none of the secrets, so days hold words here.
            let value = if is_kept_day(&name) { format!("{WORD}{number}") } else { planted(number) };
            body += &format!("<{name} unit='{WORD}'>{value}</{name}>");
            body += &format!("<{name} value='{value}' name='{WORD}'/>");
        }
        // Known values beside planted ones, in the fields of which something is kept.
        body += &element("Status", "Open");
        body += &element("Status", &format!("Open {WORD}"));
        body += &element("Organisation", &format!("UNMAS; {WORD} trust"));
        body += &element("Province", "Ta'iz");
        body += &element("Province", &format!("Ta'iz {WORD}"));
        body += &element("District", &format!("{WORD} district"));
        body += &element("Survey_Date", &format!("2020-01-01 {WORD}"));
        body += &format!("<{WORD}Element other='{WORD}'><Inner>{WORD}</Inner></{WORD}Element>");
        body += &format!("<CustomDefinedField name='{WORD}'><Value>{WORD}</Value></CustomDefinedField>");
        body += &format!("<CustomDefinedField><Name>Grazing season</Name><Value>{WORD}</Value></CustomDefinedField>");
        body += &format!("<!-- {WORD} --><?{WORD} {WORD}?><![CDATA[{WORD}]]>");
        if *item == "Accident" {
            let victim =
                format!("<Name>{WORD}</Name><DateOfBirth>1991-07-23</DateOfBirth><Phone>+967777000111</Phone>");
            body += &element("Victims", &element("Victim", &victim).repeat(6));
            body += &element("Casualties", &element("Casualty", &victim).repeat(6));
            body += &element("VictimArtifact", &victim);
            body += &element("Informant", &victim);
        }
        let information = format!("<ReportingPerson>{WORD}</ReportingPerson><Other>{WORD}</Other>");
        reports.push((information, format!("<{item} secret='{WORD}'>{body}</{item}>")));
    }
    maxml(&reports)
}

fn planted_table(first: &[&str], key: &str) -> String {
    let mut names: Vec<String> = first.iter().map(|name| (*name).to_owned()).collect();
    names.extend(all_fields().into_iter().filter(|name| !first.contains(&name.as_str()) && name != "imsma_id"));
    names.push(format!("{WORD} column"));
    names.push("Grazing season".to_owned());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&names).unwrap();
    for row in 0..8 {
        let value = |(number, name): (usize, &String)| match name.as_str() {
            _ if number == 0 => format!("{key}{row}"),
            "status" | "status_ha" if row % 2 == 0 => "open".to_owned(),
            "Province" | "governorate" if row % 2 == 0 => "YE15".to_owned(),
            "org_id" | "organisation" => format!("UNMAS, {WORD}"),
            name if is_kept_day(name) => format!("{WORD}{number}"),
            _ => planted(number + row),
        };
        let cells: Vec<String> = names.iter().enumerate().map(value).collect();
        writer.write_record(&cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn nothing_of_a_maxml_export_is_written_but_what_is_listed() {
    let reading = read("export.xml", planted_maxml(&ITEMS).as_bytes());
    assert!(reading.complete);
    assert_eq!(reading.drafts.len(), 8);
    assert!(description(draft(&reading, "hazards"), "en").contains("Statuses: open, others."));
    assert_clean(&reading);
}

#[test]
fn nothing_of_a_table_is_written_but_what_is_listed() {
    for (first, key) in [
        (&["victim_guid", "name", "status"][..], "v"),
        (&["hazard_guid", "status", "Province"], "h"),
        (&["accident_guid", "accidenttypeenum_guid"], "a"),
        (&["imsma_id", "status"], "hazard_poly_"),
        (&["id_ha_sy", "status_ha", "governorate", "org_id"], "EST-HA-"),
        (&["Form ID", "re_category", "re_method", "session_date"], "F"),
        (&["id_va_sy", "ac_date", "va_id", "vi_name", "vi_birth"], "A"),
    ] {
        let reading = read(&format!("{WORD}.csv"), planted_table(first, key).as_bytes());
        assert!(reading.complete && !reading.drafts.is_empty(), "{key}: {:?}", codes(&reading.problems));
        assert_clean(&reading);
    }
}

#[test]
fn a_first_row_of_values_instead_of_a_header_names_nothing() {
    let table = format!("{WORD},15.9876543,45.1234567\n{WORD} b,+967777000111,1991-07-23\n");
    let reading = read("victim.csv", table.as_bytes());
    assert_eq!((codes(&reading.problems), reading.complete), (vec!["unknown-table"], false));
    assert_clean(&reading);
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn nothing_is_written_of_exports_that_break_off_or_are_damaged(
        place in any::<prop::sample::Index>(),
        damage in prop::sample::select(vec!["", "\"", "<", "&secret;", "</x>", "\u{0}", "<!DOCTYPE a>", "\n\n\"zq"]),
        table in any::<bool>(),
        cut in any::<bool>(),
    ) {
        let whole = if table { planted_table(&["victim_guid", "name"], "v") } else { planted_maxml(&ITEMS[..2]) };
        let mut at = place.index(whole.len());
        while !whole.is_char_boundary(at) {
            at -= 1;
        }
        let rest = if cut { "" } else { &whole[at..] };
        let name = if table { "a.csv" } else { "a.xml" };
        let reading = read(name, format!("{}{damage}{rest}", &whole[..at]).as_bytes());
        assert_clean(&reading);
    }
}
