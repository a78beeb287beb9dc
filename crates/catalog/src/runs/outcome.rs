//! The end of a run: what is missing, what the guard says, the verdict, and the report.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use cairn_harvest::guard::{Guard, GuardDecision};
use cairn_harvest::verdict::{Previous, RunFacts, decide};
use cairn_harvest::{EndProof, HarvestError, Verdict};
use cairn_model::DatasetId;
use cairn_store::{HeldKind, Lease, ListingProblemMark, MOST_LISTING_PROBLEMS, PageWrite, RunOutcome};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::holding::MOST_HELD;
use super::lacking::{Removals, leaves_out_what_stays};
use super::listing::unless_stopped_for_long;
use super::seen::{STILL_MISSING, UNMENTIONED};
use super::{Ended, Reads, Run, RunReport, RunState, heartbeat};
use crate::CatalogError;

/// Problems of the listing that are looked at together.
const AT_A_TIME: usize = 500;

/// How a run ended.
struct End {
    verdict: Verdict,
    reason: Option<String>,
    unreachable: bool,
    /// For how long the source asks to be left alone.
    wait: Option<Duration>,
    /// Whether its time was over before its listing was.
    out_of_time: bool,
}

/// What a run is judged by, and how.
struct Judged {
    end: End,
    proof: EndProof,
    /// For the next run, should this one be complete.
    state: Option<RunState>,
    /// The new ids of records, by those before.
    renamed: HashMap<String, String>,
    removals: Removals,
    /// Problems of the listing that were looked at again and not met.
    read_again: Vec<i64>,
    left_out: Option<String>,
    /// Whether records were missing before.
    has_missing: bool,
}

/// What a run comes to.
struct Settled {
    end: End,
    /// What is to be written; nothing for a dry run and one whose source another process took over.
    outcome: Option<RunOutcome>,
}

/// How many things wait for confirmation that no list has room for.
fn unlisted(count: usize) -> Option<String> {
    let full = || format!("{MOST_HELD} entries wait for confirmation, and {count} more are held without being listed");
    (count > 0).then(full)
}

/// How many records a run left as they were.
fn left_to_the_next(count: u64) -> Option<String> {
    match count {
        0 => None,
        1 => Some("1 record was edited meanwhile: the next run reads it".to_owned()),
        _ => Some(format!("{count} records were edited meanwhile: the next run reads them")),
    }
}

