//! Snippets: the passage of a description that says most about the query, safe to put into a page.

use std::collections::BTreeMap;

use cairn_model::text::UNDETERMINED;

use crate::language::Language;
use crate::languages::{Languages, TextLanguage};
use crate::tokens::visit_words_that;

/// Words that a snippet shows.
const WINDOW: usize = 30;
/// Words before the first marked one.
const LEAD: usize = 4;
/// Letters that are shown where no word matched.
const BEGINNING: usize = 200;

/// Makes snippets for the words of one query.
pub(crate) struct Snippets<'a> {
    /// The stems of words that are marked.
    words: Vec<&'a [String]>,
    /// Letters with which they begin: few words of a text must be brought to their stems.
    first_letters: Vec<char>,
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
    pub(crate) fn new(words: impl Iterator<Item = &'a [String]>, prefixes: &'a [String]) -> Self {
        let words: Vec<&[String]> = words.collect();
        // Before it stands the mark of its language.
        let first_letters =
            words.iter().flat_map(|stems| stems.iter()).filter_map(|stem| stem.chars().nth(1)).collect();
        Self { words, first_letters, prefixes }
    }

    /// The snippet of a text that is there in several languages: in the preferred one, unless another says more about the
    /// query. `languages` are those of the record.
    pub(crate) fn of(&self, texts: &BTreeMap<String, String>, languages: Languages, language: &str) -> String {
        let preferred = [language, UNDETERMINED, "en"].iter().find_map(|tag| texts.get_key_value(*tag));
        let Some(preferred) = preferred.or_else(|| texts.iter().next()) else { return String::new() };
        if self.words.is_empty() && self.prefixes.is_empty() {
            return beginning(preferred.1);
        }
        let mut best: Option<(&str, Vec<Place>, Passage)> = None;
        for (tag, text) in std::iter::once(preferred).chain(texts.iter().filter(|(tag, _)| *tag != preferred.0)) {
            let found = self.places(text, languages.of_text(tag));
            let Some(passage) = self.best_passage(&found) else { continue };
            if best.as_ref().is_none_or(|(_, _, best)| passage.worth.0 > best.worth.0) {
                best = Some((text, found, passage));
            }
        }
        match best {
            Some((text, found, passage)) => show(text, &found, &passage),
            None => beginning(preferred.1),
        }
    }

    fn places(&self, text: &str, language: TextLanguage) -> Vec<Place> {
        let mut places = Vec::new();
        let may_be = |written: &str| self.may_be(written, language);
        visit_words_that(text, may_be, |word, span| {
            let query_word = word.and_then(|word| self.query_word(word, &text[span.from..span.to], language));
            places.push(Place { from: span.from, to: span.to, query_word });
        });
        places
    }

    /// Whether a word as it is written may be one of the query's: most are not, by the letter with which they begin.
    fn may_be(&self, written: &str, language: TextLanguage) -> bool {
        let Some(first) = written.chars().next().filter(char::is_ascii) else { return true };
        let first = first.to_ascii_lowercase();
        language.of_text == Language::Arabic
            || self.first_letters.contains(&first)
            || self.prefixes.iter().any(|prefix| prefix.starts_with(first))
    }

    /// Which of the query's words a word is, if any.
    fn query_word(&self, folded: &str, written: &str, language: TextLanguage) -> Option<usize> {
        // Only in Arabic does a stem begin otherwise than its word.
        let may_be =
            !folded.is_ascii() || folded.chars().next().is_some_and(|first| self.first_letters.contains(&first));
        let word = may_be
            .then(|| language.stem(folded, written))
            .and_then(|stem| self.words.iter().position(|stems| stems.contains(&stem)));
        word.or_else(|| {
            let prefix = self.prefixes.iter().position(|prefix| folded.starts_with(prefix.as_str()));
            prefix.map(|at| self.words.len() + at)
        })
    }

    /// The window with most different query words, of several the one with most marks, of several the first.
    fn best_passage(&self, found: &[Place]) -> Option<Passage> {
        let marks: Vec<(usize, usize)> =
            found.iter().enumerate().filter_map(|(at, place)| Some((at, place.query_word?))).collect();
        let mut counts = vec![0_usize; self.words.len() + self.prefixes.len()];
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
    use crate::language::{Language, stems_of};

    fn snippet(text: &str, words: &[&str], prefixes: &[&str]) -> String {
        let texts = BTreeMap::from([("en".to_owned(), text.to_owned())]);
        snippet_of(&texts, words, prefixes, "en")
    }

    fn snippet_of(texts: &BTreeMap<String, String>, words: &[&str], prefixes: &[&str], language: &str) -> String {
        let prefixes: Vec<String> = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
        let words: Vec<Vec<String>> = words.iter().map(|word| stems_of(word, word)).collect();
        Snippets::new(words.iter().map(Vec::as_slice), &prefixes).of(texts, Language::English.into(), language)
    }

    #[test]
    fn words_and_beginnings_are_marked_in_their_own_spelling() {
        assert_eq!(
            snippet("Sécurité of displaced people and wells.", &["securite", "well"], &["displ"]),
            "<mark>Sécurité</mark> of <mark>displaced</mark> people and <mark>wells</mark>."
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
        assert_eq!(snippet_of(&texts, &["eau"], &[], "en"), "<mark>Eau</mark> potable.");
        assert_eq!(snippet_of(&texts, &["waters"], &[], "fr"), "Clean drinking <mark>water</mark>.");
        assert_eq!(snippet_of(&texts, &[], &[], "fr"), "Eau potable.");
    }
}
