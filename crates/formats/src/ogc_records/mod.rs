//! Records of OGC API – Records (OGC 20-004r1), and of the dialects that serve them.
//!
//! A record is a `GeoJSON` feature (§8.2, "record core"). Collections of a local resources catalogue (§9) carry the
//! same properties at their top, WMO's core metadata profile (WCMP2) adds a data policy and secured links, and `ArcGIS`
//! Hub puts the item of its portal into the properties, which [`crate::arcgis`] reads.

mod contacts;
pub(crate) mod links;
mod pages;

use cairn_model::text::UNDETERMINED;
use cairn_model::{Draft, LocalizedText, Problem};

pub use self::pages::{
    LandingPage, RecordCollection, RecordCollections, list_collections, list_records, read_landing_page,
};
pub(crate) use self::pages::{listing, single};
use crate::Reading;
use crate::access::{access_level, by_code, close_by_words};
use crate::extents::{add_extent_or_place, add_geometry};
use crate::identifiers;
use crate::json_object::{Object, TextRow, fill_texts, read_record as read};
use crate::json_text::language_tag;
use crate::json_value::Value;

/// Why data that WMO members exchange under conditions is not simply open (Resolution 1, Cg-Ext(2021)).
const RECOMMENDED: &str = "WMO data policy: recommended data, which may be had under conditions";

/// Reads one record: a feature, or a collection of a local resources catalogue.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id nor title.
pub fn read_record(bytes: &[u8]) -> Result<Reading, Problem> {
    read(bytes, "an OGC API record", |record| {
        let properties = record.object("properties").unwrap_or_else(|| record.clone());
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        if is_portal_item(&properties) {
            crate::arcgis::fill_item(&properties, None, &mut draft);
        } else {
            core(&properties, &mut draft);
        }
        place_and_time(record, &mut draft);
        links::fill(record, &mut draft);
        let id = record.text("id").or_else(|| properties.text("id"));
        record.identify(id, "id", &mut draft)?;
        Ok(draft)
    })
}

/// Whether the properties are those of an item of an `ArcGIS` portal.
fn is_portal_item(properties: &Object<'_, '_>) -> bool {
    ["typeKeywords", "orgId", "itemId"].iter().any(|key| properties.has(key))
}

const TEXTS: &[TextRow] = &[
    (&["type", "itemType"], |draft| &mut draft.kind),
    (&["created", "recordCreated", "record-created"], |draft| &mut draft.issued),
    (&["updated", "recordUpdated", "record-updated", "modified"], |draft| &mut draft.modified),
    (&["rights", "accessConstraints"], |draft| &mut draft.licence_text),
    (&["updateFrequency", "accrualPeriodicity"], |draft| &mut draft.update_frequency),
    (&["lineage", "processingSteps"], |draft| &mut draft.methodology),
];

/// The properties of "record core", in the language that the record names.
fn core(properties: &Object<'_, '_>, draft: &mut Draft) {
    let language = properties.names("language", &["code", "id", "name"]).into_iter().next();
    draft.title = in_language(properties.localized("title"), language.as_deref());
    draft.description = in_language(properties.localized("description"), language.as_deref());
    let words = properties.names("keywords", &["name", "keyword"]);
    if !words.is_empty() {
        draft.keywords.insert(tag(language.as_deref()), words);
    }
    draft.languages = properties.names("resourceLanguages", &["code", "name"]);
    if draft.languages.is_empty() {
        draft.languages.extend(language);
    }
    fill_texts(properties, TEXTS, draft);
    // A collection of features is a data set, and one of records a catalogue.
    if matches!(draft.kind.as_deref(), Some("feature" | "record" | "Feature" | "Collection")) {
        draft.kind = Some("dataset".to_owned());
    }
    for theme in properties.objects("themes") {
        draft.topics.extend(theme.names("concepts", &["title", "name", "id", "url"]));
    }
    draft.topics.extend(properties.names("theme", &["title", "name", "id"]));
    for identifier in properties.objects("externalIds") {
        if let Some(value) = identifier.text("value") {
            identifiers::add_by_form(&mut draft.identifiers, &value);
        }
    }
    contacts::fill(properties, draft);
    licence(properties, draft);
    access(properties, draft);
}

/// The text under the language of the record, where it has none of its own.
fn in_language(mut text: LocalizedText, language: Option<&str>) -> LocalizedText {
    if let Some(words) = text.0.remove(UNDETERMINED) {
        text.0.entry(tag(language)).or_insert(words);
    }
    text
}

