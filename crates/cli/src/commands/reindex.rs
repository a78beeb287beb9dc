//! `cairn reindex`: makes the index anew from the store.

use jiff::Timestamp;
use serde_json::json;

use crate::arguments::Global;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

pub(crate) async fn run(global: &Global) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let mut follower = catalog.take_index_writer("reindex", Timestamp::now()).await?;
    let documents = follower.reindex().await?;
    if global.json {
        output::json(&json!({ "schema": 1, "documents": documents }))?;
    } else {
        output::line(&format!("The index was made anew: {documents} documents."))?;
    }
    Ok(Exit::Done)
}
