//! Pages that never end, lead in a circle or lead away.

use super::{Complete, Fault, Partial, Unreachable, fault};
use crate::hostile_sources::holdings::{
    Arcgis, Ckan, Csw, Dcat, Holdings, OaiPmh, OgcRecords, PAGE, Stac, Waf, oai_answer,
};
use crate::hostile_sources::server::{Ask, Reply};

fn is_listing(ask: &Ask) -> bool {
    ask.query.get("verb").is_some_and(|verb| verb == "ListRecords")
}

/// A listing that begins as it should and then goes on without end, as far as anybody looks.
fn without_end(held: &Holdings) -> Holdings {
    let more = (0..200).map(|place| held.kind.record(&format!("s{place:03}"), "Endless"));
    held.with(|records| records.extend(more)).counting("1000000")
}

pub fn rows() -> Vec<Fault> {
    let mut rows = circles();
    rows.extend(endless());
    rows.extend(tokens());
    rows.extend(links());
    rows
}

fn circles() -> Vec<Fault> {
    vec![
        fault("F19 A17", "the first page again and again", Ckan, Partial, "records moved", |ask, held| {
            let mut first = ask.clone();
            first.query.insert("start".to_owned(), "0".to_owned());
            held.answer(&first)
        }),
        fault(
            "F19 A17",
            "a nextRecord that does not move, and the first page again",
            Csw,
            Partial,
            "records moved",
            |ask, held| {
                let mut first = ask.clone();
                first.query.insert("startPosition".to_owned(), "1".to_owned());
                held.answer(&first)
            },
        ),
        fault(
            "F19 A17",
            "a nextStart that does not move, and the first page again",
            Arcgis,
            Partial,
            "",
            |ask, held| {
                let mut first = ask.clone();
                first.query.insert("start".to_owned(), "1".to_owned());
                held.answer(&first)
            },
        ),
        fault("F19 A17", "a nextRecord that lies, and pages as they were asked for", Csw, Complete, "", |ask, held| {
            let body = held.body(ask).unwrap();
            let (before, after) = body.split_once("nextRecord=\"").unwrap();
            let (_, after) = after.split_once('"').unwrap();
            Reply::ok(format!("{before}nextRecord=\"1\"{after}"))
        }),
        fault("F19 A17", "a token that leads to itself", OaiPmh, Partial, "paging_loop", |ask, held| {
            if !is_listing(ask) {
                return held.answer(ask);
            }
            Reply::ok(oai_answer(&held.list_records(&held.records[..PAGE].concat(), "again")))
        }),
        fault("F19 A17", "tokens in a circle of three", OaiPmh, Partial, "paging_loop", |ask, held| {
            if !is_listing(ask) {
                return held.answer(ask);
            }
            let token = ask.query.get("resumptionToken").map_or("first", String::as_str);
            let (at, next) = match token {
                "second" => (1, "third"),
                "third" => (2, "first"),
                _ => (0, "second"),
            };
            Reply::ok(oai_answer(&held.list_records(&held.records[at * PAGE..(at + 1) * PAGE].concat(), next)))
        }),
        fault("F19 A17", "a next link to the same page", OgcRecords, Partial, "paging_loop", |ask, held| {
            let body = held.body(ask).unwrap();
            Reply::ok(body.replace("\"links\":[", "\"links\":[{\"rel\":\"next\",\"href\":\"items?limit=10\"},"))
        }),
        fault("F19 A17", "a next page that is the same page", Dcat, Partial, "paging_loop", |ask, held| {
            Reply::ok(held.body(ask).unwrap().replace("hydra:first", "hydra:next <catalog.ttl> ; hydra:first"))
        }),
        fault("F19 A17", "children that are the catalogue itself", Stac, Complete, "", |ask, held| {
            let itself = "\"links\":[{\"rel\":\"child\",\"href\":\"/catalog.json\"},";
            let body = held.body(ask).unwrap();
            if ask.path == "/catalog.json" { Reply::ok(body.replace("\"links\":[", itself)) } else { Reply::ok(body) }
        }),
        fault("F19 A17", "a folder in itself", Waf, Complete, "", |ask, held| {
            let body = held.body(ask).unwrap();
            Reply::ok(body.replace("</pre>", "<a href=\"/meta/\">meta/</a>  2026-01-02 03:04  -\n</pre>"))
        }),
    ]
}

fn endless() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, Csw, OaiPmh, Dcat, OgcRecords, Arcgis] {
        let endless = fault("F19 A17", "new records without end", kind, Partial, "limit of 40 records", |ask, held| {
            without_end(held).answer(ask)
        });
        rows.push(endless.limits("max_records = 40").comes(&["Endless"; 10]));
    }
    let folders = fault("F19 A17", "folders in folders without end", Waf, Partial, "limit of 60 pages", |ask, held| {
        const DEEPER: &str = "<a href=\"deeper/\">deeper/</a>  2026-01-02 03:04  -\n</pre>";
        if ask.path.contains("deeper") {
            return held
                .with(Vec::clear)
                .body(ask)
                .map_or_else(|| Reply::status("404 Not Found"), |body| Reply::ok(body.replace("</pre>", DEEPER)));
        }
        Reply::ok(held.body(ask).unwrap().replace("</pre>", DEEPER))
    });
    rows.push(folders.limits("max_pages = 60"));
    rows
}

