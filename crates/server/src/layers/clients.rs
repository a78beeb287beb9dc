//! Limits by client: requests a minute, wrong tokens a minute, and sign-ins a minute.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::is_probe;
use crate::error::ApiError;
use crate::state::AppState;

/// Wrong tokens that one address may try in a minute.
const WRONG_TOKENS_A_MINUTE: NonZeroU32 = NonZeroU32::new(20).expect("20 is not 0");

/// Passwords that one address may try in a minute, whosever they are: each is made to cost.
const SIGN_INS_A_MINUTE: NonZeroU32 = NonZeroU32::new(20).expect("20 is not 0");

/// Counts what clients do. A client is an address: one machine, or one /64 network of IPv6.
pub(crate) struct Clients {
    requests: Option<DefaultKeyedRateLimiter<IpAddr>>,
    wrong_tokens: DefaultKeyedRateLimiter<IpAddr>,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    trusted_proxies: Vec<IpAddr>,
}

impl Clients {
    /// With so many requests a minute for each client (0: no limit), believing `X-Forwarded-For` of these proxies alone.
    pub(crate) fn new(requests_per_minute: u32, trusted_proxies: Vec<IpAddr>) -> Self {
        Self {
            requests: NonZeroU32::new(requests_per_minute).map(|rate| RateLimiter::keyed(Quota::per_minute(rate))),
            wrong_tokens: RateLimiter::keyed(Quota::per_minute(WRONG_TOKENS_A_MINUTE)),
            sign_ins: RateLimiter::keyed(Quota::per_minute(SIGN_INS_A_MINUTE)),
            trusted_proxies,
        }
    }

    /// The address of the client: the peer, or what a trusted proxy says of it (the last address that is no trusted proxy).
    pub(crate) fn client_address(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> IpAddr {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
        if !self.trusted_proxies.contains(&peer) {
            return network(peer);
        }
        let forwarded = headers.get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok());
        let addresses: Vec<IpAddr> = forwarded
            .flat_map(|value| value.split(','))
            .filter_map(|text| text.trim().parse::<IpAddr>().ok())
            .map(|address| address.to_canonical())
            .collect();
        let client = addresses.into_iter().rev().find(|address| !self.trusted_proxies.contains(address));
        network(client.unwrap_or(peer))
    }

    /// Counts a wrong token, and says when an address has tried too many of them.
    pub(crate) fn count_wrong_token(&self, client: IpAddr) -> Result<(), ApiError> {
        self.wrong_tokens.check_key(&client).map_err(|_| ApiError::too_many_requests(60))
    }

    /// Counts a sign-in before it is tried, and refuses it when an address has tried too many.
    pub(crate) fn count_sign_in(&self, client: IpAddr) -> Result<(), ApiError> {
        self.sign_ins.check_key(&client).map_err(|_| ApiError::too_many_requests(60))
    }

    /// Forgets clients that have not been seen for long.
    pub(crate) fn forget_idle(&self) {
        if let Some(requests) = &self.requests {
            requests.retain_recent();
        }
        self.wrong_tokens.retain_recent();
        self.sign_ins.retain_recent();
    }
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
            let wait = until.wait_time_from(DefaultClock::default().now());
            return ApiError::too_many_requests(wait.as_secs() + 1).into_response();
        }
    }
    next.run(request).await
}
