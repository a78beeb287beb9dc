//! Records of `GeoBlacklight`: the schema Aardvark of `OpenGeoMetadata`, and the older schema 1.0.

mod pages;

use cairn_model::{
    AccessMethod, Contact, Draft, DraftDistribution, DraftOrganisation, LocalizedText, Problem, Sharing,
};

pub use self::pages::{GeoBlacklightPage, list_layers, list_records};
use crate::Reading;
use crate::access::{close, close_listing, state_sharing};
use crate::contacts::add_contact;
use crate::extents::add_extent_or_place;
use crate::identifiers::{add, add_by_form};
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_value::Value;
use crate::periods::Periods;
use crate::places::add_place;

/// Longest name of an organisation; what is longer is a sentence about rights.
const LONGEST_NAME: usize = 120;

const TEXTS: &[TextRow] = &[
    (&["dct_issued_s"], |draft| &mut draft.issued),
    (&["gbl_mdModified_dt", "layer_modified_dt"], |draft| &mut draft.modified),
    (&["dct_accrualPeriodicity_s"], |draft| &mut draft.update_frequency),
    (&["gbl_displayNote_sm"], |draft| &mut draft.caveats),
];

/// Reads one record.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id nor title.
pub fn read_geoblacklight_record(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a GeoBlacklight record", |whole| {
        let record = match whole.value("attributes") {
            Some(Value::Object(_)) => whole.object("attributes").unwrap_or_else(|| whole.clone()),
            _ => whole.clone(),
        };
        let either = |keys: [&str; 2]| {
            let texts = record.texts(keys[0], &[]);
            if texts.is_empty() { record.texts(keys[1], &[]) } else { texts }
        };
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        draft.title = record.first_localized(&["dct_title_s", "dc_title_s"]);
        let description = either(["dct_description_sm", "dc_description_s"]).join("\n\n");
        if !description.is_empty() {
            draft.description = LocalizedText::undetermined(description);
        }
        let words = [either(["dct_subject_sm", "dc_subject_sm"]), record.texts("dcat_keyword_sm", &[])].concat();
        if !words.is_empty() {
            draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
        }
        draft.topics = either(["dcat_theme_sm", "gbl_resourceType_sm"]);
        draft.languages = either(["dct_language_sm", "dc_language_s"]);
        draft.kind = either(["gbl_resourceClass_sm", "dc_type_s"]).into_iter().next();
        fill_texts(&record, TEXTS, &mut draft);
        access(&record, &mut draft);
        parties(&record, &mut draft);
        place_and_time(&record, &mut draft);
        draft.licence_url = record.texts("dct_license_sm", &[]).into_iter().next();
        let rights = record.texts("dct_rights_sm", &[]);
        draft.licence_text = (!rights.is_empty()).then(|| rights.join("\n"));
        references(&record, &mut draft);
        for value in either(["dct_identifier_sm", "dc_identifier_s"]) {
            add_by_form(&mut draft.identifiers, &value);
        }
        if let Some(layer) = record.first_text(&["gbl_wxsIdentifier_s", "layer_id_s"]) {
            add(&mut draft.identifiers, "other", &layer);
        }
        let id = whole.text("id").or_else(|| record.first_text(&["id", "layer_slug_s"]));
        whole.identify(id, "id", &mut draft)?;
        Ok(draft)
    })
}

