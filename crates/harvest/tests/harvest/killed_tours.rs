//! Folders and catalogues of catalogues whose runs are killed: the next one goes on where they were.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use crate::portal::{Run, first_run, run, run_pages};
use crate::site::{Reply, Site, html, json, xml};
use cairn_harvest::kinds::ConnectContext;

/// Paths of the files of a folder; one that ends in `lost.xml` cannot be had.
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
