//! `cairn framework`: versioned templates under which agreements are made.

use cairn_model::agreement::{FrameworkStage, FrameworkVersion};
use cairn_server::json::framework_answer;
use jiff::Timestamp;
use serde_json::Value;

use super::{all, document, edited, list, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{Framework, FrameworkCommand};
use crate::exit::{Exit, Failure};

pub(crate) async fn run(global: &Global, command: FrameworkCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let entry = match command.command {
        Framework::Create { document: content, organisation } => {
            let content = document(&content.file)?;
            catalog.create_framework(&viewer, organisation.as_deref(), content, now).await?
        }
        Framework::Write(content) => {
            let edited = edited::<FrameworkVersion>(&content.file)?;
            catalog.write_framework(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        Framework::List => {
            let items = all(async |paging| catalog.frameworks(&viewer, paging).await).await?;
            let items: Vec<Value> = items.into_iter().map(framework_answer).collect::<Result<_, _>>()?;
            return list(
                global,
                "frameworks",
                items,
                &["/id", "/organisation", "/versions/0/content/title", "/version"],
            );
        }
        Framework::Show(entry) => catalog.framework(&viewer, &entry.id).await?,
        Framework::Stage { id, version, stage } => {
            let known = || FrameworkStage::ALL.iter().map(|stage| stage.code()).collect::<Vec<_>>().join(", ");
            let stage = FrameworkStage::from_code(&stage)
                .ok_or_else(|| Failure::usage(format!("stage {stage}: give one of {}", known())))?;
            catalog.stage_framework(&viewer, &id, version, stage, now).await?
        }
        Framework::Comment { id, version, text } => {
            catalog.comment_framework(&viewer, &id, version, &text, now).await?
        }
    };
    show(global, framework_answer(entry)?)
}
