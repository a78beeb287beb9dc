//! What each audience would see of a record that is being written.

use cairn_catalog::{Catalog, HoldingPreview};
use cairn_policy::Viewer;

use crate::web::audiences::{OTHERS, sees, who};
use crate::web::names::{LANGUAGE, words};

/// The record as each audience would see it, and what stands in its way.
pub(crate) struct Preview {
    pub(crate) audiences: Vec<Audience>,
    pub(crate) to_mend: Vec<String>,
    pub(crate) advice: Vec<String>,
}

/// An audience, and what it sees.
pub(crate) struct Audience {
    pub(crate) who: String,
    pub(crate) sees: &'static str,
    /// The record as they see it; nothing of it for those who see nothing.
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// A preview in words.
pub(super) async fn previewed(catalog: &Catalog, viewer: &Viewer, preview: HoldingPreview) -> Preview {
    let mut audiences = Vec::new();
    let is_for_all = preview.renditions.iter().any(cairn_policy::Rendition::is_public);
    for rendition in preview.renditions {
        let shown = &rendition.dataset;
        let facts = [
            ("Title", shown.title.best(LANGUAGE).unwrap_or_default().to_owned()),
            ("Held by", shown.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default()),
            ("Description", shown.description.best(LANGUAGE).unwrap_or_default().chars().take(200).collect()),
            ("Where", words(catalog, "country", &shown.countries)),
            ("Clusters", words(catalog, "cluster", &shown.clusters)),
            ("Fields of the data", shown.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")),
            (
                "Files and services",
                if shown.distributions.is_empty() { String::new() } else { shown.distributions.len().to_string() },
            ),
        ];
        audiences.push(Audience {
            who: who(catalog, viewer, &rendition.visible_to).await,
            sees: sees(rendition.level),
            facts: facts.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
        });
    }
    if !is_for_all {
        let (who, sees) = OTHERS;
        audiences.push(Audience { who: who.to_owned(), sees, facts: Vec::new() });
    }
    let words = |problems: Vec<cairn_model::Problem>| problems.into_iter().map(|one| one.message).collect();
    Preview { audiences, to_mend: words(preview.to_mend), advice: words(preview.advice) }
}
