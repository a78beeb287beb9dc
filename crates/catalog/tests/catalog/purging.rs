//! Purging a source: gone from store, index and files, and told to those who could see its records.

use crate::house;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::house::{DESK, House, PORTAL, day, desk_id, dump, inventory, member, package, packages, portal_id};
use cairn_catalog::{
    CancellationToken, Catalog, CatalogError, ChangesPage, PurgeReport, RecordChange, Scheduler, Silent, SourceHoldings,
};
use cairn_policy::Viewer;

/// A word that only what is purged holds.
const WORD: &str = "zarmandil";

/// Records of a portal that anyone sees, and those of a desk that it keeps for itself but for one.
async fn filled() -> House {
    let house = House::open(&[PORTAL, DESK]).await;
    let mut listed = packages(1, 40);
    listed.push(package("secret", &format!("Wells of {WORD}")));
    house.write("dump.json", &dump(&listed));
    house.write(
        "desk.csv",
        &inventory(&[
            ["open", "Clinics", "public", "full", ""],
            ["closed", &format!("Convoys of {WORD}"), "organisation", "hidden", ""],
        ]),
    );
    house.harvest("portal", 0).await;
    house.harvest("desk", 0).await;
    house
}

async fn purge(house: &House, source: &str) -> PurgeReport {
    house.catalog.purge_source(source, true, day(5)).await.unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// Files of the data folder that hold some text.
fn remembering(house: &House, text: &str) -> Vec<String> {
    let holds = |file: &PathBuf| {
        // A file may go away while it is looked for.
        let bytes = std::fs::read(file).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    let found = files(&house.data()).into_iter().filter(holds);
    found.map(|file| file.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

/// What a viewer reads in the feed: titles, and ids of what is gone.
fn steps(page: &ChangesPage) -> Vec<String> {
    let step = |change: &RecordChange| match change {
        RecordChange::Shown(view) => view.dataset.title.best("en").unwrap_or_default().to_owned(),
        RecordChange::Retired(id) => format!("gone: {id}"),
    };
    page.changes.iter().map(step).collect()
}

async fn feed(house: &House, viewer: &Viewer, since: Option<&str>) -> Result<ChangesPage, CatalogError> {
    house.catalog.changes(viewer, since, 500).await
}

#[tokio::test]
async fn a_purged_source_is_gone_from_searches_permalinks_reports_and_every_file() {
    let house = filled().await;
    assert_eq!(house.found(&Viewer::anonymous(), WORD).await.len(), 1);
    assert!(!remembering(&house, WORD).is_empty());

    let report = purge(&house, "portal").await;
    let counts = SourceHoldings { records: 41, revisions: 41, payloads: 41, runs: 1, ..SourceHoldings::default() };
    assert_eq!((report.removed, report.configured), (counts, true));
    purge(&house, "desk").await;

    for viewer in [Viewer::anonymous(), Viewer::operator(), member("desk")] {
        assert_eq!(house.found(&viewer, "").await, Vec::<String>::new());
        for id in [portal_id("secret"), desk_id("open"), desk_id("closed")] {
            let answer = house.catalog.dataset(&viewer, id).await;
            assert!(matches!(answer, Err(CatalogError::NotFound("record"))), "{answer:?}");
        }
    }
    assert_eq!(house.catalog.runs_of(&Viewer::operator(), "portal", 10).await.unwrap(), []);
    assert_eq!(remembering(&house, WORD), Vec::<String>::new());
    assert!(house.catalog.index_is_current().await.unwrap());
    assert_eq!(house.catalog.check_store().await.unwrap(), Vec::<String>::new());

    // It is still configured here: the next harvest brings everything again, as new.
    let again = house.harvest("portal", 6).await;
    assert_eq!((again.listed, again.new), (41, 41));
    assert_eq!(house.found(&Viewer::anonymous(), WORD).await.len(), 1);
}

#[tokio::test]
async fn a_process_that_holds_the_index_follows_a_purge_of_another_and_forgets_its_words() {
    let house = filled().await;
    let server = house::open_store(&house.folder, &[PORTAL, DESK]).await;
    let stop = CancellationToken::new();
    let follower = server.take_index_writer("serve", day(1)).await.unwrap();
    let following = tokio::spawn(follower.follow(stop.clone()));

    purge(&house, "portal").await;
    // What the purge waited for.
    let is_found = async |catalog: &Catalog, text: &str| {
        let request = cairn_catalog::SearchRequest { text: text.to_owned(), ..Default::default() };
        catalog.search(&Viewer::operator(), request).await.unwrap().total
    };
    assert_eq!((is_found(&server, "wells").await, is_found(&server, "clinics").await), (0, 1));
    purge(&house, "desk").await;
    // Files that no segment names any more are removed by the next look.
    let begun = Instant::now();
    while !remembering(&house, WORD).is_empty() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", remembering(&house, WORD));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    following.await.unwrap();
}

#[tokio::test]
async fn an_index_from_before_a_purge_catches_up_with_it() {
    let house = filled().await;
    let copy = house.folder.path().join("copy");
    copy_folder(&house.data().join("search"), &copy);
    purge(&house, "portal").await;
    house.write("dump.json", &dump(&packages(7, 7)));
    house.harvest("portal", 6).await;
    let House { folder, catalog } = house;
    drop(catalog);
    // Somebody puts back an index that they had copied.
    std::fs::remove_dir_all(folder.path().join("data/search")).unwrap();
    copy_folder(&copy, &folder.path().join("data/search"));
    let house = House::open_in(folder, &[PORTAL, DESK]).await;
    house.catalog.catch_index_up(Duration::from_secs(10)).await.unwrap();
    assert_eq!(house.found(&Viewer::anonymous(), "").await, ["Clinics", "Wells 7"]);
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[tokio::test]
async fn who_follows_the_feed_is_told_what_was_purged_where_they_could_see_it() {
    let house = House::open(&[PORTAL, DESK]).await;
    house.write("dump.json", &dump(&packages(1, 2)));
    house.harvest("portal", 0).await;
    house.write(
        "desk.csv",
        &inventory(&[["open", "Clinics", "public", "full", ""], ["closed", "Convoys", "organisation", "hidden", ""]]),
    );
    house.harvest("desk", 1).await;
    let (anyone, desk) = (Viewer::anonymous(), member("desk"));
    let before = feed(&house, &anyone, None).await.unwrap();
    assert_eq!(steps(&before), ["Wells 1", "Wells 2", "Clinics"]);
    let first_page = house.catalog.changes(&anyone, None, 1).await.unwrap();

    purge(&house, "portal").await;
    let after = feed(&house, &anyone, before.next.as_deref()).await.unwrap();
    let gone = |id: &str| format!("gone: {}", portal_id(id));
    assert_eq!(steps(&after), [gone("p1"), gone("p2")]);
    // A page can end with one of them, and the next goes on behind it.
    let one = house.catalog.changes(&anyone, before.next.as_deref(), 1).await.unwrap();
    assert_eq!((steps(&one), one.complete), (vec![gone("p1")], false));
    assert_eq!(steps(&feed(&house, &anyone, one.next.as_deref()).await.unwrap()), [gone("p2")]);
    assert_eq!(steps(&feed(&house, &anyone, after.next.as_deref()).await.unwrap()), Vec::<String>::new());
    assert_eq!(
        steps(&feed(&house, &desk, None).await.unwrap()),
        ["Clinics".to_owned(), "Convoys".to_owned(), gone("p1"), gone("p2")]
    );
    // A place that was a record of the source is none any more.
    let lost = feed(&house, &anyone, first_page.next.as_deref()).await;
    assert!(matches!(lost, Err(CatalogError::UnknownCursor)), "{lost:?}");
    // What comes again stands where it came, and nowhere else.
    house.harvest("portal", 6).await;
    assert_eq!(steps(&feed(&house, &anyone, after.next.as_deref()).await.unwrap()), ["Wells 1", "Wells 2"]);
    assert_eq!(steps(&feed(&house, &anyone, None).await.unwrap()), ["Clinics", "Wells 1", "Wells 2"]);
}

#[tokio::test]
async fn who_could_not_see_a_record_learns_nothing_of_its_purge() {
    let rows = |closed: &[[&str; 5]]| {
        let mut rows = vec![["open", "Clinics", "public", "full", ""]];
        rows.extend_from_slice(closed);
        inventory(&rows)
    };
    let hidden = "id = \"hidden\"\nkind = \"inventory\"\nurl = \"file:hidden.csv\"\norganisation = \"Hidden\"\n";
    let convoys =
        inventory(&[["c1", "Convoys", "organisation", "hidden", ""], ["c2", "Depots", "closed", "hidden", ""]]);
    let mut answers = Vec::new();
    for is_there in [true, false] {
        let house = House::open(&[DESK, hidden]).await;
        house.write("desk.csv", &rows(&[]));
        house.harvest("desk", 0).await;
        let since = feed(&house, &Viewer::anonymous(), None).await.unwrap().next;
        if is_there {
            house.write("hidden.csv", &convoys);
            house.harvest("hidden", 1).await;
            purge(&house, "hidden").await;
        }
        house.write("desk.csv", &rows(&[["two", "Schools", "public", "full", ""]]));
        house.harvest("desk", 7).await;
        let viewer = Viewer::anonymous();
        let pages = [
            feed(&house, &viewer, None).await.unwrap(),
            feed(&house, &viewer, since.as_deref()).await.unwrap(),
            house.catalog.changes(&viewer, None, 1).await.unwrap(),
        ];
        let page = house.catalog.search(&viewer, cairn_catalog::SearchRequest::default()).await.unwrap();
        let of = house.catalog.dataset(&viewer, cairn_model::DatasetId::new("hidden", "c1")).await;
        answers.push(format!("{pages:?} {page:?} {of:?} {since:?}"));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_source_that_is_configured_is_purged_only_where_that_is_said_and_an_unknown_one_never() {
    let house = filled().await;
    let refused = house.catalog.purge_source("portal", false, day(5)).await;
    assert!(matches!(&refused, Err(CatalogError::BadRequest(why)) if why.contains("still configured")), "{refused:?}");
    let unknown = house.catalog.purge_source("nobody", true, day(5)).await;
    assert!(matches!(unknown, Err(CatalogError::NotFound("source"))));

    let house = house.reopened(&[DESK]).await;
    let preview = house.catalog.purge_preview("portal").await.unwrap();
    assert_eq!((preview.removed.records, preview.configured), (41, false));
    assert_eq!(house.found(&Viewer::anonymous(), WORD).await.len(), 1, "a preview writes nothing");
    let report = house.catalog.purge_source("portal", false, day(5)).await.unwrap();
    assert_eq!(report.removed, preview.removed);
    let again = house.catalog.purge_source("portal", false, day(5)).await;
    assert!(matches!(again, Err(CatalogError::NotFound("source"))));
    let sources = house.catalog.sources_for(&Viewer::operator(), day(6)).await.unwrap();
    assert_eq!(sources.into_iter().map(|source| source.id).collect::<Vec<_>>(), ["desk"]);
}

#[tokio::test]
async fn a_program_that_began_with_a_source_in_its_configuration_leaves_it_alone_once_it_is_purged() {
    let house = filled().await;
    let server = house::open_store(&house.folder, &[PORTAL, DESK]).await;
    let schedule = Scheduler::new(server, std::sync::Arc::new(Silent), CancellationToken::new());
    let due = async || -> Vec<String> {
        schedule.due_at_start(day(30)).await.unwrap().iter().map(|source| source.id.clone()).collect()
    };
    assert_eq!(due().await, ["portal", "desk"]);
    let house = house.reopened(&[DESK]).await;
    house.catalog.purge_source("portal", false, day(5)).await.unwrap();
    assert_eq!(due().await, ["desk"]);
}
