//! Needs: what data an organisation needs, for whom and why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Audience, Period};
use crate::check::Check;
use crate::date::day_of;
use crate::terms::coded;
use crate::{DatasetId, LocalizedText, PartialDate, Problem, Vocabularies};

/// Days after `needed_by` for which a need stays open: late data is better than none.
const OPEN_AFTER_DAYS: i64 = 90;

/// Most topics, each of which is looked for in the catalogue.
const MOST_TOPICS: usize = 10;

/// Most clusters, countries or places: no more than one search takes.
const MOST_CODES: usize = 50;

coded! {
    /// What is asked for.
    NeedAsk {
        /// Data that somebody holds.
        Data = "data",
        /// A question to be added to somebody's survey or field visit.
        Question = "question",
    }
}

coded! {
    /// By what the data is to be told apart.
    Disaggregation {
        /// By sex.
        Sex = "sex",
        /// By age.
        Age = "age",
        /// By disability.
        Disability = "disability",
        /// By population group.
        PopulationGroup = "population-group",
        /// By administrative level, below the country.
        AdministrativeLevel = "administrative-level",
    }
}

coded! {
    /// Where a need stands.
    NeedState {
        /// It waits for an answer.
        Open = "open",
        /// Its organisation has what it needed.
        Met = "met",
        /// Its organisation asks no more.
        Withdrawn = "withdrawn",
        /// Nobody answered until 90 days after the date by which it was needed.
        Expired = "expired",
    }
}

/// For whom the data is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Beneficiaries {
    /// The people whom it is to help, as codes of the vocabulary `population-group`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub population_groups: Vec<String>,
    /// Ids of organisations that are to use it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<String>,
    /// Ids of groups that are to use it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

impl Beneficiaries {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is said of a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NeedStatement {
    /// What is needed in a line, by language.
    pub title: LocalizedText,
    /// What is needed in full, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub description: LocalizedText,
    /// What the data is to be about, in words that holdings may use: each is looked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// Clusters and areas of responsibility that the data is to be about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Countries that it is to cover (ISO 3166-1 alpha-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// P-codes of the places that it is to cover.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// The time that it is to cover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// By what it is to be told apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disaggregation: Vec<Disaggregation>,
    /// What it is needed for, as codes of the vocabulary `purpose`.
    pub purposes: Vec<String>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Beneficiaries::is_empty")]
    pub for_whom: Beneficiaries,
    /// By when: a year, a month or a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub needed_by: Option<PartialDate>,
    /// Whether data is asked for, or a question to be added to a survey or a field visit.
    #[serde(default = "data")]
    pub ask: NeedAsk,
    /// The question to be added, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub question: LocalizedText,
    /// Who may know of the need, beside the organisation that has it.
    #[serde(default = "Audience::community")]
    pub audience: Audience,
}

/// What is said of a need that is met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NeedMet {
    /// Id of the record that answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub record: Option<DatasetId>,
    /// How it was met, for all who may know of the need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl NeedMet {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        if let Some(note) = &self.note {
            check.text("note", note);
        }
        check.finish()
    }
}

/// What is said of a need that is withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NeedWithdrawal {
    /// Why, for the log of acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl NeedWithdrawal {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        if let Some(reason) = &self.reason {
            check.text("reason", reason);
        }
        check.finish()
    }
}

fn data() -> NeedAsk {
    NeedAsk::Data
}

impl NeedStatement {
    /// Whether it was needed by a day that lies too far back to go on asking.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.needed_by.is_some_and(|by| day_of(now) > by.last_day().saturating_add(OPEN_AFTER_DAYS))
    }

    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.title("title", &self.title);
        check.texts("description", &self.description);
        check.at_most("topics", self.topics.len(), MOST_TOPICS);
        check.ids("topics", &self.topics);
        check.at_most("clusters", self.clusters.len(), MOST_CODES);
        check.codes("clusters", "cluster", &self.clusters);
        check.at_most("countries", self.countries.len(), MOST_CODES);
        check.codes("countries", "country", &self.countries);
        check.at_most("places", self.places.len(), MOST_CODES);
        for (place, pcode) in self.places.iter().take(MOST_CODES).enumerate() {
            check.rule(
                is_pcode(pcode),
                "not-a-pcode",
                &format!("places[{place}]"),
                "a P-code is of 3 to 20 capital letters and digits and begins with the code of a country",
            );
        }
        if let Some(period) = &self.period {
            period.check("period", &mut check);
        }
        check.few("disaggregation", self.disaggregation.len());
        check.stated("purposes", self.purposes.len());
        check.codes("purposes", "purpose", &self.purposes);
        check.codes("for_whom.population_groups", "population-group", &self.for_whom.population_groups);
        check.ids("for_whom.organisations", &self.for_whom.organisations);
        check.ids("for_whom.groups", &self.for_whom.groups);
        let says_what = !(self.topics.is_empty() && self.clusters.is_empty() && self.countries.is_empty());
        check.rule(says_what, "says-not-what", "", "state at least one of `topics`, `clusters` and `countries`");
        check.texts("question", &self.question);
        check.rule(
            (self.ask == NeedAsk::Question) != self.question.is_empty(),
            "question-of-ask",
            "question",
            "it is stated where `ask` is `question`, and nowhere else",
        );
        self.audience.check("audience", &mut check);
        check.finish()
    }
}

