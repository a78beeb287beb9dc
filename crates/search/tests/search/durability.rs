//! The index in its folder: what survives, what is refused, and what a killed writer leaves behind.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cairn_model::{Dataset, Listing, Sharing};
use cairn_policy::Viewer;
use cairn_search::{Index, IndexWriter, SearchError, SearchIndex, Writer, WriterOptions};
use tempfile::TempDir;

use crate::samples;
use crate::samples::{dataset, put, search, small, text, titles, withdraw};

fn open(folder: &Path) -> (Index, Writer) {
    Index::open_writer_with(folder, small()).unwrap()
}

/// A folder with an index of records, one of them changed and one withdrawn. Other records keep the share of deleted
/// documents low, so that no segment is rewritten in the background.
fn a_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let (_, mut writer) = open(&folder.path().join("search"));
    let mut community = dataset("c", "Community");
    community.terms.sharing = Sharing::Community;
    community.terms.listing = Listing::Hidden;
    let mut changes = vec![put(&dataset("a", "Alpha")), put(&dataset("b", "Beta")), put(&community)];
    changes.extend((0..20).map(|number| put(&dataset(&format!("other {number}"), "Other"))));
    writer.apply(&changes, 7).unwrap();
    writer.apply(&[put(&dataset("a", "Alpha again"))], 8).unwrap();
    writer.apply(&[withdraw(&dataset("b", "Beta")), put(&dataset("d", "Delta"))], 9).unwrap();
    writer.close().unwrap();
    folder
}

fn seen_by(index: &Index, viewer: &Viewer) -> Vec<String> {
    let page = index.search(viewer, &text("-other")).unwrap();
    let mut found: Vec<String> = titles(&page).into_iter().map(str::to_owned).collect();
    found.sort();
    found
}

#[test]
fn what_was_committed_is_there_after_opening_again() {
    let folder = a_folder();
    let path = folder.path().join("search");
    let reader = Index::open_reader(&path, "").unwrap();
    assert_eq!(reader.position(), 9);
    assert_eq!(seen_by(&reader, &Viewer::anonymous()), ["Alpha again", "Delta"]);
    assert_eq!(seen_by(&reader, &samples::member("relief")), ["Alpha again", "Community", "Delta"]);
    let (_, writer) = open(&path);
    assert_eq!(writer.position(), 9);
}

#[test]
fn a_reader_beside_the_writer_sees_commits_when_it_looks() {
    let folder = a_folder();
    let path = folder.path().join("search");
    let reader = Index::open_reader(&path, "").unwrap();
    let (index, mut writer) = open(&path);
    assert!(!reader.reload().unwrap());
    writer.apply(&[put(&dataset("e", "Epsilon"))], 10).unwrap();
    assert_eq!(seen_by(&index, &Viewer::anonymous()), ["Alpha again", "Delta", "Epsilon"]);
    assert_eq!(seen_by(&reader, &Viewer::anonymous()), ["Alpha again", "Delta"]);
    assert!(reader.reload().unwrap());
    assert_eq!(reader.position(), 10);
    assert_eq!(seen_by(&reader, &Viewer::anonymous()), ["Alpha again", "Delta", "Epsilon"]);
    assert!(!reader.reload().unwrap());
}

#[test]
fn what_is_added_is_seen_when_it_is_committed() {
    let (index, mut writer) = Index::in_memory(small()).unwrap();
    assert_eq!(writer.add(&[put(&dataset("a", "Alpha"))]).unwrap(), 1);
    assert_eq!(writer.add(&[put(&dataset("a", "Alpha, changed")), withdraw(&dataset("b", "Beta"))]).unwrap(), 1);
    assert_eq!(search(&index, &text("")).total, 0);
    writer.commit(3).unwrap();
    assert_eq!((index.position(), writer.position()), (3, 3));
    assert_eq!(titles(&search(&index, &text(""))), ["Alpha, changed"]);
}

#[test]
fn only_one_writer_can_have_the_index() {
    let folder = a_folder();
    let path = folder.path().join("search");
    let first = open(&path);
    let second = Index::open_writer_with(&path, small());
    assert!(matches!(second, Err(SearchError::WriterHeld { .. })));
    drop(first);
    open(&path);
}

