//! The answer to a question about access.

use std::collections::BTreeSet;

use cairn_model::agreement::{AccessForm, Glide, Obligation};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::rule::{ConditionCode, Remedy, Rule};

/// What was decided; each later outcome gives less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Outcome {
    /// What was asked for is granted.
    Granted,
    /// What was asked for is granted, and more binds than was asked for, or some of it is left out.
    GrantedWithConditions,
    /// It is not granted in this form; other forms are offered.
    Alternative,
    /// Nothing grants it and nothing denies it: the owner can be asked.
    Ask,
    /// It is not granted.
    Denied,
}

impl Outcome {
    /// Every outcome, best first.
    pub const ALL: &'static [Self] =
        &[Self::Granted, Self::GrantedWithConditions, Self::Alternative, Self::Ask, Self::Denied];

    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::GrantedWithConditions => "granted-with-conditions",
            Self::Alternative => "alternative",
            Self::Ask => "ask",
            Self::Denied => "denied",
        }
    }

    /// Whether access is given.
    pub fn is_grant(self) -> bool {
        match self {
            Self::Granted | Self::GrantedWithConditions => true,
            Self::Alternative | Self::Ask | Self::Denied => false,
        }
    }
}

/// Names one version of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementVersion {
    /// Id of the agreement.
    pub id: String,
    /// Version.
    pub version: u32,
}

/// A rule that counted, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// The rule in words.
    pub message: String,
    /// What it is about: purposes, fields, safeguards ... as the question or the asker's own agreement names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The agreement whose rule it is; never one to which the asker is no party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementVersion>,
}

/// Something that would change the answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// What.
    pub code: Remedy,
    /// The same in words.
    pub message: String,
    /// What to choose from, or to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The agreement under which it would count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementVersion>,
}

/// Something that binds the one who receives.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Condition {
    /// What.
    pub code: ConditionCode,
    /// The same in words.
    pub message: String,
    /// Its values: numbers, countries, the words of the people concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl Condition {
    pub(super) fn new(code: ConditionCode, values: Vec<String>) -> Self {
        Self { code, message: code.words().to_owned(), values }
    }
}

/// A form that is offered in place of the one that was asked for, with its bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alternative {
    /// The form.
    pub access: AccessForm,
    /// For aggregates: the finest administrative level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finest_admin_level: Option<u8>,
    /// For aggregates: counts below it are suppressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_cell_size: Option<u32>,
    /// For differentially private aggregates: the largest epsilon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f64>,
}

impl Alternative {
    /// A form without bounds.
    pub(super) fn plain(access: AccessForm) -> Self {
        Self { access, finest_admin_level: None, minimum_cell_size: None, epsilon: None }
    }
}

/// A decision about access to the data of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// What was decided.
    pub outcome: Outcome,
    /// The rule that decided.
    pub rule: Rule,
    /// The agreement whose rule that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementVersion>,
    /// The crisis that opened the agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crisis: Option<Glide>,
    /// The form that is granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<AccessForm>,
    /// For a grant: the purposes that it is bound to; empty where it is bound to none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// For a grant: the only fields that are granted; `None` for the whole record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
    /// Every rule that counted, the one that decided among them.
    pub reasons: Vec<Reason>,
    /// For a grant: what binds beyond what was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// For a grant: what the agreement obliges to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obligations: Vec<Obligation>,
    /// The forms that are offered in place of the one that was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// What would change the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// For a grant: the instant at which it ends; `None` while nothing that is known now ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Decision {
    /// Whether the owner can be asked, so that a request may be filed.
    pub fn can_be_asked(&self) -> bool {
        self.changes.iter().any(|change| change.code == Remedy::AskTheOwner)
    }
}

/// A rule that counted, before it is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) rule: Rule,
    /// What the question has that the rule is about.
    pub(super) values: Vec<String>,
    /// What to choose in its place.
    pub(super) choices: Vec<String>,
    pub(super) agreement: Option<AgreementVersion>,
}

impl Finding {
    pub(super) fn of(rule: Rule) -> Self {
        Self { rule, values: Vec::new(), choices: Vec::new(), agreement: None }
    }

    /// About some values of the question.
    pub(super) fn about(rule: Rule, values: Vec<String>) -> Self {
        Self { values, ..Self::of(rule) }
    }

    /// With what to choose in place of what the question has.
    pub(super) fn or_else(self, choices: Vec<String>) -> Self {
        Self { choices, ..self }
    }
}

/// The reasons of findings, sorted, each once.
pub(super) fn reasons(findings: &[Finding]) -> Vec<Reason> {
    let reasons: BTreeSet<Reason> = findings
        .iter()
        .map(|finding| Reason {
            rule: finding.rule,
            message: finding.rule.words().to_owned(),
            values: finding.values.clone(),
            agreement: finding.agreement.clone(),
        })
        .collect();
    reasons.into_iter().collect()
}

/// What would change an answer that rests on findings, sorted, each once.
pub(super) fn changes(findings: &[Finding]) -> Vec<Change> {
    let changes: BTreeSet<Change> = findings
        .iter()
        .filter_map(|finding| {
            let code = finding.rule.remedy()?;
            let values = if code == Remedy::LeaveFieldsOut { &finding.values } else { &finding.choices };
            Some(Change {
                code,
                message: code.words().to_owned(),
                values: values.clone(),
                agreement: finding.agreement.clone(),
            })
        })
        .collect();
    changes.into_iter().collect()
}
