//! DDI Lifecycle 3.x: the study of an instance or of a set of fragments, as far as a catalogue needs it.

use cairn_model::{AccessMethod, Draft, DraftOrganisation, LocalizedText, Problem};

use crate::Reading;
use crate::access::close_to_method;
use crate::identifiers::{add_identifier, of_form};
use crate::identity::{self, WithoutId};
use crate::languages::{add_keyword, language_of_root, set};
use crate::notes::Notes;
use crate::once::add_paragraph;
use crate::periods::Periods;
use crate::places::{add_country_code, add_known_places};
use crate::rights;
use crate::xml::Element;

/// The study, which stands in the instance, in a group or in a fragment; without one the instance itself.
fn study<'e, 't>(root: &'e Element<'t>) -> &'e Element<'t> {
    root.descendants("StudyUnit").into_iter().next().unwrap_or(root)
}

/// The number of the study for its users, else its URN, else agency and id.
pub(super) fn id_of(root: &Element<'_>) -> Option<String> {
    let study = study(root);
    let is_number = |id: &&Element<'_>| id.attribute("typeOfUserID").is_none_or(|kind| kind == "StudyNumber");
    let number = study.children("UserID").find(is_number).and_then(Element::text);
    let of_parts = || {
        let (agency, id) = (study.text_at(&["Agency"])?, study.text_at(&["ID"])?);
        Some(format!("{agency}:{id}"))
    };
    number.or_else(|| study.text_at(&["URN"])).or_else(of_parts)
}

pub(super) fn read(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    let mut notes = Notes::new(problems);
    let language = language_of_root(root);
    let study = study(root);
    let mut draft = Draft { kind: Some("microdata".to_owned()), ..Draft::default() };
    draft.terms.listed_openly = true;
    citation(root, study, &language, &mut draft);
    for path in [&["Abstract", "Content"][..], &["Purpose", "Content"]] {
        for text in study.all(path) {
            crate::languages::append(&mut draft.description, text, &language);
        }
    }
    for word in study.all(&["Coverage", "TopicalCoverage", "Keyword"]) {
        add_keyword(&mut draft.keywords, word, &language);
    }
    draft.topics.extend(study.texts_at(&["Coverage", "TopicalCoverage", "Subject"]));
    place_and_time(root, study, &mut draft);
    access(root, &mut draft);
    let stated = id_of(root);
    let without = WithoutId {
        field: "StudyUnit",
        made: "the study has no identifier; one was made from its title and abstract",
        neither: "the study has neither identifier nor title",
    };
    identity::settle(&mut draft, stated, &without, &mut notes)?;
    Ok(Reading { draft, problems: notes.into_problems(), deleted: false })
}

fn citation(root: &Element<'_>, study: &Element<'_>, language: &str, draft: &mut Draft) {
    let Some(citation) = study.child("Citation").or_else(|| root.child("Citation")) else { return };
    for title in citation.all(&["Title", "String"]) {
        set(&mut draft.title, title, language);
    }
    for title in citation.all(&["AlternateTitle", "String"]) {
        add_keyword(&mut draft.keywords, title, language);
    }
    for number in citation.texts_at(&["InternationalIdentifier", "IdentifierContent"]) {
        add_identifier(&mut draft.identifiers, of_form(&number));
    }
    let publisher = best_name(&citation.all(&["Publisher", "PublisherName", "String"]));
    let reference = || {
        let id = citation.text_at(&["Publisher", "PublisherReference", "ID"])?;
        let organisations = root.descendants("Organization");
        let organisation = organisations.into_iter().find(|known| known.text_at(&["ID"]).as_ref() == Some(&id))?;
        best_name(&organisation.all(&["OrganizationIdentification", "OrganizationName", "String"]))
    };
    let creator = || best_name(&citation.all(&["Creator", "CreatorName", "String"])).filter(|name| !name.contains(','));
    draft.publisher = publisher
        .or_else(reference)
        .or_else(creator)
        .map(|name| DraftOrganisation { name, ..DraftOrganisation::default() });
    draft.issued = citation.text_at(&["PublicationDate", "SimpleDate"]);
    draft.modified = study.attribute("versionDate").map(str::to_owned);
    draft.languages = citation.texts_at(&["Language"]);
}

/// A name in English where there is one: an organisation has one name in a record.
fn best_name(names: &[&Element<'_>]) -> Option<String> {
    let mut texts = LocalizedText::default();
    for name in names {
        set(&mut texts, name, cairn_model::text::UNDETERMINED);
    }
    texts.best("en").map(str::to_owned)
}

fn place_and_time(root: &Element<'_>, study: &Element<'_>, draft: &mut Draft) {
    let spatial = study.all(&["Coverage", "SpatialCoverage"]);
    let stated = spatial.iter().flat_map(|coverage| coverage.descendants("CountryCode"));
    for code in stated.filter_map(Element::text) {
        add_country_code(&code, draft);
    }
    let codes = root.descendants("GeographicCode").into_iter().filter_map(Element::text);
    add_known_places(&codes.collect::<Vec<String>>(), draft);
    let mut periods = Periods::default();
    let covered = study.all(&["Coverage", "TemporalCoverage", "ReferenceDate"]);
    let collected = || root.descendants("DataCollectionDate");
    let dates = if covered.is_empty() { collected() } else { covered };
    for date in dates {
        let simple = date.text_at(&["SimpleDate"]);
        periods.add(date.text_at(&["StartDate"]).or_else(|| simple.clone()), date.text_at(&["EndDate"]).or(simple));
    }
    (draft.coverage_start, draft.coverage_end) = periods.into_ends();
    for universe in root.descendants("Universe") {
        let text = universe.text_at(&["Label", "Content"]).or_else(|| universe.text_at(&["UniverseName", "String"]));
        if let Some(text) = text {
            add_paragraph(draft.methodology.get_or_insert_default(), &format!("Universe: {text}"));
        }
    }
}

/// Access conditions of the archive module: prose, which closes access where it speaks of restrictions.
fn access(root: &Element<'_>, draft: &mut Draft) {
    let mut statements: Vec<(Option<String>, Option<String>)> = Vec::new();
    for name in ["AccessConditions", "AccessPermission", "Copyright", "CitationRequirement", "AvailabilityStatus"] {
        for element in root.descendants(name) {
            let contents = element.elements().filter(|child| matches!(child.name(), "Content" | "String"));
            statements.extend(contents.filter_map(Element::text).map(|text| (Some(text), None)));
        }
    }
    for name in ["Restrictions", "ConfidentialityStatement"] {
        for text in root.descendants(name).into_iter().flat_map(|element| element.texts_at(&["Content"])) {
            close_to_method(&mut draft.terms, AccessMethod::OnRequest);
            draft.terms.reasons.push(text);
        }
    }
    rights::fill(statements, draft);
}
