//! What a web page says of itself to machines: JSON-LD blocks, its canonical address, and what robots may do with it.

use cairn_model::Problem;

use crate::html::{self, Piece, pieces};

/// Blocks of one page that are read.
const MOST_BLOCKS: usize = 500;

/// A page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebPage {
    /// JSON-LD (`<script type="application/ld+json">`), each block as it is written.
    pub json_ld: Vec<String>,
    /// The address that the page gives as its own (`rel="canonical"`), as it is written.
    pub canonical: Option<String>,
    /// The address against which its links are resolved (`base`).
    pub base: Option<String>,
    /// Other forms of the page (`rel="alternate"`), with their media types.
    pub alternates: Vec<Alternate>,
    /// Whether the page asks not to be kept in an index (`robots` with `noindex` or `none`).
    pub no_index: bool,
    /// Whether the page asks that its links be not followed (`robots` with `nofollow` or `none`).
    pub no_follow: bool,
    /// Problems of the page.
    pub problems: Vec<Problem>,
}

/// Another form of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alternate {
    /// Its media type.
    pub media_type: String,
    /// Its address, as it is written.
    pub href: String,
}

/// Reads a page. `declared` is the encoding that the HTTP header states. Every page can be read; one that says nothing to
/// machines is empty.
pub fn read_page(bytes: &[u8], declared: Option<&str>) -> WebPage {
    let decoded = html::decode(bytes, declared);
    let mut page = WebPage { problems: decoded.problems, ..WebPage::default() };
    let mut block: Option<String> = None;
    for piece in pieces(&decoded.text) {
        match &piece {
            Piece::Start { name, .. } => match name.as_str() {
                "script" if is_json_ld(&piece) => block = Some(String::new()),
                "link" => page.take_link(&piece),
                "meta" => page.take_meta(&piece),
                "base" => page.base = page.base.take().or_else(|| piece.attribute("href").map(str::to_owned)),
                _ => {}
            },
            Piece::Text(text) => {
                if let Some(block) = &mut block {
                    block.push_str(text);
                }
            }
            Piece::End(name) if name == "script" => {
                if let Some(block) = block.take() {
                    page.take_block(&block);
                }
            }
            Piece::End(_) => {}
        }
    }
    page
}

