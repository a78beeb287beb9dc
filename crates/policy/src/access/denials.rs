//! What denies, whatever anything else grants.

use cairn_model::agreement::Refusal;
use cairn_model::{Dataset, SocialLicenceStatus, Vocabularies};
use jiff::Timestamp;

use super::case::{Case, owners};
use super::decision::{AgreementVersion, Finding};
use super::rule::Rule;
use crate::Viewer;

/// Every rule that denies the question. None of what an asker may not be told stands in the answer: see [`disclosed`].
pub(super) fn of(case: &Case<'_>) -> Vec<Finding> {
    let record = case.record;
    let mut denials = Vec::new();
    if !record.quarantine.is_empty() && !case.stays_with_owner() {
        denials.push(Finding::of(Rule::Quarantined));
    }
    if record.social_licence.as_ref().is_some_and(|licence| licence.status == SocialLicenceStatus::Withdrawn) {
        denials.push(Finding::of(Rule::SocialLicenceWithdrawn));
    }
    if !case.stays_with_owner() && is_refused(case) {
        denials.push(Finding::of(Rule::NotToBeShared));
    }
    if !case.stays_with_owner() && case.grounds.suspended.contains(&record.id) {
        denials.push(Finding::of(Rule::ConcernRaised));
    }
    if let Some(jurisdictions) = case.bound_to().filter(|jurisdictions| !jurisdictions.is_empty()) {
        let outside = outside(&case.question.storage, jurisdictions);
        if !outside.is_empty() {
            let finding = Finding::about(Rule::StorageOutsideJurisdictions, outside);
            denials.push(finding.or_else(jurisdictions.to_vec()));
        }
    }
    let mut denials = disclosed(case, denials);
    denials.extend(prohibitions(case));
    denials
}

/// The jurisdictions of a list that are not among those allowed.
pub(super) fn outside(storage: &[String], allowed: &[String]) -> Vec<String> {
    storage.iter().filter(|jurisdiction| !allowed.contains(jurisdiction)).cloned().collect()
}

/// That the answer is no holds for everyone who knows of the record; why it is no is for those who see it or hold an
/// agreement about it.
fn disclosed(case: &Case<'_>, denials: Vec<Finding>) -> Vec<Finding> {
    if denials.is_empty() || case.may_be_told() { denials } else { vec![Finding::of(Rule::HeldBack)] }
}

fn is_refused(case: &Case<'_>) -> bool {
    refuses(case.grounds.refusals, case.record, case.grounds.vocabularies, case.at)
}

/// Whether it was decided that a record is not shared, or the people whom it is about opted out, so that it is no answer to
/// what others need. Those who own or keep it may still find it.
pub fn is_kept_from(
    record: &Dataset,
    viewer: &Viewer,
    refusals: &[Refusal],
    vocabularies: &Vocabularies,
    at: Timestamp,
) -> bool {
    let is_own = || viewer.organisation().is_some_and(|own| owners(record).any(|owner| owner.id == own));
    refuses(refusals, record, vocabularies, at) && !is_own()
}

fn refuses(refusals: &[Refusal], record: &Dataset, vocabularies: &Vocabularies, at: Timestamp) -> bool {
    refusals
        .iter()
        .any(|refusal| refusal.statement.period.contains(at) && refusal.statement.covers.touches(record, vocabularies))
}

/// Purposes that an agreement of the asker forbids.
fn prohibitions<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Finding> + use<'c> {
    case.binding().filter(|agreement| agreement.terms.validity.contains(case.at)).filter_map(|agreement| {
        let prohibited = prohibited_purposes(case, &agreement.terms.prohibited_purposes);
        let version = AgreementVersion { id: agreement.id.clone(), version: agreement.version };
        (!prohibited.is_empty())
            .then(|| Finding { agreement: Some(version), ..Finding::about(Rule::PurposeProhibited, prohibited) })
    })
}

/// The purposes of the question that are among some purposes or lie below them.
pub(super) fn prohibited_purposes(case: &Case<'_>, prohibited: &[String]) -> Vec<String> {
    let is_prohibited =
        |purpose: &&String| prohibited.iter().any(|one| case.grounds.vocabularies.is_within("purpose", purpose, one));
    case.question.purposes.iter().filter(is_prohibited).cloned().collect()
}
