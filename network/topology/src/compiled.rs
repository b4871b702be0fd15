//! Compiled chaincode, which the peers of one user on one machine share.

use std::env;
use std::fs;
use std::path::{PathBuf, absolute};
use std::process;

use folio_crypto::create_private_folder;

/// The environment variable that tells a peer where compiled chaincode is.
pub(crate) const VARIABLE: &str = "FOLIO_PEER__COMPILED";

/// The folder that this user's networks share, so that a component is compiled once and not by every peer of every
/// network. None where the user has said another, or has no cache folder that can be written; peers then keep what they
/// compile beside their data.
///
/// It is told to a process when it is started, and stands in no configuration: a peer's folder can be moved to another
/// machine.
pub(crate) fn shared_folder() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if set(VARIABLE).is_some() {
        return None;
    }
    let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    let folder = absolute(caches.join("folio/compiled")).ok()?;
    create_private_folder(&folder).ok()?;
    let probe = folder.join(format!("{}.part", process::id()));
    let is_writable = fs::write(&probe, []).and_then(|()| fs::remove_file(&probe)).is_ok();
    is_writable.then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_the_one_that_a_peer_reads() {
        assert_eq!(VARIABLE, format!("{}__COMPILED", folio_peer::ENVIRONMENT_PREFIX));
    }
}
