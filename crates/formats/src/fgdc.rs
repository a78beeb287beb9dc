//! FGDC Content Standard for Digital Geospatial Metadata (CSDGM, FGDC-STD-001-1998), as the United States write it.

use std::collections::{BTreeMap, HashSet};

use cairn_model::text::UNDETERMINED;
use cairn_model::{
    AccessMethod, Contact, Draft, DraftDistribution, DraftOrganisation, Field, LocalizedText, Partnership, Problem,
};

use crate::Reading;
use crate::access::{close, is_closed};
use crate::boxes::{add_boxes, decimal};
use crate::contacts::{add_contact, mail};
use crate::identifiers::{add_identifier, of_form};
use crate::identity::{self, WithoutId};
use crate::notes::Notes;
use crate::once::push_new;
use crate::places::add_known_places;
use crate::rights::{self, is_address};
use crate::xml::Element;

/// Fields that are read.
const MOST_FIELDS: usize = 5_000;

/// Links that are read: more than a record keeps.
const MOST_LINKS: usize = 2_500;

/// Whether an element is such a record.
pub(crate) fn is_metadata(element: &Element<'_>) -> bool {
    element.name() == "metadata" && element.child("idinfo").is_some()
}

/// The id of the record, where it states one: CSDGM itself has none, and its users write it in several places.
pub(crate) fn id_of(root: &Element<'_>) -> Option<String> {
    let paths: [&[&str]; 4] =
        [&["idinfo", "datsetid"], &["Esri", "PublishedDocID"], &["mdFileID"], &["idinfo", "descript", "id"]];
    paths.iter().find_map(|path| root.text_at(path))
}

/// Reads a record.
pub(crate) fn read(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    let mut notes = Notes::new(problems);
    let mut draft = Draft::default();
    draft.terms.listed_openly = true;
    let Some(information) = root.child("idinfo") else {
        return Err(Problem::error("no-identity", "idinfo", "the record does not say what it identifies"));
    };
    terms(root, information, &mut draft);
    texts(root, information, &mut draft);
    who(root, information, &mut draft);
    place_and_time(root, information, &mut notes, &mut draft);
    files(root, information, &mut draft);
    fields(root, &mut notes, &mut draft);
    let stated = id_of(root);
    let without = WithoutId {
        field: "idinfo",
        made: "the record has no identifier; one was made from its title and abstract",
        neither: "the record has neither identifier nor title",
    };
    identity::settle(&mut draft, stated, &without, &mut notes)?;
    Ok(Reading { draft, problems: notes.into_problems(), deleted: false })
}

/// Access constraints in words, and the classification (CSDGM §1.7, §1.8, §1.12).
fn terms(root: &Element<'_>, information: &Element<'_>, draft: &mut Draft) {
    let words = |name: &str| information.text_at(&[name]).into_iter().collect();
    rights::constraints(words("accconst"), words("useconst"), Vec::new(), draft);
    for security in information.all(&["secinfo"]).into_iter().chain(root.all(&["metainfo", "metsi"])) {
        let class = security.child("secclass").or_else(|| security.child("metsc")).and_then(Element::text);
        let Some(class) = class else { continue };
        classification(&class, security, draft);
    }
}

/// `Top secret`, `Secret`, `Confidential`, `Restricted`, `Unclassified`, `Sensitive`.
fn classification(class: &str, security: &Element<'_>, draft: &mut Draft) {
    use cairn_model::Sharing::{Closed, Restricted};
    match class.trim().to_lowercase().as_str() {
        "unclassified" | "none" => {}
        "top secret" | "secret" => {
            close(&mut draft.terms, Closed, Some(AccessMethod::None));
        }
        "confidential" => {
            close(&mut draft.terms, Restricted, Some(AccessMethod::OnRequest));
        }
        _ => close(&mut draft.terms, Restricted, Some(AccessMethod::OnRequest)),
    }
    if is_closed(&draft.terms) {
        draft.terms.reasons.extend(security.text_at(&["sechandl"]).or_else(|| security.text_at(&["metshd"])));
    }
    draft.terms.classification = draft.terms.classification.take().or_else(|| Some(class.to_owned()));
}

