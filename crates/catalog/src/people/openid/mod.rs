//! Signing in by OpenID Connect: the authorization code flow with PKCE, a state and a nonce (OpenID Connect Core 1.0 §3.1).
//!
//! What a provider answers is hostile until it is checked: it is fetched by the guarded client, of any length and signature is
//! refused, and says nothing about who may sign in here. That is decided in [`admission`].

mod admission;
mod answers;
mod providers;

use cairn_store::SignInRow;
use jiff::{SignedDuration, Timestamp};
use url::Url;

pub use providers::{IdentityProvider, Newcomers};

use super::IssuedSession;
use crate::secrets::{hash, new_secret};
use crate::{Catalog, CatalogError};

/// How long somebody may take at a provider.
const LASTS: SignedDuration = SignedDuration::from_mins(10);

/// A sign-in that begins at a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct BegunSignIn {
    /// Where the browser goes.
    pub address: Url,
    /// What the browser keeps until it comes back: nobody else can end what it began.
    pub state: String,
}

/// What a browser comes back with.
#[derive(Clone, PartialEq, Eq)]
pub struct ReturnedSignIn {
    /// `state`, which is what the browser kept, too.
    pub state: String,
    /// `code`.
    pub code: String,
    /// `iss` (RFC 9207), where the provider says it.
    pub issuer: Option<String>,
}

impl Catalog {
    /// The providers at which people can sign in: id and title.
    pub fn identity_providers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.providers().iter().map(|provider| (provider.id.as_str(), provider.title.as_str()))
    }

    fn provider(&self, id: &str) -> Result<&IdentityProvider, CatalogError> {
        let found = self.providers().iter().find(|provider| provider.id == id);
        found.ok_or(CatalogError::NotFound("identity provider"))
    }

    /// Begins a sign-in at a provider. `redirect` is the address of this server to which the provider sends people back, and
    /// `return_to` where they go on here.
    ///
    /// # Errors
    /// `NotFound`; `ProviderUnavailable` when the provider does not answer as one.
    pub async fn begin_sign_in(
        &self,
        provider: &str,
        redirect: &Url,
        return_to: &str,
        now: Timestamp,
    ) -> Result<BegunSignIn, CatalogError> {
        let provider = self.provider(provider)?;
        let (state, nonce) = (new_secret("")?, new_secret("")?);
        let (address, verifier) = answers::authorization(provider, self.fetcher(), redirect, &state, &nonce).await?;
        let row = SignInRow {
            hash: hash(&state),
            provider: provider.id.clone(),
            nonce,
            verifier,
            return_to: return_to.to_owned(),
            expires: now.saturating_add(LASTS).unwrap_or(Timestamp::MAX),
        };
        self.store().put_sign_in(row, now).await?;
        Ok(BegunSignIn { address, state })
    }

    /// Ends a sign-in at a provider: a session, and where the person goes on.
    ///
    /// # Errors
    /// `BadRequest` for a sign-in that nobody began, or long ago; `ProviderUnavailable` for an answer that cannot be believed;
    /// `Forbidden` for somebody who has no account here and is not invited.
    pub async fn finish_sign_in(
        &self,
        provider: &str,
        redirect: &Url,
        returned: &ReturnedSignIn,
        now: Timestamp,
    ) -> Result<(IssuedSession, String), CatalogError> {
        let provider = self.provider(provider)?;
        let unknown =
            || CatalogError::BadRequest("This sign-in has ended, or never began here: begin it again.".to_owned());
        let begun = self.store().take_sign_in(&hash(&returned.state), now).await?;
        let begun = begun.filter(|begun| begun.provider == provider.id).ok_or_else(unknown)?;
        if returned.issuer.as_ref().is_some_and(|issuer| *issuer != provider.issuer.as_str()) {
            return Err(unknown());
        }
        let said = answers::claims(provider, self.fetcher(), redirect, &returned.code, &begun).await?;
        let person = self.admit(provider, said, now).await?;
        Ok((self.begin_session(&person, now).await?, begun.return_to))
    }
}
