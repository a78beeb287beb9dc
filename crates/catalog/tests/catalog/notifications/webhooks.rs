//! Webhooks: what they are told, who can tell that it was us, and what becomes of one that does not answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cairn_catalog::{CatalogError, Followed, NotificationSettings, Notifier};
use cairn_model::registry::{NotifyChannel, NotifyFrequency, NotifyStatement};
use cairn_policy::{Role, Viewer};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::house::{DESK, House, day, desk_id};
use crate::notifications::town::{PUBLIC_URL, Town, hour, told};

/// Whoever is told, on loopback.
struct Hook {
    port: u16,
    came: Arc<Mutex<Vec<(String, String)>>>,
    answers: Arc<Mutex<&'static str>>,
}

impl Hook {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let hook = Self { port, came: Arc::default(), answers: Arc::new(Mutex::new("204 No Content")) };
        let (came, answers) = (Arc::clone(&hook.came), Arc::clone(&hook.answers));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap().to_lowercase();
                let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
                let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
                stream.read_exact(&mut body).await.unwrap();
                came.lock().unwrap().push((head, String::from_utf8(body).unwrap()));
                let status = *answers.lock().unwrap();
                let answer = format!("HTTP/1.1 {status}\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        hook
    }

    fn statement(&self) -> NotifyStatement {
        told(NotifyChannel::Webhook, NotifyFrequency::AtOnce, Some(&format!("http://127.0.0.1:{}/in?key=k", self.port)))
    }

    fn answers(&self, status: &'static str) {
        *self.answers.lock().unwrap() = status;
    }

    fn taken(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.came.lock().unwrap())
    }
}

fn field<'a>(head: &'a str, name: &str) -> &'a str {
    let start = format!("\r\n{name}: ");
    head.split(&start).nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap_or_default()
}

/// Whether a signature is that of a secret, as a receiver would find it out.
fn is_signed(secret: &str, head: &str, body: &str) -> bool {
    let signature = field(head, "cairn-signature");
    let (time, mac) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let mut expected = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    expected.update(format!("{time}.{body}").as_bytes());
    hex::encode(expected.finalize().into_bytes()) == mac
}

#[tokio::test]
async fn a_webhook_is_told_ids_and_addresses_and_can_tell_who_tells_them() {
    let (mut town, hook) = (Town::open().await, Hook::start().await);
    let manager = Viewer::member("desk", &[], Role::Manager);
    let search = town.saved(&manager, "q=wells").await;
    let following = town.follows(&manager, &search, hook.statement()).await;
    let secret = following.secret.unwrap();
    assert!(secret.starts_with("cairnhook_"), "{secret}");
    let shown = town.house.catalog.following(&manager, Followed::SavedSearch(&search)).await.unwrap();
    assert_eq!(shown.secret, None, "it is told once");
    town.holds(&[["own", "Wells of the camp", "organisation", "hidden"]]).await;
    assert_eq!(town.sends(hour(1)).await.sent, 1);
    let (head, body) = hook.taken().remove(0);
    let id = desk_id("own");
    let expected = json!({
        "event": "records", "delivery": field(&head, "cairn-delivery"), "saved_search": search,
        "records": [{"id": id, "url": format!("{PUBLIC_URL}/api/v1/datasets/{id}")}], "more": false,
    });
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    assert!(head.starts_with("post /in?key=k ") && field(&head, "content-type") == "application/json", "{head}");
    assert_eq!(field(&head, "cairn-event"), "records");
    assert!(is_signed(&secret, &head, &body) && !is_signed("another", &head, &body), "{head}");
    // A new one is another.
    assert_ne!(town.follows(&manager, &search, hook.statement()).await.secret.unwrap(), secret);
}