fn texts(root: &Element<'_>, information: &Element<'_>, draft: &mut Draft) {
    let citation = information.first(&["citation", "citeinfo"]);
    if let Some(title) = citation.and_then(|citation| citation.text_at(&["title"])) {
        draft.title = LocalizedText::new(UNDETERMINED, title);
    }
    let mut description: Vec<String> =
        ["abstract", "purpose"].iter().filter_map(|name| information.text_at(&["descript", name])).collect();
    description.dedup();
    if !description.is_empty() {
        draft.description = LocalizedText::new(UNDETERMINED, description.join("\n\n"));
    }
    let mut words: Vec<String> = Vec::new();
    for theme in information.all(&["keywords", "theme"]) {
        let thesaurus = theme.text_at(&["themekt"]).unwrap_or_default().to_lowercase();
        let keys = theme.texts_at(&["themekey"]);
        if thesaurus.contains("iso 19115") {
            draft.topics.extend(keys.iter().cloned());
        }
        words.extend(keys);
    }
    let places = information.texts_at(&["keywords", "place", "placekey"]);
    add_known_places(&places, draft);
    words.extend(places);
    for path in [["keywords", "stratum", "stratkey"], ["keywords", "temporal", "tempkey"]] {
        words.extend(information.texts_at(&path));
    }
    if !words.is_empty() {
        let mut seen = HashSet::new();
        words.retain(|word| seen.insert(word.to_lowercase()));
        draft.keywords = BTreeMap::from([(UNDETERMINED.to_owned(), words)]);
    }
    draft.languages.extend(information.text_at(&["descript", "langdata"]));
    draft.kind = Some("dataset".to_owned());
    let steps = root.texts_at(&["dataqual", "lineage", "procstep", "procdesc"]);
    let sources = root.texts_at(&["dataqual", "lineage", "srcinfo", "srccontr"]);
    let mut seen = HashSet::new();
    // Tools write a step for each time that they touched the record.
    let lineage: Vec<String> = steps.into_iter().chain(sources).filter(|step| seen.insert(step.clone())).collect();
    draft.methodology = (!lineage.is_empty()).then(|| lineage.join("\n\n"));
    let caveats: Vec<String> = [
        information.text_at(&["descript", "supplinf"]),
        root.text_at(&["dataqual", "complete"]),
        root.text_at(&["distinfo", "distliab"]),
    ]
    .into_iter()
    .flatten()
    .collect();
    draft.caveats = (!caveats.is_empty()).then(|| caveats.join("\n\n"));
    draft.update_frequency =
        information.text_at(&["status", "update"]).filter(|text| !text.eq_ignore_ascii_case("unknown"));
}

fn who(root: &Element<'_>, information: &Element<'_>, draft: &mut Draft) {
    let organisation = |name: String| DraftOrganisation { name, ..DraftOrganisation::default() };
    let origins = information.texts_at(&["citation", "citeinfo", "origin"]);
    let publisher = information.text_at(&["citation", "citeinfo", "pubinfo", "publish"]);
    let distributor = root.first(&["distinfo", "distrib", "cntinfo"]).and_then(organisation_of);
    let stands_in = origins.iter().find(|name| !name.contains(',')).cloned();
    draft.publisher = publisher.or(distributor).or(stands_in).map(organisation);
    for origin in origins {
        let is_publisher = draft.publisher.as_ref().is_some_and(|publisher| publisher.name == origin);
        if !is_publisher {
            let role = Some("originator".to_owned());
            push_new(&mut draft.partnerships, Partnership { partner: origin, role, ..Partnership::default() });
        }
    }
    let openly = draft.terms.listed_openly;
    let contacts = [
        (information.first(&["ptcontac", "cntinfo"]), "pointOfContact"),
        (root.first(&["distinfo", "distrib", "cntinfo"]), "distributor"),
        (root.first(&["metainfo", "metc", "cntinfo"]), "metadataContact"),
    ];
    for (stated, role) in contacts {
        if let Some(stated) = stated {
            let email = stated.texts_at(&["cntemail"]).iter().find_map(|text| mail(text));
            let phone = stated.text_at(&["cntvoice"]);
            if email.is_some() || phone.is_some() {
                let person = stated.text_at(&["cntperp", "cntper"]).or_else(|| stated.text_at(&["cntorgp", "cntper"]));
                let position = stated.text_at(&["cntpos"]);
                let desk = match (position, organisation_of(stated)) {
                    (Some(position), Some(organisation)) => Some(format!("{position}, {organisation}")),
                    (position, organisation) => position.or(organisation),
                };
                // A template's reminder is no name.
                let name = person.filter(|name| !name.starts_with("REQUIRED")).or(desk);
                let role = Some(role.to_owned());
                add_contact(&mut draft.contacts, Contact { name, email, phone, role, published_openly: openly });
            }
        }
    }
}

