//! A search as people narrow it down: what else they could choose, and what to drop where nothing is found.
//!
//! All of it is counted by further searches of the same viewer in the same state of the index, so nothing is told here that
//! these would not.

mod parts;

use std::cmp::Reverse;
use std::sync::Arc;

use cairn_model::Vocabularies;
use cairn_policy::Viewer;
use cairn_search::{
    FacetCount, FacetField, Hit, Index, Matching, SearchError, SearchIndex, SearchPage, SearchRequest, Sort,
};
use tracing::debug;

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
    /// Where the records that have all the words fill no page and others were asked for: the first of those with some of them,
    /// unless the time did not suffice for these.
    pub others: Option<Others>,
}

/// Records that have only some of the words of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Others {
    /// The first of them.
    pub hits: Vec<Hit>,
    /// How many there are.
    pub total: u64,
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
        self.explore_with_others(viewer, request, 0).await
    }

    /// As [`Catalog::explore`], with so many [`Explored::others`] at most.
    ///
    /// # Errors
    /// As [`Catalog::explore`].
    pub async fn explore_with_others(
        &self,
        viewer: &Viewer,
        request: SearchRequest,
        others: usize,
    ) -> Result<Explored, CatalogError> {
        let index = Arc::new(self.index().await?.pinned());
        let request = SearchRequest { partial: true, ..self.ready(&index, request).await? };
        let viewer = viewer.clone();
        let vocabularies = self.shared_vocabularies();
        let explore = move || {
            let ground = Ground { index: &index, viewer: &viewer, request: &request, vocabularies: &vocabularies };
            Ok(ground.explore(others)?)
        };
        self.noticing_damage(blocking(explore).await)
    }
}

/// What all searches of an answer have in common.
struct Ground<'a> {
    index: &'a Index,
    viewer: &'a Viewer,
    request: &'a SearchRequest,
    vocabularies: &'a Vocabularies,
}

impl Ground<'_> {
    fn explore(&self, others: usize) -> Result<Explored, SearchError> {
        let mut page = self.index.search(self.viewer, self.request)?;
        for facet in &self.request.facets {
            if page.partial {
                break;
            }
            if let Some(chosen) = self.request.filters.values.get(facet).filter(|chosen| !chosen.is_empty()) {
                let narrowed = page.facets.remove(facet).unwrap_or_default();
                let left_out = page.left_out.remove(facet).unwrap_or(0);
                let (counts, left_out) = match self.alternatives(*facet, chosen, (&narrowed, left_out), &page) {
                    Err(SearchError::OutOfTime) => {
                        page.partial = true;
                        (narrowed, left_out)
                    }
                    counts => counts?,
                };
                page.facets.insert(*facet, counts);
                if left_out > 0 {
                    page.left_out.insert(*facet, left_out);
                }
            }
        }
        let without = if page.total == 0 && !page.partial { self.without()? } else { Vec::new() };
        let others = self.others(&page, others);
        Ok(Explored { page, without, others })
    }

    /// Records that have only some of the words, where those that have all fill no page. The page is worth more than these: it
    /// is shown without them where they cannot be had in time.
    fn others(&self, page: &SearchPage, most: usize) -> Option<Others> {
        let request = self.request;
        let is_short = (1..request.limit).contains(&page.hits.len()) && request.offset == 0 && request.cursor.is_none();
        let is_of_all = request.matching == Matching::AllElseSome && !page.relaxed && !page.partial;
        if most == 0 || !is_short || !is_of_all || request.sort != Sort::default() {
            return None;
        }
        let request = SearchRequest {
            matching: Matching::Some,
            limit: page.hits.len() + most,
            facets: Vec::new(),
            histograms: Vec::new(),
            grid: None,
            cells: Vec::new(),
            // Of a part of them nobody knows how many there are.
            partial: false,
            ..request.clone()
        };
        let some = self.index.search(self.viewer, &request);
        let some =
            some.inspect_err(|error| debug!(%error, "a page is shown without what has some of the words")).ok()?;
        let mut hits = some.hits;
        hits.retain(|hit| page.hits.iter().all(|shown| shown.card.id != hit.card.id));
        hits.truncate(most);
        (!hits.is_empty()).then(|| Others { hits, total: some.total.saturating_sub(page.total) })
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

    /// The counts of a facet without its own filter, beside those that are `narrowed` by it; and how many of its values are not
    /// among them.
    fn alternatives(
        &self,
        facet: FacetField,
        chosen: &[String],
        (narrowed, left_out): (&[FacetCount], usize),
        page: &SearchPage,
    ) -> Result<(Vec<FacetCount>, usize), SearchError> {
        let mut others = self.of_facet(facet);
        others.filters.values.remove(&facet);
        let mut found = self.count(others)?;
        // Where the hits have some of the words, or words as they were probably meant, counts of records that have all as they
        // are would not be of the same search.
        let is_same = (page.relaxed, found_for(page)) == (found.relaxed, found_for(&found));
        let (mut counts, left_out) = if is_same {
            (found.facets.remove(&facet).unwrap_or_default(), found.left_out.remove(&facet).unwrap_or(0))
        } else {
            (narrowed.to_vec(), left_out)
        };
        let told = counts.len();
        self.list_chosen(facet, chosen, narrowed, &mut counts)?;
        let added = counts.iter().filter(|one| one.count > 0).count().saturating_sub(told);
        Ok((counts, left_out.saturating_sub(added)))
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
            if counts.iter().any(|one| facet.is_chosen(chosen, &one.value, one.name.as_deref(), self.vocabularies)) {
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

/// The words as they were probably meant, where the records of a page were found for these: a hint changes nothing of what is
/// found.
fn found_for(page: &SearchPage) -> Option<&str> {
    page.suggestion.as_deref().filter(|_| !page.listed_as_asked)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::time::Instant;

    use cairn_model::{Dataset, DatasetId, Listing, LocalizedText, Sharing, Terms};
    use cairn_policy::renditions;
    use cairn_search::{IndexChange, IndexWriter, WriterOptions};

    use super::*;

    fn change(title: &str) -> IndexChange {
        let terms = Terms { sharing: Sharing::Public, listing: Listing::Full, ..Terms::closed() };
        let id = DatasetId::new("test", title);
        let record = Dataset { title: LocalizedText::new("en", title), terms, ..Dataset::empty(id) };
        IndexChange { id: record.id, renditions: renditions(&record) }
    }

    #[test]
    fn a_page_is_shown_without_what_has_some_of_the_words_where_no_time_is_left_for_that() {
        let options = WriterOptions { heap_bytes: 15 << 20, ..WriterOptions::default() };
        let (index, mut writer) = Index::in_memory(options).unwrap();
        writer.apply(&[change("Deep wells"), change("Wells"), change("Deep caves")], 1).unwrap();
        let viewer = Viewer::anonymous();
        let matching = Matching::AllElseSome;
        let mut request =
            SearchRequest { text: "deep wells".to_owned(), limit: 20, matching, ..SearchRequest::default() };
        let vocabularies = Vocabularies::bundled();
        let explored = Ground { index: &index, viewer: &viewer, request: &request, vocabularies }.explore(5).unwrap();
        assert_eq!(explored.page.total, 1);
        assert_eq!(explored.others.map(|others| (others.hits.len(), others.total)), Some((2, 2)));
        request.give_up_at = Some(Instant::now());
        let late = Ground { index: &index, viewer: &viewer, request: &request, vocabularies };
        assert_eq!(late.others(&explored.page, 5), None);
    }
}
