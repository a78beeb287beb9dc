//! Fields of a Table Schema, with their constraints in words.

use cairn_model::{Draft, Field};

use crate::json_object::Object;

/// Values of an enumeration that stand in the description of a field.
const MOST_VALUES: usize = 100;

/// Adds the fields of a schema; a field that several resources share stands once.
pub(super) fn fill(schema: &Object<'_, '_>, draft: &mut Draft) {
    let mut known: std::collections::HashSet<String> = draft.fields.iter().map(|field| field.name.clone()).collect();
    for field in schema.objects("fields") {
        let Some(name) = field.text("name") else {
            field.warn("no-name", "name", "the field has no name");
            continue;
        };
        if !known.insert(name.clone()) {
            continue;
        }
        let title = field.text("title").filter(|title| *title != name);
        let parts = [title, field.text("description"), constraints(&field)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let description = (!parts.is_empty()).then(|| parts.join(". "));
        draft.fields.push(Field { name, description, data_type: data_type(&field), ..Field::default() });
    }
}

/// `date`, or with a format `date (%d/%m/%Y)`.
fn data_type(field: &Object<'_, '_>) -> Option<String> {
    let name = field.text("type")?;
    Some(match field.text("format").filter(|format| format != "default") {
        Some(format) => format!("{name} ({format})"),
        None => name,
    })
}

/// Constraints in words: `required, unique, minimum 0, one of a, b`.
fn constraints(field: &Object<'_, '_>) -> Option<String> {
    let constraints = field.object("constraints")?;
    let mut words = Vec::new();
    for flag in ["required", "unique"] {
        if constraints.truth(flag) == Some(true) {
            words.push(flag.to_owned());
        }
    }
    for bound in ["minimum", "maximum", "minLength", "maxLength", "pattern"] {
        words.extend(constraints.text(bound).map(|value| format!("{bound} {value}")));
    }
    let values = constraints.texts("enum", &[]);
    if !values.is_empty() {
        let more = if values.len() > MOST_VALUES { " and more" } else { "" };
        words.push(format!("one of {}{more}", values[..values.len().min(MOST_VALUES)].join(", ")));
    }
    (!words.is_empty()).then(|| words.join(", "))
}
