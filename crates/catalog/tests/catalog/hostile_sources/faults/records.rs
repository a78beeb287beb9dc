//! Records that are hostile, odd or too much. Each comes beside thirty good ones.

use super::{Complete, Fault, WithErrors, fault};
use crate::hostile_sources::holdings::{
    Arcgis, Ckan, Csw, DataJson, Dcat, Holdings, Inventory, Kind, OaiPmh, OgcRecords, Stac, Waf,
};
use crate::hostile_sources::server::{Ask, Misbehaviour, Reply};

pub fn rows() -> Vec<Fault> {
    let mut rows = ids();
    rows.extend(texts());
    rows.extend(names());
    rows.extend(dates());
    rows.extend(sizes());
    rows
}

fn ids() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, Csw, OaiPmh, Dcat, DataJson, OgcRecords, Arcgis, Waf] {
        let twice = fault("F14", "an id twice", kind, WithErrors, "duplicate-identifier", |ask, held| {
            held.and(held.kind.record("r07", "Another r07")).answer(ask)
        });
        // A file that is what it was is not read again.
        rows.push(if kind == DataJson { twice.then(Complete) } else { twice });
    }
    // A row of an inventory needs no id: the first keeps it, and the second gets one made of what it says.
    let twice = fault("F14", "an id twice", Inventory, Complete, "duplicate-identifier", |ask, held| {
        held.and(held.kind.record("r07", "Another r07")).answer(ask)
    });
    rows.push(twice.comes(&["Another r07"]));
    for kind in [Ckan, Csw, OaiPmh, DataJson, OgcRecords, Arcgis, Inventory] {
        let path = fault("A26", "an id that is a path", kind, Complete, "", |ask, held| {
            held.and(held.kind.record("../../etc/passwd%2e%2e%2f CON", "Path")).answer(ask)
        });
        rows.push(path.comes(&["Path"]));
    }
    for kind in [Ckan, OaiPmh, Inventory] {
        let statement = fault("A27", "an id that is a statement of SQL", kind, Complete, "", |ask, held| {
            held.and(held.kind.record("x'; DROP TABLE records; --", "Statement")).answer(ask)
        });
        rows.push(statement.comes(&["Statement"]));
    }
    for kind in [Ckan, OgcRecords] {
        let odd = |name, misbehaviour| odd_id(kind, name, misbehaviour);
        rows.push(odd("an id that is null", |ask, held| {
            Reply::ok(held.and(held.kind.record("ODD", "Odd")).body(ask).unwrap().replace("\"ODD\"", "null"))
        }));
        rows.push(odd("an id that is an object", |ask, held| {
            Reply::ok(held.and(held.kind.record("ODD", "Odd")).body(ask).unwrap().replace("\"ODD\"", "{\"a\":[]}"))
        }));
        rows.push(odd("an id that is empty", |ask, held| held.and(held.kind.record("", "Odd")).answer(ask)));
        let long = fault("A26", "an id of 1 MB", kind, Complete, "too-long", |ask, held| {
            held.and(held.kind.record(&"x".repeat(1 << 20), "Odd")).answer(ask)
        });
        rows.push(long.comes(&["Odd"]));
    }
    for kind in [Ckan, DataJson, OgcRecords, Arcgis] {
        let control = fault("A20", "control and bidi characters in an id", kind, Complete, "", |ask, held| {
            held.and(held.kind.record("a\u{202e}b\\u0000\\u001b[2J\u{2028}c", "Control")).answer(ask)
        });
        rows.push(control.comes(&["Control"]));
    }
    rows
}

/// The title stands in for the id.
fn odd_id(kind: Kind, name: &'static str, misbehaviour: Misbehaviour) -> Fault {
    fault("A26", name, kind, Complete, "no-id", misbehaviour).comes(&["Odd"])
}

fn texts() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, DataJson, OgcRecords, Arcgis] {
        let escapes =
            fault("A20", "control characters and a turned text in a title", kind, Complete, "", |ask, held| {
                held.and(held.kind.record("s", "Wells \\u202e\\u0000\\u001b[2Jlive")).answer(ask)
            });
        rows.push(escapes.comes(&["Wells [2Jlive"]));
    }
    for kind in [Ckan, DataJson] {
        let script = fault("A49", "markup in a title", kind, Complete, "", |ask, held| {
            held.and(held.kind.record("s", "<script>alert(1)</script>")).answer(ask)
        });
        rows.push(script.comes(&["<script>alert(1)</script>"]));
        let lone = fault("A16", "a lone surrogate in a title", kind, Complete, "undecodable-bytes", |ask, held| {
            held.and(held.kind.record("s", "Wells \\ud800")).answer(ask)
        });
        rows.push(lone.comes(&["Wells \u{fffd}"]));
    }
    let formula = fault("A48", "a formula as a title", Inventory, Complete, "", |ask, held| {
        held.and(held.kind.record("s", "=HYPERLINK(x)")).answer(ask)
    });
    rows.push(formula.comes(&["=HYPERLINK(x)"]));
    rows
}

fn names() -> Vec<Fault> {
    let kinds = [Ckan, Csw, OaiPmh, Dcat, DataJson, OgcRecords, Stac, Arcgis, Inventory];
    let renamed = kinds.map(|kind| {
        fault("F24", "descriptions under another name", kind, WithErrors, "field-vanished", |ask, held| {
            let renamed = |body: String, name: &&str| body.replace(name, "blurb");
            let names = ["notes", "description", "Description", "abstract"];
            held.body(ask).map_or_else(|| held.answer(ask), |body| Reply::ok(names.iter().fold(body, renamed)))
        })
    });
    renamed.into()
}

