//! `cairn exchange`: the flows of data that exist.

use cairn_catalog::{Catalog, ExchangeFilter, Registered};
use cairn_model::registry::{ExchangeEnding, ExchangeStatement};
use cairn_policy::Viewer;
use cairn_server::json::{exchange_answer, exchange_filter, exchange_graph_answer};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{all, document, edited_without, open_acting, show};
use crate::arguments::Global;
use crate::arguments::exchanges::{Exchange, ExchangeCommand, Which};
use crate::exit::{Exit, Failure};
use crate::output;

/// What the catalogue says of an exchange beside what its organisations do.
const SET_BY_CATALOGUE: [&str; 2] = ["state", "ended"];

pub(crate) async fn run(global: &Global, command: ExchangeCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let exchange = match command.command {
        Exchange::Create(from) => {
            catalog.create_exchange(&viewer, document::<ExchangeStatement>(&from.file)?, now).await?
        }
        Exchange::List { which, state } => {
            let filter = filter(&catalog, which, state)?;
            return list(global, &catalog, &viewer, &filter).await;
        }
        Exchange::Show { id } => catalog.exchange(&viewer, &id).await?,
        Exchange::Change(from) => {
            let edited = edited_without::<ExchangeStatement>(&from.file, &SET_BY_CATALOGUE)?;
            catalog.change_exchange(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        Exchange::End { id, reason } => {
            let version = catalog.exchange(&viewer, &id).await?.version;
            catalog.end_exchange(&viewer, &id, version, ExchangeEnding { reason }, now).await?
        }
        Exchange::Graph { which } => {
            let graph = catalog.exchange_graph(&viewer, &filter(&catalog, which, None)?).await?;
            output::json(&exchange_graph_answer(graph)?)?;
            return Ok(Exit::Done);
        }
    };
    show(global, exchange_answer(exchange)?)
}

async fn list(global: &Global, catalog: &Catalog, viewer: &Viewer, filter: &ExchangeFilter) -> Result<Exit, Failure> {
    let items = all(async |paging| catalog.exchanges(viewer, filter, paging).await).await?;
    if global.json {
        let items: Vec<Value> = items.into_iter().map(exchange_answer).collect::<Result<_, _>>()?;
        output::json(&json!({ "schema": 1, "exchanges": items }))?;
        return Ok(Exit::Done);
    }
    let row = |Registered { id, body, .. }: Registered<cairn_catalog::Exchange>| {
        let state = body.state().code().to_owned();
        let statement = body.statement;
        let title = statement.title.best("en").unwrap_or_default().to_owned();
        let frequency = statement.frequency.unwrap_or_default();
        vec![statement.from, statement.to, title, statement.channel.code().to_owned(), frequency, state, id]
    };
    let rows: Vec<Vec<String>> = items.into_iter().map(row).collect();
    output::table(&["from", "to", "title", "channel", "frequency", "state", "id"], &rows)?;
    Ok(Exit::Done)
}

/// Which exchanges are asked for, as the parameters of the API say it.
fn filter(catalog: &Catalog, which: Which, state: Option<String>) -> Result<ExchangeFilter, Failure> {
    let lists = [("country", which.country), ("cluster", which.cluster)];
    let many = lists.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name, value)));
    let single = [
        ("organisation", which.of),
        ("from", which.from),
        ("to", which.to),
        ("channel", which.channel),
        ("state", state),
    ];
    let single = single.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let pairs: Vec<(&str, String)> = many.chain(single).collect();
    exchange_filter(&pairs, catalog.vocabularies()).map_err(Failure::usage)
}
