//! The ids that a listing names while it is read: they stand in the store's marks, as what a run has met does.

use std::collections::HashMap;

use async_trait::async_trait;
use cairn_harvest::{HarvestError, IdKeeper, IdKey, KeptIds};
use cairn_store::{Marks, StoreError};

use crate::Catalog;

/// Keeps the ids of listings beside the catalogue.
pub(super) struct ListedIds(pub(super) Catalog);

#[async_trait]
impl IdKeeper for ListedIds {
    async fn open(&self) -> Result<Box<dyn KeptIds>, HarvestError> {
        let marks = self.0.store().open_marks().await.map_err(unkept)?;
        Ok(Box::new(MarkedIds(marks)))
    }
}

struct MarkedIds(Box<dyn Marks>);

#[async_trait]
impl KeptIds for MarkedIds {
    async fn get(&mut self, ids: &[IdKey]) -> Result<HashMap<IdKey, u8>, HarvestError> {
        self.0.get(ids).await.map_err(unkept)
    }

    async fn set(&mut self, ids: Vec<(IdKey, u8)>) -> Result<(), HarvestError> {
        self.0.set(ids).await.map_err(unkept)
    }
}

fn unkept(error: StoreError) -> HarvestError {
    HarvestError::File { path: "what was listed so far".to_owned(), source: std::io::Error::other(error) }
}
