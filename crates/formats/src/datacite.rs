//! `DataCite` metadata, kernels 3 and 4.

use std::collections::HashSet;

use cairn_model::{Contact, Draft, DraftDistribution, DraftOrganisation, Identifier, Partnership, Problem};

use crate::access::is_embargo;
use crate::boxes::{Box4, add_boxes};
use crate::identifiers::{add_identifier, of_form};
use crate::languages::{add_keyword, append, language_of_root, set};
use crate::notes::Notes;
use crate::once::push_new;
use crate::organisations;
use crate::periods::Periods;
use crate::places::add_stated_place;
use crate::rights;
use crate::xml::{Element, Vocabulary};
use crate::{Reading, stable_id};

/// Points of one polygon that are read.
const MOST_POINTS: usize = 100_000;

/// The record in an element: a `resource`, or one inside the envelope that some repositories put around it.
pub(crate) fn resource<'e, 't>(element: &'e Element<'t>) -> Option<&'e Element<'t>> {
    if element.is(Vocabulary::DataCite, "resource") {
        return Some(element);
    }
    let is_envelope = element.name() == "oai_datacite";
    is_envelope.then(|| element.descendants_of(Vocabulary::DataCite, "resource").into_iter().next()).flatten()
}

/// The id of the record, where it states one: the DOI alone where that is how it is written.
pub(crate) fn id_of(root: &Element<'_>) -> Option<String> {
    stated_id(root).map(|id| id.value)
}

fn stated_id(root: &Element<'_>) -> Option<Identifier> {
    root.text_at(&["identifier"]).map(|id| of_form(&id))
}

/// Reads a record.
pub(crate) fn read(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    let mut notes = Notes::new(problems);
    let language = language_of_root(root);
    let mut draft = Draft::default();
    draft.terms.listed_openly = true;
    texts(root, &language, &mut draft);
    let statements = root.all(&["rightsList", "rights"]).into_iter().chain(root.children("rights")).map(|element| {
        let named = element.text().or_else(|| element.attribute("rightsIdentifier").map(str::to_owned));
        (named, element.attribute("rightsURI").map(str::to_owned))
    });
    rights::fill(statements.collect(), &mut draft);
    draft.licence_id = root
        .all(&["rightsList", "rights"])
        .into_iter()
        .find_map(|element| element.attribute("rightsIdentifier"))
        .map(str::to_owned);
    who(root, &mut draft);
    dates(root, &mut draft);
    places(root, &mut notes, &mut draft);
    files(root, &mut draft);
    match stated_id(root) {
        Some(known) => {
            if known.scheme == "doi" {
                draft.landing_page = Some(format!("https://doi.org/{}", known.value));
            }
            draft.source_record_id.clone_from(&known.value);
            add_identifier(&mut draft.identifiers, known);
        }
        None if draft.title.is_empty() => {
            return Err(Problem::error("no-identity", "", "the record has neither identifier nor title"));
        }
        None => {
            draft.source_record_id = stable_id(&draft.title.texts().collect::<Vec<&str>>());
            let message = "the record has no identifier; one was made from its title";
            notes.report(Problem::warning("no-id", "identifier", message));
        }
    }
    for other in root.texts_at(&["alternateIdentifiers", "alternateIdentifier"]) {
        add_identifier(&mut draft.identifiers, of_form(&other));
    }
    Ok(Reading { draft, problems: notes.into_problems(), deleted: false })
}

fn texts(root: &Element<'_>, language: &str, draft: &mut Draft) {
    for title in root.all(&["titles", "title"]) {
        match title.attribute("titleType") {
            None | Some("TranslatedTitle") => set(&mut draft.title, title, language),
            Some(_) => add_keyword(&mut draft.keywords, title, language),
        }
    }
    for subject in root.all(&["subjects", "subject"]) {
        add_keyword(&mut draft.keywords, subject, language);
    }
    for description in root.all(&["descriptions", "description"]) {
        match description.attribute("descriptionType") {
            Some("Methods") => {
                let text = description.text();
                draft.methodology = draft.methodology.take().or(text);
            }
            Some("TechnicalInfo") => {
                let text = description.text();
                draft.caveats = draft.caveats.take().or(text);
            }
            _ => append(&mut draft.description, description, language),
        }
    }
    draft.languages.extend(root.text_at(&["language"]));
    let kind = root.child("resourceType");
    draft.kind = kind.and_then(|kind| kind.attribute("resourceTypeGeneral").map(str::to_owned).or_else(|| kind.text()));
}

