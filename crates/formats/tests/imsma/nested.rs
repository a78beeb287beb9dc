//! maXML that nests its items otherwise than the published schema.

use super::*;

/// A word and a coordinate that stand near everything here.
const CANARIES: [&str; 2] = ["zqcanary", "45.1234567"];

/// A document with one report around `body`.
fn report(body: &str) -> String {
    format!("<MineActionFieldReport><FieldReport><FieldReportInfo/>{body}</FieldReport></MineActionFieldReport>")
}

/// A person who was hurt, with a home of their own.
fn person(element_name: &str, home: &str) -> String {
    let fields = element("Name", "zqcanary") + &element("Province", home) + &element("Latitude", "45.1234567");
    element(element_name, &fields)
}

fn read_clean(document: &str) -> ImsmaReading {
    let reading = read("a.xml", document.as_bytes());
    let written = everything_written(&reading);
    assert!(CANARIES.iter().all(|canary| !written.contains(canary)), "{document}");
    reading
}

fn count_of<'r>(reading: &'r ImsmaReading, id: &str) -> &'r str {
    let text = description(draft(reading, id), "en");
    text.split(" records").next().unwrap().trim_start_matches("An IMSMA export holds ")
}

#[test]
fn the_home_of_a_victim_is_no_place_of_the_accident_however_the_victim_is_nested() {
    let accident = element("Province", "Ta'iz") + &element("Accident_Date", "2021-03-04");
    let [casualty, victim, survivor] = ["Casualty", "VictimArtifact", "Survivor"].map(|name| person(name, "Aden"));
    for (place, victims, found) in [
        ("Accident", element("Casualties", &casualty), true),
        ("AccidentArtifact", victim.clone(), true),
        ("Accident", element("Consequences", &element("People", &survivor)), true),
        ("Accident", element("ReportedBy", &element("Reporting_Person", &victim)), true),
        // Who they are cannot be told apart here, so nothing is told of them.
        ("Accident", person("Victims", "Aden"), false),
        ("Accident", person("AccidentVictim", "Aden"), false),
        ("Accident", person("Informant", "Aden"), false),
        ("Accident", element("Persons", &person("Person", "Aden")), false),
    ] {
        let document = report(&element(place, &(accident.clone() + &victims)));
        let reading = read_clean(&document);
        assert_eq!(pcodes(draft(&reading, "accidents")), ["YE15"], "{document}");
        assert_eq!(count_of(&reading, "accidents"), "fewer than 5", "{document}");
        assert_eq!(ids(&reading).contains(&"victims"), found, "{document}");
        if found {
            let victims = draft(&reading, "victims");
            assert_eq!((pcodes(victims), &victims.coverage_start), (vec![], &None), "{document}");
        }
    }
}

#[test]
fn what_a_victim_tells_of_a_home_a_birth_or_a_hospital_is_nothing_of_the_accident() {
    let homes =
        ["CurrentAddress", "HomeAddress", "Address", "Residence", "Place_of_Origin", "BirthPlace", "DateOfBirth"];
    for around in homes.into_iter().chain(["Hospital", "NextOfKin", "Contact"]) {
        let elsewhere = element("Province", "Hajjah") + &element("District", "Abs");
        let elsewhere = element(around, &(elsewhere + &element("Accident_Date", "1971-01-02")));
        let victim = element("Victim", &(element("Name", "zqcanary") + &elsewhere));
        let accident = element("Province", "Ta'iz") + &element("Accident_Date", "2021-03-04") + &victim;
        let reading = read_clean(&report(&element("Accident", &accident).repeat(7)));
        let victims = draft(&reading, "victims");
        assert_eq!((count_of(&reading, "victims"), pcodes(victims)), ("about 5", vec!["YE15"]), "{around}");
        assert_eq!(victims.coverage_start.as_deref(), Some("2021-03"), "{around}");
        // A victim of no accident has no other place.
        let alone = read_clean(&report(&element("Victim", &(element("Name", "zqcanary") + &elsewhere)).repeat(7)));
        assert_eq!((pcodes(draft(&alone, "victims")), &draft(&alone, "victims").coverage_start), (vec![], &None));
    }
}

#[test]
fn a_number_of_casualties_is_a_field_and_nobody() {
    let accident = element("Province", "Ta'iz") + "<Casualty>3</Casualty><Number_of_Victims>3</Number_of_Victims>";
    let reading = read_clean(&report(&element("Accident", &accident).repeat(9)));
    assert_eq!(ids(&reading), ["accidents"]);
    let names = draft(&reading, "accidents").fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["Province", "casualty", "number_of_victims"]);
}

