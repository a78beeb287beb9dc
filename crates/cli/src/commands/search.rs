//! `cairn search`: the same search as over HTTP, from the command line.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::time::Duration;

use cairn_catalog::{Export, ExportFile, ExportFormat};
use cairn_server::json::{export_from_query, search_answer, search_from_query};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::{Global, Search};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, viewer};
use crate::output;

/// A query text that is longer cannot be meant.
const LONGEST_INPUT: u64 = 4 * 1024 * 1024;
/// How long the index may take to catch up before the search is run on what it has.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) async fn run(global: &Global, search: &Search) -> Result<Exit, Failure> {
    let format = search.export.as_deref().map(format_of).transpose()?;
    let (config, catalog) = open(global, DataFolder::Existing).await?;
    let viewer = viewer(&catalog, &search.identity, "search").await?;
    let query = query_string(search)?;
    if let (Some(path), Some(format)) = (&search.export, format) {
        let (request, question) =
            export_from_query(&query, catalog.vocabularies(), &config.public_url(), Timestamp::now())
                .map_err(Failure::usage)?;
        catalog.catch_index_up(PATIENCE).await?;
        let export = catalog.export(&viewer, request, question).await?;
        // Whoever took what stands in the log before they have it.
        catalog.write_views().await?;
        return write_export(global, export, format, path).await;
    }
    let request = search_from_query(&query, catalog.vocabularies(), Timestamp::now()).map_err(Failure::usage)?;
    let language = request.language.clone();
    catalog.catch_index_up(PATIENCE).await?;
    let found = catalog.explore(&viewer, request).await?;
    let answer = search_answer(found, &language, &catalog)?;
    if global.json {
        output::json(&answer)?;
    } else {
        print(&answer)?;
    }
    Ok(Exit::Done)
}

