#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cairn_model::{
    AccessMethod, Contact, DraftDistribution, DraftOrganisation, DraftPlace, Field, LocalizedText, Severity, Sharing,
    StatedText,
};

use super::*;

mod countries;
mod other_names;
mod refugee_library;
mod statements;

fn read(package: &str) -> Reading {
    read_package(package.as_bytes(), None).unwrap()
}

fn codes(reading: &Reading) -> Vec<(&str, &str)> {
    reading.problems.iter().map(|problem| (problem.code.as_str(), problem.field.as_str())).collect()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where a field is optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn undetermined(text: &str) -> LocalizedText {
    LocalizedText::undetermined(text)
}

#[test]
fn an_hdx_package_is_read_in_full() {
    let reading = read_package(
        br#"{
            "id": "0a2b", "name": "sample-baseline", "title": "Sample baseline", "notes": "Invented.", "type": "dataset",
            "state": "active", "private": false, "is_requestdata_type": false, "subnational": "1", "archived": false,
            "organization": {"id": "x", "name": "sample-org", "title": "Sample Organisation", "type": "organization"},
            "owner_org": "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "maintainer": "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
            "dataset_source": "Field teams", "dataset_date": "[2020-01-01T00:00:00 TO *]", "data_update_frequency": "90",
            "last_modified": "2021-02-03T04:05:06", "metadata_modified": "2022-01-01T00:00:00", "metadata_created": "2019-01-01T00:00:00",
            "groups": [{"name": "yem", "title": "Yemen"}, {"name": "world", "title": "World"}],
            "tags": [{"name": "displacement", "vocabulary_id": "v"}, {"name": "gone", "state": "deleted"}],
            "methodology": "Other", "methodology_other": "Key informants", "caveats": "Rounded.", "cod_level": "cod-standard",
            "license_id": "hdx-other", "license_title": "Other", "license_other": "Ask first.",
            "resources": [
                {"id": "r1", "name": "table.xlsx", "url": "https://example.org/t.xlsx", "format": "XLSX", "mimetype": "application/x", "size": 12, "last_modified": "2021-02-03"},
                {"id": "r2", "name": "held.csv", "url": "https://example.org/h.csv", "format": "CSV", "in_quarantine": true},
                {"id": "r3", "state": "deleted"}
            ]
        }"#,
        Some("https://portal.example/"),
    )
    .unwrap();
    let organisation =
        Some(DraftOrganisation { id: some("sample-org"), name: "Sample Organisation".to_owned(), kind: None });
    let expected = Draft {
        source_record_id: "0a2b".to_owned(),
        identifiers: vec![Identifier { scheme: "slug".to_owned(), value: "sample-baseline".to_owned() }],
        title: undetermined("Sample baseline"),
        description: undetermined("Invented."),
        keywords: BTreeMap::from([("und".to_owned(), strings(&["displacement"]))]),
        kind: some("dataset"),
        publisher: Some(DraftOrganisation { name: "Field teams".to_owned(), ..DraftOrganisation::default() }),
        owner: organisation,
        topics: strings(&["cod-standard"]),
        methodology: some("Key informants"),
        caveats: some("Rounded."),
        countries: strings(&["YEM", "World"]),
        coverage: some("[2020-01-01T00:00:00 TO *]"),
        issued: some("2019-01-01T00:00:00"),
        modified: some("2021-02-03T04:05:06"),
        update_frequency: some("90"),
        distributions: vec![
            DraftDistribution {
                id: some("r1"),
                title: some("table.xlsx"),
                description: None,
                url: some("https://example.org/t.xlsx"),
                format: some("XLSX"),
                media_type: some("application/x"),
                size: some("12"),
                modified: some("2021-02-03"),
            },
            DraftDistribution {
                id: some("r2"),
                title: some("held.csv"),
                format: some("CSV"),
                ..DraftDistribution::default()
            },
        ],
        landing_page: some("https://portal.example/dataset/sample-baseline"),
        licence_id: some("hdx-other"),
        licence_title: some("Other"),
        licence_text: some("Ask first."),
        terms: StatedText { listed_openly: true, ..StatedText::default() },
        ..Draft::default()
    };
    assert_eq!(reading, Reading { draft: expected, problems: Vec::new(), deleted: false });
}