/// Publisher, creators that are organisations, and contributors by their type. A person is whom to ask only as the contact;
/// funders take part.
fn who(root: &Element<'_>, draft: &mut Draft) {
    let organisation = |name: String| DraftOrganisation { name, ..DraftOrganisation::default() };
    draft.publisher = root.text_at(&["publisher"]).map(organisation);
    for creator in root.all(&["creators", "creator"]) {
        let Some(name) = creator.text_at(&["creatorName"]).filter(|_| is_of_organisation(creator)) else { continue };
        if draft.publisher.as_ref().is_none_or(|publisher| publisher.name != name) {
            takes_part(name, "creator", draft);
        }
    }
    for contributor in root.all(&["contributors", "contributor"]) {
        let Some(name) = contributor.text_at(&["contributorName"]) else { continue };
        let kind = contributor.attribute("contributorType").unwrap_or_default();
        let name_type = contributor.child("contributorName").and_then(|name| name.attribute("nameType"));
        let is_person = name_type == Some("Personal") || contributor.child("givenName").is_some();
        match kind {
            "ContactPerson" => draft.contacts.push(Contact {
                name: Some(name),
                role: Some("pointOfContact".to_owned()),
                published_openly: draft.terms.listed_openly,
                ..Contact::default()
            }),
            "RightsHolder" if !is_person && draft.owner.is_none() => draft.owner = Some(organisation(name)),
            "HostingInstitution" if draft.custodian.is_none() => draft.custodian = Some(organisation(name)),
            "DataManager" | "DataCurator" if !is_person && draft.steward.is_none() && !name.contains(',') => {
                draft.steward = Some(organisation(name));
            }
            "Funder" | "Sponsor" | "Distributor" | "Producer" | "ResearchGroup" if !is_person => {
                takes_part(name, kind, draft);
            }
            _ => {}
        }
    }
    for name in root.texts_at(&["fundingReferences", "fundingReference", "funderName"]) {
        takes_part(name, "Funder", draft);
    }
}

/// Whether a creator is called an organisation, or is one by its name, and nothing in it is written as a person's name is.
fn is_of_organisation(creator: &Element<'_>) -> bool {
    let Some(named) = creator.child("creatorName") else { return false };
    let name = named.text().unwrap_or_default();
    let is_called_so = match named.attribute("nameType") {
        Some(kind) => kind == "Organizational",
        None => organisations::is_certain(&name),
    };
    let has_given_name = ["givenName", "familyName"].iter().any(|part| creator.child(part).is_some());
    is_called_so && !has_given_name && !name.contains(',')
}

fn takes_part(partner: String, role: &str, draft: &mut Draft) {
    let role = Some(role.to_lowercase());
    push_new(&mut draft.partnerships, Partnership { partner, role, ..Partnership::default() });
}

fn dates(root: &Element<'_>, draft: &mut Draft) {
    let dates = root.all(&["dates", "date"]);
    let all_of = |kind: &str| -> Vec<String> {
        let matching = dates.iter().filter(|date| date.attribute("dateType") == Some(kind));
        matching.filter_map(|date| date.text()).collect()
    };
    let last_of = |kind: &str| all_of(kind).into_iter().max();
    draft.modified = last_of("Updated");
    let mut covered = Periods::default();
    covered.add_texts(
        ["Coverage", "Collected", "Valid"].map(all_of).into_iter().find(|all| !all.is_empty()).into_iter().flatten(),
    );
    covered.fill(draft);
    let mut rights = root.all(&["rightsList", "rights"]).into_iter();
    let is_embargoed = rights.any(|element| {
        [element.text().as_deref(), element.attribute("rightsURI")].into_iter().flatten().any(is_embargo)
    });
    // Under an embargo data is available from its end on, and was published before.
    let available = last_of("Available");
    let year = root.text_at(&["publicationYear"]);
    let published =
        available.clone().filter(|day| !is_embargoed && year.as_ref().is_none_or(|year| day.starts_with(year)));
    draft.issued = last_of("Issued").or(published).or(year);
    draft.terms.review_by = available.filter(|_| is_embargoed);
}

