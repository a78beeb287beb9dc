//! A source that lists its records under other ids: their permalinks lead on, once an operator has confirmed which is which.

use crate::house;
use crate::house::{DESK, House, PORTAL, desk_id, dump, inventory, member, package, packages, portal_id};
use cairn_catalog::{CatalogError, HarvestOptions, RunReport, Verdict};
use cairn_model::DatasetId;
use cairn_policy::Viewer;
use serde_json::{Value, json};

/// The same packages under other ids. Their names are their ids, as portals make them.
fn renamed(packages: &[Value]) -> Vec<Value> {
    let mut renamed = packages.to_vec();
    for package in &mut renamed {
        package["id"] = json!(format!("new-{}", package["id"].as_str().unwrap()));
        package["name"] = package["id"].clone();
    }
    renamed
}

/// A portal that was harvested with some packages and lists others since.
async fn portal(before: &[Value], now: &[Value]) -> (House, RunReport) {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(before));
    house.harvest("portal", 0).await;
    house.write("dump.json", &dump(now));
    let tripped = house.harvest("portal", 1).await;
    (house, tripped)
}

fn confirming(run: &RunReport) -> HarvestOptions {
    HarvestOptions { confirm_removals: Some(run.run.clone()), ..HarvestOptions::default() }
}

/// What an old permalink answers: where it leads, or what else.
async fn led(house: &House, viewer: &Viewer, id: DatasetId) -> Result<DatasetId, &'static str> {
    match house.catalog.dataset(viewer, id).await {
        Ok(_) => Err("there"),
        Err(CatalogError::Moved(successor)) => Ok(successor),
        Err(CatalogError::Gone) => Err("gone"),
        Err(CatalogError::NotFound("record")) => Err("absent"),
        Err(other) => panic!("{other:?}"),
    }
}

/// The new id that a run found for each record that it lacks, empty where it found none.
async fn proposed(house: &House, run: &RunReport) -> Vec<(String, String)> {
    let held = house.problems(run).await.into_iter().filter(|row| row.problem.code == "removal-held");
    let mut pairs: Vec<(String, String)> =
        held.map(|row| (row.source_record_id.unwrap(), row.problem.value.unwrap_or_default())).collect();
    pairs.sort();
    pairs
}

