//! Sessions: what a browser shows on each request, resolved anew each time.

use std::time::Duration;

use cairn_policy::Viewer;
use cairn_store::{NewSession, SessionRow};
use jiff::{SignedDuration, Timestamp};

use super::role_of;
use crate::secrets::{hash, new_secret};
use crate::{Catalog, CatalogError};

/// A session that is not used for so long is over.
const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// No session is longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How exactly is noted when a session was used last.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// How long a request waits until that is noted.
const A_MOMENT: Duration = Duration::from_secs(1);

/// A session just begun: the only time that its secret is at hand.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedSession {
    /// What the browser keeps.
    pub secret: String,
    /// When it ends at the latest.
    pub expires: Timestamp,
}

/// Who is signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The viewer that they are.
    pub viewer: Viewer,
    /// How they want to be called.
    pub name: String,
    /// What a form of this session holds, and no other site can know.
    pub form_token: String,
}

impl Catalog {
    /// Begins a session for somebody who has just shown who they are, always under a new secret.
    ///
    /// # Errors
    /// `WrongCredentials` for an account that is closed.
    pub(super) async fn begin_session(&self, person: &str, now: Timestamp) -> Result<IssuedSession, CatalogError> {
        let secret = new_secret("")?;
        let expires = now.saturating_add(LONGEST).unwrap_or(Timestamp::MAX);
        let session = NewSession { hash: hash(&secret), person: person.to_owned(), created: now, expires };
        if !self.store().begin_session(session).await? {
            return Err(CatalogError::WrongCredentials);
        }
        Ok(IssuedSession { secret, expires })
    }

    /// The viewer of a session, resolved from the store each time, so that its end, a change of role and the end of an account
    /// count at once; `None` when it is over.
    pub async fn viewer_for_session(&self, secret: &str, now: Timestamp) -> Result<Option<SignedIn>, CatalogError> {
        let Some(SessionRow { person, seen }) = self.live_session(secret, now).await? else { return Ok(None) };
        if now.duration_since(seen) >= NOTED_EVERY {
            self.note_session(hash(secret), now).await;
        }
        let viewer = self.member(&person.organisation, Vec::new(), role_of(&person)?).await?.as_person(&person.id);
        Ok(Some(SignedIn { viewer, name: person.name, form_token: form_token(secret) }))
    }

    /// Notes that a session was used: whoever reads waits for that a moment, and no longer where the store cannot be written.
    async fn note_session(&self, session: [u8; 32], now: Timestamp) {
        let catalog = self.clone();
        let noting = tokio::spawn(async move {
            if let Err(error) = catalog.store().touch_session(&session, now).await {
                tracing::warn!(%error, "that a session was used could not be noted");
            }
        });
        // What takes longer goes on by itself.
        let _ = tokio::time::timeout(A_MOMENT, noting).await;
    }

    /// The session of a secret, while it goes on.
    pub(super) async fn live_session(&self, secret: &str, now: Timestamp) -> Result<Option<SessionRow>, CatalogError> {
        let idle_since = now.saturating_sub(IDLE).unwrap_or(Timestamp::MIN);
        Ok(self.store().session(&hash(secret), now, idle_since).await?)
    }

    /// Ends a session; one that is over stays so.
    pub async fn sign_out(&self, secret: &str, now: Timestamp) -> Result<(), CatalogError> {
        self.store().end_session(&hash(secret), now).await?;
        Ok(())
    }
}

/// Follows from the secret of the session, which does not follow from it.
fn form_token(secret: &str) -> String {
    hex::encode(hash(&format!("form of session {secret}")))
}
