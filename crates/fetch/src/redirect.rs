//! Redirects: where the next hop goes, and whether the credentials go along (RFC 9110 §15.4).

use url::Url;

use crate::guard::check_url;
use crate::{FetchError, FetchPolicy, SafeUrl};

/// Redirects followed for one request.
pub(crate) const MAX_REDIRECTS: u32 = 5;

/// The next address of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) url: Url,
    /// Whether it is the host that the credentials belong to.
    pub(crate) same_host: bool,
}

/// Where a redirect from `from` to `location` leads.
///
/// Credentials in `location` come from the redirecting host and are thrown away; those of `from` go along to the same
/// host only. A redirect from https to http is refused: it would send in the clear what was asked for in secret.
pub(crate) fn next_hop(from: &Url, location: Option<&str>, policy: &FetchPolicy) -> Result<Hop, FetchError> {
    let refuse = |reason: &str| FetchError::Redirect { url: SafeUrl::new(from), reason: reason.to_owned() };
    let location = location.ok_or_else(|| refuse("it does not say where"))?;
    let mut url = from.join(location).map_err(|_| refuse("the address cannot be read"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse(&format!("to the scheme {}", url.scheme())));
    }
    if from.scheme() == "https" && url.scheme() == "http" {
        return Err(refuse("from https to http"));
    }
    check_url(&url, policy)?;
    let same_port = url.port_or_known_default() == from.port_or_known_default();
    let upgraded = from.scheme() == "http" && url.scheme() == "https" && from.port().is_none() && url.port().is_none();
    let same_host = url.host() == from.host() && (same_port || upgraded);
    let (username, password) = if same_host { (from.username(), from.password()) } else { ("", None) };
    // An http address with a host, which it is by now, takes both.
    let _ = url.set_username(username);
    let _ = url.set_password(password);
    Ok(Hop { url, same_host })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn hop(from: &str, location: &str) -> Result<(String, bool), String> {
        let from = Url::parse(from).unwrap();
        next_hop(&from, Some(location), &FetchPolicy::default())
            .map(|hop| (hop.url.to_string(), hop.same_host))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_redirect_into_a_private_network_is_refused_at_the_hop() {
        // A06.
        for location in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "//[::1]/",
            "http://[::ffff:7f00:1]/latest/meta-data",
            "http://169.254.169.254/latest/meta-data",
            "http://10.1.2.3/",
            "http://data.example:6379/",
        ] {
            let refused = hop("http://portal.example/api", location).unwrap_err();
            assert!(refused.contains("is refused"), "{location}: {refused}");
        }
    }

    #[test]
    fn a_redirect_to_another_scheme_or_back_to_plain_http_is_refused() {
        for location in ["file:///etc/passwd", "gopher://portal.example/", "ftp://portal.example/x", "data:,x"] {
            let refused = hop("http://portal.example/api", location).unwrap_err();
            assert!(refused.contains("to the scheme"), "{location}: {refused}");
        }
        let refused = hop("https://portal.example/api", "http://portal.example/api").unwrap_err();
        assert!(refused.ends_with("from https to http"), "{refused}");
        assert!(next_hop(&Url::parse("http://portal.example/").unwrap(), None, &FetchPolicy::default()).is_err());
    }

    #[test]
    fn credentials_stay_with_their_host() {
        // A07.
        let from = "http://user:pw@portal.example/api";
        let table = [
            ("/api/3", Ok(("http://user:pw@portal.example/api/3".to_owned(), true))),
            ("http://portal.example/b", Ok(("http://user:pw@portal.example/b".to_owned(), true))),
            ("https://portal.example/b", Ok(("https://user:pw@portal.example/b".to_owned(), true))),
            ("http://other.example/b", Ok(("http://other.example/b".to_owned(), false))),
            ("http://mallory:x@other.example/b", Ok(("http://other.example/b".to_owned(), false))),
            ("http://mallory:x@portal.example/b", Ok(("http://user:pw@portal.example/b".to_owned(), true))),
            ("http://portal.example:443/b", Ok(("http://portal.example:443/b".to_owned(), false))),
        ];
        for (location, expected) in table {
            assert_eq!(hop(from, location), expected, "{location}");
        }
    }
}
