//! Bodies that are of another sort than they say, cut, packed wrongly or written to break a parser.

use std::io::Write as _;

use super::{Complete, Failed, Fault, Unreachable, fault};
use crate::hostile_sources::holdings::{
    Arcgis, Ckan, Csw, DataJson, DataPackage, Dcat, EVERY_KIND, Holdings, Inventory, Kind, OaiPmh, OgcRecords, Stac,
    Waf,
};
use crate::hostile_sources::server::{Ask, Misbehaviour, Reply};

fn body(ask: &Ask, held: &Holdings) -> Vec<u8> {
    held.body(ask).unwrap_or_default().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn packed(bytes: Vec<u8>) -> Reply {
    Reply::ok(bytes).saying("Content-Encoding: gzip")
}

pub fn rows() -> Vec<Fault> {
    let mut rows = parked();
    rows.extend(packing());
    rows.extend(encodings());
    rows.extend(json());
    rows.extend(xml());
    rows
}

fn parked() -> Vec<Fault> {
    let mut rows: Vec<Fault> = EVERY_KIND.iter().copied().flat_map(of_another_sort).collect();
    rows.extend(of_another_sort(DataPackage).map(Fault::single));
    rows
}

fn of_another_sort(kind: Kind) -> [Fault; 3] {
    let bad = |name, misbehaviour| fault("F08", name, kind, Failed, "is not a catalogue", misbehaviour);
    [
        bad("a page of HTML with status 200", |_, _| {
            Reply::ok("<!DOCTYPE html><html><head><title>For sale</title></head><body><p>This domain is for sale</p></body></html>")
                .saying("Content-Type: text/html")
        }),
        bad("an empty body", |_, _| Reply::ok("")),
        bad("JSON of another sort", |_, _| Reply::ok(r#"{"hello":"world"}"#)),
    ]
}

fn packing() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, OaiPmh, Inventory] {
        rows.push(fault("F12", "a gzip that is cut", kind, Unreachable, "not whole", |ask, held| {
            let bytes = gzip(&body(ask, held));
            packed(bytes[..bytes.len() - 9].to_vec())
        }));
        rows.push(fault("F12", "a gzip with a wrong checksum", kind, Unreachable, "not whole", |ask, held| {
            let mut bytes = gzip(&body(ask, held));
            let place = bytes.len() - 6;
            bytes[place] ^= 0xff;
            packed(bytes)
        }));
        rows.push(fault("A11", "a gzip bomb", kind, Failed, "over a limit", |_, _| packed(gzip(&vec![b' '; 8 << 20]))));
        rows.push(fault("A11", "a body packed twice", kind, Failed, "which was not asked for", |ask, held| {
            Reply::ok(gzip(&gzip(&body(ask, held)))).saying("Content-Encoding: gzip, gzip")
        }));
        rows.push(fault(
            "F12",
            "a body that is said to be gzip and is not",
            kind,
            Unreachable,
            "not whole",
            |ask, held| packed(body(ask, held)),
        ));
    }
    for kind in [Ckan, DataJson, Dcat, Inventory] {
        rows.push(fault("F12", "a good gzip", kind, Complete, "", |ask, held| packed(gzip(&body(ask, held)))));
    }
    rows
}

fn encodings() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in EVERY_KIND.iter().copied() {
        rows.push(fault("F13", "a byte order mark", kind, Complete, "", |ask, held| {
            Reply::ok([&b"\xef\xbb\xbf"[..], &body(ask, held)].concat())
        }));
        let latin = fault("F13", "Latin-1 that is said to be UTF-8", kind, Complete, "", |ask, held| {
            let held = held.and(held.kind.record("s", "Caf\u{1}"));
            let bytes = body(ask, &held).into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte });
            Reply::ok(bytes.collect::<Vec<u8>>())
        });
        // Of a stream of JSON that is UTF-8 for the most part, what is not is replaced.
        rows.push(latin.comes(if kind == DataJson { &["Caf\u{fffd}"] } else { &["Café"] }));
    }
    // The action API of CKAN is read as UTF-8 and nothing else.
    for (kind, outcome, says) in
        [(Ckan, Failed, "is not a catalogue"), (Csw, Complete, ""), (DataJson, Complete, ""), (Dcat, Complete, "")]
    {
        rows.push(fault("F13 A20", "UTF-16 without a mark", kind, outcome, says, |ask, held| {
            let text = String::from_utf8(body(ask, held)).unwrap();
            Reply::ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
        }));
    }
    rows
}

fn json() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, DataJson, OgcRecords, Stac, Arcgis] {
        rows.push(fault("A16", "JSON that is 10,000 deep", kind, Failed, "is not a catalogue", |_, _| {
            Reply::ok("[".repeat(10_000) + &"]".repeat(10_000))
        }));
        rows.push(broken(kind, "JSON that ends in its first record", |ask, held| {
            let bytes = body(ask, held);
            Reply::ok(bytes[..bytes.len().min(100)].to_vec())
        }));
        rows.push(fault("A16", "a number of a million digits", kind, Failed, "is not a catalogue", |_, _| {
            Reply::ok(format!("{{\"success\":true,\"result\":{{\"count\":{}}}}}", "9".repeat(1_000_000)))
        }));
    }
    rows
}

fn broken(kind: Kind, name: &'static str, misbehaviour: Misbehaviour) -> Fault {
    fault("F11", name, kind, Failed, "is not a catalogue", misbehaviour)
}

fn xml() -> Vec<Fault> {
    const LAUGHS: &str = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
        <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]><lolz>&d;</lolz>";
    let mut rows = Vec::new();
    for kind in [Csw, OaiPmh, Waf] {
        rows.push(fault("A14", "a billion laughs", kind, Failed, "is not a catalogue", |_, _| Reply::ok(LAUGHS)));
        let entity = fault("A13", "an external entity", kind, Complete, "doctype-ignored", |ask, held| {
            const ENTITY: &str = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
            let text = held.and(held.kind.record("s", "Passwords &e;")).body(ask).unwrap_or_default();
            if held.kind == Waf {
                return Reply::ok(if text.contains("&e;") { format!("{ENTITY}{text}") } else { text });
            }
            Reply::ok(text.replace("?>", &format!("?>{ENTITY}")))
        });
        rows.push(entity.comes(&["Passwords &e;"]));
        rows.push(fault("A15", "XML that is 100,000 deep", kind, Failed, "is not a catalogue", |_, _| {
            Reply::ok("<a>".repeat(100_000) + &"</a>".repeat(100_000))
        }));
    }
    rows
}
