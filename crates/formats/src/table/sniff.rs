//! Which character separates the cells of a text table.

use std::collections::BTreeMap;

/// Delimiters that are tried, the likelier first.
pub const DELIMITERS: [u8; 7] = [b',', b';', b'\t', b'|', b'^', b'~', b':'];

/// Rows that are looked at.
const ROWS: usize = 50;

/// The delimiter with which most rows of `head`, the beginning of a text table, have the same number of cells.
///
/// A first line `sep=;` (as Excel writes it) decides. A table of one column gives `,`.
pub fn sniff_delimiter(head: &str) -> u8 {
    if let Some(delimiter) = declared_delimiter(head) {
        return delimiter;
    }
    let mut best = (0.0, b',');
    for delimiter in DELIMITERS {
        let score = score(head, delimiter);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// The delimiter of a line `sep=X` at the very beginning.
pub(super) fn declared_delimiter(head: &str) -> Option<u8> {
    let line = head.lines().next()?.trim_matches('"');
    let value = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="))?;
    match value.as_bytes() {
        [byte] => Some(*byte),
        _ => None,
    }
}

/// The share of rows that have the commonest number of cells above one, weighed by that number.
fn score(head: &str, delimiter: u8) -> f64 {
    let mut rows_by_width: BTreeMap<usize, usize> = BTreeMap::new();
    let mut rows = 0_usize;
    let mut reader = super::DelimitedRows::new(head.as_bytes(), delimiter, 64 * 1024);
    while let Ok(Some(row)) = reader.next_row() {
        if row.is_blank() {
            continue;
        }
        *rows_by_width.entry(row.cells.len()).or_default() += 1;
        rows += 1;
        if rows == ROWS {
            break;
        }
    }
    let mut best = 0.0_f64;
    for (width, count) in rows_by_width {
        if width > 1 {
            let share = count as f64 / rows as f64;
            best = best.max(share * share * (1.0 + (width as f64).ln()));
        }
    }
    // Times and addresses hold colons: they separate cells only where nothing else does.
    if delimiter == b':' { best * 0.3 } else { best }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_delimiter_is_found_where_it_separates() {
        assert_eq!(sniff_delimiter("title,country\nWells,YEM\n"), b',');
        assert_eq!(sniff_delimiter("title;country\nWells, pumps, tanks;YEM\nCamps;SDN\n"), b';');
        assert_eq!(sniff_delimiter("title\tcountry\nWells, old\tYEM\n"), b'\t');
        assert_eq!(sniff_delimiter("title|country\nWells; old|YEM\n"), b'|');
        assert_eq!(sniff_delimiter("title^country\nWells, old^YEM\n"), b'^');
        assert_eq!(sniff_delimiter("title~country\nWells~YEM\nCamps~SDN\n"), b'~');
        assert_eq!(sniff_delimiter("title:country\nWells:YEM\n"), b':');
    }

    #[test]
    fn a_colon_loses_to_any_other_delimiter() {
        assert_eq!(sniff_delimiter("id;timestamp\n1;2020-01-01T00:00:00\n2;2020-01-01T00:00:00\n"), b';');
    }

    #[test]
    fn delimiters_inside_quotes_do_not_count() {
        assert_eq!(sniff_delimiter("a;b\n\"x,y,z\";1\n\"x,y,z\";2\n"), b';');
    }

    #[test]
    fn a_table_of_one_column_is_read_with_commas() {
        assert_eq!(sniff_delimiter("title\nWells\nCamps\n"), b',');
    }

    #[test]
    fn a_separator_line_decides() {
        assert_eq!(sniff_delimiter("sep=|\na,b|c,d\n"), b'|');
    }
}
