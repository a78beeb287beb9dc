//! Who stands behind a dataset: publisher and its parents, contacts.

use cairn_model::{Contact, Draft, DraftOrganisation, Partnership};

use crate::contacts::{add_contact, mail, name_beside_mail};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};

/// Organisations above each other that are looked at.
const MOST_PARENTS: usize = 8;

/// Fills in organisations and contacts.
pub(super) fn fill(fields: &Fields<'_>, draft: &mut Draft) {
    if let Some(publisher) = fields.list("publisher").first() {
        draft.publisher = organisation(publisher);
        parents(publisher, draft);
    }
    draft.publisher = draft.publisher.take().or_else(|| organisation(fields.list("creator").first()?));
    draft.owner = fields.list("rightsHolder").first().and_then(organisation);
    draft.steward = fields.list("dataSteward").first().and_then(organisation);
    contacts(fields, draft);
}

/// The name of an organisation that is an object or a text.
pub(super) fn name_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Object(parts) => {
            ["name", "prefLabel", "legalName", "title"].iter().find_map(|key| any_text(parts.get(key)?))
        }
        Value::List(values) => values.iter().find_map(name_of),
        value => any_text(value),
    }
}

fn organisation(value: &Value<'_>) -> Option<DraftOrganisation> {
    Some(DraftOrganisation { id: None, name: name_of(value)?, kind: None })
}

/// The organisations that the publisher belongs to (`subOrganizationOf`).
fn parents(publisher: &Value<'_>, draft: &mut Draft) {
    let mut child = publisher;
    for _ in 0..MOST_PARENTS {
        let Some(parent) = child.object().and_then(|parts| parts.list("subOrganizationOf").first()) else { return };
        if let Some(partner) = name_of(parent) {
            let role = Some("parent organisation".to_owned());
            draft.partnerships.push(Partnership { partner, role, ..Partnership::default() });
        }
        child = parent;
    }
}

fn contacts(fields: &Fields<'_>, draft: &mut Draft) {
    let openly = draft.terms.listed_openly;
    let desk_mail = fields.text("mbox").and_then(|text| mail(&text));
    for (key, role) in [("contactPoint", "pointOfContact"), ("creator", "creator"), ("contributor", "contributor")] {
        for value in fields.list(key) {
            let email =
                |parts: &Fields<'_>| parts.first_text(&["hasEmail", "email", "mbox"]).and_then(|text| mail(&text));
            let contact = match value {
                Value::Object(parts) => Contact {
                    name: ["fn", "name", "organization-name"].iter().find_map(|key| any_text(parts.get(key)?)),
                    email: email(parts),
                    phone: parts
                        .first_text(&["hasTelephone", "tel", "phone"])
                        .map(|text| text.trim_start_matches("tel:").to_owned()),
                    role: Some(role.to_owned()),
                    published_openly: openly,
                },
                // Project Open Data 1.0: a name here, and the mail address in `mbox`.
                value => {
                    let text = any_text(value);
                    let own = text.as_deref().and_then(mail);
                    Contact {
                        name: text.as_deref().and_then(name_beside_mail),
                        email: own.or_else(|| desk_mail.clone()),
                        phone: None,
                        role: Some(role.to_owned()),
                        published_openly: openly,
                    }
                }
            };
            // A creator whom nobody can write to is a credit, and no contact.
            if role == "pointOfContact" || contact.email.is_some() || contact.phone.is_some() {
                add_contact(&mut draft.contacts, contact);
            }
        }
    }
    if draft.contacts.is_empty() {
        let contact = Contact {
            email: desk_mail,
            role: Some("pointOfContact".to_owned()),
            published_openly: openly,
            ..Contact::default()
        };
        add_contact(&mut draft.contacts, contact);
    }
}