fn tokens() -> Vec<Fault> {
    let mut rows = Vec::new();
    rows.push(fault("F18", "a token that ran out, once", OaiPmh, Complete, "", |ask, held| {
        let is_first = ask.number == 1 && ask.query.contains_key("resumptionToken");
        if is_first { Reply::ok(oai_answer("<error code=\"badResumptionToken\"/>")) } else { held.answer(ask) }
    }));
    rows.push(fault("F18", "tokens that all ran out", OaiPmh, Partial, "badResumptionToken", |ask, held| {
        let is_later = ask.query.contains_key("resumptionToken");
        if is_later { Reply::ok(oai_answer("<error code=\"badResumptionToken\"/>")) } else { held.answer(ask) }
    }));
    rows.push(fault("F19", "a token on the last page, behind which nothing is", OaiPmh, Complete, "", |ask, held| {
        let body = held.body(ask).unwrap();
        let token = ask.query.get("resumptionToken").map_or("", String::as_str);
        if token == "behind" {
            return Reply::ok(oai_answer("<error code=\"noRecordsMatch\"/>"));
        }
        Reply::ok(body.replace("></resumptionToken>", ">behind</resumptionToken>"))
    }));
    rows.push(fault("A26", "a token that is a query, a header and a path", OaiPmh, Complete, "", |ask, held| {
        const TOKEN: &str = "&amp;verb=Identify&amp;x=\u{202e} ../..%2f%0d%0aX-Evil: 1#";
        let mut asked = ask.clone();
        match ask.query.get("resumptionToken") {
            Some(token) if !token.starts_with("&verb=Identify&x=\u{202e} ../..%2f%0d%0aX-Evil: 1#") => {
                return Reply::status("500 Internal Server Error");
            }
            Some(token) => {
                let start = token.rsplit('#').next().unwrap().to_owned();
                asked.query.insert("resumptionToken".to_owned(), format!("from-{start}"));
            }
            None => {}
        }
        Reply::ok(held.body(&asked).unwrap().replace(">from-", &format!(">{TOKEN}")))
    }));
    rows.push(fault("A26", "a token of 1 MB", OaiPmh, Partial, "is not a valid", |ask, held| {
        if ask.query.contains_key("resumptionToken") || ask.path.len() > 10_000 {
            return Reply::status("414 URI Too Long");
        }
        Reply::ok(held.body(ask).unwrap().replace(">from-", &format!(">{}", "x".repeat(1 << 20))))
    }));
    rows
}

fn links() -> Vec<Fault> {
    vec![
        fault(
            "A06",
            "a next link to a file of this machine",
            OgcRecords,
            Partial,
            "is refused: scheme",
            |ask, held| {
                let body = held.body(ask).unwrap();
                Reply::ok(body.replace("items?offset=10&limit=10", "file:///etc/passwd"))
            },
        ),
        fault("A06", "a next link to javascript", OgcRecords, Partial, "is refused: scheme", |ask, held| {
            Reply::ok(held.body(ask).unwrap().replace("items?offset=10&limit=10", "javascript:alert(1)"))
        }),
        fault(
            "A06",
            "a next link to a host where nobody answers",
            OgcRecords,
            Partial,
            "cannot be reached",
            |ask, held| {
                Reply::ok(held.body(ask).unwrap().replace("items?offset=10&limit=10", "http://127.0.0.1:1/items"))
            },
        ),
        fault("A06", "files of another host in a folder", Waf, Complete, "", |ask, held| {
            let body = held.body(ask).unwrap();
            Reply::ok(body.replace(
                "</pre>",
                "<a href=\"http://127.0.0.1:1/x.xml\">x.xml</a>  2026-01-02 03:04  1K\n<a href=\"file:///etc/x.xml\">y.xml</a>  2026-01-02 03:04  1K\n</pre>",
            ))
        }),
        fault(
            "F07",
            "503 for a later page, with a wait of ten years",
            OaiPmh,
            Partial,
            "longer than we wait",
            |ask, held| {
                if ask.query.contains_key("resumptionToken") {
                    return Reply::status("503 Service Unavailable").saying("Retry-After: 315360000");
                }
                held.answer(ask)
            },
        )
        .then(Unreachable),
        fault(
            "F06",
            "429 from the first page, with a wait of ten years",
            Csw,
            Unreachable,
            "longer than we wait",
            |_, _| Reply::status("429 Too Many Requests").saying("Retry-After: 315360000"),
        ),
    ]
}
