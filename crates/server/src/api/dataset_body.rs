//! The JSON of a record.

use std::collections::BTreeMap;

use cairn_catalog::DatasetView;
use cairn_model::{
    AggregateBounds, Dataset, Distribution, Engagement, Field, ImpactNote, LocalizedText, Organisation, Partnership,
    Place, SocialLicence, Terms, Upkeep, Vocabularies,
};
use cairn_policy::RenditionLevel;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::search::{CoverageBody, OrganisationBody};
use crate::addresses::without_user_information;

/// A record, as far as the viewer may see it: what is hidden is absent or empty.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DatasetBody {
    id: String,
    /// How much of the record this is: full, partial or stub.
    rendition: &'static str,
    /// Id of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Since when the source is not reached: the record is as it was then.
    #[serde(skip_serializing_if = "Option::is_none")]
    source_unreachable_since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_record_id: Option<String>,
    identifiers: Vec<IdentifierBody>,
    title: String,
    /// The title in every language that the source gives; `und` where it does not say which.
    titles: BTreeMap<String, String>,
    description: String,
    descriptions: BTreeMap<String, String>,
    keywords: Vec<String>,
    languages: Vec<String>,
    kind: &'static str,
    publisher: Option<PartyBody>,
    /// The authority that decides about the data.
    owner: Option<PartyBody>,
    custodian: Option<PartyBody>,
    steward: Option<PartyBody>,
    clusters: Vec<String>,
    topics: Vec<String>,
    methodology: Option<String>,
    caveats: Option<String>,
    questions: Vec<String>,
    fields: Vec<FieldBody>,
    population_groups: Vec<String>,
    disaggregated_by_sex: Option<bool>,
    disaggregated_by_age: Option<bool>,
    countries: Vec<String>,
    places: Vec<PlaceBody>,
    /// west, south, east, north in degrees; west > east crosses the antimeridian.
    bbox: Option<[f64; 4]>,
    geographic_precision: Option<&'static str>,
    coverage: Option<CoverageBody>,
    issued: Option<String>,
    modified: Option<String>,
    update_frequency: Option<String>,
    /// fresh, due, overdue or delinquent.
    freshness: Option<&'static str>,
    distributions: Vec<DistributionBody>,
    landing_page: Option<String>,
    licence: Option<LicenceBody>,
    terms: TermsBody,
    /// Why the record is held back from everyone but its organisation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quarantine: Vec<ReasonBody>,
    social_licence: Option<SocialLicenceBody>,
    partnerships: Vec<PartnershipBody>,
    /// Whether the data tells of groups whom it could harm, though it names no person.
    group_privacy: Option<bool>,
    /// Whom the data could harm, and what is done about it. Only in the full rendition.
    impact: Option<ImpactNote>,
    /// What the data costs, which organisation takes over, and until when it is kept.
    upkeep: Option<Upkeep>,
    /// How coarse the aggregates are that are told in place of the data.
    aggregates: Option<AggregateBounds>,
    provenance: ProvenanceBody,
}

/// An identifier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentifierBody {
    scheme: String,
    value: String,
}

/// An organisation and its type.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartyBody {
    id: String,
    name: String,
    /// Organisation type code.
    kind: Option<String>,
}

/// A field of the data dictionary.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldBody {
    name: String,
    description: Option<String>,
    data_type: Option<String>,
    sharing: Option<&'static str>,
    sensitivity: Option<&'static str>,
    /// The form in which the field can be shared.
    shareable_form: Option<String>,
}

/// A place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceBody {
    pcode: Option<String>,
    name: String,
    admin_level: u8,
    country: Option<String>,
}

/// A file or service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DistributionBody {
    id: Option<String>,
    title: Option<String>,
    description: Option<String>,
    url: Option<String>,
    format: Option<String>,
    media_type: Option<String>,
    /// Bytes.
    size: Option<u64>,
    modified: Option<String>,
}

/// A licence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LicenceBody {
    code: String,
    /// Title or text as the source wrote it.
    text: Option<String>,
    url: Option<String>,
}

