//! A CKAN portal on loopback that gives its first page, and then keeps whoever asks for more waiting.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cairn_fetch::Url;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::packages;

/// What becomes of a request for a further page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// The page is given.
    Gives,
    /// It is told to come again in twenty seconds.
    TellsToWait,
    /// It is told again and again that the portal is down.
    IsDown,
    /// It is taken, and nothing is said.
    IsSilent,
    /// The page comes one byte a second.
    Drips,
    /// Whoever asks for anything, the first page too, is told to come again in an hour.
    IsClosed,
}

/// Packages of the portal, half of them on its first page.
pub const PACKAGES: u32 = 20;
const CAP: u32 = 10;

static HOSTS: AtomicU8 = AtomicU8::new(1);

pub struct StallingPortal {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    /// How often the first page was asked for, and not only the ids on it.
    begun: Arc<AtomicU32>,
    /// Told when a further page is asked for.
    asked: Arc<Notify>,
}

impl StallingPortal {
    pub async fn start(mood: Mood) -> Self {
        // A host that asks for patience gets it from every test of the program: so each portal is a host of its own.
        let host = format!("127.0.1.{}", HOSTS.fetch_add(1, Ordering::SeqCst));
        let listener = TcpListener::bind(format!("{host}:0")).await.unwrap();
        let address = listener.local_addr().unwrap();
        let portal = Self { address, mood: Arc::new(Mutex::new(mood)), begun: Arc::default(), asked: Arc::default() };
        let (mood, begun, asked) = (Arc::clone(&portal.mood), Arc::clone(&portal.begun), Arc::clone(&portal.asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&mood), Arc::clone(&begun), Arc::clone(&asked)));
            }
        });
        portal
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// How often a listing was begun.
    pub fn listings_begun(&self) -> u32 {
        self.begun.load(Ordering::SeqCst)
    }

    /// Waits until a further page was asked for.
    pub async fn was_asked(&self) {
        let asked = tokio::time::timeout(Duration::from_mins(1), self.asked.notified()).await;
        assert!(asked.is_ok(), "nobody asks for a further page");
    }

    /// The configuration of this portal, as a source of this id.
    pub fn source(&self, id: &str) -> String {
        format!(
            "id = \"{id}\"\nkind = \"ckan\"\nurl = \"http://{}\"\nallow_private = true\norganisation = \"Keepers\"\n[limits]\nrequests_per_second = 0\n",
            self.address
        )
    }
}

async fn converse(mut stream: TcpStream, mood: Arc<Mutex<Mood>>, begun: Arc<AtomicU32>, asked: Arc<Notify>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        request.push(byte);
    }
    let request = String::from_utf8(request).unwrap();
    let url = Url::parse(&format!("http://portal{}", request.split(' ').nth(1).unwrap())).unwrap();
    let number = |name: &str| -> u32 {
        let value = url.query_pairs().find(|(key, _)| key == name);
        value.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
    };
    let start = number("start");
    let last = (start + number("rows").min(CAP)).min(PACKAGES);
    let body =
        json!({"success": true, "result": {"count": PACKAGES, "results": packages(start + 1, last)}}).to_string();
    let mood = match *mood.lock().unwrap() {
        Mood::IsClosed => Mood::IsClosed,
        _ if start == 0 => Mood::Gives,
        mood => mood,
    };
    if start > 0 {
        asked.notify_one();
    } else if !url.query_pairs().any(|(key, _)| key == "fl") {
        begun.fetch_add(1, Ordering::SeqCst);
    }
    let head = |status: &str, length: usize| {
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
    };
    let answer = match mood {
        Mood::Gives => head("200 OK", body.len()) + &body,
        Mood::TellsToWait => "HTTP/1.1 503 Busy\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n".to_owned(),
        Mood::IsClosed => "HTTP/1.1 503 Closed\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n".to_owned(),
        Mood::IsDown => head("503 Down", 0),
        Mood::IsSilent => return std::future::pending().await,
        Mood::Drips => {
            let _ = stream.write_all(head("200 OK", body.len()).as_bytes()).await;
            for byte in body.bytes() {
                if stream.write_u8(byte).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            return;
        }
    };
    let _ = stream.write_all(answer.as_bytes()).await;
}
