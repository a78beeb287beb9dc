//! Who stands behind a dataset: publisher, owner, custodian, contacts.

use cairn_model::{Contact, Draft, DraftOrganisation, Partnership, Vocabularies};
use oxrdf::Term;

use super::Surroundings;
use crate::contacts::{add_contact, is_name_of_person, mail, name_beside_mail};
use crate::rdf::graph::{Node, code_of, plain_text};

/// Terms that name a party, and its role in the words of ISO 19115 (`CI_RoleCode`).
const PARTIES: &[(&str, &str)] = &[
    ("dcat:contactPoint", "pointOfContact"),
    ("adms:contactPoint", "pointOfContact"),
    ("schema:contactPoint", "pointOfContact"),
    ("dcatde:maintainer", "maintainer"),
    ("schema:maintainer", "maintainer"),
    ("dcatde:originator", "originator"),
    ("dct:creator", "creator"),
    ("dc:creator", "creator"),
    ("schema:creator", "creator"),
    ("dct:contributor", "contributor"),
    ("dct:publisher", "publisher"),
    ("dct:rightsHolder", "rightsHolder"),
    ("geodcat:distributor", "distributor"),
    ("geodcat:custodian", "custodian"),
    ("geodcat:owner", "owner"),
    ("geodcat:processor", "processor"),
    ("geodcat:resourceProvider", "resourceProvider"),
    ("geodcat:principalInvestigator", "principalInvestigator"),
];

/// Classes of persons.
const PERSONS: &[&str] = &["foaf:Person", "vcard:Individual", "schema:Person", "prov:Person"];

/// Fills in organisations and contacts.
pub(super) fn fill(dataset: Node<'_>, around: &Surroundings<'_>, draft: &mut Draft) {
    let attributed = attributions(dataset);
    let party = |names: &[&'static str], may_be_person: bool| {
        let may_be = |term: &&Term| may_be_person || !is_person(dataset, term);
        let of_name = |name: &&'static str| dataset.terms(name).filter(may_be).collect::<Vec<_>>();
        let terms = names.iter().map(of_name).find(|terms| !terms.is_empty())?;
        // One that the document gives a name comes before one that is an address and no more.
        let named = terms.iter().copied().find(|term| is_named(dataset, term));
        organisation(dataset, named.or_else(|| terms.first().copied())?)
    };
    let in_role =
        |role: &str| attributed.iter().find(|(known, _)| known == role).and_then(|(_, agent)| organisation_of(*agent));
    draft.publisher = party(&["dct:publisher", "dc:publisher", "schema:publisher"], true)
        .or_else(|| in_role("publisher"))
        .or_else(|| {
            let catalogue = around
                .catalogues
                .iter()
                .find_map(|catalogue| organisation(*catalogue, catalogue.terms("dct:publisher").next()?));
            party(&["dcatde:maintainer", "dct:creator", "dc:creator", "schema:creator"], false).or(catalogue)
        });
    draft.owner = party(&["dct:rightsHolder", "geodcat:owner"], true).or_else(|| in_role("owner"));
    draft.custodian = party(&["geodcat:custodian"], true).or_else(|| in_role("custodian"));
    contacts(dataset, draft);
    for (role, agent) in attributed {
        if let Some(contact) = contact_of(agent, &role, draft.terms.listed_openly) {
            add_contact(&mut draft.contacts, contact);
        }
    }
    contributors(dataset, draft);
}

/// `prov:qualifiedAttribution`: agents with the roles that they had.
fn attributions(dataset: Node<'_>) -> Vec<(String, Node<'_>)> {
    let mut found = Vec::new();
    for attribution in dataset.terms("prov:qualifiedAttribution").filter_map(|term| dataset.follow(term)) {
        let role = attribution.terms("dcat:hadRole").find_map(code_of).unwrap_or_default();
        for agent in attribution.terms("prov:agent").filter_map(|term| attribution.follow(term)) {
            found.push((role.clone(), agent));
        }
    }
    found
}

/// An organisation that is a text, an address, or a node that is described.
fn organisation(node: Node<'_>, term: &Term) -> Option<DraftOrganisation> {
    match node.follow(term).and_then(organisation_of) {
        Some(organisation) => Some(organisation),
        None => Some(DraftOrganisation { id: None, name: body_of(term).or_else(|| plain_text(term))?, kind: None }),
    }
}

/// The code of a body of the European Union, by which it is known without its name (`…/authority/corporate-body/ESTAT`).
fn body_of(term: &Term) -> Option<String> {
    let Term::NamedNode(body) = term else { return None };
    let code = body.as_str().split_once("publications.europa.eu/resource/authority/corporate-body/")?.1;
    (!code.is_empty()).then(|| code.to_owned())
}

