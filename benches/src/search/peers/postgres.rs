//! PostgreSQL: text vectors with GIN indexes, values and labels as arrays of integers, one statement a query.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use postgres::{Client, NoTls, SimpleQueryMessage};

use super::{Document, Engine, PeerQuery, joined, overlapping};
use crate::search::HITS;
use crate::search::sides::Times;

/// Where its programs are.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
/// Who runs the server where this program is run by root, who may not.
const ACCOUNT: &str = "postgres";
/// Bytes that are handed over to be copied at a time.
const CHUNK: usize = 8 << 20;
/// The last place of a word that a text vector can tell.
const LAST_PLACE: usize = 16_383;
/// Settings of the server: a query in one process, as much memory as it likes.
const SETTINGS: &str = "-c listen_addresses= -c fsync=off -c shared_buffers=1GB -c work_mem=256MB \
    -c maintenance_work_mem=512MB -c max_wal_size=8GB -c max_parallel_workers_per_gather=0 -c jit=off";

const SCHEMA: &str =
    "CREATE TABLE docs (id int PRIMARY KEY, public bool, visible int[], superseded int[], facets int[],
    modified int, w float8, s float8, e float8, n float8, card text, stems tsvector, words tsvector)";
const INDEXES: &str = "CREATE INDEX ON docs USING gin (stems); CREATE INDEX ON docs USING gin (words);
    CREATE INDEX ON docs USING gin (facets); VACUUM ANALYZE docs";

/// A server, and a connection to it.
pub(super) struct Postgres {
    client: Client,
    /// Goes after the connection.
    _server: Server,
    /// File in which the system tells how long the connection's process has run.
    clock: PathBuf,
    rows: String,
}

impl Postgres {
    /// Starts a server in a folder.
    pub(super) fn start(folder: &Path) -> anyhow::Result<Self> {
        let home = folder.join("postgres");
        std::fs::create_dir(&home)?;
        if is_root() {
            std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
            let id = Command::new("id").args(["-u", ACCOUNT]).output()?.stdout;
            let id = String::from_utf8(id)?.trim().parse().context("there is no account to run the server by")?;
            chown(&home, Some(id), None)?;
        }
        let data = home.join("data");
        let shown = data.display().to_string();
        run("initdb", &["-D", &shown, "-U", ACCOUNT, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])?;
        let options = format!("{SETTINGS} -c unix_socket_directories={}", home.display());
        let log = home.join("log").display().to_string();
        run("pg_ctl", &["-D", &shown, "-l", &log, "-w", "-o", &options, "start"])?;
        // From here on it is stopped whatever happens.
        let server = Server(data);
        let mut client = Client::connect(&format!("host={} user={ACCOUNT} dbname=postgres", home.display()), NoTls)?;
        client.batch_execute(SCHEMA)?;
        let process: i32 = client.query_one("SELECT pg_backend_pid()", &[])?.get(0);
        let clock = PathBuf::from(format!("/proc/{process}/schedstat"));
        Ok(Self { client, _server: server, clock, rows: String::new() })
    }

    /// CPU seconds of the connection's process.
    fn cpu(&self) -> anyhow::Result<f64> {
        let text = std::fs::read_to_string(&self.clock)?;
        let nanoseconds: f64 = text.split_whitespace().next().context("a clock of the system is empty")?.parse()?;
        Ok(nanoseconds / 1e9)
    }

    fn copy(&mut self) -> anyhow::Result<()> {
        let mut writer = self.client.copy_in("COPY docs FROM STDIN")?;
        writer.write_all(self.rows.as_bytes())?;
        writer.finish()?;
        self.rows.clear();
        Ok(())
    }
}

/// The server of a folder, which is stopped when this goes.
struct Server(PathBuf);

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = run("pg_ctl", &["-D", &self.0.display().to_string(), "-m", "immediate", "stop"]) {
            eprintln!("the PostgreSQL server in {} could not be stopped: {error:#}", self.0.display());
        }
    }
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// Runs a program of PostgreSQL to its end, as the account that may.
fn run(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let path = Path::new(PROGRAMS).join(program);
    ensure!(path.is_file(), "{} is not there", path.display());
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", ACCOUNT, "--"]).arg(path);
        command
    } else {
        Command::new(path)
    };
    let status = command.args(arguments).current_dir("/").stdout(Stdio::null()).status()?;
    ensure!(status.success(), "{program} ended with {status}");
    Ok(())
}

