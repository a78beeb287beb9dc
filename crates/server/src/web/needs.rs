//! `/needs`: the board of what data is needed; `/needs/{id}`: a need, with what may answer it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{Catalog, FacetCount, FacetField, Need, NeedFilter, NeedMatch, Paging, Registered};
use cairn_model::registry::{NeedAsk, NeedState, Period};
use cairn_model::{Interval, PartialDate};
use cairn_policy::{Availability, Viewer};
use jiff::Timestamp;

use super::dataset::{percent, period};
use super::names::{LANGUAGE, organisation_name, words};
use super::page::{PageError, render};
use super::plain_text::paragraphs;
use super::visitor::{Header, Visitor};
use crate::api::registry::needs::filter;
use crate::api::search::facet_label;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Needs of a page.
const PAGE_SIZE: u32 = 20;

#[derive(Template)]
#[template(path = "needs.html")]
struct BoardPage {
    language: &'static str,
    header: Header,
    total: usize,
    items: Vec<Card>,
    facets: Vec<(&'static str, Vec<FacetEntry>)>,
    unmet: bool,
    /// The same page with all needs where only unmet ones are shown, and the other way round.
    other_address: String,
    clear_address: Option<String>,
    next: Option<String>,
}

struct FacetEntry {
    label: String,
    count: u64,
    address: String,
    set: bool,
}

/// A need in the list, in words.
struct Card {
    address: String,
    title: String,
    organisation: String,
    places: String,
    clusters: String,
    purposes: String,
    needed_by: String,
    question: bool,
}

#[derive(Template)]
#[template(path = "need.html")]
struct NeedPage {
    language: &'static str,
    header: Header,
    card: Card,
    paragraphs: Vec<String>,
    question: String,
    facts: Vec<(&'static str, String)>,
    /// What became of it, where it is not open.
    ended: Option<&'static str>,
    note: Option<String>,
    met_by: Option<String>,
    matches: Vec<MatchRow>,
}

struct MatchRow {
    address: String,
    title: String,
    organisation: Option<String>,
    percent: u32,
    enough: bool,
    open: bool,
    reasons: Vec<String>,
}

/// Shows the open needs that the viewer may know of, newest first.
pub(crate) async fn board(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let parameters = Parameters::parse(query.as_deref());
    let catalog = &state.catalog;
    let wanted = NeedFilter { state: Some(NeedState::Open), ..filter(&parameters, catalog.vocabularies())? };
    let after = parameters.one("after")?.unwrap_or_default().to_owned();
    let _place = if wanted.unmet { Some(state.whole_source_place(&viewer).await?) } else { None };
    let page = catalog.needs(&viewer, &wanted, &Paging { after, limit: PAGE_SIZE }, Timestamp::now()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for need in &page.items {
        items.push(card(need, &viewer, catalog).await);
    }
    let facets = [
        ("Country", FacetField::Country, page.countries, wanted.countries.clone()),
        ("Cluster", FacetField::Cluster, page.clusters, wanted.clusters.clone()),
    ];
    let facets = facets.map(|(heading, field, counts, set)| {
        let entry = |count: FacetCount| {
            let set = set.contains(&count.value);
            let mut to = wanted.clone();
            let values = if field == FacetField::Country { &mut to.countries } else { &mut to.clusters };
            *values = if set { Vec::new() } else { vec![count.value.clone()] };
            FacetEntry {
                label: facet_label(field, &count, LANGUAGE, catalog),
                count: count.count,
                address: address(&to, None),
                set,
            }
        };
        (heading, counts.into_iter().map(entry).collect::<Vec<_>>())
    });
    let is_narrowed =
        NeedFilter { unmet: false, ..wanted.clone() } != NeedFilter { state: wanted.state, ..NeedFilter::default() };
    render(&BoardPage {
        language: LANGUAGE,
        header,
        total: page.total,
        items,
        facets: facets.into(),
        unmet: wanted.unmet,
        other_address: address(&NeedFilter { unmet: !wanted.unmet, ..wanted.clone() }, None),
        clear_address: is_narrowed.then(|| "/needs".to_owned()),
        next: page.next.map(|next| address(&wanted, Some(&next))),
    })
}

/// Shows a need with the records that may answer it, as the viewer sees them.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let catalog = &state.catalog;
    let now = Timestamp::now();
    let need = catalog.need(&viewer, &id).await?;
    // A need can be read while the index cannot be searched.
    let matches = catalog.need_matches(&viewer, &id, now).await.unwrap_or_default();
    let statement = &need.body.statement;
    let met = need.body.met();
    render(&NeedPage {
        language: LANGUAGE,
        header,
        card: card(&need, &viewer, catalog).await,
        paragraphs: paragraphs(statement.description.best(LANGUAGE).unwrap_or_default()),
        question: statement.question.best(LANGUAGE).unwrap_or_default().to_owned(),
        facts: facts(&need.body, catalog),
        ended: match need.body.state(now) {
            NeedState::Open => None,
            NeedState::Met => Some("This need is met."),
            NeedState::Withdrawn => Some("This need was withdrawn."),
            NeedState::Expired => Some("The day by which this was needed is long past."),
        },
        note: met.and_then(|met| met.note.clone()),
        met_by: met.and_then(|met| met.record).map(|record| format!("/dataset/{record}")),
        matches: matches.into_iter().map(match_row).collect(),
    })
}

async fn card(need: &Registered<Need>, viewer: &Viewer, catalog: &Catalog) -> Card {
    let Need { statement, organisation, .. } = &need.body;
    // The need names its organisation to all who may know of the need; its name is for who may know of it.
    let organisation = organisation_name(catalog, viewer, organisation).await;
    let countries = words(catalog, "country", &statement.countries);
    let places = [countries, statement.places.join(", ")];
    Card {
        address: format!("/needs/{}", need.id),
        title: statement.title.best(LANGUAGE).unwrap_or_default().to_owned(),
        organisation,
        places: places.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": "),
        clusters: words(catalog, "cluster", &statement.clusters),
        purposes: words(catalog, "purpose", &statement.purposes),
        needed_by: statement.needed_by.map(date).unwrap_or_default(),
        question: statement.ask == NeedAsk::Question,
    }
}

fn facts(need: &Need, catalog: &Catalog) -> Vec<(&'static str, String)> {
    let statement = &need.statement;
    let people = words(catalog, "population-group", &statement.for_whom.population_groups);
    let users = statement.for_whom.organisations.iter().chain(&statement.for_whom.groups);
    let by: Vec<String> = statement.disaggregation.iter().map(|by| by.code().replace('-', " ")).collect();
    let time = |Period { start, end }: &Period| period(&Interval { start: *start, end: *end });
    let rows = [
        ("Topics", statement.topics.join(", ")),
        ("Time covered", statement.period.as_ref().map(time).unwrap_or_default()),
        ("Told apart by", by.join(", ")),
        ("For people", people),
        ("To be used by", users.cloned().collect::<Vec<_>>().join(", ")),
    ];
    rows.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn match_row(NeedMatch { card, answer }: NeedMatch) -> MatchRow {
    MatchRow {
        address: format!("/dataset/{}", card.id),
        title: card.title.best(LANGUAGE).unwrap_or_default().to_owned(),
        organisation: card.organisation.map(|one| one.name),
        percent: percent(answer.score),
        enough: answer.is_enough(),
        open: match answer.availability {
            Availability::Open => true,
            Availability::ExistsAsk => false,
        },
        reasons: answer.reasons.into_iter().map(|reason| reason.words).collect(),
    }
}

fn date(date: PartialDate) -> String {
    super::dataset::date_in_words(&date.to_string())
}

/// The address of the board with a filter.
fn address(filter: &NeedFilter, after: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, values) in [("country", &filter.countries), ("cluster", &filter.clusters), ("purpose", &filter.purposes)]
    {
        for value in values {
            query.append_pair(name, value);
        }
    }
    for (name, value) in [("organisation", filter.organisation.as_deref()), ("after", after)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    if filter.unmet {
        query.append_pair("unmet", "true");
    }
    let query = query.finish();
    if query.is_empty() { "/needs".to_owned() } else { format!("/needs?{query}") }
}