#[tokio::test]
async fn a_webhook_that_fails_is_tried_again_and_in_the_end_stopped_and_that_is_said() {
    let (mut town, hook) = (Town::open().await, Hook::start().await);
    let manager = Viewer::member("desk", &[], Role::Manager);
    let search = town.saved(&manager, "q=wells").await;
    town.follows(&manager, &search, hook.statement()).await;
    // A redirect is an answer like any other that is no success: it is not followed.
    hook.answers("302 Found");
    town.holds(&[["a", "Wells a", "public", "full"]]).await;
    assert_eq!(town.sends(hour(1)).await.postponed, 1);
    assert_eq!(town.sends(hour(1)).await.postponed, 0, "not at once again");
    assert_eq!(town.sends(hour(2)).await.postponed, 1);
    let deliveries = hook.taken();
    let ids: Vec<&str> = deliveries.iter().map(|(head, _)| field(head, "cairn-delivery")).collect();
    assert!(ids.len() == 2 && ids[0] == ids[1], "who gets it twice can tell: {ids:?}");
    assert_eq!(town.sends(hour(1 + 5 * 24)).await.given_up, 1);
    let following = town.house.catalog.following(&manager, Followed::SavedSearch(&search)).await.unwrap();
    assert_eq!(following.stopped, Some(hour(1 + 5 * 24)));
    assert_eq!(town.house.catalog.newest_acts(1).await.unwrap()[0].act, "notify.stop");
    hook.taken();
    town.holds(&[["a", "Wells b", "public", "full"]]).await;
    town.sends(hour(6 * 24)).await;
    assert!(hook.taken().is_empty());
    // Said anew, it is told again; one that says that it is gone is stopped at once.
    town.follows(&manager, &search, hook.statement()).await;
    hook.answers("410 Gone");
    town.holds(&[["a", "Wells c", "public", "full"]]).await;
    assert_eq!(town.sends(hour(7 * 24)).await.given_up, 1);
    assert_eq!(hook.taken().len(), 1);
}

#[tokio::test]
async fn a_webhook_that_never_answers_keeps_no_mail_from_being_sent() {
    let mut town = Town::open().await;
    // Whoever connects is taken by the system, and hears nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let manager = Viewer::member("desk", &[], Role::Manager);
    let search = town.saved(&manager, "q=wells").await;
    let url = format!("http://{}/", silent.local_addr().unwrap());
    town.follows(&manager, &search, told(NotifyChannel::Webhook, NotifyFrequency::AtOnce, Some(&url))).await;
    let amal = town.person("amal", "Elsewhere", Role::Reader).await;
    let search = town.saved(&amal, "q=wells").await;
    town.follows(&amal, &search, told(NotifyChannel::Email, NotifyFrequency::AtOnce, None)).await;
    town.holds(&[["new", "Wells of the north", "public", "full"]]).await;
    let mail = async {
        loop {
            if let Some(mail) = town.mail.taken().pop() {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let mail = tokio::select! {
        mail = mail => mail,
        report = town.sends(hour(1)) => panic!("the mail waited for the webhook: {report:?}"),
    };
    assert_eq!(mail.to, "amal@relief.example");
}

#[tokio::test]
async fn no_webhook_lies_where_only_this_server_can_reach() {
    let house = House::open_notifying(&[DESK], NotificationSettings::default()).await;
    let catalog = &house.catalog;
    let manager = Viewer::member("desk", &[], Role::Manager);
    let statement = cairn_model::registry::SavedSearchStatement { name: "n".to_owned(), query: "q=wells".to_owned() };
    let search = catalog.create_saved_search(&manager, statement, day(0)).await.unwrap().id;
    let follow = async |url: &str| {
        let statement = told(NotifyChannel::Webhook, NotifyFrequency::AtOnce, Some(url));
        match catalog.follow(&manager, Followed::SavedSearch(&search), statement, day(0)).await {
            Ok(_) => "taken".to_owned(),
            Err(CatalogError::Invalid(problems)) => format!("{}: {}", problems[0].field, problems[0].code),
            Err(error) => panic!("{error:?}"),
        }
    };
    for refused in [
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://2130706433/",
        "https://hooks.example:8443/",
        "http://hooks.example/",
    ] {
        assert_eq!(follow(refused).await, "url: not-allowed", "{refused}");
    }
    // A name is looked at again when it is connected to.
    assert_eq!(follow("https://localhost/").await, "taken");
    house.write("desk.csv", &crate::house::inventory(&[["a", "Wells", "public", "full", ""]]));
    house.harvest("desk", 0).await;
    let notifier = Notifier::new(catalog.clone(), PUBLIC_URL, crate::notifications::town::read_search).unwrap();
    let report = notifier.send_due(hour(1), &cairn_catalog::CancellationToken::new()).await.unwrap();
    assert_eq!((report.sent, report.postponed), (0, 1));
}