#[test]
fn items_inside_a_location_are_records_of_their_own_and_lie_in_it() {
    let hazard = element("Hazard", &(element("Status", "Open") + &element("Survey_Date", "2022-05-04")));
    let accident = element("Accident", &(element("Accident_Date", "2021-03-04") + &person("Victim", "")));
    let location = element("Location_Name", "zqcanary") + &element("Province", "Ta'iz") + &hazard.repeat(6) + &accident;
    let reading = read_clean(&report(&element("Location", &location)));
    let hazards = draft(&reading, "hazards");
    assert_eq!((count_of(&reading, "hazards"), pcodes(hazards)), ("about 5", vec!["YE15"]));
    assert_eq!(hazards.coverage_start.as_deref(), Some("2022-05"));
    let accidents = draft(&reading, "accidents");
    assert_eq!((count_of(&reading, "accidents"), pcodes(accidents)), ("fewer than 5", vec!["YE15"]));
    assert_eq!(accidents.coverage_end.as_deref(), Some("2021-03"));
    assert!(!description(accidents, "en").contains("Statuses"));
    assert_eq!((count_of(&reading, "victims"), pcodes(draft(&reading, "victims"))), ("fewer than 5", vec![]));
    assert!(draft(&reading, "locations").coverage_start.is_none());
    assert_eq!(ids(&read_clean(&element("Location", &location))), ["hazards", "accidents", "victims", "locations"]);
}

#[test]
fn victims_of_an_accident_in_a_location_lie_there() {
    let accident = element("Accident_Date", "2021-03-04") + &element("Victims", &person("Victim", "").repeat(5));
    let location = element("Province", "Ta'iz") + &element("Accident", &accident);
    let reading = read_clean(&report(&element("Location", &location)));
    let victims = draft(&reading, "victims");
    assert_eq!((pcodes(victims), victims.coverage_start.as_deref()), (vec!["YE15"], Some("2021-03")));
}

#[test]
fn the_place_and_the_cause_of_an_item_are_its_own() {
    let place = element("Location", &(element("Province", "Ta'iz") + &element("Name", "zqcanary")));
    let cause = element("Cause", &element("Name", "zqcanary"));
    let reading = read_clean(&report(&element("Accident", &(place + &cause))));
    assert_eq!((ids(&reading), pcodes(draft(&reading, "accidents"))), (vec!["accidents"], vec!["YE15"]));
}

#[test]
fn an_item_that_another_refers_to_or_that_its_artifact_holds_is_counted_once() {
    let mut reports = String::new();
    for number in 0..6 {
        let key = element("Hazard_LocalID", &format!("H-{number}"));
        let referring =
            element("Hazard", &key) + &element("Hazard", &format!("H-{number}")) + &element("Status", "Completed");
        let hazard = element("Hazard", &(key + &element("Status", "Open") + &element("Latitude", "45.1234567")));
        reports += &format!("<FieldReport>{}</FieldReport>", element("HazardReduction", &referring));
        reports += &format!("<FieldReport>{}</FieldReport>", element("HazardArtifact", &hazard));
    }
    let reading = read_clean(&element("MineActionFieldReport", &reports));
    assert_eq!(ids(&reading), ["hazards", "land-release"]);
    for (id, status) in [("hazards", "open"), ("land-release", "completed")] {
        assert_eq!(count_of(&reading, id), "about 5");
        assert!(description(draft(&reading, id), "en").contains(&format!("Statuses: {status}.")), "{id}");
    }
}

#[test]
fn items_are_found_whatever_stands_between_them_and_their_report() {
    let hazard = element("Hazard", &(element("Status", "Open") + &element("Province", "Ta'iz")));
    for body in [
        element("Items", &hazard.repeat(6)),
        element("Hazards", &hazard.repeat(6)),
        element("Content", &element("Items", &element("Hazards", &hazard))).repeat(6),
        element("Photos", &element("Photo", &element("Location", "zqcanary"))) + &hazard.repeat(6),
    ] {
        let reading = read_clean(&report(&body));
        assert!(reading.complete, "{body}");
        assert_eq!((ids(&reading), count_of(&reading, "hazards")), (vec!["hazards"], "about 5"), "{body}");
        assert_eq!((codes(&reading.problems), pcodes(draft(&reading, "hazards"))), (vec![], vec!["YE15"]), "{body}");
    }
    let reading = read_clean(&report(&element("Victims", &person("Victim", "Aden").repeat(6))));
    assert_eq!((ids(&reading), pcodes(draft(&reading, "victims"))), (vec!["victims"], vec!["YE24"]));
}

