//! The words of a record, to look for topics in.

use std::collections::HashSet;

use cairn_model::Dataset;
use cairn_model::vocabulary::fold;

/// Letters of a word from which on a last `s` is taken for a plural.
const SHORTEST_PLURAL: usize = 4;

/// How a topic stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// In its title, keywords or topics.
    Named,
    /// In what else it says.
    Mentioned,
    /// Not at all.
    Nowhere,
}

/// The words of a record, each in one spelling.
pub(super) struct Words {
    named: HashSet<String>,
    mentioned: HashSet<String>,
}

impl Words {
    pub(super) fn of(dataset: &Dataset) -> Self {
        let mut named = HashSet::new();
        let of_topics = dataset.keywords.values().flatten().chain(&dataset.topics).map(String::as_str);
        for text in dataset.title.texts().chain(of_topics) {
            add(&mut named, text);
        }
        let mut mentioned = HashSet::new();
        let of_fields =
            dataset.fields.iter().flat_map(|field| [Some(&field.name), field.description.as_ref()]).flatten();
        let others = dataset.questions.iter().chain(&dataset.methodology).chain(of_fields).map(String::as_str);
        for text in dataset.description.texts().chain(others) {
            add(&mut mentioned, text);
        }
        Self { named, mentioned }
    }

    /// Where the words of a topic stand: all of them, in any order.
    pub(super) fn find(&self, topic: &str) -> Found {
        let mut wanted = HashSet::new();
        add(&mut wanted, topic);
        if wanted.is_empty() {
            Found::Nowhere
        } else if wanted.is_subset(&self.named) {
            Found::Named
        } else if wanted.iter().all(|word| self.named.contains(word) || self.mentioned.contains(word)) {
            Found::Mentioned
        } else {
            Found::Nowhere
        }
    }

    /// Whether a word of the record's keywords, topics, titles or fields holds one of some stems.
    pub(super) fn hold_any(&self, stems: &[&str]) -> bool {
        self.named.iter().chain(&self.mentioned).any(|word| stems.iter().any(|stem| word.contains(stem)))
    }
}

fn add(words: &mut HashSet<String>, text: &str) {
    for word in fold(text).split(' ').filter(|word| !word.is_empty()) {
        words.insert(singular(word).to_owned());
    }
}

/// A word without the `s` of a plural, for records and needs alike.
fn singular(word: &str) -> &str {
    let is_plural = word.len() >= SHORTEST_PLURAL && !word.ends_with("ss");
    word.strip_suffix('s').filter(|_| is_plural).unwrap_or(word)
}

/// What to search a catalogue for, to find the records that may have a topic: the beginnings of its words. Of the grammar of
/// searches nothing but a star at the end of a word is in it.
pub fn search_text(topic: &str) -> String {
    const MOST_WORDS: usize = 16;
    const LONGEST_WORD: usize = 25;
    let beginning = |word: &str| {
        let stem: String = singular(word).chars().take(LONGEST_WORD).collect();
        if stem.is_ascii() && stem.len() >= SHORTEST_PLURAL { format!("{stem}*") } else { stem }
    };
    fold(topic).split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).map(beginning).collect::<Vec<_>>().join(" ")
}
