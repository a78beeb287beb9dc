//! Where the records of a payload go, and what is found on the way.

use std::ops::ControlFlow;

use cairn_model::{Position, Problem};

use super::JsonListing;
use super::dialect::Dialect;
use super::evidence::Evidence;
use crate::listing::MOST_PROBLEMS;

/// Where the records go, and what is known of the payload so far.
pub(super) struct Sink<'e> {
    pub(super) dialect: &'static Dialect,
    each: &'e mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    /// From a byte of the text that is parsed to that of the payload: a mark and what was no text make them differ.
    locate: &'e dyn Fn(u64) -> u64,
    pub(super) listing: JsonListing,
    max_record_bytes: usize,
    /// Elements seen, records or not.
    offset: u64,
    /// Elements that are no record, and what the first of them is.
    foreign: u64,
    first_foreign: Option<(String, Position)>,
    unlisted_problems: u64,
    pub(super) stopped: bool,
    failed: bool,
}

impl<'e> Sink<'e> {
    pub(super) fn new(
        dialect: &'static Dialect,
        each: &'e mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
        max_record_bytes: usize,
        locate: &'e dyn Fn(u64) -> u64,
    ) -> Self {
        Self {
            dialect,
            each,
            locate,
            listing: JsonListing::default(),
            max_record_bytes,
            offset: 0,
            foreign: 0,
            first_foreign: None,
            unlisted_problems: 0,
            stopped: false,
            failed: false,
        }
    }

    pub(super) fn locate(&self, byte: u64) -> u64 {
        (self.locate)(byte)
    }

    pub(super) fn report(&mut self, problem: Problem) {
        if self.listing.problems.len() < MOST_PROBLEMS {
            self.listing.problems.push(problem);
        } else {
            self.unlisted_problems += 1;
        }
    }

    /// Ends the reading: the payload has no proper end.
    pub(super) fn fail(&mut self, code: &str, message: impl Into<String>, byte: u64) {
        self.failed = true;
        let position = Position { byte: Some(byte), ..Position::default() };
        // The reason why the reading ended is listed even where the list is full.
        self.listing.problems.push(Problem::error(code, "", message).at(position));
    }

    /// Hands an element over if it is a record.
    pub(super) fn take(&mut self, bytes: &[u8], evidence: &Evidence, in_list: bool, mut position: Position) {
        let offset = self.offset;
        self.offset += 1;
        if !evidence.is_record(in_list) {
            self.foreign += 1;
            if self.first_foreign.is_none() {
                position.record = Some(offset);
                self.first_foreign = Some((evidence.describe(), position));
            }
            return;
        }
        self.listing.records += 1;
        if (self.each)(offset, bytes).is_break() {
            self.stopped = true;
        }
    }

    /// Leaves out what stands after the end: whether there are records in it is not known.
    pub(super) fn leave_rest(&mut self, byte: u64) {
        self.listing.unnamed += 1;
        let problem = Problem::error("trailing-content", "", "something stands after the end of the JSON document");
        self.report(problem.at(Position { byte: Some(byte), ..Position::default() }));
    }

    pub(super) fn skip_too_long(&mut self, mut position: Position) {
        self.listing.unnamed += 1;
        position.record = Some(self.offset);
        self.offset += 1;
        let message = format!("the record is longer than {} bytes and was left out", self.max_record_bytes);
        self.report(Problem::error("too-large", "", message).at(position));
    }

    pub(super) fn skip_broken_line(&mut self, number: u64, byte: u64, mut position: Position, ended: bool) {
        self.listing.unnamed += 1;
        position.record = Some(self.offset);
        self.offset += 1;
        let byte = self.locate(byte);
        let message = if ended {
            format!("line {number} is broken at byte {byte}; the next line is read")
        } else {
            self.failed = true;
            format!("the payload ends in the middle of line {number}, at byte {byte}")
        };
        self.report(Problem::error("broken-json", "", message).at(position));
    }

    pub(super) fn finish(mut self, reader_problems: Vec<Problem>) -> JsonListing {
        if let Some((what, position)) = self.first_foreign.take() {
            let alone = self.listing.records == 0;
            let noun = self.dialect.noun;
            let problem = if alone {
                self.failed = true;
                Problem::error(self.dialect.foreign, "", format!("the payload holds no {noun} but {what}"))
            } else {
                // A record that lost what it is known by looks like this, too.
                self.listing.unnamed += self.foreign;
                let message = format!("{} elements are no {noun}; the first is {what}", self.foreign);
                Problem::error(self.dialect.stray, "", message)
            };
            self.listing.problems.push(problem.at(position));
        }
        if self.unlisted_problems > 0 {
            let message = format!("{} more problems are not listed", self.unlisted_problems);
            self.listing.problems.push(Problem::warning("more-problems", "", message));
        }
        for problem in &mut self.listing.problems {
            problem.position.byte = problem.position.byte.map(self.locate);
        }
        self.listing.problems.extend(reader_problems);
        self.listing.complete = !self.failed && !self.stopped;
        self.listing
    }
}
