//! A server on loopback that is well behaved until a test tells it not to be.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cairn_fetch::Url;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::hostile_sources::holdings::Holdings;

/// A request.
#[derive(Debug, Clone)]
pub struct Ask {
    pub path: String,
    pub query: HashMap<String, String>,
    /// Which request it is since the server began to misbehave, from 0.
    pub number: usize,
    /// Header fields, names in lower case.
    pub fields: HashMap<String, String>,
    pub port: u16,
}

impl Ask {
    /// A number in the query; `usual` where there is none.
    pub fn number_of(&self, name: &str, usual: usize) -> usize {
        self.query.get(name).and_then(|value| value.parse().ok()).unwrap_or(usual)
    }
}

/// What goes over the wire.
pub enum Reply {
    /// A whole answer, rightly framed: status, header lines, body.
    Answer(&'static str, Vec<String>, Vec<u8>),
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// These bytes, then a reset.
    Reset(Vec<u8>),
    /// These bytes, then silence.
    Stalling(Vec<u8>),
    /// The first bytes, and then the others one by one, slowly.
    Dripping(Vec<u8>, Vec<u8>),
}

impl Reply {
    /// A body with status 200.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Answer("200 OK", Vec::new(), body.into())
    }

    /// A status and nothing else.
    pub fn status(status: &'static str) -> Self {
        Self::Answer(status, Vec::new(), b"because".to_vec())
    }

    /// A redirect.
    pub fn to(address: &str) -> Self {
        Self::Answer("302 Found", vec![format!("Location: {address}")], Vec::new())
    }

    /// The same with another header line.
    pub fn saying(self, line: impl Into<String>) -> Self {
        match self {
            Self::Answer(status, mut lines, body) => {
                lines.push(line.into());
                Self::Answer(status, lines, body)
            }
            other => other,
        }
    }
}

/// How a server misbehaves: what it answers, given what it holds.
pub type Misbehaviour = fn(&Ask, &Holdings) -> Reply;

struct State {
    holdings: Holdings,
    misbehaviour: Option<Misbehaviour>,
    asked: usize,
    seen: Vec<Ask>,
    leads_to: Option<u16>,
}

/// A server, for as long as the test lasts.
pub struct Server {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub async fn start(holdings: Holdings) -> Self {
        let state = State { holdings, misbehaviour: None, asked: 0, seen: Vec::new(), leads_to: None };
        let state = Arc::new(Mutex::new(state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, port, Arc::clone(&shared)));
            }
        });
        Self { port, state }
    }

    pub fn misbehave(&self, misbehaviour: Option<Misbehaviour>) {
        let mut state = self.state.lock().unwrap();
        state.misbehaviour = misbehaviour;
        state.asked = 0;
    }

    /// Its next pages are those of another server.
    pub fn lead_to(&self, port: u16) {
        self.state.lock().unwrap().leads_to = Some(port);
    }

    pub fn seen(&self) -> Vec<Ask> {
        self.state.lock().unwrap().seen.clone()
    }
}

async fn serve(stream: TcpStream, port: u16, state: Arc<Mutex<State>>) {
    let mut stream = BufReader::new(stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_until(b'\n', &mut head).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
    let reply = answer(&String::from_utf8_lossy(&head), port, &state);
    send(stream.get_mut(), reply).await;
}

fn answer(head: &str, port: u16, state: &Mutex<State>) -> Reply {
    let mut lines = head.lines();
    let target = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default();
    let url = Url::parse(&format!("http://server{target}")).unwrap();
    let fields = lines.filter_map(|line| line.split_once(": "));
    let mut state = state.lock().unwrap();
    let ask = Ask {
        path: url.path().to_owned(),
        query: url.query_pairs().into_owned().collect(),
        number: state.asked,
        fields: fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect(),
        port,
    };
    state.asked += 1;
    state.seen.push(ask.clone());
    if let (Some(port), Some(body)) = (state.leads_to, state.holdings.body(&ask)) {
        let away = format!("\"http://127.0.0.1:{port}/collections/wells/items?offset");
        return Reply::ok(body.replace("\"items?offset", &away));
    }
    match state.misbehaviour {
        Some(misbehaviour) => misbehaviour(&ask, &state.holdings),
        // Every source tries to be recognised by us the next time.
        None => state.holdings.answer(&ask).saying("Set-Cookie: visitor=7; Path=/"),
    }
}

async fn send(stream: &mut TcpStream, reply: Reply) {
    match reply {
        Reply::Answer(status, lines, body) => {
            let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
            for line in lines {
                head.push_str(&line);
                head.push_str("\r\n");
            }
            head.push_str("\r\n");
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(&body).await;
            let _ = stream.shutdown().await;
        }
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.set_zero_linger();
        }
        Reply::Stalling(bytes) => {
            let _ = stream.write_all(&bytes).await;
            tokio::time::sleep(Duration::from_hours(1)).await;
        }
        Reply::Dripping(head, body) => {
            let _ = stream.write_all(&head).await;
            for byte in body {
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}
