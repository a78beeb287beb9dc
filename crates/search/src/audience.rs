//! The audience that a viewer belongs to, and the documents of a segment that it sees.

use std::sync::{Arc, Mutex, PoisonError};

use cairn_policy::{Label, Viewer};
use tantivy::schema::Field;

use crate::SearchError;
use crate::matching::{Documents, Matcher};
use crate::schema::Fields;
use crate::segment::Segment;

/// Audiences of which a segment remembers what they see.
const REMEMBERED: usize = 16;

/// The labels by which a viewer's documents are told, besides the public one that everybody holds.
pub(crate) struct Audience {
    labels: Arc<[String]>,
}

impl Audience {
    /// The audience that a viewer belongs to.
    pub(crate) fn of(viewer: &Viewer) -> Self {
        let public = Label::public();
        let labels = viewer.labels().filter(|label| **label != public);
        Self { labels: labels.map(|label| label.as_str().to_owned()).collect() }
    }

    /// Whether nothing is seen but what everyone sees.
    pub(crate) fn is_public_only(&self) -> bool {
        self.labels.is_empty()
    }

    /// Documents of the restricted tier that the viewer may see.
    pub(crate) fn visible(&self, segment: &Segment, fields: &Fields) -> Result<Matcher, SearchError> {
        segment.audiences.documents(segment, fields.visible_to, &self.labels)
    }

    /// Documents in place of which the viewer sees a fuller one.
    pub(crate) fn superseded(&self, segment: &Segment, fields: &Fields) -> Result<Option<Matcher>, SearchError> {
        if self.is_public_only() {
            return Ok(None);
        }
        Ok(match segment.audiences.documents(segment, fields.superseded_by, &self.labels)? {
            Matcher::Nothing => None,
            matcher => Some(matcher),
        })
    }
}

/// The documents of a segment by the labels of those who asked last. A document keeps its labels as long as it is there, so
/// this holds as long as the segment does.
#[derive(Clone, Default)]
pub(crate) struct Audiences {
    known: Arc<Mutex<Vec<Known>>>,
}

struct Known {
    field: Field,
    labels: Arc<[String]>,
    documents: Arc<Documents>,
}

impl Audiences {
    /// Documents with any of some labels.
    fn documents(&self, segment: &Segment, field: Field, labels: &Arc<[String]>) -> Result<Matcher, SearchError> {
        if let Some(documents) = self.remembered(field, labels) {
            return Ok(Matcher::of(documents));
        }
        let documents = Arc::new(Documents::with_any(segment, field, labels)?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // One for each field.
        if known.len() >= 2 * REMEMBERED {
            known.remove(0);
        }
        known.push(Known { field, labels: Arc::clone(labels), documents: Arc::clone(&documents) });
        Ok(Matcher::of(documents))
    }

    /// The documents, where they are known; those that were asked for last are kept longest.
    fn remembered(&self, field: Field, labels: &[String]) -> Option<Arc<Documents>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|known| known.field == field && *known.labels == *labels)?;
        let found = known.remove(at);
        let documents = Arc::clone(&found.documents);
        known.push(found);
        Some(documents)
    }
}
