//! What one source can do to another, and to itself under other names.

use cairn_catalog::{HarvestOptions, Verdict};
use cairn_policy::Viewer;

use crate::fetcher;
use crate::holdings::{Ckan, Holdings, RECORDS, name, title};
use crate::house::House;
use crate::server::{Reply, Server};

fn titles_of(records: usize) -> Vec<String> {
    (1..=records).map(|place| title(&name(place))).collect()
}

/// F15.
#[tokio::test]
async fn ids_that_all_changed_trip_the_guard_which_says_what_each_is_called_now() {
    let server = Server::start(Holdings::healthy(Ckan, RECORDS)).await;
    let house = House::open_fetching(&[&Ckan.source(server.port, "")], fetcher(false)).await;
    house.harvest("source", 0).await;
    server.misbehave(Some(|ask, held| Reply::ok(held.body(ask).unwrap().replace("\"id\":\"r", "\"id\":\"new-r"))));
    let mut both = [titles_of(RECORDS), titles_of(RECORDS)].concat();
    both.sort();
    let mut renamed = house.harvest("source", 10).await;
    for day in [10, 40] {
        assert_eq!((renamed.verdict, renamed.retired), (Verdict::GuardTripped, 0), "day {day}");
        let reason = renamed.reason.clone().unwrap();
        assert!(reason.starts_with("id_scheme_change: 30 records"), "day {day}: {reason}");
        let mapping: Vec<_> =
            house.problems(&renamed).await.into_iter().filter(|row| row.problem.code == "removal-held").collect();
        assert_eq!(mapping.len(), RECORDS);
        for row in mapping {
            let before = row.source_record_id.unwrap();
            assert_eq!(row.problem.value, Some(format!("new-{before}")), "day {day}");
        }
        assert_eq!(house.found(&Viewer::anonymous(), "").await, both, "day {day}");
        renamed = house.harvest("source", 40).await;
    }
    let confirm = HarvestOptions { confirm_removals: Some(renamed.run), ..HarvestOptions::default() };
    let confirmed = house.harvest_with("source", 41, &confirm).await;
    assert_eq!((confirmed.verdict, confirmed.retired), (Verdict::Complete, RECORDS as u64));
    assert_eq!(house.found(&Viewer::anonymous(), "").await, titles_of(RECORDS));
}

/// F02: a source that lost many records and took as many others in did not change its ids.
#[tokio::test]
async fn other_records_are_not_taken_for_the_old_ones_under_other_ids() {
    let server = Server::start(Holdings::healthy(Ckan, RECORDS)).await;
    let house = House::open_fetching(&[&Ckan.source(server.port, "")], fetcher(false)).await;
    house.harvest("source", 0).await;
    server.misbehave(Some(|ask, held| {
        let body = held.body(ask).unwrap();
        Reply::ok(body.replace("\"id\":\"r", "\"id\":\"new-r").replace("Wells", "Roads"))
    }));
    let report = house.harvest("source", 10).await;
    let reason = report.reason.unwrap();
    assert!(report.verdict == Verdict::GuardTripped && !reason.contains("id_scheme_change"), "{reason}");
}

/// F16, A46.
#[tokio::test]
async fn a_source_that_lists_the_ids_of_another_takes_nothing_over() {
    let server = Server::start(Holdings::healthy(Ckan, 3)).await;
    let thief = Server::start(Holdings::healthy(Ckan, 3)).await;
    thief.misbehave(Some(|ask, held| Reply::ok(held.body(ask).unwrap().replace("Wells", "Stolen"))));
    let second = Ckan.source(thief.port, "").replace("\"source\"", "\"thief\"");
    let house = House::open_fetching(&[&Ckan.source(server.port, ""), &second], fetcher(false)).await;
    house.harvest("source", 0).await;
    assert_eq!(house.harvest("thief", 0).await.new, 3);
    let stolen = ["Stolen r01", "Stolen r02", "Stolen r03"].map(str::to_owned);
    assert_eq!(house.found(&Viewer::anonymous(), "").await, [stolen.to_vec(), titles_of(3)].concat());
    // And when the other takes its own back, those of the first stay.
    thief.misbehave(Some(|ask, held| {
        Reply::ok(held.body(ask).unwrap().replace("\"private\":false", "\"private\":false,\"state\":\"deleted\""))
    }));
    assert_eq!(house.harvest("thief", 1).await.retired, 3);
    assert_eq!(house.found(&Viewer::anonymous(), "").await, titles_of(3));
}

/// F27: the configuration is read when the program starts, so a source that is taken out of it is gone from the next start.
#[tokio::test]
async fn the_records_of_a_source_that_is_no_longer_configured_stay() {
    let server = Server::start(Holdings::healthy(Ckan, 3)).await;
    let house = House::open_fetching(&[&Ckan.source(server.port, "")], fetcher(false)).await;
    house.harvest("source", 0).await;
    let house = house.reopened(&[]).await;
    assert_eq!(house.found(&Viewer::anonymous(), "").await, titles_of(3));
}

/// A07: a credential goes to the source's own origin, also when its listing goes on elsewhere.
#[tokio::test]
async fn a_listing_that_goes_on_at_another_host_gets_no_credential_there() {
    use crate::holdings::OgcRecords;
    let other = Server::start(Holdings::healthy(OgcRecords, RECORDS)).await;
    let server = Server::start(Holdings::healthy(OgcRecords, RECORDS)).await;
    let token = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(token.path(), "Bearer canary\n").unwrap();
    let source = OgcRecords.source(server.port, "") + &format!("[credentials]\ntoken_file = {:?}\n", token.path());
    let house = House::open_fetching(&[&source], fetcher(false)).await;
    house.harvest("source", 0).await;
    let port = other.port;
    server.lead_to(port);
    let led_away = house.harvest("source", 10).await;
    assert_eq!(led_away.verdict, Verdict::Complete, "{:?}", led_away.reason);
    let sent = |server: &Server| -> Vec<bool> {
        server.seen().iter().map(|ask| ask.fields.contains_key("authorization")).collect()
    };
    assert!(!sent(&other).is_empty() && sent(&other).iter().all(|sent| !sent), "{:?}", sent(&other));
    assert!(sent(&server).iter().all(|sent| *sent));
}
