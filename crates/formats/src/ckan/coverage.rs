//! Where and when: countries, extents, time covered, dates of the record, update frequency.

use cairn_model::{Draft, Vocabularies};

use super::Dialect;
use super::package::Package;
use crate::extents::{add_each, add_extent_or_place, add_value};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};
use crate::periods::Periods;

/// Fills in groups, places and times.
pub(super) fn fill(package: &mut Package<'_>, dialect: Dialect, draft: &mut Draft) {
    groups(package, dialect, draft);
    for key in ["country", "countries", "country_code", "iso3"] {
        draft.countries.extend(package.texts(key, &[';', '|']).iter().flat_map(|names| between_commas(names)));
    }
    extents(package, draft);
    if dialect == Dialect::Hdx && package.get("subnational").and_then(Value::truth) == Some(false) {
        draft.geographic_precision = Some("adm0".to_owned());
    }
    if draft.geographic_precision.is_none() {
        draft.geographic_precision = package.text(&["spatial_granularity", "granularity"]);
    }
    times(package, draft);
    dates(package, draft);
    draft.update_frequency = frequency(package);
}

/// The names in a list between commas. A comma may stand in a name, too: `Congo, Democratic Republic of the`.
fn between_commas(names: &str) -> Vec<String> {
    let parts: Vec<&str> = names.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut found = Vec::new();
    let mut rest = parts.as_slice();
    while let [first, others @ ..] = rest {
        let whole = others.first().map(|second| format!("{first}, {second}")).filter(|name| country_of(name).is_some());
        rest = if whole.is_some() { &others[1..] } else { others };
        found.push(whole.unwrap_or_else(|| (*first).to_owned()));
    }
    found
}

/// The ISO 3166-1 alpha-3 code of a country by its name or code.
fn country_of(name: &str) -> Option<&'static str> {
    Vocabularies::bundled().country(name).map(|country| country.alpha3.as_str())
}

/// On HDX a group is a country, named by its ISO 3166-1 code, or the world; elsewhere it is a topic, unless its title is the name
/// of the country whose code it is named by.
fn groups(package: &mut Package<'_>, dialect: Dialect, draft: &mut Draft) {
    for group in package.entries("groups") {
        let (code, title) = match &group {
            Value::Object(fields) => (fields.first_text(&["name", "id"]), group_title(fields)),
            other => (other.text(), None),
        };
        let Some(code) = code else { continue };
        let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
        let upper = code.to_ascii_uppercase();
        let is_titled = || title.as_deref().and_then(country_of) == Some(&upper);
        if is_code && (dialect == Dialect::Hdx || is_titled()) {
            draft.countries.push(upper);
        } else if dialect == Dialect::Hdx && code == "world" {
            draft.countries.push("World".to_owned());
        } else {
            draft.topics.push(title.unwrap_or_else(|| code.into_owned()));
        }
    }
}

fn group_title(fields: &Fields<'_>) -> Option<String> {
    ["title", "title_translated", "display_name"].iter().find_map(|key| any_text(fields.get(key)?))
}

fn extents(package: &Package<'_>, draft: &mut Draft) {
    for key in ["spatial", "spatial_bbox", "bbox", "geographic_coverage", "spatial-text", "spatial_text"] {
        if let Some(value @ (Value::Text(_) | Value::Object(_) | Value::List(_))) = package.get(key) {
            add_value(value, draft);
        }
    }
    let edges = ["bbox-west-long", "bbox-south-lat", "bbox-east-long", "bbox-north-lat"];
    let edges: Vec<String> = edges.iter().filter_map(|edge| package.text(&[edge])).collect();
    if edges.len() == 4 {
        draft.extents.push(edges.join(","));
    }
    // ckanext-dcat with scheming: a list of places, each with geometry, box, centre and name.
    if let Some(Value::List(places)) = package.get("spatial_coverage") {
        add_each(places, draft, |place, draft| {
            let Value::Object(fields) = place else { return };
            for key in ["bbox", "geom", "centroid"] {
                if let Some(value) = fields.get(key) {
                    add_value(value, draft);
                }
            }
            if let Some(text) = fields.text("text") {
                add_extent_or_place(&text, draft);
            }
        });
    }
    if let Some(Value::Text(text)) = package.get("spatial_centroid") {
        add_extent_or_place(text, draft);
    }
}

