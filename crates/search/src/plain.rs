//! What a search engine finds that is left as it comes: BM25 over title and description, any word of a query. Rankings are
//! measured against it.

use cairn_model::DatasetId;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{BytesOptions, Field, IndexRecordOption, Schema, TEXT, Value};
use tantivy::{Index, IndexReader, TantivyDocument, Term};

use crate::SearchError;

/// Memory of the writer, bytes.
const HEAP: usize = 50_000_000;

/// Titles and descriptions, in memory.
pub struct PlainIndex {
    index: Index,
    reader: IndexReader,
    id: Field,
    texts: [Field; 2],
}

impl PlainIndex {
    /// Indexes records by title and description.
    ///
    /// # Errors
    /// `Failed` where the engine fails.
    pub fn of(records: impl IntoIterator<Item = (DatasetId, String, String)>) -> Result<Self, SearchError> {
        let failed = |error| SearchError::from_tantivy("written", error);
        let mut schema = Schema::builder();
        let id = schema.add_bytes_field("id", BytesOptions::default().set_stored());
        let texts = [schema.add_text_field("title", TEXT), schema.add_text_field("description", TEXT)];
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, HEAP).map_err(failed)?;
        for (record, title, description) in records {
            let mut document = TantivyDocument::new();
            document.add_bytes(id, record.as_bytes());
            document.add_text(texts[0], title);
            document.add_text(texts[1], description);
            writer.add_document(document).map_err(failed)?;
        }
        writer.commit().map_err(failed)?;
        let reader = index.reader().map_err(failed)?;
        Ok(Self { index, reader, id, texts })
    }

    /// The records that have any word of a query, best first. The query is words and nothing else: no sign in it means anything.
    ///
    /// # Errors
    /// `Failed` where the engine fails.
    pub fn ranking(&self, query: &str, most: usize) -> Result<Vec<DatasetId>, SearchError> {
        let failed = |error| SearchError::from_tantivy("read", error);
        let mut words: Vec<Box<dyn Query>> = Vec::new();
        for field in self.texts {
            let mut tokenizer = self.index.tokenizer_for_field(field).map_err(failed)?;
            let mut tokens = tokenizer.token_stream(query);
            while let Some(token) = tokens.next() {
                let term = Term::from_field_text(field, &token.text);
                words.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
            }
        }
        let query = BooleanQuery::union(words);
        let searcher = self.reader.searcher();
        let hits = searcher.search(&query, &TopDocs::with_limit(most).order_by_score()).map_err(failed)?;
        let mut ranking = Vec::with_capacity(hits.len());
        for (_, address) in hits {
            let document: TantivyDocument = searcher.doc(address).map_err(failed)?;
            let id = document.get_first(self.id).and_then(|value| value.as_bytes()).unwrap_or_default();
            ranking.extend(<[u8; 16]>::try_from(id).map(DatasetId::from_bytes));
        }
        Ok(ranking)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_words_and_nothing_else() {
        let id = |name: &str| DatasetId::new("test", name);
        let record = |name: &str, title: &str| (id(name), title.to_owned(), String::new());
        let plain = PlainIndex::of([record("a", "Deep wells"), record("b", "Wells of title"), record("c", "Roads")]);
        let plain = plain.unwrap();
        let ranking = |query: &str| {
            let mut ranking = plain.ranking(query, 10).unwrap();
            ranking.sort();
            ranking
        };
        let mut wells = vec![id("a"), id("b")];
        wells.sort();
        for query in ["wells", "wells -deep", "title:wells", "wells AND zebra", "\"wells zebra", "/wells/ [wells TO"] {
            assert_eq!(ranking(query), wells, "{query}");
        }
        assert_eq!(ranking(&format!("{}roads", "(".repeat(100_000))), [id("c")]);
        assert_eq!(ranking(""), []);
    }
}
