//! Completeness of a record, by named parts.

use serde::{Deserialize, Serialize};

use crate::{AccessMethod, Dataset, LocalizedText, Sensitivity};

/// The title of a record that has none.
pub(crate) const UNTITLED: &str = "(untitled)";
/// A shorter description does not say what the data is; in characters.
const LEAST_DESCRIPTION: usize = 50;

/// A part of a record, its weight, and whether a record has it.
type Part = (&'static str, u32, fn(&Dataset) -> bool);

/// The parts, heaviest first. Contacts do not count: no rendition holds them, and a score must not tell whether there are any.
const PARTS: &[Part] = &[
    ("title", 10, has_title),
    ("description", 10, has_description),
    ("access", 10, has_access),
    ("licence", 8, |dataset| dataset.licence.is_some()),
    ("owner", 8, |dataset| dataset.owner.is_some() || dataset.publisher.is_some()),
    ("countries", 8, |dataset| !dataset.countries.is_empty()),
    ("coverage", 8, |dataset| dataset.coverage.is_some()),
    ("modified", 6, |dataset| dataset.modified.is_some()),
    ("update-frequency", 6, |dataset| dataset.update_frequency.is_some()),
    ("sensitivity", 6, |dataset| dataset.terms.sensitivity != Sensitivity::Unknown),
    ("keywords", 5, |dataset| dataset.keywords.values().any(|words| !words.is_empty())),
    ("clusters", 5, |dataset| !dataset.clusters.is_empty()),
    ("landing-page", 5, |dataset| dataset.landing_page.is_some()),
    ("methodology", 3, |dataset| dataset.methodology.is_some()),
    ("languages", 2, |dataset| !dataset.languages.is_empty()),
];

/// Completeness from 0 to 1, and the names of what is missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Share of the weights of the parts that are there, rounded to two digits.
    pub score: f64,
    /// Codes of the parts that are missing (`description`, `coverage`, `licence` ...), the heaviest first.
    #[serde(default)]
    pub missing: Vec<String>,
}

impl Quality {
    /// The quality of a record as a viewer sees it.
    pub fn of(dataset: &Dataset) -> Self {
        let mut whole = 0;
        let mut there = 0;
        let mut missing = Vec::new();
        for (name, weight, has) in PARTS {
            whole += weight;
            if has(dataset) {
                there += weight;
            } else {
                missing.push((*name).to_owned());
            }
        }
        let percent = (there * 100 + whole / 2) / whole;
        Self { score: f64::from(percent) / 100.0, missing }
    }
}

fn has_title(dataset: &Dataset) -> bool {
    dataset.title.texts().any(|title| !title.trim().is_empty() && title != UNTITLED)
}

fn has_description(dataset: &Dataset) -> bool {
    let long_enough = |text: &str| text.chars().nth(LEAST_DESCRIPTION - 1).is_some();
    LocalizedText::texts(&dataset.description).any(long_enough)
}

/// Files or services, or a word about how the data is had without them.
fn has_access(dataset: &Dataset) -> bool {
    if !dataset.distributions.is_empty() {
        return true;
    }
    match dataset.terms.access_method {
        AccessMethod::Download => false,
        AccessMethod::OnRequest
        | AccessMethod::Licensed
        | AccessMethod::Enclave
        | AccessMethod::FederatedQuery
        | AccessMethod::AggregateOnly => true,
        AccessMethod::None => !dataset.terms.reasons.is_empty(),
    }
}
