//! The end of a run: what is missing, what the guard says, the verdict, and the report.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use cairn_harvest::guard::{Guard, GuardDecision, is_due_for_retirement};
use cairn_harvest::verdict::{Previous, RunFacts, decide};
use cairn_harvest::{EndProof, HarvestError, Verdict};
use cairn_model::{DatasetId, Problem};
use cairn_store::{HeldKind, KnownRecord, Lease, MOST_LISTING_PROBLEMS, PageWrite, RunOutcome};
use jiff::Timestamp;
use tracing::warn;

use super::holding::MOST_HELD;
use super::{Ended, Reads, Run, RunReport, RunState};
use crate::CatalogError;

/// Code of the problem that lists a record which a tripped guard kept.
const REMOVAL_HELD: &str = "removal-held";

/// What is to be done with the records that the run lacks.
#[derive(Default)]
struct Removals {
    /// Lacking, and not to be retired yet.
    missing: Vec<DatasetId>,
    /// To be retired.
    retire: Vec<DatasetId>,
    /// What a guard would have to let pass: shown for confirmation.
    held: Vec<String>,
}

/// How many things wait for confirmation that no list has room for.
fn unlisted(count: usize) -> Option<String> {
    let full = || format!("{MOST_HELD} entries wait for confirmation, and {count} more are held without being listed");
    (count > 0).then(full)
}

/// What is said where a source has no room for more problems of its listing: that those met first gave way, and how many of
/// the run's own did.
fn problems_left_out(kept: usize, left_out: usize) -> Option<String> {
    let is_full = kept >= MOST_LISTING_PROBLEMS as usize;
    let told = || {
        format!(
            "only the newest {MOST_LISTING_PROBLEMS} problems of what it lists are kept; {left_out} that this run met are left out"
        )
    };
    is_full.then(told)
}

/// The reason of a run with one more.
fn joined(reason: Option<String>, another: Option<String>) -> Option<String> {
    match (reason, another) {
        (Some(reason), Some(another)) => Some(format!("{reason}; {another}")),
        (reason, another) => reason.or(another),
    }
}