#[test]
fn an_index_is_made_where_there_is_none_and_begun_anew_where_it_is_wanted() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("search");
    assert!(matches!(Index::open_reader(&path, ""), Err(SearchError::Damaged(_))));
    let (index, writer) = open(&path);
    assert_eq!((index.position(), writer.position()), (0, 0));
    drop((index, writer));

    let folder = a_folder();
    let path = folder.path().join("search");
    let (index, writer) = Index::create_empty_with(&path, small()).unwrap();
    assert_eq!((index.position(), writer.position()), (0, 0));
    assert_eq!(search(&index, &text("")).total, 0);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.to_string_lossy().contains(".lock") && !path.ends_with(".managed.json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn every_damaged_file_is_noticed_when_the_index_is_opened() {
    let folder = a_folder();
    let path = folder.path().join("search");
    drop(Index::open_reader(&path, "").unwrap());
    let all = files(&path);
    assert!(all.iter().any(|file| file.extension().is_some_and(|ending| ending == "del")), "{all:?}");
    for file in all {
        let sound = std::fs::read(&file).unwrap();
        let mut damages: Vec<(&str, Option<Vec<u8>>)> = vec![
            ("deleted", None),
            ("emptied", Some(Vec::new())),
            ("truncated", Some(sound[..sound.len() / 2].to_vec())),
        ];
        for place in [0, sound.len() / 3, sound.len() / 2, sound.len() - 1] {
            let mut flipped = sound.clone();
            flipped[place] ^= 0x08;
            damages.push(("flipped", Some(flipped)));
        }
        for (damage, content) in damages {
            match content {
                None => std::fs::remove_file(&file).unwrap(),
                Some(bytes) => std::fs::write(&file, bytes).unwrap(),
            }
            let opened = Index::open_reader(&path, "");
            let harmless = opened.as_ref().is_ok_and(|index| {
                index.position() == 9 && seen_by(index, &Viewer::operator()) == ["Alpha again", "Community", "Delta"]
            });
            let noticed = matches!(opened, Err(SearchError::Damaged(_)));
            // A bit of a name or a number that nothing reads can flip without harm; then every answer is as before.
            assert!(noticed || (damage == "flipped" && harmless), "{} {damage}: {:?}", file.display(), opened.err());
            std::fs::write(&file, &sound).unwrap();
        }
    }
    assert_eq!(Index::open_reader(&path, "").unwrap().position(), 9);
}

#[test]
fn an_index_of_another_store_is_refused_by_readers_and_writers() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("search");
    let of = |store: &str| WriterOptions { store: store.to_owned(), ..small() };
    let (_, mut writer) = Index::open_writer_with(&path, of("one")).unwrap();
    writer.apply(&[put(&dataset("a", "Alpha"))], 1).unwrap();
    drop(writer);
    let reader = Index::open_reader(&path, "one").unwrap();
    for other in ["two", ""] {
        let told = |error: SearchError| error.to_string();
        let refused = [
            Index::open_reader(&path, other).map(|_| ()).map_err(told),
            Index::open_writer_with(&path, of(other)).map(|_| ()).map_err(told),
        ];
        let expected = "the index cannot be used and must be rebuilt: it is the index of another store";
        assert_eq!(refused, [Err(expected.to_owned()), Err(expected.to_owned())]);
    }
    // Put in its place while somebody reads: what was read stays.
    Index::create_empty_with(&path, of("two")).unwrap();
    assert!(matches!(reader.reload(), Err(SearchError::Damaged(_))));
    assert_eq!(seen_by(&reader, &Viewer::anonymous()), ["Alpha"]);
}

#[test]
fn an_index_of_another_version_is_refused() {
    let folder = a_folder();
    let path = folder.path().join("search");
    let text = std::fs::read_to_string(path.join("schema.json")).unwrap();
    let make_up: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    for what in ["schema", "renditions"] {
        let mut other = make_up.clone();
        let number = other[what].as_u64().unwrap();
        other.insert(what.to_owned(), (number + 1).into());
        std::fs::write(path.join("schema.json"), serde_json::to_string(&other).unwrap()).unwrap();
        assert!(matches!(Index::open_reader(&path, ""), Err(SearchError::Damaged(_))), "{what}");
        assert!(matches!(Index::open_writer(&path), Err(SearchError::Damaged(_))), "{what}");
    }
}

