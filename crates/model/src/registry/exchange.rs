//! Exchanges: the flows of data that exist, from whom to whom, what, how and how often.

use serde::{Deserialize, Serialize};

use super::Audience;
use crate::check::Check;
use crate::terms::coded;
use crate::{DatasetId, LocalizedText, PartialDate, Problem, Vocabularies};

/// Most records, each of which is looked up for who reads of the exchange.
const MOST_RECORDS: usize = 50;

/// Most clusters or countries.
const MOST_CODES: usize = 50;

coded! {
    /// How data goes from one to the other.
    ExchangeChannel {
        /// Programs ask for it.
        Api = "api",
        /// Files are transferred.
        FileTransfer = "file-transfer",
        /// It is sent by e-mail.
        Email = "email",
        /// It lies where both can reach it.
        SharedDrive = "shared-drive",
        /// It is told when people meet.
        Meeting = "meeting",
        /// It is sent by a messaging service.
        Messaging = "messaging",
        /// It is put on a platform that both use.
        Platform = "platform",
        /// Otherwise.
        Other = "other",
    }
}

coded! {
    /// Where an exchange stands.
    ExchangeState {
        /// Data flows.
        Current = "current",
        /// It does no more.
        Ended = "ended",
    }
}

/// What is said of an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExchangeStatement {
    /// Id of the organisation that gives.
    pub from: String,
    /// Id of the organisation that receives.
    pub to: String,
    /// What is exchanged in a line, by language.
    pub title: LocalizedText,
    /// What is exchanged in full, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub description: LocalizedText,
    /// Ids of records of what is exchanged. Each viewer is told of those that they may know of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub records: Vec<DatasetId>,
    /// Clusters and areas of responsibility that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Countries that it is about (ISO 3166-1 alpha-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// How it goes from one to the other.
    pub channel: ExchangeChannel,
    /// How often, as a code of the vocabulary `frequency`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<String>,
    /// Id of the agreement under which it is done. Who may not know of the agreement is not told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// What does not work well, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub limitations: LocalizedText,
    /// Since when: a year, a month or a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub since: Option<PartialDate>,
    /// Who may know of the exchange, beside the two organisations.
    #[serde(default = "Audience::community")]
    pub audience: Audience,
}

impl ExchangeStatement {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.id("from", &self.from);
        check.id("to", &self.to);
        check.rule(self.from != self.to, "with-itself", "to", "an exchange has two organisations");
        check.title("title", &self.title);
        check.texts("description", &self.description);
        check.at_most("records", self.records.len(), MOST_RECORDS);
        check.at_most("clusters", self.clusters.len(), MOST_CODES);
        check.codes("clusters", "cluster", &self.clusters);
        check.at_most("countries", self.countries.len(), MOST_CODES);
        check.codes("countries", "country", &self.countries);
        check.code("frequency", "frequency", self.frequency.as_deref());
        if let Some(agreement) = &self.agreement {
            check.id("agreement", agreement);
        }
        check.texts("limitations", &self.limitations);
        self.audience.check("audience", &mut check);
        check.finish()
    }
}

/// What is said of an exchange that ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExchangeEnding {
    /// Why, for the log of acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ExchangeEnding {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        if let Some(reason) = &self.reason {
            check.text("reason", reason);
        }
        check.finish()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// An exchange that says no more than it must, changed in one place.
    fn exchange(field: &str, value: Value) -> ExchangeStatement {
        let mut sent = json!({
            "from": "horizon-relief", "to": "example-ministry", "title": {"en": "Clinics"}, "channel": "email",
        });
        sent[field] = value;
        serde_json::from_value(sent).unwrap()
    }

    fn rules(exchange: &ExchangeStatement) -> Vec<(String, String)> {
        let problems = exchange.validate(Vocabularies::bundled());
        problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
    }

    #[test]
    fn an_exchange_says_from_whom_to_whom_what_and_how() {
        assert_eq!(rules(&exchange("frequency", json!("monthly"))), []);
        let record = DatasetId::new("desk", "one").to_string();
        let is_refused = [
            ("to", json!("horizon-relief"), "to", "with-itself"),
            ("from", json!(""), "from", "not-an-id"),
            ("title", json!({}), "title", "not-stated"),
            ("records", json!(vec![record; 51]), "records", "too-many"),
            ("clusters", json!(["Health"]), "clusters[0]", "unknown-code"),
            ("countries", json!(["Yemen"]), "countries[0]", "unknown-code"),
            ("frequency", json!("now and then"), "frequency", "unknown-code"),
            ("audience", json!({"sharing": "restricted"}), "audience.sharing", "audience-of-whom"),
        ];
        for (field, value, told, rule) in is_refused {
            let said = value.to_string();
            assert_eq!(rules(&exchange(field, value)), [(told.to_owned(), rule.to_owned())], "{field}: {said}");
        }
        for (field, value) in [("channel", json!("pigeon")), ("state", json!("ended")), ("organisation", json!("x"))] {
            let mut sent = serde_json::to_value(exchange("since", json!("2024"))).unwrap();
            sent[field] = value;
            assert!(serde_json::from_value::<ExchangeStatement>(sent).is_err(), "{field}");
        }
    }
}
