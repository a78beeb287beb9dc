//! Files that must lie below declared folders: opened so that no link and no change on the way leads out of them.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Opens a file that lies below one of these folders, wherever links on its path lead.
///
/// # Errors
/// `PermissionDenied` for a file that lies elsewhere.
pub(crate) fn open_below(path: &Path, roots: &[PathBuf]) -> io::Result<File> {
    let real = path.canonicalize()?;
    for root in roots {
        // A folder that is not there holds no file.
        let Ok(root) = root.canonicalize() else { continue };
        if let Ok(below) = real.strip_prefix(&root) {
            return walk(&root, below);
        }
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "it lies outside the folders of harvest.file_roots"))
}

/// Opens a path without links, part by part from its root, so that a link that is put there meanwhile is not followed.
#[cfg(unix)]
fn walk(root: &Path, below: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open, openat};

    let folder_flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    // Opening a pipe must not wait for its other end.
    let file_flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut folder = open(root, folder_flags, Mode::empty())?;
    let mut parts = below.components().peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return Ok(File::from(openat(&folder, part.as_os_str(), file_flags, Mode::empty())?));
        }
        folder = openat(&folder, part.as_os_str(), folder_flags | OFlags::NOFOLLOW, Mode::empty())?;
    }
    Ok(File::from(folder))
}

#[cfg(not(unix))]
fn walk(root: &Path, below: &Path) -> io::Result<File> {
    File::open(root.join(below))
}

#[cfg(all(test, unix))]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder `in` with a file and a folder in it, and a file beside it.
    fn folders() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("in/deeper")).unwrap();
        for name in ["in/file", "in/deeper/file", "out"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    fn read(path: &Path, roots: &[PathBuf]) -> Result<String, io::ErrorKind> {
        let mut text = String::new();
        open_below(path, roots).map_err(|error| error.kind())?.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    #[test]
    fn files_below_a_root_are_read_however_their_path_is_written() {
        let folder = folders();
        let at = |name: &str| folder.path().join(name);
        symlink(at("in"), at("link-to-in")).unwrap();
        symlink("deeper/file", at("in/link")).unwrap();
        let roots = [at("absent"), at("link-to-in")];
        for (name, expected) in [
            ("in/file", "in/file"),
            ("in/deeper/file", "in/deeper/file"),
            ("in/deeper/../file", "in/file"),
            ("link-to-in/file", "in/file"),
            ("in/link", "in/deeper/file"),
        ] {
            assert_eq!(read(&at(name), &roots).as_deref(), Ok(expected), "{name}");
        }
    }

    #[test]
    fn nothing_else_is_whatever_leads_to_it() {
        let folder = folders();
        let at = |name: &str| folder.path().join(name);
        symlink(at("out"), at("in/link-to-out")).unwrap();
        symlink(folder.path(), at("in/up")).unwrap();
        let roots = [at("in"), at("absent")];
        for name in ["out", "in/../out", "in/link-to-out", "in/up/out", "in/deeper/../../out"] {
            assert_eq!(read(&at(name), &roots), Err(io::ErrorKind::PermissionDenied), "{name}");
        }
        assert_eq!(read(Path::new("/etc/passwd"), &roots), Err(io::ErrorKind::PermissionDenied));
        assert_eq!(read(&at("in/file"), &[]), Err(io::ErrorKind::PermissionDenied));
        assert_eq!(read(&at("in/absent"), &roots), Err(io::ErrorKind::NotFound));
        // A name that begins like that of a root is not below it.
        std::fs::write(at("in-and-out"), "").unwrap();
        assert_eq!(read(&at("in-and-out"), &roots), Err(io::ErrorKind::PermissionDenied));
    }

    #[test]
    fn a_link_that_is_put_on_the_way_after_the_path_was_looked_at_is_not_followed() {
        let folder = folders();
        let root = folder.path().join("in");
        symlink(folder.path(), root.join("up")).unwrap();
        symlink(folder.path().join("out"), root.join("link")).unwrap();
        assert!(walk(&root, Path::new("deeper/file")).is_ok());
        assert!(walk(&root, Path::new("up/out")).is_err());
        assert!(walk(&root, Path::new("link")).is_err());
    }
}
