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

/// Six rows or reports of one person, whose id stands under `key`.
fn six_of_one(key: &str) -> [ImsmaReading; 2] {
    let header = format!("{key},victim_name,sex,injury,accident_date,province,district,organisation");
    let text = repeated(&header, "P-1,Invented,F,Invented,2021-03-04,YE15,YE1501,UNMAS", 6);
    let fields = [element("Name", "Invented"), element("Province", "YE15"), element("Accident_Date", "2021-03-04")];
    let victim = element("Victim", &(element(&key.replace(' ', ""), "P-1") + &fields.concat()));
    let reports = vec![(String::new(), victim); 6];
    [table(&text), read("a.xml", maxml(&reports).as_bytes())]
}

#[test]
fn one_victim_in_six_rows_or_reports_is_one_whatever_people_call_the_id() {
    for key in ["Victim ID", "victim_id", "Victim No", "Victim Code", "Casualty ID", "Survivor ID", "person_id"]
        .into_iter()
        .chain(["Beneficiary ID", "ID víctima", "رقم الضحية", "vi_number", "IMSMA ID", "id"])
    {
        for reading in six_of_one(key) {
            assert!(tells_nothing(draft(&reading, "victims")), "{key}: {reading:?}");
        }
    }
    let victim = "<Victim id='V-1'><Name>Invented</Name><Province>YE15</Province></Victim>";
    let reports = vec![(String::new(), victim.to_owned()); 6];
    assert!(tells_nothing(draft(&read("a.xml", maxml(&reports).as_bytes()), "victims")));
    let header = "victim_assistance_guid,Victim ID,assistance_type,province,assistance_date\n";
    let text = (0..6).fold(header.to_owned(), |text, number| text + &format!("a{number},P-1,x,YE15,2021-03-04\n"));
    assert!(tells_nothing(draft(&table(&text), "victim-assistance")));
}

#[test]
fn the_number_of_a_row_hides_no_id_of_a_person() {
    let rows = |id: fn(u8) -> String| {
        (0..6).fold("id,Victim ID,victim_name,sex,injury,province\n".to_owned(), |text, number| {
            text + &format!("{number},{},Invented,F,Invented,YE15\n", id(number))
        })
    };
    assert!(tells_nothing(draft(&table(&rows(|_| "P-1".to_owned())), "victims")));
    let several = table(&rows(|number| format!("P-{number}")));
    assert!(description(draft(&several, "victims"), "en").contains("about 5 records"));
}

#[test]
fn rows_that_count_four_victims_or_are_notes_below_them_are_no_fifth() {
    let header = "victim_guid,full_name,sex,province,district,accident_date\n";
    let victims = [0, 1, 2, 3].map(|number| format!("v{number},Zqcanary,F,YE15,YE1501,2021-03-04\n")).concat();
    for below in [
        "Subtotal,4,,YE15,YE1501,\n",
        "Total,4,,,,\n",
        ",,Total: 4,YE15,YE1501,\n",
        "المجموع,4,,YE15,YE1501,\n",
        "Source: Zqcanary,,,,,\nPrepared by Zqcanary,,,,,\n",
        "Prepared by:,Zqcanary,,,,\n",
    ] {
        let reading = table(&format!("{header}{victims}{below}"));
        assert!(tells_nothing(draft(&reading, "victims")), "{below}");
        assert!(codes(&reading.problems).iter().all(|code| *code == "no-record"), "{:?}", reading.problems);
        assert!(!reading.problems.is_empty() && !everything_written(&reading).contains("zqcanary"));
    }
    // What a key tells is a record, whatever else stands there.
    let reading = table(&format!("{header}{victims}v5,Zqcanary,Total,YE15,YE1501,2021-03-04\n"));
    assert!(description(draft(&reading, "victims"), "en").contains("about 5 records"));
}

#[test]
fn what_one_victim_has_is_in_no_dictionary_of_maxml() {
    let document = |with: &[usize], field: &str| {
        let victim = |number: usize| {
            let fields = element("Victim_GUID", &format!("v{number}")) + &element("Province", "YE15");
            let own = if with.contains(&number) { element(field, "x") } else { String::new() };
            (String::new(), element("Victim", &(fields + &own)))
        };
        // Each person is told twice.
        maxml(&(0..13).chain(0..13).map(victim).collect::<Vec<_>>())
    };
    for field in ["Disability", "HIV_Status", "Grazing season"] {
        let field = field.replace(' ', "");
        let without = read("a.xml", document(&[], &field).as_bytes());
        for few in [&[3][..], &[0, 1, 2, 12]] {
            assert_eq!(read("a.xml", document(few, &field).as_bytes()).drafts, without.drafts, "{field}");
        }
        let with = read("a.xml", document(&[0, 1, 2, 3, 4], &field).as_bytes());
        assert_ne!(with.drafts, without.drafts, "{field}");
    }
    // Nothing is called lacking of which too few can have it.
    let few = read("a.xml", maxml(&[(String::new(), element("Victim", &element("Name", "x")))]).as_bytes());
    assert!(!description(draft(&few, "victims"), "en").contains("lacks"));
}

