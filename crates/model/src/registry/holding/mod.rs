//! Holdings: what an organisation registers of data that it has.
//!
//! What a client sends is a [`HoldingStatement`]; its parts are called as those of a record are. It becomes a draft
//! that is read as any other ([`HoldingStatement::read`]), and a record can be said as one ([`HoldingStatement::of`]).

mod check;
mod draft;
mod of_record;
mod parts;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Period;
use crate::terms::coded;
use crate::{
    AggregateBounds, DatasetId, GeographicPrecision, Identifier, ImpactNote, Kind, LocalizedText, PartialDate,
    SocialLicence, Upkeep,
};

pub use parts::{HoldingContact, HoldingField, HoldingFile, HoldingLicence, HoldingPartnership, HoldingTerms};

/// The source of records that organisations register themselves. No source of a configuration has this id.
pub const REGISTERED: &str = "registered";

coded! {
    /// Where a holding stands.
    HoldingState {
        /// Only its organisation knows of it, and nobody finds it.
        Draft = "draft",
        /// It is in the catalogue, on its terms.
        Published = "published",
        /// It was taken out of the catalogue.
        Withdrawn = "withdrawn",
    }
}

/// What is said of a holding. A draft needs a title; to be published it also needs the countries or that it is worldwide, the
/// clusters, and of the terms the sensitivity, the sharing level and the access method.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingStatement {
    /// Title by language.
    pub title: LocalizedText,
    /// Description by language.
    #[serde(skip_serializing_if = "LocalizedText::is_empty")]
    pub description: LocalizedText,
    /// Keywords by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub keywords: BTreeMap<String, Vec<String>>,
    /// Other identifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Languages of the data, as codes of the vocabulary `language`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Sort of holding; a dataset where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub kind: Option<Kind>,

    /// Name of the organisation that keeps the data, where it is another. It sees all of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custodian: Option<String>,
    /// Name of the organisation that looks after the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steward: Option<String>,
    /// Whom to ask.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<HoldingContact>,

    /// Clusters and areas of responsibility that the data is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// What else the data is about, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// How the data was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub methodology: Option<String>,
    /// What to beware of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caveats: Option<String>,
    /// Questions that the data can answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// Data dictionary, each field with terms of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<HoldingField>,
    /// The people whom the data is about, as codes of the vocabulary `population-group`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub population_groups: Vec<String>,
    /// Whether the data is disaggregated by sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disaggregated_by_sex: Option<bool>,
    /// Whether the data is disaggregated by age.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disaggregated_by_age: Option<bool>,

    /// Countries covered (ISO 3166-1 alpha-3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Whether the data covers the whole world, and names no country for that reason.
    #[serde(skip_serializing_if = "is_false")]
    pub worldwide: bool,
    /// P-codes of places covered, or their names where the countries tell them apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Extent in degrees of WGS 84: west, south, east, north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    /// Finest place that the data names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub geographic_precision: Option<GeographicPrecision>,

    /// Time that the data covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Period>,
    /// First publication: a year, a month or a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub issued: Option<PartialDate>,
    /// Last change of the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub modified: Option<PartialDate>,
    /// How often it is updated, as a code of the vocabulary `frequency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_frequency: Option<String>,

    /// Files and services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub distributions: Vec<HoldingFile>,
    /// Page about the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// Licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<HoldingLicence>,

    /// Ids of the records that it is made of: it is no less restricted than any of them, but for what their owners released.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub derived_from: Vec<DatasetId>,

    /// The terms of sharing.
    #[serde(skip_serializing_if = "HoldingTerms::is_empty")]
    pub terms: HoldingTerms,
    /// Whether the people whom the data is about agree to its use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub social_licence: Option<SocialLicence>,
    /// Partnerships under which the data is held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partnerships: Vec<HoldingPartnership>,
    /// Whether groups or communities can be told by the data, though no person can: it is of moderate sensitivity at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_privacy: Option<bool>,
    /// What harm the data could do, to whom, and what is done against it: what is of high or severe sensitivity is not published
    /// without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<ImpactNote>,
    /// What the data costs, which organisation takes over, and until when it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upkeep: Option<Upkeep>,
    /// How coarse the aggregates are that are told in place of the data: the smallest count, the finest places, the most epsilon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregates: Option<AggregateBounds>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
