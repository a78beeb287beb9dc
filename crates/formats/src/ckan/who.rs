//! Who stands behind a package: organisation, contacts.

use cairn_model::vocabulary::fold;
use cairn_model::{Contact, Draft, DraftOrganisation, Partnership, Problem};

use super::package::Package;
use crate::contacts::{is_name_of_person, mail};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value, texts_of};

/// Fills in organisations and contacts.
///
/// The CKAN organisation decides about the record, so it is the owner, and it publishes it on the portal, unless HDX names
/// one other organisation as its source (`dataset_source`). Only without a CKAN organisation is the publisher taken from
/// all that the record says (`publisher`, `dataset_source`, `author`). Several sources are contributors.
pub(super) fn fill(package: &mut Package<'_>, draft: &mut Draft) {
    let organisation = organisation(package);
    let stated = stated_publisher(package);
    draft.contacts = contacts(package, draft.terms.listed_openly);
    if let (Some(organisation), Some(stated)) = (&organisation, &stated)
        && !organisation.name.eq_ignore_ascii_case(&stated.name)
    {
        // Who publishes at the place where the portal harvested is worth asking.
        let email = package.text(&["publisher_email"]).and_then(|text| mail(&text));
        add_contact(&mut draft.contacts, Some(stated.name.clone()), email, "publisher", draft.terms.listed_openly);
    }
    draft.custodian = package.text(&["custodian"]).map(named);
    draft.steward = package.text(&["data_steward", "steward"]).map(named);
    let source = package.text(&["dataset_source"]);
    if let (Some(organisation), Some(source)) = (&organisation, &source) {
        sources(source, organisation, draft);
    }
    draft.publisher = match (&organisation, source) {
        (Some(organisation), Some(source)) if is_one_other_organisation(&source, organisation) => Some(named(source)),
        (Some(organisation), _) => Some(organisation.clone()),
        (None, source) => stated.or_else(|| source.or_else(|| author(package)).map(named)),
    };
    draft.owner = organisation;
}

/// The author, where it is no person by its name.
fn author(package: &Package<'_>) -> Option<String> {
    package.text(&["author"]).filter(|name| !is_name_of_person(name))
}

/// Words that tell that a source is not one organisation, or a sentence and no name.
const WORDS_OF_LISTS: &[&str] = &[
    "and",
    "et",
    "y",
    "by",
    "par",
    "por",
    "multiple",
    "multiples",
    "various",
    "several",
    "source",
    "sources",
    "partner",
    "partners",
    "organizations",
    "divers",
    "diverses",
    "varios",
    "varias",
    "fuentes",
    "partenaires",
    "socios",
    "others",
    "autres",
    "otros",
];

/// Most characters of an organisation's name; what is longer is a description.
const LONGEST_NAME: usize = 120;

/// What stands between the names of a list for certain; other signs may belong to a name.
const BETWEEN_NAMES: [char; 6] = [',', ';', '|', '\n', '،', '؛'];

/// Keeps sources that are not one organisation: each as a contributor, words that name nobody ("Multiple sources") as text.
/// A contributor's name is left out under the Chatham House Rule, a text is not, so no name goes into one.
fn sources(source: &str, organisation: &DraftOrganisation, draft: &mut Draft) {
    if is_one_other_organisation(source, organisation) {
        return;
    }
    for name in source.split(BETWEEN_NAMES).flat_map(joined_names) {
        let words = words_of(name);
        if words.is_empty() || is_same_organisation(name, &words, organisation) {
            continue;
        }
        if words.iter().all(|word| WORDS_OF_LISTS.contains(&word.as_str())) {
            let text = format!("Source: {name}");
            draft.methodology =
                Some(draft.methodology.take().map_or(text.clone(), |methodology| format!("{methodology}\n\n{text}")));
        } else if !draft.partnerships.iter().any(|known| known.partner == name) {
            let role = Some("source".to_owned());
            draft.partnerships.push(Partnership { partner: name.to_owned(), role, ..Partnership::default() });
        }
    }
}

/// Words between the last two names of a list.
const BEFORE_THE_LAST: [&str; 5] = [" and ", " et ", " y ", " & ", " و "];

/// The names in an entry of a list. Its last entry may hold two, and "others" beside one: a name may itself have such a word in
/// it (`Water and Roads`), so that two are told apart only where one of them is initials.
fn joined_names(entry: &str) -> Vec<&str> {
    let entry = entry.trim();
    let is_filler = |text: &str| words_of(text).iter().all(|word| WORDS_OF_LISTS.contains(&word.as_str()));
    for word in BEFORE_THE_LAST {
        // `…, and WFP` begins with the word.
        if let Some(name) = entry.strip_prefix(word.trim_start()) {
            return vec![name.trim()];
        }
        let Some((before, after)) = entry.rsplit_once(word) else { continue };
        if is_filler(after) && !is_filler(before) {
            return joined_names(before);
        }
        if is_initials(before) || is_initials(after) {
            let mut names = joined_names(before);
            names.push(after.trim());
            return names;
        }
    }
    vec![entry]
}

/// Whether a name is initials: one word of capitals.
fn is_initials(name: &str) -> bool {
    let name = name.trim();
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    letters >= 2
        && !name.contains(char::is_whitespace)
        && !name.contains(char::is_lowercase)
        && name.contains(char::is_uppercase)
}

fn words_of(text: &str) -> Vec<String> {
    fold(text).split(' ').map(|word| word.replace("isation", "ization")).filter(|word| !word.is_empty()).collect()
}

