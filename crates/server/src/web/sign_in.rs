//! `/sign-in` and `/sign-out`.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use cairn_catalog::IssuedSession;
use jiff::Timestamp;
use url::Url;

use super::page::{PageError, render};
use super::visitor::{Header, SignedInVisitor, Visitor};
use crate::error::ApiError;
use crate::extract::{Client, Form};
use crate::parameters::Parameters;
use crate::session_cookie::own_path;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    language: &'static str,
    header: Header,
    email: &'a str,
    return_to: &'a str,
    problem: Option<&'a str>,
    providers: Vec<Provider>,
}

/// A provider at which somebody can sign in instead.
struct Provider {
    title: String,
    address: String,
}

/// Shows the form.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Html<String>, PageError> {
    let Visitor { header, .. } = visitor?;
    let parameters = Parameters::parse(query.as_deref());
    let return_to = parameters.one("return_to")?.map_or_else(|| page_before(&headers), own_path);
    let providers = providers(&state, &return_to);
    render(&SignInPage { language: "en", header, email: "", return_to: &return_to, problem: None, providers })
}

/// Signs somebody in with a password, always into a new session: one that the browser held before is over.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    Client(client): Client,
    headers: HeaderMap,
    form: Result<Form, ApiError>,
) -> Result<Response, PageError> {
    let Form(fields) = form?;
    let email = fields.one("email")?.unwrap_or_default();
    let password = fields.one("password")?.unwrap_or_default();
    let return_to = own_path(fields.one("return_to")?.unwrap_or("/"));
    let tried = match state.clients.count_sign_in(client) {
        Ok(()) => state.catalog.sign_in(email, password, client, Timestamp::now()).await.map_err(ApiError::from),
        Err(error) => Err(error),
    };
    match tried {
        Ok(session) => {
            state.clients.uncount_sign_in(client);
            Ok(signed_in(&state, &headers, &session, &return_to).await?)
        }
        Err(error) if matches!(error.status, StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS) => {
            let problem = Some(error.detail.as_str());
            let (header, providers) = (Header::default(), providers(&state, &return_to));
            let page = SignInPage { language: "en", header, email, return_to: &return_to, problem, providers };
            Ok(error.with_headers((error.status, render(&page)?).into_response()))
        }
        Err(error) => Err(PageError(error)),
    }
}

/// Ends the session.
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    form: Result<Form, ApiError>,
) -> Result<Response, PageError> {
    // Who is signed out already is where they want to be.
    if let Ok(visitor) = visitor {
        let Form(fields) = form?;
        visitor.check(fields.one("form_token")?)?;
        state.catalog.sign_out(&visitor.session.secret, Timestamp::now()).await?;
    }
    Ok(led_to("/", state.session_cookie.clear()))
}

/// Leads on with a session that has just begun.
pub(super) async fn signed_in(
    state: &AppState,
    headers: &HeaderMap,
    session: &IssuedSession,
    return_to: &str,
) -> Result<Response, ApiError> {
    if let Some(before) = state.session_cookie.secret(headers) {
        state.catalog.sign_out(&before, Timestamp::now()).await?;
    }
    Ok(led_to(return_to, state.session_cookie.set(&session.secret)))
}

/// An answer that leads to a page of this server, and sets a cookie.
pub(super) fn led_to(path: &str, cookie: HeaderValue) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    let fields: [(HeaderName, HeaderValue); 3] = [
        (header::LOCATION, location),
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, fields).into_response()
}

/// The buttons of the page.
fn providers(state: &AppState, return_to: &str) -> Vec<Provider> {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
    let providers = state.catalog.identity_providers();
    let button =
        |(id, title): (&str, &str)| Provider { title: title.to_owned(), address: format!("/sign-in/{id}?{query}") };
    providers.map(button).collect()
}

/// The page of this server from which somebody came, as `Referer` tells it.
fn page_before(headers: &HeaderMap) -> String {
    let came_from = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let url = came_from.and_then(|text| Url::parse(text).ok());
    // Another site has no say in where somebody goes on; the path alone is taken in any case.
    let path =
        url.map_or_else(|| "/".to_owned(), |url| own_path(&url[url::Position::BeforePath..url::Position::AfterQuery]));
    match path.as_str() {
        path if ["/sign-in", "/invitation"].iter().any(|one| path.starts_with(one)) => "/".to_owned(),
        // What only takes a form is no page to go on to: the form stands on this one.
        path if path.starts_with("/account/") => "/account".to_owned(),
        path if path.starts_with("/source/") => path.strip_suffix("/preview").unwrap_or(path).to_owned(),
        _ => path,
    }
}
