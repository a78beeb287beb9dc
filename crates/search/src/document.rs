//! From a rendition to the document that stands for it in the index.
//!
//! Everything comes from the rendition itself, so that no document holds what its audience may not see.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::duplicate::{self, Features};
use cairn_model::text::UNDETERMINED;
use cairn_model::{
    BoundingBox, Dataset, DatasetId, FreshnessDates, Interval, LocalizedText, Organisation, Vocabularies,
};
use cairn_policy::{Rendition, review_day};
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::Field;

use crate::analyser::Analyser;
use crate::concepts::Reading;
use crate::languages::Languages;
use crate::places;
use crate::plain_text::plain_text;
use crate::schema::{Fields, filter_term_of, organisation_name_term, series_term};
use crate::series;
use crate::suggest::{suggest_terms, word_terms};
use crate::texts::{INDEXED_VALUES, LANGUAGES, each_text};
use crate::tokens::folded_words;
use crate::value::names_of_organisation;
use crate::years;
use crate::{Card, FacetField, SearchError};

/// Bytes of a description that are kept for snippets.
const STORED_TEXT: usize = 6_000;
/// Bytes of all titles that are kept for a list, and of all descriptions for snippets: every hit of a page is unpacked.
const STORED_LANGUAGES: usize = 32_000;
/// Letters of an organisation's name in its facet, and bytes of those by which it is found.
pub(crate) const ORGANISATION_NAME: usize = 200;
/// Days from 1970 that no date reaches: an open end of the time covered.
pub(crate) const FAR: i64 = 10_000_000;
/// Bytes of a title that order hits, folded and as written.
const TITLE_ORDER: usize = 240;
/// Bytes of a title whose words are completed.
const COMPLETED_TITLE: usize = 2_000;

/// What is stored with a document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// What a list shows.
    pub(crate) card: Card,
    /// Text for snippets by language.
    pub(crate) text: BTreeMap<String, String>,
    /// Its languages.
    pub(crate) languages: Languages,
    /// What duplicates are judged by, of a rendition that is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) features: Option<Features>,
}

/// The document of a rendition.
pub(crate) fn document(
    fields: &Fields,
    rendition: &Rendition,
    vocabularies: &Vocabularies,
    analyser: &mut Analyser,
) -> Result<TantivyDocument, SearchError> {
    let dataset = &rendition.dataset;
    let values = facet_values(rendition, vocabularies);
    let mut document = TantivyDocument::new();

    document.add_bytes(fields.id, dataset.id.as_bytes());
    let (high, low) = id_halves(dataset.id);
    document.add_u64(fields.id_high, high);
    document.add_u64(fields.id_low, low);
    for label in &rendition.visible_to {
        document.add_text(fields.visible_to, label.as_str());
    }
    for label in &rendition.superseded_by {
        document.add_text(fields.superseded_by, label.as_str());
    }

    let languages = Languages::of(dataset);
    analyser.begin();
    each_text(dataset, languages, vocabularies, |field, language, text| analyser.read(field, language, text));
    document.add_text(fields.all, &analyser.words);
    document.add_text(fields.title, &analyser.title);
    for (field, stems) in fields.stems.iter().zip(&analyser.stems) {
        document.add_text(*field, stems);
    }
    let reading = Reading::of(dataset, vocabularies, &mut analyser.names);
    for (term, times) in reading.carried(dataset) {
        for _ in 0..times {
            document.add_text(fields.concepts, &term);
        }
    }
    for term in dataset.coverage.iter().flat_map(years::covered) {
        document.add_text(fields.concepts, &term);
    }
    for (facet, facet_values) in &values {
        for value in facet_values {
            document.add_text(fields.filter, filter_term_of(*facet, value));
            if let Some(column) = fields.facets[facet.place()] {
                document.add_text(column, column_value(*facet, value, dataset));
            }
        }
    }
    if let Some(organisation) = shown_organisation(dataset) {
        for named in names_of_organisation(&organisation.name).iter().filter(|named| !named.is_empty()) {
            document.add_text(fields.filter, organisation_name_term(head(named, ORGANISATION_NAME)));
        }
    }
    if let Some(key) = series::key(rendition, vocabularies, &reading.context, &mut analyser.names) {
        document.add_u64(fields.series, key);
        document.add_text(fields.filter, series_term(&series::spelled(key)));
    }
    for code in places::codes_of(&dataset.places, vocabularies) {
        document.add_text(fields.pcode, code);
    }
    if rendition.is_public() {
        let organisation = shown_organisation(dataset).map(|organisation| organisation.name.as_str());
        let tags = values.get(&FacetField::Tag).into_iter().flatten().map(String::as_str);
        let words = word_terms(dataset.title.0.values().map(|title| head(title, COMPLETED_TITLE)));
        for term in suggest_terms(tags, organisation).into_iter().chain(words) {
            document.add_text(fields.suggest, term);
        }
    }
    add_numbers(&mut document, fields, dataset, vocabularies);
    if let Some(day) = review_day(rendition) {
        document.add_i64(fields.review, day);
    }
    let features = rendition.is_compared().then(|| Features::of(dataset));
    if features.is_some() {
        for key in duplicate::keys(dataset) {
            document.add_bytes(fields.duplicate_key, &key.hash.to_be_bytes());
        }
    }
    let stored = Stored { card: card(rendition), text: snippet_texts(dataset), languages, features };
    let stored = serde_json::to_vec(&stored)
        .map_err(|error| SearchError::Failed { attempt: "written", reason: error.to_string() })?;
    document.add_bytes(fields.stored, &stored);
    Ok(document)
}

