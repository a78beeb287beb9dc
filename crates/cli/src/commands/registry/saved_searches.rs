//! `cairn saved-search`: what somebody looks for again and again.

use cairn_catalog::Followed;
use cairn_model::registry::SavedSearchStatement;
use cairn_server::json::{check_saved_search, saved_search_answer};
use jiff::Timestamp;
use serde_json::Value;

use super::super::notify::follow;
use super::{all, edited_without, list, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{SavedSearch, SavedSearchCommand};
use crate::exit::{Exit, Failure};

/// What the catalogue says of a saved search beside what it says of every entry.
const OWNER: [&str; 2] = ["person", "organisation"];

pub(crate) async fn run(global: &Global, command: SavedSearchCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let entry = match command.command {
        SavedSearch::Create { name, query } => {
            let statement = SavedSearchStatement { name, query };
            check_saved_search(&statement, catalog.vocabularies(), now)?;
            catalog.create_saved_search(&viewer, statement, now).await?
        }
        SavedSearch::List => {
            let items = all(async |paging| catalog.saved_searches(&viewer, paging).await).await?;
            let items: Vec<Value> = items.into_iter().map(saved_search_answer).collect::<Result<_, _>>()?;
            return list(global, "saved_searches", items, &["/id", "/name", "/query", "/organisation"]);
        }
        SavedSearch::Show(entry) => catalog.saved_search(&viewer, &entry.id).await?,
        SavedSearch::Change(document) => {
            let edited = edited_without::<SavedSearchStatement>(&document.file, &OWNER)?;
            check_saved_search(&edited.body, catalog.vocabularies(), now)?;
            catalog.change_saved_search(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        SavedSearch::Notify(asked) => {
            return follow(global, &catalog, &viewer, Followed::SavedSearch(&asked.id), &asked).await;
        }
        SavedSearch::Remove(entry) => {
            catalog.remove_saved_search(&viewer, &entry.id, now).await?;
            eprintln!("The saved search is removed.");
            return Ok(Exit::Done);
        }
    };
    show(global, saved_search_answer(entry)?)
}
