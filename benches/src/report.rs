//! What the program says: a table for people, one JSON document for programs.

use serde::Serialize;

use crate::meter;

/// A measurement: its table, and remarks on how it was made.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Name of the subcommand.
    pub(crate) name: String,
    /// Heads of the columns.
    pub(crate) columns: Vec<String>,
    /// Rows, as many cells as columns.
    pub(crate) rows: Vec<Vec<String>>,
    /// What must be known to read the figures.
    pub(crate) remarks: Vec<String>,
    /// The figures themselves, without rounding.
    pub(crate) figures: serde_json::Value,
    /// `/proc/loadavg` before and after.
    pub(crate) load: [String; 2],
}

impl Report {
    /// Begins a measurement: takes the load down.
    pub(crate) fn begin(name: &str, columns: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            rows: Vec::new(),
            remarks: Vec::new(),
            figures: serde_json::Value::Null,
            load: [meter::load(), String::new()],
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a remark.
    pub(crate) fn remark(&mut self, remark: impl Into<String>) {
        self.remarks.push(remark.into());
    }

    /// Adds a figure to those that a measurement ended with.
    pub(crate) fn figure(&mut self, name: &str, figure: serde_json::Value) {
        if let Some(figures) = self.figures.as_object_mut() {
            figures.insert(name.to_owned(), figure);
        }
    }

    /// Ends a measurement with its figures.
    pub(crate) fn end(mut self, figures: serde_json::Value) -> Self {
        self.load[1] = meter::load();
        self.figures = figures;
        self
    }

    /// The table as text.
    pub(crate) fn text(&self) -> String {
        let mut widths: Vec<usize> = self.columns.iter().map(|cell| cell.chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = format!("\n{}   load {} … {}\n", self.name, self.load[0], self.load[1]);
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            for (place, (cell, width)) in row.iter().zip(&widths).enumerate() {
                // The first column holds names, the others figures.
                let padded = if place == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") };
                text.push_str(&padded);
                text.push_str("  ");
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        for remark in &self.remarks {
            text.push_str(remark);
            text.push('\n');
        }
        text
    }
}

/// Seconds with two decimals.
pub(crate) fn seconds(number: f64) -> String {
    format!("{number:.2} s")
}

/// Bytes in mebibytes.
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / 1_048_576.0)
}
