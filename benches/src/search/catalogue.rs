//! Feeding the same records to Cairn's index writer and to the plain index.

use std::path::Path;
use std::time::{Duration, Instant};

use cairn_model::{Dataset, Vocabularies};
use cairn_policy::renditions;
use cairn_search::{Index, IndexChange, IndexWriter, WriterOptions};
use cairn_store::{OpenMode, SqliteStore, Store};
use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;

use super::Corpus;
use super::bare::Bare;
use super::generate::Generator;
use super::queries::Example;
use crate::cairn::{Workplace, build, size};
use crate::corpus::datagov;
use crate::meter::{process_cpu, thread_cpu};

/// How often it is looked whether segments are merged.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
/// Records handed over at a time.
const BATCH: usize = 1_000;
/// Records that queries are made of.
const EXAMPLES: usize = 2_000;

/// Both indexes of one catalogue.
pub(super) struct Catalogue {
    pub(super) index: Index,
    pub(super) bare: Bare,
    pub(super) examples: Vec<Example>,
    pub(super) records: usize,
    pub(super) documents: u64,
    /// CPU seconds to build Cairn's index, and the plain one, renditions included.
    pub(super) cpu: (f64, f64),
    /// Seconds for everything.
    pub(super) wall: f64,
    pub(super) segments: usize,
    pub(super) bytes: (u64, u64),
    _folder: TempDir,
}

/// Where the records come from; they come alike each time.
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
enum Records {
    Harvested(Workplace),
    Generated(Generator, usize),
}

impl Catalogue {
    pub(super) fn build(corpus: &Corpus) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let source = Records::of(corpus)?;
        let folder = tempfile::Builder::new().prefix("cairn-bench").tempdir()?;
        let own = folder.path().join("cairn");

        let (index, mut writer) = Index::create_empty_with(&own, WriterOptions::default())?;
        let mut records = 0;
        let mut documents = 0;
        let before = process_cpu();
        let making = source.each_batch(&mut |datasets| {
            records += datasets.len();
            documents += writer.add(&changes(&datasets))?;
            Ok(())
        })?;
        writer.commit(i64::try_from(records)?)?;
        while writer.settle()? {
            std::thread::sleep(BETWEEN_LOOKS);
        }
        writer.close()?;
        let cpu_of_cairn = process_cpu() - before - making;

        let every = (records / EXAMPLES).max(1);
        let mut examples = Vec::new();
        let mut number = 0;
        let mut bare = Bare::create(folder.path())?;
        let before = process_cpu();
        let making = source.each_batch(&mut |datasets| {
            for dataset in &datasets {
                if number % every == 0 {
                    examples.push(Example::of(dataset));
                }
                number += 1;
            }
            for change in changes(&datasets) {
                for rendition in &change.renditions {
                    bare.add(rendition, Vocabularies::bundled())?;
                }
            }
            Ok(())
        })?;
        bare.finish()?;
        let cpu_of_bare = process_cpu() - before - making;

        Ok(Self {
            index,
            examples,
            records,
            documents,
            cpu: (cpu_of_cairn, cpu_of_bare),
            wall: begun.elapsed().as_secs_f64(),
            segments: segments(&own)?,
            bytes: (size(&own)?, bare.bytes()?),
            bare,
            _folder: folder,
        })
    }

    /// The figures of building.
    pub(super) fn figures(&self) -> serde_json::Value {
        json!({"records": self.records, "documents": self.documents, "cpu_cairn": self.cpu.0, "cpu_bare": self.cpu.1,
            "wall": self.wall, "segments_cairn": self.segments, "segments_bare": self.bare.segments(),
            "bytes_cairn": self.bytes.0, "bytes_bare": self.bytes.1})
    }
}

fn changes(datasets: &[Dataset]) -> Vec<IndexChange> {
    datasets.iter().map(|dataset| IndexChange { id: dataset.id, renditions: renditions(dataset) }).collect()
}

impl Records {
    fn of(corpus: &Corpus) -> anyhow::Result<Self> {
        match corpus {
            Corpus::Generated(records) => Ok(Self::Generated(Generator::new(), *records)),
            Corpus::Datagov => {
                let workplace = Workplace::new(&build()?, &format!("file:{}", datagov()?.display()))?;
                workplace.harvest()?;
                Ok(Self::Harvested(workplace))
            }
        }
    }

    /// Hands every record over; gives the CPU seconds that making or reading the records took.
    fn each_batch(&self, take: &mut dyn FnMut(Vec<Dataset>) -> anyhow::Result<()>) -> anyhow::Result<f64> {
        let mut making = 0.0;
        match self {
            Self::Generated(generator, records) => {
                let mut from = 0;
                while from < *records {
                    let to = (from + BATCH).min(*records);
                    let before = thread_cpu();
                    let datasets = (from..to).map(|number| generator.dataset(number)).collect();
                    making += thread_cpu() - before;
                    take(datasets)?;
                    from = to;
                }
            }
            Self::Harvested(workplace) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                let path = workplace.data().join("cairn.db");
                let store = runtime.block_on(SqliteStore::open(path, OpenMode::ReadOnly))?;
                let mut position = 0;
                loop {
                    // Reading uses threads of its own, so all that the process does meanwhile counts.
                    let before = process_cpu();
                    let records = runtime.block_on(store.records_after(position, u32::try_from(BATCH)?))?;
                    making += process_cpu() - before;
                    let Some(last) = records.last() else { break };
                    position = last.seq;
                    take(records.into_iter().map(|record| record.dataset).collect())?;
                }
                runtime.block_on(store.close());
            }
        }
        Ok(making)
    }
}

/// Segments of both tiers, out of the files in which tantivy lists them.
fn segments(folder: &Path) -> anyhow::Result<usize> {
    #[derive(Deserialize)]
    struct Meta {
        segments: Vec<serde_json::Value>,
    }
    let mut segments = 0;
    for tier in ["public", "restricted"] {
        let meta: Meta = serde_json::from_str(&std::fs::read_to_string(folder.join(tier).join("meta.json"))?)?;
        segments += meta.segments.len();
    }
    Ok(segments)
}
