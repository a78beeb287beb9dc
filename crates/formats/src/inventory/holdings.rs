//! The rows below the headers: which of them are holdings, and what their cells say.

use std::collections::BTreeSet;

use cairn_model::vocabulary::fold;
use cairn_model::{Position, Problem};

use super::columns::Column;
use super::header::{Head, Labels, is_tag_row, repeats};
use super::markings::Markings;
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
    let headings = headings(rows, labels, &titles);
    let mut unread = BTreeSet::new();
    let mut filled_in = 0;
    let mut holdings: Vec<InventoryRow> = Vec::new();
    let mut markings = Markings::default();
    for (index, row) in rows.iter().enumerate() {
        if row.is_blank() || (index == 0 && is_tag_row(row)) {
            continue;
        }
        let at_row = || Position { row: Some(row.number), ..Position::default() };
        if labels.is_headed(1) && markings.take(row, holdings.len(), problems) {
            continue;
        }
        let heads_others = headings.contains(&row.number);
        let heading =
            heads_others.then_some(("row-of-heading", "the row is a heading over those below, and is no holding"));
        if let Some((code, message)) = heading.or_else(|| no_holding(row, index == 0, head, &titles)) {
            problems.push(Problem::warning(code, "", message).at(at_row()));
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
            cells.push((labels.get(index), looked_up(cell, mapping).unwrap_or_else(|| cell.clone())));
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
    markings.mark(&mut holdings);
    leave_out_missing(&mut holdings, &mut resolver, problems);
    groups::fill_in(&mut holdings, labels, &mut resolver, problems);
    read_crosses(&mut holdings, &mut resolver, problems);
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
        && is_of_totals(title)
    {
        return Some(("row-of-totals", "the row counts the others, and is no holding"));
    }
    let is_note = is_note_below(&filled.into_iter().map(|(_, cell)| cell).collect::<Vec<_>>());
    is_note.then_some(("note-below", "the row is a note to the table, and is no holding"))
}

/// Whether cells that are filled in a row are a note to the table above it.
pub(crate) fn is_note_below(filled: &[&str]) -> bool {
    match filled {
        [only] => is_note(only),
        // "Prepared by:" and who it was in the cell beside it.
        [first, _] => first.ends_with([':', '：']) && is_note(first),
        _ => false,
    }
}

/// The numbers of the rows that are headings over those below: capitals alone in the column of titles. A holding may be called so, too:
/// there must be several of them, three columns, and no other row with one cell that is no note.
fn headings(rows: &[TableRow], labels: &Labels, titles: &[usize]) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    if labels.iter().count() < 3 {
        return found;
    }
    for row in rows {
        let Some((index, only)) = row.only_cell() else { continue };
        if titles.contains(&index) && is_in_capitals(only) && !is_note(only) && !is_of_totals(only) {
            found.insert(row.number);
        } else if !is_note(only) && !is_of_totals(only) {
            return BTreeSet::new();
        }
    }
    if found.len() > 1 { found } else { BTreeSet::new() }
}

fn is_in_capitals(cell: &str) -> bool {
    cell.chars().filter(|letter| letter.is_uppercase()).count() > 1 && !cell.chars().any(char::is_lowercase)
}

/// What rows are called that count the others, folded; behind a colon may stand what they count (`Total: 45 datasets`).
#[rustfmt::skip]
const TOTALS: &[&str] = &[
    "total", "totals", "totaux", "total general", "total generale", "grand total", "gran total", "totales", "المجموع", "الاجمالي", "الاجمالي العام", "المجموع الكلي",
    "total datasets", "total number of datasets", "number of datasets", "total des jeux de donnees", "nombre de jeux de donnees", "nombre total de jeux de donnees",
    "total de conjuntos de datos", "numero de conjuntos de datos", "اجمالي مجموعات البيانات", "عدد مجموعات البيانات",
];

/// What rows begin with that count some of the others, folded; behind it stands which (`Subtotal Yemen`).
const SUBTOTALS: &[&str] = &["sous total", "sub total", "subtotal", "المجموع الفرعي", "المجموع الجزيي"];

/// Whether a row that is called so counts the others.
pub(crate) fn is_of_totals(title: &str) -> bool {
    let (folded, before_colon) = (fold(title), fold(title.split([':', '：']).next().unwrap_or_default()));
    [&folded, &before_colon].iter().any(|name| TOTALS.contains(&name.as_str()))
        || SUBTOTALS.iter().any(|name| begins_with(&folded, name))
}

