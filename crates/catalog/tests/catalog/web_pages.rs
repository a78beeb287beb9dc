//! Sites whose pages describe datasets, from one run to the next.

use crate::house;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::house::House;
use crate::site::{Reply, Site, html, xml};
use cairn_catalog::{HarvestOptions, Progress, RunReport, Verdict};
use cairn_policy::Viewer;
use tokio_util::sync::CancellationToken;

/// Pages by their numbers: the title of the dataset and the day of May on which it changed; none is a page that fails.
type Pages = Arc<Mutex<BTreeMap<u32, Option<(String, u32)>>>>;

async fn site_of(pages: &Pages) -> Site {
    let held = Arc::clone(pages);
    Site::start(move |target, _| {
        let held = held.lock().unwrap();
        if target == "/sitemap.xml" {
            let entries = held.iter().map(|(number, page)| {
                let day = page.as_ref().map_or(1, |(_, day)| *day);
                format!("<url><loc>/d/{number}</loc><lastmod>2020-05-{day:02}</lastmod></url>")
            });
            return xml(format!("<urlset>{}</urlset>", entries.collect::<String>()));
        }
        let page = target.strip_prefix("/d/").and_then(|number| held.get(&number.parse().unwrap()));
        match page {
            Some(Some((title, _))) => html(format!(
                "<script type=\"application/ld+json\">{{\"@type\": \"Dataset\", \"name\": \"{title}\", \"license\": \
                 \"https://creativecommons.org/licenses/by/4.0/\"}}</script>"
            )),
            Some(None) => Reply(500, "text/plain", String::new()),
            None => Reply(404, "text/plain", String::new()),
        }
    })
    .await
}

fn wells(numbers: std::ops::RangeInclusive<u32>) -> Pages {
    Arc::new(Mutex::new(numbers.map(|number| (number, Some((format!("Wells {number}"), 1)))).collect()))
}

fn source(site: &Site) -> String {
    format!(
        "id = \"site\"\nkind = \"web\"\nurl = \"http://127.0.0.1:{}/\"\nallow_private = true\norganisation = \"Institute\"\n[limits]\nrequests_per_second = 0\n",
        site.port
    )
}

fn numbers(report: &RunReport) -> (Verdict, [u64; 5]) {
    let RunReport { verdict, listed, new, changed, missing, retired, .. } = report;
    (*verdict, [*listed, *new, *changed, *missing, *retired])
}

#[tokio::test]
async fn an_unchanged_site_is_asked_for_its_sitemap_and_nothing_is_written() {
    let pages = wells(101..=130);
    let site = site_of(&pages).await;
    let house = House::open(&[&source(&site)]).await;
    assert_eq!(numbers(&house.harvest("site", 0).await), (Verdict::Complete, [30, 30, 0, 0, 0]));

    let quiet = house.harvest("site", 1).await;
    assert_eq!(numbers(&quiet), (Verdict::Complete, [30, 0, 0, 0, 0]));
    assert_eq!((quiet.requests, quiet.writes), (2, 0));

    // One changes, and one is no longer listed: only the full sweep shows what is gone.
    pages.lock().unwrap().insert(101, Some(("Wells anew".to_owned(), 2)));
    pages.lock().unwrap().remove(&102);
    let changed = house.harvest("site", 2).await;
    assert_eq!((numbers(&changed), changed.requests), ((Verdict::Complete, [30, 0, 1, 0, 0]), 3));
    assert_eq!(house.found(&Viewer::anonymous(), "\"wells anew\"").await, ["Wells anew"]);
    let swept = house.harvest("site", 9).await;
    assert_eq!((numbers(&swept), swept.requests), ((Verdict::Complete, [29, 0, 0, 1, 0]), 31));
    assert_eq!((swept.unchanged, swept.writes), (29, 1), "that one is missing, and nothing else");

    let replay = HarvestOptions { replay: true, ..HarvestOptions::default() };
    let replayed = house.harvest_with("site", 10, &replay).await;
    assert_eq!((replayed.verdict, replayed.requests, replayed.writes), (Verdict::Complete, 0, 0));
}

