//! The chaincode packages that are installed on this peer.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use folio_lifecycle::{InstalledPackage, Package, Packages};
use folio_runtime::{Chaincode, ComponentHash, Runtime};
use folio_types::Digest;

use crate::EndorserError;

/// Packages by id in a folder, and their components ready to run by hash.
pub(crate) struct Components {
    folder: PathBuf,
    runtime: Arc<Runtime>,
    installed: Mutex<Installed>,
}

#[derive(Default)]
struct Installed {
    packages: BTreeMap<String, (String, Digest)>,
    components: BTreeMap<ComponentHash, Arc<Chaincode>>,
}

impl Components {
    /// Opens the folder and makes every package in it ready to run; compiled code comes from the runtime's cache.
    pub(crate) fn open(folder: &Path, runtime: Arc<Runtime>) -> Result<Self, EndorserError> {
        let failed = |error: io::Error| EndorserError::Install { reason: format!("{}: {error}", folder.display()) };
        fs::create_dir_all(folder).map_err(failed)?;
        let components = Self { folder: folder.to_owned(), runtime, installed: Mutex::default() };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "pkg") {
                let refused =
                    |reason: String| EndorserError::Install { reason: format!("{}: {reason}", path.display()) };
                let bytes = fs::read(&path).map_err(failed)?;
                let package = Package::parse(bytes.into()).map_err(|error| refused(error.to_string()))?;
                components.load(&package).map_err(refused)?;
            }
        }
        Ok(components)
    }

    /// The component with this hash, if a package that holds it is installed.
    pub(crate) fn get(&self, hash: &ComponentHash) -> Option<Arc<Chaincode>> {
        self.lock().components.get(hash).cloned()
    }

    fn load(&self, package: &Package) -> Result<(), String> {
        let hash = self.runtime.install(&package.component).map_err(|error| error.to_string())?;
        let chaincode = self.runtime.load(hash).map_err(|error| error.to_string())?;
        let mut installed = self.lock();
        installed.components.insert(hash, chaincode);
        installed.packages.insert(package.package_id.clone(), (package.label.clone(), package.component_hash));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Installed> {
        self.installed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A package id is "label:hash"; the hash alone names the file, since it is unique and has no letters to escape.
    fn file(&self, package_id: &str) -> PathBuf {
        let name = package_id.rsplit(':').next().unwrap_or(package_id);
        self.folder.join(format!("{name}.pkg"))
    }
}

impl Packages for Components {
    fn component_hash(&self, package_id: &str) -> Option<Digest> {
        self.lock().packages.get(package_id).map(|(_, hash)| *hash)
    }

    fn install(&self, package: &Package) -> Result<(), String> {
        self.load(package)?;
        let file = self.file(&package.package_id);
        write_durably(&file, &package.bytes).map_err(|error| format!("{}: {error}", file.display()))
    }

    fn package(&self, package_id: &str) -> Option<Bytes> {
        self.component_hash(package_id)?;
        fs::read(self.file(package_id)).ok().map(Bytes::from)
    }

    fn installed(&self) -> Vec<InstalledPackage> {
        let installed = self.lock();
        let packages = installed.packages.iter().map(|(package_id, (label, component_hash))| InstalledPackage {
            package_id: package_id.clone(),
            label: label.clone(),
            component_hash: *component_hash,
        });
        packages.collect()
    }
}

/// Writes beside the file, syncs, then renames: a crash leaves no file, or the whole one.
fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("part");
    fs::write(&beside, bytes)?;
    fs::File::open(&beside)?.sync_all()?;
    fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}
