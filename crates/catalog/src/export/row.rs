//! A record as a row of an export.

use cairn_model::Vocabularies;
use cairn_search::Card;
use serde::Serialize;

use super::ExportAbout;

/// A record as a row, the same in every format: what a list of results tells of it, and no more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExportRow {
    /// Record id.
    pub id: String,
    /// Title, in the language asked for if there is one.
    pub title: String,
    /// Name of its owner, else of its publisher.
    pub organisation: Option<String>,
    /// Kind of holding.
    pub kind: String,
    /// ISO 3166-1 alpha-3.
    pub countries: Vec<String>,
    /// Clusters and areas of responsibility.
    pub clusters: Vec<String>,
    /// Begin of the time covered: `2020`, `2020-05` or `2020-05-31`.
    pub from: Option<String>,
    /// End of the time covered.
    pub to: Option<String>,
    /// Day of the last change.
    pub modified: Option<String>,
    /// Formats of its files.
    pub formats: Vec<String>,
    /// Who may have the data.
    pub sharing: String,
    /// Sensitivity.
    pub sensitivity: String,
    /// How the data is had.
    pub access: String,
    /// The same in words.
    pub access_in_words: String,
    /// How much of the record is shown: full, partial or stub.
    pub rendition: String,
    /// Id of its source; none where that is hidden.
    pub source: Option<String>,
    /// Completeness, 0 to 1.
    pub quality: f64,
    /// Address of its page.
    pub page: String,
}

/// A value of a cell.
pub(super) enum Cell {
    Text(String),
    Number(f64),
}

impl ExportRow {
    /// Names of the columns.
    pub(super) const COLUMNS: [&'static str; 18] = [
        "id",
        "title",
        "organisation",
        "kind",
        "countries",
        "clusters",
        "from",
        "to",
        "modified",
        "formats",
        "sharing",
        "sensitivity",
        "access",
        "access_in_words",
        "rendition",
        "source",
        "quality",
        "page",
    ];

    pub(super) fn of(card: &Card, language: &str, about: &ExportAbout, vocabularies: &Vocabularies) -> Self {
        let coverage = card.coverage.as_ref();
        let base = about.question.public_url.trim_end_matches('/');
        Self {
            id: card.id.to_string(),
            title: card.title.best(language).unwrap_or_default().to_owned(),
            organisation: card.organisation.as_ref().map(|organisation| organisation.name.clone()),
            kind: card.kind.clone(),
            countries: card.countries.clone(),
            clusters: card.clusters.clone(),
            from: coverage.and_then(|time| time.start).map(String::from),
            to: coverage.and_then(|time| time.end).map(String::from),
            modified: card.modified.clone(),
            formats: card.formats.clone(),
            sharing: card.sharing.clone(),
            sensitivity: card.sensitivity.clone(),
            access: card.access.clone(),
            access_in_words: vocabularies.label("access", &card.access, language),
            rendition: card.rendition.clone(),
            source: Some(card.source.clone()).filter(|source| !source.is_empty()),
            quality: card.quality,
            page: format!("{base}/dataset/{}", card.id),
        }
    }

    /// The cells, in the order of [`ExportRow::COLUMNS`].
    pub(super) fn cells(self) -> [Cell; 18] {
        let text = |text: Option<String>| Cell::Text(text.unwrap_or_default());
        let list = |values: Vec<String>| Cell::Text(values.join("; "));
        [
            Cell::Text(self.id),
            Cell::Text(self.title),
            text(self.organisation),
            Cell::Text(self.kind),
            list(self.countries),
            list(self.clusters),
            text(self.from),
            text(self.to),
            text(self.modified),
            list(self.formats),
            Cell::Text(self.sharing),
            Cell::Text(self.sensitivity),
            Cell::Text(self.access),
            Cell::Text(self.access_in_words),
            Cell::Text(self.rendition),
            text(self.source),
            Cell::Number(self.quality),
            Cell::Text(self.page),
        ]
    }
}
