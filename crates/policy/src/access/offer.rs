//! What one way to the data offers, and which of several ways is taken.

use cairn_model::agreement::{Glide, Obligation, Selector};
use jiff::Timestamp;

use super::case::Case;
use super::decision::{AgreementVersion, Alternative, Condition, Decision, Finding, Outcome, changes, reasons};
use super::denials::prohibited_purposes;
use super::rule::{ConditionCode, Rule};

/// What the terms of the record or one agreement offer.
pub(super) struct Offer {
    pub(super) outcome: Outcome,
    /// What decided, and what else counted, the first first.
    pub(super) findings: Vec<Finding>,
    pub(super) agreement: Option<AgreementVersion>,
    pub(super) crisis: Option<Glide>,
    pub(super) fields: Option<Vec<String>>,
    pub(super) conditions: Vec<Condition>,
    pub(super) obligations: Vec<Obligation>,
    pub(super) alternatives: Vec<Alternative>,
    pub(super) until: Option<Timestamp>,
}

impl Offer {
    /// Nothing but findings.
    pub(super) fn of(outcome: Outcome, findings: Vec<Finding>) -> Self {
        Self {
            outcome,
            findings,
            agreement: None,
            crisis: None,
            fields: None,
            conditions: Vec::new(),
            obligations: Vec::new(),
            alternatives: Vec::new(),
            until: None,
        }
    }

    /// A grant by a rule, with what binds; what the people concerned asked for binds every grant.
    pub(super) fn grant(case: &Case<'_>, by: Finding, mut conditions: Vec<Condition>) -> Self {
        let licence = case.record.social_licence.as_ref();
        if let Some(asked) = licence.map(|licence| &licence.conditions).filter(|asked| !asked.is_empty()) {
            conditions.push(Condition::new(ConditionCode::SocialLicence, asked.clone()));
        }
        Self { conditions, ..Self::of(Outcome::Granted, vec![by]) }
    }

    /// With the only fields that are granted, where not all are.
    pub(super) fn of_fields(self, fields: Option<Vec<String>>) -> Self {
        Self { fields, ..self }
    }

    /// The outcome of a grant: with conditions where anything binds beyond what was asked for.
    pub(super) fn settled(mut self) -> Self {
        if self.outcome == Outcome::Granted && !(self.conditions.is_empty() && self.obligations.is_empty()) {
            self.outcome = Outcome::GrantedWithConditions;
        }
        self
    }

    /// Sorts offers: the better outcome, then terms before agreements, then what binds less or misses less, then the longer
    /// one, then by agreement.
    fn rank(&self) -> impl Ord + use<> {
        let binds = self.conditions.len() + self.obligations.len();
        let ends = self.until.map_or(i64::MIN, |until| -until.as_second());
        let is_agreement = self.agreement.is_some();
        (self.place(), is_agreement, binds, self.findings.len(), ends, self.agreement.clone())
    }

    /// The place of an outcome in the order of offers. An agreement that covers the record and does not grant has been asked,
    /// and its answer stands before what the terms of the record leave to be asked.
    fn place(&self) -> u8 {
        match (self.outcome, &self.agreement) {
            (Outcome::Granted, _) => 0,
            (Outcome::GrantedWithConditions, _) => 1,
            (Outcome::Alternative, _) => 2,
            (Outcome::Ask | Outcome::Denied, Some(_)) => 3,
            (Outcome::Ask, None) => 4,
            (Outcome::Denied, None) => 5,
        }
    }
}

/// The decision by the best of all offers.
pub(super) fn best(case: &Case<'_>, mut offers: Vec<Offer>) -> Decision {
    offers.sort_by_cached_key(Offer::rank);
    let mut offers = offers.into_iter();
    let Some(best) = offers.next() else { return denied(&[Finding::of(Rule::NotAvailable)]) };
    if best.outcome.is_grant() {
        return granted(case, best);
    }
    // What is not granted is explained by every way that was tried.
    let others = offers.flat_map(|offer| offer.findings);
    let rule = best.findings.first().map_or(Rule::NotAvailable, |finding| finding.rule);
    let findings: Vec<Finding> = best.findings.into_iter().chain(others).collect();
    Decision {
        agreement: best.agreement,
        alternatives: best.alternatives,
        ..without_grant(best.outcome, rule, &findings)
    }
}

/// The decision by rules that deny; it names the one that comes first in the order of rules.
pub(super) fn denied(findings: &[Finding]) -> Decision {
    let first = findings.iter().min().cloned().unwrap_or_else(|| Finding::of(Rule::HeldBack));
    Decision { agreement: first.agreement, ..without_grant(Outcome::Denied, first.rule, findings) }
}

fn without_grant(outcome: Outcome, rule: Rule, findings: &[Finding]) -> Decision {
    Decision {
        outcome,
        rule,
        agreement: None,
        crisis: None,
        access: None,
        purposes: Vec::new(),
        fields: None,
        reasons: reasons(findings),
        conditions: Vec::new(),
        obligations: Vec::new(),
        alternatives: Vec::new(),
        changes: changes(findings),
        until: None,
    }
}

fn granted(case: &Case<'_>, mut offer: Offer) -> Decision {
    offer.conditions.sort();
    offer.obligations.sort();
    let rule = offer.findings.first().map_or(Rule::GrantedByAgreement, |finding| finding.rule);
    let is_for_purposes = offer.agreement.is_some() || rule == Rule::GrantedByOwner;
    let purposes = if is_for_purposes { case.question.purposes.clone() } else { Vec::new() };
    Decision {
        agreement: offer.agreement,
        crisis: offer.crisis,
        access: Some(case.question.access),
        purposes,
        fields: offer.fields,
        conditions: offer.conditions,
        obligations: offer.obligations,
        until: [offer.until, next_denial(case)].into_iter().flatten().min(),
        ..without_grant(offer.outcome, rule, &offer.findings)
    }
}

/// The first instant after this one at which something that is known now begins to deny the question.
fn next_denial(case: &Case<'_>) -> Option<Timestamp> {
    let touches = |covers: &Selector| covers.touches(case.record, case.grounds.vocabularies);
    let refusals = case
        .grounds
        .refusals
        .iter()
        .map(|refusal| &refusal.statement)
        .filter(|statement| !case.stays_with_owner() && touches(&statement.covers))
        .map(|statement| statement.period.from);
    let prohibitions = case
        .binding()
        .filter(|agreement| !prohibited_purposes(case, &agreement.terms.prohibited_purposes).is_empty())
        .map(|agreement| agreement.terms.validity.from);
    refusals.chain(prohibitions).filter(|from| *from > case.at).min()
}
