//! `ArcGIS` portals and servers: items, services and layers, of which the schema is read and never a row.
//!
//! Errors come inside answers of status 200 (`{"error": {"code": 499, …}}`), so every reader looks for them first.

mod directory;
mod hub;
mod item;
mod layer;
mod spatial_reference;

use cairn_model::Problem;

pub use self::directory::{ListedService, ServicesDirectory, list_services};
pub use self::hub::{list_hub_datasets, read_hub_dataset};
pub(crate) use self::item::fill_item;
pub use self::item::{list_items, read_item};
pub use self::layer::{ServiceLayer, ServiceLayers, list_layers, read_layer};
use crate::json_page::Page;
use crate::json_value::{Fields, Value};

/// Why an `ArcGIS` portal or server gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArcgisError {
    /// Code 499.
    #[error("the portal asks for a token")]
    TokenRequired,
    /// Code 498.
    #[error("the portal refuses the token as invalid or expired")]
    TokenInvalid,
    /// Code 403, and 400 with a message that says so.
    #[error("the portal forbids the access")]
    Forbidden,
    /// Code 404, and 400 for an item that does not exist or is not shown.
    #[error("the portal has nothing there, or shows it to nobody who asks like this")]
    NotFound,
    /// Code 429.
    #[error("the portal asks for fewer requests")]
    RateLimited,
    /// Any other code.
    #[error("the portal answers with error {code}: {message}")]
    Other {
        /// The code; 0 where none is given.
        code: i64,
        /// The message, cut to 200 characters.
        message: String,
    },
    /// No answer of a portal at all.
    #[error("{}", .0.message)]
    Unreadable(Problem),
}

impl From<Problem> for ArcgisError {
    fn from(problem: Problem) -> Self {
        Self::Unreadable(problem)
    }
}

/// The error that an answer of status 200 holds, where it holds one.
pub fn error_of(bytes: &[u8]) -> Option<ArcgisError> {
    error_in(&Page::cut(bytes, &[]).ok()?.envelope)
}

fn error_in(envelope: &Fields<'_>) -> Option<ArcgisError> {
    let error = match envelope.get("error")? {
        Value::Object(fields) => fields.clone(),
        other => {
            return Some(ArcgisError::Other { code: 0, message: cut(&other.text().unwrap_or_default()) });
        }
    };
    let message = error.text("message").unwrap_or_default().into_owned();
    let code = error.text("code").and_then(|code| code.parse().ok()).unwrap_or(0);
    let says = |words: &str| message.to_ascii_lowercase().contains(words);
    Some(match code {
        499 => ArcgisError::TokenRequired,
        498 => ArcgisError::TokenInvalid,
        401 | 403 => ArcgisError::Forbidden,
        404 => ArcgisError::NotFound,
        429 => ArcgisError::RateLimited,
        // Portals answer 400 for an item that is not there, and for one that is not shown.
        400 if says("does not exist") || says("inaccessible") || says("not found") => ArcgisError::NotFound,
        400 if says("permission") => ArcgisError::Forbidden,
        code => ArcgisError::Other { code, message: cut(&message) },
    })
}

fn cut(message: &str) -> String {
    message.chars().take(200).collect()
}

/// The problem of a record that is an error answer.
fn refused(bytes: &[u8]) -> Result<(), Problem> {
    match error_of(bytes) {
        Some(error) => Err(Problem::error("error-answer", "error", error.to_string())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
