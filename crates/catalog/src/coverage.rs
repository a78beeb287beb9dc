//! Coverage: who has what, where; a matrix of the holdings that a viewer can find, and of the needs that none of them meets.

use std::collections::BTreeMap;

use cairn_model::{Freshness, Sharing};
use cairn_policy::Viewer;
use cairn_search::{CellCount, Cells, FacetField, SearchPage, SearchRequest};
use jiff::Timestamp;

use crate::registry::NeedsByCell;
use crate::spreadsheet::{BYTE_ORDER_MARK, line};
use crate::{Catalog, CatalogError, GapCounts, NeedFilter};

/// Rows, and columns, of one matrix at most, those of most holdings first.
const MOST_VALUES: usize = 500;

/// What the rows or the columns of a matrix are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoverageAxis {
    /// Clusters; one includes its areas of responsibility.
    Cluster,
    /// Countries.
    Country,
    /// Places of administrative level 1 in one country; one includes the places below it.
    Admin1,
    /// Owners, else publishers.
    Organisation,
    /// Kinds of holdings.
    Kind,
}

impl CoverageAxis {
    /// Every axis.
    pub const ALL: &'static [Self] = &[Self::Cluster, Self::Country, Self::Admin1, Self::Organisation, Self::Kind];

    /// The name in parameters and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Country => "country",
            Self::Admin1 => "admin1",
            Self::Organisation => "organisation",
            Self::Kind => "kind",
        }
    }

    /// The field of the index that has its values; places are found by their P-codes.
    fn field(self) -> Option<FacetField> {
        match self {
            Self::Cluster => Some(FacetField::Cluster),
            Self::Country => Some(FacetField::Country),
            Self::Admin1 => None,
            Self::Organisation => Some(FacetField::Organisation),
            Self::Kind => Some(FacetField::Kind),
        }
    }
}

/// Which matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageRequest {
    /// What the rows are.
    pub rows: CoverageAxis,
    /// What the columns are: something else.
    pub columns: CoverageAxis,
    /// Which holdings: text, filters and language of a search. With places, one country and no P-codes.
    pub search: SearchRequest,
}

/// A row or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageValue {
    /// Its code; `None` for holdings and needs that name none.
    pub code: Option<String>,
    /// In words.
    pub label: String,
    /// Its holdings, each once.
    pub holdings: u64,
}

/// What is held and needed of one row and one column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoverageCell {
    /// The code of the row.
    pub row: Option<String>,
    /// The code of the column.
    pub column: Option<String>,
    /// Holdings that the viewer can find.
    pub holdings: u64,
    /// Of these, by sharing level.
    pub sharing: BTreeMap<String, u64>,
    /// Of these, by freshness; those that do not say enough to tell are in none.
    pub freshness: BTreeMap<String, u64>,
    /// Needs, where needs are told.
    pub needs: Option<GapCounts>,
}

/// A matrix of holdings and needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Rows: by holdings, then by code, those without a code last. Places in the order of their P-codes, empty ones, too.
    pub rows: Vec<CoverageValue>,
    /// Columns, likewise.
    pub columns: Vec<CoverageValue>,
    /// Cells that hold or need something, in the order of rows, then of columns.
    pub cells: Vec<CoverageCell>,
    /// Holdings, each once.
    pub holdings: u64,
    /// Needs, each once; told of clusters and countries alone.
    pub needs: Option<GapCounts>,
    /// Older needs that were not asked about.
    pub needs_left_out: usize,
    /// Rows with fewer holdings that are not told.
    pub rows_left_out: usize,
    /// Columns with fewer holdings that are not told.
    pub columns_left_out: usize,
}

/// What was counted, before it is put in order.
#[derive(Default)]
struct Counted {
    rows: BTreeMap<Option<String>, u64>,
    columns: BTreeMap<Option<String>, u64>,
    /// Names of organisations and places.
    names: BTreeMap<String, String>,
    cells: BTreeMap<(Option<String>, Option<String>), CoverageCell>,
    holdings: u64,
}