fn places(root: &Element<'_>, notes: &mut Notes, draft: &mut Draft) {
    let mut boxes: Vec<Box4> = Vec::new();
    let mut others = Vec::new();
    for location in root.all(&["geoLocations", "geoLocation"]) {
        for name in location.texts_at(&["geoLocationPlace"]) {
            add_stated_place(&name, draft);
        }
        for element in location.children("geoLocationBox") {
            match edges(element) {
                Some(edges) => boxes.push(edges),
                None => notes.report(Problem::warning("unreadable-box", "geoLocationBox", "a box lacks an edge")),
            }
        }
        for element in location.children("geoLocationPoint") {
            if let Some((longitude, latitude)) = point(element) {
                others.push(format!("POINT({longitude} {latitude})"));
            } else {
                let message = "a point lacks a coordinate";
                notes.report(Problem::warning("unreadable-point", "geoLocationPoint", message));
            }
        }
        for polygon in location.children("geoLocationPolygon") {
            let points: Vec<String> = polygon
                .children("polygonPoint")
                .take(MOST_POINTS)
                .filter_map(point)
                .map(|(longitude, latitude)| format!("{longitude} {latitude}"))
                .collect();
            if points.len() >= 3 {
                others.push(format!("POLYGON(({}))", points.join(",")));
            }
        }
    }
    add_boxes(&boxes, &mut draft.extents);
    draft.extents.extend(others);
}

/// Edges in elements of their own (kernel 4), or the two corners as latitude and longitude in one text (kernel 3).
fn edges(element: &Element<'_>) -> Option<Box4> {
    let names = ["westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude"];
    if let [Some(west), Some(south), Some(east), Some(north)] = names.map(|name| element.text_at(&[name])) {
        return Some([west, south, east, north]);
    }
    let text = element.own_text()?;
    let numbers: Vec<&str> = text.split_whitespace().collect();
    let [south, west, north, east] = numbers.as_slice() else { return None };
    Some([west, south, east, north].map(|edge| (*edge).to_owned()))
}

/// Longitude and latitude of a point of kernel 4 or 3.
fn point(element: &Element<'_>) -> Option<(String, String)> {
    if let (Some(longitude), Some(latitude)) =
        (element.text_at(&["pointLongitude"]), element.text_at(&["pointLatitude"]))
    {
        return Some((longitude, latitude));
    }
    let text = element.own_text()?;
    let (latitude, longitude) = text.split_once(char::is_whitespace)?;
    Some((longitude.trim().to_owned(), latitude.to_owned()))
}

/// Formats, with the size where there is one of each. A record of `DataCite` has no address but its DOI.
fn files(root: &Element<'_>, draft: &mut Draft) {
    let mut formats = root.texts_at(&["formats", "format"]);
    let sizes = root.texts_at(&["sizes", "size"]);
    let size = if let ([_], [size]) = (formats.as_slice(), sizes.as_slice()) { Some(size.clone()) } else { None };
    let has_unit = |size: &String| size.to_lowercase().contains("byte") || size.to_uppercase().ends_with('B');
    let size = size.filter(has_unit);
    // A format stands there once for each file.
    let mut seen = HashSet::new();
    formats.retain(|format| seen.insert(format.clone()));
    draft.distributions.extend(formats.into_iter().map(|format| DraftDistribution {
        format: Some(format),
        size: size.clone(),
        ..DraftDistribution::default()
    }));
}

#[cfg(test)]
mod tests;
