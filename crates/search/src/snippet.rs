//! Snippets: the passage of a description that says most about the query, safe to put into a page.

use std::collections::BTreeMap;

use crate::tokens::visit_words;

/// Words that a snippet shows.
const WINDOW: usize = 30;
/// Words before the first marked one.
const LEAD: usize = 4;
/// Letters that are shown where no word matched.
const BEGINNING: usize = 200;

/// Makes snippets for the words of one query.
pub(crate) struct Snippets<'a> {
    /// Folded words that are marked.
    exact: Vec<&'a str>,
    /// Beginnings of words that are marked.
    prefixes: &'a [String],
}

/// A word of a text: where it stands, and which of the query's words it is.
struct Place {
    from: usize,
    to: usize,
    query_word: Option<usize>,
}

/// A passage of a text, by the places of its words.
struct Passage {
    first: usize,
    last: usize,
    /// Different query words in it, then marked words.
    worth: (usize, usize),
}

impl<'a> Snippets<'a> {
    /// For the words and the beginnings of words of a query.
    pub(crate) fn new(exact: impl Iterator<Item = &'a str>, prefixes: &'a [String]) -> Self {
        Self { exact: exact.collect(), prefixes }
    }

    /// The snippet of a text that is there in several languages: in the preferred one, unless another says more about the
    /// query.
    pub(crate) fn of(&self, texts: &BTreeMap<String, String>, language: &str) -> String {
        let preferred = [language, cairn_model::text::UNDETERMINED, "en"].iter().find_map(|tag| texts.get(*tag));
        let Some(preferred) = preferred.or_else(|| texts.values().next()) else { return String::new() };
        if self.exact.is_empty() && self.prefixes.is_empty() {
            return beginning(preferred);
        }
        let mut best: Option<(&str, Vec<Place>, Passage)> = None;
        for text in std::iter::once(preferred).chain(texts.values().filter(|text| *text != preferred)) {
            let found = self.places(text);
            let Some(passage) = self.best_passage(&found) else { continue };
            if best.as_ref().is_none_or(|(_, _, best)| passage.worth.0 > best.worth.0) {
                best = Some((text, found, passage));
            }
        }
        match best {
            Some((text, found, passage)) => show(text, &found, &passage),
            None => beginning(preferred),
        }
    }

    fn places(&self, text: &str) -> Vec<Place> {
        let mut places = Vec::new();
        visit_words(text, |word, span| {
            places.push(Place { from: span.from, to: span.to, query_word: self.query_word(word) });
        });
        places
    }

    /// Which of the query's words a word is, if any.
    fn query_word(&self, word: &str) -> Option<usize> {
        let exact = self.exact.iter().position(|wanted| *wanted == word);
        exact.or_else(|| {
            let prefix = self.prefixes.iter().position(|prefix| word.starts_with(prefix.as_str()));
            prefix.map(|at| self.exact.len() + at)
        })
    }

    /// The window with most different query words, of several the one with most marks, of several the first.
    fn best_passage(&self, found: &[Place]) -> Option<Passage> {
        let marks: Vec<(usize, usize)> =
            found.iter().enumerate().filter_map(|(at, place)| Some((at, place.query_word?))).collect();
        let mut counts = vec![0_usize; self.exact.len() + self.prefixes.len()];
        let mut different = 0;
        let mut end = 0;
        let mut best: Option<Passage> = None;
        for (start, (at, query_word)) in marks.iter().enumerate() {
            // The window that begins at this mark; its end only moves forward.
            while let Some((_, entering)) = marks.get(end).filter(|(mark, _)| *mark < at + WINDOW - LEAD) {
                different += usize::from(counts[*entering] == 0);
                counts[*entering] += 1;
                end += 1;
            }
            let worth = (different, end - start);
            if best.as_ref().is_none_or(|best| worth > best.worth) {
                let first = at.saturating_sub(LEAD);
                let last = (first + WINDOW).min(found.len()) - 1;
                best = Some(Passage { first, last, worth });
            }
            counts[*query_word] -= 1;
            different -= usize::from(counts[*query_word] == 0);
        }
        best
    }
}