fn organisation_of(contact: &Element<'_>) -> Option<String> {
    contact.text_at(&["cntorgp", "cntorg"]).or_else(|| contact.text_at(&["cntperp", "cntorg"]))
}

fn place_and_time(root: &Element<'_>, information: &Element<'_>, notes: &mut Notes, draft: &mut Draft) {
    for bounding in information.all(&["spdom", "bounding"]) {
        let edges = ["westbc", "southbc", "eastbc", "northbc"].map(|edge| bounding.text_at(&[edge]));
        match edges {
            [Some(west), Some(south), Some(east), Some(north)] => {
                add_boxes(&[[west, south, east, north].map(|edge| decimal(&edge))], &mut draft.extents);
            }
            _ => notes.report(Problem::warning("incomplete-box", "bounding", "a bounding box lacks an edge")),
        }
    }
    let time = information.first(&["timeperd", "timeinfo"]);
    if let Some(time) = time {
        let mut dates = time.texts_at(&["sngdate", "caldate"]);
        dates.extend(time.texts_at(&["mdattim", "sngdate", "caldate"]));
        draft.coverage_start =
            time.text_at(&["rngdates", "begdate"]).or_else(|| dates.iter().min().cloned()).filter(|text| is_date(text));
        draft.coverage_end =
            time.text_at(&["rngdates", "enddate"]).or_else(|| dates.iter().max().cloned()).filter(|text| is_date(text));
    }
    draft.issued = information.text_at(&["citation", "citeinfo", "pubdate"]).filter(|text| is_date(text));
    draft.modified = root.text_at(&["metainfo", "metd"]).filter(|text| is_date(text));
}

/// CSDGM writes `Unknown`, `Present` and `Unpublished material` in the place of dates.
fn is_date(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

fn files(root: &Element<'_>, information: &Element<'_>, draft: &mut Draft) {
    let mut links = information.texts_at(&["citation", "citeinfo", "onlink"]);
    links.truncate(MOST_LINKS);
    for link in &links {
        let is_doi = of_form(link).scheme == "doi";
        if is_doi {
            add_identifier(&mut draft.identifiers, of_form(link));
        }
        let url = Some(link.clone());
        draft.distributions.push(DraftDistribution { url, ..DraftDistribution::default() });
    }
    draft.landing_page = links.into_iter().find(|link| is_address(link));
    for form in root.all(&["distinfo", "stdorder", "digform"]) {
        let format = form.text_at(&["digtinfo", "formname"]);
        // In megabytes (§6.4.2.1.7).
        let size = form.text_at(&["digtinfo", "transize"]).map(|size| format!("{size} MB"));
        let addresses = form.texts_at(&["digtopt", "onlinopt", "computer", "networka", "networkr"]);
        for url in &addresses {
            if draft.distributions.len() > MOST_LINKS {
                break;
            }
            if let Some(known) = draft.distributions.iter_mut().find(|known| known.url.as_ref() == Some(url)) {
                known.format = known.format.take().or_else(|| format.clone());
                known.size = known.size.take().or_else(|| size.clone());
                continue;
            }
            draft.distributions.push(DraftDistribution {
                url: Some(url.clone()),
                format: format.clone(),
                size: size.clone(),
                ..DraftDistribution::default()
            });
        }
        if addresses.is_empty() && format.is_some() {
            draft.distributions.push(DraftDistribution { format, size, ..DraftDistribution::default() });
        }
    }
    let native = information.text_at(&["natvform"]);
    if let Some(format) = native
        && draft.distributions.iter().all(|known| known.format.is_none())
    {
        draft.distributions.push(DraftDistribution { format: Some(format), ..DraftDistribution::default() });
    }
}

/// Attributes of the entities that the data holds (§5.1.2).
fn fields(root: &Element<'_>, notes: &mut Notes, draft: &mut Draft) {
    let attributes = root.all(&["eainfo", "detailed", "attr"]);
    if attributes.len() > MOST_FIELDS {
        let message = format!("{} fields more than {MOST_FIELDS} were left out", attributes.len() - MOST_FIELDS);
        notes.report(Problem::warning("too-many", "fields", message));
    }
    for attribute in attributes.into_iter().take(MOST_FIELDS) {
        let Some(name) = attribute.text_at(&["attrlabl"]) else { continue };
        draft.fields.push(Field {
            name,
            description: attribute.text_at(&["attrdef"]),
            data_type: attribute.text_at(&["attrtype"]),
            ..Field::default()
        });
    }
}

#[cfg(test)]
mod tests;
