//! Exports: everything that a search finds for its viewer, as a file.
//!
//! An export walks over the pages of its search by their cursors, in the one state that the index had when it began. So each
//! record that matched then stands in the file once, whatever is harvested meanwhile.

mod file;
mod row;

use std::sync::Arc;
use std::time::{Duration, Instant};

use cairn_policy::{RenditionLevel, Viewer};
use cairn_search::{FacetField, Hit, Index, Matching, SearchIndex, SearchPage, SearchRequest};
use jiff::Timestamp;

use crate::error::blocking;
use crate::{Catalog, CatalogError};

pub use file::{ExportFile, ExportFormat};
pub use row::ExportRow;

/// What stands in the log of acts when a member took a file away.
const EXPORTED: &str = "search.export";

/// What was asked, as the file is to tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportQuestion {
    /// Parameters of the search by name, as they were given.
    pub parameters: Vec<(String, String)>,
    /// Where people reach the catalogue.
    pub public_url: String,
    /// When it was asked.
    pub at: Timestamp,
}

/// What a file of an export is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportAbout {
    /// What was asked.
    pub question: ExportQuestion,
    /// For whom: no person stands here.
    pub reader: ExportReader,
    /// Records that match for the viewer; where duplicates are folded, how many are left.
    pub total: u64,
    /// Records of the file: fewer than match where the catalogue gives no more at once.
    pub written: u64,
    /// How many records of the file are shown in full, in part and as a stub; `None` where that is not known before it is
    /// written: where hits are folded, or more match than it holds.
    pub renditions: Option<[(RenditionLevel, u64); 3]>,
    /// Whether records with only some of the words are in the file.
    pub relaxed: bool,
    /// How many of the words were asked for.
    pub matching: Matching,
    /// The words as they were probably meant, where the file is of these: nothing is found for them as they are.
    pub suggestion: Option<String>,
}

/// For whom an export was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportReader {
    /// For everyone.
    Anonymous,
    /// For an organisation, by its name.
    Organisation(String),
    /// For whoever operates the catalogue.
    Operator,
}

impl ExportAbout {
    /// Whether more records match than the file holds.
    pub fn is_cut(&self) -> bool {
        self.written < self.total
    }

    /// Parameters of the search as an address has them.
    pub fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.question.parameters).finish()
    }

    /// The page of the same search.
    pub fn address(&self) -> String {
        format!("{}/search?{}", self.question.public_url.trim_end_matches('/'), self.query())
    }
}

/// A walk over everything that a search finds.
pub struct Export {
    catalog: Catalog,
    index: Arc<Index>,
    viewer: Viewer,
    request: SearchRequest,
    about: ExportAbout,
    /// Hits of the first page, which said what there is.
    first: Option<Vec<Hit>>,
    /// Where the last page ended, if there is more.
    next: Option<String>,
    left: u64,
    until: Option<Instant>,
}

impl Catalog {
    /// Begins an export of what a search finds: its filters and order count, its page does not. At most as many records as the
    /// settings allow are given.
    ///
    /// # Errors
    /// As [`Catalog::search`].
    pub async fn export(
        &self,
        viewer: &Viewer,
        request: SearchRequest,
        question: ExportQuestion,
    ) -> Result<Export, CatalogError> {
        let index = Arc::new(self.index().await?.pinned());
        let until = Instant::now().checked_add(Export::LONGEST);
        let request = SearchRequest {
            limit: SearchRequest::MAX_LIMIT,
            offset: 0,
            cursor: None,
            facets: vec![FacetField::Rendition],
            cells: Vec::new(),
            ..self.ready(&index, request).await?
        };
        let page = self.page_of(&index, viewer, request.clone()).await?;
        let written = page.total.min(self.export_rows());
        let about = ExportAbout {
            question,
            reader: self.reader_of(viewer).await,
            total: page.total,
            written,
            renditions: known_by_rendition(&page, written),
            relaxed: page.relaxed,
            matching: request.matching,
            suggestion: page.suggestion.filter(|_| page.total > 0 && !page.listed_as_asked),
        };
        if !viewer.is_anonymous() && !viewer.is_operator() {
            self.note_reading(viewer, EXPORTED, String::new(), None);
        }
        Ok(Export {
            catalog: self.clone(),
            index,
            viewer: viewer.clone(),
            request: SearchRequest { facets: Vec::new(), ..request },
            left: about.written,
            about,
            first: Some(page.hits),
            next: page.next,
            until,
        })
    }

