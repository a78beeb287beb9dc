//! `/collaboratives`: the data collaboratives that there are; `/collaborative/{id}`: the canvas of one.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{Catalog, Collaborative, CollaborativeFilter, Paging, Registered};
use cairn_model::registry::{
    CanvasNote, CollaborativeParty, CollaborativeState, CollaborativeStatement, MissingPart, Stewardship,
};
use cairn_model::{LocalizedText, PartialDate};
use cairn_policy::Viewer;

use super::page::{PageError, render};
use super::plain_text::paragraphs;
use super::visitor::{Header, Visitor};
use crate::api::registry::collaboratives::filter;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;

const LANGUAGE: &str = "en";

/// Collaboratives of a page.
const PAGE_SIZE: u32 = 20;

#[derive(Template)]
#[template(path = "collaboratives.html")]
struct ListPage {
    language: &'static str,
    header: Header,
    items: Vec<Card>,
    next: Option<String>,
}

/// A collaborative in the list, in words.
struct Card {
    address: String,
    title: String,
    lead: String,
    countries: String,
    clusters: String,
    /// How many parts are missing, as far as the viewer is shown.
    missing: usize,
    ended: bool,
}

#[derive(Template)]
#[template(path = "collaborative.html")]
struct CanvasPage {
    language: &'static str,
    header: Header,
    id: String,
    card: Card,
    question: Vec<String>,
    purposes: String,
    needs: Vec<Link>,
    records: Vec<Link>,
    parties: Vec<PartyRow>,
    /// Incentives, challenges and enablers.
    notes: Vec<(&'static str, Vec<String>)>,
    /// What it costs, who looks after it, whose law applies and what is done against harm.
    facts: Vec<(&'static str, String)>,
    missing: Vec<MissingPart>,
}

struct Link {
    address: String,
    title: String,
}

struct PartyRow {
    name: String,
    roles: String,
    responsibilities: String,
    relations: Vec<String>,
}

/// Lists the collaboratives that the viewer may know of.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let parameters = Parameters::parse(query.as_deref());
    let wanted = filter(&parameters, state.catalog.vocabularies())?;
    let after = parameters.one("after")?.unwrap_or_default().to_owned();
    let page = state.catalog.collaboratives(&viewer, &wanted, &Paging { after, limit: PAGE_SIZE }).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for one in &page.items {
        items.push(card(one, &viewer, &state.catalog).await);
    }
    render(&ListPage { language: LANGUAGE, header, items, next: page.next.map(|next| address(&wanted, &next)) })
}

/// Shows the canvas of a collaborative, and what is still missing of it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let catalog = &state.catalog;
    let collaborative = catalog.collaborative(&viewer, &id).await?;
    let card = card(&collaborative, &viewer, catalog).await;
    let statement = &collaborative.body.statement;
    let mut needs = Vec::new();
    for need in &statement.needs {
        // It may have been closed to the viewer since the canvas was read.
        if let Ok(known) = catalog.need(&viewer, need).await {
            needs.push(Link { address: format!("/needs/{need}"), title: text(&known.body.statement.title) });
        }
    }
    let mut records = Vec::new();
    for record in &statement.records {
        if let Ok(view) = catalog.dataset(&viewer, *record).await {
            records.push(Link { address: format!("/dataset/{record}"), title: text(&view.dataset.title) });
        }
    }
    render(&CanvasPage {
        language: LANGUAGE,
        header,
        id,
        card,
        question: paragraphs(statement.question.best(LANGUAGE).unwrap_or_default()),
        purposes: words(catalog, "purpose", &statement.purposes),
        needs,
        records,
        parties: statement.parties.iter().map(party_row).collect(),
        notes: notes(statement),
        facts: facts(statement, catalog),
        missing: statement.missing(),
    })
}

