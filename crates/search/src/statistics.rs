//! Ranking: BM25F over live documents of the public tier alone.
//!
//! Every number in it is what it would be had no deleted and no restricted document ever been written: document counts and
//! lengths come from live public documents, a word's weight is computed from them, and the parts of a score are added in the
//! order of the query. So a score depends on the query, the document, and what everyone may see.
//!
//! The weights were chosen by cross-validation over judged queries (`docs/search.md`); they lie on a wide plateau.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;

use crate::SearchError;
use crate::schema::{ALL, ATTRIBUTES, KEYWORDS, NAMED, STEM_FIELDS, TITLE};
use crate::segment::Lengths;
use crate::view::Tier;

/// How soon repeating a word stops to count (BM25's k1).
const SATURATION: f32 = 1.2;
/// How much the length of a text counts against it (BM25's b). A title is short because it is about just that; in other texts
/// much of what is said more is said of the same.
const LENGTH_SHARE: [f32; STEM_FIELDS] = {
    let mut share = [0.6; STEM_FIELDS];
    share[TITLE] = 0.9;
    share
};
/// How much more a rare word counts than a common one: the power of its inverse document frequency.
const RARITY: f32 = 1.5;
/// What an occurrence counts by field; in [`ALL`] one that is in none of the others.
const WORTH: [f32; STEM_FIELDS] = {
    let mut worth = [1.0; STEM_FIELDS];
    worth[TITLE] = 3.0;
    worth[KEYWORDS] = 1.5;
    worth[ATTRIBUTES] = 0.3;
    worth
};

/// What each time counts that a record carries a concept of the query.
const CARRIED: f32 = 0.7;
/// What it counts that a record is about all of an area around a place of the query.
const AROUND: f32 = 0.25;

/// How much a title raises a score that has all the words of the query next to each other.
pub(crate) const WHOLE: f32 = 1.15;
/// How much a record raises its score that is as complete as can be.
const COMPLETE: f32 = 0.05;
/// How much one raises it that changed today; half of it after [`HALF_FRESH`] days.
const FRESH: f32 = 0.05;
/// By how much the words of a title, completeness and freshness can raise a score together, and a little more: the product
/// is rounded.
pub(crate) const MOST_RAISED: f32 = 1.001 * WHOLE * (1.0 + COMPLETE + FRESH);
/// Days after which a record is half as fresh.
const HALF_FRESH: f32 = 730.0;

/// Average lengths of texts, by field; in [`ALL`] of what is in none of the others.
pub(crate) type Averages = [f32; STEM_FIELDS];

/// Counts and lengths of the live public documents.
pub(crate) struct Statistics {
    documents: u64,
    pub(crate) averages: Averages,
    /// What one occurrence counts, by field and by the length byte of the document; in [`ALL`] one that is in none of the
    /// others, by the length of what is in none of them.
    counted: [[f32; 256]; STEM_FIELDS],
}

/// How often a word occurs in a document, by field of stems.
pub(crate) type Counts = [u32; STEM_FIELDS];

impl Statistics {
    /// The statistics of the public tier.
    pub(crate) fn of(public: &Tier) -> Self {
        let documents: u64 = public.segments.iter().map(|segment| u64::from(segment.reader.num_docs())).sum();
        let lengths = |field: usize| {
            let lengths = public.segments.iter().map(|segment| segment.lengths[field]);
            lengths.fold(Lengths::default(), |sum, one| Lengths {
                words: sum.words + one.words,
                documents: sum.documents + one.documents,
            })
        };
        let mut averages = [0.0; STEM_FIELDS];
        let mut in_others = 0;
        for field in NAMED {
            let Lengths { words, documents } = lengths(field);
            in_others += words;
            averages[field] = average(words, documents);
        }
        let all = lengths(ALL);
        averages[ALL] = average(all.words.saturating_sub(in_others), all.documents);
        Self::by(documents, averages)
    }

