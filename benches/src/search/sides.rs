//! The two sides of the comparison, and what each is asked.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Context;
use cairn_policy::Viewer;
use cairn_search::{SearchIndex, SearchRequest};

use super::bare::Bare;
use super::catalogue::Catalogue;
use super::queries::Ask;
use crate::meter::thread_cpu;

/// CPU and wall seconds of a query.
pub(super) type Times = (f64, f64);

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Cairn's index, asked what it was not asked before.
    Cairn,
    /// Cairn's index, asked the same again.
    Again,
    /// The plain one.
    Bare,
}

/// Both indexes, asked as one viewer.
pub(super) struct Sides<'a> {
    index: &'a cairn_search::Index,
    bare: &'a Bare,
    viewer: &'a Viewer,
    labels: Option<Vec<String>>,
    /// How many queries were asked anew.
    asked: AtomicI64,
}

/// A query as both sides take it.
pub(super) struct Asked<'a> {
    pub(super) ask: &'a Ask,
    request: SearchRequest,
    /// What the last hit of the page before is ordered by in the plain index.
    bound: Option<f64>,
}

impl<'a> Sides<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, viewer: &'a Viewer) -> Self {
        Self::of(&catalogue.index, &catalogue.bare, viewer)
    }

    /// As [`Self::new`], with another index of Cairn's.
    pub(super) fn of(index: &'a cairn_search::Index, bare: &'a Bare, viewer: &'a Viewer) -> Self {
        let labels = viewer.labels().map(|label| label.as_str().to_owned()).collect();
        let labels = (!viewer.is_anonymous()).then_some(labels);
        Self { index, bare, viewer, labels, asked: AtomicI64::new(0) }
    }

    /// Makes queries ready; pages are walked to where a deep one begins.
    pub(super) fn prepare<'b>(&self, asks: &'b [Ask]) -> anyhow::Result<Vec<Asked<'b>>> {
        asks.iter().map(|ask| self.prepare_one(ask)).collect()
    }

    fn prepare_one<'b>(&self, ask: &'b Ask) -> anyhow::Result<Asked<'b>> {
        let request = ask.request();
        if ask.depth == 0 {
            return Ok(Asked { ask, request, bound: None });
        }
        let step = SearchRequest { facets: Vec::new(), limit: SearchRequest::MAX_LIMIT, ..request.clone() };
        let total = usize::try_from(self.index.search(self.viewer, &step)?.total)?;
        // A small catalogue has no page so deep.
        let depth = ask.depth.min(total / 4 * 3);
        let offset = depth.min(SearchRequest::MAX_OFFSET).saturating_sub(SearchRequest::MAX_LIMIT);
        let mut walked = offset;
        let mut page = self.index.search(self.viewer, &SearchRequest { offset, ..step.clone() })?;
        walked += page.hits.len();
        while walked < depth && page.next.is_some() {
            page = self.index.search(self.viewer, &SearchRequest { cursor: page.next, ..step.clone() })?;
            walked += page.hits.len();
        }
        let bound = if walked == 0 { None } else { self.bare.bound(ask, self.labels.as_deref(), walked)? };
        Ok(Asked { ask, request: SearchRequest { cursor: page.next, ..request }, bound })
    }

    /// Asks, and gives how many records match. The whole answer is made, and dropped with the clock running.
    pub(super) fn ask(&self, side: Side, asked: &Asked<'_>) -> anyhow::Result<u64> {
        match side {
            Side::Cairn => {
                // No answer is kept of a day on which nobody asked.
                let day = self.asked.fetch_add(1, Ordering::Relaxed);
                let request = SearchRequest { today: asked.request.today + day, ..asked.request.clone() };
                Ok(self.index.search(self.viewer, &request)?.total)
            }
            Side::Again => Ok(self.index.search(self.viewer, &asked.request)?.total),
            Side::Bare => {
                let answer = self.bare.search(asked.ask, self.labels.as_deref(), asked.bound)?;
                std::hint::black_box((&answer.hits, &answer.facets));
                Ok(answer.total)
            }
        }
    }

    /// Asks and tells what it cost.
    pub(super) fn timed(&self, side: Side, asked: &Asked<'_>) -> anyhow::Result<Times> {
        let (cpu, wall) = (thread_cpu(), Instant::now());
        self.ask(side, asked)?;
        Ok((thread_cpu() - cpu, wall.elapsed().as_secs_f64()))
    }

    /// Every query once, by several threads: queries a second of wall time, and CPU milliseconds a query.
    pub(super) fn throughput(&self, side: Side, asks: &[Asked<'_>], threads: usize) -> anyhow::Result<(f64, f64)> {
        let next = AtomicUsize::new(0);
        let begun = Instant::now();
        let cpu = std::thread::scope(|scope| -> anyhow::Result<f64> {
            let mut workers = Vec::new();
            for _ in 0..threads {
                workers.push(scope.spawn(|| -> anyhow::Result<f64> {
                    let before = thread_cpu();
                    while let Some(ask) = asks.get(next.fetch_add(1, Ordering::Relaxed)) {
                        self.ask(side, ask)?;
                    }
                    Ok(thread_cpu() - before)
                }));
            }
            let mut cpu = 0.0;
            for worker in workers {
                cpu += worker.join().ok().context("a searching thread panicked")??;
            }
            Ok(cpu)
        })?;
        let count = asks.len() as f64;
        Ok((count / begun.elapsed().as_secs_f64(), 1e3 * cpu / count))
    }
}
