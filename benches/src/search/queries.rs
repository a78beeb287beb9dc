//! A thousand queries, the same for both sides, out of the words that the documents really hold.

use std::collections::BTreeMap;

use cairn_model::{BoundingBox, Dataset};
use cairn_search::{FacetField, Filters, SearchRequest, analysis};

use super::bare::FACET_VALUES;
use super::random::Random;
use super::{FACETS, HITS};

/// What is asked, taken apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Ask {
    /// What sort of query it is.
    pub(super) kind: &'static str,
    pub(super) words: Vec<String>,
    pub(super) phrase: Vec<String>,
    pub(super) prefix: Option<String>,
    pub(super) filters: Vec<(FacetField, String)>,
    pub(super) bbox: Option<BoundingBox>,
    /// Hits that are passed over by a cursor.
    pub(super) depth: usize,
}

impl Ask {
    /// Whether hits are ordered by score; without words the newest come first.
    pub(super) fn is_scored(&self) -> bool {
        !self.words.is_empty() || !self.phrase.is_empty()
    }

    /// The same as Cairn takes it.
    pub(super) fn request(&self) -> SearchRequest {
        let mut text = self.words.join(" ");
        if !self.phrase.is_empty() {
            text = format!("{text} \"{}\"", self.phrase.join(" "));
        }
        if let Some(prefix) = &self.prefix {
            text = format!("{text} {prefix}*");
        }
        let mut values: BTreeMap<FacetField, Vec<String>> = BTreeMap::new();
        for (facet, value) in &self.filters {
            values.entry(*facet).or_default().push(value.clone());
        }
        SearchRequest {
            text: text.trim().to_owned(),
            filters: Filters { values, bbox: self.bbox, ..Filters::default() },
            limit: HITS,
            facets: FACETS.to_vec(),
            facet_limit: FACET_VALUES,
            language: "en".to_owned(),
            today: 20_600,
            ..SearchRequest::default()
        }
    }
}

/// A record out of the catalogue that queries are made of.
pub(super) struct Example {
    title: Vec<String>,
    /// Words of the title that name no concept by themselves and say something.
    plain: Vec<String>,
    filters: Vec<(FacetField, String)>,
    bbox: Option<BoundingBox>,
}

impl Example {
    /// Its title's words and what it can be filtered by.
    pub(super) fn of(dataset: &Dataset) -> Self {
        let mut filters = Vec::new();
        filters.extend(dataset.countries.first().map(|value| (FacetField::Country, value.clone())));
        filters.extend(dataset.clusters.first().map(|value| (FacetField::Cluster, value.clone())));
        let format = dataset.distributions.iter().find_map(|distribution| distribution.format.clone());
        filters.extend(format.map(|value| (FacetField::Format, value)));
        filters.push((FacetField::Kind, dataset.kind.code().to_owned()));
        let mut title = analysis::words(dataset.title.best("en").unwrap_or_default());
        title.retain(|word| word.chars().count() > 1);
        let plain = title.iter().filter(|word| is_plain(std::slice::from_ref(word))).cloned().collect();
        Self { title, plain, filters, bbox: dataset.bbox }
    }
}

/// Whether a search for words looks for these words alone, in both indexes: Cairn finds more by words that name a concept or that
/// other languages have a word for, and passes over those that say nothing.
fn is_plain(words: &[String]) -> bool {
    analysis::is_plain(&words.join(" "))
}

/// The words of a catalogue by how many of its documents hold them.
struct Bands {
    /// From 10 to 60 of a hundred.
    broad: Vec<String>,
    /// From 1 to 10.
    middling: Vec<String>,
    /// Fewer.
    selective: Vec<String>,
}

impl Bands {
    fn of(vocabulary: &[(String, u64)], documents: u64) -> Self {
        let mut bands = Self { broad: Vec::new(), middling: Vec::new(), selective: Vec::new() };
        for (word, count) in vocabulary {
            let is_usual = word.chars().count() > 2 && word.chars().all(char::is_alphabetic);
            let share = *count as f64 / documents.max(1) as f64;
            if *count < 2 || share > 0.6 || !is_usual || !is_plain(std::slice::from_ref(word)) {
                continue;
            }
            let band = match share {
                0.1.. => &mut bands.broad,
                0.01.. => &mut bands.middling,
                _ => &mut bands.selective,
            };
            band.push(word.clone());
        }
        bands
    }