/// Whether words that are folded are these, or begin with them.
fn begins_with(folded: &str, words: &str) -> bool {
    folded.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// What notes to a table begin with, folded, before a colon.
#[rustfmt::skip]
const NOTES: &[&str] = &[
    "source", "sources", "note", "notes", "nb", "n b", "key", "author", "authors", "contact", "date", "version", "updated",
    "remarque", "remarques", "auteur", "auteurs", "actualise", "fuente", "fuentes", "nota", "notas", "autor", "autora", "autores", "contacto", "fecha", "actualizado",
    "المصدر", "المصادر", "ملاحظه", "ملاحظة", "ملاحظات", "المعد", "التاريخ", "للتواصل",
];

/// What notes begin with that need no colon, folded.
#[rustfmt::skip]
const BEGINNINGS: &[&str] = &[
    "prepared by", "compiled by", "completed by", "filled in by", "updated by", "reviewed by", "approved by", "last updated", "last update", "date of last update", "disclaimer", "legend", "end of table",
    "prepare par", "elabore par", "etabli par", "compile par", "rempli par", "mis a jour le", "mis a jour par", "derniere mise a jour", "date de mise a jour", "avertissement", "clause de non responsabilite", "legende",
    "preparado por", "elaborado por", "compilado por", "rellenado por", "actualizado por", "actualizado el", "ultima actualizacion", "fecha de actualizacion", "descargo de responsabilidad", "aviso legal", "leyenda",
    "اعداد", "من اعداد", "اعده", "اعدها", "اعد من قبل", "اخر تحديث", "تاريخ التحديث", "تاريخ اخر تحديث", "اخلاء مسوولية", "اخلاء المسوولية", "مفتاح الالوان", "مفتاح الخريطة", "وسيلة ايضاح",
];

fn is_note(cell: &str) -> bool {
    let is_noted = cell.split_once([':', '：']).is_some_and(|(word, _)| NOTES.contains(&fold(word).as_str()));
    let folded = fold(cell);
    let begins = BEGINNINGS.iter().any(|words| begins_with(&folded, words));
    is_noted || begins || cell.starts_with("* ") || cell.starts_with("** ")
}

/// What a cell says that `SharePoint` wrote: `4;#Yemen;#15;#Sudan` looks up two values by their ids, `;#WASH;#Health;#` is a choice of
/// several. Behind the name of a person stands their account, `,#i:0#.f|membership|` and an address of mail, by which they are known
/// for one.
fn looked_up(cell: &str, mapping: &InventoryMapping) -> Option<String> {
    let (first, rest) = cell.split_once(";#")?;
    let is_id = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let values: Vec<&str> = if first.is_empty() {
        rest.split(";#").collect()
    } else {
        let parts: Vec<&str> = cell.split(";#").collect();
        let is_pair = |pair: &[&str]| pair.len() == 2 && is_id(pair[0]);
        parts.chunks(2).all(is_pair).then(|| parts.chunks(2).map(|pair| pair[1]).collect())?
    };
    let name_of = |value: &str| match value.split_once(",#") {
        Some((name, account)) => format!("{} <{}>", name.trim(), account.rsplit('|').next().unwrap_or(account)),
        None => value.trim().to_owned(),
    };
    let names: Vec<String> = values.into_iter().map(name_of).filter(|name| !name.is_empty()).collect();
    Some(names.join(&mapping.separators.chars().next().unwrap_or(';').to_string()))
}

/// Words by which templates say what a column takes, folded.
#[rustfmt::skip]
const HINTS: &[&str] = &[
    "text", "free text", "string", "number", "integer", "numeric", "decimal", "date", "boolean", "yes no", "y n", "list", "drop down", "dropdown",
    "url", "link", "email", "required", "mandatory", "optional", "iso3", "iso 3", "iso2", "iso code", "iso3 code", "code iso3", "code iso",
    "texte", "texte libre", "nombre", "entier", "numerique", "oui non", "liste", "liste deroulante", "lien", "courriel", "obligatoire", "facultatif", "optionnel",
    "texto", "texto libre", "numero", "entero", "numerico", "fecha", "si no", "lista", "enlace", "correo", "obligatorio", "opcional", "requerido",
    "نص", "رقم", "تاريخ", "نعم لا", "قايمة", "رابط", "مطلوب", "الزامي", "اختياري",
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

/// A cross is a yes where nothing else is one (`x`); in a column that has ticks it is a no, but for an `x` that would open by it.
fn read_crosses(holdings: &mut [InventoryRow], resolver: &mut Resolver<'_>, problems: &mut Vec<Problem>) {
    let cells = || holdings.iter().flat_map(|row| &row.cells);
    let ticked: BTreeSet<String> = cells().filter(|(_, cell)| is_tick(cell)).map(|(label, _)| label.clone()).collect();
    let mut found = 0;
    let mut opens_by_no = |label: &str| {
        let column = resolver.column(label).map(|(column, _)| column);
        matches!(column, None | Some(Column::IsConfidential | Column::Embargo | Column::Restrictions))
    };
    for (label, cell) in holdings.iter_mut().flat_map(|row| &mut row.cells).filter(|(label, _)| ticked.contains(label))
    {
        let is_letter = cell.trim().eq_ignore_ascii_case("x");
        if is_cross(cell) && !(is_letter && opens_by_no(label)) {
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
        for word in [TOTALS, SUBTOTALS, NOTES, BEGINNINGS, HINTS, &DITTOS].into_iter().flatten() {
            assert_eq!(fold(word), *word);
        }
    }
}
