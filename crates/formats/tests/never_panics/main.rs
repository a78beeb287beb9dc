//! Whatever bytes come, a reader gives an answer, soon.
#![expect(clippy::unwrap_used, reason = "tests")]

mod dcat_us;
mod json_apis;
mod rdf;
mod readers;
mod schema_org;
mod tables_and_listings;
mod xml;

use proptest::prelude::*;

/// A payload with some of its bytes changed, left out or doubled.
fn garbled(payload: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let length = payload.len();
    prop::collection::vec((0..length, 0..4_u8, any::<u8>()), 0..12).prop_map(move |changes| {
        let mut bytes = payload.as_bytes().to_vec();
        for (at, change, byte) in changes {
            let at = at.min(bytes.len().saturating_sub(1));
            match change {
                0 if !bytes.is_empty() => bytes[at] = byte,
                1 if !bytes.is_empty() => {
                    bytes.remove(at);
                }
                2 => bytes.truncate(at),
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

/// Pieces of a format in any order.
fn scrambled(pieces: Vec<&'static str>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        for (_, reader) in readers::READERS {
            reader(&bytes);
        }
    }
}
