//! Log lines: fields rather than prose, to standard error.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging to standard error with a filter such as `info` or `info,folio_gateway=debug`. The variable
/// `FOLIO_LOG` takes its place. A second call changes nothing.
pub fn init_logging(filter: &str) {
    let wanted = std::env::var("FOLIO_LOG").ok().and_then(|filter| filter.parse().ok());
    let filter = wanted.or_else(|| filter.parse().ok());
    let filter: Targets = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
}
