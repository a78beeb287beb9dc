//! How often a password may be tried in vain.
//!
//! Tries are counted in the store, so that neither a restart nor a second process begins anew, and before they are made, so
//! that many at once gain nothing. An account is counted for each network that tries it, with few tries, and as a whole, with
//! many: who tries from one place waits by themselves and does not lock the owner out. Accounts that are not there are
//! counted alike.

use std::net::IpAddr;

use cairn_store::AttemptLimit;
use jiff::{SignedDuration, Timestamp};

use crate::secrets::hash;
use crate::{Catalog, CatalogError};

/// Tries from one network on one account that cost no wait.
const FREE_FROM_ONE_NETWORK: u32 = 5;
/// Tries from everywhere on one account that cost no wait.
const FREE_FROM_EVERYWHERE: u32 = 100;
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);

/// What a try is counted on.
pub(super) struct Tried([AttemptLimit; 2]);

impl Tried {
    /// A try on the account of a folded address. `client` is an address, or the network that stands for it.
    pub(super) fn on(email: &str, client: IpAddr) -> Self {
        let limit = |key: String, free| AttemptLimit {
            key: hash(&key),
            free,
            first_wait: FIRST_WAIT,
            longest_wait: LONGEST_WAIT,
        };
        Self([
            limit(format!("password of {email} from {client}"), FREE_FROM_ONE_NETWORK),
            limit(format!("password of {email}"), FREE_FROM_EVERYWHERE),
        ])
    }
}

impl Catalog {
    /// Counts a try, or says how long it has to wait.
    ///
    /// # Errors
    /// `TooManyAttempts`.
    pub(super) async fn count_attempt(&self, tried: &Tried, now: Timestamp) -> Result<(), CatalogError> {
        match self.store().count_attempt(&tried.0, now).await? {
            None => Ok(()),
            Some(until) => {
                tracing::warn!("a password was tried too often");
                let seconds = until.duration_since(now).as_secs().max(0);
                Err(CatalogError::TooManyAttempts { seconds: seconds.unsigned_abs() + 1 })
            }
        }
    }

    /// Forgets the tries before one that was right.
    pub(super) async fn forget_attempts(&self, tried: &Tried) -> Result<(), CatalogError> {
        let keys = tried.0.each_ref().map(|limit| limit.key);
        Ok(self.store().forget_attempts(&keys).await?)
    }
}
