//! `cairn search`: the same search as over HTTP, from the command line.

use std::io::Read;
use std::time::Duration;

use cairn_server::json;
use jiff::Timestamp;
use serde_json::Value;

use crate::arguments::{Global, Search};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, viewer};
use crate::output;

/// A query text that is longer cannot be meant.
const LONGEST_INPUT: u64 = 4 * 1024 * 1024;
/// How long the index may take to catch up before the search is run on what it has.
const PATIENCE: Duration = Duration::from_secs(3);

pub(crate) async fn run(global: &Global, search: &Search) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let viewer = viewer(&catalog, &search.identity, "search").await?;
    let query = query_string(search)?;
    let request = json::search_from_query(&query, catalog.vocabularies(), Timestamp::now()).map_err(Failure::usage)?;
    let language = request.language.clone();
    catalog.catch_index_up(PATIENCE).await?;
    let page = catalog.search(&viewer, request).await?;
    let answer = json::search_answer(page, &language, &catalog)?;
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
    query.append_pair("limit", &search.limit.to_string());
    let optional = [
        ("match", search.matching.clone()),
        ("sort", search.sort.clone()),
        ("offset", search.offset.map(|offset| offset.to_string())),
        ("cursor", search.cursor.clone()),
        ("facets", search.facets.clone()),
        ("lang", search.lang.clone()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    Ok(query.finish())
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
                text(&item["title"]),
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
        output::line(&if rows.is_empty() {
            format!("Did you mean: {meant}")
        } else {
            format!("Nothing is found for these words as they are. For “{meant}”:")
        })?;
    }
    if answer["relaxed"] == true {
        output::line("These have some of the words:")?;
    }
    if !rows.is_empty() {
        output::table(&["title", "organisation", "where", "cluster", "sharing", "sensitivity", "access", "id"], &rows)?;
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
    let total = answer["total"].as_u64().unwrap_or(0);
    output::line(&match total {
        0 => "No holding that you can see matches.".to_owned(),
        1 => "1 holding.".to_owned(),
        total => format!("{} of {total} holdings.", rows.len()),
    })
}
