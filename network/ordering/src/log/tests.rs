//! What a crash may leave behind, byte by byte, and what it may not.

use std::fs;
use std::path::Path;

use bytes::Bytes;

use super::{Log, LogError, RealDisk};
use crate::{Batch, Committed, LogIndex};

const SEGMENT_BYTES: u64 = 1024 * 1024;

fn open(folder: &Path, applied: LogIndex) -> Result<(Log, Vec<Committed>), LogError> {
    Log::open(folder, Box::new(RealDisk), SEGMENT_BYTES, applied)
}

/// A log with one segment per group.
fn open_small(folder: &Path, applied: LogIndex) -> Result<(Log, Vec<Committed>), LogError> {
    Log::open(folder, Box::new(RealDisk), 1, applied)
}

fn batch(number: u64) -> Batch {
    Batch { envelopes: vec![Bytes::from(format!("envelope {number}")), Bytes::from(vec![number as u8; 40])] }
}

fn indexes(entries: &[Committed]) -> Vec<LogIndex> {
    entries.iter().map(|entry| entry.index).collect()
}

fn assert_whole(entries: &[Committed]) {
    for entry in entries {
        assert_eq!(entry.batch, batch(entry.index));
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn only_file(folder: &Path) -> std::path::PathBuf {
    folder.join(&files(folder)[0])
}

#[test]
fn a_reopened_log_hands_out_what_its_owner_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, entries) = open(folder.path(), 0).unwrap();
    assert!(entries.is_empty());
    assert_eq!(log.append(&[batch(1), batch(2)]).unwrap(), 1);
    assert_eq!(log.append(&[batch(3)]).unwrap(), 3);
    drop(log);
    for (applied, expected) in [(0, vec![1, 2, 3]), (1, vec![2, 3]), (2, vec![3]), (3, vec![])] {
        let (_, entries) = open(folder.path(), applied).unwrap();
        assert_eq!(indexes(&entries), expected);
        assert_whole(&entries);
    }
    assert!(matches!(open(folder.path(), 4), Err(LogError::Behind { last: 3, applied: 4 })));
}

#[test]
fn a_tail_cut_at_any_byte_keeps_every_synced_group_and_takes_new_ones() {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, _) = open(folder.path(), 0).unwrap();
    log.append(&[batch(1), batch(2)]).unwrap();
    let synced = fs::metadata(only_file(folder.path())).unwrap().len();
    log.append(&[batch(3), batch(4)]).unwrap();
    let path = only_file(folder.path());
    let whole = fs::read(&path).unwrap();
    for length in synced..=whole.len() as u64 {
        let crashed = tempfile::tempdir().unwrap();
        fs::write(crashed.path().join(path.file_name().unwrap()), &whole[..length as usize]).unwrap();
        let (mut log, entries) = open(crashed.path(), 0).unwrap();
        let kept = if length == whole.len() as u64 { 4 } else { 2 };
        assert_eq!(indexes(&entries), (1..=kept).collect::<Vec<_>>(), "cut at {length}");
        assert_whole(&entries);
        assert_eq!(log.append(&[batch(kept + 1)]).unwrap(), kept + 1, "cut at {length}");
        drop(log);
        let (_, entries) = open(crashed.path(), 0).unwrap();
        assert_eq!(indexes(&entries), (1..=kept + 1).collect::<Vec<_>>(), "cut at {length}");
        assert_whole(&entries);
    }
}

#[test]
fn a_tail_of_rubbish_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, _) = open(folder.path(), 0).unwrap();
    log.append(&[batch(1)]).unwrap();
    let path = only_file(folder.path());
    let whole = fs::read(&path).unwrap();
    for rubbish in [vec![0; 4096], vec![0xff; 100], whole.clone()] {
        fs::write(&path, [&whole[..], &rubbish[..]].concat()).unwrap();
        let (_, entries) = open(folder.path(), 0).unwrap();
        assert_eq!(indexes(&entries), [1]);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn damage_before_the_last_group_stops_the_log_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, _) = open(folder.path(), 0).unwrap();
    log.append(&[batch(1)]).unwrap();
    let path = only_file(folder.path());
    let acknowledged = fs::metadata(&path).unwrap().len() as usize;
    log.append(&[batch(2)]).unwrap();
    let whole = fs::read(&path).unwrap();
    for position in 0..acknowledged {
        let mut bad = whole.clone();
        bad[position] ^= 1;
        fs::write(&path, &bad).unwrap();
        assert!(matches!(open(folder.path(), 0), Err(LogError::Damaged { .. })), "byte {position}");
        assert_eq!(fs::read(&path).unwrap(), bad, "byte {position}");
    }
}

#[test]
fn released_segments_go_and_the_rest_is_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, _) = open_small(folder.path(), 0).unwrap();
    for number in 1..=5 {
        log.append(&[batch(number)]).unwrap();
    }
    let table = [(0, 1), (1, 2), (3, 4), (2, 4), (9, 5)];
    for (upto, first) in table {
        log.release(upto).unwrap();
        let expected: Vec<_> = (first..=5).map(|first| format!("{first:020}.log")).collect();
        assert_eq!(files(folder.path()), expected, "released up to {upto}");
    }
    assert_eq!(log.append(&[batch(6)]).unwrap(), 6);
    drop(log);
    assert!(matches!(open_small(folder.path(), 3), Err(LogError::Missing { first: 5, needed: 4 })));
    let (_, entries) = open_small(folder.path(), 4).unwrap();
    assert_eq!(indexes(&entries), [5, 6]);
    assert_whole(&entries);
}

#[test]
fn an_empty_segment_after_release_still_knows_where_the_log_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, _) = open_small(folder.path(), 0).unwrap();
    log.append(&[batch(1)]).unwrap();
    log.append(&[batch(2)]).unwrap();
    log.release(2).unwrap();
    // A crash tears the only entry of the last segment before it was synced.
    let path = only_file(folder.path());
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let (mut log, entries) = open_small(folder.path(), 1).unwrap();
    assert!(entries.is_empty());
    assert_eq!(log.append(&[batch(2)]).unwrap(), 2);
}

#[test]
fn a_missing_or_shortened_middle_segment_stops_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, _) = open_small(folder.path(), 0).unwrap();
    for number in 1..=3 {
        log.append(&[batch(number)]).unwrap();
    }
    drop(log);
    let middle = folder.path().join(format!("{:020}.log", 2));
    let whole = fs::read(&middle).unwrap();
    fs::write(&middle, &whole[..whole.len() - 1]).unwrap();
    assert!(matches!(open_small(folder.path(), 0), Err(LogError::Damaged { .. })));
    fs::remove_file(&middle).unwrap();
    assert!(matches!(open_small(folder.path(), 0), Err(LogError::Damaged { .. })));
}

#[test]
fn a_segment_that_was_not_finished_being_made_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (mut log, _) = open(folder.path(), 0).unwrap();
    log.append(&[batch(1)]).unwrap();
    drop(log);
    fs::write(folder.path().join(format!("{:020}.new", 2)), b"FOLIO").unwrap();
    let (mut log, entries) = open(folder.path(), 0).unwrap();
    assert_eq!(indexes(&entries), [1]);
    assert_eq!(log.append(&[batch(2)]).unwrap(), 2);
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn a_foreign_file_in_the_folder_stops_the_log() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), b"").unwrap();
    assert!(matches!(open(folder.path(), 0), Err(LogError::Damaged { .. })));
}

#[test]
fn files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("log");
    open(&folder, 0).unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::metadata(only_file(&folder)).unwrap().permissions().mode() & 0o777, 0o600);
}
