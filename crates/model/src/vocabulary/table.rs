//! Reading a vocabulary's table: CSV with a header row, every problem with its file and line.

use csv::StringRecord;

use super::fold;
use crate::{Position, Problem};

/// A column that a table may have: its name, and other headers by which it is known.
pub(super) type Column = (&'static str, &'static [&'static str]);

/// A table with its headers resolved.
#[derive(Debug)]
pub(super) struct Table<'a> {
    file: &'a str,
    /// For each column of the file, the known column that it is.
    columns: Vec<Option<&'static str>>,
    rows: Vec<(u64, StringRecord)>,
}

/// A row of a table, and the line of the file on which it starts (from 1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a Table<'a>,
    line: u64,
    cells: &'a StringRecord,
}

impl<'a> Table<'a> {
    /// Reads a table. Columns of `known` are taken by name, whatever their order; one that is not known, a required one
    /// (`required`) that is missing and a row that is no CSV are problems. Commas, semicolons and tabs separate cells:
    /// spreadsheets in French and Spanish write semicolons. Blank rows and rows of nothing but HXL tags are passed over.
    pub(super) fn read(
        file: &'a str,
        text: &'a str,
        known: &[Column],
        required: &[&str],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter_of(text))
            .from_reader(text.as_bytes());
        let mut table = Self { file, columns: Vec::new(), rows: Vec::new() };
        for record in reader.records() {
            match record {
                Ok(cells) => table.take(cells, known, required, problems),
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    problems.push(problem_at(file, line, None, "vocabulary-row", "the row cannot be read"));
                }
            }
        }
        if table.columns.is_empty() {
            problems.push(problem_at(file, 1, None, "vocabulary-empty", "the table has no header row"));
        }
        table
    }

    fn take(&mut self, cells: StringRecord, known: &[Column], required: &[&str], problems: &mut Vec<Problem>) {
        let line = cells.position().map_or(0, csv::Position::line);
        let mut stated = cells.iter().map(str::trim).filter(|cell| !cell.is_empty()).peekable();
        if stated.peek().is_none() {
            return;
        }
        let is_row_of_tags = stated.all(|cell| cell.starts_with('#'));
        if self.columns.is_empty() {
            self.take_header(&cells, line, known, required, problems);
            return;
        }
        if is_row_of_tags {
            return;
        }
        let spare = cells.iter().skip(self.columns.len()).any(|cell| !cell.trim().is_empty());
        if spare {
            let message = "the row has more cells than the header; those past its end are not read";
            problems.push(problem_at(self.file, line, None, "vocabulary-row", message));
        }
        self.rows.push((line, cells));
    }

    fn take_header(
        &mut self,
        cells: &StringRecord,
        line: u64,
        known: &[Column],
        required: &[&str],
        problems: &mut Vec<Problem>,
    ) {
        for header in cells {
            let header = header.trim();
            let column = column_of(header, known);
            if column.is_none() && !header.is_empty() {
                let message = match nearest(header, known.iter().map(|(name, _)| *name)) {
                    Some(name) => format!("the column {header:?} is not known; did you mean {name:?}?"),
                    None => format!("the column {header:?} is not known"),
                };
                problems.push(problem_at(self.file, line, Some(header), "vocabulary-column", &message));
            }
            self.columns.push(column);
        }
        for name in required {
            if !self.columns.contains(&Some(*name)) {
                let message = format!("the column {name:?} is missing, so no row can be read");
                problems.push(problem_at(self.file, line, Some(name), "vocabulary-column", &message));
            }
        }
    }

    /// The rows, from the first one below the header.
    pub(super) fn rows(&'a self) -> impl Iterator<Item = Row<'a>> {
        self.rows.iter().map(|(line, cells)| Row { table: self, line: *line, cells })
    }
}

impl<'a> Row<'a> {
    /// The trimmed cell of a column; empty when the row or the table has none.
    pub(super) fn get(&self, column: &str) -> &'a str {
        let index = self.table.columns.iter().position(|known| *known == Some(column));
        index.and_then(|index| self.cells.get(index)).map_or("", str::trim)
    }

    /// The cell of a column, where it is not empty.
    pub(super) fn stated(&self, column: &str) -> Option<&'a str> {
        Some(self.get(column)).filter(|cell| !cell.is_empty())
    }

    /// The parts of a cell that lists several values, separated by `|`.
    pub(super) fn list(&self, column: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.get(column).split('|').map(str::trim).filter(|part| !part.is_empty())
    }

    /// A problem of this row.
    pub(super) fn problem(&self, column: &str, code: &str, message: &str) -> Problem {
        problem_at(self.table.file, self.line, Some(column), code, message)
    }
}

