//! What people register and agree on beside records: one file for each kind.

pub(crate) mod answers;
pub(crate) mod gaps;
pub(crate) mod groups;
pub(crate) mod matches;
pub(crate) mod needs;
pub(crate) mod organisations;
