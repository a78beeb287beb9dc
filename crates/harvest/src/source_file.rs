//! Files that sources are read from: opened with care, hashed, and known again when they have not changed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use cairn_fetch::{Fetched, Request, Url, Validators};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::Location;
use crate::file_roots::open_below;
use crate::kinds::ConnectContext;
use crate::server::{came_from, may_lead_on};
use crate::{HarvestError, SourceConfig};

/// What is known of a file or a download for the next run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileState {
    /// Size in bytes.
    pub(crate) size: u64,
    /// SHA-256 in hexadecimal.
    pub(crate) sha256: String,
    /// For a download: what the server said of its version.
    #[serde(default)]
    pub(crate) validators: Validators,
}

impl FileState {
    /// The state that the last complete run left, if it can be read.
    pub(crate) fn from_previous(previous: Option<&str>) -> Option<Self> {
        previous.and_then(|text| serde_json::from_str(text).ok())
    }

    /// As it is handed to the next run.
    pub(crate) fn to_text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Whether it is the same content.
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        self.size == other.size && self.sha256 == other.sha256
    }
}

/// What a source of one file or one download is read from.
pub(crate) enum Content {
    /// The same as at the last complete run.
    Unchanged(FileState),
    /// A file at its beginning.
    Fresh(FreshContent),
}

/// A file to be read.
pub(crate) struct FreshContent {
    /// The file, at its beginning.
    pub(crate) file: File,
    /// Its name without folders, whose ending is a hint to its format.
    pub(crate) name: String,
    /// Address or path for messages.
    pub(crate) shown: String,
    /// What is handed to the next run when this one is complete.
    pub(crate) state: FileState,
    /// Where a download came from, after redirects, and each field `Link` of its answer.
    pub(crate) came: Option<(Url, Vec<String>)>,
}

/// Gets the file of a source, or what its address gives, and compares it with the last complete run.
///
/// A download goes to a temporary file that has no name, so that nothing of it stays when the run ends, however it ends.
pub(crate) async fn obtain(
    config: &SourceConfig,
    context: &ConnectContext,
    max_bytes: u64,
    sent: &Arc<AtomicU64>,
) -> Result<Content, HarvestError> {
    let previous = FileState::from_previous(context.previous_state.as_deref()).filter(|_| !context.full);
    let max_bytes = config.limits.max_bytes.unwrap_or(max_bytes);
    let (shown, task) = match config.location()? {
        Location::File(path) => {
            let shown = path.display().to_string();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let told = shown.clone();
            let roots = config.file_roots().to_vec();
            let task = tokio::task::spawn_blocking(move || {
                let file = open(&path, &roots)?;
                examine(file, name, told, Validators::default(), previous.as_ref(), max_bytes)
            });
            (shown, task)
        }
        Location::Web(url) => {
            let name =
                url.path_segments().and_then(|mut parts| parts.next_back().map(str::to_owned)).unwrap_or_default();
            let shown = config.told_address();
            // Where data of mine action is, and where its server sends to, is told as far as it is configured.
            let of = config.holds_imsma().then(|| shown.clone());
            let told_of = move |error: HarvestError| match &of {
                Some(address) => error.of_address(address),
                None => error,
            };
            let request = request(config, url.clone(), previous.as_ref(), sent)?;
            let got = context.fetcher.download(&request, &config.fetch_policy(max_bytes)).await;
            let answer = match got.map_err(|error| told_of(error.into()))? {
                Fetched::Fresh(answer) => answer,
                Fetched::NotModified => return Ok(Content::Unchanged(previous.unwrap_or_default())),
            };
            // A page that is as it was may lead on to another by now.
            let leads_on = answer.links.iter().any(|field| may_lead_on(field));
            let previous = previous.filter(|_| !leads_on);
            let (told, came) = (shown.clone(), (came_from(&answer, &url), answer.links));
            let task = tokio::task::spawn_blocking(move || {
                let mut file = answer.body;
                if answer.redirects > 0 && is_html(&mut file).unwrap_or(false) {
                    return Err(told_of(HarvestError::login_wall(answer.url.to_string())));
                }
                Ok(match examine(file, name, told, answer.validators, previous.as_ref(), max_bytes)? {
                    Content::Fresh(fresh) => Content::Fresh(FreshContent { came: Some(came), ..fresh }),
                    unchanged @ Content::Unchanged(_) => unchanged,
                })
            });
            (shown, task)
        }
    };
    task.await.unwrap_or_else(|_| Err(HarvestError::task(&shown)))
}

