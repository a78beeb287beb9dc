//! CKAN packages (Action API v3, CKAN 2.9 to 2.11), plain and in the HDX dialect.
//!
//! A package is parsed without copying what is not needed (`package`), and any field may hold any type: an odd value
//! costs that field and a problem, never the record. Extras are read in the dialects of ckanext-harvest (DCAT-US),
//! ckanext-spatial (ISO 19139), ckanext-dcat, ckanext-fluent and the refugee-data library RIDL.

mod coverage;
mod package;
mod resources;
mod terms;
mod text;
mod who;

use cairn_model::{Draft, Identifier, Position, Problem};

use self::package::Package;
use crate::json_value::Value;
use crate::xml_identifiers::identifier;
use crate::{Reading, stable_id};

/// Reads one package, as `package_show` or `package_search` gives it.
///
/// `portal` is the root of the portal, for landing pages (`{portal}/dataset/{name}`).
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id, name nor title.
pub fn read_package(bytes: &[u8], portal: Option<&str>) -> Result<Reading, Problem> {
    let error = match Package::parse(bytes) {
        Ok(package) => return read_parsed(package, portal),
        Err(error) => error,
    };
    let repaired = repair(bytes).ok_or_else(|| broken(bytes, &error))?;
    let mut package = Package::parse(&repaired).map_err(|_| broken(bytes, &error))?;
    let message = "bytes or escapes that are no Unicode text were replaced by U+FFFD";
    package.report(Problem::warning("undecodable-bytes", "", message));
    read_parsed(package, portal)
}

fn broken(bytes: &[u8], error: &serde_json::Error) -> Problem {
    if error.is_data() {
        return Problem::error("not-an-object", "", "a CKAN package is a JSON object, and this is none");
    }
    // The parser counts lines and columns; a payload is found again by its byte.
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    let byte = (before + error.column().saturating_sub(1)) as u64;
    Problem::error("broken-json", "", format!("the package is no JSON text: it breaks at byte {byte}"))
        .at(Position { byte: Some(byte), ..Position::default() })
}

/// Replaces bytes that are no UTF-8, and escapes of lone surrogates, by U+FFFD; none where nothing had to be replaced.
fn repair(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut text = String::from_utf8_lossy(bytes).into_owned().into_bytes();
    let mut place = 0;
    while place + 6 <= text.len() {
        if text[place] != b'\\' {
            place += 1;
        } else if let Some(unit) = escaped_unit(&text[place..]) {
            let paired = (0xd800..0xdc00).contains(&unit)
                && escaped_unit(&text[place + 6..]).is_some_and(|next| (0xdc00..0xe000).contains(&next));
            if paired {
                place += 12;
                continue;
            }
            if (0xd800..0xe000).contains(&unit) {
                text[place..place + 6].copy_from_slice(b"\\ufffd");
            }
            place += 6;
        } else {
            place += 2;
        }
    }
    (text != bytes).then_some(text)
}

/// The UTF-16 unit of an escape `\uXXXX` at the beginning of `text`.
fn escaped_unit(text: &[u8]) -> Option<u32> {
    let digits = text.get(..6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn read_parsed(mut package: Package<'_>, portal: Option<&str>) -> Result<Reading, Problem> {
    let id = package.plain_text("id");
    let name = package.plain_text("name");
    let mut title = text::title(&mut package);
    if title.is_empty() && name.is_none() && id.is_none() {
        return Err(Problem::error("no-identity", "", "the package has neither id, name nor title"));
    }
    if title.is_empty()
        && let Some(name) = &name
    {
        package.report(Problem::warning("no-title", "title", "the title is missing; the name stands in for it"));
        title = cairn_model::LocalizedText::undetermined(name.clone());
    }
    let source_record_id = id.clone().or_else(|| name.clone()).unwrap_or_else(|| {
        let first = title.texts().next().unwrap_or_default();
        stable_id(&[first])
    });
    if id.is_none() {
        package.report(Problem::warning("no-id", "id", "the id is missing; the name or title stands in for it"));
    }
    let deleted = package.plain_text("state").is_some_and(|state| state.eq_ignore_ascii_case("deleted"));
    let dialect = Dialect::of(&package);
    let mut draft = Draft {
        source_record_id,
        title,
        identifiers: identifiers(&package, name.as_deref()),
        landing_page: landing_page(&package, portal, name.as_deref().or(id.as_deref())),
        ..Draft::default()
    };
    draft.kind = kind(&mut package);
    text::fill(&mut package, &mut draft);
    // Terms come before parties: whether a contact is published openly follows from them.
    draft.terms = terms::stated(&mut package, dialect);
    who::fill(&mut package, &mut draft);
    coverage::fill(&mut package, dialect, &mut draft);
    resources::fill(&mut package, &mut draft);
    Ok(Reading { draft, problems: package.problems, deleted })
}

/// How a portal uses fields that CKAN leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// CKAN as it comes, with or without harvested extras.
    Plain,
    /// The Humanitarian Data Exchange: groups are countries, dates and frequencies have codes of their own.
    Hdx,
}

impl Dialect {
    fn of(package: &Package<'_>) -> Self {
        let marks = ["dataset_date", "data_update_frequency", "is_requestdata_type", "has_geodata", "solr_additions"];
        if marks.iter().any(|mark| package.has_field(mark)) { Self::Hdx } else { Self::Plain }
    }
}

/// What the record is, as written: a `type` other than `dataset`, else what a harvested record says of itself.
fn kind(package: &mut Package<'_>) -> Option<String> {
    let package_type = package.plain_text("type");
    if let Some(other) = package_type.as_ref().filter(|name| !name.eq_ignore_ascii_case("dataset")) {
        let message = "the package is no dataset by its type; it is listed as a record all the same";
        package.report(Problem::warning("package-type", "type", message).with_value(other));
    }
    let harvested = package.text(&[
        "dcat_type",
        "resource-type",
        "resource_type",
        "hierarchyLevel",
        "hierarchy_level",
        "Resource Type",
    ]);
    match package_type {
        Some(name) if !name.eq_ignore_ascii_case("dataset") => Some(name),
        name => harvested.or(name),
    }
}

fn identifiers(package: &Package<'_>, name: Option<&str>) -> Vec<Identifier> {
    let mut identifiers = Vec::new();
    let mut add = |scheme: &str, value: &str| {
        let identifier = Identifier { scheme: scheme.to_owned(), value: value.to_owned() };
        if !identifiers.contains(&identifier) {
            identifiers.push(identifier);
        }
    };
    if let Some(name) = name {
        add("slug", name);
    }
    for key in ["doi", "DOI", "identifier", "guid", "alternate_identifier"] {
        for value in package.texts(key, &[]) {
            let identifier = identifier(&value);
            add(&identifier.scheme, &identifier.value);
        }
    }
    for key in ["glide", "glide_number"] {
        for value in package.texts(key, &[',', ';']) {
            add("glide", &value);
        }
    }
    identifiers
}

fn landing_page(package: &Package<'_>, portal: Option<&str>, name: Option<&str>) -> Option<String> {
    match (portal.map(|portal| portal.trim().trim_end_matches('/')), name) {
        (Some(portal), Some(name)) if !portal.is_empty() => Some(format!("{portal}/dataset/{name}")),
        _ => package.text(&["landingPage", "landing_page", "url"]),
    }
}

/// The best single text of a value that may be a text or a text by language.
fn any_text(value: &Value<'_>) -> Option<String> {
    match text::localised(value) {
        Some(texts) => texts.best("en").map(str::to_owned),
        None => Some(value.text()?.into_owned()),
    }
}

#[cfg(test)]
mod tests;