#[test]
fn an_author_publishes_where_nobody_else_does_and_it_is_no_person() {
    let publisher = |author: &str| {
        let draft = read(&format!(r#"{{"id": "a", "title": "T", "author": "{author}"}}"#)).draft;
        draft.publisher.map(|publisher| publisher.name)
    };
    assert_eq!(publisher("Survey Bureau"), some("Survey Bureau"));
    assert_eq!(publisher("Doe, Jane"), None);
}

#[test]
fn data_that_hdx_gives_on_request_is_restricted_and_listed() {
    let reading = read(
        r#"{"id": "a", "title": "T", "private": false, "is_requestdata_type": true, "field_names": "age, sex,site",
            "file_types": ["csv", "xlsx"], "num_of_rows": 10}"#,
    );
    assert_eq!(
        reading.draft.terms,
        StatedText {
            listed_openly: true,
            sharing_at_least: Some(Sharing::Restricted),
            access_at_least: Some(AccessMethod::OnRequest),
            ..StatedText::default()
        }
    );
    let names: Vec<&str> = reading.draft.fields.iter().map(|field: &Field| field.name.as_str()).collect();
    assert_eq!(names, ["age", "sex", "site"]);
    let formats: Vec<Option<&str>> = reading.draft.distributions.iter().map(|file| file.format.as_deref()).collect();
    assert_eq!(formats, [Some("csv"), Some("xlsx")]);
}

#[test]
fn a_package_of_hdx_is_one_wherever_its_fields_stand() {
    let list =
        r#"[{"key": "is_requestdata_type", "value": "true"}, {"key": "dataset_date", "value": "[2020-01-01 TO *]"}]"#;
    let object = r#"{"is_requestdata_type": true, "dataset_date": "[2020-01-01 TO *]"}"#;
    let inside = |json: &str| serde_json::Value::from(json).to_string();
    for extras in [list.to_owned(), object.to_owned(), inside(list), inside(object), inside(&inside(object))] {
        let package = format!(r#"{{"id": "a", "title": "T", "groups": [{{"name": "YEM"}}], "extras": {extras}}}"#);
        let Reading { draft, problems, .. } = read(&package);
        assert_eq!(draft.countries, ["YEM"], "{extras}");
        assert_eq!(
            (draft.terms.sharing_at_least, draft.terms.access_at_least),
            (Some(Sharing::Restricted), Some(AccessMethod::OnRequest)),
            "{extras}"
        );
        assert_eq!((draft.coverage.as_deref(), problems), (Some("[2020-01-01 TO *]"), Vec::new()), "{extras}");
    }
}

#[test]
fn extras_that_cannot_be_read_close_what_they_may_state() {
    for extras in [r#""[{\"key\": \"accessLevel\", \"value\": ""#, "7", r#""none of your concern""#] {
        let reading = read(&format!(r#"{{"id": "a", "title": "T", "extras": {extras}}}"#));
        assert_eq!(codes(&reading), [("unexpected-type", "extras")], "{extras}");
        assert_eq!(reading.draft.terms.sharing_at_least, Some(Sharing::Organisation), "{extras}");
    }
    for extras in ["null", r#""""#, "[]", "{}", r#""[]""#] {
        let reading = read(&format!(r#"{{"id": "a", "title": "T", "extras": {extras}}}"#));
        assert_eq!((reading.problems, reading.draft.terms.sharing_at_least), (Vec::new(), None), "{extras}");
    }
}

#[test]
fn organisations_and_contacts_that_stand_inside_a_text_are_read() {
    let reading = read(
        r#"{"id": "a", "title": "T", "organization": "{\"name\": \"relief\", \"title\": \"Example Relief\"}",
            "contact_point": "[{\"name\": \"Data desk\", \"email\": \"desk@example.org\"}]"}"#,
    );
    let owner = reading.draft.owner.unwrap();
    assert_eq!((owner.id.as_deref(), owner.name.as_str()), (Some("relief"), "Example Relief"));
    assert_eq!(reading.draft.contacts[0].email.as_deref(), Some("desk@example.org"));
}

#[test]
fn the_source_of_a_dataset_publishes_it_where_it_is_one_organisation_and_never_owns_it() {
    let organisation = "International Office of Wells (IOW)";
    for (source, publisher) in [
        ("National Bureau of Samples", "National Bureau of Samples"),
        ("International Office of Wells", organisation),
        ("IOW", organisation),
        ("Multiple sources", organisation),
        ("Humanitarian Partners", organisation),
        ("Government, IOW", organisation),
        ("Bureau of Samples and Office of Roads", organisation),
        ("Bureau of Samples / Office of Roads", organisation),
        ("", organisation),
        (&"x".repeat(121), organisation),
    ] {
        let reading = read(&format!(
            r#"{{"id": "a", "title": "T", "dataset_source": "{source}", "organization": {{"name": "iow", "title": "{organisation}"}}}}"#
        ));
        let name = |organisation: &Option<DraftOrganisation>| organisation.as_ref().unwrap().name.clone();
        assert_eq!(
            (name(&reading.draft.publisher), name(&reading.draft.owner)),
            (publisher.to_owned(), organisation.to_owned())
        );
    }
}

#[test]
fn several_sources_of_a_dataset_are_kept_as_contributors_or_as_text() {
    let organisation = "International Office of Wells (IOW)";
    for (source, contributors, text) in [
        ("Government; IOW, Bureau of Samples", vec!["Government", "Bureau of Samples"], None),
        ("Bureau of Samples, Bureau of Samples", vec!["Bureau of Samples"], None),
        ("Bureau of Samples and Office of Roads", vec!["Bureau of Samples and Office of Roads"], None),
        ("OCHA, UNICEF and others", vec!["OCHA", "UNICEF"], None),
        ("OCHA, UNICEF, and WFP", vec!["OCHA", "UNICEF", "WFP"], None),
        ("OCHA, UNICEF et WFP", vec!["OCHA", "UNICEF", "WFP"], None),
        ("Office of Roads, Bureau of Water and Camps", vec!["Office of Roads", "Bureau of Water and Camps"], None),
        ("Office of Roads and IOW", vec!["Office of Roads"], None),
        ("Multiple sources", vec![], some("Source: Multiple sources")),
        ("Office of Roads, various partners", vec!["Office of Roads"], some("Source: various partners")),
        ("National Bureau of Samples", vec![], None),
        ("IOW", vec![], None),
        (", ;", vec![], None),
    ] {
        let draft = read(&format!(
            r#"{{"id": "a", "title": "T", "dataset_source": "{source}", "organization": {{"name": "iow", "title": "{organisation}"}}}}"#
        ))
        .draft;
        let found: Vec<&str> = draft.partnerships.iter().map(|one| one.partner.as_str()).collect();
        assert_eq!((found, draft.methodology), (contributors, text), "{source}");
        assert!(draft.partnerships.iter().all(|one| one.role.as_deref() == Some("source")));
    }
    let both = r#"{"id": "a", "title": "T", "methodology": "Census", "dataset_source": "Multiple sources", "owner_org": "iow"}"#;
    assert_eq!(read(both).draft.methodology, some("Census\n\nSource: Multiple sources"));
}

#[test]
fn a_dataset_whose_files_are_all_in_quarantine_is_had_on_request() {
    let terms = |resources: &str, more: &str| {
        let terms = read(&format!(r#"{{"id": "a", "title": "T", {more} "resources": [{resources}]}}"#)).draft.terms;
        (terms.access_method, terms.reasons.len(), terms.sharing, terms.listed_openly)
    };
    let held = r#"{"url": "https://example.org/a.csv", "in_quarantine": true}"#;
    let free = r#"{"url": "https://example.org/b.csv"}"#;
    assert_eq!(terms(held, ""), (some("on-request"), 1, None, true));
    assert_eq!(terms(&format!("{held}, {free}"), ""), (None, 0, None, true));
    assert_eq!(terms(r#"{"name": "no address"}"#, ""), (None, 0, None, true));
    assert_eq!(terms(held, r#""access_method": "licensed","#), (some("licensed"), 0, None, true));
}

#[test]
fn what_its_portal_has_archived_says_so_among_the_caveats() {
    let caveats = |fields: &str| read(&format!(r#"{{"id": "a", "title": "T" {fields}}}"#)).draft.caveats;
    assert_eq!(caveats(r#", "archived": true"#), some("Archived by its portal: no longer updated."));
    assert_eq!(
        caveats(r#", "archived": "true", "caveats": "Rounded.""#),
        some("Rounded.\n\nArchived by its portal: no longer updated.")
    );
    assert_eq!(caveats(r#", "archived": false"#), None);
}

#[test]
fn a_private_package_belongs_to_its_organisation_and_is_not_listed() {
    for private in ["true", "1", r#""True""#] {
        let reading = read(&format!(r#"{{"id": "a", "title": "T", "private": {private}, "accessLevel": "public"}}"#));
        let expected = StatedText {
            sharing: some("public"),
            sharing_at_least: Some(Sharing::Organisation),
            ..StatedText::default()
        };
        assert_eq!(reading.draft.terms, expected, "{private}");
    }
    for state in ["draft", "draft-complete", "Pending"] {
        let terms = read(&format!(r#"{{"id": "a", "title": "T", "state": "{state}"}}"#)).draft.terms;
        assert!(!terms.listed_openly, "{state}");
    }
}

#[test]
fn a_private_flag_that_is_neither_true_nor_false_counts_as_true() {
    let reading = read(r#"{"id": "a", "title": "T", "private": "perhaps"}"#);
    assert_eq!((reading.draft.terms.listed_openly, codes(&reading)), (false, vec![("unexpected-type", "private")]));
}

#[test]
fn access_levels_set_sharing_and_method_and_never_hide_the_record() {
    let open = (some("public"), None, None);
    let restricted = (None, Some(Sharing::Restricted), Some(AccessMethod::OnRequest));
    for (extra, expected) in [
        (r#""key": "accessLevel", "value": "restricted public""#, &restricted),
        (
            r#""key": "accessLevel", "value": "non-public""#,
            &(None, Some(Sharing::Organisation), Some(AccessMethod::None)),
        ),
        (r#""key": "public_access_level", "value": "public""#, &open),
        (r#""key": "licence", "value": "[\"accessLevel: Public\"]""#, &open),
        (
            r#""key": "access_rights", "value": "http://publications.europa.eu/resource/authority/access-right/RESTRICTED""#,
            &restricted,
        ),
        (r#""key": "access_rights", "value": "Restricted to members of the network""#, &restricted),
    ] {
        let reading = read(&format!(r#"{{"id": "a", "title": "T", "private": false, "extras": [{{{extra}}}]}}"#));
        let terms = &reading.draft.terms;
        let found = (terms.sharing.clone(), terms.sharing_at_least, terms.access_at_least);
        assert_eq!(&found, expected, "{extra}");
        assert_eq!((&terms.access_method, terms.listed_openly, &terms.listing), (&None, true, &None), "{extra}");
        assert_eq!(reading.draft.licence_text, None);
    }
}

#[test]
fn a_mark_that_is_stated_stays_beside_a_flag_that_closes_the_record() {
    for (flag, sharing, method) in [
        (r#""private": true"#, Sharing::Organisation, None),
        (r#""state": "draft""#, Sharing::Organisation, None),
        (r#""is_requestdata_type": true"#, Sharing::Restricted, Some(AccessMethod::OnRequest)),
        (r#""accessLevel": "non-public""#, Sharing::Organisation, Some(AccessMethod::None)),
    ] {
        for key in ["sharing", "tlp"] {
            let package = format!(r#"{{"id": "a", "title": "T", {flag}, "{key}": "TLP:RED TLP:EX:CHR"}}"#);
            let terms = read(&package).draft.terms;
            let found = (terms.sharing, terms.sharing_at_least, terms.access_at_least);
            assert_eq!(found, (some("TLP:RED TLP:EX:CHR"), Some(sharing), method), "{package}");
        }
    }
    let terms = read(r#"{"id": "a", "title": "T", "sharing": "public", "tlp": "TLP:AMBER EX:CHR"}"#).draft.terms;
    assert_eq!((terms.sharing, terms.classification), (some("public"), some("TLP:AMBER EX:CHR")));
}

#[test]
fn extras_of_data_gov_are_read() {
    let reading = read(
        r#"{"id": "a", "name": "n", "title": "T", "metadata_modified": "2020", "metadata_created": "2019",
            "organization": {"name": "dept", "title": "Department"}, "groups": [{"name": "gis", "title": "Maps"}],
            "maintainer": "Data desk", "maintainer_email": "desk@example.org",
            "extras": [
                {"key": "spatial", "value": "{\"type\": \"Point\", \"coordinates\": [1, 2]}"}, {"key": "temporal", "value": "2000-01-01/2001-01-01"},
                {"key": "publisher", "value": "Bureau"}, {"key": "identifier", "value": "https://doi.org/10.1234/abc"},
                {"key": "issued", "value": "1999-01-01"}, {"key": "modified", "value": "R/P1Y"}, {"key": "accrualPeriodicity", "value": "R/P1M"},
                {"key": "bureauCode", "value": ["016:00"]}, {"key": "theme", "value": ["geospatial"]}, {"key": "language", "value": ["en-US"]},
                {"key": "license", "value": "https://creativecommons.org/publicdomain/zero/1.0/"}, {"key": "landingPage", "value": "https://example.org/p"},
                {"key": "spatial", "value": "ignored, because the first one counts"}
            ]}"#,
    );
    let draft = &reading.draft;
    assert_eq!(draft.extents, [r#"{"type": "Point", "coordinates": [1, 2]}"#]);
    assert_eq!(draft.coverage, some("2000-01-01/2001-01-01"));
    assert_eq!(draft.publisher.as_ref().unwrap().name, "Department");
    let contact = |name: &str, email: Option<&str>, role: &str| Contact {
        name: some(name),
        email: email.map(str::to_owned),
        phone: None,
        role: some(role),
        published_openly: true,
    };
    assert_eq!(
        draft.contacts,
        [contact("Data desk", Some("desk@example.org"), "maintainer"), contact("Bureau", None, "publisher")]
    );
    assert_eq!(draft.identifiers[1], Identifier { scheme: "doi".to_owned(), value: "10.1234/abc".to_owned() });
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("1999-01-01"), Some("2020")));
    assert_eq!(draft.update_frequency, some("R/P1M"));
    assert_eq!(draft.topics, strings(&["geospatial", "Maps"]));
    assert_eq!((draft.languages.clone(), draft.countries.clone()), (strings(&["en-US"]), Vec::new()));
    assert_eq!(draft.licence_url, some("https://creativecommons.org/publicdomain/zero/1.0/"));
    assert_eq!(draft.landing_page, some("https://example.org/p"));
    assert_eq!(reading.problems, []);
}

#[test]
fn extras_of_iso_harvests_are_read() {
    let reading = read(
        r#"{"id": "a", "title": "T", "extras": [
            {"key": "spatial", "value": "United States"}, {"key": "spatial-text", "value": "Sample Bay"}, {"key": "guid", "value": "gov.example:1"},
            {"key": "bbox-west-long", "value": "-96"}, {"key": "bbox-south-lat", "value": 22.8}, {"key": "bbox-east-long", "value": "-77.6"},
            {"key": "bbox-north-lat", "value": "28.5"}, {"key": "temporal-extent-begin", "value": "1959-05-06"}, {"key": "temporal-extent-end", "value": "1959-07-24"},
            {"key": "frequency-of-update", "value": "asNeeded"}, {"key": "resource-type", "value": "series"},
            {"key": "responsible-party", "value": "[{\"name\": \"Survey desk\", \"roles\": [\"pointOfContact\"]}]"}, {"key": "contact-email", "value": "survey@example.org"},
            {"key": "licence", "value": "[\"None\"]"}, {"key": "tags", "value": "ocean, salt"},
            {"key": "dataset-reference-date", "value": "[{\"type\": \"publication\", \"value\": \"1960-01-01\"}, {\"type\": \"revision\", \"value\": \"1961-01-01\"}]"}
        ]}"#,
    );
    let draft = &reading.draft;
    assert_eq!(draft.places, [DraftPlace { text: "Sample Bay".to_owned(), ..DraftPlace::default() }]);
    assert_eq!(draft.extents, ["-96,22.8,-77.6,28.5"]);
    assert_eq!(draft.countries, ["United States"]);
    assert_eq!(
        (draft.coverage_start.as_deref(), draft.coverage_end.as_deref()),
        (Some("1959-05-06"), Some("1959-07-24"))
    );
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("1960-01-01"), Some("1961-01-01")));
    assert_eq!((draft.update_frequency.as_deref(), draft.kind.as_deref()), (Some("asNeeded"), Some("series")));
    assert_eq!(draft.contacts.len(), 1);
    assert_eq!(
        (draft.contacts[0].name.as_deref(), draft.contacts[0].email.as_deref()),
        (Some("Survey desk"), Some("survey@example.org"))
    );
    assert_eq!(draft.keywords["und"], ["ocean", "salt"]);
    assert_eq!(draft.licence_text, some("None"));
}

#[test]
fn texts_by_language_are_kept_by_language() {
    let reading = read(
        r#"{"id": "a", "title": "Wells", "title_translated": {"en": "Wells", "fr": "Puits", "fr-t-en": null},
            "notes_translated": "{\"es\": \"Pozos\"}", "keywords": {"en": ["water"], "fr": ["eau"]}, "tags": [{"name": "water"}, {"name": "pump"}],
            "provenance": {"en": "Counted"}, "organization": {"name": "o", "title_translated": {"fr": "Office"}}}"#,
    );
    let draft = &reading.draft;
    assert_eq!(
        draft.title,
        LocalizedText(BTreeMap::from([("en".into(), "Wells".into()), ("fr".into(), "Puits".into())]))
    );
    assert_eq!(draft.description, LocalizedText::new("es", "Pozos"));
    assert_eq!(
        draft.keywords,
        BTreeMap::from([
            ("en".to_owned(), strings(&["water"])),
            ("fr".to_owned(), strings(&["eau"])),
            ("und".to_owned(), strings(&["pump"]))
        ])
    );
    assert_eq!(draft.methodology, some("Counted"));
    assert_eq!(draft.publisher.as_ref().unwrap().name, "Office");
}

#[test]
fn a_package_of_another_type_is_a_record_with_a_problem() {
    let reading = read(r#"{"id": "a", "title": "T", "type": "showcase"}"#);
    assert_eq!((reading.draft.kind.as_deref(), codes(&reading)), (Some("showcase"), vec![("package-type", "type")]));
}

#[test]
fn a_deleted_package_says_so() {
    assert!(read(r#"{"id": "a", "title": "T", "state": "deleted"}"#).deleted);
}

#[test]
fn odd_types_cost_their_field_and_no_record() {
    let reading = read(
        r#"{"id": 7, "title": ["Only title"], "notes": {"a": [1]}, "tags": "water, salt", "groups": 3, "resources": [1, {"url": [1, 2], "size": "12"}],
            "organization": "Plain name", "extras": {"spatial": "1,2,3,4"}, "maintainer_email": 5, "num_tags": {"x": []}, "license_id": null}"#,
    );
    let draft = &reading.draft;
    assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("7", Some("Only title")));
    assert_eq!(draft.keywords["und"], ["water", "salt"]);
    assert_eq!(draft.publisher.as_ref().unwrap().name, "Plain name");
    assert_eq!(
        (draft.extents.as_slice(), draft.distributions[0].size.as_deref()),
        (["1,2,3,4".to_owned()].as_slice(), Some("12"))
    );
    assert_eq!(
        codes(&reading),
        [
            ("unexpected-type", "id"),
            ("unexpected-type", "title"),
            ("unexpected-type", "notes"),
            ("unexpected-type", "tags"),
            ("not-a-mail-address", "maintainer_email"),
            ("unexpected-type", "groups"),
            ("unexpected-type", "resources[0]"),
            ("unexpected-type", "resources[1].url"),
            ("no-address", "resources[1].url"),
        ]
    );
}

#[test]
fn a_key_that_stands_twice_counts_once() {
    assert_eq!(read(r#"{"id": "a", "title": "", "title": "T", "title": "U"}"#).draft.title, undetermined("T"));
}

#[test]
fn a_package_without_id_is_known_by_its_name_or_title() {
    let reading = read(r#"{"name": "slug", "notes": ""}"#);
    assert_eq!(
        (reading.draft.source_record_id.as_str(), codes(&reading)),
        ("slug", vec![("no-title", "title"), ("no-id", "id")])
    );
    let first = read(r#"{"title": "Wells  of Marib"}"#).draft.source_record_id;
    assert_eq!(first, read(r#"{"title": "wells of marib"}"#).draft.source_record_id);
    assert_eq!(first.len(), 32);
}

#[test]
fn what_is_no_package_is_an_error() {
    for (bytes, code, byte) in [
        (&b"{\"id\": \"a\",\n \"title\" 3}"[..], "broken-json", Some(21)),
        (b"[]", "not-an-object", None),
        (b"", "broken-json", Some(0)),
        (b"{}", "no-identity", None),
        (b"{\"id\": \"a\"} x", "broken-json", Some(12)),
    ] {
        let problem = read_package(bytes, None).unwrap_err();
        assert_eq!((problem.code.as_str(), problem.severity, problem.position.byte), (code, Severity::Error, byte));
    }
}

#[test]
fn lone_surrogates_are_replaced_and_bytes_that_are_no_text_are_read_as_latin_1() {
    let reading = read(r#"{"id": "a", "title": "A \ud800 b \\ud800 \ud83d\ude00", "notes": "\udc00"}"#);
    assert_eq!(reading.draft.title, undetermined("A \u{fffd} b \\ud800 😀"));
    assert_eq!(codes(&reading), [("undecodable-bytes", "")]);
    let reading = read_package(b"{\"id\": \"a\", \"title\": \"caf\xe9\"}", None).unwrap();
    assert_eq!(reading.draft.title, undetermined("café"));
}

#[test]
fn a_nest_of_brackets_is_an_error_where_it_matters_and_skipped_where_not() {
    let nest = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read_package(format!(r#"{{"id": "a", "title": "T", "unknown": {nest}}}"#).as_bytes(), None).is_ok());
    assert_eq!(
        read_package(format!(r#"{{"id": "a", "title": {nest}}}"#).as_bytes(), None).unwrap_err().code,
        "broken-json"
    );
}
