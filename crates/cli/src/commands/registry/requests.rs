//! `cairn request`: requests for access.

use cairn_catalog::{RequestAct, RequestBox};
use cairn_model::registry::{ForwardStatement, GrantTerms};
use cairn_server::json::{request_answer, request_draft_answer};
use jiff::Timestamp;
use serde_json::Value;

use super::{all, completed, list, log_reading, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{Request, RequestCommand};
use crate::exit::{Exit, Failure};

pub(crate) async fn run(global: &Global, command: RequestCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let act = async |id: String, act: RequestAct| catalog.act_on_request(&viewer, &id, &act, now).await;
    let entry = match command.command {
        Request::Send(statement) => catalog.request_access(&viewer, completed(&statement.file)?, now).await?,
        Request::Draft { record, need } => {
            let draft = catalog.draft_request(&viewer, record, need.as_deref()).await?;
            return show(global, request_draft_answer(&draft)?);
        }
        Request::List { which } => {
            log_reading(&catalog, &viewer, "requests", now).await?;
            let which = which.map(|which| if which == "inbox" { RequestBox::Inbox } else { RequestBox::Sent });
            let items = all(async |paging| catalog.requests(&viewer, which, paging).await).await?;
            let items: Vec<Value> =
                items.into_iter().map(|request| request_answer(request, now)).collect::<Result<_, _>>()?;
            let fields = ["/id", "/state", "/organisation", "/record", "/created", "/due"];
            return list(global, "requests", items, &fields);
        }
        Request::Show(entry) => {
            log_reading(&catalog, &viewer, "a request", now).await?;
            catalog.request(&viewer, &entry.id).await?
        }
        Request::See(entry) => act(entry.id, RequestAct::See).await?,
        Request::Ask(said) => act(said.id, RequestAct::Ask(said.reason)).await?,
        Request::Answer(said) => act(said.id, RequestAct::Answer(said.reason)).await?,
        Request::Forward { id, organisation, person, note } => {
            let statement = ForwardStatement { organisation, person, note };
            catalog.forward_request(&viewer, &id, &statement, now).await?
        }
        Request::Grant { id, until, condition, how } => {
            act(id, RequestAct::Grant(GrantTerms { until, conditions: condition, how })).await?
        }
        Request::Refuse(said) => act(said.id, RequestAct::Refuse(said.reason)).await?,
        Request::Withdraw(entry) => act(entry.id, RequestAct::Withdraw).await?,
    };
    show(global, request_answer(entry, now)?)
}
