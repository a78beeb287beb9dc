//! Quality of a record: which parts of it are there, by what they are needed for.

use serde::{Deserialize, Serialize};

use crate::terms::coded;
use crate::{AccessMethod, Dataset, Distribution, LocalizedText, Sensitivity, Sharing};

/// The title of a record that has none.
pub(crate) const UNTITLED: &str = "(untitled)";
/// A shorter description does not say what the data is; in characters.
const LEAST_DESCRIPTION: usize = 50;

coded! {
    /// What parts of a record are needed for: the FAIR principles, as the Metadata Quality Assessment of data.europa.eu
    /// groups them, and what sharing among humanitarians wants beside them.
    QualityDimension {
        /// Somebody who searches comes upon it, and sees what it is about.
        Findable = "findable",
        /// It says how the data is had.
        Accessible = "accessible",
        /// It says in which form the data is.
        Interoperable = "interoperable",
        /// It says whose the data is, how it came about, and what may be done with it.
        Reusable = "reusable",
        /// It says how old the data is, and when there will be newer data.
        Freshness = "freshness",
        /// It says how sensitive the data is, and why not everyone may have it.
        SharingTerms = "sharing-terms",
    }
}

/// A part of a record: its code, what it is needed for, its weight, and whether a record has it.
type Part = (&'static str, QualityDimension, u32, fn(&Dataset) -> bool);

/// The parts, heaviest first. Contacts do not count: no rendition holds them, and a score must not tell whether there are any.
const PARTS: &[Part] = &[
    ("title", QualityDimension::Findable, 10, has_title),
    ("description", QualityDimension::Findable, 10, has_description),
    ("access", QualityDimension::Accessible, 10, has_access),
    ("licence", QualityDimension::Reusable, 8, |dataset| dataset.licence.is_some()),
    ("owner", QualityDimension::Reusable, 8, |dataset| dataset.owner.is_some() || dataset.publisher.is_some()),
    ("countries", QualityDimension::Findable, 8, |dataset| !dataset.countries.is_empty()),
    ("coverage", QualityDimension::Findable, 8, |dataset| dataset.coverage.is_some()),
    ("modified", QualityDimension::Freshness, 6, |dataset| dataset.modified.is_some()),
    ("update-frequency", QualityDimension::Freshness, 6, |dataset| dataset.update_frequency.is_some()),
    ("sensitivity", QualityDimension::SharingTerms, 6, |dataset| dataset.terms.sensitivity != Sensitivity::Unknown),
    ("keywords", QualityDimension::Findable, 5, |dataset| dataset.keywords.values().any(|words| !words.is_empty())),
    ("clusters", QualityDimension::Findable, 5, |dataset| !dataset.clusters.is_empty()),
    ("landing-page", QualityDimension::Findable, 5, |dataset| dataset.landing_page.is_some()),
    ("format", QualityDimension::Interoperable, 4, has_format),
    ("reasons", QualityDimension::SharingTerms, 4, has_reasons),
    ("methodology", QualityDimension::Reusable, 3, |dataset| dataset.methodology.is_some()),
    ("languages", QualityDimension::Findable, 2, |dataset| !dataset.languages.is_empty()),
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
        let lacks = |(name, _, _, has): &Part| (!has(dataset)).then(|| (*name).to_owned());
        let missing: Vec<String> = PARTS.iter().filter_map(lacks).collect();
        Self { score: share(PARTS.iter(), &missing), missing }
    }

    /// The share of the weights of each dimension that is there, from 0 to 1, rounded to two digits.
    pub fn dimensions(&self) -> Vec<(QualityDimension, f64)> {
        let of = |wanted| share(PARTS.iter().filter(|(_, dimension, ..)| *dimension == wanted), &self.missing);
        QualityDimension::ALL.iter().map(|dimension| (*dimension, of(*dimension))).collect()
    }

    /// The dimension that a part counts to.
    pub fn dimension_of(part: &str) -> Option<QualityDimension> {
        PARTS.iter().find(|(name, ..)| *name == part).map(|(_, dimension, ..)| *dimension)
    }
}

fn share<'a>(parts: impl Iterator<Item = &'a Part>, missing: &[String]) -> f64 {
    let (mut whole, mut there) = (0, 0);
    for (name, _, weight, _) in parts {
        whole += weight;
        if missing.iter().all(|missing| missing != name) {
            there += weight;
        }
    }
    let percent = (there * 100 + whole / 2) / whole;
    f64::from(percent) / 100.0
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

/// A file or service whose format is known, or fields that are described where there is none to name.
fn has_format(dataset: &Dataset) -> bool {
    let is_known = |distribution: &Distribution| distribution.format.is_some() || distribution.media_type.is_some();
    dataset.distributions.iter().any(is_known) || !dataset.fields.is_empty()
}

/// Why not everyone may have the data; what everyone may have wants no reason.
fn has_reasons(dataset: &Dataset) -> bool {
    let terms = &dataset.terms;
    terms.sharing == Sharing::Public || !terms.reasons.is_empty() || terms.legal_basis.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DatasetId;

    #[test]
    fn a_record_of_a_title_is_a_little_findable_and_nothing_else() {
        let dataset =
            Dataset { title: LocalizedText::new("en", "Wells"), ..Dataset::empty(DatasetId::new("portal", "a")) };
        let quality = Quality::of(&dataset);
        let dimensions: Vec<_> =
            quality.dimensions().into_iter().map(|(dimension, share)| (dimension.code(), share)).collect();
        assert_eq!(
            dimensions,
            [
                ("findable", 0.19),
                ("accessible", 0.0),
                ("interoperable", 0.0),
                ("reusable", 0.0),
                ("freshness", 0.0),
                ("sharing-terms", 0.0),
            ]
        );
    }

    #[test]
    fn every_part_counts_to_one_dimension_and_the_heaviest_stand_first() {
        assert!(PARTS.is_sorted_by(|(_, _, one, _), (_, _, next, _)| one >= next));
        for (name, dimension, ..) in PARTS {
            assert_eq!(Quality::dimension_of(name), Some(*dimension));
        }
        assert_eq!(Quality::dimension_of("colour"), None);
    }

    #[test]
    fn what_is_open_to_all_wants_no_reason_and_what_is_not_wants_one() {
        let mut dataset = Dataset::empty(DatasetId::new("portal", "a"));
        let lacks_reasons = |dataset: &Dataset| Quality::of(dataset).missing.contains(&"reasons".to_owned());
        dataset.terms.sharing = Sharing::Organisation;
        assert!(lacks_reasons(&dataset));
        dataset.terms.reasons = vec!["personal-data".to_owned()];
        assert!(!lacks_reasons(&dataset));
        dataset.terms.reasons.clear();
        dataset.terms.sharing = Sharing::Public;
        assert!(!lacks_reasons(&dataset));
    }
}
