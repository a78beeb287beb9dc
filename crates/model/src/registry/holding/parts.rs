//! The parts of what is said of a holding: strict, so that nobody believes that a field was taken that nobody knows.

use serde::{Deserialize, Serialize};

use crate::{AccessMethod, Classification, Listing, PartialDate, Sensitivity, Sharing, Transfer};

/// Whom to ask: shown to who is signed in, unless it is published openly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingContact {
    /// Name of the desk or person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether everyone may see it.
    #[serde(skip_serializing_if = "super::is_false")]
    pub published_openly: bool,
}

/// A field of the data dictionary.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingField {
    /// Name in the data.
    pub name: String,
    /// What it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    /// With whom the field may be shared; without it, as the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// How sensitive the field is; without it, as the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// The form in which it can be shared ("counts at admin 2 or above").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shareable_form: Option<String>,
}

/// A file or service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingFile {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Format, as a code of the vocabulary `format` where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// IANA media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub modified: Option<PartialDate>,
}

/// A licence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingLicence {
    /// Code of the vocabulary `licence`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its title or text, where it has no code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The terms of sharing. What is not said of the listing is hidden.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingTerms {
    /// How sensitive the data is (IASC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// With whom it may be shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// How it is had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_method: Option<AccessMethod>,
    /// What those outside the audience see of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// Title approved for a stub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing_title: Option<String>,
    /// Of `restricted`: ids of groups that belong to the audience.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience_groups: Vec<String>,
    /// Of `restricted`: ids of organisations that belong to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience_organisations: Vec<String>,
    /// UN classification (ST/SGB/2007/6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// Why the data is not open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Legal basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Jurisdictions that apply (ISO 3166-1 alpha-3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jurisdictions: Vec<String>,
    /// Where the data may be moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// Chatham House Rule: nobody but the owner is told where the data comes from.
    #[serde(skip_serializing_if = "super::is_false")]
    pub attribution_hidden: bool,
    /// When the terms must be looked at again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub review_by: Option<PartialDate>,
}

impl HoldingTerms {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A partnership under which the data is held or processed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldingPartnership {
    /// Partner's name.
    pub partner: String,
    /// What it is, as a code of the vocabulary `organisation-type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_kind: Option<String>,
    /// Its role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Services that it gives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Categories of data that it handles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data_categories: Vec<String>,
    /// What it may do with the data afterwards; a private partner says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onward_use: Option<String>,
    /// Its commercial interest; a private partner says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commercial_interest: Option<String>,
    /// How the partnership ends; a private partner says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_terms: Option<String>,
}
