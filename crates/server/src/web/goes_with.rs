//! What a record goes with: what it is made of, what is made of it, and what others tell of how they used it.

use cairn_catalog::{Catalog, DerivedLink, Paging, PracticeFilter};
use cairn_model::DatasetId;
use cairn_policy::Viewer;

use super::names::LANGUAGE;
use super::page::{ExternalLink, PageError, safe_link};
use super::plain_text::paragraphs;

/// Practices that a page shows; the API has all.
const MOST_PRACTICES: u32 = 5;

/// What a record goes with, as far as its visitor may know.
pub(super) struct GoesWith {
    /// Address and title of what it is made of.
    pub(super) sources: Vec<(String, String)>,
    /// Address and title of what is made of it.
    pub(super) products: Vec<(String, String)>,
    pub(super) practices: Vec<PracticeRow>,
    /// Whether there are more practices than are shown.
    pub(super) has_more: bool,
}

/// A practice in words.
pub(super) struct PracticeRow {
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) landing_page: Option<ExternalLink>,
}

impl GoesWith {
    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.products.is_empty() && self.practices.is_empty()
    }
}

/// What a record goes with.
pub(super) async fn goes_with(catalog: &Catalog, viewer: &Viewer, record: DatasetId) -> Result<GoesWith, PageError> {
    let derivations = catalog.derivations(viewer, record).await?;
    let filter = PracticeFilter { record: Some(record), ..PracticeFilter::default() };
    let paging = Paging { after: String::new(), limit: MOST_PRACTICES };
    let practices = catalog.practices(viewer, &filter, &paging).await?;
    let links = |links: Vec<DerivedLink>| {
        let title = |link: &DerivedLink| link.title.best(LANGUAGE).unwrap_or_default().to_owned();
        links.iter().map(|link| (format!("/dataset/{}", link.id), title(link))).collect()
    };
    let rows = practices.items.into_iter().map(|practice| {
        let statement = practice.body.statement;
        PracticeRow {
            kind: catalog.vocabularies().label("practice-kind", statement.kind.code(), LANGUAGE),
            title: statement.title.best(LANGUAGE).unwrap_or_default().to_owned(),
            paragraphs: paragraphs(statement.description.best(LANGUAGE).unwrap_or_default()),
            landing_page: statement.landing_page.as_deref().and_then(safe_link),
        }
    });
    Ok(GoesWith {
        sources: links(derivations.sources),
        products: links(derivations.products),
        practices: rows.collect(),
        has_more: practices.next.is_some(),
    })
}