impl Run<'_> {
    /// Closes the run and reports it.
    pub(super) async fn finish(mut self, ended: Ended, run: &str, begun: Instant) -> Result<RunReport, CatalogError> {
        let mut facts = RunFacts::default();
        let mut reason = None;
        let mut state = None;
        let mut unreachable = false;
        self.counts.requests = ended.requests().unwrap_or(self.counts.requests);
        let proof = match ended {
            Ended::Listed { proof, state: connector, is_sweep, .. } => {
                let swept = self.swept_after(&proof, is_sweep);
                state = Some(RunState { reading: hex::encode(self.rules.fingerprint()), connector, swept });
                proof
            }
            Ended::Broken { error, .. } => {
                facts.paused = matches!(error, HarvestError::BudgetSpent { .. });
                facts.broken = !facts.paused;
                unreachable = error.is_temporary();
                reason = Some(error.to_string());
                EndProof::Missing(error.to_string())
            }
            Ended::Cancelled { .. } => {
                facts.cancelled = true;
                EndProof::Missing(self.why_stopped(run).await?.to_owned())
            }
            Ended::OutOfTime { .. } => {
                facts.broken = true;
                EndProof::Missing(self.out_of_time())
            }
            Ended::LeaseLost => {
                facts.lease_lost = true;
                EndProof::Missing("another process took the source over".to_owned())
            }
            Ended::Store(error) => {
                self.close_failed(&error).await;
                return Err(error);
            }
        };
        if let EndProof::Missing(why) = &proof {
            reason.get_or_insert_with(|| why.clone());
        }

        let active = self.catalog.store().active_records(&self.rules.source.id).await?;
        let previous = self.previous(active.len() as u64).await?;
        let (read_again, left_out) = self.problems_read_again(&proof).await?;
        if matches!(proof, EndProof::Unchanged | EndProof::Changes) {
            self.count_what_stays(&active);
        }
        let removals = self.removals(&active, &proof, &mut facts);
        self.tell_what_was_listed(&mut facts);

        // A listing that did not change lacks what it lacked before: what is due goes now, by the same rules.
        let judged =
            if proof == EndProof::Unchanged && !removals.retire.is_empty() { &EndProof::Proven } else { &proof };
        let by_counts = decide(&facts, judged, previous.as_ref());
        let renamed = self.renamed(by_counts, &proof, &active).await?;
        facts.ids_changed = !renamed.is_empty();
        let verdict = decide(&facts, judged, previous.as_ref());
        if reason.is_none() {
            reason = guard_reason(verdict, &proof, &facts, previous.as_ref(), renamed.len());
        }
        let Removals { missing, retire, held } = removals;
        let marks = verdict.marks_missing(&facts);
        let (mut missing, retire) = if marks { (missing, retire) } else { (Vec::new(), Vec::new()) };
        self.counts.missing = missing.len() as u64;
        self.counts.retired = retire.len() as u64;
        if proof == EndProof::Unchanged {
            // They are marked already, and an unchanged source writes nothing.
            missing.clear();
        }
        self.settle_what_is_held(verdict, &active, &retire, held, &renamed);
        let mended = if verdict.is_complete() { read_again } else { Vec::new() };
        let listed = self.holding.list(verdict);
        self.kinds.count_all(&listed);
        self.counts.problems += listed.len() as u64;
        reason = joined(self.with_what_is_kept(verdict, reason), left_out);
        if self.lease.is_none() {
            // What is to be confirmed matters most, so it stands first.
            let problems = std::mem::take(&mut self.reported);
            self.report_problems(listed);
            self.report_problems(problems);
        } else if let Some(lease) = self.lease.clone().filter(|_| verdict != Verdict::LeaseLost) {
            self.write_what_is_held(&lease).await?;
            let outcome = RunOutcome {
                verdict: verdict.code().to_owned(),
                reason: reason.clone(),
                counts: self.counts,
                missing,
                found_again: self.found_again(&active),
                successions: self.successions(&retire),
                retire,
                mended,
                kinds: self.kinds.clone().sorted(),
                state: state.filter(|_| verdict.is_complete()).and_then(|state| serde_json::to_string(&state).ok()),
                reached: self.reached,
                keep_checkpoint: matches!(verdict, Verdict::Partial | Verdict::Failed | Verdict::Cancelled),
                at: Timestamp::now().max(self.rules.now),
            };
            let written = self.catalog.store().finish_run(&lease, outcome).await?;
            self.counts.writes += written.rows;
            self.seq = self.seq.max(written.seq);
        }
        Ok(self.report(run, verdict, reason, unreachable, begun))
    }

    fn tell_what_was_listed(&self, facts: &mut RunFacts) {
        facts.listed = self.counts.listed;
        facts.item_errors = self.counts.errors;
        facts.unnamed = self.unnamed;
        facts.fields_vanished = self.coverage.keeps();
    }

    /// Writes what came to wait for confirmation, or no longer waits, since the last page.
    async fn write_what_is_held(&mut self, lease: &Lease) -> Result<(), CatalogError> {
        if !self.holding.is_unchanged() {
            let (held, released) = self.holding.take_changes();
            let (counts, at) = (self.counts, self.rules.now);
            let page = PageWrite { held, released, counts, at, ..PageWrite::default() };
            self.catalog.store().write_page(lease, page).await?;
        }
        Ok(())
    }

    /// The reason of a run, with what it keeps of fields that vanished and what it holds without listing it.
    fn with_what_is_kept(&self, verdict: Verdict, reason: Option<String>) -> Option<String> {
        let kept = self.coverage.told().filter(|_| verdict != Verdict::Failed);
        joined(joined(reason, kept), unlisted(self.holding.unlisted()))
    }

    /// The reason of a run that took as long as its source may.
    fn out_of_time(&self) -> String {
        let hours = self.rules.source.limits.max_hours;
        // Where nothing came at all, the place where an earlier run stopped is kept.
        let stopped_before = self.lease.as_ref().is_some_and(|lease| lease.resume.is_some());
        let next = if self.can_be_resumed || stopped_before { "goes on where it stopped" } else { "begins anew" };
        format!("the {hours} hours that a run may take (`max_hours`) are over; the next one {next}")
    }

    async fn why_stopped(&self, run: &str) -> Result<&'static str, CatalogError> {
        let asked = self.catalog.store().intervention(&self.rules.source.id).await?.stopped_run;
        Ok(if asked.as_deref() == Some(run) { "stopped on request" } else { "stopped" })
    }

    /// Problems of the listing that this run looked at again and did not meet, and what is to be said of those that were left
    /// out. It is asked before what the run did not list is counted as seen.
    async fn problems_read_again(&self, proof: &EndProof) -> Result<(Vec<i64>, Option<String>), CatalogError> {
        if *proof == EndProof::Unchanged || self.reads == Reads::Kept || self.lease.is_none() {
            return Ok((Vec::new(), None));
        }
        let read_whole = *proof == EndProof::Proven && self.reads != Reads::Rest;
        let mut mended = Vec::new();
        let marks = self.catalog.store().listing_problem_marks(&self.rules.source.id).await?;
        let kept = marks.iter().filter(|mark| self.met_problems.contains(&mark.place)).count();
        let left_out = problems_left_out(marks.len(), self.met_problems.len() - kept);
        for mark in marks {
            if self.met_problems.contains(&mark.place) {
                continue;
            }
            let record = mark.source_record_id.map(|id| DatasetId::new(&self.rules.source.id, &id));
            let is_read_again = record.is_some_and(|id| self.was_met(id) || self.deleted.contains(&id));
            if read_whole || is_read_again {
                mended.push(mark.key);
            }
        }
        Ok((mended, left_out))
    }

    /// When the whole listing was last read to its end, after a run that ends with this proof.
    fn swept_after(&self, proof: &EndProof, is_sweep: bool) -> Option<Timestamp> {
        if *proof == EndProof::Changes || !is_sweep {
            // One that lies ahead was made while the clock was wrong: it must not put the next one off until then.
            return self.swept.map(|swept| swept.min(self.rules.now));
        }
        // A source that is all unchanged was looked at as a whole, too.
        Some(self.rules.now)
    }

    /// Counts what a run did not list because it is as it was: every record that the last complete listing did not lack.
    fn count_what_stays(&mut self, active: &[KnownRecord]) {
        let listed = std::mem::take(&mut self.seen);
        let stays = active.iter().filter(|record| record.missing_since.is_none() && !self.deleted.contains(&record.id));
        let unlisted = stays.clone().filter(|record| !listed.contains(&record.id)).count() as u64;
        self.counts.listed += unlisted;
        self.counts.unchanged += unlisted;
        self.seen = stays.map(|record| record.id).chain(listed.iter().copied()).collect();
    }

    /// What a run that judged the whole listing knows better than the runs before: which removals wait, and that nothing
    /// is to be loosened of what is not in the catalogue any more.
    fn settle_what_is_held(
        &mut self,
        verdict: Verdict,
        active: &[KnownRecord],
        retire: &[DatasetId],
        held: Vec<String>,
        renamed: &HashMap<String, String>,
    ) {
        let is_refused = matches!(verdict, Verdict::GuardTripped | Verdict::EmptyRefused);
        if !is_refused && !verdict.is_complete() {
            return;
        }
        let held: HashSet<String> = if is_refused { held.into_iter().collect() } else { HashSet::new() };
        self.holding.keep_only(HeldKind::Removal, |id| held.contains(id));
        for id in held {
            self.holding.set(HeldKind::Removal, &id, vec![removal_held(renamed.get(&id))]);
        }
        let retire: HashSet<&DatasetId> = retire.iter().collect();
        let stay = active.iter().filter(|record| !retire.contains(&record.id));
        let stay: HashSet<&str> = stay.map(|record| record.source_record_id.as_str()).collect();
        self.holding.keep_only(HeldKind::Loosening, |id| stay.contains(id));
        self.holding.keep_only(HeldKind::Vanished, |id| stay.contains(id));
    }

    fn report(
        self,
        run: &str,
        verdict: Verdict,
        reason: Option<String>,
        unreachable: bool,
        begun: Instant,
    ) -> RunReport {
        let counts = self.counts;
        RunReport {
            source: self.rules.source.id.clone(),
            run: run.to_owned(),
            verdict,
            reason,
            listed: counts.listed,
            new: counts.new,
            changed: counts.changed,
            unchanged: counts.unchanged,
            missing: counts.missing,
            retired: counts.retired,
            problems: counts.problems,
            problem_list: self.reported,
            requests: counts.requests,
            writes: counts.writes,
            seconds: (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
            loosenings_held: self.holding.count(HeldKind::Loosening),
            vanished_held: self.holding.count(HeldKind::Vanished),
            unreachable,
            seq: self.seq,
        }
    }

    /// Sorts the records that this run lacks, and counts them for the guard.
    fn removals(&self, active: &[KnownRecord], proof: &EndProof, facts: &mut RunFacts) -> Removals {
        let mut removals = Removals::default();
        for record in active {
            let is_deleted = self.deleted.contains(&record.id);
            if self.seen.contains(&record.id) && !is_deleted {
                continue;
            }
            if *proof == EndProof::Changes && !is_deleted {
                // Missing since before, and not looked for: it is neither here nor gone.
                continue;
            }
            if self.removals_confirmed.contains_key(&record.source_record_id) {
                facts.confirmed += 1;
                removals.retire.push(record.id);
                continue;
            }
            let is_due = record
                .missing_since
                .is_some_and(|since| is_due_for_retirement(since, record.missing_runs + 1, self.rules.now));
            if is_deleted {
                facts.deleted += 1;
                removals.retire.push(record.id);
            } else if is_due {
                facts.retiring += 1;
                removals.retire.push(record.id);
            } else {
                if record.missing_since.is_none() {
                    facts.newly_missing += 1;
                }
                removals.missing.push(record.id);
            }
            removals.held.push(record.source_record_id.clone());
        }
        removals
    }

    /// Records that were missing and that the source lists again, whether or not they could be read.
    fn found_again(&self, active: &[KnownRecord]) -> Vec<DatasetId> {
        let missing = active.iter().filter(|record| record.missing_since.is_some());
        let listed = missing.filter(|record| self.seen.contains(&record.id) && !self.deleted.contains(&record.id));
        listed.map(|record| record.id).collect()
    }

    /// What the last complete run listed; `None` for a source that was never harvested.
    async fn previous(&self, live: u64) -> Result<Option<Previous>, CatalogError> {
        let complete = self.catalog.store().last_complete_run(&self.rules.source.id).await?;
        if complete.is_none() && live == 0 {
            return Ok(None);
        }
        Ok(Some(Previous { listed: complete.map(|run| run.counts.listed), live }))
    }

    /// Closes a run that the store itself broke off, if the store lets it: else the next process closes it.
    async fn close_failed(&self, error: &CatalogError) {
        let Some(lease) = &self.lease else { return };
        let outcome = RunOutcome {
            verdict: Verdict::Failed.code().to_owned(),
            reason: Some(error.to_string()),
            counts: self.counts,
            keep_checkpoint: true,
            at: self.rules.now,
            ..RunOutcome::default()
        };
        if let Err(failure) = self.catalog.store().finish_run(lease, outcome).await {
            warn!(source = self.rules.source.id, %failure, "the run could not be closed");
        }
    }
}

