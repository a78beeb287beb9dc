//! Update frequencies and the freshness that follows from them.

use serde::{Deserialize, Serialize};

use crate::terms::coded;

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
