//! A draft: what a reader found in a payload, in the source's own words, before normalisation.
//!
//! Readers fill drafts and judge nothing: codes, dates and boxes stay text here, and
//! [`crate::normalise()`] reads them against the vocabularies.

use std::collections::BTreeMap;

use crate::date::{DateOrder, OrderHint};
use crate::{
    AccessMethod, AggregateBounds, Contact, Field, Identifier, ImpactNote, LocalizedText, Partnership, Sharing,
    SocialLicence, Upkeep,
};

/// A record as its source writes it. Empty strings count as absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Id of the record at its source; never empty.
    pub source_record_id: String,
    /// Other identifiers.
    pub identifiers: Vec<Identifier>,
    /// Title by language (`und` when not known).
    pub title: LocalizedText,
    /// Description by language.
    pub description: LocalizedText,
    /// Keywords by language.
    pub keywords: BTreeMap<String, Vec<String>>,
    /// Languages as written.
    pub languages: Vec<String>,
    /// Sort of holding as written (`dataset`, `survey`, `Map` ...).
    pub kind: Option<String>,
    /// Publisher.
    pub publisher: Option<DraftOrganisation>,
    /// Owner.
    pub owner: Option<DraftOrganisation>,
    /// Custodian.
    pub custodian: Option<DraftOrganisation>,
    /// Steward.
    pub steward: Option<DraftOrganisation>,
    /// Contacts.
    pub contacts: Vec<Contact>,
    /// Clusters or sectors as written; one that is not known is a problem.
    pub clusters: Vec<String>,
    /// Topics; those that name a cluster also count as one. Keywords are looked at in the same way.
    pub topics: Vec<String>,
    /// Methodology.
    pub methodology: Option<String>,
    /// Caveats.
    pub caveats: Option<String>,
    /// Questions that the data can answer.
    pub questions: Vec<String>,
    /// Data dictionary.
    pub fields: Vec<Field>,
    /// Population groups as written.
    pub population_groups: Vec<String>,
    /// Disaggregation in words ("sex and age", "SADD", "par sexe") or `yes`/`no` for both.
    pub disaggregation: Option<String>,
    /// Countries as written: names in any language, ISO codes, M49; one that is not known is a problem.
    pub countries: Vec<String>,
    /// Places as written: P-codes or `admin name`, and their country and level where known.
    pub places: Vec<DraftPlace>,
    /// Extents as written: `GeoJSON`, WKT, `w,s,e,n`, a point. The first that can be read wins.
    pub extents: Vec<String>,
    /// Finest place as written.
    pub geographic_precision: Option<String>,
    /// Time covered, as written, in one text.
    pub coverage: Option<String>,
    /// Time covered, when start and end stand apart.
    pub coverage_start: Option<String>,
    /// See `coverage_start`.
    pub coverage_end: Option<String>,
    /// First publication as written.
    pub issued: Option<String>,
    /// Last change as written.
    pub modified: Option<String>,
    /// How day and month stand in dates of numbers; month first where it is not known, and such dates are a problem.
    pub date_order: Option<DateOrder>,
    /// Whether `date_order` is only likely: dates that could be either are read by it and are a problem all the same.
    pub date_order_is_assumed: bool,
    /// Update frequency as written.
    pub update_frequency: Option<String>,
    /// Files and services.
    pub distributions: Vec<DraftDistribution>,
    /// Landing page.
    pub landing_page: Option<String>,
    /// Licence id at the source.
    pub licence_id: Option<String>,
    /// Licence title at the source.
    pub licence_title: Option<String>,
    /// Licence text (HDX `license_other`).
    pub licence_text: Option<String>,
    /// Licence address.
    pub licence_url: Option<String>,
    /// What the source says of the terms.
    pub terms: StatedText,
    /// Social licence.
    pub social_licence: Option<SocialLicence>,
    /// Partnerships.
    pub partnerships: Vec<Partnership>,
    /// Whether groups or communities can be told by the data.
    pub group_privacy: Option<bool>,
    /// What harm the data could do.
    pub impact: Option<ImpactNote>,
    /// How it is kept up.
    pub upkeep: Option<Upkeep>,
    /// How coarse the aggregates are that are told in its place.
    pub aggregates: Option<AggregateBounds>,
    /// Whether no value of the payload may stand in a problem. True for IMSMA exports.
    pub values_are_secret: bool,
    /// Sheet of the workbook that the record stands in, where several were read.
    pub sheet: Option<String>,
    /// Row of the table that the record stands in, counted as a spreadsheet counts; none outside tables.
    pub row: Option<u64>,
    /// Header of the column that a field of this draft was read from, as it is written: `countries` to `Pays`. A list may
    /// have one for each of its items (`countries[1]`), an organisation or file one for each part (`publisher.kind`).
    pub headers: BTreeMap<String, String>,
}

impl Draft {
    /// What is known of the order of day and month in its dates.
    pub fn order_hint(&self) -> OrderHint {
        match self.date_order {
            Some(order) => OrderHint { order, is_certain: !self.date_order_is_assumed },
            None => OrderHint::default(),
        }
    }
}

/// An organisation as written; the id is the source's own slug where it has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftOrganisation {
    /// Slug at the source.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// Type as written.
    pub kind: Option<String>,
}

/// A place as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftPlace {
    /// P-code or name.
    pub text: String,
    /// Country as written, where the source says it.
    pub country: Option<String>,
    /// Administrative level, where the source says it.
    pub admin_level: Option<u8>,
}

/// A file or service as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftDistribution {
    /// Id at the source.
    pub id: Option<String>,
    /// Name.
    pub title: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// Format as written.
    pub format: Option<String>,
    /// Media type as written.
    pub media_type: Option<String>,
    /// Size as written, in bytes.
    pub size: Option<String>,
    /// Last change as written.
    pub modified: Option<String>,
}

/// The terms in the source's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatedText {
    /// Sensitivity ("High", "Confidentiel", "élevée" ...).
    pub sensitivity: Option<String>,
    /// Sharing ("public", "TLP:AMBER", "internal", "membres du cluster" ...).
    pub sharing: Option<String>,
    /// The level that flags of a fixed meaning set (`private: true`). It holds beside [`Self::sharing`]: the closer counts.
    pub sharing_at_least: Option<Sharing>,
    /// Access method ("download", "sur demande" ...).
    pub access_method: Option<String>,
    /// The method that flags of a fixed meaning set; the closer of it and [`Self::access_method`] counts.
    pub access_at_least: Option<AccessMethod>,
    /// Listing ("full", "existence only", "masqué" ...).
    pub listing: Option<String>,
    /// Whether the portal shows the record to everyone.
    pub listed_openly: bool,
    /// Title for a stub.
    pub listing_title: Option<String>,
    /// Groups or organisations of the audience, as written; cluster names become `cluster:CODE`.
    pub audience: Vec<String>,
    /// Classification ("Confidential", "strictement confidentiel" ...).
    pub classification: Option<String>,
    /// Reasons.
    pub reasons: Vec<String>,
    /// Statements about access that say nothing certain, as written: they are told, and close nothing.
    pub unread_access: Vec<String>,
    /// Legal basis.
    pub legal_basis: Option<String>,
    /// Jurisdictions (countries) as written.
    pub jurisdictions: Vec<String>,
    /// Transfer limit as written.
    pub transfer: Option<String>,
    /// Review date as written.
    pub review_by: Option<String>,
}
