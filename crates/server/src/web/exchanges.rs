//! `/exchanges`: which data flows already, from whom to whom, what, how and how often.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{Catalog, ExchangeFilter, Paging};
use cairn_model::registry::{ExchangeState, ExchangeStatement};

use super::dataset::date_in_words;
use super::form::Choice;
use super::groups::with;
use super::names::{LANGUAGE, organisation_name, words};
use super::page::{PageError, render};
use super::visitor::{Header, Visitor};
use crate::api::registry::exchanges::filter;
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Exchanges of a page.
const PAGE_SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "exchanges.html")]
struct ExchangesPage {
    language: &'static str,
    header: Header,
    flows: Vec<Flow>,
    clusters: Vec<Choice>,
    countries: Vec<Choice>,
    next: Option<String>,
}

/// An exchange in words.
pub(crate) struct Flow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) channel: String,
    pub(crate) frequency: String,
    pub(crate) since: String,
    pub(crate) limitations: String,
}

impl Flow {
    /// An exchange between two organisations of these names.
    pub(super) fn of(statement: &ExchangeStatement, from: String, to: String, catalog: &Catalog) -> Self {
        let label = |vocabulary: &str, code: &str| catalog.vocabularies().label(vocabulary, code, LANGUAGE);
        let about = [words(catalog, "cluster", &statement.clusters), words(catalog, "country", &statement.countries)];
        Self {
            from,
            to,
            title: statement.title.best(LANGUAGE).unwrap_or_default().to_owned(),
            about: about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · "),
            channel: label("channel", statement.channel.code()),
            frequency: statement.frequency.as_deref().map(|code| label("frequency", code)).unwrap_or_default(),
            since: statement.since.map(|since| date_in_words(&since.to_string())).unwrap_or_default(),
            limitations: statement.limitations.best(LANGUAGE).unwrap_or_default().to_owned(),
        }
    }
}

/// Shows the current exchanges that the viewer may know of.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let parameters = Parameters::parse(query.as_deref());
    let catalog = &state.catalog;
    let wanted = ExchangeFilter { state: Some(ExchangeState::Current), ..filter(&parameters, catalog.vocabularies())? };
    let after = parameters.one("after")?.unwrap_or_default().to_owned();
    let page = catalog.exchanges(&viewer, &wanted, &Paging { after, limit: PAGE_SIZE }).await?;
    let mut flows = Vec::with_capacity(page.items.len());
    for exchange in page.items {
        let statement = exchange.body.statement;
        let from = organisation_name(catalog, &viewer, &statement.from).await;
        let to = organisation_name(catalog, &viewer, &statement.to).await;
        flows.push(Flow::of(&statement, from, to, catalog));
    }
    let choices = |name: &str, vocabulary: &str| -> Vec<Choice> {
        let choices = Choice::terms(vocabulary, catalog.vocabularies()).into_iter();
        choices.map(|one| Choice { is_chosen: parameters.is_chosen(name, &one.value), ..one }).collect()
    };
    let next = page.next.map(|next| {
        let kept = parameters.pairs().filter(|(name, _)| *name != "after");
        with("/exchanges", &kept.chain([("after", next.as_str())]).collect::<Vec<_>>())
    });
    let (clusters, countries) = (choices("cluster", "cluster"), choices("country", "country"));
    render(&ExchangesPage { language: LANGUAGE, header, flows, clusters, countries, next })
}
