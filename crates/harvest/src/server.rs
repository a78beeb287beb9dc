//! A server that is asked for pages: its client, limits and credential, and what its troubles mean for a listing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cairn_fetch::{
    Answer, CredentialField, FetchError, FetchPolicy, Fetched, Fetcher, Limit, Request, Secret, Url, Validators,
};
use cairn_model::Problem;

use crate::kinds::ConnectContext;
use crate::plain_address::{as_secure_as, differ_in_scheme, without_user};
use crate::{HarvestError, SourceConfig};

/// Largest page, unless the configuration says otherwise.
pub(crate) const MAX_PAGE_BYTES: u64 = 64 * 1024 * 1024;

/// Pages that cannot be had for now one after the other before a source that leads to many is asked for no more of them.
pub(crate) const FAILURES_IN_A_ROW: u32 = 5;

/// Pages that a server refuses one after the other before the end of a source that leads to many counts as unproven: it may
/// refuse whoever asks. A directory may list services that are stopped, and a search what is none of the server's own.
pub(crate) const REFUSALS_IN_A_ROW: u32 = 25;

/// A server.
pub(crate) struct Server {
    fetcher: Fetcher,
    policy: FetchPolicy,
    /// Sent to the origin of the source's own address, to the same site by https, and nowhere else, wherever links lead.
    token: Option<Secret>,
    credential_field: CredentialField,
    home: Url,
    sent: Arc<AtomicU64>,
    confidential: bool,
}

impl Server {
    /// The server of a source whose requests begin at `home`. May read a token file: blocking.
    pub(crate) fn new(config: &SourceConfig, context: &ConnectContext, home: &Url) -> Result<Self, HarvestError> {
        Ok(Self {
            fetcher: context.fetcher.clone(),
            policy: config.fetch_policy(MAX_PAGE_BYTES),
            token: config.token()?,
            credential_field: config.credential_field(),
            home: home.clone(),
            sent: Arc::default(),
            confidential: config.holds_imsma(),
        })
    }

    /// Lets at least so much time pass between two requests, whatever the configuration allows.
    pub(crate) fn slow_down(&mut self, interval: Duration) {
        self.policy.requests_per_second = slower(self.policy.requests_per_second, interval);
    }

    /// Host, for messages.
    pub(crate) fn name(&self) -> &str {
        self.home.host_str().unwrap_or_default()
    }

    /// An address that stands in a page of this server, in the form in which it is asked for.
    pub(crate) fn at_home(&self, url: Url) -> Url {
        as_secure_as(&self.home, url)
    }

    /// Requests sent so far.
    pub(crate) fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Asks once, with the client's own retries; at most `tries` where it says so.
    pub(crate) async fn get(
        &self,
        url: Url,
        accept: &'static str,
        validators: Validators,
        tries: Option<u32>,
    ) -> Result<Fetched<Bytes>, FetchError> {
        let is_home = is_home(&self.home, &url);
        let request = Request {
            accept,
            authorization: self.token.clone().filter(|_| is_home),
            credential_field: self.credential_field,
            validators,
            sent: Some(Arc::clone(&self.sent)),
            confidential: self.confidential,
            ..Request::new(url)
        };
        match tries {
            Some(max_tries) => self.fetcher.fetch(&request, &FetchPolicy { max_tries, ..self.policy.clone() }).await,
            None => self.fetcher.fetch(&request, &self.policy).await,
        }
    }
}

/// Whether the credential may be sent to an address: to the home of the source, or to the same site by https where that is
/// asked by http.
fn is_home(home: &Url, url: &Url) -> bool {
    url.origin() == home.origin() || (url.scheme() == "https" && differ_in_scheme(url, home))
}

/// The slower of a rate in requests a second (0 for no limit) and of one request in each interval.
fn slower(rate: f64, interval: Duration) -> f64 {
    let asked = 1.0 / interval.as_secs_f64();
    if asked.is_finite() && (rate <= 0.0 || asked < rate) { asked } else { rate }
}

/// Why an answer is no page of a listing. The words are whole clauses that follow the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotAPage {
    /// HTML or other text where a page was due.
    Html(&'static str),
    /// A page that breaks somewhere: asked for in smaller pieces, most of it may be had.
    Broken(String),
    /// A whole answer of another sort: no other question is better.
    Other(String),
    /// The server's own refusal of this question.
    Refused(String),
}

impl NotAPage {
    /// HTML or text where JSON was due.
    pub(crate) const NO_JSON: Self = Self::Html("it answers with a page of HTML or text, not with JSON");

    /// What a body is that was to be XML and could not be read.
    pub(crate) fn of_xml(body: &[u8], problem: &Problem) -> Self {
        let begin: String = String::from_utf8_lossy(&body[..body.len().min(512)]).trim_start().to_ascii_lowercase();
        let is_markup = begin.trim_start_matches('\u{feff}').starts_with('<');
        if !is_markup || begin.contains("<!doctype html") || begin.contains("<html") {
            return Self::Html("it answers with a page of HTML or text, not with XML");
        }
        let byte = problem.position.byte.map_or(String::new(), |byte| format!(" (byte {byte})"));
        let told = format!("its answer cannot be read: {}{byte}", problem.message);
        // What breaks is XML; what is whole and of another sort does not become a page by being smaller.
        if problem.position.byte.is_some() { Self::Broken(told) } else { Self::Other(told) }
    }

    /// What came instead, in words.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Html(reason) => (*reason).to_owned(),
            Self::Broken(reason) | Self::Other(reason) | Self::Refused(reason) => reason.clone(),
        }
    }
}

