//! Answers to broad searches, kept with the view that they were made of.
//!
//! What walks over much of the catalogue is asked again and again: everything, a country, a cluster. Such an answer holds for
//! whoever has the same labels and asks the same of the same view; the next commit publishes another view, which knows none.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use cairn_model::Vocabularies;
use cairn_policy::{Label, Viewer};
use lru::LruCache;

use crate::{Decided, SearchPage, SearchRequest};

/// Answers that are kept, those that were asked for last.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// Records from which on a search is broad.
const BROAD: u64 = 1_000;
/// Bytes of a question that are kept.
const LONGEST: usize = 8_000;

/// The answers of one view.
pub(crate) struct Answers {
    kept: Mutex<LruCache<String, Kept>>,
}

/// An answer, and what it was made with besides the view.
struct Kept {
    vocabularies: Arc<Vocabularies>,
    fold: Option<Arc<Decided>>,
    page: Arc<SearchPage>,
}

/// What somebody asks.
pub(crate) struct Question<'a> {
    text: String,
    vocabularies: &'a Arc<Vocabularies>,
    fold: Option<&'a Arc<Decided>>,
}

impl<'a> Question<'a> {
    /// A request of a viewer.
    pub(crate) fn of(viewer: &Viewer, request: &'a SearchRequest, vocabularies: &'a Arc<Vocabularies>) -> Self {
        let labels: Vec<&str> = viewer.labels().map(Label::as_str).collect();
        // When it is given up changes no answer; what people said of pairs is compared by where it is.
        let plain = SearchRequest { give_up_at: None, fold: None, ..request.clone() };
        Self { text: format!("{labels:?} {plain:?}"), vocabularies, fold: request.fold.as_ref() }
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self { kept: Mutex::new(LruCache::new(KEPT)) }
    }
}

impl Answers {
    /// The answer, if it is known.
    pub(crate) fn to(&self, question: &Question<'_>) -> Option<SearchPage> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = kept.get(question.text.as_str())?;
        let is_same = Arc::ptr_eq(&answer.vocabularies, question.vocabularies)
            && match (&answer.fold, question.fold) {
                (Some(left), Some(right)) => Arc::ptr_eq(left, right),
                (left, right) => left.is_none() && right.is_none(),
            };
        let page = is_same.then(|| Arc::clone(&answer.page))?;
        drop(kept);
        Some(SearchPage::clone(&page))
    }

    /// Keeps the answer of a broad search.
    pub(crate) fn keep(&self, question: Question<'_>, page: &SearchPage) {
        if page.total < BROAD || page.partial || question.text.len() > LONGEST {
            return;
        }
        let answer = Kept {
            vocabularies: Arc::clone(question.vocabularies),
            fold: question.fold.map(Arc::clone),
            page: Arc::new(page.clone()),
        };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).put(question.text, answer);
    }
}
