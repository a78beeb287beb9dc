//! Organisations that take part in the catalogue.

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::{LocalizedText, Problem, Vocabularies};

/// What is said of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationProfile {
    /// Its name, by language.
    pub name: LocalizedText,
    /// Its acronym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acronym: Option<String>,
    /// What sort of organisation it is, as a code of the vocabulary `organisation-type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where it is based (ISO 3166-1 alpha-3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Its own pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// What it does, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub about: LocalizedText,
    /// Whether anyone may know that it takes part, or only who is signed in.
    #[serde(default)]
    pub listed: bool,
}

impl OrganisationProfile {
    /// An organisation of which no more than the name is known.
    pub fn named(name: &str) -> Self {
        Self {
            name: LocalizedText::undetermined(name),
            acronym: None,
            kind: None,
            country: None,
            website: None,
            about: LocalizedText::default(),
            listed: false,
        }
    }

    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.title("name", &self.name);
        if let Some(acronym) = &self.acronym {
            check.id("acronym", acronym);
        }
        check.code("kind", "organisation-type", self.kind.as_deref());
        check.code("country", "country", self.country.as_deref());
        check.web_address("website", self.website.as_deref());
        check.texts("about", &self.about);
        check.finish()
    }
}
