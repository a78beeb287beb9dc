//! What a search engine finds that is left as it comes: BM25 over title and description, any word of a query. Rankings are
//! measured against it.

use cairn_model::DatasetId;
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{BytesOptions, Field, Schema, TEXT, Value};
use tantivy::{Index, IndexReader, TantivyDocument};

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

    /// The records that have any word of a query, best first.
    ///
    /// # Errors
    /// `Failed` where the engine fails.
    pub fn ranking(&self, query: &str, most: usize) -> Result<Vec<DatasetId>, SearchError> {
        let failed = |error| SearchError::from_tantivy("read", error);
        let parser = QueryParser::for_index(&self.index, self.texts.to_vec());
        let (query, _) = parser.parse_query_lenient(query);
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