#[test]
fn an_index_that_was_made_with_other_vocabularies_can_be_read_and_not_written() {
    let folder = a_folder();
    let path = folder.path().join("search");
    let other = WriterOptions { vocabulary_fingerprint: "other".to_owned(), ..small() };
    let refused = Index::open_writer_with(&path, other.clone()).map(|_| ()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the index cannot be used and must be rebuilt: it was made with other vocabularies"
    );
    assert_eq!(Index::open_reader(&path, "").unwrap().position(), 9);
    drop(Index::create_empty_with(&path, other.clone()).unwrap());
    Index::open_writer_with(&path, other).unwrap();
}

#[test]
fn an_index_that_cannot_be_looked_into_is_neither_missing_nor_damaged_and_is_left_alone() {
    let folder = TempDir::new().unwrap();
    // A file where the folder should be cannot be looked into either, whoever runs the test.
    let path = folder.path().join("search");
    std::fs::write(&path, "kept").unwrap();
    assert!(matches!(Index::open_writer_with(&path, small()), Err(SearchError::Failed { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), b"kept");

    let folder = a_folder();
    let path = folder.path().join("search");
    let make_up = path.join("schema.json");
    let aside = path.join("aside.json");
    std::fs::rename(&make_up, &aside).unwrap();
    // Reading a folder fails, and not because it is not there.
    std::fs::create_dir(&make_up).unwrap();
    for refused in [Index::open_reader(&path, "").map(|_| ()), Index::open_writer_with(&path, small()).map(|_| ())] {
        assert!(matches!(refused, Err(SearchError::Failed { .. })), "{refused:?}");
    }
    std::fs::remove_dir(&make_up).unwrap();
    std::fs::rename(&aside, &make_up).unwrap();
    assert_eq!(Index::open_reader(&path, "").unwrap().position(), 9);
}

/// Leaves the folder as a writer does that is killed between the commits of the two tiers: the public one is `newer`.
fn kill_between_commits(path: &Path, newer: &Path) {
    std::fs::remove_dir_all(path.join("public")).unwrap();
    copy(&newer.join("public"), &path.join("public"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn after_a_kill_between_the_two_commits_nothing_is_shown_twice_and_nothing_is_lost() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("search");
    let mut hidden = dataset("a", "Alpha");
    hidden.terms.sharing = Sharing::Community;
    hidden.terms.listing = Listing::Hidden;
    let opened = dataset("a", "Alpha");
    let other = Dataset { terms: hidden.terms.clone(), ..dataset("b", "Beta") };
    let (_, mut writer) = open(&path);
    writer.apply(&[put(&hidden), put(&other)], 1).unwrap();
    drop(writer);
    let newer = folder.path().join("newer");
    copy(&path, &newer);
    let (_, mut writer) = open(&newer);
    writer.apply(&[put(&opened)], 2).unwrap();
    drop(writer);

    let reader = Index::open_reader(&path, "").unwrap();
    kill_between_commits(&path, &newer);
    let member = samples::member("relief");
    assert!(!reader.reload().unwrap(), "a reader keeps the pair that it holds");
    assert_eq!(seen_by(&reader, &member), ["Alpha", "Beta"]);

    let late = Index::open_reader(&path, "").unwrap();
    assert_eq!(late.position(), 1);
    assert_eq!(seen_by(&late, &member), ["Alpha"], "without a pair everyone sees the public tier alone");

    let (index, mut writer) = open(&path);
    assert_eq!(writer.position(), 1, "the writer begins where both tiers were");
    writer.apply(&[put(&opened)], 2).unwrap();
    assert_eq!(seen_by(&index, &member), ["Alpha", "Beta"]);
    assert_eq!(seen_by(&index, &Viewer::anonymous()), ["Alpha"]);
}

#[test]
fn a_commit_that_was_killed_before_its_last_step_can_be_made_again() {
    let folder = a_folder();
    let path = folder.path().join("search");
    let before = TempDir::new().unwrap();
    copy(&path, before.path());
    let changes = [put(&dataset("other 3", "Changed"))];
    let (_, mut writer) = open(&path);
    writer.apply(&changes, 10).unwrap();
    writer.close().unwrap();
    // Everything is written but the list of what counts, and nothing older is gone yet.
    for old in files(before.path()) {
        std::fs::copy(&old, path.join(old.strip_prefix(before.path()).unwrap())).unwrap();
    }
    let (index, mut writer) = open(&path);
    assert_eq!(writer.position(), 9);
    writer.apply(&changes, 10).unwrap();
    assert_eq!(titles(&search(&index, &text("changed"))), ["Changed"]);
    assert_eq!(seen_by(&index, &Viewer::operator()), ["Alpha again", "Community", "Delta"]);
}

#[test]
fn tidying_rewrites_every_segment_that_remembers_something() {
    let (index, mut writer) = Index::in_memory(small()).unwrap();
    for round in 0..4 {
        let records: Vec<_> = (0..30).map(|number| dataset(&format!("{round}-{number}"), "Zebra")).collect();
        let changes: Vec<_> = records.iter().map(put).collect();
        writer.apply(&changes, round * 2 + 1).unwrap();
        writer.apply(&[withdraw(&records[0])], round * 2 + 2).unwrap();
    }
    let before = serde_json::to_string(&search(&index, &text("zebra"))).unwrap();
    let mut calls = 0;
    while writer.tidy().unwrap() {
        calls += 1;
        assert!(calls < 100);
    }
    assert!(!writer.tidy().unwrap());
    assert_eq!(serde_json::to_string(&search(&index, &text("zebra"))).unwrap(), before);
    assert_eq!(index.position(), 8);
}

#[test]
fn small_segments_become_one_when_there_is_nothing_else_to_do_and_more_can_be_written_meanwhile() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("search");
    let (index, mut writer) = open(&path);
    for round in 0..3 {
        let records: Vec<_> = (0..40).map(|number| dataset(&format!("{round}-{number}"), "Zebra")).collect();
        writer.apply(&records.iter().map(put).collect::<Vec<_>>(), round + 100).unwrap();
    }
    let segments = || {
        let meta = std::fs::read_to_string(path.join("public/meta.json")).unwrap();
        meta.matches("\"segment_id\"").count()
    };
    assert_eq!(segments(), 3);
    assert!(writer.settle().unwrap());
    writer.apply(&[put(&dataset("other", "Other"))], 200).unwrap();
    let before = serde_json::to_string(&search(&index, &text("zebra"))).unwrap();
    let begun = Instant::now();
    while writer.settle().unwrap() {
        assert!(begun.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(5));
    }
    // The one that came meanwhile is too small to be worth it.
    assert_eq!(segments(), 2);
    assert!(serde_json::to_string(&search(&index, &text("zebra"))).unwrap() == before);
    assert_eq!(titles(&search(&index, &text("other"))), ["Other"]);
}

#[test]
fn what_is_withdrawn_while_segments_are_merged_leaves_the_disk_too() {
    for round in 0..8 {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("search");
        let (_, mut writer) = open(&path);
        let secrets: Vec<_> = (0..300).map(|number| dataset(&format!("s{number}"), "Zyxwvutsrqponm")).collect();
        for (part, secrets) in secrets.chunks(100).enumerate() {
            let mut changes: Vec<_> = secrets.iter().map(put).collect();
            changes.extend((0..10).map(|number| put(&dataset(&format!("{part}-{number}"), "Other"))));
            writer.apply(&changes, 1 + i64::try_from(part).unwrap()).unwrap();
        }
        assert!(writer.settle().unwrap());
        std::thread::sleep(Duration::from_millis(round));
        writer.apply(&secrets.iter().map(withdraw).collect::<Vec<_>>(), 10).unwrap();
        while writer.tidy().unwrap() || writer.settle().unwrap() {
            std::thread::sleep(Duration::from_millis(2));
        }
        writer.close().unwrap();
        let word = b"zyxwvutsrqponm";
        let holds = |file: &PathBuf| std::fs::read(file).unwrap().windows(word.len()).any(|bytes| bytes == word);
        assert!(!files(&path).iter().any(holds), "{round}");
    }
}

#[test]
fn what_was_withdrawn_leaves_the_disk() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("search");
    let (_, mut writer) = open(&path);
    let secret = dataset("s", "Zyxwvutsrqponm");
    let mut changes: Vec<_> = (0..40).map(|number| put(&dataset(&number.to_string(), "Other"))).collect();
    changes.push(put(&secret));
    writer.apply(&changes, 1).unwrap();
    let on_disk = || {
        let word = b"zyxwvutsrqponm";
        files(&path).iter().any(|file| std::fs::read(file).unwrap().windows(word.len()).any(|bytes| bytes == word))
    };
    assert!(on_disk());
    writer.apply(&[withdraw(&secret)], 2).unwrap();
    while writer.tidy().unwrap() {}
    writer.close().unwrap();
    assert!(!on_disk());
}

#[test]
fn more_is_withdrawn_while_a_large_segment_is_rewritten_and_is_forgotten_too() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("search");
    let (index, mut writer) = Index::open_writer(&path).unwrap();
    let withdrawn = [dataset("a", "Zebra"), dataset("b", "Zebra")];
    let mut changes: Vec<_> = (0..20_100).map(|number| put(&dataset(&number.to_string(), "Other"))).collect();
    changes.extend(withdrawn.iter().map(put));
    writer.apply(&changes, 1).unwrap();
    while writer.tidy().unwrap() {}
    writer.apply(&[withdraw(&withdrawn[0])], 2).unwrap();
    assert!(writer.tidy().unwrap(), "it is waited for");
    writer.apply(&[withdraw(&withdrawn[1])], 3).unwrap();
    assert_eq!(search(&index, &text("zebra")).total, 0);
    while writer.tidy().unwrap() {
        std::thread::sleep(Duration::from_millis(2));
    }
    // The words of a deleted document go when its segment is written anew without it.
    let meta = std::fs::read_to_string(path.join("public/meta.json")).unwrap();
    assert!(!meta.contains("num_deleted_docs"), "{meta}");
    assert_eq!(search(&index, &text("other")).total, 20_100);
}

#[test]
fn a_large_segment_is_rewritten_when_a_record_shows_less_in_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("search");
    let (_, mut writer) = Index::open_writer(&path).unwrap();
    let open = samples::described("s", "Survey", "All of it");
    let mut changes: Vec<_> = (0..20_100).map(|number| put(&dataset(&number.to_string(), "Other"))).collect();
    changes.push(put(&open));
    writer.apply(&changes, 1).unwrap();
    while writer.tidy().unwrap() {}
    // The words of a deleted document go when its segment is written anew without it.
    let remembers = || std::fs::read_to_string(path.join("public/meta.json")).unwrap().contains("num_deleted_docs");
    assert!(!remembers());
    let mut listed = open;
    listed.terms.sharing = Sharing::Closed;
    listed.terms.listing = Listing::Stub;
    listed.terms.listing_title = Some("A survey".to_owned());
    writer.apply(&[put(&listed)], 2).unwrap();
    assert!(remembers());
    while writer.tidy().unwrap() {}
    assert!(!remembers());
}

