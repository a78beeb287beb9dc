//! What profiles propose for a record: for those who look after it, and applied by nobody but a person.

use cairn_model::date::day_of;
use cairn_model::{DatasetId, Problem, Sensitivity, Sharing};
use cairn_policy::classify::{Profiles, Proposal, propose};
use cairn_policy::{RenditionLevel, Viewer, missing_for_publication};
use jiff::Timestamp;

use crate::{Catalog, CatalogError};

const WHO_CLASSIFIES: &str = "only the managers, stewards and administrators of the organisation that owns a record are told what is proposed for it";

/// What is proposed for a record, beside what stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// The record.
    pub id: DatasetId,
    /// How sensitive it is said to be.
    pub sensitivity: Sensitivity,
    /// With whom it is shared.
    pub sharing: Sharing,
    /// What is proposed.
    pub proposal: Proposal,
    /// What a registered record lacks before it may be published.
    pub missing: Vec<Problem>,
}

impl Catalog {
    /// The profiles by which records are classified.
    pub fn profiles(&self) -> &Profiles {
        &self.inner.profiles
    }

    /// What is proposed for a record, for who manages the holdings of its owner, or administers the catalogue and sees all of it.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself; `SignInRequired` and `Forbidden` for others who may know of it.
    pub async fn classification(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        now: Timestamp,
    ) -> Result<Classified, CatalogError> {
        let (_, rendition) = self.visible(viewer, id).await?;
        let dataset = rendition.dataset;
        let manages = dataset.owner.as_ref().is_some_and(|owner| viewer.manages(&owner.id));
        let sees_all = match rendition.level {
            RenditionLevel::Full => true,
            RenditionLevel::Partial | RenditionLevel::Stub => false,
        };
        if !sees_all || !(manages || viewer.administers()) {
            return Err(CatalogError::refused(viewer, WHO_CLASSIFIES));
        }
        Ok(Classified {
            id,
            sensitivity: dataset.terms.sensitivity,
            sharing: dataset.terms.sharing,
            proposal: propose(&dataset, self.profiles(), day_of(now)),
            missing: missing_for_publication(&dataset),
        })
    }
}