/// Whether a text has the shape of a P-code (OCHA common operational datasets).
fn is_pcode(text: &str) -> bool {
    let has_shape = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    has_shape && (3..=20).contains(&text.len()) && text.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A need that says no more than it must, changed in one place.
    fn need(field: &str, value: Value) -> NeedStatement {
        let mut sent = json!({"title": {"en": "Minefields"}, "purposes": ["clearance-planning"], "countries": ["YEM"]});
        sent[field] = value;
        serde_json::from_value(sent).unwrap()
    }

    fn rules(need: &NeedStatement) -> Vec<(String, String)> {
        let problems = need.validate(Vocabularies::bundled());
        problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
    }

    #[test]
    fn a_need_says_what_it_is_what_for_and_one_of_topics_clusters_and_countries() {
        assert_eq!(rules(&need("topics", json!(["contamination"]))), []);
        let is_refused = [
            ("title", json!({}), "title", "not-stated"),
            ("purposes", json!([]), "purposes", "not-stated"),
            ("purposes", json!(["profit"]), "purposes[0]", "unknown-code"),
            ("countries", json!([]), "", "says-not-what"),
            ("countries", json!(["Yemen"]), "countries[0]", "unknown-code"),
            ("clusters", json!(["Health"]), "clusters[0]", "unknown-code"),
            ("topics", json!(["mines", "\u{7}"]), "topics[1]", "not-an-id"),
            ("topics", json!(vec!["mines"; 11]), "topics", "too-many"),
            ("clusters", json!(vec!["HEA"; 51]), "clusters", "too-many"),
            ("countries", json!(vec!["YEM"; 51]), "countries", "too-many"),
            ("places", json!(["YE11", "ye12"]), "places[1]", "not-a-pcode"),
            ("places", json!(["11"]), "places[0]", "not-a-pcode"),
            ("period", json!({"start": "2021", "end": "2020"}), "period.end", "reversed-period"),
            ("for_whom", json!({"population_groups": ["IDPs"]}), "for_whom.population_groups[0]", "unknown-code"),
            ("ask", json!("question"), "question", "question-of-ask"),
            ("question", json!({"en": "Are there mines?"}), "question", "question-of-ask"),
            ("audience", json!({"sharing": "closed"}), "audience.sharing", "audience-closed"),
        ];
        for (field, value, told, rule) in is_refused {
            let said = value.to_string();
            assert_eq!(rules(&need(field, value)), [(told.to_owned(), rule.to_owned())], "{field}: {said}");
        }
    }

    #[test]
    fn what_the_catalogue_sets_is_no_part_of_a_need() {
        for field in ["id", "organisation", "author", "state", "version"] {
            let mut sent = serde_json::to_value(need("topics", json!([]))).unwrap();
            sent[field] = json!("mine");
            assert!(serde_json::from_value::<NeedStatement>(sent).is_err(), "{field}");
        }
    }

    #[test]
    fn a_need_is_expired_from_the_ninety_first_day_after_it_was_needed() {
        let at = |day: &str| format!("{day}T12:00:00Z").parse::<Timestamp>().unwrap();
        let day = need("needed_by", json!("2026-03-01"));
        assert_eq!(["2026-05-30", "2026-05-31"].map(|one| day.is_expired(at(one))), [false, true]);
        let month = need("needed_by", json!("2026-02"));
        assert_eq!(["2026-05-29", "2026-05-30"].map(|one| month.is_expired(at(one))), [false, true]);
        assert!(!need("topics", json!([])).is_expired(at("9999-01-01")), "no day was named");
    }
}
