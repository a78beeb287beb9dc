//! How somebody wants to be told of what is new for a saved search of theirs, or for a need.

use cairn_fetch::{FetchPolicy, Url, check_url};
use cairn_model::Problem;
use cairn_model::registry::{NotifyChannel, NotifyStatement};
use cairn_policy::Viewer;
use cairn_store::{EntryKind, NewAct, SubscriptionRow};
use jiff::{SignedDuration, Timestamp};

use crate::registry::{Need, SavedSearch, SearchOwner, new_id};
use crate::secrets::new_secret;
use crate::{Catalog, CatalogError};

const WHO_FOLLOWS: &str = "people say for themselves what they are told of, and managers and stewards what a webhook of their organisation is";

/// What begins the secret of a webhook, so that a leaked one is recognised.
const SECRET_PREFIX: &str = "cairnhook_";

/// Things that somebody can follow.
const MOST: u32 = 200;

/// What is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed<'a> {
    /// A saved search of one's own, by its id.
    SavedSearch(&'a str),
    /// A need, by its id.
    Need(&'a str),
}

impl Followed<'_> {
    fn kind(self) -> EntryKind {
        match self {
            Self::SavedSearch(_) => EntryKind::SavedSearch,
            Self::Need(_) => EntryKind::Need,
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::SavedSearch(id) | Self::Need(id) => id,
        }
    }
}

/// How somebody is told of what is new.
#[derive(Clone, PartialEq, Eq)]
pub struct Following {
    /// How they want to be.
    pub statement: NotifyStatement,
    /// What signs the requests of a webhook: told when it is made, and never again.
    pub secret: Option<String>,
    /// Since when nothing is sent any more, because the webhook failed for too long.
    pub stopped: Option<Timestamp>,
}

impl Catalog {
    /// How the viewer is told of what is new for something.
    ///
    /// # Errors
    /// `NotFound` for what is absent or hidden, `Forbidden` for a saved search of others, `SignInRequired`.
    pub async fn following(&self, viewer: &Viewer, followed: Followed<'_>) -> Result<Following, CatalogError> {
        let owner = self.follower(viewer, followed).await?.ok_or(CatalogError::refused(viewer, WHO_FOLLOWS))?;
        let row = self.store().subscription(followed.kind(), followed.id(), &owner_text(&owner)).await?;
        Ok(row.map_or_else(
            || Following { statement: NotifyStatement::none(), secret: None, stopped: None },
            |row| Following { statement: row.statement, secret: None, stopped: row.stopped },
        ))
    }

    /// Says how the viewer wants to be told of what is new for something from now on. A webhook gets a new secret each time.
    ///
    /// # Errors
    /// As for [`Catalog::following`]; `Invalid`; `Conflict` for who follows too much.
    pub async fn follow(
        &self,
        viewer: &Viewer,
        followed: Followed<'_>,
        statement: NotifyStatement,
        now: Timestamp,
    ) -> Result<Following, CatalogError> {
        const ACT: &str = "notify.set";
        let owner = self.follower(viewer, followed).await?;
        self.may(viewer, owner.is_some(), WHO_FOLLOWS, ACT, now).await?;
        let owner = owner.ok_or(CatalogError::Forbidden(WHO_FOLLOWS))?;
        CatalogError::if_any(self.problems_of_following(&statement, &owner))?;
        let (kind, subject, owner) = (followed.kind(), followed.id(), owner_text(&owner));
        let earlier = self.store().subscription(kind, subject, &owner).await?;
        if statement.channel == NotifyChannel::None {
            if let Some(row) = earlier {
                let act = NewAct::new(now, viewer.actor(), "notify.remove", subject);
                self.store().remove_subscription(&row.id, act).await?;
            }
            return Ok(Following { statement: NotifyStatement::none(), secret: None, stopped: None });
        }
        if earlier.is_none() && self.store().subscription_count(&owner).await? >= MOST {
            return Err(CatalogError::conflict(format!("{MOST} saved searches and needs are followed: leave some")));
        }
        let secret = match statement.channel {
            NotifyChannel::Webhook => Some(new_secret(SECRET_PREFIX)?),
            NotifyChannel::None | NotifyChannel::Email => None,
        };
        let pause = SignedDuration::from_hours(statement.frequency.hours());
        let row = SubscriptionRow {
            id: new_id(),
            kind,
            subject: subject.to_owned(),
            owner,
            statement: statement.clone(),
            secret: secret.clone(),
            looked_to: self.store().latest_seq().await?,
            next_look: now.saturating_add(pause).unwrap_or(Timestamp::MAX),
            created: now,
            stopped: None,
        };
        self.store().put_subscription(row, NewAct::new(now, viewer.actor(), ACT, subject)).await?;
        Ok(Following { statement, secret, stopped: None })
    }

    /// As whom the viewer follows something that they may know of; `None` where they may not follow it.
    async fn follower(&self, viewer: &Viewer, followed: Followed<'_>) -> Result<Option<SearchOwner>, CatalogError> {
        match followed {
            Followed::SavedSearch(id) => {
                let owner = self.entry::<SavedSearch>(viewer, id).await?.body.owner;
                Ok(owner.is(viewer).then_some(owner))
            }
            Followed::Need(id) => {
                self.entry::<Need>(viewer, id).await?;
                Ok(SearchOwner::of(viewer))
            }
        }
    }

    /// What must be mended of how somebody wants to be told.
    fn problems_of_following(&self, statement: &NotifyStatement, owner: &SearchOwner) -> Vec<Problem> {
        let mut problems = statement.validate(self.vocabularies());
        let channel = |code: &str, message: &str| Problem::error(code, "channel", message);
        match (statement.channel, owner) {
            (NotifyChannel::Email, SearchOwner::Organisation(_)) => problems.push(channel(
                "not-allowed",
                "a mail goes to the account of a person: with a token that is nobody's own, give `webhook` or `none`",
            )),
            (NotifyChannel::Email, SearchOwner::Person(_)) if self.notification_settings().mail.is_none() => {
                let message =
                    "this server sends no mail: give `webhook` or `none`, or ask its operator for a mail server";
                problems.push(channel("no-mail", message));
            }
            _ => {}
        }
        if let (true, Some(address)) = (problems.is_empty(), &statement.url) {
            problems.extend(self.webhook_problem(address));
        }
        problems
    }

    /// What is wrong with the address of a webhook, as far as that can be told before it is used.
    fn webhook_problem(&self, address: &str) -> Option<Problem> {
        let refused = |message: String| Some(Problem::error("not-allowed", "url", message));
        let Ok(url) = Url::parse(address) else { return refused("it is no address".to_owned()) };
        let allow_private = self.notification_settings().allow_private_webhooks;
        if url.scheme() != "https" && !allow_private {
            return refused("a webhook begins with https://, so that nobody else reads what it is told".to_owned());
        }
        let policy = FetchPolicy { allow_private, ..FetchPolicy::default() };
        check_url(&url, &policy).err().and_then(|error| refused(error.to_string()))
    }
}

fn owner_text(owner: &SearchOwner) -> String {
    match owner {
        SearchOwner::Person(id) => format!("person:{id}"),
        SearchOwner::Organisation(id) => format!("organisation:{id}"),
    }
}
