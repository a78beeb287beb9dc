//! A full disk: told, nothing lost, and work goes on by itself once there is room.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

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
    let Some(disk) = SmallDisk::mount(&outside.path().join("disk"), 160) else {
        skip("tmpfs", "this user may not mount a file system in memory");
        return;
    };
    let place = Place::new();
    place.link_data(&disk.folder);
    place.dump(&dump(50));
    place.harvest(&[], 0);

    let server = place.serve();
    server.wait_until_ready();
    let readiness = || server.json("/health/ready");
    assert_eq!((&readiness()["status"], &readiness()["degraded"]), (&"ready".into(), &Value::Null));
    let filler = disk.folder.join("filler");
    fill(&filler);
    place.dump(&dump(1500));
    let outcome = place.run(&["harvest", "--json"]);
    assert!([1, 3].contains(&outcome.code), "{outcome:?}");
    let told = format!("{}{}", outcome.stdout, outcome.stderr).to_lowercase();
    assert!(told.contains("full") || told.contains("space"), "{outcome:?}");
    assert!(!told.contains("panicked"), "{outcome:?}");

    // Reading goes on where the store was open, and nobody is sent elsewhere.
    let answer = server.get("/health/ready");
    let degraded = &answer.json()["degraded"];
    assert_eq!((answer.status, degraded), (200, &json!(["writes: the disk is nearly full"])));
    assert_eq!(server.json("/api/v1/search?q=number7")["total"], 1);
    let id = server.json("/api/v1/search?q=number7")["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&format!("/api/v1/datasets/{id}")).status, 200);

    std::fs::remove_file(&filler).unwrap();
    assert_eq!((&readiness()["status"], &readiness()["degraded"]), (&"ready".into(), &Value::Null));
    let run = place.harvest(&[], 0);
    assert_eq!((&run["verdict"], &run["listed"]), (&"complete".into(), &1500.into()), "{run:#}");
    assert_eq!(server.json("/api/v1/search?limit=0")["total"], 1500);
    let runs = place.run(&["runs", "--json"]).exits(0);
    assert!(!runs.stdout.contains("\"running\""), "{runs:?}");
    place.run(&["check"]).exits(0);
}

#[test]
fn what_is_shown_once_and_could_not_be_is_taken_back() {
    let place = Place::new();
    let into_a_full_device = |arguments: &[&str]| {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = place.command(arguments).stdout(full).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = into_a_full_device(&["token", "create", "--organisation", "relief", "--role", "reader"]);
    assert!(code == Some(1) && said.contains("could not be shown") && said.contains("was revoked"), "{code:?} {said}");
    let listed = place.run(&["token", "list", "--json"]).exits(0).json();
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 1);
    assert!(listed["tokens"][0]["revoked"].is_string(), "{listed:#}");

    let invite = ["user", "invite", "someone@relief.example", "--organisation", "relief", "--role", "reader"];
    let (code, said) = into_a_full_device(&invite);
    assert!(
        code == Some(1) && said.contains("could not be shown") && said.contains("was withdrawn"),
        "{code:?} {said}"
    );
    let listed = place.run(&["user", "list", "--json"]).exits(0).json();
    assert_eq!(listed["invitations"], json!([]), "{listed:#}");
}

/// Writes until nothing more fits.
fn fill(file: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(file).unwrap();
    for size in [65_536, 4096, 512] {
        while file.write_all(&vec![0x5a; size]).is_ok() {}
    }
}