impl Catalog {
    /// The holdings that a viewer can find by two axes; of clusters and countries, with the open needs that they may know of.
    /// Needs are narrowed by the countries and clusters of the request, and by no other filter.
    ///
    /// # Errors
    /// `BadRequest` for axes that are one, and for places without one country; as for [`Catalog::search`].
    pub async fn coverage(
        &self,
        viewer: &Viewer,
        request: &CoverageRequest,
        now: Timestamp,
    ) -> Result<Coverage, CatalogError> {
        let CoverageRequest { rows, columns, search } = request;
        if rows == columns {
            return Err(CatalogError::BadRequest("rows and columns are the same".to_owned()));
        }
        let mut counted = match (rows.field(), columns.field()) {
            (Some(row), Some(column)) => self.count_fields(viewer, search, row, column).await?,
            (Some(row), None) => self.count_places(viewer, search, row).await?,
            (None, Some(column)) => self.count_places(viewer, search, column).await?.turned(),
            (None, None) => Counted::default(),
        };
        let needs = match (rows, columns) {
            (CoverageAxis::Cluster, CoverageAxis::Country) | (CoverageAxis::Country, CoverageAxis::Cluster) => {
                let of = |field: FacetField| search.filters.values.get(&field).cloned().unwrap_or_default();
                let filter = NeedFilter {
                    countries: of(FacetField::Country),
                    clusters: of(FacetField::Cluster),
                    ..NeedFilter::default()
                };
                Some(self.needs_by_cell(viewer, &filter, now).await?)
            }
            _ => None,
        };
        let names = &counted.names;
        counted.rows.retain(|code, _| self.is_asked(*rows, code.as_deref(), names, search));
        counted.columns.retain(|code, _| self.is_asked(*columns, code.as_deref(), names, search));
        if let Some(needs) = &needs {
            counted.add(needs, *rows == CoverageAxis::Country);
        }
        Ok(self.in_order(counted, request, needs.as_ref()))
    }

    /// Counts by two fields, in one search.
    async fn count_fields(
        &self,
        viewer: &Viewer,
        search: &SearchRequest,
        row: FacetField,
        column: FacetField,
    ) -> Result<Counted, CatalogError> {
        let request = SearchRequest {
            cells: vec![Cells::Of(row), Cells::Of(column), Cells::OfPair(row, column)],
            facets: vec![FacetField::Organisation],
            facet_limit: usize::MAX,
            limit: 0,
            ..search.clone()
        };
        let page = self.search(viewer, request).await?;
        let mut counted = Counted { holdings: page.total, names: names_of(&page), ..Counted::default() };
        let [of_row, of_column, of_both] = <[Vec<CellCount>; 3]>::try_from(page.cells).unwrap_or_default();
        counted.rows = totals(of_row);
        counted.columns = totals(of_column);
        for CellCount { values, count, sharing, freshness } in of_both {
            let [row, column] = <[Option<String>; 2]>::try_from(values).unwrap_or_default();
            let cell = CoverageCell { row, column, holdings: count, sharing, freshness, needs: None };
            counted.cells.insert((cell.row.clone(), cell.column.clone()), cell);
        }
        Ok(counted)
    }

    /// Counts a field by the places of a country: a search a place, of which no country has more than some dozens.
    async fn count_places(
        &self,
        viewer: &Viewer,
        search: &SearchRequest,
        row: FacetField,
    ) -> Result<Counted, CatalogError> {
        let countries = search.filters.values.get(&FacetField::Country).map_or(&[][..], Vec::as_slice);
        let ([country], true) = (countries, search.filters.pcodes.is_empty()) else {
            let message = "admin1 takes one country, and no P-codes beside it";
            return Err(CatalogError::BadRequest(message.to_owned()));
        };
        let all = SearchRequest { cells: vec![Cells::Of(row)], facets: Vec::new(), limit: 0, ..search.clone() };
        let named = SearchRequest { facets: vec![FacetField::Organisation], facet_limit: usize::MAX, ..all.clone() };
        let page = self.search(viewer, named).await?;
        let mut counted = Counted { holdings: page.total, names: names_of(&page), ..Counted::default() };
        counted.rows = totals(page.cells.into_iter().flatten().collect());
        for place in self.vocabularies().first_level_places(country) {
            let mut request = all.clone();
            request.filters.pcodes = vec![place.pcode.clone()];
            let page = self.search(viewer, request).await?;
            let column = Some(place.pcode.clone());
            counted.names.insert(place.pcode.clone(), place.name.clone());
            counted.columns.insert(column.clone(), page.total);
            for CellCount { values, count, sharing, freshness } in page.cells.into_iter().flatten() {
                let row = values.into_iter().next().flatten();
                let cell =
                    CoverageCell { row, column: column.clone(), holdings: count, sharing, freshness, needs: None };
                counted.cells.insert((cell.row.clone(), cell.column.clone()), cell);
            }
        }
        Ok(counted)
    }

