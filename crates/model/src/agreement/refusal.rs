//! Decisions not to share, and opt-outs: records of their own, which no agreement outweighs.

use serde::{Deserialize, Serialize};

use super::{Period, Selector};
use crate::check::Check;
use crate::terms::coded;
use crate::{Problem, Vocabularies};

coded! {
    /// What was decided.
    RefusalKind {
        /// The data is not to be shared.
        DoNotShare = "do-not-share",
        /// The data is not to be collected; what there is of it is not to be shared.
        DoNotCollect = "do-not-collect",
        /// The people whom the data is about opted out of its use.
        OptOut = "opt-out",
    }
}

/// A refusal as the catalogue keeps it.
///
/// Whoever keeps it has made sure that `decided_by` may speak for the records that it covers: a decision does not ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// Id.
    pub id: String,
    /// Who decided.
    pub decided_by: String,
    /// What was decided.
    pub statement: RefusalStatement,
}

/// What was decided, about which records, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusalStatement {
    /// What was decided.
    pub kind: RefusalKind,
    /// About which records.
    pub covers: Selector,
    /// For how long.
    pub period: Period,
    /// Why, in words; a decision never repeats them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl RefusalStatement {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        self.covers.check("covers", &mut check);
        self.period.check("period", &mut check);
        if let Some(reason) = &self.reason {
            check.text("reason", reason);
        }
        check.finish()
    }
}
