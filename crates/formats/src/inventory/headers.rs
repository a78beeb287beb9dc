//! Which fields of a draft a column fills, so that a problem of the field can name the column.

use cairn_model::Problem;

use super::InventoryTable;
use super::columns::Column;

/// A column of an inventory that has a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryColumn {
    /// Its sheet, where several were read.
    pub sheet: Option<String>,
    /// Its letters (`C`).
    pub letters: String,
    /// Its header, as rows and problems call it.
    pub header: String,
    column: Option<Column>,
}

impl InventoryColumn {
    pub(super) fn new(sheet: Option<String>, letters: String, header: String, column: Option<Column>) -> Self {
        Self { sheet, letters, header, column }
    }

    /// Whether the header says what the column holds, or a mapping does.
    pub fn is_understood(&self) -> bool {
        self.column.is_some()
    }

    /// How exactly the column fills a field of what is said of a holding: 0 is this field alone, more are fields around it.
    fn distance(&self, path: &str) -> Option<usize> {
        let fills =
            |field: &&&str| path == **field || path.strip_prefix(**field).is_some_and(|rest| rest.starts_with('.'));
        let fields = self.column.map(fields_of).unwrap_or_default();
        fields.iter().filter(fills).map(|field| path.len() - field.len()).min()
    }
}

impl InventoryTable {
    /// The column that a problem of a row is about, as far as one is.
    pub fn column_of(&self, problem: &Problem) -> Option<&InventoryColumn> {
        let mut columns = self.columns.iter().filter(|column| column.sheet == problem.position.sheet);
        if let Some(named) = &problem.position.column {
            return columns.find(|column| column.header == *named || column.letters == *named);
        }
        let path = path_of(&problem.field);
        let at = |column: &&InventoryColumn| column.distance(&path);
        columns.filter(|column| at(column).is_some()).min_by_key(|column| at(column))
    }
}

/// The path of a field of a holding as columns name it: without places in lists, and without the part that its terms are.
fn path_of(field: &str) -> String {
    let mut path = String::with_capacity(field.len());
    for part in field.split('.') {
        let name = part.split('[').next().unwrap_or_default();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
    }
    let path = ["terms.", "upkeep."].iter().find_map(|part| path.strip_prefix(part)).unwrap_or(&path);
    match path {
        "id" => "source_record_id",
        "audience_groups" | "audience_organisations" => "audience",
        "coverage.start" => "coverage_start",
        "coverage.end" => "coverage_end",
        path => path,
    }
    .to_owned()
}

/// Paths in a [`cairn_model::Draft`], as problems of normalisation name them; the first is the list whose items the values
/// of the column are, where it fills one.
pub(super) fn fields_of(column: Column) -> &'static [&'static str] {
    match column {
        Column::Title => &["title"],
        Column::Identifier => &["identifiers", "source_record_id"],
        Column::Description => &["description"],
        Column::Kind => &["kind"],
        // Whoever lists a holding and names no other owner speaks of their own.
        Column::Organisation => &["publisher", "owner"],
        Column::OrganisationType => &["publisher.kind", "owner.kind"],
        Column::Owner => &["owner"],
        Column::Custodian => &["custodian"],
        Column::Steward => &["steward"],
        Column::Contact => &["contacts"],
        Column::ContactName => &["contacts.name"],
        Column::ContactMail => &["contacts.email"],
        Column::ContactPhone => &["contacts.phone"],
        Column::Country => &["countries"],
        Column::Place => &["places"],
        Column::Extent => &["extents"],
        Column::Precision => &["geographic_precision"],
        Column::Cluster => &["clusters"],
        Column::Topic => &["topics"],
        Column::Keywords => &["keywords"],
        Column::Language => &["languages"],
        Column::Methodology => &["methodology"],
        Column::Caveats => &["caveats"],
        Column::Questions => &["questions"],
        Column::Fields => &["fields"],
        Column::PopulationGroups => &["population_groups"],
        Column::Disaggregation | Column::BySex | Column::ByAge => &["disaggregation"],
        Column::Coverage => &["coverage"],
        Column::CoverageStart => &["coverage_start", "coverage"],
        Column::CoverageEnd => &["coverage_end", "coverage"],
        Column::Issued => &["issued"],
        Column::Modified => &["modified"],
        Column::Frequency => &["update_frequency"],
        Column::Format => &["distributions.format", "distributions"],
        Column::Size => &["distributions.size"],
        Column::Link => &["distributions.url"],
        Column::LandingPage => &["landing_page"],
        Column::Licence => &["licence", "licence_title", "licence_text", "licence_url"],
        Column::Sensitivity => &["sensitivity"],
        Column::Sharing | Column::IsPublic | Column::IsConfidential | Column::CanBeShared => &["sharing"],
        Column::AccessMethod | Column::Availability => &["access_method"],
        Column::Classification => &["classification"],
        Column::Listing => &["listing"],
        Column::ListingTitle => &["listing_title"],
        Column::Audience => &["audience"],
        Column::Reasons | Column::Restrictions => &["reasons"],
        Column::LegalBasis => &["legal_basis"],
        Column::Jurisdiction => &["jurisdictions"],
        Column::Transfer => &["transfer"],
        Column::ReviewBy | Column::Embargo => &["review_by"],
        Column::ImpactSummary => &["impact.summary"],
        Column::AffectedGroups => &["impact.affected_groups"],
        Column::Mitigations => &["impact.mitigations"],
        Column::Cost => &["cost"],
        Column::Successor => &["successor"],
        Column::KeptUntil => &["kept_until"],
        Column::SocialLicence => &["social_licence"],
        Column::Partners => &["partnerships"],
    }
}