/// What is wrong with one request.
pub(crate) enum Setback {
    /// The server does not accept it.
    Request(HarvestError),
    /// The page is too heavy, or a record in it is broken.
    Window(HarvestError),
    /// No other request is better.
    Fatal(HarvestError),
    /// The host asks to wait for longer than a run does.
    Later(HarvestError),
}

impl Setback {
    /// Of a request that got no page. `explain` finds the server's own words in the body of a refusal.
    pub(crate) fn of_fetch(error: FetchError, explain: impl FnOnce(&[u8]) -> String) -> Self {
        match error {
            FetchError::Status { ref url, status: status @ (400 | 409 | 410 | 422), ref body } => {
                let told = explain(body);
                let reason = format!("it answers with status {status}: {told}");
                Self::Request(HarvestError::NotACatalogue { what: url.to_string(), reason })
            }
            FetchError::Status { status: 500 | 502 | 504, .. }
            | FetchError::Timeout { .. }
            | FetchError::Truncated { .. }
            | FetchError::Protocol { .. }
            | FetchError::TooLarge { limit: Limit::Bytes(_), .. } => Self::Window(error.into()),
            FetchError::Later { .. } => Self::Later(error.into()),
            _ => Self::Fatal(error.into()),
        }
    }

    /// Of an answer that is no page.
    pub(crate) fn of_answer(not_a_page: &NotAPage, what: String, redirects: u32) -> Self {
        // A login page that one was sent to (F09) is not the server's own page of HTML (F08).
        if matches!(not_a_page, NotAPage::Html(_)) && redirects > 0 {
            return Self::Fatal(HarvestError::login_wall(what));
        }
        let error = HarvestError::NotACatalogue { what, reason: not_a_page.reason() };
        match not_a_page {
            NotAPage::Broken(_) => Self::Window(error),
            NotAPage::Refused(_) => Self::Request(error),
            NotAPage::Html(_) | NotAPage::Other(_) => Self::Fatal(error),
        }
    }

    /// Whether nothing may be asked of the server any more for now.
    pub(crate) fn is_pause(&self) -> bool {
        matches!(self, Self::Later(_) | Self::Fatal(HarvestError::BudgetSpent { .. }))
    }

    /// What is wrong, whatever may be done about it.
    pub(crate) fn into_error(self) -> HarvestError {
        match self {
            Self::Request(error) | Self::Window(error) | Self::Fatal(error) | Self::Later(error) => error,
        }
    }
}

/// Where an answer came from, after redirects. It is told without credentials, of which links have no need.
pub(crate) fn came_from<B>(answer: &Answer<B>, asked: &Url) -> Url {
    let from = (answer.redirects > 0).then(|| Url::parse(&answer.url.to_string()).ok()).flatten();
    from.map_or_else(|| asked.clone(), without_user)
}

/// Whether a field `Link` may name a next page: whether `next` is among its relations (RFC 8288, 3.3), whatever else it holds.
pub(crate) fn may_lead_on(field: &str) -> bool {
    let is_next = |part: &str| {
        let names = part.trim_start().strip_prefix("rel").and_then(|rest| rest.trim_start().strip_prefix('='));
        names.is_some_and(|names| names.split([' ', '"', '\t']).any(|name| name == "next"))
    };
    field.to_ascii_lowercase().split([';', ',']).any(is_next)
}

/// Reads an answer on a blocking thread: pages are large.
pub(crate) async fn read_answer<T: Send + 'static>(
    answer: Answer<Bytes>,
    read: impl FnOnce(&Bytes) -> Result<T, NotAPage> + Send + 'static,
) -> Result<T, Setback> {
    let (what, redirects) = (answer.url.to_string(), answer.redirects);
    match tokio::task::spawn_blocking(move || read(&answer.body)).await {
        Ok(Ok(page)) => Ok(page),
        Ok(Err(not_a_page)) => Err(Setback::of_answer(&not_a_page, what, redirects)),
        Err(_) => Err(Setback::Fatal(HarvestError::task(&what))),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_field_leads_on_by_its_relation_and_not_by_its_words() {
        for field in
            ["<?page=2>; rel=next", "<?p=2>; REL = \"prev Next\"", "</_next/a.js>; rel=preload, <?p=2>; rel=\"next\""]
        {
            assert!(may_lead_on(field), "{field}");
        }
        for field in
            ["</_next/a.js>; rel=preload; as=script; nopush", "<https://next.example/>; rel=canonical", "next", ""]
        {
            assert!(!may_lead_on(field), "{field}");
        }
    }

    #[test]
    fn the_credential_goes_to_the_home_and_to_the_same_site_by_https_and_nowhere_else() {
        let table = [
            ("https://maps.example/api", "https://maps.example/api?page=2", true),
            ("https://maps.example/api", "http://maps.example/api?page=2", false),
            ("http://maps.example/api", "https://maps.example/api?page=2", true),
            ("http://maps.example:8080/api", "https://maps.example/api", false),
            ("https://maps.example/api", "https://other.example/api", false),
        ];
        for (home, link, expected) in table {
            let url = |text: &str| Url::parse(text).unwrap();
            assert_eq!(is_home(&url(home), &url(link)), expected, "{home} {link}");
        }
    }

    #[test]
    fn a_site_may_ask_for_a_slower_pace_and_not_for_a_faster_one() {
        let table = [(5.0, 2000, 0.5), (5.0, 100, 5.0), (0.0, 500, 2.0), (5.0, 0, 5.0), (0.0, 0, 0.0)];
        for (rate, milliseconds, expected) in table {
            let slower = slower(rate, Duration::from_millis(milliseconds));
            assert!((slower - expected).abs() < 1e-9, "{rate} {milliseconds}: {slower}");
        }
    }
}
