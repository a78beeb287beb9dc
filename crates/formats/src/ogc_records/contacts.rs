//! Contacts of an OGC API record (OGC 20-004r1 §8.2.5): parties by role, and whom to ask.

use cairn_model::{Contact, Draft, DraftOrganisation};

use crate::contacts::{add_contact, mail};
use crate::json_object::Object;

/// Fills in publisher, owner, custodian and contacts.
pub(super) fn fill(properties: &Object<'_, '_>, draft: &mut Draft) {
    let parties: Vec<_> = ["contacts", "providers"].iter().flat_map(|key| properties.objects(key)).collect();
    for party in &parties {
        one(party, draft);
    }
    if draft.publisher.is_none() {
        let publisher = properties.names("publisher", &["name", "organization"]).into_iter().next();
        draft.publisher = publisher.or_else(|| producer(&parties)).map(named);
    }
}

/// Who produced the data answers for it where nobody is called the publisher.
fn producer(parties: &[Object<'_, '_>]) -> Option<String> {
    let mut producers =
        parties.iter().filter(|party| party.names("roles", &["name"]).iter().any(|role| role == "producer"));
    producers.find_map(|party| party.text("organization").or_else(|| party.text("name")))
}

fn one(party: &Object<'_, '_>, draft: &mut Draft) {
    let organisation = party.text("organization");
    let person = party.text("name").or_else(|| party.text("individualName"));
    let roles = party.names("roles", &["name"]);
    if let Some(name) = organisation.clone().or_else(|| person.clone()) {
        for role in &roles {
            let place = match role.as_str() {
                "publisher" => &mut draft.publisher,
                "owner" | "licensor" => &mut draft.owner,
                "custodian" | "host" => &mut draft.custodian,
                _ => continue,
            };
            place.get_or_insert_with(|| named(name.clone()));
        }
    }
    let email = first_value(party, "emails").or_else(|| party.text("email"));
    let written = email.as_deref().and_then(mail);
    if email.is_some() && written.is_none() {
        party.warn("not-a-mail-address", "emails", "the contact's address is no mail address");
    }
    let contact = Contact {
        name: person.or_else(|| party.text("position")).or(organisation),
        email: written,
        phone: first_value(party, "phones").or_else(|| party.text("phone")),
        role: roles.into_iter().next(),
        published_openly: draft.terms.listed_openly,
    };
    add_contact(&mut draft.contacts, contact);
}

fn first_value(party: &Object<'_, '_>, key: &str) -> Option<String> {
    party.names(key, &["value"]).into_iter().next()
}

fn named(name: String) -> DraftOrganisation {
    DraftOrganisation { id: None, name, kind: None }
}
