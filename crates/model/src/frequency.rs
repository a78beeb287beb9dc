//! Update frequencies and the freshness that follows from them.

use serde::{Deserialize, Serialize};

use crate::terms::coded;
use crate::vocabulary::Frequency;

/// How often data is to be updated: a code of the frequency vocabulary (`daily`, `weekly`, `every-three-months`, `live`, `as-needed`, `never` ...).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UpdateFrequency(pub String);

coded! {
    /// Whether data is as new as it should be (HDX freshness).
    Freshness {
        /// Not due yet, or nothing is due.
        Fresh = "fresh",
        /// An update is due.
        Due = "due",
        /// An update is late.
        Overdue = "overdue",
        /// Nobody updates it any more.
        Delinquent = "delinquent",
    }
}

impl Freshness {
    /// The freshness on day `today` (days since 1970-01-01).
    pub fn at(dates: FreshnessDates, today: i64) -> Self {
        match dates {
            dates if today >= dates.delinquent => Self::Delinquent,
            dates if today >= dates.overdue => Self::Overdue,
            dates if today >= dates.due => Self::Due,
            _ => Self::Fresh,
        }
    }
}

/// The days on which freshness changes, as days since 1970-01-01; compared with today at query time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshnessDates {
    /// First day on which an update is due.
    pub due: i64,
    /// First day on which it is late.
    pub overdue: i64,
    /// First day on which it is given up.
    pub delinquent: i64,
}

impl FreshnessDates {
    /// Nothing is ever due: data that is live, updated as needed, or never updated, is always fresh.
    pub const NEVER: Self = Self { due: i64::MAX, overdue: i64::MAX, delinquent: i64::MAX };

    /// The days of data last changed on day `modified`.
    pub fn of(modified: i64, frequency: &Frequency) -> Self {
        let Some(days) = frequency.days else { return Self::NEVER };
        let due = modified.saturating_add(days.into());
        Self {
            due,
            overdue: due.saturating_add(frequency.overdue_after.into()),
            delinquent: due.saturating_add(frequency.delinquent_after.into()),
        }
    }

    /// The days of a record, from its last change and its update frequency; `None` where either is missing, so that nobody can tell.
    pub fn of_dataset(dataset: &crate::Dataset, vocabularies: &crate::Vocabularies) -> Option<Self> {
        let modified = dataset.modified.as_ref()?.day();
        let frequency = vocabularies.frequency(&dataset.update_frequency.as_ref()?.0)?;
        Some(Self::of(modified, frequency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_week() -> Frequency {
        Frequency { code: "weekly".to_owned(), days: Some(7), overdue_after: 7, delinquent_after: 14 }
    }

    #[test]
    fn an_update_is_due_late_and_given_up_on_the_days_that_hdx_counts() {
        let dates = FreshnessDates::of(100, &every_week());
        assert_eq!(dates, FreshnessDates { due: 107, overdue: 114, delinquent: 121 });
        let on = |today| Freshness::at(dates, today).code();
        assert_eq!([106, 107, 113, 114, 120, 121].map(on), ["fresh", "due", "due", "overdue", "overdue", "delinquent"]);
    }

    #[test]
    fn what_is_never_due_is_always_fresh() {
        let never = Frequency { code: "never".to_owned(), days: None, overdue_after: 0, delinquent_after: 0 };
        assert_eq!(Freshness::at(FreshnessDates::of(100, &never), i64::MAX - 1), Freshness::Fresh);
    }
}
