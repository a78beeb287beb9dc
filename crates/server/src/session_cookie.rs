//! The cookies by which a browser shows its session, and a sign-in that it began at a provider.

use axum::http::{HeaderMap, HeaderValue, header};
use url::Url;

/// Behind https: the prefix keeps other hosts and paths from setting it (RFC 6265bis §4.1.3.2).
const SECURE_NAME: &str = "__Host-cairn";
/// Where the server is reached without TLS, for tries on one machine.
const PLAIN_NAME: &str = "cairn";
/// The same, of a sign-in that is on its way to a provider and back.
const SECURE_STATE_NAME: &str = "__Host-cairn-sign-in";
const PLAIN_STATE_NAME: &str = "cairn-sign-in";
/// Seconds for which it is kept.
const STATE_SECONDS: u32 = 600;
/// Hexadecimal digits of the secret of a session.
const DIGITS: usize = 64;

/// How the cookie is called and sent, which follows from the address under which others reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionCookie {
    is_secure: bool,
}

impl SessionCookie {
    pub(crate) fn at(public_url: &str) -> Self {
        Self { is_secure: public_url.starts_with("https://") }
    }

    /// The secret of the session that a request shows. Anything that cannot be one is no session.
    pub(crate) fn secret(self, headers: &HeaderMap) -> Option<String> {
        secret(headers, self.name())
    }

    /// Sets the cookie, for as long as the browser is open.
    pub(crate) fn set(self, secret: &str) -> HeaderValue {
        self.header(self.name(), secret, "")
    }

    /// Takes the cookie away.
    pub(crate) fn clear(self) -> HeaderValue {
        self.header(self.name(), "", "; Max-Age=0")
    }

    /// The state of the sign-in that this browser began.
    pub(crate) fn state(self, headers: &HeaderMap) -> Option<String> {
        secret(headers, self.state_name())
    }

    /// Keeps the state of a sign-in that begins.
    pub(crate) fn set_state(self, state: &str) -> HeaderValue {
        self.header(self.state_name(), state, &format!("; Max-Age={STATE_SECONDS}"))
    }

    /// Forgets it.
    pub(crate) fn clear_state(self) -> HeaderValue {
        self.header(self.state_name(), "", "; Max-Age=0")
    }

    fn state_name(self) -> &'static str {
        if self.is_secure { SECURE_STATE_NAME } else { PLAIN_STATE_NAME }
    }

    fn name(self) -> &'static str {
        if self.is_secure { SECURE_NAME } else { PLAIN_NAME }
    }

    fn header(self, name: &str, value: &str, more: &str) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}");
        // Names and hexadecimal digits always can be a header.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }
}

/// Whether a request shows a session, whatever becomes of it.
pub(crate) fn shows_session(headers: &HeaderMap) -> bool {
    [SECURE_NAME, PLAIN_NAME].into_iter().any(|name| cookie(headers, name).is_some())
}

/// The value of a cookie that can be a secret of ours.
fn secret(headers: &HeaderMap, name: &str) -> Option<String> {
    let is_secret = |value: &&str| value.len() == DIGITS && value.bytes().all(|one| one.is_ascii_hexdigit());
    cookie(headers, name).filter(is_secret).map(str::to_owned)
}

/// The value of a cookie.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let fields = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(one, value)| (one == name).then_some(value))
}

/// A path of this server, with its query, that somebody may be sent on to; `/` for anything else, whatever it is written as.
pub(crate) fn own_path(text: &str) -> String {
    const HOME: &str = "/";
    let Ok(base) = Url::parse("http://cairn.invalid/") else { return HOME.to_owned() };
    // A query leads nowhere else, whatever is written in it.
    let path = text.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let is_plain = text.starts_with('/')
        && !text.contains(['\\', '#'])
        && !text.chars().any(char::is_control)
        && !["%00", "%09", "%0a", "%0d", "%2f", "%5c"].iter().any(|hidden| path.contains(hidden));
    match base.join(text) {
        Ok(url) if is_plain && url.origin() == base.origin() && !url.path().starts_with("//") => {
            url[url::Position::BeforePath..].to_owned()
        }
        _ => HOME.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn a_cookie_is_bound_to_its_host_where_there_is_tls() {
        let (secure, plain) = (SessionCookie::at("https://cairn.example"), SessionCookie::at("http://127.0.0.1:8080"));
        assert_eq!(secure.set("ab"), "__Host-cairn=ab; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(plain.set("ab"), "cairn=ab; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(secure.clear(), "__Host-cairn=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
    }

    #[test]
    fn a_session_is_read_from_its_own_cookie_alone() {
        let plain = SessionCookie::at("http://127.0.0.1:8080");
        for (cookie, is_session) in [
            (format!("cairn={SECRET}"), true),
            (format!("a=b; cairn={SECRET}; c=d"), true),
            (format!("__Host-cairn={SECRET}"), false),
            (format!("xcairn={SECRET}"), false),
            (format!("cairn={SECRET}0"), false),
            (format!("cairn={}", SECRET.replace('a', "x")), false),
            ("cairn=".to_owned(), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_str(&cookie).unwrap());
            assert_eq!(plain.secret(&headers).is_some(), is_session, "{cookie}");
        }
    }

    /// A52.
    #[test]
    fn nobody_is_sent_on_to_another_server() {
        for own in ["/", "/search?q=wells&country=YEM", "/search?q=mines%2FUXO%0D%0A", "/dataset/0b7c", "/account"] {
            assert_eq!(own_path(own), own);
        }
        for other in [
            "",
            "search",
            "//evil.example",
            "///evil.example",
            "\\\\evil.example",
            "/\\evil.example",
            "/%09/evil.example",
            "/%2fevil.example",
            "/%5cevil.example",
            "https:evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\tsearch",
            "/\r\nSet-Cookie: a=b",
            "/.//evil.example",
            "/search#x",
        ] {
            assert_eq!(own_path(other), "/", "{other:?}");
        }
    }
}
