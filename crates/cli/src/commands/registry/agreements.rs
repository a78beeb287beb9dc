//! `cairn agreement`: who may have which data, as parties agreed.

use cairn_model::agreement::{AgreementStatus, AgreementTerms};
use cairn_server::json::agreement_answer;
use jiff::Timestamp;
use serde_json::Value;

use super::{all, document, edited, list, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{Agreement, AgreementCommand, EntryAndReason};
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) async fn run(global: &Global, command: AgreementCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let hold = async |said: EntryAndReason, status: AgreementStatus| {
        catalog.hold_agreement(&viewer, &said.id, status, &said.reason, now).await
    };
    let entry = match command.command {
        Agreement::Propose(terms) => catalog.propose_agreement(&viewer, document(&terms.file)?, now).await?,
        Agreement::ProposeTerms(terms) => {
            let edited = edited::<AgreementTerms>(&terms.file)?;
            catalog.propose_terms(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        Agreement::List => {
            let items = all(async |paging| catalog.agreements(&viewer, paging).await).await?;
            let items: Vec<Value> = items.into_iter().map(agreement_answer).collect::<Result<_, _>>()?;
            let fields = ["/id", "/status", "/in_force/terms/title", "/proposal/waits_for", "/version"];
            return list(global, "agreements", items, &fields);
        }
        Agreement::Show(entry) => catalog.agreement(&viewer, &entry.id).await?,
        Agreement::Agree { id, version, organisation } => {
            catalog.agree(&viewer, &id, version, organisation.as_deref(), now).await?
        }
        Agreement::Drop(entry) => catalog.drop_proposal(&viewer, &entry.id, now).await?,
        Agreement::Suspend(said) => hold(said, AgreementStatus::Suspended).await?,
        Agreement::Resume(said) => hold(said, AgreementStatus::Active).await?,
        Agreement::End(said) => hold(said, AgreementStatus::Ended).await?,
        Agreement::Odrl(entry) => {
            let config = crate::config::Config::load(&global.config)?;
            output::json(&catalog.agreement_as_odrl(&viewer, &entry.id, &config.public_url()).await?)?;
            return Ok(Exit::Done);
        }
    };
    show(global, agreement_answer(entry)?)
}
