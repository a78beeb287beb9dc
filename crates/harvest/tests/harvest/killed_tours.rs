//! Folders and catalogues of catalogues whose runs are killed: the next one goes on where they were.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::portal::{Run, first_run, run, run_pages};
use crate::site::{Reply, Site, Whole, html, json, xml};
use cairn_harvest::HarvestError;
use cairn_harvest::kinds::ConnectContext;

/// Paths of the files of a folder; one that ends in `lost.xml` cannot be had, one in `down.xml` not for now, and one in
/// `closed.xml` is refused.
type Files = Arc<Mutex<BTreeSet<String>>>;

/// Files in `/meta/` and in its two folders, and the server that lists them.
async fn folder() -> (Files, Site) {
    let paths = ["a", "b", "one/c", "one/d", "two/e", "two/f"].map(|path| format!("/meta/{path}.xml"));
    let files = Arc::new(Mutex::new(BTreeSet::from(paths)));
    let held = Arc::clone(&files);
    let site = Site::start(move |target, _| {
        let files = held.lock().unwrap();
        if target.ends_with("lost.xml") {
            return Reply(404, "text/plain", String::new());
        }
        if target.ends_with("down.xml") || target.ends_with("closed.xml") {
            return Reply(if target.ends_with("down.xml") { 500 } else { 403 }, "text/plain", String::new());
        }
        if files.contains(target) {
            let id = target.rsplit('/').next().unwrap();
            return xml(format!(
                "<metadata><idinfo><datsetid>{id}</datsetid><citation><citeinfo><title>{id}</title></citeinfo></citation></idinfo></metadata>"
            ));
        }
        let mut names: BTreeSet<&str> = files.iter().filter_map(|path| path.strip_prefix(target)).collect();
        if target == "/meta/" {
            names.retain(|name| !name.contains('/'));
            names.extend(["one/", "two/"]);
        }
        let mut rows = String::new();
        for name in names {
            let _ = writeln!(rows, "<a href=\"{name}\">{name}</a>   2026-05-01 10:00    1K");
        }
        html(format!(
            "<html><head><title>Index of {target}</title></head><body><h1>Index of {target}</h1>\
             <pre><a href=\"../\">Parent Directory</a>\n{rows}</pre></body></html>"
        ))
    })
    .await;
    (files, site)
}

/// What is known of records after a run that was killed and the one that went on.
fn together(killed: &Run, rest: &Run) -> BTreeSet<String> {
    killed.ids().into_iter().chain(rest.ids()).collect()
}

#[tokio::test]
async fn a_folder_is_read_on_behind_the_last_file_wherever_its_run_was_killed() {
    let (files, site) = folder().await;
    let source = site.source("waf", "/meta/", "");
    let whole = run(&source, first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    let pages = whole.pages.len();
    for wanted in 2..pages {
        let killed = run_pages(&source, first_run(), wanted).await;
        let resume = killed.pages.last().unwrap().checkpoint.clone();
        assert!(resume.is_some(), "killed behind {wanted} pages");
        let before = site.asked().len();
        let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
        assert!(rest.is_proven() && rest.pages[0].goes_on, "killed behind {wanted} pages: {}", rest.lack());
        assert_eq!(together(&killed, &rest).len(), files.lock().unwrap().len());
        assert_eq!(killed.ids().len() + rest.ids().len(), whole.ids().len(), "no file is read twice");
        let files_asked = site.asked()[before..].iter().filter(|path| !path.ends_with('/')).count();
        assert_eq!(files_asked, whole.ids().len() - killed.ids().len());
    }
}

#[tokio::test]
async fn a_folder_that_changed_before_the_place_is_read_from_its_beginning() {
    let (files, site) = folder().await;
    let source = site.source("waf", "/meta/", "");
    let killed = run_pages(&source, first_run(), 6).await;
    let resume = killed.pages[5].checkpoint.clone();
    files.lock().unwrap().insert("/meta/aa.xml".to_owned());
    let rest = run(&source, ConnectContext { resume: resume.clone(), ..first_run() }).await;
    assert!(rest.is_proven() && rest.pages.iter().all(|page| !page.goes_on), "{}", rest.lack());
    assert_eq!(rest.ids().len(), 7);
    files.lock().unwrap().clear();
    let emptied = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(emptied.is_proven() && emptied.ids().is_empty(), "{}", emptied.lack());
}

#[tokio::test]
async fn what_comes_behind_the_place_is_met() {
    let (files, site) = folder().await;
    let source = site.source("waf", "/meta/", "");
    let killed = run_pages(&source, first_run(), 4).await;
    let resume = killed.pages[3].checkpoint.clone();
    files.lock().unwrap().insert("/meta/two/g.xml".to_owned());
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven() && rest.pages[0].goes_on, "{}", rest.lack());
    assert_eq!(together(&killed, &rest).len(), 7);
}

