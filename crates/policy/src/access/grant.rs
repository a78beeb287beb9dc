//! What an owner granted by hand: it grants the same again, for as long as it holds, and nothing beyond.

use cairn_model::agreement::OwnerGrant;

use super::case::{Case, decides_about};
use super::decision::{Condition, Finding};
use super::fields::{Covered, covered};
use super::offer::Offer;
use super::rule::{ConditionCode, Rule};

/// The offer of a grant; none where it is for something else, for others, or over, and none while the record belongs to others
/// than those who granted it.
pub(super) fn offer(case: &Case<'_>, grant: &OwnerGrant) -> Option<Offer> {
    let is_own = grant.record == case.record.id && case.asker() == Some(&*grant.organisation);
    let is_theirs = match decides_about(case.record) {
        Some(decider) => grant.deciders.iter().any(|one| one == decider),
        None => grant.deciders.is_empty(),
    };
    if !is_own || !is_theirs || grant.until.is_some_and(|until| until <= case.at) || !is_within(case, grant) {
        return None;
    }
    let Covered::Fields(fields) = covered(case, &grant.question.fields, |_| true) else { return None };
    let mut conditions = Vec::new();
    if !grant.conditions.is_empty() {
        conditions.push(Condition::new(ConditionCode::OwnerCondition, grant.conditions.clone()));
    }
    // Where it is stored was said when it was asked for, and holds though it is not said again.
    if case.question.storage.is_empty() && !grant.question.storage.is_empty() {
        conditions.push(Condition::new(ConditionCode::StoreWithin, grant.question.storage.clone()));
    }
    if fields.are_left_out {
        conditions.push(Condition::new(ConditionCode::FieldsLeftOut, Vec::new()));
    }
    let mut offer = Offer::grant(case, Finding::of(Rule::GrantedByOwner), conditions).of_fields(fields.only);
    offer.findings.extend(fields.findings);
    offer.until = grant.until;
    Some(offer.settled())
}

/// Whether the question asks for no more than was granted, in each of its parts.
fn is_within(case: &Case<'_>, grant: &OwnerGrant) -> bool {
    let (asked, granted) = (case.question, &grant.question);
    let is_covered = |purpose: &String| {
        granted.purposes.iter().any(|covers| case.grounds.vocabularies.is_within("purpose", purpose, covers))
    };
    let has_purpose = !asked.purposes.is_empty() && asked.purposes.iter().all(is_covered);
    let has_fields = granted.fields.is_empty()
        || (!asked.fields.is_empty() && asked.fields.iter().all(|field| granted.fields.contains(field)));
    let is_coarse = match (asked.admin_level, granted.admin_level) {
        (Some(asked), Some(granted)) => asked <= granted,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let is_noisy = match (asked.epsilon, granted.epsilon) {
        (Some(asked), Some(granted)) => asked <= granted,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    asked.access == granted.access
        && has_purpose
        && has_fields
        && is_coarse
        && is_noisy
        && asked.recipient == granted.recipient
        && (granted.transfer || !asked.transfer)
        && asked.storage.iter().all(|place| granted.storage.contains(place))
        && granted.safeguards.iter().all(|declared| asked.safeguards.contains(declared))
}
