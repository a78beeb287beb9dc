//! Directory Interchange Format (DIF) of NASA's Global Change Master Directory, versions 9 and 10.
//!
//! Version 10 puts much of what version 9 writes as text into elements of its own; both are read side by side, as one record
//! has only the one or the other.

use std::collections::{BTreeMap, HashSet};

use cairn_model::text::UNDETERMINED;
use cairn_model::{Contact, Draft, DraftDistribution, DraftOrganisation, LocalizedText, Partnership, Problem};

use crate::Reading;
use crate::access::close_listing;
use crate::boxes::{add_boxes, decimal};
use crate::contacts::{add_contact, mail};
use crate::identifiers::{add_by_form, add_identifier, of_form};
use crate::identity::{self, WithoutId};
use crate::notes::Notes;
use crate::once::{paragraphs, push_new};
use crate::places::add_known_places;
use crate::rights;
use crate::xml::{Element, Vocabulary};

/// Links that are read: more than a record keeps.
const MOST_LINKS: usize = 2_500;

/// Whether an element is such a record.
pub(crate) fn is_metadata(element: &Element<'_>) -> bool {
    element.is(Vocabulary::Dif, "DIF") || element.is(Vocabulary::None, "DIF")
}

/// The id of the record: in version 10 a short name and the version of the data.
pub(crate) fn id_of(root: &Element<'_>) -> Option<String> {
    let entry = root.child("Entry_ID")?;
    match (entry.text_at(&["Short_Name"]), entry.text_at(&["Version"])) {
        (Some(name), Some(version)) => Some(format!("{name}_{version}")),
        (Some(name), None) => Some(name),
        (None, _) => entry.text(),
    }
}

/// Reads a record.
pub(crate) fn read(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    let mut notes = Notes::new(problems);
    let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
    terms(root, &mut draft);
    texts(root, &mut draft);
    who(root, &mut draft);
    place_and_time(root, &mut notes, &mut draft);
    files(root, &mut draft);
    let stated = id_of(root);
    let without = WithoutId {
        field: "Entry_ID",
        made: "the record has no identifier; one was made from its title and summary",
        neither: "the record has neither identifier nor title",
    };
    identity::settle(&mut draft, stated, &without, &mut notes)?;
    Ok(Reading { draft, problems: notes.into_problems(), deleted: false })
}

/// Constraints in words, and whether the record is one that its directory shows to nobody else.
fn terms(root: &Element<'_>, draft: &mut Draft) {
    draft.terms.listed_openly = true;
    // A value that is neither yes nor no closes: it stands where a record is hidden.
    let shown = |text: &String| matches!(text.to_lowercase().as_str(), "false" | "no" | "0");
    if root.text_at(&["Private"]).is_some_and(|text| !shown(&text)) {
        close_listing(&mut draft.terms);
    }
    let licences = root.all(&["Use_Constraints", "License_URL"]).into_iter().filter_map(|licence| {
        let url = licence.text_at(&["URL"]).or_else(|| licence.own_text());
        url.map(|url| (licence.text_at(&["Title"]), Some(url)))
    });
    let (access, usage) = (words_of(root, "Access_Constraints"), words_of(root, "Use_Constraints"));
    rights::constraints(access, usage, licences.collect(), draft);
}

/// The words of constraints, each element inside them for itself: version 10.3 writes a description beside a code, whose
/// meaning stands nowhere, and the address of a licence.
fn words_of(root: &Element<'_>, name: &str) -> Vec<String> {
    let words = root.children(name).flat_map(|stated| {
        let inside = stated.elements().filter(|part| !matches!(part.name(), "Value" | "License_URL"));
        stated.own_text().into_iter().chain(inside.filter_map(Element::text)).collect::<Vec<String>>()
    });
    words.collect()
}