fn tag(language: Option<&str>) -> String {
    language.and_then(language_tag).unwrap_or_else(|| UNDETERMINED.to_owned())
}

/// An SPDX identifier, an address, or `other` with a link of relation `license` (§8.2.4).
fn licence(properties: &Object<'_, '_>, draft: &mut Draft) {
    let Some(licence) = properties.text("license") else { return };
    if identifiers::is_web_address(&licence) {
        draft.licence_url = Some(licence);
    } else {
        draft.licence_id = Some(licence);
    }
}

/// What a record says of access: none of it is in the standard, all of it stands in records.
fn access(properties: &Object<'_, '_>, draft: &mut Draft) {
    for key in ["accessLevel", "access", "accessRights"] {
        for level in properties.every_text(key) {
            if level.contains("/access-right/") {
                by_code(&level, &mut draft.terms);
            } else {
                access_level(&level, &mut draft.terms);
            }
        }
    }
    // Rights say how data may be used, unless they say who has no access.
    for words in properties.texts("rights", &[]) {
        close_by_words(&words, &mut draft.terms);
    }
    if let Some(policy) = properties.text("wmo:dataPolicy") {
        if policy.eq_ignore_ascii_case("recommended") {
            draft.terms.reasons.push(RECOMMENDED.to_owned());
        }
        draft.licence_title.get_or_insert_with(|| format!("WMO data policy: {policy}"));
    }
}

/// Geometry or extent, and the time (§8.2.2): an interval, a day or an instant.
fn place_and_time(record: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(geometry @ Value::Object(_)) = record.value("geometry") {
        add_geometry(geometry, draft);
    }
    if let Some(extent) = record.object("extent") {
        extent_of_collection(&extent, draft);
    }
    if let Some(Value::List(_)) = record.value("bbox") {
        add_extent_or_place(&record.texts("bbox", &[]).join(","), draft);
    }
    let Some(time) = record.value("time") else { return };
    match time {
        Value::Object(_) => {
            let Some(time) = record.object("time") else { return };
            interval(&time.texts("interval", &[]), draft);
            if draft.coverage_start.is_none() && draft.coverage_end.is_none() {
                draft.coverage = time.first_text(&["date", "timestamp"]);
            }
        }
        Value::List(_) => interval(&record.texts("time", &[]), draft),
        _ => draft.coverage = record.text("time"),
    }
}

/// The extent of a collection (OGC 17-069r4 §7.13): of several boxes and intervals the first covers the others.
pub(crate) fn extent_of_collection(extent: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(spatial) = extent.object("spatial")
        && is_in_degrees(&spatial)
        && let Some(Value::List(boxes)) = spatial.value("bbox")
    {
        match boxes.first() {
            Some(first @ Value::List(_)) => add_numbers(first, draft),
            Some(_) => add_numbers(&Value::List(boxes.clone()), draft),
            None => {}
        }
    }
    if let Some(temporal) = extent.object("temporal")
        && let Some(Value::List(intervals)) = temporal.value("interval")
    {
        let ends = match intervals.first() {
            Some(Value::List(ends)) => ends,
            _ => intervals,
        };
        let end = |value: Option<&Value<'_>>| value.and_then(Value::text).map(std::borrow::Cow::into_owned);
        draft.coverage_start = end(ends.first());
        draft.coverage_end = end(ends.get(1));
    }
}

/// Whether a spatial extent is in WGS 84 with the longitude first, as it is where nothing is said.
fn is_in_degrees(spatial: &Object<'_, '_>) -> bool {
    let known = spatial.text("crs").is_none_or(|crs| crs.ends_with("CRS84") || crs.ends_with("CRS84h"));
    if !known {
        let message = "the extent is in another reference system than WGS 84; it was left out";
        spatial.warn("unknown-spatial-reference", "crs", message);
    }
    known
}

/// A box of four numbers, or of six with heights.
fn add_numbers(numbers: &Value<'_>, draft: &mut Draft) {
    let text = crate::json_value::texts_of(numbers, &[]).join(",");
    if !text.is_empty() && !draft.extents.contains(&text) {
        draft.extents.push(text);
    }
}

fn interval(ends: &[String], draft: &mut Draft) {
    draft.coverage_start = ends.first().cloned();
    draft.coverage_end = ends.get(1).cloned();
}

#[cfg(test)]
mod tests;