impl Engine for Postgres {
    fn add(&mut self, document: &Document) -> anyhow::Result<()> {
        let edge = |part: fn(&cairn_model::BoundingBox) -> f64| {
            document.bbox.as_ref().map_or_else(|| "\\N".to_owned(), |bbox| part(bbox).to_string())
        };
        let mut stems = String::new();
        let mut place = 0;
        for (field, of_text) in &document.stems {
            let weight = ["", "A", "B", ""].get(*field).copied().unwrap_or_default();
            for stem in of_text {
                place = (place + 1).min(LAST_PLACE);
                write!(stems, "'{stem}':{place}{weight} ")?;
            }
        }
        let mut words = String::new();
        let mut place = 0;
        for of_text in &document.words {
            for word in of_text {
                place = (place + 1).min(LAST_PLACE);
                write!(words, "'{word}':{place} ")?;
            }
            // No phrase goes from one text to the next.
            place += 1;
        }
        let card = document.card.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
        writeln!(
            self.rows,
            "{}\t{}\t{{{}}}\t{{{}}}\t{{{}}}\t{}\t{}\t{}\t{}\t{}\t{card}\t{stems}\t{words}",
            document.number,
            document.is_public,
            joined(&document.visible_to),
            joined(&document.superseded_by),
            joined(&document.values),
            document.modified,
            edge(|bbox| bbox.west),
            edge(|bbox| bbox.south),
            edge(|bbox| bbox.east),
            edge(|bbox| bbox.north),
        )?;
        if self.rows.len() > CHUNK { self.copy() } else { Ok(()) }
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        self.copy()?;
        // One by one: the last may not stand in a transaction with others.
        INDEXES.split(';').try_for_each(|sql| self.client.batch_execute(sql))?;
        Ok(())
    }

    fn bytes(&mut self) -> anyhow::Result<u64> {
        let bytes: i64 = self.client.query_one("SELECT pg_total_relation_size('docs')", &[])?.get(0);
        Ok(u64::try_from(bytes)?)
    }

    fn ask(&mut self, query: &PeerQuery<'_>) -> anyhow::Result<(Times, u64)> {
        let sql = statement(query);
        let (cpu, wall) = (self.cpu()?, Instant::now());
        let messages = self.client.simple_query(&sql)?;
        let times = (self.cpu()? - cpu, wall.elapsed().as_secs_f64());
        let total = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) if row.get(0) == Some("total") => row.get(2),
            _ => None,
        });
        Ok((times, total.context("no total was answered")?.parse()?))
    }
}

/// The statement that counts, fetches the hits and counts the facets.
fn statement(query: &PeerQuery<'_>) -> String {
    let ask = query.ask;
    let mut conditions = vec!["true".to_owned()];
    let mut key = "d.modified".to_owned();
    let quoted = |words: &[String], between: &str| -> String {
        words.iter().map(|word| format!("''{word}''")).collect::<Vec<_>>().join(between)
    };
    let words: Vec<String> =
        ask.words.iter().map(|word| format!("({})", quoted(&cairn_search::analysis::stems(word), " | "))).collect();
    if !words.is_empty() {
        let text = format!("'{}'::tsquery", words.join(" & "));
        conditions.push(format!("d.stems @@ {text}"));
        key = format!("ts_rank(d.stems, {text})");
    }
    if !ask.phrase.is_empty() {
        let text = format!("'{}'::tsquery", quoted(&ask.phrase, " <-> "));
        conditions.push(format!("d.words @@ {text}"));
        key = format!("ts_rank(d.words, {text})");
    }
    if let Some(prefix) = &ask.prefix {
        conditions.push(format!("d.words @@ '''{prefix}'':*'::tsquery"));
    }
    if !query.values.is_empty() {
        conditions.push(format!("d.facets @> '{{{}}}'", joined(&query.values)));
    }
    if let Some(bbox) = &ask.bbox {
        conditions.push(overlapping(bbox));
    }
    match query.labels {
        None => conditions.push("d.public".to_owned()),
        Some(labels) => {
            let labels = format!("'{{{labels}}}'");
            conditions.push(format!("(d.public OR d.visible && {labels}) AND NOT d.superseded && {labels}"));
        }
    }
    format!(
        "WITH hits AS MATERIALIZED (SELECT d.id, {key} AS key, d.facets FROM docs d WHERE {}),
            best AS (SELECT id FROM hits ORDER BY key DESC, id LIMIT {HITS} OFFSET {})
        SELECT 'total' AS what, NULL AS of, count(*) AS count FROM hits
        UNION ALL SELECT 'hit', card, NULL FROM best JOIN docs USING (id)
        UNION ALL SELECT 'value', value::text, count(*) FROM hits, unnest(facets) AS value GROUP BY value",
        conditions.join(" AND "),
        ask.depth
    )
}
