//! One segment of a tier as a search sees it: postings, columns, lengths, and which of its documents are gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::{InvertedIndexReader, SegmentId};
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::store::StoreReader;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyDocument};

use crate::audience::Audiences;
use crate::document::Stored;
use crate::facet::{FacetColumn, FacetValues};
use crate::matching::seek;
use crate::schema::{ALL, Fields, NAMED, STEM_FIELDS, column};
use crate::{FacetField, SearchError};

/// Decompressed blocks of stored documents that a segment keeps.
const CACHED_BLOCKS: usize = 32;
/// Counts of live documents by term that a segment remembers.
const REMEMBERED_COUNTS: usize = 20_000;

/// A segment, opened once for all searches that see the same documents in it.
pub(crate) struct Segment {
    pub(crate) reader: SegmentReader,
    /// Documents that were deleted, ascending.
    deleted: Vec<DocId>,
    /// How much text the live documents have in each field of stems, as the length bytes tell.
    pub(crate) lengths: [Lengths; STEM_FIELDS],
    norms: [FieldNormReader; STEM_FIELDS],
    /// The length byte of what each document says outside the fields of [`NAMED`].
    elsewhere: Arc<[u8]>,
    pub(crate) columns: Columns,
    pub(crate) facets: Vec<Option<Arc<FacetColumn>>>,
    /// Which documents the viewers see that asked last.
    pub(crate) audiences: Audiences,
    store: StoreReader,
    stored: Field,
    live_counts: Mutex<HashMap<(Field, Vec<u8>), u32>>,
    pub(crate) completing: Arc<Completing>,
}

/// What completions look through, deleted documents included; read when somebody asks first.
#[derive(Default)]
pub(crate) struct Completing {
    suggest: OnceLock<Box<[u32]>>,
    concepts: OnceLock<FxHashMap<Box<[u8]>, u32>>,
    by_title: OnceLock<Box<[DocId]>>,
}

/// Columns of days and numbers; `None` where no document of the segment has the value.
pub(crate) struct Columns {
    id_high: Option<Column<u64>>,
    id_low: Option<Column<u64>>,
    pub(crate) modified: Option<Column<i64>>,
    pub(crate) issued: Option<Column<i64>>,
    pub(crate) covers_from: Option<Column<i64>>,
    pub(crate) covers_to: Option<Column<i64>>,
    pub(crate) due: Option<Column<i64>>,
    pub(crate) overdue: Option<Column<i64>>,
    pub(crate) delinquent: Option<Column<i64>>,
    pub(crate) quality: Option<Column<i64>>,
    pub(crate) review: Option<Column<i64>>,
    pub(crate) extent: [Option<Column<f64>>; 4],
    pub(crate) boxes: [Option<Column<f64>>; 4],
    pub(crate) series: Option<Column<u64>>,
    pub(crate) title: Option<StrColumn>,
}

/// How much text documents have in a field.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lengths {
    /// Words of all.
    pub(crate) words: u64,
    /// Documents that have any.
    pub(crate) documents: u64,
}

/// What tells whether two segments hold the same live documents.
pub(crate) type SegmentKey = (SegmentId, Option<u64>);

impl Segment {
    /// Opens a segment. Facet columns are taken over from `known`, an earlier opening of the same segment, if there is
    /// one, because only deletions can have changed.
    pub(crate) fn open(
        reader: &SegmentReader,
        fields: &Fields,
        known: Option<&Segment>,
        values: &mut FacetValues,
    ) -> Result<Self, SearchError> {
        let read = |error| SearchError::from_tantivy("read", error);
        let norms = open_norms(reader, fields)?;
        let deleted = deleted_documents(reader);
        let facets = match known {
            Some(known) => known.facets.clone(),
            None => open_facets(reader, values)?,
        };
        Ok(Self {
            lengths: known
                .and_then(|known| lengths_without(known, &norms, &deleted))
                .unwrap_or_else(|| live_lengths(&norms, reader.max_doc(), &deleted)),
            elsewhere: match known {
                Some(known) => Arc::clone(&known.elsewhere),
                None => lengths_elsewhere(&norms, reader.max_doc()),
            },
            deleted,
            norms,
            columns: Columns::open(reader).map_err(read)?,
            facets,
            audiences: known.map(|known| known.audiences.clone()).unwrap_or_default(),
            store: reader.get_store_reader(CACHED_BLOCKS).map_err(SearchError::from_read)?,
            stored: fields.stored,
            live_counts: Mutex::new(HashMap::new()),
            completing: known.map(|known| Arc::clone(&known.completing)).unwrap_or_default(),
            reader: reader.clone(),
        })
    }

    pub(crate) fn key(&self) -> SegmentKey {
        (self.reader.segment_id(), self.reader.delete_opstamp())
    }

    pub(crate) fn is_live(&self, doc: DocId) -> bool {
        self.reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
    }

    /// The length byte of a field in a document; of [`ALL`], that of what is in none of the others.
    #[inline]
    pub(crate) fn length(&self, field: usize, doc: DocId) -> u8 {
        if field == ALL {
            return self.elsewhere.get(doc as usize).copied().unwrap_or_default();
        }
        self.norms[field].fieldnorm_id(doc)
    }

