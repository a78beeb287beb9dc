//! Values between Rust and columns, and statements over many rows.

use cairn_model::DatasetId;
use jiff::Timestamp;
use sqlx::query_builder::Separated;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::error::{Doing, damaged};
use crate::{Change, KnownRecord, RecordState, Result};

/// Instants are kept to the microsecond, as `PostgreSQL` does.
pub(super) fn microseconds(instant: Timestamp) -> i64 {
    instant.as_microsecond()
}

pub(super) fn instant(microseconds: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(microseconds).map_err(|error| damaged("an instant", error))
}

pub(super) fn optional_instant(microseconds: Option<i64>) -> Result<Option<Timestamp>> {
    microseconds.map(instant).transpose()
}

pub(super) fn hash(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|error| damaged("a hash", error))
}

pub(super) fn dataset_id(bytes: &[u8]) -> Result<DatasetId> {
    bytes.try_into().map(DatasetId::from_bytes).map_err(|error| damaged("the id of a record", error))
}

/// Counters in columns are never negative and never near their end.
pub(super) fn count(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|error| damaged("a counter", error))
}

pub(super) fn state(text: &str) -> Result<RecordState> {
    match text {
        "active" => Ok(RecordState::Active),
        "retired" => Ok(RecordState::Retired),
        other => Err(damaged("the state of a record", other)),
    }
}

pub(super) fn change_code(change: Change) -> &'static str {
    match change {
        Change::Created => "created",
        Change::Changed => "changed",
        Change::Retired => "retired",
        Change::Restored => "restored",
    }
}

pub(super) fn change(text: &str) -> Result<Change> {
    [Change::Created, Change::Changed, Change::Retired, Change::Restored]
        .into_iter()
        .find(|change| change_code(*change) == text)
        .ok_or_else(|| damaged("the kind of a change", text))
}

/// A row with the columns `id`, `source_record_id`, `state`, both hashes and both missing marks.
pub(super) fn known_record(row: &SqliteRow) -> Result<KnownRecord> {
    const DOING: &str = "reading known records";
    Ok(KnownRecord {
        id: dataset_id(row.try_get("id").doing(DOING)?)?,
        source_record_id: row.try_get("source_record_id").doing(DOING)?,
        state: state(row.try_get("state").doing(DOING)?)?,
        content_hash: hash(row.try_get("content_hash").doing(DOING)?)?,
        payload_hash: hash(row.try_get("payload_hash").doing(DOING)?)?,
        missing_since: optional_instant(row.try_get("missing_since").doing(DOING)?)?,
        missing_runs: count(row.try_get("missing_runs").doing(DOING)?)?,
    })
}

/// Values in one `IN (…)`. Short lists are filled up with their last value, so that one prepared statement serves all.
pub(super) const IN_ONE_LIST: usize = 128;

/// Writes `($1, $2, …)` with the values of a chunk of at most [`IN_ONE_LIST`], which is not empty.
pub(super) fn push_list<T>(query: &mut QueryBuilder<Sqlite>, values: &[T], bind: impl Fn(&mut List<'_>, &T)) {
    query.push("(");
    let mut list = query.separated(", ");
    if let Some(last) = values.last() {
        for value in values.iter().chain(std::iter::repeat(last)).take(IN_ONE_LIST) {
            bind(&mut list, value);
        }
    }
    query.push(")");
}

/// A list in a statement while it is written.
pub(super) type List<'a> = Separated<'a, Sqlite, &'static str>;

/// Most rows of one `INSERT`. Beyond some tens, more rows save nothing.
const ROWS_AT_ONCE: usize = 64;

/// Inserts many rows with few statements: `head` stands before `VALUES`, `tail` after. The sizes are powers of two, so
/// at most seven prepared statements serve any number of rows.
pub(super) async fn insert<T>(
    connection: &mut SqliteConnection,
    head: &'static str,
    rows: Vec<T>,
    tail: &'static str,
    bind: impl Fn(&mut List<'_>, T),
) -> std::result::Result<(), sqlx::Error> {
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    while left > 0 {
        let size = ROWS_AT_ONCE.min(1 << left.ilog2());
        let mut query = QueryBuilder::<Sqlite>::new(head);
        query.push_values(rows.by_ref().take(size), |mut row, value| bind(&mut row, value));
        query.push(tail);
        query.build().execute(&mut *connection).await?;
        left -= size;
    }
    Ok(())
}
