//! Agreements that decide about access, and what they hang on: frameworks, crises, refusals, and the question that is asked.
//!
//! What a client may write is one type (`AgreementTerms`, [`FrameworkVersion`] ...), and what the catalogue knows beside it is
//! another that holds the first: so no client can set an id, a status or who declared something. Fields that are not known
//! are refused. Every time is an instant, and every period is half-open: its first instant is in it, its last is not.

mod access;
mod crisis;
mod framework;
mod glide;
mod obligation;
mod party;
mod period;
mod question;
mod refusal;
mod selector;
#[cfg(test)]
mod tests;
mod trigger;

use serde::{Deserialize, Serialize};

pub(crate) use self::access::check_epsilon;
pub use self::access::{AccessForm, AccessGrant, AggregateLimits, FieldScope};
pub use self::crisis::{Crisis, CrisisDeclaration};
pub use self::framework::{Commitment, Framework, FrameworkReference, FrameworkStage, FrameworkVersion};
pub use self::glide::Glide;
pub use self::obligation::{Obligation, ObligationKind};
pub use self::party::{Party, PartyRole};
pub use self::period::Period;
pub use self::question::{AccessQuestion, OwnerGrant};
pub use self::refusal::{Refusal, RefusalKind, RefusalStatement};
pub use self::selector::Selector;
pub use self::trigger::{Trigger, TriggerKind};
use crate::check::Check;
use crate::terms::coded;
use crate::{LocalizedText, Problem, Transfer, Vocabularies};

coded! {
    /// Where an agreement stands.
    AgreementStatus {
        /// Being written: it says nothing yet.
        Draft = "draft",
        /// In force.
        Active = "active",
        /// Held: it grants nothing, and still forbids what it forbids.
        Suspended = "suspended",
        /// Over.
        Ended = "ended",
    }
}

/// An agreement as the catalogue keeps it.
///
/// Whoever sets the status to active has made sure that every provider agreed: a decision does not ask again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agreement {
    /// Id.
    pub id: String,
    /// Version of its terms, from 1.
    pub version: u32,
    /// Where it stands.
    pub status: AgreementStatus,
    /// What was agreed.
    pub terms: AgreementTerms,
}

/// What parties agree on: who may have which data, for what, in which form, when, and what binds them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementTerms {
    /// Title by language.
    pub title: LocalizedText,
    /// The framework of which it is an instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework: Option<FrameworkReference>,
    /// Who takes part, each in one role; an organisation with two roles stands in it twice.
    pub parties: Vec<Party>,
    /// Which records it covers, of those that a provider owns.
    pub covers: Selector,
    /// Which fields of their data.
    #[serde(default)]
    pub fields: FieldScope,
    /// For what, as codes of the vocabulary `purpose`; one covers those below it.
    pub purposes: Vec<String>,
    /// For what the data is not to be used whatever else allows it; one covers those below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prohibited_purposes: Vec<String>,
    /// In which form.
    pub access: AccessGrant,
    /// Where the data may be moved.
    pub transfer: Transfer,
    /// Where it may be stored, ISO 3166-1 alpha-3; empty where that is not limited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jurisdictions: Vec<String>,
    /// What binds those who receive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation>,
    /// What a question must declare, as codes of the vocabulary `safeguard`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safeguards: Vec<String>,
    /// When it holds.
    pub validity: Period,
    /// What must have happened for it to grant anything.
    pub trigger: Trigger,
}

impl AgreementTerms {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.title("title", &self.title);
        if let Some(framework) = &self.framework {
            check.id("framework.id", &framework.id);
        }
        self.check_parties(&mut check);
        self.covers.check("covers", &mut check);
        self.fields.check("fields", &mut check);
        check.stated("purposes", self.purposes.len());
        check.codes("purposes", "purpose", &self.purposes);
        check.codes("prohibited_purposes", "purpose", &self.prohibited_purposes);
        for (place, purpose) in self.prohibited_purposes.iter().enumerate() {
            let is_of_no_use = self.purposes.iter().any(|granted| vocabularies.is_within("purpose", granted, purpose));
            check.rule(
                !is_of_no_use,
                "purpose-granted-and-prohibited",
                &format!("prohibited_purposes[{place}]"),
                "the same agreement grants this purpose or one below it: take it out of one of the lists",
            );
        }
        self.access.check("access", &mut check);
        check.codes("jurisdictions", "country", &self.jurisdictions);
        check.rule(
            self.transfer != Transfer::RegionBound || !self.jurisdictions.is_empty(),
            "region-without-jurisdictions",
            "jurisdictions",
            "the data stays within named jurisdictions: name one at least (ISO 3166-1 alpha-3)",
        );
        check.few("obligations", self.obligations.len());
        for (place, obligation) in self.obligations.iter().enumerate() {
            obligation.check(&format!("obligations[{place}]"), &mut check);
        }
        check.codes("safeguards", "safeguard", &self.safeguards);
        self.validity.check("validity", &mut check);
        self.trigger.check("trigger", &mut check);
        check.finish()
    }

    fn check_parties(&self, check: &mut Check<'_>) {
        check.few("parties", self.parties.len());
        for (place, party) in self.parties.iter().enumerate() {
            party.check(&format!("parties[{place}]"), check);
            check.rule(
                !self.parties[..place].contains(party),
                "party-named-twice",
                &format!("parties[{place}]"),
                "the same party stands above in the same role",
            );
        }
        let has = |role: PartyRole| self.parties.iter().any(|party| party.role == role);
        for role in [PartyRole::Provider, PartyRole::User] {
            check.rule(
                has(role),
                "role-missing",
                "parties",
                &format!("an agreement needs a party whose role is `{role}`"),
            );
        }
    }
}
