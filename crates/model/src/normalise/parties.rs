//! Who stands behind a record: organisations and contacts.

use super::reading::{Path, Reading};
use super::text::Limit;
use crate::party::organisation_id;
use crate::{Contact, DraftOrganisation, Organisation};

const MOST_CONTACTS: usize = 200;

/// An organisation under the source's own slug, else under one made from its name.
pub(super) fn organisation(
    reading: &mut Reading<'_>,
    field: &str,
    draft: Option<DraftOrganisation>,
) -> Option<Organisation> {
    let draft = draft?;
    let name = reading.text(Path::Part(field, "name"), Limit::Line, draft.name);
    let stated_id = reading.optional(Path::Part(field, "id"), Limit::Keyword, draft.id);
    let name = name.or_else(|| stated_id.clone())?;
    let id = stated_id.unwrap_or_else(|| id_of(&name));
    let kind = reading.optional(Path::Part(field, "kind"), Limit::Keyword, draft.kind).and_then(|text| {
        let code = reading.vocabularies.organisation_type(&text).map(str::to_owned);
        if code.is_none() {
            reading.problem_with(
                "unknown-organisation-type",
                Path::Part(field, "kind"),
                "no known type of organisation",
                &text,
            );
        }
        code
    });
    Some(Organisation { id, name, kind })
}

/// The id of an organisation that is named by name alone. A name of signs only is its own id.
pub(super) fn id_of(name: &str) -> String {
    let id = organisation_id(name);
    if id.is_empty() { name.to_lowercase() } else { id }
}

/// Contacts that say anything at all.
pub(super) fn contacts(reading: &mut Reading<'_>, mut contacts: Vec<Contact>) -> Vec<Contact> {
    reading.at_most("contacts", MOST_CONTACTS, &mut contacts);
    let mut kept: Vec<Contact> = Vec::with_capacity(contacts.len());
    for (index, contact) in contacts.into_iter().enumerate() {
        let mut part =
            |name: &'static str, text| reading.optional(Path::Member("contacts", index, name), Limit::Line, text);
        let contact = Contact {
            name: part("name", contact.name),
            email: part("email", contact.email).map(without_mailto),
            phone: part("phone", contact.phone),
            role: part("role", contact.role),
            published_openly: contact.published_openly,
        };
        let says_something = contact.name.is_some() || contact.email.is_some() || contact.phone.is_some();
        if says_something && !kept.contains(&contact) {
            kept.push(contact);
        }
    }
    kept
}

/// The address of a `mailto:` link, as DCAT writes mail addresses.
fn without_mailto(email: String) -> String {
    match email.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => email[7..].to_owned(),
        _ => email,
    }
}
