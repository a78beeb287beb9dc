//! Webhooks: a request that is signed, to an address that is checked when it is connected to, which says ids and addresses and
//! no word of a record.

use cairn_fetch::{FetchError, FetchPolicy, JsonPost, Request, Stage, Url};
use cairn_model::DatasetId;
use cairn_store::{EntryKind, MOST_RECORDS_OF_A_MESSAGE, MessageRow, SubscriptionRow};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::Serialize;
use sha2::Sha256;

use super::Notifier;

/// What is read of an answer: what it says does not matter.
const MOST_ANSWERED: u64 = 64 * 1024;

/// What a webhook is told.
#[derive(Debug, Serialize)]
struct Told<'a> {
    event: &'a str,
    delivery: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    saved_search: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    need: Option<&'a str>,
    records: Vec<ToldRecord>,
    /// Whether there may be more than are told.
    more: bool,
}

#[derive(Debug, Serialize)]
struct ToldRecord {
    id: DatasetId,
    url: String,
}

/// What became of a request to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Delivery {
    /// It was taken.
    Taken,
    /// It is to be tried again: why.
    Failed(String),
    /// Its receiver says that there is nothing any more (410).
    Gone,
}

impl Notifier {
    /// Tells a webhook of records.
    pub(super) async fn deliver(
        &self,
        row: &SubscriptionRow,
        message: &MessageRow,
        records: &[DatasetId],
        now: Timestamp,
    ) -> Delivery {
        let (Some(address), Some(secret)) = (&row.statement.url, &row.secret) else { return Delivery::Gone };
        let Ok(url) = Url::parse(address) else { return Delivery::Gone };
        let subject = |kind: EntryKind| (row.kind == kind).then_some(row.subject.as_str());
        let told = Told {
            event: &message.about,
            delivery: &message.id,
            saved_search: subject(EntryKind::SavedSearch),
            need: subject(EntryKind::Need),
            records: records
                .iter()
                .map(|id| ToldRecord { id: *id, url: format!("{}/api/v1/datasets/{id}", self.public_url) })
                .collect(),
            more: message.records.len() >= MOST_RECORDS_OF_A_MESSAGE,
        };
        let body = match serde_json::to_string(&told) {
            Ok(body) => body,
            Err(error) => return Delivery::Failed(error.to_string()),
        };
        let fields = vec![
            ("cairn-event", message.about.clone()),
            ("cairn-delivery", message.id.clone()),
            // A receiver refuses what was signed minutes ago, as the first of a round was when the last is sent.
            ("cairn-signature", signature(secret, Timestamp::now().max(now), &body)),
        ];
        // The address may hold a secret of its own: a log tells its host alone.
        let request = Request { json: Some(JsonPost { body, fields }), confidential: true, ..Request::new(url) };
        let policy = FetchPolicy {
            allow_private: self.catalog.notification_settings().allow_private_webhooks,
            max_bytes: MOST_ANSWERED,
            max_tries: 1,
            ..FetchPolicy::default()
        };
        match self.catalog.fetcher().fetch(&request, &policy).await {
            // An answer that is too much for us comes from who took it.
            Ok(_)
            | Err(
                FetchError::TooLarge { .. }
                | FetchError::Truncated { .. }
                | FetchError::Encoding { .. }
                | FetchError::Timeout { stage: Stage::Idle | Stage::Whole, .. },
            ) => Delivery::Taken,
            Err(FetchError::Status { status: 410, .. }) => Delivery::Gone,
            Err(error) => Delivery::Failed(reason(&error).to_owned()),
        }
    }
}

/// Why a request failed, without its address.
fn reason(error: &FetchError) -> &'static str {
    match error {
        FetchError::Blocked { .. } => "its address may not be reached from here",
        FetchError::Redirect { .. } => "it sends elsewhere, which is not followed",
        FetchError::Status { .. } => "it answers with another status than 2xx",
        FetchError::Tls { .. } => "it has no valid certificate",
        _ => "it cannot be reached",
    }
}

/// `t=SECONDS,v1=HEX`: the HMAC-SHA-256 (RFC 2104) of the seconds since 1970, a dot and the body.
fn signature(secret: &str, now: Timestamp, body: &str) -> String {
    let seconds = now.as_second();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // A key of any length will do.
        return String::new();
    };
    mac.update(format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '0.{}' | openssl dgst -sha256 -hmac key` says it.
    #[test]
    fn a_signature_is_what_other_programs_make_of_the_same() {
        let expected = "7314351dd949aa7ec06f50fc2c96e618291447672c9b7f10b49d1ce46dad00b3";
        assert_eq!(signature("key", Timestamp::UNIX_EPOCH, "{}"), format!("t=0,v1={expected}"));
    }
}
