//! Listings whose pages lead to others, and what becomes of a run when one of these pages fails it.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use crate::portal::{first_run, run, run_pages};
use crate::site::{Reply, Site, Whole, html, json, xml};
use cairn_harvest::Payload;
use cairn_harvest::kinds::ConnectContext;

fn features(ids: &[&str], next: Option<&str>) -> Reply {
    let mut features = String::new();
    for id in ids {
        let comma = if features.is_empty() { "" } else { "," };
        let _ = write!(features, r#"{comma}{{"type":"Feature","id":"{id}","properties":{{"title":"Title {id}"}}}}"#);
    }
    let links = next.map_or(String::new(), |next| format!(r#"{{"rel":"next","href":"{next}"}}"#));
    json(format!(r#"{{"type":"FeatureCollection","features":[{features}],"links":[{links}]}}"#))
}

/// An interface with two collections of records, of which the second page of the first cannot be had.
async fn broken_list() -> Site {
    Site::start(|target, _| match target {
        "/ogc/collections" => {
            json(r#"{"collections":[{"id":"one","itemType":"record"},{"id":"two","itemType":"record"}],"links":[]}"#)
        }
        "/ogc/collections/one/items?limit=100" => features(&["a"], Some("items?offset=1&limit=100")),
        "/ogc/collections/two/items?limit=100" => features(&["y"], Some("items?offset=1&limit=100")),
        "/ogc/collections/two/items?offset=1&limit=100" => features(&["z"], None),
        _ => Reply(500, "text/plain", "broken".to_owned()),
    })
    .await
}

#[tokio::test]
async fn a_list_that_breaks_off_is_not_complete_though_other_pages_are_to_be_visited() {
    let site = broken_list().await;
    let source = site.source("ogc-records", "/ogc/collections", "");
    let whole = run(&source, first_run()).await;
    assert_eq!(whole.ids(), ["a", "y", "z"], "the other list is read");
    assert!(!whole.is_proven() && whole.lack().contains("500"), "{}", whole.lack());
    assert_eq!((whole.pages.iter().map(|page| page.unnamed).sum::<u64>(), whole.state), (1, None));
    for wanted in 1..=whole.pages.len() {
        let killed = run_pages(&source, first_run(), wanted).await;
        let resume = killed.pages.last().unwrap().checkpoint.clone();
        let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
        assert!(!rest.is_proven(), "and it stays so when the run is taken up behind {wanted} pages");
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_had_at_all_is_not_complete_either() {
    let folder = |target: &str, rows: &str| {
        html(format!(
            "<title>Index of {target}</title><h1>Index of {target}</h1><pre><a href=\"../\">..</a>\n{rows}</pre>"
        ))
    };
    for status in [403, 404, 500] {
        let site = Site::start(move |target, _| match target {
            "/ogc/collections" => json(
                r#"{"collections":[{"id":"one","itemType":"record"},{"id":"two","itemType":"record"}],"links":[]}"#,
            ),
            "/ogc/collections/one/items?limit=100" => features(&["a"], None),
            "/meta/" => folder(target, "<a href=\"a.xml\">a.xml</a>  2026-01-02 03:04  1K\n<a href=\"sub/\">sub/</a>  2026-01-02 03:04  -\n"),
            "/meta/a.xml" => xml("<metadata><idinfo><datsetid>a</datsetid><citation><citeinfo><title>A</title></citeinfo></citation></idinfo></metadata>"),
            "/gbl/" => folder(target, "<a href=\"a.json\">a.json</a>  2026-01-02 03:04  1K\n<a href=\"sub/\">sub/</a>  2026-01-02 03:04  -\n"),
            "/gbl/a.json" => json(r#"{"id":"a","dct_title_s":"A","dct_accessRights_s":"Public","gbl_mdVersion_s":"Aardvark"}"#),
            "/stac/catalog.json" => json(
                r#"{"type":"Catalog","stac_version":"1.0.0","id":"c","description":"D","links":[{"rel":"child","href":"a.json"},{"rel":"child","href":"sub/catalog.json"}]}"#,
            ),
            "/stac/a.json" => json(
                r#"{"type":"Collection","stac_version":"1.0.0","id":"a","title":"A","description":"D","license":"CC-BY-4.0","extent":{"spatial":{"bbox":[[0,0,1,1]]},"temporal":{"interval":[[null,null]]}},"links":[]}"#,
            ),
            _ => Reply(status, "text/plain", "?".to_owned()),
        })
        .await;
        for (kind, path) in [
            ("ogc-records", "/ogc/collections"),
            ("waf", "/meta/"),
            ("geoblacklight", "/gbl/"),
            ("stac", "/stac/catalog.json"),
        ] {
            let whole = run(&site.source(kind, path, ""), first_run()).await;
            assert_eq!(whole.ids().len(), 1, "{kind}: {}", whole.lack());
            assert!(!whole.is_proven() && whole.lack().contains(&status.to_string()), "{kind}: {}", whole.lack());
            let is_tried_there_once_more = whole.pages.last().unwrap().checkpoint.is_some();
            assert_eq!(
                is_tried_there_once_more,
                status == 500,
                "{kind}: what stays away must not keep the rest from being read"
            );
        }
    }
}

#[tokio::test]
async fn a_list_among_others_that_leads_back_to_itself_is_not_complete() {
    let site = Site::start(|target, _| match target {
        "/ogc/collections" => {
            json(r#"{"collections":[{"id":"one","itemType":"record"},{"id":"two","itemType":"record"}],"links":[]}"#)
        }
        "/ogc/collections/one/items?limit=100" => features(&["a"], Some("items?limit=100")),
        _ => features(&["y"], None),
    })
    .await;
    let run = run(&site.source("ogc-records", "/ogc/collections", ""), first_run()).await;
    assert_eq!(run.ids(), ["a", "y"]);
    assert!(run.lack().contains("paging_loop"), "{}", run.lack());
}

#[tokio::test]
async fn collections_that_are_not_read_to_their_end_prove_no_end() {
    for (next, reason) in [
        ("/ogc/collections", "leads back"),
        ("/ogc/collections?offset={n}", "more than 100 pages"),
        ("http://[", "cannot be read"),
    ] {
        let site = Site::start(move |target, number| {
            if target.ends_with("items?limit=100") {
                return features(&[if target.contains("one") { "a" } else { "b" }], None);
            }
            let next = next.replace("{n}", &number.to_string());
            json(format!(
                r#"{{"collections":[{{"id":"one","itemType":"record"}},{{"id":"two","itemType":"record"}}],"links":[{{"rel":"next","href":"{next}"}}]}}"#,
            ))
        })
        .await;
        let source = site.source("ogc-records", "/ogc/collections", "");
        let whole = run(&source, first_run()).await;
        assert!(!whole.is_proven() && whole.lack().contains(reason), "{next}: {}", whole.lack());
        assert_eq!(whole.ids(), ["a", "b"], "{next}: what is known of is read");
    }
}

#[tokio::test]
async fn a_run_of_one_collection_that_is_taken_up_knows_that_there_may_be_others() {
    let site = Site::start(|target, _| match target {
        "/ogc/collections" => json(
            r#"{"collections":[{"id":"one","itemType":"record"}],"links":[{"rel":"next","href":"/ogc/collections"}]}"#,
        ),
        "/ogc/collections/one/items?limit=100" => features(&["a"], Some("items?offset=1&limit=100")),
        _ => features(&["b"], None),
    })
    .await;
    let source = site.source("ogc-records", "/ogc/collections", "");
    let killed = run_pages(&source, first_run(), 1).await;
    let resume = killed.pages[0].checkpoint.clone();
    assert!(resume.is_some());
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert_eq!(rest.ids(), ["b"]);
    assert!(!rest.is_proven() && rest.lack().contains("leads back"), "{}", rest.lack());
}

#[tokio::test]
async fn a_list_that_does_not_say_where_it_goes_on_is_not_complete_wherever_its_run_was_killed() {
    let site = Site::start(|target, _| match target {
        "/ogc/collections" => {
            json(r#"{"collections":[{"id":"one","itemType":"record"},{"id":"two","itemType":"record"}],"links":[]}"#)
        }
        "/ogc/collections/one/items?limit=100" => features(&["a"], Some("items?offset=1&limit=100")),
        "/ogc/collections/one/items?offset=1&limit=100" => features(&["b"], Some("http://[")),
        _ => features(&["y"], None),
    })
    .await;
    let source = site.source("ogc-records", "/ogc/collections", "");
    for wanted in 1..3 {
        let killed = run_pages(&source, first_run(), wanted).await;
        let resume = killed.pages.last().unwrap().checkpoint.clone();
        let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
        assert!(rest.pages[0].goes_on && rest.lack().contains("cannot be read"), "{wanted}: {}", rest.lack());
    }
}

/// A page of the feed of a Cairn: ids, of which one behind `-` is a tombstone.
fn changes(ids: &[&str], next: &str, complete: bool) -> Reply {
    let changes: Vec<String> = ids
        .iter()
        .map(|id| match id.strip_prefix('-') {
            Some(id) => format!(r#"{{"id":"{id}","deleted":true}}"#),
            None => format!(r#"{{"id":"{id}","deleted":false,"dataset":{{"id":"{id}","title":"Title {id}"}}}}"#),
        })
        .collect();
    json(format!(r#"{{"changes":[{}],"next":"{next}","complete":{complete}}}"#, changes.join(",")))
}

#[tokio::test]
async fn what_changed_at_another_cairn_while_its_feed_was_read_is_asked_for_by_the_next_run() {
    let site = Site::start(|target, _| match target {
        "/api/v1/changes?limit=500" => changes(&["r", "a"], "1", false),
        "/api/v1/changes?limit=500&since=1" => changes(&["b"], "2", false),
        "/api/v1/changes?limit=500&since=2" => changes(&["c", "-r"], "3", false),
        _ => changes(&["d"], "4", true),
    })
    .await;
    let source = site.source("cairn", "", "");
    let whole = run(&source, first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    assert_eq!(whole.ids(), ["r", "a", "b", "c", "d"]);
    let killed = run_pages(&source, first_run(), 3).await;
    let resume = killed.pages[2].checkpoint.clone();
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven() && rest.ids() == ["d"], "{}", rest.lack());
    for state in [whole.state, rest.state] {
        assert!(state.is_some());
        let next = ConnectContext { previous_state: state, changes_only: true, ..first_run() };
        let next = run(&source, next).await;
        assert_eq!(next.ids(), ["c", "r", "d"], "from before the page that said something new of a record");
        let deleted =
            next.pages.iter().flat_map(|page| &page.records).find(|record| record.payload == Payload::Deleted);
        assert_eq!(deleted.unwrap().source_record_id.as_deref(), Some("r"));
        assert!(next.state.unwrap().contains('4'), "and then all of it was seen");
    }
}

/// A library whose studies are numbered, with the numbers on both pages of each walk through it.
async fn library(walks: &'static [[&'static [u32]; 2]]) -> Site {
    Site::start(move |target, asked| {
        let page = usize::from(target.contains("page=2"));
        let walk = walks[(asked / 2).min(walks.len() - 1)];
        let rows: Vec<String> = walk[page]
            .iter()
            .map(|id| format!(r#"{{"id":"{id}","idno":"S{id}","title":"Study {id}","form_model":"open"}}"#))
            .collect();
        json(format!(
            r#"{{"result":{{"found":3,"total":3,"limit":2,"offset":{},"page":{},"rows":[{}]}}}}"#,
            page * 2,
            page + 1,
            rows.join(",")
        ))
    })
    .await
}

#[tokio::test]
async fn a_record_that_slipped_behind_one_that_came_twice_is_found_in_another_walk() {
    // Study 3 is renamed to the beginning while the first page is read.
    let site = library(&[[&[1, 2], &[2]], [&[3, 1], &[2]]]).await;
    let run = run(&site.source("nada", "", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!((run.ids().len(), site.asked().len()), (3, 4), "{:?}", run.ids());
}

#[tokio::test]
async fn what_comes_twice_in_every_walk_is_a_fault_of_the_listing_and_what_moves_on_is_none() {
    let site = library(&[[&[1, 2], &[2]]]).await;
    let same = run(&site.source("nada", "", ""), first_run()).await;
    assert!(same.is_proven(), "{}", same.lack());
    assert_eq!((same.ids().len(), same.problems().len()), (2, 1));
    let site = library(&[[&[1, 2], &[2]], [&[3, 1], &[1]]]).await;
    let moving = run(&site.source("nada", "", ""), first_run()).await;
    assert!(moving.lack().contains("came once more on a later page"), "{}", moving.lack());
    // Twice on one page: nothing moved.
    let site = library(&[[&[1, 1], &[2]]]).await;
    let page = run(&site.source("nada", "", ""), first_run()).await;
    assert!(page.is_proven() && site.asked().len() == 2, "{}", page.lack());
}

#[tokio::test]
async fn a_folder_that_leads_back_to_itself_ends() {
    let site = Site::start(|target, _| {
        html(format!(
            "<title>Index of {target}</title><h1>Index of {target}</h1><pre><a href=\"again/\">again/</a>  2026-01-02 03:04  -\n</pre>"
        ))
    })
    .await;
    let run = run(&site.source("waf", "/meta/", ""), first_run()).await;
    assert!(site.asked().len() <= 101, "{}", site.asked().len());
    assert_eq!(run.problems(), [("too-deep".to_owned(), None)]);
    assert_eq!(run.pages.iter().map(|page| page.unnamed).sum::<u64>(), 1, "nothing may be called missing");
}

#[tokio::test]
async fn a_file_that_is_written_twice_in_a_minute_is_read_twice() {
    // What stands beside the file, the day on which the folder is listed, and the title in the file.
    let state = Arc::new(Mutex::new(("", "", "")));
    let held = Arc::clone(&state);
    let site = Site::start_whole(move |asked| {
        let (beside, day, title) = *held.lock().unwrap();
        if asked.target.ends_with("a.xml") {
            return xml(format!(
                "<metadata><idinfo><datsetid>a</datsetid><citation><citeinfo><title>{title}</title></citeinfo></citation></idinfo></metadata>"
            ))
            .into();
        }
        let list = html(format!(
            "<title>Index of /meta/</title><h1>Index of /meta/</h1><pre><a href=\"a.xml\">a.xml</a>  {beside}  1K\n</pre>"
        ));
        let mut list = Whole::from(list);
        list.fields.push(format!("Date: {day} 12:00:00 GMT"));
        list
    })
    .await;
    let source = site.source("waf", "/meta/", "");
    for beside in ["2026-05-31 11:59", "31-May-2026 11:59", "5/31/2026 11:59 AM"] {
        let set = |day, title| *state.lock().unwrap() = (beside, day, title);
        set("Sun, 31 May 2026", "Wells");
        let first = run(&source, first_run()).await;
        let later = |state: &Option<String>| ConnectContext {
            previous_state: state.clone(),
            changes_only: true,
            ..first_run()
        };
        set("Mon, 01 Jun 2026", "Wells, dug deeper");
        let again = run(&source, later(&first.state)).await;
        assert_eq!(again.ids().len(), 1, "{beside}: its minute and its size are the same");
        set("Tue, 02 Jun 2026", "Wells, dug deeper");
        let settled = run(&source, later(&again.state)).await;
        assert_eq!(settled.ids().len(), 1, "{beside}");
        let quiet = run(&source, later(&settled.state)).await;
        assert!(quiet.is_proven() && quiet.ids().is_empty(), "{beside}: {}", quiet.lack());
    }
}

#[tokio::test]
async fn a_next_page_whose_address_cannot_be_read_is_no_end() {
    const ODD: &str = "http://[odd";
    let stac = format!(
        r#"{{"collections":[{{"type":"Collection","id":"a","title":"T","description":"Invented.","stac_version":"1.0.0","license":"CC-BY-4.0","extent":{{}},"links":[]}}],"links":[{{"rel":"next","href":"{ODD}"}}]}}"#
    );
    let turtle = format!(
        "@prefix hydra: <http://www.w3.org/ns/hydra/core#> . <> a hydra:PartialCollectionView ; hydra:next \"{ODD}\" . \
        <http://data.example/a> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> \"T\" ."
    );
    for (kind, media_type, body) in [("stac", "application/json", stac), ("dcat", "text/turtle", turtle)] {
        let site = Site::start(move |_, _| Reply(200, media_type, body.clone())).await;
        let run = run(&site.source(kind, "/list", ""), first_run()).await;
        assert_eq!(run.ids().len(), 1, "{kind}: {}", run.lack());
        assert!(run.lack().contains("the address of the next page"), "{kind}: {}", run.lack());
    }
    let site = Site::start(|target, _| match target {
        "/ogc/collections" => json(r#"{"collections":[{"id":"one","itemType":"record"}],"links":[]}"#),
        _ => features(&["a"], Some(ODD)),
    })
    .await;
    let run = run(&site.source("ogc-records", "/ogc/collections", ""), first_run()).await;
    assert!(run.lack().contains("the address of the next page"), "{}", run.lack());
}

/// A site that sends who asks without the last slash to the address with it.
#[tokio::test]
async fn links_are_relative_to_where_a_page_came_from_and_not_to_where_it_was_asked_for() {
    let site = Site::start_whole(|asked| {
        let moved = |to: &str| Whole { status: 301, fields: vec![format!("Location: {to}")], body: Vec::new() };
        match asked.target.as_str() {
            "/data/meta" => moved("/data/meta/"),
            "/data/meta/" => html(
                "<title>Index of /meta</title><h1>Index of /meta</h1><pre><a href=\"../\">..</a>\n\
                 <a href=\"a.xml\">a.xml</a>  2026-01-02 03:04  1K\n<a href=\"/data/b.xml\">b.xml</a>  2026-01-02 03:04  1K\n\
                 <a href=\"out/\">out/</a>  2026-01-02 03:04  -\n</pre>",
            )
            .into(),
            "/data/meta/out/" => moved("/data/others/"),
            "/data/others/" => html(
                "<title>Index of /others</title><h1>Index of /others</h1><pre><a href=\"../\">..</a>\n\
                 <a href=\"c.xml\">c.xml</a>  2026-01-02 03:04  1K\n</pre>",
            )
            .into(),
            "/data/meta/a.xml" => xml("<metadata><idinfo><datsetid>a</datsetid><citation><citeinfo><title>A</title></citeinfo></citation></idinfo></metadata>").into(),
            "/stac" => moved("/stac/"),
            "/stac/" => json(
                r#"{"type":"Catalog","stac_version":"1.0.0","id":"c","description":"D","links":[{"rel":"child","href":"a.json"}]}"#,
            )
            .into(),
            "/stac/a.json" => json(
                r#"{"type":"Collection","stac_version":"1.0.0","id":"a","title":"A","description":"D","license":"CC-BY-4.0","extent":{"spatial":{"bbox":[[0,0,1,1]]},"temporal":{"interval":[[null,null]]}},"links":[]}"#,
            )
            .into(),
            "/ogc" => moved("/ogc/"),
            "/ogc/" => json(r#"{"title":"Here","links":[{"rel":"data","href":"collections"}]}"#).into(),
            "/ogc/collections" => moved("/ogc/all/"),
            "/ogc/all/" => json(
                r#"{"collections":[{"id":"one","itemType":"record","links":[{"rel":"items","href":"one"}]}],"links":[]}"#,
            )
            .into(),
            "/ogc/all/one?limit=100" => features(&["a"], None).into(),
            "/gbl" => moved("/gbl/"),
            "/gbl/" => html(
                "<title>Index of /gbl</title><h1>Index of /gbl</h1><pre><a href=\"../\">..</a>\n<a href=\"a.json\">a.json</a>  2026-01-02 03:04  1K\n</pre>",
            )
            .into(),
            "/gbl/a.json" => json(r#"{"id":"a","dct_title_s":"A","dct_accessRights_s":"Public","gbl_mdVersion_s":"Aardvark"}"#).into(),
            _ => Reply(404, "text/plain", "?".to_owned()).into(),
        }
    })
    .await;
    for (kind, path) in [("stac", "/stac"), ("geoblacklight", "/gbl"), ("ogc-records", "/ogc")] {
        let whole = run(&site.source(kind, path, ""), first_run()).await;
        assert_eq!(whole.ids().len(), 1, "{kind}: {}", whole.lack());
        assert!(whole.is_proven(), "{kind}: {}", whole.lack());
    }
    // What the folder leads to lies below the place where it is, and a folder that leads out of it is not simply empty.
    let folder = run(&site.source("waf", "/data/meta", ""), first_run()).await;
    assert_eq!(folder.ids(), ["a"], "{}", folder.lack());
    assert!(folder.lack().contains("none of this source's"), "{}", folder.lack());
    let asked = site.asked();
    assert!(asked.iter().all(|target| target != "/data/b.xml" && target != "/data/others/c.xml"), "{asked:?}");
}

/// An interface with two collections of records: the first counts so many on each of its two pages, and has `a` and `b`.
async fn collection_that_counts(counts: [u64; 2], second: &'static [&'static str]) -> Site {
    let counted = |count: u64, Reply(status, media_type, page): Reply| {
        Reply(status, media_type, page.replacen('{', &format!("{{\"numberMatched\":{count},"), 1))
    };
    Site::start(move |target, _| match target {
        "/ogc/collections" => {
            json(r#"{"collections":[{"id":"one","itemType":"record"},{"id":"two","itemType":"record"}],"links":[]}"#)
        }
        "/ogc/collections/one/items?limit=100" => {
            counted(counts[0], features(&["a"], Some("items?offset=1&limit=100")))
        }
        "/ogc/collections/one/items?offset=1&limit=100" => counted(counts[1], features(&["b"], None)),
        _ => counted(second.len() as u64, features(second, None)),
    })
    .await
}

#[tokio::test]
async fn a_collection_that_has_fewer_records_than_it_counts_is_not_complete_wherever_its_run_was_killed() {
    for (counts, reason) in [([1500, 1500], "counts 1500 entries, and has 2"), ([3, 2], "came or went")] {
        let site = collection_that_counts(counts, &["y", "z"]).await;
        let source = site.source("ogc-records", "/ogc/collections", "");
        let whole = run(&source, first_run()).await;
        assert_eq!(whole.ids(), ["a", "b", "y", "z"]);
        assert!(!whole.is_proven() && whole.lack().contains(reason), "{}", whole.lack());
        for wanted in 1..whole.pages.len() {
            let killed = run_pages(&source, first_run(), wanted).await;
            let resume = killed.pages.last().unwrap().checkpoint.clone();
            let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
            assert!(!rest.is_proven(), "and it stays so when the run is taken up behind {wanted} pages");
        }
    }
}

#[tokio::test]
async fn a_record_that_two_collections_list_is_no_problem_of_theirs() {
    let site = collection_that_counts([2, 2], &["b", "z"]).await;
    let source = site.source("ogc-records", "/ogc/collections", "");
    let whole = run(&source, first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    assert_eq!((whole.ids(), whole.problems()), (["a", "b", "z"].map(str::to_owned).to_vec(), Vec::new()));
    for wanted in 1..3 {
        let killed = run_pages(&source, first_run(), wanted).await;
        let resume = killed.pages.last().unwrap().checkpoint.clone();
        let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
        assert!(rest.is_proven() && rest.pages[0].goes_on, "killed behind {wanted} pages: {}", rest.lack());
    }
}

#[tokio::test]
async fn a_search_that_names_fewer_entries_than_it_counts_is_not_complete() {
    let site = Site::start(|target, _| match target {
        "/api/search?q=*&type=dataset&sort=date&order=asc&per_page=100" => json(
            r#"{"status":"OK","data":{"total_count":5000,"start":0,"items":[{"type":"dataset","name":"A","global_id":"doi:10.1234/A"}]}}"#,
        ),
        "/api/search?q=*&type=dataset&sort=date&order=asc&per_page=100&start=1" => {
            json(r#"{"status":"OK","data":{"items":[]}}"#)
        }
        "/api/datasets/:persistentId/?persistentId=doi:10.1234/A" => json(
            r#"{"status":"OK","data":{"id":1,"protocol":"doi","authority":"10.1234","identifier":"A","latestVersion":{"metadataBlocks":{"citation":{"fields":[{"typeName":"title","value":"A"}]}}}}}"#,
        ),
        "/catalog.json?per_page=100" => json(
            r#"{"links":{},"data":[{"id":"a","attributes":{"dct_creator_sm":{"attributes":{"value":"Office"}}},"links":{"self":"/catalog/a"}}],"meta":{"pages":{"total_count":3}}}"#,
        ),
        "/catalog/a/raw" => json(r#"{"id":"a","dct_title_s":"A","dct_accessRights_s":"Public","gbl_mdVersion_s":"Aardvark"}"#),
        other => panic!("{other}"),
    })
    .await;
    for (source, counted) in [
        (site.source("dataverse", "", "[dataverse]\nwhole_datasets = true"), 5000),
        (site.source("geoblacklight", "/catalog.json", ""), 3),
    ] {
        let part = run(&source, first_run()).await;
        assert_eq!(part.ids().len(), 1);
        assert!(part.lack().contains(&format!("counts {counted} entries, and has 1")), "{}", part.lack());
    }
}
