//! What a person says of what they are told, what they were told, and how a link in a mail ends it.

use cairn_model::registry::NoticeSettings;
use cairn_policy::Viewer;
use cairn_store::{MessageRow, MessageState, NewAct, StoreError};
use jiff::Timestamp;

use super::About;
use crate::secrets::hash;
use crate::{Catalog, CatalogError};

const WHO_SETS: &str = "people say for themselves what they are told of";

/// Messages that are listed.
const LISTED: u32 = 100;

/// What a person is told of, and what they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnNotifications {
    /// What they want to be told of; none for who is no person.
    pub settings: Option<NoticeSettings>,
    /// The last messages, newest first.
    pub messages: Vec<SentMessage>,
}

/// A message, without its words, which are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMessage {
    /// Id, which the message carries.
    pub id: String,
    /// What it is about.
    pub about: About,
    /// When it was queued.
    pub created: Timestamp,
    /// Where it stands.
    pub state: MessageState,
    /// When it came there, if it does not wait.
    pub ended: Option<Timestamp>,
}

impl Catalog {
    /// What the viewer is told of, and what they were; nothing for who is no person.
    ///
    /// # Errors
    /// Store errors.
    pub async fn own_notifications(&self, viewer: &Viewer) -> Result<OwnNotifications, CatalogError> {
        let Some(person) = viewer.person() else {
            return Ok(OwnNotifications { settings: None, messages: Vec::new() });
        };
        let rows = self.store().messages_to(&format!("person:{person}"), LISTED).await?;
        let messages = rows.into_iter().filter_map(|row| {
            let MessageRow { id, about, created, state, ended, .. } = row;
            Some(SentMessage { id, about: About::from_code(&about)?, created, state, ended })
        });
        Ok(OwnNotifications { settings: Some(self.settings_of(person).await?), messages: messages.collect() })
    }

    /// Says what the viewer wants to be told of.
    ///
    /// # Errors
    /// `Forbidden` for who is no person, `SignInRequired`.
    pub async fn set_notices(
        &self,
        viewer: &Viewer,
        settings: NoticeSettings,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        const ACT: &str = "notices.set";
        self.may(viewer, viewer.person().is_some(), WHO_SETS, ACT, now).await?;
        let person = viewer.person().unwrap_or_default();
        self.keep_settings(person, settings, NewAct::new(now, viewer.actor(), ACT, person)).await
    }

    /// What a person wants to be told of.
    pub(super) async fn settings_of(&self, person: &str) -> Result<NoticeSettings, CatalogError> {
        let Some(body) = self.store().notice_settings(person).await? else { return Ok(NoticeSettings::default()) };
        serde_json::from_str(&body).map_err(|error| {
            CatalogError::Store(StoreError::Damaged { reason: format!("the notices of a person: {error}") })
        })
    }

    async fn keep_settings(&self, person: &str, settings: NoticeSettings, act: NewAct) -> Result<(), CatalogError> {
        let body = serde_json::to_string(&settings).map_err(|error| CatalogError::Internal(error.to_string()))?;
        Ok(self.store().put_notice_settings(person, &body, act).await?)
    }

    /// Which mails a link ends, in words for whoever has it. Looking ends nothing: programs look at links, too.
    ///
    /// # Errors
    /// `NotFound` for a link that leads nowhere.
    pub async fn mails_ended_by(&self, secret: &str) -> Result<&'static str, CatalogError> {
        let (_, about) = self.mail_of(secret).await?;
        Ok(about.topic().map_or("what is new for what you follow", super::about::Topic::words))
    }

    /// Ends the mails that a link ends. Once more changes nothing.
    ///
    /// # Errors
    /// `NotFound` for a link that leads nowhere.
    pub async fn end_mails(&self, secret: &str, now: Timestamp) -> Result<(), CatalogError> {
        let (message, about) = self.mail_of(secret).await?;
        let recipient = message.recipient.as_str();
        let Some(topic) = about.topic() else {
            let act = NewAct::new(now, recipient, "notify.remove", &*message.subject);
            self.store().remove_subscription(&message.subject, act).await?;
            return Ok(());
        };
        let Some(person) = recipient.strip_prefix("person:") else { return Ok(()) };
        let settings = topic.switched_off(self.settings_of(person).await?);
        self.keep_settings(person, settings, NewAct::new(now, recipient, "notices.set", person)).await
    }

    async fn mail_of(&self, secret: &str) -> Result<(MessageRow, About), CatalogError> {
        let absent = CatalogError::NotFound("link");
        let Some(message) = self.store().message_by_unsubscribe(&hash(secret)).await? else { return Err(absent) };
        let about = About::from_code(&message.about).ok_or(absent)?;
        Ok((message, about))
    }
}
