//! People who use the pages: they sign in, open pages, and send the forms that stand on them.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]
#![expect(clippy::unwrap_used, reason = "tests")]

use axum::http::Method;
use cairn_catalog::{AcceptedInvitation, InvitationRequest};
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;

use crate::house::{Answer, House};

const PASSWORD: &str = "kettle and umbrella";

/// The browser of somebody who is signed in.
pub struct Browser<'h> {
    pub house: &'h House,
    pub session: String,
}

impl<'h> Browser<'h> {
    /// Invites somebody of an organisation, who accepts and signs in.
    pub async fn of(house: &'h House, name: &str, organisation: &str, role: Role) -> Self {
        let email = format!("{}@people.example", name.to_lowercase());
        let request = InvitationRequest { email: email.clone(), organisation: Some(organisation.to_owned()), role };
        let secret = house.catalog.invite(&Viewer::operator(), request, Timestamp::now()).await.unwrap().secret;
        let accepted = AcceptedInvitation { secret, name: Some(name.to_owned()), password: PASSWORD.to_owned() };
        house.catalog.accept_invitation(&accepted, Timestamp::now()).await.unwrap();
        Self { house, session: sign_in(house, &email).await }
    }

    pub async fn open(&self, address: &str) -> Answer {
        self.house.send_as_page(&Method::GET, address, Some(&self.session), "").await
    }

    /// Sends a form with the token that the pages of this session hold.
    pub async fn send(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let token = form_token(&self.open("/account").await);
        let fields: Vec<(&str, &str)> =
            [("form_token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.send_as_it_is(address, &fields).await
    }

    pub async fn send_as_it_is(&self, address: &str, fields: &[(&str, &str)]) -> Answer {
        self.house.send_as_page(&Method::POST, address, Some(&self.session), &form(fields)).await
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Signs in with the mail address of an account, into a session of its own.
pub async fn sign_in(house: &House, email: &str) -> String {
    let fields = form(&[("email", email), ("password", PASSWORD)]);
    let answer = house.send_as_page(&Method::POST, "/sign-in", None, &fields).await;
    let cookie = answer.headers.get("set-cookie").unwrap_or_else(|| panic!("{}", answer.text()));
    cookie.strip_prefix("cairn=").unwrap().split(';').next().unwrap().to_owned()
}

/// The token in the forms of a page.
pub fn form_token(answer: &Answer) -> String {
    let text = answer.text();
    let (_, rest) = text.split_once("name=\"form_token\" value=\"").unwrap_or_else(|| panic!("{text}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The one script that pages with long forms hold.
const SCRIPT: &str = "<script src=\"/assets/cairn.js\" defer></script>";

/// What every page has once, and what leads to every field: landmarks, a heading, labels, and no script but that file.
pub fn is_sound(answer: &Answer) {
    let text = answer.text();
    for one in ["<h1", "<main", "<header", "<footer", "class=\"skip\""] {
        assert_eq!(text.matches(one).count(), 1, "{one}: {text}");
    }
    for never in ["<script", " onclick", "javascript:", " style="] {
        assert!(!text.replacen(SCRIPT, "", 1).contains(never), "{never}: {text}");
    }
    let mut ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for tag in text.split('<').filter(|tag| ["input ", "select ", "textarea "].iter().any(|kind| tag.starts_with(kind)))
    {
        if tag.contains("type=\"hidden\"") {
            continue;
        }
        let id = tag.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("{tag}"));
        assert!(text.contains(&format!("for=\"{id}\"")), "{id} has no label");
    }
    let every = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), every, "an id stands twice: {text}");
    assert!(answer.body.len() < 80 * 1024, "{} bytes", answer.body.len());
}
