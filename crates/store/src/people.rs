//! People: accounts, invitations, sessions and what else signing in leaves behind.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::{NewAct, Result};

/// An account.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Id.
    pub id: String,
    /// Mail address, folded: no other account has it.
    pub email: String,
    /// How they want to be called.
    pub name: String,
    /// Organisation id.
    pub organisation: String,
    /// Role name.
    pub role: String,
    /// Hash of the password, as a PHC string; `None` for who signs in elsewhere only.
    pub password: Option<String>,
    /// When the account was made.
    pub created: Timestamp,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// Beginning of the day of UTC on which they signed in last.
    pub signed_in: Option<Timestamp>,
}

/// Neither the address of a person nor the hash of a password gets into a log.
impl std::fmt::Debug for PersonRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonRow")
            .field("id", &self.id)
            .field("organisation", &self.organisation)
            .field("role", &self.role)
            .field("has_password", &self.password.is_some())
            .field("created", &self.created)
            .field("closed", &self.closed)
            .field("signed_in", &self.signed_in)
            .finish_non_exhaustive()
    }
}

/// What an account is changed to.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonChange {
    /// How they want to be called.
    pub name: String,
    /// Role name.
    pub role: String,
    /// Hash of the password.
    pub password: Option<String>,
    /// When it was closed. Closing ends every session and revokes every token of the person.
    pub closed: Option<Timestamp>,
    /// The sessions that end with the change.
    pub ends: EndedSessions,
}

/// Which sessions of a person end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedSessions {
    /// None, unless the account is closed.
    None,
    /// All but the one of this hash.
    Others([u8; 32]),
    /// All.
    All,
}

/// What is loaded for a change of an account, in the transaction that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLoaded {
    /// The account, if it is there.
    pub person: Option<PersonRow>,
    /// Open accounts of the role `administrator` beside this one.
    pub other_administrators: u32,
}

/// What becomes of an account.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonAmendment {
    /// The account after it; nothing is changed without.
    pub change: Option<PersonChange>,
    /// Lines for the log of acts; those of an attempt that is refused are written too.
    pub acts: Vec<NewAct>,
}

/// Says what becomes of an account that was loaded. It runs while the store is locked for writing: it waits for nothing.
pub type DecidePerson<'a> = &'a mut (dyn FnMut(&PersonLoaded) -> PersonAmendment + Send);

/// An invitation to keep.
#[derive(Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
    /// Id.
    pub id: String,
    /// Mail address, folded.
    pub email: String,
    /// Organisation id.
    pub organisation: String,
    /// Role name.
    pub role: String,
    /// The person whose password it sets anew; `None` for one who is to get an account.
    pub person: Option<String>,
    /// Who invites, as in the log of acts.
    pub invited_by: String,
    /// When.
    pub created: Timestamp,
    /// When it runs out.
    pub expires: Timestamp,
}

/// An invitation that can still be accepted, without its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// Id.
    pub id: String,
    /// Mail address, folded.
    pub email: String,
    /// Organisation id.
    pub organisation: String,
    /// Role name.
    pub role: String,
    /// The person whose password it sets anew.
    pub person: Option<String>,
    /// Who invited, as in the log of acts.
    pub invited_by: String,
    /// When.
    pub created: Timestamp,
    /// When it runs out.
    pub expires: Timestamp,
}

/// An identity at a provider of OpenID Connect.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Issuer (`iss`).
    pub issuer: String,
    /// Subject (`sub`).
    pub subject: String,
}

/// An account to make.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Id.
    pub id: String,
    /// Mail address, folded.
    pub email: String,
    /// How they want to be called.
    pub name: String,
    /// Organisation id.
    pub organisation: String,
    /// Role name.
    pub role: String,
    /// Who they are at a provider, for who comes from there.
    pub identity: Identity,
    /// When.
    pub created: Timestamp,
}

/// How an invitation is accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Id of the account, where one is made.
    pub id: String,
    /// How they want to be called; an account that is there keeps its name.
    pub name: String,
    /// Hash of the password; an account that is there keeps its own without.
    pub password: Option<String>,
    /// Who they are at a provider, for who comes from there.
    pub identity: Option<Identity>,
    /// When.
    pub at: Timestamp,
}

/// Which invitation is accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Invited<'a> {
    /// The one whose secret has this hash.
    BySecret(&'a [u8; 32]),
    /// The newest one to an account for this mail address, which was verified.
    ByEmail(&'a str),
}

/// A session to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of its secret.
    pub hash: [u8; 32],
    /// Id of the person.
    pub person: String,
    /// When it began.
    pub created: Timestamp,
    /// When it ends at the latest.
    pub expires: Timestamp,
}

/// A session that goes on, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The person, whose account is open.
    pub person: PersonRow,
    /// When it was used last, as far as that was noted.
    pub seen: Timestamp,
}

/// A sign-in that has begun at a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// SHA-256 of its state.
    pub hash: [u8; 32],
    /// Id of the provider.
    pub provider: String,
    /// The nonce that the answer must hold.
    pub nonce: String,
    /// The PKCE verifier (RFC 7636).
    pub verifier: String,
    /// Where the person goes on.
    pub return_to: String,
    /// Until when it may come back.
    pub expires: Timestamp,
}

/// How often something may be tried in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptLimit {
    /// SHA-256 of what it is tried on.
    pub key: [u8; 32],
    /// Tries in vain that cost no wait.
    pub free: u32,
    /// The first wait, after which each is twice the one before.
    pub first_wait: SignedDuration,
    /// No wait is longer, and all tries that lie so far back twice over are forgotten: it is the same for every limit.
    pub longest_wait: SignedDuration,
}

