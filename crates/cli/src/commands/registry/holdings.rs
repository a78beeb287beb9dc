//! `cairn register` and `cairn holding`: what organisations register of their own holdings.

use std::io::Write;
use std::path::Path;

use cairn_catalog::{Catalog, CatalogError, TableFormat, TableOptions};
use cairn_model::Problem;
use cairn_model::registry::{HoldingState, HoldingStatement};
use cairn_policy::Viewer;
use cairn_server::json::{derivations_answer, edit_answer, holding_answer, holding_history_answer, release_answer};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::tables::{self, Asked};
use super::{all, bytes_of, document, document_in, edited_without, index, log_reading, open_acting, said_anew, show};
use crate::arguments::Global;
use crate::arguments::holdings::{Holding, HoldingCommand, RegisterCommand};
use crate::exit::{Exit, Failure};
use crate::output;

/// What the catalogue says of a holding beside what its organisation does.
const SET_BY_CATALOGUE: [&str; 2] = ["organisation", "state"];

pub(crate) async fn register(global: &Global, command: RegisterCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let bytes = bytes_of(&command.file)?;
    let is_document = match command.file.extension() {
        Some(ending) => ending.eq_ignore_ascii_case("json"),
        None => bytes.trim_ascii_start().starts_with(b"{"),
    };
    if is_document {
        if !command.column.is_empty() || command.wrong_rows.is_some() {
            return Err(Failure::usage("--column and --wrong-rows are for tables"));
        }
        let statement = document_in::<HoldingStatement>(&command.file, &bytes)?;
        let state = if command.draft { HoldingState::Draft } else { HoldingState::Published };
        let organisation = command.organisation.as_deref();
        if command.dry_run {
            let advice = catalog.try_holding(&viewer, organisation, state, statement, now).await?;
            return tried(global, state, &advice);
        }
        let holding = catalog.register_holding(&viewer, organisation, state, statement, now).await?;
        index(&catalog, "register").await;
        return show(global, holding_answer(holding)?);
    }
    let mut options = TableOptions {
        organisation: command.organisation,
        draft: command.draft,
        dry_run: command.dry_run,
        ..TableOptions::default()
    };
    for column in &command.column {
        options.name_column(column)?;
    }
    let name = command.file.to_string_lossy();
    let report = catalog.register_table(&viewer, bytes, &name, options, now).await?;
    if report.written {
        index(&catalog, "register").await;
    }
    if let (Some(path), Some(rows)) = (&command.wrong_rows, &report.wrong_rows) {
        write(path, rows.as_bytes())?;
    }
    tables::told(global, report)
}

/// Says that a holding could be registered, and what still looks like a mistake.
fn tried(global: &Global, state: HoldingState, advice: &[Problem]) -> Result<Exit, Failure> {
    if global.json {
        output::json(&json!({ "schema": 1, "written": false, "state": state, "advice": advice }))?;
        return Ok(Exit::Done);
    }
    for problem in advice {
        eprintln!("`{}`: {}", problem.field, problem.message);
    }
    output::line("would be registered; nothing was written")?;
    Ok(Exit::Done)
}

