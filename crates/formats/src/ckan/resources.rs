//! Files and services of a package, its data dictionary and its licence.

use std::borrow::Cow;

use cairn_model::{Draft, DraftDistribution, Field, Problem};

use super::package::Package;
use super::terms;
use crate::access::tighten;
use crate::json_text::{any_text, unexpected_type};
use crate::json_value::{Fields, Value};

/// Why data is had on request when its portal holds back every file.
const QUARANTINED: &str = "The portal holds the files in quarantine";

/// Fills in distributions, fields and licence.
pub(super) fn fill(package: &mut Package<'_>, draft: &mut Draft) {
    let mut any_quarantined = false;
    for (index, resource) in package.entries("resources").iter().enumerate() {
        match resource {
            Value::Object(fields) if fields.text("state").as_deref() == Some("deleted") => {}
            Value::Object(fields) => {
                any_quarantined |= is_quarantined(fields);
                let of_file = terms::of_file(package, index, fields);
                tighten(&mut draft.terms, of_file);
                let distribution = distribution(package, index, fields);
                draft.distributions.push(distribution);
            }
            other => {
                let problem = unexpected_type(&format!("resources[{index}]"), "an object", other);
                package.report(problem);
            }
        }
    }
    let any_address = draft.distributions.iter().any(|file| file.url.is_some());
    let no_method_stated = draft.terms.access_method.is_none() && draft.terms.access_at_least.is_none();
    if any_quarantined && !any_address && no_method_stated {
        draft.terms.access_method = Some("on-request".to_owned());
        draft.terms.reasons.push(QUARANTINED.to_owned());
    }
    if draft.distributions.is_empty() {
        // A dataset that HDX gives out on request has no resources and lists the types of its files.
        for format in package.texts("file_types", &[',', ';']) {
            draft.distributions.push(DraftDistribution { format: Some(format), ..DraftDistribution::default() });
        }
    }
    for name in package.texts("field_names", &[',', ';', '\n']) {
        draft.fields.push(Field { name, ..Field::default() });
    }
    licence(package, draft);
}

fn is_quarantined(fields: &Fields<'_>) -> bool {
    fields.get("in_quarantine").and_then(Value::truth) == Some(true)
}

fn distribution(package: &mut Package<'_>, index: usize, fields: &Fields<'_>) -> DraftDistribution {
    let mut text = |key: &str| {
        let value = fields.get(key)?;
        let text = any_text(value);
        if text.is_none() {
            package.report(unexpected_type(&format!("resources[{index}].{key}"), "text", value));
        }
        text
    };
    let quarantined = is_quarantined(fields);
    let url = text("url").or_else(|| text("download_url")).or_else(|| text("access_url")).or_else(|| text("accessURL"));
    let distribution = DraftDistribution {
        id: text("id"),
        title: text("name").or_else(|| text("name_translated")).or_else(|| text("title")),
        description: text("description").or_else(|| text("description_translated")),
        // The portal answers "not found" for a file in quarantine.
        url: url.filter(|_| !quarantined),
        format: text("format"),
        media_type: text("mimetype").or_else(|| text("media_type")),
        size: text("size").filter(|size| size != "0"),
        modified: text("last_modified").or_else(|| text("modified")),
    };
    if distribution.url.is_none() && !quarantined {
        package.report(Problem::warning(
            "no-address",
            format!("resources[{index}].url"),
            "the resource has no address",
        ));
    }
    distribution
}

fn licence(package: &mut Package<'_>, draft: &mut Draft) {
    draft.licence_id = package.plain_text("license_id");
    draft.licence_title = package.plain_text("license_title");
    let statements: Vec<String> = ["licence", "use-constraints", "access_constraints", "access-constraints"]
        .iter()
        .map(|key| package.texts(key, &[]))
        .map(|statements| statements.into_iter().filter(|text| !super::terms::is_access_level(text)).collect())
        .find(|statements: &Vec<String>| !statements.is_empty())
        .unwrap_or_default();
    draft.licence_text = package
        .get("license_other")
        .and_then(any_text)
        .or_else(|| (!statements.is_empty()).then(|| statements.join("\n")))
        .or_else(|| package.get("rights").and_then(any_text));
    draft.licence_url = package.text(&["license_url", "licence_url"]);
    if let Some(stated) = package.get("license").and_then(Value::text).map(Cow::into_owned) {
        if stated.starts_with("http") {
            draft.licence_url = draft.licence_url.take().or(Some(stated));
        } else {
            draft.licence_title = draft.licence_title.take().or(Some(stated));
        }
    }
}
