//! A decision of who owns a record that something made of it may be less restricted than the record.

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::{AccessMethod, Classification, Listing, Problem, Sensitivity, Sharing, Transfer, Vocabularies};

/// How far what is made of a record may be opened: on each axis that is stated down to this and no further, on the others as the
/// record itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseStatement {
    /// How sensitive it is at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// With whom it may be shared at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// How it may be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_method: Option<AccessMethod>,
    /// What those outside its audience may see of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// Its UN classification at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// Where it may be moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// Why: what makes it less dangerous than the record.
    pub reason: String,
}

impl ReleaseStatement {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.text("reason", &self.reason);
        check.rule(
            self.sensitivity != Some(Sensitivity::Unknown),
            "not-stated",
            "sensitivity",
            "say how sensitive it is: low, moderate, high or severe",
        );
        check.finish()
    }
}
