//! SQLite with FTS5: a contentless index of stems and words, and integer tables of labels and values.
//!
//! Joins are forced into an order (`CROSS JOIN`): with plain ones the planner walks over the table of values.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection};
use tokio::runtime::Runtime;

use super::{Document, Engine, PeerQuery, overlapping};
use crate::cairn::size;
use crate::meter::process_cpu;
use crate::search::HITS;
use crate::search::sides::Times;

/// Parts the words of texts, so that no phrase goes from one to the next.
const GAP: &str = "\u{e000}";

const SCHEMA: &str = "
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; PRAGMA temp_store = MEMORY;
    CREATE TABLE docs (id INTEGER PRIMARY KEY, public INTEGER, modified INTEGER, w REAL, s REAL, e REAL, n REAL);
    CREATE TABLE cards (id INTEGER PRIMARY KEY, card TEXT);
    CREATE TABLE visible (doc INTEGER, label INTEGER, PRIMARY KEY (doc, label)) WITHOUT ROWID;
    CREATE TABLE superseded (doc INTEGER, label INTEGER, PRIMARY KEY (doc, label)) WITHOUT ROWID;
    CREATE TABLE counted (doc INTEGER, value INTEGER, PRIMARY KEY (doc, value)) WITHOUT ROWID;
    CREATE TABLE filtered (value INTEGER, doc INTEGER, PRIMARY KEY (value, doc)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE fts USING fts5 (title, keywords, stems, words, content = '',
        tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\");
    CREATE TEMP TABLE hits (id INTEGER PRIMARY KEY, key REAL);
    BEGIN;";

/// Tables of two numbers.
const PAIRS: [&str; 4] = ["visible", "superseded", "counted", "filtered"];
/// Bytes of pairs that are written at a time.
const AT_ONCE: usize = 64 << 10;

/// The database.
pub(super) struct Sqlite {
    runtime: Runtime,
    connection: SqliteConnection,
    folder: PathBuf,
    /// Pairs for each of [`PAIRS`] that are not written yet.
    pairs: [String; 4],
}

impl Sqlite {
    /// Makes one in a folder.
    pub(super) fn create(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.join("sqlite");
        std::fs::create_dir(&folder)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let options = SqliteConnectOptions::new().filename(folder.join("peer.db")).create_if_missing(true);
        let connection = runtime.block_on(async {
            let mut connection = options.connect().await?;
            sqlx::raw_sql(SCHEMA).execute(&mut connection).await?;
            Ok::<_, sqlx::Error>(connection)
        })?;
        Ok(Self { runtime, connection, folder, pairs: Default::default() })
    }

    fn write_pairs(&mut self, from: usize) -> anyhow::Result<()> {
        for (table, pairs) in PAIRS.iter().zip(&mut self.pairs) {
            if pairs.len() > from {
                let sql = format!("INSERT OR IGNORE INTO {table} VALUES {}", pairs.trim_end_matches(','));
                self.runtime.block_on(sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection))?;
                pairs.clear();
            }
        }
        Ok(())
    }
}

impl Engine for Sqlite {
    fn add(&mut self, document: &Document) -> anyhow::Result<()> {
        let id = i64::try_from(document.number)?;
        let [visible, superseded, counted, filtered] = &mut self.pairs;
        for (pairs, labels) in [(visible, &document.visible_to), (superseded, &document.superseded_by)] {
            labels.iter().try_for_each(|label| write!(pairs, "({id},{label}),"))?;
        }
        for value in &document.values {
            write!(counted, "({id},{value}),")?;
            write!(filtered, "({value},{id}),")?;
        }
        self.write_pairs(AT_ONCE)?;
        let of = |field: usize| {
            let texts = document.stems.iter().filter(|(of, _)| field == 0 || *of == field);
            texts.map(|(_, stems)| stems.join(" ")).collect::<Vec<_>>().join(" ")
        };
        let words: Vec<String> = document.words.iter().map(|words| words.join(" ")).collect();
        let bbox = document.bbox.as_ref();
        let connection = &mut self.connection;
        self.runtime.block_on(async {
            sqlx::query("INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?, ?)")
                .bind(id)
                .bind(document.is_public)
                .bind(document.modified)
                .bind(bbox.map(|bbox| bbox.west))
                .bind(bbox.map(|bbox| bbox.south))
                .bind(bbox.map(|bbox| bbox.east))
                .bind(bbox.map(|bbox| bbox.north))
                .execute(&mut *connection)
                .await?;
            sqlx::query("INSERT INTO cards VALUES (?, ?)")
                .bind(id)
                .bind(&document.card)
                .execute(&mut *connection)
                .await?;
            sqlx::query("INSERT INTO fts (rowid, title, keywords, stems, words) VALUES (?, ?, ?, ?, ?)")
                .bind(id)
                .bind(of(1))
                .bind(of(2))
                .bind(of(0))
                .bind(words.join(&format!(" {GAP} ")))
                .execute(&mut *connection)
                .await
        })?;
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        self.write_pairs(0)?;
        let sql = sqlx::raw_sql("COMMIT; INSERT INTO fts (fts) VALUES ('optimize'); ANALYZE;");
        self.runtime.block_on(sql.execute(&mut self.connection))?;
        Ok(())
    }

    fn bytes(&mut self) -> anyhow::Result<u64> {
        size(&self.folder)
    }

    fn ask(&mut self, query: &PeerQuery<'_>) -> anyhow::Result<(Times, u64)> {
        let connection = &mut self.connection;
        let depth = i64::try_from(query.ask.depth)?;
        let hits = hits(query);
        // The driver has a thread of its own, and nothing else runs meanwhile.
        let (cpu, wall) = (process_cpu(), Instant::now());
        let total = self.runtime.block_on(async {
            let collecting = sqlx::query(AssertSqlSafe(hits)).persistent(false);
            let total = collecting.execute(&mut *connection).await?.rows_affected();
            let cards = sqlx::query(
                "SELECT card FROM (SELECT id FROM hits ORDER BY key, id LIMIT ? OFFSET ?) h CROSS JOIN cards USING (id)",
            );
            for row in cards.bind(i64::try_from(HITS).unwrap_or(i64::MAX)).bind(depth).fetch_all(&mut *connection).await? {
                std::hint::black_box(row.try_get::<String, _>(0)?);
            }
            // In one row: the driver would take longer for many than the database to count.
            let counts = sqlx::query(
                "SELECT group_concat(value || ' ' || times) FROM (SELECT value, count(*) AS times FROM hits
                 CROSS JOIN counted ON counted.doc = hits.id GROUP BY value)",
            );
            let counts = counts.fetch_one(&mut *connection).await?;
            std::hint::black_box(counts.try_get::<Option<String>, _>(0)?);
            sqlx::query("DELETE FROM hits").execute(&mut *connection).await?;
            Ok::<_, sqlx::Error>(total)
        })?;
        Ok(((process_cpu() - cpu, wall.elapsed().as_secs_f64()), total))
    }
}

