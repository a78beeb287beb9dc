//! Every interface of the table of dialects, asked by its connector: pages that are shorter than they were asked to be, counts
//! that disagree, a listing that comes again, changed or not, and a row that is no record.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use crate::portal::{Run, first_run, run};
use crate::site::{Reply, Site, Whole, json};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, Payload, RawRecord, SourceConfig, payload};

/// Rows that a server gives at most, whatever it is asked for.
const CAP: usize = 10;

type Query = HashMap<String, String>;

/// How a server finds the first row of a page.
#[derive(Clone, Copy)]
enum Paging {
    /// By the number of rows before it, counted from here.
    Offset(&'static str, usize),
    /// By the number of the page.
    Number(&'static str),
    /// By the id of the row before it, which stands in quotes or alone.
    Behind(&'static str),
}

/// An interface, as its server knows it.
#[derive(Clone, Copy)]
struct Interface {
    kind: &'static str,
    /// Of the source's address.
    path: &'static str,
    /// Of the listing.
    listing: &'static str,
    paging: Paging,
    /// Parameter of the number of rows.
    rows: &'static str,
    /// Whether it says how many rows there are.
    counts: bool,
    /// A record with this id.
    record: fn(&str) -> String,
    /// A page of these rows, each with its id.
    page: fn(&[(String, String)], &Place) -> String,
}

/// Where a page stands.
struct Place {
    range: Range<usize>,
    count: usize,
    number: usize,
    rows: usize,
}

impl Place {
    fn pages(&self) -> usize {
        self.count.div_ceil(self.rows)
    }
}

fn list(rows: &[(String, String)]) -> String {
    let texts: Vec<&str> = rows.iter().map(|(_, text)| text.as_str()).collect();
    format!("[{}]", texts.join(","))
}

fn indicators(rows: &[(String, String)], place: &Place) -> String {
    let Place { number, count, rows: per_page, .. } = place;
    let pages = place.pages();
    format!(r#"[{{"page":{number},"pages":{pages},"per_page":"{per_page}","total":{count}}},{}]"#, list(rows))
}

const INTERFACES: &[Interface] = &[
    Interface {
        kind: "nada",
        path: "",
        listing: "/index.php/api/catalog/search",
        paging: Paging::Number("page"),
        rows: "ps",
        counts: true,
        record: |id| format!(r#"{{"id":"7","idno":"{id}","title":"Title"}}"#),
        page: |rows, place| {
            let Place { count, number, rows: limit, .. } = place;
            format!(r#"{{"result":{{"found":{count},"limit":"{limit}","page":{number},"rows":{}}}}}"#, list(rows))
        },
    },
    Interface {
        kind: "worldbank",
        path: "/ddhxext",
        listing: "/ddhxext/DatasetList",
        paging: Paging::Offset("$skip", 0),
        rows: "$top",
        counts: false,
        record: |id| format!(r#"{{"dataset_unique_id":"{id}","identification":{{"title":"Title"}}}}"#),
        page: |rows, _| format!(r#"{{"data":{}}}"#, list(rows)),
    },
    Interface {
        kind: "worldbank",
        path: "/v2",
        listing: "/v2/indicator",
        paging: Paging::Number("page"),
        rows: "per_page",
        counts: true,
        record: |id| format!(r#"{{"id":"{id}","name":"Title"}}"#),
        page: indicators,
    },
    Interface {
        kind: "worldbank",
        path: "/v2/sources",
        listing: "/v2/sources",
        paging: Paging::Number("page"),
        rows: "per_page",
        counts: true,
        record: |id| format!(r#"{{"id":"{id}","name":"Title","lastupdated":"2024-05-06"}}"#),
        page: indicators,
    },
    Interface {
        kind: "reliefweb",
        path: "/v2/reports",
        listing: "/v2/reports",
        paging: Paging::Offset("offset", 0),
        rows: "limit",
        counts: true,
        record: |id| format!(r#"{{"id":"{id}","fields":{{"title":"Title"}}}}"#),
        page: |rows, place| format!(r#"{{"totalCount":{},"count":{},"data":{}}}"#, place.count, rows.len(), list(rows)),
    },
    Interface {
        kind: "socrata",
        path: "",
        listing: "/api/catalog/v1",
        paging: Paging::Behind("scroll_id"),
        rows: "limit",
        counts: true,
        record: |id| format!(r#"{{"resource":{{"id":"{id}","name":"Title"}}}}"#),
        page: |rows, place| format!(r#"{{"results":{},"resultSetSize":{}}}"#, list(rows), place.count),
    },
    Interface {
        kind: "opendatasoft",
        path: "/api",
        listing: "/api/explore/v2.1/catalog/datasets",
        paging: Paging::Behind("where"),
        rows: "limit",
        counts: true,
        record: |id| format!(r#"{{"dataset_id":"{id}","metas":{{"default":{{"title":"Title"}}}}}}"#),
        // What remains behind the id is counted.
        page: |rows, place| {
            format!(r#"{{"total_count":{},"results":{}}}"#, place.count.saturating_sub(place.range.start), list(rows))
        },
    },
    Interface {
        kind: "dkan",
        path: "",
        listing: "/api/1/search",
        paging: Paging::Number("page"),
        rows: "page-size",
        counts: true,
        record: |id| format!(r#"{{"identifier":"{id}","title":"Title","accessLevel":"public"}}"#),
        page: |rows, place| {
            let entries: Vec<String> = rows.iter().map(|(id, text)| format!(r#""dkan_dataset/{id}":{text}"#)).collect();
            format!(r#"{{"total":"{}","results":{{{}}}}}"#, place.count, entries.join(","))
        },
    },
    Interface {
        kind: "dataverse",
        path: "",
        listing: "/api/search",
        paging: Paging::Offset("start", 0),
        rows: "per_page",
        counts: true,
        record: |id| format!(r#"{{"name":"Title","type":"dataset","global_id":"{id}"}}"#),
        page: |rows, place| {
            let (count, start) = (place.count, place.range.start);
            format!(r#"{{"status":"OK","data":{{"total_count":{count},"start":{start},"items":{}}}}}"#, list(rows))
        },
    },
    Interface {
        kind: "geonode",
        path: "",
        listing: "/api/v2/resources",
        paging: Paging::Number("page"),
        rows: "page_size",
        counts: true,
        record: |id| format!(r#"{{"pk":"7","uuid":"{id}","title":"Title"}}"#),
        page: |rows, place| {
            let (count, number, size) = (place.count, place.number, place.rows);
            let next = if rows.len() == size {
                format!(r#""/api/v2/resources?page={}&page_size={size}""#, number + 1)
            } else {
                "null".to_owned()
            };
            format!(r#"{{"links":{{"next":{next}}},"total":{count},"page":{number},"resources":{}}}"#, list(rows))
        },
    },
    Interface {
        kind: "arcgis",
        path: "/portal",
        listing: "/portal/sharing/rest/search",
        paging: Paging::Offset("start", 1),
        rows: "num",
        counts: true,
        record: |id| format!(r#"{{"id":"{id}","title":"Title","type":"Feature Service","access":"public"}}"#),
        page: |rows, place| format!(r#"{{"total":{},"results":{}}}"#, place.count, list(rows)),
    },
];

/// What a server holds.
#[derive(Clone)]
struct Held {
    rows: Vec<(String, String)>,
    count: usize,
}

impl Interface {
    fn held(self, records: usize) -> Held {
        let ids = (0..records).map(|number| format!("r{number:04}"));
        let rows: Vec<_> = ids.map(|id| (id.clone(), (self.record)(&id))).collect();
        Held { count: rows.len(), rows }
    }

    fn answer(self, held: &Held, target: &str) -> Reply {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path != self.listing {
            return Reply(404, "text/plain", "?".to_owned());
        }
        let query: Query = query.split('&').filter_map(|pair| pair.split_once('=')).map(owned).collect();
        let number = |name: &str| query.get(name).and_then(|value| value.parse().ok());
        let rows = number(self.rows).unwrap_or(CAP).min(CAP);
        let start = match self.paging {
            Paging::Offset(name, first) => number(name).unwrap_or(first) - first,
            Paging::Number(name) => (number(name).unwrap_or(1) - 1) * rows,
            Paging::Behind(name) => {
                let said = query.get(name).map_or("", String::as_str);
                let id = said.rsplit_once("> \"").map_or(said, |(_, id)| id.trim_end_matches('"'));
                held.rows.iter().take_while(|(own, _)| own.as_str() <= id).count()
            }
        };
        let end = (start + rows).min(held.rows.len());
        let page = held.rows.get(start..end).unwrap_or_default();
        let place = Place { range: start..end, count: held.count, number: start / rows + 1, rows };
        json((self.page)(page, &place))
    }

    async fn site(self, held: &Held) -> Site {
        let held = held.clone();
        Site::start(move |target, _| self.answer(&held, target)).await
    }

    /// A server that tells the version of each page, and sends none again that is known.
    async fn versioned_site(self, held: &Arc<Mutex<Held>>) -> Site {
        let held = Arc::clone(held);
        Site::start_whole(move |asked| {
            let mut whole = Whole::from(self.answer(&held.lock().unwrap(), &asked.target));
            let mut hasher = DefaultHasher::new();
            whole.body.hash(&mut hasher);
            let version = format!("\"{:x}\"", hasher.finish());
            if asked.if_none_match.as_ref() == Some(&version) {
                whole = Whole { status: 304, fields: Vec::new(), body: Vec::new() };
            }
            whole.fields.push(format!("ETag: {version}"));
            whole
        })
        .await
    }

    fn source(self, site: &Site, lines: &str) -> SourceConfig {
        site.source(self.kind, self.path, lines)
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The ids of all records as their reader tells them, in their order; the code of the problem for what is no record.
fn read_ids(run: &Run, source: &SourceConfig) -> Vec<String> {
    let records = run.pages.iter().flat_map(|page| &page.records);
    let read = records.map(|record| match &record.payload {
        Payload::Raw { format, bytes } => match payload::read(*format, bytes, source) {
            Ok(reading) => {
                assert_eq!(record.source_record_id.as_ref(), Some(&reading.draft.source_record_id));
                reading.draft.source_record_id
            }
            Err(problem) => {
                assert_eq!(record.source_record_id, None);
                problem.code
            }
        },
        other => panic!("{other:?}"),
    });
    read.collect()
}

fn all_ids(held: &Held) -> Vec<String> {
    held.rows.iter().map(|(id, _)| id.clone()).collect()
}

#[tokio::test]
async fn every_record_is_read_once_however_short_the_pages_are() {
    for interface in INTERFACES {
        let held = interface.held(25);
        let site = interface.site(&held).await;
        let source = interface.source(&site, "");
        let run = run(&source, first_run()).await;
        assert!(run.is_proven(), "{} {}: {}", interface.kind, interface.listing, run.lack());
        assert_eq!(read_ids(&run, &source), all_ids(&held), "{}", interface.listing);
        let pages: Vec<usize> = run.pages.iter().map(|page| page.records.len()).filter(|rows| *rows > 0).collect();
        assert!(matches!(pages[..], [10, 10, 5] | [10, 9, 6]), "{}: {pages:?}", interface.listing);
        assert!(run.problems().is_empty(), "{}: {:?}", interface.listing, run.problems());
    }
}

#[tokio::test]
async fn a_page_is_asked_to_be_as_long_as_the_configuration_says_and_no_longer_than_the_interface_allows() {
    for interface in INTERFACES {
        let held = interface.held(25);
        let site = interface.site(&held).await;
        let mut source = interface.source(&site, "");
        source.limits.page_size = Some(4);
        let run = run(&source, first_run()).await;
        assert!(run.is_proven(), "{}: {}", interface.listing, run.lack());
        assert_eq!(read_ids(&run, &source), all_ids(&held), "{}", interface.listing);
        let asked = site.asked();
        assert!(asked[0].contains(&format!("{}=4", interface.rows)), "{asked:?}");
        assert!(asked.len() >= 7, "{asked:?}");
    }
}

#[tokio::test]
async fn a_number_of_rows_among_the_parameters_loses_no_record() {
    for interface in INTERFACES {
        let held = interface.held(25);
        let site = interface.site(&held).await;
        let source = interface.source(&site, &format!("[parameters]\n\"{}\" = \"6\"\n", interface.rows));
        let run = run(&source, first_run()).await;
        assert!(run.is_proven(), "{}: {}", interface.listing, run.lack());
        assert_eq!(read_ids(&run, &source), all_ids(&held), "{}", interface.listing);
        let says_twice = |target: &String| target.matches(&format!("{}=", interface.rows)).count() > 1;
        assert!(!site.asked().iter().any(says_twice), "{:?}", site.asked());
    }
}

#[tokio::test]
async fn a_count_that_disagrees_leaves_the_listing_without_its_proof() {
    for interface in INTERFACES.iter().filter(|interface| interface.counts) {
        for count in [28, 22] {
            let held = Held { count, ..interface.held(25) };
            let site = interface.site(&held).await;
            let source = interface.source(&site, "");
            let run = run(&source, first_run()).await;
            assert!(!run.is_proven(), "{} {count}", interface.listing);
            assert!(run.lack().contains(&format!("counts {count} records")), "{}: {}", interface.listing, run.lack());
        }
    }
}

/// The records of a run, in their order.
fn records(run: &Run) -> Vec<RawRecord> {
    run.pages.iter().flat_map(|page| page.records.clone()).collect()
}

#[tokio::test]
async fn a_listing_of_one_page_is_asked_for_again_by_its_version_alone() {
    let mut asked_once = Vec::new();
    for interface in INTERFACES {
        let held = Arc::new(Mutex::new(interface.held(7)));
        let site = interface.versioned_site(&held).await;
        let source = interface.source(&site, "");
        let first = run(&source, first_run()).await;
        assert!(first.is_proven(), "{}: {}", interface.listing, first.lack());
        let after = |before: &Run| ConnectContext { previous_state: before.state.clone(), ..first_run() };
        let second = run(&source, after(&first)).await;
        if first.requests == 1 {
            asked_once.push(interface.listing);
            assert!(matches!(second.end, Ok(EndProof::Unchanged)), "{}: {}", interface.listing, second.lack());
            assert_eq!((records(&second), second.requests), (Vec::new(), 1), "{}", interface.listing);
            assert_eq!(second.state, first.state, "{}", interface.listing);
        } else {
            // An empty page ends it, so that it has two.
            assert!(second.is_proven(), "{}: {}", interface.listing, second.lack());
            assert_eq!(records(&second), records(&first), "{}", interface.listing);
        }
        *held.lock().unwrap() = interface.held(8);
        let changed = run(&source, after(&second)).await;
        assert!(changed.is_proven(), "{}: {}", interface.listing, changed.lack());
        assert_eq!(read_ids(&changed, &source), all_ids(&interface.held(8)), "{}", interface.listing);
    }
    let count_in_one_page = [
        "/index.php/api/catalog/search",
        "/v2/indicator",
        "/v2/sources",
        "/v2/reports",
        "/api/search",
        "/api/v2/resources",
        "/portal/sharing/rest/search",
    ];
    assert_eq!(asked_once, count_in_one_page);
}

#[tokio::test]
async fn a_listing_of_several_pages_is_read_again_whatever_the_version_of_the_first() {
    for interface in INTERFACES {
        let held = Arc::new(Mutex::new(interface.held(25)));
        let site = interface.versioned_site(&held).await;
        let source = interface.source(&site, "");
        let first = run(&source, first_run()).await;
        // What changed stands behind the first page.
        held.lock().unwrap().rows[20].1 = (interface.record)("r0020").replace("Title", "Another title");
        let second = run(&source, ConnectContext { previous_state: first.state.clone(), ..first_run() }).await;
        assert!(second.is_proven(), "{}: {}", interface.listing, second.lack());
        let (before, after) = (records(&first), records(&second));
        let changed: Vec<usize> = (0..25).filter(|place| before[*place] != after[*place]).collect();
        assert_eq!((after.len(), changed), (25, vec![20]), "{}", interface.listing);
    }
}

#[tokio::test]
async fn a_row_that_is_no_record_costs_itself_and_keeps_its_place() {
    for interface in INTERFACES {
        for row in ["null", "[1, 2]", "\"gone\""] {
            let mut held = interface.held(25);
            held.rows[13].1 = row.to_owned();
            let site = interface.site(&held).await;
            let source = interface.source(&site, "");
            let run = run(&source, first_run()).await;
            assert!(run.is_proven(), "{} {row}: {}", interface.listing, run.lack());
            let mut expected = all_ids(&held);
            expected[13] = "not-an-object".to_owned();
            assert_eq!(read_ids(&run, &source), expected, "{} {row}", interface.listing);
        }
    }
}

#[tokio::test]
async fn a_row_that_is_no_record_at_the_end_of_a_page_loses_none_behind_it() {
    for interface in INTERFACES {
        let mut held = interface.held(25);
        held.rows[9].1 = "null".to_owned();
        let site = interface.site(&held).await;
        let source = interface.source(&site, "");
        let run = run(&source, first_run()).await;
        let mut expected = all_ids(&held);
        expected[9] = "not-an-object".to_owned();
        assert_eq!(read_ids(&run, &source), expected, "{}", interface.listing);
        // Where pages are joined by the record that both name, nothing joins the one after it.
        let is_joined = matches!(interface.paging, Paging::Offset(..)) && interface.counts;
        assert_eq!(run.is_proven(), !is_joined, "{}: {}", interface.listing, run.lack());
    }
}

#[tokio::test]
async fn a_listing_by_ids_has_no_offset_that_could_end_and_keeps_the_filter_of_its_source() {
    for interface in INTERFACES.iter().filter(|interface| matches!(interface.paging, Paging::Behind(_))) {
        let held = interface.held(1234);
        let site = interface.site(&held).await;
        let filter = "[parameters]\nwhere = \"publisher = 'Relief' or theme = 'Health'\"\n";
        let source = interface.source(&site, filter);
        let run = run(&source, first_run()).await;
        assert!(run.is_proven(), "{}: {}", interface.listing, run.lack());
        assert_eq!(run.ids(), all_ids(&held), "{}", interface.listing);
        for target in site.asked() {
            assert!(!target.contains("offset") && target.contains("publisher = 'Relief' or theme"), "{target}");
        }
    }
    let opendatasoft = INTERFACES.iter().find(|interface| interface.kind == "opendatasoft").unwrap();
    let site = opendatasoft.site(&opendatasoft.held(12)).await;
    run(&opendatasoft.source(&site, "[parameters]\nwhere = \"a = 1 or b = 2\"\n"), first_run()).await;
    let asked = site.asked();
    assert!(asked[0].contains("where=a = 1 or b = 2"), "{asked:?}");
    assert!(asked[1].contains("where=(a = 1 or b = 2) and dataset_id > \"r0009\""), "{asked:?}");
}

#[tokio::test]
async fn operations_of_the_displacement_tracking_matrix_stand_in_one_answer_that_counts_its_rows() {
    const ROWS: &str = r#"{"operation":"Basin","admin0Pcode":"TCD"},{"operation":"Basin","admin0Pcode":"CMR"},{"operation":"Coast","admin0Pcode":"HTI"}"#;
    let operations = |rows: &str, total: u64| {
        json(format!(r#"{{"result":[{rows}],"statusCode":200,"isSuccess":true,"totalRecordsCount":{total}}}"#))
    };
    let table = [(ROWS.to_owned(), 3, true, 0), (ROWS.to_owned(), 5, false, 1), (format!("{ROWS},null"), 4, true, 0)];
    for (rows, total, proven, unnamed) in table {
        let site = Site::start(move |_, _| operations(&rows, total)).await;
        let source = site.source("dtm", "", "");
        let run = run(&source, first_run()).await;
        assert_eq!(run.is_proven(), proven, "{total}: {}", run.lack());
        assert_eq!(run.ids().iter().filter(|id| *id != "-").count(), 2);
        assert_eq!(run.pages[0].unnamed, unnamed, "{total}");
        assert_eq!(site.asked(), ["/api/Common/GetAllOperationList"]);
    }
}
