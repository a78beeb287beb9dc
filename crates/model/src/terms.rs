//! The terms of sharing: four axes that are never folded into one.

use serde::{Deserialize, Serialize};

macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $code)] $variant),+
        }
        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The code in JSON, in the index and on the command line.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
            /// The value of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// How sensitive the data is (IASC Operational Guidance on Data Responsibility, 2023). Later values are more sensitive;
    /// `Unknown` is handled as high in every decision about the data ([`Sensitivity::handled_as`]).
    Sensitivity {
        /// Disclosure is unlikely to cause harm.
        Low = "low",
        /// Disclosure is likely to cause minor harm.
        Moderate = "moderate",
        /// Disclosure is likely to cause serious harm.
        High = "high",
        /// Disclosure is likely to cause severe harm.
        Severe = "severe",
        /// Nobody has said.
        Unknown = "unknown",
    }
}

impl Sensitivity {
    /// The level by which decisions are taken: unknown counts as high.
    #[must_use]
    pub fn handled_as(self) -> Self {
        match self {
            Self::Unknown => Self::High,
            stated => stated,
        }
    }
}

coded! {
    /// With whom the data may be shared; later values are closer.
    Sharing {
        /// Anyone.
        Public = "public",
        /// Any live account or token of a registered organisation.
        Community = "community",
        /// Named groups, organisations or persons.
        Restricted = "restricted",
        /// The owner's organisation.
        Organisation = "organisation",
        /// Individual recipients whom the owner names.
        Closed = "closed",
    }
}

impl Sharing {
    /// The Traffic Light Protocol 2.0 label (FIRST, 2022) that says the same.
    pub fn tlp(self) -> Tlp {
        match self {
            Self::Public => Tlp::Clear,
            Self::Community => Tlp::Green,
            Self::Restricted => Tlp::Amber,
            Self::Organisation => Tlp::AmberStrict,
            Self::Closed => Tlp::Red,
        }
    }
}

coded! {
    /// Traffic Light Protocol 2.0 label (FIRST, August 2022).
    Tlp {
        /// No limit on disclosure.
        Clear = "CLEAR",
        /// Within the community.
        Green = "GREEN",
        /// Need to know, within the organisation and its clients.
        Amber = "AMBER",
        /// Need to know, within the organisation.
        AmberStrict = "AMBER+STRICT",
        /// Individual recipients only.
        Red = "RED",
    }
}

coded! {
    /// How the data itself is had.
    AccessMethod {
        /// By a link that anyone in the audience can follow.
        Download = "download",
        /// By asking the owner, case by case.
        OnRequest = "on-request",
        /// Under a signed licence or data sharing agreement.
        Licensed = "licensed",
        /// Only inside a protected room or machine of the owner.
        Enclave = "enclave",
        /// By a query that the owner runs.
        FederatedQuery = "federated-query",
        /// Only as aggregates.
        AggregateOnly = "aggregate-only",
        /// Not at all.
        None = "none",
    }
}

coded! {
    /// What those outside the audience see of the record; later values show less.
    Listing {
        /// The whole metadata record.
        Full = "full",
        /// That it exists, and whom to ask.
        Stub = "stub",
        /// Nothing.
        Hidden = "hidden",
    }
}

coded! {
    /// Information classification (UN ST/SGB/2007/6); later values are closer.
    Classification {
        /// Open under the bulletin.
        Unclassified = "unclassified",
        /// Disclosure would damage the work.
        Confidential = "confidential",
        /// Disclosure would damage the work exceptionally gravely.
        StrictlyConfidential = "strictly-confidential",
    }
}

coded! {
    /// Where the data may be moved.
    Transfer {
        /// Anywhere that the law allows.
        Allowed = "allowed",
        /// Only inside the named jurisdictions.
        RegionBound = "region-bound",
        /// Nowhere: the query goes to the data.
        None = "none",
    }
}

