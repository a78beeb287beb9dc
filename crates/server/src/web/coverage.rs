//! `/coverage`: who has what, where, as a table in which every number leads to its holdings.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{Coverage, CoverageAxis, CoverageCell, CoverageRequest, CoverageValue};
use jiff::Timestamp;

use super::page::{PageError, render};
use super::visitor::{Header, Visitor};
use crate::api::coverage::{parameter_names, request};
use crate::error::ApiError;
use crate::parameters::{Parameters, filter_parameter_names};
use crate::state::AppState;

/// Columns of a table that people can still read; the file has them all.
const COLUMNS: usize = 30;

/// Rows of a table.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoveragePage {
    language: &'static str,
    header: Header,
    rows_are: &'static str,
    columns_are: &'static str,
    holdings: u64,
    unmet_needs: Option<u64>,
    columns: Vec<Heading>,
    rows: Vec<(Heading, Vec<Option<Cell>>)>,
    /// Whether there are more rows or columns than the table shows.
    is_cut: bool,
    needs_left_out: usize,
    layouts: Vec<(String, String)>,
    csv: String,
}

/// The heading of a row or column, with its search.
struct Heading {
    label: String,
    address: Option<String>,
    holdings: u64,
}

/// A cell in words.
struct Cell {
    holdings: u64,
    address: Option<String>,
    /// How many of them have which sharing level and freshness.
    details: String,
    unmet_needs: u64,
}

/// Shows the matrix.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    let Visitor { viewer, header } = visitor?;
    let now = Timestamp::now();
    let address = Address::parse(query.as_deref());
    // What a page does not know, a mail program or a tracker added: it is no filter.
    let asked = Parameters::parse(query.as_deref()).among(&parameter_names());
    let request = request(&asked, state.catalog.vocabularies(), now)?;
    let _place = state.whole_source_place(&viewer).await?;
    let coverage = state.catalog.coverage(&viewer, &request, now).await?;
    let CoverageRequest { rows, columns, .. } = request;
    let Coverage { rows: row_values, columns: column_values, cells, .. } = &coverage;
    let cells: BTreeMap<(&Option<String>, &Option<String>), &CoverageCell> =
        cells.iter().map(|cell| ((&cell.row, &cell.column), cell)).collect();
    let cell = |row: &CoverageValue, column: &CoverageValue| {
        let cell = cells.get(&(&row.code, &column.code))?;
        let address = address.search(&[(rows, &row.code), (columns, &column.code)]).filter(|_| cell.holdings > 0);
        Some(Cell {
            holdings: cell.holdings,
            address,
            details: details(cell),
            unmet_needs: cell.needs.map_or(0, |needs| needs.without_holding),
        })
    };
    let heading = |axis: CoverageAxis, value: &CoverageValue| Heading {
        label: value.label.clone(),
        address: address.search(&[(axis, &value.code)]),
        holdings: value.holdings,
    };
    let shown_columns = &column_values[..column_values.len().min(COLUMNS)];
    let shown_rows = &row_values[..row_values.len().min(ROWS)];
    render(&CoveragePage {
        language: "en",
        header,
        rows_are: in_words(rows),
        columns_are: in_words(columns),
        holdings: coverage.holdings,
        unmet_needs: coverage.needs.map(|needs| needs.without_holding),
        columns: shown_columns.iter().map(|column| heading(columns, column)).collect(),
        rows: shown_rows
            .iter()
            .map(|row| (heading(rows, row), shown_columns.iter().map(|column| cell(row, column)).collect()))
            .collect(),
        is_cut: column_values.len() > COLUMNS || row_values.len() > ROWS,
        needs_left_out: coverage.needs_left_out,
        layouts: address.layouts(&request),
        csv: address.with("/api/v1/coverage.csv", &[("rows", rows.name()), ("columns", columns.name())]),
    })
}

fn in_words(axis: CoverageAxis) -> &'static str {
    match axis {
        CoverageAxis::Cluster => "Cluster",
        CoverageAxis::Country => "Country",
        CoverageAxis::Admin1 => "Place of level 1",
        CoverageAxis::Organisation => "Organisation",
        CoverageAxis::Kind => "Kind",
    }
}

fn details(cell: &CoverageCell) -> String {
    let counts = cell.sharing.iter().chain(&cell.freshness);
    counts.map(|(code, count)| format!("{code}: {count}")).collect::<Vec<_>>().join(", ")
}

/// The filters of the page, to make other addresses from.
struct Address(Vec<(String, String)>);

impl Address {
    fn parse(query: Option<&str>) -> Self {
        let known = filter_parameter_names();
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let pairs = pairs.filter(|(name, value)| !value.trim().is_empty() && known.contains(&name.as_ref()));
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The filters with others in the place of those of the same names.
    fn with(&self, path: &str, set: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.0.iter().filter(|(name, _)| set.iter().all(|(one, _)| one != name)) {
            query.append_pair(name, value);
        }
        query.extend_pairs(set);
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The search that finds what has these values; there is none for the lack of a value.
    fn search(&self, values: &[(CoverageAxis, &Option<String>)]) -> Option<String> {
        let mut set = Vec::new();
        for (axis, code) in values {
            let name = match axis {
                CoverageAxis::Admin1 => "pcode",
                other => other.name(),
            };
            set.push((name, code.as_deref()?));
        }
        Some(self.with("/search", &set))
    }

    /// The other ways to lay the matrix out.
    fn layouts(&self, request: &CoverageRequest) -> Vec<(String, String)> {
        let countries = request.search.filters.values.get(&cairn_catalog::FacetField::Country);
        let has_places =
            countries.is_some_and(|countries| countries.len() == 1) && request.search.filters.pcodes.is_empty();
        let mut layouts = vec![
            (CoverageAxis::Cluster, CoverageAxis::Country),
            (CoverageAxis::Country, CoverageAxis::Cluster),
            (CoverageAxis::Organisation, CoverageAxis::Cluster),
            (CoverageAxis::Kind, CoverageAxis::Country),
        ];
        if has_places {
            layouts.insert(1, (CoverageAxis::Cluster, CoverageAxis::Admin1));
        }
        layouts
            .into_iter()
            .filter(|layout| *layout != (request.rows, request.columns))
            .map(|(rows, columns)| {
                let label = format!("{} by {}", in_words(rows), in_words(columns).to_lowercase());
                (label, self.with("/coverage", &[("rows", rows.name()), ("columns", columns.name())]))
            })
            .collect()
    }
}
