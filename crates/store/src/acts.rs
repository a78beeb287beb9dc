//! The log of acts: who did what, on what, as a chain in which each line holds a hash of itself and of all before it.
//!
//! The hash of a line is the SHA-256 of a text of two lines: the hash of the line before it in hexadecimal (64 zeros for
//! the first), and a JSON array of the fields in the order of [`Act`]. So a line that was changed, taken out or put in
//! shows at its place, and anyone who noted a hash once can tell that nothing up to there was made up since. Whoever can
//! write the file can also write the whole chain anew: a hash that is kept elsewhere is what shows that.

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A line to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct {
    /// When.
    pub at: Timestamp,
    /// Who: `operator`, `scheduler`, `notifier`, `keeper`, `token:ID`, `person:ID`, `anonymous`.
    pub actor: String,
    /// What, as a stable code (`token.create`).
    pub act: String,
    /// On what: an id, never the word of a person.
    pub subject: String,
    /// Version of the subject after the act, where it has one.
    pub version: Option<u32>,
    /// Why, where that was said.
    pub reason: Option<String>,
    /// Whether it was attempted and refused.
    pub refused: bool,
}

impl NewAct {
    /// An act that was done, without version and reason.
    pub fn new(at: Timestamp, actor: impl Into<String>, act: impl Into<String>, subject: impl Into<String>) -> Self {
        Self {
            at,
            actor: actor.into(),
            act: act.into(),
            subject: subject.into(),
            version: None,
            reason: None,
            refused: false,
        }
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Act {
    /// Its number, from 1, without gaps.
    pub number: i64,
    /// When, kept to the microsecond.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub act: String,
    /// On what.
    pub subject: String,
    /// Version of the subject after the act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether it was attempted and refused.
    pub refused: bool,
    /// The hash of the line, in hexadecimal.
    pub hash: String,
}

impl Act {
    /// A line with its place in the chain: `previous` is the hash of the line before it ([`BEGINNING`] for the first).
    pub(crate) fn chained(act: NewAct, number: i64, previous: &str) -> Self {
        let NewAct { at, actor, act, subject, version, reason, refused } = act;
        let mut line = Self { number, at, actor, act, subject, version, reason, refused, hash: String::new() };
        line.hash = line.hash_after(previous);
        line
    }

    /// The hash that the line has after another one.
    fn hash_after(&self, previous: &str) -> String {
        let fields = serde_json::json!([
            self.number,
            self.at.as_microsecond(),
            self.actor,
            self.act,
            self.subject,
            self.version,
            self.reason,
            self.refused
        ]);
        hex::encode(Sha256::digest(format!("{previous}\n{fields}")))
    }
}

/// Which lines are asked for: those to which everything applies that is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActFilter {
    /// Who.
    pub actor: Option<String>,
    /// What.
    pub act: Option<String>,
    /// On what.
    pub subject: Option<String>,
    /// At this instant or later.
    pub since: Option<Timestamp>,
    /// With a lower number than this.
    pub before: Option<i64>,
}

/// What stands for the hash of a line before the first.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A reading of the log that looks at each line for whether it belongs where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActChain {
    lines: i64,
    head: String,
}

impl Default for ActChain {
    fn default() -> Self {
        Self { lines: 0, head: BEGINNING.to_owned() }
    }
}

impl ActChain {
    /// Lines that were looked at.
    pub fn lines(&self) -> i64 {
        self.lines
    }

    /// The hash of the last line that was looked at.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Takes the next line.
    ///
    /// # Errors
    /// What is wrong, when the line does not belong behind those before it. The chain stays before it.
    pub fn follow(&mut self, act: &Act) -> Result<(), String> {
        let expected = self.lines + 1;
        if act.number != expected {
            return Err(format!("line {expected} is missing: line {} comes in its place", act.number));
        }
        if act.hash != act.hash_after(&self.head) {
            return Err(format!(
                "line {expected} is not what was written, or a line before it was put in or taken out"
            ));
        }
        self.lines = expected;
        self.head.clone_from(&act.hash);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn chain(subjects: &[&str]) -> Vec<Act> {
        let mut previous = BEGINNING.to_owned();
        let lines = subjects.iter().zip(1..).map(|(subject, number)| {
            let act = NewAct::new(Timestamp::UNIX_EPOCH, "operator", "token.create", *subject);
            let line = Act::chained(act, number, &previous);
            previous.clone_from(&line.hash);
            line
        });
        lines.collect()
    }

    /// The number of the first line that does not belong.
    fn first_fault(lines: &[Act]) -> Option<i64> {
        let mut chain = ActChain::default();
        lines.iter().find(|line| chain.follow(line).is_err()).map(|_| chain.lines() + 1)
    }

    #[test]
    fn the_hash_of_a_line_is_what_the_documentation_says_it_is() {
        let text = format!("{BEGINNING}\n[1,0,\"operator\",\"token.create\",\"a\",null,null,false]");
        assert_eq!(chain(&["a"])[0].hash, hex::encode(Sha256::digest(text)));
    }

    #[test]
    fn a_line_that_was_changed_taken_out_put_in_or_moved_is_found_at_its_place() {
        let whole = chain(&["a", "b", "c"]);
        assert_eq!(first_fault(&whole), None);
        for change in [
            |line: &mut Act| line.subject = "x".to_owned(),
            |line: &mut Act| line.actor = "scheduler".to_owned(),
            |line: &mut Act| line.act = "token.revoke".to_owned(),
            |line: &mut Act| line.refused = true,
            |line: &mut Act| line.version = Some(1),
            |line: &mut Act| line.reason = Some(String::new()),
            |line: &mut Act| line.at = Timestamp::from_microsecond(1).unwrap(),
        ] {
            let mut changed = whole.clone();
            change(&mut changed[1]);
            assert_eq!(first_fault(&changed), Some(2));
        }
        let without = [whole[0].clone(), whole[2].clone()];
        assert_eq!(first_fault(&without), Some(2));
        let moved = [whole[0].clone(), whole[2].clone(), whole[1].clone()];
        assert_eq!(first_fault(&moved), Some(2));
        let another = [whole[0].clone(), chain(&["z", "b"])[1].clone()];
        assert_eq!(first_fault(&another), Some(2));
    }

    #[test]
    fn fields_do_not_run_into_one_another() {
        let mut line = chain(&["b"])[0].clone();
        line.actor = "operatortoken.create".to_owned();
        line.act = String::new();
        assert_eq!(first_fault(&[line]), Some(1));
    }
}
