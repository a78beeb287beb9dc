//! The limit: the same documents in a plain tantivy index, asked with as little around it as possible.
//!
//! Two indexes, like Cairn's two tiers, so that an anonymous query needs no filter here either. The same words and stems in
//! the same fields, heap, merge policy and document store; facets are numbers that hold for the whole catalogue, counted by a
//! plain collector; ten documents are fetched as blobs and parsed, and tantivy's own snippets are made.

mod analysers;
mod collecting;
mod documents;

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::path::Path;

use anyhow::Context;
use cairn_model::Vocabularies;
use cairn_policy::Rendition;
use cairn_search::Card;
use cairn_search::analysis::{self, ALL, KEYWORDS, TITLE};
use tantivy::merge_policy::LogMergePolicy;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, InvertedIndexRangeQuery, Occur, PhraseQuery,
    Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::snippet::SnippetGenerator;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{DocAddress, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, Term};

pub(super) use self::documents::facet_values;
use self::documents::{Fields, Stored, document, filter_term, schema};
use super::facets::{FacetCounts, Facets};
use super::queries::Ask;
use super::{FACETS, HITS};

/// Memory of a writer, as Cairn's.
const HEAP: usize = 96 << 20;
/// Documents beyond which a segment is not merged any more, as Cairn's.
const LARGE_SEGMENT: usize = 250_000;
/// Values of a facet that are answered.
pub(super) const FACET_VALUES: usize = 10;
/// Letters of a snippet.
const SNIPPET: usize = 200;

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

/// What a search answers.
pub(super) struct Answer {
    pub(super) total: u64,
    pub(super) hits: Vec<(Card, String)>,
    pub(super) facets: Vec<Vec<(String, u32)>>,
}

/// What is found in both indexes: the documents that come first, each with what it is ordered by and its index.
struct Found {
    searchers: Vec<Searcher>,
    best: Vec<(f64, usize, DocAddress)>,
    counts: FacetCounts,
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
            analysers::register(index.tokenizers());
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
        let values = &mut self.values;
        let document = document(&self.fields, rendition, vocabularies, |facet, value| values[facet].number(value))?;
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

    /// Documents of the public index.
    pub(super) fn public_documents(&self) -> u64 {
        self.tiers[0].reader.searcher().num_docs()
    }

    /// Bytes that both indexes take.
    pub(super) fn bytes(&self) -> anyhow::Result<u64> {
        let mut bytes = 0;
        for tier in &self.tiers {
            bytes += tier.reader.searcher().space_usage()?.total().get_bytes();
        }
        Ok(bytes)
    }

