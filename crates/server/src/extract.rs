//! Extractors whose refusals are problem details too.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{ApiError, FieldProblem};

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

/// A JSON object of options in the body of a request; an empty body stands for none of them.
pub(crate) struct Options<T>(pub(crate) T);

impl<S, T> FromRequest<S> for Options<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Default,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let body = to_bytes(request.into_body(), MAX_OPTIONS).await.map_err(|_| {
            let detail = format!("The body cannot be read, or has more than {MAX_OPTIONS} bytes.");
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
        })?;
        if body.trim_ascii().is_empty() {
            return Ok(Self(T::default()));
        }
        // By way of an object: a list would be taken for the values of its fields.
        let options = serde_json::from_slice(&body).map(Value::Object).and_then(serde_json::from_value);
        Ok(Self(options.map_err(|error| ApiError::bad_request(format!("The body cannot be read: {error}")))?))
    }
}

/// Largest body that says what something is to be, in bytes.
const MAX_BODY: usize = 256 * 1024;

/// What something is to be, as JSON. A field that is unknown, missing or of another type is named by its path.
pub(crate) struct Body<T>(pub(crate) T);

impl<S, T> FromRequest<S> for Body<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let body = to_bytes(request.into_body(), MAX_BODY).await.map_err(|_| {
            let detail = format!("The body cannot be read, or has more than {MAX_BODY} bytes.");
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
        })?;
        // By way of an object: a list would be taken for the values of its fields.
        let object: serde_json::Map<String, Value> = serde_json::from_slice(&body)
            .map_err(|error| ApiError::bad_request(format!("The body is no JSON object: {error}")))?;
        let read = serde_path_to_error::deserialize(Value::Object(object));
        read.map(Self).map_err(|error| {
            let path = error.path().to_string();
            ApiError::invalid(vec![FieldProblem {
                field: if path == "." { String::new() } else { path },
                rule: "unreadable".to_owned(),
                message: error.into_inner().to_string(),
                value: None,
            }])
        })
    }
}
