//! People: who is invited, who signs in, and who looks after their accounts.
//!
//! Nothing of it stands in the index, in a feed or in an export. Mail addresses are told to those who look after the account
//! and to its owner; the log of acts names a person by id.

mod accounts;
mod attempts;
mod email;
mod invitations;
mod openid;
mod passwords;
mod personal_tokens;
mod sessions;
mod sign_in;

use cairn_policy::{Role, Viewer};
use cairn_store::{PersonRow, StoreError};
use jiff::Timestamp;

pub use accounts::{PeoplePage, PersonUpdate};
pub use invitations::{AcceptedInvitation, Invitation, InvitationRequest, IssuedInvitation};
pub use openid::{BegunSignIn, IdentityProvider, Newcomers, ReturnedSignIn};
pub use passwords::PasswordCost;
pub use personal_tokens::PersonalTokenRequest;
pub use sessions::{IssuedSession, SignedIn};

pub(crate) use passwords::Passwords;

use crate::{Catalog, CatalogError};

/// How people sign in.
#[derive(Debug, Clone, Default)]
pub struct SignInSettings {
    /// What the hash of a password costs.
    pub password_cost: PasswordCost,
    /// Where else people can sign in.
    pub providers: Vec<IdentityProvider>,
}

/// A person, as a viewer may know of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Id, which the log of acts names.
    pub id: String,
    /// How they want to be called.
    pub name: String,
    /// Organisation id.
    pub organisation: String,
    /// Role in it.
    pub role: Role,
    /// When the account was closed.
    pub closed: Option<Timestamp>,
    /// What only they themselves and those who look after their account are told.
    pub private: Option<PrivateParts>,
}

/// What is not for everybody in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateParts {
    /// Mail address.
    pub email: String,
    /// When the account was made.
    pub created: Timestamp,
    /// Beginning of the day of UTC on which they signed in last.
    pub signed_in: Option<Timestamp>,
    /// Whether there is a password: who came from a provider has none.
    pub has_password: bool,
}

/// A person as `viewer` may know of them; `None` when they may not.
fn seen(row: PersonRow, viewer: &Viewer) -> Result<Option<Person>, CatalogError> {
    let looks_after = viewer.administers() || viewer.stewards(&row.organisation);
    let is_self = viewer.person() == Some(row.id.as_str());
    let is_colleague = viewer.organisation() == Some(row.organisation.as_str());
    // Colleagues are told of those who are there now.
    if !(looks_after || is_self || is_colleague && row.closed.is_none()) {
        return Ok(None);
    }
    let person = whole(row)?;
    let private = person.private.filter(|_| looks_after || is_self);
    Ok(Some(Person { private, ..person }))
}

/// A person with everything that their owner is told.
fn whole(row: PersonRow) -> Result<Person, CatalogError> {
    let role = role_of(&row)?;
    let PersonRow { id, email, name, organisation, role: _, password, created, closed, signed_in } = row;
    let private = PrivateParts { email, created, signed_in, has_password: password.is_some() };
    Ok(Person { id, name, organisation, role, closed, private: Some(private) })
}

/// The role of an account, as the store keeps it.
pub(crate) fn role_of(row: &PersonRow) -> Result<Role, CatalogError> {
    role(&row.role)
}

fn role(name: &str) -> Result<Role, CatalogError> {
    let damaged = || CatalogError::Store(StoreError::Damaged { reason: format!("there is no role `{name}`") });
    Role::from_name(name).ok_or_else(damaged)
}

/// Whether somebody may give `role` in an organisation, by an invitation or a change, or take it from somebody.
fn may_give(viewer: &Viewer, organisation: &str, role: Role) -> bool {
    viewer.administers() || viewer.stewards(organisation) && viewer.role().is_some_and(|own| own.includes(role))
}

impl Catalog {
    /// Somebody of an organisation, in its groups at this moment and in those that are named.
    pub(crate) async fn member(
        &self,
        organisation: &str,
        mut groups: Vec<String>,
        role: Role,
    ) -> Result<Viewer, CatalogError> {
        groups.extend(self.groups_of(organisation).await?);
        Ok(Viewer::member(organisation, &groups, role))
    }
}
