//! `cairn collaborative`: data collaboratives, each with its canvas.

use cairn_catalog::{Catalog, CollaborativeFilter, Registered};
use cairn_model::registry::{CollaborativeEnding, CollaborativeStatement};
use cairn_policy::Viewer;
use cairn_server::json::{collaborative_answer, collaborative_filter};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{all, document, edited_without, open_acting, show};
use crate::arguments::Global;
use crate::arguments::collaboratives::{Collaborative, CollaborativeCommand};
use crate::exit::{Exit, Failure};
use crate::output;

/// What the catalogue says of a collaborative beside what its lead does.
const SET_BY_CATALOGUE: [&str; 3] = ["state", "missing", "ended"];

pub(crate) async fn run(global: &Global, command: CollaborativeCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let collaborative = match command.command {
        Collaborative::Create(from) => {
            catalog.create_collaborative(&viewer, document::<CollaborativeStatement>(&from.file)?, now).await?
        }
        Collaborative::List { of, country, cluster, state } => {
            let lists = [("country", country), ("cluster", cluster)];
            let many = lists.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name, value)));
            let single = [("organisation", of), ("state", state)];
            let single = single.into_iter().filter_map(|(name, value)| Some((name, value?)));
            let pairs: Vec<(&str, String)> = many.chain(single).collect();
            let filter = collaborative_filter(&pairs, catalog.vocabularies()).map_err(Failure::usage)?;
            return list(global, &catalog, &viewer, &filter).await;
        }
        Collaborative::Show { id } => catalog.collaborative(&viewer, &id).await?,
        Collaborative::Change(from) => {
            let edited = edited_without::<CollaborativeStatement>(&from.file, &SET_BY_CATALOGUE)?;
            catalog.change_collaborative(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        Collaborative::Roles { id } => {
            output::file(&catalog.collaborative(&viewer, &id).await?.body.roles_as_csv()?)?;
            return Ok(Exit::Done);
        }
        Collaborative::End { id, reason } => {
            let version = catalog.collaborative(&viewer, &id).await?.version;
            catalog.end_collaborative(&viewer, &id, version, CollaborativeEnding { reason }, now).await?
        }
    };
    show(global, collaborative_answer(collaborative)?)
}

async fn list(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    filter: &CollaborativeFilter,
) -> Result<Exit, Failure> {
    let items = all(async |paging| catalog.collaboratives(viewer, filter, paging).await).await?;
    if global.json {
        let items: Vec<Value> = items.into_iter().map(collaborative_answer).collect::<Result<_, _>>()?;
        output::json(&json!({ "schema": 1, "collaboratives": items }))?;
        return Ok(Exit::Done);
    }
    let row = |Registered { id, body, .. }: Registered<cairn_catalog::Collaborative>| {
        let state = body.state().code().to_owned();
        let missing = body.statement.missing().len().to_string();
        let title = body.statement.title.best("en").unwrap_or_default().to_owned();
        vec![title, body.statement.lead, state, missing, id]
    };
    let rows: Vec<Vec<String>> = items.into_iter().map(row).collect();
    output::table(&["title", "lead", "state", "missing", "id"], &rows)?;
    Ok(Exit::Done)
}
