//! Exports that cannot be read, or not to their end.

use super::*;

#[test]
fn days_that_cannot_be_are_told_by_row_and_field_and_at_most_twenty_times() {
    let mut table = String::from("hazard_guid,survey_date\n");
    for row in 0..33 {
        table += &format!("h{row},1745-03-12\n");
    }
    table += "h40,2030-01-01\nh41,soon\nh42,2020-07-01\n";
    let reading = read("hazard.csv", table.as_bytes());
    assert!(reading.complete);
    let implausible: Vec<&Problem> =
        reading.problems.iter().filter(|problem| problem.code == "implausible-date").collect();
    assert_eq!(implausible.len(), 21);
    assert_eq!(implausible[0].field, "survey_date");
    assert_eq!((implausible[0].position.row, implausible[0].position.column.as_deref()), (Some(2), Some("B")));
    assert_eq!(implausible[20].message, "and about 15 more of the same sort");
    assert_eq!(codes(&reading.problems).iter().filter(|code| **code == "unreadable-date").count(), 1);
    let hazards = draft(&reading, "hazards");
    assert_eq!(
        (hazards.coverage_start.as_deref(), hazards.coverage_end.as_deref()),
        (Some("2020-07"), Some("2020-07"))
    );
}

#[test]
fn an_export_that_breaks_off_is_incomplete_and_states_no_count() {
    let whole = maxml(&vec![hazard("Ta'iz", "", "Open"); 9]);
    let at = whole.rfind("<Hazard>").unwrap() + 20;
    let reading = read("a.xml", &whole.as_bytes()[..at]);
    assert!(!reading.complete);
    assert_eq!((codes(&reading.problems), reading.problems[0].severity), (vec!["broken-xml"], Severity::Error));
    assert!(reading.problems[0].position.byte.is_some());
    assert_eq!(
        description(draft(&reading, "hazards"), "en"),
        "An IMSMA export could be read only in part, so that the number of records is not stated. Period: 2022-05 \
         to 2022-05. Admin 1 areas: Ta'iz. Statuses: open."
    );
    let table = "hazard_guid,status\nh1,open\nh2,\"clo\nh3,open\n";
    let reading = read("a.csv", table.as_bytes());
    assert_eq!((reading.complete, codes(&reading.problems)), (false, vec!["unclosed-quote"]));
    assert_eq!(reading.problems[0].position.row, Some(3));
}

#[test]
fn what_is_no_export_is_refused_in_one_plain_sentence() {
    for (name, bytes, code) in [
        ("a.zip", &b"PK\x03\x04rest"[..], "zip-refused"),
        ("a.xml", b"", "empty-export"),
        ("a.xml", b"hazard_guid,status\n", "not-xml"),
        ("a.xml", b"<html><body><location>here</location></body></html>", "not-an-export"),
        ("a.csv", b"title,publisher\nWells,WFP\n", "unknown-table"),
        ("a.csv", b"%PDF-1.7 \x00\x01\x02", "unknown-table"),
    ] {
        let reading = read(name, bytes);
        assert_eq!((codes(&reading.problems), reading.complete, reading.drafts.len()), (vec![code], false, 0));
    }
}

#[test]
fn the_hash_is_that_of_the_whole_export_even_of_one_that_is_refused() {
    use sha2::{Digest, Sha256};
    for bytes in [b"<!DOCTYPE a><a>rest</a>".to_vec(), sample("yemen-maxml.xml"), vec![b'x'; 300_000]] {
        let expected: [u8; 32] = Sha256::digest(&bytes).into();
        assert_eq!(read("a", &bytes).hash, expected);
    }
}

#[test]
fn a_stream_that_fails_gives_an_incomplete_reading() {
    struct Failing(usize);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let text = b"hazard_guid,status\nh1,open\n";
            let rest = &text[self.0..];
            if rest.is_empty() {
                return Err(std::io::Error::other("zqcanary"));
            }
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            self.0 += count;
            Ok(count)
        }
    }
    let reading = read_export(Failing(0), "a.csv", OWNER, &settings(), Vocabularies::bundled());
    assert!(!reading.complete && codes(&reading.problems).contains(&"read-failed"));
    assert!(!everything_written(&reading).contains("zqcanary"));
}

#[test]
fn encodings_and_compression_are_those_of_anywhere() {
    let document = maxml(&vec![hazard("YE15", "", "مفتوح"); 3]).replace("UTF-8", "windows-1256");
    let (bytes, _, _) = encoding_rs::WINDOWS_1256.encode(&document);
    assert!(description(draft(&read("a.xml", &bytes), "hazards"), "en").contains("Statuses: open."));
    let mut wide = vec![0xff, 0xfe];
    for unit in maxml(&[hazard("YE15", "", "مفتوح")]).replace("UTF-8", "UTF-16").encode_utf16() {
        wide.extend(unit.to_le_bytes());
    }
    assert!(description(draft(&read("a.xml", &wide), "hazards"), "en").contains("Statuses: open."));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all("hazard_guid\tstatus\nh1\tمغلق\n".as_bytes()).unwrap();
    let reading = read("a.csv.gz", &packed.finish().unwrap());
    assert!(description(draft(&reading, "hazards"), "en").contains("Statuses: closed."));
}

#[test]
fn an_unknown_country_in_the_configuration_is_a_problem_and_no_more() {
    let settings = ImsmaSettings { country: "Atlantis".to_owned(), ..ImsmaSettings::default() };
    let document = maxml(&[hazard("YE15", "", "Open")]);
    let reading = read_export(document.as_bytes(), "a.xml", "", &settings, Vocabularies::bundled());
    assert_eq!(codes(&reading.problems), ["unknown-country"]);
    let hazards = draft(&reading, "hazards");
    assert_eq!(hazards.title.best("en"), Some("Hazards recorded in IMSMA"));
    assert_eq!((hazards.countries.as_slice(), hazards.owner.is_none()), (&["YEM".to_owned()][..], true));
}
