#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cairn_model::{
    AccessMethod, Contact, DraftDistribution, DraftOrganisation, DraftPlace, LocalizedText, Partnership, Sharing,
    StatedText,
};

use super::*;

fn read(dataset: &str) -> Reading {
    read_dataset(dataset.as_bytes()).unwrap()
}

fn draft(fields: &str) -> Draft {
    read(&format!(r#"{{"identifier": "a", "title": "T", {fields}}}"#)).draft
}

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code.as_str()).collect()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where a field is optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_dataset_of_version_1_1_is_read_in_full() {
    let reading = read(
        r#"{
            "@type": "dcat:Dataset", "identifier": "https://agency.example/wells", "title": "Wells", "description": "<p>Invented.</p>",
            "keyword": ["water", "wells"], "modified": "2024-05-06", "issued": "2020-01-02", "accessLevel": "public",
            "publisher": {"name": "Office of Wells", "subOrganizationOf": {"name": "Department of Water"}},
            "contactPoint": {"fn": "Data desk", "hasEmail": "mailto:desk@agency.example"},
            "bureauCode": ["000:00"], "programCode": ["000:000"], "license": "https://creativecommons.org/licenses/by/4.0/",
            "spatial": "-10.5,4,-8,6.5", "temporal": "2019-01-01/2023-12-31", "accrualPeriodicity": "R/P1Y", "language": ["en-US"],
            "theme": ["Water", "http://publications.europa.eu/resource/authority/data-theme/HEAL"], "landingPage": "https://agency.example/wells.html",
            "describedBy": "https://agency.example/wells-fields.html", "references": ["https://agency.example/report"],
            "isPartOf": "all-water", "systemOfRecords": "https://agency.example/sorn", "dataQuality": false,
            "distribution": [
                {"@type": "dcat:Distribution", "title": "CSV", "downloadURL": "https://agency.example/wells.csv", "mediaType": "text/csv", "byteSize": 120},
                {"title": "API", "accessURL": "https://agency.example/api", "format": "API", "field": [{"name": "depth", "type": "number"}]}
            ]
        }"#,
    );
    let role = some("pointOfContact");
    let expected = Draft {
        source_record_id: "https://agency.example/wells".to_owned(),
        identifiers: vec![of_form("https://agency.example/wells")],
        title: LocalizedText::undetermined("Wells"),
        description: LocalizedText::undetermined("<p>Invented.</p>"),
        keywords: BTreeMap::from([("und".to_owned(), strings(&["water", "wells"]))]),
        languages: strings(&["en-US"]),
        publisher: Some(DraftOrganisation { name: "Office of Wells".to_owned(), ..DraftOrganisation::default() }),
        partnerships: vec![Partnership {
            partner: "Department of Water".to_owned(),
            role: some("parent organisation"),
            ..Partnership::default()
        }],
        contacts: vec![Contact {
            name: some("Data desk"),
            email: some("desk@agency.example"),
            role,
            published_openly: true,
            ..Contact::default()
        }],
        topics: strings(&["Water", "Health"]),
        methodology: some(
            "Data dictionary: https://agency.example/wells-fields.html\n\nSee also: https://agency.example/report\n\n\
             Part of: all-water",
        ),
        caveats: some(
            "The publisher says that the data does not meet its guidelines on quality.\n\n\
             Holds records about persons (system of records notice): https://agency.example/sorn",
        ),
        fields: vec![cairn_model::Field {
            name: "depth".to_owned(),
            data_type: some("number"),
            ..cairn_model::Field::default()
        }],
        extents: strings(&["-10.5,4,-8,6.5"]),
        coverage: some("2019-01-01/2023-12-31"),
        issued: some("2020-01-02"),
        modified: some("2024-05-06"),
        update_frequency: some("R/P1Y"),
        distributions: vec![
            DraftDistribution {
                title: some("CSV"),
                url: some("https://agency.example/wells.csv"),
                media_type: some("text/csv"),
                size: some("120"),
                ..DraftDistribution::default()
            },
            DraftDistribution {
                title: some("API"),
                url: some("https://agency.example/api"),
                format: some("API"),
                ..DraftDistribution::default()
            },
        ],
        landing_page: some("https://agency.example/wells.html"),
        licence_url: some("https://creativecommons.org/licenses/by/4.0/"),
        terms: StatedText { sharing: some("public"), listed_openly: true, ..StatedText::default() },
        ..Draft::default()
    };
    assert_eq!(reading, Reading { draft: expected, problems: Vec::new(), deleted: false });
}

