//! What is telling of a record: the words and concepts by which others are like it, its areas, and the time that it covers.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::vocabulary::Concept;
use cairn_model::{Dataset, Vocabularies};
use cairn_policy::Rendition;

use crate::SearchError;
use crate::concepts::carried;
use crate::document::{covered, language_of, main_language};
use crate::plain_text::plain_text;
use crate::schema::{ALL, Fields};
use crate::statistics::said;
use crate::stopwords::says_nothing;
use crate::tokens::visit_words;
use crate::view::View;

/// Words by which others are compared.
const MOST_WORDS: usize = 25;
/// Different words of which those are chosen: titles, keywords and topics come before the head of the description.
const LOOKED_AT: usize = 200;
/// Bytes of a description in which words are looked for.
const HEAD: usize = 2_000;
/// Keywords and topics that are looked at.
const MOST_KEYWORDS: usize = 100;
/// Concepts by which others are compared.
const MOST_CONCEPTS: usize = 15;
/// Areas by which others are compared, the deepest first.
const MOST_AREAS: usize = 30;
/// A record about more countries than these is about none of them.
const NAMED_COUNTRIES: usize = 12;
/// What a word counts by where it stands: in a title, as a keyword or topic, in the description.
const WORTH: [f32; 3] = [3.0, 2.0, 1.0];
/// How often a record counts an area that it is about: what its description alone names is not.
pub(crate) const SAID_OF_AREA: u32 = 2;
/// How deep an area can be: 1 is a country, 2 a first-level area, and all below counts alike.
pub(crate) const DEEPEST: usize = 3;

/// What is telling of a record.
pub(crate) struct Telling {
    /// Stems, the most telling first.
    pub(crate) words: Vec<Weighed>,
    /// Terms of concepts that are no areas, the most telling first.
    pub(crate) concepts: Vec<Weighed>,
    /// Terms of the areas that it is about, each with its depth, the deepest first.
    pub(crate) areas: Vec<(String, usize)>,
    /// First and last day covered.
    pub(crate) covered: Option<(i64, i64)>,
}

/// A term, and what it comes to at the most.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weighed {
    pub(crate) term: String,
    /// The rarer among public records, and the more the record says it, the more.
    pub(crate) share: f32,
}

impl Telling {
    /// What is telling of a rendition.
    pub(crate) fn of(
        rendition: &Rendition,
        view: &View,
        fields: &Fields,
        vocabularies: &Vocabularies,
        today: i64,
    ) -> Result<Self, SearchError> {
        let dataset = &rendition.dataset;
        // What no other public record has relates nothing, where the record itself is one of those that are counted.
        let least = u64::from(rendition.is_public()) + 1;
        let weigh = |field, term: String, times: f32| {
            let terms = std::slice::from_ref(&term);
            let is_shared = !rendition.is_public() || view.public.live_documents_with(field, &term)? >= least;
            let weight = view.statistics.weight_of(&view.public, field, terms)?;
            Ok::<_, SearchError>(is_shared.then_some(Weighed { share: weight * said(times), term }))
        };
        let mut words = Vec::new();
        for (stem, worth) in words_of(dataset) {
            words.extend(weigh(fields.stems[ALL], stem, worth)?);
        }
        let mut concepts = Vec::new();
        let mut areas = Vec::new();
        for (term, times) in carried(dataset, vocabularies) {
            match area_of(&term) {
                Some(area) if times >= SAID_OF_AREA => {
                    let depth = vocabularies.lexicon().covering(&area).len() + 1;
                    areas.push((term, depth.min(DEEPEST)));
                }
                Some(_) => {}
                None if term.starts_with("whole\0") => {}
                None => concepts.extend(weigh(fields.concepts, term, times as f32)?),
            }
        }
        if dataset.countries.len() > NAMED_COUNTRIES {
            areas.retain(|(_, depth)| *depth > 1);
        }
        areas.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        areas.truncate(MOST_AREAS);
        let covered = dataset.coverage.as_ref().and_then(covered);
        Ok(Self {
            words: strongest(words, MOST_WORDS),
            concepts: strongest(concepts, MOST_CONCEPTS),
            areas,
            covered: covered.and_then(|(from, to)| covered_days(from, to, today)),
        })
    }

    /// What all its words and concepts come to at the most.
    pub(crate) fn total(&self) -> f32 {
        self.words.iter().chain(&self.concepts).map(|one| one.share).sum()
    }
}

/// A time covered that has a beginning, until today where it has no end.
pub(crate) fn covered_days(from: i64, to: i64, today: i64) -> Option<(i64, i64)> {
    let to = if to >= crate::document::FAR { today.max(from) } else { to };
    (from > -crate::document::FAR).then_some((from, to))
}

fn strongest(mut weighed: Vec<Weighed>, most: usize) -> Vec<Weighed> {
    weighed.sort_by(|left, right| right.share.total_cmp(&left.share).then_with(|| left.term.cmp(&right.term)));
    weighed.truncate(most);
    weighed
}

/// The area that a term of [`carried`] stands for, if it is one.
fn area_of(term: &str) -> Option<Concept> {
    let (scheme, code) = term.split_once('\0')?;
    let scheme = ["country", "place"].into_iter().find(|one| *one == scheme)?;
    Some(Concept { scheme, code: code.to_owned() })
}

/// The stems of a record, each with what its occurrences count together.
fn words_of(dataset: &Dataset) -> BTreeMap<String, f32> {
    let main = main_language(dataset);
    let mut words: BTreeMap<String, f32> = BTreeMap::new();
    let mut read = |tag: Option<&str>, text: &str, worth: f32| {
        let language = tag.map_or(main, |tag| language_of(tag, main));
        // A word of a title or keyword counts once for each of them.
        let mut seen = BTreeSet::new();
        visit_words(text, |folded, span| {
            let is_number = folded.bytes().all(|byte| byte.is_ascii_digit());
            if is_number || folded.chars().nth(1).is_none() || says_nothing(folded) {
                return;
            }
            let stem = language.stem(folded, &text[span.from..span.to]);
            if worth > WORTH[2] && !seen.insert(stem.clone()) {
                return;
            }
            if words.len() < LOOKED_AT || words.contains_key(&stem) {
                *words.entry(stem).or_default() += worth;
            }
        });
    };
    for (tag, title) in &dataset.title.0 {
        read(Some(tag), title, WORTH[0]);
    }
    let keywords = dataset.keywords.iter().flat_map(|(tag, words)| words.iter().map(move |word| (Some(tag), word)));
    for (tag, keyword) in keywords.chain(dataset.topics.iter().map(|topic| (None, topic))).take(MOST_KEYWORDS) {
        read(tag.map(String::as_str), keyword, WORTH[1]);
    }
    for (tag, description) in &dataset.description.0 {
        let head = &description[..description.floor_char_boundary(HEAD)];
        read(Some(tag), &plain_text(head), WORTH[2]);
    }
    words
}