#[tokio::test]
async fn a_file_that_could_not_be_had_is_asked_for_again() {
    let (files, site) = folder().await;
    files.lock().unwrap().insert("/meta/aa-lost.xml".to_owned());
    let source = site.source("waf", "/meta/", "");
    let killed = run_pages(&source, first_run(), 5).await;
    let unnamed = |run: &Run| run.pages.iter().map(|page| page.unnamed).sum::<u64>();
    assert_eq!(unnamed(&killed), 1);
    let resume = killed.pages[4].checkpoint.clone();
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven() && rest.pages[0].goes_on, "{}", rest.lack());
    assert_eq!(
        (unnamed(&rest), rest.problems()[0].0.as_str()),
        (1, "unreadable-page"),
        "nothing may be called missing"
    );
    assert_eq!(rest.pages[0].unnamed_anew, 1, "and it counts once");
}

fn add(files: &Files, names: impl IntoIterator<Item = String>) {
    files.lock().unwrap().extend(names.into_iter().map(|name| format!("/meta/{name}.xml")));
}

fn unreadable(run: &Run) -> usize {
    run.problems().iter().filter(|(code, _)| code == "unreadable-page").count()
}

#[tokio::test]
async fn files_that_cannot_be_had_cost_themselves_however_many_stand_together() {
    let (files, site) = folder().await;
    add(&files, (0..30).map(|number| format!("aa-{number}-lost")));
    let source = site.source("waf", "/meta/", "");
    let whole = run(&source, first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    assert_eq!((whole.ids().len(), unreadable(&whole)), (6, 30), "what stands behind them is read");
}

#[tokio::test]
async fn a_folder_that_refuses_file_after_file_is_read_to_its_end_and_does_not_prove_it() {
    let (files, site) = folder().await;
    add(&files, (0..25).map(|number| format!("aa-{number}-closed")));
    let source = site.source("waf", "/meta/", "");
    let whole = run(&source, first_run()).await;
    assert_eq!((whole.ids().len(), unreadable(&whole)), (6, 25));
    assert!(whole.lack().contains("403"), "{}", whole.lack());
    assert_eq!(whole.pages.last().unwrap().checkpoint, None, "and the next run reads all of it again");
    files.lock().unwrap().remove("/meta/aa-7-closed.xml");
    assert!(run(&source, first_run()).await.is_proven());
}

#[tokio::test]
async fn files_that_failed_far_from_each_other_do_not_give_the_place_up() {
    let (files, site) = folder().await;
    add(&files, ["a-down", "aa", "aa-down", "ab", "ab-down", "ac", "ac-down", "ad", "ad-down"].map(str::to_owned));
    let source = site.source("waf", "/meta/", "");
    let killed = run_pages(&source, first_run(), 12).await;
    assert_eq!(unreadable(&killed), 5);
    let resume = killed.pages[11].checkpoint.clone();
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven() && rest.pages[0].goes_on, "{}", rest.lack());
    assert_eq!(killed.ids().len() + rest.ids().len(), 10, "no file is read twice");
}