pub(crate) async fn run(global: &Global, command: HoldingCommand) -> Result<Exit, Failure> {
    if let Holding::Template { xlsx } = &command.command {
        return put(xlsx.as_deref(), TableFormat::template);
    }
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let reads = match &command.command {
        Holding::List { .. } | Holding::Table { .. } => Some("holdings"),
        Holding::Show { .. } | Holding::History { .. } => Some("a holding"),
        Holding::Edits { .. } => Some("what is said otherwise of a record"),
        _ => None,
    };
    if let Some(what) = reads {
        log_reading(&catalog, &viewer, what, now).await?;
    }
    let version = async |id: &str| catalog.holding(&viewer, id).await.map(|holding| holding.version);
    let holding = match command.command {
        Holding::Template { .. } => return Ok(Exit::Done),
        Holding::List { organisation } => return list(global, &catalog, &viewer, organisation.as_deref()).await,
        Holding::Table { organisation, xlsx } => {
            let format = if xlsx.is_some() { TableFormat::Xlsx } else { TableFormat::Csv };
            let table = catalog.holdings_table(&viewer, organisation.as_deref(), format).await?;
            return put(xlsx.as_deref(), |_| Ok(table));
        }
        Holding::Tables { organisation } => {
            return tables::list(global, &catalog, &viewer, organisation.as_deref(), now).await;
        }
        Holding::Undo { id, dry_run, yes } => {
            let how = if dry_run {
                Asked::DryRun
            } else if yes {
                Asked::Yes
            } else {
                Asked::Ask
            };
            return tables::undo(global, &catalog, &viewer, &id, how, now).await;
        }
        Holding::Show { id } => return show(global, holding_answer(catalog.holding(&viewer, &id).await?)?),
        Holding::History { id } => return history(global, &catalog, &viewer, &id).await,
        Holding::Edits { id } => return show(global, edit_answer(catalog.edit_of(&viewer, id).await?)?),
        Holding::Edit { id, document: from } => {
            let version = match catalog.edit_of(&viewer, id).await {
                Ok(edit) => edit.version,
                Err(CatalogError::NotFound(_)) => 0,
                Err(error) => return Err(error.into()),
            };
            let parts = document::<Map<String, Value>>(&from.file)?;
            let edit = catalog.edit_record(&viewer, id, version, parts, now).await?;
            index(&catalog, "holding").await;
            return show(global, edit_answer(edit)?);
        }
        Holding::Derivations { id } => {
            return show(global, derivations_answer(catalog.derivations(&viewer, id).await?)?);
        }
        Holding::Release { id, derived, document: from } => {
            let set = ["source", "derived", "organisation", "to"];
            let (version, statement) = said_anew(&from.file, &set)?;
            let release = catalog.release(&viewer, id, derived, version, statement, now).await?;
            return show(global, release_answer(release)?);
        }
        Holding::Change(from) => {
            let edited = edited_without::<HoldingStatement>(&from.file, &SET_BY_CATALOGUE)?;
            catalog.change_holding(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        Holding::Publish { id } => catalog.publish_holding(&viewer, &id, version(&id).await?, now).await?,
        Holding::Withdraw { id, reason } => {
            catalog.withdraw_holding(&viewer, &id, version(&id).await?, reason.as_deref(), now).await?
        }
    };
    index(&catalog, "holding").await;
    show(global, holding_answer(holding)?)
}

async fn list(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    organisation: Option<&str>,
) -> Result<Exit, Failure> {
    let items = all(async |paging| catalog.holdings(viewer, organisation, paging).await).await?;
    if global.json {
        let items: Vec<Value> = items.into_iter().map(holding_answer).collect::<Result<_, _>>()?;
        output::json(&json!({ "schema": 1, "holdings": items }))?;
        return Ok(Exit::Done);
    }
    let row = |holding: cairn_catalog::Registered<cairn_catalog::Holding>| {
        let said = holding.body.statement;
        let level = said.terms.sharing.map(|level| level.to_string()).unwrap_or_default();
        let title = said.title.best("en").unwrap_or_default().to_owned();
        vec![
            title,
            holding.body.organisation,
            said.countries.join(" "),
            level,
            holding.body.state.to_string(),
            holding.id,
        ]
    };
    let rows: Vec<Vec<String>> = items.into_iter().map(row).collect();
    output::table(&["title", "organisation", "countries", "sharing", "state", "id"], &rows)?;
    Ok(Exit::Done)
}

async fn history(global: &Global, catalog: &Catalog, viewer: &Viewer, id: &str) -> Result<Exit, Failure> {
    let versions = catalog.holding_history(viewer, id).await?;
    if global.json {
        output::json(&json!({ "schema": 1, "versions": holding_history_answer(versions)? }))?;
        return Ok(Exit::Done);
    }
    let mut rows = Vec::new();
    for version in versions {
        let (number, changed) = (version.holding.version.to_string(), version.holding.changed.to_string());
        if version.changes.is_empty() {
            rows.push(vec![number, changed, version.holding.body.state.to_string(), String::new(), String::new()]);
            continue;
        }
        for change in version.changes {
            let [before, after] = [change.before, change.after].map(Option::unwrap_or_default);
            rows.push(vec![number.clone(), changed.clone(), change.field, before, after]);
        }
    }
    output::table(&["version", "since", "field", "before", "after"], &rows)?;
    Ok(Exit::Done)
}

/// Writes a table: as XLSX to a file, else as CSV to stdout.
fn put(xlsx: Option<&Path>, table: impl FnOnce(TableFormat) -> Result<Vec<u8>, CatalogError>) -> Result<Exit, Failure> {
    match xlsx {
        Some(path) => write(path, &table(TableFormat::Xlsx)?)?,
        None => output::file(&String::from_utf8_lossy(&table(TableFormat::Csv)?))?,
    }
    Ok(Exit::Done)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = std::fs::File::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}
