//! The fields of a document, the same in both tiers.
//!
//! A change of any field raises [`VERSION`], and an index of another version is rebuilt from the store.

use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};

use crate::FacetField;
use crate::analyser::TAKEN_APART;

/// Version of the documents' make-up; part of the folder, so that an index that was built otherwise is not read.
pub(crate) const VERSION: u32 = 16;

/// The words of a record as they are written, folded: for phrases, beginnings of words and completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// Of everything that it says.
    All,
    /// Of its titles.
    Title,
}

/// Fields of stems, by their place in per-field arrays.
pub(crate) const STEM_FIELDS: usize = 4;
/// Place of the field that holds every text of a record.
pub(crate) const ALL: usize = 0;
/// Place of the titles.
pub(crate) const TITLE: usize = 1;
/// Place of keywords and topics.
pub(crate) const KEYWORDS: usize = 2;
/// Place of the names of organisations, countries and clusters.
pub(crate) const ATTRIBUTES: usize = 3;

/// The fields of stems whose texts stand in [`ALL`] too.
pub(crate) const NAMED: [usize; STEM_FIELDS - 1] = [TITLE, KEYWORDS, ATTRIBUTES];

/// Columns of days and numbers.
pub(crate) mod column {
    /// First eight bytes of the record id.
    pub(crate) const ID_HIGH: &str = "id_high";
    /// Last eight bytes of the record id.
    pub(crate) const ID_LOW: &str = "id_low";
    /// Last change, days since 1970-01-01.
    pub(crate) const MODIFIED: &str = "modified";
    /// First publication, days.
    pub(crate) const ISSUED: &str = "issued";
    /// First day covered.
    pub(crate) const COVERS_FROM: &str = "covers_from";
    /// Last day covered.
    pub(crate) const COVERS_TO: &str = "covers_to";
    /// Day on which an update is due.
    pub(crate) const DUE: &str = "due";
    /// Day on which it is late.
    pub(crate) const OVERDUE: &str = "overdue";
    /// Day on which it is given up.
    pub(crate) const DELINQUENT: &str = "delinquent";
    /// Completeness in hundredths.
    pub(crate) const QUALITY: &str = "quality";
    /// First day on which somebody of its owner must look at it, full renditions alone.
    pub(crate) const REVIEW: &str = "review";
    /// Edges of the extent, degrees: of the box around all where there are several.
    pub(crate) const BOX: [&str; 4] = ["west", "south", "east", "north"];
    /// Edges of each box, where there are several.
    pub(crate) const BOXES: [&str; 4] = ["wests", "souths", "easts", "norths"];
    /// Hash of what is the same in the titles of a series.
    pub(crate) const SERIES: &str = "series";
    /// Folded title, NUL, title as written.
    pub(crate) const TITLE_ORDER: &str = "title_order";
    /// Organisation: id, NUL, name.
    pub(crate) const ORGANISATION: &str = "facet_organisation";
}

/// Handles of the fields.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// Record id, sixteen bytes.
    pub(crate) id: Field,
    pub(crate) id_high: Field,
    pub(crate) id_low: Field,
    /// Words of everything.
    pub(crate) all: Field,
    /// Words of the titles.
    pub(crate) title: Field,
    /// Stems by which records are found and ranked: [`ALL`], [`TITLE`], [`KEYWORDS`], [`ATTRIBUTES`].
    pub(crate) stems: [Field; STEM_FIELDS],
    /// Concepts that it carries ([`crate::concepts`]).
    pub(crate) concepts: Field,
    /// Labels that may see the document.
    pub(crate) visible_to: Field,
    /// Labels that see a fuller one instead.
    pub(crate) superseded_by: Field,
    /// Facet values as terms ([`filter_term`]).
    pub(crate) filter: Field,
    /// P-codes, and those of the places above.
    pub(crate) pcode: Field,
    /// Completions of tags, organisations and words of titles (public tier only).
    pub(crate) suggest: Field,
    /// Facet values as columns; none for freshness, which is computed.
    pub(crate) facets: Vec<Option<Field>>,
    pub(crate) modified: Field,
    pub(crate) issued: Field,
    pub(crate) covers_from: Field,
    pub(crate) covers_to: Field,
    pub(crate) due: Field,
    pub(crate) overdue: Field,
    pub(crate) delinquent: Field,
    pub(crate) quality: Field,
    pub(crate) review: Field,
    pub(crate) extent: [Field; 4],
    pub(crate) boxes: [Field; 4],
    pub(crate) series: Field,
    pub(crate) title_order: Field,
    /// Hashes of what a record shares with its duplicates, eight bytes each (public tier only).
    pub(crate) duplicate_key: Field,
    /// The card, the text for snippets and the features that duplicates are judged by, as JSON.
    pub(crate) stored: Field,
}

