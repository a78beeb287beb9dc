//! `cairn practice`: good practices, use cases and lessons.

use cairn_catalog::{Catalog, PracticeFilter, Registered};
use cairn_model::registry::PracticeStatement;
use cairn_policy::Viewer;
use cairn_server::json::{practice_answer, practice_filter};
use jiff::Timestamp;
use serde_json::Value;

use super::{all, document, edited_without, list, open_acting, show};
use crate::arguments::Global;
use crate::arguments::practices::{Practice, PracticeCommand};
use crate::exit::{Exit, Failure};

/// What the catalogue says of a practice beside what its organisation does.
const SET_BY_CATALOGUE: [&str; 2] = ["organisation", "withdrawn"];

pub(crate) async fn run(global: &Global, command: PracticeCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let practice = match command.command {
        Practice::Create { document: from, organisation } => {
            let statement = document::<PracticeStatement>(&from.file)?;
            catalog.create_practice(&viewer, organisation.as_deref(), statement, now).await?
        }
        Practice::List { words, kind, of, record, country, cluster } => {
            let single = [("kind", kind), ("organisation", of), ("record", record), ("q", Some(words.join(" ")))];
            let many = [("country", country), ("cluster", cluster)];
            let many = many.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name, value)));
            let single = single.into_iter().filter_map(|(name, value)| Some((name, value?)));
            let pairs: Vec<(&str, String)> = many.chain(single).collect();
            let filter = practice_filter(&pairs, catalog.vocabularies()).map_err(Failure::usage)?;
            let items = entries(&catalog, &viewer, &filter).await?;
            return list(global, "practices", items, &["/title", "/kind", "/organisation", "/clusters", "/id"]);
        }
        Practice::Show { id } => catalog.practice(&viewer, &id).await?,
        Practice::Change(from) => {
            let edited = edited_without::<PracticeStatement>(&from.file, &SET_BY_CATALOGUE)?;
            catalog.change_practice(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        Practice::Withdraw { id } => {
            let version = catalog.practice(&viewer, &id).await?.version;
            catalog.withdraw_practice(&viewer, &id, version, now).await?
        }
    };
    show(global, practice_answer(practice)?)
}

async fn entries(catalog: &Catalog, viewer: &Viewer, filter: &PracticeFilter) -> Result<Vec<Value>, Failure> {
    let items: Vec<Registered<cairn_catalog::Practice>> =
        all(async |paging| catalog.practices(viewer, filter, paging).await).await?;
    Ok(items.into_iter().map(practice_answer).collect::<Result<_, _>>()?)
}
