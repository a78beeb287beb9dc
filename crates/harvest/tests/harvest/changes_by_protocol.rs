//! How each protocol is asked for what changed, and that its answers are checked.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use crate::portal::{Run, first_run, run, run_pages};
use crate::site::{Reply, Site, json, xml};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, SourceConfig};

async fn changes_after(source: &SourceConfig, before: &Run) -> Run {
    run(source, ConnectContext { previous_state: before.state.clone(), changes_only: true, ..first_run() }).await
}

/// A catalogue service of records that changed on these days of May, which answers whatever is asked for with all that
/// `keeps` says.
async fn catalogue(days: Vec<u32>, keeps: fn(&str, u32) -> bool) -> Site {
    Site::start(move |target, _| {
        let constraint = target.split_once("constraint=").map_or("", |(_, rest)| rest);
        if constraint.contains("refused") {
            return Reply(400, "text/plain", String::new());
        }
        let kept: Vec<u32> = days.iter().copied().filter(|day| keeps(constraint, *day)).collect();
        records_of(&kept, kept.len())
    })
    .await
}

/// A page of records that changed on these days of May, of so many.
fn records_of(days: &[u32], matched: usize) -> Reply {
    let mut body = String::new();
    for day in days {
        let _ = write!(
            body,
            "<gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>r{day}</gco:CharacterString></gmd:fileIdentifier>\
             <gmd:dateStamp><gco:Date>2026-05-{day:02}</gco:Date></gmd:dateStamp></gmd:MD_Metadata>"
        );
    }
    xml(format!(
        "<csw:GetRecordsResponse xmlns:csw=\"http://www.opengis.net/cat/csw/2.0.2\" xmlns:gmd=\"http://www.isotc211.org/2005/gmd\" xmlns:gco=\"http://www.isotc211.org/2005/gco\">\
         <csw:SearchResults numberOfRecordsMatched=\"{matched}\" numberOfRecordsReturned=\"{}\" nextRecord=\"0\">{body}\
         </csw:SearchResults></csw:GetRecordsResponse>",
        days.len()
    ))
}

/// The day of May since which is asked.
fn since_day(constraint: &str) -> u32 {
    constraint.split_once("<ogc:Literal>2026-05-").map_or(0, |(_, day)| day[..2].parse().unwrap())
}

