//! Agreements: proposed by a party, in force once every organisation in it agreed, and what decides about access from then on.
//!
//! The terms that count and those that are proposed stand side by side, so that an agreement goes on while its parties talk
//! about the next one.

use std::collections::{BTreeMap, BTreeSet};

use cairn_formats::odrl;
use cairn_model::agreement::{Agreement, AgreementStatus, AgreementTerms, Crisis, Party, PartyRole, TriggerKind};
use cairn_policy::access::{Rule, held_by};
use cairn_policy::{Label, Viewer};
use cairn_store::{EntryKind, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::entries::new_id;
use super::{Change, EntryBody, EntryPage, Paging, Registered, Write};
use crate::{Catalog, CatalogError};

const WHO_PROPOSES: &str =
    "only managers and stewards of an organisation that is a party propose an agreement or other terms";
const WHO_AGREES: &str = "only stewards of an organisation that is a party agree for it";
const WHO_HOLDS: &str =
    "only administrators and stewards of those who provide the data suspend, resume or end the agreement";
const WHO_DROPS: &str = "only managers and stewards of an organisation that is a party drop what was proposed";

/// An agreement with what is proposed for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisteredAgreement {
    /// The organisation that proposed it first.
    pub organisation: String,
    /// Where it stands; a draft until it is in force for the first time.
    pub status: AgreementStatus,
    /// The terms that count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force: Option<TermsInForce>,
    /// The terms that are proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    /// Who suspended or ended it, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldAgreement>,
}

/// Terms that every organisation in them agreed to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TermsInForce {
    /// How many terms of this agreement have come into force with these.
    pub version: u32,
    /// When they did.
    pub since: Timestamp,
    /// What was agreed.
    pub terms: AgreementTerms,
}

/// Terms that wait for parties to agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// What is proposed.
    pub terms: AgreementTerms,
    /// Which organisations agreed, and when; those of the terms in force, too, that are in the new ones no more.
    #[serde(default)]
    pub agreed: BTreeMap<String, Timestamp>,
}

/// Why an agreement does not grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldAgreement {
    /// The organisation that did it; none for who administers the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// Whether an agreement can grant anything at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgreementStanding {
    /// It was never in force.
    Proposed,
    /// It grants nothing, by these rules.
    Held(Vec<Rule>),
    /// It counts; opened by these crises, where it waits for one.
    Counts(Vec<Crisis>),
}

impl RegisteredAgreement {
    /// The organisations that have not agreed yet to what is proposed: of the parties to it, and of those to the terms in force,
    /// which nobody replaces without them. A group has no signature: its members take part as its members.
    pub fn waits_for(&self) -> Vec<&str> {
        let Some(proposal) = &self.proposal else { return Vec::new() };
        let signs: BTreeSet<&str> = self.all_terms().flat_map(organisations).collect();
        signs.into_iter().filter(|id| !proposal.agreed.contains_key(*id)).collect()
    }

    fn all_terms(&self) -> impl Iterator<Item = &AgreementTerms> {
        self.in_force.iter().map(|one| &one.terms).chain(self.proposal.iter().map(|one| &one.terms))
    }

    /// With the proposed terms in force, where nobody has yet to agree to them.
    fn in_force_if_agreed(mut self, now: Timestamp) -> Self {
        if !self.waits_for().is_empty() {
            return self;
        }
        if let Some(Proposal { terms, .. }) = self.proposal.take() {
            let version = self.in_force.as_ref().map_or(0, |one| one.version) + 1;
            self.in_force = Some(TermsInForce { version, since: now, terms });
            if self.status == AgreementStatus::Draft {
                self.status = AgreementStatus::Active;
            }
        }
        self
    }

    /// The terms that matter to who looks at the agreement: those that count, else those that are proposed.
    pub fn terms(&self) -> Option<&AgreementTerms> {
        self.all_terms().next()
    }

    /// What decides about access, if it ever came into force.
    pub(crate) fn deciding(&self, id: &str) -> Option<Agreement> {
        let in_force = self.in_force.as_ref()?;
        Some(Agreement {
            id: id.to_owned(),
            version: in_force.version,
            status: self.status,
            terms: in_force.terms.clone(),
        })
    }

    /// Whether somebody has a role for one of the organisations in it.
    fn is_for(&self, has_role: impl Fn(&str) -> bool) -> bool {
        self.all_terms().flat_map(organisations).any(has_role)
    }

