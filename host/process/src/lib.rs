//! What every Folio process does before and after its work: configuration, logging, TLS files, the signal to end.
//!
//! Invariant: a process that starts has a configuration that was checked as a whole; unknown keys are refused.

mod config;
mod error;
mod logging;
mod shutdown;
mod tls;

pub use config::load_config;
pub use error::ProcessError;
pub use logging::init_logging;
pub use shutdown::shutdown_signal;
pub use tls::{KeyPair, server_tls};
