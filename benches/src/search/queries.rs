//! A thousand queries, the same for both sides, out of the words that the documents really hold.

use std::collections::BTreeMap;

use cairn_model::Dataset;
use cairn_search::{FacetField, Filters, SearchRequest};

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
            filters: Filters { values, ..Filters::default() },
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
    filters: Vec<(FacetField, String)>,
}

impl Example {
    /// Its title's words and what it can be filtered by.
    pub(super) fn of(dataset: &Dataset) -> Self {
        let title = dataset.title.best("en").unwrap_or_default().to_lowercase();
        let title = title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.chars().count() > 1);
        let mut filters = Vec::new();
        filters.extend(dataset.countries.first().map(|value| (FacetField::Country, value.clone())));
        filters.extend(dataset.clusters.first().map(|value| (FacetField::Cluster, value.clone())));
        let format = dataset.distributions.iter().find_map(|distribution| distribution.format.clone());
        filters.extend(format.map(|value| (FacetField::Format, value.to_uppercase())));
        filters.push((FacetField::Kind, dataset.kind.code().to_owned()));
        Self { title: title.map(str::to_owned).collect(), filters }
    }
}

/// The words of a catalogue by how often they occur.
struct Bands {
    frequent: Vec<String>,
    middling: Vec<String>,
    rare: Vec<String>,
}

impl Bands {
    fn of(vocabulary: Vec<(String, u64)>) -> Self {
        let usual = |word: &str| word.chars().count() > 2 && word.chars().all(char::is_alphabetic);
        let mut words: Vec<String> =
            vocabulary.into_iter().filter(|(word, count)| *count > 1 && usual(word)).map(|(word, _)| word).collect();
        let rare = words.split_off(words.len().min(5_000));
        let middling = words.split_off(words.len().min(200));
        Self { frequent: words, middling, rare }
    }

    /// A word: one in four frequent, half middling, one in four rare.
    fn word(&self, random: &mut Random) -> String {
        let band = match random.below(4) {
            0 => &self.frequent,
            1 | 2 => &self.middling,
            _ => &self.rare,
        };
        let word = random.one_of(band).or_else(|| random.clone().one_of(&self.frequent));
        word.cloned().unwrap_or_default()
    }
}

/// Makes queries: of a hundred 30 of one word, 25 of two, 10 of three or four, 10 phrases, 10 prefixes, 10 of a word with a
/// filter, 3 of filters alone, 2 of nothing.
pub(super) fn make(count: usize, vocabulary: Vec<(String, u64)>, examples: &[Example]) -> Vec<Ask> {
    let bands = Bands::of(vocabulary);
    let mut random = Random::new(42);
    let mut queries = Vec::with_capacity(count);
    while queries.len() < count {
        let Some(example) = random.one_of(examples) else { break };
        let ask = match random.below(100) {
            0..30 => Some(Ask { kind: "one word", words: vec![bands.word(&mut random)], ..Ask::default() }),
            30..55 => words_of(example, 2, &mut random).map(|words| Ask { kind: "two words", words, ..Ask::default() }),
            55..65 => {
                let wanted = 3 + random.below(2);
                words_of(example, wanted, &mut random).map(|words| Ask { kind: "more words", words, ..Ask::default() })
            }
            65..75 => phrase_of(example, &mut random).map(|phrase| Ask { kind: "phrase", phrase, ..Ask::default() }),
            75..85 => {
                let letters = 2 + random.below(4);
                let prefix = bands.word(&mut random).chars().take(letters).collect();
                Some(Ask { kind: "prefix", prefix: Some(prefix), ..Ask::default() })
            }
            85..95 => Some(Ask {
                kind: "word and filter",
                words: vec![bands.word(&mut random)],
                filters: random.one_of(&example.filters).cloned().into_iter().collect(),
                ..Ask::default()
            }),
            95..98 => Some(Ask {
                kind: "filters",
                filters: example.filters.iter().take(1 + random.below(2)).cloned().collect(),
                ..Ask::default()
            }),
            _ => Some(Ask { kind: "browse", ..Ask::default() }),
        };
        queries.extend(ask);
    }
    queries
}

/// Different words of a title.
fn words_of(example: &Example, count: usize, random: &mut Random) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    for _ in 0..count * 3 {
        let word = random.one_of(&example.title)?;
        if words.len() < count && !words.contains(word) {
            words.push(word.clone());
        }
    }
    (words.len() == count).then_some(words)
}

/// Two or three words of a title next to each other.
fn phrase_of(example: &Example, random: &mut Random) -> Option<Vec<String>> {
    let length = 2 + random.below(2);
    let last = example.title.len().checked_sub(length)?;
    let from = random.below(last + 1);
    Some(example.title.get(from..from + length)?.to_vec())
}
