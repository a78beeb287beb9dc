//! Opening the file: which kind of file it is, who may make one, and how connections are set.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};

use super::{SqliteStore, audiences, migration};
use crate::body::blocking;
use crate::error::Doing;
use crate::{Clock, Result, StoreError};

/// What may be done to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Read and write; a store that is not there is made.
    Create,
    /// Read and write a store that is there.
    Existing,
    /// Read and write a store that is there and of this version: one of an earlier version is refused, and left as it is.
    AsIs,
    /// Only read a store that is there. `SQLite` may still put its `-wal` and `-shm` files beside it for a while.
    ReadOnly,
}

/// How long a statement waits for writers of other processes. A page takes some tens of milliseconds.
const WAIT_FOR_OTHERS: Duration = Duration::from_secs(30);
/// How long a write waits for its turn in this process.
const WAIT_FOR_TURN: Duration = Duration::from_mins(1);
/// Connections that read, in each process.
const READERS: u32 = 4;
const DOING: &str = "opening the store";

pub(super) async fn open(path: &Path, mode: OpenMode, clock: Clock) -> Result<SqliteStore> {
    let file = path.to_owned();
    blocking(move || look_at(&file, mode)).await?;

    let page_limit = Arc::new(AtomicU32::new(0));
    let readers = pool(READERS).connect_lazy_with(connection(path).pragma("query_only", "ON"));
    let writer = (mode != OpenMode::ReadOnly).then(|| {
        let limit = Arc::clone(&page_limit);
        pool(1)
            .after_connect(move |connection, _| {
                let most = Some(limit.load(Ordering::SeqCst)).filter(|most| *most > 0);
                Box::pin(async move { limit_pages(connection, most).await })
            })
            .connect_lazy_with(connection(path).journal_mode(SqliteJournalMode::Wal))
    });
    let store = SqliteStore {
        path: path.to_owned(),
        clock,
        writer,
        readers,
        page_limit,
        marks_limit: AtomicU32::new(0),
        recent: super::recent::Recent::default(),
    };
    match settle_version(&store, mode).await {
        Ok(()) => Ok(store),
        Err(error) => {
            store.close().await;
            Err(in_file(path, error))
        }
    }
}

/// Sets how far the file may grow in writes over this connection.
pub(super) async fn limit_pages(connection: &mut SqliteConnection, most: Option<u32>) -> sqlx::Result<()> {
    // A pragma takes no parameters; the number is one by its type.
    QueryBuilder::<Sqlite>::new("PRAGMA max_page_count = ")
        .push(most.unwrap_or(u32::MAX - 1))
        .build()
        .fetch_one(connection)
        .await
        .map(|_| ())
}

/// Migrates a store that may be written; refuses one of another version that may not.
async fn settle_version(store: &SqliteStore, mode: OpenMode) -> Result<()> {
    if let Some(writer) = store.writer.as_ref().filter(|_| mode != OpenMode::AsIs) {
        migration::migrate(&mut *first_connection(writer).await?).await?;
        return audiences::settle(store).await;
    }
    let found = migration::version(&mut *first_connection(&store.readers).await?).await?;
    match found.cmp(&migration::KNOWN) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(StoreError::Newer { found, known: migration::KNOWN }),
        // A process was killed before it had made the store.
        std::cmp::Ordering::Less if found == 0 => Err(StoreError::NotFound { path: store.path.display().to_string() }),
        std::cmp::Ordering::Less => Err(StoreError::Older { found, known: migration::KNOWN }),
    }
}

/// The first connection of a pool. Turning a new file to write-ahead logging does not wait for other processes that do
/// the same, so it is tried again.
async fn first_connection(pool: &SqlitePool) -> Result<PoolConnection<Sqlite>> {
    let begun = Instant::now();
    loop {
        match pool.acquire().await.doing(DOING) {
            Err(StoreError::Busy { .. }) if begun.elapsed() < WAIT_FOR_OTHERS => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            result => return result,
        }
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WAIT_FOR_TURN)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

pub(super) fn connection(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        // `look_at` has made the file where one may be made.
        .create_if_missing(false)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(WAIT_FOR_OTHERS)
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-16000")
        // Fewer, larger moves from the log to the file.
        .pragma("wal_autocheckpoint", "4000")
        // After a large transaction the log shrinks again.
        .pragma("journal_size_limit", "67108864")
        .pragma("trusted_schema", "OFF")
        // What is deleted is overwritten in the file, too.
        .pragma("secure_delete", "ON")
}

/// Says which file it is that is damaged.
fn in_file(path: &Path, error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged { reason } => StoreError::Damaged { reason: format!("{}: {reason}", path.display()) },
        other => other,
    }
}

/// Looks at the file before `SQLite` does, and makes an empty one where that is wanted.
fn look_at(path: &Path, mode: OpenMode) -> Result<()> {
    let absent = || StoreError::NotFound { path: path.display().to_string() };
    let failed =
        |error: std::io::Error| StoreError::Storage { doing: DOING, reason: format!("{}: {error}", path.display()) };
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            return Err(StoreError::Damaged { reason: format!("{} is a folder", path.display()) });
        }
        Ok(found) if found.len() > 0 => {}
        Ok(_) if mode == OpenMode::Create => return Ok(()),
        Ok(_) => return Err(absent()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return if mode == OpenMode::Create { make_empty(path).map_err(failed) } else { Err(absent()) };
        }
        Err(error) => return Err(failed(error)),
    }
    let header = Header::read(path).map_err(failed)?;
    match header.fault() {
        Some(fault) => Err(StoreError::Damaged { reason: format!("{}: {fault}", path.display()) }),
        None => Ok(()),
    }
}

/// Makes an empty file that only its owner may read: the store holds what is not public. Its log gets the same rights.
fn make_empty(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // Another process was faster; its file is as good.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made.map(|_| ()),
    }
}

/// What the first hundred bytes of a `SQLite` file say (<https://www.sqlite.org/fileformat2.html> §1.3).
struct Header {
    bytes: [u8; 100],
    complete: bool,
    file_length: u64,
    has_log: bool,
}

impl Header {
    fn read(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let mut bytes = [0; 100];
        let complete = match file.read_exact(&mut bytes) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => false,
            Err(error) => return Err(error),
        };
        // The length and then the log, in this order: pages go from the log to the file before the log is cut.
        let file_length = file.metadata()?.len();
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let has_log = std::fs::metadata(log).is_ok_and(|found| found.len() > 0);
        Ok(Self { bytes, complete, file_length, has_log })
    }

    fn fault(&self) -> Option<&'static str> {
        if !self.complete || &self.bytes[..16] != b"SQLite format 3\0" {
            return Some("the file is no SQLite database");
        }
        let page_size = match u16::from_be_bytes([self.bytes[16], self.bytes[17]]) {
            1 => 65_536,
            size => u64::from(size),
        };
        let pages = u64::from(self.number(28));
        // The page count holds if it was written together with the change counter.
        let count_holds = pages > 0 && self.number(24) == self.number(92);
        if count_holds && !self.has_log && pages * page_size > self.file_length {
            return Some("the file is cut short");
        }
        None
    }

    fn number(&self, at: usize) -> u32 {
        u32::from_be_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]])
    }
}
