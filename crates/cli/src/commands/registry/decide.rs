//! `cairn decide`: whether the data of a record may be had, and why.

use jiff::Timestamp;

use super::{document, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::DecideCommand;
use crate::exit::{Exit, Failure};

pub(crate) async fn run(global: &Global, command: DecideCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let question = document(&command.question.file)?;
    let decision = catalog.decide_access(&viewer, command.record, &question, Timestamp::now()).await?;
    show(global, serde_json::to_value(decision)?)
}
