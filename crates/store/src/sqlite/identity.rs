//! Which store this is.

use super::SqliteStore;
use crate::Result;
use crate::error::Doing;

pub(super) async fn identity(store: &SqliteStore) -> Result<String> {
    let identity: Vec<u8> = sqlx::query_scalar("SELECT identity FROM store_identity WHERE only = 1")
        .fetch_one(&store.readers)
        .await
        .doing("reading the identity of the store")?;
    Ok(hex::encode(identity))
}
