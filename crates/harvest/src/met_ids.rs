//! The ids that a listing named so far, of any number: where they are kept is up to who opens the source.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::HarvestError;

/// An id, shortened.
pub type IdKey = [u8; 16];

/// The key of an id.
pub(crate) fn key_of(id: &str) -> IdKey {
    let digest = Sha256::digest(id.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}

/// Keeps the ids of listings, so that none of them takes memory for each of its records.
#[async_trait]
pub trait IdKeeper: Send + Sync {
    /// A place for the ids of a listing, empty and of its own.
    async fn open(&self) -> Result<Box<dyn KeptIds>, HarvestError>;
}

/// The ids of a listing, each with a number.
#[async_trait]
pub trait KeptIds: Send + Sync {
    /// The numbers of ids; those without one are left out.
    async fn get(&mut self, ids: &[IdKey]) -> Result<HashMap<IdKey, u8>, HarvestError>;

    /// Sets the numbers of ids, in place of those that they had.
    async fn set(&mut self, ids: Vec<(IdKey, u8)>) -> Result<(), HarvestError>;
}

/// When an id was met before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    /// Never.
    Never,
    /// In an earlier walk through the listing, and not in this one.
    Earlier,
    /// In this walk.
    Now,
}

/// The ids that were met, each with the walk in which it was met last.
pub(crate) struct MetIds {
    keeper: Arc<dyn IdKeeper>,
    /// Opened for the first page with ids.
    kept: Option<Box<dyn KeptIds>>,
    walk: u8,
}

impl MetIds {
    pub(crate) fn new(keeper: &Arc<dyn IdKeeper>) -> Self {
        Self { keeper: Arc::clone(keeper), kept: None, walk: 1 }
    }

    /// When each id of a page was met before. One that stands in it twice was met the second time; what has no id never was.
    pub(crate) async fn look_up(&mut self, ids: &[Option<IdKey>]) -> Result<Vec<Met>, HarvestError> {
        let named: Vec<IdKey> = ids.iter().flatten().copied().collect();
        let walks = match &mut self.kept {
            Some(kept) if !named.is_empty() => kept.get(&named).await?,
            _ => HashMap::new(),
        };
        Ok(met_before(ids, walks, self.walk))
    }

    /// Notes that the ids of a page were met in this walk; `met` is what was known of them.
    pub(crate) async fn keep(&mut self, ids: &[Option<IdKey>], met: &[Met]) -> Result<(), HarvestError> {
        let new = ids.iter().zip(met).filter(|(_, met)| **met != Met::Now);
        let new: Vec<(IdKey, u8)> = new.filter_map(|(id, _)| Some(((*id)?, self.walk))).collect();
        if new.is_empty() {
            return Ok(());
        }
        let kept = match self.kept.take() {
            Some(kept) => kept,
            None => self.keeper.open().await?,
        };
        self.kept.insert(kept).set(new).await
    }

    /// Whether no id was met.
    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_none()
    }

    /// Begins another walk through the listing: what was met so far was met earlier.
    pub(crate) fn begin_walk(&mut self) {
        self.walk = self.walk.saturating_add(1);
    }

    /// Forgets all of them.
    pub(crate) fn forget(&mut self) {
        self.kept = None;
    }
}

/// When each id of a page was met before, by the walks in which those were met last that were met.
fn met_before(ids: &[Option<IdKey>], mut walks: HashMap<IdKey, u8>, walk: u8) -> Vec<Met> {
    let met = ids.iter().map(|id| match id.and_then(|id| walks.insert(id, walk)) {
        None => Met::Never,
        Some(last) if last == walk => Met::Now,
        Some(_) => Met::Earlier,
    });
    met.collect()
}

/// Ids in memory, for what is tried without a catalogue.
#[cfg(test)]
pub(crate) mod in_memory {
    use super::*;

    /// What [`MetIds`] does, for walks that wait for nothing.
    #[derive(Debug, Clone, Default)]
    pub(crate) struct Ids(HashMap<IdKey, u8>);

    impl Ids {
        /// When each id of a page was met before.
        pub(crate) fn look_up(&self, ids: &[Option<IdKey>]) -> Vec<Met> {
            met_before(ids, self.0.clone(), 1)
        }

        /// Notes that the ids of a page were met.
        pub(crate) fn keep(&mut self, ids: &[Option<IdKey>]) {
            self.0.extend(ids.iter().flatten().map(|id| (*id, 1)));
        }

        /// Whether an id was met.
        pub(crate) fn contains(&self, id: &IdKey) -> bool {
            self.0.contains_key(id)
        }

        /// All that were met.
        pub(crate) fn all(&self) -> impl Iterator<Item = &IdKey> {
            self.0.keys()
        }
    }

    #[test]
    fn an_id_was_met_never_earlier_or_now_and_the_second_of_a_page_was_met_with_the_first() {
        let [a, b, c] = ["a", "b", "c"].map(key_of);
        let page = [Some(a), Some(b), Some(c), Some(b), None, Some(c), None];
        let met = met_before(&page, [(a, 2), (b, 1)].into(), 2);
        assert_eq!(met, [Met::Now, Met::Earlier, Met::Never, Met::Now, Met::Never, Met::Now, Met::Never]);
    }
}