fn request(
    config: &SourceConfig,
    url: Url,
    previous: Option<&FileState>,
    sent: &Arc<AtomicU64>,
) -> Result<Request, HarvestError> {
    Ok(Request {
        authorization: config.token()?,
        validators: previous.map(|state| state.validators.clone()).unwrap_or_default(),
        sent: Some(Arc::clone(sent)),
        confidential: config.holds_imsma(),
        ..Request::new(url)
    })
}

/// Whether a file begins as a page for people does; it stands at its beginning afterwards. Blocking.
fn is_html(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    (&mut *file).take(512).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let head = String::from_utf8_lossy(&head).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    Ok(head.starts_with("<!doctype html") || head.starts_with("<html"))
}

/// Hashes a file and compares it. Blocking.
fn examine(
    mut file: File,
    name: String,
    shown: String,
    validators: Validators,
    previous: Option<&FileState>,
    max_bytes: u64,
) -> Result<Content, HarvestError> {
    let refuse = |source| HarvestError::File { path: shown.clone(), source };
    if file.metadata().map_err(refuse)?.len() > max_bytes {
        return Err(HarvestError::TooLarge { what: shown, reason: format!("more than {max_bytes} bytes") });
    }
    let state = FileState { validators, ..fingerprint(&mut file).map_err(refuse)? };
    if previous.is_some_and(|previous| previous.same_content(&state)) {
        return Ok(Content::Unchanged(state));
    }
    Ok(Content::Fresh(FreshContent { file, name, shown, state, came: None }))
}

/// Opens a regular file below one of these folders, or anywhere when there are none. Other folders, pipes and devices are
/// refused: reading them would hang or give something else each time.
pub(crate) fn open(path: &Path, roots: &[PathBuf]) -> Result<File, HarvestError> {
    let refuse = |source| HarvestError::File { path: path.display().to_string(), source };
    // Looked at before it is opened, because opening a pipe waits for its other end; and again after, because it may
    // have been changed in between.
    check(&std::fs::metadata(path).map_err(refuse)?).map_err(refuse)?;
    let file = if roots.is_empty() { File::open(path) } else { open_below(path, roots) }.map_err(refuse)?;
    check(&file.metadata().map_err(refuse)?).map_err(refuse)?;
    Ok(file)
}

fn check(metadata: &std::fs::Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = if metadata.is_dir() { "a folder" } else { "a pipe or a device" };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, not a regular file")))
}

/// Size and SHA-256 of a file, which stands at its beginning afterwards.
pub(crate) fn fingerprint(file: &mut File) -> io::Result<FileState> {
    file.seek(SeekFrom::Start(0))?;
    let mut hashing = HashingReader::new(&mut *file);
    io::copy(&mut hashing, &mut io::sink())?;
    let state = hashing.state();
    file.seek(SeekFrom::Start(0))?;
    Ok(state)
}

/// Hashes what is read through it.
pub(crate) struct HashingReader<R> {
    inner: R,
    hasher: Sha256,
    size: u64,
}

impl<R: Read> HashingReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, hasher: Sha256::new(), size: 0 }
    }

    /// Reads what is left, and says whether the whole is what `state` says.
    pub(crate) fn ends_as(mut self, state: &FileState) -> io::Result<bool> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.state().same_content(state))
    }

    /// What was read so far.
    pub(crate) fn state(self) -> FileState {
        FileState { size: self.size, sha256: hex::encode(self.hasher.finalize()), validators: Validators::default() }
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..length]);
        self.size += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| open(path, &[]).map(|_| ()).map_err(|error| error.to_string());
        let file = folder.path().join("dump.json");
        std::fs::write(&file, "[]").unwrap();
        assert_eq!(told(&file), Ok(()));
        assert!(told(folder.path()).unwrap_err().ends_with("it is a folder, not a regular file"));
        assert!(told(&folder.path().join("absent")).unwrap_err().starts_with("cannot read "));
        assert!(told(Path::new("/dev/null")).unwrap_err().ends_with("it is a pipe or a device, not a regular file"));
    }

    #[cfg(unix)]
    #[test]
    fn a_circle_of_links_is_refused_and_a_link_to_a_file_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink(path("b"), path("a")).unwrap();
        std::os::unix::fs::symlink(path("a"), path("b")).unwrap();
        assert!(open(&path("a"), &[]).unwrap_err().to_string().contains("symbolic links"));
        std::fs::write(path("file"), "[]").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        assert!(open(&path("link"), &[]).is_ok());
    }

    #[test]
    fn a_file_is_known_again_by_its_content() {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, b"abc").unwrap();
        let state = fingerprint(&mut file).unwrap();
        assert_eq!(state.size, 3);
        assert_eq!(state.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(FileState::from_previous(state.to_text().as_deref()), Some(state));
        assert_eq!(FileState::from_previous(Some("{}x")), None);
    }
}
