//! Bodies: unpacked while they arrive, with a cap on their bytes and on how far they unpack.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;

use crate::{FetchError, Limit, SafeUrl};

/// A body is not held to the ratio before it has this many bytes: small bodies of blanks pack very well.
const RATIO_FREE: u64 = 1024 * 1024;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Not at all.
    Identity,
    /// gzip (RFC 1952), several members allowed.
    Gzip,
}

impl Packing {
    /// Reads `Content-Encoding` (RFC 9110 §8.4). We ask for gzip alone, and nothing is packed twice. What servers of files write
    /// there that is no packing says nothing: a character set, or how the file once came in.
    pub(crate) fn of(field: Option<&str>) -> Option<Self> {
        let field = field.unwrap_or_default().to_ascii_lowercase();
        let is_coding = |coding: &&str| !matches!(*coding, "" | "identity" | "none" | "utf-8" | "aws-chunked");
        let mut codings = field.split(',').map(str::trim).filter(is_coding);
        match (codings.next(), codings.next()) {
            (None, _) => Some(Self::Identity),
            (Some("gzip" | "x-gzip"), None) => Some(Self::Gzip),
            (Some(_), _) => None,
        }
    }
}

/// Caps of one body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caps {
    pub(crate) max_bytes: u64,
    pub(crate) max_ratio: u32,
}

/// Unpacks a body piece by piece into `W`.
pub(crate) struct BodyWriter<W: Write> {
    url: SafeUrl,
    unpacker: Unpacker<W>,
}

enum Unpacker<W: Write> {
    Identity(Capped<W>),
    Gzip(Box<MultiGzDecoder<Capped<W>>>),
}

struct Capped<W> {
    inner: W,
    caps: Caps,
    packed: u64,
    unpacked: u64,
    reached: Option<Limit>,
}

impl<W: Write> BodyWriter<W> {
    pub(crate) fn new(url: SafeUrl, packing: Packing, caps: Caps, inner: W) -> Self {
        let capped = Capped { inner, caps, packed: 0, unpacked: 0, reached: None };
        let unpacker = match packing {
            Packing::Identity => Unpacker::Identity(capped),
            Packing::Gzip => Unpacker::Gzip(Box::new(MultiGzDecoder::new(capped))),
        };
        Self { url, unpacker }
    }

    /// Takes the next piece as it came.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        self.capped().packed += piece.len() as u64;
        let written = match &mut self.unpacker {
            Unpacker::Identity(capped) => capped.write_all(piece),
            Unpacker::Gzip(decoder) => decoder.write_all(piece),
        };
        written.map_err(|error| self.failure(&error))
    }

    /// Ends the body: what was written, and how many bytes that is. An empty body is no gzip.
    pub(crate) fn finish(mut self) -> Result<(W, u64), FetchError> {
        if let Unpacker::Gzip(decoder) = &mut self.unpacker
            && let Err(error) = decoder.try_finish()
        {
            return Err(self.failure(&error));
        }
        let mut capped = match self.unpacker {
            Unpacker::Identity(capped) => capped,
            Unpacker::Gzip(decoder) => decoder
                .finish()
                .map_err(|error| FetchError::Truncated { url: self.url.clone(), reason: error.to_string() })?,
        };
        match capped.inner.flush() {
            Ok(()) => Ok((capped.inner, capped.unpacked)),
            Err(error) => Err(FetchError::Local { url: self.url, reason: error.to_string() }),
        }
    }

    fn capped(&mut self) -> &mut Capped<W> {
        match &mut self.unpacker {
            Unpacker::Identity(capped) => capped,
            Unpacker::Gzip(decoder) => decoder.get_mut(),
        }
    }

    fn failure(&mut self, error: &io::Error) -> FetchError {
        let url = self.url.clone();
        if let Some(limit) = self.capped().reached.take() {
            return FetchError::TooLarge { url, limit };
        }
        match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                FetchError::Truncated { url, reason: format!("gzip: {error}") }
            }
            _ => FetchError::Local { url, reason: error.to_string() },
        }
    }
}

