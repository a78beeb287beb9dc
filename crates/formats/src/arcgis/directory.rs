//! Services directories (`/rest/services?f=json`): the folders and services of a server.

use cairn_model::Problem;

use super::{ArcgisError, error_in};
use crate::json_page::{Page, look_into};

/// A folder of a server, or all of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServicesDirectory {
    /// Names of the folders in it.
    pub folders: Vec<String>,
    /// Services in it.
    pub services: Vec<ListedService>,
    /// What could not be read; each of severity error stands for entries that are lost.
    pub problems: Vec<Problem>,
}

/// A service as a directory names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedService {
    /// Name, mostly with the folder before it (`Health/Clinics`).
    pub name: String,
    /// `FeatureServer`, `MapServer` and others, the last part of its address.
    pub kind: String,
}

/// The folders and services of a directory.
///
/// # Errors
/// What the server answers instead of a directory.
pub fn list_services(bytes: &[u8]) -> Result<ServicesDirectory, ArcgisError> {
    let page = Page::cut(bytes, &[&["services"]])?;
    if let Some(error) = error_in(&page.envelope) {
        return Err(error);
    }
    let has_folders = page.envelope.0.iter().any(|(key, _)| key == "folders");
    if !page.has_list && !has_folders {
        return Err(page.refusal("a directory of services").into());
    }
    let mut directory = ServicesDirectory {
        folders: page.envelope.texts("folders", &[]),
        services: Vec::with_capacity(page.records.len()),
        problems: page.problems,
    };
    for (_, bytes) in &page.records {
        let fields = look_into(bytes, |key| matches!(key, "name" | "type"));
        let service = fields.and_then(|fields| {
            Some(ListedService { name: fields.text("name")?.into_owned(), kind: fields.text("type")?.into_owned() })
        });
        match service {
            Some(service) => directory.services.push(service),
            None => nameless(&mut directory.problems, "services", "a service without name or type is left out"),
        }
    }
    Ok(directory)
}

/// Notes entries that cannot be asked for, once for all of a page.
pub(super) fn nameless(problems: &mut Vec<Problem>, path: &str, message: &str) {
    const CODE: &str = "unnamed-entry";
    if problems.iter().all(|problem| problem.code != CODE) {
        problems.push(Problem::error(CODE, path, message));
    }
}
