//! Who may sign in, of those whom a provider knows.

use cairn_store::{Acceptance, Identity, Invited, NewPerson};
use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;

use super::super::accounts::name_problem;
use super::super::email;
use super::answers::Said;
use super::providers::IdentityProvider;
use crate::registry::new_id;
use crate::{Catalog, CatalogError};

const NOT_INVITED: &str = "there is no account for you here, and no invitation to a mail address that your provider has \
                           verified: ask a steward of your organisation for one";

impl Catalog {
    /// The id of the person whom a provider vouches for. An identity that was seen before is its person. Otherwise all follows
    /// from the mail address, and from one that the provider has verified alone: the account that has it, an invitation to it,
    /// or a domain whose people are welcome.
    ///
    /// # Errors
    /// `Forbidden`, the same for who is unknown, closed, or has an address that nobody verified.
    pub(super) async fn admit(
        &self,
        provider: &IdentityProvider,
        said: Said,
        now: Timestamp,
    ) -> Result<String, CatalogError> {
        let identity = Identity { issuer: provider.issuer.to_string(), subject: said.subject };
        if let Some(person) = self.store().person_by_identity(&identity).await? {
            return Ok(person.id);
        }
        let verified = said.email.filter(|_| said.is_verified).and_then(|email| email::checked(&email).ok());
        let email = verified.ok_or(CatalogError::Forbidden(NOT_INVITED))?;
        if let Some(person) = self.store().person_by_email(&email).await? {
            let is_linked = self.store().link_identity(&person.id, identity, now).await?;
            return if is_linked { Ok(person.id) } else { Err(CatalogError::Forbidden(NOT_INVITED)) };
        }
        let name = name_of(said.name.as_deref(), &email);
        let acceptance =
            Acceptance { id: new_id(), name: name.clone(), password: None, identity: Some(identity.clone()), at: now };
        if let Some(person) = self.store().accept_invitation(Invited::ByEmail(&email), acceptance).await? {
            return Ok(person.id);
        }
        let newcomers = provider.newcomers.as_ref();
        let newcomers = newcomers.filter(|one| one.domains.iter().any(|domain| domain == email::domain(&email)));
        let newcomers = newcomers.ok_or(CatalogError::Forbidden(NOT_INVITED))?;
        let organisation = cairn_model::party::organisation_id(&newcomers.organisation);
        let (id, role) = (new_id(), newcomers.role.name().to_owned());
        let actor = format!("person:{id}");
        self.ensure_organisation(&actor, &organisation, &newcomers.organisation, now).await?;
        let person = NewPerson { id, email, name, organisation, role, identity, created: now };
        let person = self.store().put_person(person).await?;
        Ok(person.ok_or(CatalogError::Forbidden(NOT_INVITED))?.id)
    }
}

/// The name that a provider gives, or what stands before the `@`.
fn name_of(said: Option<&str>, email: &str) -> String {
    let said: String = said.unwrap_or_default().trim().nfc().collect();
    if name_problem(&said).is_none() {
        return said;
    }
    email.split('@').next().unwrap_or_default().to_owned()
}
