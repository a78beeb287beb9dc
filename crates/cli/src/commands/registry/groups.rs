//! `cairn group`: clusters, working groups, collaboratives, affected communities.

use cairn_catalog::Catalog;
use cairn_model::LocalizedText;
use cairn_model::registry::{Audience, GroupKind, GroupProfile};
use cairn_policy::Viewer;
use cairn_server::json::group_answer;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{all, edited, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{Group, GroupCommand};
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) async fn run(global: &Global, command: GroupCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let entry = match command.command {
        Group::Create { name, kind, id, member, lead } => {
            let profile = GroupProfile {
                name: LocalizedText::new("en", name),
                kind: kind_of(&kind)?,
                about: LocalizedText::default(),
                countries: Vec::new(),
                clusters: Vec::new(),
                members: member,
                leads: lead,
                audience: Audience::community(),
            };
            catalog.create_group(&viewer, id.as_deref(), profile, now).await?
        }
        Group::List { member } => return list(global, &catalog, &viewer, member.as_deref()).await,
        Group::Show { id } => catalog.group(&viewer, &id).await?,
        Group::Add { group, organisation } => {
            let before = catalog.group(&viewer, &group).await?;
            let mut profile = before.body.profile;
            if !profile.members.contains(&organisation) {
                profile.members.push(organisation);
            }
            catalog.change_group(&viewer, &group, before.version, profile, now).await?
        }
        Group::Remove { group, organisation } => {
            let before = catalog.group(&viewer, &group).await?;
            let mut profile = before.body.profile;
            profile.members.retain(|member| *member != organisation);
            profile.leads.retain(|lead| *lead != organisation);
            catalog.change_group(&viewer, &group, before.version, profile, now).await?
        }
        Group::Change(document) => {
            let edited = edited::<GroupProfile>(&document.file)?;
            catalog.change_group(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
    };
    show(global, group_answer(entry)?)
}

async fn list(global: &Global, catalog: &Catalog, viewer: &Viewer, member: Option<&str>) -> Result<Exit, Failure> {
    let items = all(async |paging| catalog.groups(viewer, member, paging).await).await?;
    if global.json {
        let items: Vec<Value> = items.into_iter().map(group_answer).collect::<Result<_, _>>()?;
        output::json(&json!({ "schema": 1, "groups": items }))?;
        return Ok(Exit::Done);
    }
    let row = |profile: GroupProfile, id: String| {
        let name = profile.name.best("en").unwrap_or_default().to_owned();
        vec![id, name, profile.kind.code().to_owned(), profile.members.join(" "), profile.leads.join(" ")]
    };
    let rows: Vec<Vec<String>> = items.into_iter().map(|one| row(one.body.profile, one.id)).collect();
    output::table(&["id", "name", "kind", "members", "leads"], &rows)?;
    Ok(Exit::Done)
}

fn kind_of(text: &str) -> Result<GroupKind, Failure> {
    GroupKind::from_code(text).ok_or_else(|| {
        let known: Vec<&str> = GroupKind::ALL.iter().map(|kind| kind.code()).collect();
        Failure::usage(format!("--kind {text}: give one of {}", known.join(", ")))
    })
}
