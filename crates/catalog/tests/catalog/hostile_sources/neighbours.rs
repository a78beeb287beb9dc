//! What one source can do to another, and to itself under other names.

use cairn_catalog::{CatalogError, HarvestOptions, Verdict};
use cairn_model::DatasetId;
use cairn_policy::Viewer;
use serde_json::{Value, json};

use crate::hostile_sources::fetcher;
use crate::hostile_sources::holdings::{Ckan, Holdings, RECORDS, name, title};
use crate::hostile_sources::server::{Reply, Server};
use crate::house::{House, PORTAL, day, dump, package, packages};

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
    let [old, new] = ["r07", "new-r07"].map(|id| DatasetId::new("source", id));
    let led = house.catalog.dataset(&Viewer::anonymous(), old).await;
    assert!(matches!(led, Err(CatalogError::Moved(successor)) if successor == new), "{led:?}");
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

/// F16: what moved is linked for as long as both list it, and neither record becomes the other.
#[tokio::test]
async fn a_record_that_moves_to_another_source_is_linked_and_taken_over_by_neither() {
    const OTHER: &str = "id = \"other\"\nkind = \"ckan\"\nurl = \"file:other.json\"\norganisation = \"Keepers\"\n";
    let house = House::open(&[PORTAL, OTHER]).await;
    let mut wells = package("wells", "Boreholes of the northern district");
    wells["resources"] = json!([{"id": "r", "url": "https://files.example/boreholes.csv", "format": "CSV"}]);
    let with_wells = |rest: Vec<Value>| dump(&[vec![wells.clone()], rest].concat());
    let [old, new] = ["portal", "other"].map(|source| DatasetId::new(source, "wells"));
    let anonymous = Viewer::anonymous();
    let linked = async |id: DatasetId| -> Vec<(DatasetId, bool)> {
        let found = house.catalog.duplicates(&anonymous, id).await.unwrap();
        found.into_iter().map(|other| (other.id, other.is_exact)).collect()
    };
    let first_seen = async |id: DatasetId| house.catalog.dataset(&anonymous, id).await.unwrap().first_seen;

    house.write("dump.json", &with_wells(packages(1, 9)));
    house.write("other.json", &dump(&packages(11, 13)));
    house.harvest("portal", 0).await;
    house.harvest("other", 0).await;

    // The other source lists it under the same id, and for a while both do.
    house.write("other.json", &with_wells(packages(11, 13)));
    assert_eq!(house.harvest("other", 1).await.new, 1);
    assert_eq!(house.harvest("portal", 1).await.writes, 0);
    assert_eq!((linked(old).await, linked(new).await), (vec![(new, true)], vec![(old, true)]));
    assert_eq!((first_seen(old).await, first_seen(new).await), (Some(day(0)), Some(day(1))));

    // The first one lists it no longer: it is retired there, and the other is as it was.
    house.write("dump.json", &dump(&packages(1, 9)));
    house.harvest("portal", 2).await;
    assert_eq!(house.harvest("portal", 10).await.retired, 1);
    assert_eq!(house.harvest("other", 10).await.writes, 0);
    assert!(matches!(house.catalog.dataset(&anonymous, old).await, Err(CatalogError::Gone)));
    assert_eq!((linked(new).await, first_seen(new).await), (Vec::new(), Some(day(1))));
    assert_eq!(house.found(&anonymous, "\"boreholes\"").await, ["Boreholes of the northern district"]);

    // It comes back: the same record as before, linked again.
    house.write("dump.json", &with_wells(packages(1, 9)));
    house.harvest("portal", 11).await;
    assert_eq!((linked(old).await, linked(new).await), (vec![(new, true)], vec![(old, true)]));
    assert_eq!(first_seen(old).await, Some(day(0)));
}

/// F27, of a source that is not being read; `interventions` has the run that goes on.
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
    use crate::hostile_sources::holdings::OgcRecords;
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
