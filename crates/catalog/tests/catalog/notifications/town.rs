//! A catalogue with a mail server, people who are told, and a notifier whose clock the test is.

use cairn_catalog::{
    AcceptedInvitation, CancellationToken, Followed, Following, InvitationRequest, MailSecurity, MailServer as Server,
    MailSettings, NotificationSettings, Notifier, SearchRequest, SendReport,
};
use cairn_model::Vocabularies;
use cairn_model::registry::{NotifyChannel, NotifyFrequency, NotifyStatement, SavedSearchStatement};
use cairn_policy::{Role, Viewer};
use jiff::{SignedDuration, Timestamp};

use crate::house::{DESK, House, day, inventory};
use crate::notifications::mail_server::{Mail, MailServer};

pub const PUBLIC_URL: &str = "https://cairn.example";

pub struct Town {
    pub house: House,
    pub mail: MailServer,
    pub notifier: Notifier,
    harvests: i64,
}

/// So many hours after the first day.
pub fn hour(number: i64) -> Timestamp {
    day(0) + SignedDuration::from_hours(number)
}

/// As `GET /api/v1/search` reads a query of one word.
pub fn read_search(query: &str, _: &Vocabularies, _: Timestamp) -> Result<SearchRequest, String> {
    let text = query.strip_prefix("q=").ok_or("no query")?.to_owned();
    Ok(SearchRequest { text, limit: 20, language: "en".to_owned(), ..SearchRequest::default() })
}

pub fn told(channel: NotifyChannel, frequency: NotifyFrequency, url: Option<&str>) -> NotifyStatement {
    NotifyStatement { channel, frequency, url: url.map(str::to_owned) }
}

impl Town {
    pub async fn open() -> Self {
        let mail = MailServer::start().await;
        let settings = NotificationSettings {
            mail: Some(MailSettings {
                server: Server { host: "127.0.0.1".to_owned(), port: mail.port, security: MailSecurity::None },
                user: None,
                from: "Cairn <cairn@relief.example>".to_owned(),
                ca_bundle: None,
            }),
            allow_private_webhooks: true,
        };
        let house = House::open_notifying(&[DESK], settings).await;
        let notifier = Notifier::new(house.catalog.clone(), PUBLIC_URL, read_search).unwrap();
        Self { house, mail, notifier, harvests: 0 }
    }

    /// What the desk holds from now on: id, title, sharing and listing.
    pub async fn holds(&mut self, rows: &[[&str; 4]]) {
        let rows: Vec<[&str; 5]> =
            rows.iter().map(|[id, title, sharing, listing]| [*id, *title, *sharing, *listing, ""]).collect();
        self.house.write("desk.csv", &inventory(&rows));
        self.house.harvest("desk", self.harvests).await;
        self.harvests += 1;
    }

    /// Somebody with an account, as they are signed in.
    pub async fn person(&self, name: &str, organisation: &str, role: Role) -> Viewer {
        let request = InvitationRequest {
            email: format!("{name}@relief.example"),
            organisation: Some(organisation.to_owned()),
            role,
        };
        let issued = self.house.catalog.invite(&Viewer::operator(), request, day(0)).await.unwrap();
        let accepted = AcceptedInvitation {
            secret: issued.secret,
            name: Some(name.to_owned()),
            password: "kettle and umbrella".to_owned(),
        };
        let person = self.house.catalog.accept_invitation(&accepted, day(0)).await.unwrap();
        Viewer::member(&person.organisation, &[], role).as_person(&person.id)
    }

    /// Saves a search of somebody, and its id.
    pub async fn saved(&self, viewer: &Viewer, query: &str) -> String {
        let statement = SavedSearchStatement { name: "Secret name".to_owned(), query: query.to_owned() };
        self.house.catalog.create_saved_search(viewer, statement, day(0)).await.unwrap().id
    }

    pub async fn follows(&self, viewer: &Viewer, search: &str, statement: NotifyStatement) -> Following {
        self.house.catalog.follow(viewer, Followed::SavedSearch(search), statement, day(0)).await.unwrap()
    }

    /// Sends what is due at an instant.
    pub async fn sends(&self, now: Timestamp) -> SendReport {
        self.notifier.send_due(now, &CancellationToken::new()).await.unwrap()
    }

    /// The mails that are sent at an instant.
    pub async fn mails(&self, now: Timestamp) -> Vec<Mail> {
        self.sends(now).await;
        self.mail.taken()
    }

    /// To whom mails are sent at an instant, and what their subjects are.
    pub async fn subjects(&self, now: Timestamp) -> Vec<(String, String)> {
        let mails = self.mails(now).await;
        let mut told: Vec<(String, String)> =
            mails.into_iter().map(|mail| (mail.to.clone(), mail.field("Subject").unwrap())).collect();
        told.sort();
        told
    }
}

/// What the one mail of a list is.
#[track_caller]
pub fn one(mails: Vec<Mail>) -> Mail {
    assert_eq!(mails.len(), 1, "{mails:#?}");
    mails.into_iter().next().unwrap()
}