#[test]
fn items_beside_the_reports_of_a_document_of_another_name_are_read() {
    let hazard = element("Hazard", &element("Province", "Ta'iz"));
    let victims = element("Victims", &person("Victim", "Aden").repeat(6));
    let reading = read_clean(&element("Export", &(element("FieldReport", &hazard) + &victims)));
    assert_eq!((ids(&reading), count_of(&reading, "victims")), (vec!["hazards", "victims"], "about 5"));
}

#[test]
fn a_report_of_something_unknown_makes_the_reading_incomplete() {
    let unknown = element("CommunityVisit", &(element("Name", "zqcanary") + &element("Province", "Aden")));
    let (information, item) = hazard("Ta'iz", "", "Open");
    let reading = read_clean(&maxml(&[(information.clone(), item.clone()), (information.clone(), unknown)]));
    assert!(!reading.complete);
    assert_eq!(codes(&reading.problems), ["no-known-item"]);
    assert!(description(draft(&reading, "hazards"), "en").contains("the number of records is not stated"));
    // A report with nothing but its information lacks nothing.
    let reading = read_clean(&maxml(&[(information.clone(), item), (information, String::new())]));
    assert!(reading.complete);
    assert_eq!((codes(&reading.problems), reading.problems[0].severity), (vec!["no-known-item"], Severity::Warning));
}

#[test]
fn many_items_inside_of_one_are_all_counted() {
    let victims = element("Victim", &element("Gender", "x")).repeat(10_500);
    let accident = element("Province", "Ta'iz") + &element("Victims", &victims);
    let reading = read_clean(&report(&element("Accident", &accident)));
    assert_eq!((count_of(&reading, "accidents"), count_of(&reading, "victims")), ("fewer than 5", "about 10500"));
    assert_eq!(codes(&reading.problems), Vec::<&str>::new());
}

/// Words of elements, of which any may stand inside any other.
const NAMES: [&str; 22] = [
    "Hazard",
    "Hazards",
    "HazardArtifact",
    "Accident",
    "Victim",
    "VictimArtifact",
    "Victims",
    "Casualty",
    "Casualties",
    "Survivor",
    "VictimAssistance",
    "Location",
    "HazardReduction",
    "Items",
    "FieldReport",
    "FieldReportInfo",
    "ReportingPerson",
    "Informant",
    "GeospatialInfo",
    "Contact",
    "CustomDefinedField",
    "Cause",
];

/// Elements inside of one another, in each of which stand a person's words, a position and an area.
fn any_nesting() -> impl Strategy<Value = String> {
    let filled = element("Name", "zqcanary")
        + &element("Status", "zqcanary")
        + &element("Organisation", "zqcanary")
        + &element("Province", "zqcanary")
        + &element("Village", "zqcanary")
        + &element("Latitude", "45.1234567")
        + "<Phone value='45.1234567'/><District name='zqcanary'/>";
    let name = || prop::sample::select(NAMES.to_vec());
    let leaf = name().prop_map(move |name| format!("<{name} id='zqcanary'>{filled}</{name}>"));
    leaf.prop_recursive(6, 48, 4, move |inner| {
        (name(), prop::collection::vec(inner, 1..4), any::<bool>()).prop_map(|(name, inner, with_home)| {
            let home = if with_home { element("Province", "Aden") } else { String::new() };
            element(name, &(home + &inner.concat()))
        })
    })
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn no_word_comes_out_whatever_stands_inside_of_what(body in any_nesting()) {
        for document in [report(&body), element("MineActionFieldReport", &body), body] {
            read_clean(&document);
        }
    }

    #[test]
    fn the_home_of_one_victim_is_told_of_nothing_whatever_stands_around_the_victim(
        around in prop::collection::vec(prop::sample::select(NAMES.to_vec()), 0..6),
        name in prop::sample::select(vec!["Victim", "VictimArtifact", "Casualty", "Survivor", "Victims", "VictimAssistance"]),
    ) {
        let mut body = person(name, "Aden");
        for name in &around {
            body = element(name, &body);
        }
        let reading = read_clean(&report(&body));
        prop_assert!(reading.drafts.iter().all(|draft| pcodes(draft).is_empty()), "{}", body);
    }
}
