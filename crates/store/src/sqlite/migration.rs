//! The versions of the `SQLite` schema, and how a store comes from one to the next.

use sqlx::{Connection, Row, SqliteConnection};

use super::acts;
use crate::error::Doing;
use crate::{Result, StoreError};

/// `PRAGMA application_id` of a store: "CAIR". The first migration writes it.
pub(super) const APPLICATION_ID: i64 = 0x4341_4952;

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// Every version, in order. A migration that was released is never changed: the next one mends it.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "records, runs and tokens",
        sql: include_str!("../../migrations/sqlite/0001_records_runs_and_tokens.sql"),
    },
    Migration {
        version: 2,
        name: "the identity of the store",
        sql: include_str!("../../migrations/sqlite/0002_identity.sql"),
    },
    Migration {
        version: 3,
        name: "what waits for confirmation",
        sql: include_str!("../../migrations/sqlite/0003_held.sql"),
    },
    Migration { version: 4, name: "audiences", sql: include_str!("../../migrations/sqlite/0004_audiences.sql") },
    Migration {
        version: 5,
        name: "requests sent",
        sql: include_str!("../../migrations/sqlite/0005_requests_sent.sql"),
    },
    Migration {
        version: 6,
        name: "what people said of duplicates",
        sql: include_str!("../../migrations/sqlite/0006_duplicates.sql"),
    },
    Migration {
        version: 7,
        name: "interventions",
        sql: include_str!("../../migrations/sqlite/0007_interventions.sql"),
    },
    Migration {
        version: 8,
        name: "problems of listings",
        sql: include_str!("../../migrations/sqlite/0008_listing_problems.sql"),
    },
    Migration {
        version: 9,
        name: "fields that vanished",
        sql: include_str!("../../migrations/sqlite/0009_vanished.sql"),
    },
    Migration { version: 10, name: "successors", sql: include_str!("../../migrations/sqlite/0010_successors.sql") },
    Migration {
        version: CHAIN_OF_ACTS,
        name: "the log of acts as a chain",
        sql: include_str!("../../migrations/sqlite/0011_chain_of_acts.sql"),
    },
    Migration {
        version: 12,
        name: "records that were removed",
        sql: include_str!("../../migrations/sqlite/0012_removals.sql"),
    },
    Migration { version: 13, name: "entries", sql: include_str!("../../migrations/sqlite/0013_entries.sql") },
    Migration { version: 14, name: "people", sql: include_str!("../../migrations/sqlite/0014_people.sql") },
    Migration {
        version: 15,
        name: "notifications",
        sql: include_str!("../../migrations/sqlite/0015_notifications.sql"),
    },
    Migration {
        version: 16,
        name: "links that end mails",
        sql: include_str!("../../migrations/sqlite/0016_unsubscribe_links.sql"),
    },
    Migration {
        version: 17,
        name: "indexes of tries and acts",
        sql: include_str!("../../migrations/sqlite/0017_indexes_of_tries_and_acts.sql"),
    },
];

/// The version that makes the log of acts a chain, of which the hashes cannot be reckoned in SQL.
const CHAIN_OF_ACTS: i64 = 11;

/// The newest version that this program knows.
pub(super) const KNOWN: i64 = 17;

const DOING: &str = "bringing the store to this version";

/// Brings a store to the version of this program. Each step is one transaction, so a process that is killed in the
/// middle leaves the version before, and two processes that start together take their turns.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    // The common case takes no write lock.
    if version(connection).await? == KNOWN {
        return Ok(());
    }
    loop {
        let mut step = connection.begin_with("BEGIN IMMEDIATE").await.doing(DOING)?;
        let found = version(&mut step).await?;
        if found > KNOWN {
            return Err(StoreError::Newer { found, known: KNOWN });
        }
        let Some(next) = MIGRATIONS.iter().find(|migration| migration.version > found) else {
            return step.rollback().await.doing(DOING);
        };
        tracing::info!(version = next.version, name = next.name, "migrating the store");
        sqlx::raw_sql(
            "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
             PRAGMA application_id = 0x43414952;",
        )
        .execute(&mut *step)
        .await
        .doing(DOING)?;
        sqlx::raw_sql(next.sql).execute(&mut *step).await.doing(DOING)?;
        if next.version == CHAIN_OF_ACTS {
            acts::chain_earlier(&mut step).await?;
        }
        sqlx::query("INSERT INTO schema_version (version, name) VALUES ($1, $2)")
            .bind(next.version)
            .bind(next.name)
            .execute(&mut *step)
            .await
            .doing(DOING)?;
        step.commit().await.doing(DOING)?;
    }
}

/// The version of a store; 0 before the first migration.
///
/// # Errors
/// `Damaged` for the database of another program.
pub(super) async fn version(connection: &mut SqliteConnection) -> Result<i64> {
    const DOING: &str = "reading the version of the store";
    let row = sqlx::query(
        "SELECT (SELECT application_id FROM pragma_application_id) AS application,
                (SELECT count(*) FROM sqlite_schema WHERE type = 'table') AS tables,
                (SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version') AS versioned",
    )
    .fetch_one(&mut *connection)
    .await
    .doing(DOING)?;
    let application: i64 = row.try_get("application").doing(DOING)?;
    let tables: i64 = row.try_get("tables").doing(DOING)?;
    let versioned: i64 = row.try_get("versioned").doing(DOING)?;
    if application == 0 && tables == 0 {
        return Ok(0);
    }
    if application != APPLICATION_ID || versioned == 0 {
        return Err(StoreError::Damaged { reason: "the file is the database of another program".to_owned() });
    }
    sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM schema_version").fetch_one(connection).await.doing(DOING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_rise_one_by_one_from_one_to_the_known_one() {
        let versions: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        assert_eq!(versions, (1..=KNOWN).collect::<Vec<i64>>());
    }
}
