//! In which forms an agreement gives the data of a record, and what bounds them.

use std::cmp::Ordering;

use cairn_model::agreement::{AccessForm, AccessGrant};
use cairn_model::{Sensitivity, Transfer};

use super::case::{Case, Covering, GrantedBy};
use super::decision::{Alternative, Condition, Finding};
use super::rule::{ConditionCode, Rule};

/// Why the form that is asked for is not given, and the forms that are.
pub(super) struct Forms {
    pub(super) not_given: Option<Finding>,
    pub(super) alternatives: Vec<Alternative>,
}

/// The forms that an agreement gives.
pub(super) fn of(case: &Case<'_>, covering: Covering<'_>) -> Forms {
    let grant = &covering.agreement.terms.access;
    let wanted = case.question.access;
    // Another form is offered as it is when nothing is moved: whoever takes it may still say that it is.
    let is_offered = |form: &AccessForm| *form != wanted && not_given(case, covering, *form).is_none();
    let mut alternatives: Vec<Alternative> =
        AccessForm::ALL.iter().copied().filter(is_offered).map(|form| bounded(grant, form)).collect();
    let too_much = not_given(case, covering, wanted);
    let too_fine = || beyond_bounds(case, grant);
    let not_given = too_much.or_else(|| {
        let finding = too_fine()?;
        alternatives.insert(0, bounded(grant, wanted));
        Some(finding)
    });
    let choices = || alternatives.iter().map(|one| one.access.code().to_owned()).collect();
    let not_given =
        not_given.map(|finding| if finding.choices.is_empty() { finding.or_else(choices()) } else { finding });
    Forms { not_given, alternatives }
}

/// Why an agreement does not give a form at all.
fn not_given(case: &Case<'_>, covering: Covering<'_>, form: AccessForm) -> Option<Finding> {
    let terms = &covering.agreement.terms;
    if form < terms.access.at_most {
        return Some(Finding::of(Rule::AccessBeyondAgreement));
    }
    let jurisdictions = (terms.transfer == Transfer::RegionBound || !terms.jurisdictions.is_empty())
        .then_some(terms.jurisdictions.as_slice());
    let moved = not_moved(case, form, Some(terms.transfer), jurisdictions)
        .or_else(|| not_moved(case, form, case.record.terms.transfer, case.bound_to()));
    if moved.is_some() {
        return moved;
    }
    match form {
        AccessForm::Download => is_severe_beyond(case, covering).then(|| Finding::of(Rule::SevereNotDownloaded)),
        AccessForm::Enclave | AccessForm::FederatedQuery => None,
        AccessForm::Aggregate => {
            let is_bounded = terms.access.aggregate.is_some() || gives_all(case, covering);
            (!is_bounded).then(|| Finding::of(Rule::AggregateUnbounded))
        }
        AccessForm::PrivateAggregate => {
            let is_bounded = terms.access.epsilon.is_some() || gives_all(case, covering);
            (!is_bounded).then(|| Finding::of(Rule::AggregateUnbounded))
        }
    }
}

/// Whether the asker may have a copy, so that no aggregate tells more.
fn gives_all(case: &Case<'_>, covering: Covering<'_>) -> bool {
    not_given(case, covering, AccessForm::Download).is_none()
}

/// Severe data is downloaded under an agreement only where it names severe data and the owner itself is a provider of it.
fn is_severe_beyond(case: &Case<'_>, covering: Covering<'_>) -> bool {
    let names_severe = covering.agreement.terms.covers.most_sensitive == Some(Sensitivity::Severe);
    let is_by_owner = match covering.granted_by {
        GrantedBy::Owner => true,
        GrantedBy::Steward => false,
    };
    case.record.terms.sensitivity == Sensitivity::Severe && !(names_severe && is_by_owner)
}

/// Why data is not moved in a form: it may not leave, or only to jurisdictions that must be stated.
pub(super) fn not_moved(
    case: &Case<'_>,
    form: AccessForm,
    transfer: Option<Transfer>,
    jurisdictions: Option<&[String]>,
) -> Option<Finding> {
    if !case.leaves_in(form) {
        return None;
    }
    if transfer == Some(Transfer::None) {
        return Some(Finding::of(Rule::NoTransfer));
    }
    let jurisdictions = jurisdictions?;
    if jurisdictions.is_empty() {
        return Some(Finding::of(Rule::NoTransfer));
    }
    case.question.storage.is_empty().then(|| Finding::of(Rule::StorageNotStated).or_else(jurisdictions.to_vec()))
}

/// Why what is asked for is finer than the bounds of the form.
pub(super) fn beyond_bounds(case: &Case<'_>, grant: &AccessGrant) -> Option<Finding> {
    if let (true, Some(limits), Some(level)) =
        (is_aggregate(case.question.access), grant.aggregate, case.question.admin_level)
        && level > limits.finest_admin_level
    {
        let finding = Finding::about(Rule::AggregateTooFine, vec![level.to_string()]);
        return Some(finding.or_else(vec![limits.finest_admin_level.to_string()]));
    }
    if let (AccessForm::PrivateAggregate, Some(cap), Some(epsilon)) =
        (case.question.access, grant.epsilon, case.question.epsilon)
        // What is no number is not within the cap either.
        && epsilon.partial_cmp(&cap).is_none_or(Ordering::is_gt)
    {
        let finding = Finding::about(Rule::EpsilonTooLarge, vec![epsilon.to_string()]);
        return Some(finding.or_else(vec![cap.to_string()]));
    }
    None
}

/// What bounds the form that is granted, beyond what the question already keeps to.
pub(super) fn conditions(case: &Case<'_>, grant: &AccessGrant) -> Vec<Condition> {
    let mut conditions = Vec::new();
    if !is_aggregate(case.question.access) {
        return conditions;
    }
    if let Some(limits) = grant.aggregate {
        if case.question.admin_level.is_none() {
            conditions.push(Condition::new(ConditionCode::FinestPlaces, vec![limits.finest_admin_level.to_string()]));
        }
        if limits.minimum_cell_size > 1 {
            conditions.push(Condition::new(ConditionCode::SmallCells, vec![limits.minimum_cell_size.to_string()]));
        }
    }
    if let (AccessForm::PrivateAggregate, Some(cap), None) =
        (case.question.access, grant.epsilon, case.question.epsilon)
    {
        conditions.push(Condition::new(ConditionCode::Epsilon, vec![cap.to_string()]));
    }
    conditions
}

fn is_aggregate(form: AccessForm) -> bool {
    match form {
        AccessForm::Download | AccessForm::Enclave | AccessForm::FederatedQuery => false,
        AccessForm::Aggregate | AccessForm::PrivateAggregate => true,
    }
}

/// A form with the bounds that a grant declares for it.
pub(super) fn bounded(grant: &AccessGrant, form: AccessForm) -> Alternative {
    let limits = grant.aggregate.filter(|_| is_aggregate(form));
    Alternative {
        finest_admin_level: limits.map(|limits| limits.finest_admin_level),
        minimum_cell_size: limits.map(|limits| limits.minimum_cell_size),
        epsilon: grant.epsilon.filter(|_| form == AccessForm::PrivateAggregate),
        ..Alternative::plain(form)
    }
}
