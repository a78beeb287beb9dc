//! Files and services of a dataset, its data dictionary and its licence.

use cairn_model::{Draft, DraftDistribution, Field, Problem};

use super::text::words_of;
use crate::identifiers::may_be_address;
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};

/// Problems that are listed one by one.
const MOST_PROBLEMS: usize = 50;

/// Fills in distributions, fields and licence.
pub(super) fn fill(fields: &Fields<'_>, draft: &mut Draft, problems: &mut Vec<Problem>) {
    let mut licences: Vec<String> = Vec::new();
    for (index, value) in fields.list("distribution").iter().enumerate() {
        match value {
            Value::Object(parts) => {
                let distribution = distribution(parts);
                if distribution.url.is_none() && problems.len() < MOST_PROBLEMS {
                    let path = format!("distribution[{index}]");
                    problems.push(Problem::warning("no-address", path, "the distribution has no address"));
                }
                dictionary(parts, draft);
                licences.extend(licence_of(parts));
                draft.distributions.push(distribution);
            }
            value => {
                let url = value.text().map(std::borrow::Cow::into_owned);
                draft.distributions.push(DraftDistribution { url, ..DraftDistribution::default() });
            }
        }
    }
    // Project Open Data 1.0 names a file or service in the dataset itself.
    for (key, format) in [("accessURL", fields.text("format")), ("webService", None)] {
        let Some(url) = fields.text(key).map(std::borrow::Cow::into_owned) else { continue };
        if !draft.distributions.iter().any(|known| known.url.as_ref() == Some(&url)) {
            let format = format.map(std::borrow::Cow::into_owned);
            draft.distributions.push(DraftDistribution { url: Some(url), format, ..DraftDistribution::default() });
        }
    }
    licence(fields, licences, draft);
}

fn distribution(parts: &Fields<'_>) -> DraftDistribution {
    let text = |keys: &[&str]| keys.iter().find_map(|key| words_of(parts.get(key)?));
    let address =
        |keys: &[&str]| keys.iter().filter_map(|key| words_of(parts.get(key)?)).find(|text| may_be_address(text));
    let service = parts.list("accessService").first().and_then(Value::object);
    DraftDistribution {
        id: text(&["identifier", "@id"]),
        title: text(&["title", "fileName"]),
        description: text(&["description"]),
        url: address(&["downloadURL", "accessURL", "url"])
            .or_else(|| any_text(service?.get("endpointURL")?))
            .or_else(|| text(&["webService"])),
        format: text(&["format"]),
        media_type: text(&["mediaType"]),
        size: text(&["byteSize", "size", "fileSize"]).filter(|size| size != "0"),
        modified: text(&["modified"]),
    }
}

/// Fields of a table as some portals list them in a distribution (`field`, with name or title, type, description).
fn dictionary(parts: &Fields<'_>, draft: &mut Draft) {
    for value in parts.list("field") {
        let Some(field) = value.object() else { continue };
        let Some(name) = field.first_text(&["name", "title"]) else { continue };
        let known = Field {
            name: name.into_owned(),
            description: field.get("description").and_then(any_text),
            data_type: field.text("type").map(std::borrow::Cow::into_owned),
            ..Field::default()
        };
        if !draft.fields.contains(&known) {
            draft.fields.push(known);
        }
    }
}

fn licence_of(parts: &Fields<'_>) -> Option<String> {
    ["license", "licence", "rights"].iter().find_map(|key| words_of(parts.list(key).first()?))
}

/// The licence of the dataset, else the one that its distributions share.
fn licence(fields: &Fields<'_>, of_distributions: Vec<String>, draft: &mut Draft) {
    let own = ["license", "licence"].iter().find_map(|key| words_of(fields.list(key).first()?));
    let mut shared = of_distributions;
    shared.sort();
    shared.dedup();
    let stated = own.or_else(|| if shared.len() == 1 { shared.pop() } else { None });
    match stated {
        Some(text) if text.starts_with("http://") || text.starts_with("https://") => draft.licence_url = Some(text),
        // Hubs put the whole terms of use here, often as HTML.
        Some(text) if text.len() > 120 => draft.licence_text = Some(text),
        Some(text) => draft.licence_title = Some(text),
        None => {}
    }
    if draft.licence_text.is_none() {
        let several = (shared.len() > 1).then(|| shared.join("\n"));
        draft.licence_text = fields.list("rights").first().and_then(words_of).or(several);
    }
}
