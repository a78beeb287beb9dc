//! Notifications: what is new for who follows something, and what somebody must know of requests and concerns.
//!
//! A message is queued in the transaction of its ground and names what it is about, never its words. Whoever gets it is looked
//! up when it is sent, and it is made of what they may know of at that moment; when that is nothing, nothing is sent.

mod about;
mod following;
mod letter;
mod looking;
mod mail;
pub(crate) mod notices;
mod notifier;
mod own;
mod recipients;
mod webhook;

use cairn_policy::{Role, Viewer};

pub use about::About;
pub use following::{Followed, Following};
pub use mail::{MailSecurity, MailServer, MailSettings};
pub use notifier::{DueMessage, Notifier, ReadSearch, SendReport};
pub use own::{OwnNotifications, SentMessage};

use crate::people::role_of;
use crate::{Catalog, CatalogError};

/// By what people and their programs are told.
#[derive(Debug, Clone, Default)]
pub struct NotificationSettings {
    /// The mail server; without one nothing is sent by mail.
    pub mail: Option<MailSettings>,
    /// Whether webhooks may lie at private addresses and unusual ports.
    pub allow_private_webhooks: bool,
}

/// Somebody who is told: `person:ID` or `organisation:ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner<'a> {
    Person(&'a str),
    Organisation(&'a str),
}

impl<'a> Owner<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let person = text.strip_prefix("person:").map(Self::Person);
        person.or_else(|| text.strip_prefix("organisation:").map(Self::Organisation))
    }
}

impl Catalog {
    /// The viewer that somebody is at this moment; `None` for an account that is closed. Of an organisation no more is seen
    /// than each of its people sees.
    async fn viewer_of(&self, owner: Owner<'_>) -> Result<Option<Viewer>, CatalogError> {
        match owner {
            Owner::Organisation(id) => Ok(Some(self.member(id, Vec::new(), Role::Reader).await?)),
            Owner::Person(id) => {
                let Some(person) = self.store().person(id).await?.filter(|person| person.closed.is_none()) else {
                    return Ok(None);
                };
                let viewer = self.member(&person.organisation, Vec::new(), role_of(&person)?).await?;
                Ok(Some(viewer.as_person(id)))
            }
        }
    }
}
