//! What is asked for, and what comes back.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::SafeUrl;

/// A credential that cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a credential.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The credential itself, for a header.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What an answer said of its version, to be sent with the next request (RFC 9110 §8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub etag: Option<String>,
    /// `Last-Modified`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// The field of a request that its credential stands in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CredentialField {
    /// `Authorization` (RFC 9110 §11.6.2).
    #[default]
    Authorization,
    /// `X-Esri-Authorization`, which `ArcGIS` also reads where a web server before it keeps `Authorization` to itself.
    XEsriAuthorization,
}

/// A JSON document to send, with the fields of the header that say what it is and who sent it.
#[derive(Clone)]
pub struct JsonPost {
    /// The document.
    pub body: String,
    /// Fields, by their names in small letters.
    pub fields: Vec<(&'static str, String)>,
}

/// A GET request, or a POST of a form or of a JSON document.
#[derive(Clone)]
pub struct Request {
    /// Address; a user and password in it are sent as basic credentials.
    pub url: Url,
    /// `Accept`.
    pub accept: &'static str,
    /// Credential, sent to the host of `url` alone.
    pub authorization: Option<Secret>,
    /// Where the credential stands.
    pub credential_field: CredentialField,
    /// Fields of a form, as `application/x-www-form-urlencoded`. The request is a POST then, and sent once: it is neither
    /// tried again nor led on by a redirect, as nobody knows what it did already and who would read it next.
    pub form: Option<Secret>,
    /// A JSON document. The request is a POST then, too, and is sent as a form is.
    pub json: Option<JsonPost>,
    /// Validators of the copy that we have: the answer may then be [`Fetched::NotModified`].
    pub validators: Validators,
    /// Counts the requests that are sent for this one, redirects and retries included.
    pub sent: Option<Arc<AtomicU64>>,
    /// Whether a log may tell its host and no more: the rest of its address and what the server says may hold names that are
    /// secret.
    pub confidential: bool,
}

impl Request {
    /// A plain request for `url`.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            accept: "*/*",
            authorization: None,
            credential_field: CredentialField::default(),
            form: None,
            json: None,
            validators: Validators::default(),
            sent: None,
            confidential: false,
        }
    }

    /// Whether something is sent with it, which is sent once.
    pub(crate) fn is_post(&self) -> bool {
        self.form.is_some() || self.json.is_some()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("url", &SafeUrl::new(&self.url))
            .field("accept", &self.accept)
            .field("authorization", &self.authorization)
            .field("validators", &self.validators)
            .finish_non_exhaustive()
    }
}

/// An answer of status 2xx; `B` is [`bytes::Bytes`] in memory, or a file that has no name any more.
#[derive(Debug)]
pub struct Answer<B> {
    /// Where it came from, after redirects.
    pub url: SafeUrl,
    /// Redirects on the way.
    pub redirects: u32,
    /// `Date`: when the host answered, by its own clock (RFC 9110 §6.6.1).
    pub answered: Option<SystemTime>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// Each field `X-Robots-Tag`.
    pub robots_tags: Vec<String>,
    /// Each field `Link` (RFC 8288).
    pub links: Vec<String>,
    /// What to send with the next request for the same.
    pub validators: Validators,
    /// Decoded bytes.
    pub length: u64,
    /// The body, unpacked.
    pub body: B,
}

/// What came of a request.
#[derive(Debug)]
pub enum Fetched<B> {
    /// A body.
    Fresh(Answer<B>),
    /// What we have is still right (304); only after a request with validators.
    NotModified,
}
