#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;

fn dataset(value: &serde_json::Value) -> Draft {
    read_dataset(value.to_string().as_bytes()).unwrap().draft
}

#[test]
fn a_data_set_is_read_in_either_spelling_of_its_resources() {
    for key in ["resources", "Resources"] {
        let draft = dataset(&json!({
            "dataset_id": "g", "dataset_unique_id": "0001", "name": "Fallback", "first_published": "2026-06-01", "modified_on": "2026-06-03",
            "identification": {"title": "Floods", "description": "About floods", "topics": [{"name": "Climate"}, "Water"],
                "language_supported": [{"code": "EN"}]},
            "keywords": [{"name": "weather"}, "rain"],
            "constraints": {"license": {"license_id": "CC-BY-4.0", "license_reference": "https://example.org/l"}},
            key: [{"resource_unique_id": "DR1", "format": "CSV", "distribution": {"distribution_size": 100, "url": "https://example.org/d", "file_name": "d.csv"}}]
        }));
        assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("0001", Some("Floods")));
        assert_eq!(draft.topics, ["Climate", "Water"]);
        assert_eq!(draft.keywords["und"], ["weather", "rain"]);
        assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("2026-06-01"), Some("2026-06-03")));
        let file = DraftDistribution {
            id: Some("DR1".to_owned()),
            title: Some("d.csv".to_owned()),
            url: Some("https://example.org/d".to_owned()),
            format: Some("CSV".to_owned()),
            size: Some("100".to_owned()),
            ..DraftDistribution::default()
        };
        assert_eq!((draft.distributions, draft.licence_id.as_deref()), (vec![file], Some("CC-BY-4.0")));
    }
}

#[test]
fn every_classification_reaches_the_terms() {
    let terms = |class: &str, holder: &str| {
        let draft = match holder {
            "" => dataset(&json!({"name": "T", "data_classification": class})),
            holder => dataset(&json!({"name": "T", holder: {"data_classification": class}})),
        };
        (draft.terms.sharing_at_least, draft.terms.access_at_least)
    };
    for holder in ["", "identification", "constraints"] {
        assert_eq!(terms("Public", holder), (None, None));
        assert_eq!(terms("Official Use Only", holder), (Some(Sharing::Organisation), Some(AccessMethod::OnRequest)));
        assert_eq!(terms("Confidential", holder), (Some(Sharing::Organisation), Some(AccessMethod::None)));
        assert_eq!(terms("Strictly Confidential", holder), (Some(Sharing::Closed), Some(AccessMethod::None)));
    }
}

#[test]
fn contacts_of_a_private_data_set_are_not_open() {
    let contacts = |private: bool| {
        let point = json!([{"name": "Help desk", "email": "help@example.org"}]);
        let draft = dataset(&json!({
            "dataset_unique_id": "1", "name": "T", "is_private": private, "identification": {"point_of_contact": point}
        }));
        draft.contacts.iter().map(|contact| contact.published_openly).collect::<Vec<_>>()
    };
    assert_eq!(contacts(false), [true]);
    assert_eq!(contacts(true), [false]);
}

#[test]
fn people_find_the_data_on_its_page_and_the_code_of_a_collection_keeps_nothing() {
    let draft = dataset(&json!({"dataset_unique_id": "0012345", "name": "T", "source": "FINANCE"}));
    assert_eq!(draft.landing_page.as_deref(), Some("https://datacatalog.worldbank.org/search/dataset/0012345"));
    assert_eq!((draft.custodian, draft.methodology.as_deref()), (None, Some("Source: FINANCE")));
    let stated =
        dataset(&json!({"dataset_unique_id": "1", "name": "T", "url": "https://example.org/t", "source": "Office"}));
    assert_eq!(stated.landing_page.as_deref(), Some("https://example.org/t"));
    assert_eq!(stated.custodian.map(|keeper| keeper.name).as_deref(), Some("Office"));
    let page =
        |id: &str| read_indicator(json!({"id": id, "name": "N"}).to_string().as_bytes()).unwrap().draft.landing_page;
    assert_eq!(page("SP.POP.TOTL").as_deref(), Some("https://data.worldbank.org/indicator/SP.POP.TOTL"));
    assert_eq!(page("no id/at all"), None);
}

#[test]
fn pages_of_the_catalogue_end_with_an_empty_one() {
    let page = list_datasets(br#"{"data": [{"dataset_unique_id": "0001"}], "count": 9}"#).unwrap();
    assert_eq!((page.records[0].id.as_deref(), page.count), (Some("0001"), Some(9)));
    assert_eq!(list_datasets(br#"{"data": []}"#).unwrap(), Listing::default());
    let limited = br#"{"statusCode": 429, "message": "Rate limit is exceeded. Try again in 30 seconds."}"#;
    assert_eq!(list_datasets(limited).unwrap_err().code, "error-answer");
}

#[test]
fn pages_of_indicators_are_arrays_of_two() {
    let page = br#"[{"page": 1, "pages": 2, "per_page": "50", "total": 51}, [{"id": "SP.POP", "name": "Population"}]]"#;
    let listing = list_indicators(page).unwrap();
    assert_eq!((listing.count, listing.next.as_deref()), (Some(51), Some("2")));
    let draft = read_indicator(&listing.records[0].bytes).unwrap().draft;
    assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("SP.POP", Some("Population")));
    let error = list_indicators(br#"[{"message": [{"id": "120", "key": "Invalid value", "value": "not valid"}]}]"#)
        .unwrap_err();
    assert_eq!((error.code.as_str(), error.value.as_deref()), ("error-answer", Some("not valid")));
    assert_eq!(list_indicators(b"{\"a\": 1}").unwrap_err().code, "not-a-listing");
}

#[test]
fn a_source_whose_data_is_not_available_says_so() {
    let terms = read_source(br#"{"id": "2", "name": "S", "dataavailability": "N"}"#).unwrap().draft.terms;
    assert_eq!(terms.access_at_least, Some(AccessMethod::None));
}

#[test]
fn a_dataset_is_as_closed_as_the_closest_of_its_files_in_any_notation_of_the_class() {
    let terms = |class: &str| {
        let value = json!({"dataset_unique_id": "d", "name": "T", "data_classification": "Public",
            "Resources": [{"name": "A", "data_classification": "public"}, {"name": "B", "data_classification": class}]});
        let terms = read_dataset(value.to_string().as_bytes()).unwrap().draft.terms;
        (terms.sharing_at_least.zip(terms.access_at_least), terms.classification)
    };
    let asked = |sharing: Sharing| Some((sharing, AccessMethod::OnRequest));
    for class in ["OFFICIAL_USE_ONLY", "Official Use Only", "official-use-only"] {
        assert_eq!(terms(class), (asked(Sharing::Organisation), Some(class.to_owned())));
    }
    for class in ["Restricted", "Level 3"] {
        assert_eq!(terms(class), (asked(Sharing::Restricted), Some(class.to_owned())));
    }
    for class in ["PUBLIC", "Unclassified"] {
        assert_eq!(terms(class).0, None, "{class}");
    }
    let both = json!({"dataset_unique_id": "d", "name": "T", "data_classification": "Official Use Only",
        "classification": "STRICTLY_CONFIDENTIAL"});
    let both = read_dataset(both.to_string().as_bytes()).unwrap().draft.terms;
    assert_eq!(
        (both.sharing_at_least, both.classification.as_deref()),
        (Some(Sharing::Closed), Some("STRICTLY_CONFIDENTIAL"))
    );
}
