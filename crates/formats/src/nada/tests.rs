#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{AccessMethod, Field, Identifier, LocalizedText, Sharing, StatedText};
use serde_json::json;

use super::*;

fn study(value: &serde_json::Value) -> Draft {
    read_study(value.to_string().as_bytes()).unwrap().draft
}

#[test]
fn a_row_of_the_search_is_read_in_full() {
    let draft = study(&json!({
        "id": "7", "idno": "XYZ_2020_HH_v01_M", "doi": "10.1234/xyz", "type": "survey", "title": "Household survey", "subtitle": "Round 1",
        "nation": "Land", "iso3": "AFG,PAK", "authoring_entity": "Office of Statistics", "form_model": "licensed", "year_start": 2020,
        "year_end": "2021", "repositoryid": "central", "repo_title": "Central library", "created": "Sat, 01 Jan 2022 00:00:00 GMT",
        "changed": "Sun, 02 Jan 2022 00:00:00 GMT", "url": "https://library.example/catalog/7"
    }));
    let expected = Draft {
        source_record_id: "XYZ_2020_HH_v01_M".to_owned(),
        identifiers: vec![
            Identifier { scheme: "idno".to_owned(), value: "XYZ_2020_HH_v01_M".to_owned() },
            Identifier { scheme: "doi".to_owned(), value: "10.1234/xyz".to_owned() },
        ],
        title: LocalizedText::undetermined("Household survey: Round 1"),
        kind: Some("survey".to_owned()),
        publisher: Some(named("Office of Statistics".to_owned())),
        custodian: Some(DraftOrganisation { id: Some("central".to_owned()), ..named("Central library".to_owned()) }),
        countries: vec!["AFG".to_owned(), "PAK".to_owned()],
        coverage_start: Some("2020".to_owned()),
        coverage_end: Some("2021".to_owned()),
        issued: Some("Sat, 01 Jan 2022 00:00:00 GMT".to_owned()),
        modified: Some("Sun, 02 Jan 2022 00:00:00 GMT".to_owned()),
        landing_page: Some("https://library.example/catalog/7".to_owned()),
        terms: StatedText {
            listed_openly: true,
            sharing_at_least: Some(Sharing::Restricted),
            access_at_least: Some(AccessMethod::Licensed),
            ..StatedText::default()
        },
        ..Draft::default()
    };
    assert_eq!(draft, expected);
}

#[test]
fn every_access_type_reaches_the_terms() {
    let terms = |access: &str| {
        let terms = study(&json!({"idno": "a", "title": "T", "form_model": access})).terms;
        (
            terms.sharing.unwrap_or_default(),
            terms.access_method.unwrap_or_default(),
            terms.sharing_at_least,
            terms.access_at_least,
        )
    };
    let stated = |sharing: &str, method: &str| (sharing.to_owned(), method.to_owned(), None, None);
    let closed = |sharing, method| (String::new(), String::new(), Some(sharing), Some(method));
    assert_eq!(terms("open"), stated("public", "download"));
    assert_eq!(terms("direct"), stated("public", "download"));
    assert_eq!(terms("public"), closed(Sharing::Community, AccessMethod::Download));
    assert_eq!(terms("licensed"), closed(Sharing::Restricted, AccessMethod::Licensed));
    assert_eq!(terms("remote"), (String::new(), String::new(), None, Some(AccessMethod::OnRequest)));
    assert_eq!(terms("enclave"), closed(Sharing::Restricted, AccessMethod::Enclave));
    assert_eq!(terms("data_enclave"), closed(Sharing::Restricted, AccessMethod::Enclave));
    assert_eq!(terms("data_na"), closed(Sharing::Organisation, AccessMethod::None));
    assert_eq!(terms("something new"), closed(Sharing::Restricted, AccessMethod::OnRequest));
    let several = terms("licensed | direct | open");
    assert_eq!(several.2, Some(Sharing::Restricted), "of several types the closest holds");
}

#[test]
fn what_is_not_published_is_not_listed_openly() {
    let unpublished = study(&json!({"idno": "a", "title": "T", "published": 0})).terms;
    assert_eq!((unpublished.listed_openly, unpublished.sharing_at_least), (false, Some(Sharing::Organisation)));
    let embargoed =
        study(&json!({"idno": "a", "title": "T", "is_embargoed": 1, "embargoed_notes": "until June"})).terms;
    assert_eq!((embargoed.listed_openly, embargoed.reasons), (false, vec!["until June".to_owned()]));
    let classed = study(&json!({"idno": "a", "title": "T", "data_class_id": "Confidential"})).terms;
    assert_eq!(classed.classification.as_deref(), Some("Confidential"));
}

