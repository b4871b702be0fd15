//! Installing components: what is refused, what is kept, and what a damaged cache does.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use crate::support::{COMPONENT, CORE_MODULE, OWN_MSP, invocation, runtime_in};
use folio_runtime::{InstallError, InvokeError, Runtime, RuntimeConfig, RuntimeError, component_limits, pack};
use folio_simulator::MemoryState;
use serde_json::json;
use tempfile::TempDir;

fn echoes(runtime: &Runtime) {
    let chaincode = runtime.load(runtime.install(&COMPONENT).unwrap()).unwrap();
    let call = invocation("echo", &json!({ "text": "x" }));
    let answer = runtime.invoke(&chaincode, call, Arc::new(MemoryState::new()), OWN_MSP).unwrap();
    assert_eq!(&answer.response.payload[..], br#"{"text":"x"}"#);
}

fn compiled_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder.join("compiled")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

#[test]
fn compiled_code_is_kept_and_used_again() {
    let folder = TempDir::new().unwrap();
    echoes(&runtime_in(folder.path()));
    let file = compiled_file(folder.path());
    let written = fs::metadata(&file).unwrap().modified().unwrap();
    echoes(&runtime_in(folder.path()));
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written);
}

/// Whether somebody waits for the lock of a folder, as the kernel tells: a line with an arrow, and with the folder's inode.
fn is_waited_for(folder: &Path) -> bool {
    let inode = format!(":{} ", fs::metadata(folder).unwrap().ino());
    fs::read_to_string("/proc/locks").unwrap().lines().any(|line| line.contains("->") && line.contains(&inode))
}

#[test]
fn who_waits_for_a_shared_folder_takes_what_another_compiled() {
    let (other, shared) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    echoes(&runtime_in(other.path()));
    let made = compiled_file(other.path());
    let runtime = runtime_in(shared.path());
    let folder = shared.path().join("compiled");
    let held = fs::File::open(&folder).unwrap();
    held.lock().unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| runtime.install(&COMPONENT).map(|_| ()));
        while !is_waited_for(&folder) {
            assert!(!waiting.is_finished(), "it did not wait");
            std::thread::yield_now();
        }
        fs::rename(&made, folder.join(made.file_name().unwrap())).unwrap();
        let taken = fs::metadata(compiled_file(shared.path())).unwrap().ino();
        held.unlock().unwrap();
        waiting.join().unwrap().unwrap();
        assert_eq!(fs::metadata(compiled_file(shared.path())).unwrap().ino(), taken, "it was compiled again");
    });
    echoes(&runtime);
}

#[test]
fn compiled_code_that_nobody_uses_makes_room() {
    let folder = TempDir::new().unwrap();
    drop(runtime_in(folder.path()));
    let compiled = folder.path().join("compiled");
    for number in 0..20_u64 {
        let file = fs::File::create(compiled.join(format!("{number}.code"))).unwrap();
        let used = UNIX_EPOCH + Duration::from_secs(1_000_000 + number);
        file.set_times(fs::FileTimes::new().set_accessed(used)).unwrap();
    }
    echoes(&runtime_in(folder.path()));
    let left = fs::read_dir(&compiled).unwrap().count();
    assert_eq!(left, 16);
    assert!(!compiled.join("4.code").exists() && compiled.join("5.code").exists());
}

#[test]
fn damaged_compiled_code_is_made_again_and_never_loaded() {
    let folder = TempDir::new().unwrap();
    echoes(&runtime_in(folder.path()));
    let file = compiled_file(folder.path());
    let whole = fs::read(&file).unwrap();
    let mut damaged: Vec<Vec<u8>> = [0, 4, 20, 36, whole.len() / 2, whole.len() - 1]
        .iter()
        .map(|at| {
            let mut bytes = whole.clone();
            bytes[*at] ^= 1;
            bytes
        })
        .collect();
    damaged.extend([vec![], whole[..10].to_vec(), whole[..whole.len() - 1].to_vec(), [&whole[..], b"x"].concat()]);
    for bytes in damaged {
        fs::write(&file, &bytes).unwrap();
        echoes(&runtime_in(folder.path()));
        assert_eq!(fs::read(&file).unwrap(), whole);
    }
}

#[test]
fn compiled_code_of_one_component_does_not_pass_for_another() {
    let folder = TempDir::new().unwrap();
    echoes(&runtime_in(folder.path()));
    let file = compiled_file(folder.path());
    let other = pack::componentize(&with_other_text()).unwrap();
    let runtime = runtime_in(folder.path());
    let other_hash = runtime.install(&other).unwrap();
    let own_name = file.file_name().unwrap().to_str().unwrap();
    let other_name = own_name.replace(own_name.split('-').next().unwrap(), &hex::encode(other_hash));
    let other_file = file.with_file_name(other_name);
    assert!(other_file.exists());
    fs::copy(&other_file, &file).unwrap();
    echoes(&runtime_in(folder.path()));
    assert_ne!(fs::read(&file).unwrap(), fs::read(&other_file).unwrap());
}

