//! The process is killed at every step of a commit. Alone in its file, since a child that is being started holds its
//! parent's locks for a moment.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::{
    env, fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use common::story::{BLOCKS, assert_recovers, expected_hashes, txs};
use common::{commit, options};
use folio_ledger::{Ledger, LedgerOptions, Step, StepHook};

const STEP: &str = "FOLIO_TEST_STOP_AT";
const FOLDER: &str = "FOLIO_TEST_FOLDER";

#[test]
fn a_process_killed_at_any_step_loses_no_acknowledged_block() {
    let expected = expected_hashes();
    for step in Step::ALL {
        let dir = tempfile::tempdir().unwrap();
        let status = Command::new(env::current_exe().unwrap())
            .args(["--exact", "the_process_that_is_killed", "--ignored", "--nocapture"])
            .env(STEP, format!("{step:?}"))
            .env(FOLDER, dir.path())
            .output()
            .unwrap();
        assert!(!status.status.success(), "{step:?} did not stop the process");
        let acknowledged: u64 = fs::read_to_string(dir.path().join("acknowledged")).unwrap().parse().unwrap();
        assert_eq!(acknowledged, BLOCKS);
        assert_recovers(dir.path(), acknowledged, &expected);
    }
}

#[test]
#[ignore = "run by a_process_killed_at_any_step_loses_no_acknowledged_block, in a process of its own"]
fn the_process_that_is_killed() {
    let (Ok(wanted), Ok(dir)) = (env::var(STEP), env::var(FOLDER)) else {
        return;
    };
    let armed = Arc::new(AtomicBool::new(false));
    let asked = armed.clone();
    let hook = StepHook::new(move |step| {
        if asked.load(Ordering::SeqCst) && format!("{step:?}") == wanted {
            std::process::abort();
        }
        Ok(())
    });
    let dir = Path::new(&dir);
    let ledger = Ledger::open(dir, LedgerOptions { hook, ..options() }).unwrap();
    for block in 0..BLOCKS {
        commit(&ledger, &txs(block)).unwrap();
        fs::write(dir.join("acknowledged"), (block + 1).to_string()).unwrap();
    }
    armed.store(true, Ordering::SeqCst);
    let _ = commit(&ledger, &txs(BLOCKS));
}
