//! What is typed into a form, in a real browser: it is kept in the tab, offered again, and gone once it was taken.
//!
//! Chromium is driven over the pipe of its debugging protocol; `CAIRN_TEST_CHROMIUM` names its program.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::packages::{lines, package};
use crate::place::Place;
use crate::skipping::skip;

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one tab.
struct Tab {
    browser: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: Option<String>,
    sent: u64,
    /// How often the browser asked whether the page is to be left.
    warned: u64,
    _profile: tempfile::TempDir,
}

impl Tab {
    fn open(program: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        // The protocol is spoken on descriptors 3 and 4, which a shell makes of the standard ones.
        let mut browser = Command::new("sh")
            .args(["-c", r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#, "sh", program])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (browser.stdin.take().unwrap(), BufReader::new(browser.stdout.take().unwrap()));
        let mut tab = Self { browser, to, from, session: None, sent: 0, warned: 0, _profile: profile };
        let target = tab.call("Target.createTarget", &json!({"url": "about:blank"}))["targetId"].clone();
        let attached = tab.call("Target.attachToTarget", &json!({"targetId": target, "flatten": true}));
        tab.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        tab.call("Page.enable", &json!({}));
        tab
    }

    /// Sends a call, and returns its number.
    fn send(&mut self, method: &str, params: &Value) -> u64 {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        self.sent
    }

    /// Calls a method, and passes over what the browser tells in between. Where it asks whether a page is to be left, it is.
    fn call(&mut self, method: &str, params: &Value) -> Value {
        let number = self.send(method, params);
        loop {
            let mut answer = Vec::new();
            self.from.read_until(0, &mut answer).unwrap();
            assert_eq!(answer.pop(), Some(0), "the browser has ended");
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            if answer["method"] == json!("Page.javascriptDialogOpening") {
                self.warned += 1;
                self.send("Page.handleJavaScriptDialog", &json!({"accept": true}));
            }
            if answer["id"] == json!(number) {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// What an expression comes to in the page.
    fn value(&mut self, expression: &str) -> Value {
        let answer = self.call("Runtime.evaluate", &json!({"expression": expression, "returnByValue": true}));
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true, which it is not while a page is on its way.
    fn until(&mut self, expression: &str) {
        let begun = Instant::now();
        let guarded = format!("(() => {{ try {{ return Boolean({expression}) }} catch {{ return false }} }})()");
        while self.value(&guarded) != json!(true) {
            let page = "document.documentElement.outerHTML";
            assert!(begun.elapsed() < PATIENCE, "never: {expression}\n{}", self.value(page));
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Leads the tab to an address, and waits until the page and its script are there.
    fn visit(&mut self, address: &str) {
        // A page that was just left is not taken for the new one.
        self.value("window.isLeft = true");
        self.call("Page.navigate", &json!({"url": address}));
        self.until("!window.isLeft && document.readyState === 'complete'");
    }

    /// Types into the field that a selector finds, as a keyboard does.
    fn fill_in(&mut self, selector: &str, text: &str) {
        self.value(&format!("document.querySelector({}).focus()", json!(selector)));
        self.call("Input.insertText", &json!({"text": text}));
    }

    /// Clicks on what stands in a page, and waits for the page that follows.
    fn click_and_wait(&mut self, expression: &str) {
        self.value("window.isLeft = true");
        self.value(&format!("{expression}.click()"));
        self.until("!window.isLeft && document.readyState === 'complete'");
    }

    /// Takes an invitation, which signs in.
    fn sign_up(&mut self, place: &Place, origin: &str, role: &str) {
        let invite = ["user", "invite", "amal@relief.example", "--organisation", "Relief Desk", "--role", role];
        let link = place.run(&invite).exits(0).stdout;
        let secret = link.trim_end().rsplit('/').next().unwrap();
        self.visit(&format!("{origin}/invitation/{secret}"));
        self.fill_in("#name", "Amal");
        self.fill_in("#password", "kettle and umbrella");
        self.fill_in("#again", "kettle and umbrella");
        self.click_and_wait("document.querySelector('main form button[type=submit]')");
    }

    fn kept(&mut self) -> u64 {
        self.value("sessionStorage.length").as_u64().unwrap()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        let _ = self.browser.kill();
        let _ = self.browser.wait();
    }
}

const SEND: &str = "document.querySelector('main form button[type=submit]')";
const WORDS: &str = "document.querySelector('#words').value";

/// The bar's row 42.
#[test]
fn what_is_typed_survives_a_lost_page_and_a_refused_form_and_is_gone_once_it_was_taken() {
    let Some(program) = std::env::var("CAIRN_TEST_CHROMIUM").ok().filter(|program| !program.is_empty()) else {
        skip("chromium", "CAIRN_TEST_CHROMIUM names no browser");
        return;
    };
    let place = Place::new();
    place.dump(&lines([package(1, 1)]));
    place.harvest(&[], 0);
    let server = place.serve();
    server.wait_until_ready();
    let id = server.json("/api/v1/search")["items"][0]["id"].as_str().unwrap().to_owned();
    let origin = format!("http://{}", server.address);
    let form = format!("{origin}/dataset/{id}/concern");
    let mut tab = Tab::open(&program);

    // Of who is not signed in nothing is kept: the machine may be everybody's.
    tab.visit(&form);
    tab.fill_in("#words", "They lead to us.");
    assert_eq!((tab.value(WORDS), tab.kept()), (json!("They lead to us."), 0));
    tab.visit("about:blank");
    assert_eq!(tab.warned, 1, "it is lost, and not without a warning");
    tab.sign_up(&place, &origin, "reader");

    let warned = tab.warned;
    tab.visit(&form);
    assert_eq!((tab.value(WORDS), tab.kept()), (json!(""), 0), "looking keeps nothing");
    assert_eq!(tab.value("document.querySelector('.note.actions')"), Value::Null);
    tab.fill_in("#words", "They lead to us.");
    tab.value("document.querySelector('#kind-harm').click()");
    assert_eq!(tab.kept(), 1);
    // The page is lost, and the form is opened anew: empty, with an offer that is taken.
    tab.visit("about:blank");
    assert_eq!(tab.warned, warned + 1, "what would be lost is not left without a warning");
    tab.visit(&form);
    assert_eq!(tab.value(WORDS), json!(""));
    tab.value("document.querySelector('.note.actions button').click()");
    assert_eq!(tab.value(WORDS), json!("They lead to us."));
    assert_eq!(tab.value("document.querySelector('#kind-harm').checked"), json!(true));
    // Another form is not offered what was typed into this one.
    tab.visit(&format!("{origin}/concern"));
    assert_eq!(tab.value("document.scripts.length"), json!(0), "a receipt is not kept");

    // A form that is refused comes back with what was typed, and has nothing to offer.
    tab.visit(&form);
    let warned = tab.warned;
    tab.fill_in("#words", "Look at the road.");
    tab.value("document.querySelector('main form').noValidate = true");
    tab.click_and_wait(SEND);
    assert_eq!(tab.value("document.querySelector('.problems') !== null"), json!(true));
    assert_eq!(tab.value(WORDS), json!("Look at the road."));
    assert_eq!(tab.value("document.querySelector('.note.actions')"), Value::Null);
    assert_eq!(tab.kept(), 1, "it is kept until it is taken");
    tab.value("document.querySelector('#kind-wrong').click()");
    tab.click_and_wait(SEND);
    assert_eq!(tab.value("document.querySelector('[data-taken]') !== null"), json!(true));
    assert_eq!((tab.kept(), tab.warned), (0, warned), "it was taken, and nothing was lost");
    tab.visit(&form);
    assert_eq!(tab.value("document.querySelector('.note.actions')"), Value::Null);

    // No other script runs.
    let planted = "const one = document.createElement('script'); one.textContent = 'window.planted = true'; \
                   document.body.append(one)";
    tab.value(planted);
    assert_eq!(tab.value("window.planted === undefined"), json!(true));
}

/// What the form of a holding is filled with: texts by the id of their field, and choices that are taken.
const HOLDING: [(&str, &str); 6] = [
    ("title", "Wells"),
    ("countries", "worldwide"),
    ("clusters-WSH", ""),
    ("terms.sensitivity-low", ""),
    ("terms.sharing-public", ""),
    ("terms.access_method-on-request", ""),
];

#[test]
fn a_draft_of_a_holding_is_forgotten_once_it_was_taken_and_never_writes_over_what_is_newer_unasked() {
    let Some(program) = std::env::var("CAIRN_TEST_CHROMIUM").ok().filter(|program| !program.is_empty()) else {
        skip("chromium", "CAIRN_TEST_CHROMIUM names no browser");
        return;
    };
    let place = Place::new();
    place.dump(&lines([package(1, 1)]));
    place.harvest(&[], 0);
    let server = place.serve();
    server.wait_until_ready();
    let origin = format!("http://{}", server.address);
    let mut tab = Tab::open(&program);
    tab.sign_up(&place, &origin, "steward");
    tab.visit(&format!("{origin}/register"));
    for (id, text) in HOLDING {
        let field = format!("document.getElementById({})", json!(id));
        if text.is_empty() {
            tab.value(&format!("{field}.click()"));
        } else {
            tab.value(&format!("{field}.focus()"));
            tab.call("Input.insertText", &json!({"text": text}));
        }
    }
    tab.click_and_wait("document.querySelector('button[value=publish]')");
    let record = tab.value("location.pathname").as_str().unwrap().to_owned();
    let id = record.strip_prefix("/dataset/").unwrap_or_else(|| panic!("{record}")).to_owned();
    assert_eq!(tab.kept(), 0, "it was taken");
    tab.visit(&format!("{origin}/register"));
    assert_eq!(
        tab.value("document.querySelector('.note.actions')"),
        Value::Null,
        "a second one is not the first again"
    );

    // What is typed is lost, and meanwhile somebody else keeps the data closer.
    let form = format!("{origin}/holding/{id}");
    tab.visit(&form);
    tab.fill_in("#title", " of the valley");
    tab.visit("about:blank");
    let mut held = place.run(&["holding", "show", &id, "--json"]).exits(0).json();
    held["terms"]["sharing"] = json!("organisation");
    let closer = place.file("holding.json", held.to_string());
    place.run(&["holding", "change", &closer]).exits(0);
    tab.visit(&form);
    tab.value("document.querySelector('.note.actions button').click()");
    assert_eq!(tab.value("document.getElementById('terms.sharing-public').checked"), json!(true), "as it was typed");
    tab.click_and_wait("document.querySelector('button[value=publish]')");
    let told = tab.value("document.body.textContent").as_str().unwrap().to_owned();
    assert!(told.contains("Somebody changed it"), "{told}");
    let held = place.run(&["holding", "show", &id, "--json"]).exits(0).json();
    assert_eq!(held["terms"]["sharing"], json!("organisation"), "nothing was written over");
}