fn texts(root: &Element<'_>, draft: &mut Draft) {
    if let Some(title) = root.text_at(&["Entry_Title"]) {
        draft.title = LocalizedText::new(UNDETERMINED, title);
    }
    let summary = root.child("Summary");
    let parts = ["Abstract", "Purpose"].into_iter().filter_map(|name| summary?.text_at(&[name]));
    let description = paragraphs(parts.chain(summary.and_then(Element::own_text)));
    if let Some(description) = description {
        draft.description = LocalizedText::new(UNDETERMINED, description);
    }
    draft.topics = root.texts_at(&["ISO_Topic_Category"]);
    let words = keywords(root);
    if !words.is_empty() {
        draft.keywords = BTreeMap::from([(UNDETERMINED.to_owned(), words)]);
    }
    draft.languages = [root.texts_at(&["Data_Set_Language"]), root.texts_at(&["Dataset_Language"])].concat();
    draft.methodology = root.text_at(&["Quality"]);
    for name in ["Last_DIF_Revision_Date", "DIF_Revision_Date"] {
        draft.modified = draft.modified.take().or_else(|| root.text_at(&[name]));
    }
    draft.modified = draft.modified.take().or_else(|| root.text_at(&["Metadata_Dates", "Metadata_Last_Revision"]));
    let citations = [root.all(&["Data_Set_Citation"]), root.all(&["Dataset_Citation"])].concat();
    draft.issued = citations.iter().find_map(|citation| citation.text_at(&["Dataset_Release_Date"]));
    for citation in citations {
        let named = [citation.text_at(&["Dataset_DOI"]), citation.text_at(&["Persistent_Identifier", "Identifier"])];
        for identifier in named.into_iter().flatten() {
            add_by_form(&mut draft.identifiers, &identifier);
        }
    }
}

/// Science keywords from the narrower of their levels, and free ones.
fn keywords(root: &Element<'_>) -> Vec<String> {
    let levels =
        ["Topic", "Term", "Variable", "Variable_Level_1", "Variable_Level_2", "Variable_Level_3", "Detailed_Variable"];
    let mut words: Vec<String> = Vec::new();
    for science in [root.all(&["Parameters"]), root.all(&["Science_Keywords"])].concat() {
        words.extend(levels.iter().filter_map(|level| science.text_at(&[level])));
    }
    words.extend(root.texts_at(&["Keyword"]));
    words.extend(root.texts_at(&["Ancillary_Keyword"]));
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(word.to_lowercase()));
    words
}

fn who(root: &Element<'_>, draft: &mut Draft) {
    let organisation = |name: String| DraftOrganisation { name, ..DraftOrganisation::default() };
    let centres = [root.all(&["Data_Center"]), root.all(&["Organization"])].concat();
    let name_of = |centre: &&Element<'_>| {
        let name = centre.child("Data_Center_Name").or_else(|| centre.child("Organization_Name"))?;
        name.text_at(&["Long_Name"]).or_else(|| name.text_at(&["Short_Name"])).or_else(|| name.text())
    };
    let centre = centres.iter().find_map(name_of).or_else(|| root.text_at(&["Originating_Center"]));
    let citations = [root.all(&["Data_Set_Citation"]), root.all(&["Dataset_Citation"])].concat();
    let publisher = citations.iter().find_map(|citation| citation.text_at(&["Dataset_Publisher"]));
    if publisher.is_some() && publisher != centre {
        draft.custodian = centre.clone().map(organisation);
    }
    draft.publisher = publisher.or(centre).map(organisation);
    for creator in citations.iter().flat_map(|citation| citation.texts_at(&["Dataset_Creator"])) {
        let role = Some("originator".to_owned());
        push_new(&mut draft.partnerships, Partnership { partner: creator, role, ..Partnership::default() });
    }
    let of_centres = centres.iter().flat_map(|centre| centre.children("Personnel"));
    for person in root.children("Personnel").chain(of_centres) {
        contact(person, draft);
    }
}

/// A person or a group, whose role is that of an investigator, of a technical contact or of the author of the record.
fn contact(person: &Element<'_>, draft: &mut Draft) {
    let stated = person.child("Contact_Person").or_else(|| person.child("Contact_Group")).unwrap_or(person);
    let names = ["First_Name", "Middle_Name", "Last_Name"].into_iter().filter_map(|name| stated.text_at(&[name]));
    let name = names.collect::<Vec<String>>().join(" ");
    let name = if name.is_empty() { stated.text_at(&["Name"]) } else { Some(name) };
    let phone = stated.text_at(&["Phone", "Number"]).or_else(|| stated.text_at(&["Phone"]));
    let contact = Contact {
        name,
        email: stated.texts_at(&["Email"]).iter().find_map(|text| mail(text)),
        phone,
        role: person.text_at(&["Role"]),
        published_openly: draft.terms.listed_openly,
    };
    add_contact(&mut draft.contacts, contact);
}

