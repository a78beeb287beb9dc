//! One person never passes for several, and what a single one has filled changes nothing.

use super::*;

/// The drafts of a table.
fn table(text: &str) -> ImsmaReading {
    read("a.csv", text.as_bytes())
}

/// A header and the same row `rows` times.
fn repeated(header: &str, row: &str, rows: usize) -> String {
    format!("{header}\n{}", format!("{row}\n").repeat(rows))
}

/// Whether nothing is told of the records but that they are few.
fn tells_nothing(draft: &Draft) -> bool {
    let text = description(draft, "en");
    text.contains("fewer than 5 records")
        && draft.coverage_start.is_none()
        && draft.places.is_empty()
        && !text.contains("United Nations Mine Action Service")
}

#[test]
fn one_victim_in_five_rows_is_one_record_whatever_key_the_rows_have() {
    for key in ["victim_guid", "victim_localid", "va_id"] {
        let header = format!("{key},vi_name,victim_name,gender,accident_date,province,district,organisation");
        let text = repeated(&header, "V-1,Invented,Invented,F,2021-03-04,YE15,YE1501,UNMAS", 5);
        assert!(tells_nothing(draft(&table(&text), "victims")), "{key}");
    }
    let victim = [
        element("Local_ID", "V-1"),
        element("Name", "Invented"),
        element("Province", "YE15"),
        element("District", "YE1501"),
        element("Accident_Date", "2021-03-04"),
    ];
    let reports = vec![(String::new(), element("Victim", &victim.concat())); 6];
    assert!(tells_nothing(draft(&read("a.xml", maxml(&reports).as_bytes()), "victims")));
}

#[test]
fn five_victims_are_told_and_a_dash_is_nobodys_key() {
    let mut text = "victim_localid,victim_name,gender,accident_date,province\n".to_owned();
    text += &"-,Invented,F,2021-03-04,YE15\n".repeat(5);
    let reading = table(&text);
    let victims = draft(&reading, "victims");
    assert!(description(victims, "en").contains("about 5 records"));
    assert_eq!(pcodes(victims), ["YE15"]);
}

#[test]
fn what_one_person_was_given_five_times_is_one_record() {
    let mut text = "victim_assistance_guid,victim_guid,assistance_date,province,organisation\n".to_owned();
    for number in 0..5 {
        text += &format!("a{number},v1,2021-03-04,YE15,UNMAS\n");
    }
    assert!(tells_nothing(draft(&table(&text), "victim-assistance")));
}

#[test]
fn what_one_victim_has_filled_changes_no_dictionary() {
    let header = "id_va_sy,ac_date,ac_governorate,killed,va_id,vi_name,vi_loss_eyesight,vi_circump,Own question\n";
    let rows = |eyesight: &str, circumstances: &str, own: &str| {
        let mut text = header.to_owned();
        for number in 0..7 {
            let filled = if number == 3 { [eyesight, circumstances, own].join(",") } else { ",,".to_owned() };
            text += &format!("A{number},2021-03-04,YE15,0,V{number},Invented,{filled}\n");
        }
        text
    };
    let (without, with) = (table(&rows("", "", "")), table(&rows("yes", "tampered", "yes")));
    assert_eq!(ids(&with), ["accidents", "victims"]);
    assert_eq!(without.drafts, with.drafts);
    let names = |id: &str| draft(&with, id).fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    assert!(names("victims").contains(&"vi_loss_eyesight".to_owned()));
    assert!(!names("accidents").contains(&"vi_loss_eyesight".to_owned()));
}

#[test]
fn victims_in_a_table_that_accidents_key_are_records_of_persons() {
    let header = "Accident_LocalID,Accident_Date,Province,Victim_Name,Gender,Date_of_Birth,Address";
    let reading = table(&repeated(header, "A-1,2021-03-04,YE15,Invented,F,1990-01-01,Invented street", 4));
    assert_eq!(ids(&reading), ["accidents", "victims"]);
    let victims = draft(&reading, "victims");
    assert_eq!(victims.terms.sensitivity.as_deref(), Some("severe"));
    assert!(tells_nothing(victims));
    // The accident stands in a row for each of its victims, and is one.
    let reading = table(&repeated(header, "A-1,2021-03-04,YE15,Invented,F,1990-01-01,Invented street", 9));
    assert!(description(draft(&reading, "accidents"), "en").contains("fewer than 5 records"));
    assert!(description(draft(&reading, "victims"), "en").contains("about 10 records"));
}

#[test]
fn a_telephone_number_beside_an_accident_makes_no_victim_of_it() {
    let header = "Accident_LocalID,Accident_Date,Province,Status,Contact,Phone,Email";
    let reading = table(&repeated(header, "A-1,2021-03-04,YE15,Closed,Invented,000,a@example.org", 2));
    assert_eq!(ids(&reading), ["accidents"]);
}
