//! One tier of the index as tantivy has it: made, opened, checked, and what its commits say of themselves.

use std::path::{Path, PathBuf};

use cairn_policy::Rendition;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{IndexReader, IndexSettings, ReloadPolicy};

use crate::SearchError;
use crate::analyser::{TAKEN_APART, taken_apart};
use crate::cursor::fnv1a;
use crate::schema::schema;

/// Bytes of stored documents that are packed together: every hit of a page costs unpacking as many.
const STORED_TOGETHER: usize = 8_192;

/// Which of the two tiers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tier {
    /// What everyone sees.
    Public,
    /// The rest.
    Restricted,
}

impl Tier {
    /// Whether the tier holds a rendition.
    pub(crate) fn shows(self, rendition: &Rendition) -> bool {
        rendition.is_public() == matches!(self, Self::Public)
    }
}

/// One tier as tantivy has it.
pub(crate) struct TierIndex {
    pub(crate) index: tantivy::Index,
    pub(crate) reader: IndexReader,
}

impl TierIndex {
    pub(crate) fn create(directory: impl Into<Box<dyn tantivy::Directory>>) -> Result<Self, SearchError> {
        let (schema, _) = schema();
        let settings = IndexSettings {
            docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(3) }),
            docstore_blocksize: STORED_TOGETHER,
            ..IndexSettings::default()
        };
        let index = tantivy::Index::create(directory, schema, settings)
            .map_err(|error| SearchError::from_tantivy("made", error))?;
        Self::of(index)
    }

    pub(crate) fn open(folder: &Path) -> Result<Self, SearchError> {
        let read = |error| SearchError::from_tantivy("read", error);
        let index = tantivy::Index::open_in_dir(folder).map_err(read)?;
        if index.schema() != schema().0 {
            return Err(SearchError::Damaged("its fields are not those of this version".to_owned()));
        }
        check_segments(&index)?;
        Self::of(index)
    }

    pub(crate) fn of(index: tantivy::Index) -> Result<Self, SearchError> {
        index.tokenizers().register(TAKEN_APART, taken_apart());
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error| SearchError::from_tantivy("read", error))?;
        Ok(Self { index, reader })
    }

    pub(crate) fn reload(&self) -> Result<(), SearchError> {
        self.reader.reload().map_err(|error| SearchError::from_tantivy("read", error))
    }

    /// What was committed last, if it can be opened.
    pub(crate) fn searcher_of_last_commit(&self) -> Option<tantivy::Searcher> {
        self.reload().ok().map(|()| self.reader.searcher())
    }

    /// The sequence number of the last commit.
    pub(crate) fn committed(&self) -> Result<i64, SearchError> {
        let metas = self.index.load_metas().map_err(|error| SearchError::from_tantivy("read", error))?;
        read_payload(metas.payload.as_deref())
    }
}

/// What a commit says of itself: the sequence number, and a checksum, because it stands in a file that has none.
pub(crate) fn payload(position: i64) -> String {
    format!("{position} {:016x}", fnv1a(position.to_string().as_bytes()))
}

fn read_payload(text: Option<&str>) -> Result<i64, SearchError> {
    let position = text.and_then(|text| text.split_once(' ')).and_then(|(position, _)| position.parse().ok());
    position
        .filter(|position| text == Some(payload(*position).as_str()))
        .ok_or_else(|| SearchError::Damaged("its last commit does not say what it holds".to_owned()))
}

/// Checks the files of every committed segment.
pub(crate) fn check_segments(index: &tantivy::Index) -> Result<(), SearchError> {
    for segment in index.searchable_segment_metas().map_err(|error| SearchError::from_tantivy("read", error))? {
        check_files(index, &segment)?;
    }
    Ok(())
}

/// Checks that every file of a segment is there and says what it said when it was written.
fn check_files(index: &tantivy::Index, segment: &tantivy::SegmentMeta) -> Result<(), SearchError> {
    use tantivy::index::SegmentComponent::{Delete, FastFields, FieldNorms, Positions, Postings, Store, Terms};
    let mut components = vec![Postings, Positions, FastFields, FieldNorms, Terms, Store];
    if segment.has_deletes() {
        components.push(Delete);
    }
    for component in components {
        let path: PathBuf = segment.relative_path(component);
        let sound = index
            .directory()
            .validate_checksum(&path)
            .map_err(|error| SearchError::from_tantivy("read", error.into()))?;
        if !sound {
            return Err(SearchError::Damaged(format!("{} does not match its checksum", path.display())));
        }
    }
    Ok(())
}
