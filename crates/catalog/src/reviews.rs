//! The review queue: records of an organisation that somebody of it must look at, the first due first.
//!
//! The index keeps the day of the first reason that a record gives itself, so that a page costs a search and the reads of its own
//! records, however many wait. Agreements that end are few: the records that they are about are looked up for each page.

use std::collections::BTreeMap;

use cairn_model::agreement::{AgreementStatus, PartyRole, Selector};
use cairn_model::{DatasetId, LocalizedText, Sensitivity, Sharing};
use cairn_policy::{ReviewCause, Viewer, review_causes, review_day, review_horizon};
use cairn_search::{FacetField, Filters, SearchRequest, Sort, SortKey};
use jiff::Timestamp;

use crate::registry::{EntryPage, Paging, RegisteredAgreement, agreements};
use crate::{Catalog, CatalogError};

const WHO_REVIEWS: &str = "only the managers, stewards and administrators of an organisation see what it has to review";

/// Records of one agreement that ends which are looked up at most.
const MOST_OF_AN_AGREEMENT: usize = 1000;

/// Agreements that are read at a time.
const AGREEMENTS_AT_A_TIME: u32 = 200;

/// A record that somebody must look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The record.
    pub id: DatasetId,
    /// Its title.
    pub title: LocalizedText,
    /// How sensitive it is said to be.
    pub sensitivity: Sensitivity,
    /// With whom it is shared.
    pub sharing: Sharing,
    /// Why, the first due first.
    pub causes: Vec<ReviewCause>,
}

/// A part of the queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReviewPage {
    /// The first due first.
    pub items: Vec<Review>,
    /// What `after` is to be for the next part; `None` at the end.
    pub next: Option<String>,
    /// How many wait in all parts.
    pub total: u64,
    /// Whether these are all: of an agreement that ends, no more than 1,000 records are told.
    pub is_whole: bool,
}

/// A place in the queue: the day on which a record is due, and the record.
type Place = (i64, DatasetId);

/// What agreements that end say of the records that they are about.
#[derive(Default)]
struct Ending {
    causes: BTreeMap<DatasetId, Vec<ReviewCause>>,
    /// Records that are due by an agreement before they are by themselves.
    places: BTreeMap<DatasetId, i64>,
    /// How many of them give no reason of their own.
    by_agreement_alone: u64,
    is_cut: bool,
}

impl Catalog {
    /// The records of the viewer's organisation that somebody must look at within thirty days, or had to; the operator, who
    /// has no organisation, says of which.
    ///
    /// # Errors
    /// `SignInRequired`, `Forbidden`; `BadRequest` where no organisation is given, or for an `after` that is no place; as for
    /// [`Catalog::search`].
    pub async fn reviews(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        paging: &Paging,
        now: Timestamp,
    ) -> Result<ReviewPage, CatalogError> {
        let organisation = organisation.or(viewer.organisation()).unwrap_or_default();
        if !viewer.manages(organisation) {
            return Err(CatalogError::refused(viewer, WHO_REVIEWS));
        }
        if organisation.is_empty() {
            return Err(CatalogError::BadRequest("say of which organisation the records are".to_owned()));
        }
        let after = if paging.after.is_empty() { None } else { Some(read_place(&paging.after)?) };
        let limit = (paging.limit as usize).clamp(1, SearchRequest::MAX_LIMIT);
        let ending = self.ending_agreements(viewer, organisation, now).await?;

        let (mut places, own_total) = self.due_by_themselves(viewer, organisation, after, limit, &ending, now).await?;
        places.extend(ending.places.iter().map(|(id, day)| (*day, *id)).filter(|place| Some(*place) > after));
        places.sort_unstable();
        let is_more = places.len() > limit;
        places.truncate(limit);

        let mut page = ReviewPage {
            items: Vec::with_capacity(places.len()),
            next: places.last().filter(|_| is_more).map(|place| write_place(*place)),
            total: own_total + ending.by_agreement_alone,
            is_whole: !ending.is_cut,
        };
        for (_, id) in places {
            // It may have gone or been mended since the search, or be damaged, which other reports tell.
            let Some(rendition) = self.visible_now(viewer, id).await? else { continue };
            let dataset = rendition.dataset;
            let mut causes = review_causes(&dataset);
            causes.extend(ending.causes.get(&id).into_iter().flatten().cloned());
            causes.retain(|cause| cause.day() <= review_horizon(now));
            causes.sort_by_key(|cause| (cause.day(), cause.reason));
            if causes.is_empty() {
                continue;
            }
            let (sensitivity, sharing) = (dataset.terms.sensitivity, dataset.terms.sharing);
            page.items.push(Review { id, title: dataset.title, sensitivity, sharing, causes });
        }
        Ok(page)
    }

    /// The first places after one of records that are due by what they say themselves, one more than a page holds where there
    /// are so many; and how many there are in all.
    async fn due_by_themselves(
        &self,
        viewer: &Viewer,
        organisation: &str,
        after: Option<Place>,
        limit: usize,
        ending: &Ending,
        now: Timestamp,
    ) -> Result<(Vec<Place>, u64), CatalogError> {
        let request = SearchRequest {
            filters: Filters {
                values: BTreeMap::from([(FacetField::Organisation, vec![organisation.to_owned()])]),
                review_before: Some(review_horizon(now)),
                ..Filters::default()
            },
            sort: Sort { by: SortKey::Review, reversed: true },
            limit: SearchRequest::MAX_LIMIT,
            ..SearchRequest::default()
        };
        let mut cursor = after.map(|(day, id)| request.cursor_behind_review(day, id));
        let mut places: Vec<Place> = Vec::new();
        loop {
            let found = self.search(viewer, SearchRequest { cursor: cursor.take(), ..request.clone() }).await?;
            let cards = found.hits.into_iter().map(|hit| hit.card);
            let due = cards.filter_map(|card| Some((card.review?, card.id)));
            places.extend(due.filter(|(_, id)| !ending.places.contains_key(id)));
            cursor = found.next;
            if places.len() > limit || cursor.is_none() {
                places.truncate(limit + 1);
                return Ok((places, found.total));
            }
        }
    }

