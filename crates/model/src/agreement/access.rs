//! In which form data is had, and what bounds each form.

use serde::{Deserialize, Serialize};

use crate::Sensitivity;
use crate::check::Check;
use crate::terms::coded;

coded! {
    /// A form in which data is had; each later form tells less than the ones before it.
    AccessForm {
        /// A copy of the data.
        Download = "download",
        /// Inside a protected room or machine of the owner.
        Enclave = "enclave",
        /// By a query that the owner runs.
        FederatedQuery = "federated-query",
        /// Counts by place, small ones suppressed.
        Aggregate = "aggregate",
        /// Counts with noise: differential privacy of a declared epsilon.
        PrivateAggregate = "private-aggregate",
    }
}

/// The form that an agreement grants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessGrant {
    /// The form that tells most; those that tell less are granted with it, as far as their bounds are declared.
    pub at_most: AccessForm,
    /// Bounds of aggregates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<AggregateLimits>,
    /// Most epsilon of one differentially private release; more than 0. What several releases add up to is not counted here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<f64>,
}

/// How coarse aggregates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AggregateLimits {
    /// The finest administrative level by which may be counted, 0 (country) to 4.
    pub finest_admin_level: u8,
    /// The smallest count that is told; smaller ones are suppressed. At least 1.
    pub minimum_cell_size: u32,
}

/// The finest administrative level that there is.
const FINEST_LEVEL: u8 = 4;

/// The fields of the data that an agreement covers. Where it states nothing it covers the whole record; else a field is
/// covered that is named or is at most so sensitive. A field that is severe is never granted, and one that is closed only
/// where it is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldScope {
    /// Names of fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// All fields that are at most so sensitive; one that says nothing counts as its record, `unknown` as high.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Sensitivity>,
}

impl AccessGrant {
    pub(super) fn check(&self, field: &str, check: &mut Check<'_>) {
        check.rule(
            self.at_most != AccessForm::Aggregate || self.aggregate.is_some(),
            "aggregate-without-limits",
            &format!("{field}.aggregate"),
            "aggregates need `finest_admin_level` and `minimum_cell_size`",
        );
        check.rule(
            self.at_most != AccessForm::PrivateAggregate || self.epsilon.is_some(),
            "private-without-epsilon",
            &format!("{field}.epsilon"),
            "differentially private aggregates need an epsilon",
        );
        if let Some(limits) = self.aggregate {
            limits.check(&format!("{field}.aggregate"), check);
        }
        if let Some(epsilon) = self.epsilon {
            check_epsilon(&format!("{field}.epsilon"), epsilon, check);
        }
    }
}

impl AggregateLimits {
    pub(crate) fn check(self, field: &str, check: &mut Check<'_>) {
        check_level(&format!("{field}.finest_admin_level"), self.finest_admin_level, check);
        check.rule(
            self.minimum_cell_size >= 1,
            "not-a-cell-size",
            &format!("{field}.minimum_cell_size"),
            "the smallest count that is told is 1 or more",
        );
    }
}

impl FieldScope {
    /// Whether it states nothing, and so covers the whole record.
    pub fn is_whole(&self) -> bool {
        self.names.is_empty() && self.at_most.is_none()
    }

    pub(super) fn check(&self, field: &str, check: &mut Check<'_>) {
        check.ids(&format!("{field}.names"), &self.names);
        check_cap(&format!("{field}.at_most"), self.at_most, check);
    }
}

/// An administrative level.
pub(super) fn check_level(field: &str, level: u8, check: &mut Check<'_>) {
    check.rule(level <= FINEST_LEVEL, "not-an-admin-level", field, "an administrative level is 0 to 4");
}

/// An epsilon: a finite number above zero.
pub(crate) fn check_epsilon(field: &str, epsilon: f64, check: &mut Check<'_>) {
    check.rule(epsilon.is_finite() && epsilon > 0.0, "not-an-epsilon", field, "an epsilon is a number above 0");
}

/// A cap is a level that somebody stated.
pub(super) fn check_cap(field: &str, cap: Option<Sensitivity>, check: &mut Check<'_>) {
    check.rule(
        cap != Some(Sensitivity::Unknown),
        "not-a-level",
        field,
        "a level is one of: low, moderate, high, severe",
    );
}
