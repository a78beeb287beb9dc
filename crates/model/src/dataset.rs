//! The record: who holds what data, where, and on which terms (DCAT 3 Dataset, Distribution, Catalog Record).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::terms::coded;
use crate::{
    AggregateBounds, BoundingBox, Contact, DatasetId, DateStamp, GeographicPrecision, ImpactNote, Interval,
    LocalizedText, Organisation, PartialDate, Place, Problem, Quality, Sensitivity, Sharing, Terms, UpdateFrequency,
    Upkeep,
};

coded! {
    /// What sort of holding a record describes.
    Kind {
        /// Tables, files, feeds.
        Dataset = "dataset",
        /// Records of single persons or households (DDI study).
        Microdata = "microdata",
        /// A map or a map layer.
        Map = "map",
        /// An API or service.
        Service = "service",
        /// An assessment or survey report.
        Assessment = "assessment",
        /// A running information system, such as an IMSMA database.
        InformationSystem = "information-system",
        /// A document.
        Document = "document",
        /// Something else.
        Other = "other",
    }
}

/// A dataset record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    /// `UUIDv5` of source and source record id.
    pub id: DatasetId,
    /// Id of the source in the configuration.
    pub source: String,
    /// Id of the record at its source.
    pub source_record_id: String,
    /// Other identifiers (DOI, idno, GLIDE, slug ...).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,

    /// Title by language.
    pub title: LocalizedText,
    /// Description by language, as text (Markdown allowed, never trusted).
    #[serde(default)]
    pub description: LocalizedText,
    /// Keywords by language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keywords: BTreeMap<String, Vec<String>>,
    /// Languages of the data (ISO 639-1, else 639-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Sort of holding.
    pub kind: Kind,

    /// Who publishes the record or the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Organisation>,
    /// The authority that decides about the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Organisation>,
    /// Who keeps the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custodian: Option<Organisation>,
    /// Who looks after the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steward: Option<Organisation>,
    /// Whom to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,

    /// Cluster and area-of-responsibility codes (`PRO`, `PRO-MIN` ...).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Topics as the source names them, where they are no keyword.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// How the data was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methodology: Option<String>,
    /// What to beware of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caveats: Option<String>,
    /// Questions the data can answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// Data dictionary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Population group codes (`IDP`, `REF`, `RET` ...; HAPI enumeration).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub population_groups: Vec<String>,
    /// Whether the data is disaggregated by sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disaggregated_by_sex: Option<bool>,
    /// Whether the data is disaggregated by age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disaggregated_by_age: Option<bool>,

    /// Countries covered, ISO 3166-1 alpha-3, upper case, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Administrative places covered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Extent, WGS 84 degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bbox: Option<BoundingBox>,
    /// Finest place that the data names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geographic_precision: Option<GeographicPrecision>,

    /// Time that the data covers; open ends are `null`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Interval>,
    /// First publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<DateStamp>,
    /// Last change of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<DateStamp>,
    /// How often the data is to be updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_frequency: Option<UpdateFrequency>,

    /// Files and services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub distributions: Vec<Distribution>,
    /// Page about the data at its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_page: Option<String>,
    /// Licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,

    /// The terms of sharing.
    pub terms: Terms,
    /// Why the record is held back from everyone but its organisation; empty when it is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quarantine: Vec<QuarantineReason>,
    /// Whether the people whom the data is about agree to its use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub social_licence: Option<SocialLicence>,
    /// Partnerships under which the data is held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partnerships: Vec<Partnership>,
    /// Whether the data tells of groups or communities whom it could harm, though it names no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_privacy: Option<bool>,
    /// Whom the data could harm, and what is done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<ImpactNote>,
    /// What the data costs, who takes over, and until when it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upkeep: Option<Upkeep>,
    /// How coarse the aggregates are that are told in place of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregates: Option<AggregateBounds>,

    /// Where the record came from and how well it was read.
    pub provenance: Provenance,
}

impl Dataset {
    /// A record of which every part is empty and whose terms are closed: what is shown or made of it is what its maker puts
    /// in, whichever parts a record comes to have.
    pub fn empty(id: DatasetId) -> Self {
        Self {
            id,
            source: String::new(),
            source_record_id: String::new(),
            identifiers: Vec::new(),
            title: LocalizedText::default(),
            description: LocalizedText::default(),
            keywords: BTreeMap::new(),
            languages: Vec::new(),
            kind: Kind::Dataset,
            publisher: None,
            owner: None,
            custodian: None,
            steward: None,
            contacts: Vec::new(),
            clusters: Vec::new(),
            topics: Vec::new(),
            methodology: None,
            caveats: None,
            questions: Vec::new(),
            fields: Vec::new(),
            population_groups: Vec::new(),
            disaggregated_by_sex: None,
            disaggregated_by_age: None,
            countries: Vec::new(),
            places: Vec::new(),
            bbox: None,
            geographic_precision: None,
            coverage: None,
            issued: None,
            modified: None,
            update_frequency: None,
            distributions: Vec::new(),
            landing_page: None,
            licence: None,
            terms: Terms::closed(),
            quarantine: Vec::new(),
            social_licence: None,
            partnerships: Vec::new(),
            group_privacy: None,
            impact: None,
            upkeep: None,
            aggregates: None,
            provenance: Provenance::default(),
        }
    }
}