    /// Whether somebody has a role for one of the organisations that provide the data, by the terms that count: who is proposed as
    /// a provider is none yet.
    fn is_provided_by(&self, has_role: impl Fn(&str) -> bool) -> bool {
        let parties = self.terms().into_iter().flat_map(|terms| &terms.parties).filter(|party| provides(party));
        parties.filter_map(|party| party.organisation.as_deref()).any(has_role)
    }
}

/// The organisations that are parties.
fn organisations(terms: &AgreementTerms) -> impl Iterator<Item = &str> {
    terms.parties.iter().filter_map(|party| party.organisation.as_deref())
}

fn provides(party: &Party) -> bool {
    matches!(party.role, PartyRole::Provider | PartyRole::Steward)
}

/// By what the agreements of a party are looked up: an organisation, or a group.
pub(crate) fn party_terms(organisation: Option<&str>, groups: &[String]) -> Vec<String> {
    let organisation = organisation.into_iter().map(|id| format!("organisation={id}"));
    organisation.chain(groups.iter().map(|id| format!("group={id}"))).collect()
}

impl EntryBody for RegisteredAgreement {
    const KIND: EntryKind = EntryKind::Agreement;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        let mut labels = BTreeSet::from([Label::operator()]);
        // Who proposed it reads what became of that; once it is in force, it is its parties' alone.
        labels.extend(self.in_force.is_none().then(|| Label::organisation(&self.organisation)));
        for party in self.all_terms().flat_map(|terms| &terms.parties) {
            labels.extend(party.organisation.as_deref().map(Label::organisation));
            labels.extend(party.group.as_deref().map(Label::group));
        }
        labels
    }

    fn terms(&self) -> Vec<String> {
        let parties = self.in_force.iter().flat_map(|one| &one.terms.parties);
        parties.flat_map(|party| party_terms(party.organisation.as_deref(), party.group.as_slice())).collect()
    }
}

