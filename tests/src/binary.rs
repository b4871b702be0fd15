//! The real binary, as a person runs it.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::workspace;

/// `folio`, with the loyalty component beside it.
#[derive(Clone, Debug)]
pub struct Folio {
    path: PathBuf,
}

/// What a command said.
#[derive(Clone, Debug)]
pub struct Output {
    /// Exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Folio {
    /// The binary of `FOLIO_BINARY`, or the one that `make build` leaves.
    pub fn built() -> Result<Self> {
        let own = || workspace().join("target/release/folio");
        let path = std::env::var_os("FOLIO_BINARY").map_or_else(own, PathBuf::from);
        for file in [path.clone(), path.with_file_name("loyalty.wasm")] {
            ensure!(file.exists(), "{} is missing: run 'make build' first", file.display());
        }
        Ok(Self { path })
    }

    /// The chaincode's component.
    pub fn component(&self) -> PathBuf {
        self.path.with_file_name("loyalty.wasm")
    }

    /// The binary's file.
    pub fn path(&self) -> &PathBuf {
        &self.path
    }

    /// Starts a command and does not wait for it.
    pub fn start<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Child> {
        let mut command = Command::new(&self.path);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().with_context(|| format!("cannot run {}", self.path.display()))
    }

    /// Runs a command to its end, whatever that is.
    pub fn output<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Output> {
        Output::of(self.start(arguments)?)
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<String> {
        self.output(arguments)?.success()
    }
}

impl Output {
    /// Waits for a command's end.
    pub fn of(child: Child) -> Result<Self> {
        let output = child.wait_with_output().context("the command cannot be waited for")?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) })
    }

    /// What it printed, when it succeeded.
    pub fn success(self) -> Result<String> {
        if self.code != Some(0) {
            bail!("folio ended with {:?}:\n{}{}", self.code, self.out, self.err);
        }
        Ok(self.out)
    }

    /// The objects that it printed, one a line, when it succeeded.
    pub fn objects(self) -> Result<Vec<Value>> {
        let text = self.success()?;
        text.lines().map(|line| serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))).collect()
    }
}
