//! The memory that an index takes beyond the page cache, in a process that opens it and answers.

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::ensure;
use cairn_policy::Viewer;
use cairn_search::{Index, SearchIndex};
use serde::{Deserialize, Serialize};

use super::queries::Ask;
use crate::meter::anonymous_memory;

/// Resident anonymous memory, bytes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Anonymous {
    /// Before the index is opened.
    pub(super) before: u64,
    /// After.
    pub(super) opened: u64,
    /// After the queries.
    pub(super) asked: u64,
}

/// Opens the index of a folder in a process of its own and puts the texts of some queries to it.
pub(super) fn measure(folder: &Path, asks: &[Ask]) -> anyhow::Result<Anonymous> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("one-index")
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut lines) = child.stdin.take() {
        for ask in asks {
            writeln!(lines, "{}", ask.request().text)?;
        }
    }
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "the process that opens the index ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// That process: opens an index, asks what comes in, and prints its memory.
pub(crate) fn measure_one(folder: &Path) -> anyhow::Result<()> {
    let before = anonymous_memory();
    let index = Index::open_reader(folder, "")?;
    let opened = anonymous_memory();
    for line in std::io::stdin().lock().lines() {
        let request = Ask::default().request();
        index.search(&Viewer::anonymous(), &cairn_search::SearchRequest { text: line?, ..request })?;
    }
    println!("{}", serde_json::to_string(&Anonymous { before, opened, asked: anonymous_memory() })?);
    Ok(())
}
