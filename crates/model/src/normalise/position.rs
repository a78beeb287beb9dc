//! Where in a table a problem stands: the row of the record, its sheet where several were read, and the header of the column its field was read from.

use std::collections::BTreeMap;

use crate::Problem;

/// Gives problems the place of their record and the header of their column, where the draft knows them.
pub(super) fn place(
    problems: &mut [Problem],
    sheet: Option<&String>,
    row: Option<u64>,
    headers: &BTreeMap<String, String>,
) {
    if row.is_none() && headers.is_empty() {
        return;
    }
    for problem in problems {
        problem.position.sheet = sheet.cloned();
        problem.position.row = row;
        problem.position.column = header_of(&problem.field, headers).cloned();
    }
}

/// The header of a path, else of the list that it is an item of, else of the field that it is a part of:
/// `contacts[0].email`, `contacts.email`, `contacts[0]`, `contacts`.
fn header_of<'h>(path: &str, headers: &'h BTreeMap<String, String>) -> Option<&'h String> {
    let mut path = path;
    loop {
        if let Some(header) = headers.get(path).or_else(|| headers.get(&without_indices(path))) {
            return Some(header);
        }
        path = path.rsplit_once('.')?.0;
    }
}

fn without_indices(path: &str) -> String {
    let mut inside = false;
    let mut rest = String::with_capacity(path.len());
    for letter in path.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => {}
            _ => rest.push(letter),
        }
    }
    rest
}
