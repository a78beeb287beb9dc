//! What is telling of a record: the words and concepts by which others are like it, its areas, and the time that it covers.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Dataset, Vocabularies};
use cairn_policy::Rendition;
use tantivy::schema::Field;

use crate::SearchError;
use crate::audience::Audience;
use crate::concepts::{NAMED_COUNTRIES, carried, concept_of, is_area};
use crate::document::{FAR, covered, ended, number_of};
use crate::languages::Languages;
use crate::matching::{Conjunction, Matcher};
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
    /// What is telling of a rendition to an audience.
    pub(crate) fn of(
        rendition: &Rendition,
        view: &View,
        fields: &Fields,
        vocabularies: &Vocabularies,
        audience: &Audience,
        today: i64,
    ) -> Result<Self, SearchError> {
        let dataset = &rendition.dataset;
        let others = Others { rendition, view, fields, audience };
        let weigh = |field, term: String, times: f32| {
            let weight = view.statistics.weight_of(&view.public, field, std::slice::from_ref(&term))?;
            Ok::<_, SearchError>(Weighed { share: weight * said(times), term })
        };
        let mut words = Vec::new();
        for (stem, worth) in words_of(dataset) {
            words.push(weigh(fields.stems[ALL], stem, worth)?);
        }
        let mut concepts = Vec::new();
        let mut areas = Vec::new();
        for (term, times) in carried(dataset, vocabularies) {
            match concept_of(&term) {
                Some(area) if is_area(&area) && times >= SAID_OF_AREA => {
                    let depth = vocabularies.lexicon().covering(&area).len() + 1;
                    areas.push((term, depth.min(DEEPEST)));
                }
                Some(concept) if !is_area(&concept) => concepts.push(weigh(fields.concepts, term, times as f32)?),
                _ => {}
            }
        }
        if dataset.countries.len() > NAMED_COUNTRIES {
            areas.retain(|(_, depth)| *depth > 1);
        }
        areas.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        areas.truncate(MOST_AREAS);
        let covered = dataset.coverage.as_ref().and_then(covered);
        Ok(Self {
            words: others.strongest(fields.stems[ALL], words, MOST_WORDS)?,
            concepts: others.strongest(fields.concepts, concepts, MOST_CONCEPTS)?,
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
    (from > -FAR).then(|| (from, ended(from, to, today)))
}

/// The other records that an audience sees.
struct Others<'a> {
    rendition: &'a Rendition,
    view: &'a View,
    fields: &'a Fields,
    audience: &'a Audience,
}

impl Others<'_> {
    /// The terms that come to most, of those that others have, too: what no other record says relates nothing.
    fn strongest(&self, field: Field, mut weighed: Vec<Weighed>, most: usize) -> Result<Vec<Weighed>, SearchError> {
        weighed.sort_by(|left, right| right.share.total_cmp(&left.share).then_with(|| left.term.cmp(&right.term)));
        let mut strongest = Vec::with_capacity(most.min(weighed.len()));
        for one in weighed {
            if strongest.len() == most {
                break;
            }
            if self.have(field, &one.term)? {
                strongest.push(one);
            }
        }
        Ok(strongest)
    }

    /// Whether any has a term.
    fn have(&self, field: Field, term: &str) -> Result<bool, SearchError> {
        let itself = u64::from(self.rendition.is_public());
        if self.view.public.live_documents_with(field, term)? > itself {
            return Ok(true);
        }
        if self.audience.is_public_only() {
            return Ok(false);
        }
        let itself = number_of(self.rendition.dataset.id);
        for segment in &self.view.restricted.segments {
            let term = Matcher::term(segment, field, term)?;
            if matches!(term, Matcher::Nothing) {
                continue;
            }
            let visible = self.audience.visible(segment, self.fields)?;
            let mut seen = Conjunction::new(vec![term, visible], Vec::new(), segment.reader.max_doc());
            if seen.documents().any(|doc| segment.is_live(doc) && segment.id(doc) != itself) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The stems of a record, each with what its occurrences count together.
fn words_of(dataset: &Dataset) -> BTreeMap<String, f32> {
    let languages = Languages::of(dataset);
    let mut words: BTreeMap<String, f32> = BTreeMap::new();
    let mut read = |tag: Option<&str>, text: &str, worth: f32| {
        let language = tag.map_or(languages.of_unnamed(), |tag| languages.of_text(tag));
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
