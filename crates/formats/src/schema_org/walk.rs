//! Finds the datasets of a document and makes each stand by itself.

use std::cell::LazyCell;
use std::collections::HashMap;

use cairn_model::Problem;

use super::names::Names;
use super::terms::{UNREAD_ACCESS, states_access};
use crate::json_value::{Fields, Value};

/// Values that may be copied into the place of a reference, in all records of a document.
const MOST_COPIES: usize = 200_000;
/// References inside what a reference was replaced by.
const DEEPEST: usize = 4;
/// Types of what is no dataset, for messages.
const MOST_TYPES: usize = 5;

/// Keys below which datasets stand that are records of their own.
const BELOW: &[&str] = &[
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
    "about",
    "dataset",
    "hasPart",
    "itemListElement",
    "item",
    "subjectOf",
];

/// The datasets of a document, with plain names.
#[derive(Default)]
pub(super) struct Found {
    pub(super) datasets: Vec<Value<'static>>,
    /// Whether the document is one dataset and nothing else.
    pub(super) is_whole: bool,
    pub(super) problems: Vec<Problem>,
    /// Types of the objects that are no dataset.
    pub(super) types: Vec<String>,
}

/// Looks for datasets.
pub(super) fn datasets_of(document: &Value<'_>, names: &Names) -> Found {
    let document = plain(document, names);
    let mut nodes = HashMap::new();
    index(&document, &mut nodes);
    let mut found = Found::default();
    let mut places = Vec::new();
    collect(&document, true, &mut places, &mut found);
    found.is_whole = matches!(places.as_slice(), [only] if std::ptr::eq(*only, &raw const document));
    let mut copier = Copier { nodes: &nodes, copies: 0, left_some: false };
    let mut is_full = false;
    let datasets = if found.is_whole {
        // Its bytes are kept, and are read without what is put in place here.
        vec![document.clone()]
    } else {
        let states_access = LazyCell::new(|| states_access(&document));
        let standing_alone = places.iter().map(|dataset| {
            copier.left_some = false;
            let mut copy = copier.copy(dataset, 0, true);
            is_full |= copier.left_some;
            if copier.left_some && *states_access {
                close(&mut copy);
            }
            copy
        });
        standing_alone.collect()
    };
    if is_full {
        let message = "the document refers to its parts so often that some references were left as they are";
        found.problems.push(Problem::warning("too-large", "", message));
    }
    Found { datasets, ..found }
}

/// A value with plain names of keys and types, which belongs to nobody.
pub(super) fn plain(value: &Value<'_>, names: &Names) -> Value<'static> {
    match value {
        Value::Object(fields) => {
            let rename = |(key, value): &(_, Value<'_>)| {
                let key: &str = AsRef::<str>::as_ref(key);
                let name = match key {
                    // JSON-LD 1.1 lets a context give keywords other names; these two are the usual ones.
                    "id" if fields.get("@id").is_none() && fields.get("type").is_some() => "@id".into(),
                    "type" if fields.get("@type").is_none() => "@type".into(),
                    key => names.plain(key),
                };
                let value = if name == "@type" { plain_types(value, names) } else { plain(value, names) };
                (name.into_owned().into(), value)
            };
            let kept = fields.0.iter().filter(|(key, _)| key != "@context");
            Value::Object(Fields(kept.map(rename).collect()))
        }
        Value::List(values) => Value::List(values.iter().map(|value| plain(value, names)).collect()),
        Value::Text(text) => Value::Text(text.clone().into_owned().into()),
        Value::Number(number) => Value::Number(number.clone()),
        Value::Truth(truth) => Value::Truth(*truth),
        Value::Null => Value::Null,
    }
}

fn plain_types(value: &Value<'_>, names: &Names) -> Value<'static> {
    match value {
        Value::Text(text) => Value::Text(names.plain(text).into_owned().into()),
        Value::List(values) => Value::List(values.iter().map(|value| plain_types(value, names)).collect()),
        other => plain(other, names),
    }
}

/// Whether an object has a type, in whatever case (`DataSet` stands in more than one repository).
pub(super) fn is_a(fields: &Fields<'_>, names: &[&str]) -> bool {
    fields
        .list("@type")
        .iter()
        .filter_map(Value::text)
        .any(|name| names.iter().any(|known| name.eq_ignore_ascii_case(known)))
}

/// The objects that say more of a node than its name, by `@id`.
fn index<'d>(value: &'d Value<'static>, nodes: &mut HashMap<&'d str, &'d Fields<'static>>) {
    match value {
        Value::List(values) => values.iter().for_each(|value| index(value, nodes)),
        Value::Object(fields) => {
            let id = fields.0.iter().find_map(|(key, value)| match value {
                Value::Text(text) if key == "@id" => Some(text.as_ref()),
                _ => None,
            });
            if let Some(id) = id
                && says_more_than_its_name(fields)
            {
                nodes.entry(id).or_insert(fields);
            }
            fields.0.iter().for_each(|(_, value)| index(value, nodes));
        }
        _ => {}
    }
}

fn says_more_than_its_name(fields: &Fields<'_>) -> bool {
    fields.0.iter().any(|(key, value)| !matches!(key.as_ref(), "@id" | "@type") && !value.is_empty())
}

/// Collects datasets that are records. Below another one a dataset counts where it is described and not only named.
fn collect<'d>(value: &'d Value<'static>, at_top: bool, places: &mut Vec<&'d Value<'static>>, found: &mut Found) {
    match value {
        Value::List(values) => values.iter().for_each(|value| collect(value, at_top, places, found)),
        Value::Object(fields) => {
            let is_dataset = is_a(fields, &["Dataset", "DataFeed"]) && says_more_than_its_name(fields);
            if is_dataset && (at_top || fields.get("description").is_some() || fields.get("distribution").is_some()) {
                places.push(value);
            } else {
                for name in fields.list("@type").iter().filter_map(Value::text) {
                    if found.types.len() < MOST_TYPES && !found.types.iter().any(|known| *known == name) {
                        found.types.push(name.into_owned());
                    }
                }
            }
            for (key, value) in &fields.0 {
                if BELOW.contains(&key.as_ref()) {
                    let at_top = at_top && !is_dataset && key != "hasPart";
                    collect(value, at_top, places, found);
                }
            }
        }
        _ => {}
    }
}

