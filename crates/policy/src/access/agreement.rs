//! What one agreement offers.

use cairn_model::agreement::{AgreementTerms, Crisis, TriggerKind};
use cairn_model::date::day_of;
use cairn_model::{Field, Sensitivity, Sharing, SocialLicenceStatus, Transfer};
use jiff::Timestamp;

use super::case::{Case, Covering};
use super::decision::{Condition, Finding, Outcome};
use super::denials::outside;
use super::fields::{Covered, CoveredFields, covered};
use super::forms;
use super::offer::Offer;
use super::roles::{Received, received};
use super::rule::{ConditionCode, Rule};
use super::standing::{framework, not_in_force};

/// The offer of an agreement that covers the record and to which the asker is a party: a grant where all that it asks is met,
/// another form where nothing but the form is in the way, and else a denial that says what is missing.
pub(super) fn offer(case: &Case<'_>, covering: Covering<'_>) -> Offer {
    let version = covering.version();
    let offer = weigh(case, covering);
    let findings = offer.findings.into_iter().map(|finding| Finding { agreement: Some(version.clone()), ..finding });
    Offer { findings: findings.collect(), agreement: Some(version.clone()), ..offer }
}

fn weigh(case: &Case<'_>, covering: Covering<'_>) -> Offer {
    let terms = &covering.agreement.terms;
    if let Some(rule) = not_in_force(covering.agreement, case.at) {
        // Of an agreement that is not in force nothing else is told.
        return Offer::of(Outcome::Denied, vec![Finding::of(rule)]);
    }
    let framework = framework(terms, case.grounds.frameworks, case.at);
    let crisis = match terms.trigger.when {
        TriggerKind::Always => Ok(None),
        TriggerKind::Crisis => active_crisis(case, terms).map(Some).ok_or(Rule::NoActiveCrisis),
    };
    let received = received(case, covering);
    let fields = covered(case, &terms.fields.names, |field| is_in_scope(case, terms, field));

    let mut unmet: Vec<Finding> = Vec::new();
    unmet.extend(framework.err().map(Finding::of));
    unmet.extend(crisis.err().map(Finding::of));
    unmet.extend(social_licence(case).map(Finding::of));
    unmet.extend(received.as_ref().err().cloned());
    unmet.extend(purposes(case, terms));
    unmet.extend(safeguards(case, terms));
    unmet.extend(storage(case, terms));
    let ends = [terms.validity.until, crisis.ok().flatten().map(Crisis::end)].into_iter().flatten().min();
    unmet.extend(period(case, ends));
    let fields = match fields {
        Covered::Nothing(findings) => {
            unmet.extend(findings);
            None
        }
        Covered::Fields(fields) => Some(fields),
    };
    let forms = forms::of(case, covering);
    match (unmet.is_empty(), forms.not_given, received, fields) {
        (true, None, Ok(received), Some(fields)) => {
            let notes = framework.ok().flatten().map(Finding::of);
            let mut offer = grant(case, terms, &received, fields);
            offer.findings.extend(notes);
            offer.crisis = crisis.ok().flatten().map(|crisis| crisis.declaration.glide.clone());
            offer.until = [ends, case.question.period.and_then(|period| period.until), licence_end(case)]
                .into_iter()
                .flatten()
                .min();
            offer.settled()
        }
        (true, Some(finding), _, _) if !forms.alternatives.is_empty() => {
            Offer { alternatives: forms.alternatives, ..Offer::of(Outcome::Alternative, vec![finding]) }
        }
        (_, not_given, _, _) => {
            unmet.extend(not_given);
            unmet.sort();
            Offer::of(Outcome::Denied, unmet)
        }
    }
}

/// The crisis that opens an agreement for the record, the one that lasts longest: it counts for the agreement, it strikes
/// every country of the record, and it is the one that the question names, if it names one.
fn active_crisis<'c>(case: &Case<'c>, terms: &AgreementTerms) -> Option<&'c Crisis> {
    let strikes = |crisis: &Crisis| {
        let countries = &case.record.countries;
        !countries.is_empty() && countries.iter().all(|country| crisis.declaration.countries.contains(country))
    };
    let is_named =
        |crisis: &Crisis| case.question.glide.as_ref().is_none_or(|glide| *glide == crisis.declaration.glide);
    case.grounds
        .crises
        .iter()
        .filter(|crisis| {
            crisis.is_active(case.at) && terms.trigger.counts(crisis) && strikes(crisis) && is_named(crisis)
        })
        .max_by_key(|crisis| (crisis.end(), &crisis.declaration.glide))
}

fn social_licence(case: &Case<'_>) -> Option<Rule> {
    let licence = case.record.social_licence.as_ref()?;
    if licence.expires.is_some_and(|date| date.last_day() < day_of(case.at)) {
        return Some(Rule::SocialLicenceExpired);
    }
    match licence.status {
        SocialLicenceStatus::Contested => Some(Rule::SocialLicenceContested),
        SocialLicenceStatus::None
        | SocialLicenceStatus::Sought
        | SocialLicenceStatus::Granted
        | SocialLicenceStatus::Conditional => None,
        // Has denied before any agreement is weighed.
        SocialLicenceStatus::Withdrawn => Some(Rule::SocialLicenceWithdrawn),
    }
}

