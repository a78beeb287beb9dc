//! The description of a study: who, what, where, when, and how the data was collected (DDI Codebook 2.5 §2.0).

use cairn_model::{Contact, Draft, DraftOrganisation, Identifier, Partnership, Vocabularies};

use crate::boxes::{Box4, add_boxes, decimal};
use crate::contacts::{add_contact, mail};
use crate::identifiers::{add_identifier, of_form};
use crate::languages::{add_keyword, append, set};
use crate::once::{add_paragraph, push_new};
use crate::places::{add_known_places, is_known};
use crate::rights::is_address;
use crate::xml::Element;

/// Longest name of an organisation, in characters; what is longer is a sentence.
const LONGEST_NAME: usize = 200;

/// The number of the study in its archive; without one that of the document.
pub(super) fn id_of(root: &Element<'_>) -> Option<String> {
    let stated = root.text_at(&["stdyDscr", "citation", "titlStmt", "IDNo"]);
    let document = || root.text_at(&["docDscr", "citation", "titlStmt", "IDNo"]);
    stated.or_else(document).or_else(|| root.attribute("ID").map(str::to_owned))
}

/// Fills in the description of the study.
pub(super) fn fill(root: &Element<'_>, language: &str, draft: &mut Draft) {
    for study in root.children("stdyDscr") {
        titles(study, language, draft);
        who(study, draft);
        dates(study, draft);
        subject(study, language, draft);
        if let Some(summary) = study.first(&["stdyInfo", "sumDscr"]) {
            place_and_time(summary, draft);
        }
        method(study, draft);
        draft.landing_page = draft.landing_page.take().or_else(|| {
            let holdings = study.all(&["citation", "holdings"]);
            holdings
                .iter()
                .filter_map(|holding| holding.attribute("URI"))
                .find(|text| is_address(text))
                .map(str::to_owned)
        });
    }
    let of_document = root.first(&["docDscr", "citation"]);
    if let Some(citation) = of_document.filter(|_| draft.title.is_empty()) {
        for title in citation.all(&["titlStmt", "titl"]) {
            set(&mut draft.title, title, language);
        }
    }
    if let Some(citation) = of_document {
        let date = |path: &[&str]| citation.first(path).and_then(date_of);
        draft.modified =
            draft.modified.take().or_else(|| date(&["verStmt", "version"])).or_else(|| date(&["prodStmt", "prodDate"]));
    }
}

fn titles(study: &Element<'_>, language: &str, draft: &mut Draft) {
    for statement in study.all(&["citation", "titlStmt"]) {
        for title in statement.children("titl").chain(statement.children("parTitl")) {
            set(&mut draft.title, title, language);
        }
        for other in statement.children("altTitl").chain(statement.children("subTitl")) {
            add_keyword(&mut draft.keywords, other, language);
        }
        for number in statement.children("IDNo") {
            let Some(value) = number.text() else { continue };
            let known = of_form(&value);
            // What is neither DOI nor address is the number of a study: the same in every archive that holds it.
            let scheme = if known.scheme == "other" { "idno".to_owned() } else { known.scheme };
            add_identifier(&mut draft.identifiers, Identifier { scheme, value: known.value });
        }
    }
}

fn who(study: &Element<'_>, draft: &mut Draft) {
    let named = |name: String| DraftOrganisation { name, ..DraftOrganisation::default() };
    let is_name = |name: &String| name.chars().count() <= LONGEST_NAME;
    let distributors = words(study, &["citation", "distStmt", "distrbtr"]);
    let producers = words(study, &["citation", "prodStmt", "producer"]);
    let authors = words(study, &["citation", "rspStmt", "AuthEnty"]);
    let is_organisation = |name: &&String| is_name(name) && !name.contains(',');
    let publisher =
        distributors.iter().find(|name| is_name(name)).or_else(|| producers.iter().find(|name| is_name(name)));
    draft.publisher = publisher.or_else(|| authors.iter().find(is_organisation)).cloned().map(named);
    draft.custodian = study.text_at(&["dataAccs", "setAvail", "accsPlac"]).filter(is_name).map(named);
    let funders = words(study, &["citation", "prodStmt", "fundAg"]);
    let collectors = words(study, &["method", "dataColl", "dataCollector"]);
    let depositors = study.texts_at(&["citation", "distStmt", "depositr"]);
    let investigators: Vec<String> = authors.into_iter().filter(|name| is_organisation(&name)).collect();
    for (names, role) in [
        (investigators, "principalInvestigator"),
        (producers, "producer"),
        (funders, "funder"),
        (collectors, "dataCollector"),
        (depositors, "depositor"),
        (distributors, "distributor"),
    ] {
        for partner in names.into_iter().filter(is_name) {
            let is_publisher = draft.publisher.as_ref().is_some_and(|publisher| publisher.name == partner);
            let role = Some(role.to_owned());
            // A translation of the record repeats its names.
            if !is_publisher {
                push_new(&mut draft.partnerships, Partnership { partner, role, ..Partnership::default() });
            }
        }
    }
    contacts(study, draft);
}

