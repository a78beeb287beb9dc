//! What the plain index holds of a record: the same words and stems in the same fields as Cairn's, and facets as numbers.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Dataset, Vocabularies};
use cairn_policy::Rendition;
use cairn_search::analysis::{STEMS, Spoken, WORDS};
use cairn_search::{Card, FacetField};
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::{BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};

use crate::search::FACETS;

/// Bytes of a description that are kept for snippets, as Cairn's.
const STORED_TEXT: usize = 6_000;
/// Place of the stems of all texts in [`Fields::stems`].
pub(super) const ALL: usize = 0;
/// Place of those of titles.
pub(super) const TITLE: usize = 1;
/// Place of those of keywords.
pub(super) const KEYWORDS: usize = 2;
/// Place of those of names.
const ATTRIBUTES: usize = 3;
/// Edges of the extent.
pub(super) const EXTENT: [&str; 4] = ["west", "south", "east", "north"];
/// The tag of texts in no language, such as codes.
const NO_LANGUAGE: &str = "zxx";

/// Handles of the fields.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) id: Field,
    pub(super) words: Field,
    pub(super) stems: [Field; 4],
    pub(super) visible_to: Field,
    pub(super) superseded_by: Field,
    pub(super) filter: Field,
    pub(super) facets: Vec<Field>,
    modified: Field,
    extent: [Field; 4],
    pub(super) stored: Field,
}

/// What is stored with a document.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) card: Card,
    pub(super) text: BTreeMap<String, String>,
}

pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing = |analyser: &str, option, norms| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(analyser).set_index_option(option).set_fieldnorms(norms);
        TextOptions::default().set_indexing_options(indexing)
    };
    let raw = indexing("raw", IndexRecordOption::Basic, false);
    let fast = NumericOptions::default().set_fast();
    let fields = Fields {
        id: builder.add_bytes_field("id", BytesOptions::default().set_indexed()),
        words: builder.add_text_field("words", indexing(WORDS, IndexRecordOption::WithFreqsAndPositions, false)),
        stems: ["stems", "title_stems", "keyword_stems", "attribute_stems"]
            .map(|name| builder.add_text_field(name, indexing(STEMS, IndexRecordOption::WithFreqs, true))),
        visible_to: builder.add_text_field("visible_to", raw.clone()),
        superseded_by: builder.add_text_field("superseded_by", raw.clone()),
        filter: builder.add_text_field("filter", raw),
        facets: FACETS.iter().map(|facet| builder.add_u64_field(facet.name(), fast.clone())).collect(),
        modified: builder.add_i64_field("modified", fast.clone()),
        extent: EXTENT.map(|name| builder.add_f64_field(name, fast.clone())),
        stored: builder.add_bytes_field("stored", BytesOptions::default().set_stored()),
    };
    (builder.build(), fields)
}

/// The document of a rendition; `number` gives the number of a facet's value.
pub(super) fn document(
    fields: &Fields,
    rendition: &Rendition,
    vocabularies: &Vocabularies,
    mut number: impl FnMut(usize, String) -> u64,
) -> anyhow::Result<TantivyDocument> {
    let dataset = &rendition.dataset;
    let mut document = TantivyDocument::new();
    document.add_bytes(fields.id, dataset.id.as_bytes());
    for label in &rendition.visible_to {
        document.add_text(fields.visible_to, label.as_str());
    }
    for label in &rendition.superseded_by {
        document.add_text(fields.superseded_by, label.as_str());
    }
    each_text(dataset, vocabularies, |field, spoken, text| {
        document.add_text(fields.words, text);
        let marked = spoken.marked(text);
        if field != ALL {
            document.add_text(fields.stems[field], &marked);
        }
        document.add_text(fields.stems[ALL], marked);
    });
    for (facet, value) in facet_values(dataset, vocabularies) {
        document.add_text(fields.filter, filter_term(facet, &value));
        if let Some(place) = FACETS.iter().position(|counted| *counted == facet) {
            document.add_u64(fields.facets[place], number(place, value));
        }
    }
    if let Some(stamp) = &dataset.modified {
        document.add_i64(fields.modified, stamp.day());
    }
    if let Some(bbox) = &dataset.bbox {
        for (field, edge) in fields.extent.iter().zip([bbox.west, bbox.south, bbox.east, bbox.north]) {
            document.add_f64(*field, edge);
        }
    }
    let stored = Stored { card: card(rendition), text: snippet_texts(dataset) };
    document.add_bytes(fields.stored, &serde_json::to_vec(&stored)?);
    Ok(document)
}

/// The term by which a document with a facet's value is found; the value is spelled as facets spell it.
pub(super) fn filter_term(facet: FacetField, value: &str) -> String {
    format!("{}\0{value}", facet.name())
}