impl Fields {
    /// The field of words.
    pub(crate) fn words(&self, of: Words) -> Field {
        match of {
            Words::All => self.all,
            Words::Title => self.title,
        }
    }
}

/// The schema, and handles of its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let raw = || {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let words = || {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(TAKEN_APART)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    let stems = || {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(TAKEN_APART).set_index_option(IndexRecordOption::WithFreqs);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        id: builder.add_bytes_field("id", BytesOptions::default().set_indexed()),
        id_high: builder.add_u64_field(column::ID_HIGH, NumericOptions::default().set_fast()),
        id_low: builder.add_u64_field(column::ID_LOW, NumericOptions::default().set_fast()),
        all: builder.add_text_field("all", words()),
        title: builder.add_text_field("title", words()),
        stems: ["stems", "title_stems", "keyword_stems", "attribute_stems"]
            .map(|name| builder.add_text_field(name, stems())),
        concepts: builder.add_text_field(
            "concepts",
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer("raw")
                    .set_index_option(IndexRecordOption::WithFreqs)
                    .set_fieldnorms(false),
            ),
        ),
        visible_to: builder.add_text_field("visible_to", raw()),
        superseded_by: builder.add_text_field("superseded_by", raw()),
        filter: builder.add_text_field("filter", raw()),
        pcode: builder.add_text_field("pcode", raw()),
        suggest: builder.add_text_field("suggest", raw()),
        facets: FacetField::ALL
            .iter()
            .map(|facet| facet_column(*facet).map(|name| add_string_column(&mut builder, &name)))
            .collect(),
        modified: add_day_column(&mut builder, column::MODIFIED),
        issued: add_day_column(&mut builder, column::ISSUED),
        covers_from: add_day_column(&mut builder, column::COVERS_FROM),
        covers_to: add_day_column(&mut builder, column::COVERS_TO),
        due: add_day_column(&mut builder, column::DUE),
        overdue: add_day_column(&mut builder, column::OVERDUE),
        delinquent: add_day_column(&mut builder, column::DELINQUENT),
        quality: add_day_column(&mut builder, column::QUALITY),
        review: add_day_column(&mut builder, column::REVIEW),
        extent: column::BOX.map(|name| builder.add_f64_field(name, NumericOptions::default().set_fast())),
        boxes: column::BOXES.map(|name| builder.add_f64_field(name, NumericOptions::default().set_fast())),
        series: builder.add_u64_field(column::SERIES, NumericOptions::default().set_fast()),
        title_order: add_string_column(&mut builder, column::TITLE_ORDER),
        duplicate_key: builder.add_bytes_field("duplicate_key", BytesOptions::default().set_indexed()),
        stored: builder.add_bytes_field("stored", BytesOptions::default().set_stored()),
    };
    (builder.build(), fields)
}

fn add_day_column(builder: &mut SchemaBuilder, name: &str) -> Field {
    builder.add_i64_field(name, NumericOptions::default().set_fast())
}

fn add_string_column(builder: &mut SchemaBuilder, name: &str) -> Field {
    builder.add_text_field(name, TextOptions::default().set_fast("raw"))
}

/// Name of the column that holds the values of a facet.
pub(crate) fn facet_column(facet: FacetField) -> Option<String> {
    match facet {
        FacetField::Freshness => None,
        FacetField::Organisation => Some(column::ORGANISATION.to_owned()),
        other => Some(format!("facet_{}", other.name())),
    }
}

/// The term by which a document with a facet value is found.
pub(crate) fn filter_term(facet: FacetField, value: &str) -> String {
    filter_term_of(facet, &facet.spelling(value))
}

/// As [`filter_term`], of a value that is spelled as the index spells it.
pub(crate) fn filter_term_of(facet: FacetField, spelled: &str) -> String {
    let mut term = String::with_capacity(facet.name().len() + 1 + spelled.len());
    term.push_str(facet.name());
    term.push('\0');
    term.push_str(spelled);
    term
}

/// The term by which the documents of an organisation with this name are found, its words joined as in an id; no facet has such
/// a name.
pub(crate) fn organisation_name_term(named: &str) -> String {
    format!("organisation name\0{named}")
}

/// The term by which the documents of a series are found; no facet has such a name.
pub(crate) fn series_term(key: &str) -> String {
    format!("series\0{key}")
}
