//! What is kept of an export.

use super::*;

#[test]
fn admin_2_areas_are_named_from_five_records_on_and_villages_never() {
    let mut reports = vec![hazard("Ta'iz", "Mawiyah", "Open"); 5];
    reports.extend(vec![hazard("Hajjah", "Midi", "Open"); 4]);
    reports.push((String::new(), element("Hazard", &element("Village", "Midi"))));
    let reading = read("a.xml", maxml(&reports).as_bytes());
    let hazards = draft(&reading, "hazards");
    assert_eq!(pcodes(hazards), ["YE15", "YE17", "YE1501"]);
    assert_eq!(
        description(hazards, "en"),
        "An IMSMA export holds about 10 records of this type. Period: 2022-05 to 2022-05. Admin 1 areas: Ta'iz, \
         Hajjah. Admin 2 areas with 5 records or more: Mawiyah. Statuses: open. Minimum data requirements of mine \
         action: 1 of 7 elements present. The data dictionary lacks: benchmark coordinates, perimeter coordinates, \
         type of area (suspected or confirmed), category of devices, direct evidence, expected beneficiaries."
    );
}

#[test]
fn an_area_outside_of_its_own_record_is_not_named() {
    let reading = read("a.xml", maxml(&vec![hazard("Hajjah", "Mawiyah", "Open"); 6]).as_bytes());
    assert_eq!(pcodes(draft(&reading, "hazards")), ["YE17"]);
}

#[test]
fn values_are_read_from_attributes_where_an_element_has_neither_text_nor_parts() {
    let hazard = "<Hazard><Status name='zqcanary' value='Open'/><Province code='YE15'/><District name='YE1501' note='zqcanary'/>\
                  <SurveyDate value='2021-03-04'/><Organisation><Name value='UNMAS'/></Organisation>\
                  <Name value='zqcanary'/><Latitude value='45.1234567'/><Description text='zqcanary'/></Hazard>";
    let victim = "<Victim><Name value='zqcanary'/><Province code='YE15'/><Status value='Open'/></Victim>";
    let accident = format!(
        "<Accident><Status value='zqcanary'>Closed</Status><AccidentDate value='2020-01-02'><Note value='zqcanary'/>\
         </AccidentDate><Casualties value='zqcanary'/>{victim}</Accident>"
    );
    let mut reports = vec![(String::new(), hazard.to_owned()); 5];
    reports.push(("<ReportingPerson name='zqcanary'/><ReportingOrg value='UNMAS'/>".to_owned(), accident));
    let reading = read("a.xml", maxml(&reports).as_bytes());
    let hazards = draft(&reading, "hazards");
    assert_eq!(pcodes(hazards), ["YE15", "YE1501"]);
    assert_eq!(hazards.coverage_end.as_deref(), Some("2021-03"));
    let text = description(hazards, "en");
    assert!(text.contains("Organisations: United Nations Mine Action Service. Statuses: open, others."), "{text}");
    let accidents = draft(&reading, "accidents");
    assert!(
        description(accidents, "en").contains("Organisations: United Nations Mine Action Service. Statuses: closed.")
    );
    assert_eq!((pcodes(accidents), &accidents.coverage_start), (vec![], &None));
    assert!(draft(&reading, "victims").places.is_empty());
    let written = everything_written(&reading);
    assert!(!written.contains("zqcanary") && !written.contains("45.1234567"));
}

#[test]
fn areas_are_known_by_the_codes_of_their_nation() {
    for (country, province, district, expected) in [
        ("Colombia", "05", "05001", ["CO05", "CO05001"]),
        ("Yemen", "YE-15", "YE-1501", ["YE15", "YE1501"]),
        ("Yemen", "YE15 - Ta'iz", "YE1501: Mawiyah", ["YE15", "YE1501"]),
        ("", "YE-15", "YEM1501", ["YE15", "YE1501"]),
        ("Iraq", "IQ-G01", "IQG01Q01", ["IQG01", "IQG01Q01"]),
    ] {
        let settings = ImsmaSettings { country: country.to_owned(), ..ImsmaSettings::default() };
        let row = format!("h;{province};{district};zqcanary\n");
        let table = "hazreduc_guid;CodDaneDepartamento;CodDaneMunicipio;Village\n".to_owned()
            + &(0..5).map(|number| row.replacen('h', &format!("h{number}"), 1)).collect::<String>();
        let reading = read_export(table.as_bytes(), "a.csv", OWNER, &settings, Vocabularies::bundled());
        assert_eq!(pcodes(draft(&reading, "land-release")), expected, "{province} {district}");
        assert_eq!(codes(&reading.problems), Vec::<&str>::new(), "{province} {district}");
        assert!(!everything_written(&reading).contains("zqcanary"));
    }
}

