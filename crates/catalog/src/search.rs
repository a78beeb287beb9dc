//! Searching as a viewer.

use std::sync::Arc;
use std::time::Instant;

use cairn_policy::Viewer;
use cairn_search::{Index, SearchIndex, SearchPage, SearchRequest, Suggestion};

use crate::error::blocking;
use crate::{Catalog, CatalogError};

impl Catalog {
    /// Searches the catalogue as a viewer. Where hits are to be folded, what people said of pairs is read from the store.
    ///
    /// # Errors
    /// `BadRequest` for a query that cannot be run, `IndexUnavailable` while the index is made anew, `IndexDamaged` when that
    /// is what it needs, `SearchTooSlow` for one that took longer than the settings allow.
    pub async fn search(&self, viewer: &Viewer, request: SearchRequest) -> Result<SearchPage, CatalogError> {
        let index = self.index().await?;
        let request = self.ready(&index, request).await?;
        let viewer = viewer.clone();
        self.noticing_damage(blocking(move || Ok(index.search(&viewer, &request)?)).await)
    }

    /// A request with what people said of pairs, where hits are to be folded, and with its end from now.
    pub(crate) async fn ready(
        &self,
        index: &Arc<Index>,
        request: SearchRequest,
    ) -> Result<SearchRequest, CatalogError> {
        let fold = match request.fold {
            Some(_) => {
                // The first who folds after a commit looks through the whole tier, which is not the fault of the search.
                let index = Arc::clone(index);
                self.noticing_damage(blocking(move || Ok(index.find_duplicates()?)).await)?;
                Some(self.decided().await?)
            }
            None => None,
        };
        Ok(SearchRequest { give_up_at: self.end_of_search(), fold, ..request })
    }

    /// When a search that begins now is given up. Time in which it waits for a thread is time in which somebody waits for it.
    pub(crate) fn end_of_search(&self) -> Option<Instant> {
        Instant::now().checked_add(self.inner.search_time)
    }

    /// Completes what somebody begins to write, from what everyone may see.
    ///
    /// # Errors
    /// As for [`Catalog::search`].
    pub async fn suggest(
        &self,
        viewer: &Viewer,
        prefix: String,
        limit: usize,
    ) -> Result<Vec<Suggestion>, CatalogError> {
        let index = self.index().await?;
        let viewer = viewer.clone();
        self.noticing_damage(blocking(move || Ok(index.suggest(&viewer, &prefix, limit)?)).await)
    }
}
