//! Feeding the same records to Cairn's index writer and to the plain index.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cairn_model::{Dataset, Vocabularies};
use cairn_policy::{Rendition, renditions};
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
use crate::report::{Report, mebibytes};

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
    records: usize,
    documents: u64,
    /// What building Cairn's index cost, and the plain one, renditions included.
    built: (Built, Built),
    /// What it cost Cairn to merge the small segments that were left, which it does when there is nothing else to do.
    settled: Built,
    /// Bytes of the records as JSON.
    json: u64,
    segments: usize,
    bytes: (u64, u64),
    /// Folder of Cairn's index.
    pub(super) own: PathBuf,
    source: Records,
    _folder: TempDir,
}

/// Seconds of CPU and of wall time, without those that making the records took.
#[derive(Debug, Clone, Copy, Default)]
struct Built {
    cpu: f64,
    wall: f64,
}

impl Built {
    /// Runs what builds an index; it answers what making the records took.
    fn by(build: impl FnOnce() -> anyhow::Result<Self>) -> anyhow::Result<Self> {
        let (cpu, wall) = (process_cpu(), Instant::now());
        let making = build()?;
        Ok(Self { cpu: process_cpu() - cpu - making.cpu, wall: wall.elapsed().as_secs_f64() - making.wall })
    }
}

/// Where the records come from; they come alike each time.
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
enum Records {
    Harvested(Workplace),
    Generated(Generator, usize),
}

impl Catalogue {
    pub(super) fn build(corpus: &Corpus) -> anyhow::Result<Self> {
        let source = Records::of(corpus)?;
        let folder = tempfile::Builder::new().prefix("cairn-bench").tempdir()?;
        let own = folder.path().join("cairn");

        let (_, mut writer) = Index::create_empty_with(&own, WriterOptions::default())?;
        let (mut records, mut documents) = (0, 0);
        let cairn = Built::by(|| {
            let making = source.each_batch(&mut |datasets| {
                records += datasets.len();
                documents += writer.add(&changes(&datasets))?;
                Ok(())
            })?;
            writer.commit(i64::try_from(records)?)?;
            writer.close()?;
            Ok(making)
        })?;
        let (index, mut writer) = Index::open_writer_with(&own, WriterOptions::default())?;
        let settled = Built::by(|| {
            while writer.settle()? {
                std::thread::sleep(BETWEEN_LOOKS);
            }
            writer.close()?;
            Ok(Built::default())
        })?;
        let mut plain = Bare::create(folder.path())?;
        let bare = Built::by(|| {
            let making = source.each_batch(&mut |datasets| {
                for change in changes(&datasets) {
                    for rendition in &change.renditions {
                        plain.add(rendition, Vocabularies::bundled())?;
                    }
                }
                Ok(())
            })?;
            plain.finish()?;
            Ok(making)
        })?;
        let (examples, json) = looked_at(&source, records)?;
        Ok(Self {
            index,
            examples,
            records,
            documents,
            built: (cairn, bare),
            settled,
            json,
            segments: segments(&own)?,
            bytes: (size(&own)?, plain.bytes()?),
            bare: plain,
            own,
            source,
            _folder: folder,
        })
    }

    /// Hands over every rendition, in the order in which they were written.
    pub(super) fn each_rendition(&self, take: &mut dyn FnMut(&Rendition) -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.source.each_batch(&mut |datasets| {
            changes(&datasets).iter().flat_map(|change| &change.renditions).try_for_each(&mut *take)
        })?;
        Ok(())
    }

    /// Where the records were harvested, if they were.
    pub(super) fn workplace(&self) -> Option<&Workplace> {
        match &self.source {
            Records::Harvested(workplace) => Some(workplace),
            Records::Generated(..) => None,
        }
    }

    /// How both indexes were built.
    pub(super) fn told(&self, name: &str) -> Report {
        let columns = ["index", "documents/CPU-s", "CPU-s", "documents/s of wall", "MiB", "of the JSON", "segments"];
        let mut report = Report::begin(&format!("building {name}"), &columns);
        let (cairn, bare) = self.built;
        let documents = self.documents as f64;
        let rows = [("cairn", cairn, self.bytes.0, self.segments), ("limit", bare, self.bytes.1, self.bare.segments())];
        let mut figures = serde_json::Map::new();
        for (name, built, bytes, segments) in rows {
            let share = bytes as f64 / self.json as f64;
            report.row([
                name.to_owned(),
                format!("{:.0}", documents / built.cpu),
                format!("{:.1}", built.cpu),
                format!("{:.0}", documents / built.wall),
                mebibytes(bytes),
                format!("{share:.2}"),
                segments.to_string(),
            ]);
            figures.insert(
                name.to_owned(),
                json!({"cpu": built.cpu, "wall": built.wall, "bytes": bytes, "segments": segments}),
            );
        }
        report.remark(format!(
            "{} records ({} as JSON), {} documents; rate over the limit's: {:.2} by CPU, {:.2} by wall; aim: at least 0.8",
            self.records,
            mebibytes(self.json),
            self.documents,
            bare.cpu / cairn.cpu,
            bare.wall / cairn.wall,
        ));
        report.remark(format!(
            "cairn then merged small segments when idle, which took {:.1} s of CPU; sizes and segments are those after it",
            self.settled.cpu
        ));
        figures.insert("settled_cpu".to_owned(), json!(self.settled.cpu));
        figures.insert("records".to_owned(), json!(self.records));
        figures.insert("documents".to_owned(), json!(self.documents));
        figures.insert("json_bytes".to_owned(), json!(self.json));
        report.end(serde_json::Value::Object(figures))
    }
}

/// Some records that queries are made of, and how many bytes all have as JSON.
fn looked_at(source: &Records, records: usize) -> anyhow::Result<(Vec<Example>, u64)> {
    let every = (records / EXAMPLES).max(1);
    let (mut examples, mut number, mut json) = (Vec::new(), 0, 0);
    source.each_batch(&mut |datasets| {
        for dataset in &datasets {
            json += serde_json::to_vec(dataset)?.len() as u64;
            if number % every == 0 {
                examples.push(Example::of(dataset));
            }
            number += 1;
        }
        Ok(())
    })?;
    Ok((examples, json))
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

    /// Hands every record over; gives what making or reading the records took.
    fn each_batch(&self, take: &mut dyn FnMut(Vec<Dataset>) -> anyhow::Result<()>) -> anyhow::Result<Built> {
        let mut making = Built::default();
        match self {
            Self::Generated(generator, records) => {
                let mut from = 0;
                while from < *records {
                    let to = (from + BATCH).min(*records);
                    let (before, begun) = (thread_cpu(), Instant::now());
                    let datasets = (from..to).map(|number| generator.dataset(number)).collect();
                    making.cpu += thread_cpu() - before;
                    making.wall += begun.elapsed().as_secs_f64();
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
                    let (before, begun) = (process_cpu(), Instant::now());
                    let records = runtime.block_on(store.records_after(position, u32::try_from(BATCH)?))?;
                    making.cpu += process_cpu() - before;
                    making.wall += begun.elapsed().as_secs_f64();
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
