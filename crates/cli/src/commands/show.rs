//! `cairn show`: one record.

use cairn_catalog::{Catalog, CatalogError};
use cairn_model::DatasetId;
use cairn_policy::Viewer;
use cairn_server::json;
use jiff::Timestamp;
use serde_json::Value;

use crate::arguments::{Global, Show};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open, viewer};
use crate::output;

pub(crate) async fn run(global: &Global, show: &Show) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    let viewer = viewer(&catalog, &show.identity, &format!("show {}", show.id)).await?;
    let id = show.id.parse().map_err(|_| Failure::usage(format!("`{}` is no record id", output::plain(&show.id))))?;
    if show.related {
        return super::related::show(global, &catalog, &viewer, id, show.limit.into()).await;
    }
    if show.contacts || show.history {
        return aside(global, show, &catalog, &viewer, id).await;
    }
    let view = where_it_is(id, async |id| catalog.dataset(&viewer, id).await).await?;
    catalog.write_views().await?;
    let answer = json::dataset_answer(view, "en", catalog.vocabularies(), Timestamp::now())?;
    if global.json {
        output::json(&answer)?;
    } else {
        print(&answer)?;
    }
    Ok(Exit::Done)
}

/// What is told of a record; where its source lists it as another one by now, of that, which is said.
async fn where_it_is<T>(
    id: DatasetId,
    ask: impl AsyncFn(DatasetId) -> Result<T, CatalogError>,
) -> Result<T, CatalogError> {
    match Box::pin(ask(id)).await {
        Err(moved @ CatalogError::Moved(successor)) => {
            eprintln!("{moved}");
            Box::pin(ask(successor)).await
        }
        told => told,
    }
}

/// Shows what stands beside a record: whom to ask about it, or what became of it.
async fn aside(
    global: &Global,
    show: &Show,
    catalog: &Catalog,
    viewer: &Viewer,
    id: DatasetId,
) -> Result<Exit, Failure> {
    let ask = async |id| {
        if show.contacts {
            return Ok(json::contacts_answer(catalog.contacts(viewer, id).await?));
        }
        Ok(json::history_answer(catalog.history(viewer, id, None, usize::MAX).await?))
    };
    let answer = where_it_is(id, ask).await?;
    catalog.write_views().await?;
    let answer = answer?;
    if global.json {
        output::json(&answer)?;
    } else if show.contacts {
        print(&answer["items"])?;
    } else {
        let steps = answer["items"].as_array().into_iter().flatten();
        let fields = |step: &Value| {
            let fields = step["fields"].as_array().into_iter().flatten();
            fields.map(plain_text).collect::<Vec<_>>().join(", ")
        };
        let rows: Vec<Vec<String>> =
            steps.map(|step| vec![plain_text(&step["at"]), plain_text(&step["change"]), fields(step)]).collect();
        output::table(&["at", "change", "fields"], &rows)?;
    }
    Ok(Exit::Done)
}

/// Every value that is there, a line each, nested names joined by a dot.
fn print(answer: &Value) -> Result<(), Failure> {
    let mut lines = Vec::new();
    flatten("", answer, &mut lines);
    for (name, value) in lines {
        output::line(&format!("{name:<28} {value}"))?;
    }
    Ok(())
}

fn flatten(name: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                flatten(&name, value, lines);
            }
        }
        Value::Array(values) if values.iter().all(|value| !value.is_object() && !value.is_array()) => {
            let words: Vec<String> = values.iter().map(plain_text).collect();
            if !words.is_empty() {
                lines.push((name.to_owned(), words.join(", ")));
            }
        }
        Value::Array(values) => {
            for (place, value) in values.iter().enumerate() {
                flatten(&format!("{name}[{place}]"), value, lines);
            }
        }
        other => {
            let text = plain_text(other);
            if !text.is_empty() {
                lines.push((name.to_owned(), text));
            }
        }
    }
}

fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