/// Writes a passage, its marks, and where text was left out.
fn show(text: &str, found: &[Place], passage: &Passage) -> String {
    let mut html = String::new();
    let shown = found.get(passage.first..=passage.last).unwrap_or_default();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return html };
    let from = if passage.first == 0 { 0 } else { first.from };
    let to = if passage.last + 1 == found.len() { text.len() } else { last.to };
    if from > 0 {
        html.push_str("… ");
    }
    let mut written = from;
    for word in shown {
        // A span that folds to several words is written once.
        if word.from < written || word.query_word.is_none() {
            continue;
        }
        escape(&text[written..word.from], &mut html);
        html.push_str("<mark>");
        escape(&text[word.from..word.to], &mut html);
        html.push_str("</mark>");
        written = word.to;
    }
    // What follows the last word may be long: a line of dashes, an address that is no word.
    let rest = &text[written..to];
    let kept = first_letters(rest, BEGINNING);
    escape(kept, &mut html);
    if to < text.len() || kept.len() < rest.len() {
        html.push_str(" …");
    }
    html
}

/// The first letters of a text, cut between words where there is one nearby.
fn beginning(text: &str) -> String {
    let mut html = String::new();
    let kept = first_letters(text, BEGINNING);
    if kept.len() == text.len() {
        escape(text, &mut html);
        return html;
    }
    let whole_words = match kept.rfind(char::is_whitespace) {
        Some(end) if end > kept.len() / 2 => &kept[..end],
        _ => kept,
    };
    escape(whole_words.trim_end(), &mut html);
    html.push_str(" …");
    html
}

fn first_letters(text: &str, letters: usize) -> &str {
    text.char_indices().nth(letters).map_or(text, |(end, _)| &text[..end])
}

/// Writes text so that it is text in HTML, in elements and in attributes.
fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Snippets;

    fn snippet(text: &str, words: &[&str], prefixes: &[&str]) -> String {
        let prefixes: Vec<String> = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
        let texts = BTreeMap::from([("en".to_owned(), text.to_owned())]);
        Snippets::new(words.iter().copied(), &prefixes).of(&texts, "en")
    }

    #[test]
    fn words_and_beginnings_are_marked_in_their_own_spelling() {
        assert_eq!(
            snippet("Sécurité of displaced people.", &["securite"], &["displ"]),
            "<mark>Sécurité</mark> of <mark>displaced</mark> people."
        );
    }

    #[test]
    fn everything_but_the_marks_is_escaped() {
        assert_eq!(
            snippet("<script>alert('x')</script> & \"mine\"", &["script", "mine"], &[]),
            "&lt;<mark>script</mark>&gt;alert(&#39;x&#39;)&lt;/<mark>script</mark>&gt; &amp; &quot;<mark>mine</mark>&quot;"
        );
        assert_eq!(snippet("<b>bold</b>", &[], &[]), "&lt;b&gt;bold&lt;/b&gt;");
    }

    #[test]
    fn the_window_with_most_different_words_is_shown() {
        let filler = "word ".repeat(50);
        let text = format!("mine mine mine {filler}mine action yemen {filler}");
        let shown = snippet(&text, &["mine", "action", "yemen"], &[]);
        assert!(
            shown.starts_with("… word word word word <mark>mine</mark> <mark>action</mark> <mark>yemen</mark> word")
        );
        assert!(shown.ends_with("word …"));
        assert_eq!(shown.matches("word").count(), 27);
    }

    #[test]
    fn without_a_match_the_beginning_is_shown() {
        assert_eq!(snippet("Short text.", &["nothing"], &[]), "Short text.");
        let shown = snippet(&"word ".repeat(100), &[], &[]);
        assert_eq!(shown, format!("{}word …", "word ".repeat(39)));
        assert_eq!(snippet("", &["nothing"], &[]), "");
    }

    #[test]
    fn another_language_is_shown_where_it_says_more() {
        let texts = BTreeMap::from([
            ("en".to_owned(), "Clean drinking water.".to_owned()),
            ("fr".to_owned(), "Eau potable.".to_owned()),
        ]);
        let none: [String; 0] = [];
        assert_eq!(Snippets::new(["eau"].into_iter(), &none).of(&texts, "en"), "<mark>Eau</mark> potable.");
        assert_eq!(Snippets::new(["water"].into_iter(), &none).of(&texts, "fr"), "Clean drinking <mark>water</mark>.");
        assert_eq!(Snippets::new([].into_iter(), &none).of(&texts, "fr"), "Eau potable.");
    }
}
