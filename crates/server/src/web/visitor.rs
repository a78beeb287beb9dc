//! Who looks at a page: the viewer, and what the head of the page says of them.

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_policy::Viewer;
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::layers::sessions::Session;
use crate::state::AppState;
use crate::viewer::Asking;

/// Who is signed in, as the head of each page shows it.
#[derive(Clone, Default)]
pub(crate) struct Header {
    person: Option<HeaderPerson>,
}

#[derive(Clone)]
struct HeaderPerson {
    id: String,
    name: String,
    form_token: String,
}

impl Header {
    /// The head of a page for who holds a session.
    pub(crate) fn of(session: &Session) -> Self {
        let signed_in = &session.signed_in;
        let (name, form_token) = (signed_in.name.clone(), signed_in.form_token.clone());
        let id = signed_in.viewer.person().unwrap_or_default().to_owned();
        Self { person: Some(HeaderPerson { id, name, form_token }) }
    }

    /// The name of who is signed in.
    pub(crate) fn name(&self) -> Option<&str> {
        self.person.as_ref().map(|person| person.name.as_str())
    }

    /// Id of who is signed in; empty without a session. What is kept of forms in a tab is kept for them alone.
    pub(crate) fn person_id(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.id)
    }

    /// What a form of this session holds; empty without one.
    pub(crate) fn form_token(&self) -> &str {
        self.person.as_ref().map_or("", |person| &person.form_token)
    }
}

/// Who looks at a page.
pub(crate) struct Visitor {
    pub(crate) viewer: Viewer,
    pub(crate) header: Header,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let Asking(viewer) = Asking::from_request_parts(parts, state).await?;
        let header = parts.extensions.get::<Session>().map(Header::of).unwrap_or_default();
        Ok(Self { viewer, header })
    }
}

/// Whoever is signed in on this page, and not by a token.
pub(crate) struct SignedInVisitor {
    pub(crate) session: Session,
    pub(crate) header: Header,
}

impl FromRequestParts<AppState> for SignedInVisitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Self::Rejection> {
        let session = parts.extensions.get::<Session>().cloned().ok_or_else(ApiError::sign_in_required)?;
        let header = Header::of(&session);
        Ok(Self { session, header })
    }
}

/// Leads whoever is not signed in to the sign-in, and from there back to the page that they wanted.
pub(super) fn to_sign_in(wanted: &Uri) -> Response {
    let path = wanted.path_and_query().map_or("/", |path| path.as_str());
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", path).finish();
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

impl SignedInVisitor {
    /// Who that is.
    pub(super) fn viewer(&self) -> &Viewer {
        &self.session.signed_in.viewer
    }

    /// Refuses a form that no page of this session made. Hashes are compared, so that the time tells nothing.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn check(&self, form_token: Option<&str>) -> Result<(), ApiError> {
        let expected = Sha256::digest(self.session.signed_in.form_token.as_bytes());
        if Sha256::digest(form_token.unwrap_or_default().as_bytes()) == expected {
            return Ok(());
        }
        Err(ApiError::new(
            axum::http::StatusCode::FORBIDDEN,
            "stale-form",
            "This form belongs to another session: open the page again and send it from there.",
        ))
    }
}
