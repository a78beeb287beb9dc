//! Metadata blocks: citation, geospatial, social science.
//!
//! A field has one value, a list of them, or compounds of fields.

use cairn_model::{Contact, Draft, DraftPlace, Partnership};

use super::named;
use crate::boxes::{Box4, add_boxes};
use crate::contacts::{add_contact, mail};
use crate::identifiers::add_by_form;
use crate::json_object::Object;
use crate::json_value::Value;
use crate::periods::Periods;

/// Fills in one block.
pub(super) fn fill(block: &Object<'_, '_>, draft: &mut Draft) {
    for field in block.objects("fields") {
        let Some(name) = field.text("typeName") else { continue };
        match name.as_str() {
            "title" => draft.title = field.localized("value"),
            "dsDescription" => describe(&field, draft),
            "subject" => draft.topics.extend(values(&field, "")),
            "topicClassification" => draft.topics.extend(values(&field, "topicClassValue")),
            "keyword" => {
                let words = values(&field, "keywordValue");
                draft.keywords.entry(cairn_model::text::UNDETERMINED.to_owned()).or_default().extend(words);
            }
            "language" => draft.languages.extend(values(&field, "")),
            "kindOfData" => draft.kind = values(&field, "").into_iter().next().or(draft.kind.take()),
            "otherId" => values(&field, "otherIdValue").iter().for_each(|id| add_by_form(&mut draft.identifiers, id)),
            "author" | "datasetContact" | "depositor" | "producer" | "distributor" | "contributor" | "grantNumber"
            | "dataCollector" => party(&name, &field, draft),
            "productionDate" | "distributionDate" | "dateOfDeposit" => {
                draft.issued = draft.issued.take().or_else(|| field.text("value"));
            }
            "timePeriodCovered" | "dateOfCollection" => period(&name, &field, draft),
            "geographicCoverage" => places(&field, draft),
            "geographicUnit" => draft.geographic_precision = values(&field, "").into_iter().next(),
            "geographicBoundingBox" => extents(&field, draft),
            "notesText" => draft.caveats = draft.caveats.take().or_else(|| field.text("value")),
            "samplingProcedure" | "collectionMode" | "dataSources" | "collectionInfo" | "characteristicOfSources" => {
                let text = values(&field, "").join(", ");
                draft.methodology = Some(match draft.methodology.take() {
                    Some(before) => format!("{before}\n\n{text}"),
                    None => text,
                });
            }
            _ => {}
        }
    }
}

/// The values of a field: texts, or the member `member` of each compound.
fn values(field: &Object<'_, '_>, member: &str) -> Vec<String> {
    let is_compound = |value: &Value<'_>| matches!(value, Value::Object(_));
    let compound = match field.value("value") {
        Some(Value::List(values)) => values.iter().any(is_compound),
        Some(value) => is_compound(value),
        None => return Vec::new(),
    };
    if compound {
        field.objects("value").iter().filter_map(|compound| of(compound, member)).collect()
    } else {
        field.texts("value", &[])
    }
}

/// The value of a field inside a compound.
fn of(compound: &Object<'_, '_>, member: &str) -> Option<String> {
    if member.is_empty() { compound.text("value") } else { compound.object(member)?.text("value") }
}

fn describe(field: &Object<'_, '_>, draft: &mut Draft) {
    let text = values(field, "dsDescriptionValue").join("\n\n");
    if !text.is_empty() {
        draft.description = cairn_model::LocalizedText::undetermined(text);
    }
}

