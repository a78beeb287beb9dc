//! What a record is about: citation, abstract, keywords, topics, languages, kind, dates, lineage.

use std::collections::BTreeMap;

use cairn_model::{Draft, LocalizedText, Problem};

use super::Metadata;
use super::text::{append, code, language_tag, plain};
use crate::identifiers::{add_identifier, of_form};
use crate::once::{paragraphs, push_new};
use crate::places::add_known_places;
use crate::xml::{ANY, Element};

/// Longest identifier, in bytes: some catalogues write whole records in the place of one.
const LONGEST_IDENTIFIER: usize = 500;

/// Fills in texts, dates and what the record is.
pub(super) fn fill(metadata: &mut Metadata<'_, '_>, draft: &mut Draft) {
    for citation in metadata.identified(&["citation", ANY]) {
        if draft.title.is_empty()
            && let Some(title) = citation.child("title")
        {
            draft.title = metadata.localized(title);
        }
        for alternate in citation.children("alternateTitle") {
            // A record is looked for by its other titles too, and a draft has no other place for them.
            add_keywords(&mut draft.keywords, metadata.localized(alternate));
        }
        for code in citation.all(&["identifier", ANY, "code"]) {
            if let Some(value) = plain(code).filter(|value| value.len() <= LONGEST_IDENTIFIER) {
                add_identifier(&mut draft.identifiers, of_form(&value));
            }
        }
    }
    if let Some(address) = metadata.root.child("dataSetURI").and_then(plain) {
        add_identifier(&mut draft.identifiers, of_form(&address));
    }
    for property in ["abstract", "purpose"] {
        for text in metadata.identified(&[property]) {
            append(&mut draft.description, metadata.localized(text));
        }
    }
    keywords(metadata, draft);
    draft.topics.extend(metadata.identified(&["topicCategory"]).into_iter().filter_map(code));
    languages(metadata, draft);
    draft.kind = kind(metadata);
    dates(metadata, draft);
    draft.update_frequency = frequency(metadata);
    draft.methodology = lineage(metadata);
}

fn add_keywords(keywords: &mut BTreeMap<String, Vec<String>>, texts: LocalizedText) {
    for (language, text) in texts.0 {
        push_new(keywords.entry(language).or_default(), text);
    }
}

/// Keywords of all thesauri. Those of place also count as countries and places where they are known as such, and the
/// themes of INSPIRE (Directive 2007/2/EC annexes) as topics.
fn keywords(metadata: &Metadata<'_, '_>, draft: &mut Draft) {
    let mut places: Vec<String> = Vec::new();
    for block in metadata.identified(&["descriptiveKeywords", ANY]) {
        let is_place = block.child("type").and_then(code).is_some_and(|kind| kind.eq_ignore_ascii_case("place"));
        let thesaurus = block.first(&["thesaurusName", ANY, "title"]).and_then(plain).unwrap_or_default();
        let is_topic = thesaurus.to_uppercase().contains("INSPIRE THEME");
        for property in block.children("keyword") {
            let texts = metadata.localized(property);
            if is_place {
                places.extend(texts.texts().map(str::to_owned));
            }
            if is_topic {
                draft.topics.extend(texts.best(&metadata.language).map(str::to_owned));
            }
            add_keywords(&mut draft.keywords, texts);
        }
    }
    add_known_places(&places, draft);
}

/// Languages of the data: ISO/TS 19139 has them as `language`, ISO 19115-3 as locales.
fn languages(metadata: &Metadata<'_, '_>, draft: &mut Draft) {
    let stated = metadata.identified(&["language"]);
    let locales = ["defaultLocale", "otherLocale"].iter();
    let locales = locales.flat_map(|property| metadata.identified(&[property, ANY, "language"]));
    for language in stated.into_iter().chain(locales).filter_map(code) {
        let language = language_tag(&language);
        if !language.is_empty() {
            push_new(&mut draft.languages, language);
        }
    }
}

