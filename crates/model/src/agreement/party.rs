//! The parties of an agreement, each in its role.

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::terms::coded;

coded! {
    /// What a party does in an agreement. A role bounds what its holder can do: only providers grant, only users receive for
    /// themselves, and intermediaries pass on to users.
    PartyRole {
        /// Owns records and grants access to their data.
        Provider = "provider",
        /// Receives data and uses it.
        User = "user",
        /// Passes data from providers to users; uses nothing itself.
        Intermediary = "intermediary",
        /// Looks after records on behalf of their owner, and grants access in its name.
        Steward = "steward",
    }
}

/// A party: an organisation or a group, in one role.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Party {
    /// Id of the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Id of the group, of which every member is meant (`cluster:HEA`, a named collaborative).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What it does.
    pub role: PartyRole,
    /// For a steward: id of the organisation in whose name it grants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

impl Party {
    /// An organisation in a role.
    pub fn organisation(id: &str, role: PartyRole) -> Self {
        Self { organisation: Some(id.to_owned()), group: None, role, on_behalf_of: None }
    }

    /// The members of a group in a role.
    pub fn group(id: &str, role: PartyRole) -> Self {
        Self { organisation: None, group: Some(id.to_owned()), role, on_behalf_of: None }
    }

    /// An organisation that looks after the records of another.
    pub fn steward(id: &str, owner: &str) -> Self {
        Self { on_behalf_of: Some(owner.to_owned()), ..Self::organisation(id, PartyRole::Steward) }
    }

    pub(super) fn check(&self, field: &str, check: &mut Check<'_>) {
        check.rule(
            self.organisation.is_some() != self.group.is_some(),
            "party-not-one",
            field,
            "a party is either an `organisation` or a `group`",
        );
        for (name, id) in
            [("organisation", &self.organisation), ("group", &self.group), ("on_behalf_of", &self.on_behalf_of)]
        {
            if let Some(id) = id {
                check.id(&format!("{field}.{name}"), id);
            }
        }
        let speaks_for_records = match self.role {
            PartyRole::Provider | PartyRole::Steward => true,
            PartyRole::User | PartyRole::Intermediary => false,
        };
        check.rule(
            !speaks_for_records || self.group.is_none(),
            "group-cannot-grant",
            &format!("{field}.role"),
            "a group is a `user` or an `intermediary`: records belong to organisations",
        );
        check.rule(
            self.on_behalf_of.is_some() == (self.role == PartyRole::Steward),
            "steward-of-whom",
            &format!("{field}.on_behalf_of"),
            "a `steward`, and nobody else, names the organisation in whose name it grants",
        );
    }
}