#[test]
fn the_rows_of_accidents_with_named_victims_are_records_of_both() {
    for header in [
        "accident_localid,accident_date,Province,Victim Name,Victim Sex,Victim ID",
        "accident_guid,accident_date,Province,Victim Name",
    ] {
        let row = |number: u8| format!("A{number},2021-03-04,YE15,Invented,F,V{number}");
        let columns = header.split(',').count();
        let text = (0..7).fold(header.to_owned(), |text, number| {
            text + "\n" + &row(number).split(',').take(columns).collect::<Vec<_>>().join(",")
        });
        let reading = table(&text);
        assert_eq!(ids(&reading), ["accidents", "victims"], "{header}");
        assert_eq!(draft(&reading, "victims").terms.sensitivity.as_deref(), Some("severe"), "{header}");
        assert!(reading.drafts.iter().all(|record| description(record, "en").contains("about 5 records")), "{header}");
        // What is told of the accidents alone may be shared.
        let accidents = draft(&reading, "accidents");
        assert!(accidents.fields.iter().all(|field| field.sensitivity != Some(Sensitivity::Severe)), "{header}");
    }
}

#[test]
fn whatever_record_has_the_fields_of_survivors_has_their_terms() {
    let owners = "hazard_localid,date_of_report,Province,Date of birth,Disability\nH1,2021-03-04,YE15,1971-01-01,x\n";
    let people = "ac_code,ac_date,ac_governorate,Name,Father name,Sex,Age\nA1,2021-03-04,YE15,x,x,F,9\n";
    let accident = element("Accident_Date", "2021-03-04") + &element("VictimName", "x");
    let flat = read("a.xml", maxml(&[(String::new(), element("Accident", &accident))]).as_bytes());
    for record in [table(owners), table(people), flat].iter().flat_map(|reading| &reading.drafts) {
        assert_eq!(record.terms.sensitivity.as_deref(), Some("severe"), "{record:?}");
    }
    let telephone = table("hazard_localid,date_of_report,Province,Phone\nH1,2021-03-04,YE15,0\n");
    assert_eq!(draft(&telephone, "hazards").terms.sensitivity, None);
}

#[test]
fn victims_of_the_accident_form_are_told_apart_by_their_own_ids() {
    for (key, ids) in [("ac_code", true), ("ac_code", false), ("id_va_sy", true), ("id_va_sy", false)] {
        let mut text = format!("{key},ac_date,ac_governorate,vi_name,vi_gender{}\n", if ids { ",va_id" } else { "" });
        for number in 0..15 {
            let own = if ids { format!(",V{number}") } else { String::new() };
            text += &format!("A{},2021-03-04,YE15,Invented,F{own}\n", number / 5);
        }
        let reading = table(&text);
        assert!(description(draft(&reading, "victims"), "en").contains("about 15 records"), "{key} {ids}");
        assert!(description(draft(&reading, "accidents"), "en").contains("fewer than 5 records"), "{key} {ids}");
    }
}

#[test]
fn a_key_is_the_same_in_any_case_in_braces_and_in_quotes() {
    let mut text = "victim_guid,victim_name,province,district,accident_date\n".to_owned();
    for key in ["{ABC-1}", "abc-1", "ABC-1 ", "{abc-1}", "\"\"\"ABC-1\"\"\"", "Abc-1"] {
        text += &format!("{key},Invented,YE15,YE1501,2021-03-04\n");
    }
    assert!(tells_nothing(draft(&table(&text), "victims")));
}

#[test]
fn words_for_nothing_are_nobodys_key_no_day_and_no_other_organisation() {
    let mut text = "victim_guid,victim_name,province,organisation,accident_date\n".to_owned();
    for key in ["N/A", "NULL", "0", "00000000-0000-0000-0000-000000000000", "Unknown"] {
        text += &format!("{key},Invented,YE15,None,N/A\n{key},Invented,-,Unknown,n/a\n");
    }
    let reading = table(&text);
    let victims = description(draft(&reading, "victims"), "en");
    assert!(victims.contains("about 10 records") && !victims.contains("Organisations"), "{victims}");
    assert_eq!(codes(&reading.problems), Vec::<&str>::new());
}

#[test]
fn the_day_and_place_of_what_someone_was_given_are_not_those_of_the_accident() {
    let assistance = element(
        "VictimAssistance",
        &(element("VictimAssistance_GUID", "a1")
            + &element("Assistance_Date", "2020-01-01")
            + &element("Report_Date", "2020-02-01")
            + &element("Province", "YE17")),
    );
    let victim = |number: u8| {
        let own = element("Victim_GUID", &format!("v{number}")) + &element("Accident_Date", "2018-01-01");
        (String::new(), element("Victim", &(own + &assistance)))
    };
    let reading = read("a.xml", maxml(&(0..6).map(victim).collect::<Vec<_>>()).as_bytes());
    let victims = draft(&reading, "victims");
    assert_eq!(victims.coverage_end.as_deref(), Some("2018-01"));
    assert_eq!((pcodes(victims), ids(&reading)), (vec![], vec!["victims"]));
    // The victim of several acts of assistance is one person, and the accident is no day of them.
    let act = |number: u8| {
        let victim = element("Victim_GUID", "v1") + &element("Accident_Date", "2018-01-01");
        let own = element("VictimAssistance_GUID", &format!("a{number}")) + &element("Victim", &victim);
        (String::new(), element("VictimAssistance", &(own + &element("Assistance_Date", "2020-01-01"))))
    };
    assert!(tells_nothing(draft(
        &read("a.xml", maxml(&(0..6).map(act).collect::<Vec<_>>()).as_bytes()),
        "victim-assistance"
    )));
}
