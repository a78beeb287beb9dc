//! `cairn need` and `cairn gaps`: what data is needed, what answers it, and what nothing does.

use cairn_catalog::{Catalog, Followed, GapAxes, NeedFilter, NeedMatch, Paging, Registered};
use cairn_model::registry::{NeedMet, NeedStatement, NeedWithdrawal};
use cairn_policy::Viewer;
use cairn_server::json::{gaps_answer, need_answer, need_filter, need_matches_answer};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::duplicates::PATIENCE;
use super::super::notify::follow;
use super::{AT_A_TIME, document, edited_without, log_reading, open_acting, show};
use crate::arguments::Global;
use crate::arguments::needs::{GapsCommand, Narrowed, Need, NeedCommand};
use crate::exit::{Exit, Failure};
use crate::output;

/// What the catalogue says of a need beside what its organisation does.
const SET_BY_CATALOGUE: [&str; 3] = ["organisation", "state", "met"];

pub(crate) async fn run(global: &Global, command: NeedCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    let need = match command.command {
        Need::Create { document: from, organisation } => {
            let statement = document::<NeedStatement>(&from.file)?;
            catalog.create_need(&viewer, organisation.as_deref(), statement, now).await?
        }
        Need::List { narrowed, state, unmet } => {
            let unmet = unmet.then(|| "true".to_owned());
            let filter = filter(&catalog, narrowed, &[("state", state), ("unmet", unmet)])?;
            return list(global, &catalog, &viewer, &filter, now).await;
        }
        Need::Show { id } => catalog.need(&viewer, &id).await?,
        Need::Matches { id } => {
            log_reading(&catalog, &viewer, "what answers a need", now).await?;
            catalog.catch_index_up(PATIENCE).await?;
            return matches(global, catalog.need_matches(&viewer, &id, now).await?);
        }
        Need::Notify(asked) => return follow(global, &catalog, &viewer, Followed::Need(&asked.id), &asked).await,
        Need::Change(from) => {
            let edited = edited_without::<NeedStatement>(&from.file, &SET_BY_CATALOGUE)?;
            catalog.change_need(&viewer, &edited.id, edited.version, edited.body, now).await?
        }
        Need::Met { id, record, note } => {
            let version = catalog.need(&viewer, &id).await?.version;
            catalog.meet_need(&viewer, &id, version, NeedMet { record, note }, now).await?
        }
        Need::Withdraw { id, reason } => {
            let version = catalog.need(&viewer, &id).await?.version;
            catalog.withdraw_need(&viewer, &id, version, NeedWithdrawal { reason }, now).await?
        }
    };
    show(global, need_answer(need, now)?)
}

/// Prints what is needed and what is held, by cluster and country.
pub(crate) async fn run_gaps(global: &Global, command: GapsCommand) -> Result<Exit, Failure> {
    if command.csv && global.json {
        return Err(Failure::usage("--csv and --json: choose one"));
    }
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    catalog.catch_index_up(PATIENCE).await?;
    let now = Timestamp::now();
    log_reading(&catalog, &viewer, "gaps", now).await?;
    let filter = filter(&catalog, command.narrowed, &[])?;
    let axes = if command.by_country { GapAxes::CountryByCluster } else { GapAxes::ClusterByCountry };
    let report = catalog.gaps(&viewer, &filter, now).await?.in_order_of(axes);
    if command.csv {
        output::file(&catalog.gaps_as_csv(&report, axes)?)?;
        return Ok(Exit::Done);
    }
    if global.json {
        let mut answer = gaps_answer(report, axes, &catalog)?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(Exit::Done);
    }
    let row = |one: &cairn_catalog::GapCell| {
        let (cluster, country) = (
            catalog.gap_label("cluster", one.cluster.as_deref()),
            catalog.gap_label("country", one.country.as_deref()),
        );
        let names = match axes {
            GapAxes::ClusterByCountry => [cluster, country],
            GapAxes::CountryByCluster => [country, cluster],
        };
        let counts = [one.counts.needs, one.counts.without_holding, one.counts.closed, one.holdings];
        names.into_iter().chain(counts.map(|count| count.to_string())).collect::<Vec<String>>()
    };
    let names = match axes {
        GapAxes::ClusterByCountry => ["cluster", "country"],
        GapAxes::CountryByCluster => ["country", "cluster"],
    };
    let rows: Vec<Vec<String>> = report.cells.iter().map(row).collect();
    output::table(&[names[0], names[1], "needs", "without holding", "closed", "holdings"], &rows)?;
    if report.needs_left_out > 0 {
        eprintln!("{} older needs were left out: ask for fewer countries or clusters", report.needs_left_out);
    }
    Ok(Exit::Done)
}

async fn list(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    filter: &NeedFilter,
    now: Timestamp,
) -> Result<Exit, Failure> {
    if filter.unmet {
        log_reading(catalog, viewer, "unmet needs", now).await?;
    }
    let (mut items, mut paging) = (Vec::new(), Paging { after: String::new(), limit: AT_A_TIME });
    loop {
        let page = catalog.needs(viewer, filter, &paging, now).await?;
        items.extend(page.items);
        match page.next {
            Some(next) => paging.after = next,
            None => break,
        }
    }
    if global.json {
        let items: Vec<Value> = items.into_iter().map(|need| need_answer(need, now)).collect::<Result<_, _>>()?;
        output::json(&json!({ "schema": 1, "needs": items }))?;
        return Ok(Exit::Done);
    }
    let row = |Registered { id, body, .. }: Registered<cairn_catalog::Need>| {
        let state = body.state(now).code().to_owned();
        let statement = body.statement;
        let title = statement.title.best("en").unwrap_or_default().to_owned();
        let needed_by = statement.needed_by.map(|date| date.to_string()).unwrap_or_default();
        let [countries, clusters] = [statement.countries, statement.clusters].map(|codes| codes.join(" "));
        vec![title, body.organisation, countries, clusters, needed_by, state, id]
    };
    let rows: Vec<Vec<String>> = items.into_iter().map(row).collect();
    output::table(&["title", "organisation", "countries", "clusters", "needed by", "state", "id"], &rows)?;
    Ok(Exit::Done)
}

fn matches(global: &Global, matches: Vec<NeedMatch>) -> Result<Exit, Failure> {
    if global.json {
        let mut answer = need_matches_answer(matches)?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(Exit::Done);
    }
    let row = |NeedMatch { card, answer }| {
        let title = card.title.best("en").unwrap_or_default().to_owned();
        let why: Vec<String> = answer.reasons.into_iter().map(|reason| reason.words).collect();
        vec![
            format!("{:.2}", answer.score),
            answer.availability.code().to_owned(),
            title,
            why.join(" "),
            card.id.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = matches.into_iter().map(row).collect();
    output::table(&["score", "access", "title", "why", "id"], &rows)?;
    Ok(Exit::Done)
}

/// Which needs are asked for, as the parameters of the API say it.
fn filter(catalog: &Catalog, narrowed: Narrowed, others: &[(&str, Option<String>)]) -> Result<NeedFilter, Failure> {
    let lists = [("country", narrowed.country), ("cluster", narrowed.cluster), ("purpose", narrowed.purpose)];
    let many = lists.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name, value)));
    let single = others.iter().cloned().chain([("organisation", narrowed.of)]);
    let single = single.filter_map(|(name, value)| Some((name, value?)));
    let pairs: Vec<(&str, String)> = many.chain(single).collect();
    need_filter(&pairs, catalog.vocabularies()).map_err(Failure::usage)
}
