//! A mail server on loopback, in plain SMTP (RFC 5321), that can be taken down and put up again at the same port.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail as it came.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub text: String,
}

impl Mail {
    /// A field of its head, unfolded.
    pub fn field(&self, name: &str) -> Option<String> {
        let head = self.text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let start = format!("{name}: ");
        head.lines().find_map(|line| line.strip_prefix(&start)).map(str::to_owned)
    }

    /// What it says, with soft line breaks and escapes undone.
    pub fn body(&self) -> String {
        let (head, body) = self.text.split_once("\r\n\r\n").unwrap();
        let body = body.replace("\r\n", "\n");
        if !head.contains("quoted-printable") {
            return body;
        }
        body.replace("=\n", "").replace("=3D", "=").replace("=20", " ").replace("=2E", ".")
    }
}

pub struct MailServer {
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    running: Option<JoinHandle<()>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut server = Self { port, mails: Arc::default(), running: None };
        server.run(listener);
        server
    }

    fn run(&mut self, listener: TcpListener) {
        let mails = Arc::clone(&self.mails);
        self.running = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(speak(stream, Arc::clone(&mails)));
            }
        }));
    }

    pub async fn down(&mut self) {
        let running = self.running.take().unwrap();
        running.abort();
        let _ = running.await;
    }

    pub async fn up(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.run(listener);
    }

    /// The mails that came since this was asked last.
    pub fn taken(&self) -> Vec<Mail> {
        std::mem::take(&mut self.mails.lock().unwrap())
    }
}

async fn speak(stream: TcpStream, mails: Arc<Mutex<Vec<Mail>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let _ = write.write_all(b"220 mail.example\r\n").await;
    let mut to = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.split([' ', ':']).next().unwrap().to_uppercase().as_str() {
            "EHLO" => "250 mail.example",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap().to_owned();
                "250 ok"
            }
            "DATA" => {
                let _ = write.write_all(b"354 go on\r\n").await;
                let mut text = String::new();
                while let Ok(Some(line)) = lines.next_line().await
                    && line != "."
                {
                    text.push_str(line.strip_prefix("..").map_or(&*line, |_| &line[1..]));
                    text.push_str("\r\n");
                }
                mails.lock().unwrap().push(Mail { to: to.clone(), text });
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        let _ = write.write_all(format!("{answer}\r\n").as_bytes()).await;
    }
}
