//! Records whose source did not give a part of them this time: what the store keeps of that part stands.

use cairn_harvest::{RawFormat, RawRecord, payload};
use cairn_model::DatasetId;
use cairn_store::StoreError;

use super::Run;
use crate::CatalogError;

impl Run<'_> {
    /// Completes the records that lack a part by what is kept of it, so that a request that failed takes nothing away.
    pub(super) async fn complete(&self, mut records: Vec<RawRecord>) -> Result<Vec<RawRecord>, CatalogError> {
        for record in &mut records {
            let Some(id) = &record.source_record_id else { continue };
            let Some(incomplete) = payload::incomplete(&record.payload) else { continue };
            let id = DatasetId::new(&self.rules.source.id, id);
            let kept = match self.catalog.store().payload(id).await {
                Ok(kept) => kept,
                // What cannot be read completes nothing; the record itself comes all the same.
                Err(StoreError::DamagedRecord { .. }) => None,
                Err(error) => return Err(error.into()),
            };
            let whole =
                kept.and_then(|(code, bytes)| payload::complete(incomplete, RawFormat::from_code(&code)?, &bytes));
            if let Some(whole) = whole {
                record.payload = whole;
            }
        }
        Ok(records)
    }
}
