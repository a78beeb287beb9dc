//! Contacts: mail addresses as sources write them, each contact once.

use cairn_model::Contact;
use cairn_model::vocabulary::fold;

use crate::once::push_unless;
use crate::organisations::has_word_of_office;

/// Adds a contact that says who it is or how to reach somebody, and is not known yet: a mail address or a telephone that it
/// lacks makes it no other.
pub(crate) fn add_contact(contacts: &mut Vec<Contact>, contact: Contact) {
    if contact.name.is_none() && contact.email.is_none() && contact.phone.is_none() {
        return;
    }
    push_unless(contacts, contact, |known, new| {
        known.name == new.name
            && (new.email.is_none() || known.email == new.email)
            && (new.phone.is_none() || known.phone == new.phone)
    });
}

/// The first mail address of a text, without `mailto:`; a name may stand around it, and others behind it. None when there is no
/// address.
pub(crate) fn mail(text: &str) -> Option<String> {
    text.split(|letter: char| letter.is_whitespace() || matches!(letter, ';' | ',' | '<' | '>' | '|'))
        .find_map(single_mail)
}

fn single_mail(word: &str) -> Option<String> {
    let address = match word.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &word[7..],
        _ => word,
    };
    // What stands behind a question mark is for the program that sends (RFC 6068).
    let address = address.split('?').next().unwrap_or_default().trim_matches(['(', ')', '.', '"', '\'']);
    let (local, domain) = address.split_once('@')?;
    let plausible = !local.is_empty() && domain.contains('.') && !domain.contains('@') && !address.contains(['/', '"']);
    plausible.then(|| address.to_owned())
}

/// The name in a text that may hold mail addresses: none where it holds nothing else.
pub(crate) fn name_beside_mail(text: &str) -> Option<String> {
    let before = text.split_once('<').map_or(text, |(name, _)| name).trim().trim_matches('"').trim();
    let is_mail = |word: &str| single_mail(word).is_some() || word.eq_ignore_ascii_case("mailto:");
    let words = before.split(|letter: char| letter.is_whitespace() || matches!(letter, ';' | ',' | '|'));
    let says_more = words.filter(|word| !word.is_empty()).any(|word| !is_mail(word));
    says_more.then(|| before.to_owned())
}

/// How persons are addressed, folded.
#[rustfmt::skip]
const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "dr", "eng", "prof", "mme", "mlle", "sr", "sra", "srta", "ing", "السيد", "السيدة", "الدكتور", "الدكتورة",
    "المهندس", "المهندسة",
];

/// Whether a name is written as a person's: as in a list of authors ("Family, Given"), where an office in a country is none, or
/// behind a title ("Dr Given Family").
pub(crate) fn is_name_of_person(name: &str) -> bool {
    let Some((family, given)) = name.split_once(',') else { return is_addressed(name) };
    let is_name = |part: &str, most: usize| {
        let mut words = part.split_whitespace();
        let is_first_name = words.clone().next().is_some_and(|word| word.starts_with(char::is_alphabetic));
        let are_few = words.clone().count() <= most;
        let are_words = words.all(|word| word.chars().all(|letter| letter.is_alphabetic() || ".'’-".contains(letter)));
        is_first_name && are_few && are_words
    };
    let is_country = cairn_model::Vocabularies::bundled().country(given.trim()).is_some();
    is_name(family, 3) && is_name(given, 2) && !is_country
}

/// Whether a title of persons and one to four words of letters stand there.
fn is_addressed(name: &str) -> bool {
    let mut words = name.split_whitespace();
    let is_title = words.next().is_some_and(|word| TITLES.contains(&fold(word).as_str()));
    let count = words.clone().count();
    let is_word = |word: &str| word.chars().all(|letter| letter.is_alphabetic() || ".'’-".contains(letter));
    is_title && (1..=4).contains(&count) && words.all(is_word) && !has_word_of_office(name)
}

#[cfg(test)]
mod tests {
    use cairn_model::Contact;

    use super::{add_contact, is_name_of_person, mail, name_beside_mail};

    #[test]
    fn a_family_name_and_a_given_name_are_a_person() {
        for name in [
            "Doe, Jane",
            "Doe, J. R.",
            "de la Cruz, Juan",
            "O'Neil-Doe, Mary Ann",
            "أحمد, سعاد",
            "Dr. Jane Doe",
            "Mme Jeanne Exemple",
            "السيدة سعاد",
        ] {
            assert!(is_name_of_person(name), "{name}");
        }
        for name in [
            "Office of Wells",
            "Bureau of Samples, Yemen",
            "Ministry of Water and Roads, Department 3",
            "Ministry of Labour, Social Affairs and Roads",
            "Wells, Roads, Camps",
            "Eng. 5 Brigade",
            "Dr",
            "",
            ",",
        ] {
            assert!(!is_name_of_person(name), "{name}");
        }
    }

    #[test]
    fn a_contact_that_says_less_of_one_that_is_known_is_not_added() {
        let desk = |email: Option<&str>| Contact {
            name: Some("Data Desk".to_owned()),
            email: email.map(str::to_owned),
            ..Contact::default()
        };
        let mut contacts = Vec::new();
        for contact in [desk(Some("desk@example.org")), desk(None), desk(Some("other@example.org")), Contact::default()]
        {
            add_contact(&mut contacts, contact);
        }
        assert_eq!(contacts, [desk(Some("desk@example.org")), desk(Some("other@example.org"))]);
    }

    #[test]
    fn a_mail_address_is_one_with_and_without_its_scheme() {
        for text in [
            "desk@example.org",
            " mailto:desk@example.org",
            "MAILTO: desk@example.org ",
            "mailto:desk@example.org?subject=Wells",
            "<desk@example.org>",
            "Data Desk <desk@example.org>",
            "desk@example.org;other@example.org",
            "desk@example.org, other@example.org",
            "Write to desk@example.org.",
        ] {
            assert_eq!(mail(text).as_deref(), Some("desk@example.org"), "{text}");
        }
        for text in ["", "@example.org", "desk at example.org", "see https://example.org/@desk", "a@b@example.org"] {
            assert_eq!(mail(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_beside_a_mail_address_is_kept() {
        for (text, name) in [
            ("Data Desk <desk@example.org>", Some("Data Desk")),
            ("Write to desk@example.org", Some("Write to desk@example.org")),
            ("Data Desk", Some("Data Desk")),
            ("mailto: desk@example.org", None),
            ("a@example.org; b@example.org", None),
        ] {
            assert_eq!(name_beside_mail(text).as_deref(), name, "{text}");
        }
    }
}
