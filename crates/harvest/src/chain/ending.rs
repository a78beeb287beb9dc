//! What becomes of a walk where a page cannot be had, and how it ends.

use cairn_fetch::Url;
use cairn_model::Problem;
use tracing::warn;

use super::walk::page_key;
use super::{Beginning, ChainConnector, ChainProtocol, Found};
use crate::server::{FAILURES_IN_A_ROW, REFUSALS_IN_A_ROW, Setback};
use crate::{EndProof, HarvestError, Page};

/// Why a walk will not prove its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lack {
    reason: String,
    /// Whether a run that goes on behind the pages of this one may come to the end.
    passes: bool,
}

impl Lack {
    /// One that the next run may not meet.
    pub(super) fn passing(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), passes: true }
    }

    /// One that stays until the source changes.
    pub(super) fn lasting(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), passes: false }
    }
}

impl<P: ChainProtocol> ChainConnector<P> {
    /// Notes why the end will not be proven: what was noted first is told, and one reason that stays is enough for all.
    pub(super) fn note_lack(&mut self, lack: Lack) {
        match &mut self.lack {
            Some(noted) => noted.passes &= lack.passes,
            None => self.lack = Some(lack),
        }
    }

    /// Leaves a page out that others led to and that cannot be had. Nobody knows which records stood in it, nor, where it was
    /// the next one of a list or is a list itself, which pages it leads to.
    ///
    /// A page that will not be had in another run either costs itself, however many of them stand together: else nothing
    /// behind them would ever be read. One that may be had then speaks of the server: where several fail one after the other,
    /// the run breaks off. Where page after page is refused, the server may refuse whoever asks: the others are asked for, and the
    /// end is not proven.
    pub(super) fn pass_over(
        &mut self,
        url: &Url,
        found: Found,
        setback: Setback,
    ) -> Result<Option<Page>, HarvestError> {
        self.walk.pages.insert(page_key(url));
        self.tour.pass(url, 1, true);
        self.walk.leave_list();
        let is_refused = matches!(setback, Setback::Request(_) | Setback::Fatal(HarvestError::Refused { .. }));
        let error = setback.into_error();
        let may_pass = error.is_temporary() || matches!(error, HarvestError::File { .. });
        self.refusals_in_a_row += u32::from(is_refused);
        self.failures_in_a_row += u32::from(may_pass);
        let is_list = found == Found::AsNext || self.protocol.leads_to_more(url, &error);
        if is_list || self.refusals_in_a_row >= REFUSALS_IN_A_ROW {
            let reason = error.to_string();
            self.note_lack(if may_pass { Lack::passing(reason) } else { Lack::lasting(reason) });
        }
        if self.failures_in_a_row >= FAILURES_IN_A_ROW {
            if self.is_down_for_now(&error) {
                return Err(error);
            }
            self.end = Some(EndProof::Missing(error.to_string()));
            return Ok(None);
        }
        let problem = Problem::error("unreadable-page", "", error.to_string());
        let (expected, checkpoint) = (self.walk.count, self.checkpoint());
        Ok(Some(Page { problems: vec![problem], unnamed: 1, expected, checkpoint, ..Page::default() }))
    }

    /// Ends a walk that has nothing more to visit, or begins another.
    pub(super) fn end_walk(&mut self) {
        if let Some(lack) = &self.lack {
            self.end = Some(EndProof::Missing(lack.reason.clone()));
            return;
        }
        match self.walk.proof(P::COUNT_IS_ESTIMATE) {
            Ok(()) if self.protocol.lists_changes() => self.end = Some(EndProof::Changes),
            Ok(()) => self.end = Some(EndProof::Proven),
            Err(reason) if self.is_second => self.end = Some(EndProof::Missing(reason)),
            Err(_) => self.walk_again(),
        }
    }

    /// Whether the place where this run stands is given up, so that the next one begins anew: what it lacks will not come
    /// from there, or it went on from such a place itself and read no page behind it. Else no page before would be read again.
    pub(super) fn forgets_its_place(&mut self) -> bool {
        let is_at_end = self.next.is_none() && self.to_visit.is_empty();
        let stays = self.lack.take().is_some_and(|lack| !lack.passes) && is_at_end;
        let stands_still = self.stands_still();
        self.behind = 0;
        matches!(self.end, Some(EndProof::Missing(_))) && (stays || stands_still)
    }

    /// Whether this run went on from the place where another one stopped, and read no page behind it.
    pub(super) fn stands_still(&self) -> bool {
        self.behind > 0 && self.read_on == 0
    }

    /// Whether an error speaks of a server that is worth asking again soon. One that fails in a run that began where the last
    /// one failed, too, is broken until somebody mends it: to read all that comes before it again and again would bring nothing.
    pub(super) fn is_down_for_now(&self, error: &HarvestError) -> bool {
        error.is_temporary() && !self.stands_still() && self.beginning != Beginning::InVain
    }

    /// A link was refused on the way: a token that ran out, most likely. Once more from the beginning is worth it once.
    pub(super) fn break_off(&mut self, error: &HarvestError) {
        if self.is_second {
            self.end = Some(EndProof::Missing(error.to_string()));
        } else {
            self.walk_again();
            self.walk.forget_named_before();
        }
    }

    fn walk_again(&mut self) {
        warn!(server = self.server.name(), "the listing moved or broke off while it was read: listing it once more");
        let again = self.walk.again();
        let first = std::mem::replace(&mut self.walk, again);
        // What stood before a checkpoint is given again: this run has not met it.
        self.given -= first.before.min(self.given);
        self.ids.begin_walk();
        self.is_second = true;
        self.lack = None;
        self.to_visit.clear();
        self.next = Some(self.protocol.first());
    }
}