    /// Any word, most of them middling.
    fn any(&self, random: &mut Random) -> String {
        let band = match random.below(4) {
            0 => &self.broad,
            1 | 2 => &self.middling,
            _ => &self.selective,
        };
        word_of(band, random).or_else(|| word_of(&self.selective, random)).unwrap_or_default()
    }
}

fn word_of(band: &[String], random: &mut Random) -> Option<String> {
    random.one_of(band).cloned()
}

/// Makes queries, of a hundred: 20 of a selective word, 12 of a middling one, 8 of a broad one, 18 of two words, 8 of three,
/// 8 phrases, 8 prefixes, 6 of filters, 5 of a box, 4 deep in the pages, 3 of nothing. None names a concept.
pub(super) fn make(count: usize, vocabulary: &[(String, u64)], documents: u64, examples: &[Example]) -> Vec<Ask> {
    let bands = Bands::of(vocabulary, documents);
    let mut random = Random::new(42);
    let mut queries = Vec::with_capacity(count);
    let mut tries = count * 100;
    while queries.len() < count && tries > 0 {
        tries -= 1;
        let Some(example) = random.one_of(examples) else { break };
        queries.extend(one(&bands, example, &mut random));
    }
    queries
}

fn one(bands: &Bands, example: &Example, random: &mut Random) -> Option<Ask> {
    let of_word = |kind, word: Option<String>| Some(Ask { kind, words: vec![word?], ..Ask::default() });
    let of_words = |kind, words: Option<Vec<String>>| Some(Ask { kind, words: words?, ..Ask::default() });
    match random.below(100) {
        0..20 => of_word("selective word", word_of(&bands.selective, random)),
        20..32 => of_word("middling word", word_of(&bands.middling, random)),
        32..40 => of_word("broad word", word_of(&bands.broad, random)),
        40..58 => of_words("two words", words_of(example, 2, random)),
        58..66 => of_words("three words", words_of(example, 3, random)),
        66..74 => Some(Ask { kind: "phrase", phrase: phrase_of(example, random)?, ..Ask::default() }),
        74..82 => {
            let letters = 2 + random.below(4);
            let prefix: String = bands.any(random).chars().take(letters).collect();
            (prefix.chars().count() > 1).then(|| Ask { kind: "prefix", prefix: Some(prefix), ..Ask::default() })
        }
        82..88 => Some(Ask {
            kind: "filters",
            filters: example.filters.iter().take(1 + random.below(2)).cloned().collect(),
            ..Ask::default()
        }),
        88..93 => Some(Ask { kind: "box", bbox: Some(box_in(example, random)?), ..Ask::default() }),
        93..97 => {
            let words = if random.percent(50) { vec![word_of(&bands.broad, random)?] } else { Vec::new() };
            Some(Ask { kind: "deep cursor", words, depth: 10_000 + random.below(2_000), ..Ask::default() })
        }
        _ => Some(Ask { kind: "match all", ..Ask::default() }),
    }
}

/// Queries of one word that names a concept, the most frequent words first.
pub(super) fn of_concepts(vocabulary: &[(String, u64)], count: usize) -> Vec<Ask> {
    let words = vocabulary.iter().map(|(word, _)| word);
    let names = words.filter(|word| word.chars().count() > 2 && analysis::names_concept(word));
    names.take(count).map(|word| Ask { kind: "names a concept", words: vec![word.clone()], ..Ask::default() }).collect()
}

/// A part of the extent of an example, that does not lie across the antimeridian.
fn box_in(example: &Example, random: &mut Random) -> Option<BoundingBox> {
    let whole = example.bbox.filter(|bbox| bbox.west < bbox.east)?;
    let part = 0.2 + 0.8 * random.share();
    let east = whole.west + (whole.east - whole.west) * part;
    BoundingBox::new(whole.west, whole.south, east, whole.south + (whole.north - whole.south) * part).ok()
}

/// Different words of a title.
fn words_of(example: &Example, count: usize, random: &mut Random) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    for _ in 0..count * 3 {
        let word = random.one_of(&example.plain)?;
        if words.len() < count && !words.contains(word) {
            words.push(word.clone());
        }
    }
    (words.len() == count && is_plain(&words)).then_some(words)
}

/// Two or three words of a title next to each other.
fn phrase_of(example: &Example, random: &mut Random) -> Option<Vec<String>> {
    let length = 2 + random.below(2);
    let last = example.title.len().checked_sub(length)?;
    let from = random.below(last + 1);
    Some(example.title.get(from..from + length)?.to_vec())
}
