//! Dumps, inventories and exports, from files and from addresses, whole and broken, changed and unchanged.

use crate::real_payloads;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::portal::{Instead, Portal, Run, first_run, http, numbered, run};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, HarvestError, Payload, RawFormat, SourceConfig};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A folder with one file, and a source that reads it.
struct Desk {
    /// It is there for as long as this is.
    _folder: tempfile::TempDir,
    source: SourceConfig,
    file: PathBuf,
}

impl Desk {
    fn new(kind: &str, name: &str, bytes: &[u8], lines: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let text = format!("id = \"desk\"\nkind = \"{kind}\"\nurl = \"file:{name}\"\n{lines}\n");
        let source = SourceConfig::from_toml(&text, folder.path()).unwrap();
        Self { _folder: folder, source, file }
    }

    fn dump(name: &str, bytes: &[u8]) -> Self {
        Self::new("ckan", name, bytes, "")
    }

    async fn run(&self) -> Run {
        run(&self.source, first_run()).await
    }

    async fn run_after(&self, state: Option<&String>, full: bool) -> Run {
        run(&self.source, ConnectContext { previous_state: state.cloned(), full, ..first_run() }).await
    }
}

/// The path to a folder from the one in which tests run.
fn relative_to_here(folder: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap();
    let up = "../".repeat(here.components().count() - 1);
    Path::new(&up).join(folder.strip_prefix("/").unwrap())
}

