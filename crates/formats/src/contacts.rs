//! Contacts: mail addresses as sources write them, each contact once.

use cairn_model::Contact;

use crate::once::push_unless;

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

/// A mail address, without `mailto:`; none when the text is no address.
pub(crate) fn mail(text: &str) -> Option<String> {
    let text = text.trim();
    let address = match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => text[7..].trim_start(),
        _ => text,
    };
    let (local, domain) = address.split_once('@')?;
    let plausible = !local.is_empty() && domain.contains('.') && !address.contains([' ', '/', '<', '>', '"', '\n']);
    plausible.then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use cairn_model::Contact;

    use super::{add_contact, mail};

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
        for text in ["desk@example.org", " mailto:desk@example.org", "MAILTO: desk@example.org "] {
            assert_eq!(mail(text).as_deref(), Some("desk@example.org"), "{text}");
        }
        for text in ["", "@example.org", "desk at example.org", "see https://example.org/@desk", "<desk@example.org>"] {
            assert_eq!(mail(text), None, "{text}");
        }
    }
}
