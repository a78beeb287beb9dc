//! The last word of a beginning, completed to the words of titles.
//!
//! Each word of a public title is a term of its own, beside those of tags and organisations and marked so that neither is met in
//! the other's place. Behind other words those are offered that titles hold together with them.

use rustc_hash::FxHashSet;
use tantivy::DocId;

use crate::matching::{Conjunction, Matcher};
use crate::schema::Fields;
use crate::segment::Segment;
use crate::stopwords::{says_nothing, says_something};
use crate::suggest::{First, entries, term_of};
use crate::tokens::{folded_words, visit_words};
use crate::view::View;
use crate::{SearchError, Suggestion};

/// What the terms of words begin with; no folded word does.
pub(super) const MARK: &str = "\u{1}";
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
            // A word is shown with its accents, but not with the capitals that it had in one title. Folding takes some apart,
            // of which each part is completed as it is.
            let written = title[span.from..span.to].to_lowercase();
            let is_one = written == word || matches!(folded_words(&written).as_slice(), [one] if one == word);
            terms.push(term_of(MARK, word, 'w', if is_one { &written } else { word }));
        });
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

fn is_completed(word: &str) -> bool {
    LETTERS.contains(&word.chars().count()) && says_something(word)
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
    // Of a word that titles write with accents and without them the one is offered that more have.
    let mut offered: FxHashSet<String> = FxHashSet::default();
    if before.is_empty() {
        let mut words = completing(limit)?;
        words.retain(|word| offered.insert(folded_words(&word.text).concat()));
        return Ok(words);
    }
    let before: Vec<&str> = before.iter().map(String::as_str).filter(|word| !says_nothing(word)).collect();
    if before.len() > MOST_BEFORE {
        return Ok(Vec::new());
    }
    let mut rarest = u64::MAX;
    for word in &before {
        rarest = rarest.min(view.public.live_documents_with(fields.title, word)?);
    }
    if !(1..=MOST_TITLES).contains(&rarest) {
        return Ok(Vec::new());
    }
    let candidates = usize::try_from(MOST_LOOKED_UP / rarest).map_or(MOST_BEHIND, |most| most.min(MOST_BEHIND));
    let mut first = First::of(limit);
    let typed = &beginning[..beginning.len() - written.len()];
    let titles = titles_with(view, fields, &before)?;
    for mut suggestion in completing(candidates)? {
        let word = folded_words(&suggestion.text).concat();
        // What was typed before needs no saying twice.
        if before.contains(&word.as_str()) || !offered.insert(word.clone()) {
            continue;
        }
        suggestion.count = how_many_hold(&word, &titles, fields)?;
        if suggestion.count > 0 {
            suggestion.text = format!("{typed}{}", suggestion.text);
            first.offer(suggestion);
        }
    }
    Ok(first.into_suggestions())
}

/// The live titles of each segment that hold words.
fn titles_with<'v>(
    view: &'v View,
    fields: &Fields,
    words: &[&str],
) -> Result<Vec<(&'v Segment, Vec<DocId>)>, SearchError> {
    let of_segment = |segment: &'v Segment| {
        let matchers = words.iter().map(|word| Matcher::term(segment, fields.title, word)).collect::<Result<_, _>>()?;
        let mut titles = Conjunction::new(matchers, Vec::new(), segment.reader.max_doc());
        Ok((segment, titles.documents().filter(|doc| segment.is_live(*doc)).collect()))
    };
    view.public.segments.iter().map(|segment| of_segment(segment)).collect()
}

/// How many of some titles hold a word as well.
fn how_many_hold(word: &str, titles: &[(&Segment, Vec<DocId>)], fields: &Fields) -> Result<u64, SearchError> {
    let mut count = 0;
    for (segment, titles) in titles {
        let mut matcher = Matcher::term(segment, fields.title, word)?;
        count += titles.iter().filter(|title| matcher.seek(**title) == **title).count() as u64;
    }
    Ok(count)
}
