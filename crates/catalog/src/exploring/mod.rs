//! A search as people narrow it down: what else they could choose, and what to drop where nothing is found.
//!
//! All of it is counted by further searches of the same viewer in the same state of the index, so nothing is told here that
//! these would not.

mod parts;

use std::cmp::Reverse;
use std::sync::Arc;

use cairn_policy::Viewer;
use cairn_search::{FacetCount, FacetField, Index, Matching, SearchError, SearchIndex, SearchPage, SearchRequest};

use crate::error::blocking;
use crate::{Catalog, CatalogError};

pub use parts::SearchPart;
use parts::{narrowed_by, words_of};

/// Filters that are tried without, and words: each takes a search.
const MOST_TRIED: usize = 6;
/// Values that a facet gives where a request does not say.
const DEFAULT_VALUES: usize = 100;

/// What a search finds, and where to go from there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Explored {
    /// The page. A facet that is filtered is counted without its own filter, so that choosing one value does not hide the
    /// others; every chosen value is listed, with 0 where no record has it.
    pub page: SearchPage,
    /// Where nothing is found: what is, without one part of the search, the most first. Parts that change nothing are left out.
    pub without: Vec<Without>,
}

/// What would be found without one part of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// The part.
    pub part: SearchPart,
    /// Its values, in words and numbers that the parameter takes.
    pub values: Vec<String>,
    /// Records.
    pub total: u64,
}

impl Catalog {
    /// Searches the catalogue as somebody who narrows it down does. All its searches together take no longer than one may; when
    /// that time is up, the page says so and has what was found until then.
    ///
    /// # Errors
    /// As [`Catalog::search`], but for `SearchTooSlow`.
    pub async fn explore(&self, viewer: &Viewer, request: SearchRequest) -> Result<Explored, CatalogError> {
        let index = Arc::new(self.index().await?.pinned());
        let request = SearchRequest { partial: true, ..self.ready(&index, request).await? };
        let viewer = viewer.clone();
        let explore = move || Ok(Ground { index: &index, viewer: &viewer, request: &request }.explore()?);
        self.noticing_damage(blocking(explore).await)
    }
}

/// What all searches of an answer have in common.
struct Ground<'a> {
    index: &'a Index,
    viewer: &'a Viewer,
    request: &'a SearchRequest,
}

impl Ground<'_> {
    fn explore(&self) -> Result<Explored, SearchError> {
        let mut page = self.index.search(self.viewer, self.request)?;
        for facet in &self.request.facets {
            if page.partial {
                break;
            }
            if let Some(chosen) = self.request.filters.values.get(facet).filter(|chosen| !chosen.is_empty()) {
                let narrowed = page.facets.remove(facet).unwrap_or_default();
                let counts = match self.alternatives(*facet, chosen, &narrowed, &page) {
                    Err(SearchError::OutOfTime) => {
                        page.partial = true;
                        narrowed
                    }
                    counts => counts?,
                };
                page.facets.insert(*facet, counts);
            }
        }
        let without = if page.total == 0 && !page.partial { self.without()? } else { Vec::new() };
        Ok(Explored { page, without })
    }

    /// Counts without hits.
    fn count(&self, request: SearchRequest) -> Result<SearchPage, SearchError> {
        let request = SearchRequest { limit: 0, offset: 0, cursor: None, cells: Vec::new(), ..request };
        // A part of a count says nothing.
        let request = SearchRequest { histograms: Vec::new(), grid: None, partial: false, ..request };
        self.index.search(self.viewer, &request)
    }

    /// The search that counts one facet. Facets count folded records, too, so nothing is folded for it.
    fn of_facet(&self, facet: FacetField) -> SearchRequest {
        SearchRequest { facets: vec![facet], fold: None, fold_series: false, ..self.request.clone() }
    }

    /// The counts of a facet without its own filter, beside those that are `narrowed` by it.
    fn alternatives(
        &self,
        facet: FacetField,
        chosen: &[String],
        narrowed: &[FacetCount],
        page: &SearchPage,
    ) -> Result<Vec<FacetCount>, SearchError> {
        let mut others = self.of_facet(facet);
        others.filters.values.remove(&facet);
        let mut found = self.count(others)?;
        // Where the hits have some of the words, or words as they were probably meant, counts of records that have all as they
        // are would not be of the same search.
        let is_same = (page.relaxed, &page.suggestion) == (found.relaxed, &found.suggestion);
        let mut counts = if is_same { found.facets.remove(&facet).unwrap_or_default() } else { narrowed.to_vec() };
        self.list_chosen(facet, chosen, narrowed, &mut counts)?;
        Ok(counts)
    }

    /// Lists every chosen value: with its count where others have so many more that it is not among them, and with 0 where
    /// there is none.
    fn list_chosen(
        &self,
        facet: FacetField,
        chosen: &[String],
        narrowed: &[FacetCount],
        counts: &mut Vec<FacetCount>,
    ) -> Result<(), SearchError> {
        let most = if self.request.facet_limit == 0 { DEFAULT_VALUES } else { self.request.facet_limit };
        let is_whole = counts.len() < most || narrowed.len() < most;
        for chosen in chosen {
            let value = facet.spelling(chosen);
            if counts.iter().any(|one| facet.is_chosen(chosen, &one.value, one.name.as_deref())) {
                continue;
            }
            let none = || FacetCount { value: value.clone(), name: None, count: 0 };
            let listed = match narrowed.iter().find(|one| one.value == value) {
                Some(count) => count.clone(),
                None if is_whole => none(),
                None => {
                    let mut alone = self.of_facet(facet);
                    alone.filters.values.insert(facet, vec![value.clone()]);
                    let found = self.count(alone)?;
                    let named = found.facets.into_values().flatten().find(|one| one.value == value);
                    named.unwrap_or_else(|| FacetCount { count: found.total, ..none() })
                }
            };
            counts.push(listed);
        }
        counts.sort_by(|left, right| right.count.cmp(&left.count).then_with(|| left.value.cmp(&right.value)));
        Ok(())
    }

    /// What is found without each filter, and without each word where there are several. What the time does not suffice for is
    /// left out.
    fn without(&self) -> Result<Vec<Without>, SearchError> {
        let matching = self.request.matching;
        let filters = narrowed_by(&self.request.filters).into_iter().take(MOST_TRIED).map(|part| (part, matching));
        // The other words count as they are: what they may have been meant for was tried with all of them.
        let words = words_of(&self.request.text).into_iter().take(MOST_TRIED).map(|part| (part, Matching::All));
        let mut found = Vec::new();
        for ((part, values), matching) in filters.chain(words) {
            let request = SearchRequest { facets: Vec::new(), matching, ..part.dropped_from(self.request) };
            match self.count(request) {
                Ok(SearchPage { total: 0, .. }) => {}
                Ok(SearchPage { total, .. }) => found.push(Without { part, values, total }),
                Err(SearchError::OutOfTime) => break,
                Err(error) => return Err(error),
            }
        }
        found.sort_by_key(|one| Reverse(one.total));
        Ok(found)
    }
}
