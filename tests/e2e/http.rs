//! A client of HTTP/1.1 that does no more than it is told: one request a connection, every byte of the answer kept.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every value of a list header, in lower case.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.headers
            .iter()
            .filter(|(one, _)| one.eq_ignore_ascii_case(name))
            .flat_map(|(_, value)| value.split(',').map(|part| part.trim().to_lowercase()))
            .collect()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Everything but the date: what must be equal for two answers not to be told apart.
    pub(crate) fn fingerprint(&self) -> (u16, Vec<(String, String)>, Vec<u8>) {
        let headers = self.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("date")).cloned().collect();
        (self.status, headers, self.body.clone())
    }
}

/// Sends a request and reads the whole answer.
pub(crate) fn request(to: SocketAddr, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
    send(to, method, target, headers, "")
}

/// The same with a body, if it is not empty.
pub(crate) fn send(to: SocketAddr, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if !body.is_empty() {
        head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
    }
    head.extend(["\r\n", body]);
    let bytes = exchange(to, head.as_bytes());
    parse(&bytes, method == "HEAD").unwrap_or_else(|| panic!("no HTTP answer to {method} {target:.200}"))
}

/// Sends bytes as they are and reads until the other side closes.
fn exchange(to: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect_timeout(&to, Duration::from_secs(10)).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    // A server may answer and close before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

fn parse(bytes: &[u8], without_body: bool) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    let mut answer = Answer { status, headers, body: Vec::new() };
    let is_chunked = answer.list("transfer-encoding").iter().any(|coding| coding == "chunked");
    answer.body = match is_chunked {
        _ if without_body => Vec::new(),
        true => unchunked(rest)?,
        false => rest.to_vec(),
    };
    Some(answer)
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(line + 2..line + 2 + size)?);
        rest = rest.get(line + 2 + size + 2..)?;
    }
}

/// A text for use in a query string.
pub(crate) fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
