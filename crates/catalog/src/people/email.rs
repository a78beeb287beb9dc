//! Mail addresses: one spelling for each, so that one person has one account.

use cairn_model::Problem;
use unicode_normalization::UnicodeNormalization;

/// Longest address (RFC 5321 §4.5.3.1.3, less the brackets).
const LONGEST: usize = 254;
/// Longest part before the `@` (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;

/// The address in the spelling in which it is kept and compared: without blanks around it, composed, in lower case. Mail
/// systems that tell `Amal@` from `amal@` exist in theory alone.
pub(super) fn folded(text: &str) -> String {
    text.trim().nfc().collect::<String>().to_lowercase()
}

/// The folded address, or what is wrong with it. Whether somebody reads it is found out by writing to it.
pub(super) fn checked(text: &str) -> Result<String, Problem> {
    let email = folded(text);
    let is_address = email.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && local.len() <= LONGEST_LOCAL_PART
            && !local.contains('@')
            && !domain.is_empty()
            && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
            && domain.chars().all(|one| one.is_alphanumeric() || "-.".contains(one))
    });
    let is_plain = !email.chars().any(|one| one.is_whitespace() || one.is_control() || "<>()[],;:\\\"".contains(one));
    if is_address && is_plain && email.len() <= LONGEST {
        Ok(email)
    } else {
        Err(Problem::error("no-address", "email", "give a mail address, as amal@relief.example"))
    }
}

/// What stands behind the `@` of a folded address.
pub(super) fn domain(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_one_spelling() {
        for spelling in ["amal@relief.example", " Amal@Relief.EXAMPLE\n", "AMAL@relief.example"] {
            assert_eq!(checked(spelling).ok().as_deref(), Some("amal@relief.example"), "{spelling:?}");
        }
        // Composed and decomposed letters are the same letter.
        assert_eq!(checked("zoe\u{308}@relief.example").ok(), checked("zo\u{eb}@relief.example").ok());
    }

    #[test]
    fn the_domain_of_an_address_is_what_stands_behind_its_at() {
        assert_eq!(domain("amal@relief.example"), "relief.example");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@relief.example", "a".repeat(65));
        let longer = format!("a@{}example", "relief.".repeat(40));
        for wrong in [
            "",
            "amal",
            "@relief.example",
            "amal@",
            "a@b@relief.example",
            "amal@relief..example",
            "amal@-relief.example",
            "amal relief@example.org",
            "Amal <amal@relief.example>",
            "amal@relief.example, badr@relief.example",
            "amal@relief.example\r\nBcc: x",
            "amal\u{0}@relief.example",
            &long,
            &longer,
        ] {
            assert!(checked(wrong).is_err(), "{wrong:?}");
        }
    }
}
