//! A full disk: told, nothing lost, and work goes on by itself once there is room.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages::dump;
use crate::place::Place;
use crate::skipping::skip;

/// A file system of its own in memory, taken away with the test.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    fn mount(folder: &Path, megabytes: u32) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "cairn-test"])
            .arg(folder)
            .output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self { folder: folder.to_owned() })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}

#[test]
fn a_full_disk_fails_the_run_in_words_and_the_next_one_brings_everything() {
    let outside = tempfile::TempDir::new().unwrap();
    let Some(disk) = SmallDisk::mount(&outside.path().join("disk"), 8) else {
        skip("tmpfs", "this user may not mount a file system in memory");
        return;
    };
    let place = Place::new();
    place.link_data(&disk.folder);
    place.dump(&dump(50));
    place.harvest(&[], 0);

    let server = place.serve();
    let filler = disk.folder.join("filler");
    fill(&filler);
    place.dump(&dump(1500));
    let outcome = place.run(&["harvest", "--json"]);
    assert!([1, 3].contains(&outcome.code), "{outcome:?}");
    let told = format!("{}{}", outcome.stdout, outcome.stderr).to_lowercase();
    assert!(told.contains("full") || told.contains("space"), "{outcome:?}");
    assert!(!told.contains("panicked"), "{outcome:?}");

    // Reading goes on where the store was open.
    assert_eq!(server.json("/api/v1/search?q=number7")["total"], 1);
    let id = server.json("/api/v1/search?q=number7")["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&format!("/api/v1/datasets/{id}")).status, 200);

    std::fs::remove_file(&filler).unwrap();
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["listed"]), (&"complete".into(), &1500.into()), "{run:#}");
    assert_eq!(server.json("/api/v1/search?limit=0")["total"], 1500);
    let runs = place.run(&["runs", "--json"]).exits(0);
    assert!(!runs.stdout.contains("\"running\""), "{runs:?}");
    place.run(&["check"]).exits(0);
}

/// Writes until nothing more fits.
fn fill(file: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(file).unwrap();
    for size in [65_536, 4096, 512] {
        while file.write_all(&vec![0x5a; size]).is_ok() {}
    }
}
