//! Which row of a table holds the headers, and what each column is called.

use std::collections::HashSet;

use cairn_model::{Position, Problem};

use super::InventoryMapping;
use super::aliases::{column_of, is_name};
use super::columns::{Column, is_field, is_field_of_terms, is_named, resolve, split_label};
use super::headers::InventoryColumn;
use super::unread::{hint_of, is_level};
use crate::table::{TableRow, column_index, column_letters};

/// Rows among which the headers are looked for.
pub(super) const HEAD_ROWS: usize = 30;

/// How many headers a problem lists.
const LISTED_HEADERS: usize = 30;

/// The index of the header row among the first rows of a table that are not blank; none where there is no row.
///
/// The row in which the most cells are headers that are known wins, the first of several; else it is the first row. Below one
/// that has a title no other wins without: words such as *restricted* and *shared* are headers and values.
pub(super) fn find_header(rows: &[TableRow], mapping: &InventoryMapping) -> Option<usize> {
    if mapping.header_row > 0 {
        return rows.iter().position(|row| row.number == u64::from(mapping.header_row));
    }
    let first = rows.iter().position(|row| !row.is_blank())?;
    let mut best = (known_headers(&rows[first], mapping), first);
    let has_title = names_title(&rows[first], mapping);
    for (index, row) in rows.iter().enumerate().take(HEAD_ROWS).skip(first + 1) {
        let known = known_headers(row, mapping);
        // One known word alone may stand in a row of data; under a line of title it is a header.
        let convincing = known >= 2 || (known == 1 && filled(row) > filled(&rows[first]));
        if known > best.0 && convincing && (!has_title || names_title(row, mapping)) {
            best = (known, index);
        }
    }
    // The second of two rows of headers may hold more of them, and what is called name there is no title.
    let is_second =
        |above: &usize| names_title(&rows[*above], mapping) && joined(&rows[*above], &rows[best.1], mapping).is_some();
    Some(best.1.checked_sub(1).filter(is_second).unwrap_or(best.1))
}

/// Whether a cell of a row is a header over titles.
fn names_title(row: &TableRow, mapping: &InventoryMapping) -> bool {
    let mapped = mapping.columns.get("title");
    let is_title = |cell: &String| {
        mapped.is_some_and(|header| is_named(cell, header))
            || column_of(cell).is_some_and(|(column, _)| column == Column::Title)
    };
    row.cells.iter().filter(|cell| !cell.is_empty() && cell.len() <= 200).any(is_title)
}

