//! Which other records are related to a record, as the viewer at the moment of reading. Nothing of it is kept.

use cairn_model::DatasetId;
use cairn_model::date::day_of;
use cairn_policy::Viewer;
use cairn_search::{Related, RelatedRequest, SearchIndex};
use jiff::Timestamp;

use crate::error::blocking;
use crate::{Catalog, CatalogError, Duplicate};

impl Catalog {
    /// The records that are related to a record by content, place and period, the nearest first, `limit` at most. Those that
    /// surely are the same data are not among them, and of a series there is one. `language` is that of the beginnings of
    /// their descriptions.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself; as for [`Catalog::search`].
    pub async fn related(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        limit: usize,
        language: &str,
        now: Timestamp,
    ) -> Result<Vec<Related>, CatalogError> {
        let duplicates = self.duplicates(viewer, id).await?;
        self.related_beside(viewer, id, &duplicates, limit, language, now).await
    }

    /// As [`Catalog::related`], where the duplicates of the record are known.
    ///
    /// # Errors
    /// As for [`Catalog::related`].
    pub async fn related_beside(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        duplicates: &[Duplicate],
        limit: usize,
        language: &str,
        now: Timestamp,
    ) -> Result<Vec<Related>, CatalogError> {
        let (record, rendition) = self.visible(viewer, id).await?;
        if !rendition.is_public() {
            self.note_view(viewer, &record);
        }
        let request = RelatedRequest {
            of: rendition,
            left_out: duplicates.iter().filter(|one| one.is_sure()).map(|one| one.id).collect(),
            limit,
            language: language.to_owned(),
            today: day_of(now),
            give_up_at: self.end_of_search(),
        };
        let index = self.index().await?;
        let viewer = viewer.clone();
        self.noticing_damage(blocking(move || Ok(index.related(&viewer, &request)?)).await)
    }
}
