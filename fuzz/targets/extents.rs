//! Extents: what is read is a box on the globe.
#![no_main]

use cairn_model::bbox::parse_extent;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(extent) = parse_extent(text) {
        assert!((-90.0..=90.0).contains(&extent.south) && extent.south <= extent.north && extent.north <= 90.0);
        assert!((-180.0..=180.0).contains(&extent.west) && (-180.0..=180.0).contains(&extent.east));
    }
});
