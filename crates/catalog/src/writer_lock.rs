//! The writer lock: one process at a time writes the index of a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::CatalogError;

/// Who holds the lock, as written into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Process id.
    pub pid: u32,
    /// What it does: `up`, `serve`, `harvest`, `reindex`.
    pub command: String,
    /// Since when.
    pub since: Timestamp,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cairn {} (pid {}, since {})", self.command, self.pid, self.since.strftime("%Y-%m-%d %H:%M:%S UTC"))
    }
}

/// The lock while it is held; the operating system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub struct WriterLock {
    file: File,
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // The name goes before the lock, so that nobody is told of a holder that has let go.
        if let Err(error) = self.file.set_len(0) {
            tracing::debug!(%error, "the name could not be taken out of the writer lock");
        }
    }
}

impl WriterLock {
    /// Takes the lock of a data folder.
    ///
    /// # Errors
    /// `Held` with the name of the holder; file errors.
    pub fn take(data: &Path, command: &str, now: Timestamp) -> Result<Self, CatalogError> {
        let path = Self::path(data);
        let failed = |source| CatalogError::File { attempt: "lock", path: path.display().to_string(), source };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder =
                    read_holder(&mut file).map_or_else(|| "another process".to_owned(), |holder| holder.to_string());
                return Err(CatalogError::Held { what: "the index writer".to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let holder = Holder { pid: std::process::id(), command: command.to_owned(), since: now };
        let text = serde_json::to_string(&holder).map_err(|error| CatalogError::Internal(error.to_string()))?;
        file.set_len(0).map_err(failed)?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        Ok(Self { file })
    }

    /// Who holds the lock of a data folder, as the holder wrote it: for whoever was just refused. A holder that was killed
    /// leaves its name until the next one writes its own.
    ///
    /// The lock itself is not touched: a taker that came at that moment would be refused for it.
    pub fn holder(data: &Path) -> Option<Holder> {
        read_holder(&mut File::open(Self::path(data)).ok()?)
    }

    /// Asks the holder for the lock of a data folder. One that can do without it lets go.
    ///
    /// # Errors
    /// File errors.
    pub fn ask_for(data: &Path) -> Result<(), CatalogError> {
        let path = Self::path_of_asking(data);
        let failed = |source| CatalogError::File { attempt: "write", path: path.display().to_string(), source };
        File::create(&path).map(|_| ()).map_err(failed)
    }

    /// Whether somebody asks for the lock.
    pub fn is_asked_for(data: &Path) -> bool {
        Self::path_of_asking(data).exists()
    }

    /// Notes that nobody asks for the lock any more. Who was killed while they asked goes on asking until then.
    pub fn ask_no_more(data: &Path) {
        if let Err(error) = std::fs::remove_file(Self::path_of_asking(data)) {
            tracing::debug!(%error, "nobody asked for the writer lock");
        }
    }

    fn path(data: &Path) -> PathBuf {
        data.join("writer.lock")
    }

    fn path_of_asking(data: &Path) -> PathBuf {
        data.join("writer.wanted")
    }
}

fn read_holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_second_taker_is_told_who_holds_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let held = WriterLock::take(folder.path(), "up", now).unwrap();
        let refused = WriterLock::take(folder.path(), "reindex", now).unwrap_err();
        assert!(refused.to_string().contains(&format!("cairn up (pid {}", std::process::id())), "{refused}");
        assert_eq!(WriterLock::holder(folder.path()).map(|holder| holder.command), Some("up".to_owned()));
        drop(held);
        assert_eq!(WriterLock::holder(folder.path()), None);
        WriterLock::take(folder.path(), "reindex", now).unwrap();
    }

    #[test]
    fn asking_for_the_holder_keeps_nobody_from_taking_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        drop(WriterLock::take(folder.path(), "reindex", now).unwrap());
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    WriterLock::holder(folder.path());
                }
            });
            let refused = (0..2000).filter(|_| WriterLock::take(folder.path(), "up", now).is_err()).count();
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            assert_eq!(refused, 0);
        });
    }
}
