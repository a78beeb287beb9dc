//! CKAN packages (Action API v3, CKAN 2.9 to 2.11), plain and in the HDX dialect.
//!
//! A package is parsed without copying what is not needed (`package`), and any field may hold any type: an odd value
//! costs that field and a problem, never the record. Extras are read in the dialects of ckanext-harvest (DCAT-US),
//! ckanext-spatial (ISO 19139), ckanext-dcat, ckanext-fluent and the refugee-data library RIDL.

mod coverage;
mod other_names;
mod package;
mod refugee_library;
mod resources;
mod statements;
mod terms;
mod text;
mod who;

use cairn_model::{Draft, Identifier, Problem};

use self::package::Package;
use crate::identifiers::{add, add_by_form};
use crate::json_document::{broken, repair};
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
    let broken = || broken(bytes, &error, "the package", "a CKAN package");
    let repaired = repair(bytes).ok_or_else(broken)?;
    let mut package = Package::parse(&repaired.bytes).map_err(|_| broken())?;
    for problem in repaired.problems {
        package.report(problem);
    }
    read_parsed(package, portal)
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
    draft.terms = terms::stated(&mut package);
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
        if marks.iter().any(|mark| package.has(mark)) { Self::Hdx } else { Self::Plain }
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
    if let Some(name) = name {
        add(&mut identifiers, "slug", name);
    }
    for key in ["doi", "DOI", "identifier", "guid", "alternate_identifier"] {
        for value in package.texts(key, &[]) {
            add_by_form(&mut identifiers, &value);
        }
    }
    for key in ["glide", "glide_number"] {
        for value in package.texts(key, &[',', ';']) {
            add(&mut identifiers, "glide", &value);
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

#[cfg(test)]
mod tests;