fn guard_reason(
    verdict: Verdict,
    proof: &EndProof,
    facts: &RunFacts,
    previous: Option<&Previous>,
    renamed: usize,
) -> Option<String> {
    let guard = Guard::default();
    match verdict {
        Verdict::EmptyRefused => {
            Some("the source lists nothing where it used to list records: nothing was removed".to_owned())
        }
        Verdict::GuardTripped if renamed > 0 => Some(format!(
            "id_scheme_change: {renamed} records that it lacks are listed under other ids: nothing was removed"
        )),
        Verdict::GuardTripped => {
            let decision = match proof {
                EndProof::Changes => guard.judge_changes(facts, previous),
                _ => guard.judge(facts, previous),
            };
            match decision {
                GuardDecision::Tripped(why) => Some(format!("{why}: nothing was removed")),
                GuardDecision::Allowed | GuardDecision::EmptyRefused => None,
            }
        }
        _ => None,
    }
}

/// What is listed of a removal; with the id under which the source lists the record now, if there is one.
fn removal_held(renamed: Option<&String>) -> Problem {
    let message = match renamed {
        None => "the source no longer lists this record; it stays until its removal is confirmed",
        Some(_) => "the source lists this record under another id; the old one stays until its removal is confirmed",
    };
    Problem { value: renamed.cloned(), ..Problem::warning(REMOVAL_HELD, "", message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_says_that_problems_are_left_out_once_there_is_no_room_for_more() {
        let full = MOST_LISTING_PROBLEMS as usize;
        assert_eq!(problems_left_out(full - 1, 0), None);
        assert_eq!(
            problems_left_out(full, 20).as_deref(),
            Some("only the newest 100000 problems of what it lists are kept; 20 that this run met are left out")
        );
    }
}
