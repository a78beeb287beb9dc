//! Sitemaps (sitemaps.org 0.9): the pages of a site, in XML or as plain text, and indexes of sitemaps; packed or not.

use std::io::Read;

use cairn_model::Problem;

use crate::decode::{ExpansionLimits, open_stream};
use crate::rights::is_address;
use crate::xml::{self, Element, Vocabulary, parse};

/// Entries of one sitemap; the protocol allows no more.
const MOST_ENTRIES: usize = 50_000;
/// The protocol allows 50 MiB unpacked.
const LIMITS: ExpansionLimits = ExpansionLimits { decoded_bytes: 64 << 20, ratio: 500 };

/// What a sitemap lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Pages.
    pub pages: Vec<SitemapEntry>,
    /// Further sitemaps, of an index.
    pub sitemaps: Vec<SitemapEntry>,
    /// Problems of the document.
    pub problems: Vec<Problem>,
}

/// A page or a sitemap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SitemapEntry {
    /// Its address, as it is written.
    pub address: String,
    /// When it changed last, as it is written (`lastmod`).
    pub modified: Option<String>,
}

/// Lists the pages of a sitemap, or the sitemaps of an index.
///
/// # Errors
/// A problem with `Severity::Error` when the payload is no sitemap, or grows past the limits of one when it is unpacked.
pub fn list(bytes: &[u8]) -> Result<Sitemap, Problem> {
    let mut unpacked = Vec::new();
    let read = open_stream(bytes, LIMITS).and_then(|mut stream| stream.read_to_end(&mut unpacked));
    if let Err(error) = read {
        return Err(Problem::error("unreadable-archive", "", format!("the sitemap cannot be unpacked: {error}")));
    }
    let decoded = xml::decode(&unpacked);
    let mut sitemap = Sitemap { problems: decoded.problems, ..Sitemap::default() };
    if is_address(decoded.text.lines().next().unwrap_or_default().trim()) {
        let addresses = decoded.text.lines().map(str::trim).filter(|line| is_address(line));
        let entry = |address: &str| SitemapEntry { address: address.to_owned(), modified: None };
        sitemap.pages = addresses.map(entry).take(MOST_ENTRIES + 1).collect();
    } else {
        let document = parse(&decoded.text)?;
        sitemap.problems.extend(document.problems);
        let root = &document.root;
        // Some sites leave the namespace out or write another.
        let is_known = matches!(root.vocabulary(), Vocabulary::Sitemap | Vocabulary::None | Vocabulary::Other);
        match root.name() {
            "urlset" if is_known => sitemap.pages = entries(root, "url"),
            "sitemapindex" if is_known => sitemap.sitemaps = entries(root, "sitemap"),
            name => {
                let problem = Problem::error("not-a-sitemap", "", "the document is no sitemap");
                return Err(problem.with_value(name));
            }
        }
    }
    for list in [&mut sitemap.pages, &mut sitemap.sitemaps] {
        if list.len() > MOST_ENTRIES {
            list.truncate(MOST_ENTRIES);
            let message = format!("the sitemap has more than {MOST_ENTRIES} entries: the rest was left out");
            sitemap.problems.push(Problem::error("too-many-entries", "", message));
        }
    }
    Ok(sitemap)
}

fn entries(root: &Element<'_>, name: &str) -> Vec<SitemapEntry> {
    let entries = root.children(name).filter_map(|entry| {
        Some(SitemapEntry { address: entry.text_at(&["loc"])?, modified: entry.text_at(&["lastmod"]) })
    });
    entries.take(MOST_ENTRIES + 1).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn entry(address: &str, modified: Option<&str>) -> SitemapEntry {
        SitemapEntry { address: address.to_owned(), modified: modified.map(str::to_owned) }
    }

    const URLS: &str = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/?a=1&amp;b=2</loc><lastmod>2024-05-01</lastmod></url><url><loc> </loc></url><url><loc>https://a.example/c</loc></url></urlset>";

    #[test]
    fn pages_are_listed_packed_or_not() {
        let pages = vec![entry("https://a.example/?a=1&b=2", Some("2024-05-01")), entry("https://a.example/c", None)];
        let expected = Ok(Sitemap { pages, ..Sitemap::default() });
        assert_eq!(list(URLS.as_bytes()), expected);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let packed = gzip.write_all(URLS.as_bytes()).and_then(|()| gzip.finish());
        assert_eq!(packed.map(|packed| list(&packed)).ok(), Some(expected));
    }

    #[test]
    fn an_index_lists_sitemaps_and_a_text_lists_pages() {
        let index = "<sitemapindex><sitemap><loc>https://a.example/1.xml.gz</loc></sitemap></sitemapindex>";
        let sitemaps = vec![entry("https://a.example/1.xml.gz", None)];
        assert_eq!(list(index.as_bytes()), Ok(Sitemap { sitemaps, ..Sitemap::default() }));
        let pages = vec![entry("https://a.example/1", None), entry("https://a.example/2", None)];
        assert_eq!(
            list(b"https://a.example/1\n\nhttps://a.example/2\r\n"),
            Ok(Sitemap { pages, ..Sitemap::default() })
        );
    }

    #[test]
    fn what_is_no_sitemap_is_an_error() {
        let code = |bytes: &[u8]| list(bytes).map_or_else(|problem| problem.code, |_| "read".to_owned());
        assert_eq!(code(b"<html><body/></html>"), "not-a-sitemap");
        assert_eq!(code(b"nothing"), "broken-xml");
        assert_eq!(code(b"\x1f\x8bbroken"), "unreadable-archive");
    }

    #[test]
    fn entries_past_the_limit_of_the_protocol_are_left_out_with_an_error() {
        let long = "https://a.example/\n".repeat(MOST_ENTRIES + 5);
        let listed = list(long.as_bytes());
        let summary = listed.map(|sitemap| (sitemap.pages.len(), sitemap.problems.len()));
        assert_eq!(summary, Ok((MOST_ENTRIES, 1)));
    }
}