/// Whether a source is the name of a single organisation, and of another than `organisation`.
fn is_one_other_organisation(source: &str, organisation: &DraftOrganisation) -> bool {
    let words = words_of(source);
    let is_list = source.contains(BETWEEN_NAMES)
        || source.contains(['/', '&', '+'])
        || words.iter().any(|word| WORDS_OF_LISTS.contains(&word.as_str()));
    if words.is_empty() || is_list || source.chars().count() > LONGEST_NAME {
        return false;
    }
    !is_same_organisation(source, &words, organisation)
}

/// Whether a name is that of `organisation`, its initials or its id: "IOM", "International Organization for Migration" and
/// the two together are one.
fn is_same_organisation(name: &str, words: &[String], organisation: &DraftOrganisation) -> bool {
    let own = words_of(&organisation.name);
    let initials: String = organisation
        .name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .filter(|letter| letter.is_uppercase())
        .collect();
    let is_slug = organisation.id.as_deref().is_some_and(|slug| words_of(slug) == words);
    let is_part = words.iter().all(|word| own.contains(word)) || own.iter().all(|word| words.contains(word));
    is_slug || is_part || name.trim() == initials
}

fn named(name: String) -> DraftOrganisation {
    DraftOrganisation { id: None, name, kind: None }
}

/// The CKAN organisation, from its object or at least from its slug.
fn organisation(package: &mut Package<'_>) -> Option<DraftOrganisation> {
    match package.get_opened("organization") {
        Some(Value::Object(fields)) => organisation_of(&fields),
        Some(_) => package.plain_text("organization").map(named),
        None => None,
    }
    .or_else(|| {
        let slug = package.plain_text("owner_org")?;
        (!is_uuid(&slug)).then(|| DraftOrganisation { id: Some(slug.clone()), name: slug, kind: None })
    })
}

fn organisation_of(fields: &Fields<'_>) -> Option<DraftOrganisation> {
    let slug = fields.text("name").map(std::borrow::Cow::into_owned);
    let title =
        ["title", "title_translated", "display_name", "name"].iter().find_map(|key| any_text(fields.get(key)?))?;
    let kind = fields.first_text(&["hdx_org_type", "org_type"]).map(std::borrow::Cow::into_owned);
    Some(DraftOrganisation { id: slug, name: title, kind })
}

/// The publisher that the record names: an object or list of objects (ckanext-dcat with scheming), or a text.
fn stated_publisher(package: &Package<'_>) -> Option<DraftOrganisation> {
    let publisher = package.get_opened("publisher");
    match publisher.as_ref().map(Value::list).and_then(<[_]>::first) {
        Some(Value::Object(fields)) => Some(DraftOrganisation {
            id: None,
            name: any_text(fields.get("name")?)?,
            kind: fields.text("type").map(std::borrow::Cow::into_owned),
        }),
        Some(value) => value.text().map(|name| named(name.into_owned())),
        None => package.text(&["publisher_name"]).map(named),
    }
}

fn contacts(package: &mut Package<'_>, openly: bool) -> Vec<Contact> {
    let mut contacts = Vec::new();
    for (name_keys, mail_keys, role) in [
        (["contact_name", "contact-name"], ["contact_email", "contact-email"], "pointOfContact"),
        (["maintainer", "maintainer"], ["maintainer_email", "maintainer_email"], "maintainer"),
        (["author", "author"], ["author_email", "author_email"], "author"),
    ] {
        let name = package.text(&name_keys).filter(|name| !is_uuid(name));
        let written = package.text(&mail_keys);
        let email = written.as_deref().and_then(mail);
        if written.is_some() && email.is_none() {
            package.report(Problem::warning(
                "not-a-mail-address",
                mail_keys[0],
                "the contact's address is no mail address",
            ));
        }
        // An author whom nobody can write to is a credit, and no contact.
        if role != "author" || email.is_some() {
            add_contact(&mut contacts, name, email, role, openly);
        }
    }
    for (key, role) in [
        ("contact", "pointOfContact"),
        ("contact_point", "pointOfContact"),
        ("contactPoint", "pointOfContact"),
        ("creator", "creator"),
    ] {
        let parties = package.get_opened(key);
        for object in parties.as_ref().map_or(&[][..], Value::list) {
            if let Value::Object(fields) = object {
                let name = ["name", "fn"].iter().find_map(|key| any_text(fields.get(key)?));
                let email = fields.first_text(&["email", "hasEmail"]).and_then(|text| mail(&text));
                add_contact(&mut contacts, name, email, role, openly);
            }
        }
    }
    responsible_parties(package, openly, &mut contacts);
    contacts
}

/// ckanext-spatial keeps the parties of an ISO 19139 record as a JSON text: `[{"name": …, "roles": […]}]`.
fn responsible_parties(package: &Package<'_>, openly: bool, contacts: &mut Vec<Contact>) {
    let Some(Value::List(parties)) = package.get_opened("responsible-party") else { return };
    for party in &parties {
        let Value::Object(fields) = party else { continue };
        let name = fields.text("name").map(std::borrow::Cow::into_owned);
        let roles = fields.get("roles").map_or_else(Vec::new, |roles| texts_of(roles, &[',']));
        let role = roles.first().map_or("pointOfContact", String::as_str);
        let unnamed_desk =
            contacts.iter_mut().find(|contact| contact.name.is_none() && contact.role.as_deref() == Some(role));
        match (unnamed_desk, name) {
            // The extras hold the mail of the point of contact apart from its name.
            (Some(desk), Some(name)) => desk.name = Some(name),
            (_, name) => add_contact(contacts, name, None, role, openly),
        }
    }
}

fn add_contact(contacts: &mut Vec<Contact>, name: Option<String>, email: Option<String>, role: &str, openly: bool) {
    let contact = Contact { name, email, phone: None, role: Some(role.to_owned()), published_openly: openly };
    crate::contacts::add_contact(contacts, contact);
}

/// Whether a text is a UUID: HDX names maintainers by theirs.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
