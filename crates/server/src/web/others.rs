//! Holdings that have only some of the words of a search, below the few that have all.

use jiff::Timestamp;

use super::search::{Card, card};
use super::search_address::Address;
use crate::state::AppState;

/// Holdings with some of the words that are shown below those with all.
pub(super) const MOST_OTHERS: usize = 5;

/// Holdings that have only some of the words, below those that have all.
pub(super) struct Others {
    pub(super) count: u64,
    pub(super) items: Vec<Card>,
    /// Where all are shown.
    pub(super) address: String,
}

/// The same in words; none where the store does not answer, for the page is there without them.
pub(super) async fn others(
    state: &AppState,
    address: &Address,
    language: &str,
    found: cairn_catalog::Others,
) -> Option<Others> {
    let unreachable = state.catalog.long_unreachable(&found.hits, Timestamp::now()).await.ok()?;
    let of_series = |key: &str| address.of_series(key, Some("some"));
    Some(Others {
        count: found.total,
        items: found.hits.iter().map(|hit| card(hit, &unreachable, language, &state.catalog, of_series)).collect(),
        address: address.with("match", "some"),
    })
}
