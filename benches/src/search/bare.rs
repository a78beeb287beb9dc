//! The yardstick: the same documents in a plain tantivy index, asked with as little around it as possible.
//!
//! Two indexes, like Cairn's two tiers, so that an anonymous query needs no filter here either. Same text fields, heap,
//! merge policy and document store; facets are numbers that hold for the whole catalogue, counted by a plain collector;
//! ten documents are fetched as blobs and parsed, and tantivy's own snippets are made.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::path::Path;

use anyhow::Context;
use cairn_model::{Dataset, Vocabularies};
use cairn_policy::Rendition;
use cairn_search::{Card, FacetField};
use serde::{Deserialize, Serialize};
use tantivy::collector::TopDocs;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, InvertedIndexRangeQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::tokenizer::{AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer};
use tantivy::{
    DocAddress, IndexReader, IndexSettings, IndexWriter, Order, ReloadPolicy, Searcher, TantivyDocument, Term,
};

use super::facets::{FacetCounts, Facets};
use super::queries::Ask;
use super::{FACETS, HITS};

const ANALYSER: &str = "bare";
/// Memory of a writer, as Cairn's.
const HEAP: usize = 96 << 20;
/// Documents beyond which a segment is not merged any more, as Cairn's.
const LARGE_SEGMENT: usize = 250_000;
/// Bytes of a description that are kept for snippets, as Cairn's.
const STORED_TEXT: usize = 6_000;
/// Values of a facet that are answered.
pub(super) const FACET_VALUES: usize = 10;

/// Both indexes and the values of the facets.
pub(super) struct Bare {
    fields: Fields,
    tiers: [Tier; 2],
    values: Vec<Values>,
}

struct Tier {
    writer: Option<IndexWriter>,
    reader: IndexReader,
}

/// The values of a facet, numbered in the order in which they came.
#[derive(Default)]
struct Values {
    numbers: HashMap<String, u64>,
    names: Vec<String>,
}

#[derive(Clone)]
struct Fields {
    all: Field,
    title: Field,
    keywords: Field,
    visible_to: Field,
    superseded_by: Field,
    filter: Field,
    facets: Vec<Field>,
    modified: Field,
    stored: Field,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    card: Card,
    text: BTreeMap<String, String>,
}

/// What a search answers.
pub(super) struct Answer {
    pub(super) total: u64,
    pub(super) hits: Vec<(Card, String)>,
    pub(super) facets: Vec<Vec<(String, u32)>>,
}

