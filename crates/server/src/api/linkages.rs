//! `GET /api/v1/datasets/{id}/linkages`: what a record can be joined with, how, and by which way the data is had.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::LinkedRecord;
use cairn_model::Identifier;
use cairn_policy::linkage::{Half, LinkageReason, SharedField, Technical};
use cairn_policy::{Linkage, Way};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::closed_lists;
use super::datasets::record_id;
use super::search::OrganisationBody;
use crate::api::responses::{ReadProblems, RecordLeft};
use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Records that are told at most.
pub(crate) const MOST: usize = 50;

/// Records that are told when nobody says how many.
pub(crate) const DEFAULT: usize = 20;

/// Records that a record can be joined with, as far as this viewer sees both.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkagesAnswer {
    /// The best first.
    items: Vec<LinkageBody>,
}

/// A record that it can be joined with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkageBody {
    /// Id of the other record.
    dataset: String,
    title: String,
    organisation: Option<OrganisationBody>,
    /// ISO 3166-1 alpha-3.
    countries: Vec<String>,
    clusters: Vec<String>,
    sharing: String,
    access_method: String,
    /// full, partial or stub.
    rendition: String,
    /// 0 to 1, to two decimals: the technical score times what the way to the data is worth.
    score: f64,
    technical: TechnicalBody,
    institutional: InstitutionalBody,
    /// What would have to be said to tell more.
    missing: Vec<LinkageGapBody>,
    /// What to beware of.
    cautions: Vec<CautionBody>,
}

/// How the data meets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TechnicalBody {
    /// 0 to 1, to two decimals.
    score: f64,
    /// The finest administrative level at which both meet, 0 for the country; `null` where nothing says so.
    admin_level: Option<u8>,
    /// P-codes that both name, 20 at most.
    pcodes: Vec<String>,
    /// Countries that both cover.
    countries: Vec<String>,
    /// Days that both cover; `null` where either does not say, or their common time has no end.
    overlap_days: Option<i64>,
    /// Fields that mean the same in both, the surest first, 20 at most.
    fields: Vec<SharedFieldBody>,
    /// Identifiers that both have, 20 at most.
    identifiers: Vec<Identifier>,
    /// Why it has its score.
    reasons: Vec<LinkageReasonBody>,
}

/// A field of each record, which mean the same.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SharedFieldBody {
    /// Its name in this record.
    this: String,
    /// Its name in the other.
    other: String,
    /// What both mean: an HXL tag, or the name in one spelling.
    meaning: String,
    /// key (rows can be matched by it), dimension (rows can be grouped by it) or same-name (whether it means the same nobody said).
    #[serde(rename = "use")]
    by: &'static str,
}

/// Why two records meet so well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkageReasonBody {
    /// identifier, place, country, period or field.
    code: &'static str,
    /// Share of the technical score that it counts for, 0 to 1; half as much where either record says nothing of it.
    weight: f64,
    /// How well both meet, 0 to 1; `null` where either says nothing of it.
    fit: Option<f64>,
    /// The reason in words.
    words: String,
}

/// By which way the data is had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstitutionalBody {
    /// What the way is worth, 0 to 1.
    score: f64,
    /// The harder of both ways: open, group, agreement, request or none.
    path: &'static str,
    this: WayBody,
    other: WayBody,
}

/// The way to the data of a record, as it looks to this viewer; `POST /api/v1/access/decide` decides.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WayBody {
    /// open (shared with everyone), group (with an audience that this viewer belongs to), agreement (one that is in force names it),
    /// request (its owner must be asked) or none.
    path: &'static str,
    /// Id of the agreement, to which this viewer's organisation is a party.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<String>,
    /// The same in words.
    words: String,
}

/// What a record does not say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkageGapBody {
    /// this or other: which of the two records.
    of: &'static str,
    /// data-dictionary, p-codes, period or country.
    code: &'static str,
    words: &'static str,
}

/// What to beware of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CautionBody {
    /// links-persons: both have a field that tells who a person is.
    code: &'static str,
    words: &'static str,
}

/// How many, and in which language.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the query string")]
pub(crate) struct LinkageParameters {
    /// Records at most.
    #[param(minimum = 1, maximum = 50, default = 20)]
    limit: Option<usize>,
    /// Language of titles.
    #[param(schema_with = closed_lists::language)]
    lang: Option<String>,
}

/// Shows which other records a record can be joined with: how the data meets and by which way this viewer has it, both explained. Only
/// what they see of either record counts.
#[utoipa::path(
    get, operation_id = "listDatasetLinkages", path = "/api/v1/datasets/{id}/linkages", tag = "datasets",
    params(("id" = String, Path, description = "Record id"), LinkageParameters),
    responses(
        (status = 200, description = "Records, the best first", body = LinkagesAnswer),
        (status = 503, description = "The index is not at hand at this moment", body = ProblemBody, content_type = "application/problem+json"),
        ReadProblems,
        RecordLeft,
    )
)]
pub(crate) async fn list(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<LinkagesAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["limit", "lang"])?;
    let language = parameters.language()?;
    let limit = parameters.count("limit", DEFAULT, MOST)?;
    let linked = state.catalog.linkages(&viewer, record_id(&id)?, limit, Timestamp::now()).await?;
    Ok(Json(answer(linked, language)))
}

pub(crate) fn answer(linked: Vec<LinkedRecord>, language: &str) -> LinkagesAnswer {
    LinkagesAnswer { items: linked.into_iter().map(|one| body(one, language)).collect() }
}

fn body(LinkedRecord { card, linkage }: LinkedRecord, language: &str) -> LinkageBody {
    let Linkage { score, technical, path, ways, missing, cautions } = linkage;
    let [this, other] = ways.map(way_body);
    let gap = |(half, gap): (Half, cairn_policy::linkage::LinkageGap)| LinkageGapBody {
        of: half.code(),
        code: gap.code(),
        words: gap.words(),
    };
    LinkageBody {
        dataset: card.id.to_string(),
        title: card.title.best(language).unwrap_or_default().to_owned(),
        organisation: card.organisation.as_ref().map(OrganisationBody::from),
        countries: card.countries,
        clusters: card.clusters,
        sharing: card.sharing,
        access_method: card.access,
        rendition: card.rendition,
        score,
        technical: technical_body(technical),
        institutional: InstitutionalBody { score: path.worth(), path: path.code(), this, other },
        missing: missing.into_iter().map(gap).collect(),
        cautions: cautions.into_iter().map(|one| CautionBody { code: one.code(), words: one.words() }).collect(),
    }
}

fn technical_body(technical: Technical) -> TechnicalBody {
    let field = |SharedField { by, meaning, this, other }| SharedFieldBody { this, other, meaning, by: by.code() };
    let reason =
        |LinkageReason { code, weight, fit, words }| LinkageReasonBody { code: code.code(), weight, fit, words };
    TechnicalBody {
        score: technical.score,
        admin_level: technical.admin_level,
        pcodes: technical.pcodes,
        countries: technical.countries,
        overlap_days: technical.overlap_days,
        fields: technical.fields.into_iter().map(field).collect(),
        identifiers: technical.identifiers,
        reasons: technical.reasons.into_iter().map(reason).collect(),
    }
}

fn way_body(Way { path, agreement, words }: Way) -> WayBody {
    WayBody { path: path.code(), agreement, words }
}
