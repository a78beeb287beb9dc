//! Descriptions as plain text: harvested HTML and Markdown lose their markup and keep their words.

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

/// The text between HTML tags. What only looks like one (`<5 km`, `<https://example.org>`) stays.
fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('<') {
        kept.push_str(&rest[..place]);
        rest = &rest[place..];
        let Some((name, length)) = tag(rest) else {
            kept.push('<');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[length..];
        match name.as_str() {
            "script" | "style" => {
                let close = format!("</{name}");
                let end = rest.to_ascii_lowercase().find(&close).unwrap_or(rest.len());
                rest = &rest[end..];
            }
            "br" => kept.push('\n'),
            "li" => kept.push_str("\n\n• "),
            "p" | "/p" | "div" | "/div" | "/ul" | "/ol" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "/h1"
            | "/h2" | "/h3" | "/h4" | "/h5" | "/h6" => kept.push_str("\n\n"),
            _ => {}
        }
    }
    kept.push_str(rest);
    kept
}

/// The name, in lower case, and the length of the tag or comment at the beginning of a text.
fn tag(text: &str) -> Option<(String, usize)> {
    if text.starts_with("<!--") {
        return text.find("-->").map(|end| ("!".to_owned(), end + 3));
    }
    let end = text.find('>')?;
    let inside = &text[1..end];
    let name: String = inside.chars().take_while(|one| one.is_ascii_alphanumeric() || "/!".contains(*one)).collect();
    let follows = inside[name.len()..].chars().next();
    let begins = name.trim_start_matches(['/', '!']).starts_with(|one: char| one.is_ascii_alphabetic());
    let name = name.to_ascii_lowercase();
    let is_tag = begins && follows.is_none_or(char::is_whitespace);
    is_tag.then(|| (name.strip_suffix('/').map_or(name.clone(), str::to_owned), end + 1))
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