/// The flags as the parameters of an address, so that both ways in mean the same.
fn query_string(search: &Search) -> Result<String, Failure> {
    let text = if search.query == ["-"] {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(LONGEST_INPUT).read_to_end(&mut bytes)?;
        // As in an address: bytes that are no UTF-8 match nothing, and the rest of the text counts.
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        search.query.join(" ")
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", &text);
    for (name, value) in search.filters.pairs() {
        query.append_pair(name, value);
    }
    let optional = [
        ("match", search.matching.clone()),
        ("fold", search.fold.clone()),
        ("limit", search.export.is_none().then(|| search.limit.to_string())),
        ("sort", search.sort.clone()),
        ("offset", search.offset.map(|offset| offset.to_string())),
        ("cursor", search.cursor.clone()),
        ("facets", search.facets.clone()),
        ("histogram", search.histogram.clone()),
        ("grid", search.grid.map(|columns| columns.to_string())),
        ("explain", search.explain.then(|| "1".to_owned())),
        ("lang", search.lang.clone()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    Ok(query.finish())
}

/// The form of the file that a name asks for.
fn format_of(path: &Path) -> Result<ExportFormat, Failure> {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let format = ExportFormat::ALL.iter().find(|format| format.ending().eq_ignore_ascii_case(ending));
    format.copied().ok_or_else(|| Failure::usage("--export: the name of the file ends in .csv, .xlsx or .jsonl"))
}

/// Writes an export beside its place and puts it there when it is whole, so that none is taken for whole that is not.
async fn write_export(global: &Global, export: Export, format: ExportFormat, path: &Path) -> Result<Exit, Failure> {
    let about = export.about().clone();
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let cannot_write = |error: std::io::Error| Failure::usage(format!("cannot write {}: {error}", path.display()));
    let file = File::create(&unfinished).map_err(cannot_write)?;
    let written = match write_to(export, format, BufWriter::new(file)).await {
        Ok(()) => std::fs::rename(&unfinished, path).map_err(cannot_write),
        Err(failure) => Err(failure),
    };
    if let Err(failure) = written {
        // What is left of it is of no use, and whoever cannot remove it learns why it is there.
        let _ = std::fs::remove_file(&unfinished);
        return Err(failure);
    }
    if global.json {
        output::json(&json!({
            "schema": 1, "file": path.to_string_lossy(), "total": about.total, "records": about.written,
            "cut": about.is_cut(), "relaxed": about.relaxed, "suggestion": about.suggestion,
        }))?;
        return Ok(Exit::Done);
    }
    if let Some(meant) = &about.suggestion {
        output::line(&format!("Nothing is found for these words as they are. For “{meant}”:"))?;
    }
    let path = path.display();
    output::line(&if about.is_cut() {
        format!("The first {} of {} holdings are in {path}.", about.written, about.total)
    } else if about.written == 1 {
        format!("1 holding is in {path}.")
    } else {
        format!("{} holdings are in {path}.", about.written)
    })?;
    Ok(Exit::Done)
}

async fn write_to(mut export: Export, format: ExportFormat, mut out: BufWriter<File>) -> Result<(), Failure> {
    let mut file = ExportFile::new(format, export.about().clone());
    while let Some(rows) = export.next_rows().await? {
        out.write_all(&file.rows(rows).await?)?;
    }
    out.write_all(&file.finish().await?)?;
    out.flush()?;
    Ok(())
}

/// The title of a record, and how many of its series it stands for.
fn title_of(item: &Value) -> String {
    let title = item["title"].as_str().unwrap_or_default();
    match item["series"]["more"].as_u64() {
        Some(more) => {
            format!("{title} (and {more} more of series {})", item["series"]["key"].as_str().unwrap_or_default())
        }
        None => title.to_owned(),
    }
}

fn print(answer: &Value) -> Result<(), Failure> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| {
        let words: Vec<String> = value.as_array().into_iter().flatten().map(text).collect();
        words.join(" ")
    };
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|item| {
            vec![
                title_of(item),
                text(&item["organisation"]["name"]),
                list(&item["countries"]),
                list(&item["clusters"]),
                text(&item["sharing"]),
                text(&item["sensitivity"]),
                text(&item["access"]),
                text(&item["id"]),
            ]
        })
        .collect();
    if let Some(meant) = answer["suggestion"].as_str() {
        output::line(&if rows.is_empty() || answer["listed_as_asked"] == true {
            format!("Did you mean: {meant}")
        } else {
            format!("Nothing is found for these words as they are. For “{meant}”:")
        })?;
    }
    for unknown in answer["unknown"].as_array().into_iter().flatten() {
        let [field, value, wanted] = ["field", "value", "wanted"].map(|name| text(&unknown[name]));
        output::line(&format!("“{value}” is no {field}, so nothing is found by it: give {wanted}."))?;
    }
    if answer["partial"] == true {
        output::line("The search took too long and was stopped; there may be more than this:")?;
    }
    if answer["relaxed"] == true {
        output::line("These have some of the words:")?;
    }
    if !rows.is_empty() {
        output::table(&["title", "organisation", "where", "cluster", "sharing", "sensitivity", "access", "id"], &rows)?;
    }
    for item in &items {
        let reasons: Vec<&str> =
            item["because"].as_array().into_iter().flatten().filter_map(|reason| reason["text"].as_str()).collect();
        if !reasons.is_empty() {
            output::line(&format!("{}: {}", text(&item["title"]), reasons.join(" ")))?;
        }
    }
    for (facet, values) in answer["facets"].as_object().into_iter().flatten() {
        let values: Vec<String> = values
            .as_array()
            .into_iter()
            .flatten()
            .map(|value| format!("{} {}", text(&value["label"]), value["count"]))
            .collect();
        output::line(&format!("{facet}: {}", values.join(", ")))?;
    }
    for (name, years) in answer["histograms"].as_object().into_iter().flatten() {
        let years = years.as_array().into_iter().flatten();
        let years: Vec<String> = years.map(|one| format!("{} {}", one["year"], one["count"])).collect();
        output::line(&format!("{name}: {}", years.join(", ")))?;
    }
    if let Some(cells) = answer["grid"]["cells"].as_array() {
        let columns = ["west", "south", "east", "north", "count"];
        let row = |cell: &Value| columns.map(|column| cell[column].to_string()).to_vec();
        output::table(&columns, &cells.iter().map(row).collect::<Vec<_>>())?;
    }
    let total = answer["total"].as_u64().unwrap_or(0);
    output::line(&match total {
        0 => "No holding that you can see matches.".to_owned(),
        1 => "1 holding.".to_owned(),
        total => format!("{} of {total} holdings.", rows.len()),
    })?;
    for without in answer["without"].as_array().into_iter().flatten() {
        let (parameter, values) = (text(&without["parameter"]), list(&without["values"]));
        let part = if parameter == "q" { format!("the word {values}") } else { format!("{parameter} {values}") };
        output::line(&match without["total"].as_u64().unwrap_or(0) {
            1 => format!("Without {part}: 1 holding."),
            total => format!("Without {part}: {total} holdings."),
        })?;
    }
    Ok(())
}
