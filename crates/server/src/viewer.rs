//! Who asks: the bearer token or the session of a request, resolved to a viewer for each request anew.

use std::net::SocketAddr;
use std::pin::Pin;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use cairn_policy::Viewer;
use jiff::Timestamp;

use crate::error::ApiError;
use crate::layers::sessions::Session;
use crate::state::AppState;

/// The viewer of a request: that of its token, else of its session, else an anonymous one; an error with a token that is not
/// valid.
pub(crate) struct Asking(pub(crate) Viewer);

impl FromRequestParts<AppState> for Asking {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
            let session = parts.extensions.get::<Session>();
            return Ok(Self(session.map_or_else(Viewer::anonymous, |session| session.signed_in.viewer.clone())));
        };
        by_token(value, parts, state).await
    }
}

/// The viewer of a token. As an object, because nearly every handler asks for it and would be made with all of it inside.
fn by_token<'a>(
    value: &'a HeaderValue,
    parts: &'a Parts,
    state: &'a AppState,
) -> Pin<Box<dyn Future<Output = Result<Asking, ApiError>> + Send + 'a>> {
    Box::pin(async move {
        let token = value
            .to_str()
            .ok()
            .and_then(|text| {
                let (scheme, token) = text.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
            })
            .ok_or_else(ApiError::invalid_token)?;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        let client = state.clients.client_address(peer, &parts.headers);
        match state.catalog.viewer_for_token(token, Timestamp::now()).await {
            Ok(viewer) => Ok(Asking(viewer)),
            Err(error) => {
                let error = ApiError::from(error);
                if error.code == "invalid-token" {
                    state.clients.count_wrong_token(client)?;
                }
                Err(error)
            }
        }
    })
}
