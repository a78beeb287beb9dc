//! Answers that are slow, cut, framed wrongly, refused, sent elsewhere or asked for later.

use super::{Complete, Failed, Fault, Partial, Unreachable, fault};
use crate::hostile_sources::holdings::Holdings;
use crate::hostile_sources::holdings::{Arcgis, Ckan, Csw, Dcat, EVERY_KIND, Inventory, Kind, OaiPmh, OgcRecords, Waf};
use crate::hostile_sources::server::{Ask, Misbehaviour, Reply};

fn body(ask: &Ask, held: &Holdings) -> Vec<u8> {
    held.body(ask).unwrap_or_default().into_bytes()
}

/// A head that promises so many bytes, and a body.
fn framed(length: usize, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

pub fn rows() -> Vec<Fault> {
    let mut rows = statuses();
    rows.extend(waits());
    rows.extend(redirects());
    rows.extend(slowness());
    rows.extend(framing());
    rows.extend(headers());
    rows
}

fn statuses() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in EVERY_KIND.iter().copied() {
        rows.push(fault("F07", "503 to everything", kind, Unreachable, "status 503", |_, _| {
            Reply::status("503 Service Unavailable")
        }));
    }
    let refused = |status, kind, says, misbehaviour| fault("F08", status, kind, Failed, says, misbehaviour);
    rows.push(refused("401 to everything", Ckan, "not_allowed", |_, _| Reply::status("401 Unauthorized")));
    rows.push(refused("403 to everything", OaiPmh, "not_allowed", |_, _| Reply::status("403 Forbidden")));
    rows.push(refused("404 to everything", Csw, "status 404", |_, _| Reply::status("404 Not Found")));
    rows.push(refused("410 to everything", OgcRecords, "status 410", |_, _| Reply::status("410 Gone")));
    rows.push(refused("451 to everything", Dcat, "status 451", |_, _| {
        Reply::status("451 Unavailable For Legal Reasons")
    }));
    for kind in [Ckan, OaiPmh, Dcat, Inventory] {
        rows.push(fault("F23", "304 to a question without conditions", kind, Failed, "status 304", |_, _| {
            Reply::Bytes(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec())
        }));
        rows.push(fault("F08", "204 and no body", kind, Failed, "is not a catalogue", |_, _| {
            Reply::Bytes(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_vec())
        }));
    }
    for kind in [Ckan, OaiPmh, Dcat, Inventory] {
        // All but the last two records, whole in themselves: only the status says that it is a part.
        rows.push(fault("F11", "a part (206) that nobody asked for", kind, Unreachable, "206", |ask, held| {
            let part = held.with(|records| records.truncate(28));
            Reply::Answer("206 Partial Content", vec!["Content-Range: bytes 0-999/1200".to_owned()], body(ask, &part))
        }));
    }
    rows
}

fn waits() -> Vec<Fault> {
    let heals = |name, kind, misbehaviour| fault("F06", name, kind, Complete, "", misbehaviour);
    let mut rows = vec![
        heals("429 once, with a wait of one second", Ckan, |ask, held| busy(ask, held, "1")),
        heals("429 once, with a date that has passed", Csw, |ask, held| {
            busy(ask, held, "Sun, 06 Nov 1994 08:49:37 GMT")
        }),
        heals("429 once, with a negative wait", OaiPmh, |ask, held| busy(ask, held, "-120")),
        heals("429 once, with words as a wait", OgcRecords, |ask, held| busy(ask, held, "a little while")),
        heals("500 once", Arcgis, |ask, held| {
            if ask.number == 1 { Reply::status("500 Internal Server Error") } else { held.answer(ask) }
        }),
        heals("a reset once", Dcat, |ask, held| {
            if ask.number == 1 { Reply::Reset(framed(900, b"@prefix")) } else { held.answer(ask) }
        }),
    ];
    for kind in [Ckan, OaiPmh, Inventory] {
        rows.push(fault("F06", "429 with a wait of ten years", kind, Unreachable, "longer than we wait", |_, _| {
            Reply::status("429 Too Many Requests").saying("Retry-After: 315360000")
        }));
        rows.push(fault(
            "F06",
            "503 with a date in a hundred years",
            kind,
            Unreachable,
            "longer than we wait",
            |_, _| Reply::status("503 Service Unavailable").saying("Retry-After: Wed, 27 Nov 2126 08:49:37 GMT"),
        ));
    }
    rows
}

fn busy(ask: &Ask, held: &Holdings, wait: &str) -> Reply {
    if ask.number > 0 {
        return held.answer(ask);
    }
    Reply::status("429 Too Many Requests").saying(format!("Retry-After: {wait}"))
}

fn redirects() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in EVERY_KIND.iter().copied() {
        rows.push(fault("F09", "a login page that it sends to", kind, Failed, "redirect_refused", |ask, _| {
            if ask.path == "/login" {
                return Reply::ok("<!DOCTYPE html><html><body><form>Sign in</form></body></html>")
                    .saying("Content-Type: text/html");
            }
            Reply::to("/login")
        }));
    }
    for kind in [Ckan, OaiPmh, Inventory] {
        let refused = |name, misbehaviour| fault("A06", name, kind, Failed, "redirect_refused", misbehaviour);
        rows.push(refused("redirects in a circle", |_, _| Reply::to("/round")));
        rows.push(refused("a redirect to a file of this machine", |_, _| Reply::to("file:///etc/passwd")));
        rows.push(refused("a redirect to gopher", |_, _| Reply::to("gopher://127.0.0.1/")));
        rows.push(refused("a redirect to nowhere", |_, _| Reply::status("302 Found")));
    }
    rows.push(fault("F08", "a redirect to where it now is", Ckan, Complete, "", |ask, held| {
        if ask.path.starts_with("/new") {
            return held.answer(ask);
        }
        let query: Vec<String> =
            ask.query.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        Reply::to(&format!("/new{}?{}", ask.path, query.join("&")))
    }));
    rows
}

