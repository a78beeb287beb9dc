//! The folder of an index, and what it says of how it was made.

use std::path::{Path, PathBuf};

use cairn_policy::rendition;
use serde::{Deserialize, Serialize};

use crate::SearchError;
use crate::error::is_damage;
use crate::schema::VERSION;

/// The file that tells how the folder was built.
pub(crate) const MAKE_UP: &str = "schema.json";
/// Folder of the tier that everyone sees.
pub(crate) const PUBLIC: &str = "public";
/// Folder of the other.
pub(crate) const RESTRICTED: &str = "restricted";

/// The folder of an index, and the store that it is derived from.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) folder: PathBuf,
    pub(crate) store: String,
}

/// How an index was made.
#[derive(Serialize, Deserialize)]
pub(crate) struct MakeUp {
    pub(crate) schema: u32,
    /// Identity of the store that the index is derived from.
    pub(crate) store: String,
    /// [`rendition::VERSION`] of the rules that made its documents.
    pub(crate) renditions: u32,
    /// Fingerprint of the vocabularies that its documents were made with.
    pub(crate) vocabularies: String,
    /// The change that the store was at when the index was begun: before it holds that, it is not searched.
    pub(crate) whole_at: i64,
}

impl Home {
    pub(crate) fn new(folder: &Path, store: &str) -> Self {
        Self { folder: folder.to_owned(), store: store.to_owned() }
    }

    /// Checks that the folder holds an index of this version, made by these rules, of this store.
    pub(crate) fn check_make_up(&self) -> Result<MakeUp, SearchError> {
        let file = self.folder.join(MAKE_UP);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if is_damage(&error) => {
                return Err(SearchError::Damaged(format!("{MAKE_UP} cannot be read: {error}")));
            }
            Err(error) => return Err(failed("read", &file, &error)),
        };
        let make_up: MakeUp =
            serde_json::from_str(&text).map_err(|error| SearchError::Damaged(format!("{MAKE_UP}: {error}")))?;
        if make_up.schema != VERSION {
            let reason = format!("it is of version {}, this program writes {VERSION}", make_up.schema);
            return Err(SearchError::Damaged(reason));
        }
        if make_up.store != self.store {
            return Err(SearchError::Damaged("it is the index of another store".to_owned()));
        }
        if make_up.renditions != rendition::VERSION {
            return Err(SearchError::Damaged("its documents were made by other rules of who sees what".to_owned()));
        }
        Ok(make_up)
    }
}

/// Makes a folder, or sees to one that is there, so that only its owner may enter it: an index holds what is not public.
pub(crate) fn make_private(folder: &Path) -> Result<(), SearchError> {
    std::fs::create_dir_all(folder).map_err(|error| failed("made", folder, &error))?;
    #[cfg(unix)]
    {
        let rights = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(folder, rights).map_err(|error| failed("made private", folder, &error))?;
    }
    Ok(())
}

/// Removes a file or a folder, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), SearchError> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed("wiped", path, &error)),
        _ => Ok(()),
    }
}

/// What could not be done with a path.
pub(crate) fn failed(attempt: &'static str, path: &Path, error: &std::io::Error) -> SearchError {
    SearchError::Failed { attempt, reason: format!("{}: {error}", path.display()) }
}
