//! How a holding is kept up: what it costs, who takes over, and until when it is kept; and the bounds of what is told in its place.

use serde::{Deserialize, Serialize};

use crate::agreement::{AggregateLimits, check_epsilon};
use crate::check::Check;
use crate::terms::coded;
use crate::{PartialDate, Problem, Vocabularies};

coded! {
    /// What data costs who uses it.
    CostModel {
        /// Nothing.
        Free = "free",
        /// Nothing: somebody gives it, or the work on it, as a contribution.
        ProBono = "pro-bono",
        /// What it costs to give it.
        CostRecovery = "cost-recovery",
        /// A price, for aggregates under a licence; the data itself is not sold.
        LicensedAggregate = "licensed-aggregate",
    }
}

/// How a holding is kept up. It names organisations, never a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Upkeep {
    /// What the data costs who uses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostModel>,
    /// Name of the organisation that takes over when the steward no longer can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// Until when the data is kept: `2030`, `2030-05` or `2030-05-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub kept_until: Option<PartialDate>,
}

impl Upkeep {
    /// What must be mended of what stands at `field`, before it can be kept.
    pub fn validate(&self, field: &str, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        if let Some(successor) = &self.successor {
            check.id(&format!("{field}.successor"), successor);
        }
        check.finish()
    }
}

/// How coarse the aggregates are that are told in place of the data, by the terms of the record itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AggregateBounds {
    /// The finest places, and the smallest count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<AggregateLimits>,
    /// Most epsilon of one differentially private release; more than 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f64>,
}

impl AggregateBounds {
    /// Whether each bound is one.
    pub fn is_sound(&self) -> bool {
        self.validate("", Vocabularies::bundled()).is_empty()
    }

    /// What must be mended of what stands at `field`, before it can be kept.
    pub fn validate(&self, field: &str, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        if let Some(limits) = self.limits {
            limits.check(&format!("{field}.limits"), &mut check);
        }
        if let Some(epsilon) = self.epsilon {
            check_epsilon(&format!("{field}.epsilon"), epsilon, &mut check);
        }
        check.rule(
            self.limits.is_some() || self.epsilon.is_some(),
            "not-stated",
            field,
            "bounds of aggregates have `limits`, an `epsilon`, or both",
        );
        check.finish()
    }
}