#[tokio::test]
async fn old_permalinks_lead_to_the_records_under_their_new_ids_once_an_operator_confirmed_them() {
    let (house, tripped) = portal(&packages(1, 30), &renamed(&packages(1, 30))).await;
    assert_eq!((tripped.verdict, tripped.retired), (Verdict::GuardTripped, 0));
    let reason = "id_scheme_change: 30 records that it lacks are listed under other ids: nothing was removed";
    assert_eq!(tripped.reason.as_deref(), Some(reason));
    let anonymous = Viewer::anonymous();
    assert_eq!(led(&house, &anonymous, portal_id("p7")).await, Err("there"), "until then it is where it was");

    let confirmed = house.harvest_with("portal", 2, &confirming(&tripped)).await;
    assert_eq!((confirmed.verdict, confirmed.retired, confirmed.reason), (Verdict::Complete, 30, None));
    for number in 1..=30 {
        let successor = portal_id(&format!("new-p{number}"));
        assert_eq!(led(&house, &anonymous, portal_id(&format!("p{number}"))).await, Ok(successor));
        let view = house.catalog.dataset(&anonymous, successor).await.unwrap();
        assert_eq!(view.dataset.title.best("en"), Some(format!("Wells {number}").as_str()));
    }
    assert_eq!(house.found(&anonymous, "").await.len(), 30);
    for answer in [
        house.catalog.history(&anonymous, portal_id("p7"), None, 100).await.map(|_| ()),
        house.catalog.contacts(&anonymous, portal_id("p7")).await.map(|_| ()),
        house.catalog.duplicates(&anonymous, portal_id("p7")).await.map(|_| ()),
    ] {
        assert!(matches!(answer, Err(CatalogError::Moved(id)) if id == portal_id("new-p7")), "{answer:?}");
    }
    assert_eq!(house.harvest("portal", 3).await.writes, 0);
    assert_eq!(house.catalog.check_store().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_source_of_three_records_that_changes_all_ids_waits_for_an_operator_too() {
    let (house, tripped) = portal(&packages(1, 3), &renamed(&packages(1, 3))).await;
    assert_eq!((tripped.verdict, tripped.retired), (Verdict::GuardTripped, 0));
    assert_eq!(proposed(&house, &tripped).await[0], ("p1".to_owned(), "new-p1".to_owned()));
    // However long nobody looks, nothing goes.
    let later = house.harvest("portal", 100).await;
    assert_eq!((later.verdict, later.retired), (Verdict::GuardTripped, 0));
    house.harvest_with("portal", 101, &confirming(&later)).await;
    assert_eq!(led(&house, &Viewer::anonymous(), portal_id("p3")).await, Ok(portal_id("new-p3")));
}

#[tokio::test]
async fn of_a_source_that_renames_a_few_records_these_go_as_ever() {
    let before = packages(1, 10);
    let now = [renamed(&before[..7]), before[7..].to_vec()].concat();
    let (house, report) = portal(&before, &now).await;
    assert_eq!((report.verdict, report.missing), (Verdict::Complete, 7));
    assert_eq!(house.harvest("portal", 9).await.retired, 7);
    assert_eq!(led(&house, &Viewer::anonymous(), portal_id("p1")).await, Err("gone"));
}

#[tokio::test]
async fn look_alikes_are_kept_apart_and_their_permalinks_say_that_they_are_gone() {
    let mut before = packages(1, 40);
    // Two that cannot be told apart, before and now.
    before[0] = package("p1", "Roads");
    before[1] = package("p2", "Roads");
    // One that has a look-alike before, and one that has one now.
    before[2] = package("p3", "Wells 4");
    let mut now = renamed(&before);
    now[2] = package("new-p3", "Bridges");
    now.push(package("another", "Wells 5"));
    // One of other countries, and one whose new record says another DOI.
    before[5]["countries"] = json!("YEM");
    now[5]["countries"] = json!("MLI");
    before[6]["doi"] = json!("10.5072/wells-7");
    now[6]["doi"] = json!("10.5072/wells-of-others");
    let (house, tripped) = portal(&before, &now).await;
    let apart: Vec<(String, String)> =
        proposed(&house, &tripped).await.into_iter().filter(|(_, now)| now.is_empty()).collect();
    let apart: Vec<&str> = apart.iter().map(|(before, _)| before.as_str()).collect();
    assert_eq!(apart, ["p1", "p2", "p3", "p4", "p5", "p6", "p7"]);
    house.harvest_with("portal", 2, &confirming(&tripped)).await;
    for id in apart {
        assert_eq!(led(&house, &Viewer::anonymous(), portal_id(id)).await, Err("gone"), "{id}");
    }
    assert_eq!(led(&house, &Viewer::anonymous(), portal_id("p8")).await, Ok(portal_id("new-p8")));
}

#[tokio::test]
async fn what_stood_beside_a_record_before_is_not_what_it_is_called_now() {
    // Both were listed before; one of them went, with most others.
    let before = [packages(1, 30), vec![package("stays", "Wells 1")]].concat();
    let now = [renamed(&packages(2, 30)), vec![package("stays", "Wells 1")]].concat();
    let (house, tripped) = portal(&before, &now).await;
    assert!(tripped.reason.as_deref().unwrap().starts_with("id_scheme_change: 29 records"), "{:?}", tripped.reason);
    house.harvest_with("portal", 2, &confirming(&tripped)).await;
    assert_eq!(led(&house, &Viewer::anonymous(), portal_id("p1")).await, Err("gone"));
    assert_eq!(led(&house, &Viewer::anonymous(), portal_id("p2")).await, Ok(portal_id("new-p2")));
}

#[tokio::test]
async fn a_doi_tells_look_alikes_apart_and_records_whose_titles_changed_together() {
    let mut before = packages(1, 30);
    for (number, package) in before.iter_mut().enumerate() {
        package["doi"] = json!(format!("10.5072/wells-{number}"));
    }
    before[0]["title"] = json!("Roads");
    before[1]["title"] = json!("Roads");
    let mut now = renamed(&before);
    now[2]["title"] = json!("Wells and boreholes 3");
    let (house, tripped) = portal(&before, &now).await;
    let expected: Vec<(String, String)> = {
        let mut pairs: Vec<_> = (1..=30).map(|number| (format!("p{number}"), format!("new-p{number}"))).collect();
        pairs.sort();
        pairs
    };
    assert_eq!(proposed(&house, &tripped).await, expected);
}

#[tokio::test]
async fn a_run_that_is_stopped_in_the_middle_of_the_new_ids_takes_none_of_them_for_old() {
    let portal = house::portal::Portal::start().await;
    let house = House::open(&[&portal.source()]).await;
    portal.set(packages(1, 30), None);
    house.harvest("portal", 0).await;
    portal.set(renamed(&packages(1, 30)), None);
    assert_eq!(house.harvest_a_page("portal", 1).await.verdict, Verdict::Cancelled);
    let tripped = house.harvest("portal", 1).await;
    assert_eq!(tripped.verdict, Verdict::GuardTripped);
    assert_eq!(proposed(&house, &tripped).await.iter().filter(|(_, now)| !now.is_empty()).count(), 30);
}

#[tokio::test]
async fn a_record_that_the_source_lists_no_longer_at_the_confirmation_is_no_place_to_lead_to() {
    let (house, tripped) = portal(&packages(1, 30), &renamed(&packages(1, 30))).await;
    house.write("dump.json", &dump(&renamed(&packages(1, 29))));
    let confirmed = house.harvest_with("portal", 2, &confirming(&tripped)).await;
    assert_eq!((confirmed.verdict, confirmed.retired, confirmed.missing), (Verdict::Complete, 30, 1));
    assert_eq!(led(&house, &Viewer::anonymous(), portal_id("p30")).await, Err("gone"));
    assert_eq!(led(&house, &Viewer::anonymous(), portal_id("p29")).await, Ok(portal_id("new-p29")));
}

#[tokio::test]
async fn a_source_that_goes_back_to_its_former_ids_brings_the_former_records_back() {
    let (house, tripped) = portal(&packages(1, 30), &renamed(&packages(1, 30))).await;
    house.harvest_with("portal", 2, &confirming(&tripped)).await;
    house.write("dump.json", &dump(&packages(1, 30)));
    let back = house.harvest("portal", 3).await;
    assert_eq!((back.verdict, back.changed), (Verdict::GuardTripped, 30));
    assert_eq!(proposed(&house, &back).await[0], ("new-p1".to_owned(), "p1".to_owned()));
    house.harvest_with("portal", 4, &confirming(&back)).await;
    let anonymous = Viewer::anonymous();
    assert_eq!(led(&house, &anonymous, portal_id("p9")).await, Err("there"));
    assert_eq!(led(&house, &anonymous, portal_id("new-p9")).await, Ok(portal_id("p9")));

    // A third scheme: whatever the record was called, its permalink leads to what it is called now.
    let third: Vec<Value> = renamed(&renamed(&packages(1, 30)));
    house.write("dump.json", &dump(&third));
    let changed = house.harvest("portal", 5).await;
    house.harvest_with("portal", 6, &confirming(&changed)).await;
    for id in ["p9", "new-p9"] {
        assert_eq!(led(&house, &anonymous, portal_id(id)).await, Ok(portal_id("new-new-p9")), "{id}");
    }
}

/// Rows of a desk: an open holding, a stub, one for its own people alone, and some to fill it up.
fn desk(prefix: &str) -> Vec<[String; 5]> {
    let row = |id: &str, title: &str, sharing: &str, listing: &str| {
        [format!("{prefix}{id}"), title.to_owned(), sharing.to_owned(), listing.to_owned(), String::new()]
    };
    let mut rows = vec![
        row("open", "Wells", "public", "full"),
        row("stub", "Clinics", "organisation", "stub"),
        row("own", "Convoys", "organisation", "hidden"),
        row("closing", "Camps", "public", "full"),
    ];
    rows.extend((1..=16).map(|number| row(&number.to_string(), &format!("Roads {number}"), "public", "full")));
    rows
}

fn as_inventory(rows: &[[String; 5]]) -> String {
    let rows: Vec<[&str; 5]> = rows.iter().map(|row| row.each_ref().map(String::as_str)).collect();
    inventory(&rows)
}

#[tokio::test]
async fn an_old_permalink_leads_only_who_sees_both_records_and_tells_others_nothing_of_the_new_one() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &as_inventory(&desk("")));
    house.harvest("desk", 0).await;
    house.write("desk.csv", &as_inventory(&desk("n-")));
    let tripped = house.harvest("desk", 1).await;
    assert_eq!(tripped.verdict, Verdict::GuardTripped);
    house.harvest_with("desk", 2, &confirming(&tripped)).await;
    // After that, one of the new ones is shared with fewer people.
    let mut closed = desk("n-");
    closed[3][2] = "organisation".to_owned();
    closed[3][3] = "hidden".to_owned();
    house.write("desk.csv", &as_inventory(&closed));
    house.harvest("desk", 3).await;

    for viewer in [Viewer::anonymous(), member("stranger")] {
        let led = async |id: &str| led(&house, &viewer, desk_id(id)).await;
        assert_eq!(led("open").await, Ok(desk_id("n-open")));
        assert_eq!(led("stub").await, Err("gone"), "a stub says no more than it shows");
        assert_eq!(led("closing").await, Err("gone"), "as if there had never been a new one");
        for hidden in ["own", "n-own", "n-closing", "never"] {
            assert_eq!(led(hidden).await, Err("absent"), "{hidden}");
        }
    }
    for id in ["open", "stub", "own", "closing"] {
        let successor = desk_id(&format!("n-{id}"));
        assert_eq!(led(&house, &member("desk"), desk_id(id)).await, Ok(successor), "{id}");
    }
}