#[test]
fn a_number_beside_the_name_of_an_area_is_a_key_of_the_database() {
    for code in ["15", "c0a8-016e-158248f3321"] {
        let table = format!("hazard_guid;Province;governorate_code\nh1;Hajjah;{code}\n");
        let reading = read("a.csv", table.as_bytes());
        assert_eq!(pcodes(draft(&reading, "hazards")), ["YE17"]);
        assert_eq!(codes(&reading.problems), Vec::<&str>::new());
    }
}

#[test]
fn areas_that_are_not_known_are_left_out_and_told_once_without_a_word_of_theirs() {
    let settings = |country: &str| ImsmaSettings { country: country.to_owned(), ..ImsmaSettings::default() };
    for (country, province, told) in [
        ("Yemen", "zqcanary", true),
        ("Yemen", "YE15zqcanary", true),
        ("Yemen", "15.1234567", true),
        ("Yemen", "99", true),
        ("", "15", true),
        ("Syria", "YE-15", true),
        ("Yemen", "-", false),
        ("Yemen", "", false),
    ] {
        let document = maxml(&[hazard(province, "", "Open"), hazard(province, "zqcanary", "Open")]);
        let reading = read_export(document.as_bytes(), "a.xml", OWNER, &settings(country), Vocabularies::bundled());
        let table = format!("hazard_guid;Province;latitude\nh1;{province};15.1234567\nh2;{province};15.1234567\n");
        let rows = read_export(table.as_bytes(), "a.csv", OWNER, &settings(country), Vocabularies::bundled());
        assert_eq!(codes(&reading.problems), ["area-not-known"], "{province}");
        assert_eq!(codes(&rows.problems), ["area-not-known"].repeat(usize::from(told)), "{province}");
        for reading in [reading, rows] {
            assert!(draft(&reading, "hazards").places.is_empty(), "{province}");
            let written = everything_written(&reading);
            assert!(!written.contains("zqcanary") && !written.contains("15.1234567"), "{province}");
        }
    }
}

#[test]
fn the_extent_is_that_of_the_areas_and_never_of_coordinates() {
    let places = "pcode,name,level,country,parent,west,south,east,north\n\
                  YE15,Ta'iz,1,YEM,,43.2,12.5,44.6,13.9\nYE17,Hajjah,1,YEM,,42.6,15.5,43.9,16.9\n";
    let tables = BTreeMap::from([("places".to_owned(), places.to_owned())]);
    let (vocabularies, problems) = Vocabularies::with_tables(&tables);
    assert_eq!(problems, []);
    let positions = element("Latitude", "1.5") + &element("Longitude", "2.5");
    let mut reports = vec![hazard("Ta'iz", "", "Open"), hazard("Hajjah", "", "Open")];
    reports[0].1 = reports[0].1.replace("</Hazard>", &format!("{positions}</Hazard>"));
    let extent = |reports: &[(String, String)]| {
        let document = maxml(reports);
        let reading = read_export(document.as_bytes(), "a.xml", OWNER, &settings(), &vocabularies);
        draft(&reading, "hazards").extents.clone()
    };
    assert_eq!(extent(&reports), ["42.6,12.5,44.6,16.9"]);
    let country = Vocabularies::bundled().country("YEM").unwrap().bbox.unwrap();
    let whole = format!("{},{},{},{}", country.west, country.south, country.east, country.north);
    assert_eq!(extent(&[hazard("", "", "Open")]), [whole]);
}

