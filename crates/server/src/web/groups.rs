//! `/groups` and `/group/{id}`: a group as a community: who is in it, what they hold, need, agreed on and exchange.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{
    Catalog, ExchangeFilter, FacetCount, FacetField, Group, Hit, Paging, Registered, RegisteredAgreement, SearchRequest,
};
use cairn_model::registry::{ExchangeState, GroupKind};
use cairn_policy::Viewer;
use jiff::Timestamp;

use super::exchanges::Flow;
use super::names::{LANGUAGE, organisation_name, words};
use super::page::{PageError, render};
use super::plain_text::paragraphs;
use super::visitor::{Header, Visitor};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Groups of a page.
const PAGE_SIZE: u32 = 50;

/// Holdings, needs, agreements and exchanges of which a page shows the first.
const FIRST: usize = 10;

/// People of one organisation that a page names.
const MOST_PEOPLE: u32 = 50;

/// Agreements that are read at a time.
const AGREEMENTS_AT_A_TIME: u32 = 200;

#[derive(Template)]
#[template(path = "groups.html")]
struct GroupsPage {
    language: &'static str,
    header: Header,
    items: Vec<Card>,
    next: Option<String>,
}

/// A group in words.
struct Card {
    address: String,
    name: String,
    kind: &'static str,
    places: String,
    clusters: String,
    members: usize,
}

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    language: &'static str,
    header: Header,
    card: Card,
    about: Vec<String>,
    members: Vec<Member>,
    people: Vec<(String, &'static str)>,
    /// How many holdings of the members the viewer can find; none while the index cannot be searched.
    holdings: Option<u64>,
    /// Where all are shown; nowhere for more members than a search takes.
    all_holdings: Option<String>,
    newest: Vec<Linked>,
    needs: Vec<Linked>,
    agreements: Vec<Linked>,
    flows: Vec<Flow>,
    more_flows: usize,
}

struct Member {
    name: String,
    leads: bool,
    holdings: Option<u64>,
    address: String,
}

/// Something with a page of its own, and whose it is or where it stands.
struct Linked {
    address: String,
    title: String,
    of: String,
}

/// Shows the groups that the viewer may know of.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let parameters = Parameters::parse(query.as_deref());
    let after = parameters.one("after")?.unwrap_or_default().to_owned();
    let page = state.catalog.groups(&viewer, None, &Paging { after, limit: PAGE_SIZE }).await?;
    let items = page.items.iter().map(|group| card(group, &state.catalog)).collect();
    let next = page.next.map(|next| with("/groups", &[("after", &next)]));
    render(&GroupsPage { language: LANGUAGE, header, items, next })
}

/// Shows a group, each part of it as far as the viewer may know.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let catalog = &state.catalog;
    let group = catalog.group(&viewer, &id).await?;
    let profile = &group.body.profile;
    let found = holdings(catalog, &viewer, &profile.members).await;
    let counts: BTreeMap<&str, u64> =
        found.iter().flat_map(|found| &found.counts).map(|count| (count.value.as_str(), count.count)).collect();
    let mut members = Vec::with_capacity(profile.members.len());
    for member in &profile.members {
        members.push(Member {
            name: organisation_name(catalog, &viewer, member).await,
            leads: profile.leads.contains(member),
            holdings: found.as_ref().map(|_| counts.get(member.as_str()).copied().unwrap_or_default()),
            address: with("/search", &[("organisation", member)]),
        });
    }
    let of_members: Vec<(&str, &str)> =
        profile.members.iter().map(|member| ("organisation", member.as_str())).collect();
    let (flows, more_flows) = flows(catalog, &viewer, &profile.members).await?;
    render(&GroupPage {
        language: LANGUAGE,
        header,
        card: card(&group, catalog),
        about: paragraphs(profile.about.best(LANGUAGE).unwrap_or_default()),
        members,
        people: people(catalog, &viewer, &profile.members).await?,
        holdings: found.as_ref().map(|found| found.total),
        all_holdings: (of_members.len() <= SearchRequest::MAX_VALUES).then(|| with("/search", &of_members)),
        newest: found.map(|found| newest(found.hits)).unwrap_or_default(),
        needs: needs(catalog, &viewer, &profile.members).await?,
        agreements: agreements(catalog, &viewer, &group).await?,
        flows,
        more_flows,
    })
}

fn card(group: &Registered<Group>, catalog: &Catalog) -> Card {
    let profile = &group.body.profile;
    Card {
        address: format!("/group/{}", group.id),
        name: profile.name.best(LANGUAGE).unwrap_or_default().to_owned(),
        kind: match profile.kind {
            GroupKind::Cluster => "Cluster",
            GroupKind::AreaOfResponsibility => "Area of responsibility",
            GroupKind::WorkingGroup => "Working group",
            GroupKind::Collaborative => "Collaborative",
            GroupKind::AffectedCommunity => "Affected community",
        },
        places: words(catalog, "country", &profile.countries),
        clusters: words(catalog, "cluster", &profile.clusters),
        members: profile.members.len(),
    }
}

/// What the viewer can find of what the members of a group hold.
#[derive(Default)]
struct Held {
    total: u64,
    /// By member.
    counts: Vec<FacetCount>,
    /// The newest, newest first.
    hits: Vec<Hit>,
}

