//! The client against servers that are slow, broken, hostile or merely busy.
#![expect(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, missing_docs, reason = "the server is a module of the test")]

mod server;

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use bytes::Bytes;
use cairn_fetch::{
    Block, CredentialField, FetchError, FetchPolicy, Fetched, Fetcher, FetcherSettings, Request, RetryRule, Secret,
    Stage, Timeouts, Url, Validators,
};
use server::{Reply, Server, answer};

fn fetcher() -> Fetcher {
    let timeouts = Timeouts {
        connect: Duration::from_millis(300),
        header: Duration::from_millis(300),
        idle: Duration::from_millis(200),
        page: Duration::from_millis(600),
        download: Duration::from_secs(5),
    };
    let retry = RetryRule {
        base: Duration::from_millis(2),
        longest_backoff: Duration::from_millis(5),
        longest_wait: Duration::from_secs(3),
    };
    Fetcher::new(FetcherSettings {
        contact: "mailto:desk@cairn.example".to_owned(),
        timeouts,
        retry,
        ..FetcherSettings::default()
    })
    .unwrap()
}

/// For a server on loopback.
fn loopback() -> FetchPolicy {
    FetchPolicy { allow_private: true, requests_per_second: 0.0, ..FetchPolicy::default() }
}

async fn fetch(url: Url) -> Result<Fetched<Bytes>, FetchError> {
    // Spawned, because the harvester's pages are fetched in tasks.
    tokio::spawn(async move { fetcher().fetch(&Request::new(url), &loopback()).await }).await.unwrap()
}