fn place_and_time(root: &Element<'_>, notes: &mut Notes, draft: &mut Draft) {
    let coverages = root.all(&["Spatial_Coverage"]);
    let rectangles = root.all(&["Spatial_Coverage", "Geometry", "Bounding_Rectangle"]);
    let edges = ["Westernmost_Longitude", "Southernmost_Latitude", "Easternmost_Longitude", "Northernmost_Latitude"];
    let mut boxes = Vec::new();
    for bounding in coverages.into_iter().chain(rectangles) {
        match edges.map(|edge| bounding.text_at(&[edge])) {
            [Some(west), Some(south), Some(east), Some(north)] => {
                boxes.push([west, south, east, north].map(|edge| decimal(&edge)));
            }
            [None, None, None, None] => {}
            _ => notes.report(Problem::warning("incomplete-box", "Spatial_Coverage", "a bounding box lacks an edge")),
        }
    }
    add_boxes(&boxes, &mut draft.extents);
    let mut places = Vec::new();
    for location in root.all(&["Location"]) {
        places.extend(location.elements().filter(|part| part.name() != "Location_Category").filter_map(Element::text));
    }
    add_known_places(&places, draft);
    let coverage = |paths: &[&[&str]]| {
        let at = |path: &&[&str]| root.texts_at(&[&["Temporal_Coverage"], *path].concat());
        paths.iter().flat_map(at).collect::<Vec<String>>()
    };
    let begins: [&[&str]; 3] = [&["Start_Date"], &["Range_DateTime", "Beginning_Date_Time"], &["Single_DateTime"]];
    // Catalogues that make DIF of other metadata call the last day otherwise than its schema.
    let ends: [&[&str]; 4] =
        [&["Stop_Date"], &["End_Date"], &["Range_DateTime", "Ending_Date_Time"], &["Single_DateTime"]];
    // Words stand in the place of dates, too; dates of ISO 8601 sort as text.
    let is_date = |text: &String| text.contains(|letter: char| letter.is_ascii_digit());
    draft.coverage_start = coverage(&begins).into_iter().filter(is_date).min();
    draft.coverage_end = coverage(&ends).into_iter().filter(is_date).max();
}

fn files(root: &Element<'_>, draft: &mut Draft) {
    for related in root.all(&["Related_URL"]) {
        let kind = related.text_at(&["URL_Content_Type", "Type"]).unwrap_or_default().to_uppercase();
        for url in related.texts_at(&["URL"]) {
            if draft.distributions.len() >= MOST_LINKS {
                return;
            }
            let identifier = of_form(&url);
            if identifier.scheme == "doi" {
                add_identifier(&mut draft.identifiers, identifier);
            }
            // A page about the data, a picture of them and other records are no files.
            if kind.starts_with("DATA SET LANDING PAGE") || kind.starts_with("PROJECT HOME PAGE") {
                draft.landing_page.get_or_insert(url);
            } else if !kind.starts_with("GET RELATED VISUALIZATION") && !kind.starts_with("VIEW") {
                draft.distributions.push(DraftDistribution {
                    title: related.text_at(&["Title"]),
                    description: related.text_at(&["Description"]),
                    media_type: related.text_at(&["Mime_Type"]),
                    url: Some(url),
                    ..DraftDistribution::default()
                });
            }
        }
    }
    let forms = root.all(&["Distribution"]).into_iter().map(|form| DraftDistribution {
        format: form.text_at(&["Distribution_Format"]),
        size: form.text_at(&["Distribution_Size"]),
        ..DraftDistribution::default()
    });
    let forms: Vec<DraftDistribution> = forms.filter(|form| form.format.is_some()).take(MOST_LINKS).collect();
    match (draft.distributions.as_mut_slice(), forms.as_slice()) {
        // Which form belongs to which of several links stands nowhere.
        ([link], [form]) => (link.format, link.size) = (form.format.clone(), form.size.clone()),
        _ => draft.distributions.extend(forms),
    }
}

#[cfg(test)]
mod tests;