    /// The agreements of an organisation, about records of its own, that end within thirty days or did, and what they say of
    /// these records.
    async fn ending_agreements(
        &self,
        viewer: &Viewer,
        organisation: &str,
        now: Timestamp,
    ) -> Result<Ending, CatalogError> {
        let mut ending = Ending::default();
        for term in agreements::party_terms(Some(organisation), &[]) {
            let mut paging = Paging { after: String::new(), limit: AGREEMENTS_AT_A_TIME };
            loop {
                let page: EntryPage<RegisteredAgreement> = self.entries(viewer, Some(&term), &paging).await?;
                for entry in page.items {
                    let Some(agreement) = entry.body.deciding(&entry.id) else { continue };
                    let goes_on = match agreement.status {
                        AgreementStatus::Active | AgreementStatus::Suspended => true,
                        AgreementStatus::Draft | AgreementStatus::Ended => false,
                    };
                    let provides = agreement.terms.parties.iter().any(|party| {
                        party.organisation.as_deref() == Some(organisation) && party.role == PartyRole::Provider
                    });
                    let Some(until) = agreement.terms.validity.until.filter(|_| goes_on && provides) else { continue };
                    let cause = ReviewCause::agreement_ends(&entry.id, until);
                    if cause.day() <= review_horizon(now) {
                        self.add_records(viewer, organisation, &agreement.terms.covers, &cause, now, &mut ending)
                            .await?;
                    }
                }
                let Some(next) = page.next else { break };
                paging.after = next;
            }
        }
        Ok(ending)
    }

    /// Adds the records of an organisation that an agreement is about.
    async fn add_records(
        &self,
        viewer: &Viewer,
        organisation: &str,
        covers: &Selector,
        cause: &ReviewCause,
        now: Timestamp,
        ending: &mut Ending,
    ) -> Result<(), CatalogError> {
        let ids = self.records_of(viewer, organisation, covers).await?;
        ending.is_cut |= ids.len() > MOST_OF_AN_AGREEMENT;
        for id in ids.into_iter().take(MOST_OF_AN_AGREEMENT) {
            let Some(rendition) = self.visible_now(viewer, id).await? else { continue };
            let is_own = rendition.dataset.owner.as_ref().is_some_and(|owner| owner.id == organisation);
            if !is_own || !covers.touches(&rendition.dataset, self.vocabularies()) {
                continue;
            }
            let of_record = ending.causes.entry(id).or_default();
            let own = review_day(&rendition).filter(|day| *day <= review_horizon(now));
            ending.by_agreement_alone += u64::from(own.is_none() && of_record.is_empty());
            of_record.push(cause.clone());
            if own.is_none_or(|own| cause.day() < own) {
                let place = ending.places.entry(id).or_insert_with(|| cause.day());
                *place = cause.day().min(*place);
            }
        }
        Ok(())
    }

    /// The records that a selector may mean, one more than are told where there are so many: those that it names, or else what
    /// a search finds, which is not narrower.
    async fn records_of(
        &self,
        viewer: &Viewer,
        organisation: &str,
        covers: &Selector,
    ) -> Result<Vec<DatasetId>, CatalogError> {
        if !covers.records.is_empty() {
            return Ok(covers.records.clone());
        }
        let kinds = covers.kinds.iter().map(|kind| kind.code().to_owned()).collect();
        let parts = [
            (FacetField::Organisation, vec![organisation.to_owned()]),
            (FacetField::Source, covers.sources.clone()),
            (FacetField::Cluster, covers.clusters.clone()),
            (FacetField::Country, covers.countries.clone()),
            (FacetField::Kind, kinds),
        ];
        // A selector may name more values than a search takes; then all of them are looked at.
        let is_searched = |values: &Vec<String>| (1..=SearchRequest::MAX_VALUES).contains(&values.len());
        let values = parts.into_iter().filter(|(_, values)| is_searched(values)).collect();
        let request = SearchRequest {
            filters: Filters { values, ..Filters::default() },
            limit: SearchRequest::MAX_LIMIT,
            ..SearchRequest::default()
        };
        let mut ids = Vec::new();
        let mut cursor = None;
        loop {
            let found = self.search(viewer, SearchRequest { cursor: cursor.take(), ..request.clone() }).await?;
            ids.extend(found.hits.into_iter().map(|hit| hit.card.id));
            cursor = found.next;
            if cursor.is_none() || ids.len() > MOST_OF_AN_AGREEMENT {
                return Ok(ids);
            }
        }
    }
}

fn write_place((day, id): Place) -> String {
    format!("{day}.{id}")
}

fn read_place(text: &str) -> Result<Place, CatalogError> {
    let parts = text.split_once('.').and_then(|(day, id)| Some((day.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| CatalogError::BadRequest("`after` is what `next` of the part before says".to_owned()))
}
