//! Compiles the `.proto` files in Rust alone: no `protoc` is needed.

use std::error::Error;
use std::path::{Path, PathBuf};

/// Import paths start at one of these.
const INCLUDES: [&str; 2] = ["fabric", "."];

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for root in ["fabric", "folio", "google"] {
        println!("cargo:rerun-if-changed={root}");
        collect(Path::new(root), &mut files)?;
    }
    files.sort();
    let descriptors = protox::compile(&files, INCLUDES)?;
    // Maps in key order, so that one value has one encoding; bytes as slices of what was received.
    tonic_prost_build::configure().bytes(".").btree_map(".").include_file("packages.rs").compile_fds(descriptors)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    Ok(())
}
