//! What is asked of which record by whom, and the agreements that say something about it.

use std::collections::BTreeSet;

use cairn_model::agreement::{AccessForm, AccessQuestion, Agreement, AgreementStatus, Party, PartyRole};
use cairn_model::{Dataset, Organisation, Transfer};
use jiff::Timestamp;

use super::Grounds;
use super::decision::AgreementVersion;
use crate::rendition::{Rendition, audience, best_rendition};
use crate::viewer::Standing;
use crate::{Label, RenditionLevel, Viewer};

/// Everything that a decision depends on.
pub(super) struct Case<'c> {
    pub(super) record: &'c Dataset,
    pub(super) viewer: &'c Viewer,
    pub(super) question: &'c AccessQuestion,
    pub(super) grounds: &'c Grounds<'c>,
    pub(super) at: Timestamp,
    /// What the asker sees of the record.
    shown: Rendition,
    /// Agreements that may speak: to which the asker is a party, and in which the record's owner grants.
    own: Vec<Covering<'c>>,
}

/// An agreement of the asker and of the record's owner.
#[derive(Clone, Copy)]
pub(super) struct Covering<'c> {
    pub(super) agreement: &'c Agreement,
    /// Who grants.
    pub(super) granted_by: GrantedBy,
    /// Whether the whole record is covered, so that it can grant; else a part of it is, and it can only forbid.
    is_whole: bool,
}

/// Id of the organisation that decides about requests for a record: who owns it, else who keeps it, else who published it.
pub fn decides_about(record: &Dataset) -> Option<&str> {
    let named = [&record.owner, &record.custodian, &record.publisher];
    named.into_iter().flatten().map(|one| one.id.as_str()).next()
}

/// In whose name an agreement covers a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantedBy {
    /// The owner is a provider of it.
    Owner,
    /// The record's steward is a party on behalf of the owner.
    Steward,
}

impl<'c> Case<'c> {
    /// The case, unless the viewer may not know of the record.
    pub(super) fn new(
        record: &'c Dataset,
        viewer: &'c Viewer,
        question: &'c AccessQuestion,
        grounds: &'c Grounds<'c>,
        at: Timestamp,
    ) -> Option<Self> {
        let shown = best_rendition(record, viewer)?;
        let mut case = Self { record, viewer, question, grounds, at, shown, own: Vec::new() };
        case.own = grounds.agreements.iter().filter_map(|agreement| case.covering_of(agreement)).collect();
        Some(case)
    }

    /// How an agreement covers the record for the asker, if it says anything about it.
    fn covering_of(&self, agreement: &'c Agreement) -> Option<Covering<'c>> {
        let speaks = match agreement.status {
            AgreementStatus::Draft => false,
            AgreementStatus::Active | AgreementStatus::Suspended | AgreementStatus::Ended => true,
        };
        if !speaks || !agreement.terms.parties.iter().any(|party| self.is_asker(party)) {
            return None;
        }
        let granted_by = granted_by(self.record, agreement)?;
        let covers = &agreement.terms.covers;
        // Under the Chatham House Rule a record is covered by its id alone: else whoever is a party with its owner could find
        // out by asking whose it is.
        if self.record.terms.attribution_hidden && !covers.records.contains(&self.record.id) {
            return None;
        }
        let vocabularies = self.grounds.vocabularies;
        covers.touches(self.record, vocabularies).then(|| Covering {
            agreement,
            granted_by,
            is_whole: covers.selects(self.record, vocabularies),
        })
    }

    /// The agreements that cover the whole record.
    pub(super) fn covering(&self) -> impl Iterator<Item = Covering<'c>> {
        self.own.iter().copied().filter(|covering| covering.is_whole)
    }

