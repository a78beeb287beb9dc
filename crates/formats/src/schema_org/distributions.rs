//! Files of a dataset, its data dictionary (variables, and the record sets of Croissant) and its licence.

use cairn_model::{Draft, DraftDistribution, Field, Problem};

use super::text::{address_of, words_of};
use super::walk::is_a;
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};

/// Problems that are listed one by one.
const MOST_PROBLEMS: usize = 50;
/// Fields inside each other, and fields of one dataset.
const DEEPEST: usize = 8;
const MOST_FIELDS: usize = 5_000;

/// Fills in distributions, fields and licence.
pub(super) fn fill(fields: &Fields<'_>, draft: &mut Draft, problems: &mut Vec<Problem>) {
    for (index, value) in fields.list("distribution").iter().enumerate() {
        let Value::Object(parts) = value else {
            draft.distributions.extend(
                address_of(value).map(|url| DraftDistribution { url: Some(url), ..DraftDistribution::default() }),
            );
            continue;
        };
        let distribution = distribution(parts);
        // A file set names files inside another one, and has no address of its own.
        let needs_address = !is_a(parts, &["FileSet"]) && parts.get("containedIn").is_none();
        if distribution.url.is_none() && needs_address && problems.len() < MOST_PROBLEMS {
            let path = format!("distribution[{index}]");
            problems.push(Problem::warning("no-address", path, "the distribution has no address"));
        }
        draft.distributions.push(distribution);
    }
    for value in fields.list("variableMeasured") {
        draft.fields.extend(variable(value));
    }
    for set in fields.list("recordSet").iter().filter_map(Value::object) {
        for field in set.list("field").iter().filter_map(Value::object) {
            add_field(field, "", DEEPEST, draft);
        }
    }
    licence(fields, draft);
}

fn distribution(parts: &Fields<'_>) -> DraftDistribution {
    let text = |key: &str| words_of(parts.list(key).first()?);
    let includes = parts.list("includes").iter().filter_map(Value::text).collect::<Vec<_>>().join(", ");
    let description = text("description").or_else(|| (!includes.is_empty()).then(|| format!("Files: {includes}")));
    let format = text("encodingFormat").or_else(|| text("fileFormat"));
    let (media_type, format) = match format {
        Some(name) if name.contains('/') && !name.contains("://") => (Some(name), None),
        name => (None, name),
    };
    DraftDistribution {
        id: parts.first_text(&["@id", "identifier"]).map(std::borrow::Cow::into_owned),
        title: text("name"),
        description,
        url: ["contentUrl", "url", "downloadUrl"].iter().find_map(|key| address_of(parts.list(key).first()?)),
        format,
        media_type,
        size: text("contentSize").or_else(|| text("fileSize")),
        modified: text("dateModified").or_else(|| text("datePublished")),
    }
}

/// `variableMeasured`: a text, or a `PropertyValue`.
fn variable(value: &Value<'_>) -> Option<Field> {
    let Value::Object(parts) = value else {
        return Some(Field { name: any_text(value)?, ..Field::default() });
    };
    let description = ["description", "unitText"].iter().find_map(|key| any_text(parts.get(key)?));
    Some(Field { name: words_of(value)?, description, ..Field::default() })
}

/// A field of a record set and the fields inside it, each called by the way to it.
fn add_field(field: &Fields<'_>, above: &str, depth: usize, draft: &mut Draft) {
    let own = field.get("name").and_then(any_text).or_else(|| {
        let id = field.text("@id")?;
        Some(id.rsplit('/').next().unwrap_or_default().to_owned())
    });
    let name = match own {
        Some(own) if above.is_empty() => own,
        Some(own) => format!("{above}/{own}"),
        None => above.to_owned(),
    };
    if draft.fields.len() >= MOST_FIELDS || name.is_empty() {
        return;
    }
    let types: Vec<String> = field.list("dataType").iter().filter_map(words_of).map(|name| plain_type(&name)).collect();
    draft.fields.push(Field {
        description: field.get("description").and_then(any_text),
        data_type: (!types.is_empty()).then(|| types.join(", ")),
        name: name.clone(),
        ..Field::default()
    });
    if depth > 0 {
        for inner in field.list("subField").iter().filter_map(Value::object) {
            add_field(inner, &name, depth - 1, draft);
        }
    }
}

/// `Text` of `sc:Text` and `https://schema.org/Text`.
fn plain_type(name: &str) -> String {
    name.rsplit(['/', ':', '#']).next().unwrap_or(name).to_owned()
}

/// `license` is an address, a text or a work with a name and an address; several are kept as text.
fn licence(fields: &Fields<'_>, draft: &mut Draft) {
    let files = || fields.list("distribution").iter().filter_map(Value::object).flat_map(|file| file.list("license"));
    let own: Vec<&Value<'_>> = ["license", "dct:license"].iter().flat_map(|key| fields.list(key)).collect();
    let stated = if own.is_empty() { files().collect() } else { own };
    let mut texts: Vec<String> = Vec::new();
    for value in stated {
        if let Value::Object(parts) = value
            && draft.licence_title.is_none()
        {
            draft.licence_title = parts.get("name").and_then(any_text);
        }
        let Some(text) = address_of(value).or_else(|| words_of(value)) else { continue };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let is_address = |text: &String| text.starts_with("http://") || text.starts_with("https://");
    draft.licence_url = texts.iter().find(|text| is_address(text)).cloned();
    texts.retain(|text| Some(text) != draft.licence_url.as_ref() && Some(text) != draft.licence_title.as_ref());
    if texts.len() == 1 && texts[0].len() <= 120 && !is_address(&texts[0]) && draft.licence_title.is_none() {
        draft.licence_title = texts.pop();
    }
    texts.extend(fields.list("usageInfo").iter().filter_map(words_of));
    texts.extend(fields.list("copyrightNotice").iter().filter_map(words_of));
    draft.licence_text = (!texts.is_empty()).then(|| texts.join("\n"));
}