    /// Statistics of so many documents of these lengths.
    fn by(documents: u64, averages: Averages) -> Self {
        let mut counted = [[0.0; 256]; STEM_FIELDS];
        for (field, counted) in counted.iter_mut().enumerate() {
            for (length, counted) in (0..=u8::MAX).zip(counted) {
                let length = FieldNormReader::id_to_fieldnorm(length);
                *counted = WORTH[field] / length_factor(LENGTH_SHARE[field], length, averages[field]);
            }
        }
        Self { documents, averages, counted }
    }

    /// These statistics with other average lengths.
    pub(crate) fn with(&self, averages: Averages) -> Self {
        Self::by(self.documents, averages)
    }

    /// How telling a word or a concept is: the rarer among public documents, the more. `terms` are those that it can have in
    /// a field.
    pub(crate) fn weight_of(&self, public: &Tier, field: Field, terms: &[String]) -> Result<f32, SearchError> {
        let mut with = 0_u64;
        for term in terms {
            with += public.live_documents_with(field, term)?;
        }
        // A document with two of the terms is counted twice.
        let with = with.min(self.documents) as f32;
        let without = self.documents as f32 - with;
        Ok((1.0 + (without + 0.5) / (with + 0.5)).ln().powf(RARITY))
    }

    /// The part of a score that a word of this weight gives, by how often it occurs in the fields of a document, of which
    /// `length` tells the length bytes; that of [`ALL`] is of what is in no other field.
    ///
    /// Keywords count in place of the rest of the text where they say more, not beside it: a list of keywords repeats what the
    /// text says, and many records share one list.
    #[inline]
    pub(crate) fn part(&self, weight: f32, times: Counts, length: impl Fn(usize) -> u8) -> f32 {
        let mut elsewhere = times[ALL];
        let (mut named, mut keywords) = (0.0, 0.0);
        for field in NAMED.into_iter().filter(|field| times[*field] > 0) {
            elsewhere = elsewhere.saturating_sub(times[field]);
            let counted = times[field] as f32 * self.counted[field][usize::from(length(field))];
            if field == KEYWORDS {
                keywords = counted;
            } else {
                named += counted;
            }
        }
        let mut text: f32 = 0.0;
        if elsewhere > 0 {
            text = elsewhere as f32 * self.counted[ALL][usize::from(length(ALL))];
        }
        saturated(weight, named + text.max(keywords))
    }

    /// The part of a score that a concept of this weight gives, by how often a document carries it, and an area around it.
    #[inline]
    pub(crate) fn concept_part(weight: f32, carried: u32, around: u32) -> f32 {
        saturated(weight, CARRIED * carried as f32 + AROUND * around as f32)
    }
}

/// By how much completeness (hundredths) and freshness (days since the last change) raise a score: enough to order what
/// answers a query alike.
#[inline]
pub(crate) fn raised_by(quality: Option<i64>, age: Option<i64>) -> f32 {
    let quality = quality.map_or(0.0, |quality| quality.clamp(0, 100) as f32 / 100.0);
    let freshness = age.map_or(0.0, |age| HALF_FRESH / (HALF_FRESH + age.max(0) as f32));
    1.0 + COMPLETE * quality + FRESH * freshness
}

/// How much a record says what it says so often: from 0 to 1.
pub(crate) fn said(times: f32) -> f32 {
    saturated(1.0, times)
}

#[inline]
fn saturated(weight: f32, occurrences: f32) -> f32 {
    weight * occurrences / (SATURATION + occurrences)
}

/// The average length of the documents that have any text.
fn average(words: u64, documents: u64) -> f32 {
    if words == 0 { 1.0 } else { words as f32 / documents as f32 }
}

/// How much the length of a text takes from what an occurrence in it counts, of which `share` is by length.
#[inline]
fn length_factor(share: f32, length: u32, average: f32) -> f32 {
    1.0 - share + share * length as f32 / average
}
