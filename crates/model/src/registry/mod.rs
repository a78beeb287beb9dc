//! What people register and agree on beside records: organisations, groups, needs, and who is to know of them.
//!
//! Each kind has a type of what a client sends, which refuses what it does not know, with its check. Ids, owners, versions
//! and states are no part of it: the catalogue sets them.

mod audience;
mod group;
mod need;
mod organisation;

pub use audience::Audience;
pub use group::{GroupKind, GroupProfile};
pub use need::{Beneficiaries, Disaggregation, NeedAsk, NeedMet, NeedPeriod, NeedState, NeedStatement, NeedWithdrawal};
pub use organisation::OrganisationProfile;
