//! `cairn search`: its flags, and words that begin with a hyphen among them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::Identity;

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Words, "phrases", -exclusions, prefix*, field:value; `-` alone reads them from stdin.
    #[arg(value_name = "QUERY", value_parser = word)]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) filters: FilterFlags,
    /// How many of the words a record must have: all, some. Without it all, or some where no record has them all.
    #[arg(long = "match")]
    pub(crate) matching: Option<String>,
    /// What is shown as one record: false, true (duplicates), series, all.
    #[arg(long, value_name = "WHAT")]
    pub(crate) fold: Option<String>,
    /// relevance, modified, issued, title, quality; `-` before it reverses.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,
    /// Records to show, 0 to 100.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: usize,
    /// Records to pass over.
    #[arg(long)]
    pub(crate) offset: Option<usize>,
    /// Where the page before ended.
    #[arg(long)]
    pub(crate) cursor: Option<String>,
    /// Facets to count, separated by commas.
    #[arg(long)]
    pub(crate) facets: Option<String>,
    /// Count by year of: modified, coverage, separated by commas.
    #[arg(long)]
    pub(crate) histogram: Option<String>,
    /// Columns of a grid over --bbox, or over the world, in whose cells records are counted.
    #[arg(long)]
    pub(crate) grid: Option<u8>,
    /// Say why each record matched.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Language of labels and titles: en, fr, es, ar.
    #[arg(long)]
    pub(crate) lang: Option<String>,
    /// Write everything that is found to a file, whose name ends in .csv, .xlsx or .jsonl.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["limit", "offset", "cursor", "facets", "histogram", "grid", "explain"])]
    pub(crate) export: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) identity: Identity,
}

/// Stands before a word that begins with a hyphen, on its way through the parser of flags.
const EXCLUSION: char = '\u{1}';
/// Flags of a search that take no value.
const SWITCHES: [&str; 6] = ["--json", "--verbose", "--as-operator", "--explain", "--help", "--version"];

/// Marks the exclusions of `cairn search mine -clearance` as words, so that only what begins with two hyphens is a flag.
pub(crate) fn with_exclusions(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut marked: Vec<OsString> = Vec::new();
    let mut is_search = false;
    let mut awaits_value = false;
    let mut is_over = false;
    for argument in arguments {
        let text = argument.to_str().unwrap_or_default();
        let is_value = std::mem::take(&mut awaits_value);
        if is_over || is_value {
            marked.push(argument);
            continue;
        }
        is_over = text == "--";
        is_search |= text == "search";
        awaits_value = text.starts_with("--") && !text.contains('=') && !SWITCHES.contains(&text);
        let short = text.strip_prefix('-').unwrap_or_default();
        let is_short_flag = matches!(short, "h" | "V") || short.chars().all(|one| one == 'v');
        if is_search && text.starts_with('-') && !text.starts_with("--") && !is_short_flag {
            marked.push(format!("{EXCLUSION}{text}").into());
        } else {
            marked.push(argument);
        }
    }
    marked
}

/// A word of a query, without the mark of an exclusion.
#[expect(clippy::unnecessary_wraps, reason = "clap wants a result of a parser")]
fn word(text: &str) -> Result<String, String> {
    Ok(text.strip_prefix(EXCLUSION).unwrap_or(text).to_owned())
}

macro_rules! filter_flags {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {
        /// Filters; each can be repeated, values of one are alternatives.
        #[derive(Debug, Args)]
        pub(crate) struct FilterFlags {
            $($(#[$meta])* #[arg(long, value_name = "VALUE", help_heading = "Filters")] pub(crate) $name: Vec<String>),+
        }

        impl FilterFlags {
            /// Parameter names and values, as in an address.
            pub(crate) fn pairs(&self) -> Vec<(&'static str, &str)> {
                let mut pairs = Vec::new();
                $(pairs.extend(self.$name.iter().map(|value| (stringify!($name), value.as_str())));)+
                pairs
            }
        }
    };
}

filter_flags! {
    /// ISO 3166-1 code or name.
    country,
    /// Cluster or area of responsibility.
    cluster,
    /// Organisation id.
    organisation,
    /// Source id.
    source,
    /// Sharing level.
    sharing,
    /// Sensitivity.
    sensitivity,
    /// Access method.
    access,
    /// Classification.
    classification,
    /// File format.
    format,
    /// Licence.
    licence,
    /// Language of the data.
    language,
    /// Keyword.
    tag,
    /// Kind of holding.
    kind,
    /// Update frequency.
    frequency,
    /// What the data costs.
    cost,
    /// By what the data can be told apart: sex or age.
    disaggregation,
    /// Freshness.
    freshness,
    /// full, partial or stub.
    rendition,
    /// P-code.
    pcode,
    /// Changed on or after this date.
    modified_after,
    /// Changed on or before this date.
    modified_before,
    /// Covers a time on or after this date.
    covers_after,
    /// Covers a time on or before this date.
    covers_before,
    /// Key of a series, as `--fold series` tells it.
    series,
    /// west,south,east,north.
    #[arg(allow_hyphen_values = true)]
    bbox,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use crate::arguments::{Cli, Command};
    use clap::Parser as _;

    fn search(line: &str) -> Result<Search, clap::Error> {
        let cli = Cli::try_parse_from(with_exclusions(line.split(' ').map(OsString::from)))?;
        let Command::Search(search) = cli.command else { panic!("{line} is a search") };
        Ok(*search)
    }

    #[test]
    fn a_query_has_many_words_and_exclusions_among_its_flags() {
        let found = search("cairn search mine -clearance --sort -modified water -v --limit 3 -x").unwrap();
        assert_eq!(found.query, ["mine", "-clearance", "water", "-x"]);
        assert_eq!((found.sort.as_deref(), found.limit), (Some("-modified"), 3));
        assert_eq!(search("cairn --data search search - --json").unwrap().query, ["-"]);
        assert_eq!(search("cairn search -- --limit -x").unwrap().query, ["--limit", "-x"]);
        assert!(search("cairn search").unwrap().query.is_empty());
        assert!(search("cairn search mine --contry SYR").is_err());
    }

    #[test]
    fn a_box_may_begin_west_of_greenwich() {
        let found = search("cairn search mine --bbox -18,4,16,25 -clearance").unwrap();
        assert_eq!(found.filters.pairs(), [("bbox", "-18,4,16,25")]);
        assert_eq!(found.query, ["mine", "-clearance"]);
        assert_eq!(search("cairn search --bbox=-18,-4,16,25").unwrap().filters.bbox, ["-18,-4,16,25"]);
        let line = ["cairn", "coverage", "--bbox", "-18,4,16,25", "--csv"].map(OsString::from);
        let cli = Cli::try_parse_from(with_exclusions(line.into_iter())).unwrap();
        let Command::Coverage(coverage) = cli.command else { panic!("it is coverage") };
        assert!(coverage.csv && coverage.filters.bbox == ["-18,4,16,25"]);
    }
}
