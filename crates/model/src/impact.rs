//! The impact note: whom data could harm, how, and what is done about it (a data protection impact assessment in short).

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::{PartialDate, Problem, Vocabularies};

/// What was found when somebody asked whom the data could harm. A note may be kept before it is whole; what a record lacks
/// to be published is a rule of the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImpactNote {
    /// What harm disclosure could do, and how likely it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// Who could come to harm: people, communities, staff, sources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affected_groups: Vec<String>,
    /// What is done against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mitigations: Vec<String>,
    /// When this was found out: `2026`, `2026-05` or `2026-05-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub assessed_on: Option<PartialDate>,
    /// When it must be asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub review_by: Option<PartialDate>,
}

impl ImpactNote {
    /// What must be mended of a note that stands at `field`, before it can be kept.
    pub fn validate(&self, field: &str, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        if !self.summary.is_empty() {
            check.text(&format!("{field}.summary"), &self.summary);
        }
        check.text_list(&format!("{field}.affected_groups"), &self.affected_groups);
        check.text_list(&format!("{field}.mitigations"), &self.mitigations);
        check.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(note: &ImpactNote) -> Vec<(String, String)> {
        let problems = note.validate("impact", Vocabularies::bundled());
        problems.into_iter().map(|problem| (problem.code, problem.field)).collect()
    }

    #[test]
    fn a_note_may_be_kept_before_it_is_whole() {
        assert_eq!(checked(&ImpactNote::default()), []);
        assert_eq!(serde_json::to_string(&ImpactNote::default()).ok().as_deref(), Some("{}"));
    }

    #[test]
    fn what_is_said_in_a_note_are_texts() {
        let note = ImpactNote {
            summary: " ".to_owned(),
            affected_groups: vec!["people who came back".to_owned(), String::new()],
            mitigations: vec!["x".repeat(5001)],
            ..ImpactNote::default()
        };
        let expected = ["impact.summary", "impact.affected_groups[1]", "impact.mitigations[0]"];
        assert_eq!(checked(&note), expected.map(|field| ("not-a-text".to_owned(), field.to_owned())));
    }

    #[test]
    fn a_note_with_a_part_that_nobody_knows_is_refused() {
        let note: Result<ImpactNote, _> = serde_json::from_str(r#"{"summary": "none", "mitigation": ["none"]}"#);
        assert!(note.is_err_and(|error| error.to_string().contains("unknown field `mitigation`")));
    }
}
