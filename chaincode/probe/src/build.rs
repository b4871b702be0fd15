//! Building this crate's own core module, for tests and benchmarks on the host.

use std::io::{Error, Result};
use std::path::PathBuf;
use std::process::{Command, Stdio};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The core module of this crate, built now if it is missing or stale. Cargo's own locks order tests that ask at once.
pub fn core_module() -> Result<Vec<u8>> {
    let built = Command::new("bash")
        .args(["chaincode/build.sh", env!("CARGO_PKG_NAME"), "-"])
        .current_dir(WORKSPACE)
        .stderr(Stdio::inherit())
        // What cargo sets for a test is not meant for a build inside it.
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()?;
    if !built.status.success() {
        return Err(Error::other(format!("chaincode/build.sh ended with {}", built.status)));
    }
    let path = String::from_utf8(built.stdout).map_err(Error::other)?;
    std::fs::read(PathBuf::from(path.trim()))
}
