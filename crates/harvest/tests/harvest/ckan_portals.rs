//! Portals that cap, move, break, stall, redirect and lie, and what becomes of a run of each.

use crate::portal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::portal::{Instead, Portal, first_run, http, numbered, run, run_pages};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, HarvestError, Payload, SourceConfig};

#[tokio::test]
async fn a_portal_is_listed_to_its_end_and_every_record_comes_as_it_was_sent() {
    let portal = Portal::well_behaved(120).await;
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), numbered(120));
    assert_eq!(run.requests, 1);
    let Payload::Raw { bytes, .. } = &run.pages[0].records[7].payload else { panic!("derived") };
    assert_eq!(bytes, r#"{"id": "id-00007", "name": "name-id-00007", "title": "Title of id-00007"}"#);
    assert_eq!(run.pages[0].records[7].offset, 7);
    assert_eq!(run.pages[0].expected, Some(120));
    let search = &portal.searches()[0];
    assert_eq!((search.sort.as_str(), search.rows), ("id asc", 1000));
    assert!(
        search.target.starts_with("/api/3/action/package_search?") && search.target.ends_with("&include_private=false")
    );
}

#[tokio::test]
async fn a_portal_that_caps_its_pages_is_not_at_its_end_with_a_short_one() {
    for (records, cap) in [(250, 100), (200, 100), (101, 100), (9, 2), (1, 1)] {
        let portal = Portal::well_behaved(records).await;
        portal.set(|holdings| holdings.cap = cap);
        let run = run(&portal.source(""), first_run()).await;
        assert!(run.is_proven(), "{records} by {cap}: {}", run.lack());
        assert_eq!(run.ids(), numbered(records), "{records} by {cap}");
    }
}

#[tokio::test]
async fn a_portal_that_gives_one_record_at_a_time_is_listed_without_proof() {
    let portal = Portal::well_behaved(7).await;
    portal.set(|holdings| holdings.cap = 1);
    let run = run(&portal.source(""), first_run()).await;
    assert_eq!(run.ids(), numbered(7));
    assert_eq!(run.lack(), "nothing shows that no record slipped through between two pages of the source");
}

#[tokio::test]
async fn an_empty_portal_is_proven_to_be_empty() {
    // F01: whether that may be believed is for the guard to say.
    let run = run(&Portal::well_behaved(0).await.source(""), first_run()).await;
    assert!(run.is_proven() && run.ids().is_empty());
}

#[tokio::test]
async fn records_that_move_while_they_are_listed_are_listed_once_more_and_none_twice() {
    // F17: a record goes and another comes, so that the count stays the same.
    let portal = Portal::start(300, |holdings, _, number| {
        if number == 1 {
            holdings.ids.remove(5);
            holdings.ids.push("id-99999".to_owned());
        }
        None
    })
    .await;
    portal.set(|holdings| holdings.cap = 100);
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    let mut ids = run.ids();
    ids.sort();
    let mut expected = numbered(300);
    expected.push("id-99999".to_owned());
    assert_eq!(ids, expected, "the one that went was met before it went");
    assert!(run.pages.iter().skip(1).all(|page| page.checkpoint.is_none()), "a second walk is not taken up");
}

#[tokio::test]
async fn records_that_never_stop_moving_leave_a_run_without_proof() {
    let portal = Portal::start(300, |holdings, _, number| {
        holdings.ids.insert(0, format!("id-+{number:04}"));
        None
    })
    .await;
    portal.set(|holdings| holdings.cap = 100);
    let run = run(&portal.source(""), first_run()).await;
    assert_eq!(run.lack(), "records moved while they were listed");
    assert!(portal.searches().len() < 12, "{} requests", portal.searches().len());
}

#[tokio::test]
async fn a_poisoned_record_is_one_problem_and_the_rest_is_there() {
    // F05.
    let portal = Portal::well_behaved(1500).await;
    portal.set(|holdings| holdings.poisoned = vec!["id-00537".to_owned()]);
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids().len(), 1499);
    assert_eq!(run.problems(), [("unreadable-record".to_owned(), Some(537))]);
    assert_eq!(run.also_listed(), ["id-00537"], "it is listed, so it is not missing");
    assert_eq!(run.pages.iter().map(|page| page.unnamed).sum::<u64>(), 0);
}

