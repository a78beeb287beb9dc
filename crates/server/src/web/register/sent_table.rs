//! The form in which a table is sent: a file that was chosen, or the one that the page before carried on. Nothing of it is kept here.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::state::AppState;
use crate::web::page::PageError;
use crate::web::visitor::{SignedInVisitor, to_sign_in};

/// Largest table on a page, in bytes: it travels in each form until it is taken.
pub(super) const MAX_FILE: usize = 1024 * 1024;

/// Largest other field, in bytes.
const MAX_FIELD: usize = 16 * 1024;

/// Most fields of a form.
const MOST_FIELDS: usize = 200;

/// Most characters of the name of a file.
const LONGEST_NAME: usize = 200;

/// A table as it was sent.
pub(super) struct TableFile {
    /// Its name, whose ending is a hint to the format.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// Whether the page before carried it, so that its report was of this file.
    pub(super) is_carried: bool,
}

impl TableFile {
    /// As the next form carries it.
    pub(super) fn carried(&self) -> String {
        STANDARD.encode(&self.bytes)
    }
}

/// What became of the file of a form.
pub(super) enum SentFile {
    /// None was chosen.
    Missing,
    /// It has more than [`MAX_FILE`] bytes.
    TooLarge,
    /// It is there.
    Table(TableFile),
}

/// A form with a table, which somebody sent who is signed in.
pub(crate) struct SentTable {
    pub(super) visitor: SignedInVisitor,
    pub(super) typed: Parameters,
    pub(super) file: SentFile,
    /// Whether a page of this session made it. One that is not changes nothing.
    pub(super) is_current: bool,
}

impl FromRequest<AppState> for SentTable {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let wanted = parts.uri.clone();
        let Ok(visitor) = SignedInVisitor::from_request_parts(&mut parts, state).await else {
            return Err(to_sign_in(&wanted));
        };
        let (typed, file) =
            read(Request::from_parts(parts, body), state).await.map_err(|error| PageError(error).into_response())?;
        let is_current = visitor.check(typed.one("form_token").ok().flatten()).is_ok();
        Ok(Self { visitor, typed, file, is_current })
    }
}

async fn read(request: Request, state: &AppState) -> Result<(Parameters, SentFile), ApiError> {
    let mut form = Multipart::from_request(request, state).await.map_err(|_| {
        let detail = "This takes a form with a file, as its page sends it.";
        ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "no-form", detail)
    })?;
    let mut typed: Vec<(String, String)> = Vec::new();
    let (mut chosen, mut carried) = (SentFile::Missing, SentFile::Missing);
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => chosen = file(field).await?,
            "table" => carried = carried_file(field).await?,
            _ => {
                let text = up_to(field, MAX_FIELD).await?.map(String::from_utf8);
                let Some(Ok(text)) = text else {
                    return Err(ApiError::bad_request("A field of the form is too long, or no text."));
                };
                typed.push((name, text));
            }
        }
        if typed.len() > MOST_FIELDS {
            return Err(ApiError::bad_request("The form has too many fields."));
        }
    }
    let typed = Parameters::of(typed.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect());
    // Who chooses another file means that one.
    let file = match (chosen, carried) {
        (SentFile::Missing, SentFile::Table(table)) => {
            SentFile::Table(TableFile { name: short(typed.typed("name")), ..table })
        }
        (SentFile::Missing, carried) => carried,
        (chosen, _) => chosen,
    };
    Ok((typed, file))
}

async fn file(field: Field<'_>) -> Result<SentFile, ApiError> {
    let name = short(field.file_name().unwrap_or_default());
    Ok(match up_to(field, MAX_FILE).await? {
        None => SentFile::TooLarge,
        // A form in which no file was chosen has one without name and content.
        Some(bytes) if bytes.is_empty() => SentFile::Missing,
        Some(bytes) => SentFile::Table(TableFile { name, bytes, is_carried: false }),
    })
}

async fn carried_file(field: Field<'_>) -> Result<SentFile, ApiError> {
    let Some(text) = up_to(field, MAX_FILE.div_ceil(3) * 4).await? else { return Ok(SentFile::TooLarge) };
    let bytes = STANDARD.decode(text).map_err(|_| ApiError::bad_request("The table in the form cannot be read."))?;
    Ok(SentFile::Table(TableFile { name: String::new(), bytes, is_carried: true }))
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// The bytes of a field; `None` where there are more. The rest is read all the same: a browser takes an answer only when all was sent.
async fn up_to(mut field: Field<'_>, most: usize) -> Result<Option<Vec<u8>>, ApiError> {
    let mut bytes = Vec::new();
    let mut is_too_large = false;
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        is_too_large = is_too_large || bytes.len() + chunk.len() > most;
        if !is_too_large {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((!is_too_large).then_some(bytes))
}

fn unreadable(error: &MultipartError) -> ApiError {
    let code = if error.status() == StatusCode::PAYLOAD_TOO_LARGE { "too-large" } else { "bad-request" };
    ApiError::new(
        error.status(),
        code,
        "The form cannot be read, or is too large: send the table on the command line or to the API.",
    )
}
