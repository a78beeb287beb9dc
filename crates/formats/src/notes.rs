//! The problems of one record, as many as somebody will read.

use cairn_model::Problem;

/// Problems that are named one by one.
const MOST: usize = 50;

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Notes(Vec<Problem>);

impl Notes {
    /// Begins with those of the document.
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self(problems)
    }

    /// Notes a problem, as long as there are not too many.
    pub(crate) fn report(&mut self, problem: Problem) {
        if self.0.len() < MOST {
            self.0.push(problem);
        }
    }

    /// The problems.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.0
    }
}
