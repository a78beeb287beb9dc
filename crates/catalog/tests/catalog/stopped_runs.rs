//! Runs that were stopped: what their first pages said holds in the run that goes on from them.

use std::sync::{Arc, Mutex};

use crate::house::House;
use crate::site::{Reply, Site, json, xml};
use cairn_catalog::{RunReport, Verdict};
use cairn_policy::Viewer;

/// The pages of an archive, each a list of records in XML.
type Pages = Arc<Mutex<Vec<String>>>;

const IDENTIFY: &str = "<Identify><repositoryName>Wells</repositoryName><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>\
    <deletedRecord>persistent</deletedRecord></Identify>";
const FORMATS: &str = "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix><schema>s</schema>\
    <metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat></ListMetadataFormats>";

/// A repository of OAI-PMH that hands out its pages one behind the other, and says of none how many there are.
async fn archive(pages: &Pages) -> Site {
    let held = Arc::clone(pages);
    Site::start(move |target, _| {
        let body = if target.contains("verb=Identify") {
            IDENTIFY.to_owned()
        } else if target.contains("verb=ListMetadataFormats") {
            FORMATS.to_owned()
        } else {
            let number: usize = target.split("resumptionToken=page").nth(1).map_or(0, |number| number.parse().unwrap());
            let pages = held.lock().unwrap();
            let token = if number + 1 < pages.len() { format!("page{}", number + 1) } else { String::new() };
            format!("<ListRecords>{}<resumptionToken>{token}</resumptionToken></ListRecords>", pages[number])
        };
        answer(&body)
    })
    .await
}

fn answer(body: &str) -> Reply {
    xml(format!(
        "<?xml version=\"1.0\"?><OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\">\
         <responseDate>2026-05-01T12:00:00Z</responseDate><request>x</request>{body}</OAI-PMH>"
    ))
}

fn record(id: &str) -> String {
    format!(
        "<record><header><identifier>{id}</identifier><datestamp>2026-04-01T00:00:00Z</datestamp></header><metadata>\
         <oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <dc:title>Wells of {id}</dc:title></oai_dc:dc></metadata></record>"
    )
}

fn deleted(id: &str) -> String {
    format!(
        "<record><header status=\"deleted\"><identifier>{id}</identifier><datestamp>2026-04-02T00:00:00Z</datestamp></header></record>"
    )
}

/// A record whose id is cut off, so that nobody knows which it is.
const NAMELESS: &str = "<record><header><datestamp>2026-04-02T00:00:00Z</datestamp></header></record>";

fn records(ids: std::ops::Range<u32>) -> String {
    ids.map(|number| record(&format!("r{number:02}"))).collect()
}

fn source(site: &Site, full_sweep: &str) -> String {
    format!(
        "id = \"archive\"\nkind = \"oai-pmh\"\nurl = \"http://127.0.0.1:{}/oai\"\nallow_private = true\norganisation = \"Keepers\"\nfull_sweep = \"{full_sweep}\"\n[limits]\nrequests_per_second = 0\n",
        site.port
    )
}

fn numbers(report: &RunReport) -> (Verdict, [u64; 5]) {
    let RunReport { verdict, listed, new, unchanged, missing, retired, .. } = report;
    (*verdict, [*listed, *new, *unchanged, *missing, *retired])
}

/// An archive of twenty records on two pages that was harvested once.
async fn harvested(full_sweep: &str) -> (Pages, Site, House) {
    let pages: Pages = Arc::new(Mutex::new(vec![records(0..10), records(10..20)]));
    let site = archive(&pages).await;
    let house = House::open(&[&source(&site, full_sweep)]).await;
    let first = house.harvest("archive", 0).await;
    assert_eq!(numbers(&first), (Verdict::Complete, [20, 20, 0, 0, 0]), "{:?}", first.reason);
    (pages, site, house)
}

#[tokio::test]
async fn a_record_that_was_deleted_on_a_page_before_the_stop_is_gone_when_the_run_ends() {
    // What changed since is all that is asked for, and the repository tells of a deletion once.
    let (pages, _site, house) = harvested("52w").await;
    *pages.lock().unwrap() = vec![deleted("r03"), record("r30")];
    let stopped = house.harvest_a_page("archive", 1).await;
    assert_eq!(stopped.verdict, Verdict::Cancelled);
    let rest = house.harvest("archive", 1).await;
    assert_eq!(numbers(&rest), (Verdict::Complete, [20, 1, 19, 0, 1]), "{:?}", rest.reason);
    assert_eq!(house.found(&Viewer::anonymous(), "r03").await, [""; 0]);
    assert_eq!(house.found(&Viewer::anonymous(), "r30").await, ["Wells of r30"]);
}

