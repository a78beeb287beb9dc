//! Which addresses belong to a source: pages of its site that its robots.txt and its own patterns let us visit.

use cairn_fetch::Url;
use robotxt::Robots;

use crate::plain_address::{differ_in_scheme, without_user};

/// Longest address that is followed; the protocol of sitemaps allows no longer one.
const LONGEST_ADDRESS: usize = 2048;

/// What belongs to a source.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// An address of the site.
    pub(super) home: Url,
    /// What the site allows.
    pub(super) robots: Robots,
    /// What the source wants of it.
    pub(super) include: Robots,
}

/// What an address is to a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A page to visit, in the form in which it is asked for.
    Page(Url),
    /// A page of the site that may not be visited or is not wanted, or no address at all.
    LeftOut,
    /// A page of another site.
    Elsewhere,
}

impl Scope {
    /// What an address is that stands in a document.
    pub(super) fn place(&self, document: &Url, address: &str) -> Place {
        let Some(url) = self.address(document, address) else { return Place::LeftOut };
        if url.origin() != self.home.origin() {
            return Place::Elsewhere;
        }
        let may_be_visited = self.robots.is_url_allowed(&url) && self.include.is_url_allowed(&url);
        if may_be_visited { Place::Page(url) } else { Place::LeftOut }
    }

    /// An address that stands in a document, in the form in which it is asked for.
    pub(super) fn address(&self, document: &Url, address: &str) -> Option<Url> {
        let mut url = document.join(address.trim()).ok().filter(|url| url.as_str().len() <= LONGEST_ADDRESS)?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        url.set_fragment(None);
        // A document has no credentials to give.
        let mut url = without_user(url);
        // Many sitemaps were written before their site got its certificate.
        if differ_in_scheme(&url, &self.home) {
            let _ = url.set_scheme(self.home.scheme());
        }
        Some(url)
    }

    /// Whether what came from an address, where the site may have sent us, may be read.
    pub(super) fn may_be_read(&self, from: &str) -> bool {
        let url = Url::parse(from).ok().filter(|url| url.origin() == self.home.origin());
        url.is_some_and(|url| self.robots.is_url_allowed(&url))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_site_that_may_be_visited_and_are_wanted_belong_to_a_source() {
        let scope = Scope {
            home: Url::parse("https://a.example/").unwrap(),
            robots: Robots::parse(
                b"User-agent: *\nDisallow: /\nUser-agent: Cairn\nDisallow: /dataset/secret\n",
                "cairn",
            ),
            include: super::super::robots::patterns(&["/dataset/".to_owned()]),
        };
        let place = |address: &str| scope.place(&Url::parse("https://a.example/maps/sitemap.xml").unwrap(), address);
        let page = |address: &str| Place::Page(Url::parse(address).unwrap());
        assert_eq!(place("https://a.example/dataset/a#part"), page("https://a.example/dataset/a"));
        assert_eq!(place("http://a.example/dataset/a"), page("https://a.example/dataset/a"));
        assert_eq!(place("https://user:pw@a.example/dataset/a"), page("https://a.example/dataset/a"));
        assert_eq!(place("/dataset/a?b=1"), page("https://a.example/dataset/a?b=1"));
        for address in
            ["https://a.example/dataset/secret/1", "/about", "javascript:alert(1)", "file:///etc/passwd", "https://["]
        {
            assert_eq!(place(address), Place::LeftOut, "{address}");
        }
        assert!(scope.may_be_read("https://a.example/dataset/b"));
        assert!(!scope.may_be_read("https://a.example/dataset/secret") && !scope.may_be_read("https://b.example/"));
        for address in ["https://www.a.example/dataset/a", "https://a.example:8443/dataset/a", "//b.example/dataset/a"]
        {
            assert_eq!(place(address), Place::Elsewhere, "{address}");
        }
        assert_eq!(place(&format!("/dataset/{}", "x".repeat(LONGEST_ADDRESS))), Place::LeftOut);
    }
}