fn contacts(study: &Element<'_>, draft: &mut Draft) {
    let openly = draft.terms.listed_openly;
    let stated = study.all(&["citation", "distStmt", "contact"]);
    let for_access = study.all(&["dataAccs", "useStmt", "contact"]);
    for contact in stated.into_iter().chain(for_access) {
        let text = contact.text().map(|text| cairn_model::markup::without_tags(&text).trim().to_owned());
        let in_text = text.as_deref().and_then(|text| text.split_whitespace().find_map(mail));
        let email = contact.attribute("email").and_then(mail).or(in_text);
        let name = text.filter(|name| !name.is_empty() && name.chars().count() <= LONGEST_NAME);
        let name = name.or_else(|| contact.attribute("affiliation").map(str::to_owned));
        let role = Some("pointOfContact".to_owned());
        add_contact(&mut draft.contacts, Contact { name, email, phone: None, role, published_openly: openly });
    }
}

/// The attribute `date` is ISO 8601, the words beside it are not always.
fn date_of(element: &Element<'_>) -> Option<String> {
    element.attribute("date").map(str::to_owned).or_else(|| element.text())
}

fn dates(study: &Element<'_>, draft: &mut Draft) {
    let first = |path: &[&str]| study.all(path).into_iter().find_map(date_of);
    draft.issued =
        first(&["citation", "distStmt", "distDate"]).or_else(|| first(&["citation", "prodStmt", "prodDate"]));
    draft.modified = study
        .first(&["citation", "verStmt", "version"])
        .and_then(|version| version.attribute("date"))
        .map(str::to_owned);
    let frequencies = study.texts_at(&["method", "dataColl", "frequenc"]);
    draft.update_frequency = frequencies.into_iter().find(|text| Vocabularies::bundled().frequency(text).is_some());
}

fn subject(study: &Element<'_>, language: &str, draft: &mut Draft) {
    for keyword in study.all(&["stdyInfo", "subject", "keyword"]) {
        add_keyword(&mut draft.keywords, keyword, language);
    }
    for topic in study.texts_at(&["stdyInfo", "subject", "topcClas"]) {
        push_new(&mut draft.topics, topic);
    }
    for text in study.all(&["stdyInfo", "abstract"]) {
        append(&mut draft.description, text, language);
    }
    // A study is microdata unless it says that it is something else that is known.
    let kinds = words(study, &["stdyInfo", "sumDscr", "dataKind"]);
    let known = kinds.into_iter().find(|kind| Vocabularies::bundled().kind(kind).is_some());
    draft.kind = Some(known.unwrap_or_else(|| "microdata".to_owned()));
}

