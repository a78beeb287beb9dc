//! A sketch of a set of words by which similar sets are found without comparing all: `MinHash` with banding.
//!
//! A. Broder, "On the resemblance and containment of documents" (1997): the share of hash functions whose least value over
//! two sets is the same estimates the Jaccard similarity of the sets. J. Leskovec, A. Rajaraman and J. Ullman, "Mining of
//! Massive Datasets", §3.4: cut into bands of [`ROWS`] functions, sets of similarity `s` share one of [`BANDS`] bands with
//! the probability `1 - (1 - s^ROWS)^BANDS`: 0.67 at a half, 0.99 at three quarters.

/// Bands of a sketch.
pub(super) const BANDS: usize = 8;
/// Hash functions in a band.
const ROWS: usize = 3;

/// The bands of a set of words; none of an empty one.
pub(super) fn bands(words: &[String]) -> Vec<[u64; ROWS]> {
    if words.is_empty() {
        return Vec::new();
    }
    let hashes: Vec<u64> = words.iter().map(|word| fnv1a(word.as_bytes())).collect();
    let mut bands = Vec::with_capacity(BANDS);
    let mut function = 0;
    for _ in 0..BANDS {
        let mut band = [0; ROWS];
        for least in &mut band {
            function += 1;
            *least = hashes.iter().map(|hash| mixed(hash ^ mixed(function))).min().unwrap_or_default();
        }
        bands.push(band);
    }
    bands
}

/// FNV-1a, 64 bits.
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of `SplitMix64` (S. Vigna), which makes a family of hash functions of one.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
