//! A half-open period of instants.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::check::Check;

/// A period: its first instant is in it, its last is not, so that one period ends where the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Period {
    /// First instant.
    pub from: Timestamp,
    /// The instant at which it is over; without one it does not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Period {
    /// Whether an instant lies in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && !self.is_over(at)
    }

    /// Whether it is over at an instant.
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= at)
    }

    pub(super) fn check(&self, field: &str, check: &mut Check<'_>) {
        check.rule(
            self.until.is_none_or(|until| self.from < until),
            "reversed-period",
            &format!("{field}.until"),
            "it must end after it begins",
        );
    }
}
