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
pub struct FrameworkReference {
    /// Id of the framework.
    pub id: String,
    /// Version, from 1.
    pub version: u32,
}

/// What a version of a framework says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkVersion {
    /// Title by language.
    pub title: LocalizedText,
    /// The instant from which agreements under it may decide; until it is stated none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_from: Option<Timestamp>,
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
        check.finish()
    }
}