fn times(package: &Package<'_>, draft: &mut Draft) {
    draft.coverage = package.text(&["dataset_date", "temporal"]);
    draft.coverage_start = package.text(&[
        "temporal_start",
        "temporal-extent-begin",
        "temporal_coverage_from",
        "temporal_coverage-from",
        "time_period_coverage_start",
        "date_range_start",
    ]);
    draft.coverage_end = package.text(&[
        "temporal_end",
        "temporal-extent-end",
        "temporal_coverage_to",
        "temporal_coverage-to",
        "time_period_coverage_end",
        "date_range_end",
    ]);
    match package.get("temporal_coverage") {
        Some(Value::List(intervals)) if draft.coverage_start.is_none() && draft.coverage_end.is_none() => {
            let mut periods = Periods::default();
            for interval in intervals {
                match interval {
                    Value::Object(fields) => {
                        let edge = |key: &str| fields.text(key).map(std::borrow::Cow::into_owned);
                        periods.add(edge("start"), edge("end"));
                    }
                    text => periods.add_texts(text.text().map(std::borrow::Cow::into_owned)),
                }
            }
            let stated = draft.coverage.take();
            periods.fill(draft);
            draft.coverage = stated.or(draft.coverage.take());
        }
        None | Some(Value::List(_)) => {}
        Some(value) => draft.coverage = draft.coverage.take().or_else(|| Some(value.text()?.into_owned())),
    }
}

fn dates(package: &Package<'_>, draft: &mut Draft) {
    let reference = |kind: &str| reference_date(package, kind);
    draft.issued = package
        .text(&["issued", "dcat_issued", "date_published"])
        .or_else(|| reference("publication"))
        .or_else(|| package.text(&["metadata_created"]));
    // `metadata_modified` also changes when a portal touches a record, so the date of the data goes before it.
    draft.modified = package
        .text(&["last_modified"])
        .or_else(|| {
            package.text(&["modified", "dcat_modified", "date_modified"]).filter(|text| !text.starts_with("R/"))
        })
        .or_else(|| reference("revision"))
        .or_else(|| package.text(&["metadata_modified"]));
}

/// ckanext-spatial keeps the dates of an ISO 19139 record as a JSON text: `[{"type": "publication", "value": …}]`.
fn reference_date(package: &Package<'_>, kind: &str) -> Option<String> {
    let text = package.text(&["dataset-reference-date"])?;
    let Some(Value::List(dates)) = Value::parse_inside(&text) else { return None };
    dates.iter().find_map(|date| match date {
        Value::Object(fields) if fields.text("type").as_deref() == Some(kind) => {
            fields.text("value").map(std::borrow::Cow::into_owned)
        }
        _ => None,
    })
}

fn frequency(package: &Package<'_>) -> Option<String> {
    let stated = package
        .text(&[
            "data_update_frequency",
            "update_frequency",
            "accrualPeriodicity",
            "accrual_periodicity",
            "frequency-of-update",
        ])
        // `frequency` of a harvest source says how often the portal harvests.
        .or_else(|| package.text(&["frequency"]).filter(|_| package.text(&["type"]).as_deref() != Some("harvest")))
        // DCAT-US allows an interval of repetition in place of a date.
        .or_else(|| package.text(&["modified"]).filter(|text| text.starts_with("R/")));
    let archived = package.get("archived").and_then(Value::truth) == Some(true);
    // HDX never expects an update of what is archived: -1 is its code for that.
    if archived && stated.is_none() { Some("-1".to_owned()) } else { stated }
}
