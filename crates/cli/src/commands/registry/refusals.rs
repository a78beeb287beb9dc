//! `cairn refusal`: decisions not to share, and opt-outs.

use cairn_server::json::refusal_answer;
use jiff::Timestamp;
use serde_json::Value;

use super::{all, document, list, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{Refusal, RefusalCommand};
use crate::exit::{Exit, Failure};

pub(crate) async fn run(global: &Global, command: RefusalCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let entry = match command.command {
        Refusal::Create(statement) => catalog.refuse_sharing(&viewer, document(&statement.file)?, now).await?,
        Refusal::List => {
            let items = all(async |paging| catalog.refusals(&viewer, paging).await).await?;
            let items: Vec<Value> = items.into_iter().map(refusal_answer).collect::<Result<_, _>>()?;
            return list(global, "refusals", items, &["/id", "/kind", "/covers", "/organisation", "/lifted"]);
        }
        Refusal::Show(entry) => catalog.refusal(&viewer, &entry.id).await?,
        Refusal::Lift(said) => catalog.lift_refusal(&viewer, &said.id, &said.reason, now).await?,
    };
    show(global, refusal_answer(entry)?)
}