    /// The record id of a document, as a number that orders like its bytes.
    pub(crate) fn id(&self, doc: DocId) -> u128 {
        let half = |column: &Option<Column<u64>>| column.as_ref().and_then(|ids| ids.first(doc)).unwrap_or(0);
        (u128::from(half(&self.columns.id_high)) << 64) | u128::from(half(&self.columns.id_low))
    }

    /// What is stored with a document.
    pub(crate) fn stored(&self, doc: DocId) -> Result<Stored, SearchError> {
        use tantivy::schema::Value;
        let document: TantivyDocument =
            self.store.get(doc).map_err(|error| SearchError::from_tantivy("read", error))?;
        let bytes = document.get_first(self.stored).and_then(|value| value.as_bytes()).unwrap_or_default();
        serde_json::from_slice(bytes).map_err(|error| SearchError::Damaged(format!("a stored document: {error}")))
    }

    /// Whether the facet at a place of [`FacetField::ALL`] was counted in this segment.
    pub(crate) fn has_in_memory(&self, place: usize) -> bool {
        self.facets.get(place).and_then(Option::as_ref).is_some_and(|column| column.is_in_memory())
    }

    /// Makes facets ready to be counted, by their places.
    pub(crate) fn bring_into_memory(&self, facets: &[bool]) {
        for (column, _) in self.facets.iter().zip(facets).filter(|(_, is_wanted)| **is_wanted) {
            if let Some(column) = column {
                column.by_document();
            }
        }
    }

    /// The postings of a field.
    pub(crate) fn postings_of(&self, field: Field) -> Result<Arc<InvertedIndexReader>, SearchError> {
        self.reader.inverted_index(field).map_err(|error| SearchError::from_tantivy("read", error))
    }

    /// How many live documents hold a term of a field: what deleted documents held is never counted, so that no
    /// score remembers them.
    pub(crate) fn live_documents_with(&self, field: Field, term: &str) -> Result<u32, SearchError> {
        let postings = self.postings_of(field)?;
        let Some(info) = postings.terms().get(term.as_bytes()).map_err(SearchError::from_read)? else { return Ok(0) };
        if self.deleted.is_empty() {
            return Ok(info.doc_freq);
        }
        let key = (field, term.as_bytes().to_vec());
        if let Some(count) = self.live_counts.lock().ok().and_then(|counts| counts.get(&key).copied()) {
            return Ok(count);
        }
        let count = self.live_documents(&postings, &info)?;
        if let Ok(mut counts) = self.live_counts.lock() {
            if counts.len() >= REMEMBERED_COUNTS {
                counts.clear();
            }
            counts.insert(key, count);
        }
        Ok(count)
    }

    /// How many live documents a term has.
    pub(crate) fn live_documents(&self, postings: &InvertedIndexReader, info: &TermInfo) -> Result<u32, SearchError> {
        if self.deleted.is_empty() {
            return Ok(info.doc_freq);
        }
        let mut cursor =
            postings.read_postings_from_terminfo(info, IndexRecordOption::Basic).map_err(SearchError::from_read)?;
        let mut live = info.doc_freq;
        if self.deleted.len() < info.doc_freq as usize {
            for doc in &self.deleted {
                if cursor.doc() == TERMINATED {
                    break;
                }
                if seek(&mut cursor, *doc) == *doc {
                    live -= 1;
                }
            }
            return Ok(live);
        }
        while cursor.doc() != TERMINATED {
            if !self.is_live(cursor.doc()) {
                live -= 1;
            }
            cursor.advance();
        }
        Ok(live)
    }
}

impl Completing {
    /// How many documents have each term of the field that completes tags and organisations, by the ordinals of these.
    pub(crate) fn suggest(&self, postings: &InvertedIndexReader) -> Result<&[u32], SearchError> {
        if let Some(known) = self.suggest.get() {
            return Ok(known);
        }
        let mut frequencies = Vec::with_capacity(postings.terms().num_terms());
        let mut terms = postings.terms().range().without_keys().into_stream().map_err(SearchError::from_read)?;
        while terms.advance() {
            frequencies.push(terms.value().doc_freq);
        }
        Ok(self.suggest.get_or_init(|| frequencies.into()))
    }

    /// The documents that have a title, in the order of these.
    pub(crate) fn by_title(&self, titles: &StrColumn) -> &[DocId] {
        self.by_title.get_or_init(|| {
            let ordinals = titles.ords();
            let mut documents: Vec<(u64, DocId)> =
                (0..ordinals.num_docs()).filter_map(|doc| Some((ordinals.first(doc)?, doc))).collect();
            documents.sort_unstable();
            documents.into_iter().map(|(_, doc)| doc).collect()
        })
    }

    /// How many have a concept.
    pub(crate) fn concept(&self, postings: &InvertedIndexReader, concept: &str) -> Result<u32, SearchError> {
        Ok(self.concepts(postings)?.get(concept.as_bytes()).copied().unwrap_or(0))
    }