#[test]
fn fields_come_with_the_terms_of_their_class_and_unlisted_ones_are_only_counted() {
    let victim = [
        element("Name", "x"),
        element("Disability", "x"),
        element("Permission_To_Share_With_NGOs", "x"),
        element("Latitude", "1"),
        element("Own field A", "x").replace(' ', ""),
        element("Own field B", "x").replace(' ', ""),
        "<CustomDefinedField><Name>Grazing season</Name><Value>x</Value></CustomDefinedField>".to_owned(),
        "<CustomDefinedField><Name>Clan of the family</Name><Value>x</Value></CustomDefinedField>".to_owned(),
    ];
    let information = element("ReportingPerson", "x") + &element("ReportingDate", "2020-02-03");
    let reading = read("a.xml", maxml(&vec![(information, element("Victim", &victim.concat())); 5]).as_bytes());
    let victims = draft(&reading, "victims");
    let fields: Vec<_> = victims
        .fields
        .iter()
        .map(|field| {
            let form = field.shareable_form.as_deref().unwrap();
            (field.name.as_str(), field.sharing, field.sensitivity.unwrap(), form)
        })
        .collect();
    let counts = "counts by sex and age at admin 2 or above, small cells suppressed";
    assert_eq!(
        fields,
        [
            ("ReportingDate", None, Sensitivity::Low, "as it is"),
            ("ReportingPerson", Some(Sharing::Closed), Sensitivity::High, "never"),
            ("disability", Some(Sharing::Closed), Sensitivity::Severe, counts),
            ("latitude", Some(Sharing::Restricted), Sensitivity::High, "admin 2 centroid, or area per admin 2"),
            ("name", Some(Sharing::Closed), Sensitivity::Severe, "never; counts only"),
            (
                "permission_to_share_with_ngos",
                Some(Sharing::Organisation),
                Sensitivity::Moderate,
                "as it is to those who decide about access"
            ),
            ("Grazing season", Some(Sharing::Closed), Sensitivity::Unknown, "ask the owner"),
        ]
    );
    assert_eq!(
        description(victims, "en"),
        "An IMSMA export holds about 5 records of this type. Period: 2020-02 to 2020-02. Minimum data requirements of mine action: 1 of 7 \
         elements present. The data dictionary lacks: gender, date of birth, address, killed or injured, activity at \
         the time, whether the device was tampered with. Beside the fields listed there are fewer than 5 further \
         fields. Records are about persons: what fewer than 5 of them share is left out."
    );
    assert_eq!(victims.terms.sensitivity.as_deref(), Some("severe"));
    assert_eq!(victims.terms.reasons.len(), 2);
    assert_eq!((&victims.terms.listing, &victims.terms.sharing), (&None, &None));
}

#[test]
fn victims_inside_an_accident_are_counted_and_have_its_area_and_day() {
    let victims = element("Victims", &element("Victim", &element("Gender", "x")).repeat(9));
    let accident = element("Province", "Ta'iz") + &victims + &element("Accident_Date", "2021-03-04");
    let reading = read("a.xml", maxml(&[(String::new(), element("Accident", &accident))]).as_bytes());
    assert_eq!(ids(&reading), ["accidents", "victims"]);
    let victims = draft(&reading, "victims");
    assert_eq!(pcodes(victims), ["YE15"]);
    assert_eq!(
        (victims.coverage_start.as_deref(), victims.coverage_end.as_deref()),
        (Some("2021-03"), Some("2021-03"))
    );
    assert_eq!(draft(&reading, "accidents").terms.sensitivity, None);
}

#[test]
fn rows_of_a_table_that_repeat_a_key_are_one_record() {
    let mut table = String::from("hazard_guid;status;latitude;longitude;pointno\n");
    for row in 0..60 {
        table += &format!("h{};Active;1.0;2.0;{row}\n", row / 10);
    }
    let reading = read("hazard_points.csv", table.as_bytes());
    assert!(description(draft(&reading, "hazards"), "en").starts_with("An IMSMA export holds about 5 records"));
}

#[test]
fn rows_for_the_points_of_one_record_are_one_record_where_people_gave_its_only_key() {
    for (key, id) in [
        ("hazard_localid", "hazards"),
        ("hazreduc_localid", "land-release"),
        ("HazReducLocalid", "land-release"),
        ("accident_localid", "accidents"),
        ("mre_localid", "risk-education"),
        ("qa_localid", "quality-management"),
        ("location_localid", "locations"),
    ] {
        for point in ["pointno;latitude;longitude", "pointlocal_id;Informant;x", "Latitud;Longitud;Name"] {
            let mut table = format!("{key};status;province;district;{point}\n");
            for row in 0..6 {
                table += &format!("L-1;Active;YE15;YE1501;{row};zqcanary;45.1234567\n");
            }
            let reading = read("points.csv", table.as_bytes());
            let text = description(draft(&reading, id), "en");
            assert!(text.starts_with("An IMSMA export holds fewer than 5 records"), "{key} {point}");
            assert_eq!(pcodes(draft(&reading, id)), ["YE15"], "{key} {point}");
            let written = everything_written(&reading);
            assert!(!written.contains("zqcanary") && !written.contains("45.1234567"), "{key} {point}");
        }
    }
    // Without points a row is a record, and the key of another record says nothing of it.
    let table = "hazard_localid;status;province\n".to_owned() + &"L-1;Active;YE15\n".repeat(6);
    assert!(description(draft(&read("a.csv", table.as_bytes()), "hazards"), "en").contains("about 5 records"));
    let mut table = "hazard_localid;accident_localid;accident_date;province;x;y\n".to_owned();
    for row in 0..6 {
        table += &format!("L-1;A-{row};2021-03-04;YE15;1;2\n");
    }
    assert!(description(draft(&read("a.csv", table.as_bytes()), "accidents"), "en").contains("about 5 records"));
}

