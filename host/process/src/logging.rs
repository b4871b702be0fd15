//! Log lines: fields rather than prose, to standard error.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error with a filter such as `info` or `info,folio_gateway=debug`. The variable
/// `FOLIO_LOG` takes its place. A second call changes nothing.
pub fn init_logging(filter: &str) {
    let filter = EnvFilter::try_from_env("FOLIO_LOG").or_else(|_| EnvFilter::try_new(filter));
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init();
}
