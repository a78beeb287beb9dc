//! The last word of a beginning, completed to the words of titles.
//!
//! Each word of a public title is a term of its own, beside those of tags and organisations and marked so that neither is met in
//! the other's place. Behind other words those are offered that titles hold together with them.

use crate::matching::{Conjunction, Matcher};
use crate::schema::Fields;
use crate::stopwords::says_nothing;
use crate::suggest::{First, entries};
use crate::tokens::{folded_words, visit_words};
use crate::view::View;
use crate::{SearchError, Suggestion};

/// What the terms of words begin with; no folded word does.
pub(super) const MARK: char = '\u{1}';
/// Letters of a word that is worth completing.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=30;
/// Words of a beginning before its last one that are asked for.
const MOST_BEFORE: usize = 4;
/// Titles that hold one of the words before the last, up to which is counted how many hold a completion as well.
const MOST_TITLES: u64 = 10_000;
/// Titles that are looked up for all completions together.
const MOST_LOOKED_UP: u64 = 50_000;
/// Completions, the most frequent of all titles, of which it is counted how many titles hold them behind other words.
const MOST_BEHIND: usize = 200;

/// The terms by which the words of titles are completed: as [`suggest_terms`](super::suggest_terms), of one word each.
pub(crate) fn terms<'a>(titles: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut terms = Vec::new();
    for title in titles {
        visit_words(title, |word, span| {
            if span.unspaced || !is_completed(word) {
                return;
            }
            let written = &title[span.from..span.to];
            let mut term = format!("{MARK}{word}\0");
            // A word is shown with its accents, but not with the capitals that it had in one title.
            if written.is_ascii() || written == word {
                term.push_str("w\0");
            } else {
                let written = written.to_lowercase();
                // Folding takes some apart, of which each part is completed as it is.
                let is_one = matches!(folded_words(&written).as_slice(), [one] if one == word);
                term.push_str("W\0");
                term.push_str(if is_one { &written } else { word });
            }
            terms.push(term);
        });
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

fn is_completed(word: &str) -> bool {
    LETTERS.contains(&word.chars().count()) && word.chars().all(char::is_alphabetic) && !says_nothing(word)
}

/// The completions of the last of the `words` of a beginning, each behind what stands before it.
pub(super) fn completing(
    view: &View,
    fields: &Fields,
    beginning: &str,
    words: &[String],
    limit: usize,
) -> Result<Vec<Suggestion>, SearchError> {
    let Some((last, before)) = words.split_last() else { return Ok(Vec::new()) };
    // Behind a space, or where a word is taken apart, nothing of the last one is known.
    let written = beginning.rfind(char::is_whitespace).map_or(beginning, |at| beginning[at..].trim_start());
    if !matches!(folded_words(written).as_slice(), [one] if one == last) {
        return Ok(Vec::new());
    }
    let completing = |limit: usize| entries::completing(view, fields, &format!("{MARK}{last}"), limit);
    if before.is_empty() {
        return completing(limit);
    }
    let before: Vec<&str> = before.iter().map(String::as_str).filter(|word| !says_nothing(word)).collect();
    if before.len() > MOST_BEFORE {
        return Ok(Vec::new());
    }
    let mut titles = u64::MAX;
    for word in &before {
        titles = titles.min(view.public.live_documents_with(fields.title, word)?);
    }
    if !(1..=MOST_TITLES).contains(&titles) {
        return Ok(Vec::new());
    }
    let candidates = usize::try_from(MOST_LOOKED_UP / titles).map_or(MOST_BEHIND, |most| most.min(MOST_BEHIND));
    let mut first = First::of(limit);
    let typed = &beginning[..beginning.len() - written.len()];
    for mut suggestion in completing(candidates)? {
        suggestion.count = titles_with(view, fields, &before, &suggestion.text)?;
        if suggestion.count > 0 {
            suggestion.text = format!("{typed}{}", suggestion.text);
            first.offer(suggestion);
        }
    }
    Ok(first.into_suggestions())
}

/// How many live titles hold words, and a completion with them.
fn titles_with(view: &View, fields: &Fields, words: &[&str], completion: &str) -> Result<u64, SearchError> {
    let completion = folded_words(completion);
    let mut count = 0;
    for segment in &view.public.segments {
        let all = words.iter().copied().chain(completion.iter().map(String::as_str));
        let matchers = all.map(|word| Matcher::term(segment, fields.title, word)).collect::<Result<_, _>>()?;
        let mut titles = Conjunction::new(matchers, Vec::new(), segment.reader.max_doc());
        let mut from = 0;
        while let Some(doc) = titles.seek(from) {
            count += u64::from(segment.is_live(doc));
            from = doc + 1;
        }
    }
    Ok(count)
}
