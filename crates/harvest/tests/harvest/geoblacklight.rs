//! Records of `GeoBlacklight`: in folders, in the layers of a repository, and behind a search.

use crate::portal::{first_run, formats, owned, run};
use crate::site::{Reply, Site, html, json};
use cairn_harvest::RawFormat;
use cairn_harvest::kinds::ConnectContext;

/// A record of `GeoBlacklight`.
fn rivers(id: &str) -> Reply {
    json(format!(
        r#"{{"id":"{id}","dct_title_s":"Rivers of {id}","dct_accessRights_s":"Public","gbl_mdVersion_s":"Aardvark"}}"#
    ))
}

#[tokio::test]
async fn records_of_geoblacklight_are_found_in_folders_and_files_of_another_sort_cost_nothing() {
    let folder = |entries: &str| {
        html(format!(
            "<title>Index of /gbl</title><h1>Index of /gbl</h1><pre><a href=\"../\">Parent Directory</a>\n{entries}</pre>"
        ))
    };
    let entry = |name: &str| format!("<a href=\"{name}\">{name}</a>  2026-01-02 03:04  1K\n");
    let site = Site::start(move |target, _| match target {
        "/gbl/" => folder(&["a.json", "schema.json", "layers.json", "fgdc.xml", "sub/"].map(entry).concat()),
        "/gbl/sub/" => folder(&["geoblacklight.json", "broken.json"].map(entry).concat()),
        "/gbl/a.json" => rivers("a"),
        "/gbl/sub/geoblacklight.json" => rivers("b"),
        "/gbl/sub/broken.json" => json(r#"{"id":"c","dct_title_s":"Riv"#),
        "/gbl/schema.json" => json(r#"{"title":"A schema","type":"object"}"#),
        _ => Reply(404, "text/plain", "?".to_owned()),
    })
    .await;
    let first = run(&site.source("geoblacklight", "/gbl/", ""), first_run()).await;
    assert!(first.is_proven(), "{}", first.lack());
    assert_eq!((first.ids(), formats(&first)), (owned(&["a", "b"]), vec![RawFormat::GeoBlacklightRecord; 2]));
    let codes: Vec<String> = first.problems().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["not-a-record", "unreadable-page"]);
    assert_eq!(first.pages.iter().map(|page| page.unnamed).sum::<u64>(), 1, "what broke is lost, the schema is not");
    let passed_over = ["/gbl/layers.json", "/gbl/fgdc.xml"];
    assert!(site.asked().iter().all(|target| !passed_over.contains(&target.as_str())));

    let context = ConnectContext { previous_state: first.state, changes_only: true, ..first_run() };
    let before = site.asked().len();
    let again = run(&site.source("geoblacklight", "/gbl/", ""), context).await;
    assert!(again.is_proven(), "{}", again.lack());
    let asked = site.asked().split_off(before);
    assert_eq!(asked, ["/gbl/", "/gbl/schema.json", "/gbl/sub/", "/gbl/sub/broken.json"], "what is as it was stands");
}

#[tokio::test]
async fn a_repository_is_read_by_its_layers_and_a_list_as_it_is() {
    let site = Site::start(|target, _| match target {
        "/main/layers.json" => {
            json(r#"{"a":"ab/a","b":"flat/b.json","c":"../../etc/c.json","d":"https://elsewhere.example/d"}"#)
        }
        "/main/ab/a/geoblacklight.json" => rivers("a"),
        "/main/flat/b.json" => rivers("b"),
        "/all.json" => json(r#"[{"id":"a","dct_title_s":"T"},{"layer_slug_s":"b","dc_title_s":"T"}]"#),
        "/solr?rows=1" => json(r#"{"response":{"numFound":2,"docs":[{"id":"a","dct_title_s":"T"}]}}"#),
        _ => json(r#"{"title":"A page"}"#),
    })
    .await;
    let repository = run(&site.source("geoblacklight", "/main/layers.json", ""), first_run()).await;
    assert!(repository.is_proven(), "{}", repository.lack());
    assert_eq!(repository.ids(), ["a", "b"]);
    assert_eq!(site.asked().len(), 3, "a path that leads out of the repository is not followed");
    let list = run(&site.source("geoblacklight", "/all.json", ""), first_run()).await;
    assert!(list.is_proven() && list.ids() == ["a", "b"], "{}", list.lack());
    let part = run(&site.source("geoblacklight", "/solr?rows=1", ""), first_run()).await;
    assert!(part.lack().contains("counts 2 records, and lists 1"), "{}", part.lack());
    let other = run(&site.source("geoblacklight", "/other.json", ""), first_run()).await;
    assert!(other.lack().contains("JSON of another sort"), "{}", other.lack());
}

#[tokio::test]
async fn what_a_search_of_geoblacklight_names_is_asked_for_as_a_whole() {
    let page = |ids: &[&str], next: &str| {
        let documents: Vec<String> = ids
            .iter()
            .map(|id| {
                format!(
                    r#"{{"id":"{id}","attributes":{{"dct_creator_sm":{{"attributes":{{"value":"Office"}}}}}},"links":{{"self":"/catalog/{id}"}}}}"#
                )
            })
            .collect();
        json(format!(
            r#"{{"links":{{{next}}},"data":[{}],"meta":{{"pages":{{"total_count":3}}}}}}"#,
            documents.join(",")
        ))
    };
    let site = Site::start(move |target, _| match target {
        "/catalog.json?per_page=100" => page(&["a", "b"], r#""next":"/catalog.json?page=2&per_page=100""#),
        "/catalog.json?page=2&per_page=100" => page(&["c"], ""),
        "/catalog/a/raw" => rivers("a"),
        "/catalog/c/raw" => rivers("c"),
        _ => Reply(404, "text/plain", "?".to_owned()),
    })
    .await;
    let run = run(&site.source("geoblacklight", "/catalog.json", ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["a", "c"]);
    assert_eq!(run.pages.iter().map(|page| page.unnamed).sum::<u64>(), 1, "nobody knows what became of the third");
    assert_eq!(site.asked().len(), 5, "nothing is asked for twice");
}
