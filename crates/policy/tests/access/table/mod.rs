//! Every rule by the smallest case in which it counts.

mod by_terms;
mod covered;
mod denied;
mod fields;
mod forms;
mod in_force;
mod moved;
mod received;

use std::collections::BTreeSet;

use cairn_model::agreement::{AccessForm, AggregateLimits};
use cairn_model::{Field, PartialDate, Sensitivity, Sharing, SocialLicence, SocialLicenceStatus};
use cairn_policy::access::{Condition, ConditionCode, Remedy, Rule};
use cairn_policy::{Decision, Outcome};

use super::samples::{World, crisis, granted, open, period, refusal, social_licence, time, when_yemen_is_in_crisis};

/// A case: what it is, how it differs from a world that grants, and the answer: outcome and rule that decided, other rules
/// that counted, what binds, what is offered, what would change it.
type Row = (&'static str, fn(&mut World), &'static [&'static str]);

/// The cases that differ from one in which an agreement grants a download of a stub to a member of the health cluster; those
/// of [`by_terms`] differ from one in which the terms of the record share it with everyone.
const BY_AGREEMENT: &[&[Row]] =
    &[denied::CASES, covered::CASES, in_force::CASES, received::CASES, moved::CASES, forms::CASES, fields::CASES];

/// Counts by district, none below ten.
const DISTRICTS: AggregateLimits = AggregateLimits { finest_admin_level: 2, minimum_cell_size: 10 };

fn victim_name() -> Field {
    Field {
        name: "vi_name".to_owned(),
        sensitivity: Some(Sensitivity::Severe),
        sharing: Some(Sharing::Closed),
        ..Field::default()
    }
}

/// A decision as the table writes it.
fn written(decision: &Decision) -> Vec<String> {
    let with = |code: &str, values: &[String]| {
        if values.is_empty() { code.to_owned() } else { format!("{code}({})", values.join(" ")) }
    };
    let decided = decision.reasons.iter().find(|reason| {
        reason.rule == decision.rule && (decision.outcome.is_grant() || reason.agreement == decision.agreement)
    });
    let values = decided.map_or(&[][..], |reason| &reason.values);
    let mut first = vec![decision.outcome.code().to_owned(), with(decision.rule.code(), values)];
    if let (false, Some(agreement)) = (decision.outcome.is_grant(), &decision.agreement) {
        assert_eq!(agreement.version, 3);
        first.push(agreement.id.clone());
    }
    let is_left_out = |condition: &Condition| condition.code == ConditionCode::FieldsLeftOut;
    if let (true, Some(fields)) = (decision.conditions.iter().any(is_left_out), &decision.fields) {
        first.push(format!("of {}", fields.join(" ")));
    }
    let others: Vec<String> = decision
        .reasons
        .iter()
        .filter(|reason| reason.rule != decision.rule)
        .map(|reason| with(reason.rule.code(), &reason.values))
        .collect();
    let conditions = decision.conditions.iter().map(|condition| with(condition.code.code(), &condition.values));
    let obligations = decision.obligations.iter().map(|obligation| obligation.kind.code().to_owned());
    let binding: Vec<String> = conditions.chain(obligations).collect();
    let offered: Vec<String> = decision.alternatives.iter().map(|one| one.access.code().to_owned()).collect();
    let changes: Vec<String> = decision.changes.iter().map(|one| with(one.code.code(), &one.values)).collect();
    let parts = [("also", others), ("binds", binding), ("offers", offered), ("changes", changes)];
    let parts = parts.into_iter().filter(|(_, entries)| !entries.is_empty());
    std::iter::once(first.join(" "))
        .chain(parts.map(|(name, entries)| format!("{name} {}", entries.join(" "))))
        .collect()
}

/// Every case of the tables with its decision.
fn cases() -> impl Iterator<Item = (&'static str, Decision, &'static [&'static str])> {
    let of = |rows: &'static [Row], base: fn() -> World| {
        rows.iter().map(move |(what, change, expected)| {
            let decision = base().with(change).decide();
            (*what, decision.unwrap_or_else(|| panic!("{what}: the record is not known to the asker")), *expected)
        })
    };
    BY_AGREEMENT.iter().flat_map(move |rows| of(rows, granted)).chain(of(by_terms::CASES, open))
}

#[test]
fn each_case_is_decided_as_the_table_says() {
    let wrong: Vec<String> = cases()
        .filter(|(_, decision, expected)| written(decision) != *expected)
        .map(|(what, decision, expected)| {
            format!("{what}\n  is       {:?}\n  expected {expected:?}", written(&decision))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_rules_remedies_conditions_and_outcomes_occurs_in_the_table() {
    let mut rules = BTreeSet::new();
    let mut remedies = BTreeSet::new();
    let mut conditions = BTreeSet::new();
    let mut outcomes = BTreeSet::new();
    for (_, decision, _) in cases() {
        rules.extend(decision.reasons.iter().map(|reason| reason.rule));
        remedies.extend(decision.changes.iter().map(|change| change.code));
        conditions.extend(decision.conditions.iter().map(|condition| condition.code));
        outcomes.insert(decision.outcome);
    }
    assert_eq!(rules, Rule::ALL.iter().copied().collect());
    assert_eq!(remedies, Remedy::ALL.iter().copied().collect());
    assert_eq!(conditions, ConditionCode::ALL.iter().copied().collect());
    assert_eq!(outcomes, Outcome::ALL.iter().copied().collect());
}

#[test]
fn a_decision_is_written_as_json_with_stable_codes_and_read_back() {
    let world = granted().with(|world| {
        world.terms().trigger = when_yemen_is_in_crisis();
        world.crises = vec![crisis()];
        world.terms().access.at_most = AccessForm::Aggregate;
        world.terms().access.aggregate = Some(DISTRICTS);
        world.question.access = AccessForm::Aggregate;
    });
    let decision = world.decide();
    let json = serde_json::json!({
        "outcome": "granted-with-conditions",
        "rule": "granted-by-agreement",
        "agreement": {"id": "health", "version": 3},
        "crisis": "EQ-2026-000053-YEM",
        "access": "aggregate",
        "purposes": ["public-health"],
        "reasons": [{
            "rule": "granted-by-agreement",
            "message": "An agreement grants it.",
            "agreement": {"id": "health", "version": 3},
        }],
        "conditions": [
            {
                "code": "finest-places",
                "message": "Counts are told by this administrative level or a coarser one.",
                "values": ["2"],
            },
            {"code": "small-cells", "message": "Counts below this number are suppressed.", "values": ["10"]},
        ],
        "until": "2026-08-20T00:00:00Z",
    });
    assert_eq!(
        decision.as_ref().map(|decision| serde_json::to_value(decision).unwrap_or_default()),
        Some(json.clone())
    );
    assert_eq!(serde_json::from_value::<Decision>(json).ok(), decision);
}

#[test]
fn a_grant_ends_with_the_first_of_all_that_ends_it() {
    let until = |change: fn(&mut World)| granted().with(change).decide().and_then(|decision| decision.until);
    assert_eq!(until(|_| {}), Some(time("2027-01-01T00:00:00Z")));
    assert_eq!(until(|world| world.terms().validity.until = None), None);
    let in_crisis: fn(&mut World) = |world| {
        world.terms().trigger = when_yemen_is_in_crisis();
        world.crises = vec![crisis()];
    };
    assert_eq!(until(in_crisis), Some(time("2026-08-20T00:00:00Z")));
    assert_eq!(
        until(|world| world.question.period = Some(period("2026-06-01T00:00:00Z", Some("2026-07-01T00:00:00Z")))),
        Some(time("2026-07-01T00:00:00Z"))
    );
    let licence: fn(&mut World) = |world| {
        world.record.social_licence = Some(SocialLicence {
            expires: PartialDate::from_month(2026, 6),
            ..social_licence(SocialLicenceStatus::Granted)
        });
    };
    assert_eq!(until(licence), Some(time("2026-07-01T00:00:00Z")));
    let refused: fn(&mut World) = |world| {
        world.refusals = vec![refusal()];
        world.refusals[0].statement.period = period("2026-06-02T00:00:00Z", None);
    };
    assert_eq!(until(refused), Some(time("2026-06-02T00:00:00Z")));
}
