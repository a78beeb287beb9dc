//! NADA microdata catalogues (version 5): rows of the catalogue search, and studies in the IHSN survey schema.
//!
//! Access types (`open`, `direct`, `public`, `licensed`, `remote`, `data_enclave`, `data_na`) become access methods,
//! and those that ask for more than a click close the sharing level too.

mod access;
mod study;
mod variables;

use cairn_model::{Contact, Draft, DraftOrganisation, Partnership, Problem};

pub use self::variables::{
    StudyVariable, StudyVariables, StudyWithVariables, read_study_with_variables, read_variables,
};
use crate::Reading;
use crate::contacts::{add_contact, mail};
use crate::identifiers::{add, doi};
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;

/// Cuts a page of the catalogue search into rows. `next` is the number of the next page.
///
/// The search wraps its rows in `result`, but for an empty one, which it does not.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no rows.
pub fn list_catalog(bytes: &[u8]) -> Result<Listing, Problem> {
    let page = Page::cut(bytes, &[&["result", "rows"], &["rows"]])?.with_list("a page of the catalogue")?;
    let result = match page.envelope.get("result") {
        Some(Value::Object(result)) => result,
        _ => &page.envelope,
    };
    let found = number(result, "found");
    let (limit, current) = (number(result, "limit"), number(result, "page"));
    // More than can be counted is more than is found.
    let reached = limit.zip(current).and_then(|(limit, page)| limit.checked_mul(page));
    let goes_on = reached.zip(found).is_some_and(|(reached, found)| reached < found) && !page.records.is_empty();
    let next = current.filter(|_| goes_on).and_then(|page| page.checked_add(1)).map(|page| page.to_string());
    let id = |row: &Fields<'_>| row.first_text(&["idno", "id"]).map(std::borrow::Cow::into_owned);
    Ok(Listing { count: found, next, ..page.into_listing(|key| matches!(key, "id" | "idno"), id) })
}

const TEXTS: &[TextRow] = &[
    (&["type", "datatype", "schematype"], |draft| &mut draft.kind),
    (&["created"], |draft| &mut draft.issued),
    (&["changed"], |draft| &mut draft.modified),
    (&["year_start", "data_coll_start"], |draft| &mut draft.coverage_start),
    (&["year_end", "data_coll_end"], |draft| &mut draft.coverage_end),
    (&["url", "link_study"], |draft| &mut draft.landing_page),
];

/// Reads one study: a row of the search, or the whole of it (`/api/catalog/json/{idno}`).
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an error answer, or hold neither id nor title.
pub fn read_study(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a study", |answer| {
        answer.refuse_error(&["idno", "title", "titl", "dataset", "study_desc"])?;
        let row = answer.object("dataset").unwrap_or_else(|| answer.clone());
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        draft.title = row.first_localized(&["title", "titl"]);
        if let Some(subtitle) = row.text("subtitle") {
            for title in draft.title.0.values_mut() {
                *title = format!("{title}: {subtitle}");
            }
        }
        draft.description = row.localized("abstract");
        fill_texts(&row, TEXTS, &mut draft);
        let words = row.texts("keywords", &[',', ';']);
        if !words.is_empty() {
            draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
        }
        countries(&row, &mut draft);
        // Terms come before parties: whether a contact is published openly follows from them.
        access::fill(&row, &mut draft.terms);
        parties(&row, &mut draft);
        let idno = row.text("idno");
        if let Some(idno) = &idno {
            add(&mut draft.identifiers, "idno", idno);
        }
        if let Some(name) = row.text("doi") {
            add(&mut draft.identifiers, "doi", doi(&name).unwrap_or(&name));
        }
        // The metadata of a study stand around the row, inside it, or alone.
        let metadata = [row.object("metadata_json"), metadata_object(&row), Some(row.clone())];
        for whole in metadata.into_iter().flatten() {
            study::fill(&whole, &mut draft);
        }
        study::variables(answer, &mut draft);
        let stated = draft.identifiers.iter().find(|one| one.scheme == "idno").map(|one| one.value.clone());
        row.identify(idno.or(stated).or_else(|| row.text("id")), "idno", &mut draft)?;
        Ok(draft)
    })
}

/// `metadata`, where it is no serialised text.
fn metadata_object<'r, 'a>(row: &Object<'r, 'a>) -> Option<Object<'r, 'a>> {
    matches!(row.value("metadata"), Some(Value::Object(_))).then(|| row.object("metadata")).flatten()
}

/// ISO codes where the row has them (`AFG,PAK`), else names.
fn countries(row: &Object<'_, '_>, draft: &mut Draft) {
    draft.countries = row.texts("iso3", &[',', ';']);
    if draft.countries.is_empty() {
        draft.countries = row.names("nation", &["name", "abbreviation"]);
    }
}

fn parties(row: &Object<'_, '_>, draft: &mut Draft) {
    let author = row.names("authoring_entity", &["name"]).into_iter().next();
    let author = author.or_else(|| row.names("authenty", &["name"]).into_iter().next());
    draft.publisher = author.map(named);
    draft.custodian = row
        .first_text(&["repo_title", "repositoryid"])
        .map(|name| DraftOrganisation { id: row.text("repositoryid"), ..named(name) });
    for (key, role) in [("producers", "producer"), ("sponsors", "funder")] {
        for party in row.objects(key) {
            if let Some(name) = party.text("name") {
                partner(draft, name, party.text("role").unwrap_or_else(|| role.to_owned()));
            }
        }
    }
    let contact = Contact {
        name: row.text("contact"),
        email: row.text("contact_email").as_deref().and_then(mail),
        role: Some("pointOfContact".to_owned()),
        published_openly: draft.terms.listed_openly,
        ..Contact::default()
    };
    add_contact(&mut draft.contacts, contact);
}

fn partner(draft: &mut Draft, partner: String, role: String) {
    if !draft.partnerships.iter().any(|known| known.partner == partner) {
        draft.partnerships.push(Partnership { partner, role: Some(role), ..Partnership::default() });
    }
}

fn named(name: String) -> DraftOrganisation {
    DraftOrganisation { id: None, name, kind: None }
}

#[cfg(test)]
mod tests;
