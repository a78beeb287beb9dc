//! What happens around every handler.

/// Whether an address is a probe of the machine that runs the server: never limited, shed or kept.
pub(crate) fn is_probe(path: &str) -> bool {
    path.starts_with("/health/")
}

mod attempts;
pub(crate) mod caching;
pub(crate) mod clients;
pub(crate) mod failures;
pub(crate) mod headers;
pub(crate) mod load;
pub(crate) mod moved;
pub(crate) mod sessions;
pub(crate) mod time;
pub(crate) mod tokens;
