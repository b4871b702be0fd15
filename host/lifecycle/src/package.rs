//! Install packages: a tar.gz of `metadata.json` and `code.tar.gz`, which holds the component.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use folio_crypto::sha256;
use folio_types::Digest;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::names::is_label;

/// Largest package, as it travels.
pub const PACKAGE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Largest component.
pub const COMPONENT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Largest `metadata.json`.
const METADATA_BYTES_MAX: usize = 64 * 1024;

/// Most that either archive may unpack to: its largest file, and headers around it.
const ARCHIVE_BYTES_MAX: u64 = (COMPONENT_BYTES_MAX + 1024 * 1024) as u64;

/// Most files of either archive.
const ARCHIVE_ENTRIES_MAX: usize = 64;

const METADATA_FILE: &str = "metadata.json";
const CODE_FILE: &str = "code.tar.gz";
const COMPONENT_FILE: &str = "chaincode.wasm";

/// The type of package that a peer can run.
const PACKAGE_TYPE: &str = "wasm";

/// An install package, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Label, colon, hex of SHA-256 over `bytes`.
    pub package_id: String,
    /// What the packager called it.
    pub label: String,
    /// The component.
    pub component: Bytes,
    /// SHA-256 of the component.
    pub component_hash: Digest,
    /// The whole package.
    pub bytes: Bytes,
}

/// Why bytes are no package.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the message of each variant says what it means")]
pub enum PackageError {
    #[error("{what} may have {max} bytes")]
    TooLong { what: &'static str, max: usize },
    #[error("{archive} may hold {max} files")]
    TooManyFiles { archive: &'static str, max: usize },
    #[error("{archive} cannot be read: {reason}")]
    Archive { archive: &'static str, reason: String },
    #[error("{archive} lacks {file}")]
    Missing { archive: &'static str, file: &'static str },
    #[error("{archive} holds {file} twice")]
    Twice { archive: &'static str, file: &'static str },
    #[error("metadata.json cannot be read: {reason}")]
    Metadata { reason: String },
    #[error("packages of type '{got}' cannot be run, only those of type 'wasm'")]
    Type { got: String },
    #[error(
        "invalid label '{label}'. Label must be non-empty, can only consist of alphanumerics, symbols from '.+-_', and \
         can only begin with alphanumerics"
    )]
    Label { label: String },
}

#[derive(Serialize, Deserialize)]
struct Metadata {
    #[serde(default)]
    path: String,
    #[serde(rename = "type")]
    kind: String,
    label: String,
}

impl Package {
    /// Takes a package apart. Nothing is unpacked beyond the limits, whatever the archive promises.
    pub fn parse(bytes: Bytes) -> Result<Self, PackageError> {
        if bytes.len() > PACKAGE_BYTES_MAX {
            return Err(PackageError::TooLong { what: PACKAGE, max: PACKAGE_BYTES_MAX });
        }
        let wanted = [(METADATA_FILE, METADATA_BYTES_MAX), (CODE_FILE, PACKAGE_BYTES_MAX)];
        let [metadata, code] = unpack(PACKAGE, &bytes, wanted)?;
        let metadata: Metadata =
            serde_json::from_slice(&metadata).map_err(|error| PackageError::Metadata { reason: error.to_string() })?;
        if !is_label(&metadata.label) {
            return Err(PackageError::Label { label: crate::names::shown(&metadata.label) });
        }
        if metadata.kind != PACKAGE_TYPE {
            return Err(PackageError::Type { got: crate::names::shown(&metadata.kind) });
        }
        let [component] = unpack(CODE_FILE, &code, [(COMPONENT_FILE, COMPONENT_BYTES_MAX)])?;
        Ok(Self {
            package_id: package_id(&metadata.label, &bytes),
            label: metadata.label,
            component_hash: sha256(&[&component]),
            component: component.into(),
            bytes,
        })
    }
}

/// The id that a package with this label has everywhere.
pub fn package_id(label: &str, bytes: &[u8]) -> String {
    format!("{label}:{}", hex::encode(sha256(&[bytes])))
}

/// Packs a component. The same label and component give the same bytes, with the same release of this program.
pub fn build_package(label: &str, component: &[u8]) -> Result<Bytes, PackageError> {
    if !is_label(label) {
        return Err(PackageError::Label { label: crate::names::shown(label) });
    }
    let metadata = Metadata { path: String::new(), kind: PACKAGE_TYPE.to_owned(), label: label.to_owned() };
    let metadata =
        serde_json::to_vec(&metadata).map_err(|error| PackageError::Metadata { reason: error.to_string() })?;
    let failed = |archive| move |error: io::Error| PackageError::Archive { archive, reason: error.to_string() };
    let code = pack(&[(COMPONENT_FILE, component)]).map_err(failed(CODE_FILE))?;
    let package = pack(&[(METADATA_FILE, &metadata), (CODE_FILE, &code)]).map_err(failed(PACKAGE))?;
    Ok(package.into())
}

const PACKAGE: &str = "the package";

fn pack(files: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    // No name, no time: the bytes depend on the content alone.
    let gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut archive = tar::Builder::new(gzip);
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        archive.append_data(&mut header, name, *content)?;
    }
    archive.into_inner()?.finish()
}

/// The contents of the wanted files, each of which must stand once in the archive.
fn unpack<const N: usize>(
    archive: &'static str,
    bytes: &[u8],
    wanted: [(&'static str, usize); N],
) -> Result<[Vec<u8>; N], PackageError> {
    let failed = |error: io::Error| PackageError::Archive { archive, reason: error.to_string() };
    let mut found: [Option<Vec<u8>>; N] = std::array::from_fn(|_| None);
    let mut files = tar::Archive::new(GzDecoder::new(bytes).take(ARCHIVE_BYTES_MAX));
    for (index, file) in files.entries().map_err(failed)?.enumerate() {
        if index == ARCHIVE_ENTRIES_MAX {
            return Err(PackageError::TooManyFiles { archive, max: ARCHIVE_ENTRIES_MAX });
        }
        let mut file = file.map_err(failed)?;
        let path = file.path_bytes().into_owned();
        let name = path.strip_prefix(b"./").unwrap_or(&path);
        let place = wanted.iter().position(|(wanted, _)| wanted.as_bytes() == name);
        let Some(place) = place.filter(|_| file.header().entry_type().is_file()) else { continue };
        let (name, max) = wanted[place];
        if found[place].is_some() {
            return Err(PackageError::Twice { archive, file: name });
        }
        found[place] = Some(read_at_most(&mut file, name, max).map_err(failed)??);
    }
    let mut contents: [Vec<u8>; N] = std::array::from_fn(|_| Vec::new());
    for (place, content) in found.into_iter().enumerate() {
        contents[place] = content.ok_or(PackageError::Missing { archive, file: wanted[place].0 })?;
    }
    Ok(contents)
}

/// The whole content, unless it has more than `max` bytes; what a header claims of its size is not believed.
fn read_at_most(file: &mut impl Read, what: &'static str, max: usize) -> io::Result<Result<Vec<u8>, PackageError>> {
    let mut content = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut content)?;
    Ok(if content.len() > max { Err(PackageError::TooLong { what, max }) } else { Ok(content) })
}