/// The texts that Cairn indexes of a record, each with its field and its language.
pub(in crate::search) fn each_text(
    dataset: &Dataset,
    vocabularies: &Vocabularies,
    mut add: impl FnMut(usize, Spoken, &str),
) {
    let own = Spoken::by_record(dataset);
    for (tag, text) in &dataset.title.0 {
        add(TITLE, own.or_tagged(tag), text);
    }
    for (tag, texts) in &dataset.keywords {
        for text in texts {
            add(KEYWORDS, own.or_tagged(tag), text);
        }
    }
    dataset.topics.iter().for_each(|text| add(KEYWORDS, own, text));
    let parties = [&dataset.owner, &dataset.publisher, &dataset.custodian, &dataset.steward];
    let names: BTreeSet<&str> = parties.into_iter().flatten().map(|party| party.name.as_str()).collect();
    for text in names {
        add(ATTRIBUTES, own, text);
    }
    for (tag, text) in &dataset.description.0 {
        add(ALL, own.or_tagged(tag), text);
    }
    dataset.methodology.iter().chain(&dataset.caveats).for_each(|text| add(ALL, own, text));
    dataset.questions.iter().for_each(|text| add(ALL, own, text));
    for field in &dataset.fields {
        add(ALL, own, &field.name);
        field.description.iter().for_each(|text| add(ALL, own, text));
    }
    for distribution in &dataset.distributions {
        distribution.title.iter().chain(&distribution.description).for_each(|text| add(ALL, own, text));
    }
    for place in &dataset.places {
        add(ALL, own, &place.name);
        place.pcode.iter().for_each(|text| add(ALL, own, text));
    }
    dataset.identifiers.iter().for_each(|identifier| add(ALL, own, &identifier.value));
    add(ALL, own, &dataset.source_record_id);
    for (vocabulary, codes) in [("country", &dataset.countries), ("cluster", &dataset.clusters)] {
        for code in codes.iter().filter(|_| codes.len() <= 12) {
            add(ATTRIBUTES, Spoken::tagged(NO_LANGUAGE), code);
            let mut labels: Vec<String> = Vec::new();
            for language in ["en", "fr", "es", "ar"] {
                let label = vocabularies.label(vocabulary, code, language);
                if label != *code && !labels.contains(&label) {
                    add(ATTRIBUTES, Spoken::tagged(language), &label);
                    labels.push(label);
                }
            }
        }
    }
}

/// The values that are counted or filtered by, without repetition.
pub(in crate::search) fn facet_values(
    dataset: &Dataset,
    vocabularies: &Vocabularies,
) -> BTreeSet<(FacetField, String)> {
    let mut values = BTreeSet::new();
    let mut add = |facet: FacetField, value: &str| {
        let value = facet.spelling(value);
        if !value.is_empty() {
            values.insert((facet, value));
        }
    };
    dataset.countries.iter().for_each(|value| add(FacetField::Country, value));
    for cluster in &dataset.clusters {
        add(FacetField::Cluster, cluster);
        vocabularies.broader_cluster(cluster).into_iter().for_each(|value| add(FacetField::Cluster, value));
    }
    let organisation = dataset.owner.as_ref().or(dataset.publisher.as_ref());
    if let Some(party) = organisation {
        add(FacetField::Organisation, &party.id);
    }
    add(FacetField::Source, &dataset.source);
    add(FacetField::Sharing, dataset.terms.sharing.code());
    let formats = dataset.distributions.iter().filter_map(|distribution| distribution.format.as_ref());
    formats.for_each(|value| add(FacetField::Format, value));
    dataset.licence.iter().for_each(|licence| add(FacetField::Licence, &licence.code));
    add(FacetField::Kind, dataset.kind.code());
    values
}

/// The texts that snippets are made of, cut and with single spaces as Cairn keeps them.
fn snippet_texts(dataset: &Dataset) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (language, text) in &dataset.description.0 {
        let text = &text[..text.floor_char_boundary(STORED_TEXT)];
        texts.insert(language.clone(), text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    texts
}

/// What a list shows, as Cairn's own card has it.
pub(in crate::search) fn card(rendition: &Rendition) -> Card {
    let dataset = &rendition.dataset;
    let formats: BTreeSet<String> =
        dataset.distributions.iter().filter_map(|distribution| distribution.format.clone()).collect();
    Card {
        id: dataset.id,
        title: dataset.title.clone(),
        kind: dataset.kind.code().to_owned(),
        organisation: dataset.owner.clone().or_else(|| dataset.publisher.clone()),
        countries: dataset.countries.clone(),
        clusters: dataset.clusters.clone(),
        modified: dataset.modified.as_ref().map(|stamp| String::from(stamp.date)),
        coverage: dataset.coverage.clone(),
        formats: formats.into_iter().collect(),
        sharing: dataset.terms.sharing.code().to_owned(),
        sensitivity: dataset.terms.sensitivity.code().to_owned(),
        access: dataset.terms.access_method.code().to_owned(),
        rendition: rendition.level.code().to_owned(),
        source: dataset.source.clone(),
        quality: dataset.provenance.quality.score,
        review: cairn_policy::review_day(rendition),
    }
}