/// What is said where a source has no room for more problems of its listing: that those met first gave way, and how many of
/// the run's own did.
fn problems_left_out(kept: usize, left_out: u64) -> Option<String> {
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
    /// Closes the run and reports it. What breaks off at its very end closes it as failed.
    pub(super) async fn finish(
        mut self,
        ended: Ended,
        run: &str,
        begun: Instant,
        stop: &CancellationToken,
    ) -> Result<RunReport, CatalogError> {
        match self.end(ended, run, stop).await {
            Ok(end) => Ok(self.report(run, end, begun)),
            Err(error) => {
                self.close_failed(&error).await;
                Err(error)
            }
        }
    }

    /// Judges what was read, beside the heartbeat as the reading was: of a large source that takes long, too. Whoever stops
    /// the run meanwhile is heard, and so is a lease that is lost. Then the outcome is written, in one transaction.
    async fn end(&mut self, mut ended: Ended, run: &str, stop: &CancellationToken) -> Result<End, CatalogError> {
        let (catalog, counts) = (self.catalog, self.counts);
        let settled = loop {
            let requests = ended.requests().unwrap_or_default();
            let lease = self.lease.clone().filter(|_| !matches!(ended, Ended::LeaseLost));
            let settling = Box::pin(self.settle_end(ended, run, stop));
            ended = match heartbeat::beside(catalog.store(), lease.as_ref(), heartbeat::EVERY, stop, settling).await {
                Ok(settled) => match settled? {
                    Some(settled) => break settled,
                    None => Ended::Cancelled { requests },
                },
                Err(heartbeat::Lost) => Ended::LeaseLost,
            };
            self.counts = counts;
        };
        let Settled { end, outcome } = settled;
        if let Some((lease, outcome)) = self.lease.clone().zip(outcome) {
            self.write_what_is_held(&lease).await?;
            let written = catalog.store().finish_run(&lease, outcome).await?;
            self.counts.writes += written.rows;
            self.seq = self.seq.max(written.seq);
            // The run is over. What cannot be carried on now is when the next one ends.
            match catalog.carry_edits_on(&lease.source, self.rules.now).await {
                Ok(seq) => self.seq = self.seq.max(seq),
                Err(failure) => {
                    warn!(source = lease.source, %failure, "what was said of records under other ids waits");
                }
            }
        }
        Ok(end)
    }

    /// What a run that ended so comes to; nothing where a listing that was read is not judged soon after the run was stopped.
    async fn settle_end(
        &mut self,
        ended: Ended,
        run: &str,
        stop: &CancellationToken,
    ) -> Result<Option<Settled>, CatalogError> {
        let judged = if matches!(ended, Ended::Listed { .. }) {
            unless_stopped_for_long(stop, self.judge(ended, run)).await
        } else {
            Some(self.judge(ended, run).await)
        };
        match judged {
            Some(judged) => Ok(Some(self.settle(judged?).await?)),
            None => Ok(None),
        }
    }

    /// Weighs what was listed and what was not.
    async fn judge(&mut self, ended: Ended, run: &str) -> Result<Judged, CatalogError> {
        let mut facts = RunFacts::default();
        let mut reason = None;
        let mut state = None;
        let (mut unreachable, mut wait, mut out_of_time) = (false, None, false);
        self.counts.requests = ended.requests().unwrap_or(self.counts.requests);
        let proof = match ended {
            Ended::Listed { proof, state: connector, is_sweep, .. } => {
                let swept = self.swept_after(&proof, is_sweep);
                let left_out = if leaves_out_what_stays(&proof) { self.unnamed_before } else { 0 };
                let unnamed = self.unnamed + left_out;
                state = Some(RunState { reading: hex::encode(self.rules.fingerprint()), connector, swept, unnamed });
                proof
            }
            Ended::Broken { error, .. } => {
                facts.paused = matches!(error, HarvestError::BudgetSpent { .. });
                facts.broken = !facts.paused;
                (unreachable, wait) = (error.is_temporary(), error.wait());
                reason = Some(error.to_string());
                EndProof::Missing(error.to_string())
            }
            Ended::Cancelled { .. } => {
                facts.cancelled = true;
                EndProof::Missing(self.why_stopped(run).await?.to_owned())
            }
            Ended::OutOfTime { .. } => {
                facts.broken = true;
                out_of_time = self.goes_on_where_it_stopped();
                EndProof::Missing(self.out_of_time())
            }
            Ended::LeaseLost => {
                facts.lease_lost = true;
                EndProof::Missing("another process took the source over".to_owned())
            }
            Ended::Store(error) => return Err(error),
        };
        if let EndProof::Missing(why) = &proof {
            reason.get_or_insert_with(|| why.clone());
        }

        let active = self.catalog.store().active_count(&self.rules.source.id).await?;
        let previous = self.previous(active.records).await?;
        let (read_again, left_out) = self.problems_read_again(&proof).await?;
        if leaves_out_what_stays(&proof) {
            self.count_what_stays().await?;
        }
        let lacking = self.weigh_what_is_lacking(&proof, &mut facts).await?;
        self.tell_what_was_listed(&mut facts);
        if proof == EndProof::Unchanged {
            facts.unnamed += self.unnamed_before;
        }

        // A listing that did not change lacks what it lacked before: what is due goes now, by the same rules.
        let judged = if proof == EndProof::Unchanged && lacking.goes(&facts) { &EndProof::Proven } else { &proof };
        let by_counts = decide(&facts, judged, previous.as_ref());
        let renamed = self.renamed(by_counts, &proof, active.records, lacking.unconfirmed).await?;
        facts.ids_changed = !renamed.is_empty();
        let told = facts.leave_what_may_be_unnamed();
        let verdict = decide(&facts, judged, previous.as_ref());
        if reason.is_none() {
            reason = guard_reason(verdict, &proof, &facts, previous.as_ref(), renamed.len());
        }
        let mut removals = Removals::default();
        if verdict.is_complete() && lacking.is_any() {
            removals = self.removals(&proof, verdict.marks_missing(&facts)).await?;
            reason = joined(reason, told.filter(|_| removals.count() < lacking.count()));
        }
        let has_missing = active.missing > 0;
        let end = End { verdict, reason, unreachable, wait, out_of_time };
        Ok(Judged { end, proof, state, renamed, removals, read_again, left_out, has_missing })
    }

    /// Settles what waits for confirmation, and makes the outcome that is to be written.
    async fn settle(&mut self, judged: Judged) -> Result<Settled, CatalogError> {
        let Judged { mut end, proof, state, renamed, removals, read_again, left_out, has_missing } = judged;
        let verdict = end.verdict;
        self.counts.missing = removals.missing.len() as u64;
        self.counts.retired = removals.retire.len() as u64;
        self.counts.cut_off = verdict == Verdict::Partial && (end.unreachable || end.out_of_time);
        self.counts.wait_seconds = end.wait.map(|wait| wait.as_secs());
        self.settle_what_is_held(verdict, &proof, &removals.retire, &renamed).await?;
        let finds = has_missing && self.lease.is_some() && self.reads != Reads::Kept;
        let found_again = if finds { self.found_again().await? } else { Vec::new() };
        let successions = self.successions(&proof, &removals.retire).await?;
        let mended = if verdict.is_complete() { read_again } else { Vec::new() };
        let listed = self.holding.list(verdict);
        self.kinds.count_all(&listed);
        self.counts.problems += listed.len() as u64;
        end.reason = joined(self.with_what_is_kept(verdict, end.reason), left_out);
        let leaves_some = !verdict.is_complete() || self.counts.missing > 0;
        end.reason = joined(end.reason, self.read_otherwise().filter(|_| leaves_some));
        if self.lease.is_none() {
            // What is to be confirmed matters most, so it stands first.
            let problems = std::mem::take(&mut self.reported);
            self.report_problems(listed);
            self.report_problems(problems);
        }
        let outcome = RunOutcome {
            verdict: verdict.code().to_owned(),
            reason: end.reason.clone(),
            counts: self.counts,
            // Those of an unchanged source are marked already, and it writes nothing.
            missing: if proof == EndProof::Unchanged { Vec::new() } else { removals.missing },
            found_again,
            successions,
            retire: removals.retire,
            mended,
            kinds: self.kinds.clone().sorted(),
            state: state.filter(|_| verdict.is_complete()).and_then(|state| serde_json::to_string(&state).ok()),
            reached: self.reached,
            keep_checkpoint: matches!(verdict, Verdict::Partial | Verdict::Failed | Verdict::Cancelled),
            at: Timestamp::now().max(self.rules.now),
        };
        let is_written = self.lease.is_some() && verdict != Verdict::LeaseLost;
        Ok(Settled { end, outcome: is_written.then_some(outcome) })
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
        joined(joined(joined(reason, kept), unlisted(self.holding.unlisted())), left_to_the_next(self.left))
    }

    /// What is said of records that the source did not list, where they were read otherwise than they would be now: by a former
    /// configuration, say, whose terms were more open.
    fn read_otherwise(&self) -> Option<String> {
        let state: RunState = serde_json::from_str(self.lease.as_ref()?.state.as_deref()?).ok()?;
        let is_known = state.reading == hex::encode(self.rules.fingerprint());
        (!is_known && self.reads != Reads::Kept).then(|| {
            let source = &self.rules.source.id;
            format!(
                "the configuration of the source, the mapping or the vocabularies changed since its last complete run: what it did \
                 not list stands as it was read before; `cairn harvest {source} --replay` reads it anew"
            )
        })
    }

    /// The reason of a run that took as long as its source may.
    fn out_of_time(&self) -> String {
        let hours = self.rules.source.limits.max_hours;
        let next = if self.goes_on_where_it_stopped() { "goes on where it stopped" } else { "begins anew" };
        format!("the {hours} hours that a run may take (`max_hours`) are over; the next one {next}")
    }

    /// Whether the next run goes on where this one stops. Where nothing came at all, the place where an earlier run stopped is
    /// kept.
    fn goes_on_where_it_stopped(&self) -> bool {
        self.leaves_a_place || self.lease.as_ref().is_some_and(|lease| lease.resume.is_some())
    }

    async fn why_stopped(&self, run: &str) -> Result<&'static str, CatalogError> {
        let (store, source) = (self.catalog.store(), &self.rules.source.id);
        if store.intervention(source).await?.stopped_run.as_deref() != Some(run) {
            return Ok("stopped");
        }
        let is_configured = store.sources().await?.iter().any(|row| row.id == *source && row.configured);
        Ok(if is_configured { "stopped on request" } else { "its source was taken out of the configuration" })
    }

    /// Problems of the listing that this run looked at again and did not meet, and what is to be said of those that were left
    /// out. It is asked before what the run did not list is counted as seen.
    async fn problems_read_again(&mut self, proof: &EndProof) -> Result<(Vec<i64>, Option<String>), CatalogError> {
        if *proof == EndProof::Unchanged || self.reads == Reads::Kept || self.lease.is_none() {
            return Ok((Vec::new(), None));
        }
        let read_whole = *proof == EndProof::Proven && self.reads != Reads::Rest;
        let mut mended = Vec::new();
        let marks = self.catalog.store().listing_problem_marks(&self.rules.source.id).await?;
        let count = marks.len();
        let mut kept = 0;
        for some in marks.chunks(AT_A_TIME) {
            let source = &self.rules.source.id;
            let record =
                |mark: &ListingProblemMark| mark.source_record_id.as_ref().map(|id| DatasetId::new(source, id));
            let records = some.iter().filter_map(record).map(|id| *id.as_bytes());
            self.seen.look_up(some.iter().map(|mark| mark.place).chain(records)).await?;
            for mark in some {
                if self.seen.has_met_problem(&mark.place) {
                    kept += 1;
                    continue;
                }
                let is_read_again = record(mark).is_some_and(|id| self.seen.was_met(id) || self.seen.is_deleted(id));
                if read_whole || is_read_again {
                    mended.push(mark.key);
                }
            }
            self.seen.put_away().await?;
        }
        Ok((mended, problems_left_out(count, self.seen.problems() - kept)))
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
    async fn count_what_stays(&mut self) -> Result<(), CatalogError> {
        let unmentioned = self.seen.count(UNMENTIONED).await?;
        let stays = unmentioned - self.seen.count(STILL_MISSING).await?;
        self.counts.listed += stays;
        self.counts.unchanged += stays;
        Ok(())
    }

    fn report(self, run: &str, end: End, begun: Instant) -> RunReport {
        let End { verdict, reason, unreachable, .. } = end;
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
            // One that read a part is no source that is down.
            unreachable: unreachable && verdict != Verdict::Partial,
            seq: self.seq,
        }
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
            at: Timestamp::now().max(self.rules.now),
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
