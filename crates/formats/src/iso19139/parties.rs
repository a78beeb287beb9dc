//! Responsible parties: organisations by their roles, and whom to ask.

use cairn_model::{Contact, Draft, DraftOrganisation, Partnership};

use super::Metadata;
use super::text::{code, plain};
use crate::contacts::{add_contact, mail};
use crate::once::push_new;
use crate::xml::{ANY, Element};

/// Parties of a record that are read: some records of programmes credit hundreds.
const MOST: usize = 200;

/// Roles in which an organisation takes part in the data without deciding about it.
const TAKES_PART: &[&str] = &[
    "originator",
    "processor",
    "sponsor",
    "funder",
    "collaborator",
    "contributor",
    "coauthor",
    "mediator",
    "rightsholder",
    "stakeholder",
    "partner",
    "resourceprovider",
];

/// Roles by which the publisher is found where none is named, the closest first.
const STANDS_FOR_PUBLISHER: &[&str] = &[
    "publisher",
    "distributor",
    "resourceprovider",
    "pointofcontact",
    "owner",
    "custodian",
    "originator",
    "author",
    "principalinvestigator",
    "processor",
    "",
];

/// Somebody who is responsible: `CI_ResponsibleParty` (2003) or one party of a `CI_Responsibility` (2014).
#[derive(Default)]
struct Party {
    organisation: Option<String>,
    individual: Option<String>,
    position: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    role: Option<String>,
}

/// Fills in organisations, contacts and those who take part.
pub(super) fn fill(metadata: &Metadata<'_, '_>, draft: &mut Draft) {
    let mut of_data = Vec::new();
    for path in [&["pointOfContact"][..], &["citation", ANY, "citedResponsibleParty"]] {
        of_data.extend(metadata.identified(path));
    }
    let distributors = metadata.root.all(&["distributionInfo", ANY, "distributor", ANY, "distributorContact"]);
    let of_record = metadata.root.all(&["contact"]);
    let mut parties: Vec<Party> = Vec::new();
    for property in of_data.into_iter().chain(distributors).chain(of_record).take(MOST) {
        for responsibility in property.elements() {
            read(responsibility, &mut parties);
        }
    }
    let with_role = |role: &str| {
        let mut matching = parties.iter().filter(|party| party.is_of(role));
        matching.find_map(Party::organisation)
    };
    draft.owner = with_role("owner");
    draft.custodian = with_role("custodian");
    draft.steward = with_role("steward").or_else(|| with_role("datasteward"));
    let anybody = || parties.iter().filter(|party| !party.is_of("user")).find_map(Party::organisation);
    draft.publisher = STANDS_FOR_PUBLISHER.iter().find_map(|role| with_role(role)).or_else(anybody);
    let named: Vec<String> = [&draft.publisher, &draft.owner, &draft.custodian, &draft.steward]
        .into_iter()
        .flatten()
        .map(|organisation| organisation.name.clone())
        .collect();
    for party in parties.iter().take(MOST) {
        let Some(name) = party.organisation.as_ref().filter(|name| !named.contains(name)) else { continue };
        let takes_part = TAKES_PART.iter().any(|role| party.is_of(role));
        if takes_part {
            let role = party.role.clone();
            push_new(&mut draft.partnerships, Partnership { partner: name.clone(), role, ..Partnership::default() });
        }
    }
    let openly = draft.terms.listed_openly;
    for party in parties {
        if let Some(contact) = party.contact(openly) {
            add_contact(&mut draft.contacts, contact);
        }
    }
}

fn read(responsibility: &Element<'_>, parties: &mut Vec<Party>) {
    let role = responsibility.child("role").and_then(code);
    let of_2014 = responsibility.all(&["party", ANY]);
    if of_2014.is_empty() {
        let names: Vec<String> = ["individualFirstName", "individualLastName"]
            .iter()
            .filter_map(|name| responsibility.child(name).and_then(plain))
            .collect();
        let split = (!names.is_empty()).then(|| names.join(" "));
        let mut party = Party {
            organisation: responsibility.child("organisationName").and_then(plain),
            individual: responsibility.child("individualName").and_then(plain).or(split),
            position: responsibility.child("positionName").and_then(plain),
            role,
            ..Party::default()
        };
        party.reach_by(responsibility);
        parties.push(party);
        return;
    }
    for stated in of_2014 {
        let is_individual = stated.name().contains("Individual");
        let name = stated.child("name").and_then(plain);
        let people: Vec<&Element<'_>> = stated.all(&["individual", ANY]);
        let mut party = Party { role: role.clone(), ..Party::default() };
        if is_individual {
            party.individual = name;
            party.position = stated.child("positionName").and_then(plain);
        } else {
            party.organisation = name;
            party.individual = people.iter().find_map(|person| person.child("name").and_then(plain));
            party.position = people.iter().find_map(|person| person.child("positionName").and_then(plain));
        }
        party.reach_by(stated);
        for person in people {
            party.reach_by(person);
        }
        parties.push(party);
    }
}

impl Party {
    fn is_of(&self, role: &str) -> bool {
        self.role.as_deref().unwrap_or_default().eq_ignore_ascii_case(role)
    }

    fn organisation(&self) -> Option<DraftOrganisation> {
        let name = self.organisation.clone()?;
        Some(DraftOrganisation { name, ..DraftOrganisation::default() })
    }

    /// Takes mail address and telephone from a party, where it has none yet.
    fn reach_by(&mut self, stated: &Element<'_>) {
        for information in stated.all(&["contactInfo", ANY]) {
            let mails = information.all(&["address", ANY, "electronicMailAddress"]);
            let email = mails.into_iter().filter_map(plain).find_map(|text| mail(&text));
            self.email = self.email.take().or(email);
            for telephone in information.all(&["phone", ANY]) {
                let kind = telephone.child("numberType").and_then(code);
                let is_fax = kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("voice"));
                let number = telephone.child("voice").or_else(|| telephone.child("number").filter(|_| !is_fax));
                let numbers = number.and_then(plain);
                let numbers = numbers.or_else(|| telephone.child("directNumber").and_then(plain));
                self.phone = self.phone.take().or(numbers);
            }
        }
    }

    /// Whom to ask. Somebody whom nobody can reach is a credit, and no contact.
    fn contact(self, openly: bool) -> Option<Contact> {
        if self.email.is_none() && self.phone.is_none() {
            return None;
        }
        let desk = match (self.position, self.organisation) {
            (Some(position), Some(organisation)) => Some(format!("{position}, {organisation}")),
            (position, organisation) => position.or(organisation),
        };
        Some(Contact {
            name: self.individual.or(desk),
            email: self.email,
            phone: self.phone,
            role: self.role,
            published_openly: openly,
        })
    }
}
