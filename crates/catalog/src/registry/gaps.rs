//! Gaps: which needs no holding answers, by cluster and country, as a viewer may know of needs and holdings.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::date::day_of;
use cairn_model::registry::NeedState;
use cairn_policy::{Availability, Viewer};
use cairn_search::{FacetField, Filters, SearchRequest};
use jiff::Timestamp;

use super::matches::NeedMatch;
use super::{NeedFilter, Registered};
use crate::spreadsheet::{BYTE_ORDER_MARK, line};
use crate::{Catalog, CatalogError, Need};

/// Needs that one report asks about at most, the newest first: each takes searches and reads of its own.
const MOST_ASKED: usize = 200;

/// Clusters that a facet gives at most.
const MOST_CLUSTERS: usize = 1000;

/// Needs of a cell, or of all cells, by what answers them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GapCounts {
    /// Open needs.
    pub needs: u64,
    /// Those that no holding answers which the viewer may know of.
    pub without_holding: u64,
    /// Those that holdings answer of which none can be had at once: the viewer must ask.
    pub closed: u64,
}

/// What is needed and what is held of one cluster in one country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapCell {
    /// The cluster, which includes its areas of responsibility; `None` for needs that name none, and for all holdings.
    pub cluster: Option<String>,
    /// The country; `None` for needs that name none, and for all holdings.
    pub country: Option<String>,
    /// The needs.
    pub counts: GapCounts,
    /// Holdings that the viewer can find, whether they answer a need or not.
    pub holdings: u64,
}

/// Needs and holdings by cluster and country. A need with several of them counts in several cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GapReport {
    /// Cells that have a need, by cluster and country, those without one last.
    pub cells: Vec<GapCell>,
    /// Needs in all cells, each once.
    pub total: GapCounts,
    /// Older needs that were not asked about, because they are too many; of more than 10,000 that are open no more is told.
    pub needs_left_out: usize,
}

/// Needs by cluster and country, with what answers them.
#[derive(Debug, Default)]
pub(crate) struct NeedsByCell {
    /// By cluster and country; `None` for needs that name none.
    pub(crate) cells: BTreeMap<(Option<String>, Option<String>), GapCounts>,
    /// Each need once.
    pub(crate) total: GapCounts,
    /// Older needs that were not asked about.
    pub(crate) left_out: usize,
}

/// What the rows and columns of a report are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapAxes {
    /// Clusters in rows, countries in columns.
    ClusterByCountry,
    /// Countries in rows, clusters in columns.
    CountryByCluster,
}

impl GapReport {
    /// The report with its cells in the order of rows, then of columns.
    #[must_use]
    pub fn in_order_of(mut self, axes: GapAxes) -> Self {
        self.cells.sort_by_key(|cell| {
            let [cluster, country] = [&cell.cluster, &cell.country].map(|code| (code.is_none(), code.clone()));
            match axes {
                GapAxes::ClusterByCountry => [cluster, country],
                GapAxes::CountryByCluster => [country, cluster],
            }
        });
        self
    }
}

/// How a need is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answered {
    AtOnce,
    IfAsked,
    ByNothing,
}

impl Answered {
    fn by<'m>(matches: impl Iterator<Item = &'m NeedMatch>) -> Self {
        let mut answered = Self::ByNothing;
        for one in matches {
            match one.answer.availability {
                Availability::Open => return Self::AtOnce,
                Availability::ExistsAsk => answered = Self::IfAsked,
            }
        }
        answered
    }
}

impl GapCounts {
    fn count(&mut self, answered: Answered) {
        self.needs += 1;
        match answered {
            Answered::AtOnce => {}
            Answered::IfAsked => self.closed += 1,
            Answered::ByNothing => self.without_holding += 1,
        }
    }
}

impl Catalog {
    /// The open needs that the viewer may know of by cluster and country, with what answers them; all, or those of a filter.
    ///
    /// # Errors
    /// As for [`Catalog::search`].
    pub async fn gaps(&self, viewer: &Viewer, filter: &NeedFilter, now: Timestamp) -> Result<GapReport, CatalogError> {
        let NeedsByCell { cells, total, left_out } = self.needs_by_cell(viewer, filter, now).await?;
        let mut report = GapReport { total, needs_left_out: left_out, ..GapReport::default() };
        let countries: BTreeSet<&Option<String>> = cells.keys().map(|(_, country)| country).collect();
        let mut held = BTreeMap::new();
        for country in countries {
            held.insert(country.clone(), self.holdings_by_cluster(viewer, country.as_deref(), now).await?);
        }
        report.cells = cells
            .into_iter()
            .map(|((cluster, country), counts)| {
                let holdings = held.get(&country).and_then(|by_cluster| by_cluster.get(&cluster)).copied();
                GapCell { cluster, country, counts, holdings: holdings.unwrap_or_default() }
            })
            .collect();
        Ok(report.in_order_of(GapAxes::ClusterByCountry))
    }

