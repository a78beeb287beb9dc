//! Requests for access to the data of a record, and the states that one goes through.

use jiff::{Timestamp, Zoned, civil::Weekday, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::agreement::AccessQuestion;
use crate::check::Check;
use crate::terms::coded;
use crate::{DatasetId, Problem, Vocabularies};

/// Working days after which a request waits for too long.
const DUE_AFTER: u32 = 2;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestStatement {
    /// The record whose data is wanted.
    pub record: DatasetId,
    /// What is wanted of it, for what, where it will be stored and for how long.
    pub question: AccessQuestion,
    /// How the data will be used, in words for its owner.
    pub intended_use: String,
    /// The need that it would meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<String>,
}

/// On which terms an owner grants a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GrantTerms {
    /// The instant at which it ends; without one it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What binds the one who receives, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// How the data is had, in words: whom to write to, where to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
}

/// To whom a request is handed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ForwardStatement {
    /// Id of another organisation that the record names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Id of a person of one's own organisation who may decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Why, in words for those who decide; who asks does not read them.
    pub note: String,
}

coded! {
    /// Where a request stands.
    RequestState {
        /// It waits for the owner.
        Sent = "sent",
        /// Somebody at the owner's has read it.
        Seen = "seen",
        /// The owner asked something back.
        Asked = "asked",
        /// It was granted, by the owner or by an agreement.
        Granted = "granted",
        /// The owner refused it.
        Refused = "refused",
        /// Who asked took it back.
        Withdrawn = "withdrawn",
        /// What was granted has ended. It follows from the time, and is written nowhere.
        Expired = "expired",
    }
}

coded! {
    /// Whose act a step of a request is.
    RequestSide {
        /// The organisation that asks.
        Requester = "requester",
        /// The organisation that decides.
        Owner = "owner",
        /// The catalogue, by an agreement.
        Agreement = "agreement",
    }
}

impl RequestState {
    /// Whether it waits for somebody.
    pub fn is_pending(self) -> bool {
        match self {
            Self::Sent | Self::Seen | Self::Asked => true,
            Self::Granted | Self::Refused | Self::Withdrawn | Self::Expired => false,
        }
    }

    /// Whether a side may bring a request in this state to another.
    pub fn may_become(self, next: Self, side: RequestSide) -> bool {
        match (side, next) {
            (RequestSide::Owner, Self::Seen) | (RequestSide::Agreement, Self::Granted) => self == Self::Sent,
            (RequestSide::Owner, Self::Asked) => matches!(self, Self::Sent | Self::Seen),
            (RequestSide::Owner, Self::Granted) => self.is_pending(),
            // What was granted can be taken back, by the one side and by the other.
            (RequestSide::Owner, Self::Refused) | (RequestSide::Requester, Self::Withdrawn) => {
                self.is_pending() || self == Self::Granted
            }
            // What was asked back is answered, and waits again.
            (RequestSide::Requester, Self::Sent) => self == Self::Asked,
            (RequestSide::Owner, Self::Sent | Self::Withdrawn | Self::Expired)
            | (RequestSide::Requester, Self::Seen | Self::Asked | Self::Granted | Self::Refused | Self::Expired)
            | (RequestSide::Agreement, _) => false,
        }
    }

    /// When somebody should have answered what came to wait at an instant: two working days later (Monday to Friday, UTC).
    pub fn due(since: Timestamp) -> Timestamp {
        let mut due = Zoned::new(since, TimeZone::UTC);
        let mut left = DUE_AFTER;
        while left > 0 {
            let Ok(next) = due.tomorrow() else { break };
            due = next;
            if !matches!(due.weekday(), Weekday::Saturday | Weekday::Sunday) {
                left -= 1;
            }
        }
        due.timestamp()
    }
}

impl RequestStatement {
    /// What must be mended before it can be sent.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self
            .question
            .validate(vocabularies)
            .into_iter()
            .map(|problem| Problem { field: format!("question.{}", problem.field), ..problem })
            .collect();
        let mut check = Check::new(vocabularies);
        check.text("intended_use", &self.intended_use);
        check.stated("question.purposes", self.question.purposes.len());
        if let Some(need) = &self.need {
            check.id("need", need);
        }
        problems.extend(check.finish());
        problems
    }
}

impl ForwardStatement {
    /// What must be mended before a request can be handed on.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.rule(
            self.organisation.is_some() != self.person.is_some(),
            "forward-to-one",
            "",
            "it is handed to one `organisation` or to one `person`",
        );
        for (field, id) in [("organisation", &self.organisation), ("person", &self.person)] {
            if let Some(id) = id {
                check.id(field, id);
            }
        }
        check.text("note", &self.note);
        check.finish()
    }
}

impl GrantTerms {
    /// What must be mended before it can be granted.
    pub fn validate(&self, vocabularies: &Vocabularies, now: Timestamp) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.rule(self.until.is_none_or(|until| until > now), "is-over", "until", "it must lie ahead");
        check.few("conditions", self.conditions.len());
        for (place, condition) in self.conditions.iter().enumerate() {
            check.text(&format!("conditions[{place}]"), condition);
        }
        if let Some(how) = &self.how {
            check.text("how", how);
        }
        check.finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_step_that_a_side_may_take_is_one_of_these() {
        let mut steps = Vec::new();
        for side in RequestSide::ALL {
            for from in RequestState::ALL {
                for to in RequestState::ALL.iter().filter(|to| from.may_become(**to, *side)) {
                    steps.push(format!("{side}: {from} to {to}"));
                }
            }
        }
        assert_eq!(
            steps,
            [
                "requester: sent to withdrawn",
                "requester: seen to withdrawn",
                "requester: asked to sent",
                "requester: asked to withdrawn",
                "requester: granted to withdrawn",
                "owner: sent to seen",
                "owner: sent to asked",
                "owner: sent to granted",
                "owner: sent to refused",
                "owner: seen to asked",
                "owner: seen to granted",
                "owner: seen to refused",
                "owner: asked to granted",
                "owner: asked to refused",
                "owner: granted to refused",
                "agreement: sent to granted",
            ]
        );
    }

    #[test]
    fn an_answer_is_due_after_two_working_days() {
        let due = |since: &str| RequestState::due(since.parse().unwrap()).to_string();
        // A Monday, a Thursday, a Saturday.
        assert_eq!(due("2026-11-02T09:00:00Z"), "2026-11-04T09:00:00Z");
        assert_eq!(due("2026-11-05T09:00:00Z"), "2026-11-09T09:00:00Z");
        assert_eq!(due("2026-11-07T09:00:00Z"), "2026-11-10T09:00:00Z");
    }
}
