//! What the data is about: keywords, topics, clusters, population groups, the data dictionary.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::names::split_names;
use super::reading::{Path, Reading};
use super::text::{Limit, lower_case};
use crate::Field;
use crate::text::UNDETERMINED;

const MOST_KEYWORDS: usize = 1_000;
const MOST_TOPICS: usize = 1_000;
const MOST_CLUSTERS: usize = 200;
const MOST_FIELDS: usize = 5_000;
const MOST_POPULATION_GROUPS: usize = 200;
/// No name of a cluster is longer, in bytes; longer keywords are not looked up.
const LONGEST_CLUSTER_NAME: usize = 100;
/// Letters of the code of a cluster.
const LENGTH_OF_CODE: usize = 3;

/// Clusters that the source states. One that is not known stays as a topic.
pub(super) fn stated_clusters(reading: &mut Reading<'_>, mut clusters: Vec<String>) -> BTreeSet<String> {
    reading.at_most("clusters", MOST_CLUSTERS, &mut clusters);
    let mut codes = BTreeSet::new();
    for (index, cell) in clusters.into_iter().enumerate() {
        let field = Path::Item("clusters", index);
        let Some(cell) = reading.text(field, Limit::Line, cell) else { continue };
        let vocabularies = reading.vocabularies;
        let names = split_names(&cell, |name| vocabularies.cluster(name));
        codes.extend(names.known.into_iter().map(str::to_owned));
        for name in names.unknown {
            reading.problem_with(
                "unknown-cluster",
                field,
                "no known cluster or area of responsibility: kept as a topic",
                name,
            );
            reading.loose_topics.push(name.to_owned());
        }
    }
    codes
}

/// Adds the clusters that keywords and topics happen to name.
pub(super) fn named_clusters<'a>(
    reading: &Reading<'_>,
    words: impl Iterator<Item = &'a String>,
    clusters: &mut BTreeSet<String>,
) {
    // Most keywords are long paths or codes; a look-up folds the word and costs more than all else that is done to it. What is as
    // short as a code is one in capitals alone: `min` is a minimum, and `log` a diary.
    let is_other_word = |word: &str| word.len() <= LENGTH_OF_CODE && word.bytes().any(|byte| byte.is_ascii_lowercase());
    let may_be_name = |word: &&String| {
        word.len() <= LONGEST_CLUSTER_NAME
            && !word.bytes().any(|byte| byte.is_ascii_digit() || byte == b'>')
            && !is_other_word(word.trim())
    };
    for word in words.filter(may_be_name) {
        if let Some(code) = reading.vocabularies.cluster(word)
            && !clusters.contains(code)
        {
            clusters.insert(code.to_owned());
        }
    }
}

/// Keywords by language, each once in its language, and those that other fields left over.
pub(super) fn keywords(
    reading: &mut Reading<'_>,
    keywords: BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Vec<String>> {
    let mut by_language: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen_by_language: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    let loose = std::mem::take(&mut reading.loose_keywords);
    let all = keywords.into_iter().chain(std::iter::once((UNDETERMINED.to_owned(), loose)));
    let mut count = 0;
    'all: for (tag, words) in all {
        if words.is_empty() {
            continue;
        }
        let language = reading.language_tag(tag);
        let seen = seen_by_language.entry(language.clone()).or_default();
        let kept = by_language.entry(language).or_default();
        for (index, word) in words.into_iter().enumerate() {
            let Some(word) = reading.text(Path::Item("keywords", index), Limit::Keyword, word) else { continue };
            if !seen.insert(lower_case(&word)) {
                continue;
            }
            if count == MOST_KEYWORDS {
                let message = format!("more than {MOST_KEYWORDS}: the rest was left out");
                reading.problem("too-many", Path::Field("keywords"), message);
                break 'all;
            }
            count += 1;
            kept.push(word);
        }
    }
    by_language.retain(|_, words| !words.is_empty());
    by_language
}

/// Topics as the source names them, and values that no vocabulary knew.
pub(super) fn topics(reading: &mut Reading<'_>, mut topics: Vec<String>) -> Vec<String> {
    topics.append(&mut reading.loose_topics);
    reading.list("topics", Limit::Keyword, MOST_TOPICS, topics)
}

/// Population groups as codes. One that is not known stays as a topic.
pub(super) fn population_groups(reading: &mut Reading<'_>, mut groups: Vec<String>) -> Vec<String> {
    reading.at_most("population_groups", MOST_POPULATION_GROUPS, &mut groups);
    let mut codes: Vec<String> = Vec::new();
    for (index, cell) in groups.into_iter().enumerate() {
        let field = Path::Item("population_groups", index);
        let Some(cell) = reading.text(field, Limit::Line, cell) else { continue };
        let vocabularies = reading.vocabularies;
        let names = split_names(&cell, |name| vocabularies.population_group(name));
        for code in names.known {
            if !codes.iter().any(|known| known == code) {
                codes.push(code.to_owned());
            }
        }
        for name in names.unknown {
            reading.problem_with("unknown-population-group", field, "no known population group: kept as a topic", name);
            reading.loose_topics.push(name.to_owned());
        }
    }
    codes
}

/// The data dictionary, with the terms of its fields as they stand.
pub(super) fn fields(reading: &mut Reading<'_>, mut fields: Vec<Field>) -> Vec<Field> {
    reading.at_most("fields", MOST_FIELDS, &mut fields);
    let mut kept = Vec::with_capacity(fields.len());
    for (index, field) in fields.into_iter().enumerate() {
        let mut part =
            |name: &'static str, limit, text| reading.optional(Path::Member("fields", index, name), limit, text);
        let name = part("name", Limit::Line, Some(field.name));
        let description = part("description", Limit::Text, field.description);
        let data_type = part("data_type", Limit::Keyword, field.data_type);
        let shareable_form = part("shareable_form", Limit::Line, field.shareable_form);
        if name.is_none() && description.is_none() {
            continue;
        }
        kept.push(Field { name: name.unwrap_or_default(), description, data_type, shareable_form, ..field });
    }
    kept
}
