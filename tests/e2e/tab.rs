//! A tab of a real browser.
//!
//! Chromium is driven over the pipe of its debugging protocol; `CAIRN_TEST_CHROMIUM` names its program.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::place::Place;
use crate::skipping::skip;

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one tab.
pub(crate) struct Tab {
    browser: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: Option<String>,
    sent: u64,
    /// How often the browser asked whether the page is to be left.
    pub(crate) warned: u64,
    _profile: tempfile::TempDir,
}

impl Tab {
    /// Of the browser that the environment names; without one the test is skipped.
    pub(crate) fn of_chromium() -> Option<Self> {
        let program = std::env::var("CAIRN_TEST_CHROMIUM").ok().filter(|program| !program.is_empty());
        if program.is_none() {
            skip("chromium", "CAIRN_TEST_CHROMIUM names no browser");
        }
        program.map(|program| Self::open(&program))
    }

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
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
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
    pub(crate) fn value(&mut self, expression: &str) -> Value {
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
    pub(crate) fn visit(&mut self, address: &str) {
        // A page that was just left is not taken for the new one.
        self.value("window.isLeft = true");
        self.call("Page.navigate", &json!({"url": address}));
        self.until("!window.isLeft && document.readyState === 'complete'");
    }

    /// Types into the field that a selector finds, as a keyboard does.
    pub(crate) fn fill_in(&mut self, selector: &str, text: &str) {
        self.value(&format!("document.querySelector({}).focus()", json!(selector)));
        self.call("Input.insertText", &json!({"text": text}));
    }

    /// Clicks on what stands in a page, and waits for the page that follows.
    pub(crate) fn click_and_wait(&mut self, expression: &str) {
        self.value("window.isLeft = true");
        self.value(&format!("{expression}.click()"));
        self.until("!window.isLeft && document.readyState === 'complete'");
    }

    /// Takes an invitation, which signs in.
    pub(crate) fn sign_up(&mut self, place: &Place, origin: &str, role: &str) {
        let invite = ["user", "invite", "amal@relief.example", "--organisation", "Relief Desk", "--role", role];
        let link = place.run(&invite).exits(0).stdout;
        let secret = link.trim_end().rsplit('/').next().unwrap();
        self.visit(&format!("{origin}/invitation/{secret}"));
        self.fill_in("#name", "Amal");
        self.fill_in("#password", "kettle and umbrella");
        self.fill_in("#again", "kettle and umbrella");
        self.click_and_wait("document.querySelector('main form button[type=submit]')");
    }

    pub(crate) fn kept(&mut self) -> u64 {
        self.value("sessionStorage.length").as_u64().unwrap()
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        let _ = self.browser.kill();
        let _ = self.browser.wait();
    }
}
