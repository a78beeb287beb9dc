//! What a visit to a page brings.

use bytes::Bytes;
use cairn_fetch::{Answer, PRODUCT_TOKEN, Url};
use cairn_formats::schema_org::{PageListing, list_page};
use cairn_formats::web_page::{WebPage, field_forbids_index, read_page};
use cairn_model::Severity;

use crate::plain_address::without_user;

/// `Accept` of the requests for pages.
pub(super) const ACCEPT: &str = "text/html, application/xhtml+xml, application/ld+json;q=0.9, */*;q=0.1";

/// Whether the header of an answer asks that the page be left out.
pub(super) fn forbids_index(answer: &Answer<Bytes>) -> bool {
    answer.robots_tags.iter().any(|field| field_forbids_index(field, PRODUCT_TOKEN))
}

/// The datasets of a page; none of one that asks to be left out. Blocking, pure.
pub(super) fn read(body: &[u8], content_type: Option<&str>, asked: &Url) -> PageListing {
    let begin = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    let page = if matches!(begin.first(), Some(b'{' | b'[')) {
        // A page that is nothing but JSON-LD.
        WebPage { json_ld: vec![String::from_utf8_lossy(begin).into_owned()], ..WebPage::default() }
    } else {
        read_page(body, content_type.and_then(encoding))
    };
    if page.no_index {
        return PageListing::default();
    }
    let base = page.base.as_deref().and_then(|base| asked.join(base).ok()).unwrap_or_else(|| asked.clone());
    let canonical = page.canonical.as_deref().and_then(|canonical| base.join(canonical).ok());
    let own = canonical.filter(|url| url.origin() == asked.origin()).unwrap_or_else(|| asked.clone());
    let resolve = |reference: &str| match Url::parse(reference) {
        Ok(_) => Some(reference.to_owned()),
        Err(_) => base.join(reference).ok().map(|url| without_credentials(url).into()),
    };
    let mut listing = list_page(&page.json_ld, without_credentials(own).as_str(), resolve);
    // What is wrong with a page that has nothing for us is none of our matters.
    if !page.json_ld.is_empty() {
        listing.is_broken |= page.problems.iter().any(|problem| problem.severity == Severity::Error);
        listing.problems.extend(page.problems);
    }
    listing
}

fn without_credentials(mut url: Url) -> Url {
    url.set_fragment(None);
    without_user(url)
}

/// The encoding that a type of media states.
fn encoding(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.next().map(|(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn ids(body: &str) -> Vec<String> {
        let asked = Url::parse("https://a.example/d/1?utm=x").unwrap();
        let listing = read(body.as_bytes(), Some("text/html; Charset=\"utf-8\""), &asked);
        listing.datasets.into_iter().map(|dataset| dataset.id).collect()
    }

    const BLOCK: &str = r#"<script type="application/ld+json">{"@type": "Dataset", "name": "Wells"}</script>"#;

    #[test]
    fn a_page_goes_by_its_canonical_address_as_long_as_it_is_of_its_site() {
        assert_eq!(ids(BLOCK), ["https://a.example/d/1?utm=x"]);
        assert_eq!(ids(&format!("<link rel=canonical href='/d/1#top'>{BLOCK}")), ["https://a.example/d/1"]);
        assert_eq!(
            ids(&format!("<link rel=canonical href='https://b.example/'>{BLOCK}")),
            ["https://a.example/d/1?utm=x"]
        );
    }

    #[test]
    fn a_page_that_asks_to_be_left_out_and_one_without_datasets_have_none() {
        assert_eq!(ids(&format!("<meta name=robots content=noindex>{BLOCK}")), Vec::<String>::new());
        assert_eq!(ids("%PDF-1.7 \0\u{1}"), Vec::<String>::new());
        assert_eq!(ids(r#" {"@type": "Dataset", "@id": "urn:x:1", "name": "Wells"}"#), ["urn:x:1"]);
    }
}
