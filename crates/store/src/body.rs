//! Bodies of records and raw payloads, as they are kept: `zstd` frames with a checksum.

use cairn_model::Dataset;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

use crate::StoreError;
use crate::error::damaged;

/// The fastest level: harvests write far more often than anyone reads a payload, and metadata shrinks well at any.
const LEVEL: i32 = 1;

/// The most bytes that one body or payload may hold (`SQLite` takes up to a thousand million in a value): a frame that
/// claims more is damaged.
const MOST_BYTES: usize = 512 << 20;

/// Packs bodies, with one context for many.
pub(crate) struct Packer {
    compressor: Compressor<'static>,
    /// JSON of the record at hand.
    json: Vec<u8>,
}

impl Packer {
    pub(crate) fn new() -> Result<Self, StoreError> {
        let mut compressor = Compressor::new(LEVEL).map_err(cannot_pack)?;
        // A flipped bit on the disk is then found when it is read, and never served.
        compressor.include_checksum(true).map_err(cannot_pack)?;
        Ok(Self { compressor, json: Vec::new() })
    }

    pub(crate) fn pack(&mut self, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
        if bytes.len() > MOST_BYTES {
            return Err(StoreError::Invalid("it holds more than 512 MiB".to_owned()));
        }
        self.compressor.compress(bytes).map_err(cannot_pack)
    }

    /// Packs a record; its frame, and its size before.
    ///
    /// # Errors
    /// `Invalid` for a record that could not be read again: JSON has no infinite and no undefined numbers.
    pub(crate) fn pack_dataset(&mut self, dataset: &Dataset) -> Result<(Vec<u8>, usize), StoreError> {
        let extent = dataset.bbox.map(|extent| [extent.west, extent.south, extent.east, extent.north]);
        let numbers = extent.iter().flatten().chain([&dataset.provenance.quality.score]);
        if !numbers.into_iter().all(|number| number.is_finite()) {
            return Err(StoreError::Invalid(format!("record {} holds a number that is none", dataset.id)));
        }
        let mut json = std::mem::take(&mut self.json);
        json.clear();
        serde_json::to_writer(&mut json, dataset)
            .map_err(|error| StoreError::Invalid(format!("record {}: {error}", dataset.id)))?;
        let packed = self.pack(&json);
        let size = json.len();
        self.json = json;
        Ok((packed?, size))
    }
}

/// Unpacks bodies, with one context for many.
#[derive(Default)]
pub(crate) struct Unpacker(Decompressor<'static>);

impl Unpacker {
    /// The bytes of a frame, or what is wrong with it.
    pub(crate) fn unpack(&mut self, frame: &[u8]) -> Result<Vec<u8>, String> {
        let size = get_frame_content_size(frame)
            .ok()
            .flatten()
            .and_then(|size| usize::try_from(size).ok())
            .filter(|size| *size <= MOST_BYTES)
            .ok_or("it does not begin as a zstd frame of a known size")?;
        let bytes = self.0.decompress(frame, size).map_err(|error| error.to_string())?;
        if bytes.len() == size { Ok(bytes) } else { Err("it is shorter than it says".to_owned()) }
    }

    /// The record of a frame, or what is wrong with it.
    pub(crate) fn unpack_dataset(&mut self, frame: &[u8]) -> Result<Dataset, String> {
        let json = self.unpack(frame)?;
        serde_json::from_slice(&json).map_err(|error| error.to_string())
    }
}

/// How many bytes a frame says that it holds.
pub(crate) fn claimed_size(frame: &[u8]) -> usize {
    get_frame_content_size(frame).ok().flatten().and_then(|size| usize::try_from(size).ok()).unwrap_or(0)
}

fn cannot_pack(error: impl std::fmt::Display) -> StoreError {
    StoreError::Storage { doing: "compressing a record", reason: error.to_string() }
}

/// Runs work that would hold an async worker thread up on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(StoreError::Storage { doing: "packing records", reason: error.to_string() }),
        },
    }
}

/// Text columns that hold JSON.
pub(crate) fn to_json(what: &str, value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Invalid(format!("{what}: {error}")))
}

/// A value from a text column that holds JSON.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| damaged(what, error))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(bytes: Vec<u8>) {
            let frame = Packer::new().unwrap().pack(&bytes).unwrap();
            prop_assert_eq!(Unpacker::default().unpack(&frame).unwrap(), bytes);
        }

        #[test]
        fn no_frame_with_a_flipped_bit_is_taken_for_another(bytes: Vec<u8>, at: prop::sample::Index, bit in 0..8_u32) {
            let mut frame = Packer::new().unwrap().pack(&bytes).unwrap();
            let at = at.index(frame.len());
            frame[at] ^= 1 << bit;
            if let Ok(unpacked) = Unpacker::default().unpack(&frame) {
                // A flip in a header bit that means nothing.
                prop_assert_eq!(unpacked, bytes);
            }
        }

        #[test]
        fn no_bytes_panic_the_unpacker(bytes: Vec<u8>) {
            let _ = Unpacker::default().unpack(&bytes);
        }
    }
}
