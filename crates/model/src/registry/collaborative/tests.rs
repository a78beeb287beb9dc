//! What a canvas must say, and what it lacks.
#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::*;

/// A canvas that says no more than it must, changed in one place.
fn canvas(field: &str, value: Value) -> CollaborativeStatement {
    let mut sent = json!({
        "lead": "horizon-relief", "title": {"en": "Routes"},
        "parties": [
            {"organisation": "horizon-relief", "roles": ["facilitator"]},
            {"name": "Example Telecom", "roles": ["provider"]},
        ],
    });
    sent[field] = value;
    serde_json::from_value(sent).unwrap()
}

fn rules(canvas: &CollaborativeStatement) -> Vec<(String, String)> {
    let problems = canvas.validate(Vocabularies::bundled());
    problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
}

#[test]
fn what_is_wrong_with_a_canvas_is_told_by_field_and_rule() {
    assert_eq!(rules(&canvas("purposes", json!(["clearance-planning"]))), []);
    let relation = |to: &str| json!([{"name": "A", "roles": ["user"], "relations": [{"to": to, "how": "funds"}]}]);
    let is_refused = [
        ("lead", json!(""), "lead", "not-an-id"),
        ("title", json!({}), "title", "not-stated"),
        ("purposes", json!(["profit"]), "purposes[0]", "unknown-code"),
        ("needs", json!(vec!["n"; 51]), "needs", "too-many"),
        ("parties", json!([{"roles": ["user"]}]), "parties[0]", "organisation-or-name"),
        ("parties", json!([{"name": "A", "roles": []}]), "parties[0].roles", "not-stated"),
        ("parties", relation("B"), "parties[0].relations[0].to", "no-party"),
        ("parties", relation("A"), "parties[0].relations[0]", "with-itself"),
        ("incentives", json!([{"text": {"en": "Credit"}, "party": "nobody"}]), "incentives[0].party", "no-party"),
        ("challenges", json!([{"text": {}}]), "challenges[0].text", "not-stated"),
        ("stewardship", json!({"steward": "nobody"}), "stewardship.steward", "no-party"),
        ("jurisdictions", json!(["Mali"]), "jurisdictions[0]", "unknown-code"),
        ("ethics", json!({"risks": {"en": "Raids"}, "safeguards": ["luck"]}), "ethics.safeguards[0]", "unknown-code"),
        ("audience", json!({"sharing": "closed"}), "audience.sharing", "audience-closed"),
    ];
    for (field, value, told, rule) in is_refused {
        let said = value.to_string();
        let rules = rules(&canvas(field, value));
        assert!(rules.contains(&(told.to_owned(), rule.to_owned())), "{field}: {said}: {rules:?}");
    }
    let twice = json!([{"name": "A", "roles": ["user"]}, {"name": "A", "roles": ["funder"]}]);
    assert_eq!(rules(&canvas("parties", twice)), [("parties[1]".to_owned(), "named-twice".to_owned())]);
    for (field, value) in
        [("state", json!("ended")), ("missing", json!([])), ("business_model", json!({"cost": "dear"}))]
    {
        let mut sent = serde_json::to_value(canvas("laws", json!(["Data protection act"]))).unwrap();
        sent[field] = value;
        assert!(serde_json::from_value::<CollaborativeStatement>(sent).is_err(), "{field}");
    }
}

#[test]
fn what_is_missing_before_it_could_start_is_named_part_by_part_until_nothing_is() {
    let parts = |canvas: &CollaborativeStatement| -> Vec<String> {
        canvas.missing().into_iter().map(|missing| missing.part).collect()
    };
    assert_eq!(
        parts(&canvas("laws", json!([]))),
        [
            "question",
            "purposes",
            "needs",
            "records",
            "parties",
            "parties",
            "parties",
            "parties[0].responsibilities",
            "parties[1].responsibilities",
            "incentives",
            "business_model",
            "stewardship",
            "jurisdictions",
            "ethics",
            "agreement",
        ]
    );
    let whole = json!({
        "lead": "horizon-relief", "title": {"en": "Routes"}, "question": {"en": "Where do people rest?"},
        "purposes": ["clearance-planning"], "needs": ["n"], "records": [DatasetId::new("desk", "one")],
        "parties": [{
            "name": "A", "roles": ["provider", "user", "steward", "community-representative"],
            "responsibilities": {"en": "All of it"},
        }],
        "incentives": [{"text": {"en": "Credit"}}], "business_model": {"cost": "pro-bono"},
        "stewardship": {"steward": "A", "succession": {"en": "Handed over"}, "retention": {"en": "A year"}},
        "jurisdictions": ["MLI"], "agreement": "a",
        "ethics": {
            "risks": {"en": "Raids"}, "safeguards": ["encryption-at-rest"], "engagement": {"en": "Meetings"},
        },
    });
    let whole: CollaborativeStatement = serde_json::from_value(whole).unwrap();
    assert_eq!(parts(&whole), Vec::<String>::new());
    let mut without = whole.clone();
    without.stewardship.as_mut().unwrap().succession = LocalizedText::default();
    assert_eq!(parts(&without), ["stewardship.successor"]);
}
