//! `cairn crisis`: what opens agreements that wait for one.

use cairn_model::LocalizedText;
use cairn_model::agreement::CrisisDeclaration;
use cairn_server::json::{crisis_answer, organisation_answer};
use jiff::Timestamp;
use serde_json::Value;

use super::{all, list, open_acting, show};
use crate::arguments::Global;
use crate::arguments::registry::{Crisis, CrisisCommand};
use crate::exit::{Exit, Failure};

pub(crate) async fn run(global: &Global, command: CrisisCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let entry = match command.command {
        Crisis::Declare { glide, title, country, from, until } => {
            let (title, from) = (LocalizedText::new("en", title), from.unwrap_or(now));
            let declaration = CrisisDeclaration { glide, title, countries: country, from, until };
            catalog.declare_crisis(&viewer, declaration, now).await?
        }
        Crisis::List => {
            let items = all(async |paging| catalog.crises(&viewer, paging).await).await?;
            let items: Vec<Value> =
                items.into_iter().map(|crisis| crisis_answer(crisis, now)).collect::<Result<_, _>>()?;
            let fields = ["/id", "/glide", "/title", "/countries", "/active", "/from", "/until", "/lifted"];
            return list(global, "crises", items, &fields);
        }
        Crisis::Show(entry) => catalog.crisis(&viewer, &entry.id).await?,
        Crisis::Lift(said) => catalog.lift_crisis(&viewer, &said.id, &said.reason, now).await?,
        Crisis::Allow { organisation, country } => {
            let changed = catalog.allow_declaring(&viewer, &organisation, country, now).await?;
            return show(global, organisation_answer(changed)?);
        }
    };
    show(global, crisis_answer(entry, now)?)
}