impl<W: Write> Write for Capped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let unpacked = self.unpacked + bytes.len() as u64;
        if unpacked > self.caps.max_bytes {
            self.reached = Some(Limit::Bytes(self.caps.max_bytes));
        } else if unpacked > RATIO_FREE && unpacked / u64::from(self.caps.max_ratio.max(1)) > self.packed {
            self.reached = Some(Limit::Ratio(self.caps.max_ratio));
        }
        if self.reached.is_some() {
            return Err(io::Error::other("a limit was reached"));
        }
        self.inner.write_all(bytes)?;
        self.unpacked = unpacked;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Read;

    use flate2::Compression;
    use flate2::read::GzEncoder;
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        GzEncoder::new(bytes, Compression::best()).read_to_end(&mut packed).unwrap();
        packed
    }

    fn unpack(packing: Packing, bytes: &[u8], piece: usize, max_bytes: u64) -> Result<Vec<u8>, String> {
        let url = SafeUrl::new(&Url::parse("http://data.example/").unwrap());
        let mut writer = BodyWriter::new(url, packing, Caps { max_bytes, max_ratio: 200 }, Vec::new());
        for piece in bytes.chunks(piece) {
            writer.push(piece).map_err(|error| error.to_string())?;
        }
        writer.finish().map(|(body, _)| body).map_err(|error| error.to_string())
    }

    #[test]
    fn what_names_no_packing_is_none_and_what_is_packed_otherwise_or_twice_is_refused() {
        for field in [None, Some(""), Some("identity"), Some("UTF-8"), Some("none"), Some("aws-chunked")] {
            assert_eq!(Packing::of(field), Some(Packing::Identity), "{field:?}");
        }
        for field in ["gzip", " X-GZIP", "aws-chunked, gzip", "gzip,utf-8"] {
            assert_eq!(Packing::of(Some(field)), Some(Packing::Gzip), "{field}");
        }
        for field in ["br", "deflate", "zstd", "gzip, gzip", "br, gzip"] {
            assert_eq!(Packing::of(Some(field)), None, "{field}");
        }
    }

    #[test]
    fn a_bomb_is_stopped_by_its_ratio_and_by_its_bytes() {
        // A11.
        let bomb = gzip(&vec![0; 50_000_000]);
        assert!(bomb.len() < 100_000);
        let refused = unpack(Packing::Gzip, &bomb, 4096, 1 << 40).unwrap_err();
        assert!(refused.ends_with("a body that unpacks to more than 200 times its size"), "{refused}");
        let refused = unpack(Packing::Gzip, &gzip(&vec![0; 100_000]), 4096, 50_000).unwrap_err();
        assert!(refused.ends_with("more than 50000 bytes"), "{refused}");
        let refused = unpack(Packing::Identity, &[0; 100], 10, 99).unwrap_err();
        assert!(refused.ends_with("more than 99 bytes"), "{refused}");
        let members: Vec<u8> = (0..100).flat_map(|_| gzip(&vec![0; 1_000_000])).collect();
        assert!(unpack(Packing::Gzip, &members, 4096, 1 << 40).is_err(), "many small members are one bomb");
    }

    #[test]
    fn a_gzip_body_that_is_cut_or_damaged_anywhere_is_an_error() {
        // F12.
        let whole = gzip(b"a body that is long enough to be cut anywhere, anywhere at all");
        for end in 0..whole.len() {
            assert!(unpack(Packing::Gzip, &whole[..end], 7, 1000).is_err(), "cut after {end} bytes");
        }
        let mut damaged = whole.clone();
        let checksum = whole.len() - 8;
        damaged[checksum] ^= 1;
        assert!(unpack(Packing::Gzip, &damaged, 7, 1000).is_err(), "wrong checksum");
        assert!(unpack(Packing::Gzip, b"<html>no gzip</html>", 7, 1000).is_err());
    }

    #[test]
    fn only_the_packing_that_was_asked_for_is_unpacked() {
        assert_eq!(Packing::of(None), Some(Packing::Identity));
        assert_eq!(Packing::of(Some(" GZIP ")), Some(Packing::Gzip));
        assert_eq!(Packing::of(Some("br")), None);
        assert_eq!(Packing::of(Some("gzip, gzip")), None);
    }

    proptest! {
        #[test]
        fn a_body_comes_out_as_it_was_packed_however_it_is_cut_into_pieces(
            body in proptest::collection::vec(any::<u8>(), 1..2000), piece in 1_usize..300, members in 1_usize..4,
        ) {
            let mut packed = Vec::new();
            for part in body.chunks((body.len() / members).max(1)) {
                packed.extend(gzip(part));
            }
            prop_assert_eq!(unpack(Packing::Gzip, &packed, piece, 10_000), Ok(body.clone()));
            prop_assert_eq!(unpack(Packing::Identity, &body, piece, 10_000), Ok(body));
        }
    }
}
