//! How well searches find what people judged, beside what a plain ranking finds of the same records.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use cairn_model::date::day_of;
use cairn_model::{DatasetId, LocalizedText};
use cairn_policy::{Viewer, best_rendition};
use cairn_search::{Figures, Judged, Matching, PlainIndex, SearchRequest};
use cairn_store::RecordState;
use csv::StringRecord;
use jiff::Timestamp;
use serde::Serialize;

use crate::error::blocking;
use crate::{Catalog, CatalogError};

/// Hits of a ranking that are looked at.
const DEPTH: usize = 1000;
/// Queries and judgements that are read.
const MOST_LINES: usize = 200_000;
/// Records read from the store at a time.
const AT_A_TIME: u32 = 1000;

/// How well one query is answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedQuery {
    /// Id of the query.
    pub query: String,
    /// Its words.
    pub text: String,
    /// By the catalogue, of records with any of the words.
    pub cairn: Figures,
    /// By the catalogue as it is searched by default: of records with all of the words, and with some where none has all.
    pub default: Figures,
    /// By plain BM25 over title and description.
    pub plain: Figures,
}

/// How well the queries of a file are answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Relevance {
    /// Means of the catalogue, of records with any of the words.
    pub cairn: Figures,
    /// Means of the catalogue as it is searched by default.
    pub default: Figures,
    /// Means of plain BM25 over title and description.
    pub plain: Figures,
    /// Each query of which a record was judged to be relevant, in the order of the file.
    pub queries: Vec<JudgedQuery>,
    /// Queries of which none was: they count nowhere.
    pub without_answer: usize,
    /// Records that were judged and are not in the catalogue, as far as the viewer may know.
    pub absent: usize,
}

impl Catalog {
    /// Puts every query of a file (tab-separated: id, words) to the catalogue as the viewer, and judges the hits by a file of
    /// judgements as `trec_eval` reads them (query, anything, record, grade). Records are called by their ids at a `source`
    /// where one is named, else by those of the catalogue.
    ///
    /// # Errors
    /// `BadRequest` for a line that is none, with its number; what searches and the store can fail with.
    pub async fn judge_searches(
        &self,
        viewer: &Viewer,
        queries: &[u8],
        judgements: &[u8],
        source: Option<&str>,
        now: Timestamp,
    ) -> Result<Relevance, CatalogError> {
        let queries = read_queries(queries)?;
        let judged = read_judgements(judgements, source)?;
        let records = self.shown_texts(viewer).await?;
        let known: HashSet<DatasetId> = records.iter().map(|(id, ..)| *id).collect();
        let named = judged.values().flat_map(|of_query| of_query.keys());
        let absent: HashSet<DatasetId> = named.filter(|id| !known.contains(id)).copied().collect();
        let plain = blocking(move || Ok(PlainIndex::of(records)?)).await?;
        let plain = Arc::new(plain);
        let mut relevance = Relevance {
            cairn: Figures::default(),
            default: Figures::default(),
            plain: Figures::default(),
            queries: Vec::new(),
            without_answer: 0,
            absent: absent.len(),
        };
        let nothing = Judged::default();
        for (query, text) in queries {
            let judged = judged.get(&query).unwrap_or(&nothing);
            let ours = self.ranking(viewer, &text, Matching::Some, now).await?;
            let by_default = self.ranking(viewer, &text, Matching::AllElseSome, now).await?;
            let (index, words) = (Arc::clone(&plain), text.clone());
            let theirs = blocking(move || Ok(index.ranking(&words, DEPTH)?)).await?;
            let figures = |ranking: &[DatasetId]| Figures::of(ranking, judged);
            match (figures(&ours), figures(&by_default), figures(&theirs)) {
                (Some(cairn), Some(default), Some(plain)) => {
                    relevance.queries.push(JudgedQuery { query, text, cairn, default, plain });
                }
                _ => relevance.without_answer += 1,
            }
        }
        let all = |part: fn(&JudgedQuery) -> Figures| -> Vec<Figures> { relevance.queries.iter().map(part).collect() };
        relevance.cairn = Figures::mean(&all(|one| one.cairn));
        relevance.default = Figures::mean(&all(|one| one.default));
        relevance.plain = Figures::mean(&all(|one| one.plain));
        Ok(relevance)
    }

