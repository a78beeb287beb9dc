//! Frictionless data packages (Data Package 1 and 2), and files that hold just one resource or one schema.

mod schema;

use cairn_model::{Contact, Draft, DraftDistribution, DraftOrganisation, LocalizedText, Partnership, Problem};

use crate::Reading;
use crate::access::{access_level, close_listing, is_marking};
use crate::contacts::{add_contact, is_name_of_person, mail};
use crate::decode::decode_text;
use crate::extents::add_value;
use crate::identifiers::add_by_form;
use crate::json_object::{Object, TextRow, fill_texts, given, read_record};
use crate::json_value::Value;
use crate::listing::{ListedRecord, Listing};
use crate::once::push_new;

/// Reads a data package. `name` stands in where it has neither id nor name: that of the file or folder, as a rule.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, describe neither package, resource nor schema,
/// or nothing names it.
pub fn read_package(bytes: &[u8], name: Option<&str>) -> Result<Reading, Problem> {
    read_record(bytes, "a data package", |package| {
        let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
        draft.terms.listed_openly = true;
        if package.fields().0.iter().any(|(key, _)| key == "resources") {
            for resource in package.objects("resources") {
                self::resource(&resource, &mut draft);
            }
        } else if ["path", "data", "schema"].iter().any(|key| package.has(key)) {
            resource(package, &mut draft);
        } else if matches!(package.value("fields"), Some(Value::List(_))) {
            schema::fill(package, &mut draft);
        } else {
            return Err(Problem::error(
                "not-a-package",
                "",
                "a package with resources, a resource or a schema was due",
            ));
        }
        text(package, &mut draft);
        access(package, &mut draft);
        parties(package, &mut draft);
        licence(package, &mut draft);
        place_and_time(package, &mut draft);
        let id = package.first_text(&["id", "name"]).or_else(|| name.and_then(given));
        if draft.title.is_empty()
            && let Some(called) = package.text("name").or_else(|| id.clone())
        {
            // The standard asks for no title.
            draft.title = LocalizedText::undetermined(called);
        }
        package.identify(id, "name", &mut draft)?;
        Ok(draft)
    })
}

/// The listing of one that a file or answer with a package is, in UTF-8.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON, or describe neither package, resource nor schema: what
/// stands there is then no package that could not be read, but something else.
pub fn list_package(bytes: &[u8]) -> Result<Listing, Problem> {
    let is_utf_16 =
        bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.iter().take(4).any(|byte| *byte == 0);
    let bytes = if is_utf_16 { decode_text(bytes, None).text.into_bytes() } else { bytes.to_vec() };
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::error("empty-payload", "", "the payload is empty"));
    }
    // A package without a name is one all the same.
    read_package(&bytes, Some("package"))?;
    Ok(Listing { records: vec![ListedRecord { bytes, ..ListedRecord::default() }], ..Listing::default() })
}

const TEXTS: &[TextRow] = &[
    (&["homepage"], |draft| &mut draft.landing_page),
    (&["created", "datePublished", "issued"], |draft| &mut draft.issued),
    (&["modified", "updated", "last_updated", "lastModified"], |draft| &mut draft.modified),
    (&["accrualPeriodicity", "update_frequency", "updateFrequency"], |draft| &mut draft.update_frequency),
    (&["methodology", "method"], |draft| &mut draft.methodology),
];

fn text(package: &Object<'_, '_>, draft: &mut Draft) {
    draft.title = package.localized("title");
    draft.description = package.first_localized(&["description", "readme"]);
    let words = package.names("keywords", &["name"]);
    if !words.is_empty() {
        draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
    }
    draft.languages = package.names("languages", &["code", "name"]);
    fill_texts(package, TEXTS, draft);
    if let Some(id) = package.text("id").filter(|_| package.has("name")) {
        add_by_form(&mut draft.identifiers, &id);
        draft
            .identifiers
            .extend(package.text("name").map(|value| cairn_model::Identifier { scheme: "slug".to_owned(), value }));
    }
    let sources: Vec<String> = package.objects("sources").iter().filter_map(source).collect();
    if !sources.is_empty() {
        let sources = format!("Sources: {}", sources.join("; "));
        draft.methodology = Some(match draft.methodology.take() {
            Some(before) => format!("{before}\n\n{sources}"),
            None => sources,
        });
    }
}

fn source(source: &Object<'_, '_>) -> Option<String> {
    match (source.text("title").or_else(|| source.text("name")), source.text("path")) {
        (Some(title), Some(path)) => Some(format!("{title} ({path})")),
        (title, path) => title.or(path),
    }
}

/// The standard has no access flags; these are what publishers add.
fn access(package: &Object<'_, '_>, draft: &mut Draft) {
    if package.closes("private", true) {
        close_listing(&mut draft.terms);
    }
    for key in ["accessLevel", "access_level", "access"] {
        for level in package.every_text(key) {
            access_level(&level, &mut draft.terms);
        }
    }
    draft.terms.sensitivity = package.text("sensitivity");
    // Many mean by the word what the data is about.
    match package.text("classification") {
        Some(topic) if !is_marking(&topic) => push_new(&mut draft.topics, topic),
        classification => draft.terms.classification = classification,
    }
}