#[tokio::test]
async fn a_run_that_came_no_further_than_the_one_before_gives_the_place_up() {
    let (files, site) = folder().await;
    add(&files, (0..5).map(|number| format!("aa-{number}-down")));
    let source = site.source("waf", "/meta/", "");
    let first = run(&source, first_run()).await;
    assert!(first.lack().contains("500") && first.ids().len() == 1, "{}", first.lack());
    assert!(matches!(&first.end, Err(HarvestError::Unreachable { .. })), "it is asked again soon: {:?}", first.end);
    let resume = first.pages.last().unwrap().checkpoint.clone();
    assert!(resume.is_some());
    let second = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(second.pages[0].goes_on && second.lack().contains("500"), "{}", second.lack());
    assert!(second.end.is_ok(), "and not for ever: {:?}", second.end);
    assert_eq!(second.pages.last().unwrap().checkpoint, None, "or what stands before it would never be read again");
}

#[tokio::test]
async fn a_static_catalogue_is_read_on_behind_the_last_collection() {
    let collection = |id: &str| {
        json(format!(
            r#"{{"type":"Collection","stac_version":"1.0.0","id":"{id}","title":"{id}","description":"D","license":"CC-BY-4.0",
                "extent":{{"spatial":{{"bbox":[[0,0,1,1]]}},"temporal":{{"interval":[[null,null]]}}}},"links":[]}}"#
        ))
    };
    let catalogue = |links: &[&str]| {
        let links: Vec<String> = links.iter().map(|link| format!(r#"{{"rel":"child","href":"{link}"}}"#)).collect();
        json(format!(
            r#"{{"type":"Catalog","stac_version":"1.0.0","id":"c","description":"D","links":[{}]}}"#,
            links.join(",")
        ))
    };
    let site = Site::start(move |target, _| match target {
        "/catalog.json" => catalogue(&["/a.json", "/more.json", "/b.json"]),
        "/more.json" => catalogue(&["/c.json", "/d.json"]),
        other => collection(other.trim_matches('/').trim_end_matches(".json")),
    })
    .await;
    let source = site.source("stac", "/catalog.json", "");
    for wanted in 2..6 {
        let killed = run_pages(&source, first_run(), wanted).await;
        let resume = killed.pages[wanted - 1].checkpoint.clone();
        let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
        assert!(rest.is_proven() && rest.pages[0].goes_on, "killed behind {wanted} pages: {}", rest.lack());
        assert_eq!(killed.ids().len() + rest.ids().len(), 4);
        assert_eq!(together(&killed, &rest), ["a", "b", "c", "d"].map(str::to_owned).into());
    }
}

#[tokio::test]
async fn a_folder_whose_host_asks_to_wait_is_asked_for_the_same_file_later() {
    let is_busy = Arc::new(AtomicBool::new(true));
    let busy = Arc::clone(&is_busy);
    let site = Site::start_whole(move |asked| match asked.target.as_str() {
        "/meta/" => {
            let rows: String = ["a", "b", "c", "d"]
                .map(|name| format!("<a href=\"{name}.xml\">{name}.xml</a>   2026-05-01 10:00    1K\n"))
                .concat();
            let title = "Index of /meta/";
            html(format!("<title>{title}</title><h1>{title}</h1><pre><a href=\"../\">..</a>\n{rows}</pre>")).into()
        }
        "/meta/b.xml" if busy.load(Ordering::Relaxed) => {
            Whole { status: 503, fields: vec!["Retry-After: 3600".to_owned()], body: Vec::new() }
        }
        file => xml(format!(
            "<metadata><idinfo><datsetid>{file}</datsetid><citation><citeinfo><title>T</title></citeinfo></citation></idinfo></metadata>"
        ))
        .into(),
    })
    .await;
    let source = site.source("waf", "/meta/", "");
    let stopped = run(&source, first_run()).await;
    assert!(matches!(&stopped.end, Err(HarvestError::Unreachable { .. })), "{:?}", stopped.end);
    assert_eq!(site.asked().last().unwrap(), "/meta/b.xml", "nothing else is asked for");
    is_busy.store(false, Ordering::Relaxed);
    let resume = stopped.pages.last().unwrap().checkpoint.clone();
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven() && rest.pages[0].goes_on, "{}", rest.lack());
    assert_eq!(stopped.ids().len() + rest.ids().len(), 4);
}