    /// Title and description of every record, as the viewer is shown it.
    async fn shown_texts(&self, viewer: &Viewer) -> Result<Vec<(DatasetId, String, String)>, CatalogError> {
        let mut texts = Vec::new();
        let mut after = 0;
        loop {
            let records = self.store().records_after(after, AT_A_TIME).await?;
            let Some(last) = records.last() else { return Ok(texts) };
            after = last.seq;
            for stored in records.into_iter().filter(|stored| stored.state == RecordState::Active) {
                if let Some(rendition) = best_rendition(&stored.dataset, viewer) {
                    let shown = rendition.dataset;
                    texts.push((shown.id, joined(&shown.title), joined(&shown.description)));
                }
            }
        }
    }

    /// The first hits of a search, by relevance.
    async fn ranking(
        &self,
        viewer: &Viewer,
        text: &str,
        matching: Matching,
        now: Timestamp,
    ) -> Result<Vec<DatasetId>, CatalogError> {
        let mut ranking = Vec::new();
        let mut cursor = None;
        while ranking.len() < DEPTH {
            let request = SearchRequest {
                text: text.to_owned(),
                limit: SearchRequest::MAX_LIMIT.min(DEPTH - ranking.len()),
                cursor,
                matching,
                language: "en".to_owned(),
                today: day_of(now),
                ..SearchRequest::default()
            };
            let page = self.search(viewer, request).await?;
            ranking.extend(page.hits.iter().map(|hit| hit.card.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(ranking)
    }
}

fn joined(text: &LocalizedText) -> String {
    text.texts().collect::<Vec<_>>().join(" ")
}

/// The lines of a file that is separated by tabs, with their numbers.
fn lines(file: &[u8], name: &str) -> Result<Vec<(u64, StringRecord)>, CatalogError> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(b'\t').has_headers(false).flexible(true).quoting(false);
    let mut reader = builder.from_reader(file);
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| CatalogError::BadRequest(format!("{name}: {error}")))?;
        if lines.len() >= MOST_LINES {
            return Err(CatalogError::BadRequest(format!("{name}: more than {MOST_LINES} lines")));
        }
        let line = record.position().map_or(0, csv::Position::line);
        lines.push((line, record));
    }
    Ok(lines)
}

fn read_queries(file: &[u8]) -> Result<Vec<(String, String)>, CatalogError> {
    let mut queries = Vec::new();
    for (line, record) in lines(file, "queries")? {
        let (Some(id), Some(text)) = (record.get(0), record.get(1)) else {
            let message = format!("queries: line {line} is not an id and words with a tab between them");
            return Err(CatalogError::BadRequest(message));
        };
        queries.push((id.to_owned(), text.to_owned()));
    }
    Ok(queries)
}

fn read_judgements(file: &[u8], source: Option<&str>) -> Result<BTreeMap<String, Judged<DatasetId>>, CatalogError> {
    let mut judged: BTreeMap<String, Judged<DatasetId>> = BTreeMap::new();
    for (line, record) in lines(file, "judgements")? {
        let id = record.get(2).and_then(|id| match source {
            Some(source) => Some(DatasetId::new(source, id)),
            None => id.parse().ok(),
        });
        // A negative grade says that a record is worse than irrelevant.
        let grade = record.get(3).and_then(|grade| grade.trim().parse::<i64>().ok());
        let (Some(query), Some(id), Some(grade)) = (record.get(0), id, grade) else {
            let message =
                format!("judgements: line {line} is not a query, anything, a record and a grade, with tabs between");
            return Err(CatalogError::BadRequest(message));
        };
        judged.entry(query.to_owned()).or_default().insert(id, u32::try_from(grade.max(0)).unwrap_or(u32::MAX));
    }
    Ok(judged)
}
