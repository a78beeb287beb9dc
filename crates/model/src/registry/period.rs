//! A time that data covers or is to cover.

use serde::{Deserialize, Serialize};

use crate::PartialDate;
use crate::check::Check;

/// A time: both ends are inclusive, and an end that is left out is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Period {
    /// First year, month or day: `2020`, `2020-05` or `2020-05-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub start: Option<PartialDate>,
    /// Last year, month or day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub end: Option<PartialDate>,
}

impl Period {
    /// It may not end before it begins.
    pub(crate) fn check(&self, field: &str, check: &mut Check<'_>) {
        if let (Some(start), Some(end)) = (self.start, self.end) {
            let message = "it must not end before it begins";
            check.rule(start.first_day() <= end.last_day(), "reversed-period", &format!("{field}.end"), message);
        }
    }
}
