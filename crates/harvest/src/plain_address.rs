//! Addresses without what belongs to a request alone.

use cairn_fetch::Url;

/// An address without the user and the password in it.
pub(crate) fn without_user(mut url: Url) -> Url {
    // Addresses that cannot have them have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// The address of a document, for people and for ids: without what a request says beside it, and without a credential.
pub(crate) fn of_document(asked: &Url) -> Url {
    let mut address = without_user(asked.clone());
    address.set_query(None);
    address.set_fragment(None);
    address
}

/// An address without some of its parameters, named in lower case, and without a fragment.
pub(crate) fn without_parameters(mut url: Url, names: &[&str]) -> Url {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !names.contains(&name.to_ascii_lowercase().as_str()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.set_query(None);
    url.set_fragment(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    url
}

/// Whether two addresses are of one site and differ in http and https: the same host, with the usual ports of both.
pub(crate) fn differ_in_scheme(one: &Url, other: &Url) -> bool {
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.port().is_none();
    one.scheme() != other.scheme() && one.host() == other.host() && is_web(one) && is_web(other)
}

/// An address in a document of a site that is asked by https: a link back to http is one to https. Servers behind a proxy
/// know no better, and many documents are older than the certificate of their site.
pub(crate) fn as_secure_as(home: &Url, mut url: Url) -> Url {
    if home.scheme() == "https" && differ_in_scheme(home, &url) {
        // From one of these schemes to the other is always possible.
        let _ = url.set_scheme("https");
    }
    url
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_link_back_to_http_is_one_to_https_at_the_same_site_and_nowhere_else() {
        let lifted =
            |home: &str, link: &str| as_secure_as(&Url::parse(home).unwrap(), Url::parse(link).unwrap()).to_string();
        let home = "https://maps.example/api";
        assert_eq!(lifted(home, "http://maps.example/api?page=2"), "https://maps.example/api?page=2");
        assert_eq!(lifted(home, "http://maps.example:80/api"), "https://maps.example/api");
        for other in ["http://maps.example:8080/api", "http://other.example/api", "https://maps.example/api"] {
            assert_eq!(lifted(home, other), other);
        }
        assert_eq!(lifted("http://maps.example/", "https://maps.example/api"), "https://maps.example/api");
        assert_eq!(lifted("https://maps.example:8443/", "http://maps.example/api"), "http://maps.example/api");
    }
}
