//! Completeness of a record, by named parts.

use serde::{Deserialize, Serialize};

/// Completeness from 0 to 1, and the names of what is missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Share of the weights of the parts that are there, rounded to two digits.
    pub score: f64,
    /// Codes of the parts that are missing (`description`, `coverage`, `licence` ...).
    #[serde(default)]
    pub missing: Vec<String>,
}

impl Quality {
    /// The quality of a record as a viewer sees it.
    pub fn of(_dataset: &crate::Dataset) -> Self {
        Self::default()
    }
}
