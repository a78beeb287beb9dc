//! Whether an agreement can grant anything at an instant, whoever asks for whatever under it.

use cairn_model::agreement::{
    Agreement, AgreementStatus, AgreementTerms, Crisis, Framework, FrameworkStage, TriggerKind,
};
use jiff::Timestamp;

use super::rule::Rule;

/// What keeps an agreement from granting anything at an instant; nothing where it counts. A decision asks more: the crisis must
/// strike the countries of the record, too.
pub fn held_by(agreement: &Agreement, frameworks: &[Framework], crises: &[Crisis], at: Timestamp) -> Vec<Rule> {
    if let Some(rule) = not_in_force(agreement, at) {
        return vec![rule];
    }
    let framework = framework(&agreement.terms, frameworks, at).err();
    let waits = agreement.terms.trigger.when == TriggerKind::Crisis
        && !crises.iter().any(|crisis| crisis.is_active(at) && agreement.terms.trigger.counts(crisis));
    framework.into_iter().chain(waits.then_some(Rule::NoActiveCrisis)).collect()
}

/// Why an agreement is not in force at an instant.
pub(super) fn not_in_force(agreement: &Agreement, at: Timestamp) -> Option<Rule> {
    match agreement.status {
        // A draft is no agreement yet, and covers nothing.
        AgreementStatus::Draft | AgreementStatus::Ended => return Some(Rule::AgreementEnded),
        AgreementStatus::Suspended => return Some(Rule::AgreementSuspended),
        AgreementStatus::Active => {}
    }
    let validity = agreement.terms.validity;
    if validity.is_over(at) {
        Some(Rule::AgreementExpired)
    } else if !validity.contains(at) {
        Some(Rule::AgreementNotYetValid)
    } else {
        None
    }
}

/// What the framework of an agreement adds: nothing, a note that it is tried out, or that it is not in force.
pub(super) fn framework(terms: &AgreementTerms, frameworks: &[Framework], at: Timestamp) -> Result<Option<Rule>, Rule> {
    let Some(reference) = &terms.framework else { return Ok(None) };
    let is_it = |framework: &&Framework| framework.reference == *reference;
    let mut versions = frameworks.iter().filter(is_it);
    let Some(framework) = versions.next() else { return Err(Rule::FrameworkNotInForce) };
    // One version stands in one stage; where two are passed, nobody knows which.
    if versions.next().is_some() || !framework.is_in_force(at) {
        return Err(Rule::FrameworkNotInForce);
    }
    Ok((framework.stage == FrameworkStage::Pilot).then_some(Rule::FrameworkInPilot))
}
