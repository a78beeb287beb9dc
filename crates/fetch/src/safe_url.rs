//! An address that cannot print its credentials.

use std::borrow::Cow;
use std::fmt;

use url::Url;

/// Names of query parameters whose values are credentials.
const SECRET_PARAMETERS: &[&str] = &[
    "$$app_token",
    "access_token",
    "api_token",
    "app_identifier",
    "auth",
    "auth_token",
    "authkey",
    "client_secret",
    "key",
    "secret",
    "sig",
    "signature",
    "token",
];

/// How others of them end: keys of services (`access_key`, `Ocp-Apim-Subscription-Key`), addresses that are signed for a time
/// (`X-Amz-Signature`, `X-Goog-Credential`). Tokens of pages, as `resumptionToken`, are none.
const SECRET_ENDS: &[&str] = &[
    "-credential",
    "-signature",
    "-security-token",
    "-key",
    "_key",
    "accesstoken",
    "apikey",
    "apitoken",
    "password",
    "pwd",
    "wskey",
];

/// What stands in place of a credential.
const MASK: &str = "***";

/// Characters of an address that are shown: links of a source may be of any length.
const LONGEST_SHOWN: usize = 1000;

/// An address for messages and logs: `https://***@host/path?token=***`. What it was made from cannot be had back from it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SafeUrl(String);

impl SafeUrl {
    /// The address without the text of its credentials.
    pub fn new(url: &Url) -> Self {
        let mut shown = url.clone();
        let has_userinfo = !url.username().is_empty() || url.password().is_some();
        if has_userinfo {
            // Both fail only for addresses that cannot have a host, and those have no user either.
            let _ = shown.set_password(None);
            let _ = shown.set_username(MASK);
        }
        if url.query().is_some_and(|query| query.contains('=')) {
            let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            if pairs.iter().any(|(name, _)| is_secret(name)) {
                shown
                    .query_pairs_mut()
                    .clear()
                    .extend_pairs(pairs.iter().map(|(name, value)| (name, if is_secret(name) { MASK } else { value })));
            }
        }
        Self(shown.to_string())
    }

    /// As it is shown: a long one is cut.
    fn shown(&self) -> Cow<'_, str> {
        match self.0.get(..LONGEST_SHOWN) {
            Some(beginning) if beginning.len() < self.0.len() => format!("{beginning}…").into(),
            _ => self.0.as_str().into(),
        }
    }
}

fn is_secret(parameter: &str) -> bool {
    let lower = parameter.to_ascii_lowercase();
    SECRET_PARAMETERS.contains(&lower.as_str()) || SECRET_ENDS.iter().any(|end| lower.ends_with(end))
}

/// The address without its credentials: what it is known by, where it must neither be told nor be masked.
pub fn without_secrets(url: &Url) -> Url {
    let mut bare = url.clone();
    let _ = bare.set_password(None);
    let _ = bare.set_username("");
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if pairs.iter().any(|(name, _)| is_secret(name)) {
        let kept: Vec<&(String, String)> = pairs.iter().filter(|(name, _)| !is_secret(name)).collect();
        bare.set_query(None);
        if !kept.is_empty() {
            bare.query_pairs_mut().extend_pairs(kept.into_iter().map(|(name, value)| (name, value)));
        }
    }
    bare
}

/// A text that should be an address, without credentials: masked as an address if it is one, else cut before the last
/// `@` of what would be its authority.
pub fn without_credentials(text: &str) -> String {
    if let Ok(url) = Url::parse(text)
        && url.has_host()
    {
        return SafeUrl::new(&url).0;
    }
    let (scheme, rest) = text.split_once("//").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority_end].rfind('@') {
        Some(at) if scheme.is_empty() => format!("{MASK}{}", &rest[at..]),
        Some(at) => format!("{scheme}//{MASK}{}", &rest[at..]),
        None => text.to_owned(),
    }
}

