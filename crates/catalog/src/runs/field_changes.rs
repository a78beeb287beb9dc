//! What differs between two states of a record, field by field.

use cairn_model::Dataset;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Fields that are told of one record.
const MOST_FIELDS: usize = 60;
/// Characters of a value.
const MOST_CHARACTERS: usize = 200;

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Where it stands in the record, as a JSON Pointer (RFC 6901): `/title/en`, `/distributions/0/url`.
    pub field: String,
    /// What stood there, cut to 200 characters; none where nothing did.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
}

/// The fields in which two states of a record differ, without where they come from.
pub(super) fn field_changes(before: &Dataset, after: &Dataset) -> Vec<FieldChange> {
    value_changes(fields(before).as_ref(), fields(after).as_ref())
}

/// The places in which two values differ.
pub(crate) fn value_changes(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare(before, after, "", &mut changes);
    changes
}

fn fields(dataset: &Dataset) -> Option<Value> {
    // A record is plain data: writing it to memory cannot fail.
    let mut value = serde_json::to_value(dataset).ok()?;
    value.as_object_mut()?.remove("provenance");
    Some(value)
}

fn compare(before: Option<&Value>, after: Option<&Value>, path: &str, changes: &mut Vec<FieldChange>) {
    if before == after || changes.len() >= MOST_FIELDS {
        return;
    }
    match (before, after) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let mut names: Vec<&String> = one.keys().chain(other.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                compare(one.get(name), other.get(name), &inside(path, name), changes);
            }
        }
        // Where one was put in or taken out, the places say nothing of which belong together.
        (Some(Value::Array(one)), Some(Value::Array(other))) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                compare(Some(one), Some(other), &inside(path, &index.to_string()), changes);
            }
        }
        _ => {
            let (before, after) = (before.and_then(text), after.and_then(text));
            if before != after || before.is_some() {
                changes.push(FieldChange { field: path.to_owned(), before, after });
            }
        }
    }
}

/// The pointer to a member (RFC 6901 §3).
fn inside(path: &str, name: &str) -> String {
    format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A value for people; none for what is empty.
fn text(value: &Value) -> Option<String> {
    let whole = match value {
        Value::Null => return None,
        Value::Array(values) if values.is_empty() => return None,
        Value::Object(members) if members.is_empty() => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut shown: String = whole.chars().take(MOST_CHARACTERS).collect();
    if shown.len() < whole.len() {
        shown.push('…');
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use cairn_model::LocalizedText;

    use super::*;

    fn record(title: &str, countries: &[&str]) -> Dataset {
        Dataset {
            title: LocalizedText::new("en", title),
            countries: countries.iter().map(|code| (*code).to_owned()).collect(),
            ..Dataset::empty(cairn_model::DatasetId::new("portal", "a"))
        }
    }

    fn told(before: &Dataset, after: &Dataset) -> Vec<String> {
        let shown = |side: Option<String>| side.unwrap_or_else(|| "nothing".to_owned());
        let line = |one: FieldChange| format!("{}: {} to {}", one.field, shown(one.before), shown(one.after));
        field_changes(before, after).into_iter().map(line).collect()
    }

    #[test]
    fn each_field_that_differs_is_told_with_both_sides() {
        let before = record("Wells", &["SYR"]);
        assert_eq!(told(&before, &before), [""; 0]);
        assert_eq!(
            told(&before, &record("Deep wells", &["YEM"])),
            ["/countries/0: SYR to YEM", "/title/en: Wells to Deep wells"]
        );
        assert_eq!(told(&before, &record("Wells", &[])), ["/countries: [\"SYR\"] to nothing"]);
    }

    #[test]
    fn a_long_value_is_cut() {
        let changes = field_changes(&record("Wells", &[]), &record(&"x".repeat(500), &[]));
        assert_eq!(changes[0].after.as_ref().map(|text| text.chars().count()), Some(201));
    }
}
