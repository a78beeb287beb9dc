//! Which of the fields that are asked for are covered.

use cairn_model::{Field, Sensitivity};

use super::case::Case;
use super::decision::Finding;
use super::rule::Rule;

/// What is covered of the fields that are asked for.
pub(super) enum Covered {
    /// Something.
    Fields(CoveredFields),
    /// Nothing, and why.
    Nothing(Vec<Finding>),
}

/// The fields that are covered.
pub(super) struct CoveredFields {
    /// The only ones; `None` for the whole record.
    pub(super) only: Option<Vec<String>>,
    /// Whether something of what was asked for is not among them.
    pub(super) are_left_out: bool,
    /// Why the ones that were named are not.
    pub(super) findings: Vec<Finding>,
}

/// What `covers` covers of the fields that are asked for. A severe field never is. `named` are names that the asker knows
/// from an agreement.
///
/// A field that the asker named and does not see is told to be not covered in the words of a field that does not exist.
pub(super) fn covered(case: &Case<'_>, named: &[String], covers: impl Fn(&Field) -> bool) -> Covered {
    let wanted = &case.question.fields;
    if wanted.is_empty() {
        return of_whole(case, named, covers);
    }
    let mut given = Vec::new();
    let mut severe = Vec::new();
    let mut others = Vec::new();
    for name in wanted {
        let found = of_name(case, name);
        if !found.is_empty() && found.iter().all(|field| is_given(field, &covers)) {
            given.push(name.clone());
        } else if found.iter().any(is_severe) && (case.shows_field(name) || named.contains(name)) {
            severe.push(name.clone());
        } else {
            others.push(name.clone());
        }
    }
    let findings: Vec<Finding> = [(Rule::SevereField, severe), (Rule::FieldNotCovered, others)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(rule, names)| Finding::about(rule, names))
        .collect();
    if given.is_empty() {
        return Covered::Nothing(findings);
    }
    Covered::Fields(CoveredFields { only: Some(given), are_left_out: !findings.is_empty(), findings })
}

/// What is covered where the whole record is asked for.
fn of_whole(case: &Case<'_>, named: &[String], covers: impl Fn(&Field) -> bool) -> Covered {
    let dictionary = &case.record.fields;
    let all_given = |name: &String| of_name(case, name).iter().all(|field| is_given(field, &covers));
    let only: Option<Vec<String>> = if dictionary.is_empty() {
        // Nobody wrote the fields down: what is known of the record decides, else the names that an agreement gives.
        (!covers(&unknown(""))).then(|| named.to_vec())
    } else {
        let given: Vec<String> = dictionary.iter().map(|field| field.name.clone()).filter(all_given).collect();
        (given.len() < dictionary.len()).then_some(given)
    };
    match only {
        Some(only) if only.is_empty() => Covered::Nothing(vec![Finding::of(Rule::FieldNotCovered)]),
        only => {
            let are_left_out = only.is_some();
            Covered::Fields(CoveredFields { only, are_left_out, findings: Vec::new() })
        }
    }
}

/// The fields of a name; a record without a dictionary is taken to have it, and nothing more is known of it.
fn of_name(case: &Case<'_>, name: &str) -> Vec<Field> {
    if case.record.fields.is_empty() {
        return vec![unknown(name)];
    }
    case.record.fields.iter().filter(|field| field.name == name).cloned().collect()
}

fn unknown(name: &str) -> Field {
    Field { name: name.to_owned(), ..Field::default() }
}

fn is_given(field: &Field, covers: &impl Fn(&Field) -> bool) -> bool {
    !is_severe(field) && covers(field)
}

fn is_severe(field: &Field) -> bool {
    field.sensitivity == Some(Sensitivity::Severe)
}
