//! Holdings that have only some of the words of a search, below the few that have all.

use cairn_catalog::{Hit, Matching, SearchPage, SearchRequest, Sort};
use cairn_policy::Viewer;
use jiff::Timestamp;

use super::page::PageError;
use super::search::{Card, PAGE_SIZE, card};
use super::search_address::Address;
use crate::state::AppState;

/// Holdings with some of the words that are shown below those with all.
const MOST_OTHERS: usize = 5;

/// Holdings that have only some of the words, below those that have all.
pub(super) struct Others {
    pub(super) count: u64,
    pub(super) items: Vec<Card>,
    /// Where all are shown.
    pub(super) address: String,
}

/// Holdings with some of the words, where those that have all of them fill no page.
pub(super) async fn others(
    state: &AppState,
    viewer: &Viewer,
    address: &Address,
    request: &SearchRequest,
    page: &SearchPage,
) -> Result<Option<Others>, PageError> {
    let all = page.hits.len();
    let is_short = (1..PAGE_SIZE).contains(&all) && request.offset == 0 && request.cursor.is_none();
    let by_relevance = request.sort == Sort::default();
    if !is_short || !by_relevance || request.matching != Matching::AllElseSome || page.relaxed || page.partial {
        return Ok(None);
    }
    let some = SearchRequest {
        matching: Matching::Some,
        limit: all + MOST_OTHERS,
        facets: Vec::new(),
        histograms: Vec::new(),
        ..request.clone()
    };
    let some = state.catalog.search(viewer, some).await?;
    let mut hits: Vec<Hit> = some.hits;
    hits.retain(|hit| page.hits.iter().all(|shown| shown.card.id != hit.card.id));
    hits.truncate(MOST_OTHERS);
    if hits.is_empty() {
        return Ok(None);
    }
    let unreachable = state.catalog.long_unreachable(&hits, Timestamp::now()).await?;
    let of_series = |key: &str| address.of_series(key, Some("some"));
    Ok(Some(Others {
        count: some.total.saturating_sub(page.total),
        items: hits.iter().map(|hit| card(hit, &unreachable, &request.language, &state.catalog, of_series)).collect(),
        address: address.with("match", "some"),
    }))
}