#[tokio::test]
async fn a_page_that_fails_makes_nothing_missing_and_the_next_run_looks_at_it_again() {
    let pages = wells(101..=130);
    let site = site_of(&pages).await;
    let house = House::open(&[&source(&site)]).await;
    house.harvest("site", 0).await;
    pages.lock().unwrap().insert(105, None);
    pages.lock().unwrap().remove(&106);
    let partial = house.harvest("site", 8).await;
    assert_eq!(numbers(&partial), (Verdict::Partial, [29, 0, 0, 0, 0]), "{:?}", partial.reason);

    pages.lock().unwrap().insert(105, Some(("Wells 105 again".to_owned(), 1)));
    let whole = house.harvest("site", 9).await;
    assert_eq!(numbers(&whole), (Verdict::Complete, [29, 0, 1, 1, 0]), "{:?}", whole.reason);
}

/// Stops the run at its first page.
struct Stop(CancellationToken);

impl Progress for Stop {
    fn advanced(&self, _source: &str, _listed: u64, _expected: Option<u64>) {
        self.0.cancel();
    }
}

#[tokio::test]
async fn a_run_that_was_stopped_goes_on_and_takes_nothing_for_gone_that_it_passed_before() {
    let pages = wells(101..=190);
    let site = site_of(&pages).await;
    let house = House::open(&[&source(&site)]).await;
    let cancel = CancellationToken::new();
    let options = HarvestOptions { cancel: cancel.clone(), ..HarvestOptions::default() };
    let config = house.catalog.source("site").unwrap();
    let stopped = house.catalog.harvest(config, &options, &Stop(cancel), house::day(0)).await.unwrap();
    assert_eq!((stopped.verdict, stopped.listed), (Verdict::Cancelled, 20));

    let rest = house.harvest("site", 1).await;
    assert_eq!(numbers(&rest), (Verdict::Complete, [90, 90, 0, 0, 0]), "{:?}", rest.reason);
    assert!(rest.requests < 90, "{}", rest.requests);
    // What the stopped run visited was remembered by nobody: it is asked for once more, and found unchanged.
    let next = house.harvest("site", 2).await;
    assert_eq!(numbers(&next), (Verdict::Complete, [90, 0, 0, 0, 0]), "{:?}", next.reason);
    assert_eq!(next.writes, 0);
}

/// A site of pages without dates, of which one is refused.
async fn site_that_refuses_one_of(pages: u32) -> Site {
    Site::start(move |target, _| match target.strip_prefix("/d/") {
        Some("1") => Reply(403, "text/plain", String::new()),
        Some(number) => html(format!(
            "<script type=\"application/ld+json\">{{\"@type\": \"Dataset\", \"name\": \"Wells {number}\", \"license\": \
             \"https://creativecommons.org/licenses/by/4.0/\"}}</script>"
        )),
        None if target == "/sitemap.xml" => {
            let entries = (0..pages).map(|number| format!("<url><loc>/d/{number}</loc></url>"));
            xml(format!("<urlset>{}</urlset>", entries.collect::<String>()))
        }
        None => Reply(404, "text/plain", String::new()),
    })
    .await
}

#[tokio::test]
async fn a_site_of_more_pages_than_a_day_allows_is_read_on_several_days() {
    // A day allows `robots.txt`, the sitemap and five pages; or twenty, which is where what is written at once ends.
    for (pages, a_day, listed) in [(10, 7, 4), (30, 22, 19)] {
        let site = site_that_refuses_one_of(pages).await;
        let house = House::open(&[&(source(&site) + &format!("requests_per_day = {a_day}\n"))]).await;
        let first = house.harvest("site", 0).await;
        assert_eq!((first.verdict, first.listed, first.problems), (Verdict::Partial, listed, 1), "{:?}", first.reason);
        assert!(first.reason.clone().unwrap().contains("not asked any further"), "{:?}", first.reason);
        let second = house.harvest("site", 1).await;
        let all = u64::from(pages) - 1;
        assert_eq!((second.verdict, second.listed), (Verdict::CompleteWithErrors, all), "{:?}", second.reason);
    }
}