/// The terms of sharing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TermsBody {
    sensitivity: &'static str,
    sharing: &'static str,
    /// Traffic Light Protocol 2.0.
    tlp: &'static str,
    access_method: &'static str,
    listing: &'static str,
    audience_groups: Vec<String>,
    audience_organisations: Vec<String>,
    classification: Option<&'static str>,
    classification_text: Option<String>,
    reasons: Vec<String>,
    legal_basis: Option<String>,
    jurisdictions: Vec<String>,
    transfer: Option<&'static str>,
    attribution_hidden: bool,
    review_by: Option<String>,
    agreements: Vec<String>,
}

/// A rule that the record breaks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReasonBody {
    rule: String,
    message: String,
}

/// Social licence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SocialLicenceBody {
    status: &'static str,
    engagement_method: Option<String>,
    evidence: Option<String>,
    conditions: Vec<String>,
    expires: Option<String>,
    /// When and how people were asked.
    engagements: Vec<Engagement>,
}

/// A partnership.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartnershipBody {
    partner: String,
    partner_kind: Option<String>,
    role: Option<String>,
    services: Vec<String>,
    data_categories: Vec<String>,
    onward_use: Option<String>,
    commercial_interest: Option<String>,
    exit_terms: Option<String>,
}

/// Where the record came from and how well it was read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProvenanceBody {
    first_seen: Option<String>,
    changed_at: Option<String>,
    mapping_version: u32,
    /// Completeness, 0 to 1.
    quality: f64,
    /// The same by what parts are needed for: findable, accessible, interoperable, reusable, freshness, sharing-terms. None where
    /// parts are withheld.
    quality_dimensions: BTreeMap<&'static str, f64>,
    /// Parts that are missing.
    quality_missing: Vec<String>,
    problems: Vec<ProblemNote>,
}

/// A problem found while the record was read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemNote {
    code: String,
    field: String,
    message: String,
}

/// The body of a record in a language.
pub(crate) fn dataset_body(
    view: DatasetView,
    language: &str,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> DatasetBody {
    let freshness = freshness(&view.dataset, vocabularies, now);
    let dataset = view.dataset;
    DatasetBody {
        id: dataset.id.to_string(),
        rendition: view.level.code(),
        source: given(dataset.source),
        source_unreachable_since: view.source_unreachable_since.map(|at| at.to_string()),
        source_record_id: given(dataset.source_record_id),
        identifiers: dataset
            .identifiers
            .into_iter()
            .map(|one| IdentifierBody { scheme: one.scheme, value: one.value })
            .collect(),
        title: best(&dataset.title, language),
        titles: dataset.title.0,
        description: best(&dataset.description, language),
        descriptions: dataset.description.0,
        keywords: dataset.keywords.into_values().flatten().collect(),
        languages: dataset.languages,
        kind: dataset.kind.code(),
        publisher: dataset.publisher.map(party),
        owner: dataset.owner.map(party),
        custodian: dataset.custodian.map(party),
        steward: dataset.steward.map(party),
        clusters: dataset.clusters,
        topics: dataset.topics,
        methodology: dataset.methodology,
        caveats: dataset.caveats,
        questions: dataset.questions,
        fields: dataset.fields.into_iter().map(field).collect(),
        population_groups: dataset.population_groups,
        disaggregated_by_sex: dataset.disaggregated_by_sex,
        disaggregated_by_age: dataset.disaggregated_by_age,
        countries: dataset.countries,
        places: dataset.places.into_iter().map(place).collect(),
        bbox: dataset.bbox.map(|one| [one.west, one.south, one.east, one.north]),
        geographic_precision: dataset.geographic_precision.map(cairn_model::GeographicPrecision::code),
        coverage: dataset.coverage.as_ref().map(CoverageBody::from),
        issued: dataset.issued.map(|stamp| stamp.date.into()),
        modified: dataset.modified.map(|stamp| stamp.date.into()),
        update_frequency: dataset.update_frequency.map(|frequency| frequency.0),
        freshness,
        distributions: dataset.distributions.into_iter().map(distribution).collect(),
        landing_page: dataset.landing_page.as_deref().map(without_user_information),
        licence: dataset.licence.map(|one| LicenceBody { code: one.code, text: one.text, url: one.url }),
        terms: terms(dataset.terms),
        quarantine: dataset
            .quarantine
            .into_iter()
            .map(|one| ReasonBody { rule: one.rule, message: one.message })
            .collect(),
        social_licence: dataset.social_licence.map(social_licence),
        partnerships: dataset.partnerships.into_iter().map(partnership).collect(),
        group_privacy: dataset.group_privacy,
        impact: dataset.impact,
        upkeep: dataset.upkeep,
        aggregates: dataset.aggregates,
        provenance: ProvenanceBody {
            first_seen: view.first_seen.map(|at| at.to_string()),
            changed_at: view.changed_at.map(|at| at.to_string()),
            mapping_version: dataset.provenance.mapping_version,
            quality: dataset.provenance.quality.score,
            // Of a part that is withheld nobody may say that it is missing.
            quality_dimensions: if view.level == RenditionLevel::Full {
                let dimensions = dataset.provenance.quality.dimensions().into_iter();
                dimensions.map(|(dimension, share)| (dimension.code(), share)).collect()
            } else {
                BTreeMap::new()
            },
            quality_missing: if view.level == RenditionLevel::Full {
                dataset.provenance.quality.missing
            } else {
                Vec::new()
            },
            problems: dataset
                .provenance
                .problems
                .into_iter()
                .map(|one| ProblemNote { code: one.code, field: one.field, message: one.message })
                .collect(),
        },
    }
}

/// Whether the data is as new as its owner said it would be.
pub(crate) fn freshness(dataset: &Dataset, vocabularies: &Vocabularies, now: Timestamp) -> Option<&'static str> {
    let today = now.as_second().div_euclid(86_400);
    let dates = cairn_model::FreshnessDates::of_dataset(dataset, vocabularies)?;
    Some(cairn_model::Freshness::at(dates, today).code())
}

fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn best(text: &LocalizedText, language: &str) -> String {
    text.best(language).unwrap_or_default().to_owned()
}

fn party(organisation: Organisation) -> PartyBody {
    PartyBody { id: organisation.id, name: organisation.name, kind: organisation.kind }
}

fn field(field: Field) -> FieldBody {
    FieldBody {
        name: field.name,
        description: field.description,
        data_type: field.data_type,
        sharing: field.sharing.map(cairn_model::Sharing::code),
        sensitivity: field.sensitivity.map(cairn_model::Sensitivity::code),
        shareable_form: field.shareable_form,
    }
}

fn place(place: Place) -> PlaceBody {
    PlaceBody { pcode: place.pcode, name: place.name, admin_level: place.admin_level, country: place.country }
}

fn distribution(one: Distribution) -> DistributionBody {
    DistributionBody {
        id: one.id,
        title: one.title,
        description: one.description,
        url: one.url.as_deref().map(without_user_information),
        format: one.format,
        media_type: one.media_type,
        size: one.size,
        modified: one.modified.map(|stamp| stamp.date.into()),
    }
}

fn terms(terms: Terms) -> TermsBody {
    TermsBody {
        sensitivity: terms.sensitivity.code(),
        sharing: terms.sharing.code(),
        tlp: terms.tlp().code(),
        access_method: terms.access_method.code(),
        listing: terms.listing.code(),
        audience_groups: terms.audience_groups,
        audience_organisations: terms.audience_organisations,
        classification: terms.classification.map(cairn_model::Classification::code),
        classification_text: terms.classification_text,
        reasons: terms.reasons,
        legal_basis: terms.legal_basis,
        jurisdictions: terms.jurisdictions,
        transfer: terms.transfer.map(cairn_model::Transfer::code),
        attribution_hidden: terms.attribution_hidden,
        review_by: terms.review_by.map(String::from),
        agreements: terms.agreements,
    }
}

fn social_licence(one: SocialLicence) -> SocialLicenceBody {
    SocialLicenceBody {
        status: one.status.code(),
        engagement_method: one.engagement_method,
        evidence: one.evidence,
        conditions: one.conditions,
        expires: one.expires.map(String::from),
        engagements: one.engagements,
    }
}

fn partnership(one: Partnership) -> PartnershipBody {
    PartnershipBody {
        partner: one.partner,
        partner_kind: one.partner_kind,
        role: one.role,
        services: one.services,
        data_categories: one.data_categories,
        onward_use: one.onward_use,
        commercial_interest: one.commercial_interest,
        exit_terms: one.exit_terms,
    }
}

/// The organisation whose holding this is: the owner, else the publisher.
pub(crate) fn holder(dataset: &Dataset) -> Option<OrganisationBody> {
    dataset.owner.as_ref().or(dataset.publisher.as_ref()).map(OrganisationBody::from)
}
