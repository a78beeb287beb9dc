//! What a run holds back until a person confirms it, and what of that changed since the run before.

use std::collections::BTreeMap;

use cairn_harvest::Verdict;
use cairn_model::Problem;
use cairn_store::{Held, HeldKind, RunProblem, RunRow};

use crate::{Catalog, CatalogError};

/// Entries of a source that can wait for confirmation at the same time. What is beyond is held back all the same, and
/// listed as soon as there is room.
pub(super) const MOST_HELD: usize = 100_000;

/// What is held back of a source. It goes from run to run: a record that is not read anew stays on the list.
pub(super) struct Holding {
    now: BTreeMap<(HeldKind, String), Vec<Problem>>,
    entries: usize,
    most: usize,
    /// Entries for which there was no room.
    unlisted: usize,
    /// What is to be written of it.
    held: Vec<Held>,
    released: Vec<(HeldKind, String)>,
}

impl Holding {
    /// What runs before have held back.
    pub(super) fn new(before: Vec<Held>, most: usize) -> Self {
        let entries = before.len();
        let mut now: BTreeMap<_, Vec<Problem>> = BTreeMap::new();
        for one in before {
            now.entry((one.kind, one.source_record_id)).or_default().push(one.problem);
        }
        Self { now, entries, most, unlisted: 0, held: Vec::new(), released: Vec::new() }
    }

    /// Says what is held of a record now, nothing included. Answers whether there was room to list it.
    pub(super) fn set(&mut self, kind: HeldKind, source_record_id: &str, problems: Vec<Problem>) -> bool {
        let key = (kind, source_record_id.to_owned());
        let before = self.now.get(&key).map_or(0, Vec::len);
        if self.now.get(&key).is_some_and(|held| *held == problems) || (before == 0 && problems.is_empty()) {
            return true;
        }
        self.entries -= before;
        let has_room = self.entries + problems.len() <= self.most;
        if before > 0 {
            self.now.remove(&key);
            self.released.push(key.clone());
        }
        if !has_room {
            self.unlisted += problems.len();
            return false;
        }
        for problem in &problems {
            let source_record_id = source_record_id.to_owned();
            self.held.push(Held { kind, source_record_id, problem: problem.clone() });
        }
        if !problems.is_empty() {
            self.entries += problems.len();
            self.now.insert(key, problems);
        }
        true
    }

    /// Releases every entry of a kind whose record is not to be kept on the list.
    pub(super) fn keep_only(&mut self, kind: HeldKind, stays: impl Fn(&str) -> bool) {
        let ids: Vec<String> =
            self.now.keys().filter(|(one, id)| *one == kind && !stays(id)).map(|(_, id)| id.clone()).collect();
        for id in ids {
            self.set(kind, &id, Vec::new());
        }
    }

    /// What changed since it was taken last.
    pub(super) fn take_changes(&mut self) -> (Vec<Held>, Vec<(HeldKind, String)>) {
        (std::mem::take(&mut self.held), std::mem::take(&mut self.released))
    }

    /// Whether nothing changed since the changes were taken last.
    pub(super) fn is_unchanged(&self) -> bool {
        self.held.is_empty() && self.released.is_empty()
    }

    /// Entries of a kind.
    pub(super) fn count(&self, kind: HeldKind) -> u64 {
        self.of_kind(kind).count() as u64
    }

    /// What is held of a kind, each with the id of its record at the source.
    pub(super) fn of_kind(&self, kind: HeldKind) -> impl Iterator<Item = (&str, &Problem)> {
        let of_kind = self.now.iter().filter(move |((one, _), _)| *one == kind);
        of_kind.flat_map(|((_, id), problems)| problems.iter().map(move |problem| (id.as_str(), problem)))
    }

    /// Entries that are on no list.
    pub(super) fn unlisted(&self) -> usize {
        self.unlisted
    }

