//! The rows below the headers: which of them are holdings, and what their cells say.

use std::collections::BTreeSet;

use cairn_model::vocabulary::fold;
use cairn_model::{Position, Problem};

use super::columns::Column;
use super::header::{Head, Labels, is_tag_row, repeats};
use super::markings::Headings;
use super::row::{is_cross, is_tick};
use super::{InventoryMapping, InventoryRow, Resolver, groups};
use crate::table::{TableRow, column_letters};

/// Makes inventory rows of the table rows below the headers. In a text, all cells of a row are written; a workbook leaves out
/// the blank ones.
pub(super) fn below(
    head: &Head,
    rows: &[TableRow],
    labels: &Labels,
    is_text: bool,
    mapping: &InventoryMapping,
    problems: &mut Vec<Problem>,
) -> Vec<InventoryRow> {
    let mut resolver = Resolver::new(mapping);
    let of_terms = if is_text { labels.of_terms(mapping) } else { Vec::new() };
    let (titles, nameless) = (labels.titles(mapping), labels.nameless(mapping));
    let mut unread = BTreeSet::new();
    let mut filled_in = 0;
    let mut holdings: Vec<InventoryRow> = Vec::new();
    let mut headings = Headings::default();
    for (index, row) in rows.iter().enumerate() {
        if row.is_blank() || (index == 0 && is_tag_row(row)) {
            continue;
        }
        let at_row = || Position { row: Some(row.number), ..Position::default() };
        if let Some((code, message)) = no_holding(row, index == 0, head, &titles) {
            problems.push(Problem::warning(code, "", message).at(at_row()));
            continue;
        }
        if labels.is_headed(1) && headings.take(row, holdings.len(), problems) {
            continue;
        }
        let mut cells = Vec::new();
        for (index, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            if !labels.is_headed(index) {
                let position = Position { column: Some(column_letters(index)), ..at_row() };
                let message = "the row has more cells than the table has headers";
                problems.push(Problem::warning("ragged-row", "", message).at(position));
            }
            if nameless.contains(&index) {
                unread.insert(index);
            }
            cells.push((labels.get(index), cell.clone()));
        }
        if let Some((_, column)) = of_terms.iter().find(|(place, _)| *place >= row.cells.len()) {
            let position = Position { column: Some((*column).to_owned()), ..at_row() };
            let message = "the row ends before this column: it states no terms there, or has lost a cell";
            problems.push(Problem::warning("ragged-row", "", message).at(position));
        }
        filled_in += fill_in_from(holdings.last(), &mut cells, &mut resolver);
        holdings.push(InventoryRow { row: row.number, cells, ..InventoryRow::default() });
    }
    if filled_in > 0 {
        let message = format!("{filled_in} cells say that they hold what stands above them: it was taken from there");
        problems.push(Problem::warning("as-above", "", message));
    }
    if !unread.is_empty() {
        let letters: Vec<String> = unread.into_iter().take(30).map(column_letters).collect();
        let message = format!("columns without a header hold cells, which were not read: {}", letters.join(", "));
        problems.push(Problem::warning("nameless-columns", "", message));
    }
    headings.mark(&mut holdings);
    leave_out_missing(&mut holdings, &mut resolver, problems);
    groups::fill_in(&mut holdings, labels, &mut resolver, problems);
    read_crosses(&mut holdings, problems);
    holdings
}

/// Why a row is no holding, as a problem's code and message; `titles` are the columns of titles.
fn no_holding(row: &TableRow, is_first: bool, head: &Head, titles: &[usize]) -> Option<(&'static str, &'static str)> {
    if repeats(row, &head.row) {
        return Some(("repeated-header", "the row repeats the headers"));
    }
    let filled: Vec<(usize, &str)> = row
        .cells
        .iter()
        .enumerate()
        .map(|(index, cell)| (index, cell.trim()))
        .filter(|(_, cell)| !cell.is_empty())
        .collect();
    if is_first && filled.len() >= 2 && filled.iter().all(|(_, cell)| is_hint(cell)) {
        return Some(("row-of-hints", "the row says how to fill in the columns, and is no holding"));
    }
    let title = filled.iter().find(|(index, _)| titles.contains(index));
    let is_number =
        |cell: &str| cell.chars().all(|letter| letter.is_numeric() || " .,%-\u{a0}\u{202f}".contains(letter));
    if let Some((index, title)) = title
        && filled.iter().all(|(other, cell)| other == index || is_number(cell))
        && TOTALS.contains(&fold(title).as_str())
    {
        return Some(("row-of-totals", "the row counts the others, and is no holding"));
    }
    match filled.as_slice() {
        [(_, only)] if is_note(only) => Some(("note-below", "the row is a note to the table, and is no holding")),
        _ => None,
    }
}

/// What rows are called that count the others, folded.
const TOTALS: [&str; 14] = [
    "total",
    "totals",
    "totaux",
    "sous total",
    "sub total",
    "subtotal",
    "total general",
    "total generale",
    "grand total",
    "gran total",
    "totales",
    "المجموع",
    "الاجمالي",
    "الاجمالي العام",
];

/// What notes to a table begin with, folded, before a colon.
const NOTES: [&str; 17] = [
    "source",
    "sources",
    "note",
    "notes",
    "nb",
    "n b",
    "legend",
    "key",
    "legende",
    "remarque",
    "remarques",
    "fuente",
    "fuentes",
    "nota",
    "leyenda",
    "المصدر",
    "ملاحظه",
];