/// The statement that collects the documents that match, with what they are ordered by.
fn hits(query: &PeerQuery<'_>) -> String {
    let ask = query.ask;
    let text = matching(query);
    let mut conditions = vec!["1".to_owned()];
    let (from, key) = if text.is_empty() {
        match query.values.first() {
            Some(value) => {
                conditions.push(format!("f.value = {value}"));
                ("filtered f CROSS JOIN docs d ON d.id = f.doc", "-d.modified")
            }
            None => ("docs d", "-d.modified"),
        }
    } else {
        conditions.push(format!("fts MATCH '{text}'"));
        let key = if ask.is_scored() { "bm25(fts, 3.0, 2.0, 1.0, 1.0)" } else { "-d.modified" };
        ("fts CROSS JOIN docs d ON d.id = fts.rowid", key)
    };
    for value in query.values.iter().skip(usize::from(text.is_empty())) {
        conditions.push(format!("EXISTS (SELECT 1 FROM counted c WHERE c.doc = d.id AND c.value = {value})"));
    }
    if let Some(bbox) = &ask.bbox {
        conditions.push(overlapping(bbox));
    }
    match query.labels {
        None => conditions.push("d.public".to_owned()),
        Some(labels) => {
            let any =
                |table: &str| format!("EXISTS (SELECT 1 FROM {table} t WHERE t.doc = d.id AND t.label IN ({labels}))");
            conditions.push(format!("(d.public OR {})", any("visible")));
            conditions.push(format!("NOT {}", any("superseded")));
        }
    }
    format!("INSERT INTO hits SELECT d.id, {key} FROM {from} WHERE {}", conditions.join(" AND "))
}

/// The text of the query as FTS5 takes it; empty where there is none.
fn matching(query: &PeerQuery<'_>) -> String {
    let ask = query.ask;
    let mut parts = Vec::new();
    for word in &ask.words {
        let stems: Vec<String> = cairn_search::analysis::stems(word).iter().map(|stem| format!("\"{stem}\"")).collect();
        parts.push(format!("{{title keywords stems}} : ({})", stems.join(" OR ")));
    }
    if !ask.phrase.is_empty() {
        parts.push(format!("words : \"{}\"", ask.phrase.join(" ")));
    }
    if let Some(prefix) = &ask.prefix {
        parts.push(format!("words : \"{prefix}\" *"));
    }
    parts.join(" AND ")
}