fn party(name: &str, field: &Object<'_, '_>, draft: &mut Draft) {
    match name {
        "author" => {
            for author in values(field, "authorName") {
                contact(Some(author), None, "author", draft);
            }
        }
        "datasetContact" => {
            let compounds = match field.value("value") {
                Some(Value::List(values)) if values.iter().all(|value| matches!(value, Value::Text(_))) => Vec::new(),
                Some(Value::Text(_)) => Vec::new(),
                _ => field.objects("value"),
            };
            for compound in &compounds {
                let (name, email) = (of(compound, "datasetContactName"), of(compound, "datasetContactEmail"));
                let affiliation = of(compound, "datasetContactAffiliation");
                contact(name.or(affiliation), email.as_deref(), "pointOfContact", draft);
            }
            for email in if compounds.is_empty() { values(field, "") } else { Vec::new() } {
                contact(None, Some(&email), "pointOfContact", draft);
            }
        }
        "depositor" => contact(field.text("value"), None, "depositor", draft),
        "producer" => {
            if draft.owner.is_none() {
                draft.owner = values(field, "producerName").into_iter().next().map(named);
            }
        }
        "distributor" => {
            if draft.publisher.is_none() {
                draft.publisher = values(field, "distributorName").into_iter().next().map(named);
            }
        }
        "grantNumber" => partners(values(field, "grantNumberAgency"), "funder", draft),
        "dataCollector" => partners(values(field, ""), "data collector", draft),
        _ => {
            for compound in field.objects("value") {
                let role = of(&compound, "contributorType").unwrap_or_else(|| "contributor".to_owned());
                partners(of(&compound, "contributorName").into_iter().collect(), &role, draft);
            }
        }
    }
}

fn partners(names: Vec<String>, role: &str, draft: &mut Draft) {
    for partner in names {
        let partnership = Partnership { partner, role: Some(role.to_lowercase()), ..Partnership::default() };
        if !draft.partnerships.contains(&partnership) {
            draft.partnerships.push(partnership);
        }
    }
}

/// Adds a contact that has a name or an address.
pub(super) fn contact(name: Option<String>, email: Option<&str>, role: &str, draft: &mut Draft) {
    let contact = Contact {
        name,
        email: email.and_then(mail),
        role: Some(role.to_owned()),
        published_openly: draft.terms.listed_openly,
        ..Contact::default()
    };
    add_contact(&mut draft.contacts, contact);
}

/// The time covered goes before the time of collection, and an end that it leaves open is none of that.
fn period(name: &str, field: &Object<'_, '_>, draft: &mut Draft) {
    let mut periods = Periods::default();
    for compound in field.objects("value") {
        periods.add(of(&compound, &format!("{name}Start")), of(&compound, &format!("{name}End")));
    }
    let (start, end) = periods.into_ends();
    let is_known = draft.coverage_start.is_some() || draft.coverage_end.is_some();
    if (start.is_some() || end.is_some()) && (name == "timePeriodCovered" || !is_known) {
        (draft.coverage_start, draft.coverage_end) = (start, end);
    }
}

fn places(field: &Object<'_, '_>, draft: &mut Draft) {
    for compound in field.objects("value") {
        let country = of(&compound, "country");
        draft.countries.extend(country.clone());
        for (member, level) in [("state", Some(1)), ("city", None), ("otherGeographicCoverage", None)] {
            if let Some(text) = of(&compound, member) {
                draft.places.push(DraftPlace { text, country: country.clone(), admin_level: level });
            }
        }
    }
}

/// Older versions call latitudes longitudes.
fn extents(field: &Object<'_, '_>, draft: &mut Draft) {
    let mut boxes: Vec<Box4> = Vec::new();
    for compound in field.objects("value") {
        let edge = |names: [&str; 2]| names.iter().find_map(|name| of(&compound, name));
        let edges = [
            edge(["westLongitude", "westLongitude"]),
            edge(["southLatitude", "southLongitude"]),
            edge(["eastLongitude", "eastLongitude"]),
            edge(["northLatitude", "northLongitude"]),
        ];
        if let [Some(west), Some(south), Some(east), Some(north)] = edges {
            boxes.push([west, south, east, north]);
        } else {
            compound.warn("unreadable-extent", "value", "the box has not four edges");
        }
    }
    add_boxes(&boxes, &mut draft.extents);
}
