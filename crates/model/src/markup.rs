//! HTML in texts that are to be read as text.

/// The text between HTML tags, in one pass. What only looks like a tag (`<5 km`, `<https://example.org>`) stays; ends of
/// blocks become empty lines. The words are no markup, but entities stay as they are written.
pub fn without_tags(text: &str) -> String {
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
            "script" | "style" => rest = after_raw_text(rest, &name),
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

/// What follows the content of a `script` or `style`, from its closing tag on.
fn after_raw_text<'t>(text: &'t str, name: &str) -> &'t str {
    for (place, _) in text.match_indices("</") {
        let closes = text.as_bytes().get(place + 2..place + 2 + name.len());
        if closes.is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes())) {
            return &text[place..];
        }
    }
    ""
}

/// The name, in lower case, and the length of the tag or comment at the beginning of a text. A comment that nobody closes
/// goes to the end, as in HTML; a tag ends before the next one begins.
fn tag(text: &str) -> Option<(String, usize)> {
    if text.starts_with("<!--") {
        return Some(("!".to_owned(), text.find("-->").map_or(text.len(), |end| end + 3)));
    }
    let end = 1 + text[1..].find(['<', '>'])?;
    if text.as_bytes()[end] == b'<' {
        return None;
    }
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
    use super::without_tags;

    #[test]
    fn tags_go_and_what_only_looks_like_one_stays() {
        for (html, text) in [
            ("<p>Wells &amp; <b class=\"x\">pumps</b></p>", "\n\nWells &amp; pumps\n\n"),
            ("a<br/>b<!-- c > d -->e", "a\nbe"),
            ("a<SCRIPT>alert('</p>')</Script>b<style>x", "ab"),
            ("3 < 4 > 2, <5 km, <https://example.org>, <", "3 < 4 > 2, <5 km, <https://example.org>, <"),
            ("a <b<i>c</i>", "a <bc"),
            ("a <!-- never closed", "a "),
        ] {
            assert_eq!(without_tags(html), text, "{html}");
        }
    }

    #[test]
    fn a_megabyte_of_what_could_be_tags_takes_no_time() {
        for hostile in ["<", "<a", "<!--", "<script>", "<script></script>", "</", "<script></", "<a <b>"] {
            let text = hostile.repeat(1_000_000 / hostile.len());
            assert!(without_tags(&text).len() <= text.len());
        }
    }
}
