//! Links that leave the server, by the address under which others reach it and never by what a request says of its host.

/// The page on which an invitation is accepted.
pub fn invitation(public_url: &str, secret: &str) -> String {
    format!("{}/invitation/{secret}", public_url.trim_end_matches('/'))
}
