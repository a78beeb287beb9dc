//! Limits by client: requests, wrong tokens and sign-ins a minute; concerns and lists of contacts of who is anonymous.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use super::attempts::Attempts;
use super::{failures, is_probe};
use crate::error::ApiError;
use crate::state::AppState;

/// Wrong tokens that one address may try in a minute.
const WRONG_TOKENS_A_MINUTE: NonZeroU32 = NonZeroU32::new(20).expect("20 is not 0");

/// Passwords that one address may try in a minute in vain, whosever they are: each is made to cost. Those that are right are
/// not counted, because all of an office or a workshop may share an address.
const SIGN_INS_A_MINUTE: u32 = 20;

/// Sign-ins that one address may begin at a provider in a minute: no password is tried by that.
const BEGUN_A_MINUTE: NonZeroU32 = NonZeroU32::new(120).expect("120 is not 0");

/// Concerns that one address may raise at once without signing in, and how long it is until it may raise one more: a community
/// may share an address, and nobody writes so many for long.
const CONCERNS_AT_ONCE: NonZeroU32 = NonZeroU32::new(30).expect("30 is not 0");
const NEXT_CONCERN_AFTER: Duration = Duration::from_mins(2);

/// Records whose contacts one address may ask for at once without signing in, and how long it is until it may ask for those of one
/// more: enough for an office in which many look whom to ask, and days for who gathers the addresses of a whole catalogue.
const CONTACTS_AT_ONCE: NonZeroU32 = NonZeroU32::new(60).expect("60 is not 0");
const NEXT_CONTACTS_AFTER: Duration = Duration::from_secs(20);

/// Counts what clients do. A client is an address: one machine, or one /64 network of IPv6.
pub(crate) struct Clients {
    requests: Option<DefaultKeyedRateLimiter<IpAddr>>,
    wrong_tokens: DefaultKeyedRateLimiter<IpAddr>,
    sign_ins: Attempts,
    begun: DefaultKeyedRateLimiter<IpAddr>,
    concerns: DefaultKeyedRateLimiter<IpAddr>,
    contacts: Option<DefaultKeyedRateLimiter<IpAddr>>,
    trusted_proxies: Vec<IpAddr>,
}

impl Clients {
    /// With so many requests a minute for each client (0: no limit, nor one of contacts), believing `X-Forwarded-For` of these
    /// proxies alone.
    pub(crate) fn new(requests_per_minute: u32, trusted_proxies: Vec<IpAddr>) -> Self {
        let requests = NonZeroU32::new(requests_per_minute);
        Self {
            requests: requests.map(|rate| RateLimiter::keyed(Quota::per_minute(rate))),
            wrong_tokens: RateLimiter::keyed(Quota::per_minute(WRONG_TOKENS_A_MINUTE)),
            sign_ins: Attempts::a_minute(SIGN_INS_A_MINUTE),
            begun: RateLimiter::keyed(Quota::per_minute(BEGUN_A_MINUTE)),
            concerns: RateLimiter::keyed(one_more_after(NEXT_CONCERN_AFTER, CONCERNS_AT_ONCE)),
            contacts: requests.map(|_| RateLimiter::keyed(one_more_after(NEXT_CONTACTS_AFTER, CONTACTS_AT_ONCE))),
            trusted_proxies,
        }
    }

