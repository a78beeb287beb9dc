//! Why a request failed, and whether it is worth trying again later.

use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;

use crate::{AddressClass, SafeUrl};

/// Why an address may not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Block {
    /// Neither http nor https.
    #[error("only http and https are fetched, not {0}")]
    Scheme(String),
    /// A port that is neither 80 nor 443.
    #[error("port {0} is not fetched from")]
    Port(u16),
    /// An address outside the public internet.
    #[error("it leads to {0}")]
    Address(AddressClass),
    /// No host at all.
    #[error("it names no host")]
    Host,
}

impl Block {
    /// Stable class for programs: `scheme`, `port`, `blocked_address`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Scheme(_) => "scheme",
            Self::Port(_) => "port",
            Self::Address(_) | Self::Host => "blocked_address",
        }
    }
}

/// The part of a request that took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Stage {
    /// Name, connection, TLS and the head of the answer.
    #[error("the head of the answer")]
    Head,
    /// The next bytes of the body.
    #[error("the next bytes of the body")]
    Idle,
    /// The whole body.
    #[error("the whole body")]
    Whole,
}

/// A limit that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Limit {
    /// Bytes of the decoded body.
    #[error("more than {0} bytes")]
    Bytes(u64),
    /// Decoded bytes to encoded bytes.
    #[error("a body that unpacks to more than {0} times its size")]
    Ratio(u32),
    /// Bytes of the header.
    #[error("a header of more than {0} bytes")]
    Header(usize),
}

/// Why a request failed. Messages hold no credentials and no content; addresses are masked.
#[derive(Debug, Clone, Error)]
pub enum FetchError {
    /// The address may not be fetched: nothing was sent to it.
    #[error("{url} is refused: {block}")]
    Blocked {
        /// Address.
        url: SafeUrl,
        /// Why.
        block: Block,
    },
    /// A redirect that is not followed.
    #[error("{url} sends elsewhere, which is not followed: {reason}")]
    Redirect {
        /// Address that redirects.
        url: SafeUrl,
        /// Why it is not followed.
        reason: String,
    },
    /// Something took too long.
    #[error("{url} took too long: {stage} did not come within {limit:?}")]
    Timeout {
        /// Address.
        url: SafeUrl,
        /// Which part.
        stage: Stage,
        /// After how long.
        limit: Duration,
    },
    /// The host is not known, or does not let us connect.
    #[error("{url} cannot be reached: {reason}")]
    Connect {
        /// Address.
        url: SafeUrl,
        /// What happened.
        reason: String,
    },
    /// The host cannot prove who it is, or speaks no TLS that we accept.
    #[error("{url} has no valid certificate or TLS: {reason}")]
    Tls {
        /// Address.
        url: SafeUrl,
        /// What is wrong.
        reason: String,
    },
    /// An answer with another status than 2xx, after all retries.
    #[error("{url} answers with status {status}")]
    Status {
        /// Address.
        url: SafeUrl,
        /// HTTP status.
        status: u16,
        /// The first 4 KiB of the body, for dialects that explain themselves there.
        body: Bytes,
    },
    /// The host asks to wait for longer than a request may.
    #[error("{url} asks to wait for {wait:?}, longer than we wait")]
    Later {
        /// Address.
        url: SafeUrl,
        /// For how long.
        wait: Duration,
    },
    /// A limit was reached.
    #[error("{url} sends {limit}")]
    TooLarge {
        /// Address.
        url: SafeUrl,
        /// Which limit.
        limit: Limit,
    },
    /// The body ended early, is longer than announced, or its packing is broken.
    #[error("{url} sent a body that is not whole: {reason}")]
    Truncated {
        /// Address.
        url: SafeUrl,
        /// What is wrong with it.
        reason: String,
    },
    /// The body is packed in a way that we did not ask for.
    #[error("{url} packs its body as {encoding}, which was not asked for")]
    Encoding {
        /// Address.
        url: SafeUrl,
        /// `Content-Encoding`.
        encoding: String,
    },
    /// The answer is no HTTP.
    #[error("{url} does not speak HTTP properly: {reason}")]
    Protocol {
        /// Address.
        url: SafeUrl,
        /// What is wrong.
        reason: String,
    },
    /// Whoever counts the requests of this source allows no further one for now: nothing was sent.
    #[error("{url} is not asked: {reason}")]
    NotAllowed {
        /// Address.
        url: SafeUrl,
        /// Why.
        reason: String,
    },
    /// Something on this machine: the temporary file, the task.
    #[error("{url} could not be taken in: {reason}")]
    Local {
        /// Address.
        url: SafeUrl,
        /// What happened.
        reason: String,
    },
}

impl FetchError {
    /// Whether the same request may work later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Timeout { .. }
            | Self::Connect { .. }
            | Self::Later { .. }
            | Self::Truncated { .. }
            | Self::Protocol { .. } => true,
            Self::Status { status, .. } => is_temporary_status(*status),
            Self::Blocked { .. }
            | Self::Redirect { .. }
            | Self::Tls { .. }
            | Self::TooLarge { .. }
            | Self::Encoding { .. }
            | Self::NotAllowed { .. }
            | Self::Local { .. } => false,
        }
    }

    /// The address, without credentials.
    pub fn url(&self) -> &SafeUrl {
        match self {
            Self::Blocked { url, .. }
            | Self::Redirect { url, .. }
            | Self::Timeout { url, .. }
            | Self::Connect { url, .. }
            | Self::Tls { url, .. }
            | Self::Status { url, .. }
            | Self::Later { url, .. }
            | Self::TooLarge { url, .. }
            | Self::Truncated { url, .. }
            | Self::Encoding { url, .. }
            | Self::Protocol { url, .. }
            | Self::NotAllowed { url, .. }
            | Self::Local { url, .. } => url,
        }
    }
}

/// Statuses that are tried again: the request came too late, too early or too often, or the server is in trouble.
pub(crate) fn is_temporary_status(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}
