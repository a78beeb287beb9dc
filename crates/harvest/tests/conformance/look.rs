//! What the payload of a record says, by the plainest look at it, and whether the record says it too.

use cairn_model::Normalised;
use serde_json::Value;

/// Where the things that a record must not lose stand in payloads of one sort.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Look {
    /// Paths in JSON ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)), or `key=NAME` for a pair of `key` and `value`.
    Json(&'static [(&'static str, &'static [&'static str])]),
    /// Elements of XML by their local names, inside others where several are named: `contact/organisationName`; or
    /// `NAME=CODE` for one that holds a code of a list.
    Xml(&'static [(&'static str, &'static [&'static str])]),
    /// Predicates of N-Triples by the ends of their addresses.
    Triples(&'static [(&'static str, &'static [&'static str])]),
    /// Headers of a row.
    Row(&'static [(&'static str, &'static [&'static str])]),
    /// Nothing is looked for.
    Nothing,
}

impl Look {
    /// What is looked for, and where.
    pub(crate) fn places(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::Json(places) | Self::Xml(places) | Self::Triples(places) | Self::Row(places) => places,
            Self::Nothing => &[],
        }
    }
}

/// What the payload says, and whether the record says it too, or has a problem with it.
pub(crate) fn stated(look: Look, payload: &[u8], read: &Normalised) -> Vec<(&'static str, bool)> {
    let text = String::from_utf8_lossy(payload);
    let json: Value = match look {
        Look::Json(_) | Look::Row(_) => serde_json::from_slice(payload).unwrap(),
        _ => Value::Null,
    };
    let stands_at = |place: &str| match look {
        Look::Json(_) => stands_in_json(&json, place),
        Look::Xml(_) => stands_in_xml(&text, place),
        Look::Triples(_) => stands_in_triples(&text, place),
        Look::Row(_) => stands_in_row(&json, place),
        Look::Nothing => false,
    };
    let stated = look.places().iter().filter(|(_, places)| places.iter().any(|place| stands_at(place)));
    stated.map(|(property, _)| (*property, is_kept(property, &text, read))).collect()
}

fn is_kept(property: &str, payload: &str, read: &Normalised) -> bool {
    let (dataset, stated) = (&read.dataset, &read.stated);
    let problems = &dataset.provenance.problems;
    let is_told = |field: &str| problems.iter().any(|problem| problem.field.starts_with(field));
    match property {
        "title" => !dataset.title.is_empty() && problems.iter().all(|problem| problem.code != "no-title"),
        "identifier" => payload.contains(dataset.source_record_id.as_str()),
        "publisher" => dataset.publisher.is_some() || dataset.owner.is_some(),
        "issued" => dataset.issued.is_some() || is_told("issued"),
        "modified" => dataset.modified.is_some() || is_told("modified"),
        "licence" => dataset.licence.is_some(),
        "bbox" => dataset.bbox.is_some() || is_told("bbox") || is_told("extent") || is_told("spatial"),
        "access" => {
            stated.sharing.is_some()
                || stated.access_method.is_some()
                || !stated.reasons.is_empty()
                || stated.classification.is_some()
        }
        "privacy" => !stated.listed_openly,
        other => panic!("{other} is no property"),
    }
}

fn says(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(values) => values.iter().any(says),
        Value::Object(fields) => fields.values().any(says),
    }
}

fn stands_in_json(payload: &Value, place: &str) -> bool {
    match place.strip_prefix("key=") {
        Some(name) => pairs(payload).any(|pair| pair["key"] == name && says(&pair["value"])),
        None => payload.pointer(place).is_some_and(says),
    }
}

/// Pairs of key and value, as CKAN and Socrata have them.
fn pairs(payload: &Value) -> impl Iterator<Item = &Value> {
    let lists = [payload.pointer("/extras"), payload.pointer("/classification/domain_metadata")];
    lists.into_iter().flatten().filter_map(Value::as_array).flatten()
}

/// Whether an element with text, or with a code for it, stands in a document.
fn stands_in_xml(text: &str, path: &str) -> bool {
    if let Some((name, code)) = path.split_once('=') {
        let code = format!("\"{code}\"");
        return elements(text, name).into_iter().any(|inside| inside.contains(&code));
    }
    let (outer, rest) = path.split_once('/').map_or((path, None), |(outer, rest)| (outer, Some(rest)));
    elements(text, outer).into_iter().any(|inside| match rest {
        Some(rest) => stands_in_xml(inside, rest),
        None => has_text(inside),
    })
}

/// What stands between the tags of each element of a local name.
fn elements<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices(name) {
        let before = &text[..start];
        let is_begin = before.ends_with('<')
            || before.ends_with(':') && before.rfind('<').is_some_and(|open| !before[open..].contains([' ', '/', '>']));
        let after = &text[start + name.len()..];
        if !is_begin || !after.starts_with(['>', ' ', '\n', '\r', '\t']) {
            continue;
        }
        let Some(head) = after.find('>') else { continue };
        if after[..head].ends_with('/') {
            continue;
        }
        let inside = &after[head + 1..];
        let end = inside.match_indices(name).find(|(place, _)| {
            let close = inside[..*place].rfind('<').unwrap_or(0);
            inside[close..].starts_with("</") && inside[place + name.len()..].starts_with('>')
        });
        found.push(end.map_or(inside, |(place, _)| &inside[..place]));
    }
    found
}

/// Whether anything but tags and blanks stands in a piece of XML.
fn has_text(inside: &str) -> bool {
    let mut is_in_tag = false;
    inside.chars().any(|letter| {
        let is_edge = matches!(letter, '<' | '>');
        is_in_tag = if is_edge { letter == '<' } else { is_in_tag };
        !is_edge && !is_in_tag && !letter.is_whitespace()
    })
}

fn stands_in_triples(text: &str, predicate: &str) -> bool {
    let predicate = format!("{predicate}> ");
    text.lines().any(|line| line.split_once(&predicate).is_some_and(|(_, object)| !object.starts_with("\"\"")))
}

fn stands_in_row(row: &Value, header: &str) -> bool {
    let cells = row["cells"].as_array().into_iter().flatten();
    cells.into_iter().any(|cell| cell[0] == header && says(&cell[1]))
}
