//! OAI-PMH repositories: their tokens, their deletions, what changed since, and where they differ from the protocol.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::portal::{first_run, run, run_pages};
use crate::site::{Reply, Site, html, xml};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, HarvestError, Payload, SourceConfig};

const IDENTIFY: &str = "<Identify><repositoryName>Wells</repositoryName><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>\
    <deletedRecord>persistent</deletedRecord></Identify>";

/// An answer at noon of the first of May.
fn answer(body: &str) -> Reply {
    xml(format!(
        "<?xml version=\"1.0\"?><OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\">\
         <responseDate>2026-05-01T12:00:00Z</responseDate><request>x</request>{body}</OAI-PMH>"
    ))
}

fn record(id: &str, stamp: &str) -> String {
    format!(
        "<record><header><identifier>{id}</identifier><datestamp>{stamp}</datestamp></header><metadata>\
         <oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <dc:title>Title of {id}</dc:title></oai_dc:dc></metadata></record>"
    )
}

fn deleted(id: &str, stamp: &str) -> String {
    format!(
        "<record><header status=\"deleted\"><identifier>{id}</identifier><datestamp>{stamp}</datestamp></header></record>"
    )
}

fn page(records: &str, token: &str) -> Reply {
    answer(&format!("<ListRecords>{records}{token}</ListRecords>"))
}

/// The answers that do not depend on the test.
fn usual(target: &str) -> Option<Reply> {
    if target.contains("verb=Identify") {
        return Some(answer(IDENTIFY));
    }
    target.contains("verb=ListMetadataFormats").then(|| {
        answer(
            "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix><schema>s</schema>\
             <metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat>\
             </ListMetadataFormats>",
        )
    })
}

fn source(site: &Site, lines: &str) -> SourceConfig {
    let text = format!(
        "id = \"archive\"\nkind = \"oai-pmh\"\nurl = \"http://127.0.0.1:{}/oai\"\nallow_private = true\n{lines}\n[limits]\nrequests_per_second = 0\n",
        site.port
    );
    SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap()
}

/// Two pages: a and b, then c and what was deleted.
async fn archive() -> Site {
    Site::start(|target, _| {
        usual(target).unwrap_or_else(|| {
            if target.contains("resumptionToken=more") {
                let last = record("c", "2026-04-03T00:00:00Z") + &deleted("d", "2026-04-04T00:00:00Z");
                return page(&last, "<resumptionToken completeListSize=\"4\" cursor=\"2\"/>");
            }
            let first = record("a", "2026-04-01T00:00:00Z") + &record("b", "2026-04-02T00:00:00Z");
            page(&first, "<resumptionToken completeListSize=\"4\" cursor=\"0\">more</resumptionToken>")
        })
    })
    .await
}

