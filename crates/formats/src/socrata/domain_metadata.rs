//! Fields that a Socrata domain adds to its entries, named as it likes: `{"key": "Group_Field-Name", "value": …}`.

use cairn_model::{Draft, DraftOrganisation};

use crate::access::{access_level, close_listing, is_marking};
use crate::extents::add_extent_or_place;
use crate::json_object::{Object, given};
use crate::once::push_new;

/// Fills in what the fields of the domain say, by the last part of their names.
pub(super) fn fill(entry: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(classification) = entry.object("classification") {
        for pair in classification.objects("domain_metadata") {
            if let (Some(key), Some(value)) = (pair.text("key"), pair.text("value")) {
                field(&key, &value, draft);
            }
        }
    }
    // A view has them by group: `metadata.custom_fields`.
    let groups = entry.object("metadata").map(|metadata| metadata.members("custom_fields")).unwrap_or_default();
    for (_, group) in groups {
        for (key, value) in &group.fields().0 {
            if let Some(value) = value.text() {
                field(&key.replace(' ', "-"), &value, draft);
            }
        }
    }
}

fn field(key: &str, value: &str, draft: &mut Draft) {
    let name = key.rsplit_once('_').map_or(key, |(_, name)| name).to_lowercase();
    let Some(value) = given(value) else { return };
    match name.as_str() {
        "access-level" | "public-access-level" | "proposed-access-level" => access_level(&value, &mut draft.terms),
        "access-level-comment" | "rights" | "embargo-request-rationale" => draft.terms.reasons.push(value),
        "is-classified" if is_yes(&value) => {
            draft.terms.classification.get_or_insert_with(|| "confidential".to_owned());
        }
        // Many mean by the plain word what the data is about.
        "classification" if !is_marking(&value) => push_new(&mut draft.topics, value),
        "classification" | "data-classification" | "security-classification" => {
            draft.terms.classification.get_or_insert(value);
        }
        "embargo-requested?" | "embargo-requested" if is_yes(&value) => {
            close_listing(&mut draft.terms);
            draft.terms.reasons.push("An embargo was requested".to_owned());
        }
        "publisher" | "organization" | "dataset-owner" | "agency" | "department" | "stateagency" | "owner" => {
            let organisation = DraftOrganisation { id: None, name: value, kind: None };
            draft.publisher.get_or_insert(organisation);
        }
        "update-frequency" | "frequency" | "posting-frequency" | "data-frequency" => {
            draft.update_frequency.get_or_insert(value);
        }
        "temporal" | "temporal-coverage" | "time-period" | "time-period-coverage" | "period-of-coverage" | "year" => {
            draft.coverage.get_or_insert(value);
        }
        "language" => draft.languages.extend(value.split(',').filter_map(given)),
        "countries" | "additional-countries" | "country" => draft.countries.push(value),
        "spatial" | "geographic-region-name" | "counties" => add_extent_or_place(&value, draft),
        "usage-considerations" | "limitations" | "data-quality-notes" | "disclaimer" | "notes" => {
            draft.caveats = Some(match draft.caveats.take() {
                Some(before) => format!("{before}\n\n{value}"),
                None => value,
            });
        }
        "gender-disaggregation" if is_yes(&value) => draft.disaggregation = Some("sex".to_owned()),
        "methodology" | "collection-methodology" => {
            draft.methodology.get_or_insert(value);
        }
        _ => {}
    }
}

fn is_yes(value: &str) -> bool {
    matches!(value.to_lowercase().as_str(), "yes" | "true" | "1" | "y")
}