fn body(fetched: Result<Fetched<Bytes>, FetchError>) -> String {
    match fetched.unwrap() {
        Fetched::Fresh(answer) => String::from_utf8(answer.body.to_vec()).unwrap(),
        Fetched::NotModified => "not modified".to_owned(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_page_is_fetched_unpacked_and_signed_with_our_name() {
    let server = Server::start(|_, _| {
        answer("200 OK", &["Content-Encoding: gzip", "Content-Type: application/json", "ETag: \"v1\""], &gzip(b"{}"))
    })
    .await;
    let Fetched::Fresh(page) = fetch(server.url("/api")).await.unwrap() else { panic!("304") };
    assert_eq!(page.body, "{}");
    assert_eq!(page.content_type.as_deref(), Some("application/json"));
    assert_eq!(page.validators.etag.as_deref(), Some("\"v1\""));
    let seen = &server.requests()[0];
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(seen.field("user-agent"), Some(format!("cairn/{version} (+mailto:desk@cairn.example)").as_str()));
    assert_eq!(seen.field("accept-encoding"), Some("gzip"));
    assert_eq!((seen.field("cookie"), seen.field("referer")), (None, None));
}

#[tokio::test]
async fn a_source_that_may_not_reach_private_addresses_sends_nothing_to_them() {
    // A01: names and addresses alike; the server must not see a request.
    let server = Server::start(|_, _| answer("200 OK", &[], b"secret")).await;
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "localhost",
        "localhost.",
        "[::ffff:127.0.0.1]",
    ] {
        let url = Url::parse(&format!("http://{host}:{}/", server.port)).unwrap();
        let error = fetcher().fetch(&Request::new(url), &FetchPolicy::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::Blocked { .. }), "{host}: {error}");
    }
    let url = Url::parse("http://localhost/").unwrap();
    let error = fetcher().fetch(&Request::new(url), &FetchPolicy::default()).await.unwrap_err();
    assert!(matches!(error, FetchError::Blocked { block: Block::Address(_), .. }), "by its name alone: {error}");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_not_asked() {
    // A08. The client is built with the proxy in sight; were it used, the request would fail.
    if std::env::var_os("CAIRN_TEST_PROXY_CHILD").is_none() {
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_proxy_of_the_environment_is_not_asked"])
            .env("CAIRN_TEST_PROXY_CHILD", "1")
            .envs([("HTTP_PROXY", "http://127.0.0.1:9"), ("http_proxy", "http://127.0.0.1:9"), ("NO_PROXY", "")])
            .output()
            .unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        return;
    }
    let server = Server::start(|_, _| answer("200 OK", &[], b"direct")).await;
    assert_eq!(body(fetch(server.url("/")).await), "direct");
}

#[tokio::test]
async fn redirects_are_followed_five_times_and_no_further() {
    let server = Server::start(|seen, _| {
        let left: u32 = seen.target.trim_start_matches('/').parse().unwrap();
        if left == 0 {
            return answer("200 OK", &[], b"arrived");
        }
        answer("302 Found", &[&format!("Location: /{}", left - 1)], b"")
    })
    .await;
    assert_eq!(body(fetch(server.url("/5")).await), "arrived");
    let error = fetch(server.url("/6")).await.unwrap_err();
    assert!(matches!(error, FetchError::Redirect { .. }), "{error}");
    assert!(!error.is_temporary());
    assert_eq!(server.requests().len(), 6 + 6, "a redirect that is refused is not tried again");
}

#[tokio::test]
async fn a_redirect_to_a_file_is_refused() {
    // A06.
    let server = Server::start(|_, _| answer("302 Found", &["Location: file:///etc/passwd"], b"")).await;
    let error = fetch(server.url("/")).await.unwrap_err();
    assert!(error.to_string().ends_with("to the scheme file"), "{error}");
}

#[tokio::test]
async fn credentials_are_not_carried_to_another_host() {
    // A07: the same machine under another address is another host.
    let other = Server::start_on("127.0.0.2", |_, _| answer("200 OK", &[], b"other")).await;
    let target = format!("Location: http://127.0.0.2:{}/", other.port);
    let server = Server::start(move |seen, _| match seen.target.as_str() {
        "/here" => answer("302 Found", &["Location: /there"], b""),
        "/there" => answer("200 OK", &[], b"there"),
        _ => answer("302 Found", &[&target], b""),
    })
    .await;
    let request = |target: &str| {
        let authorization = Some(Secret::new("canary"));
        Request { authorization, ..Request::new(server.url(target)) }
    };
    fetcher().fetch(&request("/here"), &loopback()).await.unwrap();
    fetcher().fetch(&request("/away"), &loopback()).await.unwrap();
    let sent: Vec<Option<String>> =
        server.requests().iter().map(|seen| seen.field("authorization").map(str::to_owned)).collect();
    assert_eq!(sent, vec![Some("canary".to_owned()); 3]);
    assert_eq!(other.requests()[0].field("authorization"), None);

    let mut url = server.url("/away");
    url.set_username("user").unwrap();
    url.set_password(Some("canary")).unwrap();
    fetch(url).await.unwrap();
    assert_eq!(server.requests()[3].field("authorization"), Some("Basic dXNlcjpjYW5hcnk="));
    assert_eq!(other.requests()[1].field("authorization"), None);

    let request = Request { credential_field: CredentialField::XEsriAuthorization, ..request("/away") };
    fetcher().fetch(&request, &loopback()).await.unwrap();
    let fields = ["x-esri-authorization", "authorization"];
    assert_eq!(
        fields.map(|name| server.requests()[4].field(name).map(str::to_owned)),
        [Some("canary".to_owned()), None]
    );
    assert_eq!(fields.map(|name| other.requests()[2].field(name).map(str::to_owned)), [None, None]);
}

#[tokio::test]
async fn no_error_prints_a_credential() {
    // A35.
    let server = Server::start(|_, _| answer("404 Not Found", &[], b"")).await;
    let mut url = server.url("/api?apikey=canary");
    url.set_username("user").unwrap();
    url.set_password(Some("canary")).unwrap();
    let request = Request { authorization: Some(Secret::new("canary")), ..Request::new(url) };
    for policy in [loopback(), FetchPolicy::default()] {
        let error = fetcher().fetch(&request, &policy).await.unwrap_err();
        let printed = format!("{error} {error:?} {request:?}");
        assert!(!printed.contains("canary"), "{printed}");
        assert!(printed.contains("***@127.0.0.1"), "{printed}");
    }
    let mut gone = Url::parse("http://user:canary@127.0.0.1:1/?token=canary").unwrap();
    let error = fetch(gone.clone()).await.unwrap_err();
    assert!(
        matches!(error, FetchError::Connect { .. }) && !format!("{error}{error:?}").contains("canary"),
        "{error:?}"
    );
    gone.set_host(Some("no-such-host.invalid")).unwrap();
    let error = fetch(gone).await.unwrap_err();
    assert!(!format!("{error}{error:?}").contains("canary"), "{error:?}");
}

#[tokio::test]
async fn a_busy_host_is_given_the_time_that_it_asks_for() {
    // F06.
    let server = Server::start(|_, number| match number {
        0 => answer("429 Too Many Requests", &["Retry-After: 1"], b"slow down"),
        1 => answer("503 Service Unavailable", &["Retry-After: -5"], b""),
        2 => answer("503 Service Unavailable", &["Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"], b""),
        _ => answer("200 OK", &[], b"done"),
    })
    .await;
    let begun = Instant::now();
    assert_eq!(body(fetch(server.url("/")).await), "done");
    assert!((Duration::from_secs(1)..Duration::from_secs(2)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_host_that_asks_for_time_in_words_alone_is_given_it() {
    const WORDS: &[u8] = b"{ \"statusCode\": 429, \"message\": \"Rate limit is exceeded. Try again in 1 seconds.\" }";
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let server = Server::start(move |_, number| match number {
            0 => answer(status, &[], WORDS),
            // What the field says counts.
            1 => answer(status, &["Retry-After: 0"], b"try again in 3600 seconds"),
            _ => answer("200 OK", &[], b"done"),
        })
        .await;
        let begun = Instant::now();
        assert_eq!(body(fetch(server.url("/")).await), "done");
        assert!((Duration::from_secs(1)..Duration::from_secs(2)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    }
    // Too long is too long, and an error of another sort asks for nothing.
    let server = Server::start(|_, _| answer("429 Too Many Requests", &[], b"Try again in 3600 seconds.")).await;
    let error = fetch(server.url("/")).await.unwrap_err();
    assert!(matches!(error, FetchError::Later { .. }), "{error}");
    let server = Server::start(|_, _| answer("500 Internal Server Error", &[], b"Died in 3600 seconds")).await;
    let error = fetch(server.url("/")).await.unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 500, .. }), "{error}");
}

#[tokio::test]
async fn a_host_that_asks_for_ten_years_is_given_up_for_now() {
    let server = Server::start(|_, _| answer("429 Too Many Requests", &["Retry-After: 315360000"], b"")).await;
    let error = fetch(server.url("/")).await.unwrap_err();
    assert!(matches!(error, FetchError::Later { .. }) && error.is_temporary(), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_five_times_and_what_will_not_is_tried_once() {
    // F04.
    for (status, tries) in [
        ("500 Internal Server Error", 1 + 5),
        ("502 Bad Gateway", 1 + 5),
        ("408 Request Timeout", 1 + 5),
        ("425 Too Early", 1 + 5),
        ("400 Bad Request", 1),
        ("403 Forbidden", 1),
        ("404 Not Found", 1),
        ("409 Conflict", 1),
        ("304 Not Modified", 1),
    ] {
        let server = Server::start(move |_, _| answer(status, &[], b"because")).await;
        let error = fetch(server.url("/")).await.unwrap_err();
        assert_eq!(server.requests().len(), tries, "{status}");
        let FetchError::Status { status: told, body, .. } = error else { panic!("{status}: {error}") };
        assert!(status.starts_with(&told.to_string()));
        assert_eq!(body, if told == 304 { "" } else { "because" }, "{status}");
    }
}

#[tokio::test]
async fn a_host_that_fails_all_the_time_uses_its_retries_up() {
    let server = Server::start(|_, _| answer("500 Internal Server Error", &[], b"")).await;
    let fetcher = fetcher();
    for _ in 0..30 {
        fetcher.fetch(&Request::new(server.url("/")), &loopback()).await.unwrap_err();
    }
    assert_eq!(server.requests().len(), 30 + 20);
}

#[tokio::test]
async fn a_body_that_is_not_whole_is_thrown_away_and_asked_for_again() {
    // F11 and F12.
    let whole = gzip(b"{\"records\": \"all of them\"}");
    let server = Server::start(move |_, number| match number {
        0 => Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"records\": [".to_vec()),
        1 => Reply::Bytes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"rec\r\n".to_vec()),
        2 => answer("200 OK", &["Content-Encoding: gzip"], &whole[..whole.len() - 9]),
        3 => Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()),
        _ => answer("200 OK", &["Content-Encoding: gzip"], &whole),
    })
    .await;
    assert_eq!(body(fetch(server.url("/")).await), "{\"records\": \"all of them\"}");
    assert_eq!(server.requests().len(), 5);
}

/// A part may be whole to its reader, as a table that lacks rows is.
#[tokio::test]
async fn a_part_that_nobody_asked_for_is_thrown_away_and_asked_for_again() {
    let server = Server::start(|_, number| match number {
        0 => answer("206 Partial Content", &["Content-Range: bytes 0-3/9"], b"half"),
        _ => answer("200 OK", &[], b"the whole"),
    })
    .await;
    assert_eq!(body(fetch(server.url("/")).await), "the whole");
}

#[tokio::test]
async fn a_slow_host_is_stopped_at_each_stage() {
    // A18 and F10.
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
    let dripping = |pause| {
        let mut bytes = head.to_vec();
        bytes.extend([b'x'; 1000]);
        Reply::Dripping(bytes, pause)
    };
    let once = FetchPolicy { max_tries: 1, ..loopback() };
    let server = Server::start(move |seen, _| match seen.target.as_str() {
        "/silent" => Reply::Silence,
        "/head" => dripping(Duration::from_millis(100)),
        "/idle" => Reply::Stalling([&head[..], b"xxx"].concat()),
        _ => dripping(Duration::from_millis(3)),
    })
    .await;
    for (target, expected) in
        [("/silent", Stage::Head), ("/head", Stage::Head), ("/idle", Stage::Idle), ("/whole", Stage::Whole)]
    {
        let begun = Instant::now();
        let error = fetcher().fetch(&Request::new(server.url(target)), &once).await.unwrap_err();
        let FetchError::Timeout { stage, .. } = error else { panic!("{target}: {error}") };
        assert_eq!(stage, expected, "{target}");
        assert!(begun.elapsed() < Duration::from_millis(1500), "{target}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn an_oversized_body_header_or_count_of_headers_is_refused() {
    // A11 and A19.
    let bomb = gzip(&vec![b' '; 8 << 20]);
    let server = Server::start(move |seen, _| match seen.target.as_str() {
        "/bomb" => answer("200 OK", &["Content-Encoding: gzip"], &bomb),
        "/long" => answer("200 OK", &[], &[b' '; 4096]),
        "/endless" => Reply::Bytes([&b"HTTP/1.1 200 OK\r\n\r\n"[..], &[b' '; 4096]].concat()),
        "/header" => answer("200 OK", &[&format!("X-Long: {}", "x".repeat(100_000))], b""),
        "/huge-header" => answer("200 OK", &[&format!("X-Long: {}", "x".repeat(1 << 20))], b""),
        "/cookies" => answer("200 OK", &vec!["Set-Cookie: a=b"; 10_000], b""),
        _ => answer("200 OK", &["Content-Encoding: br"], b"?"),
    })
    .await;
    let policy = FetchPolicy { max_bytes: 4000, max_tries: 1, ..loopback() };
    for (target, expected) in [
        ("/bomb", "more than 4000 bytes"),
        ("/long", "more than 4000 bytes"),
        ("/endless", "more than 4000 bytes"),
        ("/header", "a header of more than 65536 bytes"),
        ("/packed-otherwise", "which was not asked for"),
    ] {
        let error = fetcher().fetch(&Request::new(server.url(target)), &policy).await.unwrap_err();
        assert!(error.to_string().ends_with(expected), "{target}: {error}");
        assert!(!error.is_temporary(), "{target}");
    }
    let roomy = FetchPolicy { max_bytes: 1 << 30, ..policy.clone() };
    let error = fetcher().fetch(&Request::new(server.url("/bomb")), &roomy).await.unwrap_err();
    assert!(error.to_string().ends_with("a body that unpacks to more than 200 times its size"), "{error}");
    for target in ["/cookies", "/huge-header"] {
        fetcher().fetch(&Request::new(server.url(target)), &policy).await.unwrap_err();
    }
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let server = Server::start(|seen, _| match seen.field("if-none-match") {
        Some("\"v1\"") => answer("304 Not Modified", &["ETag: \"v1\""], b""),
        _ => answer("200 OK", &["ETag: \"v1\"", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"], b"new"),
    })
    .await;
    let Fetched::Fresh(first) = fetch(server.url("/")).await.unwrap() else { panic!("304 without validators") };
    let request = Request { validators: first.validators, ..Request::new(server.url("/")) };
    assert_eq!(body(fetcher().fetch(&request, &loopback()).await), "not modified");
    let seen = server.requests().pop().unwrap();
    assert_eq!(seen.field("if-modified-since"), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    let other = Request { validators: Validators { etag: Some("\"v0\"".to_owned()), last_modified: None }, ..request };
    assert_eq!(body(fetcher().fetch(&other, &loopback()).await), "new");
}

#[tokio::test]
async fn a_large_body_is_unpacked_into_a_file_without_a_name() {
    let text: Vec<u8> = (0..300_000_u32).flat_map(|number| format!("{number}\n").into_bytes()).collect();
    let (packed, length) = (gzip(&text), text.len() as u64);
    let cut = packed[..packed.len() / 2].to_vec();
    let server = Server::start(move |_, number| match number {
        0 => answer("200 OK", &["Content-Encoding: gzip"], &cut),
        _ => answer("200 OK", &["Content-Encoding: gzip"], &packed),
    })
    .await;
    let request = Request::new(server.url("/"));
    let fetcher = fetcher();
    let task = tokio::spawn(async move {
        let whole = fetcher.download(&request, &loopback()).await;
        let capped = fetcher.download(&request, &FetchPolicy { max_bytes: 1000, ..loopback() }).await;
        (whole, capped)
    });
    let (whole, capped) = task.await.unwrap();
    let Fetched::Fresh(mut answer) = whole.unwrap() else { panic!("304") };
    let mut read = Vec::new();
    answer.body.read_to_end(&mut read).unwrap();
    assert!(read == text && answer.length == length, "{} bytes", read.len());
    let error = capped.unwrap_err();
    assert!(error.to_string().ends_with("more than 1000 bytes"), "{error}");
}

#[tokio::test]
async fn a_host_where_nobody_listens_is_unreachable_for_now() {
    let once = FetchPolicy { max_tries: 1, ..loopback() };
    let nobody = Url::parse("http://127.0.0.1:1/").unwrap();
    let error = fetcher().fetch(&Request::new(nobody), &once).await.unwrap_err();
    assert!(matches!(error, FetchError::Connect { .. }) && error.is_temporary(), "{error:?}");
}

#[tokio::test]
async fn a_form_is_sent_once_and_to_no_other_address() {
    let server = Server::start(|seen, _| match seen.target.as_str() {
        "/busy" => answer("503 Service Unavailable", &[], b"later"),
        "/away" => answer("307 Temporary Redirect", &["Location: /token"], b""),
        _ => answer("200 OK", &[], b"token"),
    })
    .await;
    let send = async |target: &str| {
        let form = Some(Secret::new("code=canary"));
        fetcher().fetch(&Request { form, ..Request::new(server.url(target)) }, &loopback()).await
    };
    assert_eq!(body(send("/token").await), "token");
    let seen = server.requests();
    assert_eq!(
        ["content-type", "content-length"].map(|name| seen[0].field(name)),
        [Some("application/x-www-form-urlencoded"), Some("11")]
    );
    assert!(matches!(send("/busy").await, Err(FetchError::Status { status: 503, .. })));
    let refused = send("/away").await.unwrap_err();
    assert!(matches!(refused, FetchError::Redirect { .. }), "{refused}");
    assert!(!format!("{refused:?}").contains("canary"), "{refused:?}");
    let targets: Vec<String> = server.requests().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/token", "/busy", "/away"]);
}
