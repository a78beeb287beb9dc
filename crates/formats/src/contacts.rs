//! Contacts: mail addresses as sources write them, each contact once.

use cairn_model::Contact;

/// Adds a contact that says anything and is not known yet.
pub(crate) fn add_contact(contacts: &mut Vec<Contact>, contact: Contact) {
    let Contact { name, email, phone, .. } = &contact;
    if name.is_none() && email.is_none() && phone.is_none() {
        return;
    }
    let is_known = |known: &Contact| {
        known.name == *name && (email.is_none() || known.email == *email) && (phone.is_none() || known.phone == *phone)
    };
    if !contacts.iter().any(is_known) {
        contacts.push(contact);
    }
}

/// A mail address, without `mailto:`; none when the text is no address.
pub(crate) fn mail(text: &str) -> Option<String> {
    let text = text.trim();
    let address = text.strip_prefix("mailto:").unwrap_or(text).trim();
    let (local, domain) = address.split_once('@')?;
    let plausible = !local.is_empty() && domain.contains('.') && !address.contains([' ', '/', '<', '>', '"', '\n']);
    plausible.then(|| address.to_owned())
}