fn slowness() -> Vec<Fault> {
    let slow =
        |name, kind, misbehaviour| fault("F10 A18", name, kind, Unreachable, "took too long", misbehaviour).slow();
    vec![
        slow("a head that never comes", OaiPmh, |_, _| Reply::Stalling(Vec::new())),
        slow("a head that drips", Inventory, |ask, held| Reply::Dripping(Vec::new(), framed(1000, &body(ask, held)))),
        slow("a body that stalls", Dcat, |_, _| Reply::Stalling(framed(1000, b"@prefix"))),
        slow("a body that drips", OgcRecords, |ask, held| {
            Reply::Dripping(framed(body(ask, held).len(), b""), body(ask, held))
        }),
        slow("a body that stalls", Ckan, |_, _| Reply::Stalling(framed(1000, b"{\"success\""))),
    ]
}

fn framing() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, OaiPmh, Inventory] {
        let cut = |name, misbehaviour| fault("F11", name, kind, Unreachable, "is not reachable for now", misbehaviour);
        rows.push(cut("a reset in the body", |ask, held| {
            let bytes = body(ask, held);
            Reply::Reset(framed(bytes.len(), &bytes[..bytes.len() / 2]))
        }));
        rows.push(cut("a reset at once", |_, _| Reply::Reset(Vec::new())));
        rows.push(cut("a length that is longer than the body", |ask, held| {
            let bytes = body(ask, held);
            Reply::Bytes(framed(bytes.len() + 100, &bytes))
        }));
        rows.push(cut("chunks that break off", |ask, held| {
            let bytes = body(ask, held);
            let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", bytes.len());
            Reply::Bytes([head.as_bytes(), &bytes, b"\r\n"].concat())
        }));
        rows.push(cut("a chunk of no size", |_, _| {
            Reply::Bytes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nmuch\r\n{}\r\n0\r\n\r\n".to_vec())
        }));
        rows.push(cut("two lengths", |ask, held| {
            let bytes = body(ask, held);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nContent-Length: 10\r\n\r\n", bytes.len());
            Reply::Bytes([head.as_bytes(), &bytes].concat())
        }));
        rows.push(cut("no HTTP at all", |_, _| Reply::Bytes(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())));
        rows.push(fault("F11", "HTTP/1.0 without a length", kind, Complete, "", |ask, held| {
            Reply::Bytes([b"HTTP/1.0 200 OK\r\n\r\n", &body(ask, held)[..]].concat())
        }));
    }
    for kind in [Ckan, OaiPmh] {
        rows.push(shorter(kind, "a length that is shorter than the body", |ask, held| {
            let bytes = body(ask, held);
            Reply::Bytes(framed(bytes.len() / 2, &bytes))
        }));
        rows.push(shorter(kind, "HTTP/1.0 without a length, cut", |ask, held| {
            let bytes = body(ask, held);
            Reply::Bytes([b"HTTP/1.0 200 OK\r\n\r\n", &bytes[..bytes.len() / 2]].concat())
        }));
    }
    // Where records are cut out one by one, those of the first page are here before the page is known to be broken.
    for (kind, outcome, says) in
        [(Ckan, Failed, "broken JSON"), (OgcRecords, Partial, "broke off"), (Arcgis, Failed, "is not a catalogue")]
    {
        rows.push(fault("F11", "JSON with something behind it", kind, outcome, says, |ask, held| {
            Reply::ok([&body(ask, held)[..], b"\n<script src=\"/stats.js\"></script>"].concat())
        }));
    }
    rows.push(fault("F11", "a later page that is cut", Csw, Partial, "could not be read", |ask, held| {
        let bytes = body(ask, held);
        if ask.number_of("startPosition", 1) == 1 { held.answer(ask) } else { Reply::Bytes(framed(9_000, &bytes)) }
    }));
    rows
}

/// Half of a body, as far as HTTP is concerned a whole one.
fn shorter(kind: Kind, name: &'static str, misbehaviour: Misbehaviour) -> Fault {
    fault("F11", name, kind, Failed, "is not a catalogue", misbehaviour)
}

fn headers() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, OaiPmh, Inventory] {
        rows.push(fault("A19", "a header of 100 kB", kind, Failed, "over a limit", |ask, held| {
            held.answer(ask).saying(format!("X-Long: {}", "x".repeat(100_000)))
        }));
        rows.push(fault("A19", "a header of 1 MB", kind, Unreachable, "is not reachable for now", |ask, held| {
            held.answer(ask).saying(format!("X-Long: {}", "x".repeat(1 << 20)))
        }));
        rows.push(fault("A19", "10,000 header lines", kind, Unreachable, "is not reachable for now", |ask, held| {
            (0..10_000).fold(held.answer(ask), |reply, number| reply.saying(format!("X-{number}: x")))
        }));
    }
    for kind in [Ckan, OaiPmh, Dcat, Waf, Inventory] {
        rows.push(fault("F08", "a type that is a lie", kind, Complete, "", |ask, held| {
            held.answer(ask).saying("Content-Type: image/png")
        }));
    }
    rows
}