    /// Whether a row or column is shown: where its axis is filtered, what a search by it and the filters would find at all.
    fn is_asked(
        &self,
        axis: CoverageAxis,
        code: Option<&str>,
        names: &BTreeMap<String, String>,
        search: &SearchRequest,
    ) -> bool {
        let Some(field) = axis.field() else { return true };
        let wanted = search.filters.values.get(&field).map_or(&[][..], Vec::as_slice);
        let is_within = |code: &str| {
            wanted.iter().any(|one| match axis {
                CoverageAxis::Cluster => self.vocabularies().is_within("cluster", code, one),
                // An organisation is asked for by its name, too.
                _ => field.is_chosen(one, code, names.get(code).map(String::as_str), self.vocabularies()),
            })
        };
        wanted.is_empty() || code.is_some_and(is_within)
    }

    fn in_order(&self, counted: Counted, request: &CoverageRequest, needs: Option<&NeedsByCell>) -> Coverage {
        let Counted { rows, columns, names, cells, holdings } = counted;
        let language = &request.search.language;
        let values = |axis: CoverageAxis, totals: BTreeMap<Option<String>, u64>| {
            let mut values: Vec<CoverageValue> = totals
                .into_iter()
                .map(|(code, holdings)| CoverageValue {
                    label: self.coverage_label(axis, code.as_deref(), &names, language),
                    code,
                    holdings,
                })
                .collect();
            // Places stay in the order of their codes.
            let by_holdings = |one: &CoverageValue| if axis == CoverageAxis::Admin1 { 0 } else { one.holdings };
            values.sort_by(|one, other| {
                (one.code.is_none().cmp(&other.code.is_none()))
                    .then_with(|| by_holdings(other).cmp(&by_holdings(one)))
                    .then_with(|| one.code.cmp(&other.code))
            });
            let left_out = values.len().saturating_sub(MOST_VALUES);
            values.truncate(MOST_VALUES);
            (values, left_out)
        };
        let (rows, rows_left_out) = values(request.rows, rows);
        let (columns, columns_left_out) = values(request.columns, columns);
        let is_told = |values: &[CoverageValue]| -> BTreeMap<Option<String>, usize> {
            values.iter().enumerate().map(|(at, one)| (one.code.clone(), at)).collect()
        };
        let (row_places, column_places) = (is_told(&rows), is_told(&columns));
        let mut placed: Vec<((usize, usize), CoverageCell)> = cells
            .into_values()
            .filter_map(|cell| {
                let place = (*row_places.get(&cell.row)?, *column_places.get(&cell.column)?);
                Some((place, cell))
            })
            .collect();
        placed.sort_by_key(|(place, _)| *place);
        Coverage {
            rows,
            columns,
            cells: placed.into_iter().map(|(_, cell)| cell).collect(),
            holdings,
            needs: needs.map(|needs| needs.total),
            needs_left_out: needs.map_or(0, |needs| needs.left_out),
            rows_left_out,
            columns_left_out,
        }
    }

    fn coverage_label(
        &self,
        axis: CoverageAxis,
        code: Option<&str>,
        names: &BTreeMap<String, String>,
        language: &str,
    ) -> String {
        let Some(code) = code else { return format!("no {} named", axis.name()) };
        match axis {
            CoverageAxis::Cluster | CoverageAxis::Country | CoverageAxis::Kind => {
                self.vocabularies().label(axis.name(), code, language)
            }
            CoverageAxis::Admin1 | CoverageAxis::Organisation => {
                names.get(code).map_or(code, String::as_str).to_owned()
            }
        }
    }