#[test]
fn a_folder_that_others_may_enter_is_refused() {
    let folder = TempDir::new().unwrap();
    let compiled = folder.path().join("compiled");
    drop(runtime_in(folder.path()));
    assert_eq!(fs::metadata(&compiled).unwrap().permissions().mode() & 0o777, 0o700);
    fs::set_permissions(&compiled, fs::Permissions::from_mode(0o755)).unwrap();
    let refused = Runtime::new(&RuntimeConfig { cache_dir: compiled });
    assert!(matches!(refused, Err(RuntimeError::Folder { .. })));
}

#[test]
fn packing_and_compiling_the_same_module_gives_the_same_component() {
    assert_eq!(pack::componentize(&CORE_MODULE).unwrap(), *COMPONENT);
    let folder = TempDir::new().unwrap();
    let runtime = runtime_in(folder.path());
    let first = runtime.install(&COMPONENT).unwrap();
    assert_eq!(runtime.install(&COMPONENT).unwrap(), first);
    assert_eq!(first, folio_crypto::sha256(&[&COMPONENT]));
    assert_eq!(runtime.load(first).unwrap().hash(), &first);
}

#[test]
fn a_component_that_was_not_installed_is_not_found() {
    let folder = TempDir::new().unwrap();
    let outcome = runtime_in(folder.path()).load([1; 32]);
    assert!(matches!(outcome, Err(InstallError::NotInstalled { .. })));
}

#[test]
fn what_is_no_component_of_our_world_is_refused() {
    let folder = TempDir::new().unwrap();
    let runtime = runtime_in(folder.path());
    let refused = |bytes: &[u8]| {
        let first = runtime.install(bytes).unwrap_err();
        // The refusal is remembered.
        assert_eq!(runtime.install(bytes).unwrap_err(), first);
        first
    };
    let foreign = replaced(&COMPONENT, b"folio:chaincode/crypto@1.0.0", b"wasi:clocks/monotonic@1.0.00");
    let other_version = replaced(&COMPONENT, b"folio:chaincode/crypto@1.0.0", b"folio:chaincode/crypto@1.0.1");
    let other_function = replaced(&COMPONENT, b"verify-secp256k1", b"verify-secp256r1");
    let no_export = replaced(&COMPONENT, b"\x00\x06invoke\x01", b"\x00\x06invoqe\x01");
    assert!(matches!(refused(b""), InstallError::Malformed { .. }));
    assert!(matches!(refused(b"\0asm"), InstallError::Malformed { .. }));
    assert!(matches!(refused(&CORE_MODULE), InstallError::Malformed { .. }));
    assert!(matches!(refused(&COMPONENT[..COMPONENT.len() - 1]), InstallError::Malformed { .. }));
    assert!(
        matches!(refused(&foreign), InstallError::ForeignImport { name } if name == "wasi:clocks/monotonic@1.0.00")
    );
    assert!(matches!(refused(&other_version), InstallError::ForeignImport { .. }));
    assert!(matches!(refused(&other_function), InstallError::WrongWorld { .. }));
    assert!(matches!(refused(&no_export), InstallError::MissingExport { .. }));
    let large = vec![0; component_limits::COMPONENT_BYTES_MAX + 1];
    assert!(matches!(refused(&large), InstallError::TooMuch { what: "bytes", .. }));
    assert_eq!(fs::read_dir(folder.path().join("compiled")).unwrap().filter(|_| true).count(), 1);
}

#[test]
fn text_that_is_no_text_ends_the_call_as_a_trap() {
    let folder = TempDir::new().unwrap();
    let runtime = runtime_in(folder.path());
    let mark = folio_probe::KEY_MARK.as_bytes();
    let component = pack::componentize(&replaced(&CORE_MODULE, mark, &vec![0xff; mark.len()])).unwrap();
    let chaincode = runtime.load(runtime.install(&component).unwrap()).unwrap();
    let call = invocation("marked_key", &json!({}));
    let outcome = runtime.invoke(&chaincode, call, Arc::new(MemoryState::new()), OWN_MSP);
    assert!(matches!(outcome, Err(InvokeError::Trap { .. })), "{outcome:?}");
}

#[test]
fn a_component_that_two_install_at_once_is_compiled_once() {
    let folder = TempDir::new().unwrap();
    let runtime = runtime_in(folder.path());
    let hashes = std::thread::scope(|scope| {
        let install = || runtime.install(&COMPONENT).unwrap();
        let (left, right) = (scope.spawn(install), scope.spawn(install));
        [left.join().unwrap(), right.join().unwrap()]
    });
    assert_eq!(hashes[0], hashes[1]);
    assert!(Arc::ptr_eq(&runtime.load(hashes[0]).unwrap(), &runtime.load(hashes[1]).unwrap()));
    compiled_file(folder.path());
}

/// The probe with another text in its data.
fn with_other_text() -> Vec<u8> {
    let mark = folio_probe::KEY_MARK.as_bytes();
    replaced(&CORE_MODULE, mark, &vec![b'z'; mark.len()])
}

/// `bytes` with every `from` replaced by `to`, which is as long.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "{:?} is not there", String::from_utf8_lossy(from));
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}
