//! The list of needs, newest first, and those that nothing answers.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::Vocabularies;
use cairn_model::registry::NeedState;
use cairn_policy::Viewer;
use cairn_search::FacetCount;
use jiff::Timestamp;

use super::needs::{OPEN, organisation_term};
use super::{Need, Paging, Registered, Scope};
use crate::{Catalog, CatalogError};

/// Needs that are read at a time.
const AT_A_TIME: u32 = 1000;

/// Needs of a part of which it is asked at most whether they are unmet: each takes searches and reads of its own.
const MOST_ASKED: usize = 200;

/// Needs that are read for one answer at most.
const MOST_READ: usize = 10_000;

/// Which needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NeedFilter {
    /// About any of these countries.
    pub countries: Vec<String>,
    /// About any of these clusters, or of their areas of responsibility.
    pub clusters: Vec<String>,
    /// For any of these purposes, or of what lies below them.
    pub purposes: Vec<String>,
    /// Of this organisation.
    pub organisation: Option<String>,
    /// In this state.
    pub state: Option<NeedState>,
    /// Those that no holding answers which the viewer may know of.
    pub unmet: bool,
}

impl NeedFilter {
    fn holds(&self, need: &Need, vocabularies: &Vocabularies, now: Timestamp) -> bool {
        let statement = &need.statement;
        let wanted = Scope { countries: &self.countries, clusters: &self.clusters };
        let about = Scope { countries: &statement.countries, clusters: &statement.clusters };
        let is_wanted = |code: &String| self.purposes.iter().any(|one| vocabularies.is_within("purpose", code, one));
        wanted.takes(&about, vocabularies)
            && (self.purposes.is_empty() || statement.purposes.iter().any(is_wanted))
            && self.organisation.as_ref().is_none_or(|id| *id == need.organisation)
            && self.state.is_none_or(|state| state == need.state(now))
    }
}

/// Needs that a viewer may know of.
#[derive(Default)]
pub(super) struct Known {
    /// Newest first.
    pub(super) needs: Vec<Registered<Need>>,
    /// Whether there are no older ones than were read.
    pub(super) is_whole: bool,
    /// How many were read, those that the filter left out among them.
    read: usize,
}

/// A part of the list of needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NeedPage {
    /// Newest first.
    pub items: Vec<Registered<Need>>,
    /// The id after which the next part begins; `None` at the end.
    pub next: Option<String>,
    /// How many needs there are in all parts, before it is asked which of them are unmet.
    pub total: usize,
    /// Whether that is all of them: of more than 10,000 the oldest are not read.
    pub is_whole: bool,
    /// The countries that these are about.
    pub countries: Vec<FacetCount>,
    /// Their clusters; one includes its areas of responsibility.
    pub clusters: Vec<FacetCount>,
}

impl Catalog {
    /// The needs that the viewer may know of, newest first.
    pub async fn needs(
        &self,
        viewer: &Viewer,
        filter: &NeedFilter,
        paging: &Paging,
        now: Timestamp,
    ) -> Result<NeedPage, CatalogError> {
        let Known { needs: known, is_whole, .. } = self.known_needs(viewer, filter, now).await?;
        let mut page = NeedPage {
            total: known.len(),
            is_whole,
            countries: counts(known.iter().flat_map(|need| each_once(&need.body.statement.countries))),
            clusters: counts(known.iter().flat_map(|need| self.clusters_with_broader(&need.body.statement.clusters))),
            ..NeedPage::default()
        };
        let is_after = |need: &Registered<Need>| paging.after.is_empty() || need.id < paging.after;
        let mut last = None;
        for (asked, need) in known.into_iter().filter(is_after).enumerate() {
            if page.items.len() >= paging.limit as usize || (filter.unmet && asked >= MOST_ASKED) {
                page.next = last;
                break;
            }
            last = Some(need.id.clone());
            if !filter.unmet || self.is_unmet(viewer, &need, now).await? {
                page.items.push(self.shown(viewer, need).await?);
            }
        }
        Ok(page)
    }

    /// The open needs of any of these organisations that the viewer may know of, newest first, `most` at most.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_needs_of(
        &self,
        viewer: &Viewer,
        organisations: &[String],
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<Registered<Need>>, CatalogError> {
        let filter = NeedFilter { state: Some(NeedState::Open), ..NeedFilter::default() };
        let known = self.known_needs(viewer, &filter, now).await?.needs;
        let of_these = known.into_iter().filter(|need| organisations.contains(&need.body.organisation));
        let mut needs = Vec::new();
        for need in of_these.take(most) {
            needs.push(self.shown(viewer, need).await?);
        }
        Ok(needs)
    }

    /// Whether no holding answers a need which the viewer may know of.
    async fn is_unmet(&self, viewer: &Viewer, need: &Registered<Need>, now: Timestamp) -> Result<bool, CatalogError> {
        let best = self.matches_of(viewer, &need.body.statement, now).await?.into_iter().next();
        Ok(best.is_none_or(|best| !best.answer.is_enough()))
    }

    /// The needs of a filter that the viewer may know of, newest first: ids are made in the order of time.
    pub(super) async fn known_needs(
        &self,
        viewer: &Viewer,
        filter: &NeedFilter,
        now: Timestamp,
    ) -> Result<Known, CatalogError> {
        let of_organisation = filter.organisation.as_deref().map(organisation_term);
        let is_open = matches!(filter.state, Some(NeedState::Open | NeedState::Expired));
        let term = of_organisation.or_else(|| is_open.then(|| OPEN.to_owned()));
        let mut known = Known::default();
        let mut before: Option<String> = None;
        loop {
            let part = self.entries_backwards::<Need>(viewer, term.as_deref(), before.as_deref(), AT_A_TIME).await?;
            let is_last = part.len() < AT_A_TIME as usize;
            known.read += part.len();
            before = part.last().map(|last| last.id.clone());
            known.needs.extend(part.into_iter().filter(|need| filter.holds(&need.body, self.vocabularies(), now)));
            if is_last || known.read >= MOST_READ {
                known.is_whole = is_last;
                return Ok(known);
            }
        }
    }

    /// Clusters and those that they are areas of responsibility of, each once.
    pub(super) fn clusters_with_broader(&self, clusters: &[String]) -> BTreeSet<String> {
        let broader = clusters.iter().filter_map(|code| self.vocabularies().broader_cluster(code));
        clusters.iter().cloned().chain(broader.map(str::to_owned)).collect()
    }
}

fn each_once(codes: &[String]) -> BTreeSet<String> {
    codes.iter().cloned().collect()
}

/// How often each value occurs, the most frequent first.
fn counts(values: impl Iterator<Item = String>) -> Vec<FacetCount> {
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for value in values {
        *counted.entry(value).or_default() += 1;
    }
    let mut counts: Vec<FacetCount> =
        counted.into_iter().map(|(value, count)| FacetCount { value, name: None, count }).collect();
    counts.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    counts
}
