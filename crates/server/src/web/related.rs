//! Related records on the page of a record.

use cairn_catalog::{Catalog, Duplicate, Related};
use cairn_model::DatasetId;
use cairn_policy::Viewer;
use jiff::Timestamp;

use crate::api::related::in_words;

/// Records that a page shows; the API has more.
const MOST: usize = 5;

/// A related record in a list.
pub(super) struct RelatedRow {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) organisation: Option<String>,
    /// By what it is related, in words.
    pub(super) because: String,
}

/// The records that are related to one. None while the index is not at hand: the record can be read all the same.
pub(super) async fn related(
    catalog: &Catalog,
    viewer: &Viewer,
    id: DatasetId,
    duplicates: &[Duplicate],
    language: &str,
) -> Vec<RelatedRow> {
    let found = catalog.related_beside(viewer, id, duplicates, MOST, language, Timestamp::now()).await;
    found.unwrap_or_default().into_iter().map(|one| row(one, language)).collect()
}

fn row(Related { hit, grounds }: Related, language: &str) -> RelatedRow {
    let because: Vec<&str> = grounds.into_iter().map(in_words).collect();
    RelatedRow {
        address: format!("/dataset/{}", hit.card.id),
        title: hit.card.title.best(language).unwrap_or_default().to_owned(),
        organisation: hit.card.organisation.map(|one| one.name),
        because: because.join(", "),
    }
}
