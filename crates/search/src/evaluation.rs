//! How well a ranking finds what people judged: the measures of information retrieval, as `trec_eval` computes them.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use serde::Serialize;

/// Hits that count for nDCG.
const CUT: usize = 10;
/// Hits among which relevant records are counted.
const RECALL_CUT: usize = 100;

/// What people judged of one query: the grade of each record that they looked at, 0 for one that does not answer it.
pub type Judged<T> = HashMap<T, u32>;

/// The measures of a ranking, or their means over several queries. All lie between 0 and 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// nDCG of the first ten hits; a hit that nobody judged counts as irrelevant.
    pub ndcg_10: f64,
    /// The same over the hits that were judged, in the order of the ranking.
    pub ndcg_10_judged: f64,
    /// bpref: how often a relevant record stands before one that was judged irrelevant.
    pub bpref: f64,
    /// Share of the relevant records that stand among the first hundred hits.
    pub recall_100: f64,
    /// One by the place of the first relevant hit.
    pub mrr: f64,
}

impl Figures {
    /// The measures of one ranking, best first; `None` where no record was judged to be relevant.
    pub fn of<T: Eq + Hash>(ranking: &[T], judged: &Judged<T>) -> Option<Self> {
        let mut ideal: Vec<u32> = judged.values().copied().filter(|grade| *grade > 0).collect();
        if ideal.is_empty() {
            return None;
        }
        ideal.sort_unstable_by(|one, other| other.cmp(one));
        let best = gain(ideal.iter().copied());
        let grades: Vec<Option<u32>> = ranking.iter().map(|hit| judged.get(hit).copied()).collect();
        let is_relevant = |grade: &Option<u32>| grade.is_some_and(|grade| grade > 0);
        let found = grades.iter().take(RECALL_CUT).filter(|grade| is_relevant(grade)).count();
        let first = grades.iter().position(is_relevant);
        Some(Self {
            ndcg_10: gain(grades.iter().map(|grade| grade.unwrap_or(0))) / best,
            ndcg_10_judged: gain(grades.iter().flatten().copied()) / best,
            bpref: bpref(&grades, ideal.len(), judged.len() - ideal.len()),
            recall_100: found as f64 / ideal.len() as f64,
            mrr: first.map_or(0.0, |place| 1.0 / (place + 1) as f64),
        })
    }

    /// The means of several; of none all are 0.
    pub fn mean(of: &[Self]) -> Self {
        let mean = |part: fn(&Self) -> f64| of.iter().map(part).sum::<f64>() / of.len().max(1) as f64;
        Self {
            ndcg_10: mean(|one| one.ndcg_10),
            ndcg_10_judged: mean(|one| one.ndcg_10_judged),
            bpref: mean(|one| one.bpref),
            recall_100: mean(|one| one.recall_100),
            mrr: mean(|one| one.mrr),
        }
    }

    /// The measures by name, in the order in which they are told.
    pub fn by_name(&self) -> BTreeMap<&'static str, f64> {
        BTreeMap::from([
            ("nDCG@10", self.ndcg_10),
            ("nDCG@10 judged", self.ndcg_10_judged),
            ("bpref", self.bpref),
            ("recall@100", self.recall_100),
            ("MRR", self.mrr),
        ])
    }
}

/// Discounted cumulative gain of the first hits (Burges and others, ICML 2005): 2 to the grade, less 1, by the logarithm of the place.
fn gain(grades: impl Iterator<Item = u32>) -> f64 {
    let of = |grade: u32| f64::from(grade).exp2() - 1.0;
    grades.take(CUT).enumerate().map(|(place, grade)| of(grade) / ((place + 2) as f64).log2()).sum()
}

/// Of `relevant` and `irrelevant` judged records (Buckley and Voorhees, SIGIR 2004).
fn bpref(grades: &[Option<u32>], relevant: usize, irrelevant: usize) -> f64 {
    let most = relevant.min(irrelevant);
    let (mut before, mut sum) = (0_usize, 0.0);
    for grade in grades.iter().flatten() {
        match grade {
            0 => before += 1,
            _ if before == 0 => sum += 1.0,
            _ => sum += 1.0 - before.min(most) as f64 / most as f64,
        }
    }
    sum / relevant as f64
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn judged() -> Judged<&'static str> {
        HashMap::from([("best", 2), ("good", 1), ("also", 1), ("bad", 0), ("worse", 0)])
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    #[test]
    fn the_ideal_order_gives_one_everywhere() {
        let figures = Figures::of(&["best", "good", "also", "bad", "worse"], &judged()).unwrap();
        assert!(figures.by_name().values().all(|figure| close(*figure, 1.0)), "{figures:?}");
    }

    #[test]
    fn measures_are_those_that_can_be_reckoned_by_hand() {
        // Relevant at 2 (grade 1) and 4 (grade 2); one that nobody judged stands first, one judged irrelevant third.
        let figures = Figures::of(&["unknown", "good", "bad", "best"], &judged()).unwrap();
        let ideal = 3.0 + 1.0 / 3_f64.log2() + 1.0 / 2.0;
        assert!(close(figures.ndcg_10, (1.0 / 3_f64.log2() + 3.0 / 5_f64.log2()) / ideal));
        assert!(close(figures.ndcg_10_judged, (1.0 + 3.0 / 2.0) / ideal));
        assert!(close(figures.bpref, (1.0 + (1.0 - 1.0 / 2.0)) / 3.0));
        assert!(close(figures.recall_100, 2.0 / 3.0));
        assert!(close(figures.mrr, 1.0 / 2.0));
    }

    #[test]
    fn hits_behind_the_cut_and_queries_without_an_answer_count_for_nothing() {
        let mut ranking = vec!["unknown"; 10];
        ranking.push("best");
        let figures = Figures::of(&ranking, &judged()).unwrap();
        assert!(close(figures.ndcg_10, 0.0) && figures.ndcg_10_judged > 0.5, "{figures:?}");
        assert_eq!(Figures::of(&["bad"], &HashMap::from([("bad", 0)])), None);
        assert_eq!(Figures::mean(&[]), Figures::default());
    }
}