#[tokio::test]
async fn a_poisoned_record_that_is_not_even_named_is_counted_as_such_and_leaves_the_run_without_proof() {
    let portal = Portal::well_behaved(30).await;
    portal.set(|holdings| {
        holdings.poisoned = vec!["id-00029".to_owned()];
        holdings.names_poisoned = false;
    });
    let run = run(&portal.source(""), first_run()).await;
    assert_eq!(run.lack(), "nothing shows that no record slipped through between two pages of the source");
    assert_eq!((run.ids().len(), run.also_listed().len()), (29, 0));
    assert_eq!(run.problems(), [("unreadable-record".to_owned(), Some(29))]);
    assert_eq!(run.pages.iter().map(|page| page.unnamed).sum::<u64>(), 1);
}

#[tokio::test]
async fn a_window_that_cannot_be_had_is_left_out_by_name_and_the_run_has_no_proof() {
    // F04.
    let portal = Portal::well_behaved(400).await;
    portal.set(|holdings| holdings.poisoned = numbered(400)[200..300].to_vec());
    let run = run(&portal.source(""), first_run()).await;
    assert_eq!(run.lack(), "records 204 to 224 could not be read");
    assert!(run.problems().contains(&("unreadable-window".to_owned(), Some(204))));
    assert_eq!(run.ids()[..200], numbered(400)[..200]);
}

#[tokio::test]
async fn a_portal_that_is_down_altogether_is_unreachable() {
    for status in ["500 Internal Server Error", "503 Service Unavailable", "502 Bad Gateway"] {
        let portal = Portal::start(5, move |_, _, _| Some(Instead(http(status, &[], "down")))).await;
        let run = run(&portal.source(""), first_run()).await;
        assert!(matches!(run.end, Err(HarvestError::Unreachable { .. })), "{status}: {}", run.lack());
        assert!(portal.searches().len() < 40, "{status}: {} requests", portal.searches().len());
    }
}

#[tokio::test]
async fn a_portal_that_is_busy_for_a_moment_is_waited_for() {
    // F06.
    let portal = Portal::start(5, |_, _, number| {
        (number == 0).then(|| Instead(http("429 Too Many Requests", &["Retry-After: 1"], "")))
    })
    .await;
    let begun = Instant::now();
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(run.requests, 2);
}

#[tokio::test]
async fn a_body_that_is_cut_is_never_read_in_part() {
    // F11.
    let portal = Portal::start(5, |holdings, _, number| {
        let _ = holdings;
        (number == 0).then(|| {
            let whole =
                http("200 OK", &[], r#"{"success": true, "result": {"count": 1, "results": [{"id": "half"}]}}      "#);
            Instead(whole[..whole.len() - 6].to_vec())
        })
    })
    .await;
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), numbered(5));
}