    /// How many have each concept, by its term.
    pub(crate) fn concepts(&self, postings: &InvertedIndexReader) -> Result<&FxHashMap<Box<[u8]>, u32>, SearchError> {
        if let Some(known) = self.concepts.get() {
            return Ok(known);
        }
        let mut frequencies = FxHashMap::default();
        let mut terms = postings.terms().stream().map_err(SearchError::from_read)?;
        while terms.advance() {
            frequencies.insert(terms.key().into(), terms.value().doc_freq);
        }
        Ok(self.concepts.get_or_init(|| frequencies))
    }
}

impl Columns {
    fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        let edges = |names: [&str; 4]| -> tantivy::Result<[Option<Column<f64>>; 4]> {
            let [west, south, east, north] = names.map(|name| columns.column_opt(name));
            Ok([west?, south?, east?, north?])
        };
        Ok(Self {
            id_high: columns.column_opt(column::ID_HIGH)?,
            id_low: columns.column_opt(column::ID_LOW)?,
            modified: columns.column_opt(column::MODIFIED)?,
            issued: columns.column_opt(column::ISSUED)?,
            covers_from: columns.column_opt(column::COVERS_FROM)?,
            covers_to: columns.column_opt(column::COVERS_TO)?,
            due: columns.column_opt(column::DUE)?,
            overdue: columns.column_opt(column::OVERDUE)?,
            delinquent: columns.column_opt(column::DELINQUENT)?,
            quality: columns.column_opt(column::QUALITY)?,
            review: columns.column_opt(column::REVIEW)?,
            extent: edges(column::BOX)?,
            boxes: edges(column::BOXES)?,
            series: columns.column_opt(column::SERIES)?,
            title: columns.str(column::TITLE_ORDER)?,
        })
    }
}

fn open_norms(reader: &SegmentReader, fields: &Fields) -> Result<[FieldNormReader; STEM_FIELDS], SearchError> {
    let mut opened = Vec::with_capacity(STEM_FIELDS);
    for field in fields.stems {
        let norms = reader.fieldnorms_readers().get_field(field);
        let norms = norms.map_err(|error| SearchError::from_tantivy("read", error))?;
        let norms = norms.unwrap_or_else(|| FieldNormReader::constant(reader.max_doc(), 0));
        if norms.num_docs() != reader.max_doc() {
            return Err(SearchError::Damaged("a segment does not hold as many documents as it says".to_owned()));
        }
        opened.push(norms);
    }
    opened.try_into().map_err(|_| SearchError::Damaged("a segment lacks the lengths of its texts".to_owned()))
}

fn open_facets(reader: &SegmentReader, values: &mut FacetValues) -> Result<Vec<Option<Arc<FacetColumn>>>, SearchError> {
    let mut facets = Vec::with_capacity(FacetField::ALL.len());
    for facet in FacetField::ALL {
        facets.push(FacetColumn::open(reader, *facet, values)?.map(Arc::new));
    }
    Ok(facets)
}

fn deleted_documents(reader: &SegmentReader) -> Vec<DocId> {
    match reader.alive_bitset() {
        Some(alive) if reader.has_deletes() => (0..reader.max_doc()).filter(|doc| alive.is_deleted(*doc)).collect(),
        _ => Vec::new(),
    }
}

fn live_lengths(norms: &[FieldNormReader; STEM_FIELDS], max_doc: DocId, deleted: &[DocId]) -> [Lengths; STEM_FIELDS] {
    norms.each_ref().map(|norm| {
        let mut lengths = Lengths::default();
        let mut deleted = deleted.iter().peekable();
        for doc in 0..max_doc {
            if deleted.next_if_eq(&&doc).is_none() {
                let words = norm.fieldnorm(doc);
                lengths.words += u64::from(words);
                lengths.documents += u64::from(words > 0);
            }
        }
        lengths
    })
}

/// The lengths of what was live in an earlier opening of the same segment, but for what was deleted since; `None` where
/// something is live again.
fn lengths_without(
    known: &Segment,
    norms: &[FieldNormReader; STEM_FIELDS],
    deleted: &[DocId],
) -> Option<[Lengths; STEM_FIELDS]> {
    let mut before = known.deleted.iter().peekable();
    let mut lengths = known.lengths;
    for doc in deleted {
        if before.next_if_eq(&doc).is_some() {
            continue;
        }
        for (lengths, norm) in lengths.iter_mut().zip(norms) {
            let words = norm.fieldnorm(*doc);
            lengths.words -= u64::from(words);
            lengths.documents -= u64::from(words > 0);
        }
    }
    before.next().is_none().then_some(lengths)
}

fn lengths_elsewhere(norms: &[FieldNormReader; STEM_FIELDS], max_doc: DocId) -> Arc<[u8]> {
    let elsewhere = |doc: DocId| {
        let named: u32 = NAMED.iter().map(|field| norms[*field].fieldnorm(doc)).sum();
        FieldNormReader::fieldnorm_to_id(norms[ALL].fieldnorm(doc).saturating_sub(named))
    };
    (0..max_doc).map(elsewhere).collect()
}