fn dates() -> Vec<Fault> {
    let mut rows = Vec::new();
    let dated = fault(
        "F21",
        "dates of the years 0, 9999 and 99999, of no day, and none",
        Ckan,
        Complete,
        "",
        |ask, held| {
            let record = held.kind.record("s", "Dated");
            let dates = r#""metadata_modified":"9999-12-31T23:59:59Z","metadata_created":"0000-00-00","dataset_date":"[99999-02-30T00:00:00 TO *]","#;
            held.and(record.replace("\"private\"", &format!("{dates}\"private\""))).answer(ask)
        },
    );
    rows.push(dated.comes(&["Dated"]));
    let dated = fault("F21", "a date of 2199", DataJson, Complete, "", |ask, held| {
        let record = held.kind.record("s", "Dated");
        held.and(record.replace("\"accessLevel\"", "\"modified\":\"2199-01-01\",\"accessLevel\"")).answer(ask)
    });
    rows.push(dated.comes(&["Dated"]));
    rows.push(fault("F20", "a clock that is two days ahead", OaiPmh, Complete, "", |ask, held| {
        Reply::ok(held.body(ask).unwrap().replace("2089-12-31", "2090-01-13").replace("2089-12-01", "2090-01-13"))
    }));
    rows.push(fault(
        "F20",
        "a clock of the year 1970 and datestamps of the year 9999",
        OaiPmh,
        Complete,
        "",
        |ask, held| {
            Reply::ok(held.body(ask).unwrap().replace("2089-12-31", "1970-01-01").replace("2089-12-01", "9999-12-31"))
        },
    ));
    rows.push(fault("F20", "datestamps that are none", OaiPmh, Complete, "", |ask, held| {
        Reply::ok(held.body(ask).unwrap().replace("2089-12-01T00:00:00Z", "yesterday"))
    }));
    rows
}

fn sizes() -> Vec<Fault> {
    let limits = "max_bytes = 100_000";
    let huge = |kind| {
        fault(
            "F25",
            "a record that is larger than a page may be",
            kind,
            WithErrors,
            "unreadable-record",
            |ask, held| {
                unless_brief(ask, held, &held.kind.record("s", "Huge").replace("Depth", &"Depth ".repeat(100_000)))
            },
        )
        .limits(limits)
    };
    let mut rows = vec![huge(Ckan), huge(Csw)];
    let troubled = fault("A65", "20,000 problems in one record", Ckan, Complete, "", |ask, held| {
        let resource = r#"{"url":"javascript:alert(1)","last_modified":"some day","size":"-1"},"#;
        let resources = format!("\"resources\":[{}{{}}],\"private\"", resource.repeat(20_000));
        held.and(held.kind.record("s", "Troubled").replace("\"private\"", &resources)).answer(ask)
    });
    rows.push(troubled.comes(&["Troubled"]));
    let words = fault("A65", "100,000 keywords in one record", DataJson, Complete, "", |ask, held| {
        let words = format!("\"keyword\":[{}\"last\"],\"accessLevel\"", "\"well\",".repeat(100_000));
        held.and(held.kind.record("s", "Wordy").replace("\"accessLevel\"", &words)).answer(ask)
    });
    rows.push(words.comes(&["Wordy"]));
    rows.push(fault("A16", "a record that is 10,000 deep", Ckan, WithErrors, "broken-json", |ask, held| {
        let extras = format!("\"extras\":{}{},\"private\"", "[".repeat(10_000), "]".repeat(10_000));
        held.and(held.kind.record("s", "Deep").replace("\"private\"", &extras)).answer(ask)
    }));
    rows.push(fault("A16", "a record that is 10,000 deep", OgcRecords, WithErrors, "broken-json", |ask, held| {
        let extras = format!("\"x\":{}{},\"geometry\"", "[".repeat(10_000), "]".repeat(10_000));
        held.and(held.kind.record("s", "Deep").replace("\"geometry\"", &extras)).answer(ask)
    }));
    rows.push(fault(
        "A15",
        "a record whose elements are 100,000 deep",
        Csw,
        WithErrors,
        "unreadable-record",
        |ask, held| {
            let deep = format!("{}{}</csw:Record>", "<dct:x>".repeat(100_000), "</dct:x>".repeat(100_000));
            unless_brief(ask, held, &held.kind.record("s", "Deep").replace("</csw:Record>", &deep))
        },
    ));
    rows.push(fault("A15", "a record of 100,000 attributes", Csw, WithErrors, "unreadable-record", |ask, held| {
        let many: Vec<String> = (0..100_000).map(|number| format!(" a{number}=\"\"")).collect();
        let many = many.concat();
        unless_brief(ask, held, &held.kind.record("s", "Many").replace("<csw:Record", &format!("<csw:Record{many}")))
    }));
    rows
}

/// One more record; a plain one where ids are all that is asked for.
fn unless_brief(ask: &Ask, held: &Holdings, record: &str) -> Reply {
    let is_brief = ask.query.contains_key("fl") || ask.query.get("elementSetName").is_some_and(|set| set == "brief");
    let plain = held.kind.record("s", "Brief");
    held.and(if is_brief { plain } else { record.to_owned() }).answer(ask)
}
