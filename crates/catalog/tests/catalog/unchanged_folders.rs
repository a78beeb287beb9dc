//! Web-accessible folders: files that stand as they stood are not read again, until the full sweep.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use crate::house::House;
use crate::site::{Reply, Site, html, xml};
use cairn_catalog::{RunReport, Verdict};
use cairn_policy::Viewer;

/// Paths of files, with what stands beside them in their folder and their titles.
type Files = Arc<Mutex<BTreeMap<String, (String, String)>>>;

/// The folder `/meta/` with `sub/` in it, as Apache lists them.
async fn folder(files: &Files) -> Site {
    let held = Arc::clone(files);
    Site::start(move |target, _| {
        let files = held.lock().unwrap();
        if let Some((_, title)) = files.get(target) {
            let id = target.rsplit('/').next().unwrap();
            return xml(format!(
                "<metadata><idinfo><datsetid>{id}</datsetid><citation><citeinfo><title>{title}</title></citeinfo></citation></idinfo></metadata>"
            ));
        }
        if !target.ends_with('/') {
            return Reply(404, "text/plain", String::new());
        }
        let mut rows = String::new();
        for (path, (beside, _)) in files.iter() {
            if let Some(name) = path.strip_prefix(target).filter(|name| !name.contains('/')) {
                let _ = writeln!(rows, "<a href=\"{name}\">{name}</a>   {beside}");
            }
        }
        if target == "/meta/" {
            rows.push_str("<a href=\"sub/\">sub/</a>   2026-05-01 10:00    -\n");
        }
        html(format!(
            "<html><head><title>Index of {target}</title></head><body><h1>Index of {target}</h1><pre><a href=\"../\">Parent Directory</a>\n{rows}</pre></body></html>"
        ))
    })
    .await
}

fn put(files: &Files, path: &str, beside: &str, title: &str) {
    files.lock().unwrap().insert(path.to_owned(), (beside.to_owned(), title.to_owned()));
}

fn source(site: &Site, full_sweep: &str) -> String {
    format!(
        "id = \"folder\"\nkind = \"waf\"\nurl = \"http://127.0.0.1:{}/meta/\"\nallow_private = true\norganisation = \"Keepers\"\nfull_sweep = \"{full_sweep}\"\n[limits]\nrequests_per_second = 0\n",
        site.port
    )
}

fn numbers(report: &RunReport) -> (Verdict, [u64; 6]) {
    let RunReport { verdict, listed, new, changed, unchanged, missing, retired, .. } = report;
    (*verdict, [*listed, *new, *changed, *unchanged, *missing, *retired])
}

/// Twenty files in each of the two folders.
fn forty() -> Files {
    let files = Files::default();
    for number in 0..20 {
        put(&files, &format!("/meta/a{number:02}.xml"), "2026-05-01 10:00   1.2K", &format!("Wells a{number:02}"));
        put(&files, &format!("/meta/sub/b{number:02}.xml"), "2026-05-01 10:00   1.2K", &format!("Wells b{number:02}"));
    }
    files
}

#[tokio::test]
async fn an_unchanged_folder_costs_its_index_pages_and_no_write() {
    let files = forty();
    let site = folder(&files).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    let first = house.harvest("folder", 0).await;
    assert_eq!((numbers(&first), first.requests), ((Verdict::Complete, [40, 40, 0, 0, 0, 0]), 42));
    for day in 1..4 {
        let quiet = house.harvest("folder", day).await;
        assert_eq!(numbers(&quiet), (Verdict::Complete, [40, 0, 0, 40, 0, 0]), "{:?}", quiet.reason);
        assert_eq!((quiet.requests, quiet.writes), (2, 0));
    }
}