#[test]
fn the_objects_of_version_3_0_are_read() {
    let draft = draft(
        r#""@id": "https://agency.example/a", "otherIdentifier": [{"@type": "Identifier", "notation": "10.1234/abc"}],
           "publisher": {"@type": "Organization", "name": {"en": "Office", "fr": "Bureau"}},
           "spatial": [{"@type": "Location", "bbox": "POLYGON((0 0,1 0,1 1,0 1,0 0))", "prefLabel": "Chad"}],
           "temporal": [{"startDate": "2020", "endDate": "2021"}, {"startDate": "2018", "endDate": "2019"}],
           "theme": [{"@type": "Concept", "prefLabel": "Shelter"}], "rightsHolder": {"name": "Ministry"},
           "distribution": {"accessService": {"endpointURL": "https://agency.example/ogc"}, "title": "Service"}"#,
    );
    let ids: Vec<(&str, &str)> = draft.identifiers.iter().map(|id| (id.scheme.as_str(), id.value.as_str())).collect();
    assert_eq!(ids, [("other", "a"), ("uri", "https://agency.example/a"), ("doi", "10.1234/abc")]);
    assert_eq!(draft.publisher.unwrap().name, "Office");
    assert_eq!(draft.owner.unwrap().name, "Ministry");
    assert_eq!((draft.extents, draft.countries), (strings(&["POLYGON((0 0,1 0,1 1,0 1,0 0))"]), strings(&["Chad"])));
    assert_eq!((draft.coverage_start, draft.coverage_end), (some("2018"), some("2021")));
    assert_eq!(draft.topics, strings(&["Shelter"]));
    assert_eq!(draft.distributions[0].url, some("https://agency.example/ogc"));
}

