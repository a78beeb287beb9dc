//! `/frameworks` and `/framework/{id}`: the templates under which agreements are made, with their versions and what was said of them.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{Catalog, FrameworkComment, Paging, RegisteredFramework, StagedVersion};
use cairn_model::agreement::FrameworkStage;
use cairn_policy::Viewer;

use super::dataset::instant_in_words;
use super::groups::with;
use super::names::{LANGUAGE, organisation_name};
use super::page::{PageError, render};
use super::plain_text::paragraphs;
use super::visitor::{Header, Visitor};
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Frameworks of a page.
const PAGE_SIZE: u32 = 50;

/// Comments that a page shows, the newest; the API has all.
const MOST_COMMENTS: usize = 100;

#[derive(Template)]
#[template(path = "frameworks.html")]
struct FrameworksPage {
    language: &'static str,
    header: Header,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    address: String,
    title: String,
    keeper: String,
    stage: &'static str,
    versions: usize,
}

#[derive(Template)]
#[template(path = "framework.html")]
struct FrameworkPage {
    language: &'static str,
    header: Header,
    id: String,
    title: String,
    keeper: String,
    /// Newest first.
    versions: Vec<Version>,
    /// Oldest first.
    comments: Vec<Comment>,
    more_comments: usize,
}

struct Version {
    number: u32,
    stage: &'static str,
    means: &'static str,
    since: String,
    effective_from: Option<String>,
    steering_committee: Option<String>,
    text: Vec<String>,
    commitments: Vec<String>,
    changes: String,
}

struct Comment {
    at: String,
    organisation: String,
    version: u32,
    text: String,
}

/// Shows the frameworks that the viewer may know of.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let parameters = Parameters::parse(query.as_deref());
    let after = parameters.one("after")?.unwrap_or_default().to_owned();
    let page = state.catalog.frameworks(&viewer, &Paging { after, limit: PAGE_SIZE }).await?;
    let mut rows = Vec::with_capacity(page.items.len());
    for framework in &page.items {
        let newest = framework.body.versions.last();
        rows.push(Row {
            address: format!("/framework/{}", framework.id),
            title: title(&framework.body),
            keeper: organisation_name(&state.catalog, &viewer, &framework.body.organisation).await,
            stage: newest.map(|one| stage_in_words(one.stage)).unwrap_or_default(),
            versions: framework.body.versions.len(),
        });
    }
    let next = page.next.map(|next| with("/frameworks", &[("after", &next)]));
    render(&FrameworksPage { language: LANGUAGE, header, rows, next })
}

/// Shows a framework.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let catalog = &state.catalog;
    let framework = catalog.framework(&viewer, &id).await?;
    let body = &framework.body;
    let mut versions = Vec::with_capacity(body.versions.len());
    for one in body.versions.iter().rev() {
        versions.push(version(catalog, &viewer, one).await);
    }
    let more_comments = body.comments.len().saturating_sub(MOST_COMMENTS);
    let mut comments = Vec::new();
    for FrameworkComment { at, organisation, version, text } in body.comments.iter().skip(more_comments) {
        let organisation = organisation_name(catalog, &viewer, organisation).await;
        comments.push(Comment { at: instant_in_words(*at), organisation, version: *version, text: text.clone() });
    }
    render(&FrameworkPage {
        language: LANGUAGE,
        header,
        id: framework.id.clone(),
        title: title(body),
        keeper: organisation_name(catalog, &viewer, &body.organisation).await,
        versions,
        comments,
        more_comments,
    })
}

async fn version(catalog: &Catalog, viewer: &Viewer, staged: &StagedVersion) -> Version {
    let content = &staged.content;
    let steering_committee = match &content.steering_committee {
        Some(group) => {
            let known = catalog.group(viewer, group).await.ok();
            let name = known.and_then(|known| known.body.profile.name.best(LANGUAGE).map(str::to_owned));
            Some(name.unwrap_or_else(|| group.clone()))
        }
        None => None,
    };
    Version {
        number: staged.version,
        stage: stage_in_words(staged.stage),
        means: what_it_means(staged.stage),
        since: instant_in_words(staged.since),
        effective_from: content.effective_from.map(instant_in_words),
        steering_committee,
        text: paragraphs(content.text.best(LANGUAGE).unwrap_or_default()),
        commitments: content
            .commitments
            .iter()
            .map(|one| one.title.best(LANGUAGE).unwrap_or_default().to_owned())
            .collect(),
        changes: staged.changes.iter().map(|field| field.replace('_', " ")).collect::<Vec<_>>().join(", "),
    }
}

fn title(framework: &RegisteredFramework) -> String {
    let newest = framework.versions.last();
    newest.and_then(|one| one.content.title.best(LANGUAGE)).unwrap_or("Without a title").to_owned()
}

/// Where a version stands, for people.
pub(super) fn stage_in_words(stage: FrameworkStage) -> &'static str {
    match stage {
        FrameworkStage::Draft => "Draft, being consulted",
        FrameworkStage::Pilot => "Pilot",
        FrameworkStage::Adopted => "Adopted",
        FrameworkStage::Superseded => "Replaced",
    }
}

fn what_it_means(stage: FrameworkStage) -> &'static str {
    match stage {
        FrameworkStage::Draft => "Organisations say what they think of it; agreements under it grant nothing.",
        FrameworkStage::Pilot => "It is tried out: agreements under it decide, and say that it is a pilot.",
        FrameworkStage::Adopted => "Agreements under it decide.",
        FrameworkStage::Superseded => "Agreements under it grant nothing until they are made under a later version.",
    }
}
