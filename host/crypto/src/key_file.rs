//! Private keys on disk: files with mode 0600 in folders with mode 0700, refused if looser.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::KeyFileError;

/// Largest key file that is read.
pub const KEY_FILE_BYTES_MAX: u64 = 64 * 1024;

const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;
/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// Creates `folder` with mode 0700, and its parents as the umask says. An existing folder must be as strict.
pub fn create_private_folder(folder: &Path) -> Result<(), KeyFileError> {
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent).map_err(|e| io_error("create", parent, e))?;
    }
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(io_error("create", folder, e)),
        _ => check_folder(folder),
    }
}

/// Writes a key file so that it is there whole or not at all, replacing an older one. The folder must be strict.
pub fn write_key_file(path: &Path, contents: &[u8]) -> Result<(), KeyFileError> {
    let folder = folder_of(path)?;
    check_folder(folder)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let draft = PathBuf::from(name);
    match std::fs::remove_file(&draft) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(io_error("remove", &draft, e)),
        _ => {}
    }
    // A new file, so that the mode given here is the mode it has.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(&draft)
        .map_err(|e| io_error("create", &draft, e))?;
    file.write_all(contents).and_then(|()| file.sync_all()).map_err(|e| io_error("write", &draft, e))?;
    std::fs::rename(&draft, path).map_err(|e| io_error("rename", &draft, e))?;
    File::open(folder).and_then(|it| it.sync_all()).map_err(|e| io_error("sync", folder, e))
}

/// Reads a key file, if neither it nor its folder is open to others.
pub fn read_key_file(path: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    check_folder(folder_of(path)?)?;
    let file = File::open(path).map_err(|e| io_error("open", path, e))?;
    // The open file is asked, not the path: what is checked is what is read.
    let metadata = file.metadata().map_err(|e| io_error("inspect", path, e))?;
    check_mode(path, metadata.permissions().mode(), FILE_MODE)?;
    if metadata.len() > KEY_FILE_BYTES_MAX {
        return Err(KeyFileError::TooLarge { path: path.to_owned(), length: metadata.len(), max: KEY_FILE_BYTES_MAX });
    }
    let mut contents = Zeroizing::new(String::with_capacity(metadata.len() as usize));
    file.take(KEY_FILE_BYTES_MAX).read_to_string(&mut contents).map_err(|e| io_error("read", path, e))?;
    Ok(contents)
}

fn folder_of(path: &Path) -> Result<&Path, KeyFileError> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(folder) => Ok(folder),
        None => Err(KeyFileError::NoFolder { path: path.to_owned() }),
    }
}

fn check_folder(folder: &Path) -> Result<(), KeyFileError> {
    let metadata = std::fs::metadata(folder).map_err(|e| io_error("inspect", folder, e))?;
    check_mode(folder, metadata.permissions().mode(), FOLDER_MODE)
}

fn check_mode(path: &Path, mode: u32, expected: u32) -> Result<(), KeyFileError> {
    if mode & OTHERS == 0 {
        return Ok(());
    }
    Err(KeyFileError::TooOpen { path: path.to_owned(), mode: mode & 0o7777, expected })
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Io { action, path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn keys_are_written_for_their_owner_only_and_read_back() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("deep/keys");
        create_private_folder(&folder).unwrap();
        create_private_folder(&folder).unwrap();
        let path = folder.join("key.pem");
        for contents in ["first", "second"] {
            write_key_file(&path, contents.as_bytes()).unwrap();
            assert_eq!(read_key_file(&path).unwrap().as_str(), contents);
        }
        assert_eq!((mode(&folder), mode(&path)), (0o700, 0o600));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("keys");
        create_private_folder(&folder).unwrap();
        let path = folder.join("key.pem");
        write_key_file(&path, b"secret").unwrap();
        for (loosened, strict) in [(&path, 0o600), (&folder, 0o700)] {
            std::fs::set_permissions(loosened, Permissions::from_mode(strict | 0o040)).unwrap();
            let error = read_key_file(&path).unwrap_err();
            assert!(matches!(&error, KeyFileError::TooOpen { path, .. } if path == loosened), "{error}");
            std::fs::set_permissions(loosened, Permissions::from_mode(strict)).unwrap();
        }
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(write_key_file(&path, b"x"), Err(KeyFileError::TooOpen { .. })));
        assert!(matches!(create_private_folder(&folder), Err(KeyFileError::TooOpen { .. })));
    }

    #[test]
    fn a_huge_file_is_no_key_file() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("keys");
        create_private_folder(&folder).unwrap();
        let path = folder.join("key.pem");
        write_key_file(&path, &vec![b'x'; KEY_FILE_BYTES_MAX as usize + 1]).unwrap();
        assert!(matches!(read_key_file(&path), Err(KeyFileError::TooLarge { .. })));
    }
}