#[tokio::test]
async fn a_file_that_was_written_comes_or_goes_is_noticed_at_once() {
    let files = forty();
    let site = folder(&files).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    house.harvest("folder", 0).await;
    put(&files, "/meta/a01.xml", "2026-05-02 10:00   1.2K", "Wells a01 dug deeper");
    put(&files, "/meta/sub/b01.xml", "2026-05-01 10:00   1.3K", "Wells b01 of another size");
    put(&files, "/meta/sub/new.xml", "2026-05-02 10:00   1.2K", "Wells new");
    files.lock().unwrap().remove("/meta/a02.xml");
    let report = house.harvest("folder", 1).await;
    assert_eq!((numbers(&report), report.requests), ((Verdict::Complete, [40, 1, 2, 37, 1, 0]), 5));
    let found = house.found(&Viewer::anonymous(), "\"dug deeper\"").await;
    assert_eq!(found, ["Wells a01 dug deeper"]);
    let quiet = house.harvest("folder", 2).await;
    assert_eq!((quiet.verdict, quiet.requests), (Verdict::Complete, 2));
}

#[tokio::test]
async fn the_full_sweep_reads_every_file_whatever_its_folder_says() {
    let files = forty();
    let site = folder(&files).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    house.harvest("folder", 0).await;
    put(&files, "/meta/a01.xml", "2026-05-01 10:00   1.2K", "Wells a01 written twice in a minute");
    let trusting = house.harvest("folder", 1).await;
    assert_eq!((trusting.changed, trusting.requests), (0, 2));
    let house = house.reopened(&[&source(&site, "30m")]).await;
    let sweep = house.harvest("folder", 2).await;
    assert_eq!((sweep.verdict, sweep.changed, sweep.requests), (Verdict::Complete, 1, 42));
}

#[tokio::test]
async fn a_folder_that_tells_no_time_of_day_is_read_each_time() {
    let files = Files::default();
    put(&files, "/meta/day.xml", "2026-05-01   1.2K", "Wells by day");
    put(&files, "/meta/none.xml", "", "Wells without a date");
    put(&files, "/meta/time.xml", "2026-05-01 10:00   1.2K", "Wells by the minute");
    let site = folder(&files).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    house.harvest("folder", 0).await;
    let again = house.harvest("folder", 1).await;
    assert_eq!((again.requests, again.unchanged, again.writes), (4, 3, 0));
}

#[tokio::test]
async fn a_file_that_could_not_be_read_is_read_again() {
    let files = forty();
    put(&files, "/meta/broken.xml", "2026-05-01 10:00   1.2K", "Wells </broken>");
    let site = folder(&files).await;
    let house = House::open(&[&source(&site, "52w")]).await;
    house.harvest("folder", 0).await;
    let again = house.harvest("folder", 1).await;
    assert_eq!(again.requests, 3, "two folders and the broken file: {:?}", site.asked());
}

#[tokio::test]
async fn runs_that_end_on_their_way_are_followed_by_ones_that_go_on_behind_the_last_file() {
    // F30.
    let files = forty();
    let site = folder(&files).await;
    let short = format!("{}max_pages = 12\n", source(&site, "52w"));
    let house = House::open(&[&short]).await;
    for (day, listed) in [(0, 11), (1, 21)] {
        let part = house.harvest("folder", day).await;
        assert_eq!((part.verdict, part.listed, part.requests), (Verdict::Partial, listed, 12), "{:?}", part.reason);
    }
    let house = house.reopened(&[&source(&site, "52w")]).await;
    let rest = house.harvest("folder", 2).await;
    assert_eq!((rest.verdict, rest.listed, rest.new), (Verdict::Complete, 40, 40), "{:?}", rest.reason);
    assert_eq!(rest.requests, 21, "the two folders, and the files that were not read yet");
    // What it did not read itself is read once more, and is as it was.
    let next = house.harvest("folder", 3).await;
    assert_eq!((numbers(&next), next.requests), ((Verdict::Complete, [40, 0, 0, 40, 0, 0]), 23));
    let quiet = house.harvest("folder", 4).await;
    assert_eq!((quiet.requests, quiet.writes), (2, 0));
}
