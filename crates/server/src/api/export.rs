//! `GET /api/v1/export.{csv,xlsx,jsonl}`: everything that a search finds, as a file.

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cairn_catalog::{CatalogError, Export, ExportAbout, ExportFile, ExportFormat, ExportQuestion, SearchRequest};
use cairn_model::Vocabularies;
use cairn_policy::{RenditionLevel, Viewer};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::search::{FilterParameters, SearchParameters};
use crate::error::{ApiError, ProblemBody};
use crate::extract::Client;
use crate::layers::caching::Streamed;
use crate::parameters::{Parameters, export_parameter_names, search_request};
use crate::state::AppState;
use crate::streaming::{Sender, stream};
use crate::viewer::Asking;

/// What a file is, for programs: a dictionary of structured fields (RFC 9651 §3.2).
const ABOUT: HeaderName = HeaderName::from_static("cairn-export");
/// Proxies take no header that is much longer; who asked has the address anyway.
const LONGEST_LINK: usize = 2000;

/// A record of an export. Columns of the tables are named as these.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExportItem {
    id: String,
    title: String,
    /// Name of its owner, else of its publisher.
    organisation: Option<String>,
    kind: String,
    /// ISO 3166-1 alpha-3.
    countries: Vec<String>,
    clusters: Vec<String>,
    /// Begin of the time covered: `2020`, `2020-05` or `2020-05-31`.
    from: Option<String>,
    /// End of the time covered.
    to: Option<String>,
    /// ISO 8601 date of the last change of the data.
    modified: Option<String>,
    formats: Vec<String>,
    sharing: String,
    sensitivity: String,
    access: String,
    /// The same in words.
    access_in_words: String,
    /// How much of the record this viewer sees: full, partial or stub.
    rendition: String,
    /// Id of the source, `null` where it is hidden.
    source: Option<String>,
    /// Completeness, 0 to 1.
    quality: f64,
    /// Address of its page.
    page: String,
}

/// Everything that a search finds as CSV: UTF-8 with a byte order mark; a cell that a spreadsheet would take for a formula
/// begins with an apostrophe. What the file is stands in the header `Cairn-Export`.
#[utoipa::path(
    get, operation_id = "exportAsCsv", path = "/api/v1/export.csv", tag = "search", params(SearchParameters, FilterParameters),
    responses(
        (status = 200, description = "The file", body = String, content_type = "text/csv"),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests, or a file is being sent to this client already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many files are being sent, or searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn csv(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    download(&state, &viewer, client, query.as_deref(), ExportFormat::Csv).await
}

/// Everything that a search finds as a workbook: a sheet of records, and one that says what was asked, when, for whom, and
/// what is left out.
#[utoipa::path(
    get, operation_id = "exportAsXlsx", path = "/api/v1/export.xlsx", tag = "search", params(SearchParameters, FilterParameters),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests, or a file is being sent to this client already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many files are being sent, or searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn xlsx(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    download(&state, &viewer, client, query.as_deref(), ExportFormat::Xlsx).await
}

/// Everything that a search finds as JSON Lines, a record a line. What the file is stands in the header `Cairn-Export`.
#[utoipa::path(
    get, operation_id = "exportAsJsonLines", path = "/api/v1/export.jsonl", tag = "search", params(SearchParameters, FilterParameters),
    responses(
        (status = 200, description = "The file, a record a line", body = ExportItem, content_type = "application/jsonl"),
        (status = 400, description = "A parameter is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "The token is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests, or a file is being sent to this client already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many files are being sent, or searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn json_lines(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    download(&state, &viewer, client, query.as_deref(), ExportFormat::JsonLines).await
}

/// What is to be exported, from the parameters of an address.
///
/// # Errors
/// 400 with the name of the parameter that is wrong.
pub(crate) fn request(
    query: Option<&str>,
    vocabularies: &Vocabularies,
    public_url: &str,
    now: Timestamp,
) -> Result<(SearchRequest, ExportQuestion), ApiError> {
    let parameters = Parameters::parse(query);
    parameters.only(&export_parameter_names())?;
    // As the page of the same search, so that the file holds what somebody saw there.
    let request = search_request(&parameters, vocabularies, now)?;
    let owned = parameters.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let at = Timestamp::from_second(now.as_second()).unwrap_or(now);
    Ok((request, ExportQuestion { parameters: owned.collect(), public_url: public_url.to_owned(), at }))
}

/// Sends a file while it is made: neither it nor what is found is ever whole in memory, but for a workbook, which is packed at
/// its end.
async fn download(
    state: &AppState,
    viewer: &Viewer,
    Client(address): Client,
    query: Option<&str>,
    format: ExportFormat,
) -> Result<Response, ApiError> {
    let (request, question) = request(query, state.catalog.vocabularies(), &state.public_url, Timestamp::now())?;
    let place = state.export_place(viewer, address).await?;
    let export = state.catalog.export(viewer, request, question).await?;
    let about = export.about();
    let file = format!("attachment; filename=\"holdings.{}\"", format.ending());
    let mut response = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&file).map_err(|error| ApiError::internal(&error))?),
        (ABOUT, HeaderValue::from_str(&dictionary(about)).map_err(|error| ApiError::internal(&error))?),
    ]
    .into_response();
    if let Some(link) = link(about) {
        response.headers_mut().insert(header::LINK, link);
    }
    let (sender, parts) = stream();
    tokio::spawn(async move {
        // Whoever takes nothing for so long gets no more, and leaves their place to others.
        let written = async {
            tokio::select! {
                written = write(export, &sender, format) => written,
                () = sender.abandoned() => Ok(()),
            }
        };
        match tokio::time::timeout(Export::LONGEST, written).await {
            Ok(Ok(())) => sender.finish().await,
            Ok(Err(error)) => tracing::error!(%error, "an export broke off while it was sent"),
            Err(_) => tracing::warn!("an export was broken off: it took too long to send"),
        }
        drop(place);
    });
    *response.body_mut() = Body::new(parts);
    response.extensions_mut().insert(Streamed);
    Ok(response)
}

