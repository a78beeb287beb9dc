//! `/`: the search form and what there is to find.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use cairn_catalog::{FacetField, SearchRequest};

use super::page::{PageError, render};
use super::visitor::{Header, Visitor};
use crate::api::search::facet_label;
use crate::parameters::facet_name;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    language: &'static str,
    header: Header,
    total: u64,
    groups: Vec<Group>,
}

/// One way into the catalogue.
struct Group {
    heading: &'static str,
    entries: Vec<Entry>,
}

struct Entry {
    address: String,
    label: String,
    count: u64,
}

/// Shows the form and ways into the catalogue, as the viewer can find it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, crate::error::ApiError>,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let wanted = [
        ("By country", FacetField::Country, 24),
        ("By cluster and area of responsibility", FacetField::Cluster, 20),
        ("By how you can get the data", FacetField::Access, 8),
    ];
    let request = SearchRequest {
        limit: 0,
        facets: wanted.iter().map(|(_, field, _)| *field).collect(),
        facet_limit: 24,
        ..SearchRequest::default()
    };
    let mut page = state.catalog.search(&viewer, request).await?;
    let groups = wanted
        .into_iter()
        .map(|(heading, field, most)| Group {
            heading,
            entries: page
                .facets
                .remove(&field)
                .unwrap_or_default()
                .into_iter()
                .take(most)
                .map(|count| Entry {
                    address: address(field, &count.value),
                    label: facet_label(field, &count, "en", &state.catalog),
                    count: count.count,
                })
                .collect(),
        })
        .collect();
    render(&HomePage { language: "en", header, total: page.total, groups })
}

fn address(field: FacetField, value: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(facet_name(field), value).finish();
    format!("/search?{query}")
}
