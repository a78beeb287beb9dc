//! The credential of a source: where it is kept, and in which field it is sent.

use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cairn_fetch::{CredentialField, Secret};
use serde::Deserialize;

use super::SourceConfig;
use crate::HarvestError;

/// Where the credential of a source is kept; it never stands in the configuration itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Credentials {
    /// File whose first line is the token, relative to the configuration.
    pub token_file: Option<PathBuf>,
    /// Environment variable that holds the token.
    pub token_env: Option<String>,
    /// The word before the token in `Authorization` (RFC 9110 §11.6.2); `Bearer` for another Cairn and for `ArcGIS`, and none
    /// for the other kinds where nothing is said, as CKAN wants it. With `Basic` the token is `user:password` as people write
    /// it, or as RFC 7617 §2 encodes it.
    pub scheme: Option<String>,
}

impl SourceConfig {
    /// Whether it names a token.
    pub(crate) fn has_credential(&self) -> bool {
        self.credentials.token_file.is_some() || self.credentials.token_env.is_some()
    }

    /// The field that its token is sent in.
    pub(crate) fn credential_field(&self) -> CredentialField {
        if self.asks_arcgis() { CredentialField::XEsriAuthorization } else { CredentialField::Authorization }
    }

    /// The token of the source, read where the configuration says.
    pub(crate) fn token(&self) -> Result<Option<Secret>, HarvestError> {
        let text = if let Some(file) = &self.credentials.token_file {
            std::fs::read_to_string(self.base.join(file))
                .map_err(|error| self.refuse(format!("`token_file` cannot be read: {error}")))?
        } else if let Some(variable) = &self.credentials.token_env {
            std::env::var(variable).map_err(|_| self.refuse(format!("the variable {variable} is not set")))?
        } else {
            return Ok(None);
        };
        match text.lines().next().map(str::trim) {
            Some(token) if !token.is_empty() => {
                let usual = if self.kind == "cairn" || self.asks_arcgis() { "Bearer" } else { "" };
                let scheme = self.credentials.scheme.as_deref().unwrap_or(usual).trim();
                // No Base64 has a colon, so what has one is not encoded yet.
                let token = if scheme.eq_ignore_ascii_case("basic") && token.contains(':') {
                    BASE64_STANDARD.encode(token)
                } else {
                    token.to_owned()
                };
                Ok(Some(Secret::new(format!("{scheme} {token}").trim_start())))
            }
            _ => Err(self.refuse("the token is empty".to_owned())),
        }
    }
}
