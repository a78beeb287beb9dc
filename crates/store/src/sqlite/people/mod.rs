//! People, in `SQLite`: one file for each thing that signing in leaves behind.

mod accounts;
mod attempts;
mod identities;
mod invitations;
mod sessions;
mod sign_ins;

use async_trait::async_trait;
use jiff::Timestamp;

use super::SqliteStore;
use crate::{
    Acceptance, AttemptLimit, DecidePerson, Identity, InvitationRow, Invited, NewAct, NewInvitation, NewPerson,
    NewSession, People, PersonRow, Result, SessionRow, SignInRow,
};

#[async_trait]
impl People for SqliteStore {
    async fn person(&self, id: &str) -> Result<Option<PersonRow>> {
        accounts::person(self, id).await
    }

    async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>> {
        accounts::person_by_email(self, email).await
    }

    async fn people(&self, organisation: Option<&str>, after: &str, limit: u32) -> Result<Vec<PersonRow>> {
        accounts::people(self, organisation, after, limit).await
    }

    async fn amend_person(&self, id: &str, decide: DecidePerson<'_>) -> Result<()> {
        accounts::amend(self, id, decide).await
    }

    async fn put_invitation(&self, invitation: NewInvitation, act: NewAct) -> Result<()> {
        invitations::put(self, invitation, act).await
    }

    async fn invitation_by_hash(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<InvitationRow>> {
        invitations::by_hash(self, hash, now).await
    }

    async fn invitation(&self, id: &str, now: Timestamp) -> Result<Option<InvitationRow>> {
        invitations::by_id(self, id, now).await
    }

    async fn invitations(&self, organisation: Option<&str>, now: Timestamp) -> Result<Vec<InvitationRow>> {
        invitations::pending(self, organisation, now).await
    }

    async fn withdraw_invitation(&self, id: &str, act: NewAct) -> Result<bool> {
        invitations::withdraw(self, id, act).await
    }

    async fn accept_invitation(&self, invited: Invited<'_>, acceptance: Acceptance) -> Result<Option<PersonRow>> {
        invitations::accept(self, invited, acceptance).await
    }

    async fn put_person(&self, person: NewPerson) -> Result<Option<PersonRow>> {
        identities::put_person(self, person).await
    }

    async fn person_by_identity(&self, identity: &Identity) -> Result<Option<PersonRow>> {
        identities::person(self, identity).await
    }

    async fn link_identity(&self, person: &str, identity: Identity, at: Timestamp) -> Result<bool> {
        identities::link(self, person, &identity, at).await
    }

    async fn begin_session(&self, session: NewSession) -> Result<bool> {
        sessions::begin(self, session).await
    }

    async fn session(&self, hash: &[u8; 32], now: Timestamp, idle_since: Timestamp) -> Result<Option<SessionRow>> {
        sessions::session(self, hash, now, idle_since).await
    }

    async fn touch_session(&self, hash: &[u8; 32], now: Timestamp) -> Result<()> {
        sessions::touch(self, hash, now).await
    }

    async fn end_session(&self, hash: &[u8; 32], now: Timestamp) -> Result<bool> {
        sessions::end(self, hash, now).await
    }

    async fn put_sign_in(&self, sign_in: SignInRow, now: Timestamp) -> Result<()> {
        sign_ins::put(self, sign_in, now).await
    }

    async fn take_sign_in(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<SignInRow>> {
        sign_ins::take(self, hash, now).await
    }

    async fn count_attempt(&self, limits: &[AttemptLimit], now: Timestamp) -> Result<Option<Timestamp>> {
        attempts::count(self, limits, now).await
    }

    async fn forget_attempts(&self, keys: &[[u8; 32]]) -> Result<()> {
        attempts::forget(self, keys).await
    }
}
