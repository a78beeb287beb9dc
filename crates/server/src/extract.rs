//! Extractors whose refusals are problem details too.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::body::to_bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{ApiError, FieldProblem};
use crate::layers::sessions::Session;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Parts of the path.
pub(crate) struct PathOf<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for PathOf<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(ApiError::bad_request("The address cannot be read: a part of it is no UTF-8 text.")),
        }
    }
}

/// Largest body of options, in bytes.
const MAX_OPTIONS: usize = 16 * 1024;

/// Largest body of what is registered, in bytes.
const MAX_BODY: usize = 256 * 1024;

/// A JSON object in the body of a request. What is wrong with it is told with the path of the field: one that is not known,
/// one that is missing, a value of another type.
pub(crate) struct Body<T>(pub(crate) T);

impl<S, T> FromRequest<S> for Body<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let body = read(request, MAX_BODY).await?;
        let object: Map<String, Value> = serde_json::from_slice(&body)
            .map_err(|error| ApiError::bad_request(format!("The body is no JSON object: {error}")))?;
        serde_path_to_error::deserialize(Value::Object(object)).map(Self).map_err(|error| {
            let field = error.path().to_string();
            ApiError::invalid(vec![FieldProblem {
                field: if field == "." { String::new() } else { field },
                rule: "not-readable".to_owned(),
                message: error.inner().to_string().chars().take(LONGEST_MESSAGE).collect(),
                value: None,
            }])
        })
    }
}

/// Most characters of what is said of a value that cannot be read: a message may say the value back.
const LONGEST_MESSAGE: usize = 500;

async fn read(request: Request, most: usize) -> Result<Bytes, ApiError> {
    to_bytes(request.into_body(), most).await.map_err(|_| {
        let detail = format!("The body cannot be read, or has more than {most} bytes.");
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
    })
}

/// A JSON object of options in the body of a request; an empty body stands for none of them.
pub(crate) struct Options<T>(pub(crate) T);

impl<S, T> FromRequest<S> for Options<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Default,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let body = read(request, MAX_OPTIONS).await?;
        if body.trim_ascii().is_empty() {
            return Ok(Self(T::default()));
        }
        // By way of an object: a list would be taken for the values of its fields.
        let options = serde_json::from_slice(&body).map(Value::Object).and_then(serde_json::from_value);
        Ok(Self(options.map_err(|error| ApiError::bad_request(format!("The body cannot be read: {error}")))?))
    }
}

/// Largest table, in bytes.
pub(crate) const MAX_TABLE: usize = 8 * 1024 * 1024;

/// A table in the body of a request, whatever its format.
pub(crate) struct Table {
    /// A file name that its type stands for: a hint to its format.
    pub(crate) name: &'static str,
    pub(crate) bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Table {
    type Rejection = ApiError;

    /// A table may take minutes to come, so nobody sends one who does not say who they are: that it is true is asked before.
    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        if !request.headers().contains_key(header::AUTHORIZATION) && request.extensions().get::<Session>().is_none() {
            return Err(ApiError::sign_in_required());
        }
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let name = match kind.unwrap_or_default().split(';').next().unwrap_or_default().trim() {
            "text/tab-separated-values" => "table.tsv",
            "text/csv" => "table.csv",
            _ => "table",
        };
        Ok(Self { name, bytes: read(request, MAX_TABLE).await? })
    }
}

/// Largest form, in bytes.
const MAX_FORM: usize = 16 * 1024;

/// Largest form with texts in it, in bytes: in some scripts a character takes nine.
const MAX_LONG_FORM: usize = 512 * 1024;

/// The fields of a form that a page sent.
pub(crate) struct Form(pub(crate) Parameters);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        read_form(request, MAX_FORM).await.map(Self)
    }
}

/// The fields of a form in which people write texts.
pub(crate) async fn long_form(request: Request) -> Result<Parameters, ApiError> {
    read_form(request, MAX_LONG_FORM).await
}

async fn read_form(request: Request, most: usize) -> Result<Parameters, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !kind.unwrap_or_default().starts_with("application/x-www-form-urlencoded") {
        let detail = "This takes a form, as its page sends it.";
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "no-form", detail));
    }
    let body = read(request, most).await?;
    Ok(Parameters::parse(std::str::from_utf8(&body).ok()).with_plain_lines())
}

/// The client of a request: its address, or the network that stands for it.
pub(crate) struct Client(pub(crate) IpAddr);

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        Ok(Self(state.clients.client_address(peer, &parts.headers)))
    }
}
