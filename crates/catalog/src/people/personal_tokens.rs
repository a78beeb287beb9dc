//! Tokens that people make for themselves: for the programs that they run, and for no longer than their account.

use cairn_policy::{Role, Viewer};
use cairn_store::{NewToken, TokenRow};
use jiff::{SignedDuration, Timestamp};

use crate::tokens::with_secret;
use crate::{Catalog, CatalogError, IssuedToken};

const WHO_MAKES: &str = "only people who are signed in make tokens for themselves: a token makes none";
const WHO_LISTS: &str = "only people and administrators have tokens to look after";

/// Longest life of a token that a person makes.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);
/// Live tokens that a person can have.
const MOST: u32 = 50;

/// What a person's new token is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalTokenRequest {
    /// Role, which the person's own includes.
    pub role: Role,
    /// When it ends.
    pub expires: Timestamp,
}

impl Catalog {
    /// Makes a token for who is signed in. What it may do is never more than what they may at that moment.
    ///
    /// # Errors
    /// `Forbidden`, `SignInRequired`; `BadRequest` for an expiry in the past or more than a year ahead; `Conflict` for too many.
    pub async fn create_personal_token(
        &self,
        viewer: &Viewer,
        request: &PersonalTokenRequest,
        now: Timestamp,
    ) -> Result<IssuedToken, CatalogError> {
        const ACT: &str = "token.create";
        const ROLE: &str = "a token has a role that your own includes";
        self.may(viewer, viewer.signed_in().is_some(), WHO_MAKES, ACT, now).await?;
        let includes = viewer.role().is_some_and(|own| own.includes(request.role));
        self.may(viewer, includes, ROLE, ACT, now).await?;
        if request.expires <= now || request.expires.duration_since(now) > LONGEST {
            return Err(CatalogError::BadRequest(
                "`expires` must lie ahead, and no more than a year: the token has to be made anew then".to_owned(),
            ));
        }
        let token = NewToken {
            hash: [0; 32],
            prefix: String::new(),
            organisation: viewer.organisation().unwrap_or_default().to_owned(),
            groups: Vec::new(),
            role: request.role.name().to_owned(),
            person: viewer.person().map(str::to_owned),
            created: now,
            expires: Some(request.expires),
        };
        let (secret, token) = with_secret(token)?;
        let row = self.store().put_personal_token(token, MOST, viewer.actor()).await?;
        let too_many = || CatalogError::conflict(format!("you have {MOST} tokens already: revoke one first"));
        Ok(IssuedToken { secret, row: row.ok_or_else(too_many)? })
    }

    /// The tokens that a viewer looks after, newest first, without secrets: a person their own, an administrator those of
    /// their organisation, the operator all.
    ///
    /// # Errors
    /// `Forbidden`, `SignInRequired`.
    pub async fn tokens_of(&self, viewer: &Viewer, now: Timestamp) -> Result<Vec<TokenRow>, CatalogError> {
        let may_list = viewer.person().is_some() || viewer.administers();
        self.may(viewer, may_list, WHO_LISTS, "token.list", now).await?;
        if viewer.is_operator() {
            return self.tokens().await;
        }
        let organisation = viewer.organisation().filter(|_| viewer.administers());
        Ok(self.store().tokens_of(viewer.person(), organisation).await?)
    }

    /// Revokes a token that a viewer looks after.
    ///
    /// # Errors
    /// `NotFound` when there is no live one of that id that they look after; `SignInRequired`.
    pub async fn revoke_token_of(&self, viewer: &Viewer, id: &str, now: Timestamp) -> Result<(), CatalogError> {
        const ABSENT: CatalogError = CatalogError::NotFound("live token");
        if viewer.is_anonymous() {
            return Err(CatalogError::SignInRequired);
        }
        let row = self.store().token(id).await?.filter(|row| looks_after(row, viewer)).ok_or(ABSENT)?;
        let is_revoked = self.store().revoke_token(&row.id, viewer.actor(), now).await?;
        if is_revoked { Ok(()) } else { Err(ABSENT) }
    }
}

fn is_own(row: &TokenRow, viewer: &Viewer) -> bool {
    row.person.is_some() && row.person.as_deref() == viewer.person()
}

fn looks_after(row: &TokenRow, viewer: &Viewer) -> bool {
    let is_of_organisation = viewer.organisation().is_none_or(|own| own == row.organisation);
    is_own(row, viewer) || viewer.administers() && is_of_organisation
}