#[test]
fn a_mixed_table_of_core_is_split_by_imsma_id() {
    let table = "imsma_id,imsma_links,status,governorate,x,y\nhazard_poly_1,accident_1,open,YE15,1,1\n\
                 hazard_point_2,,closed,YE15,1,1\naccident_34,,,YE17,1,1\norganization_2,,,,,\nwidget_9,,,,,\n";
    let reading = read("core.csv", table.as_bytes());
    assert_eq!(ids(&reading), ["hazards", "accidents", "organisations"]);
    assert_eq!(codes(&reading.problems), ["unknown-item-type"]);
    assert_eq!(reading.problems[0].position.row, Some(6));
}

#[test]
fn cells_under_the_header_of_others_are_not_read() {
    let table = "accident_guid,name,date_of_birth,accident_date,province\na1,x,1991-07-23,2021-02-03,YE15\n\
                 a2,x,y,1991-07-23,2021-02-03,YE15\na3,1991-07-23,YE17\n";
    let reading = read("accidents.csv", table.as_bytes());
    let accidents = draft(&reading, "accidents");
    assert_eq!((accidents.coverage_start.as_deref(), pcodes(accidents)), (Some("2021-02"), vec!["YE15"]));
    assert_eq!(codes(&reading.problems), ["ragged-row", "ragged-row"]);
    assert!(reading.complete);
}

#[test]
fn a_shapefile_table_with_cut_names_is_read() {
    let table = "FeatureID,hazreduc_g,Province,District,Village,Stauts,Agency,REPORTSTAR,REPORTENDD,AREACLEARE,Eastings\n\
                 1,g1,YE15,YE1501,somewhere,Completed,Example Survey Team,01/02/2019,25/03/2019,100,1\n";
    let reading = read("activities.csv", table.as_bytes());
    let release = draft(&reading, "land-release");
    assert_eq!(
        (release.coverage_start.as_deref(), release.coverage_end.as_deref()),
        (Some("2019-02"), Some("2019-03"))
    );
    assert!(description(release, "en").contains("Organisations: Example Survey Team. Statuses: completed."));
}

#[test]
fn a_person_or_a_cluster_in_a_field_of_organisations_is_no_organisation_of_that_abbreviation() {
    for (country, name) in
        [("Syria", "CCCM"), ("Afghanistan", "Omar, Hassan"), ("Afghanistan", "OMAR, Hassan zqcanary")]
    {
        let settings = ImsmaSettings { country: country.to_owned(), ..ImsmaSettings::default() };
        let table = format!("hazreduc_guid;Agency;latitude\nh1;{name};45.1234567\n");
        let reading = read_export(table.as_bytes(), "a.csv", OWNER, &settings, Vocabularies::bundled());
        assert!(description(draft(&reading, "land-release"), "en").contains("but none that may be named"), "{name}");
        assert_eq!(codes(&reading.problems), ["organisation-not-listed"]);
        let written = everything_written(&reading);
        assert!(!written.contains("hassan") && !written.contains("45.1234567"), "{name}");
    }
}

#[test]
fn auxiliary_data_is_counted_by_its_artifact() {
    let document = "<MineActionOrganisationArtifact><DocumentHeader/><Organisation><Name>Example Survey Team</Name>\
                    </Organisation><Organisation><Name>x</Name></Organisation></MineActionOrganisationArtifact>";
    assert_eq!(ids(&read("a.xml", document.as_bytes())), ["organisations"]);
    let document =
        "<x:MineActionFieldReport xmlns:x='u'><x:Gazeteer><x:Name>x</x:Name></x:Gazeteer></x:MineActionFieldReport>";
    assert_eq!(ids(&read("a.xml", document.as_bytes())), ["gazetteer"]);
}

#[test]
fn minimum_data_that_is_there_under_a_common_name_is_not_called_lacking() {
    for coordinates in ["x,y", "lat,lon", "easting,northing", "POINT_X,POINT_Y"] {
        let reading = read("a.csv", format!("hazard_guid,status,{coordinates}\nh1,Open,1,2\n").as_bytes());
        assert!(!description(draft(&reading, "hazards"), "en").contains("benchmark"), "{coordinates}");
    }
    let sessions = read("a.csv", b"mre_guid,re_method,Implementing Organisation\nr1,direct,UNMAS\n");
    assert!(!description(draft(&sessions, "risk-education"), "en").contains("organisation,"));
    let accidents = read("a.csv", b"accident_guid,Device Type\na1,mine\n");
    assert!(!description(draft(&accidents, "accidents"), "en").contains("category of device"));
}