fn is_note(cell: &str) -> bool {
    let begins = cell.split_once([':', '：']).is_some_and(|(word, _)| NOTES.contains(&fold(word).as_str()));
    begins || cell.starts_with("* ") || cell.starts_with("** ")
}

/// Words by which templates say what a column takes, folded.
#[rustfmt::skip]
const HINTS: &[&str] = &[
    "text", "free text", "string", "number", "integer", "numeric", "decimal", "date", "boolean", "yes no", "y n", "list", "drop down", "dropdown",
    "url", "link", "email", "required", "mandatory", "optional", "iso3", "iso 3", "iso2", "iso code", "iso3 code", "code iso3", "code iso",
    "texte", "texte libre", "nombre", "entier", "numerique", "oui non", "liste", "liste deroulante", "lien", "courriel", "obligatoire", "facultatif", "optionnel",
    "texto", "texto libre", "numero", "entero", "numerico", "fecha", "si no", "lista", "enlace", "correo", "obligatorio", "opcional", "requerido",
    "نص", "رقم", "تاريخ", "نعم لا", "قاءمه", "رابط", "مطلوب", "الزامي", "اختياري",
];

/// Whether a cell says what a column takes: a type, or a form of dates (`JJ/MM/AAAA`).
fn is_hint(cell: &str) -> bool {
    let is_form_of_dates = || {
        let letters = cell.chars().filter(|letter| letter.is_alphabetic()).count();
        let is_part = |letter: char| "ymdjah".contains(letter.to_ascii_lowercase());
        letters >= 4 && cell.chars().all(|letter| is_part(letter) || "/-. ".contains(letter))
    };
    HINTS.contains(&fold(cell).as_str()) || is_form_of_dates()
}

/// What people write below what they do not want to repeat, folded or a sign.
const DITTOS: [&str; 14] = [
    "idem",
    "ditto",
    "same",
    "same as above",
    "as above",
    "see above",
    "idem ci dessus",
    "voir ci dessus",
    "igual que arriba",
    "mismo",
    "misma",
    "كما سبق",
    "كما اعلاه",
    "نفسه",
];

/// Whether a cell says that it holds what stands above.
pub(super) fn is_ditto(cell: &str) -> bool {
    let cell = cell.trim();
    matches!(cell, "\"" | "\"\"" | "''" | "″" | "〃" | "”" | "“" | "»" | "id." | "Id.")
        || (cell.len() <= 40 && DITTOS.contains(&fold(cell).as_str()))
}

/// Fills in the cells that say that they hold what stands above; says how many there were. Terms, titles and ids are not taken from
/// there: what closes must be written, and no two holdings are one.
fn fill_in_from(above: Option<&InventoryRow>, cells: &mut Vec<(String, String)>, resolver: &mut Resolver<'_>) -> usize {
    let mut found = 0;
    cells.retain_mut(|(label, cell)| {
        let column = resolver.column(label).map(|(column, _)| column);
        let is_own = |column: Column| column.is_of_terms() || matches!(column, Column::Title | Column::Identifier);
        if column.is_none_or(is_own) || !is_ditto(cell) {
            return true;
        }
        found += 1;
        let stands_above = above.and_then(|row| row.cells.iter().find(|(other, _)| other == label));
        stands_above.inspect(|(_, above)| cell.clone_from(above)).is_some()
    });
    found
}

/// `NA` is Namibia's code and may be a name; in a table that has it in other columns it is what R writes where there is nothing.
fn leave_out_missing(holdings: &mut [InventoryRow], resolver: &mut Resolver<'_>, problems: &mut Vec<Problem>) {
    let mut is_ambiguous = |label: &str| {
        resolver.column(label).is_some_and(|(column, _)| matches!(column, Column::Country | Column::Title))
    };
    let is_na = |cell: &str| cell.trim() == "NA";
    let stands_elsewhere =
        holdings.iter().flat_map(|row| &row.cells).any(|(label, cell)| is_na(cell) && !is_ambiguous(label));
    if !stands_elsewhere {
        return;
    }
    let mut found = 0;
    for row in holdings {
        let before = row.cells.len();
        row.cells.retain(|(label, cell)| !(is_na(cell) && is_ambiguous(label)));
        found += before - row.cells.len();
    }
    if found > 0 {
        let message = format!(
            "`NA` stands for what is missing in this table: {found} cells of countries and titles hold nothing"
        );
        problems.push(Problem::warning("missing-not-namibia", "", message));
    }
}

/// A cross is a yes where nothing else is one (`x`); in a column that has ticks it is a no.
fn read_crosses(holdings: &mut [InventoryRow], problems: &mut Vec<Problem>) {
    let cells = || holdings.iter().flat_map(|row| &row.cells);
    let ticked: BTreeSet<String> = cells().filter(|(_, cell)| is_tick(cell)).map(|(label, _)| label.clone()).collect();
    let mut found = 0;
    for (_, cell) in holdings.iter_mut().flat_map(|row| &mut row.cells).filter(|(label, _)| ticked.contains(label)) {
        if is_cross(cell) {
            "no".clone_into(cell);
            found += 1;
        }
    }
    if found > 0 {
        let message = format!("{found} cells hold a cross in a column that has ticks: they were read as no");
        problems.push(Problem::warning("crosses-beside-ticks", "", message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded() {
        for word in TOTALS.iter().chain(&NOTES).chain(HINTS).chain(&DITTOS) {
            assert_eq!(fold(word), *word);
        }
    }
}