/// Contributors by role: `role` in version 1, `roles` in version 2. Nobody with a role is an author.
fn parties(package: &Object<'_, '_>, draft: &mut Draft) {
    for person in package.objects("contributors") {
        let roles = [person.texts("roles", &[]), person.texts("role", &[])].concat();
        let full = [person.text("givenName"), person.text("familyName")].into_iter().flatten().collect::<Vec<_>>();
        let name = person.first_text(&["title", "name"]).or_else(|| given(&full.join(" ")));
        let organisation = person.text("organization");
        if roles.iter().any(|role| role == "publisher")
            && let Some(name) = name.clone().or_else(|| organisation.clone())
        {
            draft.publisher.get_or_insert_with(|| named(name));
        }
        let is_owner = roles.iter().any(|role| matches!(role.as_str(), "owner" | "rightsHolder"));
        let owner =
            || organisation.clone().or_else(|| name.clone().filter(|name| full.is_empty() && !is_name_of_person(name)));
        if let Some(name) = if is_owner { owner() } else { None } {
            draft.owner.get_or_insert_with(|| named(name));
        } else if let Some(partner) = organisation.clone() {
            // Where somebody works is not who decides about the data.
            let role = Some(roles.first().map_or_else(|| "author".to_owned(), Clone::clone));
            push_new(&mut draft.partnerships, Partnership { partner, role, ..Partnership::default() });
        }
        let role = roles.into_iter().next().or_else(|| Some("author".to_owned()));
        let email = person.text("email").as_deref().and_then(mail);
        let published_openly = draft.terms.listed_openly;
        add_contact(
            &mut draft.contacts,
            Contact { name: name.or(organisation), email, phone: None, role, published_openly },
        );
    }
    if draft.publisher.is_none() {
        let publisher = package.names("publisher", &["name", "title"]).into_iter().next();
        let author = || package.text("author").filter(|name| !is_name_of_person(name));
        draft.publisher = publisher.or_else(author).map(named);
    }
    for maintainer in package.objects("maintainers") {
        let contact = Contact {
            name: maintainer.text("name"),
            email: maintainer.text("email").as_deref().and_then(mail),
            role: Some("maintainer".to_owned()),
            published_openly: draft.terms.listed_openly,
            ..Contact::default()
        };
        add_contact(&mut draft.contacts, contact);
    }
}

fn named(name: String) -> DraftOrganisation {
    DraftOrganisation { id: None, name, kind: None }
}

/// The licences of the package, else those of its first resource that has any; the first is normalised, all are kept.
fn licence(package: &Object<'_, '_>, draft: &mut Draft) {
    let mut licences = package.objects("licenses");
    if licences.is_empty() {
        let resources = package.objects("resources");
        licences = resources
            .iter()
            .map(|resource| resource.objects("licenses"))
            .find(|all| !all.is_empty())
            .unwrap_or_default();
    }
    if let Some(first) = licences.first() {
        draft.licence_id = first.first_text(&["name", "type", "id"]);
        draft.licence_title = first.text("title");
        draft.licence_url = first.first_text(&["path", "url"]);
    }
    if licences.len() > 1 {
        let names = licences.iter().filter_map(|licence| licence.first_text(&["title", "name", "path"]));
        draft.licence_text = Some(names.collect::<Vec<_>>().join("; "));
    }
    if licences.is_empty() && matches!(package.value("license"), Some(Value::Text(_))) {
        draft.licence_id = package.text("license");
    }
}

fn place_and_time(package: &Object<'_, '_>, draft: &mut Draft) {
    for key in ["spatial", "bbox"] {
        if let Some(extent) = package.value(key) {
            add_value(extent, draft);
        }
    }
    draft.countries.extend(package.texts("countries", &[',', ';']));
    match package.value("temporal") {
        Some(Value::Object(_)) => {
            if let Some(time) = package.object("temporal") {
                draft.coverage_start = time.text("start");
                draft.coverage_end = time.text("end");
            }
        }
        Some(_) => draft.coverage = package.text("temporal"),
        None => {}
    }
}

/// A resource: its file or files, and its fields. Data that stands inside is not looked at.
fn resource(resource: &Object<'_, '_>, draft: &mut Draft) {
    let paths = [resource.texts("path", &[]), resource.texts("url", &[])].concat();
    let is_inside = paths.is_empty();
    for path in paths.into_iter().map(Some).chain(is_inside.then_some(None)) {
        draft.distributions.push(DraftDistribution {
            id: resource.text("name"),
            title: resource.first_text(&["title", "name"]),
            description: resource.text("description"),
            url: path,
            format: resource.text("format"),
            media_type: resource.text("mediatype"),
            size: resource.text("bytes"),
            modified: resource.first_text(&["modified", "last_modified"]),
        });
    }
    // A schema may stand in a file of its own, which is not read here.
    if let Some(Value::Object(_)) = resource.value("schema")
        && let Some(schema) = resource.object("schema")
    {
        schema::fill(&schema, draft);
    }
}

#[cfg(test)]
mod tests;
