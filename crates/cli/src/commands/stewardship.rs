//! `cairn stewardship`: records that nobody looks after.

use cairn_catalog::OrphanedRecord;
use cairn_server::json::orphan_answer;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::Global;
use crate::arguments::linkages::Stewardship;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, viewer};
use crate::output;

/// Records that are gone through at a time.
const AT_A_TIME: usize = 100;

pub(crate) async fn run(global: &Global, command: Stewardship) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let viewer = viewer(&catalog, &command.identity, "stewardship").await?;
    catalog.catch_index_up(super::duplicates::PATIENCE).await?;
    let now = Timestamp::now();
    let organisation = command.organisation.as_deref();
    let (mut orphans, mut looked_at, mut cursor) = (Vec::new(), 0, None::<String>);
    loop {
        let page = catalog.orphans(&viewer, organisation, cursor.as_deref(), AT_A_TIME, now).await?;
        orphans.extend(page.items);
        looked_at += page.looked_at;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    if global.json {
        let items: Vec<Value> = orphans.into_iter().map(|one| orphan_answer(one, "en")).collect::<Result<_, _>>()?;
        output::json(&json!({ "schema": 1, "items": items, "looked_at": looked_at }))?;
        return Ok(Exit::Done);
    }
    let row = |one: &OrphanedRecord| {
        let causes: Vec<&str> = one.causes.iter().map(|cause| cause.code()).collect();
        let title = one.title.best("en").unwrap_or_default().to_owned();
        let name = |of: &Option<cairn_model::Organisation>| of.as_ref().map(|one| one.name.clone()).unwrap_or_default();
        vec![title, name(&one.owner), name(&one.steward), causes.join(", "), one.id.to_string()]
    };
    let rows: Vec<Vec<String>> = orphans.iter().map(row).collect();
    output::table(&["title", "owner", "steward", "because", "id"], &rows)?;
    Ok(Exit::Done)
}
