//! `cairn notify`: sends what is due once, as a running server does all the time; and how somebody wants to be told.

use std::time::Duration;

use cairn_catalog::{CancellationToken, Catalog, Followed, Notifier, SendReport};
use cairn_model::registry::NotifyStatement;
use cairn_policy::Viewer;
use cairn_server::json::{following_answer, own_notifications_answer, search_from_query};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::registry::show;
use crate::arguments::notify::{Following, NotifyCommand};
use crate::arguments::{Global, Identity};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, viewer};
use crate::output;

/// The index is waited for this long: what it does not hold then is told the next time.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn run(global: &Global, command: NotifyCommand) -> Result<Exit, Failure> {
    let (config, catalog) = open(global, DataFolder::Existing).await?;
    let now = Timestamp::now();
    if command.list {
        let identity =
            Identity { token: command.acting.token, token_file: command.acting.token_file, as_operator: false };
        return list(global, &catalog, &viewer(&catalog, &identity, "").await?).await;
    }
    if !command.dry_run {
        catalog.catch_index_up(PATIENCE).await?;
    }
    let notifier = Notifier::new(catalog, &config.public_url(), search_from_query)?;
    if command.dry_run {
        return what_is_due(global, &notifier, now).await;
    }
    let SendReport { sent, dropped, postponed, given_up } = notifier.send_due(now, &CancellationToken::new()).await?;
    let exit = if postponed + given_up == 0 { Exit::Done } else { Exit::Partial };
    if global.json {
        output::json(&json!({
            "schema": 1, "sent": sent, "dropped": dropped, "postponed": postponed, "given_up": given_up,
        }))?;
        return Ok(exit);
    }
    output::line(&format!("{sent} sent, {dropped} dropped, {postponed} to be tried again, {given_up} given up"))?;
    Ok(exit)
}

/// Says how somebody wants to be told of what is new for something, or shows how they are.
pub(super) async fn follow(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    followed: Followed<'_>,
    asked: &Following,
) -> Result<Exit, Failure> {
    let following = match statement(asked)? {
        Some(statement) => catalog.follow(viewer, followed, statement, Timestamp::now()).await?,
        None => catalog.following(viewer, followed).await?,
    };
    show(global, following_answer(following)?)
}

/// What the flags say, read as the API reads a body.
fn statement(asked: &Following) -> Result<Option<NotifyStatement>, Failure> {
    let Some(channel) = &asked.channel else { return Ok(None) };
    let mut body = Map::from_iter([("channel".to_owned(), json!(channel))]);
    body.extend(asked.frequency.as_ref().map(|frequency| ("frequency".to_owned(), json!(frequency))));
    body.extend(asked.url.as_ref().map(|url| ("url".to_owned(), json!(url))));
    serde_json::from_value(Value::Object(body)).map(Some).map_err(Failure::usage)
}

async fn what_is_due(global: &Global, notifier: &Notifier, now: Timestamp) -> Result<Exit, Failure> {
    let due = notifier.due(now).await?;
    if global.json {
        let row = |message: &cairn_catalog::DueMessage| {
            json!({
                "about": message.about.code(), "subject": message.subject, "recipient": message.recipient,
                "records": message.records,
            })
        };
        output::json(&json!({ "schema": 1, "due": due.iter().map(row).collect::<Vec<Value>>() }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = due
        .into_iter()
        .map(|message| {
            vec![message.about.code().to_owned(), message.recipient, message.records.to_string(), message.subject]
        })
        .collect();
    output::table(&["about", "recipient", "records", "subject"], &rows)?;
    Ok(Exit::Done)
}

async fn list(global: &Global, catalog: &Catalog, viewer: &Viewer) -> Result<Exit, Failure> {
    if viewer.person().is_none() {
        return Err(Failure::usage("--list tells what was sent to a person: give a token of your own"));
    }
    let own = catalog.own_notifications(viewer).await?;
    if global.json {
        let mut answer = own_notifications_answer(own)?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = own
        .messages
        .into_iter()
        .map(|message| {
            let (about, state) = (message.about.code().to_owned(), message.state.code().to_owned());
            vec![about, state, message.created.to_string(), message.id]
        })
        .collect();
    output::table(&["about", "state", "queued", "id"], &rows)?;
    Ok(Exit::Done)
}
