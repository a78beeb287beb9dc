//! API tokens: 256 random bits, shown once, kept as a hash.

use cairn_model::party::organisation_id;
use cairn_policy::{Role, Viewer};
use cairn_store::{NewToken, TokenRow};
use jiff::Timestamp;

use crate::secrets::{hash, new_secret};
use crate::{Catalog, CatalogError, OPERATOR};

/// What every token begins with, so that a leaked one is recognised.
const PREFIX: &str = "cairn_";
/// Characters of a token that may stand in a list.
const SHOWN: usize = PREFIX.len() + 6;

/// Groups that a token can name beside those that its organisation is a member of, which are looked up with each request.
const MOST_GROUPS: usize = Viewer::MAX_LABELS / 2 - 3;

/// What a new token is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// Organisation, by id or name.
    pub organisation: String,
    /// Groups, by id or cluster name.
    pub groups: Vec<String>,
    /// Role.
    pub role: Role,
    /// When it ends.
    pub expires: Option<Timestamp>,
}

/// A token just made: the only time that its secret is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token itself.
    pub secret: String,
    /// The row kept of it.
    pub row: TokenRow,
}

/// A token with a new secret, and the secret.
pub(crate) fn with_secret(token: NewToken) -> Result<(String, NewToken), CatalogError> {
    let secret = new_secret(PREFIX)?;
    let token = NewToken { hash: hash(&secret), prefix: secret.chars().take(SHOWN).collect(), ..token };
    Ok((secret, token))
}

impl Catalog {
    /// Makes a token.
    ///
    /// # Errors
    /// `BadRequest` for an empty organisation, too many groups or an expiry in the past.
    pub async fn create_token(&self, request: TokenRequest, now: Timestamp) -> Result<IssuedToken, CatalogError> {
        let organisation = organisation_id(&request.organisation);
        if organisation.is_empty() {
            return Err(CatalogError::BadRequest("a token belongs to an organisation: name one".to_owned()));
        }
        if request.groups.len() > MOST_GROUPS {
            return Err(CatalogError::BadRequest("a token cannot belong to that many groups".to_owned()));
        }
        if request.expires.is_some_and(|expires| expires <= now) {
            return Err(CatalogError::BadRequest("the token would have expired already".to_owned()));
        }
        self.ensure_organisation(OPERATOR, &organisation, &request.organisation, now).await?;
        let groups = request.groups.iter().map(|group| self.group_id(group)).collect();
        let token = NewToken {
            hash: [0; 32],
            prefix: String::new(),
            organisation,
            groups,
            role: request.role.name().to_owned(),
            person: None,
            created: now,
            expires: request.expires,
        };
        self.issue_token(token, OPERATOR).await
    }

    /// Gives a token its secret, and keeps it as one that `actor` made.
    pub(crate) async fn issue_token(&self, token: NewToken, actor: &str) -> Result<IssuedToken, CatalogError> {
        let (secret, token) = with_secret(token)?;
        let row = self.store().put_token(token, actor).await?;
        Ok(IssuedToken { secret, row })
    }

    /// The viewer that a token stands for, resolved from the store each time, so that revocation counts at once.
    ///
    /// # Errors
    /// `InvalidToken`, the same for unknown, revoked and expired ones.
    pub async fn viewer_for_token(&self, token: &str, now: Timestamp) -> Result<Viewer, CatalogError> {
        if !token.starts_with(PREFIX) || token.len() > 200 {
            return Err(CatalogError::InvalidToken);
        }
        let row = self.store().token_by_hash(&hash(token), now).await?.ok_or(CatalogError::InvalidToken)?;
        let role = Role::from_name(&row.role).ok_or(CatalogError::InvalidToken)?;
        let actor = format!("token:{}", row.id);
        let Some(person) = &row.person else {
            return Ok(self.member(&row.organisation, row.groups, role).await?.acting_as(actor));
        };
        // What a person may do no more, their tokens may not either.
        let person = self.store().person(person).await?.ok_or(CatalogError::InvalidToken)?;
        let own = Role::from_name(&person.role).ok_or(CatalogError::InvalidToken)?;
        let viewer = self.member(&person.organisation, row.groups, role.within(own)).await?;
        Ok(viewer.as_person(&person.id).acting_as(actor))
    }

    /// Every token, newest first, without secrets.
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, CatalogError> {
        Ok(self.store().tokens().await?)
    }

    /// Revokes a token by its id.
    ///
    /// # Errors
    /// `NotFound` when there is no live token of that id.
    pub async fn revoke_token(&self, id: &str, now: Timestamp) -> Result<(), CatalogError> {
        if !self.store().revoke_token(id, OPERATOR, now).await? {
            return Err(CatalogError::NotFound("live token"));
        }
        Ok(())
    }

    /// The id of a group: a cluster in any of its names is `cluster:CODE`, anything else is taken as written.
    pub(crate) fn group_id(&self, text: &str) -> String {
        let text = text.trim().trim_start_matches("group:");
        let name = text.strip_prefix("cluster:").unwrap_or(text);
        match self.vocabularies().cluster(name) {
            Some(code) => format!("cluster:{code}"),
            None => text.to_owned(),
        }
    }
}