#[test]
fn an_index_that_is_made_anew_is_whole_when_it_holds_what_its_store_held() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("search");
    let (index, mut writer) = Index::open_writer_with(&path, WriterOptions { whole_at: 2, ..small() }).unwrap();
    assert!(!index.is_whole());
    writer.apply(&[put(&dataset("a", "Alpha"))], 1).unwrap();
    drop((index, writer));
    // A killed writer does not make it whole, whatever the next one would have asked for.
    let (index, mut writer) = open(&path);
    let reader = Index::open_reader(&path, "").unwrap();
    assert!(!index.is_whole() && !reader.is_whole());
    writer.apply(&[put(&dataset("b", "Beta"))], 2).unwrap();
    assert!(index.is_whole());
    reader.reload().unwrap();
    assert!(reader.is_whole());
}

#[test]
fn a_check_of_an_open_index_finds_a_flipped_bit() {
    let folder = a_folder();
    let path = folder.path().join("search");
    let (index, _writer) = open(&path);
    index.check().unwrap();
    let stored =
        files(&path).into_iter().find(|file| file.extension().is_some_and(|ending| ending == "store")).unwrap();
    let mut bytes = std::fs::read(&stored).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 0x08;
    std::fs::write(&stored, bytes).unwrap();
    assert!(matches!(index.check(), Err(SearchError::Damaged(_))));
}