fn place_and_time(summary: &Element<'_>, draft: &mut Draft) {
    for nation in summary.children("nation") {
        let code = nation.attribute("abbr").filter(|code| Vocabularies::bundled().country(code).is_some());
        let country = code.map(str::to_owned).or_else(|| nation.text());
        if let Some(country) = country {
            push_new(&mut draft.countries, country);
        }
    }
    let covers = words(summary, &["geogCover"]);
    add_known_places(&covers, draft);
    for cover in covers {
        if !is_known(&cover, draft) {
            add_method("Geographic coverage", &cover, draft);
        }
    }
    draft.geographic_precision = words(summary, &["geogUnit"])
        .into_iter()
        .find(|unit| Vocabularies::bundled().geographic_precision(unit).is_some());
    let mut boxes: Vec<Box4> = Vec::new();
    // Some archives write the edges without the box around them.
    for bounds in summary.children("geoBndBox").chain(std::iter::once(summary)) {
        let edges = ["westBL", "southBL", "eastBL", "northBL"].map(|edge| bounds.text_at(&[edge]));
        if let [Some(west), Some(south), Some(east), Some(north)] = edges {
            boxes.push([west, south, east, north].map(|edge| decimal(&edge)));
        }
    }
    add_boxes(&boxes, &mut draft.extents);
    let covered = ends(summary, "timePrd");
    (draft.coverage_start, draft.coverage_end) =
        if covered == (None, None) { ends(summary, "collDate") } else { covered };
    for universe in words(summary, &["universe"]) {
        population_groups(&universe, draft);
        add_method("Universe", &universe, draft);
    }
}

/// The first start and the last end; a single date is both. ISO 8601 dates sort as text.
fn ends(summary: &Element<'_>, name: &str) -> (Option<String>, Option<String>) {
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for time in summary.children(name) {
        let Some(date) = date_of(time) else { continue };
        match time.attribute("event") {
            Some("start") => starts.push(date),
            Some("end") => ends.push(date),
            _ => {
                starts.push(date.clone());
                ends.push(date);
            }
        }
    }
    // Words such as "Christmas 2018" would sort behind every date.
    let is_date = |date: &String| date.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-');
    let of = |dates: Vec<String>| {
        let (dates, words): (Vec<String>, Vec<String>) = dates.into_iter().partition(is_date);
        if dates.is_empty() { words } else { dates }
    };
    (of(starts).into_iter().min(), of(ends).into_iter().max())
}

/// The texts at the end of a path, without the terms of vocabularies and the links that stand in them.
fn words(element: &Element<'_>, path: &[&str]) -> Vec<String> {
    element.all(path).into_iter().filter_map(|element| element.text_without(&["concept", "ExtLink"])).collect()
}

/// Groups that the universe names; the sentence itself goes to the method.
fn population_groups(universe: &str, draft: &mut Draft) {
    let vocabularies = Vocabularies::bundled();
    for part in universe.split([',', ';', '.', '(', ')', '/']).flat_map(|part| part.split(" and ")).map(str::trim) {
        if vocabularies.population_group(part).is_some() {
            push_new(&mut draft.population_groups, part.to_owned());
        }
    }
}

/// How the data was collected, each part under its name.
fn method(study: &Element<'_>, draft: &mut Draft) {
    let of_summary = [("Unit of analysis", "anlyUnit"), ("Kind of data", "dataKind")];
    for (label, name) in of_summary {
        for text in words(study, &["stdyInfo", "sumDscr", name]) {
            add_method(label, &text, draft);
        }
    }
    let of_collection = [
        ("Time method", "timeMeth"),
        ("Sampling", "sampProc"),
        ("Deviations from the sample design", "deviat"),
        ("Mode of collection", "collMode"),
        ("Instrument", "resInstru"),
        ("Collection", "collSitu"),
        ("Actions to minimise losses", "actMin"),
        ("Control", "ConOps"),
        ("Weighting", "weight"),
        ("Cleaning", "cleanOps"),
    ];
    for (label, name) in of_collection {
        for text in words(study, &["method", "dataColl", name]) {
            add_method(label, &text, draft);
        }
    }
    for source in study.texts_at(&["method", "dataColl", "sources", "dataSrc"]) {
        add_method("Source", &source, draft);
    }
    for (label, name) in [("Response rate", "respRate"), ("Sampling error", "EstSmpErr"), ("Appraisal", "dataAppr")] {
        for text in study.texts_at(&["method", "anlyInfo", name]) {
            add_method(label, &text, draft);
        }
    }
}

fn add_method(label: &str, text: &str, draft: &mut Draft) {
    add_paragraph(draft.methodology.get_or_insert_default(), &format!("{label}: {text}"));
}