impl Catalog {
    /// Proposes an agreement. It is in force once every organisation in it agreed.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`.
    pub async fn propose_agreement(
        &self,
        viewer: &Viewer,
        terms: AgreementTerms,
        now: Timestamp,
    ) -> Result<Registered<RegisteredAgreement>, CatalogError> {
        const ACT: &str = "agreement.propose";
        CatalogError::if_any(terms.validate(self.vocabularies()))?;
        let may = organisations(&terms).any(|id| viewer.manages(id));
        self.may(viewer, may, WHO_PROPOSES, ACT, now).await?;
        let organisation =
            viewer.organisation().or_else(|| organisations(&terms).next()).unwrap_or_default().to_owned();
        let agreement = RegisteredAgreement {
            organisation,
            status: AgreementStatus::Draft,
            in_force: None,
            proposal: Some(Proposal { terms, agreed: BTreeMap::new() }),
            held: None,
        };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &Wanted::default(), |_, _| Ok(Change::to(agreement.clone()))).await
    }

    /// Proposes other terms for an agreement: those in force count until every organisation in them and in the new ones agreed.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since, or has ended.
    pub async fn propose_terms(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        terms: AgreementTerms,
        now: Timestamp,
    ) -> Result<Registered<RegisteredAgreement>, CatalogError> {
        CatalogError::if_any(terms.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "agreement.propose", now };
        let wanted = Wanted::default();
        let proposed =
            self.change_entry(write, id, Some(version), &wanted, |before: &Registered<RegisteredAgreement>, _| {
                if !before.body.is_for(|party| viewer.manages(party)) {
                    return Err(CatalogError::refused(viewer, WHO_PROPOSES));
                }
                not_ended(&before.body)?;
                let proposal = Some(Proposal { terms: terms.clone(), agreed: BTreeMap::new() });
                Ok(Change::to(RegisteredAgreement { proposal, ..before.body.clone() }))
            });
        Ok(as_seen_by(viewer, proposed.await?))
    }

    /// Agrees to the proposed terms in the name of an organisation: `organisation` says which for the operator, else it is that
    /// of the viewer. With the last one that agrees they are in force.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since, has ended, or nothing is proposed.
    pub async fn agree(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        organisation: Option<&str>,
        now: Timestamp,
    ) -> Result<Registered<RegisteredAgreement>, CatalogError> {
        let write = Write { viewer, act: "agreement.agree", now };
        let wanted = Wanted::default();
        let party = viewer.organisation().or(organisation).unwrap_or_default();
        let agreed =
            self.change_entry(write, id, Some(version), &wanted, |before: &Registered<RegisteredAgreement>, _| {
                let mut agreement = before.body.clone();
                let is_party = before.body.is_for(|id| id == party);
                let Some(proposal) = &mut agreement.proposal else {
                    return Err(CatalogError::conflict("nothing is proposed that could be agreed to"));
                };
                if !is_party || !viewer.stewards(party) {
                    return Err(CatalogError::refused(viewer, WHO_AGREES));
                }
                not_ended(&before.body)?;
                proposal.agreed.insert(party.to_owned(), now);
                Ok(Change::because(agreement.in_force_if_agreed(now), format!("for {party}")))
            });
        let agreed = agreed.await?;
        // Whoever agreed last is told what that put in force, also where they left the agreement by it.
        let is_now_in_force = agreed.body.proposal.is_none();
        Ok(if is_now_in_force { agreed } else { as_seen_by(viewer, agreed) })
    }

    /// Drops what was proposed. An agreement that was never in force has ended with that.
    ///
    /// # Errors
    /// As for other terms.
    pub async fn drop_proposal(
        &self,
        viewer: &Viewer,
        id: &str,
        now: Timestamp,
    ) -> Result<Registered<RegisteredAgreement>, CatalogError> {
        let write = Write { viewer, act: "agreement.drop", now };
        let wanted = Wanted::default();
        let dropped = self.change_entry(write, id, None, &wanted, |before: &Registered<RegisteredAgreement>, _| {
            if !before.body.is_for(|party| viewer.manages(party)) {
                return Err(CatalogError::refused(viewer, WHO_DROPS));
            }
            let Some(proposal) = before.body.proposal.clone() else {
                return Err(CatalogError::conflict("nothing is proposed that could be dropped"));
            };
            let mut agreement = RegisteredAgreement { proposal: None, ..before.body.clone() };
            if agreement.in_force.is_none() {
                // What was proposed stays, so that it can be read who proposed what.
                agreement.proposal = Some(proposal);
                agreement.status = AgreementStatus::Ended;
            }
            Ok(Change::to(agreement))
        });
        Ok(as_seen_by(viewer, dropped.await?))
    }

    /// Suspends an agreement, resumes it, or ends it, with a reason.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SignInRequired`, `Invalid`; `Conflict` where it cannot become so from what it is.
    pub async fn hold_agreement(
        &self,
        viewer: &Viewer,
        id: &str,
        status: AgreementStatus,
        reason: &str,
        now: Timestamp,
    ) -> Result<Registered<RegisteredAgreement>, CatalogError> {
        let act = match status {
            AgreementStatus::Active => "agreement.resume",
            AgreementStatus::Suspended => "agreement.suspend",
            AgreementStatus::Draft | AgreementStatus::Ended => "agreement.end",
        };
        let reason = super::reason("reason", reason, self.vocabularies())?;
        let write = Write { viewer, act, now };
        let wanted = Wanted::default();
        let held = self.change_entry(write, id, None, &wanted, |before: &Registered<RegisteredAgreement>, _| {
            let is_provider = before.body.is_provided_by(|party| viewer.stewards(party));
            if !viewer.administers() && !is_provider {
                return Err(CatalogError::refused(viewer, WHO_HOLDS));
            }
            let by = viewer.organisation().map(str::to_owned);
            let may = match (before.body.status, status) {
                (AgreementStatus::Active, AgreementStatus::Suspended)
                | (AgreementStatus::Active | AgreementStatus::Suspended, AgreementStatus::Ended) => true,
                // Who held it lets it go on, or who administers the catalogue.
                (AgreementStatus::Suspended, AgreementStatus::Active) => {
                    viewer.administers() || before.body.held.as_ref().is_some_and(|held| held.by == by)
                }
                _ => false,
            };
            if !may {
                return Err(CatalogError::conflict(format!(
                    "an agreement that is {} cannot become {status} by you",
                    before.body.status
                )));
            }
            let held = HeldAgreement { by, at: now, reason: reason.clone() };
            let held = (status != AgreementStatus::Active).then_some(held);
            Ok(Change::because(RegisteredAgreement { status, held, ..before.body.clone() }, reason.clone()))
        });
        Ok(as_seen_by(viewer, held.await?))
    }

    /// An agreement, for its parties.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn agreement(&self, viewer: &Viewer, id: &str) -> Result<Registered<RegisteredAgreement>, CatalogError> {
        Ok(as_seen_by(viewer, self.entry(viewer, id).await?))
    }

    /// The terms in force as an ODRL policy, for its parties.
    ///
    /// # Errors
    /// `NotFound` too while no terms are in force.
    pub async fn agreement_as_odrl(&self, viewer: &Viewer, id: &str, base: &str) -> Result<Value, CatalogError> {
        let entry = self.agreement(viewer, id).await?;
        let agreement = entry.body.deciding(id).ok_or(CatalogError::NotFound("agreement in force"))?;
        let base =
            Url::parse(base).map_err(|error| CatalogError::Configuration(format!("server.public_url: {error}")))?;
        Ok(odrl::agreement(&agreement, &base))
    }

    /// The agreements that the viewer is a party of.
    pub async fn agreements(
        &self,
        viewer: &Viewer,
        paging: &Paging,
    ) -> Result<EntryPage<RegisteredAgreement>, CatalogError> {
        let EntryPage { items, next } = self.entries(viewer, None, paging).await?;
        Ok(EntryPage { items: items.into_iter().map(|one| as_seen_by(viewer, one)).collect(), next })
    }

    /// Whether an agreement can grant anything now, as far as the viewer may know of it.
    ///
    /// # Errors
    /// Store errors.
    pub async fn agreement_standing(
        &self,
        viewer: &Viewer,
        agreement: &Registered<RegisteredAgreement>,
        now: Timestamp,
    ) -> Result<AgreementStanding, CatalogError> {
        let Some(deciding) = agreement.body.deciding(&agreement.id) else { return Ok(AgreementStanding::Proposed) };
        let mut frameworks = Vec::new();
        if let Some(named) = &deciding.terms.framework {
            match self.framework(viewer, &named.id).await {
                Ok(framework) => frameworks.extend(framework.body.deciding(&named.id)),
                Err(CatalogError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let crises = match deciding.terms.trigger.when {
            TriggerKind::Always => Vec::new(),
            TriggerKind::Crisis => self.active_crises(viewer, now).await?,
        };
        let rules = held_by(&deciding, &frameworks, &crises, now);
        if !rules.is_empty() {
            return Ok(AgreementStanding::Held(rules));
        }
        Ok(AgreementStanding::Counts(crises.into_iter().filter(|one| deciding.terms.trigger.counts(one)).collect()))
    }

    /// What an agreement was, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn agreement_history(
        &self,
        viewer: &Viewer,
        id: &str,
    ) -> Result<Vec<Registered<RegisteredAgreement>>, CatalogError> {
        let versions = self.entry_history(viewer, id).await?;
        Ok(versions.into_iter().map(|one| as_seen_by(viewer, one)).collect())
    }
}

/// Who is asked to join reads what is proposed to them, and not what others agreed before.
pub(super) fn as_seen_by(viewer: &Viewer, entry: Registered<RegisteredAgreement>) -> Registered<RegisteredAgreement> {
    let is_party = |party: &Party| {
        party.organisation.as_deref().is_some_and(|id| viewer.holds(&Label::organisation(id)))
            || party.group.as_deref().is_some_and(|id| viewer.holds(&Label::group(id)))
    };
    let agreed = entry.body.in_force.as_ref().is_none_or(|one| one.terms.parties.iter().any(is_party));
    if agreed || viewer.holds(&Label::operator()) {
        return entry;
    }
    let mut body = RegisteredAgreement { status: AgreementStatus::Draft, in_force: None, held: None, ..entry.body };
    if let Some(Proposal { terms, agreed }) = &mut body.proposal {
        let named: BTreeSet<&str> = organisations(terms).collect();
        agreed.retain(|id, _| named.contains(id.as_str()));
    }
    Registered { body, ..entry }
}

fn not_ended(agreement: &RegisteredAgreement) -> Result<(), CatalogError> {
    match agreement.status {
        AgreementStatus::Ended => Err(CatalogError::conflict("the agreement has ended: propose a new one")),
        AgreementStatus::Draft | AgreementStatus::Active | AgreementStatus::Suspended => Ok(()),
    }
}
