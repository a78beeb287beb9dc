//! The client: guard, lane, redirects, retries and limits put together.

use std::fs::File;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Response, StatusCode};
use tokio::time::{Instant, timeout, timeout_at};
use tracing::field::display;
use tracing::{debug, warn};
use url::Url;

use crate::body::{Caps, Packing};
use crate::error::is_temporary_status;
use crate::guard::{GuardedResolver, check_url};
use crate::intake::{FileIntake, Intake, MemoryIntake};
use crate::lane::{Lane, Lanes};
use crate::redirect::{MAX_REDIRECTS, next_hop};
use crate::retry::{self, Wait};
use crate::tls::{self, CaBundleError};
use crate::{
    Allowance, Answer, CredentialField, FetchError, FetchPolicy, Fetched, FetcherSettings, Limit, NotAllowed, Request,
    SafeUrl, Stage, Validators, failure,
};

/// The name in our `User-Agent` by which a `robots.txt` speaks to us (RFC 9309 §2.2.1).
pub const PRODUCT_TOKEN: &str = "cairn";

/// Largest header of an answer, names and values together.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Fields of a header of an answer.
const MAX_HEADER_FIELDS: usize = 200;

/// What is kept of the body of an answer that is an error.
const ERROR_BODY: usize = 4096;

/// A body on its way. An object, so that the client is compiled here and not once more into everything that asks it.
pub type Fetching<'a, B> = Pin<Box<dyn Future<Output = Result<Fetched<B>, FetchError>> + Send + 'a>>;

/// The HTTP client of a process. Cheap to clone; all clones share connections, lanes and budgets.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
    /// Asked before each request of this clone.
    allowance: Option<Arc<dyn Allowance>>,
}

struct Inner {
    settings: FetcherSettings,
    public: reqwest::Client,
    /// For sources that may reach private addresses. Connections are not shared with `public`.
    private: reqwest::Client,
    lanes: Lanes,
    sent: AtomicU64,
}

/// What a try gave: an answer whose body is still to be read, or nothing new.
enum Head {
    Fresh(Box<Open>),
    NotModified,
}

struct Open {
    response: Response,
    url: SafeUrl,
    redirects: u32,
    packing: Packing,
    /// Keeps the place in the host's lane until the body is read.
    _place: Option<tokio::sync::OwnedSemaphorePermit>,
}

/// A failed try, with the wait that the host asked for.
struct Failure {
    error: FetchError,
    asked: Option<Duration>,
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self { error, asked: None }
    }
}

impl Fetcher {
    /// A client with these settings.
    ///
    /// # Errors
    /// When the extra certificates cannot be used.
    pub fn new(settings: FetcherSettings) -> Result<Self, CaBundleError> {
        let tls = tls::client_config(settings.ca_bundle.as_deref())?;
        let lanes = Lanes::new(settings.per_host);
        let public = client(&settings, tls.clone(), GuardedResolver::new(false))?;
        let private = client(&settings, tls, GuardedResolver::new(true))?;
        let inner = Arc::new(Inner { settings, public, private, lanes, sent: AtomicU64::new(0) });
        Ok(Self { inner, allowance: None })
    }

    /// The same client, which sends nothing that `allowance` does not allow.
    #[must_use]
    pub fn with_allowance(self, allowance: Arc<dyn Allowance>) -> Self {
        Self { allowance: Some(allowance), ..self }
    }

    /// Requests sent by this process so far, redirects and retries included.
    pub fn requests_sent(&self) -> u64 {
        self.inner.sent.load(Ordering::Relaxed)
    }