    /// The address of the client: the peer, or what a trusted proxy says of it (the last address that is no trusted proxy).
    pub(crate) fn client_address(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> IpAddr {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
        if !self.trusted_proxies.contains(&peer) {
            return network(peer);
        }
        let forwarded = headers.get_all("x-forwarded-for").into_iter().map(|value| value.to_str().unwrap_or_default());
        let hops: Vec<Option<IpAddr>> = forwarded.flat_map(|value| value.split(',')).map(forwarded_address).collect();
        // What stands before a hop that nobody can read is the word of nobody who is trusted.
        let known = hops.into_iter().rev().map_while(|hop| hop);
        let client = known.into_iter().find(|address| !self.trusted_proxies.contains(address));
        network(client.unwrap_or(peer))
    }

    /// Counts a wrong token, and says when an address has tried too many of them.
    pub(crate) fn count_wrong_token(&self, client: IpAddr) -> Result<(), ApiError> {
        self.wrong_tokens.check_key(&client).map_err(|_| ApiError::too_many_requests(60))
    }

    /// Counts a sign-in before it is tried, and refuses it when an address has tried too many in vain.
    pub(crate) fn count_sign_in(&self, client: IpAddr) -> Result<(), ApiError> {
        if self.sign_ins.take(client, Instant::now()) { Ok(()) } else { Err(ApiError::too_many_requests(60)) }
    }

    /// Takes the count of a sign-in back: it was none in vain.
    pub(crate) fn uncount_sign_in(&self, client: IpAddr) {
        self.sign_ins.give_back(client, Instant::now());
    }

    /// Counts a sign-in that begins at a provider, and refuses it when an address has begun too many.
    pub(crate) fn count_begun(&self, client: IpAddr) -> Result<(), ApiError> {
        self.begun.check_key(&client).map_err(|_| ApiError::too_many_requests(60))
    }

    /// Counts a concern of who is anonymous, and refuses it when an address has raised too many.
    pub(crate) fn count_concern(&self, client: IpAddr) -> Result<(), ApiError> {
        self.concerns.check_key(&client).map_err(|until| waits(&until))
    }

    /// Counts that who is anonymous is told the contacts of a record, and refuses it when an address has asked for too many.
    pub(crate) fn count_contacts(&self, client: IpAddr) -> Result<(), ApiError> {
        self.contacts.as_ref().map_or(Ok(()), |limiter| limiter.check_key(&client).map_err(|until| waits(&until)))
    }

    /// Forgets clients that have not been seen for long.
    pub(crate) fn forget_idle(&self) {
        for limiter in [&self.requests, &self.contacts].into_iter().flatten() {
            limiter.retain_recent();
        }
        self.wrong_tokens.retain_recent();
        self.sign_ins.forget_idle(Instant::now());
        self.begun.retain_recent();
        self.concerns.retain_recent();
    }
}

/// So many at once, and one more after each period.
fn one_more_after(period: Duration, at_once: NonZeroU32) -> Quota {
    Quota::with_period(period).map_or_else(|| Quota::per_minute(at_once), |quota| quota.allow_burst(at_once))
}

/// The refusal of what is over a limit, with the seconds to wait.
fn waits(until: &NotUntil<<DefaultClock as Clock>::Instant>) -> ApiError {
    ApiError::too_many_requests(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
}

/// An address as proxies write it: alone, in brackets, or with a port behind it.
fn forwarded_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// All of a home or site shares a /64, and can take any address of it.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let segments = address.segments();
            IpAddr::from([segments[0], segments[1], segments[2], segments[3], 0, 0, 0, 0])
        }
    }
}

/// Refuses requests of a client over its rate, with the seconds to wait.
pub(crate) async fn limit_requests(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if let Some(limiter) = state.clients.requests.as_ref().filter(|_| !is_probe(request.uri().path())) {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        let client = state.clients.client_address(peer, request.headers());
        if let Err(until) = limiter.check_key(&client) {
            return failures::answer(waits(&until), failures::reads_pages(request.uri(), request.headers()));
        }
    }
    next.run(request).await
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn clients_behind_a_proxy_are_told_apart_however_it_writes_their_addresses() {
        let clients = Clients::new(0, vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()]);
        let client = |forwarded: &str| {
            let headers = HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())]);
            clients.client_address(Some("10.0.0.1:9".parse().unwrap()), &headers).to_string()
        };
        for (forwarded, address) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:51000", "203.0.113.7"),
            ("198.51.100.1, 203.0.113.7:51000, 10.0.0.2:80", "203.0.113.7"),
            ("2001:db8:1:2::3", "2001:db8:1:2::"),
            ("[2001:db8:1:2::3]", "2001:db8:1:2::"),
            ("[2001:db8:1:2::3]:51000", "2001:db8:1:2::"),
            // A client can write what it likes before what the proxy adds.
            ("198.51.100.1, unknown", "10.0.0.1"),
            ("198.51.100.1, unknown, 203.0.113.7:1", "203.0.113.7"),
            ("", "10.0.0.1"),
        ] {
            assert_eq!(client(forwarded), address, "{forwarded}");
        }
    }
}
