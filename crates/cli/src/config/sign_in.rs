//! `[sign_in]`: where people can sign in beside their password here.

use std::path::{Path, PathBuf};

use cairn_catalog::{IdentityProvider, Newcomers};
use cairn_fetch::Secret;
use cairn_policy::Role;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;

/// `[sign_in]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SignIn {
    /// Providers of OpenID Connect.
    pub(crate) providers: Vec<Provider>,
}

/// `[[sign_in.providers]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// Stands in addresses.
    id: String,
    /// What the button says.
    title: String,
    /// Issuer, as the provider writes it.
    issuer: String,
    /// Our name there.
    client_id: String,
    /// File that holds our password there.
    #[serde(default)]
    client_secret_file: Option<PathBuf>,
    /// Environment variable that holds it.
    #[serde(default)]
    client_secret_env: Option<String>,
    /// What is asked for beside `openid`.
    #[serde(default = "usual_scopes")]
    scopes: Vec<String>,
    /// Whether it may lie at a private address or an unusual port.
    #[serde(default)]
    allow_private: bool,
    /// Mail domains whose people get an account without an invitation.
    #[serde(default)]
    domains: Vec<String>,
    /// Organisation of those, by id or name.
    #[serde(default)]
    organisation: Option<String>,
    /// Role of those.
    #[serde(default)]
    role: Option<Role>,
}

fn usual_scopes() -> Vec<String> {
    ["email", "profile"].map(str::to_owned).to_vec()
}

impl SignIn {
    /// The providers, with their secrets; `main` is the main file.
    pub(crate) fn providers(&self, main: &Path) -> Result<Vec<IdentityProvider>, Failure> {
        for (place, provider) in self.providers.iter().enumerate() {
            if self.providers[..place].iter().any(|other| other.id == provider.id) {
                return Err(Failure::usage(format!("two sign_in.providers have the id {}", provider.id)));
            }
        }
        let read = |provider: &Provider| {
            provider.read(main).map_err(|failure| Failure {
                error: failure.error.context(format!("sign_in.providers: {}", provider.id)),
                ..failure
            })
        };
        self.providers.iter().map(read).collect()
    }
}

impl Provider {
    fn read(&self, main: &Path) -> Result<IdentityProvider, Failure> {
        let is_id = !self.id.is_empty()
            && self.id.bytes().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'-');
        if !is_id {
            return Err(Failure::usage("`id` is of small letters, digits and hyphens"));
        }
        let newcomers = match (self.domains.is_empty(), &self.organisation, self.role) {
            (true, None, None) => None,
            (false, Some(organisation), Some(role)) if role != Role::Administrator => Some(Newcomers {
                domains: self.domains.iter().map(|domain| domain.to_lowercase()).collect(),
                organisation: organisation.clone(),
                role,
            }),
            (false, Some(_), Some(_)) => {
                return Err(Failure::usage(
                    "nobody becomes an administrator without an invitation: give another `role`",
                ));
            }
            _ => {
                return Err(Failure::usage("`domains`, `organisation` and `role` are given together, or none of them"));
            }
        };
        Ok(IdentityProvider {
            id: self.id.clone(),
            title: self.title.clone(),
            issuer: IdentityProvider::issuer(&self.issuer, self.allow_private)?,
            client_id: self.client_id.clone(),
            client_secret: self.secret(main)?,
            scopes: self.scopes.clone(),
            allow_private: self.allow_private,
            newcomers,
        })
    }

    fn secret(&self, main: &Path) -> Result<Option<Secret>, Failure> {
        let text = match (&self.client_secret_file, &self.client_secret_env) {
            (None, None) => return Ok(None),
            (Some(file), None) => {
                let path = main.parent().unwrap_or(Path::new(".")).join(file);
                std::fs::read_to_string(&path)
                    .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?
            }
            (None, Some(variable)) => std::env::var(variable)
                .map_err(|_| Failure::usage(format!("the variable {variable} of `client_secret_env` is not set")))?,
            (Some(_), Some(_)) => {
                return Err(Failure::usage("give `client_secret_file` or `client_secret_env`, and not both"));
            }
        };
        Ok(Some(Secret::new(text.trim())))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const WHOLE: &str =
        "id = \"ministry\"\ntitle = \"Ministry\"\nissuer = \"https://id.example\"\nclient_id = \"cairn\"\n";

    fn read(more: &str) -> Result<IdentityProvider, String> {
        let provider: Provider = toml::from_str(&format!("{WHOLE}{more}")).map_err(|error| error.to_string())?;
        let sign_in = SignIn { providers: vec![provider] };
        let mut providers =
            sign_in.providers(Path::new("cairn.toml")).map_err(|failure| format!("{:#}", failure.error))?;
        Ok(providers.remove(0))
    }

    #[test]
    fn a_provider_needs_little_and_is_asked_for_the_address_and_the_name() {
        let provider = read("").unwrap();
        assert_eq!(
            (provider.scopes.join(" "), provider.newcomers, provider.allow_private),
            ("email profile".to_owned(), None, false)
        );
        assert!(provider.client_secret.is_none());
        let newcomers =
            read("domains = [\"MOH.example\"]\norganisation = \"Ministry\"\nrole = \"reader\"\n").unwrap().newcomers;
        assert_eq!(newcomers.unwrap().domains, ["moh.example"]);
    }

    #[test]
    fn what_is_wrong_with_a_provider_is_said() {
        for (more, said) in [
            ("client_secret = \"x\"", "unknown field `client_secret`"),
            ("client_secret_file = \"a\"\nclient_secret_env = \"B\"", "and not both"),
            ("client_secret_file = \"no-such-file\"", "cannot read no-such-file"),
            ("domains = [\"moh.example\"]", "are given together"),
            (
                "domains = [\"a.example\"]\norganisation = \"A\"\nrole = \"administrator\"",
                "nobody becomes an administrator",
            ),
            ("role = \"king\"", "unknown variant `king`"),
        ] {
            let error = read(more).unwrap_err();
            assert!(error.contains(said), "{more}: {error}");
        }
        let plain = WHOLE.replace("https", "http");
        let provider: Provider = toml::from_str(&plain).unwrap();
        let error = SignIn { providers: vec![provider] }.providers(Path::new("cairn.toml")).unwrap_err();
        assert!(format!("{:#}", error.error).contains("must begin with https://"), "{:#}", error.error);
    }
}
