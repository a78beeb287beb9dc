//! The HDX Humanitarian API: three listings of rows, and the records that they make together.

use crate::portal::{Run, first_run, run};
use crate::site::{Reply, Site, json};
use cairn_harvest::kinds::connect;
use cairn_harvest::{HarvestError, Payload, RawFormat, SourceConfig, payload};

const IDENTIFIER: &str = "[parameters]\napp_identifier = \"ZXhhbXBsZTpkZXNrQGRlc2suZXhhbXBsZQ==\"\n";

fn source(site: &Site, lines: &str) -> SourceConfig {
    let text = format!(
        "id = \"hapi\"\nkind = \"hapi\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\n{lines}[limits]\nrequests_per_second = 0\npage_size = 2\n",
        site.port
    );
    SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap()
}

fn number(target: &str, parameter: &str) -> usize {
    let rest = target.split_once(&format!("{parameter}=")).unwrap().1;
    rest.split('&').next().unwrap().parse().unwrap()
}

/// The rows of a listing.
fn rows(target: &str) -> Vec<String> {
    let dataset = |id: &str| {
        format!(
            r#"{{"dataset_hdx_id":"{id}","dataset_hdx_stub":"stub-{id}","dataset_hdx_title":"Title {id}","hdx_provider_name":"Office","hdx_link":"https://hdx.example/{id}"}}"#
        )
    };
    let resource = |id: &str, number: usize| {
        format!(
            r#"{{"dataset_hdx_id":"{id}","resource_hdx_id":"{id}-{number}","name":"{number}.csv","format":"csv","update_date":"2026-05-0{number}","download_url":"https://hdx.example/{id}/{number}.csv"}}"#
        )
    };
    let available = |country: &str| {
        format!(
            r#"{{"category":"affected-people","subcategory":"idps","location_code":"{country}","hapi_updated_date":"2026-05-01"}}"#
        )
    };
    let listing = target.split_once("/metadata/").unwrap().1.split('?').next().unwrap();
    match listing {
        "dataset" => ["a", "b", "c"].map(dataset).to_vec(),
        "resource" => vec![resource("a", 1), resource("b", 1), resource("a", 2)],
        "data-availability" => ["TCD", "MLI"].map(available).to_vec(),
        other => panic!("{other}"),
    }
}

/// A page of so many rows at most, whatever is asked for.
fn answer(target: &str, cap: usize) -> Reply {
    let (offset, limit) = (number(target, "offset"), number(target, "limit").min(cap));
    let rows: Vec<String> = rows(target).into_iter().skip(offset).take(limit).collect();
    json(format!(r#"{{"data":[{}]}}"#, rows.join(",")))
}

fn drafts(run: &Run, source: &SourceConfig) -> Vec<cairn_model::Draft> {
    let records = run.pages.iter().flat_map(|page| &page.records);
    let drafts = records.map(|record| {
        let Payload::Raw { format: RawFormat::Hapi, bytes } = &record.payload else { panic!("{:?}", record.payload) };
        payload::read(RawFormat::Hapi, bytes, source).unwrap().draft
    });
    drafts.collect()
}

#[tokio::test]
async fn rows_of_three_listings_make_one_record_a_data_set_and_one_a_category() {
    let site = Site::start(|target, _| answer(target, 10_000)).await;
    let source = source(&site, IDENTIFIER);
    let run = run(&source, first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["a", "affected-people/idps", "b", "c"]);
    let drafts = drafts(&run, &source);
    assert_eq!((drafts[0].title.best("en"), drafts[0].distributions.len()), (Some("Title a"), 2));
    assert_eq!(drafts[1].countries.len(), 2);
    let asked = site.asked();
    assert_eq!(
        asked[0],
        "/api/v2/metadata/dataset?app_identifier=ZXhhbXBsZTpkZXNrQGRlc2suZXhhbXBsZQ==&output_format=json&limit=2&offset=0"
    );
    let offsets: Vec<usize> = asked.iter().map(|target| number(target, "offset")).collect();
    assert_eq!(offsets, [0, 2, 3, 0, 2, 3, 0, 2], "each listing is read until a page is empty");
}

#[tokio::test]
async fn a_server_that_gives_fewer_rows_than_it_is_asked_for_is_read_to_its_end() {
    let site = Site::start(|target, _| answer(target, 1)).await;
    let run = run(&source(&site, IDENTIFIER), first_run()).await;
    assert!(run.is_proven() && run.ids().len() == 4, "{}", run.lack());
}

#[tokio::test]
async fn an_identifier_that_is_missing_or_refused_is_told_and_never_printed() {
    let site = Site::start(|_, _| Reply(403, "application/json", r#"{"error":"Invalid app_identifier"}"#.into())).await;
    let missing = connect(&source(&site, ""), first_run()).await.err().unwrap().to_string();
    assert!(missing.contains("`app_identifier` is missing in [parameters]"), "{missing}");
    let refused = run(&source(&site, IDENTIFIER), first_run()).await.lack();
    assert!(refused.contains("does not accept the `app_identifier`") && !refused.contains("ZXhh"), "{refused}");
    assert_eq!(site.asked().len(), 1);
}

#[tokio::test]
async fn a_listing_that_breaks_off_goes_in_circles_or_is_no_listing_gives_nothing() {
    let down = Site::start(|target, _| {
        if target.contains("/resource?") { Reply(503, "text/plain", String::new()) } else { answer(target, 10) }
    })
    .await;
    let down = run(&source(&down, IDENTIFIER), first_run()).await;
    assert!(matches!(&down.end, Err(HarvestError::Unreachable { .. })) && down.ids().is_empty(), "{}", down.lack());

    let circle = Site::start(|target, _| json(format!(r#"{{"data":[{}]}}"#, rows(target)[..1].join(",")))).await;
    let circle = run(&source(&circle, IDENTIFIER), first_run()).await;
    assert!(circle.lack().contains("paging_loop") && circle.ids().is_empty(), "{}", circle.lack());

    let other = Site::start(|_, _| json(r#"{"message":"hello"}"#)).await;
    let other = run(&source(&other, IDENTIFIER), first_run()).await;
    assert!(matches!(&other.end, Err(HarvestError::NotACatalogue { .. })), "{}", other.lack());
}

#[tokio::test]
async fn a_row_that_names_nothing_costs_itself_alone() {
    let site = Site::start(|target, _| {
        let row = if number(target, "offset") == 0 {
            r#"{"surprise":1},{"dataset_hdx_id":"a","dataset_hdx_title":"A"}"#
        } else {
            ""
        };
        json(format!(r#"{{"data":[{row}]}}"#))
    })
    .await;
    let run = run(&source(&site, IDENTIFIER), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!((run.ids(), run.problems()[0].0.as_str()), (vec!["a".to_owned()], "no-identity"));
}
