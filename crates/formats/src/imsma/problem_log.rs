//! Problems of an export: a few of each sort in full, the rest as a rounded number, and never a value.

use std::collections::BTreeMap;

use cairn_model::Problem;

use super::summary::Rounded;

/// How many problems of one code and field are listed.
const LISTED: u64 = 20;

/// Collects problems.
#[derive(Default)]
pub(super) struct ProblemLog {
    listed: Vec<Problem>,
    counts: BTreeMap<(String, String), u64>,
}

impl ProblemLog {
    /// Adds a problem, without its value if it had one.
    pub(super) fn add(&mut self, mut problem: Problem) {
        problem.value = None;
        let count = self.counts.entry((problem.code.clone(), problem.field.clone())).or_default();
        *count += 1;
        if *count <= LISTED {
            self.listed.push(problem);
        }
    }

    /// Adds a problem of a field unless there is one of its sort already.
    pub(super) fn add_once(&mut self, code: &str, field: &str, message: &str) {
        if !self.counts.contains_key(&(code.to_owned(), field.to_owned())) {
            self.add(Problem::warning(code, field, message));
        }
    }

    /// Adds what the decoder met. Its own messages count bytes and quote the declared label: ours do neither.
    pub(super) fn add_encoding_problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            let message = match problem.code.as_str() {
                "undecodable-bytes" => "some bytes are no text in the encoding of the export; they were replaced",
                "encoding-mismatch" => "the export does not read as the encoding that it declares",
                _ => "the declared encoding is not known; it was detected instead",
            };
            self.add(Problem::warning(&problem.code, "", message).at(problem.position.clone()));
        }
    }

    /// The problems in the order in which they were met, then one for each sort of which more were met than listed.
    pub(super) fn finish(self) -> Vec<Problem> {
        let mut problems = self.listed;
        for ((code, field), count) in self.counts {
            if count > LISTED {
                let message = match Rounded::of(count - LISTED) {
                    Rounded::FewerThanFive => "and fewer than 5 more of the same sort".to_owned(),
                    Rounded::About(number) => format!("and about {number} more of the same sort"),
                };
                problems.push(Problem::warning(&code, field, message));
            }
        }
        problems
    }
}
