//! Contacts: mail addresses, and each contact once.

use cairn_model::Contact;

use crate::once::push_unless;

/// Adds a contact that says how to reach somebody or who it is, unless it is there already.
pub(crate) fn add_contact(contacts: &mut Vec<Contact>, contact: Contact) {
    let says_something = contact.name.is_some() || contact.email.is_some() || contact.phone.is_some();
    if says_something {
        push_unless(contacts, contact, |known, new| {
            known.name == new.name && known.email == new.email && known.phone == new.phone
        });
    }
}

/// A mail address, without `mailto:`; none when the text is no address.
pub(crate) fn mail(text: &str) -> Option<String> {
    let text = text.trim();
    let address = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, domain) = address.split_once('@')?;
    let plausible = !local.is_empty() && domain.contains('.') && !address.contains([' ', '/', '<', '>', '"', '\n']);
    plausible.then(|| address.to_owned())
}
