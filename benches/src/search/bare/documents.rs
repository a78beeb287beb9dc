//! What the plain index holds of a record: the same words and stems in the same fields as Cairn's, and facets as numbers.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Dataset, Vocabularies};
use cairn_policy::Rendition;
use cairn_search::analysis::{ALL, card, each_text, extents, snippet_texts};
use cairn_search::{Card, FacetField};
use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;
use tantivy::schema::{BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};

use super::analysers::{STEMS, WORDS, marked};
use crate::search::FACETS;

/// Edges of the extents.
pub(super) const EXTENT: [&str; 4] = ["west", "south", "east", "north"];

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
        let marked = marked(spoken, text);
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
    for bbox in extents(dataset, vocabularies) {
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
