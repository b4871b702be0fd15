//! The shape of the code: what depends on what, what stands where, how long a file may be.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use folio_tests::workspace;
use serde_json::Value;

/// Lines past which nobody finds anything again.
const FILE_LINES_MAX: usize = 700;

/// What the project's folder holds; beside these only files and folders whose names begin with a dot.
const TOP_LEVEL: [&str; 10] = [
    "ARCHITECTURE.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "Makefile",
    "README.md",
    "chaincode",
    "host",
    "network",
    "proto",
];

/// The tests' own folder, and what the build and a network of one's own leave behind; none of these is committed.
const BESIDE: [&str; 3] = ["tests", "target", "folio-network"];

/// The folders of ARCHITECTURE.md's code map, in its order.
fn code_map() -> Vec<String> {
    let text = fs::read_to_string(workspace().join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    rows.map(|(folder, _)| folder.trim_end_matches('/').to_owned()).collect()
}

/// Folder and normal dependencies inside the workspace, by name of the crate.
fn crates() -> BTreeMap<String, (String, BTreeSet<String>)> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let names: BTreeSet<_> = packages.iter().map(|package| text(&package["name"])).collect();
    let parts = packages.iter().map(|package| {
        let manifest = PathBuf::from(text(&package["manifest_path"]));
        let folder = manifest.parent().unwrap().strip_prefix(workspace()).unwrap().to_str().unwrap().to_owned();
        let normal = package["dependencies"].as_array().unwrap().iter().filter(|one| one["kind"].is_null());
        let inner = normal.map(|one| text(&one["name"])).filter(|name| names.contains(name)).collect();
        (text(&package["name"]), (folder, inner))
    });
    parts.collect()
}

#[test]
fn dependencies_point_down() {
    let map = code_map();
    let rank = |folder: &str| map.iter().position(|listed| listed == folder);
    let crates = crates();
    for (name, (folder, dependencies)) in &crates {
        let own = rank(folder).unwrap_or_else(|| panic!("{folder} is missing in ARCHITECTURE.md's code map"));
        for dependency in dependencies {
            let (below, _) = &crates[dependency];
            assert!(
                rank(below) < Some(own),
                "{name} ({folder}) depends on {dependency} ({below}), which ARCHITECTURE.md's code map lists after it"
            );
        }
    }
    for folder in &map {
        assert!(workspace().join(folder).is_dir(), "ARCHITECTURE.md's code map lists {folder}, which does not exist");
    }
}

#[test]
fn top_level_holds_only_what_is_agreed() {
    for entry in fs::read_dir(workspace()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let agreed = name.starts_with('.') || TOP_LEVEL.contains(&name.as_str()) || BESIDE.contains(&name.as_str());
        assert!(agreed, "{name} does not belong into the project's folder");
    }
    for name in TOP_LEVEL {
        assert!(workspace().join(name).exists(), "{name} is missing");
    }
}

#[test]
fn no_file_is_too_long() {
    let mut files = Vec::new();
    for folder in ["chaincode", "host", "network", "proto", "tests"] {
        sources(&workspace().join(folder), &mut files);
    }
    assert!(files.len() > 100, "only {} files of Rust were found", files.len());
    for file in files {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= FILE_LINES_MAX, "{} has {lines} lines, at most {FILE_LINES_MAX} are allowed", file.display());
    }
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
            sources(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}
