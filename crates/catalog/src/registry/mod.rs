//! What people register and agree on beside records. Each kind is a file; what they have in common is [`entries`].

mod board;
mod entries;
mod gaps;
mod groups;
mod matches;
mod needs;
mod organisations;

pub use board::{NeedFilter, NeedPage};
pub use entries::{EntryPage, Paging, Registered};
pub use gaps::{GapAxes, GapCell, GapCounts, GapReport};
pub use groups::Group;
pub use matches::{AnsweredNeed, NeedMatch};
pub use needs::{Need, NeedEnd};
pub use organisations::RegisteredOrganisation;

pub(crate) use entries::{Change, EntryBody, Write};