    /// The agreements whose prohibitions bind, now or later. One that is suspended still forbids; nothing forbids owners to use
    /// what is theirs.
    pub(super) fn binding(&self) -> impl Iterator<Item = &'c Agreement> {
        let own = if self.stays_with_owner() { &[] } else { self.own.as_slice() };
        own.iter().map(|covering| covering.agreement).filter(|agreement| {
            let binds = match agreement.status {
                AgreementStatus::Active | AgreementStatus::Suspended => true,
                AgreementStatus::Draft | AgreementStatus::Ended => false,
            };
            binds && !agreement.terms.validity.is_over(self.at)
        })
    }

    /// Id of the organisation that asks.
    pub(super) fn asker(&self) -> Option<&'c str> {
        match self.viewer.standing() {
            Standing::Member { organisation, .. } => Some(organisation),
            Standing::Anonymous | Standing::Operator => None,
        }
    }

    /// The recipient, where it is not the one that asks.
    pub(super) fn other_recipient(&self) -> Option<&'c str> {
        self.question.recipient.as_deref().filter(|recipient| self.asker() != Some(*recipient))
    }

    /// Whether a party is the asker, or a group that the asker is a member of.
    pub(super) fn is_asker(&self, party: &Party) -> bool {
        match (&party.organisation, &party.group) {
            (Some(organisation), None) => self.asker() == Some(organisation),
            (None, Some(group)) => self.viewer.holds(&Label::group(group)),
            (Some(_), Some(_)) | (None, None) => false,
        }
    }

    /// Whether the data stays with those who own or keep it.
    pub(super) fn stays_with_owner(&self) -> bool {
        let is_owner = |id: &str| owners(self.record).any(|owner| owner.id == id);
        self.asker().is_some_and(is_owner) && self.other_recipient().is_none_or(is_owner)
    }

    /// Whether the asker belongs to the audience of a sharing level of the record.
    pub(super) fn is_audience(&self, labels: &BTreeSet<Label>) -> bool {
        // The operator's label stands on every record, so that it can be looked at; it entitles to no data.
        labels.iter().any(|label| *label != Label::operator() && self.viewer.holds(label))
    }

    /// The audience of the data at a level.
    pub(super) fn audience(&self, level: cairn_model::Sharing) -> BTreeSet<Label> {
        audience(self.record, level)
    }

    /// Whether reasons may name what the record says beyond its stub: the asker sees more than a stub, or holds an agreement
    /// that covers it.
    pub(super) fn may_be_told(&self) -> bool {
        let sees_more = match self.shown.level {
            RenditionLevel::Full | RenditionLevel::Partial => true,
            RenditionLevel::Stub => false,
        };
        let is_in_force = |covering: Covering<'_>| {
            covering.agreement.status == AgreementStatus::Active && covering.agreement.terms.validity.contains(self.at)
        };
        sees_more || self.covering().any(is_in_force)
    }

    /// Whether the asker sees that the record has a field.
    pub(super) fn shows_field(&self, name: &str) -> bool {
        self.shown.dataset.fields.iter().any(|field| field.name == name)
    }

    /// Whether the data would leave where it is in a form.
    pub(super) fn leaves_in(&self, form: AccessForm) -> bool {
        form == AccessForm::Download || (form == self.question.access && self.question.transfer)
    }

    /// The jurisdictions within which the record itself keeps its data, if it is bound to any.
    pub(super) fn bound_to(&self) -> Option<&'c [String]> {
        match self.record.terms.transfer {
            Some(Transfer::RegionBound) => Some(&self.record.terms.jurisdictions),
            Some(Transfer::Allowed | Transfer::None) | None => None,
        }
    }
}

impl Covering<'_> {
    pub(super) fn version(&self) -> AgreementVersion {
        AgreementVersion { id: self.agreement.id.clone(), version: self.agreement.version }
    }
}

/// Those who own or keep the data of a record.
pub(super) fn owners(record: &Dataset) -> impl Iterator<Item = &Organisation> {
    [&record.owner, &record.custodian].into_iter().flatten()
}

/// Id of the organisation that owns a record.
pub(super) fn owner_of(record: &Dataset) -> Option<&str> {
    record.owner.as_ref().map(|owner| owner.id.as_str())
}

/// In whose name an agreement covers a record, if in its owner's: nobody else can grant access to it. A record that names no
/// owner is covered by nothing.
fn granted_by(record: &Dataset, agreement: &Agreement) -> Option<GrantedBy> {
    let owner = owner_of(record)?;
    if agreement.terms.parties.iter().any(|party| grants_as_owner(party, owner)) {
        return Some(GrantedBy::Owner);
    }
    let steward = record.steward.as_ref()?.id.as_str();
    let grants = |party: &Party| {
        party.role == PartyRole::Steward
            && party.organisation.as_deref() == Some(steward)
            && party.on_behalf_of.as_deref() == Some(owner)
    };
    agreement.terms.parties.iter().any(grants).then_some(GrantedBy::Steward)
}

fn grants_as_owner(party: &Party, owner: &str) -> bool {
    party.role == PartyRole::Provider && party.organisation.as_deref() == Some(owner)
}
