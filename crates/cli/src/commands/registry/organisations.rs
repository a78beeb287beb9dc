//! `cairn organisation`: organisations that take part.

use cairn_catalog::EvaluationKey;
use cairn_model::LocalizedText;
use cairn_model::registry::OrganisationProfile;
use cairn_server::json::organisation_answer;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{all, commitments, edited, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{Organisation, OrganisationCommand};
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) async fn run(global: &Global, command: OrganisationCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let entry = match command.command {
        Organisation::Create { name, id, kind, country, listed } => {
            let name = LocalizedText::new("en", name);
            let profile = OrganisationProfile { name, kind, country, listed, ..OrganisationProfile::named("") };
            catalog.register_organisation(&viewer, id.as_deref(), profile, now).await?
        }
        Organisation::List => {
            let items = all(async |paging| catalog.organisations(&viewer, paging).await).await?;
            if global.json {
                let items: Vec<Value> = items.into_iter().map(organisation_answer).collect::<Result<_, _>>()?;
                output::json(&json!({ "schema": 1, "organisations": items }))?;
                return Ok(Exit::Done);
            }
            let row = |profile: OrganisationProfile, id: String| {
                let name = profile.name.best("en").unwrap_or_default().to_owned();
                let listed = if profile.listed { "everyone" } else { "who is signed in" };
                vec![id, name, profile.kind.unwrap_or_default(), profile.country.unwrap_or_default(), listed.to_owned()]
            };
            let rows: Vec<Vec<String>> = items.into_iter().map(|one| row(one.body.profile, one.id)).collect();
            output::table(&["id", "name", "kind", "country", "known to"], &rows)?;
            return Ok(Exit::Done);
        }
        Organisation::Show { id } => catalog.organisation(&viewer, &id).await?,
        Organisation::Change(document) => {
            let edited = edited::<OrganisationProfile>(&document.file)?;
            catalog.change_organisation(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        Organisation::Commitments { id, year, csv } => {
            return commitments::report(global, &catalog, &viewer, &id, year, csv).await;
        }
        Organisation::Evaluate { id, framework, year, document } => {
            let key = EvaluationKey { organisation: id, framework, year };
            return commitments::evaluate(global, &catalog, &viewer, &key, &document.file).await;
        }
    };
    show(global, organisation_answer(entry)?)
}
