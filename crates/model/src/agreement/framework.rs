//! Frameworks: versioned templates under which agreements are made.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::terms::coded;
use crate::{LocalizedText, Problem, Vocabularies};

coded! {
    /// Where a version of a framework stands.
    FrameworkStage {
        /// Being written and commented.
        Draft = "draft",
        /// Tried out: agreements under it decide, and their decisions say that it is a pilot.
        Pilot = "pilot",
        /// Adopted.
        Adopted = "adopted",
        /// Replaced: agreements under it grant nothing until they are made under a later version.
        Superseded = "superseded",
    }
}

/// A version of a framework as the catalogue keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Framework {
    /// Which one.
    pub reference: FrameworkReference,
    /// Where it stands.
    pub stage: FrameworkStage,
    /// What was written.
    pub content: FrameworkVersion,
}

/// Names one version of a framework.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrameworkReference {
    /// Id of the framework.
    pub id: String,
    /// Version, from 1.
    pub version: u32,
}

/// What a version of a framework says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FrameworkVersion {
    /// Title by language.
    pub title: LocalizedText,
    /// The instant from which agreements under it may decide; until it is stated none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Timestamp>,
    /// What it says, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub text: LocalizedText,
    /// Id of the group that steers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steering_committee: Option<String>,
    /// What each party commits itself to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commitments: Vec<Commitment>,
}

/// Something that the parties of a framework commit themselves to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Commitment {
    /// Its name in the yearly reports, one word.
    pub id: String,
    /// What it is, by language.
    pub title: LocalizedText,
}

impl Framework {
    /// Whether agreements under this version decide: it is tried out or adopted, and effective.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        let counts = match self.stage {
            FrameworkStage::Draft | FrameworkStage::Superseded => false,
            FrameworkStage::Pilot | FrameworkStage::Adopted => true,
        };
        counts && self.content.effective_from.is_some_and(|from| from <= at)
    }
}

impl FrameworkVersion {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.title("title", &self.title);
        check.texts("text", &self.text);
        if let Some(group) = &self.steering_committee {
            check.id("steering_committee", group);
        }
        check.few("commitments", self.commitments.len());
        for (place, commitment) in self.commitments.iter().enumerate() {
            check.id(&format!("commitments[{place}].id"), &commitment.id);
            check.title(&format!("commitments[{place}].title"), &commitment.title);
            let is_first = self.commitments[..place].iter().all(|other| other.id != commitment.id);
            check.rule(is_first, "named-twice", &format!("commitments[{place}].id"), "it stands above already");
        }
        check.finish()
    }
}