/// Directives of `X-Robots-Tag` that have a value of their own after a colon, and are no names of robots.
const WITH_VALUES: &[&str] = &["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];

/// Whether a field `X-Robots-Tag` asks all robots, or the one of this name, not to keep the page in an index.
pub fn field_forbids_index(field: &str, robot: &str) -> bool {
    let field = field.to_lowercase();
    let mut is_for_us = true;
    for part in field.split(',').map(str::trim) {
        let directive = match part.split_once(':') {
            Some((name, _)) if WITH_VALUES.contains(&name.trim()) => continue,
            Some((name, directive)) => {
                is_for_us = name.trim() == robot;
                directive.trim()
            }
            None => part,
        };
        if is_for_us && matches!(directive, "noindex" | "none") {
            return true;
        }
    }
    false
}

fn is_json_ld(piece: &Piece) -> bool {
    let kind = piece.attribute("type").unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/ld+json")
}

impl WebPage {
    fn take_link(&mut self, piece: &Piece) {
        let Some(href) = piece.attribute("href").filter(|href| !href.is_empty()) else { return };
        let relations = piece.attribute("rel").unwrap_or_default().to_lowercase();
        let is_related = |relation: &str| relations.split_whitespace().any(|known| known == relation);
        if is_related("canonical") && self.canonical.is_none() {
            self.canonical = Some(href.to_owned());
        }
        if is_related("alternate")
            && let Some(media_type) = piece.attribute("type").filter(|kind| !kind.is_empty())
            && self.alternates.len() < MOST_BLOCKS
        {
            self.alternates.push(Alternate { media_type: media_type.to_lowercase(), href: href.to_owned() });
        }
    }

    fn take_meta(&mut self, piece: &Piece) {
        if !piece.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("robots")) {
            return;
        }
        let content = piece.attribute("content").unwrap_or_default().to_lowercase();
        let mut directives = content.split(',').map(str::trim);
        directives.clone().for_each(|directive| self.no_index |= matches!(directive, "noindex" | "none"));
        self.no_follow |= directives.any(|directive| matches!(directive, "nofollow" | "none"));
    }

    fn take_block(&mut self, block: &str) {
        // Some pages hide their scripts from the browsers of the nineties.
        let block = block.trim();
        let block = block.strip_prefix("<!--").and_then(|block| block.strip_suffix("-->")).unwrap_or(block).trim();
        if block.is_empty() {
            return;
        }
        if self.json_ld.len() == MOST_BLOCKS {
            let message = format!("the page has more than {MOST_BLOCKS} blocks of JSON-LD: the rest was left out");
            if !self.problems.iter().any(|problem| problem.code == "too-many-blocks") {
                self.problems.push(Problem::error("too-many-blocks", "", message));
            }
            return;
        }
        self.json_ld.push(block.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_ld_is_found_and_other_scripts_are_passed_over() {
        let page = r#"<script>var a = "<script type='application/ld+json'>";</script>
            <SCRIPT TYPE='application/ld+json; charset=utf-8'> {"@type": "Dataset", "name": "a &amp; <b>"} </SCRIPT>
            <script type="application/ld+json"><!-- {"a": 1} --></script><script type="application/ld+json"> </script>"#;
        let page = read_page(page.as_bytes(), None);
        assert_eq!(page.json_ld, [r#"{"@type": "Dataset", "name": "a &amp; <b>"}"#, r#"{"a": 1}"#]);
    }

    #[test]
    fn canonical_address_alternates_and_robots_are_read() {
        let page = "<base href='/b/'><link rel='nofollow Canonical' href=' https://a.example/d '><link rel=canonical href=second>\
            <link rel=alternate type='application/LD+json' href=d.jsonld><link rel=alternate hreflang=fr href=fr>\
            <meta name=ROBOTS content='NoIndex, max-snippet:5'>";
        let expected = WebPage {
            canonical: Some("https://a.example/d".to_owned()),
            base: Some("/b/".to_owned()),
            alternates: vec![Alternate { media_type: "application/ld+json".to_owned(), href: "d.jsonld".to_owned() }],
            no_index: true,
            ..WebPage::default()
        };
        assert_eq!(read_page(page.as_bytes(), None), expected);
        let none = read_page(b"<meta name=robots content=none>", None);
        assert!(none.no_index && none.no_follow);
    }

    #[test]
    fn a_field_speaks_to_all_robots_or_to_the_one_that_it_names() {
        for field in
            ["noindex", "nofollow, NoIndex", "none", "cairn: noindex", "unavailable_after: 25 Jun 2010, noindex"]
        {
            assert!(field_forbids_index(field, "cairn"), "{field}");
        }
        for field in ["", "nofollow", "otherbot: noindex", "otherbot: nofollow, noindex", "max-snippet: 5"] {
            assert!(!field_forbids_index(field, "cairn"), "{field}");
        }
    }

    #[test]
    fn a_page_is_read_in_the_encoding_that_it_states() {
        let script = |meta: &str| {
            let page = format!("{meta}<script type='application/ld+json'>\"\u{fc}\"</script>");
            let bytes: Vec<u8> = page.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect();
            read_page(&bytes, None).json_ld
        };
        assert_eq!(script("<meta charset=iso-8859-1>"), ["\"ü\""]);
        assert_eq!(script("<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>"), ["\"ü\""]);
    }

    #[test]
    fn what_is_no_page_says_nothing() {
        assert_eq!(read_page(b"{\"a\": 1}", None), WebPage::default());
        assert_eq!(read_page(b"<script type='application/ld+json'>{never ends", None), WebPage::default());
    }
}
