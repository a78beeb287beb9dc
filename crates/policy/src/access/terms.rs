//! What the terms of the record offer: to its owner, to its audience, and to everyone else.

use std::collections::BTreeSet;

use cairn_model::agreement::{AccessForm, AccessGrant};
use cairn_model::{AccessMethod, Field, Sensitivity, Sharing};

use super::case::Case;
use super::decision::{Condition, Finding, Outcome};
use super::fields::{Covered, covered};
use super::forms::{self, not_moved};
use super::offer::Offer;
use super::rule::{ConditionCode, Rule};
use crate::Label;
use crate::rendition::field_level;

/// The offer of the terms.
pub(super) fn offer(case: &Case<'_>) -> Offer {
    if case.stays_with_owner() {
        return Offer::grant(case, Finding::of(Rule::AskerIsOwner), Vec::new()).settled();
    }
    let sharing = case.record.terms.sharing;
    let audience = case.audience(sharing);
    if !case.is_audience(&audience) {
        return to_others(case, Rule::NotInAudience);
    }
    if !receives(case, &audience) {
        return to_others(case, Rule::RecipientNotInAudience);
    }
    to_audience(case)
}

/// The owner can be asked, unless its terms say that the data is not available.
fn to_others(case: &Case<'_>, rule: Rule) -> Offer {
    match case.record.terms.access_method {
        AccessMethod::None => Offer::of(Outcome::Denied, vec![Finding::of(Rule::NotAvailable), Finding::of(rule)]),
        AccessMethod::Download
        | AccessMethod::OnRequest
        | AccessMethod::Licensed
        | AccessMethod::Enclave
        | AccessMethod::FederatedQuery
        | AccessMethod::AggregateOnly => {
            Offer::of(Outcome::Ask, vec![Finding::of(rule), Finding::of(Rule::OwnerDecides)])
        }
    }
}

/// Whether the recipient belongs to an audience as well. Of another organisation no more is known than its name.
fn receives(case: &Case<'_>, audience: &BTreeSet<Label>) -> bool {
    case.other_recipient().is_none_or(|recipient| {
        audience.contains(&Label::public()) || audience.contains(&Label::organisation(recipient))
    })
}

fn to_audience(case: &Case<'_>) -> Offer {
    let forms = match case.record.terms.access_method {
        AccessMethod::OnRequest => return Offer::of(Outcome::Ask, vec![Finding::of(Rule::OwnerDecides)]),
        AccessMethod::Licensed => return Offer::of(Outcome::Ask, vec![Finding::of(Rule::LicenceNeeded)]),
        AccessMethod::None => return Offer::of(Outcome::Denied, vec![Finding::of(Rule::NotAvailable)]),
        AccessMethod::Download => AccessForm::ALL,
        AccessMethod::Enclave => &[AccessForm::Enclave],
        AccessMethod::FederatedQuery => &[AccessForm::FederatedQuery],
        AccessMethod::AggregateOnly => &[AccessForm::Aggregate, AccessForm::PrivateAggregate],
    };
    let not_given = |form: AccessForm| -> Option<Finding> {
        if !forms.contains(&form) {
            return Some(Finding::of(Rule::OtherFormOnly));
        }
        if form == AccessForm::Download && is_severe_for_many(case) {
            return Some(Finding::of(Rule::SevereNotDownloaded));
        }
        not_moved(case, form, case.record.terms.transfer, case.bound_to())
    };
    let fields = match covered(case, &[], |field| is_for_audience(case, field)) {
        Covered::Nothing(mut findings) => {
            findings.push(Finding::of(Rule::OwnerDecides));
            return Offer::of(Outcome::Ask, findings);
        }
        Covered::Fields(fields) => fields,
    };
    let bounds = bounds(case);
    if let Some(finding) = not_given(case.question.access) {
        return in_another_form(case, finding, &bounds, &not_given);
    }
    if let Some(finding) = forms::beyond_bounds(case, &bounds) {
        let alternatives = vec![forms::bounded(&bounds, case.question.access)];
        return Offer { alternatives, ..Offer::of(Outcome::Alternative, vec![finding]) };
    }
    let rule = match case.record.terms.sharing {
        Sharing::Public => Rule::SharedWithEveryone,
        Sharing::Community | Sharing::Restricted | Sharing::Organisation | Sharing::Closed => Rule::SharedWithAudience,
    };
    let mut conditions = forms::conditions(case, &bounds);
    if fields.are_left_out {
        conditions.push(Condition::new(ConditionCode::FieldsLeftOut, Vec::new()));
    }
    let mut offer = Offer::grant(case, Finding::of(rule), conditions).of_fields(fields.only);
    offer.findings.extend(fields.findings);
    offer.settled()
}

/// The bounds that the record itself declares of aggregates of its data, as an agreement would.
fn bounds(case: &Case<'_>) -> AccessGrant {
    let declared = case.record.aggregates.unwrap_or_default();
    AccessGrant { at_most: AccessForm::Download, aggregate: declared.limits, epsilon: declared.epsilon }
}

fn in_another_form(
    case: &Case<'_>,
    finding: Finding,
    bounds: &AccessGrant,
    not_given: &dyn Fn(AccessForm) -> Option<Finding>,
) -> Offer {
    let others: Vec<AccessForm> = AccessForm::ALL
        .iter()
        .copied()
        .filter(|form| *form != case.question.access && not_given(*form).is_none())
        .collect();
    let choices = others.iter().map(|form| form.code().to_owned()).collect();
    let alternatives: Vec<_> = others.into_iter().map(|form| forms::bounded(bounds, form)).collect();
    if alternatives.is_empty() {
        return Offer::of(Outcome::Ask, vec![finding, Finding::of(Rule::OwnerDecides)]);
    }
    let finding = if finding.choices.is_empty() { finding.or_else(choices) } else { finding };
    Offer { alternatives, ..Offer::of(Outcome::Alternative, vec![finding]) }
}

/// Severe data is never downloaded by more than a named audience, whatever its sharing level says.
fn is_severe_for_many(case: &Case<'_>) -> bool {
    case.record.terms.sensitivity == Sensitivity::Severe && case.record.terms.sharing < Sharing::Restricted
}

/// Whether the data of a field is for the asker: its own level counts where it is closer than that of the record.
fn is_for_audience(case: &Case<'_>, field: &Field) -> bool {
    let sharing = case.record.terms.sharing;
    let audience = case.audience(field_level(field, sharing).max(sharing));
    case.is_audience(&audience) && receives(case, &audience)
}
