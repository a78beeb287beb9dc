//! The export as bytes: hashed while it is read, and read to its end whatever the reader of the format does.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// A stream whose SHA-256 is known at its end.
pub(super) struct HashedSource<R> {
    reader: R,
    hash: Sha256,
    failed: bool,
}

impl<R: Read> HashedSource<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, hash: Sha256::new(), failed: false }
    }

    /// Reads what is left, so that the hash is that of the whole; false when the stream failed now or before.
    pub(super) fn drain(&mut self) -> bool {
        let mut piece = vec![0; 64 * 1024];
        while !self.failed {
            match self.read(&mut piece) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.failed = true,
            }
        }
        !self.failed
    }

    /// SHA-256 of everything that was read.
    pub(super) fn digest(self) -> [u8; 32] {
        self.hash.finalize().into()
    }
}

impl<R: Read> Read for HashedSource<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reader.read(buffer) {
            Ok(read) => {
                self.hash.update(&buffer[..read]);
                Ok(read)
            }
            Err(error) => {
                self.failed |= error.kind() != io::ErrorKind::Interrupted;
                Err(error)
            }
        }
    }
}
