//! Ranking: BM25F over live documents of the public tier alone.
//!
//! Every number in it is what it would be had no deleted and no restricted document ever been written: document counts and
//! lengths come from live public documents, a word's weight is computed from them, and the parts of a score are added in the
//! order of the query. So a score depends on the query, the document, and what everyone may see.

use crate::SearchError;
use crate::schema::{ALL, KEYWORDS, TEXT_FIELDS, TITLE};
use crate::view::Tier;

/// How soon repeating a word stops to count (BM25's k1).
const SATURATION: f32 = 1.2;
/// How much the length of a text counts against it (BM25's b).
const LENGTH_SHARE: f32 = 0.75;

/// How much an occurrence counts by field. `all` holds the other two as well, so these come on top.
fn field_weight(field: usize) -> f32 {
    match field {
        ALL => 1.0,
        TITLE => 4.0,
        KEYWORDS => 2.0,
        _ => 0.0,
    }
}

/// Counts and lengths of the live public documents.
pub(crate) struct Statistics {
    documents: u64,
    /// What one occurrence counts, by field and by the length byte of the document.
    occurrence: [[f32; 256]; TEXT_FIELDS],
}

impl Statistics {
    /// The statistics of the public tier.
    pub(crate) fn of(public: &Tier) -> Self {
        let documents: u64 = public.segments.iter().map(|segment| u64::from(segment.reader.num_docs())).sum();
        let mut occurrence = [[0.0; 256]; TEXT_FIELDS];
        for (field, weights) in occurrence.iter_mut().enumerate() {
            let words: u64 = public.segments.iter().map(|segment| segment.lengths[field]).sum();
            let average = if documents == 0 || words == 0 { 1.0 } else { words as f32 / documents as f32 };
            for (length, weight) in (0..=u8::MAX).zip(weights.iter_mut()) {
                let length = tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(length) as f32;
                *weight = field_weight(field) / (1.0 - LENGTH_SHARE + LENGTH_SHARE * length / average);
            }
        }
        Self { documents, occurrence }
    }

    /// How telling a word is: the rarer among public documents, the more.
    pub(crate) fn weight_of(&self, public: &Tier, word: &str) -> Result<f32, SearchError> {
        let mut with = 0_u64;
        for segment in &public.segments {
            with += u64::from(segment.live_documents_with(word)?);
        }
        let with = with as f32;
        let without = self.documents as f32 - with;
        Ok((1.0 + (without + 0.5) / (with + 0.5)).ln())
    }

    /// What `times` occurrences in a field of a document with this length byte count for.
    #[inline]
    pub(crate) fn occurrences(&self, field: usize, times: u32, length: u8) -> f32 {
        times as f32 * self.occurrence[field][usize::from(length)]
    }

    /// The part of a score that a word of this weight gives, by its occurrences in all fields.
    #[inline]
    pub(crate) fn part(weight: f32, occurrences: f32) -> f32 {
        weight * occurrences / (SATURATION + occurrences)
    }
}
