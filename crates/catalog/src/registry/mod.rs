//! What people register and agree on beside records. Each kind is a file; what they have in common is [`entries`].

mod entries;
mod groups;
mod organisations;

pub use entries::{EntryPage, Paging, Registered};
pub use groups::Group;
pub use organisations::RegisteredOrganisation;

pub(crate) use entries::{Change, EntryBody, Write, new_id};
