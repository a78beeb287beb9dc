//! Descriptions as plain text: harvested HTML and Markdown lose their markup and keep their words.

use cairn_model::markup::without_tags;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The paragraphs of a description. Nothing of it is markup any more; a page escapes it as any other text.
pub(super) fn paragraphs(description: &str) -> Vec<String> {
    let text = without_tags(description);
    let mut plain = String::with_capacity(text.len());
    let mut links: Vec<(String, usize)> = Vec::new();
    for event in Parser::new(&text) {
        match event {
            Event::Text(words) | Event::Code(words) => plain.push_str(&words),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::CodeBlock) => plain.push('\n'),
            Event::Start(Tag::Item) => plain.push_str("\n• "),
            Event::Start(Tag::Paragraph) if plain.ends_with("• ") => {}
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::List(_) | Tag::CodeBlock(_))
            | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::List(_))
            | Event::Rule => plain.push_str("\n\n"),
            Event::Start(Tag::Link { dest_url, .. }) => links.push((dest_url.into_string(), plain.len())),
            Event::End(TagEnd::Link) => {
                if let Some((address, begin)) = links.pop()
                    && !plain[begin..].contains(address.trim_start_matches("mailto:"))
                {
                    plain.extend([" (", &crate::addresses::without_user_information(&address), ")"]);
                }
            }
            _ => {}
        }
    }
    plain.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_words_stay() {
        assert_eq!(
            paragraphs(
                "<p>Water points &amp; <b>wells</b></p><script>alert(1)</script><br/>see [the page](https://example.org/x)."
            ),
            ["Water points & wells", "see the page (https://example.org/x)."]
        );
        assert_eq!(
            paragraphs("One **bold** line\nand another\n\nA second: <https://example.org>"),
            ["One bold line\nand another", "A second: https://example.org"]
        );
        assert_eq!(paragraphs("Holdings <5 km and 3 < 4 > 2"), ["Holdings <5 km and 3 < 4 > 2"]);
        assert_eq!(paragraphs("&lt;script&gt;alert(1)&lt;/script&gt;"), ["<script>alert(1)</script>"]);
    }
}