/// A consistency rule that a record breaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct QuarantineReason {
    /// Stable kebab-case code of the rule.
    pub rule: String,
    /// What is wrong and what would mend it.
    pub message: String,
}

/// An identifier with its scheme.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identifier {
    /// `doi`, `idno`, `glide`, `slug`, `uri`, `other`.
    pub scheme: String,
    /// The identifier.
    pub value: String,
}

/// A field of the data dictionary, with terms of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// Name in the data.
    pub name: String,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Type as stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    /// With whom the field may be shared; without it, as the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// How sensitive the field is; without it, as the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// The form in which it can be shared ("counts at admin 2 or above").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shareable_form: Option<String>,
}

/// One file or service of a dataset (DCAT 3 Distribution).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Distribution {
    /// Id at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Address. Hostile until proven otherwise: only http, https and ftp are shown as links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Format code of the vocabulary, upper case (`CSV`, `XLSX`, `SHP` ...).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// IANA media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<DateStamp>,
}

/// A licence: normalised code and the original words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Licence {
    /// Code of the licence vocabulary (SPDX id where there is one), `other` when it is none of them.
    pub code: String,
    /// Title or text as the source wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Address of the licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

coded! {
    /// Whether the people whom the data is about agree to its collection, use and re-use.
    SocialLicenceStatus {
        /// Nobody asked.
        None = "none",
        /// Being asked.
        Sought = "sought",
        /// Given.
        Granted = "granted",
        /// Given under conditions.
        Conditional = "conditional",
        /// Disputed.
        Contested = "contested",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

coded! {
    /// How people were asked whether they agree to the use of data about them.
    EngagementMethod {
        /// A meeting of a community or its representatives.
        CommunityMeeting = "community-meeting",
        /// A focus group discussion.
        FocusGroup = "focus-group",
        /// A survey.
        Survey = "survey",
        /// A citizens' assembly.
        CitizenAssembly = "citizen-assembly",
        /// A deliberative poll.
        DeliberativePolling = "deliberative-polling",
        /// Co-design with the people concerned.
        CoDesign = "co-design",
        /// Single persons, each for themselves.
        IndividualConsent = "individual-consent",
        /// Their organisations or leaders.
        Representatives = "representatives",
        /// A feedback or complaints line.
        FeedbackChannel = "feedback-channel",
        /// Another way.
        Other = "other",
    }
}

/// One time at which people were asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Engagement {
    /// How.
    pub method: EngagementMethod,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub date: Option<PartialDate>,
    /// Where, no finer than a district: people must not be found by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// How many took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participants: Option<u32>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Conditions that were set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
}

/// Social licence of a holding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SocialLicence {
    /// Where it stands.
    pub status: SocialLicenceStatus,
    /// How people were engaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engagement_method: Option<String>,
    /// Where that is documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Conditions set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub expires: Option<PartialDate>,
    /// When and how people were asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engagements: Vec<Engagement>,
}

impl SocialLicence {
    /// One of which nothing but its status is said.
    pub fn new(status: SocialLicenceStatus) -> Self {
        Self {
            status,
            engagement_method: None,
            evidence: None,
            conditions: Vec::new(),
            expires: None,
            engagements: Vec::new(),
        }
    }
}

/// A partnership under which data is held or processed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Partnership {
    /// Partner's name.
    pub partner: String,
    /// Organisation type code of the partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_kind: Option<String>,
    /// Role of the partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Services that the partner gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// Categories of data that the partner handles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_categories: Vec<String>,
    /// What the partner may do with the data afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onward_use: Option<String>,
    /// Commercial interest of the partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commercial_interest: Option<String>,
    /// How the partnership ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_terms: Option<String>,
}

/// Where a record came from. When it was first seen and by which run stands in the store beside it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of the mapping that read it ([`crate::MAPPING_VERSION`]).
    pub mapping_version: u32,
    /// Problems found while reading.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// Completeness of the full record.
    pub quality: Quality,
    /// Records that look the same (a reversible link, never a merge).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicates_of: Vec<DatasetId>,
}
