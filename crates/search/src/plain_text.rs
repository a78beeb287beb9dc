//! Descriptions as the plain text that snippets show: HTML and Markdown lose their markup and keep their words.

use std::borrow::Cow;

use cairn_model::markup::without_tags;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The words of a text. What holds no character of markup, as most texts do, is handed back as it is.
pub(crate) fn plain_text(text: &str) -> Cow<'_, str> {
    if !holds_markup(text) {
        return Cow::Borrowed(text);
    }
    let text = without_tags(text);
    let mut plain = String::with_capacity(text.len());
    for event in Parser::new(&text) {
        match event {
            Event::Text(words) | Event::Code(words) => plain.push_str(&words),
            Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::Start(Tag::Item | Tag::Image { .. })
            | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock) => plain.push(' '),
            _ => {}
        }
    }
    Cow::Owned(plain)
}

/// Whether a text may hold markup. Pieces are looked at whole, which a processor does many bytes at a time.
fn holds_markup(text: &str) -> bool {
    let is_markup = |byte: u8| matches!(byte, b'<' | b'*' | b'_' | b'#' | b'[' | b'`' | b'&' | b'\\');
    text.as_bytes().chunks(256).any(|piece| piece.iter().fold(false, |any, byte| any | is_markup(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        plain_text(text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn markup_goes_and_words_stay() {
        for (written, read) in [
            ("**Water** points and _wells_ of `admin_level_2`", "Water points and wells of admin_level_2"),
            ("# Wells\n\n* one\n* two\n\n1. three", "Wells one two three"),
            ("<p>Wells &amp; <b>pumps</b></p><script>alert(1)</script>", "Wells & pumps"),
            ("See [the page](https://example.org/x) and ![a map](m.png).", "See the page and a map."),
            ("<div>\n**bold** in a block</div>", "bold in a block"),
            ("5 * 3 < 16, snake_case_name, C# and R&D", "5 * 3 < 16, snake_case_name, C# and R&D"),
        ] {
            assert_eq!(words(written), read, "{written}");
        }
    }

    #[test]
    fn a_text_without_markup_is_not_touched() {
        let plain = "Wells - 4.5 km (2020); 50% of them: \"dry\", l'eau, ماء".repeat(20);
        assert!(matches!(plain_text(&plain), Cow::Borrowed(same) if same == plain));
    }

    #[test]
    fn hostile_markup_takes_no_time_and_ends_as_text() {
        for hostile in ["[", "![", "**a", "<a", "`", "> ", "&#", "\\", "[a](", "*_", "<!--", "- "] {
            let text = format!("*{}", hostile.repeat(6_000 / hostile.len()));
            assert!(plain_text(&text).len() <= 2 * text.len(), "{hostile}");
        }
        assert_eq!(words("&lt;script&gt;alert(1)&lt;/script&gt;"), "<script>alert(1)</script>");
    }
}
