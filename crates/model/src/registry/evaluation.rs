//! What an organisation says once a year of how it kept the commitments of a framework.

use serde::{Deserialize, Serialize};

use super::Audience;
use crate::check::Check;
use crate::terms::coded;
use crate::{LocalizedText, Problem, Vocabularies};

coded! {
    /// How a commitment was kept.
    CommitmentStatus {
        /// It was kept.
        Met = "met",
        /// It was kept in part.
        PartlyMet = "partly-met",
        /// It was not kept.
        NotMet = "not-met",
        /// Nothing in that year called for it.
        NotCalledFor = "not-called-for",
    }
}

/// What an organisation says of one year under one framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluationStatement {
    /// The version of the framework whose commitments these are.
    pub framework_version: u32,
    /// Each commitment of that version that is spoken of.
    pub commitments: Vec<CommitmentAnswer>,
    /// The year in a few words, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub summary: LocalizedText,
    /// Who may read it, beside the organisation.
    #[serde(default = "Audience::community")]
    pub audience: Audience,
}

/// What is said of one commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommitmentAnswer {
    /// Its name in the framework.
    pub commitment: String,
    /// How it was kept.
    pub status: CommitmentStatus,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// What is done next; said of every commitment that was not kept in whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl EvaluationStatement {
    /// What must be mended before it can be kept, as far as it can be told without the framework.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.stated("commitments", self.commitments.len());
        check.few("commitments", self.commitments.len());
        for (place, answer) in self.commitments.iter().enumerate() {
            let field = |name: &str| format!("commitments[{place}].{name}");
            let is_first = self.commitments[..place].iter().all(|other| other.commitment != answer.commitment);
            check.rule(is_first, "named-twice", &field("commitment"), "it stands above already");
            if let Some(evidence) = &answer.evidence {
                check.text(&field("evidence"), evidence);
            }
            match &answer.next {
                Some(next) => check.text(&field("next"), next),
                None => check.rule(
                    !answer.status.is_owed(),
                    "not-stated",
                    &field("next"),
                    "say what is done next about a commitment that was not kept in whole",
                ),
            }
        }
        check.texts("summary", &self.summary);
        self.audience.check("audience", &mut check);
        check.finish()
    }
}

impl CommitmentStatus {
    /// Whether something of the commitment is still to be done.
    fn is_owed(self) -> bool {
        match self {
            Self::PartlyMet | Self::NotMet => true,
            Self::Met | Self::NotCalledFor => false,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_was_not_kept_in_whole_says_what_is_done_next() {
        let rules = |answers: Value| -> Vec<(String, String)> {
            let sent = json!({"framework_version": 1, "commitments": answers});
            let statement: EvaluationStatement = serde_json::from_value(sent).unwrap();
            let problems = statement.validate(Vocabularies::bundled());
            problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
        };
        let told = |field: &str, rule: &str| vec![(field.to_owned(), rule.to_owned())];
        assert_eq!(rules(json!([])), told("commitments", "not-stated"));
        for status in ["met", "not-called-for"] {
            assert_eq!(rules(json!([{"commitment": "a", "status": status}])), [], "{status}");
        }
        for status in ["partly-met", "not-met"] {
            let said = json!([{"commitment": "a", "status": status}]);
            assert_eq!(rules(said), told("commitments[0].next", "not-stated"), "{status}");
            assert_eq!(rules(json!([{"commitment": "a", "status": status, "next": "Two desks."}])), [], "{status}");
        }
        let twice = json!([{"commitment": "a", "status": "met"}, {"commitment": "a", "status": "met"}]);
        assert_eq!(rules(twice), told("commitments[1].commitment", "named-twice"));
        let blank = json!([{"commitment": "a", "status": "met", "evidence": " "}]);
        assert_eq!(rules(blank), told("commitments[0].evidence", "not-a-text"));
    }
}