/// The scope of the record; without one, whether it identifies a service.
fn kind(metadata: &Metadata<'_, '_>) -> Option<String> {
    let root = metadata.root;
    let scopes = root.children("hierarchyLevel").chain(root.all(&["metadataScope", ANY, "resourceScope"]));
    let mut identifications = metadata.identifications.iter();
    let is_service = identifications.len() > 0
        && identifications.all(|identification| identification.name().contains("ServiceIdentification"));
    let stated: Option<String> = { scopes }.find_map(code);
    if is_service { Some("service".to_owned()) } else { stated }
}

/// Dates of the data by their type, else those of the record.
fn dates(metadata: &mut Metadata<'_, '_>, draft: &mut Draft) {
    let mut of_type: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stated in metadata.identified(&["citation", ANY, "date", ANY]) {
        add_date(stated, &mut of_type);
    }
    let mut of_record: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stated in metadata.root.all(&["dateInfo", ANY]) {
        add_date(stated, &mut of_record);
    }
    let stamp = metadata.root.child("dateStamp").and_then(Element::text);
    let first = |dates: &BTreeMap<String, Vec<String>>, kinds: &[&str]| {
        kinds.iter().find_map(|kind| dates.get(*kind)?.iter().min().cloned())
    };
    let last = |dates: &BTreeMap<String, Vec<String>>, kinds: &[&str]| {
        kinds.iter().find_map(|kind| dates.get(*kind)?.iter().max().cloned())
    };
    let published = ["publication", "released", "issued", "distribution"];
    draft.issued = first(&of_type, &published).or_else(|| first(&of_type, &["creation", "adopted", ""]));
    let revised = ["revision", "lastrevision", "lastupdate"];
    draft.modified = last(&of_type, &revised)
        .or(stamp)
        .or_else(|| last(&of_record, &revised).or_else(|| last(&of_record, &["creation", "publication", ""])));
    if of_type.len() == 1 && of_type.contains_key("") && draft.issued.is_some() {
        let message = "the dates of the data do not say of what they are; the first counts as that of publication";
        metadata.notes.report(Problem::warning("date-without-type", "citation.date", message));
    }
}

fn add_date(stated: &Element<'_>, dates: &mut BTreeMap<String, Vec<String>>) {
    let Some(value) = stated.child("date").and_then(Element::text) else { return };
    let kind = stated.child("dateType").and_then(code).unwrap_or_default().to_lowercase();
    dates.entry(kind).or_default().push(value);
}

/// The code of the frequency, or the period that a source defines for itself (ISO 8601 duration).
fn frequency(metadata: &Metadata<'_, '_>) -> Option<String> {
    let maintenance = metadata.identified(&["resourceMaintenance", ANY]);
    let stated = maintenance.iter().find_map(|block| {
        let stated = block.child("maintenanceAndUpdateFrequency").and_then(code);
        let own = block.child("userDefinedMaintenanceFrequency").and_then(plain);
        own.or(stated)
    });
    // The maintenance of the record itself says nothing of the data.
    stated.filter(|stated| !stated.eq_ignore_ascii_case("unknown"))
}

/// Statement, steps and sources of the lineage (ISO 19115-1 §6.5.5).
fn lineage(metadata: &Metadata<'_, '_>) -> Option<String> {
    let root = metadata.root;
    let lineages = root.all(&["dataQualityInfo", ANY, "lineage", ANY]);
    let lineages = lineages.into_iter().chain(root.all(&["resourceLineage", ANY]));
    let mut texts = Vec::new();
    for lineage in lineages.chain(metadata.identified(&["resourceLineage", ANY])) {
        texts.extend(lineage.children("statement").filter_map(plain));
        for path in [["processStep", ANY, "description"], ["source", ANY, "description"]] {
            texts.extend(lineage.all(&path).into_iter().filter_map(plain));
        }
    }
    paragraphs(texts)
}
