//! What somebody wants to be told of, how, and how often.

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::terms::coded;
use crate::{Problem, Vocabularies};

coded! {
    /// How somebody is told.
    NotifyChannel {
        /// Not at all.
        None = "none",
        /// By mail to the address of their own account.
        Email = "email",
        /// By a signed request to an address of theirs.
        Webhook = "webhook",
    }
}

coded! {
    /// How often somebody is told.
    NotifyFrequency {
        /// As soon as something changed.
        AtOnce = "at-once",
        /// Once a day, if anything changed.
        Daily = "daily",
        /// Once a week, if anything changed.
        Weekly = "weekly",
    }
}

impl NotifyFrequency {
    /// Hours between two looks at what changed; none for who is told at once.
    pub fn hours(self) -> i64 {
        match self {
            Self::AtOnce => 0,
            Self::Daily => 24,
            Self::Weekly => 7 * 24,
        }
    }
}

/// How the owner of a saved search, or who follows a need, wants to be told of what is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotifyStatement {
    /// How.
    pub channel: NotifyChannel,
    /// How often.
    #[serde(default = "daily")]
    pub frequency: NotifyFrequency,
    /// Where requests go, for `webhook` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

fn daily() -> NotifyFrequency {
    NotifyFrequency::Daily
}

impl NotifyStatement {
    /// Not to be told anything.
    pub fn none() -> Self {
        Self { channel: NotifyChannel::None, frequency: daily(), url: None }
    }

    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        match self.channel {
            NotifyChannel::Webhook => {
                check.rule(self.url.is_some(), "not-stated", "url", "a webhook needs the address that it goes to");
                check.web_address("url", self.url.as_deref());
            }
            NotifyChannel::None | NotifyChannel::Email => {
                let message = "only a webhook has an address: a mail goes to the address of your account";
                check.rule(self.url.is_none(), "not-allowed", "url", message);
            }
        }
        check.finish()
    }
}

/// Of what a person wants to be told by mail, beside what they follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct NoticeSettings {
    /// Requests that came in, and what became of one's own.
    pub requests: bool,
    /// Requests and concerns that wait for too long.
    pub reminders: bool,
    /// Access that ends soon.
    pub grants: bool,
    /// Concerns that came in.
    pub concerns: bool,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { requests: true, reminders: true, grants: true, concerns: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_webhook_has_an_address_and_it_needs_one() {
        let rules = |channel: NotifyChannel, url: Option<&str>| {
            let statement = NotifyStatement { channel, url: url.map(str::to_owned), ..NotifyStatement::none() };
            let problems = statement.validate(Vocabularies::bundled());
            problems.into_iter().map(|problem| (problem.field, problem.code)).collect::<Vec<_>>()
        };
        let told = |code: &str| vec![("url".to_owned(), code.to_owned())];
        let hook = "https://hooks.example/cairn";
        assert_eq!(rules(NotifyChannel::Webhook, Some(hook)), []);
        assert_eq!(rules(NotifyChannel::Email, None), []);
        assert_eq!(rules(NotifyChannel::None, None), []);
        assert_eq!(rules(NotifyChannel::Webhook, None), told("not-stated"));
        assert_eq!(rules(NotifyChannel::Email, Some(hook)), told("not-allowed"));
        assert_eq!(rules(NotifyChannel::None, Some(hook)), told("not-allowed"));
        for wrong in ["ftp://hooks.example/", "https://amal:secret@hooks.example/", "hooks.example"] {
            assert_eq!(rules(NotifyChannel::Webhook, Some(wrong)), told("not-an-address"), "{wrong}");
        }
    }

    #[test]
    fn a_statement_of_an_unknown_field_or_value_is_refused_and_what_is_not_said_is_daily() {
        let read = |text: &str| serde_json::from_str::<NotifyStatement>(text).map_err(|error| error.to_string());
        assert_eq!(read(r#"{"channel": "email"}"#).map(|one| one.frequency), Ok(NotifyFrequency::Daily));
        for (text, said) in [
            (r#"{"channel": "email", "to": "a@b.example"}"#, "unknown field `to`"),
            (r#"{"channel": "sms"}"#, "expected one of `none`, `email`, `webhook`"),
            (r#"{"channel": "email", "frequency": "hourly"}"#, "expected one of `at-once`, `daily`, `weekly`"),
        ] {
            assert!(read(text).is_err_and(|error| error.contains(said)), "{text}");
        }
    }
}
