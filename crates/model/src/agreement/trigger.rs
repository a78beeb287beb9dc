//! What must have happened for an agreement to grant anything.

use serde::{Deserialize, Serialize};

use super::{Crisis, Glide};
use crate::check::Check;
use crate::terms::coded;

coded! {
    /// When an agreement grants.
    TriggerKind {
        /// Whenever it is valid.
        Always = "always",
        /// While a crisis is active.
        Crisis = "crisis",
    }
}

/// The trigger of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trigger {
    /// When it grants.
    pub when: TriggerKind,
    /// The crises that count, by GLIDE number; empty for all of the countries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub glides: Vec<Glide>,
    /// The countries whose crises count, ISO 3166-1 alpha-3; empty for all of the numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
}

impl Trigger {
    /// Whenever the agreement is valid.
    pub fn always() -> Self {
        Self { when: TriggerKind::Always, glides: Vec::new(), countries: Vec::new() }
    }

    /// Whether a crisis is one that counts. One that names neither number nor country counts none.
    pub fn counts(&self, crisis: &Crisis) -> bool {
        let states_something = !self.glides.is_empty() || !self.countries.is_empty();
        let has_number = self.glides.is_empty() || self.glides.contains(&crisis.declaration.glide);
        let has_country = self.countries.is_empty()
            || crisis.declaration.countries.iter().any(|country| self.countries.contains(country));
        states_something && has_number && has_country
    }

    pub(super) fn check(&self, field: &str, check: &mut Check<'_>) {
        let names_crisis = !self.glides.is_empty() || !self.countries.is_empty();
        match self.when {
            TriggerKind::Always => check.rule(
                !names_crisis,
                "trigger-always-names-crisis",
                field,
                "`always` has neither `glides` nor `countries`; did you mean `crisis`?",
            ),
            TriggerKind::Crisis => check.rule(
                names_crisis,
                "trigger-names-no-crisis",
                field,
                "`crisis` needs `glides`, `countries` or both",
            ),
        }
        check.few(&format!("{field}.glides"), self.glides.len());
        check.codes(&format!("{field}.countries"), "country", &self.countries);
    }
}
