//! Audiences of a record in words.

use std::collections::BTreeSet;

use cairn_catalog::Catalog;
use cairn_model::DatasetId;
use cairn_policy::{Label, RenditionLevel, Viewer};

use super::names::{LANGUAGE, organisation_name};
use super::page::PageError;

/// Those who are in no audience, where not everyone is in one.
pub(super) const OTHERS: (&str, &str) = ("Everyone else", "Does not learn that it exists");

/// Who sees how much of a record, for the people of its owner; nothing for others.
pub(super) async fn audiences(
    catalog: &Catalog,
    viewer: &Viewer,
    record: DatasetId,
) -> Result<Vec<(String, &'static str)>, PageError> {
    let audiences = catalog.audiences(viewer, record).await?;
    let is_for_all = audiences.iter().any(|(_, labels)| labels.contains(&Label::public()));
    let mut told = Vec::new();
    for (level, labels) in &audiences {
        told.push((who(catalog, viewer, labels).await, sees(*level)));
    }
    if !told.is_empty() && !is_for_all {
        told.push((OTHERS.0.to_owned(), OTHERS.1));
    }
    Ok(told)
}

/// How much of a record a rendition shows.
pub(super) fn sees(level: RenditionLevel) -> &'static str {
    match level {
        RenditionLevel::Full => "Sees all of the record",
        RenditionLevel::Partial => "Sees the record without some of its parts",
        RenditionLevel::Stub => "Sees that it exists, and whom to ask",
    }
}

/// The people of an audience, in words. Whoever operates the catalogue is not named: they see everything.
pub(super) async fn who(catalog: &Catalog, viewer: &Viewer, labels: &BTreeSet<Label>) -> String {
    let mut names = Vec::new();
    for label in labels {
        if *label == Label::public() {
            names.push("Everyone".to_owned());
        } else if *label == Label::community() {
            names.push("Everyone who is signed in".to_owned());
        } else if let Some(id) = label.organisation_id() {
            names.push(format!("The people of {}", organisation_name(catalog, viewer, id).await));
        } else if let Some(id) = label.group_id() {
            let known = catalog.group(viewer, id).await.ok();
            let name = known.and_then(|group| group.body.profile.name.best(LANGUAGE).map(str::to_owned));
            names.push(format!("The members of {}", name.unwrap_or_else(|| id.to_owned())));
        }
    }
    if names.is_empty() { "Whoever operates the catalogue".to_owned() } else { names.join(", ") }
}
