//! `cairn concern`: what anyone may say is wrong, and what becomes of it.

use cairn_model::registry::ConcernState;
use cairn_server::json::concern_answer;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{all, document, list, log_reading, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{Concern, ConcernCommand};
use crate::exit::{Exit, Failure};

pub(crate) async fn run(global: &Global, command: ConcernCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let entry = match command.command {
        Concern::Raise(statement) => {
            let raised = catalog.raise_concern(&viewer, document(&statement.file)?, now).await?;
            let mut answer = concern_answer(raised.concern, now)?;
            answer["receipt"] = json!(raised.receipt);
            return show(global, answer);
        }
        Concern::List => {
            log_reading(&catalog, &viewer, "concerns", now).await?;
            let items = all(async |paging| catalog.concerns(&viewer, paging).await).await?;
            let items: Vec<Value> =
                items.into_iter().map(|concern| concern_answer(concern, now)).collect::<Result<_, _>>()?;
            let fields = ["/id", "/state", "/kind", "/serious", "/record", "/created", "/due", "/overdue"];
            return list(global, "concerns", items, &fields);
        }
        Concern::Show(entry) => {
            log_reading(&catalog, &viewer, "a concern", now).await?;
            catalog.concern(&viewer, &entry.id, None).await?
        }
        Concern::Handle { id, state, words } => {
            let state = ConcernState::from_code(&state).ok_or_else(|| Failure::usage("no such state"))?;
            catalog.handle_concern(&viewer, &id, state, &words, now).await?
        }
    };
    show(global, concern_answer(entry, now)?)
}