async fn card(collaborative: &Registered<Collaborative>, viewer: &Viewer, catalog: &Catalog) -> Card {
    let statement = &collaborative.body.statement;
    // The canvas names its lead to all who may know of it; the lead's name is for who may know of that.
    let known = catalog.organisation(viewer, &statement.lead).await.ok();
    let name = known.and_then(|known| known.body.profile.name.best(LANGUAGE).map(str::to_owned));
    Card {
        address: format!("/collaborative/{}", collaborative.id),
        title: text(&statement.title),
        lead: name.unwrap_or_else(|| statement.lead.clone()),
        countries: words(catalog, "country", &statement.countries),
        clusters: words(catalog, "cluster", &statement.clusters),
        missing: statement.missing().len(),
        ended: match collaborative.body.state() {
            CollaborativeState::Current => false,
            CollaborativeState::Ended => true,
        },
    }
}

fn party_row(party: &CollaborativeParty) -> PartyRow {
    let roles: Vec<String> = party.roles.iter().map(|role| role.code().replace('-', " ")).collect();
    PartyRow {
        name: party.key().to_owned(),
        roles: roles.join(", "),
        responsibilities: text(&party.responsibilities),
        relations: party.relations.iter().map(|relation| format!("{}: {}", relation.to, relation.how)).collect(),
    }
}

fn notes(statement: &CollaborativeStatement) -> Vec<(&'static str, Vec<String>)> {
    let line = |note: &CanvasNote| match &note.party {
        Some(party) => format!("{party}: {}", text(&note.text)),
        None => text(&note.text),
    };
    let parts = [
        ("Why take part", &statement.incentives),
        ("What stands in the way", &statement.challenges),
        ("What helps", &statement.enablers),
    ];
    let parts = parts.into_iter().filter(|(_, notes)| !notes.is_empty());
    parts.map(|(heading, notes)| (heading, notes.iter().map(line).collect())).collect()
}

fn facts(statement: &CollaborativeStatement, catalog: &Catalog) -> Vec<(&'static str, String)> {
    let model = statement.business_model.as_ref();
    let stewardship = statement.stewardship.as_ref();
    let ethics = statement.ethics.as_ref();
    let of = |part: Option<&LocalizedText>| part.map(text).unwrap_or_default();
    let day = |date: PartialDate| super::dataset::date_in_words(&date.to_string());
    let safeguards = ethics.map(|ethics| words(catalog, "safeguard", &ethics.safeguards));
    let rows = [
        (
            "What it costs",
            model.map(|model| words(catalog, "cost", &[model.cost.code().to_owned()])).unwrap_or_default(),
        ),
        ("Who pays", of(model.map(|model| &model.funding))),
        ("Looked after by", stewardship.map(|one| one.steward.clone()).unwrap_or_default()),
        ("Afterwards by", stewardship.and_then(|one| one.successor.clone()).unwrap_or_default()),
        ("What becomes of it then", of(stewardship.map(|one: &Stewardship| &one.succession))),
        ("Until", stewardship.and_then(|one| one.ends).map(day).unwrap_or_default()),
        ("How long data is kept", of(stewardship.map(|one| &one.retention))),
        ("Jurisdictions", words(catalog, "country", &statement.jurisdictions)),
        ("Laws", statement.laws.join("; ")),
        ("What could go wrong", of(ethics.map(|ethics| &ethics.risks))),
        ("What is done against it", safeguards.unwrap_or_default()),
        ("How people take part", of(ethics.map(|ethics| &ethics.engagement))),
        ("Agreement", statement.agreement.clone().unwrap_or_default()),
    ];
    rows.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn text(text: &LocalizedText) -> String {
    text.best(LANGUAGE).unwrap_or_default().to_owned()
}

fn words(catalog: &Catalog, vocabulary: &str, codes: &[String]) -> String {
    let labels: Vec<String> =
        codes.iter().map(|code| catalog.vocabularies().label(vocabulary, code, LANGUAGE)).collect();
    labels.join(", ")
}

/// The address of the next part of the list.
fn address(filter: &CollaborativeFilter, after: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, values) in [("country", &filter.countries), ("cluster", &filter.clusters)] {
        for value in values {
            query.append_pair(name, value);
        }
    }
    let state = filter.state.map(CollaborativeState::code);
    for (name, value) in [("organisation", filter.organisation.as_deref()), ("state", state), ("after", Some(after))] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    format!("/collaboratives?{}", query.finish())
}
