//! The columns that an inventory can have, and which header of a table is which.

use super::InventoryMapping;
use super::aliases::{column_of, key_of};
use crate::table::column_index;

macro_rules! columns {
    ($($(#[$meta:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// What a column of an inventory holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(super) enum Column {
            $($(#[$meta])* $variant),+
        }

        /// Fields of a record that a column can hold: the keys of [`InventoryMapping::columns`].
        pub const FIELDS: &[&str] = &[$($code),+];

        impl Column {
            /// The column of a field in a mapping.
            fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

columns! {
    Title = "title",
    Identifier = "identifier",
    Description = "description",
    Kind = "kind",
    Organisation = "organisation",
    OrganisationType = "organisation_type",
    Owner = "owner",
    Custodian = "custodian",
    Steward = "steward",
    /// Name, mail address and telephone number in one cell.
    Contact = "contact",
    ContactName = "contact_name",
    ContactMail = "contact_email",
    ContactPhone = "contact_phone",
    Country = "country",
    Place = "place",
    Extent = "extent",
    Precision = "geographic_precision",
    Cluster = "cluster",
    Topic = "topic",
    Keywords = "keywords",
    Language = "language",
    Methodology = "methodology",
    Caveats = "caveats",
    Questions = "questions",
    /// Names of the data's own fields.
    Fields = "fields",
    PopulationGroups = "population_groups",
    Disaggregation = "disaggregation",
    BySex = "disaggregated_by_sex",
    ByAge = "disaggregated_by_age",
    Coverage = "coverage",
    CoverageStart = "coverage_start",
    CoverageEnd = "coverage_end",
    Issued = "issued",
    Modified = "modified",
    Frequency = "update_frequency",
    Format = "format",
    Size = "size",
    Link = "url",
    LandingPage = "landing_page",
    Licence = "licence",
    Sensitivity = "sensitivity",
    /// Sharing level or TLP label.
    Sharing = "sharing",
    /// Yes or no.
    IsPublic = "is_public",
    /// Yes or no: whether the data is confidential or restricted.
    IsConfidential = "is_confidential",
    /// Yes or no: whether it may be shared or published.
    CanBeShared = "can_be_shared",
    AccessMethod = "access_method",
    /// Whether and how the data can be had, in words that close where they say so.
    Availability = "availability",
    /// Until when the data is not for others: a date, words, or yes and no.
    Embargo = "embargo",
    Classification = "classification",
    Listing = "listing",
    ListingTitle = "listing_title",
    Audience = "audience",
    Reasons = "reasons",
    /// What limits access or sharing, in words: all of them close but those that say that nothing does.
    Restrictions = "restrictions",
    LegalBasis = "legal_basis",
    Jurisdiction = "jurisdiction",
    Transfer = "transfer",
    ReviewBy = "review_by",
    ImpactSummary = "impact_summary",
    AffectedGroups = "affected_groups",
    Mitigations = "mitigations",
    /// What the data costs who uses it.
    Cost = "cost",
    /// The organisation that takes over from the steward.
    Successor = "successor",
    KeptUntil = "kept_until",
    SocialLicence = "social_licence",
    Partners = "partners",
}

impl Column {
    /// Whether the column says whom to ask.
    pub(super) fn is_of_contact(self) -> bool {
        matches!(self, Self::Contact | Self::ContactName | Self::ContactMail | Self::ContactPhone)
    }

    /// Whether the column states terms, so that a cell of it which cannot be read closes.
    pub(super) fn is_of_terms(self) -> bool {
        matches!(
            self,
            Self::Sensitivity
                | Self::Sharing
                | Self::IsPublic
                | Self::IsConfidential
                | Self::CanBeShared
                | Self::AccessMethod
                | Self::Availability
                | Self::Classification
                | Self::Listing
                | Self::Audience
                | Self::Embargo
                | Self::Restrictions
        )
    }
}

/// What a header means under a mapping: the column, and how sure that is (0 is surest).
///
/// `label` is a header as [`super::header`] writes it: the header itself, the letters of a column without one, or the
/// header and the letters in brackets where a header repeats or a mapping names the column by its letters.
pub(super) fn resolve(label: &str, mapping: &InventoryMapping) -> Option<(Column, usize)> {
    let (header, letters) = split_label(label);
    for (field, named) in &mapping.columns {
        let by_letters = letters.is_some_and(|letters| letters == named.trim());
        if (by_letters || is_named(header, named) || label == named.trim())
            && let Some(column) = Column::from_code(field.trim())
        {
            return Some((column, 0));
        }
    }
    let (column, rank) = column_of(label).or_else(|| column_of(header))?;
    // A field that the mapping names has no other column than that.
    let mapped = mapping.columns.keys().any(|field| Column::from_code(field.trim()) == Some(column));
    (!mapped).then_some((column, rank + 1))
}

/// Whether a mapping's words are this header.
pub(super) fn is_named(header: &str, named: &str) -> bool {
    let key = key_of(header);
    if key.is_empty() { header.trim() == named.trim() } else { key == key_of(named) }
}

/// Header and letters of a label `Header (AB)`.
pub(super) fn split_label(label: &str) -> (&str, Option<&str>) {
    let inside = label.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match inside {
        Some((header, letters)) if column_index(letters).is_some() => (header, Some(letters)),
        _ if column_index(label).is_some() => (label, Some(label)),
        _ => (label, None),
    }
}

/// Whether a field of a mapping is one of the terms.
pub(super) fn is_field_of_terms(field: &str) -> bool {
    Column::from_code(field.trim()).is_some_and(Column::is_of_terms)
}

/// Whether a field of a mapping is one that records have.
pub(super) fn is_field(field: &str) -> bool {
    Column::from_code(field.trim()).is_some()
}
