//! The audience that a viewer belongs to, and the documents of a segment that it sees.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use cairn_policy::{Label, Viewer};
use lru::LruCache;
use tantivy::schema::Field;

use crate::SearchError;
use crate::matching::{Documents, Matcher};
use crate::schema::Fields;
use crate::segment::Segment;
use crate::view::View;

/// Of how many audiences a segment remembers what they see, times the two fields that tell it.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(2 * 16).unwrap();

/// The labels of a viewer that documents can carry: nothing that is kept for those who hold the same is kept for one person.
pub(crate) fn telling(viewer: &Viewer) -> impl Iterator<Item = &Label> {
    viewer.labels().filter(|label| !label.is_of_person())
}

/// The labels by which a viewer's documents are told, besides the public one that everybody holds.
pub(crate) struct Audience {
    labels: Arc<[String]>,
}

impl Audience {
    /// The audience that a viewer belongs to, as far as a view can be told apart for it ([`View::pair_agrees`]).
    pub(crate) fn of(viewer: &Viewer, view: &View) -> Self {
        let public = Label::public();
        let labels = telling(viewer).filter(|label| **label != public && view.pair_agrees);
        Self { labels: labels.map(|label| label.as_str().to_owned()).collect() }
    }

    /// Whether nothing is seen but what everyone sees.
    pub(crate) fn is_public_only(&self) -> bool {
        self.labels.is_empty()
    }

    /// Visits the segments in which the audience may see documents, those of the public tier first; of the others with the
    /// documents that it sees there, and of all with those in place of which it sees a fuller one.
    pub(crate) fn visit<'v>(
        &self,
        view: &'v View,
        fields: &Fields,
        mut visit: impl FnMut(&'v Segment, Option<Matcher>, Option<Matcher>) -> Result<(), SearchError>,
    ) -> Result<(), SearchError> {
        for segment in &view.public.segments {
            visit(segment, None, self.superseded(segment, fields)?)?;
        }
        if self.is_public_only() {
            return Ok(());
        }
        for segment in &view.restricted.segments {
            match self.visible(segment, fields)? {
                Matcher::Nothing => {}
                visible => visit(segment, Some(visible), self.superseded(segment, fields)?)?,
            }
        }
        Ok(())
    }

    /// Documents of the restricted tier that the viewer may see.
    pub(crate) fn visible(&self, segment: &Segment, fields: &Fields) -> Result<Matcher, SearchError> {
        segment.audiences.documents(segment, fields.visible_to, &self.labels)
    }

    /// Documents in place of which the viewer sees a fuller one.
    fn superseded(&self, segment: &Segment, fields: &Fields) -> Result<Option<Matcher>, SearchError> {
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
#[derive(Clone)]
pub(crate) struct Audiences {
    known: Arc<Mutex<Known>>,
}

/// By the field that was asked, and the labels.
type Known = LruCache<(Field, Arc<[String]>), Arc<Documents>>;

impl Default for Audiences {
    fn default() -> Self {
        Self { known: Arc::new(Mutex::new(LruCache::new(REMEMBERED))) }
    }
}

impl Audiences {
    /// Documents with any of some labels.
    fn documents(&self, segment: &Segment, field: Field, labels: &Arc<[String]>) -> Result<Matcher, SearchError> {
        let asked = (field, Arc::clone(labels));
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(documents) = known().get(&asked) {
            return Ok(Matcher::of(Arc::clone(documents)));
        }
        // Nobody waits for the postings of others.
        let documents = Arc::new(Documents::with_any(segment, field, labels)?);
        known().put(asked, Arc::clone(&documents));
        Ok(Matcher::of(documents))
    }
}
