//! Streams that may be compressed with gzip, under limits of what they may grow to.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

/// Decoded bytes below which the ratio of a compressed stream is not judged: short texts of blanks compress well too.
const RATIO_GRACE: u64 = 1024 * 1024;

/// What a compressed stream may grow to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpansionLimits {
    /// Bytes after decompression (and of a stream that is not compressed).
    pub decoded_bytes: u64,
    /// Decoded bytes for each compressed byte, judged after the first mebibyte.
    pub ratio: u64,
}

/// A stream grew past its [`ExpansionLimits`]. It is the inner error of the [`io::Error`] that the stream gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExpansionError {
    /// Too many bytes.
    #[error("the stream holds more than {0} bytes")]
    TooLarge(u64),
    /// Compressed far more than data of this kind can be: a bomb.
    #[error("the stream expands more than {0}-fold")]
    TooDense(u64),
}

/// Opens a stream that may be compressed with gzip (seen by its first two bytes), under limits.
///
/// # Errors
/// When the first bytes cannot be read. Reading on gives an [`ExpansionError`] inside an [`io::Error`] past the limits.
pub fn open_stream<'r>(reader: impl Read + 'r, limits: ExpansionLimits) -> io::Result<Box<dyn Read + 'r>> {
    let mut reader = reader;
    let mut first = Vec::with_capacity(2);
    (&mut reader).take(2).read_to_end(&mut first)?;
    let compressed = first == [0x1f, 0x8b];
    let counted = Counted { inner: io::Cursor::new(first).chain(reader), count: 0 };
    if compressed {
        Ok(Box::new(Limited { inner: MultiGzDecoder::new(BufReader::new(counted)), count: 0, limits }))
    } else {
        Ok(Box::new(Limited { inner: counted, count: 0, limits }))
    }
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// A stream that knows how many bytes of its source it has used.
trait SourceBytes: Read {
    /// `None` when the stream is not compressed.
    fn source_bytes(&self) -> Option<u64>;
}

impl<R: Read> SourceBytes for Counted<R> {
    fn source_bytes(&self) -> Option<u64> {
        None
    }
}

impl<R: Read> SourceBytes for MultiGzDecoder<BufReader<Counted<R>>> {
    fn source_bytes(&self) -> Option<u64> {
        Some(self.get_ref().get_ref().count)
    }
}

/// A stream that stops at its limits.
struct Limited<S> {
    inner: S,
    count: u64,
    limits: ExpansionLimits,
}

impl<S: SourceBytes> Read for Limited<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        if self.count > self.limits.decoded_bytes {
            return Err(io::Error::other(ExpansionError::TooLarge(self.limits.decoded_bytes)));
        }
        let allowed = self.inner.source_bytes().map(|bytes| bytes.saturating_mul(self.limits.ratio));
        if self.count > RATIO_GRACE && allowed.is_some_and(|allowed| self.count > allowed) {
            return Err(io::Error::other(ExpansionError::TooDense(self.limits.ratio)));
        }
        Ok(read)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_decompressed_within_its_limits() {
        let limits = ExpansionLimits { decoded_bytes: 4 << 20, ratio: 100 };
        let read = |bytes: &[u8]| {
            let mut text = Vec::new();
            let result = open_stream(bytes, limits).unwrap().read_to_end(&mut text);
            result.map(|_| text).map_err(|error| error.to_string())
        };
        assert_eq!(read(b"plain"), Ok(b"plain".to_vec()));
        assert_eq!(read(b""), Ok(Vec::new()));
        assert_eq!(read(&gzip(b"packed")), Ok(b"packed".to_vec()));
        assert_eq!(read(&gzip(&vec![0; 3 << 20])), Err("the stream expands more than 100-fold".to_owned()));
        assert_eq!(read(&vec![1; 5 << 20]), Err("the stream holds more than 4194304 bytes".to_owned()));
        assert!(read(&gzip(b"packed")[..20]).is_err());
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }
}