    /// Fetches a page into memory.
    pub fn fetch<'a>(&'a self, request: &'a Request, policy: &'a FetchPolicy) -> Fetching<'a, Bytes> {
        Box::pin(self.with_retries::<MemoryIntake>(request, policy, self.inner.settings.timeouts.page))
    }

    /// Fetches a large body into a temporary file, which has no name and is gone when it is closed. It stands at its
    /// beginning.
    pub fn download<'a>(&'a self, request: &'a Request, policy: &'a FetchPolicy) -> Fetching<'a, File> {
        Box::pin(self.with_retries::<FileIntake>(request, policy, self.inner.settings.timeouts.download))
    }

    /// Tries until there is an answer or no further try is worth it.
    async fn with_retries<I: Intake>(
        &self,
        request: &Request,
        policy: &FetchPolicy,
        limit: Duration,
    ) -> Result<Fetched<I::Body>, FetchError> {
        check_url(&request.url, policy)?;
        let lane = self.inner.lanes.of(request.url.host_str().unwrap_or_default());
        let max_tries = if request.is_post() { 1 } else { policy.max_tries.max(1) };
        let mut tries = 0;
        loop {
            tries += 1;
            let Failure { error, asked } = match self.one_try(request, policy).await {
                Ok(Head::NotModified) => {
                    lane.succeed();
                    return Ok(Fetched::NotModified);
                }
                Ok(Head::Fresh(open)) => match self.read_body::<I>(*open, policy, limit).await {
                    Ok(answer) => {
                        lane.succeed();
                        return Ok(Fetched::Fresh(answer));
                    }
                    Err(error) => error.into(),
                },
                Err(failure) => failure,
            };
            if !error.is_temporary() {
                return Err(error);
            }
            let wait = match retry::wait(&self.inner.settings.retry, tries, asked, retry::random()) {
                Wait::TooLong(wait) => return Err(FetchError::Later { url: SafeUrl::new(&request.url), wait }),
                Wait::For(wait) => wait,
            };
            if asked.is_some() {
                lane.pause(wait);
            }
            let (host, told) = (request.url.host_str(), (!request.confidential).then_some(&error));
            let url = |error: &FetchError| display(error.url().clone());
            if tries >= max_tries || !lane.may_retry() {
                warn!(host, url = told.map(url), tries, error = told.map(display), "request given up");
                return Err(error);
            }
            debug!(host, url = told.map(url), tries, ?wait, error = told.map(display), "request is tried again");
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends the request and follows redirects to the head of an answer.
    async fn one_try(&self, request: &Request, policy: &FetchPolicy) -> Result<Head, Failure> {
        let mut url = request.url.clone();
        let mut with_credentials = true;
        let mut redirects = 0;
        loop {
            let lane = self.inner.lanes.of(url.host_str().unwrap_or_default());
            let (response, place) = self.send(&url, request, policy, with_credentials, &lane).await?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED && !request.validators.is_empty() {
                return Ok(Head::NotModified);
            }
            if is_redirect(status) {
                if request.is_post() {
                    let reason = "what is sent goes to one address and no other".to_owned();
                    return Err(FetchError::Redirect { url: SafeUrl::new(&url), reason }.into());
                }
                if redirects == MAX_REDIRECTS {
                    let reason = format!("more than {MAX_REDIRECTS} redirects");
                    return Err(FetchError::Redirect { url: SafeUrl::new(&url), reason }.into());
                }
                redirects += 1;
                let hop = next_hop(&url, field(response.headers(), header::LOCATION), policy)?;
                with_credentials &= hop.same_host;
                url = hop.url;
                continue;
            }
            let shown = SafeUrl::new(&url);
            if !status.is_success() {
                return Err(self.refusal(response, shown).await);
            }
            if status == StatusCode::PARTIAL_CONTENT {
                // No range was asked for, so the rest is not to be had by asking for it: what may be whole to its reader
                // lacks records all the same.
                let reason = "it answers with a part (status 206) that nobody asked for".to_owned();
                return Err(FetchError::Truncated { url: shown, reason }.into());
            }
            let encoding = field(response.headers(), header::CONTENT_ENCODING);
            let Some(packing) = Packing::of(encoding) else {
                let encoding = encoding.unwrap_or_default().to_owned();
                return Err(FetchError::Encoding { url: shown, encoding }.into());
            };
            if packing == Packing::Identity && response.content_length().is_some_and(|length| length > policy.max_bytes)
            {
                return Err(FetchError::TooLarge { url: shown, limit: Limit::Bytes(policy.max_bytes) }.into());
            }
            return Ok(Head::Fresh(Box::new(Open { response, url: shown, redirects, packing, _place: place })));
        }
    }

    /// Sends one request, without redirects, and waits for the head of its answer.
    async fn send(
        &self,
        url: &Url,
        request: &Request,
        policy: &FetchPolicy,
        with_credentials: bool,
        lane: &Lane,
    ) -> Result<(Response, Option<tokio::sync::OwnedSemaphorePermit>), FetchError> {
        let client = if policy.allow_private { &self.inner.private } else { &self.inner.public };
        let mut fields = HeaderMap::new();
        fields.insert(header::ACCEPT, HeaderValue::from_static(request.accept));
        fields.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        insert(&mut fields, header::IF_NONE_MATCH, request.validators.etag.as_deref());
        insert(&mut fields, header::IF_MODIFIED_SINCE, request.validators.last_modified.as_deref());
        if with_credentials && let Some(secret) = &request.authorization {
            let mut value = HeaderValue::from_str(secret.expose()).map_err(|_| FetchError::Local {
                url: SafeUrl::new(url),
                reason: "the credential holds characters that no header may hold".to_owned(),
            })?;
            value.set_sensitive(true);
            let name = match request.credential_field {
                CredentialField::Authorization => header::AUTHORIZATION,
                CredentialField::XEsriAuthorization => HeaderName::from_static("x-esri-authorization"),
            };
            fields.insert(name, value);
        }
        let place = lane.enter(policy.requests_per_second).await;
        if let Some(allowance) = &self.allowance {
            let refused = |NotAllowed(reason)| FetchError::NotAllowed { url: SafeUrl::new(url), reason };
            allowance.take().await.map_err(refused)?;
        }
        self.inner.sent.fetch_add(1, Ordering::Relaxed);
        if let Some(sent) = &request.sent {
            sent.fetch_add(1, Ordering::Relaxed);
        }
        let times = &self.inner.settings.timeouts;
        let limit = times.connect + times.header;
        let sending = match (&request.form, &request.json) {
            (None, None) => client.get(url.clone()),
            (Some(form), _) => {
                fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
                client.post(url.clone()).body(form.expose().to_owned())
            }
            (None, Some(json)) => {
                fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                for (name, value) in &json.fields {
                    insert(&mut fields, HeaderName::from_static(name), Some(value));
                }
                client.post(url.clone()).body(json.body.clone())
            }
        };
        let response = match timeout(limit, sending.headers(fields).send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(failure::of_request(url, &error, limit)),
            Err(_) => return Err(FetchError::Timeout { url: SafeUrl::new(url), stage: Stage::Head, limit }),
        };
        let header_bytes: usize =
            response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if header_bytes > MAX_HEADER_BYTES {
            return Err(FetchError::TooLarge { url: SafeUrl::new(url), limit: Limit::Header(MAX_HEADER_BYTES) });
        }
        Ok((response, place))
    }

    /// Reads an answer whose status is an error, with the beginning of its body.
    async fn refusal(&self, mut response: Response, url: SafeUrl) -> Failure {
        let status = response.status().as_u16();
        let asked = field(response.headers(), header::RETRY_AFTER)
            .filter(|_| is_temporary_status(status))
            .and_then(|field| retry::retry_after(field, SystemTime::now()));
        let packing = Packing::of(field(response.headers(), header::CONTENT_ENCODING));
        let mut raw = Vec::new();
        let limit = self.inner.settings.timeouts.header;
        // Whatever goes wrong here, the status is the error; the body only explains it.
        let _ = timeout(limit, async {
            while raw.len() < ERROR_BODY
                && let Ok(Some(piece)) = response.chunk().await
            {
                raw.extend_from_slice(&piece[..piece.len().min(ERROR_BODY)]);
            }
        })
        .await;
        let body = match packing {
            Some(Packing::Identity) => raw,
            Some(Packing::Gzip) => beginning_of_gzip(&raw),
            None => Vec::new(),
        };
        let body = Bytes::copy_from_slice(&body[..body.len().min(ERROR_BODY)]);
        // Some hosts ask for patience in words alone.
        let asked = asked.or_else(|| matches!(status, 429 | 503).then(|| retry::told_wait(&body)).flatten());
        Failure { error: FetchError::Status { url, status, body }, asked }
    }

    /// Reads a body to its end.
    async fn read_body<I: Intake>(
        &self,
        mut open: Open,
        policy: &FetchPolicy,
        limit: Duration,
    ) -> Result<Answer<I::Body>, FetchError> {
        let caps = Caps { max_bytes: policy.max_bytes, max_ratio: policy.max_ratio };
        let mut intake = I::begin(open.url.clone(), open.packing, caps);
        let idle = self.inner.settings.timeouts.idle;
        let end = Instant::now() + limit;
        loop {
            match timeout_at(end.min(Instant::now() + idle), open.response.chunk()).await {
                Ok(Ok(Some(piece))) => intake.take(piece).await?,
                Ok(Ok(None)) => break,
                Ok(Err(error)) => return Err(failure::of_body(&open.url, &error)),
                Err(_) if Instant::now() >= end => {
                    return Err(FetchError::Timeout { url: open.url, stage: Stage::Whole, limit });
                }
                Err(_) => return Err(FetchError::Timeout { url: open.url, stage: Stage::Idle, limit: idle }),
            }
        }
        let (body, length) = intake.finish().await?;
        Ok(open.answer(body, length))
    }
}

impl Open {
    fn answer<B>(self, body: B, length: u64) -> Answer<B> {
        let headers = self.response.headers();
        Answer {
            url: self.url,
            redirects: self.redirects,
            answered: field(headers, header::DATE).and_then(|date| httpdate::parse_http_date(date).ok()),
            content_type: field(headers, header::CONTENT_TYPE).map(str::to_owned),
            robots_tags: fields(headers, "x-robots-tag"),
            links: fields(headers, "link"),
            validators: Validators {
                etag: field(headers, header::ETAG).map(str::to_owned),
                last_modified: field(headers, header::LAST_MODIFIED).map(str::to_owned),
            },
            length,
            body,
        }
    }
}

/// Each field of a name, as far as it is text.
fn fields(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
}

fn client(
    settings: &FetcherSettings,
    tls: rustls::ClientConfig,
    resolver: GuardedResolver,
) -> Result<reqwest::Client, CaBundleError> {
    let version = env!("CARGO_PKG_VERSION");
    let user_agent = match settings.contact.trim() {
        "" => format!("{PRODUCT_TOKEN}/{version}"),
        contact => format!("{PRODUCT_TOKEN}/{version} (+{contact})"),
    };
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(user_agent)
        .dns_resolver(resolver)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // Bodies are unpacked here, where their ratio can be seen.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .connect_timeout(settings.timeouts.connect)
        .http1_max_headers(MAX_HEADER_FIELDS)
        .pool_max_idle_per_host(settings.per_host.max(1))
        .build()
        .map_err(|error| tls::unusable(&error))
}

/// What the first bytes of a gzip body unpack to; it may be cut, and then the rest is missing.
fn beginning_of_gzip(raw: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let mut beginning = std::io::Read::take(flate2::read::MultiGzDecoder::new(raw), ERROR_BODY as u64);
    let _ = std::io::copy(&mut beginning, &mut unpacked);
    unpacked
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn field(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: Option<&str>) {
    // A validator that is no header value any more is left out: the answer is then a full one.
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        headers.insert(name, value);
    }
}
