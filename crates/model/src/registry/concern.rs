//! Concerns: what anyone may say is wrong with a record, an agreement or a decision, and what became of that.

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::terms::coded;
use crate::{DatasetId, Problem, Vocabularies};

coded! {
    /// Where a concern stands.
    ConcernState {
        /// Nobody has looked at it yet.
        Raised = "raised",
        /// Somebody who is independent of the owner looks into it.
        Examined = "examined",
        /// Something was done about it.
        Upheld = "upheld",
        /// It was looked into, and nothing had to be done.
        Dismissed = "dismissed",
    }
}

coded! {
    /// What sort of wrong it is.
    ConcernKind {
        /// People could come to harm by what is told or shared.
        Harm = "harm",
        /// What is said is not true, or not any more.
        Wrong = "wrong",
        /// Data is used for what it was not given for.
        Misuse = "misuse",
        /// People whom the data is about were not asked, or said no.
        Consent = "consent",
        /// A decision about access or an agreement is not what was agreed.
        Decision = "decision",
        /// Anything else.
        Other = "other",
    }
}

impl ConcernState {
    /// Whether it waits for an outcome.
    pub fn is_open(self) -> bool {
        match self {
            Self::Raised | Self::Examined => true,
            Self::Upheld | Self::Dismissed => false,
        }
    }

    /// Whether it may become another.
    pub fn may_become(self, next: Self) -> bool {
        match next {
            Self::Raised => false,
            Self::Examined => self == Self::Raised,
            Self::Upheld | Self::Dismissed => self.is_open(),
        }
    }
}

/// What somebody says is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConcernStatement {
    /// The record that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<DatasetId>,
    /// Id of the agreement that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// Id of the request whose decision it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// What sort of wrong it is.
    pub kind: ConcernKind,
    /// Whether it cannot wait: nobody is given the data of the record until somebody has looked at it.
    #[serde(default)]
    pub serious: bool,
    /// What is wrong, in words for who looks into it.
    pub words: String,
}

impl ConcernStatement {
    /// What must be mended before it can be raised.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        let about = [self.record.is_some(), self.agreement.is_some(), self.request.is_some()];
        check.rule(
            about.into_iter().filter(|is_about| *is_about).count() == 1,
            "about-one",
            "",
            "it is about one `record`, one `agreement` or one `request`",
        );
        for (field, id) in [("agreement", &self.agreement), ("request", &self.request)] {
            if let Some(id) = id {
                check.id(field, id);
            }
        }
        check.rule(
            !self.serious || self.record.is_some(),
            "serious-about-what",
            "serious",
            "what cannot wait is the data of a `record`",
        );
        check.text("words", &self.words);
        check.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_that_a_concern_may_take_is_one_of_these() {
        let mut steps = Vec::new();
        for from in ConcernState::ALL {
            let next = ConcernState::ALL.iter().filter(|to| from.may_become(**to));
            steps.extend(next.map(|to| format!("{from} to {to}")));
        }
        assert_eq!(
            steps,
            [
                "raised to examined",
                "raised to upheld",
                "raised to dismissed",
                "examined to upheld",
                "examined to dismissed"
            ]
        );
    }
}
