//! A CKAN portal on loopback: enough of `package_search` to be harvested page by page.

use std::sync::{Arc, Mutex};

use cairn_fetch::Url;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the portal holds.
#[derive(Default)]
pub struct Holdings {
    /// In the order in which they are listed.
    pub packages: Vec<Value>,
    /// An id that breaks every page; it is named all the same.
    pub poisoned: Option<&'static str>,
}

pub struct Portal {
    port: u16,
    holdings: Arc<Mutex<Holdings>>,
}

/// Packages in a page.
const CAP: usize = 10;

impl Portal {
    pub async fn start() -> Self {
        let holdings = Arc::new(Mutex::new(Holdings::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let held = Arc::clone(&holdings);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.unwrap());
                }
                let request = String::from_utf8(request).unwrap();
                let body = held.lock().unwrap().answer(request.split(' ').nth(1).unwrap());
                let length = body.len();
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { port, holdings }
    }

    pub fn set(&self, packages: Vec<Value>, poisoned: Option<&'static str>) {
        *self.holdings.lock().unwrap() = Holdings { packages, poisoned };
    }

    /// The configuration of this portal, as the source `portal`.
    pub fn source(&self) -> String {
        let port = self.port;
        format!(
            "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{port}\"\nallow_private = true\n[limits]\nrequests_per_second = 0\n"
        )
    }
}

impl Holdings {
    fn answer(&self, target: &str) -> String {
        let url = Url::parse(&format!("http://portal{target}")).unwrap();
        let number = |name: &str| -> usize {
            let value = url.query_pairs().find(|(key, _)| key == name);
            value.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
        };
        let ids_only = url.query_pairs().any(|(key, _)| key == "fl");
        let page: Vec<&Value> = self.packages.iter().skip(number("start")).take(number("rows").min(CAP)).collect();
        if !ids_only && page.iter().any(|package| self.poisoned.is_some_and(|id| package["id"] == id)) {
            return "{\"success\": true, \"result\": {".to_owned();
        }
        let page: Vec<Value> = page
            .into_iter()
            .map(|package| if ids_only { json!({"id": package["id"]}) } else { package.clone() })
            .collect();
        json!({"success": true, "result": {"count": self.packages.len(), "results": page}}).to_string()
    }
}