impl fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.shown())
    }
}

impl fmt::Debug for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shown(), f)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked_wherever_they_stand() {
        let table = [
            ("https://data.example/a?rows=5", "https://data.example/a?rows=5"),
            ("https://user:canary@data.example/a", "https://***@data.example/a"),
            ("https://canary@data.example/a", "https://***@data.example/a"),
            ("https://:canary@data.example/a", "https://***@data.example/a"),
            ("https://data.example/a?token=canary&rows=5", "https://data.example/a?token=***&rows=5"),
            ("https://data.example/a?Access_Token=canary", "https://data.example/a?Access_Token=***"),
            ("https://data.example/a?X-Amz-Signature=canary", "https://data.example/a?X-Amz-Signature=***"),
            ("https://data.example/a?X-Goog-Credential=canary", "https://data.example/a?X-Goog-Credential=***"),
            (
                "https://data.example/a?api_token=canary&X-Amz-Date=1",
                "https://data.example/a?api_token=***&X-Amz-Date=1",
            ),
            ("https://data.example/a?to%6ben=canary", "https://data.example/a?token=***"),
            ("https://data.example/a?access_key=canary&rows=5", "https://data.example/a?access_key=***&rows=5"),
            (
                "https://data.example/a?Ocp-Apim-Subscription-Key=canary",
                "https://data.example/a?Ocp-Apim-Subscription-Key=***",
            ),
            ("https://data.example/a?wskey=canary&pwd=canary", "https://data.example/a?wskey=***&pwd=***"),
            ("https://data.example/a?accessToken=canary", "https://data.example/a?accessToken=***"),
            ("https://data.example/a?apikey=canary&API_KEY=canary", "https://data.example/a?apikey=***&API_KEY=***"),
        ];
        for (url, shown) in table {
            let safe = SafeUrl::new(&Url::parse(url).unwrap());
            assert_eq!(safe.to_string(), shown);
            assert!(!format!("{safe:?}").contains("canary"), "{safe:?}");
            assert_eq!(without_credentials(url), shown);
        }
    }

    #[test]
    fn a_place_to_go_on_from_is_no_credential() {
        for url in ["https://data.example/oai?resumptionToken=a", "https://data.example/list?page_token=b&next-token=c"]
        {
            assert_eq!(SafeUrl::new(&Url::parse(url).unwrap()).to_string(), url);
        }
    }

    #[test]
    fn an_address_is_known_by_what_is_no_credential() {
        let table = [
            ("https://data.example/a?rows=5", "https://data.example/a?rows=5"),
            ("https://data.example/a?b=c+d%20e", "https://data.example/a?b=c+d%20e"),
            ("https://user:canary@data.example/a", "https://data.example/a"),
            ("https://data.example/a?token=canary", "https://data.example/a"),
            ("https://data.example/a?page=2&%24%24app_token=canary#x", "https://data.example/a?page=2#x"),
        ];
        for (url, bare) in table {
            assert_eq!(without_secrets(&Url::parse(url).unwrap()).as_str(), bare);
        }
    }

    #[test]
    fn an_address_of_a_megabyte_does_not_fill_the_page_that_tells_of_it() {
        let long = format!("https://data.example/oai?resumptionToken={}", "x".repeat(1 << 20));
        let safe = SafeUrl::new(&Url::parse(&long).unwrap());
        assert_eq!(safe.to_string(), format!("{}…", &long[..1000]));
        assert_eq!(without_credentials(&long), long, "what is configured is used as it stands");
    }

    #[test]
    fn text_that_is_no_address_is_masked_too() {
        assert_eq!(without_credentials("https://user:can@ary@bad host/x"), "https://***@bad host/x");
        assert_eq!(without_credentials("user:canary@data.example/x"), "***@data.example/x");
        assert_eq!(without_credentials("file:dumps/a@b.json"), "file:dumps/a@b.json");
    }
}
