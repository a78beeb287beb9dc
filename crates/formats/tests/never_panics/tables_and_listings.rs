//! Tables and listings, broken in every way, and what must come out as it went in.

use std::ops::ControlFlow;

use cairn_formats::decode::{decode_stream, decode_text};
use cairn_formats::inventory::{InventoryMapping, read_table};
use cairn_formats::json_stream::read_records;
use proptest::prelude::*;

use super::readers::read_as;

fn read_all(bytes: &[u8]) {
    read_as(&["ckan", "decode", "imsma", "inventory", "json_stream"], bytes);
}

/// Text that looks like what portals and people send, broken in every way.
fn nearly_json() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\n",
            " ",
            "\"",
            "\\",
            "\\u",
            "d800",
            "null",
            "true",
            "1e999",
            "-0",
            "\"id\":",
            "\"name\":",
            "\"title\":",
            "\"notes\":",
            "\"resources\":",
            "\"extras\":",
            "\"key\":",
            "\"value\":",
            "\"result\":",
            "\"results\":",
            "\"success\":",
            "\"count\":",
            "\"a\"",
            "\"private\":",
            "\"tags\":",
            "\"groups\":",
            "\"organization\":",
            "\"title_translated\":",
            "\"spatial_coverage\":",
            "{\"id\":\"a\",\"notes\":\"\"}",
            "é",
            "\u{0}",
        ]),
        0..60,
    )
    .prop_map(|pieces| pieces.concat())
}

fn nearly_table() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec![
            "Title",
            "id",
            "Country",
            "Contact",
            "Keywords",
            "\"",
            "\"\"",
            ",",
            ";",
            "\t",
            "|",
            "\n",
            "\r",
            "\r\n",
            "a",
            "1",
            "sep=;",
            "#",
            "é",
            "\u{0}",
            "\u{feff}",
            " ",
            "x@example.org",
            "n/a",
            "(C)",
            "اسم",
        ]),
        0..80,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_text_that_is_nearly_json(text in nearly_json()) {
        read_all(text.as_bytes());
    }

    #[test]
    fn on_text_that_is_nearly_a_table(text in nearly_table()) {
        read_all(text.as_bytes());
    }

    #[test]
    fn on_archives_that_are_nearly_workbooks(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        read_all(&[b"PK\x03\x04", bytes.as_slice()].concat());
    }

    #[test]
    fn a_stream_decodes_to_text_in_any_declared_encoding(bytes in prop::collection::vec(any::<u8>(), 0..500), label in "[a-z0-9-]{0,12}") {
        for declared in [None, Some(label.as_str()), Some("utf-8"), Some("shift_jis"), Some("utf-16le"), Some("windows-1256")] {
            let whole = decode_text(&bytes, declared);
            let mut streamed = String::new();
            std::io::Read::read_to_string(&mut decode_stream(bytes.as_slice(), declared), &mut streamed)?;
            prop_assert_eq!(whole.text, streamed);
        }
    }

    /// Every record of a listing is handed over as it was written, in whatever shape the listing comes.
    #[test]
    fn records_come_out_as_they_went_in(titles in prop::collection::vec(any::<String>(), 0..6), shape in 0..4_u8) {
        let records: Vec<String> = titles.iter().map(|title| serde_json::json!({"id": "a", "notes": title}).to_string()).collect();
        let payload = match shape {
            0 => format!("[{}]", records.join(" , ")),
            1 => format!("{{\"success\":true,\"result\":{{\"count\":{},\"results\":[{}]}}}}", records.len(), records.join(",")),
            2 => format!("{{\"success\":true,\"result\":[{}]}}", records.join("\n,")),
            _ => records.join("\n"),
        };
        let mut found = Vec::new();
        let listing = read_records(payload.as_bytes(), 1 << 20, &mut |offset, record| {
            assert_eq!(offset, found.len() as u64);
            found.push(String::from_utf8_lossy(record).into_owned());
            ControlFlow::Continue(())
        });
        prop_assert_eq!(found, records);
        prop_assert_eq!(listing.complete, !payload.is_empty());
    }

    /// A table of cells is read back cell by cell, whatever separates them.
    #[test]
    fn cells_come_out_as_they_went_in(
        rows in prop::collection::vec(("[a-zA-Z][a-z ,;|\"\n]{0,20}[a-z]", "[a-z][a-z,;\t\"]{0,9}[a-z]"), 1..8),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
    ) {
        let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
        let mut text = format!("Title{delimiter}Description\r\n");
        for (title, description) in &rows {
            text.push_str(&[&quoted(title), delimiter.to_string().as_str(), &quoted(description), "\r\n"].concat());
        }
        let mapping = InventoryMapping { delimiter: delimiter.to_string(), ..InventoryMapping::default() };
        let table = read_table(text.as_bytes(), "", &mapping);
        let found: Vec<(String, String)> = table.rows.into_iter().map(|row| (row.cells[0].1.clone(), row.cells[1].1.clone())).collect();
        prop_assert_eq!(found, rows);
        prop_assert_eq!(table.problems, vec![]);
    }
}