#[tokio::test]
async fn a_file_is_read_whether_or_not_the_path_to_the_configuration_is_relative() {
    let turtle = "<http://data.example/a> a <http://www.w3.org/ns/dcat#Dataset> ; \
        <http://purl.org/dc/terms/title> \"Wells\" .\n";
    let rdf = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description \
        rdf:about=\"http://data.example/a\"><rdf:type rdf:resource=\"http://www.w3.org/ns/dcat#Dataset\"/>\
        <t:title xmlns:t=\"http://purl.org/dc/terms/\">Wells</t:title></rdf:Description></rdf:RDF>";
    let json = r#"{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@id": "http://data.example/a", "@type": "dcat:Dataset", "dct:title": "Wells"}"#;
    for (kind, name, content) in [
        ("dcat", "catalog.ttl", turtle),
        ("dcat", "catalog.rdf", rdf),
        ("dcat", "catalog.jsonld", json),
        ("ckan", "dump.json", r#"[{"id": "a", "name": "a", "title": "Wells"}]"#),
        ("inventory", "holdings.csv", "id,title\na,Wells\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), content).unwrap();
        let text = format!("id = \"desk\"\nkind = \"{kind}\"\nurl = \"file:../{name}\"\n");
        std::fs::create_dir(folder.path().join("sources")).unwrap();
        let sources = relative_to_here(&folder.path().join("sources"));
        assert!(sources.is_relative());
        let run = run(&SourceConfig::from_toml(&text, &sources).unwrap(), first_run()).await;
        assert!(run.is_proven(), "{name}: {}", run.lack());
        assert_eq!(run.ids().len(), 1, "{name}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn packages(ids: &[String]) -> Vec<String> {
    ids.iter()
        .map(|id| format!(r#"{{"id": "{id}", "name": "n-{id}", "title": "Title of {id}", "resources": []}}"#))
        .collect()
}

fn search_answer(ids: &[String], count: usize) -> String {
    format!(r#"{{"success": true, "result": {{"count": {count}, "results": [{}]}}}}"#, packages(ids).join(","))
}

fn not_a_catalogue(run: &Run) -> &str {
    match &run.end {
        Err(HarvestError::NotACatalogue { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_dump_is_read_in_each_of_its_forms_packed_or_not() {
    let ids = numbered(1203);
    let lines = packages(&ids).join("\n");
    let forms = [
        ("dump.jsonl", lines.clone().into_bytes()),
        ("dump.jsonl.gz", gzip(lines.as_bytes())),
        ("packed-under-another-name.json", gzip(lines.as_bytes())),
        ("array.json", format!("[{}]", packages(&ids).join(",")).into_bytes()),
        ("answer.json", search_answer(&ids, ids.len()).into_bytes()),
    ];
    for (name, bytes) in forms {
        let run = Desk::dump(name, &bytes).run().await;
        assert!(run.is_proven(), "{name}: {}", run.lack());
        assert_eq!(run.ids(), ids, "{name}");
        assert_eq!(run.requests, 0, "{name}");
        let sizes: Vec<usize> = run.pages.iter().map(|page| page.records.len()).collect();
        assert_eq!(sizes, [500, 500, 203], "{name}");
        assert!(run.pages.iter().all(|page| page.checkpoint.is_none()));
    }
}

#[tokio::test]
async fn a_file_that_has_not_changed_is_not_read_again() {
    let desk = Desk::dump("dump.jsonl", packages(&numbered(3)).join("\n").as_bytes());
    let first = desk.run().await;
    let again = desk.run_after(first.state.as_ref(), false).await;
    assert!(matches!(again.end, Ok(EndProof::Unchanged)) && again.pages.is_empty(), "{}", again.lack());
    assert_eq!(again.state, first.state);
    assert_eq!(desk.run_after(first.state.as_ref(), true).await.ids(), numbered(3), "unless everything is asked for");
    std::fs::write(&desk.file, packages(&numbered(4)).join("\n")).unwrap();
    let changed = desk.run_after(first.state.as_ref(), false).await;
    assert_eq!(changed.ids(), numbered(4));
    assert_ne!(changed.state, first.state);
}

#[tokio::test]
async fn a_dump_that_is_cut_has_no_proof_and_leaves_no_state() {
    let whole = search_answer(&numbered(20_000), 20_000);
    let (cut, packed) = (&whole[..whole.len() - 40], gzip(whole.as_bytes()));
    let cut_packed = &packed[..packed.len() - 2000];
    let array = format!("[{}", packages(&numbered(700)).join(","));
    for (name, bytes) in [("cut.json", cut.as_bytes()), ("cut.json.gz", cut_packed), ("array.json", array.as_bytes())] {
        let run = Desk::dump(name, bytes).run().await;
        assert!(matches!(run.end, Ok(EndProof::Missing(_))) && run.state.is_none(), "{name}: {}", run.lack());
        assert!(!run.ids().is_empty(), "{name}: what is whole is taken");
    }
}

#[tokio::test]
async fn a_dump_that_counts_more_than_it_holds_has_no_proof() {
    let run = Desk::dump("page.json", search_answer(&numbered(10), 9000).as_bytes()).run().await;
    assert_eq!(run.lack(), "the file counts 9000 records, and holds 10");
    assert_eq!(run.ids(), numbered(10));
}

#[tokio::test]
async fn an_id_that_a_dump_holds_twice_is_a_problem() {
    let mut ids = numbered(4);
    ids.push("id-00001".to_owned());
    let run = Desk::dump("dump.jsonl", packages(&ids).join("\n").as_bytes()).run().await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids(), numbered(4));
    assert_eq!(run.problems(), [("duplicate-identifier".to_owned(), Some(4))]);
}

#[tokio::test]
async fn what_is_no_dump_is_told_as_such() {
    for (name, bytes) in [("page.json", &b"<html>Not found</html>"[..]), ("empty.json", b""), ("word.json", b"nothing")]
    {
        let run = Desk::dump(name, bytes).run().await;
        assert!(!not_a_catalogue(&run).is_empty(), "{name}");
    }
    let refused = Desk::dump("refused.json", br#"{"success": false, "error": {"message": "no"}}"#).run().await;
    assert!(!not_a_catalogue(&refused).is_empty());
    let empty = Desk::dump("none.json", b"[]").run().await;
    assert!(empty.is_proven() && empty.ids().is_empty(), "{}", empty.lack());
}

#[tokio::test]
async fn a_packed_bomb_and_a_file_over_the_limit_are_refused() {
    let bomb = Desk::dump("bomb.json.gz", &gzip(&vec![b' '; 40 << 20])).run().await;
    assert!(matches!(bomb.end, Err(HarvestError::TooLarge { .. })), "{}", bomb.lack());
    let large = Desk::new("ckan", "large.json", b"[{\"id\": \"a\"}]", "[limits]\nmax_bytes = 5").run().await;
    assert!(matches!(large.end, Err(HarvestError::TooLarge { .. })), "{}", large.lack());
    let many =
        Desk::new("ckan", "many.jsonl", packages(&numbered(9)).join("\n").as_bytes(), "[limits]\nmax_records = 5");
    let many = many.run().await;
    assert_eq!((many.lack().as_str(), many.ids().len()), ("the limit of 5 records was reached", 5));
}

#[tokio::test]
async fn folders_devices_and_absent_files_are_refused_with_their_path() {
    for (url, told) in
        [("file:/dev/zero", "regular file"), ("file:.", "it is a folder"), ("file:absent.json", "absent.json")]
    {
        let text = format!("id = \"a\"\nkind = \"ckan\"\nurl = \"{url}\"\n");
        let source = SourceConfig::from_toml(&text, std::env::temp_dir().as_path()).unwrap();
        let run = run(&source, first_run()).await;
        assert!(
            matches!(run.end, Err(HarvestError::File { .. })) && run.lack().contains(told),
            "{url}: {}",
            run.lack()
        );
    }
}

#[tokio::test]
async fn a_dump_at_an_address_is_fetched_read_and_known_again() {
    let body = packages(&numbered(3)).join("\n");
    let portal = Portal::start(0, move |_, search, _| {
        Some(Instead(match search.if_none_match.as_deref() {
            Some("\"v1\"") => http("304 Not Modified", &[], ""),
            _ => http("200 OK", &["ETag: \"v1\""], &body),
        }))
    })
    .await;
    let text = format!(
        "id = \"a\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}/all.jsonl\"\nallow_private = true\n",
        portal.port
    );
    let source = SourceConfig::from_toml(&text, Path::new(".")).unwrap();
    let first = run(&source, first_run()).await;
    assert!(first.is_proven(), "{}", first.lack());
    assert_eq!((first.ids(), first.requests), (numbered(3), 1));
    let again = run(&source, ConnectContext { previous_state: first.state.clone(), ..first_run() }).await;
    assert!(matches!(again.end, Ok(EndProof::Unchanged)), "{}", again.lack());
    assert_eq!((again.requests, again.state), (1, first.state));
}

const INVENTORY: &str = "Title,Organisation,Country\nWater points,Example Desk,Yemen\n\nShelters,Example Desk,Syria\n";

#[tokio::test]
async fn the_rows_of_an_inventory_come_one_by_one_and_can_be_read_again() {
    let desk = Desk::new("inventory", "holdings.csv", INVENTORY.as_bytes(), "organisation = \"Example Desk\"");
    let run = desk.run().await;
    assert!(run.is_proven(), "{}", run.lack());
    let records = &run.pages[0].records;
    assert_eq!(records.len(), 2);
    let Payload::Raw { format, bytes } = &records[1].payload else { panic!("derived") };
    let reading = cairn_harvest::payload::read(*format, bytes, &desk.source).unwrap();
    assert_eq!(reading.draft.title.best("en"), Some("Shelters"));
    let again = desk.run_after(run.state.as_ref(), false).await;
    assert!(matches!(again.end, Ok(EndProof::Unchanged)), "{}", again.lack());
}

#[tokio::test]
async fn a_table_without_titles_is_no_inventory() {
    let run = Desk::new("inventory", "codes.csv", b"code;colour\n1;red\n", "").run().await;
    assert!(!not_a_catalogue(&run).is_empty());
}

#[tokio::test]
async fn an_export_yields_drafts_and_nothing_of_its_bytes() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/samples/imsma/yemen-maxml.xml");
    let bytes = std::fs::read(sample).unwrap();
    let lines = "organisation = \"Invented Authority\"\n[imsma]\ncountry = \"Yemen\"";
    let desk = Desk::new("imsma", "export.xml", &bytes, lines);
    let run = desk.run().await;
    assert!(run.is_proven(), "{}", run.lack());
    let records: Vec<_> = run.pages.iter().flat_map(|page| &page.records).collect();
    assert!(!records.is_empty());
    assert!(records.iter().all(|record| matches!(record.payload, Payload::Derived { .. })));
    assert!(run.pages.iter().flat_map(|page| &page.problems).all(|problem| problem.value.is_none()));
    let again = desk.run_after(run.state.as_ref(), false).await;
    assert!(matches!(again.end, Ok(EndProof::Unchanged)), "{}", again.lack());

    let cut = Desk::new("imsma", "export.xml", &bytes[..bytes.len() / 2], lines).run().await;
    assert!(!cut.is_proven() && cut.state.is_none(), "{}", cut.lack());
    // A report that holds something unknown proves no item type to be gone.
    let unknown = String::from_utf8_lossy(&bytes).replace("QAActivity>", "QualityVisit>");
    let unknown = Desk::new("imsma", "export.xml", unknown.as_bytes(), lines).run().await;
    assert!(!unknown.is_proven() && unknown.lack().contains("no item that is known"), "{}", unknown.lack());
    let other = Desk::new("imsma", "export.xml", b"<html/>", lines).run().await;
    assert!(!not_a_catalogue(&other).is_empty());
}

#[tokio::test]
async fn every_bundled_source_is_configured_rightly_and_every_bundled_sample_is_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/sources");
    let mut read = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let source = SourceConfig::from_toml(&std::fs::read_to_string(&path).unwrap(), &folder).unwrap();
        if source.is_file() {
            let run = run(&source, first_run()).await;
            let records: usize = run.pages.iter().map(|page| page.records.len()).sum();
            assert!(run.is_proven() && records > 0, "{}: {}", source.id, run.lack());
        }
        read += 1;
    }
    assert!(read > 0);
}

#[tokio::test]
async fn a_real_dump_of_a_portal_is_read_to_its_end() {
    let Some(folder) = real_payloads::corpus() else { return };
    let dump = folder.join("corpus/hdx-146.jsonl.gz");
    let text = format!("id = \"hdx\"\nkind = \"ckan\"\nurl = \"file:{}\"\n", dump.display());
    let run = run(&SourceConfig::from_toml(&text, Path::new(".")).unwrap(), first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!((run.ids().len(), run.problems()), (146, Vec::new()));
}

#[tokio::test]
async fn a_licence_that_begins_with_a_restriction_closes_and_no_other_does() {
    let sharing = |format: RawFormat, bytes: String| {
        let desk = Desk::dump("dump.json", b"[]");
        let terms = cairn_harvest::payload::read(format, bytes.as_bytes(), &desk.source).unwrap().draft.terms;
        terms.sharing_at_least.map(|level| (level, terms.reasons))
    };
    let of = |licence: &str| {
        [
            (RawFormat::CkanPackage, format!(r#"{{"id": "a", "title": "T", "license_title": "{licence}"}}"#)),
            (RawFormat::DcatUsDataset, format!(r#"{{"identifier": "a", "title": "T", "license": "{licence}"}}"#)),
            (
                RawFormat::SchemaOrg,
                format!(r#"{{"@type": "Dataset", "@id": "a", "name": "T", "license": "{licence}"}}"#),
            ),
            (
                RawFormat::InventoryRow,
                format!(r#"{{"row": 2, "record_id": "a", "cells": [["Title", "T"], ["Licence", "{licence}"]]}}"#),
            ),
        ]
    };
    for licence in ["Internal use only", "Restricted to members", "Diffusion restreinte", "Confidential"] {
        for (format, bytes) in of(licence) {
            let closed = sharing(format, bytes.clone());
            assert!(
                closed.as_ref().is_some_and(|(_, reasons)| reasons.contains(&licence.to_owned())),
                "{bytes}: {closed:?}"
            );
        }
    }
    for licence in ["CC BY 4.0", "Open Data Commons Open Database License", "Free use; citation required"] {
        for (format, bytes) in of(licence) {
            assert_eq!(sharing(format, bytes.clone()), None, "{bytes}");
        }
    }
}
