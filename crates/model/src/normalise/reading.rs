//! What every part of normalisation shares: the vocabularies, the time, and the problems found so far.

use std::fmt;

use jiff::Timestamp;

use crate::date::OrderHint;
use crate::{Problem, Vocabularies};

/// More problems of one record tell nobody anything; the last one says that there were more.
const MOST_PROBLEMS: usize = 500;

/// The reading of one draft.
pub(super) struct Reading<'a> {
    pub(super) vocabularies: &'a Vocabularies,
    pub(super) now: Timestamp,
    /// What is known of the order of day and month.
    pub(super) date_order: OrderHint,
    /// Values that no vocabulary knows and that are kept as topics.
    pub(super) loose_topics: Vec<String>,
    /// Values that no vocabulary knows and that are kept as keywords of an undetermined language.
    pub(super) loose_keywords: Vec<String>,
    values_are_secret: bool,
    problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        vocabularies: &'a Vocabularies,
        now: Timestamp,
        date_order: OrderHint,
        values_are_secret: bool,
    ) -> Self {
        Self {
            vocabularies,
            now,
            date_order,
            loose_topics: Vec::new(),
            loose_keywords: Vec::new(),
            values_are_secret,
            problems: Vec::new(),
        }
    }

    /// Notes a problem without a value.
    pub(super) fn problem(&mut self, code: &str, field: Path<'_>, message: impl Into<String>) {
        self.push(|| Problem::warning(code, field.to_string(), message));
    }

    /// Notes a problem with the value that could not be read, unless the values of this draft are secret.
    pub(super) fn problem_with(&mut self, code: &str, field: Path<'_>, message: impl Into<String>, value: &str) {
        let is_secret = self.values_are_secret;
        self.push(|| {
            let problem = Problem::warning(code, field.to_string(), message);
            if is_secret { problem } else { problem.with_value(value) }
        });
    }

    fn push(&mut self, problem: impl FnOnce() -> Problem) {
        match self.problems.len() {
            count if count + 1 < MOST_PROBLEMS => self.problems.push(problem()),
            count if count < MOST_PROBLEMS => self.problems.push(Problem::warning(
                "too-many-problems",
                "",
                "the record has more problems than are listed here",
            )),
            _ => {}
        }
    }

    /// The problems found, in the order in which the record was read.
    pub(super) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }
}

/// The path of a field in the record: `title`, `countries[2]`, `distributions[0].url`. Written out for problems only.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Field(&'a str),
    Item(&'a str, usize),
    Member(&'a str, usize, &'a str),
    Part(&'a str, &'a str),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => f.write_str(field),
            Self::Item(list, index) => write!(f, "{list}[{index}]"),
            Self::Member(list, index, member) => write!(f, "{list}[{index}].{member}"),
            Self::Part(field, part) => write!(f, "{field}.{part}"),
        }
    }
}