impl Bare {
    /// Makes both indexes in a folder.
    pub(super) fn create(folder: &Path) -> anyhow::Result<Self> {
        let (schema, fields) = schema();
        let tier = |name: &str| -> anyhow::Result<Tier> {
            let path = folder.join(name);
            std::fs::create_dir_all(&path)?;
            let settings = IndexSettings {
                docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(3) }),
                ..IndexSettings::default()
            };
            let index =
                tantivy::Index::create(tantivy::directory::MmapDirectory::open(&path)?, schema.clone(), settings)?;
            let analyser = TextAnalyzer::builder(SimpleTokenizer::default())
                .filter(RemoveLongFilter::limit(40))
                .filter(LowerCaser)
                .filter(AsciiFoldingFilter)
                .build();
            index.tokenizers().register(ANALYSER, analyser);
            let writer: IndexWriter = index.writer_with_num_threads(1, HEAP)?;
            let mut policy = LogMergePolicy::default();
            policy.set_max_docs_before_merge(LARGE_SEGMENT);
            writer.set_merge_policy(Box::new(policy));
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            Ok(Tier { writer: Some(writer), reader })
        };
        let tiers = [tier("bare-public")?, tier("bare-restricted")?];
        let values = FACETS.iter().map(|_| Values::default()).collect();
        Ok(Self { fields, tiers, values })
    }

    /// Adds a rendition, with the card and the texts that Cairn keeps of it.
    pub(super) fn add(&mut self, rendition: &Rendition, vocabularies: &Vocabularies) -> anyhow::Result<()> {
        let document = self.document(rendition, vocabularies)?;
        let tier = &self.tiers[usize::from(!rendition.is_public())];
        tier.writer.as_ref().context("the index is finished")?.add_document(document)?;
        Ok(())
    }

    /// Commits both indexes and waits for merges.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        for tier in &mut self.tiers {
            let mut writer = tier.writer.take().context("the index is finished")?;
            writer.commit()?;
            writer.wait_merging_threads()?;
            tier.reader.reload()?;
        }
        Ok(())
    }

    /// Segments of both indexes.
    pub(super) fn segments(&self) -> usize {
        self.tiers.iter().map(|tier| tier.reader.searcher().segment_readers().len()).sum()
    }

    /// How many documents of the public index hold each word, the most frequent first; of equal ones in their order.
    pub(super) fn vocabulary(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        for segment in self.tiers[0].reader.searcher().segment_readers() {
            let postings = segment.inverted_index(self.fields.all)?;
            let mut terms = postings.terms().stream()?;
            while terms.advance() {
                if let Ok(word) = std::str::from_utf8(terms.key()) {
                    *counts.entry(word.to_owned()).or_default() += u64::from(terms.value().doc_freq);
                }
            }
        }
        let mut words: Vec<(String, u64)> = counts.into_iter().collect();
        words.sort_by(|(word, count), (other, others)| others.cmp(count).then_with(|| word.cmp(other)));
        Ok(words)
    }

    /// Asks as the holder of some labels, or as nobody.
    pub(super) fn search(&self, ask: &Ask, labels: Option<&[String]>) -> anyhow::Result<Answer> {
        let mut counts = FacetCounts::default();
        let mut best: Vec<(f64, usize, DocAddress)> = Vec::new();
        let mut searchers: Vec<(Searcher, Box<dyn Query>)> = Vec::new();
        let tiers = if labels.is_some() { 2 } else { 1 };
        for (place, tier) in self.tiers.iter().take(tiers).enumerate() {
            let searcher = tier.reader.searcher();
            let query = self.query(ask, labels, place == 1);
            let facets = Facets { sizes: self.values.iter().map(|values| values.names.len()).collect() };
            let top = TopDocs::with_limit(HITS);
            let counted = if ask.is_scored() {
                let (hits, counted) = searcher.search(&query, &(top.order_by_score(), facets))?;
                best.extend(hits.into_iter().map(|(score, doc)| (f64::from(score), place, doc)));
                counted
            } else {
                let newest = top.order_by_fast_field::<i64>("modified", Order::Desc);
                let (hits, counted) = searcher.search(&query, &(newest, facets))?;
                best.extend(hits.into_iter().map(|(day, doc)| (day.unwrap_or(i64::MIN) as f64, place, doc)));
                counted
            };
            counts.merge(counted);
            searchers.push((searcher, query));
        }
        best.sort_by(|(rank, ..), (other, ..)| other.total_cmp(rank));
        best.truncate(HITS);

        let mut generators = Vec::new();
        for (searcher, query) in &searchers {
            generators.push(SnippetGenerator::create(searcher, query, self.fields.all)?);
        }
        let mut hits = Vec::with_capacity(best.len());
        for (_, place, address) in best {
            let document: TantivyDocument = searchers[place].0.doc(address)?;
            let bytes = document.get_first(self.fields.stored).and_then(|value| value.as_bytes()).unwrap_or_default();
            let stored: Stored = serde_json::from_slice(bytes)?;
            let text = stored.text.get("en").or_else(|| stored.text.values().next()).map_or("", String::as_str);
            let snippet = generators[place].snippet(text);
            let html = if snippet.is_empty() { text.chars().take(200).collect() } else { snippet.to_html() };
            hits.push((stored.card, html));
        }
        let facets = self.values.iter().enumerate().map(|(place, values)| counts.most(place, &values.names)).collect();
        Ok(Answer { total: counts.documents(), hits, facets })
    }

    fn query(&self, ask: &Ask, labels: Option<&[String]>, is_restricted: bool) -> Box<dyn Query> {
        let fields = &self.fields;
        let scored = IndexRecordOption::WithFreqs;
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for word in &ask.words {
            let at = |field| TermQuery::new(Term::from_field_text(field, word), scored);
            clauses.push((Occur::Must, Box::new(at(fields.all))));
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(at(fields.title)), 3.0))));
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(at(fields.keywords)), 2.0))));
        }
        if !ask.phrase.is_empty() {
            let terms = ask.phrase.iter().map(|word| Term::from_field_text(fields.all, word)).collect();
            clauses.push((Occur::Must, Box::new(PhraseQuery::new(terms))));
        }
        if let Some(prefix) = &ask.prefix {
            // No letter comes after the last one of Unicode, so this holds just the words that begin so.
            let end = Term::from_field_text(fields.all, &format!("{prefix}\u{10ffff}"));
            let begin = Term::from_field_text(fields.all, prefix);
            let range = InvertedIndexRangeQuery::new(Bound::Included(begin), Bound::Excluded(end));
            clauses.push((Occur::Must, Box::new(range)));
        }
        for (facet, value) in &ask.filters {
            let term = Term::from_field_text(fields.filter, &filter_term(*facet, value));
            clauses.push((Occur::Must, unscored(vec![term])));
        }
        if clauses.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        if let Some(labels) = labels {
            let terms = |field| labels.iter().map(|label| Term::from_field_text(field, label)).collect();
            if is_restricted {
                clauses.push((Occur::Must, unscored(terms(fields.visible_to))));
            }
            clauses.push((Occur::MustNot, unscored(terms(fields.superseded_by))));
        }
        match <[_; 1]>::try_from(clauses) {
            Ok([(_, only)]) => only,
            Err(clauses) => Box::new(BooleanQuery::new(clauses)),
        }
    }

    fn document(&mut self, rendition: &Rendition, vocabularies: &Vocabularies) -> anyhow::Result<TantivyDocument> {
        let dataset = &rendition.dataset;
        let fields = self.fields.clone();
        let mut document = TantivyDocument::new();
        for label in &rendition.visible_to {
            document.add_text(fields.visible_to, label.as_str());
        }
        for label in &rendition.superseded_by {
            document.add_text(fields.superseded_by, label.as_str());
        }
        add_texts(&mut document, &fields, dataset, vocabularies);
        for (facet, value) in facet_values(dataset, vocabularies) {
            document.add_text(fields.filter, filter_term(facet, &value));
            if let Some(place) = FACETS.iter().position(|counted| *counted == facet) {
                document.add_u64(fields.facets[place], self.values[place].number(value));
            }
        }
        if let Some(stamp) = &dataset.modified {
            document.add_i64(fields.modified, stamp.day());
        }
        let stored = Stored { card: card(rendition), text: snippet_texts(dataset) };
        document.add_bytes(fields.stored, &serde_json::to_vec(&stored)?);
        Ok(document)
    }

    /// Bytes that both indexes take.
    pub(super) fn bytes(&self) -> anyhow::Result<u64> {
        let mut bytes = 0;
        for tier in &self.tiers {
            bytes += tier.reader.searcher().space_usage()?.total().get_bytes();
        }
        Ok(bytes)
    }
}

