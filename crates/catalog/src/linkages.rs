//! Which other records a record can be joined with, as the viewer at the moment of reading.
//!
//! Nothing of it is kept: candidates are found by a few searches as the viewer, and what joins both is told by what the viewer sees of
//! either. The way to the data is reckoned from that as well, so that no field, place or audience that is hidden from them moves a
//! score; [`Catalog::decide_access`] is what decides, and logs.

use std::cmp::Ordering;
use std::collections::HashSet;

use cairn_model::agreement::{AccessForm, AccessQuestion};
use cairn_model::date::day_of;
use cairn_model::{Dataset, DatasetId};
use cairn_policy::linkage::key_names;
use cairn_policy::need::search_text;
use cairn_policy::{Linkage, RenditionLevel, Viewer, Way, way};
use cairn_search::{Card, FacetField, Filters, SearchRequest, Sort, SortKey};
use cairn_store::Wanted;
use jiff::Timestamp;

use crate::access::LoadedGrounds;
use crate::{Catalog, CatalogError, Duplicate};

/// Candidates that each way of looking for them gives at most.
const MOST_EACH_WAY: usize = 30;

/// Fields, and identifiers, that are looked for each.
const MOST_WORDS: usize = 3;

/// Codes of a filter at most.
const MOST_CODES: usize = 50;

/// A record that another can be joined with.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkedRecord {
    /// The record, as the viewer finds it in a search.
    pub card: Card,
    /// How it can be joined, and by which way its data is had.
    pub linkage: Linkage,
}

impl Catalog {
    /// The records that a record can be joined with, the best first, `limit` at most.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself; as for [`Catalog::search`].
    pub async fn linkages(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<LinkedRecord>, CatalogError> {
        let (record, rendition) = self.visible(viewer, id).await?;
        if !rendition.is_public() {
            self.note_view(viewer, &record);
        }
        let mut same: HashSet<DatasetId> = HashSet::from([id]);
        let duplicates = self.duplicates(viewer, id).await?;
        same.extend(duplicates.into_iter().filter(Duplicate::is_sure).map(|one| one.id));
        let this = rendition.dataset;
        let mut others = Vec::new();
        for card in self.linkage_candidates(viewer, &this, now).await? {
            // The same data under another id joins nothing to it.
            if same.insert(card.id)
                && let Some(other) = self.visible_now(viewer, card.id).await?
            {
                others.push((card, other.dataset));
            }
        }
        let mut ways = self.ways_to(viewer, &this, others.iter().map(|(_, other)| other), now).await?.into_iter();
        let Some(way_to_this) = ways.next() else { return Ok(Vec::new()) };
        let label = |code: &str| self.vocabularies().label("country", code, "en");
        let mut linked: Vec<LinkedRecord> = others
            .into_iter()
            .zip(ways)
            .filter_map(|((card, other), way)| {
                let linkage = Linkage::of([&this, &other], [way_to_this.clone(), way], label)?;
                Some(LinkedRecord { card, linkage })
            })
            .filter(|one| !one.linkage.is_by_country_alone())
            .collect();
        linked.sort_by(best_first);
        linked.truncate(limit);
        Ok(linked)
    }

    /// The way of a viewer to the data of a record, and to that of each other, by what they see of it. All that it stands on is
    /// loaded at one moment.
    async fn ways_to<'d>(
        &self,
        viewer: &Viewer,
        this: &'d Dataset,
        others: impl Iterator<Item = &'d Dataset>,
        now: Timestamp,
    ) -> Result<Vec<Way>, CatalogError> {
        let records: Vec<&Dataset> = std::iter::once(this).chain(others).collect();
        let ids: Vec<DatasetId> = records.iter().map(|record| record.id).collect();
        let mut wanted = Wanted::default();
        LoadedGrounds::want(&mut wanted, &ids, viewer.organisation(), &viewer.groups());
        let grounds = LoadedGrounds::of(&self.store().load(&wanted).await?)?;
        let question = AccessQuestion::of(AccessForm::Download);
        let way_to = |record: &&Dataset| {
            let decision = grounds.decide(record, viewer, &question, self.vocabularies(), now);
            way(decision.as_ref())
        };
        Ok(records.iter().map(way_to).collect())
    }

    /// Records that may be joined with one: those of its places, those that name its identifiers or its key fields, those of its
    /// time and of its clusters in its countries, and those of which no more is shown than that they exist.
    async fn linkage_candidates(
        &self,
        viewer: &Viewer,
        this: &Dataset,
        now: Timestamp,
    ) -> Result<Vec<Card>, CatalogError> {
        let mut cards = Vec::new();
        for request in requests(this) {
            let request = SearchRequest { limit: MOST_EACH_WAY, today: day_of(now), ..request };
            cards.extend(self.search(viewer, request).await?.hits.into_iter().map(|hit| hit.card));
        }
        Ok(cards)
    }
}

/// The searches for what may be joined with a record.
fn requests(this: &Dataset) -> Vec<SearchRequest> {
    let values = |field: FacetField, codes: &[String]| {
        let codes: Vec<String> = codes.iter().take(MOST_CODES).cloned().collect();
        (!codes.is_empty()).then_some((field, codes))
    };
    let countries = values(FacetField::Country, &this.countries);
    let clusters = values(FacetField::Cluster, &this.clusters);
    let filters = |more: Option<(FacetField, Vec<String>)>| Filters {
        values: countries.iter().cloned().chain(more).collect(),
        ..Filters::default()
    };
    let newest = Sort { by: SortKey::Modified, reversed: false };
    let mut requests = Vec::new();
    let pcodes: Vec<String> = this.places.iter().filter_map(|place| place.pcode.clone()).take(MOST_CODES).collect();
    if !pcodes.is_empty() {
        requests.push(SearchRequest {
            filters: Filters { pcodes, ..Filters::default() },
            sort: newest,
            ..SearchRequest::default()
        });
    }
    for identifier in this.identifiers.iter().take(MOST_WORDS) {
        let text = search_text(&identifier.value);
        requests.push(SearchRequest { text, ..SearchRequest::default() });
    }
    for name in key_names(&this.fields).take(MOST_WORDS) {
        let text = search_text(name);
        requests.push(SearchRequest { text, filters: filters(None), ..SearchRequest::default() });
    }
    // Without words or codes a search would find whatever is newest.
    requests.retain(|request| !request.text.is_empty() || !request.filters.pcodes.is_empty());
    if clusters.is_some() {
        requests.push(SearchRequest { filters: filters(clusters), sort: newest, ..SearchRequest::default() });
    }
    if countries.is_some() {
        let stub = (FacetField::Rendition, vec![RenditionLevel::Stub.code().to_owned()]);
        requests.push(SearchRequest { filters: filters(Some(stub)), sort: newest, ..SearchRequest::default() });
        let covered = this.coverage.as_ref();
        let of_its_time = Filters {
            covers_after: covered.and_then(cairn_model::Interval::first_day),
            covers_before: covered.and_then(cairn_model::Interval::last_day),
            ..filters(None)
        };
        requests.push(SearchRequest { filters: of_its_time, sort: newest, ..SearchRequest::default() });
    }
    requests
}

/// The higher score first, then what meets better, whatever the way to it.
fn best_first(one: &LinkedRecord, other: &LinkedRecord) -> Ordering {
    let by_data = || other.linkage.technical.score.total_cmp(&one.linkage.technical.score);
    other.linkage.score.total_cmp(&one.linkage.score).then_with(by_data).then_with(|| one.card.id.cmp(&other.card.id))
}
