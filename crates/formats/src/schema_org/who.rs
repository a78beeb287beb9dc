//! Who stands behind a dataset: publisher, owner, creators, funders, contacts.

use cairn_model::{Contact, Draft, DraftOrganisation, Partnership};

use super::text::words_of;
use super::walk::is_a;
use crate::contacts::{add_contact, mail};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};

/// Keys of parties and their roles.
const ROLES: &[(&str, &str)] = &[
    ("contactPoint", "pointOfContact"),
    ("maintainer", "maintainer"),
    ("creator", "creator"),
    ("author", "author"),
    ("contributor", "contributor"),
    ("publisher", "publisher"),
    ("provider", "distributor"),
];

/// Fills in organisations and contacts.
pub(super) fn fill(fields: &Fields<'_>, draft: &mut Draft) {
    let stated = ["publisher", "sourceOrganization", "provider", "sdPublisher"];
    draft.publisher = stated.iter().find_map(|key| organisation(fields.list(key).first()?));
    if draft.publisher.is_none() {
        let creators = ["creator", "author"].iter().flat_map(|key| fields.list(key));
        draft.publisher = creators.filter(|value| !is_person(value)).find_map(organisation);
    }
    draft.owner = fields.list("copyrightHolder").iter().filter(|value| !is_person(value)).find_map(organisation);
    contacts(fields, draft);
    contributors(fields, draft);
}

fn is_person(value: &Value<'_>) -> bool {
    value.object().is_some_and(|parts| is_a(parts, &["Person"]) || parts.get("familyName").is_some())
}

fn organisation(value: &Value<'_>) -> Option<DraftOrganisation> {
    Some(DraftOrganisation { id: None, name: name_of(value)?, kind: None })
}

/// What a party is called. One that is only referred to, by the name of a node that the document does not describe
/// (`#org`, `_:b0`), is not called anything.
fn name_of(value: &Value<'_>) -> Option<String> {
    let name = words_of(value)?;
    let is_reference = value.object().is_some() && (name.starts_with('#') || name.starts_with("_:"));
    (!is_reference).then_some(name)
}

fn contacts(fields: &Fields<'_>, draft: &mut Draft) {
    let openly = draft.terms.listed_openly;
    for (key, role) in ROLES {
        for party in fields.list(key).iter().filter_map(Value::object) {
            let own = contact(party, role, openly);
            // A party whom nobody can write to is a credit, and no contact.
            if *role == "pointOfContact" || own.email.is_some() || own.phone.is_some() {
                add_contact(&mut draft.contacts, own);
            }
            for desk in party.list("contactPoint").iter().filter_map(Value::object) {
                let mut contact = contact(desk, "pointOfContact", openly);
                contact.name = contact.name.or_else(|| party.get("name").and_then(any_text));
                add_contact(&mut draft.contacts, contact);
            }
        }
    }
}

fn contact(party: &Fields<'_>, role: &str, openly: bool) -> Contact {
    let phone = party.text("telephone").map(|text| text.trim_start_matches("tel:").to_owned());
    Contact {
        name: ["name", "contactType"].iter().find_map(|key| any_text(party.get(key)?)),
        email: party.text("email").and_then(|text| mail(&text)),
        phone,
        role: Some(role.to_owned()),
        published_openly: openly,
    }
}

/// Organisations beside the publisher.
fn contributors(fields: &Fields<'_>, draft: &mut Draft) {
    for (key, role) in [
        ("creator", "creator"),
        ("author", "author"),
        ("contributor", "contributor"),
        ("funder", "funder"),
        ("sponsor", "sponsor"),
    ] {
        for value in fields.list(key).iter().filter(|value| !is_person(value)) {
            let Some(partner) = name_of(value) else { continue };
            let is_publisher = draft.publisher.as_ref().is_some_and(|publisher| publisher.name == partner);
            if !is_publisher && !draft.partnerships.iter().any(|known| known.partner == partner) {
                let role = Some(role.to_owned());
                draft.partnerships.push(Partnership { partner, role, ..Partnership::default() });
            }
        }
    }
}
