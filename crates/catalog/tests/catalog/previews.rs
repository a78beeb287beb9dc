//! What a harvest would do, from the first pages of a source, into nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::house::{DESK, House, PORTAL, day, dump, package, packages};
use crate::portal::Portal;
use cairn_catalog::{CancellationToken, CatalogError, HarvestOptions, Preview, PreviewOptions};
use cairn_policy::{Role, Viewer};
use serde_json::json;

fn pages(pages: u64) -> PreviewOptions {
    PreviewOptions { pages, time: Duration::from_mins(1), cancel: CancellationToken::new() }
}

async fn preview_as(house: &House, viewer: &Viewer, source: &str) -> Preview {
    house.catalog.preview(viewer, source, &pages(10), day(1)).await.unwrap()
}

async fn preview(house: &House, source: &str) -> Preview {
    preview_as(house, &Viewer::operator(), source).await
}

/// Everything in the data folder that could tell of a write.
fn contents(house: &House) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![house.data()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_none_or(|ending| ending != "db-shm") {
                files.insert(path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[tokio::test]
async fn what_is_new_changed_unchanged_and_gone_is_shown_field_by_field_and_nothing_is_written() {
    let house = House::open(&[PORTAL]).await;
    house.write("dump.json", &dump(&packages(1, 40)));
    house.harvest("portal", 0).await;
    let mut after = packages(2, 41);
    after[0]["title"] = json!("Deep wells");
    after[0]["notes"] = json!("Depths in metres");
    house.write("dump.json", &dump(&after));

    let before = contents(&house);
    let preview = preview(&house, "portal").await;
    assert!(contents(&house) == before, "something was written");

    assert_eq!((preview.new, preview.changed, preview.unchanged), (1, 1, 38));
    assert_eq!((preview.whole, preview.would_go_missing), (true, Some(1)), "{:?}", preview.reason);
    assert_eq!(preview.missing_records, ["p1"]);
    assert_eq!(preview.new_records[0].source_record_id, "p41");
    assert_eq!(preview.new_records[0].title.as_deref(), Some("Wells 41"));
    let changed = &preview.changed_records[0];
    assert_eq!((changed.source_record_id.as_str(), changed.title.as_deref()), ("p2", Some("Deep wells")));
    let side = |side: &Option<String>| side.clone().unwrap_or_default();
    let fields: Vec<String> = changed
        .fields
        .iter()
        .map(|one| format!("{}: {} > {}", one.field, side(&one.before), side(&one.after)))
        .collect();
    assert_eq!(fields, ["/description/und:  > Depths in metres", "/title/und: Wells 2 > Deep wells"]);
    assert!(
        fields.iter().any(|line| line.ends_with("Depths in metres") || line.contains("Depths in metres\"")),
        "{fields:?}"
    );

    // The harvest then does what the preview said.
    let run = house.harvest("portal", 2).await;
    assert_eq!((run.new, run.changed, run.unchanged, run.missing), (1, 1, 38, 1));
}

#[tokio::test]
async fn a_field_of_which_nothing_is_read_is_named_and_its_values_are_not() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", "id,title,Budget line\na,Wells,secret-4711\nb,Clinics,\n");
    let preview = preview(&house, "desk").await;
    let fields: Vec<_> =
        preview.unread_fields.iter().map(|one| (one.field.as_str(), one.records, &*one.example)).collect();
    assert_eq!(fields, [("Budget line", 1, "a")]);
    assert_eq!(preview.searched_records, 2);
    let told = serde_json::to_value(&preview.unread_fields).unwrap().to_string();
    assert!(!told.contains("4711"), "{told}");
}

#[tokio::test]
async fn only_the_first_pages_are_asked_for_and_then_nobody_says_what_is_missing() {
    let portal = Portal::well_behaved(45).await;
    let source = format!(
        "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\norganisation = \"Keepers\"\n[limits]\nrequests_per_second = 0\npage_size = 10\nrequests_per_day = 3\n",
        portal.port
    );
    let house = House::open(&[&source]).await;
    let first = house.catalog.preview(&Viewer::operator(), "portal", &pages(2), day(0)).await.unwrap();
    assert_eq!((first.pages, first.new, first.expected), (2, 20, Some(45)));
    assert_eq!((first.whole, first.would_go_missing), (false, None));
    assert!(first.reason.unwrap().contains("only the first pages"));

    // Its requests count for the budget of the day.
    let run = house.harvest("portal", 0).await;
    assert_eq!(run.requests, 1, "{run:?}");
}

#[tokio::test]
async fn a_source_that_cannot_be_read_says_so() {
    let house = House::open(&[PORTAL]).await;
    let preview = preview(&house, "portal").await;
    let failed = preview.failed.unwrap();
    assert!(failed.message.contains("dump.json"), "{}", failed.message);
    assert_eq!((preview.listed, preview.would_go_missing), (0, None));
}

#[tokio::test]
async fn nobody_but_who_operates_a_source_is_told_of_it() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", "id,title\na,Wells\n");
    for (viewer, source) in [
        (Viewer::anonymous(), "desk"),
        (Viewer::member("other", &[], Role::Operator), "desk"),
        (Viewer::member("desk", &[], Role::Steward), "desk"),
        (Viewer::operator(), "nobody"),
    ] {
        let refused = house.catalog.preview(&viewer, source, &pages(1), day(0)).await;
        assert!(matches!(refused, Err(CatalogError::NotFound("source"))), "{viewer:?}: {refused:?}");
    }
}

#[tokio::test]
async fn what_a_viewer_may_not_see_is_counted_and_not_shown() {
    // Its publisher keeps it to itself, and who operates the source is of another organisation.
    let house = House::open(&[PORTAL]).await;
    let mut hidden = package("h", "Names of survivors");
    hidden["private"] = json!(true);
    house.write("dump.json", &dump(&[hidden, package("o", "Wells")]));
    let viewer = Viewer::member("keepers", &[], Role::Operator);
    let seen = preview_as(&house, &viewer, "portal").await;
    let titles: Vec<_> =
        seen.new_records.iter().map(|one| (one.source_record_id.as_str(), one.title.as_deref())).collect();
    assert_eq!(titles, [("h", None), ("o", Some("Wells"))]);
    assert_eq!(seen.new, 2);

    house.harvest_with("portal", 0, &HarvestOptions::default()).await;
    let mut hidden = package("h", "Names of more survivors");
    hidden["private"] = json!(true);
    house.write("dump.json", &dump(&[hidden, package("o", "Wells")]));
    let seen = preview_as(&house, &viewer, "portal").await;
    assert_eq!((seen.changed, &seen.changed_records[0].title, seen.changed_records[0].fields.len()), (1, &None, 0));
}

/// Whoever operates a source knows what it lists, and not which record of the catalogue hides that it comes from there.
#[tokio::test]
async fn under_the_chatham_house_rule_neither_a_preview_nor_the_quality_of_a_source_tells_which_record_is_whose() {
    let house = House::open(&[DESK]).await;
    let rows = "id,title,owner,sharing,listing,access method\n\
        open,Wells,Relief,public,full,download\nmasked,Roads,Relief,\"public, TLP:EX:CHR\",full,download\n";
    house.write("desk.csv", rows);
    let operating = Viewer::member("desk", &[], Role::Administrator);
    let preview = preview_as(&house, &operating, "desk").await;
    let told: BTreeMap<&str, Option<&str>> =
        preview.new_records.iter().map(|one| (one.source_record_id.as_str(), one.title.as_deref())).collect();
    assert_eq!(told, [("masked", None), ("open", Some("Wells"))].into());
    house.harvest("desk", 0).await;
    let quality = house.catalog.quality_of(&operating, "desk", day(0)).await.unwrap();
    let told: BTreeMap<&str, bool> =
        quality.lowest.iter().map(|one| (one.source_record_id.as_str(), one.dataset.is_some())).collect();
    assert_eq!(told, [("masked", false), ("open", true)].into());
}