/// The settled terms of a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Terms {
    /// How sensitive the data is.
    pub sensitivity: Sensitivity,
    /// With whom it may be shared.
    pub sharing: Sharing,
    /// How it is had.
    pub access_method: AccessMethod,
    /// What those outside the audience see of the record.
    pub listing: Listing,
    /// Title approved for a stub; without one a stub is titled by kind, cluster and country.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub listing_title: Option<String>,
    /// Whether the owner agreed to list this very record although its sensitivity is high or unknown.
    #[serde(default)]
    pub listing_agreed: bool,
    /// Groups that belong to the audience (group ids, for example `cluster:PRO-MIN` or a named collaborative).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience_groups: Vec<String>,
    /// Organisations that belong to the audience, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience_organisations: Vec<String>,
    /// UN classification.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub classification: Option<Classification>,
    /// The classification or marking as the source wrote it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub classification_text: Option<String>,
    /// Why the record is not open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// Legal basis as stated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub legal_basis: Option<String>,
    /// Jurisdictions that apply, ISO 3166-1 alpha-3 where known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jurisdictions: Vec<String>,
    /// Where the data may be moved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transfer: Option<Transfer>,
    /// Chatham House Rule: no rendition but the owner's names source, organisation, landing page or identifiers.
    #[serde(default)]
    pub attribution_hidden: bool,
    /// When the terms must be looked at again (ISO 8601 date).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub review_by: Option<crate::date::PartialDate>,
    /// Agreements that govern the data, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<String>,
}

impl Terms {
    /// The closest terms there are: what holds until the policy has settled others.
    pub fn closed() -> Self {
        Self {
            sensitivity: Sensitivity::Unknown,
            sharing: Sharing::Closed,
            access_method: AccessMethod::None,
            listing: Listing::Hidden,
            listing_title: None,
            listing_agreed: false,
            audience_groups: Vec::new(),
            audience_organisations: Vec::new(),
            classification: None,
            classification_text: None,
            reasons: Vec::new(),
            legal_basis: None,
            jurisdictions: Vec::new(),
            transfer: None,
            attribution_hidden: false,
            review_by: None,
            agreements: Vec::new(),
        }
    }

    /// The Traffic Light Protocol 2.0 label of the sharing level.
    pub fn tlp(&self) -> Tlp {
        self.sharing.tlp()
    }
}

/// What a source states of a record's terms, normalised; `None` is "not stated" and is filled by the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a statement of its own")]
pub struct StatedTerms {
    /// Stated sensitivity.
    pub sensitivity: Option<Sensitivity>,
    /// Stated sharing level (a stated TLP label is read as one).
    pub sharing: Option<Sharing>,
    /// Whether the sharing level is no statement of a level, but what a flag (`private: true`) closes to at least, or the
    /// close reading of words that cannot be read: a closer default of the source holds over it.
    pub sharing_only_closes: bool,
    /// Stated access method.
    pub access_method: Option<AccessMethod>,
    /// The same of the access method as [`Self::sharing_only_closes`] of the level.
    pub access_only_closes: bool,
    /// Stated listing.
    pub listing: Option<Listing>,
    /// Whether the portal shows this record to everyone: its owner's decision to list it.
    pub listed_openly: bool,
    /// Stated title for a stub.
    pub listing_title: Option<String>,
    /// Groups of the audience.
    pub audience_groups: Vec<String>,
    /// Organisations of the audience.
    pub audience_organisations: Vec<String>,
    /// Stated UN classification.
    pub classification: Option<Classification>,
    /// The marking as the source wrote it.
    pub classification_text: Option<String>,
    /// Stated reasons.
    pub reasons: Vec<String>,
    /// Stated legal basis.
    pub legal_basis: Option<String>,
    /// Stated jurisdictions.
    pub jurisdictions: Vec<String>,
    /// Stated transfer limit.
    pub transfer: Option<Transfer>,
    /// Whether the Chatham House Rule was stated (`TLP:EX:CHR`).
    pub attribution_hidden: bool,
    /// Stated review date.
    pub review_by: Option<crate::date::PartialDate>,
}
