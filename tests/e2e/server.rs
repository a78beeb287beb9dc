//! A running `up` or `serve`; it dies with the test.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http::{Answer, request, send};
use crate::place::signal;

/// How long a server may take for what a debug build does in a second or two on an idle machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
}

/// How a server ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) took: Duration,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Server {
    /// Reads the first line, which says where it listens.
    pub(crate) fn start(mut child: Child) -> Self {
        let mut first = BufReader::new(child.stdout.take().unwrap());
        let stderr = child.stderr.take().unwrap();
        let mut line = String::new();
        first.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        let Some(address) = address else {
            let mut talk = String::new();
            let _ = BufReader::new(stderr).read_to_string(&mut talk);
            let _ = child.kill();
            let _ = child.wait();
            panic!("the first line is {line:?}; stderr: {talk}");
        };
        let (out, err) = (Arc::new(Mutex::new(line.into_bytes())), Arc::new(Mutex::new(Vec::new())));
        // Both pipes are emptied all the time, so that the server never waits for somebody to read.
        let readers = vec![drain(first, Arc::clone(&out)), drain(stderr, Arc::clone(&err))];
        Self { address, child, stdout: out, stderr: err, readers }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        request(self.address, "GET", target, &[])
    }

    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        request(self.address, "GET", target, headers)
    }

    pub(crate) fn get_as(&self, token: &str, target: &str) -> Answer {
        request(self.address, "GET", target, &[("Authorization", &format!("Bearer {token}"))])
    }

    pub(crate) fn post_json(&self, target: &str, body: &str) -> Answer {
        send(self.address, "POST", target, &[("Content-Type", "application/json")], body)
    }

    /// The JSON of an answer that must be 200.
    #[track_caller]
    pub(crate) fn json(&self, target: &str) -> Value {
        let answer = self.get(target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.json()
    }

    /// Waits for `/health/ready`.
    #[track_caller]
    pub(crate) fn wait_until_ready(&self) {
        let begun = Instant::now();
        while self.get("/health/ready").status != 200 {
            assert!(begun.elapsed() < PATIENCE, "not ready: {}{}", self.said(), self.talked());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// What it wrote to stdout so far.
    pub(crate) fn said(&self) -> String {
        String::from_utf8(self.stdout.lock().unwrap().clone()).unwrap()
    }

    /// What it wrote to stderr so far.
    pub(crate) fn talked(&self) -> String {
        String::from_utf8(self.stderr.lock().unwrap().clone()).unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Ends it with SIGTERM.
    pub(crate) fn stop(mut self) -> Ended {
        let begun = Instant::now();
        self.signal("TERM");
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not stop: {}", self.talked());
            std::thread::sleep(Duration::from_millis(10));
        };
        let took = begun.elapsed();
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        Ended { status, took, stdout: self.said(), stderr: self.talked() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn drain(mut from: impl Read + Send + 'static, into: Arc<Mutex<Vec<u8>>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            into.lock().unwrap().extend_from_slice(&buffer[..read]);
        }
    })
}
