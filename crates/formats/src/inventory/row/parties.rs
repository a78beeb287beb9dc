//! Who stands behind a row: organisations, and persons, who are never taken for one.

use cairn_model::{Contact, Draft, DraftOrganisation, Partnership};

use super::super::aliases::key_of;
use super::super::columns::{Column, split_label};
use super::{Cells, Comma};
use crate::contacts::{add_contact, is_name_of_person};
use crate::organisations::{has_word_of_office, is_certain, is_known};

/// Headers over those who look after the data, under which most lists name persons, and what says so of any header (`Owner (person)`).
const PERSONS: &[&str] = &[
    "data manager",
    "maintained by",
    "maintainer",
    "gestionnaire",
    "gestionnaire des données",
    "gestor de datos",
    "administrador de datos",
    "responsable de los datos",
    "مدير البيانات",
    "مسؤول البيانات",
    "المشرف على البيانات",
    "person",
    "individual",
    "personne",
    "persona",
    "الشخص",
];

/// What stands in columns of organisations and is none.
#[derive(Default)]
struct Beside {
    /// Organisations behind the first in a cell, each with the role of that and the header.
    others: Vec<(String, &'static str, String)>,
    persons: Vec<Contact>,
    addresses: Vec<String>,
}

/// Fills in the organisations and the contacts.
pub(super) fn fill(cells: &mut Cells<'_>, draft: &mut Draft) {
    let mut beside = Beside::default();
    let kind = cells.one(Column::OrganisationType);
    let publisher = organisation(cells, Column::Organisation, "publisher", &mut beside);
    draft.publisher = publisher.map(|publisher| DraftOrganisation { kind, ..publisher });
    // Whoever lists a holding and names no other owner speaks of their own.
    let owner = organisation(cells, Column::Owner, "owner", &mut beside);
    draft.owner = owner.or_else(|| draft.publisher.clone());
    draft.custodian = organisation(cells, Column::Custodian, "custodian", &mut beside);
    draft.steward = organisation(cells, Column::Steward, "pointOfContact", &mut beside);
    add_contact(&mut draft.contacts, stated_contact(cells));
    for person in beside.persons {
        add_contact(&mut draft.contacts, person);
    }
    for (partner, role, label) in beside.others {
        if draft.partnerships.iter().any(|known| known.partner == partner) {
            continue;
        }
        let message = "the cell names several organisations: the first is taken, and the others that are known for such are partners";
        cells.report("several-organisations", &label, message, Some(&partner));
        if !is_certain(&partner) {
            continue; // It may be a person.
        }
        draft.partnerships.push(Partnership { partner, role: Some(role.to_owned()), ..Partnership::default() });
    }
    if draft.landing_page.is_none() {
        draft.landing_page = beside.addresses.into_iter().next();
    }
}

/// The surest organisation of a column. Cells with a mail address, a telephone or the name of a person are contacts, and an
/// address of the web is where the data is found: many name their source so.
fn organisation(
    cells: &Cells<'_>,
    wanted: Column,
    role: &'static str,
    beside: &mut Beside,
) -> Option<DraftOrganisation> {
    let mut found = None;
    for (_, rank, label, cell) in cells.sorted.iter().filter(|(column, ..)| *column == wanted) {
        let cell = cell.trim();
        if ["http://", "https://", "www."].iter().any(|begin| cell.starts_with(begin)) && !cell.contains(' ') {
            beside.addresses.push(cell.to_owned());
            continue;
        }
        let contact = contact_of(cell);
        let is_reached = contact.email.is_some() || contact.phone.is_some();
        // What a mapping names is what it says.
        let is_of_persons = *rank > 0 && is_over_persons(label) && !is_known(cell);
        let is_person = is_name_of_person(cell) && !has_word_of_office(cell) && !starts_with_known(cell);
        let name = if is_reached || is_of_persons || is_person {
            // An organisation that is known stays one beside its address.
            let known = contact.name.clone().filter(|name| is_known(name));
            beside.persons.push(Contact { role: Some(role.to_owned()), ..contact });
            known
        } else {
            let mut names = several(cells, cell).into_iter();
            let first = names.next().map(str::to_owned);
            beside.others.extend(names.map(|name| (name.to_owned(), role, (*label).to_owned())));
            first
        };
        found = found.or(name);
    }
    found.map(|name| DraftOrganisation { id: None, name, kind: None })
}

/// The organisations that a cell names. A comma and a slash may stand in a name: they separate where each part is known. So does what
/// separates values, and between them no part may be a person.
fn several<'c>(cells: &Cells<'_>, cell: &'c str) -> Vec<&'c str> {
    let is_said = |part: &&str| !part.is_empty();
    let parts: Vec<&str> = cells.split(cell, Comma::Belongs).into_iter().filter(is_said).collect();
    let is_person = |part: &&str| is_name_of_person(part) && !has_word_of_office(part) && !starts_with_known(part);
    if parts.len() > 1 {
        return if parts.iter().any(is_person) { vec![cell] } else { parts };
    }
    let parts: Vec<&str> = cell.split([',', '/', '،']).map(str::trim).collect();
    if parts.iter().all(|part| is_known(part)) && !is_known(cell) { parts } else { vec![cell] }
}

/// "UNHCR, Protection": a part of an organisation that is known.
fn starts_with_known(cell: &str) -> bool {
    cell.split_once(',').is_some_and(|(first, _)| is_known(first))
}

fn is_over_persons(label: &str) -> bool {
    let (header, _) = split_label(label);
    let is_named = |part: &str| PERSONS.iter().any(|name| key_of(name) == key_of(part));
    header.split(['/', '|', '(', '[', ':', '\n', '–', '—']).any(is_named)
}

/// The contact of the columns that are there for one.
fn stated_contact(cells: &mut Cells<'_>) -> Contact {
    let named = Contact {
        name: cells.one(Column::ContactName),
        email: mail_of(cells, Column::ContactMail),
        phone: cells.one(Column::ContactPhone),
        role: Some("pointOfContact".to_owned()),
        published_openly: false,
    };
    match cells.one(Column::Contact).map(|text| contact_of(&text)) {
        Some(mixed) => Contact {
            name: named.name.or(mixed.name),
            email: named.email.or(mixed.email),
            phone: named.phone.or(mixed.phone),
            ..mixed
        },
        None => named,
    }
}

/// A mail address; what is none is reported without its text, which may be a person's.
fn mail_of(cells: &mut Cells<'_>, column: Column) -> Option<String> {
    let (.., label, cell) = *cells.sorted.iter().find(|(known, ..)| *known == column)?;
    let found = cell.split([' ', ';', ',', '<', '>', '\n']).find_map(mail);
    if found.is_none() {
        cells.report("not-a-mail-address", label, "the cell holds no mail address", None);
    }
    found
}

fn mail(word: &str) -> Option<String> {
    let word = word.trim().trim_start_matches("mailto:").trim_matches(['(', ')', '.', '"']);
    let (local, domain) = word.split_once('@')?;
    (!local.is_empty() && domain.contains('.')).then(|| word.to_owned())
}

/// Takes mail address and telephone number out of a cell; what is left is the name.
fn contact_of(text: &str) -> Contact {
    let mut contact = Contact { role: Some("pointOfContact".to_owned()), ..Contact::default() };
    let mut name = Vec::new();
    for part in
        text.split([';', ',', '\n', '<', '>', '/', '|', '(', ')']).map(str::trim).filter(|part| !part.is_empty())
    {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let is_phone = digits >= 6 && part.chars().all(|letter| letter.is_ascii_digit() || " +-.()".contains(letter));
        if let Some(email) = part.split_whitespace().find_map(mail) {
            contact.email.get_or_insert(email);
            let rest: Vec<&str> = part.split_whitespace().filter(|word| mail(word).is_none()).collect();
            if !rest.is_empty() {
                name.push(rest.join(" "));
            }
        } else if is_phone {
            contact.phone.get_or_insert_with(|| part.to_owned());
        } else {
            name.push(part.to_owned());
        }
    }
    contact.name = (!name.is_empty()).then(|| name.join(", "));
    contact
}