/// `Public` or `Restricted`; a suppressed record is not shown by its portal.
fn access(record: &Object<'_, '_>, draft: &mut Draft) {
    for key in ["dct_accessRights_s", "dc_rights_s"] {
        for rights in record.every_text(key) {
            match rights.to_ascii_lowercase().as_str() {
                "public" => state_sharing(&mut draft.terms, "public"),
                "restricted" => close(&mut draft.terms, Sharing::Restricted, Some(AccessMethod::OnRequest)),
                _ => {
                    record.warn("unknown-access", key, "neither Public nor Restricted: taken as restricted");
                    close(&mut draft.terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
                    draft.terms.reasons.push(rights);
                }
            }
        }
    }
    if ["gbl_suppressed_b", "suppressed_b"].iter().any(|key| record.closes(key, true)) {
        close_listing(&mut draft.terms);
    }
}

fn parties(record: &Object<'_, '_>, draft: &mut Draft) {
    let organisation = |name: String| DraftOrganisation { id: None, name, kind: None };
    let publishers = [record.texts("dct_publisher_sm", &[]), record.texts("dc_publisher_s", &[])].concat();
    draft.publisher = publishers.into_iter().next().map(organisation);
    draft.custodian = record.first_text(&["schema_provider_s", "dct_provenance_s"]).map(organisation);
    let holder = record.texts("dct_rightsHolder_sm", &[]).into_iter().next();
    match holder {
        Some(name) if name.chars().count() <= LONGEST_NAME => draft.owner = Some(organisation(name)),
        Some(sentence) => draft.licence_title = Some(sentence),
        None => {}
    }
    for name in [record.texts("dct_creator_sm", &[]), record.texts("dc_creator_sm", &[])].concat() {
        let contact = Contact {
            name: Some(name),
            role: Some("author".to_owned()),
            published_openly: draft.terms.listed_openly,
            ..Contact::default()
        };
        add_contact(&mut draft.contacts, contact);
    }
}

fn place_and_time(record: &Object<'_, '_>, draft: &mut Draft) {
    for key in ["locn_geometry", "dcat_bbox", "solr_geom"] {
        if let Some(text) = record.text(key) {
            add_extent_or_place(&text, draft);
        }
    }
    for place in record.texts("dct_spatial_sm", &[]) {
        add_place(&place, draft);
    }
    let times = record.texts("dct_temporal_sm", &[]);
    let is_year = |text: &String| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if times.len() > 1 && times.iter().all(is_year) {
        draft.coverage_start = times.iter().min().cloned();
        draft.coverage_end = times.iter().max().cloned();
        return;
    }
    let mut periods = Periods::default();
    periods.add_texts(if times.is_empty() { record.texts("gbl_dateRange_drsim", &[]) } else { times });
    periods.fill(draft);
}

/// `dct_references_s` is a JSON text: addresses by what they are, the latter as an address too.
fn references(record: &Object<'_, '_>, draft: &mut Draft) {
    let format = record.first_text(&["dct_format_s", "dc_format_s"]);
    let Some(text) = record.text("dct_references_s") else { return };
    let Some(Value::Object(references)) = Value::parse_inside(&text) else {
        record.warn("unreadable-references", "dct_references_s", "the references are no JSON object");
        return;
    };
    for (kind, value) in &references.0 {
        let is_download = kind.ends_with("/downloadUrl");
        if kind.ends_with("schema.org/url") {
            draft.landing_page = value.text().map(std::borrow::Cow::into_owned);
            continue;
        }
        if kind.contains("iiif.io") || kind.contains("oembed") || kind.ends_with("thumbnailUrl") {
            continue;
        }
        let name = kind.trim_end_matches('/').rsplit(['/', '#']).next().unwrap_or_default();
        let targets = if let Value::List(targets) = value { targets.as_slice() } else { std::slice::from_ref(value) };
        for target in targets {
            let (url, label) = match target {
                Value::Object(fields) => (fields.text("url"), fields.text("label")),
                other => (other.text(), None),
            };
            draft.distributions.push(DraftDistribution {
                title: label.map(std::borrow::Cow::into_owned).or_else(|| (!is_download).then(|| name.to_owned())),
                url: url.map(std::borrow::Cow::into_owned),
                format: if is_download { format.clone() } else { service(name) },
                ..DraftDistribution::default()
            });
        }
    }
    if draft.distributions.is_empty() && format.is_some() {
        draft.distributions.push(DraftDistribution { format, ..DraftDistribution::default() });
    }
}

/// The format of a service; a documentation or a related page has none of its own.
fn service(name: &str) -> Option<String> {
    let known = ["wms", "wfs", "wcs", "wmts", "csw", "tms", "xyz"];
    known.contains(&name).then(|| name.to_uppercase())
}

#[cfg(test)]
mod tests;
