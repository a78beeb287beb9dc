//! `cairn linkages`: what a record can be joined with.

use cairn_catalog::LinkedRecord;
use cairn_server::json::linkages_answer;
use jiff::Timestamp;
use serde_json::json;

use crate::arguments::Global;
use crate::arguments::linkages::Linkages;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, viewer};
use crate::output;

pub(crate) async fn run(global: &Global, linkages: Linkages) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let viewer = viewer(&catalog, &linkages.identity, &format!("linkages of {}", linkages.id)).await?;
    catalog.catch_index_up(super::duplicates::PATIENCE).await?;
    let linked = catalog.linkages(&viewer, linkages.id, linkages.limit.into(), Timestamp::now()).await?;
    catalog.write_views().await?;
    if global.json {
        let mut answer = linkages_answer(linked, "en")?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(Exit::Done);
    }
    let row = |LinkedRecord { card, linkage }: &LinkedRecord| {
        let reasons: Vec<&str> = linkage.technical.reasons.iter().map(|reason| reason.words.as_str()).collect();
        let title = card.title.best("en").unwrap_or_default().to_owned();
        let level = linkage.technical.admin_level.map(|level| level.to_string()).unwrap_or_default();
        let path = linkage.path.code().to_owned();
        vec![format!("{:.2}", linkage.score), path, level, title, reasons.join(" "), card.id.to_string()]
    };
    let rows: Vec<Vec<String>> = linked.iter().map(row).collect();
    output::table(&["score", "path", "admin level", "title", "why", "id"], &rows)?;
    Ok(Exit::Done)
}
