//! Markings outside the rows: `TLP:RED` above the headers, a heading `RESTRICTED DATASETS` among the rows, a note that says all of them
//! must not be shared, the name of a sheet. They close.

use cairn_model::vocabulary::fold;
use cairn_model::{Position, Problem, Vocabularies};

use super::InventoryRow;
use super::misplaced::marks;
use super::remarks::closes_all;
use crate::access::{closing, meaning_of};
use crate::table::TableRow;

/// Letters that a marking has at most: what is longer explains something.
const LONGEST: usize = 200;

/// Words by which a line is a heading over rows or a marking of the table, and no title, folded.
const OF_HEADINGS: &[&str] = &[
    "data",
    "dataset",
    "datasets",
    "list",
    "inventory",
    "only",
    "use",
    "distribution",
    "donnees",
    "jeux",
    "liste",
    "inventaire",
    "usage",
    "diffusion",
    "datos",
    "conjuntos",
    "lista",
    "inventario",
    "uso",
    "difusion",
    "بيانات",
    "البيانات",
    "قايمة",
    "فقط",
];

/// Closes all rows by the markings above the headers.
pub(super) fn mark_all(holdings: &mut [InventoryRow], above: &[TableRow], problems: &mut Vec<Problem>) {
    for row in above {
        for words in row.cells.iter().filter(|cell| is_marking(cell) || closes_all(cell)) {
            let message = "a marking above the headers closes all rows";
            problems.push(told(row, message, words));
            for holding in &mut *holdings {
                holding.markings.push(words.clone());
            }
        }
    }
}

/// Closes all rows of a sheet by its name.
pub(super) fn mark_by_name(holdings: &mut [InventoryRow], sheet: &str, problems: &mut Vec<Problem>) {
    if !is_marking(sheet) || !is_heading(sheet) {
        return;
    }
    let message = "the name of the sheet is a marking: it closes all its rows";
    problems.push(Problem::warning("marking", "", message).with_value(sheet));
    for holding in holdings {
        holding.markings.push(sheet.to_owned());
    }
}

/// Closes all rows where the column that states their terms is not in the table.
pub(super) fn mark_for_lack(holdings: &mut [InventoryRow]) {
    for holding in holdings {
        holding.markings.push("the column that states the terms is missing".to_owned());
    }
}

/// Headings among the rows that close those below them.
#[derive(Default)]
pub(super) struct Markings {
    /// Each with the number of holdings above it.
    found: Vec<(usize, String)>,
}

impl Markings {
    /// Whether a row is such a heading, or a note that closes all rows, and no holding.
    pub(super) fn take(&mut self, row: &TableRow, holdings: usize, problems: &mut Vec<Problem>) -> bool {
        if let Some(note) = note_of(row) {
            problems.push(told(row, "the row is a note and no holding: it closes all rows", note));
            self.found.push((0, note.to_owned()));
            return true;
        }
        let Some((_, words)) = row.only_cell() else { return false };
        if !is_marking(words) || !is_heading(words) {
            return false;
        }
        problems.push(told(
            row,
            "the row is a marking and no holding: it closes the rows below it, or all if it is the last",
            words,
        ));
        self.found.push((holdings, words.to_owned()));
        true
    }

    /// Closes the rows below each heading. One below all rows speaks of the whole table.
    pub(super) fn mark(self, holdings: &mut [InventoryRow]) {
        for (above, words) in self.found {
            let from = if above == holdings.len() { 0 } else { above };
            for holding in &mut holdings[from..] {
                holding.markings.push(words.clone());
            }
        }
    }
}

/// The words of a row that says of all rows that they must not be shared: alone in it, or behind a label (`Note:`).
fn note_of(row: &TableRow) -> Option<&str> {
    let filled: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    match filled.as_slice() {
        [only] => closes_all(only).then_some(*only),
        [label, words] => (label.ends_with([':', '：']) && (closes_all(words) || is_marking(words))).then_some(*words),
        _ => None,
    }
}

fn told(row: &TableRow, message: &str, words: &str) -> Problem {
    let position = Position { row: Some(row.number), ..Position::default() };
    Problem::warning("marking", "", message).with_value(words).at(position)
}

/// Whether a line closes what it stands over; one that says what a level means (`Restricted = …`) does not.
fn is_marking(words: &str) -> bool {
    let closes = || closing(words).is_some() || marks(&without_words_of_headings(words));
    words.chars().count() <= LONGEST && !words.contains('=') && closes()
}

/// What is left of a line without the words that headings have (`Internal datasets`).
fn without_words_of_headings(words: &str) -> String {
    let is_left = |word: &&str| !OF_HEADINGS.contains(&fold(word).as_str());
    words.split_whitespace().filter(is_left).collect::<Vec<_>>().join(" ")
}

/// Whether a line is no title: a level alone, in capital letters, or with a word that headings have.
fn is_heading(words: &str) -> bool {
    let is_level = meaning_of(words).is_some() || Vocabularies::bundled().sharing(words).is_some();
    let is_capital = !words.contains(char::is_lowercase) && words.contains(char::is_uppercase);
    is_level || is_capital || fold(words).split(' ').any(|word| word == "tlp" || OF_HEADINGS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded() {
        for word in OF_HEADINGS {
            assert_eq!(fold(word), *word);
        }
    }
}
