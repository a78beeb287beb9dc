//! What completing the beginning of a word costs.

use std::collections::BTreeSet;
use std::time::Instant;

use cairn_policy::Viewer;
use cairn_search::SearchIndex;
use serde_json::json;

use super::catalogue::Catalogue;
use super::compare::Distribution;
use super::random::Random;
use crate::meter::{median, thread_cpu};
use crate::report::Report;

/// Letters of the beginnings.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=6;
/// Different beginnings of each length.
const BEGINNINGS: usize = 200;
/// Completions asked for, as the search box does.
const LIMIT: usize = 10;

/// Measures completion of beginnings of words that the documents hold, half of them of frequent words.
pub(super) fn measure(
    name: &str,
    catalogue: &Catalogue,
    vocabulary: &[(String, u64)],
    repeats: usize,
) -> anyhow::Result<Report> {
    let columns = [
        "letters",
        "beginnings",
        "first CPU p50 ms",
        "p99",
        "mean",
        "CPU p50 ms",
        "p99",
        "mean",
        "wall p50 ms",
        "p99",
        "mean",
    ];
    let mut report = Report::begin(&format!("completion {name}"), &columns);
    let mut figures = serde_json::Map::new();
    let words: Vec<&str> =
        vocabulary.iter().map(|(word, _)| word.as_str()).filter(|word| word.chars().all(char::is_alphabetic)).collect();
    let mut random = Random::new(7);
    for letters in LETTERS {
        let long: Vec<&str> = words.iter().copied().filter(|word| word.chars().count() >= letters).collect();
        let frequent = &long[..long.len().min(500)];
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        let mut asked = BTreeSet::new();
        for number in 0..BEGINNINGS {
            let Some(word) = random.one_of(if number % 2 == 0 { frequent } else { &long }) else { break };
            let beginning: String = word.chars().take(letters).collect();
            let (mut cpu, mut wall) = (Vec::new(), Vec::new());
            for _ in 0..repeats {
                let (before, begun) = (thread_cpu(), Instant::now());
                std::hint::black_box(catalogue.index.suggest(&Viewer::anonymous(), &beginning, LIMIT)?);
                cpu.push(1e3 * (thread_cpu() - before));
                wall.push(1e3 * begun.elapsed().as_secs_f64());
            }
            if asked.insert(beginning) {
                times[0].extend(cpu.first());
            }
            times[1].push(median(&mut cpu));
            times[2].push(median(&mut wall));
        }
        let count = times[1].len();
        let [first, cpu, wall] = times.map(Distribution::of);
        let cells = first.cells().into_iter().chain(cpu.cells()).chain(wall.cells());
        report.row([letters.to_string(), count.to_string()].into_iter().chain(cells));
        figures.insert(
            letters.to_string(),
            json!({"first_ms": first.json(), "cpu_ms": cpu.json(), "wall_ms": wall.json()}),
        );
    }
    report.remark(format!("{LIMIT} completions each; first: of each beginning, once; then medians of {repeats}; aim: p99 under 5 ms at 1,000,000 records"));
    Ok(report.end(serde_json::Value::Object(figures)))
}
