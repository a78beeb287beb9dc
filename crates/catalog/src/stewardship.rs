//! Records that nobody looks after: the report of orphans, as the viewer at the moment of reading.
//!
//! A page goes through a bounded part of what a search of the viewer finds. Of a stub, and under the Chatham House Rule, the steward
//! is not shown, so that nothing is said of these.

use cairn_model::date::day_of;
use cairn_model::{Dataset, DatasetId, Freshness, FreshnessDates, LocalizedText, Organisation};
use cairn_policy::Viewer;
use cairn_search::{FacetField, Filters, SearchRequest, Sort, SortKey};
use jiff::Timestamp;

use crate::registry::RegisteredOrganisation;
use crate::{Catalog, CatalogError};

/// Why a record is said to be looked after by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrphanCause {
    /// It names no steward.
    NoSteward,
    /// Its steward is no organisation that takes part, as far as the viewer may know.
    StewardUnknown,
    /// The day until which it is kept is past.
    PastItsEnd,
    /// An update of it is late.
    Overdue,
}

impl OrphanCause {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoSteward => "no-steward",
            Self::StewardUnknown => "steward-unknown",
            Self::PastItsEnd => "past-its-end",
            Self::Overdue => "overdue",
        }
    }

    /// The same in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoSteward => "It names nobody who looks after it.",
            Self::StewardUnknown => {
                "Its steward is no organisation that takes part here, or none that you may know of."
            }
            Self::PastItsEnd => "The day until which it is kept is past.",
            Self::Overdue => "An update of it is late.",
        }
    }
}

/// A record that nobody looks after.
#[derive(Debug, Clone, PartialEq)]
pub struct OrphanedRecord {
    /// The record.
    pub id: DatasetId,
    /// Its title.
    pub title: LocalizedText,
    /// Whose it is.
    pub owner: Option<Organisation>,
    /// Who is to look after it.
    pub steward: Option<Organisation>,
    /// Who takes over from there, by name.
    pub successor: Option<String>,
    /// Why.
    pub causes: Vec<OrphanCause>,
}

/// A part of the report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OrphanPage {
    /// In the order of their titles.
    pub items: Vec<OrphanedRecord>,
    /// How many records this part went through.
    pub looked_at: usize,
    /// What `cursor` is to be for the next part; `None` at the end.
    pub next: Option<String>,
}

impl Catalog {
    /// Records that nobody looks after, of those that the viewer can find; of one organisation, or of all. Each part goes through
    /// `limit` records, 100 at most.
    ///
    /// # Errors
    /// As for [`Catalog::search`].
    pub async fn orphans(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        cursor: Option<&str>,
        limit: usize,
        now: Timestamp,
    ) -> Result<OrphanPage, CatalogError> {
        let values = organisation.map(|id| (FacetField::Organisation, vec![id.to_owned()])).into_iter().collect();
        let request = SearchRequest {
            filters: Filters { values, ..Filters::default() },
            sort: Sort { by: SortKey::Title, reversed: false },
            limit: limit.min(SearchRequest::MAX_LIMIT),
            cursor: cursor.map(str::to_owned),
            today: day_of(now),
            ..SearchRequest::default()
        };
        let found = self.search(viewer, request).await?;
        let mut page = OrphanPage { looked_at: found.hits.len(), next: found.next, ..OrphanPage::default() };
        for hit in found.hits {
            // It may have gone since the search, or be damaged, which other reports tell.
            let Some(rendition) = self.visible_now(viewer, hit.card.id).await? else { continue };
            if rendition.tells_what_it_is(rendition.dataset.terms.attribution_hidden) {
                page.items.extend(self.orphaned(viewer, rendition.dataset, now).await?);
            }
        }
        Ok(page)
    }

    /// The record with the reasons for which nobody looks after it, if there are any.
    async fn orphaned(
        &self,
        viewer: &Viewer,
        dataset: Dataset,
        now: Timestamp,
    ) -> Result<Option<OrphanedRecord>, CatalogError> {
        let mut causes = Vec::new();
        match &dataset.steward {
            None => causes.push(OrphanCause::NoSteward),
            Some(steward) => {
                if !self.knows_of::<RegisteredOrganisation>(viewer, &steward.id).await? {
                    causes.push(OrphanCause::StewardUnknown);
                }
            }
        }
        let today = day_of(now);
        let dates = FreshnessDates::of_dataset(&dataset, self.vocabularies());
        let upkeep = dataset.upkeep.unwrap_or_default();
        if upkeep.kept_until.is_some_and(|day| day.last_day() < today) {
            causes.push(OrphanCause::PastItsEnd);
        }
        let is_late = dates.is_some_and(|dates| match Freshness::at(dates, today) {
            Freshness::Fresh | Freshness::Due => false,
            Freshness::Overdue | Freshness::Delinquent => true,
        });
        if is_late {
            causes.push(OrphanCause::Overdue);
        }
        Ok((!causes.is_empty()).then_some(OrphanedRecord {
            id: dataset.id,
            title: dataset.title,
            owner: dataset.owner,
            steward: dataset.steward,
            successor: upkeep.successor,
            causes,
        }))
    }
}
