//! What answers a need, and which needs a record answers.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::{AnsweredNeed, NeedMatch};
use cairn_policy::NeedAnswer;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::EntryAnswer;
use super::needs::{NeedBody, answer as need_answer};
use crate::api::datasets::{LanguageParameter, record_id};
use crate::api::responses::{ReadProblems, RecordLeft};
use crate::api::search::OrganisationBody;
use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// What may answer a need.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchesAnswer {
    /// The best first, 50 at most.
    items: Vec<MatchBody>,
}

/// A record that may answer a need, as this viewer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchBody {
    /// Record id.
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
    #[serde(flatten)]
    score: ScoreBody,
}

/// How well a record answers a need.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScoreBody {
    /// 0 to 1, to two decimals; from 0.5 on the need counts as one that is answered.
    score: f64,
    /// `open`: this viewer can download the data; `exists-ask`: that it exists may be told, and they must ask its owner.
    access: &'static str,
    /// Why.
    reasons: Vec<ReasonBody>,
}

/// Why a record has its score.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReasonBody {
    /// country, cluster, topic, place, period, disaggregation, population-group, freshness; `misses` where what the need is about
    /// is missed, so that the score is 0.4 at most; `withheld` where the owner gives the data to nobody or to single people alone.
    code: &'static str,
    /// Share of the whole that it counts for, 0 to 1; half as much where the record says nothing of it.
    weight: f64,
    /// How well it fits, 0 to 1; `null` where the record says nothing of it.
    fit: Option<f64>,
    /// The reason in words.
    words: String,
}

/// The needs that a record answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnsweredNeedsAnswer {
    /// The best answered first, 50 at most.
    items: Vec<AnsweredNeedBody>,
}

/// A need that a record answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnsweredNeedBody {
    need: EntryAnswer<NeedBody>,
    #[serde(flatten)]
    score: ScoreBody,
}

impl From<NeedAnswer> for ScoreBody {
    fn from(answer: NeedAnswer) -> Self {
        let reasons = answer.reasons.into_iter().map(|reason| ReasonBody {
            code: reason.code.code(),
            weight: reason.weight,
            fit: reason.fit,
            words: reason.words,
        });
        Self { score: answer.score, access: answer.availability.code(), reasons: reasons.collect() }
    }
}

pub(crate) fn answer(matches: Vec<NeedMatch>, language: &str) -> MatchesAnswer {
    let item = |NeedMatch { card, answer }| MatchBody {
        dataset: card.id.to_string(),
        title: card.title.best(language).unwrap_or_default().to_owned(),
        organisation: card.organisation.as_ref().map(OrganisationBody::from),
        countries: card.countries,
        clusters: card.clusters,
        sharing: card.sharing,
        access_method: card.access,
        rendition: card.rendition,
        score: answer.into(),
    };
    MatchesAnswer { items: matches.into_iter().map(item).collect() }
}

/// Lists the records that may answer a need, each with its score and the reasons for it, as this viewer sees them now. Those of
/// which they may know no more than that they exist are among them.
#[utoipa::path(
    get, operation_id = "listNeedMatches", path = "/api/v1/needs/{id}/matches", tag = "needs",
    params(("id" = String, Path, description = "Need id"), LanguageParameter),
    responses(
        (status = 200, description = "Records, the best first", body = MatchesAnswer),
        ReadProblems,
        (status = 503, description = "Searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn of_need(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<MatchesAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["lang"])?;
    let language = parameters.language()?;
    let matches = state.catalog.need_matches(&viewer, &id, Timestamp::now()).await?;
    Ok(Json(answer(matches, language)))
}

/// Lists the open needs that this viewer may know of and that a record answers, as far as they see it.
#[utoipa::path(
    get, operation_id = "listNeedsOfDataset", path = "/api/v1/datasets/{id}/needs", tag = "needs",
    params(("id" = String, Path, description = "Record id")),
    responses(
        (status = 200, description = "Needs, the best answered first", body = AnsweredNeedsAnswer),
        ReadProblems,
        RecordLeft,
    )
)]
pub(crate) async fn of_dataset(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    PathOf(id): PathOf<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<AnsweredNeedsAnswer>, ApiError> {
    Parameters::parse(query.as_deref()).only(&[])?;
    let now = Timestamp::now();
    let found = state.catalog.needs_answered_by(&viewer, record_id(&id)?, now).await?;
    let item = |AnsweredNeed { need, answer }| AnsweredNeedBody { need: need_answer(need, now), score: answer.into() };
    Ok(Json(AnsweredNeedsAnswer { items: found.into_iter().map(item).collect() }))
}
