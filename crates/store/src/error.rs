//! What can go wrong with the store, told apart by what a person or a program can do about it.

use cairn_model::DatasetId;
use jiff::Timestamp;

use crate::Seq;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store where one was to be opened.
    #[error(
        "there is no store at {path}: run `cairn up` or `cairn harvest` to make one, or bring a copy of its folder back"
    )]
    NotFound {
        /// Where it was looked for.
        path: String,
    },
    /// The store was written by a newer version of this program.
    #[error("the store is of version {found}, and this program knows versions up to {known}: use a newer cairn")]
    Newer {
        /// Version of the store.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The store was written by an earlier version of this program, and was opened for reading only.
    #[error("the store is of version {found}: start `cairn up` or `cairn harvest` once to bring it to version {known}")]
    Older {
        /// Version of the store.
        found: i64,
        /// Version of this program.
        known: i64,
    },
    /// The file is no store, or is damaged.
    #[error("the store cannot be read: {reason}. Keep the file as it is, and bring a copy of its folder back")]
    Damaged {
        /// Which file, and what is wrong with it.
        reason: String,
    },
    /// One record cannot be read; the others can. Whoever follows the changes goes on after `seq`.
    #[error(
        "record {id} (change {seq}) is damaged in the store: {reason}. Harvest its source with --full to write it anew"
    )]
    DamagedRecord {
        /// The record.
        id: DatasetId,
        /// Sequence number of the revision that cannot be read.
        seq: Seq,
        /// What is wrong with it.
        reason: String,
    },
    /// Another run holds the lease of the source.
    #[error("run {run} of this source is going on since {since}: {holder}")]
    LeaseHeld {
        /// Process and host.
        holder: String,
        /// The run.
        run: String,
        /// When it began.
        since: Timestamp,
    },
    /// The lease was taken over or the run was closed: nothing was written, and nothing more can be.
    #[error("the lease of this run was taken over by another")]
    LeaseLost,
    /// The disk is full. The transaction was rolled back; reads go on, and so do writes once there is space.
    #[error("the disk is full ({doing}): nothing was written; make space, then try again")]
    DiskFull {
        /// What was attempted.
        doing: &'static str,
    },
    /// Other writers held the store for longer than a write waits.
    #[error("the store is busy with other writers ({doing}): try again")]
    Busy {
        /// What was attempted.
        doing: &'static str,
    },
    /// What was given cannot be stored: a mistake of the caller.
    #[error("this cannot be stored: {0}")]
    Invalid(String),
    /// The storage itself failed.
    #[error("storage failed while {doing}: {reason}")]
    Storage {
        /// What was attempted.
        doing: &'static str,
        /// What the storage said.
        reason: String,
    },
}

impl StoreError {
    /// Whether others held the store for too long, so that the same may do in a moment.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    /// Whether there is no room to write.
    pub fn is_out_of_room(&self) -> bool {
        matches!(self, Self::DiskFull { .. })
    }
}

/// Names what was attempted when a database call fails.
pub(crate) trait Doing<T> {
    /// The result with its error told as the store's, `doing` being what was attempted ("reading a record").
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|error| from_database(&error, doing))
    }
}

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html); the extended ones carry them in the low byte.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CONSTRAINT: i32 = 19;
const CANNOT_OPEN: i32 = 14;
const NOT_A_DATABASE: i32 = 26;
/// `SQLITE_IOERR_SHMSIZE`: the shared memory file of the log could not grow, which happens on a full disk.
const SHARED_MEMORY_SIZE: i32 = 4874;

pub(crate) fn from_database(error: &sqlx::Error, doing: &'static str) -> StoreError {
    let database = match error {
        sqlx::Error::Database(database) => database,
        sqlx::Error::PoolTimedOut => return StoreError::Busy { doing },
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            return StoreError::Damaged { reason: error.to_string() };
        }
        other => return StoreError::Storage { doing, reason: other.to_string() },
    };
    let code: i32 = database.code().and_then(|code| code.parse().ok()).unwrap_or_default();
    match code & 0xff {
        BUSY | LOCKED => StoreError::Busy { doing },
        FULL => StoreError::DiskFull { doing },
        _ if code == SHARED_MEMORY_SIZE => StoreError::DiskFull { doing },
        CONSTRAINT => StoreError::Invalid(database.message().to_owned()),
        CORRUPT | NOT_A_DATABASE => StoreError::Damaged { reason: database.message().to_owned() },
        READ_ONLY => StoreError::Storage {
            doing,
            reason: "the store can only be read: this user may not write it, or its disk is mounted for reading"
                .to_owned(),
        },
        CANNOT_OPEN => StoreError::Storage {
            doing,
            reason: "the store or its -wal and -shm files beside it cannot be opened: check the rights of their folder"
                .to_owned(),
        },
        _ => StoreError::Storage { doing, reason: database.message().to_owned() },
    }
}

/// A part of the store that does not hold what this program writes there.
pub(crate) fn damaged(what: &str, error: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged { reason: format!("{what}: {error}") }
}