impl Values {
    fn number(&mut self, value: String) -> u64 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = self.names.len() as u64;
        self.names.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let raw = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false),
    );
    let text = |option| {
        TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_tokenizer(ANALYSER).set_index_option(option))
    };
    let fast = NumericOptions::default().set_fast();
    let fields = Fields {
        all: builder.add_text_field("all", text(IndexRecordOption::WithFreqsAndPositions)),
        title: builder.add_text_field("title", text(IndexRecordOption::WithFreqsAndPositions)),
        keywords: builder.add_text_field("keywords", text(IndexRecordOption::WithFreqs)),
        visible_to: builder.add_text_field("visible_to", raw.clone()),
        superseded_by: builder.add_text_field("superseded_by", raw.clone()),
        filter: builder.add_text_field("filter", raw),
        facets: FACETS.iter().map(|facet| builder.add_u64_field(facet.name(), fast.clone())).collect(),
        modified: builder.add_i64_field("modified", fast),
        stored: builder.add_bytes_field("stored", BytesOptions::default().set_stored()),
    };
    (builder.build(), fields)
}

/// Documents that hold one of some terms, without a score.
fn unscored(terms: Vec<Term>) -> Box<dyn Query> {
    let mut queries: Vec<Box<dyn Query>> = Vec::with_capacity(terms.len());
    for term in terms {
        queries.push(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
    }
    let query = if queries.len() == 1 { queries.remove(0) } else { Box::new(BooleanQuery::union(queries)) };
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn filter_term(facet: FacetField, value: &str) -> String {
    format!("{}\0{value}", facet.name())
}

/// The texts that Cairn indexes of a record, into the same fields.
fn add_texts(document: &mut TantivyDocument, fields: &Fields, dataset: &Dataset, vocabularies: &Vocabularies) {
    let mut add = |field: Field, text: &str| {
        document.add_text(field, text);
        if field != fields.all {
            document.add_text(fields.all, text);
        }
    };
    dataset.title.texts().for_each(|text| add(fields.title, text));
    dataset.keywords.values().flatten().for_each(|text| add(fields.keywords, text));
    dataset.topics.iter().for_each(|text| add(fields.keywords, text));
    let parties = [&dataset.owner, &dataset.publisher, &dataset.custodian, &dataset.steward];
    let names: BTreeSet<&str> = parties.into_iter().flatten().map(|party| party.name.as_str()).collect();
    for text in names {
        add(fields.keywords, text);
    }
    dataset.description.texts().for_each(|text| add(fields.all, text));
    dataset.methodology.iter().chain(&dataset.caveats).for_each(|text| add(fields.all, text));
    dataset.questions.iter().for_each(|text| add(fields.all, text));
    for field in &dataset.fields {
        add(fields.all, &field.name);
        field.description.iter().for_each(|text| add(fields.all, text));
    }
    for distribution in &dataset.distributions {
        distribution.title.iter().chain(&distribution.description).for_each(|text| add(fields.all, text));
    }
    for place in &dataset.places {
        add(fields.all, &place.name);
        place.pcode.iter().for_each(|text| add(fields.all, text));
    }
    dataset.identifiers.iter().for_each(|identifier| add(fields.all, &identifier.value));
    add(fields.all, &dataset.source_record_id);
    for (vocabulary, codes) in [("country", &dataset.countries), ("cluster", &dataset.clusters)] {
        for code in codes.iter().filter(|_| codes.len() <= 12) {
            add(fields.all, code);
            let labels: BTreeSet<String> = ["en", "fr", "es", "ar"]
                .iter()
                .map(|language| vocabularies.label(vocabulary, code, language))
                .collect();
            labels.iter().filter(|label| *label != code).for_each(|label| add(fields.all, label));
        }
    }
}

/// The values that are counted or filtered by, without repetition.
fn facet_values(dataset: &Dataset, vocabularies: &Vocabularies) -> BTreeSet<(FacetField, String)> {
    let mut values = BTreeSet::new();
    let mut add = |facet, value: &str| {
        if !value.trim().is_empty() {
            values.insert((facet, value.to_owned()));
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
    add(FacetField::Sharing, dataset.terms.sharing.code());
    let formats = dataset.distributions.iter().filter_map(|distribution| distribution.format.as_ref());
    formats.for_each(|value| add(FacetField::Format, &value.to_uppercase()));
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
fn card(rendition: &Rendition) -> Card {
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
