//! Listings whose pages lead to others, and what becomes of a run when one of these pages fails it.

use std::fmt::Write as _;

use crate::portal::{first_run, run, run_pages};
use crate::site::{Reply, Site, json};
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
        "/ogc/collections" => json(
            r#"{"collections":[{"id":"one","itemType":"record"},{"id":"two","itemType":"record"}],"links":[]}"#,
        ),
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
