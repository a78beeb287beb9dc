//! Good practices, use cases and lessons: what somebody made of holdings, or learned from sharing them.

use serde::{Deserialize, Serialize};

use super::Audience;
use crate::check::Check;
use crate::terms::coded;
use crate::{DatasetId, LocalizedText, Problem, Vocabularies};

/// Most records, each of which is looked up for who reads of the practice.
const MOST_RECORDS: usize = 50;

coded! {
    /// What is told.
    PracticeKind {
        /// A way of working that proved good.
        GoodPractice = "good-practice",
        /// What data was used for, and what came of it.
        UseCase = "use-case",
        /// What was learned, from what went wrong too.
        Lesson = "lesson",
    }
}

/// What is said of a practice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PracticeStatement {
    /// What is told.
    pub kind: PracticeKind,
    /// What it is in a line, by language.
    pub title: LocalizedText,
    /// What was done, with what, and what came of it, by language.
    pub description: LocalizedText,
    /// Page where more is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// Ids of the records that it is about. Each viewer is told of those that they may know of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub records: Vec<DatasetId>,
    /// Clusters and areas of responsibility that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Countries that it is about (ISO 3166-1 alpha-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Who may read it, beside the organisation that tells it.
    #[serde(default = "Audience::community")]
    pub audience: Audience,
}

impl PracticeStatement {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.title("title", &self.title);
        check.texts("description", &self.description);
        check.rule(
            self.description.texts().any(|text| !text.trim().is_empty()),
            "not-stated",
            "description",
            "say what was done and what came of it",
        );
        check.web_address("landing_page", self.landing_page.as_deref());
        check.at_most("records", self.records.len(), MOST_RECORDS);
        check.codes("clusters", "cluster", &self.clusters);
        check.codes("countries", "country", &self.countries);
        self.audience.check("audience", &mut check);
        check.finish()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn practice(field: &str, value: Value) -> serde_json::Result<PracticeStatement> {
        let mut sent = json!({
            "kind": "use-case", "title": {"en": "Clinics by road"}, "description": {"en": "Joined two lists."},
        });
        sent[field] = value;
        serde_json::from_value(sent)
    }

    #[test]
    fn a_practice_says_what_was_done_and_names_what_is_known() {
        let rules = |field: &str, value: Value| -> Vec<(String, String)> {
            let problems = practice(field, value).unwrap().validate(Vocabularies::bundled());
            problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
        };
        assert_eq!(rules("clusters", json!(["HEA"])), []);
        for (field, value, told, rule) in [
            ("title", json!({}), "title", "not-stated"),
            ("description", json!({"en": " "}), "description", "not-stated"),
            ("landing_page", json!("javascript:alert(1)"), "landing_page", "not-an-address"),
            ("records", json!(vec![DatasetId::new("desk", "one").to_string(); 51]), "records", "too-many"),
            ("clusters", json!(["Health"]), "clusters[0]", "unknown-code"),
            ("countries", json!(["Yemen"]), "countries[0]", "unknown-code"),
            ("audience", json!({"sharing": "restricted"}), "audience.sharing", "audience-of-whom"),
        ] {
            let said = value.to_string();
            assert!(rules(field, value).contains(&(told.to_owned(), rule.to_owned())), "{field}: {said}");
        }
        for (field, value) in [("kind", json!("miracle")), ("organisation", json!("relief")), ("id", json!("x"))] {
            assert!(practice(field, value).is_err(), "{field}");
        }
    }
}