#[tokio::test]
async fn a_repository_is_followed_to_its_last_token_and_tells_of_deletions() {
    let site = archive().await;
    let run = run(&source(&site, ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["a", "b", "c", "d"]);
    let last = &run.pages[1].records[1];
    assert_eq!(last.payload, Payload::Deleted);
    assert_eq!(
        site.asked(),
        [
            "/oai?verb=Identify",
            "/oai?verb=ListMetadataFormats",
            "/oai?verb=ListRecords&metadataPrefix=oai_dc",
            "/oai?verb=ListRecords&resumptionToken=more",
        ]
    );
}

#[tokio::test]
async fn a_later_run_asks_for_what_changed_by_the_clock_of_the_repository() {
    // F20: the overlap is taken from the newest datestamp, an hour before it.
    let site = archive().await;
    let first = run(&source(&site, ""), first_run()).await;
    let context = || ConnectContext { previous_state: first.state.clone(), changes_only: true, ..first_run() };
    let later = run(&source(&site, ""), context()).await;
    assert!(matches!(later.end, Ok(EndProof::Changes)), "{}", later.lack());
    assert_eq!(site.asked()[4], "/oai?verb=ListRecords&metadataPrefix=oai_dc&from=2026-04-03T23:00:00Z");
    // When the full sweep is due, everything is asked for, and what the repository is need not be asked again.
    let sweep = run(&source(&site, ""), ConnectContext { changes_only: false, ..context() }).await;
    assert!(sweep.is_proven());
    assert_eq!(site.asked()[6], "/oai?verb=ListRecords&metadataPrefix=oai_dc");
    // Another set is another listing.
    let set = run(&source(&site, "[oai_pmh]\nset = \"wells\"\n"), context()).await;
    assert!(set.is_proven() && site.asked()[8] == "/oai?verb=Identify", "{:?}", site.asked());
}

#[tokio::test]
async fn nothing_that_matches_is_an_empty_listing_of_changes_and_no_failure() {
    let site = archive().await;
    let first = run(&source(&site, ""), first_run()).await;
    let quiet = Site::start(|_, _| answer("<error code=\"noRecordsMatch\">none</error>")).await;
    let context = ConnectContext { previous_state: first.state.clone(), changes_only: true, ..first_run() };
    let run = run(&source(&quiet, ""), context).await;
    assert!(matches!(run.end, Ok(EndProof::Changes)), "{}", run.lack());
    assert!(run.ids().is_empty() && run.requests == 1);
    assert_eq!(run.state, first.state, "what was known of the time stays known");
}

#[tokio::test]
async fn a_server_that_wants_the_prefix_beside_the_token_and_ends_with_token_0_is_followed_all_the_same() {
    // pycsw, against the protocol.
    let site = Site::start(|target, _| {
        usual(target).unwrap_or_else(|| match target {
            _ if !target.contains("metadataPrefix=oai_dc") => {
                answer("<error code=\"badArgument\">Missing metadataPrefix parameter</error>")
            }
            _ if target.contains("resumptionToken=2") => {
                page(&record("c", "2026-04-03"), "<resumptionToken completeListSize=\"3\">0</resumptionToken>")
            }
            _ if target.contains("resumptionToken=1") => {
                page(&record("b", "2026-04-02"), "<resumptionToken>2</resumptionToken>")
            }
            _ => page(&record("a", "2026-04-01"), "<resumptionToken>1</resumptionToken>"),
        })
    })
    .await;
    let run = run(&source(&site, ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["a", "b", "c"]);
    assert_eq!(site.asked().len(), 6, "it refuses once: {:?}", site.asked());
}

#[tokio::test]
async fn a_token_that_runs_out_on_the_way_lists_everything_once_more_and_gives_nothing_twice() {
    // F18.
    let site = Site::start(|target, number| {
        usual(target).unwrap_or_else(|| {
            if target.contains("resumptionToken") {
                return if number == 3 {
                    answer("<error code=\"badResumptionToken\">expired</error>")
                } else {
                    page(&record("b", "2026-04-02"), "")
                };
            }
            page(&record("a", "2026-04-01"), "<resumptionToken>more</resumptionToken>")
        })
    })
    .await;
    let run = run(&source(&site, ""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), ["a", "b"]);
}

#[tokio::test]
async fn tokens_that_lead_in_a_circle_end_the_run_in_part() {
    // F19.
    let site = Site::start(|target, _| {
        usual(target).unwrap_or_else(|| page(&record("a", "2026-04-01"), "<resumptionToken>same</resumptionToken>"))
    })
    .await;
    let run = run(&source(&site, ""), first_run()).await;
    assert!(run.lack().starts_with("paging_loop: "), "{}", run.lack());
    assert_eq!(run.ids(), ["a"]);
    assert!(site.asked().len() < 6, "{:?}", site.asked());
}

#[tokio::test]
async fn a_list_that_is_shorter_than_the_repository_says_is_no_whole_list() {
    let site = Site::start(|target, _| {
        usual(target).unwrap_or_else(|| {
            page(&record("a", "2026-04-01"), "<resumptionToken completeListSize=\"9\"></resumptionToken>")
        })
    })
    .await;
    let run = run(&source(&site, ""), first_run()).await;
    assert_eq!(run.lack(), "the source counts 9 records, and lists 1");
}

#[tokio::test]
async fn a_killed_run_goes_on_behind_its_last_page_and_stays_the_listing_that_it_was() {
    let site = archive().await;
    let first = run_pages(&source(&site, ""), first_run(), 1).await;
    let resume = first.pages[0].checkpoint.clone();
    let rest = run(&source(&site, ""), ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven(), "{}", rest.lack());
    assert!(rest.pages[0].goes_on);
    assert_eq!(rest.ids(), ["c", "d"]);
    assert_eq!(site.asked().len(), 4, "nothing is asked twice: {:?}", site.asked());

    // A listing of changes that was interrupted does not become one of everything.
    let whole = run(&source(&site, ""), first_run()).await;
    let changes = ConnectContext { previous_state: whole.state, changes_only: true, ..first_run() };
    let begun = run_pages(&source(&site, ""), changes, 1).await;
    let resume = begun.pages[0].checkpoint.clone();
    let rest = run(&source(&site, ""), ConnectContext { resume, ..first_run() }).await;
    assert!(matches!(rest.end, Ok(EndProof::Changes)), "{}", rest.lack());
}

#[tokio::test]
async fn a_repository_that_is_down_half_way_is_asked_again_soon_and_read_on() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let site = Site::start(move |target, _| {
        usual(target).unwrap_or_else(|| match target.contains("resumptionToken=more") {
            true if down.load(Ordering::Relaxed) => Reply(503, "text/plain", String::new()),
            true => page(&record("b", "2026-04-02T00:00:00Z"), "<resumptionToken/>"),
            false => page(&record("a", "2026-04-01T00:00:00Z"), "<resumptionToken>more</resumptionToken>"),
        })
    })
    .await;
    let stopped = run(&source(&site, ""), first_run()).await;
    assert!(matches!(&stopped.end, Err(HarvestError::Unreachable { .. })), "{:?}", stopped.end);
    assert_eq!(stopped.ids(), ["a"]);
    is_down.store(false, Ordering::Relaxed);
    let resume = stopped.pages.last().unwrap().checkpoint.clone();
    let rest = run(&source(&site, ""), ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven() && rest.pages[0].goes_on, "{}", rest.lack());
    assert_eq!(rest.ids(), ["b"]);
}

/// Else the run after it would begin in the circle, and look at nothing else ever again.
#[tokio::test]
async fn a_run_that_was_led_in_a_circle_leaves_no_place_to_go_on_from() {
    let site = Site::start(|target, _| {
        usual(target)
            .unwrap_or_else(|| page(&record("a", "2026-04-01T00:00:00Z"), "<resumptionToken>again</resumptionToken>"))
    })
    .await;
    let circle = run(&source(&site, ""), first_run()).await;
    assert!(circle.lack().contains("paging_loop"), "{}", circle.lack());
    assert_eq!(circle.pages.last().unwrap().checkpoint, None);
}

#[tokio::test]
async fn a_listing_that_cannot_be_taken_up_is_read_from_its_beginning() {
    let first = run_pages(&source(&archive().await, ""), first_run(), 1).await;
    let place = first.pages[0].checkpoint.clone().unwrap();
    // The page of the token breaks for ever, and the token is one that the repository does not know and does not say so.
    let broken = Reply(500, "text/plain", "broken".to_owned());
    for (lost, told) in [(broken, "status 500"), (answer("<error code=\"noRecordsMatch\"/>"), "counts 4 records")] {
        let Reply(status, media_type, body) = lost;
        let site = Site::start(move |target, _| {
            usual(target).unwrap_or_else(|| {
                if target.contains("resumptionToken=") {
                    return Reply(status, media_type, body.clone());
                }
                let records = record("a", "2026-04-01T00:00:00Z") + &record("b", "2026-04-02T00:00:00Z");
                page(&records, "<resumptionToken completeListSize=\"4\">more</resumptionToken>")
            })
        })
        .await;
        let here = place.replace(
            &place[place.find("127.0.0.1:").unwrap()..place.find("/oai").unwrap()],
            &format!("127.0.0.1:{}", site.port),
        );
        let rest = run(&source(&site, ""), ConnectContext { resume: Some(here), ..first_run() }).await;
        assert_eq!(rest.ids(), ["a", "b"], "{}", rest.lack());
        // It is not asked again before its time: all of it would be read again for the same end.
        assert!(matches!(&rest.end, Ok(EndProof::Missing(lack)) if lack.contains(told)), "{:?}", rest.end);
    }
}

#[tokio::test]
async fn a_run_that_goes_on_has_seen_no_more_than_when_it_began() {
    // The second page is answered a month after the first, and its record is as new.
    let site = Site::start(|target, _| {
        usual(target).unwrap_or_else(|| {
            if target.contains("resumptionToken=more") {
                let Reply(status, media_type, body) = page(&record("b", "2026-06-01T11:00:00Z"), "");
                return Reply(status, media_type, body.replace("2026-05-01T12:00:00Z", "2026-06-01T12:00:00Z"));
            }
            page(&record("a", "2026-04-01T00:00:00Z"), "<resumptionToken>more</resumptionToken>")
        })
    })
    .await;
    let begun = run_pages(&source(&site, ""), first_run(), 1).await;
    let resume = begun.pages[0].checkpoint.clone();
    let rest = run(&source(&site, ""), ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven(), "{}", rest.lack());
    assert!(rest.state.as_ref().unwrap().contains("\"since\":\"2026-05-01T11:00:00Z\""), "{:?}", rest.state);
}

#[tokio::test]
async fn what_is_no_repository_is_told() {
    let parked = Site::start(|_, _| html("<!DOCTYPE html><title>For sale</title>")).await;
    let run_of = |site: &Site| source(site, "");
    let lack = run(&run_of(&parked), first_run()).await.lack();
    assert!(lack.ends_with("it answers with a page of HTML or text, not with XML"), "{lack}");
    let refusing = Site::start(|_, _| answer("<error code=\"badVerb\">what?</error>")).await;
    let lack = run(&run_of(&refusing), first_run()).await.lack();
    assert!(lack.ends_with("it answers with badVerb (what?)"), "{lack}");
}

#[tokio::test]
async fn a_repository_that_finds_nothing_behind_a_token_has_not_come_to_its_end() {
    let site = Site::start(|target, _| {
        usual(target).unwrap_or_else(|| {
            if target.contains("resumptionToken") {
                return answer("<error code=\"noRecordsMatch\">none</error>");
            }
            page(&record("a", "2026-04-01T00:00:00Z"), "<resumptionToken>more</resumptionToken>")
        })
    })
    .await;
    let run = run(&source(&site, ""), first_run()).await;
    assert!(!run.is_proven() && run.lack().contains("does not count"), "{}", run.lack());
    assert_eq!(run.ids(), ["a"]);
}

#[tokio::test]
async fn a_repository_is_read_from_the_address_of_one_of_its_answers() {
    let site = Site::start(|target, _| {
        let is_asked = target.starts_with("/oai?mode=oaipmh&verb=") && target.matches("verb=").count() == 1;
        if !is_asked {
            return answer("<error code=\"badVerb\">twice</error>");
        }
        usual(target).unwrap_or_else(|| {
            if target.contains("resumptionToken=more") && !target.contains("set=") {
                return page(&record("b", "2026-04-02T00:00:00Z"), "");
            }
            assert!(target.ends_with("metadataPrefix=oai_dc&set=wells"), "{target}");
            page(&record("a", "2026-04-01T00:00:00Z"), "<resumptionToken>more</resumptionToken>")
        })
    })
    .await;
    let pasted = "/oai?mode=oaipmh&verb=ListRecords&metadataPrefix=marcxml&set=wells&resumptionToken=old";
    let first = run(&site.source("oai-pmh", pasted, ""), first_run()).await;
    assert!(first.is_proven(), "{}", first.lack());
    assert_eq!(first.ids(), ["a", "b"], "the set that the address names, and what is asked for by nobody else");
}

/// Zenodo answers so.
#[tokio::test]
async fn nothing_that_matches_is_no_failure_though_it_comes_with_a_status_of_refusal() {
    let first = run(&source(&archive().await, ""), first_run()).await;
    let refused = || {
        let Reply(_, media_type, body) = answer("<error code=\"noRecordsMatch\">none</error>");
        Reply(422, media_type, body)
    };
    let quiet = Site::start(move |_, _| refused()).await;
    let context = ConnectContext { previous_state: first.state.clone(), changes_only: true, ..first_run() };
    let none = run(&source(&quiet, ""), context).await;
    assert!(matches!(none.end, Ok(EndProof::Changes)), "{}", none.lack());
    assert_eq!((none.ids().len(), none.requests, none.state), (0, 1, first.state));

    // Behind a token that a counted list still gives at its end.
    let counted = Site::start(move |target, _| {
        usual(target).unwrap_or_else(|| match target {
            _ if target.contains("resumptionToken") => refused(),
            _ => page(
                &record("a", "2026-04-01T00:00:00Z"),
                "<resumptionToken completeListSize=\"1\">more</resumptionToken>",
            ),
        })
    })
    .await;
    let whole = run(&source(&counted, ""), first_run()).await;
    assert!(whole.is_proven() && whole.requests == 4, "{}", whole.lack());

    // What is refused for another reason stays refused.
    let closed = Site::start(move |target, _| {
        usual(target).unwrap_or_else(|| {
            let Reply(_, media_type, body) = answer("<error code=\"cannotDisseminateFormat\">no</error>");
            Reply(422, media_type, body)
        })
    })
    .await;
    let lack = run(&source(&closed, ""), first_run()).await.lack();
    assert!(lack.contains("cannotDisseminateFormat"), "{lack}");
}

#[tokio::test]
async fn a_repository_that_does_not_list_what_changed_is_read_as_a_whole() {
    let first = run(&source(&archive().await, ""), first_run()).await;
    assert!(first.state.as_ref().unwrap().contains("since"));
    let site = Site::start(|target, _| {
        usual(target).unwrap_or_else(|| match target {
            _ if target.contains("from=") => answer("<error code=\"badArgument\">from is not supported</error>"),
            _ => page(&record("a", "2026-04-01T00:00:00Z"), ""),
        })
    })
    .await;
    let context = ConnectContext { previous_state: first.state, changes_only: true, ..first_run() };
    let whole = run(&source(&site, ""), context).await;
    assert!(whole.is_proven(), "a listing of everything, not of changes: {}", whole.lack());
    assert_eq!((whole.ids(), whole.requests), (vec!["a".to_owned()], 2));
}

/// `completeListSize` may be an estimate that is revised on the way (OAI-PMH 2.0 §3.5).
#[tokio::test]
async fn a_count_that_is_revised_is_no_fault_of_a_list_that_is_the_same_in_two_walks() {
    let site = |changes: bool, last_count: &'static str| {
        Site::start(move |target, number| {
            usual(target).unwrap_or_else(|| match target {
                _ if target.contains("resumptionToken") => {
                    let second = if changes && number > 3 { "c" } else { "b" };
                    let token = format!("<resumptionToken completeListSize=\"{last_count}\"/>");
                    page(&record(second, "2026-04-02T00:00:00Z"), &token)
                }
                _ => page(
                    &record("a", "2026-04-01T00:00:00Z"),
                    "<resumptionToken completeListSize=\"50\">more</resumptionToken>",
                ),
            })
        })
    };
    for last_count in ["2", "3"] {
        let same = run(&source(&site(false, last_count).await, ""), first_run()).await;
        assert!(same.is_proven(), "{last_count}: {}", same.lack());
        assert_eq!((same.ids(), same.requests), (vec!["a".to_owned(), "b".to_owned()], 6));
        let other = run(&source(&site(true, last_count).await, ""), first_run()).await;
        assert!(!other.is_proven(), "{last_count}: a list that is another each time proves nothing");
    }
}
