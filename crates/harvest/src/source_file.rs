//! Files that sources are read from: opened with care, hashed, and known again when they have not changed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use cairn_fetch::Validators;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::HarvestError;

/// What is known of a file or a download for the next run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileState {
    /// Size in bytes.
    pub(crate) size: u64,
    /// SHA-256 in hexadecimal.
    pub(crate) sha256: String,
    /// For a download: what the server said of its version.
    #[serde(default)]
    pub(crate) validators: Validators,
}

impl FileState {
    /// The state that the last complete run left, if it can be read.
    pub(crate) fn from_previous(previous: Option<&str>) -> Option<Self> {
        previous.and_then(|text| serde_json::from_str(text).ok())
    }

    /// As it is handed to the next run.
    pub(crate) fn to_text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Whether it is the same content.
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        self.size == other.size && self.sha256 == other.sha256
    }
}

/// Opens a regular file. Folders, pipes and devices are refused: reading them would hang or give something else each time.
pub(crate) fn open(path: &Path) -> Result<File, HarvestError> {
    let refuse = |source| HarvestError::File { path: path.display().to_string(), source };
    // Looked at before it is opened, because opening a pipe waits for its other end; and again after, because it may
    // have been changed in between.
    check(&std::fs::metadata(path).map_err(|error| refuse(explain(error)))?).map_err(refuse)?;
    let file = File::open(path).map_err(|error| refuse(explain(error)))?;
    check(&file.metadata().map_err(refuse)?).map_err(refuse)?;
    Ok(file)
}

fn check(metadata: &std::fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() { "a folder" } else { "a pipe or a device" };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, not a regular file")))
}

fn explain(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::FilesystemLoop {
        return io::Error::new(error.kind(), "its symbolic links lead in a circle");
    }
    error
}

/// Size and SHA-256 of a file, which stands at its beginning afterwards.
pub(crate) fn fingerprint(file: &mut File) -> io::Result<FileState> {
    file.seek(SeekFrom::Start(0))?;
    let mut hashing = HashingReader::new(&mut *file);
    io::copy(&mut hashing, &mut io::sink())?;
    let state = hashing.state();
    file.seek(SeekFrom::Start(0))?;
    Ok(state)
}

/// Hashes what is read through it.
pub(crate) struct HashingReader<R> {
    inner: R,
    hasher: Sha256,
    size: u64,
}

impl<R: Read> HashingReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, hasher: Sha256::new(), size: 0 }
    }

    /// What was read so far.
    pub(crate) fn state(self) -> FileState {
        FileState { size: self.size, sha256: hex::encode(self.hasher.finalize()), validators: Validators::default() }
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..length]);
        self.size += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| open(path).map(|_| ()).map_err(|error| error.to_string());
        let file = folder.path().join("dump.json");
        std::fs::write(&file, "[]").unwrap();
        assert_eq!(told(&file), Ok(()));
        assert!(told(folder.path()).unwrap_err().ends_with("it is a folder, not a regular file"));
        assert!(told(&folder.path().join("absent")).unwrap_err().starts_with("cannot read "));
        assert!(told(Path::new("/dev/null")).unwrap_err().ends_with("it is a pipe or a device, not a regular file"));
    }

    #[cfg(unix)]
    #[test]
    fn a_circle_of_links_is_refused_and_a_link_to_a_file_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink(path("b"), path("a")).unwrap();
        std::os::unix::fs::symlink(path("a"), path("b")).unwrap();
        assert!(open(&path("a")).unwrap_err().to_string().ends_with("its symbolic links lead in a circle"));
        std::fs::write(path("file"), "[]").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        assert!(open(&path("link")).is_ok());
    }

    #[test]
    fn a_file_is_known_again_by_its_content() {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, b"abc").unwrap();
        let state = fingerprint(&mut file).unwrap();
        assert_eq!(state.size, 3);
        assert_eq!(state.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(FileState::from_previous(state.to_text().as_deref()), Some(state));
        assert_eq!(FileState::from_previous(Some("{}x")), None);
    }
}