#[tokio::test]
async fn a_record_that_is_listed_again_after_the_stop_stays() {
    let (pages, _site, house) = harvested("52w").await;
    *pages.lock().unwrap() = vec![deleted("r03"), record("r03")];
    house.harvest_a_page("archive", 1).await;
    let rest = house.harvest("archive", 1).await;
    assert_eq!((rest.verdict, rest.retired), (Verdict::Complete, 0), "{:?}", rest.reason);
    assert_eq!(house.found(&Viewer::anonymous(), "r03").await, ["Wells of r03"]);
}

#[tokio::test]
async fn a_record_that_nobody_could_name_before_the_stop_lets_none_be_called_missing() {
    let (pages, _site, house) = harvested("30m").await;
    // Is it r00 that cannot be read now? Nobody knows.
    *pages.lock().unwrap() = vec![NAMELESS.to_owned() + &records(1..10), records(10..20)];
    house.harvest_a_page("archive", 1).await;
    let rest = house.harvest("archive", 1).await;
    assert_eq!((rest.missing, rest.retired), (0, 0), "{:?}: {:?}", rest.verdict, rest.reason);
}

#[tokio::test]
async fn a_record_that_moved_behind_the_place_counts_once() {
    let (pages, _site, house) = harvested("30m").await;
    *pages.lock().unwrap() = vec![records(0..10), record("r05") + &records(10..20)];
    house.harvest_a_page("archive", 1).await;
    let rest = house.harvest("archive", 1).await;
    assert_eq!(numbers(&rest), (Verdict::Complete, [20, 0, 20, 0, 0]), "{:?}", rest.reason);
}

#[tokio::test]
async fn a_record_that_could_not_be_taken_before_the_stop_is_listed_all_the_same() {
    let (pages, _site, house) = harvested("30m").await;
    let broken =
        "<record><header><identifier>r04</identifier><datestamp>2026-04-02T00:00:00Z</datestamp></header></record>";
    *pages.lock().unwrap() = vec![records(0..4) + broken + &records(5..10), records(10..20)];
    let stopped = house.harvest_a_page("archive", 1).await;
    assert_eq!(stopped.verdict, Verdict::Cancelled);
    let rest = house.harvest("archive", 1).await;
    assert_eq!(numbers(&rest), (Verdict::CompleteWithErrors, [20, 0, 19, 0, 0]), "{:?}", rest.reason);
}

#[tokio::test]
async fn what_was_listed_before_the_first_place_to_go_on_from_is_listed_all_the_same() {
    // The portal fails to answer for its first twenty packages at once, and the smaller pages in their place are none that a
    // run goes on from.
    let site = Site::start(|target, _| {
        let url = cairn_fetch::Url::parse(&format!("http://portal.example{target}")).unwrap();
        let number = |name: &str| {
            let value = url.query_pairs().find(|(key, _)| key == name);
            value.and_then(|(_, value)| value.parse::<usize>().ok()).unwrap_or(0)
        };
        let (start, rows) = (number("start"), number("rows"));
        if start == 0 && rows >= 20 && !url.query_pairs().any(|(key, _)| key == "fl") {
            return json("{\"success\": true, \"result\": {");
        }
        let packages: Vec<_> = (start..60.min(start + rows))
            .map(|number| serde_json::json!({"id": format!("p{number:02}"), "title": format!("Wells {number}")}))
            .collect();
        json(serde_json::json!({"success": true, "result": {"count": 60, "results": packages}}).to_string())
    })
    .await;
    let source = |limits: &str| {
        format!(
            "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\n\
             organisation = \"Keepers\"\n[limits]\nrequests_per_second = 0\npage_size = 20\n{limits}",
            site.port
        )
    };
    let house = House::open(&[&source("max_pages = 6")]).await;
    let cut = house.harvest("portal", 0).await;
    assert_eq!((cut.verdict, cut.new), (Verdict::Partial, 40), "{:?}", cut.reason);
    let house = house.reopened(&[&source("")]).await;
    let rest = house.harvest("portal", 1).await;
    assert_eq!(numbers(&rest), (Verdict::Complete, [60, 60, 0, 0, 0]), "{:?}", rest.reason);
}
