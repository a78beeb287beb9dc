//! Answers to broad searches and completions of few letters, kept with the view that they were made of.
//!
//! What walks over much of the catalogue is asked again and again: everything, a country, a cluster. Such an answer holds for
//! whoever has the same labels and asks the same of the same view; the next commit publishes another view, which knows none.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use cairn_model::Vocabularies;
use cairn_policy::{Label, Viewer};
use lru::LruCache;

use crate::audience::telling;
use crate::{Decided, SearchPage, SearchRequest, Suggestion};

/// Answers that are kept, those that were asked for last.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).unwrap();
/// Records from which on a search is broad.
const BROAD: u64 = 1_000;
/// Bytes of a question that are kept.
const LONGEST: usize = 8_000;
/// Completions that are kept.
const KEPT_COMPLETIONS: NonZeroUsize = NonZeroUsize::new(2_000).unwrap();
/// Letters up to which a beginning meets so much that its completions are kept.
const SHORT: usize = 4;

/// The answers of one view.
pub(crate) struct Answers {
    kept: Mutex<LruCache<String, Kept>>,
    completions: Mutex<LruCache<(String, usize), Completions>>,
}

/// Completions, and the vocabularies that they were made with.
type Completions = (Arc<Vocabularies>, Arc<[Suggestion]>);

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
        let labels: Vec<&str> = telling(viewer).map(Label::as_str).collect();
        // When it is given up changes no answer; what people said of pairs is compared by where it is.
        let plain = SearchRequest { give_up_at: None, fold: None, ..request.clone() };
        Self { text: format!("{labels:?} {plain:?}"), vocabularies, fold: request.fold.as_ref() }
    }
}

impl Default for Answers {
    fn default() -> Self {
        let completions = Mutex::new(LruCache::new(KEPT_COMPLETIONS));
        Self { kept: Mutex::new(LruCache::new(KEPT)), completions }
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

    /// The completions of a beginning, if they are known.
    pub(crate) fn completing(
        &self,
        prefix: &str,
        limit: usize,
        vocabularies: &Arc<Vocabularies>,
    ) -> Option<Vec<Suggestion>> {
        let mut kept = self.completions.lock().unwrap_or_else(PoisonError::into_inner);
        let (with, completions) = kept.get(&(prefix.to_owned(), limit))?;
        Arc::ptr_eq(with, vocabularies).then(|| completions.to_vec())
    }

    /// Keeps the completions of a short beginning.
    pub(crate) fn keep_completions(
        &self,
        prefix: &str,
        limit: usize,
        vocabularies: &Arc<Vocabularies>,
        completions: &[Suggestion],
    ) {
        if prefix.chars().nth(SHORT).is_none() {
            let kept = (Arc::clone(vocabularies), completions.into());
            self.completions.lock().unwrap_or_else(PoisonError::into_inner).put((prefix.to_owned(), limit), kept);
        }
    }
}