fn add_numbers(document: &mut TantivyDocument, fields: &Fields, dataset: &Dataset, vocabularies: &Vocabularies) {
    if let Some(stamp) = &dataset.modified {
        document.add_i64(fields.modified, stamp.day());
    }
    if let Some(stamp) = &dataset.issued {
        document.add_i64(fields.issued, stamp.day());
    }
    if let Some((from, to)) = dataset.coverage.as_ref().and_then(covered) {
        document.add_i64(fields.covers_from, from);
        document.add_i64(fields.covers_to, to);
    }
    if let Some(dates) = FreshnessDates::of_dataset(dataset, vocabularies) {
        document.add_i64(fields.due, dates.due);
        document.add_i64(fields.overdue, dates.overdue);
        document.add_i64(fields.delinquent, dates.delinquent);
    }
    document.add_i64(fields.quality, hundredths(dataset.provenance.quality.score));
    let boxes = places::extents_of(dataset, vocabularies);
    let mut add_box = |fields: &[Field; 4], bbox: &BoundingBox| {
        for (field, edge) in fields.iter().zip([bbox.west, bbox.south, bbox.east, bbox.north]) {
            document.add_f64(*field, edge);
        }
    };
    if boxes.len() > 1 {
        for bbox in &boxes {
            add_box(&fields.boxes, bbox);
        }
    }
    if let Some(around) = BoundingBox::union(boxes) {
        add_box(&fields.extent, &around);
    }
    // English first, so that the order of titles is the same for everyone.
    if let Some(title) = dataset.title.best("en").filter(|title| !title.trim().is_empty()) {
        document.add_text(fields.title_order, title_order(title));
    }
}

/// A record id as a number that orders like its bytes.
pub(crate) fn number_of(id: DatasetId) -> u128 {
    u128::from_be_bytes(*id.as_bytes())
}

/// The same number in two halves.
#[expect(clippy::cast_possible_truncation, reason = "each half is what it is cut to")]
fn id_halves(id: DatasetId) -> (u64, u64) {
    let number = number_of(id);
    ((number >> 64) as u64, number as u64)
}

/// First and last day covered; an open end is far away, and an interval without ends says nothing.
pub(crate) fn covered(interval: &Interval) -> Option<(i64, i64)> {
    match (interval.first_day(), interval.last_day()) {
        (None, None) => None,
        (from, to) => Some((from.unwrap_or(-FAR), to.unwrap_or(FAR))),
    }
}

/// The last day of a time covered, which goes on until today where it has no end.
pub(crate) fn ended(from: i64, to: i64, today: i64) -> i64 {
    if to >= FAR { today.max(from) } else { to }
}

/// The values of every facet, spelled as the index spells them, without repetition.
fn facet_values(rendition: &Rendition, vocabularies: &Vocabularies) -> BTreeMap<FacetField, BTreeSet<String>> {
    let dataset = &rendition.dataset;
    let terms = &dataset.terms;
    let mut values: BTreeMap<FacetField, BTreeSet<String>> = BTreeMap::new();
    let mut add = |facet: FacetField, value: &str| {
        let spelled = facet.spelling(value);
        let known = values.entry(facet).or_default();
        if !spelled.is_empty() && known.len() < INDEXED_VALUES {
            known.insert(spelled);
        }
    };
    for country in &dataset.countries {
        add(FacetField::Country, country);
    }
    for cluster in &dataset.clusters {
        add(FacetField::Cluster, cluster);
        // A cluster includes its areas of responsibility, in the filter and in the count alike.
        if let Some(broader) = vocabularies.broader_cluster(cluster) {
            add(FacetField::Cluster, broader);
        }
    }
    if let Some(organisation) = shown_organisation(dataset) {
        add(FacetField::Organisation, &organisation.id);
    }
    add(FacetField::Source, &dataset.source);
    add(FacetField::Sharing, terms.sharing.code());
    add(FacetField::Sensitivity, terms.sensitivity.code());
    add(FacetField::Access, terms.access_method.code());
    if let Some(classification) = terms.classification {
        add(FacetField::Classification, classification.code());
    }
    for distribution in &dataset.distributions {
        distribution.format.iter().for_each(|format| add(FacetField::Format, format));
    }
    if let Some(licence) = &dataset.licence {
        add(FacetField::Licence, &licence.code);
    }
    for language in &dataset.languages {
        add(FacetField::Language, language);
    }
    for keyword in keywords(dataset) {
        add(FacetField::Tag, keyword);
    }
    add(FacetField::Kind, dataset.kind.code());
    if let Some(frequency) = &dataset.update_frequency {
        add(FacetField::Frequency, &frequency.0);
    }
    add(FacetField::Rendition, rendition.level.code());
    if let Some(cost) = dataset.upkeep.as_ref().and_then(|upkeep| upkeep.cost) {
        add(FacetField::Cost, cost.code());
    }
    for (name, is_told) in [("sex", dataset.disaggregated_by_sex), ("age", dataset.disaggregated_by_age)] {
        if is_told == Some(true) {
            add(FacetField::Disaggregation, name);
        }
    }
    values
}