async fn write(mut export: Export, sender: &Sender, format: ExportFormat) -> Result<(), CatalogError> {
    let mut file = ExportFile::new(format, export.about().clone());
    while let Some(rows) = export.next_rows().await? {
        if sender.is_abandoned() || !sender.send(file.rows(rows).await?).await {
            return Ok(());
        }
    }
    // The state of the index is let go before the client has read to the end.
    drop(export);
    sender.send(file.finish().await?).await;
    Ok(())
}

/// `total=1204, records=1204, cut=?0, full=1100, partial=4, stub=100, relaxed=?0`; without the three where it is not known
/// beforehand how the records of the file are shown. Behind that stands what was taken for the words, where that is not what was
/// asked and not very long: `suggestion=%"cholera"`.
fn dictionary(about: &ExportAbout) -> String {
    let flag = |is: bool| if is { "?1" } else { "?0" };
    let of_level = |(level, count): (RenditionLevel, u64)| format!("{}={count}, ", level.code());
    let levels: String = about.renditions.into_iter().flatten().map(of_level).collect();
    let (total, written, cut, relaxed) = (about.total, about.written, flag(about.is_cut()), flag(about.relaxed));
    let suggestion = about.suggestion.as_deref().map(display_string).filter(|text| text.len() <= LONGEST_LINK);
    let suggestion = suggestion.map_or_else(String::new, |text| format!(", suggestion={text}"));
    format!("total={total}, records={written}, cut={cut}, {levels}relaxed={relaxed}{suggestion}")
}

/// A text in any script as a structured field has it (RFC 9651 §4.1.11).
fn display_string(text: &str) -> String {
    let written = |byte: u8| match byte {
        b'%' | b'"' | ..=0x1f | 0x7f.. => format!("%{byte:02x}"),
        _ => char::from(byte).to_string(),
    };
    format!("%\"{}\"", text.bytes().map(written).collect::<String>())
}

/// Leads to the page of the same search (RFC 8288), unless it is too long.
fn link(about: &ExportAbout) -> Option<HeaderValue> {
    let link = format!("<{}>; rel=\"alternate\"; type=\"text/html\"", about.address());
    HeaderValue::from_str(&link).ok().filter(|_| link.len() <= LONGEST_LINK)
}
