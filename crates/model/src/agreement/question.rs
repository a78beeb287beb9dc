//! The question: what somebody wants of the data of a record, and what they declare about it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::{check_epsilon, check_level};
use super::{AccessForm, Glide, PartyRole, Period};
use crate::check::Check;
use crate::{DatasetId, Problem, Vocabularies};

/// What is asked. Who asks is no part of it: that is the viewer, whom nobody can make up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessQuestion {
    /// The form that is wanted.
    pub access: AccessForm,
    /// For what, as codes of the vocabulary `purpose`; all of them must be covered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// Names of the fields that are wanted; empty for the whole record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// For aggregates: the administrative level by which is counted, 0 to 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_level: Option<u8>,
    /// For differentially private aggregates: the epsilon that is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f64>,
    /// Where what is received will be stored, ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage: Vec<String>,
    /// Whether the data would leave where it is, in whatever form; a download always does.
    #[serde(default)]
    pub transfer: bool,
    /// Safeguards that are declared to be met, as codes of the vocabulary `safeguard`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safeguards: Vec<String>,
    /// When the data is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Id of the organisation that would receive, where it is not the one that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// The role in which is asked, where the asker has several in an agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<PartyRole>,
    /// The crisis for which is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glide: Option<Glide>,
}

/// What an owner granted on request, to one organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnerGrant {
    /// The record.
    pub record: DatasetId,
    /// The organisation that asked.
    pub organisation: String,
    /// Who can have granted it: it counts while one of these decides about the record. Empty where that names nobody.
    pub deciders: Vec<String>,
    /// What it asked for.
    pub question: AccessQuestion,
    /// The instant at which it is over; without one it does not end.
    pub until: Option<Timestamp>,
    /// What the owner bound it to, in words.
    pub conditions: Vec<String>,
}

impl AccessQuestion {
    /// A question for a form of access that states nothing else.
    pub fn of(access: AccessForm) -> Self {
        Self {
            access,
            purposes: Vec::new(),
            fields: Vec::new(),
            admin_level: None,
            epsilon: None,
            storage: Vec::new(),
            transfer: false,
            safeguards: Vec::new(),
            period: None,
            recipient: None,
            role: None,
            glide: None,
        }
    }

    /// What must be mended before it can be answered.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.codes("purposes", "purpose", &self.purposes);
        check.ids("fields", &self.fields);
        if let Some(level) = self.admin_level {
            check_level("admin_level", level, &mut check);
        }
        if let Some(epsilon) = self.epsilon {
            check_epsilon("epsilon", epsilon, &mut check);
        }
        check.codes("storage", "country", &self.storage);
        check.codes("safeguards", "safeguard", &self.safeguards);
        if let Some(period) = &self.period {
            period.check("period", &mut check);
        }
        if let Some(recipient) = &self.recipient {
            check.id("recipient", recipient);
        }
        check.finish()
    }
}