impl AttemptLimit {
    /// Until when the next try waits, after so many in vain of which the last was at `last`.
    pub(crate) fn waits_until(&self, failures: u32, last: Timestamp) -> Option<Timestamp> {
        let doublings = failures.checked_sub(self.free)?.checked_sub(1)?;
        let wait = 2_i32.checked_pow(doublings).and_then(|times| self.first_wait.checked_mul(times));
        let wait = wait.unwrap_or(self.longest_wait).min(self.longest_wait);
        Some(last.saturating_add(wait).unwrap_or(Timestamp::MAX))
    }
}

/// People in the system of record. No call tells anybody who may not know of them: the catalogue decides who may.
#[async_trait]
pub trait People: Send + Sync {
    /// A person by id, open or closed.
    async fn person(&self, id: &str) -> Result<Option<PersonRow>>;

    /// A person by their folded mail address, open or closed.
    async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>>;

    /// The people of an organisation, or all, after an id, in the order of ids.
    async fn people(&self, organisation: Option<&str>, after: &str, limit: u32) -> Result<Vec<PersonRow>>;

    /// Loads an account, lets `decide` say what becomes of it, and writes that and its lines in the log of acts, in one write
    /// transaction. Who is closed has no session and no live token after it.
    async fn amend_person(&self, id: &str, decide: DecidePerson<'_>) -> Result<()>;

    /// Keeps an invitation, with its line in the log of acts. Those that ran out are deleted on the way, and so is an earlier
    /// one for a new password of the same person.
    async fn put_invitation(&self, invitation: NewInvitation, act: NewAct) -> Result<()>;

    /// The invitation whose secret has this hash, if it can be accepted at `now`.
    async fn invitation_by_hash(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<InvitationRow>>;

    /// An invitation by its id, if it can be accepted at `now`.
    async fn invitation(&self, id: &str, now: Timestamp) -> Result<Option<InvitationRow>>;

    /// The invitations to an organisation, or all, that can be accepted at `now`, newest first.
    async fn invitations(&self, organisation: Option<&str>, now: Timestamp) -> Result<Vec<InvitationRow>>;

    /// Deletes an invitation, with its line in the log of acts; `false` when there is none.
    async fn withdraw_invitation(&self, id: &str, act: NewAct) -> Result<bool>;

    /// Accepts an invitation: makes the account, or sets the password of the one that it is for and ends its sessions. The log
    /// of acts says so (`invitation.accept`) in the same transaction. `None`, and nothing is changed, when none can be
    /// accepted, when an account has the address already, or when the account that it is for was closed.
    async fn accept_invitation(&self, invited: Invited<'_>, acceptance: Acceptance) -> Result<Option<PersonRow>>;

    /// Makes an account for somebody whom a provider vouches for (`person.create`); `None` when the address or the identity
    /// has one already.
    async fn put_person(&self, person: NewPerson) -> Result<Option<PersonRow>>;

    /// The person with an identity, whose account is open.
    async fn person_by_identity(&self, identity: &Identity) -> Result<Option<PersonRow>>;

    /// Gives an open account an identity (`person.link`); `false` when it is closed or the identity belongs to somebody.
    async fn link_identity(&self, person: &str, identity: Identity, at: Timestamp) -> Result<bool>;

    /// Begins a session, notes the day and says so in the log of acts (`person.sign-in`); `false` for an account that is
    /// closed. Sessions that ended are deleted on the way.
    async fn begin_session(&self, session: NewSession) -> Result<bool>;

    /// The session of this hash, if it has not ended at `now` and was used after `idle_since`, and the account is open.
    async fn session(&self, hash: &[u8; 32], now: Timestamp, idle_since: Timestamp) -> Result<Option<SessionRow>>;

    /// Notes that a session is in use.
    async fn touch_session(&self, hash: &[u8; 32], now: Timestamp) -> Result<()>;

    /// Ends a session (`person.sign-out`); `false` when there is none.
    async fn end_session(&self, hash: &[u8; 32], now: Timestamp) -> Result<bool>;

    /// Keeps a sign-in that begins at a provider. Those that ran out at `now` are deleted on the way.
    async fn put_sign_in(&self, sign_in: SignInRow, now: Timestamp) -> Result<()>;

    /// Takes a sign-in that came back in time: it can be taken once.
    async fn take_sign_in(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<SignInRow>>;

    /// Counts a try on everything that it is tried on, before anybody knows how it ends; or answers until when it has to wait,
    /// and counts nothing. Tries at the same time are counted one after the other, in whichever process.
    async fn count_attempt(&self, limits: &[AttemptLimit], now: Timestamp) -> Result<Option<Timestamp>>;

    /// Forgets the tries on something: one was not in vain.
    async fn forget_attempts(&self, keys: &[[u8; 32]]) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_one_before_up_to_the_longest() {
        let (first_wait, longest_wait) = (SignedDuration::from_secs(30), SignedDuration::from_mins(15));
        let limit = AttemptLimit { key: [0; 32], free: 5, first_wait, longest_wait };
        let waits = |failures| limit.waits_until(failures, Timestamp::UNIX_EPOCH).map(Timestamp::as_second);
        assert_eq!([0, 5, 6, 7, 8, 10].map(waits), [None, None, Some(30), Some(60), Some(120), Some(480)]);
        assert_eq!([11, 41, u32::MAX].map(waits), [Some(900); 3]);
    }
}
