//! `cairn show ID --related`: the records that are related to one.

use cairn_catalog::{Catalog, Related};
use cairn_model::DatasetId;
use cairn_policy::Viewer;
use cairn_server::json::related_answer;
use jiff::Timestamp;
use serde_json::json;

use crate::arguments::Global;
use crate::exit::{Exit, Failure};
use crate::output;

/// Language of titles.
const LANGUAGE: &str = "en";

pub(super) async fn show(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    id: DatasetId,
    limit: usize,
) -> Result<Exit, Failure> {
    catalog.catch_index_up(super::duplicates::PATIENCE).await?;
    let related = catalog.related(viewer, id, limit, LANGUAGE, Timestamp::now()).await?;
    catalog.write_views().await?;
    if global.json {
        let mut answer = related_answer(&related, LANGUAGE)?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(Exit::Done);
    }
    if related.is_empty() {
        output::line("No record that you can see is related to it.")?;
        return Ok(Exit::Done);
    }
    let row = |Related { hit, grounds }: &Related| {
        let because: Vec<&str> = grounds.iter().map(|ground| ground.code()).collect();
        vec![
            hit.card.title.best(LANGUAGE).unwrap_or_default().to_owned(),
            hit.card.organisation.as_ref().map(|one| one.name.clone()).unwrap_or_default(),
            because.join(" "),
            hit.card.id.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = related.iter().map(row).collect();
    output::table(&["title", "organisation", "because", "id"], &rows)?;
    Ok(Exit::Done)
}
