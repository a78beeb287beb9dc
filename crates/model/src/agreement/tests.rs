//! What clients write: read, refused, and told what is wrong with it.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::*;
use crate::{Dataset, DatasetId, Kind, Organisation, Sensitivity};

fn terms() -> Value {
    json!({
        "title": {"en": "Hazards for health partners"},
        "framework": {"id": "mutual-commitment", "version": 2},
        "parties": [
            {"organisation": "nmaa", "role": "provider"},
            {"organisation": "im-cell", "role": "steward", "on_behalf_of": "nmaa"},
            {"group": "cluster:HEA", "role": "user"}
        ],
        "covers": {"clusters": ["PRO-MIN"], "countries": ["YEM"], "most_sensitive": "high"},
        "fields": {"names": ["status"], "at_most": "moderate"},
        "purposes": ["public-health"],
        "prohibited_purposes": ["research-in-public-interest"],
        "access": {"at_most": "aggregate", "aggregate": {"finest_admin_level": 2, "minimum_cell_size": 10}},
        "transfer": "region-bound",
        "jurisdictions": ["YEM", "CHE"],
        "obligations": [{"kind": "retention", "days": 90}, {"kind": "no-onward-sharing"}],
        "safeguards": ["encryption-at-rest"],
        "validity": {"from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"},
        "trigger": {"when": "crisis", "glides": ["EQ-2026-000053-YEM"]}
    })
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Code and field of each problem of the terms with one part replaced.
fn problems_with(part: &str, value: Value) -> Vec<String> {
    let mut changed = terms();
    changed[part] = value;
    match read::<AgreementTerms>(changed) {
        Ok(terms) => codes(terms.validate(Vocabularies::bundled())),
        Err(error) => vec![error],
    }
}

fn codes(problems: Vec<Problem>) -> Vec<String> {
    problems.into_iter().map(|problem| format!("{} {}", problem.code, problem.field)).collect()
}

#[test]
fn an_agreement_is_read_and_written_without_loss() {
    let read: AgreementTerms = read(terms()).unwrap();
    assert_eq!(read.validate(Vocabularies::bundled()), []);
    assert_eq!(serde_json::to_value(&read).unwrap(), terms());
}

#[test]
fn fields_that_are_not_known_are_refused_at_every_level() {
    for pointer in
        ["", "/framework", "/parties/0", "/covers", "/fields", "/access", "/access/aggregate", "/obligations/1"]
    {
        let mut changed = terms();
        changed.pointer_mut(pointer).unwrap()["status"] = json!("active");
        let error = read::<AgreementTerms>(changed).unwrap_err();
        assert!(error.starts_with("unknown field `status`"), "{pointer}: {error}");
    }
    let question = json!({"access": "download", "organisation": "who"});
    let error = read::<AccessQuestion>(question).unwrap_err();
    assert!(error.starts_with("unknown field `organisation`"), "who asks is not for the asker to say: {error}");
}

#[test]
fn each_rule_of_an_agreement_names_its_field() {
    let party =
        |party: Value| json!([{"organisation": "a", "role": "provider"}, {"organisation": "b", "role": "user"}, party]);
    let cases = [
        ("title", json!({}), "not-stated title"),
        ("title", json!({"en": " "}), "not-stated title"),
        ("title", json!({"en": "x".repeat(5001)}), "not-a-text title.en"),
        ("framework", json!({"id": "", "version": 1}), "not-an-id framework.id"),
        ("parties", json!([{"organisation": "a", "role": "provider"}]), "role-missing parties"),
        ("parties", json!([{"organisation": "a", "role": "user"}]), "role-missing parties"),
        ("parties", party(json!({"role": "user"})), "party-not-one parties[2]"),
        ("parties", party(json!({"organisation": "c", "group": "d", "role": "user"})), "party-not-one parties[2]"),
        ("parties", party(json!({"group": "d", "role": "provider"})), "group-cannot-grant parties[2].role"),
        ("parties", party(json!({"organisation": "c", "role": "steward"})), "steward-of-whom parties[2].on_behalf_of"),
        ("parties", party(json!({"organisation": "b", "role": "user"})), "party-named-twice parties[2]"),
        ("covers", json!({}), "selects-nothing covers"),
        ("covers", json!({"clusters": ["Health"]}), "unknown-code covers.clusters[0]"),
        ("covers", json!({"countries": ["YE"]}), "unknown-code covers.countries[0]"),
        ("covers", json!({"most_sensitive": "unknown"}), "not-a-level covers.most_sensitive"),
        ("covers", json!({"topics": vec!["x"; 201]}), "too-many covers.topics"),
        ("fields", json!({"at_most": "unknown"}), "not-a-level fields.at_most"),
        ("purposes", json!([]), "not-stated purposes"),
        ("purposes", json!(["marketing"]), "unknown-code purposes[0]"),
        ("prohibited_purposes", json!(["public-health"]), "purpose-granted-and-prohibited prohibited_purposes[0]"),
        ("access", json!({"at_most": "aggregate"}), "aggregate-without-limits access.aggregate"),
        ("access", json!({"at_most": "private-aggregate"}), "private-without-epsilon access.epsilon"),
        ("access", json!({"at_most": "private-aggregate", "epsilon": 0.0}), "not-an-epsilon access.epsilon"),
        (
            "access",
            json!({"at_most": "aggregate", "aggregate": {"finest_admin_level": 5, "minimum_cell_size": 1}}),
            "not-an-admin-level access.aggregate.finest_admin_level",
        ),
        (
            "access",
            json!({"at_most": "aggregate", "aggregate": {"finest_admin_level": 2, "minimum_cell_size": 0}}),
            "not-a-cell-size access.aggregate.minimum_cell_size",
        ),
        ("jurisdictions", json!([]), "region-without-jurisdictions jurisdictions"),
        ("jurisdictions", json!(["Europe"]), "unknown-code jurisdictions[0]"),
        ("obligations", json!([{"kind": "retention"}]), "obligation-days obligations[0].days"),
        ("obligations", json!([{"kind": "retention", "days": 0}]), "obligation-days obligations[0].days"),
        ("obligations", json!([{"kind": "attribution", "days": 1}]), "obligation-days obligations[0].days"),
        ("obligations", json!([{"kind": "delete-after"}]), "obligation-instant obligations[0].by"),
        ("safeguards", json!(["prayer"]), "unknown-code safeguards[0]"),
        (
            "validity",
            json!({"from": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}),
            "reversed-period validity.until",
        ),
        ("trigger", json!({"when": "crisis"}), "trigger-names-no-crisis trigger"),
        ("trigger", json!({"when": "always", "countries": ["YEM"]}), "trigger-always-names-crisis trigger"),
    ];
    for (part, value, expected) in cases {
        assert_eq!(problems_with(part, value.clone()), [expected], "{part}: {value}");
    }
}

#[test]
fn a_problem_lists_what_is_allowed_and_quotes_what_was_not() {
    let mut changed = terms();
    changed["safeguards"] = json!(["prayer"]);
    let terms: AgreementTerms = read(changed).unwrap();
    let problems = terms.validate(Vocabularies::bundled());
    assert_eq!(problems[0].value.as_deref(), Some("prayer"));
    assert_eq!(
        problems[0].message,
        "it is no code of the vocabulary `safeguard`, which has: encryption-at-rest, encryption-in-transit, \
         responsible-person, need-to-know, access-log, staff-trained, impact-assessment, incident-plan"
    );
}

#[test]
fn a_question_a_crisis_a_framework_and_a_refusal_are_checked_alike() {
    let vocabularies = Vocabularies::bundled();
    let question = json!({
        "access": "private-aggregate", "purposes": ["fun"], "fields": [""], "admin_level": 9, "epsilon": -1.0,
        "storage": ["Mars"], "safeguards": ["none"], "recipient": " ",
        "period": {"from": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    });
    assert_eq!(
        codes(read::<AccessQuestion>(question).unwrap().validate(vocabularies)),
        [
            "unknown-code purposes[0]",
            "not-an-id fields[0]",
            "not-an-admin-level admin_level",
            "not-an-epsilon epsilon",
            "unknown-code storage[0]",
            "unknown-code safeguards[0]",
            "reversed-period period.until",
            "not-an-id recipient",
        ]
    );
    assert_eq!(AccessQuestion::of(AccessForm::Download).validate(vocabularies), []);

    let crisis = json!({
        "glide": "EQ-2026-000053-QQQ", "title": {"en": "Earthquake"}, "countries": [],
        "from": "2026-02-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"
    });
    assert_eq!(
        codes(read::<CrisisDeclaration>(crisis).unwrap().validate(vocabularies)),
        ["unknown-code glide.country[0]", "not-stated countries", "reversed-period until"]
    );
    let endless = json!({
        "glide": "EQ-2026-000053-YEM", "title": {"en": "Earthquake"}, "countries": ["YEM"], "from": "2026-02-01T00:00:00Z"
    });
    assert_eq!(read::<CrisisDeclaration>(endless), Err("missing field `until`".to_owned()));

    assert_eq!(
        codes(read::<FrameworkVersion>(json!({"title": {}})).unwrap().validate(vocabularies)),
        ["not-stated title"]
    );
    let refusal = json!({"kind": "opt-out", "covers": {}, "period": {"from": "2026-02-01T00:00:00Z"}, "reason": ""});
    assert_eq!(
        codes(read::<RefusalStatement>(refusal).unwrap().validate(vocabularies)),
        ["selects-nothing covers", "not-a-text reason"]
    );
}

#[test]
fn a_glide_number_is_read_in_its_one_form() {
    for text in ["EQ-2023-000053-TUR", "CE-2015-000001-YEM"] {
        assert_eq!(text.parse::<Glide>().map(String::from), Ok(text.to_owned()));
    }
    for text in [
        "",
        "EQ-2023-000053",
        "eq-2023-000053-TUR",
        "ZZ-2023-000053-TUR",
        "EQ-23-000053-TUR",
        "EQ-2023-53-TUR",
        "EQ-2023-000053-tur",
        "EQ-2023-000053-TUR-1",
        "EQ 2023 000053 TUR",
        "EQ-2023-00005٣-TUR",
    ] {
        assert!(text.parse::<Glide>().is_err(), "{text}");
    }
}

fn record() -> Dataset {
    Dataset {
        source: "nmaa-register".to_owned(),
        owner: Some(Organisation { id: "nmaa".to_owned(), ..Organisation::default() }),
        clusters: vec!["PRO-MIN".to_owned()],
        countries: vec!["YEM".to_owned()],
        kind: Kind::Map,
        topics: vec!["Contamination".to_owned()],
        keywords: [("fr".to_owned(), vec!["Éducation aux risques".to_owned()])].into(),
        ..Dataset::empty(DatasetId::new("nmaa-register", "1"))
    }
}

fn selects(selector: &Value, record: &Dataset) -> bool {
    read::<Selector>(selector.clone()).unwrap().selects(record, Vocabularies::bundled())
}

#[test]
fn every_stated_part_of_a_selector_must_match_and_an_empty_one_selects_nothing() {
    let parts = [
        (json!({"records": [DatasetId::new("nmaa-register", "1")]}), true),
        (json!({"records": [DatasetId::new("nmaa-register", "2")]}), false),
        (json!({"sources": ["nmaa-register"]}), true),
        (json!({"sources": ["other"]}), false),
        (json!({"owners": ["nmaa"]}), true),
        (json!({"owners": ["other"]}), false),
        (json!({"clusters": ["PRO-MIN"]}), true),
        (json!({"clusters": ["PRO"]}), true),
        (json!({"clusters": ["PRO-GBV", "HEA"]}), false),
        (json!({"countries": ["SYR", "YEM"]}), true),
        (json!({"countries": ["SYR"]}), false),
        (json!({"kinds": ["map"]}), true),
        (json!({"kinds": ["dataset"]}), false),
        (json!({"topics": ["contamination"]}), true),
        (json!({"topics": ["education aux risques"]}), true),
        (json!({"topics": ["risques", "-"]}), false),
        (json!({"most_sensitive": "high"}), true),
        (json!({"most_sensitive": "moderate"}), false),
    ];
    assert!(!selects(&json!({}), &record()));
    for (one, one_matches) in &parts {
        assert_eq!(selects(one, &record()), *one_matches, "{one}");
        for (two, two_matches) in &parts {
            let (mut both, two) = (one.clone(), two.as_object().unwrap());
            if !two.keys().any(|key| both.get(key).is_some()) {
                both.as_object_mut().unwrap().extend(two.clone());
                assert_eq!(selects(&both, &record()), *one_matches && *two_matches, "{both}");
            }
        }
    }
}

#[test]
fn what_grants_needs_every_country_and_what_forbids_needs_one() {
    let vocabularies = Vocabularies::bundled();
    let yemen = Selector { countries: vec!["YEM".to_owned()], ..Selector::default() };
    let of = |countries: &[&str]| Dataset {
        countries: countries.iter().map(|&country| country.to_owned()).collect(),
        ..record()
    };
    let reach = |countries: &[&str]| {
        let record = of(countries);
        (yemen.selects(&record, vocabularies), yemen.touches(&record, vocabularies))
    };
    assert_eq!(reach(&["YEM"]), (true, true));
    assert_eq!(reach(&["SYR", "YEM"]), (false, true));
    assert_eq!(reach(&["SYR"]), (false, false));
    assert_eq!(reach(&[]), (false, false));
}

#[test]
fn severe_data_is_selected_only_up_to_the_level_that_is_stated() {
    let mut severe = record();
    severe.terms.sensitivity = Sensitivity::Severe;
    assert!(selects(&json!({"owners": ["nmaa"]}), &severe));
    assert!(selects(&json!({"owners": ["nmaa"], "most_sensitive": "severe"}), &severe));
    assert!(!selects(&json!({"owners": ["nmaa"], "most_sensitive": "high"}), &severe));
}
