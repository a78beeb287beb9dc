//! Mail addresses and the contacts that have them.

use cairn_model::Contact;

/// A mail address, without `mailto:`; none when the text is no address.
pub(crate) fn mail(text: &str) -> Option<String> {
    let text = text.trim();
    let address = match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &text[7..],
        _ => text,
    };
    let (local, domain) = address.split_once('@')?;
    let plausible = !local.is_empty() && domain.contains('.') && !address.contains([' ', '/', '<', '>', '"', '\n']);
    plausible.then(|| address.to_owned())
}

/// Adds a contact that says something and is not there yet.
pub(crate) fn add_contact(contacts: &mut Vec<Contact>, contact: Contact) {
    if contact.name.is_none() && contact.email.is_none() && contact.phone.is_none() {
        return;
    }
    let is_known = contacts.iter().any(|known| {
        known.name == contact.name
            && (contact.email.is_none() || known.email == contact.email)
            && (contact.phone.is_none() || known.phone == contact.phone)
    });
    if !is_known {
        contacts.push(contact);
    }
}
