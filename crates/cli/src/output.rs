//! What commands print: tables for people, JSON for programs.

use std::io::{ErrorKind, IsTerminal, StdoutLock, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::exit::Failure;

/// Narrowest that a column is made so that a table fits a terminal.
const NARROWEST: usize = 12;

/// Standard output for as long as somebody reads it. Whoever goes away has what they wanted: what a command does, and the code
/// that it ends with, is the same without them.
pub(crate) struct Output(StdoutLock<'static>);

impl Output {
    pub(crate) fn open() -> Self {
        Self(std::io::stdout().lock())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            written => written,
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// Prints one JSON document.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut out = Output::open();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints a table: a heading row, then rows; columns of numbers are set to the right.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    let mut out = Output::open();
    let bold = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let mut widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            let widest = cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
            widest.unwrap_or(0).max(heading.width())
        })
        .collect();
    // Who reads the output with a program gets all of it.
    if let Some(terminal) = terminal_width() {
        narrow(&mut widths, terminal);
        for row in &mut cells {
            for (cell, width) in row.iter_mut().zip(&widths) {
                *cell = fitted(cell, *width);
            }
        }
    }
    let numeric: Vec<bool> = (0..headings.len())
        .map(|column| {
            !cells.is_empty()
                && cells.iter().filter_map(|row| row.get(column)).all(|cell| {
                    !cell.is_empty() && cell.chars().all(|character| character.is_ascii_digit() || character == '.')
                })
        })
        .collect();
    let line = |row: &[String]| {
        let mut text = String::new();
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column].saturating_sub(cell.width()));
            if column > 0 {
                text.push_str("  ");
            }
            if numeric[column] { text.extend([gap.as_str(), cell]) } else { text.extend([cell, gap.as_str()]) }
        }
        text.trim_end().to_owned()
    };
    let heading: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    if bold {
        writeln!(out, "\x1b[1m{}\x1b[0m", line(&heading))?;
    } else {
        writeln!(out, "{}", line(&heading))?;
    }
    for row in &cells {
        writeln!(out, "{}", line(row))?;
    }
    Ok(())
}

/// Prints what is shown this one time, all of it or an error: a reader who went away has lost it for good.
pub(crate) fn once(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    writeln!(Output::open(), "{}", plain(text))?;
    Ok(())
}

/// Prints what is to become a file, to the letter.
pub(crate) fn file(text: &str) -> Result<(), Failure> {
    write!(Output::open(), "{text}")?;
    Ok(())
}

/// Harvested text for a terminal: no control character gets through, so none can steer it, and none that is unseen.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .filter(|character| !is_unseen(*character))
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}

/// Marks of direction and characters without width: they reorder or hide what stands beside them.
fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{ad}' | '\u{180e}')
}

/// Columns of the terminal that stdout is; `None` when it is none.
fn terminal_width() -> Option<usize> {
    let terminal = console::Term::stdout();
    if !terminal.is_term() {
        return None;
    }
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    said.filter(|columns| *columns > 0).or_else(|| terminal.size_checked().map(|(_, columns)| usize::from(columns)))
}

/// Takes from the widest column, one place at a time, until the table fits or no column has a place to give.
fn narrow(widths: &mut [usize], terminal: usize) {
    let gaps = 2 * widths.len().saturating_sub(1);
    // An id at the end of a row is to be copied, so the last column stays whole.
    let Some((_, columns)) = widths.split_last() else { return };
    let last = widths.len() - 1;
    let mut whole: usize = columns.iter().sum::<usize>() + widths[last] + gaps;
    while whole > terminal {
        let widest = (0..last).max_by_key(|column| widths[*column]);
        let Some(column) = widest.filter(|column| widths[*column] > NARROWEST) else { return };
        widths[column] -= 1;
        whole -= 1;
    }
}

fn fitted(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut short = String::new();
    for character in cell.chars() {
        short.push(character);
        if short.width() > width.saturating_sub(1) {
            short.pop();
            break;
        }
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harvested_text_cannot_steer_a_terminal() {
        assert_eq!(plain("a\x1b[31mred\u{7}\n"), "a [31mred  ");
        assert_eq!(plain("a\u{202e}b\u{200b}c\u{2066}d"), "abcd");
    }

    #[test]
    fn a_table_takes_its_widest_columns_back_to_fit_a_terminal() {
        let mut widths = [100, 20, 10, 36];
        narrow(&mut widths, 100);
        assert_eq!(widths, [28, 20, 10, 36]);
        assert_eq!(fitted("water points", 6), "water…");
    }
}