/// A warning that names file and line, in words and in its position.
pub(super) fn problem_at(file: &str, line: u64, column: Option<&str>, code: &str, message: &str) -> Problem {
    let position = Position { row: Some(line), column: column.map(str::to_owned), ..Position::default() };
    Problem::warning(code, file, format!("{file}, line {line}: {message}")).at(position)
}

/// The candidate that is nearest to `name` by edits, if it is near enough to be what was meant.
pub(super) fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let name = fold(name);
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .map(|candidate| (edits_between(&name, &fold(candidate)), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

fn column_of(header: &str, known: &[Column]) -> Option<&'static str> {
    let header = fold(header);
    for (name, others) in known {
        if fold(name) == header || others.iter().any(|other| fold(other) == header) {
            return Some(name);
        }
    }
    None
}

/// The separator that the header row uses most.
fn delimiter_of(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: char| header.matches(separator).count();
    if count(';') > count(',') && count(';') >= count('\t') {
        b';'
    } else if count('\t') > count(',') {
        b'\t'
    } else {
        b','
    }
}

/// Edits from one word to another: letters put in, left out, replaced, or changed with their neighbour.
fn edits_between(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut edits = vec![vec![0; to.len() + 1]; from.len() + 1];
    for (row, line) in edits.iter_mut().enumerate() {
        line[0] = row;
    }
    edits[0] = (0..=to.len()).collect();
    for row in 1..=from.len() {
        for column in 1..=to.len() {
            let replaced = edits[row - 1][column - 1] + usize::from(from[row - 1] != to[column - 1]);
            let mut fewest = replaced.min(edits[row - 1][column] + 1).min(edits[row][column - 1] + 1);
            let swapped = row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1];
            if swapped {
                fewest = fewest.min(edits[row - 2][column - 2] + 1);
            }
            edits[row][column] = fewest;
        }
    }
    edits[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::{Column, Table, nearest};

    const KNOWN: &[Column] = &[("code", &["id"]), ("en", &["label"]), ("aliases_fr", &[])];

    #[test]
    fn columns_are_known_by_name_in_any_order_and_case() {
        let mut problems = Vec::new();
        let text = "\u{feff}Aliases FR;Label;ID\n\n#tag;#tag;#tag\nun | deux;One;1\n";
        let table = Table::read("t.csv", text, KNOWN, &["code"], &mut problems);
        let rows: Vec<_> = table.rows().collect();
        assert_eq!(problems, []);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].get("code"), rows[0].get("en")), ("1", "One"));
        assert_eq!(rows[0].list("aliases_fr").collect::<Vec<_>>(), ["un", "deux"]);
        assert_eq!(rows[0].line, 4);
    }

    #[test]
    fn problems_name_file_line_and_the_nearest_column() {
        let mut problems = Vec::new();
        let table = Table::read("t.csv", "alias_fr,zzzz\na,b\na,b,c\n", KNOWN, &["code"], &mut problems);
        let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "t.csv, line 1: the column \"alias_fr\" is not known; did you mean \"aliases_fr\"?",
                "t.csv, line 1: the column \"zzzz\" is not known",
                "t.csv, line 1: the column \"code\" is missing, so no row can be read",
                "t.csv, line 3: the row has more cells than the header; those past its end are not read",
            ]
        );
        assert_eq!(problems[3].position.row, Some(3));
        assert_eq!(table.rows().count(), 2);
    }

    #[test]
    fn an_empty_file_is_a_problem() {
        let mut problems = Vec::new();
        Table::read("t.csv", " \n", KNOWN, &["code"], &mut problems);
        assert_eq!(problems[0].message, "t.csv, line 1: the table has no header row");
    }

    #[test]
    fn far_names_are_not_offered() {
        assert_eq!(nearest("cluster", ["clusters", "countries"].into_iter()), Some("clusters"));
        assert_eq!(nearest("recipes", ["clusters", "countries"].into_iter()), None);
    }
}