    /// The open needs that the viewer may know of, by cluster and country; all, or those of a filter.
    pub(crate) async fn needs_by_cell(
        &self,
        viewer: &Viewer,
        filter: &NeedFilter,
        now: Timestamp,
    ) -> Result<NeedsByCell, CatalogError> {
        let filter = NeedFilter { state: Some(NeedState::Open), ..filter.clone() };
        let mut needs = self.known_needs(viewer, &filter, now).await?.needs;
        let mut counted = NeedsByCell { left_out: needs.len().saturating_sub(MOST_ASKED), ..NeedsByCell::default() };
        needs.truncate(MOST_ASKED);
        for need in &needs {
            let mut matches = self.matches_of(viewer, &need.body.statement, now).await?;
            matches.retain(|one| one.answer.is_enough());
            counted.total.count(Answered::by(matches.iter()));
            for country in countries_of(need, &filter) {
                let answered = Answered::by(matches.iter().filter(|one| is_about(one, country.as_deref())));
                for cluster in self.clusters_of(need, &filter) {
                    counted.cells.entry((cluster, country.clone())).or_default().count(answered);
                }
            }
        }
        Ok(counted)
    }

    /// The clusters of a need that were asked for, with those that they belong to.
    fn clusters_of(&self, need: &Registered<Need>, filter: &NeedFilter) -> BTreeSet<Option<String>> {
        let is_within = |code: &String, one: &String| self.vocabularies().is_within("cluster", code, one);
        let is_asked =
            |code: &String| filter.clusters.is_empty() || filter.clusters.iter().any(|one| is_within(code, one));
        or_none(self.clusters_with_broader(&need.body.statement.clusters).into_iter().filter(is_asked))
    }

    /// How many holdings the viewer can find of a country, or of all; by cluster, and all together under `None`.
    async fn holdings_by_cluster(
        &self,
        viewer: &Viewer,
        country: Option<&str>,
        now: Timestamp,
    ) -> Result<BTreeMap<Option<String>, u64>, CatalogError> {
        let values = country.map(|code| (FacetField::Country, vec![code.to_owned()])).into_iter().collect();
        let request = SearchRequest {
            filters: Filters { values, ..Filters::default() },
            limit: 0,
            facets: vec![FacetField::Cluster],
            facet_limit: MOST_CLUSTERS,
            today: day_of(now),
            ..SearchRequest::default()
        };
        let mut page = self.search(viewer, request).await?;
        let counted = page.facets.remove(&FacetField::Cluster).unwrap_or_default();
        let by_cluster = counted.into_iter().map(|one| (Some(one.value), one.count));
        Ok(by_cluster.chain([(None, page.total)]).collect())
    }

    /// The report as a CSV file for spreadsheets: UTF-8 with a byte order mark, a line for each cell.
    ///
    /// # Errors
    /// `Internal`, which cannot be while memory is there.
    pub fn gaps_as_csv(&self, report: &GapReport, axes: GapAxes) -> Result<String, CatalogError> {
        let counts = ["needs", "without_holding", "closed", "holdings"];
        let by_axes = |cluster: [String; 2], country: [String; 2]| match axes {
            GapAxes::ClusterByCountry => [cluster, country].concat(),
            GapAxes::CountryByCluster => [country, cluster].concat(),
        };
        let heading = |name: &str| [name.to_owned(), format!("{name}_label")];
        let mut text = BYTE_ORDER_MARK.to_owned();
        let headings = by_axes(heading("cluster"), heading("country"));
        text.push_str(&line(headings.into_iter().chain(counts.map(str::to_owned)))?);
        for cell in &report.cells {
            let told = |vocabulary: &str, code: Option<&str>| {
                [code.unwrap_or_default().to_owned(), self.gap_label(vocabulary, code)]
            };
            let GapCounts { needs, without_holding, closed } = cell.counts;
            let numbers = [needs, without_holding, closed, cell.holdings].map(|number| number.to_string());
            let names = by_axes(told("cluster", cell.cluster.as_deref()), told("country", cell.country.as_deref()));
            text.push_str(&line(names.into_iter().chain(numbers))?);
        }
        Ok(text)
    }

    /// The words for a cluster or a country of a cell.
    pub fn gap_label(&self, vocabulary: &str, code: Option<&str>) -> String {
        code.map_or_else(|| format!("no {vocabulary} named"), |code| self.vocabularies().label(vocabulary, code, "en"))
    }
}

/// The countries of a need that were asked for; `None` for a need that names none.
fn countries_of(need: &Registered<Need>, filter: &NeedFilter) -> BTreeSet<Option<String>> {
    let is_asked = |code: &&String| filter.countries.is_empty() || filter.countries.contains(*code);
    or_none(need.body.statement.countries.iter().filter(is_asked).cloned())
}

/// Whether a match covers a country; one that names no country may.
fn is_about(one: &NeedMatch, country: Option<&str>) -> bool {
    let covered = &one.card.countries;
    country.is_none_or(|country| covered.is_empty() || covered.iter().any(|code| code == country))
}

fn or_none(codes: impl Iterator<Item = String>) -> BTreeSet<Option<String>> {
    let codes: BTreeSet<Option<String>> = codes.map(Some).collect();
    if codes.is_empty() { BTreeSet::from([None]) } else { codes }
}