    /// Records that an export holds at most.
    pub fn export_rows(&self) -> u64 {
        self.inner.export_rows
    }

    async fn page_of(
        &self,
        index: &Arc<Index>,
        viewer: &Viewer,
        request: SearchRequest,
    ) -> Result<SearchPage, CatalogError> {
        let (index, viewer) = (Arc::clone(index), viewer.clone());
        self.noticing_damage(blocking(move || Ok(index.search(&viewer, &request)?)).await)
    }

    async fn reader_of(&self, viewer: &Viewer) -> ExportReader {
        match viewer.organisation() {
            // A token can be older than what is registered of its organisation.
            Some(id) => ExportReader::Organisation(match self.organisation(viewer, id).await {
                Ok(organisation) => organisation.body.profile.name.best("en").unwrap_or(id).to_owned(),
                Err(_) => id.to_owned(),
            }),
            None if viewer.is_operator() => ExportReader::Operator,
            None => ExportReader::Anonymous,
        }
    }
}

impl Export {
    /// An export that takes longer is given up. It holds a state of the index for as long, and what was withdrawn in the
    /// meantime stands in it.
    pub const LONGEST: Duration = Duration::from_mins(10);

    /// What the file is.
    pub fn about(&self) -> &ExportAbout {
        &self.about
    }

    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// As [`Catalog::search`]; `SearchTooSlow` for an export that takes too long as a whole, too.
    pub async fn next_rows(&mut self) -> Result<Option<Vec<ExportRow>>, CatalogError> {
        if self.left == 0 {
            return Ok(None);
        }
        let hits = match (self.first.take(), self.next.take()) {
            (Some(hits), next) => {
                self.next = next;
                hits
            }
            (None, Some(cursor)) => self.page_behind(cursor).await?,
            (None, None) => Vec::new(),
        };
        if hits.is_empty() {
            self.left = 0;
            return Ok(None);
        }
        let taken = usize::try_from(self.left).unwrap_or(usize::MAX).min(hits.len());
        self.left -= taken as u64;
        let row =
            |hit: &Hit| ExportRow::of(&hit.card, &self.request.language, &self.about, self.catalog.vocabularies());
        Ok(Some(hits[..taken].iter().map(row).collect()))
    }

    async fn page_behind(&mut self, cursor: String) -> Result<Vec<Hit>, CatalogError> {
        if self.until.is_some_and(|until| until < Instant::now()) {
            return Err(CatalogError::SearchTooSlow);
        }
        let give_up_at = self.catalog.end_of_search();
        let request = SearchRequest { cursor: Some(cursor), give_up_at, ..self.request.clone() };
        let page = self.catalog.page_of(&self.index, &self.viewer, request).await?;
        self.next = page.next;
        Ok(page.hits)
    }
}

/// The levels at which records are shown, with how many of them are.
pub(crate) fn by_rendition(count: impl Fn(RenditionLevel) -> u64) -> [(RenditionLevel, u64); 3] {
    [RenditionLevel::Full, RenditionLevel::Partial, RenditionLevel::Stub].map(|level| (level, count(level)))
}

/// How many records of a file are shown how, as far as its first page tells: where all of it stands there, or where the facet
/// counts just what is written.
fn known_by_rendition(page: &SearchPage, written: u64) -> Option<[(RenditionLevel, u64); 3]> {
    let of_hits =
        |level: RenditionLevel| page.hits.iter().filter(|hit| hit.card.rendition == level.code()).count() as u64;
    if page.hits.len() as u64 == written {
        return Some(by_rendition(of_hits));
    }
    let counts = page.facets.get(&FacetField::Rendition).map_or(&[][..], Vec::as_slice);
    let of_facet =
        |level: RenditionLevel| counts.iter().find(|one| one.value == level.code()).map_or(0, |one| one.count);
    let counted = by_rendition(of_facet);
    (counted.iter().map(|(_, count)| count).sum::<u64>() == written).then_some(counted)
}
