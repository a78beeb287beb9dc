//! Addresses as they are shown: without the name and password that some of them carry.

use url::Url;

/// The address without its user information (RFC 3986 §3.2.1); anything that is no address stays as it is.
pub(crate) fn without_user_information(address: &str) -> String {
    let Ok(mut url) = Url::parse(address.trim()) else { return address.to_owned() };
    if url.username().is_empty() && url.password().is_none() {
        return address.to_owned();
    }
    let stripped = url.set_username("").is_ok() && url.set_password(None).is_ok();
    // An address that keeps its password is not shown.
    if stripped { url.to_string() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        assert_eq!(without_user_information("https://user:pw@example.org/a?b=c"), "https://example.org/a?b=c");
        assert_eq!(without_user_information("sftp://user@example.org/a"), "sftp://example.org/a");
        for kept in ["https://example.org/a b", "mailto:data@example.org", "shelf 3, room 4"] {
            assert_eq!(without_user_information(kept), kept);
        }
    }
}
