//! What a record was about when somebody said something of it. The ids of a table's rows are often no more than running numbers, or
//! made of titles that several rows have: what stands under one of them tomorrow can be other data.

use std::collections::BTreeSet;

use cairn_model::vocabulary::fold;
use cairn_model::{Dataset, LocalizedText};
use serde::{Deserialize, Serialize};

/// What a record is about, as its source says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Subject {
    /// Words of its titles, folded, without numbers.
    words: BTreeSet<String>,
    /// Its countries, ISO 3166-1 alpha-3.
    countries: BTreeSet<String>,
    /// P-codes of its places.
    places: BTreeSet<String>,
}

impl Subject {
    pub(super) fn of(dataset: &Dataset) -> Self {
        Self {
            words: words(&dataset.title),
            countries: dataset.countries.iter().cloned().collect(),
            places: dataset.places.iter().filter_map(|place| place.pcode.clone()).collect(),
        }
    }

    /// Whether a record is about something else: no word of its titles, no country or no place of it is one of these. What is
    /// not said on one side tells nothing.
    pub(super) fn is_other_than(&self, dataset: &Dataset) -> bool {
        let now = Self::of(dataset);
        // The P-code of a place begins with that of the place in which it lies.
        let is_within =
            |one: &String, other: &String| one.starts_with(other.as_str()) || other.starts_with(one.as_str());
        are_apart(&self.words, &now.words, String::eq)
            || are_apart(&self.countries, &now.countries, String::eq)
            || are_apart(&self.places, &now.places, is_within)
    }
}

fn are_apart(then: &BTreeSet<String>, now: &BTreeSet<String>, meet: impl Fn(&String, &String) -> bool) -> bool {
    !then.is_empty() && !now.is_empty() && !then.iter().any(|one| now.iter().any(|other| meet(one, other)))
}

fn words(title: &LocalizedText) -> BTreeSet<String> {
    let folded: Vec<String> = title.texts().map(fold).collect();
    let words = folded.iter().flat_map(|text| text.split(' '));
    // Short words (*of*, *de*) stand in any title.
    words.filter(|word| word.chars().count() > 3 && word.contains(char::is_alphabetic)).map(str::to_owned).collect()
}