/// The instant after the last day of the social licence.
fn licence_end(case: &Case<'_>) -> Option<Timestamp> {
    let expires = case.record.social_licence.as_ref()?.expires?;
    Timestamp::from_second((expires.last_day() + 1) * 86_400).ok()
}

fn purposes(case: &Case<'_>, terms: &AgreementTerms) -> Option<Finding> {
    let stated = &case.question.purposes;
    if stated.is_empty() {
        return Some(Finding::of(Rule::PurposeNotStated).or_else(terms.purposes.clone()));
    }
    let is_outside = |purpose: &&String| {
        !terms.purposes.iter().any(|covered| case.grounds.vocabularies.is_within("purpose", purpose, covered))
    };
    let outside: Vec<String> = stated.iter().filter(is_outside).cloned().collect();
    (!outside.is_empty())
        .then(|| Finding::about(Rule::PurposeOutsideAgreement, outside).or_else(terms.purposes.clone()))
}

fn safeguards(case: &Case<'_>, terms: &AgreementTerms) -> Option<Finding> {
    let missing: Vec<String> =
        terms.safeguards.iter().filter(|one| !case.question.safeguards.contains(one)).cloned().collect();
    (!missing.is_empty()).then(|| Finding::about(Rule::SafeguardNotDeclared, missing.clone()).or_else(missing))
}

fn storage(case: &Case<'_>, terms: &AgreementTerms) -> Option<Finding> {
    let allowed = jurisdictions(case, terms)?;
    let outside = outside(&case.question.storage, &allowed);
    // The agreement and the record may name jurisdictions of which none is common to both: then there is no place to store.
    (!outside.is_empty() || allowed.is_empty())
        .then(|| Finding::about(Rule::StorageOutsideJurisdictions, outside).or_else(allowed))
}

/// The data is wanted at a time after the agreement or its crisis ends, or at none that is still to come.
fn period(case: &Case<'_>, ends: Option<Timestamp>) -> Option<Finding> {
    let period = case.question.period?;
    let begins_after_end = ends.is_some_and(|end| end <= period.from);
    let choices = || ends.iter().map(Timestamp::to_string).collect();
    (period.is_over(case.at) || begins_after_end).then(|| Finding::of(Rule::PeriodOutsideAgreement).or_else(choices()))
}

/// Whether an agreement covers a field; severe fields are sorted out before.
fn is_in_scope(case: &Case<'_>, terms: &AgreementTerms, field: &Field) -> bool {
    if terms.fields.names.contains(&field.name) {
        return true;
    }
    if field.sharing == Some(Sharing::Closed) {
        return false;
    }
    let sensitivity = field.sensitivity.unwrap_or(case.record.terms.sensitivity).handled_as();
    terms.fields.is_whole() || terms.fields.at_most.is_some_and(|most| sensitivity <= most.handled_as())
}

fn grant(case: &Case<'_>, terms: &AgreementTerms, received: &Received, fields: CoveredFields) -> Offer {
    let mut conditions = forms::conditions(case, &terms.access);
    // Where nobody wrote the fields of sensitive data down, whoever gives it leaves those about victims out.
    let is_unwritten = case.record.fields.is_empty() && case.record.terms.sensitivity.handled_as() >= Sensitivity::High;
    if fields.are_left_out || is_unwritten {
        conditions.push(Condition::new(ConditionCode::FieldsLeftOut, Vec::new()));
    }
    let is_bound_to_nothing = case.bound_to().is_some_and(<[String]>::is_empty);
    if terms.transfer == Transfer::None || case.record.terms.transfer == Some(Transfer::None) || is_bound_to_nothing {
        conditions.push(Condition::new(ConditionCode::StaysInPlace, Vec::new()));
    }
    if case.question.storage.is_empty()
        && let Some(jurisdictions) = jurisdictions(case, terms)
    {
        conditions.push(Condition::new(ConditionCode::StoreWithin, jurisdictions));
    }
    match received {
        Received::ForItself | Received::FromOwner => {}
        Received::ForRecipient(recipient) => {
            conditions.push(Condition::new(ConditionCode::PassOnOnly, vec![recipient.clone()]));
        }
    }
    let offer = Offer::grant(case, Finding::of(Rule::GrantedByAgreement), conditions).of_fields(fields.only);
    let mut offer = Offer { obligations: terms.obligations.clone(), ..offer };
    offer.findings.extend(fields.findings);
    offer
}

/// The jurisdictions within which what is received is stored, where the agreement or the record limits them.
fn jurisdictions(case: &Case<'_>, terms: &AgreementTerms) -> Option<Vec<String>> {
    let stated = |jurisdictions: &&[String]| !jurisdictions.is_empty();
    let of_agreement = Some(terms.jurisdictions.as_slice()).filter(stated);
    match (of_agreement, case.bound_to().filter(stated)) {
        (None, None) => None,
        (Some(only), None) | (None, Some(only)) => Some(only.to_vec()),
        (Some(one), Some(two)) => Some(one.iter().filter(|country| two.contains(country)).cloned().collect()),
    }
}
