//! Passwords: what they must be, and their hashes.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use cairn_model::Problem;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::CatalogError;
use crate::error::blocking;

/// Fewest and most characters of a password.
const CHARACTERS: std::ops::RangeInclusive<usize> = 12..=256;
/// Fewest different characters.
const DIFFERENT: usize = 5;
/// Fewest characters beside what others know of a person.
const UNKNOWN_TO_OTHERS: usize = 8;
/// Shortest word of a name or an address that is looked for in a password.
const SHORTEST_WORD: usize = 3;
/// Hashes that are made at the same time: each takes its memory, and who sends many requests must not take all of it.
const AT_ONCE: usize = 2;
/// Random bytes beside each password.
const SALT_BYTES: usize = 16;

/// What a hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// Argon2id as OWASP recommends it (Password Storage Cheat Sheet, 2025).
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }
}

/// Makes and compares hashes, a few at a time and off the async threads.
pub(crate) struct Passwords {
    cost: PasswordCost,
    places: Arc<Semaphore>,
}

impl Passwords {
    pub(crate) fn new(cost: PasswordCost) -> Self {
        Self { cost, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The hash of a password, as a PHC string with its salt and cost.
    pub(super) async fn hash(&self, password: &str) -> Result<String, CatalogError> {
        let mut salt = [0_u8; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| CatalogError::Internal(format!("no random numbers: {error}")))?;
        self.with_argon2(password, move |argon2, password| {
            let hash = argon2.hash_password_with_salt(password, &salt).map_err(failed)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether a password is the one of a hash. Without a hash it is not, and that takes as long.
    pub(super) async fn is_right(&self, password: &str, hash: Option<String>) -> Result<bool, CatalogError> {
        self.with_argon2(password, move |argon2, password| match hash {
            Some(hash) => Ok(argon2.verify_password(password, hash.as_str()).is_ok()),
            None => argon2.hash_password_with_salt(password, &[0; SALT_BYTES]).map(|_| false).map_err(failed),
        })
        .await
    }

    async fn with_argon2<T: Send + 'static>(
        &self,
        password: &str,
        work: impl FnOnce(&Argon2<'_>, &[u8]) -> Result<T, CatalogError> + Send + 'static,
    ) -> Result<T, CatalogError> {
        let params = Params::new(self.cost.memory_kib, self.cost.passes, 1, None)
            .map_err(|error| CatalogError::Configuration(format!("the cost of passwords: {error}")))?;
        let password = normalised(password);
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|error| CatalogError::Internal(error.to_string()))?;
        blocking(move || {
            let done = work(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params), password.as_bytes());
            drop(place);
            done
        })
        .await
    }
}

/// The same password from every keyboard: composed (NFC). Beyond that it is taken as it is, blanks included.
fn normalised(password: &str) -> String {
    password.nfc().collect()
}

fn failed(error: argon2::password_hash::Error) -> CatalogError {
    CatalogError::Internal(format!("no password can be hashed: {error}"))
}

/// What is wrong with a new password of somebody with this address and name.
pub(super) fn problem_of(password: &str, email: &str, name: &str) -> Option<Problem> {
    let problem = |rule: &str, message: &str| Some(Problem::error(rule, "password", message));
    let password = normalised(password);
    let characters = password.chars().count();
    if characters < *CHARACTERS.start() {
        return problem("too-short", "give at least 12 characters: some words that nobody would put together do well");
    }
    if characters > *CHARACTERS.end() {
        return problem("too-long", "give 256 characters at most");
    }
    let folded = password.to_lowercase();
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT || COMMONEST.contains(&folded.as_str()) {
        return problem("too-common", "this is among the first that are tried: give another");
    }
    let mut left = folded;
    let known = [email, name, email.replace(['@', '.'], " ").as_str(), "cairn"].map(str::to_lowercase);
    for text in &known {
        for word in std::iter::once(text.as_str()).chain(text.split(|one: char| !one.is_alphanumeric())) {
            if word.chars().count() >= SHORTEST_WORD {
                left = left.replace(word, "");
            }
        }
    }
    if left.chars().count() < UNKNOWN_TO_OTHERS {
        return problem("told-by-name", "it is made of your name or address: give one that others cannot guess");
    }
    None
}

/// The commonest of twelve characters and more, in lower case, of lists of passwords that leaked.
const COMMONEST: [&str; 40] = [
    "123123123123",
    "1234567890123",
    "123456789012",
    "1234567891011",
    "12345678910111213",
    "1234567890-=",
    "12345678901234567890",
    "123456789abc",
    "123qwe123qwe",
    "1q2w3e4r5t6y",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "abcd12345678",
    "abcdefghijkl",
    "abcdefghijklmnopqrstuvwxyz",
    "administrator",
    "administrator1",
    "asdfghjkl123",
    "changeme1234",
    "changemeplease",
    "correcthorsebatterystaple",
    "iloveyou1234",
    "letmeinletmein",
    "mypassword123",
    "password1234",
    "password12345",
    "password123456",
    "password@123",
    "password2025",
    "password2026",
    "passwordpassword",
    "qwerty123456",
    "qwertyqwerty",
    "qwertyuiop123",
    "qwertyuiop[]",
    "qwertyuiopasdfghjklzxcvbnm",
    "thisisapassword",
    "welcome12345",
    "zaq12wsxcde3",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn rule(password: &str) -> Option<String> {
        problem_of(password, "amal.haddad@relief.example", "Amal Haddad").map(|problem| problem.code)
    }

    #[test]
    fn a_password_is_long_uncommon_and_not_the_name_of_its_owner() {
        for (password, expected) in [
            ("kettle and umbrella", None),
            ("مفتاح الباب الأزرق", None),
            ("short words", Some("too-short")),
            ("aaaaaaaaaaaaaaaaaaaa", Some("too-common")),
            ("Password12345", Some("too-common")),
            ("QwertyUiopAsdfghjklZxcvbnm", Some("too-common")),
            ("amal.haddad@relief.example", Some("told-by-name")),
            ("AmalHaddad2026", Some("told-by-name")),
            ("relief-cairn-amal1", Some("told-by-name")),
            ("amal keeps seven goats", None),
        ] {
            assert_eq!(rule(password).as_deref(), expected, "{password}");
        }
        assert_eq!(rule(&"goat herd ".repeat(25)), None);
        assert_eq!(rule(&"goat herd ".repeat(26)).as_deref(), Some("too-long"));
    }

    #[tokio::test]
    async fn a_password_is_right_from_every_keyboard_and_nothing_is_right_where_there_is_none() {
        let passwords = Passwords::new(PasswordCost { memory_kib: 8, passes: 1 });
        let hash = passwords.hash("caf\u{e9} and umbrella").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert_ne!(hash, passwords.hash("caf\u{e9} and umbrella").await.unwrap(), "each has a salt of its own");
        for (password, expected) in
            [("caf\u{e9} and umbrella", true), ("cafe\u{301} and umbrella", true), ("cafe and umbrella", false)]
        {
            assert_eq!(passwords.is_right(password, Some(hash.clone())).await.unwrap(), expected, "{password}");
        }
        assert!(!passwords.is_right("caf\u{e9} and umbrella", None).await.unwrap());
        assert!(!passwords.is_right("anything", Some("no hash".to_owned())).await.unwrap());
    }

    #[test]
    fn a_hash_costs_what_is_recommended() {
        assert_eq!(PasswordCost::default(), PasswordCost { memory_kib: 19_456, passes: 2 });
    }
}
