//! What commands print: tables for people, JSON for programs.

use std::io::{IsTerminal, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::exit::Failure;

/// Widest cell of a table on a terminal.
const WIDEST: usize = 60;

/// Prints one JSON document.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Prints a table: a heading row, then rows; columns of numbers are set to the right.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let bold = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| fitted(cell)).collect()).collect();
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            let widest = cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
            widest.unwrap_or(0).max(heading.width())
        })
        .collect();
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
        writeln!(out, "\x1b[1m{}\x1b[0m", line(&heading))?
    } else {
        writeln!(out, "{}", line(&heading))?
    }
    for row in &cells {
        writeln!(out, "{}", line(row))?;
    }
    Ok(())
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{}", plain(text))?;
    Ok(())
}

/// Harvested text for a terminal: no control character gets through, so none can steer it.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

fn fitted(cell: &str) -> String {
    let cell = plain(cell);
    if cell.width() <= WIDEST {
        return cell;
    }
    let mut short = String::new();
    for character in cell.chars() {
        if short.width() >= WIDEST - 1 {
            break;
        }
        short.push(character);
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
    }
}
