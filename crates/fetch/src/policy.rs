//! What a fetcher and a single request may do.

use std::path::PathBuf;
use std::time::Duration;

/// What one source may do and how much it may send. Each source has its own.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchPolicy {
    /// Whether addresses outside the public internet and ports other than 80 and 443 may be fetched.
    pub allow_private: bool,
    /// Requests a second to one host; 0 or less for no limit.
    pub requests_per_second: f64,
    /// Largest decoded body in bytes.
    pub max_bytes: u64,
    /// Largest ratio of decoded to encoded bytes.
    pub max_ratio: u32,
    /// Tries of one request, the first included.
    pub max_tries: u32,
}

impl Default for FetchPolicy {
    fn default() -> Self {
        Self {
            allow_private: false,
            requests_per_second: 5.0,
            max_bytes: 64 * 1024 * 1024,
            max_ratio: 200,
            max_tries: 6,
        }
    }
}

/// How long each part of a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To resolve the name, connect and agree on TLS.
    pub connect: Duration,
    /// From there to the end of the header.
    pub header: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// A whole answer that is kept in memory.
    pub page: Duration,
    /// A whole answer that is written to a file.
    pub download: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            header: Duration::from_secs(15),
            idle: Duration::from_secs(30),
            page: Duration::from_mins(2),
            download: Duration::from_hours(1),
        }
    }
}

/// How long to wait between two tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryRule {
    /// The first wait is a random time up to this; each further one up to twice the one before.
    pub base: Duration,
    /// No wait of ours is longer.
    pub longest_backoff: Duration,
    /// A host that asks for a longer wait is given up for now.
    pub longest_wait: Duration,
}

impl Default for RetryRule {
    fn default() -> Self {
        Self {
            base: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(30),
            longest_wait: Duration::from_mins(15),
        }
    }
}

/// Settings of a process's fetcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetcherSettings {
    /// Whom to ask about our requests (address or mail), put into `User-Agent`; nothing when empty.
    pub contact: String,
    /// Certificates (PEM) to trust beside the bundled roots.
    pub ca_bundle: Option<PathBuf>,
    /// Requests to one host at the same time.
    pub per_host: usize,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Waits between tries.
    pub retry: RetryRule,
}

impl Default for FetcherSettings {
    fn default() -> Self {
        Self {
            contact: String::new(),
            ca_bundle: None,
            per_host: 2,
            timeouts: Timeouts::default(),
            retry: RetryRule::default(),
        }
    }
}