    /// A matrix as a CSV file for spreadsheets: UTF-8 with a byte order mark, a line for each cell.
    ///
    /// # Errors
    /// `Internal`, which cannot be while memory is there.
    pub fn coverage_as_csv(&self, coverage: &Coverage, request: &CoverageRequest) -> Result<String, CatalogError> {
        let levels: Vec<&str> = Sharing::ALL.iter().map(|level| level.code()).collect();
        let states: Vec<&str> = Freshness::ALL.iter().map(|state| state.code()).collect();
        let named = |axis: CoverageAxis| [axis.name().to_owned(), format!("{}_label", axis.name())];
        let headings = named(request.rows)
            .into_iter()
            .chain(named(request.columns))
            .chain(["holdings".to_owned()])
            .chain(levels.iter().map(|level| format!("sharing_{level}")))
            .chain(states.iter().map(|state| format!("freshness_{state}")))
            .chain(["needs".to_owned(), "unmet_needs".to_owned()]);
        let mut text = BYTE_ORDER_MARK.to_owned();
        text.push_str(&line(headings)?);
        let labels = |values: &[CoverageValue]| -> BTreeMap<Option<String>, String> {
            values.iter().map(|one| (one.code.clone(), one.label.clone())).collect()
        };
        let (rows, columns) = (labels(&coverage.rows), labels(&coverage.columns));
        for cell in &coverage.cells {
            let count = |counts: &BTreeMap<String, u64>, code: &str| counts.get(code).copied().unwrap_or(0).to_string();
            let needs = |of: fn(&GapCounts) -> u64| cell.needs.as_ref().map(|needs| of(needs).to_string());
            let told = |code: &Option<String>, labels: &BTreeMap<Option<String>, String>| {
                [code.clone().unwrap_or_default(), labels.get(code).cloned().unwrap_or_default()]
            };
            let cells = told(&cell.row, &rows)
                .into_iter()
                .chain(told(&cell.column, &columns))
                .chain([cell.holdings.to_string()])
                .chain(levels.iter().map(|level| count(&cell.sharing, level)))
                .chain(states.iter().map(|state| count(&cell.freshness, state)))
                .chain([needs(|one| one.needs), needs(|one| one.without_holding)].map(Option::unwrap_or_default));
            text.push_str(&line(cells)?);
        }
        Ok(text)
    }
}

impl Counted {
    /// The same with rows and columns changed over.
    fn turned(self) -> Self {
        let cells = self.cells.into_values().map(|cell| {
            let cell = CoverageCell { row: cell.column.clone(), column: cell.row.clone(), ..cell };
            ((cell.row.clone(), cell.column.clone()), cell)
        });
        Self { cells: cells.collect(), rows: self.columns, columns: self.rows, ..self }
    }

    /// Adds needs, of which every cell is told then.
    fn add(&mut self, needs: &NeedsByCell, is_country_first: bool) {
        for cell in self.cells.values_mut() {
            cell.needs = Some(GapCounts::default());
        }
        for ((cluster, country), counts) in &needs.cells {
            let (row, column) = if is_country_first { (country, cluster) } else { (cluster, country) };
            self.rows.entry(row.clone()).or_default();
            self.columns.entry(column.clone()).or_default();
            let empty = || CoverageCell { row: row.clone(), column: column.clone(), ..CoverageCell::default() };
            self.cells.entry((row.clone(), column.clone())).or_insert_with(empty).needs = Some(*counts);
        }
    }
}

/// Holdings by value, each once.
fn totals(cells: Vec<CellCount>) -> BTreeMap<Option<String>, u64> {
    cells.into_iter().map(|cell| (cell.values.into_iter().next().flatten(), cell.count)).collect()
}

/// The names of organisations, as their holdings have them.
fn names_of(page: &SearchPage) -> BTreeMap<String, String> {
    let organisations = page.facets.get(&FacetField::Organisation).into_iter().flatten();
    organisations.filter_map(|one| Some((one.value.clone(), one.name.clone()?))).collect()
}
