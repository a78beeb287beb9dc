//! Problems of a listing: which are the same, and how many there are of each kind.

use cairn_model::{Problem, Severity, row_in_words};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A problem of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunProblem {
    /// Id of the record at the source, where there is one.
    pub source_record_id: Option<String>,
    /// The problem.
    pub problem: Problem,
}

/// Where a problem stands in a listing and of what kind it is, as a hash: the same in every run that meets it again.
pub type ProblemPlace = [u8; 16];

impl RunProblem {
    /// Its place. The value is no part of it, so that a source cannot fill the store with one field that is wrong in
    /// another way each day; it counts only where nothing else tells two problems apart.
    pub fn place(&self) -> ProblemPlace {
        let Problem { code, field, message, value, position, severity: _ } = &self.problem;
        let column = position.column.as_deref().unwrap_or_default();
        let place = match (&self.source_record_id, position.row, position.record, position.byte) {
            (Some(id), ..) => format!("id {id}"),
            (None, Some(row), ..) => row_in_words(row, position.sheet.as_deref()),
            (None, None, Some(record), _) => format!("record {record}"),
            (None, None, None, Some(byte)) => format!("byte {byte}"),
            (None, None, None, None) => format!("value {}", value.as_deref().unwrap_or_default()),
        };
        let mut hasher = Sha256::new();
        for part in [code, field, message, column, &place] {
            hasher.update(part.len().to_be_bytes());
            hasher.update(part);
        }
        let hash: [u8; 32] = hasher.finalize().into();
        let mut short = [0; 16];
        short.copy_from_slice(&hash[..16]);
        short
    }
}

/// Problems of a listing that are kept of a source, the newest of them.
pub const MOST_LISTING_PROBLEMS: u32 = 100_000;

/// A problem of what a source lists that belongs to no record in the catalogue, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingProblem {
    /// Key, in the order in which they were met first.
    pub key: i64,
    /// The problem.
    pub problem: RunProblem,
}

/// A [`ListingProblem`] without its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingProblemMark {
    /// Key.
    pub key: i64,
    /// Place.
    pub place: ProblemPlace,
    /// Id of the record at the source, where there is one.
    pub source_record_id: Option<String>,
}

/// The problems of one kind: how many there are, and one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemKind {
    /// Code.
    pub code: String,
    /// How bad they are.
    pub severity: Severity,
    /// How many.
    pub count: u64,
    /// The first that was met; its message says in words which rule is broken.
    pub example: RunProblem,
}

/// Kinds that are told apart; a reader has some tens of codes.
const MOST_KINDS: usize = 500;

/// Counts of problems by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProblemKinds(Vec<ProblemKind>);

impl ProblemKinds {
    /// Goes on from what was counted before.
    pub fn from_counted(kinds: Vec<ProblemKind>) -> Self {
        Self(kinds)
    }

    /// Counts problems.
    pub fn count_all(&mut self, rows: &[RunProblem]) {
        for row in rows {
            self.count(row);
        }
    }

    /// Counts one. Answers how many of its kind there are now; `None` where its kind is one too many to be counted.
    pub fn count(&mut self, row: &RunProblem) -> Option<u64> {
        let RunProblem { problem, .. } = row;
        let known = self.0.iter_mut().find(|kind| kind.code == problem.code && kind.severity == problem.severity);
        if let Some(kind) = known {
            kind.count += 1;
            Some(kind.count)
        } else if self.0.len() < MOST_KINDS {
            let (code, severity) = (problem.code.clone(), problem.severity);
            self.0.push(ProblemKind { code, severity, count: 1, example: row.clone() });
            Some(1)
        } else {
            None
        }
    }

    /// The kinds, errors first and the most frequent first among them.
    pub fn sorted(mut self) -> Vec<ProblemKind> {
        self.0.sort_by(|one, other| {
            (other.severity, other.count).cmp(&(one.severity, one.count)).then_with(|| one.code.cmp(&other.code))
        });
        self.0
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::Position;

    use super::*;

    fn row(id: Option<&str>, problem: Problem) -> RunProblem {
        RunProblem { source_record_id: id.map(str::to_owned), problem }
    }

    fn unreadable(value: &str) -> Problem {
        Problem::warning("unreadable-date", "issued", "this is no date").with_value(value)
    }

    #[test]
    fn a_field_that_is_wrong_in_another_way_is_wrong_in_the_same_place() {
        let at = |value| row(Some("a"), unreadable(value)).place();
        assert_eq!(at("soon"), at("later"));
        assert_ne!(at("soon"), row(Some("b"), unreadable("soon")).place());
    }

    #[test]
    fn problems_without_a_record_are_told_apart_by_row_offset_or_byte_else_by_value() {
        let at = |position: Position, value| row(None, unreadable(value).at(position)).place();
        let (first, second) =
            (Position { row: Some(2), ..Position::default() }, Position { row: Some(3), ..Position::default() });
        assert_eq!(at(first.clone(), "soon"), at(first.clone(), "later"));
        let elsewhere = Position { sheet: Some("2025".to_owned()), ..first.clone() };
        assert_ne!(at(first.clone(), "soon"), at(elsewhere, "soon"));
        assert_ne!(at(first, "soon"), at(second, "soon"));
        assert_ne!(at(Position::default(), "soon"), at(Position::default(), "later"));
    }

    #[test]
    fn kinds_count_every_problem_and_show_the_first() {
        let mut kinds = ProblemKinds::default();
        kinds.count(&row(Some("a"), unreadable("soon")));
        kinds.count(&row(Some("b"), unreadable("later")));
        kinds.count(&row(None, Problem::error("no-id", "", "the record has no identifier")));
        let sorted = kinds.sorted();
        let counted: Vec<_> = sorted.iter().map(|kind| (kind.code.as_str(), kind.count)).collect();
        assert_eq!(counted, [("no-id", 1), ("unreadable-date", 2)]);
        assert_eq!(sorted[1].example.source_record_id.as_deref(), Some("a"));
    }
}
