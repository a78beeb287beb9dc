//! Who is to know of what an organisation registers.

use serde::{Deserialize, Serialize};

use crate::Sharing;
use crate::check::Check;

/// Who is to know of something, beside the organisation that owns it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Audience {
    /// How far it may go. `closed` is no audience here: what nobody else learns of need not be registered.
    pub sharing: Sharing,
    /// Of `restricted`: ids of groups whose members may know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Of `restricted`: ids of organisations that may know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<String>,
}

impl Default for Audience {
    /// The people of the owner alone: what nobody opened is closed.
    fn default() -> Self {
        Self { sharing: Sharing::Organisation, groups: Vec::new(), organisations: Vec::new() }
    }
}

impl Audience {
    /// Anyone who is signed in.
    pub fn community() -> Self {
        Self { sharing: Sharing::Community, ..Self::default() }
    }

    pub(crate) fn check(&self, field: &str, check: &mut Check<'_>) {
        check.ids(&format!("{field}.groups"), &self.groups);
        check.ids(&format!("{field}.organisations"), &self.organisations);
        let names_some = !self.groups.is_empty() || !self.organisations.is_empty();
        check.rule(
            names_some == (self.sharing == Sharing::Restricted),
            "audience-of-whom",
            &format!("{field}.sharing"),
            "`restricted`, and nothing else, names the `groups` or `organisations` that may know of it",
        );
        check.rule(
            self.sharing != Sharing::Closed,
            "audience-closed",
            &format!("{field}.sharing"),
            "it is one of: public, community, restricted, organisation",
        );
    }
}
