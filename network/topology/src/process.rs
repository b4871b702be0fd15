//! One process of the network: started with a folder of its own, watched through `/proc`, stopped by signal.

use std::fs::{self, OpenOptions};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::{TopologyError, compiled};

/// Longest wait for a process to listen on its port.
pub const START_MS_MAX: u64 = 20_000;
/// Longest wait for a process to end by itself, before it is killed.
pub const STOP_MS_MAX: u64 = 15_000;

const POLL_MS: u64 = 10;
const CLOCK_TICKS_PER_SECOND: u64 = 100;
const LOG_TAIL_LINES: usize = 12;

/// A process of the network, running or not.
#[derive(Clone, Debug)]
pub struct Process {
    /// Such as `peer0.aurora`.
    pub name: String,
    /// Its folder: configuration, keys, data, log and process id.
    pub folder: PathBuf,
    /// The address that it listens on.
    pub address: SocketAddr,
    /// The subcommand of `folio` that runs it.
    pub command: &'static str,
}

/// What a running process has used so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Process id.
    pub pid: i32,
    /// User and system time together.
    pub cpu_ms: u64,
    /// Memory that is resident.
    pub rss_bytes: u64,
}

/// The fields of `/proc/PID/stat` that tell a process from a later one of the same id.
struct Stat {
    state: char,
    cpu_ticks: u64,
    threads: u64,
    start_ticks: u64,
}

impl Stat {
    /// Whether nothing of the process is left but its entry. While it ends, its first thread may be gone when another
    /// still holds ports and locks.
    const fn has_ended(&self) -> bool {
        self.state == 'Z' && self.threads <= 1
    }
}

impl Process {
    /// Its log file.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Its configuration file.
    pub fn config(&self) -> PathBuf {
        self.folder.join("config.toml")
    }

    /// The process id, while it runs.
    pub fn pid(&self) -> Option<i32> {
        let text = fs::read_to_string(self.pid_file()).ok()?;
        let (pid, start) = text.trim().split_once(' ')?;
        let pid: i32 = pid.parse().ok()?;
        let stat = read_stat(pid)?;
        (stat.start_ticks.to_string() == start && !stat.has_ended()).then_some(pid)
    }

    /// What it has used, while it runs.
    pub fn usage(&self) -> Option<Usage> {
        let pid = self.pid()?;
        let stat = read_stat(pid)?;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let rss_kb = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let rss_kb: u64 = rss_kb.trim().trim_end_matches("kB").trim().parse().ok()?;
        Some(Usage { pid, cpu_ms: stat.cpu_ticks * (1000 / CLOCK_TICKS_PER_SECOND), rss_bytes: rss_kb * 1024 })
    }

    /// Starts `folio COMMAND --config FILE` in the background, unless it runs. Does not wait until it listens.
    pub fn start(&self, folio: &Path) -> Result<(), TopologyError> {
        if self.pid().is_some() {
            return Ok(());
        }
        if TcpListener::bind(self.address).is_err() {
            return Err(TopologyError::PortTaken { process: self.name.clone(), port: self.address.port() });
        }
        let log_path = self.log();
        let open = || OpenOptions::new().create(true).append(true).open(&log_path);
        let log = open().map_err(|source| TopologyError::io("open", &log_path, source))?;
        let errors = open().map_err(|source| TopologyError::io("open", &log_path, source))?;
        let compiled = compiled::shared_folder().map(|folder| (compiled::VARIABLE, folder));
        let child = Command::new(folio)
            .args([self.command, "--config"])
            .arg(self.config())
            .envs(compiled)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .map_err(|source| TopologyError::io("run", folio, source))?;
        let pid = i32::try_from(child.id()).unwrap_or(i32::MAX);
        let start = read_stat(pid).map_or(0, |stat| stat.start_ticks);
        let file = self.pid_file();
        fs::write(&file, format!("{pid} {start}\n")).map_err(|source| TopologyError::io("write", &file, source))
    }

    /// Waits until the process takes connections.
    pub fn wait_until_listening(&self) -> Result<(), TopologyError> {
        let deadline = Instant::now() + Duration::from_millis(START_MS_MAX);
        loop {
            if self.pid().is_none() {
                return Err(self.not_started("it ended"));
            }
            if TcpStream::connect_timeout(&self.address, Duration::from_millis(200)).is_ok() {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(self.not_started("it took no connection in time"));
            }
            thread::sleep(Duration::from_millis(POLL_MS));
        }
    }

    /// Asks the process to end, and kills it when it has not after [`STOP_MS_MAX`]. Returns whether it ran.
    pub fn stop(&self) -> bool {
        self.signal(Signal::TERM, STOP_MS_MAX) || self.kill()
    }

    /// Kills the process at once. Returns whether it ran.
    pub fn kill(&self) -> bool {
        self.signal(Signal::KILL, STOP_MS_MAX)
    }

    /// Sends `signal` and waits until the process is gone. False when it does not run, or is not gone in time.
    fn signal(&self, signal: Signal, wait_ms: u64) -> bool {
        let Some(pid) = self.pid().and_then(Pid::from_raw) else { return false };
        if kill_process(pid, signal).is_err() {
            return false;
        }
        let deadline = Instant::now() + Duration::from_millis(wait_ms);
        while self.pid().is_some() {
            if Instant::now() > deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(POLL_MS));
        }
        let _ = fs::remove_file(self.pid_file());
        true
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join("pid")
    }

    fn not_started(&self, reason: &str) -> TopologyError {
        let text = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n");
        TopologyError::NotStarted { process: self.name.clone(), reason: reason.to_owned(), log: self.log(), tail }
    }
}

/// Reads `/proc/PID/stat`: the fields after the command's name, which stands in parentheses and may hold anything.
fn read_stat(pid: i32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<_> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Stat {
        state: fields.first()?.chars().next()?,
        cpu_ticks: number(11)?.checked_add(number(12)?)?,
        threads: number(17)?,
        start_ticks: number(19)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleeper(folder: &Path) -> Process {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Process { name: "sleeper".into(), folder: folder.to_owned(), address, command: "30" }
    }

    #[test]
    fn a_process_is_known_by_id_and_start_and_is_gone_after_stop() {
        let folder = tempfile::tempdir().unwrap();
        let process = sleeper(folder.path());
        let script = folder.path().join("run.sh");
        fs::write(&script, "#!/bin/sh\nexec sleep 30\n").unwrap();
        fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        assert_eq!(process.pid(), None);
        process.start(&script).unwrap();
        let usage = process.usage().unwrap();
        assert!(usage.pid > 0 && usage.rss_bytes > 0);
        assert!(process.stop());
        assert_eq!(process.pid(), None);
        assert!(!process.stop(), "it was stopped already");
    }

    #[test]
    fn another_process_that_got_the_same_id_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let process = sleeper(folder.path());
        fs::write(folder.path().join("pid"), format!("{} 1\n", std::process::id())).unwrap();
        assert_eq!(process.pid(), None);
    }

    #[test]
    fn a_process_that_ends_at_once_is_reported_with_the_end_of_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let process = sleeper(folder.path());
        let script = folder.path().join("run.sh");
        fs::write(&script, "#!/bin/sh\necho no such thing >&2\nexit 1\n").unwrap();
        fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        process.start(&script).unwrap();
        let error = process.wait_until_listening().unwrap_err().to_string();
        assert!(error.contains("did not start") && error.contains("no such thing"), "{error}");
    }
}
