use cairn_model::{AccessMethod, Sharing};

use super::{codes, read};

/// What a package with these fields is shared as at least, and how its data is had at least.
fn closed_by(fields: &str) -> (Option<Sharing>, Option<AccessMethod>) {
    let terms = read(&format!(r#"{{"id": "a", "title": "T", {fields}}}"#)).draft.terms;
    assert!(terms.sharing.is_none() && terms.access_method.is_none() && terms.listed_openly, "{fields}");
    (terms.sharing_at_least, terms.access_at_least)
}

const CLOSING: &[(&str, &str)] = &[
    ("sharing_level", r#""closed""#),
    ("tlp_level", r#""RED""#),
    ("confidential", r#""true""#),
    ("confidential", "true"),
    ("access", r#""restricted""#),
    ("access_type", r#""restricted""#),
    ("Access-Type", r#"["restricted"]"#),
    ("data_access", r#""closed""#),
    ("access_restriction", r#""Restricted""#),
    ("restrictions", r#""Internal use only""#),
    ("can_be_shared", r#""no""#),
    ("is_public", "false"),
    ("open_data", r#""no""#),
    ("sensitive", r#""true""#),
    ("contains_personal_data", r#""yes""#),
    ("embargo_until", r#""2030-01-01""#),
    ("nivel_de_acceso", r#""restringido""#),
    ("confidentialite", r#""confidentiel""#),
    ("niveau_acces", r#""restreint""#),
    ("private_data", r#""true""#),
    ("usage_restriction", r#""do not share""#),
    ("allowed_users", r#""sample-desk, sample-mission""#),
    ("metadata_visibility", r#""internal""#),
    ("مقيد", r#""نعم""#),
];

#[test]
fn terms_under_the_names_of_columns_close_in_fields_extras_and_files() {
    for (key, value) in CLOSING {
        for fields in [
            format!(r#""{key}": {value}"#),
            format!(r#""extras": [{{"key": "{key}", "value": {value}}}]"#),
            format!(r#""resources": [{{"url": "https://example.org/a", "{key}": {value}}}]"#),
            format!(r#""resources": [{{"url": "https://example.org/a", "extras": {{"{key}": {value}}}}}]"#),
        ] {
            let (sharing, access) = closed_by(&fields);
            assert!(sharing > Some(Sharing::Public) || access > Some(AccessMethod::Download), "{fields}");
            let reading = read(&format!(r#"{{"id": "a", "title": "T", {fields}}}"#));
            assert_eq!(codes(&reading), [], "{fields}");
        }
    }
}

#[test]
fn under_other_names_nothing_opens() {
    for fields in [
        r#""sharing_level": "public", "tlp_level": "CLEAR", "access": "open", "is_public": true, "sensitive": false"#,
        r#""confidential": "no", "can_be_shared": "yes", "access_type": "download", "data_sensitivity_level": "low""#,
        r#""restrictions": "None", "embargo": "no", "confidentialite": "publique", "nivel_de_acceso": "público""#,
        r#""isopen": false, "published": "2019-03-04", "publisher_hierarchy": "A > B", "access_url": "https://example.org/a""#,
        r#""private_datasets": "[\"a\"]", "pii_is_sensitive": true, "pii_report_flag": "FINDINGS""#,
        r#""access": "https://example.org/how", "contains_personal_data": "", "internal_id": "7", "person_count": 12"#,
    ] {
        for fields in [fields.to_owned(), format!(r#""resources": [{{"url": "https://example.org/a", {fields}}}]"#)] {
            assert_eq!(closed_by(&fields), (None, None), "{fields}");
            let reading = read(&format!(r#"{{"id": "a", "title": "T", {fields}}}"#));
            assert_eq!((codes(&reading), &reading.draft.terms.sensitivity), (vec![], &None), "{fields}");
        }
    }
}

#[test]
fn what_nobody_can_tell_under_such_a_name_closes_and_is_told() {
    for (key, value) in [
        ("sharing_level", r#""tier 2""#),
        ("access_type", r#""see the memo""#),
        ("confidential", r#""perhaps""#),
        ("sensitive", r#""tier 2""#),
        ("tlp_level", r#"{"a": {"b": 1}}"#),
        ("can_be_shared", r#""ask Bob""#),
    ] {
        let fields = format!(r#""{key}": {value}"#);
        assert!(closed_by(&fields) != (None, None), "{fields}");
        assert_eq!(codes(&read(&format!(r#"{{"id": "a", "title": "T", {fields}}}"#))), [("unread-terms", key)]);
    }
    // A restriction that nobody can read closes in a list as well; a condition of use does not.
    let restricted =
        |words: &str| read(&format!(r#"{{"id": "a", "title": "T", "restrictions": "{words}"}}"#)).draft.terms;
    assert_eq!(restricted("see the memo").sharing_at_least, Some(Sharing::Organisation));
    assert_eq!(restricted("Please cite the source").sharing_at_least, None);
}

#[test]
fn a_file_is_as_closed_as_any_field_of_it_says() {
    use AccessMethod::{None as Nothing, OnRequest};
    for (fields, closed) in [
        (r#""accessLevel": "non-public""#, (Some(Sharing::Organisation), Some(Nothing))),
        (r#""restricted": [{"level": "only_allowed_users"}]"#, (Some(Sharing::Restricted), Some(OnRequest))),
        (r#""restricted": "[{\"level\": \"same_organization\"}]""#, (Some(Sharing::Organisation), Some(OnRequest))),
        (
            r#""extras": {"restricted": "{\"level\": \"only_allowed_users\"}"}"#,
            (Some(Sharing::Restricted), Some(OnRequest)),
        ),
        (
            r#""access_rights": {"@id": "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC"}"#,
            (Some(Sharing::Organisation), Some(Nothing)),
        ),
        (r#""tlp": "RED""#, (Some(Sharing::Closed), Some(Nothing))),
        (r#""classification": "Confidential""#, (Some(Sharing::Organisation), Some(Nothing))),
        (r#""classification": "Health""#, (None, None)),
        (r#""sensitivity": "High""#, (Some(Sharing::Restricted), Some(OnRequest))),
    ] {
        assert_eq!(
            closed_by(&format!(r#""resources": [{{"url": "https://example.org/a", {fields}}}]"#)),
            closed,
            "{fields}"
        );
    }
    let reading =
        read(r#"{"id": "a", "title": "T", "resources": [{"url": "https://example.org/a", "accessLevel": "tier 2"}]}"#);
    assert_eq!(codes(&reading), [("unknown-access", "resources[0].accessLevel")]);
    assert_eq!(reading.draft.terms.sharing_at_least, Some(Sharing::Organisation));
}
