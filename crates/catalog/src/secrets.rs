//! Secrets that are shown once: 256 random bits, of which the store keeps a hash. As random as they are, no slow hash is needed.

use sha2::{Digest, Sha256};

use crate::CatalogError;

/// Random bytes of a secret.
const BYTES: usize = 32;

/// A new secret in hexadecimal, after a prefix by which a leaked one is recognised.
pub(crate) fn new_secret(prefix: &str) -> Result<String, CatalogError> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| CatalogError::Internal(format!("no random numbers: {error}")))?;
    Ok(format!("{prefix}{}", hex::encode(bytes)))
}

/// What the store keeps of a secret.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_secret_holds_256_random_bits_after_its_prefix() {
        let secret = new_secret("cairn_").expect("the system has random numbers");
        assert_eq!(secret.len(), "cairn_".len() + 64);
        assert_ne!(secret, new_secret("cairn_").expect("the system has random numbers"));
        assert_ne!(hash(&secret), hash("cairn_"));
    }
}