#[tokio::test]
async fn what_is_hidden_from_somebody_does_not_change_where_their_permalinks_lead() {
    let lead = async |hidden: &[[&str; 5]]| {
        let with_hidden = |prefix: &str| {
            let mut rows = desk(prefix);
            let more = hidden.iter().map(|row| row.map(str::to_owned));
            rows.extend(more.map(|[id, title, sharing, listing, contact]| {
                [format!("{prefix}{id}"), title, sharing, listing, contact]
            }));
            as_inventory(&rows)
        };
        let house = House::open(&[DESK]).await;
        house.write("desk.csv", &with_hidden(""));
        house.harvest("desk", 0).await;
        house.write("desk.csv", &with_hidden("n-"));
        let tripped = house.harvest("desk", 1).await;
        house.harvest_with("desk", 2, &confirming(&tripped)).await;
        led(&house, &Viewer::anonymous(), desk_id("open")).await
    };
    let alone = lead(&[]).await;
    assert_eq!(alone, Ok(desk_id("n-open")));
    // Records that look just like it, and that the viewer does not see, or not so much of.
    let look_alikes =
        [["double", "Wells", "organisation", "hidden", ""], ["shadow", "Wells", "organisation", "stub", ""]];
    assert_eq!(lead(&look_alikes).await, alone);
}

/// Under the Chatham House Rule nobody is told that a record changed its id together with those of some source.
#[tokio::test]
async fn under_the_chatham_house_rule_only_its_own_organisation_is_led_to_the_new_record() {
    let house = House::open(&[DESK]).await;
    let masked = |prefix: &str| {
        let mut rows = desk(prefix);
        rows[0][2] = "\"public, TLP:EX:CHR\"".to_owned();
        as_inventory(&rows)
    };
    house.write("desk.csv", &masked(""));
    house.harvest("desk", 0).await;
    house.write("desk.csv", &masked("n-"));
    let tripped = house.harvest("desk", 1).await;
    house.harvest_with("desk", 2, &confirming(&tripped)).await;
    let view = house.catalog.dataset(&Viewer::anonymous(), desk_id("n-open")).await.unwrap();
    assert!(view.dataset.terms.attribution_hidden);
    assert_eq!(led(&house, &Viewer::anonymous(), desk_id("open")).await, Err("gone"));
    assert_eq!(led(&house, &member("desk"), desk_id("open")).await, Ok(desk_id("n-open")));
    assert_eq!(led(&house, &Viewer::anonymous(), desk_id("closing")).await, Ok(desk_id("n-closing")));
}
