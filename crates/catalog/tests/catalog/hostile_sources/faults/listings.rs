//! Listings that shrink, break or lie about their length.

use super::{Complete, EmptyRefused, Failed, Fault, GuardTripped, Outcome, Partial, WithErrors, fault};
use crate::hostile_sources::holdings::{
    Arcgis, Ckan, Csw, DataJson, Dcat, Inventory, Kind, OaiPmh, OgcRecords, Stac, Waf,
};
use crate::hostile_sources::server::Reply;

pub fn rows() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, Csw, OaiPmh, DataJson, OgcRecords, Arcgis, Inventory] {
        rows.push(fault("F01", "a valid empty list", kind, EmptyRefused, "nothing where it used to", |ask, held| {
            held.with(Vec::clear).answer(ask)
        }));
    }
    for kind in [Ckan, OaiPmh, DataJson, Waf, Inventory] {
        let shrinks = fault("F02", "60 % of what it listed", kind, GuardTripped, "as missing", |ask, held| {
            held.with(|records| records.truncate(36)).answer(ask)
        });
        rows.push(shrinks.many());
    }
    for kind in [Csw, Dcat, OgcRecords, Stac, Arcgis] {
        let lacks = fault("F03", "95 % of what it listed", kind, Complete, "", |ask, held| {
            held.with(|records| records.truncate(57)).answer(ask)
        });
        rows.push(lacks.many().missing(3));
    }
    rows.extend(broken_records());
    rows.extend(counts());
    rows
}

fn broken_records() -> Vec<Fault> {
    vec![
        fault("F05", "one record that breaks its page with 500", Ckan, WithErrors, "unreadable-record", |ask, held| {
            let (start, rows) = (ask.number_of("start", 0), ask.number_of("rows", 10));
            let breaks = (start..start + rows).contains(&15) && !ask.query.contains_key("fl");
            if breaks { Reply::status("500 Internal Server Error") } else { held.answer(ask) }
        }),
        fault("F05", "one record that breaks its page with 500", Csw, WithErrors, "unreadable-record", |ask, held| {
            let (start, rows) = (ask.number_of("startPosition", 1), ask.number_of("maxRecords", 10));
            let is_brief = ask.query.get("elementSetName").is_some_and(|set| set == "brief");
            let breaks = (start..start + rows).contains(&16) && !is_brief;
            if breaks { Reply::status("500 Internal Server Error") } else { held.answer(ask) }
        }),
        fault("F05", "one file that is not there", Waf, WithErrors, "unreadable-page", |ask, held| {
            if ask.path == "/meta/7.xml" { Reply::status("404 Not Found") } else { held.answer(ask) }
        }),
        fault("F05", "one child that answers 500", Stac, WithErrors, "unreadable-page", |ask, held| {
            if ask.path == "/c/7.json" { Reply::status("500 Internal Server Error") } else { held.answer(ask) }
        }),
        // It may have closed any of them, so that none is taken.
        fault("F05", "a statement that cannot be read", Dcat, Partial, "broken-turtle", |ask, held| {
            held.and("<http://data.example/r01> nowhere:declared \"x\" .\n".to_owned()).answer(ask)
        }),
        fault(
            "F04",
            "a window that always gives 500, ids included",
            Ckan,
            Partial,
            "could not be read",
            |ask, held| {
                let (start, rows) = (ask.number_of("start", 0), ask.number_of("rows", 10));
                let breaks = start < 20 && start + rows > 10;
                if breaks { Reply::status("500 Internal Server Error") } else { held.answer(ask) }
            },
        ),
        fault("F04", "a later page that always gives 500", OaiPmh, Partial, "status 500", |ask, held| {
            let breaks = ask.query.contains_key("resumptionToken");
            if breaks { Reply::status("500 Internal Server Error") } else { held.answer(ask) }
        }),
        fault("F04", "a later page that always gives 500", OgcRecords, Partial, "status 500", |ask, held| {
            let breaks = ask.query.contains_key("offset");
            if breaks { Reply::status("500 Internal Server Error") } else { held.answer(ask) }
        }),
        fault("F04", "a later page that always gives 500", Dcat, Partial, "status 500", |ask, held| {
            let breaks = ask.query.contains_key("page");
            if breaks { Reply::status("500 Internal Server Error") } else { held.answer(ask) }
        }),
    ]
}

fn counts() -> Vec<Fault> {
    let mut rows = Vec::new();
    for kind in [Ckan, Csw, OaiPmh, Dcat, OgcRecords, Arcgis] {
        rows.push(fault("F17", "a count that is too high", kind, Partial, "counts 45", |ask, held| {
            held.counting("45").answer(ask)
        }));
        rows.push(fault(
            "F17",
            "a count beyond every memory",
            kind,
            Partial,
            "counts 18446744073709551615",
            |ask, held| held.counting("18446744073709551615").answer(ask),
        ));
    }
    // What is read by offset ends where the count says; what is linked ends where no link leads on.
    for kind in [OaiPmh, Dcat, OgcRecords] {
        rows.push(fault("F17", "a count that is too low", kind, Partial, "counts 25", |ask, held| {
            held.counting("25").answer(ask)
        }));
    }
    for kind in [Ckan, Csw, Arcgis] {
        rows.push(fault("F17", "a count that is too low", kind, Partial, "counts 25", |ask, held| {
            held.counting("25").answer(ask)
        }));
        rows.push(odd_count(kind, "a negative count", Failed, |ask, held| held.counting("-1").answer(ask)));
    }
    rows.push(odd_count(Ckan, "a count that is NaN", Failed, |ask, held| held.counting("NaN").answer(ask)));
    rows.push(odd_count(Arcgis, "a count in words", Failed, |ask, held| held.counting("\"many\"").answer(ask)));
    rows.push(odd_count(Csw, "a count in words", Failed, |ask, held| held.counting("many").answer(ask)));
    rows
}

fn odd_count(
    kind: Kind,
    name: &'static str,
    outcome: Outcome,
    misbehaviour: crate::hostile_sources::server::Misbehaviour,
) -> Fault {
    fault("F08", name, kind, outcome, "is not a catalogue", misbehaviour)
}
