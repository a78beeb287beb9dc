//! A CKAN portal in the test: the part of the Action API that a harvest asks for, with every fault that a test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::packages::package;

/// A request, as far as a portal cares.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// Which request it is, from 0.
    pub(crate) number: usize,
    pub(crate) start: usize,
    pub(crate) rows: usize,
    /// Whether only ids are asked for.
    pub(crate) only_ids: bool,
    /// When it came, after the portal was opened.
    pub(crate) at: Duration,
}

/// What a portal does about a request.
pub(crate) enum Reply {
    /// Gives the page.
    Page,
    /// Says something else: status line, headers, body.
    Other(&'static str, &'static str, &'static str),
}

/// Decides about each request, and may change what the portal holds.
type Mood = dyn FnMut(&Ask, &mut Vec<Value>) -> Reply + Send;

struct Inside {
    packages: Vec<Value>,
    cap: usize,
    mood: Box<Mood>,
    asked: Vec<Ask>,
    opened: Instant,
}

/// A portal on a port of its own; closed with the test.
pub(crate) struct Portal {
    address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
    closing: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

/// What a portal that holds back its second page waits for.
pub(crate) struct HeldBack {
    reached: Receiver<()>,
    _release: Sender<()>,
}

impl HeldBack {
    /// Waits until the second page is asked for. It comes when this is dropped.
    pub(crate) fn is_reached(&self) {
        self.reached.recv_timeout(Duration::from_secs(30)).unwrap();
    }
}

impl Portal {
    /// Holds so many packages, gives a hundred of them at a time, and holds back all but the first page for as long as the test
    /// wants.
    pub(crate) fn held_back(packages: usize) -> (Self, HeldBack) {
        let (begun, reached) = channel();
        let (release, held_back) = channel::<()>();
        let packages = (0..packages).map(|number| package(number, 1)).collect();
        let portal = Self::open(packages, 100, move |ask, _| {
            if ask.start > 0 {
                let _ = begun.send(());
                let _ = held_back.recv();
            }
            Reply::Page
        });
        (portal, HeldBack { reached, _release: release })
    }

    /// Holds these packages, in the order of their ids, and gives at most `cap` of them at a time.
    pub(crate) fn open(
        packages: Vec<Value>,
        cap: usize,
        mood: impl FnMut(&Ask, &mut Vec<Value>) -> Reply + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mood = Box::new(mood);
        let inside = Inside { packages, cap, mood, asked: Vec::new(), opened: Instant::now() };
        let inside = Arc::new(Mutex::new(inside));
        let closing = Arc::new(AtomicBool::new(false));
        let (shared, stop) = (Arc::clone(&inside), Arc::clone(&closing));
        let listening = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let inside = Arc::clone(&shared);
                std::thread::spawn(move || stream.map(|stream| converse(stream, &inside)));
            }
        });
        Self { address, inside, closing, listening: Some(listening) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes what the portal holds.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Vec<Value>)) {
        change(&mut self.inside.lock().unwrap().packages);
    }

    /// Every request so far, whose list begins anew.
    pub(crate) fn asked(&self) -> Vec<Ask> {
        std::mem::take(&mut self.inside.lock().unwrap().asked)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

/// Answers one request and hangs up.
fn converse(mut stream: TcpStream, inside: &Mutex<Inside>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else { return };
    // The rest of the head is read, so that hanging up does not reset the connection.
    for line in lines {
        if !line.is_ok_and(|line| !line.is_empty()) {
            break;
        }
    }
    let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, headers, body) = answer(&target, inside);
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n");
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

fn answer(target: &str, inside: &Mutex<Inside>) -> (&'static str, &'static str, String) {
    let Some(query) = target.strip_prefix("/api/3/action/package_search?") else {
        return ("404 NOT FOUND", "Content-Type: text/html\r\n", "<html>no such page</html>".to_owned());
    };
    let number = |name: &str| {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.filter(|(one, _)| one == name).find_map(|(_, value)| value.parse().ok()).unwrap_or(0)
    };
    let mut inside = inside.lock().unwrap();
    let inside = &mut *inside;
    let ask = Ask {
        number: inside.asked.len(),
        start: number("start"),
        rows: number("rows").min(inside.cap),
        only_ids: url::form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "fl" && value == "id"),
        at: inside.opened.elapsed(),
    };
    inside.asked.push(ask.clone());
    match (inside.mood)(&ask, &mut inside.packages) {
        Reply::Other(status, headers, body) => (status, headers, body.to_owned()),
        Reply::Page => {
            inside.packages.sort_by(|one, other| one["id"].as_str().cmp(&other["id"].as_str()));
            let page: Vec<&Value> = inside.packages.iter().skip(ask.start).take(ask.rows).collect();
            let result = json!({"count": inside.packages.len(), "results": page});
            ("200 OK", "Content-Type: application/json\r\n", json!({"success": true, "result": result}).to_string())
        }
    }
}