#[tokio::test]
async fn a_catalogue_service_that_tells_days_is_asked_for_those_of_its_newest_record_and_the_day_before() {
    let site = catalogue(vec![1, 2, 19, 20], |constraint, day| day >= since_day(constraint)).await;
    let source = site.source("csw", "/csw", "");
    let whole = run(&source, first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    let changes = changes_after(&source, &whole).await;
    assert!(matches!(changes.end, Ok(EndProof::Changes)), "{}", changes.lack());
    assert_eq!((changes.ids(), changes.requests), (vec!["r19".to_owned(), "r20".to_owned()], 1));
    let asked = site.asked().pop().unwrap();
    assert!(asked.contains("constraintLanguage=FILTER") && asked.contains("apiso:Modified"), "{asked}");
    assert_eq!(changes.state, whole.state, "and so it is the next time");
}

#[tokio::test]
async fn a_catalogue_service_that_ignores_the_filter_is_read_as_a_whole() {
    let site = catalogue(vec![1, 2, 19, 20], |_, _| true).await;
    let source = site.source("csw", "/csw", "");
    let whole = run(&source, first_run()).await;
    let again = changes_after(&source, &whole).await;
    assert!(again.is_proven(), "{}", again.lack());
    assert_eq!((again.ids().len(), again.requests), (4, 2));
    let known = changes_after(&source, &again).await;
    assert_eq!((known.ids().len(), known.requests), (4, 1), "it is not asked again");
}

#[tokio::test]
async fn a_record_that_a_catalogue_service_cannot_give_does_not_cost_the_question_of_what_changed() {
    let broken = Arc::new(Mutex::new(Vec::new()));
    let cannot_give = Arc::clone(&broken);
    let site = Site::start(move |target, _| {
        let number = |name: &str| -> usize {
            let (_, rest) = target.split_once(name).unwrap();
            rest[1..].split('&').next().unwrap().parse().unwrap()
        };
        let since = since_day(target.split_once("constraint=").map_or("", |(_, rest)| rest));
        let kept: Vec<u32> = [1, 2, 19, 20].into_iter().filter(|day| *day >= since).collect();
        let from = (number("startPosition") - 1).min(kept.len());
        let page = &kept[from..(from + number("maxRecords")).min(kept.len())];
        let is_broken = page.iter().any(|day| cannot_give.lock().unwrap().contains(day));
        if is_broken && !target.contains("elementSetName=brief") {
            return Reply(400, "text/plain", String::new());
        }
        records_of(page, kept.len())
    })
    .await;
    let source = site.source("csw", "/csw", "");
    let whole = run(&source, first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    for days in [vec![19], vec![20]] {
        broken.lock().unwrap().clone_from(&days);
        let changes = changes_after(&source, &whole).await;
        assert!(matches!(changes.end, Ok(EndProof::Changes)), "{days:?}: {}", changes.lack());
        assert_eq!((changes.ids().len(), changes.also_listed()), (1, vec![format!("r{}", days[0])]));
        let later = changes_after(&source, &changes).await;
        assert!(matches!(later.end, Ok(EndProof::Changes)), "{days:?}: {}", later.lack());
    }
    // Where none of what changed can be had, all is read, and what changed is asked for the next time.
    *broken.lock().unwrap() = vec![19, 20];
    let all = changes_after(&source, &whole).await;
    assert_eq!(all.ids(), ["r1", "r2"]);
    broken.lock().unwrap().clear();
    assert!(matches!(changes_after(&source, &all).await.end, Ok(EndProof::Changes)));
}

#[tokio::test]
async fn a_full_run_asks_whatever_is_known() {
    let site = catalogue(vec![1, 20], |constraint, day| day >= since_day(constraint)).await;
    let source = site.source("csw", "/csw", "");
    let previous_state = run(&source, first_run()).await.state;
    let full = ConnectContext { previous_state: previous_state.clone(), changes_only: true, full: true, ..first_run() };
    assert_eq!(run(&source, full).await.ids().len(), 2);
    let sweep = ConnectContext { previous_state, changes_only: false, ..first_run() };
    let swept = run(&source, sweep).await;
    assert!(swept.is_proven() && swept.ids().len() == 2, "{}", swept.lack());
}

#[tokio::test]
async fn reliefweb_is_asked_by_the_date_of_change_unless_its_filter_is_taken() {
    let site = Site::start(|target, _| {
        let all = [(1, "2026-05-01T10:00:00+00:00"), (2, "2026-05-20T10:00:00+00:00")];
        let from = target.split_once("filter[value][from]=").map_or("", |(_, rest)| rest.split('&').next().unwrap());
        let data: Vec<String> = all
            .iter()
            .filter(|(_, changed)| *changed >= from)
            .map(|(id, changed)| {
                format!(r#"{{"id":"{id}","type":"reports","fields":{{"title":"T","date":{{"changed":"{changed}"}}}}}}"#)
            })
            .collect();
        json(format!(r#"{{"totalCount":{},"data":[{}]}}"#, data.len(), data.join(",")))
    })
    .await;
    let own = site.source("reliefweb", "/v2/reports", "parameters = { appname = \"cairn\" }");
    let whole = run(&own, first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    let changes = changes_after(&own, &whole).await;
    assert!(matches!(changes.end, Ok(EndProof::Changes)), "{}", changes.lack());
    assert_eq!((changes.ids(), changes.requests), (vec!["reports/2".to_owned()], 1));
    let asked = site.asked().pop().unwrap();
    assert!(asked.contains("filter[field]=date.changed&filter[value][from]=2026-05-20T08:59:"), "{asked}");
    assert_eq!(own.requests_per_day(), Some(1000));

    let filtered =
        "parameters = { appname = \"cairn\", \"filter[field]\" = \"country\", \"filter[value]\" = \"Niger\" }";
    let filtered = site.source("reliefweb", "/v2/reports", filtered);
    let whole = run(&filtered, first_run()).await;
    let again = changes_after(&filtered, &whole).await;
    assert!(again.is_proven(), "{}", again.lack());
}

#[tokio::test]
async fn a_portal_of_arcgis_is_asked_for_a_range_of_milliseconds() {
    let site = Site::start(|target, _| {
        let all = [("a", 1_777_629_600_000_i64), ("b", 1_779_271_200_000)];
        let from: i64 = target.split_once("modified:[").map_or(0, |(_, rest)| rest[..19].parse().unwrap());
        let items: Vec<String> = all
            .iter()
            .filter(|(_, modified)| *modified >= from)
            .map(|(id, modified)| format!(r#"{{"id":"{id}","title":"T","type":"Map Service","modified":{modified}}}"#))
            .collect();
        json(format!(
            r#"{{"total":{},"start":1,"num":100,"nextStart":-1,"results":[{}]}}"#,
            items.len(),
            items.join(",")
        ))
    })
    .await;
    let own = site.source("arcgis", "", "");
    let whole = run(&own, first_run()).await;
    assert!(whole.is_proven(), "{}", whole.lack());
    let changes = changes_after(&own, &whole).await;
    assert!(matches!(changes.end, Ok(EndProof::Changes)), "{}", changes.lack());
    assert_eq!((changes.ids(), changes.requests), (vec!["b".to_owned()], 1));
    let asked = site.asked().pop().unwrap();
    assert!(
        asked.contains("(type:\"Feature Service\" OR type:\"Map Service\") AND modified:[0000001779267"),
        "{asked}"
    );
}

#[tokio::test]
async fn a_portal_of_arcgis_with_more_items_than_its_search_gives_is_never_complete_and_nothing_behind_is_asked_for() {
    for (items, counted) in [(9_950, 9_950), (10_000, 10_000), (10_050, 10_050), (20_000, 10_000)] {
        let site = Site::start(move |target, _| {
            let number = |name: &str| -> usize {
                let (_, rest) = target.split_once(name).unwrap();
                rest.split('&').next().unwrap().parse().unwrap()
            };
            let (start, rows) = (number("start="), number("num="));
            assert!(start + rows <= 10_001, "{start} {rows}");
            let ids = (start..start + rows.min(1000)).take_while(|id| *id <= items);
            let item = |id| format!(r#"{{"id":"i{id}","title":"T","type":"Map Service","modified":1777629600000}}"#);
            let results: Vec<String> = ids.map(item).collect();
            json(format!(r#"{{"total":{counted},"start":{start},"num":{rows},"results":[{}]}}"#, results.join(",")))
        })
        .await;
        let mut source = site.source("arcgis", "", "");
        source.limits.page_size = Some(1000);
        let whole = run(&source, first_run()).await;
        assert_eq!(whole.ids().len(), items.min(10_000), "{}", whole.lack());
        assert_eq!(whole.is_proven(), items < 10_000, "{items}: {}", whole.lack());
        if items >= 10_000 {
            assert!(whole.lack().contains("gives no more than 10000"), "{}", whole.lack());
            assert_eq!(whole.pages.last().unwrap().checkpoint, None, "the next run begins anew");
            let resume = run_pages(&source, first_run(), 5).await.pages[4].checkpoint.clone();
            let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
            assert!(!rest.is_proven(), "{items}");
        }
    }
}

#[tokio::test]
async fn a_run_that_is_taken_up_asks_for_the_same_changes_and_has_seen_no_more_than_it_began_with() {
    // Thirty reports, of which twenty changed; the interface gives ten at a time.
    let site = Site::start(|target, asked_before| {
        let value = |name: &str| target.split_once(name).map(|(_, rest)| rest.split('&').next().unwrap().to_owned());
        let number = |name: &str| value(name).unwrap().parse::<usize>().unwrap();
        let all: Vec<usize> = if target.contains("filter[value]") { (10..30).collect() } else { (0..30).collect() };
        let page: Vec<String> = all
            .iter()
            .skip(number("offset="))
            .take(number("limit=").min(10))
            .map(|id| {
                let is_later = asked_before > 4 && *id >= 20;
                let hour = if is_later {
                    18
                } else if *id < 10 {
                    1
                } else {
                    12
                };
                format!(r#"{{"id":"{id:02}","fields":{{"title":"T","date":{{"changed":"2026-05-20T{hour:02}:00:00+00:00"}}}}}}"#)
            })
            .collect();
        json(format!(r#"{{"totalCount":{},"data":[{}]}}"#, all.len(), page.join(",")))
    })
    .await;
    let own = site.source("reliefweb", "/v2/reports", "parameters = { appname = \"cairn\" }");
    let whole = run(&own, first_run()).await;
    let context = || ConnectContext { previous_state: whole.state.clone(), changes_only: true, ..first_run() };
    let killed = run_pages(&own, context(), 1).await;
    assert_eq!((killed.ids().len(), killed.state), (10, None));
    let resume = killed.pages[0].checkpoint.clone();
    // Its pages were written, so that nothing is left of what the last complete run saw.
    let rest = run(&own, ConnectContext { resume, previous_state: None, ..context() }).await;
    assert!(matches!(rest.end, Ok(EndProof::Changes)), "{}", rest.lack());
    assert!(rest.pages[0].goes_on && rest.ids().len() == 10);
    assert!(site.asked().iter().skip(4).all(|asked| asked.contains("filter[value]")), "{:?}", site.asked());
    assert!(rest.state.unwrap().contains("2026-05-20T10:59:5"), "an hour before what the first had seen");
}

/// A catalogue service of three records, of which the second may break every page that it stands in, and changes meanwhile.
async fn catalogue_that_breaks() -> (Site, Arc<Mutex<(bool, [u32; 2])>>) {
    let state = Arc::new(Mutex::new((false, [2, 20])));
    let held = Arc::clone(&state);
    let site = Site::start(move |target, _| {
        let (breaks, [changed, newest]) = *held.lock().unwrap();
        let since = since_day(target.split_once("constraint=").map_or("", |(_, rest)| rest));
        let value = |name: &str| {
            let (_, rest) = target.split_once(name).unwrap();
            rest.split('&').next().unwrap().parse::<usize>().unwrap()
        };
        let all: Vec<_> =
            [("a", 1), ("b", changed), ("c", newest)].into_iter().filter(|(_, day)| *day >= since).collect();
        let page: Vec<_> = all.iter().skip(value("startPosition=") - 1).take(value("maxRecords=")).collect();
        if breaks && page.iter().any(|(id, _)| *id == "b") && !target.contains("elementSetName=brief") {
            return Reply(500, "text/plain", String::new());
        }
        let mut body = String::new();
        for (id, day) in &page {
            let _ = write!(
                body,
                "<gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>{id}</gco:CharacterString></gmd:fileIdentifier>\
                 <gmd:dateStamp><gco:Date>2026-05-{day:02}</gco:Date></gmd:dateStamp></gmd:MD_Metadata>"
            );
        }
        xml(format!(
            "<csw:GetRecordsResponse xmlns:csw=\"http://www.opengis.net/cat/csw/2.0.2\" xmlns:gmd=\"http://www.isotc211.org/2005/gmd\" xmlns:gco=\"http://www.isotc211.org/2005/gco\">\
             <csw:SearchResults numberOfRecordsMatched=\"{}\" numberOfRecordsReturned=\"{}\" nextRecord=\"0\">{body}\
             </csw:SearchResults></csw:GetRecordsResponse>",
            all.len(),
            page.len()
        ))
    })
    .await;
    (site, state)
}

#[tokio::test]
async fn a_record_that_could_not_be_had_is_asked_for_once_more_and_then_by_full_sweeps() {
    let (site, state) = catalogue_that_breaks().await;
    let source = site.source("csw", "/csw", "");
    let whole = run(&source, first_run()).await;
    assert_eq!(whole.ids(), ["a", "b", "c"]);
    *state.lock().unwrap() = (true, [21, 27]);
    let failing = changes_after(&source, &whole).await;
    let had = (vec!["a".to_owned(), "c".to_owned()], vec!["b".to_owned()]);
    assert_eq!((failing.ids(), failing.also_listed()), had, "what changed cannot be had, so everything is listed");
    let sweep = ConnectContext { previous_state: failing.state.clone(), ..first_run() };
    let sweep = run(&source, sweep).await;
    assert_eq!((sweep.ids(), sweep.also_listed()), had);
    *state.lock().unwrap() = (false, [21, 27]);
    let healed = changes_after(&source, &failing).await;
    assert_eq!(healed.ids(), ["b", "c"], "what changed since everything was had");
    assert_eq!(changes_after(&source, &sweep).await.ids(), ["c"], "it would be asked for with everything, in each run");
}

#[tokio::test]
async fn after_a_first_run_that_could_not_have_a_record_everything_is_asked_for() {
    let (site, state) = catalogue_that_breaks().await;
    let source = site.source("csw", "/csw", "");
    state.lock().unwrap().0 = true;
    let first = run(&source, first_run()).await;
    assert_eq!((first.ids().len(), first.also_listed()), (2, vec!["b".to_owned()]));
    state.lock().unwrap().0 = false;
    let next = changes_after(&source, &first).await;
    assert_eq!(next.ids(), ["a", "b", "c"]);
    assert_eq!(changes_after(&source, &next).await.ids(), ["c"], "and then what changed");
    state.lock().unwrap().0 = true;
    let second = changes_after(&source, &first).await;
    assert_eq!(second.ids().len(), 2, "everything once more");
    let third = changes_after(&source, &second).await;
    assert_eq!((third.ids(), third.also_listed()), (vec!["c".to_owned()], Vec::new()), "and then what changed");
}

#[tokio::test]
async fn another_question_is_asked_from_its_beginning() {
    let site = Site::start(|target, _| {
        let all = [("a", "wells", 1_777_629_600_000_i64), ("b", "wells", 1_779_271_200_000), ("c", "roads", 1)];
        let from: i64 = target.split_once("modified:[").map_or(0, |(_, rest)| rest[..19].parse().unwrap());
        let matches = |tag: &str| target.contains("q=everything") || target.contains("q=(everything") || tag == "wells";
        let found: Vec<_> = all.iter().filter(|(_, tag, modified)| *modified >= from && matches(tag)).collect();
        let start = target.split_once("start=").map_or(1, |(_, rest)| rest.split('&').next().unwrap().parse().unwrap());
        let rows = target.split_once("num=").map_or(100, |(_, rest)| rest.split('&').next().unwrap().parse().unwrap());
        let items: Vec<String> = found
            .iter()
            .skip(start - 1)
            .take(rows)
            .map(|(id, _, modified)| {
                format!(r#"{{"id":"{id}","title":"T","type":"Map Service","modified":{modified}}}"#)
            })
            .collect();
        json(format!(
            r#"{{"total":{},"start":{start},"num":{rows},"nextStart":-1,"results":[{}]}}"#,
            found.len(),
            items.join(",")
        ))
    })
    .await;
    let narrow = site.source("arcgis", "", "parameters = { q = \"wells\" }");
    let wide = site.source("arcgis", "", "parameters = { q = \"everything\" }");
    let before = run(&narrow, first_run()).await;
    assert_eq!(before.ids(), ["a", "b"]);
    assert_eq!(changes_after(&narrow, &before).await.ids(), ["b"], "the same question goes on");
    let after = changes_after(&wide, &before).await;
    assert!(after.is_proven(), "{}", after.lack());
    assert_eq!(after.ids(), ["a", "b", "c"], "what matches now and changed long ago, too");
}

#[tokio::test]
async fn a_run_that_stopped_on_its_way_goes_on_with_its_own_question_alone() {
    let page = |ids: &str, token: &str| {
        let records: Vec<String> = ids
            .chars()
            .map(|id| {
                format!(
                    "<record><header><identifier>{id}</identifier><datestamp>2026-05-01</datestamp></header><metadata>\
                     <oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
                     <dc:title>{id}</dc:title></oai_dc:dc></metadata></record>"
                )
            })
            .collect();
        xml(format!(
            "<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><responseDate>2026-05-01T12:00:00Z</responseDate>\
             <request>x</request><ListRecords>{}{token}</ListRecords></OAI-PMH>",
            records.concat()
        ))
    };
    let site = Site::start(move |target, _| {
        if target.contains("verb=Identify") {
            return xml("<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><Identify><granularity>YYYY-MM-DD</granularity></Identify></OAI-PMH>");
        }
        if target.contains("resumptionToken") {
            return page("c", "");
        }
        let records = if target.contains("set=wells") { "ab" } else { "xy" };
        page(records, "<resumptionToken>more</resumptionToken>")
    })
    .await;
    let source = |set: &str| {
        site.source("oai-pmh", "/oai", &format!("oai_pmh = {{ set = \"{set}\", metadata_prefix = \"oai_dc\" }}"))
    };
    let killed = run_pages(&source("wells"), first_run(), 1).await;
    let resume = killed.pages[0].checkpoint.clone();
    let same = run(&source("wells"), ConnectContext { resume: resume.clone(), ..first_run() }).await;
    assert!(same.pages[0].goes_on && same.ids() == ["c"], "{}", same.lack());
    let other = run(&source("roads"), ConnectContext { resume, ..first_run() }).await;
    assert!(!other.pages[0].goes_on && other.ids() == ["x", "y", "c"], "{}", other.lack());
}
