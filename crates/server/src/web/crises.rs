//! `/crises`: the crises that were declared, which open the agreements that wait for one.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::Paging;
use jiff::Timestamp;

use super::dataset::instant_in_words;
use super::groups::with;
use super::names::{LANGUAGE, organisation_name, words};
use super::page::{PageError, render};
use super::visitor::{Header, Visitor};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Crises of a page.
const PAGE_SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "crises.html")]
struct CrisesPage {
    language: &'static str,
    header: Header,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    title: String,
    glide: String,
    countries: String,
    by: String,
    from: String,
    until: String,
    state: &'static str,
}

/// Shows the crises that were declared.
pub(crate) async fn list(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let parameters = Parameters::parse(query.as_deref());
    let after = parameters.one("after")?.unwrap_or_default().to_owned();
    let (catalog, now) = (&state.catalog, Timestamp::now());
    let page = catalog.crises(&viewer, &Paging { after, limit: PAGE_SIZE }).await?;
    let mut rows = Vec::with_capacity(page.items.len());
    for declared in &page.items {
        let crisis = declared.body.deciding(&declared.id);
        let by = match &declared.body.organisation {
            Some(by) => organisation_name(catalog, &viewer, by).await,
            None => "Who administers the catalogue".to_owned(),
        };
        rows.push(Row {
            title: crisis.declaration.title.best(LANGUAGE).unwrap_or_default().to_owned(),
            glide: crisis.declaration.glide.to_string(),
            countries: words(catalog, "country", &crisis.declaration.countries),
            by,
            from: instant_in_words(crisis.declaration.from),
            until: instant_in_words(crisis.end()),
            state: match (crisis.is_active(now), crisis.lifted.is_some()) {
                (true, _) => "Active",
                (false, true) => "Lifted",
                (false, false) if crisis.declaration.from > now => "Not begun",
                (false, false) => "Over",
            },
        });
    }
    let next = page.next.map(|next| with("/crises", &[("after", &next)]));
    render(&CrisesPage { language: LANGUAGE, header, rows, next })
}
