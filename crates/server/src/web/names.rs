//! Names for what pages know by its id, as far as a viewer may be told them.

use cairn_catalog::Catalog;
use cairn_model::DatasetId;
use cairn_policy::Viewer;

use super::form::Choice;
use super::page::PageError;
use crate::parameters::LANGUAGES;

/// Pages are in English; texts are shown in it where they are there in it.
pub(super) const LANGUAGE: &str = "en";

/// The languages in which titles and names can be had, each by its own name.
pub(super) fn name_languages(chosen: &str, catalog: &Catalog) -> Vec<Choice> {
    let choice = |code: &str| Choice {
        value: code.to_owned(),
        label: catalog.vocabularies().label("language", code, code),
        means: "",
        is_chosen: code == chosen,
    };
    LANGUAGES.into_iter().map(choice).collect()
}

/// The name of an organisation, or its id for who may not know of it. Whoever is told the id is told it elsewhere, too.
pub(super) async fn organisation_name(catalog: &Catalog, viewer: &Viewer, id: &str) -> String {
    let known = catalog.organisation(viewer, id).await.ok();
    let name = known.and_then(|known| known.body.profile.name.best(LANGUAGE).map(str::to_owned));
    name.unwrap_or_else(|| id.to_owned())
}

/// The labels of codes, in a line.
pub(super) fn words(catalog: &Catalog, vocabulary: &str, codes: &[String]) -> String {
    let labels: Vec<String> =
        codes.iter().map(|code| catalog.vocabularies().label(vocabulary, code, LANGUAGE)).collect();
    labels.join(", ")
}

/// A record that something names.
pub(super) struct NamedRecord {
    /// Where it is shown; nowhere to who may not know of it.
    pub(super) address: Option<String>,
    pub(super) title: String,
}

/// How a viewer is told of a record that something names which they may know of.
pub(super) async fn named_record(
    catalog: &Catalog,
    viewer: &Viewer,
    record: DatasetId,
) -> Result<NamedRecord, PageError> {
    let title = catalog.title_of(viewer, record).await?;
    Ok(match title {
        Some(title) => NamedRecord {
            address: Some(format!("/dataset/{record}")),
            title: title.best(LANGUAGE).unwrap_or("Without a title").to_owned(),
        },
        None => NamedRecord { address: None, title: format!("A record that is not shown to you ({record})") },
    })
}
