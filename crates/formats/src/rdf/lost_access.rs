//! Statements of access that JSON-LD loses: their term is of a context that is not known, or their value is broken.
//!
//! Terms that are lost are no fault of most records, and cost what they say. One that says who has access must not: what
//! stands there is read as it is written, and where it cannot be read it closes.

use cairn_model::Problem;
use oxrdf::{Literal, NamedNode, NamedOrBlankNode, Term};

use super::graph::{Graph, Node};
use super::names::last_part;
use crate::access::{is_access_right, meaning_of};
use crate::json_value::{Fields, Value};

/// The property of a statement of access that nobody could read, in our graphs alone: a level, or words that are none.
pub(crate) const UNREAD_ACCESS: &str = "urn:x-cairn:unread-access";

/// How the properties begin that [`marked`] adds.
const MARK: &str = "urn:x-cairn:mark:";
/// How the names of those end whose value says nothing that can be read.
const UNREADABLE: &str = ":unreadable";

/// Names of terms that say who has access, folded, and the property by which each is read.
const ACCESS: &[(&str, &str)] = &[
    ("accessrights", "http://purl.org/dc/terms/accessRights"),
    ("accesslevel", "https://project-open-data.cio.gov/v1.1/schema#accessLevel"),
    ("accessrestriction", "http://data.resources.gov/ontology/dcat-us#accessRestriction"),
    ("cuirestriction", "http://data.resources.gov/ontology/dcat-us#cuiRestriction"),
    (RIGHTS, "http://purl.org/dc/terms/rights"),
];
/// Rights say how data may be used, and sometimes who has access.
const RIGHTS: &str = "rights";

/// Where the words of an object stand, the best first.
const WORDS: &[&str] = &[
    "@value",
    "value",
    "skos:prefLabel",
    "prefLabel",
    "rdfs:label",
    "label",
    "dct:title",
    "title",
    "name",
    "@id",
    "id",
];

/// Longest value of a statement that is kept in words of ours.
const LONGEST_VALUE: usize = 200;
const MOST_PROBLEMS: usize = 20;

/// What a mark says: of which node, by which name, and the words.
pub(super) type Mark = (NamedOrBlankNode, String, Term);

/// The document with each statement of access a second time, by a property that no context can lose. None where it makes no
/// such statement.
pub(super) fn marked(document: &Value<'_>) -> Option<String> {
    let mut has_any = false;
    let marked = with_marks(document, &mut has_any);
    if has_any { marked.to_json() } else { None }
}

/// The name behind the prefix of a property that [`marked`] added.
pub(super) fn name_of_mark(property: &NamedNode) -> Option<&str> {
    property.as_str().strip_prefix(MARK)
}

fn with_marks<'v>(value: &Value<'v>, has_any: &mut bool) -> Value<'v> {
    match value {
        Value::List(values) => Value::List(values.iter().map(|value| with_marks(value, has_any)).collect()),
        Value::Object(fields) => {
            let mut marks: Vec<(String, Vec<Value<'v>>)> = Vec::new();
            for (key, value) in &fields.0 {
                for (name, words) in statements_of(key, value) {
                    let words = Value::Text(words.into());
                    match marks.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, all)) => all.push(words),
                        None => marks.push((name, vec![words])),
                    }
                }
            }
            *has_any |= !marks.is_empty();
            let inside = |(key, value): &(std::borrow::Cow<'v, str>, Value<'v>), has_any: &mut bool| {
                let value = if key == "@context" { value.clone() } else { with_marks(value, has_any) };
                (key.clone(), value)
            };
            let mut all: Vec<_> = fields.0.iter().map(|field| inside(field, has_any)).collect();
            all.extend(marks.into_iter().map(|(name, words)| (format!("{MARK}{name}").into(), Value::List(words))));
            Value::Object(Fields(all))
        }
        other => other.clone(),
    }
}

/// What a field states of access: by the name of its mark, in words.
fn statements_of(key: &str, value: &Value<'_>) -> Vec<(String, String)> {
    let local = key.rsplit([':', '/', '#']).next().unwrap_or(key).replace(['_', '-'], "").to_lowercase();
    if key.starts_with('@') || !ACCESS.iter().any(|(name, _)| *name == local) {
        return Vec::new();
    }
    let said = value.list().iter().filter(|value| !value.is_empty());
    said.map(|value| {
        if let Some(words) = words_of(value) {
            return (local.clone(), words);
        }
        let json = value.to_json().unwrap_or_default();
        (format!("{local}{UNREADABLE}"), json.chars().take(LONGEST_VALUE).collect())
    })
    .collect()
}

fn words_of(value: &Value<'_>) -> Option<String> {
    let Some(fields) = value.object() else { return value.text().map(std::borrow::Cow::into_owned) };
    let address = fields.first_text(&["@id", "id"]).filter(|id| is_access_right(id) || meaning_of(id).is_some());
    let words = address.or_else(|| fields.first_text(WORDS)).map(std::borrow::Cow::into_owned)?;
    (!words.starts_with("_:")).then_some(words)
}

/// Puts back what a graph lost of the marks, and tells it.
pub(super) fn put_back(graph: &mut Graph, marks: Vec<Mark>, problems: &mut Vec<Problem>) {
    let lost: Vec<Mark> = marks
        .into_iter()
        .filter(|(subject, name, _)| {
            graph.node(&Term::from(subject.clone())).is_none_or(|node| !states_access(node, name))
        })
        .collect();
    for (place, (subject, name, words)) in lost.into_iter().enumerate() {
        let readable = name.strip_suffix(UNREADABLE);
        let property = match readable {
            Some(RIGHTS) => continue,
            Some(_) => UNREAD_ACCESS,
            None => ACCESS.iter().find(|(known, _)| *known == name).map_or(UNREAD_ACCESS, |(_, property)| property),
        };
        if place < MOST_PROBLEMS
            && let Term::Literal(words) = &words
        {
            let message = "the term is lost with its context or value: what it says of access is read as it is written";
            let problem = Problem::warning("lost-access-statement", readable.unwrap_or(&name), message);
            problems.push(problem.with_value(words.value()));
        }
        graph.insert(subject, NamedNode::new_unchecked(property), words);
    }
}

/// Whether a node says something of access that stands for the statement of a name.
fn states_access(node: Node<'_>, name: &str) -> bool {
    let is_rights = name.strip_suffix(UNREADABLE).unwrap_or(name) == RIGHTS;
    node.statements().any(|(property, ..)| {
        let local = last_part(property.as_str()).to_lowercase();
        // A term that no context defines stands as it is written, and is nowhere read.
        property.as_str().starts_with("http")
            && ACCESS.iter().any(|(known, _)| *known == local)
            && (is_rights || local != RIGHTS)
    })
}

/// A statement that what is said of access to a thing is lost, and closes at least so far.
pub(crate) fn unread(subject: NamedOrBlankNode, level: cairn_model::Sharing) -> (NamedOrBlankNode, NamedNode, Term) {
    (subject, NamedNode::new_unchecked(UNREAD_ACCESS), Literal::new_simple_literal(level.code()).into())
}
