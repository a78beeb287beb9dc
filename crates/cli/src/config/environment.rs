//! `CAIRN_*` variables: which of them are settings, and which are somebody else's.

use std::collections::BTreeSet;
use std::path::Path;

use toml::{Table, Value};

use super::toml_files;
use crate::exit::Failure;

/// Variables that are no settings of the file.
const NOT_SETTINGS: [&str; 7] =
    ["CAIRN_CONFIG", "CAIRN_DATA", "CAIRN_TOKEN", "CAIRN_TOKEN_FILE", "CAIRN_LOG", "CAIRN_LOG_FORMAT", "CAIRN_HOME"];

/// What a variable is.
#[derive(Debug)]
pub(super) enum Meant {
    /// A setting, which stands in the table now, or no setting by its name.
    Known,
    /// Nothing that is known, unless the configuration names it: what is to be said of it then.
    Unknown(Failure),
}

/// Puts `CAIRN_SERVER__LISTEN` into `server.listen`. A text stays text; anything else is read as TOML.
pub(super) fn overlay(table: &mut Table, known: &Table, variable: &str, value: &str) -> Result<Meant, Failure> {
    if NOT_SETTINGS.contains(&variable) || variable.starts_with("CAIRN_TEST_") || is_of_a_service(variable, value) {
        return Ok(Meant::Known);
    }
    let path: Vec<String> = variable.trim_start_matches("CAIRN_").split("__").map(str::to_lowercase).collect();
    let (section, key) = match path.as_slice() {
        [key] => (None, key.clone()),
        [section, key] => (Some(section), key.clone()),
        // No setting lies deeper, so none is found by this name.
        [section, rest @ ..] => (Some(section), rest.join("__")),
        [] => (None, String::new()),
    };
    let known_here = match section {
        None => Some(known),
        Some(section) => known.get(section).and_then(Value::as_table),
    };
    let Some(default) = known_here.and_then(|known| known.get(&key)) else {
        let variables = variables(known);
        let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
        let nearest = cairn_harvest::config::nearest(variable, &variables);
        let hint = nearest.map_or(String::new(), |near| format!("; did you mean {}?", near.to_uppercase()));
        return Ok(Meant::Unknown(Failure::usage(format!("{variable} names no setting{hint}"))));
    };
    let parsed = if default.is_str() {
        Value::String(value.to_owned())
    } else {
        let line: Table = toml::from_str(&format!("value = {value}"))
            .map_err(|_| Failure::usage(format!("{variable}: `{value}` cannot be read")))?;
        line.get("value").cloned().unwrap_or_else(|| Value::String(value.to_owned()))
    };
    let target = match section {
        None => table,
        Some(section) => table
            .entry(section.clone())
            .or_insert_with(|| Value::Table(Table::new()))
            .as_table_mut()
            .ok_or_else(|| Failure::usage(format!("{section} is no table")))?,
    };
    target.insert(key, parsed);
    Ok(Meant::Known)
}

/// Whether Kubernetes (or a link of Docker) sets it for a service whose name begins with `cairn`: `CAIRN_SERVICE_HOST`,
/// `CAIRN_PORT=tcp://10.0.0.1:8080`, `CAIRN_PORT_8080_TCP_ADDR`.
fn is_of_a_service(variable: &str, value: &str) -> bool {
    let has_port = || variable.split("_PORT_").skip(1).any(|rest| rest.starts_with(|one: char| one.is_ascii_digit()));
    let is_port = || variable.ends_with("_PORT") && value.contains("://");
    !variable.contains("__")
        && (variable.contains("_SERVICE_HOST") || variable.contains("_SERVICE_PORT") || is_port() || has_port())
}

/// The variables that settings name, as `token_env` does: those of the main file and of the files of sources. What cannot
/// be read is told by who reads it.
pub(super) fn named_by_settings(main: &Table, sources: &Path) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    collect_named(main, &mut named);
    for file in toml_files(sources).unwrap_or_default() {
        let table = std::fs::read_to_string(file).ok().and_then(|text| text.parse::<Table>().ok());
        if let Some(table) = table {
            collect_named(&table, &mut named);
        }
    }
    named
}

fn collect_named(table: &Table, named: &mut BTreeSet<String>) {
    for (key, value) in table {
        match value {
            Value::String(variable) if key.ends_with("_env") => {
                named.insert(variable.clone());
            }
            Value::Table(inner) => collect_named(inner, named),
            Value::Array(many) => many.iter().filter_map(Value::as_table).for_each(|inner| collect_named(inner, named)),
            _ => {}
        }
    }
}

/// The variables of all settings, in lower case.
fn variables(known: &Table) -> Vec<String> {
    let mut variables = Vec::new();
    for (key, value) in known {
        match value {
            Value::Table(section) => variables.extend(section.keys().map(|inner| format!("cairn_{key}__{inner}"))),
            _ => variables.push(format!("cairn_{key}")),
        }
    }
    variables
}
