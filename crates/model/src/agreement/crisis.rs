//! Crises: what opens the agreements that wait for one. A crisis ends by itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Glide;
use crate::check::Check;
use crate::{LocalizedText, Problem, Vocabularies};

/// A crisis as the catalogue keeps it.
///
/// Whoever keeps it has made sure that `declared_by` has the right to declare one: a decision does not ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Crisis {
    /// Id.
    pub id: String,
    /// Who declared it.
    pub declared_by: String,
    /// When it was lifted before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Timestamp>,
    /// What was declared.
    pub declaration: CrisisDeclaration,
}

/// The declaration of a crisis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CrisisDeclaration {
    /// Its GLIDE number.
    pub glide: Glide,
    /// Title by language.
    pub title: LocalizedText,
    /// The countries that it strikes, ISO 3166-1 alpha-3. Nothing of another country is opened by it.
    pub countries: Vec<String>,
    /// Its first instant.
    pub from: Timestamp,
    /// The instant at which it ends by itself; required, so that nothing stays open because somebody forgot.
    pub until: Timestamp,
}

impl Crisis {
    /// Whether it is declared, not over and not lifted.
    pub fn is_active(&self, at: Timestamp) -> bool {
        self.declaration.from <= at && at < self.end()
    }

    /// The instant at which it ends or was lifted.
    pub fn end(&self) -> Timestamp {
        self.lifted.map_or(self.declaration.until, |lifted| lifted.min(self.declaration.until))
    }
}

impl CrisisDeclaration {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.codes("glide.country", "country", &[self.glide.country().to_owned()]);
        check.title("title", &self.title);
        check.stated("countries", self.countries.len());
        check.codes("countries", "country", &self.countries);
        check.rule(self.from < self.until, "reversed-period", "until", "it must end after it begins");
        check.finish()
    }
}