/// What the facet's column holds for a value: organisations carry their name along.
fn column_value(facet: FacetField, value: &str, dataset: &Dataset) -> String {
    match shown_organisation(dataset) {
        Some(organisation) if facet == FacetField::Organisation => {
            let name: String =
                organisation.name.chars().filter(|letter| *letter != '\0').take(ORGANISATION_NAME).collect();
            format!("{value}\0{name}")
        }
        _ => value.to_owned(),
    }
}

/// Owner, else publisher: whose record it is in lists and facets.
pub(crate) fn shown_organisation(dataset: &Dataset) -> Option<&Organisation> {
    dataset.owner.as_ref().or(dataset.publisher.as_ref())
}

fn keywords(dataset: &Dataset) -> impl Iterator<Item = &str> {
    dataset.keywords.values().flatten().map(String::as_str)
}

/// What a list shows of a rendition.
pub(crate) fn card(rendition: &Rendition) -> Card {
    let dataset = &rendition.dataset;
    let mut formats: Vec<String> = Vec::new();
    for format in dataset.distributions.iter().filter_map(|distribution| distribution.format.as_ref()) {
        if !formats.contains(format) {
            formats.push(format.clone());
        }
    }
    Card {
        id: dataset.id,
        title: LocalizedText(within(STORED_LANGUAGES, dataset.title.0.clone())),
        kind: dataset.kind.code().to_owned(),
        organisation: shown_organisation(dataset).cloned(),
        countries: dataset.countries.clone(),
        clusters: dataset.clusters.clone(),
        modified: dataset.modified.as_ref().map(|stamp| String::from(stamp.date)),
        coverage: dataset.coverage.clone(),
        formats,
        sharing: dataset.terms.sharing.code().to_owned(),
        sensitivity: dataset.terms.sensitivity.code().to_owned(),
        access: dataset.terms.access_method.code().to_owned(),
        rendition: rendition.level.code().to_owned(),
        source: dataset.source.clone(),
        quality: dataset.provenance.quality.score,
        review: review_day(rendition),
    }
}

/// The description by language as plain text, white space collapsed and cut, for snippets.
pub(crate) fn snippet_texts(dataset: &Dataset) -> BTreeMap<String, String> {
    let LocalizedText(texts) = &dataset.description;
    let mut kept = BTreeMap::new();
    for (language, text) in texts {
        let mut collapsed = String::new();
        for word in plain_text(head(text, STORED_TEXT)).split_whitespace() {
            if !collapsed.is_empty() {
                collapsed.push(' ');
            }
            collapsed.push_str(word);
        }
        if !collapsed.is_empty() {
            kept.insert(language.clone(), collapsed);
        }
    }
    within(STORED_LANGUAGES, kept)
}

/// Texts as far as there is room; those in languages that most people read stay first.
fn within(room: usize, texts: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let (common, others): (Vec<_>, Vec<_>) =
        texts.into_iter().partition(|(language, _)| LANGUAGES.contains(&language.as_str()) || language == UNDETERMINED);
    let mut left = room;
    let mut kept = BTreeMap::new();
    for (language, text) in common.into_iter().chain(others) {
        let Some(rest) = left.checked_sub(language.len() + text.len()) else { break };
        left = rest;
        kept.insert(language, text);
    }
    kept
}

/// The folded title, which decides the order, and the title as written, which suggestions show.
fn title_order(title: &str) -> String {
    let title = head(title.trim(), TITLE_ORDER);
    let folded = folded_words(title).join(" ");
    let written: String = title.chars().filter(|letter| *letter != '\0').collect();
    format!("{}\0{written}", head(&folded, TITLE_ORDER))
}

/// A share in hundredths.
#[expect(clippy::cast_possible_truncation, reason = "clamped to 0..=100 before the cast")]
fn hundredths(share: f64) -> i64 {
    (share * 100.0).round().clamp(0.0, 100.0) as i64
}

/// The beginning of a text, at most `bytes` long, cut between letters.
pub(crate) fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_has_a_bound_and_keeps_the_languages_that_most_people_read() {
        let mut texts: BTreeMap<String, String> =
            (0..50).map(|number| (format!("aa-{number}"), "w".repeat(STORED_TEXT))).collect();
        for language in LANGUAGES.into_iter().chain([UNDETERMINED]) {
            texts.insert(language.to_owned(), "w".repeat(STORED_TEXT));
        }
        let kept = within(STORED_LANGUAGES, texts);
        assert!(kept.values().map(String::len).sum::<usize>() <= STORED_LANGUAGES);
        assert!(LANGUAGES.into_iter().chain([UNDETERMINED]).all(|language| kept.contains_key(language)), "{kept:?}");
    }
}
