//! The way through pages that lead to several others, for a run that takes it up where another was killed. Pure.
//!
//! A checkpoint names how many pages were visited, a hash of their addresses in their order, and the few of them that have
//! to be asked again: those that lead to others, since what is still to be visited is found there, and those of which
//! something was lost. All the others need no second visit. So it is small, however many pages there are.

use cairn_fetch::Url;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Pages that a checkpoint lists at most.
const MOST_AGAIN: usize = 2000;

/// Pages in the order in which they were visited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tour {
    /// How many there are.
    pages: u64,
    /// Hash of their addresses, each with the hash of those before it.
    trail: String,
    /// Numbers of those that have to be asked again, from 0.
    again: Vec<u64>,
    /// Records of these that nobody could name.
    #[serde(default)]
    unnamed: u64,
}

impl Tour {
    /// Goes past a page of which so many records could not be named; it is asked again if there are any.
    pub(super) fn pass(&mut self, url: &Url, unnamed: u64, leads_on: bool) {
        let again = unnamed > 0 || leads_on;
        self.unnamed += unnamed;
        if again && self.again.len() <= MOST_AGAIN {
            self.again.push(self.pages);
        }
        self.pages += 1;
        self.trail = hex::encode(Sha256::new().chain_update(&self.trail).chain_update(url.as_str()).finalize());
    }

    /// As a checkpoint holds it; `None` where it would be too large.
    pub(super) fn kept(&self) -> Option<Self> {
        (self.again.len() <= MOST_AGAIN).then(|| self.clone())
    }

    /// Records that nobody could name of the pages that are asked again.
    pub(super) fn unnamed(&self) -> u64 {
        self.unnamed
    }

    /// How many pages lie behind.
    pub(super) fn pages(&self) -> u64 {
        self.pages
    }

    /// Whether as many pages lie behind as behind the other.
    pub(super) fn is_as_long_as(&self, other: &Self) -> bool {
        self.pages == other.pages
    }

    /// Whether the same pages lie behind, in the same order.
    pub(super) fn is_same_way(&self, other: &Self) -> bool {
        (self.pages, &self.trail) == (other.pages, &other.trail)
    }

    /// Whether the next page after `behind` has to be asked again.
    pub(super) fn asks_again_after(&self, behind: &Self) -> bool {
        self.again.binary_search(&behind.pages).is_ok()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn tour(pages: &[(&str, bool)]) -> Tour {
        let mut tour = Tour::default();
        for (name, again) in pages {
            tour.pass(&Url::parse(&format!("https://folder.example/{name}")).unwrap(), 0, *again);
        }
        tour
    }

    #[test]
    fn a_way_is_known_by_its_pages_and_their_order() {
        let way = tour(&[("", true), ("a.xml", false), ("b.xml", false)]);
        assert!(way.is_same_way(&tour(&[("", true), ("a.xml", true), ("b.xml", false)])));
        for other in [tour(&[("", true), ("b.xml", false), ("a.xml", false)]), tour(&[("", true), ("a.xml", false)])] {
            assert!(!way.is_same_way(&other));
        }
        let begun = tour(&[("", true)]);
        assert!(way.asks_again_after(&Tour::default()) && !way.asks_again_after(&begun));
        assert!(way.is_as_long_as(&tour(&[("x", false), ("y", false), ("z", false)])));
    }

    #[test]
    fn what_is_kept_does_not_grow_with_the_pages_and_has_a_limit() {
        let mut way = tour(&[("", true)]);
        let file = Url::parse("https://folder.example/a.xml").unwrap();
        (0..50_000).for_each(|_| way.pass(&file, 0, false));
        assert!(serde_json::to_string(&way.kept().unwrap()).unwrap().len() < 200);
        (0..MOST_AGAIN).for_each(|_| way.pass(&file, 1, false));
        assert_eq!(way.kept(), None);
    }
}