    /// The list that a run with this verdict gives.
    pub(super) fn list(&self, verdict: Verdict) -> Vec<RunProblem> {
        let mut list = Vec::new();
        for ((kind, source_record_id), problems) in &self.now {
            if !lists(verdict, *kind) {
                continue;
            }
            for problem in problems {
                list.push(RunProblem { source_record_id: Some(source_record_id.clone()), problem: problem.clone() });
            }
        }
        list
    }
}

/// Whether a run with this verdict lists what is held of a kind: a run that was not refused removals says nothing of them.
fn lists(verdict: Verdict, kind: HeldKind) -> bool {
    match kind {
        HeldKind::Loosening | HeldKind::Vanished => true,
        HeldKind::Removal => matches!(verdict, Verdict::GuardTripped | Verdict::EmptyRefused),
    }
}

impl Catalog {
    /// What a run listed for confirmation, all of it.
    pub(crate) async fn held_by(&self, run: &RunRow) -> Result<Vec<Held>, CatalogError> {
        let mut held = self.store().held_by(&run.run).await?;
        let verdict = Verdict::from_code(&run.verdict);
        held.retain(|one| one.kind != HeldKind::Removal || verdict.is_some_and(|verdict| lists(verdict, one.kind)));
        Ok(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Problem {
        Problem::warning("loosening-held", "sharing", text)
    }

    fn held(id: &str, text: &str) -> Held {
        Held { kind: HeldKind::Loosening, source_record_id: id.to_owned(), problem: problem(text) }
    }

    #[test]
    fn what_is_held_as_before_changes_nothing() {
        let mut holding = Holding::new(vec![held("a", "one"), held("a", "two")], 10);
        assert!(holding.set(HeldKind::Loosening, "a", vec![problem("one"), problem("two")]));
        assert!(holding.set(HeldKind::Loosening, "b", Vec::new()));
        assert!(holding.is_unchanged());
        assert_eq!(holding.count(HeldKind::Loosening), 2);
    }

    #[test]
    fn what_is_held_otherwise_takes_the_place_of_what_was() {
        let mut holding = Holding::new(vec![held("a", "one"), held("b", "two")], 10);
        holding.set(HeldKind::Loosening, "a", vec![problem("three")]);
        holding.set(HeldKind::Loosening, "b", Vec::new());
        let released = ["a", "b"].map(|id| (HeldKind::Loosening, id.to_owned())).to_vec();
        assert_eq!(holding.take_changes(), (vec![held("a", "three")], released));
        assert!(holding.is_unchanged());
        let list: Vec<_> = holding.list(Verdict::Complete).into_iter().map(|row| row.problem.message).collect();
        assert_eq!(list, ["three"]);
    }

    #[test]
    fn a_full_list_takes_no_more_and_counts_what_it_leaves_out_until_there_is_room() {
        let mut holding = Holding::new(vec![held("a", "one"), held("b", "two")], 3);
        assert!(!holding.set(HeldKind::Loosening, "c", vec![problem("three"), problem("four")]));
        assert_eq!((holding.unlisted(), holding.count(HeldKind::Loosening)), (2, 2));
        assert!(holding.set(HeldKind::Loosening, "c", vec![problem("three")]));
        assert!(!holding.set(HeldKind::Removal, "d", vec![problem("four")]));
        holding.set(HeldKind::Loosening, "a", Vec::new());
        assert!(holding.set(HeldKind::Removal, "d", vec![problem("four")]));
        assert_eq!((holding.count(HeldKind::Loosening), holding.count(HeldKind::Removal)), (2, 1));
    }

    #[test]
    fn removals_are_listed_by_the_runs_that_were_refused_them() {
        let mut holding = Holding::new(vec![held("a", "one")], 10);
        holding.set(HeldKind::Removal, "b", vec![problem("two")]);
        let listed = |verdict| holding.list(verdict).len();
        assert_eq!([Verdict::GuardTripped, Verdict::EmptyRefused].map(listed), [2, 2]);
        assert_eq!([Verdict::Complete, Verdict::Failed, Verdict::Partial].map(listed), [1, 1, 1]);
        holding.keep_only(HeldKind::Removal, |_| false);
        assert_eq!(holding.list(Verdict::GuardTripped).len(), 1);
    }
}
