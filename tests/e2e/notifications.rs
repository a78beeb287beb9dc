//! Notifications from the running server to a mail server that others wrote (aiosmtpd, from `PyPI`), over STARTTLS.
//!
//! `CAIRN_TEST_SMTP` names the Python program of an environment in which it is installed, as `.ci/run` does it.

use std::path::Path;
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};

use crate::http::{Answer, send};
use crate::peers::{Peer, python, start};
use crate::place::{Place, copy_folder};
use crate::server::Server;

const HEADER: &str = "id,title,sharing,sensitivity,listing\n";

/// A certificate for a host, and its authority, in a folder.
fn certify(folder: &Path, host: &str) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![host.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    std::fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    std::fs::write(folder.join("server.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
}

fn configuration(port: u16, ca_bundle: Option<&Path>) -> String {
    let bundle = ca_bundle.map_or(String::new(), |path| format!("ca_bundle = \"{}\"\n", path.display()));
    format!(
        "[server]\npublic_url = \"https://cairn.example\"\n\
         [mail]\nsmtp = \"smtp://localhost:{port}\"\nfrom = \"Cairn <cairn@relief.example>\"\n{bundle}"
    )
}

/// The mails that came to a folder.
fn mails(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("mails.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Waits until so many mails came.
#[track_caller]
fn wait_for(folder: &Path, count: usize, server: &Server) -> Vec<Value> {
    let begun = Instant::now();
    while mails(folder).len() < count {
        assert!(begun.elapsed() < Duration::from_secs(30), "no mail came: {}", server.said());
        std::thread::sleep(Duration::from_millis(100));
    }
    mails(folder)
}

/// Somebody who signs in to a server, and sends what a page of it would.
struct Browser<'a> {
    server: &'a Server,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn signed_in(place: &Place, server: &'a Server, email: &str) -> Self {
        let invite = ["user", "invite", email, "--organisation", "Clinic", "--role", "reader", "--json"];
        let link = place.run(&invite).exits(0).json()["link"].as_str().unwrap().to_owned();
        let secret = link.rsplit('/').next().unwrap();
        let body = json!({"secret": secret, "name": "Amal", "password": "kettle and umbrella"}).to_string();
        assert_eq!(server.post_json("/api/v1/invitations/accept", &body).status, 200);
        let fields = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")];
        let form = format!("email={}&password=kettle+and+umbrella", crate::http::escaped(email));
        let answer = send(server.address, "POST", "/sign-in", &fields, &form);
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        Self { server, cookie }
    }

    fn send(&self, method: &str, target: &str, body: &Value) -> Answer {
        let fields =
            [("Cookie", &*self.cookie), ("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/json")];
        send(self.server.address, method, target, &fields, &body.to_string())
    }

    fn get(&self, target: &str) -> Answer {
        self.server.get_with(target, &[("Cookie", &self.cookie)])
    }

    /// Follows a search for wells by mail, and answers its id.
    fn follows_wells(&self) -> String {
        let search = self.send("POST", "/api/v1/saved-searches", &json!({"name": "Mine", "query": "q=wells"})).json();
        let id = search["id"].as_str().unwrap().to_owned();
        let at_once = json!({"channel": "email", "frequency": "at-once"});
        let followed = self.send("PUT", &format!("/api/v1/saved-searches/{id}/notify"), &at_once);
        assert_eq!((followed.status, &followed.json()), (200, &at_once), "{}", followed.text());
        id
    }
}

/// A place with a source of one file, harvested once.
fn harvested() -> Place {
    let place = Place::new();
    place.file("desk.csv", format!("{HEADER}a,Wells of old,public,low,full\n"));
    place.source("desk", "inventory", "file:../../files/desk.csv", "organisation = \"Desk\"");
    place.harvest(&[], 0);
    place
}

fn smtp_peer(python: &str, folder: &Path, more: &[&str]) -> Peer {
    start(python, &["-W", "ignore"], "smtp_peer.py", folder, more)
}

#[test]
fn a_person_is_told_over_starttls_and_ends_it_with_one_request_to_the_link_in_the_mail() {
    let Some(python) = python("smtp", "CAIRN_TEST_SMTP") else { return };
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path(), "localhost");
    let peer = smtp_peer(&python, folder.path(), &["starttls"]);
    let place = harvested();
    place.configure(&configuration(peer.port, Some(&folder.path().join("ca.pem"))));
    let server = place.serve();
    let amal = Browser::signed_in(&place, &server, "amal@clinic.example");
    let search = amal.follows_wells();
    place.file("desk.csv", format!("{HEADER}a,Wells of old,public,low,full\nb,Wells of the north,public,low,full\n"));
    place.harvest(&[], 0);
    let mail = wait_for(folder.path(), 1, &server).remove(0);
    assert_eq!((&mail["tls"], &mail["to"]), (&json!(true), &json!(["amal@clinic.example"])));
    let text = mail["text"].as_str().unwrap().replace("=\r\n", "");
    assert!(
        text.contains("Subject: Cairn: 1 record new or changed") && text.contains("\"Wells of the north\""),
        "{text}"
    );
    assert!(text.contains(&format!("https://cairn.example/saved-searches/{search}")), "{text}");
    let other: Vec<&str> = text.matches("http://").collect();
    assert_eq!(other.len(), 0, "every address begins with the public one: {text}");

    // The link in it leads who is signed in to what the search finds, and everybody else to the sign-in.
    let led = |answer: Answer| (answer.status, answer.header("location").unwrap_or_default().to_owned());
    let path = format!("/saved-searches/{search}");
    assert_eq!(led(amal.get(&path)), (303, "/search?q=wells".to_owned()));
    assert_eq!(led(server.get(&path)), (303, format!("/sign-in?return_to={path}")));
    assert_eq!(led(server.get("/saved-searches/none")), (303, "/sign-in?return_to=/saved-searches/none".to_owned()));

    // A67: a program that looks at the link ends nothing; RFC 8058: one request does, without a session and from anywhere.
    let link = text.split("List-Unsubscribe: <https://cairn.example").nth(1).unwrap().split('>').next().unwrap();
    assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{text}");
    let page = server.get(link);
    assert!(page.status == 200 && page.text().contains("<button type=\"submit\">"), "{}", page.text());
    assert!(!page.text().contains("amal") && !page.text().contains("wells"), "{}", page.text());
    let notify = format!("/api/v1/saved-searches/{search}/notify");
    assert_eq!(amal.get(&notify).json()["channel"], "email");
    let one_click = [("Content-Type", "application/x-www-form-urlencoded")];
    for _ in 0..2 {
        let ended = send(server.address, "POST", link, &one_click, "List-Unsubscribe=One-Click");
        assert!(ended.status == 200 && ended.text().contains("are ended for you"), "{}", ended.text());
    }
    assert_eq!(amal.get(&notify).json()["channel"], "none");
    let own = amal.get("/api/v1/me/notifications").json();
    assert_eq!((&own["items"][0]["about"], &own["items"][0]["state"]), (&json!("records"), &json!("sent")), "{own}");
    let ended = server.stop();
    assert!(!ended.stderr.contains("amal@") && !ended.stderr.contains(link), "{}", ended.stderr);
}

/// T4.
#[test]
fn no_mail_goes_to_a_server_that_cannot_show_by_a_certificate_that_it_is_the_one() {
    let Some(python) = python("smtp", "CAIRN_TEST_SMTP") else { return };
    let first = harvested();
    first.configure(&configuration(1, None));
    let server = first.serve();
    Browser::signed_in(&first, &server, "amal@clinic.example").follows_wells();
    server.stop();
    first.file("desk.csv", format!("{HEADER}a,Wells of the far north,public,low,full\n"));
    first.harvest(&[], 0);
    for (host, is_known, more, is_sent) in [
        ("localhost", true, &["starttls"][..], true),
        ("localhost", false, &["starttls"], false),
        ("other.example", true, &["starttls"], false),
        ("localhost", true, &[], false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        certify(folder.path(), host);
        let peer = smtp_peer(&python, folder.path(), more);
        let place = Place::new();
        copy_folder(&first.data(), &place.data());
        let bundle = folder.path().join("ca.pem");
        place.configure(&configuration(peer.port, is_known.then_some(&*bundle)));
        let due = place.run(&["notify", "--dry-run", "--json"]).exits(0).json();
        assert_eq!((due["due"].as_array().unwrap().len(), &due["due"][0]["about"]), (1, &json!("records")), "{due}");
        let sent = place.run(&["notify", "--json"]).exits(if is_sent { 0 } else { 3 }).json();
        assert_eq!(
            (&sent["sent"], &sent["postponed"]),
            (&json!(u32::from(is_sent)), &json!(u32::from(!is_sent))),
            "{host}"
        );
        assert_eq!(mails(folder.path()).len(), usize::from(is_sent), "{host}");
        let again = place.run(&["notify", "--json"]).exits(0).json();
        assert_eq!(
            (&again["sent"], &again["postponed"]),
            (&json!(0), &json!(0)),
            "nothing is sent twice, or at once again"
        );
    }
}

#[test]
fn without_a_mail_server_who_asks_for_mails_is_told_so() {
    let place = harvested();
    place.configure("[server]\npublic_url = \"https://cairn.example\"\n");
    let server = place.serve();
    let amal = Browser::signed_in(&place, &server, "amal@clinic.example");
    let search = amal.send("POST", "/api/v1/saved-searches", &json!({"name": "Mine", "query": "q=wells"})).json();
    let door = format!("/api/v1/saved-searches/{}/notify", search["id"].as_str().unwrap());
    let refused = amal.send("PUT", &door, &json!({"channel": "email"}));
    let problem = refused.json()["problems"][0].clone();
    assert_eq!((refused.status, &problem["field"], &problem["rule"]), (422, &json!("channel"), &json!("no-mail")));
    place.configure("[mail]\nsmtp = \"smtp://mail.relief.example\"\ntls = \"none\"\nfrom = \"a@relief.example\"\n");
    place.run(&["check"]).exits(2).says(&["mail.tls: only a server on this machine"]);
    place.run(&["notify", "--list"]).exits(2);
}

#[test]
fn how_one_is_told_is_said_and_shown_on_the_command_line() {
    let place = Place::new();
    let manager = place.token("Relief Desk", "manager", &[]);
    let by = |arguments: &[&str]| place.run(&[&["saved-search"], arguments, &["--token", &manager]].concat());
    let id = by(&["create", "Wells", "q=wells", "--json"]).exits(0).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(by(&["notify", &id, "--json"]).exits(0).json()["channel"], "none");
    let hook = ["notify", &id, "--channel", "webhook", "--url", "https://hooks.example/in", "--json"];
    let told = by(&hook).exits(0).json();
    assert!(told["secret"].as_str().unwrap().starts_with("cairnhook_") && told["frequency"] == "daily", "{told}");
    let shown = by(&["notify", &id, "--json"]).exits(0).json();
    assert_eq!((&shown["url"], shown.get("secret")), (&json!("https://hooks.example/in"), None));
    by(&["notify", &id, "--channel", "sms"]).exits(2).says(&["`none`, `email`, `webhook`"]);
    by(&["notify", &id, "--channel", "webhook", "--url", "https://127.0.0.1/"]).exits(2).says(&["`url`"]);
    by(&["notify", &id, "--channel", "email"]).exits(2).says(&["`channel`", "give `webhook` or `none`"]);
    by(&["notify", "none"]).exits(1).says(&["no such saved-search"]);
    assert_eq!(place.run(&["notify", "--json"]).exits(0).json()["sent"], 0);
}
