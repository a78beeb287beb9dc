//! What binds those who receive data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::terms::coded;

coded! {
    /// What somebody who receives data must do.
    ObligationKind {
        /// Keep it for so many days at most.
        Retention = "retention",
        /// Delete it by an instant.
        DeleteAfter = "delete-after",
        /// Give it to nobody else.
        NoOnwardSharing = "no-onward-sharing",
        /// Find out of nobody who they are.
        NoReidentification = "no-reidentification",
        /// Join it with no other data.
        NoLinking = "no-linking",
        /// Name the source.
        Attribution = "attribution",
        /// Report on the use within so many days.
        ReportBack = "report-back",
        /// Tell the provider of incidents within so many days.
        NotifyIncidents = "notify-incidents",
        /// Share what was found with the provider and the people concerned.
        ShareResults = "share-results",
    }
}

/// Most days that an obligation can give: a hundred years.
const MOST_DAYS: u32 = 36_525;

/// An obligation, with the number or instant that its kind needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Obligation {
    /// What must be done.
    pub kind: ObligationKind,
    /// Days, for `retention`, `report-back` and `notify-incidents`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// The instant, for `delete-after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Timestamp>,
    /// More of it in words: how the source is to be named, to whom a report goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Obligation {
    /// An obligation that needs neither number nor instant.
    pub fn plain(kind: ObligationKind) -> Self {
        Self { kind, days: None, by: None, text: None }
    }

    /// An obligation of so many days.
    pub fn of_days(kind: ObligationKind, days: u32) -> Self {
        Self { days: Some(days), ..Self::plain(kind) }
    }

    pub(super) fn check(&self, field: &str, check: &mut Check<'_>) {
        let (needs_days, needs_instant) = match self.kind {
            ObligationKind::Retention | ObligationKind::ReportBack | ObligationKind::NotifyIncidents => (true, false),
            ObligationKind::DeleteAfter => (false, true),
            ObligationKind::NoOnwardSharing
            | ObligationKind::NoReidentification
            | ObligationKind::NoLinking
            | ObligationKind::Attribution
            | ObligationKind::ShareResults => (false, false),
        };
        let days_fit = match self.days {
            Some(days) => needs_days && (1..=MOST_DAYS).contains(&days),
            None => !needs_days,
        };
        let message = if needs_days {
            format!("`{}` needs days, 1 to {MOST_DAYS}", self.kind)
        } else {
            format!("`{}` has no days", self.kind)
        };
        check.rule(days_fit, "obligation-days", &format!("{field}.days"), &message);
        let message = if needs_instant {
            format!("`{}` needs an instant", self.kind)
        } else {
            format!("`{}` has no instant", self.kind)
        };
        check.rule(self.by.is_some() == needs_instant, "obligation-instant", &format!("{field}.by"), &message);
        if let Some(text) = &self.text {
            check.text(&format!("{field}.text"), text);
        }
    }
}
