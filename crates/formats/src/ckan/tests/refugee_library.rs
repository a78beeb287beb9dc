use cairn_model::{AccessMethod, Sharing, StatedText};

use super::{codes, read, some, strings};

#[test]
fn the_refugee_library_states_visibility_and_access_apart() {
    let reading = read(
        r#"{"id": "a", "title": "T", "private": false, "visibility": "restricted", "external_access_level": "licensed_use", "data_sensitivity": "yes"}"#,
    );
    assert_eq!(
        reading.draft.terms,
        StatedText {
            sharing_at_least: Some(Sharing::Organisation),
            access_method: some("licensed"),
            access_at_least: Some(AccessMethod::Licensed),
            listing: some("hidden"),
            sensitivity: some("high"),
            ..StatedText::default()
        }
    );
}

#[test]
fn what_the_refugee_library_shows_to_its_own_people_is_not_for_everyone() {
    use AccessMethod::{Enclave, Licensed, None as Nothing, OnRequest};
    for (level, sharing, closed) in [
        ("open_access", some("community"), None),
        ("public_use", some("community"), None),
        ("licensed_use", None, Some((Sharing::Restricted, Licensed))),
        ("data_enclave", None, Some((Sharing::Restricted, Enclave))),
        ("not_available", None, Some((Sharing::Organisation, Nothing))),
        ("by_the_moon", None, Some((Sharing::Restricted, OnRequest))),
    ] {
        let reading = read(&format!(
            r#"{{"id": "a", "title": "T", "visibility": "public", "external_access_level": "{level}",
                "data_sensitivity": "no", "maintainer": "Desk", "maintainer_email": "desk@example.org"}}"#
        ));
        let terms = reading.draft.terms;
        assert!(!terms.listed_openly, "{level}");
        assert_eq!(terms.listing, some("hidden"), "{level}");
        assert_eq!((terms.sharing, terms.sharing_at_least.zip(terms.access_at_least)), (sharing, closed), "{level}");
        assert!(!reading.draft.contacts[0].published_openly, "{level}");
    }
}

#[test]
fn data_about_persons_whom_anyone_can_tell_is_severe_in_whichever_file_it_stands() {
    for package in [
        r#""identifiability": "personally_identifiable", "data_sensitivity": "no""#,
        r#""identifiability": "anonymized_public", "data_sensitivity": "no", "resources": [
            {"url": "https://example.org/a", "identifiability": "anonymized_public"},
            {"url": "https://example.org/b", "identifiability": "personally_identifiable"}]"#,
    ] {
        let reading = read(&format!(
            r#"{{"id": "a", "title": "T", "visibility": "public", "external_access_level": "public_use", {package}}}"#
        ));
        assert_eq!(reading.draft.terms.sensitivity, some("severe"), "{package}");
    }
}

#[test]
fn codes_of_topics_are_read_and_are_no_keywords() {
    let reading = read(
        r#"{"id": "a", "title": "T", "visibility": "public", "external_access_level": "public_use", "keywords": ["4", "15", "999", "wells"]}"#,
    );
    assert_eq!(codes(&reading), [("unknown-topic-code", "keywords")]);
    assert_eq!(reading.draft.topics, ["Water Sanitation Hygiene", "Gender Based Violence"]);
    assert_eq!(reading.draft.keywords.into_values().flatten().collect::<Vec<_>>(), strings(&["wells"]));
    let elsewhere = read(r#"{"id": "a", "title": "T", "keywords": ["4"]}"#).draft;
    assert_eq!(elsewhere.keywords.into_values().flatten().collect::<Vec<_>>(), strings(&["4"]));
}

#[test]
fn a_deposit_that_leaves_out_the_level_of_access_is_closed_and_hidden() {
    for own in [
        r#""data_sensitivity": "no""#,
        r#""identifiability": "anonymized_public""#,
        r#""owner_org_dest": "office""#,
        r#""type": "deposited-dataset""#,
    ] {
        let reading = read(&format!(
            r#"{{"id": "a", "title": "T", "private": false, "visibility": "public", {own},
                "maintainer": "Desk", "maintainer_email": "desk@example.org"}}"#
        ));
        let terms = reading.draft.terms;
        assert_eq!((terms.listed_openly, terms.listing, terms.sharing), (false, some("hidden"), None), "{own}");
        let closed = (terms.sharing_at_least, terms.access_at_least);
        assert_eq!(closed, (Some(Sharing::Organisation), Some(AccessMethod::OnRequest)), "{own}");
        assert!(!reading.draft.contacts[0].published_openly, "{own}");
    }
    let elsewhere = read(r#"{"id": "a", "title": "T", "visibility": "public", "type": "dataset"}"#).draft.terms;
    assert_eq!((elsewhere.listed_openly, elsewhere.sharing), (true, some("public")));
}

#[test]
fn a_single_field_that_other_portals_have_too_makes_no_record_of_the_library() {
    for (level, sensitivity) in [("low", "low"), ("High", "High")] {
        let reading = read(&format!(r#"{{"id": "a", "title": "T", "data_sensitivity": "{level}"}}"#));
        let terms = &reading.draft.terms;
        assert_eq!((terms.sensitivity.as_deref(), terms.sharing_at_least), (Some(sensitivity), None));
        assert!(terms.listed_openly && terms.listing.is_none() && codes(&reading).is_empty(), "{level}");
    }
    let anonymous = read(r#"{"id": "a", "title": "T", "identifiability": "anonymized_public"}"#).draft.terms;
    assert_eq!((anonymous.listed_openly, anonymous.sharing_at_least), (true, None));
    let persons = read(r#"{"id": "a", "title": "T", "identifiability": "personally_identifiable"}"#).draft.terms;
    assert_eq!(persons.sensitivity, some("severe"));
    let closed = (persons.sharing_at_least, persons.access_at_least);
    assert_eq!(closed, (Some(Sharing::Restricted), Some(AccessMethod::OnRequest)));
}
