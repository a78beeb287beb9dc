//! Connections: how long a client may take over a request's head, and how many may stand at once.
//!
//! A client that opens connections and says nothing, or takes nothing of what it asked for, costs nobody else theirs: where
//! there are too many, the one that has been quiet for longest makes room.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use bytes::Bytes;
use cairn_catalog::CancellationToken;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;
use tracing::{debug, warn};

use crate::layers::clients::network;

/// How long the head of a request may take, the first as any later one of the same connection.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// How long requests may go on after the server was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// Pause after the system could not hand out a connection, for example for want of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// How many connections may stand.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// From everywhere.
    pub(crate) total: usize,
    /// From one client: an address, or a /64 network of IPv6.
    pub(crate) per_client: usize,
    /// Addresses that speak for many clients, and count towards the total only.
    pub(crate) proxies: Vec<IpAddr>,
}

impl Limits {
    /// The limits of a server behind these proxies.
    pub(crate) fn behind(proxies: Vec<IpAddr>) -> Self {
        Self { total: 1024, per_client: 128, proxies }
    }
}

/// Serves connections until told to stop; requests at hand are finished within ten seconds.
pub(crate) async fn serve(listener: TcpListener, app: Router, limits: Limits, stop: CancellationToken) {
    let standing = Arc::new(Standing { limits, open: Mutex::default() });
    let graceful = GracefulShutdown::new();
    let mut number = 0_u64;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                debug!(%error, "no connection could be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        number += 1;
        let Some(place) = standing.take(number, peer) else {
            metrics::counter!("cairn_http_connections_refused_total").increment(1);
            continue;
        };
        serve_one(stream, peer, app.clone(), place, &graceful);
    }
    drop(listener);
    if tokio::time::timeout(LAST_REQUESTS, graceful.shutdown()).await.is_err() {
        warn!("requests were still being answered when their time was over");
    }
}

fn serve_one(stream: TcpStream, peer: SocketAddr, app: Router, place: Place, graceful: &GracefulShutdown) {
    // An answer leaves in one piece, so waiting for more to send gains nothing.
    let _ = stream.set_nodelay(true);
    let evicted = place.evicted.clone();
    let place = Arc::new(place);
    let service = service_fn(move |request: Request<Incoming>| answer(app.clone(), request, peer, Arc::clone(&place)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            ended = connection => if let Err(error) = ended { debug!(%error, "connection ended"); },
            () = evicted.cancelled() => {}
        }
    });
}

async fn answer(
    app: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    place: Arc<Place>,
) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    place.note(true);
    let response = app.oneshot(request).await;
    place.note(false);
    response.map(|response| response.map(|body| Body::new(Taken { body, place })))
}

/// A body on its way: its connection is no more quiet for as long as the client takes part after part.
struct Taken {
    body: Body,
    place: Arc<Place>,
}

impl HttpBody for Taken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(Some(_))) {
            self.place.note(false);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The connections that stand.
struct Standing {
    limits: Limits,
    open: Mutex<HashMap<u64, Open>>,
}

/// A connection that stands.
struct Open {
    client: IpAddr,
    /// Whether an answer to it is being made.
    is_busy: bool,
    /// When it began, asked, was answered, or took a part of the answer last.
    since: Instant,
    evicted: CancellationToken,
}

/// A place among the connections; given back when dropped.
struct Place {
    number: u64,
    standing: Arc<Standing>,
    evicted: CancellationToken,
}

impl Standing {
    fn open(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        // Nothing that holds the lock can leave the map half changed.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a connection; where there is none, the one that has been quiet for longest makes room, and where
    /// all are at work there is `None`.
    fn take(self: &Arc<Self>, number: u64, peer: SocketAddr) -> Option<Place> {
        let address = peer.ip().to_canonical();
        let client = network(address);
        let mut open = self.open();
        let is_proxy = self.limits.proxies.contains(&address);
        if !is_proxy && open.values().filter(|one| one.client == client).count() >= self.limits.per_client {
            evict(&mut open, |one| one.client == client)?;
        }
        if open.len() >= self.limits.total {
            evict(&mut open, |_| true)?;
        }
        let evicted = CancellationToken::new();
        open.insert(number, Open { client, is_busy: false, since: Instant::now(), evicted: evicted.clone() });
        Some(Place { number, standing: Arc::clone(self), evicted })
    }
}

/// Closes the connection that has been quiet for longest among those that `may_go`.
fn evict(open: &mut HashMap<u64, Open>, may_go: impl Fn(&Open) -> bool) -> Option<()> {
    let quiet = open.iter().filter(|(_, one)| !one.is_busy && may_go(one));
    let (number, _) = quiet.min_by_key(|(number, one)| (one.since, **number))?;
    let number = *number;
    open.remove(&number)?.evicted.cancel();
    Some(())
}

impl Place {
    /// Notes that a request begins, is answered, or takes a part of its answer.
    fn note(&self, is_busy: bool) {
        if let Some(one) = self.standing.open().get_mut(&self.number) {
            one.is_busy = is_busy;
            one.since = Instant::now();
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.standing.open().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use std::io::{Read, Write};

    use axum::routing::get;

    use super::*;

    async fn started(limits: Limits) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let app = Router::new()
            .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }));
        (address, stop.clone(), tokio::spawn(serve(listener, app, limits, stop)))
    }

    fn ask(address: SocketAddr) -> String {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn connections_that_say_nothing_do_not_keep_others_out() {
        for limits in
            [Limits::behind(Vec::new()), Limits { total: 100, ..Limits::behind(vec![IpAddr::from([127, 0, 0, 1])]) }]
        {
            let (address, stop, server) = started(limits).await;
            let answer = tokio::task::spawn_blocking(move || {
                let half_open: Vec<_> = (0..300)
                    .map(|_| {
                        let mut stream = std::net::TcpStream::connect(address).unwrap();
                        stream.write_all(b"GET / HTTP/1.1\r\nx: ").unwrap();
                        stream
                    })
                    .collect();
                let answer = ask(address);
                drop(half_open);
                answer
            });
            let answer = answer.await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
            stop.cancel();
            server.await.unwrap();
        }
    }

    #[tokio::test]
    async fn who_takes_an_answer_part_by_part_is_not_the_one_that_makes_room() {
        let limits = Limits { total: 2, per_client: 2, proxies: Vec::new() };
        let standing = Arc::new(Standing { limits, open: Mutex::default() });
        let peer = SocketAddr::from(([192, 0, 2, 1], 1));
        let reader = Arc::new(standing.take(1, peer).unwrap());
        let quiet = standing.take(2, peer).unwrap();
        let mut body = Taken { body: Body::from("a part"), place: Arc::clone(&reader) };
        let next = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        assert_eq!(next.unwrap().unwrap().into_data().unwrap(), "a part");
        let _third = standing.take(3, peer).unwrap();
        assert!(quiet.evicted.is_cancelled() && !reader.evicted.is_cancelled());
    }

    #[test]
    fn a_connection_at_work_is_never_closed_for_another() {
        let limits = Limits { total: 10, per_client: 1, proxies: Vec::new() };
        let standing = Arc::new(Standing { limits, open: Mutex::default() });
        let peer = SocketAddr::from(([192, 0, 2, 1], 1));
        let first = standing.take(1, peer).unwrap();
        first.note(true);
        assert!(standing.take(2, peer).is_none());
        first.note(false);
        let _second = standing.take(3, peer).unwrap();
        assert!(first.evicted.is_cancelled());
        assert!(standing.take(4, SocketAddr::from(([192, 0, 2, 2], 1))).is_some());
    }
}
