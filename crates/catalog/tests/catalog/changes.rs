//! Sources that tell what changed: what stands in no page stays as it was, and only what is said to be deleted goes.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use crate::house::House;
use crate::site::{Site, xml};
use cairn_catalog::{HarvestOptions, RunReport, Verdict};
use cairn_policy::Viewer;

/// Records by their ids, with whether they are deleted and the day of May on which they changed.
type Holdings = Arc<Mutex<Vec<(String, bool, u32)>>>;

/// A repository that tells what changed since a day.
async fn archive(holdings: &Holdings) -> Site {
    let held = Arc::clone(holdings);
    Site::start(move |target, _| {
        let answer = |body: &str| {
            xml(format!(
                "<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><responseDate>2090-05-31T00:00:00Z</responseDate>{body}</OAI-PMH>"
            ))
        };
        if target.contains("verb=Identify") {
            return answer("<Identify><granularity>YYYY-MM-DD</granularity><deletedRecord>persistent</deletedRecord></Identify>");
        }
        if target.contains("verb=ListMetadataFormats") {
            return answer("<ListMetadataFormats/>");
        }
        let from = target.split_once("from=2090-05-").map_or(0, |(_, day)| day[..2].parse().unwrap());
        let mut records = String::new();
        for (id, deleted, day) in held.lock().unwrap().iter().filter(|(_, _, day)| *day >= from) {
            let status = if *deleted { " status=\"deleted\"" } else { "" };
            let metadata = if *deleted {
                String::new()
            } else {
                format!(
                    "<metadata><dc xmlns=\"http://www.openarchives.org/OAI/2.0/oai_dc/\">\
                     <title xmlns=\"http://purl.org/dc/elements/1.1/\">Wells {id} of day {day}</title></dc></metadata>"
                )
            };
            let _ = write!(
                records,
                "<record><header{status}><identifier>{id}</identifier><datestamp>2090-05-{day:02}</datestamp></header>{metadata}</record>"
            );
        }
        if records.is_empty() {
            return answer("<error code=\"noRecordsMatch\"/>");
        }
        answer(&format!("<ListRecords>{records}</ListRecords>"))
    })
    .await
}

fn source(site: &Site) -> String {
    format!(
        "id = \"archive\"\nkind = \"oai-pmh\"\nurl = \"http://127.0.0.1:{}/oai\"\nallow_private = true\norganisation = \"Archive\"\n[limits]\nrequests_per_second = 0\n",
        site.port
    )
}

fn numbers(report: &RunReport) -> (Verdict, [u64; 6]) {
    let RunReport { verdict, listed, new, changed, unchanged, missing, retired, .. } = report;
    (*verdict, [*listed, *new, *changed, *unchanged, *missing, *retired])
}

#[tokio::test]
async fn only_what_changed_is_asked_for_and_what_is_deleted_goes_at_once() {
    let holdings: Holdings = Arc::default();
    holdings.lock().unwrap().extend((1..=30).map(|number| (format!("r{number}"), false, 1)));
    let site = archive(&holdings).await;
    let house = House::open(&[&source(&site)]).await;
    assert_eq!(numbers(&house.harvest("archive", 0).await), (Verdict::Complete, [30, 30, 0, 0, 0, 0]));

    let quiet = house.harvest("archive", 1).await;
    assert_eq!((numbers(&quiet), quiet.writes), ((Verdict::Complete, [30, 0, 0, 30, 0, 0]), 0));
    assert!(site.asked().last().unwrap().contains("from="), "{:?}", site.asked());

    // One changes, one comes, one is deleted; and one vanishes without a word, which only the full sweep can show.
    {
        let mut held = holdings.lock().unwrap();
        held[0].2 = 20;
        held[1] = ("r2".to_owned(), true, 21);
        held.remove(2);
        held.push(("new".to_owned(), false, 22));
    }
    let report = house.harvest("archive", 2).await;
    assert_eq!(numbers(&report), (Verdict::Complete, [30, 1, 1, 28, 0, 1]));
    assert_eq!(report.requests, 1);
    let anyone = Viewer::anonymous();
    assert_eq!(house.found(&anyone, "\"wells r2\"").await, Vec::<String>::new());
    assert_eq!(house.found(&anyone, "\"wells r3\"").await, ["Wells r3 of day 1"]);
    assert_eq!(house.found(&anyone, "\"wells r1\"").await, ["Wells r1 of day 20"]);

    let swept = house.harvest("archive", 9).await;
    assert_eq!(numbers(&swept), (Verdict::Complete, [29, 0, 0, 29, 1, 0]), "{:?}", swept.reason);
}

#[tokio::test]
async fn deletions_by_the_source_are_held_by_the_guard_until_they_are_confirmed() {
    let holdings: Holdings = Arc::default();
    holdings.lock().unwrap().extend((1..=60).map(|number| (format!("r{number}"), false, 1)));
    let site = archive(&holdings).await;
    let house = House::open(&[&source(&site)]).await;
    house.harvest("archive", 0).await;
    for record in holdings.lock().unwrap().iter_mut().take(40) {
        (record.1, record.2) = (true, 20);
    }
    let tripped = house.harvest("archive", 1).await;
    assert_eq!((tripped.verdict, tripped.retired), (Verdict::GuardTripped, 0), "{:?}", tripped.reason);
    assert_eq!(house.problem_codes(&tripped, "removal-held").await.len(), 40);
    assert_eq!(house.found(&Viewer::anonymous(), "wells").await.len(), 60);

    let confirm = HarvestOptions { confirm_removals: Some(tripped.run), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("archive", 2, &confirm).await;
    assert_eq!((confirmed.verdict, confirmed.retired), (Verdict::Complete, 40), "{:?}", confirmed.reason);
    assert_eq!(house.found(&Viewer::anonymous(), "wells").await.len(), 20);
}
