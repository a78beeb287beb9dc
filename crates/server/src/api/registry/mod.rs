//! What people register and agree on beside records: one file for each kind.

pub(crate) mod answers;
pub(crate) mod groups;
pub(crate) mod organisations;