    /// How many documents of the public index hold each word, the most frequent first; of equal ones in their order.
    pub(super) fn vocabulary(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let mut counts: HashMap<String, u64> = HashMap::new();
        for segment in self.tiers[0].reader.searcher().segment_readers() {
            let postings = segment.inverted_index(self.fields.words)?;
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

    /// Asks as the holder of some labels, or as nobody. Hits begin below `bound`, if there is one.
    pub(super) fn search(&self, ask: &Ask, labels: Option<&[String]>, bound: Option<f64>) -> anyhow::Result<Answer> {
        let found = self.find(ask, labels, bound, HITS)?;
        let words = ask.words.iter().chain(&ask.phrase).map(|word| (word.clone(), 1.0));
        let analyser =
            found.searchers[0].index().tokenizers().get(analysers::WORDS).context("an analyser is missing")?;
        let words: BTreeMap<String, f32> = words.collect();
        let is_marked = !words.is_empty();
        let generator = SnippetGenerator::new(words, analyser, self.fields.words, SNIPPET);
        let mut hits = Vec::with_capacity(found.best.len());
        for (_, place, address) in &found.best {
            let document: TantivyDocument = found.searchers[*place].doc(*address)?;
            let bytes = document.get_first(self.fields.stored).and_then(|value| value.as_bytes()).unwrap_or_default();
            let stored: Stored = serde_json::from_slice(bytes)?;
            let text = stored.text.get("en").or_else(|| stored.text.values().next()).map_or("", String::as_str);
            let snippet = if is_marked { generator.snippet(text).to_html() } else { String::new() };
            let html = if snippet.is_empty() { text.chars().take(SNIPPET).collect() } else { snippet };
            hits.push((stored.card, html));
        }
        let counts = &found.counts;
        let facets = self.values.iter().enumerate().map(|(place, values)| counts.most(place, &values.names)).collect();
        Ok(Answer { total: counts.documents(), hits, facets })
    }

    /// What the hit of a place, counted from 1, is ordered by; none where there is no such hit.
    pub(super) fn bound(&self, ask: &Ask, labels: Option<&[String]>, place: usize) -> anyhow::Result<Option<f64>> {
        let found = self.find(ask, labels, None, place)?;
        Ok(found.best.get(place - 1).map(|(key, ..)| *key))
    }

    fn find(&self, ask: &Ask, labels: Option<&[String]>, bound: Option<f64>, hits: usize) -> anyhow::Result<Found> {
        let mut found = Found { searchers: Vec::new(), best: Vec::new(), counts: FacetCounts::default() };
        let tiers = if labels.is_some() { 2 } else { 1 };
        for (place, tier) in self.tiers.iter().take(tiers).enumerate() {
            let searcher = tier.reader.searcher();
            let query = self.query(&searcher, ask, labels, place == 1)?;
            let facets = Facets { sizes: self.values.iter().map(|values| values.names.len()).collect() };
            let (best, counts) = collecting::collect(&searcher, query.as_ref(), facets, ask, bound, hits)?;
            found.best.extend(best.into_iter().map(|(key, address)| (key, place, address)));
            found.counts.merge(counts);
            found.searchers.push(searcher);
        }
        found.best.sort_by(|(rank, ..), (other, ..)| other.total_cmp(rank));
        found.best.truncate(hits);
        Ok(found)
    }

    fn query(
        &self,
        searcher: &Searcher,
        ask: &Ask,
        labels: Option<&[String]>,
        is_restricted: bool,
    ) -> anyhow::Result<Box<dyn Query>> {
        let fields = &self.fields;
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for word in &ask.words {
            let stems = analysis::stems(word);
            let at = |field: usize| scored(searcher, fields.stems[field], &stems);
            clauses.push((Occur::Must, at(ALL)?.unwrap_or_else(|| Box::new(EmptyQuery))));
            for (field, boost) in [(TITLE, 3.0), (KEYWORDS, 2.0)] {
                if let Some(query) = at(field)? {
                    clauses.push((Occur::Should, Box::new(BoostQuery::new(query, boost))));
                }
            }
        }
        if !ask.phrase.is_empty() {
            let terms = ask.phrase.iter().map(|word| Term::from_field_text(fields.words, word)).collect();
            clauses.push((Occur::Must, Box::new(PhraseQuery::new(terms))));
        }
        if let Some(prefix) = &ask.prefix {
            // No letter comes after the last one of Unicode, so this holds just the words that begin so.
            let end = Term::from_field_text(fields.words, &format!("{prefix}\u{10ffff}"));
            let begin = Term::from_field_text(fields.words, prefix);
            let range = InvertedIndexRangeQuery::new(Bound::Included(begin), Bound::Excluded(end));
            clauses.push((Occur::Must, Box::new(range)));
        }
        for (facet, value) in &ask.filters {
            let term = Term::from_field_text(fields.filter, &filter_term(*facet, &facet.spelling(value)));
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
        Ok(match <[_; 1]>::try_from(clauses) {
            Ok([(_, only)]) => only,
            Err(clauses) => Box::new(BooleanQuery::new(clauses)),
        })
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

/// Documents that hold one of some stems, scored; none where the field holds none of them.
fn scored(searcher: &Searcher, field: Field, stems: &[String]) -> anyhow::Result<Option<Box<dyn Query>>> {
    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    for stem in stems {
        let term = Term::from_field_text(field, stem);
        if searcher.doc_freq(&term)? > 0 {
            queries.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
    }
    Ok(match queries.len() {
        0 => None,
        1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::union(queries))),
    })
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