#[test]
fn a_round_that_goes_on_leaves_the_end_open() {
    let covered = |rounds: serde_json::Value| {
        let info = json!({"coll_dates": rounds, "time_periods": [{"start": "2000", "end": "2009"}]});
        let draft = study(&json!({"idno": "a", "title": "T", "study_desc": {"study_info": info}}));
        (draft.coverage_start, draft.coverage_end)
    };
    let (start, end) = (|| Some("2010".to_owned()), || Some("2016".to_owned()));
    let first = json!({"start": "2010", "end": "2012"});
    assert_eq!(covered(json!([first, {"start": "2015", "end": "2016"}])), (start(), end()));
    assert_eq!(covered(json!([first, {"start": "2015", "end": ""}])), (start(), None));
}

#[test]
fn contacts_of_a_study_that_is_not_published_are_not_open() {
    let contacts = |published: u8| {
        let contact = json!([{"name": "Statistics desk", "email": "desk@example.org"}]);
        let draft = study(&json!({
            "idno": "a", "title": "T", "published": published, "contact": "Data desk", "contact_email": "data@example.org",
            "study_desc": {"distribution_statement": {"contact": contact}}
        }));
        draft.contacts.iter().map(|contact| contact.published_openly).collect::<Vec<_>>()
    };
    assert_eq!(contacts(1), [true, true]);
    assert_eq!(contacts(0), [false, false]);
}

#[test]
fn the_whole_of_a_study_is_read() {
    let draft = study(&json!({"status": "success", "dataset": {"idno": "a", "metadata": {
        "study_desc": {
            "title_statement": {"title": "T", "idno": "a"},
            "authoring_entity": [{"name": "Office", "affiliation": "Ministry"}],
            "production_statement": {"producers": [{"name": "Maker"}], "funding_agencies": [{"name": "Giver"}]},
            "distribution_statement": {"contact": [{"name": "Desk", "email": "desk@example.org"}]},
            "study_info": {"abstract": "What it is about", "keywords": [{"keyword": "water"}], "topics": [{"topic": "Health"}],
                "nation": [{"name": "Land", "abbreviation": "AFG"}], "coll_dates": [{"start": "2020-01", "end": "2020-03"}, {"start": "2021-01", "end": "2021-02"}]},
            "method": {"data_collection": {"sampling_procedure": "Two stages", "coll_mode": ["Face-to-face"]}},
            "data_access": {"dataset_use": {"conditions": "Cite it", "conf_dec": [{"txt": "Sign here"}]}}
        }},
        "variables": [{"name": "hh_size", "labl": "Size of household", "var_format": {"type": "numeric"}}]}}));
    assert_eq!((draft.title.best("en"), draft.description.best("en")), (Some("T"), Some("What it is about")));
    assert_eq!(
        (draft.countries.as_slice(), draft.topics.as_slice()),
        (&["AFG".to_owned()][..], &["Health".to_owned()][..])
    );
    assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end.as_deref()), (Some("2020-01"), Some("2021-02")));
    assert_eq!(draft.methodology.as_deref(), Some("Two stages\n\nFace-to-face"));
    assert_eq!(
        (draft.licence_text.as_deref(), draft.terms.reasons.as_slice()),
        (Some("Cite it"), &["Sign here".to_owned()][..])
    );
    let field = Field {
        name: "hh_size".to_owned(),
        description: Some("Size of household".to_owned()),
        data_type: Some("numeric".to_owned()),
        ..Field::default()
    };
    assert_eq!((draft.fields, draft.partnerships.len(), draft.contacts.len()), (vec![field], 2, 1));
}

