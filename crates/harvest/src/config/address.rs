//! Where a source is: the address as it is written, the file or address that it means, and the portal behind it.

use std::fmt;
use std::path::PathBuf;

use cairn_fetch::without_credentials;
use serde::Deserialize;
use url::Url;

use super::SourceConfig;
use crate::HarvestError;
use crate::plain_address::of_document;

/// The address of a source as it is written. It may hold credentials, so it prints without them.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SourceAddress(pub(super) String);

impl fmt::Display for SourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&without_credentials(&self.0))
    }
}

impl fmt::Debug for SourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&without_credentials(&self.0), f)
    }
}

/// Where a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of this machine.
    File(PathBuf),
    /// An address, http or https.
    Web(Url),
}

impl SourceConfig {
    /// Where the source is.
    ///
    /// # Errors
    /// [`HarvestError::Configuration`]; not for a configuration that was read by this type's own functions.
    pub fn location(&self) -> Result<Location, HarvestError> {
        self.find_location().map_err(|reason| self.refuse(reason))
    }

    pub(super) fn find_location(&self) -> Result<Location, String> {
        let address = self.url.0.trim();
        if let Some(path) = address.strip_prefix("file:") {
            if path.starts_with("//") {
                let url = Url::parse(address).map_err(|_| "`url` cannot be read as a file address".to_owned())?;
                let path = url.to_file_path().map_err(|()| "`url` names a file of another machine".to_owned())?;
                return Ok(Location::File(path));
            }
            if path.is_empty() {
                return Err("`url` names no file".to_owned());
            }
            return Ok(Location::File(self.base.join(path)));
        }
        let url = Url::parse(address)
            .map_err(|error| format!("`url` cannot be read: {error}; write http://…, https://… or file:PATH"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("`url` has the scheme {}; write http://…, https://… or file:PATH", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "`url` holds a user name or a password: put `user:password` into a file of its own, and name it in \
                        [credentials] as `token_file`, with `scheme = \"Basic\"`"
                    .to_owned(),
            );
        }
        Ok(Location::Web(url))
    }

    /// Whether it is read from a file.
    pub fn is_file(&self) -> bool {
        self.url.0.trim_start().starts_with("file:")
    }

    /// The address without credentials, if it is one of the web.
    pub(crate) fn web_address(&self) -> Option<String> {
        (!self.is_file()).then(|| self.display_url())
    }

    /// Puts `[parameters]` into an address, each in the place of whatever value it had.
    pub(crate) fn add_parameters(&self, url: &mut Url) {
        if self.parameters.is_empty() {
            return;
        }
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !self.parameters.contains_key(name.as_ref()))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(&self.parameters);
    }

    /// The address without credentials.
    pub fn display_url(&self) -> String {
        self.url.to_string()
    }

    /// The address for messages of a run: of one that holds data of mine action what leads to it, without a query.
    pub(crate) fn told_address(&self) -> String {
        match self.location() {
            Ok(Location::Web(mut url)) if self.holds_imsma() => {
                url.set_query(None);
                url.set_fragment(None);
                without_credentials(url.as_str())
            }
            _ => self.display_url(),
        }
    }

    /// Root of the portal, without credentials and final slash, for landing pages; `None` for a dump that names none.
    pub fn portal_root(&self) -> Option<String> {
        let address = self.portal.as_ref().map_or(self.url.0.as_str(), |portal| portal.0.as_str());
        let mut url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        if self.portal.is_none() && is_dump(&url) {
            return None;
        }
        let path = url.path();
        // People paste the address of the API as often as that of the portal.
        let root = path.find("/api/").map_or(path, |api| &path[..api]);
        let root = root.strip_suffix("/api").unwrap_or(root).trim_end_matches('/').to_owned();
        url.set_path(&root);
        Some(of_document(&url).as_str().trim_end_matches('/').to_owned())
    }
}

/// Whether an address is that of a file with a listing in it, not that of a portal.
pub(crate) fn is_dump(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".json", ".jsonl", ".ndjson", ".gz"].iter().any(|ending| path.ends_with(ending))
}