/// What the viewer can find of what the members hold, of as many at a time as a search takes. A group can be read while the index
/// cannot be searched.
async fn holdings(catalog: &Catalog, viewer: &Viewer, members: &[String]) -> Option<Held> {
    if members.is_empty() {
        return None;
    }
    let mut held = Held::default();
    for members in members.chunks(SearchRequest::MAX_VALUES) {
        let mut request = SearchRequest {
            limit: FIRST,
            facets: vec![FacetField::Organisation],
            facet_limit: SearchRequest::MAX_VALUES,
            ..SearchRequest::default()
        };
        request.filters.values.insert(FacetField::Organisation, members.to_vec());
        let found = catalog.search(viewer, request).await.ok()?;
        held.total += found.total;
        held.counts.extend(found.facets.into_values().flatten());
        held.hits.extend(found.hits);
    }
    held.hits.sort_by(|one, other| other.card.modified.cmp(&one.card.modified));
    held.hits.truncate(FIRST);
    Some(held)
}

fn newest(hits: Vec<Hit>) -> Vec<Linked> {
    let linked = |hit: Hit| Linked {
        address: format!("/dataset/{}", hit.card.id),
        title: hit.card.title.best(LANGUAGE).unwrap_or_default().to_owned(),
        of: hit.card.organisation.map(|one| one.name).unwrap_or_default(),
    };
    hits.into_iter().map(linked).collect()
}

/// The people of the viewer's own organisation, where that is a member: of others nobody is told anything.
async fn people(
    catalog: &Catalog,
    viewer: &Viewer,
    members: &[String],
) -> Result<Vec<(String, &'static str)>, PageError> {
    let Some(own) = viewer.organisation().filter(|own| members.iter().any(|member| member == own)) else {
        return Ok(Vec::new());
    };
    let page = catalog.people(viewer, Some(own), &Paging { after: String::new(), limit: MOST_PEOPLE }).await?;
    let open = page.items.into_iter().filter(|person| person.closed.is_none());
    Ok(open.map(|person| (person.name, person.role.name())).collect())
}

async fn needs(catalog: &Catalog, viewer: &Viewer, members: &[String]) -> Result<Vec<Linked>, PageError> {
    let mut needs = Vec::new();
    for need in catalog.open_needs_of(viewer, members, FIRST, Timestamp::now()).await? {
        needs.push(Linked {
            address: format!("/needs/{}", need.id),
            title: need.body.statement.title.best(LANGUAGE).unwrap_or_default().to_owned(),
            of: organisation_name(catalog, viewer, &need.body.organisation).await,
        });
    }
    Ok(needs)
}

/// The agreements that the viewer may know of and that the group, or several of its members, are parties of.
async fn agreements(catalog: &Catalog, viewer: &Viewer, group: &Registered<Group>) -> Result<Vec<Linked>, PageError> {
    let mut agreements = Vec::new();
    let mut next = Some(String::new());
    while let Some(after) = next
        && agreements.len() < FIRST
    {
        let page = catalog.agreements(viewer, &Paging { after, limit: AGREEMENTS_AT_A_TIME }).await?;
        agreements.extend(page.items.iter().filter_map(|agreement| among(agreement, group)));
        next = page.next;
    }
    agreements.truncate(FIRST);
    Ok(agreements)
}

/// An agreement, if the group or several of its members are parties of it.
fn among(agreement: &Registered<RegisteredAgreement>, group: &Registered<Group>) -> Option<Linked> {
    let members = &group.body.profile.members;
    let terms = agreement.body.terms()?;
    let is_party = terms.parties.iter().any(|party| party.group.as_deref() == Some(&group.id));
    let own = terms.parties.iter().filter_map(|party| party.organisation.as_ref());
    let own: BTreeSet<&String> = own.filter(|organisation| members.contains(organisation)).collect();
    (is_party || own.len() > 1).then(|| Linked {
        address: format!("/agreement/{}", agreement.id),
        title: terms.title.best(LANGUAGE).unwrap_or_default().to_owned(),
        of: super::agreements::status_in_words(agreement.body.status).to_owned(),
    })
}

/// The current exchanges from or to members, and how many more there are than are shown.
async fn flows(catalog: &Catalog, viewer: &Viewer, members: &[String]) -> Result<(Vec<Flow>, usize), PageError> {
    let filter = ExchangeFilter { state: Some(ExchangeState::Current), ..ExchangeFilter::default() };
    let graph = catalog.exchange_graph(viewer, &filter).await?;
    let is_of = |id: &String| members.contains(id);
    let of_members =
        graph.exchanges.iter().filter(|one| is_of(&one.body.statement.from) || is_of(&one.body.statement.to));
    let of_members: Vec<_> = of_members.collect();
    let name = |id: &String| graph.organisations.get(id).cloned().flatten().unwrap_or_else(|| id.clone());
    let flow = |one: &&Registered<cairn_catalog::Exchange>| {
        let statement = &one.body.statement;
        Flow::of(statement, name(&statement.from), name(&statement.to), catalog)
    };
    Ok((of_members.iter().take(FIRST).map(flow).collect(), of_members.len().saturating_sub(FIRST)))
}

/// An address with a query.
pub(super) fn with(path: &str, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
