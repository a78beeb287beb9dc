//! `/sign-in/{provider}` and its callback: signing in by OpenID Connect.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_catalog::ReturnedSignIn;
use jiff::Timestamp;
use url::Url;

use super::page::PageError;
use super::sign_in::{led_to, signed_in};
use crate::error::ApiError;
use crate::extract::{Client, PathOf};
use crate::parameters::Parameters;
use crate::session_cookie::own_path;
use crate::state::AppState;

/// Leads the browser to a provider. It keeps the state, so that nobody else can end the sign-in in its place, nor have it end
/// one that they began.
pub(crate) async fn begin(
    State(state): State<AppState>,
    Client(client): Client,
    provider: Result<PathOf<String>, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let PathOf(provider) = provider?;
    state.clients.count_begun(client)?;
    let parameters = Parameters::parse(query.as_deref());
    let return_to = own_path(parameters.one("return_to")?.unwrap_or("/"));
    let redirect = callback(&state, &provider)?;
    let begun = state.catalog.begin_sign_in(&provider, &redirect, &return_to, Timestamp::now()).await?;
    Ok(led_to(begun.address.as_str(), state.session_cookie.set_state(&begun.state)))
}

/// Takes the browser back from a provider. What the provider says in the address is shown to nobody.
pub(crate) async fn finish(
    State(state): State<AppState>,
    provider: Result<PathOf<String>, ApiError>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let mut response = match ended(&state, provider, query.as_deref(), &headers).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    response.headers_mut().append(header::SET_COOKIE, state.session_cookie.clear_state());
    response
}

async fn ended(
    state: &AppState,
    provider: Result<PathOf<String>, ApiError>,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, PageError> {
    let PathOf(provider) = provider?;
    let parameters = Parameters::parse(query);
    let kept = state.session_cookie.state(headers);
    let returned = parameters.one("state")?.filter(|returned| kept.as_deref() == Some(returned));
    let Some(returned) = returned else {
        return Err(
            ApiError::bad_request("This sign-in did not begin in this browser, or has ended: begin it again.").into()
        );
    };
    let Some(code) = parameters.one("code")? else {
        let detail = "Your provider did not let you in: begin the sign-in again, or ask those who run the provider.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "not-let-in", detail).into());
    };
    let issuer = parameters.one("iss")?.map(str::to_owned);
    let returned = ReturnedSignIn { state: returned.to_owned(), code: code.to_owned(), issuer };
    let redirect = callback(state, &provider)?;
    let (session, return_to) = state.catalog.finish_sign_in(&provider, &redirect, &returned, Timestamp::now()).await?;
    Ok(signed_in(state, headers, &session, &return_to).await?)
}

/// Where a provider sends people back, by the address under which others reach this server.
fn callback(state: &AppState, provider: &str) -> Result<Url, ApiError> {
    let address = format!("{}/sign-in/{provider}/callback", state.public_url);
    Url::parse(&address).map_err(|error| ApiError::internal(&format!("public_url: {error}")))
}