#[tokio::test]
async fn what_is_no_catalogue_is_told_as_such() {
    // F08.
    let table = [
        (
            http("200 OK", &[], "<html>This domain is for sale</html>"),
            "it answers with a page of HTML or text, not with JSON",
        ),
        (http("404 Not Found", &[], "nothing here"), "it answers with status 404"),
        (http("200 OK", &[], r#"{"datasets": []}"#), "its answer is JSON of another sort: it has no `result`"),
        (
            http(
                "200 OK",
                &[],
                r#"{"success": false, "error": {"__type": "Search Error", "message": "Solr is down"}}"#,
            ),
            "it answers `success: false`: Search Error: Solr is down",
        ),
        (
            http(
                "409 Conflict",
                &[],
                r#"{"success": false, "error": {"__type": "Validation Error", "message": "rows"}}"#,
            ),
            "it answers with status 409: Validation Error: rows",
        ),
    ];
    for (answer, expected) in table {
        let portal = Portal::start(5, move |_, _, _| Some(Instead(answer.clone()))).await;
        let run = run(&portal.source(""), first_run()).await;
        let Err(HarvestError::NotACatalogue { reason, .. }) = &run.end else { panic!("{}", run.lack()) };
        assert_eq!(reason, expected);
    }
}

#[tokio::test]
async fn a_login_wall_and_a_closed_door_are_refusals() {
    // F09.
    let portal = Portal::start(5, |_, search, _| {
        Some(Instead(if search.target.starts_with("/login") {
            http("200 OK", &[], "<html>Please log in</html>")
        } else {
            http("302 Found", &["Location: /login"], "")
        }))
    })
    .await;
    let walled = run(&portal.source(""), first_run()).await;
    assert_eq!(walled.end.as_ref().unwrap_err().code(), "redirect_refused", "{}", walled.lack());
    let portal = Portal::start(5, |_, _, _| Some(Instead(http("403 Forbidden", &[], "")))).await;
    let closed = run(&portal.source(""), first_run()).await;
    assert_eq!(closed.end.as_ref().unwrap_err().code(), "not_allowed", "{}", closed.lack());
}

#[tokio::test]
async fn a_source_that_may_not_reach_private_addresses_sends_nothing_to_them() {
    let portal = Portal::well_behaved(5).await;
    let text = format!("id = \"a\"\nkind = \"ckan\"\nurl = \"http://2130706433:{}\"\n", portal.port);
    let source = SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap();
    let run = run(&source, first_run()).await;
    assert_eq!(run.end.unwrap_err().code(), "port");
    let text = "id = \"a\"\nkind = \"ckan\"\nurl = \"http://localhost\"\n";
    let source = SourceConfig::from_toml(text, std::path::Path::new(".")).unwrap();
    let run = run_pages(&source, first_run(), 1).await;
    assert_eq!(run.end.unwrap_err().code(), "blocked_address");
    assert_eq!(portal.searches().len(), 0);
}

#[tokio::test]
async fn a_portal_that_always_gives_its_first_page_is_a_loop() {
    // F19 and A17.
    let first: Vec<String> = numbered(10).iter().map(|id| format!(r#"{{"id": "{id}"}}"#)).collect();
    let body = format!(r#"{{"success": true, "result": {{"count": 1000000, "results": [{}]}}}}"#, first.join(","));
    let portal = Portal::start(0, move |_, _, _| Some(Instead(http("200 OK", &[], &body)))).await;
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.lack().starts_with("paging_loop: "), "{}", run.lack());
    assert_eq!(run.ids(), numbered(10));
    assert!(portal.searches().len() <= 6, "{} requests", portal.searches().len());
}

#[tokio::test]
async fn a_portal_that_never_ends_is_stopped_by_the_limits() {
    let endless = |_: &mut portal::Holdings, search: &portal::Search, _| {
        let ids: Vec<String> = (search.start..search.start + 100).map(|id| format!(r#"{{"id": "{id:09}"}}"#)).collect();
        let body = format!(r#"{{"result": {{"count": {}, "results": [{}]}}}}"#, search.start + 1000, ids.join(","));
        Some(Instead(http("200 OK", &[], &body)))
    };
    let portal = Portal::start(0, endless).await;
    let mut source = portal.source("");
    source.limits.max_pages = 5;
    let run_of_five = run(&source, first_run()).await;
    assert_eq!(run_of_five.lack(), "the limit of 5 pages was reached");
    source.limits.max_pages = 100;
    source.limits.max_records = 250;
    let run_of_250 = run(&source, first_run()).await;
    assert_eq!(run_of_250.lack(), "the limit of 250 records was reached");
    assert_eq!(run_of_250.ids().len(), 250);
}

#[tokio::test]
async fn a_portal_that_counts_more_than_it_lists_leaves_a_run_without_proof() {
    let portal = Portal::well_behaved(5).await;
    portal.set(|holdings| holdings.hidden = 3);
    let run = run(&portal.source(""), first_run()).await;
    assert_eq!(run.lack(), "the source counts 8 records, and lists 5");
    assert_eq!(run.ids(), numbered(5), "what is listed is taken all the same");
}

#[tokio::test]
async fn an_id_that_is_listed_twice_is_a_problem_and_the_first_is_kept() {
    // F14.
    let portal = Portal::well_behaved(5).await;
    portal.set(|holdings| holdings.ids.insert(3, "id-00002".to_owned()));
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), numbered(5));
    assert_eq!(run.problems(), [("duplicate-identifier".to_owned(), Some(3))]);
}

#[tokio::test]
async fn a_portal_that_does_not_sort_by_id_is_listed_by_time_of_creation() {
    let portal = Portal::well_behaved(5).await;
    portal.set(|holdings| holdings.sorts_by_id = false);
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    let sorts: Vec<String> = portal.searches().into_iter().map(|search| search.sort).collect();
    assert_eq!(sorts, ["id asc", "metadata_created asc"]);
}

#[tokio::test]
async fn a_killed_run_goes_on_from_its_checkpoint_and_ends_as_if_it_had_not_been_killed() {
    // F30.
    let portal = Portal::well_behaved(500).await;
    portal.set(|holdings| holdings.cap = 100);
    let source = portal.source("");
    let killed = run_pages(&source, first_run(), 3).await;
    let resume = killed.pages[2].checkpoint.clone();
    assert!(resume.is_some());
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven(), "{}", rest.lack());
    assert!(rest.pages[0].goes_on && rest.pages[1..].iter().all(|page| !page.goes_on));
    let before = killed.ids();
    assert_eq!(rest.ids(), numbered(500)[before.len()..].to_vec(), "no payload before it is asked for again");
    assert!(portal.searches()[3].ids_only && !portal.searches().last().unwrap().ids_only);
}

#[tokio::test]
async fn a_killed_run_begins_anew_when_the_listing_has_changed_before_its_checkpoint() {
    for change in [
        (|ids: &mut Vec<String>| {
            ids.remove(5);
        }) as fn(&mut Vec<String>),
        |ids| ids.insert(5, "id-00004b".to_owned()),
        |ids| {
            ids[5] = "id-00004b".to_owned();
        },
    ] {
        let portal = Portal::well_behaved(300).await;
        portal.set(|holdings| holdings.cap = 100);
        let source = portal.source("");
        let resume = run_pages(&source, first_run(), 2).await.pages[1].checkpoint.clone();
        portal.set(|holdings| change(&mut holdings.ids));
        let expected = portal.holdings.lock().unwrap().ids.clone();
        let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
        assert!(rest.is_proven(), "{}", rest.lack());
        assert_eq!(rest.ids(), expected);
        assert!(rest.pages.iter().all(|page| !page.goes_on));
    }
}

#[tokio::test]
async fn a_checkpoint_of_another_version_is_not_used() {
    let portal = Portal::well_behaved(5).await;
    let resume = Some("{\"page\": 3}".to_owned());
    let run = run(&portal.source(""), ConnectContext { resume, ..first_run() }).await;
    assert!(run.is_proven());
    assert_eq!(run.ids(), numbered(5));
}

#[tokio::test]
async fn a_portal_that_refuses_ids_alone_is_read_from_its_beginning() {
    for (status, body) in
        [("403 Forbidden", "no"), ("404 Not Found", "no"), ("200 OK", "<html><body>Hello</body></html>")]
    {
        let portal =
            Portal::start(45, move |_, search, _| search.ids_only.then(|| Instead(http(status, &[], body)))).await;
        portal.set(|holdings| holdings.cap = 10);
        let source = portal.source("");
        let killed = run_pages(&source, first_run(), 2).await;
        let resume = killed.pages[1].checkpoint.clone();
        assert!(resume.is_some());
        let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
        assert!(rest.is_proven() && !rest.pages[0].goes_on, "{status}: {}", rest.lack());
        assert_eq!(rest.ids().len(), 45, "{status}");
    }
}

#[tokio::test]
async fn a_place_behind_which_nothing_can_be_read_is_given_up() {
    let portal = Portal::well_behaved(45).await;
    portal.set(|holdings| holdings.cap = 10);
    let mut source = portal.source("");
    source.limits.requests_per_day = Some(1000);
    let killed = run_pages(&source, first_run(), 2).await;
    let resume = killed.pages[1].checkpoint.clone();
    portal.set(|holdings| {
        holdings.poisoned = numbered(45).split_off(18);
        holdings.names_poisoned = false;
    });
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.pages[0].goes_on && matches!(rest.end, Ok(EndProof::Missing(_))), "{}", rest.lack());
    assert_eq!(rest.pages.last().unwrap().checkpoint, None, "the next run begins anew");
}

#[tokio::test]
async fn a_run_goes_on_behind_a_record_that_cannot_be_read() {
    // F05 and F30.
    for (names_poisoned, requests_per_day) in [(true, None), (true, Some(1000)), (false, None), (false, Some(1000))] {
        let portal = Portal::well_behaved(500).await;
        portal.set(|holdings| {
            holdings.cap = 100;
            holdings.poisoned = vec!["id-00029".to_owned()];
            holdings.names_poisoned = names_poisoned;
        });
        let mut source = portal.source("");
        source.limits.requests_per_day = requests_per_day;
        let whole = run(&source, first_run()).await;
        // Behind the record, in what is left of its page and behind that.
        for wanted in [whole.pages.len() - 5, whole.pages.len() - 2] {
            let killed = run_pages(&source, first_run(), wanted).await;
            assert!(killed.ids().contains(&"id-00030".to_owned()), "{wanted}");
            let resume = killed.pages.last().unwrap().checkpoint.clone();
            let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
            assert!(rest.pages[0].goes_on, "{names_poisoned} {wanted}: {}", rest.lack());
            assert_eq!(killed.ids().len() + rest.ids().len(), 499, "no payload is asked for again");
            assert_eq!((rest.is_proven(), &rest.lack()), (names_poisoned, &whole.lack()));
            let place = &rest.pages.last().unwrap().checkpoint;
            assert!(names_poisoned || place.is_none(), "what lacks does not lie behind it: the next run begins anew");
        }
    }
}

#[tokio::test]
async fn a_listing_of_one_page_that_has_not_changed_costs_one_request_and_no_page() {
    // F23.
    let portal = Portal::well_behaved(5).await;
    portal.set(|holdings| holdings.etag = Some("\"v1\"".to_owned()));
    let source = portal.source("");
    let previous_state = run(&source, first_run()).await.state;
    let again = |full| ConnectContext { previous_state: previous_state.clone(), full, ..first_run() };
    let unchanged = run(&source, again(false)).await;
    assert!(matches!(unchanged.end, Ok(EndProof::Unchanged)) && unchanged.pages.is_empty(), "{}", unchanged.lack());
    assert_eq!((unchanged.requests, &unchanged.state), (1, &previous_state));
    let full = run(&source, again(true)).await;
    assert_eq!(full.ids(), numbered(5));
    portal.set(|holdings| holdings.etag = Some("\"v2\"".to_owned()));
    assert_eq!(run(&source, again(false)).await.ids(), numbered(5));
}

#[tokio::test]
async fn a_listing_of_several_pages_is_never_called_unchanged_by_its_first() {
    let portal = Portal::well_behaved(5).await;
    portal.set(|holdings| {
        holdings.etag = Some("\"v1\"".to_owned());
        holdings.cap = 3;
    });
    let run = run(&portal.source(""), first_run()).await;
    assert!(run.is_proven() && run.state.is_none());
}

#[tokio::test]
async fn every_request_says_the_parameters_of_the_source() {
    let portal = Portal::well_behaved(30).await;
    portal.set(|holdings| {
        holdings.cap = 10;
        holdings.poisoned = vec!["id-00017".to_owned()];
    });
    let source = portal.source("parameters = { fq = \"organization:relief\", q = \"wells\" }");
    let run = run(&source, first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    let searches = portal.searches();
    assert!(searches.iter().any(|search| search.ids_only) && searches.len() > 3);
    let says_both = |search: &portal::Search| search.target.contains("?fq=organization%3Arelief&q=wells&rows=");
    assert!(searches.iter().all(says_both), "{searches:?}");
}

#[tokio::test]
async fn a_token_goes_to_the_portal_and_into_no_message() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "canary\n").unwrap();
    let portal = Portal::well_behaved(5).await;
    let text = format!(
        "id = \"a\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}/\"\nallow_private = true\n[credentials]\ntoken_file = \"token\"\n",
        portal.port
    );
    let source = SourceConfig::from_toml(&text, folder.path()).unwrap();
    let read = run(&source, first_run()).await;
    assert!(read.is_proven() && !format!("{read:?} {source:?}").contains("canary"));
    assert_eq!(portal.searches()[0].authorization.as_deref(), Some("canary"));
    let in_address = text.replace("http://127", "http://user:canary@127");
    let refused = SourceConfig::from_toml(&in_address, folder.path()).unwrap_err().to_string();
    assert!(refused.contains("token_file") && !refused.contains("canary"), "{refused}");
    std::fs::write(folder.path().join("token"), "user:canary\n").unwrap();
    let password = text.replace("token_file", "scheme = \"Basic\"\ntoken_file");
    let source = SourceConfig::from_toml(&password, folder.path()).unwrap();
    let broken = Arc::clone(&portal.holdings);
    broken.lock().unwrap().poisoned = numbered(5);
    let run = run(&source, first_run()).await;
    // Of RFC 7617 §2: `user:canary` in Base64.
    assert_eq!(portal.searches().last().unwrap().authorization.as_deref(), Some("Basic dXNlcjpjYW5hcnk="));
    assert!(!format!("{run:?} {}", run.lack()).contains("canary"), "{}", run.lack());
}
