//! What a message can be about.

use cairn_model::registry::NoticeSettings;
use cairn_store::{MORE, NEW_RECORDS};

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Records that are new for who follows something.
    Records,
    /// A request waits for its owner: it was sent, or what was asked back was answered.
    RequestSent,
    /// A request waits for too long.
    RequestWaits,
    /// A request was handed on to somebody.
    RequestForwarded,
    /// The owner asks something back.
    RequestAsked,
    /// The owner granted a request.
    RequestGranted,
    /// The owner refused a request, or takes back what was granted.
    RequestRefused,
    /// What was granted ends soon.
    GrantEnds,
    /// A concern was raised.
    ConcernRaised,
    /// The day by which somebody should have looked at a concern is near.
    ConcernWaits,
    /// That day is over, and nobody has.
    ConcernOverdue,
    /// More than is told one by one.
    More,
}

/// What people can be told of or not, each by a setting of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Requests,
    Reminders,
    Grants,
    Concerns,
}

impl About {
    /// Everything that a message can be about.
    pub const ALL: [Self; 12] = [
        Self::Records,
        Self::RequestSent,
        Self::RequestWaits,
        Self::RequestForwarded,
        Self::RequestAsked,
        Self::RequestGranted,
        Self::RequestRefused,
        Self::GrantEnds,
        Self::ConcernRaised,
        Self::ConcernWaits,
        Self::ConcernOverdue,
        Self::More,
    ];

    /// The code in the store and in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Records => NEW_RECORDS,
            Self::RequestSent => "request.sent",
            Self::RequestWaits => "request.waits",
            Self::RequestForwarded => "request.forwarded",
            Self::RequestAsked => "request.asked",
            Self::RequestGranted => "request.granted",
            Self::RequestRefused => "request.refused",
            Self::GrantEnds => "grant.ends",
            Self::ConcernRaised => "concern.raised",
            Self::ConcernWaits => "concern.waits",
            Self::ConcernOverdue => "concern.overdue",
            Self::More => MORE,
        }
    }

    /// What a code says.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|about| about.code() == code)
    }

    /// By which setting it is told. What somebody follows has a setting of its own.
    pub(super) fn topic(self) -> Option<Topic> {
        match self {
            Self::RequestSent
            | Self::RequestForwarded
            | Self::RequestAsked
            | Self::RequestGranted
            | Self::RequestRefused => Some(Topic::Requests),
            Self::RequestWaits | Self::ConcernWaits | Self::ConcernOverdue => Some(Topic::Reminders),
            Self::GrantEnds => Some(Topic::Grants),
            Self::ConcernRaised => Some(Topic::Concerns),
            Self::Records | Self::More => None,
        }
    }
}

impl Topic {
    /// Whether a person wants to be told of it.
    pub(super) fn is_wanted(self, settings: NoticeSettings) -> bool {
        match self {
            Self::Requests => settings.requests,
            Self::Reminders => settings.reminders,
            Self::Grants => settings.grants,
            Self::Concerns => settings.concerns,
        }
    }

    /// The same settings without it.
    pub(super) fn switched_off(self, settings: NoticeSettings) -> NoticeSettings {
        match self {
            Self::Requests => NoticeSettings { requests: false, ..settings },
            Self::Reminders => NoticeSettings { reminders: false, ..settings },
            Self::Grants => NoticeSettings { grants: false, ..settings },
            Self::Concerns => NoticeSettings { concerns: false, ..settings },
        }
    }

    /// What it is, for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Requests => "requests for access",
            Self::Reminders => "requests and concerns that wait for too long",
            Self::Grants => "access that ends soon",
            Self::Concerns => "concerns that were raised",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_topic_is_switched_off_by_itself() {
        let all = NoticeSettings::default();
        for topic in [Topic::Requests, Topic::Reminders, Topic::Grants, Topic::Concerns] {
            let without = topic.switched_off(all);
            for other in [Topic::Requests, Topic::Reminders, Topic::Grants, Topic::Concerns] {
                assert_eq!(other.is_wanted(without), other != topic, "{topic:?} {other:?}");
            }
        }
    }

    #[test]
    fn every_code_reads_back() {
        for about in About::ALL {
            assert_eq!(About::from_code(about.code()), Some(about));
        }
        assert_eq!(About::from_code("request.lost"), None);
    }
}
