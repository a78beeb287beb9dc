//! Signing in with a password.

use std::net::IpAddr;

use jiff::Timestamp;

use super::attempts::Tried;
use super::{IssuedSession, email};
use crate::{Catalog, CatalogError};

impl Catalog {
    /// Signs somebody in. An address without an account, an account without a password, a closed one and a wrong password
    /// get the same answer after the same time. `client` is where it comes from: an address, or its network.
    ///
    /// # Errors
    /// `WrongCredentials`, `TooManyAttempts`.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        client: IpAddr,
        now: Timestamp,
    ) -> Result<IssuedSession, CatalogError> {
        let email = email::folded(email);
        let tried = Tried::on(&email, client);
        self.count_attempt(&tried, now).await?;
        let person = self.store().person_by_email(&email).await?.filter(|person| person.closed.is_none());
        let hash = person.as_ref().and_then(|person| person.password.clone());
        let is_right = self.passwords().is_right(password, hash).await?;
        let Some(person) = person.filter(|_| is_right) else { return Err(CatalogError::WrongCredentials) };
        self.forget_attempts(&tried).await?;
        self.begin_session(&person.id, now).await
    }
}
