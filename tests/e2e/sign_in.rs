//! Signing in at a provider of OpenID Connect that others wrote: `oidc-provider` from npm, started by the test.
//!
//! `CAIRN_TEST_OIDC` names the folder in which it is installed, as `.ci/run` does it.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use crate::http::{Answer, request};
use crate::peers::{Peer, start};
use crate::place::Place;
use crate::server::Server;
use crate::skipping::skip;

/// Where others reach the server, as its configuration says: behind TLS that somebody else ends.
const PUBLIC: &str = "https://cairn.example";

/// A provider and a server that knows it.
struct House {
    folder: TempDir,
    peer: Peer,
    place: Place,
    server: Server,
}

impl House {
    /// None where there is no provider to be had.
    fn open(more: &str) -> Option<Self> {
        let installed = std::env::var("CAIRN_TEST_OIDC").ok().filter(|path| Path::new(path).exists());
        let Some(installed) = installed else {
            skip("oidc", "CAIRN_TEST_OIDC names no folder");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let peer = start("node", &[], "oidc_peer.mjs", folder.path(), &[&installed]);
        let place = Place::new();
        place.configure(&format!(
            "[server]\npublic_url = \"{PUBLIC}\"\n[[sign_in.providers]]\nid = \"ministry\"\ntitle = \"Ministry\"\n\
             issuer = \"http://127.0.0.1:{}\"\nclient_id = \"cairn\"\nclient_secret_file = \"secret\"\n\
             allow_private = true\n{more}",
            peer.port
        ));
        place.config_file("secret", "invented for this test alone\n");
        let server = place.up();
        server.wait_until_ready();
        Some(Self { folder, peer, place, server })
    }

    /// Who sits before the browser of the provider.
    fn person(&self, account: &Value) {
        std::fs::write(self.folder.path().join("account.json"), account.to_string()).unwrap();
    }

    fn browser(&self) -> Browser {
        let provider = SocketAddr::from(([127, 0, 0, 1], self.peer.port));
        Browser { cairn: self.server.address, provider, cookies: Vec::new() }
    }

    fn invite(&self, email: &str, role: &str) {
        self.place.run(&["user", "invite", email, "--organisation", "Desk", "--role", role]).exits(0);
    }
}

/// A browser that follows redirects between both, and keeps the cookies of each.
struct Browser {
    cairn: SocketAddr,
    provider: SocketAddr,
    /// Whether it is the provider's, its name, its value.
    cookies: Vec<(bool, String, String)>,
}

impl Browser {
    fn get(&mut self, address: &Url) -> Answer {
        let is_provider = address.host_str() == Some("127.0.0.1");
        let to = if is_provider { self.provider } else { self.cairn };
        let own = self.cookies.iter().filter(|(of_provider, _, _)| *of_provider == is_provider);
        let cookies: Vec<String> = own.map(|(_, name, value)| format!("{name}={value}")).collect();
        let answer = request(to, "GET", &address[url::Position::BeforePath..], &[("Cookie", &cookies.join("; "))]);
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(of_provider, one, _)| *of_provider != is_provider || one != name);
            if !value.is_empty() {
                self.cookies.push((is_provider, name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    /// Follows redirects from an address of the server until there is a page, or the callback is about to be asked for.
    fn follow(&mut self, from: &str, stop_before_callback: bool) -> (Url, Answer) {
        let mut address = Url::parse(PUBLIC).unwrap().join(from).unwrap();
        for _ in 0..20 {
            let answer = self.get(&address);
            if !(300..400).contains(&answer.status) {
                return (address, answer);
            }
            address = address.join(answer.header("location").unwrap()).unwrap();
            if stop_before_callback && address.path().ends_with("/callback") {
                return (address, answer);
            }
        }
        panic!("redirects without an end, at {address}");
    }

    /// Signs in, and answers where that ended.
    fn sign_in(&mut self) -> (String, Answer) {
        let (address, answer) = self.follow("/sign-in/ministry?return_to=%2Faccount", false);
        (address[url::Position::BeforePath..].to_owned(), answer)
    }

    /// Who the server takes it for.
    fn me(&mut self) -> Value {
        self.get(&Url::parse(&format!("{PUBLIC}/api/v1/me")).unwrap()).json()
    }
}

fn account(sub: &str, email: &str, verified: bool) -> Value {
    json!({"sub": sub, "email": email, "email_verified": verified, "name": "Amal Haddad"})
}

#[test]
fn who_is_invited_signs_in_at_their_provider_and_is_known_from_then_on() {
    let Some(house) = House::open("") else { return };
    let page = house.server.get("/sign-in").text();
    assert!(page.contains("/sign-in/ministry?return_to=%2F") && page.contains("Ministry"), "{page}");

    house.person(&account("1", "amal@desk.example", true));
    let (_, refused) = house.browser().sign_in();
    assert_eq!(refused.status, 403, "nobody invited them: {}", refused.text());
    assert!(refused.text().contains("no invitation to a mail address"), "{}", refused.text());

    house.invite("amal@desk.example", "steward");
    let mut browser = house.browser();
    let (at, answer) = browser.sign_in();
    assert_eq!((at.as_str(), answer.status), ("/account", 200), "{}", answer.text());
    // They never had a password here, so that there is none to change.
    assert!(!answer.text().contains("action=\"/account/password\""), "{}", answer.text());
    assert!(answer.text().contains("Amal Haddad"), "{}", answer.text());
    let session = browser.cookies.iter().find(|(of_provider, name, _)| !of_provider && name == "__Host-cairn");
    assert!(session.is_some_and(|(_, _, secret)| secret.len() == 64), "{:?}", browser.cookies);
    let me = browser.me();
    assert_eq!((&me["organisation"], &me["role"]), (&json!("desk"), &json!("steward")), "{me}");

    // The identity is known now, whatever the address becomes.
    house.person(&account("1", "haddad@elsewhere.example", false));
    let mut again = house.browser();
    again.sign_in();
    assert_eq!(again.me()["person"]["id"], me["person"]["id"]);
    // A closed account is closed at every door.
    house.place.run(&["user", "close", "amal@desk.example"]).exits(0);
    assert_eq!(again.me()["actor"], "anonymous");
    assert_eq!(house.browser().sign_in().1.status, 403);
    house.person(&account("2", "amal@desk.example", true));
    assert_eq!(house.browser().sign_in().1.status, 403);
}

#[test]
fn an_address_that_nobody_verified_opens_nothing() {
    let Some(house) = House::open("domains = [\"desk.example\"]\norganisation = \"Visitors\"\nrole = \"reader\"\n")
    else {
        return;
    };
    house.invite("amal@desk.example", "administrator");
    house.person(&account("1", "amal@desk.example", false));
    let mut browser = house.browser();
    assert_eq!(browser.sign_in().1.status, 403);
    assert_eq!(browser.me()["actor"], "anonymous");
    house.person(&json!({"sub": "2", "name": "Nobody"}));
    assert_eq!(house.browser().sign_in().1.status, 403);
    // The true owner of the address takes the account, and no other identity afterwards.
    house.person(&account("3", "Amal@Desk.example", true));
    let mut owner = house.browser();
    owner.sign_in();
    assert_eq!(owner.me()["role"], "administrator");
    // Somebody of a welcome domain comes without an invitation; of one below it or beside it nobody does.
    house.person(&account("4", "badr@desk.example", true));
    let mut newcomer = house.browser();
    newcomer.sign_in();
    let me = newcomer.me();
    assert_eq!((&me["organisation"], &me["role"]), (&json!("visitors"), &json!("reader")), "{me}");
    let made = house.place.run(&["audit", "list", "--act", "organisation.create", "--json"]).json();
    assert_eq!(made["acts"][0]["actor"], me["actor"], "with them their organisation came, and by nobody else");
    for email in ["x@sub.desk.example", "x@notdesk.example", "x@desk.example.evil.example"] {
        house.person(&account(email, email, true));
        assert_eq!(house.browser().sign_in().1.status, 403, "{email}");
    }
}

#[test]
fn a_sign_in_ends_once_and_in_the_browser_that_began_it() {
    let Some(house) = House::open("") else { return };
    house.invite("amal@desk.example", "reader");
    house.person(&account("1", "amal@desk.example", true));
    let mut browser = house.browser();
    let (callback, _) = browser.follow("/sign-in/ministry", true);
    // Somebody else's browser is not signed in by a link that it is given.
    let mut other = house.browser();
    assert_eq!(other.get(&callback).status, 400);
    other.follow("/sign-in/ministry", true);
    assert_eq!(other.get(&callback).status, 400, "it has a state, but another one");
    let mut forged = callback.clone();
    forged.set_query(Some(&callback.query().unwrap().replace("code=", "code=x")));
    let mut unlucky = house.browser();
    let (own, _) = unlucky.follow("/sign-in/ministry", true);
    let query = own.query().unwrap().replace("code=", "code=x");
    forged.set_query(Some(&query));
    let refused = unlucky.get(&forged);
    assert_eq!(refused.status, 502, "{}", refused.text());
    assert_eq!(unlucky.get(&own).status, 400, "a state is used once");

    assert_eq!(browser.get(&callback).status, 303);
    assert!(browser.me()["actor"].as_str().unwrap().starts_with("person:"));
    let state = callback.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    browser.cookies.push((false, "__Host-cairn-sign-in".to_owned(), state));
    assert_eq!(browser.get(&callback).status, 400, "a code is used once");
}

#[test]
fn what_a_provider_says_of_an_error_is_not_shown_and_one_that_is_gone_is_told() {
    let Some(house) = House::open("") else { return };
    house.person(&json!({"refuses": true}));
    let (_, refused) = house.browser().sign_in();
    assert_eq!(refused.status, 403);
    assert!(!refused.text().contains("alert(1)") && !refused.text().contains("access_denied"), "{}", refused.text());
    assert_eq!(house.server.get("/sign-in/nobody").status, 404);
    let House { peer, server, .. } = house;
    drop(peer);
    let gone = server.get("/sign-in/ministry");
    assert_eq!(gone.status, 502);
    assert!(gone.text().contains("Ministry cannot be asked"), "{}", gone.text());
}
