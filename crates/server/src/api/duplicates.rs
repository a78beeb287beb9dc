//! `GET /api/v1/datasets/{id}/duplicates`: records that describe the same data.

use axum::Json;
use axum::extract::{RawQuery, State};
use cairn_catalog::Duplicate;
use serde::Serialize;
use utoipa::ToSchema;

use super::datasets::{LanguageParameter, record_id};
use crate::api::responses::{ReadProblems, RecordLeft};
use crate::error::{ApiError, ProblemBody};
use crate::extract::PathOf;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::viewer::Asking;

/// Records that describe the same data, as far as anyone may see both.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DuplicatesAnswer {
    /// The surest first.
    items: Vec<DuplicateBody>,
}

/// A record that describes the same data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DuplicateBody {
    /// Record id.
    id: String,
    title: String,
    /// Id of the source.
    source: String,
    /// How sure it is, 0.7 to 1; from 0.9 on, searches with `fold=true` show both as one.
    confidence: f64,
    /// exact (an identifier or an address is shared, or a person said so) or near (both look alike).
    kind: &'static str,
    /// On what grounds, the strongest first.
    evidence: Vec<EvidenceBody>,
}

/// A ground.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceBody {
    /// same-doi, same-idno, same-identifier, same-files, some-same-files, same-landing-page, same-title, similar-title,
    /// same-description, same-publisher, same-period, same-places, confirmed.
    code: &'static str,
    /// In words.
    words: String,
}

/// Shows which records describe the same data as one. They are links and no merges: each record stays as its source has it.
/// Links are made by what anyone may see alone.
#[utoipa::path(
    get, operation_id = "listDatasetDuplicates", path = "/api/v1/datasets/{id}/duplicates", tag = "datasets",
    params(("id" = String, Path, description = "Record id"), LanguageParameter),
    responses(
        (status = 200, description = "Duplicates, the surest first", body = DuplicatesAnswer),
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
) -> Result<Json<DuplicatesAnswer>, ApiError> {
    let parameters = Parameters::parse(query.as_deref());
    parameters.only(&["lang"])?;
    let language = parameters.language()?;
    let duplicates = state.catalog.duplicates(&viewer, record_id(&id)?).await?;
    Ok(Json(answer(duplicates, language)))
}

pub(crate) fn answer(duplicates: Vec<Duplicate>, language: &str) -> DuplicatesAnswer {
    DuplicatesAnswer { items: duplicates.into_iter().map(|one| body(one, language)).collect() }
}

fn body(duplicate: Duplicate, language: &str) -> DuplicateBody {
    DuplicateBody {
        id: duplicate.id.to_string(),
        title: duplicate.title.best(language).unwrap_or_default().to_owned(),
        source: duplicate.source,
        confidence: (duplicate.confidence * 100.0).round() / 100.0,
        kind: if duplicate.is_exact { "exact" } else { "near" },
        evidence: duplicate.evidence.into_iter().map(|one| EvidenceBody { code: one.code, words: one.words }).collect(),
    }
}