/// Copies datasets out of the document, with references replaced by what they refer to.
struct Copier<'d> {
    nodes: &'d HashMap<&'d str, &'d Fields<'static>>,
    copies: usize,
    /// Whether a reference was left as it is for which there was no room.
    left_some: bool,
}

impl Copier<'_> {
    fn copy(&mut self, value: &Value<'static>, references: usize, is_record: bool) -> Value<'static> {
        match value {
            Value::List(values) => {
                Value::List(values.iter().map(|value| self.copy(value, references, false)).collect())
            }
            Value::Object(fields) if !is_record && is_a(fields, &["Dataset"]) => named_only(fields),
            Value::Object(fields) => {
                let (fields, references) = self.resolve(fields, references);
                let mut copy = Vec::with_capacity(fields.0.len());
                for (key, value) in &fields.0 {
                    // Lists of other records and the page around this one.
                    if is_record
                        && matches!(key.as_ref(), "@graph" | "mainEntityOfPage" | "itemListElement" | "dataset")
                    {
                        continue;
                    }
                    self.copies += usize::from(references > 0);
                    copy.push((key.clone(), self.copy(value, references, false)));
                }
                Value::Object(Fields(copy))
            }
            other => other.clone(),
        }
    }

    /// What an object refers to, where it is only a reference, and how many references lead to it.
    fn resolve<'f>(&mut self, fields: &'f Fields<'static>, references: usize) -> (&'f Fields<'static>, usize)
    where
        Self: 'f,
    {
        if says_more_than_its_name(fields) || references >= DEEPEST {
            return (fields, references);
        }
        let Some(node) = fields.text("@id").and_then(|id| self.nodes.get(id.as_ref()).copied()) else {
            return (fields, references);
        };
        if self.copies > MOST_COPIES {
            self.left_some = true;
            return (fields, references);
        }
        if is_a(node, &["Dataset"]) { (fields, references) } else { (node, references + 1) }
    }
}

/// Says of a dataset that what it refers to was not read, where that may be who has access.
fn close(dataset: &mut Value<'static>) {
    if let Value::Object(fields) = dataset {
        let words = "Restricted: the document refers to its parts too often for all that it says of access to be read";
        fields.0.push((UNREAD_ACCESS.into(), Value::Text(words.into())));
    }
}

/// Another dataset, by its name alone.
fn named_only(fields: &Fields<'static>) -> Value<'static> {
    let names = ["@id", "@type", "name", "url", "identifier"];
    Value::Object(Fields(fields.0.iter().filter(|(key, _)| names.contains(&key.as_ref())).cloned().collect()))
}