/// Whether a term is a name in words, or of a node that has one.
fn is_named(node: Node<'_>, term: &Term) -> bool {
    matches!(term, Term::Literal(_)) || node.follow(term).and_then(organisation_of).is_some()
}

/// Whether a term is a person: by its class, or by its name where there is no node of it.
fn is_person(node: Node<'_>, term: &Term) -> bool {
    match node.follow(term) {
        Some(agent) if agent.is_a(PERSONS) => true,
        Some(agent) => organisation_name(agent).is_some_and(|name| is_name_of_person(&name)),
        None => plain_text(term).is_some_and(|name| is_name_of_person(&name)),
    }
}

fn organisation_of(agent: Node<'_>) -> Option<DraftOrganisation> {
    let name = organisation_name(agent).or_else(|| agent.label())?;
    let kinds = agent.terms("dct:type").flat_map(|term| [agent.words(term), code_of(term)]);
    let kind = kinds.flatten().find(|kind| Vocabularies::bundled().organisation_type(kind).is_some());
    Some(DraftOrganisation { id: None, name, kind })
}

fn organisation_name(agent: Node<'_>) -> Option<String> {
    let names = [
        "foaf:name",
        "vcard:organization-name",
        "vcard:organisation-name",
        "schema:name",
        "skos:prefLabel",
        "rov:legalName",
    ];
    names.iter().find_map(|name| agent.texts_by_language(&[name]).best("en").map(str::to_owned))
}

fn contacts(dataset: Node<'_>, draft: &mut Draft) {
    let openly = draft.terms.listed_openly;
    for (name, role) in PARTIES {
        for term in dataset.terms(name) {
            let contact = match dataset.follow(term) {
                Some(agent) => contact_of(agent, role, openly),
                None => plain_text(term).and_then(|text| contact_of_text(&text, role, openly)),
            };
            // A party whom nobody can write to is a credit, and no contact.
            let contact = contact
                .filter(|contact| *role == "pointOfContact" || contact.email.is_some() || contact.phone.is_some());
            if let Some(contact) = contact {
                add_contact(&mut draft.contacts, contact);
            }
        }
    }
}

fn contact_of(agent: Node<'_>, role: &str, openly: bool) -> Option<Contact> {
    let name = [
        "vcard:fn",
        "foaf:name",
        "schema:name",
        "vcard:organization-name",
        "vcard:hasFN",
        "rdfs:label",
        "skos:prefLabel",
    ]
    .iter()
    .find_map(|name| agent.texts_by_language(&[name]).best("en").map(str::to_owned));
    let values = |names: &[&'static str]| -> Vec<String> {
        let value = |term: &&Term| {
            let inside = agent.follow(term).and_then(|node| node.text(&["vcard:hasValue", "vcard:value", "rdf:value"]));
            inside.or_else(|| plain_text(term))
        };
        agent.all_terms(names).iter().filter_map(value).collect()
    };
    let email =
        values(&["vcard:hasEmail", "vcard:email", "foaf:mbox", "schema:email"]).iter().find_map(|text| mail(text));
    let phone = values(&["vcard:hasTelephone", "vcard:tel", "foaf:phone", "schema:telephone"]).into_iter().next();
    let phone = phone.map(|text| text.trim_start_matches("tel:").to_owned());
    let says_something = name.is_some() || email.is_some() || phone.is_some();
    says_something.then(|| Contact { name, email, phone, role: Some(role.to_owned()), published_openly: openly })
}

fn contact_of_text(text: &str, role: &str, openly: bool) -> Option<Contact> {
    let email = mail(text);
    // An address of a page is all that some records say of whom to ask.
    let name = name_beside_mail(text);
    (email.is_some() || name.is_some()).then(|| Contact {
        name,
        email,
        phone: None,
        role: Some(role.to_owned()),
        published_openly: openly,
    })
}

/// Creators and contributors that are organisations of their own beside the publisher.
fn contributors(dataset: Node<'_>, draft: &mut Draft) {
    for (name, role) in
        [("dct:creator", "creator"), ("dct:contributor", "contributor"), ("dcatde:originator", "originator")]
    {
        for term in dataset.terms(name) {
            let Some(agent) = dataset.follow(term) else { continue };
            if agent.is_a(PERSONS) {
                continue;
            }
            let Some(organisation) = organisation_of(agent) else { continue };
            let is_publisher = draft.publisher.as_ref().is_some_and(|publisher| publisher.name == organisation.name);
            if !is_publisher && !draft.partnerships.iter().any(|known| known.partner == organisation.name) {
                let role = Some(role.to_owned());
                draft.partnerships.push(Partnership { partner: organisation.name, role, ..Partnership::default() });
            }
        }
    }
}
