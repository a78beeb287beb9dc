//! Providers of OpenID Connect, as the operator configured them.

use cairn_fetch::Secret;
use cairn_policy::Role;
use openidconnect::IssuerUrl;

use crate::CatalogError;

/// A provider at which people can sign in.
#[derive(Debug, Clone)]
pub struct IdentityProvider {
    /// Id, which stands in addresses.
    pub id: String,
    /// What the button says.
    pub title: String,
    /// Issuer, as the provider writes it.
    pub issuer: IssuerUrl,
    /// Our name there.
    pub client_id: String,
    /// Our password there; none for a public client.
    pub client_secret: Option<Secret>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Whether it may lie at a private address or an unusual port.
    pub allow_private: bool,
    /// Who gets an account without an invitation.
    pub newcomers: Option<Newcomers>,
}

/// People who get an account because their verified mail address lies in a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomers {
    /// Domains, in lower case; those below them do not count.
    pub domains: Vec<String>,
    /// Organisation, by id or name.
    pub organisation: String,
    /// Role.
    pub role: Role,
}

impl IdentityProvider {
    /// Reads the address of an issuer: https, or http where it may lie at a private address.
    ///
    /// # Errors
    /// `Configuration`.
    pub fn issuer(text: &str, allow_private: bool) -> Result<IssuerUrl, CatalogError> {
        let wrong = |why: &str| CatalogError::Configuration(format!("issuer: `{text}` {why}"));
        let issuer = IssuerUrl::new(text.to_owned()).map_err(|_| wrong("is no address"))?;
        match issuer.url().scheme() {
            "https" => Ok(issuer),
            "http" if allow_private => Ok(issuer),
            _ => Err(wrong("must begin with https:// (http:// with allow_private)")),
        }
    }
}
