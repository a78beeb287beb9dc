//! A server on loopback that answers each target as a test says, and remembers what it was asked.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use cairn_fetch::Url;
use cairn_harvest::SourceConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An answer: its status, its type and its body.
pub struct Reply(pub u16, pub &'static str, pub String);

pub fn xml(body: impl Into<String>) -> Reply {
    Reply(200, "text/xml", body.into())
}

pub fn json(body: impl Into<String>) -> Reply {
    Reply(200, "application/json", body.into())
}

pub fn html(body: impl Into<String>) -> Reply {
    Reply(200, "text/html", body.into())
}

/// A request.
pub struct Asked {
    /// Path and query, decoded.
    pub target: String,
    /// Its number, from 0.
    pub number: usize,
    pub if_none_match: Option<String>,
    /// Its fields, names in lower case.
    pub fields: HashMap<String, String>,
}

/// An answer with fields of its own and any bytes.
pub struct Whole {
    pub status: u16,
    pub fields: Vec<String>,
    pub body: Vec<u8>,
}

impl From<Reply> for Whole {
    fn from(Reply(status, media_type, body): Reply) -> Self {
        Self { status, fields: vec![format!("Content-Type: {media_type}")], body: body.into_bytes() }
    }
}

/// A server, for as long as the test lasts.
pub struct Site {
    pub port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// A site whose answers are made from the target (path and query, decoded) and the number of the request from 0.
    pub async fn start(answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_whole(move |asked| answer(&asked.target, asked.number).into()).await
    }

    /// A site whose answers are made from all of a request.
    pub async fn start_whole(answer: impl Fn(&Asked) -> Whole + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(serve(stream, move |target, fields| {
                    let number = {
                        let mut log = log.lock().unwrap();
                        log.push(target.clone());
                        log.len() - 1
                    };
                    let if_none_match = fields.get("if-none-match").cloned();
                    answer(&Asked { target, number, if_none_match, fields })
                }));
            }
        });
        Self { port, asked }
    }

    /// A source of a kind at a path of it, `here`, with more lines of its configuration.
    pub fn source(&self, kind: &str, path: &str, lines: &str) -> SourceConfig {
        let text = format!(
            "id = \"here\"\nkind = \"{kind}\"\nurl = \"http://127.0.0.1:{}{path}\"\nallow_private = true\n{lines}\n[limits]\nrequests_per_second = 0\n",
            self.port
        );
        SourceConfig::from_toml(&text, Path::new(".")).unwrap()
    }

    /// What was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, answer: impl FnOnce(String, HashMap<String, String>) -> Whole) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let target = text.lines().next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
    let fields = text.lines().filter_map(|line| line.split_once(": "));
    let fields = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let Whole { status, fields, body } = answer(decode(&target), fields);
    let fields: String = fields.iter().flat_map(|field| [field, "\r\n"]).collect();
    let head =
        format!("HTTP/1.1 {status} Status\r\n{fields}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body).await;
    let _ = stream.shutdown().await;
}

/// A target with its escapes and plus signs replaced.
fn decode(target: &str) -> String {
    let url = Url::parse(&format!("http://site{target}")).unwrap();
    let pairs: Vec<String> = url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    if pairs.is_empty() { url.path().to_owned() } else { format!("{}?{}", url.path(), pairs.join("&")) }
}