fn filled(row: &TableRow) -> usize {
    row.cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// How much the headers in a row tell of data, nothing where none is over titles. Whom to ask does not count: lists of words and of
/// people have names, too.
pub(super) fn tells_of_data(row: &TableRow, mapping: &InventoryMapping) -> usize {
    // What is wrong with the headers is reported once, for the sheet that is chosen.
    let is_titled = Labels::read(row, mapping, &mut Vec::new()).has_titles(mapping);
    if is_titled { count_headers(row, mapping, |column| !column.is_of_contact()).max(1) } else { 0 }
}

/// How many different columns the cells of a row name.
fn known_headers(row: &TableRow, mapping: &InventoryMapping) -> usize {
    count_headers(row, mapping, |_| true)
}

fn count_headers(row: &TableRow, mapping: &InventoryMapping, counts: impl Fn(Column) -> bool) -> usize {
    let mut columns = HashSet::new();
    let mut named = 0;
    for cell in row.cells.iter().filter(|cell| !cell.is_empty() && cell.len() <= 200) {
        if mapping.columns.values().any(|header| is_named(cell, header)) {
            named += 1;
        } else if let Some((column, _)) = column_of(cell).filter(|(column, _)| counts(*column)) {
            columns.insert(column);
        }
    }
    columns.len() + named
}

/// The headers of a table: a row, or two where the second says what parts the columns of the first have.
pub(super) struct Head {
    /// One row of headers, made of both.
    pub(super) row: TableRow,
    /// Rows that they stand in.
    pub(super) rows: usize,
}

impl Head {
    /// The headers of a table in which they begin at `header`.
    pub(super) fn read(rows: &[TableRow], header: usize, mapping: &InventoryMapping) -> Self {
        let first = &rows[header];
        let below = rows.get(header + 1).filter(|_| mapping.header_row == 0);
        match below.and_then(|second| joined(first, second, mapping)) {
            Some(row) => Self { row, rows: 2 },
            None => Self { row: first.clone(), rows: 1 },
        }
    }
}

/// Two rows of headers as one; none where the second is no row of headers: it must stand below no title, say more of a column
/// that has no header of its own, and half of it must be headers that are known (`Period covered | From`).
fn joined(first: &TableRow, second: &TableRow, mapping: &InventoryMapping) -> Option<TableRow> {
    let cell = |row: &TableRow, index: usize| row.cells.get(index).map_or("", |cell| cell.trim()).to_owned();
    let column = |header: &str| resolve(header, mapping).map(|(column, _)| column);
    let (mut said, mut known, mut parts) = (0, 0, 0);
    let mut group = String::new();
    let mut row = first.clone();
    row.cells.resize(first.cells.len().max(second.cells.len()), String::new());
    for (index, joint) in row.cells.iter_mut().enumerate() {
        let (above, below) = (cell(first, index), cell(second, index));
        if !above.is_empty() {
            group.clone_from(&above);
        }
        // A cell over both rows may be written in each.
        if below.is_empty() || below.to_lowercase() == above.to_lowercase() {
            continue;
        }
        if column(&above) == Some(Column::Title) || below.len() > 80 {
            return None;
        }
        said += 1;
        parts += usize::from(above.is_empty());
        let together = format!("{group} {below}");
        let is_known = column(&together).is_some();
        // What is called name here is that of a contact, or of whatever stands above.
        let alone = column(&below).is_some_and(|column| column != Column::Title);
        known += usize::from(is_known || alone);
        *joint = if !is_known && alone { below } else { together };
    }
    (parts > 0 && known >= 2 && known * 2 >= said).then_some(row)
}

/// What the columns of a table are called (see [`super::columns::resolve`]).
pub(super) struct Labels {
    labels: Vec<String>,
    by_letters: HashSet<usize>,
}

impl Labels {
    /// Reads the header row; a header that stands twice is told apart by the letters of its column, and reported.
    pub(super) fn read(row: &TableRow, mapping: &InventoryMapping, problems: &mut Vec<Problem>) -> Self {
        let by_letters = mapping
            .columns
            .values()
            .filter(|named| !row.cells.iter().any(|cell| is_named(cell, named)))
            .filter_map(|named| column_index(named.trim()))
            .collect();
        let mut labels = Self { labels: Vec::new(), by_letters };
        let mut seen = HashSet::new();
        for (index, cell) in row.cells.iter().enumerate() {
            let header = in_one_line(cell);
            let repeated = !header.is_empty() && !seen.insert(header.clone());
            if repeated {
                let position =
                    Position { row: Some(row.number), column: Some(column_letters(index)), ..Position::default() };
                let message = "the header stands twice; both columns are read";
                problems.push(Problem::warning("duplicate-header", "", message).with_value(&header).at(position));
            }
            labels.labels.push(label(&header, index, repeated || labels.by_letters.contains(&index)));
        }
        labels
    }

    /// The label of a column, also right of the last header.
    pub(super) fn get(&self, index: usize) -> String {
        self.labels.get(index).cloned().unwrap_or_else(|| column_letters(index))
    }

    /// The labels of the columns that have a header.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(String::as_str)
    }

    /// The columns that have a header, each with what it holds.
    pub(super) fn columns(&self, sheet: Option<&str>, holds: impl Fn(&str) -> Option<Column>) -> Vec<InventoryColumn> {
        let column = |(index, label): (usize, &String)| {
            let letters = column_letters(index);
            let is_called = *label != letters;
            is_called.then(|| InventoryColumn::new(sheet.map(str::to_owned), letters, label.clone(), holds(label)))
        };
        self.labels.iter().enumerate().filter_map(column).collect()
    }

    /// The columns that stand among those with headers, have none themselves, and are named by no mapping.
    pub(super) fn nameless(&self, mapping: &InventoryMapping) -> Vec<usize> {
        let is_nameless = |index: &usize| {
            let label = &self.labels[*index];
            *label == column_letters(*index) && resolve(label, mapping).is_none()
        };
        (0..self.labels.len()).filter(is_nameless).collect()
    }

    /// Whether the column has a header.
    pub(super) fn is_headed(&self, index: usize) -> bool {
        index < self.labels.len()
    }

    /// The columns of terms, in order, each with its place.
    pub(super) fn of_terms(&self, mapping: &InventoryMapping) -> Vec<(usize, &str)> {
        let is_of_terms = |label: &str| resolve(label, mapping).is_some_and(|(column, _)| column.is_of_terms());
        self.iter().enumerate().filter(|(_, label)| is_of_terms(label)).collect()
    }

    /// Whether a column holds titles.
    pub(super) fn has_titles(&self, mapping: &InventoryMapping) -> bool {
        !self.titles(mapping).is_empty()
    }

    /// The columns that hold titles. A mapping may also name one beyond the headers.
    pub(super) fn titles(&self, mapping: &InventoryMapping) -> Vec<usize> {
        let is_title = |label: &str| resolve(label, mapping).is_some_and(|(column, _)| column == Column::Title);
        let beyond = self.by_letters.iter().copied().filter(|index| !self.is_headed(*index));
        (0..self.labels.len()).chain(beyond).filter(|index| is_title(&self.get(*index))).collect()
    }

    /// Reports fields and headers of a mapping that are not there in a table of so many columns. Answers whether a column of terms is
    /// among them, so that nobody knows what it would have closed.
    pub(super) fn check(&self, mapping: &InventoryMapping, width: usize, problems: &mut Vec<Problem>) -> bool {
        let mut lacks_terms = false;
        for (field, named) in &mapping.columns {
            if !is_field(field) {
                let message = format!("records have no such field; they have {}", super::FIELDS.join(", "));
                problems.push(Problem::error("unknown-field", field.clone(), message));
                continue;
            }
            let found = self.labels.iter().any(|label| label == named.trim() || is_named(label, named));
            if !found && column_index(named.trim()).is_none_or(|index| index >= width) {
                let of_terms = is_field_of_terms(field);
                let closes = if of_terms { "; all rows are closed, for it may have closed any" } else { "" };
                let message = format!("the mapped column is not in the table, which has {}{closes}", self.list());
                problems.push(Problem::error("missing-column", field.clone(), message).with_value(named));
                lacks_terms |= of_terms;
            }
        }
        lacks_terms
    }

    /// Reports headers that mean nothing here: one of them may be a limit that somebody set.
    pub(super) fn report_unknown(&self, mapping: &InventoryMapping, problems: &mut Vec<Problem>) {
        let mut unknown = Vec::new();
        for (index, label) in self.labels.iter().enumerate() {
            let is_known = resolve(label, mapping).is_some()
                || column_of(split_label(label).0).is_some()
                || is_level(label)
                || hint_of(label).is_some();
            if !is_known && *label != column_letters(index) {
                unknown.push(label.as_str());
            }
        }
        if !unknown.is_empty() {
            let message = format!("columns that are not understood and were not read: {}", in_words(&unknown));
            problems.push(Problem::warning("unknown-columns", "", message));
        }
    }

    /// The headers in words.
    pub(super) fn list(&self) -> String {
        in_words(&self.labels.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// A list of headers, cut where it grows long.
fn in_words(headers: &[&str]) -> String {
    let shown: Vec<&str> = headers.iter().take(LISTED_HEADERS).copied().collect();
    let rest = headers.len() - shown.len();
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let cut: String = shown.join(", ").chars().take(600).collect();
    format!("{cut}{more}")
}

/// A header in one line. A name with more below it stays apart from that: `Sharing level / internal, public`.
fn in_one_line(cell: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = cell.lines().map(words).filter(|line| !line.is_empty()).collect();
    let together = lines.join(" ");
    let has_more = !is_name(&together) && lines.first().is_some_and(|line| is_name(line));
    if has_more { lines.join(" / ") } else { together }
}

fn label(header: &str, index: usize, with_letters: bool) -> String {
    match (header.is_empty(), with_letters) {
        (true, _) => column_letters(index),
        (false, false) => header.to_owned(),
        (false, true) => format!("{header} ({})", column_letters(index)),
    }
}

/// Whether a row says nothing but the headers once more, as where tables were put one below the other.
pub(super) fn repeats(row: &TableRow, header: &TableRow) -> bool {
    let filled = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
    let mut same = 0;
    for (index, cell) in filled {
        if header.cells.get(index).is_none_or(|label| label.to_lowercase() != cell.to_lowercase()) {
            return false;
        }
        same += 1;
    }
    same > 1
}

/// Hashtags of the Humanitarian Exchange Language (HXL 1.1) that lists of holdings use.
const HXL_TAGS: [&str; 24] = [
    "access",
    "activity",
    "adm1",
    "adm2",
    "adm3",
    "affected",
    "contact",
    "country",
    "crisis",
    "date",
    "description",
    "event",
    "frequency",
    "geo",
    "indicator",
    "item",
    "loc",
    "meta",
    "org",
    "population",
    "region",
    "sector",
    "status",
    "subsector",
];

/// Whether a row below the headers holds HXL tags (`#sector +code`) and no data.
pub(super) fn is_tag_row(row: &TableRow) -> bool {
    let mut known = false;
    for cell in row.cells.iter().filter(|cell| !cell.is_empty()) {
        let Some(tag) = cell.strip_prefix('#') else { return false };
        let name = tag.split(['+', ' ']).next().unwrap_or_default().to_ascii_lowercase();
        known = known || HXL_TAGS.contains(&name.as_str());
    }
    known
}
