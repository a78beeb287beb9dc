//! The first of many completions.

use crate::Suggestion;
use crate::suggest::in_order;

/// The first completions of those that were offered, in their order.
pub(crate) struct First {
    limit: usize,
    best: Vec<Suggestion>,
}

impl First {
    pub(crate) fn of(limit: usize) -> Self {
        Self { limit, best: Vec::with_capacity(limit + 1) }
    }

    pub(crate) fn offer(&mut self, suggestion: Suggestion) {
        let at = self.best.partition_point(|better| in_order(better, &suggestion).is_lt());
        self.best.insert(at, suggestion);
        self.best.truncate(self.limit);
    }

    /// Offers a completion of which the better one is kept where another has the same text, however it is written.
    pub(crate) fn offer_once(&mut self, suggestion: Suggestion) {
        let text = suggestion.text.to_lowercase();
        match self.best.iter().position(|other| other.text.to_lowercase() == text) {
            Some(same) if in_order(&suggestion, &self.best[same]).is_lt() => {
                self.best.remove(same);
                self.offer(suggestion);
            }
            Some(_) => {}
            None => self.offer(suggestion),
        }
    }

    /// Whether a completion cannot be among the first, nor any that comes after it.
    pub(crate) fn is_past(&self, suggestion: &Suggestion) -> bool {
        self.best.len() == self.limit && self.best.last().is_some_and(|last| in_order(last, suggestion).is_lt())
    }

    /// Whether nothing that has so many documents at most can be among the first.
    pub(crate) fn is_past_count(&self, at_most: u64) -> bool {
        self.best.len() == self.limit && self.best.last().is_some_and(|last| last.count > at_most)
    }

    pub(crate) fn into_suggestions(self) -> Vec<Suggestion> {
        self.best
    }
}
