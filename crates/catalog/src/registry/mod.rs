//! What people register and agree on beside records. Each kind is a file; what they have in common is [`entries`].

mod entries;
mod gaps;
mod groups;
mod matches;
mod needs;
mod organisations;

pub use entries::{EntryPage, Paging, Registered};
pub use gaps::{GapAxes, GapCell, GapCounts, GapReport};
pub use groups::Group;
pub use matches::{AnsweredNeed, NeedMatch};
pub use needs::{Need, NeedEnd, NeedFilter, NeedPage};
pub use organisations::RegisteredOrganisation;

pub(crate) use entries::{Change, EntryBody, Write};
