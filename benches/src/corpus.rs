//! The corpus of real CKAN records, which lies outside the project, and the yardstick that reads it.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::cairn::{run, workspace};
use crate::meter::Cost;

/// The folder of real data that the project does not ship.
pub(crate) fn shared() -> PathBuf {
    std::env::var_os("CAIRN_TEST_CORPUS").map_or_else(|| workspace().join("../shared"), PathBuf::from)
}

/// The file of 28,636 records as JSON Lines, packed; says where it was looked for if it is not there.
pub(crate) fn datagov() -> anyhow::Result<PathBuf> {
    let file = shared().join("corpus/datagov.jsonl.gz");
    if file.is_file() {
        return Ok(file.canonicalize()?);
    }
    bail!("{} is not there: set CAIRN_TEST_CORPUS to the folder that holds corpus/", file.display())
}

/// The lines of the file.
pub(crate) fn lines() -> anyhow::Result<impl Iterator<Item = std::io::Result<String>>> {
    let packed = BufReader::with_capacity(1 << 16, File::open(datagov()?)?);
    Ok(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(packed)).lines())
}

/// Writes the records so many times over, each time with other ids, packed as the corpus is.
pub(crate) fn write_repeated(times: usize, file: &Path) -> anyhow::Result<()> {
    let mut packed = GzEncoder::new(BufWriter::new(File::create(file)?), Compression::fast());
    for time in 0..times {
        for line in lines()? {
            let mut record: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line?)?;
            for key in ["id", "name"] {
                let name = record.get(key).and_then(|name| name.as_str()).context("a record has no id or no name")?;
                let name = format!("{time}-{name}");
                record.insert(key.to_owned(), name.into());
            }
            serde_json::to_writer(&mut packed, &record)?;
            packed.write_all(b"\n")?;
        }
    }
    packed.finish()?.flush()?;
    Ok(())
}

/// The yardstick: what it takes to unpack and parse the corpus with the usual tools.
pub(crate) struct Yardstick {
    /// The command as typed.
    pub(crate) shown: &'static str,
    with_jq: bool,
}

impl Yardstick {
    /// `zcat | jq` where jq is installed, else `zcat` alone.
    pub(crate) fn find() -> Self {
        let with_jq = Command::new("jq").arg("--version").output().is_ok_and(|output| output.status.success());
        let shown =
            if with_jq { "zcat datagov.jsonl.gz | jq -c .id" } else { "zcat datagov.jsonl.gz (jq is not installed)" };
        Self { shown, with_jq }
    }

    /// Runs it once.
    pub(crate) fn measure(&self) -> anyhow::Result<Cost> {
        let tail = if self.with_jq { "zcat \"$1\" | jq -c .id > /dev/null" } else { "zcat \"$1\" > /dev/null" };
        let (_, cost) = run(Command::new("sh").args(["-c", tail, "sh"]).arg(datagov()?))?;
        Ok(cost)
    }
}