#[test]
fn the_search_has_two_shapes() {
    let full =
        list_catalog(br#"{"result": {"found": 3, "limit": 1, "page": 2, "rows": [{"id": 1, "idno": "a"}]}}"#).unwrap();
    assert_eq!((full.records[0].id.as_deref(), full.count, full.next.as_deref()), (Some("a"), Some(3), Some("3")));
    let last = list_catalog(br#"{"result": {"found": 3, "limit": 1, "page": 3, "rows": [{"id": 1}]}}"#).unwrap();
    assert_eq!(last.next, None);
    for numbers in ["\"limit\": 18446744073709551615, \"page\": 2", "\"limit\": 0, \"page\": 18446744073709551615"] {
        let page = format!(r#"{{"result": {{"found": 3, {numbers}, "rows": [{{"id": 1}}]}}}}"#);
        assert_eq!(list_catalog(page.as_bytes()).unwrap().next, None, "no number that is greater");
    }
    let empty = list_catalog(br#"{"found": 0, "rows": []}"#).unwrap();
    assert_eq!((empty.records.len(), empty.count, empty.next), (0, Some(0), None));
    assert_eq!(list_catalog(br#"{"status": "failed", "message": "no"}"#).unwrap_err().code, "error-answer");
}

#[test]
fn a_record_with_a_code_is_no_error_answer() {
    assert_eq!(study(&json!({"idno": "a", "title": "T", "code": 4711})).source_record_id, "a");
    assert_eq!(read_study(br#"{"status": 404, "message": "no such study"}"#).unwrap_err().code, "error-answer");
}

#[test]
fn of_a_variable_its_name_label_and_type_are_kept_and_no_frequency() {
    let metadata = br#"{"study_desc": {}, "variables": [
        {"name": "age", "labl": "Age in years", "var_format": {"type": "numeric"}, "var_sumstat": [{"value": "77"}]},
        {"labl": "no name"}, 5, {"name": "sex"}
    ]}"#;
    let variables = read_variables(metadata).unwrap().unwrap();
    let row = br#"{"idno": "MLI_1", "title": "Survey", "form_model": "open"}"#;
    let kept = StudyWithVariables::new(row, Ok(variables)).unwrap().to_kept();
    assert!(!String::from_utf8(kept.clone()).unwrap().contains("77"));
    let reading = read_study_with_variables(&kept).unwrap();
    let fields: Vec<_> = reading
        .draft
        .fields
        .iter()
        .map(|one| (&*one.name, one.description.as_deref(), one.data_type.as_deref()))
        .collect();
    assert_eq!(fields, [("age", Some("Age in years"), Some("numeric")), ("sex", None, None)]);
    let problems: Vec<_> = reading.problems.iter().map(|one| (&*one.code, &*one.field)).collect();
    assert_eq!(problems, [("unreadable-variable", "variables")]);
}

#[test]
fn the_first_variables_are_kept_and_how_many_came_after_them_is_told() {
    let list: Vec<String> = (0..5_003).map(|number| format!(r#"{{"name": "v{number}"}}"#)).collect();
    let metadata = format!(r#"{{"dataset": {{"variables": [{}]}}}}"#, list.join(","));
    let variables = read_variables(metadata.as_bytes()).unwrap().unwrap();
    assert_eq!((variables.listed.len(), variables.left_out, variables.unreadable), (5_000, 3, 0));
}

#[test]
fn metadata_without_variables_are_told_from_an_answer_that_is_an_error() {
    assert_eq!(read_variables(br#"{"study_desc": {}}"#).unwrap(), None);
    let code = |body: &str| read_variables(body.as_bytes()).unwrap_err().code;
    assert_eq!(code(r#"{"status": "failed", "message": "no such study"}"#), "error-answer");
    assert_eq!(code(r#"{"variables": "none"}"#), "unexpected-type");
    assert_eq!(code("<html></html>"), "not-json");
}

#[test]
fn variables_that_lack_are_taken_from_what_was_kept_and_the_row_is_not() {
    let study = |title: &str, variables| {
        StudyWithVariables::new(format!(r#"{{"idno": "MLI_1", "title": "{title}"}}"#).as_bytes(), variables).unwrap()
    };
    let age = StudyVariable { name: "age".to_owned(), label: None, data_type: None };
    let had = || study("Before", Ok(StudyVariables { listed: vec![age.clone()], ..StudyVariables::default() }));
    let lacking = study("After", Err("it is down".to_owned()));
    assert!(lacking.lacks_variables() && !had().lacks_variables());
    let reading = read_study_with_variables(&lacking.with_those_of(had()).to_kept()).unwrap();
    assert_eq!(reading.draft.title.best("en"), Some("After"));
    assert_eq!(reading.draft.fields.len(), 1);
    assert_eq!(reading.problems[0].code, "variables-lacking");
}