#[test]
fn every_access_flag_closes_the_data_as_far_as_it_says() {
    let open = (some("public"), None, None, true);
    let restricted = (None, Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true);
    let none = (None, Some(Sharing::Organisation), Some(AccessMethod::None), true);
    let withheld = (None, Some(Sharing::Organisation), Some(AccessMethod::None), true);
    let silent = (None, None, None, true);
    for (field, expected) in [
        (r#""accessLevel": "public""#, &open),
        (r#""accessLevel": "Restricted Public""#, &restricted),
        (r#""accessLevel": "non-public""#, &none),
        (r#""accessLevel": "private""#, &withheld),
        (r#""accessLevel": {"label": "non-public"}"#, &none),
        (
            r#""accessLevel": {"whom": {"it": {"is": true}}}"#,
            &(None, Some(Sharing::Organisation), Some(AccessMethod::OnRequest), true),
        ),
        (
            r#""accessLevel": ["public", "non-public"]"#,
            &(some("public"), Some(Sharing::Organisation), Some(AccessMethod::None), true),
        ),
        (r#""accessRights": "http://publications.europa.eu/resource/authority/access-right/RESTRICTED""#, &restricted),
        (
            r#""accessRights": {"@id": "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC"}"#,
            &none,
        ),
        (r#""accessRights": "confidential""#, &withheld),
        (r#""accessRights": "Ask the office.""#, &silent),
        (r#""accessRestriction": {"restrictionStatus": "Restricted - Fully"}"#, &restricted),
        (r#""accessRestriction": [{"restrictionStatus": "Unrestricted"}]"#, &open),
        (r#""accessRestriction": {"restrictionStatus": {"@type": "Concept", "prefLabel": "Unrestricted"}}"#, &open),
        (
            r#""accessRestriction": [{"restrictionStatus": {"@type": "Concept", "prefLabel": "Restricted - Fully"},
                "specificRestriction": {"@type": "Concept", "prefLabel": "unrestricted from 2075"}}]"#,
            &restricted,
        ),
        (r#""accessRestriction": {"restrictionStatus": "Unrestricted for staff"}"#, &restricted),
        (r#""accessRestriction": {"restrictionNote": "unrestricted from 2075"}"#, &restricted),
        (r#""accessRestriction": [{"restrictionStatus": "Unrestricted"}, {"restrictionStatus": {"code": 7}}]"#, &{
            (some("public"), Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true)
        }),
        (r#""accessRestriction": """#, &silent),
        (r#""cuiRestriction": {"designationIndicator": "Office"}"#, &restricted),
        (
            r#""distribution": [{"accessURL": "https://a.example", "cuiRestriction": {}}, {"accessRights": "restricted"}]"#,
            &restricted,
        ),
        (r#""distribution": [{"accessURL": "https://a.example", "accessRights": "public"}]"#, &silent),
        (
            r#""accessLevel": "public", "accessRestriction": "Restricted"
           "#,
            &(some("public"), Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true),
        ),
    ] {
        let terms = draft(field).terms;
        let found = (terms.sharing, terms.sharing_at_least, terms.access_at_least, terms.listed_openly);
        assert_eq!(&found, expected, "{field}");
    }
}

#[test]
fn the_rights_of_data_that_is_not_open_say_why() {
    let reasons = |fields: &str| draft(fields).terms.reasons;
    assert_eq!(
        reasons(r#""accessLevel": "non-public", "rights": "Holds names.", "accessLevelComment": "Ask.""#),
        strings(&["Holds names.", "Ask."])
    );
    assert_eq!(reasons(r#""accessLevel": "public", "rights": "Free to use.""#), Vec::<String>::new());
    assert_eq!(
        reasons(
            r#""cuiRestriction": {"cuiBannerMarking": "CUI//SP-PRVCY"}, "useRestriction": {"restrictionNote": "No sale"}"#
        ),
        strings(&["Controlled unclassified information: CUI//SP-PRVCY", "Use is restricted: No sale"])
    );
    assert_eq!(
        reasons(
            r#""accessRestriction": {"restrictionStatus": {"@type": "Concept", "prefLabel": "Restricted - Fully"},
                "restrictionNote": "names of survivors"}"#
        ),
        strings(&["Restricted - Fully; names of survivors"])
    );
    assert_eq!(draft(r#""accessLevel": "public", "rights": "Free to use.""#).licence_text, some("Free to use."));
}

#[test]
fn places_stand_in_many_shapes() {
    let place = |text: &str| vec![DraftPlace { text: text.to_owned(), ..DraftPlace::default() }];
    for (spatial, extents, countries, places) in [
        ("null", vec![], vec![], vec![]),
        (r#""1,2,3,4""#, vec!["1,2,3,4"], vec![], vec![]),
        ("[1, 2, 3, 4]", vec!["1,2,3,4"], vec![], vec![]),
        (r#""POINT(1 2)""#, vec!["POINT(1 2)"], vec![], vec![]),
        (
            r#"{"type": "Point", "coordinates": [1, 2]}"#,
            vec![r#"{"type":"Point","coordinates":[1,2]}"#],
            vec![],
            vec![],
        ),
        (r#""{\"type\": \"Point\"}""#, vec![r#"{"type": "Point"}"#], vec![], vec![]),
        (r#""Yemen""#, vec![], vec!["Yemen"], vec![]),
        (r#"["Yemen", "Northern valley"]"#, vec![], vec!["Yemen"], place("Northern valley")),
        ("[[[[[[[1]]]]]]]", vec![], vec![], vec![]),
    ] {
        let draft = draft(&format!(r#""spatial": {spatial}"#));
        assert_eq!(
            (draft.extents, draft.countries, draft.places),
            (strings(&extents), strings(&countries), places),
            "{spatial}"
        );
    }
}

#[test]
fn project_open_data_1_0_names_mail_and_file_in_the_dataset_itself() {
    let draft = draft(
        r#""publisher": "Office", "contactPoint": "Data desk", "mbox": "desk@agency.example", "keyword": "a, b",
           "accessURL": "https://agency.example/a.csv", "format": "text/csv", "webService": "https://agency.example/api""#,
    );
    assert_eq!(draft.publisher.unwrap().name, "Office");
    assert_eq!(draft.contacts[0].email, some("desk@agency.example"));
    assert_eq!(draft.keywords["und"], strings(&["a", "b"]));
    let files: Vec<_> = draft.distributions.iter().map(|file| (file.url.as_deref(), file.format.as_deref())).collect();
    assert_eq!(
        files,
        [(Some("https://agency.example/a.csv"), Some("text/csv")), (Some("https://agency.example/api"), None)]
    );
}

#[test]
fn the_licence_of_the_files_stands_in_for_that_of_the_dataset_where_they_agree() {
    let licence = |fields: &str| {
        let draft = draft(fields);
        (draft.licence_title, draft.licence_url, draft.licence_text)
    };
    let files =
        |first: &str, second: &str| format!(r#""distribution": [{{"license": "{first}"}}, {{"license": "{second}"}}]"#);
    assert_eq!(licence(&files("CC0", "CC0")), (some("CC0"), None, None));
    assert_eq!(licence(&files("CC0", "ODbL")), (None, None, some("CC0\nODbL")));
    assert_eq!(
        licence(&format!(r#""license": "https://l.example", {}"#, files("a", "b"))),
        (None, some("https://l.example"), some("a\nb"))
    );
}

#[test]
fn a_catalogue_is_cut_into_its_datasets_in_all_its_shapes() {
    let (one, two) =
        (r#"{"identifier": "1", "title": "One", "keyword": []}"#, r#"{"identifier":"2","title":"Two","publisher":{}}"#);
    for payload in [
        format!(
            r#"{{"conformsTo": "x", "describedBy": {{"dataset": 1}}, "dataset": [{one}, {two}], "@type": "dcat:Catalog"}}"#
        ),
        format!("[{one}, {two}]"),
        format!("{one}\n{two}\n"),
        format!(
            r#"{{"catalog": [{{"dataset": [{one}]}}, {{"title": "empty"}}, {{"catalog": [{{"dataset": {two}}}]}}], "dataset": []}}"#
        ),
    ] {
        let listing = list_datasets(payload.as_bytes()).unwrap();
        let records: Vec<(Option<&str>, &str)> = listing
            .records
            .iter()
            .map(|record| (record.id.as_deref(), std::str::from_utf8(&record.bytes).unwrap()))
            .collect();
        assert_eq!(records, [(Some("1"), one), (Some("2"), two)], "{payload}");
        assert_eq!((listing.problems, listing.next, listing.count), (vec![], None, None));
    }
}

#[test]
fn a_page_of_another_sort_is_refused_with_what_it_is() {
    for (payload, code) in [
        ("", "empty-payload"),
        ("<html>", "html-instead-of-json"),
        (r#"{"error": "no such site"}"#, "not-a-dcat-us-catalogue"),
        (r#"{"dataset": "none"}"#, "not-a-dcat-us-catalogue"),
        (r#"{"success": true, "result": {"id": "a", "title": "b", "resources": []}}"#, "not-a-dcat-us-catalogue"),
        (r#"{"type": "FeatureCollection", "features": []}"#, "not-a-dcat-us-catalogue"),
        ("[1, 2]", "not-a-dcat-us-catalogue"),
        (r#"{"dataset": ["#, "broken-json"),
    ] {
        let problem = list_datasets(payload.as_bytes()).unwrap_err();
        assert_eq!((problem.code.as_str(), problem.severity), (code, Severity::Error), "{payload}");
    }
    assert_eq!(list_datasets(br#"{"dataset": []}"#).unwrap(), Listing::default());
}

#[test]
fn what_is_no_dataset_and_a_broken_end_cost_only_themselves() {
    let listing = list_datasets(br#"{"dataset": [{"title": "One"}, 7, {}, {"title": "Two"}, {"title": "#).unwrap();
    assert_eq!(listing.records.len(), 2);
    assert_eq!(codes(&listing.problems), ["broken-json", "not-a-dataset"]);
}

#[test]
fn a_dataset_without_identifier_has_an_id_of_its_content() {
    let reading = read(r#"{"title": "Annual report", "landingPage": "https://a.example/1"}"#);
    assert_eq!(codes(&reading.problems), ["no-id"]);
    let other = read(r#"{"landingPage": "https://a.example/1", "title": "annual  report", "modified": "2024"}"#);
    assert_eq!(reading.draft.source_record_id, other.draft.source_record_id);
    let another = read(r#"{"title": "Annual report", "landingPage": "https://a.example/2"}"#);
    assert_ne!(reading.draft.source_record_id, another.draft.source_record_id);
    let of_file = |file: &str| {
        read(&format!(r#"{{"title": "Annual report", "distribution": [{{"downloadURL": "{file}"}}]}}"#))
            .draft
            .source_record_id
    };
    assert_ne!(of_file("https://a.example/1.csv"), of_file("https://a.example/2.csv"));
}

#[test]
fn odd_types_cost_their_field_and_never_the_record() {
    let reading = read(
        r#"{"identifier": 7, "title": ["T"], "description": {"en": "D"}, "keyword": 3, "publisher": [], "contactPoint": [null, 1],
            "distribution": "https://a.example/file", "spatial": {}, "temporal": {}, "theme": false, "accessLevel": ["public"],
            "language": {}, "license": {"title": "CC0"}, "modified": {}, "references": {"@id": "x"}}"#,
    );
    let draft = reading.draft;
    assert_eq!(
        (draft.source_record_id.as_str(), draft.title, draft.licence_title),
        ("7", LocalizedText::undetermined("T"), some("CC0"))
    );
    assert_eq!(draft.distributions[0].url, some("https://a.example/file"));
    assert_eq!(draft.terms.sharing, some("public"));
}

#[test]
fn what_is_no_dataset_is_refused() {
    for (bytes, code) in [
        (&b"[]"[..], "not-an-object"),
        (b"{", "broken-json"),
        (b"{}", "no-identity"),
        (br#"{"keyword": ["a"]}"#, "no-identity"),
    ] {
        assert_eq!(read_dataset(bytes).unwrap_err().code, code);
    }
    let deep = [r#"{"title": "#.repeat(100_000), "1".to_owned(), "}".repeat(100_000)].concat();
    assert_eq!(read_dataset(deep.as_bytes()).unwrap_err().code, "broken-json");
}

#[test]
fn bytes_that_are_no_utf8_are_read_as_latin_1_and_lone_surrogates_are_replaced_and_both_are_reported() {
    let reading = read_dataset(b"{\"identifier\": \"a\", \"title\": \"\\ud800 caf\xe9\"}").unwrap();
    assert_eq!(
        (codes(&reading.problems), reading.draft.title.texts().next()),
        (vec!["undecodable-bytes"], Some("\u{fffd} café"))
    );
}

#[test]
fn a_file_has_the_address_that_is_one_and_the_day_on_which_it_was_changed() {
    let file = |fields: &str| draft(&format!(r#""distribution": [{{{fields}}}]"#)).distributions.remove(0);
    let odd = file(r#""downloadURL": 444444, "accessURL": "https://a.example/page""#);
    assert_eq!(odd.url, some("https://a.example/page"), "a number is no address");
    assert_eq!(file(r#""downloadURL": "w.csv", "accessURL": "https://a.example/page""#).url, some("w.csv"));
    assert_eq!(file(r#""downloadURL": 444444"#).url, None);
    assert_eq!(file(r#""issued": "2020-01-02""#).modified, None, "published is not changed");
    assert_eq!(file(r#""issued": "2020-01-02", "modified": "2024-05-06""#).modified, some("2024-05-06"));
}

#[test]
fn two_letters_as_a_place_are_no_country() {
    for code in ["CO", "DE", "IN", "CA"] {
        let draft = draft(&format!(r#""spatial": "{code}""#));
        assert_eq!((draft.countries, draft.places.len()), (vec![], 1), "{code}");
    }
    assert_eq!(draft(r#""spatial": "US""#).countries, ["US"]);
}
